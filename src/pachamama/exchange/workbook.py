"""Spreadsheet files (XLSX, XLS, ODS) read as the tables that CSV gives: titles, and rows of text with their places.

A cell is text only, as a person reads it on the screen; no formula is ever reckoned here. All sheets that hold the
columns are read as one table, and every problem names sheet and cell. A program for spreadsheets shows what it wants
to show: whatever it has lost (a value that was never reckoned, zeros in front of a DNI) is said, not guessed.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, TypeAlias

from pachamama.core.problems import Place, Problem, Refused, refuse_if
from pachamama.core.sentences import Sentence, listing, say, say_count
from pachamama.core.sheets import text_shown
from pachamama.exchange.columns import LEFT_OUT, NOTHING_TOLD, meaning
from pachamama.exchange.files import LARGEST, read_bytes
from pachamama.exchange.tables import Row, Table, read_table

OWN_GUIDE = "pachamama · "
"""How the first cell of a sheet begins that this program wrote for people to read, and not to be taken in."""
_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_APART = 1 << 21
"""A row of the table is numbered by its sheet × this + its row: no sheet has more rows."""
_SEARCHED = 30
"""Rows among which the titles are looked for: people write headings above their tables."""
_MOST_CELLS = 60_000_000
"""A sheet whose corners are further apart would fill the memory, even if it holds two cells."""


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
    gaps: Mapping[tuple[int, int], Sentence]
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
            for number, values in sheet.read():
                if number <= sheet.titles:
                    continue
                found = self._row(sheet, number, values, problems)
                if found is not None:
                    yield Row(sheet.number * _APART + number, found)

    def _row(self, sheet: _Sheet, number: int, values: list[Any], problems: list[Problem]) -> list[str] | None:
        cells = [""] * len(self.columns)
        before = len(problems)
        outside = 0
        for at, value in enumerate(values, start=1):
            if value == "" or value is None:
                gap = sheet.gaps.get((number, at)) if sheet.gaps else None
                column = sheet.columns.get(at)
                if gap is not None and column is not None and column not in self.unread:
                    problems.append(Problem(Place(self.file, number, at, sheet.name), gap, _TYPE_IT))
                continue
            text = cell_text(value)
            if not text:
                continue
            if at in sheet.columns:
                cells[sheet.columns[at]] = text
            else:
                outside = outside or at
        if len(problems) > before or not (outside or any(cells)):
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
    checked = _looked_into(content, file)
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
        _Sheet(one.name, one.number, one.titles, mapping, checked.gaps(one.name), one.read)
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


# -- what must be known before a book is opened ------------------------------------------------------------------------

_TYPE_IT = say("type the value itself into the cell, or open and save the book once in a spreadsheet program")
_FAR_COLUMN = re.compile(rb' r="([A-Z]{2,3})[0-9]')
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row [^>]*?r="([0-9]+)"')
_CELL = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]+)"([^>]*)>\s*'
    rb"(?:<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(<(?:\w+:)?v>[^<]+</)?|<(?:\w+:)?v>(#[^<]*)</)"
)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What the packed XML of a book tells: cells with a formula that was never reckoned, or with an error, by sheet."""

    parts: Mapping[str, bytes]

    def gaps(self, sheet: str) -> Mapping[tuple[int, int], Sentence]:
        """The cells that look empty and are not, by row and column, each with what is wrong."""
        written = self.parts.get(sheet, b"")
        if b"<f" not in written and b":f" not in written and b't="e"' not in written:
            return {}
        found = {}
        for cell in _CELL.finditer(written):
            at = (int(cell[2]), _column(cell[1]))
            if b't="e"' in cell[3]:
                found[at] = say("the cell holds an error of the spreadsheet")
            elif cell[4] is None and cell[5] is None:
                found[at] = say("the cell holds a formula whose value was never reckoned")
        return found


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _looked_into(content: bytes, file: str) -> _Looked:
    """Look into a packed book; refused if it would unpack to more than memory holds. Other kinds are taken as they are."""
    if not content.startswith(_SIGNATURES[0]):
        return _Looked({})
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise Refused(_too_large(file))
            sheets = _sheet_parts(packed)
            parts = {name: packed.read(part) for name, part in sheets.items()}
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, RuntimeError, EOFError):
        return _Looked({})
    for name, written in parts.items():
        width = max((_column(letters) for letters in set(_FAR_COLUMN.findall(written))), default=26)
        rows = max((int(number) for number in _ROW_NUMBER.findall(written)[-1:]), default=0)
        if width * rows > _MOST_CELLS:
            raise Refused(
                Problem(
                    Place(file, None, None, name),
                    say("the sheet reaches to row {row} and column {column}", row=rows, column=width),
                    say("a cell far away was filled by mistake: delete the empty rows and columns, and save again"),
                )
            )
    return _Looked(parts)


def _sheet_parts(packed: zipfile.ZipFile) -> dict[str, str]:
    """The parts of an XLSX file that hold its sheets, by the sheet's name; none of other kinds of files."""
    from xml.etree import ElementTree as ET

    names = set(packed.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return {}
    try:
        targets = {one.get("Id"): (one.get("Target") or "") for one in _tree(packed, "xl/_rels/workbook.xml.rels")}
        book = _tree(packed, "xl/workbook.xml")
    except (ET.ParseError, ValueError):
        return {}
    found = {}
    for one in book.iter():
        if one.tag.rpartition("}")[2] != "sheet":
            continue
        key = next((value for name, value in one.attrib.items() if name.rpartition("}")[2] == "id"), None)
        target = targets.get(key, "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in names:
            found[one.get("name") or ""] = part
    return found


def _tree(packed: zipfile.ZipFile, part: str) -> Any:
    """The XML of a small part; one that declares entities of its own is none that a spreadsheet program writes."""
    from xml.etree import ElementTree as ET

    written = packed.read(part)
    if b"<!" in written:
        raise ValueError(part)
    return ET.fromstring(written)  # noqa: S314 without declarations nothing in it can grow


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
            raise Refused(_too_large(self.file)) from None
        raise Refused(
            Problem(
                Place(self.file),
                say("this is no spreadsheet that can be read: it is damaged, or of another kind"),
                say("open it in the spreadsheet program and save it once more as XLSX, ODS or CSV"),
            )
        ) from None


def _too_large(file: str) -> Problem:
    return Problem(Place(file), say("the file is too large"), say("is it the right file? tables are much smaller"))
