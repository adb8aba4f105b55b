"""The example file that the project ships: it stands, and it shows every word that a rules file can have."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest
from tests.core.specimens import told

from pachamama.core.award import CashAward
from pachamama.core.awards import AnyAwardKind, InKind
from pachamama.core.criteria import SourceCriterion
from pachamama.core.panels import AnyPanelKind
from pachamama.core.rules import Rules, load_rules, warnings_of
from pachamama.core.rules.checks_prizes import amounts_of
from pachamama.core.shape import yaml_key
from pachamama.core.ties import BARE, KEYED

EXAMPLE = Path(__file__).parents[2] / "competitions.example.yaml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
RULES: Rules = load_rules(TEXT, EXAMPLE.name)
TIERS = [(name, tier) for name, competition in RULES.competitions.items() for tier in competition.tiers]

WORDS = [
    "mean",
    "sum",
    "median",
    "trimmed",
    "outlier",
    "rank_sum",
    "rank_points",
    "standardised",
    "drop",
    "highest",
    "lowest",
    "then",
    "distance",
    "points",
    "spread",
    "deviation",
    "population",
    "sample",
    "sheet",
    "criterion",
    "leave_out",
    "refuse",
    "drop_judge",
    "phase",
    "total",
    "half_up",
    "half_even",
    "floor",
    "ceil",
    "printed",
    "exact",
    "bonuses",
    "deductions",
    "knockouts",
    "weight",
    "factor",
    "step",
    "participation",
    "households_at_level",
    "household_mean",
    "over",
    "register",
    "participants",
    "household_median",
    "best_households",
    "share",
    "count",
    "bands",
    "max",
    "knockout_below",
    "options",
    "measured",
    "unit",
    "higher",
    "lower",
    '"1224"',
    '"1223"',
    '"1334"',
    '"1234"',
    "fractional",
    "count_back",
    "head_to_head",
    "best_judge",
    "worst_judge",
    "untrimmed",
    "larger_gain",
    "earlier_registration",
    "jury_decision",
    "lots",
    "recorded",
    "seed",
    "shared",
    "top",
    "percent",
    "at_least",
    "quota",
    "tie_at_cut",
    "all",
    "none",
    "chain",
    "reserves",
    "by_place",
    "percents",
    "by_level",
    "flat",
    "other_participants",
    "proportional",
    "base",
    "minimum",
    "maximum",
    "until_spent",
    "in_kind",
    "item",
    "value",
    "places",
    "minimum_points",
    "categories",
    "contest",
    "round",
    "pool",
    "full",
    "return",
    "best_by_chain",
    "by_lot",
    "redistribute",
    "category",
    "no",
    "if_short",
    "prorate",
    "cut_last",
    "cap_per_community",
    "prizes",
    "amount",
    "tie_split",
    "remainder",
    "unfilled",
    "one_prize_per_entrant",
    "lots_decide_money",
    "household",
    "group",
    "community",
    "watershed",
    "programme",
    "from",
    "exchange",
    "rate",
    "date",
    "source",
    "prize_range",
    "cash_unit",
    "languages",
    "levels",
]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_of_the_vocabulary_stands_in_the_example(word: str) -> None:
    """Used, or shown in a comment."""
    assert re.search(rf"(?<![\w\"]){re.escape(word)}(?![\w\"])", TEXT), word


@pytest.mark.parametrize("kind", [*AnyPanelKind.__args__, *AnyAwardKind.__args__, *SourceCriterion.__args__])
def test_every_kind_of_rule_stands_in_the_example_with_its_own_keys(kind: type) -> None:
    """Nobody has to read the program to learn what can be written; keys that all kinds share are shown once."""
    assert kind.word in TEXT  # type: ignore[attr-defined]
    for field in fields(kind):  # type: ignore[arg-type]
        assert re.search(rf"\b{yaml_key(field.name)}\b", TEXT), f"{kind.__name__}.{field.name}"


def test_every_tie_step_stands_in_the_example() -> None:
    """Bare words and those with a key."""
    assert [word for word in (*BARE, *KEYED) if not re.search(rf"\b{word}\b", TEXT)] == []


def test_the_example_warns_only_of_what_its_comments_choose() -> None:
    """Proportional prizes always draw their warning; also with thirty entries nothing else does."""
    for entries in (None, 30):
        found = warnings_of(TEXT, entries=entries, file=EXAMPLE.name)
        assert [told((problem,)).split(": ", 1)[1].splitlines()[0] for problem in found] == [
            "with proportional prizes a larger purse can lower a single prize by one cash unit"
        ]


@pytest.mark.parametrize(("name", "tier"), TIERS)
def test_full_totals_are_those_of_real_sheets(name: str, tier: object) -> None:
    """20 for the CIF sheet, 100 for the others; ranks have none."""
    total = tier.full_total  # type: ignore[attr-defined]
    assert total in (20, 100, None), name


def test_every_prize_is_one_that_is_really_paid() -> None:
    """From USD 20 for a household to USD 3 000 for a community."""
    assert RULES.programme.currency == "USD"
    amounts = [
        amount
        for _, tier in TIERS
        for award in (tier.prizes.awards if tier.prizes else ())
        if isinstance(award, CashAward)
        for _, amount in amounts_of(award)
    ]
    assert (min(amounts), max(amounts)) == (20, 3000)


def test_the_example_has_what_the_field_has() -> None:
    """Terraces at two tiers, the sheet with one mark, roads between communities, proposals, women's groups."""
    tiers = {(name, tier.tier) for name, tier in TIERS}
    assert {
        ("terraces", "household"),
        ("terraces", "community"),
        ("pastures", "household"),
        ("housing", "household"),
        ("talking_maps", "household"),
        ("feeder_roads", "community"),
        ("proposals", "group"),
        ("women_groups", "group"),
    } <= tiers
    things = [
        award for _, tier in TIERS for award in (tier.prizes.awards if tier.prizes else ()) if isinstance(award, InKind)
    ]
    assert len(things) == 2


def test_quechua_names_are_words_that_two_sources_agree_on() -> None:
    """Rows A of the glossary only: andenes, pastos, casa."""
    names = re.findall(r"qu: \"([^\"]*)\"", TEXT)
    assert set(names) <= {"Pata pata", "Q’achu", "Wasi"}


def test_every_name_is_spanish_first() -> None:
    """The papers are in Spanish; another language stands beside it."""
    assert all(one.startswith("{es:") for one in re.findall(r"(?:name|item): (\{[^}]*\})", TEXT))
