"""Death in the middle: killed at any moment, before any statement, before any operation on a file; or the disk fails there.

The state is that before or that after, never one between; what was said to be done is done; what is only read is never
touched; and doing it once more ends where doing it once ends.
"""

from __future__ import annotations

import gzip
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from tests.cli.desk import SOURCE
from tests.store.old.make import HERE as OLD
from tests.store.old.make import UPPER

from pachamama.cli.remembering import KnownStore
from pachamama.exchange.backups import SUMS, is_whole, list_backup, listed
from pachamama.store import Store

from .counts import NIGHTLY, tries
from .faults import needs_a_compiler, with_faults
from .square import DB, ROUND, is_sound, run, square, told


@dataclass(frozen=True)
class Act:
    """What is done, and in which state of the file it begins.

    `makes` are the files that it makes, as a pattern; if it `only_reads`, it changes nothing that is there. Where it is
    done already, doing it once more is refused if it `is_once`.
    """

    state: str
    words: tuple[str, ...]
    makes: str = ""
    only_reads: bool = False
    is_once: bool = False


ACTS: Mapping[str, Act] = {
    "score": Act("typed", ("score", "H11", "J1", "11", "12.5")),
    "correct": Act("full", ("score", "H12", "J1", "9", "9.5", "--correct", "mal leído")),
    "import": Act("typed", ("import", "scores", "scores.csv")),
    "close": Act("full", ("round", "close", ROUND), is_once=True),
    "reopen": Act("closed", ("round", "reopen", ROUND, "--reason", "reclamo"), is_once=True),
    "merge": Act("merging", ("merge", "laptop.db")),
    "hand_out": Act("full", ("devices", "hand-out", "stick.db", "--name", "carla"), makes="stick.db", is_once=True),
    "backup": Act("closed", ("backup", "--to", "stick"), makes="stick/*.db", only_reads=True),
    "restore": Act(
        "closed", ("restore", "kept/copy.db", "--to", "new.db", "--name", "otra"), makes="new.db", only_reads=True,
        is_once=True,
    ),
    "migrate": Act("old", ("score", "C2", "J1", "45", "--round", UPPER)),
}  # fmt: skip
EARLIER = "stick/earlier.copy"
"""What is in the list of copies already."""
MAKING = ["hand_out", "backup", "restore"]


@pytest.fixture(autouse=True)
def notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is done once more is done with the notes of the laptop on which it was done before."""
    square(tmp_path / "square", "typed")  # made once for all tests, without any
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "one" / "state"))


def prepared(folder: Path, act: str) -> Path:
    """The folder as it is before the act."""
    shutil.rmtree(folder, ignore_errors=True)
    state = ACTS[act].state
    square(folder, "typed" if state == "old" else state)
    if state == "old":
        (folder / DB).write_bytes(gzip.decompress((OLD / "version-1.db.gz").read_bytes()))
    if act == "restore":
        (folder / "kept").mkdir()
        shutil.copy(next((folder / "backups").glob("*.db")), folder / "kept" / "copy.db")
        list_backup(folder / "kept" / "copy.db")
    if act == "backup":
        (folder / "stick").mkdir()
        (folder / EARLIER).write_bytes(b"another file that was copied before")
        list_backup(folder / EARLIER)
    return folder


def content(folder: Path) -> dict[str, bytes]:
    """Every file there, to the byte, but the notes and the list of copies, which grows."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != SUMS and "state" not in path.relative_to(folder).parts
    }


def state_of(folder: Path, act: str) -> tuple[Any, Any]:
    """All that the programme's file says to people, and the file that the act made, if it is finished: named and listed."""
    made = [told(path) for path in folder.glob(ACTS[act].makes or "-") if act != "backup" or is_whole(path)]
    assert all(one == made[0] for one in made)
    return told(folder / DB), made[:1]


@cache
def before_and_after(folder: Path, act: str) -> tuple[Any, Any]:
    """The state before the act and after it."""
    shutil.rmtree(folder / "one", ignore_errors=True)  # with the notes
    place = prepared(folder / "whole", act)
    shutil.copy(place / DB, place / "copy.db")
    before = told(place / "copy.db"), []
    assert run(place, *ACTS[act].words).code == 0
    after = state_of(place, act)
    shutil.rmtree(folder / "one", ignore_errors=True)
    assert before != after
    return before, after


def whole_again(folder: Path, root: Path, act: str, *, was_said: bool = False) -> bool:
    """The state is one of the two; the act once more ends in the second. True if it was done before it was repeated."""
    one = ACTS[act]
    before, after = before_and_after(root, act)
    is_sound(folder)
    _sources_are_untouched(folder, root, act)
    found = state_of(folder, act)
    is_done = found == after
    has_name = is_done or _made_is_whole(folder, act, before, after)
    assert is_done or has_name or found == before
    assert is_done or not was_said
    again = run(folder, *one.words)
    assert again.code == (1 if has_name and one.is_once else 0), again.err
    if act != "hand_out" or is_done or not has_name:
        assert state_of(folder, act) == after
    is_sound(folder)
    _sources_are_untouched(folder, root, act)
    return is_done


def _made_is_whole(folder: Path, act: str, before: Any, after: Any) -> bool:
    """A file that has its name, but was not written down any more in the list of copies, or as that of another laptop.

    It is whole all the same, and says what it should.
    """
    made = list(folder.glob(ACTS[act].makes or "-"))
    for path in made:
        assert run(folder, "check", "--db", str(path)).code == 0
        assert [told(path)] == after[1]
        assert told(folder / DB) == before[0]
    return bool(made)


def _sources_are_untouched(folder: Path, root: Path, act: str) -> None:
    """What the act only reads is not one byte other; a file of an older version is changed only when a copy is kept."""
    if ACTS[act].only_reads:
        there = content(folder)
        assert {name: there.get(name) for name in _sources(root, act)} == _sources(root, act)
        assert act != "backup" or is_whole(folder / EARLIER)
    if act == "migrate" and _version(folder / DB) > 1:
        copies = [folder / "backups" / name for name in listed(folder / "backups")]
        assert any(_version(one) == 1 and is_whole(one) for one in copies)
        assert all(told(one) == before_and_after(root, act)[0][0] for one in copies)


@cache
def _sources(root: Path, act: str) -> Mapping[str, bytes]:
    return content(prepared(root / "sources", act))


def _version(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[60:64], "big")


def steps(count: int, act: str, share: int) -> list[int]:
    """Every one of them if they are few or it is night; otherwise each `share`-th, beginning anywhere, and the last ones."""
    every = tries(share if count > 40 else 1, 1)
    return sorted({*range(random.Random(act).randrange(every), count, every), *range(max(0, count - 6), count)})


WHOLE = ["import", "close", "reopen", "merge", *MAKING, "migrate"]


@needs_a_compiler
@pytest.mark.parametrize("act", ["score", *WHOLE])
def test_dying_before_any_operation_on_a_file(tmp_path: Path, act: str) -> None:
    """Each write, sync, new name and removal of the file, its lock, a backup, a copy, a note: killed before it."""
    before_and_after(tmp_path, act)
    count = with_faults(prepared(tmp_path / "one", act), ACTS[act].words)["operations"]
    assert count > 15
    done = 0
    for number in range(count):
        folder = prepared(tmp_path / "one", act)
        assert with_faults(folder, ACTS[act].words, die=number).get("killed")
        done += whole_again(folder, tmp_path, act)
    assert done > 0  # the last operations come when all is stored


@needs_a_compiler
@pytest.mark.parametrize("act", WHOLE)
def test_an_operation_on_a_file_that_fails(tmp_path: Path, act: str) -> None:
    """The disk says that it cannot, once: a sentence, no leftovers; nothing was done, or it was said to be done."""
    before_and_after(tmp_path, act)
    base = prepared(tmp_path / "one", act)
    count = with_faults(base, ACTS[act].words)["operations"]
    for number in steps(count, act, 3):
        folder = prepared(tmp_path / "one", act)
        ran = with_faults(folder, ACTS[act].words, fail=number)
        assert ran["codes"] in ([0], [1]), f"{number}: {ran}"
        assert leftovers(folder) == [] or ran["failed"] == "unlink"
        whole_again(folder, tmp_path, act, was_said=ran["codes"] == [0])


def leftovers(folder: Path) -> list[str]:
    """Files that nobody asked for: half of a copy, a lock."""
    return [
        path.name
        for path in folder.rglob("*")
        if ".new-" in path.name or path.name.endswith(("-journal", ".part")) or path.name.startswith(".")
    ]


@needs_a_compiler
@pytest.mark.parametrize("how", ["killed", "interrupted"])
@pytest.mark.parametrize("act", [one for one in WHOLE if one != "reopen"])
def test_stopped_before_any_statement(tmp_path: Path, act: str, how: str) -> None:
    """Each SQL statement that writes, the copying of a backup, an undoing: killed before it, or stopped there by Ctrl-C.

    Of those that only read, some: they change nothing.
    """
    before_and_after(tmp_path, act)
    ran = with_faults(prepared(tmp_path / "one", act), ACTS[act].words, statement=-1)
    writing = ran["writing"]
    assert len(writing) > 3 or ACTS[act].only_reads
    if how == "interrupted" and not NIGHTLY:
        writing = writing[:: max(1, len(writing) // 25)]
    for number in sorted({*writing, *steps(ran["statements"], act, 60)}):
        folder = prepared(tmp_path / "one", act)
        ran = with_faults(folder, ACTS[act].words, statement=number, interrupt=how == "interrupted")
        if how == "killed":
            assert ran.get("killed")
        else:
            assert ran["codes"] == [1], f"{number}: {ran}"
            assert "Interrupted" in ran["err"]
            assert leftovers(folder) == []
        whole_again(folder, tmp_path, act)


# -- notes ---------------------------------------------------------------------------------------------------------------


def test_a_note_of_which_only_a_part_is_there_disturbs_nothing(tmp_path: Path) -> None:
    """Cut off anywhere, empty, of another form, a folder in its place: the work goes on, and the note is whole again."""
    folder = prepared(tmp_path / "one", "score")
    assert run(folder, "score", "H11", "J1", "11", "12.5").code == 0
    assert run(folder, "backup", "--to", "stick").code == 0
    notes = {path: path.read_bytes() for path in sorted((folder / "state" / "pachamama").iterdir())}
    assert len(notes) == 2
    strange = [b"[]", b"null", b"{}", b'{"number": "1"}', b"\xff\x00", b"9" * 5000, b'{"folders": [1, null, {}]}']
    for path, whole in notes.items():
        torn = [whole[:end] for end in range(0, len(whole), tries(5, 1))]
        for number, part in enumerate([*torn, *strange, None]):
            path.unlink()
            if part is None:
                path.mkdir()
            else:
                path.write_bytes(part)
            ran = run(folder, "score", "H12", "J1", str(1 + number % 19), "9.5", "--correct", "mal leído")
            assert (ran.code, "warning" in ran.err) == (0, False), ran.err
            assert run(folder, "backup", "--to", "stick").code == 0
            is_sound(folder)
            if part is not None:
                assert json.loads(path.read_bytes())
        path.rmdir()
        path.write_bytes(whole)


@needs_a_compiler
def test_a_disk_that_is_full_for_the_note_disturbs_nothing(tmp_path: Path) -> None:
    """The sheet is stored and said to be stored; the note is that before, and the next one is whole."""
    act = "score"
    before_and_after(tmp_path, act)
    folder = prepared(tmp_path / "one", act)
    grown = with_faults(folder, ACTS[act].words)["grown"]
    note = next((folder / "state" / "pachamama").iterdir()).stat().st_size
    for room in range(grown - note, grown, 7):
        folder = prepared(tmp_path / "one", act)
        assert with_faults(folder, ACTS[act].words, room=room)["codes"] == [0]
        assert whole_again(folder, tmp_path, act, was_said=True)
        with Store.open(folder / DB) as store:
            said = json.loads((folder / "state" / "pachamama" / f"{store.device}.json").read_bytes())
            assert (said["number"], said["hash"]) == store.head


def test_what_could_not_even_be_taken_back_is_not_noted(tmp_path: Path) -> None:
    """Interrupted while an action is undone: it is gone with the file, so the note must not know of it."""
    folder = prepared(tmp_path / "one", "score")
    with KnownStore.open(folder / DB, writing=True) as store:
        before = store.head
        store._connection.execute("BEGIN IMMEDIATE")
        store._record("rules_set", {"rules": "0" * 64, "rules_text": "version: 1\n"}, "ana")
        assert store.head != before
    assert run(folder, *ACTS["score"].words).code == 0


# -- the real program ----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_two_hundred_kills_of_the_real_program(tmp_path: Path) -> None:
    """kill -9 while it does any of these things; what was said is true."""
    luck = random.Random(9)
    acts = list(ACTS)
    for act in acts:
        before_and_after(tmp_path, act)
    took = {act: _run_for_real(prepared(tmp_path / "one", act), act, None)[1] for act in acts}
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
        [sys.executable, "-m", "pachamama", *ACTS[act].words],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "PACHAMAMA_LANG": "en", "USER": "ana",
            "XDG_STATE_HOME": str(folder / "state"),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait(), time.monotonic() - began
