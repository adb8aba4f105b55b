"""Promotion: which entries of a contest go up, and the reserves behind them (RULES.md, C1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar, Literal

from pachamama.core.numbers import ceiling
from pachamama.core.sentences import Sentence, say, say_count
from pachamama.core.shape import Figure, Text, Whole, shape

if TYPE_CHECKING:
    from pachamama.core.ranking import Ranked, Ranking


@shape
class Quota:
    """Seats kept for the best entries with a value in a field: `{field: sex, value: F, count: 1}`."""

    field: Text
    value: Text
    count: Whole


@dataclass(frozen=True, slots=True)
class Promoted:
    """The codes of those who go up, and of the reserves, both best first."""

    entries: tuple[str, ...]
    reserves: tuple[str, ...]


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
        chosen: list[Ranked] = []
        for quota in self.quota:
            has = [one for one in able if one.entry.fields.get(quota.field) == quota.value]
            inside = sum(1 for one in has if one in chosen)
            chosen += self._first([one for one in has if one not in chosen], quota.count - inside)
        seats = self.seats(len(ranking.ranked), len(able))
        chosen += self._first([one for one in able if one not in chosen], seats - len(chosen))
        behind = [one for one in able if one not in chosen]
        reserves = self._first(behind, self.reserves)
        return Promoted(_codes(able, chosen), _codes(able, reserves))

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

    def in_words(self) -> tuple[Sentence, ...]:
        """Who goes up, as the printed rules say it."""
        found = [self._who()]
        if self.at_least is not None and (self.top is not None or self.percent is not None):
            found.append(say("Nobody goes up with less than {points} points.", points=self.at_least))
        found += [
            say_count(
                "{count} seat is kept for the best with “{value}” in “{field}”.",
                "{count} seats are kept for the best with “{value}” in “{field}”.",
                quota.count,
                value=quota.value,
                field=quota.field,
            )
            for quota in self.quota
        ]
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
            return say("The first {percent} % of those with a place go up.", percent=self.percent)
        return say("Everybody with {points} points or more goes up.", points=self.at_least or 0)

    def _cut(self) -> Sentence:
        if self.tie_at_cut == "all":
            return say("If entries with equal points stand on both sides of the cut, all of them go up.")
        if self.tie_at_cut == "none":
            return say("If entries with equal points stand on both sides of the cut, none of them goes up.")
        return say("If entries with equal points stand on both sides of the cut, their places decide.")


def _codes(able: Sequence[Ranked], chosen: Sequence[Ranked]) -> tuple[str, ...]:
    """The codes of the chosen, best first."""
    codes = {one.entry.code for one in chosen}
    return tuple(one.entry.code for one in able if one.entry.code in codes)
