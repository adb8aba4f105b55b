"""The file with its journal: created, opened, verified, and the one way to write into it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from pachamama.core.names import clean_name
from pachamama.core.problems import Problem
from pachamama.core.sentences import say
from pachamama.store import connection as file
from pachamama.store import journal, people, projections, replay, rounds, seal
from pachamama.store.connection import Connection
from pachamama.store.edge import now, random_hex
from pachamama.store.journal import Body, JournalEntry
from pachamama.store.people import Roll
from pachamama.store.refusals import do_not_pay, refused

_OF_A_LOST_LAPTOP = frozenset(
    {"merged", "device_started", "device_named", "device_lost", "device_found", "exported", "person_forgotten"}
)
"""What may still be written on a laptop that was declared lost: nothing that is about marks or money."""


class Ledger:
    """The part of the store that knows no nouns: a file, its journal, and actions that are stored whole."""

    def __init__(self, connection: Connection) -> None:
        """Use `create` or `open`."""
        self._connection = connection

    # -- the file ----------------------------------------------------------------------------------------------------

    @classmethod
    def create(
        cls, path: str | os.PathLike[str], *, actor: str, rules_text: str | None = None, rehearsal: bool = False
    ) -> Self:
        """A new file, private to the user, with a random device; an existing file is refused and left alone."""

        def fill(connection: Connection) -> None:
            with file.action(connection):
                connection.execute("INSERT INTO laptop (one, device) VALUES (1, ?)", (random_hex(8),))
                rules = rounds.rules_named(connection, rules_text) if rules_text is not None else {}
                cls(connection)._record("file_created", {"rehearsal": int(rehearsal), **rules}, actor)

        file.create_file(os.fspath(path), fill)
        return cls.open(path, writing=True)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        *,
        writing: bool = False,
        before_migrating: file.BeforeMigrating | None = None,
    ) -> Self:
        """The file, which must be there, be ours and be whole; without `writing` nothing in it can change.

        One of an older version is migrated when it is written; `before_migrating` is given the way to copy it first.
        """
        return cls(file.open_file(os.fspath(path), writing=writing, before_migrating=before_migrating))

    def close(self) -> None:
        """Close the file; it can be copied then (it can always be copied between actions)."""
        self._connection.close()

    def __enter__(self) -> Self:
        """The store itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the file."""
        self.close()

    @property
    def path(self) -> str:
        """Where the file stands."""
        return self._connection.path

    @property
    def device(self) -> str:
        """The random name of this laptop's chain in the journal."""
        return str(self._connection.execute("SELECT device FROM laptop").fetchone()[0])

    @property
    def head(self) -> tuple[int, str]:
        """Number and hash of the last entry of this laptop's chain: whoever writes anything moves it."""
        return journal.head(self._connection, self.device)

    def hash_at(self, number: int) -> str:
        """The hash of that entry of this laptop's chain; '' where the chain has not come so far."""
        return journal.hash_of(self._connection, self.device, number)

    @property
    def heads(self) -> tuple[tuple[str, int, str], ...]:
        """Where each laptop's chain ends in this file: device, number and hash of its last entry."""
        with file.reading(self._connection):
            return tuple((device, number, digest) for device, number, digest in seal.heads_of(self._connection))

    def hash_of(self, device: str, number: int) -> str:
        """The hash of that entry of a laptop's chain; '' where the chain has not come so far, or is not here."""
        return journal.hash_of(self._connection, device, number)

    @property
    def is_rehearsal(self) -> bool:
        """A file for practice: nothing in it is real."""
        return bool(self._connection.execute("SELECT rehearsal FROM programme").fetchone()[0])

    @property
    def is_for_audit(self) -> bool:
        """A copy for audit, in which personal numbers are hidden: it is read only, and nobody pays from it."""
        return file.is_for_audit(self._connection)

    @property
    def rules_text(self) -> str | None:
        """The rules file that the next round is opened with; None while there is none."""
        row = self._connection.execute("SELECT r.text FROM programme p JOIN rules r ON r.id = p.rules").fetchone()
        return row[0] if row else None

    def set_rules(self, text: str, actor: str) -> None:
        """Take a new rules file for the rounds to come; the same text again changes nothing."""
        with file.action(self._connection):
            if text != self.rules_text:
                self._record("rules_set", rounds.rules_named(self._connection, text), actor)

    # -- the journal -------------------------------------------------------------------------------------------------

    def journal(self) -> Iterator[JournalEntry]:
        """Every action, in the order in which it came into this file."""
        with file.reading(self._connection):
            yield from journal.entries(self._connection)

    def history(self) -> Iterator[JournalEntry]:
        """Every action in the one order that all files of the programme give it, whichever came in first here."""
        with file.reading(self._connection):
            for stub in replay.in_order(journal.stubs(self._connection)):
                yield journal.one(self._connection, stub.id)

    def verify(self) -> tuple[Problem, ...]:
        """All that is wrong with the file: its pages, its tables' shape, the journal, the persons, tables, seals."""
        with file.reading(self._connection):
            found = self.damage()
            found += file.foreign_parts(self._connection)
            found += journal.verify(self._connection) + journal.verify_laptop(self._connection)
            found += rounds.verify_rules(self._connection)
            found += self.unproved_people()
            return found or replay.differences(self._connection)

    def unproved_people(self) -> tuple[Problem, ...]:
        """Names and DNI that are not those the journal committed to; in a copy for audit those whose salt is there."""
        with file.reading(self._connection):
            return people.verify(self._connection, for_audit=self.is_for_audit)

    def damage(self) -> tuple[Problem, ...]:
        """Pages that SQLite cannot read back as it wrote them."""
        with file.reading(self._connection):
            pages = self._connection.execute("PRAGMA integrity_check").fetchall()
        return tuple(
            do_not_pay(say("The file is damaged inside: {what}.", what=text)) for (text,) in pages if text != "ok"
        )

    def rebuild(self) -> None:
        """Write every table anew from the journal."""
        replay.rebuild(self._connection)

    # -- one action --------------------------------------------------------------------------------------------------

    def _record(self, kind: str, body: Body | None, actor: str, roll: Roll | None = None) -> None:
        """Write an action into the journal and what it does into the tables; None: there is nothing to write."""
        if body is None:
            return
        if kind not in _OF_A_LOST_LAPTOP:
            self._refuse_if_lost()
        if roll:
            roll.write(self._connection)
        entry = journal.append(
            self._connection, device=self.device, at=now(), actor=one_line(actor), kind=kind, body=body
        )
        projections.apply(self._connection, entry)

    def _refuse_if_lost(self) -> None:
        """Nothing is written on a laptop that was declared lost, as soon as it knows: no other one would take it in."""
        row = self._connection.execute(
            "SELECT l.device FROM laptop l JOIN device d ON d.code = l.device WHERE d.lost IS NOT NULL"
        ).fetchone()
        if row is not None:
            raise refused(
                say("This laptop was declared lost: what is written on it now, no other one would take in."),
                say(
                    "Is it in the right hands? Go on as a laptop of its own: `pachamama devices renew --name TEXT`; or, on a "
                    "laptop of the programme: `pachamama devices found {device}`, then merge its file here.",
                    device=row[0],
                ),
            )

    @contextmanager
    def _acting(self, *, dry_run: bool) -> Iterator[None]:
        with file.reading(self._connection) if dry_run else file.action(self._connection):
            yield


def one_line(text: str) -> str:
    """A text that people typed, on one line and without signs that cannot be seen."""
    return clean_name(text)
