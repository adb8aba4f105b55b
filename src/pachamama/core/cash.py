"""Notes and coins: which pieces pay an amount exactly, the fewest of them, and what of it no piece can pay.

One idea: the largest piece that fits is always taken first. For a currency whose pieces are made like those here that is
the fewest (see `is_largest_first_fewest`), so nobody has to search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Cash:
    """The notes and coins of a currency that a bank hands out, in cents, the largest first."""

    notes: tuple[int, ...]
    coins: tuple[int, ...]

    @property
    def pieces(self) -> tuple[int, ...]:
        """All of them, the largest first."""
        return (*self.notes, *self.coins)

    @property
    def smallest(self) -> int:
        """What no amount of cash can be finer than: S/ 0.10 in Peru, where coins of one and five cents are withdrawn."""
        return self.pieces[-1]

    def without(self, pieces: Sequence[int]) -> Cash:
        """The same without pieces that the bank does not have."""
        return Cash(
            tuple(one for one in self.notes if one not in pieces), tuple(one for one in self.coins if one not in pieces)
        )


_SOL = Cash((20000, 10000, 5000, 2000, 1000), (500, 200, 100, 50, 20, 10))
CASH: Mapping[str, Cash] = {
    "PEN": _SOL,
    "BOB": _SOL,
    "USD": Cash((10000, 5000, 2000, 1000, 500, 100), (25, 10, 5, 1)),
}
"""The currencies whose cash is known. Of the dollar without the note of 2, the half dollar and the coin of 1: banks of the
Andes hand out none."""


@dataclass(frozen=True, slots=True)
class Paid:
    """An amount in cash: how many of each piece, in the order of the pieces, and the cents that no piece can pay."""

    counts: tuple[int, ...]
    rest: int


def in_cash(cents: int, cash: Cash) -> Paid:
    """The amount in the fewest pieces; `rest` is below the smallest piece. ValueError for an amount below zero."""
    if cents < 0:
        raise ValueError("an amount in cash cannot be below zero")
    counts = []
    for piece in cash.pieces:
        count, cents = divmod(cents, piece)
        counts.append(count)
    return Paid(tuple(counts), cents)


@cache
def is_largest_first_fewest(cash: Cash) -> bool:
    """Whether taking the largest piece first pays every amount exactly where it can be paid, and with the fewest pieces.

    It is tried for every amount below the two largest pieces together, against the true minimum. That is a proof for all
    amounts: where the smallest piece divides the others, the smallest counterexample lies below that sum (D. Kozen and
    S. Zaks, Optimal bounds for the change-making problem, Theoretical Computer Science 123, 1994).
    """
    pieces = cash.pieces
    if not pieces or any(piece % pieces[-1] for piece in pieces):
        return False
    sizes = [piece // pieces[-1] for piece in pieces]
    fewest = [0]
    for amount in range(1, sum(sizes[:2])):
        fewest.append(1 + min(fewest[amount - size] for size in sizes if size <= amount))
        if sum(in_cash(amount * pieces[-1], cash).counts) != fewest[amount]:
            return False
    return True
