"""How `print` writes papers: each as PDF into a folder, or under `--format xlsx|csv|json` as the same table.

One idea: a paper knows how it is set and which table it is; which files are made of it is decided here, once for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.core.names import visible
from pachamama.core.problems import WrongUsage
from pachamama.core.sentences import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pachamama.cli.session import Session
    from pachamama.exchange.paper_table import PaperTable
    from pachamama.language import Reader

RoundCode = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant")
]
Folder = Annotated[
    str, typer.Option("-o", "--to", metavar="FOLDER", help="where the papers go; it is made if it is not there")
]
Unit = Annotated[
    str | None, typer.Option("--within", "--community", metavar="CODE", help="only that community (or watershed)")
]
CategoryOption = Annotated[str | None, typer.Option("--category", metavar="ID", help="only that category")]


@dataclass(frozen=True, slots=True)
class Printed:
    """One paper that can be written: the name of its file without ending, its PDF, and its table if it is one."""

    stem: str
    pdf: Callable[[], bytes]
    table: Callable[[], PaperTable] | None = None


def write_papers(asked: Session, folder: str, papers: Sequence[Printed], *, reader: Reader, bar: str) -> list[Path]:
    """Write each paper as the session wants it; the paths, in order. `bar` is what the progress bar says.

    Wrong usage where a table is asked for of a paper that is none.
    """
    from pachamama.cli.judging_papers import progress
    from pachamama.exchange import make_folder, write_beside
    from pachamama.papers import kit

    if asked.format != "table" and any(one.table is None for one in papers):
        raise WrongUsage(say("this paper is no table; leave `--format` out"))
    place = make_folder(folder)
    written: list[Path] = []
    with progress(bar, len(papers)) as went_on:
        for number, paper in enumerate(papers, start=1):
            ending = "pdf" if asked.format == "table" else asked.format
            path = place / f"{paper.stem}.{ending}"
            write_beside(path, _content(asked, paper, reader))
            written.append(path)
            if number % _BETWEEN == 0:
                kit.forget()
            went_on(1)
    return written


_BETWEEN = 20
"""Papers after which the typesetter gives its memory back."""


def _content(asked: Session, paper: Printed, reader: Reader) -> bytes:
    from pachamama.exchange.paper_table import paper_csv, paper_json, paper_xlsx

    if asked.format == "table" or paper.table is None:
        return paper.pdf()
    table = paper.table()
    if asked.format == "xlsx":
        return paper_xlsx([table], reader)
    return paper_csv(table) if asked.format == "csv" else paper_json([table])


def show_papers(asked: Session, written: Iterable[Path]) -> None:
    """The papers that were written, a line each, or as JSON."""
    if asked.format == "json":
        asked.json([str(path) for path in written])
        return
    for path in written:
        asked.result(visible(str(path)))
