"""Amounts in words, read back to figures by a reader that shares nothing with the writer."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pachamama.core.sentences import Money
from pachamama.language import amount_in_words

SPANISH_WORDS = """
0 CERO 1 UN 1 UNO 2 DOS 3 TRES 4 CUATRO 5 CINCO 6 SEIS 7 SIETE 8 OCHO 9 NUEVE 10 DIEZ 11 ONCE 12 DOCE 13 TRECE 14 CATORCE
15 QUINCE 16 DIECISÉIS 17 DIECISIETE 18 DIECIOCHO 19 DIECINUEVE 20 VEINTE 21 VEINTIÚN 21 VEINTIUNO 22 VEINTIDÓS 23 VEINTITRÉS
24 VEINTICUATRO 25 VEINTICINCO 26 VEINTISÉIS 27 VEINTISIETE 28 VEINTIOCHO 29 VEINTINUEVE 30 TREINTA 40 CUARENTA 50 CINCUENTA
60 SESENTA 70 SETENTA 80 OCHENTA 90 NOVENTA 100 CIEN 100 CIENTO 200 DOSCIENTOS 300 TRESCIENTOS 400 CUATROCIENTOS 500 QUINIENTOS
600 SEISCIENTOS 700 SETECIENTOS 800 OCHOCIENTOS 900 NOVECIENTOS
"""
ENGLISH_WORDS = """
0 zero 1 one 2 two 3 three 4 four 5 five 6 six 7 seven 8 eight 9 nine 10 ten 11 eleven 12 twelve 13 thirteen 14 fourteen
15 fifteen 16 sixteen 17 seventeen 18 eighteen 19 nineteen 20 twenty 30 thirty 40 forty 50 fifty 60 sixty 70 seventy 80 eighty
90 ninety
"""


def table(words: str) -> dict[str, int]:
    """Each word with its number."""
    parts = words.split()
    return {word: int(number) for number, word in zip(parts[::2], parts[1::2], strict=True)}


SPANISH, ENGLISH = table(SPANISH_WORDS), table(ENGLISH_WORDS)


def read_back(words: str, language: str) -> tuple[int, str]:
    """The cents and the currency that the words say; fails on a form that is not good Spanish or English."""
    joint = {"es": "CON", "en": "and"}[language]
    match = re.fullmatch(rf"(.+) {joint} (\d\d)/100 (.+)", words)
    assert match, words
    units = spanish_units(match[1]) if language == "es" else english_units(match[1])
    return 100 * units + int(match[2]), match[3]


def spanish_units(words: str) -> int:
    """The number said in capitals; `y` stands only between tens and units, short forms only before mil and millones."""
    assert not re.search(r"UNO (MIL|MILLONES)\b", words), words
    assert not re.search(r"^UN MIL\b|MILLÓN UN MIL\b|MILLONES UN MIL\b", words), words
    assert not re.search(r"(\bUN|VEINTIÚN)$", words), words
    total = part = 0
    for word, following in zip(words.split(), [*words.split()[1:], ""], strict=True):
        if word in ("MILLÓN", "MILLONES"):
            total, part = (total + part) * 1_000_000, 0
        elif word == "MIL":
            total, part = total + (part or 1) * 1000, 0
        elif word == "Y":
            assert part % 100 in range(30, 100, 10), words
            assert SPANISH[following] < 10, words
        else:
            part += SPANISH[word]
    return total + part


def english_units(words: str) -> int:
    """The number said in small letters."""
    total = part = 0
    for word in words.lower().replace("-", " ").split():
        if word == "hundred":
            part *= 100
        elif word in ("thousand", "million"):
            total, part = total + part * {"thousand": 1000, "million": 1_000_000}[word], 0
        else:
            part += ENGLISH[word]
    return total + part


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_whole_amount_up_to_the_largest_prize_reads_back_to_its_figures(language: str) -> None:
    """0 to 3 000, each said once and each said differently."""
    said = [amount_in_words(Money(100 * units, "USD"), language) for units in range(3001)]
    assert [read_back(words, language)[0] for words in said] == [100 * units for units in range(3001)]
    assert len(set(said)) == 3001


@pytest.mark.parametrize("language", ["es", "en"])
@given(cents=st.integers(min_value=0, max_value=999_999_999))
def test_amounts_with_cents_read_back_to_their_figures(language: str, cents: int) -> None:
    """Any amount up to 9,999,999.99, to the cent."""
    assert read_back(amount_in_words(Money(cents, "PEN"), language), language) == (
        cents,
        "SOLES" if language == "es" else "soles",
    )


@pytest.mark.parametrize(
    ("cents", "currency", "words"),
    [
        (0, "PEN", "CERO CON 00/100 SOLES"),
        (100, "PEN", "UNO CON 00/100 SOLES"),
        (2150, "PEN", "VEINTIUNO CON 50/100 SOLES"),
        (10000, "USD", "CIEN CON 00/100 DÓLARES AMERICANOS"),
        (10105, "USD", "CIENTO UNO CON 05/100 DÓLARES AMERICANOS"),
        (100000, "BOB", "MIL CON 00/100 BOLIVIANOS"),
        (2100000, "PEN", "VEINTIÚN MIL CON 00/100 SOLES"),
        (3102100, "PEN", "TREINTA Y UN MIL VEINTIUNO CON 00/100 SOLES"),
        (10100000, "EUR", "CIENTO UN MIL CON 00/100 EUROS"),
        (100000000, "PEN", "UN MILLÓN CON 00/100 SOLES"),
        (2100000000, "PEN", "VEINTIÚN MILLONES CON 00/100 SOLES"),
        (300000, "CHF", "TRES MIL CON 00/100 CHF"),
    ],
)
def test_spanish_amounts_stand_as_on_peruvian_receipts(cents: int, currency: str, words: str) -> None:
    """Capitals, MIL without UN, the full UNO before CON, and the short form only before MIL and MILLONES."""
    assert amount_in_words(Money(cents, currency)) == words


def test_english_amounts_stand_as_on_a_cheque() -> None:
    """The only “and” comes before the cents."""
    assert amount_in_words(Money(10000, "USD"), "en") == "One hundred and 00/100 US dollars"
    assert amount_in_words(Money(123450, "PEN"), "en") == "One thousand two hundred thirty-four and 50/100 soles"
    assert amount_in_words(Money(2100, "BOB"), "en") == "Twenty-one and 00/100 bolivianos"


def test_quechua_papers_say_the_amount_in_spanish() -> None:
    """No source has a Quechua word for cents, and a paper that pays takes no risk."""
    assert amount_in_words(Money(2150, "PEN"), "qu") == "VEINTIUNO CON 50/100 SOLES"


def test_an_amount_below_zero_has_no_words() -> None:
    """No paper pays less than nothing."""
    with pytest.raises(ValueError, match="below zero"):
        amount_in_words(Money(-1, "PEN"))
