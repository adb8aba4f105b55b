"""The papers of a round: codes, the evening's page, what must be checked before the closing, assets and pictures."""

import re
import sys
from pathlib import Path

import pytest
from tests.cli.desk import RULES, Desk, opened, registered, scored, scores
from tests.cli.typing_desk import Terminal

PNG = b"\x89PNG\r\n\x1a\n" + b"a sheet"


def entered(folder: Path) -> Desk:
    """Everybody entered, the panel of C1 seated, nothing typed."""
    desk = opened(folder)
    desk.do("enter", "--all")
    desk.do("panel", "assign", "--within", "C1", "--judge", "J1", "--judge", "J2")
    return desk


# -- numbered sheets -------------------------------------------------------------------------------------------------


def test_every_expected_sheet_gets_a_code_once(tmp_path: Path) -> None:
    """Five households of C1 with two named judges, five of C2 with two judges that nobody has named; blanks on top."""
    desk = entered(tmp_path)
    new = desk.do("sheet", "number", "--blank", "3", "--format", "json").json
    assert len(new) == 10 + 10 + 3
    assert len({one["sheet"] for one in new}) == 23
    assert {one["judge"] for one in new if one["within"] == "C1"} == {"J1", "J2"}
    assert {one["judge"] for one in new if one["within"] == "C2"} == {None}
    before = desk.journal()
    assert desk.do("sheet", "number", "--format", "json").json == []
    assert desk.journal() == before
    assert "Every expected sheet has a code already." in desk.do("sheet", "number").err


def test_the_list_says_which_sheets_are_out(tmp_path: Path) -> None:
    """A typed sheet is in; `--out` leaves the others."""
    desk = entered(tmp_path)
    desk.do("sheet", "number", "--within", "C1")
    desk.do("score", "H11", "J1", "10", "20")
    assert len(desk.do("sheet", "list", "--judge", "J1", "--out", "--format", "csv").out.splitlines()) == 1 + 4
    assert len(desk.do("sheet", "list", "--judge", "J1", "--format", "csv").out.splitlines()) == 1 + 5
    assert "J2" in desk.do("sheet", "list").out


def test_a_blank_sheet_is_bound_to_who_came_on_the_day(tmp_path: Path) -> None:
    """The code may be typed in any form; a mistyped one is refused, and a second owner once it is typed."""
    desk = entered(tmp_path)
    (blank,) = (one["sheet"] for one in desk.do("sheet", "number", "--blank", "1", "--format", "json").json[-1:])
    short = blank[2:].lstrip("0").replace("-", "")
    bound = desk.do("sheet", "bind", short, "H21", "J1", "--format", "json").json
    assert (bound["sheet"], bound["entry"], bound["within"]) == (blank, "H21", "C2")
    wrong = blank[:-1] + str((int(blank[-1]) + 1) % 10)
    assert "mistyped" in desk.refuse("sheet", "bind", wrong, "H22", "J1")
    desk.do("score", "H21", "J1", "10", "20")
    assert "is that of H21" in desk.refuse("sheet", "bind", blank, "H22", "J1")
    assert "H29" in desk.refuse("sheet", "bind", blank, "H29", "J1")


def test_a_sheet_without_marks_is_bound_again_where_it_was_bound_wrongly(tmp_path: Path) -> None:
    """What people said is said anew; what is printed on a paper is not."""
    desk = entered(tmp_path)
    new = desk.do("sheet", "number", "--blank", "1", "--format", "json").json
    blank, printed = (
        new[-1]["sheet"],
        next(one["sheet"] for one in new if (one["entry"], one["judge"]) == ("H11", "J1")),
    )
    unnamed = next(one["sheet"] for one in new if (one["entry"], one["judge"]) == ("H21", None))
    desk.do("sheet", "bind", blank, "H22", "J1")
    said = desk.do("sheet", "bind", blank, "H23", "J2").err
    assert "Before, it was that of H22 by J1." in said
    desk.do("sheet", "bind", unnamed, "H21", "J1")
    desk.do("sheet", "bind", unnamed, "H21", "J2")
    now = {one["sheet"]: (one["entry"], one["judge"]) for one in desk.do("sheet", "list", "--format", "json").json}
    assert (now[blank], now[unnamed]) == (("H23", "J2"), ("H21", "J2"))
    assert "is that of H21" in desk.refuse("sheet", "bind", unnamed, "H24", "J2")
    assert "is that of H11 by J1" in desk.refuse("sheet", "bind", printed, "H11", "J2")
    desk.do("check")


# -- status ----------------------------------------------------------------------------------------------------------


def test_the_evenings_page_counts_sheets_and_says_what_comes_next(tmp_path: Path) -> None:
    """From nobody entered to ready for closing; each step named by its command."""
    desk = opened(tmp_path)
    assert "enter --all" in desk.do("status", "--format", "json").json["next"]
    desk.do("enter", "--all")
    assert "panel assign" in desk.do("status", "--format", "json").json["next"]
    desk.do("panel", "assign", "--within", "C1", "--judge", "J1", "--judge", "J2")
    desk.do("import", "scores", desk.write("s.csv", scores(without=("H23", "J2"))))
    page = desk.do("status", "--format", "json").json
    assert [(one["within"], one["sheets"], one["in"]) for one in page["contests"]] == [("C1", 10, 10), ("C2", 10, 9)]
    assert {one["judge"]: (one["sheets"], one["in"]) for one in page["judges"]} == {"J1": (10, 10), "J2": (10, 9)}
    assert any("H23" in one for one in page["in_the_way"])
    shown = desk.do("status").out
    assert "19 of 20 sheets" in shown
    assert "J2 Luis de Prueba" in shown
    assert max(map(len, shown.splitlines())) <= 80
    desk.do("score", "H23", "J2", "13", "16.5")
    page = desk.do("status", "--format", "json").json
    assert page["in_the_way"] == []
    assert "round close" in page["next"]
    desk.do("round", "close")
    assert "print prize-sheet" in desk.do("status", "--format", "json").json["next"]


@pytest.mark.skipif(sys.platform == "win32", reason="terminals of this kind are not there")
def test_what_is_watched_stays_on_one_screen(tmp_path: Path) -> None:
    """80 × 24: what is to be done, what stands in the way and the bars of the judges; of the rest, how much more there is."""
    desk = opened(tmp_path)
    desk.do("import", "judges", desk.write("j.csv", "code,name\n" + "".join(f"J{n},Juez {n}\n" for n in range(3, 20))))
    desk.do("enter", "--all")
    rows = [f"H{c}{h},J{2 * h + c},10,20" for c in (1, 2) for h in range(1, 6)]
    desk.do("import", "scores", desk.write("some.csv", "\n".join(["entry,judge,walls,water", *rows]) + "\n"))
    assert len(desk.do("status").out.splitlines()) > 24
    with Terminal(desk, "status", "--watch") as terminal:
        terminal.wait_for("Ctrl-C ends this.")
        page = re.sub(r"\x1b\[\d*m", "", terminal.text.rpartition("\x1b[H")[2]).split("\r\n")
    assert len(page) <= 24
    assert max(len(line) for line in page) <= 80
    text = " ".join(" ".join(page).split())
    assert "Next: type the sheets" in text
    assert "things stand in the way of the closing: " in text
    assert re.search(r"… and \d+ more ", text)
    assert "J3 Juez 3 ██" in text
    assert re.search(r"… and \d+ more lines: `pachamama status terraces-household-1` shows all of it", text)


def test_what_status_says_stands_in_the_way_is_what_the_closing_refuses(tmp_path: Path) -> None:
    """One list, said by both."""
    desk = opened(tmp_path)
    desk.do("import", "scores", desk.write("s.csv", scores(without=("H23", "J2"))))
    (reason,) = desk.do("status", "--format", "json").json["in_the_way"]
    assert reason in desk.refuse("round", "close")


# -- second entry ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("demanded", "blocked"), [("none", 0), ("winners", 16), ("all", 20)])
def test_rules_may_ask_that_two_people_type_the_sheets(tmp_path: Path, demanded: str, blocked: int) -> None:
    """Three prizes in each of two contests: the sheets of four households each could take one (the next one too)."""
    desk = registered(tmp_path)
    text = RULES.replace("{judges: 2, at_least: 2}", f"{{judges: 2, at_least: 2, second_entry: {demanded}}}")
    desk.do("rules", "use", desk.write("two.yaml", text))
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("import", "scores", desk.write("s.csv", scores()))
    assert len(desk.do("status", "--format", "json").json["in_the_way"]) == blocked
    if blocked:
        assert "second person" in desk.refuse("round", "close")
        desk.do("round", "close", "--accept-missing", "solo hay una persona")
    else:
        desk.do("round", "close")


# -- conflicts -------------------------------------------------------------------------------------------------------


def test_a_home_that_the_register_says_too_late_stands_in_the_way_of_the_closing(tmp_path: Path) -> None:
    """J1 turns out to be of C1 after all sheets are in: each sheet that may not count is named."""
    desk = scored(tmp_path)
    desk.do("import", "judges", desk.write("j.csv", "code,name,community\nJ1,Elena de Prueba,C1\n"))
    said = desk.refuse("round", "close")
    assert all(f"H1{number} Persona 1{number} has a sheet that may not count" in said for number in range(1, 6))
    assert "H21" not in said


def test_a_recusal_leaves_the_divisor_and_is_explained(tmp_path: Path) -> None:
    """With `at_least: 1` the other judge's sheet counts alone, nothing is missing, and `explain` says why."""
    desk = registered(tmp_path)
    desk.do("rules", "use", desk.write("one.yaml", RULES.replace("at_least: 2", "at_least: 1")))
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("enter", "H11")
    desk.do("panel", "assign", "--within", "C1", "--judge", "J1", "--judge", "J2")
    desk.do("panel", "recuse", "J2", "H11", "--reason", "es su sobrina")
    desk.do("score", "H11", "J1", "10", "20")
    assert desk.do("missing", "--format", "json").json == []
    assert "stepped back" in desk.refuse("score", "H11", "J2", "10", "20")
    (placing,) = desk.do("rank", "--format", "json").json["contests"][0]["placings"]
    assert (placing["points"], placing["judges"]) == ("30.00", {"sheet": 1})
    assert "J2 Luis de Prueba stepped back and gave no marks: es su sobrina." in desk.do("explain", "H11").out


def test_a_register_that_is_corrected_after_the_closing_changes_no_sealed_result(tmp_path: Path) -> None:
    """The number on the padrón decides the participation; the closed round keeps the one that it was reckoned with."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "community")
    desk.do("import", "scores", desk.write("w.csv", "entry,judge,works\nC1,J1,20\nC2,J1,30\n"))
    desk.do("round", "close", "terraces-community-1")
    before = desk.do("rank", "terraces-community-1", "--format", "json").out
    desk.do("import", "communities", desk.write("c.csv", "code,name,watershed,households\nC1,Ccapana,W1,60\n"))
    assert desk.do("rank", "terraces-community-1", "--format", "json").out == before
    assert desk.do("check").out == ""
    desk.do("explain", "C1", "--round", "terraces-community-1")
    desk.do("round", "reopen", "terraces-community-1", "--reason", "el padrón estaba mal")
    assert desk.do("rank", "terraces-community-1", "--format", "json").out != before


# -- assets ----------------------------------------------------------------------------------------------------------


def test_assets_stand_with_their_gain_and_are_replaced_only_with_a_reason(tmp_path: Path) -> None:
    """Quantity and value before and now; decimal comma understood; another figure needs `--correct`."""
    desk = entered(tmp_path)
    words = ("asset", "set", "H11", "terraces", "--unit", "m")
    desk.do(*words, "--before", "10", "--now", "12,5", "--value-before", "400", "--value-now", "1700")
    (row,) = desk.do("asset", "list", "--format", "json").json
    assert (row["before"], row["now"], row["gain"], row["value_gain"]) == ("10", "12.5", "2.5", "1300")
    before = desk.journal()
    assert "10" in desk.refuse("asset", "set", "H11", "terraces", "--before", "11")
    assert "no quantity" in desk.refuse("asset", "set", "H11", "terraces", "--before", "muchos")
    desk.refuse("asset", "set", "H11", "terraces", code=2)
    assert desk.journal() == before
    desk.do("asset", "set", "H11", "terraces", "--before", "11", "--correct", "mal medido")
    assert desk.do("asset", "list", "--format", "csv").out.splitlines()[1].startswith("C1,,H11,terraces,11,12.5,m")


def test_a_tie_on_the_larger_gain_reads_the_assets(tmp_path: Path) -> None:
    """What was recorded here decides the tie there."""
    desk = registered(tmp_path)
    text = RULES.replace("ties: [{criterion: walls}, {lots: recorded}]", "ties: [{larger_gain: terraces}, shared]")
    desk.do("rules", "use", desk.write("gain.yaml", text))
    desk.do("round", "open", "terraces", "--tier", "household")
    rows = "entry,judge,walls,water\n" + "".join(f"{e},{j},10,10\n" for e in ("H11", "H12") for j in ("J1", "J2"))
    desk.do("import", "scores", desk.write("s.csv", rows))
    desk.do("asset", "set", "H11", "terraces", "--before", "5", "--now", "9")
    desk.do("asset", "set", "H12", "terraces", "--before", "1", "--now", "9")
    placings = desk.do("rank", "--format", "json").json["contests"][0]["placings"]
    assert [(one["entry"], one["decided_by"]) for one in placings] == [
        ("H12", "larger_gain:terraces"),
        ("H11", "larger_gain:terraces"),
    ]


# -- pictures --------------------------------------------------------------------------------------------------------


def test_pictures_of_a_sheet_are_kept_by_their_content_and_named_by_explain(tmp_path: Path) -> None:
    """Linked once; what is no picture is refused; one that was exchanged afterwards is noticed."""
    desk = entered(tmp_path)
    code = desk.do("sheet", "number", "--within", "C1", "--format", "json").json[0]["sheet"]
    desk.do("score", "H11", "J1", "10", "20")
    desk.do("attach", code, desk.write("ficha 1.png", PNG))
    before = desk.journal()
    desk.do("attach", code, "ficha 1.png")
    assert desk.journal() == before
    assert "no picture" in desk.refuse("attach", code, desk.write("virus.exe", b"MZ"))
    (picture,) = desk.do("attach", code, "--format", "json").json["pictures"]
    kept = tmp_path / picture["file"]
    assert kept.read_bytes() == PNG
    desk.do("score", "H11", "J2", "10", "20")
    assert "ficha 1.png" in desk.do("explain", "H11").out
    kept.write_bytes(PNG + b"!")
    ran = desk.run("attach", code)
    assert ran.code == 1
    assert "missing or was changed" in ran.err


def test_the_corrections_of_a_sheet_are_told_by_explain(tmp_path: Path) -> None:
    """What it said before, why it was replaced, and by whom."""
    desk = scored(tmp_path)
    desk.do("score", "H11", "J1", "12", "20", "--correct", "mal leído", "--as", "Berta")
    said = " ".join(desk.do("explain", "H11").out.split())
    assert "it said Muros 11 and Agua 12.5; Berta corrected it, because: mal leído." in said
