"""Projections: what each kind of journal entry does to the tables; the same for a live action and for a rebuild.

`apply` sees only the journal entry and the tables, knows no clock and no random number, and refuses nothing: whoever
wrote the entry has checked it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from pachamama.store.connection import insert_many
from pachamama.store.journal import JournalEntry, canonical
from pachamama.store.office_projections import OFFICE
from pachamama.store.projection_keys import (
    COMMUNITY,
    ENTRY,
    JUDGE,
    PERSON,
    PHASE,
    entry_named,
    key_of,
    phases_of,
    round_key_of,
    sheet_named,
)


def apply(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Write what the journal entry says into the tables, inside the transaction of the action."""
    _APPLY[entry.kind](connection, entry)


# -- the file and its registers --------------------------------------------------------------------------------------


def _file_created(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    rules = _rules(connection, entry.body) if "rules" in entry.body else None
    connection.execute(
        "INSERT INTO programme (one, rehearsal, rules) VALUES (1, ?, ?)", (entry.body["rehearsal"], rules)
    )


def _rules_set(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    connection.execute("UPDATE programme SET rules = ?", (_rules(connection, entry.body),))


def _rules(connection: sqlite3.Connection, body: Mapping[str, Any]) -> int:
    """The key of the rules text; a text is stored once, whoever names its digest."""
    if "rules_text" in body:
        connection.execute("INSERT INTO rules (digest, text) VALUES (?, ?)", (body["rules"], body["rules_text"]))
    return key_of(connection, "SELECT id FROM rules WHERE digest = ?", body["rules"])


def _register_imported(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    columns, into, values, otherwise = _REGISTERS[entry.body["register"]]
    rows = [[row.get(column, "") for column in columns] for row in entry.body["rows"]]
    insert_many(connection, into, values, rows, otherwise=f"ON CONFLICT (code) DO UPDATE SET {otherwise}")


_REGISTERS: dict[str, tuple[tuple[str, ...], str, str, str]] = {
    "watersheds": (("code", "name"), "watershed (code, name)", "(?, ?)", "name = excluded.name"),
    "communities": (
        ("code", "name", "watershed", "households"),
        "community (code, name, watershed, households)",
        "(?, ?, (SELECT id FROM watershed WHERE code = ?), ?)",
        "name = excluded.name, watershed = excluded.watershed, households = excluded.households",
    ),
    "households": (
        ("code", "community", "person", "sex", "category"),
        "household (code, community, person, sex, category)",
        f"(?, {COMMUNITY}, {PERSON}, ?, ?)",
        "community = excluded.community, person = excluded.person, sex = excluded.sex, category = excluded.category",
    ),
    "judges": (
        ("code", "person", "community", "office", "phases"),
        "judge (code, person, community, office, phases)",
        f"(?, {PERSON}, {COMMUNITY}, ?, ?)",
        "person = excluded.person, community = excluded.community, office = excluded.office, phases = excluded.phases",
    ),
}
"""What the journal says of each row of a register, where that goes, and what a known code gets anew.

What an older entry does not say is empty.
"""


def _households_merged(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """The one register row leads to the other; where the household competes, it wins as the one that is kept."""
    _household_dropped(connection, entry)
    for round_code in rounds_of_a_merge(connection, entry.body):
        _entrant_renamed(connection, replace(entry, body={**entry.body, "round": round_code}))


def _households_told_apart(_connection: sqlite3.Connection, _entry: JournalEntry) -> None:
    """That two rows are two households stands in the journal, and changes no row."""


def rounds_of_a_merge(connection: sqlite3.Connection, body: Mapping[str, Any]) -> list[str]:
    """The rounds in which one household competes as the other from now on: those named, or (version 2) those open now."""
    if "rounds" in body:
        return list(body["rounds"])
    rows = connection.execute("SELECT code FROM round WHERE state = 'open' AND tier <> 'community' ORDER BY id")
    return [code for (code,) in rows.fetchall()]


def _household_dropped(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """The one row leads to the other, unless that one leads to it already: no row leads back to itself."""
    connection.execute(
        "WITH RECURSIVE leads (id) AS (SELECT id FROM household WHERE code = ?1 UNION"
        " SELECT h.merged_into FROM household h JOIN leads ON h.id = leads.id WHERE h.merged_into IS NOT NULL)"
        " UPDATE household SET merged_into = (SELECT id FROM household WHERE code = ?1)"
        " WHERE code = ?2 AND id NOT IN (SELECT id FROM leads)",
        (entry.body["keep"], entry.body["drop"]),
    )


def _entrant_renamed(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """The part of a merge of households that belongs to one round."""
    connection.execute(
        "UPDATE entry SET fields = json_set(fields, '$.entrant', ?)"
        " WHERE coalesce(json_extract(fields, '$.entrant'), code) = ?"
        " AND contest IN (SELECT id FROM contest WHERE round = ?)",
        (entry.body["keep"], entry.body["drop"], round_key_of(connection, entry.body["round"])),
    )


# -- rounds ----------------------------------------------------------------------------------------------------------


def _round_opened(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    body = entry.body
    round_key = connection.execute(
        "INSERT INTO round (code, competition, tier, number, edition, state, rules, lower, lower_results)"
        " VALUES (?, ?, ?, ?, ?, 'open', ?, (SELECT id FROM round WHERE code = ?), ?) RETURNING id",
        (
            body["round"],
            body["competition"],
            body["tier"],
            body["number"],
            body["edition"],
            _rules(connection, body),
            body["lower"],
            body["lower_results"],
        ),
    ).fetchone()[0]
    connection.executemany(
        "INSERT INTO phase (round, code, criteria) VALUES (?, ?, ?)",
        [(round_key, phase, canonical(criteria)) for phase, criteria in body["phases"]],
    )


def _fields_frozen(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Keep what results rest on as it is now; a closed round reads this instead of the register of later."""
    round_key = round_key_of(connection, entry.body["round"])
    for contest in entry.body["kept"]:
        connection.executemany(
            f"UPDATE entry SET frozen = ? WHERE id = {ENTRY}",
            [
                (canonical(fields), round_key, contest["within"] or "", contest["category"] or "", code)
                for code, fields in contest["entries"].items()
            ],
        )


def _round_closed(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Store the results; the open rounds above that read this one read the new results from now on."""
    body = entry.body
    key = round_key_of(connection, body["round"])
    connection.execute(
        "INSERT INTO result (round, number, document, accept_missing, seal, heads, witness, journal)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            key,
            body["number"],
            body["document"],
            body["accept_missing"],
            body.get("seal", ""),
            canonical(body.get("heads", [])),
            body.get("witness", ""),
            entry.id,
        ),
    )
    connection.execute("UPDATE round SET state = 'closed', results = ? WHERE id = ?", (body["number"], key))
    if "lower_results" in body:
        connection.execute("UPDATE round SET lower_results = ? WHERE id = ?", (body["lower_results"], key))
    connection.execute("UPDATE round SET lower_results = ? WHERE lower = ? AND state = 'open'", (body["number"], key))


def _round_reopened(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Open it again; if it reads a lower round that is closed, it reads the latest results of that."""
    key = round_key_of(connection, entry.body["round"])
    connection.execute("UPDATE round SET state = 'open' WHERE id = ?", (key,))
    connection.execute(
        "UPDATE entry SET frozen = '{}' WHERE contest IN (SELECT id FROM contest WHERE round = ?)", (key,)
    )
    connection.execute(
        "UPDATE round SET lower_results = lower_round.results FROM round AS lower_round"
        " WHERE round.id = ? AND lower_round.id = round.lower AND lower_round.state = 'closed'",
        (key,),
    )


# -- entries and sheets ----------------------------------------------------------------------------------------------


def _scores(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Enter, mark and correct: one shape for a table of scores, one sheet, an entering and a status."""
    body = entry.body
    round_key = round_key_of(connection, body["round"])
    phases = phases_of(connection, round_key)
    judges = _judges(connection, body["contests"])
    for contest in body["contests"]:
        contest_key = _contest(connection, round_key, contest)
        _write_entries(connection, contest_key, contest["entries"])
        keys = _entry_keys(connection, contest_key, contest["entries"])
        connection.executemany(
            "INSERT INTO correction (journal, entry, phase, judge, old, replaced, reason)"
            " SELECT ?, entry, phase, judge, marks, journal, ? FROM sheet WHERE entry = ? AND phase = ? AND judge = ?",
            (
                (entry.id, body["correct"], keys[written["code"]], phases[phase], judges[judge])
                for written in contest["entries"]
                if "old" in written
                for phase, judge, *_ in written["old"].get("sheets", ())
            ),
        )
        insert_many(
            connection,
            "sheet (entry, phase, judge, marks, control, journal)",
            "(?, ?, ?, ?, ?, ?)",
            [
                (keys[written["code"]], phases[phase], judges[judge], marks, "".join(control), entry.id)
                for written in contest["entries"]
                for phase, judge, marks, *control in written.get("sheets", ())
            ],
            otherwise="ON CONFLICT (entry, phase, judge)"
            " DO UPDATE SET marks = excluded.marks, control = excluded.control, journal = excluded.journal",
        )
        connection.executemany(
            "DELETE FROM second_sheet WHERE entry = ? AND phase = ? AND judge = ?",
            (
                (keys[written["code"]], phases[phase], judges[judge])
                for written in contest["entries"]
                if "old" in written
                for phase, judge, marks, *_ in written.get("sheets", ())
                if not marks.strip("- ")
            ),
        )
        connection.executemany(
            "UPDATE sheet SET control = ? WHERE entry = ? AND phase = ? AND marks = ? AND control = ''"
            " AND judge = (SELECT id FROM judge WHERE code = ?)",
            (
                (control, keys[written["code"]], phases[phase], marks, judge)
                for written in contest["entries"]
                for phase, judge, marks, control in written.get("totals", ())
            ),
        )
    connection.executemany(
        f"INSERT INTO submission (key, round, entry, phase, judge, journal) VALUES (?, ?, {ENTRY}, ?, ?, ?)"
        " ON CONFLICT DO NOTHING",
        (
            (key, round_key, round_key, within or "", category or "", code, phases[phase], judges[judge], entry.id)
            for key, (within, category, code, phase, judge) in body.get("submissions", {}).items()
        ),
    )


def _write_entries(connection: sqlite3.Connection, contest: int, written: Iterable[Mapping[str, Any]]) -> None:
    """Insert new entries whole, and change in the others only what is said."""
    insert_many(
        connection,
        "entry (contest, code, person, status, status_reason, deductions, fields)",
        f"(?, ?, {PERSON}, ?, ?, ?, ?)",
        [
            (
                contest,
                entry["code"],
                entry.get("person"),
                entry.get("status", ""),
                entry.get("reason", ""),
                " ".join(entry.get("deductions", ())),
                canonical(entry["fields"]) if "fields" in entry else "{}",
            )
            for entry in written
            if "new" in entry
        ],
    )
    for entry in written:
        if "new" not in entry:
            for column, values in _said(entry):
                connection.execute(
                    f"UPDATE entry SET {column} WHERE contest = ? AND code = ?", (*values, contest, entry["code"])
                )


def _said(entry: Mapping[str, Any]) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """What a journal entry says anew of an entry that is there, as assignments."""
    if "person" in entry:
        yield f"person = {PERSON}", (entry["person"],)
    if "status" in entry:
        yield "status = ?, status_reason = ?", (entry["status"], entry["reason"])
    if "deductions" in entry:
        yield "deductions = ?", (" ".join(entry["deductions"]),)
    if "fields" in entry:
        yield "fields = json_patch(fields, ?)", (canonical(entry["fields"]),)


def _contest(connection: sqlite3.Connection, round_key: int, contest: Mapping[str, Any]) -> int:
    """The key of the contest; it comes into being with its first entry."""
    where = (round_key, contest["within"] or "", contest["category"] or "")
    connection.execute("INSERT INTO contest (round, within, category) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", where)
    return key_of(connection, "SELECT id FROM contest WHERE round = ? AND within = ? AND category = ?", *where)


def _entry_keys(connection: sqlite3.Connection, contest: int, written: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    codes = canonical([entry["code"] for entry in written])
    rows = connection.execute(
        "SELECT code, id FROM entry WHERE contest = ? AND code IN (SELECT value FROM json_each(?))", (contest, codes)
    )
    return dict(rows.fetchall())


def _judges(connection: sqlite3.Connection, contests: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """The keys of the judges; one that no register knows (a rehearsal) is registered by its code alone."""
    known = dict(connection.execute("SELECT code, id FROM judge").fetchall())
    for contest in contests:
        for entry in contest["entries"]:
            for _, judge, *_ in entry.get("sheets", ()):
                if judge not in known:
                    known[judge] = connection.execute(
                        "INSERT INTO judge (code) VALUES (?) RETURNING id", (judge,)
                    ).fetchone()[0]
    return known


def _order_recorded(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    body = entry.body
    connection.execute(
        "INSERT INTO recorded_order (contest, step, numbers, reason, witnesses, journal) VALUES (?, ?, ?, ?, ?, ?)",
        (
            _contest(connection, round_key_of(connection, body["round"]), body),
            body["step"],
            canonical(body["order"]),
            body["reason"],
            canonical(body["witnesses"]),
            entry.id,
        ),
    )


def _ruling_recorded(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Keep the ruling; a disqualification is also the entry's status."""
    body = entry.body
    contest = _contest(connection, round_key_of(connection, body["round"]), body)
    key = key_of(connection, "SELECT id FROM entry WHERE contest = ? AND code = ?", contest, body["entry"])
    connection.execute(
        "INSERT INTO ruling (entry, kind, rule, reason, names, journal) VALUES (?, ?, ?, ?, ?, ?)",
        (key, body["ruling"], body["rule"], body["reason"], canonical(body["names"]), entry.id),
    )
    if body["ruling"] == "disqualification":
        connection.execute(
            "UPDATE entry SET status = 'disqualified', status_reason = ? WHERE id = ?",
            (body["reason"], key),
        )


def _ruling_voided(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """The ruling goes; who was out by it has the status again that it took the place of."""
    body = entry.body
    key = key_of(connection, f"SELECT {ENTRY}", *entry_named(connection, body))
    connection.execute(
        "DELETE FROM ruling WHERE entry = ? AND kind = ? AND rule = ?", (key, body["ruling"], body["rule"])
    )
    if "status" in body:
        connection.execute(
            "UPDATE entry SET status = ?, status_reason = ? WHERE id = ? AND status = 'disqualified'",
            (body["status"], body["status_reason"], key),
        )


def _order_voided(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Every order goes that was recorded for the same entries by the same step."""
    body = entry.body
    contest = _contest(connection, round_key_of(connection, body["round"]), body)
    rows = connection.execute(
        "SELECT id, numbers FROM recorded_order WHERE contest = ? AND step = ?", (contest, body["step"])
    ).fetchall()
    connection.executemany(
        "DELETE FROM recorded_order WHERE id = ?",
        [(id_,) for id_, numbers in rows if json.loads(numbers).keys() == body["order"].keys()],
    )


# -- panels, numbered papers, second entry ---------------------------------------------------------------------------


def _panel_assigned(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """Each panel that is named is seated anew."""
    round_key = round_key_of(connection, entry.body["round"])
    phases = phases_of(connection, round_key)
    for panel in entry.body["panels"]:
        contest, phase = _contest(connection, round_key, panel), phases[panel["phase"]]
        connection.execute("DELETE FROM seat WHERE contest = ? AND phase = ?", (contest, phase))
        connection.executemany(
            f"INSERT INTO seat (contest, phase, judge) VALUES (?, ?, {JUDGE})",
            [(contest, phase, judge) for judge in panel["judges"]],
        )


def _conflict_declared(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """The latest decision about a judge and an entry stands."""
    body = entry.body
    connection.execute(
        f"INSERT INTO declaration (entry, judge, kind, reason, journal) VALUES ({ENTRY}, {JUDGE}, ?, ?, ?)"
        " ON CONFLICT (entry, judge) DO UPDATE SET kind = excluded.kind, reason = excluded.reason,"
        " journal = excluded.journal",
        (*entry_named(connection, body), body["judge"], body["declared"], body["reason"], entry.id),
    )


def _sheets_numbered(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    round_key = round_key_of(connection, entry.body["round"])
    phases = phases_of(connection, round_key)
    connection.executemany(
        f"INSERT INTO numbered_sheet (code, round, phase, entry, judge) VALUES (?, ?, ?, {ENTRY}, {JUDGE})",
        [
            (code, round_key, phases[phase], round_key, within or "", category or "", paper, judge)
            for code, within, category, paper, phase, judge in entry.body["papers"]
        ],
    )


def _sheet_bound(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    body = entry.body
    connection.execute(
        f"UPDATE numbered_sheet SET entry = {ENTRY}, judge = {JUDGE} WHERE round = ? AND code = ?",
        (*entry_named(connection, body), body["judge"], round_key_of(connection, body["round"]), body["code"]),
    )


def _second_typed(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """What the second person read; a new typing takes the place of that person's earlier one."""
    body = entry.body
    connection.execute(
        "INSERT INTO second_sheet (entry, phase, judge, marks, settled, reason, journal)"
        f" VALUES ({ENTRY}, {PHASE}, {JUDGE}, ?, '', '', ?) ON CONFLICT (entry, phase, judge)"
        " DO UPDATE SET marks = excluded.marks, settled = '', reason = '', journal = excluded.journal",
        (*sheet_named(connection, body), body["marks"], entry.id),
    )


def _discrepancy_settled(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    """What was decided is the sheet from now on; what stood before is kept as a correction."""
    body = entry.body
    named = sheet_named(connection, body)
    where = f"entry = {ENTRY} AND phase = {PHASE} AND judge = {JUDGE}"
    if "old" in body:
        connection.execute(
            "INSERT INTO correction (journal, entry, phase, judge, old, replaced, reason)"
            f" SELECT ?, entry, phase, judge, marks, journal, ? FROM sheet WHERE {where}",
            (entry.id, body["reason"], *named),
        )
        connection.execute(f"UPDATE sheet SET marks = ?, journal = ? WHERE {where}", (body["marks"], entry.id, *named))
    if "control" in body:  # what an older entry does not say is left as it was; `contests.controls` passes it over
        connection.execute(f"UPDATE sheet SET control = ? WHERE {where}", (body["control"], *named))
    connection.execute(
        f"UPDATE second_sheet SET settled = ?, reason = ? WHERE {where}", (body["marks"], body["reason"], *named)
    )


def _picture_attached(connection: sqlite3.Connection, entry: JournalEntry) -> None:
    body = entry.body
    connection.execute(
        "INSERT INTO attachment (numbered_sheet, digest, name, journal)"
        " SELECT id, ?, ?, ? FROM numbered_sheet WHERE round = ? AND code = ? ON CONFLICT DO NOTHING",
        (body["digest"], body["name"], entry.id, round_key_of(connection, body["round"]), body["code"]),
    )


_APPLY: dict[str, Callable[[sqlite3.Connection, JournalEntry], None]] = {
    "file_created": _file_created,
    "rules_set": _rules_set,
    "register_imported": _register_imported,
    "round_opened": _round_opened,
    "fields_frozen": _fields_frozen,
    "round_closed": _round_closed,
    "round_reopened": _round_reopened,
    "entered": _scores,
    "scores_imported": _scores,
    "sheet_recorded": _scores,
    "status_set": _scores,
    "order_recorded": _order_recorded,
    "ruling_recorded": _ruling_recorded,
    "ruling_voided": _ruling_voided,
    "order_voided": _order_voided,
    "households_merged": _households_merged,
    "households_told_apart": _households_told_apart,
    "household_dropped": _household_dropped,
    "entrant_renamed": _entrant_renamed,
    "panel_assigned": _panel_assigned,
    "conflict_declared": _conflict_declared,
    "sheets_numbered": _sheets_numbered,
    "sheet_bound": _sheet_bound,
    "second_typed": _second_typed,
    "discrepancy_settled": _discrepancy_settled,
    "picture_attached": _picture_attached,
    **OFFICE,
}
_PARTS = ("household_dropped", "entrant_renamed")
"""Parts of an entry, into which a replay takes it apart."""
KINDS = tuple(kind for kind in _APPLY if kind not in _PARTS)
"""Every kind of journal entry."""
