"""The rehearsal: both tiers through the real commands, everything marked ENSAYO, twice the same."""

import json
import sqlite3
from decimal import Decimal
from pathlib import Path

from pypdf import PdfReader
from tests.cli.desk import Desk


def test_the_demo_leaves_file_rules_tables_and_papers_and_says_what_to_try(tmp_path: Path) -> None:
    """6 communities, 180 households, 3 judges a panel, two topics, both tiers; every paper says ENSAYO."""
    desk = Desk(tmp_path)
    said = desk.do("demo", "d", PACHAMAMA_LANG="es").out
    assert "ENSAYO" in said
    assert "pachamama rank" in said
    there = Desk(tmp_path / "d")
    rounds = there.do("round", "list", "--format", "json").json
    assert [(one["round"], one["state"]) for one in rounds] == [
        ("terraces-household-1", "closed"),
        ("terraces-community-1", "closed"),
        ("pastures-household-1", "closed"),
        ("pastures-community-1", "open"),
    ]
    assert len(there.do("list", "households", "--format", "json").json) == 180
    papers = sorted((tmp_path / "d" / "papers").glob("*.pdf"))
    assert len(papers) == 14
    for paper in papers[:3]:
        assert "ENSAYO" in PdfReader(paper).pages[0].extract_text()
    assert "ENSAYO" in there.do("rank", "terraces-household-1", PACHAMAMA_LANG="es").err
    results = there.do("prizes", "terraces-household-1", "--format", "json").json["contests"]
    placings = [one for contest in results for one in contest["placings"]]
    unranked = [one["status"] for contest in results for one in contest["unranked"]]
    assert any(one["decided_by"] == "criterion:built" and one["place"] == 1 for one in placings)
    assert any(one["decided_by"] == "lots" and one["place"] == 1 for one in placings)
    assert (unranked.count("absent"), unranked.count("disqualified")) == (12, 1)
    shared = there.do("prizes", "pastures-household-1", "--format", "json").json["contests"]
    assert any(one["tied_with"] and one["awards"] for contest in shared for one in contest["placings"])
    for contest in [*results, *shared]:
        for purse in contest["purses"]:
            assert Decimal(purse["awarded"]) + Decimal(purse["returned"]) == Decimal(purse["amount"])


def test_the_demo_twice_gives_the_same_results(tmp_path: Path) -> None:
    """The same marks, places and prizes; the invented DNI begin with 0000."""
    desk = Desk(tmp_path)
    for folder in ("a", "b"):
        desk.do("demo", folder)
    stored = []
    for folder in ("a", "b"):
        with sqlite3.connect(tmp_path / folder / "pachamama.db") as file:
            stored.append([row[0] for row in file.execute("SELECT document FROM result ORDER BY id")])
    assert stored[0] == stored[1]
    households = Desk(tmp_path / "a").do("list", "households", "--format", "json").json
    assert all(one["dni"].startswith("0000") for one in households)
    assert json.loads(stored[0][0])["competition"] == "terraces"
