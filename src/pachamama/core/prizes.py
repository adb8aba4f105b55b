"""Prizes: from places to awards and purses that close, in the order of RULES.md, P1.

Every award claims for itself (core.awards, core.prize_round); whoever may not win is passed over (core.passing_over);
a purse that is too short is dealt with (core.shortage). Here are the lists that come out, and the check that they close.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from pachamama.core.asked_orders import AskedOrder
from pachamama.core.awards import Flat, InKind, Percent, UntilSpent
from pachamama.core.model import Award, PurseResult
from pachamama.core.numbers import cents
from pachamama.core.passing_over import GivenUp, pass_over_all_but_the_best_entry, settle_claims
from pachamama.core.prize_round import ContestPrizes, PrizeRound
from pachamama.core.problems import NOWHERE, Problem, refuse_if
from pachamama.core.purses import Purse
from pachamama.core.sentences import Sentence, say
from pachamama.core.sharing import Claim, codes
from pachamama.core.shortage import shorten

if TYPE_CHECKING:
    from pachamama.core.ranking import Ranked, Ranking
    from pachamama.core.rules.document import Programme, Tier

ONE_CONTEST_ONLY = (Percent, UntilSpent)
"""The awards that cannot draw on one purse for several contests (RULES.md, P9)."""


class BrokenPurse(AssertionError):
    """The prizes contradict themselves, which is a mistake of the program: nothing is awarded, no list is printed."""


@dataclass(frozen=True, slots=True)
class PrizeList:
    """The prizes of one contest.

    `awards` are those of each entry that wins, by its code, in the order of the rules. `notes` say why an entry was
    passed over, what was pooled, what a purse could not hold. `due` is what must still happen before the round can
    close, `orders` the lots that awards use.
    """

    awards: Mapping[str, tuple[Award, ...]]
    notes: Mapping[str, tuple[Sentence, ...]]
    purses: tuple[PurseResult, ...]
    due: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    orders: tuple[AskedOrder, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundPrizes:
    """The prizes of a round: of each contest, and the purses that are one amount for all of them.

    `reckoned` is how they came about, None where the rules have no prizes.
    """

    contests: tuple[PrizeList, ...]
    purses: tuple[PurseResult, ...]
    warnings: tuple[Sentence, ...] = ()
    reckoned: PrizeRound | None = None


def award_prizes(tier: Tier, programme: Programme, rankings: Sequence[Ranking]) -> RoundPrizes:
    """The prizes of all contests of a round, aligned with the rankings; the order these come in decides nothing.

    Refused, all of a kind at once: a purse too small under `if_short: refuse`, minimum shares that do not fit, requests
    or communities that are missing, and awards that cannot share one purse among several contests.
    """
    if tier.prizes is None:
        return RoundPrizes(tuple(PrizeList({}, {}, ()) for _ in rankings), ())
    round_ = PrizeRound(tier, tier.prizes, programme, rankings)
    refuse_if(_what_cannot_share_a_purse(round_))
    pass_over_all_but_the_best_entry(round_)
    refuse_if(_bad_requests(round_))
    round_.given_up = settle_claims(round_)
    shorten(round_)
    less = _ends_with_less(round_, round_.given_up)
    lists = RoundPrizes(
        tuple(_prize_list(round_, contest, less.get(id(contest), [])) for contest in round_.contests),
        tuple(_closed(round_, purse, round_.contests) for purse in tier.prizes.purses if purse.per == "round"),
        tuple(round_.remarks()),
        round_,
    )
    _check(round_, lists)
    return lists


# -- refusals before anything is reckoned ----------------------------------------------------------------------------


def _what_cannot_share_a_purse(round_: PrizeRound) -> Iterator[Problem]:
    for number, award in enumerate(round_.prizes.awards):
        if (
            isinstance(award, ONE_CONTEST_ONLY)
            and len(round_.contests) > 1
            and round_.draws_on[number] in round_.of_round
        ):
            yield Problem(
                NOWHERE,
                say(
                    "`{scheme}` cannot draw on purse “{purse}”, which is one amount for all {number} contests",
                    scheme=award.word,
                    purse=round_.purse_name(round_.draws_on[number]),
                    number=len(round_.contests),
                ),
                say("make the purse `per: contest`, or use `by_place` or `proportional`"),
            )


def _bad_requests(round_: PrizeRound) -> Iterator[Problem]:
    for number, award in enumerate(round_.prizes.awards):
        if isinstance(award, UntilSpent):
            for contest in round_.contests:
                yield from award.bad_requests(round_.turn(number, award, contest))


# -- one contest's list ----------------------------------------------------------------------------------------------


def _prize_list(round_: PrizeRound, contest: ContestPrizes, said: Sequence[Sentence]) -> PrizeList:
    """The awards of one contest, its purses, and everything that must be said."""
    notes: dict[str, list[Sentence]] = {}
    due: list[Sentence] = []
    warnings: list[Sentence] = []
    for code, note in (*contest.passed.items(), *contest.capped.items()):
        notes.setdefault(code, []).append(note)
    for number, claims in sorted(contest.claims.items()):
        for one, note in claims.notes:
            notes.setdefault(one.entry.code, []).append(note)
        due += claims.due
        warnings += [round_.of_award(number, warning) for warning in claims.warnings]
    for code, note in contest.notes:
        notes.setdefault(code, []).append(note)
    awards = _awards(round_, contest)
    warnings += contest.said
    warnings += _outside_the_range(round_, contest)
    warnings += _below_the_flat_prize(round_, contest, awards)
    warnings += said
    return PrizeList(
        awards,
        {code: tuple(mine) for code, mine in notes.items()},
        tuple(_closed(round_, purse, [contest]) for purse in round_.prizes.purses if purse.per == "contest"),
        tuple(due),
        tuple(warnings),
        tuple(order for claims in contest.claims.values() for order in claims.orders),
    )


def _awards(round_: PrizeRound, contest: ContestPrizes) -> dict[str, tuple[Award, ...]]:
    """The awards of each winner, in the order of the file; equal ones are one object, for there are many."""
    found: dict[str, tuple[Award, ...]] = {}
    for number, claims in sorted(contest.claims.items()):
        made: dict[int, tuple[Award]] = {}
        for one, claim in claims.paid:
            award = made.get(id(claim))
            if award is None:
                award = made[id(claim)] = (_award(round_, number, claim),)
            code = one.score.entry.code
            found[code] = found[code] + award if code in found else award
    return found


def _award(round_: PrizeRound, number: int, claim: Claim) -> Award:
    award = round_.prizes.awards[number]
    if isinstance(award, InKind):
        return Award(award.word, None, 0, claim.why, award.thing, round_.worth_of(number))
    return Award(award.word, round_.draws_on[number], claim.cents, claim.why)


def _closed(round_: PrizeRound, purse: Purse, contests: Sequence[ContestPrizes]) -> PurseResult:
    awarded = sum([claims.cents for _, claims in round_.drawing(purse.id, contests)])
    return PurseResult(purse.id, round_.amounts[purse.id], awarded)


# -- what stands, but people should know -----------------------------------------------------------------------------


def _outside_the_range(round_: PrizeRound, contest: ContestPrizes) -> Iterator[Sentence]:
    """Cash awards that a split, a proration or a request brought outside the programme's range (RULES.md, P11)."""
    limits = round_.programme.prize_range
    if limits is None:
        return
    least, most = cents(limits.minimum), cents(limits.maximum)
    for number in sorted(round_.draws_on):
        outside: dict[int, list[Ranked]] = {}
        for one, claim in contest.claims[number].paid:
            if not least <= claim.cents <= most:
                outside.setdefault(claim.cents, []).append(one)
        for amount, group in outside.items():
            yield say(
                "{entries}: {amount} is outside the range of prizes, {minimum} to {maximum}",
                entries=codes(group),
                amount=round_.money(amount),
                minimum=round_.money(least),
                maximum=round_.money(most),
            )


def _below_the_flat_prize(
    round_: PrizeRound, contest: ContestPrizes, awards: Mapping[str, tuple[Award, ...]]
) -> Iterator[Sentence]:
    """Winners whose cash is less than the flat prize of those who won nothing (RULES.md, P11)."""
    flat = max(
        (
            cents(award.amount)
            for award in round_.prizes.awards
            if isinstance(award, Flat) and award.is_for_others and round_.may_win(award, contest)
        ),
        default=0,
    )
    below: dict[int, dict[str, Ranked]] = {}
    for number, award in enumerate(round_.prizes.awards) if flat else ():
        if number in round_.draws_on and not isinstance(award, Flat):
            for one, _ in contest.claims[number].paid:
                amount = sum([mine.cents for mine in awards[one.entry.code]])
                if amount < flat:
                    below.setdefault(amount, {})[one.entry.code] = one
    for amount, group in below.items():
        yield say(
            "{entries}: {amount} is below the flat prize of {flat}",
            entries=codes(tuple(group.values())),
            amount=round_.money(amount),
            flat=round_.money(flat),
        )


def _ends_with_less(round_: PrizeRound, given_up: Sequence[GivenUp]) -> dict[int, list[Sentence]]:
    """Entrants who gave up a prize and end with less (RULES.md, P5), by the contest's `id` where they gave it up."""
    found: dict[int, list[Sentence]] = {}
    kept: dict[str, int] = dict.fromkeys([prize.entrant for prize in given_up], 0)
    for contest in round_.contests if given_up else ():
        for entrant, worth in round_.worths(contest, kept).items():
            kept[entrant] += worth
    for prize in given_up:
        if kept[prize.entrant] < prize.worth:
            found.setdefault(id(prize.contest), []).append(
                say(
                    "{entrant} gave up {worth} here and ends with {kept}",
                    entrant=prize.entrant,
                    worth=round_.money(prize.worth),
                    kept=round_.money(kept[prize.entrant]),
                )
            )
    return found


# -- purses close (RULES.md, P9) -------------------------------------------------------------------------------------


def _check(round_: PrizeRound, lists: RoundPrizes) -> None:
    """Look at the finished lists once more: a purse that does not close stops the run."""
    of_round = dict.fromkeys(round_.of_round, 0)
    for contest, mine in zip(round_.contests, lists.contests, strict=True):
        drawn = dict.fromkeys(round_.amounts, 0)
        for award in chain.from_iterable(mine.awards.values()):
            if award.purse is not None:
                drawn[award.purse] += award.cents
        for purse in mine.purses:
            _check_purse(purse, drawn[purse.id])
        for id_ in of_round:
            of_round[id_] += drawn[id_]
        _check_winners(round_, contest, mine)
    for purse in lists.purses:
        _check_purse(purse, of_round[purse.id])
    if round_.prizes.one_prize_per_entrant == "round":
        _check_one_prize(round_, lists)


def _check_purse(purse: PurseResult, drawn: int) -> None:
    if not (drawn == purse.awarded and 0 <= purse.awarded <= purse.amount):
        raise BrokenPurse(f"purse {purse.id}: {purse.awarded} cents said, {drawn} paid, {purse.amount} held")


def _check_winners(round_: PrizeRound, contest: ContestPrizes, mine: PrizeList) -> None:
    """Only ranked entries that were not passed over are paid, in whole cash units."""
    every = list(chain.from_iterable(mine.awards.values()))
    for award in dict(zip(map(id, every), every, strict=True)).values():
        if award.cents < 0 or award.cents % round_.unit or (award.cents == 0) != (award.purse is None):
            raise BrokenPurse(f"an award of {award.cents} cents in units of {round_.unit}")
    wrong = mine.awards.keys() & (contest.passed.keys() | contest.capped.keys())
    wrong |= mine.awards.keys() - {one.score.entry.code for one in contest.ranking.ranked}
    if wrong:
        raise BrokenPurse(f"paid without a right to it: {sorted(wrong)}")


def _check_one_prize(round_: PrizeRound, lists: RoundPrizes) -> None:
    winners: set[str] = set()
    for contest, mine in zip(round_.contests, lists.contests, strict=True):
        here = [one.entry.entrant for one in contest.ranking.ranked if one.entry.code in mine.awards]
        if len(set(here)) < len(here) or not winners.isdisjoint(here):
            raise BrokenPurse(f"two prizes for one entrant among {sorted(here)}")
        winners.update(here)
