"""Registers as tables: what is none, what a table does not replace, and what people write in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from .desk import registered, scored


def test_a_table_of_marks_is_no_register(tmp_path: Path) -> None:
    """A score book, a score table, and a list with the criteria's names: refused with the command that reads them."""
    desk = scored(tmp_path)
    desk.do("export", "score-book", "-o", "books")
    before = desk.journal()
    book = next((tmp_path / "books").rglob("*.xlsx")).relative_to(tmp_path)
    named = desk.write("named.csv", "code,community,name,Muros,Agua\nH11,C1,Ana,1,2\n")
    for file in (str(book), "scores.csv", named):
        assert "table of marks" in (said := desk.refuse("import", "households", file))
        assert "`pachamama import scores FILE`" in said
    assert desk.journal() == before


def test_nobody_becomes_somebody_else_without_a_word(tmp_path: Path) -> None:
    """Without a terminal a name, a DNI or an account that is known is replaced with `--yes` only; all are listed."""
    desk = registered(tmp_path)
    desk.do("add", "household", "H12", "Cuenta=111-222")
    table = "code,community,head,dni,Cuenta\nH11,C1,Otra Persona,00009999,333\nH12,C1,Persona 12,,999-888\n"
    said = desk.refuse("import", "households", desk.write("h.csv", table))
    assert "h.csv:2: H11: head is Persona 11, and would become Otra Persona" in said
    assert "h.csv:2: H11: dni is 00001134, and would become 00009999" in said
    assert "h.csv:3: H12: Cuenta is 111-222, and would become 999-888" in said
    assert "3 names, DNI or accounts" in said
    desk.do("import", "households", "h.csv", "--dry-run")
    desk.do("import", "households", "h.csv", "--yes")
    more = "code,community,head,dni,category\nH13,C1,Persona 13,00001334,x\nH13,C1,Persona 13,00001334,x\n"
    desk.do("import", "households", desk.write("filled.csv", more))
    desk.do("add", "household", "H13", "dni=00004444")


def test_whether_a_dni_is_missing_is_what_the_register_says(tmp_path: Path) -> None:
    """Who corrects a category types no DNI, and the register has one."""
    desk = registered(tmp_path)
    assert "no DNI" not in desk.do("add", "household", "H13", "category=x").err
    desk.write("c.csv", "code,community,head,category\nH12,C1,Persona 12,x\nH99,C1,Nueva Persona,x\n")
    assert "1 of these households has no DNI yet" in desk.do("import", "households", "c.csv").err


def test_a_list_with_an_erased_person_is_imported_again(tmp_path: Path) -> None:
    """What the program writes it reads: the row of somebody who was forgotten stays as it is."""
    desk = registered(tmp_path)
    desk.do("forget", "H11", "--reason", "asked for it", "--yes")
    desk.write("list.csv", desk.do("list", "households", "--format", "csv").out)
    assert "10 equal" in desk.do("import", "households", "list.csv").err
    desk.do("add", "household", "H11", "category=x")
    unknown = desk.write("u.csv", "code,community,head\nH77,C1,\n")
    assert "“head” is empty" in desk.refuse("import", "households", unknown)


def test_units_are_known_by_their_names_where_one_has_it(tmp_path: Path) -> None:
    """Ccapana is C1; of two communities of one name the code is asked for."""
    desk = registered(tmp_path)
    desk.do("import", "communities", desk.write("w.csv", "code,name,watershed\nC3,Otra,RIO CLARO\nC4,Otra,W1\n"))
    desk.do("import", "households", desk.write("h.csv", "code,community,head\nN1,ccapana,Ana\nN2,Ñuñoa Alta,Eva\n"))
    desk.do("add", "household", "N3", "community=Ccapana", "head=Luz")
    homes = {one["code"]: one["community"] for one in desk.do("list", "households", "--format", "json").json}
    assert (homes["N1"], homes["N2"], homes["N3"]) == ("C1", "C2", "C1")
    assert desk.run("import", "households", desk.write("o.csv", "code,community,head\nN4,Otra,Ana\n")).code == 1


@pytest.mark.parametrize("titles", ["Sector,Banco,Cuenta,CCI", "SECTOR,BANCO,CUENTA,cci", "sector,banco,cuenta,Cci"])
def test_sector_and_account_are_usual_columns(tmp_path: Path, titles: str) -> None:
    """However they are written they are no stranger, and are used where they are needed."""
    desk = registered(tmp_path)
    table = f"code,community,head,dni,{titles}\nH11,C1,Persona 11,00001134,Alto,BCP,123-456,00212345678901234567\n"
    assert "further fields" not in desk.do("import", "households", desk.write("h.csv", table)).err
    assert "warning" not in desk.do("add", "household", "H12", "Banco=BCP").err
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("enter", "H11")
    desk.do("panel", "assign", "--judge", "J1", "--judge", "J2")
    assert "Alto" in desk.do("print", "judge-programme", "-o", "papers", "--format", "csv").out + "".join(
        one.read_text("utf-8-sig") for one in (tmp_path / "papers").rglob("*.csv")
    )


def test_what_is_refused_is_not_counted_as_new(tmp_path: Path) -> None:
    """Thirteen rows of an unknown community are thirteen refused, and no new ones."""
    desk = registered(tmp_path)
    rows = "".join(f"N{one},C9,Ana {one}\n" for one in range(3))
    said = desk.refuse("import", "households", desk.write("h.csv", f"code,community,head\n{rows}"))
    assert "0 new rows, 0 changed, 0 equal and 3 refused" in said
    assert "new: N0" not in said
