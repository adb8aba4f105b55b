"""Certificates (*diplomas*): one A4 landscape for each winner, or only the texts, for stock that is printed already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pachamama.core.model import ContestResult, Placing
from pachamama.core.sentences import Ordinal, Points, say
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper
from pachamama.papers.labels import Label, capital
from pachamama.papers.people import Person, name_of, partner_of


@dataclass(frozen=True, slots=True)
class Honoured:
    """One page: whom it is given to, and what for; `beside` is the place and the contest in Quechua, or empty.

    `place` and `entry` are for the list, not on the page.
    """

    place: str
    entry: str
    name: str
    where: str
    reason: str
    beside: str


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of one contest, ready to print: plain texts.

    `is_text_only` leaves out frame and title; `signers` are the offices under the lines.
    """

    heading: Heading
    labels: Mapping[str, Label]
    place_and_day: str
    is_text_only: bool
    pages: tuple[Honoured, ...]
    signers: tuple[str, ...]

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes."""
        return self.heading.stem("certificates")


def certificates(
    about: RoundOnPaper,
    contest: ContestResult,
    *,
    persons: Mapping[str, Person],
    honoured: Sequence[Placing],
    place: str,
    day: dt.date,
    text_only: bool = False,
) -> Certificates:
    """The certificates of one contest for those who are `honoured`, in order of place."""
    reader = about.reader
    heading = about.heading(reader.text("Certificate"), contest.within, contest.category)
    return Certificates(
        heading=heading,
        labels=about.labels(
            given="is given to", place="Place", entry="Code", name="Name", where="Contest", text="Text", day="Date"
        ),
        place_and_day=reader.say(
            say("{place}, {day}", place=place, day=reader.date(day)) if place else reader.date(day)
        ),
        is_text_only=text_only,
        pages=tuple(_page(one, persons, heading, about) for one in honoured),
        signers=(
            reader.text("Authority of the community"),
            reader.text("Representative of the programme"),
            reader.text("For the judges"),
        ),
    )


def to_pdf(paper: Certificates) -> bytes:
    """All certificates of a contest as one PDF, a page each; the same ones give the same bytes."""
    return kit.render("certificate", asdict(paper))


def _page(one: Placing, persons: Mapping[str, Person], heading: Heading, about: RoundOnPaper) -> Honoured:
    reader, title, edition = about.reader, heading.title.text, about.edition
    name, partner = name_of(persons, one.entry), partner_of(persons, one.entry)
    where = ", ".join(line.text for line in heading.lines[:-1])
    place = Ordinal(one.place) if isinstance(one.place, int) else one.place
    reason = (
        say(
            "for the {place} place in the contest “{competition}”, edition {edition}, with {points} points.",
            place=place,
            competition=title,
            edition=edition or "—",
            points=Points(one.points, one.decimals),
        )
        if isinstance(one.place, int)
        else say(
            "for place {place} in the contest “{competition}”, edition {edition}, with {points} points.",
            place=place,
            competition=title,
            edition=edition or "—",
            points=Points(one.points, one.decimals),
        )
    )
    both = say("{one} and {other}", one=name, other=partner) if partner else name
    beside = " · ".join(part for part in (capital(about.words.place_beside(one.place)), heading.title.beside) if part)
    return Honoured(str(one.place), one.entry.code, reader.say(both), where, reader.say(reason), beside)
