"""Assets, amounts asked for, totals that come later, and slips of status and category: from the command to the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.cli.desk import RULES, Desk, opened, registered
from tests.cli.test_phones import answer, marks, sent, take
from tests.exchange.books import xlsx

ROUND = "terraces-household-1"
ASSETS = (
    RULES.replace(
        "ties: [{criterion: walls}, {lots: recorded}]",
        "ties: [{larger_gain: cuyes}, {criterion: walls}, {lots: recorded}]",
    )
    .replace("awards: [{scheme: by_place, amounts: [100, 60, 40]}]", "awards: [{scheme: until_spent}]")
    .replace("  prize_range:", "  cash_unit: 10\n  prize_range:")
)
CATEGORIES = RULES.replace(
    "        within: community\n",
    "        within: community\n        categories: [{id: new}, {id: old}]\n",
    1,
)


def desk_with(folder: Path, rules: str, **env: str) -> Desk:
    """A desk with its registers, and the households' round open under these rules."""
    desk = registered(folder)
    desk.do("rules", "use", desk.write("r.yaml", rules))
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2026")
    return Desk(folder, env)


def typed_into(desk: Desk, book: str, cells: Mapping[tuple[str, str, str], Any], to: str = "typed.xlsx") -> str:
    """The book saved under another name with these cells filled, by sheet, entry and title."""
    from openpyxl import load_workbook

    open_book = load_workbook(desk.folder / book)
    for (sheet, entry, title), value in cells.items():
        page = open_book[sheet]
        column = next(cell.column for cell in page[5] if cell.value == title)
        line = next(cells[0].row for cells in page.iter_rows(min_row=6) if cells[0].value == entry)
        page.cell(line, column).value = value
    open_book.save(desk.folder / to)
    return to


def assets(desk: Desk) -> dict[str, dict[str, str]]:
    """What is stored of the guinea pigs, by entry; only what somebody said."""
    found = desk.do("asset", "list", "--format", "json").json
    return {
        one["entry"]: {part: one[part] for part in ("before", "now", "unit", "value_now") if one[part]} for one in found
    }


BOOK = f"books/score-book-{ROUND}-C1.xlsx"


# -- books -------------------------------------------------------------------------------------------------------------


def test_assets_go_through_a_book_as_marks_do(tmp_path: Path) -> None:
    """New, equal, changed with a reason, refused: the same preview, the same door as `asset`, nothing half taken in."""
    desk = desk_with(tmp_path, ASSETS)
    desk.do("enter", "--all")
    desk.do("asset", "set", "H11", "cuyes", "--before", "3", "--now", "12,5")
    desk.do("export", "score-book", "-o", "books", "--within", "C1")
    before = desk.journal()
    assert "0 new sheets and 0 equal" in desk.do("import", "scores", BOOK).err
    assert desk.journal() == before

    book = typed_into(
        desk,
        BOOK,
        {
            **{("J1", "H12", title): value for title, value in (("Cuyes, antes", 2), ("Cuyes, ahora", 20.5), ("Cuyes, unidad", "animales"), ("Cuyes, valor ahora", 402.75), ("Monto solicitado", 100))},
            **{("J1", "H12", title): value for title, value in (("Muros", 10), ("Agua", 12))},
        },
    )  # fmt: skip
    trial = desk.do("import", "scores", book, "--dry-run").err
    assert "1 new sheet, 0 equal and 5 details added" in trial
    assert "H12: Cuyes, now was —, becomes 20.5" in trial
    assert desk.journal() == before
    desk.do("import", "scores", book)
    assert assets(desk) == {
        "H11": {"before": "3", "now": "12.5"},
        "H12": {"before": "2", "now": "20.5", "unit": "animales", "value_now": "402.75"},
    }
    stored = desk.journal()
    assert "0 new sheets and 1 equal" in desk.do("import", "scores", book).err
    assert desk.journal() == stored

    book = typed_into(desk, BOOK, {("J1", "H11", "Cuyes, ahora"): 13, ("J2", "H11", "Muros"): 4})
    said = desk.refuse("import", "scores", book)
    assert "typed.xlsx, sheet “J1”, row 6: " in said
    assert "12.5; this says 13" in said
    assert desk.journal() == stored
    desk.do("import", "scores", book, "--correct", "contado de nuevo")
    assert assets(desk)["H11"]["now"] == "13"
    book = typed_into(desk, BOOK, {("J1", "H13", "Cuyes, ahora"): -1, ("J2", "H13", "Muros"): 4})
    assert "typed.xlsx, sheet “J1”, J8: “-1” cannot be “Cuyes, ahora”" in desk.refuse("import", "scores", book)
    assert "H13" not in assets(desk)
    assert desk.do("check").code == 0


@pytest.mark.parametrize("by", ["judge", "contest"])
def test_every_entry_is_asked_in_one_place_of_all_books(tmp_path: Path, by: str) -> None:
    """Also where the first judge stepped back: the next one's page asks for that entry."""
    from openpyxl import load_workbook

    desk = desk_with(tmp_path, ASSETS)
    desk.do("enter", "--all")
    desk.do("panel", "recuse", "J1", "H12", "--reason", "ahijado")
    files = desk.do("export", "score-book", "--by", by, "-o", "books").out.split()
    asked: list[str] = []
    for file in files:
        for page in load_workbook(tmp_path / file).worksheets[1:]:
            titles = [cell.value for cell in page[5]]
            if "Cuyes, antes" not in titles:
                continue
            at = titles.index("Cuyes, antes")
            asked += [row[0].value for row in page.iter_rows(min_row=6) if not row[at].protection.locked]
    assert sorted(asked) == [f"H{c}{h}" for c in (1, 2) for h in range(1, 6)]


def test_a_blank_book_shows_no_asset(tmp_path: Path) -> None:
    """`--blank` is for typing anew: what is stored does not stand in it, and says nothing when it comes back."""
    desk = desk_with(tmp_path, ASSETS)
    desk.do("enter", "--all")
    desk.do("asset", "set", "H11", "cuyes", "--now", "77", "--unit", "animales")
    desk.do("export", "score-book", "-o", "books", "--within", "C1", "--blank")
    import zipfile

    with zipfile.ZipFile(tmp_path / BOOK) as packed:
        assert not any(b"<v>77</v>" in packed.read(name) for name in packed.namelist())
    desk.do("import", "scores", BOOK)
    assert assets(desk)["H11"] == {"now": "77", "unit": "animales"}


def test_the_same_in_spanish(tmp_path: Path) -> None:
    """Messages of the import are in the reader's language, each with sheet and cell."""
    desk = desk_with(tmp_path, ASSETS, PACHAMAMA_LANG="es")
    desk.do("enter", "--all")
    desk.do("export", "score-book", "-o", "books", "--within", "C1")
    book = typed_into(desk, BOOK, {("J1", "H11", "Monto solicitado"): "1,250", ("J1", "H12", "Monto solicitado"): 105})
    said = desk.refuse("import", "scores", book)
    assert "hoja “J1”, N6: “1,250” para “Monto solicitado” puede ser 1.25 o 1250" in said
    assert "aviso: typed.xlsx, hoja “J1”, fila 7: H12 solicita 105, que no es múltiplo de 10" in said
    assert desk.refuse("asset", "set", "H11", "cuyes", "--value-now", "125,555").startswith(
        "“125,555” puede ser 125.555 o 125555 (escríbalo sin la coma: 125.555 o 125555)"
    )


def test_amounts_asked_for_are_paid_as_the_table_said(tmp_path: Path) -> None:
    """From the CSV to the prize: the column is known by its Spanish title."""
    desk = desk_with(tmp_path, ASSETS)
    rows = [f"H1{h};J{j};{10 + h};20;{30 * h if j == 1 else ''}" for h in range(1, 6) for j in (1, 2)]
    table = "Código;Jurado;Muros;Agua;Monto solicitado\n" + "\n".join(rows) + "\n"
    desk.do("import", "scores", desk.write("s.csv", table))
    (contest,) = desk.do("prizes", "--format", "json").json["contests"]
    paid = {one["entry"]: one["amount"] for one in contest["placings"]}
    assert paid == {"H15": "150.00", "H14": "0.00", "H13": "0.00", "H12": "0.00", "H11": "0.00"}


# -- phones ------------------------------------------------------------------------------------------------------------


def asked(entry: str, judge: str, now: str, **more: str) -> dict[str, str]:
    """A submission that says what the household has now."""
    return answer(entry, judge, "10", "12.5", **{"beside/cuyes_now": now, **more})


@pytest.mark.parametrize(("name", "kind"), [("kobo.csv", "kobo"), ("kobo.json", "kobo"), ("odk.zip", "odk")])
def test_phones_bring_assets_once_and_an_edit_is_a_correction(tmp_path: Path, name: str, kind: str) -> None:
    """Imported twice nothing is added; an edited quantity is refused with its submission, then taken with a reason."""
    desk = desk_with(tmp_path, ASSETS)
    told = [asked("H11", "J1", "15", **{"beside/requested": "100"}), answer("H11", "J2", "9", "9")]
    changes = take(desk, told, name=name)
    assert {(one["field"], one["new"]) for one in changes["added"]} == set()
    assert changes["entries"] == ["H11"]
    assert assets(desk) == {"H11": {"now": "15"}}
    before = desk.journal()
    assert take(desk, told, name=name)["equal"] == 2
    assert desk.journal() == before
    edited = [{**told[0], "beside/cuyes_now": "16"}, told[1]]
    said = desk.refuse("import", kind, sent(desk, edited, name))
    assert "15; this says 16" in said
    assert desk.journal() == before
    changes = take(desk, edited, "--correct", "mal contado", name=name)
    assert [(one["field"], one["old"], one["new"]) for one in changes["changed"]] == [("cuyes_now", "15", "16")]
    assert assets(desk) == {"H11": {"now": "16"}}


def test_what_stays_behind_a_moved_submission_is_told(tmp_path: Path) -> None:
    """The judge had chosen the wrong household: its marks leave it, what was said beside them may be somebody else's."""
    desk = desk_with(tmp_path, ASSETS)
    take(desk, [asked("H11", "J1", "15")])
    moved = [{**asked("H11", "J1", "15"), "entry": "H12"}]
    ran = desk.do("import", "kobo", sent(desk, moved), "--correct", "era H12")
    assert "it is of H12 now, no longer of H11; what is known of H11 stays: cuyes_now" in ran.err
    assert assets(desk) == {"H11": {"now": "15"}, "H12": {"now": "15"}}
    assert "what is known of" not in desk.do("import", "kobo", sent(desk, moved)).err


@pytest.mark.parametrize("door", ["scores", "kobo"])
def test_who_competes_in_two_categories_is_asked_which_at_every_door(tmp_path: Path, door: str) -> None:
    """Whatever the register says: a table and a phone without the category are refused alike."""
    desk = desk_with(tmp_path, CATEGORIES)
    desk.do("import", "households", desk.write("c.csv", "code,community,head,category\nH11,C1,Persona 11,new\n"), "--yes")  # fmt: skip
    desk.do("enter", "H11", "--category", "new")
    desk.do("enter", "H11", "--category", "old")
    file = desk.write("s.csv", "entry,judge,walls,water\nH11,J1,10,12.5\n")
    if door == "kobo":
        file = sent(desk, [answer("H11", "J1", "10", "12.5")])
    said = desk.refuse("import", door, file)
    assert "H11 competes in several categories, and the row does not say which" in said
    assert "new" in said
    assert "old" in said
    assert marks(desk) == {}


@pytest.mark.parametrize("door", ["scores", "kobo"])
def test_a_sheet_goes_to_the_category_in_which_the_entry_competes(tmp_path: Path, door: str) -> None:
    """The register says another one, and nobody is entered a second time by a table that says none."""
    desk = desk_with(tmp_path, CATEGORIES)
    desk.do("import", "households", desk.write("c.csv", "code,community,head,category\nH11,C1,Persona 11,new\n"), "--yes")  # fmt: skip
    desk.do("enter", "H11", "--category", "old")
    file = desk.write("s.csv", "entry,judge,walls,water\nH11,J1,10,12.5\n")
    if door == "kobo":
        file = sent(desk, [answer("H11", "J1", "10", "12.5")])
    changes = desk.do("import", door, file, "--format", "json").json
    assert (changes["entries"], changes["sheets"]) == ([], 1)


# -- totals that come later --------------------------------------------------------------------------------------------


def controls(desk: Desk) -> dict[Any, str]:
    """The control totals that are kept."""
    from pachamama.store import Store

    return dict(Store.open(desk.folder / "pachamama.db").controls(ROUND))


def test_a_total_that_comes_later_checks_the_sheet_and_is_told(tmp_path: Path) -> None:
    """By hand and by table: the marks stay, the sheet counts as checked, the log names it; a wrong total is refused."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    desk.do("score", "H11", "J1", "10", "12.5")
    assert "total on the paper is kept" in desk.do("score", "H11", "J1", "10", "12.5", "--total", "22,5").err
    assert "stored already, with the same marks." in desk.do("score", "H11", "J1", "10", "12.5", "--total", "22.5").err
    assert "the total says 23" in desk.refuse("score", "H11", "J1", "10", "12.5", "--total", "23")
    desk.do("import", "scores", desk.write("s.csv", "entry,judge,walls,water\nH12,J1,1,2\nH13,J1,3,4\n"))
    table = "entry,judge,walls,water,Total de control\nH12,J1,1,2,3\nH13,J1,3,4,7\n"
    ran = desk.do("import", "scores", desk.write("t.csv", table), "--format", "json")
    assert (ran.json["equal"], ran.json["control_totals"]) == (2, 2)
    assert sorted(controls(desk).values()) == ["22.5", "3", "7"]
    log = desk.do("log").out
    assert "Kept the control total 22.5 with the sheet of J1" in log
    assert "2 control totals were kept with marks that stood already." in log
    assert desk.do("check").code == 0


# -- slips -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "says"),
    [("en", "warning: H11 is withdrawn: its marks are kept and count for nothing."), ("es", "aviso: H11 está retirado: sus notas se guardan y no cuentan para nada.")],
)  # fmt: skip
def test_marks_for_who_is_out_are_kept_and_warned_of_at_every_door(tmp_path: Path, lang: str, says: str) -> None:
    """By hand, by table, by phone; results on stdout stay clean."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    desk.do("set-status", "H11", "withdrawn", "--reason", "se fue")
    desk.do("set-status", "H12", "disqualified", "--reason", "pelea")
    spoken = Desk(tmp_path, {"PACHAMAMA_LANG": lang})
    assert says in spoken.do("score", "H11", "J1", "10", "12.5").err
    assert says not in spoken.do("score", "H11", "J1", "10", "12.5").err
    ran = spoken.do("import", "scores", desk.write("s.csv", "entry,judge,walls,water\nH11,J2,3,4\nH12,J2,3,4\nH13,J2,3,4\n"), "--format", "json")  # fmt: skip
    assert ran.json["sheets"] == 3
    assert says in ran.err
    assert "H12" in ran.err
    assert "H13" not in ran.err
    again = (
        Desk(tmp_path, {"PACHAMAMA_LANG": lang}).do("import", "kobo", sent(desk, [answer("H12", "J1", "9", "9")])).err
    )
    assert "H12" in again
    assert "none --reason" in again


def test_a_sheet_for_somebody_absent_says_what_is_wrong(tmp_path: Path) -> None:
    """Refused without a reason; with one, it is told that the entry competes again."""
    desk = opened(tmp_path)
    desk.do("enter", "H11")
    desk.do("set-status", "H11", "absent", "--reason", "no vino")
    said = desk.refuse("score", "H11", "J1", "10", "12.5")
    assert "H11 is absent, and this is a sheet with marks for it." in said
    assert (
        "H11: status was absent, becomes —" in desk.do("score", "H11", "J1", "10", "12.5", "--correct", "sí vino").err
    )


def test_another_category_than_the_register_says_is_warned_of(tmp_path: Path) -> None:
    """`enter` by code and for all, and a table; who competes there already is not told of again."""
    desk = desk_with(tmp_path, CATEGORIES)
    rows = [f"H{c}{h},C{c},Persona {c}{h},{'old' if h == 1 else 'new'}" for c in (1, 2) for h in range(1, 6)]
    desk.do("import", "households", desk.write("c.csv", "code,community,head,category\n" + "\n".join(rows) + "\n"), "--yes")  # fmt: skip
    assert "warning" not in desk.do("enter", "H11").err
    says = "the register has {} in the category “{}”, and this enters it in “{}”"
    assert says.format("H12", "new", "old") in desk.do("enter", "H12", "--category", "old").err
    assert "warning" not in desk.do("enter", "H12", "--category", "old").err
    everybody = desk.do("enter", "--all", "--category", "old").err
    assert everybody.count("in the category “new”") == 3
    assert "… and 4 more of this kind: H22, H23, H24 and H25" in everybody
    assert "H21" not in everybody.partition("terraces-household-1")[0]
    table = "entry,category,judge,walls,water\nH21,new,J1,3,4\nH13,old,J1,3,4\n"
    ran = desk.do("import", "scores", desk.write("s.csv", table))
    assert f"warning: s.csv:2: {says.format('H21', 'old', 'new')}" in ran.err
    assert "H13" not in ran.err.partition("terraces-household-1")[0]


def test_the_registers_name_stands_and_another_one_in_a_table_is_told(tmp_path: Path) -> None:
    """A table with an older or another name changes no screen and no paper: both are told; accents and capitals are no other."""
    desk = opened(tmp_path)
    table = "entry,name,judge,walls,water\nH11,Otra Persona,J1,10,20\nH12,PERSONA 12,J1,10,20\n"
    ran = desk.do("import", "scores", desk.write("s.csv", table))
    says = "s.csv:2: H11 is “Persona 11” in the register, and “Otra Persona” in this table: the register's name stands"
    assert says in ran.err
    assert "add household H11 head=…" in ran.err
    assert "H12 is" not in ran.err
    shown = desk.do("missing").out
    assert "Persona 11" in shown
    assert "Persona 12" in shown
    assert "Otra Persona" not in shown
    again = desk.do("import", "scores", "s.csv")
    assert says in again.err
    assert desk.do("missing").out == shown


def test_what_is_said_of_many_alike_is_one_line_that_names_them(tmp_path: Path) -> None:
    """The first three are told in full, the others by their codes; a refusal too, and nobody is left out."""
    desk = desk_with(tmp_path, CATEGORIES)
    codes = [f"H{c}{h}" for c in (1, 2) for h in range(1, 6)]
    rows = [f"{code},C{code[1]},Persona {code[1:]},new" for code in codes]
    desk.do("import", "households", desk.write("c.csv", "code,community,head,category\n" + "\n".join(rows) + "\n"), "--yes")  # fmt: skip
    said = " ".join(desk.do("enter", "--all", "--category", "old").err.split())
    assert said.count("in the category “new”") == 3
    assert "warning: … and 7 more of this kind: H14, H15, H21, H22, H23, H24 and H25" in said


def test_twenty_seven_notes_on_a_padron_are_four_lines(tmp_path: Path) -> None:
    """A column of DNI that a spreadsheet took for numbers: the cells of all of them are named in one line."""
    desk = registered(tmp_path)
    rows: list[list[str | float]] = [[f"K{n}", "C1", f"Otra {n}", 30000.0 + n] for n in range(27)]
    xlsx(tmp_path / "p.xlsx", {"P": [["code", "community", "head", "dni"], *rows]})
    said = " ".join(desk.do("import", "households", "p.xlsx").err.split())
    assert said.count("taken as the DNI") == 3
    cells = ", ".join(f"D{row}" for row in range(5, 28))
    assert f"p.xlsx, sheet “P”: … and 24 more of this kind, rows {cells} and D28" in said


def test_nobody_of_a_hundred_without_category_is_told_alone(tmp_path: Path) -> None:
    """`enter --all` where the register says no category: one line names all of them."""
    desk = desk_with(tmp_path, CATEGORIES)
    rows = [f"K{n:03},C1,Otra {n}" for n in range(1, 101)]
    desk.do("import", "households", desk.write("k.csv", "code,community,head\n" + "\n".join(rows) + "\n"))
    said = desk.refuse("enter", "--all")
    assert said.count("is not known") == 3
    assert "more of this kind" in said
    assert "K007" in said
    assert "K100" in said
    assert len(said.splitlines()) < 12
