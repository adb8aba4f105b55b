"""One run: an edition settled by the rules, and what of it is worth counting. Refuses nothing: a refusal is a finding.

What comes out of a run is small, so that thousands of them can be added up (see `figures`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pachamama.core.awards import Flat
from pachamama.core.model import Contest
from pachamama.core.numbers import cents
from pachamama.core.passing_over import pass_over_all_but_the_best_entry, settle_claims
from pachamama.core.prize_round import ContestPrizes, PrizeRound
from pachamama.core.problems import Problem, Refused
from pachamama.core.promotion import Promoted
from pachamama.core.ranking import Ranking, rank, warning_said
from pachamama.core.scoring import score_contest
from pachamama.core.sentences import Sentence
from pachamama.core.settle import Reckoning, in_order, reckon
from pachamama.core.simulation.chance import Chance
from pachamama.core.simulation.extremes import EXTREMES, Extreme, extreme_contests, places_paid
from pachamama.core.simulation.marks import Played
from pachamama.core.ties import Lots


@dataclass(frozen=True, slots=True)
class Pot:
    """A purse of one contest, or of the round: what it holds, what its awards claimed, what was paid, in cents.

    `paid` is None where the run was refused. `smallest` is the smallest claim for one entry, None without any.
    """

    purse: str
    amount: int
    claimed: int
    paid: int | None
    smallest: int | None = None

    @property
    def is_short(self) -> bool:
        """More was claimed than it holds."""
        return self.claimed > self.amount


@dataclass(frozen=True, slots=True)
class Heads:
    """So many people or communities, and how many of them win something."""

    number: int
    winning: int


@dataclass(frozen=True, slots=True)
class Prizes:
    """The prizes of a run that was settled.

    `entrants` are those who entered, wherever they ended; `women` those of known sex with a woman as head, among
    `known` of known sex; each also among the winners.
    `above_flat` counts the entrants with another prize than a flat one, those of known sex, and
    the women. `communities` is None where the entries are communities, or where
    nobody says from which they come. `amounts` are the cash prizes, all awards of an entry together, in cents;
    `outside` counts the cash awards outside the programme's range.
    """

    entrants: Heads
    communities: Heads | None
    known: Heads
    women: Heads
    above_flat: int
    known_above_flat: int
    women_above_flat: int
    amounts: tuple[int, ...]
    things: int
    outside: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """How a contest was ordered: ties in prize places, what decided them, and who goes up.

    `equal` entries had the same points where there are prizes; `shared` they still share a place after the tie chain;
    `lots` had to be drawn somewhere, `lots_for_prizes` in places that have a prize. `decided` counts what each tie step
    separated. `promoted` and `cut` (entries equal on points on both sides of it) are for rules with a promotion.
    """

    ranked: int
    equal: bool
    shared: bool
    lots: bool
    lots_for_prizes: bool
    decided: Mapping[str, int]
    promoted: int
    cut: bool


@dataclass(frozen=True, slots=True)
class Run:
    """What came out of one edition. `prizes` is None where the rules refused it, with the problems in `refusals`.

    `orders` has one for each contest that could be ranked; `pots` is empty where not all of them could.
    """

    contests: int
    entries: int
    orders: tuple[Order, ...]
    pots: tuple[Pot, ...]
    prizes: Prizes | None
    refusals: tuple[Problem, ...] = ()
    remarks: tuple[Sentence, ...] = ()
    due: tuple[Sentence, ...] = ()


class Editions(Protocol):
    """Where editions come from: invented, or drawn from the last one."""

    def drawn(self, played: Played, chance: Chance) -> tuple[Contest, ...]:
        """One edition; the same for the same chance."""

    def everybody(self, played: Played, chance: Chance) -> tuple[Contest, ...]:
        """All who may enter, for the extremes."""


def simulate(played: Played, editions: Editions, *, seed: int, runs: int) -> Iterator[Run]:
    """So many editions, one after the other; the same for the same seed, on every machine."""
    for number in range(1, runs + 1):
        chance = Chance(str(seed)).within("run", number)
        yield run_of(played, lambda: editions.drawn(played, chance))  # noqa: B023  called before the next one


def worst_cases(played: Played, editions: Editions, *, seed: int) -> tuple[Worst, ...]:
    """The largest claims in each extreme."""
    try:
        contests = editions.everybody(played, Chance(str(seed)).within("run", 1))
    except Refused as refusal:
        return tuple(Worst(extreme, refusals=refusal.problems) for extreme in EXTREMES)
    return tuple(worst_of(played, contests, extreme) for extreme in EXTREMES)


def run_of(played: Played, edition: Callable[[], Sequence[Contest]]) -> Run:
    """Settle an edition and keep what is counted; where the rules refuse, what would have been claimed is still there."""
    try:
        held = edition()
    except Refused as refusal:
        return Run(0, 0, (), (), None, refusal.problems)
    entries = sum(len(contest.entries) for contest in held)
    try:
        reckoning = reckon(played.rules, played.competition, played.name, held)
    except Refused as refusal:
        rankings = tuple(_rankings(played, held))
        orders = tuple(_order(played, ranking, _promoted(played, ranking)) for ranking in rankings)
        pots = tuple(claimed(played, rankings)) if len(rankings) == len(held) else ()
        return Run(len(held), entries, orders, pots, None, refusal.problems)
    orders = tuple(_order(played, one.ranking, one.promoted) for one in reckoning.contests)
    return Run(
        len(held),
        entries,
        orders,
        tuple(_paid(reckoning)),
        _prizes(reckoning),
        (),
        tuple(
            [
                said
                for one in reckoning.contests
                for said in (
                    *one.scored.warnings,
                    *(warning_said(reckoning.tier, warning) for warning in one.ranking.warnings),
                    *one.prizes.warnings,
                )
            ]
            + list(reckoning.prizes.warnings)
        ),
        tuple(said for one in reckoning.contests for said in (*one.ranking.due, *one.prizes.due)),
    )


# -- purses ----------------------------------------------------------------------------------------------------------


def claimed(played: Played, rankings: Sequence[Ranking]) -> Iterator[Pot]:
    """What the awards claim from each purse before anything is refused or cut; nothing where even that is refused."""
    prizes = played.tier.prizes
    if prizes is None:
        return
    round_ = PrizeRound(played.tier, prizes, played.programme, rankings)
    pass_over_all_but_the_best_entry(round_)
    try:
        settle_claims(round_)
    except Refused:
        return
    for purse, contests in _pots(round_):
        amounts = [claim.cents for _, claims in round_.drawing(purse, contests) for _, claim in claims.paid]
        yield Pot(purse, round_.amounts[purse], sum(amounts), None, min(amounts, default=None))


def _paid(reckoning: Reckoning) -> Iterator[Pot]:
    """What was claimed and paid in a round that was settled."""
    round_ = reckoning.prizes.reckoned
    if round_ is None:
        return
    for purse, contests in _pots(round_):
        drawing = [claims for _, claims in round_.drawing(purse, contests)]
        paid = sum(claims.cents for claims in drawing)
        asked = max((claims.short.wanted for claims in drawing if claims.short is not None), default=paid)
        yield Pot(purse, round_.amounts[purse], asked, paid)


def _pots(round_: PrizeRound) -> Iterator[tuple[str, Sequence[ContestPrizes]]]:
    """Each purse with the contests that draw on one amount of it."""
    for purse in round_.prizes.purses:
        if purse.id in round_.of_round:
            yield purse.id, round_.contests
        else:
            yield from ((purse.id, [contest]) for contest in round_.contests)


@dataclass(frozen=True, slots=True)
class Worst:
    """The largest claim on each purse in an extreme, and the smallest single prize, by purse, in cents.

    `refusals` say why marks like that cannot be scored.
    """

    extreme: Extreme
    claims: Mapping[str, int] = field(default_factory=dict)
    smallest: Mapping[str, int] = field(default_factory=dict)
    refusals: tuple[Problem, ...] = ()


def worst_of(played: Played, contests: Sequence[Contest], extreme: Extreme) -> Worst:
    """The largest claims of an extreme, over all placements of the entries in the categories."""
    claims: dict[str, int] = {}
    smallest: dict[str, int] = {}
    refusals: list[Problem] = []
    for placed in extreme_contests(played, contests, extreme):
        try:
            rankings = [_ranking(played, contest) for contest in in_order(played.tier, placed)]
        except Refused as refusal:
            refusals += refusal.problems
            continue
        for pot in claimed(played, rankings):
            claims[pot.purse] = max(claims.get(pot.purse, 0), pot.claimed)
            if pot.smallest is not None:
                smallest[pot.purse] = min(smallest.get(pot.purse, pot.smallest), pot.smallest)
    return Worst(extreme, claims, smallest, tuple(refusals))


# -- places ----------------------------------------------------------------------------------------------------------


def _ranking(played: Played, contest: Contest) -> Ranking:
    lower = played.lower
    scored = score_contest(played.tier, contest, lower=lower.tier if lower is not None else None)
    return rank(played.tier, played.competition, contest, scored.scores)


def _rankings(played: Played, contests: Iterable[Contest]) -> Iterator[Ranking]:
    """The contests of a refused round that can be ranked all the same."""
    for contest in in_order(played.tier, contests):
        try:
            yield _ranking(played, contest)
        except Refused:
            continue


def _promoted(played: Played, ranking: Ranking) -> Promoted:
    rule = played.tier.promotion
    return rule.of(ranking) if rule is not None else Promoted((), ())


def _order(played: Played, ranking: Ranking, promoted: Promoted) -> Order:
    places = places_paid(played.tier, ranking.category)
    ranked = ranking.ranked
    at = {one.entry.code: number for number, one in enumerate(ranked, start=1)}
    paid = ranked[:places]
    behind = ranked[places].points if 0 < places < len(ranked) else None
    points = [one.points for one in paid]
    drawn = [split for split in ranking.splits if isinstance(split.step, Lots)]
    decided: dict[str, int] = {}
    for split in ranking.splits:
        if len(split.groups) > 1:
            decided[split.step.id] = decided.get(split.step.id, 0) + 1
    return Order(
        len(ranked),
        len(set(points)) < len(points) or (bool(points) and points[-1] == behind),
        any(one.tied_with for one in paid),
        bool(drawn),
        any(at[code] <= places for split in drawn for group in split.groups for code in group),
        decided,
        len(promoted.entries),
        any(cut.tied for cut in promoted.cuts if not cut.is_reserve),
    )


# -- who wins --------------------------------------------------------------------------------------------------------


def _prizes(reckoning: Reckoning) -> Prizes:
    tier = reckoning.tier
    has_heads = tier.tier == "household"
    entrants: set[str] = set()
    winners: set[str] = set()
    homes: set[str] = set()
    winning_homes: set[str] = set()
    above_flat: set[str] = set()
    sexes: dict[str, str] = {}
    amounts: list[int] = []
    things = 0
    outside: list[int] = []
    limits = reckoning.programme.prize_range
    least, most = (cents(limits.minimum), cents(limits.maximum)) if limits is not None else (0, None)
    for one in reckoning.contests:
        for entry in one.contest.entries:
            entrants.add(entry.entrant)
            home = entry.fields.get("community") or (one.contest.within if tier.within == "community" else None)
            if home:
                homes.add(home)
            if has_heads and (sex := entry.fields.get("sex", "").upper()):
                sexes[entry.entrant] = sex
            awards = one.prizes.awards.get(entry.code, ())
            if not awards:
                continue
            winners.add(entry.entrant)
            if home:
                winning_homes.add(home)
            if any(award.scheme != Flat.word for award in awards):
                above_flat.add(entry.entrant)
            things += sum(1 for award in awards if award.item is not None)
            cash = [award.cents for award in awards if award.item is None]
            if cash:
                amounts.append(sum(cash))
            outside += [amount for amount in cash if amount < least or (most is not None and amount > most)]
    known = Heads(len(sexes), len(winners & sexes.keys()))
    women = {entrant for entrant, sex in sexes.items() if sex == "F"}
    return Prizes(
        Heads(len(entrants), len(winners)),
        Heads(len(homes), len(winning_homes)) if homes and tier.tier != "community" else None,
        known,
        Heads(len(women), len(women & winners)),
        len(above_flat),
        len(above_flat & sexes.keys()),
        len(women & above_flat),
        tuple(amounts),
        things,
        tuple(outside),
    )
