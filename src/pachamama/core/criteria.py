"""Kinds of criteria: what a judge may write on the paper, and what it is worth (RULES.md, A2 and C3)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import lcm
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pachamama.core.figures import Figures
from pachamama.core.model import HouseholdResult
from pachamama.core.numbers import Exact, ceiling, plain, read_exact, rounded, simple, times, two_readings
from pachamama.core.sentences import Name, Sentence, Value, choice, listing, say, say_count
from pachamama.core.shape import NO_NAME, Figure, Id, Named, OneOf, Text, Unreadable, Whole, shape


@shape
class Band:
    """A lower bound and what is worth a value that reaches it: half-open, the last one open upwards."""

    from_: Figure
    points: Figure


def band_points(bands: Sequence[Band], value: Exact) -> Exact:
    """The points of the last band whose lower bound the value reaches; bands start at 0 and rise."""
    points: Exact = 0
    for band in bands:
        if value < band.from_:
            break
        points = band.points
    return points


def band_told(bands: Sequence[Band], value: Exact) -> Sentence:
    """The band that a value falls in: `from 200, below 500`; the first begins at 0."""
    at = max(nth for nth, band in enumerate(bands) if value >= band.from_)
    if at + 1 == len(bands):
        return say("from {lower} on", lower=bands[at].from_)
    return say("from {lower}, below {upper}", lower=bands[at].from_, upper=bands[at + 1].from_)


def bands_in_words(bands: Sequence[Band], unit: Value) -> Iterator[tuple[Value, Exact]]:
    """Each band as the printed rules say it, with its points: `from 200 m², below 500 m²`."""
    for band, above in zip(bands, (*bands[1:], None), strict=True):
        if above is None:
            yield say("from {lower} {unit}", lower=band.from_, unit=unit), band.points
        elif band.from_ == 0:
            yield say("below {upper} {unit}", upper=above.from_, unit=unit), band.points
        else:
            said = say("from {lower} {unit}, below {upper} {unit}", lower=band.from_, upper=above.from_, unit=unit)
            yield said, band.points


@shape
class Option:
    """One of the answers printed on the sheet, with its points."""

    points: Figure
    name: Named = NO_NAME


@shape
class Marks:
    """A free mark: from `min` to `max` in steps of `step`. Most papers start at 1, not at 0."""

    kind_of_rule: ClassVar[str] = "criteria"
    word: ClassVar[str] = "marks"
    id: Id
    name: Named = NO_NAME
    min: Figure = 1
    max: Figure
    step: Figure = 1
    weight: Figure = 1

    @property
    def maximum(self) -> Exact:
        """The most points it can give, before its weight."""
        return self.max

    def refusal(self, mark: Exact) -> Sentence | None:
        """Why the mark is not allowed, or None."""
        if mark > self.max:
            return say(
                "{mark} is above the maximum {max} for “{criterion}”", mark=mark, max=self.max, criterion=label(self)
            )
        if mark < self.min:
            return say(
                "{mark} is below the minimum {min} for “{criterion}”", mark=mark, min=self.min, criterion=label(self)
            )
        if (mark - self.min) % self.step:
            return say(
                "{mark} is not on the steps of {step} for “{criterion}”",
                mark=mark,
                step=self.step,
                criterion=label(self),
            )
        return None

    def allowed(self) -> Sentence:
        """What judges may write, for a hint beside a refusal."""
        if self.step == 1:
            return say(
                "judges mark “{criterion}” from {min} to {max}, whole points",
                criterion=label(self),
                min=self.min,
                max=self.max,
            )
        return say(
            "judges mark “{criterion}” from {min} to {max} in steps of {step}",
            criterion=label(self),
            min=self.min,
            max=self.max,
            step=self.step,
        )

    def worth(self, mark: Exact) -> Exact:
        """The points of a mark, before its weight: the mark itself."""
        return mark

    @property
    def parts(self) -> int:
        """Into how many parts a point must be cut for every weighed worth to be whole parts."""
        return _parts([self.min, self.step], self.weight)

    def told(self, mark: Exact) -> Value:
        """The points of what a judge wrote, before the weight, and how they come from it."""
        return mark

    def in_words(self, levels: Mapping[str, Name] | None = None) -> Sentence:
        """What judges write for it, as the printed rules say it; `levels` are named by sources only."""
        if self.step == 1:
            return say("from {min} to {max}, whole points", min=self.min, max=self.max)
        return say("from {min} to {max} in steps of {step}", min=self.min, max=self.max, step=self.step)

    def answers(self) -> tuple[tuple[Value, Exact], ...]:
        """What gives which points, line by line; none where the mark itself is the points."""
        return ()

    def graded(self, share: Exact) -> Exact:
        """What a judge would write for that share of the best, from 0 to 1: for the invented entries of an example."""
        steps = Fraction(self.max - self.min) / self.step
        return simple(self.min + self.step * rounded(share * steps, 0))


@shape
class Options:
    """One of a few printed answers, each with its points; nothing between them is accepted."""

    kind_of_rule: ClassVar[str] = "criteria"
    word: ClassVar[str] = "options"
    id: Id
    name: Named = NO_NAME
    options: tuple[Option, ...]
    weight: Figure = 1

    @property
    def maximum(self) -> Exact:
        """The points of the best option."""
        return max((option.points for option in self.options), default=0)

    def refusal(self, mark: Exact) -> Sentence | None:
        """Why the mark is not allowed, or None."""
        if all(option.points != mark for option in self.options):
            return say("{mark} is not one of the options of “{criterion}”", mark=mark, criterion=label(self))
        return None

    def allowed(self) -> Sentence:
        """What judges may write, for a hint beside a refusal."""
        return say(
            "“{criterion}” takes one of: {options}",
            criterion=label(self),
            options=listing([plain(option.points) for option in self.options]),
        )

    def worth(self, mark: Exact) -> Exact:
        """The points of a mark, before its weight: the option's points."""
        return mark

    @property
    def parts(self) -> int:
        """See Marks."""
        return _parts([option.points for option in self.options], self.weight)

    def told(self, mark: Exact) -> Value:
        """See Marks."""
        chosen = next(option for option in self.options if option.points == mark)
        return say("{points} (“{option}”)", points=mark, option=chosen.name) if chosen.name.texts else mark

    def in_words(self, levels: Mapping[str, Name] | None = None) -> Sentence:
        """See Marks."""
        return say("one of these answers")

    def answers(self) -> tuple[tuple[Value, Exact], ...]:
        """See Marks."""
        nameless = say("answer without a name")
        return tuple((option.name if option.name.texts else nameless, option.points) for option in self.options)

    def graded(self, share: Exact) -> Exact:
        """See Marks."""
        points = sorted(option.points for option in self.options)
        return points[int(rounded(share * (len(points) - 1), 0))]


@shape
class Unit:
    """The unit in which something is measured."""

    unit: Text


@shape
class Measured:
    """A measured quantity (m², kg): bands of lower bounds turn each judge's quantity into points."""

    kind_of_rule: ClassVar[str] = "criteria"
    word: ClassVar[str] = "measured"
    id: Id
    name: Named = NO_NAME
    measured: Unit
    bands: tuple[Band, ...]
    weight: Figure = 1

    @property
    def maximum(self) -> Exact:
        """The points of the best band."""
        return max((band.points for band in self.bands), default=0)

    def refusal(self, mark: Exact) -> Sentence | None:
        """Why the quantity is not allowed, or None."""
        if mark < 0:
            return say("{mark} is below 0 for “{criterion}”", mark=mark, criterion=label(self))
        return None

    def allowed(self) -> Sentence:
        """What judges may write, for a hint beside a refusal."""
        return say("“{criterion}” is measured in {unit}, 0 or more", criterion=label(self), unit=self.measured.unit)

    def worth(self, mark: Exact) -> Exact:
        """The points of a quantity, before the weight: those of its band."""
        return band_points(self.bands, mark)

    @property
    def parts(self) -> int:
        """See Marks."""
        return _parts([band.points for band in self.bands], self.weight)

    def told(self, mark: Exact) -> Value:
        """See Marks."""
        return say(
            "{points} ({quantity} {unit}: {band})",
            points=self.worth(mark),
            quantity=mark,
            unit=self.measured.unit,
            band=band_told(self.bands, mark),
        )

    def in_words(self, levels: Mapping[str, Name] | None = None) -> Sentence:
        """See Marks."""
        return say("what is measured, in {unit}", unit=self.measured.unit)

    def answers(self) -> tuple[tuple[Value, Exact], ...]:
        """See Marks."""
        return tuple(bands_in_words(self.bands, self.measured.unit))

    def graded(self, share: Exact) -> Exact:
        """See Marks."""
        bands = sorted(self.bands, key=lambda band: band.points)
        return bands[int(rounded(share * (len(bands) - 1), 0))].from_


@shape
class Source(ABC):
    """What the sources have in common: one value per community, from the closed results of its households.

    It has no judge and no sheet. Its points come by `bands` of the value as printed, or scaled by `max` from the exact
    value. `knockout_below` takes a community out when the printed value is below it.
    """

    id: Id
    name: Named = NO_NAME
    bands: tuple[Band, ...] | None = None
    max: Figure | None = None
    weight: Figure = 1
    knockout_below: Figure | None = None

    is_percent: ClassVar[bool] = True
    warning: ClassVar[str | None] = None

    @property
    def maximum(self) -> Exact:
        """The most points it can give, before its weight."""
        if self.bands is not None:
            return max((band.points for band in self.bands), default=0)
        return self.max or 0

    @abstractmethod
    def value(self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str]) -> Exact:
        """The exact value; `levels` are the lower tier's, lowest first. With nobody taking part it is 0."""

    @abstractmethod
    def told(
        self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str], figures: Figures
    ) -> Sentence:
        """How the value came about, with its exact figure; somebody took part."""

    @abstractmethod
    def in_words(self, levels: Mapping[str, Name] | None = None) -> Sentence:
        """Where its value comes from, as the printed rules say it; `levels` are the lower tier's names by id."""

    @property
    def unit(self) -> Value:
        """What its value is counted in."""
        return "%" if self.is_percent else say("points")

    def answers(self) -> tuple[tuple[Value, Exact], ...]:
        """See Marks."""
        if self.bands is not None:
            return tuple(bands_in_words(self.bands, self.unit))
        full = (
            say("100 %; less in proportion")
            if self.is_percent
            else say("all points of a household; less in proportion")
        )
        return ((full, self.maximum),)

    def knockout_in_words(self) -> Sentence | None:
        """Below which value a community is out of the contest, where there is such a limit."""
        if self.knockout_below is None:
            return None
        return say(
            "A community below {limit} {unit} in “{criterion}” has no place.",
            limit=self.knockout_below,
            unit=self.unit,
            criterion=Name(self.name.texts, self.id),
        )


@shape
class Participation(Source):
    """100 × households that took part ÷ households on the register: not over those who were asked."""

    kind_of_rule: ClassVar[str] = "sources"
    word: ClassVar[str] = "participation"
    source: Literal["participation"]

    def value(self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str]) -> Exact:
        """See Source."""
        return simple(Fraction(100 * len(took_part), registered))

    def told(
        self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str], figures: Figures
    ) -> Sentence:
        """See Source."""
        value = figures.exact(self.value(took_part, registered, levels))
        return say(
            "{took_part} of the {registered} households on the register took part: 100 × {took_part} ÷ {registered} = {value} %",
            took_part=len(took_part),
            registered=registered,
            value=value,
        )

    def in_words(self, levels: Mapping[str, Name] | None = None) -> Sentence:
        """See Source."""
        return say("households that took part, in percent of the register")


@shape
class HouseholdsAtLevel(Source):
    """100 × households that reached `level` ÷ households on the register; higher levels count too."""

    kind_of_rule: ClassVar[str] = "sources"
    word: ClassVar[str] = "households_at_level"
    source: Literal["households_at_level"]
    level: Id

    def value(self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str]) -> Exact:
        """See Source."""
        return simple(Fraction(100 * self._reached(took_part, levels), registered))

    def _reached(self, took_part: Sequence[HouseholdResult], levels: Sequence[str]) -> int:
        """How many households reached the level, or a higher one."""
        counted = set(levels[levels.index(self.level) :])
        return sum(1 for result in took_part if result.level in counted)

    def told(
        self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str], figures: Figures
    ) -> Sentence:
        """See Source."""
        value = figures.exact(self.value(took_part, registered, levels))
        return say(
            "{reached} of the {registered} households on the register reached the level: 100 × {reached} ÷ {registered} = {value} %",
            reached=self._reached(took_part, levels),
            registered=registered,
            value=value,
        )

    def in_words(self, levels: Mapping[str, Name] | None = None) -> Sentence:
        """See Source."""
        level = (levels or {}).get(self.level, Name({}, self.level))
        return say("households that reached the level “{level}”, in percent of the register", level=level)


@shape
class HouseholdMean(Source):
    """The mean of the households' points, over the whole register (an absent one counts 0) or over those who took part."""

    kind_of_rule: ClassVar[str] = "sources"
    word: ClassVar[str] = "household_mean"
    is_percent: ClassVar[bool] = False
    source: Literal["household_mean"]
    over: Literal["register", "participants"] = "register"

    def value(self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str]) -> Exact:
        """See Source."""
        number = registered if self.over == "register" else len(took_part)
        return simple(Fraction(sum(result.points for result in took_part), number or 1))

    def told(
        self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str], figures: Figures
    ) -> Sentence:
        """See Source."""
        value = figures.exact(self.value(took_part, registered, levels))
        points = figures.exact(sum(result.points for result in took_part))
        if self.over == "participants":
            return say_count(
                "the {count} household that took part has {points} points: {points} ÷ {count} = {value}",
                "the {count} households that took part have {points} points together: {points} ÷ {count} = {value}",
                len(took_part),
                points=points,
                value=value,
            )
        return say_count(
            "the {count} household that took part has {points} points; over the {registered} on the register: {points} ÷ {registered} = {value}",
            "the {count} households that took part have {points} points together; over the {registered} on the register: {points} ÷ {registered} = {value}",
            len(took_part),
            points=points,
            registered=registered,
            value=value,
        )

    def in_words(self, levels: Mapping[str, Name] | None = None) -> Sentence:
        """See Source."""
        if self.over == "register":
            return say("mean points of all households on the register; who did not take part counts 0")
        return say("mean points of the households that took part")


@shape
class HouseholdMedian(Source):
    """The median of the points of the households that took part; of an even number, the mean of the middle two."""

    kind_of_rule: ClassVar[str] = "sources"
    word: ClassVar[str] = "household_median"
    is_percent: ClassVar[bool] = False
    source: Literal["household_median"]

    def value(self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str]) -> Exact:
        """See Source."""
        return median([result.points for result in took_part]) if took_part else 0

    def told(
        self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str], figures: Figures
    ) -> Sentence:
        """See Source."""
        value = figures.exact(self.value(took_part, registered, levels))
        return say_count(
            "middle of the points of the {count} household that took part: {value}",
            "middle of the points of the {count} households that took part: {value}",
            len(took_part),
            value=value,
        )

    def in_words(self, levels: Mapping[str, Name] | None = None) -> Sentence:
        """See Source."""
        return say("middle of the points of the households that took part")


@shape
class BestHouseholds(Source):
    """The mean of the best households: a `share` of the register in percent, or a fixed `count`; missing ones count 0."""

    kind_of_rule: ClassVar[str] = "sources"
    word: ClassVar[str] = "best_households"
    is_percent: ClassVar[bool] = False
    source: Literal["best_households"]
    share: Figure | None = None
    count: Whole | None = None

    def value(self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str]) -> Exact:
        """See Source."""
        number, best = self._best(took_part, registered)
        return simple(Fraction(sum(best), number))

    def _best(self, took_part: Sequence[HouseholdResult], registered: int) -> tuple[int, list[Exact]]:
        """How many households count, and the points of those that there are, best first."""
        number = self.count if self.count is not None else ceiling(Fraction(registered * (self.share or 0), 100))
        return number, sorted((result.points for result in took_part), reverse=True)[:number]

    def told(
        self, took_part: Sequence[HouseholdResult], registered: int, levels: Sequence[str], figures: Figures
    ) -> Sentence:
        """See Source."""
        value = figures.exact(self.value(took_part, registered, levels))
        number, best = self._best(took_part, registered)
        return say(
            "{found} of the {number} best households that count took part, with {points} points together: {points} ÷ {number} = {value}",
            found=len(best),
            number=number,
            points=figures.exact(sum(best)),
            value=value,
        )

    def in_words(self, levels: Mapping[str, Name] | None = None) -> Sentence:
        """See Source."""
        if self.count is not None:
            return say_count(
                "points of the best household; a missing one counts 0",
                "mean points of the {count} best households; missing ones count 0",
                self.count,
            )
        return say(
            "mean points of the best {share} % of the households on the register; missing ones count 0",
            share=self.share or 0,
        )


SourceCriterion: TypeAlias = Participation | HouseholdsAtLevel | HouseholdMean | HouseholdMedian | BestHouseholds
JudgedCriterion: TypeAlias = Marks | Options | Measured
Criterion: TypeAlias = Marks | Options | Measured | SourceCriterion

_SOURCES = {
    kind.word: kind for kind in (Participation, HouseholdsAtLevel, HouseholdMean, HouseholdMedian, BestHouseholds)
}


def _choose(value: Any) -> str:
    """Which kind of criterion a mapping of the file describes, by the keys that stand in it."""
    if not isinstance(value, Mapping):
        raise Unreadable(say("a criterion is written as {{id: …, max: …}}"))
    if "source" in value:
        kind = _SOURCES.get(value["source"]) if isinstance(value["source"], str) else None
        if kind is None:
            raise Unreadable(say("“source” must be one of: {words}", words=choice(list(_SOURCES))), at="source")
        return kind.__name__
    if "options" in value:
        return "Options"
    if "measured" in value:
        return "Measured"
    return "Marks"


AnyCriterion: TypeAlias = Annotated[Criterion, OneOf(_choose)]


def _parts(figures: Iterable[Exact], weight: Exact) -> int:
    return lcm(*[times(figure, weight).denominator for figure in figures])


def label(criterion: Criterion) -> Name:
    """What people call the criterion; its id where the rules give no name."""
    return Name(criterion.name.texts, criterion.id)


def median(values: Sequence[Exact]) -> Exact:
    """The middle value; of an even number of values the mean of the middle two."""
    ordered, middle = sorted(values), len(values) // 2
    if len(ordered) % 2:
        return ordered[middle]
    return simple(Fraction(ordered[middle - 1] + ordered[middle], 2))


def read_mark(criterion: JudgedCriterion, text: str) -> Exact | Sentence:
    """The mark that a paper's text stands for, or the sentence that refuses it; `12,5` is understood.

    An empty text is not a mark: the caller leaves it out. Refused: `1,250` where both 1.25 and 1250 could stand.
    """
    mark = read_exact(text, comma=True)
    if mark is None:
        return say("“{text}” is not a number for “{criterion}”", text=text[:40], criterion=label(criterion))
    if (both := two_readings(text)) is not None and not any(map(criterion.refusal, both)):
        return say(
            "“{text}” for “{criterion}” may be {decimal} or {thousands}: write it without the comma",
            text=text,
            criterion=label(criterion),
            decimal=plain(both[0]),
            thousands=plain(both[1]),
        )
    return criterion.refusal(mark) or mark
