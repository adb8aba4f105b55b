"""The index of a round's folder: which paper is where, how many pages, how many copies to print, and who signs.

It lies on top of the pile: whoever prints the folder in the municipality needs no other instruction.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pachamama.core.rules.document import Rules
from pachamama.core.sentences import Name, say, say_count
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.labels import Label, Words
from pachamama.papers.prize_sheet import PAGE, PAGES


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

    language: str
    programme: str
    title: Label
    competition: Label
    heading: tuple[Label, ...]
    round_code: str
    edition: str
    rules: str
    printed: str
    code: str
    replaces: str
    stamps: tuple[str, ...]
    warnings: tuple[str, ...]
    labels: Mapping[str, Label]
    rows: tuple[IndexRow, ...]
    left_out: tuple[IndexRow, ...]
    summary: str


def folder_index(
    *,
    rules: Rules,
    competition: str,
    round_code: str,
    edition: str,
    rows: Sequence[IndexRow],
    state: str,
    rehearsal: bool,
    printed: dt.date,
    reader: Reader,
    code: str = "",
    replaces: str = "",
) -> FolderIndex:
    """The index of the papers that were made and of those that are not for this round, in the order of use."""
    words = Words(reader, with_quechua="qu" in rules.programme.languages)
    text = reader.text
    title = words.named(Name(rules.competitions[competition].name.texts, competition))
    programme = reader.say(rules.programme.name)
    made = tuple(row for row in rows if not row.why)
    files, pages = sum(len(row.files) for row in made), sum(row.pages for row in made)
    return FolderIndex(
        language=reader.language,
        programme=programme,
        title=title,
        competition=title,
        heading=(Label(text("The round is closed") if state == "final" else text("The round is open")),),
        round_code=reader.say(round_code),
        edition=reader.say(edition),
        rules=", ".join(part for part in (programme, title.text) if part),
        printed=reader.date(printed),
        code=code,
        replaces=replaces,
        stamps=(text("REHEARSAL"),) if rehearsal else (),
        warnings=(text("Rehearsal: nothing in it is real."),) if rehearsal else (),
        labels={
            "sheet": words.label(text("Papers of the round")),
            "paper": words.label(text("Paper")),
            "file": words.label(text("File")),
            "pages": words.label(text("Pages")),
            "copies": words.label(text("Copies")),
            "signers": words.label(text("Who signs")),
            "total": words.label(text("Total")),
            "left_out": words.label(text("Not for this round")),
            "round": words.label(text("Round")),
            "edition": words.label(text("Edition")),
            "rules": words.label(text("Rules")),
            "printed": words.label(text("Printed")),
            "code": words.label(text("Code")),
            "page": words.label(text("Page")),
        }
        | {"page_count": Label(reader.say(say("{page} of {pages}", page=PAGE, pages=PAGES)))},
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
