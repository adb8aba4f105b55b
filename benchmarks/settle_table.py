"""The real command `settle RULES SCORES` as a process: 1 000 contests × 180 households × 3 judges × 6 criteria in one CSV file.

The yardstick reads the same file with `csv.reader`, finds each mark in a table of the marks seen before, adds them up
as whole numbers and sorts the households: the least that any exact program must do, with no check, no tie, no prize and
no result written. `--beside SRC` runs another version of the program (its folder `src`) in turn with this one.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from timed import HERE, PACHAMAMA, Figure, arguments, run, show

YARDSTICK = "yardstick: csv, whole numbers, sorted"
COUNT = """
import csv
from decimal import Decimal
class Halves(dict):
    def __missing__(self, text):
        self[text] = int(2 * Decimal(text))
        return self[text]
halves = Halves().__getitem__
totals = {}
with open("scores.csv", encoding="utf-8", newline="") as file:
    rows = csv.reader(file)
    next(rows)
    for within, entry, judge, *marks in rows:
        contest = totals.setdefault(within, {})
        contest[entry] = contest.get(entry, 0) + sum(map(halves, marks))
for contest in totals.values():
    sorted(contest, key=contest.__getitem__, reverse=True)
"""
FORMATS = ("csv", "json", "table")


def main() -> None:
    asked = arguments(__doc__)
    asked.add_argument("--households", type=int, default=180_000)
    asked.add_argument("--runs", type=int, default=5)
    asked.add_argument("--format", choices=FORMATS, action="append", help="csv and json if not said")
    asked.add_argument("--beside", type=Path, metavar="SRC", help="another version's folder `src`")
    told = asked.parse_args()
    formats = told.format or ("csv", "json")
    with TemporaryDirectory() as name:
        folder = Path(name)
        run((sys.executable, str(HERE / "valley.py"), str(folder), "--households", str(told.households)))
        cases = {YARDSTICK: (sys.executable, "-c", COUNT)}
        for of in formats:
            words = ("settle", "rules.yaml", "scores.csv", "--format", of)
            cases[f"settle --format {of}"] = (*PACHAMAMA, *words)
            if told.beside is not None:
                path = f"PYTHONPATH={told.beside.resolve()}"
                cases[f"settle --format {of}, beside"] = ("env", path, *PACHAMAMA, *words)
        rounds = [{case: run(words, folder) for case, words in cases.items()} for _ in range(told.runs)]
    rows = [
        {
            "command": case,
            "households": told.households,
            "s": Figure.of([one[case].seconds for one in rounds]),
            "× yardstick": Figure.of([one[case].seconds / one[YARDSTICK].seconds for one in rounds]),
            "MiB": max(one[case].mib for one in rounds),
        }
        for case in cases
    ]
    show(rows, as_json=told.json)


if __name__ == "__main__":
    main()
