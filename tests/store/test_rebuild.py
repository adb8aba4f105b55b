"""The journal is the truth: a long season replayed from it gives every table again."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from pachamama.core.model import STATUSES, Contest, Entry, Household, Sheet
from pachamama.core.problems import Refused
from pachamama.store import NewEntry, Store
from pachamama.store.projections import KINDS
from pachamama.store.schema import PROJECTIONS

from .valley import ACTOR, FIELD, HOUSEHOLDS, ROUND, open_round, opened

CODES = [*(row.code for row in HOUSEHOLDS), "H101", "H102"]


def play(store: Store, luck: random.Random) -> None:
    """One action as people might do it: often right, sometimes refused."""
    rounds = [found.code for found in store.rounds()]
    code = luck.choice(rounds)
    entry, unit = luck.choice(CODES), luck.choice(["C1", "C2"])
    reason = luck.choice([None, "otra lectura"])
    sheet = Sheet(
        luck.choice(["J1", "J2", "J3"]), "field", {c: luck.randint(0, 3) for c in FIELD if luck.random() < 0.9}
    )
    kind = luck.randrange(12)
    if kind == 0:
        store.enter(
            code,
            [NewEntry(entry, unit, name=luck.choice(["", "Apodo"]), fields={"lots": str(luck.randint(1, 3))})],
            actor=ACTOR,
        )
    elif kind == 1:
        store.set_status(code, entry, luck.choice([*STATUSES, None]), luck.choice("abc"), within=unit, actor=ACTOR)
    elif kind <= 4:
        store.record_sheet(
            code, entry, unit, None, sheet, deductions=frozenset(luck.sample("xyz", 1)), correct=reason, actor=ACTOR
        )
    elif kind <= 6:
        entries = tuple(
            Entry(one, sheets=(sheet,), fields={"requested": luck.choice("12")}) for one in luck.sample(CODES, 3)
        )
        store.import_scores(code, [Contest(unit, None, entries)], correct=reason, actor=ACTOR)
    elif kind == 7:
        store.record_ruling(
            code, entry, unit, None, luck.choice(["bonus", "disqualification"]), "b", "acta", ["Ana"], actor=ACTOR
        )
    elif kind == 8:
        other = luck.choice(CODES)
        store.record_order(code, unit, None, "lots", {entry: 1, other: 2}, reason="", witnesses=["Flora"], actor=ACTOR)
    elif kind == 9:
        row = Household(entry, unit, luck.choice(["Ana", "Berta"]), sex=luck.choice("MF"))
        store.import_register("households", [row], actor=ACTOR)
    elif kind == 10:
        store.set_rules(f"version: {luck.randint(1, 3)}\n", ACTOR)
        if len(rounds) < 4 and luck.random() < 0.2:
            open_round(store)
    elif luck.random() < 0.5:
        store.close_round(code, document="{}", actor=ACTOR)
    else:
        store.reopen_round(code, reason="reclamo", actor=ACTOR)


@pytest.mark.parametrize("season", range(4))
def test_a_season_replayed_from_the_journal_gives_the_same_tables(tmp_path: Path, season: int) -> None:
    """Whatever was done, refused or corrected: a rebuild beside and a rebuild in place equal the live tables."""
    luck = random.Random(season)
    refused = 0
    with opened(tmp_path / "a.db") as store:
        for _ in range(250):
            try:
                play(store, luck)
            except Refused:
                refused += 1
        assert store.verify() == ()
        done = {entry.kind for entry in store.journal()}
        before = tables(tmp_path / "a.db")
        store.rebuild()
        assert tables(tmp_path / "a.db") == before
    assert 20 < refused < 230
    assert done == set(KINDS)
    assert all(before[table] for table in PROJECTIONS)


def test_a_refused_action_leaves_not_one_byte(tmp_path: Path) -> None:
    """The file after a refusal is the file before it, also where persons were prepared."""
    with opened(tmp_path / "a.db") as store:
        before = (tmp_path / "a.db").read_bytes()
        with pytest.raises(Refused):
            store.import_scores(
                ROUND, [Contest("C1", None, (Entry("H200", "Nueva", (Sheet("X", "field", {}),)),))], actor=ACTOR
            )
        assert (tmp_path / "a.db").read_bytes() == before


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every projection's rows."""
    connection = sqlite3.connect(path)
    return {table: connection.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3").fetchall() for table in PROJECTIONS}
