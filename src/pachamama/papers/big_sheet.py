"""The big sheet: one contest on landscape paper, a row for each household, written by hand before anything is typed.

One idea: it is the paper that the panel signs in the field (quantity and value of the asset before and now, the mark,
the place, the prize from each purse, a signature), with everything printed that is known before the judging and empty
boxes for everything else. Rows without a name wait for those who come on the day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pachamama.core.awards import InKind
from pachamama.core.criteria import Marks, Measured
from pachamama.core.model import Entry, Judge
from pachamama.core.numbers import plain
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Money, Name, say, say_count
from pachamama.core.ties import LargerGain
from pachamama.language import Reader
from pachamama.language.formats import sign_of
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper
from pachamama.papers.labels import Label, Words
from pachamama.papers.score_sheet import Competitor, whole_marks

MOST_PURSES = 4
"""More purses than this share one column: a signature needs its room."""

LEAST_JUDGES = 3
"""Lines to sign where no panel is assigned: three people agree one mark, and the rules call them one judge."""


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """A column that is filled by hand: its label, and a small line under it (what is allowed, what there is)."""

    label: Label
    small: str = ""


@dataclass(frozen=True, slots=True)
class BigRow:
    """One entry; empty texts are a row for somebody who comes on the day."""

    entry: str = ""
    name: str = ""
    partner: str = ""
    community: str = ""


@dataclass(frozen=True, slots=True)
class BigSheet:
    """The big sheet of one contest, ready to print: plain texts.

    `unit` is known where the rules measure the asset, else there is a column for it. `marks` are the phases and the
    mark, `purses` the prizes in money, `in_kind` is true where things are won.
    """

    heading: Heading
    labels: Mapping[str, Label]
    currency: str
    unit: str
    marks: tuple[WrittenColumn, ...]
    purses: tuple[WrittenColumn, ...]
    in_kind: bool
    rows: tuple[BigRow, ...]
    entered: str
    judges: tuple[tuple[str, str], ...]

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes: `big-sheet-terraces-household-1-C1-new`."""
        return self.heading.stem("big-sheet")


def big_sheet(
    about: RoundOnPaper,
    within: str | None,
    category: str | None,
    *,
    entries: Sequence[Entry],
    competitors: Mapping[str, Competitor],
    judges: Sequence[Judge],
    blank: int,
) -> BigSheet:
    """The sheet of one contest, its entries in the order given, then so many `blank` rows.

    `judges` are those of the panel; where nobody is assigned, there is a line for each judge that the rules want.
    """
    reader, tier, words = about.reader, about.tier, about.words
    signing = [(reader.say(one.name or one.code), reader.say(one.dni)) for one in judges]
    return BigSheet(
        heading=about.heading(
            reader.text("Judging sheet of the contest"),
            within,
            category,
            rehearsal=reader.text("Rehearsal: nothing on this sheet counts."),
        ),
        labels=_labels(about),
        currency=about.money_signs.sign,
        unit=_unit(tier, reader),
        marks=_marks(tier, words),
        purses=_purses(tier, about.currency, words),
        in_kind=_has_things(tier),
        rows=(*(_row(one, competitors, reader) for one in entries), *([BigRow()] * blank)),
        entered=reader.say(say_count("{count} entered", "{count} entered", len(entries))),
        judges=tuple(signing or [("", "")] * max(LEAST_JUDGES, tier.panel.judges or 0)),
    )


def to_pdf(sheet: BigSheet) -> bytes:
    """The sheet as a PDF, A4 landscape; the same sheet gives the same bytes."""
    return kit.render("big_sheet", asdict(sheet))


def _row(entry: Entry, competitors: Mapping[str, Competitor], reader: Reader) -> BigRow:
    who = competitors.get(entry.code) or competitors.get(entry.entrant)
    return BigRow(
        entry=entry.code,
        name=reader.say(who.name if who and who.name else entry.name or entry.code),
        partner=reader.say(who.partner if who else ""),
        community=reader.say(who.community if who else ""),
    )


def _has_things(tier: Tier) -> bool:
    return tier.prizes is not None and any(isinstance(award, InKind) for award in tier.prizes.awards)


def _unit(tier: Tier, reader: Reader) -> str:
    """The unit of the asset, where a tie step compares what the rules measure."""
    gains = [step.larger_gain for step in tier.ties if isinstance(step, LargerGain)]
    measured = [one for phase in tier.judging for one in phase.criteria if isinstance(one, Measured)]
    known = [one.measured.unit for one in measured if one.id in gains]
    return reader.say(known[0]) if len(known) == 1 else ""


def _marks(tier: Tier, words: Words) -> tuple[WrittenColumn, ...]:
    """A column for each phase where there are several, then the mark; each with what is allowed in it."""
    reader, text = words.reader, words.reader.text
    phases = tier.judged_phases
    found: list[WrittenColumn] = []
    if len(phases) > 1:
        for phase in phases:
            most = sum((one.weight * one.maximum for one in phase.judged), 0)
            small = reader.say(say("at most {points}", points=most * phase.factor * phase.weight))
            found.append(WrittenColumn(words.named(Name(phase.name.texts, phase.id)), small))
    judged = [one for phase in phases for one in phase.judged]
    if (
        len(judged) == 1
        and isinstance(judged[0], Marks)
        and whole_marks(judged[0])
        and tier.full_total == judged[0].max
    ):
        small = f"{plain(judged[0].min)}–{plain(judged[0].max)}"
        return (WrittenColumn(words.label(text("Mark")), small),)
    most_of_all = tier.full_total
    small = "" if most_of_all is None else reader.say(say("at most {points}", points=most_of_all))
    return (*found, WrittenColumn(words.label(text("Points")), small))


def _purses(tier: Tier, currency: str, words: Words) -> tuple[WrittenColumn, ...]:
    """A column for each purse with what is in it; one for all of them where there are many, or none is named."""
    reader = words.reader
    purses = tier.prizes.purses if tier.prizes else ()
    if len(purses) > MOST_PURSES:
        return (WrittenColumn(words.label(reader.text("Amount")), sign_of(currency)),)
    found = []
    for purse in purses:
        there_is = Money(int(purse.amount * 100), currency)
        per = (
            say("of {amount}", amount=there_is)
            if purse.per == "contest"
            else say("of {amount}, all contests", amount=there_is)
        )
        found.append(WrittenColumn(words.named(Name(purse.name.texts, purse.id)), reader.say(per)))
    return tuple(found)


def _labels(about: RoundOnPaper) -> dict[str, Label]:
    return about.labels(
        number="No.",
        name="Name",
        entry="Code",
        partner="Partner",
        community="Community",
        unit="Unit",
        before="Before",
        now="Now",
        quantity="Quantity",
        value="Value",
        place="Place",
        by_purse="Prize by purse",
        in_kind="In kind",
        signature="Signature",
        total="Total",
        judges="Judges",
        where="Place of judging",
        day="Date",
        nobody="Nobody is entered yet.",
        dni="DNI",
    )
