"""Many laptops: files come together by stick, in any order, and nothing is lost, doubled or decided by the clock."""

from __future__ import annotations

import json
import random
import sqlite3
import time
from dataclasses import replace
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from pachamama.core.model import Household
from pachamama.core.problems import Mismatch, Refused
from pachamama.store import NewEntry, Store, laptops

from .test_rebuild import play
from .valley import ACTOR, HOUSEHOLDS, ROUND, hints, journal_length, marks_of, open_round, opened, paper

TODAY = datetime.now().astimezone().date().isoformat()


def handed_out(tmp_path: Path, *names: str, rounds: int = 0) -> dict[str, Store]:
    """The office's file with three entries, and a file of its own for each laptop."""
    office = opened(tmp_path / "office.db")
    for _ in range(rounds):
        open_round(office)
    office.enter(ROUND, [NewEntry("H001", "C1"), NewEntry("H002", "C1"), NewEntry("H004", "C2")], actor=ACTOR)
    found = {"office": office}
    for name in names:
        office.hand_out(tmp_path / f"{name}.db", name=name, actor=ACTOR)
        found[name] = Store.open(tmp_path / f"{name}.db", writing=True)
    return found


def typed(store: Store, entry: str, judge: str, marks: str, *, actor: str, **more: str) -> None:
    """One sheet."""
    within = "C2" if entry == "H004" else "C1"
    store.record_sheet(ROUND, entry, within, None, paper(judge, marks), actor=actor, **more)  # type: ignore[arg-type]


def take(store: Store, *others: Store) -> Any:
    """Merge the files of others."""
    return store.merge([other.path for other in others], actor=ACTOR)


def said(store: Store) -> Any:
    """Everything that a file says, without the order in which entries came into it."""
    rounds = [one.code for one in store.rounds()]
    return {
        "rounds": sorted(store.rounds(), key=lambda one: one.code),
        "contests": {code: sorted(store.contests(code), key=repr) for code in rounds},
        "seconds": {code: sorted(store.second_entries(code), key=repr) for code in rounds},
        "panels": {code: dict(store.panels(code)) for code in rounds},
        "declared": {code: sorted(store.declarations(code), key=repr) for code in rounds},
        "sheets": {code: sorted(store.numbered_sheets(code), key=repr) for code in rounds},
        "seals": sorted(map(repr, store.seals())),
        "homes": store.households(),
        "judges": store.judges(),
        "conflicts": sorted(
            (one.kind, repr(one.what), one.stands.hash, one.other.hash, one.settled) for one in store.conflicts()
        ),
        "late": sorted(one.hash for one in store.late()),
        "laptops": sorted((one.code, one.name, str(one.lost)) for one in store.devices()),
    }


def test_each_laptop_brings_its_community_and_twice_is_once(tmp_path: Path) -> None:
    """Who holds what is told; the second time nothing is new, and not one byte is written."""
    files = handed_out(tmp_path, "ana", "beto")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    typed(files["beto"], "H004", "J1", "4 5 6", actor="beto")
    found = take(files["office"], files["ana"], files["beto"])
    assert [(one.name, one.new, one.holds) for one in found.files] == [("ana", 2, ("C1",)), ("beto", 2, ("C2",))]
    assert found.conflicts == found.late == ()
    assert len(marks_of(files["office"])) == 2
    before = (tmp_path / "office.db").read_bytes()
    assert take(files["office"], files["beto"], files["ana"]).new == 0
    assert (tmp_path / "office.db").read_bytes() == before
    assert files["office"].verify() == ()
    holds = {one.name: one.holds for one in files["office"].devices()}
    assert holds["ana"] == ("C1",)


def test_a_trial_says_the_same_and_stores_nothing(tmp_path: Path) -> None:
    """`dry_run` is the merge itself, taken back."""
    files = handed_out(tmp_path, "ana")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    before = (tmp_path / "office.db").read_bytes()
    trial = files["office"].merge([files["ana"].path], actor=ACTOR, dry_run=True)
    assert (tmp_path / "office.db").read_bytes() == before
    assert trial == take(files["office"], files["ana"])


def test_two_files_that_began_by_themselves_are_two_programmes(tmp_path: Path) -> None:
    """Equal rules, registers and rounds make no common beginning; whoever has it merges, whoever made the file."""
    one, other = opened(tmp_path / "one.db"), opened(tmp_path / "other.db")
    for ours, theirs in ((one, other), (other, one)):
        with pytest.raises(Mismatch, match="two programmes"):
            take(ours, theirs)
    one.hand_out(tmp_path / "ana.db", name="ana", actor=ACTOR)
    with Store.open(tmp_path / "ana.db", writing=True) as ana:
        ana.hand_out(tmp_path / "beto.db", name="beto", actor="ana")
        with Store.open(tmp_path / "beto.db") as beto:
            assert take(one, beto).new == 2


# -- one paper on two laptops ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("marks", "actor", "state"), [("1 2 3", "beto", "confirmed"), ("1 2 9", "beto", "differs"), ("1 2 3", "ana", None)]
)
def test_the_same_paper_on_two_laptops_is_a_second_entry(
    tmp_path: Path, marks: str, actor: str, state: str | None
) -> None:
    """Equal by another person confirms, different is a discrepancy, equal by the same person says nothing more."""
    files = handed_out(tmp_path, "ana", "beto")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    typed(files["beto"], "H001", "J1", marks, actor=actor)
    take(files["office"], files["ana"], files["beto"])
    assert [one.state for one in files["office"].second_entries(ROUND)] == ([state] if state else [])
    take(files["ana"], files["beto"])
    take(files["beto"], files["office"])
    take(files["ana"], files["office"])
    take(files["office"], files["ana"], files["beto"])
    assert said(files["office"]) == said(files["ana"]) == said(files["beto"])


def test_control_totals_meet_only_the_marks_that_they_were_added_up_from(tmp_path: Path) -> None:
    """Said later, or with the same sheet on another laptop: kept everywhere, but never with corrected marks."""
    files = handed_out(tmp_path, "ana", "beto")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    typed(files["ana"], "H002", "J1", "4 5 6", actor="ana")
    take(files["office"], files["ana"])
    take(files["beto"], files["office"])
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana", control="6")
    typed(files["ana"], "H002", "J1", "4 5 6", actor="ana", control="15")
    typed(files["beto"], "H002", "J1", "4 5 7", actor="beto", correct="mal leído")
    typed(files["ana"], "H004", "J1", "7 8 9", actor="ana")
    typed(files["beto"], "H004", "J1", "7 8 9", actor="ana", control="24")
    take(files["office"], files["ana"], files["beto"])
    take(files["ana"], files["office"])
    take(files["beto"], files["office"])
    for store in files.values():
        assert store.controls(ROUND) == {
            ("C1", None, "H001", "field", "J1"): "6",
            ("C2", None, "H004", "field", "J1"): "24",
        }
        assert store.verify() == ()


def test_a_correction_by_somebody_who_saw_the_sheet_is_a_correction(tmp_path: Path) -> None:
    """The office corrects what it merged: at home on the other laptop it replaces, and is no conflict."""
    files = handed_out(tmp_path, "ana")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    take(files["office"], files["ana"])
    typed(files["office"], "H001", "J1", "9 2 3", actor=ACTOR, correct="mal leído")
    assert take(files["ana"], files["office"]).conflicts == ()
    assert marks_of(files["ana"])["H001", "field", "J1"]["terraces"] == "9"
    assert files["ana"].second_entries(ROUND) == ()
    assert files["ana"].verify() == ()


# -- what people decide ----------------------------------------------------------------------------------------------


def test_a_register_row_said_in_two_ways_is_decided_by_a_person(tmp_path: Path) -> None:
    """Never by time: the clash names both, and what stands is changed by whoever decides."""
    files = handed_out(tmp_path, "ana", "beto")
    files["ana"].import_register("households", [Household("H009", "C1", "Rosa Nina")], actor="ana")
    files["beto"].import_register("households", [Household("H009", "C1", "Rosa Ninantay")], actor="beto")
    take(files["office"], files["ana"], files["beto"])
    (clash,) = files["office"].conflicts()
    assert (clash.kind, clash.what) == ("register", ("households", "H009"))
    assert {clash.stands.actor, clash.other.actor} == {"ana", "beto"}
    files["office"].import_register("households", [Household("H009", "C1", "Rosa Ninantay")], actor=ACTOR)
    files["office"].settle_conflict(clash.code, reason="según su DNI", actor=ACTOR)
    take(files["ana"], files["office"])
    assert {one.code: one.head for one in files["ana"].households()}["H009"] == "Rosa Ninantay"
    assert [one.settled for one in files["ana"].conflicts()] == ["según su DNI"]
    with pytest.raises(Refused, match="is settled"):
        files["office"].settle_conflict(clash.code, reason="otra vez", actor=ACTOR)


def test_the_same_new_household_on_two_laptops_is_no_conflict(tmp_path: Path) -> None:
    """The salts of the two commitments differ; the people behind them do not."""
    files = handed_out(tmp_path, "ana", "beto")
    for name in ("ana", "beto"):
        files[name].import_register("households", [Household("H009", "C1", "Rosa Nina", "00009999")], actor=name)
    assert take(files["office"], files["ana"], files["beto"]).conflicts == ()


# -- closed rounds ---------------------------------------------------------------------------------------------------


def test_what_comes_late_for_a_closed_round_is_kept_and_taken_when_it_is_reopened(tmp_path: Path) -> None:
    """The seal stays that of what it knew; no late sheet slips under it."""
    files = handed_out(tmp_path, "ana")
    typed(files["office"], "H001", "J1", "1 2 3", actor=ACTOR)
    typed(files["ana"], "H002", "J1", "4 5 6", actor="ana")
    files["office"].close_round(ROUND, document='{"contests":[]}', actor=ACTOR)
    found = take(files["office"], files["ana"])
    assert len(found.late) == 1
    assert sorted(marks_of(files["office"])) == [("H001", "field", "J1")]
    assert files["office"].verify() == ()
    files["office"].reopen_round(ROUND, reason="faltaba una ficha", actor=ACTOR)
    assert sorted(marks_of(files["office"])) == [("H001", "field", "J1"), ("H002", "field", "J1")]
    assert files["office"].late() == ()
    assert files["office"].verify() == ()
    files["office"].close_round(ROUND, document='{"contests":[]}', actor=ACTOR)
    take(files["ana"], files["office"])
    assert said(files["ana"]) == said(files["office"])


def test_two_laptops_that_close_one_round_are_a_conflict(tmp_path: Path) -> None:
    """One closing stands, in every file the same; the other is named."""
    files = handed_out(tmp_path, "ana", "beto")
    for name in ("ana", "beto"):
        typed(files[name], "H001", "J1" if name == "ana" else "J2", "1 2 3", actor=name)
        files[name].close_round(ROUND, document='{"contests":[]}', actor=name)
    found = take(files["office"], files["ana"], files["beto"])
    assert [one.kind for one in found.conflicts] == ["closing"]
    assert len(found.late) == 1
    assert files["office"].verify() == ()
    take(files["ana"], files["beto"])
    assert said(files["ana"])["seals"] == said(files["office"])["seals"]


CLOSED = json.dumps({"contests": []})


def test_a_closing_that_does_not_stand_takes_no_place_in_the_round(tmp_path: Path) -> None:
    """Whoever closes, reopens and closes without knowing of the first closing changes nothing that it rests on."""
    files = handed_out(tmp_path, "ana", "beto")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    typed(files["beto"], "H004", "J1", "4 5 6", actor="beto")
    files["ana"].close_round(ROUND, document=CLOSED, actor="ana")
    time.sleep(1.1)  # the journal counts seconds, and the first of the two stands
    files["beto"].close_round(ROUND, document=CLOSED, fields={("C2", None): {"H004": {"sex": "F"}}}, actor="beto")
    files["beto"].reopen_round(ROUND, reason="otra ficha", actor="beto")
    typed(files["beto"], "H002", "J1", "4 5 6", actor="beto")
    files["beto"].close_round(ROUND, document=CLOSED, actor="beto")
    found = take(files["office"], files["ana"], files["beto"])
    assert [one.actor for one in files["office"].seals(ROUND)] == ["ana"]
    assert [(one.kind, one.what, one.stands.actor) for one in found.conflicts] == [
        ("closing", (ROUND, number), "ana") for number in (1, 2)
    ]
    assert sorted(marks_of(files["office"])) == [("H001", "field", "J1")]
    assert files["office"].verify() == ()
    files["office"].reopen_round(ROUND, reason="dos cierres", actor=ACTOR)
    assert len(marks_of(files["office"])) == 3
    files["office"].close_round(ROUND, document=CLOSED, actor=ACTOR)
    take(files["ana"], files["office"])
    take(files["beto"], files["office"])
    assert said(files["ana"]) == said(files["beto"]) == said(files["office"])
    assert files["beto"].verify() == ()


def test_a_reopening_opens_only_the_closing_that_it_knew(tmp_path: Path) -> None:
    """Two people reopen; one has closed again before the other's reopening comes: it stays closed, and people are told."""
    files = handed_out(tmp_path, "x")
    files["office"].close_round(ROUND, document=CLOSED, actor=ACTOR)
    for name in ("ana", "beto"):
        files["office"].hand_out(tmp_path / f"{name}.db", name=name, actor=ACTOR)
        files[name] = Store.open(tmp_path / f"{name}.db", writing=True)
        files[name].reopen_round(ROUND, reason="reclamo", actor=name)
    files["ana"].close_round(ROUND, document=CLOSED, actor="ana")
    found = take(files["office"], files["ana"], files["beto"])
    assert files["office"].round(ROUND).state == "closed"
    assert [(one.kind, one.what, one.stands.actor, one.other.actor) for one in found.conflicts] == [
        ("reopening", (ROUND, 2), "ana", "beto")
    ]
    take(files["beto"], files["ana"])
    assert [one.kind for one in files["beto"].conflicts()] == ["reopening"]
    files["beto"].reopen_round(ROUND, reason="ahora sí", actor="beto")
    take(files["ana"], files["beto"])
    assert files["ana"].round(ROUND).state == "open"
    assert files["ana"].verify() == files["beto"].verify() == ()


def test_two_who_reopen_one_closing_are_of_one_mind(tmp_path: Path) -> None:
    """Nobody has closed it since: there is nothing to decide."""
    files = handed_out(tmp_path)
    files["office"].close_round(ROUND, document=CLOSED, actor=ACTOR)
    files["office"].hand_out(tmp_path / "ana.db", name="ana", actor=ACTOR)
    files["ana"] = Store.open(tmp_path / "ana.db", writing=True)
    for name in ("office", "ana"):
        files[name].reopen_round(ROUND, reason="reclamo", actor=name)
    assert take(files["office"], files["ana"]).conflicts == ()
    assert files["office"].round(ROUND).state == "open"


# -- what is refused -------------------------------------------------------------------------------------------------


def test_a_copy_that_was_worked_in_is_a_fork_and_refused_whole(tmp_path: Path) -> None:
    """Both entries are shown; nothing of any of the files is taken."""
    files = handed_out(tmp_path, "ana", "beto")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    (tmp_path / "copy.db").write_bytes((tmp_path / "ana.db").read_bytes())
    typed(files["ana"], "H002", "J1", "4 5 6", actor="ana")
    with Store.open(tmp_path / "copy.db", writing=True) as copy:
        typed(copy, "H002", "J1", "7 8 9", actor="carla")
    take(files["office"], files["ana"])
    before = (tmp_path / "office.db").read_bytes()
    with pytest.raises(Mismatch) as error:
        files["office"].merge([files["beto"].path, str(tmp_path / "copy.db")], actor=ACTOR)
    assert "by ana" in hints(error.value)
    assert "by carla" in hints(error.value)
    assert (tmp_path / "office.db").read_bytes() == before


def test_a_copy_can_be_given_a_chain_of_its_own(tmp_path: Path) -> None:
    """Then it is a laptop like any other."""
    files = handed_out(tmp_path, "ana")
    (tmp_path / "copy.db").write_bytes((tmp_path / "ana.db").read_bytes())
    with Store.open(tmp_path / "copy.db", writing=True) as copy:
        copy.start_anew(name="carla", actor="carla")
        typed(copy, "H002", "J1", "7 8 9", actor="carla")
        typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
        assert take(files["office"], files["ana"], copy).conflicts == ()
    assert len(marks_of(files["office"])) == 2


def test_a_rehearsal_never_meets_a_real_file(tmp_path: Path) -> None:
    """In neither direction, whatever its tables say: the first entry of the journal does."""
    real, practice = opened(tmp_path / "real.db"), opened(tmp_path / "practice.db", rehearsal=True)
    with sqlite3.connect(practice.path) as file:
        file.execute("UPDATE programme SET rehearsal = 0")
    for one, other in ((real, practice), (practice, real)):
        with pytest.raises(Mismatch, match="rehearsal"):
            take(one, other)


# -- lost laptops ----------------------------------------------------------------------------------------------------


def test_nothing_of_a_lost_laptop_is_taken_after_its_last_known_entry(tmp_path: Path) -> None:
    """What was merged before stays; once it is found again, all of it comes."""
    files = handed_out(tmp_path, "ana")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    take(files["office"], files["ana"])
    files["office"].declare_lost("ana", reason="robada", actor=ACTOR)
    assert take(files["office"], files["ana"]).new == 0
    typed(files["ana"], "H002", "J1", "4 5 6", actor="?")
    with pytest.raises(Mismatch, match="declared lost"):
        take(files["office"], files["ana"])
    assert len(marks_of(files["office"])) == 1
    files["office"].declare_found("ana", reason="estaba en Ccapana", actor=ACTOR)
    assert take(files["office"], files["ana"]).new == 1
    assert len(marks_of(files["office"])) == 2
    with pytest.raises(Refused, match="not declared lost"):
        files["office"].declare_found("ana", reason="otra vez", actor=ACTOR)


def test_a_lost_laptop_never_locks_out_an_honest_one_that_had_met_it(tmp_path: Path) -> None:
    """What beto had taken in of it counts, before and after he hears of the loss, and is a question for people."""
    files = handed_out(tmp_path, "ana", "beto")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    take(files["office"], files["ana"])
    typed(files["ana"], "H002", "J1", "4 5 6", actor="ana")
    take(files["beto"], files["ana"])
    files["office"].declare_lost("ana", reason="robada", actor=ACTOR)
    typed(files["beto"], "H004", "J1", "7 8 9", actor="beto")
    typed(files["ana"], "H001", "J2", "9 9 9", actor="?")
    for one, other in (("office", "ana"), ("beto", "office"), ("beto", "ana")):
        if "ana" in (one, other):
            with pytest.raises(Mismatch, match="declared lost"):
                take(files[one], files[other])
        else:
            take(files[one], files[other])
    with pytest.raises(Mismatch, match="declared lost"):
        take(files["office"], files["beto"], files["ana"])
    take(files["office"], files["beto"])
    assert said(files["office"]) == said(files["beto"])
    assert sorted(entry for entry, _, _ in marks_of(files["office"])) == ["H001", "H002", "H004"]
    (question,) = files["office"].conflicts()
    assert (question.kind, question.other.device) == ("lost", question.what[0])
    assert files["office"].verify() == files["beto"].verify() == ()
    files["office"].declare_lost("ana", reason="robada, y mirado", actor=ACTOR)
    assert files["office"].conflicts() == ()
    assert files["office"].verify() == ()


def test_two_who_declare_one_laptop_lost_count_what_either_knew(tmp_path: Path) -> None:
    """In whatever order their files come together."""
    files = handed_out(tmp_path, "ana", "beto")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    take(files["office"], files["ana"])
    typed(files["ana"], "H002", "J1", "4 5 6", actor="ana")
    take(files["beto"], files["ana"])
    files["beto"].declare_lost("ana", reason="robada", actor="beto")
    time.sleep(1.1)  # the later of the two knew less
    files["office"].declare_lost("ana", reason="robada", actor=ACTOR)
    take(files["office"], files["beto"])
    take(files["beto"], files["office"])
    assert said(files["office"]) == said(files["beto"])
    for name in ("office", "beto"):
        assert [one.lost for one in files[name].devices() if one.name == "ana"] == [3]
        assert files[name].conflicts() == ()


def test_a_file_in_which_one_mark_was_changed_is_refused(tmp_path: Path) -> None:
    """The chain of its journal no longer closes."""
    files = handed_out(tmp_path, "ana")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    with sqlite3.connect(tmp_path / "ana.db") as file:
        for trigger in ("never_changed", "never_deleted"):
            file.execute(f"DROP TRIGGER journal_is_{trigger}")
        file.execute("UPDATE journal SET body = replace(body, '1 2 3', '9 2 3')")
    with pytest.raises(Mismatch, match="changed after it was written"):
        take(files["office"], files["ana"])


def test_somebody_who_was_forgotten_does_not_come_back(tmp_path: Path) -> None:
    """The other file still knows the name; merging erases it there, and never brings it here."""
    files = handed_out(tmp_path, "ana")
    commitment = (
        sqlite3.connect(tmp_path / "office.db")
        .execute("SELECT commitment FROM person WHERE name LIKE 'Juana%'")
        .fetchone()[0]
    )
    assert files["office"].forget([commitment], reason="lo pidió", actor=ACTOR) == 1
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    take(files["office"], files["ana"])
    assert "Juana Quispe" not in {one.head for one in files["office"].households()}
    take(files["ana"], files["office"])
    assert "Juana Quispe" not in {one.head for one in files["ana"].households()}
    assert b"Juana Quispe" not in (tmp_path / "ana.db").read_bytes()
    assert files["ana"].verify() == files["office"].verify() == ()


def commitments_of(store: Store, code: str) -> list[str]:
    """Every commitment that the journal makes to a household, as `forget` finds them."""
    return [
        row["person"]
        for entry in store.journal()
        if entry.kind == "register_imported"
        for row in entry.body["rows"]
        if row["code"] == code and row.get("person")
    ]


@pytest.mark.parametrize("first", ["ana", "office"])
def test_somebody_who_was_forgotten_is_not_brought_back_by_a_laptop_that_did_not_know(
    tmp_path: Path, first: str
) -> None:
    """Another laptop's correction, before the erasing or after it, is a question for people; erased again, it is gone."""
    files = handed_out(tmp_path, "ana")

    def act(name: str) -> None:
        if name == "office":
            files["office"].forget(commitments_of(files["office"], "H001"), reason="lo pidió", actor=ACTOR)
        else:
            row = Household("H001", "C1", "Juana Quispe Mamani", "40000001")
            files["ana"].import_register("households", [row], actor="ana")

    act(first)
    time.sleep(1.1)
    act("office" if first == "ana" else "ana")
    found = take(files["office"], files["ana"])
    assert [(one.kind, one.what, one.other.actor) for one in found.conflicts] == [
        ("forgotten", ("households", "H001"), "ana")
    ]
    take(files["ana"], files["office"])
    for store in (files["office"], files["ana"]):
        assert [one.head for one in store.households() if one.code == "H001"] == [""]
        assert store.verify() == ()
    assert said(files["office"]) == said(files["ana"])
    assert files["office"].forget(commitments_of(files["office"], "H001"), reason="es la misma", actor=ACTOR) == 1
    assert b"Juana Quispe" not in (tmp_path / "office.db").read_bytes()
    assert files["office"].verify() == ()
    new = Household("H001", "C1", "Otra Persona")
    files["office"].import_register("households", [new], actor=ACTOR)
    take(files["ana"], files["office"])
    assert [one.head for one in files["ana"].households() if one.code == "H001"] == ["Otra Persona"]


def test_a_register_that_two_laptops_import_alike_is_no_conflict_but_of_whom_one_has_forgotten(tmp_path: Path) -> None:
    """The same corrected register on both: only the row of the person who was erased is a question."""
    files = handed_out(tmp_path, "ana", "beto")
    rows = [replace(row, head=f"{row.head} Condori") for row in HOUSEHOLDS]
    for name in ("ana", "beto"):
        files[name].import_register("households", rows, actor=name)
    files["ana"].forget(commitments_of(files["ana"], "H001"), reason="lo pidió", actor="ana")
    found = take(files["office"], files["beto"], files["ana"])
    assert [(one.kind, one.what) for one in found.conflicts] == [("forgotten", ("households", "H001"))]
    take(files["ana"], files["office"])
    assert said(files["office"]) == said(files["ana"])
    assert files["ana"].verify() == files["office"].verify() == ()


# -- two laptops with the same letters -------------------------------------------------------------------------------


def twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Store]:
    """Two laptops whose two letters are the same: handed out by copies of one file that did not know of each other."""
    files = handed_out(tmp_path)
    (tmp_path / "other.db").write_bytes((tmp_path / "office.db").read_bytes())
    with Store.open(tmp_path / "other.db", writing=True) as other:
        other.start_anew(name="otra oficina", actor="x")
        for name, giver, device in (("ana", files["office"], 1), ("beto", other, 1 + 529 * 12345)):
            monkeypatch.setattr(laptops, "random_hex", lambda _count, device=device: f"{device:016x}")
            giver.hand_out(tmp_path / f"{name}.db", name=name, actor=ACTOR)
            files[name] = Store.open(tmp_path / f"{name}.db", writing=True)
    monkeypatch.undo()
    assert files["ana"].sheet_letters == files["beto"].sheet_letters
    return files


def test_codes_that_two_laptops_gave_are_told_apart_by_more_letters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sheets, receipts and appeals: nothing is refused, each is about its own paper, in every order the same."""
    files = twins(tmp_path, monkeypatch)
    codes = set()
    for name, entry in (("ana", "H001"), ("beto", "H004")):
        store = files[name]
        within = "C2" if entry == "H004" else "C1"
        typed(store, entry, "J1", "1 2 3", actor=name)
        (sheet,) = store.number_sheets(ROUND, [(within, None, entry, "field", None)], actor=name)
        store.bind_blank(sheet.code, ROUND, within, None, entry, "J1", actor=name)
        wins = {"within": within, "category": None, "placings": [{"entry": entry, "awards": [{"cents": 5000}]}]}
        store.close_round(ROUND, document=json.dumps({"contests": [wins]}), actor=name)
        appeal = store.file_appeal(ROUND, entry=entry, claimant=name, day=TODAY, text="mi puesto", actor=name)
        store.decide_appeal(appeal.code, "rejected", decision=f"de {name}", names=["Flora"], day=TODAY, actor=name)
        store.number_receipts(ROUND, [(within, None, entry, 5000)], office="CUSCO", year=2026, actor=name)
        codes.add((sheet.code, appeal.code))
    assert len(codes) == 1
    ((plain, plain_appeal),) = codes
    take(files["office"], files["beto"], files["ana"])
    take(files["ana"], files["beto"])
    take(files["beto"], files["office"])
    assert said(files["office"]) == said(files["ana"]) == said(files["beto"])
    told = {one.code: (one.claimant, one.decision, one.entry) for one in files["office"].appeals()}
    assert plain_appeal not in told
    assert sorted(told.values()) == [("ana", "de ana", "H001"), ("beto", "de beto", "H004")]
    first = files["office"].receipts(ROUND)[0]
    assert files["office"].receipt(first.code.casefold()) == first
    assert files["office"].verify() == files["ana"].verify() == files["beto"].verify() == ()
    files["office"].reopen_round(ROUND, reason="dos cierres", actor=ACTOR)
    sheets = {one.code: (one.entry, one.judge) for one in files["office"].numbered_sheets(ROUND)}
    assert sorted(sheets.values()) == [("H001", "J1"), ("H004", "J1")]
    for code, (entry, _) in sheets.items():
        assert files["office"].numbered_sheet(code.lower().replace("-", " ")).entry == entry
    with pytest.raises(Refused) as error:
        files["office"].numbered_sheet(plain)
    assert all(code in hints(error.value) for code in sheets)
    take(files["ana"], files["office"])
    (new,) = files["ana"].number_sheets(ROUND, [("C1", None, "H002", "field", "J1")], actor="ana")
    assert new.code[:2] == plain[:2]
    assert new.code != plain
    assert files["ana"].verify() == ()


def test_whoever_hands_out_files_gives_letters_that_nobody_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Random letters that a laptop has already are drawn again, also those of one that nothing came from yet."""
    files = handed_out(tmp_path, "ana")
    taken = [int(files[name].device, 16) for name in ("office", "ana")]
    free = next(number for number in range(3) if number not in {device % 529 for device in taken})
    drawn = [*(device + 529 for device in taken), free]
    monkeypatch.setattr(laptops, "random_hex", lambda _count: f"{drawn.pop(0) % 2**64:016x}")
    files["office"].hand_out(tmp_path / "beto.db", name="beto", actor=ACTOR)
    with Store.open(tmp_path / "beto.db") as beto:
        assert beto.sheet_letters not in {store.sheet_letters for store in files.values()}
    assert drawn == []


# -- in any order ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("season", range(6))
def test_files_say_the_same_in_whatever_order_they_came_together(tmp_path: Path, season: int) -> None:
    """Three laptops do as they like, meet in between now and then, and at last all know all."""
    luck = random.Random(season)
    files = handed_out(tmp_path, "ana", "beto", "carla", rounds=3)
    laptops = [files["ana"], files["beto"], files["carla"]]
    for _ in range(150):
        store = luck.choice(laptops)
        try:
            play(store, luck)
        except (Refused, IndexError):
            continue
        if luck.random() < 0.04:
            take(store, luck.choice([one for one in laptops if one is not store]))
    results = []
    for number, order in enumerate(permutations(laptops)):
        office = tmp_path / f"office-{number}.db"
        office.write_bytes((tmp_path / "office.db").read_bytes())
        with Store.open(office, writing=True) as store:
            for one in order:
                take(store, one)
            assert store.verify() == ()
            results.append(said(store))
    assert all(one == results[0] for one in results)
    assert results[0]["conflicts"] or results[0]["late"] or results[0]["seconds"]
    length = journal_length(files["ana"])
    for store in laptops:
        take(store, *(one for one in laptops if one is not store))
    assert journal_length(files["ana"]) > length


# -- what two laptops could not both have written had they known of each other ----------------------------------------


@pytest.mark.parametrize("first", ["ana", "beto"])
@pytest.mark.parametrize("what", ["recused", "absent"])
def test_marks_and_what_forbids_them_are_both_kept_and_told(tmp_path: Path, what: str, first: str) -> None:
    """Two sheets on one laptop, their judge or their entry out on the other: what forbids them stands, told once."""
    files = handed_out(tmp_path, "ana", "beto")
    for name in sorted(files.keys() - {"office"}, key=lambda one: one != first):
        if name == "ana":
            typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
            files["ana"].record_sheet(ROUND, "H001", "C1", None, paper("J1", "4", "public"), actor="ana")
        elif what == "absent":
            files["beto"].set_status(ROUND, "H001", "absent", "no vino", actor="beto")
        else:
            files["beto"].declare(ROUND, "J1", "H001", "recused", "primos", actor="beto")
        time.sleep(1.1)  # the journal counts seconds
    found = take(files["office"], files["ana"], files["beto"])
    expected = ("entry", (ROUND, "C1", None, "H001", "status"))
    if what == "recused":
        expected = ("declaration", (ROUND, "C1", None, "H001", "J1"))
    assert [(one.kind, one.what, one.stands.actor) for one in found.conflicts] == [(*expected, "beto")]
    assert sorted(marks_of(files["office"])) == [("H001", "field", "J1"), ("H001", "public", "J1")]
    take(files["ana"], files["beto"])
    take(files["beto"], files["office"])
    assert said(files["ana"])["conflicts"] == said(files["beto"])["conflicts"] == said(files["office"])["conflicts"]
    typed(files["office"], "H001", "J1", "- - -", actor=ACTOR, correct="no la calificó")
    take(files["ana"], files["office"])
    assert len(files["ana"].conflicts()) == 1
    assert files["ana"].verify() == files["office"].verify() == ()


def test_a_sheet_that_the_other_laptop_knew_or_that_was_taken_out_is_no_conflict(tmp_path: Path) -> None:
    """Marks that are not there any more, and those of another judge or entry, contradict nobody."""
    files = handed_out(tmp_path, "ana", "beto")
    typed(files["ana"], "H001", "J1", "1 2 3", actor="ana")
    typed(files["ana"], "H001", "J1", "- - -", actor="ana", correct="de otro")
    typed(files["ana"], "H001", "J2", "1 2 3", actor="ana")
    typed(files["ana"], "H002", "J1", "1 2 3", actor="ana")
    time.sleep(1.1)
    files["beto"].declare(ROUND, "J1", "H001", "recused", "primos", actor="beto")
    files["beto"].set_status(ROUND, "H004", "absent", "no vino", actor="beto")
    assert take(files["office"], files["ana"], files["beto"]).conflicts == ()


def merged(store: Store, keep: str, drop: str, *, actor: str) -> None:
    """Two rows of the register are one household."""
    store.merge_households(keep, drop, reason="la misma", actor=actor)


def with_rows(tmp_path: Path, *names: str) -> dict[str, Store]:
    """Laptops with five more households of C1 in the register, which compete nowhere."""
    office = opened(tmp_path / "office.db")
    office.import_register("households", [Household(f"R{n}", "C1", f"Rosa {n}") for n in range(1, 6)], actor=ACTOR)
    found = {"office": office}
    for name in names:
        office.hand_out(tmp_path / f"{name}.db", name=name, actor=ACTOR)
        found[name] = Store.open(tmp_path / f"{name}.db", writing=True)
    return found


def test_a_pair_of_households_merged_in_both_directions_leaves_one(tmp_path: Path) -> None:
    """The first stands, people are told, and what the second laptop then merges follows to the row that is left."""
    files = with_rows(tmp_path, "ana", "beto")
    merged(files["ana"], "R1", "R2", actor="ana")
    time.sleep(1.1)
    merged(files["beto"], "R2", "R1", actor="beto")
    merged(files["beto"], "R2", "R3", actor="beto")
    found = take(files["office"], files["beto"], files["ana"])
    assert {(one.kind, one.what, one.stands.actor) for one in found.conflicts} == {
        ("household", ("R1",), "ana"), ("entrant", (ROUND, "R1"), "ana"),
    }  # fmt: skip
    assert files["office"].merged_households() == {"R2": "R1", "R3": "R1"}
    take(files["ana"], files["beto"])
    take(files["beto"], files["office"])
    assert said(files["ana"])["homes"] == said(files["beto"])["homes"] == said(files["office"])["homes"]
    assert "R1" in {one.code for one in files["ana"].households()}
    assert files["ana"].verify() == files["beto"].verify() == files["office"].verify() == ()


def test_three_merges_of_three_laptops_never_make_a_circle(tmp_path: Path) -> None:
    """Each knew of none: two stand, the one that would close the circle does not, in every order the same."""
    files = with_rows(tmp_path, "ana", "beto", "carla")
    for name, keep, drop in (("ana", "R1", "R2"), ("beto", "R2", "R3"), ("carla", "R3", "R1")):
        merged(files[name], keep, drop, actor=name)
        time.sleep(1.1)
    take(files["office"], files["carla"], files["beto"], files["ana"])
    assert files["office"].merged_households() == {"R2": "R1", "R3": "R1"}
    assert {one.other.actor for one in files["office"].conflicts()} == {"carla"}
    assert files["office"].verify() == ()


@pytest.mark.parametrize("first", ["ana", "beto"])
def test_one_household_and_two_households_is_decided_by_a_person(tmp_path: Path, first: str) -> None:
    """The first stands, whether it made them one or told them apart; both who say the same are of one mind."""
    files = with_rows(tmp_path, "ana", "beto")
    for name in sorted(("ana", "beto"), key=lambda one: one != first):
        if name == "ana":
            merged(files["ana"], "R1", "R2", actor="ana")
        else:
            files["beto"].tell_households_apart([("R2", "R1"), ("R3", "R4")], reason="primas", actor="beto")
        time.sleep(1.1)
    files["ana"].tell_households_apart([("R3", "R4")], reason="primas", actor="ana")
    found = take(files["office"], files["beto"], files["ana"])
    assert [(one.what, one.stands.actor) for one in found.conflicts if one.kind == "household"] == [
        (("R1", "R2"), first)
    ]
    assert files["office"].merged_households() == ({"R2": "R1"} if first == "ana" else {})
    assert files["office"].verify() == ()
