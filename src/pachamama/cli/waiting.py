"""What waits for somebody after a closing: appeals, what came too late, receipts in dispute, results that were reopened.

Said the same by `status`, by `check`, and before papers that pay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pachamama.core.sentences import Listing, Sentence, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.core.model import Round
    from pachamama.store import Store


def waiting_of(store: Store, one: Round) -> list[Sentence]:
    """What waits, of a closed round, for a decision, for a correction, or to be looked at; of an open one contradicted appeals."""
    from pachamama.cli.appeals import contradicted_of

    contradicted = contradicted_of(store, one.code)
    if one.state != "closed":
        return contradicted
    return [
        *apart_of(store, one.code),
        *disputed_of(store, one.code),
        *contradicted,
        *_appeals(store, one),
        *_late(store, one),
    ]


def stale_of(store: Store, one: Round) -> list[Sentence]:
    """That a closed round reads results which do not stand any more, and in which order that is put right; [] where it does not."""
    if one.state != "closed" or one.lower is None or not store.is_stale(one.code):
        return []
    if store.round(one.lower).state != "closed":
        return [
            say(
                "{round} reads results of {lower} that were reopened: close {lower} again, then reopen and close {round}.",
                round=one.code,
                lower=one.lower,
            )
        ]
    if store.is_stale(one.lower):
        return [
            say(
                "{round} reads results of {lower}, and those read results that were reopened: put {lower} right, then reopen and close "
                "{round}.",
                round=one.code,
                lower=one.lower,
            )
        ]
    return [
        say(
            "{round} reads results of {lower} that a later closing replaced: reopen {round} (`pachamama round reopen {round} "
            "--reason TEXT`) and close it again. Until then pay nobody from it.",
            round=one.code,
            lower=one.lower,
        )
    ]


def apart_of(store: Store, round_code: str) -> list[Sentence]:
    """The receipts numbered under a closing that does not stand, because two laptops closed the round apart.

    While people have not settled that: those that were not paid are void, and must not be paid from; of those that were
    paid the money counts.
    """
    apart = [one for one in store.receipts(round_code) if one.apart and not one.voided]
    if not apart or not any(
        one.kind == "closing" and not one.settled and one.what[0] == round_code for one in store.conflicts()
    ):
        return []
    unpaid, paid = (_in_runs([one.code for one in apart if bool(one.mode) is is_paid]) for is_paid in (False, True))
    said = []
    if unpaid.items:
        said.append(
            say(
                "Two laptops closed {round} apart, and these receipts are of the closing that does not stand: {codes}. They are "
                "void: collect them, and pay nothing by them.",
                round=round_code,
                codes=unpaid,
            )
        )
    if paid.items:
        said.append(
            say(
                "Paid by receipts of the closing of {round} that does not stand: {codes}. The money counts: `pachamama pay list`.",
                round=round_code,
                codes=paid,
            )
        )
    return said


def _in_runs(codes: Sequence[str]) -> Listing:
    """Numbers of receipts, those of one series that follow each other as `first … last`."""
    runs: list[list[str]] = []
    for code in codes:
        series, _, number = code.rpartition("-")
        last = runs[-1][-1].rpartition("-") if runs else ("", "", "0")
        if last[0] == series and int(last[2]) + 1 == int(number):
            runs[-1].append(code)
        else:
            runs.append([code])
    return listing([run[0] if len(run) == 1 else say("{first} … {last}", first=run[0], last=run[-1]) for run in runs])


def disputed_of(store: Store, round_code: str) -> list[Sentence]:
    """To whom nothing more is paid until people have said what two laptops paid, where one payment is void since."""
    return [
        say(
            "What was paid to {entry} is in dispute, and nothing more is paid to it until that is settled: `pachamama conflicts "
            "settle {code} --reason TEXT`.",
            entry=entry,
            code=code,
        )
        for (_, _, entry), code in store.disputed(round_code).items()
    ]


def _appeals(store: Store, one: Round) -> list[Sentence]:
    """The appeals against the closing that stands which wait for a decision, or to be put right."""
    standing = [appeal for appeal in store.appeals(one.code) if appeal.results == one.results]
    return [
        say(
            "Appeal {code} was upheld, and {round} is not put right yet: reopen, correct, and close it again.",
            code=appeal.code,
            round=one.code,
        )
        if appeal.state == "upheld"
        else say("Appeal {code} is not decided yet: `pachamama appeal decide {code}`.", code=appeal.code)
        for appeal in standing
        if appeal.state != "rejected"
    ]


def _late(store: Store, one: Round) -> list[Sentence]:
    """What other laptops had typed for it, and this file learned only after the closing."""
    late = sum(1 for entry in store.late() if entry.body.get("round") == one.code)
    if not late:
        return []
    return [
        say_count(
            "{count} entry came too late for {round}, and counts only when it is reopened: `pachamama conflicts list`.",
            "{count} entries came too late for {round}, and count only when it is reopened: `pachamama conflicts list`.",
            late,
            round=one.code,
        )
    ]
