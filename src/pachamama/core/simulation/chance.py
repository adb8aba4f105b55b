"""Chance that can be repeated: the same seed gives the same draws on every machine and with every version of Python.

Draws are not taken one after the other from a stream, but each thing that is drawn has its own, by its name: the quality
of household C1H04 in run 7 is the same whatever else is drawn before it. So two sets of rules see the same marks where
their criteria are the same.

A name and the seed are joined by `|`, and the SHA-512 of the text is cut into numbers of 16 bits; where more are needed
a counter is added to the text. No floats.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha512
from struct import Struct

ONE = 1 << 16
"""The whole, for shares in whole numbers: draws lie from 0 to ONE − 1."""
_NUMBERS = Struct(">32H")


@dataclass(frozen=True, slots=True)
class Chance:
    """A seed, or a part of what is drawn from it: a run, a community."""

    seed: str

    def within(self, *names: str | int) -> Chance:
        """The chance of a part, whose draws have nothing to do with those of another part."""
        return Chance("|".join([self.seed, *map(str, names)]))

    def draws(self, number: int, *names: str | int) -> list[int]:
        """So many draws for the thing of that name, each from 0 to ONE − 1."""
        text = "|".join([self.seed, *map(str, names)])
        found = _cut(text)
        block = 0
        while len(found) < number:
            block += 1
            found = (*found, *_cut(f"{text}|#{block}"))
        return list(found[:number])

    def below(self, limit: int, *names: str | int) -> int:
        """A number from 0 to `limit` − 1, each as likely as the others (to one in 2⁴⁸)."""
        high, middle, low = self.draws(3, *names)
        return ((high << 32 | middle << 16 | low) * limit) >> 48

    def happens(self, in_thousand: int, *names: str | int) -> bool:
        """Whether it happens, so many times in a thousand."""
        return self.below(1000, *names) < in_thousand

    def bell(self, *names: str | int) -> int:
        """A draw around 0, from −ONE to ONE, most of them near 0: the mean of four, doubled. Its spread is 0.29 ONE."""
        return bell(self.draws(4, *names))


def bell(draws: list[int]) -> int:
    """See `Chance.bell`; of any number of draws, so that fewer are spread wider."""
    return (2 * sum(draws)) // len(draws) - ONE


def _cut(text: str) -> tuple[int, ...]:
    return _NUMBERS.unpack(sha512(text.encode()).digest())
