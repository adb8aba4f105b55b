"""Files of every version that there was, kept as their program wrote them: they open, are proved, and say the same."""

from __future__ import annotations

import gzip
import json
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from tests.cli.desk import SOURCE, Desk, Ran
from tests.trust.square import done, run

from pachamama.store import Store
from pachamama.store.connection import CopyTo
from pachamama.store.schema import SCHEMA_VERSION

from .old.make import DB, HERE, LOWER, UPPER, made, registered, said

VERSIONS = range(1, SCHEMA_VERSION + 1)
every_version = pytest.mark.parametrize("version", VERSIONS)


def unpacked(version: int, folder: Path) -> Path:
    """A copy of the kept file, to work in."""
    path = folder / DB
    path.write_bytes(gzip.decompress((HERE / f"version-{version}.db.gz").read_bytes()))
    return path


def version_of(path: Path) -> int:
    """The version in the head of a file, read without opening it as ours."""
    return int.from_bytes(path.read_bytes()[60:64], "big")


def assert_still_said(then: Any, now: Any, where: str = "") -> None:
    """All that was said then is said now, to the letter; more may be said now."""
    if isinstance(then, dict):
        for key, value in then.items():
            assert_still_said(value, now[key], f"{where}/{key}")
    elif isinstance(then, list):
        assert len(then) == len(now), where
        for number, (old, new) in enumerate(zip(then, now, strict=True)):
            assert_still_said(old, new, f"{where}/{number}")
    else:
        assert then == now, where


def assert_says_what_it_said(folder: Path, version: int) -> None:
    """Rounds, places, prizes and seals as they were said when the file was made; `check` is silent."""
    for command, rounds in json.loads((HERE / f"version-{version}.json").read_text("utf-8")).items():
        for code, then in rounds.items():
            now = done(folder, *command.split(), code, "--format", "json").json
            assert_still_said(then, now, f"version {version}: {command} {code}")
    ran = run(folder, "check")
    assert (ran.code, ran.out) == (0, ""), ran.err


def test_a_file_of_every_version_is_kept() -> None:
    """Whoever adds a migration keeps a file of it: `python -m tests.store.old.make`."""
    kept = {path.name for path in HERE.glob("version-*")}
    assert kept == {f"version-{number}.{end}" for number in VERSIONS for end in ("db.gz", "json")}


@every_version
def test_a_kept_file_is_of_its_version_and_no_table_of_it_is_empty(tmp_path: Path, version: int) -> None:
    """So a migration that loses rows of any table has rows to lose."""
    path = unpacked(version, tmp_path)
    assert version_of(path) == version
    assert empty_tables(path) == []


def empty_tables(path: Path) -> list[str]:
    """The tables without a row, read by SQLite alone."""
    file = sqlite3.connect(path)
    tables = [name for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    assert len(tables) > 15
    found = [name for name in tables if not file.execute(f"SELECT count(*) FROM {name}").fetchone()[0]]
    file.close()
    return found


class DeskInside(Desk):
    """A desk at which the program runs in this process, in a third of the time."""

    def run(self, *words: str, **_env: str) -> Ran:
        """See Desk."""
        return run(self.folder, *words)


def test_the_file_of_the_version_to_come_can_be_made_by_the_commands_of_today(tmp_path: Path) -> None:
    """Else nobody could keep it when the version rises; no table of it would be empty either."""
    desk = DeskInside(tmp_path, env={"PYTHONPATH": str(SOURCE), "USER": "ana"})
    assert made(desk) == SCHEMA_VERSION
    assert empty_tables(tmp_path / DB) == []
    assert said(desk)["round show"][LOWER]["seal"]


@every_version
def test_an_old_file_that_is_read_says_what_it_said_and_stays_as_it_is(tmp_path: Path, version: int) -> None:
    """Not one byte of it is other, and nothing appears beside it."""
    path = unpacked(version, tmp_path)
    before = path.read_bytes()
    assert_says_what_it_said(tmp_path, version)
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == [DB]


@every_version
def test_an_old_file_that_is_written_is_kept_as_it_was_and_brought_up_to_date(tmp_path: Path, version: int) -> None:
    """Nothing that was said changes, in the file or in the copy that was made before; only the new sheet is more."""
    path = unpacked(version, tmp_path)
    before = told_of_the_journal(path)
    done(tmp_path, "score", "C2", "J1", "45", "--round", UPPER)
    assert version_of(path) == SCHEMA_VERSION
    assert told_of_the_journal(path)[:-1] == before
    assert run(tmp_path, "check").code == 0
    copies = list(tmp_path.glob("backups/*.db"))
    assert len(copies) == (1 if version < SCHEMA_VERSION else 0)
    for copy in copies:
        assert version_of(copy) == version
        copy.replace(path)
        assert_says_what_it_said(tmp_path, version)


def test_what_two_laptops_said_differently_is_told_anew_from_files_of_version_4(tmp_path: Path) -> None:
    """Two reasons of one recusal were no conflict then: the tables are written anew, and `check` has nothing against them."""
    desk = DeskInside(tmp_path, env={"PYTHONPATH": str(SOURCE), "USER": "ana"})
    registered(desk)
    done(tmp_path, "round", "open", "terraces", "--tier", "household")
    done(tmp_path, "enter", "--all")
    for name, reason in (("ana", "sobrino"), ("beto", "enemistad")):
        done(tmp_path, "devices", "hand-out", f"{name}.db", "--name", name)
        done(tmp_path, "panel", "recuse", "J1", "H11", "--reason", reason, "--db", f"{name}.db", "--as", name)
    done(tmp_path, "merge", "ana.db", "beto.db")
    with sqlite3.connect(tmp_path / DB) as file:
        assert file.execute("DELETE FROM conflict").rowcount == 1
        file.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '0005%'")
        file.execute("PRAGMA user_version = 4")
    assert run(tmp_path, "check").code == 0
    assert json.loads(run(tmp_path, "conflicts", "list", "--format", "json").out)["conflicts"]
    done(tmp_path, "score", "H12", "J1", "11", "12.5")
    assert version_of(tmp_path / DB) == SCHEMA_VERSION
    assert run(tmp_path, "check").code == 0
    assert json.loads(run(tmp_path, "conflicts", "list", "--format", "json").out)["conflicts"]


def told_of_the_journal(path: Path) -> list[Any]:
    """The journal, read by SQLite alone."""
    file = sqlite3.connect(path)
    rows = file.execute("SELECT * FROM journal ORDER BY id").fetchall()
    file.close()
    return rows


def test_of_two_programs_that_open_an_old_file_at_once_one_brings_it_up_to_date(tmp_path: Path) -> None:
    """The other one waits and finds it done: one copy, no word of damage."""
    path = unpacked(1, tmp_path)
    found: list[object] = []

    def opened(number: int) -> None:
        def before(copy_to: CopyTo) -> None:
            copy_to(tmp_path / f"copy-{number}.db")
            time.sleep(0.3)

        with Store.open(path, writing=True, before_migrating=before) as store:
            found.append((store.damage(), store.verify()))

    programs = [threading.Thread(target=opened, args=(number,)) for number in range(3)]
    for program in programs:
        program.start()
    for program in programs:
        program.join()
    assert found == [((), ())] * 3
    assert [version_of(one) for one in tmp_path.glob("copy-*.db")] == [1]


@every_version
def test_an_old_file_goes_on_in_the_present(tmp_path: Path, version: int) -> None:
    """Handed out and merged, reopened, corrected, closed under a seal that is proved; forgotten to the last byte."""
    unpacked(version, tmp_path)
    done(tmp_path, "devices", "hand-out", "stick.db", "--name", "berta")
    done(tmp_path, "score", "C2", "J1", "45", "--round", UPPER, "--db", "stick.db", "--as", "berta")
    done(tmp_path, "merge", "stick.db")
    done(tmp_path, "round", "reopen", LOWER, "--reason", "reclamo")
    done(tmp_path, "panel", "assign", LOWER, "--judge", "J1", "--judge", "J2")
    done(tmp_path, "score", "H22", "J2", "13", "14.5", "--correct", "se midió otra vez", "--round", LOWER)
    done(tmp_path, "round", "close", LOWER)
    seal = done(tmp_path, "round", "show", LOWER, "--format", "json").json["seal"]
    assert "these results stand" in done(tmp_path, "check", "--code", seal).out
    placed = done(tmp_path, "rank", UPPER, "--format", "json").json["contests"][0]["placings"]
    assert placed[0]["entry"] == "C2"
    done(tmp_path, "forget", "H25", "--reason", "lo pidió", "--yes")
    assert b"Persona 25" not in (tmp_path / DB).read_bytes()
    ran = run(tmp_path, "check")
    assert (ran.code, ran.out) == (0, ""), ran.err
