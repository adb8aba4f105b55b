"""Certificates (*diplomas*): one A4 landscape for each winner, or only the texts, for stock that is printed already."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pachamama.core.model import ContestResult, Placing
from pachamama.core.rules.document import Rules, Tier
from pachamama.core.sentences import Name, Ordinal, Points, say
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.labels import Label, Words
from pachamama.papers.prize_sheet import Person, heading_of


@dataclass(frozen=True, slots=True)
class Honoured:
    """One page: whom it is given to, and what for; `place` and `entry` are for the list, not on the page."""

    place: str
    entry: str
    name: str
    where: str
    reason: str


@dataclass(frozen=True, slots=True)
class Certificates:
    """The certificates of one contest, ready to print: plain texts.

    `is_text_only` leaves out frame and title; `signers` are the offices under the lines.
    """

    language: str
    programme: str
    title: Label
    given: Label
    competition: Label
    round_code: str
    within: str | None
    category: str | None
    place_and_day: str
    code: str
    replaces: str
    code_label: str
    labels: Mapping[str, Label]
    stamps: tuple[str, ...]
    is_text_only: bool
    pages: tuple[Honoured, ...]
    signers: tuple[str, ...]

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes."""
        parts = ("certificates", self.round_code, self.within, self.category)
        return "-".join(re.sub(r"[^\w.-]+", "_", part) for part in parts if part)


def certificates(
    *,
    rules: Rules,
    competition: str,
    tier: Tier,
    round_code: str,
    edition: str,
    contest: ContestResult,
    unit_name: str,
    persons: Mapping[str, Person],
    honoured: Sequence[Placing],
    place: str,
    day: dt.date,
    rehearsal: bool,
    reader: Reader,
    code: str = "",
    replaces: str = "",
    text_only: bool = False,
) -> Certificates:
    """The certificates of one contest for those who are `honoured`, in order of place."""
    words = Words(reader, with_quechua="qu" in rules.programme.languages)
    title = words.named(Name(rules.competitions[competition].name.texts, competition))
    where = ", ".join(line.text for line in heading_of(tier, contest.within, contest.category, unit_name, words)[:-1])
    return Certificates(
        language=reader.language,
        programme=reader.say(rules.programme.name),
        title=words.label(reader.text("Certificate")),
        given=words.label(reader.text("is given to")),
        competition=title,
        round_code=round_code,
        within=contest.within,
        category=contest.category,
        place_and_day=reader.say(
            say("{place}, {day}", place=place, day=reader.date(day)) if place else reader.date(day)
        ),
        code=code,
        replaces=replaces,
        code_label=reader.text("Code"),
        labels={
            "place": Label(reader.text("Place")),
            "entry": Label(reader.text("Code")),
            "name": Label(reader.text("Name")),
            "where": Label(reader.text("Contest")),
            "text": Label(reader.text("Text")),
            "day": Label(reader.text("Date")),
        },
        stamps=(reader.text("REHEARSAL"),) if rehearsal else (),
        is_text_only=text_only,
        pages=tuple(_page(one, persons, where, title.text, edition, reader) for one in honoured),
        signers=(
            reader.text("Authority of the community"),
            reader.text("Representative of the programme"),
            reader.text("For the judges"),
        ),
    )


def to_pdf(paper: Certificates) -> bytes:
    """All certificates of a contest as one PDF, a page each; the same ones give the same bytes."""
    return kit.render("certificate", asdict(paper))


def _page(
    one: Placing, persons: Mapping[str, Person], where: str, title: str, edition: str, reader: Reader
) -> Honoured:
    person = persons.get(one.entry.code) or persons.get(one.entry.entrant)
    name = (person.name if person else "") or one.entry.name or one.entry.code
    partner = person.partner if person else ""
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
    return Honoured(str(one.place), one.entry.code, reader.say(both), where, reader.say(reason))
