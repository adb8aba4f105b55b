"""`missing`, `rank` and `prizes`: what is still out, who is where, who wins what; live until the round is closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import Session, session
from pachamama.core.sentences import Value, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.cli.showing import Label
    from pachamama.store import Store

app = new_app()

RoundCode = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant")
]
Unit = Annotated[
    str | None, typer.Option("--community", "--within", metavar="CODE", help="only that community (or watershed)")
]
CategoryOption = Annotated[str | None, typer.Option("--category", metavar="ID", help="only that category")]
_SHOWN = 12


@app.command("missing", cls=Command)
def missing(context: typer.Context, round_: RoundCode = None, within: Unit = None) -> None:
    """List the sheets that are still out, by entry, phase and judge."""
    from pachamama.cli.gather import contest_label, pick_round, tier_of_round
    from pachamama.cli.outcome import missing_of

    asked = session(context)
    with asked.open() as store:
        meant = pick_round(store, round_)
        found = missing_of(store, meant, within=within)
        label = partial(contest_label, store, tier_of_round(meant))
        labels = {(one.within, one.category): asked.reader.say(label(one.within, one.category)) for one in found}
    if asked.format == "json":
        asked.json(
            [
                {
                    "within": one.within,
                    "category": one.category,
                    "entry": one.entry.code,
                    "phase": one.phase.id,
                    "sheets": one.count,
                    "judges": list(one.judges),
                    "empty": {judge: list(ids) for judge, ids in one.gaps.items()},
                }
                for one in found
            ]
        )
        return
    if asked.format == "csv":
        asked.csv(
            ("within", "category", "entry", "phase", "sheets", "judges", "empty"),
            [
                [
                    *(one.within or "", one.category or "", one.entry.code, one.phase.id, str(one.count)),
                    " ".join(one.judges),
                    " ".join(f"{judge}:{id_}" for judge, ids in one.gaps.items() for id_ in ids),
                ]
                for one in found
            ],
        )
        return
    if not found:
        asked.tell(say("No sheet is missing in {round}.", round=meant.code))
        return
    before = None
    for one in found:
        here = labels[one.within, one.category]
        if here != before and here:
            asked.result(("\n" if before is not None else "") + here)
        before = here
        asked.result("  " + asked.reader.say(one.sentence))
    sheets = sum(one.count for one in found)
    gaps = sum(len(one.gaps) for one in found)
    if sheets:
        asked.tell(say_count("{count} sheet is missing.", "{count} sheets are missing.", sheets))
    if gaps:
        asked.tell(say_count("{count} sheet has empty lines.", "{count} sheets have empty lines.", gaps))


@app.command("rank", cls=Command)
def rank(
    context: typer.Context, round_: RoundCode = None, within: Unit = None, category: CategoryOption = None
) -> None:
    """Show the places of a round: a preview while it is open, the stored results once it is closed."""
    from pachamama.cli.showing import ranking_text

    _show(session(context), round_, within, category, ranking_text)


@app.command("prizes", cls=Command)
def prizes(
    context: typer.Context, round_: RoundCode = None, within: Unit = None, category: CategoryOption = None
) -> None:
    """Show who wins what and why, and purses that close."""
    from pachamama.cli.showing import prizes_text

    _show(session(context), round_, within, category, prizes_text)


def _show(
    asked: Session, round_: str | None, within: str | None, category: str | None, shown: Callable[..., str]
) -> None:
    from pachamama.cli.gather import pick_round
    from pachamama.cli.outcome import outcome_of

    with asked.open() as store:
        found = outcome_of(store, pick_round(store, round_), within=within, category=category)
        label = _label(store, found)
        if asked.format == "table":
            asked.result(shown(found.settlement, found.tier, asked.reader, label))
        _tell_state(asked, found, label)
    if asked.format == "json":
        from pachamama.exchange import document, to_json

        written: dict[str, Any] = document(found.settlement, asked.reader)
        asked.result(
            to_json({"round": found.round.code, "edition": found.round.edition, "state": found.state, **written})
        )
    elif asked.format == "csv":
        from pachamama.exchange import to_csv

        asked.result(to_csv(found.settlement, asked.reader))


def _label(store: Store, found: Outcome) -> Label:
    from pachamama.cli.gather import contest_label

    def label(within: str | None, category: str | None) -> Value:
        return contest_label(store, found.tier, within, category)

    return label


def _tell_state(asked: Session, found: Outcome, label: Label) -> None:
    """Say that results are provisional and what they lack, and every warning."""
    from pachamama.cli.gather import in_contest, warnings_said

    contests = found.settlement.contests
    if found.is_stale:
        asked.tell(
            say(
                "{round} reads results of {lower} that were reopened: close {lower} again, then reopen and close {round}.",
                round=found.round.code,
                lower=found.round.lower or "",
            )
        )
    elif found.state == "provisional":
        asked.tell(
            say("PROVISIONAL: round {round} is not closed, and these results can still change.", round=found.round.code)
        )
    for one in found.missing[:_SHOWN]:
        asked.tell(say("  missing: {what}", what=in_contest(label(one.within, one.category), one.sentence)))
    if len(found.missing) > _SHOWN:
        asked.tell(
            say_count(
                "  … and {count} more: `pachamama missing`",
                "  … and {count} more: `pachamama missing`",
                len(found.missing) - _SHOWN,
            )
        )
    for contest in contests:
        for due in contest.due if found.round.state == "open" else ():
            asked.tell(say("  to do: {what}", what=in_contest(label(contest.within, contest.category), due)))
    asked.tell_warnings(warnings_said(found.settlement, label))
