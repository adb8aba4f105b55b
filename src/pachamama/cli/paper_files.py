"""How `print` writes papers: each as PDF into a folder, or under `--format xlsx|csv|json` as the same table.

One idea: a paper knows how it is set and which table it is; which files are made of it is decided here, once for all.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

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
    """One paper that can be written: the name of its file without ending, its PDF, and its table if it is one.

    Several tables come by name: sheets of one spreadsheet, CSV files of their own. `document` is the JSON of a paper of
    sentences that is no table.
    """

    stem: str
    pdf: Callable[[], bytes]
    table: Callable[[], PaperTable | Mapping[str, PaperTable]] | None = None
    document: Callable[[], Mapping[str, object]] | None = None


class Part(Protocol):
    """A paper, or a part of one that is set piece by piece."""

    @property
    def part(self) -> int:
        """Its number; 0 for a whole paper."""


_Part = TypeVar("_Part", bound=Part)


def set_part(to_pdf: Callable[[_Part], bytes], paper: _Part) -> bytes:
    """A paper as PDF; after one of many parts the typesetter gives its memory back."""
    from pachamama.papers import kit

    made = to_pdf(paper)
    if paper.part:
        kit.forget()
    return made


def write_papers(asked: Session, folder: str, papers: Sequence[Printed], *, reader: Reader, bar: str) -> list[Path]:
    """Write each paper as the session wants it; the paths, in order. `bar` is what the progress bar says.

    Tables with personal numbers (DNI) in them stand in the journal. Wrong usage where a table is asked for of a paper that is none.
    """
    from pachamama.cli.judging_papers import progress
    from pachamama.exchange import make_folder, write_beside
    from pachamama.papers import kit

    if not all(_comes_as(asked, one) for one in papers):
        raise WrongUsage(say("this paper is no table; leave `--format` out"))
    place = make_folder(folder)
    written: list[Path] = []
    numbered: list[str] = []
    with progress(bar, len(papers)) as went_on:
        for number, paper in enumerate(papers, start=1):
            for ending, content in _files(asked, paper, reader, numbered):
                path = place / f"{paper.stem}{ending}"
                write_beside(path, content)
                written.append(path)
            if number % _BETWEEN == 0:
                kit.forget()
            went_on(1)
    if numbered:
        asked.record_export(", ".join(numbered))
    return written


def _comes_as(asked: Session, paper: Printed) -> bool:
    """The paper can be written in the format that is asked for."""
    if asked.format == "json" and paper.document is not None:
        return True
    return asked.format == "table" or paper.table is not None


_BETWEEN = 20
"""Papers after which the typesetter gives its memory back."""


def _files(asked: Session, paper: Printed, reader: Reader, numbered: list[str]) -> Iterator[tuple[str, bytes]]:
    """What one paper is written as: the end of each file's name, and its bytes; tables with DNI go to `numbered`."""
    from pachamama.exchange.paper_table import PaperTable, paper_csv, paper_json, paper_xlsx

    if asked.format == "json" and paper.document is not None:
        yield ".json", (json.dumps(paper.document(), ensure_ascii=False, indent=2) + "\n").encode()
    elif asked.format == "table" or paper.table is None:
        yield ".pdf", paper.pdf()
    else:
        made = paper.table()
        tables = {"": made} if isinstance(made, PaperTable) else made
        if any(table.has_numbers for table in tables.values()):
            numbered.append(paper.stem)
        if asked.format == "xlsx":
            yield ".xlsx", paper_xlsx(list(tables.values()), reader)
        elif asked.format == "json":
            yield ".json", paper_json(list(tables.values()))
        else:
            for name, table in tables.items():
                yield f"-{name}.csv" if name else ".csv", paper_csv(table)


def show_papers(asked: Session, written: Iterable[Path]) -> None:
    """The papers that were written, a line each, or as JSON."""
    if asked.format == "json":
        asked.json([str(path) for path in written])
        return
    for path in written:
        asked.result(visible(str(path)))
