"""The journal is the truth: a long season replayed from it gives every table again."""

from __future__ import annotations

import json
import random
import sqlite3
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pachamama.core.model import STATUSES, Contest, Entry, Household, Sheet
from pachamama.core.problems import Refused
from pachamama.store import NewEntry, Store
from pachamama.store.money import MODES
from pachamama.store.projections import KINDS
from pachamama.store.schema import PROJECTIONS

from .valley import ACTOR, FIELD, HOUSEHOLDS, ROUND, open_round, opened, paper

RESULTS = json.dumps(
    {"contests": [{"within": "C1", "category": None, "placings": [{"entry": "H001", "awards": [{"cents": 5000}]}]}]}
)
"""Results in which H001 wins 50.00, as far as the store reads them."""
OF_SEVERAL = {"merged", "device_started", "device_lost", "device_found", "conflict_settled"}
"""What only happens where there are several laptops: `test_merging`."""
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
    kind = luck.randrange(22)
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
        store.import_scores(
            code,
            [Contest(unit, None, entries)],
            correct=reason,
            submissions={f"uuid:{luck.randint(1, 99)}": (unit, None, entries[0].code, "field", sheet.judge)},
            actor=ACTOR,
        )
    elif kind in (7, 8) and luck.random() < 0.3:
        decided = luck.choice([*store.rulings(code), *store.drawings(code)])
        store.void_ruling(code, decided.code, reason="otra casa", names=["Ana"], actor=ACTOR)
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
    elif kind == 11:
        panel = luck.sample(["J1", "J2", "J3"], luck.choice([2, 3]))
        store.assign_panel(code, {(unit, None, "field"): panel}, actor=ACTOR)
    elif kind == 12:
        store.declare(code, sheet.judge, entry, luck.choice(["recused", "no_conflict"]), "primos", actor=ACTOR)
    elif kind == 13:
        entered = luck.choice(store.entries(code))
        store.number_sheets(
            code,
            [(entered.within, None, entered.code, "field", luck.choice(["J1", None]))],
            blanks={"public": luck.randint(0, 2)},
            actor=ACTOR,
        )
    elif kind == 14:
        numbered = luck.choice(store.numbered_sheets(code))
        store.attach(numbered, name="foto.jpg", digest=str(luck.randint(1, 3)), actor=ACTOR)
        blank = luck.choice([one for one in store.numbered_sheets(code) if one.judge is None])
        whose = luck.choice(store.entries(code))
        store.bind_blank(blank.code, code, whose.within, whose.category, whose.code, "J2", actor=ACTOR)
    elif kind == 15:
        contest = luck.choice(list(store.contests(code)))
        found = luck.choice([one for one in contest.entries if one.sheets])
        typed = luck.choice(found.sheets)
        other = replace(typed, marks={**typed.marks, next(iter(typed.marks), "water"): luck.randint(0, 3)})
        store.record_second(code, found.code, contest.within, None, luck.choice([typed, other]), actor="berta")
    elif kind == 16 and luck.random() < 0.7:
        differing = luck.choice([one for one in store.second_entries(code) if one.state == "differs"])
        marks = luck.choice([differing.first, differing.second])
        decided = Sheet(differing.judge, differing.phase, {c: m for c, m in marks.items() if m is not None})
        store.settle_discrepancy(code, differing.entry, differing.within, None, decided, reason="ficha", actor="flor")
    elif kind == 16:
        pair = [f"H{luck.randint(200, 299)}", f"H{luck.randint(300, 399)}"]
        store.import_register("households", [Household(one, unit, "Ana Huaman") for one in pair], actor=ACTOR)
        store.tell_households_apart([(pair[1], pair[0])], reason="primas", actor=ACTOR)
        store.merge_households(pair[0], pair[1], reason="la misma familia", actor=ACTOR)
    elif kind == 17:
        in_the_office(store, luck, code)
    elif kind == 18:
        pay(store, luck, code)
    elif luck.random() < 0.5:
        store.close_round(code, document=RESULTS, witness=luck.choice(["", "Flora"]), actor=ACTOR)
    else:
        store.reopen_round(code, reason="reclamo", actor=ACTOR)


def pay(store: Store, luck: random.Random, code: str) -> None:
    """Receipts are numbered, paid, and now and then made void."""
    receipts = store.number_receipts(code, [("C1", None, "H001", 5000)], office="OF", year=2026, actor=ACTOR)
    receipt = luck.choice(receipts).code
    if luck.random() < 0.8:
        store.record_payment(
            code, receipt, mode=luck.choice(MODES), day="2026-11-25", proxy=luck.choice(["", "Ana"]), reason="viaje",
            actor=ACTOR,
        )  # fmt: skip
    else:
        store.void_payment(code, receipt, reason="mal anotado", actor=ACTOR)


def in_the_office(store: Store, luck: random.Random, code: str) -> None:
    """Appeals, the laptop's name, a list with personal numbers, somebody who is forgotten."""
    match luck.randrange(4):
        case 0:
            store.file_appeal(
                code, entry=luck.choice([None, "H001"]), claimant="Ana", day="2026-11-25", text="mi puesto", actor=ACTOR
            )
        case 1:
            appeal = luck.choice([one for one in store.appeals() if one.state == "open"])
            store.decide_appeal(
                appeal.code, luck.choice(["upheld", "rejected"]), decision="visto", names=["Flora"], day="2026-11-26",
                actor=ACTOR,
            )  # fmt: skip
        case 2:
            store.name_device(store.device, luck.choice("ab"), actor=ACTOR)
            store.record_export("households", actor=ACTOR)
        case _:
            connection = sqlite3.connect(store.path)
            rows = connection.execute("SELECT commitment FROM person WHERE salt <> '' AND name = 'Apodo'").fetchall()
            connection.close()
            store.forget([luck.choice(rows)[0]], reason="lo pidió", actor=ACTOR)


def the_rest(store: Store) -> None:
    """What luck seldom brings, once for certain: decisions taken back, a discrepancy and its end, money, an appeal."""
    code = open_round(store)
    store.enter(code, [NewEntry("H001", "C1")], actor=ACTOR)
    store.record_sheet(code, "H001", "C1", None, paper("J1", "1 2 3"), actor=ACTOR)
    store.record_second(code, "H001", "C1", None, paper("J1", "1 2 9"), actor="berta")
    store.settle_discrepancy(code, "H001", "C1", None, paper("J1", "1 2 9"), reason="ficha", actor="flor")
    store.enter(code, [NewEntry("H002", "C1")], actor=ACTOR)
    store.record_ruling(code, "H001", "C1", None, "disqualification", "", "acta", ["Ana"], actor=ACTOR)
    store.record_order(code, "C1", None, "lots", {"H001": 1, "H002": 2}, reason="", actor=ACTOR)
    for decided in (*store.rulings(code), *store.drawings(code)):
        store.void_ruling(code, decided.code, reason="otra casa", names=["Ana"], actor=ACTOR)
    store.record_ruling(code, "H002", "C1", None, "bonus", "b", "acta", ["Ana"], actor=ACTOR)
    kept = {("C1", None): {"H001": {"sex": "F", "registered": ""}}}
    store.close_round(code, document=RESULTS, fields=kept, actor=ACTOR)
    (receipt,) = store.number_receipts(code, [("C1", None, "H001", 5000)], office="", year=2026, actor=ACTOR)
    store.record_payment(code, receipt.code, mode="cash", day="2026-11-25", actor=ACTOR)
    store.void_payment(code, receipt.code, reason="mal anotado", actor=ACTOR)
    today = datetime.now().astimezone().date().isoformat()
    store.open_appeals(code, until="2999-12-31", actor=ACTOR)
    appeal = store.file_appeal(code, entry="H001", claimant="Ana", day=today, text="mi puesto", actor=ACTOR)
    store.decide_appeal(appeal.code, "upheld", decision="visto", names=["Flora"], day=today, actor=ACTOR)
    paid_too_much(store, code)


def paid_too_much(store: Store, code: str) -> None:
    """H001 is paid 50.00 and wins 30.00 then: something comes back, which was not so, and the rest is let be."""
    whose = ("C1", None, "H001")
    *_, receipt = store.number_receipts(code, [(*whose, 5000)], office="", year=2026, actor=ACTOR)
    store.record_payment(code, receipt.code, mode="cash", day="2026-11-25", actor=ACTOR)
    store.reopen_round(code, reason="reclamo", actor=ACTOR)
    store.close_round(code, document=RESULTS.replace("5000", "3000"), actor=ACTOR)
    said: dict[str, Any] = {"day": "2026-11-25", "reason": "", "names": ["Flora"], "actor": ACTOR}
    given = store.record_redress(code, whose, "returned", cents=500, **said)
    store.void_redress(given.code, reason="no trajo nada", actor=ACTOR)
    store.record_redress(code, whose, "waived", cents=None, **said | {"reason": "no tiene con qué"})


@pytest.mark.parametrize("season", range(4))
def test_a_season_replayed_from_the_journal_gives_the_same_tables(tmp_path: Path, season: int) -> None:
    """Whatever was done, refused or corrected: a rebuild beside and a rebuild in place equal the live tables."""
    luck = random.Random(season)
    refused = 0
    with opened(tmp_path / "a.db") as store:
        for _ in range(600):
            try:
                play(store, luck)
            except (Refused, IndexError):  # IndexError: there is nothing yet to choose from
                refused += 1
        the_rest(store)
        assert store.verify() == ()
        done = {entry.kind for entry in store.journal()}
        before = tables(tmp_path / "a.db")
        store.rebuild()
        assert tables(tmp_path / "a.db") == before
    assert 20 < refused < 580
    assert set(KINDS) - done == OF_SEVERAL
    assert {table for table in PROJECTIONS if not before[table]} <= {"late", "conflict"}


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
    return {table: sorted(connection.execute(f"SELECT * FROM {table}").fetchall(), key=repr) for table in PROJECTIONS}
