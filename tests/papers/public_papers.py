"""Papers before and after a round that everybody sees: lists, programmes and walls of invented people, in Spanish."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from gettext import NullTranslations
from typing import Any

from tests.papers.score_papers import JUDGES, LONG, NAMES, rules, tier_of
from tests.papers.score_words import SPANISH as SCORE_SHEET
from tests.papers.sheets import on_paper, persons
from tests.papers.sheets import rules as prize_rules

from pachamama.core.model import ContestResult
from pachamama.core.rules.document import Rules
from pachamama.language import Reader
from pachamama.papers.heading import RulesOnPaper
from pachamama.papers.judge_programme import Programme, Visit, programmes
from pachamama.papers.register_list import Registered, RegisterList, register_list
from pachamama.papers.summary import Summary, summaries
from pachamama.papers.wall_list import WallList, wall_list

SPANISH = {
    "Registration list": "Padrón de inscripción",
    "No.": "N.º",
    "Households": "Familias",
    "Representative": "Representante",
    "Signs up": "Se inscribe",
    "Signature or thumb": "Firma o huella",
    "Total signed up": "Total de inscritos",
    "Place of registration": "Lugar",
    "President of the community": "Presidente de la comunidad",
    "Who registered": "Responsable de la inscripción",
    "Nobody is on the register yet.": "Todavía nadie está en el padrón.",
    "Rehearsal: nobody is registered by this list.": "Ensayo: con esta lista nadie queda inscrito.",
    "Tick the box of whoever signs up, and let that person sign or put a thumb.": (
        "Marque la casilla de quien se inscribe, y que firme o ponga su huella."
    ),
    "Of a DNI that is known, the last figures stand here; write down one that is not.": (
        "Del DNI que ya se conoce se ven las últimas cifras; anote el que falta."
    ),
    "Whoever is not on the list goes into the empty rows.": "Quien no está en la lista va en las filas vacías.",
}
SPANISH |= {
    "Programme of the judges": "Programa de visitas del jurado",
    "Time": "Hora",
    "Sector": "Sector",
    "Visited": "Visitado",
    "With": "Con",
    "Judges, not assigned yet": "Jurado, por designar",
    "Handed over": "Entregadas",
    "Given back": "Devueltas",
    "Meeting point and hour": "Punto y hora de encuentro",
    "without {judges}": "sin {judges}",
    "Rehearsal: nobody walks by this programme.": "Ensayo: nadie hace estas visitas.",
}
SPANISH |= {
    "Results": "Resultados",
    "Prize": "Premio",
    "Without a place": "Sin puesto",
    "No winner": "Desierto",
    "Nobody won a prize in this contest.": "Nadie ganó un premio en este concurso.",
    "Nobody has a place in this contest.": "Nadie tiene puesto en este concurso.",
    "Appeals until": "Reclamos hasta",
    "to": "a",
    "did not come": "no vino",
    "withdrew": "se retiró",
    "disqualified": "descalificado",
    "shares the place with {entries}": "comparte el puesto con {entries}",
    "equal on points with {entries}; decided by {step}": "igual en puntos con {entries}; decidió: {step}",
    "the better points in “{criterion}”": "más puntos en “{criterion}”",
    "lots": "el sorteo",
    "The round is not closed: these results can still change.": (
        "La ronda no está cerrada: estos resultados todavía pueden cambiar."
    ),
}
COUNTS = {
    "{count} others": "{count} más",
    "{count} on the register": "{count} en el padrón",
    "{count} visits": "{count} visitas",
    "{count} score sheets": "{count} fichas",
}


class PublicWords(NullTranslations):
    """A small Spanish catalogue of these papers, on top of that of the score sheet."""

    def gettext(self, message: str) -> str:
        """The Spanish text, else the English one."""
        return SPANISH.get(message) or SCORE_SHEET.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The Spanish text for that number, else the English one."""
        return COUNTS.get(msgid2) or super().ngettext(msgid1, msgid2, n)


READER = Reader("es", "PE", (PublicWords(),))


def people(count: int, **changes: Any) -> list[Registered]:
    """So many households of a register; every seventh has no DNI, every ninth a long name."""
    return [
        Registered(
            f"H{at + 1:03}",
            LONG if at % 9 == 4 else NAMES[at % len(NAMES)],
            "Pedro Huamán Ccori" if at % 3 else "",
            "" if at % 7 == 3 else f"0000{at:04}",
            ("new", "old")[at % 2],
            is_entered=at % 5 == 0,
            **changes,
        )
        for at in range(count)
    ]


def listed(count: int, *, held: Rules | None = None, **changes: Any) -> RegisterList:
    """The registration list of Ccapana, with so many households on its register."""
    held = held or rules()
    values: dict[str, Any] = {
        "rules": held,
        "competition": "terraces",
        "tier": tier_of(held),
        "round_code": "terraces-household-1",
        "edition": "2026-I",
        "within": "C1",
        "unit_name": "Ccapana",
        "registered": people(count),
        "blank": 5,
        "whole_dni": False,
        "reader": READER,
    }
    about, rest = on_paper(values | changes)
    return register_list(about, **rest)


def visits(count: int, *, judges: int = 3, sectors: bool = True, place: str = "C1", **changes: Any) -> list[Visit]:
    """So many households of a community, each visited by so many judges; J2 has stepped back for H003."""
    return [
        Visit(
            phase="sheet",
            place=place,
            entry=f"H{at + 1:03}",
            name=LONG if at % 9 == 4 else NAMES[at % len(NAMES)],
            partner="Pedro Huamán Ccori" if at % 3 else "",
            sector=f"Sector {at % 3 * 5 + 5}" if sectors else "",
            category=("new", "old")[at % 2],
            judge=f"J{judge + 1}",
            sheet=f"KT{at:03}{judge}-{at % 10}",
            is_left_out=at == 2 and judge == 1,
            **changes,
        )
        for at in range(count)
        for judge in range(judges)
    ]


def programmed(walked: Sequence[Visit], *, held: Rules | None = None, **changes: Any) -> list[Programme]:
    """The programmes of those visits."""
    held = held or rules()
    values: dict[str, Any] = {
        "rules": held,
        "competition": "terraces",
        "tier": tier_of(held),
        "round_code": "terraces-household-1",
        "edition": "2026-I",
        "visits": walked,
        "judges": {one.code: one for one in JUDGES},
        "place_names": {"C1": "Ccapana", "C2": "Ñuñoa Alta"},
        "reader": READER,
    }
    about, rest = on_paper(values | changes)
    return programmes(about, **rest)


def on_wall(contest: ContestResult, **changes: Any) -> WallList:
    """The wall list of a contest of the prize sheet's rules, closed and real unless a test says otherwise."""
    held = changes.pop("rules", None) or prize_rules()
    values: dict[str, Any] = {
        "rules": held,
        "competition": "terraces",
        "tier": tier_of(held),
        "round_code": "terraces-household-1",
        "edition": "2026-I",
        "contest": contest,
        "unit_name": "Ccapana",
        "persons": persons(contest),
        "state": "final",
        "printed": dt.date(2026, 11, 24),
        "reader": READER,
        "code": "7K2QX-ABCDE-FGHIJ-KLMNO-PQRST-U",
    }
    about, rest = on_paper(values | changes)
    return wall_list(about, **rest)


def summed_up(held: Rules | None = None, **changes: Any) -> Summary:
    """The summary of the households' rules."""
    more = {key: changes.pop(key) for key in ("tier", "size") if key in changes}
    values: dict[str, Any] = {"reader": READER, "edition": "2026-I"} | changes
    return summaries(RulesOnPaper(held or rules(), "terraces", **values), **more)[0]
