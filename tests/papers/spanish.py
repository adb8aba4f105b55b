"""The words of the prize sheet in Spanish, as the catalogue of the papers has them."""

from __future__ import annotations

from gettext import NullTranslations

SPANISH = {
    "Prize sheet": "Planilla de premiación",
    "Place": "Puesto",
    "Name": "Nombre",
    "DNI": "DNI",
    "Points": "Puntos",
    "Prize by purse": "Premio por bolsa",
    "In kind": "En especie",
    "Amount": "Monto",
    "Amount in words": "Monto en letras",
    "I received": "Recibí",
    "Signature": "Firma",
    "Fingerprint": "Huella",
    "tie": "empate",
    "Brought forward": "Vienen",
    "Subtotal of this page": "Subtotal de esta página",
    "Carried forward": "Van",
    "Total": "Total",
    "No winner": "Desierto",
    "Nobody won a prize in this contest.": "Nadie ganó un premio en este concurso.",
    "Purse": "Bolsa",
    "Awarded": "Otorgado",
    "Returned": "Devuelto",
    "Judges": "Jurado calificador",
    "Place of payment": "Lugar",
    "Date": "Fecha",
    "Round": "Ronda",
    "Edition": "Edición",
    "Rules": "Bases",
    "Printed": "Impreso",
    "Code": "Código",
    "Page": "Página",
    "{page} of {pages}": "{page} de {pages}",
    "Community": "Comunidad",
    "Watershed": "Microcuenca",
    "Contest of households": "Concurso interfamiliar",
    "Contest of groups": "Concurso de grupos",
    "Contest of communities": "Concurso intercomunal",
    "REHEARSAL": "ENSAYO",
    "PROVISIONAL": "PROVISIONAL",
    "Rehearsal: nothing is paid with this sheet.": "Ensayo: con esta planilla no se paga nada.",
    "The round is not closed: do not pay yet.": "La ronda no está cerrada: aún no se paga.",
    "In kind: {count} × {item}, worth {value} each.": "En especie: {count} × {item}, valor {value} cada uno.",
    "In kind: {count} × {item}.": "En especie: {count} × {item}.",
    "In small figures, for information: {rate} for {currency} 1.": (
        "En cifras pequeñas, solo como referencia: {rate} por {currency} 1."
    ),
    "Rate from: {source}.": "Tipo de cambio: {source}.",
    "one amount for the whole round": "un solo monto para toda la ronda",
    "one amount for the whole round: {amount}, awarded {awarded}, returned {returned}": (
        "un solo monto para toda la ronda: {amount}, otorgado {awarded}, devuelto {returned}"
    ),
    "the prizes of {entry} are not the sum of its purses": "los premios de {entry} no son la suma de sus bolsas",
    "purse {purse}: awarded and paid on this sheet differ": (
        "bolsa {purse}: lo otorgado y lo pagado en esta planilla no coinciden"
    ),
    "the purse {purse} is not in the rules": "la bolsa {purse} no está en las bases",
}
PLURALS = {
    "{count} winner": ("{count} premiado", "{count} premiados"),
    "{count} has a place without a prize and is not on this sheet.": (
        "{count} tiene puesto sin premio y no está en esta planilla.",
        "{count} tienen puesto sin premio y no están en esta planilla.",
    ),
    "{count} has no place.": ("{count} no tiene puesto.", "{count} no tienen puesto."),
}


class PaperWords(NullTranslations):
    """A catalogue that knows the prize sheet and nothing else."""

    def gettext(self, message: str) -> str:
        return SPANISH.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        one, many = PLURALS.get(msgid1, (msgid1, msgid2))
        return one if n == 1 else many
