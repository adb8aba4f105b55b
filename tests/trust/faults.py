"""A program under which the disk fills up or fails, or that dies in the middle of any operation on files."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CC = shutil.which("cc") or shutil.which("gcc")
needs_a_compiler = pytest.mark.skipif(
    not sys.platform.startswith("linux") or CC is None, reason="faults are put under the program with cc, on Linux"
)


@cache
def faulty() -> subprocess.Popen[str]:
    """The process that runs commands with faults; one for all the tests of a run."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = folder / "faults.so"
    subprocess.run([str(CC), "-O1", "-shared", "-fPIC", "-o", library, HERE / "faults.c", "-ldl"], check=True)
    process = subprocess.Popen(
        [sys.executable, str(HERE / "faulty.py")],
        env={
            "PATH": os.environ["PATH"], "LD_PRELOAD": str(library), "PYTHONPATH": str(HERE.parents[1] / "src"),
            "PACHAMAMA_LANG": "en", "USER": "ana", "HOME": str(folder),
        },
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    atexit.register(process.wait)
    atexit.register(process.kill)
    return process


def with_faults(folder: Path, *commands: Sequence[str], **fault: Any) -> dict[str, Any]:
    """Run the commands in the folder with a fault, and the notes of this laptop in `state` inside it.

    `die` before an operation on a file, `fail` with it, die before a `statement` or `interrupt` it, have `room` in bytes.
    Back come the exit codes, what was said, and how many operations, statements and bytes there were; `killed` if so.
    """
    process = faulty()
    assert process.stdin
    assert process.stdout
    words = [list(one) for one in commands]
    asked = {"folder": str(folder), "watch": str(folder), "state": str(folder / "state"), "commands": words, **fault}
    process.stdin.write(json.dumps(asked) + "\n")
    process.stdin.flush()
    said: dict[str, Any] = json.loads(process.stdout.readline())
    assert said["codes"] != ["broken"], said["err"]
    return said
