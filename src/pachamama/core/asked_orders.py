"""Orders of equal entries that people decide or draw: for which groups the rules use one (RULES.md, T4, T6, P4, P10).

The tie chain asks for the jury's order or for lots; a thing that cannot be split, and spare cash units by lot, ask for
lots too. What nobody asks for is not recorded: it would stand in the minutes, and decide nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from pachamama.core.names import called
from pachamama.core.sentences import Listing, Sentence, listing, say

if TYPE_CHECKING:
    from pachamama.core.model import Drawing
    from pachamama.core.settle import Reckoned

Recorded: TypeAlias = Literal["lots", "jury_decision"]


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """A group whose order the rules use, by code; `is_open` while nobody has recorded one, `said` what is to be done."""

    step: Recorded
    entries: tuple[str, ...]
    is_open: bool
    said: Sentence


def asked_orders(one: Reckoned) -> tuple[AskedOrder, ...]:
    """The orders that a contest uses, recorded or not, each group once; of an open one no later step of the same group."""
    found: dict[tuple[Recorded, frozenset[str]], AskedOrder] = {}
    waits: list[frozenset[str]] = []
    for split in one.ranking.splits:
        step = split.step.records
        if step is None:
            continue
        codes = tuple(code for group in split.groups for code in group)
        if any(group >= {*codes} for group in waits):
            continue
        is_open = len(split.groups) == 1
        if is_open:
            waits.append(frozenset(codes))
        found[step, frozenset(codes)] = AskedOrder(step, codes, is_open, to_do(step, codes))
    for asked in one.prizes.orders:
        if not any(group >= {*asked.entries} for group in waits):
            found.setdefault((asked.step, frozenset(asked.entries)), asked)
    return tuple(found.values())


def standing_orders(orders: Sequence[Drawing]) -> list[Drawing]:
    """Of orders as they were recorded, those that no later one of the same step replaces by naming all of its entries."""
    return [
        one
        for at, one in enumerate(orders)
        if not any(later.step == one.step and {*later.order} >= {*one.order} for later in orders[at + 1 :])
    ]


def with_names(due: Sentence, names: Mapping[str, str]) -> Sentence:
    """What is to be decided or drawn, those whom it is between by code and name; who has no name is told by the code."""
    between = due.values.get("entries")
    if not isinstance(between, Listing):
        return due
    known = [called(code, names.get(code, "")) for code in between.items if isinstance(code, str)]
    return replace(due, values={**due.values, "entries": listing(known)})


def to_do(step: Recorded, codes: Sequence[str]) -> Sentence:
    """What people must still do before a step of the tie chain can decide between these."""
    if step == "lots":
        return say("Lots must be drawn between {entries} and recorded.", entries=listing(sorted(codes)))
    return say("The jury must decide between {entries} and record it.", entries=listing(sorted(codes)))
