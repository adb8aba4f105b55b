"""Questions at a real terminal: what was typed before one could be read is no answer, and what is sealed is agreed first."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from pachamama.core.names import no_name

from .desk import Desk, opened, scored
from .terminal import at_terminal
from .typing_desk import Terminal

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of this kind are not there")
ROUND = "terraces-household-1"


def witness(desk: Desk) -> str | None:
    """Who stands as witness of the closing."""
    found: str | None = desk.do("round", "show", ROUND, "--format", "json").json["witness"]
    return found


@pytest.mark.parametrize("ahead", ["pachamama print prize-sheet -o papeles", "la carpeta es papeles"])
def test_what_was_typed_ahead_is_never_the_witness(tmp_path: Path, ahead: str) -> None:
    """It was meant for the next prompt of the terminal: it is thrown away, and the round waits for a person's answer."""
    desk = scored(tmp_path)
    with Terminal(desk, "round", "close", "--as", "Elena") as terminal:
        terminal.type(f"{ahead}\rs\r")
        terminal.wait_for("as witness? (Enter: nobody)")
        time.sleep(0.5)
        terminal.read()
        assert terminal.process.poll() is None
        terminal.type("Rosa de Prueba\r")
        terminal.wait_for("The witness is Rosa de Prueba, and is here. Is that right?")
        terminal.type("s\r")
        assert terminal.ended() == 0
    assert witness(desk) == "Rosa de Prueba"


def test_what_is_no_name_and_what_is_not_agreed_is_asked_anew(tmp_path: Path) -> None:
    """A command, a number, a name with a slip in it; Enter alone is nobody."""
    desk = scored(tmp_path)
    answers = ["pachamama round close --as Elena", "00001234", "Rosa de Prueva", "n", "Rosa de Prueba", "sí"]
    ran = at_terminal(desk, "round", "close", "--as", "Elena", answers=answers)
    assert ran.code == 0, ran.err
    assert "“pachamama round close --as Elena” looks like a command" in ran.err
    assert "“00001234” is no name: it has no letters." in ran.err
    assert witness(desk) == "Rosa de Prueba"
    ran = at_terminal(desk, "round", "reopen", ROUND, "--reason", "x", "--as", "Elena", answers=["Luz", "no", ""])
    assert ran.code == 0, ran.err
    assert "The witness is Luz, and is here. Is that right?" in ran.err
    assert "only one person reopens it" in ran.err


def test_the_option_names_the_witness_without_a_question(tmp_path: Path) -> None:
    """The plain form, for whoever scripts it: one name, nothing asked."""
    desk = scored(tmp_path)
    assert "Is that right" not in at_terminal(desk, "round", "close", "--witness", "Rosa de Prueba").err
    assert witness(desk) == "Rosa de Prueba"


@pytest.mark.parametrize(
    "name", ["Rosa", "Ñ. Ccori", "María-José D'Ávila (secretaria)", "juez 2", "O'Brien", "Jurado N° 3"]
)
def test_names_of_people_are_names(name: str) -> None:
    """With accents, hyphens, apostrophes, figures behind them."""
    assert no_name(name) is None


@pytest.mark.parametrize(
    "text", ["1", "12345678", "…", "Rosa --as Ana", "./pachamama", "cd papeles && ls", "PACHAMAMA rank", "-h"]
)
def test_commands_and_figures_are_none(text: str) -> None:
    """Nor what has no letters."""
    assert no_name(text) is not None


def test_an_answer_that_is_none_is_asked_again_and_only_enter_stops(tmp_path: Path) -> None:
    """At the question about a likely duplicate “si” is no answer; it stopped the whole import once."""
    desk = opened(tmp_path)
    desk.do(
        "import", "households", desk.write("a.csv", "code,community,head,partner\nH31,C1,Zenobia Wallpa,Ciro Ttito\n")
    )
    desk.write("h.csv", "code,community,head,partner\nH32,C1,Zenobia Wallpa,Ciro Ttito\n")
    ran = at_terminal(desk, "import", "households", "h.csv", answers=["si", "3", "2"])
    assert ran.code == 0, ran.err
    assert "“si” is no answer here: 1 or 2, or Enter." in ran.err
    assert "H32" in desk.do("list", "households").out
    desk.write("h2.csv", "code,community,head,partner\nH33,C1,Zenobia Wallpa,Ciro Ttito\n")
    assert at_terminal(desk, "import", "households", "h2.csv", answers=["si", ""]).code == 1
    assert "H33" not in desk.do("list", "households").out
