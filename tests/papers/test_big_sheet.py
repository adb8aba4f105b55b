"""The big sheet, typeset for real and read back: everybody once, the head on every page, signatures never alone."""

from __future__ import annotations

import re
from dataclasses import asdict, replace

import pytest
from tests.papers.score_papers import JUDGES, LINES, LONG, NAMES, big, competitors, rules
from tests.papers.sheets import overlapping, pages_of, png_rows

from pachamama.core.model import Judge
from pachamama.core.rules.checks import load_rules
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.big_sheet import BigSheet, to_pdf
from pachamama.papers.labels import Label

PHASES = """
version: 1
programme: {}
competitions:
  terraces:
    tiers:
      - tier: household
        within: community
        phases:
          - {id: field, name: {es: "Visita de campo"}, factor: 2, criteria: [{id: walls, max: 50}]}
          - {id: public, name: {es: "Presentación pública"}, criteria: [{id: voice, max: 20}]}
"""
ONE_MARK = ('{id: mark, name: {es: "Nota"}, max: 20}',)


def pages(sheet: BigSheet) -> list[str]:
    """The text of each page."""
    return pages_of(to_pdf(sheet))


def test_the_sheet_has_the_columns_of_the_paper_in_the_field() -> None:
    """Quantity and value before and now, mark with its range, place, prize by purse, signature; words in two languages."""
    (said,) = pages(big(2, held=rules(lines=ONE_MARK, gain="")))
    for words in (
        *("Planilla de calificación", "Andenes y suelos / Pata pata", "Comunidad Ccapana", "Familias nuevas"),
        *("Antes", "Ahora", "Unidad", "Cantidad Chhika", "Valor Chanin S/", "Nota 1–20", "Puesto Ñiqin"),
        *("Premio por bolsa", "Proyecto de S/ 400.00", "Municipalidad de S/ 400.00", "En especie", "Firma Siq’i"),
        *(NAMES[0], "H001 · Pedro Huamán Ccori", "2 inscritos"),
    ):
        assert words in said, words


def test_what_the_rules_measure_has_its_unit_in_the_head() -> None:
    """There is no column for a unit that is known."""
    (said,) = pages(big(2))
    assert "Cantidad Chhika m2" in said
    assert "Unidad" not in said


def test_several_phases_have_a_column_each() -> None:
    """With the points that each can give, multiplied as they count; the sum beside them."""
    held = load_rules(PHASES)
    assert [(one.label.text, one.small) for one in big(1, held=held, category=None).marks] == [
        ("Visita de campo", "máx. 100"),
        ("Presentación pública", "máx. 20"),
        ("Puntos", "máx. 120"),
    ]
    assert "Visita de campo máx. 100" in pages(big(1, held=held, category=None))[0]
    one_phase = big(1, held=rules(lines=(*LINES, *ONE_MARK)))
    assert [(one.label.text, one.small) for one in one_phase.marks] == [("Puntos", "máx. 75")]


@pytest.mark.parametrize("count", [0, 1, 8, 9, 10, 11, 12, 13, 14, 15, 22, 23, 24, 27, 28, 29, 300])
def test_everybody_stands_on_it_once_and_the_signatures_never_alone(count: int) -> None:
    """The head comes again on every page; a page of signatures holds rows too, unless there is nobody."""
    made = pages(big(count))
    rows = [set(re.findall(r"H\d{3}", page)) for page in made]
    assert sum(len(here) for here in rows) == len(set().union(*rows)) == count
    assert all("Antes" in page and "Comunidad Ccapana" in page for page in made)
    assert ["Jurado calificador" in page for page in made] == [False] * (len(made) - 1) + [True]
    assert len(rows[-1]) >= min(count, 3)
    assert all(f"Página / Rapi {at} de {len(made)}" in page for at, page in enumerate(made, start=1))
    assert len(made) <= count // 10 + 2


def test_rows_without_a_name_wait_for_who_comes_on_the_day() -> None:
    """They are numbered on."""
    (said,) = pages(big(1, blank=4))
    assert re.search(r"\b5\b", said)
    assert "1 inscrito" in said


def test_nobody_entered_is_said() -> None:
    """A sheet of blank rows alone says nothing of the kind."""
    assert "Aún no hay nadie inscrito." in pages(big(0))[0]
    assert "Aún no hay nadie inscrito." not in pages(big(0, blank=3))[0]


def test_the_panel_signs_with_its_dni_and_nobody_elses_stands_there() -> None:
    """Where no panel is assigned there are lines to write name and DNI, three at least."""
    (said,) = pages(big(3))
    assert [judge.name in said for judge in JUDGES] == [True] * 3
    assert re.findall(r"DNI (\d+)", said) == ["00009001", "00009002"]
    (unknown,) = pages(big(3, judges=(), held=rules(judges=1)))
    assert unknown.count("DNI") == 3


def test_six_judges_sign_in_two_rows() -> None:
    """Long names too."""
    judges = [Judge(f"J{at}", LONG, f"0000{at:04}") for at in range(6)]
    (said,) = pages(big(3, judges=judges))
    assert said.replace(" ", "").count(LONG.replace(" ", "")) == 6


@pytest.mark.parametrize(("purses", "columns"), [(0, 0), (1, 1), (3, 3), (4, 4), (5, 1)])
def test_many_purses_share_a_column(purses: int, columns: int) -> None:
    """A signature needs its room."""
    sheet = big(2, held=rules(purses=purses, in_kind=False))
    assert len(sheet.purses) == columns
    (said,) = pages(sheet)
    assert ("Premio por bolsa" in said) == bool(columns)


@pytest.mark.parametrize("names", [(LONG,), ("M" * 60,), ("Wi " * 20,)])
def test_long_names_are_neither_cut_nor_run_over(names: tuple[str, ...]) -> None:
    """Every letter is there, and the edge of the paper stays white."""
    sheet = big(20, competitors=competitors(20, names), held=rules(purses=4))
    head = replace(sheet.heading, title=Label(LONG, LONG), lines=(Label(LONG, LONG),) * 3)
    sheet = replace(sheet, heading=head)
    said = "".join(pages(sheet)).replace(" ", "")
    assert said.count(names[0].strip().replace(" ", "")) >= 20
    assert overlapping(to_pdf(sheet)) == []
    for picture in kit.pictures("big_sheet", asdict(sheet), dots_per_inch=50):
        rows = png_rows(picture)
        edge = round(4 * 50 / 25.4)
        assert min(min(row) for row in (*rows[:edge], *rows[-edge:])) > 200
        assert min(min(row[:edge] + row[-edge:]) for row in rows) > 200


def test_a_rehearsal_and_an_english_sheet_say_so() -> None:
    """ENSAYO stands across every page; English rules leave no Spanish word."""
    assert all("ENSAYO" in page for page in pages(big(30, is_rehearsal=True)))
    (said,) = pages(big(2, held=rules(languages="en, qu"), reader=Reader.of("en")))
    for words in ("Nombre", "Firma", "Puesto", "Chhika", "Suti"):
        assert words not in said, words
    assert "Quantity" in said


def test_a_big_sheet_printed_again_is_the_same_byte_for_byte() -> None:
    """There is no day of printing on it."""
    assert to_pdf(big(20)) == to_pdf(big(20))
