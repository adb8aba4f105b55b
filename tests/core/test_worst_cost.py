"""The worst case that `rules check --entries` tells is the dearest of all ways in which marks can fall."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations_with_replacement

import pytest
from tests.core.specimens import rules_file, tier

from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.numbers import Exact, simple
from pachamama.core.passing_over import settle_claims
from pachamama.core.prize_round import PrizeRound
from pachamama.core.ranking import rank
from pachamama.core.rules import load_rules, read_rules, warnings_of
from pachamama.core.rules.part import parts_of
from pachamama.core.rules.worst_cost import worst_cost
from pachamama.core.scoring import score_contest

CRITERIA = "criteria: [{id: soil, min: 0, max: 6}]\npanel: {judges: 1}\n"
LEVELS = "levels: [{id: low, from: 2}, {id: high, from: 4}, {id: beyond, from: 9}]\n"


def worst(rules: str, entries: int) -> Exact | None:
    """What the check reckons for the first purse."""
    (part,) = parts_of(read_rules(rules))
    assert part.tier.prizes is not None
    return worst_cost(part, part.tier.prizes.purses[0], entries)


def dearest(rules: str, entries: int) -> Exact:
    """The most that is claimed from the first purse, over all marks that so many entries can have."""
    found = load_rules(rules)
    here = found.competitions["terraces"].tiers[0]
    assert here.prizes is not None
    purse = here.prizes.purses[0]
    most = 0
    for marks in combinations_with_replacement(range(7), entries):
        sheets = [(Sheet("J", "sheet", {"soil": mark}),) for mark in marks]
        contest = Contest(None, None, tuple(Entry(f"H{at}", sheets=one) for at, one in enumerate(sheets)))
        round_ = PrizeRound(
            here, here.prizes, found.programme, [rank(here, "c", contest, score_contest(here, contest).scores)]
        )
        settle_claims(round_)
        most = max(most, sum(claims.cents for _, claims in round_.drawing(purse.id, round_.contests)))
    return simple(Fraction(most, 100))


PLACES = "{scheme: by_place, purse: p, amounts: [100, 60, 40]}"
FLAT = "{scheme: flat, purse: p, amount: 20}"


@pytest.mark.parametrize(
    ("awards", "more", "purse"),
    [
        (f"{PLACES}, {FLAT}", "", 400),
        (f"{PLACES}, {FLAT}", "tie_split: full", 400),
        (f"{PLACES}, {FLAT}", "remainder: by_lot", 400),
        (f"{PLACES}, {{scheme: flat, purse: p, amount: 20, to: all}}", "tie_split: full", 400),
        ("{scheme: by_place, purse: p, amounts: [100, 60, 40], minimum_points: 3}, " + FLAT, "", 400),
        ("{scheme: by_place, purse: p, amounts: [100, 50], minimum_points: 3}, " + FLAT, "unfilled: redistribute", 400),
        (
            "{scheme: by_place, purse: p, amounts: [90, 30], minimum_points: 3}, " + FLAT,
            "unfilled: redistribute, tie_split: full",
            400,
        ),
        ("{scheme: by_level, purse: p, amounts: {low: 20, high: 10}}, " + FLAT, "", 400),
        ("{scheme: by_level, purse: p, amounts: {low: 20, beyond: 90}}, " + FLAT, "", 400),
        (f"{PLACES}, {{scheme: by_level, purse: q, amounts: {{high: 5}}}}, {FLAT}", "", 400),
        (
            "{scheme: percent, purse: q, percents: [60, 40]}, {scheme: in_kind, item: Pala, places: [3]}, " + FLAT,
            "",
            400,
        ),
        ("{scheme: proportional, purse: p, base: 3, minimum: 90}, " + FLAT, "if_short: prorate", 200),
        ("{scheme: proportional, purse: p, base: 3}, " + FLAT, "", 200),
        ("{scheme: proportional, purse: p, maximum: 10}, {scheme: flat, purse: p, amount: 20, to: all}", "", 200),
    ],
)
@pytest.mark.parametrize("entries", [1, 2, 5])
def test_the_worst_case_is_the_dearest_of_all_marks(awards: str, more: str, purse: int, entries: int) -> None:
    """Not more, not less: five households with all marks that they can have claim that much once, and never more."""
    text = rules_file(
        tier(
            f"{CRITERIA}{LEVELS}prizes: {{purses: [{{id: p, amount: {purse}}}, {{id: q, amount: 100}}], "
            f"awards: [{awards}], {more}}}"
        )
    )
    assert worst(text, entries) == dearest(text, entries)


def test_who_shares_a_place_in_full_makes_a_purse_short() -> None:
    """100, 60, 40 in full to all who tie: ten that share the first place claim 1000 of a purse of 400."""
    rules = CRITERIA + f"prizes: {{purses: [{{id: p, amount: 400}}], awards: [{PLACES}, {FLAT}], tie_split: full}}"
    assert worst(rules_file(tier(rules)), 10) == 1000


def test_lots_by_seed_that_decide_about_money_leave_nobody_tied() -> None:
    """Then each stands alone: 100, 60, 40 and seven times 20."""
    lots = "ties: [{lots: seed, seed: a}]\n"
    rules = f"prizes: {{purses: [{{id: p, amount: 400}}], awards: [{PLACES}, {FLAT}], tie_split: full, "
    assert worst(rules_file(tier(CRITERIA + lots + rules + "lots_decide_money: true}")), 10) == 340
    assert worst(rules_file(tier(CRITERIA + lots + rules + "lots_decide_money: false}")), 10) == 1000


def test_nobody_has_the_level_prize_and_the_flat_prize_for_the_others() -> None:
    """Ten times 20, whatever their points: a purse of 200 stands it, and nothing is warned of."""
    rules = CRITERIA.replace("6", "100") + (
        "levels: [{id: low, from: 70}]\nprizes: {purses: [{id: p, amount: 200}], "
        f"awards: [{{scheme: by_level, purse: p, amounts: {{low: 20}}}}, {FLAT}]}}"
    )
    assert worst(rules_file(tier(rules)), 10) == 200
    assert warnings_of(rules_file(tier(rules)), entries=10) == ()


def test_a_purse_of_the_round_adds_up_the_categories() -> None:
    """Two contests of ten entries, each with its own places: 2 × 340."""
    rules = (
        CRITERIA + "categories: [{id: new}, {id: old}]\n"
        f"prizes: {{purses: [{{id: p, amount: 400, per: round}}], awards: [{PLACES}, {FLAT}]}}"
    )
    assert worst(rules_file(tier(rules)), 10) == 680


def test_places_alone_have_no_worst_case() -> None:
    """What places cost is in the rules; only flat and level prizes cost more with more entries."""
    rules = f"prizes: {{purses: [{{id: p, amount: 400}}], awards: [{PLACES}]}}"
    assert worst(rules_file(tier(CRITERIA + rules)), 10) is None
