"""What holds for any rules and any marks (RULES.md, X): looked for in random competitions and in marks that hypothesis draws."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, assume, example, given, reject, settings
from hypothesis import strategies as st
from tests.core.test_settle import settled
from tests.oracle.competitions import Competition, random_competition

from pachamama.core.criteria import Measured, band_points
from pachamama.core.model import Contest, ContestResult, Entry, HouseholdResult, Settlement, Sheet
from pachamama.core.problems import Refused
from pachamama.core.rules import Rules, Tier, load_rules
from pachamama.core.settle import settle
from pachamama.exchange import read_scores

many = settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
seeds = st.integers(0, 5_000_000)
marks = st.lists(st.tuples(*[st.integers(0, 12)] * 3), min_size=2, max_size=9)
"""Up to nine entries, three judges each; few different marks, so that ties abound."""


# -- small competitions -----------------------------------------------------------------------------------------------


def rules_of(tier: str = "", *, prizes: str = "", unit: str = "1", maximum: str = "12") -> Rules:
    """One tier with one criterion from 0 to 12, and whatever else its text says."""
    lines = [f"        {line}" for line in (*tier.splitlines(), f"prizes: {prizes}" if prizes else "") if line]
    return load_rules(
        f"version: 1\nprogramme: {{cash_unit: {unit}}}\ncompetitions:\n  c:\n    tiers:\n      - tier: household\n"
        f"        within: programme\n        criteria: [{{id: m, min: 0, max: {maximum}}}]\n" + "\n".join(lines)
    )


def contest_of(
    table: Sequence[Sequence[int | Fraction]], fields: Sequence[Mapping[str, str]] = (), *, judges: Sequence[str] = ()
) -> Contest:
    """A contest of H1, H2, …, each with one sheet of each judge."""
    entries = []
    for number, row in enumerate(table):
        names = judges or [f"J{judge}" for judge in range(len(row))]
        sheets = tuple(Sheet(judge, "sheet", {"m": mark}) for judge, mark in zip(names, row, strict=True))
        entries.append(Entry(f"H{number}", sheets=sheets, fields=fields[number] if fields else {}))
    return Contest(None, None, tuple(entries))


def result_of(rules: Rules, *contests: Contest) -> Settlement:
    """The settlement of the one tier."""
    return settle(rules, "c", "household", contests)


def places(rules: Rules, table: Sequence[Sequence[int | Fraction]], **more: Any) -> dict[str, int]:
    """The first position of each entry's group."""
    (contest,) = result_of(rules, contest_of(table, **more)).contests
    return {one.entry.code: one.position for one in contest.placings}


def rewritten(one: Competition, change: Any) -> Competition:
    """The competition with its score table rewritten."""
    rows = list(csv.DictReader(io.StringIO(one.scores_text)))
    text = io.StringIO()
    columns, rows = change(list(rows[0]), rows)
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return replace(one, scores_text=text.getvalue())


def told(one: Competition) -> dict[str, Any] | None:
    """The whole document of a random competition, with its reasons; None where it is refused."""
    with TemporaryDirectory() as folder:
        return settled(one, Path(folder))


@dataclass(frozen=True)
class Played:
    """A random competition of the lowest tier: its rules, its contests and what came out."""

    rules: Rules
    tier: Tier
    contests: tuple[Contest, ...]
    settlement: Settlement


def played(seed: int) -> Played:
    """The competition of a seed; hypothesis tries another where it is refused or reads a lower tier."""
    one = random_competition(seed)
    assume(one.households is None)
    rules = load_rules(one.rules_text)
    tier = rules.competitions[one.competition].tier(one.tier)
    assert tier is not None
    with TemporaryDirectory() as folder:
        path = Path(folder, "scores.csv")
        path.write_text(one.scores_text, encoding="utf-8")
        try:
            contests = read_scores(path, tier)
            return Played(rules, tier, contests, settle(rules, one.competition, one.tier, contests))
        except Refused:
            reject()


# -- 1, 2: nothing but the marks ---------------------------------------------------------------------------------------


@many
@given(seeds)
def test_the_order_of_rows_and_columns_and_the_names_of_judges_change_nothing(seed: int) -> None:
    """X1: the same document, word for word, except where a sentence names a judge."""
    one = random_competition(seed)

    def shuffled(columns: list[str], rows: list[dict[str, str]]) -> tuple[list[str], list[dict[str, str]]]:
        chance = Random(seed)
        chance.shuffle(columns)
        chance.shuffle(rows)
        return columns, rows

    def renamed(columns: list[str], rows: list[dict[str, str]]) -> tuple[list[str], list[dict[str, str]]]:
        return columns, [
            {**row, "judge": f"Z{99 - int(row['judge'][1:])}"} if row.get("judge", "").startswith("J") else row
            for row in rows
        ]

    expected = told(one)
    assert told(rewritten(one, shuffled)) == expected
    found = told(rewritten(one, renamed))
    assert json.dumps(found).replace("Z", "J").count('"place"') == json.dumps(expected).count('"place"')
    if found and expected:
        for a, b in zip(found["contests"], expected["contests"], strict=True):
            keys = ("place", "entry", "points", "phases", "decided_by", "promoted", "amount")
            assert [[p[key] for key in keys] for p in a["placings"]] == [
                [p[key] for key in keys] for p in b["placings"]
            ]


@many
@given(seeds)
def test_settling_twice_gives_the_same_and_contests_apart_give_the_same(seed: int) -> None:
    """X2: except where one purse is for all contests, or a prize elsewhere counts."""
    one = random_competition(seed)
    assert told(one) == told(one)
    found = played(seed)
    assume(not (found.tier.prizes and found.tier.prizes.joins_contests))
    apart = [settle(found.rules, one.competition, one.tier, [contest]).contests[0] for contest in found.contests]
    assert sorted(apart, key=str) == sorted(found.settlement.contests, key=str)


@many
@given(seeds)
def test_an_entry_without_a_place_changes_nobody(seed: int) -> None:
    """X2: take it out, and places, points and money stay (missing marks that drop a judge or refuse apart)."""
    found = played(seed)
    assume(found.tier.panel.missing == "leave_out" and found.tier.panel.combine != "standardised")
    before = found.settlement
    gone = {(one.within, one.category, out.entry.code) for one in before.contests for out in one.unranked}
    assume(gone)
    kept = [
        replace(
            one, entries=tuple(entry for entry in one.entries if (one.within, one.category, entry.code) not in gone)
        )
        for one in found.contests
    ]
    after = settle(found.rules, before.competition, before.tier, kept)
    assert [one.placings for one in after.contests] == [one.placings for one in before.contests]


# -- 3, 5, 6: places -----------------------------------------------------------------------------------------------


@many
@given(seeds)
def test_better_points_never_have_a_worse_place_and_ties_are_mutual(seed: int) -> None:
    """X3: the chain moves only equals; `tied_with` is symmetric; a place under 1224 is 1 + the number better."""
    found = played(seed)
    tier, settlement = found.tier, found.settlement
    sign = 1 if tier.better == "higher" else -1
    for contest in settlement.contests:
        for first, second in pairwise(contest.placings):
            assert first.points * sign >= second.points * sign
            assert first.position <= second.position
        shared = {one.entry.code: set(one.tied_with) for one in contest.placings}
        for code, others in shared.items():
            assert all(code in shared[other] for other in others)
        for one in contest.placings:
            better = sum(1 for other in contest.placings if other.position < one.position)
            assert one.position == 1 + better
            if tier.ranking.numbering == "1224":
                assert one.place == 1 + better


@many
@given(marks, st.integers(0, 8), st.integers(0, 2), st.sampled_from(["mean", "sum", "median", "trimmed", "rank_sum"]))
def test_raising_a_mark_never_worsens_a_place(
    table: list[tuple[int, int, int]], at: int, judge: int, combine: str
) -> None:
    """X5: for every way to combine except outlier and standardised."""
    assume(at < len(table) and table[at][judge] < 12)
    drop = ", drop: {highest: 1, lowest: 1, from: 3}" if combine == "trimmed" else ""
    rules = rules_of(f"panel: {{judges: 3, combine: {combine}{drop}}}\nties: [count_back, head_to_head]")
    higher = [tuple(mark + (n == at and j == judge) for j, mark in enumerate(row)) for n, row in enumerate(table)]
    assert places(rules, higher)[f"H{at}"] <= places(rules, table)[f"H{at}"]


@many
@given(marks)
def test_a_new_entry_at_the_bottom_changes_nothing_above(table: list[tuple[int, int, int]]) -> None:
    """X6: neither a place nor a place prize (`unfilled: return`)."""
    assume(min(sum(row) for row in table) > 0)
    rules = rules_of(
        "panel: {judges: 3}\nties: [count_back]",
        prizes="{purses: [{id: p, amount: 300}], awards: [{scheme: by_place, amounts: [90, 60, 60, 30]}]}",
    )
    (before,) = result_of(rules, contest_of(table)).contests
    (after,) = result_of(rules, contest_of([*table, (0, 0, 0)])).contests
    assert [(p.entry.code, p.place, p.cents) for p in after.placings[:-1]] == [
        (p.entry.code, p.place, p.cents) for p in before.placings
    ]


# -- 4: points ------------------------------------------------------------------------------------------------------


@many
@given(seeds)
def test_printed_phases_less_deductions_are_the_printed_total(seed: int) -> None:
    """X4: where phases are printed as they are added; never below 0, before rounding never above the full total."""
    found = played(seed)
    tier, settlement = found.tier, found.settlement
    full = tier.full_total
    for contest in settlement.contests:
        for one in contest.placings:
            assert one.points >= 0
            assert full is None or not tier.rounding.is_exact or one.points <= full
            if tier.rounding.compare == "printed" and "phase" in tier.rounding.at:
                named = one.entry.deductions
                bonus = sum(rule.points for rule in tier.bonuses if rule.id in named)
                less = sum(rule.points for rule in tier.deductions if rule.id in named)
                total = sum(one.phases.values()) + bonus
                if bonus and full is not None:
                    total = min(total, full)
                assert one.points == tier.rounding.r(max(0, total - less))


@many
@given(st.integers(0, 12), st.integers(1, 7), st.sampled_from(["mean", "median", "trimmed", "outlier"]))
def test_judges_who_agree_give_their_common_mark(mark: int, judges: int, combine: str) -> None:
    """X4: mean, median, trimmed mean and outlier give that value."""
    more = ", distance: 2" if combine == "outlier" else ""
    rules = rules_of(f"panel: {{at_least: 1, combine: {combine}{more}}}")
    (contest,) = result_of(rules, contest_of([[mark] * judges])).contests
    assert contest.placings[0].points == mark


# -- 7: promotion ---------------------------------------------------------------------------------------------------


@many
@given(marks, st.integers(1, 5), st.integers(0, 36), st.sampled_from(["all", "none", "chain"]))
def test_the_first_go_up_and_nobody_below_the_threshold(
    table: list[tuple[int, int, int]], top: int, least: int, rule: str
) -> None:
    """X7: without a tie at the cut min(top, those able) go up; with `all`, equals on points go too."""
    rules = rules_of(
        f"panel: {{judges: 3, combine: sum}}\npromotion: {{top: {top}, at_least: {least}, tie_at_cut: {rule}}}\nties: [count_back]"
    )
    (contest,) = result_of(rules, contest_of(table)).contests
    up = [one for one in contest.placings if one.promoted]
    able = [one for one in contest.placings if one.points >= least]
    assert all(one.points >= least for one in up)
    is_cut = len(able) > top and able[top - 1].points == able[top].points
    if not is_cut:
        assert len(up) == min(top, len(able))
    elif rule == "all":
        assert {one.points for one in up} & {able[top].points}
        assert all(one.promoted == (one.points >= able[top].points) for one in able)
    elif rule == "none":
        assert all(one.promoted == (one.points > able[top].points) for one in able)
    else:
        assert len(up) >= top


@many
@given(marks, st.integers(0, 8), st.integers(1, 5), st.sampled_from(["all", "chain"]))
def test_a_better_mark_never_costs_a_seat(table: list[tuple[int, int, int]], at: int, top: int, rule: str) -> None:
    """X7: who goes up goes up with more points too."""
    assume(at < len(table) and max(table[at]) < 12)
    rules = rules_of(f"panel: {{judges: 3}}\npromotion: {{top: {top}, tie_at_cut: {rule}}}\nties: [count_back]")
    better = [tuple(mark + 1 for mark in row) if n == at else row for n, row in enumerate(table)]

    def goes_up(rows: Sequence[Sequence[int]]) -> bool:
        (contest,) = result_of(rules, contest_of(rows)).contests
        return next(one.promoted for one in contest.placings if one.entry.code == f"H{at}")

    assert goes_up(better) >= goes_up(table)


# -- 8 to 11: money -------------------------------------------------------------------------------------------------


@many
@given(seeds)
def test_every_purse_closes_and_nobody_is_paid_who_must_not_be(seed: int) -> None:
    """X8: sums by entry, by award and by purse agree; awards are positive, in cash units, only to those with a place."""
    found = played(seed)
    rules, tier, settlement = found.rules, found.tier, found.settlement
    unit = rules.programme.unit
    drawn: dict[str, int] = {}
    for contest in settlement.contests:
        own: dict[str, int] = {}
        for one in contest.placings:
            assert one.cents == sum(award.cents for award in one.awards)
            for award in one.awards:
                assert award.cents >= 0
                assert award.cents % unit == 0
                if award.purse is not None:
                    own[award.purse] = own.get(award.purse, 0) + award.cents
        for purse in contest.purses:
            assert purse.awarded == own.pop(purse.id, 0)
            assert 0 <= purse.awarded <= purse.amount
            assert purse.awarded + purse.returned == purse.amount
        for purse_id, amount in own.items():
            drawn[purse_id] = drawn.get(purse_id, 0) + amount
    for purse in settlement.purses:
        assert purse.awarded == drawn.pop(purse.id, 0)
        assert 0 <= purse.awarded <= purse.amount
    assert not drawn
    if tier.prizes is not None:
        least = min((award.minimum_points or 0 for award in tier.prizes.awards), default=0)
        for contest in settlement.contests:
            assert all(one.points >= least for one in contest.placings if one.awards)


@many
@given(
    st.lists(st.integers(0, 12), min_size=1, max_size=9),
    st.lists(st.integers(1, 20), min_size=1, max_size=5),
    st.sampled_from(["return", "best_by_chain"]),
)
@example([5, 5, 5], [10, 5], "best_by_chain")
def test_a_better_place_never_gets_less_and_a_group_never_more_than_its_positions_hold(
    points: list[int], amounts: list[int], remainder: str
) -> None:
    """X9: equal for money, equal but for one spare unit."""
    listed = sorted((amount * 10 for amount in amounts), reverse=True)
    rules = rules_of(
        "panel: {judges: 1}",
        unit="10",
        prizes=f"{{purses: [{{id: p, amount: {sum(listed)}}}], awards: [{{scheme: by_place, amounts: {listed}}}], remainder: {remainder}}}",
    )
    (contest,) = result_of(rules, contest_of([[point] for point in points])).contests
    for first, second in pairwise(contest.placings):
        if first.position != second.position:
            assert first.cents >= second.cents
        else:
            assert abs(first.cents - second.cents) <= 1000
    for group in {one.position for one in contest.placings}:
        paid = [one.cents for one in contest.placings if one.position == group]
        held = sum(listed[group - 1 : group - 1 + len(paid)]) * 100
        assert sum(paid) <= held
        assert held - sum(paid) < 1000 * len(paid)


@many
@given(st.lists(st.integers(1, 12), min_size=1, max_size=8), st.integers(1, 500))
def test_proportional_shares_follow_the_points(points: list[int], purse: int) -> None:
    """X10: equal points, equal amounts; more points never less; within one unit of the exact share unless a block stopped."""
    rules = rules_of(
        "panel: {judges: 1}", prizes=f"{{purses: [{{id: p, amount: {purse}}}], awards: [{{scheme: proportional}}]}}"
    )
    (contest,) = result_of(rules, contest_of([[point] for point in points])).contests
    for first, second in pairwise(contest.placings):
        assert first.cents >= second.cents
        assert first.points != second.points or first.cents == second.cents
    for one in contest.placings:
        share = Fraction(purse * 100) * Fraction(one.points) / sum(points)
        assert share - 100 < one.cents < share + 100


@many
@given(
    st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from("ABC"), st.sampled_from(["x", "y"])), min_size=1, max_size=9
    ),
    st.integers(1, 3),
)
def test_nobody_holds_two_prizes_and_no_community_more_than_its_cap(rows: list[tuple[int, str, str]], cap: int) -> None:
    """X11: with `round` one prize for an entrant in all contests; a cap of prizes in each."""
    rules = rules_of(
        "panel: {judges: 1}\ncategories: [{id: a}, {id: b}]",
        prizes="{purses: [{id: p, amount: 300}], awards: [{scheme: by_place, amounts: [100, 60, 40]}],"
        f" one_prize_per_entrant: round, cap_per_community: {{prizes: {cap}}}}}",
    )
    contests = []
    for category in ("a", "b"):
        entries = [
            Entry(
                f"H{n}{category}",
                sheets=(Sheet("J", "sheet", {"m": (point * (7 if category == "a" else 5)) % 13}),),
                fields={"entrant": f"E{n}", "community": community},
            )
            for n, (point, _, community) in enumerate(rows)
        ]
        contests.append(Contest(None, category, tuple(entries)))
    settlement = result_of(rules, *contests)
    winners = [one.entry.entrant for contest in settlement.contests for one in contest.placings if one.cents]
    assert len(winners) == len(set(winners))
    for contest in settlement.contests:
        for community in ("x", "y"):
            won = [one for one in contest.placings if one.cents and one.entry.fields["community"] == community]
            assert len(won) <= cap


# -- 12, 13: scaling and luck ------------------------------------------------------------------------------------------


@many
@given(marks, st.integers(2, 5), st.sampled_from(["mean", "median", "trimmed", "sum", "rank_sum"]))
def test_scaling_the_marks_keeps_every_place(table: list[tuple[int, int, int]], factor: int, combine: str) -> None:
    """X12: marks and ranges × k, under `compare: exact`."""
    text = f"panel: {{judges: 3, combine: {combine}}}\nrounding: {{compare: exact}}\nties: [count_back, head_to_head]"
    scaled = [[mark * factor for mark in row] for row in table]
    assert places(rules_of(text), table) == places(rules_of(text, maximum=str(12 * factor)), scaled)


@many
@given(st.lists(st.integers(1, 12), min_size=1, max_size=8), st.integers(2, 4), st.integers(20, 90))
def test_scaling_the_money_scales_every_award(points: list[int], factor: int, purse: int) -> None:
    """X12: amounts and cash unit × k multiply every award by k."""

    def paid(k: int) -> list[int]:
        prizes = (
            f"{{purses: [{{id: p, amount: {purse * k}}}, {{id: q, amount: {30 * k}}}], awards: [{{scheme: proportional, purse: p}},"
            f" {{scheme: by_place, purse: q, amounts: [{15 * k}, {10 * k}, {5 * k}]}}]}}"
        )
        rules = rules_of("panel: {judges: 1}", unit=str(k), prizes=prizes)
        (contest,) = result_of(rules, contest_of([[point] for point in points])).contests
        return [one.cents for one in contest.placings]

    assert paid(factor) == [amount * factor for amount in paid(1)]


@many
@given(marks, st.text("abc", min_size=1, max_size=4), st.text("xyz", min_size=1, max_size=4))
def test_another_seed_changes_no_cash_and_reorders_nothing_that_was_decided(
    table: list[tuple[int, int, int]], seed: str, other: str
) -> None:
    """X13: with `lots_decide_money: false`; a lot never moves an entry past one that an earlier step put apart."""

    def drawn(word: str) -> ContestResult:
        rules = rules_of(
            f'panel: {{judges: 3}}\nties: [count_back, {{lots: seed, seed: "{word}"}}]',
            prizes="{purses: [{id: p, amount: 300}], awards: [{scheme: by_place, amounts: [90, 60, 60, 30]}]}",
        )
        return result_of(rules, contest_of(table)).contests[0]

    one, two = drawn(seed), drawn(other)
    assert {p.entry.code: p.cents for p in one.placings} == {p.entry.code: p.cents for p in two.placings}
    without = places(rules_of("panel: {judges: 3}\nties: [count_back]"), table)
    order = [without[p.entry.code] for p in one.placings]
    assert order == sorted(order)


# -- 14: bands, participation, the lower tier --------------------------------------------------------------------------


@many
@given(st.lists(st.integers(1, 1000), unique=True, max_size=6), st.fractions(0, 2000))
def test_every_value_falls_in_exactly_one_band(starts: list[int], value: Fraction) -> None:
    """X14: the bands are half-open and begin with 0."""
    bounds = [0, *sorted(starts)]
    bands = ", ".join(f"{{from: {start}, points: {n}}}" for n, start in enumerate(bounds))
    rules = load_rules(
        "version: 1\nprogramme: {}\ncompetitions:\n  c:\n    tiers:\n      - tier: household\n        within: programme\n"
        f"        criteria: [{{id: m, measured: {{unit: m2}}, bands: [{bands}]}}]"
    )
    (criterion,) = rules.competitions["c"].tiers[0].judging[0].judged
    assert isinstance(criterion, Measured)
    inside = [n for n, start in enumerate(bounds) if start <= value and all(value < later for later in bounds[n + 1 :])]
    assert [band_points(criterion.bands, value)] == inside


@many
@given(st.lists(st.integers(0, 20), max_size=12), st.integers(0, 9))
def test_participation_lies_between_0_and_100_and_the_lower_tier_stays_as_it_is(points: list[int], more: int) -> None:
    """X14: P of N households; what was read is the same afterwards."""
    rules = load_rules(
        "version: 1\nprogramme: {}\ncompetitions:\n  c:\n    tiers:\n"
        "      - {tier: household, within: community, criteria: [{id: m, min: 0, max: 20}]}\n"
        "      - {tier: community, within: programme, from: household, criteria: [{id: p, source: participation, max: 100}]}\n"
    )
    below = tuple(HouseholdResult(f"H{n}", point, None) for n, point in enumerate(points))
    registered = len(points) + more
    assume(registered > 0)
    entry = Entry("C1", fields={"households": str(registered)}, households=below)
    before = repr(below)
    (contest,) = settle(rules, "c", "community", [Contest(None, None, (entry,))]).contests
    assert 0 <= contest.placings[0].points <= 100
    assert repr(below) == before
