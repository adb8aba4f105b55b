"""Contests settled one by one, sheets made late, runs with lots by seed: the short ways lead where the long ones do."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from tests.core.specimens import ENGLISH, rules_file, tier
from tests.core.test_explanation import contest, prizes, rules_of, told

from pachamama.core.model import Contest, Sheet
from pachamama.core.numbers import in_parts
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.rules import load_rules
from pachamama.core.sentences import say
from pachamama.core.settle import settle, settle_each, stand_alone
from pachamama.core.sheets import WrittenSheets
from pachamama.core.simulation import Invented, Played, Run, Valley, figures_of, run_of, simulate
from pachamama.exchange import read_scores
from pachamama.exchange.plain_scores import read_contests

PLACES = "{scheme: by_place, amounts: [100, 60]}"


def test_contests_that_stand_alone_are_settled_one_by_one_with_the_same_results() -> None:
    """In the order in which they come."""
    rules = rules_of(prizes(PLACES) + "\ncategories: [{id: a}, {id: b}]\npromotion: {top: 1}")
    held = [
        replace(contest(table), category=name) for name, table in (("b", "H1: 40\nH2: 30"), ("a", "H3: 20\nH4: 20"))
    ]
    assert stand_alone(rules.competitions["terraces"].tiers[0])
    together = {one.category: one for one in settle(rules, "terraces", "household", held).contests}
    apart = list(settle_each(rules, "terraces", "household", held))
    assert [one.category for one in apart] == ["b", "a"]
    assert apart == [together["b"], together["a"]]


@pytest.mark.parametrize(
    ("more", "alone"),
    [("", True), (", one_prize_per_entrant: round", False), (", one_prize_per_entrant: 'no'", True)],
)
def test_contests_wait_for_each_other_only_for_money(more: str, alone: bool) -> None:
    """One prize in the round, or one purse for all of them."""
    assert stand_alone(rules_of(prizes(PLACES, "200", more)).competitions["terraces"].tiers[0]) is alone
    of_round = prizes(PLACES).replace("amount: 200", "amount: 200, per: round")
    assert not stand_alone(rules_of(of_round).competitions["terraces"].tiers[0])
    assert stand_alone(rules_of("").competitions["terraces"].tiers[0])


def test_the_first_contest_that_is_refused_stops_those_behind_it() -> None:
    """Those before it are settled."""
    rules = rules_of("")
    held = [contest("H1: 40"), contest("H1: 400"), contest("H1: 30")]
    found = settle_each(rules, "terraces", "household", held)
    assert next(found).placings[0].points == 40
    with pytest.raises(Refused) as refused:
        next(found)
    assert len(refused.value.problems) == 1


def test_sheets_of_a_table_are_like_any_other_sheets(tmp_path: Path) -> None:
    """Their number, their order, parts of them, their marks, and what they are equal to."""
    rules = load_rules(rules_file(tier("criteria: [{id: soil, max: 20}, {id: water, max: 9}]\npanel: {judges: 2}")))
    table = tmp_path / "scores.csv"
    table.write_text("within,entry,judge,soil,water\nC1,H1,J2,7,8\nC1,H1,J1,5,6\nC1,H2,J1,5,6\nC1,H2,J2,7,8\n")
    one = rules.competitions["terraces"].tiers[0]
    (found,) = read_contests(table, one, notes=[])
    (careful,) = read_scores(table, one)
    both = [
        [(sheet.judge, sheet.marks) for entry in here.entries for sheet in entry.sheets] for here in (found, careful)
    ]
    assert both[0] == both[1]
    first, second = (entry.sheets for entry in found.entries)
    assert isinstance(first, WrittenSheets)
    assert isinstance(second, WrittenSheets)
    assert len(first) == 2
    assert [sheet.judge for sheet in first] == ["J1", "J2"]
    assert [dict(sheet.marks) for sheet in first] == [{"soil": 5, "water": 6}, {"soil": 7, "water": 8}]
    assert first[1].judge == "J2"
    assert [sheet.judge for sheet in first[1:]] == ["J2"]
    assert first == tuple(first)
    assert first != tuple(first)[:1]
    assert first != (Sheet("J1", "sheet", {"soil": 5}), first[1])
    assert first != list(first)
    made = [settle(rules, "terraces", "household", [here]).contests[0].placings for here in (found, careful)]
    assert [[(one.entry.code, one.place, one.points) for one in placings] for placings in made] == [
        [("H1", 1, 13), ("H2", 1, 13)]
    ] * 2


def test_a_figure_that_is_no_whole_number_of_parts_is_never_rounded_in_silence() -> None:
    """A mistake of the program stops it."""
    assert in_parts(Fraction(3, 2), 4) == 6
    assert in_parts(5, 4) == 20
    with pytest.raises(ValueError, match="1/3 is no whole number of 4ths"):
        in_parts(Fraction(1, 3), 4)


def test_equal_requests_are_told_together() -> None:
    """What they ask for in all is what must fit."""
    fields = {"H1": "requested=30", "H2": "requested=50"}
    found = told(prizes("{scheme: until_spent}", "100"), "H1: 40\nH2: 40", fields=fields).prize
    assert found == [
        "equal for money: H1 and H2",
        "it asks for USD 30.00",
        "together they ask for USD 80.00",
        "the purse holds USD 100.00 at its turn: it fits",
        "this gives USD 30.00",
    ]


def test_lots_by_seed_decide_in_a_refused_run_as_they_would_in_a_round() -> None:
    """The purse is too small, so the run is refused; places are counted all the same, by the lots of the competition."""
    rules = rules_file(
        tier(
            "criteria: [{id: soil, max: 3}]\npanel: {judges: 1, at_least: 1}\nties: [{lots: seed, seed: raymi}]\n"
            "promotion: {top: 4}\n"
            "prizes: {purses: [{id: p, amount: 30}], awards: [{scheme: flat, amount: 20, to: all}]}"
        )
    )
    roomy = rules.replace("amount: 30}]", "amount: 9000}]")
    ordered = []
    for text in (rules, roomy):
        played = Played(load_rules(text), "terraces", "household")
        runs = list(simulate(played, Invented(Valley.of(2, 9)), seed=1, runs=4))
        ordered.append([one.orders for one in runs])
        assert bool(runs[0].refusals) == (text == rules)
    assert ordered[0] == ordered[1]


@pytest.mark.parametrize(("limits", "is_fine"), [("minimum: 0, maximum: 0", True), ("minimum: -1, maximum: 5", False)])
def test_a_range_may_begin_at_nothing(limits: str, is_fine: bool) -> None:
    """0 or more, with two decimals at most."""
    text = rules_file(tier(""), programme=f"{{prize_range: {{{limits}}}}}")
    if is_fine:
        load_rules(text)
        return
    with pytest.raises(Refused) as refused:
        load_rules(text)
    assert ENGLISH.problem(refused.value.problems[0]).endswith(
        "-1 is not an amount of whole cents (0 or more, with two decimals at most)"
    )


def test_a_name_with_no_language_at_all_says_the_remedy() -> None:
    """Nothing is written there."""
    with pytest.raises(Refused) as refused:
        load_rules(rules_file(tier("criteria: [{id: soil, max: 20, name: {}}]")))
    assert [ENGLISH.problem(one).partition(": ")[2] for one in refused.value.problems] == [
        "nothing is written here (write a text, or leave the key out)"
    ]


def test_an_edition_that_cannot_even_be_drawn_is_a_run_with_its_problems() -> None:
    """The rules of the tier below refuse their own results: nobody entered, nothing was claimed, and it is counted."""
    played = Played(rules_of(""), "terraces", "household")
    problem = Problem(NOWHERE, say("this file is empty"), say("begin with “version: 1”"))

    def nothing() -> tuple[Contest, ...]:
        raise Refused(problem)

    run = run_of(played, nothing)
    assert run == Run(0, 0, (), (), None, (problem,))
    found = figures_of(played, [run], ())
    assert [(one.times, one.example) for one in found.refused] == [(1, problem)]
