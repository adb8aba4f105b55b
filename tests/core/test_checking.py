"""The control of the typing: what checks a sheet, and which sheets must be typed twice before a round may close."""

from __future__ import annotations

import pytest
from tests.core.specimens import ENGLISH, rules_file, tier

from pachamama.core.checking import Checked, by_place, checked, control_of, said, unchecked, unchecked_told
from pachamama.core.model import Contest, Entry, SecondEntry, Sheet
from pachamama.core.rules import Rules, load_rules
from pachamama.core.settle import settle

TWO = (
    "phases: [{id: field, name: Campo, criteria: [{id: soil, max: 20}]}, {id: fair, criteria: [{id: talk, max: 20}]}]\n"
)


def rules_of(demanded: str = "", *, more: str = "", judging: str = "") -> Rules:
    """One tier judged by one judge; `demanded` is `panel.second_entry`."""
    panel = f"panel: {{judges: 1, at_least: 1{', second_entry: ' + demanded if demanded else ''}}}\n"
    return load_rules(rules_file(tier(judging + panel + more)))


def second(
    entry: str, state: str, *, within: str = "C1", phase: str = "sheet", judge: str = "J1", by: str = "Luz"
) -> SecondEntry:
    """A sheet that was typed twice."""
    return SecondEntry(within, None, entry, phase, judge, {"soil": 1}, {"soil": 2}, "Ana", by, state)  # type: ignore[arg-type]


def contest(*points: int, within: str = "C1") -> Contest:
    """H0, H1, … with one sheet each."""
    entries = [Entry(f"H{n}", sheets=(Sheet("J1", "sheet", {"soil": mark}),)) for n, mark in enumerate(points)]
    return Contest(within, None, tuple(entries))


def to_do(rules: Rules, contests: list[Contest], seconds: list[SecondEntry], *totals: str) -> list[str]:
    """What stands in the way of the closing, in words; `totals` are the entries of C1 whose control totals agreed."""
    results = settle(rules, "terraces", "household", contests).contests
    agreed = {("C1", None, code, "sheet", "J1"): "9" for code in totals}
    found = unchecked(rules.competitions["terraces"].tiers[0], contests, results, by_place(seconds), agreed)
    return [ENGLISH.say(one.told({})) for one in found]


@pytest.mark.parametrize(
    ("state", "total", "control"),
    [
        (None, False, "none"),
        (None, True, "total"),
        ("same", False, "second"),
        ("settled", True, "decided"),
        ("differs", False, "none"),
        ("differs", True, "none"),
    ],
)
def test_what_checks_a_sheet(state: str | None, total: bool, control: str) -> None:
    """A second person, else the total on the paper; while two typings differ nothing does."""
    where = ("C1", None, "H0", "sheet", "J1")
    seconds = by_place([second("H0", state)] if state else [second("H0", "same", judge="J2")])
    assert control_of(where, seconds, {where: "9"} if total else {}) == control


def test_how_the_sheets_of_each_contest_were_checked_is_counted() -> None:
    """Empty papers are no sheets; each contest by itself."""
    empty = Entry("H9", sheets=(Sheet("J1", "sheet", {}),))
    first = contest(5, 6, 7, 8, 9)
    contests = [Contest("C1", None, (*first.entries, empty)), contest(5, within="C2")]
    seconds = [
        second("H0", "same"),
        second("H1", "differs"),
        second("H3", "settled"),
        second("H4", "confirmed", by="ANA"),
    ]
    totals = {("C1", None, "H2", "sheet", "J1"): "7"}
    found = checked(contests, by_place(seconds), totals)
    assert found == (Checked("C1", None, 1, 1, 1, decided=1, same=1), Checked("C2", None, 0, 0, 1))
    assert [one.sheets for one in found] == [5, 1]
    assert [ENGLISH.say(one) for one in said(found[0])] == [
        "Typing: 1 of 5 sheets was typed by a second person, and agrees.",
        "Typing: 1 of 5 sheets was typed in two ways, and decided with the paper in hand.",
        "Typing: 1 of 5 sheets agrees with the total written on the paper.",
        "Typing: 1 of 5 sheets was typed twice by the same person, and agrees.",
        "Typing: 1 of 5 sheets was typed once, without a control.",
    ]


def test_a_sheet_that_one_person_typed_twice_is_not_checked() -> None:
    """It must be typed by somebody else where the rules ask for it; the total on the paper checks it."""
    alone = [second("H0", "confirmed", by="ana"), second("H1", "confirmed", by="ana")]
    assert to_do(rules_of("all"), [contest(5, 6)], alone, "H1") == [
        "H0: the sheet of J1 must be typed by a second person"
    ]


def test_nothing_must_be_typed_twice_unless_the_rules_say_so() -> None:
    """But a sheet typed in two ways must always be decided."""
    assert to_do(rules_of(), [contest(5, 6)], [second("H1", "differs")]) == [
        "H1: the sheet of J1 was typed in two ways, and nobody has decided"
    ]


def test_every_sheet_must_be_checked_where_the_rules_say_all() -> None:
    """By a second person or by the total on the paper, in every contest."""
    contests = [contest(5, 6, 7), contest(5, within="C2")]
    assert to_do(rules_of("all"), contests, [second("H0", "same"), second("H1", "differs")], "H1", "H2") == [
        "H1: the sheet of J1 was typed in two ways, and nobody has decided",
        "H0: the sheet of J1 must be typed by a second person",
    ]


@pytest.mark.parametrize(
    ("more", "points", "reach"),
    [
        ("prizes: {purses: [{id: p, amount: 9}], awards: [{scheme: by_place, amounts: [5]}]}", (9, 8, 7), "H0 H1"),
        (
            "prizes: {purses: [{id: p, amount: 9}], awards: [{scheme: by_place, amounts: [5]}]}",
            (9, 9, 7, 7, 6),
            "H0 H1 H2 H3",
        ),
        ("promotion: {top: 1, reserves: 1}", (9, 8, 7, 6), "H0 H1 H2"),
        ("promotion: {top: 2}", (9, 8, 7, 6), "H0 H1 H2"),
        ("promotion: {top: 4}", (9, 8, 7, 6), "H0 H1 H2 H3"),
        ("", (9, 8, 7), "H0"),
    ],
)
def test_only_who_could_win_must_be_checked_where_the_rules_say_winners(
    more: str, points: tuple[int, ...], reach: str
) -> None:
    """Whoever wins, goes up or is a reserve, and the next behind them."""
    found = to_do(rules_of("winners", more=more), [contest(*points)], [])
    assert found == [f"{code}: the sheet of J1 must be typed by a second person" for code in reach.split()]


def test_winners_are_those_of_their_own_contest() -> None:
    """H0 wins in one community and is last in the other."""
    prize = "prizes: {purses: [{id: p, amount: 9}], awards: [{scheme: by_place, amounts: [5]}]}"
    contests = [contest(9, 8, 7), contest(1, 8, 9, within="C2")]
    found = to_do(rules_of("winners", more=prize), contests, [second("H1", "same", within="C2")], "H1")
    assert found == [
        "H0: the sheet of J1 must be typed by a second person",
        "H2: the sheet of J1 must be typed by a second person",
    ]


def test_a_sheet_of_one_of_several_phases_is_said_with_its_phase() -> None:
    """By its name, else by its id."""
    marks = (Sheet("J1", "field", {"soil": 9}), Sheet("J1", "fair", {"talk": 9}))
    found = to_do(rules_of("all", judging=TWO), [Contest("C1", None, (Entry("H0", sheets=marks),))], [])
    assert found == [
        "H0, Campo: the sheet of J1 must be typed by a second person",
        "H0, fair: the sheet of J1 must be typed by a second person",
    ]


def test_many_sheets_of_one_judge_to_be_typed_again_are_one_line() -> None:
    """What was typed in two ways keeps a line of its own, since each is decided by itself."""
    rules, held = rules_of("all"), [contest(*range(1, 8))]
    found = unchecked(
        rules.competitions["terraces"].tiers[0],
        held,
        settle(rules, "terraces", "household", held).contests,
        by_place([second("H2", "differs")]),
        {},
    )
    command = "`pachamama enter --second --as NAME`"
    assert [ENGLISH.say(what) for _, _, what in unchecked_told(found, {"H2": "Rosa"})] == [
        "6 entries, of each: the sheet of J1 must be typed by a second person (H0, H1, H3, H4, H5 and H6): " + command,
        "H2 Rosa: the sheet of J1 was typed in two ways, and nobody has decided",
    ]
    few = [ENGLISH.say(what) for _, _, what in unchecked_told(found[:1], {})]
    assert few == ["H0: the sheet of J1 must be typed by a second person: " + command]
