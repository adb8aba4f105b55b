"""Explanations where many compete: who is counted instead of named, and what the smaller sentences say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from fractions import Fraction

import pytest
from tests.core.test_explanation import ENGLISH, Telling, contest, prizes, rules_of, told

from pachamama.core.explanation import explain
from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.problems import Refused, WrongUsage
from pachamama.core.rules import load_rules
from pachamama.core.settle import reckon, settle
from pachamama.core.tie_step import moment


def table(*points: float) -> str:
    """H01, H02, … with these points of one judge."""
    return "\n".join(f"H{n:02}: {mark}" for n, mark in enumerate(points, start=1))


def test_many_who_are_ahead_are_counted_with_the_nearest() -> None:
    """Under points and under places, first and last."""
    many = range(90, 70, -1)
    assert told("", table(*many), "H20").place[:2] == [
        "19 entries have more points, 72.00 or more",
        "nobody else has 71.00 points",
    ]
    assert told("", table(*many), "H01").place[0] == "nobody has more points"
    ranks = told("panel: {combine: rank_sum, judges: 1, at_least: 1}", table(*many), "H20").place
    assert ranks[0] == "19 entries have fewer points, 19.00 or fewer"
    assert (
        told("panel: {combine: rank_sum, judges: 1, at_least: 1}", table(*many), "H01").place[0]
        == "nobody has fewer points"
    )


def test_many_who_are_equal_for_money_are_counted() -> None:
    """Their prizes together are one sum."""
    found = told(prizes("{scheme: by_place, amounts: [100, 60]}"), table(*[40] * 12), "H05").prize
    assert found[:4] == [
        "equal for money: 12 entries",
        "the list has USD 100.00 for 1st place",
        "the list has USD 60.00 for 2nd place",
        "1st to 12th place put together: USD 100.00 + USD 60.00 = USD 160.00",
    ]


@pytest.mark.parametrize(
    ("panel", "marks", "line"),
    [
        ("combine: median, at_least: 1", "12", "of one judge: 12"),
        ("combine: median", "12 15", "the middle two of 12 and 15 are 12 and 15: (12 + 15) ÷ 2 = 13.5"),
        ("combine: median", "9 15 12", "the middle one of 9, 12 and 15 is 12"),
        ("combine: sum, at_least: 1", "12", "of one judge: 12"),
        ("combine: sum", "12 15", "sum of 2 judges: 12 + 15 = 27"),
        ("combine: mean", "12 15", "mean of 2 judges: (12 + 15) ÷ 2 = 13.5"),
    ],
)
def test_one_two_and_three_judges_are_told_apart(panel: str, marks: str, line: str) -> None:
    """What is reckoned of one judge is no reckoning."""
    assert told(f"panel: {{{panel}}}", f"H1: {marks}").marks[-2] == line


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        ("factor: 2, weight: 1.5", "times the factor and the weight: 4.33 × 2 × 1.5 = 12.99"),
        ("factor: 2", "times the factor: 4.33 × 2 = 8.66"),
        ("weight: 0.5", "times the weight: 4.33 × 0.5 = 2.165, rounded up to 2.17"),
        ("factor: 1", "mean of 3 judges: (4 + 4 + 5) ÷ 3 = 4.333…, rounded down to 4.33"),
    ],
)
def test_factor_and_weight_are_told_where_they_change_something(counts: str, line: str) -> None:
    """13 ÷ 3 of one phase: one multiplication, or two, or none."""
    tier = f"phases: [{{id: field, {counts}, criteria: [{{id: points, max: 20}}]}}]\npanel: {{judges: 3}}"
    assert told(tier, "H1: 4 4 5", phase="field").marks[-2] == line


def test_a_level_that_pays_nothing_and_a_flat_prize_of_nothing() -> None:
    """What is 0 is no award."""
    tier = "levels: [{id: low, name: Low, from: 10}, {id: good, name: Good, from: 70}]\n" + prizes(
        "{scheme: by_level, amounts: {good: 20}}"
    )
    assert told(tier, "H1: 50").prize == ["level “Low” is reached, which pays nothing", "this gives USD 0.00"]
    found = reckon(rules_of(prizes("{scheme: flat, amount: 0, to: all}")), "terraces", "household", [contest("H1: 50")])
    assert found.prizes.contests[0].awards == {}


def test_a_share_that_was_left_out_hears_why() -> None:
    """The purse does not hold the minimum for everybody."""
    tier = prizes("{scheme: proportional, minimum: 60}", "100", ", if_short: cut_last")
    assert told(tier, "H1: 50\nH2: 40", "H2").prize == [
        "left out: the purse does not hold the minimum of USD 60.00 for everybody",
        "this gives USD 0.00",
    ]


def test_contests_are_told_apart_by_place_and_category() -> None:
    """An entry in two of them needs both names."""
    tier = "categories: [{id: a}, {id: b}]"
    rules = rules_of(tier)
    held = [replace(contest("H1: 40"), within="C1", category=category) for category in "ab"]
    held.append(replace(contest("H1: 30\nH2: 20"), within="C2", category="b"))
    reckoning = reckon(rules, "terraces", "household", held)
    with pytest.raises(WrongUsage) as usage:
        explain(reckoning, "H1")
    assert ENGLISH.problem(usage.value.problems[0]) == (
        "H1 competes in several contests: C1, a, C1, b and C2, b\n    say which with `--within CODE` or `--category ID`"
    )
    with pytest.raises(WrongUsage):
        explain(reckoning, "H1", category="b")
    assert explain(reckoning, "H1", within="C2") == explain(reckoning, "H1", within="C2", category="b")
    assert explain(reckoning, "H1", within="C1", category="b") != explain(reckoning, "H1", within="C2")
    with pytest.raises(Refused) as refused:
        explain(reckoning, "H2", within="C1")
    assert ENGLISH.problem(refused.value.problems[0]) == "H2 does not compete there (it does in: C2, b)"


def test_a_sheet_of_one_who_is_out_may_be_empty() -> None:
    """Nothing is marked, and that is said."""
    here = contest("H1: 40")
    out = replace(
        here.entries[0], status="disqualified", sheets=(Sheet("J1", "sheet", {}), *here.entries[0].sheets[1:])
    )
    found = Telling(explain(reckon(rules_of(""), "terraces", "household", [replace(here, entries=(out,))]), "H1"))
    assert any("J1, the sheet: nothing is marked" in lines for lines in found.sections.values())


@pytest.mark.parametrize(
    ("criterion", "marks"),
    [
        ("{id: a, max: 20}", [1, 6, 11, 15, 20]),
        ("{id: a, min: 0, max: 1, step: 0.5}", [0, 0.5, 0.5, 1, 1]),
        ("{id: a, options: [{points: 9}, {points: 0}, {points: 4}]}", [0, 4, 4, 9, 9]),
        (
            "{id: a, measured: {unit: m²}, bands: [{from: 0, points: 1}, {from: 200, points: 9}, {from: 500, points: 5}]}",
            [0, 500, 500, 200, 200],
        ),
    ],
)
def test_an_invented_mark_is_a_share_of_the_best(criterion: str, marks: list[float]) -> None:
    """For the examples of the bases: 0, a quarter, a half, three quarters and all, on the steps of the paper."""
    one = rules_of(f"criteria: [{criterion}]").competitions["terraces"].tiers[0].criterion("a")
    assert [one.graded(Fraction(part, 4)) for part in range(5)] == marks  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-03-05", datetime(2026, 3, 5)),  # noqa: DTZ001
        ("2026-03-05T08:30", datetime(2026, 3, 5, 8, 30)),  # noqa: DTZ001
        ("2026-03-05T08:30-05:00", datetime(2026, 3, 5, 13, 30)),  # noqa: DTZ001
        ("2026-03-05T08:30+05:30", datetime(2026, 3, 5, 3)),  # noqa: DTZ001
        ("2026-03-05T08:30Z", datetime(2026, 3, 5, 8, 30)),  # noqa: DTZ001
        ("5/3/2026", None),
        ("", None),
    ],
)
def test_a_registration_is_compared_in_one_zone(text: str, time: datetime | None) -> None:
    """RULES.md, T3: dates and times of one clock, or with their zones; nothing else is understood."""
    assert moment(text) == time


def test_entries_without_a_place_are_not_due() -> None:
    """What people must still do is asked of the whole settlement, contest by contest."""
    rules = load_rules(
        "version: 1\nprogramme: {}\ncompetitions:\n  c:\n    tiers:\n      - tier: household\n        within: community\n"
        "        criteria: [{id: m, max: 20}]\n        panel: {judges: 1, at_least: 1}\n        ties: [{lots: recorded}]\n"
    )

    def equal(within: str) -> Contest:
        return Contest(
            within, None, tuple(Entry(within + code, sheets=(Sheet("J1", "sheet", {"m": 5}),)) for code in "AB")
        )

    due = settle(rules, "c", "household", [equal("Y"), equal("X")]).due
    assert [ENGLISH.say(one) for one in due] == [
        "Lots must be drawn between XA and XB and recorded.",
        "Lots must be drawn between YA and YB and recorded.",
    ]
