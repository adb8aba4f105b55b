"""A score table read contest by contest, for tables that are plain: rows of one contest together, nothing to be said.

`read_scores` holds a whole table, since only then it can name all that is wrong. Most tables have nothing wrong, and
half a million sheets go through in a tenth of the memory and a third of the time if nothing is kept for messages. So this
reading never says anything: where it meets something to be said, it stops with NotPlain, and the table is read
again by `read_scores`, which says it.

There is one reading of rows: whatever a row has beside full sheets of marks seen before (a status, an empty cell, a
deduction, blanks around a cell) is left to ScoreTableReading, row by row; both give the same entries.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import getitem, itemgetter
from pathlib import Path
from typing import NamedTuple

from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.numbers import read_exact
from pachamama.core.problems import Problem, Refused
from pachamama.core.rules.document import Tier
from pachamama.core.sheets import KnownMarks, KnownWorths, NotAMark, SheetRows, WrittenSheets
from pachamama.exchange.codes import are_plain
from pachamama.exchange.columns import NOTHING_TOLD
from pachamama.exchange.scores import ScoreTableReading, open_scores
from pachamama.exchange.tables import Table


class NotPlain(Exception):
    """The table must be read as a whole: there is something to be said about it, or its contests are mixed."""


def read_contests(path: str | Path, tier: Tier, *, notes: list[Problem]) -> Iterator[Contest]:
    """The contests of a score table as they stand in it, one at a time: the same that `read_scores` gives together.

    What is said of the columns is added to `notes` at once. NotPlain, at any moment, where `read_scores` must be asked:
    the contests that were given until then may not be used.
    """
    try:
        table = open_scores(path, tier, notes=notes)
        if not isinstance(table, Table) or not table.is_plain:
            raise NotPlain
        reading = PlainReading(table, tier, None, None, None, None, told=NOTHING_TOLD, registered=None)
    except Refused as refusal:
        raise NotPlain from refusal
    notes += reading.notes
    return reading.each(table)


class _PlainPhase(NamedTuple):
    """Where the marks of a phase stand, what their texts are and what they are worth; `foreign` are other phases' columns."""

    number: int
    id: str
    parts: int
    marks: Callable[[Sequence[str]], Sequence[str]]
    known: Mapping[str, KnownMarks]
    worths: Sequence[KnownWorths]
    foreign: tuple[int, ...]


class _InDoubt(Exception):
    """A row is not plain: the careful reading decides what it says."""


class PlainReading(ScoreTableReading, SheetRows):
    """Reads full sheets of marks in one pass over their texts, and leaves every other row to the careful reading."""

    def each(self, table: Table) -> Iterator[Contest]:
        """Each contest when its rows end."""
        self._places = tuple(self.at.get(name, -1) for name in ("within", "category", "entry", "phase", "judge"))
        self._silent = [self.at[name] for name in ("status", "deductions") if name in self.at]
        self._plain_phases: dict[str, _PlainPhase] = {}
        self._criteria: dict[str, tuple[int, KnownWorths, int]] = {}
        self._plain_texts: dict[tuple[str, str], str] = {}
        self._plain_totals: dict[tuple[int, str], int] = {}
        width, cleaned, notes = len(table.columns), table.cleaning(self.problems), len(self.notes)
        columns = [at for at in self._places[:2] if at >= 0]
        found: set[tuple[str | None, str | None]] = set()
        try:
            for _, group in groupby(filter(any, table.as_written()), itemgetter(*columns) if columns else bool):
                rows = list(group)
                if set(map(len, rows)) != {width}:
                    rows = [cells for row in rows if (cells := cleaned(0, row)) is not None]
                contest = self._contest_of(rows)
                if self.problems or len(self.notes) > notes or (contest.within, contest.category) in found:
                    raise NotPlain
                found.add((contest.within, contest.category))
                yield contest
        except (csv.Error, IndexError) as error:  # a quotation mark that is never closed, a row that is too short
            raise NotPlain from error
        if not found or len({within is None for within, _ in found}) > 1:
            raise NotPlain

    def _contest_of(self, rows: Sequence[list[str]]) -> Contest:
        """The contest of these rows; whatever is wrong with them is among the problems."""
        within, category, at = self._places[:3]
        by_entry: dict[str, list[list[str]]] = {}
        for cells in rows:
            by_entry.setdefault(cells[at], []).append(cells)
        unit, group = (rows[0][place].strip() if place >= 0 else "" for place in (within, category))
        named = self._known_code(unit, 0) if unit else self.unit
        known = self._category(group or self.category or "", 0)
        entries: dict[str, Entry] = {}
        are_codes = are_plain(by_entry)
        for written, mine in by_entry.items():
            try:
                entry = self._plain_entry(written if are_codes else self._plain_code(written), mine)
            except (_InDoubt, NotAMark):
                entry = self._careful_entry(mine)
            if entry.code in entries:  # one code, written in two ways
                raise NotPlain
            entries[entry.code] = entry
        self._plain_texts.clear()
        self.texts.clear()
        return Contest(named, known, tuple([entries[code] for code in sorted(entries)]))

    def _careful_entry(self, rows: Sequence[list[str]]) -> Entry:
        """The entry as the careful reading understands it."""
        for cells in rows:
            self._row(0, [*map(str.strip, cells), ""], *self._places)
        drafts = list(self.drafts.values())
        self.drafts.clear()
        self.written.clear()
        if len(drafts) != 1 or self.problems:
            raise NotPlain
        return self._entry(drafts[0])

    def _plain_entry(self, code: str, rows: Sequence[list[str]]) -> Entry:
        """The entry, if its rows hold full sheets and nothing that has to be weighed against other rows."""
        for at in self._silent:
            for cells in rows:
                if cells[at]:
                    raise _InDoubt
        phase_at = self._places[3]
        sums = [0] * (2 * len(self.tier.judging))
        if phase_at < 0:
            self._add_up("", rows, sums)
        else:
            for named in {cells[phase_at] for cells in rows}:
                self._add_up(named, [cells for cells in rows if cells[phase_at] == named], sums)
        fields = self._plain_fields(rows) if self.said else {}
        return Entry(code, fields.pop("name", ""), WrittenSheets(rows, self, tuple(sums)), fields=fields)

    def _add_up(self, named: str, rows: Sequence[list[str]], sums: list[int]) -> None:
        """Check the sheets of one phase, and add their total and their number to the sums of the entry."""
        phase = self._plain_phases.get(named) or self._plain_phase(named)
        marks, worths, judge_at = phase.marks, phase.worths, self._places[4]
        units = [sum(map(getitem, worths, marks(cells))) for cells in rows]
        if judge_at < 0:
            judges = {self.codes.get("") or self._plain_judge("")}
        else:
            judges = {self.codes.get(cells[judge_at]) or self._plain_judge(cells[judge_at]) for cells in rows}
        if len(judges) < len(rows) or sums[phase.number + 1]:  # a judge's second sheet, a phase named in two ways
            raise _InDoubt
        for at in phase.foreign:
            for cells in rows:
                if cells[at]:
                    raise _InDoubt
        if self.total is not None:
            for total, cells in zip(units, rows, strict=True):
                if (written := cells[self.total]) and self._written_total(phase, written) != total:
                    raise _InDoubt
        sums[phase.number] = sum(units)
        sums[phase.number + 1] = len(units)

    def _plain_fields(self, rows: Sequence[list[str]]) -> dict[str, str]:
        """What the rows say of the entry, if they all say the same."""
        fields = {}
        for name, at in self.said:
            said = {cells[at] for cells in rows}
            said.discard("")
            if said:
                (text,) = said if len(said) == 1 else (None,)
                known = None if text is None else self._plain_texts.get((name, text)) or self._plain_text(name, text)
                if known is None:
                    raise _InDoubt
                fields[name] = known
        return fields

    # -- what stands in many rows, checked once ----------------------------------------------------------------------

    def _plain_code(self, written: str) -> str:
        code = self._code(written, 0) if written and written == written.strip() else None
        if code is None:
            raise _InDoubt
        return code

    def _plain_phase(self, written: str) -> _PlainPhase:
        columns = self._phase_columns(written) if written else self.phases[""]
        if columns is None or not columns.marks or written != written.strip():
            raise _InDoubt
        places = [at for _, at, _ in columns.marks]
        marks = itemgetter(*places) if len(places) > 1 else lambda cells: (cells[places[0]],)
        paper = columns.paper
        found = self._plain_phases[written] = _PlainPhase(
            2 * columns.number, paper.phase.id, paper.phase.parts, marks, paper.known, paper.worths, columns.foreign
        )
        return found

    def _plain_judge(self, written: str) -> str:
        """The code of a judge who is named for the first time, or of the one judge where nobody is named."""
        code = (
            self._known_code(written or self.judge, 0)
            if written == written.strip() and (written or self.judge)
            else None
        )
        if code is None:
            raise _InDoubt
        self.codes[written] = code
        return code

    def _plain_text(self, name: str, written: str) -> str | None:
        text = self._field(name, written, 0) if written == written.strip() else None
        if text is not None:
            self._plain_texts[name, written] = text
        return text

    def _written_total(self, phase: _PlainPhase, written: str) -> int | None:
        """A control total in parts of a point; None where it is no number, or no whole number of them."""
        key = (phase.number, written)
        if key not in self._plain_totals:
            total = read_exact(written, comma=True)
            if total is None or phase.parts % total.denominator:
                return None
            self._plain_totals[key] = int(total * phase.parts)
        return self._plain_totals[key]

    # -- what somebody looks at in the end -----------------------------------------------------------------------------

    def mean_of(self, rows: Sequence[Sequence[str]], criterion: str) -> tuple[int, int]:
        """See SheetRows."""
        at, worths, parts = self._criteria.get(criterion) or self._criterion(criterion)
        texts = [text for cells in rows if (text := cells[at])]  # empty on the sheets of other phases
        return sum(map(worths.__getitem__, texts)), parts * len(texts)

    def _criterion(self, criterion: str) -> tuple[int, KnownWorths, int]:
        """Where a criterion stands, what its texts are worth, and in which parts of a point."""
        phase = next(phase for phase in self._plain_phases.values() if criterion in phase.known)
        worths = phase.worths[list(phase.known).index(criterion)]
        found = self._criteria[criterion] = self.at[criterion], worths, phase.parts
        return found

    def sheets_of(self, rows: Sequence[Sequence[str]]) -> tuple[Sheet, ...]:
        """See SheetRows."""
        found = []
        for _, judge, phase, cells in self._in_turn(rows):
            texts = zip(phase.known.items(), phase.marks(cells), strict=True)
            found.append(Sheet(judge, phase.id, {id_: known[text] for (id_, known), text in texts}))
        return tuple(found)

    def totals_of(self, rows: Sequence[Sequence[str]]) -> Sequence[tuple[str, str, int]]:
        """See SheetRows."""
        return [
            (judge, phase.id, sum(map(getitem, phase.worths, phase.marks(cells))))
            for _, judge, phase, cells in self._in_turn(rows)
        ]

    def _in_turn(self, rows: Sequence[Sequence[str]]) -> list[tuple[int, str, _PlainPhase, Sequence[str]]]:
        """The rows, each with its phase and judge, in the order of phases and judges."""
        phase_at, judge_at = self._places[3:]
        found = []
        for cells in rows:
            phase = self._plain_phases[cells[phase_at] if phase_at >= 0 else ""]
            found.append((phase.number, self.codes[cells[judge_at] if judge_at >= 0 else ""] or "", phase, cells))
        found.sort(key=itemgetter(0, 1))
        return found
