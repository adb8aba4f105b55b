"""The minutes of a contest (*acta*): who met, who judged, the places, what was decided, and every prize in words.

One idea: running text in the order in which it is read aloud in the square, then tables, then room to sign with a
thumb. Every sentence is made here from the results that were stored; the template only places it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from pachamama.core.checking import Checked, said
from pachamama.core.model import ContestResult, Drawing, Placing, Ruling
from pachamama.core.names import called, people_said
from pachamama.core.purses import Purse
from pachamama.core.ranking import warning_said
from pachamama.core.rules.document import Phase, Rules, Tier, phase_label
from pachamama.core.rulings import once_each, ruling_told
from pachamama.core.sentences import Money, Name, Points, Sentence, Value, listing, say, say_count
from pachamama.core.sheets import ticks_told
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper
from pachamama.papers.labels import Label, capital
from pachamama.papers.people import Person, few_named, name_of, waiting

BLANK = "<blank>"
"""Where the acta leaves a line to write on."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where and when people met; what is empty is left to be written by hand."""

    place: str = ""
    day: str = ""
    begin: str = ""
    end: str = ""


@dataclass(frozen=True, slots=True)
class JudgeSaid:
    """A judge of the contest, with the phases judged."""

    code: str
    name: str
    dni: str
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known beside the results: decisions, recusals (judge, entry, reason), checks; appeals and payments in words.

    `instead` are those who judged an entry in the place of one who stepped back: who, which entry, in whose place.
    `ticked` are the deductions, bonuses and faults that the sheets of an entry name, by id.
    `closed_by` and `witness` are names; `accepted` why the round was closed although something was missing.
    """

    judges: Sequence[JudgeSaid]
    rulings: Sequence[Ruling] = ()
    drawings: Sequence[Drawing] = ()
    ticked: Sequence[tuple[str, Collection[str]]] = ()
    recusals: Sequence[tuple[str, str, str]] = ()
    instead: Sequence[tuple[str, str, str]] = ()
    checked: Checked | None = None
    accepted: str = ""
    closed_by: str = ""
    witness: Value = ""
    appeals: Sequence[Sentence] = ()
    payments: Sequence[Sentence] = ()


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A place as it is read aloud; `remark` says a tie and what decided it."""

    place: str
    name: str
    entry: str
    points: str
    remark: str


@dataclass(frozen=True, slots=True)
class PrizeLine:
    """A prize with its amount in figures and in words, and what is given in kind."""

    place: str
    name: str
    entry: str
    amount: str
    words: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part: a title, paragraphs, and perhaps one of the two tables."""

    title: str
    paragraphs: tuple[str, ...] = ()
    table: Literal["", "results", "prizes"] = ""


@dataclass(frozen=True, slots=True)
class Acta:
    """The minutes of one contest, ready to print: plain texts."""

    heading: Heading
    labels: Mapping[str, Label]
    opening: str
    parts: tuple[Part, ...]
    results: tuple[ResultRow, ...]
    prizes: tuple[PrizeLine, ...]
    total: str
    total_words: str
    closing: str
    judges: tuple[tuple[str, str], ...]
    authorities: tuple[str, ...]

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes."""
        return self.heading.stem("acta")


def acta(
    about: RoundOnPaper,
    contest: ContestResult,
    *,
    persons: Mapping[str, Person],
    facts: Facts,
    meeting: Meeting,
) -> Acta:
    """The minutes of one contest; `persons` are found by entry, else by entrant."""
    reader = about.reader
    teller = _Teller(about.rules, about.tier, contest, persons, facts, reader)
    total = sum(one.cents for one in contest.placings)
    money = Money(total, about.currency)
    heading = about.heading(reader.text("Minutes of results and prizes"), contest.within, contest.category)
    return Acta(
        heading=heading,
        labels=_labels(about),
        opening=reader.say(_opening(meeting, heading, about.edition)),
        parts=tuple(teller.parts()),
        results=tuple(teller.results()),
        prizes=tuple(teller.prizes()),
        total=reader.say(money) if total else "",
        total_words=reader.in_words(money) if total else "",
        closing=reader.say(_ending(meeting)),
        judges=tuple((reader.say(one.name or one.code), reader.say(one.dni)) for one in facts.judges),
        authorities=(
            reader.text("Authority of the community"),
            reader.text("Representative of the programme"),
            reader.text("Witness"),
        ),
    )


def to_pdf(paper: Acta) -> bytes:
    """The acta as a PDF, A4 portrait; the same acta gives the same bytes."""
    return kit.render("acta", asdict(paper))


def _labels(about: RoundOnPaper) -> dict[str, Label]:
    return about.labels(
        place="Place",
        entry="Code",
        name="Name",
        dni="DNI",
        points="Points",
        results="Results",
        prizes="Prizes",
        in_kind="In kind",
        amount="Amount",
        in_words="Amount in words",
        total="Total",
        remark="Ties",
        judges="Judges",
        signature="Signature",
        fingerprint="Fingerprint",
    )


def _opening(meeting: Meeting, heading: Heading, edition: str) -> Sentence:
    return say(
        "In {place}, on {day}, at {hour}, the judges and authorities who sign below met to make known the results of the "
        "contest “{competition}” ({contest}), edition {edition}, and to hand out its prizes, as follows.",
        place=meeting.place or BLANK,
        day=meeting.day or BLANK,
        hour=meeting.begin or BLANK,
        competition=heading.title.text,
        contest=", ".join(line.text for line in heading.lines),
        edition=edition or "—",
    )


def _ending(meeting: Meeting) -> Sentence:
    return say(
        "There being nothing more to deal with, the act ended at {hour}. This was read aloud, found in order, and signed by "
        "those present.",
        hour=meeting.end or BLANK,
    )


class _Teller:
    """Says each part of one contest, in order."""

    def __init__(
        self,
        rules: Rules,
        tier: Tier,
        contest: ContestResult,
        persons: Mapping[str, Person],
        facts: Facts,
        reader: Reader,
    ) -> None:
        self.currency = rules.programme.currency
        self.tier, self.contest, self.persons, self.facts, self.reader = tier, contest, persons, facts, reader
        self.purses: Mapping[str, Purse] = {one.id: one for one in (tier.prizes.purses if tier.prizes else ())}
        self.steps = {step.id: step.label(tier) for step in tier.ties}
        self.phases: Mapping[str, Phase] = {one.id: one for one in tier.judged_phases}

    def parts(self) -> Iterator[Part]:
        """The numbered parts; one that has nothing to say is left out, except those that must say so."""
        text = self.reader.text
        yield Part(text("Participants"), self._said(self._participants()))
        yield Part(text("Judges"), self._said(self._judges()))
        yield Part(text("Results"), self._said(self._places()), "results" if self.contest.placings else "")
        if decided := self._said(self._decisions()):
            yield Part(text("Ties, lots, rulings and deductions"), decided)
        if self.tier.promotion is not None:
            yield Part(text("Who goes up"), self._said(self._promoted()))
        won = any(one.awards for one in self.contest.placings)
        yield Part(text("Prizes"), self._said(self._money()), "prizes" if won else "")
        if checked := self._said(self._checks()):
            yield Part(text("Control and closing"), checked)
        if self.facts.appeals:
            yield Part(text("Appeals"), self._said(self.facts.appeals))
        if self.facts.payments:
            yield Part(text("Payments"), self._said(self.facts.payments))

    def results(self) -> Iterator[ResultRow]:
        """Every place in order."""
        for one in self.contest.placings:
            yield ResultRow(
                str(one.place),
                self._name(one),
                one.entry.code,
                self.reader.say(Points(one.points, one.decimals)),
                self._remark(one),
            )

    def prizes(self) -> Iterator[PrizeLine]:
        """Every winner in order of place."""
        for one in self.contest.placings:
            if one.awards:
                money = Money(one.cents, self.currency)
                yield PrizeLine(
                    str(one.place),
                    self._name(one),
                    one.entry.code,
                    self.reader.say(money) if one.cents else "",
                    self.reader.in_words(money) if one.cents else "",
                    tuple(
                        self.reader.say(award.item if isinstance(award.item, Name) else Name({}, str(award.item)))
                        for award in one.awards
                        if award.item is not None
                    ),
                )

    # -- who --------------------------------------------------------------------------------------------------------

    def _participants(self) -> Iterator[Sentence]:
        ranked, out = len(self.contest.placings), len(self.contest.unranked)
        yield say_count("{count} was entered.", "{count} were entered.", ranked + out)
        yield say_count("{count} was judged and has a place.", "{count} were judged and have a place.", ranked)
        for one in self.contest.unranked:
            name = name_of(self.persons, one.entry)
            who = called(one.entry.code, "" if name == one.entry.code else name)
            yield say("{entry} has no place: {why}.", entry=who, why=one.why)

    def _judges(self) -> Iterator[Sentence]:
        if not self.facts.judges:
            yield say("No judge handed in a sheet.")
        together: dict[tuple[str, ...], list[Value]] = {}
        for one in self.facts.judges:
            phases = tuple(phase for phase in one.phases if phase in self.phases) if len(self.phases) > 1 else ()
            who: Value = (
                say("{name} (DNI {dni})", name=one.name or one.code, dni=one.dni) if one.dni else one.name or one.code
            )
            together.setdefault(phases, []).append(who)
        for phases, judges in together.items():
            named, count = listing(judges), len(judges)
            if phases:
                what = listing([phase_label(self.phases[phase]) for phase in phases])
                yield say_count(
                    "{judges} judged: {phases}.", "{judges} judged: {phases}.", count, judges=named, phases=what
                )
            else:
                yield say_count("{judges} judged.", "{judges} judged.", count, judges=named)
        for judge, entry, reason in self.facts.recusals:
            yield say(
                "{judge} stepped back and did not judge {entry}: {reason}.",
                judge=judge,
                entry=entry,
                reason=reason.rstrip("."),
            )
        for judge, entry, other in self.facts.instead:
            yield say(
                "{judge} judged {entry} in the place of {other}.", judge=judge, entry=self._called(entry), other=other
            )

    # -- places -----------------------------------------------------------------------------------------------------

    def _places(self) -> Iterator[Sentence]:
        if not self.contest.placings:
            yield say("Nobody has a place: the contest is declared without a winner (desierto).")

    def _remark(self, one: Placing) -> str:
        if one.tied_with:
            return self.reader.say(say("shares the place with {entries}", entries=few_named(one.tied_with)))
        if one.decided_by:
            return self.reader.say(
                say("equal on points; decided by {step}", step=self.steps.get(one.decided_by, one.decided_by))
            )
        return ""

    def _decisions(self) -> Iterator[Sentence]:
        for drawn in self.facts.drawings:
            entries = listing([self._called(code) for code in drawn.order])
            said = (
                say("Lots were drawn; the order is: {entries}.", entries=entries)
                if drawn.step == "lots"
                else say("The jury decided between equals; the order is: {entries}.", entries=entries)
            )
            yield said
            if drawn.reason:
                yield say("Reason: {reason}.", reason=drawn.reason.rstrip("."))
            if drawn.witnesses:
                yield say("Witnesses: {names}.", names=listing(people_said(drawn.witnesses)))
        rulings = once_each(self.facts.rulings)
        for ruling in rulings:
            yield ruling_told(self.tier, ruling, self._called(ruling.entry))
        yield from self._ticks({(one.entry, one.rule) for one in rulings if not one.is_lifted})

    def _ticks(self, ruled: Collection[tuple[str, str]]) -> Iterator[Sentence]:
        """What the sheets of each entry name beside the marks, and its points, unless the jury's ruling was told."""
        for code, ids in self.facts.ticked:
            left = [one for one in ids if (code, one) not in ruled]
            what = ticks_told(self.tier, left)
            for fault in self.tier.knockouts:
                if fault.id in left:
                    name = Name(fault.name.texts, fault.id)
                    what.append(say("“{name}”, a fault that puts it out of the contest", name=name))
            if what:
                yield say("On the sheets of {entry} stands: {what}.", entry=self._called(code), what=listing(what))

    def _promoted(self) -> Iterator[Sentence]:
        """Who goes on to the next contest, best first, and who stands in for whoever does not."""
        up = [self._called(one.entry.code) for one in self.contest.placings if one.promoted]
        if not up:
            yield say("Nobody goes up.")
        else:
            yield say_count(
                "Goes up: {entries}.", "{count} go up, best first: {entries}.", len(up), entries=listing(up)
            )
        if reserves := [self._called(one.entry.code) for one in self.contest.placings if one.reserve]:
            yield say_count(
                "Reserve, for whoever withdraws: {entries}.",
                "Reserves, for whoever withdraws, in this order: {entries}.",
                len(reserves),
                entries=listing(reserves),
            )

    # -- money ------------------------------------------------------------------------------------------------------

    def _money(self) -> Iterator[Sentence]:
        waits = waiting(self.contest, self.persons)
        if not waits and not any(one.awards for one in self.contest.placings):
            yield say("No prize is awarded in this contest (desierto).")
        for one in self.contest.purses:
            purse = self.purses.get(one.id)
            if purse is not None and purse.per == "round":
                continue
            name = Name(purse.name.texts, one.id) if purse is not None else one.id
            yield say(
                "Purse “{purse}”: of {amount}, {awarded} is awarded and {returned} goes back to it.",
                purse=name,
                amount=Money(one.amount, self.currency),
                awarded=Money(one.awarded, self.currency),
                returned=Money(one.returned, self.currency),
            )
        yield from waits
        for warning in self.contest.warnings:
            yield say("{what}.", what=capital(self.reader.say(warning_said(self.tier, warning))))

    # -- control ----------------------------------------------------------------------------------------------------

    def _checks(self) -> Iterator[Sentence]:
        if self.facts.checked is not None:
            yield from said(self.facts.checked)
        if self.facts.accepted:
            yield say(
                "The round was closed although something was missing, because: {reason}.",
                reason=self.facts.accepted.rstrip("."),
            )
        if self.facts.closed_by and self.facts.witness:
            yield say(
                "{actor} closed the round, and {witness} was witness.",
                actor=self.facts.closed_by,
                witness=self.facts.witness,
            )
        elif self.facts.closed_by:
            yield say("{actor} closed the round, without a witness.", actor=self.facts.closed_by)

    # -- names ------------------------------------------------------------------------------------------------------

    def _said(self, sentences: Sequence[Sentence] | Iterator[Sentence]) -> tuple[str, ...]:
        return tuple(self.reader.say(one) for one in sentences)

    def _name(self, one: Placing) -> str:
        return self.reader.say(name_of(self.persons, one.entry))

    def _called(self, code: str) -> Value:
        person = self.persons.get(code)
        return say("{code} {name}", code=code, name=person.name) if person and person.name else code
