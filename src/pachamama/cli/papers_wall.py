"""`print wall-list` and `print summary`: what hangs on a wall, before a round and after it."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.paper_files import (
    CategoryOption,
    Folder,
    Printed,
    RoundCode,
    Unit,
    show_papers,
    write_papers,
)
from pachamama.cli.paper_rules import FrozenWith, OnlyCompetition, RulesFile, rules_meant
from pachamama.cli.session import one_of, session
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import say

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.exchange.paper_table import PaperTable
    from pachamama.papers.wall_list import Size, WallList
    from pachamama.store import Store

commands = new_app()

SizeOption = Annotated[str, typer.Option("--size", metavar="a4|a3", help="the paper; on A3 everything is larger")]


@commands.command("wall-list", cls=Command)
def wall_list(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    size: SizeOption = "a4",
    without_prizes: Annotated[
        bool, typer.Option("--without-prizes", help="only places and points, no prizes beside the names")
    ] = False,
) -> None:
    """Print the results of each contest in large type for a wall: places, names, points, ties in a line, no DNI.

    Also as a table: `--format xlsx`, `csv` or `json`.
    """
    from pachamama.cli.gather import pick_round
    from pachamama.cli.judging_papers import reader_of
    from pachamama.cli.outcome import outcome_of
    from pachamama.papers.wall_list import to_pdf

    asked = session(context)
    meant = _size(size)
    with asked.open() as store:
        found = outcome_of(store, pick_round(store, round_), within=within, category=category)
        lists = wall_lists(store, found, meant, with_prizes=not without_prizes)
    if not lists:
        raise Refused(
            Problem(
                NOWHERE,
                say("nobody is entered in {round}", round=found.round.code),
                say("see `pachamama rank {round}`", round=found.round.code),
            )
        )
    reader = reader_of(found.rules)
    printed = [Printed(one.file_stem, partial(to_pdf, one), partial(wall_table, one)) for one in lists]
    show_papers(asked, write_papers(asked, folder, printed, reader=reader, bar=asked.reader.text("lists")))
    if found.state == "provisional" and asked.format != "json":
        asked.tell(say("PROVISIONAL stands across every page, because the round is not closed."))


def wall_lists(store: Store, found: Outcome, size: Size, *, with_prizes: bool) -> list[WallList]:
    """The list of every contest of an outcome in which somebody is entered, in the language of the rules."""
    from pachamama.cli.headings import results_on_paper
    from pachamama.papers.wall_list import wall_list as list_of

    about, persons = results_on_paper(store, found), store.persons(found.round.code)
    known = store.appeals_until(found.round.code) if found.state == "final" else ""
    until = date.fromisoformat(known) if known else None
    return [
        list_of(about, contest, persons=persons, size=size, with_prizes=with_prizes, appeals_until=until)
        for contest in found.settlement.contests
    ]


def wall_table(made: WallList) -> PaperTable:
    """The list as a table, those without a place at its end."""
    from pachamama.cli.paper_tables import headed, kept, place_cell
    from pachamama.core.numbers import read_exact
    from pachamama.exchange.paper_table import PaperCell, PaperColumn, PaperTable

    titles, about = made.labels, made.heading
    columns = [
        PaperColumn("place", titles["place"].text, "count"),
        PaperColumn("entry", titles["entry"].text),
        PaperColumn("name", titles["name"].text, width=38),
        PaperColumn("partner", titles["partner"].text, width=30),
        PaperColumn("points", titles["points"].text, "points", decimals=made.decimals),
        PaperColumn("prize", f"{titles['prize'].text} {made.currency}", "money", is_summed=True),
        PaperColumn("in_kind", titles["in_kind"].text),
        PaperColumn("remark", titles["remark"].text, width=40),
    ]
    rows: list[tuple[PaperCell, ...]] = [
        (
            place_cell(row.place),
            row.entry,
            row.name,
            row.partner,
            read_exact(row.exact),
            row.cents,
            "; ".join(row.items),
            row.told,
        )
        for row in made.rows
    ]
    rows += [("", row.entry, row.name, "", None, None, "", row.why.text) for row in made.out]
    left_out = {
        "partner": not any(row.partner for row in made.rows),
        "prize": not any(row.cents for row in made.rows),
        "in_kind": not any(row.items for row in made.rows),
    }
    return PaperTable(
        name=" ".join(part for part in (about.within, about.category) if part) or about.title.text,
        **headed(about),
        **kept(columns, rows, left_out),
        notes=[*made.waits, *([f"{about.labels['code'].text}: {about.code}"] if about.code else [])],
        total="" if left_out["prize"] else titles["total"].text,
        facts={
            "round": about.round_code,
            "edition": about.edition,
            "within": about.within,
            "category": about.category,
            "state": about.state,
            "rehearsal": about.is_rehearsal,
            "code": about.code,
        },
    )


@commands.command("summary", cls=Command)
def summary(
    context: typer.Context,
    folder: Folder,
    round_: FrozenWith = None,
    file: RulesFile = None,
    competition: OnlyCompetition = None,
    size: SizeOption = "a4",
) -> None:
    """Print the rules on one page for a wall: what is judged, prizes, ties, and lines for the dates.

    One page for each competition and tier, in the first language of the rules, in the words of `print rules`.
    """
    from pachamama.cli.judging_papers import reader_of
    from pachamama.papers.summary import summaries, to_pdf

    asked = session(context)
    asked.no_csv()
    paper = _size(size)
    meant = rules_meant(asked, round_, file, competition)
    reader = reader_of(meant.rules)
    made = [one for about in meant.on_paper() for one in summaries(about, tier=meant.tier, size=paper)]
    printed = [Printed(one.file_stem, partial(to_pdf, one)) for one in made]
    show_papers(asked, write_papers(asked, folder, printed, reader=reader, bar=asked.reader.text("papers")))


def _size(word: str) -> Size:
    from pachamama.papers.wall_list import SIZES

    found: Literal["a4", "a3"] = "a3" if one_of(word.lower(), SIZES, "--size") == "a3" else "a4"
    return found
