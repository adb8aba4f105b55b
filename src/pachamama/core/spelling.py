"""One key for the many spellings of an Andean name: Quispe, Qespe and Kispi; Huamán, Waman and Guaman.

Quechua names were written down by Spanish ears for centuries, and each office did it its own way. The key only ever
leads to a hint or a likeness that a person looks at, never to a decision; so it would rather bring two names together
that are different (Peña and Piña) than keep one name apart (Munoz and Muñoz).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_MARKS = re.compile(r"[^a-z]+")
_SHORT = {"ma": "maria", "fco": "francisco", "sto": "santo", "sta": "santa", "jna": "juana"}
"""How given names are shortened on papers: Mª and Ma. are María."""
_STEPS = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        (r"chh?", "C"),  # one sound from here on: C is what sounds as in Chávez
        (r"sh", "s"),  # Quishpe
        (r"([ptk])\1*h", r"\1"),  # the strong sounds of Quechua, which Spanish does not hear: Phuyu, Thupa, Khunku
        (r"q+h?u(?=[ei])", "k"),  # Quispe
        (r"c+(?=[ei])", "s"),  # one sound in the Andes: Ceballos, Zevallos
        (r"[cqk]+h?", "k"),  # Ccallo, Qallo, Kkallo, Callo
        (r"(hu|wu|^u)(?=[aeio])", "w"),  # Huamán, Waman
        (r"g[uw]+(?=[ao])", "w"),  # Guaman
        (r"(?<=[aeiou])h?u(?=[aeiou])", "w"),  # Yahuar, Yauar
        (r"gu(?=[ei])", "G"),  # Guerra: the sound of Garcia
        (r"^x|g(?=[ei])", "j"),  # Ximénez, Giménez, Jiménez
        (r"g", "G"),
        (r"[zx]", "s"),  # Gonzales, González
        (r"v", "b"),  # Vilca, Bilca
        (r"h", ""),
        (r"^[iy](?=[aeou])", "y"),  # Iupanqui
        (r"([^l])\1+", r"\1"),  # Herrera, Herera; but ll is a letter of its own
        (r"l{3,}", "ll"),
        (r"ll(?![aeiou])", "l"),  # Huillca, Huilca
        (r"w(?![aeiou])", "u"),  # Pawkar, Paucar
        (r"y(?![aeiou])", "i"),  # Mayta, Maita
        (r"m(?=[pb])", "n"),  # Champi, Chanpi
        (r"(?<=n)d", "t"),  # Quechua hears no difference after n: Condori, Kunturi
        (r"(?<=n)b", "p"),  # Tambo, Tampu
        (r"(?<=n)G", "k"),  # Inga, Inca
        (r"e", "i"),  # Quechua has three vowels: Qespe and Quispe, Condori and Cunduri
        (r"o", "u"),
        (r"([^l])\1+", r"\1"),
    )
)


def plain_words(name: str) -> tuple[str, ...]:
    """The words of a name in small letters without accents: `("maria", "nunez")` for Mª NÚÑEZ; shortened ones in full.

    Ñ becomes n: it is lost wherever a keyboard or an old table has none. Apostrophes (Sunch’u) go, hyphens part words.
    """
    folded = unicodedata.normalize("NFKD", name).casefold()
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter) and letter not in "'’‘ʼ`´ʹ")
    return tuple(_SHORT.get(word, word) for word in _MARKS.sub(" ", letters).split())


@lru_cache(maxsize=65_536)
def spelling_key(word: str) -> str:
    """The key of one word, equal for all its spellings; empty where there is no letter in it."""
    key = "".join(plain_words(word))
    for pattern, by in _STEPS:
        key = pattern.sub(by, key)
    return key.lower()


def name_key(name: str) -> tuple[str, ...]:
    """The keys of all words of a name, sorted: equal for one person however the name is spelled or ordered."""
    return tuple(sorted(spelling_key(word) for word in plain_words(name)))
