"""Exact numbers: what is read, and how it is rounded (RULES.md, 0.1 and 0.2)."""

from fractions import Fraction

import pytest

from pachamama.core.numbers import ceiling, decimals_apart, fixed, floor_to, plain, read_exact, rounded


@pytest.mark.parametrize(
    "text", ["1e3", "1_000", "010", "NaN", "", "1.", ".5", "+1", "１２", "1,5", "0x1", " 1", "9" * 31]
)
def test_other_ways_to_write_a_number_are_refused(text: str) -> None:
    """0.1: plain digits only, and no longer than anybody needs."""
    assert read_exact(text) is None


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("-0.5", Fraction(-1, 2)), ("12,5", Fraction(25, 2)), ("0", 0)]
)
def test_plain_digits_are_read_exactly(text: str, value: Fraction | int) -> None:
    """0.1: a decimal comma where a table may have one; whole numbers are whole."""
    found = read_exact(text, comma=True)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "half_up", "half_even", "floor", "ceil"),
    [
        ("21.125", "21.13", "21.12", "21.12", "21.13"),
        ("21.135", "21.14", "21.14", "21.13", "21.14"),
        ("-21.125", "-21.13", "-21.12", "-21.13", "-21.12"),
        ("-0.005", "-0.01", "0.00", "-0.01", "0.00"),
        ("2.675", "2.68", "2.68", "2.67", "2.68"),
        ("2.6749", "2.67", "2.67", "2.67", "2.68"),
        ("-2.6751", "-2.68", "-2.68", "-2.68", "-2.67"),
        ("3", "3.00", "3.00", "3.00", "3.00"),
    ],
)
def test_a_half_goes_away_from_zero_unless_the_rules_say_otherwise(
    value: str, half_up: str, half_even: str, floor: str, ceil: str
) -> None:
    """0.2: 21.125 is 21.13, and −21.125 is −21.13."""
    exact = Fraction(value)
    found = [fixed(rounded(exact, 2, mode), 2) for mode in ("half_up", "half_even", "floor", "ceil")]
    assert found == [half_up, half_even, floor, ceil]


def test_figures_are_printed_apart_where_they_differ() -> None:
    """A1: under `compare: exact` as many decimals as show apart any two that differ."""
    assert decimals_apart({Fraction("12.376"), Fraction("12.383")}, 2) == 3
    assert decimals_apart({Fraction("12.376"), Fraction("12.3761")}, 2) == 4
    assert decimals_apart({Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**6)}, 0) == 6


@pytest.mark.parametrize(
    ("value", "unit", "floor", "up"),
    [(Fraction(1259, 10), 10, 120, 126), (120, 10, 120, 120), (Fraction(1, 3), 1, 0, 1), (Fraction(-1, 2), 1, -1, 0)],
)
def test_floors_and_ceilings(value: Fraction | int, unit: int, floor: int, up: int) -> None:
    """P3, C1: money goes down to the cash unit, 30 % of 7 goes up to 3."""
    assert floor_to(value, unit) == floor
    assert ceiling(value) == up


@pytest.mark.parametrize(("value", "text"), [(12, "12"), (Fraction(25, 2), "12.5"), (Fraction(38, 3), "38/3")])
def test_a_fraction_without_an_end_is_written_as_one(value: Fraction | int, text: str) -> None:
    """0.3: never a shortened figure in the place of an exact one."""
    assert plain(value) == text
