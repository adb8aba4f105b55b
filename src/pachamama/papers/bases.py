"""The printed rules of a competition (*bases*): who takes part, what is judged, how points, places and prizes come about.

One idea: every rule says itself. The kinds of criteria, panels, tie steps and awards are asked for their words, worked
examples are settled by the core, and here it is only put in order; the template places it on the page.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from typing import Literal, TypeAlias

from pachamama.core.award import CashAward
from pachamama.core.awards import AnyAwardKind
from pachamama.core.criteria import Criterion
from pachamama.core.model import Placing
from pachamama.core.numbers import Exact, cents
from pachamama.core.purses import Prizes
from pachamama.core.rules.document import Phase, Programme, Rules, Tier
from pachamama.core.sentences import Money, Name, Points, Sentence, Value, listing, say, say_count
from pachamama.core.ties import Lots, Shared
from pachamama.language.formats import sign_of
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RulesOnPaper, file_stem
from pachamama.papers.labels import Label, Words, capital
from pachamama.papers.worked_example import NoExample, WorkedExample, worked_examples


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell of a table: a text, its Quechua beside it, smaller lines under it, and lines with points.

    `span` is the number of rows that the cell reaches over.
    """

    text: str = ""
    beside: str = ""
    small: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    span: int = 1


Row: TypeAlias = tuple[Cell | None, ...]
"""The cells of a row; None where a cell of a row above reaches down."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, where its texts stand, and its width (`auto`, or a share of what is left)."""

    label: Label
    align: Literal["left", "right", "center"] = "left"
    share: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a section: sentences in a paragraph or in a list, numbered or not, or a table.

    `joined` are the numbers of rows that belong to the row above them; `foot` are the rows that close the table.
    """

    kind: Literal["words", "list", "steps", "table"]
    title: Label = Label("")
    sentences: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    joined: tuple[int, ...] = ()
    foot: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered section of the rules of a tier."""

    title: Label
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class TierRules:
    """The rules of one tier: who competes, and the sections."""

    title: Label
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Bases:
    """The printed rules of one competition, ready to be typeset: plain texts."""

    heading: Heading
    competition: str
    tiers: tuple[TierRules, ...]

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes: `rules-terraces`, `rules-terraces-household-1`."""
        return file_stem("rules", self.heading.round_code or self.competition)


def bases(about: RulesOnPaper, *, tier: str | None = None) -> Bases:
    """The rules of a competition in words, of one tier or of all of them; they are checked ones."""
    text, held = about.reader.text, about.rules.competitions[about.competition]
    tiers = [one for one in held.tiers if tier in (None, one.tier)]
    return Bases(
        heading=about.heading_of(text("Rules"), rehearsal=text("Rehearsal: nothing is paid by these rules.")),
        competition=about.competition,
        tiers=tuple(TierWords(about.words, about.rules, about.competition, one).rules() for one in tiers),
    )


def to_pdf(made: Bases) -> bytes:
    """The rules as a PDF, A4 portrait; the same rules give the same bytes."""
    return kit.render("bases", asdict(made))


@dataclass(frozen=True, slots=True)
class TierWords:
    """One tier, put into words section by section."""

    words: Words
    all_rules: Rules
    competition: str
    tier: Tier

    def rules(self) -> TierRules:
        """Every section that has something to say."""
        text = self.words.reader.text
        parts = (
            (text("Who takes part"), self.who()),
            (text("What is judged"), self._judged()),
            (text("How the points come about"), self._points()),
            (text("Levels"), self._levels()),
            (text("Places and ties"), self._places()),
            (text("Who goes up"), self._promotion()),
            (text("Prizes"), self._prizes()),
            (text("Appeals"), self._appeals()),
            (text("Examples"), self._examples()),
        )
        made = [Section(self.words.label(title), tuple(blocks)) for title, blocks in parts]
        return TierRules(self.title(), tuple(section for section in made if section.blocks))

    def title(self) -> Label:
        """The kind of contest."""
        text = self.words.reader.text
        return self.words.label(
            {
                "household": text("Contest of households"),
                "group": text("Contest of groups"),
                "community": text("Contest of communities"),
            }[self.tier.tier]
        )

    # -- saying ------------------------------------------------------------------------------------------------------

    @property
    def programme(self) -> Programme:
        """The programme around it."""
        return self.all_rules.programme

    def say(self, value: Value) -> str:
        """The value in the reader's language."""
        return self.words.reader.say(value)

    def label(self, text: str) -> Label:
        """A label of the catalogue, already in the reader's language, with its Quechua word."""
        return self.words.label(text)

    def named(self, name: Name, id_: str) -> Cell:
        """A name of the rules in a cell, its Quechua under it."""
        label = self.words.named(Name(name.texts, id_))
        return Cell(label.text, label.beside)

    def paragraph(self, *sentences: Value) -> Block:
        """Sentences that follow each other."""
        return Block("words", sentences=tuple(self.say(one) for one in sentences))

    def listed(self, *sentences: Value) -> Block:
        """Sentences below each other."""
        return replace(self.paragraph(*sentences), kind="list")

    def money(self, amount: Exact) -> Value:
        """An amount of the rules."""
        return Money(cents(amount), self.programme.currency)

    # -- who ---------------------------------------------------------------------------------------------------------

    def who(self) -> Iterator[Block]:
        """Who competes, against whom, in which categories, and who judges."""
        tier = self.tier
        who = {
            "household": say("Households compete."),
            "group": say("Groups compete."),
            "community": say("Communities compete, and all that their households did counts with them."),
        }[tier.tier]
        if tier.tier == "community" and not tier.reads_a_lower_tier:
            who = say("Communities compete.")
        against = {
            "community": say("They are ranked within their own community."),
            "watershed": say("They are ranked within their own watershed."),
            "programme": say("All of them are ranked together."),
        }[tier.within]
        yield self.paragraph(who, against)
        if tier.categories:
            yield self.paragraph(
                say(
                    "There are {number} categories, and each is a contest of its own: {names}.",
                    number=len(tier.categories),
                    names=listing([Name(one.name.texts, one.id) for one in tier.categories]),
                )
                if len(tier.categories) > 1
                else say(
                    "There is one category: {name}.", name=Name(tier.categories[0].name.texts, tier.categories[0].id)
                )
            )
        if tier.judged_phases:
            yield self.paragraph(*tier.panel.judges_in_words())
        yield self.paragraph(say("Whoever is absent, withdraws or is disqualified has no place and no prize."))

    # -- criteria ----------------------------------------------------------------------------------------------------

    def _judged(self) -> Iterator[Block]:
        for phase in self.tier.judging:
            yield self._criteria(phase)
        text = self.words.reader.text
        full = self.tier.full_total
        if full is not None and (len(self.tier.judging) > 1 or self.tier.judging[0].maximum != full):
            yield self.paragraph(say("The most points that can be reached are {points}.", points=full))
        if self.tier.reads_a_lower_tier:
            below = {
                "household": text("What is taken from the contest of households counts once that contest is closed."),
                "group": text("What is taken from the contest of groups counts once that contest is closed."),
                "community": text("What is taken from the contest of communities counts once that contest is closed."),
            }[self.tier.from_ or "household"]
            knockouts = [one.knockout_in_words() for phase in self.tier.judging for one in phase.sources]
            yield self.paragraph(below, *(said for said in knockouts if said is not None))

    def _criteria(self, phase: Phase) -> Block:
        text = self.words.reader.text
        has_weights = any(one.weight != 1 for one in phase.criteria)
        columns = [
            Column(self.label(text("N°")), "right"),
            Column(self.label(text("Criterion")), share=5),
            Column(self.label(text("How it is marked")), share=6),
        ]
        if has_weights:
            columns.append(Column(self.label(text("Weight")), "right"))
        columns.append(Column(self.label(text("At most")), "right"))
        rows = [self._criterion(number, one, has_weights=has_weights) for number, one in enumerate(phase.criteria, 1)]
        return Block(
            "table",
            title=self.words.named(phase.name) if self.tier.phases is not None else Label(""),
            columns=tuple(columns),
            rows=tuple(rows),
            foot=tuple(self._sums(phase, len(columns))),
        )

    def _criterion(self, number: int, one: Criterion, *, has_weights: bool) -> Row:
        levels = {level.id: Name(level.name.texts, level.id) for level in self.lower.levels} if self.lower else {}
        pairs = tuple((self.say(answer), self.say(points)) for answer, points in one.answers())
        cells = [
            Cell(str(number)),
            self.named(one.name, one.id),
            Cell(capital(self.say(one.in_words(levels))), pairs=pairs),
        ]
        if has_weights:
            cells.append(Cell(self.say(say("× {factor}", factor=one.weight)) if one.weight != 1 else "1"))
        return (*cells, Cell(self.say(one.weight * one.maximum)))

    @property
    def lower(self) -> Tier | None:
        """The tier whose closed results it reads."""
        return self.all_rules.competitions[self.competition].tier(self.tier.from_) if self.tier.from_ else None

    def _sums(self, phase: Phase, width: int) -> Iterator[Row]:
        """The rows that close a table: the sum, and what it is multiplied by."""
        text = self.words.reader.text

        def row(label: str, value: Value) -> Row:
            label_ = self.label(label)
            blank = (Cell(),) * (width - 3)
            return (Cell(), Cell(label_.text, label_.beside), *blank, Cell(self.say(value)))

        yield row(text("Total"), phase.maximum)
        times = phase.factor * phase.weight
        if times == 1 or self.tier.full_total is None:
            return
        if phase.factor != 1:
            yield row(text("Multiplied by"), say("× {factor}", factor=phase.factor))
        if phase.weight != 1:
            yield row(text("Weight of the phase"), say("× {factor}", factor=phase.weight))
        yield row(text("Counts at most"), phase.maximum * times)

    # -- points ------------------------------------------------------------------------------------------------------

    def _points(self) -> Iterator[Block]:
        tier = self.tier
        sentences: list[Value] = [tier.panel.in_words()] if tier.judged_phases else []
        if len(tier.judging) > 1:
            names = listing([Name(one.name.texts, one.id) for one in tier.judging])
            sentences.append(say("The points of the phases are added: {names}.", names=names))
        sentences += tier.rounding.in_words()
        yield self.paragraph(*sentences)
        if tier.bonuses or tier.deductions:
            yield self._deductions()
        if tier.knockouts:
            faults = listing([Name(one.name.texts, one.id) for one in tier.knockouts])
            yield self.paragraph(
                say("Out of the contest, without a place, is whoever incurs: {faults}.", faults=faults)
            )

    def _deductions(self) -> Block:
        text = self.words.reader.text
        rows = [(one, "+") for one in self.tier.bonuses] + [(one, "–") for one in self.tier.deductions]
        return Block(
            "table",
            columns=(
                Column(self.label(text("Added or taken off, once for each entry")), share=1),
                Column(self.label(text("Points")), "right"),
            ),
            rows=tuple((self.named(one.name, one.id), Cell(f"{sign}{self.say(one.points)}")) for one, sign in rows),
        )

    def _levels(self) -> Iterator[Block]:
        if not self.tier.levels:
            return
        text = self.words.reader.text
        yield Block(
            "table",
            columns=(Column(self.label(text("Level")), share=1), Column(self.label(text("From points")), "right")),
            rows=tuple(
                (self.named(level.name, level.id), Cell(self.say(level.from_)))
                for level in reversed(self.tier.levels_up)
            ),
        )

    # -- places ------------------------------------------------------------------------------------------------------

    def _places(self) -> Iterator[Block]:
        tier = self.tier
        order = (
            say("Whoever has the fewest points is first.")
            if tier.better == "lower"
            else say("Whoever has the most points is first.")
        )
        if not tier.ties:
            yield self.paragraph(order, say("Entries with equal points share the place."), tier.ranking.in_words())
            return
        yield self.paragraph(order, say("Between entries with equal points these rules decide, one after the other:"))
        yield Block("steps", sentences=tuple(self.say(step.in_words(tier)) for step in tier.ties))
        ends = isinstance(tier.ties[-1], Lots | Shared)
        after = () if ends else (say("Entries that are still equal share the place."),)
        redone = [step.redone_in_words(self.competition) for step in tier.ties if isinstance(step, Lots)]
        yield self.paragraph(*(one for one in redone if one is not None), *after, tier.ranking.in_words())

    def _promotion(self) -> Iterator[Block]:
        if self.tier.promotion is not None:
            yield self.listed(*self.tier.promotion.in_words())

    # -- prizes ------------------------------------------------------------------------------------------------------

    def _prizes(self) -> Iterator[Block]:
        prizes = self.tier.prizes
        if prizes is None or not prizes.awards:
            return
        if prizes.purses:
            yield self._purses(prizes)
        yield self._awards(prizes)
        told = [award.in_words(self.programme) for award in prizes.awards]
        yield self.listed(
            *dict.fromkeys(self.say(said) for said in told if said is not None),
            *prizes.in_words(self.tier, self.programme),
            *self._money_words(),
        )

    def _purses(self, prizes: Prizes) -> Block:
        text = self.words.reader.text
        for_what = {"contest": text("for each contest"), "round": text("for all contests together")}
        return Block(
            "table",
            columns=(
                Column(self.label(text("Purse")), share=1),
                Column(self.label(text("For what")), share=1),
                Column(self.label(text("Amount")), "right"),
            ),
            rows=tuple(
                (self.named(one.name, one.id), Cell(for_what[one.per]), Cell(self.say(self.money(one.amount))))
                for one in prizes.purses
            ),
        )

    def _awards(self, prizes: Prizes) -> Block:
        text = self.words.reader.text
        rows: list[Row] = []
        joined: list[int] = []
        for award in prizes.awards:
            lines = self._award(award, prizes)
            joined += range(len(rows) + 1, len(rows) + len(lines))
            rows += lines
        return Block(
            "table",
            columns=(
                Column(self.label(text("For whom")), share=5),
                Column(self.label(text("Purse")), share=3),
                Column(self.label(text("Prize")), "right", share=4),
            ),
            rows=tuple(rows),
            joined=tuple(joined),
        )

    def _award(self, award: AnyAwardKind, prizes: Prizes) -> list[Row]:
        """The lines of an award; where it comes from and who can win it stand in the first one."""
        text = self.words.reader.text
        source = Cell(text("in kind"))
        if isinstance(award, CashAward):
            purse = prizes.purse_of(award)
            source = replace(self.named(purse.name, purse.id), beside="")
        lines = award.promised(self.tier, self.programme)
        source = replace(source, small=tuple(self.say(one) for one in award.conditions(self.tier)), span=len(lines))
        return [
            (Cell(capital(self.say(who))), source if number == 0 else None, Cell(self.say(gets)))
            for number, (who, gets) in enumerate(lines)
        ]

    def _money_words(self) -> Iterator[Sentence]:
        programme = self.programme
        yield say("The smallest amount paid out is {unit}.", unit=self.money(programme.cash_unit))
        if programme.prize_range is not None:
            least, most = programme.prize_range.minimum, programme.prize_range.maximum
            yield say("Prizes go from {least} to {most}.", least=self.money(least), most=self.money(most))
        if programme.exchange is not None:
            yield say(
                "For information, {currency} 1 are {symbol} {rate}.",
                currency=sign_of(programme.currency),
                symbol=sign_of(programme.exchange.currency),
                rate=programme.exchange.rate,
            )

    # -- appeals -----------------------------------------------------------------------------------------------------

    def _appeals(self) -> Iterator[Block]:
        days = self.programme.appeal_days
        if days is not None:
            yield self.paragraph(
                say_count(
                    "Whoever does not agree with the results can appeal for {count} day after the closing. An appeal that comes later is "
                    "heard too, and marked as late.",
                    "Whoever does not agree with the results can appeal for {count} days after the closing. An appeal that comes later is "
                    "heard too, and marked as late.",
                    days,
                )
            )

    # -- examples ----------------------------------------------------------------------------------------------------

    def _examples(self) -> Iterator[Block]:
        made = worked_examples(self.all_rules, self.competition, self.tier)
        if any(isinstance(example, WorkedExample) for example in made):
            category = next((one.result.category for one in made if isinstance(one, WorkedExample)), None)
            names = [Name(one.name.texts, one.id) for one in self.tier.categories if one.id == category]
            yield self.paragraph(
                say("These entries are invented; their places and prizes are reckoned by the rules above."),
                *(say("They compete in the category {category}.", category=name) for name in names),
            )
        for example in made:
            if isinstance(example, NoExample):
                why = listing(example.why[:1])
                yield self.paragraph(say("{example}: these rules refuse it. {why}.", example=_title(example), why=why))
                continue
            yield self._example(example)
            yield self.paragraph(*self._told(example), *self._closing(example))

    def _example(self, example: WorkedExample) -> Block:
        text = self.words.reader.text
        has_things = any(isinstance(award.item, Name) for one in example.result.placings for award in one.awards)
        return Block(
            "table",
            title=Label(self.say(_title(example))),
            columns=(
                Column(self.label(text("Place")), "center"),
                Column(self.label(text("Entry")), "center"),
                Column(self.label(text("Points")), "right"),
                Column(self.label(text("Why")), share=5),
                Column(self.label(text("Prize")), "right", share=3 if has_things else 0),
            ),
            rows=tuple(self._placing(one, example) for one in example.result.placings),
        )

    def _placing(self, one: Placing, example: WorkedExample) -> Row:
        whys = [self._why(award.why, award.item, award.cents, alone=len(one.awards) == 1) for award in one.awards]
        notes = tuple(capital(self.say(note)) for note in example.notes.get(one.entry.code, ()))
        things = [self.say(award.item) for award in one.awards if isinstance(award.item, Name)]
        cash = [self.say(Money(one.cents, self.programme.currency))] if one.cents else []
        got = [*cash, *things]
        is_tied = one.entry.code in example.tied
        return (
            Cell(self.say(one.place), small=(self.words.reader.text("tie"),) if one.tied_with else ()),
            Cell(one.entry.code),
            Cell(
                self.say(Points(one.points, one.decimals)), small=(self.words.reader.text("equal"),) if is_tied else ()
            ),
            Cell(small=(*(capital(why) for why in whys), *notes)),
            Cell(got[0] if got else "–", small=tuple(f"+ {thing}" for thing in got[1:])),
        )

    def _why(self, why: Sentence, item: object, amount: int, *, alone: bool) -> str:
        if isinstance(item, Name):
            return self.say(say("{item}: {why}", item=item, why=why))
        if alone:
            return self.say(why)
        return self.say(say("{amount}: {why}", amount=Money(amount, self.programme.currency), why=why))

    def _told(self, example: WorkedExample) -> Iterator[Sentence]:
        """How the two with equal points came to their places."""
        one, other = example.tied
        both = listing([one, other])
        placings = {placing.entry.code: placing for placing in example.result.placings}
        if placings[one].tied_with:
            yield say("{both} have equal points, and no tie rule separates them: they share the place.", both=both)
            return
        first = min(example.tied, key=lambda code: placings[code].position)
        decided = placings[one].decided_by
        step = next(step for step in self.tier.ties if step.id == decided)
        if isinstance(step, Lots):
            yield say(
                "{both} have equal points and are equal by every rule; the lot fell to {first}.", both=both, first=first
            )
        else:
            yield say(
                "{both} have equal points and are equal by every rule; the jury put {first} first.",
                both=both,
                first=first,
            )

    def _closing(self, example: WorkedExample) -> Iterator[Sentence]:
        """How the purses close, and what people should know."""
        purses = self.tier.prizes.purses if self.tier.prizes is not None else ()
        names = {purse.id: Name(purse.name.texts, purse.id) for purse in purses}
        for closed in example.purses:
            amount, awarded, returned = (
                Money(part, self.programme.currency) for part in (closed.amount, closed.awarded, closed.returned)
            )
            yield say(
                "Purse {purse}: of {amount}, {awarded} are paid and {returned} go back.",
                purse=names[closed.id],
                amount=amount,
                awarded=awarded,
                returned=returned,
            )
        told = {self.say(note) for notes in example.notes.values() for note in notes}
        for warning in example.result.warnings:
            if self.say(warning) in told:
                continue
            yield say("To note: {warning}.", warning=warning)


def _title(example: WorkedExample | NoExample) -> Sentence:
    return say("A tie at the first place") if example.position == 1 else say("A tie at the last place that is paid")
