"""One process run and measured; medians with their spread; the small table or the JSON lines that every benchmark prints."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

HERE = Path(__file__).parent
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "PYTHONPATH": os.pathsep.join(filter(None, (str(HERE.parent / "src"), os.environ.get("PYTHONPATH")))),
    "PACHAMAMA_LANG": "es",
}
"""Modules are kept compiled, as where the program is installed: compiling them anew would be most of a start."""
PACHAMAMA = (sys.executable, "-m", "pachamama")


@dataclass(frozen=True)
class Run:
    """What one process took: the clock on the wall, and the most memory it ever held."""

    seconds: float
    mib: float


def run(words: Sequence[str], folder: Path | None = None) -> Run:
    """Run a process to its end; stops the benchmark with its messages if it fails.

    `wait4` gives the usage of this one child, where `getrusage` gives the largest of all. A child starts with the peak of
    whoever started it, so this process must stay small: nothing here imports the program or holds a table.
    """
    started = time.perf_counter()
    with subprocess.Popen(
        words, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as child:
        assert child.stderr
        said = child.stderr.read()
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(words)} gave {child.returncode}:\n{said.decode()}")
    return Run(seconds, usage.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024))


@dataclass(frozen=True)
class Figure:
    """A median and the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Figure:
        """Of the runs of one case; a single run has no spread."""
        low, high = (quantiles(values, n=4)[at] for at in (0, 2)) if len(values) > 1 else (values[0], values[0])
        return cls(median(values), low, high)


def arguments(doc: str | None) -> argparse.ArgumentParser:
    """A parser with the option that all benchmarks have."""
    asked = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    asked.add_argument("--json", action="store_true", help="one JSON object a line, for programs")
    return asked


def show(rows: Sequence[Mapping[str, object]], *, as_json: bool) -> None:
    """The rows on the screen; figures with three digits."""
    if as_json:
        for row in rows:
            print(json.dumps(row, default=vars))
        return
    cells = [list(rows[0]), *([_cell(value) for value in row.values()] for row in rows)]
    widths = [max(len(line[at]) for line in cells) for at in range(len(cells[0]))]
    for line in cells:
        first, *rest = (
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join([first, *rest]).rstrip())


def _cell(value: object) -> str:
    if isinstance(value, Figure):
        return f"{value.median:.3g} [{value.low:.3g}–{value.high:.3g}]"
    return f"{value:.3g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
