"""Problems as values: where, what happened, what to do. All of them are collected and shown together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pachamama.core.sentences import Sentence, Value, listing, say, say_count
from pachamama.core.values import light


@light
class Place:
    """Where in people's papers and files a problem stands; parts that do not apply are None.

    In a spreadsheet `sheet` is the name of the sheet, `line` its row, and `column` counts from 1 for A.
    """

    file: str | None = None
    line: int | None = None
    column: int | None = None
    sheet: str | None = None

    @property
    def cell(self) -> str:
        """The cell of a spreadsheet as its program names it: `C14`; empty where the place is a whole row or sheet."""
        if self.sheet is None or self.line is None or self.column is None:
            return ""
        letters, number = "", self.column
        while number:
            number, letter = divmod(number - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.line}"

    def __str__(self) -> str:
        """`scores.csv:14` or `rules.yaml:14:7`, as editors understand it; `book.xlsx:Fichas!C14` in a spreadsheet."""
        if self.sheet is not None:
            at = self.cell or ("" if self.line is None else str(self.line))
            return ":".join(part for part in (self.file, f"{self.sheet}!{at}" if at else self.sheet) if part)
        return ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)


NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, in the reader's words.

    `hint` says the remedy, or what is allowed; None only where the message says it already.
    """

    where: Place
    message: Sentence
    hint: Sentence | None = None


class PachamamaError(Exception):
    """The one exception base: the border turns it into a message and an exit code.

    `safe` says what was not touched; None means the usual: nothing was changed.
    """

    exit_code = 1

    def __init__(self, *problems: Problem | Sentence, safe: Sentence | None = None) -> None:
        self.problems = tuple(p if isinstance(p, Problem) else Problem(NOWHERE, p) for p in problems)
        self.safe = safe
        super().__init__("; ".join(problem.message.text for problem in self.problems))


class Refused(PachamamaError):
    """Refused, or problems found: all of them are listed and nothing was changed (exit code 1)."""


class WrongUsage(PachamamaError):
    """The command's words do not fit together (exit code 2)."""

    exit_code = 2


class Mismatch(PachamamaError):
    """Paper and file, or file and journal, do not agree, or the file is damaged: do not pay (exit code 3)."""

    exit_code = 3


def refuse_if(problems: Iterable[Problem]) -> None:
    """Raise Refused with all the problems, if there are any."""
    found = tuple(problems)
    if found:
        raise Refused(*found)


FEW = 5
"""So many that say the same have a line each; more of them share one."""
_FIRST = 3
"""Those of many that are told in full, before the one line for the rest."""


def folded(problems: Iterable[Problem]) -> list[Problem]:
    """The same problems, but of more than a few of one kind the first in full, and one line that names all the others.

    They stay where the first of their kind stands. Of one kind are those that say the same of other rows of a file; without
    rows, those that differ in what they name first, an entry say, and in nothing else.
    """
    kinds: dict[tuple[object, ...], list[Problem]] = {}
    for one in problems:
        hint = one.hint.text if one.hint is not None else None
        same = () if one.where.line is not None else tuple(map(repr, list(one.message.values.values())[1:]))
        kinds.setdefault((one.where.file, one.where.sheet, one.message.text, hint, same), []).append(one)
    found: list[Problem] = []
    for ones in kinds.values():
        found += ones if len(ones) <= FEW else [*ones[:_FIRST], _others(ones[_FIRST:])]
    return found


def _others(ones: Sequence[Problem]) -> Problem:
    """One line for all of these: their rows, or what they name first."""
    where = ones[0].where
    if where.line is not None:
        rows = listing([one.where.cell or str(one.where.line) for one in ones])
        more = say_count(
            "… and {count} more of this kind, row {rows}",
            "… and {count} more of this kind, rows {rows}",
            len(ones),
            rows=rows,
        )
        return Problem(Place(where.file, sheet=where.sheet), more)
    which: list[Value] = [next(iter(one.message.values.values()), "") for one in ones]
    more = say_count("… and {count} more of this kind", "… and {count} more of this kind", len(ones))
    return Problem(where, say("{more}: {which}", more=more, which=listing(which)) if all(which) else more)
