"""The seal of a closed round as papers carry it, and what prize papers wait for: a verified backup of that seal.

One place for every paper: `**seal_said(store, found)` gives a paper its `code` and what that `replaces`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, Refused
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
    """Every closing of the round up to the one that stands; none while the round is open or stale."""
    return store.seals(found.round.code) if found.state == "final" else ()


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
