"""The explanation slip: one entry's way from the marks to the cent, as `explain` says it, to be given to whoever asks."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pachamama.core.explaining.section import Section
from pachamama.core.rules.document import Rules
from pachamama.core.sentences import Name, say
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.labels import Label, Words
from pachamama.papers.prize_sheet import PAGE, PAGES


@dataclass(frozen=True, slots=True)
class Told:
    """A section of the explanation: its title and its lines."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Slip:
    """One entry: name and code, place and contest in a line, and the sections."""

    name: str
    entry: str
    where: str
    sections: tuple[Told, ...]


@dataclass(frozen=True, slots=True)
class Slips:
    """The slips of one contest, ready to print: plain texts; each begins on a page of its own."""

    language: str
    programme: str
    title: Label
    competition: Label
    round_code: str
    edition: str
    within: str | None
    category: str | None
    printed: str
    code: str
    replaces: str
    labels: dict[str, Label]
    stamps: tuple[str, ...]
    slips: tuple[Slip, ...]

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes."""
        alone = self.slips[0].entry if len(self.slips) == 1 else None
        parts = ("explanation-slips", self.round_code, self.within, self.category, alone)
        return "-".join(re.sub(r"[^\w.-]+", "_", part) for part in parts if part)


def slips(
    *,
    rules: Rules,
    competition: str,
    round_code: str,
    edition: str,
    within: str | None,
    category: str | None,
    where: str,
    told: Sequence[tuple[str, str, Sequence[Section]]],
    provisional: bool,
    rehearsal: bool,
    printed: dt.date,
    reader: Reader,
    code: str = "",
    replaces: str = "",
) -> Slips:
    """The slips of one contest; `told` are code, name and explanation of each entry."""
    words = Words(reader, with_quechua="qu" in rules.programme.languages)
    text = reader.text
    return Slips(
        language=reader.language,
        programme=reader.say(rules.programme.name),
        title=words.label(text("How this result came about")),
        competition=words.named(Name(rules.competitions[competition].name.texts, competition)),
        round_code=round_code,
        edition=reader.say(edition),
        within=within,
        category=category,
        printed=reader.date(printed),
        code=code,
        replaces=replaces,
        labels={
            "round": words.label(text("Round")),
            "edition": words.label(text("Edition")),
            "printed": words.label(text("Printed")),
            "code": words.label(text("Code")),
            "page_count": Label(reader.say(say("{page} of {pages}", page=PAGE, pages=PAGES))),
        },
        stamps=(
            *((text("REHEARSAL"),) if rehearsal else ()),
            *((text("PROVISIONAL"),) if provisional else ()),
        ),
        slips=tuple(
            Slip(
                name or code_,
                code_,
                where,
                tuple(Told(reader.say(one.title), tuple(reader.say(line) for line in one.lines)) for one in sections),
            )
            for code_, name, sections in told
        ),
    )


def to_pdf(paper: Slips) -> bytes:
    """The slips as a PDF, A5 portrait; the same slips give the same bytes."""
    return kit.render("slip", asdict(paper))
