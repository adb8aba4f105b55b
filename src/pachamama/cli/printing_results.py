"""`print acta`, `certificates`, `explanation-slips` and `round-report`: the papers after the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.paper_files import (
    CategoryOption,
    Folder,
    Printed,
    RoundCode,
    Unit,
    set_part,
    show_papers,
    write_papers,
)
from pachamama.cli.session import session
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.sentences import say

if TYPE_CHECKING:
    from datetime import date

    from pachamama.cli.outcome import Outcome
    from pachamama.cli.session import Session
    from pachamama.store import Store

commands = new_app()
_SLIPS_A_FILE = 60
"""More of them in one document need more memory than an old laptop has."""


@commands.command("acta", cls=Command)
def acta(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    place: Annotated[
        str, typer.Option("--place", metavar="TEXT", help="where people met; else a line to write on")
    ] = "",
    day: Annotated[str, typer.Option("--day", metavar="TEXT", help="when, in words; else a line to write on")] = "",
    begin: Annotated[str, typer.Option("--begin", metavar="TEXT", help="the hour at which it began")] = "",
    end: Annotated[str, typer.Option("--end", metavar="TEXT", help="the hour at which it ended")] = "",
) -> None:
    """Print the minutes of each contest: judges, places, ties, lots, rulings and prizes in words, to be signed.

    What is not said with an option is left as a line to write on. Results and prizes also as tables: `--format xlsx`,
    `csv` or `json`.
    """
    from pachamama.cli.appeals import contradicted_of
    from pachamama.cli.paper_tables import acta_tables
    from pachamama.cli.papers_acta import actas
    from pachamama.papers.acta import Meeting, to_pdf

    def made(store: Store, found: Outcome) -> Iterable[Printed]:
        papers = actas(store, found, Meeting(place, day, begin, end))
        asked.tell_warnings(contradicted_of(store, found.round.code))
        for one, contest in zip(papers, found.settlement.contests, strict=True):
            yield Printed(one.file_stem, partial(to_pdf, one), partial(acta_tables, one, contest, found))

    asked = session(context)
    _write(asked, folder, round_, within, category, made, bar=asked.reader.text("minutes"))


@commands.command("certificates", cls=Command)
def certificates(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    places: Annotated[
        int | None, typer.Option("--places", metavar="N", min=1, help="only the first N places; else who wins by place")
    ] = None,
    place: Annotated[str, typer.Option("--place", metavar="TEXT", help="where they are given")] = "",
    day: Annotated[
        str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="the date on them; else that of the closing")
    ] = None,
    text_only: Annotated[
        bool, typer.Option("--text-only", help="only the texts, for stock that is printed already")
    ] = False,
) -> None:
    """Print certificates (diplomas): an A4 page for each winner of a place, in order of the places.

    Also as a list, for whoever writes them by hand: `--format xlsx`, `csv` or `json`.
    """
    from pachamama.cli.paper_tables import certificate_table
    from pachamama.cli.papers_results import certificates_of
    from pachamama.papers.certificate import to_pdf

    said = _day(day) if day is not None else None

    def made(store: Store, found: Outcome) -> Iterable[Printed]:
        on = said or _closed_on(store, found)
        for one in certificates_of(store, found, places=places, place=place, day=on, text_only=text_only):
            yield Printed(one.file_stem, partial(to_pdf, one), partial(certificate_table, one, found))

    asked = session(context)
    _write(asked, folder, round_, within, category, made, bar=asked.reader.text("certificates"))


@commands.command("explanation-slips", cls=Command)
def explanation_slips(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    entry: Annotated[str | None, typer.Option("--entry", metavar="CODE", help="only that entry")] = None,
) -> None:
    """Print what `explain` says of each entry, to be given to whoever asks: a page or two, more with many judges.

    Also for programs: `--format json`.
    """
    from pachamama.cli.paper_tables import slip_document
    from pachamama.cli.papers_results import slips_of
    from pachamama.papers.slip import to_pdf

    asked = session(context)

    def made(store: Store, found: Outcome) -> Iterable[Printed]:
        for whole in slips_of(store, found, entry):
            for one in whole.in_parts(_SLIPS_A_FILE) if asked.format == "table" else (whole,):
                yield Printed(one.file_stem, partial(set_part, to_pdf, one), document=partial(slip_document, one))

    _write(asked, folder, round_, within, category, made, bar=asked.reader.text("explanation slips"))


@commands.command("round-report", cls=Command)
def round_report(context: typer.Context, folder: Folder, round_: RoundCode = None) -> None:
    """Print the report of a round: participation, points, women and men, prizes by purse, with small charts.

    Contests and purses also as tables: `--format xlsx`, `csv` or `json`.
    """
    from pachamama.cli.paper_tables import report_tables
    from pachamama.cli.papers_results import report_of
    from pachamama.papers.round_report import to_pdf

    def made(store: Store, found: Outcome) -> Iterable[Printed]:
        one = report_of(store, found)
        yield Printed(one.file_stem, partial(to_pdf, one), partial(report_tables, one, found))

    asked = session(context)
    _write(asked, folder, round_, None, None, made, bar=asked.reader.text("report"))


def _write(
    asked: Session,
    folder: str,
    round_: str | None,
    within: str | None,
    category: str | None,
    made: Callable[[Store, Outcome], Iterable[Printed]],
    *,
    bar: str,
) -> None:
    """Write the papers that are made of the results of a round; refused where there is none."""
    from pachamama.cli.gather import pick_round
    from pachamama.cli.judging_papers import reader_of
    from pachamama.cli.outcome import outcome_of

    with asked.open() as store:
        found = outcome_of(store, pick_round(store, round_), within=within, category=category)
        papers = list(made(store, found))
    if not papers:
        raise Refused(
            Problem(
                NOWHERE,
                say("there is nothing of this kind to print in {round}", round=found.round.code),
                say("see `pachamama rank {round}`", round=found.round.code),
            )
        )
    show_papers(asked, write_papers(asked, folder, papers, reader=reader_of(found.rules), bar=bar))


def _day(text: str) -> date:
    """A date as an option says it."""
    from datetime import date

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(
            Problem(NOWHERE, say("“{text}” is no date", text=text), say("write it as 2026-11-25"))
        ) from None


def _closed_on(store: Store, found: Outcome) -> date:
    """The day of the closing that stands, on this machine's clock; today while there is none."""
    from datetime import datetime

    from pachamama.cli.headings import today
    from pachamama.cli.sealing import standing_seals

    sealed = standing_seals(store, found)
    return datetime.fromisoformat(sealed[-1].at).astimezone().date() if sealed else today()
