"""Prizes that two laptops paid without knowing of each other: told when their files come together, and until it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pachamama.core.names import visible
from pachamama.core.sentences import Money, Sentence, Value, When, say

if TYPE_CHECKING:
    from pachamama.store import JournalEntry, Store
    from pachamama.store.laptops import Conflict
    from pachamama.store.money import Receipt


def paid_twice(store: Store, some: Sequence[Conflict], round_code: str | None = None) -> list[Sentence]:
    """What the conflicts say of payments, a line each: both receipts, who paid them, and how much is too much."""
    names = {one.code: one.name or one.code for one in store.devices()}
    return [
        sentence
        for one in some
        if ((one.kind in ("paid", "receipt") and one.other.kind == "payment_recorded") or _is_void_of_what_came_back(one))
        and round_code in (None, one.other.body["round"])
        for sentence in _told(store, one, names)
    ]  # fmt: skip


def uncounted(store: Store, round_code: str) -> list[Sentence]:
    """The payments of another laptop that do not count here, a line each, until people have settled the conflict."""
    some = [one for one in store.conflicts() if not one.settled and one.kind == "receipt"]
    return paid_twice(store, some, round_code)


def _is_void_of_what_came_back(one: Conflict) -> bool:
    """A payment was made void on one laptop, and given back on another."""
    return one.kind == "redress" and one.other.kind == "payment_voided"


def _told(store: Store, one: Conflict, names: dict[str, str]) -> list[Sentence]:
    from pachamama.cli.gather import frozen_rules
    from pachamama.store.redress import code_of

    body = one.other.body
    round_code = str(body["round"])
    receipts = {receipt.code: receipt for receipt in store.receipts(round_code)}
    currency = frozen_rules(store.round(round_code).rules).programme.currency
    known = receipts.get(str(body["receipt"]))
    is_void = known is not None and bool(known.voided)
    if is_void and "payment_voided" in (one.stands.kind, one.other.kind):
        return []  # people made it void since, who knew of both
    if _is_void_of_what_came_back(one):
        return [
            say(
                "{entry}: {actor}, laptop {laptop}, made the payment of receipt {receipt} void, and {sum} of it was given back on "
                "another laptop, neither knowing of the other: it counts as paid. If it was not: `pachamama pay void {code} "
                "--reason TEXT`, then `pachamama pay void {receipt} --reason TEXT`.",
                entry=str(body["entry"]),
                actor=one.other.actor,
                laptop=visible(names.get(one.other.device, one.other.device)),
                receipt=str(body["receipt"]),
                sum=Money(one.stands.body["cents"], currency),
                code=code_of(one.stands.device, one.stands.number),
            )
        ]
    said: dict[str, Value] = {
        "entry": str(body["entry"]),
        "second": _payment(one.other, receipts, names, currency),
    }
    if one.kind == "receipt" or one.stands.id == one.other.id:
        return [
            say(
                "{entry}: {second}. That receipt stands nowhere here, and the payment does not count: find out what was paid.",
                **said,
            )
        ]
    if one.stands.kind == "payment_voided":
        return [
            say(
                "{entry}: {second}. Another laptop made that payment void without knowing of this one, so it counts as paid. "
                "If it was not: `pachamama pay void {receipt} --reason TEXT`.",
                receipt=str(body["receipt"]),
                **said,
            )
        ]
    said["first"] = _payment(one.stands, receipts, names, currency)
    if one.stands.body["receipt"] == body["receipt"]:
        if is_void:
            return [
                say("{entry}: {first}; and {second}. It is one receipt, and void since. Look at the paper.", **said)
            ]
        return [say("{entry}: {first}; and {second}. It is one receipt: the first counts. Look at the paper.", **said)]
    whose = (body["within"], body["category"], body["entry"])
    held = next((account for account in store.accounts(round_code) if account.whose == whose), None)
    if held is None or not held.beyond:
        return [say("{entry} was paid on two laptops: {first}; and {second}.", **said)]
    return [
        say(
            "{entry} was PAID TWICE: {first}; and {second}. {sum} is too much. If one of them was not paid: `pachamama pay "
            "void RECEIPT --reason TEXT`; if both were: `pachamama pay return` or `pachamama pay waive`.",
            sum=Money(held.beyond, currency),
            **said,
        )
    ]


def _payment(entry: JournalEntry, receipts: dict[str, Receipt], names: dict[str, str], currency: str) -> Sentence:
    """A payment as the journal has it: receipt, amount, day, who recorded it, and on which laptop."""
    code = str(entry.body["receipt"])
    known = receipts.get(code)
    return say(
        "receipt {receipt}, {sum}, {day} ({actor}, laptop {laptop})",
        receipt=code,
        sum=Money(known.cents, currency) if known else "?",
        day=When(str(entry.body["day"])),
        actor=entry.actor,
        laptop=visible(names.get(entry.device, entry.device)),
    )
