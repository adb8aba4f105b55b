"""One laptop for each community, all merged into the programme's file by the real command: time, memory, size.

The yardstick copies the same journal rows into one plain table with sqlite3, with no check, no order and no tables
rebuilt. Usage: `python benchmarks/laptops.py [LAPTOPS]` (1 000 as in a whole programme; 30 households, 3 judges each).
"""

from __future__ import annotations

import sqlite3
import sys
import time
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))

from pachamama.core.model import Community, Contest, Entry, Household, Judge, Sheet, Watershed  # noqa: E402
from pachamama.store import NewEntry, Store  # noqa: E402

CRITERIA = ("walls", "water", "order")
HOUSEHOLDS = 30


def programme(path: Path, laptops: int) -> Store:
    """The office's file: communities, judges and an open round; each facilitator brings the households."""
    store = Store.create(path, actor="office", rules_text="version: 1\n")
    store.import_register("watersheds", [Watershed("W1", "Río")], actor="office")
    store.import_register(
        "communities", [Community(f"C{n:04}", f"Comunidad {n}", "W1") for n in range(laptops)], actor="office"
    )
    store.import_register("judges", [Judge(f"J{number}", f"Jurado {number}") for number in (1, 2, 3)], actor="office")
    store.open_round(
        competition="terraces", tier="household", edition="I", rules_text="version: 1\n",
        criteria={"field": CRITERIA}, actor="office",
    )  # fmt: skip
    return store


def work(path: Path, number: int) -> None:
    """What one facilitator does: enters the community and takes in its sheets."""
    luck = Random(number)
    community = f"C{number:04}"
    codes = [f"H{number:04}{home:02}" for home in range(HOUSEHOLDS)]
    with Store.open(path, writing=True) as store:
        store.import_register(
            "households",
            [
                Household(code, community, f"Persona {code}", f"0{number:05}{home:02}")
                for home, code in enumerate(codes)
            ],
            actor=community,
        )
        store.enter("terraces-household-1", [NewEntry(code, community) for code in codes], actor=community)
        sheets = {
            code: tuple(
                Sheet(judge, "field", {one: luck.randint(1, 20) for one in CRITERIA}) for judge in ("J1", "J2", "J3")
            )
            for code in codes
        }
        table = Contest(community, None, tuple(Entry(code, sheets=sheets[code]) for code in codes))
        store.import_scores("terraces-household-1", [table], actor=community)


def yardstick(paths: list[Path], target: Path) -> float:
    """The same journal rows into one plain table."""
    start = time.perf_counter()
    with sqlite3.connect(target) as plain:
        plain.execute(
            "CREATE TABLE journal (device, number, at, actor, kind, previous, hash, body, UNIQUE (device, number))"
        )
        for path in paths:
            with sqlite3.connect(path) as file:
                rows = file.execute("SELECT device, number, at, actor, kind, previous, hash, body FROM journal")
                plain.executemany("INSERT OR IGNORE INTO journal VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)
    return time.perf_counter() - start


def main(laptops: int) -> None:
    """Make them, merge them, and say what it cost."""
    import resource

    with TemporaryDirectory() as folder:
        office = Path(folder) / "office.db"
        paths = [Path(folder) / f"laptop-{number:04}.db" for number in range(laptops)]
        with programme(office, laptops) as store:
            for number, path in enumerate(paths):
                store.hand_out(path, name=f"laptop {number}", actor="office")
        for number, path in enumerate(paths):
            work(path, number)
        plain = yardstick(paths, Path(folder) / "plain.db")
        with Store.open(office, writing=True) as store:
            start = time.perf_counter()
            found = store.merge([str(path) for path in paths], actor="office")
            merged = time.perf_counter() - start
            start = time.perf_counter()
            wrong = store.verify()
            verified = time.perf_counter() - start
            start = time.perf_counter()
            again = store.merge([str(paths[0])], actor="office")
            once_more = time.perf_counter() - start
            sheets = sum(len(entry.sheets) for one in store.contests("terraces-household-1") for entry in one.entries)
        assert not wrong
        assert again.new == 0
        assert sheets == laptops * HOUSEHOLDS * 3
        print(f"{laptops} laptops, {sheets} sheets, {found.new} entries, {len(found.conflicts)} conflicts")
        print(f"  yardstick (plain table)   {plain:8.2f} s   1.0")
        print(f"  merge of all files        {merged:8.2f} s   {merged / plain:.1f}")
        print(f"  one file again            {once_more:8.2f} s   {once_more / plain:.1f}")
        print(f"  check of the whole file   {verified:8.2f} s   {verified / plain:.1f}")
        print(
            f"  file {office.stat().st_size / 1e6:.1f} MB, peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
