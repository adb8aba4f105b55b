"""What holds for any rules and any marks (RULES.md, X), looked for in competitions that hypothesis draws and shrinks."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from tests.core.rules_and_marks import KINDS, PLAIN_KINDS, RANKS, Trial, by_code, figures, promotions, told, trials
from tests.core.test_settle import settled, without_words
from tests.oracle.competitions import Competition, random_competition

from pachamama.core.criteria import Measured, band_points
from pachamama.core.model import Contest, ContestResult, Entry, HouseholdResult, Placing, Sheet
from pachamama.core.rules import Rules, load_rules
from pachamama.core.settle import settle

some = settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
"""For whole rules and whole contests; the tests of one rule and a few marks can afford twice as many."""
many = settings(some, max_examples=120)
seeds = st.integers(0, 5_000_000)
shuffles = st.randoms(use_true_random=False)
steady = tuple(kind for kind in KINDS if kind != "outlier")
"""The kinds of panels under which a better mark is never a worse value (RULES.md, X5)."""


# -- small competitions -----------------------------------------------------------------------------------------------


def rules_of(tier: str = "", *, prizes: str = "", unit: str = "1") -> Rules:
    """One tier with one criterion from 0 to 12, and whatever else its text says."""
    lines = [f"        {line}" for line in (*tier.splitlines(), f"prizes: {prizes}" if prizes else "") if line]
    return load_rules(
        f"version: 1\nprogramme: {{cash_unit: {unit}}}\ncompetitions:\n  c:\n    tiers:\n      - tier: household\n"
        "        within: programme\n        criteria: [{id: m, min: 0, max: 12}]\n" + "\n".join(lines)
    )


def result_of_points(rules: Rules, table: Sequence[Sequence[int]]) -> ContestResult:
    """The result of H0, H1, …, each with one sheet of each judge."""
    entries = tuple(
        Entry(f"H{n}", sheets=tuple(Sheet(f"J{judge}", "sheet", {"m": mark}) for judge, mark in enumerate(row)))
        for n, row in enumerate(table)
    )
    (contest,) = settle(rules, "c", "household", [Contest(None, None, entries)]).contests
    return contest


def table_told(one: Competition) -> dict[str, Any] | None:
    """The whole document of a random competition, with its reasons; None where it is refused."""
    with TemporaryDirectory() as folder:
        return settled(one, Path(folder))


def rewritten(one: Competition, change: Callable[[list[str], list[dict[str, str]]], None]) -> Competition:
    """The competition with its score table changed in place."""
    rows = list(csv.DictReader(io.StringIO(one.scores_text)))
    columns = list(rows[0])
    change(columns, rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return replace(one, scores_text=text.getvalue())


def keyed(trial: Trial, code: Callable[[str], str] = str, within: Callable[[str], str] = str) -> dict[Any, Any]:
    """The figures and ties of every placing, by contest and entry, with new names for both."""
    return {
        (within(there.within or ""), there.category, code(one.entry.code)): (figures(one), {*map(code, one.tied_with)})
        for there in trial.settlement.contests
        for one in there.placings
    }


def better(trial: Trial, draw: Callable[[Any], Any]) -> tuple[str, Trial]:
    """An entry, and the trial with one of its marks raised."""
    criteria = {
        one["id"]: one for part in (trial.tier, *trial.tier.get("phases", [])) for one in part.get("criteria", [])
    }
    raised = []
    for entry in trial.contests[0].entries:
        for at, sheet in enumerate(entry.sheets):
            raised += [
                (entry.code, at, id_, more)
                for id_, mark in sheet.marks.items()
                for more in [next((one for one in marks_up(criteria[id_]) if one > mark), None)]
                if more is not None
            ]
    assume(raised)
    code, at, id_, more = draw(st.sampled_from(raised))

    def change(entry: Entry) -> Entry:
        if entry.code != code:
            return entry
        papers = list(entry.sheets)
        papers[at] = replace(papers[at], marks={**papers[at].marks, id_: more})
        return replace(entry, sheets=tuple(papers))

    return code, trial.of_entries(change)


def marks_up(criterion: Mapping[str, Any]) -> list[int]:
    """The marks of a criterion, from the worst; quantities that each fall into another band."""
    if "options" in criterion:
        return sorted(one["points"] for one in criterion["options"])
    return [0, 3, 6] if "measured" in criterion else list(range(criterion["min"], criterion["max"] + 1))


# -- X1: nothing but the marks -----------------------------------------------------------------------------------------


@some
@given(seeds)
def test_the_order_of_rows_and_columns_changes_nothing(seed: int) -> None:
    """X1: the same document, word for word, from a shuffled table."""
    one = random_competition(seed)

    def shuffle(columns: list[str], rows: list[dict[str, str]]) -> None:
        chance = Random(seed)
        chance.shuffle(columns)
        chance.shuffle(rows)

    assert table_told(rewritten(one, shuffle)) == table_told(one)


@some
@given(trials(contests=True, entrants=True, lots=["s"]), shuffles)
def test_the_order_of_contests_entries_and_sheets_changes_nothing(trial: Trial, chance: Random) -> None:
    """X1: the same document and the same warnings, word for word."""

    def shuffled(some_of: Sequence[Any]) -> tuple[Any, ...]:
        return tuple(chance.sample(list(some_of), len(some_of)))

    mixed = trial.of_entries(lambda entry: replace(entry, sheets=shuffled(entry.sheets)))
    mixed = replace(mixed, contests=shuffled([replace(one, entries=shuffled(one.entries)) for one in mixed.contests]))
    assert told(mixed.settlement) == told(trial.settlement)


@some
@given(seeds)
def test_the_names_of_judges_change_nothing(seed: int) -> None:
    """X1: other names, in another order, give every figure again."""
    one = random_competition(seed)

    def rename(columns: list[str], rows: list[dict[str, str]]) -> None:
        for row in rows:
            if row.get("judge"):
                row["judge"] = f"Z{99 - int(row['judge'][1:])}"

    assert without_words(table_told(rewritten(one, rename))) == without_words(table_told(one))


@some
@given(trials(contests=True))
def test_the_codes_of_entries_change_nothing_but_the_listing_of_equals(trial: Trial) -> None:
    """X1: renamed so that they sort the other way, entries keep their figures (lots by seed apart)."""

    def renamed(code: str) -> str:
        return f"{9 - int(code[1:])}{code[0]}"

    other = trial.of_entries(lambda entry: replace(entry, code=renamed(entry.code)))
    assert keyed(other) == keyed(trial, renamed)


@some
@given(trials(contests=True))
def test_the_names_of_communities_change_nothing(trial: Trial) -> None:
    """X1: neither where the entries compete nor where they come from, whatever sorts first."""
    other = {"C1": "Z1", "C2": "A2", "Ccapana": "Yanaoca", "Marcapata": "Anta"}
    moved = trial.of_entries(
        lambda entry: replace(entry, fields={**entry.fields, "community": other[entry.fields["community"]]})
    )
    moved = replace(moved, contests=tuple(replace(one, within=other[one.within or ""]) for one in moved.contests))
    assert keyed(moved) == keyed(trial, within=lambda name: other[name])


# -- X2: settling again, apart, without those who have no place --------------------------------------------------------


@some
@given(seeds)
def test_settling_twice_gives_the_same_bytes(seed: int) -> None:
    """X2: read again and settled again, nothing is left over from before."""
    one = random_competition(seed)
    assert json.dumps(table_told(one)) == json.dumps(table_told(one))


@some
@given(trials(contests=True, entrants=True, lots=["s"]))
def test_contests_settled_apart_give_the_same_as_together(trial: Trial) -> None:
    """X2: where every contest has its own purses and `one_prize_per_entrant` is not `round`."""
    prizes = dict(trial.tier["prizes"])
    prizes["purses"] = [{**purse, "per": "contest"} for purse in prizes["purses"]]
    if prizes["one_prize_per_entrant"] == "round":
        del prizes["one_prize_per_entrant"]
    trial = trial.ruled(prizes=prizes)
    together = trial.settlement.contests
    apart = [replace(trial, contests=(one,)).contest for one in trial.contests]
    assert {(one.within, one.category): one for one in apart} == {(one.within, one.category): one for one in together}


@many
@given(trials(lots=["s"]))
def test_an_entry_without_a_place_changes_nobody(trial: Trial) -> None:
    """X2: take it out, and places, points and money stay (rules that look at missing marks apart)."""
    trial = trial.ruled(panel={**trial.tier["panel"], "missing": "leave_out"})
    out = {one.entry.code for one in trial.contest.unranked}
    assume(out)
    (contest,) = trial.contests
    kept = replace(contest, entries=tuple(entry for entry in contest.entries if entry.code not in out))
    assert replace(trial, contests=(kept,)).contest.placings == trial.contest.placings


# -- X3: places ------------------------------------------------------------------------------------------------------


@many
@given(trials(prizes=False, lots=["s"]))
def test_places_follow_the_points_and_ties_are_mutual(trial: Trial) -> None:
    """X3: better points never a worse place; the chain moves only equals; every numbering counts who is better (T2)."""
    tier, contest = trial.read_tier, trial.contest
    sign = 1 if tier.better == "higher" else -1
    for first, second in pairwise(contest.placings):
        assert first.points * sign >= second.points * sign
        assert first.position <= second.position
    here = by_code(contest)
    for one in contest.placings:
        assert all(one.entry.code in here[other].tied_with for other in one.tied_with)
        assert {other.entry.code for other in contest.placings if other.position == one.position} == {
            one.entry.code,
            *one.tied_with,
        }
        before = [other for other in contest.placings if other.position < one.position]
        shared = len(one.tied_with) + 1
        assert one.position == len(before) + 1
        assert (
            one.place
            == {
                "1224": one.position,
                "1223": len({other.position for other in before}) + 1,
                "1334": len(before) + shared,
                "fractional": f"{Decimal(2 * len(before) + shared + 1) / 2:f}".removesuffix(".0"),
            }[tier.ranking.numbering]
        )


@many
@given(trials(prizes=False), st.data())
def test_entries_with_the_same_sheets_and_fields_share_the_place(trial: Trial, data: st.DataObject) -> None:
    """X3: equal in everything that a step may look at, two entries are equal (lots apart)."""
    (contest,) = trial.contests
    first = data.draw(st.sampled_from(contest.entries))
    twin = replace(first, code="A0")
    found = by_code(replace(trial, contests=(replace(contest, entries=(*contest.entries, twin)),)).contest)
    assume(first.code in found)
    assert "A0" in found[first.code].tied_with
    assert found["A0"].decided_by == found[first.code].decided_by


# -- X4, X5, X6: points ------------------------------------------------------------------------------------------------


@many
@given(trials(prizes=False))
def test_printed_phases_less_deductions_are_the_printed_total(trial: Trial) -> None:
    """X4: where phases are rounded before they are added; from 0 to the full total, where bonuses stop."""
    tier = trial.read_tier
    full, rounding = tier.full_total, tier.rounding
    for one in trial.contest.placings:
        assert one.points >= 0
        if full is not None and (rounding.is_exact or not {"criterion", "phase"} & set(rounding.at)):
            assert one.points <= (full if rounding.is_exact else rounding.r(full))
        if not rounding.is_exact and "phase" in rounding.at:
            named = one.entry.deductions
            bonus = sum(rule.points for rule in tier.bonuses if rule.id in named)
            total = sum(one.phases.values()) + bonus
            if bonus and full is not None:
                total = min(total, full)
            less = sum(rule.points for rule in tier.deductions if rule.id in named)
            assert one.points == rounding.r(max(0, total - less))


@many
@given(st.integers(0, 12), st.integers(1, 7), st.sampled_from(["mean", "median", "trimmed", "outlier"]))
def test_judges_who_agree_give_their_common_mark(mark: int, judges: int, combine: str) -> None:
    """X4: mean, median, trimmed mean and outlier give that value."""
    more = ", distance: 2" if combine == "outlier" else ""
    rules = rules_of(f"panel: {{at_least: 1, combine: {combine}{more}}}")
    assert result_of_points(rules, [[mark] * judges]).placings[0].points == mark


@many
@given(trials(prizes=False, kinds=PLAIN_KINDS, holes=False, compare="exact"))
def test_when_all_judges_agree_it_does_not_matter_how_they_are_combined(trial: Trial) -> None:
    """X4: mean, median, trimmed mean and outlier give the same points, criterion by criterion or sheet by sheet."""
    agreed = trial.of_entries(
        lambda entry: replace(
            entry, sheets=tuple(replace(one, marks=first_marks(entry, one.phase)) for one in entry.sheets)
        )
    )
    plain = agreed.ruled(panel={"combine": "mean", "judges": trial.tier["panel"]["judges"], "at_least": 1}, ties=None)
    found, expected = by_code(agreed.contest), by_code(plain.contest)
    assert {code: one.points for code, one in found.items()} == {code: one.points for code, one in expected.items()}


def first_marks(entry: Entry, phase: str) -> Mapping[str, Any]:
    """The marks of the first sheet of a phase."""
    return next(one.marks for one in entry.sheets if one.phase == phase)


@many
@given(trials(prizes=False, promotion=False, kinds=steady), st.data())
def test_raising_a_mark_never_worsens_the_place(trial: Trial, data: st.DataObject) -> None:
    """X5: under every way to combine except outlier and standardised, and every chain that looks at marks."""
    code, raised = better(trial, data.draw)
    before, after = by_code(trial.contest), by_code(raised.contest)
    assume(code in before)
    assert after[code].position <= before[code].position


@many
@given(trials(holes=False, above_least=True, promotion=False, schemes=["by_place", "percent", "in_kind"]))
def test_a_new_entry_at_the_bottom_changes_nothing_above(trial: Trial) -> None:
    """X6: no place, and no place prize under `unfilled: return`."""
    prizes = {**trial.tier["prizes"], "unfilled": "return", "tie_split": "pool"}
    trial = trial.ruled(prizes=prizes)
    (contest,) = trial.contests
    phases = trial.tier.get("phases") or [{"id": "sheet", **trial.tier}]
    papers = tuple(
        Sheet(f"J{judge}", phase["id"], {one["id"]: marks_up(one)[0] for one in phase["criteria"]})
        for phase in phases
        for judge in range(1, trial.tier["panel"]["judges"] + 1)
    )
    last = Entry("A0", sheets=papers, fields={**contest.entries[0].fields, "community": "Pitumarca"})
    before = trial.contest.placings
    after = replace(trial, contests=(replace(contest, entries=(*contest.entries, last)),)).contest.placings
    assume(after[-1].entry is last and all(one.points != after[-1].points for one in after[:-1]))
    assert [(one.entry, one.place, one.awards) for one in after[:-1]] == [
        (one.entry, one.place, one.awards) for one in before
    ]


# -- X7: promotion ---------------------------------------------------------------------------------------------------


@many
@given(trials(prizes=False, promotion=False), st.data())
def test_the_first_go_up_and_a_tie_at_the_cut_follows_its_rule(trial: Trial, data: st.DataObject) -> None:
    """X7: min(`top`, those able) without a tie at the cut; with `all` equals go too, with `none` none, else by place."""
    rule = data.draw(promotions(higher=trial.tier["panel"]["combine"] != "rank_sum", quota=False))
    trial = trial.ruled(promotion=rule)
    placings = trial.contest.placings
    able = [one for one in placings if one.points >= Fraction(rule.get("at_least", 0))]
    seats = rule.get("top") or ceil(Fraction(len(placings) * rule.get("percent", 0), 100))
    up = [one for one in placings if one.promoted]
    reserves = [one for one in placings if one.reserve]
    if seats >= len(able) or able[seats - 1].points != able[seats].points:
        assert up == able[:seats]
    else:
        cut = able[seats]
        assert up == [
            one
            for n, one in enumerate(able)
            if {
                "all": n < seats or one.points == cut.points,
                "none": n < seats and one.points != cut.points,
                "chain": one.position <= able[seats - 1].position,
            }[rule["tie_at_cut"]]
        ]
    assert all(one in able and one not in up for one in reserves)
    if rule["tie_at_cut"] == "all":
        assert len(reserves) >= min(rule["reserves"], len(able) - len(up))


@many
@given(trials(prizes=False, promotion=False, kinds=steady), st.integers(1, 4), st.data())
def test_kept_seats_are_filled_first_and_add_none(trial: Trial, top: int, data: st.DataObject) -> None:
    """X7, C1: the best with the value get them; no more go up than `top` where places decide and nobody shares one."""
    count = data.draw(st.integers(1, top))
    rule = {"top": top, "quota": [{"field": "sex", "value": "F", "count": count}], "tie_at_cut": "chain"}
    placings = trial.ruled(promotion=rule).contest.placings
    women = [one for one in placings if one.entry.fields["sex"] == "F"]
    up = [one for one in placings if one.promoted]
    assert all(one.promoted for one in women[:count])
    if not any(one.tied_with for one in placings):
        assert len(up) == min(top, len(placings))
        assert all(one.promoted for one in placings[: top - min(count, len(women))])


@many
@given(trials(prizes=False, promotion=False, kinds=steady), st.data())
def test_a_better_mark_never_costs_a_seat(trial: Trial, data: st.DataObject) -> None:
    """X7: who goes up goes up with a better mark too, whatever happens at the cut (quotas apart)."""
    rule = data.draw(promotions(higher=trial.tier["panel"]["combine"] != "rank_sum", quota=False))
    code, raised = better(trial.ruled(promotion=rule), data.draw)
    before, after = by_code(trial.ruled(promotion=rule).contest), by_code(raised.contest)
    assume(code in before)
    assert after[code].promoted >= before[code].promoted


# -- X8 to X11: money --------------------------------------------------------------------------------------------------


@many
@given(trials(contests=True, entrants=True, lots=["s"]), st.sampled_from(["1", "0.5", "0.01"]))
def test_every_purse_closes_and_nobody_is_paid_who_must_not_be(trial: Trial, unit: str) -> None:
    """X8: sums by entry, award and purse agree; whole cash units, to nobody passed over or below the award's points."""
    trial = replace(trial, programme={"cash_unit": Decimal(unit)})
    reckoning, settlement = trial.reckoning, trial.settlement
    rules = {(one["scheme"], one.get("purse")): one for one in trial.tier["prizes"]["awards"]}
    of_round: Counter[str] = Counter()
    for there, reckoned in zip(settlement.contests, reckoning.prizes.reckoned.contests, strict=True):
        drawn: Counter[str] = Counter()
        for one in there.placings:
            assert one.cents == sum(award.cents for award in one.awards)
            assert not (one.awards and (one.entry.code in reckoned.passed or one.entry.code in reckoned.capped))
            for award in one.awards:
                least = rules[award.scheme, award.purse].get("minimum_points", 0)
                assert one.points >= Fraction(least) or award.scheme == "in_kind"
                assert (award.cents > 0) == (award.scheme != "in_kind")
                assert award.cents % int(Decimal(unit) * 100) == 0
                drawn[award.purse or ""] += award.cents
        for purse in there.purses:
            assert purse.awarded == drawn.pop(purse.id, 0) <= purse.amount
            assert purse.awarded + purse.returned == purse.amount
        of_round += drawn
    for purse in settlement.purses:
        assert purse.awarded == of_round.pop(purse.id, 0) <= purse.amount
    assert not of_round


points_and_amounts = (
    st.lists(st.integers(0, 12), min_size=1, max_size=9),
    st.lists(st.integers(1, 20), min_size=1, max_size=5),
)


@many
@given(*points_and_amounts, st.sampled_from(["return", "best_by_chain"]), st.sampled_from(["return", "redistribute"]))
@example([5, 5, 5], [10, 5], "best_by_chain", "return")
def test_a_better_place_never_gets_less_and_a_group_never_more_than_its_positions_hold(
    points: list[int], amounts: list[int], remainder: str, unfilled: str
) -> None:
    """X9: equal for money, equal but for one spare unit; what is left in a group is less than a unit for each."""
    listed = sorted((amount * 10 for amount in amounts), reverse=True)
    rules = rules_of(
        "panel: {judges: 1}",
        unit="10",
        prizes=f"{{purses: [{{id: p, amount: {sum(listed)}}}], awards: [{{scheme: by_place, amounts: {listed}}}],"
        f" remainder: {remainder}, unfilled: {unfilled}}}",
    )
    placings = result_of_points(rules, [[point] for point in points]).placings
    for first, second in pairwise(placings):
        assert first.cents >= second.cents or first.position == second.position
        assert first.position != second.position or abs(first.cents - second.cents) <= 1000
    filled = listed[: len(points)]
    grown = Fraction(sum(listed), sum(filled)) if unfilled == "redistribute" else Fraction(1)
    for position in {one.position for one in placings}:
        paid = [one.cents for one in placings if one.position == position]
        held = sum(listed[position - 1 : position - 1 + len(paid)]) * 100 * grown
        assert held - 1000 * len(paid) < sum(paid) <= held


@many
@given(*points_and_amounts)
def test_prizes_paid_in_full_are_the_same_for_all_who_share_a_place(points: list[int], amounts: list[int]) -> None:
    """X9 under `tie_split: full`: each gets what the list has for the first position of the group."""
    listed = sorted(amounts, reverse=True)
    rules = rules_of(
        "panel: {judges: 1}",
        prizes=f"{{purses: [{{id: p, amount: 1000}}], awards: [{{scheme: by_place, amounts: {listed}}}], tie_split: full}}",
    )
    for one in result_of_points(rules, [[point] for point in points]).placings:
        assert one.cents == (listed[one.position - 1] * 100 if one.position <= len(listed) else 0)


@many
@given(st.lists(st.integers(1, 12), min_size=1, max_size=8), st.integers(1, 500))
def test_proportional_shares_follow_the_points(points: list[int], purse: int) -> None:
    """X10: equal points, equal amounts; more points never less; within one unit of the exact share unless a block stopped."""
    rules = rules_of(
        "panel: {judges: 1}", prizes=f"{{purses: [{{id: p, amount: {purse}}}], awards: [{{scheme: proportional}}]}}"
    )
    contest = result_of_points(rules, [[point] for point in points])
    for first, second in pairwise(contest.placings):
        assert first.cents >= second.cents
        assert first.points != second.points or first.cents == second.cents
    for one in contest.placings:
        share = Fraction(purse * 100) * Fraction(one.points) / sum(points)
        assert share - 100 < one.cents < share + 100


@many
@given(
    st.lists(st.integers(1, 12), min_size=1, max_size=8), st.integers(20, 400), st.integers(0, 20), st.integers(0, 100)
)
def test_proportional_shares_stay_within_their_limits(points: list[int], purse: int, least: int, more: int) -> None:
    """X10: with limits too, equal points get equal amounts, more points never less; the purse is spent unless all are full."""
    most = least + more
    assume(most and len(points) * least <= purse)
    limits = f"minimum: {least}, maximum: {most}" if least else f"maximum: {most}"
    rules = rules_of(
        "panel: {judges: 1}",
        prizes=f"{{purses: [{{id: p, amount: {purse}}}], awards: [{{scheme: proportional, {limits}}}]}}",
    )
    contest = result_of_points(rules, [[point] for point in points])
    for first, second in pairwise(contest.placings):
        assert first.cents == second.cents if first.points == second.points else first.cents >= second.cents
    assert all(least * 100 <= one.cents <= most * 100 for one in contest.placings)
    biggest = max(Counter(points).values())
    assert contest.purses[0].returned < 100 * biggest or all(one.cents == most * 100 for one in contest.placings)


@many
@given(trials(contests=True, entrants=True))
def test_nobody_holds_two_prizes_and_no_community_more_than_its_cap(trial: Trial) -> None:
    """X11: one for each entrant, in the round or in a contest; a cap of prizes or of money in each contest."""
    prizes = trial.tier["prizes"]
    contests = trial.settlement.contests
    winners = [[one.entry.entrant for one in there.placings if one.awards] for there in contests]
    if prizes["one_prize_per_entrant"] == "round":
        assert max(Counter(entrant for here in winners for entrant in here).values(), default=0) <= 1
    elif prizes["one_prize_per_entrant"] == "category":
        assert all(max(Counter(here).values(), default=0) <= 1 for here in winners)
    cap = prizes.get("cap_per_community", {})
    for there in contests:
        won: dict[str, list[int]] = {}
        for one in there.placings:
            capped = [award.cents for award in one.awards if award.scheme in ("by_place", "percent", "until_spent")]
            won.setdefault(one.entry.fields["community"], []).extend([sum(capped)] if capped else [])
        for amounts in won.values():
            assert len(amounts) <= cap.get("prizes", 99)
            assert sum(amounts) <= cap.get("amount", 9999) * 100


# -- X12, X13: scaling and luck ------------------------------------------------------------------------------------------


@many
@given(trials(compare="exact"), st.sampled_from(["2", "3", "0.5"]))
def test_scaling_the_marks_keeps_every_place_level_and_prize(trial: Trial, factor: str) -> None:
    """X12: marks, ranges, thresholds, distances × k, shares by points too; ranks know no scale, only their marks have one."""
    k = Decimal(factor)
    measured: set[str] = set()
    tier = scaled(trial.tier, k, measured)
    if trial.tier["panel"]["combine"] in RANKS:
        parts = ("criteria", "phases")
        tier = {**trial.tier, **{part: tier[part] for part in parts if part in tier}}

    def marked(sheet: Sheet) -> Sheet:
        return replace(
            sheet, marks={id_: mark if id_ in measured else mark * Fraction(k) for id_, mark in sheet.marks.items()}
        )

    other = replace(trial, tier=tier).of_entries(lambda entry: replace(entry, sheets=tuple(map(marked, entry.sheets))))
    assert [standing(one) for one in other.contest.placings] == [standing(one) for one in trial.contest.placings]


def standing(one: Placing) -> tuple[Any, ...]:
    """What a scale of the points leaves as it is."""
    cash = [(award.scheme, award.cents) for award in one.awards]
    return (one.entry.code, one.place, one.level, one.decided_by, one.promoted, one.reserve, cash)


def scaled(part: Any, k: Decimal, measured: set[str]) -> Any:
    """A part of the rules with all that is in points × k; the criteria that are measured keep their quantities."""
    if isinstance(part, list):
        return [scaled(one, k, measured) for one in part]
    if not isinstance(part, dict):
        return part
    found = {}
    for key, value in part.items():
        is_points = key in {"min", "max", "distance", "at_least", "minimum_points", "base"} and "combine" not in part
        is_points |= key == "distance"
        is_points |= key == "points" and not isinstance(value, list)
        is_points |= key == "from" and "points" not in part and "highest" not in part
        found[key] = value * k if is_points else scaled(value, k, measured)
    if "max" in part:
        found["step"] = k
    if "measured" in part:
        measured.add(part["id"])
    return found


@many
@given(trials(contests=True, entrants=True), st.sampled_from([2, 10, 7]))
def test_scaling_the_money_multiplies_every_award(trial: Trial, k: int) -> None:
    """X12: purses, amounts, limits, caps, requests and the cash unit × k."""
    richer = trial.ruled(prizes=enriched(trial.tier["prizes"], k)).of_entries(
        lambda entry: replace(entry, fields={**entry.fields, "requested": str(int(entry.fields["requested"]) * k)})
    )
    richer = replace(richer, programme={"cash_unit": k})
    for there, before in zip(richer.settlement.contests, trial.settlement.contests, strict=True):
        for one, poorer in zip(there.placings, before.placings, strict=True):
            assert [(award.cents, award.value) for award in one.awards] == [
                (award.cents * k, award.value * k) for award in poorer.awards
            ]


def enriched(part: Any, k: int) -> Any:
    """A part of the prizes with all that is money × k."""
    if isinstance(part, list):
        return [enriched(one, k) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: enriched(value, k)
        if isinstance(value, dict | list) and key != "amounts"
        else times(value, k)
        if key in ("amount", "amounts", "minimum", "maximum", "value")
        else value
        for key, value in part.items()
    }


def times(money: Any, k: int) -> Any:
    """An amount, a list of amounts or amounts by level × k."""
    if isinstance(money, list):
        return [one * k for one in money]
    return {level: one * k for level, one in money.items()} if isinstance(money, dict) else money * k


@many
@given(
    trials(
        lots=["s"],
        contests=True,
        spare_units=False,
        schemes=["by_place", "percent", "by_level", "flat", "proportional", "until_spent"],
    ),
    st.text("abc", min_size=1, max_size=3),
)
def test_another_seed_changes_no_cash_and_reorders_nothing_that_was_decided(trial: Trial, seed: str) -> None:
    """X13: with `lots_decide_money: false`; a lot never moves an entry past one that an earlier step put apart."""
    chain = trial.tier["ties"]
    other = trial.ruled(ties=[*chain[:-1], {"lots": "seed", "seed": seed}])
    without = trial.ruled(ties=chain[:-1])
    for first, second, plain in zip(
        trial.settlement.contests, other.settlement.contests, without.settlement.contests, strict=True
    ):
        assert {one.entry.code: one.cents for one in first.placings} == {
            one.entry.code: one.cents for one in second.placings
        }
        place = {one.entry.code: one.position for one in plain.placings}
        order = [place[one.entry.code] for one in first.placings]
        assert order == sorted(order)


# -- X14: bands, participation, the lower tier ---------------------------------------------------------------------------


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
