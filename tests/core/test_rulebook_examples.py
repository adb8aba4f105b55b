"""Every figure that RULES.md prints, from the program: the tests of the recount once more, with the program behind them.

The examples were written down once, for the independent recount; here its place is taken by rules file, score table and
`settle`.
"""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.core.test_settle import document_of
from tests.oracle import test_recount
from tests.oracle.competitions import Competition, flow
from tests.oracle.recount import Refused as Refusal

from pachamama.core.problems import Refused
from pachamama.language import Reader

PLAIN = re.compile(r"-?\d+(\.\d+)?|true|false|null")
OF_THE_RECOUNT_ALONE = {
    "test_numbers_are_plain_digits",
    "test_a_decimal_comma_is_read_in_tables",
    "test_the_recount_fails_only_by_refusing",
    "test_the_order_of_rows_decides_nothing",
    "test_the_generator_is_fixed_by_its_seed_and_reaches_every_kind",
}
EXAMPLES = {
    name: test
    for name, test in vars(test_recount).items()
    if name.startswith("test_") and name not in OF_THE_RECOUNT_ALONE
}
globals().update(EXAMPLES)


def as_written(part: Any) -> str:
    """A part of the rules in flow style, figures without quotes."""
    if isinstance(part, Mapping):
        return "{" + ", ".join(f"{key}: {as_written(value)}" for key, value in part.items()) + "}"
    if isinstance(part, list | tuple):
        return "[" + ", ".join(map(as_written, part)) + "]"
    return part if isinstance(part, str) and PLAIN.fullmatch(part) else flow(part)


@pytest.fixture(autouse=True)
def program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The program in the recount's place: the same rules and rows, as a rules file and a score table."""

    def settle(
        competition: Mapping[str, Any],
        programme: Mapping[str, Any],
        name: str,
        tier: str,
        rows: Sequence[Mapping[str, str]],
        households: Any = None,
    ) -> dict[str, Any]:
        tiers = [{"within": "programme" if one["tier"] == tier else "community", **one} for one in competition["tiers"]]
        text = f"version: 1\nprogramme: {as_written(programme)}\ncompetitions: {{{name}: {{tiers: {as_written(tiers)}}}}}\n"
        path = tmp_path / "rows.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        below = json.dumps(households) if households is not None else None
        try:
            return document_of(Competition(text, name, tier, path.read_text("utf-8"), below), tmp_path)
        except Refused as refused:
            said = " ".join(Reader.of("en").problem(problem) for problem in refused.problems)
            raise Refusal(said.replace("at least 6", "at least six"), re.findall(r"\bH\d+\b", said)) from None

    monkeypatch.setattr(test_recount, "recount", settle)
