"""Phones, from the form to the file: what a judge answers in the form that pyxform makes comes back as the same sheets."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pyxform.xls2xform import convert
from tests.cli.desk import SOURCE, Desk, opened
from tests.exchange import form_desk as given

ROUND = "terraces-household-1"
XFORM = "{http://www.w3.org/2002/xforms}"
EXPORTS: Mapping[str, tuple[str, Callable[..., bytes]]] = {
    "kobo.csv": ("kobo", given.kobo_csv),
    "kobo.xlsx": ("kobo", given.kobo_xlsx),
    "kobo.json": ("kobo", given.kobo_json),
    "odk.csv": ("odk", given.odk_csv),
    "odk.zip": ("odk", given.odk_zip),
    "odk.json": ("odk", given.odk_json),
}
Answers = Mapping[str, str]


def answer(entry: str, judge: str, walls: str, water: str, **more: str) -> dict[str, str]:
    """What a judge answers for one household."""
    return {
        "round": ROUND,
        "phase": "sheet",
        "sheet": "",
        "judge": judge,
        "within": entry[1:3] and f"C{entry[1]}",
        "entry": entry,
        "status": "present",
        "phase_1/walls": walls,
        "phase_1/water": water,
        **more,
    }


def everybody() -> list[dict[str, str]]:
    """Two judges mark ten households."""
    return [
        answer(f"H{c}{h}", f"J{j}", str(10 + h), f"{10 + 2 * h}.5") for c in (1, 2) for h in range(1, 6) for j in (1, 2)
    ]


def sent(desk: Desk, answers: Sequence[Answers], name: str = "kobo.csv", **more: Any) -> str:
    """An export with these submissions, as a file on the desk."""
    table = {} if name.endswith("json") else {"whole": False}
    return desk.write(name, EXPORTS[name][1](answers, **table, **more))


def take(desk: Desk, answers: Sequence[Answers], *words: str, name: str = "kobo.csv", **more: Any) -> Any:
    """Import an export that must be taken; what changed, as a document."""
    file = sent(desk, answers, name, **more)
    return desk.do("import", EXPORTS[name][0], file, *words, "--format", "json").json


def marks(desk: Desk) -> dict[tuple[str, str], dict[str, str]]:
    """Every mark of the file, by entry and judge."""
    from pachamama.store import Store

    store = Store.open(desk.folder / "pachamama.db")
    return {
        (entry.code, sheet.judge): {name: str(mark) for name, mark in sheet.marks.items()}
        for contest in store.contests(ROUND)
        for entry in contest.entries
        for sheet in entry.sheets
    }


# -- the round trip ----------------------------------------------------------------------------------------------------


def filled_in(form: bytes, answers: Sequence[Answers]) -> list[dict[str, str]]:
    """The answers at the paths that the phone's form gives to its questions; one that it lacks is a mistake of ours."""
    root = ET.fromstring(convert(io.BytesIO(form), validate=False, file_type=".xlsx").xform)
    paths = [bind.attrib["nodeset"].removeprefix("/data/") for bind in root.iter(f"{XFORM}bind")]
    by_name = {path.rpartition("/")[2]: path for path in paths if not path.startswith("meta/")}
    return [{by_name[path.rpartition("/")[2]]: text for path, text in one.items()} for one in answers]


@pytest.mark.parametrize("name", EXPORTS)
def test_what_is_answered_in_the_form_comes_back_as_the_same_sheets(tmp_path: Path, name: str) -> None:
    """Rules → form → pyxform → answers → each layout of an export → the file: the sheets of a typed table."""
    for folder in ("typed", "phones"):
        (tmp_path / folder).mkdir()
    typed, phones = opened(tmp_path / "typed"), opened(tmp_path / "phones")
    rows = [f"{one['entry']},{one['judge']},{one['phase_1/walls']},{one['phase_1/water']}" for one in everybody()]
    typed.do("import", "scores", typed.write("scores.csv", "entry,judge,walls,water\n" + "\n".join(rows) + "\n"))
    phones.do("enter", "--all")
    out = phones.do("export", "xlsform", "-o", "form").out.split()
    assert out == [f"form/{ROUND}.xlsx", f"form/{ROUND}-entries.csv"]
    listed = list(csv.DictReader(io.StringIO((phones.folder / out[1]).read_text("utf-8"))))
    assert {one["name"] for one in listed} == {one["entry"] for one in everybody()}
    answers = filled_in((phones.folder / out[0]).read_bytes(), everybody())
    changes = take(phones, answers, name=name)
    assert (changes["sheets"], changes["refused"]) == (20, [])
    assert marks(phones) == marks(typed)
    ranks = [desk.do("rank", "--format", "json").json for desk in (typed, phones)]
    assert ranks[0] == ranks[1]


def test_the_same_form_twice_is_the_same_file_and_no_dni_is_in_it(tmp_path: Path) -> None:
    """It goes to a server: names only, as the list needs them."""
    desk = opened(tmp_path)
    for to in ("a", "b"):
        desk.do("export", "xlsform", ROUND, "-o", to)
    files = sorted((desk.folder / "a").iterdir())
    assert [one.read_bytes() for one in files] == [one.read_bytes() for one in sorted((desk.folder / "b").iterdir())]
    listed = (desk.folder / "a" / f"{ROUND}-entries.csv").read_text("utf-8")
    assert "Persona 11" in listed
    assert not {"0000", "Pareja"} & {word for word in ("0000", "Pareja") if word in listed}


def test_a_file_may_be_named_and_an_unknown_phase_is_refused(tmp_path: Path) -> None:
    """`-o form.xlsx` puts the list beside it."""
    desk = opened(tmp_path)
    desk.do("export", "xlsform", "-o", "form.xlsx")
    assert (desk.folder / f"{ROUND}-entries.csv").exists()
    assert "no judged phase" in desk.refuse("export", "xlsform", "-o", "x.xlsx", "--phase", "final")
    desk.refuse("export", "xlsform", "-o", "x.csv", code=2)


# -- again, and edited -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", EXPORTS)
def test_importing_twice_adds_nothing(tmp_path: Path, name: str) -> None:
    """The key is known: not one more action stands in the journal."""
    desk = opened(tmp_path)
    take(desk, everybody(), name=name)
    before = desk.journal()
    again = take(desk, everybody(), name=name)
    assert (again["sheets"], again["equal"], again["corrected"], desk.journal()) == (0, 20, [], before)
    new = [*everybody(), answer("H11", "J1", "11", "12.5", status="present")]
    assert take(desk, new[:20], name=name)["sheets"] == 0


def test_a_growing_export_brings_only_what_is_new(tmp_path: Path) -> None:
    """Every evening the whole export again."""
    desk = opened(tmp_path)
    assert take(desk, everybody()[:8])["sheets"] == 8
    more = take(desk, everybody())
    assert (more["sheets"], more["equal"]) == (12, 8)


EDITED = {"walls": "19"}


@pytest.mark.parametrize("name", ["kobo.csv", "kobo.json", "odk.json"])
def test_an_edited_submission_is_a_correction_with_somebodys_reason(tmp_path: Path, name: str) -> None:
    """Same first key, other content: refused, then taken with `--correct`; the old mark is kept with the reason."""
    desk = opened(tmp_path)
    take(desk, everybody()[:2], name=name)
    edited = [{**everybody()[0], "phase_1/walls": "19"}, everybody()[1]]
    new = given.UUIDS[15]
    more: dict[str, Any] = {"edits": {given.UUIDS[0]: 1}}
    if name.startswith("kobo"):
        more = {"keys": [new, given.UUIDS[1]], "roots": {new: given.UUIDS[0]}}
    file = sent(desk, edited, name, **more)
    said = desk.refuse("import", EXPORTS[name][0], file)
    assert f"submission {given.UUIDS[0]}: J1 gave H11 11 for Muros; this says 19." in said
    assert marks(desk)["H11", "J1"]["walls"] == "11"
    changes = take(desk, edited, "--correct", "mal tecleado", name=name, **more)
    assert [(one["entry"], one["old"], one["new"]) for one in changes["corrected"]] == [("H11", "11", "19")]
    assert marks(desk)["H11", "J1"]["walls"] == "19"
    assert take(desk, edited, name=name, **more)["equal"] == 2


def test_a_submission_moved_to_another_entry_leaves_an_empty_sheet(tmp_path: Path) -> None:
    """The judge had chosen the wrong household: its sheet is missing again, and nobody keeps marks that are not theirs."""
    desk = opened(tmp_path)
    take(desk, [everybody()[0]])
    moved = [{**everybody()[0], "entry": "H12"}]
    said = desk.refuse("import", "kobo", sent(desk, moved))
    assert "J1 gave H11 11 for Muros; this says no mark." in said
    changes = take(desk, moved, "--correct", "era H12")
    assert changes["sheets"] == 1
    stored = marks(desk)
    assert stored["H12", "J1"] == {"walls": "11", "water": "25/2"}
    assert stored.get(("H11", "J1"), {}) == {}
    assert take(desk, moved)["corrected"] == []
    desk.do("score", "H11", "J1", "9", "9", "--correct", "su ficha de papel")
    assert take(desk, moved)["corrected"] == []
    assert marks(desk)["H11", "J1"] == {"walls": "9", "water": "9"}


def test_a_sheet_typed_before_is_no_edit_and_is_not_replaced(tmp_path: Path) -> None:
    """Paper and phone disagree: only the paper knows."""
    desk = opened(tmp_path)
    desk.do("enter", "H11")
    desk.do("score", "H11", "J1", "12", "12.5")
    said = desk.refuse("import", "kobo", sent(desk, [everybody()[0]]))
    assert "J1 gave H11 12 for Muros; this says 11." in said


def on_a_terminal(desk: Desk, typed: str, *words: str) -> tuple[int, str]:
    """The program with a person before it: what they type, its exit code, and what the screen showed."""
    ours, theirs = pty.openpty()
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "PACHAMAMA_LANG": "en", "HOME": str(desk.folder)}
    command = [sys.executable, "-m", "pachamama", *words]
    with subprocess.Popen(command, cwd=desk.folder, env=env, stdin=theirs, stdout=theirs, stderr=theirs) as running:
        os.close(theirs)
        os.write(ours, f"{typed}\n".encode())
        shown = b""
        while True:
            try:
                piece = os.read(ours, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        code = running.wait(60)
    os.close(ours)
    return code, shown.decode()


@pytest.mark.parametrize(("typed", "walls"), [("s", "19"), ("n", "11"), ("", "11")])
def test_a_person_before_the_screen_is_asked_about_edits(tmp_path: Path, typed: str, walls: str) -> None:
    """Old and new are shown first; anything but yes leaves all as it was."""
    desk = opened(tmp_path)
    take(desk, [everybody()[0]])
    file = sent(desk, [{**everybody()[0], "phase_1/walls": "19"}])
    code, shown = on_a_terminal(desk, typed, "import", "kobo", file)
    assert "H11, J1, Muros: was 11, becomes 19" in shown
    assert "1 figure was edited on the phone since." in shown
    assert (code, marks(desk)["H11", "J1"]["walls"]) == (0 if walls == "19" else 1, walls)


def test_nobody_is_asked_to_put_a_phone_over_a_typed_sheet(tmp_path: Path) -> None:
    """At the terminal too: what was never sent by a phone is no edit, and only `--correct REASON` replaces it."""
    desk = opened(tmp_path)
    desk.do("enter", "H11")
    desk.do("score", "H11", "J1", "12", "12.5")
    code, shown = on_a_terminal(desk, "s", "import", "kobo", sent(desk, [everybody()[0]]))
    assert (code, marks(desk)["H11", "J1"]["walls"]) == (1, "12")
    assert "edited on the phone" not in shown


def test_the_total_on_the_paper_is_kept_as_a_control(tmp_path: Path) -> None:
    """It agreed with the marks on the phone and agrees here; the prize sheet can say that it was compared."""
    from pachamama.store import Store

    desk = opened(tmp_path)
    take(desk, [{**everybody()[0], "control_total": "23.5"}, everybody()[1]])
    store = Store.open(desk.folder / "pachamama.db")
    assert dict(store.controls(ROUND)) == {("C1", None, "H11", "sheet", "J1"): "23.5"}


# -- refused whole -----------------------------------------------------------------------------------------------------


def test_one_bad_submission_refuses_the_whole_file(tmp_path: Path) -> None:
    """All or nothing: the good ones come in with the corrected file."""
    desk = opened(tmp_path)
    bad = [
        *everybody()[:3],
        answer("H99", "J1", "11", "12"),
        answer("H15", "J7", "11", "12"),
        answer("H14", "J1", "39", "9"),
    ]
    said = desk.refuse("import", "odk", sent(desk, bad, "odk.csv"))
    assert [line for line in said.splitlines() if line.startswith("odk.csv:")] == [
        f"odk.csv:5: submission {given.UUIDS[3]}: H99 is not in the register of households",
        f"odk.csv:6: submission {given.UUIDS[4]}: judge J7 is not registered.",
        f"odk.csv:7: submission {given.UUIDS[5]}: 39 is above the maximum 20 for “Muros”",
    ]
    assert marks(desk) == {}


def test_judges_of_the_own_community_are_refused_here_too(tmp_path: Path) -> None:
    """The same conflicts as for every other way in."""
    desk = opened(tmp_path)
    desk.do("add", "judge", "J1", "community=C1")
    said = desk.refuse("import", "kobo", sent(desk, everybody()[:1]))
    assert f"submission {given.UUIDS[0]}" in said


def test_a_trial_shows_everything_and_stores_nothing(tmp_path: Path) -> None:
    """`--dry-run` counts new, equal, corrected and refused."""
    desk = opened(tmp_path)
    take(desk, everybody()[:2])
    before = desk.journal()
    told = [{**everybody()[0], "phase_1/walls": "19"}, *everybody()[1:4]]
    ran = desk.run("import", "kobo", sent(desk, told), "--dry-run", "--format", "json")
    found = ran.json
    assert (ran.code, found["sheets"], found["equal"], len(found["corrected"]), len(found["refused"])) == (
        1,
        2,
        1,
        1,
        1,
    )
    assert desk.journal() == before


def test_absent_entrants_come_in_without_a_sheet(tmp_path: Path) -> None:
    """The reason is the note; again it changes nothing."""
    desk = opened(tmp_path)
    told = [answer("H11", "J1", "", "", status="absent", note="de viaje"), *everybody()[2:4]]
    take(desk, told)
    (contest,) = desk.do("rank", "--format", "json").json["contests"]
    assert [(one["entry"], one["status"]) for one in contest["unranked"]] == [("H11", "absent")]
    before = desk.journal()
    take(desk, told)
    assert desk.journal() == before


# -- numbered papers ---------------------------------------------------------------------------------------------------


def test_a_blank_paper_of_the_stock_belongs_to_whom_the_phone_names(tmp_path: Path) -> None:
    """Its code was scanned beside the household; from then on the code says whose it is."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    desk.do("sheet", "number", "--blank", "2")
    papers = desk.do("sheet", "list", "--format", "json").json
    blanks = [one["sheet"] for one in papers if not one["entry"]]
    own = [one["sheet"] for one in papers if (one["entry"], one["judge"]) == ("H12", "J2")]
    told = answer("H12", "J2", "11", "12.5", sheet=(own or blanks)[0])
    wrong = [{**told, "entry": "H13"}]
    if own:
        assert f"sheet {own[0]} is that of H12" in desk.refuse("import", "kobo", sent(desk, wrong))
    take(desk, [told])
    bound = {one["sheet"]: one["entry"] for one in desk.do("sheet", "list", "--format", "json").json}
    assert bound[told["sheet"]] == "H12"
    latecomer = answer("H15", "J1", "8", "8", sheet=blanks[-1])
    if not own:
        take(desk, [told, latecomer])
        bound = {one["sheet"]: one["entry"] for one in desk.do("sheet", "list", "--format", "json").json}
        assert bound[blanks[-1]] == "H15"


def test_a_mistyped_code_is_refused_with_its_submission(tmp_path: Path) -> None:
    """Its last digit does not agree with the others."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    desk.do("sheet", "number", "--blank", "2")
    code = desk.do("sheet", "list", "--format", "json").json[-1]["sheet"]
    bad = f"{code[:-1]}{(int(code[-1]) + 1) % 10}"
    said = desk.refuse("import", "kobo", sent(desk, [answer("H11", "J1", "11", "12", sheet=bad)]))
    assert f"submission {given.UUIDS[0]}: the code {bad} is mistyped" in said


def test_every_line_of_json_names_the_round(tmp_path: Path) -> None:
    """Scripts read what changed as they read `import scores`."""
    desk = opened(tmp_path)
    found = json.loads(desk.do("import", "kobo", sent(desk, everybody()[:1]), "--format", "json").out)
    assert {"round", "dry_run", "entries", "sheets", "equal", "corrected", "refused"} <= found.keys()
