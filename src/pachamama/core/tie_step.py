"""What every tie step has in common: the group it looks at, its context, and how it splits (RULES.md, T3)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from pachamama.core.model import RecordedOrder
from pachamama.core.numbers import Exact, on_one_scale, read_exact
from pachamama.core.sentences import Sentence, Value, listing, say
from pachamama.core.shape import shape

if TYPE_CHECKING:
    from pachamama.core.asked_orders import Recorded
    from pachamama.core.figures import Figures
    from pachamama.core.rules.document import Tier
    from pachamama.core.scores import Score

Group: TypeAlias = "Sequence[Score]"
Groups: TypeAlias = "list[list[Score]]"


@dataclass(frozen=True, slots=True)
class TieContext:
    """What a step may look at beside the group: which way is better, and the orders that people recorded."""

    competition: str
    higher_wins: bool
    criteria_higher_win: bool
    orders: tuple[RecordedOrder, ...] = ()


@dataclass(frozen=True, slots=True)
class TieView:
    """How a step's figures are told: the ranking's context and rules, and the codes of the members that are named.

    `of` is the code of the entry that is explained.
    """

    context: TieContext
    tier: Tier
    figures: Figures
    named: Container[str]
    of: str = ""

    def by_member(self, group: Group, what: Value, figure: Callable[[Score], Value]) -> tuple[Sentence, ...]:
        """One sentence with the figure of each member: `points in “Terraces”: H001 18 and H002 15`."""
        members = [
            say("{entry} {figure}", entry=score.entry.code, figure=figure(score))
            for score in group
            if score.entry.code in self.named
        ]
        return (say("{what}: {figures}", what=what, figures=listing(members)),) if members else ()

    def explained(self, group: Group) -> Score | None:
        """The member whose explanation this is, None where it is not of the group."""
        return next((score for score in group if score.entry.code == self.of), None)

    def reckoned(self, group: Group, again: Callable[[Score], Score]) -> tuple[Sentence, ...]:
        """How the entry that is explained comes to the total that a step looks at, reckoned in another way."""
        from pachamama.core.explaining.points import reckoning_lines

        score = self.explained(group)
        if score is None:
            return ()
        lines = reckoning_lines(again(score), self.figures)
        return tuple([say("{entry}: {line}", entry=self.of, line=line) for line in lines])


def by_key(group: Group, key: Callable[[Score], Any], *, largest_first: bool) -> Groups:
    """The group in subgroups of equal keys; whole if a member has none (None)."""
    keys = [key(score) for score in group]
    if None in keys:
        return [list(group)]
    if any(isinstance(one, Fraction) for one in keys):
        keys = on_one_scale(keys)[0]  # whole numbers are many times faster to find and to sort
    found: dict[Any, list[Score]] = {}
    for score, one in zip(group, keys, strict=True):
        found.setdefault(one, []).append(score)
    return [found[value] for value in sorted(found, reverse=largest_first)]


@shape
class TieStep(ABC):
    """What all steps have in common."""

    word: ClassVar[str] = ""

    @property
    def records(self) -> Recorded | None:
        """Which order of people it reads, None for a step that reckons."""
        return None

    @property
    def id(self) -> str:
        """The step's name in `decided_by`."""
        return self.word

    @property
    def fields(self) -> tuple[str, ...]:
        """The entry fields it looks at; a member of a tied group without one stops the step."""
        return ()

    @abstractmethod
    def split(self, group: Group, context: TieContext) -> Groups:
        """The subgroups, better first; the group whole where the step decides nothing."""

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """What it looked at in each member of the whole group, with the figures."""
        return ()

    def unclear(self, group: Group) -> Sentence | None:
        """Why what all members have cannot be compared, so that the step decides nothing; None where it can."""
        return None

    def due(self, group: Group, context: TieContext) -> Sentence | None:
        """What people must still do before this step can decide about the group; None: nothing."""
        return None

    @abstractmethod
    def label(self, tier: Tier) -> Sentence:
        """What the entry that comes first has, as people say it: `the better points in “Terraces”`."""

    def in_words(self, tier: Tier) -> Sentence:
        """The step as the printed rules say it."""
        return say("First comes who has {what}.", what=self.label(tier))


def figure(score: Score, name: str) -> Exact | None:
    """An entry field as a number; None where it is empty. The contest's check has refused anything else."""
    return read_exact(score.entry.fields.get(name, ""), comma=True)


def moment(text: str) -> datetime | None:
    """An ISO date or time, in UTC where it names a zone; None where there is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None:
        return found
    offset = found.utcoffset()
    return (found - offset).replace(tzinfo=None) if offset is not None else found.replace(tzinfo=None)


def is_day(text: str) -> bool:
    """An ISO date without a time."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
