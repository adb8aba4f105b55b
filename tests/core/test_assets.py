"""What stands beside the marks: the rules decide what is asked, and a figure is never one number here and another there."""

from __future__ import annotations

from fractions import Fraction

import pytest

from pachamama.core.assets import assets_of, beside_marks, odd_requests, read_quantity
from pachamama.core.criteria import read_mark
from pachamama.core.model import Contest, Entry
from pachamama.core.numbers import two_readings
from pachamama.core.rules.checks import load_rules
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Sentence
from pachamama.language import Reader

ENGLISH = Reader.of("en")
RULES = """
version: 1
programme: {name: Prueba, currency: PEN, cash_unit: 10}
competitions:
  terraces:
    tiers:
      - tier: household
        within: community
        criteria:
          - {id: walls, max: 20}
          - {id: deep, max: 2000, step: 0.001}
          - {id: mark, options: [{points: 1}, {points: 2}]}
          - {id: area, name: {es: "Área"}, measured: {unit: m2}, bands: [{from: 0, points: 0}, {from: 100, points: 5}]}
        panel: {judges: 1}
        TIES
        PRIZES
"""
TIES = "ties: [{larger_gain: guinea_pigs}, {larger_gain: area}, {larger_gain: guinea_pigs}]"
SPENT = "prizes: {purses: [{id: p, amount: 1000}], awards: [{scheme: until_spent}]}"


def tier(ties: str = "", prizes: str = "") -> Tier:
    """A tier with these ties and prizes."""
    text = RULES.replace("TIES", ties).replace("PRIZES", prizes)
    return load_rules(text).competitions["terraces"].tiers[0]


def test_rules_that_compare_no_gain_ask_for_nothing() -> None:
    """Other tables, books and forms stay as they are."""
    assert beside_marks(tier("ties: [{criterion: walls}, shared]")) == ()


def test_each_asset_is_asked_once_with_its_unit_where_the_rules_know_it() -> None:
    """A measured criterion knows the unit; of other assets the paper says it. The amount is asked where a prize pays it."""
    asked = {one.field: ENGLISH.say(one.title) for one in beside_marks(tier(TIES, SPENT))}
    assert asked == {
        "guinea_pigs_before": "Guinea pigs, before",
        "guinea_pigs_now": "Guinea pigs, now",
        "guinea_pigs_unit": "Guinea pigs, unit",
        "guinea_pigs_value_before": "Guinea pigs, value before",
        "guinea_pigs_value_now": "Guinea pigs, value now",
        "area_before": "Área (m2), before",
        "area_now": "Área (m2), now",
        "area_value_before": "Área, value before",
        "area_value_now": "Área, value now",
        "requested": "Amount asked for",
    }
    assert [one.id for one in assets_of(tier(TIES))] == ["guinea_pigs", "area"]
    assert [one.field for one in beside_marks(tier(TIES, SPENT)) if not one.is_figure] == ["guinea_pigs_unit"]


def test_what_judges_mark_is_asked_once() -> None:
    """A criterion with the id of the field is a mark, and no second question."""
    marked = load_rules(RULES.replace("TIES", TIES).replace("PRIZES", "").replace("id: walls", "id: guinea_pigs_now"))
    asked = [one.field for one in beside_marks(marked.competitions["terraces"].tiers[0])]
    assert "guinea_pigs_before" in asked
    assert "guinea_pigs_now" not in asked


@pytest.mark.parametrize(
    ("text", "figure"),
    [
        *[("12", "12"), ("12,5", "12.5"), ("12.5", "12.5"), ("12.50", "12.5"), ("0", "0"), ("125,5551", "125.5551")],
        *[("0,125", "0.125"), ("1234,567", "1234.567"), ("125.555", "125.555"), ("1,25", "1.25")],
    ],
)
def test_a_quantity_is_read_from_its_digits(text: str, figure: str) -> None:
    """A point or a comma before the decimals, as people write it."""
    assert read_quantity(text) == figure


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("125,555", "“125,555” may be 125.555 or 125555"),
        ("1,000", "“1,000” may be 1 or 1000"),
        ("-1,250", "“-1,250” may be -1.25 or -1250"),
        ("-3", "“-3” is no quantity"),
        ("mil", "“mil” is no quantity"),
        ("1,234.50", "“1,234.50” is no quantity"),
        ("", "“” is no quantity"),
    ],
)
def test_what_could_be_two_numbers_or_none_is_refused(text: str, says: str) -> None:
    """Peru writes a thousand as 1,000: nobody but the writer knows what a comma with three figures behind it means."""
    found = read_quantity(text)
    assert not isinstance(found, str)
    assert ENGLISH.say(found[0]) == says


@pytest.mark.parametrize(("text", "both"), [("1,250", (Fraction(5, 4), 1250)), ("0,125", None), ("1,25", None), ("1.250", None)])  # fmt: skip
def test_only_a_comma_with_three_figures_behind_it_has_two_readings(text: str, both: object) -> None:
    """No thousand begins with 0, and a point is never one."""
    assert two_readings(text) == both


@pytest.mark.parametrize(
    ("criterion", "text", "mark"),
    [
        ("walls", "1,000", 1),
        ("deep", "3,125", Fraction(25, 8)),
        ("mark", "2,000", 2),
        ("area", "0,125", Fraction(1, 8)),
    ],
)
def test_a_mark_for_which_only_one_reading_is_allowed_is_that_one(criterion: str, text: str, mark: object) -> None:
    """A paper marked from 1 to 20 has no 1000."""
    found = next(one for one in tier().judging[0].judged if one.id == criterion)
    assert read_mark(found, text) == mark


@pytest.mark.parametrize(("criterion", "text"), [("area", "1,250"), ("deep", "1,250")])
def test_a_mark_that_could_be_two_is_refused(criterion: str, text: str) -> None:
    """A measured area may be 1.25 or 1250: the sentence names both."""
    found = read_mark(next(one for one in tier().judging[0].judged if one.id == criterion), text)
    assert isinstance(found, Sentence)
    assert "may be 1.25 or 1250: write it without the comma" in ENGLISH.say(found)


def test_an_amount_that_no_prize_can_be_is_told_before_the_prizes() -> None:
    """Prizes are paid in whole units of cash; rules that pay no requests look at none."""
    contest = Contest("C1", None, tuple(Entry(f"H{n}", fields={"requested": n}) for n in ("600", "605", "")))
    told = [ENGLISH.say(one.message) for one in odd_requests(tier("", SPENT), 10, [contest])]
    assert told == ["H605 asks for 605, which is no multiple of 10"]
    assert odd_requests(tier(), 10, [contest]) == []
