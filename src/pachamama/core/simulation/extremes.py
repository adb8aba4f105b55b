"""The worst that can happen to a purse: everybody there, and marks pulled to one value so that places are shared.

Nobody is absent, nothing is deducted, all judges agree. Each extreme is tried with the categories as they are and with
everybody in one category: in the first year all families are new.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Literal, TypeAlias

from pachamama.core.awards import ByPlace, InKind, Percent
from pachamama.core.model import Contest, Entry, HouseholdResult, Sheet
from pachamama.core.numbers import Exact, read_exact, simple
from pachamama.core.rules.document import Tier
from pachamama.core.simulation.marks import Played, panel_of

Extreme: TypeAlias = Literal["all_equal", "best_equal", "all_at_the_top", "all_at_the_bottom", "no_ties"]
EXTREMES: tuple[Extreme, ...] = ("all_equal", "best_equal", "all_at_the_top", "all_at_the_bottom", "no_ties")
"""Everybody equal in the middle; one more equal at the top than there are prizes; everybody with the highest level;
everybody with the least marks, below every minimum; all different."""


def extreme_contests(played: Played, contests: Sequence[Contest], extreme: Extreme) -> Iterator[tuple[Contest, ...]]:
    """The contests of an extreme: with the categories as they are, then with everybody in each of them.

    Where an entrant may enter several categories, also with everybody in all of them.
    """
    ids = [category.id for category in played.tier.categories]
    placements = [list(contests), *(_together(contests, id_) for id_ in ids if len(ids) > 1)]
    if len(ids) > 1 and _lets_enter_several(played.tier):
        placements.append([contest for id_ in ids for contest in _together(contests, id_)])
    for placed in placements:
        yield tuple(_extreme(played, contest, extreme) for contest in placed)


def _lets_enter_several(tier: Tier) -> bool:
    """One prize in the whole round is a rule for those who enter several categories."""
    return tier.prizes is not None and tier.prizes.one_prize_per_entrant == "round"


def _together(contests: Sequence[Contest], category: str) -> list[Contest]:
    """Everybody of a community or watershed in one category."""
    entries: dict[str | None, dict[str, Entry]] = {}
    for contest in contests:
        here = entries.setdefault(contest.within, {})
        for entry in contest.entries:
            here.setdefault(entry.code, entry)
    return [Contest(within, category, tuple(here.values())) for within, here in entries.items()]


def _extreme(played: Played, contest: Contest, extreme: Extreme) -> Contest:
    number = len(contest.entries)
    equal = places_paid(played.tier, contest.category) + 1
    shares = [_share(extreme, at, number, equal) for at in range(number)]
    entries = tuple(_with_share(played, entry, share) for entry, share in zip(contest.entries, shares, strict=True))
    return replace(contest, entries=entries)


def _share(extreme: Extreme, at: int, number: int, equal: int) -> Fraction:
    """What an entry has of the best there is, from 0 to 1; the entries are taken in their order."""
    if extreme == "all_equal":
        return Fraction(1, 2)
    if extreme == "all_at_the_top" or (extreme == "best_equal" and at < equal):
        return Fraction(1)
    return Fraction(0) if extreme == "all_at_the_bottom" else 1 - Fraction(at, number)


def places_paid(tier: Tier, category: str | None) -> int:
    """How many places of a contest have a prize of their own, by the rules; requests are paid as far as the purse goes."""
    found = 0
    for award in tier.prizes.awards if tier.prizes is not None else ():
        if award.categories is not None and category not in award.categories:
            continue
        match award:
            case ByPlace():
                found = max(found, len(award.amounts))
            case Percent():
                found = max(found, len(award.percents))
            case InKind():
                found = max(found, *award.places)
            case _:
                pass
    return found


def _with_share(played: Played, entry: Entry, share: Fraction) -> Entry:
    tier = played.tier
    judges = panel_of(tier)
    sheets = tuple(
        Sheet(judge, phase.id, {one.id: one.graded(share) for one in phase.judged})
        for phase in tier.judged_phases
        for judge in judges
    )
    households = None if played.lower is None else _households(played.lower.tier, entry, share)
    return replace(entry, sheets=sheets, status=None, deductions=frozenset(), households=households)


def _households(lower: Tier, entry: Entry, share: Fraction) -> tuple[HouseholdResult, ...]:
    """The whole register took part, each household with the same points."""
    points: Exact = simple((lower.full_total or 0) * share)
    registered = read_exact(entry.fields.get("households", ""))
    one = lower.level_of(points)
    return tuple(
        HouseholdResult(str(number), points, one) for number in range(registered if isinstance(registered, int) else 0)
    )
