"""The rules file as a tree of shapes: programme, competitions, tiers, phases; every default of RULES.md, table D.

Each shape is a frozen dataclass whose fields are the keys of the file. What is derived from several keys
(the phases of a tier without phases, the full total, the phase's maximum) is a property with its rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from math import lcm
from typing import ClassVar, Literal, TypeAlias

from pachamama.core.criteria import (
    AnyCriterion,
    Criterion,
    JudgedCriterion,
    Marks,
    Measured,
    Options,
    Source,
    SourceCriterion,
)
from pachamama.core.model import TierName
from pachamama.core.numbers import Exact, Mode, ratio, rounded, rounded_ratio, simple
from pachamama.core.panels import AnyPanel, MeanPanel
from pachamama.core.promotion import Promotion
from pachamama.core.purses import Prizes
from pachamama.core.sentences import Name, Sentence, Value, listing, say, say_count
from pachamama.core.shape import NO_NAME, Currency, Date, Figure, Id, Named, Text, Whole, shape
from pachamama.core.ties import AnyTieStep, Lots

Language: TypeAlias = Literal["es", "qu", "en"]
ONE_PHASE = "sheet"
"""The id of the phase of a tier that has criteria without phases."""


@shape
class PrizeRange:
    """The smallest and the largest prize of the programme; what leaves it is refused at load, or reported."""

    kind_of_rule: ClassVar[str] = "prize_range"
    word: ClassVar[str] = "prize_range"
    minimum: Figure
    maximum: Figure


@shape
class Exchange:
    """A second currency printed beside amounts, at the rate of a day; never compared, never paid."""

    kind_of_rule: ClassVar[str] = "exchange"
    word: ClassVar[str] = "exchange"
    currency: Currency
    rate: Figure
    date: Date | None = None
    source: Text | None = None


@shape
class Programme:
    """Whose competitions these are, the languages of its papers, and its money.

    `cash_unit` is the smallest amount paid out. The first language is the main one. `country` says how papers write figures
    and months: 1,234.50 in Peru (`PE`), 1.234,50 in Bolivia (`BO`). For `appeal_days` days after a closing appeals
    (*reclamos*) against its results are in time.
    """

    kind_of_rule: ClassVar[str] = "programme"
    word: ClassVar[str] = "programme"
    name: Named = NO_NAME
    languages: tuple[Language, ...] = ("es",)
    country: Literal["PE", "BO"] = "PE"
    currency: Currency = "USD"
    cash_unit: Figure = 1
    prize_range: PrizeRange | None = None
    exchange: Exchange | None = None
    appeal_days: Whole | None = None

    @property
    def unit(self) -> int:
        """The cash unit in cents."""
        return int(self.cash_unit * 100)


@shape
class Category:
    """One of the categories of a tier: a contest of its own in every unit."""

    kind_of_rule: ClassVar[str] = "categories"
    word: ClassVar[str] = "categories"
    id: Id
    name: Named = NO_NAME


@shape
class Deduction:
    """Fixed points taken off (or, as a bonus, added to) the sum of the phases, once for an entry."""

    kind_of_rule: ClassVar[str] = "deductions"
    word: ClassVar[str] = "deductions"
    id: Id
    name: Named = NO_NAME
    points: Figure


@shape
class Knockout:
    """A fault that takes an entry out of the contest once a sheet names it."""

    kind_of_rule: ClassVar[str] = "knockouts"
    word: ClassVar[str] = "knockouts"
    id: Id
    name: Named = NO_NAME


@shape
class Level:
    """A level that an entry reaches with `from` points or more; who reaches a higher one reached the lower ones too."""

    kind_of_rule: ClassVar[str] = "levels"
    word: ClassVar[str] = "levels"
    id: Id
    name: Named = NO_NAME
    from_: Figure


@shape
class Rounding:
    """Where and how figures are rounded, and that what is printed is what is compared (RULES.md, 0.2 and 0.3).

    `at` names the places: each criterion, each phase, the total. With `compare: exact` nothing is rounded before it is
    compared, and points print with as many decimals as tell any two apart.
    """

    kind_of_rule: ClassVar[str] = "rounding"
    word: ClassVar[str] = "rounding"
    decimals: Whole = 2
    mode: Mode = "half_up"
    at: tuple[Literal["criterion", "phase", "total"], ...] = ("criterion", "phase", "total")
    compare: Literal["printed", "exact"] = "printed"

    @property
    def is_exact(self) -> bool:
        """Nothing is rounded before it is compared."""
        return self.compare == "exact"

    def r(self, value: Exact) -> Exact:
        """R(value): the figure as it is printed."""
        return rounded(value, self.decimals, self.mode)

    def at_place(self, value: Exact, place: Literal["criterion", "phase", "total"]) -> Exact:
        """The value after the rounding of that place, if the rules have one there; the total always has."""
        if self.compare == "exact" or not (place == "total" or place in self.at):
            return value
        return rounded(value, self.decimals, self.mode)

    def compared(self, value: Exact) -> Exact:
        """The figure that is compared: the printed one, or under `compare: exact` the exact one."""
        return value if self.compare == "exact" else rounded(value, self.decimals, self.mode)

    def compared_ratio(self, above: int, below: int) -> Exact:
        """`compared` of a quotient that many entries have."""
        return ratio(above, below) if self.is_exact else rounded_ratio(above, below, self.decimals, self.mode)

    def in_words(self) -> tuple[Sentence, ...]:
        """How figures are rounded, as the printed rules say it."""
        if self.is_exact:
            return (say("Nothing is rounded before it is compared."),)
        if not self.decimals:
            to = say("Figures are rounded to whole points")
        else:
            to = say_count(
                "Figures are rounded to {count} decimal", "Figures are rounded to {count} decimals", self.decimals
            )
        how = mode_said(self.mode)
        places = {"criterion": say("each criterion"), "phase": say("each phase"), "total": say("the total")}
        at = [said for place, said in places.items() if place == "total" or place in self.at]
        return (
            say("{to}, {how}, at: {places}.", to=to, how=how, places=listing(at)),
            say("What is printed is what is compared."),
        )


@shape
class Ranking:
    """Which way is better (by default higher; rank sums lower), and how places are numbered."""

    kind_of_rule: ClassVar[str] = "ranking"
    word: ClassVar[str] = "ranking"
    better: Literal["higher", "lower"] | None = None
    numbering: Literal["1224", "1223", "1334", "1234", "fractional"] = "1224"

    def in_words(self) -> Sentence:
        """How places are numbered, as the printed rules say it: what four entries get of which the middle two share."""
        if self.numbering == "1234":
            return say("Every entry has a place of its own; the contest cannot close while entries share one.")
        printed = {
            "1224": "1, 2, 2, 4",
            "1223": "1, 2, 2, 3",
            "1334": "1, 3, 3, 4",
            "fractional": "1, 2.5, 2.5, 4",
        }[self.numbering]
        return say("Where two entries share the second place, the places are {places}.", places=printed)


@shape
class Phase:
    """A part of the judging with sheets of its own (a field visit, a presentation): combined by itself, then added.

    `factor` is a multiplication people see (2 for sheets marked out of 50), `weight` says how much the phase counts.
    """

    kind_of_rule: ClassVar[str] = "phases"
    word: ClassVar[str] = "phase"
    id: Id
    name: Named = NO_NAME
    total: Figure | None = None
    factor: Figure = 1
    weight: Figure = 1
    criteria: tuple[AnyCriterion, ...]

    @cached_property
    def judged(self) -> tuple[JudgedCriterion, ...]:
        """The criteria that stand on a judge's sheet, in the order of the paper."""
        return tuple(one for one in self.criteria if isinstance(one, Marks | Options | Measured))

    @cached_property
    def sources(self) -> tuple[SourceCriterion, ...]:
        """The criteria that are read from the lower tier."""
        return tuple(one for one in self.criteria if isinstance(one, Source))

    @cached_property
    def counts(self) -> Exact:
        """Factor × weight: what the points of the phase are multiplied by."""
        return simple(self.factor * self.weight)

    @cached_property
    def parts(self) -> int:
        """Into how many parts a point must be cut for the total of every full sheet to be whole parts."""
        return lcm(*[one.parts for one in self.judged])

    @property
    def maximum(self) -> Exact:
        """Σ weight × criterion maximum, before the factor (RULES.md, A2)."""
        return simple(sum((one.weight * one.maximum for one in self.criteria), 0))


@shape
class Tier:
    """Who competes (household, group, community), whom it is ranked against (`within`), and every rule of it.

    `from` names the tier of the same competition whose closed results it reads.
    """

    kind_of_rule: ClassVar[str] = "tiers"
    word: ClassVar[str] = "tiers"
    tier: TierName
    within: Literal["community", "watershed", "programme"]
    from_: TierName | None = None
    categories: tuple[Category, ...] = ()
    phases: tuple[Phase, ...] | None = None
    criteria: tuple[AnyCriterion, ...] | None = None
    total: Figure | None = None
    factor: Figure = 1
    panel: AnyPanel = MeanPanel()
    bonuses: tuple[Deduction, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    knockouts: tuple[Knockout, ...] = ()
    rounding: Rounding = Rounding()
    levels: tuple[Level, ...] = ()
    ranking: Ranking = Ranking()
    ties: tuple[AnyTieStep, ...] = ()
    promotion: Promotion | None = None
    prizes: Prizes | None = None

    @cached_property
    def judging(self) -> tuple[Phase, ...]:
        """The phases; criteria without phases are one, with the id `sheet` and the tier's total and factor."""
        if self.phases is not None:
            return self.phases
        return (Phase(id=ONE_PHASE, total=self.total, factor=self.factor, criteria=self.criteria or ()),)

    @property
    def judged_phases(self) -> tuple[Phase, ...]:
        """The phases that have sheets."""
        return tuple(phase for phase in self.judging if phase.judged)

    @property
    def better(self) -> Literal["higher", "lower"]:
        """Which way is better; rank sums are won by the lowest."""
        return self.ranking.better or ("lower" if self.panel.lower_wins else "higher")

    @cached_property
    def reads_a_lower_tier(self) -> bool:
        """Some of its criteria are sources."""
        return any(phase.sources for phase in self.judging)

    @cached_property
    def full_total(self) -> Exact | None:
        """The most points an entry can have: Σ factor × weight × phase maximum; None for ranks and scaled marks."""
        sheets = self.panel.sheets_in_full()
        if sheets is None:
            return None
        total: Exact = 0
        for phase in self.judging:
            judged = sum((one.weight * one.maximum for one in phase.judged), 0)
            sources = sum((one.weight * one.maximum for one in phase.sources), 0)
            total += phase.factor * phase.weight * (sheets * judged + sources)
        return simple(total)

    @cached_property
    def levels_up(self) -> tuple[Level, ...]:
        """The levels from the lowest to the highest."""
        return tuple(sorted(self.levels, key=lambda level: level.from_))

    def level_of(self, points: Exact) -> str | None:
        """The highest level that the points reach."""
        reached = None
        for level in self.levels_up:
            if points < level.from_:
                break
            reached = level.id
        return reached

    @property
    def lots_step(self) -> Lots | None:
        """The step of the tie chain that draws lots, if there is one."""
        return next((step for step in self.ties if isinstance(step, Lots)), None)

    def category(self, id_: str | None) -> Category | None:
        """The category with that id."""
        return next((category for category in self.categories if category.id == id_), None)

    def criterion(self, id_: str) -> Criterion:
        """The criterion with that id; the checks have made sure that there is one."""
        return next(one for phase in self.judging for one in phase.criteria if one.id == id_)


@shape
class Competition:
    """One topic (terraces, pasture, housing …) with the tiers at which it is held."""

    kind_of_rule: ClassVar[str] = "competitions"
    word: ClassVar[str] = "competitions"
    name: Named = NO_NAME
    tiers: tuple[Tier, ...]

    def tier(self, name: str) -> Tier | None:
        """The tier of that name."""
        return next((tier for tier in self.tiers if tier.tier == name), None)


@shape
class Rules:
    """A whole rules file, read and checked."""

    version: Literal["1"]
    programme: Programme
    competitions: Mapping[Id, Competition]


def mode_said(mode: Mode) -> Sentence:
    """Which way figures are rounded, in words."""
    return {
        "half_up": say("a half goes up"),
        "half_even": say("a half goes to the even figure"),
        "floor": say("always down"),
        "ceil": say("always up"),
    }[mode]


def phase_label(phase: Phase) -> Value:
    """What people call the phase: its name, else its id; the one phase of a tier without phases is the sheet."""
    if phase.id == ONE_PHASE and not phase.name.texts:
        return say("the sheet")
    return Name(phase.name.texts, phase.id)
