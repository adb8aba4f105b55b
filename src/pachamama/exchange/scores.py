"""A score table: one row per paper sheet becomes the contests that are settled (CONTRACT.md, “Score tables”).

Rows of one entry are merged; whatever they say of it must agree. The order of rows and columns decides nothing. An empty
cell is a missing mark, never 0.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.names import clean_name, unsafe_characters
from pachamama.core.numbers import Exact
from pachamama.core.problems import Place, Problem, Refused, refuse_if
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Sentence, listing, say
from pachamama.core.sheets import NotAMark, Paper, no_phase, second_sheet, too_many_sheets
from pachamama.exchange import score_refusals as refusals
from pachamama.exchange.codes import code_in_scores_refusal, composed
from pachamama.exchange.columns import NOTHING_TOLD, certain, find_columns, folded
from pachamama.exchange.dates import date_refusal
from pachamama.exchange.registers import cleaned, register_with
from pachamama.exchange.score_columns import (
    CODES,
    CONTROL_TITLES,
    NOT_READ,
    control_total,
    figure_said,
    known_columns,
    numeric_fields,
    quantities,
    said_columns,
)
from pachamama.exchange.score_reading import (
    MOST_PROBLEMS,
    STATUS_WORDS,
    CodedRow,
    Draft,
    PhaseColumns,
    Registered,
    ScoreReading,
    kept,
    line_of,
    meant,
    too_many,
    without_collecting,
)
from pachamama.exchange.workbook import AnyTable, BookTable, cell_place, line_shown, open_table

ONE_JUDGE = "judge"
"""The code of the judge in a table that does not name one."""


def read_scores(
    path: str | Path,
    tier: Tier,
    *,
    within: str | None = None,
    category: str | None = None,
    phase: str | None = None,
    judge: str | None = None,
    notes: list[Problem] | None = None,
    told: Mapping[str, str] = NOTHING_TOLD,
    registered: Registered | None = None,
    found: ScoreReading | None = None,
) -> tuple[Contest, ...]:
    """The contests of a score table: by `within`, then by the categories of the rules; entries by code.

    `within`, `category`, `phase` and `judge` stand in where the table leaves the column out, `registered` where it leaves
    a cell empty, and `told` says of titles which column they are. What was cleaned in names, and which columns and sheets
    are not known, is added to `notes`. Refused with all problems, each with file and line or cell: what RULES.md (A2, A4,
    T3) refuses of marks, sheets and statuses, codes and columns that nobody knows, totals that are not the sum of their
    marks. With `found` the problems of cells are put there instead, so that others can be added before all are refused.
    """
    said: list[Problem] = []
    table = open_scores(path, tier, notes=said, told=told)
    reading = ScoreTableReading(table, tier, within, category, phase, judge, told=told, registered=registered)
    contests = _all_of(reading, found)
    if notes is not None:
        notes += said
        notes += reading.notes
    return contests


def open_scores(
    path: str | Path, tier: Tier, *, notes: list[Problem], told: Mapping[str, str] = NOTHING_TOLD
) -> AnyTable:
    """The table of a file that holds scores, its rows not yet read."""
    known = known_columns(tier, numeric_fields(tier))
    telling = {"judge", "status", *(one.id for of in tier.judged_phases for one in of.judged)}
    return open_table(path, known, required=("entry",), telling=telling, told=told, notes=notes)


def scores_of(
    table: AnyTable,
    tier: Tier,
    *,
    notes: list[Problem],
    registered: Registered | None = None,
    found: ScoreReading | None = None,
) -> tuple[Contest, ...]:
    """The contests of a table that is opened already, or was made of what phones sent; as `read_scores`."""
    reading = ScoreTableReading(table, tier, None, None, None, None, told=NOTHING_TOLD, registered=registered)
    contests = _all_of(reading, found)
    notes += reading.notes
    return contests


def _all_of(reading: ScoreTableReading, found: ScoreReading | None) -> tuple[Contest, ...]:
    with without_collecting():
        contests = reading.contests(may_have_problems=found is not None)
    if found is not None:
        found.take(reading.problems, reading.coded, reading.totals)
        found.emptied += reading.emptied
        found.names_deductions = "deductions" in reading.at
        if reading.is_book:
            found.cells.append(reading)
    return contests


class ScoreTableReading:
    """Reads one table for one tier; a column that the table leaves out stands at -1, where each row gets an empty cell."""

    def __init__(
        self,
        table: AnyTable,
        tier: Tier,
        within: str | None,
        category: str | None,
        phase: str | None,
        judge: str | None,
        *,
        told: Mapping[str, str],
        registered: Registered | None,
    ) -> None:
        self.table = table
        self.is_book = isinstance(table, BookTable)
        self.tier = tier
        self.registered = registered
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.coded: list[CodedRow] = []
        self.totals: list[CodedRow] = []
        self.emptied: list[CodedRow] = []
        numeric = numeric_fields(tier)
        columns = find_columns(
            table, known_columns(tier, numeric), self.problems, required=("entry",), takes_others=True, told=told
        )
        refuse_if(self.problems)
        if others := [name for name in columns.others if name not in told.values()]:
            self.notes.append(kept(table, others))
        self.at = columns.at
        self.marked = {one.id for of in tier.judged_phases for one in of.judged} & columns.at.keys()
        if not self.marked and (kind := register_with(table.columns)) is not None:
            raise Refused(Problem(table.place(), *refusals.no_scores(kind)))
        self.numeric, self.quantities = numeric, quantities(tier)
        self.total = control_total(tier, columns)
        self.is_control = self.total is not None and folded(table.columns[self.total]) in CONTROL_TITLES
        self.has_statuses = not {"status", "deductions"}.isdisjoint(columns.at)
        self.said = said_columns(tier, columns)
        self.code_at = -1 if "sheet_code" in self.marked | numeric else columns.at.get("sheet_code", -1)
        if isinstance(table, BookTable):
            read = {at for name, at in columns.at.items() if name not in NOT_READ - self.marked - numeric}
            table.unread = frozenset(range(len(table.columns))) - read - set(columns.others.values())
        self.problems += self._missing_columns()
        refuse_if(self.problems)
        self.unit = within
        self.category = category
        self.judge = judge or self._only_judge()
        self.phases: dict[str, PhaseColumns | None] = {"": self._only_phase(phase)}
        self.written: dict[tuple[str, str, str], Draft | None] = {}
        self.drafts: dict[tuple[str | None, str | None, str], Draft] = {}
        self.codes: dict[str, str | None] = {}
        self.texts: dict[tuple[str, str], str | None] = {}

    def contests(self, *, may_have_problems: bool) -> tuple[Contest, ...]:
        """Read all rows; what has problems is left out of the contests, or refuses them all."""
        problems, row = self.problems, self._row
        at = self.at
        place = tuple(at.get(name, -1) for name in ("within", "category", "entry", "phase", "judge"))
        for line, cells in self.table.rows(problems):
            cells.append("")
            row(line, cells, *place)
            if len(problems) >= MOST_PROBLEMS:
                break
        if len(problems) >= MOST_PROBLEMS:
            raise Refused(*problems[:MOST_PROBLEMS], too_many(self.table))
        problems += self._whole_entries(self.drafts.values())
        if not self.drafts and not problems:
            problems.append(
                Problem(self.table.place(), say("there are no rows below the titles"), say("is it the right file?"))
            )
        problems.sort(key=lambda one: (one.where.sheet or "", one.where.line or 0))
        if not may_have_problems or not self.drafts:
            refuse_if(problems)
        return self._in_order()

    # -- columns that the table leaves out ---------------------------------------------------------------------------

    def _missing_columns(self) -> list[Problem]:
        """A phase is on the table with all its criteria or with none; a table of sheets has one phase at least."""
        found = refusals.missing_columns(self.tier, self.table.columns, self.at, self.marked)
        return [Problem(self.table.place(), *refusal) for refusal in found]

    def _cell(self, name: str, line: int) -> Place:
        """The cell of a book, or the line of a table, in which a column is said."""
        return cell_place(self.table, line, self.at.get(name, -1))

    def cell_of(self, row: Place, name: str) -> Place | None:
        """The cell of a row of this table in a column; None if the row, or the column, is not there."""
        if not isinstance(self.table, BookTable) or name not in self.at or row.file != self.table.file:
            return None
        return self.table.cell_of(row, self.at[name])

    def _title(self, name: str) -> str:
        """What the table calls a column; its own word where the table has no such column."""
        at = self.at.get(name, -1)
        return self.table.columns[at] if at >= 0 else name

    def _only_judge(self) -> str:
        """The judge of a table without that column; '' where each sheet must name one."""
        panel = self.tier.panel
        return ONE_JUDGE if "judge" not in self.at and (panel.judges in (None, 1) or panel.needed == 1) else ""

    def _only_phase(self, told: str | None) -> PhaseColumns | None:
        """The phase of a row that names none: the one told, the only one, or the only one that has columns."""
        if told is not None:
            if (found := self._phase_columns(told)) is None:
                raise Refused(no_phase(self.tier, told, self.table.place()))
            return found
        judged = self.tier.judged_phases
        if len(judged) > 1 and "phase" not in self.at:
            judged = tuple(one for one in judged if any(criterion.id in self.marked for criterion in one.judged))
        return self._phase_columns(judged[0].id) if len(judged) == 1 else None

    def _phase_columns(self, written: str) -> PhaseColumns | None:
        """Where the marks of a phase stand, by its id or its name; None if there is no such phase."""
        phases = {one.id: one for one in self.tier.judging}
        id_ = meant(written, {id_: list(one.name.texts.values()) for id_, one in phases.items()})
        if id_ is None:
            return None
        paper = Paper(phases[id_])
        mine = tuple((one, self.at[one], known) for one, known in paper.known.items() if one in self.at)
        foreign = tuple(self.at[one] for one in sorted(self.marked - paper.known.keys()))
        return PhaseColumns(list(phases).index(id_), paper, mine, foreign)

    # -- one row -----------------------------------------------------------------------------------------------------

    def _row(self, line: int, cells: list[str], within: int, category: int, entry: int, phase: int, judge: int) -> None:
        """Take one row: whose it is, what it says of the entry, and its marks."""
        key = (cells[within], cells[category], cells[entry])
        if key not in self.written:
            self.written[key] = self._draft(line, *key)
        draft = self.written[key]
        if draft is None:
            return
        for name, at in self.said:
            if cells[at]:
                self._say(draft, name, cells[at], line)
        is_absent = self._whole_entry(draft, cells, line) if self.has_statuses else False
        written = cells[phase]
        if written not in self.phases:
            self.phases[written] = self._phase_columns(written)
        columns = self.phases[written]
        if columns is None:
            self._no_phase(written, cells, line)
            return
        for at in columns.foreign:
            if cells[at]:
                id_ = next(id_ for id_ in self.marked if self.at[id_] == at)
                self._refuse(line, *refusals.foreign_mark(self.tier, columns.paper.phase, id_))
                return
        try:
            marks: Mapping[str, Exact] = {id_: known[text] for id_, at, known in columns.marks if (text := cells[at])}
        except NotAMark:
            for id_, at, _ in columns.marks:
                self.problems += columns.paper.read({id_: cells[at]}, cell_place(self.table, line, at))[1]
            return
        self._sheet(draft, columns, cells[judge] or self.judge, marks, line, is_absent=is_absent)
        if self.is_book and not marks and (by := cells[judge] or self.judge):
            row = (
                draft.within,
                draft.category,
                draft.code,
                columns.paper.phase.id,
                composed(by),
                self.table.place(line),
            )
            self.emptied.append(CodedRow("", *row))
        if cells[self.code_at] and marks:
            phase_id, by = columns.paper.phase.id, cells[judge] or self.judge
            self.coded.append(self._paper_row(draft, cells[self.code_at], phase_id, by, line))
        if self.total is not None and (total := cells[self.total]):
            wrong = columns.paper.total_problem(total, marks, cell_place(self.table, line, self.total))
            if wrong:
                self.problems.append(wrong)
            elif self.is_control:
                self.totals.append(
                    self._paper_row(draft, total, columns.paper.phase.id, cells[judge] or self.judge, line)
                )

    def _paper_row(self, draft: Draft, said: str, phase: str, judge: str, line: int) -> CodedRow:
        """A row of marks with what it says of its paper: the code, or the total that stands on it."""
        where = cell_place(self.table, line, self.code_at)
        return CodedRow(said, draft.within, draft.category, draft.code, phase, composed(judge), where)

    def _sheet(
        self,
        draft: Draft,
        columns: PhaseColumns,
        judge: str,
        marks: Mapping[str, Exact],
        line: int,
        *,
        is_absent: bool,
    ) -> None:
        """Put the marks of a row to its entry as one sheet; a row without marks is none."""
        if not marks:
            return
        phase = columns.paper.phase.id
        if is_absent:
            self._refuse(line, *refusals.absent_with_marks(draft.code, self._title("status")), column="status")
        if not judge:
            self._refuse(line, *refusals.no_judge(draft.code, self._title("judge")))
            return
        code = self._known_code(judge, line)
        if code is None:
            return
        before = draft.sheets.get((columns.number, code))
        if before is not None:
            self._refuse(
                line,
                second_sheet(self.tier, phase, code, draft.code),
                say("the first one stands in line {line}: keep the right one", line=line_of(before.where))
                if "judge" in self.at
                else say("write who marked each sheet into a column “judge”"),
            )
            return
        where = self.table.place(line) if self.is_book else Place(self.table.file, line)
        draft.sheets[columns.number, code] = Sheet(code, phase, marks, where)

    def _no_phase(self, written: str, cells: Sequence[str], line: int) -> None:
        """A row whose phase is unknown, or not said though there are several."""
        if written:
            self.problems.append(no_phase(self.tier, written, self.table.place(line)))
        elif any(cells[self.at[one]] for one in self.marked):
            self._refuse(line, *refusals.phase_not_said(self.tier, self._title("phase")))

    # -- what rows say of an entry -----------------------------------------------------------------------------------

    def _draft(self, line: int, within: str, category: str, entry: str) -> Draft | None:
        """The entry that is written so; None if its place or its code cannot be."""
        found = len(self.problems)
        if not entry:
            self._refuse(line, *refusals.no_entry(self._title("entry")))
        code = self._code(entry, line)
        unit = self._known_code(within, line) if within else self.unit
        if self.registered is not None and code is not None:
            unit = unit or (self.registered.units.get(code) if not within else None)
            category = category or self.category or self.registered.categories.get(code, "")
        group = self._category(category or self.category or "", line)
        if len(self.problems) > found or code is None or (within and unit is None):
            return None
        return self.drafts.setdefault((unit, group, code), Draft(unit, group, code, line))

    def _known_code(self, written: str, line: int) -> str | None:
        """The code of somebody who stands in many rows: a bad one is reported where it stands first."""
        if written not in self.codes:
            self.codes[written] = self._code(written, line)
        return self.codes[written]

    def _code(self, written: str, line: int) -> str | None:
        """A code as it is kept; None with the problem noted."""
        wrong = code_in_scores_refusal(written)
        if wrong is None:
            return composed(written)
        self._refuse(line, *wrong)
        return None

    def _category(self, written: str, line: int) -> str | None:
        """The category's id, by its id or its name; the only one may be left out."""
        categories = self.tier.categories
        if not written and len(categories) < 2:
            return categories[0].id if categories else None
        if not written and self.registered is not None:
            return None
        id_ = meant(written, {one.id: list(one.name.texts.values()) for one in categories})
        if id_ is None:
            self._refuse(line, *refusals.no_category(self.tier, written, self._title("category")), column="category")
        return id_

    def _say(self, draft: Draft, name: str, written: str, line: int) -> None:
        """One field of the entry; two rows that say different things are refused (RULES.md, T3)."""
        key = (name, written)
        if key not in self.texts:
            self.texts[key] = self._field(name, written, line)
        text = self.texts[key]
        if text is None:
            return
        if draft.said.setdefault(name, text) == text:
            draft.lines.setdefault(name, line)
            return
        there, at = draft.said[name], line_shown(self.table, draft.lines[name])
        wrong = refusals.field_differs(self._title(name), draft.code, text, there, at)
        self.problems.append(Problem(self._cell(name, line), *wrong))

    def _field(self, name: str, written: str, line: int) -> str | None:
        """A field as it is kept: figures in plain digits, texts cleaned; None with the problem noted."""
        if name in self.numeric:
            figure = figure_said(name, written, self.quantities, called=self._title(name))
            if isinstance(figure, str):
                return figure
            self.problems.append(Problem(self._cell(name, line), *figure))
            return None
        if name == "registered" and (wrong := date_refusal(written)):
            self._refuse(line, *wrong, column=name)
            return None
        if name in CODES:
            return self._code(written, line)
        text = clean_name(written)
        if unsafe := unsafe_characters(written):
            self.notes.append(cleaned(self.table.place(line), text, unsafe))
        return text

    def _whole_entry(self, draft: Draft, cells: Sequence[str], line: int) -> bool:
        """Status and deductions of a row; whether it says `absent`."""
        at = self.at
        if "deductions" in at and (written := cells[at["deductions"]]):
            self._deductions(draft, written, line)
        if "status" not in at or not (written := cells[at["status"]]):
            return False
        status = STATUS_WORDS.get(folded(written))
        if status is None:
            self._refuse(line, *refusals.no_status(written), column="status")
            return False
        if draft.status not in (None, status):
            at_line = line_shown(self.table, draft.lines["status"])
            wrong = refusals.statuses_differ(draft.code, status, draft.status or "", at_line)
            self._refuse(line, *wrong, column="status")
            return False
        draft.status = status
        draft.lines.setdefault("status", line)
        if "note" in at and (reason := clean_name(cells[at["note"]])):
            draft.reasons |= {reason}
        return status == "absent"

    def _deductions(self, draft: Draft, written: str, line: int) -> None:
        """The deductions, bonuses and knockouts that the row names: by their ids, or by the names on the paper."""
        ids = self._faults(written)
        for id_ in dict.fromkeys(ids):
            if id_ not in self._known_faults:
                wrong = refusals.no_fault(self.tier, id_, self._title("deductions"))
                self._refuse(line, *wrong, column="deductions")
            elif ids.count(id_) > 1:
                wrong = refusals.fault_twice(self.tier, id_, self._title("deductions"))
                self._refuse(line, *wrong, column="deductions")
            else:
                draft.deductions |= {id_}

    def _faults(self, written: str) -> list[str]:
        """The ids in a cell; a name stands alone, or between semicolons or commas."""
        if (whole := self._fault_names.get(folded(written))) is not None:
            return [whole]
        found: list[str] = []
        for part in re.split("[;,]", written):
            named = self._fault_names.get(folded(part))
            found += [named] if named is not None and part.strip() not in self._known_faults else part.split()
        return found

    @cached_property
    def _known_faults(self) -> Mapping[str, Sequence[str]]:
        """Deductions, bonuses and knockouts with their names."""
        return {
            one.id: tuple(one.name.texts.values())
            for of in (self.tier.deductions, self.tier.bonuses, self.tier.knockouts)
            for one in of
        }

    @cached_property
    def _fault_names(self) -> Mapping[str, str]:
        """Their ids by their names, folded, where only one has that name."""
        return certain((name, id_) for id_, names in self._known_faults.items() for name in names)

    # -- the whole table ---------------------------------------------------------------------------------------------

    def _whole_entries(self, drafts: Collection[Draft]) -> list[Problem]:
        """What can be seen only when all rows are read: more sheets than judges, a unit missing in some rows."""
        judges = self.tier.panel.judges
        names = [phase.id for phase in self.tier.judging]
        problems = []
        for draft in drafts if judges is not None else ():
            for number in {number for number, _ in draft.sheets} if len(draft.sheets) > (judges or 0) else ():
                mine = sorted(judge for at, judge in draft.sheets if at == number)
                if len(mine) > (judges or 0):
                    wheres = [draft.sheets[number, judge].where for judge in mine]
                    problems.append(
                        Problem(
                            max(wheres, key=lambda one: one.line or 0),
                            too_many_sheets(self.tier, names[number], draft.code, sheets=len(mine), most=judges or 0),
                            say("judges: {codes}", codes=listing(mine)),
                        )
                    )
        if self.registered is None and any(draft.within for draft in drafts):
            problems += [
                Problem(self.table.place(draft.line), *refusals.no_unit(draft.code, self._title("within")))
                for draft in drafts
                if draft.within is None
            ]
        return problems

    def _in_order(self) -> tuple[Contest, ...]:
        """The contests; each draft is let go once its entry is made, so that a table never stands in memory twice."""
        categories = {one.id: at for at, one in enumerate(self.tier.categories)}
        groups: dict[tuple[str, int], list[Draft]] = {}
        for draft in self.drafts.values():
            groups.setdefault((draft.within or "", categories.get(draft.category or "", 0)), []).append(draft)
        self.drafts.clear()
        self.written.clear()
        return tuple(self._contest(groups.pop(key)) for key in sorted(groups))

    def _contest(self, drafts: Sequence[Draft]) -> Contest:
        entries = tuple(map(self._entry, sorted(drafts, key=lambda one: one.code)))
        return Contest(drafts[0].within, drafts[0].category, entries)

    def _entry(self, draft: Draft) -> Entry:
        """The entry; it stands where the first quantity of it is said, so that a message about that leads there."""
        line = min((draft.lines[name] for name in self.quantities & draft.lines.keys()), default=draft.line)
        return Entry(
            draft.code,
            draft.said.pop("name", ""),
            tuple(draft.sheets[key] for key in sorted(draft.sheets)),
            draft.status,
            "; ".join(sorted(draft.reasons)),
            draft.deductions,
            draft.said,
            where=self.table.place(line),
        )

    def _refuse(self, line: int, message: Sentence, hint: Sentence, *, column: str = "") -> None:
        self.problems.append(Problem(self._cell(column, line), message, hint))
