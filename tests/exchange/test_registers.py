"""Registers from tables: the columns people write, the codes that can be printed, the DNI with all its zeros."""

from __future__ import annotations

from pathlib import Path

import pytest

from pachamama.core.model import Community, Household, Judge, Watershed
from pachamama.core.problems import Place
from pachamama.exchange import read_register
from pachamama.store import Store

from .desk import refusals, said, saved

HOUSEHOLDS = "code,community,head,dni\n"


def test_each_register_becomes_its_nouns(tmp_path: Path) -> None:
    """In the order of the file, with the line each stands in."""
    path = saved(tmp_path, "code,name\nW1,Vilcanota\n\nW2,Mapacho")
    assert read_register("watersheds", path) == (
        (Watershed("W1", "Vilcanota"), Watershed("W2", "Mapacho")),
        (Place(str(path), 2), Place(str(path), 4)),
        (),
    )
    path = saved(tmp_path, "code,name,watershed,households\nC1,Ccapana,W1,40\nC2,Lauramarca,,")
    assert read_register("communities", path).rows == (
        Community("C1", "Ccapana", "W1", 40),
        Community("C2", "Lauramarca", "", None),
    )
    path = saved(tmp_path, "code,name,dni,community\nJ1,Nina Puma,00001234,C1\nJ2,Ana Ccori,,")
    assert read_register("judges", path).rows == (
        Judge("J1", "Nina Puma", "00001234", "C1"),
        Judge("J2", "Ana Ccori"),
    )


def test_spanish_titles_are_understood_and_further_columns_are_fields(tmp_path: Path) -> None:
    """Capitals and accents do not matter; an empty cell is no field."""
    path = saved(
        tmp_path,
        """
        CÓDIGO;Comunidad;Apellidos y nombres;D.N.I.;Cónyuge;Sexo;Categoría;Fecha de inscripción;Área (ha);sector
        H001;C1;Juana  Quispe;00001234;Pedro Mamani;F;new;2026-03-02;1.5;Alto
        H002;C1;Rosa Huamán;ce0001234;;;;;;
        """,
        encoding="cp1252",
    )
    assert read_register("households", path).rows == (
        Household(
            *("H001", "C1", "Juana Quispe", "00001234", "Pedro Mamani", "F", "new"),
            {"registered": "2026-03-02", "area_ha": "1.5", "sector": "Alto"},
        ),
        Household("H002", "C1", "Rosa Huamán", "CE0001234"),
    )


def test_the_store_takes_what_was_read(tmp_path: Path) -> None:
    """In the very form that its import asks for."""
    with Store.create(tmp_path / "a.db", actor="ana", rules_text="version: 1\n") as store:
        for kind, text in (
            ("watersheds", "code,name\nW1,Vilcanota"),
            ("communities", "code,name,watershed,households\nC1,Ccapana,W1,40"),
            ("households", "code,community,head,dni,area\nH001,C1,Juana Quispe,00001234,1.5"),
            ("judges", "code,name\nJ1,Nina Puma"),
        ):
            read = read_register(kind, saved(tmp_path, text))  # type: ignore[arg-type]
            store.import_register(kind, read.rows, wheres=read.wheres, actor="ana")  # type: ignore[arg-type]
        assert store.households() == (Household("H001", "C1", "Juana Quispe", "00001234", fields={"area": "1.5"}),)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("1234567", "“1234567” is not a DNI: it has 7 digits instead of 8"),
        ("1234567.0", "“1234567.0” is not a DNI: the spreadsheet took it for a number"),
        ("12345678.0", "the spreadsheet took it for a number"),
        ("1.23E+07", "the spreadsheet took it for a number"),
        ("0000-1234", "a DNI has 8 digits, a foreigner's card or passport 9 to 12 letters and digits"),
        ("desconocido", "leave the cell empty until it is known"),
        ("０００01234", "is not a DNI"),
    ],
)
def test_a_dni_that_lost_its_zeros_is_refused_with_the_remedy(tmp_path: Path, cell: str, message: str) -> None:
    """It is paid against an identity card: a number that is nearly right pays nobody."""
    (only,) = refusals(read_register, "households", saved(tmp_path, HOUSEHOLDS + f"H1,C1,Ana Puma,{cell}", "h.csv"))
    assert only.startswith("h.csv:2: ")
    assert message in only


@pytest.mark.parametrize("cell", ["00001234", "000012345", "CE00001234AB", ""])
def test_a_dni_and_other_papers_are_kept_as_written(tmp_path: Path, cell: str) -> None:
    """Leading zeros stay; who has no paper yet has none."""
    (row,) = read_register("households", saved(tmp_path, HOUSEHOLDS + f"H1,C1,Ana Puma,{cell}")).rows
    assert row == Household("H1", "C1", "Ana Puma", cell)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("", "“code” is empty"),
        ("H 1", "the code “H 1” has a blank in it"),
        ("H|1", "the code “H|1” holds |"),
        ("../H1", "begins with a sign"),
        ("a/b", "holds /"),
        ("a\\b", "holds \\"),
        ("-x", "begins with a sign"),
        ("H\u200b1", "the code “H<U+200B>1” holds U+200B ZERO WIDTH SPACE"),
        ("H\u202e1", "holds U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("x" * 41, "is too long (a code has at most 40 characters)"),
    ],
)
def test_a_code_must_be_one_that_papers_files_and_commands_can_carry(tmp_path: Path, code: str, message: str) -> None:
    """It is printed, typed again, and names a file."""
    (only,) = refusals(read_register, "judges", saved(tmp_path, f"code;name\n{code};Ana Puma", "j.csv"))
    assert message in only


def test_codes_that_differ_in_capitals_only_are_refused(tmp_path: Path) -> None:
    """They would be one file on many disks, and one person in many heads."""
    path = saved(tmp_path, "code,name\nJ1,Ana\nj1,Nina", "j.csv")
    assert refusals(read_register, "judges", path) == [
        "j.csv:3: the codes J1 and j1 differ in capitals only (write the same code, or another one)"
    ]


def test_a_name_is_cleaned_and_the_note_says_of_what(tmp_path: Path) -> None:
    """A right-to-left override is taken out; brackets, accents and apostrophes are letters like others."""
    path = saved(tmp_path, "code,name\nJ1,Ana\u202e [red] T’oqra\u200f\nJ2,  Nina   Puma ", "j.csv")
    read = read_register("judges", path)
    assert [row.name for row in read.rows] == ["Ana [red] T’oqra", "Nina Puma"]  # type: ignore[union-attr]
    (note,) = said(read.notes)
    assert note.startswith("j.csv:2: U+202E RIGHT-TO-LEFT OVERRIDE and U+200F RIGHT-TO-LEFT MARK was taken out")


def test_all_problems_are_listed_together_by_line(tmp_path: Path) -> None:
    """One reading, one list."""
    path = saved(tmp_path, "code,name,watershed,households\nC1,,W1,12.5\nC 2,Ccapana,W|1,-1\nC3,Ana,,muchas", "c.csv")
    assert [one.split(" (")[0].split("\n")[0] for one in refusals(read_register, "communities", path)] == [
        "c.csv:2: “name” is empty",
        "c.csv:2: “12.5” is not a number of households",
        "c.csv:3: the code “C 2” has a blank in it",
        "c.csv:3: the code “W|1” holds |",
        "c.csv:3: “-1” is not a number of households",
        "c.csv:4: “muchas” is not a number of households",
    ]


@pytest.mark.parametrize(
    ("kind", "titles", "messages"),
    [
        ("communities", "code,name", ["the column “watershed” is missing"]),
        ("watersheds", "code,nmae", ["the column “nmae” is nearly “name”", "the column “name” is missing"]),
        ("households", "code,community,head,partnr", ["the column “partnr” is nearly “partner”"]),
        ("judges", "code,name,nombre", ["“name” and “nombre” are both the column “name”"]),
        ("judges", "J1,Ana Puma", ["this line holds no title that is known here"]),
    ],
)
def test_a_column_is_known_or_said_to_be_unknown(tmp_path: Path, kind: str, titles: str, messages: list[str]) -> None:
    """A slip in a title never loses a column in silence; a file without titles is told so."""
    found = refusals(read_register, kind, saved(tmp_path, titles + "\n" + ",".join("xyzw"[: titles.count(",") + 1])))
    assert [one.partition(": ")[2].split(" (")[0].split("\n")[0] for one in found] == messages


def test_a_column_that_nobody_knows_is_left_out_and_told(tmp_path: Path) -> None:
    """A municipality's list has columns of its own; what is not taken in is said, and households keep theirs."""
    path = saved(tmp_path, "N°,code,name,telefono\n1,J1,Ana Puma,000", "j.csv")
    read = read_register("judges", path)
    assert read.rows == (Judge("J1", "Ana Puma"),)
    assert [one.split("\n")[0] for one in said(read.notes)] == [
        "j.csv:1: left out, since no such column is known here: telefono"
    ]
    path = saved(tmp_path, "code,community,head,dni,anexo,Sector\nH1,C1,Ana Puma,,Dos,Alto", "h.csv")
    read = read_register("households", path)
    assert read.rows == (Household("H1", "C1", "Ana Puma", fields={"anexo": "Dos", "Sector": "Alto"}),)
    assert said(read.notes)[0].startswith("h.csv:1: kept as further fields of the households: anexo")


def test_a_person_says_which_column_a_title_is(tmp_path: Path) -> None:
    """`--column TITLE=CODE` goes before every guess; `-` leaves a column out without a word."""
    path = saved(tmp_path, "Clave,code,Lugar,head,edad\nH1,x,C1,Ana Puma,40", "h.csv")
    told = {"clave": "code", "CODE": "-", "Lugar": "community", "edad": "age"}
    read = read_register("households", path, told=told)
    assert read.rows == (Household("H1", "C1", "Ana Puma", fields={"age": "40"}),)
    assert [one.split(" (")[0] for one in refusals(read_register, "households", path, told={"Claves": "code"})] == [
        "h.csv:1: no column has the title “Claves”",
        "h.csv:1: the column “community” is missing",
    ]
    assert "“nothing” is no column here" in refusals(read_register, "judges", path, told={"Lugar": "nothing"})[0]


def test_a_date_is_written_year_first_and_a_table_has_rows(tmp_path: Path) -> None:
    """05/03 is March in one country and May in another."""
    path = saved(tmp_path, "code,community,head,registered\nH1,C1,Ana,05/03/2026", "h.csv")
    assert refusals(read_register, "households", path)[0].startswith("h.csv:2: “05/03/2026” is not a date")
    assert "there are no rows" in refusals(read_register, "judges", saved(tmp_path, "code,name\n\n"))[0]


def test_judges_have_an_office_and_the_phases_they_may_judge(tmp_path: Path) -> None:
    """Ids as in the rules, separated by blanks, commas or semicolons; none means all."""
    path = saved(
        tmp_path,
        'code,name,Institución,Fases\nJ1,Ana Puma,Municipalidad,"field, public"\nJ2,Nina Puma,,\n'
        "J3,Elsa Puma,Agencia Agraria,field;public field\n",
        "j.csv",
    )
    assert [(one.office, one.phases) for one in read_register("judges", path).rows] == [
        ("Municipalidad", ("field", "public")),
        ("", ()),
        ("Agencia Agraria", ("field", "public")),
    ]


def test_a_phase_that_is_no_id_is_refused(tmp_path: Path) -> None:
    """Nobody would ever judge a phase that is called so."""
    path = saved(tmp_path, "code,name,phases\nJ1,Ana Puma,field/public", "j.csv")
    (only,) = refusals(read_register, "judges", path)
    assert only.startswith("j.csv:2: “field/public” is not the id of a phase")
