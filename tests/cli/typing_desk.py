"""A terminal at which somebody types: the real program in a pty of 80 × 24, its keys and what it shows."""

from __future__ import annotations

import atexit
import os
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Self

from pachamama.store import Store

from .desk import SOURCE, Desk, registered

ROUND = "terraces-household-1"


def numbered(folder: Path, entries: int = 6, judges: tuple[str, ...] = ("J1", "J2")) -> Desk:
    """A round in C1 with so many households, and a numbered sheet for each of them and each judge."""
    shutil.copytree(_numbered_once(entries, judges), folder, dirs_exist_ok=True)
    return Desk(folder)


@cache
def _numbered_once(entries: int, judges: tuple[str, ...]) -> Path:
    """The same for every test: made by commands once, copied for each."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    desk = registered(folder)
    rows = [f"G{n:03},C1,Persona {n},{'FM'[n % 2]}" for n in range(1, entries + 1)]
    desk.do("import", "households", desk.write("more.csv", "\n".join(["code,community,head,sex", *rows]) + "\n"))
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2026")
    desk.do("enter", *(row.split(",")[0] for row in rows))
    with store_of(desk, writing=True) as store:
        wanted = [("C1", None, row.split(",")[0], "sheet", judge) for judge in judges for row in rows]
        store.number_sheets(ROUND, wanted, blanks={"sheet": 2}, actor="ana")
    return folder


def store_of(desk: Desk, *, writing: bool = False) -> Store:
    """The file of the desk."""
    return Store.open(desk.folder / "pachamama.db", writing=writing)


def codes_of(desk: Desk) -> Mapping[tuple[str, str], str]:
    """The code of each sheet by entry and judge; the blank ones by number."""
    with store_of(desk) as store:
        sheets = store.numbered_sheets(ROUND)
    blanks = iter(range(1, 10))
    return {(one.entry or f"blank {next(blanks)}", one.judge or ""): one.code for one in sheets}


def marks_of(desk: Desk) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """All that is stored, by entry and judge."""
    with store_of(desk) as store:
        return {
            (entry.code, sheet.judge): tuple(str(mark) for mark in sheet.marks.values())
            for contest in store.contests(ROUND)
            for entry in contest.entries
            for sheet in entry.sheets
        }


class Terminal:
    """The program in a terminal; whatever it writes is gathered in `text`."""

    def __init__(self, desk: Desk, *words: str, term: str = "xterm-256color", **env: str) -> None:
        import fcntl
        import pty
        import termios

        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.text = ""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "pachamama", *words],
            cwd=desk.folder,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONPATH": str(SOURCE),
                "HOME": str(desk.folder),
                "PACHAMAMA_LANG": "en",
                "TERM": term,
                "USER": "ana",
                **env,
            },
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        os.close(self._master)

    def type(self, keys: str) -> None:
        """Keys as a person types them, as fast as they go; `\\r` is Enter."""
        os.write(self._master, keys.encode())

    def read(self, seconds: float = 0.05) -> bool:
        """Gather what is written within that time; False once the program has gone."""
        if not select.select([self._master], [], [], seconds)[0]:
            return True
        try:
            piece = os.read(self._master, 65536)
        except OSError:
            return False
        self.text += piece.decode("utf-8", "replace")
        return bool(piece)

    def wait_for(self, words: str, *, since: int = 0, seconds: float = 20) -> None:
        """Read until the words are there."""
        end = time.monotonic() + seconds
        while words not in self.text[since:]:
            assert time.monotonic() < end, f"{words!r} never came:\n{self.text[-3000:]}"
            if not self.read():
                assert words in self.text[since:], f"gone before {words!r}:\n{self.text[-3000:]}"
                return

    def kill(self) -> None:
        """Pull the plug."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(10)
        while self.read(0):
            if not select.select([self._master], [], [], 0)[0]:
                break

    def ended(self, seconds: float = 20) -> int:
        """Its exit code, when it has ended by itself."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read()
        while self.read(0.02):
            if not select.select([self._master], [], [], 0)[0]:
                break
        return self.process.wait(1)
