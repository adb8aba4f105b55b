"""`settle`: rules on a score table, with no database; the JSON of CONTRACT.md to the letter."""

import csv
import io
from pathlib import Path

from tests.cli.desk import RULES, Desk, scores

_SCORES = "within," + scores().replace("\nH1", "\nC1,H1").replace("\nH2", "\nC2,H2")


def _desk(folder: Path) -> Desk:
    desk = Desk(folder)
    desk.write("rules.yaml", RULES)
    desk.write("scores.csv", _SCORES)
    return desk


def test_the_document_has_the_keys_of_the_contract(tmp_path: Path) -> None:
    """Exact numbers are strings; nothing is stored."""
    found = _desk(tmp_path).do("settle", "rules.yaml", "scores.csv", "--tier", "household", "--format", "json").json
    assert list(found) == ["competition", "tier", "currency", "contests", "purses"]
    contest = found["contests"][0]
    assert (contest["within"], contest["category"], contest["unranked"]) == ("C1", None, [])
    first = contest["placings"][0]
    assert first == {
        "place": 1,
        "entry": "H15",
        "name": None,
        "points": "35.50",
        "phases": {"sheet": "35.50"},
        "judges": {"sheet": 2},
        "level": "at_level",
        "tied_with": [],
        "decided_by": None,
        "promoted": False,
        "awards": [{"scheme": "by_place", "purse": "project", "amount": "100.00", "why": "1st place"}],
        "amount": "100.00",
    }
    assert contest["placings"][3]["amount"] == "0.00"
    assert contest["purses"] == [{"id": "project", "amount": "200.00", "awarded": "200.00", "returned": "0.00"}]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["rules.yaml", "scores.csv"]


def test_the_community_tier_reads_the_json_of_the_household_tier(tmp_path: Path) -> None:
    """`--households RESULTS`, whose `within` is the community's code."""
    desk = _desk(tmp_path)
    below = desk.do("settle", "rules.yaml", "scores.csv", "--tier", "household", "--format", "json").out
    desk.write("below.json", below)
    desk.write("works.csv", "entry,households,works\nC1,6,30\nC2,8,41\n")
    asked = ("settle", "rules.yaml", "works.csv", "--tier", "community")
    found = desk.do(*asked, "--households", "below.json", "--format", "json").json
    assert [(one["entry"], one["points"]) for one in found["contests"][0]["placings"]] == [
        ("C2", "72.25"),
        ("C1", "71.67"),
    ]
    assert "--households" in desk.refuse(*asked)


def test_table_and_csv_show_the_same_places(tmp_path: Path) -> None:
    """One result, three shapes."""
    desk = _desk(tmp_path)
    asked = ("settle", "rules.yaml", "scores.csv", "--tier", "household")
    table = desk.do(*asked).out
    rows = list(csv.DictReader(io.StringIO(desk.do(*asked, "--format", "csv").out)))
    assert [row["entry"] for row in rows][:2] == ["H15", "H14"]
    assert rows[0]["purse:project"] == "100.00"
    assert "H15" in table
    assert "35.50" in table


def test_which_tier_or_competition_is_asked_for_where_there_are_several(tmp_path: Path) -> None:
    """Wrong usage, with the words to choose from."""
    desk = _desk(tmp_path)
    assert "household" in desk.refuse("settle", "rules.yaml", "scores.csv", code=2)
    assert "terraces" in desk.refuse("settle", "rules.yaml", "scores.csv", "--competition", "x", "--tier", "household")


def test_json_is_the_same_bytes_every_time_and_in_any_row_order(tmp_path: Path) -> None:
    """RULES.md, X1 and X2."""
    desk = _desk(tmp_path)
    head, *rows = _SCORES.splitlines()
    desk.write("turned.csv", "\n".join([head, *reversed(rows)]) + "\n")
    asked = ("--tier", "household", "--format", "json")
    assert (
        desk.do("settle", "rules.yaml", "scores.csv", *asked).out
        == desk.do("settle", "rules.yaml", "turned.csv", *asked).out
    )
