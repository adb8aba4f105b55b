"""The seal on paper: the code of the closing, its QR code, and the closings that it replaces."""

from __future__ import annotations

import dataclasses
import re

import pytest
import segno
from tests.papers.sheets import pages_of, png_rows, sheet, winners

from pachamama.papers import kit
from pachamama.papers.prize_sheet import PrizeSheet, to_pdf

CODE = "7K2QX-9FH4M-PW3ZC-8RTVB-1NDJE-6"
EARLIER = "reemplaza a 1: 0A1B2-C3D4E-F5G6H-7J8K9-MNPQR-S"
DOTS = 254
"""Dots per inch: ten in a millimetre."""


def qr_read(made: PrizeSheet) -> list[list[bool]]:
    """The modules of the QR code in the heading of the first page, 10.5 mm wide, at the right edge."""
    rows = png_rows(kit.pictures("prize_sheet", dataclasses.asdict(made), dots_per_inch=DOTS)[0], most=450)
    left, right = 2970 - 120 - 6 - 105, 2970 - 120 - 6
    top = next(y for y in range(60, 300) if min(rows[y][left:right]) < 128)
    size = 105 / 25
    return [
        [rows[top + round((y + 0.5) * size)][left + round((x + 0.5) * size)] < 128 for x in range(25)]
        for y in range(25)
    ]


def test_the_qr_code_in_the_heading_holds_the_code_of_the_closing() -> None:
    """A phone reads what a person would type: groups of five and all."""
    wanted = segno.make_qr(CODE, error="m", boost_error=False)
    assert qr_read(sheet(winners(3), code=CODE)) == [[bool(cell) for cell in row] for row in wanted.matrix]


def test_a_round_that_is_not_closed_has_neither_code_nor_qr() -> None:
    """Its right edge is text, not the corner of a QR code; no foot names a code."""
    made = sheet(winners(3), state="provisional")
    assert not all(qr_read(made)[0][:7])
    assert "Código" not in " ".join(pages_of(to_pdf(made)))


@pytest.mark.parametrize("rehearsal", [False, True])
def test_code_and_what_it_replaces_stand_on_every_page_and_cost_no_row(*, rehearsal: bool) -> None:
    """Ten winners a page, as without a seal."""
    pages = pages_of(to_pdf(sheet(winners(25), code=CODE, replaces=EARLIER, is_rehearsal=rehearsal)))
    assert [len(re.findall(r"\bH\d{3}\b", page)) for page in pages] == [10, 10, 5]
    for page in pages:
        assert CODE in page
        assert EARLIER in " ".join(page.split())
