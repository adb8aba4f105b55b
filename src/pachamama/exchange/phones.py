"""What phones sent, as KoboToolbox and ODK Central export it: each submission becomes a row of a score table.

So a sheet from a phone passes the same door as any other, with the same checks. A submission is known by the key of its
first version, never by its time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from pachamama.core.model import Contest, NumberedSheet
from pachamama.core.numbers import plain, read_exact
from pachamama.core.problems import Place, Problem, Refused, refuse_if
from pachamama.core.sentences import Sentence, choice, listing, say, say_count
from pachamama.core.sheets import text_shown
from pachamama.exchange.columns import folded
from pachamama.exchange.phone_export import Export, Record, read_export
from pachamama.exchange.phone_form import BETWEEN, PRESENT, PhoneForm, Question
from pachamama.exchange.score_reading import Registered
from pachamama.exchange.scores import ScoreTableReading
from pachamama.exchange.tables import Row, Table

Source: TypeAlias = Literal["kobo", "odk"]
SheetOf: TypeAlias = Callable[[str], NumberedSheet]
"""The numbered paper of a code as it was typed or scanned; refused if there is none."""

_KEYS: Mapping[Source, Sequence[str]] = {
    "kobo": ("meta/rootUuid", "meta/deprecatedID", "_uuid"),
    "odk": ("KEY", "__id"),
}
"""Where the key of a submission stands; of an edited one the first names its first version."""
_STATES = ("_validation_status", "_validation_status/uid", "_validation_status/label")
_REVIEWS = ("ReviewState", "__system/reviewState")
_SEALED = ("Status", "__system/status")
_DELETED = ("__system/deletedAt",)
_REJECTED = frozenset({"validationstatusnotapproved", "notapproved", "noaprobado", "rechazado", "rejected"})
_SERVERS_OWN = frozenset(
    {
        *("start", "end", "today", "username", "deviceid", "phonenumber", "simserial", "subscriberid", "formhub/uuid"),
        *("SubmissionDate", "SubmitterID", "SubmitterName", "AttachmentsPresent", "AttachmentsExpected", "Edits"),
        *("FormVersion", "KEY", "Status", "ReviewState", "DeviceID"),
    }
)
_RECKONED = frozenset({"total", "lines_empty", "leave_empty", "name", "label", "beside_told"})
_COLUMNS = ("within", "category", "entry", "phase", "judge", "status", "deductions", "note")


@dataclass(frozen=True)
class PhoneSheets:
    """The sheets of an export as contests, each with the line of its submission as its place.

    `keys` are the submissions' keys by line, `controls` the totals on the papers, `blanks` the codes of papers from the
    stock whose entry the phone names. `notes` say what was left out, and refuse nothing.
    """

    contests: tuple[Contest, ...]
    keys: Mapping[int, str]
    controls: Mapping[int, str]
    blanks: Mapping[int, str]
    notes: tuple[Problem, ...]

    def named(self, problem: Problem) -> Problem:
        """The problem with the key of the submission that it is about."""
        return _named(problem, self.keys)


def read_phones(
    path: str | Path,
    source: Source,
    form: PhoneForm,
    *,
    sheet_of: SheetOf | None = None,
    registered: Registered | None = None,
    problems: list[Problem] | None = None,
) -> PhoneSheets:
    """The sheets of an export: CSV, XLSX, JSON, or the ZIP of ODK Central; titles and answers by name or by label.

    `registered` says where somebody competes whom the phone did not place. What the office rejected on the server is left out with a note. Refused with all problems, each with file, row and
    key: another round's form, answers that the form does not have, codes of other papers, and what a score table refuses.
    With `problems` those of single submissions are put there instead, so that others can be added before all are refused.
    """
    export = read_export(path)
    return _Reading(export, source, form, sheet_of, registered).sheets(problems)


@dataclass(frozen=True, slots=True)
class _Rows(Table):
    """The submissions as a score table; each row has the line at which the submission stands in the export."""

    _given: tuple[Row, ...] = field(default=(), repr=False)

    def rows(self, problems: list[Problem]) -> Iterator[Row]:
        """The rows as they were made."""
        yield from (Row(line, [*cells]) for line, cells in self._given)


@dataclass(slots=True)
class _Draft:
    """A submission while it is read: answers by question, in the words of a score table."""

    key: str
    line: int
    answers: dict[str, str]


class _Reading:
    """Reads one export with the questions of one form."""

    def __init__(
        self,
        export: Export,
        source: Source,
        form: PhoneForm,
        sheet_of: SheetOf | None,
        registered: Registered | None,
    ) -> None:
        self.export, self.source, self.form, self.sheet_of = export, source, form, sheet_of
        self.registered = registered
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.blanks: dict[int, str] = {}
        self.titles = _Titles(form, export, self.problems)
        self.key_columns = self._columns(_KEYS[source])

    def sheets(self, into: list[Problem] | None) -> PhoneSheets:
        """All of it, or everything that is wrong; what is wrong goes into the list, if there is one."""
        self._look_at_titles()
        refuse_if(self.problems)
        drafts = self._drafts()
        keys = {draft.line: draft.key for draft in drafts}
        self._other_rounds(drafts)
        rows = tuple(self._row(draft) for draft in drafts)
        if not rows and not self.problems and not self.notes:
            self.problems.append(
                Problem(Place(self.export.file), say("there are no submissions in it"), say("is it the right file?"))
            )
        contests: tuple[Contest, ...] = ()
        if rows:
            table = _Rows(self.export.file, self.export.line, self._head(), ",", "", 0, rows)
            try:
                reading = ScoreTableReading(
                    table, self.form.tier, None, None, None, None, told={}, registered=self.registered
                )
                contests = reading.contests(may_have_problems=True)
                self.problems += reading.problems
                self.notes += reading.notes
            except Refused as refused:
                self.problems += refused.problems
        found = [_named(one, keys) for one in sorted(self.problems, key=lambda one: one.where.line or 0)]
        if into is None:
            refuse_if(found)
        else:
            into += found
        controls = {draft.line: text for draft in drafts if (text := _figure(draft.answers.get("control_total", "")))}
        return PhoneSheets(contests, keys, controls, self.blanks, tuple(_named(one, keys) for one in self.notes))

    # -- the whole file ------------------------------------------------------------------------------------------------

    def _columns(self, wanted: Sequence[str]) -> list[str]:
        """The titles of the server's own columns, in the order wanted."""
        there = {title.replace("-", "/"): title for title in self.export.titles}
        return [there[name] for name in wanted if name in there]

    def _look_at_titles(self) -> None:
        """There is a key, and every question whose answer must be known."""
        place = Place(self.export.file, self.export.line or None)
        if not self.key_columns:
            others: Mapping[Source, Source] = {"kobo": "odk", "odk": "kobo"}
            other = others[self.source]
            is_other = bool(self._columns(_KEYS[other]))
            self.problems.append(
                Problem(
                    place,
                    say("no column holds the key of the submissions ({columns})", columns=choice(_SHOWN[self.source])),
                    say("this looks like an export for `pachamama import {kind} FILE`", kind=other)
                    if is_other
                    else say("export all columns, also those of the system, and take the file as it is"),
                )
            )
        needed = ["entry"]
        if self.export.is_table:
            needed += ["judge", *(one.name for one in self.form.questions if one.kind == "mark")]
        for name in needed:
            if name not in self.titles.found.values():
                question = self.form.question(name)
                self.problems.append(
                    Problem(
                        place,
                        say(
                            "the answers to “{question}” are missing (column “{column}”)",
                            question=question.texts[self.form.languages[0]],
                            column=name,
                        ),
                        say("is it the form of {round}? Export with all questions", round=self.form.round),
                    )
                )
        if self.titles.unknown:
            self.notes.append(
                Problem(
                    place, say("not read: {columns}", columns=listing([text_shown(one) for one in self.titles.unknown]))
                )
            )

    def _drafts(self) -> list[_Draft]:
        """The submissions that count, each once."""
        found: dict[str, _Draft] = {}
        sheets: dict[tuple[str, ...], _Draft] = {}
        for record in self.export.records:
            place = Place(self.export.file, record.line)
            key = self._key(record)
            if not key:
                self.problems.append(
                    Problem(
                        place, say("the submission has no key"), say("export it anew, with the columns of the system")
                    )
                )
                continue
            if (left_out := self._left_out(record)) is not None:
                self.notes.append(Problem(place, say("submission {key} is left out: {why}", key=key, why=left_out)))
                continue
            if any(record.cells.get(title, "").strip() for title in self._columns(_SEALED) if self.source == "odk"):
                self.problems.append(
                    Problem(
                        place,
                        say("submission {key} is still encrypted", key=key),
                        say("export it with the passphrase of the project"),
                    )
                )
                continue
            draft = _Draft(key, record.line, self.titles.answers(record))
            self._take(draft, found, sheets)
        return list(found.values())

    def _take(self, draft: _Draft, found: dict[str, _Draft], sheets: dict[tuple[str, ...], _Draft]) -> None:
        """One more submission; one that stands there twice with the same answers counts once."""
        place = Place(self.export.file, draft.line)
        before = found.get(draft.key)
        if before is not None and before.answers == draft.answers:
            return
        if before is not None:
            self.problems.append(
                Problem(
                    place,
                    say("submission {key} stands there twice, with other answers", key=draft.key),
                    say("the first one stands in row {line}: keep the right one", line=before.line),
                )
            )
            return
        marks = [one.name for one in self.form.questions if one.kind == "mark"]
        said = ("round", *_COLUMNS, *marks, *self.form.beside)
        same = tuple(draft.answers.get(name, "") for name in said)
        first = sheets.setdefault(same, draft)
        if first is not draft and any(draft.answers.get(name) for name in marks):
            twice = say("submission {key} was sent twice: it says what {first} says", key=draft.key, first=first.key)
            self.notes.append(Problem(place, twice))
            return
        found[draft.key] = draft

    def _key(self, record: Record) -> str:
        texts = (record.cells.get(title, "").strip() for title in self.key_columns)
        text = next((one for one in texts if one), "")
        while text.startswith("uuid:"):
            text = text.removeprefix("uuid:")
        return text

    def _left_out(self, record: Record) -> Sentence | None:
        """Why a submission does not count, though it stands in the file."""
        cells = record.cells
        states = [cells.get(title, "") for title in self._columns(_STATES if self.source == "kobo" else _REVIEWS)]
        if any(folded(state) in _REJECTED for state in states):
            return say("it was rejected on the server")
        if any(cells.get(title, "") for title in self._columns(_DELETED)):
            return say("it was deleted on the server")
        return None

    def _other_rounds(self, drafts: Sequence[_Draft]) -> None:
        """Submissions of another round's form: each such round once."""
        others: dict[str, list[_Draft]] = {}
        for draft in drafts:
            if (code := draft.answers.get("round", "")) not in ("", self.form.round):
                others.setdefault(code, []).append(draft)
        for code, mine in others.items():
            self.problems.append(
                Problem(
                    Place(self.export.file),
                    say_count(
                        "{count} submission is of the round {other}, not of {round}",
                        "{count} submissions are of the round {other}, not of {round}",
                        len(mine),
                        other=text_shown(code),
                        round=self.form.round,
                    ),
                    say("import it with `--round {other}`", other=text_shown(code)),
                )
            )

    # -- one row -------------------------------------------------------------------------------------------------------

    def _head(self) -> tuple[str, ...]:
        return (*_COLUMNS, "total", *self.form.names, *(one.field for one in self.form.beside.values()))

    def _row(self, draft: _Draft) -> Row:
        """The submission as a row of a score table."""
        answers = draft.answers
        self._paper(draft)
        if answers.get("status") == PRESENT:
            answers["status"] = ""
        if len(self.form.phases) == 1:
            answers["phase"] = answers.get("phase") or self.form.phases[0].id
        names = (*_COLUMNS, "control_total", *self.form.names.values(), *self.form.beside)
        return Row(draft.line, [answers.get(name, "") for name in names])

    def _paper(self, draft: _Draft) -> None:
        """The numbered paper says whose it is; what the phone says must be the same."""
        answers = draft.answers
        typed = next((text for name in ("sheet", "sheet_scan", "sheet_typed") if (text := answers.get(name, ""))), "")
        if not typed or self.sheet_of is None:
            return
        place = Place(self.export.file, draft.line)
        try:
            paper = self.sheet_of(typed)
        except Refused as refused:
            self.problems += [Problem(place, one.message, one.hint) for one in refused.problems]
            return
        if paper.round != self.form.round:
            self.problems.append(
                Problem(
                    place,
                    say("sheet {code} belongs to the round {round}", code=paper.code, round=paper.round),
                    say("look at the code on the paper"),
                )
            )
            return
        for name, said in (
            ("entry", paper.entry),
            ("within", paper.within if paper.entry is not None else None),
            ("category", paper.category if paper.entry is not None else None),
            ("phase", paper.phase),
            ("judge", paper.judge),
        ):
            answer = answers.get(name, "")
            if said is not None and answer and answer != said:
                self.problems.append(
                    Problem(
                        place,
                        say(
                            "“{question}” is {answer} on the phone, but sheet {code} is that of {said}",
                            question=self.form.question(name).texts[self.form.languages[0]],
                            answer=text_shown(answer),
                            code=paper.code,
                            said=said,
                        ),
                        say("look at the paper, and correct the answer on the server"),
                    )
                )
            answers[name] = answer or said or ""
        if paper.entry is None or paper.judge is None:
            self.blanks[draft.line] = paper.code


class _Titles:
    """Which question each column of the export answers, by its name or its label, with or without groups before it."""

    def __init__(self, form: PhoneForm, export: Export, problems: list[Problem]) -> None:
        self.form = form
        self.questions = {one.name: one for one in form.questions}
        self.labels: dict[str, set[str]] = {}
        for one in form.questions:
            for text in {folded(text) for text in one.texts.values()}:
                self.labels.setdefault(text, set()).add(one.name)
        self.found: dict[str, str] = {}
        self.options: dict[str, tuple[str, str]] = {}
        self.unknown: list[str] = []
        groups = {form.group(phase) for phase in form.tier.judged_phases}
        for title in export.titles:
            if (option := self._option(title)) is not None:
                self.options[title] = option
            elif (name := self._question(title)) is not None:
                self._take(title, name, export, problems)
            elif not self._is_no_answer(title):
                self.unknown.append(title)
                if title.replace("-", "/").split("/")[0] in groups:
                    problems.append(
                        Problem(
                            Place(export.file, export.line or None),
                            say("“{title}” is no question of this round's form", title=text_shown(title)),
                            say("was the form made anew since? Import what each form sent by itself"),
                        )
                    )

    def _take(self, title: str, name: str, export: Export, problems: list[Problem]) -> None:
        first = next((before for before, taken in self.found.items() if taken == name), None)
        if first is not None:
            problems.append(
                Problem(
                    Place(export.file, export.line or None),
                    say(
                        "“{first}” and “{second}” are both the column “{column}”",
                        first=first,
                        second=title,
                        column=name,
                    ),
                    say("export it with the names of the questions (“XML values and headers”)"),
                )
            )
        self.found[title] = name

    def _question(self, title: str) -> str | None:
        """The question of a title: by its name, the name after its groups, or a label that only one has."""
        if title in self.questions:
            return title
        if title.startswith("_") or title in _SERVERS_OWN:
            return None
        for sign in ("/", "-"):
            last = title.rpartition(sign)[2]
            if sign in title and last in self.questions:
                return last
        parts = title.split("/")
        for at in range(len(parts)):  # a label may hold a sign of its own: “Yield (kg/ha)”
            names = self.labels.get(folded("/".join(parts[at:])), set())
            if len(names) > 1:
                names = {name for name in names if self._is_in_group("/".join(parts[:at]), self.questions[name])}
            if len(names) == 1:
                return next(iter(names))
        return None

    def _is_in_group(self, page: str, question: Question) -> bool:
        """It is the page on which the question stands."""
        before = folded(page)
        phases = {self.form.group(phase): phase for phase in self.form.phases}
        if question.group not in phases:
            return not before
        pages = self.form.said(self.form.page(phases[question.group]))
        return before in {folded(question.group), *map(folded, pages.values())}

    def _option(self, title: str) -> tuple[str, str] | None:
        """The question and the answer of a column that only says whether one answer of several was chosen."""
        before, sign, last = title.rpartition("/")
        name = self._question(before) if sign else None
        question = self.questions.get(name or "")
        if question is None or not question.choices:
            return None
        chosen = _chosen(question, last)
        return (question.name, chosen) if chosen is not None else None

    def _is_no_answer(self, title: str) -> bool:
        """A column of the server, or one that the form reckons itself."""
        last = title.replace("-", "/").rpartition("/")[2].casefold()
        return (
            title.startswith(("_", "meta/", "meta-", "@"))
            or title in _SERVERS_OWN
            or last in _RECKONED
            or last.startswith(("sum_", "total_"))
            or last.endswith("_url")
        )

    def answers(self, record: Record) -> dict[str, str]:
        """The answers of a submission in the words of a score table: labels are taken for what they stand for."""
        found: dict[str, str] = {}
        for title, name in self.found.items():
            if text := record.cells.get(title, "").strip():
                found[name] = _answer(self.questions[name], text)
        ticked: dict[str, list[str]] = {}
        for title, (name, option) in self.options.items():
            if record.cells.get(title, "").strip().casefold() in ("1", "true", "verdadero"):
                ticked.setdefault(name, []).append(option)
        for name, chosen in ticked.items():
            found[name] = " ".join(chosen)
        return found


def _answer(question: Question, text: str) -> str:
    """What an answer stands for; one that the form does not have stays as it is, for the checks to refuse."""
    if question.kind == "several":
        several = _several(question, text)
        return text if several is None else " ".join(several)
    if (chosen := _chosen(question, text)) is not None:
        return chosen
    return text.partition(BETWEEN)[0].strip() if question.name in ("judge", "entry", "within") else text


def _chosen(question: Question, text: str) -> str | None:
    """The answer that is named, or whose label is written in any language; None if there is none."""
    if any(text == one.name for one in question.choices):
        return text
    word = folded(text)
    meant = {one.name for one in question.choices if word in map(folded, one.texts.values())}
    return meant.pop() if len(meant) == 1 else None


def _several(question: Question, text: str) -> list[str] | None:
    """The answers of a question with several: names, or labels, one after the other with blanks between them."""
    words = text.split()
    if not words:
        return []
    for end in range(len(words), 0, -1):
        chosen = _chosen(question, " ".join(words[:end]))
        if chosen is not None and (rest := _several(question, " ".join(words[end:]))) is not None:
            return [chosen, *rest]
    return None


def _figure(text: str) -> str:
    """A control total in plain digits; '' if it is none."""
    figure = read_exact(text, comma=True) if text else None
    return plain(figure) if figure is not None else ""


def _named(problem: Problem, keys: Mapping[int, str]) -> Problem:
    key = keys.get(problem.where.line or 0)
    if key is None or key in problem.message.values.values():
        return problem
    return Problem(problem.where, say("submission {key}: {what}", key=key, what=problem.message), problem.hint)


_SHOWN: Mapping[Source, Sequence[str]] = {"kobo": ("_uuid", "meta/rootUuid"), "odk": ("KEY", "__id")}
