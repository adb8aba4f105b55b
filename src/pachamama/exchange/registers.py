"""Registers (*padrón*) from a table: watersheds, communities, households, judges, as the core's nouns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from pachamama.core.model import Community, Household, Judge, Watershed
from pachamama.core.names import clean_name, unsafe_characters
from pachamama.core.numbers import read_exact
from pachamama.core.problems import Place, Problem, refuse_if
from pachamama.core.sentences import Sentence, listing, say
from pachamama.core.sheets import text_shown
from pachamama.exchange.codes import code_refusal, composed, read_dni
from pachamama.exchange.columns import find_columns
from pachamama.exchange.dates import date_refusal
from pachamama.exchange.tables import Table, read_table, table_of

RegisterKind: TypeAlias = Literal["watersheds", "communities", "households", "judges"]
RegisterRow: TypeAlias = Watershed | Community | Household | Judge

_CODE = ("código", "cod", "codigo de familia", "codigo de comunidad", "codigo de cuenca", "codigo de jurado", "id")
_DNI = ("documento", "n dni", "nro dni", "numero de dni", "documento de identidad", "dni titular", "doc identidad")
_WATERSHED = ("cuenca", "microcuenca", "codigo cuenca", "codigo microcuenca")
_COMMUNITY = ("comunidad", "codigo comunidad", "comunidad campesina")
_NAMES = ("nombre", "nombres", "nombre y apellidos", "nombres y apellidos", "apellidos y nombres", "full name")
_TITLES: Mapping[RegisterKind, Mapping[str, Sequence[str]]] = {
    "watersheds": {"code": _CODE, "name": (*_NAMES, "watershed", *_WATERSHED[:2])},
    "communities": {
        "code": _CODE,
        "name": (*_NAMES, "community", *_COMMUNITY),
        "watershed": _WATERSHED,
        "households": (
            *("hogares", "familias", "padron", "empadronados", "numero de familias", "numero de hogares"),
            *(
                "n de familias",
                "n familias",
                "no de familias",
                "no familias",
                "no de hogares",
                "n de hogares",
                "n hogares",
                "number of households",
            ),
        ),
    },
    "households": {
        "code": (*_CODE, "codigo de hogar", "household"),
        "community": _COMMUNITY,
        "head": (*_NAMES, "titular", "jefe", "jefe de hogar", "jefe de familia", "familia", "household head", "name"),
        "dni": _DNI,
        "partner": ("cónyuge", "pareja", "conviviente", "esposa", "esposo", "spouse"),
        "sex": ("sexo", "género", "gender"),
        "category": ("categoría", "tipo"),
        "registered": ("fecha de inscripción", "fecha de registro", "inscripción", "registrado", "registration"),
    },
    "judges": {
        "code": (*_CODE, "judge", "jurado", "juez"),
        "name": _NAMES,
        "dni": _DNI,
        "community": _COMMUNITY,
        "office": ("institución", "entidad", "oficina", "cargo", "procedencia", "institution"),
        "phases": ("fases", "fase", "phase"),
    },
}
_REQUIRED: Mapping[RegisterKind, Sequence[str]] = {
    "watersheds": ("code", "name"),
    "communities": ("code", "name", "watershed"),
    "households": ("code", "community", "head"),
    "judges": ("code", "name"),
}

_PHASE = re.compile(r"\w[\w.-]{0,59}")


class Register(NamedTuple):
    """The rows of a register table and where each stands; `notes` say what was cleaned in them, and refuse nothing."""

    rows: tuple[RegisterRow, ...]
    wheres: tuple[Place, ...]
    notes: tuple[Problem, ...]


def read_register(kind: RegisterKind, path: str | Path) -> Register:
    """The rows of a register table, ready to be imported.

    Refused with all problems, each with file and line: columns that are missing or unknown, codes that cannot be used,
    names that are empty, a DNI that is none, a number of households that is no whole number.
    """
    return _register_of(kind, read_table(path))


def read_single(kind: RegisterKind, words: Mapping[str, str]) -> Register:
    """One row that was typed as words by column, checked as a table's row is."""
    return _register_of(kind, table_of(list(words), [list(words.values())]))


def _register_of(kind: RegisterKind, table: Table) -> Register:
    problems: list[Problem] = []
    columns = find_columns(table, _TITLES[kind], problems, required=_REQUIRED[kind], takes_others=kind == "households")
    refuse_if(problems)
    reading = _Reading(problems)
    if columns.others and "dni" not in columns.at:
        said = say(
            "no column is taken for the DNI; kept as further fields: {columns}", columns=listing(list(columns.others))
        )
        reading.notes.append(Problem(table.place(), said, say("if one of them is the DNI, call it “dni”")))
    rows: list[RegisterRow] = []
    wheres: list[Place] = []
    for line, cells in table.rows(problems):
        reading.where = table.place(line)
        reading.cells = {name: cells[at] for name, at in columns.at.items()}
        reading.others = {name: cells[at] for name, at in columns.others.items() if cells[at]}
        rows.append(_ROWS[kind](reading))
        wheres.append(reading.where)
    if not rows and not problems:
        problems.append(Problem(table.place(), say("there are no rows below the titles"), say("is it the right file?")))
    problems += _nearly_equal_codes(rows, wheres)
    refuse_if(sorted(problems, key=lambda one: one.where.line or 0))
    return Register(tuple(rows), tuple(wheres), tuple(reading.notes))


class _Reading:
    """Reads the cells of one row after the other, and gathers what is wrong."""

    def __init__(self, problems: list[Problem]) -> None:
        self.where = Place()
        self.cells: Mapping[str, str] = {}
        self.others: Mapping[str, str] = {}
        self.problems = problems
        self.notes: list[Problem] = []

    def refuse(self, message: Sentence, hint: Sentence) -> None:
        """Note one problem of the row."""
        self.problems.append(Problem(self.where, message, hint))

    def code(self, column: str, *, needed: bool) -> str:
        """A code, its own or that of another register."""
        code = composed(self.cells.get(column, ""))
        if code:
            wrong = code_refusal(code)
            if wrong:
                self.refuse(*wrong)
        elif needed:
            self.refuse(say("“{column}” is empty", column=column), say("each row needs its code"))
        return code

    def name(self, column: str) -> str:
        """A name that may be empty; what can steer a screen is taken out and noted."""
        written = self.cells.get(column, "")
        name = clean_name(written)
        if unsafe := unsafe_characters(written):
            self.notes.append(cleaned(self.where, name, unsafe))
        return name

    def needed_name(self, column: str) -> str:
        """A name that must be there."""
        name = self.name(column)
        if not name:
            self.refuse(say("“{column}” is empty", column=column), say("write the name"))
        return name

    def dni(self) -> str:
        """The number of an identity paper, empty while it is not known."""
        text = self.cells.get("dni", "")
        if not text:
            return ""
        dni = read_dni(text)
        if isinstance(dni, str):
            return dni
        self.refuse(*dni)
        return ""

    def households(self) -> int | None:
        """The number of households on the register, None while nobody has said it."""
        text = self.cells.get("households", "")
        if not text:
            return None
        number = read_exact(text, comma=True)
        if isinstance(number, int) and number >= 0:
            return number
        self.refuse(
            say("“{text}” is not a number of households", text=text_shown(text)),
            say("write a whole number in plain digits, like 40; leave it empty while it is not known"),
        )
        return None

    def phases(self) -> tuple[str, ...]:
        """The ids of the phases that a judge may judge, separated by blanks, commas or semicolons; none means all."""
        ids = tuple(dict.fromkeys(re.split(r"[\s,;]+", composed(self.cells.get("phases", "")))))
        found = tuple(id_ for id_ in ids if id_)
        for id_ in found:
            if not _PHASE.fullmatch(id_):
                self.refuse(
                    say("“{text}” is not the id of a phase", text=text_shown(id_)),
                    say("write ids as in the rules, for example: {example}", example="field public"),
                )
        return found

    def fields(self) -> dict[str, str]:
        """The further columns, cleaned; `registered` is a date."""
        registered = self.cells.get("registered", "")
        if registered and (wrong := date_refusal(registered)):
            self.refuse(*wrong)
        written = {"registered": registered, **self.others}
        return {name: text for name, cell in written.items() if (text := clean_name(cell))}


def _watershed(row: _Reading) -> RegisterRow:
    return Watershed(row.code("code", needed=True), row.needed_name("name"))


def _community(row: _Reading) -> RegisterRow:
    return Community(
        row.code("code", needed=True),
        row.needed_name("name"),
        row.code("watershed", needed=False),
        row.households(),
    )


def _household(row: _Reading) -> RegisterRow:
    return Household(
        row.code("code", needed=True),
        row.code("community", needed=True),
        row.needed_name("head"),
        row.dni(),
        row.name("partner"),
        row.name("sex"),
        row.name("category"),
        row.fields(),
    )


def _judge(row: _Reading) -> RegisterRow:
    return Judge(
        row.code("code", needed=True),
        row.needed_name("name"),
        row.dni(),
        row.code("community", needed=False),
        row.name("office"),
        row.phases(),
    )


_ROWS: Mapping[RegisterKind, Callable[[_Reading], RegisterRow]] = {
    "watersheds": _watershed,
    "communities": _community,
    "households": _household,
    "judges": _judge,
}


def cleaned(where: Place, name: str, unsafe: Sequence[str]) -> Problem:
    """The note on a name from which something was taken out."""
    return Problem(
        where,
        say("{characters} was taken out of the name “{name}”", characters=listing(unsafe), name=name),
        say("it does not print, but can turn a printed line around"),
    )


def _nearly_equal_codes(rows: Sequence[RegisterRow], wheres: Sequence[Place]) -> list[Problem]:
    """Codes that differ in capitals only: a slip of the pen, and one file name on many disks."""
    first: dict[str, str] = {}
    problems = []
    for row, where in zip(rows, wheres, strict=True):
        before = first.setdefault(row.code.casefold(), row.code)
        if before != row.code:
            problems.append(
                Problem(
                    where,
                    say("the codes {first} and {second} differ in capitals only", first=before, second=row.code),
                    say("write the same code, or another one"),
                )
            )
    return problems
