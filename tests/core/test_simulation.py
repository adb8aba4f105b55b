"""A competition tried before it is announced: draws that can be repeated, purses that close, refusals that are counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from hashlib import sha512
from pathlib import Path

import pytest
from tests.core.specimens import ENGLISH, rules_file, tier

from pachamama.core.model import Contest, Entry, Sheet, TierName
from pachamama.core.problems import Problem
from pachamama.core.rules import load_rules
from pachamama.core.settle import settle
from pachamama.core.simulation import (
    Finding,
    Invented,
    LastEdition,
    Played,
    Run,
    Simulated,
    Valley,
    figures_of,
    run_of,
    simulate,
    worst_cases,
)
from pachamama.core.simulation.chance import ONE, Chance
from pachamama.core.simulation.figures import spread
from pachamama.core.simulation.marks import draw_contests

EXAMPLE = (Path(__file__).parents[2] / "competitions.example.yaml").read_text("utf-8")
ALL_TIERS = [
    (id_, one.tier) for id_, competition in load_rules(EXAMPLE).competitions.items() for one in competition.tiers
]


def played(rules: str, *, programme: str = "{}", who: TierName = "household", within: str = "community") -> Played:
    """A tier with these rules, of households; it judges “soil” from 1 to 20 unless they say otherwise."""
    return Played(load_rules(rules_file(tier(rules, who=who, within=within), programme=programme)), "terraces", who)


def simulated(one: Played, *, communities: int = 2, households: int = 12, runs: int = 12, seed: int = 1) -> Simulated:
    """The figures of a small simulation."""
    editions = Invented(Valley.of(communities, households))
    return figures_of(one, list(simulate(one, editions, seed=seed, runs=runs)), worst_cases(one, editions, seed=seed))


def once(one: Played, marks: Mapping[str, int], *, fields: Mapping[str, Mapping[str, str]] | None = None) -> Run:
    """One run on these marks for “soil”, one judge, all in community C1."""
    return run_of(one, lambda: (contest(marks, fields=fields),))


def contest(marks: Mapping[str, int], *, fields: Mapping[str, Mapping[str, str]] | None = None) -> Contest:
    """A contest with these marks."""
    entries = [
        Entry(code, sheets=(Sheet("J1", "sheet", {"soil": mark}),), fields=(fields or {}).get(code, {}))
        for code, mark in marks.items()
    ]
    return Contest("C1", None, tuple(entries))


def told(finding: Finding) -> str:
    """An example in English."""
    example = finding.example
    return ENGLISH.say(example.message if isinstance(example, Problem) else example)


FLAT = """
panel: {judges: 1}
prizes:
  purses: [{id: project, amount: %s}]
  awards: [{scheme: flat, amount: 20, to: all}]
"""
PLACES = """
panel: {judges: 1}
prizes:
  purses: [{id: project, amount: 200}]
  awards: [{scheme: by_place, amounts: [100, 60, 40]}]
"""

LAST = contest({f"H{n}": 20 - n for n in range(12)})


# -- chance ----------------------------------------------------------------------------------------------------------


def test_draws_are_cut_from_the_sha_512_of_seed_and_name() -> None:
    """So they are the same on every machine and in every version of Python."""
    digest = sha512(b"7|run|1|C1H04|quality").digest()
    expected = [int.from_bytes(digest[at : at + 2], "big") for at in range(0, 64, 2)]
    assert Chance("7").within("run", 1).draws(32, "C1H04", "quality") == expected
    assert Chance("1").draws(3, "a") == [4118, 53384, 47596]


def test_more_draws_than_a_digest_holds_begin_with_the_same_ones() -> None:
    """A larger panel does not change what the first judges write."""
    chance = Chance("1")
    assert chance.draws(80, "x")[:32] == chance.draws(32, "x")
    assert len(set(chance.draws(80, "x"))) > 70


def test_a_number_below_a_limit_is_fair_and_in_range() -> None:
    """Each of five comes up about as often as the others."""
    counts = [0] * 5
    for number in range(5000):
        counts[Chance("1").below(5, number)] += 1
    assert min(counts) > 900, counts
    assert all(-ONE <= Chance("1").bell(number) <= ONE for number in range(100))


def test_the_same_seed_gives_the_same_figures_and_another_one_others() -> None:
    """Figures can be repeated by whoever has the rules and the number."""
    one = played(PLACES)
    assert simulated(one) == simulated(one)
    assert simulated(one).ties != simulated(one, seed=2).ties


def test_rules_see_the_same_marks_where_their_criteria_are_the_same() -> None:
    """Another criterion, another phase, a deduction and other prizes move no mark of the others."""
    short = played("phases: [{id: field, criteria: [{id: soil, max: 20}, {id: water, max: 10, step: 0.5}]}]")
    longer = played("""
        phases:
          - {id: field, criteria: [{id: house, max: 5}, {id: water, max: 10, step: 0.5}]}
          - {id: public, criteria: [{id: soil, max: 20}]}
        deductions: [{id: late, points: 3}]
        prizes:
          purses: [{id: project, amount: 50}]
          awards: [{scheme: by_place, amounts: [50]}]
    """)

    def marks(one: Played) -> dict[tuple[str, str, str], object]:
        drawn = draw_contests(one, Valley.of(2, 10), Chance("1"))
        return {
            (entry.code, sheet.judge, id_): mark
            for contest in drawn
            for entry in contest.entries
            for sheet in entry.sheets
            for id_, mark in sheet.marks.items()
        }

    few, many = marks(short), marks(longer)
    assert len(few) > 100
    assert few == {key: mark for key, mark in many.items() if key[2] != "house"}


# -- invented editions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("competition", "name"), ALL_TIERS)
def test_every_tier_of_the_example_file_can_be_simulated(competition: str, name: str) -> None:
    """Whatever the rules ask for is there: marks on the paper, fields, quotas, requests, the tier below; purses close."""
    one = Played(load_rules(EXAMPLE), competition, name)  # type: ignore[arg-type]
    size = 4 if name == "group" else 12
    runs = list(simulate(one, Invented(Valley.of(4, size)), seed=3, runs=6))
    assert [told(finding) for finding in figures_of(one, runs).refused] == []
    assert all(run.entries for run in runs)
    for run in runs:
        for pot in run.pots:
            assert pot.paid is not None
            assert 0 <= pot.paid <= min(pot.amount, pot.claimed)


def test_entries_look_like_those_of_a_real_edition() -> None:
    """Some are absent, three in ten heads are women, marks use the whole paper, and judges differ."""
    one = played("panel: {judges: 3}\ndeductions: [{id: late, points: 1}]")
    entries = [entry for c in draw_contests(one, Valley.of(20, 50), Chance("1")) for entry in c.entries]
    out = [entry for entry in entries if entry.status]
    assert 20 < len(out) < 90
    assert not any(entry.sheets for entry in out)
    assert 230 < sum(entry.fields["sex"] == "F" for entry in entries) < 370
    assert 15 < sum("late" in entry.deductions for entry in entries) < 90
    marks = [[sheet.marks["soil"] for sheet in entry.sheets] for entry in entries if entry.sheets]
    assert {min(map(min, marks)), max(map(max, marks))} == {1, 20}
    assert 9 < sum(map(sum, marks)) / sum(map(len, marks)) < 15
    assert sum(len(set(mine)) > 1 for mine in marks) > len(marks) / 2
    assert all(abs(mine[0] - mine[1]) < 8 for mine in marks), "judges of one panel see the same field"


def test_a_judge_is_hard_or_kind_to_a_whole_community() -> None:
    """The means of the judges of one panel lie further apart than chance alone would bring them."""
    drawn = draw_contests(played("panel: {judges: 3}"), Valley.of(10, 60), Chance("1"))
    apart = []
    for one in drawn:
        marks = [[sheet.marks["soil"] for sheet in entry.sheets] for entry in one.entries if entry.sheets]
        means = [Fraction(sum(of_judge), len(marks)) for of_judge in zip(*marks, strict=True)]
        apart.append(max(means) - min(means))
    assert sum(difference > 1 for difference in apart) >= 5, apart


def test_a_community_tier_reads_invented_results_of_its_households() -> None:
    """Six communities of one watershed, each with a register and households that took part."""
    one = Played(load_rules(EXAMPLE), "terraces", "community")
    (found,) = draw_contests(one, Valley.of(6, 30), Chance("1"))
    assert (found.within, [entry.code for entry in found.entries]) == ("W1", ["C1", "C2", "C3", "C4", "C5", "C6"])
    for entry in found.entries:
        assert entry.fields["households"] == "30"
        assert 15 <= len(entry.households or ()) <= 29
    assert len({entry.households for entry in found.entries}) == 6


def test_a_lower_tier_that_refuses_its_results_is_a_finding() -> None:
    """Nothing is refused: standardised marks need six entries for a judge, and four households are too few."""
    lower = tier("panel: {judges: 2, combine: standardised}")
    upper = tier(
        "from: household\ncriteria: [{id: part, source: participation, max: 20}]", who="community", within="watershed"
    )
    one = Played(load_rules(rules_file(lower, upper)), "terraces", "community")
    found = simulated(one, households=4, runs=3)
    assert (found.settled, found.refused[0].runs) == (0, 3)
    assert "too few to standardise" in told(found.refused[0])


def test_one_household_enters_two_categories_where_one_prize_is_the_rule_of_the_round() -> None:
    """Else nobody would ever be passed over."""
    one = played("""
        categories: [{id: new}, {id: old}]
        prizes:
          purses: [{id: project, amount: 100}]
          awards: [{scheme: by_place, amounts: [60, 40]}]
          one_prize_per_entrant: round
    """)
    drawn = draw_contests(one, Valley.of(3, 20), Chance("1"))
    codes = [entry.code for contest in drawn for entry in contest.entries]
    assert len(set(codes)) == 60 < len(codes)
    assert all(len({entry.code for entry in contest.entries}) == len(contest.entries) for contest in drawn)
    sheets = {(c.category, e.code): e.sheets for c in drawn for e in c.entries}
    both = [code for code in set(codes) if codes.count(code) == 2]
    assert any(sheets["new", code] != sheets["old", code] for code in both), "each entry has marks of its own"


# -- purses ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("if_short", ["prorate", "cut_last"])
def test_spend_never_exceeds_the_purse(if_short: str) -> None:
    """However small it is; what was claimed is shown beside it."""
    found = simulated(played(FLAT % 100 + f"  if_short: {if_short}\n"))
    (purse,) = found.purses
    assert purse.in_one is not None
    assert purse.spent is not None
    assert purse.returned is not None
    assert purse.held is not None
    assert purse.in_one.most <= 100_00
    assert purse.spent.most <= purse.held.most == 200_00
    assert purse.spent.mean + purse.returned.mean == purse.held.mean
    assert (found.settled, purse.short) == (12, 12)
    assert 200_00 <= purse.largest_claim <= 240_00


def test_a_purse_too_small_shows_as_refused_with_count_and_example() -> None:
    """One line for both communities, without their names; what would have been claimed is still known."""
    found = simulated(played(FLAT % 100))
    (purse,) = found.purses
    (finding,) = found.refused
    assert (found.runs, found.settled, finding.runs, finding.times) == (12, 0, 12, 24)
    assert "its awards come to USD 2" in told(finding)
    assert "it holds USD 100.00" in told(finding)
    assert (purse.spent, purse.short, found.winners) == (None, 12, None)
    assert 200_00 <= purse.largest_claim <= 240_00


def test_two_purses_that_are_too_small_are_two_findings() -> None:
    """What the rules name is kept apart; what one case names is not."""
    found = simulated(
        played("""
        panel: {judges: 1}
        prizes:
          purses: [{id: project, amount: 100}, {id: town, amount: 60}]
          awards: [{scheme: flat, amount: 20, to: all, purse: project}, {scheme: flat, amount: 10, to: all, purse: town}]
        """)
    )
    assert sorted(told(finding).split(":")[0] for finding in found.refused) == [
        "C1, purse “project”",
        "C1, purse “town”",
    ]


def test_the_distribution_is_that_of_the_rounds() -> None:
    """5 and 95 of 100 by nearest rank, median and mean exact."""
    found = spread([*range(1, 20), 100])
    assert found is not None
    assert (found.least, found.low, found.high, found.most) == (1, 1, 19, 100)
    assert (found.median, found.mean) == (Fraction(21, 2), Fraction(29, 2))
    assert (sum(found.bins), found.bins[0], found.bins[-1]) == (20, 9, 1)
    assert spread([]) is None
    assert (spread([5, 5]) or found).bins[0] == 2


# -- the worst cases -------------------------------------------------------------------------------------------------


def worst(rules: str, *, households: int = 12, programme: str = "{}") -> dict[str, int | None]:
    """The largest claims on the only purse in dollars, by extreme."""
    found = simulated(played(rules, programme=programme), runs=1, households=households)
    return {extreme: None if claim is None else claim // 100 for extreme, claim in found.purses[0].worst.items()}


def test_the_worst_case_of_a_flat_prize_is_entries_times_amount() -> None:
    """Nobody is absent then."""
    assert set(worst(FLAT % 1000).values()) == {12 * 20}


def test_the_worst_case_of_a_flat_prize_for_others_is_that_nobody_reaches_the_minimum() -> None:
    """Without place prizes everybody is another participant; with a tie of all for them nobody is."""
    rules = """
        panel: {judges: 1}
        prizes:
          purses: [{id: project, amount: 100}, {id: town, amount: 500}]
          awards:
            - {scheme: by_place, amounts: [50, 30], minimum_points: 5, purse: project}
            - {scheme: flat, amount: 20, purse: town}
    """
    found = simulated(played(rules), runs=1)
    assert {extreme: (claim or 0) // 100 for extreme, claim in found.purses[1].worst.items()} == {
        "all_equal": 0,
        "best_equal": 9 * 20,
        "all_at_the_top": 0,
        "all_at_the_bottom": 12 * 20,
        "no_ties": 10 * 20,
    }


def test_a_tie_of_all_costs_each_the_first_prize_where_ties_are_paid_in_full() -> None:
    """Pooled it costs no more than the prizes there are, and leaves small change to each."""
    assert worst(PLACES)["all_equal"] == 192
    assert worst(PLACES + "  tie_split: full\n")["all_equal"] == 12 * 100
    pooled = simulated(played(PLACES), runs=1).purses[0]
    assert pooled.worst_smallest == 16_00


def test_the_worst_case_of_level_prizes_is_that_all_reach_the_highest() -> None:
    """Twelve times 40."""
    rules = """
        panel: {judges: 1}
        levels: [{id: good, from: 10}, {id: best, from: 18}]
        prizes:
          purses: [{id: project, amount: 1000}]
          awards: [{scheme: by_level, amounts: {good: 20, best: 40}}]
    """
    found = worst(rules)
    assert (found["all_at_the_top"], found["all_equal"], found["all_at_the_bottom"]) == (480, 240, 0)


def test_the_worst_case_has_everybody_in_one_category() -> None:
    """In the first year all families are new."""
    assert set(worst("categories: [{id: new}, {id: old}]\n" + FLAT % 1000).values()) == {240}


def test_the_worst_case_is_that_of_the_largest_contest() -> None:
    """Twelve households in one community and two in the next."""
    one = played(FLAT % 1000)
    small = Contest("C2", None, contest({"A": 1, "B": 2}).entries)
    found = worst_cases(one, LastEdition((LAST, small)), seed=1)
    assert {worst.claims["project"] for worst in found} == {240_00}


def test_marks_that_cannot_be_scored_are_a_finding_of_the_worst_cases() -> None:
    """Five entries are too few for a scale; no figure is invented."""
    rules = PLACES.replace("{judges: 1}", "{judges: 1, combine: standardised}")
    found = simulated(played(rules), runs=1, households=5)
    assert set(found.purses[0].worst.values()) == {None}
    assert "too few to standardise" in told(found.impossible[0])


# -- who wins, ties, who goes up -------------------------------------------------------------------------------------


def test_shares_of_winners_and_women_are_counted_on_people() -> None:
    """Four enter, two of them women; three win, one of them a woman; one has no more than the flat prize."""
    one = played("""
        panel: {judges: 1}
        prizes:
          purses: [{id: project, amount: 200}]
          awards:
            - {scheme: by_place, amounts: [100, 60], minimum_points: 3}
            - {scheme: flat, amount: 20, minimum_points: 3}
    """)
    sexes = {"H1": "M", "H2": "F", "H3": "M", "H4": "F"}
    run = once(one, {"H1": 9, "H2": 8, "H3": 7, "H4": 2}, fields={code: {"sex": sex} for code, sex in sexes.items()})
    found = figures_of(one, [run]).winners
    assert found is not None
    assert found.communities is not None
    assert (found.entrants.part, found.entrants.whole) == (3, 4)
    assert found.entrants.percent == 75
    assert (found.above_flat.part, found.women_entering.part, found.women_winning.percent) == (2, 2, Fraction(100, 3))
    assert found.women_above_flat.percent == 50
    assert (found.communities.part, found.communities.whole) == (1, 1)
    assert (found.smallest, found.largest, found.prizes.most) == (20_00, 100_00, 3)


def test_only_households_have_heads_whose_sex_is_counted() -> None:
    """A group's `sex` field, drawn for a quota, says nothing about who heads a household."""
    one = played(
        "prizes: {purses: [{id: p, amount: 100}], awards: [{scheme: by_place, amounts: [100]}]}",
        who="group",
    )
    run = once(one, {"G1": 9, "G2": 8}, fields={code: {"sex": "F"} for code in ("G1", "G2")})
    found = figures_of(one, [run]).winners
    assert found is not None
    assert (found.women_entering.whole, found.women_winning.whole) == (0, 0)


def test_prizes_outside_the_range_are_counted_with_the_smallest_and_largest() -> None:
    """Four share 100 60 40: 50 each, below 60."""
    one = played(
        PLACES.replace("40]", "40], categories: null").replace(", categories: null", ""),
        programme="{prize_range: {minimum: 40, maximum: 120}}",
    )
    found = figures_of(one, [once(one, {f"H{n}": 9 for n in range(8)}), once(one, {"H1": 9, "H2": 8, "H3": 7})]).winners
    assert found is not None
    assert (found.outside, found.outside_runs, found.outside_smallest, found.outside_largest) == (8, 1, 25_00, 25_00)


@pytest.mark.parametrize(
    ("marks", "equal", "shared", "lots"),
    [
        ((9, 8, 7, 6, 5), False, False, False),
        ((9, 8, 7, 7, 5), True, False, True),
        ((9, 8, 7, 5, 5), False, False, False),
    ],
)
def test_a_tie_counts_where_a_place_with_a_prize_is_in_it(
    marks: tuple[int, ...], equal: bool, shared: bool, lots: bool
) -> None:
    """Third and fourth equal is a quarrel, fourth and fifth is not; lots that are recorded end it."""
    one = played("ties: [{lots: recorded}]\n" + PLACES)
    codes = [f"H{n}" for n in range(1, 6)]
    fields = {code: {"lots": str(n)} for n, code in enumerate(codes)}
    found = figures_of(one, [once(one, dict(zip(codes, marks, strict=True)), fields=fields)]).ties
    assert [one and one.part for one in (found.equal, found.shared, found.lots_for_prizes)] == [equal, shared, lots]
    assert found.lots is not None
    assert found.lots.part == (len(set(marks)) < 5)
    assert found.decided == {"lots": int(len(set(marks)) < 5)}


def test_promotion_is_counted_by_contest_with_ties_at_the_cut() -> None:
    """Top 3 of 9 8 7 7: four go up; a tie of two reserves is none at the cut."""
    one = played("panel: {judges: 1}\npromotion: {top: 3, reserves: 1}")
    found = figures_of(
        one, [once(one, {"A": 9, "B": 8, "C": 7, "D": 7}), once(one, {"A": 9, "B": 8, "C": 7, "D": 6, "E": 6})]
    )
    assert found.promoted is not None
    assert found.cut is not None
    assert (found.promoted.least, found.promoted.most, found.cut.part, found.cut.whole) == (3, 4, 1, 2)


# -- last edition ----------------------------------------------------------------------------------------------------


def test_last_edition_as_it_was_is_what_settle_says() -> None:
    """The same purse, to the cent."""
    one = played(PLACES)
    run = run_of(one, lambda: LastEdition((LAST,)).as_it_was(one, Chance("1")))
    expected = settle(one.rules, "terraces", "household", [LAST]).contests[0].purses[0]
    assert [(pot.paid, pot.amount) for pot in run.pots] == [(expected.awarded, expected.amount)]


def test_drawn_anew_a_contest_keeps_its_size_and_its_papers() -> None:
    """Entries are drawn with repetition; a copy has a code of its own and marks at most a step away, on the paper."""
    one = played(PLACES)
    before = {entry.code: entry.sheets[0].marks["soil"] for entry in LAST.entries}
    copies = moved = 0
    for number in range(20):
        (drawn,) = LastEdition((LAST,)).drawn(one, Chance("1").within(number))
        assert len({entry.code for entry in drawn.entries}) == len({entry.entrant for entry in drawn.entries}) == 12
        for entry in drawn.entries:
            mark, original = entry.sheets[0].marks["soil"], before[entry.code.split("·")[0]]
            assert 1 <= mark <= 20
            assert abs(mark - original) <= ("·" in entry.code)
            copies += "·" in entry.code
            moved += mark != original
    assert 60 < copies < 120
    assert copies / 4 < moved < copies * 3 / 4


def test_last_edition_of_communities_gets_invented_households() -> None:
    """Its score table has no households; the register's number is kept."""
    one = Played(load_rules(EXAMPLE), "terraces", "community")
    entries = draw_contests(one, Valley.of(4, 20), Chance("9"))[0].entries
    last = LastEdition((Contest("W1", None, tuple(Entry(e.code, sheets=e.sheets, fields=e.fields) for e in entries)),))
    runs = [run_of(one, lambda: last.as_it_was(one, Chance("1"))), *simulate(one, last, seed=1, runs=3)]
    assert [run.refusals for run in runs] == [()] * 4


def test_the_largest_claim_of_all_is_never_below_a_round_that_was_played() -> None:
    """Chance may find a dearer round than any extreme: both are looked at."""
    rules = "categories: [{id: new}, {id: old}]\n" + FLAT % 1000
    found = simulated(played(rules), runs=12).purses[0]
    assert found.largest_of_all >= max(found.largest_claim, *(claim or 0 for claim in found.worst.values()))
    assert replace(found, largest_claim=10**9).largest_of_all == 10**9
