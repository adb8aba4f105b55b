"""Paying through the program: receipts, payments, proxies, transfers, envelopes; a new closing shows what changes."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from tests.cli.desk import Desk, households, opened, registered, scored, scores

ROUND = "terraces-household-1"


def closed(folder: Path) -> Desk:
    """A desk with the households' round closed: 100, 60 and 40 in each of two communities."""
    desk = scored(folder)
    desk.do("round", "close")
    return desk


def with_accounts(folder: Path) -> Desk:
    """The same with an account at a bank for every second household, in the words that people use."""
    desk = registered(folder)
    head, *rows = households().splitlines()
    rows = [
        f"{row},Banco de la Nación,04-{at:03}-1,0{at:03}" if at % 2 == 0 else f"{row},,," for at, row in enumerate(rows)
    ]
    text = "\n".join([f"{head},Banco,N° de cuenta,CCI", *rows])
    desk.do("import", "households", desk.write("accounts.csv", text + "\n"))
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2026")
    desk.do("import", "scores", desk.write("scores.csv", scores()))
    desk.do("round", "close")
    return desk


def said(desk: Desk, *words: str) -> Any:
    """`pay list` as one document."""
    return desk.do("pay", "list", *words, "--format", "json").json


RECEIPT = r"[A-Z]{2}-\d{4}-\d{4}"


def text_of(path: Path) -> str:
    """All that a PDF says."""
    return " ".join(page.extract_text().replace("\u200b", "") for page in PdfReader(path).pages)


def appealed(desk: Desk) -> None:
    """H11 is found to be the best of C1 after all; the round is closed again."""
    desk.do("round", "reopen", "--reason", "un reclamo")
    for judge in ("J1", "J2"):
        desk.do("score", "H11", judge, "20", "30", "--correct", "reclamo")
    desk.do("round", "close")


def test_the_way_of_a_receipt(tmp_path: Path) -> None:
    """Printed, signed, recorded; then everything is paid and nothing is left to print."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers", "--office", "CUSCO", "--year", "2026")
    first, second = sorted((tmp_path / "papers").glob("*.pdf"))
    assert first.name == f"receipts-{ROUND}-C1.pdf"
    assert first.stat().st_mode & 0o77 == 0
    text = text_of(first)
    assert re.findall(r"CUSCO-\w\w-2026-(\d{4})", text) == ["0001", "0002", "0003"]
    assert "Persona 15" in text
    assert "00001534" in text
    assert "CIEN CON 00/100 DÓLARES AMERICANOS" in text
    assert "0004" in text_of(second)
    said_ = desk.do("pay", "record", "1..3", "--mode", "cash").err
    assert "USD 200.00" in said_
    assert "3 prizes are still to be paid" in said_
    desk.do("pay", "record", "4", "5", "0006", "--mode", "transfer", "--day", "2001-02-03")
    assert "Everything is paid" in desk.do("pay", "list", "--unpaid").err
    assert "nobody to pay" in desk.refuse("print", "receipts", "-o", "papers")
    totals = said(desk)["totals"]
    nothing = {"given_back": "0.00", "too_much": "0.00", "let_be": "0.00"}
    assert totals == {"prize": "400.00", "paid": "400.00", "to_pay": "0.00", **nothing}


def test_printing_again_gives_the_same_numbers_and_the_same_bytes(tmp_path: Path) -> None:
    """A number names one payment for ever."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "a", "--office", "CUSCO")
    actions = desk.journal()
    desk.do("print", "receipts", "-o", "b")
    assert desk.journal() == actions
    for one in (tmp_path / "a").iterdir():
        assert one.read_bytes() == (tmp_path / "b" / one.name).read_bytes()


def test_one_receipt_can_be_printed_again_and_says_that_it_was_paid(tmp_path: Path) -> None:
    """For the one that got lost."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "2", "--mode", "cash", "--day", "2001-02-03")
    desk.do("print", "receipts", "-o", "again", "--receipt", "2", "--receipt", "4")
    one, other = sorted((tmp_path / "again").iterdir())
    assert "3 de febrero de 2001" in text_of(one)
    assert "Persona 14" in text_of(one)
    assert "Persona 15" not in text_of(one)
    assert "3 de febrero de 2001" not in text_of(other)
    assert "no receipt" in desk.refuse("print", "receipts", "-o", "again", "--receipt", "99")


def test_nothing_is_printed_to_pay_from_while_the_round_is_open(tmp_path: Path) -> None:
    """Receipts and transfers are refused; envelopes are provisional, to ask the bank in time."""
    desk = scored(tmp_path)
    for paper in ("receipts", "transfer-list"):
        desk.refuse("print", paper, "-o", "papers")
    assert "PROVISIONAL" in desk.do("print", "envelopes", "-o", "papers").err
    names = sorted(path.name for path in (tmp_path / "papers").iterdir())
    assert names[0] == f"coin-list-{ROUND}-PROVISIONAL.pdf"
    assert all("PROVISIONAL" in text_of(tmp_path / "papers" / name) for name in names)
    assert "no results yet" in desk.refuse("pay", "list")


def test_papers_that_pay_wait_for_a_backup(tmp_path: Path) -> None:
    """Like the prize sheet: no verified backup of the closing, no receipt."""
    desk = closed(tmp_path)
    for path in (tmp_path / "backups").iterdir():
        path.unlink()
    for paper in ("receipts", "transfer-list"):
        assert "--without-backup" in desk.refuse("print", paper, "-o", "papers")
    desk.do("print", "receipts", "-o", "papers", "--without-backup", "se malogró la memoria")


def test_a_payment_is_refused_where_it_is_wrong(tmp_path: Path) -> None:
    """Twice, unknown, a day to come, no day, a mode that is none, a proxy without a reason: nothing is stored."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "1", "--mode", "cash")
    actions = desk.journal()
    assert "paid on" in desk.refuse("pay", "record", "1", "2", "--mode", "cash")
    assert "no receipt 77" in desk.refuse("pay", "record", "2", "77", "--mode", "cash")
    assert "still to come" in desk.refuse("pay", "record", "2", "--mode", "cash", "--day", "2999-01-01")
    for wrong in ("25-11-2026", "2026-02-30", "20261125", ""):
        desk.refuse("pay", "record", "2", "--mode", "cash", "--day", wrong, code=2)
    desk.refuse("pay", "record", "2", "--mode", "cheque", code=2)
    desk.refuse("pay", "record", "2", "--mode", "cash", "--proxy", "Ana Puma", code=2)
    desk.refuse("pay", "record", "4..2", "--mode", "cash")
    desk.refuse("pay", "void", "2", "--reason", "mal")
    desk.refuse("pay", "void", "1", code=2)
    assert desk.journal() == actions


def test_somebody_else_receives_with_a_reason_and_a_payment_can_be_void(tmp_path: Path) -> None:
    """Both stand in the list; the name stands nowhere in the journal."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "1", "--mode", "cash", "--proxy", "Ana Puma", "--reason", "está de viaje")
    desk.do("pay", "record", "2", "--mode", "cash")
    desk.do("pay", "void", "2", "--reason", "no vino")
    rows = {row["entry"]: row for row in said(desk)["contests"][0]["rows"]}
    (first,) = rows["H15"]["receipts"]
    assert (first["proxy"], first["reason"], first["mode"]) == ("Ana Puma", "está de viaje", "cash")
    assert (rows["H14"]["state"], rows["H14"]["receipts"][0]["voided"]) == ("to_pay", "no vino")
    with sqlite3.connect(tmp_path / "pachamama.db") as file:
        assert not [body for (body,) in file.execute("SELECT body FROM journal") if "Ana Puma" in body]
    desk.do("print", "receipts", "-o", "again")
    assert re.findall(r"2026-(\d{4})|-(\d{4})\b", text_of(tmp_path / "again" / f"receipts-{ROUND}-C1.pdf"))
    assert "0007" in text_of(tmp_path / "again" / f"receipts-{ROUND}-C1.pdf")


def test_reopening_lists_what_was_paid_and_a_new_closing_says_what_changes(tmp_path: Path) -> None:
    """H15 had 100.00 and wins 60.00 now; H13 had 40.00 and wins nothing; H11 is still to be paid."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "1", "3", "--mode", "cash")
    told = desk.do("round", "reopen", "--reason", "un reclamo", "--format", "json").json
    assert [(one["entry"], one["amount"]) for one in told["paid"]] == [("H15", "100.00"), ("H13", "40.00")]
    assert "open again" in desk.do("pay", "list").err
    for judge in ("J1", "J2"):
        desk.do("score", "H11", judge, "20", "30", "--correct", "reclamo")
    desk.do("round", "close")
    told = desk.do("pay", "list").err
    assert "H15 Persona 15: paid USD 100.00, the prize is USD 60.00 now: USD 40.00 too much" in told
    assert "H13 Persona 13: paid USD 40.00, the prize is USD 0.00 now: USD 40.00 too much" in told
    contest = said(desk)["contests"][0]
    nothing = {"given_back": "0.00", "let_be": "0.00"}
    assert contest["totals"] == {
        "prize": "200.00",
        "paid": "140.00",
        "to_pay": "140.00",
        "too_much": "80.00",
        **nothing,
    }
    ran = desk.do("check")
    assert ran.out == ""
    assert "H15 was paid before, and wins less since closing 2" in ran.err
    assert "H13 was paid before, and wins less since closing 2" in ran.err
    desk.do("print", "receipts", "-o", "new")
    text = text_of(tmp_path / "new" / f"receipts-{ROUND}-C1.pdf")
    assert "Persona 11" in text
    assert "Persona 15" not in text
    assert "earlier closing" in desk.refuse("pay", "record", "2", "--mode", "cash")


def test_who_wins_more_after_a_new_closing_gets_a_receipt_for_the_difference(tmp_path: Path) -> None:
    """H14 had 60.00; once H15 is disqualified it wins 100.00: a receipt for 40.00, which names the first one."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "2", "--mode", "cash")
    desk.do("round", "reopen", "--reason", "un reclamo")
    desk.do("set-status", "H15", "disqualified", "--reason", "terreno ajeno")
    desk.do("round", "close")
    assert (
        "H14 Persona 14: paid USD 60.00, the prize is USD 100.00 now: USD 40.00 more to pay"
        in desk.do("pay", "list").err
    )
    desk.do("print", "receipts", "-o", "new", "--within", "C1")
    (paper,) = (tmp_path / "new").iterdir()
    text = text_of(paper)
    assert "CUARENTA CON 00/100" in text
    assert "-0002" in text
    assert "100.00" in text
    (number,) = re.findall(r"-(\d{4})\s+USD\s*40\.00|(?:Recibo|Receipt)\D*-\d{4}-(\d{4})", text)[:1]
    assert number
    row = next(one for one in said(desk)["contests"][0]["rows"] if one["entry"] == "H14")
    assert row["state"] == "partly"
    new = row["receipts"][-1]
    assert (new["amount"], new["closing"]) == ("40.00", 2)
    desk.do("pay", "record", new["receipt"], "--mode", "cash")
    assert next(one for one in said(desk)["contests"][0]["rows"] if one["entry"] == "H14")["state"] == "paid"


def test_the_list_is_a_table_too(tmp_path: Path) -> None:
    """CSV with exact amounts; `--within` shows one contest; the screen adds up each contest and the round."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "1", "--mode", "cash")
    rows = list(csv.DictReader(io.StringIO(desk.do("pay", "list", "--format", "csv").out)))
    assert [row["entry"] for row in rows] == ["H15", "H14", "H13", "H25", "H24", "H23"]
    assert (rows[0]["prize"], rows[0]["paid"], rows[0]["to_pay"], rows[0]["state"]) == (
        "100.00",
        "100.00",
        "0.00",
        "paid",
    )
    assert len(said(desk, "--within", "C2")["contests"]) == 1
    assert [row["entry"] for row in said(desk, "--unpaid", "--within", "C1")["contests"][0]["rows"]] == ["H14", "H13"]
    screen = desk.do("pay", "list").out
    assert "USD 100.00 paid, USD 300.00 still to pay" in screen
    assert "C9" in desk.refuse("pay", "list", "--within", "C9")


# -- transfers -------------------------------------------------------------------------------------------------------


def test_only_who_has_an_account_is_on_the_transfer_list(tmp_path: Path) -> None:
    """And only while it is not paid; the numbers are those of the receipts."""
    desk = with_accounts(tmp_path)
    told = desk.do("print", "transfer-list", "-o", "papers").err
    assert "3 have no account" in told
    assert "(H14, H25 and H23)" in told
    (paper,) = (tmp_path / "papers").iterdir()
    text = text_of(paper)
    assert "Persona 15" in text
    assert "Persona 14" not in text
    assert "Banco de la Nación" in text
    assert "04-004-1" in text
    desk.do("print", "transfer-list", "-o", "papers", "--format", "json")
    document = json.loads(paper.with_suffix(".json").read_text())
    assert [(row["entry"], row["amount"]) for row in document["rows"]] == [
        ("H15", "100.00"),
        ("H13", "40.00"),
        ("H24", "60.00"),
    ]
    assert document["totals"]["amount"] == "200.00"
    assert [row["receipt"][-4:] for row in document["rows"]] == ["0001", "0003", "0005"]
    desk.do("pay", "record", "1", "3", "--mode", "transfer")
    desk.do("print", "transfer-list", "-o", "papers", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(paper.with_suffix(".csv").read_text("utf-8-sig"))))
    assert [(row["name"], row["account"], row["amount"]) for row in rows] == [("Persona 24", "04-008-1", "60.00")]
    desk.do("pay", "record", "5", "--mode", "transfer")
    assert "nobody with an account" in desk.refuse("print", "transfer-list", "-o", "papers")


def test_a_transfer_to_nobody_knows_which_account_is_warned_of(tmp_path: Path) -> None:
    """The slip of the bank is then the only proof; a payment in cash, and one to an account that is known, need none."""
    desk = with_accounts(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    assert "the register has no account of H14" in desk.do("pay", "record", "1", "2", "--mode", "transfer").err
    assert "no account" not in desk.do("pay", "record", "3", "--mode", "transfer").err
    assert "no account" not in desk.do("pay", "record", "4", "--mode", "cash").err


def test_accounts_come_from_a_table_too(tmp_path: Path) -> None:
    """For communities and groups, which the register knows no account of; an unknown code is refused."""
    desk = closed(tmp_path)
    desk.refuse("print", "transfer-list", "-o", "papers")
    accounts = desk.write("a.csv", "Código;Banco;Cuenta;Titular de la cuenta\nH15;BCP;0021-5;Ana Puma\n")
    desk.do("print", "transfer-list", "-o", "papers", "--accounts", accounts)
    (paper,) = (tmp_path / "papers").iterdir()
    assert "Ana Puma" in text_of(paper)
    assert "0021-5" in text_of(paper)
    assert "H99" in desk.refuse(
        "print", "transfer-list", "-o", "papers", "--accounts", desk.write("b.csv", "entry,account\nH99,1\n")
    )


def test_accounts_are_personal(tmp_path: Path) -> None:
    """They stand in no journal, and not in what an auditor is given."""
    desk = with_accounts(tmp_path)
    with sqlite3.connect(tmp_path / "pachamama.db") as file:
        assert not [body for (body,) in file.execute("SELECT body FROM journal") if "04-004-1" in body]
        assert [fields for (fields,) in file.execute("SELECT fields FROM person") if "04-004-1" in fields]
    desk.do("export", "audit", ROUND, "-o", "audit.zip")
    with zipfile.ZipFile(tmp_path / "audit.zip") as audit:
        for name in audit.namelist():
            assert b"04-004-1" not in audit.read(name), name
            assert "Banco de la Nación".encode() not in audit.read(name), name


# -- envelopes -------------------------------------------------------------------------------------------------------


def test_envelopes_hold_every_prize_exactly(tmp_path: Path) -> None:
    """Pieces × counts is the prize; the form for the bank is the sum; `--without` does without a piece."""
    desk = closed(tmp_path)
    desk.do("print", "envelopes", "-o", "papers", "--format", "json", "--without", "100")
    form = json.loads((tmp_path / "papers" / f"coin-list-{ROUND}.json").read_text())[0]
    assert {row["piece"]: row["count"] for row in form["rows"] if row["count"]} == {"50.00": 6, "20.00": 4, "10.00": 2}
    assert form["totals"]["amount"] == "400.00"
    contest = json.loads((tmp_path / "papers" / f"envelopes-{ROUND}-C1.json").read_text())
    for row in contest["rows"]:
        pieces = {name.removeprefix("piece_"): count for name, count in row.items() if name.startswith("piece_")}
        cents = sum(round(float(piece) * 100) * count for piece, count in pieces.items())
        assert f"{cents // 100}.{cents % 100:02}" == row["amount"]
    desk.refuse("print", "envelopes", "-o", "papers", "--without", "3", code=2)
    assert "cannot be paid well" in desk.refuse("print", "envelopes", "-o", "papers", "--without", "0.05")


def test_who_is_paid_by_transfer_or_is_paid_already_needs_no_envelope(tmp_path: Path) -> None:
    """`--without-transfers` and `print transfer-list` together are everybody, once."""
    desk = with_accounts(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "2", "--mode", "cash")
    desk.do("print", "envelopes", "-o", "e", "--without-transfers", "--format", "json")
    found = [
        row["entry"]
        for path in sorted((tmp_path / "e").glob("envelopes-*.json"))
        for row in json.loads(path.read_text())["rows"]
    ]
    assert found == ["H25", "H23"]


def test_the_folder_of_a_round_orders_nobodys_money_twice(tmp_path: Path) -> None:
    """Whoever is on the transfer list of `print all` has no envelope there, and the index says so."""
    desk = with_accounts(tmp_path)
    desk.do("print", "all", "-o", "all")
    (transfers,) = (tmp_path / "all").glob("11-*/*.pdf")
    listed = set(re.findall(RECEIPT, text_of(transfers)))
    filled = {code for path in (tmp_path / "all").glob("12-*/env*.pdf") for code in re.findall(RECEIPT, text_of(path))}
    assert listed
    assert filled
    assert not listed & filled
    (index,) = (tmp_path / "all").glob("00-*.pdf")
    assert "sin quienes cobran por transferencia" in " ".join(text_of(index).split())


def test_the_purses_of_receipts_are_called_by_their_ids(tmp_path: Path) -> None:
    """So that sums over several files are of one purse, in the order of the rules."""
    desk = with_accounts(tmp_path)
    desk.do("print", "receipts", "-o", "papers", "--format", "json")
    for path in (tmp_path / "papers").glob("*.json"):
        rows = json.loads(path.read_text())["rows"]
        assert {name for row in rows for name in row if name.startswith("purse")} == {"purse_project"}


@pytest.mark.parametrize("paper", ["receipts", "envelopes"])
def test_every_paper_of_paying_is_a_spreadsheet_too(tmp_path: Path, paper: str) -> None:
    """A workbook for each contest, private to the user."""
    desk = closed(tmp_path)
    desk.do("print", paper, "-o", "papers", "--format", "xlsx")
    for path in (tmp_path / "papers").iterdir():
        assert path.suffix == ".xlsx"
        assert path.stat().st_mode & 0o77 == 0
        assert zipfile.is_zipfile(path)


def test_a_currency_whose_cash_is_not_known_is_told(tmp_path: Path) -> None:
    """Nobody guesses which coins a country has."""
    desk = opened(tmp_path)
    rules = (tmp_path / "rules.yaml").read_text().replace("  languages:", "  currency: EUR\n  languages:")
    desk.write("euro.yaml", rules)
    desk.do("import", "scores", desk.write("scores.csv", scores()))
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2027", "--rules", "euro.yaml")
    desk.do("import", "scores", "scores.csv", "--round", "terraces-household-2")
    said_ = desk.refuse("print", "envelopes", "terraces-household-2", "-o", "papers")
    assert "EUR" in said_
    assert "PEN" in said_


def test_a_day_before_the_receipt_is_told(tmp_path: Path) -> None:
    """Whoever types a season of last year may mean it; whoever mistyped the year learns it at once, with the cure."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    said = " ".join(desk.do("pay", "record", "2", "--mode", "cash", "--day", "2001-02-03").err.split())
    assert "and 3 February 2001 is before that" in said
    assert "pachamama pay void" in said
    assert "before that" not in desk.do("pay", "record", "1", "--mode", "cash").err


def test_money_is_not_paid_in_kind(tmp_path: Path) -> None:
    """A slip of one word would leave the books without the cash that went out."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    refused = desk.refuse("pay", "record", "1..2", "--mode", "in_kind")
    assert "is for money" in refused
    assert "`--mode cash` or `--mode transfer`" in refused
    assert desk.do("pay", "list", "--unpaid").out.count("USD 0.00") >= 1


def test_the_total_of_what_is_unpaid_is_that_of_the_rows(tmp_path: Path) -> None:
    """What is not shown is not added up."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "1", "--mode", "cash")
    listed = desk.do("pay", "list", "--unpaid", "--within", "C1").out
    rows = [line for line in listed.splitlines() if line.strip().startswith("H")]
    (total,) = [line for line in listed.splitlines() if line.strip().startswith("Total")]
    sums = [sum(int(line.split("USD ")[at].split(".")[0].replace(",", "")) for line in rows) for at in (1, 2, 3)]
    assert [int(part.split(".")[0].replace(",", "")) for part in total.split("USD ")[1:4]] == sums
