"""`print register-list`: who may sign up, community by community."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.paper_files import Folder, Printed, RoundCode, Unit, show_papers, write_papers
from pachamama.cli.session import session
from pachamama.core.model import Round
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.rules import Tier
from pachamama.core.sentences import say

if TYPE_CHECKING:
    from pachamama.exchange.paper_table import PaperTable
    from pachamama.papers.register_list import Registered, RegisterList
    from pachamama.store import Store

commands = new_app()
_FEW, _MANY = 5, 15
"""Empty rows of a list, and those of a community of which nobody is on the register."""


@commands.command("register-list", cls=Command)
def register_list(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    blank: Annotated[
        int | None, typer.Option("--blank", metavar="N", min=0, max=500, help="rows without a name; else 5")
    ] = None,
    whole_dni: Annotated[
        bool, typer.Option("--whole-dni", help="print every DNI whole, not its last figures only")
    ] = False,
) -> None:
    """Print the registration list (padrón) of each community: who is on the register, with room to tick and to sign.

    Also as a table: `--format xlsx`, `csv` or `json`.
    """
    from pachamama.cli.gather import frozen_rules, pick_round
    from pachamama.cli.judging_papers import reader_of
    from pachamama.papers.register_list import to_pdf

    asked = session(context)
    with asked.open() as store:
        meant = pick_round(store, round_)
        lists = register_lists(store, meant, within, blank, whole_dni=whole_dni)
    if not lists:
        raise Refused(
            Problem(
                NOWHERE,
                say("nobody is on the register for {round}", round=meant.code),
                say("import the registers first: `pachamama import communities FILE`"),
            )
        )
    reader = reader_of(frozen_rules(meant.rules))
    printed = [Printed(one.file_stem, partial(to_pdf, one), partial(register_table, one)) for one in lists]
    show_papers(asked, write_papers(asked, folder, printed, reader=reader, bar=asked.reader.text("lists")))


def register_lists(
    store: Store, meant: Round, within: str | None, blank: int | None, *, whole_dni: bool
) -> list[RegisterList]:
    """The list of every unit that the register has, or of one; an unknown one is refused with those there are."""
    from pachamama.cli.gather import nearest
    from pachamama.cli.headings import round_on_paper
    from pachamama.papers.register_list import register_list as list_of

    about = round_on_paper(store, meant)
    tier, by_unit = about.tier, _registered(store, meant, about.tier)
    units = sorted({*about.unit_names, *by_unit} - {None}, key=str) if tier.within != "programme" else [None]
    if within is not None and within not in units:
        raise Refused(
            Problem(
                NOWHERE,
                say("“{unit}” is on no register", unit=within),
                nearest(within, [one for one in units if one is not None]),
            )
        )
    return [
        list_of(
            about,
            unit,
            by_unit.get(unit, []),
            blank=blank if blank is not None else _FEW if by_unit.get(unit) else _MANY,
            whole_dni=whole_dni,
        )
        for unit in units
        if within in (None, unit)
    ]


def _registered(store: Store, meant: Round, tier: Tier) -> Mapping[str | None, list[Registered]]:
    """Who may sign up in each unit, by code: the register, and whoever is entered without being on it."""
    from pachamama.cli.gather import Placement
    from pachamama.papers.register_list import Registered

    persons = store.persons(meant.code)
    entered = {one.code: one for one in store.entries(meant.code)}
    units = Placement(store, tier).units if tier.tier != "group" else {}
    found: dict[str | None, list[Registered]] = {}
    if tier.tier == "household":
        for home in store.households():
            one = entered.pop(home.code, None)
            category = (one.category if one else None) or home.category
            row = Registered(home.code, home.head, home.partner, home.dni, category, is_entered=one is not None)
            found.setdefault(units.get(home.code), []).append(row)
    elif tier.tier == "community":
        for place in store.communities():
            is_in = entered.pop(place.code, None) is not None
            row = Registered(place.code, place.name, households=place.households, is_entered=is_in)
            found.setdefault(units.get(place.code), []).append(row)
    for code, other in entered.items():
        person = persons.get(code)
        named = person.name if person and person.name else code
        row = Registered(
            code,
            named,
            person.partner if person else "",
            person.dni if person else "",
            other.category or "",
            is_entered=True,
        )
        found.setdefault(other.within, []).append(row)
    return {unit: sorted(rows, key=lambda one: one.code) for unit, rows in found.items()}


def register_table(made: RegisterList) -> PaperTable:
    """The list as a table, with a column to sign in."""
    from pachamama.cli.paper_tables import headed, kept
    from pachamama.exchange.paper_table import PaperColumn, PaperTable

    titles, about = made.labels, made.heading
    rows = []
    columns = [
        PaperColumn("number", titles["number"].text, "count"),
        PaperColumn("code", titles["entry"].text),
        PaperColumn("name", titles["name"].text, width=38),
        PaperColumn("partner", titles["partner"].text, width=30),
        PaperColumn("dni", titles["dni"].text),
        PaperColumn("category", titles["category"].text),
        PaperColumn("households", titles["households"].text, "count", is_summed=True),
        PaperColumn("signs_up", titles["signs_up"].text),
        PaperColumn("signature", titles["signature"].text, "written"),
    ]
    named = [row for row in made.rows if row.name]
    for number, row in enumerate(named, start=1):
        count = int(row.households) if row.households else None
        crossed = "X" if row.is_entered else ""
        rows.append((number, row.code, row.name, row.partner, row.dni, row.category, count, crossed, None))
    left_out = {
        "partner": not any(row.partner for row in made.rows),
        "dni": not made.asks_dni,
        "category": not made.has_category,
        "households": not made.has_households,
    }
    return PaperTable(
        name=about.within or about.title.text,
        **headed(about),
        **kept(columns, rows, left_out),
        notes=[made.note],
        total=titles["sum"].text if made.has_households else "",
        blank=len(made.rows) - len(named),
        is_portrait=True,
        facts={"round": about.round_code, "edition": about.edition, "within": about.within},
    )
