"""Score sheets and big sheets to print: a tier with every kind of line, sheets with codes, invented people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from tests.papers.score_words import READER
from tests.papers.sheets import on_paper

from pachamama.core.model import Entry, Judge, NumberedSheet
from pachamama.core.rules.checks import load_rules
from pachamama.core.rules.document import Rules, Tier
from pachamama.papers.big_sheet import BigSheet, big_sheet
from pachamama.papers.score_sheet import Competitor, Packet, score_sheets

LINES = (
    '{id: walls, name: {es: "Muros de piedra", qu: "Pirqa", en: "Stone walls"}, max: 20}',
    '{id: water, name: {es: "Manejo del agua", en: "Water"}, max: 15, step: 0.5}',
    (
        '{id: order, name: {es: "Orden", en: "Order"}, options: [{points: 15, name: {es: "Todo el predio", en: "All of it"}},'
        ' {points: 8, name: {es: "La mitad", en: "Half"}}, {points: 2, name: {es: "Poco", en: "Little"}}]}'
    ),
    (
        '{id: area, name: {es: "Área mejorada", en: "Improved area"}, measured: {unit: m2},'
        " bands: [{from: 0, points: 0}, {from: 200, points: 5}]}"
    ),
)
HEAD = """
version: 1
programme: {{name: {{es: "Manejo de recursos naturales", en: "Natural resources"}}, languages: [{languages}], currency: PEN}}
competitions:
  terraces:
    name: {{es: "Andenes y suelos", qu: "Pata pata", en: "Terraces"}}
    tiers:
      - tier: household
        within: community
        categories: [{{id: new, name: {{es: "Familias nuevas", en: "New"}}}}, {{id: old, name: {{es: "Familias antiguas", en: "Old"}}}}]
        criteria:
{lines}
        panel: {{judges: {judges}}}
        bonuses: [{{id: youth, name: {{es: "Participan jóvenes"}}, points: 2}}]
        deductions: [{{id: no_banner, name: {{es: "Sin distintivo"}}, points: 3}}]
        knockouts: [{{id: fight, name: {{es: "Desorden"}}}}]
        ties: [{ties}{{lots: recorded}}]
        prizes:
          purses: [{purses}]
          awards: [{awards}]
"""
NAMES = ("Juana Quispe Mamani", "María Nieves Condori de Ccapatinta", "Simón Ch’uqi Q’umir")
LONG = "Wilfredo Maximiliano Quispe-Huamanttito de la Cruz y Ccapati"
JUDGES = (
    Judge("J1", "Prof. Eulogia Ccama Huallpa", "00009001"),
    Judge("J2", "Ing. Teófilo Nina", "00009002"),
    Judge("J3", "Yachachiq Dionisia Apaza"),
)


@cache
def rules(
    *,
    languages: str = "es, qu",
    lines: tuple[str, ...] = LINES,
    judges: int = 3,
    gain: str = "area",
    purses: int = 2,
    in_kind: bool = True,
    cash: str = "flat, amount: 20",
) -> Rules:
    """The rules with those lines on the sheet; `gain` is what a tie step compares before and now (empty: nothing)."""
    named = ("Proyecto", "Municipalidad", "Cooperación", "Ministerio", "Iglesia")
    text = HEAD.format(
        languages=languages,
        lines="\n".join(f"          - {line}" for line in lines),
        judges=judges,
        ties=f"{{larger_gain: {gain}}}, " if gain else "",
        purses=", ".join(f"{{id: p{at}, name: {{es: {named[at]}}}, amount: 400}}" for at in range(purses)),
        awards=", ".join(
            [f"{{scheme: {cash}, purse: p{at}}}" for at in range(purses)]
            + (["{scheme: in_kind, item: {es: Herramientas}, value: 25, places: [1]}"] if in_kind else [])
        ),
    )
    return load_rules(text)


def tier_of(held: Rules) -> Tier:
    """The households' tier."""
    tier = held.competitions["terraces"].tier("household")
    assert tier is not None
    return tier


def numbered(
    count: int, *, judge: str | None = "J1", entry: bool = True, copies: int = 1, first: int = 1
) -> list[NumberedSheet]:
    """So many sheets with codes, for entries H001, H002 …; without `entry` they are blank ones."""
    return [
        NumberedSheet(
            code=f"KT{first + copy * count + at:05}-{at % 10}",
            round="terraces-household-1",
            within="C1" if entry else None,
            category="new" if entry else None,
            entry=f"H{at + 1:03}" if entry else None,
            phase="sheet",
            judge=judge,
        )
        for copy in range(copies)
        for at in range(count)
    ]


def competitors(count: int, names: Sequence[str] = NAMES) -> Mapping[str, Competitor]:
    """Who stands behind those entries."""
    return {f"H{at + 1:03}": Competitor(names[at % len(names)], "Pedro Huamán Ccori") for at in range(count)}


def packets(sheets: Sequence[NumberedSheet], *, held: Rules | None = None, **changes: Any) -> list[Packet]:
    """The packets of those sheets, of a real round unless a test says otherwise."""
    held = held or rules()
    values: dict[str, Any] = {
        "rules": held,
        "competition": "terraces",
        "tier": tier_of(held),
        "round_code": "terraces-household-1",
        "edition": "2026-I",
        "sheets": sheets,
        "competitors": competitors(400),
        "judges": {one.code: one for one in JUDGES},
        "unit_names": {"C1": "Ccapana"},
        "reader": READER,
    }
    about, rest = on_paper(values | changes)
    return list(score_sheets(about, **rest))


def big(count: int, *, held: Rules | None = None, **changes: Any) -> BigSheet:
    """The big sheet of Ccapana's new families, so many of them."""
    held = held or rules()
    values: dict[str, Any] = {
        "rules": held,
        "competition": "terraces",
        "tier": tier_of(held),
        "round_code": "terraces-household-1",
        "edition": "2026-I",
        "within": "C1",
        "category": "new",
        "unit_name": "Ccapana",
        "entries": [Entry(f"H{at + 1:03}") for at in range(count)],
        "competitors": competitors(count),
        "judges": JUDGES,
        "blank": 0,
        "reader": READER,
    }
    about, rest = on_paper(values | changes)
    return big_sheet(about, **rest)
