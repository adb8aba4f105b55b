"""Files that come together hundreds of times: any order, damaged, forked, late, of a rehearsal, lost; and all at once."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from tests.store.test_merging import commitments_of, handed_out, said, take, typed
from tests.store.test_rebuild import play
from tests.store.valley import ACTOR, ROUND, marks_of, opened

from pachamama.core.model import Judge
from pachamama.core.problems import Mismatch, Refused
from pachamama.store import NewEntry, Store

from .counts import tries


@pytest.mark.parametrize("season", range(tries(8, 80)))
def test_in_whatever_order_files_come_together_they_say_the_same(tmp_path: Path, season: int) -> None:
    """Three laptops do as they like, and meet; then they are merged into ten offices in ten orders, in one go or
    one by one, some twice."""
    luck = random.Random(season)
    files = handed_out(tmp_path, "ana", "beto", "carla", rounds=2)
    laptops = [files["ana"], files["beto"], files["carla"]]
    for _ in range(60):
        store = luck.choice(laptops)
        try:
            play(store, luck)
        except (Refused, IndexError):
            continue
        if luck.random() < 0.05:
            take(store, luck.choice([one for one in laptops if one is not store]))
    told = []
    for number in range(10):
        office = tmp_path / f"office-{number}.db"
        shutil.copy(files["office"].path, office)
        order = luck.sample(laptops, 3)
        with Store.open(office, writing=True) as store:
            if luck.random() < 0.5:
                take(store, *order, *luck.sample(laptops, luck.randint(0, 2)))
            else:
                for one in (*order, luck.choice(laptops)):
                    take(store, one)
            assert store.verify() == ()
            told.append(said(store))
    assert all(one == told[0] for one in told)


@pytest.mark.parametrize("season", range(tries(8, 120)))
def test_laptops_are_lost_and_found_and_people_forgotten_in_any_order(tmp_path: Path, season: int) -> None:
    """Only the file of a laptop that is lost is ever refused; whoever took in what the office has says what it says."""
    luck = random.Random(season)
    files = handed_out(tmp_path, "ana", "beto", "carla", rounds=1)
    office, every = files["office"], [*files.values()]
    for _ in range(60):
        store = luck.choice(every)
        with suppress(Refused, IndexError, Mismatch):
            match luck.randrange(12):
                case 0:
                    one = luck.choice([one for one in store.devices() if one.code not in (store.device, office.device)])
                    store.declare_lost(one.code, reason="no vuelve", actor=ACTOR)
                case 1:
                    one = luck.choice([one for one in store.devices() if one.lost is not None])
                    store.declare_found(one.code, reason="volvió", actor=ACTOR)
                case 2:
                    code = luck.choice(["H001", "H002"])
                    store.forget(commitments_of(store, code)[: luck.randint(1, 9)], reason="lo pidió", actor=ACTOR)
                case 3 | 4:
                    take(store, luck.choice([one for one in every if one is not store]))
                case _:
                    play(store, luck)
    laptops = every[1:]
    for one in (*luck.sample(laptops, 3), *laptops):
        with suppress(Mismatch):
            take(office, one)
    lost = {
        one.code
        for store in every
        for one in store.devices()
        if one.lost is not None and store in (office, files.get(one.name))
    }
    assert office.verify() == ()
    for one in laptops:
        if one.device not in lost:
            take(office, one)
            take(one, office)
            assert one.verify() == ()
            assert said(one) == said(office)


def test_files_that_may_not_be_merged_change_nothing(tmp_path: Path) -> None:
    """Bit flips, forks, rehearsals, lost laptops, foreign files, at random among good ones: all or nothing."""
    luck = random.Random(5)
    files = handed_out(tmp_path, "ana", "beto", "carla")
    for name, entry in (("ana", "H001"), ("beto", "H004")):
        typed(files[name], entry, "J1", "1 2 3", actor=name)
    shutil.copy(files["ana"].path, tmp_path / "fork.db")
    typed(files["ana"], "H002", "J1", "4 5 6", actor="ana")
    with Store.open(tmp_path / "fork.db", writing=True) as fork:
        typed(fork, "H002", "J1", "7 8 9", actor="otra")
    opened(tmp_path / "practice.db", rehearsal=True).close()
    (tmp_path / "text.db").write_text("no es nada")
    shutil.copy(files["ana"].path, tmp_path / "changed.db")
    with sqlite3.connect(tmp_path / "changed.db") as file:
        file.execute("DROP TRIGGER journal_is_never_changed")
        file.execute("UPDATE journal SET body = replace(body, '1 2 3', '9 2 3')")
    file.close()
    take(files["office"], files["ana"])
    files["office"].declare_lost("carla", reason="robada", actor=ACTOR)
    typed(files["carla"], "H001", "J3", "1 1 1", actor="?")
    office = (tmp_path / "office.db").read_bytes()
    good = [files["ana"].path, files["beto"].path]
    bad = [
        str(tmp_path / name) for name in ("fork.db", "practice.db", "text.db", "changed.db", "flipped.db", "carla.db")
    ]
    whole = (tmp_path / "beto.db").read_bytes()
    found: Counter[str] = Counter()
    tried: Counter[str] = Counter()
    for _ in range(tries(150, 1200)):
        flipped = bytearray(whole)
        flipped[luck.randrange(100, len(whole))] ^= 1 << luck.randrange(8)
        (tmp_path / "flipped.db").write_bytes(flipped)
        (tmp_path / "one.db").write_bytes(office)
        wrong = luck.choice(bad)
        tried[Path(wrong).name] += 1
        paths = [*luck.sample(good, luck.randint(0, 2)), wrong]
        luck.shuffle(paths)
        with Store.open(tmp_path / "one.db", writing=True) as store:
            try:
                store.merge(paths, actor=ACTOR)
            except (Mismatch, Refused):
                found[Path(wrong).name] += 1
                assert (tmp_path / "one.db").read_bytes() == office
            else:
                assert wrong.endswith("flipped.db"), wrong  # a bit that says nothing
                assert store.verify() == ()
                assert marks_of(store)["H004", "field", "J1"] == {"terraces": "1", "water": "2", "order": "3"}
    assert sum(tried.values()) == found.total() + tried["flipped.db"] - found["flipped.db"]  # all but harmless bits
    assert min(tried.values()) > 5


TYPIST = """
import sys
from pachamama.core.model import Sheet
from pachamama.store import Store
path, judge, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
for number in range(count):
    with Store.open(path, writing=True) as store:
        sheet = Sheet(judge, "field", {"terraces": number})
        store.record_sheet("terraces-household-1", f"H{number}", "C1", None, sheet, actor=judge)
"""


def test_four_who_write_at_once_lose_nothing(tmp_path: Path) -> None:
    """Two hundred sheets each, every one its own opening and action: 800 of 800 are there, nobody is refused as busy."""
    path = tmp_path / "a.db"
    with opened(path) as store:
        store.import_register("judges", [Judge("J4", "Jurado Nina 4")], actor=ACTOR)
        store.enter(ROUND, [NewEntry(f"H{number}", "C1") for number in range(200)], actor=ACTOR)
    typists = [
        subprocess.Popen([sys.executable, "-c", TYPIST, str(path), judge, "200"], stderr=subprocess.PIPE, text=True)
        for judge in ("J1", "J2", "J3", "J4")
    ]
    for process in typists:
        _, complaint = process.communicate(timeout=200)
        assert process.returncode == 0, complaint
    with Store.open(path) as store:
        found = marks_of(store)
        assert len(found) == 800
        assert all(marks["terraces"] == entry[1:] for (entry, _, _), marks in found.items())
        assert store.verify() == ()
