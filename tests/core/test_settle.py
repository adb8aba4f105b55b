"""Two programs that share no code must agree: `settle` and the independent recount, on random competitions, to the cent.

`PACHAMAMA_SEEDS=20000` asks for more competitions than the suite has time for.
"""

import csv
import io
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random
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


def document_of(one: Competition, folder: Path) -> dict[str, Any]:
    """The program's document, from a rules file, a score table and the lower tier's results; Refused where it refuses."""
    (folder / "scores.csv").write_text(one.scores_text, encoding="utf-8")
    rules = load_rules(one.rules_text)
    tier = rules.competitions[one.competition].tier(one.tier)
    assert tier is not None
    contests = read_scores(folder / "scores.csv", tier)
    if one.households is not None:
        (folder / "below.json").write_text(one.households, encoding="utf-8")
        below = read_results(folder / "below.json", competition=None, tier=tier.from_ or "household")
        contests = with_households(contests, below)
    return document(settle(rules, one.competition, one.tier, contests), Reader.of("en"))


def settled(one: Competition, folder: Path) -> dict[str, Any] | None:
    """The program's document; None where it refuses."""
    try:
        return document_of(one, folder)
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


# -- what both must refuse ---------------------------------------------------------------------------------------------

Row = dict[str, str]
Spoiling = Callable[[list[Row], Random, Any], None]
NOT_CRITERIA = {"within", "category", "entry", "phase", "judge", "status", "deductions", "households", "sex", "entrant"}
NOT_CRITERIA |= {"community", "registered", "fewest", "area_ha", "soil_before", "soil_now", "lots", "jury_decision"}
NOT_CRITERIA |= {"requested"}


def marked(rows: list[Row]) -> list[Row]:
    """The rows that hold marks."""
    return [row for row in rows if any(row[name] for name in row.keys() - NOT_CRITERIA)]


def a_mark(text: str) -> Spoiling:
    """One mark becomes something else."""

    def spoil(rows: list[Row], random: Random, tier: Any) -> None:
        row = random.choice(marked(rows))
        row[random.choice(sorted(name for name in row.keys() - NOT_CRITERIA if row[name]))] = text

    return spoil


def a_cell(column: str, text: str) -> Spoiling:
    """One cell of a column becomes something else, if the table has the column."""

    def spoil(rows: list[Row], random: Random, tier: Any) -> None:
        row = random.choice(rows)
        if column in row:
            row[column] = text

    return spoil


def every_cell(column: str, text: str) -> Spoiling:
    """The cells of one entry in a column become something else, if the table has the column."""

    def spoil(rows: list[Row], random: Random, tier: Any) -> None:
        code = random.choice(rows)["entry"]
        for row in rows:
            if row["entry"] == code and column in row:
                row[column] = text

    return spoil


def a_second_sheet(rows: list[Row], random: Random, tier: Any) -> None:
    """A judge has a second sheet for an entry."""
    row = random.choice(marked(rows))
    rows.insert(random.randrange(len(rows)), dict(row))


def a_judge_too_many(rows: list[Row], random: Random, tier: Any) -> None:
    """Somebody else has a sheet too, which some panels allow."""
    rows.append({**random.choice(marked(rows)), "judge": "J77"})


def marks_of_an_absent_entry(rows: list[Row], random: Random, tier: Any) -> None:
    """A row says that the entry is absent, and has marks."""
    random.choice(marked(rows))["status"] = "absent"


def two_statuses(rows: list[Row], random: Random, tier: Any) -> None:
    """Two rows of an entry give it two statuses; the same one twice is allowed."""
    row = random.choice(rows)
    first, second = random.choice([("withdrawn", "disqualified"), ("withdrawn", "withdrawn")])
    blank = dict.fromkeys(row.keys() - NOT_CRITERIA, "")
    rows.append({**row, **blank, "judge": "", "status": first})
    rows.append({**row, **blank, "judge": "", "status": second})


def sheets_that_are_gone(rows: list[Row], random: Random, tier: Any) -> None:
    """A third of the sheets never came in; what remains of an entry may be a row without marks."""
    for row in random.sample(marked(rows), max(1, len(marked(rows)) // 3)):
        row.update(dict.fromkeys(row.keys() - NOT_CRITERIA, ""))


SPOILINGS: dict[str, Spoiling] = {
    "a mark above the range": a_mark("1000"),
    "a mark below the range": a_mark("-1"),
    "a mark between two steps": a_mark("1.37"),
    "a mark with a decimal comma": a_mark("2,0"),
    "a mark in other digits": a_mark("1e1"),
    "a mark with a leading zero": a_mark("01"),
    "a mark that is no number": a_mark("NaN"),
    "a second sheet by one judge": a_second_sheet,
    "a judge too many": a_judge_too_many,
    "sheets without a judge": a_cell("judge", ""),
    "marks of an absent entry": marks_of_an_absent_entry,
    "two statuses": two_statuses,
    "an unknown status": a_cell("status", "asleep"),
    "an unknown deduction": a_cell("deductions", "moonlight"),
    "a row without entry": a_cell("entry", ""),
    "an unknown category": a_cell("category", "z"),
    "an unknown phase": a_cell("phase", "moon"),
    "a field that differs between rows": a_cell("area_ha", "77"),
    "a request that is no multiple of the unit": every_cell("requested", "10.001"),
    "no request": every_cell("requested", ""),
    "no community under a cap": every_cell("community", ""),
    "nobody on the register": every_cell("households", "0"),
    "no register": every_cell("households", ""),
    "half a household on the register": every_cell("households", "9.5"),
    "a register shorter than those who took part": every_cell("households", "1"),
    "sheets that are gone": sheets_that_are_gone,
}
READ_AT_ONCE = {
    "a registration that is no date": every_cell("registered", "3 March"),
    "a field that is no number": every_cell("area_ha", "half"),
}
"""Cells that the program refuses as it reads the table; the recount only when a tie comes to them."""


def spoiled(one: Competition, spoil: Spoiling, random: Random) -> Competition:
    """The competition with a damaged score table."""
    rows = list(csv.DictReader(io.StringIO(one.scores_text)))
    columns = list(rows[0])
    if marked(rows):
        spoil(rows, random, one)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return replace(one, scores_text=text.getvalue())


@pytest.mark.parametrize("name", SPOILINGS)
def test_what_one_refuses_the_other_refuses_too(name: str, tmp_path: Path) -> None:
    """A damaged table is refused by both, or settled by both with the same result."""
    for seed in range(SEEDS // 40):
        one = spoiled(random_competition(seed), SPOILINGS[name], Random(seed))
        assert without_words(settled(one, tmp_path)) == without_words(recounted(one)), f"seed {seed}"


@pytest.mark.parametrize("name", READ_AT_ONCE)
def test_a_field_that_cannot_be_read_is_refused_even_where_no_tie_needs_it(name: str, tmp_path: Path) -> None:
    """Whether a table is accepted must not hang on who happens to be equal."""
    refused = 0
    for seed in range(SEEDS // 8):
        one = spoiled(random_competition(seed), READ_AT_ONCE[name], Random(seed))
        found, expected = settled(one, tmp_path), recounted(one)
        assert found is None or without_words(found) == without_words(expected), f"seed {seed}"
        refused += found is None and expected is not None
    assert refused


# -- edge cases that the two once read differently -----------------------------------------------------------------------


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


def test_a_winner_without_a_community_is_refused_though_its_equal_has_one(tmp_path: Path) -> None:
    """RULES.md, P6: under a cap both programs ask every winner for its community, equals too."""
    one = Competition(
        "version: 1\nprogramme: {}\ncompetitions:\n  c:\n    tiers:\n      - tier: household\n        within: programme\n"
        "        criteria: [{id: m, min: 0, max: 20}]\n        panel: {judges: 1}\n"
        "        prizes: {purses: [{id: p, amount: 100}], awards: [{scheme: by_place, amounts: [60, 40]}],"
        " cap_per_community: {prizes: 1}}\n",
        "c",
        "household",
        "entry,judge,m,community\nH1,J1,9,Ccapana\nH2,J1,9,\n",
    )
    assert settled(one, tmp_path) is None
    assert recounted(one) is None


def test_a_source_may_be_called_like_the_column_of_the_register(tmp_path: Path) -> None:
    """The column `households` is the number on the padrón, also where a criterion has that id (CONTRACT.md)."""
    one = Competition(
        "version: 1\nprogramme: {currency: USD}\ncompetitions:\n  c:\n    tiers:\n"
        "      - {tier: household, within: community, criteria: [{id: m, min: 0, max: 20}]}\n"
        "      - {tier: community, within: programme, from: household,"
        " criteria: [{id: households, source: participation, max: 100}]}\n",
        "c",
        "community",
        "entry,households\nC1,2\n",
        '{"competition": "c", "tier": "household", "currency": "USD", "purses": [], "contests": [{"within": "C1",'
        ' "category": null, "unranked": [], "purses": [], "placings": [{"place": 1, "entry": "H1", "points": "9.00",'
        ' "phases": {"sheet": "9.00"}, "judges": {"sheet": 2}, "level": null, "tied_with": [], "decided_by": null,'
        ' "promoted": false, "awards": [], "amount": "0.00"}]}]}',
    )
    found = settled(one, tmp_path)
    assert found is not None
    assert found["contests"][0]["placings"][0]["points"] == "50.00"
    assert without_words(found) == without_words(recounted(one))
