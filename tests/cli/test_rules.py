"""`rules diff` and `rules schema`, as people run them."""

import json
from pathlib import Path

from tests.cli.desk import RULES, Desk, opened

_SMALLER = RULES.replace('water, name: {es: "Agua"}, max: 30', 'water, name: {es: "Agua"}, max: 20')


def test_two_files_are_compared_in_words_and_as_json(tmp_path: Path) -> None:
    """A line for each difference; the same with old and new value for programs; exit code 0."""
    desk = Desk(tmp_path)
    desk.write("old.yaml", RULES)
    desk.write("new.yaml", _SMALLER)
    assert desk.do("rules", "diff", "old.yaml", "new.yaml").out.splitlines() == [
        "terraces, household: the most points of the sheet was 50, is 40",
        "terraces, household: the maximum of “Agua” was 30, is 20",
    ]
    _, one = desk.do("rules", "diff", "old.yaml", "new.yaml", "--format", "json").json
    assert one == {
        "competition": "terraces",
        "tier": "household",
        "path": "phases.sheet.criteria.water.max",
        "old": "30",
        "new": "20",
        "text": "terraces, household: the maximum of “Agua” was 30, is 20",
    }


def test_equal_rules_say_so(tmp_path: Path) -> None:
    """Whatever is written otherwise and means the same."""
    desk = Desk(tmp_path)
    desk.write("old.yaml", RULES)
    desk.write("new.yaml", desk.do("rules", "show", "old.yaml").out)
    assert desk.do("rules", "diff", "old.yaml", "new.yaml").out == "old.yaml and new.yaml mean the same.\n"
    assert desk.do("rules", "diff", "old.yaml", "new.yaml", "--format", "json").json == []


def test_a_file_is_compared_with_the_rules_frozen_in_a_round(tmp_path: Path) -> None:
    """Which of the two is the round does not matter; a word that is neither is refused with the rounds there are."""
    desk = opened(tmp_path)
    desk.write("new.yaml", _SMALLER)
    said = desk.do("rules", "diff", "terraces-household-1", "new.yaml").out
    assert "the maximum of “Agua” was 30, is 20" in said
    assert "was 20, is 30" in desk.do("rules", "diff", "new.yaml", "terraces-household-1").out
    told = desk.refuse("rules", "diff", "terraces-household-7", "new.yaml")
    assert "neither a file nor a round" in told
    assert "terraces-household-1" in told


def test_a_file_that_is_not_there_is_refused_without_a_database_too(tmp_path: Path) -> None:
    """It is the file that is missing, not a database."""
    desk = Desk(tmp_path)
    desk.write("new.yaml", RULES)
    assert "old.yaml" in desk.refuse("rules", "diff", "old.yaml", "new.yaml")


def test_the_schema_is_one_json_document(tmp_path: Path) -> None:
    """Ready to be written beside the rules."""
    schema = json.loads(Desk(tmp_path).do("rules", "schema").out)
    assert schema["required"] == ["version", "programme", "competitions"]
