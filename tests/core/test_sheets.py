"""Sheets as they are typed, and sheets that are still out: what a paper allows, and what somebody must still hand in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import pytest
from tests.core.specimens import ENGLISH, rules_file, tier

from pachamama.core.missing import expected_sheets, missing_sheets, missing_told
from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.problems import Place, Problem
from pachamama.core.rules import load_rules
from pachamama.core.rules.document import Tier
from pachamama.core.sheets import NotAMark, Paper, sheet_problems

HERE = Place("sheets.csv", 7)
PAPER = """
criteria:
  - {id: soil, name: Suelo, max: 20, weight: 2}
  - {id: water, min: 0, max: 10, step: 0.5}
  - {id: wall, options: [{points: 0}, {points: 6}, {points: 10}]}
  - {id: area, measured: {unit: m²}, bands: [{from: 0, points: 1}, {from: 200, points: 5}]}
"""
TWO = "phases: [{id: field, name: Campo, criteria: [{id: soil, max: 20}, {id: water, max: 9}]}, {id: fair, criteria: [{id: talk, max: 5}]}]\n"
ONE = "criteria: [{id: soil, max: 20}, {id: water, max: 9}]\n"


def tier_of(text: str) -> Tier:
    """The tier of a file with these rules."""
    return load_rules(rules_file(tier(text))).competitions["terraces"].tiers[0]


def told(problems: list[Problem]) -> list[str]:
    """What a reader of English reads; every problem stands where the sheet does."""
    assert all(one.where == HERE for one in problems)
    return [ENGLISH.problem(one).removeprefix("sheets.csv:7: ") for one in problems]


# -- what is typed ----------------------------------------------------------------------------------------------------


def test_texts_become_marks_in_the_order_of_the_paper() -> None:
    """RULES.md, A2: decimal commas are understood, blanks around do not matter, an empty cell is no mark."""
    texts = {"area": "250", "water": " 7,5 ", "soil": "18", "wall": "  "}
    marks, problems = sheet_problems(tier_of(PAPER), "sheet", texts, HERE)
    assert list(marks.items()) == [("soil", 18), ("water", Fraction(15, 2)), ("area", 250)]
    assert not problems


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"soil": "21"}, "21 is above the maximum 20 for “Suelo” (judges mark “Suelo” from 1 to 20, whole points)"),
        ({"soil": "0"}, "0 is below the minimum 1 for “Suelo” (judges mark “Suelo” from 1 to 20, whole points)"),
        ({"soil": "1.5"}, "1.5 is not on the steps of 1 for “Suelo” (judges mark “Suelo” from 1 to 20, whole points)"),
        (
            {"water": "0.7"},
            "0.7 is not on the steps of 0.5 for “water” (judges mark “water” from 0 to 10 in steps of 0.5)",
        ),
        ({"water": "-1"}, "-1 is below the minimum 0 for “water” (judges mark “water” from 0 to 10 in steps of 0.5)"),
        ({"wall": "7"}, "7 is not one of the options of “wall” (“wall” takes one of: 0, 6 and 10)"),
        ({"area": "-0.5"}, "-0.5 is below 0 for “area” (“area” is measured in m², 0 or more)"),
        ({"soil": "ten"}, "“ten” is not a number for “Suelo” (judges mark “Suelo” from 1 to 20, whole points)"),
        (
            {"soil": "x" * 41},
            f"“{'x' * 40}” is not a number for “Suelo”\n    judges mark “Suelo” from 1 to 20, whole points",
        ),
        ({"sol": "3"}, "“sol” is no criterion of the sheet (did you mean “soil”?)"),
        (
            {"y" * 41: "3"},
            f"“{'y' * 39}…” is no criterion of the sheet\n    what can stand here: soil (Suelo), water, wall and area",
        ),
        (
            {"y" * 40: "3"},
            f"“{'y' * 40}” is no criterion of the sheet\n    what can stand here: soil (Suelo), water, wall and area",
        ),
    ],
)
def test_what_the_paper_does_not_allow_is_refused_with_what_it_does(texts: Mapping[str, str], words: str) -> None:
    """RULES.md, A2: the message names the criterion, the hint what may be written."""
    marks, problems = sheet_problems(tier_of(PAPER), "sheet", texts, HERE)
    assert told(problems) == [words]
    assert not marks


@pytest.mark.parametrize("mark", ["0", "6", "10"])
def test_limits_and_options_themselves_are_allowed(mark: str) -> None:
    """RULES.md, A2: from the least to the most, both included."""
    marks, problems = sheet_problems(tier_of(PAPER), "sheet", {"wall": mark, "water": mark, "area": mark}, HERE)
    assert set(marks.values()) == {int(mark)}
    assert not problems


def test_all_that_is_wrong_in_a_sheet_is_said_at_once() -> None:
    """Unknown criteria first, then the cells in the order of the paper; what is right is kept."""
    marks, problems = sheet_problems(
        tier_of(PAPER), "sheet", {"area": "x", "soil": "30", "tree": "1", "wall": "6"}, HERE
    )
    assert marks == {"wall": 6}
    assert [line.split()[0] for line in told(problems)] == ["“tree”", "30", "“x”"]


def test_a_mark_that_was_refused_once_is_refused_again_and_another_is_not() -> None:
    """Each text is judged once; the same text always gives the same answer."""
    paper = Paper(tier_of(PAPER).judging[0])
    for _ in range(2):
        with pytest.raises(NotAMark, match="above the maximum"):
            paper.known["soil"]["21"]
        assert paper.known["soil"]["20"] == 20
    (soil, water, wall, area) = paper.worths
    parts = paper.phase.parts
    assert [soil["20"], water["7,5"], wall["6"], area["199"], area["200"]] == [
        parts * worth for worth in (40, Fraction(15, 2), 6, 1, 5)
    ]


@pytest.mark.parametrize(
    ("total", "words"),
    [
        ("", []),
        ("  ", []),
        ("48.5", []),
        (" 48,5 ", []),
        ("a", ["“a” is not a number for the total (copy the total from the paper, or leave it empty)"]),
        (
            "48",
            [
                (
                    "the total says 48, but the marks add up to 48.5\n"
                    "    compare with the paper: “Suelo” 18, “water” 7.5 and “area” 250"
                )
            ],
        ),
    ],
)
def test_the_total_on_the_paper_must_be_the_sum_of_its_marks(total: str, words: list[str]) -> None:
    """RULES.md, 0.4: Σ weight × worth; where it differs the marks are listed as they were written."""
    texts = {"soil": "18", "water": "7.5", "area": "250"}
    _, problems = sheet_problems(tier_of(PAPER), "sheet", texts, HERE, total=total)
    assert told(problems) == words


def test_a_total_without_marks_is_no_sheet() -> None:
    """RULES.md, 0.4: totals are always computed."""
    _, problems = sheet_problems(tier_of(PAPER), "sheet", {}, HERE, total="48")
    assert told(problems) == [
        "there is a total of 48, but no marks (type the marks: totals are always computed from them)"
    ]


def test_a_total_is_not_compared_while_a_mark_is_refused() -> None:
    """One mistake is one problem."""
    _, problems = sheet_problems(tier_of(PAPER), "sheet", {"soil": "99", "wall": "6"}, HERE, total="7")
    assert len(problems) == 1


def test_a_phase_that_is_not_judged_is_refused_with_those_that_are() -> None:
    """The nearest word, else all of them."""
    assert sheet_problems(tier_of(TWO), "fair", {"talk": "5"}, HERE) == ({"talk": 5}, [])
    for phase, words in (
        ("feld", ["“feld” is no judged phase of this tier (did you mean “field”?)"]),
        ("sheet", ["“sheet” is no judged phase of this tier\n    what can stand here: field (Campo) or fair"]),
    ):
        marks, problems = sheet_problems(tier_of(TWO), phase, {"soil": "5"}, HERE)
        assert not marks
        assert told(problems) == words


# -- what is still out ------------------------------------------------------------------------------------------------


def sheet(judge: str, phase: str = "sheet", *marks: str) -> Sheet:
    """A sheet with a mark for each of these criteria, the usual two if none is named."""
    return Sheet(judge, phase, dict.fromkeys(marks or ("soil", "water"), 5))


def entry(code: str, *sheets: Sheet, **more: object) -> Entry:
    """An entry with its sheets."""
    return Entry(code, sheets=sheets, **more)  # type: ignore[arg-type]


def out(text: str, *entries: Entry, **contest: object) -> list[str]:
    """What is still out in a contest, in words."""
    held = Contest("Ccapana", None, entries, **contest)  # type: ignore[arg-type]
    return [ENGLISH.say(one.sentence) for one in missing_sheets(tier_of(text), held)]


@pytest.mark.parametrize(
    ("judges", "entries", "words"),
    [
        (2, [entry("A")], ["A: 2 sheets are missing"]),
        (1, [entry("A")], ["A: 1 sheet is missing"]),
        (2, [entry("A", sheet("J1")), entry("B", sheet("J1"), sheet("J2"))], ["A: the sheet of J2 is missing"]),
        (2, [entry("A"), entry("B", sheet("J1"), sheet("J2"))], ["A: the sheets of J1 and J2 are missing"]),
        (
            3,
            [entry("A"), entry("B", sheet("J1"), sheet("J2"), sheet("J3"), sheet("J4"))],
            ["A: 3 sheets are missing, of J1, J2, J3 and J4"],
        ),
        (3, [entry("A"), entry("B", *map(sheet, ("J1", "J2", "J3")))], ["A: the sheets of J1, J2 and J3 are missing"]),
        (
            3,
            [entry("A"), entry("B", *map(sheet, ("J1", "J2")))],
            ["A: the sheets of J1 and J2 and of 1 judge more are missing", "B: 1 sheet is missing"],
        ),
        (
            4,
            [entry("A"), entry("B", *map(sheet, ("J1", "J2")))],
            ["A: the sheets of J1 and J2 and of 2 judges more are missing", "B: 2 sheets are missing"],
        ),
        (1, [entry("A", sheet("J1", "sheet", "soil"))], ["A: the sheet of J1 has no mark for water"]),
        (
            2,
            [entry("A", sheet("J2", "sheet", "water"), sheet("J1", "sheet", "other"))],
            ["A: the sheet of J1 has no mark for soil and water and the sheet of J2 has no mark for soil"],
        ),
        (
            1,
            [entry("B"), entry("A"), entry("C", sheet("J1"))],
            ["A: the sheet of J1 is missing", "B: the sheet of J1 is missing"],
        ),
        (1, [entry("A", sheet("J1"), sheet("J2"))], []),
        (1, [entry("A", Sheet("J1", "sheet", {}))], ["A: 1 sheet is missing"]),
    ],
)
def test_what_is_still_out(judges: int, entries: list[Entry], words: list[str]) -> None:
    """The judges who still owe a sheet by name, as many as the rules need, and the empty cells of those that came."""
    assert out(f"{ONE}panel: {{judges: {judges}, at_least: 1}}", *entries) == words


def test_many_entries_that_lack_the_same_are_one_line_with_every_code() -> None:
    """Up to five have a line each; whoever lacks something else has a line of their own."""

    def told(count: int) -> list[str]:
        codes = [f"H{n}" for n in range(1, count + 1)]
        held = Contest("C1", None, (*(entry(code) for code in codes), entry("Z", sheet("J1", "sheet", "soil"))))
        found = missing_sheets(tier_of(f"{ONE}panel: {{judges: 1, at_least: 1}}"), held)
        return [ENGLISH.say(what) for _, _, what in missing_told(found, {"J1": "Ana"})]

    odd = "Z: the sheet of J1 Ana has no mark for water"
    assert told(5) == [*(f"H{n}: the sheet of J1 Ana is missing" for n in range(1, 6)), odd]
    assert told(6) == ["6 entries, of each: the sheet of J1 Ana is missing (H1, H2, H3, H4, H5 and H6)", odd]


def test_without_a_number_of_judges_the_most_that_any_entry_has_are_expected() -> None:
    """And never fewer than a place needs."""
    three = [entry("A", *map(sheet, ("J1", "J2", "J3"))), entry("B", sheet("J1"))]
    assert out(ONE, *three) == ["B: the sheets of J2 and J3 are missing"]
    assert out(ONE + "panel: {at_least: 4}", *three) == [
        "A: 1 sheet is missing",
        "B: the sheets of J2 and J3 and of 1 judge more are missing",
    ]
    assert out(ONE, entry("A"), entry("B")) == ["A: 2 sheets are missing", "B: 2 sheets are missing"]


def test_a_panel_is_expected_as_it_was_named() -> None:
    """Its seats count, also where the rules say fewer; who stepped back owes nothing."""
    panel = {"sheet": ("J1", "J2", "J3")}
    found = [entry("A", sheet("J1")), entry("B", sheet("J1"), sheet("J2"), recused=frozenset({"J3"}))]
    assert out(ONE, *found, panel=panel) == ["A: the sheets of J2 and J3 are missing"]
    assert out(ONE + "panel: {judges: 2}", *found, panel=panel) == ["A: the sheets of J2 and J3 are missing"]
    owed = [entry("A", recused=frozenset({"J2"})), entry("B", *map(sheet, ("J1", "J2")))]
    assert out(ONE + "panel: {judges: 2, at_least: 1}", *owed) == ["A: the sheet of J1 is missing"]
    strange = [entry("A", *map(sheet, ("J1", "J2")), recused=frozenset({"J9"}))]
    assert out(ONE, *strange, panel=panel) == ["A: the sheet of J3 is missing"]


def test_nothing_is_missing_of_who_is_out() -> None:
    """A status or a knockout takes an entry out; a deduction does not."""
    rules = ONE + "panel: {judges: 1, at_least: 1}\nknockouts: [{id: fire}]\ndeductions: [{id: late, points: 1}]\n"
    named = [
        entry("A", status="absent"),
        entry("B", status="withdrawn"),
        entry("C", deductions=frozenset({"fire"})),
        entry("D", deductions=frozenset({"late"})),
    ]
    assert out(rules, *named) == ["D: 1 sheet is missing"]


def test_each_phase_has_its_own_sheets() -> None:
    """By entry, then in the order of the phases, each called by its name."""
    found = [entry("B", sheet("J1", "field")), entry("A", sheet("J2", "fair", "talk"))]
    assert out(TWO + "panel: {judges: 1, at_least: 1}", *found) == [
        "A, Campo: the sheet of J1 is missing",
        "B, fair: the sheet of J2 is missing",
    ]
    (first, *_) = missing_sheets(tier_of(TWO), Contest("Ccapana", "new", tuple(found)))
    assert (first.within, first.category, first.entry, first.phase.id) == ("Ccapana", "new", found[1], "field")


def test_every_paper_of_a_contest_in_the_order_of_a_judges_walk() -> None:
    """By phase, judge and entry; those that are in are marked, and the papers of judges nobody knows have no name."""
    found = [entry("B", sheet("J1", "field")), entry("A", sheet("J3", "fair", "talk"), recused=frozenset({"J1"}))]
    found.append(entry("C", status="absent"))
    held = Contest("Ccapana", "new", tuple(found), panel={"field": ("J1", "J2")})
    papers = expected_sheets(tier_of(TWO + "panel: {judges: 2, at_least: 1}"), held)
    assert [(one.phase.id, one.judge, one.entry.code, one.is_in) for one in papers] == [
        ("field", "J1", "B", True),
        ("field", "J2", "A", False),
        ("field", "J2", "B", False),
        ("fair", "J3", "A", True),
        ("fair", "J3", "B", False),
        ("fair", None, "A", False),
        ("fair", None, "B", False),
    ]
    assert {(one.within, one.category) for one in papers} == {("Ccapana", "new")}


def test_without_a_panel_each_entry_may_have_judges_of_its_own() -> None:
    """Four judges, two for each entry: A has its two; B lacks one, and nobody can say whose."""
    held = Contest("W1", None, (entry("A", sheet("J1"), sheet("J2")), entry("B", sheet("J3"))))
    rules = tier_of(ONE + "panel: {judges: 2, at_least: 1}")
    papers = expected_sheets(rules, held)
    assert [(one.judge, one.entry.code, one.is_in) for one in papers] == [
        ("J1", "A", True),
        ("J2", "A", True),
        ("J3", "B", True),
        (None, "B", False),
    ]
    named = replace(held, panel={"sheet": ("J1", "J2", "J3")})
    assert len(expected_sheets(rules, named)) == 6
