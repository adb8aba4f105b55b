"""Rounds: opened with their rules frozen, closed with numbered results, reopened for a reason.

A round reads the results of the round below it by number. When the round below is reopened, this one is stale until
the lower one is closed again, and, if it was closed itself, until it is reopened and closed again too.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from pachamama.core.model import Round, TierName
from pachamama.core.problems import Problem
from pachamama.core.sentences import say
from pachamama.store import journal, seal
from pachamama.store.journal import Body, JournalEntry
from pachamama.store.refusals import codes_like, do_not_pay, refused

_ROUNDS = (
    "SELECT r.code, r.competition, r.tier, r.number, r.edition, r.state, t.text, l.code, r.results"
    " FROM round r JOIN rules t ON t.id = r.rules LEFT JOIN round l ON l.id = r.lower"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """A round as the store works with it: its key, and the criteria of each phase in the order of the paper."""

    key: int
    code: str
    tier: TierName
    is_open: bool
    lower: int | None
    lower_results: int | None
    phases: Mapping[str, tuple[str, ...]]


def every(connection: sqlite3.Connection) -> tuple[Round, ...]:
    """All rounds in the order in which they were opened."""
    return tuple(Round(*row) for row in connection.execute(f"{_ROUNDS} ORDER BY r.id"))


def one(connection: sqlite3.Connection, code: str) -> Round:
    """The round with that code; an unknown one is refused with the codes that look like it."""
    row = connection.execute(f"{_ROUNDS} WHERE r.code = ?", (code,)).fetchone()
    return Round(*row) if row else _unknown(connection, code)


def standing(connection: sqlite3.Connection, code: str, *, writing: bool = False) -> Standing:
    """The round to work with; with `writing`, a closed one is refused."""
    row = connection.execute(
        "SELECT id, code, tier, state = 'open', lower, lower_results FROM round WHERE code = ?", (code,)
    ).fetchone()
    if row is None:
        _unknown(connection, code)
    if writing and not row[3]:
        raise refused(
            say("Round {round} is closed: its results stand and nothing more is taken.", round=code),
            say("If something must be corrected, `pachamama round reopen {round} --reason TEXT` first.", round=code),
        )
    rows = connection.execute("SELECT code, criteria FROM phase WHERE round = ? ORDER BY id", (row[0],)).fetchall()
    phases = {phase: tuple(json.loads(criteria)) for phase, criteria in rows}
    return Standing(row[0], row[1], row[2], bool(row[3]), row[4], row[5], phases)


def rules_named(connection: sqlite3.Connection, text: str) -> Body:
    """How a journal body names a rules text: by its digest, and with the text itself the first time."""
    digest = digest_of_rules(text)
    if connection.execute("SELECT 1 FROM rules WHERE digest = ?", (digest,)).fetchone():
        return {"rules": digest}
    return {"rules": digest, "rules_text": text}


def opening(
    connection: sqlite3.Connection,
    *,
    competition: str,
    tier: TierName,
    edition: str,
    rules_text: str,
    criteria: Mapping[str, Sequence[str]],
    lower: str | None,
) -> Body:
    """The body that opens the next round of that competition and tier; a lower round must be closed and valid."""
    below = None
    if lower is not None:
        below = one(connection, lower)
        if below.competition != competition:
            raise refused(
                say("Round {round} belongs to {competition}.", round=lower, competition=below.competition),
                say("Name a round of {competition}, or leave it out.", competition=competition),
            )
        if below.state != "closed":
            raise refused(
                say("Round {round} is still open, and only closed results are read.", round=lower),
                say("Close it first: `pachamama round close {round}`.", round=lower),
            )
        if is_stale(connection, lower):
            raise refused(
                say("The results of round {round} rest on a round that was reopened.", round=lower),
                say("Reopen {round} and close it again, so that it reads the new results.", round=lower),
            )
    number = connection.execute(
        "SELECT coalesce(max(number), 0) + 1 FROM round WHERE competition = ? AND tier = ?", (competition, tier)
    ).fetchone()[0]
    return {
        "round": f"{competition}-{tier}-{number}",
        "competition": competition,
        "tier": tier,
        "number": number,
        "edition": edition,
        "phases": [[phase, list(codes)] for phase, codes in criteria.items()],
        "lower": lower,
        "lower_results": below.results if below else None,
        **rules_named(connection, rules_text),
    }


def closing(
    connection: sqlite3.Connection, code: str, *, document: str, accept_missing: str | None, witness: str
) -> Body:
    """The body that closes a round with its results and its seal; a closed or a stale one is refused.

    `witness` is the commitment to whoever closed it beside the actor, '' for nobody.
    """
    current = standing(connection, code, writing=True)
    if is_stale(connection, code):
        lower = one(connection, code).lower or ""
        raise refused(
            say("Round {round} reads the results of {lower}, which was reopened.", round=code, lower=lower),
            say("Close {lower} again first; {round} then reads its new results.", round=code, lower=lower),
        )
    number, heads = one(connection, code).results + 1, seal.heads_of(connection)
    read = current.lower_results
    digest = seal.digest_of(connection, current.key, number=number, document=document, heads=heads, lower=read)
    return {
        "lower_results": read,
        "round": code,
        "number": number,
        "document": document,
        "accept_missing": accept_missing or "",
        "heads": heads,
        "seal": seal.code_of(digest),
        "witness": witness,
    }


@dataclass(frozen=True, slots=True)
class Seal:
    """One closing of a round: its number, the code on its papers, who closed it, and which code took its place.

    `code` is empty for a round that was closed before there were seals; `replaced_by` is empty while no later closing has
    a code. `is_open` says that the round was reopened after it, `is_last` that no closing came after it;
    `is_witness_erased` that there was one, whose name was erased.
    """

    round: str
    number: int
    code: str
    actor: str
    witness: str
    at: str
    accept_missing: str
    is_open: bool
    is_last: bool
    replaced_by: str = ""
    is_witness_erased: bool = False

    @property
    def stands(self) -> bool:
        """Its results are those of the round."""
        return self.is_last and not self.is_open


def seals(connection: sqlite3.Connection, code: str | None = None) -> tuple[Seal, ...]:
    """Every closing of a round, or of all, in the order of their numbers."""
    rows = connection.execute(
        "SELECT r.code, x.number, x.seal, n.actor, coalesce(p.name, ''), n.at, x.accept_missing,"
        " r.state = 'open' AND x.number = r.results, x.number = r.results, coalesce(y.seal, ''),"
        " x.witness <> '' AND coalesce(p.name, '') = ''"
        " FROM result x JOIN round r ON r.id = x.round JOIN journal n ON n.id = x.journal"
        " LEFT JOIN result y ON y.round = x.round AND y.number = r.results AND y.number > x.number"
        " LEFT JOIN person p ON p.commitment = x.witness WHERE ?1 IS NULL OR r.code = ?1 ORDER BY r.id, x.number",
        (code,),
    ).fetchall()
    return tuple(
        Seal(of, number, sealed, actor, witness, at, accepted, bool(is_open), bool(is_last), replaced, bool(erased))
        for of, number, sealed, actor, witness, at, accepted, is_open, is_last, replaced, erased in rows
    )


def closing_apart(connection: sqlite3.Connection, code: str) -> JournalEntry | None:
    """The closing with that code that is none of the round's results: another laptop had closed it, unknown to this one."""
    row = connection.execute(
        "SELECT id FROM journal WHERE kind = 'round_closed' AND json_extract(body, '$.seal') = ?"
        " AND id NOT IN (SELECT journal FROM result)",
        (code,),
    ).fetchone()
    return journal.one(connection, row[0]) if row is not None else None


def sealed_lines(connection: sqlite3.Connection, code: str) -> Iterator[bytes]:
    """What is under the seal that stands, line by line: their SHA-256 is what its code is made of; nothing while open."""
    current = standing(connection, code)
    row = connection.execute(
        "SELECT x.number, x.document, x.heads FROM result x JOIN round r ON r.id = x.round AND r.results = x.number"
        " WHERE r.id = ? AND r.state = 'closed'",
        (current.key,),
    ).fetchone()
    if row is not None:
        number, text, heads = row
        lower = current.lower_results
        yield from seal.lines(
            connection, current.key, number=number, document=text, heads=json.loads(heads), lower=lower
        )


def seal_holds(connection: sqlite3.Connection, code: str) -> bool:
    """What stands under the last closing gives its code again; a closing from before there were codes has none to give."""
    current = standing(connection, code)
    row = connection.execute(
        "SELECT x.number, x.document, x.heads, x.seal FROM result x JOIN round r ON r.id = x.round"
        " AND r.results = x.number WHERE r.id = ?",
        (current.key,),
    ).fetchone()
    if row is None or not row[3]:
        return True
    number, text, heads, sealed = row
    digest = seal.digest_of(
        connection, current.key, number=number, document=text, heads=json.loads(heads), lower=current.lower_results
    )
    return bool(seal.code_of(digest) == sealed)


def digest_of_rules(text: str) -> str:
    """SHA-256 of a rules file, by which the journal and the seals name it."""
    return hashlib.sha256(text.encode()).hexdigest()


def verify_rules(connection: sqlite3.Connection) -> tuple[Problem, ...]:
    """Rules kept with the rounds whose text is not that of their digest."""
    return tuple(
        do_not_pay(say("The rules {digest}… were changed outside the program.", digest=digest[:8]))
        for digest, text in connection.execute("SELECT digest, text FROM rules ORDER BY id")
        if digest_of_rules(text) != digest
    )


def reopening(connection: sqlite3.Connection, code: str, *, reason: str, witness: str) -> Body:
    """The body that reopens a closed round; one that is open is refused.

    `witness` is the commitment to whoever reopened it beside the actor, '' for nobody.
    """
    if standing(connection, code).is_open:
        raise refused(
            say("Round {round} is open already.", round=code), say("Nothing has to be done: go on working in it.")
        )
    return {"round": code, "reason": reason, "witness": witness}


def results(connection: sqlite3.Connection, code: str) -> str | None:
    """The document of the latest closing, while the round is closed."""
    current = standing(connection, code)
    if current.is_open:
        return None
    return document(connection, current.key, one(connection, code).results)


def document(connection: sqlite3.Connection, key: int, number: int) -> str:
    """The results of a round with that number."""
    text: str = connection.execute(
        "SELECT document FROM result WHERE round = ? AND number = ?", (key, number)
    ).fetchone()[0]
    return text


def is_stale(connection: sqlite3.Connection, code: str) -> bool:
    """The round reads results that were replaced, or are being corrected, here or further down."""
    standing(connection, code)
    rows = connection.execute(
        "WITH RECURSIVE chain (lower, seen) AS ("
        " SELECT lower, lower_results FROM round WHERE code = ?"
        " UNION SELECT r.lower, r.lower_results FROM round r JOIN chain ON r.id = chain.lower)"
        " SELECT 1 FROM chain JOIN round r ON r.id = chain.lower WHERE r.state = 'open' OR r.results <> chain.seen",
        (code,),
    )
    return rows.fetchone() is not None


def _unknown(connection: sqlite3.Connection, code: str) -> NoReturn:
    known = [row[0] for row in connection.execute("SELECT code FROM round")]
    raise refused(
        say("There is no round {round}.", round=code),
        codes_like(code, known) or say("Open one first: `pachamama round open COMPETITION --tier household`."),
    )
