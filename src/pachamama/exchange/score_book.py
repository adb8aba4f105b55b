"""The score book: an XLSX in which marks are typed where there is no other program, to be taken back by `import scores`.

One idea: whoever fills it in can only write where something is asked. Names and codes are locked, each mark cell says
what it takes and refuses the rest, and the sum stands beside the control total of the paper. What came from people is
written as text, never as a formula, and the same round gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from textwrap import wrap
from typing import Any

from pachamama.core.assets import REQUESTED, Beside, beside_marks
from pachamama.core.criteria import JudgedCriterion, Marks, Options, label
from pachamama.core.model import Status
from pachamama.core.numbers import Exact, plain, read_exact
from pachamama.core.problems import Place
from pachamama.core.rules.document import Phase, Tier
from pachamama.core.sentences import Sentence, Value, listing, say
from pachamama.core.sheets import Paper
from pachamama.exchange.books import in_margin, new_book, sheet_name
from pachamama.exchange.columns import meaning
from pachamama.exchange.score_columns import known_columns, numeric_fields
from pachamama.exchange.workbook import OWN_GUIDE
from pachamama.language import Reader

_TITLES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "es": {
        "sheet_code": ("Ficha",),
        "entry": ("Código",),
        "name": ("Nombre",),
        "judge": ("Jurado",),
        "status": ("Estado",),
        "deductions": ("Descuentos",),
        "total": ("Total de control",),
        "sum": ("Suma de las notas",),
        "within": ("Comunidad", "Cuenca"),
        "category": ("Categoría",),
        "phase": ("Fase",),
    },
    "en": {
        "sheet_code": ("Sheet code",),
        "entry": ("Code",),
        "name": ("Name",),
        "judge": ("Judge",),
        "status": ("Status",),
        "deductions": ("Deductions",),
        "total": ("Control total",),
        "sum": ("Sum",),
        "within": ("Community", "Watershed"),
        "category": ("Category",),
        "phase": ("Phase",),
    },
}
"""Titles by language, as the reading of tables knows them; where none is certain, the name of the column stands."""
_STATUS_WORDS: Mapping[str, Mapping[Status, str]] = {
    "es": {"absent": "ausente", "withdrawn": "retirado", "disqualified": "descalificado"},
    "en": {"absent": "absent", "withdrawn": "withdrawn", "disqualified": "disqualified"},
}
_LONGEST_TITLE, _LONGEST_MESSAGE = 32, 255
"""What a spreadsheet program takes beside a cell."""
_LONGEST_LIST = 255
_GUIDE_WIDTH, _GUIDE_LINE = 72, 17
"""Characters of a line of the first sheet, so that it fits on a page of A4; the height of one, in points."""
_HEAD = 5
"""Rows above the first entry: what it is, whose it is, how to type, what is allowed, titles."""
_FINE = 1_000_000
"""How finely a mark is compared with the steps; a spreadsheet reckons with floating point."""


@dataclass(frozen=True, slots=True)
class BookRow:
    """One paper sheet as a row: whose it is, and what is stored of it already.

    `judge` is empty where nobody is assigned; whoever types says it then. `fields` is what is known of the entry beside
    the marks (assets, the amount it asks for); None where another row of the book asks for that: it has one cell only.
    """

    within: str | None
    category: str | None
    entry: str
    name: str
    judge: str
    code: str = ""
    marks: Mapping[str, Exact] = field(default_factory=dict)
    control: str = ""
    status: Status | None = None
    deductions: frozenset[str] = frozenset()
    fields: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class BookPage:
    """A sheet of the book: one phase of one contest by one judge; `headings` stand above it, `name` on its tab."""

    name: str
    headings: Sequence[Value]
    phase: Phase
    rows: Sequence[BookRow]


@dataclass(frozen=True, slots=True)
class Book:
    """A whole book: its title, the code of the round, and the judges from whom a row without judge may choose.

    What entries ask for is a multiple of `cash_unit`.
    """

    title: Value
    round: str
    pages: Sequence[BookPage]
    judges: Sequence[str] = ()
    cash_unit: Exact = 1


def score_book(book: Book, tier: Tier, reader: Reader) -> bytes:
    """The bytes of the book in the language of its reader; `read_scores` takes it back, whatever was typed into it."""
    content = BytesIO()
    workbook = new_book(content, title=reader.say(book.title), comments=book.round)
    writing = _Writing(workbook, book, tier, reader)
    writing.guide()
    for page in book.pages:
        writing.page(page)
    workbook.close()
    return content.getvalue()


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of a page: its name in score tables, its title, its width, and whether it is typed into."""

    name: str
    title: str
    width: float
    is_open: bool = False


class _Writing:
    """Writes the sheets of one book; the looks of cells are made once."""

    def __init__(self, workbook: Any, book: Book, tier: Tier, reader: Reader) -> None:
        self.workbook = workbook
        self.book = book
        self.tier = tier
        self.reader = reader
        self.language = reader.language if reader.language in _TITLES else "es"
        self.meant = meaning(known_columns(tier, numeric_fields(tier)))
        self.faults = {one.id: one.name for one in (*tier.deductions, *tier.bonuses)}
        self.faults |= {one.id: one.name for one in tier.knockouts}
        self.beside = {one.field: one for one in beside_marks(tier)}
        self.taken: set[str] = set()
        line = {"border": 1, "border_color": "#8C8C8C", "valign": "vcenter"}
        self.title = workbook.add_format({"bold": True, "font_size": 14})
        self.own = workbook.add_format({"font_size": 8, "font_color": "#7F7F7F"})
        self.heading = workbook.add_format({"font_size": 11, "bold": True})
        self.hint = workbook.add_format({"italic": True, "font_color": "#404040"})
        self.text = workbook.add_format({"text_wrap": True, "valign": "top", "font_size": 11})
        self.allowed = workbook.add_format(
            {**line, "text_wrap": True, "align": "center", "font_size": 8, "bg_color": "#F2F2F2"}
        )
        self.titles = workbook.add_format(
            {**line, "text_wrap": True, "align": "center", "bold": True, "bg_color": "#D9E2D3"}
        )
        self.locked = workbook.add_format({**line, "bg_color": "#F2F2F2", "num_format": "@"})
        self.open = workbook.add_format({**line, "locked": False, "align": "center"})
        self.open_text = workbook.add_format({**line, "locked": False, "num_format": "@"})
        self.sum = workbook.add_format({**line, "bg_color": "#F2F2F2", "align": "center", "bold": True})
        self.aside = workbook.add_format({"font_size": 8, "font_color": "#7F7F7F", "num_format": "@"})
        self.wrong = workbook.add_format({"bg_color": "#F4B6B0"})
        self.begun = workbook.add_format({"bg_color": "#FFF2CC"})

    # -- the first sheet -----------------------------------------------------------------------------------------------

    def guide(self) -> None:
        """How to use the book, in a dozen lines."""
        say_ = self.reader.say
        sheet = self._sheet(self.reader.text("How to use"))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, _GUIDE_WIDTH, self.text)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, f"{OWN_GUIDE}{self.book.round}", self.own)
        sheet.write_string(1, 0, say_(self.book.title), self.title)
        for row, line in enumerate(_guide(self.book, asks_more=bool(self.beside)), start=3):
            text = say_(line)
            sheet.set_row(row, _GUIDE_LINE * len(wrap(text, _GUIDE_WIDTH - 8)))
            sheet.write_string(row, 0, text, self.text)
        sheet.protect("", {"format_columns": True, "format_rows": True})

    # -- a page --------------------------------------------------------------------------------------------------------

    def page(self, page: BookPage) -> None:
        """One sheet with its rows."""
        columns = self._columns(page)
        at = {column.name: number for number, column in enumerate(columns)}
        shown = at["within"] if "within" in at else len(columns)
        last = _HEAD + max(len(page.rows), 1) - 1
        sheet = self._sheet(page.name)
        self._heading(sheet, page, columns)
        for number, row in enumerate(page.rows, start=_HEAD):
            sheet.set_row(number, 19)
            self._row(sheet, page, number, row, at)
        for criterion in page.phase.judged:
            rule = self._validation(criterion, _cell(_HEAD, at[criterion.id]))
            sheet.data_validation(_HEAD, at[criterion.id], last, at[criterion.id], rule)
        self._other_validations(sheet, page, at, last)
        self._signals(sheet, page, at, last)
        sheet.freeze_panes(_HEAD, at["name"] + 1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_HEAD - 2, _HEAD - 1)
        sheet.print_area(0, 0, last, shown - 1)
        sheet.set_footer(f"&L&8{in_margin(self.book.round)} · {in_margin(page.name)}&R&8&P / &N")

    def _heading(self, sheet: Any, page: BookPage, columns: Sequence[_Column]) -> None:
        say_ = self.reader.say
        sheet.write_string(0, 0, say_(self.book.title), self.title)
        headings = [text for text in map(say_, page.headings) if text]
        sheet.write_string(1, 0, " · ".join(headings), self.heading)
        sheet.write_string(2, 0, say_(_TYPE_HERE), self.hint)
        judged = {one.id: one for one in page.phase.judged}
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            is_aside = column.name in _ASIDE and not column.is_open
            criterion = judged.get(column.name)
            allowed = _allowed(criterion) if criterion is not None else ""
            if column.name == "deductions":
                allowed = "\n".join(self.faults)
            if column.name in self.beside:
                allowed = self._allowed_beside(self.beside[column.name])
            if not is_aside:
                sheet.write_string(_HEAD - 2, number, say_(allowed), self.allowed)
            sheet.write_string(_HEAD - 1, number, column.title, self.aside if is_aside else self.titles)
        lines = max((-(-len(column.title) // max(int(column.width), 1)) for column in columns), default=1)
        answers = max((say_(_allowed(one)).count("\n") + 1 for one in page.phase.judged), default=1)
        answers = max(answers, len(self.faults))
        sheet.set_row(_HEAD - 2, min(12 + 11 * answers, 120))
        sheet.set_row(_HEAD - 1, min(16 + 14 * lines, 120))

    def _columns(self, page: BookPage) -> list[_Column]:
        """The columns of a page from left to right; what is the same in every row stands aside, after what is printed."""
        named = [_Column("entry", self._title("entry"), 10), _Column("name", self._title("name"), 30)]
        if any(row.code for row in page.rows):
            named.insert(0, _Column("sheet_code", self._title("sheet_code"), 11))
        asks_judge = any(not row.judge for row in page.rows)
        judge = _Column("judge", self._title("judge"), 10, asks_judge)
        width = 9.0 if len(page.phase.judged) > 8 else 12.0
        marks = [_Column(one.id, self._title_of(one), width, is_open=True) for one in page.phase.judged]
        ends = [
            _Column("sum", self._title("sum"), 9),
            _Column("total", self._title("total"), 9, is_open=True),
            _Column("status", self._title("status"), 13, is_open=True),
        ]
        if self.faults:
            ends.append(_Column("deductions", self._title("deductions"), 16, is_open=True))
        if any(row.fields is not None for row in page.rows):
            ends += [_Column(one.field, self._title_beside(one), 11, is_open=True) for one in self.beside.values()]
        aside = [] if asks_judge else [judge]
        if any(row.within is not None for row in page.rows):
            aside.insert(0, _Column("within", self._title("within"), 10))
        else:
            aside.insert(0, _Column("within", "within", 10))
        if any(row.category is not None for row in page.rows):
            aside.append(_Column("category", self._title("category"), 10))
        if len(self.tier.judged_phases) > 1:
            aside.append(_Column("phase", self._title("phase"), 10))
        return [*named, *([judge] if asks_judge else []), *marks, *ends, *aside]

    def _title(self, name: str) -> str:
        """The title of a column in the book's language, if it is read back as that column; else the column's name."""
        return next((title for title in _TITLES[self.language][name] if self.meant(title) == name), name)

    def _title_of(self, criterion: JudgedCriterion) -> str:
        """The name of a criterion, with its id behind it where the name alone would not be certain."""
        name = " ".join(self.reader.say(label(criterion)).split())
        return name if self.meant(name) == criterion.id else f"{name} [{criterion.id}]"

    def _title_beside(self, one: Beside) -> str:
        """What stands above something that is said beside the marks, with its field behind it where it needs that."""
        title = self.reader.say(one.title)
        return title if self.meant(title) == one.field else f"{title} [{one.field}]"

    def _row(self, sheet: Any, page: BookPage, number: int, row: BookRow, at: Mapping[str, int]) -> None:
        texts = {
            "sheet_code": row.code,
            "entry": row.entry,
            "name": row.name,
            "within": row.within or "",
            "category": row.category or "",
            "phase": page.phase.id,
            "judge": row.judge,
        }
        for name, text in texts.items():
            if name not in at:
                continue
            is_aside = name in _ASIDE and at[name] > at["status"]
            look = self.aside if is_aside else self.open_text if name == "judge" and not row.judge else self.locked
            sheet.write_string(number, at[name], text, look) if text else sheet.write_blank(number, at[name], "", look)
        for criterion in page.phase.judged:
            mark = row.marks.get(criterion.id)
            _figure(sheet, number, at[criterion.id], "" if mark is None else plain(mark), self.open)
        total = plain(Paper(page.phase).total(row.marks)) if row.marks else ""
        sheet.write_formula(number, at["sum"], _formula(page.phase, number, at), self.sum, _cached(total))
        _figure(sheet, number, at["total"], row.control, self.open)
        status = _STATUS_WORDS[self.language][row.status] if row.status else ""
        if status:
            sheet.write_string(number, at["status"], status, self.open_text)
        else:
            sheet.write_blank(number, at["status"], "", self.open_text)
        if "deductions" in at:
            sheet.write_string(number, at["deductions"], " ".join(sorted(row.deductions)), self.open_text)
        for one in self.beside.values():
            if one.field in at:
                self._beside_marks(sheet, number, at[one.field], one, row.fields)

    def _beside_marks(self, sheet: Any, row: int, column: int, one: Beside, known: Mapping[str, str] | None) -> None:
        """What is known beside the marks, to be written over; locked where another row of the book asks for it."""
        text = (known or {}).get(one.field, "")
        if known is None:
            sheet.write_blank(row, column, "", self.locked)
        elif one.is_figure and (not text or read_exact(text) is not None):
            _figure(sheet, row, column, text, self.open)
        else:
            sheet.write_string(row, column, text, self.open_text)

    # -- what a cell takes -----------------------------------------------------------------------------------------------

    def _validation(self, criterion: JudgedCriterion, cell: str) -> dict[str, Any]:
        said = self.reader.say(_explained(criterion))
        name = self.reader.say(label(criterion))
        wrong = say("This is not allowed here: {allowed}.", allowed=criterion.allowed())
        rule: dict[str, Any] = {
            "input_title": _cut(name, _LONGEST_TITLE),
            "input_message": _cut(said, _LONGEST_MESSAGE),
            "error_title": _cut(name, _LONGEST_TITLE),
            "error_message": _cut(self.reader.say(wrong), _LONGEST_MESSAGE),
        }
        if isinstance(criterion, Options):
            points = [plain(option.points) for option in criterion.options]
            if all(point.isdecimal() for point in points) and len(",".join(points)) <= _LONGEST_LIST:
                return rule | {"validate": "list", "source": points}
            anyone = ",".join(f"{cell}={point}" for point in points)
            return rule | {"validate": "custom", "value": f"=OR({anyone})"}
        if isinstance(criterion, Marks):
            if all(isinstance(one, int) for one in (criterion.min, criterion.max)) and criterion.step == 1:
                low, high = int(criterion.min), int(criterion.max)
                return rule | {"validate": "integer", "criteria": "between", "minimum": low, "maximum": high}
            low_, high_, step = plain(criterion.min), plain(criterion.max), plain(criterion.step)
            on_steps = f"ABS(({cell}-{low_})/{step}-ROUND(({cell}-{low_})/{step},0))<1/{_FINE}"
            inside = f"{cell}>={low_},{cell}<={high_}"
            return rule | {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),{inside},{on_steps})"}
        return rule | {"validate": "decimal", "criteria": ">=", "value": 0}

    def _allowed_beside(self, one: Beside) -> Value:
        """What a cell beside the marks takes, as short as it stands above the column."""
        if not one.is_figure:
            return say("metres, animals …")
        if one.field == REQUESTED:
            return say("0 or more, steps of {step}", step=self.book.cash_unit)
        return say("0 or more")

    def _validation_beside(self, one: Beside, cell: str) -> dict[str, Any]:
        """A quantity or an amount that is not below 0, an amount asked for in whole cash units; a unit is any text."""
        said: Sentence = _ONCE
        wrong = say("This is not allowed here: {allowed}.", allowed=self._allowed_beside(one))
        rule: dict[str, Any] = {
            "input_title": _cut(self.reader.say(one.title), _LONGEST_TITLE),
            "error_title": _cut(self.reader.say(one.title), _LONGEST_TITLE),
            "error_message": _cut(self.reader.say(wrong), _LONGEST_MESSAGE),
        }
        if one.field == REQUESTED:
            said = say("The amount that the entry asks for, in steps of {step}.", step=self.book.cash_unit)
            step = plain(self.book.cash_unit)
            on_steps = f"ABS({cell}/{step}-ROUND({cell}/{step},0))<1/{_FINE}"
            rule |= {"validate": "custom", "value": f"=AND(ISNUMBER({cell}),{cell}>=0,{on_steps})"}
        elif one.is_figure:
            rule |= {"validate": "decimal", "criteria": ">=", "value": 0}
        else:
            rule |= {"validate": "any"}
        return rule | {"input_message": _cut(self.reader.say(said), _LONGEST_MESSAGE)}

    def _other_validations(self, sheet: Any, page: BookPage, at: Mapping[str, int], last: int) -> None:
        say_ = self.reader.say
        sheet.data_validation(
            _HEAD,
            at["total"],
            last,
            at["total"],
            {
                "validate": "decimal",
                "criteria": ">=",
                "value": 0,
                "input_title": _cut(self._title("total"), _LONGEST_TITLE),
                "input_message": _cut(say_(_CONTROL), _LONGEST_MESSAGE),
                "error_message": _cut(say_(_CONTROL), _LONGEST_MESSAGE),
            },
        )
        sheet.data_validation(
            _HEAD,
            at["status"],
            last,
            at["status"],
            {
                "validate": "list",
                "source": list(_STATUS_WORDS[self.language].values()),
                "input_title": _cut(self._title("status"), _LONGEST_TITLE),
                "input_message": _cut(say_(_STATUS), _LONGEST_MESSAGE),
                "error_message": _cut(say_(_STATUS), _LONGEST_MESSAGE),
            },
        )
        if "deductions" in at:
            named = listing([say("{id} = {name}", id=id_, name=name) for id_, name in self.faults.items()])
            message = say_(say("What the paper names, separated by spaces: {faults}.", faults=named))
            told = {"validate": "any", "input_title": _cut(self._title("deductions"), _LONGEST_TITLE)}
            told["input_message"] = _cut(message, _LONGEST_MESSAGE)
            sheet.data_validation(_HEAD, at["deductions"], last, at["deductions"], told)
        for one in self.beside.values():
            if one.field in at:
                rule = self._validation_beside(one, _cell(_HEAD, at[one.field]))
                sheet.data_validation(_HEAD, at[one.field], last, at[one.field], rule)
        if any(not row.judge for row in page.rows) and 0 < len(",".join(self.book.judges)) <= _LONGEST_LIST:
            choice = {"validate": "list", "source": list(self.book.judges), "error_message": say_(_JUDGE)}
            choice["input_message"] = _cut(say_(_JUDGE), _LONGEST_MESSAGE)
            sheet.data_validation(_HEAD, at["judge"], last, at["judge"], choice)

    def _signals(self, sheet: Any, page: BookPage, at: Mapping[str, int], last: int) -> None:
        """A control total that is not the sum turns red; an empty mark in a row that was begun turns yellow."""
        total, added = _cell(_HEAD, at["total"]), _cell(_HEAD, at["sum"])
        sheet.conditional_format(
            _HEAD,
            at["total"],
            last,
            at["total"],
            {
                "type": "formula",
                "criteria": f'=AND(${total}<>"",ROUND(${total}-N(${added}),6)<>0)',
                "format": self.wrong,
            },
        )
        first, end = at[page.phase.judged[0].id], at[page.phase.judged[-1].id]
        marks = f"${_cell(_HEAD, first)}:${_cell(_HEAD, end)}"
        sheet.conditional_format(
            _HEAD,
            first,
            last,
            end,
            {
                "type": "formula",
                "criteria": f"=AND(ISBLANK({_cell(_HEAD, first)}),COUNT({marks})>0)",
                "format": self.begun,
            },
        )

    def _sheet(self, wanted: str) -> Any:
        """A sheet under a name that no other has and that every program takes."""
        return self.workbook.add_worksheet(sheet_name(wanted, self.taken))


_ASIDE = frozenset({"within", "category", "phase", "judge"})
_TYPE_HERE = say("Type in the white cells only. An empty cell is a missing mark, never 0.")
_CONTROL = say("The total that stands on the paper. It turns red if the marks do not add up to it.")
_STATUS = say("Only if the entry is out of the contest. Then it has no marks.")
_JUDGE = say("The code of the judge who marked the sheet.")
_ONCE = say("What the paper says. It has one cell for each entry in this book; an empty one says nothing.")


def _guide(book: Book, *, asks_more: bool) -> Iterable[Sentence]:
    yield say("Each sheet of this book is one phase of one contest, marked by one judge. A row is one paper sheet.")
    yield say("Copy the marks from the paper into the white cells, in the order of the paper. The rest is locked.")
    yield say("Above each column stands what it takes. The program refuses anything else at once.")
    yield say("Leave a cell empty if the judge wrote nothing there. An empty cell is a missing mark, never 0.")
    yield say("Copy the total of the paper into the control column: it turns red if the marks do not add up to it.")
    yield say("Somebody who was not there, or who withdrew, is chosen in the column of the status, and has no marks.")
    if asks_more:
        yield say("What an entry had before, has now, or asks for has one cell in this book: on its first sheet here.")
    yield say(
        "Do not delete rows or columns, and do not paste over the titles. Pasted marks are checked on the way in."
    )
    yield say("Save the book under its own name, and take it back with: {command}", command="pachamama import scores …")
    yield say("Taking it back twice changes nothing. Other marks than those stored are shown first, and need a reason.")
    if book.judges and any(not row.judge for page in book.pages for row in page.rows):
        yield say("Where no judge is assigned yet, write the code of the judge into each row: {judges}.",
                  judges=listing(list(book.judges)))  # fmt: skip


def _allowed(criterion: JudgedCriterion) -> Value:
    """What a cell takes, as short as it stands above the column: `1–20`, `15 · 8 · 2`, `m²`."""
    if isinstance(criterion, Options):
        return "\n".join(plain(option.points) for option in criterion.options)
    if isinstance(criterion, Marks):
        if criterion.step == 1:
            return say("{min} to {max}", min=criterion.min, max=criterion.max)
        return say("{min} to {max}, steps of {step}", min=criterion.min, max=criterion.max, step=criterion.step)
    return criterion.measured.unit


def _explained(criterion: JudgedCriterion) -> Value:
    """What a cell takes, in a sentence; options with what each stands for."""
    if isinstance(criterion, Options):
        answers = [say("{points} = {answer}", points=points, answer=answer) for answer, points in criterion.answers()]
        return say("One of: {answers}.", answers=listing(answers))
    return criterion.in_words()


def _formula(phase: Phase, row: int, at: Mapping[str, int]) -> str:
    """The sum of a row as the paper adds it: weights, and bands of what is measured; empty while nothing is typed."""
    parts = []
    for one in phase.judged:
        cell = _cell(row, at[one.id])
        worth = f"N({cell})"
        if not isinstance(one, Marks | Options):
            lower = ",".join(plain(band.from_) for band in one.bands)
            points = ",".join(plain(band.points) for band in one.bands)
            worth = f"IF(ISNUMBER({cell}),LOOKUP({cell},{{{lower}}},{{{points}}}),0)"
        parts.append(worth if one.weight == 1 else f"{plain(one.weight)}*{worth}")
    cells = f"{_cell(row, at[phase.judged[0].id])}:{_cell(row, at[phase.judged[-1].id])}"
    return f'=IF(COUNT({cells})=0,"",ROUND({"+".join(parts)},6))'


def _figure(sheet: Any, row: int, column: int, text: str, look: Any) -> None:
    """A figure as a number; a spreadsheet knows no others than floating ones, and shows these digits."""
    if text:
        sheet.write_number(row, column, float(text), look)
    else:
        sheet.write_blank(row, column, "", look)


def _cached(total: str) -> Any:
    return float(total) if total else ""


def _cell(row: int, column: int) -> str:
    """`C14`, for rows and columns that count from 0."""
    return Place(None, row + 1, column + 1, "").cell


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
