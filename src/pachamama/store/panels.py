"""Who judges what: the panel of each contest and phase, and judges who step back from one entry (*recusación*).

A panel is the same for a whole contest, so that everybody in it is measured by the same people.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from pachamama.core.model import Declaration, Judge
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, refuse_if
from pachamama.core.sentences import listing, say
from pachamama.store import naming
from pachamama.store.journal import Body
from pachamama.store.refusals import codes_like
from pachamama.store.registers import judges as registered
from pachamama.store.rounds import Standing

Panels: TypeAlias = Mapping[tuple[str | None, str | None, str], Sequence[str]]
"""The judges of each panel by unit, category and phase."""


def assignment(connection: sqlite3.Connection, standing: Standing, panels: Panels) -> Body | None:
    """The body that gives these contests and phases their judges, in place of those they had; None: they have them.

    A judge whose sheets are there already cannot leave; one who may not judge the phase, or is not registered, cannot
    come in.
    """
    from pachamama.core.conflicts import Competitor, refusals

    known = {judge.code: judge for judge in registered(connection)}
    before = assigned(connection, standing)
    problems: dict[object, Problem] = {}
    stays: dict[str, dict[tuple[str | None, str | None], None]] = {}
    written = []
    for (within, category, phase), seats in panels.items():
        if phase not in standing.phases or not standing.phases[phase]:
            judged = [one for one, criteria in standing.phases.items() if criteria]
            problems[phase] = Problem(
                NOWHERE,
                say("“{phase}” is no judged phase of {round}.", phase=phase, round=standing.code),
                naming.phases_meant(connection, standing.key, phase, judged),
            )
            continue
        wanted = tuple(dict.fromkeys(seats))
        for code in wanted:
            judge = known.get(code)
            if judge is None:
                problems[code] = Problem(
                    NOWHERE, say("Judge {judge} is not registered.", judge=code), codes_like(code, known)
                )
            elif judge.phases and phase not in judge.phases:
                problems[code, phase] = may_not_judge(connection, standing, judge, phase)
            elif standing.tier != "community" and judge.is_from(within):
                rival = Competitor(within, category, "", "", within or "")
                problems |= {(code, within, one.message.text): one for one in refusals(judge, rival)}
        have = before.get((within, category, phase), ())
        for code in _with_sheets(connection, standing, within, category, phase):
            if code not in wanted:
                stays.setdefault(code, {})[within, category] = None
        if tuple(sorted(wanted)) != have:
            written.append({"within": within, "category": category, "phase": phase, "judges": sorted(wanted)})
    refuse_if([*problems.values(), *_staying(connection, standing, known, stays)])
    return {"round": standing.code, "panels": written} if written else None


def _staying(
    connection: sqlite3.Connection,
    standing: Standing,
    known: Mapping[str, Judge],
    stays: Mapping[str, Iterable[tuple[str | None, str | None]]],
) -> Iterator[Problem]:
    """Judges who cannot leave, because their sheets are there: one sentence each, with all their contests."""
    for code, contests in stays.items():
        who = called(code, known[code].name if code in known else "")
        where = [naming.contest_called(connection, standing.key, unit or "", group or "") for unit, group in contests]
        yield Problem(
            NOWHERE,
            say("{judge} has sheets already and stays in the panel: {contests}.", judge=who, contests=listing(where))
            if any(where)
            else say("{judge} has sheets already and stays in the panel.", judge=who),
            say("Leave {judge} in it. A sheet that must not count is a matter of a recusal.", judge=code),
        )


def assigned(
    connection: sqlite3.Connection, standing: Standing
) -> dict[tuple[str | None, str | None, str], tuple[str, ...]]:
    """The judges of each panel of the round, by code."""
    found: dict[tuple[str | None, str | None, str], tuple[str, ...]] = {}
    for within, category, phase, judge in connection.execute(
        "SELECT c.within, c.category, f.code, j.code FROM seat s JOIN contest c ON c.id = s.contest"
        " JOIN phase f ON f.id = s.phase JOIN judge j ON j.id = s.judge"
        " WHERE c.round = ? ORDER BY c.within, c.id, f.id, j.code",
        (standing.key,),
    ):
        key = (within or None, category or None, phase)
        found[key] = (*found.get(key, ()), judge)
    return found


def panel_of(connection: sqlite3.Connection, contest: int) -> dict[str, tuple[str, ...]]:
    """The judges of one contest by phase; a phase without a panel is not there."""
    found: dict[str, tuple[str, ...]] = {}
    for phase, judge in connection.execute(
        "SELECT f.code, j.code FROM seat s JOIN phase f ON f.id = s.phase JOIN judge j ON j.id = s.judge"
        " WHERE s.contest = ? ORDER BY f.id, j.code",
        (contest,),
    ):
        found[phase] = (*found.get(phase, ()), judge)
    return found


def declared(connection: sqlite3.Connection, standing: Standing) -> tuple[Declaration, ...]:
    """Everything that was decided about judges and entries of the round."""
    rows = connection.execute(
        "SELECT c.within, c.category, e.code, j.code, d.kind, d.reason, json_extract(n.body, '$.substitutes')"
        " FROM declaration d JOIN entry e ON e.id = d.entry JOIN contest c ON c.id = e.contest"
        " JOIN judge j ON j.id = d.judge JOIN journal n ON n.id = d.journal"
        " WHERE c.round = ? ORDER BY c.within, c.id, e.code, j.code",
        (standing.key,),
    ).fetchall()
    return tuple(
        Declaration(within or None, category or None, entry, judge, kind, reason, json.loads(substitutes or "{}"))
        for within, category, entry, judge, kind, reason, substitutes in rows
    )


def substitutes_in(connection: sqlite3.Connection, contest: int) -> dict[str, dict[str, dict[str, str]]]:
    """Who judges instead of whom in one contest, by entry, phase and judge who stepped back."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for entry, judge, text in connection.execute(
        "SELECT e.code, j.code, json_extract(n.body, '$.substitutes') FROM declaration d"
        " JOIN entry e ON e.id = d.entry JOIN judge j ON j.id = d.judge JOIN journal n ON n.id = d.journal"
        " WHERE e.contest = ? AND d.kind = 'recused' ORDER BY e.code, j.code",
        (contest,),
    ):
        for phase, other in json.loads(text or "{}").items():
            found.setdefault(entry, {}).setdefault(phase, {})[judge] = other
    return found


def recused_in(connection: sqlite3.Connection, contest: int) -> dict[int, dict[str, str]]:
    """The judges who stepped back, with their reasons, by the key of the entry."""
    found: dict[int, dict[str, str]] = {}
    for entry, judge, reason in connection.execute(
        "SELECT d.entry, j.code, d.reason FROM declaration d JOIN entry e ON e.id = d.entry"
        " JOIN judge j ON j.id = d.judge WHERE e.contest = ? AND d.kind = 'recused' ORDER BY d.entry, j.code",
        (contest,),
    ):
        found.setdefault(entry, {})[judge] = reason
    return found


def may_not_judge(connection: sqlite3.Connection, standing: Standing, judge: Judge, phase: str) -> Problem:
    """The register says which phases a judge may judge."""
    return Problem(
        NOWHERE,
        say(
            "{judge} may not judge {phase}, only {phases}.",
            judge=called(judge.code, judge.name),
            phase=naming.phase_called(connection, standing.key, phase),
            phases=naming.phases_called(connection, standing.key, judge.phases),
        ),
        say("Name another judge, or change the register of judges."),
    )


def _with_sheets(
    connection: sqlite3.Connection, standing: Standing, within: str | None, category: str | None, phase: str
) -> list[str]:
    """The judges who cannot leave a panel: whose sheets are there, or in whose place somebody else has one there."""
    rows = connection.execute(
        "SELECT DISTINCT c.id, e.code, j.code FROM contest c JOIN entry e ON e.contest = c.id"
        " JOIN sheet s ON s.entry = e.id JOIN phase f ON f.id = s.phase JOIN judge j ON j.id = s.judge"
        " WHERE c.round = ? AND c.within = ? AND c.category = ? AND f.code = ? AND s.marks GLOB '*[0-9]*'",
        (standing.key, within or "", category or "", phase),
    ).fetchall()
    instead = substitutes_in(connection, rows[0][0]) if rows else {}
    of = {(entry, other): judge for entry, by in instead.items() for judge, other in by.get(phase, {}).items()}
    return sorted({of.get((entry, judge), judge) for _, entry, judge in rows})
