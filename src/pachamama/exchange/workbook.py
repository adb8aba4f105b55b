"""Spreadsheet files (XLSX, XLS, ODS) read as the tables that CSV gives: titles, and rows of text with their places.

A cell is text only, as a person reads it on the screen; no formula is ever reckoned here. All sheets that hold the
columns are read as one table, and every problem names sheet and cell. A program for spreadsheets shows what it wants
to show: whatever it has lost (a value that was never reckoned, zeros in front of a DNI) is said, not guessed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from pachamama.core.problems import Place, Problem, Refused, refuse_if
from pachamama.core.sentences import listing, say, say_count
from pachamama.core.sheets import text_shown
from pachamama.exchange.columns import LEFT_OUT, NOTHING_TOLD, meaning
from pachamama.exchange.files import read_bytes
from pachamama.exchange.inside import OLD_EXCEL, PACKED, Gap, Gaps, looked_into, too_large
from pachamama.exchange.tables import Row, Table, read_table

OWN_GUIDE = "pachamama · "
"""How the first cell of a sheet begins that this program wrote for people to read, and not to be taken in."""
_SIGNATURES = (PACKED, OLD_EXCEL)
_APART = 1 << 21
"""A row of the table is numbered by its sheet × this + its row: no sheet has more rows."""
_SEARCHED = 30
"""Rows among which the titles are looked for: people write headings above their tables."""


class Figure(str):
    """The text of a cell that holds a number: what it looks like may have lost zeros in front."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A sheet that is read: its rows, where its titles stand, and which column of the table each of its columns is."""

    name: str
    number: int
    titles: int
    columns: Mapping[int, int]
    gaps: Gaps
    read: Callable[[], Iterator[tuple[int, list[Any]]]]


@dataclass(slots=True)
class BookTable:
    """The rows of all sheets of a book that hold the columns, as one table; lines are made readable by `place`.

    `unread` are columns whose cells decide nothing (a sum beside the marks): what is wrong in them is left alone.
    """

    file: str
    columns: tuple[str, ...]
    _sheets: tuple[_Sheet, ...] = field(repr=False)
    unread: frozenset[int] = frozenset()

    @property
    def line(self) -> int:
        """The line of the titles."""
        return self._sheets[0].number * _APART + self._sheets[0].titles

    def rows(self, problems: list[Problem]) -> Iterator[Row]:
        """The rows that are not blank; what cannot be a row is added to the problems."""
        for sheet in self._sheets:
            gaps = self._gaps(sheet)
            for number, values in sheet.read():
                if number <= sheet.titles:
                    continue
                if wrong := gaps.pop(number, None):
                    problems += [self._problem(sheet, number, at, gap) for at, gap in wrong.items()]
                    continue
                found = self._row(sheet, number, values, problems)
                if found is not None:
                    yield Row(sheet.number * _APART + number, found)
            for number, row in gaps.items():  # rows that hold nothing else
                problems += [self._problem(sheet, number, at, gap) for at, gap in row.items() if gap.is_error]

    def _gaps(self, sheet: _Sheet) -> dict[int, dict[int, Gap]]:
        """The cells below the titles that look empty and are not, by row; those of columns that decide nothing are left."""
        found: dict[int, dict[int, Gap]] = {}
        for (row, at), gap in sorted(sheet.gaps.items(), key=lambda one: one[0]):
            column = sheet.columns.get(at)
            if row > sheet.titles and column is not None and column not in self.unread:
                found.setdefault(row, {})[at] = gap
        return found

    def _problem(self, sheet: _Sheet, row: int, at: int, gap: Gap) -> Problem:
        return Problem(Place(self.file, row, at, sheet.name), gap.message, gap.hint)

    def _row(self, sheet: _Sheet, number: int, values: list[Any], problems: list[Problem]) -> list[str] | None:
        cells = [""] * len(self.columns)
        outside = 0
        for at, value in enumerate(values, start=1):
            text = cell_text(value)
            if not text:
                continue
            if at in sheet.columns:
                cells[sheet.columns[at]] = text
            else:
                outside = outside or at
        if not (outside or any(cells)):
            return None
        if outside:
            problems.append(
                Problem(
                    Place(self.file, number, outside, sheet.name),
                    say("there is a cell in a column without title"),
                    say("write the title into the line of titles, or delete the cell"),
                )
            )
            return None
        return cells

    def place(self, line: int | None = None, column: int | None = None) -> Place:
        """A row of the book, or the cell of one of the table's columns in it; by default the titles."""
        number, row = divmod(self.line if line is None else line, _APART)
        sheet = next(one for one in self._sheets if one.number == number)
        at = None if column is None else next((own for own, to in sheet.columns.items() if to == column), None)
        return Place(self.file, row, at, sheet.name)

    def cell_of(self, row: Place, column: int) -> Place | None:
        """The cell in one of the table's columns of a row that `place` gave."""
        sheet = next((one for one in self._sheets if one.name == row.sheet), None)
        at = None if sheet is None else next((own for own, to in sheet.columns.items() if to == column), None)
        return None if at is None else replace(row, column=at)


AnyTable: TypeAlias = Table | BookTable


def is_workbook(content: bytes) -> bool:
    """The bytes are a spreadsheet file's, or at least packed as one is."""
    return content.startswith(_SIGNATURES)


def open_table(
    path: str | Path,
    known: Mapping[str, Sequence[str]],
    *,
    required: Collection[str],
    telling: Collection[str] = (),
    told: Mapping[str, str] = NOTHING_TOLD,
    notes: list[Problem],
) -> AnyTable:
    """The table of a file of any kind: CSV, or of a book all sheets that hold the required columns.

    Of several sheets those are taken that also hold one of the `telling` columns, if any does. Sheets that are left out
    are noted. Refused: files that cannot be read, books in which no sheet holds the columns.
    """
    content = read_bytes(path)
    if not is_workbook(content):
        return read_table(path, content)
    return _book_table(content, str(path), known, set(required), set(telling), told, notes)


def cell_place(table: AnyTable, line: int, column: int) -> Place:
    """The cell of a book, or the line of a CSV file: as exactly as people find it there."""
    return table.place(line, column) if isinstance(table, BookTable) and column >= 0 else table.place(line)


def line_shown(table: AnyTable, line: int) -> int | str:
    """A line as a message about another line names it: `14`, or `Fichas!14` in a book."""
    where = table.place(line)
    return where.line or 0 if where.sheet is None else f"{where.sheet}!{where.line}"


def cell_text(value: object) -> str:
    """The text of a cell, as a person reads it: `12.5` for 12.5, `2026-03-02` for a date, '' for an empty one."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return Figure(_figure(value))
    if isinstance(value, dt.datetime):
        if not (value.hour or value.minute or value.second):
            return value.date().isoformat()
        return value.isoformat(timespec="seconds" if value.second else "minutes")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    return "" if value is None else str(value)


def _figure(value: float) -> str:
    """The digits that a spreadsheet shows: fifteen, never with an exponent."""
    if abs(value) < 10**15 and value == int(value):
        return str(int(value))
    digits = format(value, ".15g")
    return format(Decimal(digits), "f") if "e" in digits else digits  # also `inf` and `nan`, which no reader takes


# -- choosing the sheets ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """A sheet with the row of it that looks most like titles."""

    name: str
    number: int
    is_hidden: bool
    is_own_guide: bool
    titles: int
    texts: tuple[str, ...]
    names: tuple[str | None, ...]
    read: Callable[[], Iterator[tuple[int, list[Any]]]]

    def holds(self, names: set[str]) -> bool:
        return names <= {name for name in self.names if name}


def _book_table(
    content: bytes,
    file: str,
    known: Mapping[str, Sequence[str]],
    required: set[str],
    telling: set[str],
    told: Mapping[str, str],
    notes: list[Problem],
) -> BookTable:
    inside = looked_into(content, file)
    meant = meaning(known, told)
    found = [one for one in _sheets(content, file, meant, required) if any(one.texts) and not one.is_own_guide]
    if not found:
        raise Refused(Problem(Place(file), say("the table is empty"), say("is it the right file? it has no rows")))
    seen = [one for one in found if not one.is_hidden]
    taken = [one for one in seen if one.holds(required)]
    if len(taken) > 1 and any(telling & set(one.names) for one in taken):
        taken = [one for one in taken if telling & set(one.names)]
    if not taken:
        taken = [max(seen or found, key=lambda one: sum(name is not None for name in one.names))]
    left = [one.name for one in found if one not in taken]
    if left:
        notes.append(_left_out(file, left, sorted(required)))
    refuse_if(problem for one in taken for problem in _twice(file, one))
    columns, mappings = _united(taken)
    sheets = tuple(
        _Sheet(one.name, one.number, one.titles, mapping, inside.gaps(one.name, one.number), one.read)
        for one, mapping in zip(taken, mappings, strict=True)
    )
    return BookTable(file, columns, sheets)


def _sheets(content: bytes, file: str, meant: Callable[[str], str | None], required: set[str]) -> Iterator[_Found]:
    """Each sheet of the book with its line of titles."""
    with _refusing(file):
        from python_calamine import SheetTypeEnum, SheetVisibleEnum, load_workbook

        book = load_workbook(BytesIO(content))
        kinds = book.sheets_metadata
    for number, kind in enumerate(kinds):
        if kind.typ != SheetTypeEnum.WorkSheet:
            continue
        with _refusing(file):
            sheet = book.get_sheet_by_index(number)
            first = [(row, _titles(values)) for row, values in _rows(sheet, file, _SEARCHED)]
        best = _line_of_titles(first, meant, required)
        is_own = bool(first) and next(iter(filter(None, first[0][1])), "").startswith(OWN_GUIDE)
        yield _Found(
            kind.name,
            number,
            kind.visible != SheetVisibleEnum.Visible,
            is_own,
            first[best][0] if first else 1,
            tuple(first[best][1]) if first else (),
            tuple(map(meant, first[best][1])) if first else (),
            _reader(sheet, file),
        )


def _line_of_titles(
    first: Sequence[tuple[int, list[str]]], meant: Callable[[str], str | None], required: set[str]
) -> int:
    """Which of the first rows holds the titles: the first with all that is required, else the one with most of them."""
    best, most = 0, 0
    for at, (_, titles) in enumerate(first):
        names = {name for title in titles if (name := meant(title)) and name != LEFT_OUT}
        if required <= names and (len(names) > 1 or at == 0):
            return at
        if len(names) > most:
            best, most = at, len(names)
    return best


def _titles(values: Sequence[Any]) -> list[str]:
    return [" ".join(cell_text(value).split()) for value in values]


def _reader(sheet: Any, file: str) -> Callable[[], Iterator[tuple[int, list[Any]]]]:
    return lambda: _rows(sheet, file)


def _rows(sheet: Any, file: str, most: int | None = None) -> Iterator[tuple[int, list[Any]]]:
    """The rows with their numbers, from column A on; at most so many that are not blank."""
    if sheet.start is None:
        return
    left = [""] * sheet.start[1]
    count = 0
    with _refusing(file):
        rows = enumerate(sheet.iter_rows(), start=1)
        for number, values in rows:
            if not any(value not in {"", None} for value in values):
                continue
            yield number, left + values
            count += 1
            if count == most:
                return


def _united(taken: Sequence[_Found]) -> tuple[tuple[str, ...], list[dict[int, int]]]:
    """The columns of all sheets together, and for each sheet which of them its columns are."""
    titles: list[str] = []
    keys: dict[tuple[str, int], int] = {}
    mappings = []
    for one in taken:
        mapping: dict[int, int] = {}
        met: dict[str, int] = {}
        for at, (title, name) in enumerate(zip(one.texts, one.names, strict=True), start=1):
            if not title:
                continue
            word = title if name in {None, LEFT_OUT} else f"={name}"
            met[word] = met.get(word, 0) + 1
            key = (word, met[word])
            if key not in keys:
                keys[key] = len(titles)
                titles.append(title)
            mapping[at] = keys[key]
        mappings.append(mapping)
    return tuple(titles), mappings


def _twice(file: str, one: _Found) -> Iterator[Problem]:
    """The titles that stand twice in a sheet."""
    for title in dict.fromkeys(one.texts):
        if title and one.texts.count(title) > 1:
            yield Problem(
                Place(file, one.titles, None, one.name),
                say("the column “{column}” stands there twice", column=text_shown(title)),
                say("give each column its own title"),
            )


def _left_out(file: str, names: Sequence[str], required: Sequence[str]) -> Problem:
    return Problem(
        Place(file),
        say_count(
            "the sheet {sheets} is left out: it does not hold the columns of this table",
            "the sheets {sheets} are left out: they do not hold the columns of this table",
            len(names),
            sheets=listing([say("“{sheet}”", sheet=text_shown(name)) for name in names]),
        ),
        say(
            "if one is needed: it must not be hidden, and needs the columns {columns}", columns=listing(list(required))
        ),
    )


# -- refusals ----------------------------------------------------------------------------------------------------------


class _refusing:  # noqa: N801 reads as a clause: `with _refusing(file):`
    """Turns whatever the reading library raises, a panic of its inside too, into one refusal."""

    def __init__(self, file: str) -> None:
        self.file = file

    def __enter__(self) -> None:
        """Nothing is prepared."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Refuse, unless nothing happened, or what happened was said already."""
        if kind is None or issubclass(kind, Refused | KeyboardInterrupt | SystemExit | GeneratorExit | ImportError):
            return
        if kind.__name__ == "PasswordError":
            raise Refused(
                Problem(
                    Place(self.file),
                    say("the book is locked with a password"),
                    say("open it, save it without a password, and try again"),
                )
            ) from None
        if issubclass(kind, MemoryError):
            raise Refused(too_large(self.file)) from None
        raise Refused(
            Problem(
                Place(self.file),
                say("this is no spreadsheet that can be read: it is damaged, or of another kind"),
                say("open it in the spreadsheet program and save it once more as XLSX, ODS or CSV"),
            )
        ) from None
