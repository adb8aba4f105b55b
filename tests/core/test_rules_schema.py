"""The JSON Schema for editors accepts every good rules file, and marks what an editor can see to be wrong."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator, FormatChecker
from tests.core.specimens import HERE, rules_file, tier
from tests.core.test_rules_reading import PROGRAMME_MISTAKES, TIER_MISTAKES
from tests.oracle.competitions import random_competition

from pachamama.core.rules import load_rules, show_rules
from pachamama.core.rules.schema import json_schema
from pachamama.core.ties import BARE

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "competitions.example.yaml"
VOCABULARY = ROOT.parent / "shared" / "rules.example.yaml"
ONLY_SEEN_IN_THE_DIGITS = ("1e3", "010", ".5")
"""Numbers that a YAML reader hands over as good ones; only `load_rules` sees how they were written."""


class EditorsLoader(yaml.SafeLoader):
    """YAML as editors read it, version 1.2: `no` is a word, a date a text, `12.5` a number."""


EditorsLoader.yaml_implicit_resolvers = {}
for tag, pattern, first in (
    ("null", r"~|null|Null|NULL|", "~nN\0"),
    ("bool", "true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", "[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    EditorsLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), list(first))


def old_reader(text: str) -> Any:
    """YAML 1.1, which takes `no` for False; dates are texts again, as in JSON."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@cache
def validator() -> Draft7Validator:
    """The schema, itself checked."""
    Draft7Validator.check_schema(json_schema())
    return Draft7Validator(json_schema(), format_checker=FormatChecker())


def marked(text: str) -> list[str]:
    """What an editor marks in a rules file."""
    return [error.message for error in validator().iter_errors(yaml.load(text.replace(HERE, ""), EditorsLoader))]


@pytest.mark.parametrize("file", [EXAMPLE, VOCABULARY], ids=lambda file: file.name)
def test_the_example_files_are_accepted(file: Path) -> None:
    """By readers of YAML 1.2 and of YAML 1.1."""
    if not file.is_file():
        pytest.skip("the agreed vocabulary is not here")
    text = file.read_text(encoding="utf-8")
    assert marked(text) == []
    assert list(validator().iter_errors(old_reader(text))) == []


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_every_random_competition_is_accepted(first: int) -> None:
    """As it was drawn, and as `rules show` writes it."""
    for seed in range(first, first + 100):
        text = random_competition(seed).rules_text
        assert marked(text) == [], seed
        assert marked(show_rules(load_rules(text))) == [], seed


@pytest.mark.parametrize(
    "rules",
    [
        "ranking: {numbering: 1224}",
        'ranking: {numbering: "1224"}',
        "prizes: {one_prize_per_entrant: no, lots_decide_money: true}",
        "ties: [exact, count_back, {lots: seed, seed: 2026}, shared]",
        'criteria: [{id: 2026, name: 2026, max: "12.5", step: 0.5}, {id: ñandú, name: {qu: Q’achu}, max: 1}]',
        "panel: {judges: 5, combine: trimmed, drop: {from: 5}, then: sum}",
        "panel: {judges: 3}",
        "prizes: {awards: [{scheme: by_level, amounts: {at_level: 20}}]}",
    ],
)
def test_every_short_form_is_accepted(rules: str) -> None:
    """Bare words, numbers as texts, texts that look like numbers, letters of all scripts."""
    assert marked(rules_file(tier(rules))) == []


@pytest.mark.parametrize("version", ["1", '"1"'])
def test_the_version_is_a_number_or_a_text(version: str) -> None:
    """People write either."""
    text = rules_file(tier("")).replace("version: 1", f"version: {version}")
    assert marked(text) == []
    assert marked(text.replace(version, "2")) != []


@pytest.mark.parametrize("rules", [rules for rules, _ in TIER_MISTAKES])
def test_mistakes_of_spelling_are_marked(rules: str) -> None:
    """Unknown and missing keys, wrong types, unknown words: whatever reading refuses, but for digits."""
    assert bool(marked(rules_file(tier(rules)))) != any(
        f"max: ›{digits}}}" in rules for digits in ONLY_SEEN_IN_THE_DIGITS
    )


@pytest.mark.parametrize("programme", [programme for programme, _ in PROGRAMME_MISTAKES])
def test_mistakes_in_the_programme_are_marked(programme: str) -> None:
    """The few lines at the top too."""
    assert marked(rules_file(tier(""), programme=programme))


def test_every_kind_is_described_for_the_editor() -> None:
    """What a person reads beside a word is the docstring of its kind."""
    shapes = json_schema()["definitions"]
    assert all(shape["description"] for shape in shapes.values())
    words = {shape["const"] for shape in shapes.values() if "const" in shape}
    assert words == set(BARE)
    assert shapes["Marks"]["properties"]["step"]["default"] == 1
    assert "how much the phase counts" in shapes["Phase"]["properties"]["weight"]["description"]
