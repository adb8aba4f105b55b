"""Judges who step back: who is left, who judges instead, and entries that would lose their place in silence."""

from __future__ import annotations

from typing import Any

import pytest
from tests.core.test_sheets import ENGLISH, ONE, TWO, entry, sheet, tier_of

from pachamama.core.assigning import work_of
from pachamama.core.conflicts import conflicts, seated
from pachamama.core.missing import expected_sheets, missing_sheets, too_few_judges
from pachamama.core.model import Contest, Entry, Household, Judge

PANEL = {"sheet": ("J1", "J2")}
BACK = {"J2": "es mi prima"}
INSTEAD = {"A": {"sheet": {"J2": "J4"}}}


def contest(*entries: Entry, **more: Any) -> Contest:
    """A contest of Ccapana whose panel are J1 and J2."""
    return Contest("Ccapana", None, entries, **{"panel": PANEL, **more})


def few(text: str, *entries: Entry, **more: Any) -> list[str]:
    """The entries that are left with too few judges, in words."""
    return [ENGLISH.say(one.told({"J2": "Ana"})) for one in too_few_judges(tier_of(text), contest(*entries, **more))]


def test_an_entry_that_a_recusal_leaves_without_enough_judges_is_named() -> None:
    """Two judges, two needed: one steps back from A, and A can have no place; with one needed it can."""
    found = [entry("A", recused=BACK), entry("B")]
    said = "A: J2 Ana stepped back, 1 judge is left, and at least 2 are needed: no place, no prize"
    assert few(f"{ONE}panel: {{judges: 2}}", *found) == [said]
    assert few(f"{ONE}panel: {{judges: 2, at_least: 1}}", *found) == []
    assert few(f"{ONE}panel: {{judges: 2}}", entry("A"), entry("B")) == []


def test_it_is_named_whatever_came_in_and_whatever_is_missing() -> None:
    """The sheet that is left does not help; an entry that is out for another reason needs nothing."""
    rules = f"{ONE}panel: {{judges: 2}}\nknockouts: [{{id: fire}}]"
    assert len(few(rules, entry("A", sheet("J1"), recused=BACK))) == 1
    assert few(rules, entry("A", status="withdrawn", recused=BACK)) == []
    assert few(rules, entry("A", deductions=frozenset({"fire"}), recused=BACK)) == []
    assert few(rules, entry("A", recused={"J9": "no es del jurado"})) == []


@pytest.mark.parametrize("rule", ["combine: sum, judges: 2, at_least: 1", "missing: refuse, judges: 2, at_least: 1"])
def test_where_everybody_needs_as_many_judges_one_less_stops_everything(rule: str) -> None:
    """A sum with a judge less would be lower; `missing: refuse` does not settle."""
    found = [entry("A", recused=BACK), entry("B")]
    (said,) = few(f"{ONE}panel: {{{rule}}}", *found)
    assert "every entry must have 2: nothing can be reckoned" in said
    assert few(f"{ONE}panel: {{{rule}}}", *found, substitutes=INSTEAD) == []


def test_a_larger_panel_can_do_without_one() -> None:
    """Three judges, two needed: one may step back, two may not."""
    three = {"panel": {"sheet": ("J1", "J2", "J3")}}
    rules = f"{ONE}panel: {{judges: 3, at_least: 2}}"
    assert few(rules, entry("A", recused=BACK), **three) == []
    assert len(few(rules, entry("A", recused={**BACK, "J3": "compadre"}), **three)) == 1


def test_without_a_panel_another_judge_can_still_come() -> None:
    """It is named all the same until two sheets are there, with another remedy."""
    rules = tier_of(f"{ONE}panel: {{judges: 2}}")
    (one,) = too_few_judges(rules, contest(entry("A", sheet("J1"), recused=BACK), panel={}))
    assert "pachamama panel assign" in ENGLISH.say(one.remedy)
    assert too_few_judges(rules, contest(entry("A", sheet("J1"), sheet("J4"), recused=BACK), panel={})) == ()
    (seats,) = too_few_judges(rules, contest(entry("A", recused=BACK)))
    assert "`pachamama panel recuse J2 A --substitute JUDGE`" in ENGLISH.say(seats.remedy)


# -- who judges instead ----------------------------------------------------------------------------------------------


def test_whoever_judges_instead_owes_that_sheet_and_no_other() -> None:
    """J4 for A, J2 for B: all papers have an owner, and nothing is said of too few."""
    found = [entry("A", recused=BACK), entry("B")]
    rules = f"{ONE}panel: {{judges: 2}}"
    held = contest(*found, substitutes=INSTEAD)
    assert few(rules, *found, substitutes=INSTEAD) == []
    assert [(one.judge, one.entry.code) for one in expected_sheets(tier_of(rules), held)] == [
        ("J1", "A"),
        ("J1", "B"),
        ("J2", "B"),
        ("J4", "A"),
    ]
    said = [ENGLISH.say(one.sentence) for one in missing_sheets(tier_of(rules), held)]
    assert said == ["A: the sheets of J1 and J4 are missing", "B: the sheets of J1 and J2 are missing"]


def test_a_sheet_that_came_instead_makes_nobody_expect_more_of_that_judge() -> None:
    """J4's sheet for A is in: B still waits for J1 and J2 only."""
    held = contest(entry("A", sheet("J1"), sheet("J4"), recused=BACK), entry("B", sheet("J1")), substitutes=INSTEAD)
    rules = tier_of(f"{ONE}panel: {{judges: 2}}")
    assert [ENGLISH.say(one.sentence) for one in missing_sheets(rules, held)] == ["B: the sheet of J2 is missing"]
    assert {one.judge for one in expected_sheets(rules, held) if one.entry.code == "B"} == {"J1", "J2"}


def test_nobody_judges_instead_of_one_who_left_the_panel() -> None:
    """J2 was exchanged for J3 in the whole contest: the substitute is needed no more."""
    found = entry("A", recused=BACK)
    held = contest(found, substitutes=INSTEAD, panel={"sheet": ("J1", "J3")})
    assert held.judges_of(found, "sheet") == ("J1", "J3")
    assert held.instead("A", "sheet") == {}
    assert contest(found, substitutes=INSTEAD).judges_of(found, "sheet") == ("J1", "J4")
    assert contest(found, panel={}).judges_of(found, "sheet") is None


def test_a_substitute_of_one_phase_judges_that_phase_only() -> None:
    """Each phase has its own panel and its own substitutes."""
    found = entry("A", recused=BACK)
    panel = {"field": ("J1", "J2"), "fair": ("J1", "J2")}
    held = contest(found, panel=panel, substitutes={"A": {"fair": {"J2": "J4"}}})
    rules = tier_of(f"{TWO}panel: {{judges: 2}}")
    assert [(one.phase.id, one.judge) for one in expected_sheets(rules, held)] == [
        ("field", "J1"),
        ("fair", "J1"),
        ("fair", "J4"),
    ]
    assert [one.phase.id for one in too_few_judges(rules, held)] == ["field"]


HOMES = {code: Household(code, "Ccapana", "Rosa Puma Sirena") for code in ("A", "B")}


def test_only_the_own_entries_of_a_substitute_are_looked_at_for_kinship() -> None:
    """J4 shares both surnames with A and B, and judges A only."""
    judges = [Judge("J1", "Uno Dos"), Judge("J4", "Ana Puma Sirena")]
    held = contest(entry("A", recused=BACK), entry("B"), substitutes=INSTEAD)
    assert seated(held) == {"J1": None, "J2": None, "J4": frozenset({"A"})}
    rules = tier_of(f"{ONE}panel: {{judges: 2}}")
    found = conflicts(rules, [held], judges, HOMES).hints.found
    assert [(one.judge.code, one.competitor.entry) for one in found] == [("J4", "A")]
    both = contest(entry("A"), entry("B"), panel={"sheet": ("J1", "J4")})
    assert len(conflicts(rules, [both], judges, HOMES).hints.found) == 2


def test_a_judge_stays_in_the_panel_while_somebody_else_has_a_sheet_instead() -> None:
    """A new spread takes neither J2 out, in whose place J4 judged, nor J4 in for everybody."""
    held = contest(entry("A", sheet("J4"), recused=BACK), entry("B"), substitutes=INSTEAD)
    (work,) = work_of(tier_of(f"{ONE}panel: {{judges: 2}}"), [held], [Judge(f"J{n}", "") for n in range(1, 5)], {})
    assert work.stays == ("J2",)
