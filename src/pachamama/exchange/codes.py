"""Codes and identity papers as tables hold them: what can be printed on a paper, typed again, and name a file."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from pachamama.core.names import unsafe_characters
from pachamama.core.sentences import Sentence, listing, say, say_count
from pachamama.core.sheets import text_shown

LONGEST = 40
LONGEST_IN_SCORES = 60
_NOT_IN_FILES = '/\\|:*?"<>'
_NOT_IN_SCORES = "/\\|"
_NOT_FIRST = ".-=+@'"
_PLAIN = re.compile(rf"[A-Za-z0-9_.-]{{1,{LONGEST_IN_SCORES}}}")
_ALL_PLAIN = re.compile(rf"{_PLAIN.pattern}(?:\n{_PLAIN.pattern})*")
DNI_DIGITS = 8
_DNI = re.compile(rf"[0-9]{{{DNI_DIGITS}}}")
_OTHER_PAPER = re.compile(r"(?=.*[0-9])[0-9A-Z]{9,12}")
_FIGURE = re.compile(r"[0-9]+[.,]0+|[0-9][.,]?[0-9]*[eE]\+?[0-9]+")


def composed(text: str) -> str:
    """The text with composed letters (NFC): `Ñ` typed on two systems is one letter."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def code_refusal(code: str) -> tuple[Sentence, Sentence] | None:
    """Why a register cannot take the code, and the remedy: codes become file names and stand in commands."""
    if any(letter.isspace() for letter in code):
        return say("the code “{code}” has a blank in it", code=text_shown(code)), say("use “-” or “_” instead")
    if code and code[0] in _NOT_FIRST:
        return say("the code “{code}” begins with a sign", code=text_shown(code)), say("begin with a letter or a digit")
    return _refusal(code, _NOT_IN_FILES, LONGEST)


def code_in_scores_refusal(code: str) -> tuple[Sentence, Sentence] | None:
    """Why a score table cannot name something so: published results may have blanks in it, a register not."""
    if _PLAIN.fullmatch(code):
        return None
    if any(letter.isspace() and letter != " " for letter in code):
        return say("there is a line break in “{code}”", code=text_shown(" ".join(code.split()))), say(
            "write it in one line"
        )
    return _refusal(code, _NOT_IN_SCORES, LONGEST_IN_SCORES)


def are_plain(codes: Collection[str]) -> bool:
    """All codes are such as anybody takes, found out at once; where they are not, each must be looked at by itself."""
    together = "\n".join(codes)
    return _ALL_PLAIN.fullmatch(together) is not None and together.count("\n") < len(codes)


def _refusal(code: str, signs: str, longest: int) -> tuple[Sentence, Sentence] | None:
    if not code.isprintable() and (unsafe := unsafe_characters(code)):
        return (
            say("the code “{code}” holds {characters}", code=text_shown(code), characters=listing(unsafe)),
            say("type the code anew"),
        )
    wrong = [sign for sign in signs if sign in code]
    if wrong:
        return (
            say("the code “{code}” holds {signs}", code=text_shown(code), signs=" ".join(wrong)),
            say("use letters, digits, “-”, “_” and “.”"),
        )
    if len(code) > longest:
        return (
            say("the code “{code}” is too long", code=text_shown(code)),
            say("a code has at most {count} characters", count=longest),
        )
    return None


def read_dni(text: str) -> str | tuple[Sentence, Sentence]:
    """The number of a DNI (8 digits) or another identity paper (9 to 12 letters and digits), or why it is none.

    A DNI is text: a spreadsheet that takes it for a number has lost its zeros.
    """
    number = text.upper()
    if _DNI.fullmatch(number) or _OTHER_PAPER.fullmatch(number):
        return number
    if text.isascii() and text.isdecimal() and len(text) < DNI_DIGITS:
        return (
            say_count(
                "“{dni}” is not a DNI: it has {count} digit instead of 8",
                "“{dni}” is not a DNI: it has {count} digits instead of 8",
                len(text),
                dni=text,
            ),
            say("write all 8 digits, with the zeros in front; in a spreadsheet, format the column as text first"),
        )
    if _FIGURE.fullmatch(text):
        return (
            say("“{dni}” is not a DNI: the spreadsheet took it for a number", dni=text_shown(text)),
            say("format the column as text and type the 8 digits anew, with the zeros in front"),
        )
    return (
        say("“{dni}” is not a DNI", dni=text_shown(text)),
        say(
            "a DNI has 8 digits, a foreigner's card or passport 9 to 12 letters and digits; leave the cell empty until it"
            " is known"
        ),
    )
