"""Households that are likely registered twice: shown to a person, never decided by the program."""

from __future__ import annotations

from pachamama.core.model import Household
from pachamama.exchange.duplicates import likely_duplicates

from .desk import ENGLISH


def pairs(*households: Household, **options) -> list[tuple[str, str]]:
    return [(one.one.code, one.other.code) for one in likely_duplicates(households, **options)]


def home(code: str, head: str, partner: str = "", *, dni: str = "", community: str = "C1") -> Household:
    return Household(code, community, head, dni, partner)


def test_one_name_in_two_spellings_is_shown_in_one_community_only() -> None:
    """The same people elsewhere are other people."""
    assert pairs(home("H1", "Rosa Quispe Huamán"), home("H2", "QUISPE WAMAN, Rosa")) == [("H2", "H1")]
    assert pairs(home("H1", "Rosa Quispe Huamán"), home("H2", "Rosa Quispe Huamán", community="C2")) == []


def test_head_and_partner_are_one_household() -> None:
    """A row whose head is another row's partner; never the two of one row."""
    one = home("H1", "Rosa Quispe Mamani", "Juan Ccori Turpo")
    assert pairs(one, home("H2", "Juan Ccori Turpo")) == [("H2", "H1")]
    assert pairs(one, home("H2", "Juan Ccori Turpo", "Rosa Quispe Mamani")) == [("H2", "H1")]
    assert pairs(home("H1", "Rosa Quispe Mamani", "Rosa Quispe Mamani")) == []


def test_one_dni_is_the_strongest_sign_in_any_community() -> None:
    """It stands first, and says so."""
    rows = (
        home("H1", "Ana Puma", dni="00001234"),
        home("H2", "Elena Turpo", dni="00001234", community="C2"),
        home("H3", "Ana Puma"),
    )
    found = likely_duplicates(rows)
    assert [(one.one.code, one.other.code) for one in found] == [("H2", "H1"), ("H3", "H1")]
    assert ENGLISH.say(found[0].sentence) == "H2 and H1 of C2 may be one household: the same DNI 00001234"


def test_of_an_import_only_what_is_new_is_shown_and_the_new_row_comes_first() -> None:
    """Those that were registered before have been looked at before."""
    rows = [home("H9", "Ana Puma Ccori"), home("H2", "Ana Puma Ccori"), home("H1", "Ana Puma Ccori")]
    assert pairs(*rows, new={"H9"}) == [("H9", "H1"), ("H9", "H2")]
    assert pairs(*rows, new=set()) == []


def test_in_a_whole_programme_only_names_that_sound_the_same_are_compared() -> None:
    """Quick enough for a hundred thousand; a missing surname is then not seen."""
    rows = [home("H1", "Rosa Quispe Huamán"), home("H2", "Rosa Kispi Waman"), home("H3", "Rosa Quispe")]
    assert pairs(*rows, by_sound_only=True) == [("H2", "H1")]
    assert ("H3", "H1") in pairs(*rows)
