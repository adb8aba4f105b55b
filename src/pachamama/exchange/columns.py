"""Titles of columns as people write them: `Código`, `CODIGO` and `code` are one column.

A title that is nearly a known one is never taken for a column of its own: that is how a whole column of marks would be
left out in silence.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pachamama.core.problems import Problem
from pachamama.core.sentences import listing, say
from pachamama.core.sheets import text_shown
from pachamama.exchange.tables import Table

NEAR = 0.8
"""How like a known title another one must be (difflib's ratio) to be refused as a slip of the pen."""
_FIELD = re.compile(r"\w[\w.-]{0,59}")
_ACCENT = "Mn"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, by its name in the contract; `others` are further columns by the name of their field."""

    at: Mapping[str, int]
    others: Mapping[str, int]


def folded(title: str) -> str:
    """The title without accents, capitals, blanks and signs: `Cód. de familia` is `cod_de_familia`."""
    letters = unicodedata.normalize("NFKD", title).casefold()
    bare = "".join(letter for letter in letters if unicodedata.category(letter) != _ACCENT)
    return "_".join(re.findall(r"[^\W_]+", bare))


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
    words = {folded(title): name for name, titles in known.items() for title in titles}
    words |= {folded(name): name for name in known}
    at: dict[str, int] = {}
    others: dict[str, int] = {}
    strange: list[Problem] = []
    for number, title in enumerate(table.columns):
        name = title if title in known else words.get(folded(title)) or words.get(folded(title.rpartition("/")[2]))
        if name is None:
            if title and (problem := _stranger(table, title, words, takes_others=takes_others)):
                strange.append(problem)
            elif title:
                others.setdefault(title if _FIELD.fullmatch(title) else folded(title) or title, number)
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


def near(word: str, known: Collection[str]) -> str | None:
    """The known word that it is nearly, as a slip of the pen makes it."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(folded(word), known, n=1, cutoff=NEAR)), None)


def _stranger(table: Table, title: str, words: Mapping[str, str], *, takes_others: bool) -> Problem | None:
    like = near(title, words)
    if like is not None:
        return Problem(
            table.place(),
            say("the column “{column}” is nearly “{like}”", column=text_shown(title), like=words[like]),
            say("correct the title; if it is something else, give it another name"),
        )
    if takes_others:
        return None
    return Problem(
        table.place(),
        say("the column “{column}” is not known here", column=text_shown(title)),
        say("delete it; the columns are {columns}", columns=listing(sorted(set(words.values())))),
    )


def _twice(table: Table, title: str, first: str, name: str) -> Problem:
    return Problem(
        table.place(),
        say("“{first}” and “{second}” are both the column “{column}”", first=first, second=title, column=name),
        say("keep one of them"),
    )
