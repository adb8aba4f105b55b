"""Who is passed over: one prize for each entrant, and the cap per community (RULES.md, P5 and P6).

An entry that is passed over keeps its place and gets nothing; those behind it move up a position, and everything is
reckoned anew until nothing changes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pachamama.core.numbers import cents
from pachamama.core.prize_round import ContestPrizes, PrizeRound
from pachamama.core.problems import Problem, refuse_if
from pachamama.core.purses import Cap
from pachamama.core.sentences import Sentence, listing, say, say_count


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A prize that an entrant gave up in a contest because it keeps another; `worth` in cents."""

    entrant: str
    contest: ContestPrizes
    worth: int


def pass_over_all_but_the_best_entry(round_: PrizeRound) -> None:
    """Of an entrant's several entries in one contest only the best placed may win (RULES.md, P5)."""
    if round_.prizes.one_prize_per_entrant == "no":
        return
    for contest in round_.contests:
        ranked = contest.ranking.ranked
        if not any(one.score.entry.fields for one in ranked):  # then each entry is an entrant of its own
            continue
        if len({one.entry.entrant for one in ranked}) == len(ranked):
            continue
        best: dict[str, str] = {}
        passed = {}
        for one in ranked:
            kept = best.setdefault(one.entry.entrant, one.entry.code)
            if kept != one.entry.code:
                passed[one.entry.code] = say(
                    "passed over: {entrant} competes here with {entry}, its best entry",
                    entrant=one.entry.entrant,
                    entry=kept,
                )
        contest.pass_over(passed)


def _reckon_with_cap(round_: PrizeRound, contests: Sequence[ContestPrizes]) -> None:
    """Reckon, pass over whoever takes its community over the cap, and reckon anew until nobody does."""
    for contest in contests:
        contest.forget_cap()
    again = contests
    while again:
        round_.reckon(again)
        if round_.prizes.cap_per_community is None:
            return
        refuse_if(problem for contest in again for problem in _without_community(round_, contest))
        over = [(contest, _over_the_cap(round_, round_.prizes.cap_per_community, contest)) for contest in again]
        for contest, passed in over:
            contest.pass_over(passed, by_cap=True)
        changed = [contest for contest, passed in over if passed]
        again = again if changed and round_.is_one_reckoning else changed


def _over_the_cap(round_: PrizeRound, cap: Cap, contest: ContestPrizes) -> dict[str, Sentence]:
    """The first entries, from the best position down, that would take their community over the cap (RULES.md, P6)."""
    won = _capped_prizes(round_, contest)
    limit = cap.prizes if cap.prizes is not None else cents(cap.amount or 0)
    used: dict[str, int] = {}
    over: dict[str, Sentence] = {}
    for group in contest.groups if won else ():
        equals: dict[str, list[str]] = {}
        for one in group:
            if one.entry.code in won:
                equals.setdefault(one.entry.fields["community"], []).append(one.entry.code)
        for community, members in equals.items():
            more = len(members) if cap.prizes is not None else sum(won[code] for code in members)
            had = used.get(community, 0)
            used[community] = had + more
            if used[community] > limit:
                over.update(dict.fromkeys(members, _cap_reached(round_, cap, community, members, had, more)))
        if over:
            break
    return over


def _capped_prizes(round_: PrizeRound, contest: ContestPrizes) -> dict[str, int]:
    """The cents of each winner of the awards that the cap looks at."""
    won: dict[str, int] = {}
    for number, award in round_.in_turn:
        if award.is_capped:
            for one, claim in contest.claims[number].paid:
                won[one.entry.code] = won.get(one.entry.code, 0) + claim.cents
    return won


def _without_community(round_: PrizeRound, contest: ContestPrizes) -> Iterator[Problem]:
    won = _capped_prizes(round_, contest)
    for one in contest.ranking.ranked:
        if one.entry.code in won and not one.entry.fields.get("community"):
            yield Problem(
                one.entry.where,
                say("{entry} wins a prize under a cap per community, and has no community", entry=one.entry.code),
                say("give every entry its `community`"),
            )


def _cap_reached(round_: PrizeRound, cap: Cap, community: str, members: Sequence[str], had: int, more: int) -> Sentence:
    """What the community may win, what those ahead of these members won of it, and what it would be with theirs."""
    if cap.prizes is not None:
        why = say_count(
            "passed over: {community} may win {count} prize here, and would have {had} + {more} = {together}",
            "passed over: {community} may win {count} prizes here, and would have {had} + {more} = {together}",
            cap.prizes,
            community=community,
            had=had,
            more=more,
            together=had + more,
        )
    else:
        why = say(
            "passed over: {community} may win {amount} here, and would have {had} + {more} = {together}",
            community=community,
            amount=round_.money(cents(cap.amount or 0)),
            had=round_.money(had),
            more=round_.money(more),
            together=round_.money(had + more),
        )
    if len(members) == 1:
        return why
    return say("{why}: {entries} are equal, so all or none", why=why, entries=listing(sorted(members)))


def settle_claims(round_: PrizeRound) -> list[GivenUp]:
    """Reckon what every award claims and pass over whoever may not win, until nothing changes; the prizes given up."""
    if round_.prizes.one_prize_per_entrant == "round":
        return _pass_over_second_prizes(round_)
    _reckon_with_cap(round_, round_.contests)
    return []


def _pass_over_second_prizes(round_: PrizeRound) -> list[GivenUp]:
    """Whoever holds several prizes keeps the largest and is passed over elsewhere, until nobody holds two (P5).

    The largest prizes are settled first, so a freed prize never goes to one who keeps another.
    """
    given_up: list[GivenUp] = []
    entries = _entries_of_entrants(round_)
    held: dict[str, dict[int, int]] = {entrant: {} for entrant in entries}
    there: dict[int, list[str]] = {}
    for entrant, contests in entries.items():
        for at in contests:
            there.setdefault(at, []).append(entrant)
    changed = set(range(len(round_.contests)))
    while changed:
        again = range(len(round_.contests)) if round_.is_one_reckoning else sorted(changed)
        _reckon_with_cap(round_, [round_.contests[at] for at in again])
        for at in again:
            for entrant in there.get(at, ()):
                held[entrant].pop(at, None)
            for entrant, worth in round_.worths(round_.contests[at], entries).items():
                held[entrant][at] = worth
        changed = _keep_the_largest(round_, held, entries, given_up)
    return given_up


def _entries_of_entrants(round_: PrizeRound) -> dict[str, dict[int, list[str]]]:
    """The entries of each entrant that competes in several contests, by contest."""
    found: dict[str, dict[int, list[str]]] = {}
    for at, contest in enumerate(round_.contests):
        for one in contest.ranking.ranked:
            found.setdefault(one.entry.entrant, {}).setdefault(at, []).append(one.entry.code)
    return {entrant: there for entrant, there in found.items() if len(there) > 1}


def _keep_the_largest(
    round_: PrizeRound,
    held: Mapping[str, Mapping[int, int]],
    entries: Mapping[str, Mapping[int, list[str]]],
    given_up: list[GivenUp],
) -> set[int]:
    """Settle the largest single prize of those who hold several; the contests in which somebody was passed over."""
    several = {entrant: prizes for entrant, prizes in held.items() if len(prizes) > 1}
    changed: set[int] = set()
    if not several:
        return changed
    largest = max(max(prizes.values()) for prizes in several.values())
    for entrant, prizes in several.items():
        kept = [at for at, worth in prizes.items() if worth == largest]
        if not kept:
            continue
        keeps = min(kept, key=lambda at: _standing_in_file(round_, at))
        note = say(
            "passed over: {entrant} keeps its prize in {contest}, one for each entrant",
            entrant=entrant,
            contest=round_.contest_name(round_.contests[keeps]),
        )
        for at, mine in entries[entrant].items():
            contest = round_.contests[at]
            out = [code for code in mine if code not in contest.passed]
            if at != keeps and out:
                contest.pass_over(dict.fromkeys(out, note))
                changed.add(at)
                if at in prizes:
                    given_up.append(GivenUp(entrant, contest, prizes[at]))
    return changed


def _standing_in_file(round_: PrizeRound, at: int) -> tuple[int, str]:
    """Of equal prizes the one of the category that stands first in the file is kept."""
    ranking = round_.contests[at].ranking
    order = [category.id for category in round_.tier.categories]
    return (order.index(ranking.category) if ranking.category in order else 0, ranking.within or "")
