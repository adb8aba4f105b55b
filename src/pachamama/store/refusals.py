"""How the store refuses: one message with its remedy, and the codes that somebody may have meant."""

from __future__ import annotations

from collections.abc import Collection

from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import Sentence, choice, say

_SHOWN = 8


def refused(message: Sentence, hint: Sentence | None) -> Refused:
    """A refusal with one problem that stands nowhere in particular."""
    return Refused(Problem(NOWHERE, message, hint))


def do_not_pay(message: Sentence) -> Problem:
    """A problem of a file that was changed or damaged."""
    return Problem(NOWHERE, message, say("Do not pay from this file. Keep it as it is and compare it with a backup."))


def codes_like(code: str, known: Collection[str]) -> Sentence | None:
    """The codes that look like it, else the first few there are; None where there are none."""
    from difflib import get_close_matches

    close = get_close_matches(code, known, n=3) or get_close_matches(code.casefold(), known, n=3)
    if close:
        return say("Did you mean {codes}?", codes=choice(close))
    if known:
        return say("The codes that are known: {codes}.", codes=_shown(known))
    return None


def _shown(known: Collection[str]) -> Sentence | str:
    first = sorted(known)[:_SHOWN]
    if len(known) > _SHOWN:
        return say("{codes} …", codes=", ".join(first))
    return ", ".join(first)
