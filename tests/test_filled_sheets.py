"""The developers' script that fills in printed sheets by hand: what it says of them is what stands on them."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

from tests.cli.desk import SOURCE, opened

TOOL = Path(__file__).parents[1] / "tools" / "filled_sheets.py"


def filled(desk_folder: Path, folder: str) -> list[dict[str, str]]:
    """The truth of eight sheets, two of them with a mistake."""
    words = ("--round", "terraces-household-1", "--count", "8", "--mistakes", "2", "-o", folder)
    subprocess.run(
        [sys.executable, str(TOOL), *words],
        cwd=desk_folder,
        check=True,
        capture_output=True,
        env={"PYTHONPATH": str(SOURCE)},
    )
    return list(csv.DictReader(io.StringIO((desk_folder / folder / "truth.csv").read_text("utf-8"))))


def test_totals_are_those_of_the_marks_where_no_mistake_was_made(tmp_path: Path) -> None:
    """Each sheet has a picture of its own; the same seed draws the same; the programme's file is not touched."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    desk.do("print", "score-sheets", "-o", "papers", "--judge", "J1")
    actions = desk.journal()
    truth = filled(tmp_path, "one")
    assert [row["mistake"] for row in truth].count("") == 6
    for row in truth:
        if not row["mistake"]:
            marks = [Fraction(mark.split("=")[1]) for mark in row["marks"].split(" | ")]
            assert sum(marks) == Fraction(row["total"])
    pictures = {path.name: path.read_bytes() for path in (tmp_path / "one").glob("*.png")}
    assert sorted(name[4:-4] for name in pictures) == sorted(row["code"] for row in truth)
    assert filled(tmp_path, "two") == truth
    assert pictures == {path.name: path.read_bytes() for path in (tmp_path / "two").glob("*.png")}
    assert desk.journal() == actions
