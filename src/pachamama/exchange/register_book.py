"""A register as a spreadsheet to be corrected elsewhere and imported again: every cell is text, so no DNI loses a zero."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from pachamama.exchange.books import new_book
from pachamama.exchange.tables import escaped

_WIDEST = 40


def register_csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The table as CSV that spreadsheet programs open with its accents; nothing in it runs as a formula."""
    text = StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(columns)
    table.writerows([escaped(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def register_xlsx(name: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The table as XLSX, titles frozen and repeated on paper; new cells below are text as well."""
    content = BytesIO()
    workbook = new_book(content)
    sheet = workbook.add_worksheet(name)
    as_text = workbook.add_format({"num_format": "@"})
    title = workbook.add_format({"num_format": "@", "bold": True, "bg_color": "#D9E2D3", "border": 1})
    for at, column in enumerate(columns):
        width = max((len(row[at]) for row in rows), default=0)
        sheet.set_column(at, at, min(max(width, len(column)) + 2, _WIDEST), as_text)
        sheet.write_string(0, at, column, title)
    for number, row in enumerate(rows, start=1):
        for at, cell in enumerate(row):
            if cell:
                sheet.write_string(number, at, cell, as_text)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    workbook.close()
    return content.getvalue()
