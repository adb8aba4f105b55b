"""What a contest is refused for before anything is reckoned, with the sentence and the remedy for each."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from tests.core.specimens import ENGLISH, LOWER, rules_file, tier

from pachamama.core.model import Contest, ContestResult, Entry, HouseholdResult, Sheet
from pachamama.core.problems import Place, Refused
from pachamama.core.rules import Rules, load_rules
from pachamama.core.settle import settle

ONE = "criteria: [{id: soil, name: Suelo, max: 20}, {id: water, max: 9}]\n"
TWO = (
    "phases: [{id: field, name: Campo, criteria: [{id: soil, max: 20}]}, {id: fair, criteria: [{id: talk, max: 5}]}]\n"
)
ROW = Place("scores.csv", 3)


def rules_of(text: str) -> Rules:
    """A file of one tier with these rules."""
    return load_rules(rules_file(tier(text)))


def sheet(judge: str, phase: str = "sheet", **marks: int) -> Sheet:
    """A sheet; full unless its marks are given."""
    return Sheet(judge, phase, marks or {"soil": 5, "water": 5}, where=Place("scores.csv", int(judge[1:])))


def entry(code: str, *sheets: Sheet, **more: object) -> Entry:
    """An entry of row 3."""
    return Entry(code, sheets=sheets, where=ROW, **more)  # type: ignore[arg-type]


def result(text: str, *entries: Entry) -> ContestResult:
    """The result of one contest."""
    (found,) = settle(rules_of(text), "terraces", "household", [Contest("Ccapana", None, entries)]).contests
    return found


def refused(text: str, *entries: Entry) -> list[str]:
    """What is said where the contest is refused."""
    with pytest.raises(Refused) as caught:
        result(text, *entries)
    return [ENGLISH.problem(one) for one in caught.value.problems]


# -- sheets -----------------------------------------------------------------------------------------------------------


def test_a_judge_has_one_sheet_for_each_entry_and_phase() -> None:
    """RULES.md, A3: of two nobody can say which counts; the place is that of the second."""
    assert refused(ONE, entry("A", sheet("J1"), sheet("J2"), sheet("J1"))) == [
        "scores.csv:1: J1 has a second sheet for A (keep the right one)"
    ]
    nowhere = replace(sheet("J1"), where=Place())
    assert refused(ONE, entry("A", nowhere, nowhere)) == [
        "scores.csv:3: J1 has a second sheet for A (keep the right one)"
    ]


def test_a_judge_has_a_sheet_in_each_phase() -> None:
    """The same judge in two phases is no second sheet."""
    papers = [sheet(judge, "field", soil=9) for judge in ("J1", "J2")]
    papers += [sheet(judge, "fair", talk=4) for judge in ("J1", "J2")]
    (placing,) = result(TWO + "panel: {judges: 2}", entry("A", *papers)).placings
    assert placing.points == 13


def test_marks_off_the_paper_are_refused_where_they_stand() -> None:
    """RULES.md, A2: all of them together, the same mark wherever it stands."""
    assert refused(ONE, entry("B", sheet("J2", soil=21, water=0)), entry("A", sheet("J1", soil=21, water=9))) == [
        "scores.csv:1: 21 is above the maximum 20 for “Suelo” (look at the paper of J1 for A)",
        "scores.csv:2: 21 is above the maximum 20 for “Suelo” (look at the paper of J2 for B)",
        "scores.csv:2: 0 is below the minimum 1 for “water” (look at the paper of J2 for B)",
    ]


def test_more_sheets_than_judges_are_refused_by_phase() -> None:
    """RULES.md, A3: the panel has as many as the rules say; the judges are named, by code."""
    papers = [sheet(judge, "field", soil=9) for judge in ("J3", "J1", "J2")]
    papers += [sheet(judge, "fair", talk=4) for judge in ("J1", "J2")]
    assert refused(TWO + "panel: {judges: 2}", entry("A", *papers)) == [
        (
            "scores.csv:3: A has 3 sheets in “Campo”, but the panel is 2 judges\n"
            "    judges: J1, J2 and J3; one that is stored is taken out by `pachamama score A JUDGE - --phase field --correct REASON`"
        )
    ]
    assert refused(ONE + "panel: {judges: 1, at_least: 1}", entry("A", sheet("J1"), sheet("J2"))) == [
        (
            "scores.csv:3: A has 2 sheets, but the panel is 1 judge\n"
            "    judges: J1 and J2; one that is stored is taken out by `pachamama score A JUDGE - - --correct REASON`"
        )
    ]


def test_judges_of_two_phases_are_not_added_up() -> None:
    """Two judges in the field and two others at the fair are no panel of four."""
    papers = [sheet(judge, "field", soil=9) for judge in ("J1", "J2")]
    papers += [sheet(judge, "fair", talk=4) for judge in ("J3", "J4")]
    (placing,) = result(TWO + "panel: {judges: 2}", entry("A", *papers)).placings
    assert placing.points == 13


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        (
            "{missing: refuse}",
            ["scores.csv:1: B has 1 full sheet of 2", "C has 0 full sheets of 2"],
        ),
        (
            "{missing: refuse, judges: 3}",
            [
                "scores.csv:1: A has 2 full sheets of 3",
                "scores.csv:1: B has 1 full sheet of 3",
                "C has 0 full sheets of 3",
            ],
        ),
    ],
)
def test_a_missing_sheet_stops_the_contest_where_the_rules_say_so(panel: str, words: list[str]) -> None:
    """RULES.md, A3: as many full sheets as judges, else as many as the entry with most."""
    found = refused(
        ONE + f"panel: {panel}",
        entry("A", sheet("J1"), sheet("J2")),
        entry("B", sheet("J1"), sheet("J2", soil=5)),
        entry("C"),
        entry("D", status="absent"),
    )
    assert [one.split("\n")[0] for one in found] == words
    assert {one.split("\n")[1] for one in found} == {
        "    the rules refuse to settle while a sheet is missing (`missing: refuse`)"
    }


def test_where_no_judge_saw_everybody_nobody_can_be_left_out() -> None:
    """RULES.md, A3: `drop_judge` with no judge left is refused, the judges named."""
    found = refused(
        ONE + "panel: {missing: drop_judge}",
        entry("A", sheet("J2"), sheet("J3")),
        entry("B", sheet("J1"), sheet("J3", soil=2)),
    )
    assert found == [
        (
            "no judge has a full sheet for every entry in “the sheet”\n"
            "    judges: J1, J2 and J3; type the missing sheets, or choose another `panel.missing`"
        )
    ]


def test_all_contests_are_refused_together_in_their_order() -> None:
    """Whoever corrects a table sees everything at once."""
    bad = entry("A", sheet("J1", soil=99, water=1))
    held = [Contest(within, None, (replace(bad, code=within),)) for within in ("Marcapata", "Ccapana")]
    with pytest.raises(Refused) as caught:
        settle(rules_of(ONE), "terraces", "household", held)
    assert [ENGLISH.say(one.hint) for one in caught.value.problems if one.hint] == [
        "look at the paper of J1 for Ccapana",
        "look at the paper of J1 for Marcapata",
    ]


# -- who is out -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"status": "absent"}, "absent"),
        ({"status": "absent", "status_reason": "travelling"}, "absent: travelling"),
        ({"status": "withdrawn"}, "withdrawn"),
        ({"status": "withdrawn", "status_reason": "ill"}, "withdrawn: ill"),
        ({"status": "disqualified"}, "disqualified"),
        ({"status": "disqualified", "status_reason": "lied"}, "disqualified: lied"),
        ({"deductions": frozenset({"litter", "fire"})}, "knocked out: Fuego and litter"),
        ({"status": "absent", "deductions": frozenset({"fire"})}, "absent"),
    ],
)
def test_who_is_out_hears_why(more: dict[str, object], words: str) -> None:
    """RULES.md, A3: a status is shown first; knockouts by their names, in the order of the rules."""
    rules = ONE + "knockouts: [{id: fire, name: Fuego}, {id: litter}]\n"
    found = result(rules, entry("A", sheet("J1"), sheet("J2")), entry("B", sheet("J1"), sheet("J2"), **more))
    assert [(one.entry.code, ENGLISH.say(one.why)) for one in found.unranked] == [("B", words)]
    assert [one.entry.code for one in found.placings] == ["A"]


def test_too_few_judges_are_counted_by_phase() -> None:
    """RULES.md, A3: the phase that lacks judges is named; a place needs enough in every phase."""
    papers = [sheet("J1", "field", soil=9), sheet("J2", "field", soil=9), sheet("J1", "fair", talk=4)]
    found = result(TWO, entry("A", *papers), entry("B"))
    assert [ENGLISH.say(one.why) for one in found.unranked] == [
        "incomplete: 1 judge in “fair”, at least 2 needed",
        "incomplete: 0 judges in “Campo”, at least 2 needed",
    ]


# -- what a community reads of its households -------------------------------------------------------------------------

ABOVE = (
    "from: household\ncriteria: [{id: took, name: Asistencia, source: participation, max: 20, knockout_below: 50}]\n"
)


def watershed(*entries: Entry, rules: str = ABOVE) -> ContestResult:
    """The result of the communities of one watershed."""
    text = rules_file(LOWER, tier(rules, who="community", within="watershed"))
    (found,) = settle(load_rules(text), "terraces", "community", [Contest("W1", None, entries)]).contests
    return found


def household(entrant: str, points: int, level: str | None = None) -> HouseholdResult:
    """The closed result of a household."""
    return HouseholdResult(entrant, points, level)


@pytest.mark.parametrize(
    ("households", "registered", "words"),
    [
        (
            None,
            "10",
            (
                "C1 needs the closed results of its households\n"
                "    close the household round first; with `settle`, name its results with `--households`"
            ),
        ),
        *(
            (
                (),
                written,
                (
                    "the number of households on the register of C1 is missing or 0\n"
                    "    write it into the column `households`, a whole number from 1"
                ),
            )
            for written in ("", "0", "-3", "2.5", "many", "1000001")
        ),
        (
            (household("H1", 3), household("H2", 4), household("H3", 5)),
            "2",
            (
                "3 households of C1 took part, but only 2 are registered\n    "
                "correct the number: `pachamama add community C1 households=N`; with `settle`, the column `households`"
            ),
        ),
    ],
)
def test_a_register_that_does_not_fit_is_refused(
    households: tuple[HouseholdResult, ...] | None, registered: str, words: str
) -> None:
    """RULES.md, C2: the results must be closed, and nobody can take part who is not registered."""
    with pytest.raises(Refused) as caught:
        watershed(entry("C1", households=households, fields={"households": registered}))
    assert [ENGLISH.problem(one) for one in caught.value.problems] == [f"scores.csv:3: {words}"]


def test_a_register_may_hold_a_million() -> None:
    """RULES.md, C2: more is a mistake of typing."""
    (placing,) = watershed(
        entry("C1", households=(household("H1", 3),), fields={"households": "1000000"}),
        rules=ABOVE.replace(", knockout_below: 50", ""),
    ).placings
    assert placing.points == 0


def test_a_household_with_several_results_counts_once_with_its_best() -> None:
    """RULES.md, C2: of two categories the better one; an equal one changes nothing."""
    homes = (household("H1", 3), household("H1", 7), household("H1", 5), household("H2", 4))
    mean = "from: household\ncriteria: [{id: mean, source: household_mean, over: participants, max: 20}]\n"
    (placing,) = watershed(entry("C1", households=homes, fields={"households": "2"}), rules=mean).placings
    assert placing.points == Fraction(11, 2)


@pytest.mark.parametrize(("registered", "out"), [("4", []), ("5", ["knocked out: “Asistencia” is 40, below 50"])])
def test_a_community_below_a_limit_is_out(registered: str, out: list[str]) -> None:
    """RULES.md, C3: exactly at the limit it is not."""
    homes = (household("H1", 3), household("H2", 4))
    found = watershed(entry("C1", households=homes, fields={"households": registered}))
    assert [ENGLISH.say(one.why) for one in found.unranked] == out
    assert len(found.placings) == 1 - len(out)


@pytest.mark.parametrize(("mode", "out"), [("half_up", 0), ("ceil", 0), ("floor", 1), ("half_even", 0)])
def test_a_limit_is_held_against_the_printed_figure(mode: str, out: int) -> None:
    """RULES.md, A1: two thirds are 66.666… percent; the limit is 67."""
    rules = ABOVE.replace("50", "67") + f"rounding: {{decimals: 0, mode: {mode}}}\n"
    homes = (household("H1", 3), household("H2", 4))
    found = watershed(entry("C1", households=homes, fields={"households": "3"}), rules=rules)
    assert len(found.unranked) == out


def test_a_tier_that_is_not_held_is_refused() -> None:
    """The competition has no such tier."""
    with pytest.raises(Refused) as caught:
        settle(rules_of(ONE), "terraces", "community", [])
    assert [ENGLISH.problem(one) for one in caught.value.problems] == [
        "terraces is not held for communities\n    there are: household (households)"
    ]


@pytest.mark.parametrize("panel", ["{combine: sum}", "{combine: rank_sum}", "{combine: rank_points, points: [3, 1]}"])
def test_what_is_added_needs_as_many_judges_for_every_entry(panel: str) -> None:
    """RULES.md, A4: in each phase by itself; a missing judge would lower a sum, and win a rank sum."""
    field = [sheet(judge, "field", soil=9) for judge in ("J1", "J2", "J3")]
    fair = [sheet(judge, "fair", talk=4) for judge in ("J1", "J2", "J3")]
    found = refused(TWO + f"panel: {panel}", entry("A", *field, *fair), entry("B", *field, *fair[:2]))
    assert found == [
        (
            "B has 2 values in “fair”, others have 3\n"
            "    values that are added need the same number of judges for every entry"
        )
    ]
    found = refused(TWO + f"panel: {panel}", entry("A", *field, *fair), entry("B", *field[:2], *fair))
    assert found[0].startswith("B has 2 values in “Campo”, others have 3\n")
    assert len(result(TWO + f"panel: {panel}", entry("A", *field, *fair), entry("B", *field, *fair)).placings) == 2
