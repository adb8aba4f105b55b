"""Contests read back as the core's nouns, one at a time: entries with their sheets, names from the registers.

What the register says of a household or community fills what its entry does not say itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from types import EllipsisType, MappingProxyType
from typing import Any

from pachamama.core.lower_tier import with_households
from pachamama.core.model import Contest, Entry, HouseholdResult, RecordedOrder, Sheet, Status
from pachamama.core.numbers import Exact, read_exact, simple
from pachamama.store import panels, rounds
from pachamama.store.changes import Correction, Entered, Person, SheetKey
from pachamama.store.rounds import Standing

_HOUSEHOLD = (
    "coalesce(hp.name, ''), coalesce(hp.dni, ''), coalesce(hp.partner, ''),"
    " json_patch(coalesce(hp.fields, '{}'), json_object('community', hc.code, 'sex', h.sex))"
)
_HOUSEHOLD_JOIN = (
    " LEFT JOIN household h ON h.code = coalesce(json_extract(e.fields, '$.entrant'), e.code)"
    " LEFT JOIN community hc ON hc.id = h.community LEFT JOIN person hp ON hp.id = h.person"
)
_COMMUNITY = "coalesce(k.name, ''), '', '', json_object('households', CAST(k.households AS TEXT))"
_COMMUNITY_JOIN = " LEFT JOIN community k ON k.code = coalesce(json_extract(e.fields, '$.entrant'), e.code)"


@dataclass(slots=True)
class Stored:
    """An entry as its row says it: `own_name` overrides `register_name`, `own_fields` the register's.

    `frozen` are the fields as they were when its round was closed; they override both while it is.
    """

    key: int
    code: str
    own_name: str
    own_fields: Mapping[str, str]
    status: str
    status_reason: str
    deductions: frozenset[str]
    register_name: str
    dni: str
    partner: str
    register_fields: Mapping[str, str]
    frozen: Mapping[str, str] = field(default_factory=dict)
    rulings: frozenset[str] = frozenset()
    sheets: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What lists call it."""
        return self.own_name or self.register_name

    @property
    def fields(self) -> Mapping[str, str]:
        """What the register knows of it, and over that what the entry says itself; nothing empty."""
        both = {**self.register_fields, **self.own_fields, **self.frozen}
        return {name: text for name, text in both.items() if text}


class Marks(dict[str, Exact]):
    """Marks by their plain digits, each read once."""

    def __missing__(self, text: str) -> Exact:
        """Read a mark that was not seen before."""
        value = read_exact(text)
        if value is None:
            raise ValueError(f"{text} is not a mark")
        self[text] = value
        return value


# -- rows ------------------------------------------------------------------------------------------------------------


def stored(
    connection: sqlite3.Connection, standing: Standing, contest: int, codes: Sequence[str] | None = None
) -> list[Stored]:
    """The entries of one contest by code (only those with the codes, if given), without their sheets."""
    known, join = (_COMMUNITY, _COMMUNITY_JOIN) if standing.tier == "community" else (_HOUSEHOLD, _HOUSEHOLD_JOIN)
    some, values = _only(contest, codes)
    rows = connection.execute(
        "SELECT e.id, e.code, coalesce(p.name, ''), coalesce(p.fields, '{}'), e.fields, e.status, e.status_reason,"
        f" e.deductions, e.frozen, {known} FROM entry e LEFT JOIN person p ON p.id = e.person{join}"
        f" WHERE e.contest = ?{some} ORDER BY e.code",
        values,
    ).fetchall()
    found = [
        Stored(
            key, code, own, _fields(private, fields), status, reason,
            frozenset(deductions.split()), name, dni, partner, _texts(register), _texts(frozen),
        )
        for key, code, own, private, fields, status, reason, deductions, frozen, name, dni, partner, register in rows
    ]  # fmt: skip
    by_key = {entry.key: entry for entry in found}
    for key, rule in connection.execute(
        "SELECT g.entry, g.rule FROM ruling g JOIN entry e ON e.id = g.entry"
        f" WHERE g.kind <> 'disqualification' AND e.contest = ?{some}",
        values,
    ).fetchall():
        by_key[key].rulings |= {rule}
    return found


def add_sheets(
    connection: sqlite3.Connection, contest: int, entries: Sequence[Stored], codes: Sequence[str] | None = None
) -> None:
    """Put their sheets to the entries: marks as stored and the journal's key, by (phase, judge)."""
    by_key = {entry.key: entry.sheets for entry in entries}
    some, values = _only(contest, codes)
    for key, phase, judge, marks, journal in connection.execute(
        "SELECT s.entry, f.code, j.code, s.marks, s.journal FROM entry e CROSS JOIN sheet s ON s.entry = e.id"
        f" JOIN phase f ON f.id = s.phase JOIN judge j ON j.id = s.judge WHERE e.contest = ?{some}"
        " ORDER BY s.entry, s.phase, j.code",
        values,
    ).fetchall():
        by_key[key][phase, judge] = (marks, journal)


def key_of(connection: sqlite3.Connection, standing: Standing, within: str | None, category: str | None) -> int | None:
    """The key of a contest, None before its first entry."""
    row = connection.execute(
        "SELECT id FROM contest WHERE round = ? AND within = ? AND category = ?",
        (standing.key, within or "", category or ""),
    ).fetchone()
    return row[0] if row else None


def keys(
    connection: sqlite3.Connection,
    standing: Standing,
    within: str | EllipsisType | None = ...,
    category: str | EllipsisType | None = ...,
) -> list[tuple[int, str | None, str | None]]:
    """Key, unit and category of each contest: by unit, then by category in order of appearance."""
    return [
        (key, unit or None, group or None)
        for key, unit, group in connection.execute(
            "SELECT id, within, category FROM contest WHERE round = ? ORDER BY within, id", (standing.key,)
        ).fetchall()
        if (within is ... or unit == (within or "")) and (category is ... or group == (category or ""))
    ]


def _only(contest: int, codes: Sequence[str] | None) -> tuple[str, tuple[Any, ...]]:
    if codes is None:
        return "", (contest,)
    return " AND e.code IN (SELECT value FROM json_each(?))", (contest, json.dumps(list(codes)))


def _fields(private: str, public: str) -> Mapping[str, str]:
    return {**_texts(public), **_texts(private)}


@lru_cache(maxsize=1 << 10)
def _texts(text: str) -> Mapping[str, str]:
    """Fields as they are stored; those of a whole community are often the same, and read once."""
    found: dict[str, str] = json.loads(text)
    return MappingProxyType(found)


# -- nouns -----------------------------------------------------------------------------------------------------------


def read(
    connection: sqlite3.Connection,
    standing: Standing,
    within: str | EllipsisType | None = ...,
    category: str | EllipsisType | None = ...,
) -> Iterator[Contest]:
    """The contests of a round, each read when it is asked for."""
    below = _households_below(connection, standing)
    marks = Marks()
    for key, unit, group in keys(connection, standing, within, category):
        rows = stored(connection, standing, key)
        add_sheets(connection, key, rows)
        recused = panels.recused_in(connection, key)
        entries = tuple(_entry(row, standing.phases, marks, recused.get(row.key, {})) for row in rows)
        instead = panels.substitutes_in(connection, key) if recused else {}
        panel = panels.panel_of(connection, key)
        contest = Contest(unit, group, entries, _orders(connection, key), panel, instead)
        yield contest if below is None else with_households([contest], below)[0]


def entered(
    connection: sqlite3.Connection,
    standing: Standing,
    within: str | EllipsisType | None = ...,
    category: str | EllipsisType | None = ...,
) -> tuple[Entered, ...]:
    """The entries of a round without their sheets."""
    return tuple(
        Entered(
            row.code, unit, group, row.name, _status(row.status), row.status_reason,
            row.deductions | row.rulings, row.fields,
        )
        for key, unit, group in keys(connection, standing, within, category)
        for row in stored(connection, standing, key)
    )  # fmt: skip


def persons(
    connection: sqlite3.Connection, standing: Standing, within: str | EllipsisType | None = ...
) -> dict[str, Person]:
    """Who stands behind each entry, as the register says it; the entry's own name only where no register does."""
    found: dict[str, Person] = {}
    for key, _, _ in keys(connection, standing, within):
        for row in stored(connection, standing, key):
            person = Person(row.register_name or row.own_name, row.dni, row.partner)
            if row.code not in found or not found[row.code].name:
                found[row.code] = person
    return found


def corrections(connection: sqlite3.Connection, standing: Standing) -> tuple[Correction, ...]:
    """Every sheet that was replaced, with its old marks, in the order in which it happened."""
    rows = connection.execute(
        "SELECT c.within, c.category, e.code, f.code, j.code, x.old, x.reason, n.actor, n.at, n.number, o.number"
        " FROM correction x JOIN entry e ON e.id = x.entry JOIN contest c ON c.id = e.contest"
        " JOIN phase f ON f.id = x.phase JOIN judge j ON j.id = x.judge JOIN journal n ON n.id = x.journal"
        " JOIN journal o ON o.id = x.replaced WHERE c.round = ? ORDER BY x.journal, e.code, f.id, j.code",
        (standing.key,),
    ).fetchall()
    return tuple(
        Correction(
            standing.code, within or None, category or None, entry, phase, judge,
            dict(zip(standing.phases[phase], (None if text == "-" else text for text in old.split()), strict=True)),
            *rest,
        )
        for within, category, entry, phase, judge, old, *rest in rows
    )  # fmt: skip


def controls(connection: sqlite3.Connection, standing: Standing) -> dict[SheetKey, str]:
    """The control totals that were compared when papers were typed, by paper.

    Not one that an older version left beside marks which were decided otherwise.
    """
    rows = connection.execute(
        "SELECT c.within, c.category, e.code, f.code, j.code, s.control FROM sheet s JOIN entry e ON e.id = s.entry"
        " JOIN contest c ON c.id = e.contest JOIN phase f ON f.id = s.phase JOIN judge j ON j.id = s.judge"
        " JOIN journal n ON n.id = s.journal WHERE c.round = ? AND s.control <> ''"
        " AND CASE WHEN n.kind = 'discrepancy_settled' THEN json_extract(n.body, '$.control') IS NOT NULL ELSE 1 END",
        (standing.key,),
    ).fetchall()
    return {
        (within or None, category or None, entry, phase, judge): control
        for within, category, entry, phase, judge, control in rows
    }


def _entry(row: Stored, phases: Mapping[str, tuple[str, ...]], marks: Marks, recused: Mapping[str, str]) -> Entry:
    sheets = tuple(
        Sheet(judge, phase, _marks(phases[phase], written.split(" "), marks))
        for (phase, judge), (written, _) in row.sheets.items()
        if not is_taken_out(written)
    )
    return Entry(
        row.code, row.name, sheets, _status(row.status), row.status_reason, row.deductions | row.rulings, row.fields,
        recused=recused,
    )  # fmt: skip


def _marks(criteria: Sequence[str], texts: Sequence[str], known: Marks) -> Mapping[str, Exact]:
    """The marks of a sheet; most have no empty cell."""
    if "-" not in texts:
        return dict(zip(criteria, map(known.__getitem__, texts), strict=True))
    return {code: known[text] for code, text in zip(criteria, texts, strict=True) if text != "-"}


def is_taken_out(written: str) -> bool:
    """A sheet none of whose lines has a mark: it was taken out, and is not there any more."""
    return not written.strip("- ")


def _status(text: str) -> Status | None:
    return text or None  # type: ignore[return-value]


def _orders(connection: sqlite3.Connection, contest: int) -> tuple[RecordedOrder, ...]:
    """The recorded orders of a contest; a later one of the same step and entries replaces the earlier."""
    found: dict[tuple[str, frozenset[str]], RecordedOrder] = {}
    for step, numbers, reason in connection.execute(
        "SELECT step, numbers, reason FROM recorded_order WHERE contest = ? ORDER BY id", (contest,)
    ).fetchall():
        order: dict[str, int] = json.loads(numbers)
        found.pop((step, frozenset(order)), None)
        found[step, frozenset(order)] = RecordedOrder(step, order, reason)
    return tuple(found.values())


def _households_below(
    connection: sqlite3.Connection, standing: Standing
) -> Mapping[str, tuple[HouseholdResult, ...]] | None:
    """What the closed round below says of the households of each community: each entrant once, its best points."""
    if standing.tier != "community" or standing.lower is None or standing.lower_results is None:
        return None
    best: dict[str, dict[str, HouseholdResult]] = {}
    for contest in json.loads(rounds.document(connection, standing.lower, standing.lower_results))["contests"]:
        community = best.setdefault(contest["within"] or "", {})
        for placing in contest["placings"]:
            entrant = placing.get("entrant") or placing["entry"]
            points = simple(Fraction(placing["points"]))
            if entrant not in community or community[entrant].points < points:
                community[entrant] = HouseholdResult(entrant, points, placing.get("level"))
    return {community: tuple(found.values()) for community, found in best.items()}
