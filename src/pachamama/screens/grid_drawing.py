"""How the grid looks: the big list, a row for each entry and a column for each criterion, the total behind them."""

from __future__ import annotations

from collections.abc import Mapping

from pachamama.core.assets import REQUESTED
from pachamama.core.criteria import Measured, Options
from pachamama.core.numbers import plain
from pachamama.core.rules.document import phase_label
from pachamama.core.sentences import Sentence, say
from pachamama.language.reader import Reader
from pachamama.screens.drawing import (
    LEAST,
    Line,
    Part,
    Role,
    allowed_lines,
    answer_line,
    apart,
    around,
    asked,
    contest_and_judge,
    cut,
    keys_line,
    right,
    said_lines,
    width_of,
)
from pachamama.screens.form import SheetForm
from pachamama.screens.grid import Grid
from pachamama.screens.sitting import STATUS_SAID

_ABOVE = 5
_NAME = 22
"""Columns of code and name."""


def grid_drawn(grid: Grid, reader: Reader, *, width: int, height: int) -> list[Line]:
    """The whole screen, `height` lines of at most `width` columns."""
    if not grid.rows:
        return [(Part(reader.text("There are no entries here."), "wrong"),)]
    foot = _foot(grid, reader, width, most=height - _ABOVE - LEAST)
    room = max(height - _ABOVE - len(foot), 3)
    columns = _columns(grid, width)
    rows = [_row(grid, at, reader, columns) for at in range(len(grid.rows))]
    middle = around(rows, grid.at, room)
    middle += [()] * (room - len(middle))
    return [*_head(grid, reader, width, columns), *middle, *foot][:height]


def _columns(grid: Grid, width: int) -> list[tuple[int, int]]:
    """The fields that fit, each with its width: the one that is typed and the total always, then those around it."""
    row = grid.row
    at, control, count = row.at, row.control, len(row.fields)
    if at <= control:
        nearest = [*range(at - 1, -1, -1), *range(at + 1, count)]
    else:
        nearest = [*range(control + 1, count), *range(control - 1, -1, -1)]
    chosen = {at, control}
    room = width - _NAME - 2 - 8 - sum(_width(row, one) for one in chosen)
    for one in nearest:
        if one in chosen:
            continue
        room -= _width(row, one)
        if room < 0:
            break
        chosen.add(one)
    return [(one, _width(row, one)) for one in sorted(chosen)]


def _width(row: SheetForm, at: int) -> int:
    field = row.fields[at]
    match field.criterion:
        case None:
            return 7
        case Measured():
            return 8
        case Options():
            return 4
        case marks:
            decimals = 0 if isinstance(marks.step, int) else 1 + len(plain(marks.step).partition(".")[2])
            return max(len(plain(marks.max)) + decimals + 1, 4)


def _head(grid: Grid, reader: Reader, width: int, columns: list[tuple[int, int]]) -> list[Line]:
    desk, sheet = grid.desk, grid.row.sheet
    count = sum(1 for row in grid.rows if row.sheet.stored is not None) + len(grid.confirmed)
    counted = f"{desk.actor} · {count}/{len(grid.rows)}"
    if desk.is_second:
        counted = f"{reader.text('second entry')} · {counted}"
    where = [reader.say(part) for part in (sheet.unit_name, sheet.category_name) if part]
    judge = reader.say(say("judge {code} {name}", code=sheet.judge, name=sheet.judge_name)).rstrip()
    numbers = "".join(right(_title(grid.row, at, reader), size) for at, size in columns)
    maxima = "".join(right(cut(_maximum(grid.row, at), size - 1), size) for at, size in columns)
    return [
        apart(reader.say(desk.title), counted, width, "title"),
        contest_and_judge([*where, reader.say(phase_label(sheet.phase))], judge, width),
        (Part(" " * (_NAME + 2) + numbers + f"{reader.text('Sum'):>7}", "title"),),
        (Part(" " * (_NAME + 2) + maxima, "quiet"),),
        (Part("─" * width, "quiet"),),
    ]


def _title(row: SheetForm, at: int, reader: Reader) -> str:
    field = row.fields[at]
    if field.criterion is not None:
        return str(at + 1)
    if field.kind in ("amount", "word"):
        return reader.say(next((said for part, said in _PARTS.items() if field.id.endswith(part)), cut(field.id, 6)))
    return reader.text("Deduct.") if field.kind == "deductions" else reader.text("Total")


_PARTS: Mapping[str, Sentence] = {
    "_value_before": say("Val. 1"),
    "_value_now": say("Val. 2"),
    "_before": say("Before"),
    "_now": say("Now"),
    "_unit": say("Unit"),
    REQUESTED: say("Asked"),
}
"""Short titles of what stands beside the marks, by the end of the field; six columns at most."""


def _maximum(row: SheetForm, at: int) -> str:
    match row.fields[at].criterion:
        case None:
            return ""
        case Measured() as one:
            return one.measured.unit
        case Options() as one:
            return f"1–{len(one.options)}"
        case one:
            return f"≤{plain(one.max)}"


def _row(grid: Grid, at: int, reader: Reader, columns: list[tuple[int, int]]) -> Line:
    row = grid.rows[at]
    is_here = at == grid.at
    told = cut(f"{row.sheet.entry} {reader.say(row.sheet.entry_name)}", _NAME)
    sign = "✓" if at in grid.confirmed or row.sheet.stored is not None else "›" if is_here else " "
    parts = [Part(f"{sign}{told}{' ' * (_NAME - width_of(told))} ", "title" if is_here else "plain")]
    if row.sheet.status is not None and not is_here:
        return (*parts, Part(reader.say(STATUS_SAID[row.sheet.status]), "quiet"))
    if at in grid.confirmed:
        return (*parts, Part(reader.text("typed a second time"), "quiet"))
    for number, size in columns:
        text = row.texts[number]
        role: Role = "field" if text else "quiet"
        if text and row.problem_at(number) is not None:
            role = "wrong"
        if is_here and number == row.at and grid.prompt is None:
            role = "wrong" if row.is_locked else "here"
        shown = text or ("▏" if role == "here" else "·")
        parts.append(Part(" "))
        parts.append(Part(right(shown[-(size - 1) :], size - 1), role))
    return (*parts, Part(right(reader.say(row.total), 7), "title" if is_here else "quiet"))


def _foot(grid: Grid, reader: Reader, width: int, *, most: int) -> list[Line]:
    row = grid.row
    message = _message(grid, reader, width)
    if grid.prompt is not None:
        ask, allowed = answer_line(asked(grid.prompt.ask, reader), grid.prompt.text, width), grid.prompt.allowed
    else:
        meaning = reader.say(row.meaning(row.at))
        name = (
            f" {row.at + 1} {reader.say(row.field.label)}" if row.field.criterion else f" {reader.say(row.field.label)}"
        )
        ask, allowed = (Part(cut(f"{name} {meaning}", width), "title"),), row.allowed()
    lines = [ask, *allowed_lines(reader, reader.say(allowed), width, most=most - len(message) - 2), *message]
    keys = (
        ("Enter", reader.text("next")),
        ("↑↓", reader.text("store the row")),
        ("F4", reader.text("absent…")),
        ("Esc", reader.text("take back")),
        ("F9", reader.text("quit")),
    )
    return [*lines, keys_line(keys, width)]


def _message(grid: Grid, reader: Reader, width: int) -> list[Line]:
    if grid.message is None:
        return [(), (), ()]
    problem, row = grid.message.problem, grid.row
    hint = reader.say(problem.hint) if problem.hint is not None and problem.hint != row.allowed() else ""
    if row.is_locked:
        hint = reader.text("Backspace takes the last sign away, Del all of it.") + (f" · {hint}" if hint else "")
    return said_lines(reader.say(problem.message), hint, width, is_refusal=grid.message.is_refusal)
