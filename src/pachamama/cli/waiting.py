"""What waits for somebody after a closing: appeals that are open or not put right, and what other laptops told too late.

Said the same by `status`, by `check`, and before papers that pay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pachamama.core.sentences import Sentence, say, say_count

if TYPE_CHECKING:
    from pachamama.core.model import Round
    from pachamama.store import Store


def waiting_of(store: Store, one: Round) -> list[Sentence]:
    """What waits, of a closed round, for a decision, for a correction, or to be looked at; of an open one contradicted appeals."""
    from pachamama.cli.appeals import contradicted_of

    contradicted = contradicted_of(store, one.code)
    if one.state != "closed":
        return contradicted
    return [*disputed_of(store, one.code), *contradicted, *_appeals(store, one), *_late(store, one)]


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
