"""How a sitting looks: lines of words, each with the part it plays, for a screen of any size from 80 × 24 up.

The sheet stands there as the paper does: whose it is on top, a line for each criterion with its range, the totals
below. Under it, always in the same place, what may be typed now, and what was said last; what decides is never cut:
both grow upward where they are long, and a list that is longer still has pages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pachamama.core.criteria import Marks, Measured, Options
from pachamama.core.numbers import Exact, plain, simple
from pachamama.core.rules.document import phase_label
from pachamama.core.sentences import Value, say
from pachamama.language.reader import Reader
from pachamama.screens.desk import PaperSheet
from pachamama.screens.form import Field, SheetForm
from pachamama.screens.sitting import Listed, Sitting

Role: TypeAlias = Literal["plain", "title", "quiet", "field", "here", "wrong", "good", "allowed", "key"]
HEAD = 4
"""Lines above the middle part."""
LEAST = 5
"""Lines of the middle part that what is said below it leaves free."""
_SAID = 6
"""Lines of a message with its remedy, at most."""
_ANSWER = 16
"""Columns that a question leaves for its answer."""
_BOX = 9
"""Columns of a field that holds a mark."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line and the part it plays."""

    text: str
    role: Role = "plain"


Line: TypeAlias = tuple[Part, ...]


def drawn(sitting: Sitting, reader: Reader, *, width: int, height: int) -> list[Line]:
    """The whole screen, `height` lines of at most `width` columns."""
    foot = _foot(sitting, reader, width, most=height - HEAD - LEAST)
    room = max(height - HEAD - len(foot), 3)
    if sitting.step == "help":
        middle = _help(reader, width)
    elif sitting.step == "list" and sitting.listed is not None:
        middle = _list(sitting.listed, reader, width, room)
    elif sitting.form is not None:
        middle = _sheet(sitting.form, reader, width, room, is_asking=sitting.step != "sheet")
    else:
        middle = _stored_last(sitting, reader, width)
    middle = [*middle[:room], *([()] * (room - len(middle)))]
    return [*_head(sitting, reader, width), *middle, *foot][:height]


# -- the three parts -------------------------------------------------------------------------------------------------


def _head(sitting: Sitting, reader: Reader, width: int) -> list[Line]:
    progress = sitting.desk.progress
    desk = sitting.desk
    count = f"{progress.done}/{progress.expected}"
    right = f"{reader.text('second entry')} · {desk.actor} · {count}" if desk.is_second else f"{desk.actor} · {count}"
    lines: list[Line] = [apart(reader.say(desk.title), right, width, "title")]
    form = sitting.form
    if form is None:
        return [*lines, (), (Part(f" {_bar(progress.done, progress.expected, width - 2)}", "quiet"),), _rule(width)]
    sheet = form.sheet
    code = reader.say(say("sheet {code}", code=sheet.code)) if sheet.code else ""
    if form.is_correction:
        code = f"{reader.text('CORRECTION')}  {code}"
    judge = reader.say(say("judge {code} {name}", code=sheet.judge, name=sheet.judge_name)).rstrip()
    lines.append(contest_and_judge(_contest(sheet, reader), judge, width))
    lines.append(apart(f" {sheet.entry}  {reader.say(sheet.entry_name)}", code, width, "title"))
    return [*lines, _rule(width)]


def _foot(sitting: Sitting, reader: Reader, width: int, *, most: int) -> list[Line]:
    """What is asked, what is allowed (two lines or more), what was said (three or more), the keys."""
    message = _message(sitting, reader, width)
    asks: list[Line] = []
    if sitting.step in {"sheet", "leave"} and sitting.form is not None:
        allowed = sitting.form.allowed()
        asks = _name_in_full(sitting.form, reader, width)
    else:
        prompt = sitting.prompt
        allowed = prompt.allowed
        asks = [answer_line(asked(prompt.ask, reader), prompt.text, width, is_locked=prompt.is_locked)]
    room = most - len(asks) - len(message) - 1
    return [
        *asks,
        *allowed_lines(reader, reader.say(allowed), width, most=room, page=sitting.page),
        *message,
        _keys(reader, width),
    ]


def answer_line(ask: str, text: str, width: int, *, is_locked: bool = False) -> Line:
    """A question and its answer so far; a long question is shortened, so that the answer is seen."""
    said = f" {cut(ask, width - _ANSWER - 2)} "
    cursor = "" if is_locked else "▏"
    return (Part(said, "title"), Part(_shown(text, width - width_of(said) - 2) + cursor, "here"))


def allowed_lines(reader: Reader, text: str, width: int, *, most: int, page: int = 0) -> list[Line]:
    """What is allowed, in two lines or as many as it needs; what is longer than `most` has pages."""
    lines = wrapped(text, width - 2)
    most = max(most, 2)
    if len(lines) > most:
        size = most - 1
        pages = -(-len(lines) // size)
        at = page % pages
        lines = lines[at * size : (at + 1) * size]
        lines += [""] * (size - len(lines))
        lines.append(reader.say(say("page {page} of {pages}: PgUp, PgDn", page=at + 1, pages=pages)))
    return [*((Part(f" {one}", "allowed"),) for one in lines), *[()] * (2 - len(lines))]


def _name_in_full(form: SheetForm, reader: Reader, width: int) -> list[Line]:
    """The name of the line that is typed, where the sheet has no room for all of it and what is allowed does not say it."""
    field = form.field
    name = reader.say(field.label)
    if field.criterion is None or isinstance(field.criterion, Marks):
        return []
    if width_of(name) < _Columns.of(form, _ranges(form, reader), width).name:
        return []
    return [(Part(f" {one}", "title"),) for one in wrapped(f"{form.at + 1} {name}", width - 2, 2)]


def asked(ask: Value, reader: Reader) -> str:
    """What is asked, with the sign that ends it."""
    text = reader.say(ask)
    return text if text.endswith("?") else f"{text}:"


def _message(sitting: Sitting, reader: Reader, width: int) -> list[Line]:
    """What was said last, with the remedy; what is allowed stands in the line above already."""
    if sitting.message is None:
        return [(), (), ()]
    problem, is_refusal = sitting.message.problem, sitting.message.is_refusal
    form = sitting.form if sitting.step == "sheet" else None
    allowed = form.allowed() if form is not None else sitting.prompt.allowed
    hint = reader.say(problem.hint) if problem.hint is not None and problem.hint != allowed else ""
    if form.is_locked if form is not None else sitting.prompt.is_locked:
        how = reader.text("Backspace takes the last sign away, Del all of it.")
        if form is None and sitting.step != "list":
            how = reader.text("A letter begins anew; Backspace takes the last sign away, Del all of it.")
        hint = how + (f" · {hint}" if hint else "")
    return said_lines(reader.say(problem.message), hint, width, is_refusal=is_refusal)


def said_lines(message: str, hint: str, width: int, *, is_refusal: bool) -> list[Line]:
    """Three lines, or as many as they need, for what was said and its remedy."""
    role: Role = "wrong" if is_refusal else "good"
    remedy = wrapped(hint, width - 4, _SAID - 2)
    told = wrapped(f"{'✗' if is_refusal else '✓'} {message}", width - 2, _SAID - len(remedy))
    lines: list[Line] = [(Part(f" {one}", role),) for one in told]
    lines += [(Part(f"   {one}"),) for one in remedy]
    return [*lines, *[()] * (3 - len(lines))]


def _keys(reader: Reader, width: int) -> Line:
    keys = (
        ("F1", reader.text("keys")),
        ("F2", reader.text("missing")),
        ("F3", reader.text("name")),
        ("F4", reader.text("absent…")),
        ("F8", reader.text("undo")),
        ("Esc", reader.text("leave")),
        ("F9", reader.text("quit")),
    )
    return keys_line(keys, width)


def keys_line(keys: Sequence[tuple[str, str]], width: int) -> Line:
    """What the keys do, as many of them as fit."""
    parts: list[Part] = []
    used = 0
    for key, text in keys:
        needed = len(key) + len(text) + 2
        if used + needed - 1 > width:
            break
        parts += [Part(key, "key"), Part(f" {text} "[: width - used - len(key)], "quiet")]
        used += needed
    return tuple(parts)


# -- a sheet ---------------------------------------------------------------------------------------------------------


def _sheet(form: SheetForm, reader: Reader, width: int, room: int, *, is_asking: bool) -> list[Line]:
    """The lines of the paper, its total and what stands below; of a longer paper those around the one that is typed."""
    ranges = _ranges(form, reader)
    widths = _Columns.of(form, ranges, width)
    lines = [
        _criterion(form, at, ranges[at], reader, widths, is_here=at == form.at and not is_asking)
        for at in range(len(form.fields))
    ]
    below = [
        _total(form, reader, widths, is_here=form.at == form.control and not is_asking),
        *lines[form.control + 1 :],
    ]
    if room - len(below) < 3:
        return around([*lines[: form.control], *below], form.at, room)
    return [*around(lines[: form.control], min(form.at, form.control - 1), room - len(below)), *below]


@dataclass(frozen=True, slots=True)
class _Columns:
    """How wide the parts of a criterion's line are."""

    name: int
    range: int
    meaning: int

    @classmethod
    def of(cls, form: SheetForm, ranges: Sequence[str], width: int) -> _Columns:
        """Names get what is left; a column for what numbers mean only where the paper has such lines."""
        is_plain = all(field.criterion is None or isinstance(field.criterion, Marks) for field in form.fields)
        range_ = min(max(map(width_of, ranges)), _RANGE)
        meaning = 10 if is_plain and not form.faults else 22
        return cls(max(width - 4 - 1 - range_ - 1 - _BOX - 1 - meaning, 16), range_, meaning)


def _criterion(form: SheetForm, at: int, range_: str, reader: Reader, widths: _Columns, *, is_here: bool) -> Line:
    field = form.fields[at]
    number = f"{at + 1:>2} " if field.criterion is not None else "   "
    name = cut(reader.say(field.label), widths.name - 1)
    role: Role = "here" if is_here else "field"
    if form.texts[at] and form.problem_at(at) and (not is_here or form.is_locked or form.is_wrong_so_far()):
        role = "wrong"
    dots = "·" * (widths.name - width_of(name) - 1)
    return (
        Part(f"{'›' if is_here else ' '}{number}{name} ", "title" if is_here else "plain"),
        Part(f"{dots} {right(cut(range_, widths.range), widths.range)} ", "quiet"),
        Part(_box(form.texts[at], is_here=is_here), role),
        Part(f" {cut(reader.say(form.meaning(at)), widths.meaning)}", "quiet"),
    )


def right(text: str, width: int) -> str:
    """The text at the right end of that many columns."""
    return " " * (width - width_of(text)) + text


_RANGE = 20
"""Columns of a range, at most."""


def _ranges(form: SheetForm, reader: Reader) -> list[str]:
    return [reader.say(_range(field)) for field in form.fields]


def _range(field: Field) -> Value:
    """What fits beside a line: `1–20`, `1–15 by 0.5`, `answer 1–3`, `m²`."""
    match field.criterion:
        case Marks() as marks if marks.step == 1:
            return f"{plain(marks.min)}–{plain(marks.max)}"
        case Marks() as marks:
            return say("{range} by {step}", range=f"{plain(marks.min)}–{plain(marks.max)}", step=marks.step)
        case Options() as options:
            return say("answer {range}", range=f"1–{len(options.options)}")
        case Measured() as measured:
            return measured.measured.unit
    return ""


def _box(text: str, *, is_here: bool) -> str:
    shown = _shown(text, _BOX - 3)
    return f"[{shown + ('▏' if is_here else ''):>{_BOX - 2}}]"


def _total(form: SheetForm, reader: Reader, widths: _Columns, *, is_here: bool) -> Line:
    """The sum so far, and the total on the paper beside it."""
    maximum: Exact = simple(sum((one.weight * one.maximum for one in form.sheet.phase.judged), 0))
    so_far = f"    {reader.say(say('Sum {total} of {maximum}', total=form.total, maximum=maximum))}"
    name = f"{'›' if is_here else ' '}{reader.say(form.fields[form.control].label)}"
    gap = max(4 + widths.name + 1 + widths.range - width_of(so_far) - width_of(name), 1)
    role: Role = "here" if is_here else "field"
    if form.texts[form.control] and form.is_full:
        is_equal = form.problem_at(form.control) is None
        role = "good" if is_equal else "wrong" if form.problem else role
    return (
        Part(so_far, "title"),
        Part(" " * gap),
        Part(f"{name} ", "title" if is_here else "plain"),
        Part(_box(form.texts[form.control], is_here=is_here), role),
    )


def contest_line(sheet: PaperSheet, reader: Reader) -> str:
    """Unit, category and phase of a sheet."""
    return " · ".join(_contest(sheet, reader))


def _contest(sheet: PaperSheet, reader: Reader) -> list[str]:
    parts = [reader.say(part) for part in (sheet.unit_name, sheet.category_name) if part]
    return [*parts, reader.say(phase_label(sheet.phase))]


def contest_and_judge(contest: Sequence[str], judge: str, width: int) -> Line:
    """Which contest and phase, and whose marks; where all is long, names are shortened from the left: the phase last."""
    parts, free = list(contest), width - 4
    judge = cut(judge, max(width // 4, free - width_of(" · ".join(parts))))
    for at, part in enumerate(parts):
        over = width_of(" · ".join(parts)) + width_of(judge) - free
        parts[at] = cut(part, max(width_of(part) - max(over, 0), 10))
    return apart(f" {' · '.join(parts)}", judge, width, "plain")


# -- lists and help --------------------------------------------------------------------------------------------------


def _list(listed: Listed, reader: Reader, width: int, room: int) -> list[Line]:
    lines: list[Line] = []
    code_width = max((len(one.code) for one in listed.choices), default=0)
    entry_width = max((len(one.entry) for one in listed.choices), default=0)
    behinds = [f"{reader.say(one.judge)}  {reader.say(one.phase)}".rstrip() for one in listed.choices]
    room_behind = min(max(map(width_of, behinds), default=0), 30)
    for number, (one, behind) in enumerate(zip(listed.choices, behinds, strict=True), start=1):
        is_here = number - 1 == listed.at
        told = f"{one.code:<{code_width}}  {one.entry:<{entry_width}}  {reader.say(one.name)}"
        line = f"{'›' if is_here else ' '}{number:>3} {cut(told, width - 8 - room_behind)}"
        pad = " " * max(width - room_behind - 1 - width_of(line), 1)
        lines.append((Part(cut(f"{line}{pad}{behind}", width), "here" if is_here else "plain"),))
    return around(lines, listed.at, room)


def _help(reader: Reader, width: int) -> list[Line]:
    rows = (
        ("Enter ↓", reader.text("take the mark and go on; after the total: store the sheet")),
        ("↑", reader.text("one line up, to change a mark; from the first line: another sheet code")),
        ("-", reader.text("that line of the paper is empty")),
        ("End", reader.text("to the total")),
        ("F2  Ctrl-L", reader.text("the sheets that are missing")),
        ("F3  Ctrl-F", reader.text("search by name")),
        ("F4  Ctrl-T", reader.text("absent, withdrawn, disqualified")),
        ("F8  Ctrl-Z", reader.text("the sheet stored last comes back, to be corrected with a reason")),
        ("Esc", reader.text("leave this sheet or this list")),
        ("F9  Ctrl-Q", reader.text("quit; all that was stored is on the disk already")),
        ("", reader.text("A letter on an untouched sheet begins the code of another one.")),
    )
    return [
        (Part(f"  {key if not number else '':<12}", "title"), Part(line))
        for key, text in rows
        for number, line in enumerate(wrapped(text, width - 15))
    ]


def _stored_last(sitting: Sitting, reader: Reader, width: int) -> list[Line]:
    """What this person has stored, the last on top: it can be seen that nothing is lost."""
    if not sitting.accepted:
        text = reader.text("Take a sheet, type its code and then its marks, line by line; Enter after each.")
        return [(), *((Part(f"  {line}", "quiet"),) for line in wrapped(text, width - 4, 3))]
    lines: list[Line] = [(Part(f" {reader.text('Stored last')}", "title"),)]
    for sheet in reversed(sitting.accepted[-10:]):
        told = f"{sheet.code}  {sheet.entry} {reader.say(sheet.entry_name)} · {sheet.judge}".strip()
        lines.append((Part(cut(f"  ✓ {told}", width), "quiet"),))
    return lines


# -- columns ---------------------------------------------------------------------------------------------------------


def around(lines: Sequence[Line], at: int, room: int) -> list[Line]:
    """As many lines as there is room for, the chosen one among them, with a line above and below it where possible."""
    first = min(max(at - room // 2, 0), max(len(lines) - room, 0))
    shown = list(lines[first : first + room])
    if first > 0 and shown:
        shown[0] = (Part(f"  ↑ {first + 1}", "quiet"),)
    if first + room < len(lines):
        shown[-1] = (Part(f"  ↓ {len(lines) - first - room + 1}", "quiet"),)
    return shown


def apart(left: str, right: str, width: int, role: Role) -> Line:
    """Two texts at the two ends of a line; the left one is shortened where both do not fit."""
    left = cut(left, width - width_of(right) - 2)
    return (Part(left, role), Part(" " * max(width - width_of(left) - width_of(right) - 1, 1)), Part(right, "quiet"))


def _rule(width: int) -> Line:
    return (Part("─" * width, "quiet"),)


def _bar(done: int, expected: int, width: int) -> str:
    full = width * done // expected if expected else 0
    return "█" * full + "░" * (width - full)


def wrapped(text: str, width: int, most: int | None = None) -> list[str]:
    """The text in as many lines as it needs, or in at most so many; what does not fit is shortened."""
    from textwrap import wrap

    lines = wrap(text, width, break_on_hyphens=False)
    if most is not None and len(lines) > most:
        lines = [*lines[: most - 1], cut(" ".join(lines[most - 1 :]), width)]
    return lines


def _shown(text: str, width: int) -> str:
    """The end of a text that is being typed."""
    return text if len(text) <= width else "…" + text[-(width - 1) :]


def width_of(text: str) -> int:
    """The columns that a text takes: signs that join the one before take none, wide ones two."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text
    )


def cut(text: str, width: int) -> str:
    """The text, if it fits into that many columns; else its beginning and `…`."""
    if width_of(text) <= width:
        return text
    while text and width_of(text) > width - 1:
        text = text[:-1]
    return text.rstrip() + "…" if width > 0 else ""
