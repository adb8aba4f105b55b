"""What the store takes in and gives back beside the core's nouns: new entries, what an import changes, who is paid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from pachamama.core.model import Status
from pachamama.core.problems import NOWHERE, Place, Problem

RegisterKind: TypeAlias = Literal["watersheds", "communities", "households", "judges"]
SheetKey: TypeAlias = tuple[str | None, str | None, str, str, str]
"""Which paper it is: unit, category, entry, phase, judge."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands behind a code, for the papers that pay; never in the journal. Unknown parts are empty."""

    name: str
    dni: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be put into a contest. `name` only where it is not the register's; `where` is for problems."""

    code: str
    within: str | None = None
    category: str | None = None
    name: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    where: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Entered:
    """An entry as it stands in a round: where it competes, and all that is known of it except its sheets."""

    code: str
    within: str | None
    category: str | None
    name: str
    status: Status | None
    status_reason: str
    deductions: frozenset[str]
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one code that gets another value; `old` is empty where nothing was known."""

    code: str
    field: str
    old: str
    new: str
    where: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import of a register, or an entering, does: codes that are new, fields that change, codes that are equal.

    `problems` is filled by a dry run only; otherwise they are raised and nothing is written.
    """

    new: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    equal: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Nothing would be written."""
        return not self.new and not self.changed


@dataclass(frozen=True, slots=True)
class MarkChange:
    """A mark that differs from the sheet stored before: plain digits, or None for an empty cell."""

    entry: str
    phase: str
    judge: str
    criterion: str
    old: str | None
    new: str | None
    where: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class ScoreChanges:
    """What a score table does to a round.

    `entries` are newly entered codes, `sheets` the number of new sheets, `equal` that of sheets which were there
    already. `added` fills what nobody had said yet (a status, a deduction, a field). `differing` and `changed` replace
    what stands: they need a reason (`correct`). `totals` counts equal sheets whose control total was not known yet.
    `idle` are entries that are out of the contest, with their status: their new marks are kept and count for nothing.
    `problems` is filled by a dry run only.
    """

    entries: tuple[str, ...] = ()
    sheets: int = 0
    equal: int = 0
    totals: int = 0
    idle: tuple[tuple[str, str], ...] = ()
    added: tuple[Change, ...] = ()
    differing: tuple[MarkChange, ...] = ()
    changed: tuple[Change, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_nothing(self) -> bool:
        """Nothing would be written: the table says what is stored already."""
        return not (self.entries or self.sheets or self.totals or self.added or self.differing or self.changed)

    @property
    def is_only_totals(self) -> bool:
        """Nothing would be written but control totals of sheets that stand already."""
        return self.totals > 0 and replace(self, totals=0).is_nothing


@dataclass(frozen=True, slots=True)
class Correction:
    """A sheet that was replaced: its old marks by criterion (None: empty), why, by whom, and the journal's numbers."""

    round: str
    within: str | None
    category: str | None
    entry: str
    phase: str
    judge: str
    old: Mapping[str, str | None]
    reason: str
    actor: str
    at: str
    number: int
    replaced: int
