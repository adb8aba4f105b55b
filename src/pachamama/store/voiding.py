"""Decisions taken back: a ruling of the jury, a decision between equals, a drawing that was recorded wrongly.

What is taken back leaves the tables and stays in the journal, with who took it back and why.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from typing import Any

from pachamama.core.model import Drawing, Ruling, Voided
from pachamama.core.sentences import choice, say
from pachamama.store.journal import Body
from pachamama.store.people import Roll, names_of
from pachamama.store.refusals import refused
from pachamama.store.rounds import Standing
from pachamama.store.rulings import code_of, decided, drawn, find


def voiding(
    connection: sqlite3.Connection, standing: Standing, typed: str, *, reason: str, names: Sequence[str], roll: Roll
) -> tuple[str, Body]:
    """The kind and the body of the entry that takes back the decision with that code; one that does not stand is refused.

    A ruling that was recorded twice is taken back whole.
    """
    one = _meant(connection, standing, typed)
    body: Body = {
        "round": standing.code,
        "within": one.within,
        "category": one.category,
        "reason": reason,
        "names": roll.commit_to_names(names),
    }
    if isinstance(one, Drawing):
        numbers = {code: at for at, code in enumerate(one.order, 1)}
        return "order_voided", body | {"step": one.step, "order": numbers, "of": _recorded(connection, standing, one)}
    body |= {"entry": one.entry, "ruling": one.kind, "rule": one.rule, "of": _recorded(connection, standing, one)}
    _, _, row = find(connection, standing, one.entry, within=one.within, category=one.category)
    if one.kind == "disqualification" and row.status == "disqualified":
        body |= {"status": "", "status_reason": ""} | _status_before(connection, body["of"])
    return "ruling_voided", body


def voided(connection: sqlite3.Connection, standing: Standing) -> tuple[Voided, ...]:
    """What was taken back in a round and does not stand, in the order in which that came into this file."""
    there = {one.code for one in _standing(connection, standing)}
    found = []
    for (text,) in connection.execute(
        "SELECT body FROM journal WHERE kind IN ('ruling_voided', 'order_voided')"
        " AND json_extract(body, '$.round') = ? ORDER BY id",
        (standing.code,),
    ).fetchall():
        body = json.loads(text)
        codes = tuple(code_of(*one) for one in body["of"])
        if there.isdisjoint(codes):
            names = names_of(connection, body["names"])
            found.append(_voided(body, names, codes))
    return tuple(found)


def _voided(body: Body, names: tuple[str, ...], codes: tuple[str, ...]) -> Voided:
    where = body["within"], body["category"]
    if "step" in body:
        entries = tuple(sorted(body["order"], key=lambda code: body["order"][code]))
        return Voided(*where, entries, body["step"], "", body["reason"], names, codes)
    return Voided(*where, (body["entry"],), body["ruling"], body["rule"], body["reason"], names, codes)


def _meant(connection: sqlite3.Connection, standing: Standing, typed: str) -> Ruling | Drawing:
    """The decision with that code, in any letters; the number alone will do where it is only one's."""
    wanted = "".join(typed.split()).upper()
    found = [one for one in _standing(connection, standing) if wanted in (one.code, one.code.lstrip(_LETTERS))]
    if len({_what(one) for one in found}) == 1:
        return found[0]
    if found:
        raise refused(
            say("{code} can be several decisions of {round}.", code=typed.strip(), round=standing.code),
            say("Type the whole code: {words}.", words=choice(list(dict.fromkeys(one.code for one in found)))),
        )
    raise refused(
        say("No ruling, decision or drawing {code} stands in {round}.", code=typed.strip(), round=standing.code),
        say("Those that stand: `pachamama ruling list {round}`.", round=standing.code),
    )


def _standing(connection: sqlite3.Connection, standing: Standing) -> list[Ruling | Drawing]:
    return [*decided(connection, standing), *drawn(connection, standing)]


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _what(one: Ruling | Drawing) -> tuple[Any, ...]:
    """What a decision is about: two of the same are one decision."""
    if isinstance(one, Drawing):
        return one.within, one.category, one.step, frozenset(one.order)
    return one.within, one.category, one.kind, one.entry, one.rule


def _recorded(connection: sqlite3.Connection, standing: Standing, one: Ruling | Drawing) -> list[list[Any]]:
    """Device and number of every entry of the journal that recorded it and stands."""
    if isinstance(one, Drawing):
        rows = connection.execute(
            "SELECT n.device, n.number, o.numbers FROM recorded_order o JOIN contest c ON c.id = o.contest"
            " JOIN journal n ON n.id = o.journal"
            " WHERE c.round = ? AND c.within = ? AND c.category = ? AND o.step = ? ORDER BY o.id",
            (standing.key, one.within or "", one.category or "", one.step),
        ).fetchall()
        return [[device, number] for device, number, text in rows if set(json.loads(text)) == set(one.order)]
    rows = connection.execute(
        "SELECT n.device, n.number FROM ruling g JOIN entry e ON e.id = g.entry JOIN contest c ON c.id = e.contest"
        " JOIN journal n ON n.id = g.journal WHERE c.round = ? AND c.within = ? AND c.category = ? AND e.code = ?"
        " AND g.kind = ? AND g.rule = ? ORDER BY g.id",
        (standing.key, one.within or "", one.category or "", one.entry, one.kind, one.rule),
    ).fetchall()
    return [list(row) for row in rows]


def _status_before(connection: sqlite3.Connection, recorded: Sequence[Sequence[Any]]) -> Body:
    """The status that the disqualification took the place of; nothing where the entry had none."""
    device, number = recorded[-1]
    (text,) = connection.execute(
        "SELECT body FROM journal WHERE device = ? AND number = ?", (device, number)
    ).fetchone()
    old = json.loads(text).get("old")
    return {"status": old["status"], "status_reason": old["reason"]} if old else {}
