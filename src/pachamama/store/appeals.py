"""Appeals (*reclamos*): who objected to the results of which closing, by which day, and what was decided.

One that comes after the last day is taken and marked late, by the day that was known when it came.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, TypeAlias

from pachamama.core.sentences import Sentence, When, say
from pachamama.store.edge import now
from pachamama.store.journal import Body, canonical
from pachamama.store.money import closed, closed_on
from pachamama.store.people import Roll, names_of
from pachamama.store.refusals import codes_like, refused
from pachamama.store.rounds import Standing

AppealState: TypeAlias = Literal["open", "upheld", "rejected"]


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal (*reclamo*) against the results of a closing: `entry` is '' where it is about all of them.

    `until` is the last day for appeals against that closing as it was known when this one came, '' for none.
    """

    code: str
    round: str
    results: int
    entry: str
    claimant: str
    day: str
    text: str
    state: AppealState
    decision: str
    names: tuple[str, ...]
    decided: str
    until: str = ""
    within: str | None = None
    category: str | None = None

    @property
    def is_late(self) -> bool:
        """It came after the last day for appeals against that closing; it is taken all the same."""
        return bool(self.until) and self.day > self.until


def opening(connection: sqlite3.Connection, standing: Standing, *, until: str) -> Body | None:
    """The body that says until which day appeals are in time; None if that was said of this closing already."""
    if standing.is_open:
        raise refused(
            say("Round {round} is open: appeals are about the results of a closed round.", round=standing.code),
            say("Close it first: `pachamama round close {round}`.", round=standing.code),
        )
    results = closed(connection, standing)
    if date.fromisoformat(until) < (since := closed_on(connection, standing, results)):
        raise refused(
            say("Round {round} was closed on {day}, after that day.", round=standing.code, day=When(since.isoformat())),
            say("The last day for appeals comes after the closing."),
        )
    row = connection.execute(
        "SELECT appeals_until FROM result WHERE round = ? AND number = ?", (standing.key, results)
    ).fetchone()
    return None if row[0] == until else {"round": standing.code, "results": results, "until": until}


def appeals_until(connection: sqlite3.Connection, standing: Standing) -> str:
    """The last day for appeals against the latest closing; '' where nobody set one."""
    row = connection.execute(
        "SELECT x.appeals_until FROM result x JOIN round r ON r.id = x.round AND r.results = x.number WHERE r.id = ?",
        (standing.key,),
    ).fetchone()
    return str(row[0]) if row else ""


def filing(
    connection: sqlite3.Connection,
    standing: Standing,
    place: Mapping[str, str | None],
    *,
    letters: str,
    claimant: str,
    day: str,
    text: str,
    roll: Roll,
) -> Body:
    """The body of an appeal; `place` holds `within`, `category` and `entry`, the entry None for the whole contest."""
    results = connection.execute("SELECT results FROM round WHERE id = ?", (standing.key,)).fetchone()[0]
    if not results:
        raise refused(
            say("Round {round} has no results yet.", round=standing.code),
            say("An appeal is about results: close the round first."),
        )
    _refuse_a_day(day, since=closed_on(connection, standing, results), what=say("the closing"))
    count = connection.execute(
        "SELECT count(*) FROM appeal WHERE round = ? AND code LIKE ?", (standing.key, f"%-{letters}%")
    ).fetchone()[0]
    return {
        "round": standing.code,
        "code": f"{standing.code}-{letters}{count + 1}",
        "results": results,
        **place,
        "claimant": roll.commit_to_names([claimant])[0],
        "day": day,
        "text": text,
        "until": appeals_until(connection, standing),
    }


def deciding(
    connection: sqlite3.Connection,
    code: str,
    *,
    state: AppealState,
    decision: str,
    names: Sequence[str],
    day: str,
    roll: Roll,
) -> Body:
    """The body that decides an appeal, once; again only while two laptops differ on it, which ends by that."""
    known = {of: (then, filed) for of, then, filed in connection.execute("SELECT code, state, day FROM appeal")}
    if code not in known:
        raise refused(say("There is no appeal {code}.", code=code), codes_like(code, known))
    _refuse_a_day(day, since=date.fromisoformat(known[code][1]), what=say("the appeal"))
    if known[code][0] != "open" and not _is_contradicted(connection, code):
        raise refused(
            say("Appeal {code} is decided already.", code=code),
            say("A new appeal can be filed against the new results."),
        )
    return {"code": code, "state": state, "decision": decision, "names": roll.commit_to_names(names), "day": day}


def _is_contradicted(connection: sqlite3.Connection, code: str) -> bool:
    """Two laptops decided it in two ways, and nobody has settled that."""
    query = "SELECT 1 FROM conflict WHERE kind = 'appeal' AND what = ? AND settled = ''"
    return connection.execute(query, (canonical([code]),)).fetchone() is not None


def _refuse_a_day(day: str, *, since: date, what: Sentence) -> None:
    """A day before `what`, or one that has not come yet."""
    today = datetime.fromisoformat(now()).astimezone().date()
    if not since <= date.fromisoformat(day) <= today:
        raise refused(
            say(
                "{day} cannot be the day: it is before {what} ({since}), or has not come yet.",
                day=When(day),
                what=what,
                since=When(since.isoformat()),
            ),
            say("Say on which day it was: `--day YYYY-MM-DD`; without it, it is today."),
        )


def appeals(connection: sqlite3.Connection, code: str | None = None) -> tuple[Appeal, ...]:
    """The appeals of a round, or of all, in the order in which they were filed."""
    rows = connection.execute(
        "SELECT a.code, r.code, a.results, coalesce(e.code, ''), coalesce(p.name, ''), a.day, a.text, a.state,"
        " a.decision, a.names, a.decided, coalesce(json_extract(n.body, '$.until'), x.appeals_until, ''), coalesce(c.within, ''), coalesce(c.category, '')"
        " FROM appeal a JOIN round r ON r.id = a.round JOIN journal n ON n.id = a.journal LEFT JOIN entry e ON e.id = a.entry"
        " LEFT JOIN contest c ON c.id = e.contest"
        " LEFT JOIN result x ON x.round = a.round AND x.number = a.results LEFT JOIN person p ON p.commitment = a.claimant WHERE ?1 IS NULL OR r.code = ?1 ORDER BY a.id",
        (code,),
    ).fetchall()
    return tuple(
        Appeal(
            of, round_code, results, entry, claimant, day, text, state, decision,
            names_of(connection, json.loads(names)), decided, until, within or None, category or None,
        )
        for of, round_code, results, entry, claimant, day, text, state, decision, names, decided, until, within, category
        in rows
    )  # fmt: skip
