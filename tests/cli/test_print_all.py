"""The folder of a round, papers as tables, and templates of the user's own, through the program."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader
from tests.cli.desk import Desk, scored

ROUND = "terraces-household-1"
OPEN = {"01-bases", "03-register-lists", "05-score-sheets", "06-big-sheets"}
CLOSED = {"07-wall-lists", "08-actas", "09-prize-sheets", "13-certificates", "14-explanation-slips", "15-round-report"}
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A round with all its sheets, first printed open, then closed."""
    desk = scored(tmp_path_factory.mktemp("closed"))
    desk.do("print", "all", ROUND, "-o", "before")
    desk.do("round", "close", ROUND)
    return desk


def text_of(path: Path) -> str:
    """All the text of a PDF, blanks and line breaks as one blank."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(path).pages)


def folders(place: Path) -> set[str]:
    """The folders in a folder."""
    return {path.name for path in place.iterdir() if path.is_dir()}


def test_the_folder_of_an_open_round_has_the_papers_until_the_judging(closed: Desk) -> None:
    """Numbered in the order of use, with an index that names what comes only after the closing."""
    place = closed.folder / "before"
    assert folders(place) >= OPEN
    assert not folders(place) & CLOSED
    (index,) = place.glob("00-*.pdf")
    said = text_of(index)
    for path in place.glob("*/*.pdf"):
        assert path.stem[:20] in said.replace(" ", "")
    assert len(list((place / "05-score-sheets").glob("*.pdf"))) > 0


def test_the_folder_of_a_closed_round_has_the_papers_after_it(closed: Desk) -> None:
    """Each is the same to the byte as the paper that its own command prints; pages add up in the index."""
    found = closed.do("print", "all", ROUND, "-o", "after", "--format", "json").json
    place = closed.folder / "after"
    assert folders(place) >= CLOSED
    assert not folders(place) & OPEN
    pages = 0
    for paper in found["papers"]:
        for one in paper["files"]:
            path = closed.folder / paper["folder"] / one["file"]
            assert len(PdfReader(path).pages) == one["pages"]
            pages += one["pages"]
    assert str(pages) in text_of(closed.folder / found["index"])
    closed.do("print", "acta", ROUND, "-o", "single")
    for path in (closed.folder / "single").iterdir():
        assert path.read_bytes() == (place / "08-actas" / path.name).read_bytes()
    closed.do("print", "all", ROUND, "-o", "again")
    other = [
        path.relative_to(place).parts[0]
        for path in place.rglob("*.pdf")
        if path.read_bytes() != (closed.folder / "again" / path.relative_to(place)).read_bytes()
    ]
    assert set(other) == set()


def test_a_closed_round_is_printed_again_as_it_was_on_any_day(closed: Desk) -> None:
    """Two places on earth where it is never the same day: every paper has the same bytes, the seal is its date."""
    for place in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        closed.do("print", "all", ROUND, "-o", place.split("/")[1], TZ=place)
    here, there = (closed.folder / name for name in ("Kiritimati", "Pago_Pago"))
    files = sorted(path.relative_to(here) for path in here.glob("*/*.pdf"))
    assert len(files) > 5
    dated = [file for file in files if "certificates" not in file.name]
    assert [file for file in dated if (here / file).read_bytes() != (there / file).read_bytes()] == []


def test_every_command_that_prints_has_its_place_in_the_folder() -> None:
    """A new paper is not forgotten: it is put into the order of use."""
    from pachamama.cli.printing import papers
    from pachamama.cli.printing_all import ORDER_OF_USE

    commands = {one.name for one in papers.registered_commands} - {"all", "templates"}
    assert commands <= {kind.command for kind in ORDER_OF_USE}


def test_a_folder_for_a_round_with_nothing_to_print_is_refused(tmp_path: Path) -> None:
    """An unknown round is refused before a folder is made."""
    desk = scored(tmp_path)
    desk.refuse("print", "all", "nowhere-1", "-o", "papers")
    assert not (tmp_path / "papers").exists()


def test_no_paper_that_hangs_or_is_given_away_holds_a_dni(closed: Desk) -> None:
    """Walls, certificates, slips and the report; the minutes and prize sheets hold those of who signs."""
    closed.do("print", "all", ROUND, "-o", "private")
    for path in (closed.folder / "private").glob("*/*.pdf"):
        if path.parent.name.split("-", 1)[1] in {"wall-lists", "certificates", "explanation-slips", "round-report"}:
            assert not re.search(r"\b\d{8}\b", text_of(path)), path.name
        assert path.stat().st_mode & 0o077 == 0


def test_nothing_is_printed_while_no_backup_holds_the_closing(tmp_path: Path) -> None:
    """The folder waits as the prize sheets do, before the first paper; a reason lets it through."""
    desk = scored(tmp_path)
    desk.do("round", "close", ROUND)
    for path in (tmp_path / "backups").iterdir():
        path.unlink()
    assert "--without-backup" in desk.refuse("print", "all", ROUND, "-o", "papers")
    assert not (tmp_path / "papers").exists()
    desk.do("print", "all", ROUND, "-o", "papers", "--without-backup", "no hay memoria USB")
    assert "09-prize-sheets" in folders(tmp_path / "papers")


# -- as tables -----------------------------------------------------------------------------------------------------------


def test_minutes_are_two_tables(closed: Desk) -> None:
    """Results and prizes, exact, with the total as a formula in the spreadsheet."""
    paths = closed.do("print", "acta", ROUND, "-o", "tables", "--format", "csv").out.split()
    assert [Path(path).name for path in paths if "C1" in path] == [
        f"acta-{ROUND}-C1-results.csv",
        f"acta-{ROUND}-C1-prizes.csv",
    ]
    rows = {
        part: list(
            csv.DictReader(io.StringIO((closed.folder / f"tables/acta-{ROUND}-C1-{part}.csv").read_text("utf-8-sig")))
        )
        for part in ("results", "prizes")
    }
    assert [row["place"] for row in rows["results"]] == ["1", "2", "3", "4", "5"]
    assert [row["amount"] for row in rows["prizes"]] == ["100.00", "60.00", "40.00"]
    assert all("dni" not in row for part in rows.values() for row in part)
    closed.do("print", "acta", ROUND, "-o", "tables", "--format", "xlsx")
    book = openpyxl.load_workbook(closed.folder / f"tables/acta-{ROUND}-C1.xlsx")
    formulas = [cell.value for sheet in book for row in sheet for cell in row if str(cell.value).startswith("=SUM(")]
    assert len(formulas) == 1


def test_the_report_is_counts_and_purses(closed: Desk) -> None:
    """Counts as counts, points and money as exact texts; the totals are those of the rows."""
    closed.do("print", "round-report", ROUND, "-o", "tables", "--format", "json")
    contests, purses = json.loads((closed.folder / f"tables/round-report-{ROUND}.json").read_text())
    assert [row["entered"] for row in contests["rows"]] == [5, 5]
    assert contests["totals"]["amount"] == "400.00"
    assert [(row["amount"], row["awarded"], row["returned"]) for row in purses["rows"]] == [
        ("400.00", "400.00", "0.00")
    ]


def test_certificates_slips_and_the_big_sheet_as_data(closed: Desk) -> None:
    """A list to write certificates from, what was explained for programs, and a sheet to type into."""
    closed.do("print", "certificates", ROUND, "-o", "tables", "--format", "csv")
    text = (closed.folder / f"tables/certificates-{ROUND}-C1.csv").read_text("utf-8-sig")
    assert [row["entry"] for row in csv.DictReader(io.StringIO(text))] == ["H15", "H14", "H13"]
    closed.do("print", "explanation-slips", ROUND, "-o", "tables", "--format", "json")
    said = json.loads((closed.folder / f"tables/explanation-slips-{ROUND}-C1.json").read_text())
    assert [one["entry"] for one in said["slips"]] == ["H15", "H14", "H13", "H12", "H11"]
    assert all(one["sections"] for one in said["slips"])
    assert "no table" in closed.refuse("print", "explanation-slips", ROUND, "-o", "tables", "--format", "xlsx", code=2)
    closed.do("print", "big-sheet", ROUND, "-o", "tables", "--format", "xlsx")
    sheet = openpyxl.load_workbook(closed.folder / f"tables/big-sheet-{ROUND}-C1.xlsx").active
    assert "H11" in [cell.value for row in sheet for cell in row]


# -- templates of the user's own -------------------------------------------------------------------------------------------


def own(desk: Desk, name: str, text: str | None = None, *, change: tuple[str, str] = ("", "")) -> Path:
    """A folder with one template: that text, or ours with a change."""
    place = desk.folder / f"own-{len(list(desk.folder.glob('own-*')))}"
    place.mkdir()
    ours = (ROOT / "src/pachamama/papers/templates" / name).read_text("utf-8")
    (place / name).write_text(text if text is not None else ours.replace(*change), "utf-8")
    return place


def test_a_template_of_the_user_stands_in_for_ours(closed: Desk) -> None:
    """Only that one, the rest and the kit are ours; without the option all is as before."""
    place = own(closed, "slip.typ", change=('paper: "a5"', 'paper: "a6"'))
    closed.do("print", "explanation-slips", ROUND, "--templates", place.name, "-o", "small")
    closed.do("print", "explanation-slips", ROUND, "-o", "usual")
    widths = [
        round(float(PdfReader(closed.folder / folder / f"explanation-slips-{ROUND}-C1.pdf").pages[0].mediabox.width))
        for folder in ("small", "usual")
    ]
    assert widths == [298, 420]
    closed.do("print", "all", ROUND, f"--templates={place.name}", "-o", "all-small")
    assert (closed.folder / f"all-small/14-explanation-slips/explanation-slips-{ROUND}-C1.pdf").read_bytes() == (
        closed.folder / f"small/explanation-slips-{ROUND}-C1.pdf"
    ).read_bytes()


def test_our_templates_are_written_to_start_from(closed: Desk) -> None:
    """Unchanged they give the same bytes; what is there already is never written over."""
    closed.do("print", "templates", "-o", "start")
    closed.do("print", "round-report", ROUND, "--templates", "start", "-o", "same-1")
    closed.do("print", "round-report", ROUND, "-o", "same-2")
    one, other = (closed.folder / f"{name}/round-report-{ROUND}.pdf" for name in ("same-1", "same-2"))
    assert one.read_bytes() == other.read_bytes()
    assert "acta.typ: this file is there already" in closed.refuse("print", "templates", "-o", "start")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("#let doc = nonsense", "slip.typ:1:11: the typesetter refuses this template: unknown variable: nonsense"),
        ('#text(font: "Nowhere")[a]', "unknown font family"),
        ('#read("/etc/passwd")', "slip.typ:1:6"),
        ('#read("../../../../../../etc/passwd")', "slip.typ:1:6"),
        ('#import "@preview/cetz:0.3.0": canvas', "a template takes nothing from the net"),
    ],
)
def test_a_template_that_does_not_do_is_refused_with_its_place(closed: Desk, text: str, said: str) -> None:
    """It is the user's file and not a bug of ours; it sees its folder only."""
    place = own(closed, "slip.typ", text)
    err = closed.refuse("print", "explanation-slips", ROUND, "--templates", place.name, "-o", "never")
    assert said in err
    assert "root:" not in err


def test_a_folder_without_templates_is_refused(closed: Desk) -> None:
    """One that is not there, and one in which there is nothing of ours to stand in for."""
    (closed.folder / "empty").mkdir()
    assert "no such folder" in closed.refuse("print", "acta", ROUND, "--templates", "nowhere", "-o", "never")
    assert "no template" in closed.refuse("print", "acta", ROUND, "--templates", "empty", "-o", "never")


def test_every_printing_command_takes_templates(closed: Desk) -> None:
    """It stands in the help of each, but of the one that writes them."""
    for name in ("rules", "acta", "all", "wall-list", "score-sheets"):
        assert "--templates FOLDER" in closed.do("print", name, "--help").out
    assert "--templates FOLDER" not in closed.do("print", "templates", "--help").out


# -- the page of docs ----------------------------------------------------------------------------------------------------


def test_the_page_of_papers_is_what_the_source_says() -> None:
    """Whoever changes what a template is given runs the script; pictures stay small."""
    done = subprocess.run(
        [sys.executable, "tools/paper_docs.py", "check"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.stdout + done.stderr == ""
    assert all(path.stat().st_size <= 40_000 for path in (ROOT / "docs/papers").glob("*.png"))
