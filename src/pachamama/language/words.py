"""Amounts in words, for the papers that pay.

Spanish as printed on Peruvian receipts and invoices: the whole units in words, `CON`, the cents as a fraction of 100,
the currency: `CIEN CON 00/100 DÓLARES AMERICANOS`. What the words say is what the figures say, to the cent.
"""

from __future__ import annotations

import re

from pachamama.core.sentences import Money

_SPANISH = {"USD": "dólares americanos", "PEN": "soles", "BOB": "bolivianos", "EUR": "euros"}
_ENGLISH = {"USD": "US dollars", "PEN": "soles", "BOB": "bolivianos", "EUR": "euros"}
_ONE_BEFORE_THOUSANDS = re.compile(r"(?P<twenty>veinti)?uno(?= (?:mil|\w+ones)\b)")


def amount_in_words(money: Money, language: str = "es") -> str:
    """The amount in words: `VEINTIUNO CON 50/100 SOLES`, `Twenty-one and 50/100 soles`; Quechua papers say it in Spanish.

    A currency that is not known by name is said by its code. ValueError for an amount below zero.
    """
    if money.cents < 0:
        raise ValueError("an amount in words cannot be below zero")
    units, cents = divmod(money.cents, 100)
    if language == "en":
        return f"{_english(units)} and {cents:02}/100 {_ENGLISH.get(money.currency, money.currency)}"
    return f"{_spanish(units)} con {cents:02}/100 {_SPANISH.get(money.currency, money.currency)}".upper()


def _spanish(units: int) -> str:
    """Whole units in words. num2words says *veintiuno mil*; before *mil* and *millones* it is *veintiún*, *un*.

    At the end it stays *uno*: *con* follows, not the noun, and only a noun shortens it (*veintiuno por ciento*).
    """
    return _ONE_BEFORE_THOUSANDS.sub(lambda one: "veintiún" if one["twenty"] else "un", _said(units, "es"))


def _english(units: int) -> str:
    """Whole units in words, as on a cheque: the only *and* is the one before the cents."""
    return _said(units, "en").replace(",", "").replace(" and ", " ").capitalize()


def _said(units: int, language: str) -> str:
    """num2words gets whole units only: it takes an `int` for cents where it is told a currency, and loses digits of floats."""
    from num2words import num2words  # type: ignore[import-untyped,unused-ignore]

    return str(num2words(units, lang=language))
