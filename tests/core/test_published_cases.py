"""Published real results, where they are present beside the project: diving, Eurovision, skating, chess, elections."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pachamama.core.problems import Refused
from pachamama.core.rules import load_rules
from pachamama.core.settle import settle
from pachamama.exchange import document, read_scores
from pachamama.language import Reader

CASES = sorted((Path(__file__).parents[2].parent / "shared" / "cases").glob("*/expected.json"))
NUMBERS = {"place", "points", "amount", "awarded", "returned", "phases", "judges"}


def is_same(name: str, wanted: Any, found: Any) -> bool:
    """Numbers as decimals, lists of names in any order, everything else as it stands."""
    if isinstance(wanted, dict):
        return all(is_same(name, value, found.get(key)) for key, value in wanted.items())
    if isinstance(wanted, list):
        return sorted(map(str, wanted)) == sorted(map(str, found))
    if name in NUMBERS and wanted is not None:
        return Decimal(str(wanted)) == Decimal(str(found if found is not None else 0))
    return bool(wanted == found)


@pytest.mark.skipif(not CASES, reason="the published cases are not here")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_a_published_result_comes_out_as_it_was_published(path: Path) -> None:
    """Every place, point and amount that the source names; what it leaves out is not looked at."""
    expected = json.loads(path.read_text("utf-8"))
    rules = load_rules((path.parent / "rules.yaml").read_text("utf-8"))
    ((competition, held),) = rules.competitions.items()
    (tier,) = held.tiers
    try:
        found = document(
            settle(rules, competition, tier.tier, read_scores(path.parent / "scores.csv", tier)), Reader.of("en")
        )
    except Refused as refusal:
        assert expected.get("exit") == 1
        said = "; ".join(Reader.of("en").problem(problem) for problem in refusal.problems)
        assert all(word in said for word in expected.get("says", []))
        return
    assert len(found["contests"]) == len(expected["contests"])
    for wanted in expected["contests"]:
        (contest,) = [
            one
            for one in found["contests"]
            if all(one[key] == wanted[key] for key in ("within", "category") if key in wanted)
        ]
        placings = {one["entry"]: one for one in contest["placings"]}
        for row in wanted["placings"]:
            for name, value in row.items():
                assert is_same(name, value, placings[row["entry"]][name]), (row["entry"], name)
        named = [row["entry"] for row in wanted["placings"]]
        assert [code for code in placings if code in named] == named
        assert wanted.get("partial") or len(placings) == len(named)
