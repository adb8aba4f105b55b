"""Spreadsheets through the program: books go out and come back, what differs is shown first, what is wrong is one list."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from .desk import Desk, opened, registered, scored, scores
from .terminal import at_terminal

ROUND = "terraces-household-1"


def typed(desk: Desk, name: str, marks: dict[tuple[str, str], dict[str, object]]) -> None:
    """Somebody types into a book: by sheet and entry, the cells under these titles; no formula is reckoned anew."""
    from openpyxl import load_workbook

    path = desk.folder / name
    book = load_workbook(path)
    for (sheet, entry), cells in marks.items():
        titles = [cell.value for cell in book[sheet][5]]
        row = next(row for row in book[sheet].iter_rows(min_row=6) if row[titles.index("Código")].value == entry)
        for title, value in cells.items():
            row[titles.index(title)].value = value
    book.save(path)


def stored(desk: Desk) -> str:
    """What the round says of its marks."""
    return desk.do("rank", "--format", "csv").out


def test_a_book_goes_out_is_filled_in_and_comes_back(tmp_path: Path) -> None:
    """A book for each judge from the panel; its marks are stored as if they had been typed at the screen."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    written = desk.do("export", "score-book", "--by", "judge", "-o", "books").out.split()
    assert [Path(one).name for one in written] == [f"score-book-{ROUND}-J1.xlsx", f"score-book-{ROUND}-J2.xlsx"]
    for judge in ("J1", "J2"):
        marks = {(f"C{c}", f"H{c}{h}"): {"Muros": 10 + h, "Agua": 10.5 + 2 * h} for c in (1, 2) for h in range(1, 6)}
        book = f"books/score-book-{ROUND}-{judge}.xlsx"
        typed(desk, book, marks)
        assert "10 new sheets" in desk.do("import", "scores", book).err
        before = desk.journal()
        assert "0 new sheets and 10 equal" in desk.do("import", "scores", book).err
        assert desk.journal() == before
    in_books = stored(desk)
    other = opened_beside(tmp_path)
    other.do("import", "scores", other.write("scores.csv", scores()))
    assert stored(other) == in_books


def opened_beside(tmp_path: Path) -> Desk:
    """Another programme with the same registers, in a folder of its own."""
    (tmp_path / "other").mkdir()
    return opened(tmp_path / "other")


def test_a_book_holds_what_is_stored_and_comes_back_equal(tmp_path: Path) -> None:
    """By contest, a sheet for each judge; `--blank` leaves the marks out; the same round gives the same bytes."""
    desk = scored(tmp_path)
    desk.do("export", "score-book", "-o", "books")
    assert sorted(one.name for one in (tmp_path / "books").iterdir()) == [
        f"score-book-{ROUND}-C1.xlsx",
        f"score-book-{ROUND}-C2.xlsx",
    ]
    book = f"books/score-book-{ROUND}-C1.xlsx"
    assert "0 new sheets and 10 equal" in desk.do("import", "scores", book).err
    first = (tmp_path / book).read_bytes()
    desk.do("export", "score-book", "-o", "books", "--within", "C1")
    assert (tmp_path / book).read_bytes() == first
    desk.do("export", "score-book", "-o", "blank", "--judge", "J2", "--within", "C1", "--blank")
    assert "0 new sheets and 0 equal" in desk.do("import", "scores", f"blank/score-book-{ROUND}-C1.xlsx").err


def test_numbered_papers_stand_in_the_book_and_a_foreign_code_is_refused(tmp_path: Path) -> None:
    """The code of the paper is printed beside the row; a row with another paper's code is not taken."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    store_numbers(desk)
    desk.do("export", "score-book", "--by", "judge", "--judge", "J1", "--within", "C1", "-o", "books")
    book = f"books/score-book-{ROUND}-J1.xlsx"
    typed(desk, book, {("C1", "H11"): {"Muros": 10, "Agua": 10, "Total de control": 20}})
    assert "1 new sheet" in desk.do("import", "scores", book).err
    assert controls(desk) == {("C1", None, "H11", "sheet", "J1"): "20"}
    codes = {paper.entry: paper.code for paper in papers(desk)}
    typed(desk, book, {("C1", "H12"): {"Muros": 10, "Agua": 10, "Ficha": codes["H13"]}})
    said = desk.refuse("import", "scores", book)
    assert f"A7: sheet {codes['H13']} is that of H13 by J1 (sheet); the row is of H12 by J1" in said
    typed(desk, book, {("C1", "H12"): {"Ficha": "ZZ99999-0"}})
    assert "sheet “C1”, A7: " in desk.refuse("import", "scores", book)


def store_numbers(desk: Desk) -> None:
    """A panel of J1 in C1, and a number for each of its papers."""
    from pachamama.store import Store

    with Store.open(str(desk.folder / "pachamama.db"), writing=True) as store:
        store.assign_panel(ROUND, {("C1", None, "sheet"): ["J1"]}, actor="ana")
        wanted = [("C1", None, f"H1{h}", "sheet", "J1") for h in range(1, 6)]
        store.number_sheets(ROUND, wanted, actor="ana")


def papers(desk: Desk):
    from pachamama.store import Store

    with Store.open(str(desk.folder / "pachamama.db")) as store:
        return store.numbered_sheets(ROUND)


def controls(desk: Desk):
    from pachamama.store import Store

    with Store.open(str(desk.folder / "pachamama.db")) as store:
        return dict(store.controls(ROUND))


def test_everything_that_is_wrong_with_a_book_is_one_list(tmp_path: Path) -> None:
    """Cells, register and judges together, each with sheet and cell; nothing of the file is taken in."""
    from tests.exchange.books import xlsx

    desk = opened(tmp_path)
    rows = [
        ["Código", "Jurado", "Muros", "Agua"],
        ["H11", "J1", 10, 10],
        ["H12", "J1", 21, 10],
        ["H99", "J1", 10, 10],
        ["H13", "J9", 10, 10],
    ]
    xlsx(tmp_path / "b.xlsx", {"Fichas": rows})
    before = desk.journal()
    said = desk.refuse("import", "scores", "b.xlsx")
    assert [line.split(":")[0] for line in said.splitlines() if line.startswith("b.xlsx")] == [
        "b.xlsx, sheet “Fichas”, C3",
        "b.xlsx, sheet “Fichas”, row 4",
        "b.xlsx, sheet “Fichas”, row 5",
    ]
    assert "looked through and not stored yet" in said
    assert "3 refused" in said
    assert desk.journal() == before
    ran = desk.run("import", "scores", "b.xlsx", "--dry-run", "--format", "json")
    assert (ran.code, len(ran.json["refused"]), ran.json["entries"]) == (1, 3, ["H11", "H12", "H13"])


def test_other_marks_are_refused_without_a_terminal_as_ever(tmp_path: Path) -> None:
    """CONTRACT.md: the same table changes nothing, other marks need `--correct REASON`; `--yes` alone is no reason."""
    desk = scored(tmp_path)
    other = desk.write("other.csv", scores().replace("H11,J1,11", "H11,J1,12"))
    before = desk.journal()
    for words in (("other.csv",), ("other.csv", "--yes")):
        assert "J1 gave H11 11 for Muros; this says 12" in desk.refuse("import", "scores", *words)
    assert desk.journal() == before
    assert "1 corrected" in desk.do("import", "scores", other, "--correct", "copied wrongly").err


def test_at_a_terminal_what_differs_is_shown_and_agreed_first(tmp_path: Path) -> None:
    """No, or no reason, and nothing is stored; yes with a reason, and the old mark is kept."""
    desk = scored(tmp_path)
    desk.write("other.csv", scores().replace("H11,J1,11", "H11,J1,12"))
    before = desk.journal()
    ran = at_terminal(desk, "import", "scores", "other.csv", answers=["n"])
    assert ran.code == 1
    assert "H11, J1, Muros: was 11, becomes 12" in ran.err
    assert "1 mark differs" in ran.err
    assert at_terminal(desk, "import", "scores", "other.csv", answers=["sí", ""]).code == 1
    assert desk.journal() == before
    ran = at_terminal(desk, "import", "scores", "other.csv", answers=["sí", "paper read again"])
    assert (ran.code, "1 corrected" in ran.err) == (0, True)
    assert desk.journal() == before + 1
    assert at_terminal(desk, "import", "scores", "other.csv").code == 0


def test_the_category_comes_from_the_register_where_the_table_has_none(tmp_path: Path) -> None:
    """Nobody types for each sheet what the register says already; where it says nothing, that is told."""
    from .desk import RULES

    desk = registered(tmp_path)
    rules = RULES.replace(
        "        within: community\n", "        within: community\n        categories: [{id: new}, {id: old}]\n", 1
    )
    desk.do("rules", "use", desk.write("r.yaml", rules))
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2026")
    desk.do(
        "import", "households", desk.write("c.csv", "code,community,head,category\nH11,C1,Persona 11,new\n"), "--yes"
    )
    ran = desk.do("import", "scores", desk.write("s.csv", "Código,Jurado,Muros,Agua\nH11,J1,10,10\n"))
    assert "1 new sheet" in ran.err
    said = desk.refuse("import", "scores", desk.write("s.csv", "Código,Jurado,Muros,Agua\nH12,J1,10,10\n"))
    assert "the category of H12 is not known" in said


def test_columns_by_any_title_and_told_by_the_person(tmp_path: Path) -> None:
    """`--column TITLE=CODE`; what nobody knows is noted, never taken for a mark."""
    desk = opened(tmp_path)
    table = "Juez;Altura;Agua;Clave;Color\nJ1;10;12,5;H11;azul\n"
    ran = desk.do("import", "scores", desk.write("t.csv", table), "--column", "Clave=entry", "--column", "altura=walls")
    assert "1 new sheet" in ran.err
    assert "kept with the entries: Color" in ran.err
    ran = desk.do(
        *("import", "scores", "t.csv", "--column", "Clave=entry"),
        *("--column", "altura=walls", "--column", "color=-"),
    )
    assert "Color" not in ran.err
    desk.refuse("import", "scores", "t.csv", "--column", "Clave", code=2)


def test_a_household_that_is_there_already_is_shown_and_a_person_decides(tmp_path: Path) -> None:
    """Head and partner are one household, spelling counts for little; without a terminal it is a warning."""
    desk = registered(tmp_path)
    first = "code,community,head,dni,partner\nA1,C1,Rosa Quispe Mamani,00005551,Juan Huamán Ccori\n"
    desk.do("import", "households", desk.write("a.csv", first))
    new = "code,community,head\nA2,C1,Juan Waman Qori\nA3,C1,Elena Turpo Yucra\nA4,C2,Rosa Quispe Mamani\n"
    desk.write("n.csv", new)
    said = desk.do("import", "households", "n.csv", "--dry-run").err
    assert "A2 and A1 of C1 may be one household: “Juan Waman Qori” and “Juan Huamán Ccori”" in said
    assert "A4" not in said.split("warning:")[-1].split("\n")[0]
    before = desk.journal()
    assert at_terminal(desk, "import", "households", "n.csv", answers=[""]).code == 1
    assert desk.journal() == before
    ran = at_terminal(desk, "import", "households", "n.csv", answers=["1"])
    assert (ran.code, "2 new" in ran.err, "1 left out" in ran.err) == (0, True, True)
    codes = [row["code"] for row in desk.do("list", "households", "--format", "json").json]
    assert ("A2" in codes, "A3" in codes) == (False, True)
    assert "2 of these households have no DNI yet" in ran.err
    ran = desk.do("import", "households", "n.csv")
    assert "warning: A2 and A1 of C1 may be one household" in ran.err


def test_that_two_rows_are_two_households_is_said_once(tmp_path: Path) -> None:
    """Neither `duplicates` nor an import asks again of what a person has decided; the journal tells who did, and why."""
    desk = registered(tmp_path)
    rows = "code,community,head\nA1,C1,Rosa Quispe Mamani\nA2,C1,Rosa Quispe Mamani\n"
    desk.do("import", "households", desk.write("a.csv", rows))
    assert "household distinct ONE OTHER" in desk.do("household", "duplicates").err
    ran = desk.do("household", "distinct", "A2", "A1", "--reason", "madre e hija")
    assert "A2 and A1 are two households" in ran.err
    assert "Rosa" not in desk.do("household", "duplicates").out
    assert "A2 and A1 of C1 may be one household" in desk.do("household", "duplicates", "--all").out
    before = desk.journal()
    assert "was said before" in desk.do("household", "distinct", "A1", "A2").err
    assert desk.journal() == before
    told = " ".join(desk.do("log", "--entry", "A1").out.split())
    assert "two households each: A1 Rosa Quispe Mamani and A2 Rosa Quispe Mamani" in told
    assert "madre e hija" in told
    assert "There is no household A9" in desk.refuse("household", "distinct", "A1", "A9")
    assert "Name two different codes" in desk.refuse("household", "distinct", "A1", "A1")
    desk.do("check")

    desk.write("n.csv", "code,community,head\nA3,C1,Rosa Quispe Mamani\n")
    ran = at_terminal(desk, "import", "households", "n.csv", answers=["2", "2"])
    assert (ran.code, "1 new" in ran.err) == (0, True)
    assert "Rosa" not in desk.do("household", "duplicates").out
    assert "two households" in desk.refuse("household", "merge", "A1", "A3", "--reason", "la misma")
    desk.do("household", "merge", "A1", "A3", "--reason", "it was one all the same", "--yes")


def test_at_a_terminal_a_register_is_not_overwritten_unseen(tmp_path: Path) -> None:
    """What would be replaced is shown; `--yes` takes it without asking."""
    desk = registered(tmp_path)
    desk.write("h.csv", "code,community,head\nH11,C1,Otra Persona\n")
    before = desk.journal()
    ran = at_terminal(desk, "import", "households", "h.csv", answers=["n"])
    assert (ran.code, "H11: head was Persona 11, becomes Otra Persona" in ran.err) == (1, True)
    assert desk.journal() == before
    assert at_terminal(desk, "import", "households", "h.csv", "--yes").code == 0


def test_two_rows_that_are_one_household_are_found_and_made_one(tmp_path: Path) -> None:
    """`household duplicates` lists, `household merge` decides with a reason."""
    desk = registered(tmp_path)
    rows = "code,community,head,partner\nA1,C1,Rosa Quispe Mamani,Juan Huamán\nA2,C1,Juan Huamán,Rosa Quispe Mamani\n"
    desk.do("import", "households", desk.write("a.csv", rows))
    found = desk.do("household", "duplicates", "--within", "C1", "--format", "json").json
    first = found[0]
    assert (first["code"], first["other"], first["why"], first["score"]) == ("A2", "A1", "name", "100")
    assert "A2 and A1 of C1 may be one household" in desk.do("household", "duplicates").out
    desk.refuse("household", "merge", "A1", "A2", code=2)
    desk.do("household", "merge", "A1", "A2", "--reason", "same house, both signed")
    assert "A2" not in desk.do("household", "duplicates").out
    assert "there is no community" in desk.refuse("household", "duplicates", "--within", "C9")


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_a_register_goes_out_and_comes_back_equal(tmp_path: Path, ending: str) -> None:
    """A DNI keeps its zeros, and nothing changes on the way."""
    desk = registered(tmp_path)
    for kind, count in (("watersheds", 1), ("communities", 2), ("households", 10), ("judges", 2)):
        desk.do("export", "register", kind, "-o", f"{kind}.{ending}")
        assert f"0 new rows, 0 changed and {count} equal" in desk.do("import", kind, f"{kind}.{ending}").err
    desk.refuse("export", "register", "households", "-o", "h.ods", code=2)
    desk.refuse("export", "register", "familias", "-o", "h.csv", code=2)


def test_where_nobody_knows_who_judges_books_by_judge_are_refused(tmp_path: Path) -> None:
    """Three judges, panels of two, none assigned: the program does not choose."""
    desk = opened(tmp_path)
    desk.do("import", "judges", desk.write("j.csv", "code,name\nJ3,Ana Puma\n"))
    assert "nobody is entered there" in desk.refuse("export", "score-book", "-o", "books")
    desk.do("enter", "H11")
    said = desk.refuse("export", "score-book", "--by", "judge", "-o", "books")
    assert "who judges is not known of: C1 Ccapana" in said
    assert not (tmp_path / "books").exists()
    desk.do("export", "score-book", "--by", "judge", "--judge", "J3", "-o", "books")
    desk.do("export", "score-book", "--by", "contest", "-o", "books")
    assert "is not registered" in desk.refuse("export", "score-book", "--judge", "J9", "-o", "books")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_book_saved_by_libreoffice_comes_back(tmp_path: Path) -> None:
    """As ODS and as XLS, with the formulas reckoned anew."""
    desk = scored(tmp_path)
    desk.do("export", "score-book", "-o", "books", "--within", "C1")
    book = f"books/score-book-{ROUND}-C1.xlsx"
    for ending in ("ods", "xls"):
        subprocess.run(
            ["soffice", "--headless", "--convert-to", ending, "--outdir", "books", book],
            cwd=tmp_path,
            check=True,
            capture_output=True,
            timeout=180,
        )
        said = desk.do("import", "scores", re.sub("xlsx$", ending, book)).err
        assert "0 new sheets and 10 equal" in said
