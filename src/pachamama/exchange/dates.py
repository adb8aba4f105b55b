"""Dates as tables hold them: year, month, day, with or without the time, never in the order of a country."""

from __future__ import annotations

import re

from pachamama.core.sentences import Sentence, say
from pachamama.core.sheets import text_shown
from pachamama.core.tie_step import moment

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?", re.ASCII)


def date_refusal(text: str) -> tuple[Sentence, Sentence] | None:
    """Why the text is no date or time that can be compared, and the remedy; None if it is one."""
    if _ISO.fullmatch(text) and moment(text) is not None:
        return None
    return (
        say("“{text}” is not a date", text=text_shown(text)),
        say("write year, month and day: 2026-03-02, with the time if it matters: 2026-03-02T14:05"),
    )
