"""Worked examples for the printed rules: invented entries with a tie, settled by the core under the rules themselves.

Nothing of the result is written here. Invented sheets, from the worst to the best, are ranked; some of them are given to
entries A, B, C …, two of which get the same ones; `settle` says who gets what. Where the rules then want lots to be drawn
or the jury to decide, the first of the two is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from pachamama.core.award import CashAward
from pachamama.core.awards import UntilSpent
from pachamama.core.model import Contest, ContestResult, Entry, HouseholdResult, PurseResult, RecordedOrder, Sheet
from pachamama.core.numbers import ceiling, cents, fixed, floor_to, rounded
from pachamama.core.problems import Refused
from pachamama.core.purses import Prizes
from pachamama.core.rules.document import Rules, Tier
from pachamama.core.sentences import Sentence, say
from pachamama.core.settle import reckon, result_of, settle

STEPS = 60
"""Qualities of invented sheets."""
REGISTERED = 20
"""Households on the register of an invented community."""
_UNIT = "C1"
"""The invented community or watershed."""
_FEWEST_COMPARED = 7
"""Entries of an example where each judge's marks are compared with the judge's other marks."""
_MOST_FOR_FIRST = 5
"""With more paid places than that, the example of the first place leaves out the places that it does not touch."""


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """A contest of invented entries, and what the core made of it.

    `tied` are the two entries with the same sheets; `position` is the first of the two positions that they occupy.
    `notes` say by entry what the awards do not: what was put together, why one goes without. `purses` are those of the
    tier, as they close in this contest.
    """

    position: int
    tied: tuple[str, str]
    result: ContestResult
    notes: Mapping[str, tuple[Sentence, ...]]
    purses: tuple[PurseResult, ...]


@dataclass(frozen=True, slots=True)
class NoExample:
    """The rules refuse the contest that was to be the example; `why` says what they refuse."""

    position: int
    why: tuple[Sentence, ...]


def worked_examples(rules: Rules, competition: str, tier: Tier) -> tuple[WorkedExample | NoExample, ...]:
    """A tie at the first place, and one at the last place that is paid; without prizes none.

    The last place is left out where no award goes by position, or where there are more paid places than different sheets.
    """
    if tier.prizes is None or not tier.prizes.awards:
        return ()
    bench = _Bench(rules, competition, tier, tier.prizes)
    last = bench.last_paid
    found = [bench.with_a_tie_at(1, entries=min(max(last, 3), _MOST_FOR_FIRST) + 1)]
    if 1 < last <= len(bench.qualities):
        found.append(bench.with_a_tie_at(last, entries=last + 2))
    return tuple(found)


@dataclass(frozen=True)
class _Bench:
    """Where examples are tried."""

    rules: Rules
    competition: str
    tier: Tier
    prizes: Prizes

    def with_a_tie_at(self, position: int, *, entries: int) -> WorkedExample | NoExample:
        """So many entries, of which the one at the position and the next are equal."""
        best = self.qualities[: entries - 1]
        if not best:
            return NoExample(position, (say("no sheet reaches the points that the prizes ask for"),))
        return self._settled([*best[:position], best[position - 1], *best[position:]], position)

    def _settled(self, shared: Sequence[Fraction], position: int) -> WorkedExample | NoExample:
        """The entries as the core settles them; more of the last one where judges are compared and that takes more."""
        try:
            return self._reckoned(shared, position)
        except Refused as refusal:
            lacking = _FEWEST_COMPARED - len(shared)
            if self.tier.panel.compares_entries and lacking > 0:
                return self._settled([*shared, *[shared[-1]] * lacking], position)
            return NoExample(position, tuple(problem.message for problem in refusal.problems))

    def _reckoned(self, shared: Sequence[Fraction], position: int) -> WorkedExample:
        tied = _letters(position - 1), _letters(position)
        drawn = {_letters(at): at + 1 for at in range(len(shared))}
        orders = (RecordedOrder("jury_decision", drawn), RecordedOrder("lots", drawn))
        contest = self._contest({_letters(at): quality for at, quality in enumerate(shared)})
        found = reckon(self.rules, self.competition, self.tier.tier, [contest])
        if result_of(found).due:
            found = reckon(self.rules, self.competition, self.tier.tier, [replace(contest, orders=orders)])
        (result,), (one,) = result_of(found).contests, found.contests
        return WorkedExample(position, tied, result, one.prizes.notes, (*result.purses, *found.prizes.purses))

    @cached_property
    def last_paid(self) -> int:
        """The last position that an award by position pays, among entries that all differ; 0 where there is none."""
        by_position = {award.word for award in self.prizes.awards if award.by_position}
        example = self._settled(self.qualities, 1)
        if isinstance(example, NoExample):
            return 0
        return max(
            (
                one.position
                for one in example.result.placings
                if any(award.scheme in by_position for award in one.awards)
            ),
            default=0,
        )

    @cached_property
    def qualities(self) -> tuple[Fraction, ...]:
        """Qualities whose points differ, best first: some below the best, as in life, and apart where there are enough."""
        able = self._apart()
        wanted = self._paid + 3
        skipped = 3 if len(able) >= wanted + 3 else 0
        stride = max(1, min(5, (len(able) - skipped) // wanted))
        chosen = able[skipped::stride][:wanted]
        return tuple(chosen if len(chosen) == wanted else able)

    @property
    def _paid(self) -> int:
        """How many places the awards by position list."""
        listed = [3]
        for award in self.prizes.awards:
            if isinstance(award, UntilSpent):
                listed.append(cents(self.prizes.purse_of(award).amount) // max(1, self._request(award)))
            elif award.by_position:
                listed.append(len(award.promised(self.tier, self.rules.programme)))
        return max(listed)

    def _apart(self) -> list[Fraction]:
        """Every quality whose points differ from those of the others and are enough for all awards, best first.

        Where judges are compared, what is enough depends on who else is there.
        """
        every = {f"Q{step:02}": Fraction(step, STEPS) for step in range(STEPS + 1)}
        bare = replace(self.tier, prizes=None, promotion=None, ties=())
        held = self.rules.competitions[self.competition]
        tiers = tuple(bare if one is self.tier else one for one in held.tiers)
        rules = replace(self.rules, competitions={self.competition: replace(held, tiers=tiers)})
        try:
            (ranked,) = settle(rules, self.competition, self.tier.tier, [self._contest(every)]).contests
        except Refused:
            return []
        needed = max(award.minimum_points or 0 for award in self.prizes.awards)
        best: dict[int, Fraction] = {}
        for one in ranked.placings:
            quality = every[one.entry.code]
            if self.tier.panel.compares_entries or self.tier.better == "lower" or one.points >= needed:
                best[one.position] = max(quality, best.get(one.position, quality))
        return [quality for _, quality in sorted(best.items())]

    # -- invented papers ---------------------------------------------------------------------------------------------

    def _contest(self, qualities: Mapping[str, Fraction]) -> Contest:
        category = self._category()
        entries = tuple(self._entry(code, quality) for code, quality in qualities.items())
        return Contest(None if self.tier.within == "programme" else _UNIT, category, entries)

    def _category(self) -> str | None:
        """The category in which most awards can be won."""
        ids = [category.id for category in self.tier.categories]
        return max(ids, key=lambda id_: sum(id_ in (one.categories or ids) for one in self.prizes.awards), default=None)

    def _entry(self, code: str, quality: Fraction) -> Entry:
        judges = self.tier.panel.judges or max(self.tier.panel.needed, 3)
        sheets = tuple(
            Sheet(f"J{number}", phase.id, {one.id: one.graded(quality) for one in phase.judged})
            for phase in self.tier.judged_phases
            for number in range(1, judges + 1)
        )
        return Entry(code, sheets=sheets, fields=self._fields(code), households=self._households(quality))

    def _fields(self, code: str) -> Mapping[str, str]:
        """Equal for all but what the prizes ask for: no tie step separates those whose sheets are equal."""
        fields = {
            name: "2026-01-02" if name == "registered" else "1" for step in self.tier.ties for name in step.fields
        }
        fields |= {"community": code, "households": str(REGISTERED)}
        for award in self.prizes.awards:
            if isinstance(award, UntilSpent):
                fields["requested"] = fixed(Fraction(self._request(award), 100), 2)
        return fields

    def _request(self, award: CashAward) -> int:
        """What everybody asks for, in cents: three can have it, more where the range of prizes allows no such amount."""
        amount = Fraction(3 * cents(self.prizes.purse_of(award).amount), 10)
        limits = self.rules.programme.prize_range
        if limits is not None:
            amount = min(amount, Fraction(cents(limits.maximum)))
        return floor_to(amount, self.rules.programme.unit)

    def _households(self, quality: Fraction) -> tuple[HouseholdResult, ...] | None:
        """The households of an invented community: the better it is, the more took part, with the more points."""
        lower = self.rules.competitions[self.competition].tier(self.tier.from_) if self.tier.from_ else None
        if lower is None:
            return None
        points = rounded((lower.full_total or 100) * (1 + quality) / 2, lower.rounding.decimals)
        return tuple(
            HouseholdResult(f"H{number}", points, lower.level_of(points))
            for number in range(ceiling(REGISTERED * (1 + quality) / 2))
        )


def _letters(at: int) -> str:
    """A, B … Z, AA, AB …: the entries of an example, best first."""
    first, second = divmod(at, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + second)
