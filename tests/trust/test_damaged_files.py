"""Files that a failing stick gave back: `check` finds the damage, or nothing that the file says has changed."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from .counts import tries
from .square import DB, ROUND, run, square

SECTOR = 512


def flipped(content: bytearray, luck: random.Random) -> None:
    """One to eight bits are the other way round."""
    for _ in range(luck.choice([1, 1, 2, 8])):
        content[luck.randrange(len(content))] ^= 1 << luck.randrange(8)


def zeroed(content: bytearray, luck: random.Random) -> None:
    """One to four sectors in a row are empty."""
    at = luck.randrange(len(content) // SECTOR) * SECTOR
    count = min(luck.randint(1, 4) * SECTOR, len(content) - at)
    content[at : at + count] = bytes(count)


def exchanged(content: bytearray, luck: random.Random) -> None:
    """Two sectors have each other's content."""
    one, other = (luck.randrange(len(content) // SECTOR) * SECTOR for _ in range(2))
    first, second = content[one : one + SECTOR], content[other : other + SECTOR]
    content[one : one + SECTOR], content[other : other + SECTOR] = second, first


def cut(content: bytearray, luck: random.Random) -> None:
    """The copy ends somewhere, at a sector or in the middle of one."""
    length = luck.randrange(1, len(content))
    del content[luck.choice([length, length // SECTOR * SECTOR, len(content) - SECTOR]) :]


def scrawled(content: bytearray, luck: random.Random) -> None:
    """Something else stands in a stretch of it."""
    at = luck.randrange(len(content))
    count = min(luck.randint(1, 2000), len(content) - at)
    content[at : at + count] = luck.randbytes(count)


def rewritten(content: bytearray, luck: random.Random) -> None:
    """A figure in a text is another one: no page of SQLite looks wrong."""
    places = [at for at, byte in enumerate(content) if 48 <= byte <= 57]
    at = luck.choice(places)
    content[at] = luck.choice([byte for byte in range(48, 58) if byte != content[at]])


KINDS: tuple[Callable[[bytearray, random.Random], None], ...] = (flipped, zeroed, exchanged, cut, scrawled, rewritten)


def said(path: Path) -> list[str]:
    """All that stands in the file, as SQL; when its tables were made is no matter."""
    file = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
    file.text_factory = lambda text: text.decode("utf-8", "surrogateescape")
    try:
        return [line for line in file.iterdump() if "_sqlite_migrations" not in line]
    finally:
        file.close()


@pytest.mark.parametrize("part", range(4))
def test_damage_is_found_or_changes_nothing(tmp_path: Path, part: int) -> None:
    """Never a traceback, never "a mistake of the program": code 3, or 1 where it is no file of ours any more."""
    luck = random.Random(part)
    folder = square(tmp_path, "closed")
    whole = (folder / DB).read_bytes()
    before = said(folder / DB)
    found: Counter[object] = Counter()
    for number in range(tries(800, 4000) // 4):
        kind = KINDS[number % len(KINDS)]
        content = bytearray(whole)
        kind(content, luck)
        (folder / DB).write_bytes(content)
        (folder / f"{DB}-journal").unlink(missing_ok=True)
        ran = run(folder, "check")
        assert ran.code in (0, 1, 3), f"{kind.__name__} {number}: {ran}"
        assert "Traceback" not in ran.err
        if ran.code == 0:
            assert said(folder / DB) == before, f"{kind.__name__} {number}"
        found[ran.code] += 1
        if number % 5 == 0:
            for words in (("rank", ROUND), ("prizes", ROUND), ("score", "H11", "J1", "1", "1"), ("merge", "laptop.db")):
                other = run(folder, *words)
                assert other.code in (0, 1, 3), f"{kind.__name__} {number}: {words}: {other}"
            (folder / "laptop.db").write_bytes(content)
            (folder / DB).write_bytes(whole)
            assert run(folder, "merge", "laptop.db").code in (0, 1, 3), f"{kind.__name__} {number}"
    assert found[3] > found[0]


@pytest.mark.parametrize("column", ["type", "name", "tbl_name", "sql"])
@pytest.mark.parametrize("letter", ["x", "capital"])
def test_what_the_schema_says_of_a_part_is_compared_whole(tmp_path: Path, column: str, letter: str) -> None:
    """SQLite reads only the statement that makes a table; one letter in what stands beside it is damage all the same."""
    folder = square(tmp_path, "closed")
    second = f"upper(substr({column}, 2, 1))" if letter == "capital" else "'x'"
    with sqlite3.connect(folder / DB) as file:
        file.execute("PRAGMA writable_schema = ON")
        file.execute(
            f"UPDATE sqlite_schema SET {column} = substr({column}, 1, 1) || {second} || substr({column}, 3)"
            " WHERE name = 'round'"
        )
    file.close()
    ran = run(folder, "check")
    assert ran.code == 3 or (column, letter) == ("sql", "capital"), ran
    assert "Traceback" not in ran.err


def test_check_in_json_is_one_document_also_of_a_damaged_file(tmp_path: Path) -> None:
    """CONTRACT.md: one document on stdout; what was found is in it, and the code is that of `check` in words."""
    luck = random.Random(7)
    folder = square(tmp_path, "closed")
    whole = (folder / DB).read_bytes()
    damaged = 0
    for number in range(tries(90, 900)):
        content = bytearray(whole)
        KINDS[number % len(KINDS)](content, luck)
        (folder / DB).write_bytes(content)
        ran = run(folder, "check", "--format", "json", "--code", "7K2QX")
        if ran.code != 1:  # its head is that of another file: refused
            assert ran.code == 3, number
            assert ran.json["paper"]["stands"] is False
            damaged += not ran.json["proved"]
            assert ran.json["problems"]
            assert ran.json["ok"] is False
    assert damaged > 20


@pytest.mark.parametrize("content", [b"", bytes(5000), b"SQLite for"], ids=["nothing", "zeros", "the first letters"])
def test_a_file_of_which_nothing_came_back_is_damaged_and_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    """Code 3 as for any damage, in words and in JSON, with the remedy; another file's content is refused with 1."""
    (tmp_path / DB).write_bytes(content)
    ran = run(tmp_path, "check")
    assert (ran.code, ran.out) == (3, "")
    assert "backup" in ran.err
    said = run(tmp_path, "check", "--format", "json")
    assert (said.code, said.json["ok"], len(said.json["problems"])) == (3, False, 1)
    (tmp_path / DB).write_bytes(b"a letter to the programme")
    assert run(tmp_path, "check").code == 1
