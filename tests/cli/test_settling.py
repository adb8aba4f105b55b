"""`discrepancies settle`: what a paper says that was typed in two ways is decided by people, and nothing false stays beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from pachamama.core.model import Sheet
from pachamama.core.numbers import read_exact
from pachamama.store import Store

from .desk import RULES, Desk, opened, registered

ROUND = "terraces-household-1"


def again(desk: Desk, walls: int, water: str, who: str = "luis") -> None:
    """Somebody types the sheet of J1 for H11 a second time."""
    sheet = Sheet("J1", "sheet", {"walls": walls, "water": read_exact(water)})
    with Store.open(desk.folder / "pachamama.db", writing=True) as store:
        store.record_second(ROUND, "H11", "C1", None, sheet, actor=who)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The sheet of J1 for H11, by ana 17 and 10.5 with the total 27.5, by luis 11 and 10.5."""
    desk = opened(tmp_path)
    desk.do("enter", "H11", "H12")
    desk.do("score", "H11", "J1", "17", "10.5", "--total", "27.5", "--as", "ana")
    again(desk, 11, "10.5")
    return desk


@pytest.fixture
def answers(tmp_path: Path) -> Desk:
    """The same with printed answers for the walls: No. 1 has 15 points, No. 2 has 8, No. 3 has 2; one read 8, one 15."""
    walls = '{id: walls, name: {es: "Muros"}, max: 20}'
    printed = (
        '{id: walls, name: {es: "Muros"}, options: [{points: 15, name: {es: "Todos"}},'
        ' {points: 8, name: {es: "La mitad"}}, {points: 2}]}'
    )
    assert walls in RULES
    desk = registered(tmp_path, RULES.replace(walls, printed))
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2026")
    desk.do("enter", "H11")
    desk.do("score", "H11", "J1", "8", "10.5", "--as", "ana")
    return desk


def settle(*words: str) -> tuple[str, ...]:
    """The command by a third person, with a reason."""
    return ("discrepancies", "settle", "H11", *words, "--reason", "el 1 parecía un 7", "--as", "rosa")


def test_a_total_that_was_compared_with_other_marks_is_not_kept(desk: Desk) -> None:
    """It agrees with nothing any more; neither `explain` nor a later look says that it does."""
    assert "27.5 agrees" in desk.do("explain", "H11").out
    desk.do(*settle("11", "10.5"))
    said = desk.do("explain", "H11").out
    assert "decided with the paper in hand" in said
    assert "control total" not in said
    desk.do("score", "H11", "J1", "11", "10.5", "--total", "21.5")
    assert "the control total 21.5 agrees" in desk.do("explain", "H11").out
    desk.do("check")


def test_the_total_of_the_decision_is_compared_and_kept(desk: Desk) -> None:
    """With the marks that were decided; and that of the first typing, where it was right."""
    assert "the marks add up to 21.5" in desk.refuse(*settle("11", "10.5", "--total", "27.5"))
    desk.do(*settle("11", "10.5", "--total", "21,5"))
    assert "the control total 21.5 agrees" in desk.do("explain", "H11").out
    desk.do("check")


def test_the_total_stays_where_the_first_typing_was_right(desk: Desk) -> None:
    """Its marks stand as they were."""
    desk.do(*settle("17", "10.5"))
    assert "the control total 27.5 agrees" in desk.do("explain", "H11").out


def test_a_decision_on_one_laptop_takes_the_total_away_on_the_other(desk: Desk) -> None:
    """Whoever merges what first: the tables are those of the journal."""
    for name in ("eva", "tito"):
        desk.do("devices", "hand-out", f"{name}.db", "--name", name)
    desk.do(*settle("11", "10.5"), "--db", "eva.db")
    desk.do("score", "H12", "J1", "12", "14.5", "--db", "tito.db")
    for here, there in (("eva.db", "tito.db"), ("tito.db", "eva.db")):
        desk.do("merge", there, "--db", here)
        assert "control total" not in desk.do("explain", "H11", "--db", here).out
        desk.do("check", "--db", here)


# -- what is decided is said back, and a slip is asked about -----------------------------------------------------------


def test_a_decision_is_said_back_in_words_with_its_sum(answers: Desk) -> None:
    """The answer by its name beside its points."""
    again(answers, 15, "10.5")
    said = answers.do(*settle("15", "10.5")).err
    assert "Muros: 15 (“Todos”)" in said
    assert "Agua: 10.5" in said
    assert "settled, 25.50 points" in said


def test_an_answer_by_its_number_does_not_change_what_both_read(answers: Desk) -> None:
    """Both read the answer No. 2, of 8 points; `2` would be the answer of 2 points, and is refused until the paper says so."""
    again(answers, 8, "12.5")
    before = answers.journal()
    said = answers.refuse(*settle("2", "12.5"))
    assert "Muros: both typed 8 (“La mitad”), and this says 2" in said
    assert "`--yes`" in said
    assert answers.journal() == before
    answers.do(*settle("2", "12.5", "--yes"))


def test_an_answer_that_neither_read_is_asked_about(answers: Desk) -> None:
    """One read No. 2, the other No. 1; a third answer is more likely a number than a third reading."""
    again(answers, 15, "10.5")
    said = answers.refuse(*settle("2", "10.5"))
    assert "Muros: one typed 8 (“La mitad”), the other 15 (“Todos”), and this says 2" in said
    found = answers.do(*settle("2", "10.5", "--yes", "--format", "json")).json
    assert (found["marks"], found["points"]) == ({"walls": "2", "water": "10.5"}, "12.5")


def test_a_mark_on_which_both_agree_does_not_change_unseen(desk: Desk) -> None:
    """A line too many or too few in the pile of marks is seen; a third reading of the line that differs is taken."""
    assert "Agua: both typed 10.5, and this says 12.5" in desk.refuse(*settle("11", "12.5"))
    assert "Agua: both typed 10.5, and this says no mark" in desk.refuse(*settle("11", "-"))
    desk.do(*settle("14", "10.5"))


# -- who decides -------------------------------------------------------------------------------------------------------


def test_a_typist_does_not_decide_alone(desk: Desk) -> None:
    """Neither the first nor the second, however the name is written; a third person does."""
    before = desk.journal()
    words = ("discrepancies", "settle", "H11", "11", "10.5", "--reason", "el 1 parecía un 7")
    for who in ("ana", "luis", "LUIS"):
        said = desk.refuse(*words, "--as", who)
        assert f"{who} typed this sheet: what it says is decided by a third person." in said
        assert "`--witness NAME`" in said
    assert "cannot be both" in desk.refuse(*words, "--as", "ana", "--witness", "Ana")
    assert desk.journal() == before
    desk.do(*words, "--as", "rosa")


def test_two_people_decide_together(desk: Desk) -> None:
    """The other one is named, and `log` tells it; the name can be erased like every other."""
    words = ("discrepancies", "settle", "H11", "11", "10.5", "--reason", "el 1 parecía un 7")
    desk.do(*words, "--as", "ana", "--witness", "Luis Prueba")
    told = desk.do("log", "--entry", "H11").out
    assert "Luis Prueba" in told
    desk.do("check")
    desk.do("forget", "Luis Prueba", "--reason", "lo pidió", "--yes")
    assert "Luis Prueba" not in desk.do("log", "--entry", "H11").out
    desk.do("check")
