"""Titles of columns as people write them: `Código`, `CODIGO` and `code` are one column.

A title that is nearly a known one is never taken for a column of its own: that is how a whole column of marks would be
left out in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pachamama.core.problems import Problem
from pachamama.core.sentences import listing, say
from pachamama.core.sheets import text_shown
from pachamama.exchange.tables import Table

_FIELD = re.compile(r"\w[\w.-]{0,59}")
_ACCENT = "Mn"
_DIGITS = re.compile("[0-9]+")
_SHORT = 4
"""Of shorter words every one is near some other."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, by its name in the contract; `others` are further columns by the name of their field."""

    at: Mapping[str, int]
    others: Mapping[str, int]


def folded(title: str) -> str:
    """The title without accents, capitals, blanks and signs: `D.N.I.` is `dni`, `Cód. de familia` is `coddefamilia`."""
    return "".join(_words(title))


def _words(title: str) -> list[str]:
    letters = unicodedata.normalize("NFKD", title).casefold()
    return re.findall(r"[^\W_]+", "".join(letter for letter in letters if unicodedata.category(letter) != _ACCENT))


def find_columns(
    table: Table,
    known: Mapping[str, Sequence[str]],
    problems: list[Problem],
    *,
    required: Collection[str] = (),
    takes_others: bool = False,
) -> Columns:
    """The columns of a table; `known` gives the titles that each may have beside its own name.

    Problems: a required column is missing, a title stands for a column that is there already, is nearly one, or, unless
    the table takes others, is none.
    """
    words = _certain((title, name) for name, titles in known.items() for title in titles)
    words |= _certain((name, name) for name in known)
    at: dict[str, int] = {}
    others: dict[str, int] = {}
    strange: list[Problem] = []
    strangers: list[tuple[int, str]] = []
    for number, title in enumerate(table.columns):
        name = title if title in known else words.get(folded(title)) or words.get(folded(title.rpartition("/")[2]))
        if name is None:
            strangers += [(number, title)] if title else []
        elif name in at:
            strange.append(_twice(table, title, table.columns[at[name]], name))
        else:
            at[name] = number
    if not at:
        problems.append(
            Problem(
                table.place(),
                say("this line holds no title that is known here"),
                say("the first line holds the titles of the columns: {columns}", columns=listing(list(known))),
            )
        )
        return Columns(at, others)
    absent = {word: name for word, name in words.items() if name not in at}
    for number, title in strangers:
        like = near(folded(title), absent)
        if like is not None or not takes_others:
            strange.append(_stranger(table, title, absent[like] if like else None, sorted(known)))
        elif (name := title if _FIELD.fullmatch(title) else "_".join(_words(title)) or title) in others:
            strange.append(_twice(table, title, table.columns[others[name]], name))
        else:
            others[name] = number
    problems += strange
    problems += [
        Problem(
            table.place(),
            say("the column “{column}” is missing", column=name),
            say("needed are: {columns}", columns=listing(list(required))),
        )
        for name in required
        if name not in at
    ]
    return Columns(at, others)


def _certain(titles: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The folded titles with the column each stands for; one that could stand for two is none."""
    meant: dict[str, set[str]] = {}
    for title, name in titles:
        meant.setdefault(folded(title), set()).add(name)
    return {word: names.pop() for word, names in meant.items() if len(names) == 1 and word}


def near(word: str, known: Iterable[str]) -> str | None:
    """The known word of which it is a slip of the pen: one letter of four to seven, two of eight and more.

    Words that differ in digits only are different columns (`visit1`, `visit2`).
    """
    allowed = 0 if len(word) < _SHORT else 1 if len(word) < 2 * _SHORT else 2
    bare = _DIGITS.sub("", word)
    close = [(_slips(word, one), one) for one in known if allowed and abs(len(one) - len(word)) <= allowed]
    close = [(slips, one) for slips, one in close if slips <= allowed and _DIGITS.sub("", one) != bare]
    return min(close)[1] if close else None


def _slips(one: str, other: str) -> int:
    """How many letters were left out, put in, exchanged, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for to, meant in enumerate(other, start=1):
            least = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (letter != meant))
            if earlier and to > 1 and letter == other[to - 2] and one[at - 2] == meant:
                least = min(least, earlier[to - 2] + 1)
            row.append(least)
    return row[-1]


def _stranger(table: Table, title: str, like: str | None, known: Sequence[str]) -> Problem:
    if like is not None:
        return Problem(
            table.place(),
            say("the column “{column}” is nearly “{like}”", column=text_shown(title), like=like),
            say("correct the title; if it is something else, give it another name"),
        )
    return Problem(
        table.place(),
        say("the column “{column}” is not known here", column=text_shown(title)),
        say("delete it; the columns are {columns}", columns=listing(known)),
    )


def _twice(table: Table, title: str, first: str, name: str) -> Problem:
    return Problem(
        table.place(),
        say("“{first}” and “{second}” are both the column “{column}”", first=first, second=title, column=name),
        say("keep one of them"),
    )
