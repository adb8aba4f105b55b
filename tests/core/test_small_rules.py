"""Small rules that random competitions seldom reach: each found by breaking the code and seeing no test fail."""

from fractions import Fraction

import pytest

from pachamama.core.model import Contest, Entry, RecordedOrder, Sheet
from pachamama.core.panels import ROOT_DIGITS, root
from pachamama.core.rules import load_rules
from pachamama.core.settle import settle


def _tier(more: str) -> str:
    return (
        "version: 1\nprogramme: {}\ncompetitions:\n  c:\n    tiers:\n      - tier: household\n        within: programme\n"
        f"        criteria: [{{id: m, min: 0, max: 20}}]\n        {more}\n"
    )


@pytest.mark.parametrize(
    ("full", "panel"),
    [
        (20, "{judges: 7, combine: trimmed}"),
        (100, "{judges: 7, combine: trimmed, then: sum}"),
        (60, "{judges: 5, combine: trimmed, then: sum}"),
        (80, "{judges: 4, combine: trimmed, then: sum}"),
        (140, "{judges: 7, combine: trimmed, then: sum, drop: {highest: 1, lowest: 1, from: 8}}"),
        (60, "{judges: 3, combine: sum}"),
        (None, "{judges: 3, combine: rank_sum}"),
        (20, "{judges: 3, combine: median}"),
    ],
)
def test_the_full_total_counts_the_sheets_that_are_kept(full: int | None, panel: str) -> None:
    """RULES.md, A2: × judges for sums, without those that are dropped; no full total for ranks."""
    assert load_rules(_tier(f"panel: {panel}")).competitions["c"].tiers[0].full_total == full


@pytest.mark.parametrize(("square", "exact"), [(Fraction(9, 4), Fraction(3, 2)), (Fraction(16), 4), (Fraction(0), 0)])
def test_a_root_is_exact_where_there_is_one(square: Fraction, exact: Fraction | int) -> None:
    """RULES.md, A5: else it has fifty digits, never more than the true root."""
    assert root(square) == exact
    two = Fraction(root(Fraction(2)))
    assert two**2 < 2 < (two + Fraction(1, 10**ROOT_DIGITS)) ** 2


def test_who_fills_one_seat_counts_once_for_a_later_quota() -> None:
    """RULES.md, C1: one already in counts for later quotas, each once."""
    rules = load_rules(
        _tier("promotion: {top: 3, quota: [{field: sex, value: F, count: 1}, {field: zone, value: high, count: 2}]}")
    )
    people = (
        ("A", 20, "M", "low"),
        ("B", 19, "M", "low"),
        ("C", 18, "M", "low"),
        ("D", 9, "F", "high"),
        ("E", 8, "M", "high"),
    )
    entries = tuple(
        Entry(
            code,
            sheets=(Sheet("J1", "sheet", {"m": mark}), Sheet("J2", "sheet", {"m": mark})),
            fields={"sex": sex, "zone": zone},
        )
        for code, mark, sex, zone in people
    )
    (contest,) = settle(rules, "c", "household", [Contest(None, None, entries)]).contests
    assert [one.entry.code for one in contest.placings if one.promoted] == ["A", "D", "E"]


def test_an_order_of_the_jury_draws_no_lots() -> None:
    """RULES.md, T4: each step looks only at the orders recorded for it."""
    rules = load_rules(_tier("ties: [{lots: recorded}]"))
    entries = tuple(Entry(code, sheets=tuple(Sheet(j, "sheet", {"m": 5}) for j in ("J1", "J2"))) for code in "AB")
    for step, places in (("jury_decision", [1, 1]), ("lots", [1, 2])):
        order = RecordedOrder(step, {"A": 1, "B": 2})  # type: ignore[arg-type]
        (contest,) = settle(rules, "c", "household", [Contest(None, None, entries, (order,))]).contests
        assert [one.place for one in contest.placings] == places
        assert bool(contest.due) == (step == "jury_decision")


def test_a_requested_amount_may_have_a_decimal_comma() -> None:
    """As spreadsheets write it: 12,50 of a cash unit of 0.50."""
    rules = load_rules(
        _tier("prizes: {purses: [{id: p, amount: 40}], awards: [{scheme: until_spent}]}").replace(
            "{}", "{cash_unit: 0.5}"
        )
    )
    entry = Entry("A", sheets=tuple(Sheet(j, "sheet", {"m": 5}) for j in ("J1", "J2")), fields={"requested": "12,50"})
    (contest,) = settle(rules, "c", "household", [Contest(None, None, (entry,))]).contests
    assert contest.placings[0].cents == 1250
