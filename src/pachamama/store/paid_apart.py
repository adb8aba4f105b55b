"""Money of which two laptops said something without knowing of each other: what counts, and what people decide.

What somebody says went out counts until people who know of all of it make it void: nobody is paid twice in silence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pachamama.store import journal
from pachamama.store.journal import Body, JournalEntry
from pachamama.store.knowing import Clash, EntryName

if TYPE_CHECKING:
    from pachamama.store.reconciling import Reconciler


def receipts(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Receipts of entries that a closing on another laptop did not know stand nowhere until people decide."""
    body = entry.body
    kept = []
    for receipt in body["receipts"]:
        code, within, category, of, _ = receipt
        if reconciler.is_entered((body["round"], within, category), of):
            kept.append(receipt)
        else:
            reconciler.clash(entry, ("receipt", code))
    return {**body, "receipts": kept} if kept else None


def paid(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Two laptops that paid one prize with two receipts both did it: both stand, too much is paid, and people are told.

    The same receipt is one paper: said alike by both it was typed twice; said in two ways, the first stands.
    """
    body = entry.body
    receipt = body["receipt"]
    if not reconciler.connection.execute("SELECT 1 FROM receipt WHERE code = ?", (receipt,)).fetchone():
        reconciler.clash(entry, ("receipt", receipt))
        return None
    content = [receipt, body["mode"], body["day"], reconciler.person(body["proxy"] or None)]
    reconciler.stands(entry, ("paid", *whom(body)), content)
    query = "SELECT 1 FROM payment p JOIN receipt x ON x.id = p.receipt WHERE x.code = ?"
    return None if reconciler.connection.execute(query, (receipt,)).fetchone() else dict(body)


def payment_voided(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Whoever makes a payment void, while another laptop recorded it too or took money back of it, contradicts that one.

    Without knowing of it: then the payment stands, until people who know of both make it void.
    """
    rows = reconciler.connection.execute(
        "SELECT device, number, body FROM journal WHERE kind = 'payment_recorded' AND device <> ?"
        " AND json_extract(body, '$.receipt') = ? ORDER BY device, number",
        (entry.device, entry.body["receipt"]),
    ).fetchall()
    is_contradicted = False
    for device, number, body in rows:
        if not reconciler.knowledge.has(entry, device, number):
            is_contradicted = True
            what = ("paid", *whom(json.loads(body)))
            reconciler.clashes.append(Clash(what[0], what[1:], (entry.device, entry.number), (device, number)))
    whose = _whose(reconciler, entry.body["receipt"])
    for back in _given_back_apart(reconciler, entry, whose) if whose else ():
        is_contradicted = True
        reconciler.clashes.append(Clash("redress", whose, back, (entry.device, entry.number)))
    return None if is_contradicted else dict(entry.body)


def _whose(reconciler: Reconciler, receipt: str) -> tuple[Any, ...]:
    """Whom a receipt is for, as `whom` says it, nothing where it stands nowhere; older versions named the receipt alone."""
    row = reconciler.connection.execute(
        "SELECT r.code, nullif(c.within, ''), nullif(c.category, ''), e.code FROM receipt x JOIN entry e ON e.id = x.entry"
        " JOIN contest c ON c.id = e.contest JOIN round r ON r.id = c.round WHERE x.code = ?",
        (receipt,),
    ).fetchone()
    return tuple(row or ())


def _given_back_apart(reconciler: Reconciler, entry: JournalEntry, whose: tuple[Any, ...]) -> list[EntryName]:
    """The returns of the same entry's money on other laptops of which this one did not know, nor they of it."""
    rows = reconciler.connection.execute(
        "SELECT id FROM journal WHERE kind = 'payment_returned' AND device <> ? AND json_extract(body, '$.round') = ?"
        " AND json_extract(body, '$.within') IS ? AND json_extract(body, '$.category') IS ?"
        " AND json_extract(body, '$.entry') = ? ORDER BY device, number",
        (entry.device, *whose),
    ).fetchall()
    knows = reconciler.knowledge.has
    back = [journal.one(reconciler.connection, key) for (key,) in rows]
    return [
        (one.device, one.number)
        for one in back
        if not knows(entry, one.device, one.number) and not knows(one, entry.device, entry.number)
    ]


def redressed(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Of what two laptops say was given back or let be, without knowing of each other, the first stands.

    It may be one and the same money: people decide.
    """
    body = entry.body
    *where, code = whom(body)
    if not reconciler.is_entered(tuple(where), code):
        reconciler.clash(entry, ("redress", *whom(body)))
        return None
    content = [entry.device, entry.number]
    return dict(body) if reconciler.stands(entry, ("redress", *whom(body)), content) == "new" else None


def whom(body: Mapping[str, Any]) -> tuple[Any, ...]:
    """Round, unit, category and entry."""
    return body["round"], body["within"], body["category"], body["entry"]
