"""The words of the score sheet and the big sheet in Spanish, as the catalogue of the papers has them."""

from __future__ import annotations

from gettext import NullTranslations

from tests.papers.spanish import SPANISH as PRIZE_SHEET

from pachamama.language import Reader

SPANISH = {
    "Score sheet": "Ficha de calificación",
    "Name": "Nombre",
    "Partner": "Pareja",
    "Code": "Código",
    "Community": "Comunidad",
    "Category": "Categoría",
    "Points": "Puntos",
    "Total": "Total",
    "at most": "máximo",
    "multiplied afterwards by": "después se multiplica por",
    "No marks, because": "Sin notas, porque",
    "Did not come": "No vino",
    "Withdrew": "Se retiró",
    "Tick what applies": "Marque si hubo",
    "Before": "Antes",
    "Now": "Ahora",
    "Remarks": "Observaciones",
    "The judge": "Jurado",
    "DNI": "DNI",
    "Date": "Fecha",
    "Signature": "Firma",
    "Round": "Ronda",
    "Edition": "Edición",
    "REHEARSAL": "ENSAYO",
    "cross out one circle": "tache un círculo",
    "tick one answer": "marque una respuesta",
    "write figures into the boxes": "escriba cifras en las casillas",
    "For each line, {ways}. A line left empty is a missing mark, never 0.": (
        "En cada línea {ways}. Una línea vacía es una nota que falta, nunca un 0."
    ),
    "{what}: {points}": "{what}: {points}",
    "Rehearsal: nothing on this sheet counts.": "Ensayo: nada de esta planilla vale.",
    "at most {points}": "máx. {points}",
    "Mark": "Nota",
    "of {amount}": "de {amount}",
    "of {amount}, all contests": "de {amount}, todos los concursos",
    "Judging sheet of the contest": "Planilla de calificación",
    "No.": "N.º",
    "Unit": "Unidad",
    "Quantity": "Cantidad",
    "Value": "Valor",
    "Place of judging": "Lugar",
    "Nobody is entered yet.": "Aún no hay nadie inscrito.",
}


PLURALS = {"{count} entered": ("{count} inscrito", "{count} inscritos")}


class PaperWords(NullTranslations):
    """A catalogue that knows these two papers, and what the program's own catalogue says of criteria."""

    def __init__(self) -> None:
        super().__init__()
        self.known = {**PRIZE_SHEET, **SPANISH}

    def gettext(self, message: str) -> str:
        return self.known.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        one, many = PLURALS.get(msgid1, (msgid1, msgid2))
        return one if n == 1 else many


READER = Reader("es", "PE", (PaperWords(), *Reader.of("es").catalogues))
