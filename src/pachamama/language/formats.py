"""Numbers, money, dates, times and ordinals as people in Peru, Bolivia and English-speaking offices write them.

Everything is made from exact numbers and plain text. Babel is the oracle in the tests, never loaded at run time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pachamama.core.numbers import Exact, fixed, plain

if TYPE_CHECKING:
    import datetime as dt

COMMA_COUNTRIES = frozenset({"AR", "BO", "CL", "CO", "EC", "VE"})
"""Countries whose Spanish writes 1.234,50; Peru writes 1,234.50, as English does."""

SYMBOLS = {"PEN": "S/", "BOB": "Bs"}
"""Every other currency is written by its ISO code: “$” is a different money in each country of the Andes."""

_MONTHS = {
    "es": (
        *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
        *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    ),
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}


def decimal_comma(language: str, country: str) -> bool:
    """Whether the reader writes 12,5 and 1.234,50; English never does."""
    return language != "en" and country in COMMA_COUNTRIES


def number(value: Exact, *, comma: bool = False) -> str:
    """The value in the fewest exact digits, without groups: `12.5`; a fraction without an end as `38/3`."""
    return _with_comma(plain(value), comma)


def points(value: Exact, decimals: int, *, comma: bool = False) -> str:
    """Points with exactly that many decimals, without groups, so that they can be typed back: `75.40`."""
    return _with_comma(fixed(value, decimals), comma)


def sign_of(currency: str) -> str:
    """What stands before an amount for people; programs read the ISO code: `S/` for PEN."""
    return SYMBOLS.get(currency, currency)


def money(cents: int, currency: str, *, comma: bool = False) -> str:
    """The amount with its currency before it, groups of three and always two decimals: `S/ 1,234.50`."""
    whole, part = divmod(abs(cents), 100)
    amount = f"{whole:,}.{part:02}"
    if comma:
        amount = amount.translate({ord(","): ".", ord("."): ","})
    return f"{sign_of(currency)} {'-' if cents < 0 else ''}{amount}"


def long_date(day: dt.date, *, language: str, country: str = "PE") -> str:
    """`24 de noviembre de 2026`, `24 November 2026`; the ninth month is `setiembre` in Peru."""
    if language == "en":
        return f"{day.day} {_MONTHS['en'][day.month - 1]} {day.year}"
    return f"{day.day} de {spanish_month(day.month, country)} de {day.year}"


def spanish_month(month: int, country: str = "PE") -> str:
    """The month's Spanish name, in small letters."""
    return "setiembre" if month == 9 and country == "PE" else _MONTHS["es"][month - 1]


def short_date(day: dt.date) -> str:
    """The date for tables, the same in every language: `2026-11-24`."""
    return f"{day.year:04}-{day.month:02}-{day.day:02}"


def clock(moment: dt.datetime | dt.time) -> str:
    """The time of day in 24 hours, in the zone it comes in: `14:05`."""
    return f"{moment.hour:02}:{moment.minute:02}"


def ordinal(place: int, *, language: str) -> str:
    """A place before its noun: `1.er`, `2.º`, `3.er`, `11.º`, `13.er`, `21.er` (masculine); `1st`, `11th`, `21st`.

    Spanish shortens *primero* and *tercero* before a masculine noun, in compounds too (*decimotercer*,
    *vigesimoprimer*: Diccionario panhispánico de dudas, “ordinales”). Eleven is *undécimo*, which has no short form.
    """
    if language == "en":
        ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
        return f"{place}{ending}"
    is_short = place % 10 in (1, 3) and place % 100 != 11
    return f"{place}.{'er' if is_short else 'º'}"


def joined(items: list[str], *, language: str, is_choice: bool = False) -> str:
    """`A, B and C`; in Spanish `A, B y C`, and `e` before the sound i: `Ana e Inés`, but `agua y hierba`.

    Of a choice `A, B or C`; in Spanish `o`, and `u` before the sound o.
    """
    if len(items) < 2:
        return "".join(items)
    *first, last = items
    if is_choice:
        word = "or" if language == "en" else _or(last)
    else:
        word = "and" if language == "en" else _and(last)
    return f"{', '.join(first)} {word} {last}"


def _or(following: str) -> str:
    """`u` before the sound o, else `o`."""
    start = following.lower().lstrip("“”\"'«»‘’(¿¡*` ").removeprefix("h")
    return "u" if start.startswith(("o", "ó")) else "o"


def _and(following: str) -> str:
    """`e` before the sound i, else `y`: an i that glides into the next vowel (hielo, hierba, Iocasta) is not that sound."""
    start = following.lower().lstrip("“”\"'«»‘’(¿¡*` ")
    if start.startswith("h"):
        start = start[1:]
        if not start.startswith(("i", "í")):
            return "y"
    if start.startswith("í"):
        return "e"
    if start.startswith(("i", "y")):
        after = start[1:2]
        glides = after in tuple("aeouáéóú") or (start[0] == "y" and (after in tuple("ií") or not after.isalpha()))
        return "y" if glides else "e"
    return "y"


def _with_comma(digits: str, comma: bool) -> str:
    return digits.replace(".", ",") if comma else digits
