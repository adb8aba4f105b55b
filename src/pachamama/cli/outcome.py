"""The results of a round as every screen and paper shows them: live while it is open, as they were stored once closed.

A closed round is never reckoned again: what was announced is read from its document, and only people's names come from
the register of today.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from pachamama.cli.gather import frozen_rules, nearest, tier_of_round
from pachamama.core.missing import MissingSheets, TooFewJudges, missing_sheets, too_few_judges
from pachamama.core.model import Contest, Entry, Round, Settlement
from pachamama.core.problems import NOWHERE, Problem, Refused, refuse_if
from pachamama.core.rules import Rules, Tier
from pachamama.core.sentences import say
from pachamama.core.settle import settle

if TYPE_CHECKING:
    from pachamama.store import Store


Where: TypeAlias = tuple[str | None, str | None]
"""Unit and category of a contest."""
Part: TypeAlias = tuple[Settlement, tuple[MissingSheets, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """A round with its results so far; `missing` is what is still out of an open one."""

    round: Round
    rules: Rules
    tier: Tier
    settlement: Settlement
    missing: tuple[MissingSheets, ...] = ()
    is_stale: bool = False

    @property
    def state(self) -> Literal["provisional", "final"]:
        """Final once the round is closed on results that still stand."""
        return "final" if self.round.state == "closed" and not self.is_stale else "provisional"


def outcome_of(store: Store, round_: Round, *, within: str | None = None, category: str | None = None) -> Outcome:
    """The results of a round, of all contests or only of a unit or a category; an unknown one is refused."""
    parts = outcomes_of(store, round_, within=within, category=category)
    held = [_without_sheets(part) if within is None else part for part in parts]
    return replace(
        held[0],
        settlement=replace(
            held[0].settlement,
            contests=tuple(contest for part in held for contest in part.settlement.contests),
            warnings=tuple(warning for part in held for warning in part.settlement.warnings),
        ),
        missing=tuple(one for part in held for one in part.missing),
    )


def outcomes_of(
    store: Store, round_: Round, *, within: str | None = None, category: str | None = None
) -> Iterator[Outcome]:
    """The same in parts, unit by unit, so that nobody has to hold a whole round: at least one part.

    What the rules refuse is told after the last part, with all that is wrong: show nothing before. Where contests share
    a purse they come together.
    """
    rules, tier = frozen_rules(round_.rules), tier_of_round(round_)
    is_stale, document = store.is_stale(round_.code), store.results(round_.code)
    known: set[Where] = set()
    parts = (
        _settled(store, round_, within, known)
        if document is None
        else _as_stored(store, round_, document, lambda one: _is_asked(one, within, category), known)
    )
    last: Outcome | None = None
    shown = 0
    for settlement, missing in parts:
        last = Outcome(
            round_,
            rules,
            tier,
            replace(settlement, contests=tuple(one for one in settlement.contests if _is_asked(one, within, category))),
            tuple(one for one in missing if _is_asked(one, within, category)),
            is_stale,
        )
        if last.settlement.contests:
            yield last
            shown += 1
    _refuse_unknown(known or _contests_of(store, round_), within, category)
    if not shown and last is not None:
        yield last


def missing_of(
    store: Store, round_: Round, *, within: str | None = None, category: str | None = None
) -> tuple[MissingSheets, ...]:
    """Every sheet of a round that is still out; nothing is settled for it. An unknown unit or category is refused."""
    tier = tier_of_round(round_)
    known: set[Where] = set()
    found: list[MissingSheets] = []
    for contest in store.contests(round_.code, ... if within is None else within):
        if contest.entries:
            known.add((contest.within, contest.category))
        if _is_asked(contest, within, category):
            found += map(_light, missing_sheets(tier, contest))
    _refuse_unknown(known or _contests_of(store, round_), within, category)
    return tuple(found)


def too_few_of(
    store: Store, round_: Round, *, within: str | None = None, category: str | None = None
) -> tuple[TooFewJudges, ...]:
    """Every entry of a round that recusals leave with too few judges, as long as nobody judges instead."""
    tier = tier_of_round(round_)
    return tuple(
        one
        for contest in store.contests(round_.code, ... if within is None else within)
        if _is_asked(contest, within, category)
        for one in too_few_judges(tier, contest)
    )


# -- an open round ---------------------------------------------------------------------------------------------------


def _settled(store: Store, round_: Round, within: str | None, known: set[Where]) -> Iterator[Part]:
    """An open round as it stands now, a unit at a time; of the unit asked for only, where no other has a say in it."""
    rules, tier = frozen_rules(round_.rules), tier_of_round(round_)
    is_apart = not (tier.prizes and tier.prizes.joins_contests)
    entered = (
        one for one in store.contests(round_.code, within if is_apart and within is not None else ...) if one.entries
    )
    together: Iterable[Iterable[Contest]] = (unit for _, unit in groupby(entered, _unit)) if is_apart else (entered,)
    problems: list[Problem] = []
    is_any = False
    for contests in map(tuple, together):
        is_any = True
        known.update((one.within, one.category) for one in contests)
        try:
            settlement = settle(rules, round_.competition, round_.tier, contests)
        except Refused as refusal:
            problems += refusal.problems
            continue
        if not problems:
            yield settlement, tuple(one for contest in contests for one in missing_sheets(tier, contest))
    refuse_if(problems)
    if not is_any:
        yield settle(rules, round_.competition, round_.tier, ()), ()


def _unit(contest: Placed) -> str:
    return contest.within or ""


def _without_sheets(part: Outcome) -> Outcome:
    """The same without the marks that led to it, which are most of what a round weighs."""
    return replace(part, settlement=_each_entry(part.settlement, _bare), missing=tuple(map(_light, part.missing)))


def _light(missing: MissingSheets) -> MissingSheets:
    return replace(missing, entry=_bare(missing.entry))


def _bare(entry: Entry) -> Entry:
    return replace(entry, sheets=())


# -- a closed round --------------------------------------------------------------------------------------------------


def _as_stored(
    store: Store, round_: Round, document: str, is_asked: Callable[[Placed], bool], known: set[Where]
) -> Iterator[Part]:
    """A closed round as it was announced, with the names of today, a unit at a time."""
    from pachamama.exchange.stored import Stored

    stored = Stored.of(document)
    known.update((one.within, one.category) for one in stored.contests)
    asked = [one for one in stored.contests if is_asked(one)]
    is_apart = not (stored.rest["purses"] or stored.rest["warnings"])
    for contests in [list(unit) for _, unit in groupby(asked, _unit)] if is_apart and asked else [asked]:
        names: dict[str, str] = {}
        for unit in dict.fromkeys(one.within for one in contests):
            names |= {code: person.name for code, person in store.persons(round_.code, unit).items()}
        yield _each_entry(stored.settlement(contests), partial(_named, names)), ()


def _named(names: Mapping[str, str], entry: Entry) -> Entry:
    return replace(entry, name=names.get(entry.code, ""))


def _each_entry(settlement: Settlement, change: Callable[[Entry], Entry]) -> Settlement:
    return replace(
        settlement,
        contests=tuple(
            replace(
                contest,
                placings=tuple(replace(one, entry=change(one.entry)) for one in contest.placings),
                unranked=tuple(replace(one, entry=change(one.entry)) for one in contest.unranked),
            )
            for contest in settlement.contests
        ),
    )


# -- what is asked for -----------------------------------------------------------------------------------------------


def _contests_of(store: Store, round_: Round) -> set[Where]:
    """Unit and category of every contest in which somebody is entered."""
    return {(one.within, one.category) for one in store.contests(round_.code) if one.entries}


def _refuse_unknown(known: Collection[Where], within: str | None, category: str | None) -> None:
    """A unit or category that has no contest is refused, with those that look like it or those there are."""
    for option, asked, codes in (
        ("--within", within, {unit for unit, _ in known if unit is not None}),
        ("--category", category, {group for _, group in known if group is not None}),
    ):
        if asked is not None and asked not in codes:
            message = say("no contest of this round has {option} “{value}”", option=option, value=asked)
            raise Refused(Problem(NOWHERE, message, nearest(asked, codes)))


class Placed(Protocol):
    """Whatever belongs to a unit and a category."""

    @property
    def within(self) -> str | None:
        """Its community or watershed; None where everyone competes together."""

    @property
    def category(self) -> str | None:
        """Its category; None where there are none."""


def _is_asked(one: Placed, within: str | None, category: str | None) -> bool:
    return within in (None, one.within) and category in (None, one.category)
