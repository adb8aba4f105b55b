"""The README keeps its promises: its tutorial runs as it stands, and every command is in it."""

import re
import shlex
import shutil
from pathlib import Path

from tests.cli.desk import Desk

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_tutorial_runs_as_it_stands(tmp_path: Path) -> None:
    """Each line by hand, in a copy of the folder it names: two closed tiers, three prize sheets."""
    block = re.search(r"<!-- tutorial -->\n```sh\n(.*?)```", README, re.DOTALL)
    assert block is not None
    first, *commands = [words for line in block[1].splitlines() if (words := shlex.split(line, comments=True))]
    assert first[0] == "cd"
    desk = Desk(tmp_path / "here")
    shutil.copytree(ROOT / first[1], desk.folder)
    for program, *words in commands:
        assert program == "pachamama"
        desk.do(*words)
    assert len(list((desk.folder / "papers").glob("*.pdf"))) == 3
    prizes = desk.do("prizes", "terraces-household-1", "--format", "json").json
    tied = [one for one in prizes["contests"][1]["placings"] if one["tied_with"]]
    assert [(one["place"], one["amount"]) for one in tied] == [(1, "80.00"), (1, "80.00")]
    assert {one["state"] for one in desk.do("round", "list", "--format", "json").json} == {"closed"}


def test_every_command_is_in_the_readme(tmp_path: Path) -> None:
    """The list of `--help`, word for word."""
    said = Desk(tmp_path).do("--help").out
    commands = re.findall(r"^  ([a-z-]+)  ", said.split("Commands:")[1].split("Everywhere:")[0], re.MULTILINE)
    assert len(commands) > 10
    for command in commands:
        assert re.search(rf"`{command}\b|, `{command}|pachamama {command}\b", README), command


def test_every_kind_of_rule_is_in_the_example_file(tmp_path: Path) -> None:
    """Whoever looks for a word finds it in the commented example."""
    example = (ROOT / "competitions.example.yaml").read_text("utf-8")
    for kind in Desk(tmp_path).do("rules", "explain", "--format", "json").json:
        word = {"marks": "max"}.get(kind["kind"], kind["kind"])
        assert re.search(rf"\b{word}\b", example), word
