"""Notes and coins: every amount is paid exactly where it can be, and with the fewest pieces there are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pachamama.core.cash import CASH, Cash, in_cash, is_largest_first_fewest


def fewest(cents: int, pieces: tuple[int, ...]) -> int | None:
    """The fewest pieces that pay an amount exactly, by trying all: level by level, as far as one can get with so many."""
    reached, count = {0}, 0
    seen = {0}
    while reached:
        if cents in reached:
            return count
        reached = {sum_ + piece for sum_ in reached for piece in pieces if sum_ + piece <= cents} - seen
        seen |= reached
        count += 1
    return None


@pytest.mark.parametrize(
    ("currency", "cents", "pieces"),
    [
        ("PEN", 38890, "200 100 50 20 10 5 2 1 0.50 0.20 0.20"),
        ("PEN", 10000, "100"),
        ("PEN", 60, "0.50 0.10"),
        ("USD", 12341, "100 20 1 1 1 0.25 0.10 0.05 0.01"),
        ("USD", 8000, "50 20 10"),
        ("BOB", 30000, "200 100"),
    ],
)
def test_an_amount_is_paid_with_these_pieces(currency: str, cents: int, pieces: str) -> None:
    """The largest piece that fits, then the next."""
    cash = CASH[currency]
    paid = in_cash(cents, cash)
    said = [f"{one // 100}" if one % 100 == 0 else f"{one / 100:.2f}" for one in cash.pieces]
    assert " ".join(one for one, count in zip(said, paid.counts, strict=True) for _ in range(count)) == pieces
    assert paid.rest == 0


@pytest.mark.parametrize("currency", CASH)
@given(cents=st.integers(0, 400000))
def test_pieces_and_rest_are_the_amount_to_the_cent(currency: str, cents: int) -> None:
    """Nothing is rounded: what cannot be paid in cash is said, and is less than the smallest piece."""
    cash = CASH[currency]
    paid = in_cash(cents, cash)
    assert sum(one * count for one, count in zip(cash.pieces, paid.counts, strict=True)) + paid.rest == cents
    assert 0 <= paid.rest < cash.smallest
    assert paid.rest == cents % cash.smallest


@pytest.mark.parametrize("currency", CASH)
@given(units=st.integers(0, 3000))
def test_no_other_choice_of_pieces_has_fewer(currency: str, units: int) -> None:
    """Against an independent search over all choices."""
    cash = CASH[currency]
    cents = units * cash.smallest
    assert sum(in_cash(cents, cash).counts) == fewest(cents, cash.pieces)


@pytest.mark.parametrize("currency", CASH)
def test_largest_first_is_proved_the_fewest_for_every_amount(currency: str) -> None:
    """Every amount below the two largest pieces together is tried, which is enough (Kozen and Zaks)."""
    assert is_largest_first_fewest(CASH[currency])


@pytest.mark.parametrize(
    ("without", "is_fewest"),
    [((20000,), True), ((20000, 10), False), ((10,), False), ((20000, 5000), True), ((1000,), True)],
)
def test_a_bank_without_some_pieces_is_told_apart(without: tuple[int, ...], is_fewest: bool) -> None:
    """Without the coin of 0.10, three of 0.20 pay 0.60 and the largest first does not."""
    assert is_largest_first_fewest(CASH["PEN"].without(without)) is is_fewest


def test_a_system_in_which_the_largest_first_is_not_the_fewest_is_found() -> None:
    """30 cents are three of 10; the largest first takes 25 and five of 1."""
    assert not is_largest_first_fewest(Cash((), (25, 10, 1)))
    assert not is_largest_first_fewest(Cash((), ()))


def test_an_amount_below_zero_is_no_amount() -> None:
    """Nobody is paid less than nothing."""
    with pytest.raises(ValueError, match="below zero"):
        in_cash(-1, CASH["PEN"])
