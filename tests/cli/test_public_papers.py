"""`print register-list`, `judge-programme`, `wall-list` and `summary` as a facilitator types them."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from tests.cli.desk import Desk, opened, scored

ROUND = "terraces-household-1"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The households' round open, three of the first community entered, a panel of two."""
    desk = opened(tmp_path)
    desk.do("enter", "H11", "H12", "H13")
    return desk


@pytest.fixture
def closed(tmp_path: Path) -> Desk:
    """The same round with every sheet typed, closed."""
    desk = scored(tmp_path)
    desk.do("round", "close", ROUND)
    return desk


def text(desk: Desk, name: str) -> str:
    """The text of a PDF in the folder `papers`."""
    pdf = PdfReader(io.BytesIO((desk.folder / "papers" / name).read_bytes()))
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def rows(desk: Desk, name: str) -> list[dict[str, str]]:
    """The rows of a CSV in the folder `papers`."""
    return list(csv.DictReader(io.StringIO((desk.folder / "papers" / name).read_bytes().decode("utf-8-sig"))))


def test_registration_lists_come_by_community_and_change_nothing(desk: Desk) -> None:
    """A PDF for each, whoever is entered is ticked, no DNI whole unless asked for; the journal stays as it is."""
    before = desk.journal()
    told = desk.do("print", "register-list", "-o", "papers")
    assert told.out.split() == [f"papers/register-list-{ROUND}-{unit}.pdf" for unit in ("C1", "C2")]
    said = text(desk, f"register-list-{ROUND}-C1.pdf")
    assert "Persona 14" in said
    assert "Pareja 14" in said
    assert "00001434" not in said
    assert "10" in said  # five of the register, five empty rows
    desk.do("print", "register-list", "-o", "papers", "--format", "csv", "--within", "C1")
    found = rows(desk, f"register-list-{ROUND}-C1.csv")
    assert [(row["code"], row["signs_up"]) for row in found] == [
        ("H11", "X"),
        ("H12", "X"),
        ("H13", "X"),
        ("H14", ""),
        ("H15", ""),
    ]
    assert {row["dni"] for row in found} == {"…134", "…234", "…334", "…434", "…534"}
    desk.do("print", "register-list", "-o", "papers", "--within", "C1", "--whole-dni")
    assert "00001434" in text(desk, f"register-list-{ROUND}-C1.pdf")
    assert desk.journal() == before


def test_a_community_that_is_on_no_register_is_refused(desk: Desk) -> None:
    """With those there are; nothing is written."""
    assert "C1" in desk.refuse("print", "register-list", "-o", "papers", "--within", "C3")
    assert not (desk.folder / "papers").exists()


def test_a_spreadsheet_of_the_list_has_rows_to_fill(desk: Desk) -> None:
    """And is what `--format xlsx` makes, for `print` only."""
    desk.do("print", "register-list", "-o", "papers", "--format", "xlsx", "--within", "C1", "--blank", "7")
    book = openpyxl.load_workbook(desk.folder / "papers" / f"register-list-{ROUND}-C1.xlsx")
    (sheet,) = book.worksheets
    bordered = [row for row in sheet.iter_rows(min_col=1, max_col=1) if row[0].border.left.style == "thin"]
    assert len(bordered) == 1 + 5 + 7
    assert "table" in desk.refuse("rank", "--format", "xlsx", code=2)
    assert "no table" in desk.refuse("print", "summary", "-o", "papers", "--format", "xlsx", code=2)


def test_programmes_follow_panel_and_numbered_sheets(desk: Desk) -> None:
    """Before a panel there is one for each community; then one for each judge, with the codes of the own sheets."""
    told = desk.do("print", "judge-programme", "-o", "papers")
    assert told.out.split() == [f"papers/programme-{ROUND}-community-C1.pdf"]
    assert "No judge is assigned yet" in told.err
    desk.do("print", "score-sheets", "-o", "sheets", "--judge", "J1", "--judge", "J2")
    desk.do("import", "scores", desk.write("one.csv", "entry,judge,walls,water\nH11,J1,10,10\nH11,J2,10,10\n"))
    desk.do("print", "judge-programme", "-o", "papers", "--format", "csv", "--judge", "J2")
    assert [one.name for one in (desk.folder / "papers").glob("*.csv")] == [f"programme-{ROUND}-judge-J2.csv"]
    numbered = {
        one["entry"]: one["sheet"] for one in desk.do("sheet", "list", "--format", "json").json if one["judge"] == "J2"
    }
    found = rows(desk, f"programme-{ROUND}-judge-J2.csv")
    assert {row["code"]: row["sheet"] for row in found} == numbered
    assert len(found) == 3
    assert "J9" in desk.refuse("print", "judge-programme", "-o", "papers", "--judge", "J9")


def test_the_way_goes_by_the_sector_of_the_register(desk: Desk) -> None:
    """Whatever its column is called."""
    table = "code,community,head,anexo\n" + "".join(f"H1{h},C1,Persona 1{h},Anexo {12 - h}\n" for h in (1, 2, 3))
    desk.do("import", "households", desk.write("more.csv", table))
    desk.do("print", "judge-programme", "-o", "papers", "--sector", "anexo", "--format", "csv")
    assert [(row["code"], row["sector"]) for row in rows(desk, f"programme-{ROUND}-community-C1.csv")] == [
        ("H13", "Anexo 9"),
        ("H12", "Anexo 10"),
        ("H11", "Anexo 11"),
    ]


def test_the_wall_list_of_a_closed_round_carries_its_seal(closed: Desk) -> None:
    """Places and prizes as they were stored, no DNI; the same bytes however often it is printed."""
    told = closed.do("print", "wall-list", "-o", "papers")
    names = [f"wall-list-{ROUND}-{unit}.pdf" for unit in ("C1", "C2")]
    assert told.out.split() == [f"papers/{name}" for name in names]
    said = text(closed, names[0])
    assert "PROVISIONAL" not in said
    assert not re.search(r"\d{8}", said)
    seal = re.search(r"Código: ([0-9A-Z]{5}-[0-9A-Z-]+)", said)
    assert seal
    assert closed.do("check", "--code", seal[1], "--format", "json").json["paper"]["stands"]
    first = {name: (closed.folder / "papers" / name).read_bytes() for name in names}
    closed.do("print", "wall-list", "-o", "papers")
    assert first == {name: (closed.folder / "papers" / name).read_bytes() for name in names}


def test_the_table_of_the_wall_list_agrees_with_the_prizes(closed: Desk) -> None:
    """Amounts to the cent, and their sum as a formula with its value."""
    closed.do("print", "wall-list", "-o", "papers", "--format", "json", "--within", "C1")
    document = json.loads((closed.folder / "papers" / f"wall-list-{ROUND}-C1.json").read_text("utf-8"))
    assert [(row["place"], row["entry"], row["prize"]) for row in document["rows"]] == [
        (1, "H15", "100.00"),
        (2, "H14", "60.00"),
        (3, "H13", "40.00"),
        (4, "H12", "0.00"),
        (5, "H11", "0.00"),
    ]
    assert (document["totals"]["prize"], document["state"]) == ("200.00", "final")
    closed.do("print", "wall-list", "-o", "papers", "--format", "xlsx", "--within", "C1")
    path = closed.folder / "papers" / f"wall-list-{ROUND}-C1.xlsx"
    (value,) = [
        cell.value
        for row in openpyxl.load_workbook(path, data_only=True).worksheets[0].iter_rows()
        for cell in row
        if cell.coordinate in _formulas(path)
    ]
    assert value == 200


def _formulas(path: Path) -> dict[str, str]:
    sheet = openpyxl.load_workbook(path).worksheets[0]
    return {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.data_type == "f"}


def test_an_open_round_is_provisional_on_the_wall(desk: Desk) -> None:
    """In the file's name, across the page, and told."""
    told = desk.do("print", "wall-list", "-o", "papers", "--size", "A3")
    assert told.out.split() == [f"papers/wall-list-{ROUND}-C1-a3-PROVISIONAL.pdf"]
    assert "PROVISIONAL" in told.err
    assert "PROVISIONAL" in text(desk, f"wall-list-{ROUND}-C1-a3-PROVISIONAL.pdf")
    assert "a3" in desk.refuse("print", "wall-list", "-o", "papers", "--size", "a2", code=2)


def test_the_summary_needs_no_round(desk: Desk) -> None:
    """One page for each tier of the rules in use, or for the tier of a round; the same sentences as the rules."""
    told = desk.do("print", "summary", "-o", "papers")
    assert told.out.split() == ["papers/summary-terraces-household.pdf", "papers/summary-terraces-community.pdf"]
    desk.do("print", "summary", ROUND, "-o", "papers")
    desk.do("print", "rules", ROUND, "-o", "papers")
    one, whole = text(desk, f"summary-{ROUND}.pdf"), text(desk, f"rules-{ROUND}.pdf")
    for part in ("Muros", "Agua", "100.00", "60.00", "40.00"):
        assert part in one
    sentences = [part for part in re.findall(r"\d\. ([^.:]+\.)", one) if "“" in part]
    assert sentences
    assert all(part in whole for part in sentences)
    assert desk.refuse("print", "summary", ROUND, "--competition", "terraces", "-o", "papers", code=2)
