"""The score sheet, typeset for real and read back: whose it is, what may be marked, how many on a page, never anything cut."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import asdict, replace
from itertools import product
from pathlib import Path

import pytest
import segno
from pypdf import PdfReader
from tests.papers.score_papers import JUDGES, LINES, LONG, NAMES, competitors, numbered, packets, rules
from tests.papers.sheets import overlapping, pages_of, png_rows

from pachamama.core.model import Judge
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.labels import Label
from pachamama.papers.score_sheet import Competitor, Packet, to_pdf

TWELVE = tuple(f'{{id: c{at}, name: {{es: "{f"{at + 1} {LONG}"[:60]}"}}, max: 20}}' for at in range(12))
MANY = tuple(line.replace("id: ", f"id: c{at}").replace('es: "', f'es: "{at} ') for at, line in enumerate(LINES * 5))


def one(sheets: list[Packet]) -> Packet:
    """The only packet."""
    (packet,) = sheets
    return packet


def text_of(packet: Packet) -> str:
    """The text of all pages."""
    return " ".join(pages_of(to_pdf(packet)))


def size_of(packet: Packet) -> tuple[int, int]:
    """Number of pages, and the width of the first in millimetres."""
    pages = PdfReader(io.BytesIO(to_pdf(packet))).pages
    return len(pages), round(float(pages[0].mediabox.width) / 72 * 25.4)


# -- whose sheet it is -------------------------------------------------------------------------------------------


def test_a_sheet_says_whose_it_is_who_marks_and_its_code() -> None:
    """Competition, unit, category, entry with its partner, judge with DNI, code: nothing is left to be written."""
    said = text_of(one(packets(numbered(1))))
    for words in (
        *("Andenes y suelos", "Comunidad Ccapana", "Familias nuevas", NAMES[0], "H001", "Pedro Huamán Ccori"),
        *("Prof. Eulogia Ccama Huallpa", "DNI 00009001", "KT00001-0", "terraces-household-1", "2026-I"),
    ):
        assert words in said, words


def test_the_square_on_the_paper_reads_as_the_code() -> None:
    """The modules that were printed are those of the code, and no others."""
    packet = one(packets(numbered(1)))
    rows = png_rows(kit.pictures("score_sheet", asdict(packet), dots_per_inch=200)[0], most=260)
    dots = 200 / 25.4
    left, right = round((148.5 - 9 - 20) * dots), round((148.5 - 8) * dots)
    region = [row[left:right] for row in rows[round(8 * dots) : round(30 * dots)]]
    top = next(y for y, row in enumerate(region) if min(row) < 100)
    found = [x for row in region[top : top + 5] for x, green in enumerate(row) if green < 100]
    start, side = min(found), max(found) - min(found) + 1
    module = side / 21
    read = [
        [region[top + round((y + 0.5) * module)][start + round((x + 0.5) * module)] < 128 for x in range(21)]
        for y in range(21)
    ]
    wanted = segno.make_qr("KT00001-0", error="m", boost_error=False)
    assert read == [[bool(cell) for cell in row] for row in wanted.matrix]


def test_the_judge_who_is_not_known_yet_writes_name_and_dni() -> None:
    """Each copy is a set for one judge: every entry once."""
    found = packets(numbered(3, judge=None, copies=2))
    assert [[sheet.entry for sheet in packet.sheets] for packet in found] == [["H001", "H002", "H003"]] * 2
    assert [packet.file_stem[-5:] for packet in found] == ["copy1", "copy2"]
    assert len({sheet.code for packet in found for sheet in packet.sheets}) == 6
    assert "0000" not in text_of(found[0]).replace("KT0000", "")


def test_a_judge_gets_one_packet_for_each_contest() -> None:
    """Packets come by judge, sheets in the order in which they were numbered."""
    mixed = [sheet for pair in zip(numbered(3), numbered(3, judge="J2", first=50), strict=True) for sheet in pair]
    found = packets(mixed)
    assert [packet.file_stem for packet in found] == [
        "score-sheets-terraces-household-1-C1-new-J1",
        "score-sheets-terraces-household-1-C1-new-J2",
    ]
    assert [sheet.judge for sheet in found[1].sheets] == ["J2"] * 3


def test_who_comes_on_the_day_gets_a_blank_sheet_with_a_code() -> None:
    """Name, partner and community are written, the category is ticked; the form is that of all the others."""
    packet = one(packets(numbered(2, judge=None, entry=False)))
    said = text_of(packet)
    for words in (
        "KT00001-0",
        "Nombre",
        "Pareja",
        "Comunidad",
        "Familias nuevas",
        "Familias antiguas",
        "Muros de piedra",
    ):
        assert words in said, words
    assert "Ccapana" not in said
    assert packet.file_stem == "score-sheets-terraces-household-1-BLANK-KT00001-0"


def test_a_sheet_printed_again_has_a_file_of_its_own() -> None:
    """It never replaces the packet that it belongs to."""
    assert one(packets(numbered(1), single=True)).file_stem.endswith("-C1-new-J1-KT00001-0")


def test_a_large_packet_is_several_files() -> None:
    """An old laptop sets forty sheets at once; all are there, each once."""
    found = packets(numbered(81))
    assert [len(packet.sheets) for packet in found] == [40, 40, 1]
    assert [packet.file_stem[-5:] for packet in found] == ["part1", "part2", "part3"]
    assert len({sheet.code for packet in found for sheet in packet.sheets}) == 81


def test_a_packet_of_a_rehearsal_says_so() -> None:
    """ENSAYO stands behind every sheet."""
    packet = one(packets(numbered(3), is_rehearsal=True))
    assert [page.count("ENSAYO") for page in pages_of(to_pdf(packet))] == [2, 1]


# -- what may be marked ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "kind", "marks", "boxes"),
    [
        ("max: 5", "circles", "1 2 3 4 5", (0, 0)),
        ("min: 0, max: 10, step: 5", "circles", "0 5 10", (0, 0)),
        ("max: 30", "circles", " ".join(str(mark) for mark in range(1, 31)), (0, 0)),
        ("max: 31", "figures", "", (2, 0)),
        ("min: 0, max: 100", "figures", "", (3, 0)),
        ("max: 10, step: 0.5", "figures", "", (2, 1)),
        ("min: 0, max: 9.75, step: 0.25", "figures", "", (1, 2)),
    ],
)
def test_whole_marks_are_circles_and_others_have_a_box_for_each_figure(
    criterion: str, kind: str, marks: str, boxes: tuple[int, int]
) -> None:
    """Up to thirty whole marks are crossed out; decimals, and more than that, are written."""
    held = rules(lines=(f"{{id: a, {criterion}}}",), gain="")
    (line,) = one(packets(numbered(1), held=held)).form.lines
    assert (line.kind, " ".join(line.marks), line.boxes) == (kind, marks, boxes)


def test_answers_have_a_number_to_type_and_their_points() -> None:
    """The numbers are those of the order in the rules, as the screen takes them."""
    line = one(packets(numbered(1))).form.lines[2]
    assert line.answers == ((1, "Todo el predio", "15"), (2, "La mitad", "8"), (3, "Poco", "2"))
    assert "1 Todo el predio · 15 2 La mitad · 8 3 Poco · 2" in text_of(one(packets(numbered(1))))


def test_points_are_written_beside_what_is_measured_or_weighs_double() -> None:
    """The control total adds points: where what is written is not the points, there is a box for them."""
    held = rules(lines=(*LINES, '{id: heavy, name: {es: "Doble"}, max: 5, weight: 2}'))
    form = one(packets(numbered(1), held=held)).form
    assert [line.has_points for line in form.lines] == [False, False, False, True, True]
    assert (form.lines[3].unit, form.lines[4].weight, form.maximum) == ("m2", "2", "65")
    said = text_of(one(packets(numbered(1), held=held)))
    assert "menos de 200 m2: 0 · desde 200 m2: 5" in said
    assert "máximo 65" in said


def test_what_takes_points_off_or_ends_the_contest_is_ticked() -> None:
    """Deductions, bonuses and knockouts with their points, statuses in place of marks; numbered as the screen takes them."""
    said = text_of(one(packets(numbered(1))))
    for words in ("1 Sin distintivo –3", "2 Participan jóvenes +2", "3 Desorden", "1 No vino", "2 Se retiró"):
        assert words in said, words


@pytest.mark.parametrize(
    ("gain", "said"), [("area", ("Área mejorada", "m2")), ("new_trees", ("New trees", "")), ("", ())]
)
def test_before_and_now_are_asked_where_a_tie_step_compares_them(gain: str, said: tuple[str, ...]) -> None:
    """By the criterion's name and unit where there is one."""
    packet = one(packets(numbered(1), held=rules(gain=gain)))
    assert [(one.name.text, one.unit) for one in packet.form.gains] == ([said] if said else [])
    text = text_of(packet)
    assert {word for word in ("Antes", "Ahora", "Cantidad", "Valor", "S/") if word in text} == (
        {"Antes", "Ahora", "Cantidad", "Valor", "S/"} if said else set()
    )
    assert ("Unidad" in text) == bool(said and not said[1])
    assert "Monto solicitado" not in text


def test_the_amount_is_asked_for_where_prizes_pay_what_entries_ask() -> None:
    """`until_spent` pays the amount on the paper, so the paper has a line for it."""
    held = rules(gain="", cash="until_spent", purses=1, in_kind=False)
    assert "Monto solicitado" in text_of(one(packets(numbered(1), held=held)))


def test_a_line_says_that_empty_is_not_nought() -> None:
    """The instruction names only the ways of marking that this sheet has."""
    said = one(packets(numbered(1))).form.instruction
    assert said.startswith("En cada línea tache un círculo, marque una respuesta o escriba cifras en las casillas.")
    assert said.endswith("nunca un 0.")
    only = one(packets(numbered(1), held=rules(lines=LINES[:1], gain=""))).form.instruction
    assert only.startswith("En cada línea tache un círculo. ")


# -- two languages -----------------------------------------------------------------------------------------------


def test_quechua_stands_beside_the_spanish_where_the_word_is_certain() -> None:
    """Only where the rules ask for it."""
    with_it, without = (text_of(one(packets(numbered(1), held=rules(languages=one_)))) for one_ in ("es, qu", "es"))
    for words in (
        "Nombre / Suti",
        "Firma / Siq’i",
        "Total / Llapan",
        "No vino / Mana hamurqanchu",
        "Pirqa",
    ):
        assert words in with_it, words
        assert words not in without, words


def test_english_rules_print_an_english_sheet() -> None:
    """No Spanish and no Quechua word is left on it."""
    said = text_of(one(packets(numbered(1), held=rules(languages="en, qu"), reader=Reader.of("en"))))
    for words in ("Score sheet", "Community Ccapana", "Stone walls", "All of it", "Did not come", "at most 55"):
        assert words in said, words
    for words in ("Ficha", "Suti", "Nombre", "puntos", "Firma"):
        assert words not in said, words


# -- how it stands on the page -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "pages"), [(1, 1), (2, 1), (3, 2), (40, 20)])
def test_two_sheets_share_a_page_where_the_lines_fit(count: int, pages: int) -> None:
    """A4 landscape, to be cut into halves; each half has the code twice, beside the square and in the foot."""
    packet = one(packets(numbered(count)))
    assert size_of(packet) == (pages, 297)
    said = text_of(packet)
    assert all(said.count(sheet.code) == 2 for sheet in packet.sheets)


def test_twelve_lines_have_a_page_of_their_own() -> None:
    """A4 upright, one sheet a page."""
    short = tuple(f'{{id: c{at}, name: {{es: "Línea {at}"}}, max: 20}}' for at in range(12))
    assert size_of(one(packets(numbered(3), held=rules(lines=short, gain="")))) == (3, 210)


def test_more_lines_than_a_page_holds_go_on_with_the_head_repeated() -> None:
    """Every page says whose it is; the judge signs once, on the last one."""
    packet = one(packets(numbered(2), held=rules(lines=MANY, gain="")))
    pages = pages_of(to_pdf(packet))
    assert len(pages) == 4
    assert [page.count(code) for page in pages for code in ("KT00001-0", "KT00002-1")] == [2, 0, 2, 0, 0, 2, 0, 2]
    assert ["Firma" in page for page in pages] == [False, True, False, True]
    assert ["1 / 2" in page for page in pages] == [True, False, True, False]
    assert ["H001" in page for page in pages] == [True, True, False, False]


def test_names_do_not_change_the_form_of_a_packet() -> None:
    """The head is equally high on every sheet, so two files of one packet never look different."""
    for held in (rules(), rules(lines=TWELVE, gain="")):
        sizes = {
            size_of(one(packets(numbered(2), held=held, competitors=competitors(2, names), judges={})))
            for names in (("Ana",), (LONG,), ("M" * 60,))
        }
        assert len(sizes) == 1


@pytest.mark.parametrize(
    ("lines", "names"), list(product((LINES, TWELVE, MANY), ((LONG,), ("M" * 60,), ("Wi " * 20,))))
)
def test_long_names_are_neither_cut_nor_run_over(lines: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Sixty letters of entry, judge, unit and criteria are all there, and the edge of the paper stays white."""
    packet = one(
        packets(
            numbered(2),
            held=rules(lines=lines, gain=""),
            competitors={f"H00{at}": Competitor(names[0], names[0], LONG) for at in (1, 2)},
            judges={"J1": Judge("J1", LONG, "00009001")},
            unit_names={"C1": LONG},
        )
    )
    said = text_of(packet).replace(" ", "")
    assert said.count(names[0].strip().replace(" ", "")) >= 4
    assert said.count(LONG.replace(" ", "")) >= 4
    for line in packet.form.lines:
        assert line.name.text.replace(" ", "") in said
    assert_it_is_all_there(packet)


def test_a_head_of_long_words_makes_the_head_higher() -> None:
    """Competition, phase, unit and category in two languages, sixty letters each: the lines begin below them."""
    packet = one(packets(numbered(2)))
    long = Label(LONG, LONG)
    head = replace(packet.heading, title=long, programme=f"{LONG} {LONG}", lines=(long, long, long))
    high = replace(packet, heading=head)
    assert text_of(high).replace(" ", "").count(LONG.replace(" ", "")) == 2 * 10
    assert_it_is_all_there(high)


def test_many_long_categories_to_tick_push_the_lines_down() -> None:
    """A blank sheet is as high as its categories ask for."""
    packet = replace(one(packets(numbered(2, judge=None, entry=False))), categories=(Label(LONG),) * 6)
    assert text_of(packet).replace(" ", "").count(LONG.replace(" ", "")) == 12
    assert_it_is_all_there(packet)


def assert_it_is_all_there(packet: Packet) -> None:
    """No texts stand over each other, and five millimetres around each page hold only the line to cut along."""
    assert overlapping(to_pdf(packet)) == []
    for picture in kit.pictures("score_sheet", asdict(packet), dots_per_inch=50):
        rows = png_rows(picture)
        edge, middle = round(5 * 50 / 25.4), len(rows[0]) // 2
        for row in (*rows[:edge], *rows[-edge:]):
            assert min(row[: middle - 2] + row[middle + 2 :]) > 200
        assert min(min(row[:edge] + row[-edge:]) for row in rows) > 200


def test_six_judges_have_six_packets() -> None:
    """Of one contest, all with the same form."""
    judges = {f"J{at}": Judge(f"J{at}", LONG, f"0000{at:04}") for at in range(6)}
    sheets = [sheet for code in judges for sheet in numbered(2, judge=code)]
    found = packets(sheets, held=rules(judges=6), judges=judges)
    assert len(found) == 6
    assert len({str(packet.form) for packet in found}) == 1


# -- the same paper again ----------------------------------------------------------------------------------------


def test_a_sheet_printed_again_is_the_same_byte_for_byte() -> None:
    """In this process, after the typesetter forgot, and in another one: there is no day on it."""
    script = (
        "import sys; from tests.papers.score_papers import numbered, packets;"
        "from pachamama.papers.score_sheet import to_pdf;"
        "sys.stdout.buffer.write(to_pdf(packets(numbered(3))[0]))"
    )
    first = to_pdf(one(packets(numbered(3))))
    kit.forget()
    assert to_pdf(one(packets(numbered(3)))) == first
    root = Path(__file__).parents[2]
    other = subprocess.run(
        [sys.executable, "-c", script], cwd=root, capture_output=True, check=True, env={"PYTHONPATH": "src"}
    )
    assert other.stdout == first


@pytest.mark.parametrize("lines", range(1, 22))
def test_whatever_the_number_of_lines_the_form_is_whole(lines: int) -> None:
    """Two on a page, one, or more than one page: the total, the remarks and the signature find their room."""
    held = rules(lines=MANY[:lines] + TWELVE[: max(0, lines - len(MANY))], gain="" if lines < 4 else "c3area")
    assert_it_is_all_there(one(packets(numbered(2), held=held)))


def test_only_the_dni_of_the_judge_can_stand_on_a_sheet() -> None:
    """A competitor has no DNI to print."""
    assert {field for field in asdict(competitors(1)["H001"]) if "dni" in field} == set()
    assert text_of(one(packets(numbered(1)))).count("0000900") == 1
    assert JUDGES[0].dni in text_of(one(packets(numbered(1))))
