"""The journal of several laptops in one order, and what happens where two of them said something of the same thing.

The order depends only on which entries there are, never on the order in which files came together. Where two laptops
said different things without knowing of each other, the first in that order stands and the other is kept for a person
to decide; nothing wins by being later. What a seal did not know of its round waits, and comes in when that is reopened.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush

from pachamama.core.problems import PachamamaError, Problem
from pachamama.core.sentences import say
from pachamama.store import journal, projections, seal
from pachamama.store.connection import Connection, action, in_memory
from pachamama.store.journal import JournalEntry, canonical
from pachamama.store.knowing import Clash, Closings, Forgotten, Knowledge, Known
from pachamama.store.reconciling import Reconciler
from pachamama.store.refusals import do_not_pay
from pachamama.store.schema import KEPT, PROJECTIONS
from pachamama.store.shared_codes import SharedCodes


class NonsenseError(ValueError):
    """An entry speaks of what is not there: the journal cannot be replayed."""

    def __init__(self, entry: JournalEntry) -> None:
        super().__init__(f"{entry.kind} {entry.number} of {entry.device}")
        self.entry = entry


class CircleError(ValueError):
    """Entries that each say that the other came before them."""


# -- every table anew -------------------------------------------------------------------------------------------------


def rebuild(connection: Connection) -> tuple[Problem, ...]:
    """Empty every projection and write it anew from the journal, in one transaction; seals that do not fit any more."""
    with action(connection):
        return rebuild_inside(connection)


def rebuild_inside(connection: sqlite3.Connection, *, with_what_waits: bool = False) -> tuple[Problem, ...]:
    """The same inside the transaction of an action; `with_what_waits`: what came late is tried too, and taken back.

    `NonsenseError` names the entry that cannot be applied, `CircleError` says that there is no order.
    """
    connection.execute("PRAGMA defer_foreign_keys = ON")
    for table in reversed(PROJECTIONS):
        connection.execute(f"DELETE FROM {table}")
    replayed = _Replay(connection)
    broken = replayed.all()
    if with_what_waits:
        replayed.try_what_waits()
    return broken


def differences(connection: Connection) -> tuple[Problem, ...]:
    """Replay the journal beside, in memory, and name every table that does not say the same, and every broken seal."""
    fresh = in_memory()
    try:
        _copy_kept(connection, fresh, journal.stubs(connection))
        try:
            broken = rebuild(fresh) + _broken_apart(connection)
        except (PachamamaError, KeyError, TypeError, ValueError):
            return (do_not_pay(say("The journal cannot be replayed: an entry in it does not make sense.")),)
        return broken + tuple(_unlike(table) for table in PROJECTIONS if not _is_same(connection, fresh, table))
    finally:
        fresh.close()


def _copy_kept(connection: sqlite3.Connection, fresh: Connection, entries: Iterable[JournalEntry]) -> None:
    """What is no projection, with those entries of the journal."""
    for table in KEPT:
        rows = connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
        if table == "journal":
            kept = {entry.id for entry in entries}
            rows = [row for row in rows if row[0] in kept]
        if rows:
            fresh.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(rows[0]))})", rows)


def _broken_apart(connection: sqlite3.Connection) -> tuple[Problem, ...]:
    """The seals that do not fit what stood when they were made, of rounds that two laptops closed apart.

    Such a seal is not that of what stands together: it is reckoned over the entries that it says it knew.
    """
    order = in_order(journal.stubs(connection))
    broken: list[Problem] = []
    for sealed in _doubtful(_closings(order)):
        known = past_of(sealed)
        past = [one for one in order if one.number <= known.get(one.device, 0) or one.id == sealed.id]
        apart = in_memory()
        try:
            _copy_kept(connection, apart, past)
            with action(apart):
                apart.execute("PRAGMA defer_foreign_keys = ON")
                replayed = _Replay(apart)
                broken += [one for one in replayed.all() if one not in broken]
            if (sealed.device, sealed.number) not in replayed.proved:
                broken.append(_does_not_fit(journal.one(connection, sealed.id)))
        finally:
            apart.close()
    return tuple(broken)


def _closings(order: Iterable[JournalEntry]) -> dict[str, list[JournalEntry]]:
    """The closings of each round, in order."""
    found: dict[str, list[JournalEntry]] = {}
    for entry in order:
        if entry.kind == "round_closed":
            found.setdefault(entry.body["round"], []).append(entry)
    return found


def _doubtful(closings: Mapping[str, Sequence[JournalEntry]]) -> list[JournalEntry]:
    """The closings of a round that another laptop closed without knowing of it."""
    return [
        one
        for several in closings.values()
        for one in several
        if any(_unknown_to_each_other(one, other) for other in several)
    ]


def _does_not_fit(entry: JournalEntry) -> Problem:
    return do_not_pay(
        say(
            "Seal {number} of {round} does not fit what it was put on.",
            number=entry.body["number"],
            round=entry.body["round"],
        )
    )


def _is_same(one: Connection, other: Connection, table: str) -> bool:
    columns = len(one.execute(f"PRAGMA table_info({table})").fetchall())
    query = f"SELECT * FROM {table} ORDER BY {', '.join(map(str, range(1, columns + 1)))}"
    return bool(one.execute(query).fetchall() == other.execute(query).fetchall())


def _unlike(table: str) -> Problem:
    return do_not_pay(
        say("The table `{table}` does not say what the journal says: it was changed outside the program.", table=table)
    )


class _Replay:
    """One pass over the journal, in order; the bodies are read one at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.order = in_order(journal.stubs(connection))
        several = len({entry.device for entry in self.order}) > 1
        self.reconciler = _reconciler(connection, self.order) if several else None
        self.seals = _closings(self.order)
        self.coming = self._those_that_stand()
        self.doubtful = {(sealed.device, sealed.number) for sealed in _doubtful(self.seals)}
        self.proved: set[tuple[str, int]] = set()
        self.held: dict[str, list[JournalEntry]] = {}
        self.broken: list[Problem] = []

    def all(self) -> tuple[Problem, ...]:
        """Apply every entry; the seals that do not fit what was replayed."""
        for stub in self.order:
            self.one(journal.one(self.connection, stub.id))
        for round_code, entries in self.held.items():
            self.connection.executemany(
                "INSERT INTO late (journal, round) SELECT ?, id FROM round WHERE code = ?",
                [(entry.id, round_code) for entry in entries],
            )
        return tuple(self.broken)

    def try_what_waits(self) -> None:
        """Apply what came late as if its rounds were open, to see that it can be, and take it back."""
        late = {entry.id: entry for entries in self.held.values() for entry in entries}
        waits = [late[stub.id] for stub in self.order if stub.id in late]
        self.connection.execute("SAVEPOINT waits")
        try:
            for entry in waits:
                self._apply(entry)
        finally:
            self.connection.execute("ROLLBACK TO waits")
            self.connection.execute("RELEASE waits")

    def one(self, entry: JournalEntry) -> None:
        """Apply an entry, or hold it until its round is reopened."""
        if self.reconciler and entry.kind == "households_merged":
            self._apply(replace(entry, kind="household_dropped"))
            for code in projections.rounds_of_a_merge(self.connection, entry.body):
                self.one(replace(entry, kind="entrant_renamed", body={**entry.body, "round": code}))
            return
        round_code = entry.body.get("round")
        if self.reconciler and entry.kind in _OF_AN_OPEN_ROUND and self._comes_late(entry):
            if entry.kind != "fields_frozen":  # what a closing that does not stand would have kept
                self.held.setdefault(str(round_code), []).append(entry)
            return
        self._apply(entry)
        coming = self.coming.get(str(round_code))
        if coming and (coming[0].device, coming[0].number) == (entry.device, entry.number):
            coming.pop(0)
        if entry.kind in ("round_closed", "round_reopened") and self._is_open(str(round_code)):
            for held in self.held.pop(str(round_code), []):
                self.one(held)

    def _is_open(self, code: str) -> bool:
        """Nothing of a round that is not there yet is late; a seal that does not stand leaves it open."""
        state = self.connection.execute("SELECT state FROM round WHERE code = ?", (code,)).fetchone()
        return bool(state != ("closed",))

    def _those_that_stand(self) -> dict[str, list[JournalEntry]]:
        """The closings of each round that will stand, in order."""
        stand = self.reconciler.closings.stand if self.reconciler else frozenset()
        return {
            code: [one for one in several if (one.device, one.number) in stand] for code, several in self.seals.items()
        }

    def _comes_late(self, entry: JournalEntry) -> bool:
        """The round is closed, or the next closing of it that stands does not know the entry."""
        code = entry.body["round"]
        if not self._is_open(code):
            return True
        coming = self.coming.get(code)
        return bool(coming) and past_of(coming[0]).get(entry.device, 0) < entry.number if coming else False

    def _apply(self, entry: JournalEntry) -> None:
        """Apply an entry, or say that this is the one that makes no sense."""
        try:
            self._apply_parts(entry)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
            raise NonsenseError(entry) from error
        except (sqlite3.ProgrammingError, sqlite3.InterfaceError) as error:
            raise NonsenseError(entry) from error
        except PachamamaError as error:
            if isinstance(error.__cause__, sqlite3.IntegrityError | sqlite3.DataError):
                raise NonsenseError(entry) from error
            raise  # a full disk says nothing about the journal

    def _apply_parts(self, entry: JournalEntry) -> None:
        if self.reconciler is None:
            self._check(entry)
            projections.apply(self.connection, entry)
            return
        for part in self.reconciler.entry(entry):
            self._check(part)
            projections.apply(self.connection, part)
        for clash in self.reconciler.take_clashes():
            self.connection.execute(
                "INSERT INTO conflict (kind, what, stands, other, settled) VALUES"
                " (?, ?, (SELECT id FROM journal WHERE device = ? AND number = ?),"
                " (SELECT id FROM journal WHERE device = ? AND number = ?), '')",
                (clash.kind, canonical(list(clash.what)), *clash.stands, *clash.other),
            )

    def _check(self, entry: JournalEntry) -> None:
        """A seal must be that of what stands at its moment.

        Where two laptops closed one round without knowing of each other, what one of them sealed is not what stands
        together: that is a conflict which people end by closing the round once more. Each of them is proved apart.
        """
        if entry.kind != "round_closed" or not entry.body.get("seal"):
            return
        if (entry.device, entry.number) in self.doubtful:
            return
        body = entry.body
        key = self.connection.execute("SELECT id FROM round WHERE code = ?", (body["round"],)).fetchone()[0]
        digest = seal.digest_of(
            self.connection,
            key,
            number=body["number"],
            document=body["document"],
            heads=body["heads"],
            lower=body.get("lower_results"),
        )
        if seal.code_of(digest) == body["seal"]:
            self.proved.add((entry.device, entry.number))
        else:
            self.broken.append(_does_not_fit(entry))


def _reconciler(connection: sqlite3.Connection, order: Sequence[JournalEntry]) -> Reconciler:
    knowledge = Knowledge(order)
    clashes: list[Clash] = []
    return Reconciler(
        connection,
        knowledge,
        Closings.of(order, knowledge, clashes),
        clashes,
        Forgotten(connection, order, knowledge),
        SharedCodes(connection, order, knowledge),
        journal.alike(connection),
    )


_OF_AN_OPEN_ROUND = frozenset(
    {
        "entered",
        "scores_imported",
        "sheet_recorded",
        "status_set",
        "order_recorded",
        "ruling_recorded",
        "order_voided",
        "ruling_voided",
        "panel_assigned",
        "conflict_declared",
        "sheets_numbered",
        "sheet_bound",
        "second_typed",
        "discrepancy_settled",
        "entrant_renamed",
        "fields_frozen",
    }
)
"""What is taken only while a round is open."""


# -- the order -------------------------------------------------------------------------------------------------------


def in_order(entries: Iterable[JournalEntry]) -> list[JournalEntry]:
    """All entries in the one order of their set: what an entry knew comes before it, and the rest goes by time.

    Only the heads are read of the bodies. Clocks go wrong: along a chain time never runs back.
    """
    chains: dict[str, list[JournalEntry]] = {}
    for entry in entries:
        chains.setdefault(entry.device, []).append(entry)
    for chain in chains.values():
        chain.sort(key=lambda entry: entry.number)
    if len(chains) <= 1:
        return [entry for chain in chains.values() for entry in chain]
    done = dict.fromkeys(chains, 0)
    latest = dict.fromkeys(chains, "")
    ready: list[tuple[str, str]] = []
    waiting = sorted(chains)
    found: list[JournalEntry] = []
    while ready or waiting:
        blocked, waiting = waiting, []
        for device in blocked:
            if done[device] == len(chains[device]):
                continue
            entry = chains[device][done[device]]
            if all(done.get(other, 0) >= count for other, count in past_of(entry).items()):
                latest[device] = max(latest[device], entry.at)
                heappush(ready, (latest[device], device))
            else:
                waiting.append(device)
        if not ready:
            if waiting:
                raise CircleError("entries that each need the other")
            break
        _, device = heappop(ready)
        found.append(chains[device][done[device]])
        done[device] += 1
        waiting.append(device)
    return found


def past_of(entry: JournalEntry) -> Known:
    """What an entry says that it knew: the heads of a merge or a seal; of its own chain everything before it."""
    said = {device: number for device, number, *_ in entry.body.get("heads", ())}
    return {**said, entry.device: entry.number - 1}


def _unknown_to_each_other(one: JournalEntry, other: JournalEntry) -> bool:
    """Neither was known to whoever wrote the other."""
    return one.device != other.device and not (
        past_of(one).get(other.device, 0) >= other.number or past_of(other).get(one.device, 0) >= one.number
    )
