"""How an amount came about: positions for the prizes, pooling, whole cash units, shares by points (RULES.md, P3, P4, P8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from pachamama.core.explaining.place import NAMED
from pachamama.core.figures import Figures, joined_by_plus
from pachamama.core.numbers import Exact, simple
from pachamama.core.ranking import Ranked
from pachamama.core.sentences import Ordinal, Sentence, Value, listing, say, say_count
from pachamama.core.sharing import Group, PointShares, Share, SharedOut, Turn, positions_said, sharing_a_place


def group_in(turn: Turn, one: Ranked) -> tuple[int, Group]:
    """The first position of an entry's group among those who may win, and the group."""
    before = 0
    for group in turn.groups:
        if any(other is one for other in group):
            return before + 1, group
        before += len(group)
    raise KeyError(one.entry.code)


def standing_lines(turn: Turn, one: Ranked) -> Iterator[Sentence]:
    """Where an entry stands for the prizes, where that is not its place: others passed over, or parted by lots alone."""
    position, group = group_in(turn, one)
    passed = min(other.position for other in group) - position
    if passed > 0:
        yield say_count(
            "{count} entry ahead is passed over, so it stands at position {position} for the prizes",
            "{count} entries ahead are passed over, so it stands at position {position} for the prizes",
            passed,
            position=position,
        )
    if len(group) > 1:
        codes = listing(sorted(other.entry.code for other in group)) if len(group) <= NAMED else _number_of(group)
        if len(list(sharing_a_place(group))) > 1:
            yield say("only lots parted {entries}, so for money they are equal", entries=codes)
        else:
            yield say("equal for money: {entries}", entries=codes)


def _number_of(group: Group) -> Sentence:
    return say("{number} entries", number=len(group))


def thing_position(turn: Turn, one: Ranked) -> int:
    """The first position of those who share the printed place with an entry, among those who may win."""
    position, group = group_in(turn, one)
    for together in sharing_a_place(group):
        if any(other is one for other in together):
            break
        position += len(together)
    return position


# -- by place --------------------------------------------------------------------------------------------------------


def share_lines(turn: Turn, group: Group, share: Share, figures: Figures) -> Iterator[Sentence]:
    """From the prizes of the positions to what each gets, in whole cash units, and what is left."""
    number = len(group)
    unit = figures.cash(turn.unit)
    if number == 1 or turn.prizes.tie_split == "full":
        exact = share.listed[0]
        if number > 1:
            yield say("each of the {number} gets it in full: {amount}", number=number, amount=figures.cash(exact))
        if exact != share.each:
            yield say(
                "{exact} in whole units of {unit}: {each}",
                exact=figures.cash(exact),
                unit=unit,
                each=figures.cash(share.each),
            )
    else:
        total = simple(sum(share.listed))
        places = positions_said(range(share.position, share.position + number))
        yield _pooled(share, places, total, figures)
        exact = simple(Fraction(total) / number)
        shared = say(
            "shared by {number}: {total} ÷ {number} = {exact}",
            number=number,
            total=figures.cash(total),
            exact=figures.cash(exact),
        )
        yield (
            shared
            if exact == share.each
            else say(
                "{shared}; in whole units of {unit}: {each}", shared=shared, unit=unit, each=figures.cash(share.each)
            )
        )
    if share.lucky:
        who = listing(sorted(share.lucky))
        rule = turn.prizes.remainder
        yield (
            say("a spare unit of {unit} goes by lot to {entries}", unit=unit, entries=who)
            if rule == "by_lot"
            else say("a spare unit of {unit} goes, in the order of the places, to {entries}", unit=unit, entries=who)
        )
    if share.left:
        yield say("{amount} cannot be shared so and goes back to the purse", amount=figures.cash(share.left))


def _pooled(share: Share, places: Value, total: Exact, figures: Figures) -> Sentence:
    terms: list[Value] = [figures.cash(amount) for amount in share.listed]
    if not share.listed[-1] or len(terms) > NAMED:
        terms = [figures.cash(amount) for amount in share.listed if amount]
    if len(terms) < 2:
        return say("{places} place together hold {total}", places=places, total=figures.cash(total))
    return say(
        "{places} place put together: {sum} = {total}",
        places=places,
        sum=joined_by_plus(terms),
        total=figures.cash(total),
    )


def redistributed_lines(
    listed: Sequence[Exact], filled: int, share: Share, number: int, figures: Figures
) -> Iterator[Sentence]:
    """What the filled positions take of the prizes that nobody wins."""
    yield say_count(
        "only {count} of the {number} places of the list is filled, so it takes the whole list",
        "only {count} of the {number} places of the list are filled, so they share the whole list in proportion",
        filled,
        number=len(listed),
    )
    everything, there = sum(listed), sum(listed[:filled])
    for position in range(share.position, min(share.position + number, filled + 1)):
        amount = listed[position - 1]
        yield say(
            "{place} place: {amount} × {everything} ÷ {there} = {result}",
            place=Ordinal(position),
            amount=figures.cash(amount),
            everything=figures.cash(everything),
            there=figures.cash(there),
            result=figures.cash(share.listed[position - share.position]),
        )


# -- by points -------------------------------------------------------------------------------------------------------


def point_lines(turn: Turn, shares: PointShares, weight: Exact, figures: Figures) -> Iterator[Sentence]:
    """From points to a share: the exact one, limits, whole units, and who got the units that were left."""
    limit, amount, decided = shares.limits.get(weight), shares.amounts[weight], shares.shared_out(weight)
    first = shares.rounds[0]
    yield say("the purse holds {held} for it, in whole units", held=figures.cash(first.rest))
    if decided is not first:
        if limit is not None:
            yield _share(first, weight, figures)
        before = shares.rounds[: shares.rounds.index(decided)]
        yield say_count(
            "{count} entry stops at a limit; {rest} is left for the others",
            "{count} entries stop at a limit; {rest} is left for the others",
            sum(shares.numbers[one] for earlier in before for one in earlier.stopped),
            rest=figures.cash(decided.rest),
        )
    shared, exact = _share(decided, weight, figures), decided.share(weight)
    floored = int(exact // turn.unit) * turn.unit
    if limit is not None:
        yield shared
        yield (
            say("its share would be above the maximum, so it gets {amount}", amount=figures.cash(amount))
            if limit == "maximum"
            else say("its share would be below the minimum, so it gets {amount}", amount=figures.cash(amount))
        )
    elif floored == exact:
        yield shared
    else:
        yield say(
            "{shared}; in whole units of {unit}: {each}",
            shared=shared,
            unit=figures.cash(turn.unit),
            each=figures.cash(floored),
        )
        yield from _spare_units_told(shares, weight, has_one=amount > floored, figures=figures)


def _share(sharing: SharedOut, weight: Exact, figures: Figures) -> Sentence:
    return say(
        "{rest} × {points} ÷ {total} points = {exact}",
        rest=figures.cash(sharing.rest),
        points=figures.points(weight),
        total=figures.points(sharing.total),
        exact=figures.cash(sharing.share(weight)),
    )


def _spare_units_told(shares: PointShares, weight: Exact, *, has_one: bool, figures: Figures) -> Iterator[Sentence]:
    """Who got the units that were left, as far as an entry of this weight is concerned; equal ones get all or none."""
    if has_one:
        yield say_count(
            "{count} unit was left over, and goes by the largest remainder: one is for it, so {amount}",
            "{count} units were left over, and go by the largest remainders: one is for it, so {amount}",
            shares.spare,
            amount=figures.cash(shares.amounts[weight]),
        )
    elif shares.undivided is not None:
        number = shares.numbers[shares.undivided]
        told = say_count(
            "{count} unit was left over where the largest remainder is that of {number} entries with equal points",
            "{count} units were left over where the largest remainder is that of {number} entries with equal points",
            shares.back,
            number=number,
        )
        yield (
            say("{told}, this one among them: all get one or none, so none does", told=told)
            if shares.undivided == weight
            else say("{told}: all get one or none, so nobody gets one from there on", told=told)
        )
    elif shares.spare:
        yield say_count(
            "{count} unit was left over, and goes by the largest remainder: none is for it",
            "{count} units were left over, and go by the largest remainders: none is for it",
            shares.spare,
        )
