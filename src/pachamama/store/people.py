"""Persons: names and DNI, in one table that can be erased; the journal holds only a salted commitment to each.

The commitment proves later that a name was not exchanged, and gives nothing away without the salt.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pachamama.core.accounts import is_of_account
from pachamama.core.problems import Problem
from pachamama.core.sentences import say, say_count
from pachamama.store.changes import Person
from pachamama.store.connection import insert_many
from pachamama.store.edge import random_hex
from pachamama.store.journal import canonical
from pachamama.store.refusals import do_not_pay, refused

PERSONAL_FIELDS = frozenset({"name", "dni", "head", "partner", "note", "phone", "birth", "address"})
"""Columns of a table that may say who somebody is: they are kept with the person, never in the journal."""


def is_personal(column: str) -> bool:
    """A column of `PERSONAL_FIELDS`, or one that says where somebody's money is, in any spelling."""
    return column in PERSONAL_FIELDS or is_of_account(column)


def commitment(salt: str, person: Person, fields: Mapping[str, str]) -> str:
    """SHA-256 over the salt and everything personal."""
    return hashlib.sha256(canonical([salt, person.name, person.dni, person.partner, dict(fields)]).encode()).hexdigest()


@dataclass
class Roll:
    """The persons that one action brings: each gets a commitment at once, and its row when the action is stored."""

    rows: list[tuple[str, ...]] = field(default_factory=list)

    def commit_to(self, person: Person, fields: Mapping[str, str] | None = None) -> str:
        """The commitment that stands for the person in the journal; the salt is new every time."""
        salt, fields = random_hex(), fields or {}
        sealed = commitment(salt, person, fields)
        self.rows.append((sealed, salt, person.name, person.dni, person.partner, canonical(dict(fields))))
        return sealed

    def commit_to_names(self, names: Sequence[str]) -> list[str]:
        """Commitments to people of whom only the name is known (witnesses, a jury)."""
        return [self.commit_to(Person(name)) for name in names]

    def commit_to_witness(self, name: str, *, actor: str) -> str:
        """The commitment to whoever closes or reopens a round beside the actor; '' for nobody, the actor is refused."""
        if name and _letters(name) == _letters(actor):
            raise refused(
                say("{name} cannot be both who does this and who is witness of it.", name=name),
                say("Name another person with `--witness`, or say who does it with `--as`."),
            )
        return self.commit_to(Person(name)) if name else ""

    def write(self, connection: sqlite3.Connection) -> None:
        """Store the persons, inside the transaction of the action."""
        insert_many(
            connection, "person (commitment, salt, name, dni, partner, fields)", "(?, ?, ?, ?, ?, ?)", self.rows
        )


def _letters(name: str) -> str:
    """The letters and figures of a name, large or small, without accents; a name that has none stands for itself."""
    folded = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in folded if letter.isalnum()) or name


def names_of(connection: sqlite3.Connection, commitments: Sequence[str]) -> tuple[str, ...]:
    """The names behind commitments, in their order; '' for one that was erased."""
    rows = connection.execute(
        "SELECT commitment, name FROM person WHERE commitment IN (SELECT value FROM json_each(?))",
        (json.dumps(list(commitments)),),
    ).fetchall()
    known = dict(rows)
    return tuple(known.get(sealed, "") for sealed in commitments)


def known(connection: sqlite3.Connection, commitments: Sequence[str]) -> list[str]:
    """Those of the commitments behind which somebody still stands, in order."""
    rows = connection.execute(
        "SELECT commitment FROM person WHERE salt <> '' AND commitment IN (SELECT value FROM json_each(?))"
        " ORDER BY commitment",
        (json.dumps(list(commitments)),),
    ).fetchall()
    return [commitment for (commitment,) in rows]


def behind(connection: sqlite3.Connection, commitments: Sequence[str]) -> dict[str, Person]:
    """Who stands behind commitments; one that was erased is left out."""
    rows = connection.execute(
        "SELECT commitment, name, dni, partner FROM person"
        " WHERE (salt <> '' OR name <> '' OR dni <> '') AND commitment IN (SELECT value FROM json_each(?))",
        (json.dumps(list(commitments)),),
    ).fetchall()
    return {commitment: Person(*said) for commitment, *said in rows}


def hide_numbers(connection: sqlite3.Connection) -> None:
    """Put in place of every DNI a word that stands for it, the same for the same number; accounts are taken out.

    It cannot be undone. For a copy that others look at: without its salt such a person is no longer proved by the
    commitment.
    """
    salts = connection.execute("SELECT salt FROM person ORDER BY commitment").fetchall()
    secret = canonical([salt for (salt,) in salts])
    rows = connection.execute("SELECT id, dni FROM person WHERE dni <> ''").fetchall()
    connection.executemany(
        "UPDATE person SET salt = '', dni = ? WHERE id = ?",
        [(f"({hashlib.sha256(canonical([secret, dni]).encode()).hexdigest()[:8]})", number) for number, dni in rows],
    )
    rows = connection.execute("SELECT id, fields FROM person WHERE fields <> '{}'").fetchall()
    kept = [
        ({name: text for name, text in json.loads(fields).items() if not is_of_account(name)}, fields, number)
        for number, fields in rows
    ]
    connection.executemany(
        "UPDATE person SET salt = '', fields = ? WHERE id = ?",
        [(written, number) for left, fields, number in kept if (written := canonical(left)) != fields],
    )


def bearers(connection: sqlite3.Connection, name: str) -> tuple[str, ...]:
    """The commitments to people of whom that name is all that is known: witnesses, juries, claimants, proxies."""
    rows = connection.execute(
        "SELECT commitment, name FROM person WHERE salt <> '' AND dni = '' AND partner = '' AND fields = '{}'"
        " ORDER BY commitment"
    ).fetchall()
    return tuple(commitment for commitment, known in rows if known.casefold() == name.casefold())


def erased(connection: sqlite3.Connection, round_key: int) -> frozenset[str]:
    """The entries of a round of whose register row, or of whose own name, the person was erased and not written anew."""
    rows = connection.execute(
        "SELECT e.code FROM entry e JOIN contest c ON c.id = e.contest JOIN round r ON r.id = c.round"
        " LEFT JOIN household h ON r.tier <> 'community' AND h.code = coalesce(json_extract(e.fields, '$.entrant'), e.code)"
        " LEFT JOIN person p ON p.id = h.person LEFT JOIN person own ON own.id = e.person"
        " WHERE c.round = ? AND coalesce(p.name, '') = '' AND coalesce(own.name, '') = ''"
        " AND (p.salt = '' OR own.salt = '')",
        (round_key,),
    ).fetchall()
    return frozenset(code for (code,) in rows)


def alike(connection: sqlite3.Connection, commitments: Sequence[str]) -> list[list[str]]:
    """Those of the commitments that say the same of a person, together: what two laptops said alike stays alike."""
    rows = connection.execute(
        "SELECT commitment, json_array(name, dni, partner, fields) FROM person"
        " WHERE salt <> '' AND commitment IN (SELECT value FROM json_each(?)) ORDER BY commitment",
        (json.dumps(list(commitments)),),
    ).fetchall()
    groups: dict[str, list[str]] = {}
    for sealed, said in rows:
        groups.setdefault(said, []).append(sealed)
    return [group for group in groups.values() if len(group) > 1]


_ONE = re.compile(r'"(?:person|witness|claimant|proxy)":"([0-9a-f]{64})"')
_SEVERAL = re.compile(r'"(?:names|witnesses)":\[((?:"[0-9a-f]{64}",?)+)\]')
"""Where commitments stand in the canonical text of a body; inside of what people wrote every quote has a backslash."""


def verify(connection: sqlite3.Connection, *, for_audit: bool = False) -> tuple[Problem, ...]:
    """Which persons are not those that the journal committed to.

    An erased one has no salt, no name and no DNI, and the journal says that it was erased. In a copy for audit
    (`for_audit`) numbers are hidden, and whoever has no salt is not proved.
    """
    named, forgotten = _committed(connection)
    known = set()
    problems = []
    rows = connection.execute("SELECT id, commitment, salt, name, dni, partner, fields FROM person")
    for number, sealed, salt, name, dni, partner, fields in rows:
        known.add(sealed)
        if salt:
            holds = commitment(salt, Person(name, dni, partner), json.loads(fields)) == sealed
        else:
            holds = for_audit or (sealed in forgotten and not (name or dni or partner))
        if not holds:
            problems.append(
                do_not_pay(say("The name or DNI of person {number} was changed outside the program.", number=number))
            )
    if missing := len(named - known):
        problems.append(
            do_not_pay(
                say_count(
                    "{count} person of whom the journal speaks was taken out of the file.",
                    "{count} persons of whom the journal speaks were taken out of the file.",
                    missing,
                )
            )
        )
    return tuple(problems)


def _committed(connection: sqlite3.Connection) -> tuple[set[str], set[str]]:
    """Every commitment in the journal, and those that it says were erased."""
    named: set[str] = set()
    forgotten: set[str] = set()
    for kind, body in connection.execute("SELECT kind, body FROM journal"):
        named.update(_ONE.findall(body))
        for several in _SEVERAL.findall(body):
            named.update(json.loads(f"[{several}]"))
        if kind == "person_forgotten":
            forgotten.update(json.loads(body)["commitments"])
    return named, forgotten
