"""The form of one sheet: its fields in the order of the paper, the texts typed so far, and what may stand in each.

It knows no keyboard and no screen: texts go in, and it says at once what is wrong and what is allowed. A field that
was refused is never left, so no mark slips into the line of another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pachamama.core.assets import beside_marks, two_ways
from pachamama.core.criteria import JudgedCriterion, Marks, Measured, Options, label, read_mark
from pachamama.core.numbers import Exact, decimals_of, plain, read_exact, two_readings
from pachamama.core.problems import NOWHERE, Problem
from pachamama.core.rules.document import Deduction, Knockout, Tier
from pachamama.core.sentences import Name, Sentence, Value, choice, listing, say
from pachamama.core.sheets import Paper, text_shown
from pachamama.screens.desk import PaperSheet, TypedSheet
from pachamama.screens.hints import ON_SCREEN, Hints

Kind: TypeAlias = Literal["mark", "deductions", "amount", "word", "control"]
EMPTY = "-"
"""What is typed for a line that the judge left empty: a missing mark is said, never slipped over."""
LONGEST = 30
"""Characters of a field; more are not taken."""


@dataclass(frozen=True, slots=True)
class Field:
    """A line of the form; `criterion` is None where it holds no mark.

    `of` are the quantities without which nobody asks for it: a value and a unit are those of something.
    """

    id: str
    kind: Kind
    label: Value
    criterion: JudgedCriterion | None = None
    of: tuple[str, ...] = ()


class SheetForm:
    """One sheet being typed. `at` is the field that takes the keys; `problem` is what was refused last.

    A sheet that is stored already comes with its marks: the first key in a field writes over them, Enter keeps them.
    After a refusal nothing is taken until something of the wrong text is erased: keys that were typed ahead of it would
    otherwise move up one line. A quick form goes on by itself behind a mark to which no further sign can belong; Enter behind
    such a mark does nothing more, so that both ways of typing give the same. Assets that are known are left out, except
    where every form must have the same fields (`asks_known`): then they stand there.
    """

    def __init__(
        self,
        tier: Tier,
        sheet: PaperSheet,
        *,
        is_quick: bool = False,
        asks_known: bool = False,
        hints: Hints = ON_SCREEN,
    ) -> None:
        self.tier = tier
        self.hints = hints
        self.is_quick = is_quick
        self.sheet = sheet
        self.paper = Paper(sheet.phase)
        self.faults: tuple[Deduction | Knockout, ...] = (*tier.deductions, *tier.bonuses, *tier.knockouts)
        self.fields = tuple(_fields(tier, sheet, asks_known=asks_known))
        self.control = next(at for at, field in enumerate(self.fields) if field.kind == "control")
        self.texts = [self._text_stored(field) for field in self.fields]
        self.at = 0
        self.problem: Problem | None = None
        self.is_touched = False
        self.is_locked = False
        self._writes_over = True
        self._was_warned = False
        self._goes_without_total = False
        self._went_on = False

    # -- keys ----------------------------------------------------------------------------------------------------------

    @property
    def field(self) -> Field:
        """The field that takes the keys."""
        return self.fields[self.at]

    @property
    def text(self) -> str:
        """What stands in it."""
        return self.texts[self.at]

    def type(self, text: str) -> None:
        """Put the text behind what stands in the field; the first key after coming to a field writes over it."""
        if self.is_locked:
            return
        before = "" if self._writes_over else self.text
        self._write((before + text)[:LONGEST])
        if self.is_quick and self.problem_at(self.at) is None and not _may_go_on(self.field, self.text):
            self.go_to(self.at + 1)
            self._went_on = True

    def erase(self) -> None:
        """Take the last character away, whatever stands there and however it came: as in any other box."""
        self._write(self.text[:-1])

    def clear(self) -> None:
        """Empty the field."""
        self._write("")

    def _write(self, text: str) -> None:
        self.texts[self.at] = text
        self.is_touched = True
        self.problem = None
        self._writes_over = self._was_warned = self._went_on = self.is_locked = False
        if self.field.kind == "control":
            self._goes_without_total = False

    def enter(self) -> bool:
        """Take the field and go to the next; after the last one, True: the sheet is whole and may be stored.

        A text that the paper does not allow stays, and `problem` says what is allowed. Without the paper's total the
        sheet is taken only when Enter is pressed once more.
        """
        if self._went_on:
            self._went_on = False
            return False
        if self.at == self.control and self.text == EMPTY:  # said as of any other line: the paper has none
            self.texts[self.at] = ""
            self._was_warned = True
        self.problem = self.problem_at(self.at)
        if self.problem is not None:
            self.is_locked = bool(self.text)
            return False
        if self.at == self.control:
            if not self._marks_stand():
                return False
            if not self.text and not self._was_warned and self.marks():
                self._warn_without_total()
                return False
            self._goes_without_total = not self.text
        following = next((at for at in range(self.at + 1, len(self.fields)) if self._is_asked(at)), None)
        if following is not None:
            self.go_to(following)
            return False
        return self._is_whole()

    def _is_asked(self, at: int) -> bool:
        """Enter comes to it: not to unit and value of something of which the paper gives no quantity."""
        of, typed = self.fields[at].of, {field.id: text for field, text in zip(self.fields, self.texts, strict=True)}
        return not of or bool(self.texts[at]) or any(typed.get(one) or self.sheet.known.get(one) for one in of)

    def _is_whole(self) -> bool:
        """Everything may be stored; else go to the first field that is wrong, and say why."""
        if not self._marks_stand() or self._goes_to_wrong(range(self.control, len(self.fields))):
            return False
        if not self.texts[self.control] and not self._goes_without_total and self.marks():
            self.go_to(self.control)
            self._warn_without_total()
            return False
        return True

    def _marks_stand(self) -> bool:
        """Every line above the total is filled, and there is a mark at all; a stored sheet may be taken out whole."""
        if self._goes_to_wrong(range(self.control)):
            return False
        if self.marks() or self.is_correction:
            return True
        self.go_to(0)
        self.problem = Problem(
            NOWHERE,
            say("the sheet has no marks"),
            self.hints.nobody,
        )
        return False

    def _goes_to_wrong(self, fields: range) -> bool:
        """Go to the first of these fields that is not allowed as it is; False if all are."""
        wrong = next((at for at in fields if self.problem_at(at)), None)
        if wrong is None:
            return False
        self.go_to(wrong)
        self.problem = self.problem_at(wrong)
        self.is_locked = bool(self.text)
        return True

    @property
    def waits_without_total(self) -> bool:
        """It was warned that the total is missing, and Enter once more goes on without it: nothing was refused."""
        return self._was_warned

    def _warn_without_total(self) -> None:
        self._was_warned = True
        self.problem = Problem(
            NOWHERE,
            say("no total was typed, so nothing shows whether a mark was mistyped"),
            self.hints.no_total,
        )

    def go_to(self, at: int) -> None:
        """Make that field take the keys; nothing that stands anywhere is changed."""
        self.at = min(max(at, 0), len(self.fields) - 1)
        self.problem = None
        self._writes_over, self._was_warned, self._went_on, self.is_locked = True, False, False, False

    def back(self) -> None:
        """One field up."""
        self.go_to(self.at - 1)

    def forward(self) -> bool:
        """One field down; an unfinished or refused text is not left."""
        return False if self.at == len(self.fields) - 1 else self.enter()

    # -- what stands in the fields -------------------------------------------------------------------------------------

    @property
    def is_full(self) -> bool:
        """Every field before the total holds what is allowed."""
        return all(self.problem_at(at) is None for at, field in enumerate(self.fields) if field.kind != "control")

    @property
    def is_correction(self) -> bool:
        """The sheet is stored: what is typed replaces its marks."""
        return self.sheet.stored is not None

    def marks(self) -> dict[str, Exact]:
        """The marks that stand there and are allowed, by criterion."""
        found = {}
        for field, text in zip(self.fields, self.texts, strict=True):
            if field.criterion is not None:
                mark = _mark(field.criterion, text)
                if mark is not None and not isinstance(mark, Sentence):
                    found[field.id] = mark
        return found

    @property
    def total(self) -> Exact:
        """The sum so far, as the paper's total is reckoned: each mark with its weight, before the factor."""
        return self.paper.total(self.marks())

    def typed(self) -> TypedSheet:
        """What was typed; the form must be whole."""
        named = frozenset[str]()
        amounts = {}
        for field, text in zip(self.fields, self.texts, strict=True):
            if field.kind == "deductions":
                named = frozenset(self.faults[number - 1].id for number in _numbers(text, len(self.faults)) or ())
            elif field.kind == "amount" and text:
                amounts[field.id] = text.replace(",", ".")
            elif field.kind == "word" and text.strip():
                amounts[field.id] = text.strip()
        return TypedSheet(self.marks(), named, amounts, self.texts[self.control])

    @property
    def changes_nothing(self) -> bool:
        """A stored sheet whose marks and deductions are still the same."""
        typed = self.typed()
        stored = self.sheet.stored
        return (
            stored is not None
            and dict(stored.marks) == dict(typed.marks)
            and all(text == self.sheet.known.get(id_) for id_, text in typed.fields.items())
            and typed.deductions == self.sheet.deductions & {one.id for one in self.faults}
        )

    def problem_at(self, at: int) -> Problem | None:
        """Why what stands in a field is not allowed, and what is; None if all is well."""
        field, text = self.fields[at], self.texts[at]
        message: Sentence | None = None
        if field.criterion is not None:
            if not text:
                message = say("nothing stands there for “{criterion}”", criterion=field.label)
                return Problem(NOWHERE, message, say("type the mark; “-” if that line of the paper is empty"))
            mark = _mark(field.criterion, text)
            message = mark if isinstance(mark, Sentence) else None
        elif field.kind == "deductions":
            if _numbers(text, len(self.faults)) is None:
                message = say("“{text}” is no number of this list", text=text_shown(text))
        elif field.kind == "amount":
            if (both := two_readings(text)) is not None:
                return Problem(NOWHERE, *two_ways(text, *both, called=field.label))
            if text and ((figure := read_exact(text, comma=True)) is None or figure < 0):
                message = say("“{text}” is not a number for “{field}”", text=text_shown(text), field=field.label)
        elif text and field.kind == "control":
            return self._total_problem(text)
        return None if message is None else Problem(NOWHERE, message, self.allowed(at))

    def _total_problem(self, text: str) -> Problem | None:
        found = self.paper.total_problem(text, self.marks(), NOWHERE)
        if found is None or read_exact(text, comma=True) is None or not self.marks():
            return found
        return Problem(NOWHERE, found.message, self.hints.compare)

    def is_wrong_so_far(self) -> bool:
        """What is being typed can be seen to be wrong before Enter: a mark above the maximum, say."""
        if not self.text or self.at == self.control:
            return False
        return self.problem_at(self.at) is not None and self.text != "-"

    def allowed(self, at: int | None = None) -> Sentence:
        """What may be typed into a field."""
        field = self.fields[self.at if at is None else at]
        match field.kind:
            case "mark":
                return _allowed(field)
            case "deductions":
                return say("numbers of what the paper names, none if nothing: {faults}", faults=self._faults_told())
            case "amount":
                return say("what the paper says, in plain digits; nothing if it says nothing")
            case "word":
                return say("what the paper says, such as m or head of cattle; nothing if it says nothing")
            case "control":
                return say("the total as it is written on the paper; the marks must add up to it")

    def meaning(self, at: int) -> Value:
        """What a short text stands for: the option behind its number, the points of a quantity, the faults named."""
        field, text = self.fields[at], self.texts[at]
        if field.kind == "deductions":
            numbers = _numbers(text, len(self.faults)) or ()
            named = [self.faults[number - 1] for number in numbers]
            return listing([Name(one.name.texts, one.id) for one in named])
        if field.criterion is None or not text:
            return ""
        mark = _mark(field.criterion, text)
        if mark is None:
            return say("empty")
        if isinstance(mark, Sentence):
            return ""
        if isinstance(field.criterion, Options):
            return _answer(field.criterion, mark)
        if isinstance(field.criterion, Measured):
            return say("= {points} points", points=field.criterion.worth(mark))
        return ""

    def _faults_told(self) -> Value:
        bonuses = {one.id for one in self.tier.bonuses}
        told: list[Value] = []
        for number, one in enumerate(self.faults, start=1):
            name = Name(one.name.texts, one.id)
            if isinstance(one, Knockout):
                told.append(say("{number} {name} (out)", number=number, name=name))
            else:
                sign = "+" if one.id in bonuses else "−"
                points = say("{sign}{points}", sign=sign, points=one.points)
                told.append(say("{number} {name} ({points})", number=number, name=name, points=points))
        return listing(told)

    def _text_stored(self, field: Field) -> str:
        """What a stored sheet says in a field, as it would be typed; empty for one that is still to be typed."""
        if field.kind in ("amount", "word"):
            return self.sheet.known.get(field.id, "")
        stored = self.sheet.stored
        if stored is None:
            return ""
        if field.kind == "deductions":
            numbers = [str(n) for n, one in enumerate(self.faults, start=1) if one.id in self.sheet.deductions]
            return " ".join(numbers)
        if field.criterion is None:
            return ""
        mark = stored.marks.get(field.id)
        if mark is None:
            return EMPTY
        if isinstance(field.criterion, Options):
            points = [option.points for option in field.criterion.options]
            return str(points.index(mark) + 1) if mark in points else plain(mark)
        return plain(mark)


# -- reading and telling -----------------------------------------------------------------------------------------------


def _fields(tier: Tier, sheet: PaperSheet, *, asks_known: bool) -> Sequence[Field]:
    """The lines of the paper: its criteria, their total; then measured assets, amounts and ticks where the rules use them.

    Of an asset whose quantities are known nothing is asked any more.
    """
    found = [Field(one.id, "mark", label(one), one) for one in sheet.phase.judged]
    found.append(Field("control", "control", say("Total on the paper")))
    for beside in beside_marks(tier, sheet.phase):
        is_known = sheet.known.get(beside.field) or (beside.of and all(sheet.known.get(one) for one in beside.of))
        if asks_known or not is_known:
            found.append(Field(beside.field, "amount" if beside.is_figure else "word", beside.title, of=beside.of))
    if tier.deductions or tier.bonuses or tier.knockouts:
        found.append(Field("deductions", "deductions", say("Deductions and faults")))
    return found


def _mark(criterion: JudgedCriterion, text: str) -> Exact | Sentence | None:
    """The mark that was typed, None for a line left empty, or the sentence that refuses it; options by their number."""
    text = text.strip()
    if text in {"", EMPTY}:
        return None
    if not isinstance(criterion, Options):
        return read_mark(criterion, text)
    if text.isascii() and text.isdigit() and text[0] != "0" and len(text) < 3 and int(text) <= len(criterion.options):
        return criterion.options[int(text) - 1].points
    return say("“{text}” is no number of an answer to “{criterion}”", text=text_shown(text), criterion=label(criterion))


def _answer(criterion: Options, mark: Exact) -> Value:
    """The points of the answer chosen, and its name where it has one."""
    chosen = next(option for option in criterion.options if option.points == mark)
    if chosen.name.texts:
        return say("= {points} {answer}", points=mark, answer=chosen.name)
    return say("= {points}", points=mark)


def _allowed(field: Field) -> Sentence:
    criterion = field.criterion
    if isinstance(criterion, Options):
        answers = [
            say("{number} {name} ({points})", number=number, name=one.name, points=one.points)
            if one.name.texts
            else say("{number} ({points})", number=number, points=one.points)
            for number, one in enumerate(criterion.options, start=1)
        ]
        return say("the number of the answer: {answers}", answers=choice(answers))
    assert criterion is not None, "only the total, deductions and amounts have no criterion"
    return criterion.allowed()


def _may_go_on(field: Field, text: str) -> bool:
    """A longer text that begins like this one may be a mark too; only of lines whose marks are figures of few signs."""
    criterion = field.criterion
    if criterion is None or isinstance(criterion, Measured):
        return True
    if text == EMPTY:
        return False
    if isinstance(criterion, Marks):
        places = max(decimals_of(one) or 0 for one in (criterion.min, criterion.step))
        whole, point, decimals = text.replace(",", ".").partition(".")
        if point:
            return len(decimals) < places
        longer = (f"{whole}.{'0' * place}{digit}" for place in range(places) for digit in "123456789")
        if any(not isinstance(_mark(criterion, one), Sentence) for one in longer):
            return True
    return any(not isinstance(_mark(criterion, text + digit), Sentence) for digit in "0123456789")


def _numbers(text: str, last: int) -> tuple[int, ...] | None:
    """Numbers from 1 to `last`, separated by blanks or commas; None if something else stands there."""
    words = text.replace(",", " ").split()
    if words == [EMPTY]:
        return ()
    if not all(word.isascii() and word.isdigit() and len(word) < 3 and 1 <= int(word) <= last for word in words):
        return None
    return tuple(dict.fromkeys(int(word) for word in words))
