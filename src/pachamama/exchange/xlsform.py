"""The form for phones as KoboToolbox and ODK Central take it: an XLSForm workbook, and the list of entries beside it.

Every limit of the rules is a constraint of the form, so that a wrong mark is refused in the field, with the sentence that
the other screens use. The same round gives the same bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from typing import NamedTuple

from pachamama.core.assets import NOT_BELOW_0, REQUESTED
from pachamama.core.criteria import JudgedCriterion, Marks, Measured, Options
from pachamama.core.numbers import Exact, decimals_of, plain, simple
from pachamama.core.rules.document import Phase
from pachamama.core.sentences import Value, say
from pachamama.exchange.files import file_name
from pachamama.exchange.phone_form import LANGUAGE_NAMES, PRESENT, PhoneForm, Question, Texts, coded
from pachamama.exchange.tables import escaped

_CREATED = dt.datetime(2000, 1, 1, tzinfo=dt.UTC).replace(tzinfo=None)
"""One date in every workbook: the same rules give the same bytes."""
_CODE_SHAPE = "^ *([A-Za-z]{2})?[ .-]?[0-9]{1,9}[ .-]?[0-9] *$"
_PHOTO = "max-pixels=1600"
"""A sheet can be read on it, and it is sent over a weak network."""
_FINE = 1_000_000
"""How finely a mark is compared with the steps; a phone reckons with floating point."""

Row = dict[str, str]


class PhoneFiles(NamedTuple):
    """The workbook, and the list that is uploaded with it (None where the form has no list of entries)."""

    form_name: str
    form: bytes
    list_name: str | None
    entries: bytes | None


def xlsform(form: PhoneForm) -> PhoneFiles:
    """The two files of a form, ready to be uploaded; names without DNI stand in the list, nothing else of a person."""
    survey, choices = _survey(form), _choices(form)
    settings = {
        "form_title": form.title[form.languages[0]],
        "form_id": form.id,
        "default_language": LANGUAGE_NAMES[form.languages[0]],
        "instance_name": "concat(${entry}, ' - ', ${judge})",
    }
    told = repr((survey, choices, settings, form.candidates))
    settings["version"] = hashlib.sha256(told.encode()).hexdigest()[:10]
    sheets = {"survey": survey, "choices": choices, "settings": [settings]}
    has_list = bool(form.candidates)
    return PhoneFiles(
        f"{file_name(form.id)}.xlsx",
        _workbook(sheets),
        _list_name(form) if has_list else None,
        _entries(form) if has_list else None,
    )


# -- the questions -----------------------------------------------------------------------------------------------------


def _survey(form: PhoneForm) -> list[Row]:
    is_here = f"${{status}} = '{PRESENT}'"
    rows = [_calculated("round", _quoted(form.round)), *_phase_rows(form), *_code_rows(form)]
    rows += [_judge_row(form), *_entry_rows(form)]
    rows.append(_row(form, "status", "select_one status", required="yes", default=PRESENT))
    for phase in form.phases:
        rows += _page(form, phase, is_here)
    rows += [
        _calculated("total", _by_phase(form, [f"${{{_sum(form, phase)}}}" for phase in form.phases])),
        _calculated("lines_empty", _by_phase(form, [_empty(form, phase) for phase in form.phases])),
        {
            "type": "select_one leave_empty",
            "name": "leave_empty",
            "required": "yes",
            "relevant": f"{is_here} and ${{lines_empty}} > 0",
            **_texts(form, "label", say("Some lines have no mark. Is it so on the paper?")),
            **_texts(form, "hint", say("An empty line is a missing mark, never 0. If it was forgotten, go back.")),
        },
        _row(
            form,
            "control_total",
            "decimal",
            relevant=is_here,
            constraint=_agrees(form),
            constraint_message=say("The marks add up to another total: compare them with the paper."),
            hint=say("If the paper has none, leave it empty."),
        ),
    ]
    rows += _beside_rows(form, is_here)
    if form.question("deductions").choices:
        rows.append(_row(form, "deductions", "select_multiple deductions"))
    rows.append(_row(form, "photo", "image", parameters=_PHOTO))
    rows.append(_row(form, "note", "text"))
    return rows


def _phase_rows(form: PhoneForm) -> list[Row]:
    if len(form.phases) == 1:
        return [_calculated("phase", _quoted(form.phases[0].id))]
    return [_row(form, "phase", "select_one phases", required="yes")]


def _code_rows(form: PhoneForm) -> list[Row]:
    wrong = say("That is no code of a sheet: it has two letters, five digits and a last one, such as KT00127-4.")
    limits: dict[str, Value] = {"constraint": f"regex(., '{_CODE_SHAPE}')", "constraint_message": wrong}
    return [
        _row(form, "sheet_scan", "barcode", hint=say("If the sheet has no code, go on."), **limits),
        _row(form, "sheet_typed", "text", relevant="${sheet_scan} = ''", **limits),
        _calculated("sheet", "if(${sheet_scan} != '', ${sheet_scan}, ${sheet_typed})"),
    ]


def _judge_row(form: PhoneForm) -> Row:
    if not form.judges:
        return _row(form, "judge", "text", required="yes")
    return _row(form, "judge", "select_one judges", required="yes", appearance="minimal autocomplete")


def _entry_rows(form: PhoneForm) -> list[Row]:
    """Unit and category where there are several, then the entries that compete there."""
    if not form.candidates:
        return [_row(form, "entry", "text", required="yes")]
    rows, wanted = [], []
    if len(form.within_units) > 1:
        rows.append(_row(form, "within", "select_one units", required="yes", appearance="minimal autocomplete"))
        wanted.append("within=${within}")
    if len(form.tier.categories) > 1:
        rows.append(_row(form, "category", "select_one categories", required="yes"))
        wanted.append("category=${category}")
    kind = f"select_one_from_file {_list_name(form)}"
    entry = _row(form, "entry", kind, required="yes", appearance="minimal autocomplete")
    return [*rows, entry | {"choice_filter": " and ".join(wanted)}]


def _page(form: PhoneForm, phase: Phase, is_here: str) -> list[Row]:
    """One paper: its lines in their order on one page, and the running total below them."""
    wanted = is_here if len(form.phases) == 1 else f"{is_here} and ${{phase}} = {_quoted(phase.id)}"
    begin = {
        "type": "begin_group",
        "name": form.group(phase),
        "relevant": wanted,
        "appearance": "field-list",
        **_texts(form, "label", form.page(phase)),
    }
    total = _sum(form, phase)
    note = {
        "type": "note",
        "name": f"total_{total}",
        **{key: f"{text}: ${{{total}}}" for key, text in _texts(form, "label", say("Total so far")).items()},
    }
    return [
        begin,
        *(_mark_row(form, one) for one in phase.judged),
        _calculated(total, _added(form, phase)),
        note,
        {"type": "end_group", "name": form.group(phase)},
    ]


def _mark_row(form: PhoneForm, one: JudgedCriterion) -> Row:
    name = form.names[one.id]
    if isinstance(one, Options):
        return _row(form, name, f"select_one {name}")
    is_whole = isinstance(one, Marks) and isinstance(one.min, int) and isinstance(one.step, int)
    return _row(
        form,
        name,
        "integer" if is_whole else "decimal",
        hint=one.in_words(),
        constraint=_limits(one),
        constraint_message=one.allowed(),
    )


def _limits(one: Marks | Measured) -> str:
    """What a phone accepts: what RULES.md, A2 accepts."""
    if isinstance(one, Measured):
        return ". >= 0"
    limits = f". >= {plain(one.min)} and . <= {plain(one.max)}"
    if one.step == 1 and isinstance(one.min, int):
        return limits
    steps = f"((. - {plain(one.min)}) div {plain(one.step)})"
    return f"{limits} and round({steps} * {_FINE}) = {_FINE} * round{steps}"


def _beside_rows(form: PhoneForm, is_here: str) -> list[Row]:
    """What the rules ask beside the marks, on a page of its own; every question may be left empty."""
    if not form.beside:
        return []
    told = say("One judge writes this down for each entry. Leave it empty if another one did.")
    rows: list[Row] = [
        {
            "type": "begin_group",
            "name": "beside",
            "relevant": is_here,
            "appearance": "field-list",
            **_texts(form, "label", say("What else the paper says")),
        },
        {"type": "note", "name": "beside_told", **_texts(form, "label", told)},
    ]
    for name, one in form.beside.items():
        if not one.is_figure:
            rows.append(_row(form, name, "text", hint=say("metres, animals …")))
        elif one.field == REQUESTED:
            step = plain(form.cash_unit)
            wrong = say("The amount is 0 or more, in steps of {step}.", step=step)
            limits = f". >= 0 and round(. div {step} * {_FINE}) = {_FINE} * round(. div {step})"
            rows.append(_row(form, name, "decimal", hint=wrong, constraint=limits, constraint_message=wrong))
        else:
            rows.append(_row(form, name, "decimal", constraint=". >= 0", constraint_message=NOT_BELOW_0))
    return [*rows, {"type": "end_group", "name": "beside"}]


# -- the total ---------------------------------------------------------------------------------------------------------


def _sum(form: PhoneForm, phase: Phase) -> str:
    return f"sum_{form.phases.index(phase) + 1}"


def _added(form: PhoneForm, phase: Phase) -> str:
    """Σ weight × worth of the lines that are filled, as the control total on the paper adds them."""
    said = " + ".join(_worth(form.names[one.id], one) for one in phase.judged)
    decimals = _decimals(phase)
    return f"round({said}, {decimals})" if decimals else said


def _worth(name: str, one: JudgedCriterion) -> str:
    worth = f"number(${{{name}}})"
    if isinstance(one, Measured):
        worth = "0"
        for band in one.bands:
            worth = f"if(number(${{{name}}}) >= {plain(band.from_)}, {plain(band.points)}, {worth})"
    if one.weight != 1:
        worth = f"{worth} * {plain(one.weight)}"
    return f"if(${{{name}}} = '', 0, {worth})"


def _decimals(phase: Phase) -> int:
    """How many decimals every total of the paper has at most."""
    found: list[Exact] = []
    for one in phase.judged:
        match one:
            case Marks():
                found += [one.min * one.weight, one.step * one.weight]
            case Options():
                found += [option.points * one.weight for option in one.options]
            case Measured():
                found += [band.points * one.weight for band in one.bands]
    return max((decimals_of(simple(value)) or 0 for value in found), default=0)


def _empty(form: PhoneForm, phase: Phase) -> str:
    filled = " - ".join(f"if(${{{form.names[one.id]}}} = '', 0, 1)" for one in phase.judged)
    return f"{len(phase.judged)} - {filled}"


def _agrees(form: PhoneForm) -> str:
    scale = 10 ** max(_decimals(phase) for phase in form.phases)
    return ". = ${total}" if scale == 1 else f"round(. * {scale}) = round(${{total}} * {scale})"


def _by_phase(form: PhoneForm, said: Sequence[str]) -> str:
    """What holds of the phase that was chosen."""
    found = said[-1]
    for phase, one in reversed(list(zip(form.phases, said, strict=True))[:-1]):
        found = f"if(${{phase}} = {_quoted(phase.id)}, {one}, {found})"
    return found


# -- rows --------------------------------------------------------------------------------------------------------------


def _row(form: PhoneForm, name: str, kind: str, **more: Value) -> Row:
    """A question with its label in every language; `hint` and the like are said, all else is taken as it is."""
    row = {"type": kind, "name": name, **_labels("label", form.question(name).texts)}
    for key, value in more.items():
        row |= {key: value} if isinstance(value, str) else _texts(form, key, value)
    return row


def _texts(form: PhoneForm, column: str, value: Value) -> Row:
    return _labels(column, form.said(value))


def _labels(column: str, texts: Texts) -> Row:
    return {f"{column}::{LANGUAGE_NAMES[language]}": text for language, text in texts.items()}


def _calculated(name: str, calculation: str) -> Row:
    return {"type": "calculate", "name": name, "calculation": calculation}


def _quoted(text: str) -> str:
    return f"'{text}'"


def _choices(form: PhoneForm) -> list[Row]:
    lists: dict[str, Question] = {
        "phases": form.question("phase"),
        "judges": form.question("judge"),
        "units": form.question("within"),
        "categories": form.question("category"),
        "status": form.question("status"),
        "deductions": form.question("deductions"),
    }
    lists |= {one.name: one for one in form.questions if one.kind == "mark" and one.choices}
    rows = [
        {"list_name": list_name, "name": choice.name, **_labels("label", choice.texts)}
        for list_name, question in lists.items()
        for choice in question.choices
    ]
    yes = _texts(form, "label", say("Yes, these lines are empty on the paper"))
    return [*rows, {"list_name": "leave_empty", "name": "yes", **yes}]


# -- files -------------------------------------------------------------------------------------------------------------


def _list_name(form: PhoneForm) -> str:
    return f"{file_name(form.id)}-entries.csv"


def _entries(form: PhoneForm) -> bytes:
    """Who may be marked, by unit, category and code; `name` and `label` are the columns that phones look for."""
    text = StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["name", "label", "within", "category"])
    places = {None: -1} | {one.id: at for at, one in enumerate(form.tier.categories)}
    order = sorted(form.candidates, key=lambda one: (one.within or "", places.get(one.category, -1), one.code))
    for one in order:
        cells = (one.code, coded(one.code, one.name), one.within or "", one.category or "")
        table.writerow([escaped(cell) for cell in cells])
    return text.getvalue().encode()


def _workbook(sheets: Mapping[str, Sequence[Row]]) -> bytes:
    """Each sheet with a title row; every cell is text."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped,unused-ignore]

    into = BytesIO()
    with Workbook(into, {"in_memory": True}) as book:
        book.set_properties({"created": _CREATED})
        bold = book.add_format({"bold": True})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            columns = list(dict.fromkeys(key for row in rows for key in row))
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column, bold)
                sheet.set_column(at, at, 28)
            for line, row in enumerate(rows, start=1):
                for at, column in enumerate(columns):
                    if row.get(column):
                        sheet.write_string(line, at, row[column])
            sheet.freeze_panes(1, 0)
    return into.getvalue()
