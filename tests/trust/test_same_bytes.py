"""The same file gives the same bytes on every laptop: hash seeds, time zones, locales, the order of rows say nothing."""

from __future__ import annotations

import hashlib
import random
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from tests.cli.desk import Desk, households, scores

from pachamama.store import Store

from .counts import tries
from .square import DB, ROUND, done, square

PLACES = [
    {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "1", "TZ": "America/Lima", "LC_ALL": "es_PE.UTF-8"},
    {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Kiritimati", "LC_ALL": "tr_TR.UTF-8"},
    {"PYTHONHASHSEED": "99", "TZ": "Pacific/Pago_Pago", "LC_ALL": "POSIX", "LANG": "de_DE", "PYTHONUTF8": "0"},
]


def in_every_place(
    folder: Path, state: str, *commands: tuple[str, ...], zones: Sequence[str] = ()
) -> list[tuple[str, ...]]:
    """What the commands write to stdout, in each of the places, begun from the same file each time."""
    told = []
    square(folder / "one", state)
    for number, place in enumerate(PLACES):
        desk = Desk(folder / str(number))
        shutil.copytree(folder / "one", desk.folder)
        here = {**place, "TZ": zones[number % len(zones)]} if zones else place
        told.append(tuple(desk.do(*words, **here).out for words in commands))
    return told


def test_results_are_the_same_everywhere(tmp_path: Path) -> None:
    """The same round closed in four places: one ranking, one list of prizes, one stored document, to the byte."""
    told = in_every_place(
        tmp_path, "full",
        ("rank", ROUND, "--format", "json"), ("prizes", ROUND, "--format", "csv"), ("explain", "H13", "--round", ROUND),
        ("round", "close", ROUND), ("prizes", ROUND, "--format", "json"), ("rank", ROUND), ("check",),
    )  # fmt: skip
    assert all(one == told[0] for one in told)
    documents = set()
    for number in range(len(PLACES)):
        with Store.open(tmp_path / str(number) / DB) as store:
            documents.add(store.results(ROUND))
    assert len(documents) == 1


def test_a_seal_is_reckoned_the_same_everywhere(tmp_path: Path) -> None:
    """The code that was printed in one place is proved in all of them."""
    with Store.open(square(tmp_path / "sealed", "closed") / DB) as store:
        code = store.seals()[-1].code
    told = in_every_place(tmp_path, "closed", ("check", "--code", code))
    assert all("these results stand" in one[0] for one in told)
    assert len({one[0] for one in told}) > 1, "the hour of the closing is told as the clock there shows it"
    told = in_every_place(tmp_path / "one clock", "closed", ("check", "--code", code), zones=["America/Lima"])
    assert all(one == told[0] for one in told)


@pytest.mark.parametrize("paper", ["prize-sheet", "acta"])
def test_papers_are_the_same_everywhere(tmp_path: Path, paper: str) -> None:
    """Every file of a paper of a closed round, printed on one day (it stands on the paper) at two hours of the clock."""
    other_hour = "EAST-3" if time.gmtime().tm_hour < 20 else "WEST3"
    in_every_place(tmp_path, "closed", ("print", paper, ROUND, "-o", "papers"), zones=["UTC", other_hour])
    made = [
        {
            path.relative_to(tmp_path / str(number)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in (tmp_path / str(number) / "papers").rglob("*")
            if path.is_file()
        }
        for number in range(len(PLACES))
    ]
    assert made[0]
    assert all(one == made[0] for one in made)


def test_the_order_of_rows_says_nothing(tmp_path: Path) -> None:
    """Tables whose rows come in any order: the same JSON from `settle`, and the same results in a file."""
    luck = random.Random(8)
    folder = square(tmp_path, "typed")
    answers, marks = set(), set()
    titles, *rows = scores().splitlines()
    for _ in range(tries(12, 100)):
        luck.shuffle(rows)
        (folder / "any.csv").write_text("\n".join([titles, *rows]) + "\n", "utf-8")
        answers.add(done(folder, "settle", "rules.yaml", "any.csv", "--tier", "household", "--format", "json").out)
        square(folder, "entered")
        done(folder, "import", "scores", "any.csv")
        marks.add(done(folder, "rank", ROUND, "--format", "json").out)
    assert len(answers) == len(marks) == 1
    homes, *rows = households().splitlines()
    listed = set()
    for _ in range(6):
        luck.shuffle(rows)
        (folder / "h.csv").write_text("\n".join([homes, *rows]) + "\n", "utf-8")
        (folder / "new.db").unlink(missing_ok=True)
        done(folder, "init", "--rules", "rules.yaml", "--db", "new.db")
        (folder / "c.csv").write_text("code,name,watershed\nC1,Ccapana,\nC2,Ñuñoa Alta,\n", "utf-8")
        done(folder, "import", "communities", "c.csv", "--db", "new.db")
        done(folder, "import", "households", "h.csv", "--db", "new.db")
        listed.add(done(folder, "list", "households", "--db", "new.db", "--format", "json").out)
    assert len(listed) == 1
