"""A thing that waits for lots: every paper of the results says so, and between whom the lots are to be drawn."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial

import pytest
from tests.papers.public_papers import on_wall
from tests.papers.sheets import TOOLS, pages_of, placing, result, sheet
from tests.papers.test_every_paper import minutes

from pachamama.core.model import ContestResult
from pachamama.core.sentences import listing, say
from pachamama.language import Reader
from pachamama.papers import kit

SPANISH = Reader.of("es")
DUE = say(
    "Lots must be drawn between {entries} for {item}, and recorded.", entries=listing(["H001", "H002"]), item=TOOLS
)
SAID = "Hay que sortear Juego de herramientas entre H001 María Nieves Condori de Ccapatinta y H002 Rosa Huamán, y anotarlo."
PAPERS = ("prize_sheet", "acta", "wall_list")


def tied(*, cash: int) -> ContestResult:
    """Two first, one set of tools between them, and nobody drew the lot before the round was closed."""
    first = [placing(n, place="1–2", cash={"project": cash} if cash else {}) for n in (1, 2)]
    return replace(result(first), due=(DUE,))


def text_of(paper: str, contest: ContestResult) -> str:
    """The text of a paper of that contest, of a round that is closed."""
    made = {"prize_sheet": sheet, "acta": partial(minutes, "es"), "wall_list": on_wall}[paper](contest, reader=SPANISH)
    return "".join("".join(pages_of(kit.render(paper, asdict(made)))).split())


@pytest.mark.parametrize("cash", [5000, 0])
@pytest.mark.parametrize("paper", PAPERS)
def test_a_thing_that_waits_for_lots_stands_on_every_paper_with_those_it_is_between(paper: str, cash: int) -> None:
    """Also where the round was closed without the drawing: nobody finds out at the table that a prize is missing."""
    assert "".join(SAID.split()) in text_of(paper, tied(cash=cash))


@pytest.mark.parametrize("paper", PAPERS)
def test_a_contest_whose_only_prize_waits_is_not_said_to_be_without_a_winner(paper: str) -> None:
    """The thing has a winner, whom the lot will name."""
    for word in ("Desierto", "desierto", "Nadieganó"):
        assert word not in text_of(paper, tied(cash=0))
        assert word not in text_of(paper, tied(cash=5000))
    nobody = text_of(paper, result([placing(1), placing(2)]))
    assert "desierto" in nobody.lower() or "Nadieganó" in nobody
