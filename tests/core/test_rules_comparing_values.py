"""Every kind of value that can change: its path, what a rules file says before and after, and the words for people."""

from __future__ import annotations

import pytest
from tests.core.specimens import rules_file, tier
from tests.core.test_rules_comparing import ENGLISH, found

LEVELS = "levels: [{id: a, from: 5}, {id: b, from: 9}]\n"


def prizes(award: str, more: str = "") -> str:
    """The key `prizes` with one purse and one award."""
    return f"prizes: {{purses: [{{id: p, amount: 200}}], awards: [{{scheme: {award}}}]{more}}}"


VALUES = [
    (
        LEVELS + prizes("by_level, amounts: {a: 10, b: 20}"),
        LEVELS + prizes("by_level, amounts: {a: 10, b: 30}"),
        [
            (
                "prizes.awards.by_level-p.amounts",
                "{a: 10, b: 20}",
                "{a: 10, b: 30}",
                (
                    "the list of amounts of the award “by_level” from “p” was a: USD 10.00 and b: USD 20.00, is a: USD 10.00 "
                    "and b: USD 30.00"
                ),
            )
        ],
    ),
    (
        prizes("flat, amount: 5"),
        prizes("flat, amount: 5", ", lots_decide_money: true"),
        [("prizes.lots_decide_money", "false", "true", "whether lots decide about money was no, is yes")],
    ),
    (
        "ties: [shared]",
        "ties: []",
        [("ties", "[shared]", "[]", "the tie steps were: a shared place; they are: none: the place is shared")],
    ),
    (
        "ties: [{lots: recorded}]",
        "ties: [{lots: seed, seed: x}]",
        [
            (
                "ties",
                "[{lots: recorded}]",
                "[{lots: seed, seed: x}]",
                "the tie steps were: lots; they are: lots by the seed “x”",
            )
        ],
    ),
    (
        "criteria: [{id: a, measured: {unit: m2}, bands: [{from: 0, points: 1}]}]",
        "criteria: [{id: a, measured: {unit: kg}, bands: [{from: 0, points: 1}, {from: 5, points: 2}]}]",
        [
            ("phases.sheet.total", "1", "2", "the most points of the sheet was 1, is 2"),
            ("phases.sheet.criteria.a.measured.unit", "m2", "kg", "the unit of “a” was “m2”, is “kg”"),
            (
                "phases.sheet.criteria.a.bands",
                "[{from: 0, points: 1}]",
                "[{from: 0, points: 1}, {from: 5, points: 2}]",
                "the list of bands of “a” was from 0: 1, is from 0: 1 and from 5: 2",
            ),
        ],
    ),
    (
        "rounding: {at: []}",
        "rounding: {at: [phase]}",
        [("rounding.at", "[]", "[phase]", "where figures are rounded was not set, is “phase”")],
    ),
    (
        "panel: {combine: trimmed}",
        "panel: {combine: median}",
        [
            ("panel.combine", "trimmed", "median", "how judges are combined was “trimmed”, is “median”"),
            (
                "panel.drop",
                "{highest: 1, lowest: 1, from: 5}",
                None,
                "the dropping of the highest and the lowest is gone: {highest: 1, lowest: 1, from: 5}",
            ),
            (
                "panel.then",
                "mean",
                None,
                "what is done with the values that are not dropped was “mean”, is not set any more",
            ),
        ],
    ),
    (
        "promotion: {top: 1}",
        "promotion: {top: 2}\n",
        [("promotion.top", "1", "2", "the number that go up was 1, is 2")],
    ),
    (
        prizes("in_kind, item: Pala, places: [1]"),
        prizes("in_kind, item: Pico, places: [1, 2]"),
        [
            (
                "prizes.awards.in_kind.item",
                '"Pala"',
                '"Pico"',
                "the thing of the award “in_kind” was “Pala”, is “Pico”",
            ),
            (
                "prizes.awards.in_kind.places",
                "[1]",
                "[1, 2]",
                "the list of places of the award “in_kind” was 1, is 1 and 2",
            ),
        ],
    ),
    (
        prizes("flat, amount: 5", ", cap_per_community: {prizes: 1}"),
        prizes("flat, amount: 5", ", cap_per_community: {amount: 10}"),
        [
            (
                "prizes.cap_per_community.prizes",
                "1",
                None,
                "the most prizes of one community was 1, is not set any more",
            ),
            (
                "prizes.cap_per_community.amount",
                None,
                "10",
                "the most money of one community was not set, is USD 10.00",
            ),
        ],
    ),
    (
        prizes("by_place, amounts: [50]}, {scheme: by_place, amounts: [20]"),
        prizes("by_place, amounts: [50]}, {scheme: by_place, amounts: [30]"),
        [
            (
                "prizes.awards.by_place-p-2.amounts",
                "[20]",
                "[30]",
                "the list of amounts of the award “by_place 2” from “p” was USD 20.00, is USD 30.00",
            )
        ],
    ),
    (
        "knockouts: [{id: f, name: Fuego}]",
        "knockouts: [{id: f, name: {es: Fuego, qu: Nina}}]",
        [
            (
                "knockouts.f.name",
                '"Fuego"',
                '{es: "Fuego", qu: "Nina"}',
                "“f” was called “Fuego”, is called “Fuego / Nina”",
            )
        ],
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), VALUES, ids=range(len(VALUES)))
def test_a_change_has_its_path_both_values_and_words(
    old: str, new: str, told: list[tuple[str, str | None, str | None, str]]
) -> None:
    """For programs as a rules file writes them, for people as they say them."""
    assert [
        (one.path, one.old, one.new, ENGLISH.say(one.sentence).removeprefix("terraces, households: "))
        for one in found(rules_file(tier(old)), rules_file(tier(new)))
    ] == told
