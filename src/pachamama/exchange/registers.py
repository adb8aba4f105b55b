"""Registers (*padrón*) from a table: watersheds, communities, households, judges, as the core's nouns."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, TypeAlias

from pachamama.core.accounts import is_of_account, part_of_account
from pachamama.core.assets import two_ways
from pachamama.core.model import Community, Household, Judge, Watershed
from pachamama.core.names import clean_name, unsafe_characters
from pachamama.core.numbers import read_exact, two_readings
from pachamama.core.problems import Place, Problem, Refused, refuse_if
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Sentence, listing, say
from pachamama.core.sheets import text_shown
from pachamama.exchange.codes import DNI_DIGITS, code_refusal, composed, read_dni
from pachamama.exchange.columns import NOTHING_TOLD, find_columns, folded, meaning
from pachamama.exchange.dates import date_refusal
from pachamama.exchange.tables import table_of
from pachamama.exchange.workbook import AnyTable, BookTable, Figure, cell_place, open_table

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

_PERSONAL = frozenset({"dni", "partner", "office"})
"""Columns that tell a register of people from a table of marks."""
_PHASE = re.compile(r"\w[\w.-]{0,59}")


class Beside(NamedTuple):
    """What the programme's file knows that a register table is read beside.

    `nameless` are the codes of people whose names were erased: their rows may leave the name empty. `units` are the codes
    of communities or watersheds by their names, folded, where only one has that name. `tiers` say what a mark is called.
    """

    nameless: Collection[str] = ()
    units: Mapping[str, str] = {}
    tiers: Sequence[Tier] = ()


NOTHING_BESIDE = Beside()


class Register(NamedTuple):
    """The rows of a register table and where each stands; `notes` say what was cleaned in them, and refuse nothing."""

    rows: tuple[RegisterRow, ...]
    wheres: tuple[Place, ...]
    notes: tuple[Problem, ...]


def read_register(
    kind: RegisterKind,
    path: str | Path,
    *,
    told: Mapping[str, str] = NOTHING_TOLD,
    found: list[Problem] | None = None,
    beside: Beside = NOTHING_BESIDE,
) -> Register:
    """The rows of a register table of any kind of file, ready to be imported; `told` says which column a title is.

    Columns that are not known are noted: a household keeps them as further fields, elsewhere they are left out. Refused
    with all problems, each with file and line or cell: columns that are missing or nearly known, codes that cannot be
    used, names that are empty, a DNI that is none, a number of households that is no whole number. With `found` the
    problems of rows are put there instead, and those rows left out, so that others can be added before all are refused.
    """
    notes: list[Problem] = []
    table = open_table(path, _TITLES[kind], required=_REQUIRED[kind], told=told, notes=notes)
    _no_marks(table, beside.tiers)
    return _register_of(kind, table, told, notes, found, beside)


def _no_marks(table: AnyTable, tiers: Sequence[Tier]) -> None:
    """Refused is a table of marks: with every criterion of a paper among its titles, and no column of a register of people.

    What stands in it would be kept as further fields of the households.
    """
    from pachamama.exchange.score_columns import known_columns, numeric_fields

    if _PERSONAL & set(map(meaning(_TITLES["households"]), table.columns)):
        return
    for tier in tiers:
        names = set(map(meaning(known_columns(tier, numeric_fields(tier))), table.columns))
        if any(phase.judged and names.issuperset(one.id for one in phase.judged) for phase in tier.judged_phases):
            raise Refused(
                Problem(
                    table.place(),
                    say("this is a table of marks, and no register"),
                    say("`pachamama import scores FILE` reads it"),
                )
            )


def register_with(titles: Sequence[str]) -> RegisterKind | None:
    """The register of people whose columns these are, where they are all there; None where they are of no register."""
    found: dict[RegisterKind, int] = {}
    for kind in ("households", "judges"):
        meant = meaning(_TITLES[kind])
        names = {name for title in titles if (name := meant(title)) is not None}
        if names.issuperset(_REQUIRED[kind]) and names & _PERSONAL:
            found[kind] = len(names)
    return max(found, key=lambda kind: found[kind], default=None)


def read_single(kind: RegisterKind, words: Mapping[str, str], *, beside: Beside = NOTHING_BESIDE) -> Register:
    """One row that was typed as words by column, checked as a table's row is."""
    return _register_of(kind, table_of(list(words), [list(words.values())]), NOTHING_TOLD, None, None, beside)


def columns_of(kind: RegisterKind) -> tuple[str, ...]:
    """The columns of a register, in the order in which people read them."""
    return tuple(_TITLES[kind])


def _register_of(
    kind: RegisterKind,
    table: AnyTable,
    told: Mapping[str, str],
    notes: list[Problem] | None,
    found: list[Problem] | None,
    beside: Beside,
) -> Register:
    problems: list[Problem] = []
    takes_others = kind == "households"
    columns = find_columns(
        table, _TITLES[kind], problems, required=_REQUIRED[kind], takes_others=takes_others, told=told, notes=notes
    )
    refuse_if(problems)
    if isinstance(table, BookTable):
        read = {*columns.at.values(), *columns.others.values()}
        table.unread = frozenset(range(len(table.columns))) - read
    reading = _Reading(table, {**columns.others, **columns.at}, problems, [] if notes is None else notes, beside)
    others = [name for name in columns.others if name not in told.values() and not _is_usual(name)]
    if notes is not None and others and "dni" not in columns.at:
        said = say("no column is taken for the DNI; kept as further fields: {columns}", columns=listing(others))
        reading.notes.append(Problem(table.place(), said, say("if one of them is the DNI, call it “dni”")))
    elif notes is not None and others:
        said = say("kept as further fields of the households: {columns}", columns=listing(others))
        reading.notes.append(Problem(table.place(), said, _SAY_WHICH))
    rows: list[RegisterRow] = []
    wheres: list[Place] = []
    for line, cells in table.rows(problems):
        before = len(problems)
        reading.line = line
        reading.cells = {name: cells[at] for name, at in columns.at.items()}
        reading.others = {name: cells[at] for name, at in columns.others.items() if cells[at]}
        row = _ROWS[kind](reading)
        if len(problems) == before or found is None:
            rows.append(row)
            wheres.append(table.place(line))
    if not rows and not problems:
        problems.append(Problem(table.place(), say("there are no rows below the titles"), say("is it the right file?")))
    problems += _nearly_equal_codes(rows, wheres)
    problems.sort(key=lambda one: (one.where.sheet or "", one.where.line or 0))
    if found is None:
        refuse_if(problems)
    else:
        found += problems
    return Register(tuple(rows), tuple(wheres), tuple(reading.notes))


_SAY_WHICH = say("`--column TITLE=CODE` says which column one is, `--column TITLE=-` leaves it out")


def _is_usual(column: str) -> bool:
    """A further column that the programme knows how to use: the sector of a household, and its account at a bank."""
    return is_of_account(column) or folded(column) == "sector"


class _Reading:
    """Reads the cells of one row after the other, and gathers what is wrong."""

    def __init__(
        self,
        table: AnyTable,
        at: Mapping[str, int],
        problems: list[Problem],
        notes: list[Problem],
        beside: Beside,
    ) -> None:
        self.table = table
        self.beside = beside
        self.at = at
        self.line = 0
        self.cells: Mapping[str, str] = {}
        self.others: Mapping[str, str] = {}
        self.problems = problems
        self.notes = notes

    def where(self, column: str) -> Place:
        """The cell of the row in that column, or the row."""
        return cell_place(self.table, self.line, self.at.get(column, -1))

    def refuse(self, column: str, message: Sentence, hint: Sentence) -> None:
        """Note one problem of the row."""
        self.problems.append(Problem(self.where(column), message, hint))

    def code(self, column: str, *, needed: bool) -> str:
        """A code, its own or that of another register."""
        code = composed(self.cells.get(column, ""))
        if column != "code":
            code = self.beside.units.get(folded(code), code)
        if code:
            wrong = code_refusal(code)
            if wrong:
                self.refuse(column, *wrong)
        elif needed:
            self.refuse(column, say("“{column}” is empty", column=column), say("each row needs its code"))
        return code

    def name(self, column: str) -> str:
        """A name that may be empty; what can steer a screen is taken out and noted."""
        written = self.cells.get(column, "")
        name = clean_name(written)
        if unsafe := unsafe_characters(written):
            self.notes.append(cleaned(self.where(column), name, unsafe))
        return name

    def needed_name(self, column: str) -> str:
        """A name that must be there."""
        name = self.name(column)
        if not name and composed(self.cells.get("code", "")) not in self.beside.nameless:
            self.refuse(column, say("“{column}” is empty", column=column), say("write the name"))
        return name

    def dni(self) -> str:
        """The number of an identity paper, empty while it is not known.

        A cell that holds a number has lost the zeros in front of a DNI: they are put back, and that is noted.
        """
        text = self.cells.get("dni", "")
        if not text:
            return ""
        if isinstance(text, Figure) and text.isdecimal() and len(text) < DNI_DIGITS:
            padded = text.zfill(DNI_DIGITS)
            self.notes.append(
                Problem(
                    self.where("dni"),
                    say("the cell holds the number {number}: taken as the DNI {dni}", number=text, dni=padded),
                    say("compare with the identity card; format the column as text"),
                )
            )
            return padded
        dni = read_dni(text)
        if isinstance(dni, str):
            return dni
        self.refuse("dni", *dni)
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
            "households",
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
                    "phases",
                    say("“{text}” is not the id of a phase", text=text_shown(id_)),
                    say("write ids as in the rules, for example: {example}", example="field public"),
                )
        return found

    def fields(self) -> dict[str, str]:
        """The further columns, cleaned; `registered` is a date."""
        registered = self.cells.get("registered", "")
        if registered and (wrong := date_refusal(registered)):
            self.refuse("registered", *wrong)
        for name, cell in self.others.items():
            if (both := two_readings(cell)) is not None:
                self.refuse(name, *two_ways(cell, *both, called=name))
            if isinstance(cell, Figure) and part_of_account(name) in ("account", "cci"):
                self.refuse(
                    name,
                    say("the account in “{column}” is a number, and may have lost figures", column=name),
                    say("format the column as text and type the account again, with its zeros"),
                )
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
