"""Payments of which two laptops said something apart and one is void now: nothing more is paid there until it is settled.

Which of the two really went out is what nobody has said yet; whoever paid anew would perhaps pay twice.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, TypeAlias

from pachamama.core.problems import NOWHERE, Problem
from pachamama.core.sentences import say
from pachamama.store import laptops
from pachamama.store.rounds import Standing

if TYPE_CHECKING:
    from pachamama.store.laptops import Conflict

Whose: TypeAlias = tuple[str | None, str | None, str]
"""Unit, category and entry."""


def disputed(connection: sqlite3.Connection, standing: Standing) -> Mapping[Whose, str]:
    """The code of the conflict of each payee of a round of whom that is so."""
    if not connection.execute("SELECT 1 FROM conflict WHERE kind IN ('paid', 'redress') AND settled = ''").fetchone():
        return {}
    void = {
        (within or None, category or None, entry)
        for within, category, entry in connection.execute(
            "SELECT c.within, c.category, e.code FROM payment p JOIN receipt x ON x.id = p.receipt"
            " JOIN entry e ON e.id = x.entry JOIN contest c ON c.id = e.contest WHERE c.round = ? AND p.voided <> ''",
            (standing.key,),
        )
    }
    return {
        one.what[1:4]: one.code
        for one in laptops.conflicts(connection)
        if _is_of_payments(one) and one.what[0] == standing.code and one.what[1:4] in void
    }


def _is_of_payments(one: Conflict) -> bool:
    return not one.settled and (one.kind == "paid" or (one.kind == "redress" and one.other.kind == "payment_voided"))


def refusals(connection: sqlite3.Connection, standing: Standing, some: Iterable[Whose]) -> list[Problem]:
    """Why some payees of a round are not paid for now, each with the remedy."""
    codes = disputed(connection, standing)
    return [
        Problem(
            NOWHERE,
            say(
                "What was paid to {entry} is in dispute: two laptops wrote it down apart, and a payment is void since.",
                entry=whose[2],
            ),
            say(
                "Find out what was paid, with `pachamama conflicts list`; then `pachamama conflicts settle {code} --reason TEXT`.",
                code=codes[whose],
            ),
        )
        for whose in dict.fromkeys(some)
        if whose in codes
    ]
