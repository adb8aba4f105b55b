"""The form of a sheet: what each field takes, says and refuses, without any terminal."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from pachamama.core.model import Sheet
from pachamama.core.rules import load_rules
from pachamama.language.reader import Reader
from pachamama.screens.form import SheetForm

from .desk import RULES, THREE, paper, tier_with

ENGLISH = Reader.of("en")
OPTIONS = '[{id: board, name: {es: "Junta"}, options: [{points: 15, name: {es: "Completa"}}, {points: 8, name: {es: "La mitad"}}, {points: 2}]}]'
MEASURED = '[{id: area, name: {es: "Área"}, measured: {unit: m2}, bands: [{from: 0, points: 0}, {from: 200, points: 5}, {from: 500, points: 10}]}]'


def form_of(criteria: str = THREE, more: str = "", **known: object) -> SheetForm:
    tier = tier_with(criteria, more)
    return SheetForm(tier, paper(tier, **known))


def keys(form: SheetForm, text: str) -> list[bool]:
    """Each character typed, `⏎` as Enter; what every Enter gave."""
    given = []
    for sign in text:
        if sign == "⏎":
            given.append(form.enter())
        else:
            form.type(sign)
    return given


def said(form: SheetForm) -> tuple[str, str]:
    """What was refused, and the remedy."""
    assert form.problem is not None
    return ENGLISH.say(form.problem.message), ENGLISH.say(form.problem.hint or "")


def test_the_marks_land_in_the_order_of_the_paper_and_the_total_ends_the_sheet() -> None:
    """Marks, Enter after each, the total on the paper: the sheet is whole with the last Enter and not before."""
    form = form_of()
    assert keys(form, "18⏎12.5⏎7⏎37,5⏎") == [False, False, False, True]
    typed = form.typed()
    assert typed.marks == {"walls": 18, "water": Fraction(25, 2), "order": 7}
    assert typed.control == "37,5"


@pytest.mark.parametrize(
    ("text", "why", "allowed"),
    [
        ("21", "21 is above the maximum 20 for “Muros”", "from 1 to 20, whole points"),
        ("0", "0 is below the minimum 1 for “Muros”", "from 1 to 20, whole points"),
        ("7.5", "7.5 is not on the steps of 1 for “Muros”", "from 1 to 20, whole points"),
        ("1o", "“1o” is not a number for “Muros”", "from 1 to 20, whole points"),
        ("1e1", "“1e1” is not a number for “Muros”", "from 1 to 20, whole points"),
        ("017", "“017” is not a number for “Muros”", "from 1 to 20, whole points"),
        ("", "nothing stands there for “Muros”", "“-” if that line of the paper is empty"),
    ],
)
def test_a_mark_that_the_paper_does_not_allow_is_refused_at_once(text: str, why: str, allowed: str) -> None:
    """It stays in its field, and the message says what is allowed."""
    form = form_of()
    assert keys(form, text + "⏎") == [False]
    assert form.at == 0
    assert said(form)[0] == why
    assert allowed in said(form)[1]


def test_keys_typed_ahead_of_a_refusal_never_move_up_a_line() -> None:
    """The third mark does not become the second one: nothing is taken until something of the wrong text is erased."""
    form = form_of()
    keys(form, "18⏎99⏎7⏎25⏎")
    assert (form.at, form.texts) == (1, ["18", "99", "", ""])
    form.clear()
    assert form.text == ""
    assert keys(form, "12.5⏎7⏎37.5⏎")[-1] is True


@pytest.mark.parametrize(
    ("typed", "mended", "stands"),
    [("12,3⏎", "5⏎", "12,5"), ("125⏎", "⏎", "12"), ("12.55⏎7⏎", "⏎", "12.5"), ("1o⏎", "0⏎", "10")],
)
def test_backspace_takes_one_sign_of_a_refused_mark(typed: str, mended: str, stands: str) -> None:
    """Who wants 12,5 and typed 12,3 expects to type only the 5; never a mark of which half has gone unseen."""
    form = form_of()
    keys(form, "18⏎" + typed)
    assert form.problem is not None
    form.erase()
    keys(form, mended)
    assert (form.at, form.texts[1]) == (2, stands)


def test_backspace_takes_one_sign_of_what_stood_there_before_too() -> None:
    """A mark that is gone back to, and one that is stored; a figure writes over them as a whole."""
    form = form_of()
    keys(form, "18⏎12.5⏎")
    form.back()
    form.erase()
    assert form.text == "12."
    keys(form, "0⏎")
    assert (form.at, form.texts[1]) == (2, "12.0")
    form.back()
    keys(form, "9")
    assert form.text == "9"


def test_a_correction_typed_ahead_of_a_refusal_is_not_taken_for_the_refused_mark() -> None:
    """25 is refused unseen; the 18 meant for the next line was mended there to 17, and does not become this line's 7."""
    form = form_of()
    keys(form, "25⏎18")
    form.erase()
    keys(form, "7⏎")
    assert (form.at, form.problem is not None) == (0, True)


def test_the_control_total_must_agree_with_the_marks() -> None:
    """Two marks exchanged in their sum are not seen, any other slip is; the marks can then be compared."""
    form = form_of()
    assert keys(form, "18⏎12.5⏎7⏎38⏎")[-1] is False
    assert said(form)[0] == "the total says 38, but the marks add up to 37.5"
    form.back()
    keys(form, "7⏎")
    form.erase()
    form.go_to(0)
    assert keys(form, "18⏎⏎⏎37.5⏎")[-1] is True


def test_without_a_total_one_enter_more_is_needed() -> None:
    """Enter that bounced does not store an unchecked sheet; a key in between asks anew."""
    form = form_of()
    assert keys(form, "18⏎12.5⏎7⏎⏎")[-1] is False
    assert said(form)[0].startswith("no total was typed")
    assert form.enter() is True
    form = form_of()
    keys(form, "18⏎12.5⏎7⏎⏎")
    form.back()
    assert keys(form, "⏎⏎") == [False, False]


def test_an_empty_line_of_the_paper_is_said_with_a_hyphen() -> None:
    """It is a missing mark, never 0, and Enter alone does not slip over it."""
    form = form_of()
    assert keys(form, "18⏎-⏎7⏎25⏎")[-1] is True
    assert form.typed().marks == {"walls": 18, "order": 7}


def test_a_sheet_without_any_mark_is_not_taken() -> None:
    """Who was not there has a status instead."""
    form = form_of()
    assert keys(form, "-⏎-⏎-⏎⏎")[-1] is False
    assert said(form)[0] == "the sheet has no marks"


def test_an_answer_is_typed_by_its_number() -> None:
    """1 is the first answer of the paper, whatever its points; points that are no number of an answer are refused."""
    form = form_of(OPTIONS)
    assert ENGLISH.say(form.allowed()) == "the number of the answer: 1 Completa (15), 2 La mitad (8) or 3 (2)"
    keys(form, "2")
    assert ENGLISH.say(form.meaning(0)) == "= 8 La mitad"
    keys(form, "⏎")
    assert form.marks() == {"board": 8}
    form.back()
    keys(form, "8⏎")
    assert said(form)[0] == "“8” is no number of an answer to “Junta”"
    for wrong in ("0", "4", "01", "-1", "1.0", "١"):
        form.clear()
        assert keys(form, f"{wrong}⏎") == [False], wrong
        assert form.at == 0, wrong


def test_a_measured_value_says_its_points_beside_it() -> None:
    """The quantity is what is stored; the points of its band are shown and add to the sum."""
    form = form_of(MEASURED)
    keys(form, "200")
    assert ENGLISH.say(form.meaning(0)) == "= 5 points"
    assert (form.total, form.marks()) == (5, {"area": 200})
    form.clear()
    keys(form, "-3⏎")
    assert said(form) == ("-3 is below 0 for “Área”", "“Área” is measured in m2, 0 or more")


def test_weights_count_in_the_running_total() -> None:
    """The sum is that of the paper: each mark with its weight."""
    form = form_of("[{id: a, max: 10}, {id: b, max: 10, weight: 0.5}]")
    keys(form, "8⏎7⏎")
    assert form.total == Fraction(23, 2)


FAULTS = "deductions: [{id: no_banner, name: {es: Sin distintivo}, points: 3}]\nknockouts: [{id: fight, name: {es: Desorden}}]"


def test_deductions_and_faults_are_named_by_their_numbers() -> None:
    """None, one or several; a number that is not in the list is refused with the list."""
    form = form_of(more=FAULTS)
    assert keys(form, "18⏎12⏎7⏎37⏎⏎") == [False, False, False, False, True]
    assert form.typed().deductions == frozenset()
    keys(form, "1 2")
    assert form.typed().deductions == {"no_banner", "fight"}
    assert ENGLISH.say(form.meaning(4)) == "Sin distintivo and Desorden"
    form.clear()
    keys(form, "3⏎")
    assert said(form) == (
        "“3” is no number of this list",
        "numbers of what the paper names, none if nothing: 1 Sin distintivo (−3) and 2 Desorden (out)",
    )


BESIDE = ["cows_before", "cows_now", "cows_unit", "cows_value_before", "cows_value_now"]


def test_assets_are_asked_only_while_they_are_unknown() -> None:
    """Rules that compare before and now ask for quantity, unit and value on the first sheet; what is known is not asked again."""
    more = "ties: [{larger_gain: cows}]"
    assert [field.id for field in form_of(more=more).fields[3:]] == ["control", *BESIDE]
    form = form_of(more=more, known={"cows_before": "4"})
    assert [field.id for field in form.fields[3:]] == ["control", *BESIDE[1:]]
    keys(form, "18⏎12⏎7⏎37⏎x⏎")
    assert said(form)[0] == "“x” is not a number for “Cows, now”"
    form.erase()
    assert keys(form, "6,5⏎cabezas⏎300⏎1,250⏎")[-1] is False
    assert said(form)[0] == "“1,250” for “Cows, value now” may be 1.25 or 1250"
    form.clear()
    assert keys(form, "1250⏎")[-1] is True
    assert form.typed().fields == {
        "cows_now": "6.5", "cows_unit": "cabezas", "cows_value_before": "300", "cows_value_now": "1250"
    }  # fmt: skip
    known = {"cows_before": "4", "cows_now": "6.5"}
    assert [field.id for field in form_of(more=more, known=known).fields[3:]] == ["control"]


def test_an_asset_is_asked_only_on_the_sheets_of_the_phase_that_marks_it() -> None:
    """Cows are counted in the field: the public's sheets neither print them nor ask for them; what no phase marks, all ask."""
    phases = "[{id: field, criteria: [{id: cows, max: 10}]}, {id: public, criteria: [{id: talk, max: 10}]}]"
    for compared, on_public in (("cows", []), ("pigs", ["pigs_before", "pigs_now"])):
        rules = RULES.replace("criteria: {criteria}", "phases: {criteria}")
        more = f"        ties: [{{larger_gain: {compared}}}]\n"
        text = rules.format(criteria=phases, more=more, awards="{scheme: by_place, amounts: [100]}")
        tier = load_rules(text).competitions["terraces"].tier("household")
        assert tier is not None
        field, public = (SheetForm(tier, replace(paper(tier), phase=phase)) for phase in tier.judged_phases)
        assert [one.id for one in field.fields[2:4]] == [f"{compared}_before", f"{compared}_now"]
        assert [one.id for one in public.fields[2:4]] == on_public


def test_of_an_asset_without_a_quantity_neither_unit_nor_value_is_asked() -> None:
    """Two Enters for a paper that says nothing of it, not five; an amount asked for is asked for in any case."""
    tier = tier_with(more="ties: [{larger_gain: cows}]", awards="{scheme: until_spent}")
    form = SheetForm(tier, paper(tier))
    keys(form, "18⏎12⏎7⏎37⏎⏎⏎")
    assert form.field.id == "requested"
    assert keys(form, "120⏎")[-1] is True
    assert form.typed().fields == {"requested": "120"}


def test_a_stored_sheet_comes_with_its_marks_and_only_what_is_typed_changes() -> None:
    """Enter keeps a mark, the first key writes over it; unchanged marks change nothing."""
    tier = tier_with(THREE, FAULTS)
    stored = Sheet("J1", "sheet", {"walls": 18, "order": 7})
    form = SheetForm(tier, paper(tier, stored=stored, deductions=frozenset({"fight"})))
    assert form.texts == ["18", "-", "7", "", "2"]
    assert (form.is_correction, form.changes_nothing) == (True, True)
    keys(form, "⏎12.5⏎⏎37.5⏎⏎")
    assert form.typed().marks == {"walls": 18, "water": Fraction(25, 2), "order": 7}
    assert not form.changes_nothing


def test_stored_answers_come_back_as_their_numbers() -> None:
    """What is shown is what would be typed."""
    tier = tier_with(OPTIONS)
    form = SheetForm(tier, paper(tier, stored=Sheet("J1", "sheet", {"board": 2})))
    assert form.texts[0] == "3"
    assert form.marks() == {"board": 2}


def test_a_field_takes_no_endless_text() -> None:
    """A key that is stuck fills no memory and no screen."""
    form = form_of()
    keys(form, "1" * 500)
    assert len(form.text) == 30


def test_what_is_typed_can_be_seen_to_be_wrong_before_enter() -> None:
    """The screen may colour it while the fingers are still on it."""
    form = form_of()
    keys(form, "2")
    assert not form.is_wrong_so_far()
    keys(form, "5")
    assert form.is_wrong_so_far()


@pytest.mark.parametrize(
    ("line", "texts", "typed"),
    [
        ("{id: a, max: 5}", "4", ["4"]),
        ("{id: a, max: 20}", "1⏎", ["1"]),
        ("{id: a, max: 20}", "17", ["17"]),
        ("{id: a, max: 20}", "3", ["3"]),
        ("{id: a, max: 100}", "100", ["100"]),
        ("{id: a, max: 15, step: 0.5}", "7.5", ["7.5"]),
        ("{id: a, max: 15, step: 0.5}", "7⏎", ["7"]),
        ("{id: a, max: 15, step: 0.5}", "15", ["15"]),
        ("{id: a, min: 0, max: 1, step: 0.25}", "0,75", ["0,75"]),
        ("{id: a, max: 5}", "-", ["-"]),
        ("{id: a, options: [{points: 9}, {points: 4}]}", "2", ["2"]),
        ("{id: a, measured: {unit: kg}, bands: [{from: 0, points: 0}, {from: 10, points: 5}]}", "10⏎", ["10"]),
    ],
)
def test_a_quick_form_goes_on_behind_a_mark_that_can_have_no_more_digits(
    line: str, texts: str, typed: list[str]
) -> None:
    """And not a key earlier; Enter behind it changes nothing, so that both ways of typing give the same."""
    for ending in ("", "⏎") if not texts.endswith("⏎") else ("",):
        tier = tier_with(f"[{line}, {{id: b, max: 9}}]")
        form = SheetForm(tier, paper(tier), is_quick=True)
        for sign in texts[:-1]:
            keys(form, sign)
            assert form.at == 0, (line, sign)
        keys(form, texts[-1] + ending)
        assert (form.at, form.texts[:1]) == (1, typed)
        keys(form, "5")
        assert (form.at, form.texts[:2]) == (2, [*typed, "5"])
        form.enter()
        assert form.problem is None


def test_a_quick_form_stays_at_what_is_refused() -> None:
    """Only a mark that is allowed goes on by itself."""
    tier = tier_with("[{id: a, max: 5}, {id: b, max: 9}]")
    form = SheetForm(tier, paper(tier), is_quick=True)
    keys(form, "7")
    assert form.at == 0
    keys(form, "⏎4")
    assert (form.at, form.texts[0]) == (0, "7")


def test_going_back_and_forth_changes_nothing() -> None:
    """Arrows leave the texts as they are; an unfinished field is not left downwards."""
    form = form_of()
    keys(form, "18⏎")
    form.back()
    assert form.forward() is False
    assert (form.at, form.texts[0]) == (1, "18")
    assert form.forward() is False
    assert form.at == 1
