"""The explanation slip: one entry's way from the marks to the cent, as `explain` says it, to be given to whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from pachamama.core.explaining.section import Section
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper, in_parts
from pachamama.papers.labels import Label


@dataclass(frozen=True, slots=True)
class Told:
    """A section of the explanation: its title and its lines."""

    title: Label
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

    heading: Heading
    slips: tuple[Slip, ...]
    part: int = 0

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes; with the number of the part where there are several."""
        alone = self.slips[0].entry if len(self.slips) == 1 and not self.part else None
        return self.heading.stem("explanation-slips", alone) + (f"-{self.part}" if self.part else "")

    def in_parts(self, most: int) -> tuple[Slips, ...]:
        """The same as papers of at most so many slips each, so that a large contest is set piece by piece."""
        return in_parts(self, self.slips, most, lambda some, part: replace(self, slips=some, part=part))


def slips(
    about: RoundOnPaper,
    within: str | None,
    category: str | None,
    *,
    where: str,
    told: Sequence[tuple[str, str, Sequence[Section]]],
) -> Slips:
    """The slips of one contest; `told` are code, name and explanation of each entry."""
    reader = about.reader
    return Slips(
        heading=about.heading(reader.text("How this result came about"), within, category),
        slips=tuple(
            Slip(
                name or code,
                code,
                where,
                tuple(
                    Told(about.words.label(reader.say(one.title)), tuple(reader.say(line) for line in one.lines))
                    for one in sections
                ),
            )
            for code, name, sections in told
        ),
    )


def to_pdf(paper: Slips) -> bytes:
    """The slips as a PDF, A5 portrait; the same slips give the same bytes."""
    return kit.render("slip", asdict(paper))
