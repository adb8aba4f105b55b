"""Files that come back from other laptops: proved first, then their entries are taken, all of them or none.

A merge copies the entries of the journal that are missing and writes every table anew from it; so it does not matter in
which order files come, or how often. What a file may hold is doubted until it is proved: its hashes, the shape of each
entry, its beginning, and that all of it together gives tables.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TypeAlias

from pachamama.core.names import visible
from pachamama.core.problems import Mismatch, Place, Problem, Refused
from pachamama.core.sentences import Sentence, When, say, say_count
from pachamama.store import connection as file
from pachamama.store import journal, people, replay, shapes
from pachamama.store.connection import Connection
from pachamama.store.journal import Body, JournalEntry
from pachamama.store.laptops import Conflict, conflicts, late, units_behind
from pachamama.store.schema import APPLICATION_ID, AUDIT_ID
from pachamama.store.seal import heads_of

_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Incoming:
    """What one file brings: its laptop, the entries that are new, the units of which something is said in them."""

    path: str
    device: str
    name: str
    new: int
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merge:
    """What a merge did, or would do: the files, and what people must look at afterwards.

    `laptops` are the names of all laptops, as they are known with the files.
    """

    files: tuple[Incoming, ...]
    new: int
    conflicts: tuple[Conflict, ...]
    late: tuple[JournalEntry, ...]
    differing: int
    laptops: Mapping[str, str] = field(default_factory=dict)


class TakenBack(Exception):
    """A trial is taken back: nothing of it is stored."""


class _TouchedError(Mismatch):
    """The file itself is not what its journal says, whatever comes."""


Prove: TypeAlias = Callable[[], Sequence[Problem]]
"""What is wrong with this file."""


def merge(connection: Connection, paths: Sequence[str], *, prove: Prove) -> tuple[Merge, Body | None]:
    """Take what the files have and this one lacks, inside an action: what came, and the body of the entry about it.

    Each file is proved first; one that is damaged, of another programme, a fork, or from a lost laptop refuses all of them,
    with everything that is wrong. So does this file where `prove` finds it changed: every table is written anew, and nobody
    would see any more what had been changed. None: nothing is new.
    """

    @cache
    def untouched() -> None:
        if wrong := prove():
            raise _TouchedError(*(replace(one, where=Place(visible(connection.path))) for one in wrong), safe=_SAFE)

    before = _known(connection)
    conflicts_before = {(one.kind, one.what, one.other.hash) for one in conflicts(connection)}
    late_before = {(one.device, one.number) for one in late(connection)}
    taken: list[_Taken] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            taken.append(_take(connection, path, untouched))
        except _TouchedError:
            raise
        except Mismatch as mismatch:
            problems += [replace(one, where=Place(visible(path))) for one in mismatch.problems]
    _refuse(problems)
    new = sum(one.new for one in taken)
    if new:
        _refuse(_rebuilt(connection))
        _refuse(list(_of_two_rules(connection)))
        _refuse(list(_of_lost(connection, before, taken)))
    names = {code: name for code, name in connection.execute("SELECT code, name FROM device") if name}
    found = Merge(
        tuple(Incoming(one.path, one.device, names.get(one.device, ""), one.new, one.holds) for one in taken),
        new,
        tuple(one for one in conflicts(connection) if (one.kind, one.what, one.other.hash) not in conflicts_before),
        tuple(one for one in late(connection) if (one.device, one.number) not in late_before),
        _differing(connection) if new else 0,
        names,
    )
    return found, {"heads": heads_of(connection), "files": len(taken)} if new else None


def _known(connection: Connection) -> dict[str, int]:
    """How many entries of each laptop a file has."""
    return {device: number for device, number, _ in heads_of(connection)}


def _differing(connection: Connection) -> int:
    """How many sheets stand typed in two ways."""
    count: int = connection.execute(
        "SELECT count(*) FROM second_sheet x JOIN sheet s ON s.entry = x.entry AND s.phase = x.phase"
        " AND s.judge = x.judge WHERE s.marks <> x.marks AND s.marks <> x.settled"
    ).fetchone()[0]
    return count


def _refuse(problems: Sequence[Problem]) -> None:
    if problems:
        raise Mismatch(*problems, safe=_SAFE)


_SAFE = say("Nothing was merged; this file is as it was.")


# -- one file --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Taken:
    """What was copied of a file: how many entries, of which units, and how far it has each laptop's chain."""

    path: str
    device: str
    new: int
    holds: tuple[str, ...]
    known: Mapping[str, int]


def _take(connection: Connection, path: str, untouched: Callable[[], None]) -> _Taken:
    """Prove a file, and this one before anything new comes into it, and copy; Mismatch with everything that is wrong."""
    other = _opened(path)
    try:
        with file.reading(other):
            for prove in (_pages, _texts, _chains, _sense, _people, _beginning, _forks):
                if wrong := list(prove(connection, other)):
                    raise Mismatch(*wrong)
            have = _known(connection)
            if any(number > have.get(device, 0) for device, number in _known(other).items()):
                untouched()
            device = str(other.execute("SELECT device FROM laptop").fetchone()[0])
            new = _copy(connection, other)
            return _Taken(path, device, new, units_behind(connection, have) if new else (), _known(other))
    finally:
        other.close()


def _opened(path: str) -> Connection:
    """The file of another laptop; what is none of this program's is refused with how one comes to such a file."""
    try:
        return file.open_file(os.fspath(path), writing=False)
    except Refused as refusal:
        if _is_ours(path):
            raise
        hint = say("Name the file that came from another laptop: `pachamama devices hand-out` makes it.")
        raise Refused(*(replace(one, hint=hint) for one in refusal.problems)) from refusal


def _is_ours(path: str) -> bool:
    """The head of the file is that of a file of this program."""
    from pathlib import Path

    try:
        with Path(path).open("rb") as one:
            head = one.read(72)
    except (OSError, ValueError):
        return False
    return int.from_bytes(head[68:], "big") in (APPLICATION_ID, AUDIT_ID)


def _pages(_connection: Connection, other: Connection) -> Iterator[Problem]:
    if file.is_for_audit(other):
        yield Problem(
            Place(),
            say("It is a copy for audit, in which personal numbers are hidden: nothing is taken from it."),
            say("Merge the programme's own file."),
        )
    for (said,) in other.execute("PRAGMA integrity_check").fetchall():
        if said != "ok":
            yield _not_to_use(say("The file is damaged inside: {what}.", what=visible(str(said))))


def _texts(_connection: Connection, other: Connection) -> Iterator[Problem]:
    """Every column holds what this program puts there, whatever the tables of the file allow."""
    for table, columns, numbers in (
        ("journal", ("device", "at", "actor", "kind", "previous", "hash", "body"), ("number",)),
        ("person", ("commitment", "salt", "name", "dni", "partner", "fields"), ()),
        ("laptop", ("device",), ()),
    ):
        wrong = " OR ".join(
            [*(f"typeof({one}) <> 'text'" for one in columns), *(f"typeof({one}) <> 'integer'" for one in numbers)]
        )
        ((count, spoilt),) = other.execute(f"SELECT count(*), count(CASE WHEN {wrong} THEN 1 END) FROM {table}")
        if spoilt or (table == "laptop" and count != 1):
            yield _not_to_use(say("The table `{table}` does not hold what this program puts there.", table=table))


def _chains(_connection: Connection, other: Connection) -> Iterator[Problem]:
    for one in journal.verify_chains(other):
        yield _not_to_use(one.message)


def _sense(connection: Connection, other: Connection) -> Iterator[Problem]:
    """Every entry that is new has the shape of its kind, and what it says of other chains is in the file."""
    have = _known(connection)
    opened = "SELECT body FROM journal WHERE kind = 'round_opened'"
    papers = shapes.papers_of([body for one in (connection, other) for (body,) in one.execute(opened)])
    rows = other.execute("SELECT device, number, at, actor, kind, body FROM journal ORDER BY device, number")
    found = [
        (device, number, what)
        for device, number, at, actor, kind, body in rows
        if number > have.get(device, 0)
        and (what := shapes.what_is_wrong(kind, at, actor, device, body, papers)) is not None
    ]
    for device, number, what in found[:_SHOWN]:
        yield _not_to_use(
            say(
                "Entry {number} of laptop {laptop} makes no sense ({what}).",
                number=number,
                laptop=_called(device, connection, other),
                what=visible(what),
            )
        )
    if len(found) > _SHOWN:
        more = len(found) - _SHOWN
        yield _not_to_use(say_count("{count} entry more makes no sense.", "{count} entries more make no sense.", more))
    if not found:
        for one in journal.foreign_heads(other):
            yield _not_to_use(one.message)


def _people(_connection: Connection, other: Connection) -> Iterator[Problem]:
    """The persons are those that the journal committed to, and their names can be shown."""
    for number, commitment, name, dni, partner, fields in other.execute(
        "SELECT id, commitment, name, dni, partner, fields FROM person ORDER BY id"
    ):
        if not shapes.is_person(commitment, name, dni, partner, fields):
            yield _not_to_use(say("What is kept of person {number} makes no sense.", number=number))
            return
    for one in people.verify(other):
        yield _not_to_use(one.message)


def _beginning(connection: Connection, other: Connection) -> Iterator[Problem]:
    """A rehearsal and a real file never meet, and neither do two programmes: one first entry of a chain is in both.

    Both are read from the journal, which nobody changes with one statement.
    """
    ours, theirs = (
        dict(
            one.execute(
                "SELECT hash, json_extract(body, '$.rehearsal') FROM journal WHERE kind = 'file_created' AND number = 1"
            ).fetchall()
        )
        for one in (connection, other)
    )
    if {*ours.values()} != {*theirs.values()}:
        yield Problem(
            Place(),
            say("One of the two files is a rehearsal and the other is real: they are never merged."),
            say("Merge rehearsals with rehearsals only."),
        )
    elif ours.keys().isdisjoint(theirs):
        yield Problem(
            Place(),
            say("The two files are of two programmes: each began by itself, with an `init` of its own."),
            say("Make the file for another laptop with `pachamama devices hand-out FILE --name TEXT`."),
        )


def _forks(connection: Connection, other: Connection) -> Iterator[Problem]:
    """Chains that went on in two ways from the same entry: a copy of a file was worked in."""
    have = _known(connection)
    for device, number in _known(other).items():
        common = min(have.get(device, 0), number)
        if common and journal.hash_of(connection, device, common) != journal.hash_of(other, device, common):
            yield _fork(connection, other, device, common)


def _fork(connection: Connection, other: Connection, device: str, common: int) -> Problem:
    """Name the first entry in which the two differ, as both have it."""
    low, high = 1, common
    while low < high:
        middle = (low + high) // 2
        if journal.hash_of(connection, device, middle) == journal.hash_of(other, device, middle):
            low = middle + 1
        else:
            high = middle
    return Problem(
        Place(),
        say(
            "Two files went on by themselves from one and the same: entry {number} of laptop {laptop} is {ours} here and "
            "{theirs} there.",
            number=low,
            laptop=_called(device, connection, other),
            ours=_shown(connection, device, low),
            theirs=_shown(other, device, low),
        ),
        say("Do not pay before it is known which of the two is the true one: look at both, and compare with a backup."),
    )


def _shown(connection: Connection, device: str, number: int) -> Sentence:
    kind, at, actor = connection.execute(
        "SELECT kind, at, actor FROM journal WHERE device = ? AND number = ?", (device, number)
    ).fetchone()
    return say("“{kind}” by {actor}, {at}", kind=kind, actor=visible(actor), at=When(at))


def _called(device: str, *files: Connection) -> str:
    """A laptop by the name that one of the files knows, else by its code."""
    for one in files:
        row = one.execute("SELECT name FROM device WHERE code = ?", (device,)).fetchone()
        if row and isinstance(row[0], str) and row[0]:
            return visible(row[0])
    return visible(device)


def _not_to_use(message: Sentence) -> Problem:
    """A problem of a file that came: this one is as it was."""
    return Problem(
        Place(),
        message,
        say("Take nothing from that file. Keep it as it is, and compare it with a backup of its laptop."),
    )


def _copy(connection: Connection, other: Connection) -> int:
    """Copy the journal entries and the persons that are missing; the number of entries."""
    have = _known(connection)
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


# -- all of them together --------------------------------------------------------------------------------------------


def _rebuilt(connection: Connection) -> list[Problem]:
    """Write every table anew, as if every round were open again too: what waits for that must make sense as well."""
    try:
        return [_not_to_use(one.message) for one in replay.rebuild_inside(connection, with_what_waits=True)]
    except replay.NonsenseError as nonsense:
        entry = nonsense.entry
        return [
            _not_to_use(
                say(
                    "Entry {number} of laptop {laptop} (“{kind}” by {actor}, {at}) speaks of something that is in none of "
                    "the files.",
                    number=entry.number,
                    laptop=_called(entry.device, connection),
                    kind=entry.kind,
                    actor=entry.actor,
                    at=When(entry.at),
                )
            )
        ]
    except replay.CircleError:
        return [_not_to_use(say("Entries of the files each say that the other came before them."))]


def _of_two_rules(connection: Connection) -> Iterator[Problem]:
    """Two laptops opened a round of one name and do not mean the same by it."""
    for clash in conflicts(connection):
        if clash.kind == "round":
            yield Problem(
                Place(),
                say(
                    "Two laptops opened a round {round} with different rules: {one} and {other}.",
                    round=clash.what[0],
                    one=say("{actor}, {at}", actor=clash.stands.actor, at=When(clash.stands.at)),
                    other=say("{actor}, {at}", actor=clash.other.actor, at=When(clash.other.at)),
                ),
                say(
                    "They are two different competitions. Open a round on one laptop, and hand its file to the others."
                ),
            )


def _of_lost(connection: Connection, before: Mapping[str, int], taken: Sequence[_Taken]) -> Iterator[Problem]:
    """Of a lost laptop nothing is taken that only its own file says; what another laptop had taken in before counts.

    All files are looked at together, so that their order changes nothing.
    """
    for device, lost in connection.execute("SELECT code, lost FROM device WHERE lost IS NOT NULL").fetchall():
        counts = max(lost, before.get(device, 0), _vouched(connection, device))
        for one in taken:
            later = one.known.get(device, 0) - counts
            if later > 0:
                yield Problem(
                    Place(visible(one.path)),
                    say_count(
                        "The laptop {laptop} was declared lost, and the file has {count} entry of it from afterwards.",
                        "The laptop {laptop} was declared lost, and the file has {count} entries of it from afterwards.",
                        later,
                        laptop=_called(device, connection),
                    ),
                    say(
                        "Find out who has worked on it. What is right is typed again on another laptop. If it was never "
                        "lost: `pachamama devices found {device}`, then merge.",
                        device=device,
                    ),
                )


def _vouched(connection: Connection, device: str) -> int:
    """How far other laptops, as long as they were not lost themselves, had taken in the chain of a laptop."""
    row = connection.execute(
        "SELECT max(json_extract(h.value, '$[1]')) FROM journal j LEFT JOIN device d ON d.code = j.device,"
        " json_each(j.body, '$.heads') h WHERE j.kind IN (SELECT value FROM json_each(?)) AND j.device <> ?"
        " AND json_extract(h.value, '$[0]') = ? AND (d.lost IS NULL OR j.number <= d.lost)",
        (json.dumps(journal.WITH_HEADS), device, device),
    ).fetchone()
    return row[0] or 0
