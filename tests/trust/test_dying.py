"""Death in the middle: killed at any moment, before any statement, before any operation on a file.

The state is that before or that after, never one between; what was said to be done is done; and doing it once more ends
where doing it once ends.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.cli.desk import SOURCE

from pachamama.store import schema

from .counts import NIGHTLY, tries
from .faults import needs_a_compiler, with_faults
from .square import DB, ROUND, is_sound, run, square, told

ACTS = {
    "score": ("typed", ("score", "H11", "J1", "11", "12.5")),
    "correct": ("full", ("score", "H12", "J1", "9", "9.5", "--correct", "mal leído")),
    "import": ("typed", ("import", "scores", "scores.csv")),
    "close": ("full", ("round", "close", ROUND)),
    "reopen": ("closed", ("round", "reopen", ROUND, "--reason", "reclamo")),
    "merge": ("merging", ("merge", "laptop.db")),
    "hand_out": ("full", ("devices", "hand-out", "stick.db", "--name", "carla")),
    "migrate": ("typed", ("score", "H11", "J1", "11", "12.5")),
}
"""What is done, and in which state of the file it begins."""


def prepared(folder: Path, act: str) -> Path:
    """The folder as it is before the act."""
    shutil.rmtree(folder, ignore_errors=True)
    square(folder, ACTS[act][0])
    if act == "migrate":
        make_older(folder / DB, version=2)
    return folder


def make_older(path: Path, *, version: int) -> None:
    """The same file as an earlier version of the program wrote it: its tables are those of that version."""
    from sqlite_utils import Database

    new = path.with_suffix(".older")
    with sqlite3.connect(new, isolation_level=None) as file, sqlite3.connect(path) as old:
        database = Database(file)
        names = ("0001_journal_registers_rounds_sheets", "0002_panels_numbered_sheets_second_entry")
        for number, script in enumerate((schema._FIRST, schema._SECOND)[:version], start=1):
            schema._run(database, script, version=number)
        file.execute("PRAGMA foreign_keys = OFF")
        file.execute("CREATE TABLE _sqlite_migrations (migration_set TEXT, name TEXT, applied_at TEXT)")
        for name in names[:version]:
            file.execute("INSERT INTO _sqlite_migrations VALUES ('pachamama', ?, '2026-01-01')", (name,))
        for table in (*schema.KEPT, *schema.PROJECTIONS):
            columns = [row[1] for row in file.execute(f"PRAGMA table_info({table})")]
            if columns:
                rows = old.execute(f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1").fetchall()
                file.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(columns))})", rows)
    file.close()
    old.close()
    new.replace(path)


@cache
def before_and_after(folder: Path, act: str) -> tuple[Any, Any]:
    """What the file says before the act and after it."""
    place = prepared(folder / "whole", act)
    shutil.copy(place / DB, place / "copy.db")
    before = told(place / "copy.db")
    assert run(place, *ACTS[act][1]).code == 0
    after = told(place / DB)
    assert before != after
    return before, after


def whole_again(folder: Path, root: Path, act: str, *, was_said: bool = False) -> bool:
    """The state is one of the two; the act once more ends in the second. True if it was done before it was repeated."""
    before, after = before_and_after(root, act)
    is_sound(folder)
    found = told(folder / DB)
    is_done = found == after
    if act == "hand_out":
        stick = folder / "stick.db"
        assert is_done or found == before
        assert stick.exists() or not is_done
        if stick.exists():
            assert run(folder, "check", "--db", "stick.db").code == 0
        else:
            assert run(folder, *ACTS[act][1]).code == 0
        return is_done
    assert is_done or found == before
    assert is_done or not was_said
    again = run(folder, *ACTS[act][1])
    assert again.code == (1 if is_done and act in ("close", "reopen") else 0), again.err
    assert told(folder / DB) == after
    is_sound(folder)
    return is_done


def steps(count: int, act: str, share: int) -> list[int]:
    """Every one of them at night; otherwise each `share`-th, beginning anywhere, and always the last ones."""
    every = tries(share if count > 40 else 1, 1)
    return sorted({*range(random.Random(act).randrange(every), count, every), *range(max(0, count - 6), count)})


@needs_a_compiler
@pytest.mark.parametrize("act", ["import", "close", "reopen", "merge", "hand_out", "migrate"])
def test_dying_before_any_operation_on_a_file(tmp_path: Path, act: str) -> None:
    """Each write, sync, new name and removal of the file, its lock, a backup, a copy: killed before it."""
    before_and_after(tmp_path, act)
    count = with_faults(prepared(tmp_path / "count", act), ACTS[act][1])["operations"]
    assert count > 15
    done = 0
    for number in steps(count, act, 9):
        folder = prepared(tmp_path / "one", act)
        assert with_faults(folder, ACTS[act][1], die=number).get("killed")
        done += whole_again(folder, tmp_path, act)
    assert done > 0  # the last operations come when all is stored


@needs_a_compiler
@pytest.mark.parametrize("act", ["import", "close", "merge", "hand_out", "migrate"])
def test_dying_before_any_statement(tmp_path: Path, act: str) -> None:
    """Each SQL statement, the copying of a backup, an undoing: killed before it."""
    before_and_after(tmp_path, act)
    ran = with_faults(prepared(tmp_path / "count", act), ACTS[act][1], statement=-1)
    writing = ran["writing"] if NIGHTLY or len(ran["writing"]) < 30 else ran["writing"][:: len(ran["writing"]) // 25]
    assert len(writing) > 3
    for number in sorted({*writing, *steps(ran["statements"], act, 60)}):
        folder = prepared(tmp_path / "one", act)
        assert with_faults(folder, ACTS[act][1], statement=number).get("killed")
        whole_again(folder, tmp_path, act)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_two_hundred_kills_of_the_real_program(tmp_path: Path) -> None:
    """kill -9 while it types, corrects, imports, closes, reopens, merges, hands out; what was said is true."""
    luck = random.Random(9)
    acts = ["score", "correct", "import", "close", "reopen", "merge", "hand_out", "migrate"]
    took = {act: _run_for_real(prepared(tmp_path / "timed", act), act, None)[1] for act in acts}
    killed = done = 0
    for number in range(200):
        act = acts[number % len(acts)]
        folder = prepared(tmp_path / "one", act)
        code, ran = _run_for_real(folder, act, took[act] * luck.uniform(0.5, 1.05))
        is_done = whole_again(folder, tmp_path, act, was_said=code == 0)
        took[act] = ran if code == 0 else took[act] * (1 if is_done else 1.05)  # other programs run here too
        killed += code == -signal.SIGKILL
        done += is_done
    assert killed > 60
    assert 0 < done < 200


def _run_for_real(folder: Path, act: str, after: float | None) -> tuple[int, float]:
    """Start the program and kill it after so many seconds; its exit code and how long it ran."""
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "pachamama", *ACTS[act][1]],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "PACHAMAMA_LANG": "en", "USER": "ana"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait(), time.monotonic() - began
