"""CSV files as people's spreadsheets write them: read right or refused with the line, never guessed wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pachamama.exchange.tables import Table, escaped, read_table, unescaped

from .desk import refusals, said, saved

ENCODINGS = (
    *(
        "utf-8",
        "utf-8-sig",
        "latin-1",
        "cp1252",
        "iso-8859-15",
        "utf-16",
        "utf-16-le",
        "utf-16-be",
        "cp850",
        "mac_roman",
    ),
)


def cells(table: Table) -> list[list[str]]:
    """All cells of a table that has no problems."""
    problems: list[object] = []
    rows = [row.cells for row in table.rows(problems)]  # type: ignore[arg-type]
    assert problems == []
    return rows


def all_said(path: Path) -> list[str]:
    """What is wrong with the rows of a table."""
    problems: list[object] = []
    list(read_table(path).rows(problems))  # type: ignore[arg-type]
    return said(problems)  # type: ignore[arg-type]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_encoding_and_delimiter_gives_the_same_names(tmp_path: Path, encoding: str, delimiter: str) -> None:
    """`ñ` and accents come through from Excel, LibreOffice, a phone, DOS and a Mac; line ends do not matter."""
    text = "código;titular\r\nH001;Ñusta Muñoz Pérez\r\nH002;José Ángel Güere\r\n".replace(";", delimiter)
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    path = tmp_path / "a.csv"
    path.write_bytes(mark + text.encode(encoding))
    table = read_table(path)
    assert table.columns == ("código", "titular")
    assert cells(table) == [["H001", "Ñusta Muñoz Pérez"], ["H002", "José Ángel Güere"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_the_editor_counts_them(tmp_path: Path, end: str) -> None:
    """Blank lines, lines of delimiters and breaks inside cells count; none of them is a row of its own."""
    path = tmp_path / "a.csv"
    path.write_bytes(end.join(["", "a;b;;", "1;2", ";;", "", '"x', 'y";3;;', "4;5;"]).encode())
    problems: list[object] = []
    rows = list(read_table(path).rows(problems))  # type: ignore[arg-type]
    assert [(row.line, [" ".join(cell.split()) for cell in row.cells]) for row in rows] == [
        (3, ["1", "2"]),
        (6, ["x y", "3"]),
        (8, ["4", "5"]),
    ]


def test_the_sep_line_of_excel_is_no_title(tmp_path: Path) -> None:
    """It says the delimiter, even where the titles would say another one."""
    table = read_table(saved(tmp_path, "sep=;\na,b,c;d\n1,2;3"))
    assert (table.columns, table.line, cells(table)) == (("a,b,c", "d"), 2, [["1,2", "3"]])


def test_the_titles_decide_the_delimiter_and_quotes_hide_one(tmp_path: Path) -> None:
    """A decimal comma in a row, or a comma inside a quoted title, separates nothing."""
    assert cells(read_table(saved(tmp_path, "entry;mark\nH1;12,5"))) == [["H1", "12,5"]]
    assert read_table(saved(tmp_path, '"name, first",dni,"x;y;z"\na,b,c')).columns == ("name, first", "dni", "x;y;z")


def test_a_short_row_is_filled_and_blanks_are_taken_off(tmp_path: Path) -> None:
    """Spreadsheets leave the last empty cells out."""
    assert cells(read_table(saved(tmp_path, "a,b,c\n 1 \n"))) == [["1", "", ""]]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2,3", "scores.csv:2: the row has 3 cells, the table 2 columns"),
        ("a,b\nH1,12,5", "scores.csv:2: the row has 3 cells, the table 2 columns (a cell with a comma in it stands in"),
        ("a,,b\n1,,2\n1,x,2", "scores.csv:3: there is a cell in a column without title"),
        ('a,b\n1,2\n3,"x\n5,6', "scores.csv:3: a quotation mark opens in this row and is never closed"),
        ('a,b\n3,"x" y', "scores.csv:2: text goes on after a closing quotation mark"),
        ('a,b\n1,"x\n2,"y",\n', "scores.csv:2: text goes on after a closing quotation mark"),
    ],
)
def test_a_row_that_cannot_be_cut_is_named_with_its_line(tmp_path: Path, text: str, message: str) -> None:
    """Nothing is shifted into another column, and no line is swallowed."""
    first, *_ = all_said(saved(tmp_path, text))
    assert first.replace("\n    ", " (").startswith(message)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \n;;\n", "the table is empty"),
        (b"a,b,a\n1,2,3\n", ":1: the column “a” stands there twice"),
        (b"a,b\n1,\x00\n", ":2: there are NUL bytes here"),
        ("a,b\n1,ñ\n".encode("utf-16-le"), "there are NUL bytes here"),
        (b"\xff\xfea\x00,", "cut off or damaged"),
        (b"PK\x03\x04 and so on", "this is a spreadsheet file, not CSV"),
        (b"\xd0\xcf\x11\xe0 and so on", "this is a spreadsheet file, not CSV"),
        (b"%PDF-1.7", "this is no table"),
        ("a,b\n1,ñ\n".encode() + "2,ñ\n".encode("latin-1"), ":3: letters of two encodings are mixed here"),
        (b"a,b\n1,\x81\x8d\xee\n", ":2: the letters here are in an unknown encoding"),
        (b'"a,b\n1,2\n', ":1: a quotation mark opens in this row and is never closed"),
        (b"sep=x\na\n", ":1: “x” cannot separate cells"),
    ],
)
def test_what_is_no_table_is_refused_with_the_remedy(tmp_path: Path, content: bytes, message: str) -> None:
    """A name in the wrong encoding is never printed, and a spreadsheet file never read as text."""
    path = tmp_path / "scores.csv"
    path.write_bytes(content)
    (only,) = refusals(read_table, path)
    assert message in only


def test_a_file_that_is_not_there_a_folder_and_a_closed_one_are_refused(tmp_path: Path) -> None:
    """Each with what to do."""
    assert refusals(read_table, tmp_path / "x.csv") == [
        "x.csv: there is no such file (look at the name and the folder)"
    ]
    assert "this is a folder" in refusals(read_table, tmp_path)[0]
    assert "cannot be the name" in refusals(read_table, tmp_path / ("x" * 300))[0]
    assert "cannot be the name" in refusals(read_table, "a\0b")[0]
    assert "this is no file" in refusals(read_table, "/dev/zero")[0]
    if os.getuid():  # root may read everything
        path = saved(tmp_path, "a\n1")
        path.chmod(0)
        assert "may not be read" in refusals(read_table, path)[0]


def test_a_formula_is_text_out_and_in(tmp_path: Path) -> None:
    """The sign that keeps a spreadsheet from running a cell is put before it, and taken off when it comes back."""
    assert [escaped(cell) for cell in ("=1+1", "+51", "-5", "@x", "'=1", "Ana", "'Ana'", "5-3")] == [
        *("'=1+1", "'+51", "'-5", "'@x", "''=1", "Ana", "'Ana'", "5-3"),
    ]  # fmt: skip
    assert cells(read_table(saved(tmp_path, "a,'=b\n'=1+1,'Ana"))) == [["=1+1", "'Ana"]]


@given(st.text(alphabet="'=+-@\tAñ1 ", max_size=6))
def test_what_goes_out_comes_back(cell: str) -> None:
    """For every cell, and it never begins as a formula."""
    assert unescaped(escaped(cell)) == cell
    assert escaped(cell)[:1] not in tuple("=+-@\t")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_long_table_is_read_like_a_short_one(tmp_path: Path, end: str) -> None:
    """It is cut into pieces while it is read: never inside a cell, and every row keeps the line where it begins."""
    path = tmp_path / "a.csv"
    names = [f"Juana{end}Quispe {number} {'ñ' * (1 + number % 90)}" for number in range(4_000)]
    rows = (f'H{number},"{name}"{end}' for number, name in enumerate(names))
    path.write_bytes(f"code,name{end}{''.join(rows)}".encode())
    table = read_table(path)
    assert cells(table) == [[f"H{number}", name] for number, name in enumerate(names)]
    assert [row.line for row in table.rows([])] == [2 + 2 * number for number in range(4_000)]
