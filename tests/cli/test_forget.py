"""`forget`: a person is erased to the last byte, and everything that was decided about marks and money stays proved."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.cli.desk import COMMUNITIES, JUDGES, RULES, WATERSHEDS, Desk, households, registered, scored
from tests.cli.terminal import at_terminal

ROUND = "terraces-household-1"
YES = ("--reason", "lo pidió", "--yes")


def holds(desk: Desk, *words: str, name: str = "pachamama.db") -> list[str]:
    """Which of the words stand anywhere in the bytes of the file."""
    content = (desk.folder / name).read_bytes()
    return [word for word in words if word.encode() in content]


def closed(folder: Path) -> tuple[Desk, Any, str]:
    """Results that stand, as JSON, and the code of their papers."""
    desk = scored(folder)
    desk.do("import", "households", desk.write("h.csv", "code,community,head\nH11,C1,Nombre Nuevo\n"), "--yes")
    desk.do("round", "close")
    desk.do("appeal", "file", "--all", "--by", "Testigo Solitario", "--text", "el orden")
    prizes = desk.do("prizes", "--format", "json").json
    with sqlite3.connect(desk.folder / "pachamama.db") as file:
        code = file.execute("SELECT seal FROM result").fetchone()[0]
    return desk, prizes, code


def without_names(results: Any) -> Any:
    """The same results, whoever is called what."""
    for contest in results["contests"]:
        for placing in contest["placings"]:
            placing.pop("name")
    return results


def test_no_byte_of_a_household_is_left_and_all_is_still_proved(tmp_path: Path) -> None:
    """Head, earlier head, partner and DNI are gone from the file; places, amounts, seal and paper's code are not."""
    desk, before, code = closed(tmp_path)
    every = ("Nombre Nuevo", "Persona 11", "Pareja 11", "00001134")
    assert holds(desk, *every) == list(every)
    ran = desk.do("forget", "H11", *YES)
    assert "2 records are erased" in ran.err
    assert holds(desk, *every) == []
    assert holds(desk, "Persona 12") == ["Persona 12"]
    assert desk.do("check").err == ""
    assert "these results stand" in desk.do("check", "--code", code).out
    assert without_names(desk.do("prizes", "--format", "json").json) == without_names(before)
    desk.do("rank")
    assert "everything is erased already" in desk.do("forget", "H11", *YES).err


def test_a_judge_and_a_claimant_are_erased_too(tmp_path: Path) -> None:
    """A judge by code with the DNI, a claimant by name in letters of any size."""
    desk, _, code = closed(tmp_path)
    desk.do("forget", "J1", *YES)
    desk.do("forget", "testigo solitario", *YES)
    assert holds(desk, "Elena de Prueba", "00001111", "Testigo Solitario") == []
    assert "these results stand" in desk.do("check", "--code", code).out
    assert "(a name that was erased) appeals" in desk.do("log", "--kind", "appeal_filed").out


def test_a_judge_who_has_the_code_of_a_household_is_not_erased_along(tmp_path: Path) -> None:
    """Two people, one code: the program asks which of them, and erases only that one."""
    desk = scored(tmp_path)
    desk.do("import", "judges", desk.write("j.csv", "code,name,dni\nH11,Juez Homónimo,00009999\n"))
    assert "H11 is the code of a household and of a judge" in desk.refuse("forget", "H11", *YES)
    assert "`--who household` or `--who judge`" in desk.refuse("forget", "H11", *YES)
    desk.do("forget", "H11", "--who", "judge", *YES)
    assert holds(desk, "Juez Homónimo", "00009999", "Persona 11") == ["Persona 11"]
    desk.do("import", "judges", desk.write("j.csv", "code,name,dni\nH12,Juez Segundo,00009998\n"))
    desk.do("forget", "H12", "--who", "household", *YES)
    assert holds(desk, "Juez Segundo", "00009998", "Persona 12") == ["Juez Segundo", "00009998"]
    assert "no judge has the code H13" in desk.refuse("forget", "H13", "--who", "judge", *YES)
    assert "no household has the code J1" in desk.refuse("forget", "J1", "--who", "household", *YES)
    assert "--who" in desk.run("forget", "J1", "--who", "nadie", *YES).err
    desk.do("check")


def test_the_name_of_a_group_is_erased(tmp_path: Path) -> None:
    """An entry's own name, and the one it had before."""
    desk = scored(tmp_path)
    for name in ("Club Antiguo", "Club Flor"):
        desk.do("enter", "H11", "--name", name)
    desk.do("forget", "H11", *YES)
    assert holds(desk, "Club Antiguo", "Club Flor", "Persona 11") == []
    desk.do("check")


def test_what_the_rules_decide_by_stays_without_the_name(tmp_path: Path) -> None:
    """Two equal households, the smaller field first: the place stays proved after the name is gone; the phone goes."""
    desk = Desk(tmp_path)
    rules = RULES.replace("ties: [{criterion: walls}, {lots: recorded}]", "ties: [{lower: hectares}, shared]")
    desk.do("init", "--rules", desk.write("rules.yaml", rules))
    desk.do("import", "watersheds", desk.write("w.csv", WATERSHEDS))
    desk.do("import", "communities", desk.write("c.csv", COMMUNITIES))
    desk.do("import", "judges", desk.write("j.csv", JUDGES))
    homes = "code,community,head,hectares,apodo\nH11,C1,Ana Uno,0.5,Chata\nH12,C1,Eva Dos,1.5,Chola\n"
    desk.do("import", "households", desk.write("h.csv", homes))
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("enter", "--all")
    table = "entry,judge,walls,water\n" + "".join(f"{h},{j},10,10\n" for h in ("H11", "H12") for j in ("J1", "J2"))
    desk.do("import", "scores", desk.write("s.csv", table))
    desk.do("round", "close")
    desk.do("forget", "H11", *YES)
    assert holds(desk, "Ana Uno", "Chata") == []
    desk.do("check")
    (contest,) = desk.do("rank", "--format", "json").json["contests"]
    assert [one["entry"] for one in contest["placings"]] == ["H11", "H12"]


def test_what_would_be_erased_is_shown_and_asked_for(tmp_path: Path) -> None:
    """Without a terminal nothing is taken as a yes; at one, no is no; a trial erases nothing."""
    desk = scored(tmp_path)
    before = desk.journal()
    assert "nobody could be asked" in desk.refuse("forget", "H11", "--reason", "lo pidió")
    assert "Persona 11, Pareja 11 and the DNI" in desk.do("forget", "H11", "--dry-run").err
    ran = at_terminal(desk, "forget", "H11", "--reason", "lo pidió", answers=["no"])
    assert (ran.code, "nothing was erased" in ran.err) == (1, True)
    assert desk.journal() == before
    assert holds(desk, "Persona 11") == ["Persona 11"]
    assert at_terminal(desk, "forget", "H11", "--reason", "lo pidió", answers=["sí"]).code == 0
    assert holds(desk, "Persona 11") == []
    assert desk.journal() == before + 1


def test_where_the_name_still_stands_is_said(tmp_path: Path) -> None:
    """As a witness, as who acted, in older backups: each with what can be done."""
    desk = scored(tmp_path)
    desk.do("round", "close", "--as", "Persona 11")
    desk.do("appeal", "file", "H12", "--by", "Persona 11", "--text", "el puesto")
    (tmp_path / "backups").mkdir(exist_ok=True)
    (tmp_path / "backups" / "old.db").write_bytes(b"old")
    ran = desk.do("forget", "H11", *YES)
    assert "1 other record" in ran.err
    assert "2 entries of the journal were made by somebody of that name" in ran.err
    assert "still hold" in ran.err
    assert "backups" in ran.err
    told = desk.do("forget", "Persona 11", *YES, "--format", "json").json
    assert (told["erased"], told["entries_as_actor"]) == (1, 2)


@pytest.mark.parametrize("first", ["office", "ana"])
def test_two_laptops_that_knew_the_same_person_stay_of_one_mind(tmp_path: Path, first: str) -> None:
    """Both brought the same register, each with salts of its own: erased, merged in any order, both are proved."""
    desk = registered(tmp_path)
    desk.do("devices", "hand-out", "ana.db", "--name", "ana")
    row = desk.write("new.csv", "code,community,head,dni\nH19,C1,Persona Nueva,00001999\n")
    desk.do("import", "households", row)
    desk.do("import", "households", row, "--db", "ana.db")
    desk.do("merge", "ana.db")
    assert desk.do("conflicts", "list", "--format", "json").json["conflicts"] == []
    desk.do("forget", "H19", *YES)
    desk.do("check")
    assert holds(desk, "Persona Nueva", "00001999") == []
    files = {"office": "pachamama.db", "ana": "ana.db"}
    other = next(name for name in files if name != first)
    for here, there in ((first, other), (other, first)):
        desk.do("merge", files[there], "--db", files[here])
    for name in files.values():
        assert holds(desk, "Persona Nueva", "00001999", name=name) == []
        desk.do("check", "--db", name)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("forget", "H11"), 2, "why is it erased"),
        (("forget", "Nadie Aquí", *YES), 1, "nobody has the code or the name"),
    ],
)
def test_a_reason_and_somebody_are_needed(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """Who asked and why is kept; nobody is erased by half a name."""
    desk = registered(tmp_path)
    assert said in desk.refuse(*words, code=code)
    assert "nobody has" in desk.refuse("forget", "Persona", *YES)


def test_the_register_of_the_sample_has_the_names_that_are_looked_for() -> None:
    """The names above are those of the desk."""
    assert "H11,C1,Persona 11,00001134,Pareja 11" in households()


def test_reopening_a_round_says_of_a_payee_who_was_erased_that_it_was(tmp_path: Path) -> None:
    """The receipt and the sum stand, no blank stands for the name; the round is corrected and closed again as any other."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    desk.do("print", "receipts", "-o", "papers")
    listed = desk.do("pay", "list", "--format", "json").json["contests"]
    code = next(row["receipts"][0]["receipt"] for one in listed for row in one["rows"] if row["entry"] == "H15")
    desk.do("pay", "record", code, "--mode", "cash", "--day", "2026-11-25")
    desk.do("forget", "H15", *YES)
    told = desk.do("round", "reopen", "--reason", "un reclamo").err
    assert f"  {code}: H15 (a name that was erased), USD 100.00 in cash, 25 November 2026" in told.splitlines()
    desk.do("set-status", "H15", "withdrawn", "--reason", "se mudó")
    desk.do("round", "close")
    assert "H15 (a name that was erased): paid USD 100.00" in desk.do("pay", "list").err
    assert desk.run("check").code == 0
