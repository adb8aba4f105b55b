"""The results of a round as every screen and paper shows them: live while it is open, as they were stored once closed.

A closed round is never reckoned again: what was announced is read from its document, and only people's names come from
the register of today.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from pachamama.cli.gather import frozen_rules, tier_of_round
from pachamama.core.missing import MissingSheets, missing_sheets
from pachamama.core.model import Contest, ContestResult, Round, Settlement
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.rules import Rules, Tier
from pachamama.core.sentences import listing, say
from pachamama.core.settle import settle

if TYPE_CHECKING:
    from pachamama.store import Store


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
    rules, tier = frozen_rules(round_.rules), tier_of_round(round_)
    document = store.results(round_.code)
    if document is not None:
        return Outcome(
            round_, rules, tier, _closed(store, round_, document, within, category), (), store.is_stale(round_.code)
        )
    apart = not (tier.prizes and tier.prizes.joins_contests)
    unit = within if apart and within is not None else ...
    contests = list(store.contests(round_.code, unit)) or list(store.contests(round_.code))
    contests = [one for one in contests if one.entries]
    settlement = settle(rules, round_.competition, round_.tier, contests)
    missing = tuple(one for contest in contests for one in missing_sheets(tier, contest))
    return Outcome(
        round_,
        rules,
        tier,
        _only(settlement, within, category),
        tuple(one for one in missing if _is_asked(one, within, category)),
        store.is_stale(round_.code),
    )


def missing_of(store: Store, round_: Round, *, within: str | None = None) -> tuple[MissingSheets, ...]:
    """Every sheet of a round that is still out; nothing is settled for it."""
    tier = tier_of_round(round_)
    return tuple(
        one
        for contest in store.contests(round_.code, ... if within is None else within)
        for one in missing_sheets(tier, contest)
    )


def _closed(store: Store, round_: Round, document: str, within: str | None, category: str | None) -> Settlement:
    from pachamama.exchange import read_stored

    settlement = _only(read_stored(document), within, category)
    names = {code: person.name for code, person in store.persons(round_.code).items()}
    return replace(settlement, contests=tuple(_named(one, names) for one in settlement.contests))


def _named(contest: ContestResult, names: Mapping[str, str]) -> ContestResult:
    return replace(
        contest,
        placings=tuple(
            replace(one, entry=replace(one.entry, name=names.get(one.entry.code, ""))) for one in contest.placings
        ),
        unranked=tuple(
            replace(one, entry=replace(one.entry, name=names.get(one.entry.code, ""))) for one in contest.unranked
        ),
    )


def _only(settlement: Settlement, within: str | None, category: str | None) -> Settlement:
    """The contests that are asked for; a unit or category without any is refused with those there are."""
    for word, asked, known in (
        ("--within", within, {one.within for one in settlement.contests}),
        ("--category", category, {one.category for one in settlement.contests}),
    ):
        if asked is not None and asked not in known:
            there_are = listing(sorted(one for one in known if one is not None))
            raise Refused(
                Problem(
                    NOWHERE,
                    say("no contest of this round has {option} “{value}”", option=word, value=asked),
                    say("there are: {words}", words=there_are) if there_are.items else None,
                )
            )
    return replace(settlement, contests=tuple(one for one in settlement.contests if _is_asked(one, within, category)))


def _is_asked(one: Contest | ContestResult | MissingSheets, within: str | None, category: str | None) -> bool:
    return within in (None, one.within) and category in (None, one.category)
