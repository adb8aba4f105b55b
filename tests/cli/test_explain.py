"""`explain`: one entry from each mark to the cent, of an open round, of a closed one, of a table that is tried."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.cli.desk import COMMUNITIES, JUDGES, RULES, WATERSHEDS, Desk, households, scores

ROUND = "terraces-household-1"


def _desk(folder: Path, *, without: tuple[str, str] | None = None) -> Desk:
    """A round with its sheets."""
    desk = Desk(folder)
    desk.write("rules.yaml", RULES)
    for name, text in (
        ("watersheds", WATERSHEDS),
        ("communities", COMMUNITIES),
        ("households", households()),
        ("judges", JUDGES),
    ):
        desk.write(f"{name}.csv", text)
    desk.write("scores.csv", scores(without=without))
    desk.do("init", "--rules", "rules.yaml")
    for name in ("watersheds", "communities", "households", "judges"):
        desk.do("import", name, f"{name}.csv")
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("enter", "--all")
    desk.do("import", "scores", "scores.csv")
    return desk


def test_an_entry_of_an_open_round_is_explained_and_provisional(tmp_path: Path) -> None:
    """Marks, mean, place, prize, purse: on a screen of 79 columns; that it can change stands on stderr."""
    ran = _desk(tmp_path).do("explain", "H14")
    assert ran.out.splitlines()[0] == "H14 Persona 14, C1 Ccapana, round terraces-household-1"
    for line in (
        "  H14 Persona 14 has place 2 with 32.50 points, and receives USD 60.00",
        "  J1: Muros 14 and Agua 18.5; 14 + 18.5 = 32.5",
        "  mean of 2 judges: (32.5 + 32.5) ÷ 2 = 32.5",
        "  for place 1: H15 Persona 15 has 35.50, so 3.00 more was needed to be equal",
        "  the list has USD 60.00 for 2nd place",
        "  USD 200.00 − USD 200.00 = USD 0.00 back to the purse",
    ):
        assert line in ran.out.splitlines()
    assert max(map(len, ran.out.splitlines())) <= 79
    assert "PROVISIONAL" in ran.err


def test_the_json_has_the_entry_its_contest_and_the_sections(tmp_path: Path) -> None:
    """One document and nothing else; every section has a title and lines."""
    found = _desk(tmp_path).do("explain", "H14", "--format", "json").json
    assert list(found) == ["round", "entry", "within", "category", "sections"]
    assert [found[key] for key in ("round", "entry", "within", "category")] == [ROUND, "H14", "C1", None]
    assert [one["title"] for one in found["sections"]] == [
        "In short",
        "Marks and points: the sheet",
        "Total",
        "Place",
        "Prize: by place",
        "Prizes",
        "Purse “Proyecto” of this contest",
    ]
    assert all(one["lines"] for one in found["sections"])


def test_numbers_are_said_as_the_readers_language_says_them(tmp_path: Path) -> None:
    """Spanish readers get Spanish ordinals and the same figures."""
    ran = _desk(tmp_path).do("explain", "H14", "--lang", "es")
    assert "USD 60.00" in ran.out
    assert "2.º" in ran.out


def test_an_entry_without_a_place_hears_what_is_missing(tmp_path: Path) -> None:
    """A sheet that is out is named on stderr, why there is no place on stdout."""
    ran = _desk(tmp_path, without=("H14", "J2")).do("explain", "H14")
    assert "H14 Persona 14 has no place: incomplete: 1 judge in “the sheet”, at least 2" in ran.out
    assert "H14 Persona 14: the sheet of J2 Luis de Prueba is missing" in ran.err


def test_a_closed_round_is_explained_as_it_was_stored(tmp_path: Path) -> None:
    """The results of the closing, reckoned again only to be explained."""
    desk = _desk(tmp_path)
    before = desk.do("explain", "H14").out
    desk.do("round", "close")
    ran = desk.do("explain", "H14", "--round", ROUND)
    assert ran.out == before
    assert "PROVISIONAL" not in ran.err


def test_a_closed_round_whose_sheets_give_other_results_is_not_explained(tmp_path: Path) -> None:
    """Exit code 3, what differs, and that nobody should be paid."""
    desk = _desk(tmp_path)
    desk.do("round", "close")
    with sqlite3.connect(tmp_path / "pachamama.db") as file:
        changed = file.execute("UPDATE sheet SET marks = replace(marks, '18.5', '19.5')").rowcount
    assert changed == 20, "behind the program's back"
    said = desk.refuse("explain", "H14", code=3)
    assert "H14: place 2, 32.50 points, USD 60.00 at the closing, and now place 2, 33.50 points, USD 60.00" in said
    assert "Do not pay" in said


def test_an_unknown_entry_is_refused_with_near_codes(tmp_path: Path) -> None:
    """Nothing on stdout, near codes on stderr."""
    assert "did you mean H14" in _desk(tmp_path).refuse("explain", "H144")


def test_a_table_that_is_tried_is_explained_too(tmp_path: Path) -> None:
    """`settle … --explain ENTRY`: the same lines, with no database."""
    desk = Desk(tmp_path)
    desk.write("rules.yaml", RULES)
    desk.write("scores.csv", "within," + scores().replace("\nH1", "\nC1,H1").replace("\nH2", "\nC2,H2"))
    asked = ("settle", "rules.yaml", "scores.csv", "--tier", "household", "--explain", "H24")
    ran = desk.do(*asked)
    assert "  H24 has place 2 with 32.50 points, and receives USD 60.00" in ran.out.splitlines()
    found = desk.do(*asked, "--format", "json").json
    assert (found["round"], found["entry"], found["within"]) == (None, "H24", "C2")
    assert "did you mean H24" in desk.refuse(*asked[:-1], "H244")
    assert desk.run(*asked, "--format", "csv").code == 2
    assert desk.run(*asked[:-2], "--within", "C1").code == 2


def test_an_entry_in_two_categories_needs_to_be_told_which(tmp_path: Path) -> None:
    """Wrong usage (2) that names the contests; `--category` answers it."""
    desk = Desk(tmp_path)
    desk.write(
        "rules.yaml",
        RULES.replace("within: community\n", "within: community\n        categories: [{id: a}, {id: b}]\n", 1),
    )
    desk.write(
        "scores.csv",
        "within,category,entry,judge,walls,water\n"
        + "".join(f"C1,{category},H1,{judge},10,20\n" for category in "ab" for judge in ("J1", "J2")),
    )
    asked = ("settle", "rules.yaml", "scores.csv", "--tier", "household", "--explain", "H1")
    assert "H1 competes in several contests: C1, a and C1, b" in desk.refuse(*asked, code=2)
    assert desk.do(*asked, "--category", "b", "--format", "json").json["category"] == "b"
