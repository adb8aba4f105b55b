"""One key for the spellings of a name: what it brings together, and what it keeps apart."""

import pytest

from pachamama.core.spelling import name_key, plain_words, spelling_key

ONE_NAME = [
    "Quispe QUISPE Qespe Qispi Kispe Quishpe Quispi Q'espe",
    "Huamán Huaman HUAMÁN Waman Guaman Guamán",
    "Ccallo Qallo Callo Kkallo Qqallo",
    "Condori Condory Cunduri Kunturi",
    "Ccori Qori Quri Cori Kuri",
    "Huillca Huilca Willka Wilca Wuillca",
    "Vilca Bilca Villca",
    "Yahuar Yawar Yauar",
    "Paucar Páucar Pawkar",
    "Choquehuanca Chuquihuanca Choqehuanca Chuqiwanka",
    "Sonco Soncco Sunqu",
    "Huayhua Wayhua Waywa",
    "Champi Chanpi",
    "Ccahuana Qawana Cahuana Kawana",
    "Uturunco Uturunku Otorongo",
    "Phuyu Puyu",
    "Ttupa Thupa Tupa",
    "Mayta Maita",
    "Núñez Nuñez Nunez NÚÑEZ",
    "Ñahui Ñawi Nahui",
    "Zevallos Cevallos Ceballos Zeballos",
    "Gonzales González Gonzalez",
    "Jiménez Giménez Ximénez",
    "Chávez Chavez Chaves",
    "Herrera Herera",
    "Iupanqui Yupanqui Yupanki",
    "Sunch’u Sunch'u Sunchu",
]
TWO_NAMES = [
    ("Quispe", "Quinto"),
    ("Huamán", "Huamaní"),
    ("Ccallo", "Calla"),
    ("Ccori", "Ccora"),
    ("Chávez", "Cabeza"),
    ("Llanos", "Lanos"),
    ("Guerra", "Guevara"),
    ("Puma", "Pumacahua"),
    ("Apaza", "Apasara"),
    ("Nina", "Niño"),
]


@pytest.mark.parametrize("spellings", ONE_NAME)
def test_every_spelling_of_a_name_has_one_key(spellings: str) -> None:
    """Whoever wrote it down, and with whatever keyboard."""
    assert len({spelling_key(word) for word in spellings.split()}) == 1


@pytest.mark.parametrize(("one", "other"), TWO_NAMES)
def test_names_that_sound_different_have_keys_of_their_own(one: str, other: str) -> None:
    """A key that took everything for one would hint at everybody."""
    assert spelling_key(one) != spelling_key(other)


def test_all_names_of_the_table_are_different_from_each_other() -> None:
    """One key for each line, and none for two lines."""
    keys = [spelling_key(line.split()[0]) for line in ONE_NAME]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Mª Elena NÚÑEZ", ("maria", "elena", "nunez")),
        ("Ma. Rosa", ("maria", "rosa")),
        ("García-Iglesias, Fco.", ("garcia", "iglesias", "francisco")),
        ("Sunch’u 2", ("sunchu",)),
        ("  ", ()),
    ],
)
def test_words_lose_capitals_accents_and_signs(name: str, words: tuple[str, ...]) -> None:
    """Shortened given names are written out."""
    assert plain_words(name) == words


def test_a_whole_name_has_one_key_however_it_is_ordered() -> None:
    """Registers write surnames first or last."""
    assert name_key("Waman Qespe, Mª") == name_key("María Huamán Quispe")
    assert name_key("María Huamán Quispe") != name_key("María Huamán Mamani")


def test_a_key_of_nothing_is_nothing() -> None:
    """Signs and figures are no names."""
    assert spelling_key("") == spelling_key("12-3") == ""
