"""Published real results, where they are present beside the project: diving, Eurovision, skating, chess, elections."""

import json
from collections.abc import Mapping, Sequence
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
NUMBERS = {"place", "points", "amount", "awarded", "returned"}
READER = Reader.of("en")


def assert_as_published(where: str, wanted: Any, found: Any, *, numeric: bool = False) -> None:
    """All that is wanted is there and equal: numbers as decimals, lists in any order, everything else as it stands."""
    if isinstance(wanted, Mapping):
        for name, value in wanted.items():
            numbers = numeric or name in NUMBERS or name in {"phases", "judges"}
            assert_as_published(f"{where} {name}", value, found[name], numeric=numbers)
    elif isinstance(wanted, list):
        assert sorted(map(str, found)) == sorted(map(str, wanted)), where
    elif numeric and wanted is not None:
        assert Decimal(str(found)) == Decimal(str(wanted)), where
    else:
        assert found == wanted, where


def assert_same_rows(where: str, wanted: Sequence[Any], found: Sequence[Any], *, key: str, partial: bool) -> None:
    """The rows of a list: the same ones in the same order, or with `partial` those that are named, in that order."""
    here = {row[key]: row for row in found}
    assert len(here) == len(found), where
    for row in wanted:
        assert_as_published(f"{where} {row[key]}", row, here[row[key]])
    named = [row[key] for row in wanted]
    assert [name for name in here if name in named or not partial] == named, where


@pytest.mark.skipif(not CASES, reason="the published cases are not here")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.parent.name)
def test_a_published_result_comes_out_as_it_was_published(path: Path) -> None:
    """Every place, point, purse and refusal that the source names; what it leaves out is not looked at."""
    expected = json.loads(path.read_text("utf-8"))
    try:
        rules = load_rules((path.parent / "rules.yaml").read_text("utf-8"))
        ((competition, held),) = rules.competitions.items()
        (tier,) = held.tiers
        contests = read_scores(path.parent / "scores.csv", tier)
        found = document(settle(rules, competition, tier.tier, contests), READER)
    except Refused as refusal:
        said = "; ".join(READER.problem(problem) for problem in refusal.problems)
        assert expected.get("exit") == 1, said
        assert all(word in said for word in expected.get("says", [])), said
        return
    assert expected.get("exit", 0) == 0
    assert_as_published(
        "document", {key: value for key, value in expected.items() if key not in {"contests", "exit", "says"}}, found
    )
    assert len(found["contests"]) == len(expected["contests"])
    for wanted in expected["contests"]:
        name = {key: wanted[key] for key in ("within", "category") if key in wanted}
        (contest,) = [one for one in found["contests"] if name.items() <= one.items()]
        partial = wanted.get("partial", False)
        assert_same_rows("placing", wanted["placings"], contest["placings"], key="entry", partial=partial)
        if "unranked" in wanted:
            assert_same_rows("unranked", wanted["unranked"], contest["unranked"], key="entry", partial=partial)
        if "purses" in wanted:
            assert_same_rows("purse", wanted["purses"], contest["purses"], key="id", partial=True)
