"""Questions to the person at the terminal; where nobody sits there, nothing is asked and nothing is taken as a yes.

What was typed before a question could be read is no answer to it: the next command, say, typed while this one reckons.
Where an answer is sealed, it is thrown away first, and the answer is said back and agreed.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from pachamama.core.names import no_name
from pachamama.core.sentences import Sentence, choice, say

if TYPE_CHECKING:
    from pachamama.cli.session import Session

_NOBODY = frozenset({"no", "nadie", "ninguno", "ninguna", "nobody", "none", "manan", "manapipas"})
"""What people answer who have nobody to name: it is no name."""
_YES = frozenset({"y", "yes", "s", "si", "ari"})
_T = TypeVar("_T")


def is_asked(asked: Session) -> bool:
    """Somebody sits at a terminal and reads words, no JSON."""
    return asked.format == "table" and sys.stdin.isatty() and sys.stderr.isatty()


def ask(asked: Session, question: Sentence) -> str:
    """The answer, without blanks around it; empty at the end of what is typed."""
    from pachamama.cli.telling import at_width

    sys.stderr.write(at_width(asked.reader.say(question) + " ", sys.stderr))
    sys.stderr.flush()
    return " ".join(sys.stdin.readline().split())


def agrees(asked: Session, question: Sentence) -> bool:
    """The person says yes, in Spanish, Quechua or English; anything else is no."""
    return _plain(ask(asked, question)) in _YES


def chosen(asked: Session, question: Sentence, answers: Mapping[str, _T]) -> _T | None:
    """What belongs to the answer; asked again until it is one of them. None for Enter alone, and at the end."""
    while answer := ask(asked, question):
        found = answers.get(_plain(answer))
        if found is not None:
            return found
        asked.tell(say("“{text}” is no answer here: {words}, or Enter.", text=answer, words=choice(list(answers))))
    return None


def name_agreed(asked: Session, question: Sentence, *, again: Sentence, agreed: Sentence) -> str:
    """A person's name, said back and agreed to; '' for nobody (Enter alone, or a word for it).

    Asked anew: the name of the actor (`again` says so), what is no name of a person, and a name that is not agreed to.
    `agreed` has the gap `{name}`.
    """
    asking = question
    forget_typed_ahead()
    while named := ask(asked, asking):
        asking = question
        if _plain(named) in _NOBODY:
            break
        if _plain(named) == _plain(asked.actor):
            asking = again
        elif (why := no_name(named)) is not None:
            asked.tell(why)
        else:
            forget_typed_ahead()
            if agrees(asked, Sentence(agreed.text, {**agreed.values, "name": named})):
                return named
        forget_typed_ahead()
    return ""


def forget_typed_ahead() -> None:
    """Throw away what a person typed before the next question, or a refusal, could be read; it was meant for something else."""
    if not sys.stdin.isatty():
        return
    try:
        import termios

        termios.tcflush(sys.stdin.fileno(), termios.TCIFLUSH)
    except ImportError:  # Windows
        import msvcrt

        while msvcrt.kbhit():  # type: ignore[attr-defined]
            msvcrt.getwch()  # type: ignore[attr-defined]
    except OSError:
        return


def _plain(text: str) -> str:
    """The letters and figures of an answer, small and without accents."""
    return "".join(letter for letter in unicodedata.normalize("NFKD", text).casefold() if letter.isalnum())
