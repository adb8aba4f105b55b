"""Several at once, and the power going in the middle: whatever was said to be stored is stored."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from pachamama.store import NewEntry, Store

from .valley import ACTOR, ROUND, marks_of, opened

TYPIST = """
import sys
from pachamama.core.model import Sheet
from pachamama.store import Store
path, judge, first, last = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
with Store.open(path, writing=True) as store:
    for number in range(first, last):
        sheet = Sheet(judge, "field", {"terraces": number})
        store.record_sheet("terraces-household-1", f"H{number}", "C1", None, sheet, actor=judge)
        print(number, flush=True)
"""


def typist(path: Path, judge: str, first: int, last: int) -> subprocess.Popen[str]:
    """Another process that types one sheet after the other and says which ones are stored."""
    arguments = [sys.executable, "-c", TYPIST, str(path), judge, str(first), str(last)]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def valley_with(path: Path, count: int) -> None:
    """A round with that many entries."""
    with opened(path) as store:
        store.enter(ROUND, [NewEntry(f"H{number}", "C1") for number in range(count)], actor=ACTOR)


def test_three_who_type_at_once_lose_nothing(tmp_path: Path) -> None:
    """Every sheet of every process is there, in one unbroken chain; nobody is refused as busy."""
    path = tmp_path / "a.db"
    valley_with(path, 60)
    typists = [typist(path, judge, 0, 60) for judge in ("J1", "J2", "J3")]
    for process in typists:
        process.communicate(timeout=60)
        assert process.returncode == 0
    with Store.open(path) as store:
        assert len(marks_of(store)) == 180
        assert store.verify() == ()


def test_a_killed_process_loses_no_sheet_that_it_acknowledged(tmp_path: Path) -> None:
    """Killed again and again while typing: all that was said to be stored is there, and the file is whole."""
    path = tmp_path / "a.db"
    valley_with(path, 4000)
    acknowledged: set[int] = set()
    first = 0
    for kill in range(6):
        process = typist(path, "J1", first, 4000)
        assert process.stdout is not None
        acknowledged.add(int(process.stdout.readline()))
        time.sleep(0.013 * (kill + 1))
        os.kill(process.pid, signal.SIGKILL)
        acknowledged.update(int(line) for line in process.stdout.read().split())
        process.wait()
        process.stdout.close()
        first = max(acknowledged) + 2
        with Store.open(path) as store:
            stored = {int(entry[1:]) for entry, _, _ in marks_of(store)}
            assert acknowledged <= stored
            assert len(stored - acknowledged) <= kill + 1
            assert store.verify() == ()
    assert len(acknowledged) > 6
