"""What people call the phases and criteria of a round: read from its frozen rules, only where a message needs it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

from pachamama.core.sentences import Listing, Value, choice, listing

if TYPE_CHECKING:
    from pachamama.core.rules import Tier


def phase_called(connection: sqlite3.Connection, round_: int, id_: str) -> Value:
    """A phase by its name, as a sentence says it."""
    from pachamama.core.rules.naming import phase_said

    tier = _tier(connection, round_)
    return phase_said(tier, id_) if tier else id_


def criterion_called(connection: sqlite3.Connection, round_: int, id_: str) -> Value:
    """A criterion by its name."""
    from pachamama.core.rules.naming import criterion_said

    tier = _tier(connection, round_)
    return criterion_said(tier, id_) if tier else id_


def phases_called(connection: sqlite3.Connection, round_: int, ids: Iterable[str]) -> Listing:
    """Phases by their names."""
    return listing([phase_called(connection, round_, id_) for id_ in ids])


def phases_to_type(connection: sqlite3.Connection, round_: int, ids: Iterable[str]) -> Listing:
    """The codes of phases, of which one is to be typed, each with its name."""
    from pachamama.core.rules.naming import coded

    return choice([coded(id_, phase_called(connection, round_, id_)) for id_ in ids])


def _tier(connection: sqlite3.Connection, round_: int) -> Tier | None:
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
