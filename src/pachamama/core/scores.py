"""What a score is made of: judges' values, panels, phases, total, in the order of RULES.md, A1.

Every step keeps the figures it worked with, so that an explanation shows what was computed and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from pachamama.core.criteria import JudgedCriterion, SourceCriterion, band_points
from pachamama.core.model import Entry, HouseholdResult, Sheet
from pachamama.core.numbers import Exact, Mode, added, in_parts, ratio, rounded, simple, times
from pachamama.core.panels import mean
from pachamama.core.rules.document import Deduction, Phase, Rounding, Tier
from pachamama.core.sheets import WrittenSheets

# -- what a score is made of -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Part:
    """Several judges' values combined into one: of whole sheets (`criterion` None), or of one criterion.

    `values` are the judges' own figures in the order of `judges`; `scaled` the same on the scale on which they are
    combined (places, standardised marks). `dropped` are positions in them. `combined` is exact. `beside` are, where
    entries are compared, the values that each judge gave by entry.
    """

    criterion: JudgedCriterion | None
    judges: tuple[str, ...]
    values: tuple[Exact, ...]
    scaled: tuple[Exact, ...]
    dropped: tuple[int, ...] = ()
    combined: Exact = 0
    beside: tuple[Mapping[str, Exact], ...] = ()

    @property
    def kept(self) -> tuple[Exact, ...]:
        """The values that were combined."""
        if not self.dropped:
            return self.scaled
        return tuple(value for at, value in enumerate(self.scaled) if at not in self.dropped)


@dataclass(slots=True)
class SourceValue:
    """What a closed lower tier gives to one community: `value` exact, of `took_part` households of `registered`.

    `results` are those of the households that took part, `levels` the lower tier's, lowest first.
    """

    criterion: SourceCriterion
    value: Exact
    took_part: int
    registered: int
    scale: Exact
    results: tuple[HouseholdResult, ...] = ()
    levels: tuple[str, ...] = ()

    def points(self, rounding: Rounding) -> Exact:
        """Its points before the weight: by the band of the printed value, or scaled from the exact one (C3)."""
        if self.criterion.bands is not None:
            return band_points(self.criterion.bands, rounding.compared(self.value))
        return simple(Fraction((self.criterion.max or 0) * self.value) / self.scale)


@dataclass(slots=True)
class PhaseScore:
    """One phase of one entry. `sheets` are the full ones that count; `left_out` the judges whose sheet is not full."""

    phase: Phase
    sheets: tuple[Sheet, ...]
    left_out: tuple[str, ...]
    judges: int
    parts: list[Part] = field(default_factory=list)
    sources: tuple[SourceValue, ...] = ()


class Printed(NamedTuple):
    """The points of an entry and of its phases as papers print them."""

    decimals: int
    points: Exact
    phases: Mapping[str, Exact]
    phase_decimals: Mapping[str, int]


@dataclass(eq=False, slots=True)
class Total:
    """What the phases of an entry come to, one value for all entries whose sheets come to the same.

    `by_phase` are each phase's points after factor and weight, as they are compared. `points` is the total as it is
    printed and compared; under `compare: exact` the exact one. `judges` are those counted in each phase, `level`
    the highest that the points reach. `is_plain` says that every sheet is full and counts, and nothing was dropped, added or taken off.
    """

    by_phase: Mapping[str, Exact]
    points: Exact
    judges: Mapping[str, int]
    level: str | None
    is_plain: bool
    _printed: Printed | None = None

    def printed(self, decimals: int, mode: Mode) -> Printed:
        """The figures with that many decimals; one value for all entries that have this total."""
        if self._printed is None or self._printed.decimals != decimals:
            self._printed = Printed(
                decimals,
                rounded(self.points, decimals, mode),
                {phase: rounded(points, decimals, mode) for phase, points in self.by_phase.items()},
                dict.fromkeys(self.by_phase, decimals),
            )
        return self._printed

    @classmethod
    def of(cls, tier: Tier, entry: Entry, phases: Sequence[PhaseScore]) -> Total:
        """Reckon it."""
        by_phase = {one.phase.id: phase_total(one, tier.rounding) for one in phases}
        points = entry_total(tier, entry, list(by_phase.values()), tier.rounding)
        return cls(
            by_phase,
            points,
            {one.phase.id: one.judges for one in phases},
            tier.level_of(points) if tier.levels else None,
            not entry.deductions
            and sum(len(one.sheets) for one in phases) == len(entry.sheets)
            and not any(part.dropped for one in phases for part in one.parts),
        )


class Score:
    """An entry in the running and its points: `by_phase` and `points` are those of its Total."""

    def __init__(
        self, tier: Tier, entry: Entry, total: Total, phases_of: Callable[[Entry], tuple[PhaseScore, ...]]
    ) -> None:
        self.tier = tier
        self.entry = entry
        self.total = total
        self.points = total.points
        self._phases_of = phases_of

    @cached_property
    def phases(self) -> tuple[PhaseScore, ...]:
        """How the points came about, in the order of the rules; made when a tie, a note or an explanation looks at it."""
        return self._phases_of(self.entry)

    @property
    def by_phase(self) -> Mapping[str, Exact]:
        """Each phase's points after factor and weight, as they are compared."""
        return self.total.by_phase

    @cached_property
    def unrounded(self) -> Score:
        """The same marks reckoned without any rounding."""
        tier = replace(self.tier, rounding=replace(self.tier.rounding, compare="exact"))
        return self._again(tier, self.phases)

    @cached_property
    def untrimmed(self) -> Score:
        """The same marks reckoned with nothing dropped."""
        panel = self.tier.panel
        phases = [
            replace(one, parts=[replace(part, dropped=(), combined=panel.combined(part.scaled)) for part in one.parts])
            for one in self.phases
        ]
        return self._again(self.tier, tuple(phases))

    def _again(self, tier: Tier, phases: tuple[PhaseScore, ...]) -> Score:
        return Score(tier, self.entry, Total.of(tier, self.entry, phases), lambda _: phases)

    @property
    def level(self) -> str | None:
        """The highest level that the total reaches."""
        return self.total.level

    @property
    def bonus(self) -> Exact:
        """Points added for the bonuses that its sheets name."""
        return _named(self.tier.bonuses, self.entry)

    @property
    def deduction(self) -> Exact:
        """Points taken off for the deductions that its sheets name."""
        return _named(self.tier.deductions, self.entry)

    # -- what tie steps look at ------------------------------------------------------------------------------------

    def phase_points(self, phase: str) -> Exact:
        """The points of one phase, as printed."""
        return self.tier.rounding.compared(self.by_phase[phase])

    def criterion_points(self, criterion: str) -> Exact:
        """The points of one criterion, as printed; of whole sheets, the mean over those counted, none dropped."""
        rounding = self.tier.rounding
        if self.total.is_plain and self.tier.panel.of == "sheet" and not self.tier.reads_a_lower_tier:
            return rounding.compared_ratio(*self._mean_of(criterion))
        for one in self.phases:
            for source in one.sources:
                if source.criterion.id == criterion:
                    return rounding.compared(source_points(source, rounding))
            for part in one.parts:
                if part.criterion is not None and part.criterion.id == criterion:
                    return rounding.compared(criterion_total(part, rounding))
            for judged in one.phase.judged:
                if judged.id == criterion:
                    marks = [judged.worth(sheet.marks[criterion]) for sheet in one.sheets]
                    return rounding.compared(times(mean(marks), judged.weight))
        raise KeyError(criterion)

    def _mean_of(self, criterion: str) -> tuple[int, int]:
        """The mean of the weighed worths of a criterion, as a whole number above another, where every sheet counts."""
        sheets = self.entry.sheets
        if isinstance(sheets, WrittenSheets):
            return sheets.mean_of(criterion)
        phase, judged = next((of, one) for of in self.tier.judging for one in of.judged if one.id == criterion)
        worths = [judged.worth(sheet.marks[criterion]) for sheet in sheets if sheet.phase == phase.id]
        return sum([in_parts(times(one, judged.weight), phase.parts) for one in worths]), phase.parts * len(worths)

    @cached_property
    def worths(self) -> Mapping[tuple[str, str], Exact]:
        """What each full sheet is worth, by judge and phase: total × factor × weight; under ranks the judge's value."""
        found: dict[tuple[str, str], Exact] = {}
        if self.total.is_plain and not self.tier.panel.ranks:
            phases = {phase.id: phase for phase in self.tier.judging}
            for judge, phase, total in _sheet_totals(phases, self.entry.sheets):
                found[judge, phase.id] = times(total, phase.counts)
            return found
        for one in self.phases:
            full = {sheet.judge for sheet in one.sheets}
            if self.tier.panel.ranks:
                for part in one.parts:
                    weight = part.criterion.weight if part.criterion is not None else 1
                    for judge, value in zip(part.judges, part.scaled, strict=True):
                        if judge in full:
                            found[judge, one.phase.id] = found.get((judge, one.phase.id), 0) + weight * value
            else:
                for sheet in one.sheets:
                    found[sheet.judge, one.phase.id] = times(sheet_total(one.phase, sheet), one.phase.counts)
        return found


def _named(rules: Sequence[Deduction], entry: Entry) -> Exact:
    return sum((one.points for one in rules if one.id in entry.deductions), 0)


def entry_total(tier: Tier, entry: Entry, phases: Sequence[Exact], rounding: Rounding) -> Exact:
    """Add the phases, then bonuses (never above the full total), then deductions; never below 0; then R."""
    total = added(phases)
    if entry.deductions:
        bonus = _named(tier.bonuses, entry)
        if bonus:
            full = tier.full_total
            total = total + bonus if full is None else min(total + bonus, full)
        total -= _named(tier.deductions, entry)
    return rounding.at_place(total if total.numerator > 0 else 0, "total")


def criterion_total(part: Part, rounding: Rounding) -> Exact:
    """R( R(combined marks) × weight )."""
    if part.criterion is None:
        return part.combined
    value = times(rounding.at_place(part.combined, "criterion"), part.criterion.weight)
    return rounding.at_place(value, "criterion")


def source_points(source: SourceValue, rounding: Rounding) -> Exact:
    """R( R(points) × weight )."""
    value = times(rounding.at_place(source.points(rounding), "criterion"), source.criterion.weight)
    return rounding.at_place(value, "criterion")


def before_factor(one: PhaseScore, rounding: Rounding) -> Exact:
    """The judged points and the sources of a phase, before its factor and weight."""
    points = [
        rounding.at_place(part.combined, "phase") if part.criterion is None else criterion_total(part, rounding)
        for part in one.parts
    ]
    return added(points + [source_points(source, rounding) for source in one.sources])


def phase_total(one: PhaseScore, rounding: Rounding) -> Exact:
    """R( points × factor × weight ): what the phase counts (RULES.md, A1)."""
    return rounding.at_place(times(before_factor(one, rounding), one.phase.counts), "phase")


def _sheet_totals(phases: Mapping[str, Phase], sheets: Sequence[Sheet]) -> Iterator[tuple[str, Phase, Exact]]:
    """Whose each full sheet is, its phase and its total."""
    if isinstance(sheets, WrittenSheets):
        for judge, id_, units in sheets.totals():
            yield judge, phases[id_], ratio(units, phases[id_].parts)
    else:
        for sheet in sheets:
            yield sheet.judge, phases[sheet.phase], sheet_total(phases[sheet.phase], sheet)


def sheet_total(phase: Phase, sheet: Sheet) -> Exact:
    """Σ weight × worth of the marks on a full sheet, exact."""
    return added([times(one.worth(sheet.marks[one.id]), one.weight) for one in phase.judged])
