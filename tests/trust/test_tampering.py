"""An insider with a tool for databases, and one with this program's own algorithms.

Whoever changes a table, or an entry of the journal, is found by `check`. Whoever writes the whole file anew so that all
of it agrees is found by the code on a paper that was printed before.
"""

from __future__ import annotations

import atexit
import copy
import hashlib
import json
import random
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pachamama.cli.gather import frozen_rules
from pachamama.core.settle import settle
from pachamama.exchange import stored_document
from pachamama.store import Person, Store, connection, journal, people, projections
from pachamama.store.seal import code_of, digest_of, heads_of

from .square import DB, ROUND, done, run, square

TIMES = 20
CODES = [f"H{c}{h}" for c in (1, 2) for h in range(1, 6)]


@cache
def _sealed() -> tuple[Path, str]:
    """A closed round with a ruling, somebody who withdrew and a payment; and the code on its papers."""
    folder = square(Path(tempfile.mkdtemp()), "full")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    done(folder, "ruling", "deduction", "H13", "no_banner", "--reason", "sin distintivo", "--by", "Flora")
    done(folder, "set-status", "H15", "withdrawn", "--reason", "se fue de viaje")
    shutil.copy(folder / DB, folder / "before.db")
    done(folder, "round", "close", ROUND)
    with Store.open(folder / DB, writing=True) as store:
        receipts = store.number_receipts(ROUND, [("C1", None, "H14", 10000)], office="OF", year=2026, actor="ana")
        store.record_payment(ROUND, receipts[0].code, mode="cash", day="2026-11-25", actor="ana")
        return folder, store.seals()[-1].code


def a_copy(folder: Path) -> Path:
    """The file of a closed round, to be tampered with."""
    shutil.copy(_sealed()[0] / DB, folder / DB)
    return folder / DB


def test_the_file_that_nobody_touched_is_proved_and_its_paper_stands(tmp_path: Path) -> None:
    """Otherwise nothing below would say anything."""
    a_copy(tmp_path)
    ran = run(tmp_path, "check", "--code", _sealed()[1])
    assert ran.code == 0, ran.err
    assert "these results stand" in ran.out


# -- with a tool for databases -----------------------------------------------------------------------------------------

Tampering = Callable[[sqlite3.Connection, random.Random], object]


def one_of(file: sqlite3.Connection, luck: random.Random, query: str) -> Any:
    """A row, by chance."""
    return luck.choice(file.execute(query).fetchall())


def a_mark(file: sqlite3.Connection, luck: random.Random) -> None:
    entry, judge, marks = one_of(file, luck, "SELECT entry, judge, marks FROM sheet")
    new = f"{luck.randint(1, 9)} {marks.split()[1]}"
    file.execute("UPDATE sheet SET marks = ? WHERE entry = ? AND judge = ?", (new, entry, judge))


def sheets_of_two(file: sqlite3.Connection, luck: random.Random) -> None:
    entries = [row[0] for row in file.execute("SELECT DISTINCT entry FROM sheet ORDER BY entry")]
    one, other = luck.choice([(a, b) for a in entries for b in entries if a != b and abs(a - b) < 5])
    for old, new in ((one, -1), (other, one), (-1, other)):
        file.execute("UPDATE sheet SET entry = ? WHERE entry = ?", (new, old))


def a_sheet_less(file: sqlite3.Connection, luck: random.Random) -> None:
    key = one_of(file, luck, "SELECT entry, judge FROM sheet")
    file.execute("DELETE FROM sheet WHERE entry = ? AND judge = ?", key)


def a_sheet_more(file: sqlite3.Connection, luck: random.Random) -> None:
    entry = one_of(file, luck, "SELECT DISTINCT entry FROM sheet")[0]
    file.execute("INSERT INTO judge (code, person) VALUES ('J9', NULL)")
    file.execute(
        "INSERT INTO sheet (entry, phase, judge, marks, journal) SELECT ?, phase, (SELECT max(id) FROM judge),"
        " '20 30', journal FROM sheet LIMIT 1",
        (entry,),
    )


def a_name(file: sqlite3.Connection, luck: random.Random) -> None:
    key = one_of(file, luck, "SELECT id FROM person")[0]
    file.execute("UPDATE person SET name = ? WHERE id = ?", (f"Otra Persona {luck.random()}", key))


def a_dni(file: sqlite3.Connection, luck: random.Random) -> None:
    key = one_of(file, luck, "SELECT id FROM person")[0]
    file.execute("UPDATE person SET dni = ? WHERE id = ?", (f"0000{luck.randint(1000, 9999)}9", key))


def another_person_without_a_salt(file: sqlite3.Connection, luck: random.Random) -> None:
    key = one_of(file, luck, "SELECT id FROM person")[0]
    new = (f"Otra Persona {luck.random()}", f"0000{luck.randint(1000, 9999)}9", key)
    file.execute("UPDATE person SET salt = '', name = ?, dni = ? WHERE id = ?", new)


def somebody_erased_without_a_word(file: sqlite3.Connection, luck: random.Random) -> None:
    key = one_of(file, luck, "SELECT id FROM person")[0]
    file.execute("UPDATE person SET salt = '', name = '', dni = '', partner = '', fields = '{}' WHERE id = ?", (key,))


def a_person_less(file: sqlite3.Connection, luck: random.Random) -> None:
    key = one_of(file, luck, "SELECT person FROM household")[0]
    for table in ("household", "entry", "judge"):
        file.execute(f"UPDATE {table} SET person = NULL WHERE person = ?", (key,))
    file.execute("DELETE FROM person WHERE id = ?", (key,))


def the_rules(file: sqlite3.Connection, luck: random.Random) -> None:
    file.execute("UPDATE rules SET text = replace(text, '[100, 60, 40]', ?)", (f"[{luck.randint(101, 140)}, 30, 30]",))


def the_results(file: sqlite3.Connection, luck: random.Random) -> None:
    file.execute("UPDATE result SET document = replace(document, '10000', ?)", (str(luck.randint(10001, 19999)),))


def the_seal(file: sqlite3.Connection, luck: random.Random) -> None:
    file.execute("UPDATE result SET seal = ?", (code_of(luck.randbytes(32).hex()),))


def a_rulings_reason(file: sqlite3.Connection, luck: random.Random) -> None:
    file.execute("UPDATE ruling SET reason = ?", (f"otra razón {luck.random()}",))


def a_status(file: sqlite3.Connection, luck: random.Random) -> None:
    code = luck.choice([code for code in CODES if code != "H15"])
    file.execute("UPDATE entry SET status = 'absent', status_reason = 'no vino' WHERE code = ?", (code,))


def a_payment(file: sqlite3.Connection, luck: random.Random) -> None:
    luck.choice([
        lambda: file.execute("UPDATE receipt SET cents = cents + ?", (luck.randint(1, 999),)),
        lambda: file.execute("UPDATE payment SET day = ?", (f"2026-12-{luck.randint(10, 28)}",)),
        lambda: file.execute("DELETE FROM payment"),
        lambda: file.execute("UPDATE payment SET proxy = 'Un compadre', reason = 'viaje'"),
    ])()  # fmt: skip


def an_entry_of_the_journal(file: sqlite3.Connection, luck: random.Random) -> None:
    key, column = one_of(file, luck, "SELECT id FROM journal")[0], luck.choice(["actor", "at", "kind", "body", "hash"])
    file.execute(f"UPDATE journal SET {column} = {column} || ? WHERE id = ?", (luck.choice(["x", " ", "1"]), key))


def an_entry_in_the_middle(file: sqlite3.Connection, luck: random.Random) -> None:
    key = luck.randint(1, file.execute("SELECT max(id) FROM journal").fetchone()[0] - 1)
    file.execute("PRAGMA foreign_keys = OFF")
    file.execute("DELETE FROM journal WHERE id = ?", (key,))


def a_trigger(file: sqlite3.Connection, luck: random.Random) -> None:
    name = luck.choice(["_quiet", "sheet_is_checked", "journal_counts"])
    file.execute(f"CREATE TRIGGER {name} AFTER INSERT ON sheet BEGIN UPDATE sheet SET marks = '20 30'; END")


def the_laptop(file: sqlite3.Connection, luck: random.Random) -> None:
    file.execute("UPDATE laptop SET device = ?", (luck.randbytes(8).hex(),))


def a_migration(file: sqlite3.Connection, luck: random.Random) -> None:
    names = file.execute("SELECT name FROM _sqlite_migrations").fetchall()
    file.execute("UPDATE _sqlite_migrations SET name = name || ? WHERE name = ?", (luck.random(), *luck.choice(names)))


NAIVE: tuple[Tampering, ...] = (
    a_mark, sheets_of_two, a_sheet_less, a_sheet_more, a_name, a_dni, another_person_without_a_salt,
    somebody_erased_without_a_word, a_person_less, the_rules, the_results, the_seal,
    a_rulings_reason, a_status, a_payment, an_entry_of_the_journal, an_entry_in_the_middle, a_trigger, the_laptop, a_migration,
)  # fmt: skip


@pytest.mark.parametrize("what", NAIVE, ids=lambda one: one.__name__)
def test_what_is_changed_in_the_file_is_found(tmp_path: Path, what: Tampering) -> None:
    """The insider takes the guards off and puts them back; `check` ends with 3 and says: do not pay."""
    for number in range(TIMES):
        path = a_copy(tmp_path)
        with sqlite3.connect(path) as file:
            guards = file.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for name, _ in guards:
                file.execute(f"DROP TRIGGER {name}")
            what(file, random.Random(number))
            for _, sql in guards:
                file.execute(sql)
        file.close()
        assert path.read_bytes() != (_sealed()[0] / DB).read_bytes()
        ran = run(tmp_path, "check")
        assert (ran.code, ran.out) == (3, ""), number
        assert "Do not pay" in ran.err


# -- with the program's own algorithms ---------------------------------------------------------------------------------

Change = Callable[[str, dict[str, Any], random.Random], object]


def rewritten(
    path: Path, change: Change, luck: random.Random, *, until: str | None = None, keeps_seal: bool = False
) -> None:
    """The whole file once more, in which everything agrees: chain, tables, results and seals reckoned anew.

    With `keeps_seal` the code of the papers, and the heads that it names, are left as they were.
    """
    with Store.open(path) as store:
        entries = list(store.journal())
    with sqlite3.connect(path) as file:
        rows = file.execute("SELECT commitment, salt, name, dni, partner, fields FROM person ORDER BY id").fetchall()
        device = file.execute("SELECT device FROM laptop").fetchone()[0]
    file.close()
    if change is somebody_else:
        rows = [_another(row) for row in rows]

    def fill(new: connection.Connection) -> None:
        with connection.action(new):
            new.execute("INSERT INTO laptop VALUES (1, ?)", (device,))
            for row in rows:
                new.execute(
                    "INSERT INTO person (commitment, salt, name, dni, partner, fields) VALUES (?,?,?,?,?,?)", row
                )
            for entry in entries:
                if entry.kind == until:
                    break
                body = copy.deepcopy(dict(entry.body))
                change(entry.kind, body, luck)
                if entry.kind == "round_closed":
                    _sealed_again(Store(new), body, keeps_seal=keeps_seal)
                journal_entry = journal.append(
                    new, device=device, at=entry.at, actor=entry.actor, kind=entry.kind, body=body
                )
                projections.apply(new, journal_entry)

    path.rename(path.with_suffix(".old"))
    connection.create_file(str(path), fill)


def _sealed_again(store: Store, body: dict[str, Any], *, keeps_seal: bool) -> None:
    one = store.round(ROUND)
    contests = [contest for contest in store.contests(ROUND) if contest.entries]
    body["document"] = stored_document(settle(frozen_rules(one.rules), one.competition, one.tier, contests))
    if keeps_seal:
        return
    body["heads"] = heads_of(store._connection)
    body["seal"] = code_of(
        digest_of(store._connection, 1, number=1, document=body["document"], heads=body["heads"], lower=None)
    )


def _another(row: tuple[str, ...]) -> tuple[str, ...]:
    """Another name behind the same salt, with the commitment that belongs to it."""
    person = Person(f"Otra {row[2]}", row[3], row[4])
    return _COMMITTED.setdefault(row[0], people.commitment(row[1], person, {})), row[1], person.name, *row[3:5], "{}"


_COMMITTED: dict[str, str] = {}


def scored(kind: str, body: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The entries with sheets in an entry of the journal."""
    if kind in ("scores_imported", "sheet_recorded"):
        yield from (entry for contest in body["contests"] for entry in contest["entries"] if entry.get("sheets"))


def other_marks(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    for entry in scored(kind, body):
        if kind == "sheet_recorded":
            entry["sheets"][0][2] = f"{luck.randint(1, 10)} {luck.randint(1, 30)}"


def marks_exchanged(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    whole = [entry for entry in scored(kind, body) if len(entry["sheets"]) == 2]
    if whole:
        one, other = luck.choice([(a, b) for a in whole for b in whole if a["sheets"] != b["sheets"]])
        one["sheets"], other["sheets"] = other["sheets"], one["sheets"]


def one_sheet_less(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    whole = [entry for entry in scored(kind, body) if len(entry["sheets"]) == 2]
    if whole:
        luck.choice(whole)["sheets"].pop(luck.randrange(2))


def other_rules(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    text = _RULES.setdefault(id(luck), "")
    if "rules_text" in body:
        text = body["rules_text"].replace("[100, 60, 40]", f"[{luck.randint(101, 140)}, 30, 30]")
        _RULES[id(luck)] = body["rules_text"] = text
    if "rules" in body:
        body["rules"] = hashlib.sha256(text.encode()).hexdigest()


_RULES: dict[int, str] = {}


def another_reason(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    if kind == "ruling_recorded":
        body["reason"] = f"otra razón {luck.random()}"


def nobody_withdrew(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    if kind == "status_set":
        body["contests"][0]["entries"][0]["reason"] = f"enfermo {luck.random()}"


def somebody_else(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    for row in body.get("rows", ()):
        row["person"] = _COMMITTED.get(row.get("person"), row.get("person")) if "person" in row else None
        if row["person"] is None:
            del row["person"]
    if kind == "ruling_recorded":
        body["names"] = [_COMMITTED.get(name, name) for name in body["names"]]


def another_padron(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    if kind == "register_imported" and body["register"] == "communities":
        body["rows"][0]["households"] = luck.randint(7, 99)


CLEVER: tuple[Change, ...] = (
    other_marks, marks_exchanged, one_sheet_less, other_rules, another_reason, nobody_withdrew, somebody_else,
    another_padron,
)  # fmt: skip


@pytest.mark.parametrize("change", CLEVER, ids=lambda one: one.__name__)
def test_a_file_written_anew_by_an_insider_is_found_by_the_papers_code(tmp_path: Path, change: Change) -> None:
    """All in it agrees, so that `check` alone is silent; the paper that was printed before gives it away."""
    for number in range(TIMES):
        path = a_copy(tmp_path)
        rewritten(path, change, random.Random(number))
        silent = run(tmp_path, "check")
        assert silent.code == 0 or "was paid more than its prize" in silent.err, silent.err
        ran = run(tmp_path, "check", "--code", _sealed()[1])
        assert (ran.code, ran.out) == (3, ""), number
        assert "Do not pay from this paper" in ran.err


def another_beginning(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    if kind == "file_created":
        body["by"] = f"otra {luck.random()}"


def other_text_of_the_rules(kind: str, body: dict[str, Any], luck: random.Random) -> None:
    if "rules_text" in body:
        body["rules_text"] += f"# {luck.random()}\n"


@pytest.mark.parametrize("change", [*CLEVER, another_beginning, other_text_of_the_rules], ids=lambda one: one.__name__)
def test_a_file_written_anew_under_the_code_of_the_papers_is_found(tmp_path: Path, change: Change) -> None:
    """The insider keeps the code and what it names: the seal does not fit any more, with the paper or without it."""
    for number in range(TIMES):
        path = a_copy(tmp_path)
        rewritten(path, change, random.Random(number), keeps_seal=True)
        for words in (("check",), ("check", "--code", _sealed()[1])):
            ran = run(tmp_path, *words)
            assert (ran.code, ran.out) == (3, ""), number
            assert "Do not pay" in ran.err


@pytest.mark.parametrize("knows", ["the closing's heads", "nothing"])
def test_a_second_closing_by_an_invented_laptop_hides_no_seal(tmp_path: Path, knows: str) -> None:
    """Of a round that two laptops closed apart each seal is reckoned over the entries that it says it knew."""
    for number in range(TIMES):
        path = a_copy(tmp_path)
        rewritten(path, other_marks, random.Random(number), keeps_seal=True)
        with sqlite3.connect(path) as file:
            (body,) = file.execute("SELECT body FROM journal WHERE kind = 'round_closed'").fetchone()
            closing = json.loads(body)
            heads = [
                list(row)
                for row in file.execute(
                    "SELECT device, number, hash FROM journal WHERE number ="
                    " (SELECT number - 1 FROM journal WHERE kind = 'round_closed')"
                )
            ]
            if knows == "nothing":
                heads = heads[:0]
            for kind, said in (
                ("device_started", {"device": "f" * 16, "name": "otra", "heads": heads}),
                ("round_closed", {**closing, "heads": heads}),
            ):
                journal.append(file, device="f" * 16, at="2030-01-01T00:00:00Z", actor="otra", kind=kind, body=said)
        file.close()
        ran = run(tmp_path, "check", "--code", _sealed()[1])
        assert (ran.code, ran.out) == (3, ""), number
        assert "Do not pay" in ran.err


def test_a_payment_cut_off_the_journal_is_found_by_a_backup(tmp_path: Path) -> None:
    """The file agrees with itself; the copy beside it goes further."""
    path = a_copy(tmp_path)
    run(tmp_path, "backup")
    with sqlite3.connect(path) as file:
        guards = file.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            file.execute(f"DROP TRIGGER {name}")
        file.execute("DELETE FROM payment")
        file.execute("DELETE FROM journal WHERE kind = 'payment_recorded'")
        for _, sql in guards:
            file.execute(sql)
    file.close()
    ran = run(tmp_path, "check")
    assert (ran.code, ran.out) == (3, "")
    assert "this backup has the journal up to entry" in ran.err


def test_no_paper_is_printed_from_results_or_names_that_were_changed(tmp_path: Path) -> None:
    """Whoever prints need not have asked `check` before."""
    for change in (
        "UPDATE result SET document = replace(document, '10000', '16000')",
        "UPDATE person SET name = 'Otra'",
    ):
        path = a_copy(tmp_path)
        shutil.rmtree(tmp_path / "backups", ignore_errors=True)
        shutil.copytree(_sealed()[0] / "backups", tmp_path / "backups")
        for paper in ("prize-sheet", "receipts", "envelopes", "acta", "certificates", "wall-list"):
            assert run(tmp_path, "print", paper, ROUND, "-o", "before").code == 0, paper
        with sqlite3.connect(path) as file:
            file.execute(change)
        file.close()
        for paper in ("prize-sheet", "receipts", "envelopes", "acta", "certificates", "wall-list"):
            ran = run(tmp_path, "print", paper, ROUND, "-o", "after")
            assert ran.code == 3, (paper, change)
            assert "Do not pay" in ran.err
        assert not (tmp_path / "after").exists()


def test_a_file_from_before_the_closing_is_found_by_the_papers_code(tmp_path: Path) -> None:
    """An older copy put back, or the last entries taken out and all written anew: the code is not there."""
    for number in range(TIMES):
        path = a_copy(tmp_path)
        if number % 2:
            rewritten(path, lambda *_: None, random.Random(number), until="round_closed")
        else:
            shutil.copy(_sealed()[0] / "before.db", path)
        assert run(tmp_path, "check").code == 0
        ran = run(tmp_path, "check", "--code", _sealed()[1])
        assert (ran.code, ran.out) == (3, "")
        assert "No round of this file was closed with the code" in ran.err


def test_a_code_that_is_mistyped_is_told_from_one_that_is_false() -> None:
    """One wrong letter in any place, two neighbours exchanged: always noticed, never taken for another paper."""
    folder, code = _sealed()
    luck = random.Random(3)
    letters = [at for at, letter in enumerate(code) if letter != "-"]
    for _ in range(TIMES):
        at = luck.choice(letters)
        other = luck.choice([one for one in "0123456789ABCDEFGHJKMNPQRSTVWXYZ" if one != code[at]])
        ran = run(folder, "check", "--code", code[:at] + other + code[at + 1 :])
        assert ran.code == 3
        assert re.search("mistyped", ran.err)
