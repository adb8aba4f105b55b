"""Phones: `export xlsform` writes the form of a round for KoboToolbox and ODK Central, `import kobo|odk` takes what it sent.

The groups `export` and `import` add these commands. What phones sent goes through the door of the score tables; what was
edited since is a correction, and is taken only with somebody's consent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.session import Session, session
from pachamama.core.model import Contest, Entry, Judge, Round, Sheet
from pachamama.core.names import visible
from pachamama.core.problems import Place, Problem, WrongUsage, folded, refuse_if
from pachamama.core.sentences import Name, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.taken import Stage
    from pachamama.core.rules import Tier
    from pachamama.exchange.phone_form import Candidate, PhoneForm
    from pachamama.exchange.phones import PhoneSheets, Source
    from pachamama.store import ScoreChanges, Store
    from pachamama.store.changes import SheetKey

RoundCode = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant")
]
RoundOption = Annotated[
    str | None, typer.Option("--round", metavar="ROUND", help="the round; may be left out if it is the only open one")
]
Export = Annotated[str, typer.Argument(metavar="FILE", help="the export as the server gave it")]
Correct = Annotated[
    str | None,
    typer.Option("--correct", metavar="REASON", help="take what was edited since, in place of what is stored, and why"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="only show what would change")]


def export_xlsform(
    context: typer.Context,
    to: Annotated[
        str, typer.Option("-o", "--to", metavar="FILE|FOLDER", help="the form to write (.xlsx), or the folder for it")
    ],
    round_: RoundCode = None,
    phase: Annotated[
        str | None, typer.Option("--phase", metavar="ID", help="the form of that phase alone; else one form asks which")
    ] = None,
) -> None:
    """Write the form of a round for phones (KoboToolbox, ODK Central), and the list of entries that goes with it.

    Ranges, steps, options and totals are those of the rules frozen with the round. Names stand in the list, no DNI; both
    files are uploaded together.
    """
    from pachamama.cli.gather import pick_round
    from pachamama.exchange import make_folder, write_beside
    from pachamama.exchange.xlsform import xlsform

    asked = session(context)
    asked.no_csv()
    with asked.open() as store:
        meant = pick_round(store, round_)
        files = xlsform(_form(store, meant, phase, _candidates(store, meant)))
    is_file = Path(to).suffix.lower() == ".xlsx"
    if Path(to).suffix.lower() in {".xls", ".csv", ".xml", ".ods"}:
        raise WrongUsage(say("name a file that ends in .xlsx, or a folder"))
    folder = Path(to).parent if is_file else make_folder(to)
    written = [Path(to) if is_file else folder / files.form_name]
    if files.list_name is not None and files.entries is not None:
        written.append(folder / files.list_name)
        write_beside(written[1], files.entries)
    write_beside(written[0], files.form)
    if asked.format == "json":
        asked.json([str(path) for path in written])
        return
    for path in written:
        asked.result(visible(str(path)))
    if files.list_name is None:
        asked.tell(say("Nobody is entered yet: the form asks for the code of whoever is marked."))
    else:
        asked.tell(
            say("Upload both: the form, and {list} as a media file of the form. It holds names.", list=files.list_name)
        )


def import_kobo(
    context: typer.Context, file: Export, round_: RoundOption = None, correct: Correct = None, dry_run: DryRun = False
) -> None:
    """Import what phones sent to KoboToolbox: its CSV, XLSX or JSON export, titles and answers by name or by label.

    A submission is known by its key: importing it twice adds nothing. One that was edited since is a correction. What
    is marked “Not approved” on the server is left out.
    """
    _import(session(context), "kobo", file, round_, correct, dry_run=dry_run)


def import_odk(
    context: typer.Context, file: Export, round_: RoundOption = None, correct: Correct = None, dry_run: DryRun = False
) -> None:
    """Import what phones sent to ODK Central: its CSV, ZIP or OData JSON export.

    A submission is known by its key: importing it twice adds nothing. One that was edited since is a correction. What
    is marked “Rejected” on the server is left out.
    """
    _import(session(context), "odk", file, round_, correct, dry_run=dry_run)


# -- the form ----------------------------------------------------------------------------------------------------------


def _form(store: Store, round_: Round, phase: str | None = None, candidates: Sequence[Candidate] = ()) -> PhoneForm:
    """The form of a round, by its own frozen rules; judges who may not judge its phases are not asked for."""
    from pachamama.cli.gather import frozen_rules, tier_of_round, unit_names
    from pachamama.exchange.phone_form import form_of

    rules, tier = frozen_rules(round_.rules), tier_of_round(round_)
    phases = {one.id for one in tier.judged_phases} if phase is None else {phase}
    judges: list[Judge] = [one for one in store.judges() if not one.phases or phases & set(one.phases)]
    name = Name(rules.competitions[round_.competition].name.texts, round_.competition)
    return form_of(
        round_.code,
        rules,
        tier,
        name=say("{title} (REHEARSAL)", title=name) if store.is_rehearsal else name,
        edition=round_.edition,
        phase=phase,
        judges=judges,
        units=unit_names(store, tier),
        candidates=candidates,
    )


def _candidates(store: Store, round_: Round) -> list[Candidate]:
    """Who may be marked: those who are entered, else everybody of the register who can be placed."""
    from pachamama.cli.gather import Placement, tier_of_round
    from pachamama.exchange.phone_form import Candidate

    tier = tier_of_round(round_)
    entered = [Candidate(one.code, one.name, one.within, one.category) for one in store.entries(round_.code)]
    if entered or tier.tier == "group":
        return entered
    placement = Placement(store, tier)
    names = (
        {one.code: one.name for one in store.communities()}
        if tier.tier == "community"
        else {one.code: one.head for one in store.households()}
    )
    found = []
    for code, name in names.items():
        within, category, problems = placement.of(code, code, None, None)
        if not problems:
            found.append(Candidate(code, name, within, category))
    return found


# -- what they sent ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Arrived:
    """What phones sent, each sheet at its place in the round; `edited` are the lines of submissions that came before.

    `problems` are those of single submissions; the tables then hold the others.
    """

    read: PhoneSheets
    tables: tuple[Contest, ...]
    submissions: Mapping[str, SheetKey]
    controls: Mapping[SheetKey, str]
    edited: frozenset[int]
    blanks: Mapping[str, SheetKey]
    problems: tuple[Problem, ...]


def _import(
    asked: Session, source: Source, file: str, round_: str | None, correct: str | None, *, dry_run: bool
) -> None:
    from pachamama.cli.gather import pick_round, tier_of_round
    from pachamama.cli.taken import in_order, tell_scores

    asked.no_csv()
    with asked.open(writing=not dry_run) as store:
        meant = pick_round(store, round_)
        arrived = _arrived(store, meant, source, file)
        asked.tell_warnings(folded(arrived.read.notes))

        def take(reason: str | None, *, only_look: bool) -> ScoreChanges:
            changes = store.import_scores(
                meant.code,
                arrived.tables,
                actor=asked.actor,
                correct=reason,
                controls=arrived.controls,
                submissions=arrived.submissions,
                dry_run=only_look,
            )
            return replace(changes, problems=tuple(map(arrived.read.named, changes.problems)))

        changes = take(correct, only_look=True)
        if changes.problems and correct is None and not (dry_run or arrived.problems) and _are_edits(changes, arrived):
            correct = _consent(asked, changes, take, tier_of_round(meant))
            changes = take(correct, only_look=True)
        wrong = in_order([*arrived.problems, *changes.problems])
        if not dry_run and not wrong:
            changes = take(correct, only_look=False)
            for code, (within, category, entry, _, judge) in arrived.blanks.items():
                store.bind_blank(code, meant.code, within, category, entry, judge, actor=asked.actor)
    stage: Stage = "trial" if dry_run else "preview" if wrong else "done"
    tell_scores(asked, meant, changes, wrong, stage=stage)
    refuse_if(wrong)


def _arrived(store: Store, round_: Round, source: Source, file: str) -> _Arrived:
    """Read an export and place what it holds; what is wrong with single submissions is told with row and key."""
    from pachamama.cli.gather import Placement, placed, registered_in, slips_in, tier_of_round
    from pachamama.exchange.phones import read_phones

    placement = Placement(store, tier_of_round(round_))
    problems: list[Problem] = []
    read = read_phones(
        file,
        source,
        _form(store, round_),
        sheet_of=lambda typed: store.numbered_sheet(typed, round_.code),
        registered=registered_in(placement, round_.code),
        problems=problems,
    )
    notes: list[Problem] = []
    tables = placed(placement, read.contests, problems=problems, notes=notes, round_code=round_.code)
    sheets: dict[int, SheetKey] = {
        sheet.where.line or 0: (table.within, table.category, entry.code, sheet.phase, sheet.judge)
        for table in tables
        for entry in table.entries
        for sheet in entry.sheets
    }
    submissions = {read.keys[line]: sheet for line, sheet in sheets.items()}
    before = store.submissions(list(read.keys.values()))
    problems += _of_other_rounds(read, before, round_, file)
    blanks = _blanks(store, round_, read, sheets, file, problems)
    notes += slips_in(placement, round_, tables)
    tables = _with_moved(store, round_, tables, submissions, before, notes)
    return _Arrived(
        replace(read, notes=(*read.notes, *map(read.named, notes))),
        tables,
        submissions,
        {sheet: read.controls[line] for line, sheet in sheets.items() if line in read.controls},
        frozenset(line for line, key in read.keys.items() if key in before),
        blanks,
        tuple(map(read.named, problems)),
    )


def _of_other_rounds(
    read: PhoneSheets, before: Mapping[str, tuple[str, ...]], round_: Round, file: str
) -> list[Problem]:
    return [
        Problem(
            Place(file, line),
            say("submission {key} came in already, with the round {round}", key=key, round=before[key][0]),
            say("import it with `--round {other}`", other=before[key][0]),
        )
        for line, key in read.keys.items()
        if key in before and before[key][0] != round_.code
    ]


def _with_moved(
    store: Store,
    round_: Round,
    tables: Sequence[Contest],
    submissions: Mapping[str, SheetKey],
    before: Mapping[str, tuple[str, ...]],
    notes: list[Problem],
) -> tuple[Contest, ...]:
    """The tables, and the sheets that submissions left: whoever was named by mistake has an empty sheet again.

    A submission that was moved earlier leaves nothing more, whatever came to its first place since. What is known there
    beside the marks is not taken away, since another submission may have said it: that is noted.
    """
    from pachamama.cli.gather import tier_of_round
    from pachamama.core.assets import beside_marks

    wheres = {
        (table.within, table.category, entry.code, sheet.phase, sheet.judge): sheet
        for table in tables
        for entry in table.entries
        for sheet in entry.sheets
    }
    found = list(tables)
    beside = [one.field for one in beside_marks(tier_of_round(round_))]
    fields = {(one.within, one.category, one.code): one.fields for one in store.entries(round_.code)} if beside else {}
    for key, sheet in submissions.items():
        if key not in before:
            continue
        _, unit, group, code, phase, judge = before[key]
        old: SheetKey = (unit or None, group or None, code, phase, judge)
        within, category, entry, *rest = sheet
        stands = store.sheet(round_.code, entry, within, category, *rest) if old != sheet else None
        if old == sheet or old in wheres or (stands is not None and stands.marks == wheres[sheet].marks):
            continue
        left = Sheet(judge, phase, {}, wheres[sheet].where)
        known = [name for name in beside if fields.get(old[:3], {}).get(name)]
        if known and old[:3] != sheet[:3]:
            notes.append(_stays_behind(left.where, code, entry, known))
        _add(found, old[0], old[1], Entry(code, sheets=(left,), where=left.where))
    return tuple(found)


def _stays_behind(where: Place, old: str, new: str, known: Sequence[str]) -> Problem:
    return Problem(
        where,
        say(
            "it is of {new} now, no longer of {old}; what is known of {old} stays: {fields}",
            new=new,
            old=old,
            fields=listing(list(known)),
        ),
        say("if that came from this submission, correct it with the paper of {old}", old=old),
    )


def _add(tables: list[Contest], within: str | None, category: str | None, one: Entry) -> None:
    """Put an entry's sheets into the tables, to those of the same entry if it stands there."""
    for at, table in enumerate(tables):
        if (table.within, table.category) == (within, category):
            known = {entry.code: entry for entry in table.entries}
            both = replace(known[one.code], sheets=(*known[one.code].sheets, *one.sheets)) if one.code in known else one
            tables[at] = replace(table, entries=tuple({**known, one.code: both}.values()))
            return
    tables.append(Contest(within, category, (one,)))


def _blanks(
    store: Store,
    round_: Round,
    read: PhoneSheets,
    sheets: Mapping[int, SheetKey],
    file: str,
    problems: list[Problem],
) -> Mapping[str, SheetKey]:
    """Whose the papers of the stock are, by their codes; a problem where a paper has two owners, or a sheet two papers."""
    if not read.blanks:
        return {}
    codes = {
        (one.within, one.category, one.entry, one.phase, one.judge): one.code
        for one in store.numbered_sheets(round_.code)
        if one.entry is not None and one.judge is not None
    }
    found: dict[str, SheetKey] = {}
    for line, code in read.blanks.items():
        sheet = sheets.get(line)
        if sheet is None:
            continue
        where = Place(file, line)
        if found.setdefault(code, sheet) != sheet:
            said = say("two submissions name the sheet {code}", code=code)
            problems.append(Problem(where, said, say("look at the codes on the papers")))
        elif codes.get(sheet, code) != code:
            said = say(
                "{entry} by {judge} already has the sheet {code}", entry=sheet[2], judge=sheet[4], code=codes[sheet]
            )
            problems.append(Problem(where, said, say("look at the code on the paper")))
    return found


# -- consent -----------------------------------------------------------------------------------------------------------


def _are_edits(changes: ScoreChanges, arrived: _Arrived) -> bool:
    """All that would be replaced came from phones before, and nothing else is wrong."""
    lines = [one.where.line for one in changes.differing] + [one.where.line for one in changes.changed]
    return bool(lines) and len(changes.problems) == len(lines) and all(line in arrived.edited for line in lines)


def _consent(asked: Session, changes: ScoreChanges, take: Callable[..., ScoreChanges], tier: Tier) -> str | None:
    """Ask whether what was edited on the phones replaces what is stored; None without a person who can answer."""
    from pachamama.cli.asking import agrees, is_asked
    from pachamama.cli.taken import field_change, mark_change

    if not is_asked(asked):
        return None
    reason = asked.reader.say(say("edited on the phone"))
    if take(reason, only_look=True).problems:
        return None
    for one in changes.differing:
        asked.tell(mark_change(one, tier))
    for change in changes.changed:
        asked.tell(field_change(change, tier))
    question = say_count(
        "{count} figure was edited on the phone since. Take it, and keep the old one in the journal? [y/N]",
        "{count} figures were edited on the phones since. Take them, and keep the old ones in the journal? [y/N]",
        len(changes.differing) + len(changes.changed),
    )
    return reason if agrees(asked, question) else None
