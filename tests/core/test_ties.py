"""Tie steps where they are easily got wrong: inside smaller groups, between equal pairs, in cycles (RULES.md, T3)."""

from collections.abc import Mapping, Sequence

import pytest

from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.rules import load_rules
from pachamama.core.settle import settle


def order(ties: str, table: Mapping[str, str], *, more: str = "") -> list[str]:
    """The entries by place, those who share one joined by `=`; the table has the marks of judges J1, J2, …"""
    rules = load_rules(
        "version: 1\nprogramme: {}\ncompetitions:\n  c:\n    tiers:\n      - tier: household\n        within: programme\n"
        f"        criteria: [{{id: m, min: 0, max: 50}}]\n        ties: {ties}\n        {more}\n"
    )
    entries = tuple(
        Entry(code, sheets=tuple(Sheet(f"J{n}", "sheet", {"m": mark}) for n, mark in enumerate(numbers(row))))
        for code, row in table.items()
    )
    (contest,) = settle(rules, "c", "household", [Contest(None, None, entries)]).contests
    places: dict[int, list[str]] = {}
    for one in contest.placings:
        places.setdefault(one.position, []).append(one.entry.code)
    return ["=".join(group) for group in places.values()]


def numbers(row: str) -> Sequence[int]:
    """The marks of a row."""
    return [int(mark) for mark in row.split()]


def test_a_cycle_decides_nothing() -> None:
    """A beats B, B beats C, C beats A, each by two sheets to one: they share the place."""
    assert order("[head_to_head]", {"A": "3 2 1", "B": "2 1 3", "C": "1 3 2"}) == ["A=B=C"]


def test_head_to_head_is_reckoned_anew_inside_each_smaller_group() -> None:
    """C wins two pairs, A and B one and a half each, D one; between A and B alone A is ahead, by two sheets to one."""
    table = {"A": "3 1 4", "B": "2 4 2", "C": "4 3 1", "D": "2 2 4"}
    assert order("[head_to_head]", table) == ["C", "A", "B", "D"]


def test_an_equal_pair_counts_one_half() -> None:
    """B beats A; C is even with both, and so stands before A, who is even with C only."""
    assert order("[head_to_head]", {"A": "2 1 0", "B": "0 2 1", "C": "2 0 1"}) == ["B", "C", "A"]


def test_the_lower_side_wins_the_pairs_where_the_lower_points_win() -> None:
    """Under `better: lower` a pair goes to the entry that is lower on more sheets."""
    table = {"A": "3 3 0", "B": "2 2 2"}
    assert order("[head_to_head]", table) == ["A", "B"]
    assert order("[head_to_head]", table, more="ranking: {better: lower}") == ["B", "A"]


@pytest.mark.parametrize(
    ("step", "table", "found"),
    [
        ("count_back", {"A": "5 3 1", "B": "4 4 1", "C": "5 2 2"}, ["A", "C", "B"]),
        ("best_judge", {"A": "5 3 1", "B": "4 4 1", "C": "5 2 2"}, ["A=C", "B"]),
        ("worst_judge", {"A": "5 3 1", "B": "4 4 1", "C": "5 2 2"}, ["C", "A=B"]),
    ],
)
def test_steps_that_look_at_single_sheets(step: str, table: Mapping[str, str], found: Sequence[str]) -> None:
    """Nine points each: more 5s first, then more 4s, more 3s; or only the best sheet; or only the worst."""
    assert order(f"[{step}]", table) == found


def by_registration(*registered: str) -> tuple[list[str], list[str]]:
    """The entries A, B, … of equal points by place, and what is said of them."""
    rules = load_rules(
        "version: 1\nprogramme: {}\ncompetitions:\n  c:\n    tiers:\n      - tier: household\n        within: programme\n"
        "        criteria: [{id: m, max: 5}]\n        panel: {judges: 1}\n        ties: [earlier_registration, shared]\n"
    )
    entries = tuple(
        Entry(code, sheets=(Sheet("J", "sheet", {"m": 3}),), fields={"registered": when})
        for code, when in zip("ABC", registered, strict=False)
    )
    (contest,) = settle(rules, "c", "household", [Contest(None, None, entries)]).contests
    places: dict[int, list[str]] = {}
    for one in contest.placings:
        places.setdefault(one.position, []).append(one.entry.code)
    return ["=".join(group) for group in places.values()], [
        str(warning.values["why"]) for warning in contest.warnings if "why" in warning.values
    ]


@pytest.mark.parametrize(
    ("registered", "places"),
    [
        (("2026-03-05", "2026-03-03"), ["B", "A"]),
        (("2026-03-03T10:00", "2026-03-02"), ["B", "A"]),
        (("2026-03-03T10:00", "2026-03-03T09:00"), ["B", "A"]),
        (("2026-03-03T10:00-05:00", "2026-03-03T14:00Z"), ["B", "A"]),
        (("2026-03-03", "2026-03-03"), ["A=B"]),
    ],
)
def test_the_earlier_registration_comes_first(registered: Sequence[str], places: Sequence[str]) -> None:
    """Days by the day, times by the time, those with an offset at the moment that they mean."""
    assert by_registration(*registered) == (places, [])


@pytest.mark.parametrize(
    "registered",
    [
        ("2026-03-03", "2026-03-03T10:00"),
        ("2026-03-03T09:00-05:00", "2026-03-03T10:00"),
        ("2026-03-03T09:00-05:00", "2026-03-04"),
        ("2026-03-01", "2026-03-03", "2026-03-03T10:00"),
    ],
)
def test_registrations_that_cannot_be_compared_decide_nothing_and_it_is_said(registered: Sequence[str]) -> None:
    """A day is not its midnight, and a clock without an offset is nobody knows whose: as if a field were missing."""
    places, said = by_registration(*registered)
    assert places == ["=".join("ABC"[: len(registered)])]
    assert len(said) == 1
