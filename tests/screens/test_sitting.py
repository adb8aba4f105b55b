"""A sitting: every way through it, key by key, with a desk in memory."""

from __future__ import annotations

import pytest

from pachamama.core.problems import NOWHERE, Problem
from pachamama.core.sentences import say
from pachamama.language.reader import Reader
from pachamama.screens.sitting import Sitting

from .desk import MemoryDesk, paper

ENGLISH = Reader.of("en")
NAMES = {"⏎": "enter", "←": "erase", "↑": "up", "↓": "down", "␛": "escape"}


def keys(sitting: Sitting, text: str) -> None:
    for sign in text:
        sitting.press(NAMES.get(sign, sign))


def sitting_at_first_sheet(**more: object) -> tuple[Sitting, MemoryDesk]:
    desk = MemoryDesk(**more)
    sitting = Sitting(desk)
    keys(sitting, "K1⏎")
    return sitting, desk


def said(sitting: Sitting) -> str:
    return ENGLISH.problem(sitting.message.problem) if sitting.message else ""


def test_a_whole_pile_is_typed_without_looking_up() -> None:
    """One burst of keys: code, marks, totals; the next sheet comes by itself, of the same judge in order."""
    desk = MemoryDesk()
    keys(Sitting(desk), "k1⏎18⏎12.5⏎7⏎37.5⏎10⏎11⏎9⏎30⏎1⏎2⏎3⏎6⏎")
    assert {code: next(iter(typed.marks.values())) for code, typed in desk.kept.items()} == {
        "K1": 18,
        "K2": 10,
        "K3": 1,
    }
    assert desk.order == ["K1", "K2", "K3"]


def test_enter_alone_takes_the_sheet_that_is_next() -> None:
    """At the very start the first missing one is offered."""
    sitting = Sitting(MemoryDesk())
    assert "Juana Quispe" in ENGLISH.say(sitting.prompt.allowed)
    keys(sitting, "⏎")
    assert sitting.form is not None
    assert sitting.form.sheet.code == "K1"


def test_who_comes_back_goes_on_behind_the_last_stored_sheet() -> None:
    """The program was killed: nothing has to be looked for."""
    desk = MemoryDesk()
    keys(Sitting(desk), "K2⏎18⏎12⏎7⏎37⏎9⏎")
    again = Sitting(desk)
    assert again.form is not None
    assert (again.form.sheet.code, again.form.texts[0]) == ("K3", "")


def test_a_mistyped_code_says_so_and_takes_no_more_keys_until_it_is_erased() -> None:
    """Marks typed ahead of the message become neither code nor marks."""
    sitting = Sitting(MemoryDesk())
    keys(sitting, "K9⏎18⏎12⏎")
    assert said(sitting) == "“K9” is no sheet code (compare with the paper)"
    assert (sitting.step, sitting.prompt.text) == ("code", "K9")
    keys(sitting, "←2⏎")
    assert sitting.form is not None
    assert sitting.form.sheet.code == "K2"


def test_the_next_code_is_typed_over_one_that_was_refused() -> None:
    """Nothing has to be erased first; figures begin nothing, since they may be marks typed ahead."""
    sitting = Sitting(MemoryDesk())
    keys(sitting, "K9⏎18⏎K")
    assert (sitting.prompt.text, said(sitting)) == ("K", "")
    keys(sitting, "2⏎")
    assert sitting.form is not None
    assert sitting.form.sheet.code == "K2"
    sitting.press("status")
    keys(sitting, "7⏎1⏎")
    assert sitting.step == "status_reason"


def test_a_letter_on_an_untouched_sheet_begins_another_code() -> None:
    """A pile in no order: the sheet that came by itself is not the paper at hand."""
    sitting, _ = sitting_at_first_sheet()
    keys(sitting, "K4⏎")
    assert sitting.form is not None
    assert sitting.form.sheet.code == "K4"
    keys(sitting, "1x⏎")
    assert (sitting.step, said(sitting)[:27]) == ("sheet", "“1x” is not a number for “M")


def test_with_codes_every_sheet_begins_with_its_own() -> None:
    """For a pile in no order the next sheet never comes by itself; Enter alone still takes it."""
    desk = MemoryDesk()
    sitting = Sitting(desk, asks_code=True)
    keys(sitting, "K3⏎18⏎12⏎7⏎37⏎")
    assert (sitting.step, desk.order) == ("code", ["K3"])
    keys(sitting, "K1⏎")
    assert sitting.form is not None
    assert sitting.form.sheet.code == "K1"


def test_what_the_store_refuses_stays_on_the_sheet() -> None:
    """A conflict of interest, say: nothing is lost from the screen, and keys typed ahead change nothing."""
    sitting, desk = sitting_at_first_sheet()
    desk.refusal = Problem(NOWHERE, say("J1 is of this community"), say("another judge must mark it"))
    keys(sitting, "18⏎12⏎7⏎37⏎10⏎11⏎")
    assert said(sitting) == "J1 is of this community (another judge must mark it)"
    assert sitting.form is not None
    assert sitting.form.texts == ["18", "12", "7", "37"]
    assert desk.kept == {}


def test_undo_brings_the_last_sheet_back_and_asks_why() -> None:
    """The old marks come up, the correction has a reason, the half typed sheet waits and comes back as it was."""
    sitting, desk = sitting_at_first_sheet()
    keys(sitting, "18⏎12⏎7⏎37⏎")
    keys(sitting, "5⏎6")
    sitting.press("undo")
    assert sitting.form is not None
    assert (sitting.form.sheet.code, sitting.form.texts) == ("K1", ["18", "12", "7", ""])
    keys(sitting, "17⏎⏎⏎36⏎")
    assert sitting.step == "reason"
    keys(sitting, "⏎")
    assert said(sitting).startswith("a reason is missing")
    keys(sitting, "leí mal⏎")
    assert desk.kept["K1"].marks["walls"] == 17
    assert desk.reasons == ["", "leí mal"]
    assert (sitting.form.sheet.code, sitting.form.texts) == ("K2", ["5", "6", "", ""])
    keys(sitting, "⏎7⏎18⏎")
    assert desk.kept["K2"].marks == {"walls": 5, "water": 6, "order": 7}


def test_undo_that_changes_nothing_asks_for_no_reason() -> None:
    """Looked at, found right, and on with the next one."""
    sitting, desk = sitting_at_first_sheet()
    keys(sitting, "18⏎12⏎7⏎37⏎")
    sitting.press("undo")
    keys(sitting, "⏎⏎⏎37⏎")
    assert said(sitting).startswith("The same as it was")
    assert sitting.form is not None
    assert (sitting.form.sheet.code, len(desk.reasons)) == ("K2", 1)


def test_nothing_can_be_undone_before_the_first_sheet() -> None:
    """It says so instead of guessing."""
    sitting = Sitting(MemoryDesk())
    sitting.press("undo")
    assert said(sitting).startswith("nothing was stored before")


def test_the_code_of_a_stored_sheet_opens_it_for_correction() -> None:
    """With a word that it is stored; leaving it alone changes nothing."""
    sitting, desk = sitting_at_first_sheet()
    keys(sitting, "18⏎12⏎7⏎37⏎K1⏎")
    assert said(sitting).startswith("This sheet is stored already")
    keys(sitting, "␛K2⏎")
    assert sitting.form is not None
    assert (sitting.form.sheet.code, desk.reasons) == ("K2", [""])


def test_a_half_typed_sheet_is_not_left_by_accident() -> None:
    """Esc asks once more, F-keys are refused, quitting too; a figure goes on where it was."""
    sitting, _ = sitting_at_first_sheet()
    keys(sitting, "18⏎1")
    for command in ("missing", "search", "quit"):
        sitting.press(command)
        assert said(sitting).startswith("This sheet is not stored yet."), command
        assert not sitting.is_over
    keys(sitting, "␛2⏎")
    assert sitting.form is not None
    assert (sitting.form.at, sitting.form.texts[1]) == (2, "12")
    keys(sitting, "␛␛")
    assert (sitting.step, sitting.form) == ("code", None)
    sitting.press("quit")
    assert sitting.is_over


def test_an_absent_entry_is_said_with_a_reason_and_the_next_sheet_comes() -> None:
    """Number, reason, Enter; it can be taken back with undo."""
    sitting, desk = sitting_at_first_sheet()
    sitting.press("status")
    keys(sitting, "9⏎")
    assert said(sitting).startswith("“9” is none of the numbers")
    keys(sitting, "←1⏎no llegó⏎")
    assert desk.statuses == {"H1": ("absent", "no llegó")}
    assert sitting.form is not None
    assert sitting.form.sheet.entry == "H2"
    sitting.press("undo")
    keys(sitting, "0⏎llegó tarde⏎")
    assert desk.statuses == {"H1": (None, "llegó tarde")}
    assert (sitting.form.sheet.entry, sitting.step) == ("H1", "sheet")


def test_status_needs_a_sheet_and_escape_leaves_its_question() -> None:
    """Nobody becomes absent by accident."""
    sitting = Sitting(MemoryDesk())
    sitting.press("status")
    assert said(sitting).startswith("no sheet lies here")
    sitting, desk = sitting_at_first_sheet()
    keys(sitting, "18⏎")
    sitting.press("status")
    keys(sitting, "␛")
    assert (sitting.step, desk.statuses) == ("sheet", {})
    assert sitting.form is not None
    assert sitting.form.texts[0] == "18"


def test_a_status_asked_for_while_a_correction_waits_for_its_reason_says_what_is_due() -> None:
    """The sheet lies there, so nobody is asked for its code; pressed twice the question stays as it is."""
    sitting, desk = sitting_at_first_sheet()
    keys(sitting, "18⏎12⏎7⏎37⏎")
    sitting.press("undo")
    keys(sitting, "17⏎⏎⏎36⏎")
    assert sitting.step == "reason"
    sitting.press("status")
    assert said(sitting).startswith("This correction is not stored yet.")
    keys(sitting, "leí mal⏎")
    assert desk.reasons[-1] == "leí mal"
    sitting.press("status")
    sitting.press("status")
    assert (sitting.step, sitting.message) == ("status", None)


def test_an_absent_entry_with_half_typed_marks_says_that_they_are_not_kept() -> None:
    """Nothing typed is dropped in silence."""
    sitting, desk = sitting_at_first_sheet()
    keys(sitting, "18⏎")
    sitting.press("status")
    keys(sitting, "1⏎no llegó⏎")
    assert said(sitting) == "Stored: H1 Juana Quispe is absent. (the marks that were half typed are not kept)"
    assert desk.kept == {}


def test_the_list_of_missing_sheets_opens_the_chosen_one() -> None:
    """By its line's number, or with the arrows; a line that is not there is refused."""
    sitting, _ = sitting_at_first_sheet()
    keys(sitting, "18⏎12⏎7⏎37⏎")
    sitting.press("missing")
    assert sitting.listed is not None
    assert [one.code for one in sitting.listed.choices] == ["K2", "K3", "K4", "K5", "K6"]
    keys(sitting, "9⏎")
    assert said(sitting).startswith("there is no line 9")
    keys(sitting, "←3⏎")
    assert sitting.form is not None
    assert sitting.form.sheet.code == "K4"
    sitting.press("missing")
    keys(sitting, "↓↓↑⏎")
    assert sitting.form.sheet.code == "K3"


def test_a_name_finds_its_sheets() -> None:
    """With the search key, or typed where a code is asked; nothing found says so."""
    sitting = Sitting(MemoryDesk())
    sitting.press("search")
    keys(sitting, "Rosa Waman⏎2⏎")
    assert sitting.form is not None
    assert (sitting.form.sheet.entry, sitting.form.sheet.judge) == ("H3", "J2")
    sitting.press("search")
    keys(sitting, "Zenón⏎")
    assert said(sitting).startswith("nothing was found")
    assert sitting.prompt.text == "Zenón"
    keys(sitting, "←␛pedro⏎⏎")
    assert sitting.form.sheet.code == "K2"


def test_a_blank_sheet_of_the_stock_asks_whose_it_is() -> None:
    """Entry and judge, then its marks; what is wrong with either is asked again."""
    sitting = Sitting(MemoryDesk())
    keys(sitting, "B1⏎H2⏎J9⏎")
    assert said(sitting).startswith("J9 is no judge")
    assert sitting.step == "bind_entry"
    keys(sitting, "H2⏎J2⏎")
    assert sitting.form is not None
    assert (sitting.form.sheet.code, sitting.form.sheet.entry, sitting.form.sheet.judge) == ("B1", "H2", "J2")


def test_a_sheet_printed_without_its_judge_asks_for_the_judge_alone() -> None:
    """The panel was not known yet when the papers were printed."""
    desk = MemoryDesk()
    desk.blanks["B1"] = paper(desk.tier, "H2", "", "B1")
    sitting = Sitting(desk)
    keys(sitting, "B1⏎J2⏎")
    assert sitting.form is not None
    assert (sitting.form.sheet.entry, sitting.form.sheet.judge) == ("H2", "J2")


@pytest.mark.parametrize(
    ("walls", "told"), [("18", "Confirmed: H1 Juana Quispe, J1"), ("17", "H1 Juana Quispe, J1: the two entries differ")]
)
def test_a_second_entry_is_blind(walls: str, told: str) -> None:
    """Equal or different is all that is said; no figure of the first entry is anywhere."""
    desk = MemoryDesk(is_second=True, first={"K1": {"walls": 18, "water": 12, "order": 7}})
    sitting = Sitting(desk)
    keys(sitting, "K1⏎")
    assert sitting.form is not None
    assert set(sitting.form.texts) == {""}
    keys(sitting, f"{walls}⏎12⏎7⏎{int(walls) + 19}⏎")
    assert said(sitting).startswith(told)
    assert "18" not in said(sitting)


def test_a_sheet_of_somebody_who_is_out_says_so() -> None:
    """Marks are kept but count for nothing: whoever types must know."""
    desk = MemoryDesk(statuses={"H1": ("withdrawn", "se fue")})
    sitting = Sitting(desk)
    keys(sitting, "K1⏎")
    assert said(sitting).startswith("H1 Juana Quispe is out of the contest (withdrawn).")


def test_when_nothing_is_missing_it_says_so() -> None:
    """The last sheet of all ends at the prompt for a code, and the list is empty in words."""
    desk = MemoryDesk()
    sitting = Sitting(desk)
    keys(sitting, "K1⏎" + "18⏎12⏎7⏎37⏎" * 6)
    assert len(desk.kept) == 6
    assert sitting.step == "code"
    sitting.press("missing")
    assert said(sitting) == "Nothing is missing here: every sheet is in."


def test_help_shows_the_keys_and_any_key_goes_on() -> None:
    """No key pressed to leave the help lands in a field."""
    sitting, _ = sitting_at_first_sheet()
    sitting.press("help")
    assert sitting.step == "help"
    keys(sitting, "9")
    assert sitting.form is not None
    assert (sitting.step, sitting.form.texts[0]) == ("sheet", "")


def test_a_stored_sheet_whose_total_is_typed_later_keeps_it_without_a_reason() -> None:
    """The marks are the same, so nothing is corrected; the total that was left out is kept, and that is said."""
    sitting, desk = sitting_at_first_sheet()
    keys(sitting, "18⏎12.5⏎7⏎⏎⏎")
    assert desk.kept["K1"].control == ""
    keys(sitting, "␛K1⏎⏎⏎⏎37.5⏎")
    assert desk.kept["K1"].control == "37.5"
    assert desk.reasons == [""]
    assert "The same marks: " in said(sitting)
    assert "The total on the paper is kept with them now." in said(sitting)
