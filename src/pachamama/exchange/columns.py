"""Titles of columns as people write them: `Código`, `CODIGO` and `code` are one column.

A title that is nearly a known one is never taken for a column of its own: that is how a whole column of marks would be
left out in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pachamama.core.problems import Place, Problem
from pachamama.core.sentences import listing, say
from pachamama.core.sheets import text_shown

_FIELD = re.compile(r"\w[\w.-]{0,59}")
_ACCENT = "Mn"
_DIGITS = re.compile("[0-9]+")
_SHORT = 4
"""Of shorter words every one is near some other."""


LEFT_OUT = "-"
"""What stands for the code of a column that is not to be read."""
NOTHING_TOLD: Mapping[str, str] = {}
_ROW_NUMBERS = frozenset({"n", "no", "nro", "num", "item"})
"""Folded titles of a column that only counts the rows; it says nothing and is left out without a word."""
_BRACKETED = re.compile(r"\[([^\[\]]+)\]\s*$")
"""The code behind a title that alone would not be certain: `Claridad [clarity2]`."""


class Titled(Protocol):
    """A table as far as its titles go."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The titles."""

    def place(self, line: int | None = None) -> Place:
        """A line of the table; by default that of the titles."""


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


def meaning(known: Mapping[str, Sequence[str]], told: Mapping[str, str] = NOTHING_TOLD) -> Callable[[str], str | None]:
    """Which column a title means: by what a person told, by its name, by a title that is certain; None if by none."""
    words = _words_of(known)
    said = {folded(title) or title: name for title, name in told.items()}

    def meant(title: str) -> str | None:
        if not title:
            return None
        if said and (name := said.get(folded(title) or title)) is not None:
            return name
        if title in known:
            return title
        if (code := _BRACKETED.search(title)) and code[1] in known:
            return code[1]
        return words.get(folded(title)) or words.get(folded(title.rpartition("/")[2]))

    return meant


def _words_of(known: Mapping[str, Sequence[str]]) -> dict[str, str]:
    words = certain((title, name) for name, titles in known.items() for title in titles)
    return words | certain((name, name) for name in known)


def find_columns(
    table: Titled,
    known: Mapping[str, Sequence[str]],
    problems: list[Problem],
    *,
    required: Collection[str] = (),
    takes_others: bool = False,
    told: Mapping[str, str] = NOTHING_TOLD,
    notes: list[Problem] | None = None,
) -> Columns:
    """The columns of a table; `known` gives the titles that each may have beside its own name.

    `told` says of titles which column they are, `-` that they are left out. Problems: a required column is missing, a
    title stands for a column that is there already, is nearly one, or, unless the table takes others, is none. With
    `notes` a column that is none is left out, or taken as a further one, and noted.
    """
    words = _words_of(known)
    meant = meaning(known, told)
    at: dict[str, int] = {}
    others: dict[str, int] = {}
    strange: list[Problem] = _told_wrongly(table, known, told, takes_others=takes_others)
    strangers: list[tuple[int, str]] = []
    left_out: list[str] = []
    for number, title in enumerate(table.columns):
        name = meant(title)
        if name == LEFT_OUT or (name is None and folded(title) in _ROW_NUMBERS):
            continue
        if name is None:
            strangers += [(number, title)] if title else []
        elif name not in known:
            others[name] = number
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
        if like is None and not takes_others and notes is not None:
            left_out.append(title)
        elif like is not None or not takes_others:
            strange.append(_stranger(table, title, absent[like] if like else None, sorted(known)))
        elif (name := title if _FIELD.fullmatch(title) else "_".join(_words(title)) or title) in others:
            strange.append(_twice(table, title, table.columns[others[name]], name))
        else:
            others[name] = number
    if notes is not None and left_out:
        notes.append(_noted(table, left_out))
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


def _told_wrongly(
    table: Titled, known: Mapping[str, Sequence[str]], told: Mapping[str, str], *, takes_others: bool
) -> list[Problem]:
    """What a person told of columns that the table does not have, or of codes that there are not."""
    titles = {folded(title) or title for title in table.columns}
    problems = [
        Problem(
            table.place(),
            say("no column has the title “{column}”", column=text_shown(title)),
            say("the titles are {columns}", columns=listing([text_shown(one) for one in table.columns if one])),
        )
        for title in told
        if (folded(title) or title) not in titles
    ]
    problems += [
        Problem(
            table.place(),
            say("“{column}” is no column here", column=text_shown(name)),
            say("the columns are {columns}; “-” leaves one out", columns=listing(sorted(known))),
        )
        for name in dict.fromkeys(told.values())
        if name != LEFT_OUT and name not in known and not (takes_others and _FIELD.fullmatch(name))
    ]
    return problems


def _noted(table: Titled, titles: Sequence[str]) -> Problem:
    return Problem(
        table.place(),
        say("left out, since no such column is known here: {columns}", columns=listing(list(map(text_shown, titles)))),
        say("if one of them is needed, say which it is: `--column TITLE=CODE`"),
    )


def certain(titles: Iterable[tuple[str, str]]) -> dict[str, str]:
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


def _stranger(table: Titled, title: str, like: str | None, known: Sequence[str]) -> Problem:
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


def _twice(table: Titled, title: str, first: str, name: str) -> Problem:
    return Problem(
        table.place(),
        say("“{first}” and “{second}” are both the column “{column}”", first=first, second=title, column=name),
        say("keep one of them"),
    )
