"""Numbered papers: each expected sheet has a short code with a check digit, printed on it and typed to begin.

A code is two letters for the laptop that numbered it, five digits, and a Damm check digit over all of it, so that one
wrong digit or two neighbours exchanged never name another paper: `KT00127-4`. The digits alone are enough where only
one paper of the file ends so: `1274`.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from pachamama.core.model import NumberedSheet
from pachamama.core.problems import NOWHERE, Problem, Refused, refuse_if
from pachamama.core.sentences import Sentence, listing, say
from pachamama.store import naming
from pachamama.store.journal import Body
from pachamama.store.refusals import refused
from pachamama.store.rounds import Standing

LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""Letters that are not taken for a digit or for each other."""
_DIGITS = 5
_MORE = 4
"""How many letters more tell two laptops apart that have the same two."""
_TYPED = re.compile(r"([A-Z]{2}|[A-Z]{6})?0*([0-9]{1,9})([0-9])")
_MOST_BLANKS = 5000

Wanted: TypeAlias = tuple[str | None, str | None, str, str, str | None]
"""A paper that needs a code: unit, category, entry, phase, and the judge (None: whoever comes)."""

_SHEETS = (
    "SELECT n.code, r.code, coalesce(c.within, ''), coalesce(c.category, ''), e.code, f.code, j.code,"
    " s.entry IS NOT NULL FROM numbered_sheet n JOIN round r ON r.id = n.round JOIN phase f ON f.id = n.phase"
    " LEFT JOIN entry e ON e.id = n.entry LEFT JOIN contest c ON c.id = e.contest LEFT JOIN judge j ON j.id = n.judge"
    " LEFT JOIN sheet s ON s.entry = n.entry AND s.phase = n.phase AND s.judge = n.judge"
    " AND s.marks GLOB '*[0-9]*'"
)


def letters_of(device: str) -> str:
    """The two letters of a laptop, from the random name of its chain."""
    number = int(device, 16) % len(LETTERS) ** 2
    return LETTERS[number // len(LETTERS)] + LETTERS[number % len(LETTERS)]


def with_more_letters(code: str, device: str) -> str:
    """A code of that laptop with four letters of it behind the two: that of a paper whose code another laptop gave too."""
    letters, number = letters_of(device), int(device, 16) // len(LETTERS) ** 2
    more = "".join(LETTERS[number // len(LETTERS) ** at % len(LETTERS)] for at in range(_MORE))
    before, found, behind = code.rpartition(letters)
    return f"{before}{found}{more}{behind}"


def code_of(letters: str, number: int) -> str:
    """The code of the number-th paper of a laptop, as it is printed; the check digit is that of its first two letters."""
    digits = f"{number:0{_DIGITS}d}"
    return f"{letters}{digits}-{_check_digit(letters[:2], digits)}"


def read_code(typed: str, own_letters: str) -> str:
    """The printed form of a code as people type it: any case, blanks, hyphens, without the letters or the zeros.

    Raises Refused if it has no code's form, or if its check digit says that something was mistyped.
    """
    found = _typed(typed)
    if not found:
        raise refused(
            say("“{code}” is not the code of a sheet.", code=typed.strip()),
            say(
                "Type what stands beside the square on the paper, such as {example}.", example=code_of(own_letters, 127)
            ),
        )
    letters, number, check = found[1] or own_letters, int(found[2]), found[3]
    printed = code_of(letters, number)
    if printed[-1] != check:
        raise refused(
            say("The code {code} is mistyped: its last digit does not agree with the others.", code=typed.strip()),
            say("Read it again from the paper, digit by digit.")
            if found[1]
            else say("Read it again from the paper, digit by digit, and type the letters in front of it too."),
        )
    return printed


def code_typed(connection: sqlite3.Connection, typed: str, own_letters: str, round_code: str | None = None) -> str:
    """The printed form of a code as people type it; without the letters it is looked for among all papers of the file.

    Refused, beside what `read_code` refuses: digits with which several papers end, of the round where there are any.
    """
    found = _typed(typed)
    if not found or found[1]:
        return read_code(typed, own_letters)
    rows = connection.execute(
        "SELECT n.code, r.code FROM numbered_sheet n JOIN round r ON r.id = n.round WHERE substr(n.code, 3) = ?"
        " ORDER BY n.id",
        (f"{int(found[2]):0{_DIGITS}d}-{found[3]}",),
    ).fetchall()
    codes = list(dict.fromkeys(code for code, its_round in rows if round_code in (None, its_round)))
    codes = codes or list(dict.fromkeys(code for code, _ in rows))
    if len(codes) == 1:
        return str(codes[0])
    if codes:
        raise refused(
            say("Several sheets end with {digits}: {codes}.", digits=typed.strip(), codes=listing(codes)),
            say("Type the letters in front of it too, as they stand on the paper."),
        )
    return read_code(typed, own_letters)


def _typed(typed: str) -> re.Match[str] | None:
    """The letters, the number and the check digit of what was typed, without what people put between them."""
    return _TYPED.fullmatch(re.sub(r"[\s.\-–—_/]", "", typed).upper())


def _check_digit(letters: str, digits: str) -> str:
    from stdnum import damm

    spelt = "".join(f"{LETTERS.index(letter):02d}" if letter in LETTERS else "99" for letter in letters)
    return str(damm.calc_check_digit(spelt + digits))


# -- numbering -------------------------------------------------------------------------------------------------------


def numbering(
    connection: sqlite3.Connection,
    standing: Standing,
    device: str,
    *,
    wanted: Sequence[Wanted],
    blanks: Mapping[str, int],
) -> tuple[tuple[str, ...], Body | None]:
    """The new codes, and the body that gives them; a paper that has a code keeps it.

    A paper without a judge is wanted as often as it is named.
    """
    judged = [one for one, criteria in standing.phases.items() if criteria]
    problems = [
        Problem(
            NOWHERE,
            say("“{phase}” is no judged phase of {round}.", phase=phase, round=standing.code),
            naming.phases_meant(connection, standing.key, phase, judged),
        )
        for phase in dict.fromkeys([*(one[3] for one in wanted), *blanks])
        if not standing.phases.get(phase)
    ]
    if any(not 0 <= count <= _MOST_BLANKS for count in blanks.values()):
        problems.append(
            Problem(
                NOWHERE,
                say("That many blank sheets cannot be numbered at once."),
                say("Ask for at most {most}.", most=_MOST_BLANKS),
            )
        )
    refuse_if(problems)
    letters = letters_of(device)
    number = _last_number(connection, letters)
    have: dict[Wanted, int] = {}
    for row in sheets(connection, standing):
        if row.entry is not None:
            key = (row.within, row.category, row.entry, row.phase, row.judge)
            have[key] = have.get(key, 0) + 1
    papers: list[list[str | None]] = []
    for one in wanted:
        if have.get(one, 0):
            have[one] -= 1
            continue
        number += 1
        papers.append([code_of(letters, number), *one])
    for phase, count in blanks.items():
        for _ in range(count):
            number += 1
            papers.append([code_of(letters, number), None, None, None, phase, None])
    codes = tuple(str(paper[0]) for paper in papers)
    return codes, {"round": standing.code, "papers": papers} if papers else None


def _last_number(connection: sqlite3.Connection, letters: str) -> int:
    rows = connection.execute(
        "SELECT code FROM numbered_sheet WHERE code BETWEEN ? AND ?", (letters, letters + "~")
    ).fetchall()
    return max((int(code.split("-")[0].lstrip(LETTERS)) for (code,) in rows), default=0)


def binding(
    connection: sqlite3.Connection,
    standing: Standing,
    code: str,
    *,
    within: str | None,
    category: str | None,
    entry: str,
    judge: str,
) -> Body | None:
    """The body that says whose a paper is: a blank one of the stock, or one printed without a judge.

    None if that is known already; a paper of somebody else is refused. What people said may be said anew while no mark
    is stored under it, so that a slip is mended; what is printed on the paper stays.
    """
    paper = sheet_of(connection, code, standing.code)
    if (paper.within, paper.category, paper.entry, paper.judge) == (within, category, entry, judge):
        return None
    if not paper.is_in:
        paper = _as_printed(connection, paper)
    if (paper.entry is not None and (paper.within, paper.category, paper.entry) != (within, category, entry)) or (
        paper.judge not in (None, judge)
    ):
        raise refused(
            say(
                "Sheet {code} is that of {entry} by {judge}.",
                code=code,
                entry=paper.entry or "—",
                judge=paper.judge or "—",
            ),
            say("Look at the code on the paper, or take another of the stock."),
        )
    for other in sheets(connection, standing):
        if (other.within, other.category, other.entry, other.phase, other.judge) == (
            within,
            category,
            entry,
            paper.phase,
            judge,
        ):
            raise refused(
                say("{entry} by {judge} already has the sheet {code}.", entry=entry, judge=judge, code=other.code),
                say("Type it under that code."),
            )
    return {
        "round": standing.code,
        "code": code,
        "within": within,
        "category": category,
        "entry": entry,
        "judge": judge,
    }


def _as_printed(connection: sqlite3.Connection, paper: NumberedSheet) -> NumberedSheet:
    """The paper as it was numbered, whoever was said to be on it since; as it stands, where another laptop has its code."""
    rows = connection.execute(
        "SELECT p.value FROM journal j, json_each(j.body, '$.papers') p WHERE j.kind = 'sheets_numbered'"
        " AND json_extract(j.body, '$.round') = ? AND json_extract(p.value, '$[0]') = ?",
        (paper.round, paper.code),
    ).fetchall()
    if len(rows) != 1:
        return paper
    _, within, category, entry, phase, judge = json.loads(rows[0][0])
    return NumberedSheet(paper.code, paper.round, within, category, entry, phase, judge)


# -- reading ---------------------------------------------------------------------------------------------------------


def sheets(connection: sqlite3.Connection, standing: Standing) -> tuple[NumberedSheet, ...]:
    """The numbered papers of a round in the order in which they were numbered."""
    rows = connection.execute(f"{_SHEETS} WHERE n.round = ? ORDER BY n.id", (standing.key,)).fetchall()
    return tuple(_sheet(row) for row in rows)


def sheet_of(connection: sqlite3.Connection, code: str, round_code: str | None = None) -> NumberedSheet:
    """The paper with that printed code; an unknown one is refused, and one that two laptops printed asks which."""
    found = [_sheet(row) for row in connection.execute(f"{_SHEETS} WHERE n.code = ? ORDER BY n.id", (code,))]
    if round_code is not None:
        elsewhere, found = found, [one for one in found if one.round == round_code]
        if elsewhere and not found:
            raise refused(
                say("Sheet {code} belongs to round {round}.", code=code, round=elsewhere[0].round),
                say("Name that round, or look at the paper again."),
            )
    if len(found) == 1:
        return found[0]
    if not found and (alike := _alike(connection, code, round_code)):
        if len(alike) == 1:
            return alike[0]
        raise refused(
            say(
                "Two laptops gave the code {code}: {papers}.", code=code, papers=listing([_told(one) for one in alike])
            ),
            say("Look at the paper, and type the code with six letters."),
        )
    if found:
        raise refused(
            say("Two laptops have a sheet {code}: {rounds}.", code=code, rounds=listing([one.round for one in found])),
            say("Say which round is meant, with `--round`."),
        )
    raise _unknown(connection, code)


def _alike(connection: sqlite3.Connection, code: str, round_code: str | None) -> list[NumberedSheet]:
    """The papers that bear this code, and are told apart by more letters."""
    rows = connection.execute(
        f"{_SHEETS} WHERE n.code LIKE ? ORDER BY n.code", (f"{code[:2]}{'_' * _MORE}{code[2:]}",)
    ).fetchall()
    return [one for one in map(_sheet, rows) if round_code in (None, one.round)]


def _told(one: NumberedSheet) -> Sentence:
    """A paper as somebody who holds it can tell it from another."""
    if one.entry is None:
        return say("{code} (blank)", code=one.code)
    return say("{code} ({entry}, {judge})", code=one.code, entry=one.entry, judge=one.judge or "—")


def _unknown(connection: sqlite3.Connection, code: str) -> Refused:
    some = connection.execute("SELECT 1 FROM numbered_sheet LIMIT 1").fetchone()
    return refused(
        say("No sheet has the code {code}.", code=code),
        say("Look at the paper again: this laptop did not number it, or it is of another programme.")
        if some
        else say("No sheets are numbered yet: `pachamama sheet number`."),
    )


def _sheet(row: tuple[str, str, str, str, str | None, str, str | None, int]) -> NumberedSheet:
    code, round_code, within, category, entry, phase, judge, is_in = row
    return NumberedSheet(code, round_code, within or None, category or None, entry, phase, judge, bool(is_in))


def attachments(connection: sqlite3.Connection, standing: Standing) -> dict[str, tuple[tuple[str, str], ...]]:
    """The pictures linked to each paper's code: name and digest of each."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for code, name, digest in connection.execute(
        "SELECT n.code, a.name, a.digest FROM attachment a JOIN numbered_sheet n ON n.id = a.numbered_sheet"
        " WHERE n.round = ? ORDER BY n.id, a.journal, a.digest",
        (standing.key,),
    ):
        found[code] = (*found.get(code, ()), (name, digest))
    return found


def submissions(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Which of the keys of phones came in already, and the sheet that each became."""
    rows = connection.execute(
        "SELECT x.key, r.code, c.within, c.category, e.code, f.code, j.code FROM submission x"
        " JOIN round r ON r.id = x.round JOIN entry e ON e.id = x.entry JOIN contest c ON c.id = e.contest"
        " JOIN phase f ON f.id = x.phase JOIN judge j ON j.id = x.judge"
        " WHERE x.key IN (SELECT value FROM json_each(?))",
        (json.dumps(list(keys)),),
    ).fetchall()
    return {key: tuple(rest) for key, *rest in rows}
