"""Two sets of rules compared in words: what came, what went, what moved, what changed, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.core.specimens import ENGLISH, rules_file, tier
from tests.oracle.competitions import random_competition

from pachamama.core.rules import load_rules, read_rules, show_rules
from pachamama.core.rules.comparing import Difference, differences

EXAMPLE = (Path(__file__).parents[2] / "competitions.example.yaml").read_text(encoding="utf-8")


def found(old: str, new: str) -> tuple[Difference, ...]:
    """What differs between two rules files."""
    return differences(load_rules(old), load_rules(new))


def told(old: str, new: str, **around: str) -> list[str]:
    """What differs between two tiers, in English, without the competition and the tier."""
    said = [
        ENGLISH.say(one.sentence) for one in found(rules_file(tier(old), **around), rules_file(tier(new), **around))
    ]
    assert all(line.startswith("terraces, households: ") for line in said)
    return [line.removeprefix("terraces, households: ") for line in said]


CHANGES = [
    (
        "criteria: [{id: water, name: Agua, max: 30}]",
        "criteria: [{id: water, name: Agua, max: 20}]",
        ["the most points of the sheet was 30, is 20", "the maximum of “Agua” was 30, is 20"],
    ),
    (
        "criteria: [{id: a, name: Agua, max: 10}]",
        "criteria: [{id: a, name: Riego, max: 10}]",
        ["“a” was called “Agua”, is called “Riego”"],
    ),
    (
        "criteria: [{id: a, max: 10}, {id: b, max: 5}]",
        "criteria: [{id: b, max: 5}, {id: a, max: 10}]",
        ["the order of the criteria was a and b, is b and a"],
    ),
    (
        "criteria: [{id: a, max: 10}]",
        "criteria: [{id: a, options: [{points: 10, name: Todo}, {points: 4}]}]",
        [
            "the kind of “a” was “marks”, is “options”",
            "the list of answers of “a” was not set, is Todo: 10 and 4",
            "the least mark of “a” was 1, is not set any more",
            "the maximum of “a” was 10, is not set any more",
            "the step between marks of “a” was 1, is not set any more",
        ],
    ),
    (
        "criteria: [{id: a, max: 10}]",
        "criteria: [{id: a, max: 10}, {id: b, max: 5, weight: 2}]",
        [
            "the most points of the sheet was 10, is 20",
            "the criterion “b” is new: from 1 to 5, whole points, at most 5 points",
        ],
    ),
    (
        "criteria: [{id: a, measured: {unit: kg}, bands: [{from: 0, points: 0}, {from: 10, points: 5}]}]",
        "criteria: [{id: a, measured: {unit: t}, bands: [{from: 0, points: 0}, {from: 20, points: 5}]}]",
        [
            "the unit of “a” was “kg”, is “t”",
            "the list of bands of “a” was from 0: 0 and from 10: 5, is from 0: 0 and from 20: 5",
        ],
    ),
    (
        "phases: [{id: field, criteria: [{id: a, max: 10}]}, {id: public, name: Pública, criteria: [{id: b, max: 5}]}]",
        "phases: [{id: field, factor: 2, criteria: [{id: a, max: 10}]}]",
        ["the phase “Pública” is gone: b", "the factor of “field” was 1, is 2"],
    ),
    (
        "panel: {judges: 3}",
        "panel: {judges: 5, at_least: 3}",
        [
            "the number of judges was 3, is 5",
            "the least number of judges of an entry was 2, is 3",
        ],
    ),
    (
        "panel: {combine: outlier, distance: 7}",
        "panel: {combine: median}",
        [
            "how judges are combined was “outlier”, is “median”",
            "the distance from the mean beyond which a value is dropped was 7, is not set any more",
        ],
    ),
    (
        "",
        "ties: [{criterion: soil}, {lots: recorded}]",
        ["the tie steps were: none: the place is shared; they are: the better points in “soil” and lots"],
    ),
    (
        "levels: [{id: good, from: 10}]",
        "levels: [{id: good, from: 12}, {id: best, from: 18}]",
        [
            "the level “best” is new: from 18 points",
            "the threshold of “good” was 10, is 12",
        ],
    ),
    (
        "deductions: [{id: late, points: 3}]\nknockouts: [{id: fight}]",
        "bonuses: [{id: song, points: 2}]",
        [
            "the bonus “song” is new: 2 points",
            "the deduction “late” is gone: 3 points",
            "the knockout “fight” is gone",
        ],
    ),
    (
        "promotion: {top: 3}",
        "promotion: {percent: 30}",
        [
            "the number that go up was 3, is not set any more",
            "the percentage that goes up was not set, is 30",
        ],
    ),
    (
        "",
        "promotion: {top: 2}",
        [
            (
                "the promotion is new: The first 2 of each contest go up. "
                "If entries with equal points stand on both sides of the cut, all of them go up."
            )
        ],
    ),
    ("", "rounding: {mode: floor}", ["the way of rounding was a half goes up, is always down"]),
    ("categories: [{id: new}, {id: old}]", "categories: [{id: new}]", ["the category “old” is gone"]),
    (
        "ranking: {numbering: 1224}",
        "ranking: {numbering: fractional}",
        ["the numbering of places was “1224”, is “fractional”"],
    ),
    (
        "prizes: {purses: [{id: p, name: Bolsa, amount: 200}], awards: [{scheme: by_place, amounts: [100, 60]}, {scheme: flat, amount: 2}]}",
        "prizes: {purses: [{id: p, name: Bolsa, amount: 300}], awards: [{scheme: by_place, amounts: [100, 60, 40]}, {scheme: in_kind, item: Pala, places: [1]}], tie_split: full}",
        [
            "the amount of “Bolsa” was USD 200.00, is USD 300.00",
            "the award “in_kind” is new: 1st place: Pala",
            "the award “flat” from “Bolsa” is gone: everybody else with a place: USD 2.00",
            "the list of amounts of the award “by_place” from “Bolsa” was USD 100.00 and USD 60.00, is USD 100.00, USD 60.00 and USD 40.00",
            "how a tie shares its prizes was “pool”, is “full”",
        ],
    ),
    (
        "prizes: {purses: [{id: p, amount: 200}], awards: [{scheme: flat, amount: 2, to: all}, {scheme: by_place, amounts: [9]}]}",
        "prizes: {purses: [{id: p, amount: 200}], awards: [{scheme: by_place, amounts: [9]}, {scheme: flat, amount: 2, to: all}]}",
        ["the order of the awards was flat-p and by_place-p, is by_place-p and flat-p"],
    ),
    (
        "prizes: {purses: [{id: p, amount: 90}], awards: [{scheme: flat, amount: 2, to: all}], cap_per_community: {prizes: 2}}",
        "prizes: {purses: [{id: p, amount: 90}], awards: [{scheme: flat, amount: 2}], cap_per_community: {prizes: 3}, lots_decide_money: true}",
        [
            "who gets the award “flat” from “p” was “all”, is “other_participants”",
            "whether lots decide about money was no, is yes",
            "the most prizes of one community was 2, is 3",
        ],
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), CHANGES)
def test_a_change_is_told_in_words(old: str, new: str, expected: list[str]) -> None:
    """With the old value and the new one, and nothing that stayed as it was."""
    assert told(old, new) == expected


def test_the_programme_competitions_and_tiers_are_compared() -> None:
    """What is about all of them comes first; what came or went is named."""
    old = rules_file(tier(""), programme="{currency: USD, prize_range: {minimum: 20, maximum: 3000}}")
    new = rules_file(tier(""), tier("", who="community", within="watershed"), programme="{currency: PEN}")
    new += "  maps:\n    tiers:\n      - {tier: group, within: programme, criteria: [{id: a, max: 5}]}\n"
    assert [ENGLISH.say(one.sentence) for one in found(old, new)] == [
        "programme: the currency was “USD”, is “PEN”",
        "programme: the range of prizes is gone: {minimum: 20, maximum: 3000}",
        "terraces, communities: this tier is new",
        "the competition “maps” is new",
    ]
    assert "the competition “maps” is gone" in [ENGLISH.say(one.sentence) for one in found(new, old)]


def test_a_difference_says_where_and_what_for_programs_too() -> None:
    """Competition, tier, path, and both values as a rules file writes them."""
    (one,) = found(EXAMPLE, EXAMPLE.replace("amounts: [3000, 1800, 1200]", "amounts: [3000, 1500, 1200]"))
    assert (one.competition, one.tier) == ("terraces", "community")
    assert one.path == "prizes.awards.by_place-project.amounts"
    assert (one.old, one.new) == ("[3000, 1800, 1200]", "[3000, 1500, 1200]")


def test_a_default_that_is_written_out_is_no_difference() -> None:
    """Also where it follows from other words, as `at_least: 1` from one judge, or a stated total."""
    assert (
        told(
            "panel: {judges: 1}", "panel: {judges: 1, at_least: 1, combine: mean}\ntotal: 20\nranking: {better: higher}"
        )
        == []
    )
    assert found(EXAMPLE, show_rules(load_rules(EXAMPLE))) == ()


def test_an_award_of_all_categories_changes_only_with_its_own_words() -> None:
    """A category more is one difference, not one for each award."""
    prizes = "prizes: {purses: [{id: p, amount: 90}], awards: [{scheme: flat, amount: 2}]}"
    more = told(f"categories: [{{id: a}}]\n{prizes}", f"categories: [{{id: a}}, {{id: b}}]\n{prizes}")
    assert more == ["the category “b” is new"]


def test_every_value_that_changes_is_found() -> None:
    """Each number of the example, changed alone, is told with its new figure; sums need not agree for that."""
    changed = 0
    for match in re.finditer(r"\b(?:max|step|from|points|amount|value|share|judges|reserves): ([0-9.]+)", EXAMPLE):
        line = EXAMPLE[EXAMPLE.rfind("\n", 0, match.start()) + 1 : match.start()]
        if "#" in line:
            continue
        text = EXAMPLE[: match.start(1)] + "977" + EXAMPLE[match.end() :]
        said = differences(read_rules(EXAMPLE).rules, read_rules(text).rules)
        assert any("977" in ENGLISH.say(one.sentence) for one in said), line
        changed += 1
    assert changed > 60


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_any_two_rules_can_be_compared(seed: int) -> None:
    """Both ways, and rules never differ from themselves."""
    one, other = random_competition(seed).rules_text, random_competition(seed + 1).rules_text
    assert found(one, one) == ()
    assert bool(found(one, other)) == bool(found(other, one))
    for difference in found(one, other):
        assert "{" not in difference.sentence.text.format_map(dict.fromkeys(difference.sentence.values, ""))
        ENGLISH.say(difference.sentence)
