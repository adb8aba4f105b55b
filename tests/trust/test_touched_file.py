"""What a file that was changed outside the program is still good for: nothing is paid from it, nothing hides the change."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from .square import DB, ROUND, done, run, square

CHANGES = {
    "a prize": "UPDATE result SET document = replace(document, '10000', '16000')",
    "the sum on a receipt": "UPDATE receipt SET cents = 5000 WHERE id = 2",
    "a payment": "DELETE FROM payment",
    "a name": "UPDATE person SET name = 'Un cuñado', dni = '00009999' WHERE name = 'Persona 14'",
    "a mark": "UPDATE sheet SET marks = replace(marks, '15', '20')",
}
every_change = pytest.mark.parametrize("what", CHANGES)


def receipts(folder: Path) -> list[str]:
    """The numbers of the receipts, in the order of the places."""
    listed = done(folder, "pay", "list", "--format", "json").json["contests"]
    return [given["receipt"] for one in listed for row in one["rows"] for given in row["receipts"]]


def paid(folder: Path) -> list[str]:
    """A closed round with receipts, the first of them paid, and a laptop's file that has something new."""
    square(folder, "closed")
    done(folder, "print", "receipts", ROUND, "-o", "papers")
    done(folder, "devices", "hand-out", "other.db", "--name", "otra")
    done(folder, "devices", "name", "oficina", "--db", "other.db")
    numbers = receipts(folder)
    done(folder, "pay", "record", numbers[0], "--mode", "cash")
    return numbers


def touched(folder: Path, what: str) -> bytes:
    """Change one thing with a tool for databases; the file as it is then."""
    with sqlite3.connect(folder / DB) as file:
        assert file.execute(CHANGES[what]).rowcount
    file.close()
    return (folder / DB).read_bytes()


@every_change
def test_no_payment_is_recorded_in_a_file_that_was_changed(tmp_path: Path, what: str) -> None:
    """Nor made void, given back or let be: code 3, what `check` says, and not a byte of the file is other."""
    numbers = paid(tmp_path)
    before = touched(tmp_path, what)
    check = run(tmp_path, "check")
    assert check.code == 3
    for words in (
        ("record", numbers[1], "--mode", "cash"),
        ("void", numbers[0], "--reason", "no vino"),
        ("return", numbers[0], "10", "--by", "Flora"),
        ("waive", numbers[0], "--by", "Flora", "--reason", "no tiene"),
    ):
        ran = run(tmp_path, "pay", *words)
        assert (ran.code, ran.out) == (3, ""), words
        assert check.err in ran.err, words
    assert (tmp_path / DB).read_bytes() == before


@every_change
def test_a_merge_never_writes_anew_what_was_changed(tmp_path: Path, what: str) -> None:
    """Every table would be right again and nobody would know: refused, also as a trial, with what `check` says."""
    paid(tmp_path)
    before = touched(tmp_path, what)
    found = run(tmp_path, "check").err.splitlines()[0][4:]
    for words in (("--dry-run",), ()):
        ran = run(tmp_path, "merge", "other.db", *words)
        assert (ran.code, ran.out) == (3, "")
        assert found in ran.err
        assert "Nothing was merged" in ran.err
    assert (tmp_path / DB).read_bytes() == before


def test_the_other_way_round_the_journal_of_a_changed_file_is_taken_into_a_sound_one(tmp_path: Path) -> None:
    """Only the journal comes, which was proved: so what was typed there is not lost."""
    paid(tmp_path)
    touched(tmp_path, "a mark")
    done(tmp_path, "merge", DB, "--db", "other.db")
    assert run(tmp_path, "check", "--db", "other.db").code == 0


def test_reopening_for_what_came_late_never_writes_anew_what_was_changed(tmp_path: Path) -> None:
    """What waited for the round would bring every table into order again."""
    square(tmp_path, "full")
    done(tmp_path, "devices", "hand-out", "late.db", "--name", "tarde")
    done(tmp_path, "set-status", "H12", "withdrawn", "--reason", "se fue", "--db", "late.db")
    done(tmp_path, "round", "close", ROUND)
    done(tmp_path, "merge", "late.db")
    before = touched(tmp_path, "a mark")
    ran = run(tmp_path, "round", "reopen", ROUND, "--reason", "llegó tarde")
    assert (ran.code, ran.out) == (3, "")
    assert (tmp_path / DB).read_bytes() == before


@every_change
def test_a_backup_of_a_changed_file_is_kept_and_not_called_verified(tmp_path: Path, what: str) -> None:
    """It shows the auditor what there is: listed, code 3, with what `check` says; a sound one says what was verified."""
    paid(tmp_path)
    sound = done(tmp_path, "backup")
    assert "verified, its pages, journal, tables and seals" in sound.err
    touched(tmp_path, what)
    ran = run(tmp_path, "backup", "--to", "stick")
    assert ran.code == 3
    assert "verified" not in ran.err
    assert run(tmp_path, "check").err in ran.err
    (kept,) = (tmp_path / "stick").glob("*.db")
    assert kept.name in (tmp_path / "stick" / "SHA256SUMS").read_text()
    said = run(tmp_path, "backup", "--format", "json")
    assert said.code == 3
    assert (said.json["verified"], len(said.json["problems"])) == (False, 1)


def test_a_backup_of_a_sound_file_says_so_in_json(tmp_path: Path) -> None:
    """Whoever scripts backups reads one word."""
    square(tmp_path, "closed")
    said = done(tmp_path, "backup", "--format", "json").json
    assert (said["verified"], said["problems"]) == (True, [])
