"""Many laptops: who holds what, a file handed to another laptop, and files that come back and are merged.

A merge takes the journal entries that are missing, all of them or none, and writes every table anew from the journal;
so it does not matter in which order files come, or how often.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pachamama.core.machine import machine_said
from pachamama.core.problems import Mismatch, PachamamaError, Place, Problem
from pachamama.core.sentences import Sentence, listing, say, say_count
from pachamama.store import connection as file
from pachamama.store import journal, people, replay
from pachamama.store.connection import Connection
from pachamama.store.edge import random_hex
from pachamama.store.journal import Body, JournalEntry
from pachamama.store.refusals import codes_like, do_not_pay, refused
from pachamama.store.seal import heads_of

_SCORES = ("entered", "scores_imported", "sheet_recorded", "status_set")


@dataclass(frozen=True, slots=True)
class Device:
    """A laptop as this file knows it: its chain, who wrote on it, the units whose sheets came from it.

    `lost` is the number of its last entry that counts, None for one that is not lost.
    """

    code: str
    name: str
    entries: int
    last: str
    actors: tuple[str, ...]
    holds: tuple[str, ...]
    lost: int | None
    is_here: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two laptops that said different things of one thing: which stands and which is kept beside, with who and when.

    `what` names the thing; `settled` is what people decided, '' while nobody has.
    """

    id: int
    kind: str
    what: tuple[Any, ...]
    stands: JournalEntry
    other: JournalEntry
    settled: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one file brings: its laptop, the entries that are new, the units whose sheets are among them."""

    path: str
    device: str
    name: str
    new: int
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge did, or would do: the files, and what people must look at afterwards."""

    files: tuple[Incoming, ...]
    new: int
    conflicts: tuple[Conflict, ...]
    late: tuple[JournalEntry, ...]
    differing: int


# -- who holds what --------------------------------------------------------------------------------------------------


def devices(connection: sqlite3.Connection) -> tuple[Device, ...]:
    """Every laptop that this file knows of, by the time of its first entry here."""
    here = connection.execute("SELECT device FROM laptop").fetchone()[0]
    named = {code: (name, lost) for code, name, lost in connection.execute("SELECT code, name, lost FROM device")}
    chains = connection.execute(
        "SELECT device, count(*), max(at), json_group_array(DISTINCT actor) FROM journal GROUP BY device ORDER BY min(id)"
    ).fetchall()
    held = _held(connection)
    found = [
        Device(
            code, named.get(code, ("", None))[0], count, last, tuple(sorted(json.loads(actors))),
            held.get(code, ()), named.get(code, ("", None))[1], code == here,
        )
        for code, count, last, actors in chains
    ]  # fmt: skip
    known = {one.code for one in found}
    found += [
        Device(code, name, 0, "", (), (), lost, code == here)
        for code, (name, lost) in sorted(named.items())
        if code not in known
    ]
    return tuple(found)


def _held(connection: sqlite3.Connection, after: Mapping[str, int] | None = None) -> dict[str, tuple[str, ...]]:
    """The units whose entries or sheets each laptop wrote; with `after`, only in entries behind those numbers."""
    rows = connection.execute(
        "SELECT DISTINCT j.device, j.number, json_extract(c.value, '$.within') FROM journal j,"
        " json_each(j.body, '$.contests') c WHERE j.kind IN (SELECT value FROM json_each(?))",
        (json.dumps(_SCORES),),
    ).fetchall()
    found: dict[str, set[str]] = {}
    for device, number, within in rows:
        if within and (after is None or number > after.get(device, 0)):
            found.setdefault(device, set()).add(within)
    return {device: tuple(sorted(units)) for device, units in found.items()}


def naming(connection: sqlite3.Connection, device: str, name: str) -> Body:
    """The body that gives a laptop a name."""
    known = [one.code for one in devices(connection)]
    if device not in known:
        raise refused(say("There is no laptop {device}.", device=device), codes_like(device, known))
    return {"device": device, "name": name}


def losing(connection: sqlite3.Connection, device: str) -> Body:
    """The body that declares a laptop lost at its last entry known here; this laptop cannot be declared lost."""
    found = next((one for one in devices(connection) if device in (one.code, one.name)), None)
    if found is None:
        raise refused(
            say("There is no laptop {device}.", device=device),
            codes_like(device, [one.code for one in devices(connection)]),
        )
    if found.is_here:
        raise refused(say("This is the laptop that you work on."), say("Declare it lost on another one."))
    return {"device": found.code, "number": found.entries}


# -- a file for another laptop ---------------------------------------------------------------------------------------


def start_chain(connection: Connection, name: str) -> Body:
    """Begin a chain of its own on this file, inside an action: the body of its first entry."""
    device, heads = random_hex(8), heads_of(connection)
    connection.execute("UPDATE laptop SET device = ?", (device,))
    return {"device": device, "name": name, "heads": heads}


# -- merging ---------------------------------------------------------------------------------------------------------


class TakenBack(Exception):
    """A trial is taken back: nothing of it is stored."""


def merge(connection: Connection, paths: Sequence[str]) -> tuple[Merge, Body | None]:
    """Take what the files have and this one lacks, inside an action: what came, and the body of the entry about it.

    Each file is verified first; one that is damaged, of another programme, a fork, or from a lost laptop refuses all of
    them, with everything that is wrong. None: nothing is new.
    """
    before = {device: number for device, number, _ in heads_of(connection)}
    conflicts_before = {(one.kind, one.what) for one in conflicts(connection)}
    late_before = {(one.device, one.number) for one in late(connection)}
    problems: list[Problem] = []
    incoming = []
    for path in paths:
        try:
            incoming.append(_take(connection, path, problems))
        except Mismatch as mismatch:
            problems += mismatch.problems
    if problems:
        raise Mismatch(*problems, safe=say("Nothing was merged; this file is as it was."))
    new = sum(one.new for one in incoming)
    found = Merge(tuple(incoming), new, (), (), 0)
    if not new:
        return found, None
    broken = _rebuilt(connection)
    broken = tuple(_two_rounds(one) for one in conflicts(connection) if one.kind == "round") or broken
    if broken:
        raise Mismatch(*broken, safe=say("Nothing was merged; this file is as it was."))
    held = _held(connection, before)
    found = Merge(
        tuple(Incoming(one.path, one.device, one.name, one.new, held.get(one.device, ())) for one in incoming),
        new,
        tuple(one for one in conflicts(connection) if (one.kind, one.what) not in conflicts_before),
        tuple(one for one in late(connection) if (one.device, one.number) not in late_before),
        connection.execute(
            "SELECT count(*) FROM second_sheet x JOIN sheet s ON s.entry = x.entry AND s.phase = x.phase"
            " AND s.judge = x.judge WHERE s.marks <> x.marks AND s.marks <> x.settled"
        ).fetchone()[0],
    )
    return found, {"heads": heads_of(connection), "files": len(incoming)}


def _two_rounds(clash: Conflict) -> Problem:
    return Problem(
        Place(),
        say(
            "Two laptops opened a round {round} with different rules: {one} and {other}.",
            round=clash.what[0],
            one=say("{actor}, {at}", actor=clash.stands.actor, at=clash.stands.at),
            other=say("{actor}, {at}", actor=clash.other.actor, at=clash.other.at),
        ),
        say("They are two different competitions. Open a round on one laptop, and hand its file to the others."),
    )


def _rebuilt(connection: Connection) -> tuple[Problem, ...]:
    try:
        return replay.rebuild_inside(connection)
    except (PachamamaError, KeyError, TypeError, ValueError) as error:
        cause = error.__cause__
        if isinstance(cause, sqlite3.Error) and not isinstance(cause, sqlite3.IntegrityError):
            raise  # a full disk says nothing about the files
        reason = error.problems[0].message if isinstance(error, PachamamaError) else machine_said(error)
        return (do_not_pay(say("The files do not go together ({reason}).", reason=reason)),)


def _take(connection: Connection, path: str, problems: list[Problem]) -> Incoming:
    """Verify a file and copy what is new of it; what is wrong goes to the problems."""
    place = Place(path)
    other = file.open_file(os.fspath(path), writing=False)
    try:
        with file.reading(other):
            wrong = _not_whole(other) or _not_ours(connection, other)
            problems += [Problem(place, one.message, one.hint) for one in wrong]
            forks = [] if wrong else _forks(connection, other)
            problems += [Problem(place, one.message, one.hint) for one in forks]
            device = other.execute("SELECT device FROM laptop").fetchone()[0]
            row = other.execute("SELECT name FROM device WHERE code = ?", (device,)).fetchone()
            new = 0 if wrong or forks else _copy(connection, other)
            return Incoming(path, device, row[0] if row else "", new, ())
    finally:
        other.close()


def _not_whole(other: Connection) -> list[Problem]:
    pages = [text for (text,) in other.execute("PRAGMA integrity_check").fetchall() if text != "ok"]
    found = [do_not_pay(say("The file is damaged inside: {what}.", what=text)) for text in pages]
    return found or [*journal.verify(other), *people.verify(other)]


def _not_ours(connection: Connection, other: Connection) -> list[Problem]:
    """A rehearsal and a real file never meet, and neither do two programmes with nothing in common."""
    query = "SELECT rehearsal FROM programme"
    if connection.execute(query).fetchone() != other.execute(query).fetchone():
        return [
            Problem(
                Place(),
                say("One of the two files is a rehearsal and the other is real: they are never merged."),
                say("Merge rehearsals with rehearsals only."),
            )
        ]
    return []


def _forks(connection: Connection, other: Connection) -> list[Problem]:
    """Chains that went on in two ways from the same entry: a copy of a file was worked in."""
    found = []
    lost = dict(connection.execute("SELECT code, lost FROM device WHERE lost IS NOT NULL").fetchall())
    for device, number, digest in heads_of(other):
        ours = connection.execute("SELECT max(number) FROM journal WHERE device = ?", (device,)).fetchone()[0] or 0
        common = min(ours, number)
        if common and _hash(connection, device, common) != (
            digest if common == number else _hash(other, device, common)
        ):
            found.append(_fork(connection, other, device, common))
        elif device in lost and number > lost[device]:
            found.append(
                Problem(
                    Place(),
                    say_count(
                        "The laptop {device} was declared lost, and the file has {count} entry of it from afterwards.",
                        "The laptop {device} was declared lost, and the file has {count} entries of it from afterwards.",
                        number - lost[device],
                        device=device,
                    ),
                    say("Find out who has worked on it. What is right is typed again on another laptop."),
                )
            )
    return found


def _fork(connection: Connection, other: Connection, device: str, common: int) -> Problem:
    """Name the first entry in which the two differ, as both have it."""
    low, high = 1, common
    while low < high:
        middle = (low + high) // 2
        if _hash(connection, device, middle) == _hash(other, device, middle):
            low = middle + 1
        else:
            high = middle
    return do_not_pay(
        say(
            "Two files went on by themselves from one and the same: entry {number} of laptop {device} is {ours} here and "
            "{theirs} there.",
            number=low,
            device=device,
            ours=_shown(connection, device, low),
            theirs=_shown(other, device, low),
        )
    )


def _shown(connection: Connection, device: str, number: int) -> Sentence:
    kind, at, actor = connection.execute(
        "SELECT kind, at, actor FROM journal WHERE device = ? AND number = ?", (device, number)
    ).fetchone()
    return say("“{kind}” by {actor}, {at}", kind=kind, actor=actor, at=at)


def _hash(connection: Connection, device: str, number: int) -> str:
    return str(
        connection.execute("SELECT hash FROM journal WHERE device = ? AND number = ?", (device, number)).fetchone()[0]
    )


def _copy(connection: Connection, other: Connection) -> int:
    """Copy the journal entries and the persons that are missing; the number of entries."""
    have = {device: number for device, number, _ in heads_of(connection)}
    count = 0
    for row in other.execute(
        "SELECT device, number, at, actor, kind, previous, hash, body FROM journal ORDER BY device, number"
    ):
        if row[1] > have.get(row[0], 0):
            connection.execute(
                "INSERT INTO journal (device, number, at, actor, kind, previous, hash, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                row,
            )
            count += 1
    known = {commitment for (commitment,) in connection.execute("SELECT commitment FROM person")}
    connection.executemany(
        "INSERT INTO person (commitment, salt, name, dni, partner, fields) VALUES (?, ?, ?, ?, ?, ?)",
        [
            row
            for row in other.execute("SELECT commitment, salt, name, dni, partner, fields FROM person ORDER BY id")
            if row[0] not in known
        ],
    )
    return count


# -- what people must look at ----------------------------------------------------------------------------------------


def conflicts(connection: sqlite3.Connection) -> tuple[Conflict, ...]:
    """What two laptops said differently, in the order of the journal, settled or not."""
    rows = connection.execute("SELECT id, kind, what, stands, other, settled FROM conflict ORDER BY id").fetchall()
    return tuple(
        Conflict(
            key, kind, tuple(json.loads(what)), journal.one(connection, stands), journal.one(connection, other), settled
        )
        for key, kind, what, stands, other, settled in rows
    )


def settling(connection: sqlite3.Connection, number: int, *, reason: str) -> tuple[Conflict, Body]:
    """The conflict of that number, and the body that says what people decided about it."""
    every = conflicts(connection)
    found = next((one for one in every if one.id == number), None)
    if found is None:
        there_are = listing([str(one.id) for one in every if not one.settled])
        raise refused(
            say("There is no conflict {number}.", number=number),
            say("There are: {words}.", words=there_are) if there_are.items else say("There are none."),
        )
    if found.settled:
        raise refused(
            say("Conflict {number} is settled: {reason}.", number=number, reason=found.settled),
            say("Nothing has to be done."),
        )
    return found, {"what": list(found.what), "other": [found.other.device, found.other.number], "reason": reason}


def late(connection: sqlite3.Connection) -> tuple[JournalEntry, ...]:
    """What came in for a round that was closed without it: kept, and taken when the round is reopened."""
    rows = connection.execute("SELECT DISTINCT journal FROM late ORDER BY journal").fetchall()
    return tuple(journal.one(connection, number) for (number,) in rows)
