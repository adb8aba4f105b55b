"""The recount of a bundle believes no table: what people did is walked in the journal, and every table must say that."""

import ast
import hashlib
import json
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cli.audit_desk import both, cell, recount, replaced, summed_again, unpacked
from tests.cli.desk import Desk, scored
from tests.store.test_merging import commitments_of, handed_out, take, twins
from tests.store.test_rebuild import play

from pachamama.cli import auditing
from pachamama.core.model import Household
from pachamama.core.problems import Refused
from pachamama.exchange.audit import bundle
from pachamama.exchange.audit import recount as script
from pachamama.store import Store

ROUND = "terraces-household-1"
PAYMENTS, RULINGS, ORDERS, ENTRIES = (f"{name}/{ROUND}.csv" for name in ("payments", "rulings", "orders", "entries"))


def told(folder: Path) -> Desk:
    """A round closed twice, with lots, a ruling and a witness; receipts, one paid by proxy, one void; two appeals."""
    desk = scored(folder)
    equal = desk.write("x.csv", "entry,judge,walls,water\nH14,J1,15,20.5\nH14,J2,15,20.5\n")
    desk.do("import", "scores", equal, "--correct", "ficha")
    desk.do("lots", "draw", "H14", "H15", "--witness", "Flora Paz")
    desk.do("ruling", "deduction", "H13", "no_banner", "--reason", "sin distintivo", "--by", "Flora Paz")
    desk.do("set-status", "H21", "withdrawn", "--reason", "se mudó")
    desk.do("round", "close", "--witness", "Berta Luna")
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    desk.do("round", "close", "--witness", "Berta Luna")
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "1", "--mode", "cash", "--proxy", "Rosa Nina", "--reason", "de viaje")
    desk.do("pay", "record", "2", "--mode", "transfer")
    code = next(row["receipt"] for row in paid(desk) if row["mode"] == "transfer")
    desk.do("pay", "void", code, "--reason", "mal anotado")
    for text in ("mi muro tiene más metros", "otra cosa"):
        code = desk.do("appeal", "file", "H11", "--by", "Juana Puma", "--text", text).out.strip()
    desk.do("appeal", "decide", code, "rejected", "--reason", "se midió", "--by", "Flora Paz")
    return desk


def paid(desk: Desk) -> list[Any]:
    """The receipts of the first community, as the program lists them."""
    return [
        receipt
        for contest in desk.do("pay", "list", "--format", "json").json["contests"]
        for row in contest["rows"]
        for receipt in row["receipts"]
    ]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One bundle, made once; it is copied before anything is changed."""
    folder = tmp_path_factory.mktemp("told")
    told(folder).do("export", "audit", "-o", "a.zip")
    return folder / "a.zip"


def without(name: str, *, keep: int) -> Callable[[Path], None]:
    """Only the first lines of a file."""

    def change(folder: Path) -> None:
        lines = (folder / name).read_text("utf-8").splitlines(keepends=True)
        assert len(lines) > keep
        (folder / name).write_text("".join(lines[:keep]), "utf-8")

    return change


def chained(change: Callable[[list[Any]], None]) -> Callable[[Path], None]:
    """A change in the journal, with every hash behind it made to fit."""

    def write(folder: Path) -> None:
        lines = [json.loads(line) for line in (folder / "journal.jsonl").read_text("utf-8").splitlines()]
        change(lines)
        before = ""
        for number, one in enumerate(lines, 1):
            one["number"], one["previous"] = number, before
            parts = [one[part] for part in ("device", "number", "at", "actor", "kind")]
            before = one["hash"] = sha256(canonical([*parts, canonical(one["body"]), before]))
        (folder / "journal.jsonl").write_text("".join(canonical(one) + "\n" for one in lines), "utf-8")

    return write


def canonical(value: object) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    """Its digest."""
    return hashlib.sha256(text.encode()).hexdigest()


def another_payer(lines: list[Any]) -> None:
    """Whoever recorded the payments."""
    for one in lines:
        if one["kind"] == "payment_recorded":
            one["actor"] = "nadie"


def in_database(*statements: str) -> Callable[[Path], None]:
    """Statements in the copy of the database, whatever guards it."""

    def change(folder: Path) -> None:
        with closing(sqlite3.connect(folder / "pachamama.db")) as file:
            for (name,) in file.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                file.execute(f'DROP TRIGGER "{name}"')
            for statement in statements:
                assert file.execute(statement).rowcount or statement.startswith("PRAGMA"), statement
            file.commit()

    return change


WITNESS = "(SELECT json_extract(body, '$.witness') FROM journal WHERE kind = 'round_closed' LIMIT 1)"
PERSON = "UPDATE person SET name = 'Eva Otra' WHERE"
FALSIFIED = {
    "a name in a register": (cell("registers/judges.csv", "J1", "name", "Cuñado"), "judges.csv · J1 · name"),
    "a head": (cell("registers/households.csv", "H15", "head", "Cuñado"), "households.csv · H15 · head"),
    "whose household": (cell("registers/households.csv", "H15", "community", "C2"), "H15 · community"),
    "a household more": (replaced("registers/households.csv", "H15,", "H99,"), "H99: sobra / should not be there"),
    "how many households": (cell("registers/communities.csv", "C1", "households", "9"), "C1 · households"),
    "a watershed": (cell("registers/watersheds.csv", "W1", "name", "Río Turbio"), "W1 · name"),
    "an amount paid": (replaced(PAYMENTS, ".00,cash", ".50,cash"), "amount: dice / says «"),
    "how it was paid": (replaced(PAYMENTS, ",cash,", ",transfer,"), "must say «cash»"),
    "who received it": (replaced(PAYMENTS, "Rosa Nina", "Eva Otra"), "proxy: dice / says «Eva Otra»"),
    "why it was somebody else": (replaced(PAYMENTS, "de viaje", "enferma"), "reason"),
    "no payment any more": (replaced(PAYMENTS, ",cash,", ",,"), "mode: dice / says «»"),
    "a void payment that counts": (replaced(PAYMENTS, "mal anotado", ""), "voided"),
    "no receipts": (without(PAYMENTS, keep=1), "falta / is missing"),
    "one receipt less": (without(PAYMENTS, keep=-1), "falta / is missing"),
    "what an appeal says": (replaced("appeals.csv", "mi muro", "tu muro"), "text"),
    "who appealed": (replaced("appeals.csv", "Juana Puma", "Eva Otra"), "by: dice / says «Eva Otra»"),
    "what was decided": (replaced("appeals.csv", "rejected", "upheld"), "state"),
    "who decided it": (replaced("appeals.csv", "Flora Paz", "Eva Otra"), "names"),
    "no appeals": (without("appeals.csv", keep=1), "falta / is missing"),
    "who closed": (cell("seals.csv", ROUND, "actor", "eva"), "actor: dice / says «eva»"),
    "the witness": (cell("seals.csv", ROUND, "witness", "Eva Otra"), "must say «Berta Luna»"),
    "when it was closed": (cell("seals.csv", ROUND, "at", "2025-01-01T00:00:00Z"), f"{ROUND} · 1 · at"),
    "a closing that was replaced": (cell("seals.csv", ROUND, "stands", "yes"), "stands"),
    "no closings": (without("seals.csv", keep=1), "falta / is missing"),
    "why somebody is out": (cell(ENTRIES, "H21", "reason", "llegó tarde"), "H21 · reason"),
    "why a ruling": (cell(RULINGS, "H13", "reason", "porque sí"), "reason"),
    "who ruled": (cell(RULINGS, "H13", "names", "Eva Otra"), "names"),
    "no rulings": (without(RULINGS, keep=1), "falta / is missing"),
    "who saw the lots": (replaced(ORDERS, "Flora Paz", "Eva Otra"), "witnesses"),
    "who wins with an entry": (cell(f"results/{ROUND}.csv", "H15", "entrant", "H11"), "H15 · entrant"),
    "the currency": (cell("rounds.csv", ROUND, "currency", "EUR"), "currency"),
    "which closing": (cell("rounds.csv", ROUND, "closing", "1"), "closing"),
    "no rounds": (without("rounds.csv", keep=1), "no hay ninguna ronda / there is no round"),
    "an end of the journal cut off": (without("journal.jsonl", keep=-1), "sobra / should not be there"),
    "who paid, in a journal that closes": (chained(another_payer), "actor"),
    "no database": (lambda folder: (folder / "pachamama.db").write_bytes(b"x"), "pachamama.db: no "),
    "another database": (
        lambda folder: (folder / "pachamama.db").write_bytes((folder / "recount.py").read_bytes()),
        "pachamama.db: no se puede leer / cannot be read",
    ),
    "a database of something else": (in_database("PRAGMA application_id = 7"), "no es una base de este programa"),
    "a time in the database's journal": (in_database("UPDATE journal SET at = 'ayer' WHERE number = 2"), "2 · at"),
    "an entry taken out of the database": (
        in_database("DELETE FROM journal WHERE number = (SELECT max(number) FROM journal)"),
        "falta / is missing",
    ),
    "the witness in the database and the table": (
        both(in_database(f"{PERSON} commitment = {WITNESS}"), cell("seals.csv", ROUND, "witness", "Eva Otra")),
        "Eva Otra: no es la persona del diario / is not the person of the journal",
    ),
    "the witness without a proof": (
        in_database(f"UPDATE person SET salt = '', name = 'Eva Otra' WHERE commitment = {WITNESS}"),
        "Eva Otra: no es la persona del diario / is not the person of the journal",
    ),
    "a person taken out of the database": (
        in_database("DELETE FROM person WHERE name = 'Juana Puma'"),
        "falta una persona del diario / a person of the journal is missing",
    ),
    "no proof for anybody": (
        in_database(f"PRAGMA application_id = {script.FULL}"),
        "no es la persona del diario / is not the person of the journal",
    ),
}


def test_a_row_that_stands_twice_is_told_of_every_table(original: Path, tmp_path: Path) -> None:
    """Whoever counts rows of a table counts none of them double: the last one, once more, in each of them."""
    folder = unpacked(original, tmp_path / "b")
    for path in sorted(folder.rglob("*.csv")):
        text = path.read_text("utf-8")
        _, *rows = text.splitlines()
        if rows:
            path.write_text(f"{text}{rows[-1]}\n", "utf-8")
            summed_again(folder)
            found = recount(folder)
            assert (found.code, found.err) == (1, ""), path.name
            path.write_text(text, "utf-8")


@pytest.mark.parametrize("what", FALSIFIED)
def test_what_was_falsified_is_told(original: Path, tmp_path: Path, what: str) -> None:
    """The list of digests written anew each time: exit 1, one line in two languages that says where, no traceback."""
    folder = unpacked(original, tmp_path / "b")
    change, expected = FALSIFIED[what]
    change(folder)
    summed_again(folder)
    found = recount(folder)
    assert (found.code, found.err) == (1, ""), found.out
    line = next((line for line in found.out.splitlines() if expected in line), None)
    assert line is not None, found.out
    assert " / " in line
    assert "SHA256SUMS" not in found.out


def test_what_was_not_falsified_agrees_and_says_what_it_cannot_prove(original: Path, tmp_path: Path) -> None:
    """12 persons of the registers have a hidden DNI; with `--with-dni` every name is proved, and nothing is said."""
    folder = unpacked(original, tmp_path / "b")
    found = recount(folder)
    assert (found.code, found.err) == (0, "")
    assert "12 nombres de los padrones no se prueban, porque su DNI está oculto / names of the registers" in found.out


def test_with_numbers_every_name_is_proved(tmp_path: Path) -> None:
    """A head's name exchanged in the database and in the register too is found then."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    desk.do("export", "audit", "-o", "a.zip", "--with-dni")
    folder = unpacked(tmp_path / "a.zip", tmp_path / "b")
    found = recount(folder)
    assert (found.code, len(found.out.splitlines())) == (0, 1), found.out
    in_database(f"{PERSON} name = 'Persona 15'")(folder)
    cell("registers/households.csv", "H15", "head", "Eva Otra")(folder)
    summed_again(folder)
    found = recount(folder)
    assert (found.code, "Eva Otra: no es la persona del diario" in found.out) == (1, True)


def test_whoever_was_forgotten_is_no_fault_and_stays_so(tmp_path: Path) -> None:
    """Erased, as the journal says: agreed. A name written over it: found."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    desk.do("forget", "H21", "--reason", "lo pidió", "--yes")
    desk.do("export", "audit", "-o", "a.zip")
    folder = unpacked(tmp_path / "a.zip", tmp_path / "b")
    assert recount(folder).code == 0
    in_database("UPDATE person SET name = 'Eva Otra' WHERE salt = '' AND name = ''")(folder)
    summed_again(folder)
    assert "households.csv · H21 · head" in recount(folder).out


def test_one_round_of_several_says_what_is_not_in_it(tmp_path: Path) -> None:
    """A bundle of one round is whole; it names the closed ones that stay outside, and no file of another may be in it."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "community")
    works = desk.write("w.csv", "entry,judge,works\nC1,J1,30\nC2,J1,40\n")
    desk.do("import", "scores", works, "--round", "terraces-community-1")
    desk.do("round", "close", "terraces-community-1")
    desk.do("export", "audit", ROUND, "-o", "a.zip")
    folder = unpacked(tmp_path / "a.zip", tmp_path / "b")
    found = recount(folder)
    assert found.code == 0
    assert "no están en este paquete / not in this bundle: terraces-community-1" in found.out
    (folder / "marks" / "otra-1.csv").write_text("x\n")
    summed_again(folder)
    assert "marks/otra-1.csv: no es de ninguna ronda" in recount(folder).out


# -- several laptops -------------------------------------------------------------------------------------------------


def differences(store: Store, folder: Path) -> list[str]:
    """What the recount finds in the tables of a file as they would be exported now, whatever is closed."""
    for name in ("registers", "payments", "returns"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(store.path)) as file:
        rows = file.execute("SELECT commitment, salt, name, dni, partner, fields FROM person").fetchall()
    people = {one: script.Person(*said, json.loads(fields)) for one, *said, fields in rows}
    found = script.Bundle(folder)
    found.lines, found.people, found.mark = json.loads(json.dumps(list(auditing._journal(store)))), people, script.FULL
    journal = script.Journal(found.lines, people)
    for name, table, lines, *keys in tables(store, journal):
        (folder / name).write_bytes(bundle._csv(*table))
        found.must_say(name, lines, *keys)
    found.check_people(journal, people)
    return found.found


def today() -> str:
    """The day of the computer."""
    return datetime.now().astimezone().date().isoformat()


def tables(store: Store, journal: script.Journal) -> Iterator[Any]:
    """Each table with its name, what the journal says, and what its lines are known by."""
    for name, table in auditing._registers(store, with_dni=True):
        yield f"registers/{name}.csv", table, journal.register_rows(name, hidden=False), "code"
    yield "seals.csv", auditing._seals(store), journal.seal_rows(), "round", "number"
    yield "appeals.csv", auditing._appeals(store), journal.appeal_rows(), "code"
    for one in store.rounds():
        rows = [auditing._paid(receipt) for receipt in store.receipts(one.code)]
        said = [line | {"round": None} for line in journal.receipts.values() if line["round"] == one.code]
        yield f"payments/{one.code}.csv", (bundle.PAYMENT, rows), said, "receipt"
        rows = [auditing._returned(given) for given in store.redress(one.code)]
        said = [line | {"round": None} for line in journal.returns.values() if line["round"] == one.code]
        yield f"returns/{one.code}.csv", (bundle.RETURN, rows), said, "laptop", "number"


@pytest.mark.parametrize("season", range(4))
def test_the_journal_of_several_laptops_gives_the_same_tables(tmp_path: Path, season: int) -> None:
    """Three laptops do as they like and meet in between: the recount says the same as the program of what then stands."""
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
    take(files["office"], *laptops)
    assert differences(files["office"], tmp_path / "tables") == []


def test_codes_that_two_laptops_gave_are_told_apart_as_the_program_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two with the same two letters number a receipt, pay it and take in an appeal each: all of it is in the tables."""
    files = twins(tmp_path, monkeypatch)
    for name, entry, within in (("ana", "H001", "C1"), ("beto", "H004", "C2")):
        store = files[name]
        wins = {"within": within, "category": None, "placings": [{"entry": entry, "awards": [{"cents": 5000}]}]}
        store.close_round(ROUND, document=json.dumps({"contests": [wins]}), actor=name)
        appeal = store.file_appeal(ROUND, entry=entry, claimant=name, day=today(), text="mi puesto", actor=name)
        store.decide_appeal(appeal.code, "rejected", decision=name, names=["Flora"], day=today(), actor=name)
        (one,) = store.number_receipts(ROUND, [(within, None, entry, 5000)], office="CUSCO", year=2026, actor=name)
        store.record_payment(ROUND, one.code, mode="cash", day=today(), actor=name)
    take(files["office"], files["beto"], files["ana"])
    assert len(files["office"].appeals()) == len(files["office"].receipts(ROUND)) == 2
    assert differences(files["office"], tmp_path / "tables") == []


def test_one_receipt_that_two_laptops_recorded_is_one_payment(tmp_path: Path) -> None:
    """The first in the order of the journal stands, in the recount too."""
    files = handed_out(tmp_path)
    wins = {"within": "C1", "category": None, "placings": [{"entry": "H001", "awards": [{"cents": 5000}]}]}
    files["office"].close_round(ROUND, document=json.dumps({"contests": [wins]}), actor="office")
    (one,) = files["office"].number_receipts(ROUND, [("C1", None, "H001", 5000)], office="", year=2026, actor="office")
    for name, mode in (("ana", "cash"), ("beto", "transfer")):
        files["office"].hand_out(tmp_path / f"{name}.db", name=name, actor="office")
        with Store.open(tmp_path / f"{name}.db", writing=True) as store:
            store.record_payment(ROUND, one.code, mode=mode, day=today(), without_dni="es ella", actor=name)
            files[name] = store
    take(files["office"], files["beto"], files["ana"])
    assert differences(files["office"], tmp_path / "tables") == []


def test_whoever_was_forgotten_elsewhere_is_not_expected_back(tmp_path: Path) -> None:
    """A laptop that did not know of the erasing corrects the row: the program leaves that to people, and so it agrees."""
    files = handed_out(tmp_path, "ana")
    files["office"].forget(commitments_of(files["office"], "H001"), reason="lo pidió", actor="office")
    row = Household("H001", "C1", "Juana Quispe Mamani", "40000001")
    files["ana"].import_register("households", [row], actor="ana")
    take(files["office"], files["ana"])
    assert differences(files["office"], tmp_path / "tables") == []


def test_households_merged_in_a_circle_are_one_row_in_the_recount_too(tmp_path: Path) -> None:
    """Opposite directions, and told apart elsewhere: what does not stand in the program does not in the recount."""
    files = handed_out(tmp_path)
    rows = [Household(f"R{n}", "C1", f"Rosa {n}") for n in range(1, 6)]
    files["office"].import_register("households", rows, actor="office")
    for name, pairs in (("ana", ["12", "34"]), ("beto", ["21"]), ("carla", ["54", "51"])):
        files["office"].hand_out(tmp_path / f"{name}.db", name=name, actor="office")
        files[name] = Store.open(tmp_path / f"{name}.db", writing=True)
        if name == "beto":
            files[name].tell_households_apart([("R5", "R4"), ("R3", "R4")], reason="primas", actor=name)
        for keep, drop in pairs:
            files[name].merge_households(f"R{keep}", f"R{drop}", reason="la misma", actor=name)
        time.sleep(1.1)
    take(files["office"], files["carla"], files["beto"], files["ana"])
    assert files["office"].merged_households() == {"R1": "R5", "R2": "R5", "R4": "R3"}
    assert len([one for one in files["office"].conflicts() if one.kind == "household"]) == 3
    assert differences(files["office"], tmp_path / "tables") == []


# -- whatever computer -----------------------------------------------------------------------------------------------


def test_an_old_console_gets_the_findings_and_no_traceback(original: Path, tmp_path: Path) -> None:
    """Letters that it has not become question marks; the exit code is the same."""
    folder = unpacked(original, tmp_path / "b")
    cell("registers/judges.csv", "J1", "name", "Ñawi \N{CJK UNIFIED IDEOGRAPH-6C34}")(folder)
    for encoding in ("cp1252", "cp850", "ascii"):
        ran = subprocess.run(
            [sys.executable, str(folder / "recount.py")], env={"PYTHONIOENCODING": encoding}, capture_output=True
        )
        assert (ran.returncode, ran.stderr) == (1, b"")
        assert b"NO CONCUERDA" in ran.stdout


def test_an_older_python_is_told_which_one_is_needed() -> None:
    """Every Python 3 reads the file as far as the words about it: they stand before anything else can fail."""
    text = Path(script.__file__).read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 6))
    first = [node for node in tree.body if not isinstance(node, ast.Expr)][:2]
    assert ast.unparse(first[0]) == "import sys"
    assert isinstance(first[1], ast.If)
    assert ast.unparse(first[1].test) == "sys.version_info < (3, 11)"
    old = text.replace("sys.version_info < (3, 11)", "sys.version_info < (9, 9)")
    ran = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True)
    assert ran.returncode == 1
    assert "necesita Python 3.11 o uno posterior; este es / needs Python 3.11 or later; this is 3." in ran.stderr
    assert "Traceback" not in ran.stderr
