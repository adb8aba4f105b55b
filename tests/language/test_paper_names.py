"""One word for one thing: a paper is called in the index of its folder what stands at its head."""

from __future__ import annotations

import pytest

from pachamama.cli.printing_all import ORDER_OF_USE
from pachamama.language import Reader

SPANISH = Reader.of("es")
HEADS = {
    "register-list": "Registration list",
    "judge-programme": "Programme of the judges",
    "score-sheets": "Score sheet",
    "big-sheet": "Judging sheet of the contest",
    "acta": "Minutes of results and prizes",
    "prize-sheet": "Prize sheet",
    "receipts": "Receipts",
    "transfer-list": "Transfer list",
    "certificates": "Certificate",
    "explanation-slips": "How this result came about",
    "round-report": "Report of the round",
}


def singular(words: str) -> list[str]:
    """Each word without the ending of a plural."""
    return [word.removesuffix("s") for word in words.split()]


@pytest.mark.parametrize("paper", HEADS)
def test_a_paper_has_one_name_in_the_index_and_at_its_head(paper: str) -> None:
    """Whoever looks for it in the pile reads the same words again, in the plural perhaps."""
    in_index = next(SPANISH.say(one.title) for one in ORDER_OF_USE if one.command == paper)
    assert singular(in_index) == singular(SPANISH.text(HEADS[paper]))


def test_whoever_judges_is_jurado_on_the_score_sheet_too() -> None:
    """As on the acta, the prize sheet and the programme."""
    assert SPANISH.text("The judge") == "Jurado"
    assert "Jurado" in SPANISH.text("Judges")
