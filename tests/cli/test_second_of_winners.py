"""`second_entry: winners`: the second person is offered the sheets that the closing waits for, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest

from .desk import RULES, Desk, registered, scores
from .test_taking_out import lines


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Five households in each community, three prizes: the fourth could still win, the fifth could not."""
    rules = RULES.replace("panel: {judges: 2, at_least: 2}", "panel: {judges: 2, at_least: 2, second_entry: winners}")
    desk = registered(tmp_path, rules)
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("import", "scores", desk.write("scores.csv", scores()), "--as", "Ana")
    return desk


def test_closing_and_status_name_the_command(desk: Desk) -> None:
    """Whoever reads what is in the way knows what to type."""
    command = "`pachamama enter --second --as NAME`"
    assert command in desk.refuse("round", "close", "--witness", "Eva")
    assert command in "\n".join(desk.do("status", "--format", "json").json["in_the_way"])


def test_only_the_sheets_that_are_asked_for_are_offered(desk: Desk) -> None:
    """As many as `status` says; each that is typed is one less, and the last are not asked for at all."""
    waits = desk.do("status", "--format", "json").json["in_the_way"]
    assert len(waits) == 16
    ran = lines(desk, "/missing\n", "--second", "--as", "Beto")
    assert "H14" in ran.stderr
    assert "H11" not in ran.stderr
    assert "16 are still missing here" in ran.stderr
    ran = lines(desk, "H15 J1\n15 20.5\n35.5\n\n", "--second", "--as", "Beto")
    assert "15 are still missing here" in ran.stderr
