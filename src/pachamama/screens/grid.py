"""The grid: one contest and one judge, a row for each entry, as on the big list that judges fill in on paper.

Each row is the form of a sheet; a row is stored when it is left, and can only be left whole or untouched.
"""

from __future__ import annotations

from pachamama.core.problems import NOWHERE, PachamamaError, Problem
from pachamama.core.sentences import Points, Sentence, Value, say
from pachamama.core.sheets import before_ticks
from pachamama.screens.desk import Desk, PaperSheet, who
from pachamama.screens.form import SheetForm
from pachamama.screens.sitting import LINE, STATUS_NUMBERS, Message, Prompt


class Grid:
    """The big list being typed; `at` is the row that takes the keys."""

    def __init__(self, desk: Desk, judge: str, phase: str, *, is_quick: bool = False) -> None:
        self.desk = desk
        self.is_quick = is_quick
        self.rows = [
            SheetForm(desk.tier, sheet, is_quick=is_quick, asks_known=True) for sheet in desk.rows(judge, phase)
        ]
        self.confirmed: set[int] = set()
        self.at = next((at for at, row in enumerate(self.rows) if _is_open(row)), 0)
        self.message: Message | None = None
        self.prompt: Prompt | None = None
        self.accepted: list[PaperSheet] = []
        self.refused = 0
        self.is_over = not self.rows
        self._goes_to: int | None = None
        self._last: int | None = None

    @property
    def row(self) -> SheetForm:
        """The row that takes the keys."""
        return self.rows[self.at]

    def press(self, key: str) -> None:
        """One key: a character, or one of `enter erase clear up down left right top end escape` and the commands."""
        if self.is_over:
            return
        try:
            if self.prompt is not None:
                self._prompt_key(self.prompt, key)
            else:
                self._key(key)
        except PachamamaError as refused:
            self._refuse(refused.problems[0])

    def _key(self, key: str) -> None:
        row = self.row
        match key:
            case "enter":
                self.message = None
                if row.enter():
                    self._store(self._next_row())
                elif row.problem is not None:
                    self._refuse(row.problem)
            case "right":
                row.go_to(row.at + 1)
            case "left":
                row.back()
            case "top":
                row.go_to(0)
            case "end":
                row.go_to(len(row.fields) - 1)
            case "up" | "down" | "page_up" | "page_down":
                step = {"up": -1, "down": 1, "page_up": -10, "page_down": 10}[key]
                self._leave(min(max(self.at + step, 0), len(self.rows) - 1))
            case "erase":
                row.erase()
                self.message = None
            case "clear":
                row.clear()
                self.message = None
            case "escape":
                self._drop()
            case "status":
                self._ask_status()
            case "undo":
                if self._last is not None:
                    self._leave(self._last)
            case "missing":
                self._leave(self._next_row())
            case "quit":
                self._quit()
            case _ if len(key) == 1 and not row.is_locked and self.at not in self.confirmed:
                row.type(key)
                self.message = None

    # -- leaving a row -------------------------------------------------------------------------------------------------

    def _leave(self, to: int) -> None:
        """Go to another row; one that was touched is stored first, and stays where something is wrong in it."""
        row = self.row
        self.message = None
        if not row.is_touched:
            self._move(to)
            return
        row.go_to(len(row.fields) - 1)
        if not row.enter():
            if row.problem is not None:
                self._refuse(row.problem)
            return
        self._store(to)

    def _store(self, to: int) -> None:
        row = self.row
        if row.is_correction and row.changes_nothing and row.typed().control:
            self._accept("", to)
        elif row.is_correction and row.changes_nothing:
            self._renew(self.at)
            self._move(to)
        elif row.is_correction:
            self._goes_to = to
            self.prompt = Prompt(
                say("Why is the sheet corrected?"), say("a few words; the old marks stay in the journal with them")
            )
        else:
            self._accept("", to)

    def _accept(self, reason: str, to: int) -> None:
        row, at = self.row, self.at
        verdict = self.desk.accept(row.sheet, row.typed(), reason=reason)
        if verdict not in ("equal", "checked"):
            self.accepted.append(row.sheet)
        self._last = at
        told: dict[str, Sentence] = {
            "stored": say("Stored: {entry}, {judge}, {points} points.", entry=who(row.sheet), judge=row.sheet.judge, points=Points(row.total, 2)),
            "equal": say("The same as it was: {entry}, {judge}. Nothing was changed.", entry=who(row.sheet), judge=row.sheet.judge),
            "checked": say("The same marks: {entry}, {judge}. The total on the paper is kept with them now.", entry=who(row.sheet), judge=row.sheet.judge),
            "confirmed": say("Confirmed: {entry}, {judge}: both entries are equal.", entry=who(row.sheet), judge=row.sheet.judge),
            "differs": say("{entry}, {judge}: the two entries differ.", entry=who(row.sheet), judge=row.sheet.judge),
        }  # fmt: skip
        hint = before_ticks(row.tier, row.typed().deductions) if verdict == "stored" else None
        self.message = Message(Problem(NOWHERE, told[verdict], hint), is_refusal=verdict == "differs")
        if self.desk.is_second:
            self.confirmed.add(at)
            row.is_touched = False
        else:
            self._renew(at)
        self._move(to)

    def _renew(self, at: int) -> None:
        """The row as it is stored now."""
        old = self.rows[at].sheet
        found = next((one for one in self.desk.rows(old.judge, old.phase.id) if one.key == old.key), old)
        self.rows[at] = SheetForm(self.desk.tier, found, is_quick=self.is_quick, asks_known=True)

    def _move(self, to: int) -> None:
        self.at = to
        self.row.go_to(0)

    def _next_row(self) -> int:
        """The next row that is still to be typed, else the next one."""
        later = range(self.at + 1, len(self.rows))
        return next(
            (at for at in later if _is_open(self.rows[at]) and at not in self.confirmed),
            min(self.at + 1, len(self.rows) - 1),
        )

    def _drop(self) -> None:
        if self.row.is_touched:
            self._renew(self.at)
            self.message = Message(Problem(NOWHERE, say("The row is as it was before.")), is_refusal=False)

    def _quit(self) -> None:
        if self.row.is_touched:
            self._refuse(
                Problem(NOWHERE, say("This row is not stored yet."), say("finish it, or take it back with Esc"))
            )
            return
        self.is_over = True

    # -- prompts -------------------------------------------------------------------------------------------------------

    def _ask_status(self) -> None:
        numbers: list[Value] = [say("{number} {status}", number=n, status=said) for n, _, said in STATUS_NUMBERS]
        from pachamama.core.sentences import choice

        self._goes_to = None
        self.prompt = Prompt(
            say("What is said of {entry}?", entry=who(self.row.sheet)),
            say("a number and why, for example `1 {why}`: {numbers}", why=say("did not come"), numbers=choice(numbers)),
        )

    def _prompt_key(self, prompt: Prompt, key: str) -> None:
        match key:
            case "escape":
                self.prompt = None
            case "erase":
                prompt.text = prompt.text[:-1]
            case "clear":
                prompt.text = ""
            case "enter":
                self._answer(prompt, prompt.text.strip())
            case _ if len(key) == 1:
                prompt.text = (prompt.text + key)[:LINE]
                self.message = None

    def _answer(self, prompt: Prompt, text: str) -> None:
        if self._goes_to is not None:
            if not text:
                self._refuse(Problem(NOWHERE, say("a reason is missing"), prompt.allowed))
                return
            to, self._goes_to, self.prompt = self._goes_to, None, None
            self._accept(text, to)
            return
        number, _, reason = text.partition(" ")
        status = next((status for known, status, _ in STATUS_NUMBERS if known == number), None)
        if status is None or not reason.strip():
            self._refuse(Problem(NOWHERE, say("a number and a reason are needed"), prompt.allowed))
            return
        self.prompt = None
        self.desk.set_status(self.row.sheet, status, reason.strip())
        self._renew(self.at)
        self._move(self._next_row())

    def _refuse(self, problem: Problem) -> None:
        self.refused += 1
        self.message = Message(problem, is_refusal=True)


def _is_open(row: SheetForm) -> bool:
    return row.sheet.stored is None and row.sheet.status is None
