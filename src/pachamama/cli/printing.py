"""`print`: the papers of a round, written into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import session
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import say

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.papers.prize_sheet import PrizeSheet
    from pachamama.store import Store

app = new_app()
papers = new_app(help="Print the papers of a round into a folder.")
app.add_typer(papers, name="print", cls=Group)

RoundCode = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant")
]
Folder = Annotated[
    str, typer.Option("--to", "-o", metavar="FOLDER", help="where the papers go; it is made if it is not there")
]


@papers.command("prize-sheet", cls=Command)
def prize_sheet(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Annotated[
        str | None, typer.Option("--within", "--community", metavar="CODE", help="only that community (or watershed)")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="ID", help="only that category")] = None,
) -> None:
    """Print the prize sheet of each contest: a PDF to sign and pay from, with the same as CSV and JSON.

    While the round is open, PROVISIONAL stands across every page: nobody pays from it.
    """
    from pachamama.cli.gather import pick_round
    from pachamama.cli.outcome import outcome_of

    asked = session(context)
    with asked.open() as store:
        found = outcome_of(store, pick_round(store, round_), within=within, category=category)
        written = write_prize_sheets(store, found, folder)
    if not written:
        raise Refused(
            Problem(
                NOWHERE,
                say("{round} has nobody to pay", round=found.round.code),
                say("see `pachamama prizes {round}`", round=found.round.code),
            )
        )
    if asked.format == "json":
        asked.json([str(path) for path in written])
        return
    for path in written:
        asked.result(visible(str(path)))
    if found.state == "provisional":
        asked.tell(say("PROVISIONAL stands across every page, because the round is not closed. Do not pay from it."))


def write_prize_sheets(store: Store, found: Outcome, folder: str) -> list[Path]:
    """The prize sheets of every contest of an outcome that has a winner, as PDF, CSV and JSON; the paths, in order."""
    from pachamama.exchange import write_beside
    from pachamama.papers.prize_sheet import to_csv, to_json, to_pdf

    sheets = prize_sheets(store, found)
    place = Path(folder)
    _make_folder(place)
    written: list[Path] = []
    for sheet in sheets:
        stem = place / sheet.file_stem
        for suffix, content in (
            (".pdf", to_pdf(sheet)),
            (".csv", to_csv(sheet).encode()),
            (".json", to_json(sheet).encode()),
        ):
            path = stem.with_name(stem.name + suffix)
            write_beside(path, content)
            written.append(path)
    return written


def prize_sheets(store: Store, found: Outcome) -> list[PrizeSheet]:
    """The prize sheet of each contest that pays or gives something, in the language of the rules."""
    from datetime import datetime

    from pachamama.cli.gather import unit_names
    from pachamama.language.reader import Reader
    from pachamama.papers.prize_sheet import prize_sheet as sheet_of

    names = unit_names(store, found.tier)
    persons = store.persons(found.round.code)
    language = found.rules.programme.languages[0]
    reader = Reader.of("es" if language == "qu" else language)
    known = {one.code: one for one in store.judges()}
    return [
        sheet_of(
            rules=found.rules,
            competition=found.round.competition,
            tier=found.tier,
            round_code=found.round.code,
            edition=found.round.edition,
            contest=contest,
            unit_name=names.get(contest.within or "", ""),
            persons=persons,
            judges=[
                (known[code].name, known[code].dni) if code in known else (code, "")
                for code in _judges_of(store, found, contest.within, contest.category)
            ],
            state=found.state,
            rehearsal=store.is_rehearsal,
            printed=datetime.now().astimezone().date(),
            reader=reader,
            round_purses=found.settlement.purses,
        )
        for contest in found.settlement.contests
        if any(one.awards for one in contest.placings)
    ]


def _judges_of(store: Store, found: Outcome, within: str | None, category: str | None) -> list[str]:
    """The judges with a sheet in the contest, by code."""
    entries = store.contest(found.round.code, within, category).entries
    return sorted({sheet.judge for entry in entries for sheet in entry.sheets})


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Refused(
            Problem(
                NOWHERE,
                say(
                    "the folder {folder} cannot be made: {reason}",
                    folder=visible(str(folder)),
                    reason=visible(error.strerror or str(error)),
                ),
                say("name a folder that you may write to"),
            )
        ) from None
