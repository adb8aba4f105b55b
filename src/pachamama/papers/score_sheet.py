"""The score sheet (*ficha de calificación*): one paper for one judge and one entry, to be marked in the field.

One idea: each mark is written once, in the way that costs least on a hillside. Whole marks are circles to cross out,
answers are boxes to tick, decimals and measures are boxes to write into; the screen asks for them in this order. A
packet is one judge's sheets of one contest and phase, so that it can be handed over as it comes from the printer.
Nothing on a sheet changes from day to day: a sheet that got lost is printed again byte for byte.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal, TypeAlias

from pachamama.core.assets import asks_for_amounts, assets_on
from pachamama.core.criteria import JudgedCriterion, Marks, Measured, Options, label
from pachamama.core.model import Judge, NumberedSheet
from pachamama.core.numbers import Exact, decimals_of, plain
from pachamama.core.rules.document import Deduction, Knockout, Phase, Tier
from pachamama.core.sentences import Name, Sentence, Value, choice, say
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper, file_stem
from pachamama.papers.labels import Label, Words

MOST_CIRCLES = 30
"""More whole marks than this are written in figures: two rows of circles are quicker than writing, three are not."""
SHEETS_A_FILE = 40
"""More sheets than this in one document need more memory than an old laptop has."""


_Key: TypeAlias = tuple[bool, str, str, str, str, int]
"""What makes a packet: whether it is blank, unit, category, phase, judge, and the copy where no judge is named yet."""


@dataclass(frozen=True, slots=True)
class Competitor:
    """Who is judged: the name, the other half of the household and the community by name; the last two may be empty."""

    name: str
    partner: str = ""
    community: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as it stands on the paper; texts only.

    `marks` are the whole marks to cross out. `boxes` are the figures before and after the decimal mark of a mark that
    is written; both 0 for one wide box. `answers` are option number, name and points. `worth` are the bands of a
    measure in words. `has_points` is true where the points are not what is written (bands, a weight).
    """

    number: int
    name: Label
    kind: Literal["circles", "figures", "answers", "measure"]
    allowed: str
    marks: tuple[str, ...] = ()
    boxes: tuple[int, int] = (0, 0)
    answers: tuple[tuple[int, str, str], ...] = ()
    unit: str = ""
    worth: str = ""
    weight: str = ""
    has_points: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A line to tick: what it says, and the points that go off or on (`–3`, `+2`; empty for what ends the contest)."""

    name: Label
    points: str = ""


@dataclass(frozen=True, slots=True)
class Gain:
    """A thing of which the tie rules compare before and now; `unit` is empty where it is written by hand."""

    name: Label
    unit: str


@dataclass(frozen=True, slots=True)
class Form:
    """What all sheets of a packet share: the lines of the phase, what may be ticked, and how to mark.

    Of each of the `gains` quantity and value are written, before and now. `asks_amount`: prizes pay what each entry asks for.
    """

    lines: tuple[Line, ...]
    ticks: tuple[Tick, ...]
    gains: tuple[Gain, ...]
    asks_amount: bool
    currency: str
    maximum: str
    factor: str
    instruction: str
    decimal_mark: str


@dataclass(frozen=True, slots=True)
class OneSheet:
    """One paper: its code, the QR code as a picture, whom it is about and who marks; empty texts are lines to write on."""

    code: str
    qr: str
    entry: str
    name: str
    partner: str
    community: str
    judge: str
    judge_name: str
    judge_dni: str


@dataclass(frozen=True, slots=True)
class Packet:
    """One judge's sheets of one contest and phase, ready to print.

    `is_blank` sheets are for entries that come on the day; `asks_partner`, `asks_unit` and `categories` say what is
    written on them by hand.
    """

    heading: Heading
    labels: Mapping[str, Label]
    form: Form
    sheets: tuple[OneSheet, ...]
    file_stem: str
    is_blank: bool = False
    asks_partner: bool = False
    asks_unit: bool = False
    categories: tuple[Label, ...] = ()


def score_sheets(
    about: RoundOnPaper,
    sheets: Sequence[NumberedSheet],
    *,
    competitors: Mapping[str, Competitor],
    judges: Mapping[str, Judge],
    single: bool = False,
) -> Iterator[Packet]:
    """The packets of those sheets, one after the other: by contest, phase and judge; the blank ones last.

    Within a packet the sheets come in the order given. Who is not among `competitors` is printed by code. Files of blank
    sheets, and of `single` ones printed again, are named by their first code, so that none replaces a whole packet.
    """
    tier, paper = about.tier, _Paper(about)
    for key, held in _in_packets(sheets):
        first = held[0]
        phase = next(one for one in tier.judged_phases if one.id == first.phase)
        parts = [held[at : at + SHEETS_A_FILE] for at in range(0, len(held), SHEETS_A_FILE)]
        is_blank = first.entry is None
        packet = Packet(
            heading=paper.heading(phase, first.within, first.category),
            labels=_labels(about),
            form=paper.form(phase),
            sheets=(),
            file_stem="",
            is_blank=is_blank,
            asks_partner=is_blank and tier.tier == "household",
            asks_unit=is_blank and first.within is None and tier.within != "programme",
            categories=paper.categories() if is_blank and first.category is None else (),
        )
        for number, part in enumerate(parts, start=1):
            yield replace(
                packet,
                sheets=tuple(_one(one, competitors, judges, about.reader) for one in part),
                file_stem=_file_stem(
                    about.round_code,
                    key,
                    tier,
                    number if len(parts) > 1 else 0,
                    part[0].code if single or is_blank else "",
                ),
            )


def to_pdf(packet: Packet) -> bytes:
    """The packet as a PDF: two sheets on an A4 page where they fit, else one; the same packet gives the same bytes."""
    return kit.render("score_sheet", asdict(packet))


# -- what the paper says -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Paper:
    """What is the same on every sheet of a round."""

    about: RoundOnPaper

    @property
    def words(self) -> Words:
        return self.about.words

    @property
    def tier(self) -> Tier:
        return self.about.tier

    def heading(self, phase: Phase, within: str | None, category: str | None) -> Heading:
        """The heading of the sheets of a phase, for one contest: the phase, the unit and the category."""
        named = phase.name.texts or len(self.tier.judged_phases) > 1
        lines = (
            *((self.words.named(Name(phase.name.texts, phase.id)),) if named else ()),
            *self.about.lines(within, category)[:-1],
        )
        paper = self.words.reader.text("Score sheet")
        return self.about.heading_of(paper, lines=lines, contest=(within, category))

    def form(self, phase: Phase) -> Form:
        """The form of a phase."""
        reader = self.words.reader
        return Form(
            lines=tuple(self._line(at, one) for at, one in enumerate(phase.judged, start=1)),
            ticks=tuple(self._ticks()),
            gains=tuple(Gain(self.words.named(one.name), reader.say(one.unit)) for one in assets_on(self.tier, phase)),
            asks_amount=asks_for_amounts(self.tier),
            currency=self.about.money_signs.sign,
            maximum=reader.say(sum((one.weight * one.maximum for one in phase.judged), 0)),
            factor=reader.say(phase.factor) if phase.factor != 1 else "",
            instruction=reader.say(_instruction(phase)),
            decimal_mark=self.about.money_signs.decimal,
        )

    def categories(self) -> tuple[Label, ...]:
        """The categories of the tier, to tick one on a blank sheet."""
        return tuple(self.words.named(Name(one.name.texts, one.id)) for one in self.tier.categories)

    def _line(self, number: int, criterion: JudgedCriterion) -> Line:
        reader = self.words.reader
        weight = reader.say(criterion.weight) if criterion.weight != 1 else ""
        line = Line(
            number=number,
            name=self.words.named(label(criterion)),
            kind="figures",
            allowed=reader.say(criterion.in_words()),
            weight=weight,
            has_points=bool(weight),
        )
        if isinstance(criterion, Measured):
            worth = [reader.say(say("{what}: {points}", what=what, points=had)) for what, had in criterion.answers()]
            return replace(
                line, kind="measure", unit=reader.say(criterion.measured.unit), worth=" · ".join(worth), has_points=True
            )
        if isinstance(criterion, Options):
            answers = tuple(
                (at, reader.say(one.name) if one.name.texts else "", reader.say(one.points))
                for at, one in enumerate(criterion.options, start=1)
            )
            return replace(line, kind="answers", answers=answers)
        if marks := whole_marks(criterion):
            return replace(line, kind="circles", marks=tuple(plain(one) for one in marks))
        return replace(line, boxes=_boxes(criterion))

    def _ticks(self) -> Iterator[Tick]:
        """What may be ticked; its number is the one that the screen takes: deductions, bonuses, knockouts."""
        for sign, kinds in (("–", self.tier.deductions), ("+", self.tier.bonuses), ("", self.tier.knockouts)):
            for one in kinds:
                yield Tick(self.words.named(Name(one.name.texts, one.id)), _points(one, sign, self.words.reader))


def whole_marks(criterion: Marks) -> tuple[Exact, ...]:
    """The marks that are printed as circles, lowest first; none where they are no whole numbers, or too many."""
    if any(decimals_of(one) != 0 for one in (criterion.min, criterion.step)):
        return ()
    count = int((criterion.max - criterion.min) / criterion.step) + 1
    if count > MOST_CIRCLES:
        return ()
    return tuple(criterion.min + at * criterion.step for at in range(count))


def _boxes(criterion: Marks) -> tuple[int, int]:
    """How many figures the largest mark has before the decimal mark, and the finest one after it."""
    return len(str(int(criterion.max))), max(decimals_of(one) or 0 for one in (criterion.min, criterion.step))


def _points(one: Deduction | Knockout, sign: str, reader: Reader) -> str:
    return f"{sign}{reader.say(one.points)}" if isinstance(one, Deduction) else ""


def _instruction(phase: Phase) -> Sentence:
    """How to mark, as short as the lines of this phase allow."""
    ways: list[Value] = []
    judged = phase.judged
    if any(isinstance(one, Marks) and whole_marks(one) for one in judged):
        ways.append(say("cross out one circle"))
    if any(isinstance(one, Options) for one in judged):
        ways.append(say("tick one answer"))
    if any(isinstance(one, Measured) or (isinstance(one, Marks) and not whole_marks(one)) for one in judged):
        ways.append(say("write figures into the boxes"))
    return say(
        "For each line, {ways}. A line left empty is a missing mark, never 0.",
        ways=choice(ways),
    )


def _labels(about: RoundOnPaper) -> dict[str, Label]:
    labels = about.labels(
        name="Name",
        partner="Partner",
        code="Code",
        unit="Community",
        points="Points",
        total="Total",
        at_most="at most",
        before_deductions="before deductions",
        then_times="multiplied afterwards by",
        status="No marks, because",
        absent="Did not come",
        withdrawn="Withdrew",
        also="Tick what applies",
        before="Before",
        now="Now",
        quantity="Quantity",
        value="Value",
        unit_of="Unit",
        amount="Amount asked for",
        remarks="Remarks",
        judge="The judge",
        dni="DNI",
        date="Date",
        signature="Signature",
    )
    return labels | (about.labels(unit="Watershed") if about.tier.within == "watershed" else {})


# -- sheets and packets ------------------------------------------------------------------------------------------


def _in_packets(sheets: Sequence[NumberedSheet]) -> Iterator[tuple[_Key, list[NumberedSheet]]]:
    """The sheets by contest, phase and judge; the copies of an unnamed judge apart, so that each is a whole set."""
    seen: Counter[tuple[str | None, ...]] = Counter()
    found: dict[_Key, list[NumberedSheet]] = {}
    for one in sheets:
        copy = 0
        if one.judge is None and one.entry is not None:
            who = (one.within, one.category, one.phase, one.entry)
            seen[who] += 1
            copy = seen[who]
        key = (one.entry is None, one.within or "", one.category or "", one.phase, one.judge or "", copy)
        found.setdefault(key, []).append(one)
    for key in sorted(found):
        yield key, found[key]


def _one(
    sheet: NumberedSheet, competitors: Mapping[str, Competitor], judges: Mapping[str, Judge], reader: Reader
) -> OneSheet:
    who = competitors.get(sheet.entry or "")
    judge = judges.get(sheet.judge or "")
    return OneSheet(
        code=sheet.code,
        qr=kit.qr_code(sheet.code),
        entry=sheet.entry or "",
        name=reader.say(who.name if who and who.name else sheet.entry or ""),
        partner=reader.say(who.partner if who else ""),
        community=reader.say(who.community if who else ""),
        judge=sheet.judge or "",
        judge_name=reader.say(judge.name if judge and judge.name else sheet.judge or ""),
        judge_dni=reader.say(judge.dni if judge else ""),
    )


def _file_stem(round_code: str, key: _Key, tier: Tier, part: int, code: str) -> str:
    """A file name without ending, from our own codes: `score-sheets-terraces-household-1-C1-new-field-J1`."""
    is_blank, within, category, phase, judge, copy = key
    parts = (
        *("score-sheets", round_code, "BLANK" if is_blank else "", within, category),
        *(phase if len(tier.judged_phases) > 1 else "", judge),
        *(f"copy{copy}" if copy else "", f"part{part}" if part else "", code),
    )
    return file_stem(*parts)
