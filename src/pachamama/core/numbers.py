"""Exact numbers: read from their digits, rounded only where a rule says so, printed as they are compared.

A number is an `int` or a `fractions.Fraction`, never a float (RULES.md, 0.1).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm
from typing import Literal, TypeAlias

Exact: TypeAlias = int | Fraction
Mode: TypeAlias = Literal["half_up", "half_even", "floor", "ceil"]

_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_PLAIN_OR_COMMA = re.compile(r"-?(?:0|[1-9][0-9]*)(?:[.,][0-9]+)?")
_TWO_WAYS = re.compile(r"-?[1-9][0-9]{0,2},[0-9]{3}")
_INTS = frozenset({int})
MAX_DIGITS = 30
"""Longer numbers are refused: no mark, weight or amount needs them, and they slow down every sum."""


def read_exact(text: str, *, comma: bool = False) -> Exact | None:
    """The number written in plain digits (`12`, `12.5`; with `comma` also `12,5`), else None.

    Refuses what other readers accept in silence: `1e3`, `1_000`, `010`, `.5`, `NaN`, digits of other scripts.
    """
    if len(text) > MAX_DIGITS or not (_PLAIN_OR_COMMA if comma else _PLAIN).fullmatch(text):
        return None
    whole, dot, decimals = text.replace(",", ".").partition(".")
    if not dot:
        return int(whole)
    return ratio(int(whole + decimals), 10 ** len(decimals))


def two_readings(text: str) -> tuple[Exact, int] | None:
    """Both numbers that `1,250` may be, where a comma has exactly three digits behind it: 1.25 and 1250; else None.

    Peru writes thousands so (1,250.00) and decimals too (1,25); whoever can take both asks which is meant.
    """
    if not _TWO_WAYS.fullmatch(text):
        return None
    decimal = read_exact(text, comma=True)
    assert decimal is not None, "it has the digits of a number"
    return decimal, int(text.replace(",", ""))


def simple(value: Exact) -> Exact:
    """The same number, as an `int` when it is whole."""
    if isinstance(value, Fraction) and value.denominator == 1:
        return value.numerator
    return value


@lru_cache(maxsize=1 << 14)
def ratio(above: int, below: int) -> Exact:
    """`above` ÷ `below`, exact; kept, since a round has a thousand different points, and a Fraction is slow to make."""
    return simple(Fraction(above, below))


def on_one_scale(values: Sequence[Exact]) -> tuple[list[int], int]:
    """The values as whole numbers of one unit, and how many such units make 1.

    They are equal, in order and in proportion as the values are, and many times faster to add, compare and look up.
    """
    if _INTS.issuperset(map(type, values)):
        return list(values), 1  # type: ignore[arg-type]
    ratios = [value.as_integer_ratio() for value in values]
    scale = lcm(*{below for _, below in ratios})
    return [above * (scale // below) for above, below in ratios], scale


def in_parts(value: Exact, parts: int) -> int:
    """How many of the parts of a point the value is; ValueError where it is not a whole number of them."""
    above, below = value.as_integer_ratio()
    if parts % below:
        raise ValueError(f"{value} is no whole number of {parts}ths")
    return above * (parts // below)


def added(values: Sequence[Exact]) -> Exact:
    """Σv, exact."""
    if len(values) == 1:
        return values[0]
    units, scale = on_one_scale(values)
    return ratio(sum(units), scale)


def times(value: Exact, by: Exact) -> Exact:
    """The product, exact; most weights and factors are 1."""
    if by == 1:
        return value
    (above, below), (more, less) = value.as_integer_ratio(), by.as_integer_ratio()
    return ratio(above * more, below * less)


def rounded(value: Exact, decimals: int, mode: Mode = "half_up") -> Exact:
    """The value rounded to that many decimals; a half goes away from zero unless `mode` says otherwise (RULES.md, 0.2)."""
    if isinstance(value, int):
        return value
    scale = 10**decimals
    numerator, denominator = value.as_integer_ratio()
    if scale % denominator == 0:
        return value
    below, rest = divmod(numerator * scale, denominator)
    if mode == "floor":
        units = below
    elif mode == "ceil":
        units = below + 1
    else:
        twice = 2 * rest
        if twice == denominator:
            up = below % 2 == 1 if mode == "half_even" else numerator > 0
        else:
            up = twice > denominator
        units = below + 1 if up else below
    return ratio(units, scale)


@lru_cache(maxsize=1 << 14)
def rounded_ratio(above: int, below: int, decimals: int, mode: Mode) -> Exact:
    """`above` ÷ `below`, rounded; kept, as in `ratio`."""
    return rounded(ratio(above, below), decimals, mode)


def floor_to(value: Exact, unit: int) -> int:
    """The largest multiple of `unit` that is not above the value."""
    return int(value // unit) * unit


def ceiling(value: Exact) -> int:
    """The smallest whole number that is not below the value."""
    return -int(-value // 1)


def fixed(value: Exact, decimals: int) -> str:
    """The value in plain digits with exactly that many decimals (`75.40`), a half going up."""
    units = int(rounded(value, decimals) * 10**decimals)
    sign, digits = ("-" if units < 0 else ""), str(abs(units)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def plain(value: Exact) -> str:
    """The value in the fewest plain digits that are exact (`12.5`); a fraction without an end as `38/3`."""
    if isinstance(value, int) or value.denominator == 1:
        return str(int(value))
    decimals = decimals_of(value)
    if decimals is None:
        return f"{value.numerator}/{value.denominator}"
    return fixed(value, decimals)


def decimals_of(value: Exact) -> int | None:
    """How many decimals write the value exactly; None for a fraction without an end."""
    denominator, twos, fives = value.denominator, 0, 0
    while denominator % 2 == 0:
        denominator, twos = denominator // 2, twos + 1
    while denominator % 5 == 0:
        denominator, fives = denominator // 5, fives + 1
    return max(twos, fives) if denominator == 1 else None


def decimals_apart(values: frozenset[Exact] | set[Exact], at_least: int, mode: Mode = "half_up") -> int:
    """The fewest decimals, from `at_least` up, that print any two different values differently in that mode."""
    decimals = at_least
    while len({rounded(value, decimals, mode) for value in values}) < len(values):
        decimals += 1
    return decimals


def cents(value: Exact) -> int:
    """An amount of money in whole cents; the rules have made sure that it has no smaller part."""
    whole = value * 100
    if whole != int(whole):
        raise ValueError(f"{value} is not an amount of whole cents")
    return int(whole)
