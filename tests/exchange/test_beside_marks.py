"""What papers say beside the marks, assets and amounts asked for: in tables, score books and on phones alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from pachamama.core.model import Contest
from pachamama.core.problems import Refused
from pachamama.core.rules.document import Tier
from pachamama.exchange import read_register, read_scores
from pachamama.exchange.phones import PhoneSheets, read_phones
from pachamama.exchange.score_book import Book, BookPage, BookRow, score_book
from pachamama.language import Reader

from . import form_desk as given
from .books import Cells, ods, xlsx
from .desk import one_phase, refusals, rules, said, saved
from .test_xlsform import EN, ES, XForm, reckoned

TEXT = """
version: 1
programme: {name: Prueba, currency: PEN, cash_unit: 5, languages: [es, qu]}
competitions:
  terraces:
    name: {es: "Andenes"}
    tiers:
      - tier: household
        within: community
        criteria: [{id: walls, name: {es: "Muros"}, max: 20}, {id: water, max: 30, step: 0.5}]
        panel: {judges: 2, at_least: 1}
        ties: [{larger_gain: guinea_pigs}, shared]
        prizes: {purses: [{id: p, amount: 1000}], awards: [{scheme: until_spent}]}
"""
RULES = rules(TEXT)
TIER = RULES.competitions["terraces"].tiers[0]
(SHEET,) = TIER.judged_phases
FIELDS = [
    *("guinea_pigs_before", "guinea_pigs_now", "guinea_pigs_unit", "guinea_pigs_value_before"),
    *("guinea_pigs_value_now", "requested"),
]
TITLES = [
    *("Guinea pigs, antes", "Guinea pigs, ahora", "Guinea pigs, unidad", "Guinea pigs, valor antes"),
    *("Guinea pigs, valor ahora", "Monto solicitado"),
]
KNOWN = dict(zip(FIELDS, ["10", "25.5", "cuyes", "150", "402.75", "600"], strict=True))


def fields_of(contests: Sequence[Contest]) -> dict[str, Mapping[str, str]]:
    """What was said of each entry beside its marks."""
    return {entry.code: dict(entry.fields) for contest in contests for entry in contest.entries}


# -- tables ------------------------------------------------------------------------------------------------------------


def as_csv(path: Path, sheets: Mapping[str, Cells]) -> Path:
    """The first sheet as CSV, with decimal commas, as a spreadsheet saves it here."""
    text = io.StringIO()
    rows = [[str(cell).replace(".", ",") if isinstance(cell, float) else cell for cell in row] for row in next(iter(sheets.values()))]  # fmt: skip
    csv.writer(text, delimiter=";").writerows(rows)
    path.write_text(text.getvalue(), "utf-8")
    return path


@pytest.mark.parametrize("head", [FIELDS, TITLES, ["guinea pigs BEFORE", *FIELDS[1:3], TITLES[3], "Valor_x", "Solicitado"]])  # fmt: skip
@pytest.mark.parametrize("write", [xlsx, ods, as_csv])
def test_a_table_brings_them_by_code_or_by_title(tmp_path: Path, write: Callable[..., Path], head: list[str]) -> None:
    """XLSX, ODS and CSV alike, whatever the capitals; figures come out in plain digits."""
    titles = [one if one != "Valor_x" else "Guinea pigs (valor ahora)" for one in head]
    rows = [["within", "Código", *titles], ["C1", "H1", 10, 25.5, "cuyes", 150, 402.75, 600]]
    book = write(tmp_path / f"t.{write.__name__.removeprefix('as_')}", {"Hoja": rows})
    assert fields_of(read_scores(book, TIER)) == {"H1": KNOWN}


def test_a_book_of_before_2007_brings_them_too() -> None:
    """The fixture was saved once as XLS."""
    book = Path(__file__).parent / "fixtures" / "assets.xls"
    assert fields_of(read_scores(book, TIER)) == {"H1": KNOWN}


@pytest.mark.parametrize(
    ("column", "cell", "says"),
    [
        ("guinea_pigs_now", "125,555", "“125,555” for “guinea_pigs_now” may be 125.555 or 125555"),
        ("requested", "1,250", "“1,250” for “requested” may be 1.25 or 1250"),
        ("guinea_pigs_before", "-3", "“-3” cannot be “guinea_pigs_before”"),
        ("guinea_pigs_value_now", "mil soles", "“mil soles” cannot be “guinea_pigs_value_now”"),
        ("requested", "1e3", "“1e3” cannot be “requested”"),
    ],
)
def test_what_is_no_quantity_is_refused_with_its_cell(tmp_path: Path, column: str, cell: str, says: str) -> None:
    """In a book the cell, in CSV the line; never read as something else."""
    rows = [["within", "entry", column], ["C1", "H1", 5], ["C1", "H2", cell]]
    (told,) = refusals(read_scores, xlsx(tmp_path / "b.xlsx", {"Hoja": rows}), TIER)
    assert told.startswith(f"b.xlsx, sheet “Hoja”, C3: {says}")
    quoted = f'"{cell}"'
    (told,) = refusals(read_scores, saved(tmp_path, f"within,entry,{column}\nC1,H1,5\nC1,H2,{quoted}"), TIER)
    assert told.startswith(f"scores.csv:3: {says}")


def test_two_papers_of_one_entry_that_say_otherwise_are_refused_with_both_cells(tmp_path: Path) -> None:
    """An entry has one number of guinea pigs; the right one is looked up on paper."""
    rows = [["within", "entry", "judge", "walls", "water", "requested"], ["C1", "H1", "J1", 3, 4, 600]]
    other = [rows[0], ["C1", "H1", "J2", 3, 4, 650]]
    (told,) = refusals(read_scores, xlsx(tmp_path / "b.xlsx", {"Uno": rows, "Dos": other}), TIER)
    assert told.startswith("b.xlsx, sheet “Dos”, F2: “requested” of H1 is 650 here and 600 in line Uno!2")


def test_an_entry_is_named_where_its_quantity_stands(tmp_path: Path) -> None:
    """A message about it leads to the row that says it, not to the first row of the entry."""
    text = "within,entry,judge,walls,water,requested\nC1,H1,J1,3,4,\nC1,H1,J2,3,4,600"
    ((entry,),) = [contest.entries for contest in read_scores(saved(tmp_path, text), TIER)]
    assert entry.where.line == 3


def test_a_register_refuses_a_field_that_could_be_two_numbers(tmp_path: Path) -> None:
    """A tie may be decided by the area in the register: it is one number."""
    text = 'code,community,head,area\nH1,C1,Ana,"1,250"'
    assert refusals(read_register, "households", saved(tmp_path, text))[0].startswith(
        "scores.csv:2: “1,250” for “area” may be 1.25 or 1250"
    )


# -- score books -------------------------------------------------------------------------------------------------------


def book_of(*rows: BookRow, tier: Tier = TIER, language: str = "es", cash_unit: int = 5) -> bytes:
    """A book of one page with these rows."""
    page = BookPage("J1", ["C1 Ccapana"], tier.judged_phases[0], rows)
    book = Book("Andenes", "terraces-household-1", [page], cash_unit=cash_unit)
    return score_book(book, tier, Reader.of(language))


def row(code: str = "H1", **more: Any) -> BookRow:
    """A row of judge J1."""
    return BookRow("C1", None, code, f"Ana {code}", "J1", **more)


def sheet_of(content: bytes) -> Any:
    """Its page as a spreadsheet program opens it."""
    from openpyxl import load_workbook

    return load_workbook(io.BytesIO(content))["J1"]


def test_a_book_asks_for_them_and_brings_them_back(tmp_path: Path) -> None:
    """What is known stands in the open cells and comes back equal, digit for digit."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(book_of(row(fields=KNOWN), row("H2", fields={})))
    sheet = sheet_of(path.read_bytes())
    titles = [cell.value for cell in sheet[5]]
    assert titles[titles.index("Estado") + 1 :][: len(TITLES)] == TITLES
    opened = [title for title, cell in zip(titles, sheet[6], strict=True) if not cell.protection.locked]
    assert set(TITLES) <= set(opened)
    assert fields_of(read_scores(path, TIER)) == {"H1": KNOWN, "H2": {}}


@pytest.mark.parametrize(
    ("language", "wrong", "unit", "amount"),
    [
        ("es", "Esto no se permite aquí: 0 o más.", "metros, animales …", "0 o más, de 5 en 5"),
        ("en", "This is not allowed here: 0 or more.", "metres, animals …", "0 or more, steps of 5"),
    ],
)
def test_a_spreadsheet_refuses_what_is_no_quantity_in_the_language_of_the_book(
    language: str, wrong: str, unit: str, amount: str
) -> None:
    """Never below 0, amounts in whole cash units; a unit is any text. Above the column stands what it takes."""
    sheet = sheet_of(book_of(row(fields={}), language=language))
    first = next(cell.column for cell in sheet[5] if cell.value in {TITLES[0], "Guinea pigs, before"})
    above = [sheet.cell(4, first + at).value for at in range(len(FIELDS))]
    assert above == [wrong.rpartition(": ")[2][:-1]] * 2 + [unit] + [wrong.rpartition(": ")[2][:-1]] * 2 + [amount]
    letters = [sheet.cell(6, first + at).coordinate for at in range(len(FIELDS))]
    found = {str(one.sqref): one for one in sheet.data_validations.dataValidation}
    checked = [found[letter] for letter in letters]
    assert [one.type for one in checked] == ["decimal", "decimal", None, "decimal", "decimal", "custom"]
    assert [(one.operator, one.formula1) for one in checked[:2]] == [("greaterThanOrEqual", "0")] * 2
    assert checked[0].error == wrong
    asked = letters[-1]
    assert checked[-1].formula1 == f"AND(ISNUMBER({asked}),{asked}>=0,ABS({asked}/5-ROUND({asked}/5,0))<1/1000000)"
    assert all(len(one.promptTitle or "") <= 32 and len(one.prompt or "") <= 255 for one in checked)


def test_each_entry_has_one_cell_for_them_in_a_book(tmp_path: Path) -> None:
    """Where another row asks, the cells are locked; a page on which no row asks has no columns for them."""
    sheet = sheet_of(book_of(row(fields={}), row("H2")))
    at = next(cell.column for cell in sheet[5] if cell.value == TITLES[0])
    assert [sheet.cell(line, at).protection.locked for line in (6, 7)] == [False, True]
    assert not set(TITLES) & {cell.value for cell in sheet_of(book_of(row(), row("H2")))[5]}


def test_a_book_of_other_rules_has_no_such_column() -> None:
    """Rules that compare no gain and pay no requests: not one column, not one sentence more."""
    tier = one_phase()
    sheet = sheet_of(book_of(row(fields={}), tier=tier))
    assert [cell.value for cell in sheet[5]] == [
        *("Código", "Nombre", "past", "dream", "Suma de las notas", "Total de control", "Estado", "Comunidad", "Jurado")
    ]
    assert book_of(row(fields={}), tier=tier) == book_of(row(), tier=tier)


def test_a_title_that_is_not_certain_has_its_code_behind_it(tmp_path: Path) -> None:
    """A criterion that is called like the asset before: both columns come back as what they are."""
    tier = rules(TEXT.replace("{id: water,", '{id: water, name: {es: "Guinea pigs, antes"},')).competitions["terraces"].tiers[0]  # fmt: skip
    path = tmp_path / "book.xlsx"
    path.write_bytes(book_of(row(fields=KNOWN, marks={"walls": 3, "water": 4}), tier=tier))
    assert "Guinea pigs, antes [guinea_pigs_before]" in [cell.value for cell in sheet_of(path.read_bytes())[5]]
    ((entry,),) = [contest.entries for contest in read_scores(path, tier)]
    assert (entry.fields["guinea_pigs_before"], dict(entry.sheets[0].marks)) == ("10", {"walls": 3, "water": 4})


# -- phones ------------------------------------------------------------------------------------------------------------

ANSWERS: given.Answers = {
    "round": given.ROUND,
    "phase": "sheet",
    "judge": "J1",
    "within": "C1",
    "entry": "H001",
    "status": "present",
    "phase_1/walls": "12",
    "phase_1/water": "7.5",
    **{f"beside/{name}": text for name, text in KNOWN.items()},
}
FORM = given.a_form(RULES, TIER)


def received(path: Path, content: bytes, source: Any, form: Any = FORM) -> PhoneSheets:
    """An export as it is read."""
    path.write_bytes(content)
    return read_phones(path, source, form)


def test_a_form_asks_for_them_on_a_page_of_its_own() -> None:
    """pyxform takes it without a warning; nothing is asked of who is absent, and nothing must be answered."""
    form = XForm(FORM)
    assert form.warnings == []
    page = form.binds["/data/beside"]
    assert [reckoned(page["relevant"], {"status": one}) for one in ("present", "absent")] == [True, False]
    kinds = {name: form.bind(name)["type"] for name in FIELDS}
    assert kinds == {name: "string" if name.endswith("unit") else "decimal" for name in FIELDS}
    assert all("required" not in form.bind(name) for name in FIELDS)
    assert form.said("/data/beside/guinea_pigs_now:label") == ["Guinea pigs, ahora", "Guinea pigs, now"]
    assert form.itext[ES]["/data/beside/requested:jr:constraintMsg"] == "El monto es 0 o más, de 5 en 5."
    assert form.itext[EN]["/data/beside/beside_told:label"].startswith("One judge writes this down for each entry.")


@pytest.mark.parametrize(
    ("name", "text", "is_taken"),
    [
        *[("guinea_pigs_now", "0", True), ("guinea_pigs_now", "25.5", True), ("guinea_pigs_now", "-1", False)],
        *[("requested", "600", True), ("requested", "603", False), ("requested", "-5", False)],
    ],
)
def test_a_phone_refuses_what_the_office_would(name: str, text: str, is_taken: bool) -> None:
    """Not below 0, amounts in whole cash units."""
    found = reckoned(XForm(FORM).bind(name)["constraint"], {}, text)
    assert bool(found) is is_taken


def test_a_form_of_other_rules_asks_for_nothing_more() -> None:
    """Neither the page nor a question of it."""
    bare = rules(TEXT.replace("{larger_gain: guinea_pigs}, ", "").replace("until_spent", "flat, amount: 20"))
    made = XForm(given.a_form(bare, bare.competitions["terraces"].tiers[0]))
    assert not [nodeset for nodeset in made.binds if "beside" in nodeset or "guinea" in nodeset]


@pytest.mark.parametrize(
    ("export", "source"),
    [
        *[(given.kobo_csv, "kobo"), (given.kobo_xlsx, "kobo"), (given.kobo_json, "kobo")],
        *[(given.odk_csv, "odk"), (given.odk_zip, "odk"), (given.odk_json, "odk")],
    ],
)
def test_every_layout_of_both_platforms_brings_them(tmp_path: Path, export: Callable[..., bytes], source: str) -> None:
    """By the names of the questions, with their page before them."""
    more = {} if "json" in export.__name__ else {"whole": False}
    assert fields_of(received(tmp_path / "export", export([ANSWERS], **more), source).contests) == {"H001": KNOWN}


@pytest.mark.parametrize("language", ["es", "en"])
def test_an_export_with_labels_brings_them_too(tmp_path: Path, language: str) -> None:
    """The title of the page stands before that of the question."""
    at = ES if language == "es" else EN
    texts = XForm(FORM).itext[at]
    titles = {path: f"{texts['/data/beside:label']}/{texts[f'/data/{path}:label']}" for path in ANSWERS if path.startswith("beside/")}  # fmt: skip
    content = given.kobo_csv([ANSWERS], whole=False, titles=titles)
    assert fields_of(received(tmp_path / "export", content, "kobo").contests) == {"H001": KNOWN}


def test_a_unit_with_a_stroke_in_it_is_found_behind_the_title_of_its_page(tmp_path: Path) -> None:
    """“Yield (kg/ha), before” is one label, though strokes also part pages from questions."""
    text = TEXT.replace("guinea_pigs", "yield").replace(
        "{id: water, max: 30, step: 0.5}", "{id: yield, measured: {unit: kg/ha}, bands: [{from: 0, points: 1}]}"
    )
    held = rules(text)
    form = given.a_form(held, held.competitions["terraces"].tiers[0])
    answers = {"round": given.ROUND, "judge": "J1", "within": "C1", "entry": "H001", "phase_1/walls": "3", "phase_1/yield": "80", "beside/yield_before": "20"}  # fmt: skip
    content = given.kobo_csv([answers], whole=False, titles={"beside/yield_before": "Lo demás que dice el papel/yield (kg/ha), antes"})  # fmt: skip
    found = received(tmp_path / "export", content, "kobo", form)
    assert fields_of(found.contests)["H001"] == {"yield_before": "20"}


def test_two_judges_who_measured_otherwise_are_refused_with_their_submissions(tmp_path: Path) -> None:
    """Nothing of the file is taken in until somebody has looked."""
    other = {**ANSWERS, "judge": "J2", "beside/guinea_pigs_now": "26"}
    with pytest.raises(Refused) as caught:
        received(tmp_path / "odk.csv", given.odk_csv([ANSWERS, other], whole=False), "odk")
    (told,) = said(caught.value.problems)
    assert told.startswith(
        f"odk.csv:3: submission {given.UUIDS[1]}: “guinea_pigs_now” of H001 is 26 here and 25.5 in line 2"
    )


def test_the_same_marks_with_another_quantity_are_no_copy(tmp_path: Path) -> None:
    """A sheet that was sent twice counts once; one that says more beside the marks is looked at."""
    more = {**ANSWERS, "beside/requested": "605"}
    with pytest.raises(Refused):
        received(tmp_path / "odk.csv", given.odk_csv([ANSWERS, more], whole=False), "odk")
    found = received(tmp_path / "odk.csv", given.odk_csv([ANSWERS, ANSWERS], whole=False), "odk")
    assert len(found.keys) == 1


def test_a_criterion_that_is_called_like_a_question_of_them_keeps_its_name(tmp_path: Path) -> None:
    """The question beside the marks then has a name of its own, and both come back as what they are."""
    held = rules(TEXT.replace("{id: water,", "{id: Guinea_pigs_unit,"))
    form = given.a_form(held, held.competitions["terraces"].tiers[0])
    assert form.names["Guinea_pigs_unit"] == "Guinea_pigs_unit"
    assert XForm(form).warnings == []
    answers = {**ANSWERS, "phase_1/Guinea_pigs_unit": "4", "beside/beside_3": "cuyes"}
    answers = {path: text for path, text in answers.items() if path not in ("phase_1/water", "beside/guinea_pigs_unit")}
    ((entry,),) = [
        one.entries for one in received(tmp_path / "k.json", given.kobo_json([answers]), "kobo", form).contests
    ]
    assert (entry.fields["guinea_pigs_unit"], entry.sheets[0].marks["Guinea_pigs_unit"]) == ("cuyes", 4)
