"""The tables, as append-only named migrations; the file's version is the number of migrations it has.

Three tables are kept as they are: `journal` (the truth), `person` (what may be erased), `laptop` (who writes here).
All others are projections of the journal. Integer keys inside, every code once; '' stands for "none" in a text column.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

APPLICATION_ID = 0x50614D61
"""`PaMa`, in the header of every file of this program."""
AUDIT_ID = 0x50614D41
"""`PaMA`, in the header of a copy for audit, in which personal numbers are hidden: it is only read."""
SCHEMA_VERSION = 5
"""How many migrations there are."""

KEPT = ("laptop", "person", "journal")
"""The tables that are no projections."""
PROJECTIONS = (
    "rules",
    "programme",
    "watershed",
    "community",
    "household",
    "judge",
    "round",
    "phase",
    "contest",
    "entry",
    "sheet",
    "correction",
    "recorded_order",
    "ruling",
    "result",
    "seat",
    "declaration",
    "numbered_sheet",
    "second_sheet",
    "submission",
    "attachment",
    "receipt",
    "payment",
    "redress",
    "appeal",
    "device",
    "late",
    "conflict",
)
"""The tables that the journal rebuilds, each after those it refers to."""

_FIRST = """
CREATE TABLE laptop (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    device TEXT NOT NULL
) STRICT;

CREATE TABLE journal (
    id INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    number INTEGER NOT NULL,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (device, number)
) STRICT;
CREATE TRIGGER journal_is_never_changed BEFORE UPDATE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is never changed'); END;
CREATE TRIGGER journal_is_never_deleted BEFORE DELETE ON journal
BEGIN SELECT RAISE(ABORT, 'the journal is never deleted'); END;
CREATE TRIGGER journal_only_grows BEFORE INSERT ON journal
WHEN EXISTS (SELECT 1 FROM journal WHERE id = NEW.id)
    OR NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM journal WHERE device = NEW.device)
    OR NEW.previous <> coalesce((SELECT hash FROM journal WHERE device = NEW.device AND number = NEW.number - 1), '')
BEGIN SELECT RAISE(ABORT, 'the journal only grows, each entry after the last one'); END;

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    commitment TEXT NOT NULL UNIQUE,
    salt TEXT NOT NULL,
    name TEXT NOT NULL,
    dni TEXT NOT NULL,
    partner TEXT NOT NULL,
    fields TEXT NOT NULL
) STRICT;

CREATE TABLE rules (
    id INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL
) STRICT;
CREATE TABLE programme (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    rehearsal INTEGER NOT NULL CHECK (rehearsal IN (0, 1)),
    rules INTEGER REFERENCES rules
) STRICT;

CREATE TABLE watershed (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (code <> ''),
    name TEXT NOT NULL
) STRICT;
CREATE TABLE community (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (code <> ''),
    name TEXT NOT NULL,
    watershed INTEGER REFERENCES watershed,
    households INTEGER CHECK (households >= 0)
) STRICT;
CREATE TABLE household (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (code <> ''),
    community INTEGER NOT NULL REFERENCES community,
    person INTEGER REFERENCES person,
    sex TEXT NOT NULL,
    category TEXT NOT NULL
) STRICT;
CREATE INDEX household_community ON household (community);
CREATE TABLE judge (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE CHECK (code <> ''),
    person INTEGER REFERENCES person,
    community INTEGER REFERENCES community
) STRICT;

CREATE TABLE round (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    competition TEXT NOT NULL,
    tier TEXT NOT NULL CHECK (tier IN ('household', 'group', 'community')),
    number INTEGER NOT NULL,
    edition TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    rules INTEGER NOT NULL REFERENCES rules,
    lower INTEGER REFERENCES round,
    lower_results INTEGER,
    results INTEGER NOT NULL DEFAULT 0,
    UNIQUE (competition, tier, number)
) STRICT;
CREATE TABLE phase (
    id INTEGER PRIMARY KEY,
    round INTEGER NOT NULL REFERENCES round,
    code TEXT NOT NULL,
    criteria TEXT NOT NULL,
    UNIQUE (round, code)
) STRICT;
CREATE TABLE contest (
    id INTEGER PRIMARY KEY,
    round INTEGER NOT NULL REFERENCES round,
    within TEXT NOT NULL,
    category TEXT NOT NULL,
    UNIQUE (round, within, category)
) STRICT;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    contest INTEGER NOT NULL REFERENCES contest,
    code TEXT NOT NULL CHECK (code <> ''),
    person INTEGER REFERENCES person,
    status TEXT NOT NULL CHECK (status IN ('', 'absent', 'disqualified', 'withdrawn')),
    status_reason TEXT NOT NULL,
    deductions TEXT NOT NULL,
    fields TEXT NOT NULL,
    UNIQUE (contest, code)
) STRICT;
CREATE INDEX entry_code ON entry (code);
CREATE TABLE sheet (
    entry INTEGER NOT NULL REFERENCES entry,
    phase INTEGER NOT NULL REFERENCES phase,
    judge INTEGER NOT NULL REFERENCES judge,
    marks TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal,
    PRIMARY KEY (entry, phase, judge)
) STRICT, WITHOUT ROWID;
CREATE TABLE correction (
    journal INTEGER NOT NULL REFERENCES journal,
    entry INTEGER NOT NULL REFERENCES entry,
    phase INTEGER NOT NULL REFERENCES phase,
    judge INTEGER NOT NULL REFERENCES judge,
    old TEXT NOT NULL,
    replaced INTEGER NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (journal, entry, phase, judge)
) STRICT, WITHOUT ROWID;
CREATE TABLE recorded_order (
    id INTEGER PRIMARY KEY,
    contest INTEGER NOT NULL REFERENCES contest,
    step TEXT NOT NULL CHECK (step IN ('lots', 'jury_decision')),
    numbers TEXT NOT NULL,
    reason TEXT NOT NULL,
    witnesses TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal
) STRICT;
CREATE INDEX recorded_order_contest ON recorded_order (contest);
CREATE TABLE ruling (
    id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry,
    kind TEXT NOT NULL CHECK (kind IN ('deduction', 'bonus', 'knockout', 'disqualification')),
    rule TEXT NOT NULL,
    reason TEXT NOT NULL,
    names TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal
) STRICT;
CREATE INDEX ruling_entry ON ruling (entry);
CREATE TABLE result (
    id INTEGER PRIMARY KEY,
    round INTEGER NOT NULL REFERENCES round,
    number INTEGER NOT NULL,
    document TEXT NOT NULL,
    accept_missing TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal,
    UNIQUE (round, number)
) STRICT;
"""

_SECOND = """
ALTER TABLE judge ADD COLUMN office TEXT NOT NULL DEFAULT '';
ALTER TABLE judge ADD COLUMN phases TEXT NOT NULL DEFAULT '';
ALTER TABLE household ADD COLUMN merged_into INTEGER REFERENCES household;
ALTER TABLE sheet ADD COLUMN control TEXT NOT NULL DEFAULT '';

CREATE TABLE seat (
    contest INTEGER NOT NULL REFERENCES contest,
    phase INTEGER NOT NULL REFERENCES phase,
    judge INTEGER NOT NULL REFERENCES judge,
    PRIMARY KEY (contest, phase, judge)
) STRICT, WITHOUT ROWID;
CREATE TABLE declaration (
    entry INTEGER NOT NULL REFERENCES entry,
    judge INTEGER NOT NULL REFERENCES judge,
    kind TEXT NOT NULL CHECK (kind IN ('recused', 'no_conflict')),
    reason TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal,
    PRIMARY KEY (entry, judge)
) STRICT, WITHOUT ROWID;
CREATE TABLE numbered_sheet (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL,
    round INTEGER NOT NULL REFERENCES round,
    phase INTEGER NOT NULL REFERENCES phase,
    entry INTEGER REFERENCES entry,
    judge INTEGER REFERENCES judge
) STRICT;
CREATE INDEX numbered_sheet_code ON numbered_sheet (code);
CREATE INDEX numbered_sheet_round ON numbered_sheet (round);
CREATE TABLE second_sheet (
    entry INTEGER NOT NULL REFERENCES entry,
    phase INTEGER NOT NULL REFERENCES phase,
    judge INTEGER NOT NULL REFERENCES judge,
    marks TEXT NOT NULL,
    settled TEXT NOT NULL,
    reason TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal,
    PRIMARY KEY (entry, phase, judge)
) STRICT, WITHOUT ROWID;
CREATE TABLE submission (
    key TEXT PRIMARY KEY,
    round INTEGER NOT NULL REFERENCES round,
    entry INTEGER NOT NULL REFERENCES entry,
    phase INTEGER NOT NULL REFERENCES phase,
    judge INTEGER NOT NULL REFERENCES judge,
    journal INTEGER NOT NULL REFERENCES journal
) STRICT, WITHOUT ROWID;
CREATE TABLE attachment (
    numbered_sheet INTEGER NOT NULL REFERENCES numbered_sheet,
    digest TEXT NOT NULL,
    name TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal,
    PRIMARY KEY (numbered_sheet, digest)
) STRICT, WITHOUT ROWID;
"""

_THIRD = """
ALTER TABLE entry ADD COLUMN frozen TEXT NOT NULL DEFAULT '{}';
ALTER TABLE result ADD COLUMN seal TEXT NOT NULL DEFAULT '';
ALTER TABLE result ADD COLUMN heads TEXT NOT NULL DEFAULT '[]';
ALTER TABLE result ADD COLUMN witness TEXT NOT NULL DEFAULT '';
ALTER TABLE result ADD COLUMN appeals_until TEXT NOT NULL DEFAULT '';

CREATE TABLE receipt (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    office TEXT NOT NULL,
    year INTEGER NOT NULL,
    entry INTEGER NOT NULL REFERENCES entry,
    results INTEGER NOT NULL,
    cents INTEGER NOT NULL CHECK (cents >= 0),
    journal INTEGER NOT NULL REFERENCES journal
) STRICT;
CREATE INDEX receipt_entry ON receipt (entry);
CREATE TABLE payment (
    receipt INTEGER PRIMARY KEY REFERENCES receipt,
    mode TEXT NOT NULL CHECK (mode IN ('cash', 'transfer', 'in_kind')),
    day TEXT NOT NULL,
    proxy TEXT NOT NULL,
    reason TEXT NOT NULL,
    voided TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal
) STRICT;
CREATE TABLE appeal (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    round INTEGER NOT NULL REFERENCES round,
    results INTEGER NOT NULL,
    entry INTEGER REFERENCES entry,
    claimant TEXT NOT NULL,
    day TEXT NOT NULL,
    text TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'rejected')),
    decision TEXT NOT NULL,
    names TEXT NOT NULL,
    decided TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal
) STRICT;
CREATE TABLE device (
    code TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    lost INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE late (
    journal INTEGER NOT NULL REFERENCES journal,
    round INTEGER NOT NULL REFERENCES round,
    PRIMARY KEY (journal, round)
) STRICT, WITHOUT ROWID;
CREATE TABLE conflict (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    what TEXT NOT NULL,
    stands INTEGER NOT NULL REFERENCES journal,
    other INTEGER NOT NULL REFERENCES journal,
    settled TEXT NOT NULL
) STRICT;
"""

_FOURTH = """
ALTER TABLE payment ADD COLUMN without_dni TEXT NOT NULL DEFAULT '';

CREATE TABLE redress (
    id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry,
    kind TEXT NOT NULL CHECK (kind IN ('returned', 'waived')),
    results INTEGER NOT NULL,
    cents INTEGER NOT NULL CHECK (cents > 0),
    day TEXT NOT NULL,
    reason TEXT NOT NULL,
    names TEXT NOT NULL,
    voided TEXT NOT NULL,
    journal INTEGER NOT NULL REFERENCES journal
) STRICT;
CREATE INDEX redress_entry ON redress (entry);
"""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the file to this program's version, each step in its own transaction; doing it twice changes nothing."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations("pachamama")

    @migrations(name="0001_journal_registers_rounds_sheets")
    def first(database: Database) -> None:
        _run(database, _FIRST, version=1)

    @migrations(name="0002_panels_numbered_sheets_second_entry")
    def second(database: Database) -> None:
        _run(database, _SECOND, version=2)

    @migrations(name="0003_seals_payments_appeals_many_laptops")
    def third(database: Database) -> None:
        _run(database, _THIRD, version=3)

    @migrations(name="0004_overpayments_given_back_or_let_be")
    def fourth(database: Database) -> None:
        _run(database, _FOURTH, version=4)
        if connection.execute("SELECT 1 FROM conflict WHERE kind = 'paid'").fetchone():
            _write_anew(connection)

    @migrations(name="0005_what_laptops_say_differently_told_anew")
    def fifth(database: Database) -> None:
        _run(database, "", version=5)
        if connection.execute("SELECT count(DISTINCT device) > 1 FROM journal").fetchone()[0]:
            _write_anew(connection)

    migrations.apply(Database(connection, execute_plugins=False))


def _write_anew(connection: sqlite3.Connection) -> None:
    """Write the tables anew where later versions read the journal of several laptops otherwise.

    Before version 4 the second payment of one prize was left out; before version 5 a sheet against a recusal or an absence, two
    decisions on one appeal, and one pair of households merged both ways were no conflicts. A journal that cannot be
    replayed leaves the tables as they were; whoever proves the file is told of that.
    """
    from pachamama.core.problems import PachamamaError
    from pachamama.store.replay import rebuild_inside

    connection.execute("SAVEPOINT anew")
    try:
        rebuild_inside(connection)
    except (PachamamaError, KeyError, TypeError, ValueError):
        connection.execute("ROLLBACK TO anew")
    connection.execute("RELEASE anew")


def _run(database: Database, script: str, *, version: int) -> None:
    """The statements one by one inside the migration's transaction (`executescript` would commit it)."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            database.execute(statement)
            statement = ""
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    database.execute(f"PRAGMA user_version = {version}")
