"""`merge`, `conflicts` and `devices` through the program: laptops go out, come back by stick, and people decide."""

from __future__ import annotations

import atexit
import shutil
import time
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from tests.cli.desk import Desk, opened, scored, scores

ROUND = "terraces-household-1"


@cache
def _once() -> Path:
    """Made by commands once: an office's file, and one handed to each of two laptops."""
    folder = Path(mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    desk = opened(folder)
    desk.do("enter", "--all")
    for name in ("ana", "beto"):
        desk.do("devices", "hand-out", f"{name}.db", "--name", name)
    return desk.folder


def handed_out(folder: Path) -> Desk:
    """An office and two laptops, nothing typed yet."""
    shutil.copytree(_once(), folder, dirs_exist_ok=True)
    return Desk(folder)


def typed(desk: Desk, laptop: str, entry: str, judge: str, walls: str, water: str, *more: str) -> None:
    """One sheet, typed on a laptop by the person after whom it is called."""
    desk.do("score", entry, judge, walls, water, "--db", f"{laptop}.db", "--as", laptop, *more)


# -- devices ---------------------------------------------------------------------------------------------------------


def test_a_file_is_handed_out_with_a_name_and_listed(tmp_path: Path) -> None:
    """The office knows both laptops; on the laptop itself, that one is "here"."""
    desk = handed_out(tmp_path)
    listed = desk.do("devices", "list", "--format", "json").json
    assert {(one["name"], one["here"]) for one in listed} == {("", True), ("ana", False), ("beto", False)}
    there = desk.do("devices", "list", "--db", "ana.db", "--format", "json").json
    assert [one["name"] for one in there if one["here"]] == ["ana"]
    assert (tmp_path / "ana.db").stat().st_mode & 0o777 == 0o600
    rows = desk.do("devices", "list", "--format", "csv").out.splitlines()
    assert rows[0] == "device,name,entries,last,actors,holds,lost,here"
    assert len(rows) == 4
    assert "this one" in desk.do("devices", "list").out


def test_an_existing_file_is_not_handed_out_over(tmp_path: Path) -> None:
    """Not one byte of it changes, and nothing is written into the journal."""
    desk = handed_out(tmp_path)
    before, length = (tmp_path / "ana.db").read_bytes(), desk.journal()
    assert "is there already" in desk.refuse("devices", "hand-out", "ana.db", "--name", "carla")
    assert ((tmp_path / "ana.db").read_bytes(), desk.journal()) == (before, length)
    assert "--name" in desk.refuse("devices", "hand-out", "other.db", code=2)


def test_a_laptop_gets_another_name(tmp_path: Path) -> None:
    """This one, or another by its code; an unknown code is refused."""
    desk = handed_out(tmp_path)
    desk.do("devices", "name", "oficina")
    listed = desk.do("devices", "list", "--format", "json").json
    assert [one["name"] for one in listed if one["here"]] == ["oficina"]
    desk.do("devices", "name", "Ana Q.", "--device", next(one["device"] for one in listed if one["name"] == "ana"))
    assert "Ana Q." in desk.do("devices", "list").out
    assert "no laptop ffff" in desk.refuse("devices", "name", "x", "--device", "ffff")


# -- merge -----------------------------------------------------------------------------------------------------------


def test_two_laptops_bring_their_communities_by_stick(tmp_path: Path) -> None:
    """Who brought what is told, a backup was made before; the second time nothing is new, nothing written."""
    desk = handed_out(tmp_path)
    typed(desk, "ana", "H11", "J1", "12", "10.5")
    typed(desk, "beto", "H21", "J1", "13", "11")
    ran = desk.do("merge", "ana.db", "beto.db")
    assert ran.out.splitlines() == ["ana.db (ana): 2 new entries, of C1", "beto.db (beto): 2 new entries, of C2"]
    assert "4 new entries of the journal." in ran.err
    (backup,) = (tmp_path / "backups").glob("*merge*.db")
    assert desk.do("rank", ROUND, "--db", str(backup), "--format", "json").json is not None
    assert backup.name in (tmp_path / "backups" / "SHA256SUMS").read_text()
    before = (tmp_path / "pachamama.db").read_bytes()
    again = desk.do("merge", "beto.db", "ana.db")
    assert "Everything in them is here already." in again.err
    assert "nothing new" in again.out
    assert (tmp_path / "pachamama.db").read_bytes() == before
    assert len(list((tmp_path / "backups").glob("*.db"))) == 1
    assert desk.do("check").out == ""
    holds = {one["name"]: one["holds"] for one in desk.do("devices", "list", "--format", "json").json}
    assert (holds["ana"], holds["beto"]) == (["C1"], ["C2"])


def test_a_merge_names_every_community_of_which_something_comes(tmp_path: Path) -> None:
    """A ruling, a sheet, a receipt and its payment: each by the community of its entry, in trial and merge."""
    desk = scored(tmp_path)
    for name in ("ana", "beto", "caja"):
        desk.do("devices", "hand-out", f"{name}.db", "--name", name)
    desk.do("ruling", "deduction", "H21", "no_banner", "--reason", "x", "--by", "Flora Paz", "--db", "ana.db")
    typed(desk, "ana", "H11", "J1", "12", "10.5", "--correct", "mal copiada")
    assert desk.do("merge", "ana.db", "--dry-run").out == "ana.db (ana): 3 new entries, of C1 and C2\n"
    desk.do("ruling", "deduction", "H22", "no_banner", "--reason", "x", "--by", "Flora Paz", "--db", "beto.db")
    desk.do("merge", "ana.db", "--db", "caja.db")
    assert desk.do("merge", "ana.db").out == "ana.db (ana): 3 new entries, of C1 and C2\n"
    assert desk.do("merge", "beto.db").out == "beto.db (beto): 2 new entries, of C2\n"
    desk.do("round", "close")
    desk.do("merge", "pachamama.db", "--db", "caja.db")
    desk.do("print", "receipts", "--within", "C2", "-o", "papers", "--without-backup", "prueba", "--db", "caja.db")
    desk.do("pay", "record", "1", "--mode", "cash", "--db", "caja.db")
    assert desk.do("merge", "caja.db").out.endswith(", of C2\n")
    shared = desk.do("devices", "list", "--format", "json").json
    assert {one["name"]: one["holds"] for one in shared} == {"": ["C1", "C2"], "ana": ["C1"], "beto": [], "caja": []}


def test_a_file_that_brings_what_a_third_laptop_wrote_names_its_communities(tmp_path: Path) -> None:
    """Ana's sheet comes in with Beto's file."""
    desk = handed_out(tmp_path)
    typed(desk, "ana", "H11", "J1", "12", "10.5")
    desk.do("merge", "ana.db", "--db", "beto.db")
    typed(desk, "beto", "H21", "J1", "13", "11")
    assert desk.do("merge", "beto.db").out.endswith(", of C1 and C2\n")


def test_a_trial_shows_what_would_come_and_stores_nothing(tmp_path: Path) -> None:
    """No backup, no byte; the JSON of the trial is that of the merge."""
    desk = handed_out(tmp_path)
    typed(desk, "ana", "H11", "J1", "12", "10.5")
    before = (tmp_path / "pachamama.db").read_bytes()
    trial = desk.do("merge", "ana.db", "--dry-run", "--format", "json").json
    assert "nothing is stored" in desk.do("merge", "ana.db", "--dry-run").err
    assert (tmp_path / "pachamama.db").read_bytes() == before
    assert not (tmp_path / "backups").exists()
    real = desk.do("merge", "ana.db", "--format", "json").json
    assert (trial.pop("dry_run"), real.pop("dry_run")) == (True, False)
    assert trial == real
    assert real["new"] == 2
    assert real["files"][0] | {"device": ""} == {
        "file": "ana.db", "device": "", "name": "ana", "new": 2, "holds": ["C1"],
    }  # fmt: skip


def test_the_same_sheet_on_two_laptops_is_a_second_entry(tmp_path: Path) -> None:
    """Equal: confirmed. Different: a discrepancy, which stands in the way of the closing until a person decides."""
    desk = handed_out(tmp_path)
    for laptop, water in (("ana", "10.5"), ("beto", "10.5")):
        typed(desk, laptop, "H11", "J1", "12", water)
    typed(desk, "ana", "H12", "J1", "12", "14")
    typed(desk, "beto", "H12", "J1", "12", "19")
    ran = desk.do("merge", "ana.db", "beto.db")
    assert "1 sheet was typed in two ways: `pachamama discrepancies`." in ran.err
    found = {one["entry"]: one["state"] for one in desk.do("discrepancies", "--all", "--format", "json").json}
    assert found == {"H11": "confirmed", "H12": "differs"}
    desk.do("discrepancies", "settle", "H12", "12", "14", "--judge", "J1", "--reason", "se lee 14 en la ficha")
    desk.do("merge", "pachamama.db", "--db", "beto.db")
    there = desk.do("discrepancies", "--all", "--db", "beto.db", "--format", "json").json
    assert {one["entry"]: one["state"] for one in there} == {"H11": "confirmed", "H12": "settled"}
    assert desk.do("check").out == desk.do("check", "--db", "beto.db").out == ""


def test_a_register_row_said_in_two_ways_is_decided_by_a_person(tmp_path: Path) -> None:
    """`conflicts list` shows both with who and when; what stands is corrected, then the conflict is settled."""
    desk = handed_out(tmp_path)
    for laptop, name in (("ana", "Rosa Nina"), ("beto", "Rosa Ninantay")):
        table = desk.write(f"{laptop}.csv", f"code,community,head\nH19,C1,{name}\n")
        desk.do("import", "households", table, "--db", f"{laptop}.db", "--as", laptop)
    assert "1 conflict waits for a decision" in desk.do("merge", "ana.db", "beto.db").err
    shown = desk.do("conflicts", "list")
    assert "a row of a register" in shown.out
    assert "H19" in shown.out
    assert "laptop ana" in shown.out
    assert "laptop beto" in shown.out
    (clash,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    assert clash["settled"] is None
    assert "--reason" in desk.refuse("conflicts", "settle", clash["code"], code=2)
    assert "There are: " in desk.refuse("conflicts", "settle", "99", "--reason", "x")
    assert "waits for a decision" in desk.do("check", "-v").err
    desk.do("conflicts", "settle", clash["code"], "--reason", "según su DNI")
    assert "There are no conflicts." in desk.do("conflicts", "list").err
    assert "settled: según su DNI" in desk.do("conflicts", "list", "--all").out
    assert "is settled" in desk.refuse("conflicts", "settle", clash["code"], "--reason", "x")


def test_both_values_are_shown_and_a_dni_by_its_last_figures(tmp_path: Path) -> None:
    """Of a row the columns that differ, of an entry what each said; of a DNI as many figures as tell the two apart."""
    desk = handed_out(tmp_path)
    for laptop, dni, status in (("ana", "00001789", "withdrawn"), ("beto", "00002789", "disqualified")):
        by = ("--db", f"{laptop}.db", "--as", laptop)
        desk.do("add", "household", "H11", f"dni={dni}", *by)
        desk.do("set-status", "H15", status, "--reason", f"dice {laptop}", *by)
    trial = desk.do("merge", "ana.db", "beto.db", "--dry-run")
    shown = desk.do("merge", "ana.db", "beto.db")
    assert trial.out == shown.out
    assert "2 conflicts would wait for a decision." in trial.err
    listed = desk.do("conflicts", "list").out
    for dni in ("DNI: …1789", "DNI: …2789"):
        assert listed.count(dni) == shown.out.count(dni) == 1
    assert "00001789" not in listed + shown.out
    for said in ("withdrawn: dice ana", "disqualified: dice beto"):
        assert listed.count(said) == 1
    row = next(lines for lines in listed.split("\n") if "a row of a register" in lines)
    assert "households · H11" in row
    told = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    assert any("DNI: …1789" in one["told"] for one in told)


def test_a_round_does_not_close_while_laptops_disagree_on_it(tmp_path: Path) -> None:
    """`status` and `round close` name the conflict and how it is settled; then it closes."""
    desk = handed_out(tmp_path)
    desk.do("import", "scores", desk.write("scores.csv", scores()))
    for laptop, status in (("ana", "withdrawn"), ("beto", "disqualified")):
        desk.do("set-status", "H15", status, "--reason", "x", "--db", f"{laptop}.db", "--as", laptop)
    desk.do("merge", "ana.db", "beto.db")
    (clash,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    said = desk.refuse("round", "close")
    assert "two laptops differ (an entry: terraces-household-1 · C1 · H15 · status)" in said
    assert f"conflicts settle {clash['code']}" in said
    assert "two laptops differ" in desk.do("status").out
    desk.do("conflicts", "settle", clash["code"].lower(), "--reason", "se retiró")
    assert "two laptops differ" not in desk.do("status").out
    assert desk.do("round", "close").code == 0


def test_the_log_tells_what_was_decided_about_an_entry(tmp_path: Path) -> None:
    """By its letters and the thing, under the entry and the round that it is about, and not under another one."""
    desk = handed_out(tmp_path)
    for laptop, keep, drop in (("ana", "H11", "H12"), ("beto", "H12", "H11")):
        by = ("--db", f"{laptop}.db", "--as", laptop)
        desk.do("set-status", drop, "withdrawn", "--reason", "x", *by)
        desk.do("household", "merge", keep, drop, "--reason", "x", "--yes", *by)
        desk.do("set-status", "H15", "withdrawn", "--reason", f"dice {laptop}", *by)
        desk.do("add", "household", "H21", f"head=Otra {laptop}", *by)
    desk.do("merge", "ana.db", "beto.db")
    told = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    codes = {one["kind"]: one["code"] for one in told}
    for code in codes.values():
        desk.do("conflicts", "settle", code, "--reason", "se miró")

    def settled(*words: str) -> list[str]:
        found = desk.do("log", "--kind", "conflict_settled", *words, "--format", "json").json
        return sorted(one["says"] for one in found)

    status = f"Decided the conflict {codes['entry']} between two laptops (an entry: {ROUND} · C1 · H15 · status)."
    register = f"Decided the conflict {codes['register']} between two laptops (a row of a register: households · H21)."
    assert settled("--entry", "H15") == [status]
    assert settled("--entry", "H21") == [register]
    for row in ("H11", "H12"):
        assert [one for one in settled("--entry", row) if codes["household"] in one], row
    assert status in settled("--round", ROUND)
    assert register not in settled("--round", ROUND)
    assert settled("--entry", "H13") == settled("--entry", "C1") == []
    shown = desk.do("log", "--entry", "H15").out
    assert codes["entry"] in shown
    assert "Why: se miró" in shown


def test_a_conflict_keeps_its_letters_whatever_comes_later(tmp_path: Path) -> None:
    """What a third laptop brings stands before it in the list; the letters are still those of the first."""
    desk = handed_out(tmp_path)
    desk.do("devices", "hand-out", "carla.db", "--name", "carla")
    desk.do("set-status", "H21", "absent", "--reason", "c", "--db", "carla.db", "--as", "carla")
    for laptop, status in (("ana", "withdrawn"), ("beto", "disqualified")):
        time.sleep(1.1)  # times are kept in seconds
        for entry in ("H11", *(["H21"] if laptop == "ana" else [])):
            desk.do("set-status", entry, status, "--reason", "x", "--db", f"{laptop}.db", "--as", laptop)
    desk.do("merge", "ana.db", "beto.db")
    (first,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    desk.do("merge", "carla.db")
    both = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    assert [one["what"][3] for one in both] == ["H21", "H11"]
    assert both[1]["code"] == first["code"] != both[0]["code"]
    desk.do("merge", "pachamama.db", "--db", "beto.db")
    there = desk.do("conflicts", "list", "--db", "beto.db", "--format", "json").json["conflicts"]
    assert [one["code"] for one in there] == [one["code"] for one in both]
    desk.do("conflicts", "settle", first["code"], "--reason", "x")
    (left,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    assert left["what"][3] == "H21"


def test_a_merge_says_which_rounds_read_what_another_laptop_reopened(tmp_path: Path) -> None:
    """The community round was closed on results that the other laptop has taken back meanwhile."""
    desk = scored(tmp_path)
    who = ("--as", "ana", "--witness", "luz")
    desk.do("round", "close", ROUND, *who)
    desk.do("round", "open", "terraces", "--tier", "community")
    desk.do("enter", "--all", "--round", "terraces-community-1")
    desk.write("works.csv", "entry,judge,works\nC1,J2,20\nC2,J2,30\n")
    desk.do("import", "scores", "works.csv", "--round", "terraces-community-1")
    desk.do("devices", "hand-out", "beto.db", "--name", "beto")
    desk.do("round", "close", "terraces-community-1", *who)
    desk.do("round", "reopen", ROUND, "--reason", "una nota", "--db", "beto.db", *who)
    said = desk.do("merge", "beto.db").err
    assert "terraces-community-1 reads results that another laptop reopened" in said
    assert "reads results" not in desk.do("merge", "beto.db").err


def test_a_merge_names_a_round_that_another_laptop_reopened_and_what_was_paid_of_it(tmp_path: Path) -> None:
    """Preview and merge: papers of the closing that stood are void, by its code; the receipts that were paid are listed."""
    desk = scored(tmp_path)
    first = desk.do("round", "close", "--format", "json").json["seal"]
    desk.do("print", "receipts", "-o", "papers", "--without-backup", "prueba")
    desk.do("pay", "record", "1", "--mode", "cash")
    desk.do("devices", "hand-out", "caja.db", "--name", "caja")
    caja = ("--db", "caja.db", "--as", "caja", "--witness", "Wanda")
    desk.do("round", "reopen", ROUND, "--reason", "mal", *caja)
    preview = desk.do("merge", "caja.db", "--dry-run").err
    for said in (preview, desk.do("merge", "caja.db").err):
        assert f"warning: {ROUND}: with this merge it is open again" in said
        assert f"those of closing 1: {first}" in said
        assert "1 receipt of it is paid already" in said
        assert "H15" in said
    assert "open again" not in desk.do("merge", "caja.db").err


def test_a_merge_names_a_round_that_another_laptop_closed_anew_and_who_was_paid_too_much(tmp_path: Path) -> None:
    """Both seals are named, in the preview too; the receipt that is above the new prize is told as `pay list` tells it."""
    desk = scored(tmp_path)
    first = desk.do("round", "close", "--format", "json").json["seal"]
    desk.do("print", "receipts", "-o", "papers", "--without-backup", "prueba")
    desk.do("pay", "record", "1", "--mode", "cash")
    desk.do("devices", "hand-out", "caja.db", "--name", "caja")
    caja = ("--db", "caja.db", "--as", "caja")
    desk.do("round", "reopen", ROUND, "--reason", "mal", *caja, "--witness", "Wanda")
    for judge in ("J1", "J2"):
        desk.do("score", "H11", judge, "20", "30", "--correct", "mal copiada", *caja)
    second = desk.do("round", "close", ROUND, *caja, "--witness", "Wanda", "--format", "json").json["seal"]
    preview = desk.do("merge", "caja.db", "--dry-run").err
    (told,) = desk.do("merge", "caja.db", "--dry-run", "--format", "json").json["reopened"]
    assert (told["round"], told["state"]) == (ROUND, "closed")
    assert (told["void"], told["stands"]) == ([{"closing": 1, "seal": first}], {"closing": 2, "seal": second})
    assert [one["entry"] for one in told["paid"]] == ["H15"]
    for said in (preview, desk.do("merge", "caja.db").err):
        assert f"closing 2: {second} of another laptop stands. Papers of closing 1: {first} are void" in said
        assert "H15 Persona 15: paid USD 100.00, the prize is USD 60.00 now: USD 40.00 too much was paid." in said
        assert "pay return" in said


def test_what_comes_late_for_a_closed_round_is_kept_and_flagged(tmp_path: Path) -> None:
    """The results stay; the list names it; after `round reopen` it counts."""
    desk = handed_out(tmp_path)
    desk.do("score", "H11", "J1", "12", "10.5")
    typed(desk, "ana", "H12", "J1", "20", "30")
    desk.do("round", "close", ROUND, "--accept-missing", "faltan fichas")
    results = desk.do("rank", ROUND, "--format", "json").out
    ran = desk.do("merge", "ana.db")
    assert "came for a round that is closed" in ran.err
    assert desk.do("rank", ROUND, "--format", "json").out == results
    assert f"late, for {ROUND}" in desk.do("conflicts", "list").out
    assert len(desk.do("conflicts", "list", "--format", "json").json["late"]) == 1
    waits = f"1 entry came too late for {ROUND}, and counts only when it is reopened"
    assert waits in desk.do("status", ROUND).out
    assert waits in desk.run("print", "receipts", ROUND, "-o", "papers").err
    assert waits in desk.do("check", "-v").err
    assert desk.do("check").out == ""
    desk.do("round", "reopen", ROUND, "--reason", "faltaba una ficha")
    assert desk.do("conflicts", "list", "--format", "json").json["late"] == []
    assert desk.do("rank", ROUND, "--format", "json").out != results


def test_a_copy_that_went_on_by_itself_is_a_fork_and_ends_with_three(tmp_path: Path) -> None:
    """Both entries are shown, nothing of any file is taken; `devices renew` makes a laptop of its own of a copy."""
    desk = handed_out(tmp_path)
    shutil.copy(tmp_path / "ana.db", tmp_path / "copy.db")
    shutil.copy(tmp_path / "ana.db", tmp_path / "renewed.db")
    typed(desk, "ana", "H11", "J1", "12", "10.5")
    desk.do("score", "H12", "J1", "3", "4", "--db", "copy.db", "--as", "carla", HOME=str(tmp_path / "carla"))
    desk.do("merge", "ana.db")
    typed(desk, "beto", "H21", "J1", "13", "11")
    before = (tmp_path / "pachamama.db").read_bytes()
    said = desk.refuse("merge", "beto.db", "copy.db", code=3)
    assert "by ana" in said
    assert "by carla" in said
    assert "Nothing was merged" in said
    assert (tmp_path / "pachamama.db").read_bytes() == before
    desk.do("devices", "renew", "--name", "carla", "--db", "renewed.db")
    desk.do("score", "H12", "J1", "3", "4", "--db", "renewed.db", "--as", "carla")
    assert "4 new entries" in desk.do("merge", "beto.db", "renewed.db").err
    assert desk.do("check").out == ""


def test_a_copy_that_was_worked_in_before_it_was_renewed_is_promised_no_merge(tmp_path: Path) -> None:
    """`devices renew` says that what was typed before is a fork, and what to do; `merge` refuses it, as was said."""
    desk = handed_out(tmp_path)
    shutil.copy(tmp_path / "ana.db", tmp_path / "copy.db")
    carla = {"HOME": str(tmp_path / "carla")}
    copy = ("--db", "copy.db", "--as", "carla")
    typed(desk, "ana", "H11", "J1", "12", "10.5")
    desk.do("merge", "ana.db")
    desk.do("score", "H12", "J1", "3", "4", *copy, **carla)
    said = desk.do("devices", "renew", "--name", "carla", *copy, **carla).err
    assert "If nothing was typed in it since it was copied, it can be merged" in said
    assert "is number 2, " in said
    assert "the two are a fork, and `merge` takes nothing: keep both" in said
    assert "two files went on by themselves" in desk.refuse("merge", "copy.db", code=3)
    assert "H12" in desk.do("log", "--db", "copy.db", **carla).out


def test_a_lost_laptop_keeps_what_was_merged_and_gives_nothing_more(tmp_path: Path) -> None:
    """By its name; the list says so; this laptop itself cannot be lost."""
    desk = handed_out(tmp_path)
    typed(desk, "ana", "H11", "J1", "12", "10.5")
    desk.do("merge", "ana.db")
    assert (
        "ana is lost; its last entry that counts is number 2."
        in desk.do("devices", "lost", "ana", "--reason", "robada").err
    )
    assert "lost at entry 2" in desk.do("devices", "list").out
    assert desk.do("merge", "ana.db").code == 0
    typed(desk, "ana", "H12", "J1", "1", "1")
    said = desk.refuse("merge", "ana.db", code=3)
    assert "laptop ana was declared lost, and the file has 1 entry of it from afterwards" in said
    desk.do("devices", "name", "oficina")
    assert "laptop that you work on" in desk.refuse("devices", "lost", "oficina", "--reason", "x")
    assert "no laptop nadie" in desk.refuse("devices", "lost", "nadie", "--reason", "x")


def test_a_laptop_that_learns_that_it_was_lost_types_no_more_until_it_is_found(tmp_path: Path) -> None:
    """What nobody would take in is not typed; its file stays in order, also after it was found and others wrote on."""
    desk = handed_out(tmp_path)
    typed(desk, "ana", "H11", "J1", "12", "10.5")
    desk.do("merge", "ana.db")
    desk.do("devices", "lost", "ana", "--reason", "no vuelve")
    desk.do("merge", "pachamama.db", "--db", "ana.db")
    desk.do("check", "--db", "ana.db")
    refused = desk.refuse("score", "H12", "J1", "1", "1", "--db", "ana.db")
    assert "This laptop was declared lost" in refused
    assert "`pachamama devices renew --name TEXT`" in refused
    desk.do("check", "--db", "ana.db")
    desk.do("devices", "found", "ana", "--reason", "volvió")
    desk.do("merge", "ana.db")
    desk.do("merge", "pachamama.db", "--db", "ana.db")
    typed(desk, "ana", "H12", "J1", "1", "1")
    desk.do("check", "--db", "ana.db")
    desk.do("merge", "ana.db")
    assert (desk.do("check").err, desk.do("conflicts", "list", "--format", "json").json["conflicts"]) == ("", [])


def test_a_laptop_that_was_declared_lost_goes_on_as_one_of_its_own(tmp_path: Path) -> None:
    """`devices renew`: what is typed then is taken in like anybody's."""
    desk = handed_out(tmp_path)
    desk.do("devices", "lost", "ana", "--reason", "no vuelve")
    desk.do("merge", "pachamama.db", "--db", "ana.db")
    desk.do("devices", "renew", "--name", "ana dos", "--db", "ana.db")
    typed(desk, "ana", "H12", "J1", "1", "1")
    desk.do("check", "--db", "ana.db")
    assert "of C1" in desk.do("merge", "ana.db").out
    assert (desk.do("check").err, desk.do("conflicts", "list", "--format", "json").json["conflicts"]) == ("", [])


def test_a_rehearsal_and_a_damaged_file_are_never_merged(tmp_path: Path) -> None:
    """Code 3 for both, 1 for what is no file of this program; the file stays as it was."""
    desk = handed_out(tmp_path)
    desk.do("init", "--rules", "rules.yaml", "--rehearsal", "--db", "ensayo.db")
    before = (tmp_path / "pachamama.db").read_bytes()
    assert "rehearsal" in desk.refuse("merge", "ensayo.db", code=3)
    whole = (tmp_path / "ana.db").read_bytes()
    desk.write("damaged.db", whole[:8192] + bytes(4096) + whole[12288:])
    assert "damaged.db" in desk.refuse("merge", "damaged.db", code=3)
    for name, said in (
        ("rules.yaml", "is not a file of this program"),
        ("nothing.db", "no file"),
        (".", "is a folder"),
    ):
        refused = desk.refuse("merge", name)
        assert said in refused
        assert "`pachamama devices hand-out` makes it" in refused
        assert "init" not in refused
    assert "no CSV" in desk.refuse("merge", "ana.db", "--format", "csv", code=2)
    assert (tmp_path / "pachamama.db").read_bytes() == before


# -- what stands against marks ---------------------------------------------------------------------------------------


def test_marks_of_a_judge_who_stepped_back_elsewhere_do_not_reach_a_closing(tmp_path: Path) -> None:
    """The merge tells it, and the closing goes on after the command that it names, and the conflict is settled."""
    desk = handed_out(tmp_path)
    desk.do("import", "scores", desk.write("s.csv", scores()), "--db", "ana.db", "--as", "ana")
    desk.do("panel", "recuse", "J1", "H15", "--reason", "es su hermano", "--db", "beto.db", "--as", "beto")
    assert "1 conflict waits for a decision" in desk.do("merge", "ana.db", "beto.db").err
    said = desk.refuse("round", "close")
    assert f"two laptops differ (a judge and an entry: {ROUND} · C1 · H15 · J1)" in said
    assert "J1 Elena de Prueba stepped back from judging H15 Persona 15, and has given it marks" in said
    command = f"score H15 J1 - - --round {ROUND} --correct REASON"
    assert command in said
    assert "has given it marks" in desk.do("status").out
    (clash,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    desk.do("conflicts", "settle", clash["code"], "--reason", "se apartó")
    assert "has given it marks" in desk.refuse("round", "close")
    desk.do(*command.split())
    assert "has given it marks" not in desk.do("status").out
    assert desk.do("round", "close", "--accept-missing", "una sola ficha").code == 0


@pytest.mark.parametrize("first", ["ana", "beto"])
def test_an_absence_and_the_sheets_of_another_laptop_are_one_conflict_in_which_the_absence_stands(
    tmp_path: Path, first: str
) -> None:
    """As `rank` has it, whoever typed first; beside it stands what the other laptop typed, not that it competes."""
    desk = handed_out(tmp_path)
    for laptop in (first, "beto" if first == "ana" else "ana"):
        if laptop == "ana":
            desk.do("set-status", "H15", "absent", "--reason", "no vino", "--db", "ana.db", "--as", "ana")
        else:
            typed(desk, "beto", "H15", "J1", "12", "10.5")
            typed(desk, "beto", "H15", "J2", "13", "11")
        time.sleep(1.1)  # the journal counts seconds
    assert "1 conflict waits for a decision" in desk.do("merge", "ana.db", "beto.db").err
    lines = [line.strip() for line in desk.do("conflicts", "list").out.splitlines()]
    stands, beside = (next(at for at, line in enumerate(lines) if line.startswith(word)) for word in ("stands:", "beside it:"))  # fmt: skip
    assert lines[stands].startswith("stands: ana")
    assert lines[stands + 1] == "absent: no vino"
    assert lines[beside].startswith("beside it: beto")
    assert lines[beside + 1 :][:3] == [f"Typed the sheet of J1 Elena de Prueba for H15 Persona 15 ({ROUND}).", "Muros: 12", "Agua: 10.5"]  # fmt: skip


def test_two_reasons_of_one_recusal_are_a_conflict(tmp_path: Path) -> None:
    """Both are shown, and the round does not close on one of them without a word."""
    desk = handed_out(tmp_path)
    for laptop, reason in (("ana", "sobrino"), ("beto", "enemistad con la familia")):
        desk.do("panel", "recuse", "J1", "H12", "--reason", reason, "--db", f"{laptop}.db", "--as", laptop)
    assert "1 conflict waits for a decision" in desk.do("merge", "ana.db", "beto.db").err
    shown = desk.do("conflicts", "list").out
    assert "Why: sobrino" in shown
    assert "Why: enemistad con la familia" in shown
    assert f"two laptops differ (a judge and an entry: {ROUND} · C1 · H12 · J1)" in desk.refuse("round", "close")


def test_marks_of_an_absent_household_do_not_reach_a_closing(tmp_path: Path) -> None:
    """Either it was there, and competes again, or its sheets are taken out; both are named as they are typed."""
    desk = handed_out(tmp_path)
    desk.do("import", "scores", desk.write("s.csv", scores()), "--db", "ana.db", "--as", "ana")
    desk.do("set-status", "H15", "absent", "--reason", "no vino", "--db", "beto.db", "--as", "beto")
    assert "1 conflict waits for a decision" in desk.do("merge", "ana.db", "beto.db").err
    said = desk.refuse("round", "close")
    assert "H15 Persona 15 is absent, and has marks." in said
    assert f"score H15 J2 - - --round {ROUND} --correct REASON" in said
    for clash in desk.do("conflicts", "list", "--format", "json").json["conflicts"]:
        desk.do("conflicts", "settle", clash["code"], "--reason", "sí vino")
    assert "is absent, and has marks" in desk.refuse("round", "close")
    command = f"set-status H15 none --round {ROUND} --reason TEXT"
    assert command in said
    desk.do(*command.split())
    assert desk.do("round", "close").code == 0


def test_forget_erases_nobody_by_a_merge_that_does_not_stand(tmp_path: Path) -> None:
    """Two laptops differ on whether two rows are one: only the one that was named is erased, and it is told."""
    desk = handed_out(tmp_path)
    desk.do("household", "distinct", "H13", "H14", "--reason", "primas", "--db", "ana.db", "--as", "ana")
    time.sleep(1.1)
    desk.do("set-status", "H14", "withdrawn", "--reason", "x", "--db", "beto.db", "--as", "beto")
    merge = ("household", "merge", "H13", "H14", "--reason", "la misma", "--yes", "--db", "beto.db", "--as", "beto")
    desk.do(*merge)
    desk.do("merge", "ana.db", "beto.db")
    ran = desk.do("forget", "H14", "--reason", "lo pidió", "--dry-run")
    assert "Persona 14" in ran.err
    assert "Persona 13" not in ran.err
    assert "two laptops differ (two rows of one household: H13 · H14)" in ran.err
    clashes = desk.do("forget", "H14", "--dry-run", "--format", "json").json["conflicts"]
    assert {one["code"] for one in desk.do("conflicts", "list", "--format", "json").json["conflicts"]} == {*clashes}
    assert desk.do("forget", "H11", "--dry-run", "--format", "json").json["conflicts"] == []


# -- papers of the closing that does not stand -----------------------------------------------------------------------


def test_a_paper_of_the_closing_that_does_not_stand_is_told_from_a_false_one(tmp_path: Path) -> None:
    """Two laptops closed apart: the other's paper is of this round and not to be paid; before, settled, and closed again."""
    desk = handed_out(tmp_path)
    marks = desk.write("s.csv", scores())
    for name in ("ana", "beto"):
        desk.do("import", "scores", marks, "--db", f"{name}.db", "--as", name)
        time.sleep(1.1)
        desk.do("round", "close", "--db", f"{name}.db", "--as", name)
    desk.do("merge", "ana.db", "beto.db")

    def seal(db: str) -> str:
        return str(desk.do("round", "show", ROUND, "--format", "json", "--db", db).json["seal"])

    stands, beside = seal("ana.db"), seal("beto.db")
    assert seal("pachamama.db") == stands
    desk.do("check", "--code", stands)

    def told() -> str:
        return desk.refuse("check", "--code", beside, code=3)

    def settle() -> None:
        for clash in desk.do("conflicts", "list", "--format", "json").json["conflicts"]:
            desk.do("conflicts", "settle", clash["code"], "--reason", "se cierra otra vez")

    assert f"closing of {ROUND} on the laptop beto, by beto" in told()
    assert f"the one that stands is {stands}" in told()
    settle()
    assert f"the one that stands is {stands}" in told()
    desk.do("round", "reopen", ROUND, "--reason", "dos cierres")
    assert "this one does not stand" in told()
    settle()
    desk.do("round", "close")
    assert f"the one that stands is {seal('pachamama.db')}" in told()
    assert "No round of this file" in desk.refuse("check", "--code", "00000-00000-00000-00000-00000-0", code=3)
