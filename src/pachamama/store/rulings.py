"""What people decide about an entry beside its marks: a status, a jury's ruling, an order by lot."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence, Sized
from types import EllipsisType
from typing import Literal

from pachamama.core.model import Drawing, Ruling, RulingKind, Status
from pachamama.core.names import called
from pachamama.core.problems import Refused
from pachamama.core.sentences import Sentence, listing, say
from pachamama.store import contests as read
from pachamama.store.contests import Stored
from pachamama.store.journal import Body
from pachamama.store.numbering import letters_of
from pachamama.store.people import Roll, names_of
from pachamama.store.refusals import codes_like, refused
from pachamama.store.registers import competes_already, known_as
from pachamama.store.rounds import Standing

Unit = str | EllipsisType | None
"""A unit or category to look in: its code, None for "has none", `...` for wherever the entry stands."""


def status(
    connection: sqlite3.Connection,
    standing: Standing,
    entry: str,
    new: Status | None,
    *,
    reason: str,
    within: Unit,
    category: Unit,
) -> Body | None:
    """The body that gives an entry a status, or takes it away; None if it has it already, for the same reason.

    It does not come back beside another entry of its household, if two rows of the register were made one.
    """
    unit, group, row = find(connection, standing, entry, within=within, category=category)
    if (row.status, row.status_reason) == (new or "", reason) or (not row.status and new is None):
        return None
    if new != "disqualified":
        _ruled_out(decided(connection, standing), unit, group, row)
    if new is None and (already := competes_already(connection, row.key)) is not None:
        raise Refused(already)
    if new == "absent":
        _was_there(connection, standing, entry, row.key)
    body: Body = {"code": entry, "status": new or "", "reason": reason}
    if row.status:
        body["old"] = {"status": row.status, "reason": row.status_reason}
    return {
        "round": standing.code,
        "contests": [{"within": unit, "category": group, "entries": [body]}],
        "correct": "",
    }


def _ruled_out(rulings: Sequence[Ruling], within: str | None, category: str | None, row: Stored) -> None:
    """A disqualification that the jury decided is taken back by those who decide, not by a status."""
    for one in rulings:
        where = (one.within, one.category, one.entry) == (within, category, row.code)
        if where and one.kind == "disqualification" and not one.is_lifted:
            raise refused(
                say(
                    "The jury disqualified {entry} ({code}): {reason}.",
                    entry=called(row.code, row.name),
                    code=one.code,
                    reason=one.reason.rstrip("."),
                ),
                taken_back_by(one.code),
            )


def taken_back_by(code: str) -> Sentence:
    """How a ruling is taken back."""
    return say("To take it back: `pachamama ruling void {code} --reason TEXT --by NAME`.", code=code)


def _was_there(connection: sqlite3.Connection, standing: Standing, entry: str, key: int) -> None:
    """Whom a judge has marked was there (RULES.md, A4: marks on a row `absent` are refused)."""
    rows = connection.execute(
        "SELECT j.code, f.code FROM sheet s JOIN judge j ON j.id = s.judge JOIN phase f ON f.id = s.phase"
        " WHERE s.entry = ? AND s.marks GLOB '*[0-9]*' ORDER BY j.code, f.id",
        (key,),
    ).fetchall()
    if rows:
        raise refused(
            say(
                "{entry} has marks from {judges}, so it was there.",
                entry=entry,
                judges=listing(list(dict.fromkeys(judge for judge, _ in rows))),
            ),
            say(
                "Look at the papers: `withdrawn` or `disqualified` may be meant; or take the sheets out first: {commands}.",
                commands=listing(
                    [takes_out(standing.code, standing.phases, entry, judge, phase) for judge, phase in rows]
                ),
            ),
        )


def takes_out(round_code: str, phases: Mapping[str, Sized], entry: str, judge: str, phase: str) -> Sentence:
    """The command that takes a stored sheet out, as it may be typed; `phases` are the criteria on the sheet of each."""
    empty = " ".join("-" * len(phases[phase]))
    if sum(1 for criteria in phases.values() if criteria) > 1:
        return say(
            "`pachamama score {entry} {judge} {marks} --phase {phase} --round {round} --correct REASON`",
            entry=entry, judge=judge, marks=empty, phase=phase, round=round_code,
        )  # fmt: skip
    return say(
        "`pachamama score {entry} {judge} {marks} --round {round} --correct REASON`",
        entry=entry, judge=judge, marks=empty, round=round_code,
    )  # fmt: skip


def ruling(
    connection: sqlite3.Connection,
    standing: Standing,
    entry: str,
    *,
    within: Unit,
    category: Unit,
    kind: RulingKind,
    rule: str,
    reason: str,
    names: Sequence[str],
    roll: Roll,
) -> Body:
    """The body of a jury's ruling on an entry, refused if it stands already; who decided stands as commitments.

    A disqualification takes the place of the status that the entry had, which comes back if it is taken back.
    """
    unit, group, row = find(connection, standing, entry, within=within, category=category)
    for one in decided(connection, standing):
        same = (one.within, one.category, one.entry, one.kind, one.rule) == (unit, group, entry, kind, rule)
        if same and not one.is_lifted:
            raise refused(
                say(
                    "The jury ruled this on {entry} already ({code}): {reason}.",
                    entry=called(entry, row.name),
                    code=one.code,
                    reason=one.reason.rstrip("."),
                ),
                say(
                    "It counts once. To say it in another way, take it back first: `pachamama ruling void {code}`.",
                    code=one.code,
                ),
            )
    body: Body = {
        "round": standing.code,
        "within": unit,
        "category": group,
        "entry": entry,
        "ruling": kind,
        "rule": rule,
        "reason": reason,
        "names": roll.commit_to_names(names),
    }
    if kind == "disqualification" and row.status:
        body["old"] = {"status": row.status, "reason": row.status_reason}
    return body


def order(
    connection: sqlite3.Connection,
    standing: Standing,
    *,
    within: str | None,
    category: str | None,
    step: Literal["lots", "jury_decision"],
    numbers: Mapping[str, int],
    reason: str,
    witnesses: Sequence[str],
    roll: Roll,
) -> Body:
    """The body of an order that people recorded; each entry must be in the contest and have a number of its own."""
    for entry in numbers:
        find(connection, standing, entry, within=within, category=category)
    if sorted(numbers.values()) != list(range(1, len(numbers) + 1)) or len(numbers) < 2:
        raise refused(
            say("The order does not number its entries 1, 2, 3 …, each once."),
            say("Name at least two entries, first the one that was drawn or chosen first."),
        )
    return {
        "round": standing.code,
        "within": within,
        "category": category,
        "step": step,
        "order": dict(numbers),
        "reason": reason,
        "witnesses": roll.commit_to_names(witnesses),
    }


def find(
    connection: sqlite3.Connection, standing: Standing, entry: str, *, within: Unit = ..., category: Unit = ...
) -> tuple[str | None, str | None, Stored]:
    """Where the entry stands in the round; one that is unknown, or in several contests, is refused."""
    found = [
        (unit, group, row)
        for key, unit, group in _contests_of(connection, standing, entry)
        if (within is ... or unit == within) and (category is ... or group == category)
        for row in read.stored(connection, standing, key, [entry])
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise refused(
            say("{entry} competes in several contests of {round}.", entry=entry, round=standing.code),
            say("Say which one, by its unit and category."),
        )
    known = [
        row[0]
        for row in connection.execute(
            "SELECT DISTINCT e.code FROM entry e JOIN contest c ON c.id = e.contest WHERE c.round = ?", (standing.key,)
        )
    ]
    if entry not in known and (otherwise := known_as(connection, entry)) is not None:
        raise Refused(otherwise)
    raise refused(
        say("{entry} is not entered there in {round}.", entry=entry, round=standing.code)
        if entry in known
        else say("{entry} is not entered in {round}.", entry=entry, round=standing.code),
        codes_like(entry, [code for code in known if code != entry])
        or say("Enter it first: `pachamama enter {entry}`.", entry=entry),
    )


def _contests_of(
    connection: sqlite3.Connection, standing: Standing, entry: str
) -> list[tuple[int, str | None, str | None]]:
    rows = connection.execute(
        "SELECT c.id, c.within, c.category FROM entry e JOIN contest c ON c.id = e.contest"
        " WHERE e.code = ? AND c.round = ? ORDER BY c.id",
        (entry, standing.key),
    ).fetchall()
    return [(key, unit or None, group or None) for key, unit, group in rows]


# -- what was decided ------------------------------------------------------------------------------------------------


def decided(connection: sqlite3.Connection, standing: Standing) -> tuple[Ruling, ...]:
    """Every ruling of a round, in the order in which they were made."""
    rows = connection.execute(
        "SELECT c.within, c.category, e.code, g.kind, g.rule, g.reason, g.names, e.status, n.device, n.number"
        " FROM ruling g JOIN entry e ON e.id = g.entry JOIN contest c ON c.id = e.contest"
        " JOIN journal n ON n.id = g.journal WHERE c.round = ? ORDER BY g.id",
        (standing.key,),
    ).fetchall()
    return tuple(
        Ruling(
            within or None, category or None, entry, kind, rule, reason, names_of(connection, json.loads(names)),
            code_of(device, number), kind == "disqualification" and status != "disqualified",
        )
        for within, category, entry, kind, rule, reason, names, status, device, number in rows
    )  # fmt: skip


def drawn(connection: sqlite3.Connection, standing: Standing) -> tuple[Drawing, ...]:
    """Every drawing and jury's decision that stands; a later one about the same entries took the earlier one's place."""
    rows = connection.execute(
        "SELECT c.within, c.category, o.step, o.numbers, o.reason, o.witnesses, n.device, n.number"
        " FROM recorded_order o JOIN contest c ON c.id = o.contest JOIN journal n ON n.id = o.journal"
        " WHERE c.round = ? ORDER BY o.id",
        (standing.key,),
    ).fetchall()
    found: dict[tuple[object, ...], Drawing] = {}
    for within, category, step, numbers, reason, witnesses, device, number in rows:
        order: dict[str, int] = json.loads(numbers)
        key = (within, category, step, frozenset(order))
        found.pop(key, None)
        found[key] = Drawing(
            within or None,
            category or None,
            step,
            tuple(sorted(order, key=lambda code: order[code])),
            reason,
            names_of(connection, json.loads(witnesses)),
            code_of(device, number),
        )
    return tuple(found.values())


def code_of(device: str, number: int) -> str:
    """How people name a decision: the letters of the laptop and the number of its entry in the journal, `PV12`."""
    return f"{letters_of(device)}{number}"
