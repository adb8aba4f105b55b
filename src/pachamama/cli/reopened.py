"""Rounds that a merge reopens, or leaves with another closing than the one that stood: named with both seals' codes.

Papers of the closing that stood are in people's hands, and money may have been paid by them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pachamama.core.sentences import Sentence, listing, say

if TYPE_CHECKING:
    from pachamama.store import Store
    from pachamama.store.rounds import Seal


def last_closings(store: Store) -> dict[str, Seal]:
    """The last closing of each round that was ever closed, whether it stands or was reopened."""
    return {one.round: one for one in store.seals() if one.is_last}


@dataclass(frozen=True, slots=True)
class Reopened:
    """A round as it was and as it is with what came: `void` are the closings whose papers are void, the first stood before.

    `payments` are what was paid of it, as JSON holds it; `touched` says in lines what of that is affected.
    """

    now: Seal
    void: Sequence[Seal]
    touched: Sequence[Sentence]
    payments: Sequence[Mapping[str, object]]

    def told(self) -> Sentence:
        """That its papers are void, and of which closing those are that count, if any."""
        from pachamama.cli.sealing import closing_said

        closings = listing([closing_said(one) for one in self.void])
        if self.now.is_open:
            return say(
                "{round}: with this merge it is open again, because another laptop reopened it. Its papers are void, those of "
                "closing {closings}: collect them, and pay nobody from them.",
                round=self.now.round,
                closings=closings,
            )
        return say(
            "{round}: with this merge closing {closing} of another laptop stands. Papers of closing {closings} are void: collect "
            "them, and pay nobody from them.",
            round=self.now.round,
            closing=closing_said(self.now),
            closings=closings,
        )

    def written(self) -> dict[str, object]:
        """It as JSON."""
        return {
            "round": self.now.round,
            "state": "open" if self.now.is_open else "closed",
            "void": [_written(one) for one in self.void],
            "stands": None if self.now.is_open else _written(self.now),
            "paid": list(self.payments),
        }


def reopened(store: Store, before: Mapping[str, Seal]) -> Iterator[Reopened]:
    """Each round that has another closing than `before`, or none that stands any more, with the payments that it touches."""
    from pachamama.cli.pay_list import round_accounts
    from pachamama.cli.paying import paid_already

    for code, now in last_closings(store).items():
        was = before.get(code)
        if was is None or (_name(now) == _name(was) and (now.stands or not was.stands)):
            continue
        later = [one for one in store.seals(code) if one.number >= was.number and _name(one) != _name(was)]
        said, payments = paid_already(store, code)
        if not now.is_open:
            said = round_accounts(store, code, None, None, unpaid=False).changed()
        yield Reopened(now, [was, *(one for one in later if not one.stands)], said, payments)


def _name(one: Seal) -> tuple[int, str]:
    return one.number, one.code


def _written(one: Seal) -> dict[str, object]:
    return {"closing": one.number, "seal": one.code or None}
