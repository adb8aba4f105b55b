"""The tables that the benchmarks measure with: always the same, and taken as any programme's tables are."""

from pathlib import Path

import pytest
from benchmarks.valley import PER_COMMUNITY, RULES, Valley

from pachamama.core.rules import load_rules
from pachamama.core.settle import settle
from pachamama.exchange import read_register, read_scores

HOUSEHOLDS = PER_COMMUNITY + 95
"""Two communities, the second with what is left over."""
KINDS = ("watersheds", "communities", "households", "judges")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tables of a small valley."""
    made = tmp_path_factory.mktemp("valley")
    Valley(HOUSEHOLDS).write(made)
    return made


def test_the_same_size_gives_the_same_tables(folder: Path, tmp_path: Path) -> None:
    """Byte by byte, so that two measurements measure the same."""
    Valley(HOUSEHOLDS).write(tmp_path)
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(["rules.yaml", "scores.csv", *(f"{kind}.csv" for kind in KINDS)])
    assert [(tmp_path / name).read_bytes() for name in names] == [(folder / name).read_bytes() for name in names]


def test_a_larger_valley_has_the_same_first_community() -> None:
    """One community in a large file and in a small one is the same work."""
    assert list(Valley(HOUSEHOLDS).score_rows_of(0)) == list(Valley(18_000).score_rows_of(0))


@pytest.mark.parametrize(("kind", "rows"), [*zip(KINDS, (1, 2, HOUSEHOLDS, 6), strict=True)])
def test_its_registers_are_accepted_as_they_are(folder: Path, kind: str, rows: int) -> None:
    """Nothing is refused, and nothing had to be cleaned."""
    register = read_register(kind, folder / f"{kind}.csv")
    assert (len(register.rows), register.notes) == (rows, ())


def test_its_people_are_invented() -> None:
    """Every DNI begins with 0000 and is given once; whoever comes after the last of them has none."""
    given = [row["dni"] for row in Valley(10_300).household_rows() if row["dni"]]
    assert all(len(dni) == 8 and dni.startswith("0000") for dni in given)
    assert len(set(given)) == len(given) == 10_000


def test_its_sheets_are_full_and_can_be_settled(folder: Path) -> None:
    """Three judges and six marks for each household; every one has a place and no purse is short."""
    rules = load_rules(RULES)
    tier = rules.competitions["terraces"].tiers[0]
    contests = read_scores(folder / "scores.csv", tier)
    sheets = [sheet for contest in contests for entry in contest.entries for sheet in entry.sheets]
    assert (len(sheets), {len(sheet.marks) for sheet in sheets}) == (3 * HOUSEHOLDS, {6})
    result = settle(rules, "terraces", "household", contests)
    assert [len(contest.placings) for contest in result.contests] == [PER_COMMUNITY, HOUSEHOLDS - PER_COMMUNITY]
    assert not [out for contest in result.contests for out in contest.unranked]
