"""What a score table is read with and what a reading gives beside the contests: the register, papers' codes, words."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from pachamama.core.model import STATUSES, Sheet, Status
from pachamama.core.problems import Place, Problem
from pachamama.core.sentences import listing, say
from pachamama.core.sheets import KnownMarks, Paper
from pachamama.exchange.columns import folded
from pachamama.exchange.workbook import AnyTable

MOST_PROBLEMS = 500
"""After so many problems the table is not read further: one wrong column is enough to make a million."""
STATUS_WORDS: Mapping[str, Status] = {
    **{status: status for status in STATUSES},
    "ausente": "absent",
    "nosepresento": "absent",
    "descalificado": "disqualified",
    "descalificada": "disqualified",
    "retirado": "withdrawn",
    "retirada": "withdrawn",
}


class Registered(NamedTuple):
    """What the register says of those who may compete, by code; it fills the cells that a table leaves empty."""

    units: Mapping[str, str | None]
    categories: Mapping[str, str]


class CodedRow(NamedTuple):
    """A row of marks that says something of its paper, a code or a total (`code`), and whose paper it says it is."""

    code: str
    within: str | None
    category: str | None
    entry: str
    phase: str
    judge: str
    where: Place


class CellsByName(Protocol):
    """A table that was read, as far as its cells go."""

    def cell_of(self, row: Place, name: str) -> Place | None:
        """The cell of a row in a column; None if that is not there."""


@dataclass(slots=True)
class ScoreReading:
    """What a reading found beside the contests, for whoever wants all problems of a table in one list.

    `problems` are those of its cells; the contests then hold what could be read. `coded` are the rows that name the code
    of their paper, `totals` those that say the total which stands on it. `names_deductions`: the table has a column for them, so that a cell
    left empty says that there are none. `emptied` are the rows of a book that name a judge and have no mark at all.
    """

    problems: list[Problem] = field(default_factory=list)
    coded: list[CodedRow] = field(default_factory=list)
    totals: list[CodedRow] = field(default_factory=list)
    emptied: list[CodedRow] = field(default_factory=list)
    names_deductions: bool = False
    cells: list[CellsByName] = field(default_factory=list)

    def cell(self, row: Place, name: str) -> Place:
        """The cell of a book in which a row says something; the row itself where that is no book."""
        return next((found for one in self.cells if (found := one.cell_of(row, name)) is not None), row)

    def take(self, problems: Iterable[Problem], coded: Iterable[CodedRow], totals: Iterable[CodedRow]) -> None:
        """Add what one table brought."""
        self.problems += problems
        self.coded += coded
        self.totals += totals


@dataclass(slots=True)
class Draft:
    """An entry while its rows are read: what they say of it, and in which line each was said first."""

    within: str | None
    category: str | None
    code: str
    line: int
    status: Status | None = None
    reasons: frozenset[str] = frozenset()
    deductions: frozenset[str] = frozenset()
    said: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    sheets: dict[tuple[int, str], Sheet] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PhaseColumns:
    """Where a phase's marks stand: criterion id, column, marks known by their text; `foreign` are other phases' columns."""

    number: int
    paper: Paper
    marks: tuple[tuple[str, int, KnownMarks], ...]
    foreign: tuple[int, ...]


@contextmanager
def without_collecting() -> Iterator[None]:
    """Nothing that is read becomes garbage: looking for it takes twice the time of reading half a million sheets."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def line_of(where: Place) -> int | str:
    """The line of a place, as a message about another line names it: `14`, or `Fichas!14` in a book."""
    return where.line or 0 if where.sheet is None else f"{where.sheet}!{where.line}"


def kept(table: AnyTable, others: Sequence[str]) -> Problem:
    """The note on columns that no rule names."""
    return Problem(
        table.place(),
        say("no rule names these columns; they are kept with the entries: {columns}", columns=listing(list(others))),
        say("if one is needed, give it the title that the rules use; `import scores` also takes `--column TITLE=CODE`"),
    )


def too_many(table: AnyTable) -> Problem:
    """What stands below the last problem that is listed."""
    return Problem(
        table.place(),
        say("there are more problems than these {count}", count=MOST_PROBLEMS),
        say("is a column missing, or filled in wrongly?"),
    )


def meant(written: str, known: Mapping[str, Sequence[str]]) -> str | None:
    """The id that is written, or whose name is, whatever the capitals and accents; None if that is not certain."""
    if written in known:
        return written
    word = folded(written)
    meant = {id_ for id_, names in known.items() if word in (folded(id_), *map(folded, names))}
    return meant.pop() if len(meant) == 1 and word else None
