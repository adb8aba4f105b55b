"""Names as they come in: nothing in them can steer a terminal or turn a printed line around."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pachamama.core.names import clean_name, unsafe_characters, visible


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ñusta   Quispe\tMamani \n", "Ñusta Quispe Mamani"),
        ("Ine\u0301s Huama\u0301n", "Inés Huamán"),
        ("Juan \u202e00.005 DSU", "Juan 00.005 DSU"),
        ("Ana\x1b[2J", "Ana[2J"),
        ("Ro\u200bsa\ufeff", "Rosa"),
        ("Q’ero Qollo", "Q’ero Qollo"),
        ("Luz\u00a0María", "Luz María"),
        ("\u3164\u2800", ""),
        ("Ana\ud800", "Ana"),
    ],
)
def test_a_name_keeps_its_letters_and_loses_what_cannot_be_seen(typed: str, kept: str) -> None:
    """Accents composed, single blanks, no control, bidirectional or zero-width characters."""
    assert clean_name(typed) == kept


@given(st.text(alphabet=st.characters(), max_size=40))
def test_cleaning_a_clean_name_changes_nothing(typed: str) -> None:
    """One pass is enough, whatever was typed, and leaves nothing unsafe."""
    cleaned = clean_name(typed)
    assert clean_name(cleaned) == cleaned
    assert unsafe_characters(cleaned) == []
    assert cleaned == unicodedata.normalize("NFC", cleaned).strip()
    assert cleaned.isprintable()


def test_a_message_can_name_the_characters_that_were_taken_out() -> None:
    """Each once, in the order found, by code and name."""
    assert unsafe_characters("a\u202eb\x1b\u202e") == ["U+202E RIGHT-TO-LEFT OVERRIDE", "U+001B"]
    assert unsafe_characters("Ñusta Quispe\tMamani") == []


def test_a_quoted_text_shows_its_control_characters_as_codes() -> None:
    """What a file holds can be shown on a screen without being obeyed by it; line breaks stay."""
    assert visible("\x1b[2Jrules\u202e.yaml\nnext\r") == "<U+001B>[2Jrules<U+202E>.yaml\nnext<U+000D>"
    assert visible("Ccapana [alta]") == "Ccapana [alta]"
