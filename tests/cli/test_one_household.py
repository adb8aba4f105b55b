"""Two rows of the register that were made one household compete once in a contest, whatever is typed afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest

from .desk import Desk, scored
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
