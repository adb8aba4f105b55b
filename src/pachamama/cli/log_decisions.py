"""The words of the journal for what people decide: orders of equals, rulings, judges who step back; and what of it was taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pachamama.cli.log_teller import Teller, Told
from pachamama.core.sentences import Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.store import JournalEntry


def order_recorded(teller: Teller, entry: JournalEntry) -> Told:
    """Lots that were drawn, or the jury's decision between equals."""
    body = entry.body
    names = teller.people(body["witnesses"])
    said: dict[str, Value] = {"round": body["round"], "entries": _in_order(teller, body)}
    if body["step"] == "lots":
        more = (say("Witnesses: {names}.", names=listing(names)),) if names else ()
        return Told(say("Lots were drawn in {round}: {entries}.", **said), more, (), body["reason"])
    return Told(say("The jury ordered equals in {round}: {entries}.", **said), decided_by(names), (), body["reason"])


def order_voided(teller: Teller, entry: JournalEntry) -> Told:
    """The same taken back."""
    body = entry.body
    said: dict[str, Value] = {"round": body["round"], "entries": _in_order(teller, body)}
    what = (
        say("Took back the drawing of lots in {round}: {entries}.", **said)
        if body["step"] == "lots"
        else say("Took back the jury's decision between equals in {round}: {entries}.", **said)
    )
    return Told(what, decided_by(teller.people(body["names"])), (), body["reason"])


def ruling_recorded(teller: Teller, entry: JournalEntry) -> Told:
    """A deduction, bonus, knockout or disqualification."""
    body = entry.body
    what = say("The jury ruled on {entry} in {round}: {what}.", **_ruled(teller, body))
    return Told(what, decided_by(teller.people(body["names"])), (), body["reason"])


def ruling_voided(teller: Teller, entry: JournalEntry) -> Told:
    """The same taken back."""
    body = entry.body
    what = say("Took back the ruling on {entry} in {round}: {what}.", **_ruled(teller, body))
    return Told(what, decided_by(teller.people(body["names"])), (), body["reason"])


def conflict_declared(teller: Teller, entry: JournalEntry) -> Told:
    """A judge who steps back, with whoever judges instead; or a likeness of names that means nothing."""
    body = entry.body
    said: dict[str, Value] = {"judge": teller.judge(body["judge"]), "entry": teller.called(body["entry"])}
    if body["declared"] == "recused":
        what = say("{judge} steps back and does not judge {entry}.", **said)
        return Told(what, tuple(_instead(teller, body)), (), body["reason"])
    return Told(say("{judge} may judge {entry}: the likeness means nothing.", **said), why=body["reason"])


def conflict_settled(teller: Teller, entry: JournalEntry) -> Told:
    """What people decided where two laptops differed, by the code of the conflict, and about what."""
    from pachamama.cli.differing import called_by, what

    why, found = entry.body["reason"], teller.conflict(entry.body)
    if found is None:  # the files that came later tell it otherwise
        return Told(
            say("Decided a conflict between two laptops ({what}).", what=called_by(entry.body["what"])), why=why
        )
    laptops = {one.code: one.name for one in teller.store.devices()}
    said: dict[str, Value] = {"code": found.code, "what": what(found, laptops)}
    return Told(say("Decided the conflict {code} between two laptops ({what}).", **said), why=why)


def _instead(teller: Teller, body: Mapping[str, Any]) -> Iterator[Sentence]:
    for phase, code in body.get("substitutes", {}).items():
        said: dict[str, Value] = {"judge": teller.judge(code)}
        label = teller.phase(body["round"], phase)
        yield (
            say("{judge} judges it instead, {phase}.", phase=label, **said)
            if label
            else say("{judge} judges it instead.", **said)
        )


def decided_by(names: Sequence[Value]) -> tuple[Sentence, ...]:
    """Who decided it; nothing where nobody is named."""
    if not names:
        return ()
    return (say_count("Decided by {names}.", "Decided by {names}.", len(names), names=listing(names)),)


_RULINGS: Mapping[str, Sentence] = {
    "deduction": say("a deduction"),
    "bonus": say("a bonus"),
    "knockout": say("a fault that puts it out of the contest"),
    "disqualification": say("disqualification"),
}


def _ruled(teller: Teller, body: Mapping[str, Any]) -> dict[str, Value]:
    what: Value = _RULINGS[body["ruling"]]
    if body["rule"]:
        what = say("{what} ({id})", what=what, id=body["rule"])
    return {"entry": teller.called(body["entry"]), "round": body["round"], "what": what}


def _in_order(teller: Teller, body: Mapping[str, Any]) -> Value:
    return listing([teller.called(code) for code in sorted(body["order"], key=body["order"].__getitem__)])
