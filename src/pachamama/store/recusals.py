"""Judges who step back from one entry (*recusación*), and who judges it in their place; likenesses of names that mean nothing.

Who judges instead stands in the journal's entry of the recusal: the table of decisions names that entry.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pachamama.core.model import Contest, DeclarationKind, Entry
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, refuse_if
from pachamama.core.sentences import listing, say
from pachamama.store import naming, panels, rulings
from pachamama.store.contests import Stored, key_of
from pachamama.store.journal import Body
from pachamama.store.refusals import codes_like, refused
from pachamama.store.rounds import Standing
from pachamama.store.rulings import Unit, find


@dataclass(frozen=True, slots=True)
class Answer:
    """What is decided of one entry, and why; `substitutes` says by phase who judges it instead, None: as it stood."""

    entry: str
    reason: str
    within: Unit = ...
    category: Unit = ...
    substitutes: Mapping[str, str] | None = None


def declaration(
    connection: sqlite3.Connection, standing: Standing, judge: str, kind: DeclarationKind, said: Answer
) -> Body | None:
    """The body of a decision about a judge and an entry; a judge with a sheet for it cannot step back any more.

    Refused: a substitute who may not judge it, or does already; and to leave out one who has given it marks.
    """
    entry, reason, substitutes = said.entry, said.reason, said.substitutes
    unit, group, row = find(connection, standing, entry, within=said.within, category=said.category)
    codes = [code for (code,) in connection.execute("SELECT code FROM judge")]
    if judge not in codes:
        raise refused(say("Judge {judge} is not registered.", judge=judge), codes_like(judge, codes))
    if kind == "recused":
        _has_no_sheet(connection, standing, judge, row)
    stands = next(
        (
            one
            for one in panels.declared(connection, standing)
            if (one.within, one.category, one.entry, one.judge) == (unit, group, entry, judge)
        ),
        None,
    )
    before = stands.substitutes if stands else {}
    others = before if substitutes is None else substitutes
    others = others if kind == "recused" else {}
    _leave_out(connection, standing, row, {phase: one for phase, one in before.items() if others.get(phase) != one})
    new = {phase: one for phase, one in others.items() if before.get(phase) != one}
    if new:
        _may_judge(connection, standing, unit, group, row, judge, new)
    if stands and (stands.kind, stands.reason, stands.substitutes) == (kind, reason, others):
        return None
    body: Body = {
        "round": standing.code,
        "within": unit,
        "category": group,
        "entry": entry,
        "judge": judge,
        "declared": kind,
        "reason": reason,
    }
    return body | ({"substitutes": dict(others)} if others else {})


def _has_no_sheet(connection: sqlite3.Connection, standing: Standing, judge: str, row: Stored) -> None:
    """Whoever has given marks cannot step back before the sheet is emptied."""
    if given := _given(connection, row, judge):
        raise refused(
            say(
                "{judge} has given marks to {entry} already ({phases}).",
                judge=judge,
                entry=called(row.code, row.name),
                phases=naming.phases_called(connection, standing.key, given),
            ),
            say(
                "Take the sheet out first: {commands}.",
                commands=listing(
                    [rulings.takes_out(standing.code, standing.phases, row.code, judge, phase) for phase in given]
                ),
            ),
        )


def _leave_out(connection: sqlite3.Connection, standing: Standing, row: Stored, gone: Mapping[str, str]) -> None:
    """Whoever judges instead no more has no sheet there."""
    for phase, judge in gone.items():
        if phase in _given(connection, row, judge):
            _has_no_sheet(connection, standing, judge, row)


def _given(connection: sqlite3.Connection, row: Stored, judge: str) -> list[str]:
    """The phases in which the judge has given marks to the entry."""
    rows = connection.execute(
        "SELECT f.code FROM sheet s JOIN phase f ON f.id = s.phase JOIN judge j ON j.id = s.judge"
        " WHERE s.entry = ? AND j.code = ? AND s.marks GLOB '*[0-9]*' ORDER BY f.id",
        (row.key, judge),
    ).fetchall()
    return [code for (code,) in rows]


def _may_judge(
    connection: sqlite3.Connection,
    standing: Standing,
    within: str | None,
    category: str | None,
    row: Stored,
    recused: str,
    substitutes: Mapping[str, str],
) -> None:
    """Refuse whoever is not registered, judges the entry already, stepped back from it, or may not judge it."""
    from pachamama.store.conflicts import Conflicts

    key = key_of(connection, standing, within, category)
    assert key is not None, "an entry stands in a contest"
    seats = panels.panel_of(connection, key)
    stepped_back = panels.recused_in(connection, key).get(row.key, {})
    instead = panels.substitutes_in(connection, key).get(row.code, {})
    contest = Contest(within, category, (Entry(row.code, row.name, fields=row.fields),))
    conflicts = Conflicts(connection, standing)
    conflicts.begin(contest, key, [row])
    entry = called(row.code, row.name)
    problems: list[Problem] = []
    for phase, judge in substitutes.items():
        said: dict[str, Any] = {"judge": conflicts.called(judge), "entry": entry}
        if judge not in conflicts.judges:
            hint = codes_like(judge, list(conflicts.judges))
            problems.append(Problem(NOWHERE, say("Judge {judge} is not registered.", judge=judge), hint))
        elif recused not in seats.get(phase, ()):
            problems.append(
                Problem(
                    NOWHERE,
                    say(
                        "{judge} has no seat in the panel that judges {entry}: nobody is needed instead.",
                        judge=conflicts.called(recused),
                        entry=entry,
                    ),
                    say("See who judges: `pachamama panel show {round}`.", round=standing.code),
                )
            )
        elif judge in seats[phase] or judge in {one for by, one in instead.get(phase, {}).items() if by != recused}:
            judges = listing([conflicts.called(one) for one in seats[phase]])
            message = say("{judge} judges {entry} already.", **said)
            problems.append(Problem(NOWHERE, message, say("Name somebody beside {judges}.", judges=judges)))
        elif judge == recused or judge in stepped_back:
            problems.append(
                Problem(NOWHERE, say("{judge} stepped back from judging {entry}.", **said), say("Name another judge."))
            )
        elif problem := conflicts.certain(judge, contest.entries[0], phase):
            problems.append(problem)
    refuse_if(one for at, one in enumerate(problems) if one not in problems[:at])
