"""Contests to print: a small table of winners becomes the result of a contest, with rules to name its purses."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

from pypdf import PdfReader
from tests.papers.spanish import PaperWords

from pachamama.core.model import Award, ContestResult, Entry, Placing, PurseResult, Unranked
from pachamama.core.numbers import read_exact
from pachamama.core.rules.checks import load_rules
from pachamama.core.rules.document import Rules
from pachamama.core.sentences import Name, say
from pachamama.language import Reader
from pachamama.papers.heading import RoundOnPaper
from pachamama.papers.prize_sheet import PrizeSheet, prize_sheet

READER = Reader("es", "PE", (PaperWords(),))
PRINTED = dt.date(2026, 11, 24)
RULES = """
version: 1
programme:
  name: {es: "Manejo de recursos naturales en la Sierra Sur"}
  languages: [es, qu]
  currency: USD
  cash_unit: 0.01
  exchange: {currency: PEN, rate: 3.75, date: 2026-03-02, source: SBS}
competitions:
  terraces:
    name: {es: "Andenes y manejo de suelos", qu: "Pata-patakuna"}
    tiers:
      - tier: household
        within: community
        categories: [{id: new, name: {es: "Familias nuevas"}}, {id: returning, name: {es: "Familias antiguas"}}]
        criteria: [{id: terraces, min: 1, max: 100}]
        prizes:
          purses:
            - {id: project, name: {es: "Proyecto"}, amount: 4000000, per: contest}
            - {id: municipality, name: {es: "Municipalidad"}, amount: 900000, per: contest}
            - {id: donor, name: {es: "Cooperación"}, amount: 50000, per: contest}
          awards:
            - {scheme: by_level, purse: project, amounts: {}}
"""
TOOLS = Name({"es": "Juego de herramientas"})


@dataclass(frozen=True, slots=True)
class Winner:
    """Who is paid, as the program's person."""

    name: str
    dni: str = ""
    partner: str = ""


FAMILIES = (
    ("Juana Quispe Mamani", "Pedro Huamán Ccori"),
    ("María Nieves Condori de Ccapatinta", "Santos Ccapatinta Ñahui"),
    ("Rosa Huamán", ""),
    ("Luis Alberto Ccori Puma", "Elena Chuquitapa"),
    ("Simón Ch’uqi Q’umir", "Ana Güisa"),
    ("Bernardina Quispe Ttito", "Mario Condori"),
)


@cache
def rules(
    languages: str = "es, qu", purses: tuple[str, ...] = ("project", "municipality"), per: str = "contest"
) -> Rules:
    """The rules with as many purses as a test wants."""
    names = {"project": "Proyecto", "municipality": "Municipalidad", "donor": "Cooperación Andina"}
    lines = "".join(
        f"            - {{id: {one}, name: {{es: '{names.get(one, one)}'}}, amount: 900000, per: {per}}}\n"
        for one in purses
    )
    start, end = RULES.index("            - {id: project"), RULES.index("          awards:")
    awards = (
        f"          awards: [{{scheme: flat, purse: {purses[0]}, amount: 20}}]\n"
        if purses
        else "          awards: []\n"
    )
    text = RULES[:start] + lines + awards
    if not purses:
        text = text.replace("          purses:\n", "          purses: []\n")
    assert end
    return load_rules(text.replace("[es, qu]", f"[{languages}]"))


def placing(
    number: int,
    *,
    points: str = "75.00",
    place: int | str | None = None,
    cash: Mapping[str, int] | None = None,
    items: Sequence[Name] = (),
    tied_with: tuple[str, ...] = (),
    name: str = "",
) -> Placing:
    """The placing of entry H<number> with cents from each purse and things in kind."""
    awards = [Award("by_place", purse, amount, say("prize")) for purse, amount in (cash or {}).items()]
    awards += [Award("in_kind", None, 0, say("prize"), item, 2500) for item in items]
    worth = read_exact(points)
    assert worth is not None
    return Placing(
        place=place if place is not None else number,
        position=number,
        entry=Entry(f"H{number:03}", name or FAMILIES[number % 6][0]),
        points=worth,
        decimals=2,
        phases={},
        phase_decimals={},
        judges={},
        level=None,
        tied_with=tied_with,
        decided_by=None,
        promoted=False,
        reserve=False,
        awards=tuple(awards),
    )


def result(placings: Sequence[Placing], unranked: int = 0, amount: int = 90000000, **changes: Any) -> ContestResult:
    """The result of Ccapana's new families, its purses closed."""
    used = {award.purse for one in placings for award in one.awards if award.purse} or {"project"}
    purses = tuple(
        PurseResult(purse, amount, sum(award.cents for one in placings for award in one.awards if award.purse == purse))
        for purse in sorted(used)
    )
    out = tuple(Unranked(Entry(f"X{number}"), "absent", say("absent")) for number in range(unranked))
    return replace(ContestResult("C1", "new", tuple(placings), out, purses), **changes)


def winners(count: int, *, without: int = 0) -> ContestResult:
    """So many winners with a prize from the project and a smaller one from the municipality, then some without."""
    paid = [
        placing(
            number,
            points=f"{max(1, 98 - number // 4)}.{25 * (number % 4):02}",
            cash={"project": 2000 + 137 * (count - number), "municipality": 500 if number % 3 else 0},
            items=(TOOLS,) if number == 1 else (),
        )
        for number in range(1, count + 1)
    ]
    return result([*paid, *(placing(count + 1 + number) for number in range(without))])


def persons(contest: ContestResult) -> dict[str, Winner]:
    """Heads, partners and invented DNI of everybody in the contest."""
    return {
        one.entry.code: Winner(
            one.entry.name, f"0000{one.position:04}" if one.position % 7 else "", FAMILIES[one.position % 6][1]
        )
        for one in contest.placings
    }


def on_paper(values: Mapping[str, Any]) -> tuple[RoundOnPaper, dict[str, Any]]:
    """The round of those values as papers name it, and what is left of them for the paper itself."""
    held = {one.name for one in fields(RoundOnPaper)}
    mine = {key: value for key, value in values.items() if key in held}
    rest = {key: value for key, value in values.items() if key not in {*held, "unit_name"}}
    if "unit_name" in values:
        within = rest["contest"].within if "contest" in rest else rest.get("within")
        mine["unit_names"] = {within: values["unit_name"]}
    return RoundOnPaper(**mine), rest


JUDGES = (
    ("Prof. Eulogia Ccama Huallpa", "00009001"),
    ("Ing. Teófilo Nina", "00009002"),
    ("Yachachiq Dionisia Apaza", ""),
)


def sheet(contest: ContestResult, **changes: Any) -> PrizeSheet:
    """The prize sheet of a contest, closed and real unless a test says otherwise."""
    given = changes.pop("rules", None) or rules()
    tier = given.competitions["terraces"].tier("household")
    assert tier is not None
    values: dict[str, Any] = {
        "rules": given,
        "competition": "terraces",
        "tier": tier,
        "round_code": "terraces-household-1",
        "edition": "2026-I",
        "contest": contest,
        "unit_name": "Ccapana",
        "persons": persons(contest),
        "judges": JUDGES,
        "state": "final",
        "is_rehearsal": False,
        "printed": PRINTED,
        "reader": READER,
    }
    about, rest = on_paper(values | changes)
    return prize_sheet(about, **rest)


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, blanks and line breaks as one blank."""
    return [" ".join(page.extract_text().replace("\u200b", "").split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def png_rows(picture: bytes, most: int | None = None) -> list[bytes]:
    """The green of each point, row by row, of a PNG with eight bits for red, green, blue and alpha; the first `most` rows."""
    width, height, depth, kind = struct.unpack(">IIBB", picture[16:26])
    assert (depth, kind) == (8, 6)
    packed, at = b"", 8
    while at < len(picture):
        (length,) = struct.unpack(">I", picture[at : at + 4])
        if picture[at + 4 : at + 8] == b"IDAT":
            packed += picture[at + 8 : at + 8 + length]
        at += 12 + length
    held, stride = zlib.decompress(packed), 4 * width
    above, rows = bytearray(stride), []
    for y in range(height if most is None else min(most, height)):
        start = y * (stride + 1)
        line = bytearray(held[start + 1 : start + 1 + stride])
        _unfilter(held[start], line, above)
        rows.append(bytes(line[1::4]))
        above = line
    return rows


def _unfilter(kind: int, line: bytearray, above: bytearray) -> None:
    for x in range(len(line)):
        left, up, corner = (line[x - 4], above[x], above[x - 4]) if x >= 4 else (0, above[x], 0)
        guess = left + up - corner
        nearest = min((left, up, corner), key=lambda one: abs(guess - one))
        line[x] = (line[x] + (0, left, up, (left + up) // 2, nearest)[kind]) % 256


def overlapping(pdf: bytes) -> list[tuple[str, str]]:
    """Pairs of texts of one page that are printed over each other, by their baselines and a narrow guess at widths.

    What has one baseline was set side by side by the typesetter.
    """
    found = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        placed = _placed(page)
        for at, (text, left, right, base, size) in enumerate(placed):
            for other, start, end, line, high in placed[at + 1 :]:
                is_beside = right <= start or end <= left
                if not is_beside and 0.5 < abs(base - line) < 0.7 * min(size, high):
                    found.append((text, other))
    return found


def _placed(page: Any) -> list[tuple[str, float, float, float, float]]:
    """Each text of a page with its left and right end, its baseline and its size, in points."""
    placed: list[tuple[str, float, float, float, float]] = []

    def seen(text: str, around: list[float], own: list[float], _font: Any, size: float) -> None:
        words = text.replace("\u200b", "").strip()
        if words:
            x = around[0] * own[4] + around[2] * own[5] + around[4]
            y = around[1] * own[4] + around[3] * own[5] + around[5]
            high = abs(size * own[3] * around[3]) or size
            placed.append((words, x, x + 0.4 * high * len(words), y, high))

    page.extract_text(visitor_text=seen)
    return placed
