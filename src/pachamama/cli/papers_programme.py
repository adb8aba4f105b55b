"""`print judge-programme`: who visits whom, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.paper_files import Folder, Printed, RoundCode, Unit, show_papers, write_papers
from pachamama.cli.session import session
from pachamama.core.missing import ExpectedSheet, expected_sheets
from pachamama.core.model import Contest, Household, Round
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.rules import Tier
from pachamama.core.sentences import say

if TYPE_CHECKING:
    from pachamama.exchange.paper_table import PaperTable
    from pachamama.papers.judge_programme import Programme, Visit
    from pachamama.store import Person, Store

commands = new_app()


@commands.command("judge-programme", cls=Command)
def judge_programme(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    phase: Annotated[str | None, typer.Option("--phase", metavar="ID", help="only that phase")] = None,
    judge: Annotated[
        list[str] | None, typer.Option("--judge", metavar="CODE", help="only that judge; may be repeated")
    ] = None,
    sector: Annotated[
        str,
        typer.Option("--sector", metavar="COLUMN", help="the column of the register by which the visits are ordered"),
    ] = "sector",
) -> None:
    """Print the judges' programme: who visits whom, in which order, a paper for each judge and for each community.

    Visits go by community, then by sector if the register has one, then by code; day and time are left to be written.
    Also as a table: `--format xlsx`, `csv` or `json`.
    """
    from pachamama.cli.gather import frozen_rules, pick_round
    from pachamama.cli.judging_papers import known_judges, reader_of
    from pachamama.papers.judge_programme import to_pdf

    asked = session(context)
    with asked.open() as store:
        meant = pick_round(store, round_)
        known_judges(store, judge or [])
        made = programmes_of(store, meant, within, phase, sector)
    if judge:
        made = [one for one in made if one.of == "judge" and one.whose in judge]
    if not made:
        raise Refused(
            Problem(
                NOWHERE,
                say("{round} has no such visit", round=meant.code),
                say("see who is entered and who judges: `pachamama panel show`, `pachamama status`"),
            )
        )
    reader = reader_of(frozen_rules(meant.rules))
    printed = [Printed(one.file_stem, partial(to_pdf, one), partial(programme_table, one)) for one in made]
    show_papers(asked, write_papers(asked, folder, printed, reader=reader, bar=asked.reader.text("programmes")))
    if asked.format != "json" and all(one.of == "place" for one in made):
        asked.tell(say("No judge is assigned yet: write them in, or assign them with `pachamama panel assign`."))


def programmes_of(store: Store, meant: Round, within: str | None, phase: str | None, sector: str) -> list[Programme]:
    """The programme of every judge and every place of a round, of one unit or one phase of it."""
    from pachamama.cli.gather import tier_of_round
    from pachamama.cli.headings import round_on_paper
    from pachamama.cli.judging_papers import contests_of, judged_phase
    from pachamama.papers.judge_programme import programmes

    tier = tier_of_round(meant)
    judged_phase(tier, phase)
    codes: dict[tuple[str | None, str | None, str | None, str, str | None], list[str]] = {}
    for paper in store.numbered_sheets(meant.code):
        whose = (paper.within, paper.category, paper.entry, paper.phase, paper.judge)
        codes.setdefault(whose, []).append(paper.code)
    around = _Around(store, meant, tier, sector)
    visits = []
    for contest in contests_of(store, meant, within, None):
        for one in expected_sheets(tier, contest):
            found = codes.get((one.within, one.category, one.entry.code, one.phase.id, one.judge), [])
            visits.append(around.visit(one, found.pop(0) if found else ""))
        visits += [around.visit(one, "", is_left_out=True) for one in _stepped_back(tier, contest)]
    visits = [one for one in visits if phase in (None, one.phase)]
    return programmes(
        round_on_paper(store, meant),
        visits,
        judges={one.code: one for one in store.judges()},
        place_names=around.place_names,
    )


def _in_column(fields: Mapping[str, str], column: str) -> str:
    """What stands in a further column, however its title is written: `Sector`, `SECTOR`."""
    from pachamama.exchange.columns import folded

    if column in fields:
        return fields[column]
    return next((text for name, text in fields.items() if folded(name) == folded(column)), "")


@dataclass(frozen=True)
class _Around:
    """What the registers say of those who are visited."""

    store: Store
    meant: Round
    tier: Tier
    sector: str

    @cached_property
    def place_names(self) -> Mapping[str, str]:
        """The names of communities and watersheds, by code."""
        found = {one.code: one.name for one in self.store.watersheds()}
        return found | {one.code: one.name for one in self.store.communities()}

    @cached_property
    def _homes(self) -> Mapping[str, Household]:
        return {one.code: one for one in self.store.households()}

    @cached_property
    def _persons(self) -> Mapping[str, Person]:
        return self.store.persons(self.meant.code)

    def visit(self, sheet: ExpectedSheet, code: str, *, is_left_out: bool = False) -> Visit:
        """The visit that a sheet is for: where, to whom."""
        from pachamama.papers.judge_programme import Visit

        entry = sheet.entry
        home = (
            (self._homes.get(entry.code) or self._homes.get(entry.entrant)) if self.tier.tier == "household" else None
        )
        person = self._persons.get(entry.code)
        return Visit(
            phase=sheet.phase.id,
            place=home.community if home else sheet.within or "",
            entry=entry.code,
            name=(person.name if person else "") or entry.name,
            partner=person.partner if person else "",
            sector=_in_column(entry.fields, self.sector) or (_in_column(home.fields, self.sector) if home else ""),
            category=sheet.category or "",
            judge=sheet.judge or "",
            sheet=code,
            is_left_out=is_left_out,
        )


def _stepped_back(tier: Tier, contest: Contest) -> Iterator[ExpectedSheet]:
    """The papers that are not expected, because a judge of the panel stepped back for the entry."""
    for phase in tier.judged_phases:
        for entry in contest.entries:
            for judge in entry.recused:
                if judge in contest.panel.get(phase.id, ()) and entry.status is None:
                    yield ExpectedSheet(contest.within, contest.category, entry, phase, judge, is_in=False)


def programme_table(made: Programme) -> PaperTable:
    """The programme as a table, with columns for day and time."""
    from pachamama.cli.paper_tables import headed, kept
    from pachamama.exchange.paper_table import PaperColumn, PaperTable

    titles, about = made.labels, made.heading
    is_judge = made.of == "judge"
    columns = [
        PaperColumn("number", titles["number"].text, "count"),
        PaperColumn("phase", titles["phase"].text),
        PaperColumn("place", titles["place"].text),
        PaperColumn("code", titles["entry"].text),
        PaperColumn("name", titles["name"].text, width=38),
        PaperColumn("partner", titles["partner"].text, width=30),
        PaperColumn("sector", titles["sector"].text),
        PaperColumn("sheet", titles["score_sheet"].text),
        PaperColumn("remark", titles["remark"].text),
        PaperColumn("day", titles["day"].text, "written", width=14),
        PaperColumn("time", titles["time"].text, "written", width=10),
    ]
    rows = [
        (
            at,
            stop.phase.text,
            stop.place.text,
            line.entry,
            line.name,
            line.partner,
            line.sector,
            line.sheet,
            line.told,
            None,
            None,
        )
        for stop in made.stops
        for at, line in enumerate(stop.lines, start=1)
    ]
    left_out = {
        "phase": not any(stop.phase.text for stop in made.stops),
        "sector": not made.has_sector,
        "sheet": not made.has_sheet,
        "remark": is_judge,
    }
    return PaperTable(
        name=made.whose or about.title.text,
        **headed(about),
        **kept(columns, rows, left_out),
        facts={"round": about.round_code, "edition": about.edition, made.of: made.whose},
    )
