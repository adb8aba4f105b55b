"""Numbers, money, dates and ordinals, compared with Babel where Babel knows."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.dates import format_date
from babel.numbers import format_currency, format_decimal
from hypothesis import given
from hypothesis import strategies as st

from pachamama.language import formats

DAYS = st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2199, 12, 31))
COUNTRIES = ("PE", "BO", "EC", "CO", "CL", "AR", "VE", "MX", "GT")


@pytest.mark.parametrize("country", COUNTRIES)
@given(cents=st.integers(min_value=0, max_value=10**12))
def test_amounts_have_the_points_and_commas_of_the_country(country: str, cents: int) -> None:
    """Peru writes 1,234.50 and Bolivia 1.234,50, as Babel does."""
    written = formats.money(cents, "XXX", comma=formats.decimal_comma("es", country))
    assert written == "XXX " + format_decimal(Decimal(cents) / 100, "#,##0.00", locale=f"es_{country}")


@given(cents=st.integers(min_value=0, max_value=10**12), currency=st.sampled_from(["PEN", "USD", "BOB", "EUR"]))
def test_amounts_in_peru_carry_the_currency_that_babel_writes(cents: int, currency: str) -> None:
    """S/ for soles and the ISO code for others; only bolivianos keep their own sign."""
    expected = format_currency(Decimal(cents) / 100, currency, locale="es_PE").replace("\u00a0", " ")
    assert formats.money(cents, currency) == expected.replace("BOB", "Bs")


def test_money_always_shows_both_decimals_and_its_sign() -> None:
    """S/ 0.05, and a return below zero after the currency."""
    assert formats.money(5, "PEN") == "S/ 0.05"
    assert formats.money(-123450, "USD") == "USD -1,234.50"
    assert formats.money(123450, "BOB", comma=True) == "Bs 1.234,50"


def test_points_and_numbers_are_exact_and_without_groups() -> None:
    """What is printed can be typed back."""
    assert formats.points(Fraction(377, 5), 2) == "75.40"
    assert formats.points(1234, 2, comma=True) == "1234,00"
    assert formats.number(Fraction(25, 2)) == "12.5"
    assert formats.number(Fraction(25, 2), comma=True) == "12,5"
    assert formats.number(Fraction(38, 3)) == "38/3"
    assert formats.number(180000) == "180000"


@pytest.mark.parametrize("country", COUNTRIES)
@given(day=DAYS)
def test_long_dates_in_spanish_are_those_of_the_country(country: str, day: dt.date) -> None:
    """In Peru the ninth month is setiembre."""
    expected = format_date(day, "long", locale=f"es_{country}")
    assert formats.long_date(day, language="es", country=country) == expected


@given(day=DAYS)
def test_long_dates_in_english_put_the_day_first(day: dt.date) -> None:
    """24 November 2026, never a number that could be read the other way round."""
    assert formats.long_date(day, language="en") == format_date(day, "d MMMM y", locale="en_GB")


def test_dates_in_tables_sort_as_text() -> None:
    """ISO dates and 24 hours, in every language."""
    moment = dt.datetime(2026, 3, 2, 14, 5, tzinfo=dt.UTC)
    assert formats.short_date(moment) == "2026-03-02"
    assert formats.clock(moment) == "14:05"


def test_spanish_places_shorten_first_and_third_before_the_noun() -> None:
    """1.er, 3.er, decimotercer 13.er, vigesimoprimer 21.er; undécimo 11.º has no short form."""
    short = [place for place in range(1, 134) if formats.ordinal(place, language="es").endswith(".er")]
    expected = [
        1,
        3,
        13,
        21,
        23,
        31,
        33,
        41,
        43,
        51,
        53,
        61,
        63,
        71,
        73,
        81,
        83,
        91,
        93,
        101,
        103,
        113,
        121,
        123,
        131,
        133,
    ]
    assert short == expected
    full = [formats.ordinal(place, language="es") for place in (2, 4, 10, 11, 12, 20)]
    assert full == ["2.º", "4.º", "10.º", "11.º", "12.º", "20.º"]


def test_english_places_end_as_they_are_spoken() -> None:
    """1st, 2nd, 3rd, 4th, but 11th, 12th, 13th."""
    said = [formats.ordinal(place, language="en") for place in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)]
    assert said == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]


@pytest.mark.parametrize(
    ("items", "said"),
    [
        ([], ""),
        (["Ana"], "Ana"),
        (["Ana", "Inés"], "Ana e Inés"),
        (["Ana", "Rosa", "Hilda"], "Ana, Rosa e Hilda"),
        (["Ana", "Ynés"], "Ana e Ynés"),
        (["Ana", "Íngrid"], "Ana e Íngrid"),
        (["Ana", "“Irma”"], "Ana e “Irma”"),
        (["agua", "hielo"], "agua y hielo"),
        (["pasto", "hierba"], "pasto y hierba"),
        (["Ana", "Yolanda"], "Ana y Yolanda"),
        (["Ana", "Ian"], "Ana y Ian"),
        (["Ana", "Hugo"], "Ana y Hugo"),
        (["X", "Y"], "X y Y"),
        (["H001", "H002", "H003"], "H001, H002 y H003"),
    ],
)
def test_a_spanish_list_ends_with_y_or_with_e_before_the_sound_i(items: list[str], said: str) -> None:
    """Ana e Inés, agua y hielo."""
    assert formats.joined(items, language="es") == said


def test_an_english_list_ends_with_and() -> None:
    """A, B and C."""
    assert formats.joined(["A", "B", "C"], language="en") == "A, B and C"
