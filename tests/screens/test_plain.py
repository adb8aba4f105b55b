"""Line by line: the same sitting in a bad terminal, and in a pipe."""

from __future__ import annotations

import re

from pachamama.language.reader import Reader
from pachamama.screens.hints import BY_LINES, ON_SCREEN
from pachamama.screens.plain import COMMANDS, PlainLines
from pachamama.screens.sitting import Sitting

from .desk import MemoryDesk


def typed(desk: MemoryDesk, *lines: str, person: bool = False, language: str = "en") -> tuple[bool, list[str], str]:
    """What the run gave, its results, and all that was said and asked."""
    said: list[str] = []
    results: list[str] = []
    sitting = Sitting(desk, asks_code=True, hints=BY_LINES)
    forget = (lambda: said.append("(forgotten)")) if person else None
    plain = PlainLines(sitting, Reader.of(language), tell=said.append, result=results.append, forget=forget)
    return plain.run(iter(lines), said.append), results, "\n".join(said)


def test_sheets_come_through_a_pipe_line_by_line() -> None:
    """A code, the marks, the total, each in its line or the marks in one; a result line for each stored sheet."""
    desk = MemoryDesk()
    done, results, said = typed(desk, "K1", "18", "12.5", "7", "37.5", "K4", "1 2 3 6")
    assert (done, desk.order) == (True, ["K1", "K4"])
    assert results == ["K1\tH1\tJ1\tsheet", "K4\tH1\tJ2\tsheet"]
    assert "-- [K1] H1 Juana Quispe · J1 · C1 Ccapana · the sheet" in said
    assert "judges mark “Muros” from 1 to 20, whole points" in said


def test_a_person_reads_the_name_of_the_phase_and_a_program_its_id() -> None:
    """At a terminal no word of the rules' file stands among those of the language."""
    _, results, said = typed(MemoryDesk(), "/faltan", "/salir", "K1", "18", "12", "7", "37", person=True, language="es")
    assert results == ["K1\tH1\tJ1\tla ficha"]
    assert not any(line.endswith("· ") for line in said.splitlines())


def test_a_pipe_stops_at_the_first_refusal() -> None:
    """The lines behind it were meant for other fields: none of them is taken."""
    desk = MemoryDesk()
    done, results, said = typed(desk, "K1", "1 2 3 6", "K2", "99", "12", "7", "37")
    assert (done, desk.order, len(results)) == (False, ["K1"], 1)
    assert "99 is above the maximum 20" in said


def test_a_person_is_asked_again() -> None:
    """What was typed ahead of the refusal is thrown away, and the line can be typed anew."""
    desk = MemoryDesk()
    done, _, said = typed(desk, "K1", "99", "18", "12", "7", "37", person=True)
    assert (done, desk.order) == (True, ["K1"])
    assert said.count("(forgotten)") == 1


def test_lines_that_end_inside_a_sheet_store_nothing_of_it() -> None:
    """And it is said."""
    desk = MemoryDesk()
    done, results, said = typed(desk, "K1", "18", "12")
    assert (done, results, desk.kept) == (False, [], {})
    assert "The lines ended inside the sheet of H1" in said


def test_commands_stand_behind_a_slash() -> None:
    """In English or in the reader's words, shortened as far as they stay clear."""
    desk = MemoryDesk()
    done, _, said = typed(
        desk, "K1", "1 2 3 6", "/und", "2", "", "", "7", "mal leído", "/miss", "/leave", "K2", "5", "/back", "6 2 3 11",
        "/status", "/leave", "/help", "/x", "/quit", person=True,
    )  # fmt: skip
    assert done
    assert desk.kept["K1"].marks["walls"] == 2
    assert desk.reasons == ["", "mal leído", ""]
    assert desk.kept["K2"].marks["walls"] == 6
    assert "K3  H3 Rosa Huamán · J1" in said


def test_no_key_is_named_that_lines_do_not_have() -> None:
    """A list, a stored sheet, one without marks, a wrong total: the remedy is a line to type, with the reader's word for it."""
    desk = MemoryDesk()
    _, _, said = typed(desk, "K1", "- - -", "", "/leave", "K1", "1 2 3 7", "", "", "/miss", person=True)
    for key in ("Esc", "F4", "arrow", "key"):
        assert key not in said, key
    assert "`/status`: absent, withdrawn or disqualified" in said
    assert "the number of the line; `/leave` goes back" in said
    _, _, said = typed(desk, "K1", "/miss", "/salir", "K1", "1", "/terminar", person=True, language="es")
    assert "`/salir`" in said


def test_every_word_behind_a_slash_is_a_command() -> None:
    """In each language; and both ways of sitting have a remedy for the same moments."""
    assert BY_LINES.__slots__ == ON_SCREEN.__slots__
    for language in ("en", "es", "qu"):
        reader = Reader.of(language)
        words = {reader.text(command).lower() for command in COMMANDS}
        for moment in BY_LINES.__slots__:
            said = reader.say(getattr(BY_LINES, moment))
            assert set(re.findall(r"/(\w+)", said)) <= words, said
            assert "Esc" not in said
            assert "F4" not in said


def test_leaving_where_nothing_lies_ends_the_sitting() -> None:
    """Never silence: a sheet is left for the code, the code for home."""
    desk = MemoryDesk()
    done, _, said = typed(desk, "K1", "/leave", "/leave", "K2", "1 2 3 6", person=True)
    assert (done, desk.order) == (True, [])
    assert said.count("Sheet code") == 2


def test_keys_that_a_plain_terminal_does_not_have_leave_nothing_in_the_answer() -> None:
    """Esc alone leaves, as on the screen; an arrow is not a part of a mark; Esc before a command does no harm."""
    desk = MemoryDesk()
    typed(desk, "K1", "\x1b[A18", "\x1bOB12", "7\x1b", "37", "/miss", "\x1b", "K3", "\x1b/leave", "\x1b", person=True)
    assert desk.order == ["K1"]
    assert list(desk.kept["K1"].marks.values()) == [18, 12, 7]


def test_an_empty_line_keeps_what_stands_there() -> None:
    """In a correction Enter alone keeps a mark, as on the screen; on a new sheet it is refused."""
    desk = MemoryDesk()
    typed(desk, "K1", "1 2 3 6")
    done, _, said = typed(desk, "K1", "", "4", "", "8", "otra vez", person=True)
    assert done
    assert list(desk.kept["K1"].marks.values()) == [1, 4, 3]
    done, _, said = typed(desk, "K2", "")
    assert not done
    assert "nothing stands there for “Muros”" in said
