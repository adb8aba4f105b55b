"""The judges' programme: who visits whom, in which order, for each judge and for each community.

One idea: there is one list of visits, by place, then sector, then code, as people walk. A judge's paper is the part of
it that the judge walks; a community's paper is the part that happens there. Day and time are left to be written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from typing import Literal, TypeAlias

from pachamama.core.model import Judge
from pachamama.core.rules.document import Tier, phase_label
from pachamama.core.sentences import Name, listing, say, say_count
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper
from pachamama.papers.labels import Label, Words

_Key: TypeAlias = tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """One judge and one entry in one phase; `judge` is empty while nobody is assigned.

    `place` is where it happens: the code of a community, or of a watershed. `sheet` is the code of the paper, if it has
    one. `is_left_out` is true of a judge who stepped back for this entry: it is told, not walked.
    """

    phase: str
    place: str
    entry: str
    name: str
    partner: str = ""
    sector: str = ""
    category: str = ""
    judge: str = ""
    sheet: str = ""
    is_left_out: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A printed visit; `told` is what there is to know of it."""

    entry: str
    name: str
    partner: str
    sector: str
    sheet: str
    told: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The visits of one phase in one place; `judges` are the names of those who come, or who come too."""

    phase: Label
    place: Label
    judges: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Programme:
    """The programme of one judge (`of` is `judge`) or of one community, ready to print: plain texts."""

    heading: Heading
    labels: Mapping[str, Label]
    of: Literal["judge", "place"]
    whose: str
    has_sector: bool
    has_sheet: bool
    stops: tuple[Stop, ...]
    count: str
    sheets: str

    @property
    def file_stem(self) -> str:
        """A file name without ending: `programme-terraces-household-1-judge-J1`, `…-community-C1`."""
        kind = "judge" if self.of == "judge" else "community" if self.whose else ""
        return self.heading.stem("programme", kind, self.whose)


def programmes(
    about: RoundOnPaper, visits: Iterable[Visit], *, judges: Mapping[str, Judge], place_names: Mapping[str, str]
) -> list[Programme]:
    """The programme of each judge, by code, then that of each place, by code.

    Visits go by phase, place, sector and entry; the same visits give the same papers, in whatever order they come.
    """
    text, tier = about.reader.text, about.tier
    made = _Making(about.words, tier, judges, place_names)
    phases = {one.id: at for at, one in enumerate(tier.judged_phases)}
    every = sorted(
        visits,
        key=lambda one: (phases[one.phase], one.place, _in_order(one.sector), one.entry, one.judge, one.sheet),
    )
    blank = Programme(
        heading=about.heading_of(
            text("Programme of the judges"), rehearsal=text("Rehearsal: nobody walks by this programme.")
        ),
        labels=_labels(about),
        of="judge",
        whose="",
        has_sector=any(one.sector for one in every),
        has_sheet=False,
        stops=(),
        count="",
        sheets="",
    )
    walkers = sorted({one.judge for one in every if one.judge and not one.is_left_out})
    return [
        *(made.of_judge(blank, judge, every) for judge in walkers),
        *(made.of_place(blank, place, every) for place in sorted({one.place for one in every})),
    ]


def to_pdf(made: Programme) -> bytes:
    """The programme as a PDF, A4 portrait; the same programme gives the same bytes."""
    return kit.render("judge_programme", asdict(made))


def _in_order(text: str) -> _Key:
    """Sectors as people number them: 2 before 10, `Sector B` beside `sector b`; those without one at the end."""
    parts = re.split(r"(\d+)", text.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts) if text else ((2, 0, ""),)


@dataclass(frozen=True, slots=True)
class _Making:
    """Puts visits into words."""

    words: Words
    tier: Tier
    judges: Mapping[str, Judge]
    place_names: Mapping[str, str]

    @property
    def reader(self) -> Reader:
        return self.words.reader

    def of_judge(self, blank: Programme, judge: str, every: Sequence[Visit]) -> Programme:
        """The visits of one judge, with those who judge the same entries."""
        own = [one for one in every if one.judge == judge and not one.is_left_out]
        stops = []
        for (phase, place), visits in _by_stop(own):
            entries = {one.entry for one in visits}
            there = [
                one
                for one in every
                if (one.phase, one.place) == (phase, place) and one.entry in entries and one.judge != judge
            ]
            stops.append(self._stop(phase, place, self._names(there), [self._line(one, "") for one in visits]))
        sheets = [one.sheet for one in own if one.sheet]
        return replace(
            blank,
            heading=replace(
                blank.heading, lines=tuple(Label(one) for one in dict.fromkeys((self._name(judge), judge)))
            ),
            whose=judge,
            has_sheet=bool(sheets),
            stops=tuple(stops),
            count=self._count(len(own)),
            sheets=self.reader.say(say_count("{count} score sheet", "{count} score sheets", len(own))),
        )

    def of_place(self, blank: Programme, place: str, every: Sequence[Visit]) -> Programme:
        """All visits in one place: an entry once in each phase, and which judge does not come to it."""
        here = [one for one in every if one.place == place]
        stops = []
        count = 0
        for (phase, _), visits in _by_stop(here):
            lines = []
            for _, of_entry in groupby(visits, key=lambda one: one.entry):
                first, *others = of_entry
                left_out = [self._name(one.judge) for one in (first, *others) if one.is_left_out]
                told = self.reader.say(say("without {judges}", judges=listing(left_out))) if left_out else ""
                lines.append(self._line(replace(first, sheet=""), told))
            count += len(lines)
            stops.append(self._stop(phase, place, self._names(visits), lines))
        return replace(
            blank,
            of="place",
            heading=replace(blank.heading, lines=(Label(self._place(place)),) if place else ()),
            whose=place,
            stops=tuple(stops),
            count=self._count(count),
        )

    def _stop(self, phase: str, place: str, judges: str, lines: Sequence[Line]) -> Stop:
        found = next(one for one in self.tier.judged_phases if one.id == phase)
        label = Label(self.reader.say(phase_label(found))) if len(self.tier.judged_phases) > 1 else Label("")
        return Stop(label, Label(self._place(place)), judges, tuple(lines))

    def _line(self, visit: Visit, told: str) -> Line:
        category = self.tier.category(visit.category) if visit.category else None
        group = self.reader.say(Name(category.name.texts, category.id)) if category else visit.category
        return Line(
            entry=self.reader.say(visit.entry),
            name=self.reader.say(visit.name or visit.entry),
            partner=" · ".join(part for part in (self.reader.say(visit.partner), group) if part),
            sector=self.reader.say(visit.sector),
            sheet=self.reader.say(visit.sheet),
            told=told,
        )

    def _names(self, visits: Iterable[Visit]) -> str:
        codes = sorted({one.judge for one in visits if one.judge and not one.is_left_out})
        return " · ".join(self._name(code) for code in codes)

    def _name(self, judge: str) -> str:
        known = self.judges.get(judge)
        return self.reader.say(known.name if known and known.name else judge)

    def _place(self, code: str) -> str:
        text = self.reader.text
        is_community = self.tier.tier == "household" or self.tier.within == "community"
        kind = text("Community") if is_community else text("Watershed")
        named = self.reader.say(self.place_names.get(code) or code)
        return named if not code or named.casefold().startswith(kind.casefold()) else f"{kind} {named}"

    def _count(self, count: int) -> str:
        return self.reader.say(say_count("{count} visit", "{count} visits", count))


def _by_stop(visits: Sequence[Visit]) -> list[tuple[tuple[str, str], list[Visit]]]:
    """The visits of each phase in each place, in their order."""
    return [(key, list(some)) for key, some in groupby(visits, key=lambda one: (one.phase, one.place))]


def _labels(about: RoundOnPaper) -> dict[str, Label]:
    return about.labels(
        number="No.",
        day="Date",
        time="Time",
        phase="Phase",
        place="Community",
        entry="Code",
        name="Name",
        partner="Partner",
        sector="Sector",
        score_sheet="Score sheet",
        done="Visited",
        remark="Remarks",
        come_too="With",
        judges="Judges",
        to_assign="Judges, not assigned yet",
        handed_over="Handed over",
        returned="Given back",
        signature="Signature",
        meeting="Meeting point and hour",
    )
