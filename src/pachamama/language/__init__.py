"""The languages: the core's sentences said in Spanish, English or Quechua; numbers, dates, amounts in words.

One idea: the core returns values, and only a `Reader` turns them into text. Nothing heavier than gettext is loaded.
"""

from __future__ import annotations

from pachamama.language.quechua import beside, quechua, quechua_date, quechua_ordinal
from pachamama.language.reader import LANGUAGES, Reader
from pachamama.language.words import amount_in_words

__all__ = [
    "LANGUAGES",
    "Reader",
    "amount_in_words",
    "beside",
    "quechua",
    "quechua_date",
    "quechua_ordinal",
]
