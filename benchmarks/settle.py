"""`settle` alone, in memory: 1 000 contests of 180 households, 3 judges, 6 criteria, against a naive loop over whole numbers.

The yardstick adds the same marks, in halves, and sorts each contest: no means, ties, levels, prizes or reasons. Both see
the same contests in turn, a hundred at a time; making them is not counted.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import defaultdict

from timed import HERE, arguments, show
from valley import CRITERIA, PER_COMMUNITY, RULES, Row, Valley

sys.path.insert(0, str(HERE.parent / "src"))

from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.numbers import read_exact
from pachamama.core.rules import load_rules
from pachamama.core.settle import settle

AT_ONCE = 100
"""Contests in one call: a round has as many, and what is reckoned once for a round should be."""


def contest_of(rows: list[Row]) -> Contest:
    """The contest that a score table would give."""
    sheets = defaultdict(list)
    for row in rows:
        marks = {id_: mark for id_ in CRITERIA if (mark := read_exact(row[id_])) is not None}
        sheets[row["entry"]].append(Sheet(row["judge"], "sheet", marks))
    return Contest(rows[0]["within"], None, tuple(Entry(code, sheets=tuple(of)) for code, of in sheets.items()))


def halves_of(contest: Contest) -> dict[str, list[list[int]]]:
    """The same marks as whole numbers of half points."""
    return {
        entry.code: [[int(2 * mark) for mark in sheet.marks.values()] for sheet in entry.sheets]
        for entry in contest.entries
    }


def naive(contest: dict[str, list[list[int]]]) -> list[tuple[int, str]]:
    """Add up and sort."""
    totals = []
    for code, sheets in contest.items():
        total = 0
        for sheet in sheets:
            for mark in sheet:
                total += mark
        totals.append((-total, code))
    return sorted(totals)


def main() -> None:
    asked = arguments(__doc__)
    asked.add_argument("--contests", type=int, default=1_000)
    told = asked.parse_args()
    gc.set_threshold(100_000, 20, 20)  # as the program does
    rules = load_rules(RULES)
    valley = Valley(told.contests * PER_COMMUNITY)
    settled = counted = 0.0
    for first in range(0, told.contests, AT_ONCE):
        numbers = range(first, min(first + AT_ONCE, told.contests))
        contests = [contest_of(list(valley.score_rows_of(number))) for number in numbers]
        halves = [halves_of(contest) for contest in contests]
        started = time.perf_counter()
        result = settle(rules, "terraces", "household", contests)
        between = time.perf_counter()
        totals = [naive(contest) for contest in halves]
        counted += time.perf_counter() - between
        settled += between - started
        for contest, total in zip(result.contests, totals, strict=True):
            assert contest.placings[0].entry.code in {code for points, code in total if points == total[0][0]}
    rows = [
        {
            "settle": name,
            "contests": told.contests,
            "s": seconds,
            "ms a contest": seconds * 1000 / told.contests,
            "×": seconds / counted,
        }
        for name, seconds in (("yardstick: naive loop", counted), ("settle", settled))
    ]
    show(rows, as_json=told.json)


if __name__ == "__main__":
    main()
