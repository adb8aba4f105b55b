"""The files in which phones' answers come: CSV, XLSX, JSON, ZIP, each as titles and records of text.

Which it is, is seen from its content. Nothing is understood here: which column answers what is said in `phones`.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pachamama.core.problems import Place, Problem, Refused, refuse_if
from pachamama.core.sentences import listing, say
from pachamama.exchange.files import LARGEST, read_bytes
from pachamama.exchange.inside import looked_into
from pachamama.exchange.tables import DELIMITERS, decoded, unescaped
from pachamama.exchange.workbook import cell_text

_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_MARK = b"\xef\xbb\xbf"
_LISTS = ("results", "value")
"""Where the submissions stand in a JSON document: KoboToolbox, ODK Central."""
_DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Record:
    """One submission: the line or place in the list where it stands, and its texts by title."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Export:
    """An export; `line` is that of the titles, 0 where there is none. A table has every question as a column."""

    file: str
    line: int
    titles: tuple[str, ...]
    records: tuple[Record, ...]
    is_table: bool


def read_export(path: str | Path) -> Export:
    """The submissions of a file; refused if it is none of the kinds that the two platforms write, or is damaged."""
    file, content = str(path), read_bytes(path)
    if content.startswith(_ZIP) and not _is_workbook(content):
        return _packed(content, file)
    if content.startswith((_ZIP, _OLD_EXCEL)):
        return _workbook(content, file)
    if content.removeprefix(_MARK).lstrip()[:1] in (b"{", b"["):
        return _document(content, file)
    return _table(content, file)


# -- CSV and ZIP -------------------------------------------------------------------------------------------------------


def _table(content: bytes, file: str) -> Export:
    text = decoded(content, file)
    rows: list[tuple[int, list[str]]] = []
    delimiter = max(DELIMITERS, key=lambda sign: len(next(csv.reader(io.StringIO(text), delimiter=sign), [])))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            rows.append((before + 1, [unescaped(cell) for cell in cells]))
            before = reader.line_num
    except csv.Error:
        raise Refused(
            Problem(
                Place(file, before + 1),
                say("a quotation mark opens in this row and is never closed"),
                say("take the file as the server gave it, not as a spreadsheet program saved it"),
            )
        ) from None
    return _of_rows(file, rows)


def _of_rows(file: str, rows: list[tuple[int, list[str]]]) -> Export:
    """Titles and records of rows; empty rows are none."""
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise Refused(
            Problem(Place(file), say("the table is empty"), say("the first line holds the titles of the columns"))
        )
    (first, titles), *others = filled
    titles = [title.strip() for title in titles]
    records = tuple(
        Record(line, {title: cell for title, cell in zip(titles, cells, strict=False) if title and cell})
        for line, cells in others
    )
    return Export(file, first, tuple(dict.fromkeys(title for title in titles if title)), records, is_table=True)


def _packed(content: bytes, file: str) -> Export:
    """The form's own table in a ZIP: the one whose rows have a key and no parent."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            mine = [one for one in packed.infolist() if _is_table(one)]
            found = [(one.filename, packed.read(one)) for one in mine]
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        raise Refused(
            Problem(Place(file), say("the ZIP file is damaged or locked"), say("export it once more"))
        ) from None
    tables = [_table(text, f"{file}/{name}") for name, text in found if text.strip()]
    roots = [one for one in tables if "KEY" in one.titles and "PARENT_KEY" not in one.titles]
    if len(roots) == 1:
        return roots[0]
    raise Refused(
        Problem(
            Place(file),
            say("no table of submissions is in it")
            if not roots
            else say("several forms are in it: {files}", files=listing([Path(one.file).name for one in roots])),
            say("take the ZIP of one form as ODK Central gives it, or unpack it and import one table"),
        )
    )


def _is_table(one: zipfile.ZipInfo) -> bool:
    """A table at the top of the ZIP; the pictures stand in a folder."""
    return one.filename.casefold().endswith(".csv") and "/" not in one.filename and one.file_size < LARGEST


# -- workbooks ---------------------------------------------------------------------------------------------------------


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return any(name.startswith("xl/") for name in packed.namelist())
    except zipfile.BadZipFile:
        return False


def _workbook(content: bytes, file: str) -> Export:
    """The first sheet: those after it hold repeats."""
    from python_calamine import CalamineError, CalamineWorkbook

    inside = looked_into(content, file)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheet = book.get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError, IndexError):
        raise Refused(
            Problem(Place(file), say("the spreadsheet file is damaged or locked"), say("export it once more"))
        ) from None
    refuse_if(
        Problem(Place(file, row, column, sheet.name), gap.message, gap.hint)
        for (row, column), gap in sorted(inside.gaps(sheet.name, 0).items(), key=lambda one: one[0])
    )
    return _of_rows(file, [(line, [cell_text(cell) for cell in cells]) for line, cells in enumerate(rows, start=1)])


# -- JSON --------------------------------------------------------------------------------------------------------------


def _document(content: bytes, file: str) -> Export:
    try:
        told = json.loads(content.decode("utf-8-sig"), parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", None)
        raise Refused(
            Problem(Place(file, line), say("the JSON document is cut off or damaged"), say("export it once more"))
        ) from None
    listed = told
    if isinstance(told, dict):
        listed = next((told[name] for name in _LISTS if isinstance(told.get(name), list)), None)
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Refused(
            Problem(
                Place(file),
                say("no list of submissions is in it"),
                say("take the answer of `…/data/?format=json` (KoboToolbox) or of `….svc/Submissions` (ODK Central)"),
            )
        )
    if isinstance(told, dict) and (told.get("next") or told.get("@odata.nextLink")):
        raise Refused(
            Problem(
                Place(file),
                say("it is one page of several: the server gave only the first submissions"),
                say("ask for all of them at once, with a larger limit, or take the CSV or XLSX export"),
            )
        )
    records = tuple(Record(at, dict(_leaves(one))) for at, one in enumerate(listed, start=1))
    titles = dict.fromkeys(title for one in records for title in one.cells)
    return Export(file, 0, tuple(titles), records, is_table=False)


def _leaves(told: Mapping[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """Every text of a submission with its path; lists (pictures, tags) hold no answers."""
    for name, value in told.items():
        path = f"{before}{name}"
        match value:
            case dict() if depth < _DEEPEST:
                yield from _leaves(value, f"{path}/", depth + 1)
            case bool():
                yield path, str(value).lower()
            case str():
                yield path, value
