"""What stands inside a spreadsheet file and is not told by the library that reads it: cells that look empty and are not.

An error (#N/A, #REF!), or a formula that was never reckoned, comes out of the library as an empty cell or as 0: a mark
would be missing in silence. Each kind of file is looked into by itself, for nothing else than that.
"""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any, NamedTuple, TypeAlias
from xml.parsers import expat

from pachamama.core.problems import Place, Problem, Refused
from pachamama.core.sentences import Sentence, say
from pachamama.exchange.files import LARGEST

PACKED, OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How a packed book (XLSX, ODS) begins, and one of before 2007 (XLS)."""
_MOST_CELLS = 60_000_000
"""A sheet whose corners are further apart would fill the memory, even if it holds two cells."""


class Gap(NamedTuple):
    """Why a cell that looks empty is not, with the remedy; `is_error`: the spreadsheet program shows an error there."""

    message: Sentence
    hint: Sentence
    is_error: bool


Gaps: TypeAlias = Mapping[tuple[int, int], Gap]
"""The gaps of a sheet by row and column, both from 1."""


@dataclass(frozen=True, slots=True)
class Inside:
    """The gaps of a book: those of an XLSX file by the sheet's name, those of other kinds by its number, from 0."""

    parts: Mapping[str, bytes] = field(default_factory=dict)
    errors: Mapping[int, Mapping[tuple[int, int], str]] = field(default_factory=dict)

    def gaps(self, sheet: str, number: int) -> Gaps:
        """The cells of a sheet that hold something which nobody can read as a value."""
        found = {at: _holds_error(error) for at, error in self.errors.get(number, {}).items()}
        written = self.parts.get(sheet, b"")
        if b"<f" not in written and b":f" not in written and b't="e"' not in written:
            return found
        for cell in _CELL.finditer(written):
            at = (int(cell[2]), _column(cell[1]))
            if b't="e"' in cell[3]:
                value = cell[4] or cell[5] or b""
                found[at] = _holds_error(value.rpartition(b">")[2].removesuffix(b"</").decode(errors="replace"))
            elif cell[4] is None and cell[5] is None:
                found[at] = _NEVER_RECKONED
        return found


def looked_into(content: bytes, file: str) -> Inside:
    """Look into a book; what cannot be looked into is for the library to refuse.

    Refused: one that would unpack to more than memory holds, and XLSB, whose errors nobody would see.
    """
    if content.startswith(OLD_EXCEL):
        return Inside(errors=_old_errors(content))
    if not content.startswith(PACKED):
        return Inside()
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST:
                raise Refused(too_large(file))
            names = set(packed.namelist())
            if "xl/workbook.bin" in names:
                raise Refused(_no_xlsb(file))
            if "content.xml" in names:
                return Inside(errors=_ods_errors(packed.read("content.xml")))
            parts = {name: packed.read(part) for name, part in _sheet_parts(packed, names).items()}
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, ValueError, RuntimeError, EOFError):
        return Inside()
    for name, written in parts.items():
        _refuse_far_cells(written, name, file)
    return Inside(parts)


def too_large(file: str) -> Problem:
    """A file that would fill the memory."""
    return Problem(Place(file), say("the file is too large"), say("is it the right file? tables are much smaller"))


def _no_xlsb(file: str) -> Problem:
    return Problem(
        Place(file),
        say("this is a spreadsheet of the kind XLSB, in which errors cannot be told from empty cells"),
        say("open it in the spreadsheet program and save it as XLSX, ODS or CSV"),
    )


_NEVER_RECKONED = Gap(
    say("the cell holds a formula whose value was never reckoned"),
    say("type the value itself into the cell, or open and save the book once in a spreadsheet program"),
    is_error=False,
)


def _holds_error(error: str) -> Gap:
    what = say("the cell holds an error of the spreadsheet")
    if error:
        what = say("the cell holds an error of the spreadsheet ({error})", error=error)
    hint = say("type the value itself into the cell, or empty the cell if there is none")
    return Gap(what, hint, is_error=True)


# -- XLSX --------------------------------------------------------------------------------------------------------------

_FAR_COLUMN = re.compile(rb' r="([A-Z]{2,9})[0-9]')
_FAR_ROW = re.compile(rb' r="[A-Z]*([0-9]{7,20})')
"""A row beyond the last one that spreadsheets have, wherever it stands: one such cell aborts the library, and us with it."""
_ROW_NUMBER = re.compile(rb'<(?:\w+:)?row [^>]*?r="([0-9]{1,20})')
_CELL = re.compile(
    rb'<(?:\w+:)?c r="([A-Z]{1,3})([0-9]+)"([^>]*)>\s*'
    rb"(?:<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>[^<]*</(?:\w+:)?f>)\s*(<(?:\w+:)?v>[^<]+</)?|<(?:\w+:)?v>(#[^<]*)</)"
)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _refuse_far_cells(written: bytes, sheet: str, file: str) -> None:
    width = max((_column(letters) for letters in set(_FAR_COLUMN.findall(written))), default=26)
    rows = max((int(row) for row in (*_FAR_ROW.findall(written), *_ROW_NUMBER.findall(written)[-1:])), default=0)
    if width * rows > _MOST_CELLS:
        raise Refused(
            Problem(
                Place(file, None, None, sheet),
                say("the sheet reaches to row {row} and column {column}", row=rows, column=width),
                say("a cell far away was filled by mistake: delete the empty rows and columns, and save again"),
            )
        )


def _sheet_parts(packed: zipfile.ZipFile, names: set[str]) -> dict[str, str]:
    """The parts of an XLSX file that hold its sheets, by the sheet's name; none of other kinds of files."""
    from xml.etree import ElementTree as ET

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


# -- ODS ---------------------------------------------------------------------------------------------------------------

_SHOWN_ERROR = re.compile(
    r"#(?:N/A|N/D|¡?(?:REF|DIV/0|NUM)!|(?:NULL|VALUE|¡NULO|¡VALOR)!|(?:NAME|¿NOMBRE)\?)|Err:[0-9]{3}"
)
"""An error as a spreadsheet program shows it, in English or Spanish: some write 0 as the value beside it."""
_MAY_SHOW = re.compile(rb'"error"|>\s*#|>\s*Err:')


class _OdsErrors:
    """Walks through the cells of an ODS file; equal cells and rows that follow each other are written once."""

    def __init__(self) -> None:
        self.found: dict[int, dict[tuple[int, int], str]] = {}
        self.table, self.row, self.column = -1, 0, 0
        self.rows, self.cells, self.depth = 1, 1, 0
        self.is_error = self.is_text = False
        self.text = ""
        self.in_row: dict[int, str] = {}

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """A table, a row, a cell or its text begins; of what stands inside a cell (notes, tables) nothing is read."""
        word = name.rpartition(":")[2]
        if word in _INSIDE_CELLS:
            self.depth += 1
            if self.depth == 1:
                self.table, self.row = self.table + 1, 0
        elif self.depth != 1:
            return
        elif word == "table-row":
            self.rows, self.column = _times(attributes, "rows"), 0
            self.in_row = {}
        elif word in _CELLS:
            self.cells, self.text = _times(attributes, "columns"), ""
            self.is_error = attributes.get("calcext:value-type") == "error"
        elif word == "p":
            self.is_text = True

    def say(self, text: str) -> None:
        """What a cell shows."""
        if self.is_text and self.depth == 1:
            self.text += text

    def end(self, name: str) -> None:
        """A cell is whole: note what it shows if that is an error."""
        word = name.rpartition(":")[2]
        if word in _INSIDE_CELLS:
            self.depth -= 1
        elif self.depth != 1:
            return
        elif word == "p":
            self.is_text = False
        elif word == "table-row":
            if self.in_row:
                mine = self.found.setdefault(self.table, {})
                rows = range(self.row + 1, self.row + 1 + min(self.rows, _MOST_EQUAL))
                mine |= {(row, column): text for row in rows for column, text in self.in_row.items()}
            self.row += self.rows
        elif word in _CELLS:
            if self.is_error or _SHOWN_ERROR.fullmatch(self.text.strip()):
                columns = range(self.column + 1, self.column + 1 + min(self.cells, _MOST_EQUAL))
                self.in_row |= dict.fromkeys(columns, self.text.strip())
            self.column += self.cells


_INSIDE_CELLS, _CELLS = frozenset({"table", "annotation"}), frozenset({"table-cell", "covered-table-cell"})
_MOST_EQUAL = 1000
"""Equal cells or rows with an error that are told one by one."""


def _times(attributes: Mapping[str, str], what: str) -> int:
    return max(1, min(int(attributes.get(f"table:number-{what}-repeated", "1")), _MOST_CELLS))


def _ods_errors(written: bytes) -> dict[int, dict[tuple[int, int], str]]:
    """The errors of each table of an ODS file; none of one that is no XML, or declares entities of its own."""
    if not _MAY_SHOW.search(written):
        return {}
    walk, parser = _OdsErrors(), expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = walk.start, walk.end
    parser.CharacterDataHandler, parser.EntityDeclHandler = walk.say, _no_entities
    try:
        parser.Parse(written, True)
    except expat.ExpatError as error:
        raise ValueError("content.xml") from error
    return walk.found


def _no_entities(*_: object) -> None:
    raise ValueError("content.xml")


# -- XLS ---------------------------------------------------------------------------------------------------------------

_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_SHEET, _FORMULA, _TRUTH_OR_ERROR, _BEGIN, _END = 0x85, 0x06, 0x205, 0x809, 0x0A
_NO_SECTOR = 0xFFFFFFFA
"""From here on numbers of sectors mean that there is none."""
_HEADER, _ENTRY = 512, 128


def _old_errors(content: bytes) -> dict[int, dict[tuple[int, int], str]]:
    """The errors of each sheet of an XLS file, literal ones and results of formulas; none of a damaged one."""
    try:
        stream = _Sectors(content).stream("Workbook", "Book")
        starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0) if kind == _SHEET]
        return {number: dict(_errors_of_sheet(stream, start)) for number, start in enumerate(starts)}
    except (struct.error, IndexError, ValueError):
        return {}


def _errors_of_sheet(stream: bytes, start: int) -> Iterator[tuple[tuple[int, int], str]]:
    for kind, body in _records(stream, start):
        if kind == _TRUTH_OR_ERROR and body[7]:
            error = body[6]
        elif kind == _FORMULA and body[6] == 2 and body[12:14] == b"\xff\xff":
            error = body[8]
        else:
            continue
        row, column = struct.unpack_from("<HH", body)
        yield (row + 1, column + 1), _ERRORS.get(error, "")


def _records(stream: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records from one beginning to its end; charts that stand inside a sheet have both of their own."""
    depth = 0
    while start + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, start)
        body = stream[start + 4 : start + 4 + size]
        start += 4 + size
        depth += (kind == _BEGIN) - (kind == _END)
        if depth == 1:
            yield kind, body
        elif depth < 1:
            return


class _Sectors:
    """The streams inside an XLS file, which is a small file system: chains of sectors, and a directory."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.size = 1 << struct.unpack_from("<H", content, 30)[0]
        self.next: list[int] = []
        lists = [*struct.unpack_from("<109I", content, 76)]
        further = struct.unpack_from("<I", content, 68)[0]
        for _ in range(struct.unpack_from("<I", content, 72)[0]):
            if further >= _NO_SECTOR:
                break
            *more, further = struct.unpack(f"<{self.size // 4}I", self._sector(further))
            lists += more
        for sector in lists:
            if sector < _NO_SECTOR:
                self.next += struct.unpack(f"<{self.size // 4}I", self._sector(sector))

    def stream(self, *names: str) -> bytes:
        """The bytes of the first stream with one of the names; ValueError if there is none."""
        directory = self._chain(struct.unpack_from("<I", self.content, 48)[0])
        entries = [directory[at : at + _ENTRY] for at in range(0, len(directory), _ENTRY)]
        for name in names:
            for entry in entries:
                length = struct.unpack_from("<H", entry, 64)[0]
                if entry[: max(length - 2, 0)] == name.encode("utf-16-le"):
                    return self._of(entry, entries[0])
        raise ValueError(names)

    def _of(self, entry: bytes, root: bytes) -> bytes:
        first, size = struct.unpack_from("<II", entry, 116)
        if size >= struct.unpack_from("<I", self.content, 56)[0]:
            return self._chain(first)[:size]
        small = 1 << struct.unpack_from("<H", self.content, 32)[0]
        chains = self._chain(struct.unpack_from("<I", self.content, 60)[0])
        following = struct.unpack(f"<{len(chains) // 4}I", chains)
        pool = self._chain(struct.unpack_from("<I", root, 116)[0])
        pieces = [pool[at * small : (at + 1) * small] for at in _followed(first, following)]
        return b"".join(pieces)[:size]

    def _chain(self, first: int) -> bytes:
        return b"".join(map(self._sector, _followed(first, self.next)))

    def _sector(self, number: int) -> bytes:
        start = _HEADER + number * self.size if self.size <= _HEADER else (number + 1) * self.size
        return self.content[start : start + self.size]


def _followed(first: int, following: list[int] | tuple[int, ...]) -> Iterator[int]:
    """The sectors of a chain; one that goes round in a circle is damaged."""
    seen = 0
    while first < _NO_SECTOR:
        if seen > len(following):
            raise ValueError(first)
        yield first
        first, seen = following[first], seen + 1
