"""Makes the kept database of that version of the program with which it is run; README.md says how.

The same small programme each time, by commands only: registers, a household round with a correction, a tie that lots
decide, a deduction and somebody who withdrew, closed; and the communities' round above it, open. Of what only later
versions can, each does so much that no table of its file is empty.
"""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.cli.desk import COMMUNITIES, JUDGES, RULES, WATERSHEDS, Desk, households, scores
from tests.exchange.form_desk import kobo_csv

HERE = Path(__file__).parent
DB = "pachamama.db"
LOWER, UPPER = "terraces-household-1", "terraces-community-1"
SHEET = {
    "round": LOWER,
    "phase": "sheet",
    "sheet": "",
    "status": "present",
    "phase_1/walls": "15",
    "phase_1/water": "20.5",
}


def main() -> None:
    """Keep the file of this version, and beside it what the program says of it; nothing is written over."""
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder), env={"PYTHONPATH": os.environ["PYTHONPATH"], "USER": "ana"})
        version = made(desk)
        with (HERE / f"version-{version}.db.gz").open("xb") as file:
            file.write(gzip.compress((desk.folder / DB).read_bytes(), mtime=0))
        text = json.dumps(said(desk), indent=1, ensure_ascii=False)
        (HERE / f"version-{version}.json").write_text(f"{text}\n", "utf-8")


def made(desk: Desk) -> int:
    """The file, made on that desk; its version."""
    version = registered(desk)
    judged(desk)
    if version == 1:
        desk.do("score", "H25", "J2", "15", "20.5")
    else:
        typed_twice(desk)
    if version >= 3:
        on_two_laptops(desk, version)
    closed(desk, version)
    desk.do("round", "reopen", LOWER, "--reason", "el fallo se leyó mal")
    closed(desk, version)
    if version >= 3:
        appealed_and_paid(desk, version)
    if version >= 4:
        paid_too_much(desk)
    above(desk, version)
    return version


def said(desk: Desk) -> dict[str, Any]:
    """What the program says of the rounds: their states and seals, each place, each prize."""
    return {
        command: {code: desk.do(*command.split(), code, "--format", "json").json for code in (LOWER, UPPER)}
        for command in ("round show", "rank", "prizes")
    }


def registered(desk: Desk) -> int:
    """A programme's file with its registers; which version of the file that is."""
    desk.do("init", "--rules", desk.write("rules.yaml", RULES))
    for kind, text in (
        ("watersheds", WATERSHEDS), ("communities", COMMUNITIES), ("households", households()), ("judges", JUDGES),
    ):  # fmt: skip
        desk.do("import", kind, desk.write(f"{kind}.csv", text))
    return int.from_bytes((desk.folder / DB).read_bytes()[60:64], "big")


def closed(desk: Desk, version: int) -> None:
    """The households' round closed, by two people where the version knows of a second one."""
    desk.do("round", "close", LOWER, *(("--witness", "Saturnino de Prueba") if version >= 3 else ()))


def judged(desk: Desk) -> None:
    """The households' round with all that any version can; one sheet is still out."""
    desk.do("rules", "use", desk.write("rules.yaml", f"# Bases 2026\n{RULES}"))
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2026")
    desk.do("import", "scores", desk.write("scores.csv", scores(without=("H25", "J2"))))
    for judge in ("J1", "J2"):
        desk.do("score", "H14", judge, "15", "20.5", "--correct", "el 14 era un 15")
    desk.do("ruling", "deduction", "H13", "no_banner", "--reason", "sin distintivo", "--by", "Flora de Prueba")
    desk.do("set-status", "H11", "withdrawn", "--reason", "se fue de viaje")
    desk.do("lots", "draw", "H14", "H15", "--witness", "Flora de Prueba", "--reason", "papelitos en un sombrero")


def typed_twice(desk: Desk) -> None:
    """Panels and numbered papers, one from a phone, two typed by another person, a picture, a household that was two."""
    desk.do("add", "household", "H16", "community=C1", "head=Persona 12")
    desk.do("household", "merge", "H12", "H16", "--reason", "la misma casa")
    desk.do("panel", "assign", LOWER, "--judge", "J1", "--judge", "J2")
    desk.do("sheet", "number", LOWER, "--blank", "1")
    listed = desk.do("sheet", "list", "--format", "json").json
    code = {(one["entry"], one["judge"]): one["sheet"] for one in listed}
    second(desk, f"{code['H21', 'J1']}\n11\n12.5\n23.5\n\n{code['H22', 'J1']}\n12\n19.5\n31.5\n\n")
    desk.do("discrepancies", "settle", code["H22", "J1"], "12", "14.5", "--reason", "el 4 parecía un 9", "--as", "rosa")
    desk.do("sheet", "bind", next(one["sheet"] for one in listed if not one["entry"]), "H11", "J1")
    desk.write("foto.jpg", b"\xff\xd8\xff\xe0 invented")
    desk.do("attach", code["H21", "J1"], "foto.jpg")
    answers = [{**SHEET, "judge": "J2", "within": "C2", "entry": "H25"}]
    desk.do("import", "kobo", desk.write("kobo.csv", kobo_csv(answers, whole=False)))


def second(desk: Desk, typed: str) -> None:
    """Sheets typed by a second person."""
    subprocess.run(
        [sys.executable, "-m", "pachamama", "enter", "--lines", "--second", "--as", "luis"],
        cwd=desk.folder, env={**os.environ, **desk.env, "PACHAMAMA_LANG": "en"}, input=typed, text=True, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip


def on_two_laptops(desk: Desk, version: int) -> None:
    """Another laptop says a row of the register in another way, and something that comes when the round is closed."""
    desk.do("devices", "hand-out", "laptop.db", "--name", "beto")
    for db, name in ((DB, "Nueva de Prueba"), ("laptop.db", "Nieves de Prueba")):
        desk.do("import", "households", desk.write("new.csv", f"code,community,head\nH19,C1,{name}\n"), "--db", db)
    desk.do("merge", "laptop.db")
    (clash,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    desk.do("conflicts", "settle", clash["code"], "--reason", "según su DNI")
    desk.do("devices", "hand-out", "lost.db", "--name", "carla")
    lost = next(one["device"] for one in desk.do("devices", "list", "--format", "json").json if one["name"] == "carla")
    desk.do("devices", "lost", lost, *(("--reason", "robada", "--yes") if version >= 4 else ()))
    desk.do("score", "H23", "J1", "13", "17.5", "--correct", "el 16 era un 17", "--db", "laptop.db", "--as", "beto")


def appealed_and_paid(desk: Desk, version: int) -> None:
    """One who appeals is right: paid, one by two laptops, reopened, corrected, closed again; what comes then is late."""
    desk.do("appeal", "open", LOWER, "--until", "2100-12-31")
    code = desk.do("appeal", "file", "H12", "--by", "Persona 12", "--text", "mi muro tiene más metros").out.strip()
    desk.do("print", "receipts", LOWER, "-o", "papers", "--office", "CUSCO", "--year", "2026")
    desk.do("pay", "record", "1", "--mode", "cash", "--day", "2026-11-25")
    desk.do("pay", "record", "2", "--mode", "cash", "--day", "2026-11-25")
    desk.do("pay", "void", "2", "--reason", "no estaba")
    desk.do("devices", "hand-out", "till.db", "--name", "dina")
    for db in (DB, "till.db"):
        desk.do("pay", "record", "4", "--mode", "cash", "--day", "2026-11-25", "--db", db)
    desk.do("merge", "till.db")
    by = "--by" if version >= 4 else "--name"
    desk.do("appeal", "decide", code, "upheld", "--reason", "se midió otra vez", by, "Flora de Prueba")
    desk.do("round", "reopen", LOWER, "--reason", f"appeal {code}")
    desk.do("score", "H12", "J1", "14", "14.5", "--correct", "se midió otra vez")
    closed(desk, 3)
    desk.do("merge", "laptop.db")
    desk.do("export", "audit", "-o", "audit.zip", "--with-dni")
    desk.do("forget", "H24", "--reason", "lo pidió", "--yes")


def paid_too_much(desk: Desk) -> None:
    """Who was paid first withdraws: half comes back, the rest is let be; one who was erased is paid without a DNI."""
    (paid, *_) = [row for one in desk.do("pay", "list", LOWER, "--format", "json").json["contests"] for row in one["rows"]
                  if row["paid"] != "0.00"]  # fmt: skip
    desk.do("round", "reopen", LOWER, "--reason", "se mudó antes")
    desk.do("set-status", paid["entry"], "withdrawn", "--reason", "se mudó antes", "--round", LOWER)
    desk.do("score", "H23", "J2", "13", "17.5", "--correct", "el 16 era un 17", "--db", "laptop.db", "--as", "beto")
    closed(desk, 4)
    desk.do("merge", "laptop.db")
    desk.do("pay", "return", paid["entry"], "50", "--by", "Flora de Prueba", "--day", "2026-11-25")
    given = desk.do("pay", "return", paid["entry"], "10", "--by", "Flora de Prueba", "--format", "json").json
    desk.do("pay", "void", given["code"], "--reason", "no trajo nada")
    desk.do("pay", "waive", paid["entry"], "--by", "Saturnino de Prueba", "--reason", "no tiene con qué")
    desk.do("print", "receipts", LOWER, "-o", "papers")
    found = desk.do("pay", "list", LOWER, "--format", "json").json["contests"]
    erased = next(row for one in found for row in one["rows"] if row["entry"] == "H24")
    desk.do("pay", "record", erased["receipts"][-1]["receipt"], "--mode", "cash", "--without-dni", "pidió ser borrado")


def above(desk: Desk, version: int) -> None:
    """The communities' round, with one paper of two."""
    desk.do("round", "open", "terraces", "--tier", "community", "--edition", "2026")
    if version >= 2:
        desk.do("panel", "assign", UPPER, "--judge", "J1")
        desk.do("panel", "recuse", "J2", "C2", "--round", UPPER, "--reason", "es su comunidad")
    desk.do("score", "C1", "J1", "40", "--round", UPPER)


if __name__ == "__main__":
    main()
