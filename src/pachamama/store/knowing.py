"""Who knew what: which entries each laptop had taken in when it wrote, and what follows from that for closings and erasings.

Two entries that did not know of each other may say different things of one thing; `reconciling` says which then stands.
"""

from __future__ import annotations

import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pachamama.store.journal import JournalEntry, canonical

Known: TypeAlias = Mapping[str, int]
"""How many entries of each laptop's chain somebody knew."""
EntryName: TypeAlias = tuple[str, int]
"""An entry by its laptop and its number there."""


@dataclass(frozen=True, slots=True)
class Clash:
    """Two entries that say different things of one thing without knowing of each other; `stands` is the first."""

    kind: str
    what: tuple[Any, ...]
    stands: tuple[str, int]
    other: tuple[str, int]


class Knowledge:
    """What each entry knew of the other laptops' chains: what the last entry with heads before it on its own chain said."""

    def __init__(self, order: Iterable[JournalEntry]) -> None:
        self.heads: dict[str, tuple[list[int], list[Known]]] = {}
        for entry in order:
            if entry.body.get("heads"):
                numbers, known = self.heads.setdefault(entry.device, ([], []))
                so_far = dict(known[-1]) if known else {}
                for device, number, *_ in entry.body["heads"]:
                    so_far[device] = max(so_far.get(device, 0), number)
                numbers.append(entry.number)
                known.append(so_far)

    def has(self, entry: JournalEntry, device: str, number: int) -> bool:
        """The entry knew that other entry, which is before it on its own chain or came in by a merge."""
        if device == entry.device:
            return number <= entry.number
        numbers, known = self.heads.get(entry.device, ([], []))
        at = bisect_right(numbers, entry.number)
        return at > 0 and known[at - 1].get(device, 0) >= number

    def taken_in(self, device: str, without: JournalEntry) -> int:
        """How far others had taken in a laptop's chain in entries that did not know of the entry `without`."""
        return max(
            (
                heads.get(device, 0)
                for other, (numbers, known) in self.heads.items()
                if other != device
                for number, heads in zip(numbers, known, strict=True)
                if (number if other == without.device else heads.get(without.device, 0)) < without.number
            ),
            default=0,
        )


@dataclass
class Closings:
    """Which closings and reopenings of rounds stand (`stand`), and what the others contradict.

    A closing stands on an open round of whose last closing it knew; a reopening on a closed round of whose closing it
    knew. That follows from who knew what, whatever else the journal says, so that it is known before the journal is
    replayed; `clashes` takes the conflicts that are found on the way.
    """

    knowledge: Knowledge
    clashes: list[Clash]
    stand: frozenset[EntryName]
    last: dict[str, tuple[JournalEntry, str]] = field(default_factory=dict)
    beside: dict[str, list[EntryName]] = field(default_factory=dict)
    reopened: dict[str, list[EntryName]] = field(default_factory=dict)

    @classmethod
    def of(cls, order: Iterable[JournalEntry], knowledge: Knowledge, clashes: list[Clash]) -> Closings:
        """Those of a journal in its order; of the bodies only the rounds are read."""
        stand: set[EntryName] = set()
        last: dict[str, JournalEntry] = {}
        closed: set[str] = set()
        for entry in order:
            if entry.kind not in ("round_closed", "round_reopened"):
                continue
            code, closes = entry.body["round"], entry.kind == "round_closed"
            before = last.get(code)
            knows = before is None or knowledge.has(entry, before.device, before.number)
            if knows and closes != (code in closed):
                stand.add((entry.device, entry.number))
                if closes:
                    last[code] = entry
                    closed.add(code)
                else:
                    closed.discard(code)
        return cls(knowledge, clashes, frozenset(stand))

    def close(self, entry: JournalEntry) -> bool:
        """It stands; if not, that is a conflict with the one that does, unless both say the same."""
        code, here = entry.body["round"], (entry.device, entry.number)
        said = canonical([entry.body["document"], entry.body.get("heads", []), entry.body.get("seal", "")])
        if here in self.stand:
            self.last[code] = (entry, said)
            for other in self.reopened.pop(code, []):
                if not self.knowledge.has(entry, *other):
                    self.clashes.append(Clash("reopening", (code, entry.body["number"]), here, other))
            return True
        first, first_said = self.last[code]
        if said != first_said:
            self.beside.setdefault(code, []).append(here)
            stands = (first.device, first.number)
            self.clashes.append(Clash("closing", (code, entry.body["number"]), stands, here))
        return False

    def reopen(self, entry: JournalEntry) -> bool:
        """It stands; if not, that is a conflict with the closing that it did not know.

        Not one of its own: a second reopening of what is open, and one of a closing that does not stand itself.
        """
        code, here = entry.body["round"], (entry.device, entry.number)
        if code not in self.last:
            return False
        first, _ = self.last[code]
        if here in self.stand or self.knowledge.has(entry, first.device, first.number):
            self.reopened.setdefault(code, []).append(here)
            return here in self.stand
        if not any(self.knowledge.has(entry, *one) for one in self.beside.get(code, ())):
            stands = (first.device, first.number)
            self.clashes.append(Clash("reopening", (code, first.body["number"]), stands, here))
        return False


class Forgotten:
    """Who was erased, by the codes under which the journal speaks of them, and by which entries.

    Whatever another laptop says of them without knowing of the erasing would bring them back.
    """

    def __init__(self, connection: sqlite3.Connection, order: Iterable[JournalEntry], knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.by_code: dict[tuple[str, str], list[tuple[JournalEntry, frozenset[str]]]] = {}
        for stub in order:
            if stub.kind == "person_forgotten":
                (text,) = connection.execute(
                    "SELECT json_extract(body, '$.commitments') FROM journal WHERE id = ?", (stub.id,)
                ).fetchone()
                erased = frozenset(json.loads(text))
                for code in _codes_of(connection, erased):
                    self.by_code.setdefault(code, []).append((stub, erased))

    def without_knowing(self, entry: JournalEntry, code: tuple[str, str], commitment: str) -> EntryName | None:
        """The erasing of whoever has that code of which the entry did not know, and which did not know of the entry."""
        for stub, erased in self.by_code.get(code, ()):
            knows = self.knowledge.has(entry, stub.device, stub.number)
            if not knows and not self.knowledge.has(stub, entry.device, entry.number) and commitment not in erased:
                return stub.device, stub.number
        return None


def _codes_of(connection: sqlite3.Connection, commitments: frozenset[str]) -> set[tuple[str, str]]:
    """Register and code, or `entry` and code, of everything in the journal that names one of the commitments."""
    wanted = canonical(sorted(commitments))
    rows = connection.execute(
        "SELECT DISTINCT json_extract(j.body, '$.register'), json_extract(r.value, '$.code')"
        " FROM journal j, json_each(j.body, '$.rows') r WHERE j.kind = 'register_imported'"
        " AND json_extract(r.value, '$.person') IN (SELECT value FROM json_each(?1))"
        " UNION SELECT DISTINCT 'entry', json_extract(e.value, '$.code')"
        " FROM journal j, json_each(j.body, '$.contests') c, json_each(c.value, '$.entries') e"
        " WHERE j.kind IN ('entered', 'scores_imported', 'sheet_recorded', 'status_set') AND j.body LIKE '%\"person\":%'"
        " AND json_extract(e.value, '$.person') IN (SELECT value FROM json_each(?1))",
        (wanted,),
    ).fetchall()
    return {(str(register), str(code)) for register, code in rows}
