"""Money that was paid beyond the prize that stands: what was given back of it, and what people decided to let be.

Both belong to an entry in a contest and to the closing under which they were recorded; one that was written wrong is made
void, and stays on record.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from pachamama.core.sentences import say
from pachamama.store.numbering import letters_of
from pachamama.store.people import names_of
from pachamama.store.refusals import codes_like, refused
from pachamama.store.rounds import Standing

RedressKind: TypeAlias = Literal["returned", "waived"]


@dataclass(frozen=True, slots=True)
class Redress:
    """Money given back (`returned`), or a decision not to ask for it (`waived`); `voided` says why it does not count.

    `results` is the closing that stood, `names` who took the money in or who decided; `device` and `number` are those of
    its entry in the journal.
    """

    device: str
    number: int
    round: str
    within: str | None
    category: str | None
    entry: str
    kind: RedressKind
    results: int
    cents: int
    day: str
    reason: str
    names: tuple[str, ...]
    voided: str = ""

    @property
    def code(self) -> str:
        """How people name it: the letters of the laptop and the number of its entry, `PV12`."""
        return code_of(self.device, self.number)

    @property
    def stands(self) -> bool:
        """Nobody made it void."""
        return not self.voided

    @property
    def whose(self) -> tuple[str | None, str | None, str]:
        """Unit, category and entry."""
        return self.within, self.category, self.entry


def code_of(device: str, number: int) -> str:
    """The code of a return or a decision, from its entry in the journal."""
    return f"{letters_of(device)}{number}"


_QUERY = (
    "SELECT n.device, n.number, r.code, c.within, c.category, e.code, x.kind, x.results, x.cents, x.day, x.reason,"
    " x.names, x.voided FROM redress x JOIN journal n ON n.id = x.journal JOIN entry e ON e.id = x.entry"
    " JOIN contest c ON c.id = e.contest JOIN round r ON r.id = c.round"
)


def redress(connection: sqlite3.Connection, standing: Standing) -> tuple[Redress, ...]:
    """All of a round, void ones too, in the order of the journal."""
    rows = connection.execute(f"{_QUERY} WHERE r.id = ? ORDER BY x.id", (standing.key,)).fetchall()
    return tuple(_one(connection, row) for row in rows)


def find(connection: sqlite3.Connection, typed: str) -> Redress:
    """The one that somebody typed, in letters of any size; refused where there is none."""
    every = [_one(connection, row) for row in connection.execute(f"{_QUERY} ORDER BY x.id").fetchall()]
    found = [one for one in every if one.code.casefold() == typed.strip().casefold()]
    if len(found) == 1:
        return found[0]
    raise refused(
        say("There is no return and no decision {code}.", code=typed),
        codes_like(typed, [one.code for one in every]) or say("`pachamama pay list` shows them."),
    )


def _one(connection: sqlite3.Connection, row: Sequence[Any]) -> Redress:
    device, number, round_code, within, category, entry, kind, results, cents, day, reason, names, voided = row
    return Redress(
        device, number, round_code, within or None, category or None, entry, kind, results, cents, day, reason,
        names_of(connection, json.loads(names)), voided,
    )  # fmt: skip
