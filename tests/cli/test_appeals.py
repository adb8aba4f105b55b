"""Appeals (*reclamos*): taken in until a day and after it, decided once with names, and said in the minutes."""

from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.cli.desk import Desk, scored

ROUND = "terraces-household-1"
FILE = ("appeal", "file", "H11", "--by", "Rosa de Prueba", "--text", "mi muro tiene más metros")


def closed(folder: Path) -> Desk:
    """Two communities' results stand."""
    desk = scored(folder)
    desk.do("round", "close")
    return desk


def minutes(desk: Desk) -> str:
    """The text of both communities' actas."""
    papers = desk.do("print", "acta", "-o", "papers").out.split()
    pages = [page for name in papers for page in PdfReader(BytesIO((desk.folder / name).read_bytes())).pages]
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_an_appeal_is_filed_decided_and_listed(tmp_path: Path) -> None:
    """Its code is the one line on stdout; decided once, with reason and names; upheld says how to put it right."""
    desk = closed(tmp_path)
    code = desk.do(*FILE).out.strip()
    assert code.startswith(f"{ROUND}-")
    ran = desk.do("appeal", "decide", code, "upheld", "--reason", "se midió otra vez", "--name", "Flora Paz")
    assert f'round reopen {ROUND} --reason "appeal {code}"' in ran.err
    assert "is decided already" in desk.refuse("appeal", "decide", code, "rejected", "--reason", "no", "--name", "X")
    (one,) = desk.do("appeal", "list", "--format", "json").json
    assert (one["entry"], one["by"], one["state"], one["names"]) == ("H11", "Rosa de Prueba", "upheld", ["Flora Paz"])
    assert (one["within"], one["late"], one["until"]) == ("C1", False, None)
    assert "mi muro tiene más metros" in desk.do("appeal", "list").out
    assert desk.do("appeal", "list", "--format", "csv").out.splitlines()[1].startswith(code)


def test_a_late_appeal_is_taken_and_marked_late(tmp_path: Path) -> None:
    """On the last day it is in time, a day later it is late; a later last day makes it one in time."""
    desk = closed(tmp_path)
    desk.do("appeal", "open", "--until", "2026-12-01")
    assert "late" not in desk.do(*FILE, "--day", "2026-12-01").err
    assert "It is late" in desk.do(*FILE, "--day", "2026-12-02").err
    assert [one["late"] for one in desk.do("appeal", "list", "--format", "json").json] == [False, True]
    desk.do("appeal", "open", "--until", "2026-12-05")
    assert [one["late"] for one in desk.do("appeal", "list", "--format", "json").json] == [False, False]
    desk.do("check")


def test_the_last_day_is_that_of_one_closing(tmp_path: Path) -> None:
    """After a new closing nobody has set a day yet, and what was late against the old one stays late."""
    desk = closed(tmp_path)
    desk.do("appeal", "open", "--until", "2026-12-01")
    desk.do(*FILE, "--day", "2026-12-02")
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    desk.do("round", "close")
    desk.do(*FILE, "--day", "2026-12-09")
    told = desk.do("appeal", "list", "--format", "json").json
    assert [(one["closing"], one["late"], one["until"]) for one in told] == [(1, True, "2026-12-01"), (2, False, None)]


def test_the_minutes_list_each_appeal_where_it_belongs(tmp_path: Path) -> None:
    """One about an entry stands in the acta of its community only; one about all results stands in both."""
    desk = closed(tmp_path)
    code = desk.do(*FILE, "--day", "2026-12-01").out.strip()
    desk.do("appeal", "file", "--all", "--by", "Comunidad C2", "--text", "no se leyó la lista", "--day", "2026-12-01")
    desk.do("appeal", "decide", code, "rejected", "--reason", "la ficha lo dice", "--name", "Flora Paz")
    text = minutes(desk)
    assert text.count("mi muro tiene más metros") == 1
    assert text.count("no se leyó la lista") == 2
    assert text.count("la ficha lo dice") == 1
    assert "Flora Paz" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("appeal", "file", "--by", "X", "--text", "y"), "what is the appeal about"),
        (("appeal", "file", "H11", "--all", "--by", "X", "--text", "y"), "what is the appeal about"),
        (("appeal", "file", "H11"), "who appeals"),
        (("appeal", "file", "H11", "--by", "X", "--text", " "), "what do they say"),
        (("appeal", "decide", "A1", "upheld", "--reason", "x"), "who decided"),
        (("appeal", "decide", "A1", "perhaps", "--name", "x"), "upheld"),
        (("appeal", "open"), "until which day"),
        (("appeal", "open", "--until", "mañana"), "is no date"),
    ],
)
def test_what_an_appeal_needs_is_asked_for(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Wrong usage says what is missing, and no file is needed to say so."""
    assert said in Desk(tmp_path).refuse(*words, code=2)


def test_appeals_are_about_results(tmp_path: Path) -> None:
    """Refused: before a closing, a last day for an open round, an unknown entry, an unknown appeal, no reason."""
    desk = scored(tmp_path)
    before = desk.journal()
    assert "no results yet" in desk.refuse(*FILE)
    assert "is open" in desk.refuse("appeal", "open", "--until", "2026-12-01")
    desk.do("round", "close")
    assert "not entered" in desk.refuse("appeal", "file", "H99", "--by", "X", "--text", "y")
    assert "no appeal" in desk.refuse("appeal", "decide", "A1", "upheld", "--reason", "x", "--name", "y")
    code = desk.do(*FILE).out.strip()
    assert "reason is missing" in desk.refuse("appeal", "decide", code, "upheld", "--name", "y")
    assert desk.journal() == before + 3  # the closing is two entries
