"""Prizes: from places to awards and purses that close, in the order of RULES.md, P1.

Every award claims for itself (core.awards); here is decided who is passed over, what a short purse does, and that each
purse closes to the cent. Whoever gets less than the place promises finds the reason beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from pachamama.core import awards as kinds
from pachamama.core.model import Award, PurseResult
from pachamama.core.numbers import cents
from pachamama.core.problems import NOWHERE, Problem, refuse_if
from pachamama.core.sentences import Money, Name, Sentence, Value, say, say_count
from pachamama.core.sharing import Claim, Claims, Group, Turn, codes

if TYPE_CHECKING:
    from pachamama.core.ranking import Ranked, Ranking
    from pachamama.core.rules.document import Programme, Tier

CAPPED = (kinds.ByPlace, kinds.Percent, kinds.UntilSpent)
"""The awards that a cap per community looks at (RULES.md, P6)."""
ONE_CONTEST_ONLY = (kinds.Percent, kinds.UntilSpent)
"""The awards that cannot draw on one purse for several contests (RULES.md, P9)."""
Pair: TypeAlias = "tuple[Ranked, Claim]"


class BrokenPurse(AssertionError):
    """The prizes contradict themselves, which is a mistake of the program: nothing is awarded, no list is printed."""


@dataclass(frozen=True, slots=True)
class PrizeList:
    """The prizes of one contest.

    `awards` are those of each entry that wins, by its code, in the order of the rules. `notes` say why an entry was
    passed over, what was pooled, what a purse could not hold. `due` is what must still happen before the round can
    close.
    """

    awards: Mapping[str, tuple[Award, ...]]
    notes: Mapping[str, tuple[Sentence, ...]]
    purses: tuple[PurseResult, ...]
    due: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class RoundPrizes:
    """The prizes of a round: of each contest, and the purses that are one amount for all of them."""

    contests: tuple[PrizeList, ...]
    purses: tuple[PurseResult, ...]
    warnings: tuple[Sentence, ...] = ()


def award_prizes(tier: Tier, programme: Programme, rankings: Sequence[Ranking]) -> RoundPrizes:
    """The prizes of all contests of a round, aligned with the rankings; the order these come in decides nothing.

    Refused, all of it at once: a purse too small under `if_short: refuse`, minimum shares that do not fit, requests or
    communities that are missing, and awards that cannot share one purse among several contests.
    """
    if tier.prizes is None:
        return RoundPrizes(tuple(PrizeList({}, {}, ()) for _ in rankings), ())
    return _Round(tier, tier.prizes, programme, rankings).settled()


@dataclass(slots=True)
class _Contest:
    """One contest while its prizes are reckoned.

    `passed` are the entries passed over for good, `capped` those over their community's cap in this reckoning, each
    with the reason. `claims` are those of each award, by its number in the file.
    """

    ranking: Ranking
    passed: dict[str, Sentence] = field(default_factory=dict)
    capped: dict[str, Sentence] = field(default_factory=dict)
    claims: dict[int, Claims] = field(default_factory=dict)
    standing: Sequence[Group] | None = None
    said: list[Sentence] = field(default_factory=list)
    notes: list[tuple[str, Sentence]] = field(default_factory=list)

    @property
    def groups(self) -> Sequence[Group]:
        """Those not passed over, best first, in groups equal for money."""
        if self.standing is None:
            everybody = self.ranking.equal_for_money
            out = self.passed.keys() | self.capped.keys()
            self.standing = _kept(everybody, out) if out else everybody
        return self.standing

    def pass_over(self, passed: Mapping[str, Sentence], *, by_cap: bool = False) -> None:
        """Pass entries over: each keeps its place and gets nothing, those behind move up a position."""
        (self.capped if by_cap else self.passed).update(passed)
        self.standing = None

    def forget_cap(self) -> None:
        """The cap is reckoned anew."""
        if self.capped:
            self.capped, self.standing = {}, None

    def positions(self) -> dict[str, int]:
        """The first position of the group of each entry that is not passed over."""
        found: dict[str, int] = {}
        before = 0
        for group in self.groups:
            found.update((one.entry.code, before + 1) for one in group)
            before += len(group)
        return found


def _kept(groups: Iterable[Group], out: Iterable[str]) -> list[Group]:
    gone = frozenset(out)
    found = []
    for group in groups:
        there = tuple([one for one in group if one.entry.code not in gone])
        if there:
            found.append(there)
    return found


@dataclass(slots=True)
class _GivenUp:
    """A prize that an entrant gave up because it keeps another."""

    entrant: str
    contest: _Contest
    worth: int


class _Round:
    """The prizes of a round while they are reckoned."""

    def __init__(self, tier: Tier, prizes: kinds.Prizes, programme: Programme, rankings: Sequence[Ranking]) -> None:
        self.tier, self.prizes, self.programme = tier, prizes, programme
        self.contests = [_Contest(ranking) for ranking in rankings]
        self.unit = programme.unit
        self.amounts = {purse.id: cents(purse.amount) for purse in prizes.purses}
        self.of_round = frozenset(purse.id for purse in prizes.purses if purse.per == "round")
        self.in_turn = prizes.in_turn
        self.draws_on = {
            number: prizes.purse_of(award).id for number, award in self.in_turn if isinstance(award, kinds.CashAward)
        }
        self.chain_draws_lots = tier.lots_step is not None
        self.levels = tuple((level.id, Name(level.name.texts, level.id)) for level in tier.levels_up)
        self.remarks: dict[int, list[Sentence]] = {}
        self.said: list[Sentence] = []
        self.given_up: list[_GivenUp] = []

    def settled(self) -> RoundPrizes:
        """The pipeline of P1: reckon, pass over until nothing changes, shortage, what is outside the range, close."""
        self._refuse_what_cannot_share_a_purse()
        if self.prizes.one_prize_per_entrant != "no":
            self._pass_over_all_but_the_best_entry()
        self._refuse_bad_requests()
        if self.prizes.one_prize_per_entrant == "round":
            self._pass_over_second_prizes()
        else:
            self._reckon_with_cap(self.contests)
        self._shorten()
        lists = tuple(self._listed(contest) for contest in self.contests)
        purses = tuple(self._closed(purse, self.contests) for purse in self.prizes.purses if purse.id in self.of_round)
        found = RoundPrizes(lists, purses, tuple(self._remarks()))
        self._check(found)
        return found

    # -- who may win, and what each award claims: P1 (1) to (4) -------------------------------------------------------

    def _may_win(self, award: kinds.Award, contest: _Contest) -> Sequence[Group]:
        """Those who may win an award: in its categories, not passed over, with its minimum of points."""
        if award.categories is not None and contest.ranking.category not in award.categories:
            return ()
        least = award.minimum_points
        if least is None:
            return contest.groups
        return [group for group in contest.groups if group[0].points >= least]

    def _turn(self, number: int, award: kinds.Award, contest: _Contest) -> Turn:
        purse = self.draws_on.get(number)
        winners: frozenset[str] = frozenset()
        if isinstance(award, kinds.Flat) and award.is_for_others:
            winners = frozenset([one.entry.code for claims in contest.claims.values() for one, _ in claims.paid])
        return Turn(
            self.prizes,
            self.programme.currency,
            self.unit,
            self._may_win(award, contest),
            self.amounts[purse] if purse else 0,
            self._held(purse, contest) if purse else 0,
            winners,
            self.levels,
            contest.ranking.orders,
            self.chain_draws_lots,
        )

    def _held(self, purse: str, contest: _Contest) -> int:
        """What the awards before left in a purse."""
        drawing = self.contests if purse in self.of_round else (contest,)
        claimed = sum(
            claims.cents
            for one in drawing
            for number, claims in one.claims.items()
            if self.draws_on.get(number) == purse
        )
        return max(0, self.amounts[purse] - claimed)

    @cached_property
    def _is_one_reckoning(self) -> bool:
        """An award shares one purse among all contests by points, so that none can be reckoned by itself."""
        return any(self._is_for_all(number, award) for number, award in self.in_turn)

    def _is_for_all(self, number: int, award: kinds.Award) -> bool:
        return isinstance(award, kinds.Proportional) and self.draws_on[number] in self.of_round

    def _reckon(self, contests: Sequence[_Contest]) -> None:
        """The claims of all awards, in the order of the file, flat ones for others last."""
        for contest in contests:
            contest.claims = {}
        for number, award in self.in_turn:
            if self._is_for_all(number, award):
                self._share_among_all(number, award)
                continue
            for contest in contests:
                contest.claims[number] = award.claims(self._turn(number, award, contest))

    def _share_among_all(self, number: int, award: kinds.Award) -> None:
        """One purse shared by points among the entries of all contests together."""
        if not self.contests:
            return
        groups = [self._may_win(award, contest) for contest in self.contests]
        at = {id(one): number for number, found in enumerate(groups) for group in found for one in group}
        turn = Turn(
            self.prizes,
            self.programme.currency,
            self.unit,
            [group for found in groups for group in found],
            self.amounts[self.draws_on[number]],
            self._held(self.draws_on[number], self.contests[0]),
        )
        together = award.claims(turn)
        mine = [Claims() for _ in self.contests]
        for one, claim in together.paid:
            mine[at[id(one)]].paid.append((one, claim))
        for one, note in together.notes:
            mine[at[id(one)]].notes.append((one, note))
        mine[0].shortfall = together.shortfall
        self.remarks[number] = together.warnings
        for contest, claims in zip(self.contests, mine, strict=True):
            contest.claims[number] = claims

    # -- passing over: P1 (5) ------------------------------------------------------------------------------------------

    def _pass_over_all_but_the_best_entry(self) -> None:
        """Of an entrant's several entries in one contest only the best placed may win (RULES.md, P5)."""
        for contest in self.contests:
            ranked = contest.ranking.ranked
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

    def _reckon_with_cap(self, contests: Sequence[_Contest]) -> None:
        """Reckon, pass over whoever takes its community over the cap, and reckon anew until nobody does."""
        for contest in contests:
            contest.forget_cap()
        again = contests
        while again:
            self._reckon(again)
            if self.prizes.cap_per_community is None:
                return
            over = [(contest, self._over_the_cap(self.prizes.cap_per_community, contest)) for contest in again]
            for contest, passed in over:
                contest.pass_over(passed, by_cap=True)
            changed = [contest for contest, passed in over if passed]
            again = again if changed and self._is_one_reckoning else changed

    def _over_the_cap(self, cap: kinds.Cap, contest: _Contest) -> dict[str, Sentence]:
        """The first entries, from the best position down, that would take their community over the cap (RULES.md, P6)."""
        won = self._capped_prizes(contest)
        refuse_if(self._without_community(contest, won))
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
                used[community] = used.get(community, 0) + more
                if used[community] > limit:
                    over.update(dict.fromkeys(members, self._cap_reached(cap, community)))
            if over:
                break
        return over

    def _capped_prizes(self, contest: _Contest) -> dict[str, int]:
        """The cents of each winner of the awards that the cap looks at."""
        won: dict[str, int] = {}
        for number, award in self.in_turn:
            if isinstance(award, CAPPED):
                for one, claim in contest.claims[number].paid:
                    won[one.entry.code] = won.get(one.entry.code, 0) + claim.cents
        return won

    def _without_community(self, contest: _Contest, won: Mapping[str, int]) -> Iterator[Problem]:
        for one in contest.ranking.ranked:
            if one.entry.code in won and not one.entry.fields.get("community"):
                yield Problem(
                    one.entry.where,
                    say("{entry} wins a prize under a cap per community, and has no community", entry=one.entry.code),
                    say("give every entry its `community`"),
                )

    def _cap_reached(self, cap: kinds.Cap, community: str) -> Sentence:
        if cap.prizes is not None:
            return say_count(
                "passed over: {community} may win {count} prize here",
                "passed over: {community} may win {count} prizes here",
                cap.prizes,
                community=community,
            )
        return say(
            "passed over: {community} may win {amount} here, and would win more",
            community=community,
            amount=self._money(cents(cap.amount or 0)),
        )

    def _pass_over_second_prizes(self) -> None:
        """Whoever holds several prizes keeps the largest and is passed over elsewhere, until nobody holds two (P5).

        The largest prizes are settled first, so a freed prize never goes to one who keeps another.
        """
        entries = self._entries_of_entrants()
        held: dict[str, dict[int, int]] = {entrant: {} for entrant in entries}
        changed = set(range(len(self.contests)))
        while changed:
            again = range(len(self.contests)) if self._is_one_reckoning else sorted(changed)
            self._reckon_with_cap([self.contests[at] for at in again])
            for at in again:
                for prizes in held.values():
                    prizes.pop(at, None)
                for entrant, worth in self._worths(self.contests[at], entries).items():
                    held[entrant][at] = worth
            changed = self._keep_the_largest(held, entries)

    def _entries_of_entrants(self) -> dict[str, dict[int, list[str]]]:
        """The entries of each entrant that competes in several contests, by contest."""
        found: dict[str, dict[int, list[str]]] = {}
        for at, contest in enumerate(self.contests):
            for one in contest.ranking.ranked:
                found.setdefault(one.entry.entrant, {}).setdefault(at, []).append(one.entry.code)
        return {entrant: there for entrant, there in found.items() if len(there) > 1}

    def _worths(self, contest: _Contest, entrants: Mapping[str, object]) -> dict[str, int]:
        """What each of these entrants wins in a contest, things by their value."""
        found: dict[str, int] = {}
        for number, claims in contest.claims.items():
            value = self._value(number)
            for one, claim in claims.paid:
                entrant = one.entry.entrant
                if entrant in entrants:
                    found[entrant] = found.get(entrant, 0) + claim.cents + value
        return found

    def _value(self, number: int) -> int:
        award = self.prizes.awards[number]
        return cents(award.value) if isinstance(award, kinds.InKind) else 0

    def _keep_the_largest(
        self, held: Mapping[str, Mapping[int, int]], entries: Mapping[str, Mapping[int, list[str]]]
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
            keeps = min(kept, key=self._standing_in_file)
            note = say(
                "passed over: {entrant} keeps its prize in {contest}, one for each entrant",
                entrant=entrant,
                contest=contest_name(self.tier, self.contests[keeps].ranking),
            )
            for at, mine in entries[entrant].items():
                contest = self.contests[at]
                out = [code for code in mine if code not in contest.passed]
                if at != keeps and out:
                    contest.pass_over(dict.fromkeys(out, note))
                    changed.add(at)
                    if at in prizes:
                        self.given_up.append(_GivenUp(entrant, contest, prizes[at]))
        return changed

    def _standing_in_file(self, at: int) -> tuple[int, str]:
        """Of equal prizes the one of the category that stands first in the file is kept."""
        ranking = self.contests[at].ranking
        order = [category.id for category in self.tier.categories]
        return (order.index(ranking.category) if ranking.category in order else 0, ranking.within or "")

    # -- shortage: P1 (6) ----------------------------------------------------------------------------------------------

    def _shorten(self) -> None:
        """What the rules do where the claims on a purse exceed it; all shortfalls are refused together."""
        problems: list[Problem] = []
        for purse in self.prizes.purses:
            pots = [self.contests] if purse.id in self.of_round else [[contest] for contest in self.contests]
            for contests in pots:
                drawing = list(self._drawing(purse.id, contests))
                wanted = sum([claims.cents for _, claims in drawing])
                shortfalls = [claims.shortfall for _, claims in drawing if claims.shortfall is not None]
                if shortfalls:
                    problems += [self._short(purse.id, contests, shortfall) for shortfall in shortfalls]
                elif wanted > self.amounts[purse.id]:
                    if self.prizes.if_short == "refuse":
                        problems.append(self._short(purse.id, contests, self._exceeded(purse.id, wanted)))
                        continue
                    (self.said if purse.id in self.of_round else contests[0].said).append(
                        self._said_short(purse.id, wanted)
                    )
                    if self.prizes.if_short == "prorate":
                        self._prorate(purse.id, drawing, wanted)
                    else:
                        self._cut_last(purse.id, drawing, wanted)
        refuse_if(problems)

    def _drawing(self, purse: str, contests: Iterable[_Contest]) -> Iterator[tuple[_Contest, Claims]]:
        """The claims on a purse, each with its contest."""
        for contest in contests:
            for number, claims in contest.claims.items():
                if self.draws_on.get(number) == purse:
                    yield contest, claims

    def _short(self, purse: str, contests: Sequence[_Contest], message: Sentence) -> Problem:
        where: Value = say("the round") if purse in self.of_round else contest_name(self.tier, contests[0].ranking)
        return Problem(
            NOWHERE,
            say("{contest}, purse “{purse}”: {message}", contest=where, purse=self._purse_name(purse), message=message),
            say("enlarge the purse or lower the awards; or let the rules say `if_short: prorate` or `cut_last`")
            if self.prizes.if_short == "refuse"
            else say("enlarge the purse, lower the minimum, or let the rules say `if_short: cut_last`"),
        )

    def _exceeded(self, purse: str, wanted: int) -> Sentence:
        return say(
            "its awards come to {wanted}, and it holds {amount}: {short} too little",
            wanted=self._money(wanted),
            amount=self._money(self.amounts[purse]),
            short=self._money(wanted - self.amounts[purse]),
        )

    def _prorate(self, purse: str, drawing: Sequence[tuple[_Contest, Claims]], wanted: int) -> None:
        """Each claim × amount ÷ claims, in whole cash units; what is left goes back."""
        made: dict[int, Claim] = {}
        amount, unit = self.amounts[purse], self.unit
        for contest, claims in drawing:
            pairs: list[Pair] = []
            for one, claim in claims.paid:
                if id(claim) not in made:
                    part = claim.cents * amount // (wanted * unit) * unit
                    made[id(claim)] = Claim(
                        part, say("{award}, in proportion to what the purse holds", award=claim.why)
                    )
                if made[id(claim)].cents:
                    pairs.append((one, made[id(claim)]))
                else:
                    note = say("purse “{purse}” is too short for a whole cash unit", purse=self._purse_name(purse))
                    contest.notes.append((one.entry.code, note))
            claims.paid = pairs

    def _cut_last(self, purse: str, drawing: Sequence[tuple[_Contest, Claims]], wanted: int) -> None:
        """Strike the claims from the last position up, over all contests, until the rest fits."""
        positions = {id(contest): contest.positions() for contest, _ in drawing}
        by_position: dict[int, int] = {}
        for contest, claims in drawing:
            at = positions[id(contest)]
            for one, claim in claims.paid:
                by_position[at[one.entry.code]] = by_position.get(at[one.entry.code], 0) + claim.cents
        first_struck = 1 + max(by_position)
        left = wanted
        for position in sorted(by_position, reverse=True):
            if left <= self.amounts[purse]:
                break
            left -= by_position[position]
            first_struck = position
        for contest, claims in drawing:
            at = positions[id(contest)]
            for one, claim in claims.paid:
                if at[one.entry.code] >= first_struck:
                    note = say(
                        "{amount} ({award}) struck: purse “{purse}” is too short, and the last places lose first",
                        amount=self._money(claim.cents),
                        award=claim.why,
                        purse=self._purse_name(purse),
                    )
                    contest.notes.append((one.entry.code, note))
            claims.paid = [pair for pair in claims.paid if at[pair[0].entry.code] < first_struck]

    def _said_short(self, purse: str, wanted: int) -> Sentence:
        return say("purse “{purse}”: {message}", purse=self._purse_name(purse), message=self._exceeded(purse, wanted))

    # -- what is printed: P1 (7) and (8) -------------------------------------------------------------------------------

    def _listed(self, contest: _Contest) -> PrizeList:
        """The awards of one contest, its purses, and everything that must be said."""
        notes: dict[str, list[Sentence]] = {}
        for code, note in (*contest.passed.items(), *contest.capped.items(), *contest.notes):
            notes.setdefault(code, []).append(note)
        due: list[Sentence] = []
        warnings: list[Sentence] = []
        for number, claims in sorted(contest.claims.items()):
            for one, note in claims.notes:
                notes.setdefault(one.entry.code, []).append(note)
            due += claims.due
            warnings += [self._of_award(number, warning) for warning in claims.warnings]
        warnings += contest.said
        warnings += self._outside_the_range(contest)
        warnings += self._below_the_flat_prize(contest)
        warnings += self._given_up_for_less(contest)
        return PrizeList(
            self._awards(contest),
            {code: tuple(mine) for code, mine in notes.items()},
            tuple(self._closed(purse, [contest]) for purse in self.prizes.purses if purse.id not in self.of_round),
            tuple(due),
            tuple(warnings),
        )

    def _awards(self, contest: _Contest) -> dict[str, tuple[Award, ...]]:
        """The awards of each winner, in the order of the file; equal ones are one object, of which there are many."""
        found: dict[str, tuple[Award, ...]] = {}
        made: dict[int, tuple[Award]] = {}
        for number, claims in sorted(contest.claims.items()):
            for one, claim in claims.paid:
                award = made.get(id(claim))
                if award is None:
                    award = made[id(claim)] = (self._award(number, claim),)
                code = one.entry.code
                found[code] = found[code] + award if code in found else award
        return found

    def _award(self, number: int, claim: Claim) -> Award:
        award = self.prizes.awards[number]
        if isinstance(award, kinds.InKind):
            return Award(award.word, None, 0, claim.why, award.thing, self._value(number))
        return Award(award.word, self.draws_on[number], claim.cents, claim.why)

    def _outside_the_range(self, contest: _Contest) -> Iterator[Sentence]:
        """Cash awards that a split, a proration or a request brought outside the programme's range (RULES.md, P11)."""
        if self.programme.prize_range is None:
            return
        least, most = cents(self.programme.prize_range.minimum), cents(self.programme.prize_range.maximum)
        for number, claims in sorted(contest.claims.items()):
            outside: dict[int, list[Ranked]] = {}
            for one, claim in claims.paid:
                if number in self.draws_on and not least <= claim.cents <= most:
                    outside.setdefault(claim.cents, []).append(one)
            for amount, entries in outside.items():
                yield say(
                    "{entries}: {amount} is outside the range of prizes, {minimum} to {maximum}",
                    entries=codes(entries),
                    amount=self._money(amount),
                    minimum=self._money(least),
                    maximum=self._money(most),
                )

    def _below_the_flat_prize(self, contest: _Contest) -> Iterator[Sentence]:
        """Winners whose cash is less than the flat prize of those who won nothing (RULES.md, P11)."""
        flat = [
            cents(award.amount)
            for _, award in self.in_turn
            if isinstance(award, kinds.Flat) and award.is_for_others and self._may_win(award, contest)
        ]
        if not flat:
            return
        won: dict[str, int] = {}
        entries: dict[int, list[Ranked]] = {}
        winners: dict[str, Ranked] = {}
        for number, award in self.in_turn:
            if number in self.draws_on and not isinstance(award, kinds.Flat):
                for one, claim in contest.claims[number].paid:
                    winners[one.entry.code] = one
                    won[one.entry.code] = won.get(one.entry.code, 0) + claim.cents
        for number, award in self.in_turn:
            if isinstance(award, kinds.Flat) and not award.is_for_others:
                for one, claim in contest.claims[number].paid:
                    if one.entry.code in won:
                        won[one.entry.code] += claim.cents
        for code, amount in won.items():
            if amount < max(flat):
                entries.setdefault(amount, []).append(winners[code])
        for amount, group in entries.items():
            yield say(
                "{entries}: {amount} is below the flat prize of {flat}",
                entries=codes(group),
                amount=self._money(amount),
                flat=self._money(max(flat)),
            )

    def _given_up_for_less(self, contest: _Contest) -> Iterator[Sentence]:
        """Entrants who gave up a prize here and end with less (RULES.md, P5)."""
        mine = [gift for gift in self.given_up if gift.contest is contest]
        if not mine:
            return
        entrants = {gift.entrant: True for gift in mine}
        kept: dict[str, int] = {}
        for other in self.contests:
            for entrant, worth in self._worths(other, entrants).items():
                kept[entrant] = kept.get(entrant, 0) + worth
        for gift in mine:
            if kept.get(gift.entrant, 0) < gift.worth:
                yield say(
                    "{entrant} gave up {worth} here and ends with {kept}",
                    entrant=gift.entrant,
                    worth=self._money(gift.worth),
                    kept=self._money(kept.get(gift.entrant, 0)),
                )

    def _remarks(self) -> Iterator[Sentence]:
        """What must be said of awards and purses that all contests share."""
        for number, remarks in sorted(self.remarks.items()):
            yield from (self._of_award(number, remark) for remark in remarks)
        yield from self.said

    # -- purses close: P9 ----------------------------------------------------------------------------------------------

    def _closed(self, purse: kinds.Purse, contests: Iterable[_Contest]) -> PurseResult:
        awarded = sum([claims.cents for _, claims in self._drawing(purse.id, contests)])
        return PurseResult(purse.id, self.amounts[purse.id], awarded)

    def _check(self, found: RoundPrizes) -> None:
        """Look at the finished lists once more: a purse that does not close stops the run (RULES.md, P9)."""
        of_round = dict.fromkeys(self.of_round, 0)
        for contest, prizes in zip(self.contests, found.contests, strict=True):
            drawn = dict.fromkeys(self.amounts, 0)
            for awards in prizes.awards.values():
                for award in awards:
                    if award.purse is not None:
                        drawn[award.purse] += award.cents
            for purse in prizes.purses:
                _check_purse(purse, drawn[purse.id])
            for purse_id in of_round:
                of_round[purse_id] += drawn[purse_id]
            self._check_winners(contest, prizes)
        for purse in found.purses:
            _check_purse(purse, of_round[purse.id])
        if self.prizes.one_prize_per_entrant == "round":
            self._check_one_prize(found)

    def _check_winners(self, contest: _Contest, prizes: PrizeList) -> None:
        """Only ranked entries that were not passed over are paid, in whole cash units."""
        for award in {id(award): award for awards in prizes.awards.values() for award in awards}.values():
            if award.cents < 0 or award.cents % self.unit or (award.cents == 0) != (award.purse is None):
                raise BrokenPurse(f"an award of {award.cents} cents in units of {self.unit}")
        wrong = prizes.awards.keys() & (contest.passed.keys() | contest.capped.keys())
        wrong |= prizes.awards.keys() - {one.entry.code for one in contest.ranking.ranked}
        if wrong:
            raise BrokenPurse(f"paid without a right to it: {sorted(wrong)}")

    def _check_one_prize(self, found: RoundPrizes) -> None:
        winners: set[str] = set()
        for contest, prizes in zip(self.contests, found.contests, strict=True):
            mine = [one.entry.entrant for one in contest.ranking.ranked if one.entry.code in prizes.awards]
            if len(set(mine)) < len(mine) or winners & set(mine):
                raise BrokenPurse(f"two prizes for one entrant among {sorted(mine)}")
            winners |= set(mine)

    # -- refusals before anything is reckoned --------------------------------------------------------------------------

    def _refuse_what_cannot_share_a_purse(self) -> None:
        refuse_if(
            Problem(
                NOWHERE,
                say(
                    "`{scheme}` cannot draw on purse “{purse}”, one amount for all {number} contests",
                    scheme=award.word,
                    purse=self._purse_name(self.draws_on[number]),
                    number=len(self.contests),
                ),
                say("make the purse `per: contest`, or use `by_place` or `proportional`"),
            )
            for number, award in sorted(self.in_turn, key=lambda pair: pair[0])
            if isinstance(award, ONE_CONTEST_ONLY) and self.draws_on[number] in self.of_round and len(self.contests) > 1
        )

    def _refuse_bad_requests(self) -> None:
        refuse_if(
            problem
            for number, award in self.in_turn
            if isinstance(award, kinds.UntilSpent)
            for contest in self.contests
            for problem in award.bad_requests(self._turn(number, award, contest))
        )

    # -- names ---------------------------------------------------------------------------------------------------------

    def _money(self, amount: int) -> Money:
        return Money(amount, self.programme.currency)

    def _purse_name(self, id_: str) -> Name:
        return next(Name(purse.name.texts, id_) for purse in self.prizes.purses if purse.id == id_)

    def _of_award(self, number: int, remark: Sentence) -> Sentence:
        """A remark on an award, with the purse that it draws on where there are several."""
        if number not in self.draws_on or len(self.prizes.purses) == 1:
            return remark
        return say("purse “{purse}”: {remark}", purse=self._purse_name(self.draws_on[number]), remark=remark)


def _check_purse(purse: PurseResult, drawn: int) -> None:
    if not (drawn == purse.awarded and 0 <= purse.awarded <= purse.amount):
        raise BrokenPurse(f"purse {purse.id}: {purse.awarded} cents said, {drawn} paid, {purse.amount} held")


def contest_name(tier: Tier, ranking: Ranking) -> Value:
    """What a message calls a contest: the code of its community or watershed, and its category."""
    category = tier.category(ranking.category)
    if category is None:
        return ranking.within or say("the contest")
    name = Name(category.name.texts, category.id)
    return say("{within}, {category}", within=ranking.within, category=name) if ranking.within else name
