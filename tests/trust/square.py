"""What happens on the square: a programme's file with a round almost typed, another laptop's, and the program at hand."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import io
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.cli.desk import Desk, Ran, opened, scores

from pachamama.cli import entry
from pachamama.store import Store

ROUND = "terraces-household-1"
DB = "pachamama.db"


def run(folder: Path, *words: str, lang: str = "en") -> Ran:
    """The program, in this process (starting it is half of its time); the same entry, codes and streams."""
    out, err = io.StringIO(), io.StringIO()
    before = Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = entry.run([*words, "--lang", lang])
    finally:
        os.chdir(before)
    return Ran(code, out.getvalue(), err.getvalue())


def done(folder: Path, *words: str) -> Ran:
    """A command that must succeed."""
    ran = run(folder, *words)
    assert ran.code == 0, f"{' '.join(words)} gave {ran.code}:\n{ran.out}{ran.err}"
    return ran


@cache
def _prepared() -> Path:
    """Made by commands once: `typed` lacks one sheet, `full` none, `closed` is closed, `laptop` is to be merged."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    desk: Desk = opened(folder)
    desk.write("scores.csv", scores())
    desk.write("most.csv", scores(without=("H11", "J1")))
    done(folder, "enter", "--all")
    shutil.copy(folder / DB, folder / "entered.base")
    done(folder, "devices", "hand-out", "laptop.db", "--name", "beto")
    for entry_ in ("H11", "H12"):
        done(folder, "score", entry_, "J1", "12", "10.5", "--db", "laptop.db", "--as", "beto")
    done(folder, "score", "H12", "J1", "12", "14")
    shutil.copy(folder / DB, folder / "merging.base")
    (folder / DB).write_bytes((folder / "entered.base").read_bytes())
    done(folder, "import", "scores", "most.csv")
    shutil.copy(folder / DB, folder / "typed.base")
    done(folder, "score", "H11", "J1", "11", "12.5")
    shutil.copy(folder / DB, folder / "full.base")
    done(folder, "round", "close", ROUND)
    shutil.copy(folder / DB, folder / "closed.base")
    (folder / DB).unlink()
    return folder


def square(folder: Path, state: str) -> Path:
    """A folder with the small tables, the laptop's file, and the programme's file in that state."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("rules.yaml", "scores.csv", "most.csv", "households.csv", "laptop.db"):
        shutil.copy(_prepared() / name, folder / name)
    shutil.copy(_prepared() / f"{state}.base", folder / DB)
    if state == "closed":  # prize papers are printed when there is a backup of the closing
        shutil.copytree(_prepared() / "backups", folder / "backups", dirs_exist_ok=True)
    return folder


def told(path: Path) -> Any:
    """All that a file says to people, without times, salts and codes: two runs of the same acts say the same."""
    known = _content(path)
    if known not in _TOLD:
        with Store.open(path) as store:
            rounds = store.rounds()
            _TOLD[known or b""] = (
                sorted(one.kind for one in store.journal()),
                [(one.code, one.state, one.results) for one in rounds],
                {one.code: sorted(map(repr, store.contests(one.code))) for one in rounds},
                {one.code: store.results(one.code) for one in rounds},
                {one.code: sorted(map(repr, store.second_entries(one.code))) for one in rounds},
                sorted((one.name, one.entries, one.holds) for one in store.devices()),
                store.households(),
                store.judges(),
            )
    return _TOLD[known] if known else _TOLD.pop(b"")


_TOLD: dict[bytes | None, Any] = {}
_SOUND: set[bytes] = set()
"""What files of the same bytes said before, and those that were proved: they say it again, and are proved."""


def _content(path: Path) -> bytes | None:
    """The digest of a file; None while a half transaction stands beside it."""
    return None if _is_half(path) else hashlib.sha256(path.read_bytes()).digest()


def _is_half(path: Path) -> bool:
    journal = Path(f"{path}-journal")
    return journal.exists() and journal.stat().st_size > 0


def is_sound(folder: Path) -> None:
    """`check` finds nothing wrong in the file and in each copy, and every listed backup is as it was listed."""
    from pachamama.exchange.backups import is_whole, listed

    for name in listed(folder / "backups"):
        assert is_whole(folder / "backups" / name), name
    for path in (folder / DB, *(folder / "backups").glob("*.db")):
        known = _content(path)
        if known not in _SOUND:
            ran = run(folder, "check", "--db", str(path))
            assert (ran.code, ran.out) == (0, ""), ran.err
        if known:
            _SOUND.add(known)
