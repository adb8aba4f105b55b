"""Two rows of the register that were made one household compete once in a contest, whatever is typed afterwards."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from .desk import Desk, scored, scores
from .test_beside_marks import CATEGORIES, desk_with
from .test_merging import ROUND, handed_out
from .test_taking_out import lines


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """H12 is H11 now; it was withdrawn before, with one sheet of its two."""
    desk = scored(tmp_path)
    desk.do("score", "H12", "J2", "-", "-", "--correct", "no era su ficha")
    desk.do("set-status", "H12", "withdrawn", "--reason", "es la misma familia")
    desk.do("household", "merge", "H11", "H12", "--reason", "la misma", "--yes")
    return desk


def test_the_entry_that_was_merged_away_does_not_come_back_beside_the_kept_one(desk: Desk) -> None:
    """The code says what it is now, as `enter` does; no sheet of it is taken, and no command is advised that is refused."""
    before = desk.journal()
    table = desk.write("more.csv", "entry,judge,walls,water\nH12,J2,12,14.5\n")
    for words in (
        ("set-status", "H12", "none", "--reason", "vuelve"),
        ("score", "H12", "J2", "12", "14.5"),
        ("import", "scores", table),
        ("enter", "H12"),
    ):
        said = desk.refuse(*words)
        assert "H12 is H11 now" in said, words
        assert "set-status" not in said, words
    assert "H12 is H11 now" in lines(desk, "H12 J2\n12 14.5\n26.5\n\n").stderr
    assert desk.journal() == before
    desk.do("rank")
    desk.do("check")


def test_the_sheets_of_the_entry_that_was_merged_away_may_still_be_taken_out(desk: Desk) -> None:
    """That adds nothing to the contest."""
    desk.do("score", "H12", "J1", "-", "-", "--correct", "era de H11")


def test_the_kept_household_comes_back_only_in_place_of_the_other_row(desk: Desk) -> None:
    """Whichever entry competes for the household, it is one of them; the command of the refusal helps."""
    desk.do("set-status", "H11", "withdrawn", "--reason", "vale la otra ficha")
    desk.do("set-status", "H12", "none", "--reason", "vale esta")
    said = desk.refuse("set-status", "H11", "none", "--reason", "vuelve")
    assert "H12 competes for H11 in this contest" in said
    assert "`pachamama set-status H12 withdrawn --reason TEXT`" in said
    desk.do("set-status", "H12", "withdrawn", "--reason", "vale la de H11")
    desk.do("set-status", "H11", "none", "--reason", "vuelve")


def test_a_household_withdrawn_in_each_of_its_rows_stands_in_the_way_until_one_is_put_back(tmp_path: Path) -> None:
    """Each laptop withdrew the other row and merged the pair: both withdrawals stand, and the closing names the way back."""
    desk = handed_out(tmp_path)
    desk.do("import", "scores", desk.write("s.csv", scores()))
    for laptop, keep, drop in (("ana", "H14", "H15"), ("beto", "H15", "H14")):
        by = ("--db", f"{laptop}.db", "--as", laptop)
        desk.do("set-status", drop, "withdrawn", "--reason", "la misma familia", *by)
        desk.do("household", "merge", keep, drop, "--reason", "la misma", "--yes", *by)
        time.sleep(1.1)  # the journal counts seconds
    desk.do("merge", "ana.db", "beto.db")
    for clash in desk.do("conflicts", "list", "--format", "json").json["conflicts"]:
        desk.do("conflicts", "settle", clash["code"], "--reason", "son una sola")
    what = "H14 Persona 14 and H15 Persona 14 are one household (H14), and all of them are withdrawn"
    command = f"set-status H14 none --round {ROUND} --reason TEXT"
    for said in (desk.do("status").out, desk.refuse("round", "close")):
        assert what in " ".join(said.split()), said
        assert f"`pachamama {command}`" in said
    desk.do(*command.split())
    assert "are one household" not in desk.do("status").out
    assert desk.do("round", "close").code == 0


def test_a_household_put_back_in_one_category_is_named_with_it(tmp_path: Path) -> None:
    """Where it competes in several, the command says which, and is taken as it stands."""
    desk = desk_with(tmp_path, CATEGORIES)
    for category in ("new", "old"):
        desk.do("enter", "H11", "H12", "--category", category)
    for category in ("new", "old"):
        desk.do("set-status", "H12", "withdrawn", "--reason", "la misma", "--category", category)
    desk.do("household", "merge", "H11", "H12", "--reason", "la misma", "--yes")
    desk.do("set-status", "H11", "withdrawn", "--reason", "vale la otra", "--category", "old")
    command = f"set-status H11 none --round {ROUND} --category old --reason TEXT"
    assert f"`pachamama {command}`" in desk.do("status").out
    desk.do(*command.split())
    assert "are one household" not in desk.do("status").out
