"""Quechua words for the labels of papers that families see, beside the Spanish and never instead of it.

Only words on which two independent sources agree (mark A) stand here; the sources of each are in docs/translation.md.
Collao (Cusco, Puno, eastern Apurímac) and Chanka (Ayacucho, Huancavelica, western Apurímac) are two catalogues. A word
whose Chanka form has one source only, or is the Spanish one, is missing there, and the label stays Spanish. No suffix
is ever glued to a name or a figure: label, colon, value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from pachamama.language.formats import spanish_month

if TYPE_CHECKING:
    import datetime as dt

Variety: TypeAlias = Literal["collao", "chanka"]

# Spanish label: (Collao, Chanka)
_LABELS: dict[str, tuple[str, str | None]] = {
    # the contest
    "concurso": ("llallinakuy", "atipanakuy"),
    "bases": ("kamachikuykuna", "kamachikuykuna"),
    "juez": ("kuskachaq", "kuskachaq"),
    "total": ("llapan", "llapan"),
    "puesto": ("ñiqin", "ñiqin"),
    "ganador": ("llalliq", "atipaq"),
    "premiado": ("saminchasqa", "saminchasqa"),
    "no vino": ("mana hamurqanchu", "mana hamurqachu"),
    # people
    "nombre": ("suti", "suti"),
    "apellido": ("ayllu suti", "ayllu suti"),
    "hombre": ("qhari", "qari"),
    "mujer": ("warmi", "warmi"),
    "presidente": ("umalliq", "umalliq"),
    "dirigente": ("umalliq", "umalliq"),
    "grupo": ("huñu", "huñu"),
    "jóvenes": ("waynakuna sipaskuna", "waynakuna sipaskuna"),
    # money and paper
    "dinero": ("qullqi", "qullqi"),
    "soles": ("sulis", "sulis"),
    "monto": ("hayk’a qullqi", "hayka qullqi"),
    "cantidad": ("chhika", "chika"),
    "valor": ("chanin", "chanin"),
    "recibí": ("chaskirqani", "chaskirqani"),
    "firma": ("siq’i", None),
    "fecha": ("p’unchaw", "punchaw"),
    "lugar": ("k’iti", "kiti"),
    "número": ("yupay", None),
    "página": ("rapi", "rapi"),
    "sí": ("arí", "arí"),
    "no": ("mana", "mana"),
    "gracias": ("añaychayki", "añaychayki"),
    # works and things judged
    "andenes": ("pata pata", "pata pata"),
    "terrazas": ("pata pata", "pata pata"),
    "pastos": ("q’achu", "qiwa"),
    "pradera": ("waylla", "waylla"),
    "riego": ("qarpay", "parquy"),
    "abono": ("wanu", "wanu"),
    "guano": ("wanu", "wanu"),
    "árbol": ("sach’a", "sacha"),
    "reforestar": ("sach’a mallkiy", None),
    "cuy": ("quwi", "quwi"),
    "casa": ("wasi", "wasi"),
    "vivienda": ("wasi", "wasi"),
    "fogón": ("q’uncha", "tullpa"),
    "agua": ("unu", "yaku"),
    "suelo": ("allpa", "allpa"),
    "tierra": ("allpa", "allpa"),
    "semilla": ("muhu", "muhu"),
    "tejido": ("awasqa", "awasqa"),
    # time
    "día": ("p’unchaw", "punchaw"),
    "mes": ("killa", "killa"),
    "año": ("wata", "wata"),
    "semana": ("simana", "simana"),
}

_PLACES = ("ñawpaq", "iskay", "kimsa", "tawa", "pichqa", "suqta", "qanchis", "pusaq", "isqun", "chunka")


def quechua(label_es: str, variety: Variety = "collao") -> str | None:
    """The Quechua word for a Spanish label, with a capital where the label has one; None: the label stays Spanish."""
    found = _LABELS.get(label_es.strip().rstrip(":").lower())
    word = found[variety == "chanka"] if found else None
    return word[:1].upper() + word[1:] if word and label_es.strip()[:1].isupper() else word


def beside(label_es: str, variety: Variety = "collao") -> str:
    """The label as a paper prints it: `Nombre / Suti`; the Spanish alone where no word is certain."""
    word = quechua(label_es, variety)
    return f"{label_es} / {word}" if word else label_es


def quechua_date(day: dt.date, variety: Variety = "collao") -> str:
    """The date by the pattern of printed Quechua, with the Spanish month: `24 p’unchaw noviembre killapi 2026 watapi`."""
    return f"{day.day} {_LABELS['día'][variety == 'chanka']} {spanish_month(day.month)} killapi {day.year} watapi"


def quechua_ordinal(place: int) -> str | None:
    """`ñawpaq ñiqin` (first) to `chunka ñiqin` (tenth), the same in both varieties; None beyond."""
    return f"{_PLACES[place - 1]} ñiqin" if 1 <= place <= len(_PLACES) else None


def labels() -> dict[str, tuple[str, str | None]]:
    """Every label with its Collao and Chanka word, for the documentation's test and the catalogue's check."""
    return dict(_LABELS)
