"""The index of a round's folder: which paper is where, how many pages, how many copies to print, and who signs.

It lies on top of the pile: whoever prints the folder in the municipality needs no other instruction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pachamama.core.sentences import say, say_count
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper
from pachamama.papers.labels import Label


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One kind of paper: its number and title, folder, files and pages, copies and signers in words.

    `why` says why the paper is not for this round; then the rest is empty.
    """

    number: str
    title: str
    folder: str
    files: tuple[tuple[str, int], ...]
    copies: str
    signers: str
    why: str = ""

    @property
    def pages(self) -> int:
        """The pages of all its files, a copy of each."""
        return sum(pages for _, pages in self.files)


@dataclass(frozen=True, slots=True)
class FolderIndex:
    """The index of one folder, ready to print: plain texts and counts."""

    heading: Heading
    labels: Mapping[str, Label]
    rows: tuple[IndexRow, ...]
    left_out: tuple[IndexRow, ...]
    summary: str


def folder_index(about: RoundOnPaper, rows: Sequence[IndexRow]) -> FolderIndex:
    """The index of the papers that were made and of those that are not for this round, in the order of use.

    It has no results of its own: nothing in it is provisional.
    """
    reader, text = about.reader, about.reader.text
    made = tuple(row for row in rows if not row.why)
    files, pages = sum(len(row.files) for row in made), sum(row.pages for row in made)
    return FolderIndex(
        heading=about.heading_of(
            text("Papers of the round"),
            lines=(Label(text("The round is closed") if about.state == "final" else text("The round is open")),),
            code=about.code,
            replaces=about.replaces,
        ),
        labels=about.labels(
            paper="Paper",
            file="File",
            pages="Pages",
            copies="Copies",
            signers="Who signs",
            total="Total",
            left_out="Not for this round",
        ),
        rows=made,
        left_out=tuple(row for row in rows if row.why),
        summary=reader.say(
            say(
                "{files}, {pages}: one of each.",
                files=say_count("{count} file", "{count} files", files),
                pages=say_count("{count} page", "{count} pages", pages),
            )
        ),
    )


def to_pdf(paper: FolderIndex) -> bytes:
    """The index as a PDF, A4 portrait; the same index gives the same bytes."""
    return kit.render("folder_index", asdict(paper))
