"""What people call the phases and criteria of a round: read from its frozen rules, only where a message needs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from pachamama.core.sentences import Listing, Sentence, Value, choice, listing, say

if TYPE_CHECKING:
    from pachamama.core.rules import Tier


def phase_called(connection: sqlite3.Connection, round_: int, id_: str) -> Value:
    """A phase by its name, as a sentence says it."""
    from pachamama.core.rules.naming import phase_said

    tier = tier_of(connection, round_)
    return phase_said(tier, id_) if tier else id_


def criterion_called(connection: sqlite3.Connection, round_: int, id_: str) -> Value:
    """A criterion by its name."""
    from pachamama.core.rules.naming import criterion_said

    tier = tier_of(connection, round_)
    return criterion_said(tier, id_) if tier else id_


def contest_called(connection: sqlite3.Connection, round_: int, within: str, category: str) -> Value:
    """A contest by its unit, with code and name, and its category; empty texts where everybody competes together."""
    from pachamama.core.names import called
    from pachamama.core.rules.naming import category_said

    tier = tier_of(connection, round_)
    group: Value = category_said(tier, category) if tier else category
    if not within:
        return group
    row = connection.execute(
        "SELECT name FROM community WHERE code = ? UNION ALL SELECT name FROM watershed WHERE code = ?",
        (within, within),
    ).fetchone()
    unit = called(within, row[0] if row else "")
    return say("{unit}, {category}", unit=unit, category=group) if category else unit


def field_called(connection: sqlite3.Connection, round_: int, name: str) -> Value:
    """A field of an entry by its name."""
    from pachamama.core.rules.naming import field_said

    tier = tier_of(connection, round_)
    return field_said(tier, name) if tier else name


def value_called(connection: sqlite3.Connection, round_: int, field: str, value: str) -> Value:
    """What a field holds, in words: a status, faults by their names; anything else as it is written."""
    from pachamama.core.rules.naming import fault_said, status_said

    if field == "status":
        return status_said(value)
    tier = tier_of(connection, round_) if field == "deductions" and value else None
    return listing([fault_said(tier, id_) for id_ in value.split()]) if tier else value


def phases_called(connection: sqlite3.Connection, round_: int, ids: Iterable[str]) -> Listing:
    """Phases by their names."""
    return listing([phase_called(connection, round_, id_) for id_ in ids])


def phases_meant(connection: sqlite3.Connection, round_: int, written: str, ids: Sequence[str]) -> Sentence:
    """The codes of phases that look like the one written, else all of them, each with its name."""
    from difflib import get_close_matches

    from pachamama.core.rules.naming import coded

    close = get_close_matches(written.casefold(), ids, n=3)
    words = choice([coded(id_, phase_called(connection, round_, id_)) for id_ in close or ids])
    return say("Did you mean {codes}?", codes=words) if close else say("There are: {words}.", words=words)


def tier_of(connection: sqlite3.Connection, round_: int) -> Tier | None:
    """The tier that the round plays; None where nobody can read its rules any more."""
    text, competition, tier = connection.execute(
        "SELECT t.text, r.competition, r.tier FROM round r JOIN rules t ON t.id = r.rules WHERE r.id = ?", (round_,)
    ).fetchone()
    return _read(text, competition, tier)


@lru_cache(maxsize=8)
def _read(text: str, competition: str, tier: str) -> Tier | None:
    from pachamama.core.problems import Refused
    from pachamama.core.rules import load_rules

    try:
        held = load_rules(text).competitions.get(competition)
    except Refused:
        return None
    return held.tier(tier) if held else None
