"""Tables on the screen: people's names never read as markup, whole lines where the output is a file.

A table that fits is written here, where every cell only has to be padded: Rich takes most of a command's time for the same
text (docs/decisions.md). A table that is too wide for the screen is squeezed and wrapped by Rich.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal, TypeAlias

Justify: TypeAlias = Literal["left", "right"]
_FILE_WIDTH = 200
"""Characters a line where nobody looks at a screen."""
_FIRST_MARK = "\u0300"
"""What is printed below it takes one cell: all letters of Spanish, Quechua and Aymara. Rich knows the others."""
_BOLD, _PLAIN = "\x1b[1m", "\x1b[0m"


def draw(
    columns: Sequence[tuple[str, Justify]], rows: Sequence[Sequence[str]], *, title: str = "", foot: Sequence[str] = ()
) -> str:
    """The table as text, as wide as the screen; `foot` is a last row of totals."""
    text = _padded(columns, rows, title, foot)
    return _squeezed(columns, rows, title, foot) if text is None else text


def _padded(
    columns: Sequence[tuple[str, Justify]], rows: Sequence[Sequence[str]], title: str, foot: Sequence[str]
) -> str | None:
    """The table with each cell as it is; None where that is too wide or not plain text."""
    head = [heading for heading, _ in columns]
    if not ("".join([title, *head, *foot]) + "".join(map("".join, rows)).replace("\n", "")).isprintable():
        return None
    every = [head, *rows, foot] if foot else [head, *rows]
    widths = [max(map(_cells, column)) for column in zip(*every, strict=True)]
    whole = sum(widths) + 2 * len(widths)
    is_seen = sys.stdout.isatty()
    if whole > (_screen() if is_seen else _FILE_WIDTH) or _cells(title) > whole or not all(widths):
        return None
    bold = is_seen and os.environ.get("TERM") not in ("dumb", "unknown")
    justify = [side for _, side in columns]
    lines = [title.rstrip()] if title else []
    lines += ["", _line(head, widths, justify, bold=bold), f" {'─' * (whole - 2)}"]
    for row in rows:
        if any("\n" in cell for cell in row):
            parts = zip_longest(*(cell.split("\n") for cell in row), fillvalue="")
            lines += [_line(part, widths, justify) for part in parts]
        else:
            lines.append(_line(row, widths, justify))
    if foot:
        lines += ["", _line(foot, widths, justify, bold=bold)]
    return "\n".join([*lines, "", ""])


def _line(cells: Sequence[str], widths: Sequence[int], justify: Sequence[Justify], *, bold: bool = False) -> str:
    """One line of the table, each cell as wide as its column."""
    padded = []
    for cell, width, side in zip(cells, widths, justify, strict=True):
        text = cell.rstrip()
        blanks = " " * (width - _cells(text))
        padded.append(blanks + text if side == "right" else text + blanks)
    if bold:
        return f" {_BOLD}{f'{_PLAIN}{_BOLD} {_PLAIN} {_BOLD}'.join(padded)}{_PLAIN}"
    return f" {'  '.join(padded)}".rstrip()


def _cells(text: str) -> int:
    """How many cells of the screen the widest line of a text takes."""
    if "\n" in text:
        return max(map(_cells, text.split("\n")))
    if max(text, default="") < _FIRST_MARK:
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _screen() -> int:
    """Cells in a line of the screen; none on Windows, where only Rich knows what a console can show."""
    from shutil import get_terminal_size

    return 0 if os.name == "nt" else get_terminal_size().columns


def _squeezed(
    columns: Sequence[tuple[str, Justify]], rows: Sequence[Sequence[str]], title: str, foot: Sequence[str]
) -> str:
    """The table made as narrow as the screen by Rich, long cells wrapped."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    width = None if sys.stdout.isatty() else _FILE_WIDTH
    console = Console(width=width, no_color=True, highlight=False, markup=False, emoji=False)
    table = Table(
        box=box.SIMPLE_HEAD,
        title=Text(title) if title else None,
        title_justify="left",
        show_footer=bool(foot),
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for at, (heading, justify) in enumerate(columns):
        table.add_column(Text(heading), justify=justify, footer=Text(foot[at]) if foot else "", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    with console.capture() as captured:
        console.print(table)
    return "\n".join(line.rstrip() for line in captured.get().splitlines()) + "\n"
