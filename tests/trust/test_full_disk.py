"""The disk fills up, at points all over each act: a clear sentence, nothing half stored, and after making room, done."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .faults import needs_a_compiler, with_faults
from .square import DB, told
from .test_dying import ACTS, MAKING, before_and_after, leftovers, prepared, whole_again

SHARE = 25
"""Points for each of seven acts."""


@needs_a_compiler
@pytest.mark.parametrize("act", ["import", "close", "merge", *MAKING, "migrate"])
def test_a_disk_that_fills_up_at_any_point(tmp_path: Path, act: str) -> None:
    """The message names the disk and says what is safe; the file is that before, or the act was done; no leftovers."""
    before_and_after(tmp_path, act)
    grown = with_faults(prepared(tmp_path / "count", act), ACTS[act].words)["grown"]
    base = prepared(tmp_path / "base", act)
    before = told(base / DB)
    refused = 0
    for number in range(SHARE):
        folder = tmp_path / "one"
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(base, folder)
        ran = with_faults(
            folder, ACTS[act].words, room=grown * number**3 // SHARE**3
        )  # densest where the act itself writes
        assert ran["codes"] in ([0], [1]), ran
        if ran["codes"] == [1]:
            refused += 1
            assert any(word in ran["err"] for word in ("full", "has room", "No space", "no space")), ran["err"]
            assert "Traceback" not in ran["err"]
            assert told(folder / DB) == before or act == "hand_out"
            assert leftovers(folder) == []
        elif "is full" in ran["err"]:  # a closing stands, and says that its backup is still to be made
            assert act == "close"
            assert "there is no backup of it yet" in ran["err"]
        whole_again(folder, tmp_path, act, was_said=ran["codes"] == [0])
    assert refused > 8
