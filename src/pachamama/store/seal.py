"""The seal of a closed round: one digest over all that its results rest on, and the code of it that papers carry.

Under it are the rules, the entries, the marks that count, what was decided beside them, the results, and the heads of
the journal at that moment. Whoever changes any of it gives another seal. The code is 125 bits of it and a check letter:
16 letters could be forged in minutes (docs/decisions.md).
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from pachamama.core.sentences import say
from pachamama.store.journal import canonical
from pachamama.store.refusals import refused

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, which people read as digits or as each other."""
_LENGTH = 26
_GROUP = 5
_LIKE = str.maketrans({"O": "0", "I": "1", "L": "1"})

Heads: TypeAlias = list[list[Any]]
"""Device, number and hash of the last entry of each chain."""

_ENTRIES = (
    "SELECT c.within, c.category, e.code, coalesce(p.commitment, ''), e.status, e.status_reason, e.deductions, e.fields,"
    " e.frozen"
    " FROM entry e JOIN contest c ON c.id = e.contest LEFT JOIN person p ON p.id = e.person"
    " WHERE c.round = ? ORDER BY c.within, c.category, e.code"
)
_SHEETS = (
    "SELECT c.within, c.category, e.code, f.code, j.code, s.marks FROM sheet s JOIN entry e ON e.id = s.entry"
    " JOIN contest c ON c.id = e.contest JOIN phase f ON f.id = s.phase JOIN judge j ON j.id = s.judge"
    " WHERE c.round = ? ORDER BY c.within, c.category, e.code, f.code, j.code"
)
_ORDERS = (
    "SELECT c.within, c.category, o.step, o.numbers, o.reason, o.witnesses FROM recorded_order o"
    " JOIN contest c ON c.id = o.contest WHERE c.round = ? ORDER BY c.within, c.category, o.id"
)
_RULINGS = (
    "SELECT c.within, c.category, e.code, g.kind, g.rule, g.reason, g.names FROM ruling g JOIN entry e ON e.id = g.entry"
    " JOIN contest c ON c.id = e.contest WHERE c.round = ? ORDER BY c.within, c.category, e.code, g.id"
)
_RECUSALS = (
    "SELECT c.within, c.category, e.code, j.code, d.kind, d.reason FROM declaration d JOIN entry e ON e.id = d.entry"
    " JOIN contest c ON c.id = e.contest JOIN judge j ON j.id = d.judge"
    " WHERE c.round = ? ORDER BY c.within, c.category, e.code, j.code"
)
_ROUND = (
    "SELECT r.code, r.edition, t.digest, coalesce(l.code, '') FROM round r"
    " JOIN rules t ON t.id = r.rules LEFT JOIN round l ON l.id = r.lower WHERE r.id = ?"
)


def digest_of(
    connection: sqlite3.Connection, key: int, *, number: int, document: str, heads: Heads, lower: int | None
) -> str:
    """SHA-256, in hexadecimal digits, over everything that the results of a round rest on, as it stands now.

    `lower` is the number of the closing of the round below that it reads, None where it reads none.
    """
    digest = hashlib.sha256()
    for line in lines(connection, key, number=number, document=document, heads=heads, lower=lower):
        digest.update(line)
    return digest.hexdigest()


def lines(
    connection: sqlite3.Connection, key: int, *, number: int, document: str, heads: Heads, lower: int | None
) -> Iterator[bytes]:
    """What is under a seal, line by line; `[]` ends each part.

    One row stands on a line of its own: no content can pass for another row.
    """
    yield _line(["pachamama seal 1", number, heads, lower])
    for query in (_ROUND, _ENTRIES, _SHEETS, _ORDERS, _RULINGS, _RECUSALS):
        for row in connection.execute(query, (key,)):
            yield _line(row)
        yield _line([])
    yield _line([document])


def _line(row: Sequence[Any]) -> bytes:
    return canonical(list(row)).encode() + b"\n"


def code_of(digest: str) -> str:
    """The code that papers carry: 25 letters of the digest and a check letter, in groups of five."""
    bits = int(digest, 16) >> (256 - 5 * (_LENGTH - 1))
    letters = "".join(LETTERS[(bits >> (5 * place)) & 31] for place in reversed(range(_LENGTH - 1)))
    return _grouped(letters + _check_letter(letters))


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _check_letter(letters: str) -> str:
    """Luhn's sum in base 32: one wrong letter is always seen, two neighbours exchanged nearly always."""
    from stdnum import luhn

    return str(luhn.calc_check_digit(letters, alphabet=LETTERS))


def read_code(typed: str) -> str:
    """A code as people type it from a paper, in its printed form; one that is mistyped is refused."""
    letters = re.sub(r"[\s\-–—.]", "", typed).upper().translate(_LIKE)
    if len(letters) != _LENGTH or any(letter not in LETTERS for letter in letters):
        raise refused(
            say("“{code}” is not the code of a paper.", code=typed.strip()),
            say(
                "It has {count} letters and digits, in groups of five; it stands at the foot of each page.",
                count=_LENGTH,
            ),
        )
    if _check_letter(letters[:-1]) != letters[-1]:
        raise refused(
            say("The code {code} is mistyped: its last letter does not agree with the others.", code=typed.strip()),
            say("Read it again from the paper, letter by letter."),
        )
    return _grouped(letters)


def heads_of(connection: sqlite3.Connection) -> Heads:
    """Where each laptop's chain of the journal ends in this file."""
    return [
        list(row)
        for row in connection.execute(
            "SELECT device, number, hash FROM journal o WHERE number ="
            " (SELECT max(number) FROM journal i WHERE i.device = o.device) ORDER BY device"
        )
    ]
