"""The real commands `import scores` and `rank` as processes: time, peak memory, and ratios to two plain uses of the same file.

One yardstick reads the score table with `csv.reader`, takes every mark as a Fraction, adds them up and sorts the
households: the least that any exact program must do, with no check, no storage, no prizes. The other puts the same marks,
one a row, into one plain table with sqlite3's `executemany`: no check, no journal, no keys.
"""

from __future__ import annotations

import sys
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory

from timed import HERE, PACHAMAMA, Figure, arguments, run, show

CSV = "yardstick: csv, Fractions, sorted"
SQLITE = "yardstick: sqlite3, one plain table"
COUNT = """
import csv
from fractions import Fraction
totals = {}
with open("scores.csv", encoding="utf-8", newline="") as file:
    rows = csv.reader(file)
    next(rows)
    for within, entry, judge, *marks in rows:
        contest = totals.setdefault(within, {})
        contest[entry] = contest.get(entry, 0) + sum(map(Fraction, marks))
for contest in totals.values():
    sorted(contest, key=contest.__getitem__, reverse=True)
"""
STORE = """
import csv, sqlite3
def marks(rows):
    criteria = next(rows)[3:]
    for within, entry, judge, *given in rows:
        for criterion, mark in zip(criteria, given):
            yield within, entry, judge, criterion, mark
file = sqlite3.connect("plain.db")
file.execute("DROP TABLE IF EXISTS mark")
file.execute("CREATE TABLE mark (within, entry, judge, criterion, mark)")
with file, open("scores.csv", encoding="utf-8", newline="") as table:
    file.executemany("INSERT INTO mark VALUES (?, ?, ?, ?, ?)", marks(csv.reader(table)))
"""
READ = """
from pachamama.core.rules import load_rules
from pachamama.exchange import read_scores
with open("rules.yaml", encoding="utf-8") as rules:
    tier = load_rules(rules.read()).competitions["terraces"].tiers[0]
read_scores("scores.csv", tier)
"""
SETTLE = """
from pachamama.core.rules import load_rules
from pachamama.core.settle import settle
from pachamama.store import Store
with open("rules.yaml", encoding="utf-8") as rules:
    read = load_rules(rules.read())
with Store.open("pachamama.db") as store:
    for contest in store.contests("terraces-household-1"):
        settle(read, "terraces", "household", [contest])
"""


def measure(households: int, runs: int) -> list[dict[str, object]]:
    """Every row for a valley of that size; the file is made anew for each import."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        run((sys.executable, str(HERE / "valley.py"), str(folder), "--households", str(households)))
        run((*PACHAMAMA, "init", "--rules", "rules.yaml"), folder)
        for kind in ("watersheds", "communities", "households", "judges"):
            run((*PACHAMAMA, "import", kind, f"{kind}.csv"), folder)
        run((*PACHAMAMA, "round", "open", "terraces", "--tier", "household", "--edition", "2026"), folder)
        file = folder / "pachamama.db"
        before = folder / "before.db"
        copyfile(file, before)
        cases = {
            CSV: (sys.executable, "-c", COUNT),
            SQLITE: (sys.executable, "-c", STORE),
            "read_scores": (sys.executable, "-c", READ),
            "import scores": (*PACHAMAMA, "import", "scores", "scores.csv"),
            "settle each contest of the file": (sys.executable, "-c", SETTLE),
            "rank, all contests": (*PACHAMAMA, "rank", "terraces-household-1"),
            "rank --format csv, all contests": (*PACHAMAMA, "rank", "terraces-household-1", "--format", "csv"),
            "rank, one contest": (*PACHAMAMA, "rank", "terraces-household-1", "--within", "C0001"),
        }
        rounds = []
        for _ in range(runs):
            copyfile(before, file)
            rounds.append({case: run(words, folder) for case, words in cases.items()})
        size = file.stat().st_size
    return [
        {
            "command": case,
            "households": households,
            "s": Figure.of([one[case].seconds for one in rounds]),
            "× csv": Figure.of([one[case].seconds / one[CSV].seconds for one in rounds]),
            "× sqlite3": Figure.of([one[case].seconds / one[SQLITE].seconds for one in rounds]),
            "MiB": max(one[case].mib for one in rounds),
            "file, MiB": size / 1024 / 1024,
        }
        for case in cases
    ]


def main() -> None:
    asked = arguments(__doc__)
    asked.add_argument(
        "--households", type=int, action="append", help="2000 and 18000 if not said; 180000 takes minutes"
    )
    asked.add_argument("--runs", type=int, default=3)
    told = asked.parse_args()
    rows = [row for households in told.households or (2_000, 18_000) for row in measure(households, told.runs)]
    show(rows, as_json=told.json)


if __name__ == "__main__":
    main()
