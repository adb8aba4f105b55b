"""Second entry: another person types the paper again without seeing the first figures; what differs, people decide.

What stands is always the sheet. The second typing confirms it or differs from it; after a correction it is compared
anew, so that a corrected sheet counts as checked only if it now says what the second person read, or what was decided.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Literal

from pachamama.core.model import SecondEntry, SecondState, Sheet
from pachamama.core.numbers import Exact, read_exact
from pachamama.core.sentences import say
from pachamama.store.contests import Stored, is_taken_out
from pachamama.store.journal import Body
from pachamama.store.refusals import refused
from pachamama.store.rounds import Standing

Verdict = Literal["confirmed", "differs"]


def may_be_typed(connection: sqlite3.Connection, row: Stored, phase: str, judge: str, *, actor: str) -> str:
    """The marks that stand on a paper which this person may type; the person who typed it first is refused, and so is a third.

    A paper that was confirmed or settled is not typed again; one that differs may be typed anew by whoever typed it
    second, who may have mistyped, and one that one person typed both times by anybody else.
    """
    stands = row.sheets.get((phase, judge))
    if stands is None or is_taken_out(stands[0]):
        raise refused(
            say("Nobody has typed this sheet a first time."),
            say("Type it without `--second`; somebody else types it the second time."),
        )
    first_by = _actor(connection, stands[1])
    if first_by.casefold() == actor.casefold():
        raise refused(
            say("{actor} typed this sheet the first time; the second time it is somebody else's turn.", actor=actor),
            say("Whoever types now says so with `--as NAME`."),
        )
    before = connection.execute(
        "SELECT x.marks, x.settled, n.actor FROM second_sheet x JOIN journal n ON n.id = x.journal"
        " JOIN phase f ON f.id = x.phase JOIN judge j ON j.id = x.judge"
        " WHERE x.entry = ? AND f.code = ? AND j.code = ?",
        (row.key, phase, judge),
    ).fetchone()
    is_checked = before and before[2].casefold() != first_by.casefold() and stands[0] == before[0]
    if is_checked or (before and stands[0] == before[1]):
        raise refused(
            say("This sheet was typed twice already, and both agree."),
            say("Nothing has to be done: take the next one."),
        )
    return stands[0]


def typing(
    connection: sqlite3.Connection,
    standing: Standing,
    within: str | None,
    category: str | None,
    row: Stored,
    sheet: Sheet,
    *,
    marks: str,
    actor: str,
) -> tuple[Verdict, Body]:
    """What a second person's typing says, and its body; refused as `may_be_typed` says."""
    stands = may_be_typed(connection, row, sheet.phase, sheet.judge, actor=actor)
    return ("confirmed" if stands == marks else "differs"), {
        "round": standing.code,
        "within": within,
        "category": category,
        "entry": row.code,
        "phase": sheet.phase,
        "judge": sheet.judge,
        "marks": marks,
    }


def settling(
    connection: sqlite3.Connection,
    standing: Standing,
    within: str | None,
    category: str | None,
    row: Stored,
    sheet: Sheet,
    *,
    marks: str,
    control: str,
    reason: str,
    actor: str,
    witness: str,
) -> Body:
    """The body of the decision on a paper typed in two ways: what it really says, with the paper in hand.

    A control total that was compared with other marks is no longer kept; `control` is the one compared with these.
    Who typed it one of the two times decides it only beside somebody else; `witness` is the commitment to that person.
    """
    stands = row.sheets.get((sheet.phase, sheet.judge))
    found = next((one for one in _rows(connection, standing) if one[2:5] == (row.code, sheet.phase, sheet.judge)), None)
    if stands is None or found is None or stands[0] in (found[6], found[7]):
        raise refused(
            say("There is no discrepancy about this sheet."), say("`pachamama discrepancies` lists those there are.")
        )
    if not witness and actor.casefold() in {typist.casefold() for typist in found[9:11]}:
        raise refused(
            say("{actor} typed this sheet: what it says is decided by a third person.", actor=actor),
            say(
                "Whoever decides says so with `--as NAME`. If there is nobody else, the two look at it: `--witness NAME`."
            ),
        )
    body: Body = {
        "round": standing.code,
        "within": within,
        "category": category,
        "entry": row.code,
        "phase": sheet.phase,
        "judge": sheet.judge,
        "marks": marks,
        "reason": reason,
    }
    if witness:
        body["witness"] = witness
    if stands[0] != marks:
        body |= {"old": stands[0], "control": control}
    elif control:
        body["control"] = control
    return body


def entries(connection: sqlite3.Connection, standing: Standing) -> tuple[SecondEntry, ...]:
    """Every paper of the round that was typed twice, with both figures, by contest and entry."""
    return tuple(
        SecondEntry(
            within or None,
            category or None,
            entry,
            phase,
            judge,
            _marks(standing.phases[phase], stands),
            _marks(standing.phases[phase], second),
            first_by,
            second_by,
            _state(stands, second, settled),
            reason if settled == stands else "",
        )
        for within, category, entry, phase, judge, stands, second, settled, reason, first_by, second_by in _rows(
            connection, standing
        )
    )


def _rows(connection: sqlite3.Connection, standing: Standing) -> Sequence[tuple[str, ...]]:
    return connection.execute(
        "SELECT c.within, c.category, e.code, f.code, j.code, s.marks, x.marks, x.settled, x.reason, o.actor, n.actor"
        " FROM second_sheet x JOIN entry e ON e.id = x.entry JOIN contest c ON c.id = e.contest"
        " JOIN phase f ON f.id = x.phase JOIN judge j ON j.id = x.judge JOIN journal n ON n.id = x.journal"
        " JOIN sheet s ON s.entry = x.entry AND s.phase = x.phase AND s.judge = x.judge"
        " JOIN journal o ON o.id = s.journal WHERE c.round = ? ORDER BY c.within, c.id, e.code, f.id, j.code",
        (standing.key,),
    ).fetchall()


def _state(stands: str, second: str, settled: str) -> SecondState:
    if stands == settled:
        return "settled"
    return "confirmed" if stands == second else "differs"


def _marks(criteria: Sequence[str], written: str) -> Mapping[str, Exact | None]:
    return {
        code: None if text == "-" else read_exact(text) for code, text in zip(criteria, written.split(), strict=True)
    }


def _actor(connection: sqlite3.Connection, journal: int) -> str:
    return str(connection.execute("SELECT actor FROM journal WHERE id = ?", (journal,)).fetchone()[0])
