"""Projections of the office: receipts, payments, appeals, laptops and persons; as in `projections`."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

from pachamama.store.journal import JournalEntry, canonical
from pachamama.store.projection_keys import ENTRY, RECEIPT, entry_named, round_key_of

# -- money, appeals --------------------------------------------------------------------------------------------------


def _receipts_numbered(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    body = entry.body
    round_key = round_key_of(connection, body["round"])
    connection.executemany(
        f"INSERT INTO receipt (code, office, year, entry, results, cents, journal) VALUES (?, ?, ?, {ENTRY}, ?, ?, ?)",
        [
            (
                code,
                body["office"],
                body["year"],
                round_key,
                within or "",
                category or "",
                of,
                body["results"],
                cents,
                entry.id,
            )
            for code, within, category, of, cents in body["receipts"]
        ],
    )


def _payment_recorded(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    body = entry.body
    connection.execute(
        "INSERT INTO payment (receipt, mode, day, proxy, reason, without_dni, voided, journal)"
        f" VALUES ({RECEIPT}, ?, ?, ?, ?, ?, '', ?)",
        (
            *(body[part] for part in ("receipt", "mode", "day", "proxy", "reason")),
            body.get("without_dni", ""),
            entry.id,
        ),
    )


def _payment_voided(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """A receipt that was written wrong stays on record, with why it does not count."""
    connection.execute(
        f"UPDATE payment SET voided = ? WHERE receipt = {RECEIPT}", (entry.body["reason"], entry.body["receipt"])
    )


def _redressed(kind: str) -> Callable[[sqlite3.Connection, JournalEntry], None]:
    """What was done about money that was paid too much, in the one table for both kinds."""

    def write(connection: sqlite3.Connection, entry: JournalEntry) -> None:
        body = entry.body
        connection.execute(
            "INSERT INTO redress (entry, kind, results, cents, day, reason, names, voided, journal)"
            f" VALUES ({ENTRY}, ?, ?, ?, ?, ?, ?, '', ?)",
            (
                *entry_named(connection, body),
                kind,
                *(body[part] for part in ("results", "cents", "day", "reason")),
                canonical(body["names"]),
                entry.id,
            ),
        )

    return write


def _redress_voided(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """A return or a decision that was written wrong stays on record, with why it does not count."""
    connection.execute(
        "UPDATE redress SET voided = ? WHERE journal = (SELECT id FROM journal WHERE device = ? AND number = ?)",
        (entry.body["reason"], *entry.body["of"]),
    )


def _appeals_opened(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Until which day appeals against a closing are in time; a later word replaces the earlier."""
    body = entry.body
    connection.execute(
        "UPDATE result SET appeals_until = ? WHERE round = ? AND number = ?",
        (body["until"], round_key_of(connection, body["round"]), body["results"]),
    )


def _appeal_filed(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    body = entry.body
    connection.execute(
        "INSERT INTO appeal (code, round, results, entry, claimant, day, text, state, decision, names, decided, journal)"
        f" VALUES (?, ?, ?, {ENTRY}, ?, ?, ?, 'open', '', '[]', '', ?)",
        (
            body["code"],
            round_key_of(connection, body["round"]),
            body["results"],
            *entry_named(connection, body),
            *(body[part] for part in ("claimant", "day", "text")),
            entry.id,
        ),
    )


def _appeal_decided(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    body = entry.body
    connection.execute(
        "UPDATE appeal SET state = ?, decision = ?, names = ?, decided = ? WHERE code = ?",
        (body["state"], body["decision"], canonical(body["names"]), body["day"], body["code"]),
    )


# -- laptops ---------------------------------------------------------------------------------------------------------


def _device_named(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """A laptop gets a name, or begins with one; its name may change, its code never."""
    connection.execute(
        "INSERT INTO device (code, name) VALUES (?, ?) ON CONFLICT (code) DO UPDATE SET name = excluded.name",
        (entry.body["device"], entry.body["name"]),
    )


def _device_lost(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """From its last known entry on, nothing of a lost laptop is taken; whoever says so knew what was asked about it."""
    connection.execute(
        "INSERT INTO device (code, name, lost) VALUES (?, '', ?) ON CONFLICT (code) DO UPDATE SET lost = excluded.lost",
        (entry.body["device"], entry.body["number"]),
    )
    _answered(connection, entry)


def _device_found(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """It was not lost: what it has can be merged again."""
    connection.execute("UPDATE device SET lost = NULL WHERE code = ?", (entry.body["device"],))
    _answered(connection, entry)


def _answered(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    connection.execute("DELETE FROM conflict WHERE kind = 'lost' AND what = ?", (canonical([entry.body["device"]]),))


def _merged(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """What came in stands in the journal; this entry only says what this laptop knew from then on."""


def _conflict_settled(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """One conflict: older entries do not say what stands, and settle every one of that thing and that other entry."""
    connection.execute(
        "UPDATE conflict SET settled = ?1 WHERE what = ?2"
        " AND other = (SELECT id FROM journal WHERE device = ?3 AND number = ?4)"
        " AND (?5 IS NULL OR stands = (SELECT id FROM journal WHERE device = ?5 AND number = ?6))",
        (
            entry.body["reason"],
            canonical(entry.body["what"]),
            *entry.body["other"],
            *entry.body.get("stands", (None, None)),
        ),
    )


def _person_forgotten(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Erase who stands behind the commitments; the commitments stay, and all results with them.

    Of their fields those stay that decide something by the rules (a gain, an area), because results rest on them.
    """
    kept = canonical(entry.body.get("fields", []))
    connection.executemany(
        "UPDATE person SET salt = '', name = '', dni = '', partner = '', fields ="
        " (SELECT json_group_object(key, value) FROM json_each(fields) WHERE key IN (SELECT value FROM json_each(?)))"
        " WHERE commitment = ?",
        [(kept, commitment) for commitment in entry.body["commitments"]],
    )


def _exported(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Who took personal numbers out of the file stands in the journal, and changes nothing."""


OFFICE: dict[str, Callable[[sqlite3.Connection, JournalEntry], None]] = {
    "receipts_numbered": _receipts_numbered,
    "payment_recorded": _payment_recorded,
    "payment_voided": _payment_voided,
    "payment_returned": _redressed("returned"),
    "overpayment_waived": _redressed("waived"),
    "redress_voided": _redress_voided,
    "appeals_opened": _appeals_opened,
    "appeal_filed": _appeal_filed,
    "appeal_decided": _appeal_decided,
    "device_started": _device_named,
    "device_named": _device_named,
    "device_lost": _device_lost,
    "device_found": _device_found,
    "merged": _merged,
    "conflict_settled": _conflict_settled,
    "person_forgotten": _person_forgotten,
    "exported": _exported,
}
"""What each kind of the office does."""
