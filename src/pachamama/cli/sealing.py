"""The seal of a closed round as papers carry it, and what prize papers wait for: a verified backup of that seal.

One place for every paper: `**seal_said(store, found)` gives a paper its `code` and what that `replaces`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Mismatch, Problem, Refused
from pachamama.core.sentences import Sentence, Value, choice, listing, say

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.cli.session import Session
    from pachamama.store import Store
    from pachamama.store.rounds import Seal


class SealSaid(TypedDict):
    """What stands in the foot of a paper: the code of the closing, and the closings before it, in words."""

    code: str
    replaces: str


def seal_said(store: Store, found: Outcome) -> SealSaid:
    """Both for the closing that stands, in the language of the rules; empty while the round is open or stale."""
    from pachamama.cli.judging_papers import reader_of

    sealed = standing_seals(store, found)
    if not sealed:
        return {"code": "", "replaces": ""}
    before = earlier(sealed)
    replaces = reader_of(found.rules).say(say("replaces {closings}", closings=before)) if len(sealed) > 1 else ""
    return {"code": sealed[-1].code, "replaces": replaces}


def standing_seals(store: Store, found: Outcome) -> tuple[Seal, ...]:
    """Every closing of the round up to the one that stands; none while the round is open or stale.

    Mismatch where what stands in the file is not what was sealed: no paper then carries the code.
    """
    if found.state != "final":
        return ()
    sealed = store.seals(found.round.code)
    must_be_sealed(store, sealed[-1])
    return sealed


def must_be_sealed(store: Store, sealed: Seal) -> None:
    """Refuse to go on where the closing that stands does not give its code again, or names were changed."""
    if wrong := store.unproved_people():
        raise Mismatch(*wrong)
    if store.seal_holds(sealed.round):
        return
    apart = [one for one in store.conflicts() if not one.settled and one.kind == "closing" and sealed.round in one.what]
    if apart:
        raise Refused(
            Problem(
                NOWHERE,
                say(
                    "Two laptops closed {round} apart: the code of neither is that of both together.",
                    round=sealed.round,
                ),
                say(
                    "Settle `pachamama conflicts list`, then `pachamama round reopen {round} --reason TEXT` and close it again.",
                    round=sealed.round,
                ),
            )
        )
    raise Mismatch(
        Problem(
            NOWHERE,
            say(
                "Closing {number} of {round} was changed in the file after it was sealed: it does not give its code again.",
                number=sealed.number,
                round=sealed.round,
            ),
            say("Do not pay from this file. Keep it as it is, see `pachamama check`, and take a backup."),
        )
    )


def must_be_proved(store: Store) -> None:
    """Refuse to record money in a file that is not what its journal says: prizes, receipts, payments, names, all of it."""
    if wrong := store.verify():
        raise Mismatch(*wrong, safe=say("Nothing was changed."))


def earlier(sealed: tuple[Seal, ...]) -> Value:
    """The closings before the last one, each by its number and its code."""
    return listing([closing_said(one) for one in sealed[:-1]])


def closing_said(one: Seal) -> Sentence | str:
    """`1: 7K2QX-…`; the number alone for one from before there were codes."""
    return say("{number}: {code}", number=one.number, code=one.code) if one.code else str(one.number)


# -- no prize paper without a backup -----------------------------------------------------------------------------------


def must_be_kept(asked: Session, store: Store, found: Outcome, *, without: str | None) -> None:
    """Refuse a paper that pays while no verified backup holds the seal of its round, unless `without` says why.

    What was accepted without one is told, and written into the journal where the file can be written.
    """
    from pachamama.cli.safekeeping import backup_folders, holding

    if store.is_for_audit:
        raise Refused(
            Problem(
                NOWHERE,
                say("This file is a copy for audit: nobody is paid from it."),
                say("Work in the programme's own file: `--db FILE`."),
            )
        )
    from pachamama.cli.waiting import waiting_of

    asked.tell_warnings(waiting_of(store, found.round))
    sealed = standing_seals(store, found)
    if not sealed or any(holding(asked, store, sealed[-1])):
        return
    reason = " ".join((without or "").split())
    if not reason:
        raise Refused(
            Problem(
                NOWHERE,
                say(
                    "There is no verified backup of closing {number} of {round} in {folders}.",
                    number=sealed[-1].number,
                    round=found.round.code,
                    folders=choice([visible(str(one)) for one in backup_folders(asked, store)]),
                ),
                say("Make one: `pachamama backup`. To print all the same, say why: `--without-backup REASON`."),
            )
        )
    asked.tell_warnings(
        [
            say(
                "{round} is printed without a backup of its closing: {reason}. Make one soon: `pachamama backup`.",
                round=found.round.code,
                reason=reason.rstrip("."),
            )
        ]
    )
    asked.record_export(f"{found.round.code}, --without-backup: {reason}")


WithoutBackup = Annotated[
    str | None, typer.Option("--without-backup", metavar="REASON", help="print although no backup holds the closing")
]
