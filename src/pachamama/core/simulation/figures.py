"""What a simulation shows: runs added up into distributions, shares and findings. Exact: nothing is rounded here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from pachamama.core.criteria import median
from pachamama.core.numbers import Exact, ceiling, cents, simple
from pachamama.core.problems import Problem
from pachamama.core.sentences import Name, Sentence, Value
from pachamama.core.simulation.extremes import places_paid
from pachamama.core.simulation.marks import Played
from pachamama.core.simulation.runs import Heads, Order, Pot, Run, Worst
from pachamama.core.ties import Shared

BINS = 12
"""Columns of the drawing of a distribution."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How figures are spread over `number` cases. `low` and `high` are the 5th and the 95th of a hundred (nearest rank).

    `bins` counts the cases in equal parts from the least to the most, for a drawing.
    """

    number: int
    least: int
    low: int
    median: Exact
    mean: Exact
    high: int
    most: int
    bins: tuple[int, ...]


def spread(values: Iterable[int]) -> Spread | None:
    """The spread of some figures; None where there are none."""
    ordered = sorted(values)
    if not ordered:
        return None
    number, least, most = len(ordered), ordered[0], ordered[-1]
    bins = [0] * BINS
    for value in ordered:
        bins[min((value - least) * BINS // (most - least or 1), BINS - 1)] += 1
    return Spread(
        number,
        least,
        ordered[ceiling(Fraction(number * 5, 100)) - 1],
        median(ordered),
        simple(Fraction(sum(ordered), number)),
        ordered[ceiling(Fraction(number * 95, 100)) - 1],
        most,
        tuple(bins),
    )


@dataclass(frozen=True, slots=True)
class Share:
    """So many (`part`) of so many (`whole`)."""

    part: int
    whole: int

    @property
    def percent(self) -> Exact | None:
        """The share in percent, exact; None of nothing."""
        return simple(Fraction(100 * self.part, self.whole)) if self.whole else None


@dataclass(frozen=True, slots=True)
class PurseFigures:
    """A purse: what one pot of it holds (`amount`, in cents), and what was spent of all its pots in a round.

    `held` is what all its pots hold in a round (one, or one for each contest). `spent` and `returned` are by round and
    `in_one` by pot, of the runs that were settled. `largest_claim` is the most that was claimed from a pot in any run,
    refused ones included; `short` counts the runs in which a pot held too little. `worst` is the largest claim in each
    extreme, None where marks like that cannot be scored, and `worst_smallest` the smallest prize in any of them.
    """

    id: str
    name: Name
    is_of_round: bool
    amount: int
    held: Spread | None
    spent: Spread | None
    returned: Spread | None
    in_one: Spread | None
    largest_claim: int
    short: int
    worst: Mapping[str, int | None]
    worst_smallest: int | None

    @property
    def largest_of_all(self) -> int:
        """The largest claim of the extremes and of the runs: chance may find a dearer round than any extreme."""
        return max(self.largest_claim, *(claim for claim in self.worst.values() if claim is not None), 0)


@dataclass(frozen=True, slots=True)
class Winners:
    """Who wins something, in the runs that were settled: shares of all who entered, over all runs together.

    `women_…` are shares of those whose sex is known; `…above_flat` is about who has another prize than a flat one.
    Amounts are in cents, None where no cash prize was given; `outside` are awards outside the programme's range.
    """

    entrants: Share
    communities: Share | None
    women_entering: Share
    women_winning: Share
    above_flat: Share
    women_above_flat: Share
    prizes: Spread
    things: Spread
    smallest: int | None
    largest: int | None
    outside: int
    outside_runs: int
    outside_smallest: int | None
    outside_largest: int | None


@dataclass(frozen=True, slots=True)
class Ties:
    """Ties, as shares of all contests; `decided` counts the groups that each tie step separated, in the order of the rules.

    `called` says what people call each of the steps.
    The first three are None where the rules give no prize to places; `lots` is None where they never draw any.
    """

    equal: Share | None
    shared: Share | None
    lots_for_prizes: Share | None
    lots: Share | None
    decided: Mapping[str, int]
    called: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that was refused or said, whoever it was about: in how many runs, how often in all, and one example."""

    runs: int
    times: int
    example: Problem | Sentence


@dataclass(frozen=True, slots=True)
class Simulated:
    """All figures of one rules file. `settled` are the runs that were not refused; `winners` is None without any."""

    competition: str
    tier: str
    currency: str
    runs: int
    settled: int
    categories: int
    contests: Spread
    entries: Spread
    unranked: Spread | None
    purses: tuple[PurseFigures, ...]
    winners: Winners | None
    ties: Ties
    promoted: Spread | None
    cut: Share | None
    refused: tuple[Finding, ...]
    impossible: tuple[Finding, ...]
    remarks: tuple[Finding, ...]
    due: tuple[Finding, ...]


def figures_of(played: Played, runs: Sequence[Run], worst: Sequence[Worst] = ()) -> Simulated:
    """The figures of at least one run, and of the extremes."""
    orders = [order for run in runs for order in run.orders]
    settled = [run for run in runs if run.prizes is not None]
    has_promotion = played.tier.promotion is not None
    return Simulated(
        played.competition,
        played.name,
        played.programme.currency,
        len(runs),
        len(settled),
        len(played.tier.categories),
        _some([run.contests for run in runs]),
        _some([run.entries for run in runs]),
        spread(
            run.entries - sum(order.ranked for order in run.orders) for run in runs if len(run.orders) == run.contests
        ),
        _purses(played, runs, worst),
        _winners(settled) if settled and played.tier.prizes is not None else None,
        _ties(played, orders),
        spread(order.promoted for order in orders) if has_promotion else None,
        Share(sum(order.cut for order in orders), len(orders)) if has_promotion else None,
        _findings([run.refusals for run in runs]),
        _findings([one.refusals for one in worst]),
        _findings([run.remarks for run in runs]),
        _findings([run.due for run in runs]),
    )


def _some(values: Sequence[int]) -> Spread:
    found = spread(values)
    assert found is not None, "there is at least one run"
    return found


# -- money -----------------------------------------------------------------------------------------------------------


def _purses(played: Played, runs: Sequence[Run], worst: Sequence[Worst]) -> tuple[PurseFigures, ...]:
    found = []
    for purse in played.tier.prizes.purses if played.tier.prizes is not None else ():
        by_run = [[pot for pot in run.pots if pot.purse == purse.id] for run in runs]
        paid = [pots for pots, run in zip(by_run, runs, strict=True) if run.prizes is not None]
        found.append(
            PurseFigures(
                purse.id,
                Name(purse.name.texts, purse.id),
                purse.per == "round",
                cents(purse.amount),
                spread(sum(pot.amount for pot in pots) for pots in by_run if pots),
                spread(sum(_paid(pot) for pot in pots) for pots in paid),
                spread(sum(pot.amount - _paid(pot) for pot in pots) for pots in paid),
                spread(_paid(pot) for pots in paid for pot in pots),
                max((pot.claimed for pots in by_run for pot in pots), default=0),
                sum(any(pot.is_short for pot in pots) for pots in by_run),
                {one.extreme: one.claims.get(purse.id) for one in worst},
                min((one.smallest[purse.id] for one in worst if purse.id in one.smallest), default=None),
            )
        )
    return tuple(found)


def _paid(pot: Pot) -> int:
    return pot.paid or 0


# -- people ----------------------------------------------------------------------------------------------------------


def _winners(settled: Sequence[Run]) -> Winners:
    prizes = [run.prizes for run in settled if run.prizes is not None]
    known = _together([one.known for one in prizes])
    women = _together([one.women for one in prizes])
    homes = [one.communities for one in prizes if one.communities is not None]
    outside = [amount for one in prizes for amount in one.outside]
    return Winners(
        _share(_together([one.entrants for one in prizes])),
        _share(_together(homes)) if homes else None,
        Share(women.number, known.number),
        Share(women.winning, known.winning),
        Share(sum(one.above_flat for one in prizes), sum(one.entrants.number for one in prizes)),
        Share(sum(one.women_above_flat for one in prizes), sum(one.known_above_flat for one in prizes)),
        _some([len(one.amounts) for one in prizes]),
        _some([one.things for one in prizes]),
        min((amount for one in prizes for amount in one.amounts), default=None),
        max((amount for one in prizes for amount in one.amounts), default=None),
        len(outside),
        sum(bool(one.outside) for one in prizes),
        min(outside, default=None),
        max(outside, default=None),
    )


def _together(heads: Sequence[Heads]) -> Heads:
    return Heads(sum(one.number for one in heads), sum(one.winning for one in heads))


def _share(heads: Heads) -> Share:
    return Share(heads.winning, heads.number)


# -- order -----------------------------------------------------------------------------------------------------------


def _ties(played: Played, orders: Sequence[Order]) -> Ties:
    tier, number = played.tier, len(orders)
    pays_places = any(places_paid(tier, category.id) for category in tier.categories) or places_paid(tier, None) > 0
    draws_lots = tier.lots_step is not None
    decided = Counter[str]()
    for order in orders:
        decided.update(order.decided)
    return Ties(
        Share(sum(order.equal for order in orders), number) if pays_places else None,
        Share(sum(order.shared for order in orders), number) if pays_places else None,
        Share(sum(order.lots_for_prizes for order in orders), number) if pays_places and draws_lots else None,
        Share(sum(order.lots for order in orders), number) if draws_lots else None,
        {step.id: decided[step.id] for step in tier.ties if not isinstance(step, Shared)},
        {step.id: step.label(tier) for step in tier.ties},
    )


# -- findings --------------------------------------------------------------------------------------------------------

_OF_THE_RULES = frozenset({"purse", "phase", "criterion", "item", "step", "scheme", "level"})
"""Gaps of sentences that hold things of the rules; all others hold names and figures of one case."""


def _findings(by_run: Iterable[Sequence[Problem | Sentence]]) -> tuple[Finding, ...]:
    """What was said, grouped by what it says without names and figures, the most frequent first."""
    runs, times, examples = Counter[Hashable](), Counter[Hashable](), dict[Hashable, Problem | Sentence]()
    for said in by_run:
        keys = [_said(one.message if isinstance(one, Problem) else one) for one in said]
        runs.update(set(keys))
        times.update(keys)
        for key, one in zip(keys, said, strict=True):
            examples.setdefault(key, one)
    order = sorted(examples, key=lambda key: (-runs[key], -times[key], str(key)))
    return tuple(Finding(runs[key], times[key], examples[key]) for key in order)


def _said(sentence: Sentence) -> Hashable:
    """A sentence without what differs from case to case."""
    kept: list[Hashable] = []
    for name, value in sorted(sentence.values.items()):
        if isinstance(value, Sentence):
            kept.append((name, _said(value)))
        elif name in _OF_THE_RULES and isinstance(value, Name | str):
            kept.append((name, value.in_language("es") if isinstance(value, Name) else value))
    return (sentence.text, *kept)
