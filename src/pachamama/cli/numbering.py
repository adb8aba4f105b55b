"""`sheet`: the numbered papers: give them codes, list them, and say whose a blank one is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import Session, session
from pachamama.core.problems import NOWHERE, Problem, WrongUsage
from pachamama.core.rules.naming import phase_said, to_type
from pachamama.core.sentences import Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.core.missing import ExpectedSheet
    from pachamama.core.model import NumberedSheet, Round
    from pachamama.store import Store

app = new_app()
sheet = new_app(help="The numbered papers: give them codes, list them, say whose a blank one is.")
app.add_typer(sheet, name="sheet", cls=Group)

RoundCode = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant")
]
RoundOption = Annotated[
    str | None, typer.Option("--round", metavar="ROUND", help="the round; may be left out where only one can be meant")
]
Unit = Annotated[
    str | None, typer.Option("--community", "--within", metavar="CODE", help="only that community (or watershed)")
]
CategoryOption = Annotated[str | None, typer.Option("--category", metavar="ID", help="only that category")]
PhaseOption = Annotated[str | None, typer.Option("--phase", metavar="ID", help="only that phase")]


@sheet.command("number", cls=Command)
def number(
    context: typer.Context,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    phase: PhaseOption = None,
    blank: Annotated[
        int,
        typer.Option("--blank", metavar="N", help="also so many blank ones of each phase, for who comes on the day"),
    ] = 0,
) -> None:
    """Give a code to each expected sheet: one judge, one entry, one phase. Those that have one keep it.

    The code stands on the printed sheet, and typing begins with it; its last digit catches a slip.
    """
    from pachamama.cli.gather import pick_round

    asked = session(context)
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_)
        new = number_expected(store, meant, asked.actor, within=within, category=category, phase=phase, blank=blank)
        void = void_in(store, meant, within=within, category=category) if new else frozenset[str]()
    if _shown_as_rows(asked, new):
        return
    asked.tell(
        say_count("{count} sheet has a new code.", "{count} sheets have a new code.", len(new))
        if new
        else say("Every expected sheet has a code already.")
    )
    if void:
        asked.tell(tear_up(void))
    if new:
        asked.tell(say("Next: `pachamama print score-sheets {round} -o FOLDER`.", round=meant.code))


def number_expected(
    store: Store,
    meant: Round,
    actor: str,
    *,
    within: str | None = None,
    category: str | None = None,
    phase: str | None = None,
    judge: str | None = None,
    blank: int = 0,
) -> tuple[NumberedSheet, ...]:
    """Give a code to each expected paper that has none, and to so many blank ones of each phase; the new ones."""
    from pachamama.cli.gather import tier_of_round

    tier = tier_of_round(meant)
    judged = [one.id for one in tier.judged_phases]
    if phase is not None and phase not in judged:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("“{phase}” is no judged phase of this round", phase=phase),
                say("there are: {words}", words=to_type(tier.judged_phases)),
            )
        )
    expected = [
        one
        for one in expected_of(store, meant, within=within, category=category)
        if phase in (None, one.phase.id) and judge in (None, one.judge)
    ]
    return store.number_sheets(
        meant.code,
        [(one.within, one.category, one.entry.code, one.phase.id, one.judge) for one in expected],
        blanks={one: blank for one in judged if phase in (None, one)} if blank else {},
        actor=actor,
    )


def expected_of(
    store: Store, meant: Round, *, within: str | None = None, category: str | None = None
) -> Iterable[ExpectedSheet]:
    """Every expected paper of a round, of all contests or of one unit or category."""
    from pachamama.cli.gather import tier_of_round
    from pachamama.core.missing import expected_sheets

    tier = tier_of_round(meant)
    for contest in store.contests(meant.code, ... if within is None else within):
        if category in (None, contest.category):
            yield from expected_sheets(tier, contest)


def void_in(store: Store, meant: Round, *, within: str | None = None, category: str | None = None) -> frozenset[str]:
    """The sheets without a judge that became void when those with the judges' names were numbered."""
    from pachamama.core.void_sheets import void_sheets

    return void_sheets(expected_of(store, meant, within=within, category=category), store.numbered_sheets(meant.code))


def tear_up(void: frozenset[str]) -> Sentence:
    """What is done with the void sheets, and their codes, as far as they fit."""
    most = 6
    codes = sorted(void)
    shown: Value = listing(list(codes))
    if len(codes) > most:
        shown = say("{codes} and {count} more", codes=", ".join(codes[:most]), count=len(codes) - most)
    return say_count(
        "Tear up {count} sheet that was printed before its judge was known, it is void now: {codes} (`pachamama sheet list` marks it).",
        "Tear up {count} sheets that were printed before their judges were known, they are void now: {codes} (`pachamama sheet list` marks them).",
        len(codes),
        codes=shown,
    )


@sheet.command("list", cls=Command)
def list_(
    context: typer.Context,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    phase: PhaseOption = None,
    judge: Annotated[str | None, typer.Option("--judge", metavar="CODE", help="only that judge")] = None,
    out: Annotated[bool, typer.Option("--out", help="only those that are not in yet")] = False,
) -> None:
    """List the numbered sheets: code, whose sheet it is, whether it is in, and which are void.

    A sheet printed before its judge was known is void once each judge has a sheet of that entry.
    """
    from pachamama.cli.gather import pick_round, tier_of_round

    asked = session(context)
    with asked.open() as store:
        meant = pick_round(store, round_)
        tier = tier_of_round(meant)
        names = {one.code: one.name for one in store.entries(meant.code)}
        found = [
            one
            for one in store.numbered_sheets(meant.code)
            if within in (None, one.within)
            and category in (None, one.category)
            and phase in (None, one.phase)
            and judge in (None, one.judge)
            and not (out and one.is_in)
        ]
        void = void_in(store, meant)
    if _shown_as_rows(asked, found, void):
        return
    if not found:
        asked.tell(say("No such sheet is numbered: `pachamama sheet number`."))
        return
    from pachamama.cli.tables import draw

    text = asked.reader.text
    asked.result(
        draw(
            [
                (text("Sheet"), "left"),
                (text("Entry"), "left"),
                (text("Name"), "left"),
                (text("Phase"), "left"),
                (text("Judge"), "left"),
                ("", "left"),
            ],
            [
                [
                    one.code,
                    one.entry or text("blank"),
                    names.get(one.entry or "", ""),
                    asked.reader.say(phase_said(tier, one.phase)),
                    one.judge or "—",
                    text("in") if one.is_in else text("void: tear it up") if one.code in void else "",
                ]
                for one in found
            ],
        )
    )


@sheet.command("bind", cls=Command)
def bind(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="the code on the paper")],
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="whose sheet it is")],
    judge: Annotated[str, typer.Argument(metavar="JUDGE", help="who filled it in")],
    within: Annotated[
        str | None, typer.Option("--within", metavar="CODE", help="the community or watershed it competes in")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="ID", help="its category")] = None,
    round_: RoundOption = None,
) -> None:
    """Say whose a blank sheet is, or who filled in one that was printed without a judge.

    The entry must be entered first: `pachamama enter ENTRY`. While none of its marks is stored, it may be said anew.

    For example `sheet bind KT00127-4 H031 J1`.
    """
    from pachamama.cli.gather import pick_round

    asked = session(context)
    asked.no_csv()
    with asked.open(writing=True) as store:
        paper = store.numbered_sheet(code, round_)
        meant = pick_round(store, paper.round)
        found = store.find_entry(meant.code, entry, within=within or ..., category=category or ...)
        bound = store.bind_blank(paper.code, meant.code, found.within, found.category, entry, judge, actor=asked.actor)
    if asked.format == "json":
        asked.json(_written(bound))
        return
    asked.tell(say("Sheet {code} is that of {entry} by {judge}.", code=bound.code, entry=entry, judge=judge))
    if paper.entry and paper.judge and (paper.entry, paper.judge) != (entry, judge):
        asked.tell(say("Before, it was that of {entry} by {judge}.", entry=paper.entry, judge=paper.judge))


def _shown_as_rows(asked: Session, found: Iterable[NumberedSheet], void: frozenset[str] = frozenset()) -> bool:
    """Write them as JSON or CSV, if that is asked for."""
    if asked.format == "json":
        asked.json([_written(one, void) for one in found])
    elif asked.format == "csv":
        rows = [list(_written(one, void).values()) for one in found]
        asked.csv(
            ("sheet", "round", "within", "category", "entry", "phase", "judge", "in", "void"),
            [
                ["" if value is None else str(int(value) if isinstance(value, bool) else value) for value in row]
                for row in rows
            ],
        )
    return asked.format != "table"


def _written(one: NumberedSheet, void: frozenset[str] = frozenset()) -> dict[str, object]:
    return {
        "sheet": one.code,
        "round": one.round,
        "within": one.within,
        "category": one.category,
        "entry": one.entry,
        "phase": one.phase,
        "judge": one.judge,
        "in": one.is_in,
        "void": one.code in void,
    }
