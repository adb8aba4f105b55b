"""Any file in place of any other: a picture where a table is wanted, a table where a file of this program is wanted."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path

import pytest

from pachamama.cli import entry

from .square import DB, ROUND, run, square

WRONG = ["picture", "empty", "text", "foreign.db", "zip", "folder", "none", "binary", "latin", "copy"]
READS = [
    ("init", "--rules", "WRONG", "--db", "new.db"),
    ("rules", "check", "WRONG"),
    ("rules", "show", "WRONG"),
    ("rules", "explain", "WRONG"),
    ("rules", "use", "WRONG"),
    ("settle", "WRONG", "scores.csv"),
    ("settle", "rules.yaml", "WRONG"),
    ("settle", "rules.yaml", "scores.csv", "--households", "WRONG"),
    ("simulate", "WRONG"),
    ("import", "households", "WRONG"),
    ("import", "communities", "WRONG"),
    ("import", "watersheds", "WRONG"),
    ("import", "judges", "WRONG"),
    ("import", "scores", "WRONG"),
    ("enter", "WRONG"),
    ("round", "open", "terraces", "--tier", "household", "--rules", "WRONG", "--edition", "X"),
    ("merge", "WRONG"),
    ("merge", "laptop.db", "WRONG"),
    ("check", "--db", "WRONG"),
    ("rank", ROUND, "--db", "WRONG"),
    ("score", "H11", "J1", "1", "1", "--db", "WRONG"),
    ("round", "list", "--db", "WRONG"),
    ("round", "close", "--db", "WRONG"),
    ("devices", "list", "--db", "WRONG"),
    ("conflicts", "list", "--db", "WRONG"),
    ("print", "prize-sheet", ROUND, "-o", "papers", "--db", "WRONG"),
    ("status", "--db", "WRONG"),
    ("missing", "--db", "WRONG"),
    ("explain", "H11", "--db", "WRONG"),
    ("export", "scores", "-o", "out.xlsx", "--db", "WRONG"),
]
"""Commands that read a file, and where in them the wrong one stands."""
GOOD = {("import", "scores", "copy"), ("rules", "check", "copy")}


def put(folder: Path, kind: str) -> str:
    """A wrong file of that kind; its name."""
    path = folder / f"wrong-{kind}"
    match kind:
        case "picture":
            path.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)))
        case "empty":
            path.touch()
        case "text":
            path.write_text("Estimados compañeros:\n\nadjunto la lista.\n" * 5)
        case "foreign.db":
            with sqlite3.connect(path) as file:
                file.execute("CREATE TABLE census (dni TEXT)")
            file.close()
        case "zip":
            content = io.BytesIO()
            with zipfile.ZipFile(content, "w") as archive:
                archive.writestr("xl/workbook.xml", "<no-workbook/>")
            path = path.with_suffix(".xlsx")
            path.write_bytes(content.getvalue())
        case "folder":
            path.mkdir(exist_ok=True)
        case "binary":
            path.write_bytes(bytes(range(256)) * 40)
        case "latin":
            path.write_bytes("código;año;señor\n1;ñ;é\n".encode("latin-1"))
        case "copy":
            path.write_bytes((folder / DB).read_bytes()[:4000])
        case _:
            path.unlink(missing_ok=True)
    return path.name


@pytest.mark.parametrize("words", READS, ids=" ".join)
def test_a_wrong_file_is_refused_by_every_command(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Code 1, 2 or 3, a sentence, nothing on stdout, no traceback; the programme's file is not one byte other."""
    folder = square(tmp_path, "typed")
    before = (folder / DB).read_bytes()
    for kind in WRONG:
        name = put(folder, kind)
        ran = run(folder, *(name if word == "WRONG" else word for word in words))
        assert ran.code in (1, 2, 3), f"{kind}: {ran}"
        assert ran.err.strip(), kind
        assert "Traceback" not in ran.err
        assert (folder / DB).read_bytes() == before, kind
        assert not (folder / "new.db").exists()


def test_every_command_that_there_is_survives_a_file_that_is_not_ours(tmp_path: Path) -> None:
    """Also those that the table above does not name: with or without words, never a mistake of the program."""
    folder = square(tmp_path, "typed")
    for kind in ("picture", "foreign.db", "folder", "none"):
        name = put(folder, kind)
        for command in entry._MODULES:
            if command in ("demo", "simulate"):
                continue
            for more in ((), (name,), (name, name)):
                ran = run(folder, command, *more, "--db", name)
                assert ran.code in (0, 1, 2, 3), f"{command} {more} {kind}: {ran}"
                assert "Traceback" not in ran.err
