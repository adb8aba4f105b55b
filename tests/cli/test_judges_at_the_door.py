"""Sheets that no round could be reckoned with, and judges in their own community, are refused as they come in."""

from __future__ import annotations

from pathlib import Path

from .desk import Desk, opened, scored
from .test_taking_out import commands, lines


def more_judges(desk: Desk) -> Desk:
    """J3 of nowhere, and J4 who has the DNI of the head of H11, in C1; neither says a community."""
    rows = "code,name,dni\nJ3,Pia de Prueba,00003333\nJ4,Rosa de Prueba,00001134\n"
    desk.do("import", "judges", desk.write("more.csv", rows))
    return desk


def test_a_sheet_more_than_judges_is_refused_through_every_door(tmp_path: Path) -> None:
    """Typed, line by line, in a table with its line: the round never jams, and nothing is stored."""
    desk = more_judges(scored(tmp_path))
    before = desk.journal()
    said = desk.refuse("score", "H12", "J3", "10", "10")
    assert "H12 has 3 sheets, but the panel is 2 judges (J1, J2 and J3)" in said
    assert "`pachamama panel assign`" in said
    assert "H12 has 3 sheets" in lines(desk, "H12 J3\n10 10\n20\n\n").stderr
    table = desk.write("extra.csv", "entry,judge,walls,water\nH13,J1,13,16.5\nH13,J3,10,10\n")
    ran = desk.run("import", "scores", table)
    assert ran.code == 1
    assert "extra.csv:3: the sheet of J3 Pia de Prueba: H13 has 3 sheets" in ran.err
    assert desk.journal() == before
    desk.do("rank")


def test_too_many_rows_of_one_table_are_said_once(tmp_path: Path) -> None:
    """And a sheet that is refused for another reason is none too many."""
    desk = more_judges(opened(tmp_path))
    rows = "".join(f"H21,J{judge},10,10\n" for judge in (1, 2, 3))
    said = desk.refuse("import", "scores", desk.write("three.csv", f"entry,judge,walls,water\n{rows}"))
    assert said.count("H21 has 3 sheets") == 1
    desk.do("enter", "H11")
    desk.do("score", "H11", "J1", "10", "10")
    both = "entry,judge,walls,water\nH11,J3,10,10\nH11,J4,10,10\n"
    said = desk.refuse("import", "scores", desk.write("both.csv", both))
    assert "sheets" not in said.split("refused.")[1]


def test_the_remedy_of_an_extra_sheet_works_as_typed(tmp_path: Path) -> None:
    """The sheet that does not belong is taken out, and the right one is taken in."""
    desk = more_judges(scored(tmp_path))
    said = desk.refuse("score", "H12", "J3", "10", "10")
    out = next(one for one in commands(said) if one[0] == "score")
    desk.do(*out)
    desk.do("score", "H12", "J3", "10", "10")
    desk.do("rank")


def test_a_round_that_has_too_many_says_how_one_is_taken_out(tmp_path: Path) -> None:
    """Two laptops, two judges each: after the merge `rank` refuses with a command that helps."""
    desk = more_judges(opened(tmp_path))
    desk.do("enter", "--all")
    for name in ("ana", "beto"):
        desk.do("devices", "hand-out", f"{name}.db", "--name", name)
    for name, judge in (("ana", "J1"), ("ana", "J2"), ("beto", "J3")):
        desk.do("score", "H12", judge, "10", "10", "--db", f"{name}.db", "--as", name)
    desk.run("merge", "ana.db", "beto.db")
    said = desk.refuse("rank")
    (out,) = commands(said)
    desk.do(*("J3" if word == "JUDGE" else word for word in out))
    desk.do("rank")


def test_a_judge_with_the_dni_of_a_head_is_of_that_community(tmp_path: Path) -> None:
    """The whole community is barred, not the own household alone: for sheets, tables and panels."""
    desk = more_judges(opened(tmp_path))
    desk.do("enter", "--all")
    said = desk.refuse("score", "H12", "J4", "10", "10")
    assert "J4 has the DNI of the head of a household in C1 and cannot judge there" in said
    desk.do("score", "H22", "J4", "10", "10")
    table = desk.write("own.csv", "entry,judge,walls,water\nH13,J4,10,10\n")
    assert "own.csv:2: J4 has the DNI" in desk.run("import", "scores", table).err
    assert "J4 has the DNI" in desk.refuse("panel", "assign", "--within", "C1", "--judge", "J1", "--judge", "J4")
    assert '"community": ""' in desk.do("list", "judges", "--format", "json").out


def test_no_sheet_is_bound_to_a_judge_who_may_not_mark_the_entry(tmp_path: Path) -> None:
    """`sheet bind` makes the same check as `score`: own community, panel, one too many."""
    desk = more_judges(opened(tmp_path))
    desk.do("enter", "H11", "H12", "H13")
    desk.do("score", "H13", "J1", "10", "10")
    desk.do("score", "H13", "J2", "10", "10")
    blank = desk.do("sheet", "number", "--blank", "1", "--format", "json").json[-1]["sheet"]
    before = desk.journal()
    assert "J4 has the DNI of the head of a household in C1" in desk.refuse("sheet", "bind", blank, "H12", "J4")
    assert "H13 has 3 sheets" in desk.refuse("sheet", "bind", blank, "H13", "J3")
    assert desk.journal() == before
    desk.do("panel", "assign", "--within", "C1", "--judge", "J1", "--judge", "J2")
    said = desk.refuse("sheet", "bind", blank, "H12", "J3")
    assert "J3 Pia de Prueba is not in the panel that judges H12 Persona 12" in said
    desk.do("panel", "recuse", "J1", "H12", "--reason", "su hermana")
    assert "J1 Elena de Prueba stepped back" in desk.refuse("sheet", "bind", blank, "H12", "J1")


def test_a_judge_who_may_not_mark_the_entry_is_refused_before_a_mark_is_typed(tmp_path: Path) -> None:
    """At the question which judge it was: nothing is bound, nobody is entered; so too where entry and judge are called."""
    desk = more_judges(opened(tmp_path))
    desk.do("enter", "H11")
    blank = desk.do("sheet", "number", "--blank", "1", "--format", "json").json[-1]["sheet"]
    before = desk.journal()
    for pile in (f"{blank}\nH11\nJ4\n", f"{blank}\nH12\nJ4\n", "H11 J4\n"):
        ran = lines(desk, pile)
        assert "J4 has the DNI of the head of" in ran.stderr, pile
        assert "-- " not in ran.stderr, "the sheet was laid on the desk"
        assert ran.stderr.count("J4 has the DNI") == 1
    assert desk.journal() == before
    assert lines(desk, f"{blank}\nH12\nJ1\n10 10\n20\n\n").returncode == 0
