"""The journal: only grows, shows every change made to it, and says nothing of persons."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from pachamama.core.model import Household, Judge
from pachamama.core.problems import Refused
from pachamama.store import Store
from pachamama.store.connection import open_file
from pachamama.store.journal import canonical, chained_hash

from .valley import ACTOR, HOUSEHOLDS, ROUND, hints, opened, paper, table


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET actor = 'x' WHERE number = 2",
        "DELETE FROM journal WHERE number = 2",
        "DELETE FROM journal",
        "INSERT OR REPLACE INTO journal SELECT * FROM journal WHERE number = 2",
        "REPLACE INTO journal SELECT id, device, number, at, 'x', kind, previous, hash, body FROM journal WHERE number = 2",
        "REPLACE INTO journal SELECT id, 'other', 1, at, actor, kind, '', hash, body FROM journal WHERE number = 2",
        "UPDATE OR REPLACE journal SET number = 1 WHERE number = 2",
        "INSERT INTO journal SELECT NULL, device, 99, at, actor, kind, previous, hash, body FROM journal WHERE number = 2",
    ],
)
@pytest.mark.parametrize("plain", [True, False])
def test_the_journal_takes_no_change_no_deletion_no_replacement(tmp_path: Path, statement: str, *, plain: bool) -> None:
    """The triggers hold for this program and for any other that opens the file with SQLite's defaults."""
    opened(tmp_path / "a.db").close()
    path = str(tmp_path / "a.db")
    connection = sqlite3.connect(path) if plain else open_file(path, writing=True)
    before = connection.execute("SELECT * FROM journal").fetchall()
    with pytest.raises((sqlite3.IntegrityError, Refused)):
        connection.execute(statement)
    assert connection.execute("SELECT * FROM journal").fetchall() == before
    connection.close()


def tampered(path: Path, *statements: str) -> tuple[str, ...]:
    """Change the journal as only somebody with the tools can, and say what verify finds."""
    connection = sqlite3.connect(path)
    triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
    for trigger, _ in triggers:
        connection.execute(f"DROP TRIGGER {trigger}")
    for statement in statements:
        connection.execute(statement)
    for _, made in triggers:
        connection.execute(made)
    connection.commit()
    connection.close()
    with Store.open(path) as store:
        return tuple(problem.message.text.format(**problem.message.values) for problem in store.verify())


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE journal SET body = replace(body, '12 7 3', '19 7 3') WHERE number = 7", ["Entry 7 of the journal was changed after it was written."]),
        ("UPDATE journal SET actor = 'someone else' WHERE number = 3", ["Entry 3 of the journal was changed after it was written."]),
        ("UPDATE journal SET at = '2020-01-01T00:00:00Z' WHERE number = 1", ["Entry 1 of the journal was changed after it was written."]),
        ("DELETE FROM journal WHERE number = 4", ["Entry 4 of the journal is missing."]),
        ("UPDATE journal SET previous = hash WHERE number = 5", ["Entry 5 of the journal does not follow the one before."]),
        ("UPDATE sheet SET marks = '19 7 3'", ["The table `sheet` does not say what the journal says: it was changed outside the program."]),
        ("DELETE FROM sheet", ["The table `sheet` does not say what the journal says: it was changed outside the program."]),
        ("UPDATE person SET dni = '40000009' WHERE dni = '40000001'", ["The name or DNI of person 1 was changed outside the program."]),
    ],
)  # fmt: skip
def test_verify_names_what_was_changed(tmp_path: Path, change: str, found: list[str]) -> None:
    """A changed mark, actor, time, link, table or person is found and named; an untouched file has no problem."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table("H001 J1 12 7 3")], actor=ACTOR)
        assert store.verify() == ()
    assert list(tampered(tmp_path / "a.db", change)) == found


def test_an_erased_person_leaves_the_journal_whole(tmp_path: Path) -> None:
    """Erased by the program, which says so in the journal: all still agrees. Erased beside it: named, as any change."""
    with opened(tmp_path / "a.db") as store:
        commitment = store._connection.execute("SELECT commitment FROM person WHERE dni = '40000001'").fetchone()[0]
        store.forget([commitment], reason="lo pidió", actor=ACTOR)
        assert store.verify() == ()
    opened(tmp_path / "b.db").close()
    erase = "UPDATE person SET salt = '', name = '', dni = '', partner = '', fields = '{}' WHERE dni = '40000001'"
    assert list(tampered(tmp_path / "b.db", erase)) == ["The name or DNI of person 1 was changed outside the program."]


def test_nothing_personal_stands_in_the_journal(tmp_path: Path) -> None:
    """No name, DNI, partner or note of a person, whatever was imported, typed, ruled or drawn."""
    with opened(tmp_path / "a.db") as store:
        store.import_register("households", [Household("H001", "C1", "Juana Quispe Ttito", "40000001")], actor=ACTOR)
        store.import_register("judges", [Judge("J4", "Nilda Ccahuana", "50000009")], actor=ACTOR)
        contest = table("H001 J1 12 7 3\nH077 J1 9 9 9", H077={"note": "Vino Saturnina con su DNI 47474747"})
        store.import_scores(ROUND, [contest], actor=ACTOR)
        named = table("H078 J1 9 9 9")
        entry = type(named.entries[0])("H078", "Saturnina Apaza", named.entries[0].sheets)
        store.import_scores(ROUND, [type(named)("C1", None, (entry,))], actor=ACTOR)
        store.record_ruling(
            ROUND, "H001", "C1", None, "deduction", "no_banner", "sin distintivo", ["Wilber Nina"], actor=ACTOR
        )
        store.record_order(
            ROUND, "C1", None, "lots", {"H001": 1, "H077": 2}, reason="sorteo", witnesses=["Flora Nina"], actor=ACTOR
        )
        text = "\n".join(canonical(entry.body) for entry in store.journal())
        assert dict(store.persons(ROUND))["H078"].name == "Saturnina Apaza"
    for household in HOUSEHOLDS:
        for word in (*household.head.split(), household.dni, household.partner):
            assert word not in text
    for word in ("Ttito", "Nilda", "Ccahuana", "50000009", "Nina", "Saturnina", "Apaza", "47474747", "Wilber", "Flora"):
        assert word not in text


def test_one_action_is_one_entry_chained_to_the_one_before(tmp_path: Path) -> None:
    """Numbers without gaps, each entry naming the hash of the last, the actor and the time in UTC."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table("H001 J1 12 7 3\nH002 J1 9 9 9\nH003 J2 1 1 1")], actor="berta")
        store.set_status(ROUND, "H003", "withdrawn", "se retiró", actor="ana\u202e\n")
        entries = list(store.journal())
    assert [entry.kind for entry in entries] == [
        "file_created",
        *["register_imported"] * 4,
        "round_opened",
        "scores_imported",
        "status_set",
    ]
    assert [entry.number for entry in entries] == list(range(1, 9))
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert [entry.actor for entry in entries[-2:]] == ["berta", "ana"]
    assert all(len(entry.at) == 20 and entry.at.endswith("Z") for entry in entries)


def test_the_body_is_canonical_json(tmp_path: Path) -> None:
    """The same body is always the same bytes, so that the hash can be recomputed anywhere."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table("H001 J1 12 7.5 -")], actor=ACTOR)
    for (body,) in sqlite3.connect(tmp_path / "a.db").execute("SELECT body FROM journal"):
        assert body == json.dumps(json.loads(body), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def test_a_rules_text_is_stored_once_and_said_once(tmp_path: Path) -> None:
    """Rounds name the text by its digest; a new text comes in whole, an old one does not come again."""
    with opened(tmp_path / "a.db") as store:
        assert ["rules_text" in entry.body for entry in store.journal() if "rules" in entry.body] == [True, False]
        store.set_rules("version: 1 # II\n", ACTOR)
        store.set_rules("version: 1 # II\n", ACTOR)
        assert [entry.kind for entry in store.journal()].count("rules_set") == 1
        assert store.round(ROUND).rules == "version: 1\n"
    assert sqlite3.connect(tmp_path / "a.db").execute("SELECT count(*) FROM rules").fetchone() == (2,)


def test_a_correction_names_what_it_replaces(tmp_path: Path) -> None:
    """The journal entry of a correction holds the old marks, the entry they stood in, and why."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table("H001 J1 12 7 3")], actor=ACTOR)
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 8 3"), correct="7 read as 8", actor="berta")
        body = list(store.journal())[-1].body
        assert body["correct"] == "7 read as 8"
        assert body["contests"][0]["entries"][0]["old"] == {"sheets": [["field", "J1", "12 7 3", [store.device, 7]]]}
        with pytest.raises(Refused) as refusal:
            store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "1 8 3"), actor=ACTOR)
        assert "--correct REASON" in hints(refusal.value)


@pytest.mark.parametrize("letters", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_the_hash_is_that_of_the_whole_entry_however_long_its_body_is(letters: int) -> None:
    """Anyone can check a file with SHA-256 and JSON alone; that we hash a long body in pieces is not seen."""
    body = ('a"\\\n\tñ\u2028😀\x01' * (letters // 9 + 1))[:letters]
    parts = ["laptop", 7, "2026-11-25T10:00:00Z", 'Ana "Ñ"', "scores_imported", body, "abc"]
    whole = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert chained_hash(*parts) == hashlib.sha256(whole.encode()).hexdigest()  # type: ignore[arg-type]
