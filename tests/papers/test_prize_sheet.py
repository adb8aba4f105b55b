"""The prize sheet, typeset for real and read back: who is on it, what it adds up to, how it is dealt out to pages."""

from __future__ import annotations

import csv
import dataclasses
import io
import itertools
import json
import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from tests.papers.sheets import (
    JUDGES,
    READER,
    TOOLS,
    Winner,
    pages_of,
    placing,
    png_rows,
    result,
    rules,
    sheet,
    winners,
)
from tests.papers.spanish import PLURALS, SPANISH

from pachamama.core.model import PurseResult
from pachamama.core.numbers import fixed
from pachamama.core.problems import Mismatch
from pachamama.core.sentences import Money, Name, say
from pachamama.language import Reader, amount_in_words
from pachamama.papers import kit
from pachamama.papers.prize_sheet import PrizeSheet, exchanged, to_csv, to_json, to_pdf

STOVE = Name({"es": "Cocina mejorada con chimenea y repostero de madera"})


def figures(cents: int) -> str:
    """Figures as Peru writes them, without the currency."""
    return READER.say(Money(cents, "USD")).removeprefix("USD ")


def close_to(text: str) -> str:
    """The text without blanks: where a line breaks is not the test's business."""
    return re.sub(r"\s", "", text)


# -- who and what ------------------------------------------------------------------------------------------------


def test_a_row_says_place_name_partner_dni_points_purses_amount_and_words() -> None:
    """Everything that supports a payment stands in the winner's row."""
    contest = result([placing(1, points="75.44", cash={"project": 300000, "municipality": 50}, name="Rosa Huamán")])
    (page,) = pages_of(to_pdf(sheet(contest, persons={"H001": Winner("Rosa Huamán", "00001234", "Luis Ccori")})))
    row = page[page.index("Rosa Huamán") : page.index("Total")]
    for text in ("H001", "Luis Ccori", "00001234", "75.44", "3,000.00", "0.50", "3,000.50", "S/ 11,251.88"):
        assert text in row
    assert "TRES MIL CON 50/100 DÓLARES AMERICANOS" in row


def test_only_winners_are_on_the_sheet_and_the_others_are_counted() -> None:
    """The paper that pays lists who is paid, in order of place; nobody is forgotten in silence."""
    contest = dataclasses.replace(winners(3, without=2), unranked=result([], unranked=4).unranked)
    made = sheet(contest)
    assert [row.entry for row in made.rows] == ["H001", "H002", "H003"]
    assert made.notes[:2] == (
        "2 tienen puesto sin premio y no están en esta planilla.",
        "4 no tienen puesto.",
    )


def test_a_thing_in_kind_is_a_prize_too() -> None:
    """Who wins only a thing signs for it; no amount and no words are printed for it."""
    made = sheet(result([placing(1, cash={"project": 100}), placing(2, items=[TOOLS, STOVE])]))
    (page,) = pages_of(to_pdf(made))
    assert made.rows[1].items == ("Juego de herramientas", STOVE.texts["es"])
    assert (made.rows[1].cents, made.rows[1].words, made.rows[1].beside) == (0, "", "")
    assert close_to(STOVE.texts["es"]) in close_to(page)
    assert "En especie: 1 × Juego de herramientas, valor USD 25.00 cada uno." in page


def test_a_contest_of_things_only_has_no_columns_of_money() -> None:
    """In kind only: no purse, no amount, no words, but boxes to sign in."""
    made = sheet(result([placing(n, items=[TOOLS]) for n in (1, 2)], purses=()), rules=rules(purses=()))
    (page,) = pages_of(to_pdf(made))
    assert "Juego de herramientas" in page
    assert "Huella" in page
    for label in ("Monto", "Premio por bolsa", "Otorgado"):
        assert label not in page


def test_without_winners_one_page_says_desierto() -> None:
    """A contest that nobody wins has its sheet all the same: deserted, all purses returned, signed."""
    (page,) = pages_of(to_pdf(sheet(result([placing(1), placing(2)]))))
    assert "Desierto" in page
    assert "900,000.00 0.00 900,000.00" in page
    assert JUDGES[0][0] in page


def test_tied_rows_say_so() -> None:
    """A shared place prints for each with the word “empate”."""
    tied = [
        placing(1, place=1, cash={"project": 100}, tied_with=("H002",)),
        placing(2, place=1, cash={"project": 100}, tied_with=("H001",)),
        placing(3, place="2.5", cash={"project": 50}),
    ]
    (page,) = pages_of(to_pdf(sheet(result(tied))))
    assert page.count("empate") == 2
    assert "2.5" in page


def test_a_person_not_in_the_register_prints_by_the_entry_and_gets_a_line_for_the_dni() -> None:
    """People added on the day, without papers with them, are paid too."""
    made = sheet(result([placing(1, cash={"project": 100}, name="Ana Güisa")]), persons={})
    assert (made.rows[0].name, made.rows[0].dni) == ("Ana Güisa", "")
    assert "Ana Güisa" in pages_of(to_pdf(made))[0]


def test_the_amount_beside_is_rounded_half_up_to_the_cent() -> None:
    """USD 33 × 3.75 = PEN 123.75; a half goes up (RULES.md, P11)."""
    assert exchanged(3300, Fraction(15, 4)) == 12375
    assert exchanged(50, Fraction(375, 100)) == 188
    assert exchanged(3, 4) == 12


@pytest.mark.parametrize(
    "name",
    [
        "María de los Ángeles Bernardina Ccapatinta Huallparimachi Tt",
        "Ch’uqi Qʼumir 'Ana' [red] #strong[x] *bold* $x$ `raw` <a>@b",
        "X" * 60,
        '#read("/etc/passwd") // \\ ~ --',
    ],
)
def test_a_name_prints_whole_and_as_it_is(name: str) -> None:
    """Sixty letters, with or without blanks, and every sign the typesetter knows."""
    contest = result([placing(n, cash={"project": 100, "municipality": 100, "donor": 100}) for n in range(1, 12)])
    people = {f"H{n:03}": Winner(name, "00001234", name) for n in range(1, 12)}
    purses = ("project", "municipality", "donor")
    pages = pages_of(to_pdf(sheet(contest, persons=people, rules=rules(purses=purses))))
    assert close_to(" ".join(pages)).count(close_to(name)) == 22


# -- sums --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 9, 10, 11, 20, 25])
def test_subtotals_are_carried_from_page_to_page_and_end_in_the_total(count: int) -> None:
    """Vienen + subtotal = van, page by page; the last page prints the total of the contest."""
    contest = winners(count)
    pages = [page for page in pages_of(to_pdf(sheet(contest))) if "Huella" in page]
    amounts = [one.cents for one in contest.placings]
    dealt = [[int(n) - 1 for n in re.findall(r"\bH(\d{3})\b", page)] for page in pages]
    assert [n for page in dealt for n in page] == list(range(count))
    before = 0
    for number, (page, rows) in enumerate(zip(pages, dealt, strict=True)):
        here = sum(amounts[n] for n in rows)
        if number:
            assert re.search(rf"Vienen [\d,. ]+(× 1 )?{re.escape(figures(before))}", page)
        if len(pages) > 1:
            assert re.search(rf"Subtotal de esta página [\d,. ]+(× 1 )?{re.escape(figures(here))}", page)
        before += here
        is_last = number == len(pages) - 1
        label = "Total / Llapan" if is_last else "Van"
        assert re.search(rf"{label} [\d,. ]+(× 1 )?{re.escape(figures(before))}", page)
        assert ("Van" in page.split()) is not is_last
    assert before == sum(amounts)


def test_the_purse_table_closes() -> None:
    """Amount, awarded, returned: what the contest says, and what its rows add up to."""
    contest = winners(14)
    (_, page) = pages_of(to_pdf(sheet(contest)))
    for purse, name in (("project", "Proyecto"), ("municipality", "Municipalidad")):
        closed = next(one for one in contest.purses if one.id == purse)
        drawn = sum(award.cents for one in contest.placings for award in one.awards if award.purse == purse)
        assert f"{name} {figures(closed.amount)} {figures(drawn)} {figures(closed.amount - drawn)}" in page


def test_a_sheet_that_does_not_close_is_never_made() -> None:
    """Awarded on the purse and paid in the rows differ: do not pay (exit code 3)."""
    contest = dataclasses.replace(winners(2), purses=(PurseResult("project", 900000, 1), PurseResult("ghost", 1, 0)))
    with pytest.raises(Mismatch) as refused:
        sheet(contest)
    assert [READER.say(problem.message) for problem in refused.value.problems] == [
        "bolsa Proyecto: lo otorgado y lo pagado en esta planilla no coinciden",
        "la bolsa ghost no está en las bases",
    ]


def test_an_award_of_a_purse_that_the_sheet_does_not_show_is_refused() -> None:
    """No cent is paid that no purse column shows."""
    contest = dataclasses.replace(result([placing(1, cash={"ghost": 100})]), purses=())
    with pytest.raises(Mismatch, match="not the sum of its purses"):
        sheet(contest)


def test_a_purse_of_the_round_shows_its_part_and_says_so() -> None:
    """One amount for all contests: here is what this contest took, and how the round closed."""
    contest = dataclasses.replace(result([placing(1, cash={"project": 2000})]), purses=())
    whole = PurseResult("project", 500000, 120000)
    given = rules(per="round")
    (page,) = pages_of(to_pdf(sheet(contest, rules=given, round_purses=[whole])))
    assert "un solo monto para toda la ronda: USD 5,000.00, otorgado USD 1,200.00, devuelto USD 3,800.00" in page
    assert "un solo monto para toda la ronda" in pages_of(to_pdf(sheet(contest, rules=given)))[0]


@given(amounts=st.lists(st.integers(50, 300000), min_size=1, max_size=13), cut=st.integers(1, 99))
@settings(max_examples=12, deadline=None)
def test_whatever_is_paid_adds_up_on_paper(amounts: list[int], cut: int) -> None:
    """Figures, words, rows, purses and the total agree for any amounts."""
    placings = [
        placing(n, cash={"project": cents * cut // 100, "municipality": cents - cents * cut // 100})
        for n, cents in enumerate(amounts, start=1)
    ]
    made = sheet(result(placings))
    text = " ".join(pages_of(to_pdf(made)))
    assert made.cents == sum(amounts)
    assert f"{figures(sum(amounts))} {len(amounts)} premiado" in text
    for row, cents in zip(made.rows, amounts, strict=True):
        assert row.cents == sum(row.purses) == cents
        assert row.words == amount_in_words(Money(cents, "USD"))
        assert close_to(row.words) in close_to(text)


# -- pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (5, 1), (10, 2), (11, 2), (300, 31)])
def test_ten_winners_stand_on_a_page(count: int, pages: int) -> None:
    """Ten boxes a page; purses and signatures stand together on the last page."""
    read = pages_of(to_pdf(sheet(winners(count))))
    assert len(read) == pages
    for number, page in enumerate(read, start=1):
        assert f"Página / Rapi {number} de {pages}" in page
        assert len(re.findall(r"\bH\d{3}\b", page)) <= 10
    assert "Jurado calificador" in read[-1]
    assert "Devuelto" in read[-1]
    assert not any("Jurado calificador" in page for page in read[:-1])


@pytest.mark.parametrize("count", [*range(1, 24), 300])
def test_nobody_signs_for_a_total_without_a_winner_above_it(count: int) -> None:
    """However many winners: on the page with purses and signatures of the jury stands at least one who is paid."""
    read = pages_of(to_pdf(sheet(winners(count))))
    assert "Jurado calificador" in read[-1]
    assert "Total / Llapan" in read[-1]
    assert re.search(rf"\bH{count:03}\b", read[-1])


def test_every_page_repeats_heading_and_foot() -> None:
    """Programme, competition, unit, category, round, edition, rules and date stand on each page."""
    for page in pages_of(to_pdf(sheet(winners(25), code="7K2QX-9FH4M"))):
        for text in (
            "Manejo de recursos naturales en la Sierra Sur",
            "Andenes y manejo de suelos / Pata-patakuna",
            "Comunidad Ccapana",
            "Familias nuevas",
            "Concurso interfamiliar",
            "Planilla de premiación",
            "Ronda terraces-household-1",
            "Edición 2026-I",
            "Bases / Kamachikuykuna: Manejo de recursos naturales en la Sierra Sur, Andenes y manejo de suelos",
            "Impreso: 24 de noviembre de 2026",
            "7K2QX-9FH4M",
        ):
            assert text in page


def rows_apart(pdf: bytes) -> list[float]:
    """Millimetres between one winner's amount and the next, on every page of the table."""
    found: list[float] = []
    for page in PdfReader(io.BytesIO(pdf)).pages:
        heights: list[float] = []

        def note(text: str, cm: list[float], tm: list[float], *_: object, heights: list[float] = heights) -> None:
            if text.strip() == "75.00":
                heights.append((tm[4] * cm[1] + tm[5] * cm[3] + cm[5]) * 25.4 / 72)

        page.extract_text(visitor_text=note)
        found += [abs(low - high) for low, high in itertools.pairwise(heights)]
    return found


def test_every_box_is_high_enough_for_an_inked_thumb() -> None:
    """Fourteen millimetres at least, whatever stands on the sheet."""
    contest = result([placing(n, cash={"project": 100}, name="Juana Quispe") for n in range(1, 24)])
    both = sheet(contest, persons={}, state="provisional", is_rehearsal=True, code="7K2QX-9FH4M-PW3ZC-8RTVB-1NDJE-6")
    for made in (sheet(contest, persons={}), both):
        apart = rows_apart(to_pdf(made))
        assert len(apart) == 20
        assert min(apart) >= 14.14


def test_rows_grow_for_long_names_and_pages_take_fewer() -> None:
    """Nothing is cut: where names need five lines, fewer than ten winners stand on the page."""
    long = {f"H{n:03}": Winner("Bernardina " * 9, "", "Pascual Bailón " * 9) for n in range(1, 13)}
    read = pages_of(to_pdf(sheet(winners(12), persons=long)))
    assert len(read) > 2
    assert sum(page.count("Bernardina") for page in read) == 9 * 12
    assert sum(page.count("Pascual") for page in read) == 9 * 12


def ink_in_the_margins(made: PrizeSheet) -> int:
    """How many points of the pages' outermost strips are not white (11 mm left and right, 6 above, 5 below)."""
    found = 0
    for page in kit.pictures("prize_sheet", dataclasses.asdict(made), dots_per_inch=51):
        rows = png_rows(page)
        width = len(rows[0])
        found += sum(point < 250 for row in rows for point in (*row[:22], *row[width - 22 :]))
        found += sum(point < 250 for row in (*rows[:12], *rows[-10:]) for point in row)
    return found


@pytest.mark.parametrize("purses", [1, 2, 3, 4, 5, 6, 9])
def test_many_purses_stay_on_the_paper(purses: int) -> None:
    """A column for each purse while there is room, else all of them in one column; the margins stay white."""
    ids = ("project", "municipality", "donor", *(f"fondo-{n}" for n in range(6)))[:purses]
    contest = result([placing(n, cash=dict.fromkeys(ids, 300000 * n), items=[TOOLS]) for n in range(1, 12)])
    made = sheet(contest, rules=rules(purses=ids))
    assert close_to("".join(pages_of(to_pdf(made)))).count("33,000.00") >= purses
    assert ink_in_the_margins(made) == 0


def test_the_longest_texts_stay_on_the_paper() -> None:
    """Sixty letters without a blank in every place that takes a name: the margins stay white."""
    word = "X" * 60
    contest = result([placing(n, cash={"project": 100}, items=[Name({"es": word})]) for n in range(1, 3)])
    people = {f"H{n:03}": Winner(word, word, word) for n in range(1, 3)}
    long = sheet(
        contest, persons=people, unit_name=word, edition=word, round_code=word, code=word, judges=[(word, word)] * 5
    )
    assert ink_in_the_margins(long) == 0
    pages = pages_of(to_pdf(long))
    in_rows, in_note, in_signatures, in_heading, in_foot = 2 * 4, 1, 5 * 2, 3, 3
    counted = in_rows + in_note + in_signatures + len(pages) * (in_heading + in_foot)
    assert close_to("".join(pages)).count(word) == counted


def test_many_judges_sign_on_further_pages() -> None:
    """A panel that no page can hold goes on overleaf; nobody's line is cut."""
    many = [(f"Juez Nina {number:02}", f"0000{number:04}") for number in range(40)]
    read = " ".join(pages_of(to_pdf(sheet(winners(2), judges=many))))
    assert [name for name, _ in many if name not in read] == []


def test_without_judges_there_are_lines_to_write_on() -> None:
    """Three empty lines wait for name and DNI."""
    (page,) = pages_of(to_pdf(sheet(winners(2), judges=())))
    assert page[page.index("Jurado calificador") :].count("DNI") == 3


# -- states and languages ----------------------------------------------------------------------------------------


def test_a_rehearsal_prints_ensayo_on_every_page() -> None:
    """Nobody can pay with a rehearsal's paper, whichever page is shown."""
    for page in pages_of(to_pdf(sheet(winners(12), is_rehearsal=True))):
        assert page.count("ENSAYO") == 2
        assert "con esta planilla no se paga nada" in page
        assert "PROVISIONAL" not in page


def test_a_round_not_closed_prints_provisional_on_every_page_and_what_is_due() -> None:
    """Before the close the sheet is for looking at; it names what is still missing."""
    contest = dataclasses.replace(winners(12), due=(say("lots for {entry}", entry="H003"),))
    pages = pages_of(to_pdf(sheet(contest, state="provisional")))
    assert all(page.count("PROVISIONAL") == 2 and "ENSAYO" not in page for page in pages)
    assert "lots for H003" in pages[-1]


def test_a_closed_round_prints_no_stamp() -> None:
    """The paper that pays is clean."""
    assert not any(word in page for page in pages_of(to_pdf(sheet(winners(12)))) for word in ("ENSAYO", "PROVISIONAL"))


def test_quechua_stands_beside_the_spanish_where_the_rules_ask_for_it() -> None:
    """Nombre / Suti with qu among the languages; Spanish alone without it; nothing where no word is certain."""
    (both,) = pages_of(to_pdf(sheet(winners(2))))
    for label in ("Nombre / Suti", "Puesto / Ñiqin", "Firma / Siq’i", "Recibí / Chaskirqani", "Total / Llapan"):
        assert label in both
    assert "Huella /" not in both
    (spanish,) = pages_of(to_pdf(sheet(winners(2), rules=rules(languages="es"))))
    for word in ("Suti", "Ñiqin", "Llapan", "Pata-patakuna"):
        assert word not in spanish


def test_another_country_writes_its_own_figures() -> None:
    """Bolivia's decimal comma, the point for thousands."""
    bolivia = Reader("es", "BO", READER.catalogues)
    (page,) = pages_of(to_pdf(sheet(result([placing(1, cash={"project": 123450})]), reader=bolivia)))
    assert "1.234,50" in page


def test_english_papers_need_no_catalogue() -> None:
    """The labels are their own keys."""
    (page,) = pages_of(to_pdf(sheet(winners(1), reader=Reader.of("en"))))
    for text in ("Prize sheet", "Twenty-five and 00/100 US dollars", "1 of 1", "24 November 2026"):
        assert close_to(text) in close_to(page)


def test_the_catalogue_has_the_words_of_the_sheet() -> None:
    """What the program says in Spanish is what these tests read."""
    spanish = Reader.of("es")
    assert {key: spanish.text(key) for key in SPANISH} == SPANISH
    assert all(spanish.catalogues[0].ngettext(key, key, 2) != key for key in PLURALS)


# -- again, and elsewhere ----------------------------------------------------------------------------------------


def test_printing_again_gives_the_same_bytes() -> None:
    """Months later the auditor prints the same paper."""
    assert to_pdf(sheet(winners(30))) == to_pdf(sheet(winners(30)))


def test_only_the_shipped_fonts_are_in_the_paper() -> None:
    """The paper looks the same on every laptop."""
    page = PdfReader(io.BytesIO(to_pdf(sheet(winners(3), is_rehearsal=True)))).pages[0]
    fonts = {str(font.get_object()["/BaseFont"]) for font in page["/Resources"]["/Font"].values()}
    assert fonts
    assert all("NotoSans" in font for font in fonts)


def read_csv(made: PrizeSheet) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_csv(made))))


def test_the_table_holds_the_rows_of_the_paper() -> None:
    """One line for each winner; plain figures that spreadsheets and accounts read."""
    contest = winners(3)
    rows = read_csv(sheet(contest))
    assert [row["entry"] for row in rows] == ["H001", "H002", "H003"]
    assert rows[0] | {"name": ""} == {
        "place": "1",
        "entry": "H001",
        "name": "",
        "partner": "Santos Ccapatinta Ñahui",
        "dni": "00000001",
        "points": "98.25",
        "purse_project": "22.74",
        "purse_municipality": "5.00",
        "in_kind": "Juego de herramientas",
        "amount": "27.74",
        "currency": "USD",
        "in_words": "VEINTISIETE CON 74/100 DÓLARES AMERICANOS",
        "round": "terraces-household-1",
        "edition": "2026-I",
        "within": "C1",
        "category": "new",
        "state": "final",
        "rehearsal": "false",
        "code": "",
    }


@pytest.mark.parametrize("start", ["=1+1", "+51", "-2", "@SUM(A1)"])
def test_no_name_runs_as_a_formula(start: str) -> None:
    """What a spreadsheet would run is written with an apostrophe before it."""
    contest = result([placing(1, cash={"project": 100})])
    (row,) = read_csv(sheet(contest, persons={"H001": Winner(start)}))
    assert row["name"] == f"'{start}"


def test_the_json_is_exact_and_adds_up() -> None:
    """Amounts are strings; rows, purses and total agree with the contest."""
    contest = winners(12)
    read = json.loads(to_json(sheet(contest, code="7K2QX")))
    assert read["total"] == fixed(Fraction(sum(one.cents for one in contest.placings), 100), 2)
    assert [row["amount"] for row in read["rows"]] == [fixed(Fraction(p.cents, 100), 2) for p in contest.placings]
    assert read["purses"][0] == {
        "id": "project",
        "amount": "900000.00",
        "awarded": fixed(Fraction(contest.purses[1].awarded, 100), 2),
        "returned": fixed(Fraction(contest.purses[1].returned, 100), 2),
    }
    assert (read["state"], read["rehearsal"], read["code"], read["within"]) == ("final", False, "7K2QX", "C1")


def test_the_file_is_named_by_our_own_codes() -> None:
    """No name of people's own gets near a path."""
    assert sheet(winners(1)).file_stem == "prize-sheet-terraces-household-1-C1-new"
    odd = dataclasses.replace(winners(1), within="../x y", category=None)
    assert sheet(odd).file_stem == "prize-sheet-terraces-household-1-.._x_y"
