"""Names of people and places as they are kept: nothing in them can steer a terminal or turn a printed line around.

A right-to-left override (U+202E) in a name once reversed the amount beside it on a printed sheet; an escape character
clears a screen. Both are taken out where names come in, and shown as codes where a message quotes them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from pachamama.core.sentences import Sentence, Value, say

_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Control, format (bidirectional, zero-width), surrogate, private and unassigned characters."""
_BLANK_LETTERS = {ord(letter): " " for letter in "\u115f\u1160\u2800\u3164\uffa0"}
"""Letters and signs that print as nothing: a name made of them would look empty."""

_NO_SIGN_OF_NAMES = frozenset("/\\|<>=$;&{}[]*?!#@_`~%^+")
"""Signs of commands, paths and addresses."""


def clean_name(text: str) -> str:
    """The name in Unicode's composed form (NFC), single blanks, without control or bidirectional characters.

    Letters, accents and apostrophes stay as they were written; cleaning twice changes nothing.
    """
    if not text.isascii():
        text = text.translate(_BLANK_LETTERS)
    if not text.isprintable():
        text = "".join(letter for letter in text if not _is_unsafe(letter))
    return unicodedata.normalize("NFC", " ".join(text.split()))


def called(code: str, name: str) -> Value:
    """Somebody by code and name, as messages call people; by the code alone while no name is known."""
    return say("{code} {name}", code=code, name=name) if name else code


ERASED = say("(a name that was erased)")
"""In the place of the name of somebody who was forgotten."""


def people_said(names: Iterable[str]) -> list[Value]:
    """The names of people who were named once; of one who was erased it is said."""
    return [name or ERASED for name in names]


def unsafe_characters(text: str) -> list[str]:
    """What `clean_name` takes out, each once, in order, as a message names it: `U+202E RIGHT-TO-LEFT OVERRIDE`."""
    if text.isprintable():
        return []
    return [
        f"{_code(letter)} {unicodedata.name(letter, '')}".strip()
        for letter in dict.fromkeys(text)
        if _is_unsafe(letter)
    ]


def no_name(text: str) -> Sentence | None:
    """Why a text that was typed as somebody's name is none: it has no letters, or looks like a command; else None."""
    said = unicodedata.normalize("NFC", text)
    if sum(letter.isalpha() for letter in said) < 2:
        return say("“{text}” is no name: it has no letters.", text=text)
    words = said.casefold().split()
    if words[0] == "pachamama" or any(word.startswith("-") for word in words) or not _NO_SIGN_OF_NAMES.isdisjoint(said):
        return say("“{text}” looks like a command, not like a person's name.", text=text)
    return None


def visible(text: str) -> str:
    """The text with each unsafe character shown as its code (`<U+202E>`), for messages that quote what a file holds.

    Line breaks and blanks of any width stay; a file name with an escape sequence becomes harmless to read.
    """
    if text.isprintable():
        return text
    return "".join(f"<{_code(letter)}>" if _is_unsafe(letter) or letter == "\r" else letter for letter in text)


def _is_unsafe(letter: str) -> bool:
    return unicodedata.category(letter) in _UNSAFE and not letter.isspace()


def _code(letter: str) -> str:
    return f"U+{ord(letter):04X}"
