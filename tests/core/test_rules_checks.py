"""Checks before any mark exists: what RULES.md refuses, what it warns of, each with its line (RULES.md, V)."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.core.specimens import (
    HERE,
    LOWER,
    assert_blamed,
    community,
    marked_lines,
    marked_places,
    problems_of,
    rules_file,
    tier,
    told,
)
from tests.oracle.competitions import random_competition

from pachamama.core.problems import Problem
from pachamama.core.rules import load_rules, read_rules, warnings_of
from pachamama.core.rules.currencies import CURRENCIES
from pachamama.core.sentences import say

CASES = Path(__file__).parents[3] / "shared" / "cases"


# -- refused: scores (A, C3) -----------------------------------------------------------------------------------------------

SCORES = [
    ("criteria: [{id: a, max: 20}]\ntotal: ›50 #!", "the criteria add up to 20, not to 50"),
    (
        "criteria: [{id: a, max: 8, weight: 0.5}, {id: b, max: 7}]\ntotal: ›15 #!",
        "the criteria add up to 11, not to 15",
    ),
    ("phases:\n  - {id: field, total: ›9, criteria: [{id: a, max: 8}]} #!", "the criteria add up to 8, not to 9"),
    ("phases: [{id: field, criteria: [{id: a, max: 8}]}]\ntotal: ›8 #!", "“total” stands beside phases"),
    ("phases: [{id: field, criteria: [{id: a, max: 8}]}]\nfactor: ›1 #!", "“factor” stands beside phases"),
    ("phases: [{id: field, criteria: [{id: a, max: 8}]}]\ncriteria: ›[{id: b, max: 2}] #!", "not both"),
    ("phases: ›[]", "this list is empty"),
    ("criteria: ›[]", "this list is empty"),
    ("phases: [{id: f, criteria: [{id: a, max: 8}]}, {id: ›f, criteria: [{id: b, max: 8}]}]", "“f” stands twice"),
    ("phases: [{id: f, criteria: [{id: a, max: 8}]}, {id: g, criteria: [{id: ›a, max: 8}]}]", "another criterion"),
    ("criteria: [{id: a, max: 8}, {id: ›a, max: 9}]", "“a” is the id of another criterion of this tier"),
    ("criteria: [{id: ›judge, max: 8}]", "“judge” is a column of the score table"),
    ("criteria: [{id: ›lots, max: 8}]", "“lots” is a column of the score table"),
    ("criteria: [{id: a, max: 8, weight: ›-1}]", "-1 is below 0"),
    ("factor: ›-2", "-2 is below 0"),
    ("phases: [{id: f, weight: ›-0.5, criteria: [{id: a, max: 8}]}]", "-0.5 is below 0"),
    ("criteria: [{id: a, min: ›5, max: 4}]", "the minimum 5 is above the maximum 4"),
    ("criteria: [{id: a, max: ›0.5}]", "the minimum 1 is above the maximum 0.5"),
    ("criteria: [{id: a, max: 10, step: ›2}]", "from 1 in steps of 2 no mark is exactly 10"),
    ("criteria: [{id: a, max: ›9.5}]", "from 1 in steps of 1 no mark is exactly 9.5"),
    ("criteria: [{id: a, max: 8, step: ›0}]", "the step is 0"),
    ("criteria: [{id: a, max: 8, step: ›-1}]", "the step is -1"),
    ("criteria: [{id: a, options: [{points: 4}, {points: 2}, {points: ›4}]}]", "two options have 4 points"),
    ("criteria: [{id: a, measured: {unit: kg}, bands: [{from: ›1, points: 4}]}]", "begins at 1, not at 0"),
    (
        "criteria: [{id: a, measured: {unit: kg}, bands: [{from: 0, points: 0}, {from: 5, points: 1}, {from: ›5, points: 2}]}]",
        "5 does not come after 5",
    ),
    ("criteria: [{id: a, source: ›participation, max: 20}]", "this tier reads none"),
    ("panel: {judges: ›0}", "a panel of 0 judges"),
    ("panel: {at_least: ›0}", "at least 0 judges"),
    ("panel: {judges: 2, at_least: ›3}", "at least 3 judges of a panel of 2"),
    ("panel: {combine: trimmed, drop: {highest: 1, lowest: 1, from: ›2}}", "none would be left"),
    ("panel: {combine: trimmed, drop: {highest: ›-1}}", "-1 is below 0"),
    ("panel: {combine: trimmed, judges: ›2, drop: {from: 5}}", "2 marks of 2 judges are dropped: none is left"),
    ("panel: {combine: outlier, distance: ›0}", "a distance of 0"),
    ("panel: {combine: rank_points, points: [12, 10, ›11]}", "11 points after 10"),
    ("panel: {combine: standardised, spread: ›0}", "a spread of 0"),
    ("panel: {combine: standardised}\nrounding: {compare: ›exact} #!", "no exact figure to compare"),
    ("rounding: {decimals: ›-1}", "-1 decimals cannot be printed"),
    ("rounding: {decimals: ›30}", "30 decimals cannot be printed"),
    ("rounding: {at: [phase, ›phase]}", "“phase” stands twice"),
    (
        "deductions: [{id: late, points: 1}]\nbonuses: [{id: x, points: 1}]\nknockouts: [{id: ›late}] #!",
        "“late” is already",
    ),
    ("deductions: [{id: late, points: ›-3}]", "-3 is below 0"),
    ("bonuses: [{id: late, points: ›-3}]", "-3 is below 0"),
    ("levels: [{id: a, from: 5}, {id: ›a, from: 9}]", "“a” stands twice"),
    ("levels: [{id: a, from: 5}, {id: b, from: ›5}]", "two levels begin at 5 points"),
    ("categories: [{id: new}, {id: ›new}]", "“new” stands twice"),
    ("from: ›household", "this tier reads itself"),
    ("from: ›group", "this competition has no tier “group”"),
    ("# nothing judged", "neither “phases” nor “criteria”"),
]

# -- refused: order (T, C1) --------------------------------------------------------------------------------------------------

ORDER = [
    ("panel: {combine: rank_sum}\nranking: {better: ›higher} #!", "the lowest sum of ranks wins"),
    ("panel: {combine: rank_sum}\nlevels: ›[{id: a, from: 5}] #!", "“levels” counts points from below"),
    ("ranking: {better: lower}\nlevels: ›[{id: a, from: 5}] #!", "“levels” counts points from below"),
    ("ranking: {better: lower}\ndeductions: ›[{id: a, points: 5}] #!", "“deductions” counts points from below"),
    ("ranking: {better: lower}\nbonuses: ›[{id: a, points: 5}] #!", "“bonuses” counts points from below"),
    ("ranking: {better: lower}\npromotion: {top: 1, at_least: ›5} #!", "“at_least” counts points from below"),
    (
        "ranking: {better: lower}\nprizes: {purses: [{id: p, amount: 9}], awards: [{scheme: flat, amount: 9, minimum_points: ›5}]} #!",
        "“minimum_points” counts points from below",
    ),
    (
        "ranking: {better: lower}\nprizes: {purses: [{id: p, amount: 9}], awards: [{scheme: ›proportional}]} #!",
        "“proportional” counts points from below",
    ),
    ("ties: [shared, ›{criterion: soil}]", "this step comes after “shared”"),
    ("ties: [{lots: recorded}, ›{criterion: soil}]", "this step comes after “lots”"),
    ("ties: [›{criterion: water}]", "there is no criterion “water” in this tier"),
    ("ties: [›{phase: field}]", "there is no phase “field” in this tier"),
    ("rounding: {compare: exact}\nties: [›exact] #!", "“exact” decides nothing beside “compare: exact”"),
    ("panel: {combine: standardised}\nties: [›exact] #!", "“exact” decides nothing beside “combine: standardised”"),
    ("ties: [›untrimmed]", "this panel drops no marks"),
    ("panel: {combine: trimmed, drop: {highest: 0, lowest: 0}}\nties: [›untrimmed] #!", "this panel drops no marks"),
    ("ties: [›{lots: seed}]", "lots by seed need a seed"),
    ("ties: [{lots: recorded, seed: ›acta-014/2026}]", "recorded lots have no seed"),
    ("promotion: {top: 3, percent: ›30}", "not both"),
    ("promotion: ›{reserves: 2}", "neither how many go up nor from how many points"),
    ("promotion: {top: ›0}", "the first 0"),
    ("promotion: {percent: ›0}", "0 percent of the entries"),
    ("promotion: {percent: ›101}", "101 percent of the entries"),
    ("promotion: {top: 3, reserves: ›-1}", "-1 is below 0"),
    ("promotion: {top: 1, quota: ›[{field: sex, value: F, count: 2}]}", "the quotas keep 2 seats of 1"),
    ("promotion: {top: 1, quota: [{field: sex, value: F, count: ›0}]}", "a quota of 0"),
    ("promotion: {at_least: ›21}", "21 points are above the full total 20"),
]

# -- refused: prizes (P) -----------------------------------------------------------------------------------------------------


def prizes(awards: str, purses: str = "[{id: project, amount: 200}]", more: str = "") -> str:
    """The prizes of a tier."""
    return f"prizes:\n  purses: {purses}\n  awards:\n    - {awards}\n{more}"


TWO = "[{id: project, amount: 200}, {id: municipality, amount: 600}]"
PRIZES = [
    (prizes("{scheme: flat, amount: 20, purse: ›donor}"), "there is no purse “donor” in this tier"),
    (prizes("›{scheme: flat, amount: 20}", TWO), "this award does not say which purse pays it"),
    (prizes("›{scheme: flat, amount: 20}", "[]"), "this award has no purse to draw on"),
    (
        prizes("{scheme: flat, amount: 20, purse: p}", "[{id: p, amount: 99}, {id: ›p, amount: 8}]"),
        "“p” stands twice",
    ),
    (prizes("{scheme: flat, amount: 20}", "[{id: p, amount: ›-200}]"), "-200 is below 0"),
    (prizes("{scheme: flat, amount: 20}", "[{id: p, amount: ›0.005}]"), "0.005 is not an amount of whole cents"),
    (prizes("{scheme: flat, amount: 20, categories: [›new]}"), "there is no category “new” in this tier"),
    (
        "categories: [{id: new}]\n" + prizes("{scheme: flat, amount: 20, categories: [new, ›new]} #!"),
        "“new” stands twice",
    ),
    ("categories: [{id: new}]\n" + prizes("{scheme: flat, amount: 20, categories: ›[]} #!"), "this list is empty"),
    (prizes("{scheme: by_level, amounts: {at_level: ›20}}"), "this tier has no level “at_level”"),
    (prizes("{scheme: by_level, amounts: ›{}}"), "no level is named here"),
    (prizes("{scheme: flat, amount: ›20.5}"), "20.5 is not a multiple of the cash unit 1"),
    (prizes("{scheme: by_place, amounts: [60, ›40.5]}"), "40.5 is not a multiple of the cash unit 1"),
    (prizes("{scheme: proportional, minimum: ›0.5}"), "0.5 is not a multiple of the cash unit 1"),
    (prizes("{scheme: flat, amount: 20}", more="  cap_per_community: {amount: ›1.5}"), "1.5 is not a multiple"),
    (prizes("{scheme: flat, amount: ›-20}"), "-20 is below 0"),
    (prizes("{scheme: by_place, amounts: [40, ›60]}"), "60 for a worse place than the one that gets 40"),
    (prizes("{scheme: percent, percents: [40, ›60]}"), "60 for a worse place than the one that gets 40"),
    (prizes("{scheme: percent, percents: [40, ›-10]}"), "-10 is below 0"),
    (prizes("{scheme: percent, percents: ›[60, 50]}"), "the percents on the purse “project” add up to 110"),
    (
        prizes("{scheme: percent, percents: [60]}\n    - {scheme: percent, percents: ›[50]} #!"),
        "the percents on the purse “project” add up to 110",
    ),
    (
        prizes("{scheme: by_place, amounts: ›[120, 90]}"),
        "the place prizes of one contest are USD 210.00, but the purse “project” holds USD 200.00",
    ),
    (
        prizes("{scheme: by_place, amounts: [120]}\n    - {scheme: by_place, amounts: ›[90]} #!"),
        "the place prizes of one contest are USD 210.00",
    ),
    (
        prizes("{scheme: percent, percents: [60]}\n    - {scheme: by_place, amounts: ›[90]} #!"),
        "the place prizes of one contest are USD 210.00",
    ),
    (prizes("{scheme: flat, amount: 20, minimum_points: ›21}"), "21 points are above the full total 20"),
    (prizes("{scheme: proportional, minimum: ›90, maximum: 60}"), "the minimum 90 is above the maximum 60"),
    (prizes("{scheme: in_kind, item: Pala, places: [›0]}"), "place 0"),
    (prizes("{scheme: in_kind, item: Pala, places: [1, ›1]}"), "“1” stands twice"),
    (prizes("{scheme: in_kind, item: Pala, places: [1], value: ›-2}"), "-2 is below 0"),
    (prizes("{scheme: in_kind, item: Pala, places: [1], value: ›0.001}"), "0.001 is not an amount of whole cents"),
    (prizes("{scheme: flat, amount: 20}", more="  cap_per_community: ›{}"), "a cap needs “prizes” or “amount”"),
    (
        prizes("{scheme: flat, amount: 20}", more="  cap_per_community: ›{prizes: 1, amount: 9}"),
        "a cap needs “prizes” or “amount”",
    ),
    (prizes("{scheme: flat, amount: 20}", more="  cap_per_community: {prizes: ›0}"), "a cap of 0"),
    (prizes("{scheme: flat, amount: 20}", more="  cap_per_community: {amount: ›0}"), "a cap of 0"),
]


@pytest.mark.parametrize(("rules", "message"), [*SCORES, *ORDER, *PRIZES])
def test_rules_that_cannot_work_are_refused_with_their_line(rules: str, message: str) -> None:
    """One mistake, one problem, on the line that has to change."""
    text = rules_file(tier(rules))
    if "# nothing judged" in rules:
        text = text.replace("- tier: household", "- tier: household #!")
    assert_blamed(text, message)


SOURCES = [
    ("›{id: a, source: participation}", "“a” needs “bands” or “max”, one of the two"),
    ("{id: a, source: participation, max: ›9, bands: [{from: 0, points: 1}]}", "one of the two"),
    ("{id: a, source: participation, max: ›-9}", "-9 is below 0"),
    ("{id: a, source: participation, bands: ›[]}", "this list is empty"),
    ("{id: a, source: participation, bands: [{from: ›5, points: 1}]}", "begins at 5, not at 0"),
    ("{id: a, source: households_at_level, level: ›gold, max: 9}", "the tier “household” has no level “gold”"),
    ("›{id: a, source: best_households, max: 9}", "“a” needs “share” or “count”, one of the two"),
    ("{id: a, source: best_households, share: 10, count: ›2, max: 9}", "“a” needs “share” or “count”"),
    ("{id: a, source: best_households, share: ›0, max: 9}", "a share of 0 percent"),
    ("{id: a, source: best_households, share: ›101, max: 9}", "a share of 101 percent"),
    ("{id: a, source: best_households, count: ›0, max: 9}", "a count of 0"),
]


@pytest.mark.parametrize(("criterion", "message"), SOURCES)
def test_sources_that_cannot_work_are_refused_with_their_line(criterion: str, message: str) -> None:
    """What a community tier reads from the households must be there and come to points."""
    assert_blamed(community(criterion), message)


def test_a_source_never_stands_beside_ranks() -> None:
    """Places cannot be added to points, whichever rank kind."""
    for panel in ("{combine: rank_sum}", "{combine: rank_points, points: [3, 2, 1]}"):
        text = community("{id: a, source: ›participation, max: 9}\n  - {id: works, max: 9}", f"panel: {panel}")
        assert_blamed(text, "“a” cannot be added to the judges' ranks")


@pytest.mark.parametrize("panel", ["{combine: rank_points, points: [3]}", "{combine: standardised}", "{combine: sum}"])
def test_points_without_a_full_total_cannot_be_scaled(panel: str) -> None:
    """`max` × value ÷ full total needs a full total; percents do not, and bands do not."""
    lower = tier(f"panel: {panel}")

    def upper(criterion: str) -> str:
        return rules_file(lower, tier(f"from: household\ncriteria: [{criterion}]", who="community", within="watershed"))

    assert "no full total to be scaled by" in told(problems_of(upper("{id: a, source: household_mean, max: 9}")))
    assert problems_of(upper("{id: a, source: participation, max: 9}")) == ()
    assert problems_of(upper("{id: a, source: household_mean, bands: [{from: 0, points: 9}]}")) == ()


def test_tiers_that_read_each_other_are_refused() -> None:
    """A circle has no lowest tier to close first."""
    text = rules_file(
        tier("from: ›community"),
        tier("from: ›group", who="group"),
        tier("from: ›household", who="community", within="watershed"),
    )
    assert_blamed(text, "the tiers read each other in a circle")


def test_a_tier_stands_once_in_a_competition() -> None:
    """Two household tiers would have the same round code."""
    text = rules_file(LOWER, LOWER.replace("- tier: household", "- tier: household #!"))
    assert_blamed(text, "this competition has two tiers “household”")


def test_a_source_may_have_the_name_of_a_column() -> None:
    """It stands on no sheet, so it is no column of the score table."""
    assert problems_of(community("{id: households, source: participation, max: 20}")) == ()


PROGRAMME = [
    ("{cash_unit: 0}", "a cash unit of 0 cannot be counted out"),
    ("{cash_unit: ›-1}", "a cash unit of -1 cannot be counted out"),
    ("{cash_unit: ›0.005}", "a cash unit of 0.005 cannot be counted out"),
    ("{prize_range: {minimum: ›50, maximum: 20}}", "the minimum 50 is above the maximum 20"),
    ("{prize_range: {minimum: ›0.001, maximum: 20}}", "0.001 is not an amount of whole cents"),
    ("{exchange: {currency: PEN, rate: ›0}}", "a rate of 0"),
    ("{exchange: {currency: PEN, rate: ›-3.75}}", "a rate of -3.75"),
    ("{languages: ›[]}", "this list is empty"),
    ("{languages: ›[es, es]}", "a language stands twice in this list"),
]


@pytest.mark.parametrize(("programme", "message"), PROGRAMME)
def test_a_programme_that_cannot_work_is_refused(programme: str, message: str) -> None:
    """Cash units, ranges, rates and languages."""
    assert_blamed(rules_file(tier(""), programme=f"{programme} #!"), message)


def test_a_file_without_competitions_is_refused() -> None:
    """There is nothing to open a round of."""
    assert_blamed("version: 1\nprogramme: {}\ncompetitions: ›{} #!\n", "there is no competition here")


@pytest.mark.parametrize(
    "award",
    [
        "{scheme: by_place, amounts: [›3001, 500]}",
        "{scheme: by_place, amounts: [500, ›19]}",
        "{scheme: flat, amount: ›10}",
        "{scheme: proportional, minimum: ›10}",
        "{scheme: proportional, maximum: ›4000}",
    ],
)
def test_every_amount_lies_in_the_programmes_range(award: str) -> None:
    """P11: an amount of the rules outside is refused; 20 and 3 000 are inside."""
    programme = "{prize_range: {minimum: 20, maximum: 3000}}"
    assert_blamed(rules_file(tier(prizes(award, "[{id: p, amount: 5000}]")), programme=programme), "outside the range")
    fine = prizes("{scheme: by_place, amounts: [3000, 20]}", "[{id: p, amount: 5000}]")
    assert problems_of(rules_file(tier(fine), programme=programme)) == ()


def test_place_prizes_of_different_categories_do_not_add_up() -> None:
    """Each category is a contest, and each contest has the whole purse."""
    rules = """
    categories: [{id: new}, {id: returning}]
    prizes:
      purses: [{id: project, amount: 200}]
      awards:
        - {scheme: by_place, amounts: [150], categories: [new]}
        - {scheme: by_place, amounts: [150], categories: [returning]}
    """
    assert problems_of(rules_file(tier(rules))) == ()
    both = rules.replace("categories: [returning]}", "categories: [returning, new]} #!")
    assert_blamed(rules_file(tier(both)), "the place prizes of one contest are USD 300.00")


def test_a_purse_of_the_round_is_not_held_against_one_contest() -> None:
    """How many contests claim on it is known only when they are settled (P7)."""
    round_purse = "[{id: project, amount: 200, per: round}]"
    assert problems_of(rules_file(tier(prizes("{scheme: by_place, amounts: [120, 90]}", round_purse)))) == ()


def test_all_problems_of_all_tiers_come_at_once() -> None:
    """In the order of the file, however many there are and whichever check finds them."""
    text = rules_file(
        tier("""
        total: ›50
        panel: {judges: 2, at_least: ›3}
        levels: [{id: a, from: 1}, {id: a, from: 1}] #!
        ties: [{phase: field}, shared] #!
        prizes:
          purses: [{id: project, amount: 100}]
          awards:
            - {scheme: by_place, amounts: [60, 80]} #!
        """),
        programme="{cash_unit: ›0}",
    )
    found = problems_of(text)
    lines = [problem.where.line for problem in found]
    assert lines == sorted(lines)
    assert set(lines) == set(marked_lines(text))
    assert len(found) == 8


# -- warned ------------------------------------------------------------------------------------------------------------------


def cautions(text: str, *, entries: int | None = None) -> tuple[Problem, ...]:
    """The warnings of a file."""
    return warnings_of(text.replace(HERE, ""), entries=entries, file="rules.yaml")


FLAT = "{scheme: flat, amount: 20}"
WARNED = [
    ("total: 60\nfactor: 2\ncriteria: [{id: a, min: 0, max: 60}]", 1, "the full total of this tier is 120"),
    (
        "criteria: [{id: a, measured: {unit: kg}, bands: [{from: 0, points: 20}, {from: 5, points: ›9}]}]",
        0,
        "9 points for more",
    ),
    ("levels: [{id: a, from: ›21}]", 0, "nobody can reach the level “a”: the full total is 20"),
    ("panel: {judges: 3, combine: trimmed, drop: {from: ›5}}", 0, "3 judges: no mark is ever dropped"),
    ("ties: [›{criterion: soil}]", 0, "the tie chain ends here without lots or “shared”"),
    ("ties: [{criterion: soil}]\nranking: {numbering: ›1234} #!", 0, "this one has no lots"),
    ("ranking: {numbering: ›1234}", 0, "this one has no lots"),
    ("ties: [{criterion: soil}, ›{criterion: soil}, shared]", 0, "stands in the chain already"),
    ("ties: [›{phase: sheet}, shared]", 0, "the tie step “phase:sheet” can never decide"),
    ("ties: [›{higher: soil}, shared]", 0, "“soil” is a column with another meaning"),
    ("ties: [›{lower: note}, shared]", 0, "“note” is a column with another meaning"),
    (
        "panel: {judges: 3, combine: trimmed, drop: {from: ›5}} #!\nties: [›untrimmed, shared] #!",
        0,
        "the tie step “untrimmed” can never decide",
    ),
    (
        prizes(FLAT.replace("}", ", purse: project}"), TWO.replace(", {", ", ›{")),
        0,
        "no award draws on the purse “municipality”",
    ),
    (
        "criteria: [{id: a, name: Agua, max: 10}, ›{id: b, max: 10}]\nlevels: [{id: high, from: 9}]",
        0,
        "2 things have no name, and papers show their codes: b and high",
    ),
    (
        f"{prizes(FLAT)}\n  cap_per_community: ›{{prizes: 2}} #!",
        0,
        "this cap per community can never decide: no award of this tier is counted",
    ),
    (prizes("{scheme: percent, percents: ›[50, 30]}"), 0, "add up to 80, not to 100"),
    (prizes("{scheme: ›proportional}"), 0, "a larger purse can lower a single prize"),
    (
        prizes("{scheme: by_place, amounts: [60, 15]}\n    - {scheme: flat, amount: 20} #!"),
        0,
        "the flat prize USD 20.00 is above the last place's USD 15.00",
    ),
    (
        prizes("{scheme: percent, percents: [91, 9]}\n    - {scheme: flat, amount: 20} #!"),
        0,
        "the flat prize USD 20.00 is above the last place's USD 18.00",
    ),
    (
        "levels: [{id: a, from: 5}, {id: b, from: 9}]\n" + prizes("{scheme: by_level, amounts: {a: 40, b: ›20}} #!"),
        0,
        "the level “b” pays less than “a”",
    ),
    (
        prizes("{scheme: ›percent, percents: [60, 40]}", "[{id: project, amount: 200, per: round}]"),
        0,
        "works only while the round has one contest",
    ),
]


@pytest.mark.parametrize(("rules", "of_the_tier", "message"), WARNED)
def test_what_deserves_a_word_is_warned_of_and_not_refused(rules: str, of_the_tier: int, message: str) -> None:
    """The rules stand; the warning names the line that people should look at."""
    text = rules_file(tier(rules))
    assert problems_of(text) == ()
    if of_the_tier:
        text = text.replace("total: 60", "total: ›60")
    assert_blamed(text, message, cautions(text))


SOURCES_WARNED = [
    ("{id: a, source: ›household_mean, over: participants, max: 20}", "looks only at households that took part"),
    ("{id: a, source: ›household_median, max: 20}", "looks only at households that took part"),
    ("{id: a, source: ›best_households, count: 10, max: 20}", "favours large communities"),
    (
        "{id: p, source: participation, max: 10}\n  - {id: a, source: ›household_mean, max: 10} #!",
        "counts participation a second time",
    ),
]


@pytest.mark.parametrize(("criterion", "message"), SOURCES_WARNED)
def test_sources_say_what_they_reward_beside_what_they_measure(criterion: str, message: str) -> None:
    """RULES.md, C3: each remark of its table."""
    text = community(criterion)
    assert_blamed(text, message, cautions(text))


def test_plain_sources_and_plain_chains_draw_no_warning() -> None:
    """A warning is worth reading because most files have none."""
    text = community(
        "{id: p, source: participation, max: 10}\n  - {id: a, source: best_households, share: 30, max: 10}",
        "ties: [{criterion: p}, {lots: recorded}]",
    )
    assert cautions(text) == ()


def test_tiers_that_cannot_be_counted_for_communities_are_warned_of() -> None:
    """Sources need households within communities below, and communities above."""
    wide = LOWER.replace("within: community", "within: programme")
    upper = "from: ›household\ncriteria: [{id: p, source: participation, max: 20}]"
    text = rules_file(wide, tier(upper, who="community", within="watershed"))
    assert_blamed(text, "does not compete within communities", cautions(text))
    text = rules_file(
        LOWER, tier(upper.replace(" #!", "").replace("›", ""), who="group").replace("tier: group", "tier: ›group #!")
    )
    assert_blamed(text, "but “group” competes here", cautions(text))
    text = rules_file(LOWER, tier("from: ›household", who="community", within="watershed"))
    assert_blamed(text, "no criterion uses it", cautions(text))


def test_a_share_outside_the_prize_range_is_warned_of() -> None:
    """A percent is no amount of the rules, but what it comes to is known."""
    programme = "{prize_range: {minimum: 20, maximum: 3000}}"
    text = rules_file(tier(prizes("{scheme: percent, percents: [91, ›9]}")), programme=programme)
    assert_blamed(text, "this share is USD 18.00, outside the range of prizes", cautions(text))


@pytest.mark.parametrize(
    ("programme", "code"),
    [
        ("{currency: ›SOL}", "SOL"),
        ("{currency: PEN, exchange: {currency: ›DOL, rate: 1}}", "DOL"),
        ("{currency: ›PEI}", "PEI"),
    ],
)
def test_a_currency_that_there_is_not_is_warned_of(programme: str, code: str) -> None:
    """PEN was meant by SOL; the inti (PEI) is of the past; the remedy names those of the Andes."""
    text = rules_file(tier(""), programme=programme)
    assert_blamed(text, f"“{code}” is the code of no currency", cautions(text))
    assert "soles are PEN" in (cautions(text)[0].hint or say("")).text


def test_the_currencies_are_those_that_countries_pay_with_today() -> None:
    """As Babel has them by country, which knows a few new ones less, or more, with each version."""
    from babel import Locale
    from babel.numbers import get_territory_currencies

    paid = {code for land in Locale("en").territories for code in get_territory_currencies(land)}
    assert len(CURRENCIES ^ paid) < 8
    assert {"PEN", "BOB", "USD", "EUR", "CLP", "COP", "BRL", "ARS"} <= CURRENCIES & paid


def test_a_second_currency_that_is_the_first_is_warned_of() -> None:
    """The same amount would be printed twice."""
    text = rules_file(tier(""), programme="{currency: PEN, exchange: {currency: ›PEN, rate: 1}}")
    assert_blamed(text, "printed twice in the same currency", cautions(text))


@pytest.mark.parametrize(("languages", "idle"), [("[es, en]", "en"), ("[en, qu]", "qu"), ("[es, qu, en]", "en")])
def test_a_language_that_no_paper_speaks_is_warned_of(languages: str, idle: str) -> None:
    """Papers speak the first; beside Spanish stands Quechua, and nothing else beside anything."""
    text = rules_file(tier(""), programme=f"{{languages: ›{languages}}}")
    assert_blamed(text, f"they have nothing in: {idle}", cautions(text))
    assert not cautions(rules_file(tier(""), programme="{languages: [es, qu]}"))


MUNICIPALITY = """\
prizes:
  purses:
    - {id: project, amount: 200}
    - {id: municipality, amount: ›600}
  awards:
    - {scheme: by_place, purse: project, amounts: [100, 60, 40]}
    - {scheme: flat, purse: municipality, amount: 20}
"""


@pytest.mark.parametrize(
    ("change", "most", "cost"),
    [
        (("", ""), 33, "USD 620.00"),
        (("[100, 60, 40]}", "[100, 60, 40], minimum_points: 11}"), 30, "USD 620.00"),
        (("amount: 20}", "amount: 20, to: all}"), 30, "USD 620.00"),
        (
            ("flat, purse: municipality, amount: 20", "by_level, purse: municipality, amounts: {a: 10, b: 30}"),
            20,
            "USD 630.00",
        ),
    ],
)
def test_the_worst_cost_of_flat_and_level_prizes_is_reckoned(change: tuple[str, str], most: int, cost: str) -> None:
    """That many entries are paid for; with one more the purse, the cost and what it holds are named."""
    text = rules_file(tier("levels: [{id: a, from: 5}, {id: b, from: 9}]\n" + MUNICIPALITY.replace(*change)))
    assert cautions(text, entries=most) == ()
    assert_blamed(text, f"may have to pay {cost}, and holds USD 600.00", cautions(text, entries=most + 1))


def test_a_purse_of_the_round_pays_all_categories() -> None:
    """Its worst case adds the contests up; a purse per contest stands for each alone."""
    rules = "categories: [{id: new}, {id: old}]\n" + prizes("{scheme: flat, amount: 20}", "[{id: p, amount: 200}]")
    assert cautions(rules_file(tier(rules)), entries=10) == ()
    whole = rules.replace("amount: 200}]", "amount: 200, per: round}] #!")
    text = rules_file(tier(whole))
    assert_blamed(text, "may have to pay USD 400.00, and holds USD 200.00", cautions(text, entries=10))


def test_a_promotion_of_everybody_is_warned_of() -> None:
    """`top` at or above the number of entries leaves nobody behind."""
    text = rules_file(tier("promotion: {top: ›3}"))
    assert cautions(text, entries=4) == cautions(text) == ()
    assert_blamed(text, "with 3 entries all of them go up", cautions(text, entries=3))


def test_warnings_are_the_same_from_the_text_and_from_what_was_read() -> None:
    """A command that has read the file need not read it again."""
    text = rules_file(tier("ties: [{criterion: soil}]"))
    assert told(warnings_of(text, file="r")) == told(warnings_of(read_rules(text, "r"))) != ""


# -- rules that stand ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(151))
def test_every_random_competition_of_the_recount_stands(seed: int) -> None:
    """What is drawn at random for the comparison with the independent recount is never refused."""
    text = random_competition(seed).rules_text
    assert load_rules(text).competitions["terraces"].tiers
    warnings_of(text, entries=5)


@pytest.mark.skipif(not CASES.is_dir(), reason="the published cases are not here")
def test_the_rules_of_every_published_case_stand() -> None:
    """Real competitions, with panels of 22 and purses of cents."""
    files = sorted(CASES.glob("*/rules.yaml"))
    assert files
    for file in files:
        assert load_rules(file.read_text(encoding="utf-8"), str(file))


# -- parts that cannot be read hide no others ----------------------------------------------------------------------------------

PURSE = "prizes: {purses: [{id: p, amount: 100}], awards: [{scheme: flat, amount: 5}]}"


@pytest.mark.parametrize(
    "rules",
    [
        "criteria: [{id: soil, max: 20, step: ›0}]\nties: [›{criterion: water}]\nprizes: {purses: [{id: p, amount: 9, per: ›contst}]} #!",
        "criteria: [{id: a, max: ›ten}, {id: b, max: 9, step: ›0}]\ntotal: 20",
        "criteria: [{id: a, max: 20, ›paper: red, step: ›0}]",
        "criteria: [{id: a, max: 20, ›max: 30}, {id: b, max: 9, step: ›0}]",
        "promotion: {top: ›three}\nties: [›{criterion: water}]",
        "levels: [›{id: low}, {id: high, from: 5}, {id: more, from: ›5}]\npromotion: {at_least: ›21}",
        "categories: [›{name: Nueva}, {id: old}, {id: ›old}]",
        "panel: {combine: ›trimed, judges: 2}\nties: [untrimmed, shared, ›exact]",
    ],
)
def test_a_slip_in_one_line_hides_no_other_problem(rules: str) -> None:
    """All at once, as far as what was read can be judged: the slip, and what is wrong beside it."""
    text = rules_file(tier(rules.replace(" #!", "")))
    found = problems_of(text)
    blamed = {(problem.where.line, problem.where.column) for problem in found}
    assert set(marked_places(text)) <= blamed, told(found)


@pytest.mark.parametrize(
    ("rules", "slip"),
    [
        ("criteria: [{id: a, max: 8}, {id: b, max: ten}]\ntotal: 20\nties: [{criterion: b}]", "“ten”"),
        ("criteria: [{id: a, max: 8}, {id: b, max: 12, weight: x}]\ntotal: 20", "“x”"),
        (
            "levels: [{id: a, form: 5}]\nprizes: {purses: [{id: p, amount: 9}], awards: [{scheme: by_level, amounts: {a: 5}}]}",
            "“form”",
        ),
        ("prizes: {purses: [{id: p, amount: 9 soles}], awards: [{scheme: flat, purse: p, amount: 5}]}", "9 soles"),
        (
            "categories: [{id: new house}]\n" + PURSE.replace("amount: 5", "amount: 5, categories: [new]"),
            "cannot be an id",
        ),
        ("panel: {combine: trimed}\nties: [untrimmed, shared]", "must be one of"),
        ("panel: {judges: x, at_least: 4}", "“x”"),
        ("# nothing judged\ncriterea: [{id: a, max: 9}]", "“criterea”"),
        ("promotion: {toop: 3}", "“toop”"),
        ("prizes: {purses: [{id: p, amount: 100}], awards: [{scheme: by_place, amounts: [60, x, 80]}]}", "“x”"),
    ],
)
def test_nothing_is_said_of_what_rests_on_a_part_that_cannot_be_read(rules: str, slip: str) -> None:
    """A sum, a name, a bound may be right once the slip is mended: nobody is sent to look for it."""
    found = problems_of(rules_file(tier(rules)))
    assert slip in told(found)
    assert all(problem.message.text != "" and _is_of_form(problem) for problem in found), told(found)


def _is_of_form(problem: Problem) -> bool:
    """It is about spelling and shape, or a key that is missing."""
    said = problem.message.text
    return any(
        words in said
        for words in ("not a number", "not a whole", "cannot be an id", "not known", "missing", "must be", "none of")
    )


def test_a_tier_is_judged_whose_competition_or_file_has_a_slip() -> None:
    """A wrong version, an unknown unit and another tier that cannot be read hide nothing of a tier that can."""
    bad = tier("criteria: [{id: a, max: 20, step: ›0}]", within="comunity")
    text = rules_file(bad, "- tier: community\n  within: watershed\n  criteria: 5\n").replace(
        "version: 1", "version: 7"
    )
    found = told(problems_of(text))
    for words in ("“7” cannot stand here", "“comunity”", "the step is 0", "“5” stands where a list is expected"):
        assert words in found


def test_with_one_judge_and_one_criterion_no_step_that_looks_at_marks_can_decide() -> None:
    """Equal points are one equal mark: six steps are warned of; the field of the entry is not."""
    rules = (
        "criteria: [{id: a, min: 0, max: 100}]\npanel: {judges: 1}\n"
        "ties: [›{criterion: a}, ›head_to_head, ›count_back, ›best_judge, ›worst_judge, ›exact, {lower: ha}, {lots: recorded}]"
    )
    text = rules_file(tier(rules))
    blamed = [(problem.where.line, problem.where.column) for problem in cautions(text)]
    assert blamed == marked_places(text), told(cautions(text))
    assert "with one judge and one criterion" in told(cautions(text))


@pytest.mark.parametrize(
    "rules",
    [
        "criteria: [{id: a, max: 100}]\npanel: {judges: 2}\nties: [{criterion: a}, exact, best_judge, shared]",
        "criteria: [{id: a, max: 10}, {id: b, max: 10}]\npanel: {judges: 1}\nties: [{criterion: a}, shared]",
        "criteria: [{id: a, min: 0, max: 100, step: 0.001}]\npanel: {judges: 1}\nties: [exact, shared]",
        "criteria: [{id: a, max: 100}]\npanel: {judges: 1}\ndeductions: [{id: d, points: 1}]\nties: [exact, best_judge, shared]",
    ],
)
def test_steps_that_could_decide_are_not_warned_of(rules: str) -> None:
    """Two judges, two criteria, marks finer than what is printed, points taken off."""
    text = rules_file(tier(rules))
    assert "can never decide" not in told(cautions(text))
