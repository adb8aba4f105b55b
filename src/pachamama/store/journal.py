"""The journal: what people did, one entry per action, append-only and chained by SHA-256 for each device.

It is the truth of the file. Whoever changes an entry afterwards breaks the chain from there on.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from pachamama.core.problems import Problem
from pachamama.core.sentences import say
from pachamama.store.refusals import do_not_pay

Body: TypeAlias = dict[str, Any]
"""What happened, as plain JSON: texts, whole numbers, lists and mappings."""
WITH_HEADS = ["round_closed", "merged", "device_started"]
"""Kinds whose bodies say what they knew of the other laptops' chains."""
_IN_STUBS = [*WITH_HEADS, "round_reopened"]
"""Kinds of which a stub says more than that they are there."""
_PIECE = 1 << 16
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
"""Made once: `json.dumps` makes one for every value, and a register has three for each household."""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One action of a person: the `number`-th of its `device`, `at` in UTC, chained to the hash of the `previous` one.

    `id` is its place in this file; `body` says what happened, without any name or DNI of a person.
    """

    id: int
    device: str
    number: int
    at: str
    actor: str
    kind: str
    body: Mapping[str, Any]
    previous: str
    hash: str


def canonical(value: object) -> str:
    """The one JSON text of a value: keys sorted, no blanks, letters as they are."""
    return _CANONICAL.encode(value)


def chained_hash(device: str, number: int, at: str, actor: str, kind: str, body: str, previous: str) -> str:
    """SHA-256 over the canonical serialisation of all parts of an entry, the hash before it among them.

    The body may be half a million sheets: it is taken piece by piece, since its letters stand one by one in the text.
    """
    before, after = canonical([device, number, at, actor, kind]), canonical([previous])
    digest = hashlib.sha256(f'{before[:-1]},"'.encode())
    for first in range(0, len(body), _PIECE):
        digest.update(canonical(body[first : first + _PIECE])[1:-1].encode())
    digest.update(f'",{after[1:]}'.encode())
    return digest.hexdigest()


def append(
    connection: sqlite3.Connection, *, device: str, at: str, actor: str, kind: str, body: Mapping[str, Any]
) -> JournalEntry:
    """Add one action to the device's chain; inside the transaction of the action."""
    number, previous = head(connection, device)
    text = canonical(body)
    new = chained_hash(device, number + 1, at, actor, kind, text, previous)
    row = connection.execute(
        "INSERT INTO journal (device, number, at, actor, kind, previous, hash, body)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (device, number + 1, at, actor, kind, previous, new, text),
    ).fetchone()
    return JournalEntry(row[0], device, number + 1, at, actor, kind, body, previous, new)


def head(connection: sqlite3.Connection, device: str) -> tuple[int, str]:
    """Number and hash of the last entry of the device's chain; 0 and '' before the first."""
    row = connection.execute(
        "SELECT number, hash FROM journal WHERE device = ? ORDER BY number DESC LIMIT 1", (device,)
    ).fetchone()
    return (row[0], row[1]) if row else (0, "")


def hash_of(connection: sqlite3.Connection, device: str, number: int) -> str:
    """The hash of one entry of a device's chain; '' where there is none."""
    row = connection.execute("SELECT hash FROM journal WHERE device = ? AND number = ?", (device, number)).fetchone()
    return row[0] if row else ""


def entries(connection: sqlite3.Connection) -> Iterator[JournalEntry]:
    """All entries in the order in which they came into this file."""
    rows = connection.execute(
        "SELECT id, device, number, at, actor, kind, body, previous, hash FROM journal ORDER BY id"
    )
    for number, device, count, at, actor, kind, body, previous, digest in rows:
        yield JournalEntry(number, device, count, at, actor, kind, json.loads(body), previous, digest)


def stubs(connection: sqlite3.Connection) -> Iterator[JournalEntry]:
    """All entries without their contents: of the body only the heads and the round, where these decide the order."""
    rows = connection.execute(
        "SELECT id, device, number, at, actor, kind, previous, hash,"
        " CASE WHEN kind IN (SELECT value FROM json_each(?)) THEN"
        " json_object('heads', json_extract(body, '$.heads'), 'round', json_extract(body, '$.round')) END"
        " FROM journal ORDER BY id",
        (canonical(_IN_STUBS),),
    )
    for number, device, count, at, actor, kind, previous, digest, told in rows:
        body = {key: value for key, value in json.loads(told or "{}").items() if value is not None}
        yield JournalEntry(number, device, count, at, actor, kind, body, previous, digest)


def count(connection: sqlite3.Connection, kind: str) -> int:
    """How many entries of a kind there are."""
    found: int = connection.execute("SELECT count(*) FROM journal WHERE kind = ?", (kind,)).fetchone()[0]
    return found


def alike(connection: sqlite3.Connection) -> dict[str, str]:
    """For each commitment that was erased together with others of the same content: the one that stands for all."""
    rows = connection.execute("SELECT json_extract(body, '$.alike') FROM journal WHERE kind = 'person_forgotten'")
    return {one: min(group) for (text,) in rows for group in json.loads(text or "[]") for one in group}


def one(connection: sqlite3.Connection, id_: int) -> JournalEntry:
    """One entry, whole."""
    number, device, count, at, actor, kind, body, previous, digest = connection.execute(
        "SELECT id, device, number, at, actor, kind, body, previous, hash FROM journal WHERE id = ?", (id_,)
    ).fetchone()
    return JournalEntry(number, device, count, at, actor, kind, json.loads(body), previous, digest)


def verify(connection: sqlite3.Connection) -> tuple[Problem, ...]:
    """All that is wrong with the chains, and with what their entries say that they knew of each other."""
    return verify_chains(connection) or foreign_heads(connection)


def verify_chains(connection: sqlite3.Connection) -> tuple[Problem, ...]:
    """Walk every device's chain and say what is wrong: entries missing, changed, or put in between."""
    problems = []
    device, expected, last = "", 1, ""
    rows = connection.execute(
        "SELECT device, number, at, actor, kind, body, previous, hash FROM journal ORDER BY device, number"
    )
    for owner, number, at, actor, kind, body, previous, digest in rows:
        if owner != device:
            device, expected, last = owner, 1, ""
        if number != expected:
            message = say("Entry {number} of the journal is missing.", number=expected)
        elif previous != last:
            message = say("Entry {number} of the journal does not follow the one before.", number=number)
        elif digest != chained_hash(owner, number, at, actor, kind, body, previous):
            message = say("Entry {number} of the journal was changed after it was written.", number=number)
        else:
            message = None
        if message:
            problems.append(do_not_pay(message))
        expected, last = number + 1, digest
    return tuple(problems)


def verify_laptop(connection: sqlite3.Connection) -> tuple[Problem, ...]:
    """The laptop that the file says to be has begun a chain: every file, copy and restored file does that first."""
    query = "SELECT 1 FROM laptop l WHERE EXISTS (SELECT 1 FROM journal j WHERE j.device = l.device)"
    if connection.execute(query).fetchone():
        return ()
    return (do_not_pay(say("The file says to be of a laptop of which its journal holds nothing.")),)


def foreign_heads(connection: sqlite3.Connection) -> tuple[Problem, ...]:
    """Entries that say of a chain, their own or another, what is not in it: the heads of a seal, of a merge."""
    rows = connection.execute(
        "SELECT DISTINCT j.number, j.kind FROM journal j, json_each(j.body, '$.heads') h"
        " WHERE j.kind IN (SELECT value FROM json_each(?)) AND NOT EXISTS (SELECT 1 FROM journal k"
        " WHERE k.device = json_extract(h.value, '$[0]') AND k.number = json_extract(h.value, '$[1]')"
        " AND k.hash = json_extract(h.value, '$[2]')) ORDER BY j.device, j.number",
        (canonical(WITH_HEADS),),
    )
    return tuple(
        do_not_pay(
            say(
                "Entry {number} of the journal ({kind}) names entries that are not those in the file.",
                number=number,
                kind=kind,
            )
        )
        for number, kind in rows
    )
