"""A process of its own for each command, forked from one that has loaded the program: the same, without a second of imports.

Each command has its own folder, environment, streams and exit code, and dies by itself. What Python reads only when it
starts (hash seed, locale, preloaded libraries) cannot be given to it: `can_run` says so. `PACHAMAMA_TESTS=cold` starts
Python anew for every command, as a person does.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from multiprocessing.context import ForkServerContext
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
_AT_START = ("PYTHON", "LC_", "LANG", "LD_")


def can_run(env: Mapping[str, str]) -> bool:
    """Nothing in the environment is read only when Python starts, and the system can fork."""
    if os.name != "posix" or os.environ.get("PACHAMAMA_TESTS") == "cold":
        return False
    if env.get("PYTHONPATH") != str(SOURCE):
        return False
    return not any(name.startswith(_AT_START) for name in env if name != "PYTHONPATH")


def run(words: Sequence[str], folder: Path, env: Mapping[str, str], timeout: float) -> tuple[int, bytes, bytes]:
    """Exit code, stdout and stderr of the program, run in a folder; TimeoutError after so many seconds."""
    with tempfile.TemporaryDirectory(prefix="warm-") as said:
        streams = [f"{said}/out", f"{said}/err"]
        process = _server().Process(target=_child, args=(list(words), str(folder), dict(env), streams))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"{' '.join(words)} went on for more than {timeout} seconds")
        out, err = (Path(one).read_bytes() for one in streams)
        code = process.exitcode
        process.close()
        return code, out, err


@cache
def _server() -> ForkServerContext:
    """The process that has loaded everything, and is forked for each command."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload([__name__, "pytest", "multiprocessing.popen_forkserver", *_program()])
    return server


def _program() -> Iterator[str]:
    """Every module of the program that is imported by name."""
    for path in sorted((SOURCE / "pachamama").rglob("*.py")):
        parts = path.relative_to(SOURCE).with_suffix("").parts
        if parts[-1] not in ("__init__", "__main__", "recount"):
            yield ".".join(parts)


def _child(words: list[str], folder: str, env: dict[str, str], streams: list[str]) -> None:
    from pachamama.__main__ import main

    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    os.chdir(folder)
    for number, path in ((0, os.devnull), (1, streams[0]), (2, streams[1])):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.argv = ["pachamama", *words]
    code = main()
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)
