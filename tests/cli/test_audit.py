"""The audit bundle proves every place and prize with Python alone, and finds whatever was changed in it."""

import csv
import json
import os
import sqlite3
from pathlib import Path

import pytest
from tests.cli.audit_desk import (
    both,
    bundle_of,
    cell,
    closed_both_tiers,
    closed_competition,
    random_competition,
    recount,
    replaced,
    summed_again,
    unpacked,
)
from tests.cli.desk import Desk, lines, scored

ROUND = "terraces-household-1"


def closed(folder: Path) -> Desk:
    """Both tiers closed, one prize paid."""
    desk = scored(folder)
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "community")
    works = desk.write("w.csv", "entry,judge,works\nC1,J1,30\nC2,J1,40\n")
    desk.do("import", "scores", works, "--round", "terraces-community-1")
    desk.do("round", "close", "terraces-community-1")
    return desk


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One bundle, made once; it is copied before anything is changed."""
    folder = tmp_path_factory.mktemp("audit")
    closed(folder).do("export", "audit", "-o", "a.zip")
    return folder / "a.zip"


def test_a_bundle_agrees_with_itself_and_with_the_code_on_the_papers(original: Path, tmp_path: Path) -> None:
    """Both tiers recounted, 12 entries; the paper's code in any writing; another code is found."""
    folder = unpacked(original, tmp_path / "b")
    found = recount(folder)
    assert (found.code, found.err) == (0, "")
    assert "terraces-household-1, terraces-community-1 (12" in found.out
    with (folder / "seals.csv").open() as file:
        code = next(csv.DictReader(file))["code"]
    assert recount(folder, "--code", code.lower().replace("-", " ")).code == 0
    other = "0" if code[0] != "0" else "1"
    assert recount(folder, "--code", other + code[1:]).code == 1


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    """No clock and no chance is in a bundle, whatever the zone, the language and the hash seed."""
    desk = closed(tmp_path)
    desk.do("export", "audit", "-o", "a.zip", PYTHONHASHSEED="1", TZ="AAA+5")
    desk.do("export", "audit", "-o", "b.zip", PYTHONHASHSEED="2", TZ="AAA-9", PACHAMAMA_LANG="es")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert [one for one in tmp_path.iterdir() if one.name.startswith(".audit-")] == []


def test_no_dni_is_in_it_unless_it_is_asked_for_and_recorded(tmp_path: Path) -> None:
    """Not in the tables, not in the database, which still proves itself; with `--with-dni` the journal says so."""
    desk = closed(tmp_path)
    before = desk.journal()
    desk.do("export", "audit", "-o", "a.zip")
    plain = unpacked(tmp_path / "a.zip", tmp_path / "plain")
    assert desk.journal() == before
    numbers = [b"00001111", b"00001134", b"00002534"]
    held = {path.name for path in plain.rglob("*") if path.is_file() for one in numbers if one in path.read_bytes()}
    assert held == set()
    desk.do("check", "--db", "plain/pachamama.db")
    assert "Persona 11" in (plain / "registers" / "households.csv").read_text()
    desk.do("export", "audit", "-o", "b.zip", "--with-dni")
    full = unpacked(tmp_path / "b.zip", tmp_path / "full")
    assert "00001134" in (full / "registers" / "households.csv").read_text()
    assert desk.journal() == before + 1
    assert (
        "audit: terraces-household-1, terraces-community-1"
        in desk.do("log", "--kind", "exported", "--format", "csv").out
    )
    assert recount(full).code == 0
    assert (tmp_path / "b.zip").stat().st_mode & 0o777 == 0o600


def test_only_results_that_stand_are_bundled(tmp_path: Path) -> None:
    """Nothing closed, an open round, a stale one: refused; a round brings the one that it reads."""
    desk = scored(tmp_path)
    assert "no round is closed yet" in desk.refuse("export", "audit", "-o", "a.zip")
    assert "no results that stand" in desk.refuse("export", "audit", ROUND, "-o", "a.zip")
    desk = closed(tmp_path / "two") if (tmp_path / "two").mkdir() is None else desk
    told = desk.do("export", "audit", "terraces-community-1", "-o", "a.zip", "--format", "json").json
    assert told["rounds"] == [ROUND, "terraces-community-1"]
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    assert "no results that stand" in desk.refuse("export", "audit", "-o", "b.zip")
    assert not (tmp_path / "two" / "b.zip").exists()


def test_a_round_on_results_that_were_replaced_is_left_out_with_the_remedy(tmp_path: Path) -> None:
    """The rounds that stand are bundled, and agree; the stale one named by itself is refused; the remedy helps as it is typed."""
    desk = closed(tmp_path)
    upper = "terraces-community-1"
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    desk.do("round", "close", ROUND)
    ran = desk.do("export", "audit", "-o", "a.zip", "--format", "json")
    assert ran.json["rounds"] == [ROUND]
    remedy = f"reopen {upper} (`pachamama round reopen {upper} --reason TEXT`) and close it again"
    assert f"warning: {upper} has no results that stand" in ran.err
    assert remedy in ran.err
    assert recount(unpacked(tmp_path / "a.zip", tmp_path / "a")).code == 0
    said = desk.refuse("export", "audit", upper, "-o", "b.zip")
    assert remedy in said
    assert "close it first" not in said
    desk.do("round", "reopen", upper, "--reason", "reclamo abajo")
    desk.do("round", "close", upper)
    ran = desk.do("export", "audit", "-o", "b.zip", "--format", "json")
    assert (ran.json["rounds"], ran.err) == ([ROUND, upper], "")


def test_a_paper_of_a_round_on_results_that_were_reopened_is_told_so(tmp_path: Path) -> None:
    """Its round was not reopened itself; it is not to be paid from all the same."""
    desk = closed(tmp_path)
    codes = {
        one: desk.do("round", "show", one, "--format", "json").json["seal"] for one in (ROUND, "terraces-community-1")
    }
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    said = desk.refuse("check", "--code", codes["terraces-community-1"], code=3)
    assert "closing 1 of terraces-community-1, which reads results that were reopened since" in said
    assert f"closing 1 of {ROUND}, which was reopened since" in desk.refuse("check", "--code", codes[ROUND], code=3)


def test_drawn_lots_and_rulings_are_recounted(tmp_path: Path) -> None:
    """Two equal entries parted by lot, one point deduction by the jury: the bundle says the same."""
    desk = scored(tmp_path)
    desk.do(
        "import",
        "scores",
        desk.write("x.csv", "entry,judge,walls,water\nH14,J1,15,20.5\nH14,J2,15,20.5\n"),
        "--correct",
        "x",
    )
    desk.do("lots", "draw", "H14", "H15", "--witness", "Flora Paz")
    desk.do("ruling", "deduction", "H13", "no_banner", "--reason", "sin distintivo", "--by", "Flora Paz")
    desk.do("round", "close")
    desk.do("export", "audit", "-o", "a.zip")
    folder = unpacked(tmp_path / "a.zip", tmp_path / "b")
    assert recount(folder).code == 0
    rows = list(csv.DictReader((folder / "results" / f"{ROUND}.csv").read_text().splitlines()))
    assert [(row["entry"], row["decided_by"]) for row in rows[:2]] == [("H14", "lots"), ("H15", "lots")]
    orders = folder / "orders" / f"{ROUND}.csv"
    orders.write_text(orders.read_text().replace("H14 H15", "H15 H14"))
    summed_again(folder)
    assert recount(folder).code == 1


# -- random competitions ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("start", range(0, 60, 15))
def test_random_competitions_are_recounted_from_their_bundles(tmp_path: Path, start: int) -> None:
    """Whatever rules and marks: places, points, prizes and purses again, from the tables and the JSON rules."""
    recounted = 0
    for seed in range(start, start + 15):
        one = random_competition(seed)
        folder = tmp_path / str(seed)
        folder.mkdir()
        if one.households is not None or not closed_competition(folder, one):
            continue
        found = recount(bundle_of(folder))
        assert (found.code, found.err) == (0, ""), f"{seed}:\n{found.out}{found.err}"
        recounted += 1
    assert recounted >= 8


def test_random_communities_are_recounted_from_the_households_below(tmp_path: Path) -> None:
    """Both tiers in one bundle: what the communities read is the household round's own results."""
    recounted = 0
    for seed in range(12):
        folder = tmp_path / str(seed)
        folder.mkdir()
        if not closed_both_tiers(folder, seed):
            continue
        found = recount(bundle_of(folder))
        assert (found.code, found.err) == (0, ""), f"{seed}:\n{found.out}{found.err}"
        recounted += 1
    assert recounted >= 6


# -- tampering -------------------------------------------------------------------------------------------------------


def paid_too_much(folder: Path) -> None:
    """A payment that nobody won."""
    path = folder / "payments" / f"{ROUND}.csv"
    path.write_text(path.read_text() + "C1,,H11,R-1,1,500.00,cash,2026-11-25,,,\n")


def in_the_document(folder: Path) -> None:
    """Another winner's amount in what was sealed."""
    replaced(f"sealed/{ROUND}.jsonl", '\\"cents\\":10000', '\\"cents\\":90000')(folder)


TAMPERINGS = {
    "a mark": cell(f"marks/{ROUND}.csv", "H11", "walls", "19"),
    "a mark and the result that follows from it": both(
        cell(f"marks/{ROUND}.csv", "H15", "walls", "14"), cell(f"results/{ROUND}.csv", "H15", "points", "35.00")
    ),
    "points": cell(f"results/{ROUND}.csv", "H15", "points", "36.50"),
    "a place": cell(f"results/{ROUND}.csv", "H15", "place", "2"),
    "a level": cell(f"results/{ROUND}.csv", "H13", "level", "at_level"),
    "an amount": cell(f"results/{ROUND}.csv", "H15", "amount", "110.00"),
    "a prize": cell(f"prizes/{ROUND}.csv", "H15", "amount", "110.00"),
    "a purse": replaced(f"purses/{ROUND}.csv", "200.00,200.00,0.00", "300.00,200.00,100.00"),
    "a status": cell(f"entries/{ROUND}.csv", "H15", "status", "withdrawn"),
    "a deduction": cell(f"entries/{ROUND}.csv", "H15", "deductions", "no_banner"),
    "the prize list in the rules": replaced(f"rules/{ROUND}.json", '"100"', '"120"'),
    "the rules themselves": replaced(f"rules/{ROUND}.yaml", "[100, 60, 40]", "[120, 40, 40]"),
    "who acted": replaced("journal.jsonl", '"kind":"round_closed"', '"kind":"round_reopened"'),
    "a hash of the journal": replaced("journal.jsonl", '"previous":"', '"previous":"0'),
    "what was sealed": replaced(f"sealed/{ROUND}.jsonl", "11 12.5", "19 12.5"),
    "the results that were sealed": in_the_document,
    "the seal's code": cell("seals.csv", ROUND, "code", "0" * 26),
    "a payment": paid_too_much,
    "the households of a community": cell("entries/terraces-community-1.csv", "C1", "field:households", "12"),
    "a result of the tier below": cell(f"results/{ROUND}.csv", "H11", "place", ""),
    "a whole sheet": lambda folder: (folder / "marks" / f"{ROUND}.csv").write_text(
        "\n".join((folder / "marks" / f"{ROUND}.csv").read_text().splitlines()[:-1]) + "\n"
    ),
    "the edition": cell("rounds.csv", ROUND, "edition", "2025"),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_what_was_changed_is_found(original: Path, tmp_path: Path, what: str) -> None:
    """Also by somebody who writes the list of digests anew; the report says where, and there is no traceback."""
    folder = unpacked(original, tmp_path / "b")
    TAMPERINGS[what](folder)
    found = recount(folder)
    assert (found.code, found.err) == (1, "")
    assert "SHA256SUMS" in found.out
    summed_again(folder)
    found = recount(folder)
    assert (found.code, found.err) == (1, ""), found.out
    assert "SHA256SUMS" not in found.out
    assert "NO CONCUERDA" in found.out
    assert len(list(lines(found.out))) >= 2


@pytest.mark.parametrize(
    "name", ["recount.py", f"marks/{ROUND}.csv", "journal.jsonl", "seals.csv", f"rules/{ROUND}.json"]
)
def test_a_file_that_is_missing_is_named(original: Path, tmp_path: Path, name: str) -> None:
    """Or one that was put in beside."""
    folder = unpacked(original, tmp_path / "b")
    script = (folder / "recount.py").read_text()
    (folder / name).unlink()
    if name == "recount.py":
        (folder / name).write_text(script + "\n# another\n")
    found = recount(folder)
    assert (found.code, found.err) == (1, "")
    assert name in found.out


def test_a_damaged_bundle_never_ends_in_a_traceback(original: Path, tmp_path: Path) -> None:
    """A byte flipped or a file cut in each of the files in turn: found, and said in words."""
    folder = unpacked(original, tmp_path / "b")
    for path in sorted(one for one in folder.rglob("*") if one.is_file() and one.name != "recount.py"):
        content = path.read_bytes()
        for damaged in (
            content[: len(content) // 2],
            content[:-9] + bytes([content[-9] ^ 64]) + content[-8:] if len(content) > 9 else b"",
        ):
            path.write_bytes(damaged)
            found = recount(folder)
            assert (found.code, found.err) == (1, ""), path
        path.write_bytes(content)
    assert recount(folder).code == 0


def test_the_bundle_says_what_it_is_in_two_languages(original: Path, tmp_path: Path) -> None:
    """Every folder and file of the bundle is named in its README."""
    folder = unpacked(original, tmp_path / "b")
    text = (folder / "LEEME-README.txt").read_text("utf-8")
    for half in text.split("-" * 118):
        for path in folder.iterdir():
            assert path.name in half or path.name == "LEEME-README.txt", path.name
    rules = json.loads((folder / "rules" / f"{ROUND}.json").read_text())
    assert rules["version"] == "1"


def test_the_copy_in_the_bundle_is_a_whole_file(original: Path, tmp_path: Path) -> None:
    """SQLite opens it, with every entry of the journal."""
    folder = unpacked(original, tmp_path / "b")
    with sqlite3.connect(folder / "pachamama.db") as file:
        count = file.execute("SELECT count(*) FROM journal").fetchone()[0]
    assert count == len((folder / "journal.jsonl").read_text().splitlines())


def test_a_register_that_goes_out_with_dni_is_recorded(tmp_path: Path) -> None:
    """Households with DNI: one entry that names the list; communities, and judges without a DNI: none."""
    desk = Desk(tmp_path)
    desk.do("init")
    for kind, text in (
        ("watersheds", "code,name\nW1,Río Claro\n"),
        ("communities", "code,name,watershed\nC1,Ccapana,W1\n"),
        ("households", "code,community,head,dni\nH1,C1,Ana Uno,00001234\n"),
        ("judges", "code,name\nJ1,Eva Dos\n"),
    ):
        desk.do("import", kind, desk.write(f"{kind}.csv", text))
    before = desk.journal()
    for kind in ("communities", "judges", "households"):
        desk.do("export", "register", kind, "-o", f"{kind}-out.csv")
    assert desk.journal() == before + 1
    assert "register: households" in desk.do("log", "--kind", "exported").out
    for form in ("csv", "json"):
        before = desk.journal()
        desk.do("list", "households", "--format", form)
        assert desk.journal() == before + 1
    desk.do("list", "households")
    desk.do("list", "judges", "--format", "csv")
    assert desk.journal() == before + 1


@pytest.mark.parametrize(
    "why",
    [
        "went on",
        pytest.param(
            "read-only",
            marks=pytest.mark.skipif(
                os.name == "nt" or os.geteuid() == 0, reason="the super-user may write everywhere"
            ),
        ),
    ],
)
def test_a_list_with_dni_that_the_journal_cannot_tell_of_is_told(tmp_path: Path, why: str) -> None:
    """From a file that cannot be written, or from an older copy: it goes out, and that nobody can read of it is said."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    (tmp_path / "stick").mkdir()
    copy = tmp_path / "stick" / "copy.db"
    copy.write_bytes((tmp_path / "pachamama.db").read_bytes())
    if why == "read-only":
        copy.chmod(0o444)
        copy.parent.chmod(0o555)
    else:
        desk.do("round", "reopen", "--reason", "un error")
    before = copy.read_bytes()
    told = "this went out, and the journal does not say so"
    said = desk.do("list", "households", "--format", "csv", "--db", "stick/copy.db")
    assert "00001134" in said.out
    assert f"{told}: register: households." in said.err
    assert "Write down by hand what it was, when, and who has it." in said.err
    said = desk.do("print", "prize-sheet", "-o", "papers", "--db", "stick/copy.db", "--without-backup", "apuro")
    assert f"{told}: prize-sheet: {ROUND}." in said.err
    assert told not in desk.do("list", "households", "--db", "stick/copy.db").err
    assert copy.read_bytes() == before
    copy.parent.chmod(0o755)


def test_papers_that_are_tables_with_dni_are_recorded(tmp_path: Path) -> None:
    """The prize sheet has its CSV and JSON beside it; a wall list has no DNI in any form."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    for words, more in (
        (("prize-sheet",), 1),
        (("receipts", "--format", "xlsx"), 2),  # the numbers of the receipts are an action of their own
        (("receipts", "--format", "csv"), 1),
        (("receipts",), 0),
        (("wall-list", "--format", "json"), 0),
    ):
        before = desk.journal()
        desk.do("print", *words, "-o", "papers")
        assert desk.journal() == before + more, words
    said = " ".join(desk.do("log", "--kind", "exported").out.split())
    assert "prize-sheet: terraces-household-1" in said
    assert "receipts-terraces-household-1-C1" in said


def test_the_copy_of_a_file_of_two_laptops_proves_itself(tmp_path: Path) -> None:
    """Both brought one row with equal DNI and one with different ones: hidden numbers stay equal and different."""
    desk = scored(tmp_path)
    desk.do("devices", "hand-out", "ana.db", "--name", "ana")
    same = "H18,C1,Persona Igual,00001888\n"
    for db, other in (("pachamama.db", "00001999"), ("ana.db", "00001777")):
        text = f"code,community,head,dni\n{same}H19,C1,Persona Otra,{other}\n"
        desk.do("import", "households", desk.write("n.csv", text), "--db", db)
    desk.do("merge", "ana.db")
    desk.do("round", "close")
    desk.do("export", "audit", "-o", "a.zip")
    folder = unpacked(tmp_path / "a.zip", tmp_path / "b")
    assert recount(folder).code == 0
    conflicts = [
        [
            (one["kind"], one["what"], one["stands"]["device"])
            for one in desk.do("conflicts", "list", "--format", "json", "--db", db).json["conflicts"]
        ]
        for db in ("pachamama.db", "b/pachamama.db")
    ]
    assert conflicts[0] == conflicts[1]
    assert len(conflicts[0]) == 1
    desk.do("check", "--db", "b/pachamama.db")


def test_nothing_is_written_over_a_file_of_marks_or_another_one(tmp_path: Path) -> None:
    """A slip of the name would cost the season: the database and the rules stay as they are."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    for name in ("pachamama.db", "rules.yaml"):
        before = (tmp_path / name).read_bytes()
        assert "nothing is written over it" in desk.refuse("export", "audit", "-o", name)
        assert (tmp_path / name).read_bytes() == before
    desk.do("export", "audit", "-o", "a.zip")
    desk.do("export", "audit", "-o", "a.zip")
