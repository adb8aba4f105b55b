"""Where no round is named: the one in which the code competes, and for paying one that is closed and has prizes."""

from __future__ import annotations

from pathlib import Path

import pytest

from .desk import Desk, scored

LOWER, UPPER = "terraces-household-1", "terraces-community-1"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The households' round is closed, that of the communities open."""
    desk = scored(tmp_path)
    desk.do("round", "close", "--witness", "Ana")
    desk.do("round", "open", "terraces", "--tier", "community")
    return desk


def test_paying_is_about_the_closed_round_with_prizes(desk: Desk) -> None:
    """The open round pays nobody yet."""
    assert "H15" in desk.do("pay", "list").out
    assert LOWER in desk.do("print", "receipts", "-o", "papers").out


def test_an_appeal_is_about_the_round_in_which_the_household_competes(desk: Desk) -> None:
    """And the day for appeals is that of the closed round."""
    desk.do("appeal", "open", "--until", "2099-01-01")
    assert desk.do("appeal", "file", "H13", "--by", "Rosa", "--text", "no").out.startswith(LOWER)


def test_marks_go_into_the_round_of_their_code(desk: Desk) -> None:
    """A household's sheet belongs to the closed round, and is refused as that; a community's is taken."""
    for words in (("score", "H11", "J2", "1", "2"), ("set-status", "H11", "absent", "--reason", "x"), ("enter", "H11")):
        assert f"Round {LOWER} is closed" in desk.refuse(*words)
    desk.do("enter", "C1")
    desk.do("score", "C1", "J1", "30")
    assert f"{UPPER}: 0 new" in desk.do("enter", "C1").err


def test_where_several_rounds_can_be_meant_they_are_listed(desk: Desk) -> None:
    """Two closed rounds with prizes: which one is paid is asked."""
    for code in ("C1", "C2"):
        desk.do("score", code, "J1", "30")
    desk.do("round", "close", UPPER, "--witness", "Ana")
    said = desk.refuse("pay", "list", code=2)
    assert LOWER in said
    assert UPPER in said


def test_a_second_edition_is_meant_while_it_is_open(desk: Desk) -> None:
    """The household competed in the closed round, and is marked in the open one."""
    desk.do("round", "close", UPPER, "--accept-missing", "x", "--witness", "Ana")
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2027")
    desk.do("enter", "H11")
    assert "points stored" in desk.do("score", "H11", "J1", "10", "10").err
