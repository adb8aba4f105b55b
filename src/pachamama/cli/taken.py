"""What became of a table that came in, told to the person: counts first, then changes one by one, then what to look at."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pachamama.core.accounts import is_of_account
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.session import Session
    from pachamama.core.model import Round
    from pachamama.core.problems import Place
    from pachamama.core.rules import Tier
    from pachamama.store import Change, Changes, MarkChange, ScoreChanges

SHOWN = 20
"""Changes that are listed one by one; the rest is counted."""
Stage: TypeAlias = Literal["done", "trial", "preview"]
"""What a summary speaks of: what was stored, what a trial would store, or what is about to be stored."""


def summary(what: Value, said: Sequence[Sentence], *, stage: Stage) -> Sentence:
    """The counts in one sentence, and whether any of it is stored."""
    changes = listing(list(said))
    if stage == "trial":
        return say("{what}: {changes}. This was a trial: nothing is stored.", what=what, changes=changes)
    if stage == "preview":
        return say("{what}, looked through and not stored yet: {changes}.", what=what, changes=changes)
    return say("{what}: {changes}.", what=what, changes=changes)


def tell_new(asked: Session, codes: Sequence[str]) -> None:
    """Name what is new."""
    if codes:
        shown: list[Value] = list(codes[:SHOWN])
        if len(codes) > SHOWN:
            shown.append(say_count("{count} more", "{count} more", len(codes) - SHOWN))
        asked.tell(say("  new: {codes}", codes=listing(shown)))


def tell_changes(asked: Session, changes: Sequence[Change], tier: Tier | None = None) -> None:
    """Show what becomes another, the first of many."""
    for one in changes[:SHOWN]:
        asked.tell(field_change(one, tier))
    _tell_rest(asked, len(changes) - SHOWN)


def field_change(one: Change, tier: Tier | None = None) -> Sentence:
    """Something that is said of an entry of a tier, or of a row of a register, and is another now."""
    from pachamama.core.rules.naming import field_said

    return say(
        "  {code}: {field} was {old}, becomes {new}",
        code=one.code,
        field=one.field if tier is None else field_said(tier, one.field),
        old=_value_said(tier, one.field, one.old),
        new=_value_said(tier, one.field, one.new),
    )


def _value_said(tier: Tier | None, field: str, value: str) -> Value:
    """A status or faults in words, anything else as it is written."""
    from pachamama.core.rules.naming import fault_said, status_said

    if not value or tier is None:
        return value or "—"
    if field == "status":
        return status_said(value)
    if field == "deductions":
        return listing([fault_said(tier, id_) for id_ in value.split()])
    return value


def _tell_rest(asked: Session, count: int) -> None:
    if count > 0:
        asked.tell(say_count("  … and {count} more change", "  … and {count} more changes", count))


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Problems in the order in which a person finds them in the file."""
    return sorted(problems, key=lambda one: (one.where.sheet or "", one.where.line or 0, one.where.column or 0))


def change_told(one: Change) -> dict[str, str]:
    """The same for JSON."""
    return {"code": one.code, "field": one.field, "old": one.old, "new": one.new}


def without_refused(changes: Changes, rows: Sequence[Any], wheres: Sequence[Place]) -> Changes:
    """The changes without the rows that the register refuses: these are counted there, and not as new ones too."""
    refused = {(one.where.sheet, one.where.line) for one in changes.problems if one.where.line}
    codes = {row.code for row, where in zip(rows, wheres, strict=True) if (where.sheet, where.line) in refused}
    return replace(
        changes,
        new=tuple(code for code in changes.new if code not in codes),
        changed=tuple(one for one in changes.changed if one.code not in codes),
        equal=tuple(code for code in changes.equal if code not in codes),
    )


def _would_replace(one: Change) -> Sentence:
    return say(
        "{code}: {field} is {old}, and would become {new}", code=one.code, field=one.field, old=one.old, new=one.new
    )


def replaces_nobody(changes: Changes) -> None:
    """Refused where a name, a DNI or an account that is known would become another, and nobody agreed to it."""
    known = [
        one
        for one in changes.changed
        if one.old and (one.field in ("head", "name", "partner", "dni") or is_of_account(one.field))
    ]
    if known and not changes.problems:
        raise Refused(
            *(Problem(one.where, _would_replace(one)) for one in known[:SHOWN]),
            Problem(
                NOWHERE,
                say_count(
                    "{count} name, DNI or account would be replaced, and nobody could be asked",
                    "{count} names, DNI or accounts would be replaced, and nobody could be asked",
                    len(known),
                ),
                say("look at what `--dry-run` shows, then say `--yes`"),
            ),
        )


def tell_scores(
    asked: Session,
    round_: Round,
    changes: ScoreChanges,
    problems: Sequence[Problem] = (),
    *,
    stage: Stage = "done",
) -> None:
    """What a score table does to a round, or did: its counts, then each change; who is out of the contest is warned of."""
    from pachamama.cli.gather import tier_of_round

    if asked.format == "json":
        if stage != "preview":
            asked.json(
                {
                    "round": round_.code,
                    "dry_run": stage == "trial",
                    "entries": list(changes.entries),
                    "sheets": changes.sheets,
                    "equal": changes.equal,
                    "control_totals": changes.totals,
                    "added": [change_told(one) for one in changes.added],
                    "corrected": [_mark_told(one) for one in changes.differing],
                    "changed": [change_told(one) for one in changes.changed],
                    "refused": [asked.reader.problem(one) for one in problems],
                }
            )
            asked.tell_warnings(idle(changes))
        return
    said = [
        say_count("{count} entry entered", "{count} entries entered", len(changes.entries)),
        say_count("{count} new sheet", "{count} new sheets", changes.sheets),
        say_count("{count} equal", "{count} equal", changes.equal),
    ]
    if changes.totals:
        said.append(say_count("{count} control total kept", "{count} control totals kept", changes.totals))
    if changes.added:
        said.append(say_count("{count} detail added", "{count} details added", len(changes.added)))
    replaced = len(changes.differing) + len(changes.changed)
    if replaced and stage == "done":
        said.append(say_count("{count} corrected", "{count} corrected", replaced))
    elif replaced:
        said.append(say_count("{count} mark differs", "{count} marks differ", replaced))
    if problems:
        said.append(say_count("{count} refused", "{count} refused", len(problems)))
    asked.tell(summary(round_.code, said, stage=stage))
    if stage != "done":
        tell_new(asked, changes.entries)
    if problems and stage == "preview":
        return
    asked.tell_warnings(idle(changes))
    tier = tier_of_round(round_)
    tell_changes(asked, [*changes.added, *changes.changed], tier)
    for one in changes.differing[:SHOWN]:
        asked.tell(mark_change(one, tier))
    _tell_rest(asked, len(changes.differing) - SHOWN)


def idle(changes: ScoreChanges) -> list[Sentence]:
    """Whose marks were taken in although the entry is out of the contest: a likely slip, in the marks or in the status."""
    return [
        say(
            "{entry} is {status}: its marks are kept and count for nothing. `pachamama set-status {entry} none --reason TEXT`"
            " takes it back into the contest",
            entry=code,
            status=_OUT[status],
        )
        for code, status in changes.idle
    ]


_OUT = {"absent": say("absent"), "withdrawn": say("withdrawn"), "disqualified": say("disqualified")}


def mark_change(one: MarkChange, tier: Tier) -> Sentence:
    """A corrected mark, in words."""
    from pachamama.core.rules.naming import criterion_said

    return say(
        "  {entry}, {judge}, {criterion}: was {old}, becomes {new}",
        entry=one.entry,
        judge=one.judge,
        criterion=criterion_said(tier, one.criterion),
        old=one.old or "—",
        new=one.new or "—",
    )


def _mark_told(one: MarkChange) -> dict[str, str | None]:
    return {
        "entry": one.entry,
        "phase": one.phase,
        "judge": one.judge,
        "criterion": one.criterion,
        "old": one.old,
        "new": one.new,
    }
