"""A seed that was announced draws the same edition in every version, on every machine: marks, fields, lots, all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from hashlib import sha256, sha512

import pytest
from tests.core.specimens import rules_file, tier

from pachamama.core.model import Contest, Entry
from pachamama.core.numbers import plain
from pachamama.core.rules import load_rules
from pachamama.core.simulation import Invented, LastEdition, Played, Valley, figures_of, simulate, worst_cases
from pachamama.core.simulation.chance import Chance
from pachamama.core.simulation.extremes import EXTREMES, extreme_contests
from pachamama.core.simulation.marks import draw_contests

HOUSEHOLDS = """
categories: [{id: new}, {id: old}, {id: guest}]
phases:
  - id: field
    criteria:
      - {id: soil, max: 20}
      - {id: water, min: 0, max: 10, step: 0.5}
      - {id: wall, options: [{points: 0}, {points: 3}, {points: 7}, {points: 10}]}
      - {id: area, measured: {unit: m²}, bands: [{from: 0, points: 1}, {from: 200, points: 5}, {from: 500, points: 9}]}
  - {id: fair, criteria: [{id: talk, max: 5}]}
levels: [{id: at_level, from: 15}]
deductions: [{id: late, points: 1}, {id: litter, points: 2}]
bonuses: [{id: seed, points: 1}]
knockouts: [{id: fire}]
ties: [{larger_gain: plants}, {lower: land}, {higher: years}, earlier_registration, jury_decision, {lots: recorded}]
promotion: {top: 2, quota: [{field: sex, value: F, count: 1}, {field: zone, value: high, count: 1}]}
prizes:
  purses: [{id: project, amount: 300}]
  awards: [{scheme: by_place, amounts: [30, 20], categories: [new, old]}, {scheme: in_kind, item: Tools, places: [3]}, {scheme: until_spent}]
  one_prize_per_entrant: round
"""
GROUPS = "panel: {combine: trimmed, judges: 5}\ncriteria: [{id: works, max: 40}]\nties: [{lots: recorded}]"
COMMUNITIES = """
from: household
criteria:
  - {id: took, source: participation, max: 20}
  - {id: mean, source: household_mean, max: 20}
  - {id: works, max: 30}
panel: {judges: 2}
ties: [{lots: recorded}]
"""
RULES = load_rules(
    rules_file(
        tier(HOUSEHOLDS),
        tier(GROUPS, who="group", within="programme"),
        tier(COMMUNITIES, who="community", within="watershed"),
        programme="{cash_unit: 0.5}",
    )
)


def edition(name: str, *, communities: int = 3, size: int = 12, seed: str = "1") -> tuple[Contest, ...]:
    """An invented edition of a tier."""
    played = Played(RULES, "terraces", name)  # type: ignore[arg-type]
    return draw_contests(played, Valley.of(communities, size), Chance(seed))


def line(contest: Contest, entry: Entry) -> str:
    """Everything that was drawn of an entry, in one line."""
    sheets = " ".join(
        f"{one.phase}/{one.judge}:" + ",".join(f"{id_}={plain(mark)}" for id_, mark in one.marks.items())
        for one in entry.sheets
    )
    below = " ".join(f"{one.entrant}={plain(one.points)}/{one.level}" for one in entry.households or ())
    said = " ".join(f"{name}={text}" for name, text in sorted(entry.fields.items()))
    named = " ".join(sorted(entry.deductions))
    return f"{contest.within}|{contest.category}|{entry.code}|{entry.status}|{named}|{said}|{sheets}|{below}"


def lines(contests: Iterable[Contest]) -> list[str]:
    """An edition, entry by entry, with the orders of its lots."""
    found = []
    for contest in contests:
        found += [line(contest, entry) for entry in contest.entries]
        found += [f"{one.step} {sorted(one.order.items())}" for one in contest.orders]
    return found


def digest(contests: Iterable[Contest]) -> str:
    """The first digits of the SHA-256 of an edition."""
    return sha256("\n".join(lines(contests)).encode()).hexdigest()[:16]


def test_later_draws_are_cut_from_the_text_with_a_number_behind_it() -> None:
    """A digest holds 32 draws; the next 32 come from `7|x|#1`, then `7|x|#2`."""
    digests = [sha512(text).digest() for text in (b"7|x", b"7|x|#1", b"7|x|#2")]
    expected = [int.from_bytes(one[at : at + 2], "big") for one in digests for at in range(0, 64, 2)]
    for number in (1, 32, 33, 64, 65, 96):
        assert Chance("7").draws(number, "x") == expected[:number]


def figures(value: object) -> object:
    """Every figure and sentence in a value, whatever the names of its fields are."""
    if isinstance(value, Mapping):
        return [(str(key), figures(one)) for key, one in value.items()]
    if isinstance(value, list | tuple):
        return [figures(one) for one in value]
    if is_dataclass(value):
        return [figures(getattr(value, one.name)) for one in fields(value)]
    return str(value)


@pytest.mark.parametrize(
    ("name", "first", "known"),
    [
        ("household", "C1|guest|C1H01|None||community=C1 jury_decision=3 land=11 lo", "f0df3ad15e4dea61"),
        ("group", "None|None|C1G01|None||community=C1 jury_decision=106 lots=10", "15a51c747786caf5"),
        ("community", "W1|None|C1|None||community=C1 households=40 jury_decision=1 ", "4b203ca090a3511a"),
    ],
)
def test_a_seed_draws_the_same_edition_for_ever(name: str, first: str, known: str) -> None:
    """Entries, categories, statuses, deductions, fields, lots, every mark, and the results below a community."""
    drawn = edition(name, size=40)
    assert lines(drawn)[0].startswith(first)
    assert digest(drawn) == known


@pytest.mark.parametrize(("name", "known"), [("household", "a569dbb65dbb6337"), ("community", "3578dc1acab13277")])
def test_a_seed_draws_the_same_from_last_edition(name: str, known: str) -> None:
    """Who is drawn again, and how the marks of a second copy move."""
    played = Played(RULES, "terraces", name)  # type: ignore[arg-type]
    assert digest(LastEdition(edition(name)).drawn(played, Chance("7"))) == known


@pytest.mark.parametrize(("name", "known"), [("household", "9894a1b039614731"), ("community", "48ddcd4ec12ed21d")])
def test_the_extremes_are_the_same_for_ever(name: str, known: str) -> None:
    """Everybody equal, at the top, at the bottom, all different; by category, and all in one."""
    played = Played(RULES, "terraces", name)  # type: ignore[arg-type]
    tried = [digest(contests) for extreme in EXTREMES for contests in extreme_contests(played, edition(name), extreme)]
    assert sha256(" ".join(tried).encode()).hexdigest()[:16] == known


@pytest.mark.parametrize(
    ("name", "known"),
    [("household", "4788a725adc0bb71"), ("group", "a7573a9bae5b9c1b"), ("community", "8c7d0583f61b7507")],
)
def test_a_simulation_says_the_same_figures_for_ever(name: str, known: str) -> None:
    """Purses, winners, ties, findings and extremes of six runs."""
    played, editions = Played(RULES, "terraces", name), Invented(Valley.of(2, 8))  # type: ignore[arg-type]
    found = figures_of(played, list(simulate(played, editions, seed=3, runs=6)), worst_cases(played, editions, seed=3))
    assert sha256(str(figures(found)).encode()).hexdigest()[:16] == known
