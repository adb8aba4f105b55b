"""A paper as a table: the same rows as a spreadsheet to print and reckon on, as CSV, and as JSON for programs.

One idea: a cell is typed once, by its column, and each kind of file gets from that what it can hold. Money goes in as
whole cents and points as exact numbers; sums are formulas in the spreadsheet, with the sum that was reckoned here
stored beside them, so that a program that does not reckon shows it too. The same table gives the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from io import BytesIO, StringIO
from typing import Any, Literal, TypeAlias

from pachamama.core.numbers import Exact, fixed
from pachamama.core.sentences import say
from pachamama.exchange.books import in_margin, new_book, sheet_name
from pachamama.exchange.tables import escaped
from pachamama.language import Reader

Kind: TypeAlias = Literal["text", "count", "points", "money", "date", "written"]
"""What a column holds; `written` is empty on paper, to be filled by hand, and not in CSV and JSON."""
PaperCell: TypeAlias = str | Exact | dt.date | None
"""Text, a count, exact points, money in cents, or a day; None is an empty cell."""

_MONEY_DECIMALS = 2
_LEAST_WIDTH, _WIDEST, _WRITTEN = 5, 42, 24
"""Characters of a column."""
_WRITTEN_HEIGHT, _LONGEST_MARGIN = 30, 110
_FORMATS: Mapping[Kind, str] = {"text": "@", "count": "#,##0", "money": "#,##0.00", "date": "yyyy-mm-dd"}


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column: its name in CSV and JSON, its title in words, and what it holds.

    `decimals` are those of points. `is_summed` puts its sum into the row of totals. `width` is in characters, 0 for
    what the cells need.
    """

    id: str
    title: str
    kind: Kind = "text"
    decimals: int = 2
    is_summed: bool = False
    width: int = 0


@dataclass(frozen=True)
class PaperTable:
    """The table of one paper, or of one of its contests.

    `name` stands on the sheet's tab; `headings` are the lines under the title, `stamps` what is printed large on the
    paper (REHEARSAL, PROVISIONAL), `notes` the lines under the table. `total` is the label of the row of totals; empty
    for none. `facts` are true of every row: extra columns in CSV, and the head of the JSON document. `blank` rows are added
    to the spreadsheet, to be filled by hand.
    """

    name: str
    title: str
    columns: Sequence[PaperColumn]
    rows: Sequence[Sequence[PaperCell]]
    headings: Sequence[str] = ()
    stamps: Sequence[str] = ()
    notes: Sequence[str] = ()
    total: str = ""
    facts: Mapping[str, str | bool | None] = field(default_factory=dict)
    blank: int = 0
    is_portrait: bool = False

    @property
    def has_numbers(self) -> bool:
        """Whole personal numbers (DNI) stand in it, not their last figures only."""
        places = [at for at, column in enumerate(self.columns) if column.id == "dni"]
        return any(row[at] and not str(row[at]).startswith("…") for row in self.rows for at in places)

    @cached_property
    def sums(self) -> Mapping[str, Exact]:
        """The sum of each summed column, by its name; cents where it holds money."""
        return {
            column.id: sum((row[at] for row in self.rows if isinstance(row[at], int | Fraction)), 0)  # type: ignore[misc]
            for at, column in enumerate(self.columns)
            if column.is_summed
        }


def paper_xlsx(tables: Sequence[PaperTable], reader: Reader) -> bytes:
    """A spreadsheet with a sheet for each table, set up for A4 with the titles again on every page; one at least."""
    content = BytesIO()
    book = new_book(content, title=tables[0].title)
    writing = _Writing(book, reader)
    for table in tables:
        writing.table(table)
    book.close()
    return content.getvalue()


def paper_csv(table: PaperTable) -> bytes:
    """The rows as CSV that spreadsheet programs open with its accents, without totals; nothing in it runs as a formula."""
    text = StringIO()
    written = csv.writer(text, lineterminator="\r\n")
    written.writerow([*(column.id for _, column in _told(table)), *table.facts])
    facts = [_fact(fact) for fact in table.facts.values()]
    for row in table.rows:
        cells = [_plain(row[at], column) for at, column in _told(table)]
        texts = ["" if cell is None else escaped(cell) if isinstance(cell, str) else str(cell) for cell in cells]
        written.writerow([*texts, *facts])
    return text.getvalue().encode("utf-8-sig")


def paper_json(tables: Sequence[PaperTable]) -> bytes:
    """The tables as one JSON document: one object, or a list where there are several; amounts are exact strings."""
    documents = [_document(table) for table in tables]
    document = documents[0] if len(documents) == 1 else documents
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _fact(fact: str | bool | None) -> str:
    if isinstance(fact, bool):
        return "true" if fact else "false"
    return "" if fact is None else escaped(fact)


def _document(table: PaperTable) -> dict[str, Any]:
    rows = [{column.id: _plain(row[at], column) for at, column in _told(table)} for row in table.rows]
    sums = {column.id: _plain(table.sums[column.id], column) for column in table.columns if column.is_summed}
    return {"title": table.title, **table.facts, "rows": rows} | ({"totals": sums} if table.total else {})


def _told(table: PaperTable) -> Iterator[tuple[int, PaperColumn]]:
    """The columns that say something, with where they stand."""
    return ((at, column) for at, column in enumerate(table.columns) if column.kind != "written")


def _plain(cell: PaperCell, column: PaperColumn) -> str | int | None:
    """The cell as CSV and JSON hold it: text, a count, or an exact number as text."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if column.kind == "money":
        return fixed(Fraction(cell, 100), _MONEY_DECIMALS)
    if column.kind == "points":
        return fixed(cell, column.decimals)
    return int(cell)


# -- the spreadsheet -------------------------------------------------------------------------------------------------


class _Writing:
    """Writes tables into one book, each on a sheet of its own."""

    def __init__(self, book: Any, reader: Reader) -> None:
        self.book = book
        self.reader = reader
        self.taken: set[str] = set()
        self.made: dict[tuple[object, ...], Any] = {}

    def table(self, table: PaperTable) -> None:
        """One sheet: what it is, the titles, the rows, the totals, the notes."""
        sheet = self.book.add_worksheet(sheet_name(table.name, self.taken))
        sheet.hide_gridlines(2)
        lines = self._above(sheet, table)
        titles = lines + 1
        for at, column in enumerate(table.columns):
            sheet.set_column(at, at, _width(table, at))
            sheet.write_string(titles, at, column.title, self._format(column, "title"))
        first, end = titles + 1, titles + 1 + len(table.rows) + table.blank
        height = _WRITTEN_HEIGHT if any(column.kind == "written" for column in table.columns) else None
        empty: list[Sequence[PaperCell]] = [[None] * len(table.columns)] * table.blank
        for number, row in enumerate([*table.rows, *empty], start=first):
            if height:
                sheet.set_row(number, height)
            for at, column in enumerate(table.columns):
                self._cell(sheet, number, at, row[at], column)
        below = end + 1 if table.total else end
        if table.total:
            self._totals(sheet, table, first, end)
        for number, note in enumerate(table.notes, start=below + 1):
            sheet.write_string(number, 0, note, self._plain_format())
        _set_up(sheet, table, titles, self.reader)

    def _above(self, sheet: Any, table: PaperTable) -> int:
        """The lines above the titles; how many they are."""
        big = self.book.add_format({"bold": True, "font_size": 14})
        sheet.write_string(0, 0, table.title, big)
        lines = [*table.headings, *([" · ".join(table.stamps)] if table.stamps else [])]
        for number, line in enumerate(lines, start=1):
            style = self.book.add_format({"bold": number > len(table.headings)})
            sheet.write_string(number, 0, line, style)
        return len(lines) + 1

    def _cell(self, sheet: Any, row: int, at: int, cell: PaperCell, column: PaperColumn) -> None:
        style = self._format(column)
        if cell is None or cell == "":
            sheet.write_blank(row, at, None, style)
        elif isinstance(cell, str):
            sheet.write_string(row, at, cell, style)
        elif isinstance(cell, dt.date):
            sheet.write_datetime(row, at, dt.datetime(cell.year, cell.month, cell.day), style)  # noqa: DTZ001 a day has no zone
        else:
            sheet.write_number(row, at, _number(cell, column), style)

    def _totals(self, sheet: Any, table: PaperTable, first: int, end: int) -> None:
        """The sums as formulas over the rows, with what they come to."""
        named = False
        for at, column in enumerate(table.columns):
            style = self._format(column, "total")
            if column.is_summed and end > first:
                sums = f"=SUM({_address(first, at)}:{_address(end - 1, at)})"
                sheet.write_formula(end, at, sums, style, _number(table.sums[column.id], column))
            elif column.is_summed:
                sheet.write_number(end, at, 0, style)
            elif not named:
                sheet.write_string(end, at, table.total, style)
            else:
                sheet.write_blank(end, at, None, style)
            named = named or not column.is_summed

    def _plain_format(self) -> Any:
        return self.made.setdefault(("note",), self.book.add_format({"font_size": 9}))

    def _format(self, column: PaperColumn, part: Literal["title", "row", "total"] = "row") -> Any:
        """How a cell of the column looks in that part of the table; made once."""
        key = (part, column.kind, column.decimals, part == "total" and column.is_summed)
        if key not in self.made:
            is_figure = column.kind in ("count", "points", "money")
            style: dict[str, Any] = {"valign": "vcenter", "border": 1, "border_color": "#7F7F7F", "text_wrap": True}
            style["align"] = "right" if is_figure else "left"
            shown = f"0.{'0' * column.decimals}" if column.decimals else "0"
            style["num_format"] = shown if column.kind == "points" else _FORMATS.get(column.kind, "@")
            if part == "title":
                style |= {"bold": True, "bg_color": "#E7E7E7", "num_format": "@", "valign": "bottom"}
            elif part == "total":
                style |= {"bold": True, "top": 2} | ({} if column.is_summed else {"num_format": "@", "align": "left"})
            self.made[key] = self.book.add_format(style)
        return self.made[key]


def _number(cell: Exact, column: PaperColumn) -> Decimal:
    """The figure as it is printed, digit for digit: a spreadsheet stores text of a number."""
    if column.kind == "money":
        return Decimal(fixed(Fraction(cell, 100), _MONEY_DECIMALS))
    return Decimal(fixed(cell, column.decimals if column.kind == "points" else 0))


def _width(table: PaperTable, at: int) -> int:
    """Characters of a column: as wide as its longest cell, within bounds; titles break between words."""
    column = table.columns[at]
    if column.width:
        return column.width
    if column.kind == "written":
        return _WRITTEN
    cells = [str(shown) for row in table.rows if (shown := _plain(row[at], column)) is not None]
    groups = 4 if column.kind == "money" else 0
    word = max((len(part) for part in column.title.split()), default=0)
    return min(max(_LEAST_WIDTH, word, *(len(cell) + groups for cell in cells), 0) + 2, _WIDEST)


def _set_up(sheet: Any, table: PaperTable, titles: int, reader: Reader) -> None:
    """A4, one page wide, the titles on every page, page x of y at the foot, stamps at the head."""
    sheet.set_paper(9)
    if table.is_portrait:
        sheet.set_portrait()
    else:
        sheet.set_landscape()
    sheet.set_margins(left=0.45, right=0.45, top=0.7 if table.stamps else 0.5, bottom=0.7)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(titles)
    sheet.freeze_panes(titles + 1, 0)
    pages = reader.say(say("{page} of {pages}", page="&P", pages="&N"))
    what = " · ".join(part for part in (table.title, *table.headings[:1]) if part)[:_LONGEST_MARGIN]
    sheet.set_footer(f"&L&8 {in_margin(what)}&R&8{pages}")
    if table.stamps:
        sheet.set_header(f"&C&B{in_margin(' · '.join(table.stamps))}")


def _address(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped,unused-ignore]

    found: str = xl_rowcol_to_cell(row, column)
    return found
