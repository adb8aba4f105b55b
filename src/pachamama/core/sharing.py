"""Sharing money: what an award has before it when its turn comes, what it claims, and how sums are divided.

The one idea: nothing is divided but in whole cash units, downwards, and what is left is named (RULES.md, P3, P4, P8).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from math import lcm
from typing import TYPE_CHECKING, Literal, TypeAlias

from pachamama.core.asked_orders import AskedOrder
from pachamama.core.figures import cash_said
from pachamama.core.model import RecordedOrder
from pachamama.core.numbers import Exact, simple
from pachamama.core.sentences import Ordinal, Sentence, Value, listing, say, say_count
from pachamama.core.tie_step import TieContext
from pachamama.core.ties import Lots

if TYPE_CHECKING:
    from pachamama.core.purses import Prizes
    from pachamama.core.ranking import Ranked

Group: TypeAlias = "tuple[Ranked, ...]"
"""Entries equal for money: they share a place, or lots alone separated them (RULES.md, T6)."""
Limit: TypeAlias = Literal["minimum", "maximum"] | None

PLACES_NAMED = 3
"""More tied places than these are said as “4th to 9th”."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one award claims for an entry: cents of its purse, or its thing (then 0 cents). Equal ones may share it."""

    cents: int
    why: Sentence


@dataclass(frozen=True, slots=True)
class Share:
    """How a group got the prizes of its positions: raw amounts `listed`, `each` in whole units, what goes back (`left`).

    `lucky` are the codes of those who got a spare unit. Amounts are in cents.
    """

    position: int
    listed: tuple[Exact, ...]
    each: int
    left: Exact
    lucky: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a group asked for together when its turn came, and what the purse held then, in cents."""

    wanted: int
    left: int
    is_paid: bool


@dataclass(frozen=True, slots=True)
class SharedOut:
    """One sharing among those who stood at no limit yet: `rest` cents by `total` points; `stopped` are the weights outside one."""

    rest: int
    total: Exact
    stopped: frozenset[Exact] = frozenset()

    def share(self, weight: Exact) -> Exact:
        """The exact share of a weight in it, in cents."""
        return simple(Fraction(self.rest * weight) / self.total)


@dataclass(frozen=True, slots=True)
class PointShares:
    """A sum shared by points: how many entries have each weight, their amount in cents, the limit they stopped at.

    `rounds` are the sharings, the whole sum first: those outside a limit stop at it, and the rest is shared anew. `spare`
    whole units were left by the last one, and go one each by largest remainder. `undivided` is the weight whose equal
    entries were more than the units still there, so that handing out stopped and `back` units went back; None where all
    were handed out.
    """

    numbers: Mapping[Exact, int]
    amounts: Mapping[Exact, int]
    limits: Mapping[Exact, Limit]
    rounds: Sequence[SharedOut]
    spare: int = 0
    undivided: Exact | None = None
    back: int = 0

    def shared_out(self, weight: Exact) -> SharedOut:
        """The sharing that decided about a weight: the one in which it stopped at a limit, else the last."""
        return next((one for one in self.rounds if weight in one.stopped), self.rounds[-1])


@dataclass(frozen=True, slots=True)
class Short:
    """A purse that held less (`amount`) than all awards on it came to (`wanted`), and what this award had claimed, in cents."""

    amount: int
    wanted: int
    claimed: Sequence[tuple[Ranked, Claim]]


@dataclass(slots=True)
class Claims:
    """What one award claims in one contest, best first, and what must be said about it.

    `shortfall` says that the purse cannot hold what the award must give each entry; it refuses unless the rules say
    otherwise. `turn` is what the award had before it, None where it is not for this contest; `shares`, `asked` (by
    group) and `by_points` are how its amounts came about, `filled` the positions that share what nobody wins, `short`
    what a purse too short took away; `orders` the lots that it uses, drawn or not.
    """

    paid: list[tuple[Ranked, Claim]] = field(default_factory=list)
    notes: list[tuple[Ranked, Sentence]] = field(default_factory=list)
    warnings: list[Sentence] = field(default_factory=list)
    due: list[Sentence] = field(default_factory=list)
    orders: list[AskedOrder] = field(default_factory=list)
    shortfall: Sentence | None = None
    turn: Turn | None = None
    shares: list[tuple[Group, Share]] = field(default_factory=list)
    filled: int | None = None
    asked: list[tuple[Group, Asked]] = field(default_factory=list)
    by_points: PointShares | None = None
    short: Short | None = None

    @property
    def cents(self) -> int:
        """All that it claims."""
        return sum([claim.cents for _, claim in self.paid])

    def needs_lots(self, group: Sequence[Ranked], said: Sentence, *, is_open: bool) -> None:
        """Lots decide between these for this award; `said` is what is to be done while nobody has drawn them."""
        self.orders.append(AskedOrder("lots", tuple(one.entry.code for one in group), is_open, said))
        if is_open:
            self.due.append(said)


@dataclass(frozen=True, slots=True)
class Turn:
    """An award's turn in a contest.

    `groups` are those who may win it, best first, in groups equal for money. `purse` is the whole amount of its purse
    and `held` what earlier awards left of it, in cents. `winners` are the entries that have an award here already.
    `levels` are the ids of the tier's levels, lowest first.
    """

    prizes: Prizes
    currency: str
    unit: int
    groups: Sequence[Group]
    purse: int = 0
    held: int = 0
    winners: Collection[str] = frozenset()
    levels: Sequence[tuple[str, Value]] = ()
    orders: tuple[RecordedOrder, ...] = ()
    chain_draws_lots: bool = False

    def money(self, cents: Exact) -> Value:
        """An amount as it is said; one that has parts of a cent with `…` after its whole cents."""
        return cash_said(cents, self.currency)

    def drawn(self, group: Sequence[Ranked]) -> list[list[Ranked]] | None:
        """The group one by one in the order of a lot that was drawn for it, None where none is recorded."""
        step = Lots(lots="recorded")
        parts = step.split([one.score for one in group], TieContext("", True, True, self.orders))
        if len(parts) < len(group):
            return None
        by_code = {one.entry.code: one for one in group}
        return [[by_code[score.entry.code] for score in part] for part in parts]


# -- ties (RULES.md, P3) ---------------------------------------------------------------------------------------------


def share_places(turn: Turn, listed: Sequence[Exact], *, redistributed: bool = False) -> Claims:
    """Give the prizes listed by position to the groups, best first: ties pool them, or get them in full each."""
    found = Claims()
    position = 1
    for group in turn.groups:
        if position > len(listed):
            break
        prizes = listed[position - 1 : position - 1 + len(group)]
        moved_up = position < min([one.position for one in group])
        if len(group) == 1 or turn.prizes.tie_split == "full":
            why = _place(position, len(group), moved_up=moved_up)
            each, left = _floored(prizes[0], turn.unit)
            left *= len(group)
        else:
            paid = sum(1 for prize in prizes if prize)
            why = _shared_place(position, max(paid, 1), len(group), moved_up=moved_up)
            each, left = _floored(Fraction(sum(prizes), len(group)), turn.unit)
            left *= len(group)
        if redistributed:
            why = say("{share}, with a part of the prizes that nobody won", share=why)
        _pay(turn, found, group, Claim(each, why), prizes, left, position)
        position += len(group)
    return found


def _floored(amount: Exact, unit: int) -> tuple[int, Exact]:
    """The amount in whole cash units, never up, and the exact rest: 3 × 858,667 is 1 more than 2,576,000."""
    each = int(amount // unit) * unit
    return each, amount - each


def _pay(
    turn: Turn, found: Claims, group: Group, claim: Claim, prizes: Sequence[Exact], left: Exact, position: int
) -> None:
    """Pay a group its equal shares, then whole units that are left, as the rules say; name what goes back."""
    is_pooled = len(group) > 1 and turn.prizes.tie_split == "pool"
    lucky = _spare_units(turn, found, group, int(left // turn.unit)) if is_pooled and left >= turn.unit else frozenset()
    left -= turn.unit * len(lucky)
    found.shares.append((group, Share(position, tuple(prizes), claim.cents, left, lucky)))
    more = Claim(claim.cents + turn.unit, _with_spare_unit(turn, claim.why)) if lucky else claim
    pairs = [(one, more if one.entry.code in lucky else claim) for one in group]
    found.paid += [pair for pair in pairs if pair[1].cents]
    if is_pooled and prizes[0]:
        note = _pooled(turn, prizes, claim.cents, len(group))
        found.notes += [(one, note) for one in group]
    if left >= 1:
        found.warnings.append(
            say(
                "{amount} of {share} cannot be shared in units of {unit} and goes back to the purse",
                amount=turn.money(left),
                share=claim.why,
                unit=turn.money(turn.unit),
            )
        )


def _with_spare_unit(turn: Turn, why: Sentence) -> Sentence:
    if turn.prizes.remainder == "by_lot":
        return say("{share}, and a spare unit by lot", share=why)
    return say("{share}, and a spare unit", share=why)


def _spare_units(turn: Turn, found: Claims, group: Group, units: int) -> frozenset[str]:
    """The codes of those who get one of the whole units that are left in a pooled group."""
    rule = turn.prizes.remainder
    if rule == "return":
        return frozenset()
    order: Sequence[Sequence[Ranked]] | None = list(sharing_a_place(group))
    if rule == "by_lot" and not turn.chain_draws_lots:
        order = turn.drawn(group)
    if rule == "by_lot" and not turn.chain_draws_lots:
        to_do = say_count(
            "Lots must be drawn between {entries} for {count} spare unit of {unit}, and recorded.",
            "Lots must be drawn between {entries} for {count} spare units of {unit}, and recorded.",
            units,
            entries=codes(group),
            unit=turn.money(turn.unit),
        )
        found.needs_lots(group, to_do, is_open=order is None)
    if order is None:
        return frozenset()
    lucky: list[str] = []
    for together in order:
        if len(lucky) + len(together) > units:
            break
        lucky += [one.entry.code for one in together]
    return frozenset(lucky)


def _pooled(turn: Turn, prizes: Sequence[Exact], each: int, number: int) -> Sentence:
    """How the prizes of a tied group were put together."""
    amounts = [prize for prize in prizes if prize]
    total, share = turn.money(sum(amounts)), turn.money(each)
    if len(amounts) == 1:
        return say("{total} shared by {number}: {each} each", total=total, number=number, each=share)
    return say(
        "{amounts} put together are {total}, shared by {number}: {each} each",
        amounts=listing([turn.money(amount) for amount in amounts]),
        total=total,
        number=number,
        each=share,
    )


def sharing_a_place(group: Sequence[Ranked]) -> Iterator[Group]:
    """Those of a group who share the printed place, best first: lots may have separated the others."""
    for _, together in groupby(sorted(group, key=_position), key=_position):
        yield tuple(together)


def _position(one: Ranked) -> int:
    return one.position


def _place(position: int, number: int, *, moved_up: bool) -> Sentence:
    """Why an entry gets the prize of a position."""
    place = Ordinal(position)
    if number > 1:
        return say("{place} place, in full for each of {number}", place=place, number=number)
    return say("prize of {place} place, moved up", place=place) if moved_up else say("{place} place", place=place)


def _shared_place(position: int, paid: int, number: int, *, moved_up: bool) -> Sentence:
    """Why entries share the prizes of `paid` positions from `position` on."""
    places = positions_said(range(position, position + paid))
    if moved_up:
        return say("prizes of {places} place shared by {number}, moved up", places=places, number=number)
    return say("{places} place shared by {number}", places=places, number=number)


def place_won(position: int, *, moved_up: bool) -> Sentence:
    """Why an entry alone at a position gets its prize: `1st place`."""
    return _place(position, 1, moved_up=moved_up)


def positions_said(positions: Sequence[int]) -> Value:
    """`2nd`, `2nd and 3rd`, `4th to 9th`."""
    if len(positions) == 1:
        return Ordinal(positions[0])
    is_run = positions[-1] - positions[0] == len(positions) - 1
    if is_run and len(positions) > PLACES_NAMED:
        return say("{first} to {last}", first=Ordinal(positions[0]), last=Ordinal(positions[-1]))
    return listing([Ordinal(position) for position in positions])


def codes(group: Sequence[Ranked]) -> Value:
    """The codes of a group, in order."""
    return listing(sorted(one.entry.code for one in group))


# -- fewer winners than prizes (RULES.md, P8) ------------------------------------------------------------------------


def redistributed(listed: Sequence[Exact], filled: int) -> tuple[Exact, ...]:
    """The whole list shared by the filled positions, A × ΣA ÷ ΣA filled: 300 200 100 with two winners → 360 240."""
    everything, there = sum(listed), sum(listed[:filled])
    return tuple(simple(Fraction(amount * everything) / there) for amount in listed[:filled])


# -- by points (RULES.md, P4) ----------------------------------------------------------------------------------------


def shares_by_points(
    weights: Sequence[Exact], held: int, *, unit: int, minimum: int | None, maximum: int | None
) -> PointShares:
    """What each weight gets of `held` (a multiple of the unit), by largest remainder, and how.

    Equal weights are one block: all get the spare unit, or the handing out stops there. `minimum` times the number of
    weights must fit into `held`.
    """
    scale = lcm(*(weight.denominator for weight in weights)) if weights else 1
    blocks: dict[Exact, tuple[int, int]] = {}
    for weight in weights:
        blocks[weight] = (int(weight * scale), blocks.get(weight, (0, 0))[1] + 1)
    found: dict[Exact, int] = {}
    limits: dict[Exact, Limit] = {}
    rounds: list[SharedOut] = []
    rest = held
    while True:
        free = {weight: block for weight, block in blocks.items() if weight not in found}
        total = sum(points * number for points, number in free.values())
        above = {w for w, (points, _) in free.items() if maximum is not None and rest * points > maximum * total}
        below = {w for w, (points, _) in free.items() if minimum is not None and rest * points < minimum * total}
        if not above and not below:
            break
        excess = sum((rest * free[w][0] - (maximum or 0) * total) * free[w][1] for w in above)
        deficit = sum(((minimum or 0) * total - rest * free[w][0]) * free[w][1] for w in below)
        outside, amount, limit = (above, maximum, "maximum") if excess >= deficit else (below, minimum, "minimum")
        rounds.append(SharedOut(rest, simple(Fraction(total, scale)), frozenset(outside)))
        for weight in outside:
            found[weight], limits[weight] = amount or 0, limit  # type: ignore[assignment]
            rest -= (amount or 0) * free[weight][1]
    numbers = {weight: number for weight, (_, number) in blocks.items()}
    if not free:
        return PointShares(numbers, found, limits, rounds)
    rounds.append(SharedOut(rest, simple(Fraction(total, scale))))
    amounts, spare, undivided, back = _largest_remainder(free, rest, total * unit, unit)
    return PointShares(numbers, found | amounts, limits, rounds, spare, undivided, back)


def _largest_remainder(
    free: Mapping[Exact, tuple[int, int]], rest: int, divisor: int, unit: int
) -> tuple[dict[Exact, int], int, Exact | None, int]:
    """Each share in whole units; the units left go by largest fraction, then by more points, whole blocks at a time.

    With the units that were left, the block that they were too few for, and those that go back for it.
    """
    amounts = {weight: rest * points // divisor * unit for weight, (points, _) in free.items()}
    spare = units = (rest - sum(amounts[weight] * number for weight, (_, number) in free.items())) // unit
    for weight in sorted(free, key=lambda weight: (rest * free[weight][0] % divisor, weight), reverse=True):
        number = free[weight][1]
        if number > units:
            return amounts, spare, weight if units else None, units
        units -= number
        amounts[weight] += unit
    return amounts, spare, None, 0
