"""The one way to the file: how it is created, opened and locked, and how SQLite's errors become sentences.

DELETE journal with synchronous=EXTRA: after a power cut every finished action is there and a copy of the one file is
whole (measured: WAL loses up to 40 % of last commits, and a copy of the `.db` alone is never good).
"""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from typing import Any, NoReturn, TypeAlias, TypeVar

from pachamama.core.machine import machine_said
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Mismatch, PachamamaError, Problem, Refused
from pachamama.core.sentences import say
from pachamama.store.edge import random_hex
from pachamama.store.refusals import do_not_pay, refused
from pachamama.store.schema import APPLICATION_ID, AUDIT_ID, SCHEMA_VERSION, migrate

BUSY_SECONDS = 30.0
"""How long an action waits for another program that is writing."""
_MAGIC = b"SQLite format 3\x00"
_SAFE = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-~:")
_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    "PRAGMA synchronous = EXTRA",
)
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EACCES, errno.EMLINK, errno.EINVAL}
"""What file systems without hard links (most USB sticks) answer."""
_AT_ONCE = 60
"""Rows of one statement: with up to ten columns well below the 999 values that old builds of SQLite allow."""
_T = TypeVar("_T")
CopyTo: TypeAlias = "Callable[[str | os.PathLike[str]], None]"
"""Copies a file, as it is at this moment, to a path where nothing is yet."""
BeforeMigrating: TypeAlias = "Callable[[CopyTo], None]"
"""What is done before a file of an older version is changed: a copy is kept."""


class Cursor(sqlite3.Cursor):
    """A cursor whose errors are sentences, also those that come while rows are read."""

    connection: Connection

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """Run one statement."""
        self._told(lambda: super(Cursor, self).execute(sql, parameters))
        return self

    def executemany(self, sql: str, parameters: Any, /) -> Cursor:
        """Run one statement for every row of parameters."""
        self._told(lambda: super(Cursor, self).executemany(sql, parameters))
        return self

    def fetchone(self) -> Any:
        """The next row, or None."""
        return self._told(super().fetchone)

    def fetchall(self) -> list[Any]:
        """All the rows that are left."""
        return self._told(super().fetchall)

    def __iter__(self) -> Iterator[Any]:  # type: ignore[override]
        """The rows one by one."""
        return iter(self.fetchone, None)

    def _told(self, run: Callable[[], _T]) -> _T:
        try:
            return run()
        except sqlite3.Error as error:
            _tell(error, self.connection.path)
        except UnicodeDecodeError as error:
            raise _damaged(error, self.connection.path) from error


class Connection(sqlite3.Connection):
    """A connection that knows its file and raises only errors that people can act on."""

    path: str = ""

    def execute(self, sql: str, parameters: Any = (), /) -> Cursor:
        """Run one statement."""
        return self.cursor(Cursor).execute(sql, parameters)

    def executemany(self, sql: str, parameters: Any, /) -> Cursor:
        """Run one statement for every row of parameters."""
        return self.cursor(Cursor).executemany(sql, parameters)


def insert_many(
    connection: sqlite3.Connection, into: str, values: str, rows: Sequence[Sequence[object]], *, otherwise: str = ""
) -> None:
    """Insert the rows, many with each statement: half the time of one by one. `otherwise`: if a row is there already."""
    whole = len(rows) - len(rows) % _AT_ONCE
    for first, end, number in ((0, whole, _AT_ONCE), (whole, len(rows), 1)):
        connection.executemany(
            f"INSERT INTO {into} VALUES {', '.join([values] * number)} {otherwise}",
            ([*chain.from_iterable(rows[at : at + number])] for at in range(first, end, number)),
        )


def open_file(path: str, *, writing: bool, before_migrating: BeforeMigrating | None = None) -> Connection:
    """A connection to a file of this program; a missing, foreign or newer file is refused, never created.

    A file of an older version is read as a migrated copy in memory and stays as it is; to be written it is migrated
    itself, after `before_migrating` was given the way to copy it.
    """
    _refuse_the_wrong_file(path, writing=writing)
    if not writing and _was_interrupted(path):
        _take_back_the_unfinished(path)
    connection = _connect(path, mode="rw" if writing else "ro")
    try:
        version = _version_of_ours(connection)
        if writing:
            _refuse_a_copy_for_audit(connection)
        if version < SCHEMA_VERSION and writing:
            _migrate_the_file(connection, before_migrating)
        elif version < SCHEMA_VERSION:
            connection = _copied_into_memory(connection)
            _migrate_whole(connection)
            connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def is_for_audit(connection: Connection) -> bool:
    """A copy for audit, in which personal numbers are hidden."""
    return bool(connection.execute("PRAGMA application_id").fetchone()[0] == AUDIT_ID)


def _refuse_a_copy_for_audit(connection: Connection) -> None:
    if is_for_audit(connection):
        raise refused(
            say("This file is a copy for audit: personal numbers are hidden in it, and nothing is written into it."),
            say("Work in the programme's own file: `--db FILE`."),
        )


def mark_for_audit(connection: Connection) -> None:
    """Say in the head of a copy that it is one for audit: nobody takes it for the programme's own file."""
    connection.execute(f"PRAGMA application_id = {AUDIT_ID}")


def _copied_into_memory(source: Connection) -> Connection:
    """All that the file holds, in memory, under the name of the file; the file is closed."""
    try:
        copy = _empty_memory()
        copy.path = source.path
        _copy_pages(source, copy)
    finally:
        source.close()
    return copy


def _migrate_the_file(connection: Connection, before: BeforeMigrating | None) -> None:
    """Copy the file and bring it up to date as one action: of two programs that come at once the second finds it done."""

    def copy_to(target: str | os.PathLike[str]) -> None:
        reader = _connect(connection.path, mode="ro")  # who holds the file for writing cannot copy it
        try:
            copy_file(reader, os.fspath(target))
        finally:
            reader.close()

    with action(connection):
        if _version_of_ours(connection) < SCHEMA_VERSION:
            if before is not None:
                before(copy_to)
            _migrate_whole(connection)


def _migrate_whole(connection: Connection) -> None:
    migrate(connection)
    if _version_of_ours(connection) < SCHEMA_VERSION:  # it says that it has what it has not
        raise Mismatch(
            do_not_pay(say("{file} is damaged ({reason}).", file=visible(connection.path), reason="user_version"))
        )


def in_memory() -> Connection:
    """A file of this version in memory, empty: to replay a journal into."""
    connection = _empty_memory()
    migrate(connection)
    return connection


def _empty_memory() -> Connection:
    connection = sqlite3.connect(":memory:", factory=Connection, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(pragma)
    return connection


def foreign_parts(connection: Connection) -> tuple[Problem, ...]:
    """Tables, indexes, triggers, migrations that are not those of this version: missing, changed, or somebody else's."""
    query = (
        "SELECT name, type, tbl_name, sql FROM sqlite_schema WHERE substr(name, 1, 7) <> 'sqlite_'"
        " AND NOT (tbl_name = '_sqlite_migrations' AND type IN ('table', 'index'))"
    )
    steps = "SELECT name FROM _sqlite_migrations WHERE migration_set = 'pachamama' ORDER BY name"
    fresh = in_memory()
    try:
        ours, theirs = (
            {
                **{name: (*what, " ".join((sql or "").split())) for name, *what, sql in one.execute(query).fetchall()},
                "_sqlite_migrations": tuple(name for (name,) in one.execute(steps).fetchall()),
            }
            for one in (fresh, connection)
        )
    finally:
        fresh.close()
    wrong = sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))
    return tuple(
        do_not_pay(say("The part “{name}” of the file is not that of this program.", name=visible(name)))
        for name in wrong
    )


def create_file(path: str, fill: Callable[[Connection], None]) -> None:
    """Build a new file beside, private to the user, and give it its name when it is whole; an existing one is refused.

    A power cut leaves either no file or the finished one.
    """

    def make(connection: Connection) -> None:
        migrate(connection)
        fill(connection)

    _new_file(path, make)


def copy_file(source: Connection, path: str, change: Callable[[Connection], None] | None = None) -> None:
    """Copy a whole file as it is at this moment, read it back, and give it its name; an existing one is refused.

    `change` is done to the copy before it has its name. A copy that cannot be read back whole is not kept.
    """

    def make(connection: Connection) -> None:
        _copy_pages(source, connection)
        if change is not None:
            change(connection)

    _new_file(path, make)


def _copy_pages(source: Connection, target: Connection) -> None:
    try:
        source.backup(target)
    except sqlite3.Error as error:
        _tell(error, target.path)


def _new_file(path: str, make: Callable[[Connection], None]) -> None:
    path = os.path.abspath(path)
    _refuse_if_there(path)
    beside = f"{path}.new-{random_hex(4)}"
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except (OSError, ValueError) as error:
        raise refused(
            say("{file} cannot be created: {reason}.", file=visible(path), reason=machine_said(error)),
            say("Choose a folder that exists and that you may write to."),
        ) from error
    try:
        connection = _connect(beside, mode="rw")
        try:
            make(connection)
        finally:
            connection.close()
        _read_back(beside)
        _give_name(beside, path)
    finally:
        for leftover in (beside, beside + "-journal"):
            with suppress(OSError):  # the file has its name or not; what cannot be removed changes nothing of that
                os.unlink(leftover)
    _sync_folder(os.path.dirname(path))


def _read_back(path: str) -> None:
    """Put the file on the disk, and read every page of it again."""
    try:
        handle = os.open(path, os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        raise refused(
            say("The new file cannot be put on the disk: {reason}.", reason=machine_said(error)),
            say("Make room, or use another disk or stick."),
        ) from error
    connection = _connect(path, mode="ro")
    try:
        pages = [text for (text,) in connection.execute("PRAGMA integrity_check").fetchall() if text != "ok"]
    finally:
        connection.close()
    if pages:
        raise refused(
            say("The new file cannot be read back whole ({reason}).", reason=pages[0]),
            say("The disk or stick may be failing: use another one."),
        )


@contextmanager
def action(connection: Connection) -> Iterator[None]:
    """One action of a person: all of it is stored, on the disk, when this ends; or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.rollback()
        raise


@contextmanager
def erasing(connection: Connection) -> Iterator[None]:
    """What is erased inside leaves no byte in the file: freed space is overwritten, then the file written anew."""
    connection.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        connection.execute("PRAGMA secure_delete = OFF")
    sweep(connection)


def sweep(connection: Connection) -> None:
    """Write the whole file anew, so that nothing stands in it beside what its tables say."""
    try:
        connection.execute("VACUUM")
    except Refused as error:
        raise Refused(
            Problem(
                NOWHERE,
                say("What was erased is erased, but traces of it may be left: the file could not be written anew."),
                say("Make room on the disk for a second copy of the file, then do it once more."),
            ),
            *error.problems,
            safe=say("Everything else in the file stands as it was."),
        ) from error


@contextmanager
def reading(connection: Connection) -> Iterator[None]:
    """Everything read inside is of one moment, whatever others write meanwhile; nothing is written."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.rollback()


# -- the steps -------------------------------------------------------------------------------------------------------


def _connect(path: str, *, mode: str) -> Connection:
    try:
        connection = sqlite3.connect(
            f"{_uri(path)}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None, factory=Connection
        )
    except sqlite3.Error as error:
        _tell(error, path)
    connection.path = path
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        if mode != "ro":
            connection.execute("PRAGMA journal_mode = DELETE")
    except BaseException:
        connection.close()
        raise
    return connection


def _uri(path: str) -> str:
    """The path as SQLite's URI, any byte of it quoted that is not plain."""
    whole = os.path.abspath(path)
    if os.sep == "\\":
        whole = "/" + whole.replace("\\", "/")
    return "file://" + "".join(chr(byte) if byte in _SAFE else f"%{byte:02X}" for byte in os.fsencode(whole))


def _refuse_the_wrong_file(path: str, *, writing: bool) -> None:
    """Say what stands there instead of a database, before SQLite is asked."""
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        if isinstance(error, PermissionError):
            raise _unreadable(path) from error
        raise refused(
            say("There is no file {file}.", file=visible(path)),
            say("Go to the folder with the file, or name it with `--db`; `pachamama init` makes a new one."),
        ) from error
    if stat.S_ISDIR(found.st_mode):
        raise refused(
            say("{file} is a folder, not a file.", file=visible(path)),
            say("Name the file inside it, for example `--db {file}/pachamama.db`.", file=visible(path)),
        )
    if not stat.S_ISREG(found.st_mode):
        raise _not_ours(path)
    if found.st_size == 0:
        raise Mismatch(
            Problem(
                NOWHERE,
                say("{file} is empty: nothing was ever stored in it, or a copy was cut off.", file=visible(path)),
                say("Take another copy or a backup, or move it away and run `pachamama init`."),
            )
        )
    try:
        with open(path, "rb") as file:
            head = file.read(len(_MAGIC))
    except OSError as error:
        raise _unreadable(path) from error
    if head != _MAGIC and (not head.strip(b"\0") or _MAGIC.startswith(head)):
        raise Mismatch(
            Problem(
                NOWHERE,
                say("{file} is damaged: its beginning is cut off or empty.", file=visible(path)),
                say("Do not pay from it and do not change it. Put it aside and take the newest backup."),
            )
        )
    if head != _MAGIC:
        raise _not_ours(path)
    if writing and not (os.access(path, os.W_OK) and os.access(os.path.dirname(os.path.abspath(path)), os.W_OK)):
        raise _read_only(path)


def _version_of_ours(connection: Connection) -> int:
    """The file's version; a file of another program, or of a newer version of this one, is refused."""
    if connection.execute("PRAGMA application_id").fetchone()[0] not in (APPLICATION_ID, AUDIT_ID):
        raise _not_ours(connection.path)
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    if version < 1:
        raise Mismatch(
            do_not_pay(say("{file} is damaged ({reason}).", file=visible(connection.path), reason="user_version"))
        )
    if version > SCHEMA_VERSION:
        raise refused(
            say("{file} was written by a newer version of this program.", file=visible(connection.path)),
            say("Install the newer version on this laptop; the file is safe."),
        )
    return version


def _was_interrupted(path: str) -> bool:
    """An action was under way when the power went, or another program is writing now."""
    try:
        return os.stat(path + "-journal").st_size > 0
    except OSError:
        return False


def _take_back_the_unfinished(path: str) -> None:
    """Let SQLite undo an action that a power cut interrupted: a read-only connection may not."""
    connection = _connect(path, mode="rw")
    try:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    finally:
        connection.close()


def _refuse_if_there(path: str) -> None:
    if os.path.lexists(path):
        raise refused(
            say("{file} is there already.", file=visible(path)),
            say("To go on with it, use it as it is; for a new one choose another name."),
        )


def _give_name(beside: str, path: str) -> None:
    """Give the finished file its name, without ever writing over one that came meanwhile."""
    try:
        os.link(beside, path)
    except FileExistsError:
        _refuse_if_there(path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise refused(
                say("{file} cannot be created: {reason}.", file=visible(path), reason=machine_said(error)),
                say("Choose a folder that exists and that you may write to."),
            ) from error
        _refuse_if_there(path)
        os.rename(beside, path)


def _sync_folder(folder: str) -> None:
    """Make the new name survive a power cut, where the system can do that for a folder."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)


# -- errors ----------------------------------------------------------------------------------------------------------


def _tell(error: sqlite3.Error, path: str) -> NoReturn:
    """Raise what people can act on; a mistake of this program (misused connection) stays what it is."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        raise error
    raise _explained(code & 0xFF, error, path) from error


def _explained(code: int, error: sqlite3.Error, path: str) -> PachamamaError:
    """One sentence for each thing that can go wrong with a file."""
    file = visible(path)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return refused(
            say("Another program has been writing to {file} for too long.", file=file),
            say("Wait until it has finished, or close it; then do this once more. What is stored is safe."),
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return _read_only(path)
    if code == sqlite3.SQLITE_FULL:
        return refused(
            say("The disk with {file} is full; this action was not stored.", file=file),
            say("Make room and do it once more. Everything before it is safe."),
        )
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR):
        return refused(
            say("{file} could not be read or written; this action was not stored.", file=file),
            say("Check that the disk or stick is plugged in and has room, then do it once more."),
        )
    if code == sqlite3.SQLITE_CONSTRAINT:
        return refused(
            say("{file} does not take this: {reason}.", file=file, reason=visible(str(error))),
            say("This is a mistake of the program, not yours. Please report it with this message."),
        )
    return _damaged(error, path)


def _damaged(error: Exception, path: str) -> Mismatch:
    return Mismatch(
        Problem(
            NOWHERE,
            say("{file} is damaged ({reason}).", file=visible(path), reason=machine_said(error)),
            say("Do not pay from it and do not change it. Put it aside and take the newest backup."),
        )
    )


def _not_ours(path: str) -> Refused:
    return refused(
        say("{file} is not a file of this program.", file=visible(path)),
        say("Name the right file with `--db`; `pachamama init` makes a new one."),
    )


def _unreadable(path: str) -> Refused:
    return refused(
        say("You may not read {file}.", file=visible(path)),
        say("Ask its owner for the right to read it, or take a copy of your own."),
    )


def _read_only(path: str) -> Refused:
    return refused(
        say("{file} cannot be written: the file or its folder is read-only.", file=visible(path)),
        say("Copy it to a folder of your own and work there. What is stored is safe."),
    )
