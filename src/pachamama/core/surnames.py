"""The surnames in a Spanish name: the father's first, then the mother's, whichever way the list was written.

A person has one given name or more, and two surnames: the first of the father and the first of the mother. So brothers
and sisters share both, and a child has one of each parent. Lists write `Nombres Paterno Materno`, `Paterno Materno,
Nombres`, and the same without the comma. A married woman may add her husband's: `Rosa Quispe Mamani de Huamán`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from pachamama.core.spelling import plain_words, spelling_key

_PARTICLES = frozenset({"de", "del", "la", "las", "los", "el", "y", "e"})
_SAINTS = frozenset({"san", "santa", "santo"})
_TO_A_HUSBAND = frozenset({"vda", "viuda", "vd"})
_ONE_SURNAME = frozenset({("ponce", "leon"), ("montes", "oca"), ("diez", "medina"), ("fernandez", "cordova")})
"""Surnames with a bare `de` inside: it is part of them, and names no husband."""
_GIVEN = """
Abel Adela Adolfo Adrián Agripina Agustín Agustina Aida Alberto Alcides Alejandra Alejandrina Alejandro Alex
Alfredo Alicia Alipio Amelia Ana Anacleto Andrea Andresa Ángel Ángela Antonia Antonio Armando Arturo Augusto
Aurelia Aurelio Basilia Beatriz Benedicta Benigno Benita Berta Bonifacia Brígida Carlos Carmen Carolina
Catalina Cecilia Celestina Celestino Celia César Cesario Cipriano Cirilo Clara Claudia Claudio Concepción
Constantina Cristina Cristóbal Daniel Daniela Daria David Delfina Demetrio Diana Diego Dina Dionisia
Dionisio Domitila Dora Doris Edgar Edilberto Edison Edith Eduardo Edwin Efraín Elena Elisa Elizabeth Eloy
Elsa Elvira Emilia Emiliana Emilio Emperatriz Enrique Ernesto Esperanza Estefanía Ester Eufemia Eugenia
Eugenio Eulalia Eulogio Eusebia Eusebio Eustaquia Eva Evaristo Exaltación Faustina Faustino Federico
Felícitas Felipa Félix Fermín Fernando Fidel Fidela Filomena Flavio Flora Florencia Florencio Fortunata
Fortunato Francisca Francisco Freddy Frida Gabriela Genara Genaro Georgina Gerardo Germán Gilberto Gladys
Gloria Gonzalo Graciela Gregoria Gregorio Guadalupe Guillermina Guillermo Gumercinda Gustavo Haydée Héctor
Herlinda Hermelinda Hermenegildo Hermógenes Hernán Hilaria Hilario Hilda Hipólita Hipólito Honorata Hugo
Humberto Ignacia Inés Irene Irma Isabel Isidora Ismael Iván Jacinta Jacinto Jaime Javier Jenny Jesús Jhon
Jhonatan Joaquín Joel John José Josefa Josefina Juan Juana Judith Julia Juliana Julio Justa Justina Justo
Juvenal Karina Katherine Lady Leonarda Leonardo Leoncio Leonidas Leonor Leticia Lidia Liliana Lizbeth
Lorenza Lourdes Lucía Luciano Lucila Lucio Lucrecia Luis Luisa Luz Luzmila Macaria Magdalena Manuel Manuela
Marcela Marcelina Marcelino Marcelo Marco Margarita María Maribel Marina Mario Maritza Marleni Marta Martha
Martina Mary Máxima Máximo Matilde Mauricio Maximiliana Maximiliano Melchora Mercedes Miguel Miguelina
Milagros Milton Miriam Modesta Mónica Nancy Natalia Natividad Nazario Nélida Nelly Nelson Nery Nicanor
Nicolasa Nicomedes Nilda Noemí Nora Norma Octavio Ofelia Olga Olinda Oscar Pascuala Patricia Paula Paulina
Paulino Pedro Percy Petrona Pilar Plácida Porfiria Porfirio Primitiva Prudencia Rafael Rafaela Raimunda
Ramona Raquel Raúl Rebeca Regina Ricardina Ricardo Richard Rita Roberto Rodolfo Rogelio Rolando Ronald Roger
Rosa Rosalía Rosalinda Rosaura Rubén Rudy Rufina Rufino Ruth Sabina Sabino Sandra Santusa Sara Saturnina
Saturnino Sebastián Sebastiana Segundino Serapio Sergio Silvia Silverio Simeón Simona Sixto Sofía Sonia
Susana Teodora Teodoro Teófila Teófilo Teresa Timoteo Tomás Tomasa Toribia Toribio Ubaldina Urbano Ursula
Valentina Valeria Valeriana Valeriano Verónica Víctor Victoria Victoriano Vilma Virgilio Virginia Walter
Washington Wilber Wilbert Wilder Wilfredo William Wilson Yanet Yeny Yolanda Yovana Zenón Zoila Zenobia
Zoraida
"""
"""Given names that are rarely surnames; those that are both (Cruz, Santos, Laura …) are left to their place."""


@dataclass(frozen=True, slots=True)
class Surname:
    """One surname as it is written, with its particles, and the key that all its spellings share."""

    written: str
    key: str


@dataclass(frozen=True, slots=True)
class Surnames:
    """What a name says of somebody's family: `own` are none, one or two, the father's first; `married` the husband's."""

    own: tuple[Surname, ...]
    married: Surname | None = None

    @property
    def keys(self) -> frozenset[str]:
        """The keys of all of them."""
        return frozenset(one.key for one in (*self.own, *((self.married,) if self.married else ())))


@lru_cache(maxsize=65_536)
def surnames_of(name: str) -> Surnames:
    """The surnames in a name, in either order; none where it is a single word, or has nothing but given names."""
    before, comma, after = name.partition(",")
    if comma and after.strip():
        units, married = _without_husband(_units(before), fewest=1)
        return Surnames(tuple(map(_surname, units[:2])), married)
    units, married = _without_husband(_units(before), fewest=2)
    return Surnames(tuple(map(_surname, _own(units))), married)


def _own(units: Sequence[Sequence[str]]) -> Sequence[Sequence[str]]:
    """The words that are surnames: the last two, or the first two where the given names stand behind them."""
    given = [_is_given(unit) for unit in units]
    if len(units) > 2 and given[-1] and not given[0]:
        return [unit for unit, is_given in zip(units[:2], given[:2], strict=True) if not is_given]
    last = range(max(1, len(units) - 2), len(units))
    return [units[at] for at in last if at == len(units) - 1 or not given[at]]


def _is_given(unit: Sequence[str]) -> bool:
    return spelling_key(unit[-1]) in _given()


@cache
def _given() -> frozenset[str]:
    return frozenset(map(spelling_key, _GIVEN.split()))


def _surname(unit: Sequence[str]) -> Surname:
    """Particles stand in the writing but not in the key: Cruz, De la Cruz and Dela Cruz are one."""
    written = unit[1:] if _folded(unit[0]) in {"y", "e"} else unit
    return Surname(
        " ".join(written), "".join(spelling_key(word) for word in written if _folded(word) not in _PARTICLES)
    )


def _without_husband(
    units: Sequence[tuple[str, ...]], *, fewest: int
) -> tuple[Sequence[tuple[str, ...]], Surname | None]:
    """The husband's name taken off: `vda. de X` always, a bare `de X` behind somebody's own surname."""
    if len(units) <= fewest or _folded(units[-1][0]) not in {"de", *_TO_A_HUSBAND}:
        return units, None
    last = units[-1]
    words = tuple(map(_folded, last))
    if words[0] == "de" and len(words) != 2:
        return units, None
    husband = [word for word in last if _folded(word) not in _TO_A_HUSBAND]
    if len(husband) == 2 and _folded(husband[0]) == "de":
        husband = husband[1:]
    return units[:-1], _surname(husband)


def _units(text: str) -> list[tuple[str, ...]]:
    """The words, each with the particles before it: `de la Cruz`, `Santa Cruz` and `Ponce de León` are one each."""
    units: list[tuple[str, ...]] = []
    open_: list[str] = []
    for word in text.split():
        folded = _folded(word)
        if not folded:
            continue
        open_.append(word)
        if folded in _PARTICLES or folded in _SAINTS or folded in _TO_A_HUSBAND:
            continue
        if units and len(open_) == 2 and (_folded(units[-1][-1]), folded) in _ONE_SURNAME:
            open_ = [*units.pop(), *open_]
        units.append(tuple(open_))
        open_ = []
    if open_:
        units.append(tuple(open_))
    return [unit for unit in units if set(map(_folded, unit)) - _PARTICLES]


@lru_cache(maxsize=65_536)
def _folded(word: str) -> str:
    return "".join(plain_words(word))
