"""Checks of the prizes: purses, awards, limits, and that the money can be paid (RULES.md, P)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from pachamama.core.award import Award, CashAward
from pachamama.core.awards import ByLevel, ByPlace, Flat, InKind, Percent, Proportional
from pachamama.core.numbers import Exact
from pachamama.core.problems import Problem
from pachamama.core.purses import Prizes, Purse
from pachamama.core.rules.checks_order import above_full_total
from pachamama.core.rules.part import Check, TierPart, repeated
from pachamama.core.rules.source import Path
from pachamama.core.sentences import listing, say

AWARDS: Path = ("prizes", "awards")


def prizes_of(part: TierPart) -> Prizes:
    """The tier's prizes; none where it has none."""
    return part.tier.prizes or Prizes()


def awards_of(part: TierPart) -> Iterator[tuple[Path, Award]]:
    """The awards with where each stands."""
    for number, award in enumerate(prizes_of(part).awards):
        yield (*AWARDS, number), award


def purse_of(prizes: Prizes, award: Award) -> Purse | None:
    """The purse that an award draws on; None where it draws on none or the rules do not say on which."""
    if not isinstance(award, CashAward):
        return None
    found = [purse for purse in prizes.purses if award.purse in (None, purse.id)]
    return found[0] if len(found) == 1 else None


def amounts_of(award: Award) -> Iterator[tuple[Path, Exact]]:
    """The amounts of money that an award promises or limits itself to, with where each stands inside it."""
    match award:
        case ByPlace():
            for number, amount in enumerate(award.amounts):
                yield ("amounts", number), amount
        case ByLevel():
            for level, amount in award.amounts.items():
                yield ("amounts", level), amount
        case Flat():
            yield ("amount",), award.amount
        case Proportional():
            for key, limit in (("minimum", award.minimum), ("maximum", award.maximum)):
                if limit is not None:
                    yield (key,), limit
        case _:
            pass


def purses(part: TierPart) -> Iterator[Problem]:
    """Each purse once, with an amount of whole cents."""
    found = prizes_of(part).purses
    yield from repeated(part, ("prizes", "purses"), [purse.id for purse in found])
    for number, purse in enumerate(found):
        path: Path = ("prizes", "purses", number, "amount")
        if purse.amount < 0:
            yield part.problem(path, say("{value} is below 0", value=purse.amount), say("an amount is 0 or more"))
        elif (purse.amount * 100) % 1:
            yield part.problem(
                path, say("{amount} is not an amount of whole cents", amount=purse.amount), say("two decimals at most")
            )


def purse_names(part: TierPart) -> Iterator[Problem]:
    """Every award of money draws on one known purse."""
    ids = [purse.id for purse in prizes_of(part).purses]
    for path, award in awards_of(part):
        if not isinstance(award, CashAward):
            continue
        if award.purse is not None and award.purse not in ids:
            yield part.problem(
                (*path, "purse"),
                say("there is no purse “{id}” in this tier", id=award.purse),
                say("its purses: {ids}", ids=listing(ids)) if ids else say("add it to “purses”"),
            )
        elif not ids:
            yield part.problem(path, say("this award has no purse to draw on"), say("add a purse to “purses”"))
        elif award.purse is None and len(ids) > 1:
            yield part.problem(
                path,
                say("this award does not say which purse pays it"),
                say("write “purse:” with one of: {ids}", ids=listing(ids)),
            )


def award_categories(part: TierPart) -> Iterator[Problem]:
    """Awards name categories of the tier, each once."""
    known = [category.id for category in part.tier.categories]
    for path, award in awards_of(part):
        if award.categories is None:
            continue
        if not award.categories:
            yield part.problem(
                (*path, "categories"), say("this list is empty"), say("leave the key out: the award is for all")
            )
        yield from repeated(part, (*path, "categories"), award.categories, key="")
        for number, id_ in enumerate(award.categories):
            if id_ not in known:
                yield part.problem(
                    (*path, "categories", number),
                    say("there is no category “{id}” in this tier", id=id_),
                    say("its categories: {ids}", ids=listing(known)) if known else say("this tier has no categories"),
                )


def award_levels(part: TierPart) -> Iterator[Problem]:
    """Prizes by level name levels of the tier."""
    known = [level.id for level in part.tier.levels]
    for path, award in awards_of(part):
        if not isinstance(award, ByLevel):
            continue
        if not award.amounts:
            yield part.problem(
                (*path, "amounts"), say("no level is named here"), say("write {{level: amount}} for each level")
            )
        for level in award.amounts:
            if level not in known:
                yield part.problem(
                    (*path, "amounts", level),
                    say("this tier has no level “{level}”", level=level),
                    say("its levels: {levels}", levels=listing(known)) if known else say("give the tier “levels”"),
                )


def cash_unit(part: TierPart) -> Iterator[Problem]:
    """Every amount is 0 or more and a multiple of the cash unit."""
    found = [((*path, *inside), amount) for path, award in awards_of(part) for inside, amount in amounts_of(award)]
    cap = prizes_of(part).cap_per_community
    if cap is not None and cap.amount is not None and cap.amount > 0:
        found.append((("prizes", "cap_per_community", "amount"), cap.amount))
    unit = part.programme.cash_unit
    for path, amount in found:
        if amount < 0:
            yield part.problem(path, say("{value} is below 0", value=amount), say("an amount is 0 or more"))
        elif unit > 0 and amount % unit:
            yield part.problem(
                path,
                say("{amount} is not a multiple of the cash unit {unit}", amount=amount, unit=unit),
                say("prizes are paid in whole units: change the amount or “cash_unit”"),
            )


def within_prize_range(part: TierPart) -> Iterator[Problem]:
    """Every amount of the rules lies in the programme's range."""
    limits = part.programme.prize_range
    if limits is None:
        return
    for path, award in awards_of(part):
        for inside, amount in amounts_of(award):
            if not limits.minimum <= amount <= limits.maximum:
                yield part.problem(
                    (*path, *inside),
                    say("{amount} is outside the range of prizes", amount=part.money(amount)),
                    say(
                        "the programme pays from {least} to {most}",
                        least=part.money(limits.minimum),
                        most=part.money(limits.maximum),
                    ),
                )


def falling_places(part: TierPart) -> Iterator[Problem]:
    """A worse place never gets more than a better one, and shares are not negative."""
    for path, award in awards_of(part):
        key = "amounts" if isinstance(award, ByPlace) else "percents"
        values: Sequence[Exact] = ()
        if isinstance(award, ByPlace):
            values = award.amounts
        elif isinstance(award, Percent):
            values = award.percents
        for number, (before, after) in enumerate(pairwise(values), start=1):
            if after > before:
                yield part.problem(
                    (*path, key, number),
                    say("{after} for a worse place than the one that gets {before}", after=after, before=before),
                    say("write the amounts from the first place down; they may not rise"),
                )
        for number, value in enumerate(values if isinstance(award, Percent) else ()):
            if value < 0:
                yield part.problem(
                    (*path, key, number), say("{value} is below 0", value=value), say("a share is 0 or more")
                )


def place_prizes_fit(part: TierPart) -> Iterator[Problem]:
    """The percents on a purse are 100 at most, and a contest's place prizes no more than its purse."""
    prizes = prizes_of(part)
    told: set[Path] = set()
    for category in contests_of(part):
        for purse in prizes.purses:
            mine = [
                (path, one)
                for path, one in awards_of(part)
                if purse_of(prizes, one) is purse and applies(one, category)
            ]
            for path, problem in _too_much(part, purse, mine):
                if path not in told:
                    told.add(path)
                    yield problem


def _too_much(part: TierPart, purse: Purse, awards: Sequence[tuple[Path, Award]]) -> Iterator[tuple[Path, Problem]]:
    """The first award of a contest that asks too much of a purse."""
    percents: Exact = 0
    amounts: Exact = 0
    for path, award in awards:
        if isinstance(award, Percent):
            percents += sum(award.percents)
            where = (*path, "percents")
        elif isinstance(award, ByPlace):
            amounts += sum(award.amounts)
            where = (*path, "amounts")
        else:
            continue
        if percents > 100:
            message = say("the percents on the purse “{purse}” add up to {sum}", purse=purse.id, sum=percents)
            yield where, part.problem(where, message, say("they are 100 together at most"))
            return
        promised = amounts + purse.amount * Fraction(percents) / 100
        if purse.per == "contest" and promised > purse.amount >= 0:
            message = say(
                "the place prizes of one contest are {promised}, but the purse “{purse}” holds {amount}",
                promised=part.money(promised),
                purse=purse.id,
                amount=part.money(purse.amount),
            )
            yield where, part.problem(where, message, say("lower the prizes or raise the purse"))
            return


def contests_of(part: TierPart) -> list[str | None]:
    """The categories, each of which is a contest in every unit; None stands for the only one of a tier without."""
    return [category.id for category in part.tier.categories] or [None]


def applies(award: Award, category: str | None) -> bool:
    """The award is for that category."""
    return award.categories is None or category in award.categories


def awards_in_reach(part: TierPart) -> Iterator[Problem]:
    """Somebody can have the points that an award asks for."""
    for path, award in awards_of(part):
        yield from above_full_total(part, (*path, "minimum_points"), award.minimum_points)


def award_limits(part: TierPart) -> Iterator[Problem]:
    """A minimum is not above its maximum; things have places and a value."""
    for path, award in awards_of(part):
        match award:
            case Proportional(minimum=least, maximum=most) if least is not None and most is not None and least > most:
                yield part.problem(
                    (*path, "minimum"),
                    say("the minimum {minimum} is above the maximum {maximum}", minimum=least, maximum=most),
                    say("correct one of the two"),
                )
            case InKind():
                yield from _in_kind(part, path, award)
            case _:
                pass


def _in_kind(part: TierPart, path: Path, award: InKind) -> Iterator[Problem]:
    for number, place in enumerate(award.places):
        if place < 1:
            yield part.problem((*path, "places", number), say("place {place}", place=place), say("places begin with 1"))
    yield from repeated(part, (*path, "places"), award.places, key="")
    if award.value < 0:
        yield part.problem((*path, "value"), say("{value} is below 0", value=award.value), say("a value is 0 or more"))
    elif (award.value * 100) % 1:
        yield part.problem(
            (*path, "value"),
            say("{amount} is not an amount of whole cents", amount=award.value),
            say("two decimals at most"),
        )


def cap(part: TierPart) -> Iterator[Problem]:
    """A cap counts prizes or money, one of the two."""
    rule = prizes_of(part).cap_per_community
    if rule is None:
        return
    path: Path = ("prizes", "cap_per_community")
    if (rule.prizes is None) == (rule.amount is None):
        yield part.problem(
            path,
            say("a cap needs “prizes” or “amount”, one of the two"),
            say("write {{prizes: 5}} or {{amount: 500}}"),
        )
    if rule.prizes is not None and rule.prizes < 1:
        yield part.problem((*path, "prizes"), say("a cap of {value}", value=rule.prizes), say("it is 1 or more"))
    if rule.amount is not None and rule.amount <= 0:
        yield part.problem((*path, "amount"), say("a cap of {value}", value=rule.amount), say("it is above 0"))


CHECKS: tuple[Check, ...] = (
    purses,
    purse_names,
    award_categories,
    award_levels,
    cash_unit,
    within_prize_range,
    falling_places,
    place_prizes_fit,
    awards_in_reach,
    award_limits,
    cap,
)
