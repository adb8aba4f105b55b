"""`demo`: a rehearsal in a folder of its own, run with the very commands that a facilitator types."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import Session, session
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import Sentence, say, say_count

app = new_app()
FOLDER = "pachamama-demo"


@app.command("demo", cls=Command)
def demo(
    context: typer.Context,
    folder: Annotated[
        str | None, typer.Argument(metavar="FOLDER", help="an empty or new folder; else pachamama-demo here")
    ] = None,
) -> None:
    """Rehearse a whole competition on invented people: both tiers, from the rules to the printed prize sheets.

    It leaves the file, the rules, the score tables and the papers in FOLDER, all marked ENSAYO, and says which commands
    to try next.
    """
    from pachamama.rehearsal.valley import invent, rules_text

    asked = session(context)
    asked.no_csv()
    place = _empty_folder(folder)
    valley = invent()
    (place / "rules.yaml").write_text(rules_text(), encoding="utf-8")
    for name, text in valley.tables.items():
        (place / name).write_text(text, encoding="utf-8")
    with _inside(place):
        stage = _Stage(asked)
        stage.tell(say("Rehearsal (ENSAYO) with invented people, in the folder {folder}", folder=visible(str(place))))
        stage.run(say("the rules are checked"), "rules", "check", "rules.yaml")
        stage.run(say("a new file, for practice"), "init", "--rules", "rules.yaml", "--rehearsal")
        for register in ("watersheds", "communities", "households", "judges"):
            stage.run(None, "import", register, f"{register}.csv")
        stage.tell(
            say_count(
                "{count} household in {communities} communities",
                "{count} households in {communities} communities",
                180,
                communities=6,
            )
        )
        _terraces(stage, valley.disqualified, valley.corrected)
        _pastures(stage)
        papers = _count(Path("papers"), "*.pdf")
        stage.tell(
            say_count(
                "{count} prize sheet is in {folder}",
                "{count} prize sheets are in {folder}",
                papers,
                folder=visible(str(place / "papers")),
            )
        )
    if asked.format == "json":
        asked.json(
            {
                "folder": str(place),
                "database": str(place / "pachamama.db"),
                "prize_sheets": papers,
                "commands": stage.done,
            }
        )
        return
    _try_next(asked, place)


def _terraces(stage: _Stage, disqualified: str, corrected: tuple[str, str]) -> None:
    entry, judge = corrected
    stage.run(say("the households' round of terraces is opened"), "round", "open", "terraces", "--tier", "household")
    stage.run(say("everybody on the register is entered"), "enter", "--all")
    stage.run(say("the judges' sheets are taken in"), "import", "scores", "scores-terraces-households.csv")
    stage.run(
        say("a household is disqualified"),
        *("set-status", disqualified, "disqualified", "--reason", "Presentó el terreno de otra familia"),
    )
    stage.run(
        say("a mark that was copied wrong is corrected"),
        *("score", entry, judge, "18", "12.5", "15", "--phase", "field", "--correct", "Mal copiado de la ficha"),
    )
    stage.refused(say("a sheet is missing, so the round does not close"), "round", "close")
    stage.run(
        say("it is closed all the same, with a reason; nothing changes it afterwards"),
        *("round", "close", "--accept-missing", "El jurado J5C enfermó", "--witness", "Rosa Huamán"),
    )
    stage.run(
        say("the prize sheets of every community are printed"),
        "print",
        "prize-sheet",
        "terraces-household-1",
        "-o",
        "papers",
    )
    stage.run(say("the communities' round reads the closed one"), "round", "open", "terraces", "--tier", "community")
    stage.run(say("their communal works are judged"), "import", "scores", "scores-terraces-communities.csv")
    stage.run(None, "round", "close")
    stage.run(say("and paid"), "print", "prize-sheet", "terraces-community-1", "-o", "papers")


def _pastures(stage: _Stage) -> None:
    stage.run(say("the same with pastures, the second topic"), "round", "open", "pastures", "--tier", "household")
    stage.run(None, "import", "scores", "scores-pastures-households.csv")
    stage.run(None, "round", "close")
    stage.run(None, "print", "prize-sheet", "pastures-household-1", "-o", "papers")
    stage.run(None, "round", "open", "pastures", "--tier", "community")
    stage.run(None, "import", "scores", "scores-pastures-communities.csv")
    stage.run(None, "print", "prize-sheet", "pastures-community-1", "-o", "papers")


def _try_next(asked: Session, place: Path) -> None:
    lines = [
        (f"cd {visible(str(place))}", None),
        ("pachamama round list", say("the four rounds; the last one is still open")),
        ("pachamama rank terraces-household-1 --community C1", say("places, and who was equal to whom")),
        ("pachamama prizes terraces-household-1 --community C2", say("who wins what, and why")),
        ("pachamama explain H104 --round terraces-household-1", say("one household, from each mark to the cent")),
        ("pachamama rank pastures-community-1", say("a preview: provisional until it is closed")),
        ("pachamama round close pastures-community-1", say("close it yourself")),
        ("pachamama print rules -o papers", say("the rules as the public reads them")),
        ("pachamama rules explain", say("every kind of rule in words")),
        ("pachamama --help", None),
    ]
    asked.result("\n" + asked.reader.text("Try next:"))
    if (activate := _activation()) is not None:
        lines.insert(0, (activate, say("so that this terminal knows the word pachamama")))
    for command, why in lines:
        asked.result(f"  {command}")
        if why is not None:
            asked.result(f"      {asked.reader.say(why)}")


def _activation() -> str | None:
    """The line that puts the program's own folder on the path of this terminal; None where it is there already."""
    import shutil
    import sys

    if shutil.which("pachamama") is not None:
        return None
    script = Path(sys.executable).parent / "activate"
    if not script.is_file():
        return None
    return visible(str(script)) if os.name == "nt" else f". {visible(str(script))}"


class _Stage:
    """Runs commands as they are typed, shows each with what it is for, and keeps quiet about what they print."""

    def __init__(self, asked: Session) -> None:
        self.asked = asked
        self.done: list[str] = []

    def tell(self, what: Sentence) -> None:
        """Say something between the commands."""
        if self.asked.format != "json":
            self.asked.result(self.asked.reader.say(what))

    def run(self, why: Sentence | None, *words: str) -> None:
        """Run a command that must succeed."""
        self._show(why, words)
        code, said = _quietly(self.asked, words)
        if code != 0:
            raise RuntimeError(f"the rehearsal stopped at {' '.join(words)}: {said}")

    def refused(self, why: Sentence, *words: str) -> None:
        """Run a command that must be refused, to show that it is."""
        self._show(why, words)
        code, said = _quietly(self.asked, words)
        if code != 1:
            raise RuntimeError(f"the rehearsal was not refused at {' '.join(words)}: {said}")

    def _show(self, why: Sentence | None, words: Sequence[str]) -> None:
        typed = " ".join(f'"{word}"' if " " in word else word for word in words)
        self.done.append(f"pachamama {typed}")
        if why is not None:
            self.tell(why)
        if self.asked.format != "json":
            self.asked.result(f"    pachamama {typed}")


def _quietly(asked: Session, words: Sequence[str]) -> tuple[int, str]:
    """The command's exit code and what it said, without showing it."""
    from pachamama.cli.entry import run

    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = run([*words, "--db", "pachamama.db", "--lang", asked.reader.language, "--as", asked.actor])
    return code, said.getvalue()


def _empty_folder(asked: str | None) -> Path:
    """The folder that was asked for, empty or new; else the first of pachamama-demo, pachamama-demo-2 … that is free."""
    from pachamama.exchange import make_folder

    place = Path(asked) if asked is not None else Path(FOLDER)
    number = 1
    while asked is None and place.exists() and (not place.is_dir() or any(place.iterdir())):
        number += 1
        place = Path(f"{FOLDER}-{number}")
    make_folder(place)
    if any(place.iterdir()):
        raise Refused(
            Problem(
                NOWHERE,
                say("the folder {folder} is not empty", folder=visible(str(place))),
                say("name an empty or a new one: nothing of yours is overwritten"),
            )
        )
    return place


@contextmanager
def _inside(place: Path) -> Iterator[None]:
    """Work in that folder, so that the commands are the ones a person types there."""
    before = Path.cwd()
    os.chdir(place)
    try:
        yield
    finally:
        os.chdir(before)


def _count(folder: Path, pattern: str) -> int:
    return sum(1 for _ in folder.glob(pattern))
