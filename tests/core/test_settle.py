"""Two programs that share no code must agree: `settle` and the independent recount, on random competitions, to the cent.

`PACHAMAMA_SEEDS=20000` asks for more competitions than the suite has time for.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from tests.oracle.competitions import Competition, random_competition, recount_of
from tests.oracle.recount import Refused as Refusal

from pachamama.core.lower_tier import with_households
from pachamama.core.problems import Refused
from pachamama.core.rules import load_rules
from pachamama.core.settle import settle
from pachamama.exchange import document, read_results, read_scores
from pachamama.language import Reader

SHARES = 8
SEEDS = int(os.environ.get("PACHAMAMA_SEEDS", "480"))


def settled(one: Competition, folder: Path) -> dict[str, Any] | None:
    """The program's document; None where it refuses."""
    (folder / "scores.csv").write_text(one.scores_text, encoding="utf-8")
    try:
        rules = load_rules(one.rules_text)
        tier = rules.competitions[one.competition].tier(one.tier)
        assert tier is not None
        contests = read_scores(folder / "scores.csv", tier)
        if one.households is not None:
            (folder / "below.json").write_text(one.households, encoding="utf-8")
            below = read_results(folder / "below.json", competition=None, tier=tier.from_ or "household")
            contests = with_households(contests, below)
        return document(settle(rules, one.competition, one.tier, contests), Reader.of("en"))
    except Refused:
        return None


def recounted(one: Competition) -> dict[str, Any] | None:
    """The recount's document; None where it refuses."""
    try:
        return recount_of(one)
    except Refusal:
        return None


def without_words(told: Any) -> Any:
    """The document without what is said in words, and without what only one of the two writes."""
    if isinstance(told, dict):
        return {key: without_words(value) for key, value in told.items() if key not in {"why", "name", "entrant"}}
    if isinstance(told, list):
        return [without_words(value) for value in told]
    return told


@pytest.mark.parametrize("share", range(SHARES))
def test_the_program_and_the_recount_agree_to_the_cent(share: int, tmp_path: Path) -> None:
    """Places, points, phases, judges, levels, ties and what decided them, promotion, every award, every purse; refusals too."""
    refused = 0
    for seed in range(share, SEEDS, SHARES):
        one = random_competition(seed)
        found, expected = settled(one, tmp_path), recounted(one)
        assert without_words(found) == without_words(expected), f"seed {seed}"
        refused += found is None
    assert refused < SEEDS / SHARES / 3, "too few competitions are settled to prove much"


def test_standardised_marks_below_zero_count_as_nothing(tmp_path: Path) -> None:
    """RULES.md, A1: the total is R(max(0, phases − deductions)), also where no deduction stands."""
    rules = load_rules(
        "version: 1\nprogramme: {}\ncompetitions:\n  c:\n    tiers:\n      - tier: household\n        within: programme\n"
        "        criteria: [{id: m, min: 0, max: 20}]\n"
        "        panel: {judges: 1, combine: standardised, mean: 20, spread: 20}\n"
    )
    tier = rules.competitions["c"].tiers[0]
    rows = "".join(f"H{n},{mark}\n" for n, mark in enumerate((20, 19, 20, 19, 20, 19, 0), 1))
    (tmp_path / "s.csv").write_text(f"entry,m\n{rows}", encoding="utf-8")
    (contest,) = settle(rules, "c", "household", read_scores(tmp_path / "s.csv", tier)).contests
    last = contest.placings[-1]
    assert (last.entry.code, last.points, last.phases["sheet"] < 0) == ("H7", 0, True)
