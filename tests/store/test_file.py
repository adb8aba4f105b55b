"""The file: how it is made, what is refused in its place, and that its safeguards are really on."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pachamama.core.problems import Mismatch, Refused
from pachamama.store import Store, connection
from pachamama.store.schema import KEPT, PROJECTIONS, SCHEMA_VERSION

from .valley import ACTOR, RULES, hints, journal_length, opened, settled


def test_a_new_file_is_private_to_its_user_and_knows_its_rules(tmp_path: Path) -> None:
    """Mode 0600, no other file left beside it, rules and kind as given, a device of its own."""
    with Store.create(tmp_path / "a.db", actor=ACTOR, rules_text=RULES, rehearsal=True) as store:
        assert (store.rules_text, store.is_rehearsal) == (RULES, True)
        other = Store.create(tmp_path / "b.db", actor=ACTOR)
        assert (other.rules_text, other.is_rehearsal) == (None, False)
        assert other.device != store.device
    assert (tmp_path / "a.db").stat().st_mode & 0o777 == 0o600
    assert sorted(os.listdir(tmp_path)) == ["a.db", "b.db"]


def test_an_existing_file_is_never_overwritten(tmp_path: Path) -> None:
    """Whatever stands there stays, byte for byte, also a link to nowhere."""
    path = tmp_path / "a.db"
    path.write_text("my notes")
    with pytest.raises(Refused):
        Store.create(path, actor=ACTOR)
    assert path.read_text() == "my notes"
    (tmp_path / "link.db").symlink_to(tmp_path / "nowhere.db")
    with pytest.raises(Refused):
        Store.create(tmp_path / "link.db", actor=ACTOR)
    assert sorted(os.listdir(tmp_path)) == ["a.db", "link.db"]


def test_two_who_create_the_same_file_at_once_get_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second one finds the name taken at the last moment and is refused; the first file stays."""
    path, link = tmp_path / "a.db", os.link

    def somebody_was_faster(source: str, target: str) -> None:
        path.write_text("the other's")
        link(source, target)

    monkeypatch.setattr(os, "link", somebody_was_faster)
    with pytest.raises(Refused):
        Store.create(path, actor=ACTOR)
    assert path.read_text() == "the other's"
    assert os.listdir(tmp_path) == ["a.db"]


def test_a_stick_without_hard_links_takes_a_new_file_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAT and exFAT refuse links: the finished file is renamed into place."""

    def no_links(_source: str, _target: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    with Store.create(tmp_path / "a.db", actor=ACTOR) as store:
        assert store.verify() == ()
    assert os.listdir(tmp_path) == ["a.db"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """No folder is made, no traceback is shown."""
    with pytest.raises(Refused):
        Store.create(tmp_path / "no" / "a.db", actor=ACTOR)
    assert os.listdir(tmp_path) == []


def test_a_failed_creation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stops it half-way, neither the file nor the half-made one stays."""

    def full(_connection: sqlite3.Connection) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(connection, "migrate", full)
    with pytest.raises(OSError, match="No space"):
        Store.create(tmp_path / "a.db", actor=ACTOR)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("writing", [True, False])
def test_a_missing_file_is_refused_and_not_created(tmp_path: Path, *, writing: bool) -> None:
    """The remedy is `pachamama init`; nothing appears by accident."""
    with pytest.raises(Refused) as refusal:
        Store.open(tmp_path / "a.db", writing=writing)
    assert "pachamama init" in hints(refusal.value)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("writing", [True, False])
@pytest.mark.parametrize("wrong", ["empty", "text", "folder", "foreign", "newer", "half", "name with \0"])
def test_a_wrong_file_is_refused_with_a_remedy_and_left_alone(tmp_path: Path, wrong: str, *, writing: bool) -> None:
    """Each kind of wrong file has its sentence, and not one byte of it changes."""
    path = tmp_path / f"{wrong}.db"
    if wrong == "empty":
        path.touch()
    elif wrong == "text":
        path.write_text("entry,judge,marks\n" * 100)
    elif wrong == "folder":
        path.mkdir()
    elif wrong == "foreign":
        sqlite3.connect(path).executescript("CREATE TABLE census (dni)")
    elif wrong == "newer":
        opened(path).close()
        sqlite3.connect(path).execute("PRAGMA user_version = 99")
    elif wrong == "half":
        path.write_bytes(b"SQLite format 3\x00" + b"\x00" * 50)
    before = path.read_bytes() if "\0" not in wrong and path.is_file() else None
    with pytest.raises((Refused, Mismatch)) as refusal:
        Store.open(path, writing=writing)
    assert all(problem.hint for problem in refusal.value.problems)
    if before is not None:
        assert path.read_bytes() == before


def test_strange_file_names_are_only_names(tmp_path: Path) -> None:
    """Blanks, accents, `%`, `?` and `#` are part of a name, never of SQLite's options."""
    path = tmp_path / "ñandú 100%?mode=memory#1.db"
    opened(path).close()
    with Store.open(path) as store:
        assert len(store.households()) == 6
    assert os.listdir(tmp_path) == [path.name]


def test_a_file_that_may_not_be_written_is_read_but_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A read-only file or folder is refused before anything is typed, with the remedy; reading goes on."""
    opened(tmp_path / "a.db").close()
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != tmp_path)
    with pytest.raises(Refused) as refusal:
        Store.open(tmp_path / "a.db", writing=True)
    assert "read-only" in hints(refusal.value)
    with Store.open(tmp_path / "a.db") as store:
        assert store.rounds()


def test_a_reader_can_change_nothing(tmp_path: Path) -> None:
    """Opened for reading, every action is refused and the file stays as it is."""
    opened(tmp_path / "a.db").close()
    before = (tmp_path / "a.db").read_bytes()
    with Store.open(tmp_path / "a.db") as store, pytest.raises(Refused):
        store.set_rules("version: 2\n", ACTOR)
    assert (tmp_path / "a.db").read_bytes() == before


def test_the_safeguards_are_really_on(tmp_path: Path) -> None:
    """The pragmas that were measured against power cuts hold on every connection, for reading and writing."""
    opened(tmp_path / "a.db").close()
    for writing in (True, False):
        opened_file = connection.open_file(str(tmp_path / "a.db"), writing=writing)
        found = {
            name: opened_file.execute(f"PRAGMA {name}").fetchone()[0]
            for name in (
                "journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "trusted_schema",
                "cell_size_check", "busy_timeout", "user_version",
            )
        }  # fmt: skip
        assert found == {
            "journal_mode": "delete", "synchronous": 3, "foreign_keys": 1, "recursive_triggers": 1,
            "trusted_schema": 0, "cell_size_check": 1, "busy_timeout": 30000, "user_version": SCHEMA_VERSION,
        }  # fmt: skip
        opened_file.close()


def test_every_table_is_strict_and_known(tmp_path: Path) -> None:
    """No table is forgotten by the rebuild, and none takes text where it wants a number."""
    opened(tmp_path / "a.db").close()
    rows = sqlite3.connect(tmp_path / "a.db").execute("PRAGMA table_list").fetchall()
    ours = {
        name: strict
        for _, name, kind, _, _, strict in rows
        if kind == "table" and not name.startswith(("sqlite_", "_"))
    }
    assert ours == dict.fromkeys((*KEPT, *PROJECTIONS), 1)


def test_a_busy_file_is_refused_only_after_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that never finishes writing does not hang or break this one."""
    opened(tmp_path / "a.db").close()
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    monkeypatch.setattr(connection, "BUSY_SECONDS", 0.1)
    with Store.open(tmp_path / "a.db", writing=True) as store:
        with pytest.raises(Refused) as refusal:
            store.set_rules("version: 2\n", ACTOR)
        assert "safe" in hints(refusal.value)
        other.execute("ROLLBACK")
        store.set_rules("version: 2\n", ACTOR)
        assert store.rules_text == "version: 2\n"


def test_a_writer_waits_for_another_and_then_goes_on(tmp_path: Path) -> None:
    """Two who type at the same time notice nothing of each other."""
    store = opened(tmp_path / "a.db")
    other = sqlite3.connect(tmp_path / "a.db", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, lambda: other.execute("ROLLBACK")).start()
    store.set_rules("version: 2\n", ACTOR)
    assert store.rules_text == "version: 2\n"


def test_a_damaged_page_is_a_mismatch_not_a_traceback(tmp_path: Path) -> None:
    """Whatever page is overwritten, the file says that it is damaged, or that it is not ours; never a bare error."""
    whole = tmp_path / "a.db"
    settled(whole).close()
    content, damaged = whole.read_bytes(), 0
    for offset in range(0, len(content), 4096):
        path = tmp_path / "damaged.db"
        path.write_bytes(content[:offset] + b"\xa5" * 4096 + content[offset + 4096 :])
        try:
            with Store.open(path) as store:
                damaged += bool(store.verify())
        except (Mismatch, Refused) as error:
            damaged += 1
            assert hints(error)
    assert damaged == len(content) // 4096


def test_a_cut_copy_is_noticed(tmp_path: Path) -> None:
    """A stick pulled out while copying leaves a file that is said to be damaged."""
    whole = tmp_path / "a.db"
    settled(whole).close()
    (tmp_path / "cut.db").write_bytes(whole.read_bytes()[:-20000])
    try:
        with Store.open(tmp_path / "cut.db") as store:
            assert store.verify()
    except Mismatch as error:
        assert "backup" in hints(error)


def test_after_a_power_cut_the_first_reader_finds_the_last_finished_action(tmp_path: Path) -> None:
    """An unfinished action is taken back, even when the first command after the cut only reads."""
    opened(tmp_path / "a.db").close()
    script = f"""
import os, sqlite3
connection = sqlite3.connect({str(tmp_path / "a.db")!r}, isolation_level=None)
connection.execute("PRAGMA cache_size = 1")
connection.execute("BEGIN IMMEDIATE")
connection.execute("CREATE TABLE half (done)")
connection.executemany("INSERT INTO half VALUES (?)", [("x" * 3000,)] * 500)
os.kill(os.getpid(), 9)
"""
    subprocess.run([sys.executable, "-c", script], check=False)
    assert (tmp_path / "a.db-journal").stat().st_size > 0
    with Store.open(tmp_path / "a.db") as store:
        assert journal_length(store) == 6
        assert store.verify() == ()
    assert os.listdir(tmp_path) == ["a.db"]


def test_importing_the_store_costs_no_heavy_library() -> None:
    """A command that reads one community must not pay for migrations, YAML or models."""
    script = "import sys, pachamama.store; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True).stdout.split()
    assert {"sqlite_utils", "pydantic", "yaml", "typer", "rich", "pathlib", "difflib"}.isdisjoint(loaded)
