"""The registers (*padrón*): watersheds, communities, households, judges; what an import changes in them, and refuses.

A row not in the file stays as it was, and an empty cell keeps what is known: an import never erases.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, TypeAlias, cast

from pachamama.core.model import Community, Household, Judge, Watershed
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Place, Problem, Refused
from pachamama.core.sentences import say
from pachamama.store import naming
from pachamama.store.changes import Change, Changes, Person, RegisterKind
from pachamama.store.journal import Body
from pachamama.store.people import Roll
from pachamama.store.refusals import codes_like, refused

Row: TypeAlias = Watershed | Community | Household | Judge
Pair: TypeAlias = tuple[str, str]
"""Two codes of households, in the order of their letters."""
_PEOPLE = frozenset({"head", "dni", "partner", "name"})
"""The attributes of households and judges that belong to the person."""
MOST_HOUSEHOLDS = 1_000_000


# -- what the registers hold -----------------------------------------------------------------------------------------


def watersheds(connection: sqlite3.Connection) -> tuple[Watershed, ...]:
    """All watersheds by code."""
    return tuple(Watershed(*row) for row in connection.execute("SELECT code, name FROM watershed ORDER BY code"))


def communities(connection: sqlite3.Connection, watershed: str | None = None) -> tuple[Community, ...]:
    """The communities by code, of one watershed or of all."""
    rows = connection.execute(
        "SELECT c.code, c.name, coalesce(w.code, ''), c.households FROM community c LEFT JOIN watershed w"
        " ON w.id = c.watershed WHERE ?1 IS NULL OR w.code = ?1 ORDER BY c.code",
        (watershed,),
    )
    return tuple(Community(*row) for row in rows)


def households(connection: sqlite3.Connection, community: str | None = None) -> tuple[Household, ...]:
    """The households by code, of one community or of all."""
    query = (
        "SELECT h.code, c.code, coalesce(p.name, ''), coalesce(p.dni, ''), coalesce(p.partner, ''), h.sex, h.category,"
        " coalesce(p.fields, '{}') FROM household h JOIN community c ON c.id = h.community"
        " LEFT JOIN person p ON p.id = h.person WHERE h.merged_into IS NULL"
    )
    where, values = (" AND c.code = ?", (community,)) if community is not None else ("", ())
    rows = connection.execute(f"{query}{where} ORDER BY h.code", values)
    return tuple(
        Household(code, unit, head, dni, partner, sex, category, json.loads(more))
        for code, unit, head, dni, partner, sex, category, more in rows
    )


def judges(connection: sqlite3.Connection) -> tuple[Judge, ...]:
    """All judges by code, with the communities where their DNI is that of a head of household."""
    found = _judges(connection)
    numbers = json.dumps([one.dni for one in found if one.dni])
    homes: dict[str, tuple[str, ...]] = {}
    for dni, community in (
        connection.execute(
            "SELECT DISTINCT p.dni, c.code FROM person p JOIN household h ON h.person = p.id JOIN community c"
            " ON c.id = h.community WHERE p.dni IN (SELECT value FROM json_each(?)) AND h.merged_into IS NULL ORDER BY c.code",
            (numbers,),
        ).fetchall()
        if numbers != "[]"
        else ()
    ):
        homes[dni] = (*homes.get(dni, ()), community)
    return tuple(replace(one, homes=homes[one.dni]) if one.dni in homes else one for one in found)


def _judges(connection: sqlite3.Connection) -> tuple[Judge, ...]:
    """The register of judges as it is written; the name is empty for one that only the sheets of a rehearsal name."""
    rows = connection.execute(
        "SELECT j.code, coalesce(p.name, ''), coalesce(p.dni, ''), coalesce(c.code, ''), j.office, j.phases FROM judge j"
        " LEFT JOIN person p ON p.id = j.person LEFT JOIN community c ON c.id = j.community ORDER BY j.code"
    )
    return tuple(
        Judge(code, name, dni, community, office, tuple(phases.split()))
        for code, name, dni, community, office, phases in rows
    )


_CURRENT: dict[RegisterKind, Callable[[sqlite3.Connection], Sequence[Row]]] = {
    "watersheds": watersheds,
    "communities": communities,
    "households": households,
    "judges": _judges,
}


# -- what an import does ---------------------------------------------------------------------------------------------


def compare(
    connection: sqlite3.Connection, kind: RegisterKind, rows: Sequence[Row], *, wheres: Sequence[Place], roll: Roll
) -> tuple[Changes, Body | None]:
    """What the rows change in the register, all that is wrong with them, and the journal body (None: nothing new)."""
    known = {row.code: row for row in _CURRENT[kind](connection)}
    places = dict(enumerate(wheres))
    final: dict[str, tuple[Row, Place]] = {}
    problems: list[Problem] = []
    for number, row in enumerate(rows):
        where = places.get(number, NOWHERE)
        if row.code not in final:
            final[row.code] = (_filled(known.get(row.code), row), where)
        elif _filled(known.get(row.code), row) != final[row.code][0]:
            problems.append(_twice(row.code, where, final[row.code][1]))
    problems += _CHECKS[kind](connection, known, final)
    new, equal, written = [], [], []
    changed: list[Change] = []
    for code, (row, where) in final.items():
        before = known.get(code)
        if before is None:
            new.append(code)
        elif found := _differences(before, row, where):
            changed += found
        else:
            equal.append(code)
            continue
        if not problems:
            written.append(_as_written(connection, before, row, roll))
    changes = Changes(tuple(new), tuple(changed), tuple(equal), tuple(problems))
    return changes, {"register": kind, "rows": written} if written else None


def _filled(before: Row | None, row: Row) -> Row:
    """The row with its empty cells filled from what is known."""
    if before is None:
        return row
    kept: dict[str, Any] = {}
    for attribute in fields(row):
        old, new = getattr(before, attribute.name), getattr(row, attribute.name)
        if attribute.name == "fields":
            kept["fields"] = {**old, **{name: text for name, text in new.items() if text}}
        elif new in ("", None, ()):
            kept[attribute.name] = old
    return replace(row, **kept) if kept else row


def _differences(before: Row, row: Row, where: Place) -> list[Change]:
    if before == row:
        return []
    return [
        Change(row.code, name, old, new, where)
        for (name, old), (_, new) in zip(_texts(before, row), _texts(row, before), strict=True)
        if old != new
    ]


def _texts(row: Row, other: Row) -> Iterator[tuple[str, str]]:
    """Every field of the row as text; further columns by name, those of the other row too."""
    for attribute in fields(row):
        value = getattr(row, attribute.name)
        if attribute.name == "fields":
            names = sorted({*value, *cast("Household", other).fields})
            yield from ((name, value.get(name, "")) for name in names)
        else:
            yield attribute.name, "" if value is None else " ".join(value) if isinstance(value, tuple) else str(value)


def _as_written(connection: sqlite3.Connection, before: Row | None, row: Row, roll: Roll) -> Body:
    """The row as the journal keeps it: a commitment in place of the person, the same while the person is."""
    if isinstance(row, Watershed | Community):
        return {attribute.name: getattr(row, attribute.name) for attribute in fields(row)}
    body: Body = {"code": row.code, "community": row.community}
    if isinstance(row, Household):
        body |= {"sex": row.sex, "category": row.category}
    else:
        body |= {"office": row.office, "phases": " ".join(row.phases)}
    body["person"] = _commitment(connection, row) if before and _person(before) == _person(row) else None
    body["person"] = body["person"] or roll.commit_to(*_person(row))
    return body


def _person(row: Row) -> tuple[Person, Mapping[str, str]]:
    if isinstance(row, Household):
        return Person(row.head, row.dni, row.partner), row.fields
    judge = cast("Judge", row)
    return Person(judge.name, judge.dni), {}


def _commitment(connection: sqlite3.Connection, row: Household | Judge) -> str | None:
    table = "household" if isinstance(row, Household) else "judge"
    found = connection.execute(
        f"SELECT p.commitment FROM {table} t JOIN person p ON p.id = t.person WHERE t.code = ?", (row.code,)
    ).fetchone()
    return found[0] if found else None


def merging(connection: sqlite3.Connection, keep: str, drop: str, *, reason: str) -> Body:
    """The body that makes one household of two rows: `drop` leads to `keep` from now on, and wins as `keep`.

    Both must be households of the same community; two entries of one contest must be brought to one first.
    """
    known = {row.code: row for row in households(connection)}
    for code in (keep, drop):
        if code not in known:
            if (otherwise := known_as(connection, code)) is not None:
                raise Refused(otherwise)
            raise refused(say("There is no household {code}.", code=code), codes_like(code, known))
    if keep == drop:
        raise refused(say("{code} is one household already.", code=keep), say("Name two different codes."))
    if known[keep].community != known[drop].community:
        raise refused(
            say(
                "{keep} is of {one} and {drop} of {other}.",
                keep=keep,
                one=known[keep].community,
                drop=drop,
                other=known[drop].community,
            ),
            say("A household belongs to one community: correct the register first."),
        )
    both = connection.execute(
        "SELECT r.code, r.id, c.within, c.category"
        " FROM entry e JOIN contest c ON c.id = e.contest JOIN round r ON r.id = c.round"
        " WHERE r.state = 'open' AND e.status <> 'withdrawn'"
        " AND coalesce(json_extract(e.fields, '$.entrant'), e.code) IN (?, ?)"
        " GROUP BY e.contest HAVING count(*) > 1 ORDER BY r.id",
        (keep, drop),
    ).fetchone()
    if both:
        raise refused(
            say(
                "{keep} and {drop} both compete in {round}, in the contest {contest}.",
                keep=called(keep, known[keep].head),
                drop=called(drop, known[drop].head),
                round=both[0],
                contest=naming.contest_called(connection, both[1], both[2], both[3]),
            )
            if both[2] or both[3]
            else say(
                "{keep} and {drop} both compete in {round}.",
                keep=called(keep, known[keep].head),
                drop=called(drop, known[drop].head),
                round=both[0],
            ),
            say("Decide which entry counts: `pachamama set-status {drop} withdrawn --reason TEXT`.", drop=drop),
        )
    rounds = connection.execute("SELECT code FROM round WHERE state = 'open' AND tier <> 'community' ORDER BY id")
    return {"keep": keep, "drop": drop, "reason": reason, "rounds": [code for (code,) in rounds.fetchall()]}


def telling_apart(connection: sqlite3.Connection, pairs: Sequence[Pair], *, reason: str) -> Body | None:
    """The body that says of pairs of rows that they are two households each; None where all of it was said before."""
    known = {row.code: row for row in households(connection)}
    for code in dict.fromkeys(code for pair in pairs for code in pair):
        if code not in known:
            if (otherwise := known_as(connection, code)) is not None:
                raise Refused(otherwise)
            raise refused(say("There is no household {code}.", code=code), codes_like(code, known))
    for one, other in pairs:
        if one == other:
            raise refused(say("{code} is one household already.", code=one), say("Name two different codes."))
    new = sorted({pair_of(*pair) for pair in pairs} - told_apart(connection))
    return {"pairs": [list(pair) for pair in new], "reason": reason} if new else None


def told_apart(connection: sqlite3.Connection) -> frozenset[Pair]:
    """The pairs of rows of which a person said that they are two households."""
    rows = connection.execute(
        "SELECT json_extract(p.value, '$[0]'), json_extract(p.value, '$[1]')"
        " FROM journal j, json_each(j.body, '$.pairs') p WHERE j.kind = 'households_told_apart'"
    )
    return frozenset(pair_of(one, other) for one, other in rows.fetchall())


def pair_of(one: str, other: str) -> Pair:
    """Two codes as a pair, whichever was named first."""
    return (one, other) if one < other else (other, one)


def merged_into(connection: sqlite3.Connection) -> dict[str, str]:
    """The codes that lead to another household, and to which in the end."""
    rows = connection.execute("SELECT h.code, k.code FROM household h JOIN household k ON k.id = h.merged_into")
    found = dict(rows.fetchall())
    for _ in found:  # a file of an earlier version may hold a circle
        further = {code: found.get(other, other) for code, other in found.items()}
        if further == found:
            break
        found = further
    return found


def known_as(connection: sqlite3.Connection, code: str, where: Place = NOWHERE) -> Problem | None:
    """What a code is that names no entry: the old one of a household that was merged, or a judge's; else None."""
    now = merged_into(connection).get(code, code)
    if now != code:
        return Problem(
            where,
            say("{code} is {now} now: two rows of the register were made one household", code=code, now=now),
            say("type {now}", now=now),
        )
    name = next((one.name for one in judges(connection) if one.code == code), None)
    if name is not None:
        return Problem(
            where,
            say("{code} is a judge: {name}", code=code, name=name),
            say("type the code of who competes; who judges where: `pachamama panel assign`"),
        )
    return None


def competes_already(connection: sqlite3.Connection, entry: int) -> Problem | None:
    """Why an entry that is out may not come back: it was made one household with another that competes in its contest."""
    found = connection.execute(
        "SELECT e.code, o.code, coalesce(json_extract(e.fields, '$.entrant'), e.code) AS household"
        " FROM entry e JOIN contest c ON c.id = e.contest JOIN round r ON r.id = c.round"
        " JOIN entry o ON o.contest = e.contest AND o.id <> e.id AND o.status <> 'withdrawn'"
        " AND coalesce(json_extract(o.fields, '$.entrant'), o.code) = household"
        " WHERE e.id = ? AND r.tier <> 'community' AND EXISTS"
        " (SELECT 1 FROM household h WHERE h.code IN (e.code, o.code) AND h.merged_into IS NOT NULL)"
        " ORDER BY o.code <> household, o.code",
        (entry,),
    ).fetchone()
    if found is None:
        return None
    code, other, now = found
    if other == now:
        return known_as(connection, code)
    return Problem(
        NOWHERE,
        say(
            "{other} competes for {household} in this contest: two rows of the register were made one household",
            other=other,
            household=now,
        ),
        say(
            "One of them competes. If it shall be {code}: `pachamama set-status {other} withdrawn --reason TEXT` first",
            code=code,
            other=other,
        ),
    )


# -- what an import refuses ------------------------------------------------------------------------------------------

_Known: TypeAlias = Mapping[str, Row]
_Final: TypeAlias = Mapping[str, tuple[Row, Place]]


def _check_watersheds(_connection: sqlite3.Connection, _known: _Known, _final: _Final) -> list[Problem]:
    return []


def _check_communities(connection: sqlite3.Connection, known: _Known, final: _Final) -> list[Problem]:
    codes = {row.code for row in watersheds(connection)}
    problems = []
    for row, where in final.values():
        community = cast("Community", row)
        if community.watershed and community.watershed not in codes:
            problems.append(
                Problem(
                    where,
                    say(
                        "Watershed {unit} of community {code} is not registered.",
                        unit=community.watershed,
                        code=row.code,
                    ),
                    codes_like(community.watershed, codes) or say("Import the watersheds first."),
                )
            )
        if not 0 <= (community.households or 0) <= MOST_HOUSEHOLDS:
            problems.append(
                Problem(
                    where,
                    say(
                        "{number} cannot be the number of households of {code}.",
                        number=str(community.households),
                        code=row.code,
                    ),
                    say("Write the number on the register (*padrón*), from 0 to {most}.", most=MOST_HOUSEHOLDS),
                )
            )
    return problems + _moved(connection, "community", "watershed", known, final)


def _check_households(connection: sqlite3.Connection, known: _Known, final: _Final) -> list[Problem]:
    problems = _unknown_communities(connection, final, may_be_empty=False)
    merged = merged_into(connection)
    problems += [
        Problem(
            where,
            say("{code} was found to be the household {other}.", code=code, other=merged[code]),
            say("Write {other} in this row, or leave it out.", other=merged[code]),
        )
        for code, (_, where) in final.items()
        if code in merged
    ]
    return problems + _moved(connection, "household", "community", known, final) + _same_dni(known, final)


def _check_judges(connection: sqlite3.Connection, known: _Known, final: _Final) -> list[Problem]:
    return _unknown_communities(connection, final, may_be_empty=True) + _same_dni(known, final)


def _unknown_communities(connection: sqlite3.Connection, final: _Final, *, may_be_empty: bool) -> list[Problem]:
    codes = {row.code for row in communities(connection)}
    problems = []
    for row, where in final.values():
        community = cast("Household | Judge", row).community
        if community in codes or (may_be_empty and not community):
            continue
        if community:
            message = say("Community {community} of {code} is not registered.", community=community, code=row.code)
        else:
            message = say("{code} has no community.", code=row.code)
        problems.append(Problem(where, message, codes_like(community, codes) or say("Import the communities first.")))
    return problems


def _moved(connection: sqlite3.Connection, tier: str, unit: str, known: _Known, final: _Final) -> list[Problem]:
    """Nobody changes the group in which it is being ranked while a round is open."""
    moved = {
        code: (getattr(known[code], unit), getattr(row, unit), where)
        for code, (row, where) in final.items()
        if code in known and getattr(known[code], unit) not in ("", getattr(row, unit))
    }
    if not moved:
        return []
    rows = connection.execute(
        "SELECT e.code, min(r.code) FROM entry e JOIN contest c ON c.id = e.contest JOIN round r ON r.id = c.round"
        " WHERE r.state = 'open' AND (r.tier = ?) = (? = 'community')"
        " AND e.code IN (SELECT value FROM json_each(?)) GROUP BY e.code ORDER BY e.code",
        ("community", tier, json.dumps(list(moved))),
    ).fetchall()
    return [
        Problem(
            moved[code][2],
            say(
                "{code} cannot move from {old} to {new}: it competes in round {round}, which is open.",
                code=code,
                old=moved[code][0],
                new=moved[code][1],
                round=round_code,
            ),
            say("Close the round first, or leave {code} where it is.", code=code),
        )
        for code, round_code in rows
    ]


def _same_dni(known: _Known, final: _Final) -> list[Problem]:
    """One DNI, one household (or one judge); somebody who heads a household may also be a judge."""
    numbers = {code: (final[code][0] if code in final else row) for code, row in known.items()}
    numbers |= {code: row for code, (row, _) in final.items()}
    held: dict[str, list[str]] = {}
    for code, row in numbers.items():
        if dni := cast("Household | Judge", row).dni:
            held.setdefault(dni, []).append(code)
    counts = Counter({dni: len(codes) for dni, codes in held.items()})
    problems = []
    for code, (row, where) in final.items():
        dni = cast("Household | Judge", row).dni
        if counts[dni] > 1:
            others = [other for other in held[dni] if other != code]
            problems.append(
                Problem(
                    where,
                    say("The DNI {dni} of {code} is already that of {other}.", dni=dni, code=code, other=others[0]),
                    say("Compare both with the identity cards; leave the DNI empty until it is certain."),
                )
            )
    return problems


def _twice(code: str, where: Place, first: Place) -> Problem:
    return Problem(
        where,
        say("{code} stands twice with different content.", code=code)
        if first == NOWHERE
        else say("{code} stands twice with different content; the first time at {first}.", code=code, first=str(first)),
        say("Keep the right row and delete the other."),
    )


_Check: TypeAlias = Callable[[sqlite3.Connection, _Known, _Final], list[Problem]]
_CHECKS: dict[RegisterKind, _Check] = {
    "watersheds": _check_watersheds,
    "communities": _check_communities,
    "households": _check_households,
    "judges": _check_judges,
}
