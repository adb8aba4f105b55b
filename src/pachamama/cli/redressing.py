"""`pay return`, `pay waive`, and making them void: how money that was paid too much comes to an end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from pachamama.cli.pay_list import plain, redress_written
from pachamama.cli.sealing import must_be_proved
from pachamama.cli.session import Session
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.sentences import Money, Value, choice, listing, say

if TYPE_CHECKING:
    from pachamama.store import Store
    from pachamama.store.money import Account
    from pachamama.store.redress import RedressKind

_AMOUNT = re.compile(r"(\d{1,12})(?:[.,](\d{1,2}))?")
"""Figures with at most two after point or comma: `1,250` could be a thousand or one, and is refused."""
Where: TypeAlias = tuple[str | None, str | None, str | None]
"""Round, unit and category, each None where it was not said."""


def record_redress(
    asked: Session,
    kind: RedressKind,
    typed: str,
    *,
    amount: str | None,
    by: Sequence[str],
    day: date,
    reason: str,
    where: Where,
) -> None:
    """Record what was given back or let be of what an entry was paid too much, and say what is left of it."""
    from pachamama.cli.gather import frozen_rules

    asked.no_csv()
    cents = None if amount is None else _cents(amount)
    _must_name(kind, by, reason)
    with asked.open(writing=True) as store:
        must_be_proved(store)
        code, held = _account(store, typed, where)
        made = store.record_redress(
            code, held.whose, kind, cents=cents, day=day.isoformat(), reason=reason, names=by, actor=asked.actor
        )
        (left,) = (one.beyond for one in store.accounts(code) if one.whose == held.whose)
        currency = frozen_rules(store.round(code).rules).programme.currency
    if asked.format == "json":
        asked.json({"round": code, "entry": held.entry, **redress_written(made), "too_much": plain(left)})
        return
    said: dict[str, Value] = {
        "sum": Money(made.cents, currency),
        "entry": held.entry,
        "code": made.code,
        "names": listing(list(by)),
    }
    asked.tell(
        say("{entry} gave back {sum}, taken in by {names}: {code}.", **said)
        if kind == "returned"
        else say("{sum} that {entry} was paid too much is let be, decided by {names}: {code}.", **said)
    )
    if left:
        asked.tell(say("{sum} is still too much.", sum=Money(left, currency)))
    else:
        asked.tell(say("Nothing is paid too much to {entry} any more.", entry=held.entry))


def void_redress(asked: Session, typed: str, reason: str) -> None:
    """Make a return or a decision void that did not happen as it was recorded."""
    with asked.open(writing=True) as store:
        must_be_proved(store)
        found = store.void_redress(typed, reason=reason, actor=asked.actor)
    if asked.format == "json":
        asked.json({"code": found.code, "entry": found.entry, "voided": reason})
        return
    asked.tell(
        say("What was recorded of {entry} as {code} is void; it stays on record.", entry=found.entry, code=found.code),
        say("What is too much now: `pachamama pay list {round} --unpaid`.", round=found.round),
    )


def _cents(typed: str) -> int:
    found = _AMOUNT.fullmatch(typed.strip())
    if found is None:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("“{amount}” is no amount of money", amount=typed),
                say("write it without sign and without a mark for thousands, such as {example}", example="1250.50"),
            )
        )
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _must_name(kind: RedressKind, by: Sequence[str], reason: str) -> None:
    missing = []
    if not any(name.strip() for name in by):
        missing.append(
            say("who took the money in? `--by NAME`") if kind == "returned" else say("who decided? `--by NAME`")
        )
    if kind == "waived" and not reason.strip():
        missing.append(say("why is it let be? `--reason TEXT`"))
    if missing:
        raise WrongUsage(*missing)


def _account(store: Store, typed: str, where: Where) -> tuple[str, Account]:
    """The round and the account of whom was meant: by the code of an entry, else by a receipt.

    Of several the one that was paid too much; where that is none, or more than one, it is refused.
    """
    round_, within, category = where
    codes = [store.round(round_).code] if round_ else [one.code for one in store.rounds() if one.results]
    found = [
        (code, one)
        for code in codes
        for one in store.accounts(code)
        if one.entry.casefold() == typed.strip().casefold()
        and within in (None, one.within)
        and category in (None, one.category)
    ]
    if not found:
        receipt = store.receipt(typed)
        found = [(receipt.round, one) for one in store.accounts(receipt.round) if one.whose == receipt.whose]
    meant = [one for one in found if one[1].beyond] or found
    if len(meant) == 1:
        return meant[0]
    numbers = [receipt.code for _, one in meant for receipt in one.receipts if receipt.is_paid]
    raise Refused(
        Problem(
            NOWHERE,
            say("{code} can be several prizes.", code=typed),
            say("Name the receipt: {words}.", words=choice(numbers)) if numbers else say("Name the round: `--round`."),
        )
    )
