"""Explanations: every kind of rule tells its own figures, every sum that is said is true, every last line is the result."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.oracle.competitions import random_competition

from pachamama.core.explanation import Section, explain
from pachamama.core.lower_tier import with_households
from pachamama.core.model import Contest, Entry, HouseholdResult, RecordedOrder, Settlement, Sheet
from pachamama.core.numbers import read_exact
from pachamama.core.problems import Refused, WrongUsage
from pachamama.core.rules import load_rules
from pachamama.core.rules.document import Rules
from pachamama.core.sentences import Listing, Money, Points, Value
from pachamama.core.settle import Reckoning, reckon, result_of
from pachamama.exchange import read_results, read_scores
from pachamama.language import Reader

ENGLISH = Reader.of("en")


# -- small tables ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=500)
def rules_of(tier: str, unit: str = "1") -> Rules:
    """One tier, its keys as lines of YAML; `criteria` default to one mark from 0 to 100."""
    if "criteria:" not in tier:
        tier = f"criteria: [{{id: points, name: Points, min: 0, max: 100, step: 0.5}}]\n{tier}"
    if "panel:" not in tier:
        tier += "\npanel: {judges: 1}"
    lines = "\n".join(f"        {line}" for line in tier.strip().splitlines())
    return load_rules(
        f"version: 1\nprogramme: {{name: Valley, cash_unit: {unit}}}\ncompetitions:\n  terraces:\n    tiers:\n"
        f"      - tier: household\n        within: programme\n{lines}\n"
    )


def contest(
    table: str, *, fields: Mapping[str, str] | None = None, phase: str = "sheet", ids: str = "points"
) -> Contest:
    """Rows such as `H1: 12 15 16`: one sheet for each judge J1, J2 …; several criteria stand as `12/8`, `-` is empty."""
    entries = []
    for row in table.strip().splitlines():
        code, marks = row.split(":")
        sheets = [
            Sheet(
                f"J{n}",
                phase,
                {id_: read_exact(mark) for id_, mark in zip(ids.split(), cell.split("/"), strict=True) if mark != "-"},
            )
            for n, cell in enumerate(marks.split(), start=1)
            if cell != "x"
        ]
        said = dict(pair.split("=") for pair in (fields or {}).get(code.strip(), "").split())
        entries.append(Entry(code.strip(), sheets=tuple(sheets), fields=said))
    return Contest(None, None, tuple(entries))


def told(
    tier: str, table: str, entry: str = "H1", *, unit: str = "1", orders: tuple[RecordedOrder, ...] = (), **more: object
) -> Telling:
    """The explanation of an entry of a small table."""
    here = replace(contest(table, **more), orders=orders)  # type: ignore[arg-type]
    return Telling(explain(reckon(rules_of(tier, unit), "terraces", "household", [here]), entry))


class Telling:
    """An explanation in English, by section."""

    def __init__(self, sections: tuple[Section, ...]) -> None:
        self.sections = {ENGLISH.say(one.title): [ENGLISH.say(line) for line in one.lines] for one in sections}

    def __getitem__(self, title: str) -> list[str]:
        return self.sections[title]

    @property
    def marks(self) -> list[str]:
        """The lines of the first phase."""
        return next(lines for title, lines in self.sections.items() if title.startswith("Marks"))

    @property
    def place(self) -> list[str]:
        return self.sections["Place"]

    @property
    def prize(self) -> list[str]:
        """The lines of the first award."""
        return next(lines for title, lines in self.sections.items() if title.startswith("Prize:"))


# -- marks and points ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("panel", "marks", "lines"),
    [
        ("combine: mean", "41 38 40", ["mean of 3 judges: (41 + 38 + 40) ÷ 3 = 39.666…, rounded up to 39.67"]),
        ("combine: mean", "34 35 35.5", ["mean of 3 judges: (34 + 35 + 35.5) ÷ 3 = 34.833…, rounded down to 34.83"]),
        ("combine: mean, at_least: 1", "41", ["of one judge: 41"]),
        ("combine: sum", "12 15 16", ["sum of 3 judges: 12 + 15 + 16 = 43"]),
        ("combine: median", "19 12 15", ["the middle one of 12, 15 and 19 is 15"]),
        (
            "combine: median",
            "12 15 16 19",
            ["the middle two of 12, 15, 16 and 19 are 15 and 16: (15 + 16) ÷ 2 = 15.5"],
        ),
        (
            "combine: trimmed",
            "12 15 16 17 19",
            [
                "dropped as highest: 19 (J5)",
                "dropped as lowest: 12 (J1)",
                "mean of 3 judges: (15 + 16 + 17) ÷ 3 = 16",
            ],
        ),
        (
            "combine: trimmed",
            "12 15 16",
            [
                "nothing is dropped: 3 judges, and values are dropped from 5 judges on",
                "mean of 3 judges: (12 + 15 + 16) ÷ 3 = 14.333…, rounded down to 14.33",
            ],
        ),
        (
            "combine: outlier, distance: 7",
            "87 86 85 88 93 72",
            [
                "mean of all 6: (87 + 86 + 85 + 88 + 93 + 72) ÷ 6 = 85.166…",
                "dropped, because farther than 7 from it: 93 (J5) and 72 (J6)",
                "mean of 4 judges: (87 + 86 + 85 + 88) ÷ 4 = 86.5",
            ],
        ),
        (
            "combine: outlier, distance: 7",
            "40 41 42",
            [
                "none is farther than 7 from the mean of all, so none is dropped",
                "mean of 3 judges: (40 + 41 + 42) ÷ 3 = 41",
            ],
        ),
        (
            "combine: outlier, distance: 7",
            "40 60",
            [
                "all are farther than 7 from their mean, so none is dropped",
                "mean of 2 judges: (40 + 60) ÷ 2 = 50",
            ],
        ),
    ],
)
def test_each_panel_tells_what_it_dropped_and_its_sum(panel: str, marks: str, lines: list[str]) -> None:
    """The judges' values, then the arithmetic with its exact figure and what rounding did."""
    found = told(f"panel: {{{panel}}}", f"H1: {marks}")
    assert found.marks[len(marks.split()) : -1] == lines


def test_a_rank_tells_where_each_judge_put_the_entry() -> None:
    """Places among the entries that this judge marked; equal marks share them."""
    found = told("panel: {combine: rank_sum}", "H1: 19 17\nH2: 17 17\nH3: 15 16").marks
    assert found[2:] == [
        "J1 gave 19, the 1st of the 3 entries that J1 marked: place 1",
        "J2 gave 17 to 2 of the 3 entries that J2 marked, which share places 1 to 2: place 1.5",
        "sum of 2 judges: 1 + 1.5 = 2.5",
        "the sheet: 2.50 points, from 2 judges",
    ]
    points = told("panel: {combine: rank_points, points: [12, 10, 8]}", "H1: 19 17\nH2: 17 17\nH3: 15 16").marks
    assert points[3:5] == [
        "J2 gave 17 to 2 of the 3 entries that J2 marked, which share places 1 to 2: 11 points",
        "sum of 2 judges: 12 + 11 = 23",
    ]


def test_a_standardised_mark_tells_the_judges_mean_and_spread() -> None:
    """Marks 10 10 10 20 20 20 have the mean 15 and the spread 5; a judge who sees no difference gives the mean."""
    table = "H1: 20 7\nH2: 20 7\nH3: 20 7\nH4: 10 7\nH5: 10 7\nH6: 10 7"
    assert told("panel: {combine: standardised}", table).marks[2:5] == [
        "J1 gave 20; the 6 entries that J1 marked have the mean 15 and the spread 5: 100 + 20 × (20 − 15) ÷ 5 = 120",
        "J2 gave all 6 entries 7, so each counts 100",
        "mean of 2 judges: (120 + 100) ÷ 2 = 110",
    ]


PAPER = """\
criteria:
  - {id: walls, name: Walls, max: 20, weight: 0.5}
  - {id: order, name: Order, options: [{points: 15, name: All}, {points: 8, name: Half}, {points: 2}]}
  - {id: area, name: Area, measured: {unit: m²}, bands: [{from: 0, points: 0}, {from: 200, points: 5}, {from: 500, points: 10}]}
"""


def test_a_sheet_tells_options_by_name_quantities_by_band_and_weights() -> None:
    """What stands on the paper, what it is worth, and the sum of the sheet."""
    found = told(PAPER + "panel: {judges: 2}", "H1: 18/8/350 17/2/500", ids="walls order area").marks
    assert found[:3] == [
        "J1: Walls 18, Order 8 (“Half”) and Area 5 (350 m²: from 200, below 500); 18 × 0.5 + 8 + 5 = 22",
        "J2: Walls 17, Order 2 and Area 10 (500 m²: from 500 on); 17 × 0.5 + 2 + 10 = 20.5",
        "mean of 2 judges: (22 + 20.5) ÷ 2 = 21.25",
    ]


def test_marks_combined_by_criterion_are_told_by_criterion() -> None:
    """`of: criterion`: the judges of each line, its mean, its weight, then the lines together."""
    found = told(
        PAPER + "panel: {judges: 2, of: criterion, at_least: 1}", "H1: 18/8/350 17/-/500", ids="walls order area"
    ).marks
    assert found == [
        "J2 has no mark for Order: only that is left out",
        "Walls: J1 18 and J2 17",
        "Walls: mean of 2 judges: (18 + 17) ÷ 2 = 17.5",
        "Walls: 17.5 × 0.5 = 8.75",
        "Order: J1 8 (“Half”)",
        "Order: of one judge: 8",
        "Area: J1 5 (350 m²: from 200, below 500) and J2 10 (500 m²: from 500 on)",
        "Area: mean of 2 judges: (5 + 10) ÷ 2 = 7.5",
        "together: 8.75 + 8.00 + 7.50 = 24.25",
        "the sheet: 24.25 points, from 1 judge",
    ]


def test_a_sheet_that_is_not_full_is_named_with_what_it_lacks() -> None:
    """`leave_out` leaves the sheet out whole; `drop_judge` leaves the judge out for everybody."""
    found = told(PAPER + "panel: {judges: 3}", "H1: 18/8/350 17/-/500 20/15/500", ids="walls order area").marks
    assert found[2] == "J2 has no mark for Order: the sheet is not full and is left out"
    assert found[-1] == "the sheet: 28.50 points, from 2 judges"
    dropped = told("panel: {missing: drop_judge}", "H1: 12 14 19\nH2: 12 14 x").marks
    assert "J3 counts for nobody here, because it has no full sheet for an entry that others judged" in dropped
    assert dropped[-2] == "mean of 2 judges: (12 + 14) ÷ 2 = 13"


def test_factor_and_weight_and_the_rounding_between_them() -> None:
    """41, 40, 40, factor 2: 40.33 → 80.66, not 80.67."""
    tier = "panel: {judges: 3}\ncriteria: [{id: points, max: 50}]\nfactor: 2"
    assert told(tier, "H1: 41 40 40").marks[3:] == [
        "mean of 3 judges: (41 + 40 + 40) ÷ 3 = 40.333…, rounded down to 40.33",
        "times the factor: 40.33 × 2 = 80.66",
        "the sheet: 80.66 points, from 3 judges",
    ]


@pytest.mark.parametrize(
    ("named", "lines"),
    [
        ("late", ["deduction “Late”: 3", "less the deduction: 69.50 − 3 = 66.50"]),
        (
            "late worse",
            [
                "deduction “Late”: 3",
                "deduction “worse”: 80",
                "less the deduction: 69.50 − 83 = -13.50",
                "less than 0 is not possible: 0",
            ],
        ),
        (
            "help late",
            [
                "bonus “Help”: 40",
                "with the bonus: 69.50 + 40 = 109.50",
                "more than the full total is not possible: 100",
                "deduction “Late”: 3",
                "less the deduction: 100.00 − 3 = 97.00",
            ],
        ),
    ],
)
def test_bonuses_and_deductions_are_told_by_name_with_their_bounds(named: str, lines: list[str]) -> None:
    """Added before they are taken off, never above the full total, never below 0."""
    tier = "bonuses: [{id: help, name: Help, points: 40}]\ndeductions: [{id: late, name: Late, points: 3}, {id: worse, points: 80}]"
    here = contest("H1: 69.5")
    here = replace(here, entries=tuple(replace(one, deductions=frozenset(named.split())) for one in here.entries))
    found = Telling(explain(reckon(rules_of(tier), "terraces", "household", [here]), "H1"))
    assert found["Total"][:-1] == lines


def test_a_total_below_0_is_told_as_0() -> None:
    """Marks may be negative; the total is not, with or without a deduction."""
    found = told("criteria: [{id: points, min: -10, max: 10}]\npanel: {judges: 1}", "H1: -4")
    assert found["Total"] == ["less than 0 is not possible: 0", "total: 0.00 points"]


def test_a_level_reached_and_what_the_next_one_lacks() -> None:
    """69.99 does not reach 70; the figure that is missing is said."""
    tier = "levels: [{id: good, name: Good, from: 40}, {id: best, name: Best, from: 70}]"
    assert told(tier, "H1: 69.5")["Total"] == [
        "level “Good”: from 40 points on",
        "level “Best” begins at 70 points: 0.50 were missing",
        "total: 69.50 points",
    ]


def test_exact_totals_are_told_with_as_many_decimals_as_show_entries_apart() -> None:
    """`compare: exact` rounds for the paper only, and says so."""
    tier = "panel: {judges: 3}\nrounding: {compare: exact, decimals: 0}"
    found = told(tier, "H1: 12 12 13\nH2: 12 13 13", "H2")
    assert found.marks[-2] == "mean of 3 judges: (12 + 13 + 13) ÷ 3 = 12.6…"
    assert found["Total"][0].startswith("compared without rounding: 12.6…; printed")
    assert found["Total"][-1] == "total: 13 points"


COMMUNITY = """\
version: 1
programme: {name: Valley}
competitions:
  terraces:
    tiers:
      - tier: household
        within: community
        criteria: [{id: points, max: 20}]
        levels: [{id: at_level, from: 12}]
      - tier: community
        within: watershed
        from: household
        criteria:
          - {id: part, name: Participation, source: participation, bands: [{from: 0, points: 10}, {from: 50, points: 25}, {from: 75, points: 40}], knockout_below: 40}
          - {id: level, name: At level, source: households_at_level, level: at_level, max: 30}
          - {id: mean, name: Mean, source: household_mean, max: 10, weight: 0.5}
          - {id: those, name: Those, source: household_mean, over: participants, max: 10}
          - {id: median, name: Median, source: household_median, max: 10}
          - {id: best, name: Best, source: best_households, share: 30, max: 10}
          - {id: works, name: Works, max: 30}
        panel: {judges: 1}
"""


def test_sources_tell_households_values_bands_and_scales() -> None:
    """12 of 20 households took part: 60 %, from 50, below 75: 25 points."""
    households = tuple(
        HouseholdResult(f"H{n}", points, "at_level" if points >= 12 else None)
        for n, points in enumerate([18, 16, 14, 13, 12, 12, 12, 10, 9, 8, 8, 8])
    )
    entry = Entry(
        "C1", sheets=(Sheet("J1", "sheet", {"works": 22}),), fields={"households": "20"}, households=households
    )
    few = replace(entry, code="C2", households=households[:3])
    none = replace(entry, code="C3", households=())
    reckoning = reckon(load_rules(COMMUNITY), "terraces", "community", [Contest("W1", None, (entry, few, none))])
    assert Telling(explain(reckoning, "C1")).marks == [
        "J1: Works 22",
        "of one judge: 22",
        "Participation: 12 of the 20 households on the register took part: 100 × 12 ÷ 20 = 60 %",
        "Participation: 60 is from 50, below 75: 25 points",
        "At level: 7 of the 20 households on the register reached the level: 100 × 7 ÷ 20 = 35 %",
        "At level: 30 × 35 ÷ 100 = 10.5",
        "Mean: the 12 households that took part have 140 points together; over the 20 on the register: 140 ÷ 20 = 7",
        "Mean: 10 × 7 ÷ 20 = 3.5",
        "Mean: 3.5 × 0.5 = 1.75",
        "Those: the 12 households that took part have 140 points together: 140 ÷ 12 = 11.666…",
        "Those: 10 × 11.666… ÷ 20 = 5.833…, rounded down to 5.83",
        "Median: middle of the points of the 12 households that took part: 12",
        "Median: 10 × 12 ÷ 20 = 6",
        "Best: 6 of the 6 best households that count took part, with 85 points together: 85 ÷ 6 = 14.166…",
        "Best: 10 × 14.166… ÷ 20 = 7.083…, rounded down to 7.08",
        "together: 22.00 + 25.00 + 10.50 + 1.75 + 5.83 + 6.00 + 7.08 = 78.16",
        "the sheet: 78.16 points, from 1 judge",
    ]
    out = Telling(explain(reckoning, "C2"))["Without a place"]
    assert "Participation: 3 of the 20 households on the register took part: 100 × 3 ÷ 20 = 15 %" in out
    assert out[-1] == "C2 has no place: knocked out: “Participation” is 15, below 40"
    assert "Participation: nobody took part: 0" in Telling(explain(reckoning, "C3"))["Without a place"]


# -- without a place -------------------------------------------------------------------------------------------------


def test_an_incomplete_entry_is_told_which_judges_were_missing() -> None:
    """No place, no points, and the sheet that lacks a mark named."""
    tier = (
        PAPER
        + "panel: {judges: 3, at_least: 2}\nprizes: {purses: [{id: p, amount: 50}], awards: [{scheme: by_place, amounts: [20]}]}"
    )
    found = told(tier, "H1: 18/8/350 17/-/500\nH2: 18/8/350 17/8/500", ids="walls order area")
    assert found["In short"] == ["H1 has no place: incomplete: 1 judge in “the sheet”, at least 2 needed"]
    assert found["Without a place"] == [
        "J1, the sheet: Walls 18, Order 8 (“Half”) and Area 5 (350 m²: from 200, below 500)",
        "J2, the sheet: Walls 17 and Area 10 (500 m²: from 500 on)",
        "J2 has no mark for Order: the sheet is not full and is left out",
        "the sheet: 1 judge counts, and at least 2 are needed",
        "H1 has no place: incomplete: 1 judge in “the sheet”, at least 2 needed",
    ]
    assert found["Prizes"][-1] == "H1 receives USD 0.00"


def test_a_disqualified_entry_keeps_its_marks_and_hears_the_reason() -> None:
    """The marks stay visible and count for nothing."""
    here = contest("H1: 40\nH2: 30")
    out = replace(here.entries[0], status="disqualified", status_reason="field of another family")
    reckoning = reckon(rules_of(""), "terraces", "household", [replace(here, entries=(out, here.entries[1]))])
    found = Telling(explain(reckoning, "H1"))["Without a place"]
    assert found == [
        "J1, the sheet: Points 40",
        "its marks stay written, count for nothing, and change nobody else",
        "H1 has no place: disqualified: field of another family",
    ]


# -- place -----------------------------------------------------------------------------------------------------------


def test_a_place_by_points_says_who_is_ahead_and_what_was_missing() -> None:
    """Equal points would have been needed, and are said to the hundredth."""
    assert told("", "H1: 40\nH2: 41.5\nH3: 50").place == [
        "more points: H3 50.00 and H2 41.50",
        "nobody else has 40.00 points",
        "for place 2: H2 has 41.50, so 1.50 more was needed to be equal",
        "H1 has place 3 of 3",
    ]
    assert told("", "H1: 40").place == ["nobody else has a place here", "H1 has place 1 of 1"]


def test_under_rank_sums_fewer_points_are_ahead() -> None:
    """The lowest sum wins, so less was needed."""
    found = told("panel: {combine: rank_sum}", "H1: 10 10\nH2: 12 13").place
    assert found[0] == "fewer points: H2 2.00"
    assert found[2] == "for place 1: H2 has 2.00, so 2.00 less was needed to be equal"


@pytest.mark.parametrize(
    ("step", "fields", "lines"),
    [
        ("best_judge", {}, ["best sheet: H1 41 and H2 42", "decided by the better best sheet: first H2, then H1"]),
        ("worst_judge", {}, ["worst sheet: H1 38 and H2 37", "decided by the better worst sheet: first H1, then H2"]),
        ("head_to_head", {}, ["wins against the other 1: H1 1 and H2 0"]),
        ("count_back", {}, ["sheets worth 42: H1 0 and H2 1"]),
        (
            "exact",
            {},
            [
                "H1: mean of 3 judges: (40 + 41 + 38) ÷ 3 = 39.666…",
                "total without any rounding: H1 39.666… and H2 39.666…",
            ],
        ),
        (
            "{larger_gain: area}",
            {"H1": "area_before=10 area_now=25", "H2": "area_before=40 area_now=50"},
            ["gain in “area”, the larger first: H1 25 − 10 = 15 and H2 50 − 40 = 10"],
        ),
        ("{lower: land}", {"H1": "land=1.2", "H2": "land=0.5"}, ["“land”, the lower first: H1 1.2 and H2 0.5"]),
        ("{higher: land}", {"H1": "land=1.2"}, ["“land”, the higher first: H1 1.2 and H2 not known"]),
        (
            "earlier_registration",
            {"H1": "registered=2026-03-03", "H2": "registered=2026-03-05"},
            ["registered, the earlier first: H1 2026-03-03 and H2 2026-03-05"],
        ),
        ("jury_decision", {}, ["order that the jury decided: H1 not recorded and H2 not recorded"]),
        ("{lots: recorded}", {"H1": "lots=2", "H2": "lots=1"}, ["order of the lots drawn: H1 2 and H2 1"]),
    ],
)
def test_each_tie_step_tells_what_it_looked_at(step: str, fields: dict[str, str], lines: list[str]) -> None:
    """The figures of everybody in the group, then what they decided."""
    found = told(f"panel: {{judges: 3}}\nties: [{step}]", "H1: 40 41 38\nH2: 39 42 38", fields=fields).place
    if step in ("worst_judge", "head_to_head", "count_back"):
        found = told(f"panel: {{judges: 3}}\nties: [{step}]", "H1: 40 41 38\nH2: 40 42 37", fields=fields).place
    if step == "head_to_head":
        assert found[2:4] == ["sheets won by H1: 1 to 1 against H2", "wins against the other 1: H1 0.5 and H2 0.5"]
        return
    assert found[1] == "equal on points (39.67): H1 and H2"
    assert found[2 : 2 + len(lines)] == lines


def test_the_chain_is_told_step_by_step_in_the_group_that_is_left() -> None:
    """80 80 80, walls 18 15 15, field 40 41 42: what split whom, and what the one behind lacked."""
    tier = """
panel: {judges: 1}
phases:
  - {id: field, name: Field, criteria: [{id: walls, name: Walls, max: 20}, {id: water, name: Water, max: 30}]}
  - {id: public, name: Public, criteria: [{id: map, name: Map, max: 50}]}
ties: [{criterion: walls}, {phase: field}]"""
    entries = tuple(
        Entry(
            code,
            sheets=(
                Sheet("J1", "field", {"walls": walls, "water": field - walls}),
                Sheet("J1", "public", {"map": 80 - field}),
            ),
        )
        for code, walls, field in (("H1", 15, 41), ("H2", 18, 40), ("H3", 15, 42))
    )
    text = tier.replace("criteria:", "criteria: ")
    reckoning = reckon(rules_of(text), "terraces", "household", [Contest(None, None, entries)])
    assert Telling(explain(reckoning, "H1")).place == [
        "nobody has more points",
        "equal on points (80.00): H1, H2 and H3",
        "points in “Walls”: H1 15.00, H2 18.00 and H3 15.00",
        "decided by the better points in “Walls”: first H2, then H1 and H3 still equal",
        "points of Field: H1 41.00 and H3 42.00",
        "decided by the better points of the phase “Field”: first H3, then H1",
        "for place 2: H3 has as many points and is ahead by the better points of the phase “Field”",
        "H1 has place 3 of 3",
    ]
    assert Telling(explain(reckoning, "H2")).place[-1] == "H2 has place 1 of 3"
    assert not any("Field" in line for line in Telling(explain(reckoning, "H2")).place)


def test_untrimmed_and_head_to_head_tell_the_figures_that_decided() -> None:
    """12 15 15 15 19 before 10 15 15 15 18; 40 41 38 beats 39 44 36 by two sheets to one: the arithmetic, then the figures."""
    tier = "panel: {combine: trimmed}\nties: [untrimmed]"
    found = told(tier, "H1: 12 15 15 15 19\nH2: 10 15 15 15 18").place
    assert found[2:4] == [
        "H1: mean of 5 judges: (12 + 15 + 15 + 15 + 19) ÷ 5 = 15.2",
        "total with nothing dropped: H1 15.20 and H2 14.60",
    ]
    tier = "panel: {judges: 3}\nties: [head_to_head]"
    found = told(tier, "H1: 40 41 38\nH2: 39 44 36").place
    assert found[2:4] == ["sheets won by H1: 2 to 1 against H2", "wins against the other 1: H1 1 and H2 0"]
    other = told(tier, "H1: 40 41 38\nH2: 39 44 36", "H2").place
    assert other[2] == "sheets won by H2: 1 to 2 against H1"


def test_the_total_that_a_tie_step_looks_at_is_reckoned_with_factors_and_every_rounding_or_none() -> None:
    """Two criteria of four judges: with nothing dropped each mean is rounded; without rounding none is."""
    tier = (
        "criteria: [{id: a, name: Walls, min: 0, max: 50}, {id: b, name: Land, min: 0, max: 50, weight: 0.5}]\n"
        "panel: {combine: trimmed, of: criterion, drop: {highest: 1, lowest: 1, from: 4}}\n"
        "rounding: {decimals: 0, at: [criterion, total]}\nties: [untrimmed, exact]"
    )
    table = "H1: 30/20 31/20 20/21 30/10\nH2: 30/20 31/20 20/21 30/10"
    assert told(tier, table, ids="a b").place[2:12] == [
        "H1: Walls: mean of 4 judges: (30 + 31 + 20 + 30) ÷ 4 = 27.75, rounded up to 28",
        "H1: Land: mean of 4 judges: (20 + 20 + 21 + 10) ÷ 4 = 17.75, rounded up to 18",
        "H1: Land: 18 × 0.5 = 9",
        "H1: together: 28 + 9 = 37",
        "total with nothing dropped: H1 37 and H2 37",
        "nothing is decided by the better total with no judge dropped",
        "H1: Walls: mean of 2 judges: (30 + 30) ÷ 2 = 30",
        "H1: Land: mean of 2 judges: (20 + 20) ÷ 2 = 20",
        "H1: Land: 20 × 0.5 = 10",
        "H1: together: 30 + 10 = 40",
    ]


def test_a_lot_that_was_drawn_is_told_with_its_reason() -> None:
    """A recorded order gives its numbers and its reason."""
    drawn = RecordedOrder("lots", {"H1": 2, "H2": 1}, "hat and papers")
    found = told("ties: [{lots: recorded}]", "H1: 40\nH2: 40", orders=(drawn,)).place
    assert found[2:4] == [
        "order of the lots drawn (hat and papers): H1 2 and H2 1",
        "decided by lots: first H2, then H1",
    ]


def test_a_lot_by_seed_is_told_with_its_digest() -> None:
    """The digits can be checked by anyone; the smallest comes first."""
    rules = load_rules(
        "version: 1\nprogramme: {name: Valley}\ncompetitions:\n  CIF-2:\n    tiers:\n      - tier: household\n        within: programme\n"
        '        criteria: [{id: points, max: 50}]\n        panel: {judges: 1}\n        ties: [{lots: seed, seed: "acta-014/2026"}]\n'
    )
    found = Telling(explain(reckon(rules, "CIF-2", "household", [contest("H001: 40\nH002: 40\nH003: 40")]), "H002"))
    assert found.place[2] == (
        "lots by the seed “acta-014/2026”, the smallest first: H001 02ccca70…, H002 8c71d86f… and H003 212d8840…"
    )


def test_those_who_stay_equal_share_the_place_and_hear_why() -> None:
    """Without a step, or with none left."""
    assert told("", "H1: 40\nH2: 40").place[2:] == [
        "the rules have no step that decides between equals, so they share the place",
        "H1 has place 1 of 2, shared with H2",
    ]
    found = told("ties: [best_judge]", "H1: 40\nH2: 40").place
    assert found[3:5] == [
        "nothing is decided by the better best sheet",
        "no step is left, so they share the place: H1 and H2",
    ]


def test_a_large_group_is_counted_and_its_figures_are_those_of_the_whole() -> None:
    """Twelve equal entries: the neighbours are named, the others counted."""
    table = "\n".join(f"H{n:02}: 40" for n in range(1, 13))
    fields = {f"H{n:02}": f"land={n}" for n in range(1, 13)}
    found = told("ties: [{lower: land}]", table, "H05", fields=fields).place
    assert found[1:] == [
        "equal on points (40.00): 12 entries",
        "“land”, the lower first: H04 4, H05 5 and H06 6",
        "decided by the lower figure in “land”: 4 are ahead of H05, 0 stay equal with it, 7 are behind",
        "for place 4: H04 has as many points and is ahead by the lower figure in “land”",
        "H05 has place 5 of 12",
    ]


@pytest.mark.parametrize(
    ("numbering", "line"),
    [
        ('"1223"', "2 different places are better, so the number is 3: none is left out"),
        ("fractional", "they hold positions 2 to 3, and each has the number in the middle: (2 + 3) ÷ 2 = 2.5"),
        ('"1334"', "they hold positions 2 to 3, and each has the number of the last: 3"),
    ],
)
def test_a_number_that_is_not_plain_is_explained(numbering: str, line: str) -> None:
    """Points 90 80 80 70 in each numbering, in words and with the arithmetic, never by the numbering's code."""
    entry = "H4" if "1223" in numbering else "H2"
    assert line in told(f"ranking: {{numbering: {numbering}}}", "H1: 90\nH2: 80\nH3: 80\nH4: 70", entry).place


# -- going up --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("promotion", "entry", "lines"),
    [
        ("{top: 3}", "H1", ["3 seats: it is number 1 of the 4 who can take them", "equal on points on both sides of the cut, so all are in: H3 and H4", "H1 goes up"]),
        (
            "{top: 3, tie_at_cut: none}",
            "H3",
            [
                "3 seats: it is number 3 of the 4 who can take them",
                "equal on points on both sides of the cut, so none is in: H3 and H4",
                "the last one in is H2 with 85.00 points",
                "H3 does not go up",
            ],
        ),
        ("{percent: 30}", "H1", ["30 % of the 4 entries with a place: 4 × 30 ÷ 100 = 1.2, rounded up to 2", "2 seats: it is number 1 of the 4 who can take them", "H1 goes up"]),
        ("{at_least: 85}", "H3", ["everybody with enough points goes up", "at least 85 points are needed: 5.00 were missing", "H3 does not go up"]),
        (
            "{top: 1, reserves: 2}",
            "H2",
            [
                "1 seat: it is number 2 of the 4 who can take it",
                "the last one in is H1 with 90.00 points",
                "2 reserves: it is number 1 of those behind",
                "equal on points on both sides of the cut, so all are in: H3 and H4",
                "H2 is reserve 1, and moves up if somebody withdraws",
            ],
        ),
        (
            "{top: 2, quota: [{field: sex, value: F, count: 1}]}",
            "H4",
            ["1 seat for “F” in “sex”: it is number 1 of 1", "H4 goes up"],
        ),
        (
            "{top: 2, quota: [{field: sex, value: F, count: 1}]}",
            "H2",
            [
                "the seats kept for “F” in “sex” go to H4; of this entry it is not known",
                "1 seat: it is number 2 of the 3 who can take it",
                "the last one in is H1 with 90.00 points",
                "H2 does not go up",
            ],
        ),
        (
            "{top: 2, at_least: 84, quota: [{field: sex, value: F, count: 1}]}",
            "H3",
            ["at least 84 points are needed: 4.00 were missing", "H3 does not go up"],
        ),
    ],
)  # fmt: skip
def test_going_up_is_told_with_the_cut_the_tie_and_the_seats(promotion: str, entry: str, lines: list[str]) -> None:
    """90 85 80 80; the fourth is a woman."""
    found = told(f"promotion: {promotion}", "H1: 90\nH2: 85\nH3: 80\nH4: 80", entry, fields={"H4": "sex=F"})
    assert found["Going up"] == lines


# -- prizes ----------------------------------------------------------------------------------------------------------


def prizes(awards: str, amount: str = "200", more: str = "") -> str:
    """The key `prizes` with one purse."""
    return f"prizes: {{purses: [{{id: project, name: Project, amount: {amount}}}], awards: [{awards}]{more}}}"


PLACES = "{scheme: by_place, amounts: [100, 60, 40]}"


@pytest.mark.parametrize(
    ("points", "entry", "lines"),
    [
        ("90 80 80", "H2", [
            "equal for money: H2 and H3",
            "the list has USD 60.00 for 2nd place",
            "the list has USD 40.00 for 3rd place",
            "2nd and 3rd place put together: USD 60.00 + USD 40.00 = USD 100.00",
            "shared by 2: USD 100.00 ÷ 2 = USD 50.00",
            "this gives USD 50.00",
        ]),
        ("90 80 70 60", "H4", ["the list has 3 places, and it stands at position 4", "this gives USD 0.00"]),
        ("90 85 80 80", "H4", [
            "equal for money: H3 and H4",
            "the list has USD 40.00 for 3rd place",
            "3rd and 4th place together hold USD 40.00",
            "shared by 2: USD 40.00 ÷ 2 = USD 20.00",
            "this gives USD 20.00",
        ]),
        ("80 80 80", "H1", [
            "equal for money: H1, H2 and H3",
            "the list has USD 100.00 for 1st place",
            "the list has USD 60.00 for 2nd place",
            "the list has USD 40.00 for 3rd place",
            "1st, 2nd and 3rd place put together: USD 100.00 + USD 60.00 + USD 40.00 = USD 200.00",
            "shared by 3: USD 200.00 ÷ 3 = USD 66.66…; in whole units of USD 1.00: USD 66.00",
            "USD 2.00 cannot be shared so and goes back to the purse",
            "this gives USD 66.00",
        ]),
    ],
)  # fmt: skip
def test_pooled_prizes_are_told_to_the_cent(points: str, entry: str, lines: list[str]) -> None:
    """The prizes of the places that equals occupy, put together, shared, floored to the cash unit."""
    table = "\n".join(f"H{n}: {mark}" for n, mark in enumerate(points.split(), start=1))
    assert told(prizes(PLACES), table, entry).prize == lines


def test_a_spare_unit_is_told_with_who_got_it_and_why() -> None:
    """67 67 66: in the order of the places that the chain gave, or by lot."""
    table, fields = "H1: 80\nH2: 80\nH3: 80", {"H1": "lots=3", "H2": "lots=1", "H3": "lots=2"}
    chain = told(prizes(PLACES, more=", remainder: best_by_chain") + "\nties: [{lots: recorded}]", table, fields=fields)
    assert chain.prize[0] == "only lots parted H1, H2 and H3, so for money they are equal"
    assert chain.prize[-2:] == [
        "a spare unit of USD 1.00 goes, in the order of the places, to H2 and H3",
        "this gives USD 66.00",
    ]
    lot = told(prizes(PLACES, more=", remainder: by_lot") + "\nties: [{lots: recorded}]", table, "H2", fields=fields)
    assert lot.prize[-2:] == ["a spare unit of USD 1.00 goes by lot to H2 and H3", "this gives USD 67.00"]


def test_a_tie_in_full_is_told() -> None:
    """`tie_split: full`: each gets the prize of the first of the places."""
    found = told(prizes(PLACES, "240", ", tie_split: full"), "H1: 80\nH2: 80\nH3: 70").prize
    assert found[-2:] == ["each of the 2 gets it in full: USD 100.00", "this gives USD 100.00"]


def test_a_percentage_and_its_floor_are_told() -> None:
    """50 % of 125 with unit 1 pays 62."""
    found = told(prizes("{scheme: percent, percents: [50, 30, 20]}", "125"), "H1: 80\nH2: 70\nH3: 60").prize
    assert found == [
        "the list has 50 % of the purse for 1st place: USD 125.00 × 50 ÷ 100 = USD 62.50",
        "USD 62.50 in whole units of USD 1.00: USD 62.00",
        "USD 0.50 cannot be shared so and goes back to the purse",
        "this gives USD 62.00",
    ]


def test_prizes_that_nobody_wins_are_told_in_the_shares_of_the_winners() -> None:
    """300 200 100 with two winners: 360 and 240."""
    awards = "{scheme: by_place, amounts: [300, 200, 100]}"
    found = told(prizes(awards, "600", ", unfilled: redistribute"), "H1: 80\nH2: 70", "H2")
    assert found.prize == [
        "the list has USD 200.00 for 2nd place",
        "only 2 of the 3 places of the list are filled, so they share the whole list in proportion",
        "2nd place: USD 200.00 × USD 600.00 ÷ USD 500.00 = USD 240.00",
        "this gives USD 240.00",
    ]


def test_prizes_by_level_are_told() -> None:
    """The highest level counts; without one there is nothing."""
    tier = "levels: [{id: good, name: Good, from: 70}, {id: best, name: Best, from: 90}]\n" + prizes(
        "{scheme: by_level, amounts: {good: 20, best: 40}}"
    )
    assert told(tier, "H1: 95").prize == ["level “Best” is reached: USD 40.00", "this gives USD 40.00"]
    assert told(tier, "H1: 65").prize == ["no level is reached", "this gives USD 0.00"]


def test_flat_prizes_are_told_to_those_who_get_them_and_those_who_do_not() -> None:
    """For others only, or for everybody with a place."""
    tier = prizes("{scheme: by_place, amounts: [100]}, {scheme: flat, amount: 20}")
    others = told(tier, "H1: 90\nH2: 80", "H2")
    assert others["Prize: flat prize"] == ["USD 20.00 for those without another prize here", "this gives USD 20.00"]
    first = told(tier, "H1: 90\nH2: 80")
    assert first["Prize: flat prize"][0] == "it is for those without another prize here, and this entry has one"
    everybody = told(prizes("{scheme: flat, amount: 20, to: all}"), "H1: 90").prize
    assert everybody[0] == "USD 20.00 for every entry with a place"


@pytest.mark.parametrize(
    ("entry", "lines"),
    [
        ("H1", [
            "the purse holds USD 1,000.00 for it, in whole units",
            "USD 1,000.00 × 87.00 ÷ 222.00 points = USD 391.89…; in whole units of USD 10.00: USD 390.00",
            "1 unit was left over, and goes by the largest remainder: none is for it",
            "this gives USD 390.00",
        ]),
        ("H3", [
            "the purse holds USD 1,000.00 for it, in whole units",
            "USD 1,000.00 × 61.00 ÷ 222.00 points = USD 274.77…; in whole units of USD 10.00: USD 270.00",
            "1 unit was left over, and goes by the largest remainder: one is for it, so USD 280.00",
            "this gives USD 280.00",
        ]),
    ],
)  # fmt: skip
def test_shares_by_points_are_told_with_the_largest_remainder(entry: str, lines: list[str]) -> None:
    """1000 in units of 10, points 87 74 61: 390 330 280."""
    assert told(prizes("{scheme: proportional}", "1000"), "H1: 87\nH2: 74\nH3: 61", entry, unit="10").prize == lines


def test_a_spare_unit_that_equal_entries_cannot_divide_goes_to_nobody() -> None:
    """1000 in units of 10, 80 80 80: 330 each, and no residue is larger: all get the unit or none (P4)."""
    tier = prizes("{scheme: proportional}", "1000")
    equals = "1 unit was left over where the largest remainder is that of 3 entries with equal points"
    alone = told(tier, "H1: 80\nH2: 80\nH3: 80", unit="10").prize
    assert alone[2] == f"{equals}, this one among them: all get one or none, so none does"
    behind = told(tier, "H1: 57\nH2: 57\nH3: 57\nH4: 29", "H4", unit="10").prize  # 285 285 285 145: all at one half
    assert behind[2] == (
        "2 units were left over where the largest remainder is that of 3 entries with equal points: all get one or none, "
        "so nobody gets one from there on"
    )


def test_limits_and_the_base_of_shares_are_told() -> None:
    """3000, 95 90 20 5 2 within 100 to 1100; only points above the base count."""
    awards = "{scheme: proportional, minimum: 100, maximum: 1100}"
    table = "H1: 95\nH2: 90\nH3: 20\nH4: 5\nH5: 2"
    assert told(prizes(awards, "3000"), table).prize[1:3] == [
        "USD 3,000.00 × 95.00 ÷ 212.00 points = USD 1,344.33…",
        "its share would be above the maximum, so it gets USD 1,100.00",
    ]
    assert told(prizes(awards, "3000"), table, "H5").prize[1:5] == [
        "USD 3,000.00 × 2.00 ÷ 212.00 points = USD 28.30…",
        "2 entries stop at a limit; USD 800.00 is left for the others",
        "USD 800.00 × 2.00 ÷ 27.00 points = USD 59.25…",
        "its share would be below the minimum, so it gets USD 100.00",
    ]
    third = told(prizes(awards, "3000"), table, "H3").prize
    assert third[1:3] == [
        "3 entries stop at a limit; USD 700.00 is left for the others",
        "USD 700.00 × 20.00 ÷ 25.00 points = USD 560.00",
    ]
    above = told(prizes("{scheme: proportional, base: 50}"), "H1: 60\nH2: 50")
    assert above.prize[0] == "points above 50: 60.00 − 50 = 10.00"
    below = told(prizes("{scheme: proportional, base: 50}"), "H1: 60\nH2: 50", "H2")
    assert below.prize[0] == "only points above 50 count: it has 50.00"


def test_requests_are_told_until_the_purse_is_spent() -> None:
    """1000: 600 fits, 500 ends it; 300 would fit into what is left, and comes after the end."""
    fields = {"H1": "requested=600", "H2": "requested=500", "H3": "requested=300"}
    tier, table = prizes("{scheme: until_spent}", "1000"), "H1: 90\nH2: 80\nH3: 70"
    assert told(tier, table, fields=fields).prize == [
        "it asks for USD 600.00",
        "the purse holds USD 1,000.00 at its turn: it fits",
        "this gives USD 600.00",
    ]
    second = told(tier, table, "H2", fields=fields).prize
    assert second[1] == "H2 asked for USD 500.00, and USD 400.00 was left: the award ends here"
    assert told(tier, table, "H3", fields=fields).prize[1] == (
        "before its turn H2 asked for USD 500.00, and USD 400.00 was left: the award ended there"
    )


def test_a_thing_is_told_by_place_and_by_lot() -> None:
    """Tools for place 1: who has them, who does not, and that a lot is due."""
    tier = prizes("{scheme: in_kind, item: Tools, value: 25, places: [1]}")
    first = told(tier, "H1: 90\nH2: 80")
    assert first["Prize: Tools"] == ["for 1st place", "this gives Tools"]
    assert first["Prizes"] == ["H1 receives Tools, worth USD 25.00"]
    assert told(tier, "H1: 90\nH2: 80", "H2").prize == [
        "it is for 1st place, and this entry stands at position 2",
        "this gives nothing",
    ]
    assert told(tier, "H1: 90\nH2: 90").prize[:2] == [
        "Tools stays open until lots are drawn",
        "Lots must be drawn between H1 and H2 for Tools, and recorded.",
    ]


@pytest.mark.parametrize(
    ("awards", "short", "lines"),
    [
        ("{scheme: in_kind, item: Tools, value: 25, places: [1]}", "Tools", ["H1 receives Tools, worth USD 25.00"]),
        ("{scheme: in_kind, item: Tools, places: [1]}", "Tools", ["H1 receives Tools"]),
        (
            "{scheme: by_place, amounts: [60]}, {scheme: in_kind, item: Tools, places: [1]}",
            "Tools and USD 60.00",
            ["H1 receives Tools", "H1 receives USD 60.00"],
        ),
        ("{scheme: by_place, amounts: [60], minimum_points: 95}", "USD 0.00", ["H1 receives USD 0.00"]),
    ],
)
def test_the_answer_names_the_thing_and_no_empty_amount(awards: str, short: str, lines: list[str]) -> None:
    """Who wins only a thing receives it, not USD 0.00; who wins both receives both; who wins nothing, 0."""
    found = told(prizes(awards), "H1: 90\nH2: 80")
    assert found["In short"] == [f"H1 has place 1 with 90.00 points, and receives {short}"]
    assert found["Prizes"] == lines


def test_what_an_award_asks_for_is_told_where_it_is_missing() -> None:
    """`minimum_points`, and the categories of an award."""
    found = told(prizes("{scheme: by_place, amounts: [100], minimum_points: 51}"), "H1: 50.5").prize
    assert found == ["at least 51 points are needed: 0.50 were missing", "this gives USD 0.00"]
    tier = "categories: [{id: new, name: New}, {id: old, name: Old}]\n" + prizes(
        "{scheme: by_place, amounts: [100], categories: [old]}"
    )
    here = replace(contest("H1: 50"), category="new")
    other = Telling(explain(reckon(rules_of(tier), "terraces", "household", [here]), "H1")).prize
    assert other[0] == "only for Old"


def test_whoever_is_passed_over_and_whoever_moves_up_hear_it() -> None:
    """The second entry of one family; the cap of a community."""
    fields = {"H1": "entrant=F1", "H2": "entrant=F1"}
    passed = told(prizes(PLACES), "H1: 90\nH2: 80\nH3: 70", "H2", fields=fields).prize
    assert passed[0] == "passed over: F1 competes here with H1, its best entry"
    moved = told(prizes(PLACES), "H1: 90\nH2: 80\nH3: 70", "H3", fields=fields).prize
    assert moved[:2] == [
        "1 entry ahead is passed over, so it stands at position 2 for the prizes",
        "the list has USD 60.00 for 2nd place",
    ]
    towns = {"H1": "community=A", "H2": "community=A", "H3": "community=B"}
    capped = told(prizes(PLACES, more=", cap_per_community: {prizes: 1}"), "H1: 90\nH2: 80\nH3: 70", "H2", fields=towns)
    assert capped.prize[0] == "passed over: A may win 1 prize here, and would have 1 + 1 = 2"


@pytest.mark.parametrize(
    ("cap", "reason"),
    [
        ("{prizes: 2}", "passed over: A may win 2 prizes here, and would have 1 + 2 = 3"),
        (
            "{amount: 150}",
            "passed over: A may win USD 150.00 here, and would have USD 100.00 + USD 100.00 = USD 200.00",
        ),
    ],
)
def test_equals_of_one_community_hear_that_the_cap_takes_all_or_none_of_them(cap: str, reason: str) -> None:
    """A has the 1st; its two equals for the 2nd do not both fit, so neither wins (P6)."""
    tier = prizes("{scheme: by_place, amounts: [100, 60, 40]}", more=f", cap_per_community: {cap}")
    towns = dict.fromkeys(("H1", "H2", "H3"), "community=A") | {"H4": "community=B"}
    assert told(tier, "H1: 90\nH2: 80\nH3: 80\nH4: 70", "H3", fields=towns).prize[0] == (
        f"{reason}: H2 and H3 are equal, so all or none"
    )


def test_one_prize_in_the_round_is_told_with_what_was_given_up() -> None:
    """H1 keeps 100 in one category and gives up 60 in the other."""
    tier = "categories: [{id: pasture, name: Pasture}, {id: compost, name: Compost}]\n" + prizes(
        PLACES, more=", one_prize_per_entrant: round"
    )
    pasture = replace(contest("H1: 90\nH2: 80"), category="pasture")
    compost = replace(contest("H4: 90\nH1: 80\nH5: 70"), category="compost")
    reckoning = reckon(rules_of(tier), "terraces", "household", [pasture, compost])
    found = Telling(explain(reckoning, "H1", category="compost"))
    assert found.prize[0] == "passed over: H1 keeps its prize in Pasture, one for each entrant"
    assert found["Prizes"] == ["the prize that it gave up here was worth USD 60.00", "H1 receives USD 0.00"]
    moved = Telling(explain(reckoning, "H5")).prize
    assert moved[0] == "1 entry ahead is passed over, so it stands at position 2 for the prizes"


def test_a_short_purse_is_told_in_proportion_and_from_the_last_place() -> None:
    """8 × 20 on 60: 7 each, 4 back; or three keep 20."""
    table = "\n".join(f"H{n}: {90 - n}" for n in range(1, 9))
    flat = "{scheme: flat, amount: 20, to: all}"
    part = told(prizes(flat, "60", ", if_short: prorate"), table)
    assert part.prize[1:] == [
        "its purse holds USD 60.00, and all awards on it come to USD 160.00",
        "in proportion, in whole units of USD 1.00: USD 20.00 × USD 60.00 ÷ USD 160.00 = USD 7.50, so USD 7.00",
        "this gives USD 7.00",
    ]
    assert part["Purse “Project” of this contest"][-1] == "USD 60.00 − USD 56.00 = USD 4.00 back to the purse"
    cut = prizes(flat, "60", ", if_short: cut_last")
    assert told(cut, table).prize[2] == "the last places lose first, and this one stays: USD 20.00"
    assert told(cut, table, "H8").prize[2:] == [
        "the last places lose first: USD 20.00 is struck",
        "this gives USD 0.00",
    ]


def test_a_purse_is_closed_before_everybodys_eyes() -> None:
    """What each award took, which prizes nobody won, what goes back."""
    tier = prizes(f"{PLACES}, {{scheme: flat, amount: 20}}", "400")
    found = told(tier, "H1: 90\nH2: 80")
    assert found["Purse “Project” of this contest"] == [
        "by place: USD 160.00 to 2 entries",
        "flat prize: USD 0.00 to 0 entries",
        "no winner for 3rd place: what it holds goes back to the purse",
        "USD 400.00 − USD 160.00 = USD 240.00 back to the purse",
    ]


# -- whom it explains ------------------------------------------------------------------------------------------------


def test_an_unknown_entry_is_refused_with_near_codes() -> None:
    """H99 is nobody; H9 is near."""
    reckoning = reckon(rules_of(""), "terraces", "household", [contest("H1: 40\nH19: 30")])
    with pytest.raises(Refused) as refused:
        explain(reckoning, "H119")
    (problem,) = refused.value.problems
    assert ENGLISH.problem(problem) == "there is no entry “H119” (did you mean H19 or H1?)"


def test_an_entry_of_several_contests_needs_to_be_told_which() -> None:
    """Neither is chosen in silence; one where it does not compete is refused."""
    tier = "categories: [{id: a}, {id: b}, {id: c}]"
    both = [replace(contest("H1: 40"), category=category) for category in "ab"]
    reckoning = reckon(rules_of(tier), "terraces", "household", both)
    with pytest.raises(WrongUsage) as usage:
        explain(reckoning, "H1")
    assert "H1 competes in several contests: a and b" in ENGLISH.problem(usage.value.problems[0])
    assert explain(reckoning, "H1", category="b")
    with pytest.raises(Refused):
        explain(reckoning, "H1", category="c")


# -- random competitions ---------------------------------------------------------------------------------------------

SEEDS = range(400)
"""Some random competitions are refused; the others are more than 300."""


@cache
def reckonings() -> tuple[Reckoning, ...]:
    """The random competitions that settle."""
    return tuple(one for seed in SEEDS if (one := _reckoned(seed)) is not None)


def _reckoned(seed: int) -> Reckoning | None:
    drawn = random_competition(seed)
    rules = load_rules(drawn.rules_text)
    tier = rules.competitions[drawn.competition].tier(drawn.tier)
    assert tier is not None
    with TemporaryDirectory() as folder:
        table, below = Path(folder, "scores.csv"), Path(folder, "households.json")
        table.write_text(drawn.scores_text)
        try:
            contests = read_scores(str(table), tier)
            if drawn.households is not None:
                below.write_text(drawn.households)
                assert tier.from_ is not None
                results = read_results(str(below), competition=drawn.competition, tier=tier.from_)
                contests = with_households(contests, results)
            return reckon(rules, drawn.competition, drawn.tier, contests)
        except Refused:
            return None


@cache
def explanations() -> tuple[tuple[Settlement, int, str, tuple[Section, ...]], ...]:
    """Every entry of every random competition: the settlement, its contest's number, its code, its explanation."""
    found = []
    for reckoning in reckonings():
        settlement = result_of(reckoning)
        for at, one in enumerate(reckoning.contests):
            within, category = one.contest.within, one.contest.category
            found += [
                (settlement, at, entry.code, explain(reckoning, entry.code, within=within, category=category))
                for entry in one.contest.entries
            ]
    return tuple(found)


def test_every_entry_of_300_random_competitions_is_explained() -> None:
    """No exception, no empty section, no gap left open in any language."""
    assert len(reckonings()) > 300
    readers = [Reader.of(language) for language in ("en", "es", "qu")]
    for _, _, _, sections in explanations():
        assert all(section.lines for section in sections)
        for sentence in (sentence for section in sections for sentence in (section.title, *section.lines)):
            for reader in readers:
                said = reader.say(sentence)
                assert said
                assert not set(said) & set("{}")


def test_every_last_line_gives_the_figure_of_the_settlement() -> None:
    """Points of phases and total, place, each award, all the cash, each purse: the same as what is printed."""
    for settlement, at, code, sections in explanations():
        contest_ = settlement.contests[at]
        placing = next((one for one in contest_.placings if one.entry.code == code), None)
        last = [section.lines[-1] for section in sections]
        if placing is None:
            assert f"{code} has no place" in ENGLISH.say(last[0])
            continue
        values = [line.values for line in last]
        printed = Points(placing.points, placing.decimals)
        assert (values[0]["place"], values[0]["points"]) == (placing.place, printed)
        things = [award.item for award in placing.awards if award.item is not None]
        received = [*things, *([Money(placing.cents, settlement.currency)] if placing.cents or not things else [])]
        if "amount" in values[0]:
            assert _received(values[0]["amount"]) == received
        phases = len(placing.phases)
        assert [one["points"] for one in values[1 : 1 + phases]] == [
            Points(points, placing.phase_decimals[phase]) for phase, points in placing.phases.items()
        ]
        assert values[1 + phases]["points"] == printed
        assert values[2 + phases]["place"] == placing.place
        given = [
            line.values["amount"] for line in last if line.text == "this gives {amount}" and line.values["amount"].cents
        ]
        cash = [Money(award.cents, settlement.currency) for award in placing.awards if award.item is None]
        assert sorted(one.cents for one in given) == sorted(one.cents for one in cash)
        purses = [line.values for line in last if "returned" in line.values]
        assert [(one["amount"].cents, one["awarded"].cents, one["returned"].cents) for one in purses] == [
            (purse.amount, purse.awarded, purse.returned) for purse in (*contest_.purses, *settlement.purses)
        ]
        total = [line.values for line in last if line.text.startswith("{entry} receives")]
        assert total == [] or total[0].get("item", total[0].get("amount")) == received[-1]


def _received(amount: Value) -> list[Value]:
    """What the answer says is received: one thing, one amount, or a list of them."""
    return list(amount.items) if isinstance(amount, Listing) else [amount]


_NUMBER = r"\(?[0-9.]+…?\)?"
_SUM = re.compile(rf"(?<![\w.…-])(?P<left>{_NUMBER}(?: [+−×÷] {_NUMBER})+) = (?P<right>-?[0-9.]+)(?P<more>…?)")


def test_every_sum_that_is_said_is_true() -> None:
    """Whoever reads the arithmetic aloud and reckons along finds the same figure; cut digits are cut, not rounded."""
    checked = 0
    for _, _, _, sections in explanations():
        for line in (line for section in sections for line in section.lines):
            said = re.sub(r"(USD|S/) |(?<=[0-9]),(?=[0-9]{3})|(?<=[0-9]) points(?= =)", "", ENGLISH.say(line))
            for found in _SUM.finditer(said):
                if "…" in found["left"]:
                    continue  # reckoned with more digits than are said
                exact = _value(found["left"])
                right = Fraction(found["right"])
                if found["more"]:
                    digits = len(found["right"].partition(".")[2])
                    assert 0 < abs(exact) - abs(right) < Fraction(1, 10**digits), said
                else:
                    assert exact == right, said
                checked += 1
    assert checked > 8_000


def _value(text: str) -> Fraction:
    """The exact value of a sum as it is said."""
    code = re.sub(r"[0-9]+(\.[0-9]+)?", r"Fraction('\g<0>')", text.strip())
    code = code.replace("×", "*").replace("÷", "/").replace("−", "-")
    return Fraction(eval(code, {"Fraction": Fraction}))  # digits and operators only, by the pattern above


def test_explaining_changes_nothing_and_says_the_same_twice() -> None:
    """An explanation only reads."""
    for reckoning in reckonings()[:60]:
        before = result_of(reckoning)
        for one in reckoning.contests:
            for entry in one.contest.entries:
                here = {"within": one.contest.within, "category": one.contest.category}
                assert explain(reckoning, entry.code, **here) == explain(reckoning, entry.code, **here)
        assert result_of(reckoning) == before
