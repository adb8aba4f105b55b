"""Files whose every hash is right and whose entries make no sense: refused in words, or taken; never a mistake of the program."""

from __future__ import annotations

import copy
import gzip
import json
import random
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tests.store.old.make import HERE

from pachamama.core.problems import Mismatch, Problem, Refused
from pachamama.store import Store
from pachamama.store.journal import canonical, chained_hash
from pachamama.store.schema import SCHEMA_VERSION
from pachamama.store.shapes import papers_of, what_is_wrong

from .counts import tries
from .square import run

STRANGE: list[Any] = [
    None, "", " ", 0, -1, 1, 10**30, 1.5, True, [], {}, [[]], [None], {"": 0}, "x", "=1+1", "\x1b[2J", "\u202e", "a\nb",
    "2026-13-45", "9" * 40, "- -", "1 2", "-", "{0}", "{x.__class__}", "H11", "J9", "C9", "\ud800", "terraces-household-9",
    "absent", "cash", "0" * 64, "f" * 16,
]  # fmt: skip
KNOWN_BEFORE = 9
"""How much of the journal the other laptop has: the registers and the round, nothing of what was judged."""
COMMANDS = (
    "check", "log", "log --format csv", "rank", "prizes", "status", "conflicts list --all", "devices list", "round list", "missing",
    "list households", "list judges", "pay list", "appeal list", "ruling list", "sheet list", "discrepancies --all",
    "panel show", "round show terraces-household-1", "explain H12", "log --entry H12",
)  # fmt: skip


class CutShort(Store):
    """The office's file as this test cut it short: it would not prove itself, and what comes is what is tried."""

    def verify(self) -> tuple[Problem, ...]:
        """Nothing is wrong."""
        return ()


def kept(folder: Path) -> Path:
    """A file with entries of nearly every kind, from three laptops."""
    path = folder / "kept.db"
    path.write_bytes(gzip.decompress((HERE / f"version-{SCHEMA_VERSION}.db.gz").read_bytes()))
    return path


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The journal as it came into the file."""
    names = ("id", "device", "number", "at", "actor", "kind", "body")
    with sqlite3.connect(path) as connection:
        rows = connection.execute(f"SELECT {', '.join(names)} FROM journal ORDER BY id").fetchall()
    return [{**dict(zip(names, row, strict=True)), "body": json.loads(row[-1])} for row in rows]


def written(source: Path, target: Path, rows: list[dict[str, Any]], *, rebuilt: bool = False) -> Path:
    """The file with other entries in its journal, every hash and every head made anew, and no seal that would tell."""
    shutil.copy(source, target)
    with sqlite3.connect(target) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("DELETE FROM journal")
        last: dict[tuple[str, int], str] = {}
        for one in rows:
            body = one["body"]
            if isinstance(body, dict):
                if isinstance(body.get("heads"), list):
                    body["heads"] = [_anew(head, last) for head in body["heads"]]
                if body.get("seal") and one["kind"] == "round_closed":
                    body["seal"] = ""
            device, number = one["device"], one["number"]
            text = _text(body)
            previous = last.get((device, number - 1), "")
            made = chained_hash(device, number, one["at"], one["actor"], one["kind"], text, previous)
            last[device, number] = made
            connection.execute(
                "INSERT INTO journal (device, number, at, actor, kind, previous, hash, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (device, number, one["at"], one["actor"], one["kind"], previous, made, text),
            )
    connection.close()
    if rebuilt:
        with Store.open(target, writing=True) as store:
            store.rebuild()
    return target


def _text(body: Any) -> str:
    """The body as the program writes it; half a letter, which no file can hold, as an escape."""
    text = canonical(body)
    return (
        text
        if text.isascii() or text.encode("utf-8", "ignore").decode() == text
        else json.dumps(body, sort_keys=True, separators=(",", ":"))
    )


def _anew(head: Any, last: dict[tuple[str, int], str]) -> Any:
    match head:
        case [str(device), int(number), _]:
            return [device, number, last.get((device, number), "0" * 64)]
    return head


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a body."""
    found = [at] if at else []
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in items:
        found += places(one, (*at, key))
    return found


def spoilt(body: Any, luck: random.Random) -> Any:
    """The body with one or two things in it other than they were."""
    body = copy.deepcopy(body)
    for _ in range(luck.choice([1, 1, 1, 2])):
        every = places(body)
        if not every or luck.random() < 0.03:
            return luck.choice(STRANGE)
        *way, key = luck.choice(every)
        inside = body
        for step in way:
            inside = inside[step]
        match luck.randrange(6):
            case 0:
                del inside[key]
            case 1 if isinstance(inside, dict):
                inside[luck.choice(["x", "round", "code", "entry", ""])] = inside.pop(key)
            case 2 if isinstance(inside, list):
                inside.append(copy.deepcopy(inside[key]))
            case 3:
                other = body
                for step in luck.choice(every)[:-1]:
                    other = other[step] if isinstance(other, dict | list) and _has(other, step) else other
                inside[key] = copy.deepcopy(luck.choice([*other.values()] if isinstance(other, dict) else other or [0]))
            case _:
                inside[key] = luck.choice(STRANGE)
    return body


def _has(inside: Any, step: Any) -> bool:
    return step in inside if isinstance(inside, dict) else isinstance(step, int) and step < len(inside)


def test_the_file_that_is_spoilt_is_taken_as_long_as_it_is_whole(tmp_path: Path) -> None:
    """What this test makes of it is no reason to refuse it; and every entry has the shape of its kind."""
    source = kept(tmp_path)
    rows = rows_of(source)
    papers = papers_of([canonical(one["body"]) for one in rows if one["kind"] == "round_opened"])
    for one in rows:
        body = canonical(one["body"])
        assert what_is_wrong(one["kind"], one["at"], one["actor"], one["device"], body, papers) is None, one
    other = written(source, tmp_path / "pachamama.db", copy.deepcopy(rows[:KNOWN_BEFORE]), rebuilt=True)
    whole = written(source, tmp_path / "laptop.db", copy.deepcopy(rows))
    with CutShort.open(other, writing=True) as store:
        assert store.merge([str(whole)], actor="ana").new == len(rows) - KNOWN_BEFORE


def test_whatever_an_entry_says_it_is_refused_in_words_or_taken(tmp_path: Path) -> None:
    """One entry is spoilt, every hash behind it made anew: 3 with laptop and entry, or a file that every command reads."""
    luck = random.Random(20)
    source = kept(tmp_path)
    rows = rows_of(source)
    target = tmp_path / "pachamama.db"
    before = written(source, target, copy.deepcopy(rows[:KNOWN_BEFORE]), rebuilt=True).read_bytes()
    found: Counter[str] = Counter()
    for _ in range(tries(300, 3000)):
        target.write_bytes(before)
        mine = copy.deepcopy(rows)
        one = luck.choice(mine[KNOWN_BEFORE:])
        was = copy.deepcopy(one)
        if luck.random() < 0.1:
            one[luck.choice(["at", "actor", "kind"])] = (
                str(luck.choice([*STRANGE, "merged", "entered"])).encode("utf-8", "replace").decode()
            )
        else:
            one["body"] = spoilt(one["body"], luck)
        told = f"{was['kind']}: {was['body']} -> {one}"
        other = written(source, tmp_path / "laptop.db", mine)
        with CutShort.open(target, writing=True) as store:
            try:
                store.merge([str(other)], actor="ana")
            except (Mismatch, Refused):
                found["refused"] += 1
                assert target.read_bytes() == before, told
                continue
        found["taken"] += 1
        for command in luck.sample(COMMANDS, 4):
            ran = run(tmp_path, *command.split())
            assert ran.code in (0, 1, 3), f"{command} gave {ran.code} after {told}\n{ran.err}"
            assert "Traceback" not in ran.err, told
            assert not {"\x1b", "\u202e"} & {*ran.out, *ran.err}, f"{command}: {told}"
    assert found["refused"] > found.total() / 3
    assert found["taken"] > found.total() / 20


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("[]", "status_set"), ('"x"', "round_reopened"), ("null", "merged"), ("[" * 3000 + "]" * 3000, "appeals_opened"),
        ('{"device":"0123456789abcdef","number":1000000000000000000000000000000}', "device_lost"), ("{", "device_named"),
        ('{"device":"\\ud800","name":"y"}', "device_named"), ('{"heads":5}', "merged"), ("{}", "something_new"), ('{"files":1,"files":2,"heads":[]}', "merged"),
    ],
)  # fmt: skip
def test_a_body_that_is_no_body_is_refused_with_its_laptop_and_number(tmp_path: Path, body: str, kind: str) -> None:
    """Code 3, and no word of Python or SQL in what is said."""
    source = kept(tmp_path)
    rows = rows_of(source)
    written(source, tmp_path / "pachamama.db", copy.deepcopy(rows[:KNOWN_BEFORE]), rebuilt=True)
    other = written(source, tmp_path / "laptop.db", copy.deepcopy(rows[: KNOWN_BEFORE + 1]))
    with sqlite3.connect(other) as connection:
        device, number, previous = connection.execute(
            "SELECT device, number, hash FROM journal ORDER BY id DESC LIMIT 1"
        ).fetchone()
        made = chained_hash(device, number + 1, "2026-11-25T00:00:00Z", "x", kind, body, previous)
        connection.execute(
            "INSERT INTO journal (device, number, at, actor, kind, previous, hash, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (device, number + 1, "2026-11-25T00:00:00Z", "x", kind, previous, made, body),
        )
    ran = run(tmp_path, "merge", "laptop.db")
    assert (ran.code, ran.out) == (3, "")
    assert f"ntry {number + 1} of laptop" in ran.err
    assert "makes no sense" in ran.err
    assert "Nothing was merged" in ran.err
