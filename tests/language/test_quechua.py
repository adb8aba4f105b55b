"""The Quechua words on papers: only those with two sources, and the same in the documentation."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

from pachamama.language import beside, quechua, quechua_date, quechua_ordinal
from pachamama.language.quechua import labels

DOCUMENT = Path(__file__).parents[2] / "docs" / "translation.md"


def test_a_label_is_printed_in_both_languages_spanish_first() -> None:
    """With the capital of the Spanish label, and its own form for each variety."""
    assert beside("Nombre") == "Nombre / Suti"
    assert beside("Fecha", "collao") == "Fecha / P’unchaw"
    assert beside("Fecha", "chanka") == "Fecha / Punchaw"
    assert quechua("agua") == "unu"
    assert quechua("agua", "chanka") == "yaku"
    assert quechua(" Puesto: ") == "Ñiqin"


def test_a_label_without_two_sources_stays_spanish() -> None:
    """Marks B and C wait for a speaker; ayllu is both family and community and is printed for neither."""
    for label in ("Premio", "Sorteo", "Puntaje", "Jurado", "Ficha", "Familia", "Comunidad", "Huella digital", "Recibo"):
        assert quechua(label) is None
        assert beside(label) == label
    assert beside("Firma", "chanka") == "Firma"


def test_chanka_has_no_aspirates_and_no_apostrophes() -> None:
    """And Collao writes one apostrophe, U+2019."""
    for collao, chanka in labels().values():
        assert "'" not in collao
        assert not re.search("’|chh|[kpqt]h", chanka or "")
        assert not re.search("[eo]", collao + (chanka or ""))


def test_dates_follow_the_printed_pattern_with_spanish_months() -> None:
    """Day p’unchaw, month killapi, year watapi."""
    day = dt.date(2026, 9, 24)
    assert quechua_date(day) == "24 p’unchaw setiembre killapi 2026 watapi"
    assert quechua_date(day, "chanka") == "24 punchaw setiembre killapi 2026 watapi"


def test_places_have_quechua_names_up_to_the_tenth() -> None:
    """First to tenth; beyond, the figure alone."""
    assert [quechua_ordinal(place) for place in (1, 2, 10, 11, 0)] == [
        "ñawpaq ñiqin",
        "iskay ñiqin",
        "chunka ñiqin",
        None,
        None,
    ]


def test_the_documentation_lists_exactly_the_words_that_are_printed() -> None:
    """docs/translation.md gives each label with both varieties and its sources."""
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([A-Z][A-Z, ;]+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE
    )
    listed = {
        label: (collao.strip(), None if chanka.strip() == "–" else chanka.strip())
        for names, collao, chanka, _ in rows
        for label in names.strip().split(", ")
    }
    assert listed == labels()
