"""A sitting at the keyboard: which step the person is at, and what each key does there. No terminal is known here.

The steps are few: a prompt (for a code, a name, a reason), a sheet, a list. Every key goes through `press`, one after
the other, so that keys typed ahead land where they were meant, also across sheets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pachamama.core.model import Status
from pachamama.core.problems import NOWHERE, PachamamaError, Problem
from pachamama.core.sentences import Points, Sentence, choice, say
from pachamama.core.sheets import before_ticks
from pachamama.screens.desk import Choice, Desk, PaperSheet, Verdict, who
from pachamama.screens.form import SheetForm
from pachamama.screens.hints import ON_SCREEN, Hints

Step: TypeAlias = Literal[
    "code", "sheet", "list", "name", "reason", "status", "status_reason", "bind_entry", "bind_judge", "leave", "help"
]
STATUS_NUMBERS: tuple[tuple[str, Status, Sentence], ...] = (
    ("1", "absent", say("absent")),
    ("2", "withdrawn", say("withdrawn")),
    ("3", "disqualified", say("disqualified")),
)
STATUS_SAID = {status: said for _, status, said in STATUS_NUMBERS}
COMMANDS = ("missing", "search", "status", "undo", "help", "quit")
PAGES = {"page_up": -1, "page_down": 1}
LINE = 120
"""Characters of a prompt's answer; more are not taken."""


@dataclass(slots=True)
class Prompt:
    """A line to be typed: what is asked, what may be answered, and the text so far.

    `is_locked`: it was refused, and stands there until it is written over or erased. Only a letter writes over it: figures
    typed ahead of the refusal are marks, and some of them are codes too.
    """

    ask: Sentence
    allowed: Sentence
    text: str = ""
    is_locked: bool = False


@dataclass(slots=True)
class Listed:
    """A list to choose from, with the line that is chosen now."""

    title: Sentence
    choices: Sequence[Choice]
    at: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """The last thing that was said: that something is stored, or why something was refused."""

    problem: Problem
    is_refusal: bool


class Sitting:
    """One person typing sheets until they leave; `desk` is the world.

    `asks_code`: every sheet begins with its code, for a pile of papers in no order. Otherwise the next one that is
    missing comes by itself. `is_quick`: most marks need no Enter (see SheetForm). `hints`: how keys are called.
    """

    def __init__(
        self, desk: Desk, *, asks_code: bool = False, is_quick: bool = False, hints: Hints = ON_SCREEN
    ) -> None:
        self.desk = desk
        self.hints = hints
        self.is_quick = is_quick
        self.asks_code = asks_code
        self.is_over = False
        self.accepted: list[PaperSheet] = []
        self.refused = 0
        self.page = 0
        self.message: Message | None = None
        self.form: SheetForm | None = None
        self.listed: Listed | None = None
        self.offered: PaperSheet | None = None
        self.prompt = Prompt(say("Sheet code"), say("the code on the paper"))
        self.step: Step = "code"
        self._set_aside: SheetForm | None = None
        self._blank: PaperSheet | None = None
        self._blank_entry = ""
        self._status: Status | None = None
        self._last_was_status: PaperSheet | None = None
        self._step_before_help: Step = "code"
        self._try(lambda: self._begin(None))

    # -- keys ----------------------------------------------------------------------------------------------------------

    def press(self, key: str) -> None:
        """One key: a character, or one of `enter erase clear up down top end page_up page_down escape`, or a command's name.

        `page` is which part of a long list of what is allowed is shown, beginning with 0; every other key shows the first.
        """
        if self.is_over:
            return
        self.page = self.page + PAGES[key] if key in PAGES else 0
        if self.step == "help":
            self.step = self._step_before_help
            return
        if key in COMMANDS:
            self._try(lambda: self._command(key))
        elif self.step == "sheet":
            self._try(lambda: self._sheet_key(key))
        elif self.step == "list":
            self._try(lambda: self._list_key(key))
        else:
            self._try(lambda: self._prompt_key(key))

    def enter_line(self, text: str) -> None:
        """A whole line at once, for plain terminals: it replaces what stands in the field, and Enter.

        An empty line keeps it.
        """
        if text:
            self.press("clear")
        for character in text:
            self.press(character)
        self.press("enter")

    def _try(self, act: Callable[[], None]) -> None:
        """Do it; a refusal becomes the message, and what was typed stays for another try."""
        try:
            act()
        except PachamamaError as refused:
            self._refuse_problem(refused.problems[0])
            self.prompt.is_locked = self.step != "sheet" and bool(self.prompt.text)

    def _say(self, message: Sentence, hint: Sentence | None = None) -> None:
        self.message = Message(Problem(NOWHERE, message, hint), is_refusal=False)

    def _refuse(self, message: Sentence, hint: Sentence | None = None) -> None:
        self._refuse_problem(Problem(NOWHERE, message, hint))

    def _refuse_problem(self, problem: Problem) -> None:
        self.refused += 1
        self.message = Message(problem, is_refusal=True)

    # -- a sheet -------------------------------------------------------------------------------------------------------

    def _sheet_key(self, key: str) -> None:
        form = self._the_form
        match key:
            case "enter":
                self._enter_sheet(form)
            case "down":
                form.forward()
                self._tell_form(form)
            case "up":
                if form.at == 0 and not form.is_touched:
                    self._ask_code()
                    return
                form.back()
                self.message = None
            case "top":
                form.go_to(0)
            case "end":
                form.go_to(form.control)
            case "erase":
                form.erase()
                self.message = None
            case "clear":
                form.clear()
                self.message = None
            case "escape":
                self._leave_sheet(form)
            case _ if len(key) == 1:
                if not form.is_touched and key.isalpha():
                    self._ask_code()
                    self._prompt_key(key)
                    return
                if not form.is_locked:
                    form.type(key)
                    self.message = None

    def _enter_sheet(self, form: SheetForm) -> None:
        self.message = None
        if not form.enter():
            self._tell_form(form)
            return
        if not form.is_correction or (form.changes_nothing and form.typed().control):
            self._accept(form, "")
        elif form.changes_nothing:
            self._accepted(form, "equal")
        else:
            self._ask(
                "reason",
                say("Why is the sheet corrected?"),
                say("a few words; the old marks stay in the journal with them"),
            )

    def _tell_form(self, form: SheetForm) -> None:
        if form.problem is not None:
            self._refuse_problem(form.problem)

    def _accept(self, form: SheetForm, reason: str) -> None:
        try:
            verdict = self.desk.accept(form.sheet, form.typed(), reason=reason)
        except PachamamaError:
            self.step, form.is_locked = "sheet", True
            raise
        self._accepted(form, verdict)

    def _accepted(self, form: SheetForm, verdict: Verdict) -> None:
        """The sheet is on the disk: say so, and go on."""
        entry = who(form.sheet)
        points = Points(form.total, 2)
        match verdict:
            case "stored" if not form.marks():
                self._say(say("Taken out: {entry}, {judge}. The journal keeps the marks.", entry=entry, judge=form.sheet.judge))  # fmt: skip
            case "stored":
                self._say(
                    say(
                        "Stored: {entry}, {judge}, {points} points.", entry=entry, judge=form.sheet.judge, points=points
                    ),
                    before_ticks(form.tier, form.typed().deductions),
                )
            case "equal":
                self._say(say("The same as it was: {entry}, {judge}. Nothing was changed.", entry=entry, judge=form.sheet.judge))  # fmt: skip
            case "checked":
                self._say(say("The same marks: {entry}, {judge}. The total on the paper is kept with them now.", entry=entry, judge=form.sheet.judge))  # fmt: skip
            case "confirmed":
                self._say(say("Confirmed: {entry}, {judge}: both entries are equal.", entry=entry, judge=form.sheet.judge))  # fmt: skip
            case "differs":
                problem = Problem(
                    NOWHERE,
                    say("{entry}, {judge}: the two entries differ.", entry=entry, judge=form.sheet.judge),
                    say("undo brings it back if it was mistyped; else it is decided with the paper in hand"),
                )
                self.message = Message(problem, is_refusal=True)
        if verdict not in ("equal", "checked"):
            self.accepted.append(form.sheet)
            self._last_was_status = None
        self._go_on(form)

    def _go_on(self, form: SheetForm) -> None:
        """Back to the sheet that was set aside for a correction, else to the next one that is missing."""
        aside, self._set_aside = self._set_aside, None
        if aside is not None and aside.sheet.key != form.sheet.key:
            self.form, self.step = aside, "sheet"
            return
        self._begin(form.sheet)

    def _begin(self, after: PaperSheet | None) -> None:
        self.form = None
        self.offered = self.desk.following(after)
        if self.offered is None or self.asks_code or (after is None and not self._continues):
            self._ask_code()
        else:
            self._open(self.offered)

    @property
    def _continues(self) -> bool:
        """Sheets were stored by this person before: the next one comes by itself, also when the program starts anew."""
        return bool(self.accepted) or self.desk.last() is not None

    def _open(self, sheet: PaperSheet) -> None:
        """Lay a paper on the desk."""
        if sheet.is_blank:
            self._blank, self._blank_entry = sheet, sheet.entry
            if sheet.entry:
                self._ask_judge()
                if sheet.is_void:
                    self._say(
                        say("Sheet {code} is void: those with the judges' names were numbered since.", code=sheet.code),
                        say(
                            "if nobody wrote on it, tear it up; if a judge filled it in, say which, and it is typed as that one's"
                        ),
                    )
                return
            self._ask(
                "bind_entry",
                say("A blank sheet of the stock. Whose is it?"),
                say("the code of the household, group or community, or its name"),
            )
            return
        self.listed, self._blank = None, None
        self.form, self.step = self._form_of(sheet), "sheet"
        if sheet.status is not None:
            self._refuse(
                say("{entry} is out of the contest ({status}).", entry=who(sheet), status=STATUS_SAID[sheet.status]),
                self.hints.is_out,
            )
        elif sheet.stored is not None:
            self._say(
                say("This sheet is stored already; its marks stand here."),
                self.hints.stored,
            )

    def _form_of(self, sheet: PaperSheet) -> SheetForm:
        return SheetForm(self.desk.tier, sheet, is_quick=self.is_quick, hints=self.hints)

    def _leave_sheet(self, form: SheetForm) -> None:
        if form.is_touched and self.step != "leave":
            self.step = "leave"
            self._refuse(say("This sheet is not stored yet."), self.hints.leave)
            return
        self.message = None
        aside, self._set_aside = self._set_aside, None
        if aside is not None:
            self.form, self.step = aside, "sheet"
        elif form.is_correction:
            self._begin(form.sheet)
        else:
            self._ask_code()

    @property
    def _the_form(self) -> SheetForm:
        assert self.form is not None, "a sheet lies on the desk in this step"
        return self.form

    # -- prompts -------------------------------------------------------------------------------------------------------

    def _ask(self, step: Step, ask: Sentence, allowed: Sentence) -> None:
        self.step, self.listed, self.prompt = step, None, Prompt(ask, allowed)

    def _ask_code(self) -> None:
        if self.form is not None:
            self.offered = self.form.sheet
        self.form = None
        self._ask("code", say("Sheet code"), self._code_allowed())

    def _ask_judge(self) -> None:
        self._ask("bind_judge", say("Which judge marked it?"), say("the judge's code"))

    def _code_allowed(self) -> Sentence:
        if self.offered is None:
            return say("the code on the paper; or entry and judge (`H001 J1`); or a name")
        return say(
            "the code on the paper; or entry and judge (`H001 J1`); or a name. Enter alone: {next}",
            next=say("{entry}, {judge}", entry=who(self.offered), judge=self.offered.judge_name or self.offered.judge),
        )

    def _prompt_key(self, key: str) -> None:
        if self.step == "leave":
            self._leaving_key(key)
            return
        prompt = self.prompt
        match key:
            case "enter":
                if not prompt.is_locked:
                    self._answer(prompt.text.strip())
            case "erase":
                prompt.text, prompt.is_locked, self.message = prompt.text[:-1], False, None
            case "clear":
                prompt.text, prompt.is_locked = "", False
            case "escape":
                self._cancel()
            case _ if len(key) == 1 and (not prompt.is_locked or key.isalpha() or self.step == "status"):
                before = "" if prompt.is_locked else prompt.text
                prompt.text, prompt.is_locked = (before + key)[:LINE], False
                if self.message and self.message.is_refusal:
                    self.message = None

    def _leaving_key(self, key: str) -> None:
        self.step, self.message = "sheet", None
        if key == "escape":
            self._the_form.is_touched = False
            self._leave_sheet(self._the_form)
        elif key != "enter":
            self._sheet_key(key)

    def _cancel(self) -> None:
        """Leave a prompt; a sheet that lies there comes back as it was."""
        self.message = None
        if self.form is not None:
            self.step = "sheet"
        elif self._blank is not None:
            self._blank = None
            self._ask_code()
        elif self.step == "code":
            self.prompt = Prompt(self.prompt.ask, self.prompt.allowed)
        else:
            self._ask_code()

    def _answer(self, text: str) -> None:
        match self.step:
            case "code":
                self._answer_code(text)
            case "name":
                self._show(say("Most like “{name}”", name=text), self.desk.search(text) if text else ())
            case "reason" | "status_reason":
                self._answer_reason(text)
            case "status":
                self._answer_status(text)
            case "bind_entry":
                if text:
                    self._blank_entry = text
                    self._ask_judge()
            case "bind_judge" if text and self._blank is not None:
                self._bind(self._blank, text)

    def _answer_code(self, text: str) -> None:
        if not text:
            if self.offered is not None:
                self._open(self.desk_again(self.offered))
            return
        found = self.desk.find(text)
        if isinstance(found, PaperSheet):
            self.message = None
            self._open(found)
        else:
            self._show(say("Which sheet is it?"), found)

    def _bind(self, blank: PaperSheet, judge: str) -> None:
        """Say whose the blank sheet is; what was wrong is asked again from the beginning."""
        try:
            sheet = self.desk.bind(blank, self._blank_entry, judge)
        except PachamamaError:
            self._open(blank)
            raise
        self._open(sheet)
        if sheet.code != blank.code and sheet.stored is None:
            self._say(say("What stands on the void sheet {old} is typed as {new}.", old=blank.code, new=sheet.code))

    def desk_again(self, sheet: PaperSheet) -> PaperSheet:
        """The paper as it stands now."""
        found = self.desk.find(sheet.code or f"{sheet.entry} {sheet.judge} {sheet.phase.id}")
        return found if isinstance(found, PaperSheet) else sheet

    # -- lists ---------------------------------------------------------------------------------------------------------

    def _show(self, title: Sentence, choices: Sequence[Choice]) -> None:
        if not choices:
            self.prompt.is_locked = bool(self.prompt.text)
            self._refuse(say("nothing was found"), say("try a part of the name, or the code on the paper"))
            return
        self.message = None
        self.step, self.listed, self.prompt = "list", Listed(title, choices), Prompt(title, self.hints.listed)

    def _list_key(self, key: str) -> None:
        listed = self.listed
        assert listed is not None, "a list is shown in this step"
        prompt = self.prompt
        match key:
            case "up":
                listed.at = max(listed.at - 1, 0)
            case "down":
                listed.at = min(listed.at + 1, len(listed.choices) - 1)
            case "page_up" | "page_down":
                listed.at = min(max(listed.at + 10 * PAGES[key], 0), len(listed.choices) - 1)
            case "top":
                listed.at = 0
            case "end":
                listed.at = len(listed.choices) - 1
            case "erase" | "clear":
                prompt.text = prompt.text[:-1] if key == "erase" else ""
                prompt.is_locked, self.message = False, None
            case "escape":
                self.listed = None
                self._cancel()
            case "enter" if not prompt.is_locked:
                self._choose(listed, prompt)
            case _ if len(key) == 1 and key.isdigit() and not prompt.is_locked:
                prompt.text = (prompt.text + key)[:4]
            case _ if len(key) == 1 and key.isalpha():
                self._ask_code()
                self._prompt_key(key)

    def _choose(self, listed: Listed, prompt: Prompt) -> None:
        at = listed.at
        if prompt.text:
            at = int(prompt.text) - 1
            if not 0 <= at < len(listed.choices):
                prompt.is_locked = True
                self._refuse(
                    say("there is no line {number}", number=int(prompt.text)),
                    say("there are lines 1 to {last}", last=len(listed.choices)),
                )
                return
        found = self.desk.find(listed.choices[at].opens)
        if isinstance(found, PaperSheet):
            self._open(found)
        else:
            self._show(say("Which sheet is it?"), found)

    # -- commands ------------------------------------------------------------------------------------------------------

    def _command(self, name: str) -> None:
        match name:
            case "missing":
                self._missing()
            case "search":
                self._search()
            case "status":
                self._ask_status()
            case "undo":
                self._undo()
            case "help":
                self._step_before_help, self.step = self.step, "help"
            case _ if self._may_leave():
                self.is_over = True

    def _may_leave(self) -> bool:
        """No sheet is half typed; else say what to do with it."""
        if self.form is None or not self.form.is_touched:
            return True
        self._refuse(say("This sheet is not stored yet."), self.hints.finish)
        return False

    def _missing(self) -> None:
        if self._may_leave():
            self.form = None
            choices = self.desk.missing()
            if choices:
                self._show(say("Still to be typed: {count}", count=len(choices)), choices)
            else:
                self._ask_code()
                self._say(say("Nothing is missing here: every sheet is in."))

    def _search(self) -> None:
        if self._may_leave():
            self.form = None
            self._ask("name", say("Name"), say("the name or a part of it, spelt as you hear it"))

    def _ask_status(self) -> None:
        if self.form is None:
            self._refuse(say("no sheet lies here whose entry could be absent"), say("type the code of its sheet first"))
            return
        if self.step in {"status", "status_reason"}:
            return
        if self.step == "reason":
            self._refuse(say("This correction is not stored yet."), self.hints.reason)
            return
        self._status = None
        back = self.form.sheet.status is not None
        numbers = [say("{number} {status}", number=number, status=said) for number, _, said in STATUS_NUMBERS]
        if back:
            numbers.append(say("{number} {status}", number="0", status=say("in the contest again")))
        self.message = None
        self._ask("status", say("What is said of {entry}?", entry=who(self.form.sheet)), say("a number: {numbers}", numbers=choice(numbers)))  # fmt: skip

    def _answer_status(self, text: str) -> None:
        known: dict[str, Status | None] = {number: status for number, status, _ in STATUS_NUMBERS}
        if self._the_form.sheet.status is not None:
            known["0"] = None
        if text not in known:
            self.prompt.is_locked = bool(text)
            self._refuse(say("“{text}” is none of the numbers", text=text), self.prompt.allowed)
            return
        self._status = known[text]
        self._ask("status_reason", say("Why?"), say("a few words; they are printed and kept"))

    def _answer_reason(self, text: str) -> None:
        if not text:
            self._refuse(say("a reason is missing"), self.prompt.allowed)
            return
        form = self._the_form
        if self.step == "reason":
            self._accept(form, text)
            return
        self.desk.set_status(form.sheet, self._status, text)
        said = STATUS_SAID[self._status] if self._status else say("in the contest again")
        lost = say("the marks that were half typed are not kept") if form.is_touched else None
        self._say(say("Stored: {entry} is {status}.", entry=who(form.sheet), status=said), lost)
        if self._status is None:
            self._open(self.desk_again(form.sheet))
            return
        self._last_was_status = form.sheet
        self._go_on(form)

    def _undo(self) -> None:
        """The sheet that was stored last comes back with its marks, to be corrected; a half typed one waits."""
        if self.form is not None and self.form.is_correction and not self._may_leave():
            return
        if self._last_was_status is not None:
            sheet = self.desk_again(self._last_was_status)
        else:
            found = self.desk.last()
            if found is None:
                self._refuse(say("nothing was stored before this sheet"), say("there is nothing to take back"))
                return
            sheet = found
        if self.form is not None and self.form.is_touched and not self.form.is_correction:
            self._set_aside = self.form
        takes_status_back = self._last_was_status is not None
        self._open(sheet)
        if takes_status_back:
            self._ask_status()
