"""`print`: the papers of a round, written into a folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli import (
    papers_paying,
    papers_programme,
    papers_register,
    papers_wall,
    printing_all,
    printing_results,
)
from pachamama.cli.help import Command, new_app
from pachamama.cli.own_templates import PaperGroup
from pachamama.cli.paper_files import CategoryOption, Folder, Printed, RoundCode, Unit, write_papers
from pachamama.cli.paper_files import show_papers as _show
from pachamama.cli.paper_rules import FrozenWith, OnlyCompetition, RulesFile, RulesMeant, rules_meant
from pachamama.cli.sealing import WithoutBackup
from pachamama.cli.session import session
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.sentences import Sentence, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.cli.session import Session
    from pachamama.papers.prize_sheet import PrizeSheet
    from pachamama.store import Store

app = new_app()
papers = new_app(help="Print the papers of a round into a folder.")
app.add_typer(papers, name="print", cls=PaperGroup)
for _others in (
    papers_register.commands,
    papers_programme.commands,
    papers_wall.commands,
    papers_paying.commands,
    printing_results.commands,
    printing_all.commands,
):
    papers.registered_commands += _others.registered_commands


@papers.command("prize-sheet", cls=Command)
def prize_sheet(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    without_backup: WithoutBackup = None,
) -> None:
    """Print the prize sheet of each contest: a PDF to sign and pay from, with the same as CSV and JSON.

    With `--format xlsx` a spreadsheet comes beside them.

    While the round is open, PROVISIONAL stands across every page: nobody pays from it. Of a closed one it is refused while
    no verified backup holds the closing; `round close` makes one.

    For example `print prize-sheet terraces-household-1 -o papers`.
    """
    from pachamama.cli.gather import contest_label, in_contest, pick_round
    from pachamama.cli.outcome import outcome_of
    from pachamama.cli.sealing import must_be_kept
    from pachamama.cli.waiting import stale_of

    asked = session(context)
    with asked.open() as store:
        found = outcome_of(store, pick_round(store, round_), within=within, category=category)
        must_be_kept(asked, store, found, without=without_backup)
        written = write_prize_sheets(asked, store, found, folder)
        if any(person.dni for person in store.persons(found.round.code).values()):
            asked.record_export(f"prize-sheet: {found.round.code}")
        unpaid = [
            contest_label(store, found.tier, one.within, one.category)
            for one in found.settlement.contests
            if not any(placing.awards for placing in one.placings)
        ]
        stale = stale_of(store, found.round)
    if not written:
        raise Refused(
            Problem(
                NOWHERE,
                say("{round} has nobody to pay", round=found.round.code),
                say("see `pachamama prizes {round}`", round=found.round.code),
            )
        )
    _show(asked, written)
    if asked.format == "json":
        return
    for empty in unpaid:
        asked.tell(in_contest(empty, say("nobody wins a prize there, so it has no sheet")))
    if stale:
        asked.tell(say("PROVISIONAL stands across every page. Do not pay from it."), *stale)
    elif found.state == "provisional":
        asked.tell(say("PROVISIONAL stands across every page, because the round is not closed. Do not pay from it."))
    elif found.round.results > 1:
        asked.tell(
            say(
                "These are of closing {number} of the round: what was printed from an earlier one is void; tear it up.",
                number=found.round.results,
            )
        )


@papers.command("score-sheets", cls=Command)
def score_sheets(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    phase: Annotated[str | None, typer.Option("--phase", metavar="ID", help="only that phase")] = None,
    judge: Annotated[
        list[str] | None,
        typer.Option(
            "--judge", metavar="CODE", help="only that judge; may be repeated. Without a panel: who judges the contest"
        ),
    ] = None,
    code: Annotated[
        list[str] | None, typer.Option("--code", metavar="CODE", help="only that sheet, such as one that got lost")
    ] = None,
    blank: Annotated[
        int,
        typer.Option(
            "--blank", metavar="N", min=0, max=500, help="instead, so many blank ones of each phase, for late entrants"
        ),
    ] = 0,
) -> None:
    """Print the judges' score sheets: one for each judge and entry, with names, code and QR code, a PDF for each judge.

    Sheets without a code get one. Where a contest has no panel and no judge is named, the judge's field stays empty.
    """
    from pachamama.cli import judging_papers as judging
    from pachamama.cli.gather import pick_round

    asked = session(context)
    asked.no_csv()
    narrowed = any(one is not None for one in (within, category)) or bool(judge)
    if (code and (narrowed or phase or blank)) or (blank and narrowed):
        raise WrongUsage(say("a blank sheet is nobody’s yet, and a code names one sheet: leave the other filters out"))
    new = 0
    left_out: list[Sentence] = []
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_)
        if code:
            sheets = judging.sheets_of_codes(store, meant, code)
        elif blank:
            sheets = judging.blank_sheets(store, meant, phase, blank, asked.actor)
            new = len(sheets)
        else:
            filters = judging.Asked(within, category, phase, tuple(dict.fromkeys(judge or [])))
            sheets, new, left_out = judging.sheets_to_print(store, meant, filters, asked.actor)
        if not sheets:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("{round} expects no such sheet", round=meant.code),
                    say("see who is entered and who judges: `pachamama panel show`, `pachamama status`"),
                )
            )
        bar = asked.reader.text("score sheets")
        written = judging.write_score_sheets(store, meant, sheets, folder, single=bool(code), bar=bar)
    _show(asked, written)
    if asked.format == "json":
        return
    for one in left_out:
        asked.tell(one)
    files = say_count("{count} file", "{count} files", len(written))
    asked.tell(say_count("{count} sheet in {files}.", "{count} sheets in {files}.", len(sheets), files=files))
    if new:
        asked.tell(say_count("{count} has a new code.", "{count} have a new code.", new))


@papers.command("big-sheet", cls=Command)
def big_sheet(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    blank: Annotated[
        int, typer.Option("--blank", metavar="N", min=0, max=500, help="rows without a name, for late entrants")
    ] = 3,
) -> None:
    """Print the big sheet of each contest: a row for each entry, to be filled by hand and signed by the panel.

    Quantity and value before and now, mark, place, prize from each purse, signature, the judges at the end. Also as a
    table to type into: `--format xlsx`, `csv` or `json`.
    """
    from functools import partial

    from pachamama.cli import judging_papers as judging
    from pachamama.cli.gather import frozen_rules, pick_round
    from pachamama.cli.paper_tables import big_sheet_table
    from pachamama.papers.big_sheet import to_pdf

    asked = session(context)
    with asked.open() as store:
        meant = pick_round(store, round_)
        sheets = judging.big_sheets(store, meant, judging.Asked(within, category), blank)
    if not sheets:
        raise Refused(
            Problem(
                NOWHERE,
                say("nobody is entered in {round}", round=meant.code),
                say("enter them: `pachamama enter --all`; or name a community: `--within CODE`"),
            )
        )
    reader = judging.reader_of(frozen_rules(meant.rules))
    printed = [Printed(one.file_stem, partial(to_pdf, one), partial(big_sheet_table, one)) for one in sheets]
    _show(asked, write_papers(asked, folder, printed, reader=reader, bar=asked.reader.text("big sheets")))


@papers.command("rules", cls=Command)
def rules(
    context: typer.Context,
    folder: Folder,
    round_: FrozenWith = None,
    file: RulesFile = None,
    competition: OnlyCompetition = None,
) -> None:
    """Print the rules for the public (bases): criteria, ties and prizes in words, with examples of ties reckoned.

    One PDF for each competition, in the first language of the rules. Without ROUND and FILE it is the rules in use.
    """
    asked = session(context)
    asked.no_csv()
    _show(asked, _write_rules(rules_meant(asked, round_, file, competition), folder))


def _write_rules(meant: RulesMeant, folder: str) -> list[Path]:
    from pachamama.cli.headings import today
    from pachamama.exchange import make_folder, write_beside
    from pachamama.papers.bases import bases, to_pdf

    place = make_folder(folder)
    written = []
    for about in meant.on_paper(printed=today()):
        made = bases(about, tier=meant.tier)
        path = place / f"{made.file_stem}.pdf"
        write_beside(path, to_pdf(made))
        written.append(path)
    return written


def write_prize_sheets(asked: Session, store: Store, found: Outcome, folder: str) -> list[Path]:
    """The prize sheets of every contest of an outcome that has a winner, as PDF, CSV and JSON; the paths, in order.

    Where a spreadsheet is asked for it comes beside them.
    """
    from pachamama.cli.headings import results_on_paper
    from pachamama.cli.paper_tables import prize_sheet_table
    from pachamama.exchange import make_folder, write_beside
    from pachamama.exchange.paper_table import paper_xlsx
    from pachamama.papers.prize_sheet import to_csv, to_json, to_pdf

    sheets = prize_sheets(store, found)
    place = make_folder(folder)
    written: list[Path] = []
    won = [one for one in found.settlement.contests if any(placing.awards for placing in one.placings)]
    for sheet, contest in zip(sheets, won, strict=True):
        stem = place / sheet.file_stem
        files = [(".pdf", to_pdf(sheet)), (".csv", to_csv(sheet).encode()), (".json", to_json(sheet).encode())]
        if asked.format == "xlsx":
            reader = results_on_paper(store, found).reader
            files.append((".xlsx", paper_xlsx([prize_sheet_table(sheet, contest, found)], reader)))
        for suffix, content in files:
            path = stem.with_name(stem.name + suffix)
            write_beside(path, content)
            written.append(path)
    return written


def prize_sheets(store: Store, found: Outcome) -> list[PrizeSheet]:
    """The prize sheet of each contest that pays or gives something, in the language of the rules."""
    from pachamama.cli.headings import results_on_paper
    from pachamama.papers.prize_sheet import prize_sheet as sheet_of

    about, persons = results_on_paper(store, found), store.persons(found.round.code)
    known = {one.code: one for one in store.judges()}
    return [
        sheet_of(
            about,
            contest,
            persons=persons,
            judges=[
                (known[code].name, known[code].dni) if code in known else (code, "")
                for code in _judges_of(store, found, contest.within, contest.category)
            ],
            closing=found.round.results if found.state == "final" else 0,
            round_purses=found.settlement.purses,
            remarks=_remarks(store, found, contest.within, contest.category),
        )
        for contest in found.settlement.contests
        if any(one.awards for one in contest.placings)
    ]


def _remarks(store: Store, found: Outcome, within: str | None, category: str | None) -> list[Sentence]:
    """How the typing of a contest was checked, and what was accepted as missing when its round was closed."""
    from pachamama.core.checking import by_place, checked, said

    code = found.round.code
    contest = store.contest(code, within, category)
    (control,) = checked([contest], by_place(store.second_entries(code)), store.controls(code))
    remarks = list(said(control))
    sealed = store.seals(code)
    if sealed and found.state == "final" and sealed[-1].accept_missing:
        remarks.append(
            say("Closed although something was missing: {reason}.", reason=sealed[-1].accept_missing.rstrip("."))
        )
    return remarks


def _judges_of(store: Store, found: Outcome, within: str | None, category: str | None) -> list[str]:
    """The judges with a sheet in the contest, by code."""
    entries = store.contest(found.round.code, within, category).entries
    return sorted({sheet.judge for entry in entries for sheet in entry.sheets})
