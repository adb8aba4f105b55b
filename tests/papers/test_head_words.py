"""Words at the head of a paper: none is cut between two letters, and no line begins with a slash."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader
from tests.papers.public_papers import on_wall
from tests.papers.score_papers import HEAD, big, numbered, packets
from tests.papers.sheets import placing, result, sheet

from pachamama.core.rules.checks import load_rules
from pachamama.core.rules.document import Rules
from pachamama.language import Reader
from pachamama.papers import big_sheet, prize_sheet, score_sheet, wall_list

PHASES = ("Comercialización", "Implementación", "Sostenibilidad")
FUNDS = ("Municipalidad", "Cooperación", "Administración", "Proyecto")


def with_phases(purses: int) -> Rules:
    """Three phases whose names are one long word each, and so many purses."""
    lines = "".join(
        f"          - {{id: f{at}, name: {{es: {one}}}, criteria: [{{id: c{at}, max: 20}}]}}\n"
        for at, one in enumerate(PHASES)
    )
    text = HEAD.format(
        languages="es, qu", lines="", judges=3, ties="",
        purses=", ".join(f"{{id: p{at}, name: {{es: {one}}}, amount: 400}}" for at, one in enumerate(FUNDS[:purses])),
        awards=", ".join(f"{{scheme: flat, amount: 20, purse: p{at}}}" for at in range(purses)),
    )  # fmt: skip
    return load_rules(text.replace("        criteria:\n\n", f"        phases:\n{lines}"))


@pytest.mark.parametrize("purses", [1, 2, 3, 4])
def test_no_head_word_of_the_big_sheet_is_cut_between_two_letters(purses: int) -> None:
    """The columns beside it make room; where there is none at all, a hyphen stands between two syllables."""
    made = big(3, held=with_phases(purses), reader=Reader.of("es"))
    text = PdfReader(io.BytesIO(big_sheet.to_pdf(made))).pages[0].extract_text().replace("\u200b", "")
    for word in (*PHASES, *FUNDS[:purses]):
        assert word in (text if purses < 4 else text.replace("-\n", ""))


def lines_of(pdf: bytes) -> list[str]:
    """The lines of all pages as they are set."""
    return [
        line
        for page in PdfReader(io.BytesIO(pdf)).pages
        for line in page.extract_text().replace("\u200b", "").split("\n")
    ]


@pytest.mark.parametrize("paper", ["wall_list", "prize_sheet", "score_sheet"])
def test_no_line_begins_with_the_slash_before_the_quechua(paper: str) -> None:
    """It stays with the word that it follows, also where the Quechua goes onto the next line."""
    contest = result([placing(1, cash={"project": 2000})])
    (packet,) = packets(numbered(1))
    made = {
        "wall_list": lambda: wall_list.to_pdf(on_wall(contest)),
        "prize_sheet": lambda: prize_sheet.to_pdf(sheet(contest)),
        "score_sheet": lambda: score_sheet.to_pdf(packet),
    }[paper]()
    lines = lines_of(made)
    assert any("/" in line for line in lines)
    assert [line for line in lines if line.lstrip().startswith("/")] == []
