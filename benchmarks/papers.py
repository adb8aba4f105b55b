"""The real commands `print PAPER` as processes: time, peak memory, pages and size, for a round of a thousand sheets.

The yardstick is the typesetter alone, in one process: as many pages as there are score sheets on two to a page, each with
a heading and a table of twenty cells, in the same font; no file, no rules, no codes, no QR codes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from timed import HERE, PACHAMAMA, Figure, Run, arguments, run, show

HOUSEHOLDS = 334
"""Three judges: 1 002 sheets, in two communities."""
ROUND = "terraces-household-1"
ALONE = "yardstick: the typesetter alone"
TYPESET = f"""
import typst
page = '''#set page("a4", flipped: true)
#set text(font: "Noto Sans", fallback: false)
#for at in range({HOUSEHOLDS * 3 // 2}) {{
  if at > 0 {{ pagebreak() }}
  heading[Ficha #at]
  table(columns: 4, ..range(20).map(one => [#one: #at]))
}}'''
typst.compile(page.encode(), font_paths=[{str(HERE.parent / "src" / "pachamama" / "papers" / "fonts")!r}], ignore_system_fonts=True)
"""
BEFORE = ("score-sheets", "big-sheet", "register-list")
AFTER = (
    *("wall-list", "acta", "prize-sheet", "receipts", "envelopes"),
    *("certificates", "explanation-slips", "round-report"),
)
MORE = {"certificates": ("--places", str(HOUSEHOLDS))}


def measure(runs: int) -> list[dict[str, object]]:
    """A row for each paper; each run begins with a new file, whose sheets have no codes yet."""
    alone: list[Run] = []
    rounds: list[dict[str, Run]] = []
    held: dict[str, tuple[int, float]] = {}
    for _ in range(runs):
        with TemporaryDirectory() as name:
            folder = Path(name)
            alone.append(run((sys.executable, "-c", TYPESET), folder))
            rounds.append(dict(_printed(folder, held)))
    whole = HOUSEHOLDS * 3 // 2
    rows = [_row(ALONE, alone, alone, whole, 0.0)]
    rows += [_row(f"print {paper}", [one[paper] for one in rounds], alone, *held[paper]) for paper in rounds[0]]
    return rows


def _printed(folder: Path, held: dict[str, tuple[int, float]]) -> Iterator[tuple[str, Run]]:
    """Each paper as it is printed, before the judging and after it; `held` is told their pages and sizes."""
    _programme(folder)
    for paper in (*BEFORE, *AFTER):
        if paper == AFTER[0]:
            run((*PACHAMAMA, "import", "scores", "scores.csv"), folder)
            run((*PACHAMAMA, "round", "close"), folder)
        yield paper, run((*PACHAMAMA, "print", paper, ROUND, "-o", paper, *MORE.get(paper, ())), folder)
        held[paper] = _held(folder / paper)


def _programme(folder: Path) -> None:
    """A programme with its registers, and a round in which everybody is entered."""
    run((sys.executable, str(HERE / "valley.py"), str(folder), "--households", str(HOUSEHOLDS)))
    run((*PACHAMAMA, "init", "--rules", "rules.yaml"), folder)
    for kind in ("watersheds", "communities", "households", "judges"):
        run((*PACHAMAMA, "import", kind, f"{kind}.csv"), folder)
    run((*PACHAMAMA, "round", "open", "terraces", "--tier", "household", "--edition", "2026"), folder)
    run((*PACHAMAMA, "enter", "--all"), folder)


def _held(place: Path) -> tuple[int, float]:
    """How many pages the papers of a folder have, and how many MiB they are."""
    pdfs = [path.read_bytes() for path in place.glob("*.pdf")]
    pages = sum(len(re.findall(rb"/Type\s*/Page(?![a-zA-Z])", pdf)) for pdf in pdfs)
    return pages, sum(map(len, pdfs)) / 1024 / 1024


def _row(what: str, took: list[Run], alone: list[Run], pages: int, size: float) -> dict[str, object]:
    return {
        "command": what,
        "pages": pages,
        "s": Figure.of([one.seconds for one in took]),
        "× typesetter": Figure.of([one.seconds / beside.seconds for one, beside in zip(took, alone, strict=True)]),
        "MiB": max(one.mib for one in took),
        "files, MiB": size,
    }


def main() -> None:
    asked = arguments(__doc__)
    asked.add_argument("--runs", type=int, default=3)
    told = asked.parse_args()
    show(measure(told.runs), as_json=told.json)


if __name__ == "__main__":
    main()
