"""A sheet is taken out whole: the hint is a line that works as typed, and everybody who reads the file sees no sheet."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from .audit_desk import recount, unpacked
from .desk import SOURCE, Desk, scored

ROUND = "terraces-household-1"
OUT = ("score", "H12", "J1", "-", "-", "--correct", "the paper was another's")


def commands(text: str) -> list[list[str]]:
    """The commands that a message names, as they would be typed."""
    return [one.split() for one in re.findall(r"`pachamama ([^`]+)`", text.replace("\n", " "))]


def lines(desk: Desk, text: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Sheets typed through a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "pachamama", "enter", "--lines", *words],
        cwd=desk.folder,
        env={"PATH": "", "PYTHONPATH": str(SOURCE), "PACHAMAMA_LANG": "en", "USER": "ana"},
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_hint_of_an_absence_takes_the_sheets_out_as_typed(tmp_path: Path) -> None:
    """Who was never there, and has marks of another's papers, is absent after the commands that the refusal names."""
    desk = scored(tmp_path)
    said = desk.refuse("set-status", "H12", "absent", "--reason", "it was ill")
    for words in commands(said):
        desk.do(*words)
    desk.do("set-status", "H12", "absent", "--reason", "it was ill")
    ranked = desk.do("rank", "--format", "json").json["contests"][0]["unranked"]
    assert [(one["entry"], one["status"]) for one in ranked] == [("H12", "absent")]


def test_it_is_not_there_any_more_and_the_journal_keeps_its_marks(tmp_path: Path) -> None:
    """`missing` asks for it, `explain` and `log` tell what it said; typed anew it needs no reason."""
    desk = scored(tmp_path)
    assert "was taken out" in desk.do(*OUT).err
    assert "H12 Persona 12: the sheet of J1 Elena de Prueba is missing" in desk.do("missing").out
    assert "Muros 12 and Agua 14.5" in desk.do("explain", "H12").out
    told = desk.do("log", "--entry", "H12").out
    assert "Took out the sheet of J1 Elena de Prueba for H12" in told
    assert "Muros: 12 → —" in told
    assert "no sheet of J1 for H12" in desk.refuse(*OUT)
    desk.do("score", "H12", "J1", "13", "14")
    desk.do("check")


def test_without_a_reason_nothing_is_taken_out(tmp_path: Path) -> None:
    """A sheet without marks is refused as before, and one that nobody stored cannot be taken out."""
    desk = scored(tmp_path)
    before = desk.journal()
    assert "the sheet has no marks" in desk.refuse("score", "H12", "J1", "-", "-")
    assert "no sheet of J9 for H12" in desk.refuse("score", "H12", "J9", "-", "-", "--correct", "x")
    assert desk.journal() == before


def test_the_recount_of_the_audit_knows_no_sheet_either(tmp_path: Path) -> None:
    """A closed round with a sheet that was taken out is recounted to the point."""
    desk = scored(tmp_path)
    desk.do(*OUT)
    desk.do("round", "close", "--witness", "Ana", "--accept-missing", "the paper is lost")
    desk.do("export", "audit", "-o", "a.zip")
    found = recount(unpacked(tmp_path / "a.zip", tmp_path / "b"))
    assert (found.code, found.err) == (0, "")


def test_taken_out_on_one_laptop_it_is_out_after_the_merge(tmp_path: Path) -> None:
    """And a correction that another laptop made meanwhile is a second reading for people to decide, never lost."""
    desk = scored(tmp_path)
    for name in ("ana", "beto"):
        desk.do("devices", "hand-out", f"{name}.db", "--name", name)
    desk.do(*OUT, "--db", "ana.db", "--as", "ana")
    desk.do("score", "H11", "J1", "-", "-", "--correct", "x", "--db", "ana.db", "--as", "ana")
    desk.do("score", "H11", "J1", "12", "12", "--correct", "x", "--db", "beto.db", "--as", "beto")
    desk.do("merge", "ana.db")
    assert desk.do("missing", "--format", "json").out.count("H12") == 1
    desk.run("merge", "beto.db")
    assert desk.do("discrepancies").out.count("H11") == 1
    assert desk.run("check").code == 0


def test_a_stored_sheet_is_taken_out_line_by_line_too(tmp_path: Path) -> None:
    """Nothing but `-` on a sheet that is stored asks for the reason, and takes it out."""
    desk = scored(tmp_path)
    ran = lines(desk, "H12 J1\n- -\n\n\nthe paper was another's\n")
    assert ran.returncode == 0, ran.stderr
    assert "Taken out: H12 Persona 12, J1" in ran.stderr
    assert "the sheet of J1 Elena de Prueba is missing" in desk.do("missing").out


def test_a_sheet_without_total_is_stored_through_a_pipe(tmp_path: Path) -> None:
    """A second empty line says that the paper has no total, and so does `-`; one alone stores nothing."""
    desk = scored(tmp_path)
    desk.do(*OUT)
    assert lines(desk, "H12 J1\n12 14.5\n\n").returncode == 1
    assert "J1" in desk.do("missing").out
    assert lines(desk, "H12 J1\n12 14.5\n\n\n\n").returncode == 0
    assert "J1" not in desk.do("missing").out
    desk.do(*OUT)
    assert lines(desk, "H12 J1\n12 14.5\n-\n\n").returncode == 0
    assert "J1" not in desk.do("missing").out
