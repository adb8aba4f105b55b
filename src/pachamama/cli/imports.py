"""`import`: a register or a score table from a spreadsheet, as one action; first what it would do, then the doing.

At a terminal nothing that is stored is replaced before a person has seen it and said so. Everything that is wrong with a
table stands in one list, and nothing of it is half taken in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.phones import import_kobo, import_odk
from pachamama.cli.session import Session, session
from pachamama.cli.taken import (
    SHOWN,
    Stage,
    change_told,
    in_order,
    replaces_nobody,
    summary,
    tell_changes,
    tell_new,
    tell_scores,
    without_refused,
)
from pachamama.core.names import visible
from pachamama.core.numbers import plain, read_exact
from pachamama.core.problems import NOWHERE, Place, Problem, Refused, WrongUsage, folded, refuse_if
from pachamama.core.sentences import Sentence, say, say_count

if TYPE_CHECKING:
    from pachamama.core.model import Contest, Household, Round
    from pachamama.core.rules import Tier
    from pachamama.exchange import Beside, CodedRow, Register
    from pachamama.store import Changes, RegisterKind, ScoreChanges, Store
    from pachamama.store.changes import SheetKey

REGISTERS = ("watersheds", "communities", "households", "judges")
REGISTER_SAID: Mapping[str, Sentence] = {
    "watersheds": say("watersheds"),
    "communities": say("communities"),
    "households": say("households"),
    "judges": say("judges"),
}

app = new_app()
imports = new_app(help="Take in a register or a score table: all of it or nothing.")
app.add_typer(imports, name="import", cls=Group)
imports.command("kobo", cls=Command)(import_kobo)
imports.command("odk", cls=Command)(import_odk)

TableFile = Annotated[str, typer.Argument(metavar="FILE", help="a table: XLSX, XLS, ODS or CSV")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only show what would change")]
Told = Annotated[
    list[str] | None,
    typer.Option(
        "--column", metavar="TITLE=CODE", help="which column a title is, `-` to leave it out; may be repeated"
    ),
]
Yes = Annotated[bool, typer.Option("--yes", help="do not ask whether: take in what is shown")]


@imports.command("watersheds", cls=Command)
def watersheds(
    context: typer.Context, file: TableFile, column: Told = None, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Import watersheds: columns code, name."""
    _import_register(session(context), "watersheds", file, column, is_yes=yes, dry_run=dry_run)


@imports.command("communities", cls=Command)
def communities(
    context: typer.Context, file: TableFile, column: Told = None, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Import communities: columns code, name, watershed, households (the number on the padrón)."""
    _import_register(session(context), "communities", file, column, is_yes=yes, dry_run=dry_run)


@imports.command("households", cls=Command)
def households(
    context: typer.Context, file: TableFile, column: Told = None, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Import households: columns code, community, head, dni, partner, sex, category, and any field that the rules name.

    Rows that look like a household that is there already are shown: at a terminal you say of each whether it is the same.

    For example `import households padron.xlsx --column Jefe=head`.
    """
    _import_register(session(context), "households", file, column, is_yes=yes, dry_run=dry_run)


@imports.command("judges", cls=Command)
def judges(
    context: typer.Context, file: TableFile, column: Told = None, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Import judges: columns code, name, dni, community, office, phases."""
    _import_register(session(context), "judges", file, column, is_yes=yes, dry_run=dry_run)


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
    column: Told = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Import a score table or a score book: a row for each sheet, a column for each criterion.

    It also enters the entries that it names. The same table twice changes nothing; other marks for a sheet that is stored
    are refused unless `--correct` says why, or you agree at the terminal and say it there.
    """
    from pachamama.cli.gather import Placement, pick_round, placed, registered_in, slips_in, tier_of_round
    from pachamama.exchange import ScoreReading, read_scores

    asked = session(context)
    asked.no_csv()
    told = columns_told(column)
    notes: list[Problem] = []
    found = ScoreReading()
    with asked.open(writing=not dry_run) as store:
        meant = pick_round(store, round_)
        tier = tier_of_round(meant)
        placement = Placement(store, tier)
        registered = registered_in(placement, meant.code)
        tables = read_scores(file, tier, notes=notes, told=told, registered=registered, found=found)
        tables = placed(placement, tables, problems=found.problems, notes=notes, round_code=meant.code)
        notes += slips_in(placement, meant, tables)
        notes += _emptied(store, meant, tier, found.emptied, tables)
        found.problems += _wrong_papers(store, meant, found.coded, tables)
        take_in_scores(
            asked,
            store,
            meant,
            tables,
            problems=found.problems,
            notes=notes,
            controls=_controls(found.totals, tables),
            keeps_deductions=not found.names_deductions,
            cell=found.cell,
            correct=correct,
            is_yes=yes,
            dry_run=dry_run,
        )


def columns_told(words: Sequence[str] | None) -> Mapping[str, str]:
    """What `--column TITLE=CODE` says, by title; wrong usage where a word has no `=`."""
    told: dict[str, str] = {}
    for word in words or ():
        title, equals, code = (part.strip() for part in word.rpartition("="))
        if not equals or not title or not code:
            raise WrongUsage(
                Problem(
                    NOWHERE,
                    say("“{word}” is not understood", word=word),
                    say("write a title of the table, = and the column, for example: {example}", example="Clave=code"),
                )
            )
        told[title] = code
    return told


# -- registers -------------------------------------------------------------------------------------------------------


def _import_register(
    asked: Session, kind: RegisterKind, file: str, column: Sequence[str] | None, *, is_yes: bool, dry_run: bool
) -> None:
    from pachamama.exchange import read_register

    found: list[Problem] = []
    with asked.open() as store:
        beside = read_beside(store, kind)
    register = read_register(kind, file, told=columns_told(column), found=found, beside=beside)
    take_in(asked, kind, register, problems=found, is_yes=is_yes, dry_run=dry_run)


def read_beside(store: Store, kind: RegisterKind) -> Beside:
    """What the file knows that rows of a register are read beside: whose names were erased, units by name, the papers."""
    from pachamama.cli.gather import frozen_rules
    from pachamama.exchange import Beside
    from pachamama.exchange.columns import folded

    units = store.watersheds() if kind == "communities" else store.communities()
    names = Counter(folded(one.name) for one in units)
    codes = {folded(one.code) for one in units}
    named = {folded(one.name): one.code for one in units}
    nameless: set[str] = set()
    if kind == "households":
        nameless = {one.code for one in store.households() if not one.head}
    elif kind == "judges":
        nameless = {one.code for one in store.judges() if not one.name}
    texts = dict.fromkeys(text for text in (store.rules_text, *(one.rules for one in store.rounds())) if text)
    return Beside(
        frozenset(nameless),
        {name: code for name, code in named.items() if name and names[name] == 1 and name not in codes},
        [tier for text in texts for one in frozen_rules(text).competitions.values() for tier in one.tiers],
    )


def take_in(
    asked: Session,
    kind: RegisterKind,
    register: Register,
    *,
    problems: Sequence[Problem] = (),
    is_yes: bool = False,
    is_typed: bool = False,
    dry_run: bool = False,
) -> None:
    """Put rows into a register: what is wrong is refused as one list, likely duplicates are shown, changes are agreed.

    Where nobody can be asked, a table makes nobody somebody else unless `--yes` says so; who typed one row meant it.
    """
    from pachamama.cli.asking import is_asked

    asked.no_csv()
    rows: Sequence[Any] = register.rows
    wheres: Sequence[Place] = register.wheres
    decided = _Decided()
    with asked.open(writing=not dry_run) as store:
        asked.tell_warnings(folded(register.notes))
        if dry_run or problems:
            changes = store.import_register(kind, rows, wheres=wheres, actor=asked.actor, dry_run=True)
            wrong = in_order([*problems, *changes.problems])
            taken = without_refused(changes, rows, wheres)
            _tell_register(asked, kind, taken, wrong, stage="trial" if dry_run else "preview")
            _warn_of_duplicates(asked, store, kind, rows, changes.new)
            asked.tell_warnings(_in_no_category(store, rows, wheres) if kind == "households" else [])
            refuse_if(wrong)
            return
        if is_asked(asked) and not is_yes:
            changes = store.import_register(kind, rows, wheres=wheres, actor=asked.actor, dry_run=True)
            if not changes.problems:
                decided = _decided(asked, store, kind, register, changes)
                kept = [
                    (row, where) for row, where in zip(rows, wheres, strict=True) if row.code not in decided.left_out
                ]
                rows, wheres = [row for row, _ in kept], [where for _, where in kept]
        elif not is_yes and not is_typed and kind in ("households", "judges"):
            replaces_nobody(store.import_register(kind, rows, wheres=wheres, actor=asked.actor, dry_run=True))
        try:
            changes = store.import_register(kind, rows, wheres=wheres, actor=asked.actor)
        except Refused as refused:
            found = store.import_register(kind, rows, wheres=wheres, actor=asked.actor, dry_run=True)
            found = without_refused(found, rows, wheres)
            _tell_register(asked, kind, found, refused.problems, stage="preview")
            raise
        if decided.apart:
            store.tell_households_apart(decided.apart, reason="", actor=asked.actor)
        if is_yes or not is_asked(asked):
            _warn_of_duplicates(asked, store, kind, rows, changes.new)
        strange = _in_no_category(store, rows, wheres) if kind == "households" else []
        touched = {*changes.new, *(one.code for one in changes.changed)}
        lacking = sum(1 for one in store.households() if one.code in touched and not one.dni) if touched else 0
    _tell_register(asked, kind, changes, (), stage="done", left_out=len(decided.left_out))
    asked.tell_warnings(strange)
    if kind == "households" and asked.format == "table":
        _tell_missing_dni(asked, lacking)


@dataclass(slots=True)
class _Decided:
    """What a person said of rows that look like households that are there: codes left out, pairs that are two."""

    left_out: set[str] = field(default_factory=set)
    apart: list[tuple[str, str]] = field(default_factory=list)


def _decided(asked: Session, store: Store, kind: RegisterKind, register: Register, changes: Changes) -> _Decided:
    """What the person at the terminal says of likely duplicates; refused where that person wants to stop."""
    from pachamama.cli.asking import agrees

    decided = _Decided()
    if kind == "households":
        decided = _asked_of_duplicates(asked, store, register.rows, changes.new)
    if changes.changed:
        _tell_register(asked, kind, changes, (), stage="preview")
        if not agrees(asked, say("Replace what is stored? [y/N]")):
            raise Refused(_NOTHING_STORED)
    return decided


_NOTHING_STORED = say("You did not agree, so nothing of the table was taken in.")


def _asked_of_duplicates(asked: Session, store: Store, rows: Sequence[Any], new: Sequence[str]) -> _Decided:
    """Which new rows are a household that is there already, and which are not, asked one by one."""
    from pachamama.cli.asking import chosen

    decided = _Decided()
    for likely in _likely(store, rows, new):
        if not decided.left_out.isdisjoint({likely.one.code, likely.other.code}):
            continue
        asked.tell(likely.sentence, household_line(likely.one), household_line(likely.other))
        question = say(
            "  1 = the same household: leave {code} out · 2 = another household · Enter = stop, nothing is stored:",
            code=likely.one.code,
        )
        answer = chosen(asked, question, {"1": "same", "2": "another"})
        if answer is None:
            raise Refused(_NOTHING_STORED)
        if answer == "same":
            decided.left_out.add(likely.one.code)
        else:
            decided.apart.append((likely.one.code, likely.other.code))
    decided.apart = [pair for pair in decided.apart if decided.left_out.isdisjoint(pair)]
    return decided


def household_line(one: Household) -> Sentence:
    """A household as a person compares it with another."""
    return say(
        "    {code}: {head}, partner {partner}, DNI {dni}",
        code=one.code,
        head=one.head,
        partner=one.partner or "—",
        dni=one.dni or "—",
    )


def _likely(store: Store, rows: Sequence[Any], new: Sequence[str]) -> Sequence[Any]:
    from pachamama.exchange.duplicates import MOST_COMPARED, likely_duplicates

    wanted = set(new)
    if not wanted:
        return ()
    coming = {row.code: row for row in rows if row.code in wanted}
    return likely_duplicates(
        [*store.households(), *coming.values()],
        new=wanted,
        apart=store.households_told_apart(),
        by_sound_only=len(coming) > MOST_COMPARED,
    )


def _warn_of_duplicates(
    asked: Session, store: Store, kind: RegisterKind, rows: Sequence[Any], new: Sequence[str]
) -> None:
    if kind != "households":
        return
    likely = _likely(store, rows, new)
    asked.tell_warnings([one.sentence for one in likely[:SHOWN]])
    if likely:
        if len(likely) > SHOWN:
            asked.tell(say_count("  … and {count} pair more", "  … and {count} pairs more", count=len(likely) - SHOWN))
        asked.tell(
            say(
                "Look at them: `pachamama household duplicates`; `household merge KEEP DROP` for what is one, `household "
                "distinct ONE OTHER` for what is not."
            )
        )


def _in_no_category(store: Store, rows: Sequence[Household], wheres: Sequence[Place]) -> list[Problem]:
    """The categories of a register that no competition of the file's rules has, each where it stands first."""
    from pachamama.cli.gather import frozen_rules
    from pachamama.core.rules.naming import to_type
    from pachamama.exchange.score_reading import meant

    text = store.rules_text
    competitions = frozen_rules(text).competitions.values() if text else ()
    known = {one.id: one for found in competitions for tier in found.tiers for one in tier.categories}
    named = {id_: list(one.name.texts.values()) for id_, one in known.items()}
    first: dict[str, tuple[Place, Household]] = {}
    for row, where in zip(rows, wheres, strict=True):
        if known and row.category and meant(row.category, named) is None:
            first.setdefault(row.category, (where, row))
    return [
        Problem(
            where,
            say("the rules have no category “{category}” (first of {household})", category=id_, household=row.code),
            say(
                "it must be {words}; correct the table, or `pachamama add household {household} category=…`",
                words=to_type(known.values()),
                household=row.code,
            ),
        )
        for id_, (where, row) in first.items()
    ]


def _tell_missing_dni(asked: Session, missing: int) -> None:
    if missing:
        asked.tell(
            say_count(
                "{count} of these households has no DNI yet; it is needed when a prize is paid.",
                "{count} of these households have no DNI yet; it is needed when a prize is paid.",
                count=missing,
            )
        )


def _tell_register(
    asked: Session,
    kind: str,
    changes: Changes,
    problems: Sequence[Problem],
    *,
    stage: Stage,
    left_out: int = 0,
) -> None:
    changed = list(dict.fromkeys(one.code for one in changes.changed))
    if asked.format == "json":
        if stage != "preview":
            asked.json(
                {
                    "register": kind,
                    "dry_run": stage == "trial",
                    "new": list(changes.new),
                    "changed": [change_told(one) for one in changes.changed],
                    "equal": list(changes.equal),
                    "refused": [asked.reader.problem(one) for one in problems],
                }
            )
        return
    said: list[Sentence] = [
        say_count("{count} new row", "{count} new rows", len(changes.new)),
        say_count("{count} changed", "{count} changed", len(changed)),
        say_count("{count} equal", "{count} equal", len(changes.equal)),
    ]
    if left_out:
        said.append(say_count("{count} left out", "{count} left out", left_out))
    if problems:
        said.append(say_count("{count} refused", "{count} refused", len(problems)))
    asked.tell(summary(REGISTER_SAID.get(kind, visible(kind)), said, stage=stage))
    if stage != "done":
        tell_new(asked, changes.new)
    tell_changes(asked, changes.changed)


# -- scores ----------------------------------------------------------------------------------------------------------


def take_in_scores(
    asked: Session,
    store: Store,
    round_: Round,
    tables: Sequence[Contest],
    *,
    problems: Sequence[Problem],
    notes: Sequence[Problem],
    controls: Mapping[SheetKey, str],
    correct: str | None,
    is_yes: bool,
    dry_run: bool,
    submissions: Mapping[str, SheetKey] | None = None,
    keeps_deductions: bool = False,
    cell: Callable[[Place, str], Place] | None = None,
) -> None:
    """Take score tables in: all that is wrong is refused as one list, and what replaces marks is shown and agreed first."""
    from pachamama.cli.asking import is_asked

    asks = not dry_run and not correct and is_asked(asked)
    take = partial(
        store.import_scores,
        *(round_.code, tables),
        actor=asked.actor,
        controls=controls,
        submissions=submissions,
        keeps_deductions=keeps_deductions,
        cell=cell,
    )
    changes: ScoreChanges | None = None
    asked.tell_warnings(folded(notes))
    if dry_run or problems or asks:
        changes = take(correct=correct or (_LATER if asks else None), dry_run=True)
    if changes is not None and (dry_run or problems or changes.problems):
        wrong = in_order([*problems, *changes.problems])
        tell_scores(asked, round_, changes, wrong, stage="trial" if dry_run else "preview")
        refuse_if(wrong)
        return
    if asks and changes is not None and (changes.differing or changes.changed):
        tell_scores(asked, round_, changes, (), stage="preview")
        correct = _reason(asked, is_yes=is_yes)
    try:
        changes = take(correct=correct)
    except Refused as refused:
        tell_scores(asked, round_, take(correct=correct, dry_run=True), refused.problems, stage="preview")
        raise
    tell_scores(asked, round_, changes, (), stage="done")


_LATER = "?"
"""Stands for the reason in a trial, while nobody has been asked for it."""


def _reason(asked: Session, *, is_yes: bool) -> str:
    """Why marks are replaced, as the person at the terminal says; refused if that person does not want it."""
    from pachamama.cli.asking import agrees, ask

    if not is_yes and not agrees(asked, say("Replace what is stored by what the table says? [y/N]")):
        raise Refused(
            Problem(NOWHERE, _NOTHING_STORED, say("take the rows that differ out of the table to store the others"))
        )
    reason = ask(asked, say("Why? (it is kept with the old marks for the audit):"))
    if not reason:
        raise Refused(Problem(NOWHERE, say("without a reason nothing is replaced"), say("say it in a few words")))
    return reason


def _wrong_papers(store: Store, round_: Round, coded: Sequence[CodedRow], tables: Sequence[Contest]) -> list[Problem]:
    """Rows that name the code of a paper which is somebody else's, or which nobody numbered."""
    if not coded:
        return []
    known = {one.code: one for one in store.numbered_sheets(round_.code)}
    where = _contests_by_entry(tables)
    problems = []
    for row in coded:
        paper = known.get(row.code)
        if paper is None:
            try:
                paper = store.numbered_sheet(row.code, round_.code)
            except Refused as refused:
                problems += [Problem(row.where, one.message, one.hint) for one in refused.problems]
                continue
        unit, group = where.get(row.entry, (row.within, row.category))
        is_bound = paper.entry is not None
        if (is_bound and (paper.within, paper.category, paper.entry) != (unit, group, row.entry)) or (
            (paper.phase, paper.judge or row.judge) != (row.phase, row.judge)
        ):
            problems.append(
                Problem(
                    row.where,
                    say(
                        "sheet {code} is that of {entry} by {judge} ({phase}); the row is of {other} by {its_judge}",
                        code=paper.code,
                        entry=paper.entry or "—",
                        judge=paper.judge or "—",
                        phase=paper.phase,
                        other=row.entry,
                        its_judge=row.judge or "—",
                    ),
                    say("look at the code on the paper"),
                )
            )
    return problems


def _emptied(
    store: Store, round_: Round, tier: Tier, rows: Sequence[CodedRow], tables: Sequence[Contest]
) -> list[Problem]:
    """Rows of a book that are empty where a sheet is stored: an empty row takes nothing out, and whoever emptied it is told."""
    from pachamama.core.rules.naming import phase_said

    stored, where = store.typists(round_.code) if rows else {}, _contests_by_entry(tables)
    hint = say(
        "Nothing is deleted. `pachamama score` takes a sheet out, with `-` for each line and `--correct REASON`."
    )
    return [
        Problem(
            row.where,
            say(
                "{entry}, {judge}, {phase}: stored; in the book, empty",
                entry=row.entry,
                judge=row.judge,
                phase=phase_said(tier, row.phase),
            ),
            hint,
        )
        for row in rows
        if (*where.get(row.entry, (row.within, row.category)), row.entry, row.phase, row.judge) in stored
    ]


def _controls(totals: Sequence[CodedRow], tables: Sequence[Contest]) -> Mapping[SheetKey, str]:
    """The control totals of papers that agree with their marks, by the paper."""
    where = _contests_by_entry(tables)
    found: dict[SheetKey, str] = {}
    for row in totals:
        total = read_exact(row.code, comma=True)
        if total is not None:
            unit, group = where.get(row.entry, (row.within, row.category))
            found[unit, group, row.entry, row.phase, row.judge] = plain(total)
    return found


def _contests_by_entry(tables: Sequence[Contest]) -> Mapping[str, tuple[str | None, str | None]]:
    """The contest of each entry that is in one only."""
    found: dict[str, tuple[str | None, str | None]] = {}
    several: set[str] = set()
    for table in tables:
        for entry in table.entries:
            if found.setdefault(entry.code, (table.within, table.category)) != (table.within, table.category):
                several.add(entry.code)
    return {code: key for code, key in found.items() if code not in several}
