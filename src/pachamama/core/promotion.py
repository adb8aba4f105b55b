"""Promotion: which entries of a contest go up, and the reserves behind them (RULES.md, C1)."""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pachamama.core.names import called
from pachamama.core.numbers import ceiling
from pachamama.core.sentences import Sentence, Value, listing, say, say_count
from pachamama.core.shape import Figure, Text, Whole, shape

if TYPE_CHECKING:
    from pachamama.core.figures import Figures
    from pachamama.core.ranking import Ranked, Ranking


@shape
class Quota:
    """Seats kept for the best entries with a value in a field: `{field: sex, value: F, count: 1}`."""

    field: Text
    value: Text
    count: Whole

    def in_words(self) -> Sentence:
        """For whom the seats are kept, as the printed rules say it."""
        if self.field == "sex" and self.value.upper() in ("F", "M"):
            return (
                say_count(
                    "{count} seat is kept for the best woman.", "{count} seats are kept for the best women.", self.count
                )
                if self.value.upper() == "F"
                else say_count(
                    "{count} seat is kept for the best man.", "{count} seats are kept for the best men.", self.count
                )
            )
        return say_count(
            "{count} seat is kept for the best with “{value}” in “{field}”.",
            "{count} seats are kept for the best with “{value}” in “{field}”.",
            self.count,
            value=self.value,
            field=self.field,
        )


@dataclass(frozen=True, slots=True)
class Cut:
    """Seats given out once: to whom of `able`, best first. `quota` is what they are kept for, if for anything."""

    seats: int
    able: tuple[Ranked, ...]
    chosen: tuple[Ranked, ...]
    quota: Quota | None = None
    is_reserve: bool = False

    @property
    def tied(self) -> tuple[str, ...]:
        """The codes of those equal on points who stand on both sides of the cut."""
        if not 0 < self.seats < len(self.able) or self.able[self.seats - 1].points != self.able[self.seats].points:
            return ()
        return tuple(one.entry.code for one in self.able if one.points == self.able[self.seats].points)


@dataclass(frozen=True, slots=True)
class Promoted:
    """The codes of those who go up, and of the reserves, both best first; `cuts` tell how the seats were given."""

    entries: tuple[str, ...]
    reserves: tuple[str, ...]
    cuts: tuple[Cut, ...] = ()


@shape
class Promotion:
    """The first `top`, or `percent` of the ranked, or all who reach `at_least`; a tie at the cut has its own rule.

    Quotas come first and add no places. Reserves are the next in order; when somebody promoted withdraws, the first of
    them moves up.
    """

    kind_of_rule: ClassVar[str] = "promotion"
    word: ClassVar[str] = "promotion"
    top: Whole | None = None
    percent: Figure | None = None
    at_least: Figure | None = None
    quota: tuple[Quota, ...] = ()
    tie_at_cut: Literal["all", "none", "chain"] = "all"
    reserves: Whole = 0

    def seats(self, ranked: int, able: int) -> int:
        """How many go up, of that many with a place and that many who reach `at_least`."""
        if self.top is not None:
            return self.top
        return ceiling(Fraction(ranked * self.percent, 100)) if self.percent is not None else able

    def of(self, ranking: Ranking) -> Promoted:
        """Who goes up from a contest; nobody below `at_least`."""
        able = [one for one in ranking.ranked if self.at_least is None or one.points >= self.at_least]
        chosen: set[str] = set()
        cuts: list[Cut] = []
        for quota in self.quota:
            has = [one for one in able if one.entry.fields.get(quota.field) == quota.value]
            open_ = _others(has, chosen)
            cuts.append(self._cut_of(open_, quota.count - (len(has) - len(open_)), quota=quota))
            chosen.update(_codes(cuts[-1].chosen))
        seats = self.seats(len(ranking.ranked), len(able))
        cuts.append(self._cut_of(_others(able, chosen), seats - len(chosen)))
        chosen.update(_codes(cuts[-1].chosen))
        cuts.append(self._cut_of(_others(able, chosen), self.reserves, is_reserve=True))
        up = tuple([code for code in _codes(able) if code in chosen])
        return Promoted(up, tuple(_codes(cuts[-1].chosen)), tuple(cuts))

    def _cut_of(
        self, able: Sequence[Ranked], seats: int, *, quota: Quota | None = None, is_reserve: bool = False
    ) -> Cut:
        return Cut(max(0, seats), tuple(able), tuple(self._first(able, seats)), quota, is_reserve)

    def _first(self, able: Sequence[Ranked], seats: int) -> list[Ranked]:
        """The first `seats` of them, with the rule for entries equal on points on both sides of the cut."""
        if seats <= 0:
            return []
        if seats >= len(able) or able[seats - 1].points != able[seats].points:
            return list(able[:seats])
        cut, last = able[seats].points, able[seats - 1]
        if self.tie_at_cut == "all":
            return [*able[:seats], *(one for one in able[seats:] if one.points == cut)]
        if self.tie_at_cut == "none":
            return [one for one in able[:seats] if one.points != cut]
        return [*able[:seats], *(one for one in able[seats:] if one.position == last.position)]

    def told(self, ranking: Ranking, promoted: Promoted, one: Ranked, figures: Figures) -> tuple[Sentence, ...]:
        """Why an entry goes up, is a reserve, or neither; the last sentence says which."""
        code, who = one.entry.code, called(one.entry.code, one.entry.name)
        lines = [*self._seats_told(ranking, figures)]
        if self.at_least is not None:
            lines.append(
                say(
                    "at least {least} points are needed: it has {points}",
                    least=self.at_least,
                    points=figures.points(one.points),
                )
                if one.points >= self.at_least
                else say(
                    "at least {least} points are needed: {missing} were missing",
                    least=self.at_least,
                    missing=figures.points(self.at_least - one.points),
                )
            )
        is_able = self.at_least is None or one.points >= self.at_least
        for cut in promoted.cuts if is_able else ():
            if any(other is one for other in cut.able):
                if cut.seats or not cut.is_reserve:
                    lines += self._cut_told(cut, one, figures)
            elif cut.quota is not None and cut.chosen:
                lines.append(_kept_for_others(cut.quota, cut.chosen, one))
            if any(other is one for other in cut.chosen):
                break
        if code in promoted.entries:
            lines.append(say("{entry} goes up", entry=who))
        elif code in promoted.reserves:
            lines.append(
                say(
                    "{entry} is reserve {number}, and moves up if somebody withdraws",
                    entry=who,
                    number=promoted.reserves.index(code) + 1,
                )
            )
        else:
            lines.append(say("{entry} does not go up", entry=who))
        return tuple(lines)

    def _seats_told(self, ranking: Ranking, figures: Figures) -> Iterator[Sentence]:
        number = len(ranking.ranked)
        if self.percent is not None:
            exact = Fraction(number * self.percent) / 100
            reckoned = say(
                "{percent} % of the {number} entries with a place: {number} × {percent} ÷ 100 = {exact}",
                percent=figures.exact(self.percent),
                number=number,
                exact=figures.exact(exact),
            )
            seats = self.seats(number, 0)
            yield (
                say("{arithmetic}, rounded up to {seats}", arithmetic=reckoned, seats=seats)
                if seats != exact
                else reckoned
            )
        elif self.top is None:
            yield say("everybody with enough points goes up")

    def _cut_told(self, cut: Cut, one: Ranked, figures: Figures) -> Iterator[Sentence]:
        at = next(nth for nth, other in enumerate(cut.able, start=1) if other is one)
        if cut.quota is not None:
            yield say_count(
                "{count} seat for “{value}” in “{field}”: it is number {at} of {able}",
                "{count} seats for “{value}” in “{field}”: it is number {at} of {able}",
                cut.seats,
                value=cut.quota.value,
                field=cut.quota.field,
                at=at,
                able=len(cut.able),
            )
        elif cut.is_reserve:
            yield say_count(
                "{count} reserve: it is number {at} of those behind",
                "{count} reserves: it is number {at} of those behind",
                cut.seats,
                at=at,
            )
        else:
            yield say_count(
                "{count} seat: it is number {at} of the {able} who can take it",
                "{count} seats: it is number {at} of the {able} who can take them",
                cut.seats,
                at=at,
                able=len(cut.able),
            )
        if cut.tied:
            yield self._tie_told(cut)
        if cut.chosen and not any(other is one for other in cut.chosen):
            last = cut.chosen[-1]
            yield say(
                "the last one in is {entry} with {points} points",
                entry=called(last.entry.code, last.entry.name),
                points=figures.points(last.points),
            )

    def _tie_told(self, cut: Cut) -> Sentence:
        tied = listing(list(cut.tied))
        if self.tie_at_cut == "all":
            return say("equal on points on both sides of the cut, so all are in: {entries}", entries=tied)
        if self.tie_at_cut == "none":
            return say("equal on points on both sides of the cut, so none is in: {entries}", entries=tied)
        return say("equal on points on both sides of the cut, so their places decide: {entries}", entries=tied)

    def in_words(self) -> tuple[Sentence, ...]:
        """Who goes up, as the printed rules say it."""
        found = [self._who()]
        if self.at_least is not None and (self.top is not None or self.percent is not None):
            found.append(say("Nobody goes up with less than {points} points.", points=self.at_least))
        found += [quota.in_words() for quota in self.quota]
        if self.top is not None or self.percent is not None:
            found.append(self._cut())
        if self.reserves:
            found.append(
                say_count(
                    "The next {count} is a reserve, and moves up if somebody withdraws.",
                    "The next {count} are reserves; the first of them moves up if somebody withdraws.",
                    self.reserves,
                )
            )
        return tuple(found)

    def _who(self) -> Sentence:
        if self.top is not None:
            return say_count("The first of each contest goes up.", "The first {count} of each contest go up.", self.top)
        if self.percent is not None:
            return say(
                "The first {percent} % of those with a place go up; a part of an entry counts as one.",
                percent=self.percent,
            )
        return say("Everybody with {points} points or more goes up.", points=self.at_least or 0)

    def _cut(self) -> Sentence:
        if self.tie_at_cut == "all":
            return say("If entries with equal points stand on both sides of the cut, all of them go up.")
        if self.tie_at_cut == "none":
            return say("If entries with equal points stand on both sides of the cut, none of them goes up.")
        return say("If entries with equal points stand on both sides of the cut, their places decide.")


def _kept_for_others(quota: Quota, chosen: Sequence[Ranked], one: Ranked) -> Sentence:
    """Seats that were given first, to others: what is left for this entry is so many fewer."""
    said: dict[str, Value] = {
        "value": quota.value,
        "field": quota.field,
        "entries": listing([called(other.entry.code, other.entry.name) for other in chosen]),
    }
    if one.entry.fields.get(quota.field) == quota.value:
        return say("the seats kept for “{value}” in “{field}” go to {entries}", **said)
    own = one.entry.fields.get(quota.field)
    if not own:
        return say("the seats kept for “{value}” in “{field}” go to {entries}; of this entry it is not known", **said)
    return say("the seats kept for “{value}” in “{field}” go to {entries}; this entry has “{own}”", own=own, **said)


def _codes(ranked: Sequence[Ranked]) -> list[str]:
    return [one.entry.code for one in ranked]


def _others(ranked: Sequence[Ranked], chosen: Container[str]) -> list[Ranked]:
    """Those that are not chosen yet, best first."""
    return [one for one in ranked if one.entry.code not in chosen]
