"""How projections find a row by the codes of the journal: keys for SQL, and the values that go with them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

PERSON = "(SELECT id FROM person WHERE commitment = ?)"
COMMUNITY = "(SELECT id FROM community WHERE code = ?)"
RECEIPT = "(SELECT id FROM receipt WHERE code = ?)"
JUDGE = "(SELECT id FROM judge WHERE code = ?)"
PHASE = "(SELECT id FROM phase WHERE round = ? AND code = ?)"
ENTRY = (
    "(SELECT e.id FROM entry e JOIN contest c ON c.id = e.contest"
    " WHERE c.round = ? AND c.within = ? AND c.category = ? AND e.code = ?)"
)


def round_key_of(connection: sqlite3.Connection, code: str) -> int:
    """The key of a round."""
    return key_of(connection, "SELECT id FROM round WHERE code = ?", code)


def phases_of(connection: sqlite3.Connection, round_key: int) -> dict[str, int]:
    """The keys of the phases of a round, by id."""
    return dict(connection.execute("SELECT code, id FROM phase WHERE round = ?", (round_key,)).fetchall())


def key_of(connection: sqlite3.Connection, query: str, *values: object) -> int:
    """The one key that a query gives."""
    key: int = connection.execute(query, values).fetchone()[0]
    return key


def entry_named(connection: sqlite3.Connection, body: Mapping[str, Any]) -> tuple[object, ...]:
    """The values for `ENTRY`."""
    return round_key_of(connection, body["round"]), body["within"] or "", body["category"] or "", body["entry"]


def sheet_named(connection: sqlite3.Connection, body: Mapping[str, Any]) -> tuple[object, ...]:
    """The values for `ENTRY`, `PHASE` and `JUDGE`."""
    named = entry_named(connection, body)
    return (*named, named[0], body["phase"], body["judge"])
