"""Many laptops: who holds what, a file handed to another laptop, and what people must decide after files came together."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pachamama.core.sentences import choice, listing, say
from pachamama.store import journal
from pachamama.store.connection import Connection
from pachamama.store.edge import random_hex
from pachamama.store.journal import Body, JournalEntry, canonical
from pachamama.store.numbering import LETTERS, letters_of
from pachamama.store.refusals import codes_like, refused
from pachamama.store.seal import heads_of

_TRIES = 200
"""How often other random letters are tried for a laptop before two have the same."""
_WORD = 5
"""Letters of the code of a conflict."""
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

    `code` is how people name it: it follows from the two entries, and stays. `what` names the thing; `settled` is what
    people decided, '' while nobody has.
    """

    code: str
    kind: str
    what: tuple[Any, ...]
    stands: JournalEntry
    other: JournalEntry
    settled: str


# -- who holds what --------------------------------------------------------------------------------------------------


def devices(connection: sqlite3.Connection) -> tuple[Device, ...]:
    """Every laptop that this file knows of, by the time of its first entry here."""
    here = connection.execute("SELECT device FROM laptop").fetchone()[0]
    named = {code: (name, lost) for code, name, lost in connection.execute("SELECT code, name, lost FROM device")}
    chains = connection.execute(
        "SELECT device, count(*), max(at), json_group_array(DISTINCT actor) FROM journal GROUP BY device ORDER BY min(id)"
    ).fetchall()
    held = held_units(connection)
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


def held_units(connection: sqlite3.Connection) -> dict[str, tuple[str, ...]]:
    """The units whose entries or sheets each laptop wrote."""
    rows = connection.execute(
        "SELECT DISTINCT j.device, json_extract(c.value, '$.within') FROM journal j,"
        " json_each(j.body, '$.contests') c WHERE j.kind IN (SELECT value FROM json_each(?))",
        (json.dumps(_SCORES),),
    ).fetchall()
    found: dict[str, set[str]] = {}
    for device, within in rows:
        if within:
            found.setdefault(device, set()).add(within)
    return {device: tuple(sorted(units)) for device, units in found.items()}


def units_behind(connection: sqlite3.Connection, known: Mapping[str, int]) -> tuple[str, ...]:
    """The units of which anything was said in the entries behind those numbers of each laptop, whoever wrote them.

    That is sheets, statuses, rulings, lots, panels, receipts, payments; what a closing keeps of the whole round is of none.
    """
    of_contests = "json_each(n.body, '$.contests') c WHERE c.type = 'object'"
    of_panels = "json_each(n.body, '$.panels') c WHERE c.type = 'object'"
    of_receipts = "json_each(n.body, '$.receipts') c WHERE c.type = 'array'"
    of_papers = "json_each(n.body, '$.papers') c WHERE c.type = 'array'"
    rows = connection.execute(
        "WITH known AS (SELECT key AS device, value AS number FROM json_each(?)),"
        " new AS (SELECT j.body FROM journal j LEFT JOIN known k ON k.device = j.device"
        " WHERE j.number > coalesce(k.number, 0))"
        " SELECT json_extract(n.body, '$.within') FROM new n WHERE json_type(n.body, '$.within') = 'text'"
        + "".join(
            f" UNION SELECT json_extract(c.value, '$.within') FROM new n, {one}" for one in (of_contests, of_panels)
        )
        + "".join(f" UNION SELECT json_extract(c.value, '$[1]') FROM new n, {one}" for one in (of_receipts, of_papers)),
        (json.dumps(known),),
    ).fetchall()
    return tuple(sorted(within for (within,) in rows if within and isinstance(within, str)))


def naming(connection: sqlite3.Connection, device: str, name: str) -> Body:
    """The body that gives a laptop a name."""
    known = [one.code for one in devices(connection)]
    if device not in known:
        raise refused(say("There is no laptop {device}.", device=device), codes_like(device, known))
    return {"device": device, "name": name}


def losing(connection: sqlite3.Connection, device: str) -> Body:
    """The body that declares a laptop lost at its last entry known here; this laptop cannot be declared lost."""
    found = _meant(connection, device)
    if found.is_here:
        raise refused(say("This is the laptop that you work on."), say("Declare it lost on another one."))
    return {"device": found.code, "number": found.entries}


def finding(connection: sqlite3.Connection, device: str) -> Body:
    """The body that takes back that a laptop was lost: all that it has can be merged again."""
    found = _meant(connection, device)
    if found.lost is None:
        raise refused(
            say("The laptop {laptop} was not declared lost.", laptop=found.name or found.code),
            say("Nothing has to be done."),
        )
    return {"device": found.code}


def _meant(connection: sqlite3.Connection, device: str) -> Device:
    """The laptop of that code or name; refused where there is none, or several of one name."""
    every = devices(connection)
    found = [one for one in every if one.code == device] or [one for one in every if one.name == device]
    if len(found) == 1:
        return found[0]
    if found:
        raise refused(
            say("Several laptops are called {name}.", name=device),
            say("Name it by its code: {words}.", words=choice([one.code for one in found])),
        )
    raise refused(say("There is no laptop {device}.", device=device), codes_like(device, [one.code for one in every]))


# -- a file for another laptop ---------------------------------------------------------------------------------------


def start_chain(connection: Connection, name: str) -> Body:
    """Begin a chain of its own on this file, inside an action: the body of its first entry.

    Its letters are those of no laptop that this file knows of, as long as there are any left.
    """
    known = {letters_of(one.code) for one in devices(connection)}
    device = random_hex(8)
    for _ in range(_TRIES):
        if letters_of(device) not in known:
            break
        device = random_hex(8)
    heads = heads_of(connection)
    connection.execute("UPDATE laptop SET device = ?", (device,))
    return {"device": device, "name": name, "heads": heads}


# -- what people must look at ----------------------------------------------------------------------------------------


def conflicts(connection: sqlite3.Connection) -> tuple[Conflict, ...]:
    """What two laptops said differently, in the order of the journal, settled or not."""
    rows = connection.execute("SELECT kind, what, stands, other, settled FROM conflict ORDER BY id").fetchall()
    found = [
        (kind, what, journal.one(connection, stands), journal.one(connection, other), settled)
        for kind, what, stands, other, settled in rows
    ]
    codes = _codes([(kind, what, sorted((stands.hash, other.hash))) for kind, what, stands, other, _ in found])
    return tuple(
        Conflict(code, kind, tuple(json.loads(what)), stands, other, settled)
        for code, (kind, what, stands, other, settled) in zip(codes, found, strict=True)
    )


def _codes(of: Sequence[Sequence[Any]]) -> list[str]:
    """A word of letters for each conflict, the same in every file and whatever comes later; longer for two that are alike."""
    digests = [int(hashlib.sha256(canonical(list(one)).encode()).hexdigest(), 16) for one in of]
    words = [
        "".join(LETTERS[digest // len(LETTERS) ** at % len(LETTERS)] for at in range(2 * _WORD)) for digest in digests
    ]
    short = Counter(word[:_WORD] for word in words)
    return [word[:_WORD] if short[word[:_WORD]] == 1 else word for word in words]


def settling(connection: sqlite3.Connection, typed: str, *, reason: str) -> tuple[Conflict, Body]:
    """The conflict of that code, and the body that says what people decided about it."""
    every = conflicts(connection)
    found = next((one for one in every if one.code == typed.strip().upper()), None)
    if found is None:
        there_are = listing([one.code for one in every if not one.settled])
        raise refused(
            say("There is no conflict {code}.", code=typed),
            say("There are: {words}.", words=there_are) if there_are.items else say("There are none."),
        )
    if found.settled:
        raise refused(
            say("Conflict {code} is settled: {reason}.", code=found.code, reason=found.settled),
            say("Nothing has to be done."),
        )
    return found, {
        "what": list(found.what),
        "stands": [found.stands.device, found.stands.number],
        "other": [found.other.device, found.other.number],
        "reason": reason,
    }


def late(connection: sqlite3.Connection) -> tuple[JournalEntry, ...]:
    """What came in for a round that was closed without it: kept, and taken when the round is reopened."""
    rows = connection.execute("SELECT DISTINCT journal FROM late ORDER BY journal").fetchall()
    return tuple(journal.one(connection, number) for (number,) in rows)
