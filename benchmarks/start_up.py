"""What a command costs before it does anything: times as ratios to `python -c "import typer"`, in interleaved runs."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

from timed import HERE, PACHAMAMA, Figure, arguments, run, show

YARDSTICK = "import typer"
CASES = {
    YARDSTICK: (sys.executable, "-c", "import typer"),
    "python alone": (sys.executable, "-c", "pass"),
    "--version": (*PACHAMAMA, "--version"),
    "--help": (*PACHAMAMA, "--help"),
    "rank, one contest": (*PACHAMAMA, "rank", "--within", "C0001"),
}


def with_marks(folder: Path, households: int) -> None:
    """A file with an open round and every sheet in it."""
    run((sys.executable, str(HERE / "valley.py"), str(folder), "--households", str(households)))
    run((*PACHAMAMA, "init", "--rules", "rules.yaml"), folder)
    for kind in ("watersheds", "communities", "households", "judges"):
        run((*PACHAMAMA, "import", kind, f"{kind}.csv"), folder)
    run((*PACHAMAMA, "round", "open", "terraces", "--tier", "household", "--edition", "2026"), folder)
    run((*PACHAMAMA, "import", "scores", "scores.csv"), folder)


def main() -> None:
    asked = arguments(__doc__)
    asked.add_argument("--runs", type=int, default=21)
    asked.add_argument("--households", type=int, default=2_000)
    told = asked.parse_args()
    with TemporaryDirectory() as name:
        folder = Path(name)
        with_marks(folder, told.households)
        for words in CASES.values():  # compiles every module, warms the disk
            run(words, folder)
        rounds = [{case: run(words, folder) for case, words in CASES.items()} for _ in range(told.runs)]
    rows = []
    for case in CASES:
        ratios = [one[case].seconds / one[YARDSTICK].seconds for one in rounds]
        rows.append(
            {
                "start-up": case,
                "ms": Figure.of([one[case].seconds * 1000 for one in rounds]),
                f"× {YARDSTICK}": Figure.of(ratios),
                "MiB": max(one[case].mib for one in rounds),
            }
        )
    show(rows, as_json=told.json)
    if not told.json:
        python = ".".join(map(str, sys.version_info[:3]))
        print(f"Typer {version('typer')}, Python {python}; median of {told.runs} [quartiles]")


if __name__ == "__main__":
    main()
