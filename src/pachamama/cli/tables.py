"""Tables on the screen: drawn by Rich, people's names never read as markup, whole lines where the output is a file."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Literal, TypeAlias

Justify: TypeAlias = Literal["left", "right"]
_FILE_WIDTH = 200
"""Characters a line where nobody looks at a screen."""


def draw(
    columns: Sequence[tuple[str, Justify]], rows: Sequence[Sequence[str]], *, title: str = "", foot: Sequence[str] = ()
) -> str:
    """The table as text, as wide as the screen; `foot` is a last row of totals."""
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
