"""`enter` without a name: the real program at a real terminal, typed at as people do."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pachamama.cli.paper_desk import Scope, StoreDesk

from .desk import SOURCE, Desk, opened
from .typing_desk import ROUND, Terminal, codes_of, marks_of, numbered, store_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="terminals of this kind are not there")
MARKS = "12\r10.5\r22.5\r\r"
"""Walls, water, the total, no deductions."""


def piped(desk: Desk, text: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The program with its lines through a pipe."""
    return subprocess.run(
        [sys.executable, "-m", "pachamama", "enter", "--lines", *words],
        cwd=desk.folder,
        env={"PATH": "", "PYTHONPATH": str(SOURCE), "PACHAMAMA_LANG": "en", "USER": "ana", **env},
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
    )


# -- lines -------------------------------------------------------------------------------------------------------------


def test_sheets_through_a_pipe_are_stored_one_by_one(tmp_path: Path) -> None:
    """A code and the marks: stdout names each stored sheet, the control total stands beside it."""
    desk = numbered(tmp_path)
    codes = codes_of(desk)
    ran = piped(desk, f"{codes['G002', 'J1']}\n12\n10.5\n22.5\n\n{codes['G001', 'J2']}\n1 1 2\n1\n")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == f"{codes['G002', 'J1']}\tG002\tJ1\tsheet\n{codes['G001', 'J2']}\tG001\tJ2\tsheet\n"
    assert marks_of(desk) == {("G002", "J1"): ("12", "21/2"), ("G001", "J2"): ("1", "1")}
    with store_of(desk) as store:
        assert store.controls(ROUND)["C1", None, "G002", "sheet", "J1"] == "22.5"
        assert next(one for one in store.entries(ROUND) if one.code == "G001").deductions == {"no_banner"}
        assert store.verify() == ()


def test_a_pipe_stops_at_a_mistyped_code(tmp_path: Path) -> None:
    """The check digit catches it; what came before is stored, nothing after it."""
    desk = numbered(tmp_path)
    codes = codes_of(desk)
    good, bad = codes["G001", "J1"], codes["G002", "J1"]
    bad = bad[:-1] + str((int(bad[-1]) + 1) % 10)
    ran = piped(desk, f"{good}\n12\n10.5\n22.5\n\n{bad}\n12\n10.5\n22.5\n\n")
    assert (ran.returncode, ran.stdout.count("\n")) == (1, 1)
    assert "is mistyped" in ran.stderr
    assert set(marks_of(desk)) == {("G001", "J1")}


def test_in_spanish_too(tmp_path: Path) -> None:
    """No English sentence is left on the way of an ordinary sheet."""
    desk = numbered(tmp_path)
    ran = piped(desk, f"{codes_of(desk)['G001', 'J1']}\n12\n10.5\n22.5\n\n", PACHAMAMA_LANG="es")
    assert ran.returncode == 0


def test_a_person_at_a_plain_terminal_is_asked_again(tmp_path: Path) -> None:
    """TERM=dumb: questions with what is allowed, a refusal, the same question anew."""
    desk = numbered(tmp_path)
    with Terminal(desk, "enter", term="dumb") as terminal:
        terminal.wait_for("Sheet code (")
        terminal.type(f"{codes_of(desk)['G003', 'J1']}\r")
        terminal.wait_for("1. judges mark “Muros” from 1 to 20, whole points: ")
        terminal.type("25\r")
        terminal.wait_for("25 is above the maximum 20")
        terminal.wait_for("whole points: ", since=terminal.text.index("above"))
        for line in ("18", "10.5", "28.5", ""):
            terminal.type(f"{line}\r")
            time.sleep(0.05)
        terminal.wait_for("Stored: G003 Persona 3, J1, 28.50 points.")
        terminal.type("/quit\r")
        assert terminal.ended() == 0
    assert marks_of(desk) == {("G003", "J1"): ("18", "21/2")}


# -- codes that are something else -------------------------------------------------------------------------------------


def too_early(folder: Path) -> tuple[Desk, list[str]]:
    """Sheets numbered before anybody knew the judges, then those of the panel; the codes of the first."""
    desk = opened(folder)
    desk.do("enter", "H11", "H12")
    desk.do("sheet", "number")
    early = [one["sheet"] for one in desk.do("sheet", "list", "--format", "json").json]
    desk.do("panel", "assign", "--judge", "J1", "--judge", "J2", "--within", "C1")
    return desk, early


def test_sheets_of_nobody_are_void_once_the_judges_have_theirs(tmp_path: Path) -> None:
    """Numbering and printing say what to tear up, the list marks it; while no judge has a sheet nothing is void."""
    desk, early = too_early(tmp_path)
    assert not any(one["void"] for one in desk.do("sheet", "list", "--format", "json").json)
    assert f"Tear up 4 sheets that were printed before their judges were known, they are void now: {early[0]}, " in (
        desk.do("print", "score-sheets", "-o", "papers").err
    )
    listed = desk.do("sheet", "list", "--format", "json").json
    assert [one["sheet"] for one in listed if one["void"]] == early
    assert {one["judge"] for one in listed if not one["void"]} == {"J1", "J2"}
    assert desk.do("sheet", "list").out.count("void: tear it up") == 4
    assert desk.do("sheet", "list", "--format", "csv").out.splitlines()[0].endswith(",judge,in,void")


def test_a_void_sheet_that_a_judge_filled_in_is_typed_as_that_judges(tmp_path: Path) -> None:
    """The screen says that it is void, asks whose it is, and opens the sheet that this judge has."""
    desk, early = too_early(tmp_path)
    desk.do("sheet", "number")
    own = codes_of(desk)["H11", "J2"]
    ran = piped(desk, f"{early[0]}\nJ2\n12\n10.5\n22.5\n\n")
    assert ran.returncode == 0, ran.stderr
    assert f"Sheet {early[0]} is void" in ran.stderr
    assert "tear it up" in ran.stderr
    assert f"What stands on the void sheet {early[0]} is typed as {own}." in ran.stderr
    assert ran.stdout == f"{own}\tH11\tJ2\tsheet\n"
    again = piped(desk, f"{early[2]}\nJ2\n")
    assert "This sheet is stored already" in again.stderr


def test_a_sheet_that_was_bound_to_a_judge_is_never_void(tmp_path: Path) -> None:
    """Nor are the others, while the judges are told from the papers that come in."""
    desk = opened(tmp_path)
    desk.do("enter", "H11", "H12")
    desk.do("sheet", "number")
    first = desk.do("sheet", "list", "--format", "json").json[0]["sheet"]
    assert piped(desk, f"{first}\nJ1\n12\n10.5\n22.5\n\n").returncode == 0
    assert not any(one["void"] for one in desk.do("sheet", "list", "--format", "json").json)


def test_the_code_of_a_merged_household_says_what_it_is_now(tmp_path: Path) -> None:
    """Wherever a code is typed; and a judge's code says that it is a judge."""
    desk = opened(tmp_path)
    desk.do("import", "households", desk.write("two.csv", "code,community,head\nH16,C1,Rosa Q.\nH17,C1,Rosa Q.\n"))
    desk.do("household", "merge", "H16", "H17", "--reason", "la misma")
    desk.do("enter", "H16", "H12")
    for words in (
        ("enter", "H17"),
        ("explain", "H17"),
        ("score", "H17", "J1", "12", "10"),
        ("set-status", "H17", "absent", "--reason", "no vino"),
        ("panel", "recuse", "J1", "H17", "--reason", "su hermana"),
        ("household", "merge", "H17", "H12", "--reason", "x"),
    ):
        assert "H17 is H16 now" in desk.refuse(*words), words
    assert "H17 is H16 now" in piped(desk, "H17\n").stderr
    assert "H17 is H16 now" in piped(desk, "h17 J1\n").stderr
    table = desk.write("s.csv", "entry,judge,walls,water\nH17,J1,12,10\n")
    assert "s.csv:2: H17 is H16 now" in desk.refuse("import", "scores", table)
    assert "J1 is a judge: Elena de Prueba" in desk.refuse("enter", "J1")
    assert "J1 is a judge: Elena de Prueba" in piped(desk, "J1\n").stderr
    assert "J1 is a judge" in desk.refuse("explain", "J1")


# -- the screen --------------------------------------------------------------------------------------------------------


def test_a_pile_is_typed_ahead_on_the_real_screen(tmp_path: Path) -> None:
    """One burst before the screen is even painted: every mark is in its sheet and field."""
    desk = numbered(tmp_path)
    with Terminal(desk, "enter") as terminal:
        terminal.wait_for("Sheet code")
        first = codes_of(desk)["G001", "J1"]
        terminal.type(f"{first}\r" + "".join(f"{n}\r{n}.5\r{2 * n}.5\r\r" for n in range(1, 7)))
        terminal.wait_for("6/12")
        terminal.type("\x1bOS")  # F4: nobody is absent on an untouched next sheet by accident
        time.sleep(0.3)
        terminal.type("\x1b")
        time.sleep(0.3)
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert marks_of(desk) == {(f"G{n:03}", "J1"): (str(n), f"{2 * n + 1}/2") for n in range(1, 7)}


def test_backspace_takes_one_sign_of_a_refused_mark_on_the_real_screen(tmp_path: Path) -> None:
    """10,3 is refused; Backspace and 5 make it 10,5, and Del empties a box; the screen says so at that moment."""
    desk = numbered(tmp_path)
    with Terminal(desk, "enter") as terminal:
        terminal.wait_for("Sheet code")
        terminal.type(f"{codes_of(desk)['G001', 'J1']}\r12\r10,3\r")
        terminal.wait_for("Backspace takes the last sign away, Del all of it.")
        terminal.type("\x7f5\r99\r")
        terminal.wait_for("add up to 22.5")
        terminal.type("\x1b[3~22.5\r\r")
        terminal.wait_for("22.50 points")
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert marks_of(desk) == {("G001", "J1"): ("12", "21/2")}


def test_who_starts_again_goes_on_behind_the_last_sheet(tmp_path: Path) -> None:
    """Nothing is asked: the next missing sheet of the same judge lies there."""
    desk = numbered(tmp_path)
    assert piped(desk, f"{codes_of(desk)['G004', 'J2']}\n12\n10.5\n22.5\n\n").returncode == 0
    with Terminal(desk, "enter") as terminal:
        terminal.wait_for("G005")
        terminal.type(MARKS)
        terminal.wait_for("2/12")
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert set(marks_of(desk)) == {("G004", "J2"), ("G005", "J2")}


def test_undo_is_a_correction_with_its_reason(tmp_path: Path) -> None:
    """Ctrl-Z, the wrong mark anew, the total, why: old mark and reason are kept."""
    desk = numbered(tmp_path)
    with Terminal(desk, "enter") as terminal:
        terminal.wait_for("Sheet code")
        terminal.type(f"{codes_of(desk)['G001', 'J1']}\r" + MARKS)
        terminal.wait_for("1/12")
        terminal.type("\x1a")
        terminal.wait_for("CORRECTION")
        terminal.type("13\r\r23.5\r\r")
        terminal.wait_for("Why is the sheet corrected?")
        terminal.type("leí mal\r")
        terminal.wait_for("23.50 points")
        terminal.type("\x11")
        assert terminal.ended() == 0
    with store_of(desk) as store:
        (correction,) = store.corrections(ROUND)
    assert (correction.old, correction.reason) == ({"walls": "12", "water": "10.5"}, "leí mal")


def test_a_blank_sheet_of_the_stock_takes_in_who_came_on_the_day(tmp_path: Path) -> None:
    """H11 is in the register but not entered: with the blank sheet it is entered, and the code is its own."""
    desk = numbered(tmp_path)
    blank = codes_of(desk)["blank 1", ""]
    ran = piped(desk, f"{blank}\nH11\nJ2\n12\n10.5\n22.5\n\n")
    assert ran.returncode == 0, ran.stderr
    assert marks_of(desk) == {("H11", "J2"): ("12", "21/2")}
    with store_of(desk) as store:
        assert store.numbered_sheet(blank, ROUND).entry == "H11"


def test_the_grid_stores_row_after_row(tmp_path: Path) -> None:
    """One judge, one community, a burst over two rows."""
    desk = numbered(tmp_path)
    with Terminal(desk, "enter", "--grid", "--within", "C1", "--judge", "J1") as terminal:
        terminal.wait_for("Persona 1")
        terminal.type("12\r10.5\r22.5\r\r3\r4\r7\r\r")
        terminal.wait_for("2/6")
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert marks_of(desk) == {("G001", "J1"): ("12", "21/2"), ("G002", "J1"): ("3", "4")}


def test_the_grid_offers_the_contests_and_judges_there_are(tmp_path: Path) -> None:
    """What was not said is asked for by number, with how much is in; what there is only one of is not asked."""
    desk = numbered(tmp_path)
    desk.do("enter", "H21", "H22")
    desk.do("score", "G001", "J1", "12", "10.5")
    with Terminal(desk, "enter", "--grid") as terminal:
        terminal.wait_for("Enter to leave:")
        shown = " ".join(terminal.text.split())
        assert "1 C1 Ccapana 1/12 in 2 C2 Ñuñoa Alta 0/0 in" in shown
        terminal.type("1\r")
        terminal.wait_for("judge's sheets")
        assert "1 J1 Elena de Prueba 1/6 in 2 J2 Luis de Prueba 0/6 in" in " ".join(terminal.text.split())
        terminal.type("2\r")
        terminal.wait_for("judge J2")
        terminal.type("7\r7\r14\r\r")
        terminal.wait_for("1/6")
        terminal.type("\x11")
        assert terminal.ended() == 0
    assert marks_of(desk)["G001", "J2"] == ("7", "7")
    with Terminal(desk, "enter", "--grid") as terminal:
        terminal.wait_for("Enter to leave:")
        terminal.type("\r")
        assert terminal.ended() == 2
        assert "say it with `--within`: C1 Ccapana or C2 Ñuñoa Alta" in " ".join(terminal.text.split())


def test_a_round_that_is_closed_takes_no_sheet(tmp_path: Path) -> None:
    """And wrong words are refused before any screen opens."""
    desk = numbered(tmp_path)
    assert "is not known in this round" in desk.refuse("enter", "--judge", "J9")
    assert "are for typing sheets" in desk.refuse("enter", "G001", "--grid", code=2)


@pytest.mark.skipif(shutil.which("tmux") is None, reason="no tmux here")
def test_it_looks_like_the_paper_in_a_terminal_of_80_by_24(tmp_path: Path) -> None:
    """In a real terminal program: whose sheet, its lines with ranges, the sum, what is allowed, the keys."""
    desk = numbered(tmp_path)
    code = codes_of(desk)["G001", "J1"]
    tmux = ["tmux", "-L", f"papers-{tmp_path.name}", "-f", "/dev/null"]
    env = f"PYTHONPATH={SOURCE} PACHAMAMA_LANG=en USER=ana"
    program = f"cd {desk.folder} && {env} {sys.executable} -m pachamama enter"
    subprocess.run([*tmux, "new-session", "-d", "-x", "80", "-y", "24", program], check=True)

    def screen(words: str) -> str:
        for _ in range(100):
            shown = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True).stdout
            if words in shown:
                return shown
            time.sleep(0.1)
        raise AssertionError(f"{words!r} never came:\n{shown}")

    try:
        screen("Sheet code")
        subprocess.run([*tmux, "send-keys", "-l", f"{code}\r12\r10.5\r"], check=True)
        shown = screen("22.5 of 50").splitlines()
        assert shown[0].startswith("Andenes · 2026")
        assert shown[0].rstrip().endswith("ana · 0/12")
        assert shown[2].split() == ["G001", "Persona", "1", "sheet", code]
        assert shown[4].split()[:2] == ["1", "Muros"]
        assert "[     12]" in shown[4]
        assert "[   10.5]" in shown[5]
        assert any("the total as it is written on the paper" in line for line in shown)
        subprocess.run([*tmux, "send-keys", "-l", "22.5\r\r"], check=True)
        assert "Stored: G001 Persona 1, J1, 22.50 points." in screen("Stored")
    finally:
        subprocess.run([*tmux, "kill-server"], capture_output=True)
    assert marks_of(desk) == {("G001", "J1"): ("12", "21/2")}


# -- a second person ---------------------------------------------------------------------------------------------------


def test_a_second_person_types_blind_and_what_differs_is_settled(tmp_path: Path) -> None:
    """Equal confirms; different goes to the discrepancies, and a decision with the paper in hand ends it."""
    desk = numbered(tmp_path)
    codes = codes_of(desk)
    one, two = codes["G001", "J1"], codes["G002", "J1"]
    piped(desk, f"{one}\n12\n10.5\n22.5\n\n{two}\n17\n10.5\n27.5\n\n")
    own = piped(desk, f"{one}\n12\n10.5\n22.5\n\n", "--second")
    assert own.returncode == 1
    assert "typed this sheet the first time" in own.stderr
    ran = piped(desk, f"{one}\n12\n10.5\n22.5\n\n{two}\n11\n10.5\n21.5\n\n", "--second", "--as", "luis")
    assert ran.returncode == 0, ran.stderr
    assert "Confirmed: G001 Persona 1, J1" in ran.stderr
    assert "the two entries differ" in ran.stderr
    assert "17" not in ran.stderr
    listed = desk.do("discrepancies", "--format", "json").json
    assert [(found["sheet"], found["first"]["walls"], found["second"]["walls"]) for found in listed] == [
        (two, "17", "11")
    ]
    assert (listed[0]["first_by"], listed[0]["second_by"]) == ("ana", "luis")
    table = desk.do("discrepancies", ROUND).out
    assert re.search(rf"{two}\s+G002 Persona 2\s+J1\s+Muros\s+17\s+11\s+ana\s+luis\s+to be decided", table)
    assert desk.do("discrepancies", "--format", "csv").out.splitlines()[1].split(",")[6:9] == ["walls", "17", "11"]
    assert "a reason is missing" in desk.refuse("discrepancies", "settle", two, "11", "10.5", code=2)
    assert "above the maximum" in desk.refuse("discrepancies", "settle", two, "21", "10.5", "--reason", "x")
    decided = ("--judge", "J1", "--reason", "el 1 parecía un 7", "--as", "rosa")
    desk.do("discrepancies", "settle", "G002", "11", "10.5", *decided)
    assert desk.do("discrepancies", "--format", "json").json == []
    assert [found["state"] for found in desk.do("discrepancies", "--all", "--format", "json").json] == [
        "confirmed",
        "settled",
    ]
    assert marks_of(desk)["G002", "J1"] == ("11", "21/2")
    assert "no discrepancy about G002" in desk.refuse("discrepancies", "settle", "G002", "11", "10.5", "--reason", "x")


def test_what_was_typed_in_two_ways_is_not_missing_and_never_accepted_as_missing(tmp_path: Path) -> None:
    """`--accept-missing` names the sheet and how it is decided; once it is, the sheets that are missing are accepted."""
    desk = numbered(tmp_path)
    one = codes_of(desk)["G001", "J1"]
    piped(desk, f"{one}\n17\n10.5\n27.5\n\n")
    piped(desk, f"{one}\n11\n10.5\n21.5\n\n", "--second", "--as", "luis")
    said = desk.refuse("round", "close", "--accept-missing", "no hay más fichas")
    assert "G001 Persona 1: the sheet of J1" in said
    assert "was typed in two ways, and nobody has decided" in said
    assert f"`pachamama discrepancies {ROUND}`" in said
    assert "missing and" not in said
    assert desk.do("round", "list", "--format", "json").json[0]["state"] == "open"
    desk.do("discrepancies", "settle", one, "11", "10.5", "--reason", "el 1 parecía un 7", "--as", "rosa")
    desk.do("round", "close", "--accept-missing", "no hay más fichas")


def test_nothing_is_typed_in_vain_the_second_time(tmp_path: Path) -> None:
    """Whoever typed a sheet first is told as soon as it is called, and so is who takes one that is in twice or not at all."""
    desk = numbered(tmp_path)
    codes = codes_of(desk)
    one, other = codes["G001", "J1"], codes["G002", "J1"]
    assert piped(desk, f"{one}\n12\n10.5\n22.5\n\n").returncode == 0

    def refused(call: str, who: str) -> str:
        ran = piped(desk, f"{call}\n", "--second", "--as", who)
        assert "-- [" not in ran.stderr, "the sheet was laid on the desk"
        return ran.stderr

    assert "ana typed this sheet the first time; the second time it is somebody else's turn." in refused(one, "ana")
    assert "ana typed this sheet the first time" in refused("G001 J1", "ANA").replace("ANA", "ana")
    assert "Nobody has typed this sheet a first time." in refused(other, "luis")
    assert piped(desk, f"{one}\n12\n10.5\n22.5\n\n", "--second", "--as", "luis").returncode == 0
    assert "This sheet was typed twice already, and both agree." in refused(one, "rosa")
    with store_of(desk) as store:
        papers = StoreDesk(store, store.round(ROUND), actor="ana", scope=Scope("C1", None, "J1"), is_second=True)
        assert papers.rows("J1", "sheet") == [], "the grid asks for none of them either"


def test_the_total_given_with_one_sheet_is_its_control(tmp_path: Path) -> None:
    """`score --total` compares as the screen does, so it stands in for a second person as well."""
    desk = numbered(tmp_path)
    desk.do("score", "G001", "J1", "12", "10.5", "--total", "22,5")
    desk.do("score", "G002", "J1", "12", "10.5")
    with store_of(desk) as store:
        assert dict(store.controls(ROUND)) == {("C1", None, "G001", "sheet", "J1"): "22.5"}


def test_a_fault_that_only_the_second_person_saw_is_never_dropped(tmp_path: Path) -> None:
    """Deductions are money too: the second typing is not a confirmation where the first left one out."""
    desk = numbered(tmp_path)
    code = codes_of(desk)["G001", "J1"]
    assert piped(desk, f"{code}\n12\n10.5\n22.5\n\n").returncode == 0
    ran = piped(desk, f"{code}\n12\n10.5\n22.5\n1\n", "--second", "--as", "luis")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "the first typing says something else below the total: " in ran.stderr
    assert piped(desk, f"{code}\n\n\n22.5\n1\nforgotten\n").returncode == 0
    again = piped(desk, f"{code}\n12\n10.5\n22.5\n1\n", "--second", "--as", "luis")
    assert again.returncode == 0, again.stderr
    with store_of(desk) as store:
        assert [one.state for one in store.second_entries(ROUND)] == ["confirmed"]


def test_the_second_screen_offers_only_sheets_of_other_typists(tmp_path: Path) -> None:
    """Not one's own, none that is confirmed, none that nobody has typed yet."""
    desk = numbered(tmp_path)
    codes = codes_of(desk)
    piped(desk, f"{codes['G001', 'J1']}\n12\n10.5\n22.5\n\n{codes['G002', 'J1']}\n12\n10.5\n22.5\n\n")
    piped(desk, f"{codes['G003', 'J1']}\n12\n10.5\n22.5\n\n", "--as", "luis")
    ran = piped(
        desk, "/missing\n/leave\n\n12\n10.5\n22.5\n\n\n12\n10.5\n22.5\n\n/missing\n", "--second", "--as", "luis"
    )
    assert "Still to be typed: 2" in ran.stderr
    assert "Nothing is missing here" in ran.stderr
    assert [line.split("\t")[1] for line in ran.stdout.splitlines()] == ["G001", "G002"]


# -- the plug is pulled ------------------------------------------------------------------------------------------------


def test_fifty_times_the_plug_is_pulled_and_no_accepted_sheet_is_lost(tmp_path: Path) -> None:
    """kill -9 in the middle of typing, at any moment: all that was said to be stored is there, whole, once; the next
    start goes on behind it."""
    desk = numbered(tmp_path, entries=600, judges=("J1",))
    chance = random.Random(7)
    acknowledged: set[str] = set()
    for kill in range(44):
        with Terminal(desk, "enter", "--lines") as terminal:
            terminal.wait_for("Sheet code")
            terminal.type(("\r" + MARKS) * 8)
            terminal.wait_for("Stored: ")
            end = time.monotonic() + chance.uniform(0, 0.12)
            while time.monotonic() < end:
                terminal.read(0.002)
            terminal.kill()
            acknowledged |= set(re.findall(r"\t(G\d+)\tJ1\tthe sheet\r?\n", terminal.text))
        stored = marks_of(desk)
        assert {(code, "J1") for code in acknowledged} <= stored.keys(), kill
        assert len(stored) - len(acknowledged) <= kill + 1
    for kill in range(6):
        before = len(marks_of(desk))
        with Terminal(desk, "enter") as terminal:
            terminal.wait_for(f"{before}/600")
            end = time.monotonic() + chance.uniform(0.1, 0.6)
            while time.monotonic() < end:
                terminal.type(MARKS)
                terminal.read(0.02)
            if kill % 2:
                terminal.wait_for("Stored: ")
            terminal.kill()
            seen = max(int(count) for count in re.findall(r"(\d+)/600", terminal.text))
        after = len(marks_of(desk))
        assert before <= seen <= after
        assert after >= before + kill % 2
    stored = marks_of(desk)
    assert set(stored.values()) == {("12", "21/2")}
    assert len(acknowledged) > 50
    assert sorted(stored) == [(f"G{n:03}", "J1") for n in range(1, len(stored) + 1)]
    with store_of(desk) as store:
        assert store.verify() == ()
