"""Receipts, payments and appeals: what was handed out against which closing, and who objected to it.

A receipt is numbered once per office and year and belongs to one entry under one closing; a payment is that receipt
signed. Nobody is paid more than the prize that stands.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pachamama.core.problems import NOWHERE, Problem, refuse_if
from pachamama.core.sentences import say
from pachamama.store import rounds
from pachamama.store.journal import Body
from pachamama.store.people import Roll, names_of
from pachamama.store.refusals import codes_like, refused
from pachamama.store.rounds import Standing

PaymentMode: TypeAlias = Literal["cash", "transfer", "in_kind"]
MODES: tuple[PaymentMode, ...] = ("cash", "transfer", "in_kind")
AppealState: TypeAlias = Literal["open", "upheld", "rejected"]
Payee: TypeAlias = tuple[str | None, str | None, str, int]
"""Unit, category, entry and cents of what somebody is to receive."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A numbered receipt, and how it was paid; `mode` is '' while it is not, `voided` says why a payment is void.

    `results` is the closing that it was numbered under; `proxy` who received it for somebody else, with the `reason`.
    """

    code: str
    round: str
    within: str | None
    category: str | None
    entry: str
    results: int
    cents: int
    mode: PaymentMode | Literal[""] = ""
    day: str = ""
    proxy: str = ""
    reason: str = ""
    voided: str = ""

    @property
    def is_paid(self) -> bool:
        """The money was handed out, and nobody voided it."""
        return bool(self.mode) and not self.voided


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal (*reclamo*) against the results of a closing: `entry` is '' where it is about all of them.

    `until` is the last day for appeals against that closing, '' where nobody set one.
    """

    code: str
    round: str
    results: int
    entry: str
    claimant: str
    day: str
    text: str
    state: AppealState
    decision: str
    names: tuple[str, ...]
    decided: str
    until: str = ""
    within: str | None = None
    category: str | None = None

    @property
    def is_late(self) -> bool:
        """It came after the last day for appeals against that closing; it is taken all the same."""
        return bool(self.until) and self.day > self.until


_RECEIPTS = (
    "SELECT x.code, r.code, c.within, c.category, e.code, x.results, x.cents, coalesce(p.mode, ''),"
    " coalesce(p.day, ''), coalesce(who.name, ''), coalesce(p.reason, ''), coalesce(p.voided, '')"
    " FROM receipt x JOIN entry e ON e.id = x.entry JOIN contest c ON c.id = e.contest JOIN round r ON r.id = c.round"
    " LEFT JOIN payment p ON p.receipt = x.id LEFT JOIN person who ON who.commitment = p.proxy"
)


def receipts(connection: sqlite3.Connection, standing: Standing) -> tuple[Receipt, ...]:
    """Every receipt of a round in the order of their numbers, paid or not."""
    rows = connection.execute(f"{_RECEIPTS} WHERE r.id = ? ORDER BY x.id", (standing.key,)).fetchall()
    return tuple(Receipt(row[0], row[1], row[2] or None, row[3] or None, *row[4:]) for row in rows)


def numbering(
    connection: sqlite3.Connection, standing: Standing, payees: Sequence[Payee], *, office: str, year: int
) -> Body | None:
    """The body that numbers a receipt for each payee who has none under this closing; None if everybody has one.

    `office` names the laptop too, so that no two laptops give one number. Who was paid the same amount already, under
    an earlier closing, keeps that receipt.
    """
    results = _closed(connection, standing)
    have = {
        (one.within, one.category, one.entry, one.cents)
        for one in receipts(connection, standing)
        if one.results == results or one.is_paid
    }
    last = connection.execute("SELECT count(*) FROM receipt WHERE office = ? AND year = ?", (office, year)).fetchone()[
        0
    ]
    new = []
    for within, category, entry, cents in payees:
        if (within, category, entry, cents) not in have:
            last += 1
            new.append([f"{office}-{year}-{last:04d}", within, category, entry, cents])
    if not new:
        return None
    return {"round": standing.code, "results": results, "office": office, "year": year, "receipts": new}


def paying(
    connection: sqlite3.Connection,
    standing: Standing,
    code: str,
    *,
    mode: PaymentMode,
    day: str,
    proxy: str,
    reason: str,
    roll: Roll,
) -> Body:
    """The body that records a receipt as paid; refused if it is paid, replaced, or more than the prize that stands."""
    every = receipts(connection, standing)
    found = next((one for one in every if one.code == code), None)
    if found is None:
        raise refused(
            say("There is no receipt {code} in {round}.", code=code, round=standing.code),
            codes_like(code, [one.code for one in every])
            or say("Print the receipts first: `pachamama print receipts`."),
        )
    results = _closed(connection, standing)
    problems = []
    if found.mode:
        problems.append(
            Problem(
                NOWHERE,
                say("Receipt {code} was paid on {day}.", code=code, day=found.day)
                if not found.voided
                else say("Receipt {code} is void: {reason}.", code=code, reason=found.voided),
                say("Look at the receipt; each is paid once."),
            )
        )
    won = prize_of(connection, standing, results, found)
    paid = sum(one.cents for one in every if one.is_paid and _is_of(one, found))
    if not problems and paid + found.cents > won:
        problems.append(
            Problem(
                NOWHERE,
                say("{entry} would get more than the prize that stands.", entry=found.entry),
                say("Print the receipts of the latest closing and pay those; look at what was paid already."),
            )
        )
    if proxy and not reason:
        problems.append(
            Problem(
                NOWHERE, say("Somebody else receives it, and nobody said why."), say("Say it with `--reason TEXT`.")
            )
        )
    refuse_if(problems)
    return {
        "round": standing.code,
        "within": found.within,
        "category": found.category,
        "entry": found.entry,
        "receipt": code,
        "mode": mode,
        "day": day,
        "proxy": roll.commit_to_names([proxy])[0] if proxy else "",
        "reason": reason,
    }


def prize_of(connection: sqlite3.Connection, standing: Standing, results: int, of: Receipt) -> int:
    """The cents that an entry wins under a closing; 0 where it wins nothing."""
    document = json.loads(rounds.document(connection, standing.key, results))
    return sum(
        int(award["cents"])
        for contest in document["contests"]
        if (contest["within"], contest["category"]) == (of.within, of.category)
        for placing in contest["placings"]
        if placing["entry"] == of.entry
        for award in placing["awards"]
    )


def voiding(connection: sqlite3.Connection, standing: Standing, code: str, *, reason: str) -> Body:
    """The body that makes a payment void, because it did not happen as written."""
    found = next((one for one in receipts(connection, standing) if one.code == code), None)
    if found is None or not found.is_paid:
        raise refused(
            say("Receipt {code} is not paid.", code=code), say("`pachamama pay list` shows which receipts are.")
        )
    return {"round": standing.code, "receipt": code, "reason": reason}


# -- appeals ---------------------------------------------------------------------------------------------------------


def opening(connection: sqlite3.Connection, standing: Standing, *, until: str) -> Body | None:
    """The body that says until which day appeals are in time; None if that was said of this closing already."""
    results = _closed(connection, standing)
    row = connection.execute(
        "SELECT appeals_until FROM result WHERE round = ? AND number = ?", (standing.key, results)
    ).fetchone()
    return None if row[0] == until else {"round": standing.code, "results": results, "until": until}


def appeals_until(connection: sqlite3.Connection, standing: Standing) -> str:
    """The last day for appeals against the latest closing; '' where nobody set one."""
    row = connection.execute(
        "SELECT x.appeals_until FROM result x JOIN round r ON r.id = x.round AND r.results = x.number WHERE r.id = ?",
        (standing.key,),
    ).fetchone()
    return str(row[0]) if row else ""


def filing(
    connection: sqlite3.Connection,
    standing: Standing,
    place: Mapping[str, str | None],
    *,
    letters: str,
    claimant: str,
    day: str,
    text: str,
    roll: Roll,
) -> Body:
    """The body of an appeal; `place` holds `within`, `category` and `entry`, the entry None for the whole contest."""
    results = connection.execute("SELECT results FROM round WHERE id = ?", (standing.key,)).fetchone()[0]
    if not results:
        raise refused(
            say("Round {round} has no results yet.", round=standing.code),
            say("An appeal is about results: close the round first."),
        )
    count = connection.execute(
        "SELECT count(*) FROM appeal WHERE round = ? AND code LIKE ?", (standing.key, f"%-{letters}%")
    ).fetchone()[0]
    return {
        "round": standing.code,
        "code": f"{standing.code}-{letters}{count + 1}",
        "results": results,
        **place,
        "claimant": roll.commit_to_names([claimant])[0],
        "day": day,
        "text": text,
    }


def deciding(
    connection: sqlite3.Connection,
    code: str,
    *,
    state: AppealState,
    decision: str,
    names: Sequence[str],
    day: str,
    roll: Roll,
) -> Body:
    """The body that decides an appeal, once."""
    known = dict(connection.execute("SELECT code, state FROM appeal").fetchall())
    if code not in known:
        raise refused(say("There is no appeal {code}.", code=code), codes_like(code, known))
    if known[code] != "open":
        raise refused(
            say("Appeal {code} is decided already.", code=code),
            say("A new appeal can be filed against the new results."),
        )
    return {"code": code, "state": state, "decision": decision, "names": roll.commit_to_names(names), "day": day}


def appeals(connection: sqlite3.Connection, code: str | None = None) -> tuple[Appeal, ...]:
    """The appeals of a round, or of all, in the order in which they were filed."""
    rows = connection.execute(
        "SELECT a.code, r.code, a.results, coalesce(e.code, ''), coalesce(p.name, ''), a.day, a.text, a.state,"
        " a.decision, a.names, a.decided, coalesce(x.appeals_until, ''), coalesce(c.within, ''), coalesce(c.category, '')"
        " FROM appeal a JOIN round r ON r.id = a.round LEFT JOIN entry e ON e.id = a.entry"
        " LEFT JOIN contest c ON c.id = e.contest"
        " LEFT JOIN result x ON x.round = a.round AND x.number = a.results LEFT JOIN person p ON p.commitment = a.claimant WHERE ?1 IS NULL OR r.code = ?1 ORDER BY a.id",
        (code,),
    ).fetchall()
    return tuple(
        Appeal(
            of, round_code, results, entry, claimant, day, text, state, decision,
            names_of(connection, json.loads(names)), decided, until, within or None, category or None,
        )
        for of, round_code, results, entry, claimant, day, text, state, decision, names, decided, until, within, category
        in rows
    )  # fmt: skip


def _closed(connection: sqlite3.Connection, standing: Standing) -> int:
    """The number of the closing that stands; an open or stale round is refused."""
    if standing.is_open:
        raise refused(
            say("Round {round} is open: nothing is paid from results that can still change.", round=standing.code),
            say("Close it first: `pachamama round close {round}`.", round=standing.code),
        )
    if rounds.is_stale(connection, standing.code):
        raise refused(
            say("Round {round} reads results that were reopened.", round=standing.code),
            say("Reopen {round} and close it again, so that it reads the new results.", round=standing.code),
        )
    return int(connection.execute("SELECT results FROM round WHERE id = ?", (standing.key,)).fetchone()[0])


def _is_of(one: Receipt, other: Receipt) -> bool:
    return (one.within, one.category, one.entry) == (other.within, other.category, other.entry)
