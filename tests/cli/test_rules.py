"""`rules diff`, `rules schema` and `print rules`, as people run them."""

import json
from pathlib import Path

from pypdf import PdfReader
from tests.cli.desk import RULES, Desk, opened

_SMALLER = RULES.replace('water, name: {es: "Agua"}, max: 30', 'water, name: {es: "Agua"}, max: 20')


def test_two_files_are_compared_in_words_and_as_json(tmp_path: Path) -> None:
    """A line for each difference; the same with old and new value for programs; exit code 0."""
    desk = Desk(tmp_path)
    desk.write("old.yaml", RULES)
    desk.write("new.yaml", _SMALLER)
    assert desk.do("rules", "diff", "old.yaml", "new.yaml").out.splitlines() == [
        "Andenes, households: the most points of the sheet was 50, is 40",
        "Andenes, households: the maximum of “Agua” was 30, is 20",
    ]
    _, one = desk.do("rules", "diff", "old.yaml", "new.yaml", "--format", "json").json
    assert one == {
        "competition": "terraces",
        "tier": "household",
        "path": "phases.sheet.criteria.water.max",
        "old": "30",
        "new": "20",
        "text": "Andenes, households: the maximum of “Agua” was 30, is 20",
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


def test_the_rules_are_printed_from_a_file_from_the_programme_and_from_a_round(tmp_path: Path) -> None:
    """A PDF for each competition; a round's own rules stay what they were when it was opened."""
    desk = opened(tmp_path)
    desk.do("rules", "use", desk.write("new.yaml", _SMALLER))

    def text(*words: str) -> str:
        (path,) = desk.do("print", "rules", *words, "-o", "papers").out.split()
        return " ".join(page.extract_text() for page in PdfReader(tmp_path / path).pages).replace("\u00a0", " ")

    assert "Agua" in text("--rules", "rules.yaml", "--competition", "terraces")
    assert (tmp_path / "papers" / "rules-terraces.pdf").is_file()
    in_use, frozen = text(), text("terraces-household-1")
    assert (tmp_path / "papers" / "rules-terraces-household-1.pdf").is_file()
    for text_, total in ((in_use, 40), (frozen, 50)):
        assert f"Total / Llapan {total}" in text_
    assert "Total / Llapan 100" in in_use
    assert "Total / Llapan 100" not in frozen  # a round is of one tier


def test_rules_of_a_file_are_printed_without_a_database(tmp_path: Path) -> None:
    """For designing them; an unknown competition, or a round together with a file, is refused."""
    desk = Desk(tmp_path)
    desk.write("rules.yaml", RULES)
    words = ("print", "rules", "--rules", "rules.yaml", "-o", "papers")
    assert desk.do(*words, "--format", "json").json == ["papers/rules-terraces.pdf"]
    assert "there are: terraces" in desk.refuse(*words, "--competition", "maps")
    desk.refuse(*words[:2], "terraces-household-1", *words[2:], code=2)
    assert "papers" in {path.name for path in tmp_path.iterdir()}
    assert not (tmp_path / "pachamama.db").exists()
