"""Figures as an explanation says them: exact where that is short, else as many digits as show what rounding does.

`39.666…` has more digits than it shows; `39.67` has not. Nothing here reckons: every figure comes from the computation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pachamama.core.numbers import Exact, Mode, decimals_of, rounded, simple
from pachamama.core.sentences import Money, Points, Sentence, Value, say

_MORE_EXACT = 4
"""Exact figures show up to this many decimals more than printed ones; longer ones are cut off and say so."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How figures are written: `decimals` of printed points and how they are rounded, and the currency of amounts."""

    decimals: int
    currency: str = ""
    mode: Mode = "half_up"

    def exact(self, value: Exact) -> Value:
        """The figure with all its digits, or cut off after one digit more than is printed: `39.666…`."""
        needed = decimals_of(value)
        if needed is not None and needed <= self.decimals + _MORE_EXACT:
            return simple(value)
        shown = self.decimals + 1
        cut = rounded(value, shown, "floor") if value >= 0 else rounded(value, shown, "ceil")
        return say("{digits}…", digits=Points(cut, shown))

    def printed(self, value: Exact) -> Points:
        """The figure as the papers print it."""
        return Points(rounded(value, self.decimals, self.mode), self.decimals)

    def points(self, value: Exact) -> Value:
        """Points as the papers print them (`84.00`) where that is exact; else with the digits that they have."""
        needed = decimals_of(value)
        return self.printed(value) if needed is not None and needed <= self.decimals else self.exact(value)

    def added(self, values: Sequence[Exact]) -> Value:
        """`18 + 12 + 15`."""
        return joined_by_plus([self.exact(value) for value in values])

    def cash(self, cents: Exact) -> Value:
        """An amount; one that has parts of a cent with its whole cents and `…`."""
        return cash_said(cents, self.currency)


def cash_said(cents: Exact, currency: str) -> Value:
    """An amount of a currency; one that has parts of a cent with its whole cents and `…`."""
    whole = simple(cents)
    if isinstance(whole, int):
        return Money(whole, currency)
    return say("{amount}…", amount=Money(int(whole // 1), currency))


def joined_by_plus(terms: Sequence[Value]) -> Value:
    """The terms as one sum: `18 + 12 + 15`; a term alone as it is."""
    found = terms[0]
    for term in terms[1:]:
        found = say("{sum} + {term}", sum=found, term=term)
    return found


def with_rounding(reckoned: Sentence, exact: Exact, result: Exact, figures: Figures) -> Sentence:
    """The arithmetic, and what rounding did to its figure; nothing more where it did nothing."""
    if result == exact:
        return reckoned
    if result > exact:
        return say("{arithmetic}, rounded up to {result}", arithmetic=reckoned, result=figures.printed(result))
    return say("{arithmetic}, rounded down to {result}", arithmetic=reckoned, result=figures.printed(result))
