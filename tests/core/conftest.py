"""Watches every sentence and every problem that the core makes while it is tested.

What the rulebook's tests reach can be said in Spanish: the text stands in the catalogue (or in the source, as a literal
that waits for its Spanish: tests/language asks for it), each gap has a value that can be said, and no value is without
a gap. What is wrong fails where the sentence is made.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

import pachamama
import pachamama.language
from pachamama.core.problems import Place, Problem
from pachamama.core.sentences import Listing, Money, Name, Ordinal, Points, Sentence

SPANISH = Path(pachamama.language.__file__).parent / "locale" / "es" / "LC_MESSAGES" / "pachamama.po"


@cache
def _catalogue() -> set[tuple[str, str | None]]:
    """The English texts that are said in Spanish, with their plurals."""
    with SPANISH.open(encoding="utf-8") as file:
        keys = (message.id for message in read_po(file) if message.id and message.string)
        return {(key[0], key[1]) if isinstance(key, tuple) else (str(key), None) for key in keys}


@cache
def _literals() -> set[tuple[str, str | None]]:
    """The texts that stand in the source in `say(…)` and `say_count(…)`."""
    found: set[tuple[str, str | None]] = set()
    for path in Path(pachamama.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Name(id="say"), args=[ast.Constant(value=str(text)), *_]):
                    found.add((text, None))
                case ast.Call(
                    func=ast.Name(id="say_count"),
                    args=[ast.Constant(value=str(text)), ast.Constant(value=str(plural)), *_],
                ):
                    found.add((text, plural))
    return found


@cache
def gaps(text: str) -> frozenset[str]:
    """The names of the gaps in a text."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def can_be_said(value: Any) -> bool:
    """The value has words or figures in every language: a text, an exact number, or one of the core's own kinds."""
    match value:
        case str() | Fraction() | Sentence() | Name():
            return True
        case Points(value=int() | Fraction(), decimals=int()) | Ordinal(number=int()) | Money(int(), str()):
            return True
        case Listing():
            return all(can_be_said(item) for item in value.items)
        case _:
            return isinstance(value, int) and not isinstance(value, bool)


@pytest.fixture(autouse=True, scope="module")
def _sentences_are_whole() -> Iterator[None]:
    """Every sentence of the catalogue, with its gaps and no others filled; every problem a place and a sentence."""
    known, sentence, problem = _catalogue(), Sentence.__init__, Problem.__init__

    def whole_sentence(self: Sentence, text: str, values: Any, plural: str | None = None, count: Any = None) -> None:
        sentence(self, text, values, plural, count)
        is_known = (text, plural) in known or (text, plural) in _literals()
        assert is_known, f"not in the Spanish catalogue: {text!r}"
        named = gaps(text) | (gaps(plural) if plural is not None else frozenset())
        given = values.keys() | ({"count"} if plural is not None else set())
        assert named - {"count"} == given - {"count"}, f"gaps {sorted(named)}, values {sorted(given)}: {text!r}"
        assert (plural is None) == (count is None), f"a number chooses the plural, and nothing else: {text!r}"
        assert count is None or can_be_said(count), f"{count!r} is no number: {text!r}"
        for name, value in values.items():
            assert can_be_said(value), f"{{{name}}} cannot be {value!r}: {text!r}"

    def whole_problem(self: Problem, where: Place, message: Sentence, hint: Sentence | None = None) -> None:
        problem(self, where, message, hint)
        assert isinstance(where, Place), f"no place: {message}"
        assert isinstance(message, Sentence), f"no sentence: {message!r}"
        assert hint is None or isinstance(hint, Sentence), f"no hint: {hint!r}"

    Sentence.__init__, Problem.__init__ = whole_sentence, whole_problem  # type: ignore[method-assign]
    yield
    Sentence.__init__, Problem.__init__ = sentence, problem  # type: ignore[method-assign]
