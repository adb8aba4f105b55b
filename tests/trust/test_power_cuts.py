"""The power goes: what the disk had not been told to keep may be there, torn, or not, in any mixture.

Every write, sync and removal of real commands is recorded with its bytes; a cut takes all of it up to one moment,
keeps what was synced, and a chance part of the rest in sectors of 512 bytes. What was said to be stored must be there.
"""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.store.valley import marks_of

from pachamama.core.problems import Mismatch, Refused
from pachamama.store import Store

from .counts import tries
from .faults import needs_a_compiler, with_faults
from .square import DB, ROUND, square

SECTOR = 512
COMMANDS = 12
"""How many there are in an evening."""
pytestmark = needs_a_compiler


@dataclass
class Disk:
    """A folder on a disk that keeps for certain only what was synced.

    `names` are the names as programs see them, `kept` those that survive a cut for certain; a file's `sure` content is
    what was synced, `writes` what came since.
    """

    names: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)
    sure: dict[int, bytearray] = field(default_factory=dict)
    writes: dict[int, list[tuple[int, bytes | None]]] = field(default_factory=dict)
    renamings: list[tuple[str, int | None]] = field(default_factory=list)

    def put(self, name: str, content: bytes) -> None:
        """A file that was there before, whole."""
        number = len(self.sure)
        self.sure[number], self.writes[number] = bytearray(content), []
        self.names[name] = self.kept[name] = number

    def do(self, what: str, name: str, other: str, offset: int, content: bytes) -> None:
        """One recorded operation."""
        if what == "create":
            number = len(self.sure)
            self.sure[number], self.writes[number] = bytearray(), []
            self._name(name, number)
        elif what in ("write", "truncate"):
            self.writes[self.names[name]].append((offset, content if what == "write" else None))
        elif what == "sync" and name in self.names:
            number = self.names[name]
            self.sure[number], self.writes[number] = self._written(number, self.writes[number]), []
        elif what == "sync":
            self.kept, self.renamings = dict(self.names), []
        elif what == "unlink":
            self._name(name, None)
        else:
            self._name(other, self.names[name])
            if what == "rename":
                self._name(name, None)

    def _name(self, name: str, number: int | None) -> None:
        self.renamings.append((name, number))
        self.names.pop(name, None)
        if number is not None:
            self.names[name] = number

    def _written(self, number: int, writes: Sequence[tuple[int, bytes | None]]) -> bytearray:
        content = bytearray(self.sure[number])
        for offset, piece in writes:
            if piece is None:
                del content[offset:]
                content.extend(bytes(offset - len(content)))
            else:
                content.extend(bytes(max(0, offset - len(content))))
                content[offset : offset + len(piece)] = piece
        return content

    def after_a_cut(self, luck: random.Random) -> dict[str, bytes]:
        """What one finds afterwards: names change in order up to some moment, each unsynced sector is there or not."""
        names = dict(self.kept)
        for name, number in self.renamings[: luck.randint(0, len(self.renamings))]:
            names.pop(name, None)
            if number is not None:
                names[name] = number
        share = luck.choice([0.0, 0.1, 0.5, 0.9, 1.0])
        found = {}
        for name, number in names.items():
            survived = [
                (offset + at, None if piece is None else piece[at : at + SECTOR])
                for offset, piece in self.writes[number]
                for at in range(0, max(1, len(piece or b"")), SECTOR)
                if luck.random() < share
            ]
            found[name] = bytes(self._written(number, survived))
        return found


def recorded(trace: Path) -> Iterator[tuple[str, str, str, int, bytes]]:
    """The operations in a record, names without their folders; a sync of the folder itself has the name ''."""
    content, at = trace.read_bytes(), 0
    folder = os.fsencode(trace.with_suffix(""))
    while at < len(content):
        end = content.index(b"\n", at)
        what, name, other, offset, count = content[at:end].split(b"\t")
        at = end + 1 + int(count)
        short = [os.fsdecode(one.removeprefix(folder).lstrip(b"/")) for one in (name, other)]
        yield what.decode(), short[0], short[1], int(offset), content[end + 1 : at]


def evening(folder: Path, weak: Sequence[str]) -> Path:
    """Typed sheets, a correction, a table and a closing, one command after the other; each that is done is marked."""
    square(folder, "entered")
    commands: list[list[str]] = [
        ["score", f"H{c}{h}", f"J{j}", str(10 + h), f"{10 + 2 * h}.5"] for c in (1, 2) for h in (1, 2) for j in (1, 2)
    ]
    commands += [
        ["score", "H11", "J1", "9", "9.5", "--correct", "mal leído"],
        ["score", "H11", "J1", "11", "12.5", "--correct", "bien leído"],
        ["import", "scores", "scores.csv"],
        ["round", "close", ROUND],
    ]
    assert len(commands) == COMMANDS
    trace = folder.with_suffix(".trace")
    ran = with_faults(folder, *commands, trace=str(trace), weak=list(weak), acknowledge=True)
    assert ran["codes"] == [0] * len(commands), ran["err"]
    return trace


def cuts(folder: Path, weak: Sequence[str], count: int, seed: int) -> tuple[int, int]:
    """Cut the power so often; how often something that was said to be stored was lost, and how often the file broke."""
    trace = evening(folder, weak)
    operations = list(recorded(trace))
    luck = random.Random(seed)
    moments = sorted(luck.randrange(len(operations) + 1) for _ in range(count))
    start = square(folder.with_suffix(".start"), "entered")
    disk = Disk()
    disk.put(DB, (start / DB).read_bytes())
    counts = []
    for path in (start / DB, folder / DB):
        with Store.open(path) as store:
            counts.append(sum(1 for _ in store.journal()))
    said_so_far = [*range(counts[0], counts[0] + COMMANDS), counts[1]]  # a closing is more than one entry
    lost = broken = said = at = 0
    place = folder.with_suffix(".cut")
    place.mkdir()
    for moment in moments:
        for what, name, other, offset, content in operations[at:moment]:
            if name == "done":
                said += what == "write"  # the mark that a command was done; not on this disk
            elif name in ("", DB, f"{DB}-journal"):
                disk.do(what, name, other, offset, content)
        at = moment
        for old in place.iterdir():
            old.unlink()
        for name, content in disk.after_a_cut(luck).items():
            (place / name).write_bytes(content)
        result = whole(place / DB, said_so_far[said : said + 2])
        lost += result == "lost"
        broken += result == "broken"
    return lost, broken


def whole(path: Path, entries: Sequence[int]) -> str:
    """`lost` if the actions there are not those said to be done, or with the next, `broken` if the file is damaged, else `good`."""
    try:
        with Store.open(path) as store:
            if store.damage() or store.verify():
                return "broken"
            count = sum(1 for _ in store.journal())
            marks_of(store, ROUND)
    except (Mismatch, Refused, sqlite3.Error):
        return "broken"
    return "good" if count in entries else "lost"


def test_no_power_cut_loses_what_was_said_to_be_stored(tmp_path: Path) -> None:
    """As the file is really written: nothing lost, nothing broken, never half an action."""
    assert cuts(tmp_path / "safe", [], tries(500, 5000), 1) == (0, 0)


@pytest.mark.parametrize(
    ("weak", "breaks"),
    [
        (["PRAGMA synchronous = OFF"], True),
        (["PRAGMA journal_mode = OFF"], True),
        (["PRAGMA synchronous = FULL"], False),
    ],
)
def test_the_control_loses(tmp_path: Path, weak: list[str], breaks: bool) -> None:
    """Without our pragmas the same cuts lose actions or break the file: the test would notice."""
    lost, broken = cuts(tmp_path / "weak", weak, 150, 2)
    assert lost + broken > 0
    if breaks:
        assert broken > 5
