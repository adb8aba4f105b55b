"""The most that a purse may have to pay, whatever the marks: over all ways in which so many entries can stand.

How entries stand is which of them are equal for money, from the first position down, and how many points each group
has. Nothing else changes what awards claim, so the dearest way is found group by group (RULES.md, P2 to P4, P8).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import product

from pachamama.core.award import Award
from pachamama.core.awards import ByLevel, Flat, InKind, PlaceAward, Proportional, UntilSpent
from pachamama.core.numbers import Exact, cents, simple
from pachamama.core.purses import Prizes, Purse
from pachamama.core.rules.checks_prizes import applies, contests_of, prizes_of, purse_of
from pachamama.core.rules.document import Tier
from pachamama.core.rules.part import TierPart
from pachamama.core.sharing import redistributed

_TIED_BEYOND = 200
"""Tied groups are tried with up to so many entries beyond the last place, and with all that there are."""
_A_LITTLE = Fraction(1, 100)
"""More than a base by so many points is above it."""


def worst_cost(part: TierPart, purse: Purse, entries: int) -> Exact | None:
    """The most that may be claimed from a purse with so many entries in each contest; None without flat or level prize.

    Lots that are still to be recorded count as not drawn; nobody has two entries, and no cap takes a prize away.
    """
    prizes = prizes_of(part)
    if not any(isinstance(award, Flat | ByLevel) and purse_of(prizes, award) is purse for award in prizes.awards):
        return None
    categories = contests_of(part)
    is_one = purse.per == "contest" or len(categories) == 1
    ways = [_Contest(part, purse, category, entries) for category in categories]
    together = max if purse.per == "contest" else sum
    most = together(way.most() for way in ways)
    if any(way.rest is not None for way in ways):
        after = together(way.most(is_spent=True, first_takes_it=is_one) for way in ways) + cents(purse.amount)
        if all(way.rest is None or way.is_limited for way in ways):
            after = min(after, together(way.most(at_the_limit=True) for way in ways))
        most = max(most, after)
    return simple(Fraction(most, 100))


@dataclass(frozen=True, slots=True)
class _Prize:
    """An award of the contest: whether the purse pays it, and the raw amounts of its positions, in cents."""

    award: Award
    is_mine: bool
    listed: tuple[Exact, ...]


class _Contest:
    """One contest of so many entries, and the ways in which they can stand."""

    def __init__(self, part: TierPart, purse: Purse, category: str | None, entries: int) -> None:
        """Work out what the ways have in common."""
        self.tier: Tier = part.tier
        self.prizes: Prizes = prizes_of(part)
        self.unit = part.programme.unit
        self.entries = entries
        self.awards = [
            _prize(self.prizes, award, purse) for _, award in self.prizes.in_turn if applies(award, category)
        ]
        mine = [one.award for one in self.awards if one.is_mine]
        rests = [award for award in mine if isinstance(award, Proportional | UntilSpent)]
        self.rest = rests[-1] if rests else None
        self.is_limited = all(isinstance(award, Proportional) and award.maximum is not None for award in rests)
        self.last = max((len(one.listed) for one in self.awards), default=0)
        self.points = tuple(_points(self.tier, [one.award for one in self.awards]))

    def most(self, *, is_spent: bool = False, first_takes_it: bool = False, at_the_limit: bool = False) -> int:
        """The most that is claimed, in cents.

        `is_spent`: only what is claimed after an award that took all the purse held, for the first entry perhaps.
        `at_the_limit`: everybody who has a share by points has the largest.
        """
        lists = [
            [(number, filled) for filled in self._filled(one)]
            for number, one in enumerate(self.awards)
            if one.listed and isinstance(one.award, PlaceAward) and self.prizes.unfilled == "redistribute"
        ]
        found = [_Way(self, dict(filled), is_spent, first_takes_it, at_the_limit).most() for filled in product(*lists)]
        return max((one for one in found if one is not None), default=0)

    def _filled(self, one: _Prize) -> range:
        """How many positions of a list can have a winner: all, unless there are too few entries with enough points."""
        most = min(self.entries, len(one.listed))
        return range(most, most + 1) if one.award.minimum_points is None else range(most + 1)


def _prize(prizes: Prizes, award: Award, purse: Purse) -> _Prize:
    drawn_on = purse_of(prizes, award)
    listed: tuple[Exact, ...] = ()
    if isinstance(award, PlaceAward):
        listed = award.listed(0 if drawn_on is None else cents(drawn_on.amount))
    elif isinstance(award, InKind):
        listed = tuple(int(place in award.places) for place in range(1, max(award.places, default=0) + 1))
    return _Prize(award, drawn_on is purse, listed)


def _points(tier: Tier, awards: Sequence[Award]) -> Iterator[Exact]:
    """The points that make a difference, the most first: what levels and awards ask for, as far as it can be reached."""
    asked: set[Exact] = {0}
    if tier.better == "higher":
        asked |= {level.from_ for level in tier.levels}
        asked |= {award.minimum_points for award in awards if award.minimum_points is not None}
        asked |= {simple(award.base + _A_LITTLE) for award in awards if isinstance(award, Proportional)}
    full = tier.full_total
    least = max(points for points in asked if points <= 0)
    yield from sorted((one for one in asked if one >= least and (full is None or one <= full)), reverse=True)


@dataclass(frozen=True, slots=True)
class _Way:
    """The dearest way to stand where `filled` positions of some lists (by the award's number) have winners."""

    contest: _Contest
    filled: Mapping[int, int]
    is_spent: bool
    first_takes_it: bool
    at_the_limit: bool

    def most(self) -> int | None:
        """The most that is claimed, in cents; None where entries cannot stand like that."""
        entries, last, points = self.contest.entries, self.contest.last, self.contest.points
        draws_all = (
            self.contest.prizes.lots_decide_money
            and (lots := self.contest.tier.lots_step) is not None
            and lots.lots == "seed"
        )

        @cache
        def from_(position: int, most_points: int) -> int | None:
            left = entries - position + 1
            if not left:
                return 0
            if position > last:
                sizes = [left]
            elif draws_all:
                sizes = [1]
            else:
                sizes = [*range(1, min(left, last - position + 1 + _TIED_BEYOND)), left]
            best = None
            for at in range(most_points, len(points)):
                for size in sizes:
                    here = self._claimed(position, size, points[at])
                    rest = None if here is None else from_(position + size, at)
                    if here is not None and rest is not None and (best is None or here + rest > best):
                        best = here + rest
            return best

        return from_(1, 0)

    def _claimed(self, position: int, size: int, points: Exact) -> int | None:
        """What so many entries, equal for money at a position, claim together; None where they cannot stand there."""
        claimed = winners = 0
        counts = not self.is_spent
        for number, one in enumerate(self.contest.awards):
            award = one.award
            can_win = award.minimum_points is None or points >= award.minimum_points
            if number in self.filled and not self._fits(one, self.filled[number], position, size, can_win=can_win):
                return None
            if award is self.contest.rest and self.is_spent:
                counts = True
                if self.first_takes_it and position == 1:
                    if not can_win or (isinstance(award, Proportional) and points <= award.base):
                        return None
                    winners = max(winners, 1)
                continue
            if not can_win:
                continue
            cash, winning = self._claim(number, position, size, points)
            if isinstance(award, Flat) and award.is_for_others:
                cash = (size - winners) * cents(award.amount)
            if one.is_mine and counts:
                claimed += cash
            winners = max(winners, winning)
        return claimed

    def _fits(self, one: _Prize, filled: int, position: int, size: int, *, can_win: bool) -> bool:
        """The group wins, or does not, as it must for so many positions of a list to be filled."""
        if can_win:
            return filled == len(one.listed) or position + size - 1 <= filled
        return position > filled

    def _claim(self, number: int, position: int, size: int, points: Exact) -> tuple[int, int]:
        """What one award claims for a group that may win it, in cents, and how many of the group surely win something."""
        one = self.contest.awards[number]
        match one.award:
            case PlaceAward():
                return self._by_place(number, position, size)
            case InKind():
                things = sum(one.listed[position - 1 : position - 1 + size])
                lots = self.contest.tier.lots_step
                is_drawn = things == size or (lots is not None and lots.lots == "seed")
                return 0, int(things) if is_drawn else 0
            case ByLevel(amounts=amounts):
                named = [level.id for level in self.contest.tier.levels_up if level.from_ <= points]
                each = next((cents(amounts[level]) for level in reversed(named) if level in amounts), 0)
            case Flat(to="all", amount=amount):
                each = cents(amount)
            case Proportional(minimum=minimum, maximum=maximum, base=base) if points > base:
                limit = maximum if self.at_the_limit else minimum
                return size * cents(limit or 0), size if minimum else 0
            case _:
                each = 0
        return size * each, size if each else 0

    def _by_place(self, number: int, position: int, size: int) -> tuple[int, int]:
        listed, unit, prizes = self.contest.awards[number].listed, self.contest.unit, self.contest.prizes
        filled = self.filled.get(number, len(listed))
        if filled < len(listed) and any(listed[:filled]):
            listed = redistributed(listed, filled)
        held = listed[position - 1 : position - 1 + size]
        if not held:
            return 0, 0
        if size == 1 or prizes.tie_split == "full":
            each = int(held[0] // unit)
            return size * each * unit, size if each else 0
        units = int(sum(held) // unit)
        each, spare = divmod(units, size)
        if prizes.remainder == "return":
            spare = 0
        return (size * each + spare) * unit, size if each else spare
