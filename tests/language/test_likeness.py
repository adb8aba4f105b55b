"""Names found in spite of their spelling, and names that may be one person entered twice."""

import subprocess
import sys

import pytest

from pachamama.language.likeness import ALIKE, alike, best_matches

REGISTER = {
    "H01": "María Elena Huamán Ccori",
    "H02": "Rosa Quispe Mamani",
    "H03": "Juana Quispe Puma",
    "H04": "Luis Ccallo Condori",
    "H05": "Saturnina Choquehuanca Nina",
    "H06": "Wilbert Ñaupa Zevallos",
    "H07": "Hermógenes Yupanqui Huillca",
    "H08": "Percy Núñez Apaza",
    "H09": "Julián de la Cruz Turpo",
    "H10": "Eusebio Mamani Mamani",
}


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        # another spelling
        ("Waman", "H01"),
        ("guaman", "H01"),
        ("Mª Elena Huaman", "H01"),
        ("Qallo", "H04"),
        ("Callo Luis", "H04"),
        ("kallo kunturi", "H04"),
        ("chuquiwanka", "H05"),
        ("naupa ceballos", "H06"),
        ("Huilber Ñawpa", "H06"),
        ("Willka", "H07"),
        ("ermogenes iupanqui", "H07"),
        ("NUNES", "H08"),
        ("dela cruz turpo", "H09"),
        # the order of a list
        ("Quispe Mamani, Rosa", "H02"),
        ("KISPE ROSA", "H02"),
        # half a name, and a slip of the fingers
        ("ros qui", "H02"),
        ("hua", "H01"),
        ("hu", "H01"),
        ("juana", "H03"),
        ("satrunina", "H05"),
        ("hermojenes", "H07"),
        ("mamani mamani", "H10"),
    ],
)
def test_a_name_is_found_first_however_it_is_typed(typed: str, code: str) -> None:
    """Huamán, Waman and Guaman are one sound; accents, capitals and order do not count."""
    assert best_matches(typed, REGISTER)[0][0] == code


def test_the_best_come_first_and_equal_ones_by_code() -> None:
    """Who types one surname sees everybody who has it, first those of whom less was left untyped."""
    assert best_matches("kispe", REGISTER, limit=2) == [("H03", 100), ("H02", 100)]
    assert best_matches("quispe", {"B": "Rosa Quispe", "A": "Rosa Quispe"}) == [("A", 100), ("B", 100)]


@pytest.mark.parametrize("typed", ["", "  ", "123", "xyzxyz"])
def test_what_is_no_name_finds_nobody(typed: str) -> None:
    """Better nothing than anybody."""
    assert best_matches(typed, REGISTER) == []


def test_never_more_than_asked_for() -> None:
    """A small screen has few lines."""
    assert len(best_matches("mamani quispe", REGISTER, limit=1)) == 1
    assert best_matches("quispe", REGISTER, limit=0) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rosa Quispe Mamani", "Quispe Mamani, Rosa"),
        ("Rosa Quispe Mamani", "ROSA QISPE MAMANY"),
        ("María Elena Huamán Ccori", "Waman Qori Mª Elena"),
        ("Luis Ccallo Condori", "Luis Qallo Cunduri"),
        ("Rosa Quispe Mamani", "Rosa María Quispe Mamani"),
        ("Rosa Quispe Mamani", "Rosa Quispe"),
        ("Rosa Quispe Mamani", "R. Quispe Mamani"),
        ("Saturnina Nina Puma", "Satrunina Nina Puma"),
        ("Percy Núñez Apaza", "Persi Nunez Apaza"),
    ],
)
def test_one_person_entered_twice_is_shown(one: str, other: str) -> None:
    """In another spelling or order, with a name more or less, with a slip."""
    assert [(a, b) for a, b, _ in alike({"H1": one, "H2": other})] == [("H1", "H2")]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Rosa Quispe Mamani", "Edith Quispe Mamani"),
        ("Rosa Quispe Mamani", "Rosa Quispe Turpo"),
        ("Rosa María Quispe", "Rosa Elena Quispe"),
        ("Luis Ccallo Condori", "Pedro Ccori Condori"),
        ("Rosa Elena Quispe Mamani", "Rosa Elena Quispe Malma"),
        ("Rosa", "Rosa Quispe"),
        ("", ""),
        ("123", "123"),
    ],
)
def test_sisters_and_neighbours_are_no_duplicates(one: str, other: str) -> None:
    """A word of their own on both sides keeps two people apart."""
    assert alike({"H1": one, "H2": other}) == []


def test_the_likeliest_pair_comes_first() -> None:
    """And every pair once, the smaller code before the other."""
    found = alike({"H3": "Rosa Quispe Mamani", "H1": "Qespe Mamani Rosa", "H2": "Rosa Quispe"})
    assert [(one, other) for one, other, _ in found] == [("H1", "H3"), ("H1", "H2"), ("H2", "H3")]
    assert [score >= ALIKE for *_, score in found] == [True] * 3


def test_the_library_is_loaded_by_the_first_comparison_only() -> None:
    """A command that compares no names pays nothing for it."""
    code = "import sys, pachamama.language.likeness; print('rapidfuzz' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], env={"PYTHONPATH": "src"}, capture_output=True, check=True)
    assert done.stdout.strip() == b"False"
