"""What every spreadsheet file that goes out is made with: one date, nothing that runs, names that every program takes."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO
from typing import Any

_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""One date in every book: the same contents give the same bytes."""
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")
_LONGEST_NAME = 31
_KEPT = frozenset({"history", "historial"})
"""Names that spreadsheet programs keep for themselves."""


def new_book(content: BytesIO, *, title: str = "", comments: str = "") -> Any:
    """An empty book that is written into `content` when it is closed; no text in it becomes a formula or a link."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped,unused-ignore]

    book = Workbook(content, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": title, "comments": comments, "created": _CREATED})
    return book


def sheet_name(wanted: str, taken: set[str]) -> str:
    """A name for a sheet that no other of the book has and that every program takes; it is added to those `taken`."""
    name = _NOT_IN_NAMES.sub(" ", wanted).strip()[:_LONGEST_NAME].strip() or "-"
    number = 1
    unique = name
    while unique.casefold() in taken or unique.casefold() in _KEPT:
        number += 1
        unique = f"{name[: _LONGEST_NAME - 1 - len(str(number))]}~{number}"
    taken.add(unique.casefold())
    return unique


def in_margin(text: str) -> str:
    """A text as it stands in the head or foot of a printed page, where `&` begins a command."""
    return text.replace("&", "&&")
