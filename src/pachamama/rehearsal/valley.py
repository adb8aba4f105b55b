"""An invented watershed: 6 communities, 180 households, 3 judges a panel, marks with ties, absences and corrections.

The same seed gives the same valley on every machine. Nobody in it exists; every DNI begins with 0000.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from io import StringIO
from random import Random

SEED = 2026
WATERSHED = ("W1", "Río de Ensayo")
COMMUNITIES = ("Qantu Alta", "Ichupampa de ensayo", "Ñawin Pukyu", "Wayllapata", "Kuntur Ensayo", "Sunch’u Baja")
HOUSEHOLDS = 30
_WOMEN = ("Rosa", "Julia", "Nélida", "Saturnina", "Yeny", "Flora", "Victoria", "Hilaria", "Marcelina", "Edith")
_MEN = ("Julián", "Mario", "Eusebio", "Wilbert", "Santos", "Fortunato", "Percy", "Ñico", "Hermógenes", "Raúl")
_SURNAMES = ("Quispe", "Mamani", "Huamán", "Ccori", "Nina", "Ñaupa", "Chuquipata", "Yupanqui", "Sirena", "Apaza")
_TOWN = ("Aguilar", "Béjar", "Cáceres", "Flórez", "Góngora", "Loayza", "Ochoa", "Salas", "Valer", "Zevallos")
"""Surnames of judges, who are nobody's kin: a likeness of both surnames would be a warning at the closing."""
_ORDER = (2, 8, 15)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Valley:
    """The tables of the rehearsal by file name, and who is disqualified, absent or corrected by hand in it."""

    tables: Mapping[str, str] = field(repr=False)
    disqualified: str
    corrected: tuple[str, str]
    without_a_sheet: str


def rules_text() -> str:
    """The rules of the rehearsal, as a rules file."""
    return files("pachamama.rehearsal").joinpath("rules.yaml").read_text("utf-8")


def invent(seed: int = SEED) -> Valley:
    """The valley of that seed."""
    chance = Random(seed)  # noqa: S311 invented marks, no secret
    homes = list(_homes(chance))
    quality = {home["code"]: chance.gauss(0.62, 0.14) for home in homes}
    panels = {f"C{number}": [f"J{number}{letter}" for letter in "ABC"] for number in range(1, len(COMMUNITIES) + 1)}
    terraces = _terraces(chance, homes, quality, panels)
    first = [home["code"] for home in homes if home["community"] == "C3"]
    tables = {
        "watersheds.csv": _table([{"code": WATERSHED[0], "name": WATERSHED[1]}]),
        "communities.csv": _table(_communities()),
        "households.csv": _table(homes),
        "judges.csv": _table(list(_judges(chance, panels))),
        "scores-terraces-households.csv": _table(_within(terraces, homes)),
        "scores-terraces-communities.csv": _table(_works(chance, panels, "works", 30)),
        "scores-pastures-households.csv": _table(_within(_pastures(chance, homes, quality, panels), homes)),
        "scores-pastures-communities.csv": _table(_works(chance, panels, "hay", 30)),
    }
    return Valley(tables, first[7], ("H201", "J2A"), "H515")


# -- registers -------------------------------------------------------------------------------------------------------


def _communities() -> list[Row]:
    return [
        {"code": f"C{number}", "name": name, "watershed": WATERSHED[0], "households": str(HOUSEHOLDS + 4 * number)}
        for number, name in enumerate(COMMUNITIES, 1)
    ]


def _homes(chance: Random) -> Iterator[Row]:
    for community in range(1, len(COMMUNITIES) + 1):
        for number in range(1, HOUSEHOLDS + 1):
            woman = f"{chance.choice(_WOMEN)} {chance.choice(_SURNAMES)} {chance.choice(_SURNAMES)}"
            man = f"{chance.choice(_MEN)} {chance.choice(_SURNAMES)} {chance.choice(_SURNAMES)}"
            is_woman = chance.random() < 0.45
            head, partner = (woman, man) if is_woman else (man, woman)
            yield {
                "code": f"H{community}{number:02}",
                "community": f"C{community}",
                "head": head,
                "dni": f"0000{community}{number:03}",
                "partner": partner if chance.random() < 0.8 else "",
                "sex": "F" if is_woman else "M",
            }


def _judges(chance: Random, panels: Mapping[str, Sequence[str]]) -> Iterator[Row]:
    """Nobody judges at home: the judges of a community come from the next one."""
    codes = list(panels)
    for number, (community, judges) in enumerate(panels.items(), 1):
        for letter, code in enumerate(judges, 1):
            name = f"{chance.choice(_WOMEN + _MEN)} {chance.choice(_TOWN)} {chance.choice(_SURNAMES)}"
            home = codes[(codes.index(community) + 1) % len(codes)]
            yield {"code": code, "name": name, "dni": f"00009{number}{letter:02}", "community": home}


# -- marks -----------------------------------------------------------------------------------------------------------


def _terraces(
    chance: Random, homes: Sequence[Row], quality: Mapping[str, float], panels: Mapping[str, Sequence[str]]
) -> list[dict[str, str]]:
    """Both phases; the best two of the first community are equal to the last mark, of the second equal on points only."""
    rows: list[dict[str, str]] = []
    for community, judges in panels.items():
        here = [home["code"] for home in homes if home["community"] == community]
        best = sorted(here, key=lambda code: -quality[code])
        areas = {code: str(int(quality[code] * 700 + chance.random() * 120)) for code in here}
        marks = {(code, judge): _sheet(chance, quality[code], areas[code]) for code in here for judge in judges}
        if community in {"C1", "C2", "C4"}:
            for judge in judges:
                marks[best[0], judge]["map"] = str(min(int(marks[best[0], judge]["map"]), 24))
                marks[best[1], judge] = dict(marks[best[0], judge])
        if community == "C2":
            for judge in judges:
                one = marks[best[1], judge]
                one |= {"built": str(int(one["built"]) - 1), "map": str(int(one["map"]) + 1)}
        absent = set(best[-2:])
        for code in here:
            for phase, columns in (("field", ("built", "water", "order")), ("public", ("map", "voice", "area"))):
                for judge in judges:
                    if code in absent or (code, judge, phase) == ("H515", "J5C", "public"):
                        continue
                    one = marks[code, judge]
                    rows.append(_row(code, phase, judge, {column: one[column] for column in columns}))
            if code in absent:
                rows.append(_row(code, "field", "", {}, status="absent", note="no llegó"))
    late = next(row for row in rows if row["entry"] == "H109" and row["phase"] == "field")
    rows[rows.index(late)] = {**late, "deductions": "no_banner"}
    return rows


def _sheet(chance: Random, quality: float, area: str) -> dict[str, str]:
    def mark(maximum: int) -> int:
        return min(max(round(maximum * (quality + chance.gauss(0, 0.07))), 1), maximum)

    return {
        "built": str(mark(20)),
        "water": _half(mark(30)),
        "order": str(_ORDER[min(max(int((quality + chance.gauss(0, 0.05)) * 3.2), 0), 2)]),
        "map": str(mark(25)),
        "voice": str(mark(15)),
        "area": area,
    }


def _half(halves: int) -> str:
    return f"{halves // 2}.5" if halves % 2 else str(max(halves // 2, 1))


def _row(
    code: str, phase: str, judge: str, marks: Mapping[str, str], *, status: str = "", note: str = ""
) -> dict[str, str]:
    empty = dict.fromkeys(("built", "water", "order", "map", "voice", "area"), "")
    return {
        "entry": code,
        "phase": phase,
        "judge": judge,
        **empty,
        **marks,
        "status": status,
        "deductions": "",
        "note": note,
    }


def _pastures(
    chance: Random, homes: Sequence[Row], quality: Mapping[str, float], panels: Mapping[str, Sequence[str]]
) -> list[dict[str, str]]:
    """About half of the households take part; the marks go from 1 to 20, so that ties in the prizes are common."""
    rows = []
    for home in homes:
        code = home["code"]
        if chance.random() < 0.45:
            continue
        before = chance.randrange(0, 12)
        now = before + max(1, int(quality[code] * 10))
        for judge in panels[home["community"]]:
            mark = min(max(round(20 * (quality[code] + chance.gauss(0, 0.05))), 1), 20)
            rows.append(
                {
                    "entry": code,
                    "judge": judge,
                    "mark": str(mark),
                    "pasture_before": str(before),
                    "pasture_now": str(now),
                }
            )
    return rows


def _within(rows: Sequence[Row], homes: Sequence[Row]) -> list[Row]:
    """The rows with the community in which each entry competes, so that the table stands by itself."""
    communities = {home["code"]: home["community"] for home in homes}
    return [{"within": communities[row["entry"]], **row} for row in rows]


def _works(chance: Random, panels: Mapping[str, Sequence[str]], criterion: str, maximum: int) -> list[dict[str, str]]:
    """What three judges from elsewhere gave the communal works of each community."""
    judges = [panel[0] for panel in panels.values()]
    rows = []
    for number, code in enumerate(panels):
        quality = 0.45 + chance.random() * 0.5
        panel = [judges[(number + step) % len(judges)] for step in (2, 3, 4)]
        for judge in panel:
            mark = min(max(round(maximum * (quality + chance.gauss(0, 0.04))), 1), maximum)
            rows.append({"entry": code, "judge": judge, criterion: str(mark)})
    return rows


def _table(rows: Sequence[Row]) -> str:
    text = StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
