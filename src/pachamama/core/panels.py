"""Kinds of panels: how several judges' values become one, and what a missing judge means (RULES.md, A3 to A5)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pachamama.core.criteria import median
from pachamama.core.figures import Figures
from pachamama.core.numbers import Exact, added, on_one_scale, ratio, simple
from pachamama.core.sentences import Ordinal, Sentence, Value, choice, listing, say, say_count
from pachamama.core.shape import Figure, OneOf, Unreadable, Whole, shape

if TYPE_CHECKING:
    from pachamama.core.scores import Part

ROOT_DIGITS = 50
"""Digits of a square root after the point (RULES.md, A5)."""


@shape
class Panel(ABC):
    """What all panels have in common: how many judges, what one value is, what happens to a missing one.

    `judges` None means any number. `of` says whether the totals of whole sheets are combined, or each criterion's
    marks. `missing` says what an empty cell does: `leave_out` the sheet (or mark), `refuse` to settle, or `drop_judge`
    for all entries. `second_entry` says whose sheets must be checked before the round closes, by a second person who types them or by the
    control total on the paper; it changes no point.
    """

    judges: Whole | None = None
    at_least: Whole | None = None
    of: Literal["sheet", "criterion"] = "sheet"
    missing: Literal["leave_out", "refuse", "drop_judge"] = "leave_out"
    second_entry: Literal["none", "winners", "all"] = "none"

    ranks: ClassVar[bool] = False
    """A judge's values become places before they are combined: points have no maximum."""
    compares_entries: ClassVar[bool] = False
    """A judge's value depends on the other entries that this judge marked."""
    lower_wins: ClassVar[bool] = False
    needs_only_the_sum: ClassVar[bool] = False
    """Equal sums of equally many values come to the same, and no value is ever dropped."""

    @property
    def needed(self) -> int:
        """Judges that an entry needs to be ranked: `at_least`, by default 2, or 1 where the panel is one judge."""
        if self.at_least is not None:
            return self.at_least
        return 1 if self.judges == 1 else 2

    @property
    def adds(self) -> bool:
        """The values are added, so every entry needs the same number of them."""
        return False

    def rescaled(self, values: Mapping[str, Exact]) -> Mapping[str, Exact]:
        """One judge's values by entry, brought to the scale on which judges are combined."""
        return values

    def dropped(self, values: Sequence[Exact]) -> tuple[int, ...]:
        """Positions of the values that are dropped; of equal ones the first."""
        return ()

    @abstractmethod
    def combined(self, values: Sequence[Exact]) -> Exact:
        """One value from those that were kept, exact; there is at least one."""

    def sheets_in_full(self) -> int | None:
        """How many times the maximum of a sheet counts in the full total; None: there is no full total."""
        return 1

    @abstractmethod
    def told(self, part: Part, figures: Figures) -> tuple[Sentence, ...]:
        """How the judges' values became one: what was dropped or rescaled, then the arithmetic with its exact figure."""

    @abstractmethod
    def in_words(self) -> Sentence:
        """How several judges become one figure, as the printed rules say it."""

    @property
    def values_in_words(self) -> Sentence:
        """What is combined: whole sheets, or each criterion by itself."""
        if self.of == "criterion":
            return say("the judges’ points in each criterion")
        return say("the totals of the judges’ sheets")

    def judges_in_words(self) -> tuple[Sentence, ...]:
        """How many judges there are and are needed, and what happens where a mark or a sheet is missing."""
        found = []
        if self.judges is not None:
            found.append(say_count("{count} judge marks each entry.", "{count} judges mark each entry.", self.judges))
        if self.needed == 1:
            found.append(say("An entry that no judge has marked has no place."))
        else:
            found.append(say("An entry that fewer than {number} judges have marked has no place.", number=self.needed))
        if self.missing == "refuse":
            missing = say("The contest is not settled while a sheet or a mark is missing.")
        elif self.missing == "drop_judge":
            missing = say("A judge who did not mark every entry in full is left out for all of them.")
        elif self.of == "criterion":
            missing = say("A mark that is missing is left out; it never counts 0.")
        else:
            missing = say("A sheet with a mark missing is left out whole; it never counts 0.")
        found.append(missing)
        if self.second_entry == "all":
            found.append(
                say(
                    "Each sheet is typed by two people who must read the same, or agrees with the total that its judge wrote on it; the prize sheet says how many were checked in which way."
                )
            )
        elif self.second_entry == "winners":
            found.append(
                say(
                    "The sheets of those who could win are typed by two people who must read the same, or agree with the total that the judge wrote on them; the prize sheet says how many were checked in which way."
                )
            )
        return tuple(found)


def mean(values: Sequence[Exact]) -> Exact:
    """Σv ÷ n, exact."""
    units, scale = on_one_scale(values)
    return ratio(sum(units), scale * len(values))


def _mean_told(values: Sequence[Exact], combined: Exact, figures: Figures) -> Sentence:
    if len(values) == 1:
        return say("of one judge: {result}", result=figures.exact(combined))
    return say_count(
        "mean of {count} judge: ({sum}) ÷ {count} = {result}",
        "mean of {count} judges: ({sum}) ÷ {count} = {result}",
        len(values),
        sum=figures.added(values),
        result=figures.exact(combined),
    )


def _sum_told(values: Sequence[Exact], combined: Exact, figures: Figures) -> Sentence:
    if len(values) == 1:
        return say("of one judge: {result}", result=figures.exact(combined))
    return say_count(
        "sum of {count} judge: {sum} = {result}",
        "sum of {count} judges: {sum} = {result}",
        len(values),
        sum=figures.added(values),
        result=figures.exact(combined),
    )


def _of_judges(part: Part, at: Sequence[int], figures: Figures) -> Value:
    """Some of the values, each with its judge: `19 (J4)`."""
    return listing(
        [say("{value} ({judge})", value=figures.exact(part.scaled[one]), judge=part.judges[one]) for one in at]
    )


@shape
class MeanPanel(Panel):
    """The mean of the judges' values: their sum divided by their number, which is printed beside it."""

    kind_of_rule: ClassVar[str] = "panel"
    word: ClassVar[str] = "mean"
    combine: Literal["mean"] = "mean"
    needs_only_the_sum: ClassVar[bool] = True

    def combined(self, values: Sequence[Exact]) -> Exact:
        """See Panel."""
        return mean(values)

    def told(self, part: Part, figures: Figures) -> tuple[Sentence, ...]:
        """See Panel."""
        return (_mean_told(part.kept, part.combined, figures),)

    def in_words(self) -> Sentence:
        """See Panel."""
        if self.judges == 1:
            return say("The points are those of the judge’s sheet.")
        return say("Of {values} the mean is taken: their sum divided by their number.", values=self.values_in_words)


@shape
class SumPanel(Panel):
    """The sum of the judges' values; every entry needs the same number of judges, or it is refused."""

    kind_of_rule: ClassVar[str] = "panel"
    word: ClassVar[str] = "sum"
    combine: Literal["sum"]
    needs_only_the_sum: ClassVar[bool] = True

    @property
    def adds(self) -> bool:
        """See Panel."""
        return True

    def combined(self, values: Sequence[Exact]) -> Exact:
        """See Panel."""
        return added(values)

    def told(self, part: Part, figures: Figures) -> tuple[Sentence, ...]:
        """See Panel."""
        return (_sum_told(part.kept, part.combined, figures),)

    def sheets_in_full(self) -> int | None:
        """See Panel."""
        return self.judges

    def in_words(self) -> Sentence:
        """See Panel."""
        return say(
            "The points are the sum of {values}; every entry must have the same number of judges.",
            values=self.values_in_words,
        )


@shape
class MedianPanel(Panel):
    """The middle value; of an even number of judges the mean of the middle two. One extreme judge moves nothing."""

    kind_of_rule: ClassVar[str] = "panel"
    word: ClassVar[str] = "median"
    combine: Literal["median"]

    def combined(self, values: Sequence[Exact]) -> Exact:
        """See Panel."""
        return median(values)

    def told(self, part: Part, figures: Figures) -> tuple[Sentence, ...]:
        """See Panel."""
        ordered = sorted(part.kept)
        values, middle, result = listing([figures.exact(one) for one in ordered]), len(ordered) // 2, part.combined
        if len(ordered) == 1:
            return (say("of one judge: {result}", result=figures.exact(result)),)
        if len(ordered) % 2:
            return (say("the middle one of {values} is {result}", values=values, result=figures.exact(result)),)
        return (
            say(
                "the middle two of {values} are {lower} and {upper}: ({lower} + {upper}) ÷ 2 = {result}",
                values=values,
                lower=figures.exact(ordered[middle - 1]),
                upper=figures.exact(ordered[middle]),
                result=figures.exact(result),
            ),
        )

    def in_words(self) -> Sentence:
        """See Panel."""
        return say(
            "Of {values} the middle one counts; where their number is even, the mean of the middle two.",
            values=self.values_in_words,
        )


@shape
class Drop:
    """How many of the highest and lowest values are dropped; with fewer than `from` judges nothing is."""

    highest: Whole = 1
    lowest: Whole = 1
    from_: Whole = 5


@shape
class TrimmedPanel(Panel):
    """The highest and the lowest values are dropped, then the mean (or the sum) of the others is taken.

    With fewer than `from` judges nothing is dropped, and the result says so.
    """

    kind_of_rule: ClassVar[str] = "panel"
    word: ClassVar[str] = "trimmed"
    combine: Literal["trimmed"]
    drop: Drop = Drop()
    then: Literal["mean", "sum"] = "mean"

    @property
    def adds(self) -> bool:
        """See Panel."""
        return self.then == "sum"

    def dropped(self, values: Sequence[Exact]) -> tuple[int, ...]:
        """See Panel."""
        if len(values) < self.drop.from_:
            return ()
        by_value = sorted(range(len(values)), key=lambda at: (-values[at], at))
        highest = by_value[: self.drop.highest]
        rest = sorted(by_value[self.drop.highest :], key=lambda at: (values[at], at))
        return (*highest, *rest[: self.drop.lowest])

    def combined(self, values: Sequence[Exact]) -> Exact:
        """See Panel."""
        return added(values) if self.then == "sum" else mean(values)

    def told(self, part: Part, figures: Figures) -> tuple[Sentence, ...]:
        """See Panel."""
        then = _sum_told if self.then == "sum" else _mean_told
        reckoned = then(part.kept, part.combined, figures)
        if not part.dropped:
            few = say_count(
                "nothing is dropped: {count} judge, and values are dropped from {number} judges on",
                "nothing is dropped: {count} judges, and values are dropped from {number} judges on",
                len(part.values),
                number=self.drop.from_,
            )
            return (few, reckoned)
        highest, lowest = part.dropped[: self.drop.highest], part.dropped[self.drop.highest :]
        said = [
            say("dropped as highest: {values}", values=_of_judges(part, highest, figures)) if highest else None,
            say("dropped as lowest: {values}", values=_of_judges(part, lowest, figures)) if lowest else None,
        ]
        return (*(one for one in said if one is not None), reckoned)

    def sheets_in_full(self) -> int | None:
        """See Panel."""
        if self.then == "mean":
            return 1
        if self.judges is None or self.judges < self.drop.from_:
            return self.judges
        return self.judges - self.drop.highest - self.drop.lowest

    def in_words(self) -> Sentence:
        """See Panel."""
        values, judges = self.values_in_words, self.drop.from_
        if self.drop.highest == self.drop.lowest == 1:
            dropped = say(
                "Of {values} the highest and the lowest are dropped, from {judges} judges on.",
                values=values,
                judges=judges,
            )
        else:
            parts = [
                say_count("the highest", "the {count} highest", self.drop.highest) if self.drop.highest else None,
                say_count("the lowest", "the {count} lowest", self.drop.lowest) if self.drop.lowest else None,
            ]
            dropped = say(
                "Of {values} these are dropped, from {judges} judges on: {dropped}.",
                values=values,
                dropped=listing([part for part in parts if part is not None]),
                judges=judges,
            )
        if self.then == "sum":
            return say("{dropped} The others are added.", dropped=dropped)
        return say("{dropped} Of the others the mean is taken.", dropped=dropped)


@shape
class OutlierPanel(Panel):
    """Values farther than `distance` from the mean of all are dropped, once; then the mean of the others is taken.

    A value exactly at the distance stays. If nothing were left, the mean of all stands.
    """

    kind_of_rule: ClassVar[str] = "panel"
    word: ClassVar[str] = "outlier"
    combine: Literal["outlier"]
    distance: Figure

    def dropped(self, values: Sequence[Exact]) -> tuple[int, ...]:
        """See Panel."""
        middle = mean(values)
        far = tuple(
            at for at, value in enumerate(values) if value - middle > self.distance or middle - value > self.distance
        )
        return far if len(far) < len(values) else ()

    def combined(self, values: Sequence[Exact]) -> Exact:
        """See Panel."""
        return mean(values)

    def told(self, part: Part, figures: Figures) -> tuple[Sentence, ...]:
        """See Panel."""
        reckoned, distance = _mean_told(part.kept, part.combined, figures), figures.exact(self.distance)
        if not part.dropped:
            within = [value for value in part.scaled if -self.distance <= value - part.combined <= self.distance]
            kept = (
                say("none is farther than {distance} from the mean of all, so none is dropped", distance=distance)
                if within
                else say("all are farther than {distance} from their mean, so none is dropped", distance=distance)
            )
            return (kept, reckoned)
        middle = say(
            "mean of all {number}: ({sum}) ÷ {number} = {mean}",
            sum=figures.added(part.scaled),
            number=len(part.scaled),
            mean=figures.exact(mean(part.scaled)),
        )
        far = _of_judges(part, part.dropped, figures)
        said = say("dropped, because farther than {distance} from it: {values}", distance=distance, values=far)
        return (middle, said, reckoned)

    def in_words(self) -> Sentence:
        """See Panel."""
        return say(
            "Of {values} those farther than {distance} points from the mean are dropped; "
            "of the others the mean is taken again.",
            values=self.values_in_words,
            distance=self.distance,
        )


def _positions(values: Mapping[str, Exact]) -> list[tuple[int, list[str]]]:
    """First position and names of each group of equal values, the highest first."""
    groups: dict[Exact, list[str]] = {}
    for name, value in values.items():
        groups.setdefault(value, []).append(name)
    found, position = [], 1
    for value in sorted(groups, reverse=True):
        found.append((position, groups[value]))
        position += len(groups[value])
    return found


def _standing_told(part: Part, at: int, figures: Figures) -> Sentence:
    """Where a value stands on its judge's own list."""
    beside, value = part.beside[at], part.values[at]
    first, names = next(group for group in _positions(beside) if beside[group[1][0]] == value)
    judge, mark, number = part.judges[at], figures.exact(value), len(beside)
    if len(names) == 1:
        return say_count(
            "{judge} gave {value}, the {place} of the {count} entry that {judge} marked",
            "{judge} gave {value}, the {place} of the {count} entries that {judge} marked",
            number,
            judge=judge,
            value=mark,
            place=Ordinal(first),
        )
    return say(
        "{judge} gave {value} to {equals} of the {number} entries that {judge} marked, which share places {first} to {last}",
        judge=judge,
        value=mark,
        equals=len(names),
        number=number,
        first=first,
        last=first + len(names) - 1,
    )


@shape
class RankSumPanel(Panel):
    """Each judge's values become places (1 = highest, equal values their mean place); the places are added.

    The lowest sum wins, so a missing judge would help: every entry needs the same number of judges.
    """

    kind_of_rule: ClassVar[str] = "panel"
    word: ClassVar[str] = "rank_sum"
    ranks: ClassVar[bool] = True
    compares_entries: ClassVar[bool] = True
    lower_wins: ClassVar[bool] = True
    combine: Literal["rank_sum"]

    @property
    def adds(self) -> bool:
        """See Panel."""
        return True

    def rescaled(self, values: Mapping[str, Exact]) -> Mapping[str, Exact]:
        """See Panel."""
        return {
            name: simple(Fraction(2 * first + len(names) - 1, 2))
            for first, names in _positions(values)
            for name in names
        }

    def combined(self, values: Sequence[Exact]) -> Exact:
        """See Panel."""
        return added(values)

    def told(self, part: Part, figures: Figures) -> tuple[Sentence, ...]:
        """See Panel."""
        places = [
            say("{standing}: place {place}", standing=_standing_told(part, at, figures), place=figures.exact(place))
            for at, place in enumerate(part.scaled)
        ]
        return (*places, _sum_told(part.kept, part.combined, figures))

    def sheets_in_full(self) -> int | None:
        """See Panel."""
        return None

    def in_words(self) -> Sentence:
        """See Panel."""
        return say(
            "By {values} each judge’s entries are put in order: the best is 1, the next 2; equal ones share the mean of "
            "their places. The places are added, and the lowest sum wins.",
            values=self.values_in_words,
        )


@shape
class RankPointsPanel(Panel):
    """Each judge's values become places, and each place gives `points` (12, 10, 8 …), which are added.

    Equal values share the mean of their points; places beyond the list give 0.
    """

    kind_of_rule: ClassVar[str] = "panel"
    word: ClassVar[str] = "rank_points"
    ranks: ClassVar[bool] = True
    compares_entries: ClassVar[bool] = True
    combine: Literal["rank_points"]
    points: tuple[Figure, ...]

    @property
    def adds(self) -> bool:
        """See Panel."""
        return True

    def rescaled(self, values: Mapping[str, Exact]) -> Mapping[str, Exact]:
        """See Panel."""
        return {
            name: simple(Fraction(sum(self.points[first - 1 : first - 1 + len(names)]), len(names)))
            for first, names in _positions(values)
            for name in names
        }

    def combined(self, values: Sequence[Exact]) -> Exact:
        """See Panel."""
        return added(values)

    def told(self, part: Part, figures: Figures) -> tuple[Sentence, ...]:
        """See Panel."""
        points = [
            say("{standing}: {points} points", standing=_standing_told(part, at, figures), points=figures.exact(points))
            for at, points in enumerate(part.scaled)
        ]
        return (*points, _sum_told(part.kept, part.combined, figures))

    def sheets_in_full(self) -> int | None:
        """See Panel."""
        return None

    def in_words(self) -> Sentence:
        """See Panel."""
        return say(
            "By {values} each judge’s entries are put in order: the best gets {points} points; whoever comes after them "
            "0. Equal ones share the mean of their points. The points are added.",
            values=self.values_in_words,
            points=listing(list(self.points)),
        )


@shape
class StandardisedPanel(Panel):
    """Each judge's values are brought to one mean and one spread, so that a hard and a kind judge weigh the same.

    Refused unless each judge marked at least six entries of the contest and all judges are linked by entries they both
    marked: data cannot tell a hard judge from a weak group.
    """

    kind_of_rule: ClassVar[str] = "panel"
    word: ClassVar[str] = "standardised"
    compares_entries: ClassVar[bool] = True
    combine: Literal["standardised"]
    mean: Figure = 100
    spread: Figure = 20
    deviation: Literal["population", "sample"] = "population"

    def rescaled(self, values: Mapping[str, Exact]) -> Mapping[str, Exact]:
        """See Panel."""
        middle, deviation = self._scale(values)
        if deviation == 0:
            return dict.fromkeys(values, self.mean)
        return {
            name: simple(self.mean + Fraction(self.spread * (value - middle)) / deviation)
            for name, value in values.items()
        }

    def _scale(self, values: Mapping[str, Exact]) -> tuple[Exact, Exact]:
        """The mean of one judge's values, and their standard deviation."""
        number = len(values)
        middle = mean(tuple(values.values()))
        squares = sum((value - middle) ** 2 for value in values.values())
        return middle, root(Fraction(squares, number if self.deviation == "population" else max(1, number - 1)))

    def combined(self, values: Sequence[Exact]) -> Exact:
        """See Panel."""
        return mean(values)

    def told(self, part: Part, figures: Figures) -> tuple[Sentence, ...]:
        """See Panel."""
        scaled = [self._scaled_told(part, at, figures) for at in range(len(part.judges))]
        return (*scaled, _mean_told(part.kept, part.combined, figures))

    def _scaled_told(self, part: Part, at: int, figures: Figures) -> Sentence:
        middle, deviation = self._scale(part.beside[at])
        judge, number, centre = part.judges[at], len(part.beside[at]), figures.exact(middle)
        if deviation == 0:
            return say(
                "{judge} gave all {number} entries {mean}, so each counts {result}",
                judge=judge,
                number=number,
                mean=centre,
                result=figures.exact(part.scaled[at]),
            )
        return say(
            "{judge} gave {value}; the {number} entries that {judge} marked have the mean {mean} and the spread {spread}: "
            "{centre} + {width} × ({value} − {mean}) ÷ {spread} = {result}",
            judge=judge,
            value=figures.exact(part.values[at]),
            number=number,
            mean=centre,
            spread=figures.exact(deviation),
            centre=figures.exact(self.mean),
            width=figures.exact(self.spread),
            result=figures.exact(part.scaled[at]),
        )

    def sheets_in_full(self) -> int | None:
        """See Panel."""
        return None

    def in_words(self) -> Sentence:
        """See Panel."""
        return say(
            "So that a hard and a kind judge weigh the same, {values} are brought to one scale for all judges, with mean "
            "{mean} and spread {spread}; then the mean of the judges is taken.",
            values=self.values_in_words,
            mean=self.mean,
            spread=self.spread,
        )


def root(square: Fraction) -> Exact:
    """The square root, exact where there is one, else to ROOT_DIGITS digits after the point."""
    above, below = isqrt(square.numerator), isqrt(square.denominator)
    if above**2 == square.numerator and below**2 == square.denominator:
        return simple(Fraction(above, below))
    scale = 10**ROOT_DIGITS
    return Fraction(isqrt(square.numerator * scale**2 // square.denominator), scale)


AnyPanelKind: TypeAlias = (
    MeanPanel
    | SumPanel
    | MedianPanel
    | TrimmedPanel
    | OutlierPanel
    | RankSumPanel
    | RankPointsPanel
    | StandardisedPanel
)

_KINDS = {
    kind.word: kind
    for kind in (
        MeanPanel,
        SumPanel,
        MedianPanel,
        TrimmedPanel,
        OutlierPanel,
        RankSumPanel,
        RankPointsPanel,
        StandardisedPanel,
    )
}


def _choose(value: Any) -> str:
    """Which kind of panel a mapping of the file describes: the word `combine`, by default the mean."""
    if not isinstance(value, Mapping):
        raise Unreadable(say("a panel is written as {{judges: 3, combine: mean}}"))
    word = value.get("combine", "mean")
    kind = _KINDS.get(word) if isinstance(word, str) else None
    if kind is None:
        raise Unreadable(say("“combine” must be one of: {words}", words=choice(list(_KINDS))), at="combine")
    return kind.__name__


AnyPanel: TypeAlias = Annotated[AnyPanelKind, OneOf(_choose)]
