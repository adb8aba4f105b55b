"""Who typed which sheet: a second entry is somebody else's, and who comes back goes on behind the own last sheet."""

from __future__ import annotations

import sqlite3

from pachamama.store.changes import SheetKey
from pachamama.store.rounds import Standing

_TYPED = (
    " FROM sheet s JOIN entry e ON e.id = s.entry JOIN contest c ON c.id = e.contest JOIN phase f ON f.id = s.phase"
    " JOIN judge j ON j.id = s.judge JOIN journal n ON n.id = s.journal WHERE c.round = ?"
    " AND s.marks GLOB '*[0-9]*'"
)
_KEY = "c.within, c.category, e.code, f.code, j.code"


def typists(connection: sqlite3.Connection, standing: Standing) -> dict[SheetKey, str]:
    """Who typed the sheet that stands, by paper; sheets without any mark are left out."""
    rows = connection.execute(f"SELECT {_KEY}, n.actor{_TYPED}", (standing.key,))
    return {
        (within or None, category or None, entry, phase, judge): actor
        for within, category, entry, phase, judge, actor in rows
    }


def last_typed(connection: sqlite3.Connection, standing: Standing, actor: str) -> SheetKey | None:
    """The sheet that this person typed last, by hand and not from a table; None if there is none."""
    row = connection.execute(
        f"SELECT {_KEY}{_TYPED} AND n.kind = 'sheet_recorded' AND n.actor = ? ORDER BY n.id DESC LIMIT 1",
        (standing.key, actor),
    ).fetchone()
    if row is None:
        return None
    within, category, entry, phase, judge = row
    return within or None, category or None, entry, phase, judge
