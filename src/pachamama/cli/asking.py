"""Questions to the person at the terminal; where nobody sits there, nothing is asked and nothing is taken as a yes."""

from __future__ import annotations

import sys
import unicodedata
from typing import TYPE_CHECKING

from pachamama.core.sentences import Sentence

if TYPE_CHECKING:
    from pachamama.cli.session import Session

_YES = frozenset({"y", "yes", "s", "si", "ari"})


def is_asked(asked: Session) -> bool:
    """Somebody sits at a terminal and reads words, no JSON."""
    return asked.format == "table" and sys.stdin.isatty() and sys.stderr.isatty()


def ask(asked: Session, question: Sentence) -> str:
    """The answer, without blanks around it; empty at the end of what is typed."""
    sys.stderr.write(asked.reader.say(question) + " ")
    sys.stderr.flush()
    return " ".join(sys.stdin.readline().split())


def agrees(asked: Session, question: Sentence) -> bool:
    """The person says yes, in Spanish, Quechua or English; anything else is no."""
    letters = unicodedata.normalize("NFKD", ask(asked, question)).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter)) in _YES
