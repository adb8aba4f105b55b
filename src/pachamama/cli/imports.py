"""`import`: a register or a score table, as one action; with `--dry-run` only what it would do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import Session, session
from pachamama.core.names import visible
from pachamama.core.problems import Problem, Refused
from pachamama.core.sentences import Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.exchange import Register
    from pachamama.store import Change, Changes, MarkChange, RegisterKind, ScoreChanges

REGISTERS = ("watersheds", "communities", "households", "judges")
_SHOWN = 20
"""Changes that are listed one by one; the rest is counted."""

app = new_app()
imports = new_app(help="Take in a register or a score table: all of it or nothing.")
app.add_typer(imports, name="import", cls=Group)

TableFile = Annotated[str, typer.Argument(metavar="FILE", help="a table saved as CSV")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only show what would change")]


@imports.command("watersheds", cls=Command)
def watersheds(context: typer.Context, file: TableFile, dry_run: DryRun = False) -> None:
    """Import watersheds: columns code, name."""
    _import_register(session(context), "watersheds", file, dry_run=dry_run)


@imports.command("communities", cls=Command)
def communities(context: typer.Context, file: TableFile, dry_run: DryRun = False) -> None:
    """Import communities: columns code, name, watershed, households (the number on the padrón)."""
    _import_register(session(context), "communities", file, dry_run=dry_run)


@imports.command("households", cls=Command)
def households(context: typer.Context, file: TableFile, dry_run: DryRun = False) -> None:
    """Import households: columns code, community, head, dni, partner, sex, category, and any field that the rules name."""
    _import_register(session(context), "households", file, dry_run=dry_run)


@imports.command("judges", cls=Command)
def judges(context: typer.Context, file: TableFile, dry_run: DryRun = False) -> None:
    """Import judges: columns code, name, dni, community."""
    _import_register(session(context), "judges", file, dry_run=dry_run)


@imports.command("scores", cls=Command)
def scores(
    context: typer.Context,
    file: TableFile,
    round_: Annotated[
        str | None,
        typer.Option("--round", metavar="ROUND", help="the round; may be left out if it is the only open one"),
    ] = None,
    correct: Annotated[
        str | None, typer.Option("--correct", metavar="REASON", help="replace marks that are stored already, and why")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Import a score table: a row for each sheet, a column for each criterion.

    It also enters the entries that it names. The same table twice changes nothing; other marks for a sheet that is stored
    are refused unless `--correct` says why.
    """
    from pachamama.cli.gather import pick_round, placed, tier_of_round
    from pachamama.exchange import read_scores

    asked = session(context)
    asked.no_csv()
    notes: list[Problem] = []
    with asked.open(writing=not dry_run) as store:
        meant = pick_round(store, round_)
        tier = tier_of_round(meant)
        tables = placed(store, tier, read_scores(file, tier, notes=notes))
        changes = store.import_scores(meant.code, tables, actor=asked.actor, correct=correct, dry_run=dry_run)
    asked.tell_warnings(notes)
    _tell_scores(asked, meant.code, changes, dry_run=dry_run)
    if changes.problems:
        raise Refused(*changes.problems)


# -- registers -------------------------------------------------------------------------------------------------------


def _import_register(asked: Session, kind: RegisterKind, file: str, *, dry_run: bool) -> None:
    from pachamama.exchange import read_register

    take_in(asked, kind, read_register(kind, file), dry_run=dry_run)


def take_in(asked: Session, kind: RegisterKind, register: Register, *, dry_run: bool = False) -> None:
    """Put rows into a register, and say what that changed."""
    asked.no_csv()
    rows: Sequence[Any] = register.rows
    with asked.open(writing=not dry_run) as store:
        changes = store.import_register(kind, rows, wheres=register.wheres, actor=asked.actor, dry_run=dry_run)
    asked.tell_warnings(register.notes)
    _tell_register(asked, kind, changes, dry_run=dry_run)
    if changes.problems:
        raise Refused(*changes.problems)


def _tell_register(asked: Session, kind: str, changes: Changes, *, dry_run: bool) -> None:
    changed = list(dict.fromkeys(one.code for one in changes.changed))
    if asked.format == "json":
        asked.json(
            {
                "register": kind,
                "dry_run": dry_run,
                "new": list(changes.new),
                "changed": [_change(one) for one in changes.changed],
                "equal": list(changes.equal),
                "refused": [asked.reader.problem(one) for one in changes.problems],
            }
        )
        return
    said: list[Sentence] = [
        say_count("{count} new", "{count} new", len(changes.new)),
        say_count("{count} changed", "{count} changed", len(changed)),
        say_count("{count} equal", "{count} equal", len(changes.equal)),
    ]
    if changes.problems:
        said.append(say_count("{count} refused", "{count} refused", len(changes.problems)))
    asked.tell(_summary(visible(kind), said, dry_run=dry_run))
    _tell_changes(asked, changes.changed)


def _summary(what: Value, said: Sequence[Sentence], *, dry_run: bool) -> Sentence:
    if dry_run:
        return say("{what}: {changes}. This was a trial: nothing is stored.", what=what, changes=listing(list(said)))
    return say("{what}: {changes}.", what=what, changes=listing(list(said)))


def _tell_changes(asked: Session, changes: Sequence[Change]) -> None:
    for one in changes[:_SHOWN]:
        asked.tell(
            say(
                "  {code}: {field} was {old}, becomes {new}",
                code=one.code,
                field=one.field,
                old=one.old or "—",
                new=one.new or "—",
            )
        )
    _tell_rest(asked, len(changes) - _SHOWN)


def _tell_rest(asked: Session, count: int) -> None:
    if count > 0:
        asked.tell(say_count("  … and {count} more change", "  … and {count} more changes", count))


def _change(one: Change) -> dict[str, str]:
    return {"code": one.code, "field": one.field, "old": one.old, "new": one.new}


# -- scores ----------------------------------------------------------------------------------------------------------


def _tell_scores(asked: Session, round_code: str, changes: ScoreChanges, *, dry_run: bool) -> None:
    if asked.format == "json":
        asked.json(
            {
                "round": round_code,
                "dry_run": dry_run,
                "entries": list(changes.entries),
                "sheets": changes.sheets,
                "equal": changes.equal,
                "added": [_change(one) for one in changes.added],
                "corrected": [_mark_change(one) for one in changes.differing],
                "changed": [_change(one) for one in changes.changed],
                "refused": [asked.reader.problem(one) for one in changes.problems],
            }
        )
        return
    said = [
        say_count("{count} entry entered", "{count} entries entered", len(changes.entries)),
        say_count("{count} new sheet", "{count} new sheets", changes.sheets),
        say_count("{count} equal", "{count} equal", changes.equal),
    ]
    if changes.differing or changes.changed:
        said.append(say_count("{count} corrected", "{count} corrected", len(changes.differing) + len(changes.changed)))
    if changes.problems:
        said.append(say_count("{count} refused", "{count} refused", len(changes.problems)))
    asked.tell(_summary(round_code, said, dry_run=dry_run))
    _tell_changes(asked, [*changes.added, *changes.changed])
    for one in changes.differing[:_SHOWN]:
        asked.tell(mark_change(one))
    _tell_rest(asked, len(changes.differing) - _SHOWN)


def mark_change(one: MarkChange) -> Sentence:
    """A corrected mark, in words."""
    return say(
        "  {entry}, {judge}, {criterion}: was {old}, becomes {new}",
        entry=one.entry,
        judge=one.judge,
        criterion=one.criterion,
        old=one.old or "—",
        new=one.new or "—",
    )


def _mark_change(one: MarkChange) -> dict[str, str | None]:
    return {
        "entry": one.entry,
        "phase": one.phase,
        "judge": one.judge,
        "criterion": one.criterion,
        "old": one.old,
        "new": one.new,
    }
