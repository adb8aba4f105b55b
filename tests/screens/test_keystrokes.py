"""Keys for each real sheet, counted on the machine itself, beside those of a spreadsheet (docs/decisions.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from pachamama.screens.sitting import Sitting

from .desk import MemoryDesk, tier_with

DECISIONS = (Path(__file__).parents[2] / "docs" / "decisions.md").read_text("utf-8")
SHEETS = {
    "CIF household (1–20)": [20],
    "Concurso Final A, field": [4, 4, 3, 3, 5, 5, 3, 3, 2, 5, 5, 3, 3, 2],
    "A, public": [4, 4, 4, 4, 2, 2, 4, 4, 2, 2, 6, 4, 5, 3],
    "Final B, field": [7, 7, 6, 7, 7, 6, 5, 5],
    "B, public": [4, 4, 6, 6, 4, 4, 7, 4, 7, 4],
    "Final C, field": [15, 10, 10, 8, 7],
    "C, public": [15, 15, 10, 10],
    "Territory": [10, 5, 5, 10, 5, 5, 5, 6, 10, 5, 5, 5, 6, 6, 7, 5],
    "Talking maps": [15, 14, 12, 9],
    "Business plan": [8, 10, 7, 6, 6, 7, 6],
    "Dance": [16, 12, 13, 9],
    "Food": [15, 12, 13, 10],
    "Resource plan, field, second": [3, 3, 5, 5, 4, 6, 8, 5, 6, 5],
    "Resource plan, public, second": [7, 10, 10, 8, 7, 8],
}


def marks_for(maxima: list[int]) -> list[int]:
    """About three quarters of each maximum, as good sheets have."""
    return [max(1, round(0.75 * most)) for most in maxima]


def typed(maxima: list[int]) -> int:
    """The keys from the first mark to the stored sheet, the total on the paper among them."""
    criteria = "[" + ", ".join(f"{{id: c{n}, max: {most}}}" for n, most in enumerate(maxima)) + "]"
    desk = MemoryDesk(tier_with(criteria))
    sitting = Sitting(desk)
    sitting.press("enter")
    marks = marks_for(maxima)
    keys = [key for mark in (*marks, sum(marks)) for key in (*str(mark), "enter")]
    for key in keys:
        sitting.press(key)
    assert desk.order == ["K1"]
    return len(keys)


def typed_quickly(maxima: list[int]) -> int:
    """The same with `--quick`: Enter only behind a mark to which another digit could belong, and behind the total."""
    criteria = "[" + ", ".join(f"{{id: c{n}, max: {most}}}" for n, most in enumerate(maxima)) + "]"
    desk = MemoryDesk(tier_with(criteria))
    sitting = Sitting(desk, is_quick=True)
    sitting.press("enter")
    keys = 1
    marks = marks_for(maxima)
    for at, mark in enumerate(marks):
        assert sitting.form is not None
        for digit in str(mark):
            sitting.press(digit)
        keys += len(str(mark))
        if sitting.form.at == at:
            sitting.press("enter")
            keys += 1
    for digit in str(sum(marks)):
        sitting.press(digit)
    sitting.press("enter")
    assert desk.order == ["K1"]
    return keys + len(str(sum(marks)))


def in_a_spreadsheet(maxima: list[int]) -> tuple[int, int]:
    """Marks with Tab, Enter at the end, rows in the order of the pile; and with finding the row first.

    Finding: Ctrl-F, a code of four signs, Enter, Esc, three columns to the right.
    """
    keys = sum(len(str(mark)) + 1 for mark in marks_for(maxima))
    return keys, keys + 1 + 4 + 1 + 1 + 3


@pytest.mark.parametrize("name", SHEETS)
def test_the_keys_of_a_sheet_are_those_that_the_decisions_say(name: str) -> None:
    """The total costs two or three keys, the code of a sheet out of order six: the table in the decisions is true."""
    maxima = SHEETS[name]
    keys, (in_order, in_no_order) = typed(maxima), in_a_spreadsheet(maxima)
    assert (
        f"| {name} | {len(maxima)} | {keys} | {in_order} | {keys + 6} | {in_no_order} | {typed_quickly(maxima)} |"
        in DECISIONS
    )
    assert keys <= in_order + 3
    assert keys + 6 < in_no_order
