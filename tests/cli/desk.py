"""A facilitator's desk: a folder with small tables, and the program run in it as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.cli import warm

SOURCE = warm.SOURCE
RULES = """\
version: 1
programme:
  name: {es: "Programa de prueba"}
  languages: [es, qu]
  prize_range: {minimum: 20, maximum: 3000}
competitions:
  terraces:
    name: {es: "Andenes"}
    tiers:
      - tier: household
        within: community
        criteria:
          - {id: walls, name: {es: "Muros"}, max: 20}
          - {id: water, name: {es: "Agua"}, max: 30, step: 0.5}
        panel: {judges: 2, at_least: 2}
        levels: [{id: at_level, name: {es: "En nivel"}, from: 30}]
        deductions: [{id: no_banner, name: {es: "Sin distintivo"}, points: 3}]
        ties: [{criterion: walls}, {lots: recorded}]
        prizes:
          purses: [{id: project, name: {es: "Proyecto"}, amount: 200}]
          awards: [{scheme: by_place, amounts: [100, 60, 40]}]
      - tier: community
        within: watershed
        from: household
        criteria:
          - {id: part, name: {es: "Participación"}, source: participation, max: 50}
          - {id: works, name: {es: "Obras"}, max: 50}
        panel: {judges: 1}
        ties: [{criterion: works}, shared]
        prizes:
          purses: [{id: fund, name: {es: "Fondo"}, amount: 500}]
          awards: [{scheme: by_place, amounts: [300, 200]}]
"""
WATERSHEDS = "code,name\nW1,Río Claro\n"
COMMUNITIES = "code;name;watershed;households\nC1;Ccapana;W1;6\nC2;Ñuñoa Alta;W1;8\n"
JUDGES = "code,name,dni\nJ1,Elena de Prueba,00001111\nJ2,Luis de Prueba,00002222\n"


def households() -> str:
    """Two communities of five invented households."""
    rows = [
        f"H{c}{h},C{c},Persona {c}{h},0000{c}{h}34,Pareja {c}{h},{'FM'[h % 2]}" for c in (1, 2) for h in range(1, 6)
    ]
    return "\n".join(["code,community,head,dni,partner,sex", *rows]) + "\n"


def scores(*, without: tuple[str, str] | None = None) -> str:
    """Two judges; household 5 is the best of each community, then 4 …"""
    rows = [
        f'H{c}{h},J{j},{10 + h},"{10 + 2 * h},5"'
        for c in (1, 2)
        for h in range(1, 6)
        for j in (1, 2)
        if (f"H{c}{h}", f"J{j}") != without
    ]
    return "\n".join(["entry,judge,walls,water", *rows]) + "\n"


@dataclass(frozen=True)
class Ran:
    """What one command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        return json.loads(self.out)


@dataclass
class Desk:
    """A folder and the program; screens are in English here, so that a test reads the words of the source."""

    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def write(self, name: str, text: str | bytes) -> str:
        """A file in the folder."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return name

    def run(self, *words: str, **env: str) -> Ran:
        """The program as a process; whatever it does."""
        said = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(SOURCE),
            "PACHAMAMA_LANG": "en",
            "HOME": str(self.folder),
            **self.env,
            **env,
        }
        if warm.can_run(said):
            code, out, err = warm.run(words, self.folder, said, timeout=120)
            return Ran(code, out.decode(), err.decode())
        done = subprocess.run(
            [sys.executable, "-m", "pachamama", *words],
            cwd=self.folder,
            env=said,
            capture_output=True,
            timeout=120,
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    def do(self, *words: str, **env: str) -> Ran:
        """A command that must succeed."""
        ran = self.run(*words, **env)
        assert ran.code == 0, f"{' '.join(words)} gave {ran.code}:\n{ran.out}{ran.err}"
        return ran

    def refuse(self, *words: str, code: int = 1) -> str:
        """A command that must be refused: nothing on stdout, no traceback; what it said."""
        ran = self.run(*words)
        assert (ran.code, ran.out) == (code, ""), f"{' '.join(words)} gave {ran.code}:\n{ran.out}{ran.err}"
        assert "Traceback" not in ran.err
        return ran.err

    def journal(self) -> int:
        """Actions in the journal: a refusal adds none."""
        import sqlite3

        with sqlite3.connect(self.folder / "pachamama.db") as file:
            return int(file.execute("SELECT count(*) FROM journal").fetchone()[0])


def registered(folder: Path, rules: str = RULES) -> Desk:
    """A desk with a programme's file, its rules and its registers."""
    desk = Desk(folder)
    desk.do("init", "--rules", desk.write("rules.yaml", rules))
    for kind, text in (
        ("watersheds", WATERSHEDS),
        ("communities", COMMUNITIES),
        ("households", households()),
        ("judges", JUDGES),
    ):
        desk.do("import", kind, desk.write(f"{kind}.csv", text))
    return desk


def opened(folder: Path) -> Desk:
    """The same with the households' round open."""
    desk = registered(folder)
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2026")
    return desk


def scored(folder: Path) -> Desk:
    """The same with every sheet typed."""
    desk = opened(folder)
    desk.do("import", "scores", desk.write("scores.csv", scores()))
    return desk


def lines(text: str) -> Iterator[str]:
    """The lines without blanks around them."""
    return (line.strip() for line in text.splitlines() if line.strip())
