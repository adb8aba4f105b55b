"""More households than the padrón has: told while the households are judged, with the command that corrects it."""

from pathlib import Path

import pytest
from tests.cli.desk import RULES, Desk, opened, registered, scores

UPPER = "terraces-community-1"
SAID = "C1 Ccapana: 5 households compete, and 3 are on its padrón"
CURE = "`pachamama add community C1 households="


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Five households of each community; the padrón of C1 says three."""
    desk = opened(tmp_path)
    desk.do("add", "community", "C1", "households=3")
    desk.do("import", "scores", desk.write("s.csv", scores()))
    return desk


def look_at(desk: Desk) -> list[str]:
    """What `status` says to look at."""
    found: list[str] = desk.do("status", "terraces-household-1", "--format", "json").json["to_look_at"]
    return found


def test_it_is_told_by_status_and_at_the_closing_of_the_households(desk: Desk) -> None:
    """It does not stop the closing, since the households are judged all the same; corrected, it is silent."""
    (said,) = look_at(desk)
    assert said.startswith(SAID)
    assert f"{CURE}N`" in said
    ran = desk.do("round", "close")
    assert f"warning: {SAID}" in ran.err
    desk.do("round", "reopen", "terraces-household-1", "--reason", "padrón")
    desk.do("add", "community", "C1", "households=5")
    assert look_at(desk) == []
    assert "padrón" not in desk.do("round", "close").err


def test_only_those_in_the_running_count(desk: Desk) -> None:
    """Who is out takes no part; one household counts once."""
    for entry in ("H11", "H12"):
        desk.do("set-status", entry, "withdrawn", "--reason", "se fue")
    assert look_at(desk) == []


def test_it_is_silent_where_no_round_reads_the_padron(tmp_path: Path) -> None:
    """The communities are judged by their works alone."""
    desk = registered(tmp_path)
    lines = [line for line in RULES.splitlines(keepends=True) if "source: participation" not in line]
    desk.do("round", "open", "terraces", "--tier", "household", "--rules", desk.write("own.yaml", "".join(lines)))
    desk.do("add", "community", "C1", "households=3")
    desk.do("import", "scores", desk.write("s.csv", scores()))
    assert look_at(desk) == []


def test_explain_tells_why_a_community_is_not_reckoned(desk: Desk) -> None:
    """In place of a refusal: what is wrong with the number, and what corrects it; a closed round is as strict as ever."""
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "community")
    desk.refuse("rank", UPPER)
    told = " ".join(desk.do("explain", "C1", "--round", UPPER).out.split())
    assert "Not reckoned yet" in told
    assert "5 households of C1 took part, but only 3 are registered" in told
    assert f"{CURE}N`" in told
    (section,) = desk.do("explain", "C1", "--round", UPPER, "--format", "json").json["sections"]
    assert len(section["lines"]) == 2
    desk.do("add", "community", "C1", "households=5")
    assert "Not reckoned" not in desk.do("explain", "C1", "--round", UPPER).out
