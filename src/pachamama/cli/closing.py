"""What stands in the way of closing a round, said the same by `round close` and by `status`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pachamama.cli.gather import in_contest, labels_of
from pachamama.core.checking import by_place, unchecked
from pachamama.core.conflicts import CommonSurnames, Hint, competitors, hints, refusals
from pachamama.core.model import Contest
from pachamama.core.names import called
from pachamama.core.rules import Tier
from pachamama.core.sentences import Sentence, listing, say

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.store import Store


def obstacles(store: Store, found: Outcome, contests: Sequence[Contest]) -> list[Sentence]:
    """Missing sheets, lots and decisions that are due, sheets to be checked, sheets of judges who may not judge there."""
    label = labels_of(store, found.tier)
    code = found.round.code
    judges = {one.code: one.name for one in store.judges()}
    said = [in_contest(label(one.within, one.category), one.told(judges)) for one in found.missing]
    for contest in found.settlement.contests:
        said += [in_contest(label(contest.within, contest.category), due) for due in contest.due]
    said += [
        in_contest(label(one.within, one.category), one.sentence)
        for one in unchecked(
            found.tier, contests, found.settlement.contests, by_place(store.second_entries(code)), store.controls(code)
        )
    ]
    said += [
        in_contest(label(one.within, one.category), what) for one, what in _undeclared(store, found.tier, contests)
    ]
    said += [in_contest(label(one.within, one.category), what) for one, what in _twice(store, contests)]
    return said


def hints_said(store: Store, found: Outcome, contests: Sequence[Contest]) -> list[Sentence]:
    """The strong likenesses of names that nobody has answered: a warning, since a name alone proves nothing."""
    label = labels_of(store, found.tier)
    return [
        in_contest(
            label(hint.competitor.within, hint.competitor.category),
            say("{hint}; nobody has said yet what it means (`pachamama panel conflicts`)", hint=hint.sentence),
        )
        for hint in pending_hints(store, found.tier, found.round.code, contests)
        if hint.strength == "strong"
    ]


def _twice(store: Store, contests: Sequence[Contest]) -> Iterator[tuple[Contest, Sentence]]:
    """Two entries of one contest whose households were found to be one while the round was closed."""
    merged = store.merged_households()
    for contest in contests if merged else ():
        homes: dict[str, list[str]] = {}
        names = {entry.code: entry.name for entry in contest.entries}
        for entry in contest.entries:
            if entry.status is None:
                homes.setdefault(merged.get(entry.entrant, entry.entrant), []).append(entry.code)
        for home, codes in homes.items():
            if len(codes) > 1 and any(code in merged for code in codes):
                yield (
                    contest,
                    say(
                        "{entries} are one household ({home}): withdraw all but one with `pachamama set-status`",
                        entries=listing([called(code, names.get(code, "")) for code in codes]),
                        home=home,
                    ),
                )


def _undeclared(store: Store, tier: Tier, contests: Sequence[Contest]) -> Iterator[tuple[Contest, Sentence]]:
    """Sheets of judges who may not judge the entry, which the register did not say yet when they came in."""
    judges = {one.code: one for one in store.judges()}
    homes = {one.code: one for one in store.households()} if tier.tier != "community" else {}
    for contest in contests:
        for rival, entry in zip(competitors(tier, [contest], homes), contest.entries, strict=True):
            for judge in dict.fromkeys(sheet.judge for sheet in entry.sheets if sheet.marks):
                if judge in judges and (certain := refusals(judges[judge], rival)):
                    yield (
                        contest,
                        say(
                            "{entry} has a sheet that may not count: {why}",
                            entry=called(entry.code, entry.name),
                            why=certain[0].message,
                        ),
                    )


def pending_hints(store: Store, tier: Tier, code: str, contests: Sequence[Contest]) -> Iterator[Hint]:
    """What the names of those who judge suggest, while nobody has answered it."""
    judges = {one.code: one for one in store.judges() if one.name}
    if not judges or tier.tier == "community":
        return
    homes = store.households()
    by_code = {one.code: one for one in homes}
    common = CommonSurnames.of(homes)
    declared = store.declarations(code)
    for contest in contests:
        seated = {judge for panel in contest.panel.values() for judge in panel}
        seated |= {sheet.judge for entry in contest.entries for sheet in entry.sheets}
        here = [judges[one] for one in sorted(seated) if one in judges]
        if here:
            rivals = competitors(tier, [contest], by_code)
            yield from hints(here, rivals, common=common, declarations=declared).pending
