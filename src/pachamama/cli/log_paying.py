"""The words of the journal about paying: receipts, payments, money given back, and what was let be."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pachamama.cli.log_decisions import decided_by
from pachamama.cli.log_teller import FEW, Teller, Told
from pachamama.core.sentences import Sentence, Value, When, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.store import JournalEntry


def receipts_numbered(teller: Teller, entry: JournalEntry) -> Told:
    """How many receipts, for how much, and the first of them."""
    body = entry.body
    receipts = body["receipts"]
    return Told(
        say_count(
            "Numbered {count} receipt of {round}, {amount} in all.",
            "Numbered {count} receipts of {round}, {amount} in all.",
            len(receipts),
            round=body["round"],
            amount=teller.money(body["round"], sum(one[4] for one in receipts)),
        ),
        tuple(
            say(
                "{code}: {entry}, {amount}.",
                code=code,
                entry=teller.called(of),
                amount=teller.money(body["round"], cents),
            )
            for code, _, _, of, cents in receipts[:FEW]
        ),
    )


_MODES: Mapping[str, Sentence] = {"cash": say("in cash"), "transfer": say("by transfer"), "in_kind": say("in kind")}


def payment_recorded(teller: Teller, entry: JournalEntry) -> Told:
    """Who was paid, how, by which receipt, and who received it."""
    body = entry.body
    _, cents = teller.receipts.get(body["receipt"], ("", 0))
    more = [say("Received by {name}.", name=teller.one(body["proxy"]))] if body["proxy"] else []
    if body.get("without_dni"):
        more.append(say("Without a DNI: {reason}", reason=body["without_dni"]))
    return Told(
        say(
            "Paid {amount} to {entry} {mode}, receipt {code}, on {day}.",
            amount=teller.money(body["round"], cents),
            entry=teller.called(body["entry"]),
            mode=_MODES[body["mode"]],
            code=body["receipt"],
            day=When(body["day"]),
        ),
        tuple(more),
        (),
        body["reason"],
    )


def payment_voided(_teller: Teller, entry: JournalEntry) -> Told:
    """A payment that did not happen as it was written."""
    return Told(say("Made the payment of receipt {code} void.", code=entry.body["receipt"]), why=entry.body["reason"])


def payment_returned(teller: Teller, entry: JournalEntry) -> Told:
    """Money that came back, and who took it in."""
    body = entry.body
    names = teller.people(body["names"])
    more = (say("Taken in by {names}.", names=listing(names)),) if names else ()
    return Told(say("{entry} gave back {amount} on {day}.", **_about(teller, entry)), more, (), body["reason"])


def overpayment_waived(teller: Teller, entry: JournalEntry) -> Told:
    """Money that people let be, and who decided."""
    body = entry.body
    head = say("{amount} that {entry} was paid too much is let be since {day}.", **_about(teller, entry))
    return Told(head, decided_by(teller.people(body["names"])), (), body["reason"])


def redress_voided(_teller: Teller, entry: JournalEntry) -> Told:
    """A return or a decision that did not happen as it was written."""
    from pachamama.store.redress import code_of

    return Told(
        say(
            "Made void what was recorded as {code} ({round}).",
            code=code_of(*entry.body["of"]),
            round=entry.body["round"],
        ),
        why=entry.body["reason"],
    )


def _about(teller: Teller, entry: JournalEntry) -> dict[str, Value]:
    body = entry.body
    return {
        "entry": teller.called(body["entry"]),
        "amount": teller.money(body["round"], body["cents"]),
        "day": When(body["day"]),
    }
