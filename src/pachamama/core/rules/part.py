"""A tier as the checks look at it: its rules, what stands around it, and where each part is written.

A check is a function from a tier to its problems. Checks are listed in tables; each looks at one thing, so that the
problems of one part never hide those of another.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from pachamama.core.criteria import Criterion
from pachamama.core.numbers import Exact
from pachamama.core.problems import Place, Problem
from pachamama.core.rules.document import Competition, Phase, Programme, Tier
from pachamama.core.rules.reading import Read
from pachamama.core.rules.source import Path
from pachamama.core.sentences import Money, Sentence, Value, say


@dataclass(frozen=True, slots=True)
class TierPart:
    """One tier of a competition: `number` is its position in the list `tiers`."""

    read: Read
    competition: str
    number: int

    @property
    def programme(self) -> Programme:
        """The programme around it."""
        return self.read.rules.programme

    @property
    def whole(self) -> Competition:
        """The competition that it is a tier of."""
        return self.read.rules.competitions[self.competition]

    @property
    def tier(self) -> Tier:
        """Its rules."""
        return self.whole.tiers[self.number]

    @property
    def lower(self) -> Tier | None:
        """The tier that it reads, None where there is none of that name or it would read itself."""
        named = self.tier.from_
        return None if named is None or named == self.tier.tier else self.whole.tier(named)

    @property
    def path(self) -> Path:
        """Where it stands in the file."""
        return ("competitions", self.competition, "tiers", self.number)

    def place(self, *path: str | int) -> Place:
        """Where a part of it is written; the nearest part around it where the file leaves it out."""
        return self.read.place(*self.path, *path)

    def wrote(self, *path: str | int) -> bool:
        """The part is written in the file, not a default."""
        return self.read.wrote(*self.path, *path)

    def problem(self, path: Path, message: Sentence, hint: Sentence | None = None) -> Problem:
        """A problem of one of its parts; `path` begins inside the tier."""
        return Problem(self.place(*path), message, hint)

    def phases(self) -> Iterator[tuple[Path, Phase]]:
        """The phases with where each stands; a tier without phases is one itself."""
        for number, phase in enumerate(self.tier.judging):
            yield (() if self.tier.phases is None else ("phases", number)), phase

    def criteria(self) -> Iterator[tuple[Path, Phase, Criterion]]:
        """All criteria with where each stands."""
        for path, phase in self.phases():
            for number, criterion in enumerate(phase.criteria):
                yield (*path, "criteria", number), phase, criterion

    def money(self, amount: Exact) -> Value:
        """An amount as a message names it; the plain figure where it is not of whole cents."""
        whole = amount * 100
        return Money(int(whole), self.programme.currency) if whole == int(whole) else amount


Check: TypeAlias = Callable[[TierPart], Iterator[Problem]]


def parts_of(read: Read) -> Iterator[TierPart]:
    """Every tier of the file, in its order."""
    for name, competition in read.rules.competitions.items():
        for number in range(len(competition.tiers)):
            yield TierPart(read, name, number)


def run(checks: Iterable[Check], part: TierPart) -> Iterator[Problem]:
    """All that the checks find in a tier."""
    for check in checks:
        yield from check(part)


def repeated(part: TierPart, path: Path, ids: Iterable[object], key: str = "id") -> Iterator[Problem]:
    """The ids that stand more than once in a list, each at its second place."""
    seen: Counter[object] = Counter()
    for number, id_ in enumerate(ids):
        seen[id_] += 1
        if seen[id_] == 2:
            where = (*path, number, key) if key else (*path, number)
            yield part.problem(where, say("“{id}” stands twice in this list", id=str(id_)), say("give each its own id"))
