"""Names that want to run, reverse, overflow or escape: in every output they are only names."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from pathlib import Path

import pytest
from tests.cli.desk import COMMUNITIES, JUDGES, RULES, WATERSHEDS, Ran

from .square import ROUND, done, run

HOSTILE = [
    "Juan \u202e00.001 lamroN",
    "Ana\u2066\u200b\u200f Quispe",
    "\x1b[31mRojo\x1b[0m\x07",
    "=cmd|'/C calc'!A1",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    '+51 999 HYPERLINK("http://x")',
    "-2+3+cmd|' /C calc'!A0",
    '"; DROP TABLE person; --',
    "Robert'); DELETE FROM journal;",
    '#read("/etc/passwd") #eval("1")',
    "$x^2$ *negrita* _cursiva_ `raw` <etiqueta> @cita \\ #let",
    "$(touch pwned) `touch pwned` ; touch pwned",
    "../../../../tmp/pwned",
    "CON",
    "{place} {0} {name!r} %s %n",
    "[bold red]rich[/] [link=http://x]y[/link]",
    "<script>alert(1)</script> &amp; ]]>",
    "Z" + "a\u0335\u0321\u0322\u0327" * 40,
    "Á" + "é" * 180,
    "María \U0001f469\u200d\U0001f33e \U0001f1f5\U0001f1ea",
    "Ñawi\u00a0Qhispi\u2028Ñusta\u2029fin",
    "مرحبا שלום",
    "nul\0byte",
]
"""What people paste, what spreadsheets make of it, and what somebody may try."""
BIDI = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\x00-\x08\x0b-\x1f\x7f-\x9f]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed round in which everybody who could be registered has one of these names; who is refused is left out."""
    place = tmp_path_factory.mktemp("hostile")
    for name, text in (
        ("rules.yaml", RULES.replace("judges: 2, at_least: 2", "judges: 1")),
        ("w.csv", WATERSHEDS), ("c.csv", COMMUNITIES), ("j.csv", JUDGES),
    ):  # fmt: skip
        (place / name).write_text(text, "utf-8")
    done(place, "init", "--rules", "rules.yaml")
    for kind in ("watersheds", "communities", "judges"):
        done(place, "import", kind, f"{kind[0]}.csv")
    done(place, "round", "open", "terraces", "--tier", "household", "--edition", "2026")
    for number, name in enumerate(HOSTILE, start=1):
        table = io.StringIO()
        csv.writer(table).writerows([("code", "community", "head", "partner"), (f"H{number}", "C1", name, name)])
        (place / "h.csv").write_text(table.getvalue(), "utf-8")
        ran = run(place, "import", "households", "h.csv")
        assert ran.code in (0, 1), ran
        if ran.code == 0:
            done(place, "enter", f"H{number}")
            done(place, "score", f"H{number}", "J1", str(1 + number % 19), f"{number}")
    for number, name in enumerate(HOSTILE, start=1):
        words = ("set-status", f"H{number}", "withdrawn", "--reason", name)
        if number % 7 == 0 and "\0" not in name:
            assert run(place, *words).code in (0, 1)
    done(place, "print", "score-sheets", ROUND, "-o", "papers-score-sheets")
    done(place, "export", "score-book", ROUND, "-o", "book")
    done(place, "round", "close", ROUND, "--accept-missing", HOSTILE[0])
    return place


def clean(ran: Ran) -> Ran:
    """Nothing in it steers a terminal or turns the direction of writing."""
    assert ran.code in (0, 1), ran
    for text in (ran.out, ran.err):
        found = BIDI.search(text)
        assert not found, f"{found!r} in {text[max(0, found.start() - 80) : found.end() + 20]!r}"  # type: ignore[union-attr]
    return ran


READS = [
    ("rank", ROUND), ("prizes", ROUND), ("missing", ROUND), ("list", "households"), ("status",), ("round", "show", ROUND),
    ("explain", "H4", "--round", ROUND), ("explain", "H1", "--round", ROUND), ("sheet", "list"), ("check", "-v"),
    ("devices", "list"), ("round", "list"),
]  # fmt: skip


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_a_terminal_shows_names_and_obeys_none(folder: Path, words: tuple[str, ...]) -> None:
    """In both languages: no escape sequences, no turned writing, no lines of their own."""
    for lang in ("en", "es"):
        clean(run(folder, *words, lang=lang))


def test_who_is_taken_stands_in_json_as_in_the_register(folder: Path) -> None:
    """One document; names as they were cleaned, the same in every list."""
    names = {one["code"]: one["head"] for one in done(folder, "list", "households", "--format", "json").json}
    assert len(names) > 15
    for command in ("rank", "prizes"):
        text = done(folder, command, ROUND, "--format", "json").out
        placings = [one for contest in json.loads(text)["contests"] for one in contest["placings"]]
        assert all(one["name"] == names[one["entry"]] for one in placings)
    assert all(unicodedata.is_normalized("NFC", name) and not BIDI.search(name) for name in names.values())


@pytest.mark.parametrize("words", [("rank", ROUND), ("prizes", ROUND), ("list", "households")], ids=" ".join)
def test_no_cell_of_a_csv_is_a_formula(folder: Path, words: tuple[str, ...]) -> None:
    """A spreadsheet that opens it computes nothing."""
    for row in csv.reader(io.StringIO(clean(run(folder, *words, "--format", "csv")).out)):
        for cell in row:
            assert not re.match(r"[=@\t\r]|[+-](?!\d+([.,]\d+)?$)", cell), cell


def test_no_cell_of_a_spreadsheet_is_a_formula_that_somebody_typed(folder: Path) -> None:
    """Formulas are only our own sums."""
    from openpyxl import load_workbook

    done(folder, "export", "register", "households", "-o", "homes.xlsx")
    books = list(folder.rglob("*.xlsx"))
    assert len(books) >= 2
    for path in books:
        for page in load_workbook(path).worksheets:
            for row in page.iter_rows():
                for cell in row:
                    assert cell.data_type != "f" or not re.search("cmd|HYPERLINK|calc", str(cell.value)), cell.value
                    assert not BIDI.search(str(cell.value or "").replace("\n", "")), cell.value


@pytest.mark.parametrize(
    "paper", ["prize-sheet", "score-sheets", "big-sheet", "acta", "certificates", "explanation-slips", "round-report"]
)
def test_papers_print_names_and_read_no_file(folder: Path, paper: str) -> None:
    """Every PDF opens, holds nothing of other files and nothing that runs; names of files are plain."""
    from pypdf import PdfReader

    if paper != "score-sheets":  # those were printed while the round was open
        clean(done(folder, "print", paper, ROUND, "-o", f"papers-{paper}"))
    pages = list((folder / f"papers-{paper}").rglob("*"))
    assert any(path.suffix == ".pdf" for path in pages)
    for path in pages:
        assert re.fullmatch(r"[\w.-]+", path.name), path.name
        if path.suffix == ".pdf":
            content = path.read_bytes()
            assert not re.search(rb"/(JS|JavaScript|Launch|EmbeddedFile|OpenAction)\b", content)
            text = "".join(page.extract_text() for page in PdfReader(path).pages)
            assert "root:" not in text
            assert not re.search("[\u202a-\u202e\u2066-\u2069]", text)


def test_nothing_ran_and_nothing_was_written_elsewhere(folder: Path) -> None:
    """Codes that are paths are refused or become plain names; no file that a name wanted to make is there."""
    for code in ("../../C9", "/etc/C9", "C9/../..", "C 9\0", "CON", ".", "=1", "\u202eC9", "C" * 300):
        table = io.StringIO()
        csv.writer(table).writerows([("code", "name"), (code, "Otra")])
        (folder / "more.csv").write_text(table.getvalue(), "utf-8")
        assert clean(run(folder, "import", "communities", "more.csv", "--dry-run")).code in (0, 1)
    assert not [path for path in folder.rglob("*") if path.name == "pwned"]
    assert not Path("/tmp/pwned").exists()
    clean(done(folder, "check"))
