"""The whole rules shown: every default filled in, and what is shown reads back to the same rules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.core.specimens import rules_file, tier
from tests.oracle.competitions import random_competition

from pachamama.core.rules import load_rules, show_rules
from pachamama.core.rules.showing import effective

ROOT = Path(__file__).parents[2]
VOCABULARY = ROOT.parent / "shared" / "rules.example.yaml"


def shown(rules: str, **around: str) -> dict[str, Any]:
    """The only tier of the shown rules, as any YAML reader takes it."""
    text = show_rules(load_rules(rules_file(tier(rules), **around)))
    only: dict[str, Any] = yaml.safe_load(text)["competitions"]["terraces"]["tiers"][0]
    return only


def assert_round_trip(text: str) -> None:
    """Shown rules read back to equal rules, showing them again changes nothing, and there are no aliases."""
    rules = load_rules(text)
    told = show_rules(rules)
    assert load_rules(told) == effective(rules)
    assert show_rules(load_rules(told)) == told
    assert effective(effective(rules)) == effective(rules)
    assert yaml.safe_load(told)["version"] == 1


def test_the_example_reads_back_to_the_same_rules() -> None:
    """Every kind of rule that the project ships an example of."""
    assert_round_trip((ROOT / "competitions.example.yaml").read_text(encoding="utf-8"))


@pytest.mark.skipif(not VOCABULARY.is_file(), reason="the agreed vocabulary is not here")
def test_the_vocabulary_reads_back_to_the_same_rules() -> None:
    """Every part once."""
    assert_round_trip(VOCABULARY.read_text(encoding="utf-8"))


@pytest.mark.parametrize("seed", range(60))
def test_random_rules_read_back_to_the_same_rules(seed: int) -> None:
    """Whatever is drawn: what is shown is what holds."""
    assert_round_trip(random_competition(seed).rules_text)


def test_every_default_is_filled_in() -> None:
    """The defaults of RULES.md, table D, in words."""
    assert shown("") == {
        "tier": "household",
        "within": "community",
        "categories": [],
        "criteria": [{"id": "soil", "min": 1, "max": 20, "step": 1, "weight": 1}],
        "factor": 1,
        "panel": {"combine": "mean", "at_least": 2, "of": "sheet", "missing": "leave_out", "second_entry": "none"},
        "bonuses": [],
        "deductions": [],
        "knockouts": [],
        "rounding": {"decimals": 2, "mode": "half_up", "at": ["criterion", "phase", "total"], "compare": "printed"},
        "levels": [],
        "ranking": {"better": "higher", "numbering": "1224"},
        "ties": [],
    }


def test_what_follows_from_other_words_is_written_out() -> None:
    """One judge suffices for a panel of one; the lowest rank sum wins; the only purse pays, for all categories."""
    assert shown("panel: {judges: 1}")["panel"]["at_least"] == 1
    assert shown("panel: {combine: rank_sum}")["ranking"]["better"] == "lower"
    award = shown(
        "categories: [{id: new}, {id: old}]\n"
        "prizes: {purses: [{id: project, amount: 60}], awards: [{scheme: flat, amount: 20}]}"
    )["prizes"]["awards"][0]
    assert award == {
        "scheme": "flat",
        "purse": "project",
        "categories": ["new", "old"],
        "amount": 20,
        "to": "other_participants",
    }


def test_the_defaults_of_prizes_and_panels_are_filled_in() -> None:
    """Ties pool, remainders return, one prize in each contest; five judges before a mark is dropped."""
    prizes = shown("prizes: {purses: [{id: p, amount: 9}], awards: [{scheme: proportional}]}")["prizes"]
    assert prizes["awards"] == [{"scheme": "proportional", "purse": "p", "base": 0}]
    assert prizes["purses"] == [{"id": "p", "amount": 9, "per": "contest"}]
    assert {key: value for key, value in prizes.items() if key not in ("awards", "purses")} == {
        "tie_split": "pool",
        "remainder": "return",
        "lots_decide_money": False,
        "one_prize_per_entrant": "category",
        "unfilled": "return",
        "if_short": "refuse",
    }
    panel = shown("panel: {combine: trimmed}")["panel"]
    assert (panel["drop"], panel["then"]) == ({"highest": 1, "lowest": 1, "from": 5}, "mean")
    panel = shown("panel: {combine: standardised}")["panel"]
    assert (panel["mean"], panel["spread"], panel["deviation"]) == (100, 20, "population")


def test_other_yaml_readers_take_ids_and_words_as_texts() -> None:
    """An id `no`, a numbering 1224, a date: quoted where common readers would see something else."""
    only = shown(
        "criteria: [{id: no, max: 20}, {id: '1', max: 3, step: 0.5}]\n"
        "ties: [{criterion: no}, count_back, {lots: seed, seed: 'acta: 014/2026'}]\n"
        "prizes: {one_prize_per_entrant: no}"
    )
    assert [one["id"] for one in only["criteria"]] == ["no", "1"]
    assert only["criteria"][1]["step"] == 0.5
    assert only["ranking"]["numbering"] == "1224"
    assert only["ties"] == [{"criterion": "no"}, "count_back", {"lots": "seed", "seed": "acta: 014/2026"}]
    assert only["prizes"]["one_prize_per_entrant"] == "no"


@pytest.mark.parametrize(
    "name", ['Q’ero "alto"', "a: b # c", "- x", "{x}", "ñandú\\n", "&a *b !c", "null", "1.50", "'"]
)
def test_names_survive_whatever_signs_they_have(name: str) -> None:
    """Quotation marks, colons and backslashes come back as they were."""
    quoted = name.replace("'", "''")
    only = shown(f"criteria: [{{id: a, name: '{quoted}', max: 20}}, {{id: b, name: {{qu: '{quoted}'}}, max: 1}}]")
    assert [one["name"] for one in only["criteria"]] == [name, {"qu": name}]


def test_small_parts_stand_in_one_line_and_big_ones_open() -> None:
    """A criterion is a line like on the paper; tiers, phases, purses and awards begin lines of their own."""
    text = show_rules(
        load_rules(rules_file(tier("prizes: {purses: [{id: p, amount: 9}], awards: [{scheme: until_spent}]}")))
    )
    lines = [line.strip() for line in text.splitlines()]
    assert "- {id: soil, min: 1, max: 20, step: 1, weight: 1}" in lines
    assert "- {id: p, amount: 9, per: contest}" in lines
    assert "- {scheme: until_spent, purse: p}" in lines
    assert "prizes:" in lines
    assert max(len(line) for line in text.splitlines()) <= 120
