"""The prizes of a round while they are reckoned: who may win each award, and what it claims (RULES.md, P1 to P4).

Contests are reckoned each by itself, as often as somebody is passed over in them; only an award that shares one purse of
the round by points takes all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pachamama.core.award import Award, CashAward
from pachamama.core.awards import Flat, InKind, Proportional
from pachamama.core.numbers import cents
from pachamama.core.purses import Prizes
from pachamama.core.sentences import Money, Name, Sentence, Value, say
from pachamama.core.sharing import Claims, Group, Turn

if TYPE_CHECKING:
    from pachamama.core.passing_over import GivenUp
    from pachamama.core.ranking import Ranking
    from pachamama.core.rules.document import Programme, Tier


@dataclass(slots=True)
class ContestPrizes:
    """One contest while its prizes are reckoned.

    `passed` are the entries passed over for good, `capped` those over their community's cap in this reckoning, each
    with the reason. `claims` are those of each award, by its number in the file. `said` and `notes` (by entry) are
    what a short purse adds.
    """

    ranking: Ranking
    passed: dict[str, Sentence] = field(default_factory=dict)
    capped: dict[str, Sentence] = field(default_factory=dict)
    claims: dict[int, Claims] = field(default_factory=dict)
    said: list[Sentence] = field(default_factory=list)
    notes: list[tuple[str, Sentence]] = field(default_factory=list)
    _standing: Sequence[Group] | None = None

    @property
    def groups(self) -> Sequence[Group]:
        """Those not passed over, best first, in groups equal for money."""
        if self._standing is None:
            everybody = self.ranking.equal_for_money
            out = self.passed.keys() | self.capped.keys()
            self._standing = _kept(everybody, out) if out else everybody
        return self._standing

    def pass_over(self, passed: Mapping[str, Sentence], *, by_cap: bool = False) -> None:
        """Pass entries over: each keeps its place and gets nothing, those behind move up a position."""
        (self.capped if by_cap else self.passed).update(passed)
        self._standing = None

    def forget_cap(self) -> None:
        """The cap is reckoned anew."""
        if self.capped:
            self.capped, self._standing = {}, None

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
    kept = [tuple([one for one in group if one.entry.code not in gone]) for group in groups]
    return [group for group in kept if group]


def _is_open(award: Award, contest: ContestPrizes) -> bool:
    """The award is for the category of the contest."""
    return award.categories is None or contest.ranking.category in award.categories


class PrizeRound:
    """The rules of the prizes, the contests, and what every award claims in each."""

    def __init__(self, tier: Tier, prizes: Prizes, programme: Programme, rankings: Sequence[Ranking]) -> None:
        self.tier, self.prizes, self.programme = tier, prizes, programme
        self.contests = [ContestPrizes(ranking) for ranking in rankings]
        self.unit = programme.unit
        self.amounts = {purse.id: cents(purse.amount) for purse in prizes.purses}
        self.of_round = frozenset(purse.id for purse in prizes.purses if purse.per == "round")
        self.in_turn = prizes.in_turn
        self.draws_on = {
            number: prizes.purse_of(award).id for number, award in self.in_turn if isinstance(award, CashAward)
        }
        self.said: list[Sentence] = []
        self.given_up: Sequence[GivenUp] = ()
        self._remarks: dict[int, list[Sentence]] = {}
        self._levels = tuple((level.id, Name(level.name.texts, level.id)) for level in tier.levels_up)

    # -- who may win, and what each award claims -----------------------------------------------------------------------

    def may_win(self, award: Award, contest: ContestPrizes) -> Sequence[Group]:
        """Those who may win an award: in its categories, not passed over, with its minimum of points."""
        if not _is_open(award, contest):
            return ()
        least = award.minimum_points
        if least is None:
            return contest.groups
        groups = contest.groups
        end = len(groups)
        while end and groups[end - 1][0].points < least:  # best first, and rules where the lowest wins have no minimum
            end -= 1
        return groups[:end]

    def turn(self, number: int, award: Award, contest: ContestPrizes) -> Turn:
        """What an award has before it in a contest, after the awards that were worked before."""
        purse = self.draws_on.get(number)
        winners: frozenset[str] = frozenset()
        if isinstance(award, Flat) and award.is_for_others:
            winners = frozenset([one.entry.code for claims in contest.claims.values() for one, _ in claims.paid])
        return Turn(
            self.prizes,
            self.programme.currency,
            self.unit,
            self.may_win(award, contest),
            self.amounts[purse] if purse else 0,
            self._held(purse, contest) if purse else 0,
            winners,
            self._levels,
            contest.ranking.orders,
            self.tier.lots_step is not None,
        )

    def _held(self, purse: str, contest: ContestPrizes) -> int:
        """What the awards before left in a purse."""
        contests = self.contests if purse in self.of_round else (contest,)
        return max(0, self.amounts[purse] - sum([claims.cents for _, claims in self.drawing(purse, contests)]))

    def drawing(self, purse: str, contests: Iterable[ContestPrizes]) -> Iterator[tuple[ContestPrizes, Claims]]:
        """The claims on a purse in these contests, each with its contest."""
        for contest in contests:
            for number, claims in contest.claims.items():
                if self.draws_on.get(number) == purse:
                    yield contest, claims

    @cached_property
    def is_one_reckoning(self) -> bool:
        """An award shares one purse among all contests by points, so that none can be reckoned by itself."""
        return any(self._is_for_all(number, award) for number, award in self.in_turn)

    def _is_for_all(self, number: int, award: Award) -> bool:
        return isinstance(award, Proportional) and self.draws_on[number] in self.of_round

    def reckon(self, contests: Sequence[ContestPrizes]) -> None:
        """The claims of all awards, in the order of the file, flat ones for others last."""
        for contest in contests:
            contest.claims = {}
        for number, award in self.in_turn:
            if self._is_for_all(number, award):
                self._share_among_all(number, award)
            else:
                for contest in contests:
                    turn = self.turn(number, award, contest) if _is_open(award, contest) else None
                    claims = contest.claims[number] = award.claims(turn) if turn else Claims()
                    claims.turn = turn

    def _share_among_all(self, number: int, award: Award) -> None:
        """One purse shared by points among the entries of all contests together."""
        groups = [self.may_win(award, contest) for contest in self.contests]
        at = {id(one): nth for nth, mine in enumerate(groups) for group in mine for one in group}
        purse = self.draws_on[number]
        turn = Turn(
            self.prizes,
            self.programme.currency,
            self.unit,
            [group for mine in groups for group in mine],
            self.amounts[purse],
            max(0, self.amounts[purse] - sum([claims.cents for _, claims in self.drawing(purse, self.contests)])),
        )
        together = award.claims(turn)
        shares = [Claims(turn=turn, by_points=together.by_points) for _ in self.contests]
        for pair in together.paid:
            shares[at[id(pair[0])]].paid.append(pair)
        for one, note in together.notes:
            shares[at[id(one)]].notes.append((one, note))
        self._remarks[number] = together.warnings
        for nth, (contest, share) in enumerate(zip(self.contests, shares, strict=True)):
            share.shortfall = together.shortfall if nth == 0 else None
            contest.claims[number] = share

    # -- what prizes are worth, and what things are called -------------------------------------------------------------

    def worth_of(self, number: int) -> int:
        """What an award in kind is worth, in cents; 0 for cash awards."""
        award = self.prizes.awards[number]
        return cents(award.value) if isinstance(award, InKind) else 0

    def worths(self, contest: ContestPrizes, entrants: Mapping[str, object]) -> dict[str, int]:
        """What each of these entrants wins in a contest, all awards together, things by their value."""
        found: dict[str, int] = {}
        for number, claims in contest.claims.items():
            value = self.worth_of(number)
            for one, claim in claims.paid:
                entrant = one.entry.entrant
                if entrant in entrants:
                    found[entrant] = found.get(entrant, 0) + claim.cents + value
        return found

    def money(self, amount: int) -> Money:
        """An amount in the programme's currency."""
        return Money(amount, self.programme.currency)

    def purse_name(self, id_: str) -> Name:
        """What people call a purse."""
        return next(Name(purse.name.texts, id_) for purse in self.prizes.purses if purse.id == id_)

    def of_award(self, number: int, remark: Sentence) -> Sentence:
        """A remark on an award, with the purse that it draws on where there are several."""
        if number not in self.draws_on or len(self.prizes.purses) == 1:
            return remark
        return say("purse “{purse}”: {remark}", purse=self.purse_name(self.draws_on[number]), remark=remark)

    def remarks(self) -> Iterator[Sentence]:
        """What must be said of awards and purses that all contests share."""
        for number, remarks in sorted(self._remarks.items()):
            yield from (self.of_award(number, remark) for remark in remarks)
        yield from self.said

    def contest_name(self, contest: ContestPrizes) -> Value:
        """What a message calls a contest: the code of its community or watershed, and its category."""
        within, category = contest.ranking.within, self.tier.category(contest.ranking.category)
        if category is None:
            return within or say("the contest")
        name = Name(category.name.texts, category.id)
        return say("{within}, {category}", within=within, category=name) if within else name
