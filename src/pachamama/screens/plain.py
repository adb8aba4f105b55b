"""Line by line, for bad terminals and for pipes: the same sitting, asked and answered a line at a time.

A person is asked again after a refusal. A pipe is stopped at the first one, since the lines that follow were meant for
other fields; what was stored before it is said and stays.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pachamama.core.rules.document import phase_label
from pachamama.core.sentences import Value, say
from pachamama.language.reader import Reader
from pachamama.screens.drawing import contest_line
from pachamama.screens.form import SheetForm
from pachamama.screens.sitting import Sitting

COMMANDS = ("missing", "search", "status", "undo", "back", "leave", "quit", "help")
"""What is typed after a slash; the reader's own words for them are understood too."""


class PlainLines:
    """Asks and answers; `tell` writes a line for the person, `result` one for each sheet that is stored.

    A program reads the phase of a stored sheet by its id, a person by its name.
    `forget` throws away what was typed ahead of a refusal, where there is a person.
    """

    def __init__(
        self,
        sitting: Sitting,
        reader: Reader,
        *,
        tell: Callable[[str], None],
        result: Callable[[str], None],
        forget: Callable[[], None] | None,
    ) -> None:
        self.sitting = sitting
        self.reader = reader
        self.tell = tell
        self.result = result
        self.forget = forget
        self._stored = 0
        self._headed: SheetForm | None = None
        self._message: object = None
        self._listed: object = None

    def run(self, lines: Iterator[str], ask: Callable[[str], None]) -> bool:
        """Answer line after line until they end or the person leaves; False if a refusal stopped a pipe."""
        self._show()
        while not self.sitting.is_over:
            ask(self._asked())
            line = next(lines, None)
            if line is None:
                return self._ended()
            refused = self.sitting.refused
            self._take(_without_keys(line))
            self._show()
            if self.sitting.refused > refused:
                if self.forget is None:
                    form = self.sitting.form
                    if form is not None and form.waits_without_total:
                        continue  # the next line says whether there is a total
                    return False
                self.forget()
                self._empty_refused()
        return True

    def _empty_refused(self) -> None:
        """What was refused is not offered again."""
        form = self.sitting.form if self.sitting.step == "sheet" else None
        if form.is_locked if form is not None else self.sitting.prompt.is_locked:
            self.sitting.press("clear")

    def _ended(self) -> bool:
        """The lines have ended; a sheet that is half typed is not stored, and that is said."""
        form = self.sitting.form
        if form is None or not form.is_touched:
            return True
        message = say("The lines ended inside the sheet of {entry}; it is not stored.", entry=form.sheet.entry)
        self.tell(self.reader.say(message))
        return False

    # -- answers -------------------------------------------------------------------------------------------------------

    def _take(self, line: str) -> None:
        sitting = self.sitting
        if line.startswith("/"):
            self._command(line[1:])
        elif sitting.step == "sheet" and sitting.form is not None and len(line.split()) > 1:
            self._take_several(line.split())
        else:
            sitting.enter_line(line)

    def _take_several(self, words: list[str]) -> None:
        """Several marks in one line, until one is refused; a list of deductions is one field."""
        sitting = self.sitting
        form, refused = sitting.form, sitting.refused
        while words and sitting.form is form and form is not None and sitting.refused == refused:
            if form.field.kind == "deductions":
                sitting.enter_line(" ".join(words))
                return
            sitting.enter_line(words.pop(0))

    def _command(self, word: str) -> None:
        known = {name: name for name in COMMANDS} | {self._word(name): name for name in COMMANDS}
        meant = {name for said, name in known.items() if word and said.startswith(word.lower())}
        if len(meant) != 1:
            self.tell(
                self.reader.say(say("There are: {words}", words=", ".join(f"/{self._word(c)}" for c in COMMANDS)))
            )
            return
        name = meant.pop()
        if name == "leave" and self.sitting.step == "code":
            name = "quit"  # nothing lies here: whoever leaves goes home
        if name == "help":
            self._help()
            return
        if name == "leave" and self.sitting.step == "sheet":
            self.sitting.press("escape")
        self.sitting.press({"back": "up", "leave": "escape"}.get(name, name))

    def _word(self, command: str) -> str:
        words = {
            "missing": self.reader.text("missing"),
            "search": self.reader.text("search"),
            "status": self.reader.text("status"),
            "undo": self.reader.text("undo"),
            "back": self.reader.text("back"),
            "leave": self.reader.text("leave"),
            "quit": self.reader.text("quit"),
            "help": self.reader.text("help"),
        }
        return words[command].lower()

    def _help(self) -> None:
        for text in (
            self.reader.text(
                "One answer in each line, or several marks in one, separated by blanks; - for an empty line."
            ),
            self.reader.text(
                "After the marks comes the total on the paper: it must agree, and stores the sheet; - if it has none."
            ),
            self.reader.say(say("Commands: {words}", words=", ".join(f"/{self._word(c)}" for c in COMMANDS))),
        ):
            self.tell(text)

    # -- questions -----------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        """Say what is new: the sheets stored, a message, the head of another sheet, a list."""
        sitting, reader = self.sitting, self.reader
        for sheet in sitting.accepted[self._stored :]:
            phase = sheet.phase.id if self.forget is None else reader.say(phase_label(sheet.phase))
            self.result("\t".join((sheet.code or "-", sheet.entry, sheet.judge, phase)))
        self._stored = len(sitting.accepted)
        if sitting.message is not None and sitting.message is not self._message:
            self.tell(reader.problem(sitting.message.problem))
        self._message = sitting.message
        form = sitting.form
        if form is not None and form is not self._headed and sitting.step == "sheet":
            sheet = form.sheet
            code = f"[{sheet.code}] " if sheet.code else ""
            self.tell(
                f"-- {code}{sheet.entry} {reader.say(sheet.entry_name)} · {sheet.judge} · {contest_line(sheet, reader)}"
            )
        self._headed = form
        if sitting.listed is not None and sitting.listed is not self._listed:
            self.tell(reader.say(sitting.listed.title))
            for number, one in enumerate(sitting.listed.choices, start=1):
                behind = " · ".join(reader.say(part) for part in (one.judge, one.phase) if part)
                self.tell(f"{number:>4} {one.code}  {one.entry} {reader.say(one.name)} · {behind}")
        self._listed = sitting.listed

    def _asked(self) -> str:
        """The question, with what may be answered."""
        sitting, reader = self.sitting, self.reader
        form = sitting.form
        if sitting.step in {"sheet", "leave"} and form is not None:
            label: Value = form.field.label
            before = f" [{form.text}]" if form.text else ""
            if form.field.kind == "control":
                return f"{reader.say(label)} ({reader.say(say('sum {total}', total=form.total))}){before}: "
            start = f"{form.at + 1}." if form.field.criterion is not None else f"{reader.say(label)}:"
            return f"{start} {reader.say(form.allowed())}{before}: "
        return f"{reader.say(sitting.prompt.ask)} ({reader.say(sitting.prompt.allowed)}): "


def _without_keys(line: str) -> str:
    """The line without what arrows and other keys leave in it; Esc alone means the command that leaves."""
    text = _KEYS.sub("", line)
    said = "".join(sign for sign in text if sign.isprintable()).strip()
    return "/leave" if not said and _ESCAPE in text else said


_ESCAPE = "\x1b"
_KEYS = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])")
"""What a terminal sends for a key that is no sign, such as an arrow: Esc and more."""
