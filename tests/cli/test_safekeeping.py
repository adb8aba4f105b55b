"""What a closing leaves behind, copies that are there when they are needed, and files that are not the newest."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pypdf import PdfReader

from pachamama.cli.safekeeping import keep_backup
from pachamama.cli.session import Session
from pachamama.core.problems import Refused
from pachamama.exchange.backups import is_whole, list_backup, listed
from pachamama.language import Reader
from pachamama.store import Store
from pachamama.store.schema import SCHEMA_VERSION

from .desk import Desk, Ran, scored
from .terminal import at_terminal

ROUND = "terraces-household-1"
OLD = Path(__file__).parents[1] / "store" / "old"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A round with every sheet typed, ready to be closed."""
    return scored(tmp_path)


def seal(desk: Desk, round_: str = ROUND) -> str:
    """The seal of a closed round, as the program shows it."""
    code = desk.do("round", "show", round_, "--format", "json").json["seal"]
    assert isinstance(code, str)
    return code


def copies(desk: Desk, of: str = "") -> list[Path]:
    """The backups beside the file, by name."""
    return sorted(one for one in (desk.folder / "backups").glob("*.db") if of in one.name)


def papers(desk: Desk) -> str:
    """All that the prize sheets say."""
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(path).pages)
        for path in (desk.folder / "papers").glob("*.pdf")
    )


def printed(desk: Desk, *options: str) -> Ran:
    """The prize sheets, if the program prints them."""
    return desk.run("print", "prize-sheet", ROUND, "-o", "papers", *options)


def digest(path: Path) -> str:
    """What a file holds."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


# -- the seal --------------------------------------------------------------------------------------------------------


def test_two_people_close_a_round_and_its_seal_stands_on_every_paper(desk: Desk) -> None:
    """The code in `round list`, `round show`, on the prize sheet and on the acta is one, and `check` knows it."""
    said = desk.do("round", "close", "--as", "Ana", "--witness", "Beto").err
    code = seal(desk)
    assert [len(group) for group in code.split("-")] == [5, 5, 5, 5, 5, 1]
    assert code in said
    assert code in desk.do("round", "list").out
    assert code in (shown := desk.do("round", "show").out)
    assert "by Ana and Beto" in shown
    printed(desk)
    desk.do("print", "acta", ROUND, "-o", "papers")
    for path in (desk.folder / "papers").glob("*.pdf"):
        text = "".join("".join(page.extract_text() for page in PdfReader(path).pages).split())
        assert code in text, path
    for path in (desk.folder / "papers").glob("*.json"):
        assert json.loads(path.read_text("utf-8"))["code"] == code
    assert "these results stand" in desk.do("check", "--code", code.lower().replace("-", " ")).out


def test_one_person_alone_closes_with_a_warning_and_no_witness(desk: Desk) -> None:
    """The plain form keeps working without a terminal; the record names nobody beside the actor."""
    said = desk.do("round", "close", "--as", "Ana").err
    assert "only one person closes it" in said
    assert desk.do("round", "show", "--format", "json").json["witness"] is None
    assert "by Ana, " in desk.do("round", "show").out


def test_nobody_is_witness_of_the_own_closing(desk: Desk) -> None:
    """The same name, however written, is refused, and the round stays open."""
    before = desk.journal()
    for same in (" ANA ", "ána", "Ana."):
        assert "cannot be both" in desk.refuse("round", "close", "--as", "Ana", "--witness", same)
    assert desk.journal() == before
    desk.do("round", "close", "--as", "mesa 1", "--witness", "mesa 2")


def test_at_a_terminal_the_second_name_is_asked_for_once_more_if_it_is_the_same(desk: Desk) -> None:
    """Ana is asked who else is there; her own name is not taken."""
    ran = at_terminal(desk, "round", "close", "--as", "Ana", answers=["ana", "Beto", "y"])
    assert ran.code == 0, ran.err
    assert "Who closes it with Ana" in ran.err
    assert "Another person" in ran.err
    assert desk.do("round", "show", "--format", "json").json["witness"] == "Beto"


def test_two_people_reopen_a_round_and_both_stand_in_the_log(desk: Desk) -> None:
    """As in closing it: the same name twice is refused, a terminal asks, alone it is done with a warning."""
    desk.do("round", "close", "--as", "Ana", "--witness", "Beto")
    why = ("--reason", "reclamo")
    before = desk.journal()
    assert "cannot be both" in desk.refuse("round", "reopen", *why, "--as", "Ana", "--witness", "ana")
    assert desk.journal() == before
    assert "only one person" not in desk.do("round", "reopen", *why, "--as", "Ana", "--witness", "Rosa Ñahui").err
    assert "Rosa Ñahui" in desk.do("log").out
    desk.do("round", "close", "--as", "Ana", "--witness", "Beto")
    ran = at_terminal(desk, "round", "reopen", *why, "--as", "Ana", answers=["ANA", "Luz", "sí"])
    assert ran.code == 0, ran.err
    assert "Who reopens it with Ana" in ran.err
    assert "Luz" in desk.do("log").out
    desk.do("round", "close", "--as", "Ana", "--witness", "Beto")
    assert "only one person reopens it" in desk.do("round", "reopen", *why, "--as", "Ana").err
    assert desk.do("check").out == ""


def test_what_is_stored_while_a_round_is_being_closed_refuses_the_closing(desk: Desk) -> None:
    """The results were settled before; a sheet that came in meanwhile is never sealed beside results without it."""
    with Store.open(desk.folder / "pachamama.db", writing=True) as store:
        settled_at = store.head
        desk.do("score", "H11", "J1", "12", "11", "--correct", "mal leído")
        with pytest.raises(Refused, match="while") as refusal:
            store.close_round(ROUND, document="{}", settled_at=settled_at, actor="Ana")
        assert refusal.value.exit_code == 1
        assert store.round(ROUND).state == "open"


def test_reopening_names_the_papers_that_are_void_and_the_next_ones_name_what_they_replace(desk: Desk) -> None:
    """Whoever holds the old paper sees on the new one that it is void."""
    desk.do("round", "close")
    first = seal(desk)
    assert first in desk.do("round", "reopen", ROUND, "--reason", "reclamo").err
    assert desk.do("round", "list").out.count(first) == 0
    desk.do("score", "H11", "J1", "12", "11", "--correct", "mal leído")
    assert first in desk.do("round", "close").err
    second = seal(desk)
    assert second != first
    printed(desk)
    text = "".join(papers(desk).split())
    assert second in text
    assert f"1:{first}" in text
    assert "replaced" in desk.refuse("check", "--code", first, code=3)


def test_a_rehearsal_has_a_seal_too(desk: Desk) -> None:
    """People practise with what they will see."""
    for name in ("pachamama.db",):
        (desk.folder / name).unlink()
    desk.do("init", "--rules", "rules.yaml", "--rehearsal")
    for kind in ("watersheds", "communities", "households", "judges"):
        desk.do("import", kind, f"{kind}.csv")
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("import", "scores", "scores.csv")
    desk.do("round", "close")
    assert printed(desk).code == 0
    assert seal(desk) in "".join(papers(desk).split())


# -- backups ---------------------------------------------------------------------------------------------------------


def test_a_closing_makes_a_backup_that_holds_it(desk: Desk) -> None:
    """Listed as `sha256sum` lists it, readable by itself, and the same seal inside."""
    ran = desk.do("round", "close", "--format", "json")
    (copy,) = copies(desk)
    assert ran.json["backup"] == str(copy.relative_to(desk.folder))
    assert (desk.folder / "backups" / "SHA256SUMS").read_text("utf-8") == f"{digest(copy)}  {copy.name}\n"
    assert desk.do("round", "show", "--db", str(copy), "--format", "json").json["seal"] == seal(desk)
    desk.do("check", "--db", str(copy))


def test_a_closing_stands_where_no_backup_can_be_made_and_prize_papers_wait_for_one(desk: Desk) -> None:
    """The message says what to do; a backup by hand is enough, and a reason in words is too."""
    (desk.folder / "backups").write_text("in the way")
    said = desk.do("round", "close").err
    assert "there is no backup of it yet" in said
    assert "pachamama backup" in said
    refused = desk.refuse("print", "prize-sheet", ROUND, "-o", "papers")
    assert "no verified backup" in refused
    assert not (desk.folder / "papers").exists()
    before = desk.journal()
    assert "without a backup" in printed(desk, "--without-backup", "se acabó el disco").err
    assert desk.journal() == before + 2, "the reason, and that a list with DNI was printed"
    (desk.folder / "backups").unlink()
    desk.do("backup")
    ran = printed(desk)
    assert (ran.code, ran.err) == (0, "")


def test_a_backup_that_was_damaged_or_is_of_an_earlier_closing_is_none(desk: Desk) -> None:
    """Only a whole copy that holds this very closing counts."""
    desk.do("round", "close")
    (first,) = copies(desk)
    content = bytearray(first.read_bytes())
    content[-100] ^= 1
    first.write_bytes(content)
    assert "no verified backup of closing 1" in printed(desk).err
    desk.do("backup")
    assert printed(desk).code == 0
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    desk.do("round", "close")
    for copy in copies(desk, f"{ROUND}-2"):
        copy.unlink()
    assert "no verified backup of closing 2" in printed(desk).err


def test_a_backup_on_a_stick_counts_while_the_stick_is_there(desk: Desk) -> None:
    """Prize papers and `check` find it where `backup --to` put it; taken away, there is none."""
    (desk.folder / "backups").write_text("the disk that takes no backup")
    desk.do("round", "close")
    desk.do("backup", "--to", "stick")
    assert printed(desk).code == 0
    assert desk.do("check").err == ""
    (desk.folder / "stick").rename(desk.folder / "taken away")
    refused = printed(desk).err
    assert "no verified backup of closing 1" in refused
    assert "stick" in refused
    (desk.folder / "taken away").rename(desk.folder / "stick")
    assert printed(desk).code == 0


def test_check_says_which_closing_has_no_backup_and_which_backup_is_spoilt(desk: Desk) -> None:
    """No fault of the file: a warning each, code 0; in words with `-v` and in JSON where the backup is."""
    desk.do("round", "close")
    (copy,) = copies(desk)
    where = str(copy.relative_to(desk.folder))
    assert f"closing 1 is in the verified backup {where}" in desk.do("check", "-v").out
    assert desk.do("check", "--json").json["backups"] == [{"round": ROUND, "closing": 1, "file": where}]
    content = bytearray(copy.read_bytes())
    content[-100] ^= 1
    copy.write_bytes(content)
    ran = desk.do("check")
    assert ran.out == ""
    assert f"{where}: this backup is damaged" in ran.err
    assert "no verified backup of closing 1" in ran.err
    told = desk.do("check", "--json").json
    assert told["ok"]
    assert len(told["warnings"]) == 2
    assert told["backups"] == [{"round": ROUND, "closing": 1, "file": None}]
    desk.do("backup")
    said = desk.do("check").err
    assert "this backup is damaged" in said
    assert "no verified backup" not in said
    copy.unlink()
    assert desk.do("check").err == ""


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION))
def test_a_file_of_an_older_version_is_kept_as_it_was_before_it_is_brought_up_to_date(
    tmp_path: Path, version: int
) -> None:
    """Reading leaves it as it is; the first command that writes keeps a verified copy, and says where."""
    desk = Desk(tmp_path)
    old = gzip.decompress((OLD / f"version-{version}.db.gz").read_bytes())
    desk.write("pachamama.db", old)
    desk.do("check", "-v")
    desk.do("prizes", ROUND)
    assert (tmp_path / "pachamama.db").read_bytes() == old
    assert copies(desk) == []
    said = desk.refuse("set-status", "H9999", "absent", "--reason", "nadie")
    (copy,) = copies(desk, "migration")
    assert (
        f"was written by an older version of this program and is brought up to date; as it was, it is kept in {copy.relative_to(tmp_path)}"
        in said
    )
    assert f"{digest(copy)}  {copy.name}" in (tmp_path / "backups" / "SHA256SUMS").read_text()
    assert (tmp_path / "pachamama.db").read_bytes() != old
    assert (
        desk.do("prizes", ROUND, "--format", "json").out
        == desk.do("prizes", ROUND, "--format", "json", "--db", str(copy)).out
    )
    desk.refuse("set-status", "H9999", "absent", "--reason", "nadie")
    assert copies(desk) == [copy]


def test_without_room_for_the_copy_an_older_file_stays_as_it_is(tmp_path: Path) -> None:
    """It can be read all the same."""
    desk = Desk(tmp_path)
    old = gzip.decompress((OLD / "version-1.db.gz").read_bytes())
    desk.write("pachamama.db", old)
    desk.write("backups", "in the way")
    assert "backups" in desk.refuse("set-status", "H9999", "absent", "--reason", "nadie")
    desk.do("prizes", ROUND)
    assert (tmp_path / "pachamama.db").read_bytes() == old


def test_sheets_of_an_open_round_need_no_backup(desk: Desk) -> None:
    """Nobody pays from PROVISIONAL."""
    assert printed(desk).code == 0


def test_a_backup_goes_to_a_stick_and_is_never_written_over(desk: Desk) -> None:
    """Two in one second have two names; the size is said, and nothing is deleted."""
    first = desk.do("backup", "--to", "stick", "--format", "json").json
    second = desk.do("backup", "--to", "stick", "--format", "json").json
    assert first["file"] != second["file"]
    assert first["sha256"] == digest(desk.folder / first["file"])
    assert first["bytes"] == (desk.folder / first["file"]).stat().st_size
    said = desk.do("backup", "--to", "stick")
    assert said.out.startswith("stick")
    assert "on the same disk" in said.err
    assert "stik was not there and was made" in desk.do("backup", "--to", "stik").err
    assert "3 copies" in said.err
    assert len(list((desk.folder / "stick").glob("*.db"))) == 3


def test_a_backup_whose_name_was_taken_in_the_same_moment_gets_another_one(desk: Desk) -> None:
    """Somebody else's copy came between the choice of the name and the copying: both are kept and listed."""
    db, others = str(desk.folder / "pachamama.db"), list[Path]()
    with Store.open(db) as store:

        def copy_to(target: str | os.PathLike[str]) -> None:
            if len(others) < 3:
                others.append(Path(target))
                store.copy_to(target)
                list_backup(Path(target))
            store.copy_to(target)

        kept = keep_backup(Session(Reader.of("en"), db, "ana", "table"), copy_to, "backup")
    assert len({kept, *others}) == 4
    assert all(is_whole(one) for one in (kept, *others))


@pytest.mark.skipif(os.name == "nt", reason="no folder can be held there")
def test_of_backups_that_are_made_at_once_every_one_is_listed(tmp_path: Path) -> None:
    """Else one of them would count as none, and prize papers would wait for it."""
    copies = [tmp_path / f"copy-{number}.db" for number in range(24)]
    for one in copies:
        one.write_text(one.name)
    with ThreadPoolExecutor(len(copies)) as crowd:
        assert len(list(crowd.map(list_backup, copies))) == len(copies)
    assert {*listed(tmp_path)} == {one.name for one in copies}


def test_a_restored_file_says_what_it_holds_and_how_much_newer_the_present_one_is(desk: Desk) -> None:
    """The round was closed in the copy, and was reopened since: one action."""
    desk.do("round", "close")
    code, (copy,) = seal(desk), copies(desk)
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    before = digest(copy)
    ran = desk.do("restore", str(copy), "--to", "new.db")
    assert ran.out == f"{ROUND}: closed, seal {code}\n"
    assert "is newer: 1 action" in ran.err
    assert f"There {ROUND}: open" in ran.err
    assert digest(copy) == before
    desk.do("check", "--db", "new.db")
    assert [one["here"] for one in desk.do("devices", "list", "--db", "new.db", "--format", "json").json] == [
        False,
        True,
    ]


def test_restoring_never_writes_over_a_file_nor_takes_a_damaged_copy(desk: Desk) -> None:
    """The present file is untouched, and no half file is left behind."""
    desk.do("round", "close")
    (copy,) = copies(desk)
    before = digest(desk.folder / "pachamama.db")
    assert "is there already" in desk.refuse("restore", str(copy), "--to", "pachamama.db")
    assert digest(desk.folder / "pachamama.db") == before
    content = bytearray(copy.read_bytes())
    content[len(content) // 2] ^= 1
    copy.write_bytes(content)
    assert "SHA256SUMS" in desk.refuse("restore", str(copy), "--to", "new.db", code=3)
    (copy.parent / "SHA256SUMS").unlink()
    desk.write("text.db", "no file of ours")
    assert "no copy of a programme's file" in desk.refuse("restore", "text.db", "--to", "new.db")
    assert "no such file" in desk.refuse("restore", "missing.db", "--to", "new.db")
    assert not list(desk.folder.glob("*new.db*"))


def test_a_copy_whose_journal_was_changed_is_not_restored_even_where_nothing_lists_it(desk: Desk) -> None:
    """A list can be lost or written anew; the chain cannot."""
    import sqlite3

    shutil.copy(desk.folder / "pachamama.db", desk.folder / "changed.db")
    with sqlite3.connect(desk.folder / "changed.db") as file:
        file.execute("DROP TRIGGER IF EXISTS journal_no_update")
        for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            file.execute(f"DROP TRIGGER {name}")
        file.execute("UPDATE journal SET actor = 'otro' WHERE number = 3")
    file.close()
    desk.refuse("restore", "changed.db", "--to", "new.db", code=3)
    assert not (desk.folder / "new.db").exists()


def test_a_restored_file_can_be_merged_with_the_one_that_came_back(desk: Desk) -> None:
    """The laptop that was lost is found: what both did since the backup comes together."""
    copy = desk.do("backup", "--format", "json").json["file"]
    desk.do("set-status", "H11", "withdrawn", "--reason", "viajó")
    ran = desk.do("restore", copy, "--to", "new.db")
    assert "is newer: 1 action" in ran.err
    desk.do("set-status", "H12", "withdrawn", "--reason", "viajó", "--db", "new.db")
    desk.do("merge", "pachamama.db", "--db", "new.db")
    desk.do("check", "--db", "new.db")
    desk.do("merge", "new.db")
    desk.do("check")


# -- files that are not the newest -----------------------------------------------------------------------------------


def withdraw(desk: Desk, entry: str, *options: str) -> Ran:
    """One action that writes into a file."""
    return desk.run("set-status", entry, "withdrawn", "--reason", "viajó", *options)


def test_a_file_that_was_rolled_back_takes_nothing_more(desk: Desk) -> None:
    """An older state put in its place is refused before anything is written; the newest file goes on as before."""
    now, old = desk.folder / "pachamama.db", desk.folder / "old"
    shutil.copy(now, old)
    assert withdraw(desk, "H11").code == 0
    newest = now.read_bytes()
    shutil.copy(old, now)
    ran = withdraw(desk, "H12")
    assert ran.code == 1
    assert "rolled back" in ran.err
    assert "restore" in ran.err
    for words in (("rank",), ("check",), ("status",), ("backup",)):
        assert "warning: " in (said := desk.do(*words).err), words
        assert "rolled back" in said, words
    assert now.read_bytes() == old.read_bytes()
    now.write_bytes(newest)
    assert withdraw(desk, "H12").code == 0


def test_an_older_copy_is_refused_and_goes_on_as_a_laptop_of_its_own(desk: Desk) -> None:
    """It is read as ever; `devices renew` gives it a chain, and both are merged afterwards."""
    shutil.copy(desk.folder / "pachamama.db", desk.folder / "copy.db")
    assert withdraw(desk, "H11").code == 0
    assert "older copy" in withdraw(desk, "H12", "--db", "copy.db").err
    assert "older copy" in desk.do("rank", "--db", "copy.db").err
    desk.do("devices", "renew", "--name", "copia", "--db", "copy.db")
    assert withdraw(desk, "H12", "--db", "copy.db").code == 0
    assert withdraw(desk, "H13").code == 0
    desk.do("merge", "copy.db")


def test_a_copy_beside_the_first_is_told_and_once_written_the_first_is_the_older_one(desk: Desk) -> None:
    """Two files of one laptop never both go on."""
    shutil.copy(desk.folder / "pachamama.db", desk.folder / "copy.db")
    assert "is a copy of" in withdraw(desk, "H99", "--db", "copy.db").err  # nobody is called so: nothing is written
    said = withdraw(desk, "H11", "--db", "copy.db")
    assert said.code == 0
    assert "is a copy of" in said.err
    entries = desk.journal()
    refused = withdraw(desk, "H12").err
    assert "older copy" in refused
    assert f"up to entry {entries + 1} of its journal" in refused
    assert f"ends at entry {entries}." in refused
    assert "copy.db was only to try something out: delete it" in " ".join(refused.split())
    desk.do("devices", "renew", "--name", "la de siempre")
    assert withdraw(desk, "H12").code == 0


def test_a_file_that_was_moved_or_whose_drive_has_another_letter_is_the_same(desk: Desk) -> None:
    """The first path is gone: nothing is said."""
    (desk.folder / "pachamama.db").rename(desk.folder / "moved.db")
    ran = withdraw(desk, "H11", "--db", "moved.db")
    assert (ran.code, ran.err.count("copy")) == (0, 0)


def test_another_users_note_or_none_that_can_be_written_disturbs_nobody(desk: Desk) -> None:
    """Without notes everything works as if there were none."""
    for env in ({"XDG_STATE_HOME": "/dev/null/x"}, {"XDG_STATE_HOME": "relative"}, {"HOME": ""}):
        desk.do("set-status", "H11", "withdrawn", "--reason", "viajó", **env)
        desk.do("set-status", "H11", "none", "--reason", "volvió", **env)
    (note,) = (desk.folder / ".local/state/pachamama").glob("*.json")
    for broken in ("", "{", "[]", '{"number": "x", "hash": 3, "path": []}', "\x00" * 100):
        note.write_text(broken)
        desk.do("set-status", "H11", "withdrawn", "--reason", "viajó")
        desk.do("set-status", "H11", "none", "--reason", "volvió")
    note.unlink()
    note.mkdir()
    desk.do("set-status", "H11", "withdrawn", "--reason", "viajó")


# -- private ---------------------------------------------------------------------------------------------------------


def test_files_and_folders_that_the_program_makes_are_private_to_the_user(desk: Desk) -> None:
    """Database, copies, papers, pictures, notes: 0600, their folders 0700, whatever the user's habits."""
    before = {path for path in desk.folder.rglob("*") if path.name != "pachamama.db"}
    desk.write("photo.png", b"\x89PNG\r\n\x1a\nphoto")
    before.add(desk.folder / "photo.png")
    desk.do("sheet", "number")
    code = desk.do("sheet", "list", "--format", "json").json[0]["sheet"]
    desk.do("attach", code, "photo.png")
    desk.do("round", "close", "--witness", "Beto")
    desk.do("print", "prize-sheet", ROUND, "-o", "papers/of/today")
    desk.do("print", "acta", ROUND, "-o", "papers")
    desk.do("export", "register", "households", "-o", "households.xlsx")
    desk.do("devices", "hand-out", "other.db", "--name", "otra")
    desk.do("backup", "--to", "stick")
    desk.do("restore", str(copies(desk)[0]), "--to", "restored.db")
    made = [path for path in desk.folder.rglob("*") if path not in before and ".local" not in path.parts]
    notes = list((desk.folder / ".local/state/pachamama").rglob("*"))
    assert len(made) > 15
    assert notes
    for path in (*made, *notes, desk.folder / ".local/state/pachamama"):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path
