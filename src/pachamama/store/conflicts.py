"""Who may not judge whom, checked at the one door through which all marks come: tables, phones, screens, one sheet.

Refused are the own community, the own household, a judge who stepped back, one outside the panel, and one who may not
judge the phase.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pachamama.core.conflicts import Competitor, Person, refusals
from pachamama.core.model import Contest, Entry, Judge, Sheet
from pachamama.core.names import called
from pachamama.core.problems import Problem
from pachamama.core.sentences import Value, listing, say
from pachamama.core.spelling import plain_words
from pachamama.store import panels
from pachamama.store.contests import Stored
from pachamama.store.registers import judges as registered
from pachamama.store.rounds import Standing


@dataclass
class Conflicts:
    """The conflicts of one round; `begin` reads what one contest needs, once."""

    connection: sqlite3.Connection
    standing: Standing
    _panel: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    _recused: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    _contest: Contest = field(default_factory=lambda: Contest(None, None, ()))
    _rivals: Mapping[str, Competitor] = field(default_factory=dict)
    _suspects: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Read the register of judges once."""
        self.judges: Mapping[str, Judge] = {judge.code: judge for judge in registered(self.connection)}
        self._names = {code: _words(judge.name) for code, judge in self.judges.items() if judge.name}

    def begin(self, table: Contest, key: int | None, rows: Sequence[Stored]) -> None:
        """Look at the contest of which sheets come next."""
        self._panel = panels.panel_of(self.connection, key) if key is not None else {}
        instead = panels.substitutes_in(self.connection, key) if key is not None else {}
        self._contest = replace(table, entries=(), panel=self._panel, substitutes=instead)
        recused = panels.recused_in(self.connection, key) if key is not None else {}
        self._recused = {row.code: recused[row.key] for row in rows if row.key in recused}
        self._rivals = self._register(table)
        communities = {rival.community for rival in self._rivals.values()}
        people = [person for rival in self._rivals.values() for person in rival.people]
        numbers = {person.dni for person in people if person.dni}
        names = {_words(person.name) for person in people} if self._names else set()
        self._suspects = frozenset(
            code
            for code, judge in self.judges.items()
            if judge.phases
            or any(judge.is_from(one) for one in communities)
            or judge.dni in numbers
            or self._names.get(code) in names
        )

    def of(self, entry: Entry, sheet: Sheet) -> Problem | None:
        """Why this judge's sheet for this entry is not taken; None if it is."""
        if sheet.judge not in self._suspects and not self._panel and not self._recused:
            return None
        if sheet.judge in self._recused.get(entry.code, ()):
            return Problem(
                sheet.where,
                say(
                    "{judge} stepped back from judging {entry} ({reason}): no sheet of theirs is taken.",
                    judge=self.called(sheet.judge),
                    entry=called(entry.code, entry.name),
                    reason=self._recused[entry.code][sheet.judge],
                ),
                say("Leave the sheet out, and keep the paper with the others."),
            )
        panel = self._panel.get(sheet.phase)
        instead = self._contest.instead(entry.code, sheet.phase).values()
        if panel is not None and sheet.judge not in (*panel, *instead):
            return Problem(
                sheet.where,
                say(
                    "{judge} is not in the panel that judges {entry}: {judges}.",
                    judge=self.called(sheet.judge),
                    entry=called(entry.code, entry.name),
                    judges=listing([self.called(code) for code in (*panel, *instead)]),
                ),
                say("Look at the name on the paper. If it is right, change the panel: `pachamama panel assign`."),
            )
        problem = self.certain(sheet.judge, entry, sheet.phase)
        return replace(problem, where=sheet.where) if problem else None

    def called(self, judge: str) -> Value:
        """A judge by code and name."""
        known = self.judges.get(judge)
        return called(judge, known.name if known else "")

    def certain(self, code: str, entry: Entry, phase: str) -> Problem | None:
        """Why a judge of the register may not judge the entry in the phase; None for one who may, or is not there."""
        judge = self.judges.get(code)
        if judge is None:
            return None
        rival = self._rivals.get(entry.code)
        if certain := refusals(judge, rival) if rival else ():
            return certain[0]
        if judge.phases and phase not in judge.phases:
            return panels.may_not_judge(self.connection, self.standing, judge, phase)
        return None

    def _register(self, table: Contest) -> Mapping[str, Competitor]:
        """Each entry with its community and the people of the register behind it; a community is its own."""
        if self.standing.tier == "community":
            return {
                one.code: Competitor(table.within, table.category, one.code, "", one.entrant) for one in table.entries
            }
        codes = json.dumps([entry.entrant for entry in table.entries])
        known = {
            code: (community, (Person(head, dni, "head"), Person(partner, "", "partner")))
            for code, community, head, dni, partner in self.connection.execute(
                "SELECT h.code, c.code, coalesce(p.name, ''), coalesce(p.dni, ''), coalesce(p.partner, '')"
                " FROM household h JOIN community c ON c.id = h.community LEFT JOIN person p ON p.id = h.person"
                " WHERE h.code IN (SELECT value FROM json_each(?))",
                (codes,),
            )
        }
        return {
            entry.code: Competitor(
                table.within, table.category, entry.code, "", community, tuple(one for one in people if one.name)
            )
            for entry in table.entries
            if entry.entrant in known
            for community, people in [known[entry.entrant]]
        }


def _words(name: str) -> tuple[str, ...]:
    return tuple(sorted(plain_words(name)))
