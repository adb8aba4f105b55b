"""Whole rounds as folders: rules, score tables, and everything that comes out, so that a change of any figure is seen.

`PACHAMAMA_WRITE_CASES=1` writes what comes out as expected; read the difference before it is committed.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from pachamama.core.lower_tier import with_households
from pachamama.core.rules import load_rules
from pachamama.core.settle import settle
from pachamama.exchange import document, read_results, read_scores, to_json
from pachamama.language import Reader

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())
TIERS = ("household", "community")


def settled(case: Path, tier_name: str) -> dict[str, Any]:
    """The document of one tier, with its reasons in English."""
    rules = load_rules((case / "rules.yaml").read_text("utf-8"))
    ((competition, held),) = rules.competitions.items()
    tier = held.tier(tier_name)
    assert tier is not None
    contests = read_scores(case / f"{tier_name}.csv", tier)
    if tier.from_ is not None:
        contests = with_households(contests, read_results(case / "expected-household.json"))
    return document(settle(rules, competition, tier_name, contests), Reader.of("en"))


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_a_whole_round_comes_out_as_it_is_written(case: Path) -> None:
    """Every place, point, award, reason and purse of every tier of the case."""
    for tier in (tier for tier in TIERS if (case / f"{tier}.csv").exists()):
        expected = case / f"expected-{tier}.json"
        found = settled(case, tier)
        if os.environ.get("PACHAMAMA_WRITE_CASES"):
            expected.write_text(to_json(found), encoding="utf-8")
        assert found == json.loads(expected.read_text("utf-8"))


def test_no_case_holds_a_file_that_nobody_reads() -> None:
    """A forgotten expectation would look like a promise."""
    for case in CASES:
        tiers = [tier for tier in TIERS if (case / f"{tier}.csv").exists()]
        read = {"rules.yaml", *(f"{tier}.csv" for tier in tiers), *(f"expected-{tier}.json" for tier in tiers)}
        assert {path.name for path in case.iterdir()} == read
