"""What a person is told: no word is cut at the edge of a terminal, and no word of the machine is passed on."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from pachamama.cli.telling import at_width
from pachamama.core.machine import machine_said
from pachamama.language.reader import Reader

from .desk import RULES, Desk, opened, scored
from .typing_desk import Terminal, numbered

LANGUAGES = ("es", "en")
needs_terminal = pytest.mark.skipif(sys.platform == "win32", reason="terminals of this kind are not there")


def shown(terminal: Terminal) -> list[str]:
    """The lines as they stand on the screen, without the colours of tables."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.text).replace("\r", "").split("\n")


def no_word_is_cut(lines: list[str]) -> bool:
    """Every line fits into the terminal, but for a path that is longer than a line."""
    return all(len(line) < 80 or " " not in line.strip() for line in lines)


@needs_terminal
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_is_cut_at_the_edge_of_the_terminal(tmp_path: Path, language: str) -> None:
    """Refusals, warnings and what is told of a closing, of an import, of likely duplicates."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    desk.write("s.csv", "entry,judge,walls,water\nH11,J1,25,10.3\nH12,J9,NaN,10\n")
    for words in (
        ("round", "close"),
        ("import", "scores", "s.csv"),
        ("household", "duplicates"),
        ("rank",),
        ("explain", "H99"),
    ):
        with Terminal(desk, *words, PACHAMAMA_LANG=language) as terminal:
            terminal.ended()
            lines = shown(terminal)
        assert no_word_is_cut(lines), words
        assert len(lines) > 1


@needs_terminal
def test_questions_line_by_line_are_broken_at_words_too(tmp_path: Path) -> None:
    """And the blank behind a question stays, so that the answer does not stick to it."""
    desk = numbered(tmp_path)
    with Terminal(desk, "enter", "--lines", PACHAMAMA_LANG="es") as terminal:
        terminal.wait_for("): ")
        terminal.type("\r")
        terminal.wait_for("[")
        terminal.type("/terminar\r")
        terminal.ended()
        assert no_word_is_cut(shown(terminal))


@needs_terminal
def test_a_command_in_a_message_stays_in_one_line() -> None:
    """It is copied from the screen: a line break in it would run half of it. One that is too long is broken like all words."""
    command = "`pachamama set-status H102 withdrawn --reason TEXT`"
    for columns in range(30, 120):
        with wide(columns) as terminal:
            text = at_width(f"    Say which entry counts, before the round is closed: {command}.", terminal)
        lines = text.split("\n")
        assert all(len(line) < columns for line in lines), columns
        assert all(line.startswith("    ") for line in lines)
        assert any(command in line for line in lines) == (columns > len(f"      {command}.")), columns


@contextmanager
def wide(columns: int) -> Iterator[TextIO]:
    """A terminal of so many columns."""
    import fcntl
    import pty
    import struct
    import termios

    program, ours = pty.openpty()
    fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(ours, "w") as terminal:
        yield terminal
    os.close(program)


def test_in_a_pipe_every_message_is_one_line(tmp_path: Path) -> None:
    """Whoever reads them by program, or in a file, breaks them as wide as the window is."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    assert max(map(len, desk.refuse("round", "close").splitlines())) > 80


# -- words of the machine ----------------------------------------------------------------------------------------------

ENGLISH_OF_MACHINES = re.compile(
    r"(?i)file exists|no such file|codec|errno|not a directory|malformed|permission denied"
)


@pytest.mark.parametrize("number", sorted({*errno.errorcode} - {0}))
def test_whatever_the_system_says_is_said_in_plain_words(number: int) -> None:
    """In the reader's language; one that nobody foresaw by its number, never by its English."""
    error = OSError(number, os.strerror(number))
    for language in LANGUAGES:
        said = Reader.of(language).say(machine_said(error))
        assert said
        assert os.strerror(number) != said
        assert not ENGLISH_OF_MACHINES.search(said) or language == "en"


def test_a_text_and_a_database_that_are_damaged_are_said_in_plain_words() -> None:
    """No byte, no position, no name of an encoding."""
    with pytest.raises(UnicodeDecodeError) as text:
        b"\xba".decode()
    spanish = Reader.of("es")
    assert spanish.say(machine_said(text.value)) == "hay letras en él que no se pueden leer"
    broken = sqlite3.DatabaseError("database disk image is malformed")
    broken.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    assert spanish.say(machine_said(broken)) == "sus páginas no encajan entre sí"


def test_a_file_where_a_folder_should_be_is_called_by_its_name(tmp_path: Path) -> None:
    """`-o papeles` where papeles is a file, and a folder below a file."""
    desk = Desk(tmp_path, {"PACHAMAMA_LANG": "es"})
    desk.do("init", "--rules", desk.write("rules.yaml", RULES))
    desk.write("papeles", "x")
    for folder in ("papeles", "papeles/ronda"):
        said = desk.refuse("print", "rules", "--rules", "rules.yaml", "-o", folder)
        assert said.startswith("papeles: ")
        assert not ENGLISH_OF_MACHINES.search(said)


def test_restoring_names_the_file_that_was_named(tmp_path: Path) -> None:
    """Never the working copy beside the new file; a rules file is told apart, and a damaged copy is told in words."""
    desk = scored(tmp_path)
    desk.env = {"PACHAMAMA_LANG": "es"}
    damaged = bytearray((tmp_path / "pachamama.db").read_bytes())
    for at in range(4096, len(damaged), 97):
        damaged[at] = 0xBA
    desk.write("copia.db", bytes(damaged))
    for name, code in (("rules.yaml", 1), ("copia.db", 3), ("nada.db", 1)):
        said = desk.refuse("restore", name, "--to", "nuevo.db", code=code)
        assert said.startswith(f"{name}: ")
        assert ".part" not in said
        assert not ENGLISH_OF_MACHINES.search(said), said
    assert not list(tmp_path.glob("*nuevo.db*"))
