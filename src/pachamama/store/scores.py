"""What a score table, a sheet or an entering does to a round: new, equal, or other than what stands.

What fills something empty is new. What would replace something recorded is a difference, and needs a reason. An empty
cell says nothing; a table that restates every sheet of an entry speaks for its deductions and its status too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.numbers import Exact, plain, read_exact
from pachamama.core.problems import Place, Problem, refuse_if
from pachamama.core.sentences import Value, listing, say
from pachamama.core.sheets import too_many_sheets
from pachamama.store import contests as read
from pachamama.store import naming, rulings
from pachamama.store.changes import Change, MarkChange, Person, ScoreChanges, SheetKey
from pachamama.store.contests import Stored
from pachamama.store.journal import Body
from pachamama.store.numbering import submissions as came_in
from pachamama.store.people import Roll, is_personal
from pachamama.store.refusals import codes_like
from pachamama.store.registers import competes_already
from pachamama.store.rounds import Standing


class Digits(dict[Exact, str]):
    """Marks in plain digits, each written once."""

    def __missing__(self, value: Exact) -> str:
        """Write a mark that was not seen before; one that cannot be read back is a mistake of the caller."""
        text = plain(value)
        if read_exact(text) is None:
            raise ValueError(f"{text} is not a mark")
        self[value] = text
        return text


@dataclass
class Comparison:
    """Compares tables with a round, contest by contest, and gathers what is new, what differs and what is wrong."""

    connection: sqlite3.Connection
    standing: Standing
    correct: str | None
    roll: Roll
    any_judge: bool
    replaces_freely: bool = False
    keeps_deductions: bool = False
    cell: Callable[[Place, str], Place] | None = None
    controls: Mapping[SheetKey, str] = field(default_factory=dict)
    submissions: Mapping[str, SheetKey] = field(default_factory=dict)
    entries: list[str] = field(default_factory=list)
    sheets: int = 0
    equal: int = 0
    totals: int = 0
    idle: dict[str, str] = field(default_factory=dict)
    added: list[Change] = field(default_factory=list)
    differing: list[MarkChange] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    _digits: Digits = field(default_factory=Digits)
    _strangers: dict[str, Place] = field(default_factory=dict)
    _seen: dict[tuple[str | None, str | None], set[str]] = field(default_factory=dict)
    _numbers: dict[int, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the judges once."""
        from pachamama.store.conflicts import Conflicts

        self._conflicts = Conflicts(self.connection, self.standing)
        self._judges = self._conflicts.judges.keys()

    def compare(self, tables: Iterable[Contest]) -> tuple[ScoreChanges, Body | None]:
        """The changes, and the journal body for them; None if the tables say what is stored already."""
        written = []
        for table in tables:
            codes = [entry.code for entry in table.entries]
            key = read.key_of(self.connection, self.standing, table.within, table.category)
            rows = read.stored(self.connection, self.standing, key, codes) if key is not None else []
            if key is not None:
                read.add_sheets(self.connection, key, rows, codes)
            known = {row.code: row for row in rows}
            self._table = table
            self._conflicts.begin(table, key, rows)
            names = self._register_names([entry for entry in table.entries if entry.name and entry.code not in known])
            seen = self._seen.setdefault((table.within, table.category), set())
            bodies: list[Body] = []
            for entry in table.entries:
                if entry.code in seen:
                    self.problems.append(_twice(entry))
                    continue
                seen.add(entry.code)
                if said := self._entry(entry, known.get(entry.code), names.get(entry.entrant, "")):
                    bodies.append({"code": entry.code, **said})
            if bodies:
                written.append({"within": table.within, "category": table.category, "entries": bodies})
        self._name_strangers()
        self._ask_for_a_reason()
        changes = ScoreChanges(
            tuple(self.entries), self.sheets, self.equal, self.totals, tuple(self.idle.items()),
            tuple(self.added), tuple(self.differing), tuple(self.changed), tuple(self.problems),
        )  # fmt: skip
        phones = {key: list(sheet) for key, sheet in self.submissions.items() if key not in self._came_in()}
        if not written and not phones:
            return changes, None
        body: Body = {"round": self.standing.code, "contests": written, "correct": self.correct or ""}
        if phones:
            body["submissions"] = phones
        return changes, body

    def paper(
        self, entry: str, within: str | None, category: str | None, sheet: Sheet
    ) -> tuple[str | None, str | None, Stored, str]:
        """Where one paper belongs, what is stored of its entry, and its marks as they are written; or refused."""
        unit, group, row = self.stored(entry, within, category)
        marks = self._marks(Entry(entry, where=sheet.where), sheet)
        self._name_strangers()
        refuse_if(self.problems)
        assert marks is not None, "a paper without problems has marks"
        return unit, group, row, marks

    def stored(self, entry: str, within: str | None, category: str | None) -> tuple[str | None, str | None, Stored]:
        """Unit and category of an entry, and what is stored of it with its sheets; or refused."""
        unit, group, row = rulings.find(self.connection, self.standing, entry, within=within, category=category)
        key = read.key_of(self.connection, self.standing, unit, group)
        assert key is not None, "an entry stands in a contest"
        read.add_sheets(self.connection, key, [row], [entry])
        return unit, group, row

    def refusal(
        self, within: str | None, category: str | None, entry: str, *, phase: str, judge: str
    ) -> Problem | None:
        """Why no sheet of this judge would be taken for the entry, which may not be entered yet; None if one would."""
        key = read.key_of(self.connection, self.standing, within, category)
        rows = read.stored(self.connection, self.standing, key, [entry]) if key is not None else []
        if key is not None:
            read.add_sheets(self.connection, key, rows, [entry])
        row = rows[0] if rows else None
        asked, sheet = Entry(entry, row.name if row else ""), Sheet(judge, phase, {})
        self._table = Contest(within, category, (asked,))
        self._conflicts.begin(self._table, key, rows)
        if judge not in self._judges and not self.any_judge:
            return Problem(
                sheet.where, say("Judge {judge} is not registered.", judge=judge), codes_like(judge, self._judges)
            )
        if (wrong := self._not_taken(asked, sheet, row)) is not None or self._panel_size is None or row is None:
            return wrong
        stored = {of for (one, of), (marks, _) in row.sheets.items() if one == phase and not read.is_taken_out(marks)}
        if judge in stored or len(stored) < self._panel_size:
            return None
        return self._extra_sheet(asked, sheet, sorted({*stored, judge}), self._panel_size)

    # -- one entry -----------------------------------------------------------------------------------------------------

    def _entry(self, entry: Entry, row: Stored | None, register_name: str) -> Body:
        """What is to be written of one entry; empty if all of it is stored already."""
        if row is None:
            return self._new_entry(entry, register_name)
        body: Body = {}
        old: Body = {}
        sheets_before = self.sheets
        self._sheets(entry, row, body, old)
        there = {key for key, (marks, _) in row.sheets.items() if not read.is_taken_out(marks)}
        restates = bool(there) and there <= {(sheet.phase, sheet.judge) for sheet in entry.sheets}
        self._status(entry, row, body, old, comes_after_all=self.sheets > sheets_before)
        if entry.status is None and row.status in ("withdrawn", "disqualified") and self._has_marks(body):
            self.idle[entry.code] = row.status
        self._deductions(entry, row, body, old, restates=restates)
        self._name_and_fields(entry, row, body, old)
        return body | ({"old": old} if old else {})

    def _new_entry(self, entry: Entry, register_name: str) -> Body:
        self.entries.append(entry.code)
        body: Body = {"new": 1}
        public, private = _split(entry.fields)
        own_name = entry.name if entry.name != register_name else ""
        if own_name or private:
            body["person"] = self.roll.commit_to(Person(own_name), private)
        if entry.status:
            body |= {"status": entry.status, "reason": entry.status_reason}
        if entry.deductions:
            body["deductions"] = sorted(entry.deductions)
        if public:
            body["fields"] = public
        self._sheets(entry, None, body, {})
        return body

    @staticmethod
    def _has_marks(body: Body) -> bool:
        """Some sheet that is to be written has a mark; one that was emptied has none."""
        return any(not read.is_taken_out(marks) for _, _, marks, *_ in body.get("sheets", ()))

    def _sheets(self, entry: Entry, row: Stored | None, body: Body, old: Body) -> None:
        """New sheets, and those that differ with what they replace."""
        written: list[tuple[str, ...]] = []
        totals: list[tuple[str, ...]] = []
        replaced: list[list[Any]] = []
        seen: dict[tuple[str, str], str] = {}
        new: list[Sheet] = []
        for sheet in entry.sheets:
            marks = self._marks(entry, sheet)
            key = (sheet.phase, sheet.judge)
            if marks is None:
                continue
            if key in seen:
                if seen[key] != marks:
                    self.problems.append(self._second_sheet(entry, sheet))
                continue
            seen[key] = marks
            before = row.sheets.get(key) if row else None
            if before is not None and sheet.marks and read.is_taken_out(before[0]):
                before = None
            paper = (self._table.within, self._table.category, entry.code, *key)
            control = self.controls.get(paper, "")
            if before is not None and before[0] == marks:
                self.equal += 1
                if control and paper not in self._known_totals:
                    self.totals += 1
                    totals.append((*key, marks, control))
                continue
            clash = self._not_taken(entry, sheet, row) if sheet.marks else None
            if clash:
                self.problems.append(clash)
                continue
            written.append((*key, marks, control) if control else (*key, marks))
            if before is None:
                self.sheets += 1
                if sheet.marks:
                    new.append(sheet)
            else:
                self._differing(entry, sheet, before[0], marks)
                replaced.append([*key, before[0], self._number(before[1])])
        if new:
            stands = {key: marks for key, (marks, _) in row.sheets.items()} if row else {}
            stands |= {(phase, judge): marks for phase, judge, marks, *_ in written}
            self._too_many(entry, new, stands)
        if written:
            body["sheets"] = written
        if totals:
            body["totals"] = totals
        if replaced:
            old["sheets"] = replaced

    def _not_taken(self, entry: Entry, sheet: Sheet, row: Stored | None) -> Problem | None:
        """Why a sheet with marks is not taken: who may not judge, or an entry that may not compete any more."""
        if row is not None and row.status and (already := competes_already(self.connection, row.key)) is not None:
            return replace(already, where=sheet.where)
        return self._conflicts.of(entry, sheet)

    def _too_many(self, entry: Entry, new: Sequence[Sheet], marks: Mapping[tuple[str, str], str]) -> None:
        """More sheets than judges are refused as they come (RULES.md, A4): no round could be reckoned with them."""
        if self._panel_size is None or len(marks) <= self._panel_size:
            return
        for phase in dict.fromkeys(sheet.phase for sheet in new):
            coming = [sheet for sheet in new if sheet.phase == phase]
            if coming[-1].where.file and sum(1 for one in entry.sheets if one.phase == phase) > self._panel_size:
                continue  # all of them are rows of one table: whoever read it has said so
            mine = {judge for (of, judge), one in marks.items() if of == phase and not read.is_taken_out(one)}
            if len(mine) > self._panel_size:
                self.sheets -= 1
                self.problems.append(self._extra_sheet(entry, coming[-1], sorted(mine), self._panel_size))

    @cached_property
    def _panel_size(self) -> int | None:
        """How many judges mark an entry; None for any number."""
        tier = naming.tier_of(self.connection, self.standing.key)
        return tier.panel.judges if tier else None

    def _marks(self, entry: Entry, sheet: Sheet) -> str | None:
        """The marks in the order of the paper, `-` for an empty cell; None if the sheet does not fit the round."""
        criteria = self.standing.phases.get(sheet.phase)
        if not criteria:
            self.problems.append(self._no_phase(entry, sheet))
            return None
        marks, digits = sheet.marks, self._digits
        is_full = (*marks,) == criteria
        if not is_full and not marks.keys() <= set(criteria):
            unknown = next(code for code in marks if code not in criteria)
            self.problems.append(self._no_criterion(entry, sheet, unknown, criteria))
            return None
        if sheet.judge not in self._judges and not self.any_judge:
            self._strangers.setdefault(sheet.judge, sheet.where)
        if is_full:
            return " ".join(map(digits.__getitem__, marks.values()))
        return " ".join([digits[marks[code]] if code in marks else "-" for code in criteria])

    def _differing(self, entry: Entry, sheet: Sheet, before: str, after: str) -> None:
        for code, old, new in zip(self.standing.phases[sheet.phase], before.split(), after.split(), strict=True):
            if old != new:
                where = self.cell(sheet.where, code) if self.cell else sheet.where
                self.differing.append(
                    MarkChange(entry.code, sheet.phase, sheet.judge, code, _mark(old), _mark(new), where)
                )

    def _status(self, entry: Entry, row: Stored, body: Body, old: Body, *, comes_after_all: bool) -> None:
        """An empty cell leaves the status as it is, except that who gets new sheets cannot be absent."""
        if entry.status is None:
            if not (row.status == "absent" and comes_after_all):
                return
        elif entry.status == row.status and entry.status_reason in ("", row.status_reason):
            return
        change = Change(entry.code, "status", row.status, entry.status or "", entry.where)
        body |= {"status": entry.status or "", "reason": entry.status_reason}
        if row.status in ("", entry.status):
            self.added.append(change)
        else:
            self.changed.append(change)
            old |= {"status": row.status, "reason": row.status_reason}

    def _deductions(self, entry: Entry, row: Stored, body: Body, old: Body, *, restates: bool) -> None:
        """Only a table with every sheet, and a column for deductions, takes one away: other sheets name others."""
        after = entry.deductions - (row.rulings - row.deductions)
        if not restates or self.keeps_deductions:
            after |= row.deductions
        if after == row.deductions:
            return
        change = Change(entry.code, "deductions", _ids(row.deductions), _ids(after), entry.where)
        body["deductions"] = sorted(after)
        if row.deductions <= after:
            self.added.append(change)
        else:
            self.changed.append(change)
            old["deductions"] = sorted(row.deductions)

    def _name_and_fields(self, entry: Entry, row: Stored, body: Body, old: Body) -> None:
        name = entry.name if entry.name != row.name else ""
        said = {
            what: text
            for what, text in entry.fields.items()
            if text and text != row.own_fields.get(what, row.register_fields.get(what))
        }
        if name:
            self._say_changed(entry, "name", row.own_name, name)
        for what, text in said.items():
            self._say_changed(entry, what, row.own_fields.get(what, ""), text)
        public, private = _split(said)
        if public:
            body["fields"] = public
            if replaced := {what: row.own_fields[what] for what in public if what in row.own_fields}:
                old["fields"] = replaced
        if name or private:
            kept = {what: text for what, text in row.own_fields.items() if is_personal(what)}
            body["person"] = self.roll.commit_to(Person(name or row.own_name), {**kept, **private})

    def _say_changed(self, entry: Entry, what: str, before: str, after: str) -> None:
        (self.changed if before else self.added).append(Change(entry.code, what, before, after, entry.where))

    # -- what the whole table says -------------------------------------------------------------------------------------

    def _register_names(self, entries: Sequence[Entry]) -> Mapping[str, str]:
        """What the register calls those who are entered anew."""
        if not entries:
            return {}
        query = (
            "SELECT code, name FROM community"
            if self.standing.tier == "community"
            else "SELECT h.code, p.name FROM household h JOIN person p ON p.id = h.person"
        )
        codes = json.dumps([entry.entrant for entry in entries])
        rows = self.connection.execute(f"{query} WHERE code IN (SELECT value FROM json_each(?))", (codes,))
        return dict(rows.fetchall())

    def _came_in(self) -> Mapping[str, object]:
        """The phones' keys that are stored already."""
        return came_in(self.connection, list(self.submissions)) if self.submissions else {}

    @cached_property
    def _known_totals(self) -> Mapping[SheetKey, str]:
        """The control totals that were compared already, by paper."""
        return read.controls(self.connection, self.standing)

    def _number(self, journal: int) -> list[Any]:
        """Device and number of a journal entry, by its key in this file."""
        if journal not in self._numbers:
            row = self.connection.execute("SELECT device, number FROM journal WHERE id = ?", (journal,)).fetchone()
            self._numbers[journal] = list(row)
        return self._numbers[journal]

    def _name_strangers(self) -> None:
        """Each unknown judge once, where it first stands."""
        register = say("Register the judge first: `pachamama add judge`, or `pachamama import judges FILE`.")
        for judge, where in self._strangers.items():
            like = codes_like(judge, self._judges)
            hint = say("{known} Otherwise: {remedy}", known=like, remedy=register) if like else register
            self.problems.append(Problem(where, say("Judge {judge} is not registered.", judge=judge), hint))

    # -- what is wrong with a sheet ------------------------------------------------------------------------------------

    def _second_sheet(self, entry: Entry, sheet: Sheet) -> Problem:
        message = say(
            "{judge} has a second sheet for {entry} in {phase}, with other marks.",
            judge=sheet.judge,
            entry=entry.code,
            phase=self._phase(sheet),
        )
        return Problem(sheet.where, message, say("Look at the papers and keep the right one."))

    def _extra_sheet(self, entry: Entry, sheet: Sheet, judges: Sequence[str], most: int) -> Problem:
        tier = naming.tier_of(self.connection, self.standing.key)
        assert tier is not None, "its panel has a size"
        others = [one for one in judges if one != sheet.judge]
        return Problem(
            sheet.where,
            say(
                "The sheet of {judge}: {why} ({judges}).",
                judge=self._conflicts.called(sheet.judge),
                why=too_many_sheets(tier, sheet.phase, entry.code, sheets=len(judges), most=most),
                judges=listing(judges),
            ),
            say(
                "Look at the judge on the paper. Who judges is named by `pachamama panel assign`; a sheet that is stored"
                " is taken out by {command}.",
                command=rulings.takes_out(self.standing.code, self.standing.phases, entry.code, others[0], sheet.phase),
            ),
        )

    def _no_phase(self, entry: Entry, sheet: Sheet) -> Problem:
        message = say(
            "{entry} has a sheet for {phase}, which is no judged phase of {round}.",
            entry=entry.code,
            phase=sheet.phase,
            round=self.standing.code,
        )
        judged = [phase for phase, codes in self.standing.phases.items() if codes]
        meant = naming.phases_meant(self.connection, self.standing.key, sheet.phase, judged)
        return Problem(sheet.where, message, meant)

    def _no_criterion(self, entry: Entry, sheet: Sheet, unknown: str, criteria: Sequence[str]) -> Problem:
        message = say(
            "The sheet of {entry} has a mark for {criterion}, which is no criterion of {phase}.",
            entry=entry.code,
            criterion=unknown,
            phase=self._phase(sheet),
        )
        return Problem(sheet.where, message, codes_like(unknown, criteria))

    def _phase(self, sheet: Sheet) -> Value:
        return naming.phase_called(self.connection, self.standing.key, sheet.phase)

    def _ask_for_a_reason(self) -> None:
        """Without a reason nothing recorded is replaced."""
        if self.correct or self.replaces_freely:
            return
        for mark in self.differing:
            message = say(
                "{judge} gave {entry} {old} for {criterion}; this says {new}.",
                judge=mark.judge,
                entry=mark.entry,
                criterion=naming.criterion_called(self.connection, self.standing.key, mark.criterion),
                old=mark.old or say("no mark"),
                new=mark.new or say("no mark"),
            )
            self.problems.append(Problem(mark.where, message, _CORRECT))
        for change in self.changed:
            if (change.field, change.old, change.new) == ("status", "absent", ""):
                self.problems.append(_is_absent(change))
                continue
            message = say(
                "{field} of {entry} is {old}; this says {new}.",
                field=naming.field_called(self.connection, self.standing.key, change.field),
                entry=change.code,
                old=naming.value_called(self.connection, self.standing.key, change.field, change.old),
                new=naming.value_called(self.connection, self.standing.key, change.field, change.new) or say("nothing"),
            )
            self.problems.append(Problem(change.where, message, _CORRECT))


_CORRECT = say("Look at the paper. If this is right, do it once more with `--correct REASON`; the old figure is kept.")


def _is_absent(change: Change) -> Problem:
    return Problem(
        change.where,
        say("{entry} is absent, and this is a sheet with marks for it.", entry=change.code),
        say(
            "Look at the paper. If it was there after all, do it once more with `--correct REASON`: it competes again."
        ),
    )


def _mark(text: str) -> str | None:
    return None if text == "-" else text


def _ids(ids: Iterable[str]) -> str:
    return " ".join(sorted(ids))


def _split(fields: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """The fields that may stand in the journal, and those that say who somebody is; empty ones in neither."""
    public = {name: text for name, text in fields.items() if text and not is_personal(name)}
    return public, {name: text for name, text in fields.items() if text and is_personal(name)}


def _twice(entry: Entry) -> Problem:
    return Problem(
        entry.where,
        say("{entry} stands twice in one contest.", entry=entry.code),
        say("Keep one of the two."),
    )
