"""What stands in the way of closing a round, said the same by `round close` and by `status`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from pachamama.cli.gather import frozen_rules, in_contest, labels_of
from pachamama.core.assigning import running
from pachamama.core.checking import Unchecked, by_place, unchecked, unchecked_told
from pachamama.core.conflicts import CommonSurnames, Hint, competitors, hints, refusals, seated
from pachamama.core.missing import InContest, missing_told, too_few_judges
from pachamama.core.model import Contest, Entry, Round
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem
from pachamama.core.rules import Tier
from pachamama.core.sentences import Sentence, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.store import Store


def obstacles(store: Store, found: Outcome, contests: Sequence[Contest]) -> list[Sentence]:
    """What hinders results, in the order in which people mend it.

    Entries that recusals leave with too few judges, missing sheets, lots and decisions that are due, sheets to be checked,
    sheets of judges who may not judge there or stepped back, marks of whoever was absent, one household twice or withdrawn in
    each of its rows, and what two laptops said differently.
    """
    label = labels_of(store, found.tier)
    code = found.round.code
    judges = {one.code: one.name for one in store.judges()}
    names = judges | {entry.code: entry.name for contest in contests for entry in contest.entries}
    said = [
        in_contest(label(one.within, one.category), say("{what}. {remedy}", what=one.told(judges), remedy=one.remedy))
        for contest in contests
        for one in too_few_judges(found.tier, contest)
    ]
    said += [
        in_contest(label(within, category), what) for within, category, what in missing_told(found.missing, judges)
    ]
    for contest in found.settlement.contests:
        said += [in_contest(label(contest.within, contest.category), due) for due in contest.due]
    said += [
        in_contest(label(within, category), what)
        for within, category, what in unchecked_told(unchecked_in(store, found, contests), names)
    ]
    said += [
        in_contest(label(one.within, one.category), what) for one, what in _undeclared(store, found.tier, contests)
    ]
    said += [
        in_contest(label(one.within, one.category), what)
        for one in contests
        for what in _contradicted(found.tier, code, one, judges)
    ]
    said += [in_contest(label(one.within, one.category), what) for one, what in _twice(store, found.tier, contests)]
    said += [
        in_contest(label(one.within, one.category), what)
        for one, what in _fallen_out(store, found.tier, code, contests)
    ]
    return said + _differing(store, code)


def unchecked_in(store: Store, found: Outcome, contests: Sequence[Contest]) -> Sequence[Unchecked]:
    """The sheets of a round that must be decided, or typed by a second person."""
    code = found.round.code
    seconds = by_place(store.second_entries(code))
    return unchecked(found.tier, contests, found.settlement.contests, seconds, store.controls(code))


def undecided(store: Store, found: Outcome, contests: Sequence[Contest]) -> list[Problem]:
    """The sheets that were typed in two ways, with the remedy: nothing of them is missing, so it cannot be accepted as missing."""
    label = labels_of(store, found.tier)
    names = {one.code: one.name for one in store.judges()}
    names |= {entry.code: entry.name for contest in contests for entry in contest.entries}
    differing = [one for one in unchecked_in(store, found, contests) if one.differs]
    return [
        Problem(
            NOWHERE,
            in_contest(label(within, category), what),
            say("Decide it with the paper in hand: `pachamama discrepancies {round}`.", round=found.round.code),
        )
        for within, category, what in unchecked_told(differing, names)
    ]


def _differing(store: Store, code: str) -> list[Sentence]:
    """What two laptops said differently of the round and nobody has settled: the first would stand without a word."""
    from pachamama.cli.differing import of_round, what

    return [
        say(
            "two laptops differ ({what}): `pachamama conflicts list`, then `pachamama conflicts settle {code}`",
            what=what(one),
            code=one.code,
        )
        for one in of_round(store.conflicts(), code)
    ]


def cautions_said(store: Store, meant: Round, tier: Tier, contests: Sequence[Contest]) -> list[Sentence]:
    """What does not stand in the way of the closing, but should be looked at before it."""
    from pachamama.cli.appeals import contradicted_of

    label = labels_of(store, tier)
    found = [*_likenesses(store, tier, meant.code, contests), *_beyond_the_register(store, meant, contests)]
    said = [in_contest(label(within, category), what) for within, category, what in found]
    return said + contradicted_of(store, meant.code)


def _likenesses(store: Store, tier: Tier, code: str, contests: Sequence[Contest]) -> Iterator[InContest]:
    """The strong likenesses of names that nobody has answered: a warning, since a name alone proves nothing."""
    for hint in pending_hints(store, tier, code, contests):
        if hint.strength == "strong":
            yield (
                hint.competitor.within,
                hint.competitor.category,
                say("{hint}; nobody has said yet what it means (`pachamama panel conflicts`)", hint=hint.sentence),
            )


def _beyond_the_register(store: Store, meant: Round, contests: Sequence[Contest]) -> Iterator[InContest]:
    """Communities with more households in the running than on their padrón, where a round above divides by it."""
    rules = frozen_rules(meant.rules)
    tiers = rules.competitions[meant.competition].tiers
    tier = next(one for one in tiers if one.tier == meant.tier)
    if tier.within != "community" or not any(one.reads_a_lower_tier and one.from_ == meant.tier for one in tiers):
        return
    inside: dict[str, set[str]] = {}
    for contest in contests:
        inside.setdefault(contest.within or "", set()).update(one.entrant for one in running(tier, contest))
    for community in store.communities():
        count = len(inside.get(community.code, ()))
        if community.households is not None and count > community.households:
            yield (
                community.code,
                None,
                say_count(
                    "{entered} households compete, and {count} is on its padrón: the communities could not be reckoned; "
                    "correct it with `pachamama add community {code} households=N`",
                    "{entered} households compete, and {count} are on its padrón: the communities could not be reckoned; "
                    "correct it with `pachamama add community {code} households=N`",
                    community.households,
                    entered=count,
                    code=community.code,
                ),
            )


def _of_one_household(
    store: Store, tier: Tier, contests: Sequence[Contest]
) -> Iterator[tuple[Contest, str, list[Entry]]]:
    """The entries of each contest whose households were made one, and as which household they compete."""
    merged = store.merged_households() if tier.tier != "community" else {}
    for contest in contests if merged else ():
        homes: dict[str, list[Entry]] = {}
        for entry in contest.entries:
            homes.setdefault(merged.get(entry.entrant, entry.entrant), []).append(entry)
        for home, entries in homes.items():
            if len(entries) > 1 and any(entry.code in merged for entry in entries):
                yield contest, home, entries


def _twice(store: Store, tier: Tier, contests: Sequence[Contest]) -> Iterator[tuple[Contest, Sentence]]:
    """Two entries of one contest whose households were found to be one while the round was closed."""
    for contest, home, entries in _of_one_household(store, tier, contests):
        competing = [entry for entry in entries if entry.status is None]
        if len(competing) > 1:
            yield (
                contest,
                say(
                    "{entries} are one household ({home}): withdraw all but one with `pachamama set-status`",
                    entries=listing([called(entry.code, entry.name) for entry in competing]),
                    home=home,
                ),
            )


def _fallen_out(store: Store, tier: Tier, code: str, contests: Sequence[Contest]) -> Iterator[tuple[Contest, Sentence]]:
    """A household of which each entry was withdrawn for the other: two laptops may do so, and nobody would compete for it."""
    for contest, home, entries in _of_one_household(store, tier, contests):
        if any(entry.status != "withdrawn" for entry in entries):
            continue
        back = next((entry.code for entry in entries if entry.code == home), entries[0].code)
        several = sum(entry.code == back for one in contests for entry in one.entries) > 1
        yield (
            contest,
            say(
                "{entries} are one household ({home}), and all of them are withdrawn: nobody competes for it. To put one "
                "back: `pachamama set-status {code} none {options} --reason TEXT`",
                entries=listing([called(entry.code, entry.name) for entry in entries]),
                home=home,
                code=back,
                options=f"--round {code} --category {contest.category}" if several else f"--round {code}",
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


def _contradicted(tier: Tier, code: str, contest: Contest, judges: Mapping[str, str]) -> Iterator[Sentence]:
    """Marks that another laptop brought for whoever was absent, or of a judge who stepped back: one of the two is not so."""
    from pachamama.store.rulings import takes_out

    phases = {one.id: one.judged for one in tier.judged_phases}
    for entry in contest.entries:
        marked = [sheet for sheet in entry.sheets if sheet.marks]
        who = called(entry.code, entry.name)
        if entry.status == "absent" and marked:
            yield say(
                "{entry} is absent, and has marks. If it was there: `pachamama set-status {code} none --round {round} --reason "
                "TEXT`; if not, take them out: {commands}",
                entry=who,
                code=entry.code,
                round=code,
                commands=listing([takes_out(code, phases, entry.code, one.judge, one.phase) for one in marked]),
            )
        for sheet in marked:
            if sheet.judge in entry.recused:
                yield say(
                    "{judge} stepped back from judging {entry}, and has given it marks; take them out: {command}",
                    judge=called(sheet.judge, judges.get(sheet.judge, "")),
                    entry=who,
                    command=takes_out(code, phases, entry.code, sheet.judge, sheet.phase),
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
        seats = seated(contest)
        here = [judges[one] for one in sorted(seats) if one in judges]
        if here:
            rivals = competitors(tier, [contest], by_code)
            yield from hints(here, rivals, common=common, declarations=declared, seats=seats).pending
