"""The bodies of what is done about money that was paid too much: given back, let be, or written wrong."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from pachamama.core.problems import NOWHERE, Problem, refuse_if
from pachamama.core.sentences import When, say
from pachamama.store import money
from pachamama.store.journal import Body
from pachamama.store.money import Account, Whose
from pachamama.store.people import Roll
from pachamama.store.redress import Redress, RedressKind
from pachamama.store.refusals import refused
from pachamama.store.rounds import Standing

KIND_OF_ENTRY: dict[RedressKind, str] = {"returned": "payment_returned", "waived": "overpayment_waived"}
"""How the journal calls each."""


def recording(
    connection: sqlite3.Connection,
    standing: Standing,
    whose: Whose,
    kind: RedressKind,
    *,
    cents: int | None,
    day: str,
    reason: str,
    names: Sequence[str],
    roll: Roll,
) -> Body:
    """The body of a return or of a decision to let be; without `cents` about all that was paid too much.

    Refused: more than was paid too much under the closing that stands, a day before the first payment, nobody named, and a
    decision without a reason.
    """
    results = money.closed(connection, standing)
    held = next((one for one in money.accounts(connection, standing, results) if one.whose == whose), None)
    refuse_if(_wrong(standing, whose, held, cents, day))
    if not names:
        raise refused(say("Nobody is named."), say("Name who took the money in, or who decided: `--by NAME`."))
    if kind == "waived" and not reason:
        raise refused(say("A reason is missing."), say("Say why, in a few words; it is kept for the audit."))
    assert held is not None, "whoever has no account was refused"
    return {
        "round": standing.code,
        "within": whose[0],
        "category": whose[1],
        "entry": whose[2],
        "results": results,
        "cents": held.beyond if cents is None else cents,
        "day": day,
        "reason": reason,
        "names": roll.commit_to_names(names),
    }


def _wrong(standing: Standing, whose: Whose, held: Account | None, cents: int | None, day: str) -> list[Problem]:
    look = say("Look at what was paid: `pachamama pay list {round}`.", round=standing.code)
    if held is None or held.beyond <= 0:
        return [Problem(NOWHERE, say("{entry} was not paid too much.", entry=whose[2]), look)]
    problems = []
    if cents is not None and not 0 < cents <= held.beyond:
        message = say(
            "{entry} was paid {beyond} too much, and {amount} is not between nothing and that.",
            entry=whose[2],
            beyond=figures(held.beyond),
            amount=figures(cents),
        )
        problems.append(Problem(NOWHERE, message, look))
    first = min(one.day for one in held.receipts if one.is_paid)
    if day < first:
        message = say("{day} is before the first payment, which was on {first}.", day=When(day), first=When(first))
        problems.append(Problem(NOWHERE, message, look))
    return problems


def voiding(found: Redress, *, reason: str) -> Body:
    """The body that makes a return or a decision void, once."""
    if found.voided:
        raise refused(
            say("{code} is void: {reason}.", code=found.code, reason=found.voided.rstrip(".")),
            say("Nothing has to be done."),
        )
    within, category, entry = found.whose
    return {
        "round": found.round,
        "within": within,
        "category": category,
        "entry": entry,
        "of": [found.device, found.number],
        "reason": reason,
    }


def figures(cents: int) -> str:
    """An amount in figures, as messages of the store name it: they know no currency."""
    return f"{cents // 100}.{cents % 100:02}"
