"""The surnames in a name as lists of households really write it."""

import pytest

from pachamama.core.surnames import surnames_of

NAMES = [
    # name as written                      the father's, the mother's, the husband's
    ("Rosa Quispe Mamani", "Quispe", "Mamani", ""),
    ("Rosa María Quispe Mamani", "Quispe", "Mamani", ""),
    ("Quispe Mamani, Rosa María", "Quispe", "Mamani", ""),
    ("QUISPE MAMANI ROSA MARIA", "QUISPE", "MAMANI", ""),
    ("Quispe Mamani Juan", "Quispe", "Mamani", ""),
    ("Rosa Quispe", "Quispe", "", ""),
    ("Rosa María Quispe", "Quispe", "", ""),
    ("Quispe, Rosa", "Quispe", "", ""),
    ("Rosa", "", "", ""),
    ("Quispe Quispe, Juan", "Quispe", "Quispe", ""),
    ("Juan de la Cruz Huamán", "de la Cruz", "Huamán", ""),
    ("Juan Huamán de la Cruz", "Huamán", "de la Cruz", ""),
    ("De la Cruz Huamán, Juan", "De la Cruz", "Huamán", ""),
    ("Juan Del Carpio y Rivas", "Del Carpio", "Rivas", ""),
    ("Pedro Pablo Santa Cruz Apaza", "Santa Cruz", "Apaza", ""),
    ("María de los Ángeles Ccori Puma", "Ccori", "Puma", ""),
    ("Juan de Dios Huamán Ccori", "Huamán", "Ccori", ""),
    ("Juan Ponce de León Quispe", "Ponce de León", "Quispe", ""),
    ("Juan Quispe Ponce de León", "Quispe", "Ponce de León", ""),
    ("García-Iglesias Puma, Ana", "García-Iglesias", "Puma", ""),
    ("Rosa Quispe Mamani de Huamán", "Quispe", "Mamani", "Huamán"),
    ("Rosa Quispe de Huamán", "Quispe", "", "Huamán"),
    ("Rosa Quispe vda. de Huamán", "Quispe", "", "Huamán"),
    ("Rosa Quispe Mamani Viuda de la Cruz", "Quispe", "Mamani", "de la Cruz"),
    ("Santos Laura Quispe", "Laura", "Quispe", ""),
    ("Mª Elena Ccallo Huillca", "Ccallo", "Huillca", ""),
]


@pytest.mark.parametrize(("name", "father", "mother", "husband"), NAMES)
def test_surnames_are_found_however_the_name_is_written(name: str, father: str, mother: str, husband: str) -> None:
    """Given names vary in number, surnames stand first or last, with particles, and with or without a comma."""
    found = surnames_of(name)
    assert [one.written for one in found.own] == [one for one in (father, mother) if one]
    assert (found.married.written if found.married else "") == husband


def test_particles_make_no_other_surname() -> None:
    """Offices write De la Cruz, Dela Cruz and Cruz for one person; Santa Cruz is another family."""
    keys = [surnames_of(f"Juan {name} Puma").own[0].key for name in ("de la Cruz", "De La Cruz", "Cruz", "Santa Cruz")]
    assert keys[0] == keys[1] == keys[2] != keys[3]


def test_a_name_without_letters_has_no_surnames() -> None:
    """Nothing is guessed."""
    assert surnames_of("").own == surnames_of("de la").own == surnames_of("12 13").own == ()
