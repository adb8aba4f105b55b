"""Money that was paid too much, or twice, or without a DNI: through the program, from the list to the minutes and the audit."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.cli.audit_desk import recount, summed_again, unpacked
from tests.cli.desk import Desk, lines, opened, scored, scores
from tests.cli.terminal import at_terminal
from tests.cli.test_paying import ROUND, appealed, closed, said, text_of


def overpaid(folder: Path) -> Desk:
    """H15 had 100.00 and H13 had 40.00; after an appeal H15 wins 60.00, H13 nothing; H11 wins 100.00."""
    desk = closed(folder)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "1", "3", "--mode", "cash")
    appealed(desk)
    return desk


def row(desk: Desk, entry: str) -> Any:
    """What `pay list` says of one entry."""
    return next(one for contest in said(desk)["contests"] for one in contest["rows"] if one["entry"] == entry)


def settled(desk: Desk) -> None:
    """Part of it comes back, the rest is let be."""
    desk.do("pay", "return", "H15", "30,50", "--by", "Flora Paz")
    desk.do("pay", "waive", "H15", "--by", "Flora Paz", "--by", "Tomás Rivas", "--reason", "no tiene con qué")
    today = datetime.now().astimezone().date().isoformat()
    desk.do("pay", "return", "3", "40", "--by", "Flora Paz", "--day", today, "--reason", "lo trajo su hijo")


def test_money_paid_too_much_comes_to_an_end(tmp_path: Path) -> None:
    """Told by `check` until it is given back or let be; then silent, and the sums close to the cent."""
    desk = overpaid(tmp_path)
    assert "pachamama pay return" in desk.do("check").err
    assert "pay return ENTRY" in desk.do("pay", "list").err
    ran = desk.do("pay", "return", "H15", "30,50", "--by", "Flora Paz")
    assert "H15 gave back USD 30.50, taken in by Flora Paz" in ran.err
    assert "USD 9.50 is still too much" in ran.err
    assert row(desk, "H15")["too_much"] == "9.50"
    assert "H15 Persona 15: paid USD 69.50, the prize is USD 60.00 now: USD 9.50 too much" in desk.do("pay", "list").err
    desk.do("pay", "waive", "H15", "--by", "Flora Paz", "--by", "Tomás Rivas", "--reason", "no tiene con qué")
    told = desk.do("pay", "return", "3", "40", "--by", "Flora Paz", "--format", "json").json
    assert (told["entry"], told["amount"], told["too_much"]) == ("H13", "40.00", "0.00")
    ran = desk.do("check")
    assert (ran.out, ran.err) == ("", "")
    one = row(desk, "H15")
    assert (one["state"], one["paid"], one["given_back"], one["let_be"], one["too_much"]) == (
        *("paid", "100.00", "30.50", "9.50", "0.00"),
    )
    assert [(given["kind"], given["amount"], given["names"]) for given in one["redress"]] == [
        ("returned", "30.50", ["Flora Paz"]),
        ("waived", "9.50", ["Flora Paz", "Tomás Rivas"]),
    ]
    totals = said(desk)["contests"][0]["totals"]
    assert totals == {
        "prize": "200.00", "paid": "140.00", "given_back": "70.50", "to_pay": "140.00", "too_much": "0.00", "let_be": "9.50",
    }  # fmt: skip
    shown = desk.do("pay", "list")
    assert "USD 30.50 given back" in shown.out
    assert "let be" in shown.out
    assert "Of what was paid: USD 70.50 given back and USD 9.50 let be." in shown.out
    assert "too much" not in shown.out + shown.err
    assert [one["entry"] for one in said(desk, "--unpaid", "--within", "C1")["contests"][0]["rows"]] == ["H11", "H14"]


def test_who_wins_more_again_gets_a_receipt_that_says_what_came_back(tmp_path: Path) -> None:
    """H15 gave 40.00 back, and wins 100.00 again: a receipt for 40.00 on which the sum can be followed."""
    desk = overpaid(tmp_path)
    code = desk.do("pay", "return", "H15", "40", "--by", "Flora Paz", "--format", "json").json["code"]
    desk.do("round", "reopen", "--reason", "otro reclamo")
    desk.do("set-status", "H11", "disqualified", "--reason", "terreno ajeno")
    desk.do("round", "close")
    desk.do("print", "receipts", "-o", "new", "--within", "C1")
    (paper,) = (tmp_path / "new").iterdir()
    text = text_of(paper)
    assert "CUARENTA CON 00/100" in text
    assert code in text
    assert "+ 40.00" in text
    receipt = next(one["receipt"] for one in row(desk, "H15")["receipts"] if one["closing"] == 3)
    desk.do("pay", "record", receipt, "--mode", "cash")
    assert (row(desk, "H15")["state"], row(desk, "H15")["paid"]) == ("paid", "140.00")
    assert "H15" not in desk.do("check").err


def test_what_the_minutes_say_of_payments(tmp_path: Path) -> None:
    """Paid, prize, what came back and who decided what; nothing where there is nothing to tell."""
    desk = overpaid(tmp_path)
    settled(desk)
    desk.do("print", "acta", "-o", "papers")
    text = " ".join(text_of(tmp_path / "papers" / f"acta-{ROUND}-C1.pdf").split())
    assert "Pagos" in text or "Payments" in text
    for word in ("30.50", "9.50", "no tiene con qué", "Flora Paz", "Tomás Rivas"):
        assert word in text, word
    other = " ".join(text_of(tmp_path / "papers" / f"acta-{ROUND}-C2.pdf").split())
    assert "Pagos" not in other
    assert "Payments" not in other


def test_the_journal_tells_what_came_back_and_what_was_let_be(tmp_path: Path) -> None:
    """In words, by entry, with names and reasons; also that it was made void."""
    desk = overpaid(tmp_path)
    settled(desk)
    code = row(desk, "H13")["redress"][0]["code"]
    desk.do("pay", "void", code, "--reason", "no trajo nada")
    assert row(desk, "H13")["too_much"] == "40.00"
    told = desk.do("log", "--entry", "H13").out
    assert "gave back USD 40.00" in told
    assert "lo trajo su hijo" in told
    assert code in told
    assert "no trajo nada" in told
    assert "H13" in desk.do("check").err
    told = desk.do("log", "--entry", "H15").out
    assert "USD 9.50 that H15 Persona 15 was paid too much is let be" in told
    for language in ("en", "es"):
        assert not re.search(r"\d{4}-\d\d-\d\d", desk.do("log", "--last", "0", PACHAMAMA_LANG=language).out), language
    assert "Decided by Flora Paz and Tomás Rivas." in told


@pytest.mark.parametrize(
    ("words", "code", "expected"),
    [
        (("return", "H15", "40.01", "--by", "F"), 1, "paid 40.00 too much"),
        (("return", "H15", "1,250", "--by", "F"), 2, "no amount of money"),
        (("return", "H15", "1.250", "--by", "F"), 2, "no amount of money"),
        (("return", "H15", "-5", "--by", "F"), 2, ""),
        (("return", "H15", "S/ 5", "--by", "F"), 2, "no amount of money"),
        (("return", "H15", "0", "--by", "F"), 1, "not between"),
        (("return", "H15", "5"), 2, "who took the money in"),
        (("return", "H14", "5", "--by", "F"), 1, "was not paid too much"),
        (("return", "H99", "5", "--by", "F"), 1, "no receipt"),
        (("return", "H15", "5", "--by", "F", "--day", "2999-01-01"), 1, "still to come"),
        (("return", "H15", "5", "--by", "F", "--day", "2001-01-01"), 1, "before the first payment"),
        (("waive", "H15", "--by", "F"), 2, "why is it let be"),
        (("waive", "H15", "--reason", "x"), 2, "who decided"),
        (("void", "ZZ99", "--reason", "x"), 1, "no return and no decision"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, words: tuple[str, ...], code: int, expected: str) -> None:
    """Nothing is stored."""
    desk = _once(tmp_path)
    before = desk.journal()
    assert expected in desk.refuse("pay", *words, code=code)
    assert desk.journal() == before


_KEPT: list[Path] = []


def _once(folder: Path) -> Desk:
    """A copy of one desk with money paid too much."""
    if not _KEPT or not _KEPT[0].exists():
        made = folder / "kept"
        made.mkdir()
        overpaid(made)
        _KEPT[:] = [made]
    copy = folder / "copy"
    shutil.copytree(_KEPT[0], copy)
    desk = Desk(copy)
    desk.do("devices", "renew", "--name", "copia")
    return desk


def test_a_payment_rightly_made_is_no_fault_when_somebody_else_is_paid_later(tmp_path: Path) -> None:
    """H15 was paid 100.00 rightly and wins 60.00 now; that H11 is paid under the new closing makes H15 no thief."""
    desk = overpaid(tmp_path)
    desk.do("print", "receipts", "-o", "new")
    receipt = next(one["receipt"] for one in row(desk, "H11")["receipts"] if not one["mode"])
    desk.do("pay", "record", receipt, "--mode", "cash")
    ran = desk.do("check")
    assert "H15 was paid before, and wins less since closing 2" in ran.err


# -- the audit -------------------------------------------------------------------------------------------------------


def test_the_recount_tells_an_explained_payment_from_one_above_any_prize(tmp_path: Path) -> None:
    """Paid rightly under closing 1, less won under 2: told, and it agrees, before and after it came to an end."""
    desk = overpaid(tmp_path)
    desk.do("export", "audit", "-o", "a.zip")
    found = recount(unpacked(tmp_path / "a.zip", tmp_path / "a"))
    assert found.code == 0, found.out
    assert "H15: pagado / paid 100.00 · premio / prize 60.00 · de más / too much 40.00" in found.out
    settled(desk)
    desk.do("export", "audit", "-o", "b.zip")
    folder = unpacked(tmp_path / "b.zip", tmp_path / "b")
    found = recount(folder)
    assert found.code == 0, found.out
    assert "devuelto / given back 30.50 · premio / prize 60.00 · se dejó / let be 9.50" in found.out
    assert "too much" not in found.out
    with (folder / "returns" / f"{ROUND}.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(one["entry"], one["kind"], one["amount"]) for one in rows] == [
        ("H15", "returned", "30.50"),
        ("H15", "waived", "9.50"),
        ("H13", "returned", "40.00"),
    ]


def _edited(folder: Path, name: str, change: Any) -> None:
    path = folder / name
    rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
    columns = list(rows[0])
    rows = change(rows)
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue(), "utf-8")


def test_what_was_changed_in_the_tables_of_paying_is_found(tmp_path: Path) -> None:
    """An amount, a mode, a reason, a line too many, a line too few, a void one that counts: none agrees."""
    desk = overpaid(tmp_path)
    settled(desk)
    code = row(desk, "H13")["redress"][0]["code"]
    desk.do("pay", "void", code, "--reason", "no trajo nada")
    desk.do("export", "audit", "-o", "a.zip")
    payments, returns = f"payments/{ROUND}.csv", f"returns/{ROUND}.csv"
    changes = {
        "a payment's amount": (payments, lambda rows: [{**rows[0], "amount": "90.00"}, *rows[1:]]),
        "a payment's day": (payments, lambda rows: [{**rows[0], "day": "2026-11-01"}, *rows[1:]]),
        "a payment's entry": (payments, lambda rows: [{**rows[0], "entry": "H14"}, *rows[1:]]),
        "a payment that was not made": (payments, lambda rows: [rows[0], {**rows[1], "mode": "cash"}, *rows[2:]]),
        "a payment that was made": (payments, lambda rows: [{**rows[0], "mode": "", "day": ""}, *rows[1:]]),
        "a payment made void": (payments, lambda rows: [{**rows[0], "voided": "no vino"}, *rows[1:]]),
        "a receipt left out": (payments, lambda rows: rows[1:]),
        "a return's amount": (returns, lambda rows: [{**rows[0], "amount": "40.00"}, *rows[1:]]),
        "a return of somebody else": (returns, lambda rows: [{**rows[0], "entry": "H13"}, *rows[1:]]),
        "the code of a return": (returns, lambda rows: [{**rows[0], "code": "HH21"}, *rows[1:]]),
        "a return left out": (returns, lambda rows: rows[1:]),
        "a return more": (returns, lambda rows: [*rows, {**rows[0], "number": "999"}]),
        "a void return that counts": (returns, lambda rows: [*rows[:-1], {**rows[-1], "voided": ""}]),
        "a decision made a return": (returns, lambda rows: [rows[0], {**rows[1], "kind": "returned"}, *rows[2:]]),
    }
    for number, (what, (name, change)) in enumerate(changes.items()):
        folder = unpacked(tmp_path / "a.zip", tmp_path / f"b{number}")
        assert number or recount(folder).code == 0
        _edited(folder, name, change)
        summed_again(folder)
        found = recount(folder)
        assert (found.code, found.err) == (1, ""), what


# -- two laptops -----------------------------------------------------------------------------------------------------


def twice(folder: Path) -> tuple[Desk, str]:
    """Two laptops number and pay the prize of H15, each by itself; what the merge said."""
    desk = closed(folder)
    desk.do("devices", "hand-out", "campo.db", "--name", "campo")
    for db in ("pachamama.db", "campo.db"):
        desk.do("print", "receipts", "-o", f"papers-{db}", "--db", db, "--without-backup", "prueba")
        desk.do("pay", "record", "1", "--mode", "cash", "--db", db, "--as", db.removesuffix(".db"))
    return desk, desk.do("merge", "campo.db").err


def test_a_prize_that_two_laptops_paid_is_told_until_it_has_an_end(tmp_path: Path) -> None:
    """At the merge, in the list, and by `check`, which says not to pay; then a return ends it, for the auditor too."""
    desk, told = twice(tmp_path)
    for text in (told, desk.do("pay", "list").err):
        assert "H15 was PAID TWICE" in text
        assert "laptop campo" in text
        assert "USD 100.00 is too much" in text
    one = row(desk, "H15")
    assert (one["state"], one["paid"], one["too_much"]) == ("too_much", "200.00", "100.00")
    assert "H15 was paid more than its prize of closing 1" in desk.refuse("check", code=3)
    desk.do("export", "audit", "-o", "a.zip")
    found = recount(unpacked(tmp_path / "a.zip", tmp_path / "a"))
    assert (found.code, "200.00 ≠ 100.00" in found.out) == (1, True)
    desk.do("pay", "return", "H15", "60", "--by", "Flora Paz")
    desk.refuse("check", code=3)
    desk.do("pay", "waive", "H15", "--by", "Flora Paz", "--reason", "ya lo gastó")
    assert desk.do("check").err == ""
    desk.do("export", "audit", "-o", "b.zip")
    assert recount(unpacked(tmp_path / "b.zip", tmp_path / "b")).code == 0


def test_what_came_back_after_a_new_closing_explains_what_was_paid_twice_before(tmp_path: Path) -> None:
    """Paid twice under closing 1, given back under closing 2, for `check` and for the auditor; a part of it is no end."""
    desk, _ = twice(tmp_path)
    desk.do("round", "reopen", "--reason", "otro reclamo")
    desk.do("round", "close")
    desk.do("pay", "return", "H15", "99.99", "--by", "Flora Paz")
    assert "closing 1" in desk.refuse("check", code=3)
    desk.do("pay", "return", "H15", "0.01", "--by", "Flora Paz")
    assert desk.do("check").err == ""
    desk.do("export", "audit", "-o", "a.zip")
    assert recount(unpacked(tmp_path / "a.zip", tmp_path / "a")).code == 0


def test_a_prize_that_was_only_written_down_twice_is_made_void_once(tmp_path: Path) -> None:
    """The other payment stays, and nothing is too much."""
    desk, _ = twice(tmp_path)
    second = row(desk, "H15")["receipts"][1]["receipt"]
    desk.do("pay", "void", second, "--reason", "se anotó en las dos laptops")
    assert desk.do("check").err == ""
    assert (row(desk, "H15")["state"], row(desk, "H15")["paid"]) == ("paid", "100.00")
    assert "PAID TWICE" not in desk.do("pay", "list").err


# -- without a DNI, erased -------------------------------------------------------------------------------------------


def numberless(folder: Path) -> Desk:
    """H15, the best of C1, and H25 have no DNI and an account at a bank; so has H14, with a DNI."""
    desk = opened(folder)
    rows = "".join(f"{code},{unit},{name},{dni},Banco,04-{code}\n" for code, unit, name, dni in (
        ("H16", "C1", "Ana Sin", ""), ("H26", "C2", "Eva Sin", ""), ("H14", "C1", "Persona 14", "00001434"),
    ))  # fmt: skip
    desk.do("import", "households", desk.write("n.csv", "code,community,head,dni,Banco,Cuenta\n" + rows))
    table = scores() + "".join(f"{code},{judge},19,29\n" for code in ("H16", "H26") for judge in ("J1", "J2"))
    desk.do("import", "scores", desk.write("s.csv", table))
    desk.do("round", "close")
    return desk


def test_nobody_is_paid_without_a_dni_by_accident(tmp_path: Path) -> None:
    """Both are named with what to type; with a reason they are paid, and list, journal and minutes say it."""
    desk = numberless(tmp_path)
    assert "H16 Ana Sin has no DNI" in desk.do("print", "receipts", "-o", "papers").err
    before = desk.journal()
    told = desk.refuse("pay", "record", "1..6", "--mode", "cash")
    assert "H16 Ana Sin has no DNI" in told
    assert "H26 Eva Sin has no DNI" in told
    assert "add household H16 dni=" in told
    desk.refuse("pay", "record", "1..6", "--mode", "cash", "--without-dni", " ", code=2)
    assert desk.journal() == before
    ran = desk.do("pay", "record", "1..6", "--mode", "cash", "--without-dni", "presentó su partida")
    assert "2 of them without a DNI: presentó su partida" in ran.err
    assert row(desk, "H16")["receipts"][0]["without_dni"] == "presentó su partida"
    assert row(desk, "H15")["receipts"][0]["without_dni"] is None
    assert "without DNI: presentó su partida" in desk.do("pay", "list").out
    rows = list(csv.DictReader(io.StringIO(desk.do("pay", "list", "--format", "csv").out)))
    assert [one["entry"] for one in rows if one["without_dni"]] == ["H16", "H26"]
    assert desk.do("log", "--kind", "payment_recorded").out.count("Without a DNI: presentó su partida") == 2
    desk.do("print", "acta", "-o", "acta", "--within", "C1")
    (paper,) = (tmp_path / "acta").iterdir()
    assert "presentó su partida" in " ".join(text_of(paper).split())
    assert desk.do("check").err == ""


def test_the_remedy_for_a_missing_dni_works_as_it_is_told(tmp_path: Path) -> None:
    """Typed as the message says it."""
    desk = numberless(tmp_path)
    desk.do("print", "receipts", "-o", "papers", "--within", "C1")
    desk.refuse("pay", "record", "1", "--mode", "cash")
    desk.do("add", "household", "H16", "dni=00001634")
    desk.do("pay", "record", "1", "--mode", "cash")
    assert row(desk, "H16")["receipts"][0]["without_dni"] is None


def test_nobody_without_a_dni_is_on_the_list_for_the_bank_by_accident(tmp_path: Path) -> None:
    """Refused before anything is numbered; with a reason, which stands in place of the number."""
    desk = numberless(tmp_path)
    before = desk.journal()
    told = desk.refuse("print", "transfer-list", "-o", "papers")
    assert "H16 Ana Sin has no DNI" in told
    assert "H26 Eva Sin has no DNI" in told
    assert desk.journal() == before
    desk.do("print", "transfer-list", "-o", "papers", "--without-dni", "partida", "--format", "json")
    document = json.loads((tmp_path / "papers" / f"transfer-list-{ROUND}.json").read_text())
    assert {one["entry"]: one["dni"] for one in document["rows"]} == {
        "H16": "ninguno: partida", "H26": "ninguno: partida", "H14": "00001434",
    }  # fmt: skip


def test_communities_are_paid_without_a_dni(tmp_path: Path) -> None:
    """They have none."""
    desk = closed(tmp_path)
    desk.do("round", "open", "terraces", "--tier", "community")
    works = desk.write("w.csv", "entry,judge,works\nC1,J1,30\nC2,J1,40\n")
    desk.do("import", "scores", works, "--round", "terraces-community-1")
    desk.do("round", "close", "terraces-community-1")
    assert "DNI" not in desk.do("print", "receipts", "terraces-community-1", "-o", "papers").err
    desk.do("pay", "record", "1", "2", "--mode", "transfer")


def test_forgetting_warns_of_a_prize_that_is_not_paid(tmp_path: Path) -> None:
    """The amount and what to do, before it is asked; no is no; afterwards every list says that the name was erased."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    ran = at_terminal(desk, "forget", "H14", "--reason", "lo pidió", answers=["no"])
    assert ran.code == 1
    assert "H14 is still to be paid USD 60.00" in " ".join(ran.err.split())
    told = desk.do("forget", "H14", "--reason", "lo pidió", "--yes", "--format", "json")
    assert told.json["unpaid"] == [{"round": ROUND, "entry": "H14", "to_pay": "60.00", "in_kind_to_hand_out": 0}]
    assert "Pay it first" in told.err
    (line,) = [one for one in lines(desk.do("pay", "list").out) if one.startswith("H14")]
    assert "(a name that was erased)" in line
    assert row(desk, "H14")["erased"] is True
    rows = list(csv.DictReader(io.StringIO(desk.do("pay", "list", "--format", "csv").out)))
    assert next(one["name"] for one in rows if one["entry"] == "H14") == "(a name that was erased)"
    desk.do("print", "receipts", "-o", "again", "--within", "C1")
    (paper,) = (tmp_path / "again").iterdir()
    assert "se borró" in " ".join(text_of(paper).split())
    assert "erased" in desk.refuse("pay", "record", "2", "--mode", "cash")
    desk.do("pay", "record", "2", "--mode", "cash", "--without-dni", "pidió ser borrada")


def test_forgetting_who_is_paid_or_wins_nothing_warns_of_nothing(tmp_path: Path) -> None:
    """Paid is paid."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    desk.do("pay", "record", "1", "--mode", "cash")
    for code in ("H15", "H11"):
        told = desk.do("forget", code, "--reason", "lo pidió", "--yes", "--format", "json")
        assert told.json["unpaid"] == []
        assert "Pay it first" not in told.err


# -- the office in the numbers ---------------------------------------------------------------------------------------


def test_an_office_that_comes_too_late_is_told(tmp_path: Path) -> None:
    """Receipts keep the number that they have; the new ones have the office; with the same one there is nothing to tell."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "a", "--within", "C1")
    ran = desk.do("print", "receipts", "-o", "b", "--office", "CUSCO")
    assert "3 receipts were numbered before and keep their numbers" in ran.err
    assert "3 are new, with the office CUSCO: CUSCO-" in ran.err
    ran = desk.do("print", "receipts", "-o", "c", "--office", "LIMA")
    assert "6 receipts were numbered before" in ran.err
    assert "None is new, so none has the office LIMA" in ran.err
    ran = desk.do("print", "receipts", "-o", "d", "--office", "CUSCO", "--within", "C2")
    assert "keep their numbers" not in ran.err


# -- households, laptops ---------------------------------------------------------------------------------------------


def two_rows(folder: Path, dni: str, other: str) -> Desk:
    """H16 and H17 with those DNI."""
    desk = scored(folder)
    text = f"code,community,head,dni,partner\nH16,C1,Rosa Quispe,{dni},\nH17,C1,Rosa Qespe,{other},Juan Uno\n"
    desk.do("import", "households", desk.write("two.csv", text), "--yes")
    return desk


def test_making_one_household_of_two_tells_what_stays_and_what_is_dropped(tmp_path: Path) -> None:
    """Name, partner, DNI; where only the dropped row has a DNI, how to keep it."""
    desk = two_rows(tmp_path, "", "00001717")
    ran = desk.do("household", "merge", "H16", "H17", "--reason", "la misma casa")
    assert "name: “Rosa Quispe” of H16 stays, “Rosa Qespe” of H17 is dropped." in ran.err
    assert "partner: H16 has none, and “Juan Uno” of H17 is dropped." in ran.err
    assert "DNI: H16 has none, and “00001717” of H17 is dropped." in ran.err
    assert "pachamama add household H16 dni=00001717" in ran.err


def test_two_different_dni_are_asked_for(tmp_path: Path) -> None:
    """At a terminal no is no; where nobody can be asked it needs `--yes`; nothing is stored before."""
    desk = two_rows(tmp_path, "00001616", "00001717")
    before = desk.journal()
    words = ("household", "merge", "H16", "H17", "--reason", "la misma casa")
    assert "two different DNI: 00001616 and 00001717" in desk.refuse(*words)
    ran = at_terminal(desk, *words, answers=["no"])
    assert (ran.code, "they stay two households" in ran.err) == (1, True)
    assert desk.journal() == before
    told = desk.do(*words, "--yes", "--format", "json").json
    assert [one["what"] for one in told["differing"]] == ["head", "partner", "dni"]
    assert desk.journal() == before + 1


def test_a_laptop_is_declared_lost_with_a_reason_and_a_yes(tmp_path: Path) -> None:
    """At a terminal no is no, and a missing reason is asked for; the journal says why."""
    desk = scored(tmp_path)
    desk.do("devices", "hand-out", "luis.db", "--name", "Laptop Luis")
    before = desk.journal()
    assert "a reason is missing" in desk.refuse("devices", "lost", "Laptop Luis", code=2)
    ran = at_terminal(desk, "devices", "lost", "Laptop Luis", "--reason", "robada", answers=["no"])
    assert (ran.code, "nothing was declared" in ran.err) == (1, True)
    assert "Of the laptop Laptop Luis 0 entries are here" in ran.err
    assert desk.journal() == before
    assert at_terminal(desk, "devices", "lost", "Laptop Luis", answers=["se cayó al río", "sí"]).code == 0
    assert "Why: se cayó al río" in desk.do("log", "--kind", "device_lost").out


def test_who_decided_an_appeal_is_named_as_everywhere(tmp_path: Path) -> None:
    """`--by`, as in rulings; `--name`, which it was, still works and is not shown."""
    desk = closed(tmp_path)
    for option, name in (("--by", "Flora Paz"), ("--name", "Tomás Rivas")):
        code = desk.do("appeal", "file", "H12", "--by", "Persona 12", "--text", "el puesto").out.strip()
        told = desk.do(
            "appeal", "decide", code, "rejected", "--reason", "la ficha", option, name, "--format", "json"
        ).json
        assert told["names"] == [name]
    shown = desk.do("appeal", "decide", "--help").out
    assert "--by" in shown
    assert "--name" not in shown


@pytest.mark.parametrize("first", ["office", "carla"])
def test_a_payment_that_another_laptop_made_void_unknowing_counts_until_people_decide(
    tmp_path: Path, first: str
) -> None:
    """Money that somebody says went out is never paid a second time because two files came together."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    desk.do("print", "receipts", "-o", "papers")
    desk.do("devices", "hand-out", "carla.db", "--name", "carla")
    at = {"carla": ("--db", "carla.db", "--as", "carla"), "office": ("--as", "julia")}
    for who in (first, *({*at} - {first})):
        desk.do("pay", "record", "1", "--mode", "transfer" if who == "carla" else "cash", *at[who])
        if who == "carla":
            desk.do("pay", "void", "1", "--reason", "no se hizo", *at[who])
    said = " ".join(desk.do("merge", "carla.db").err.split())
    assert "made that payment void without knowing of this one, so it counts as paid" in said
    desk.do("merge", "pachamama.db", "--db", "carla.db")
    for db in ("pachamama.db", "carla.db"):
        rows = desk.do("pay", "list", "--format", "json", "--db", db).json["contests"][0]["rows"]
        assert (rows[0]["entry"], rows[0]["to_pay"]) == ("H15", "0.00")
        desk.do("check", "--db", db)
    conflicts = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    assert len(conflicts) == 2
    desk.do("conflicts", "settle", conflicts[0]["code"], "--reason", "se pagó")
    left = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    assert [one["code"] for one in left] == [conflicts[1]["code"]], "the other one stays open"
    rows = desk.do("pay", "list", "--format", "json").json["contests"][0]["rows"]
    assert rows[0]["to_pay"] == "0.00"
    desk.do("pay", "void", "1", "--reason", "tampoco")
    rows = desk.do("pay", "list", "--format", "json").json["contests"][0]["rows"]
    assert rows[0]["to_pay"] == rows[0]["prize"]
    desk.do("check")
    desk.do("export", "audit", "-o", "a.zip")
    ran = recount(unpacked(tmp_path / "a.zip", tmp_path / "bundle"))
    assert ran.code == 0, ran


@pytest.mark.parametrize("first", ["ana", "beto"])
def test_a_payment_made_void_on_one_laptop_and_given_back_on_another_counts_until_people_decide(
    tmp_path: Path, first: str
) -> None:
    """Whichever came first: it is told, nothing is locked, nobody is paid anew, and it can be settled either way."""
    desk = overpaid(tmp_path)
    said_there = {
        "ana": ("pay", "void", "1", "--reason", "no se hizo"),
        "beto": ("pay", "return", "H15", "10", "--by", "Flora Paz"),
    }
    for laptop in said_there:
        desk.do("devices", "hand-out", f"{laptop}.db", "--name", laptop)
    for laptop in (first, *(said_there.keys() - {first})):
        desk.do(*said_there[laptop], "--db", f"{laptop}.db", "--as", laptop)
        time.sleep(1.1)  # the journal counts seconds
    told = "USD 10.00 of it was given back on another laptop, neither knowing of the other: it counts as paid"
    assert told in desk.do("merge", "ana.db", "beto.db").err
    desk.do("merge", "pachamama.db", "--db", "ana.db")
    for db in ("pachamama.db", "ana.db"):
        shown = desk.do("pay", "list", "--db", db)
        assert told in shown.err
        one = desk.do("pay", "list", "--format", "json", "--db", db).json["contests"][0]["rows"][1]
        assert (one["entry"], one["paid"], one["given_back"], one["to_pay"], one["too_much"]) == (
            *("H15", "100.00", "10.00", "0.00", "30.00"),
        )
        desk.do("check", "--db", db)
    desk.do("export", "audit", "-o", "a.zip")
    assert recount(unpacked(tmp_path / "a.zip", tmp_path / "bundle")).code == 0
    (clash,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    assert (clash["kind"], clash["stands"]["kind"], clash["other"]["kind"]) == (
        *("redress", "payment_returned", "payment_voided"),
    )
    desk.do("pay", "void", row(desk, "H15")["redress"][0]["code"], "--reason", "no volvió nada")
    desk.do("pay", "void", "1", "--reason", "no se hizo")
    desk.do("conflicts", "settle", clash["code"], "--reason", "no se pagó")
    assert row(desk, "H15")["to_pay"] == row(desk, "H15")["prize"] == "60.00"
    desk.do("print", "receipts", "-o", "papers")
    assert told not in desk.do("pay", "list").err
    assert desk.do("check").err.count("H15") == 0


def test_payments_made_void_apart_lock_nothing_though_more_came_back_than_is_left(tmp_path: Path) -> None:
    """Each laptop could make its one void; together nothing was paid, and `check` names the return that is too much."""
    desk = overpaid(tmp_path)
    back = desk.do("pay", "return", "H15", "40", "--by", "Flora Paz", "--format", "json").json["code"]
    desk.do("round", "reopen", "--reason", "otra vez")
    for judge in ("J1", "J2"):
        desk.do("score", "H11", judge, "10", "10", "--correct", "error")
    desk.do("round", "close")
    desk.do("print", "receipts", "-o", "papers")
    new = row(desk, "H15")["receipts"][-1]["receipt"]
    desk.do("pay", "record", new, "--mode", "cash")
    for laptop, receipt in (("ana", "1"), ("beto", new)):
        desk.do("devices", "hand-out", f"{laptop}.db", "--name", laptop)
        desk.do("pay", "void", receipt, "--reason", "no se hizo", "--db", f"{laptop}.db")
    desk.do("merge", "ana.db", "beto.db")
    one = row(desk, "H15")
    assert (one["prize"], one["paid"], one["given_back"], one["to_pay"]) == ("100.00", "0.00", "40.00", "100.00")
    ran = desk.run("check")
    assert (ran.code, f"`pachamama pay void {back} --reason TEXT`" in ran.err) == (3, True)
    desk.do("print", "envelopes", "-o", "papers")
    desk.do("pay", "void", back, "--reason", "no volvió nada")
    desk.do("check")


def test_a_receipt_that_two_laptops_paid_and_people_made_void_is_not_paid_anew_until_it_is_settled(
    tmp_path: Path,
) -> None:
    """Which of both payments happened is not said yet: no new receipt, no payment, and everybody is told."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    for laptop, mode in (("ana", "cash"), ("beto", "transfer")):
        desk.do("devices", "hand-out", f"{laptop}.db", "--name", laptop)
        desk.do("pay", "record", "1", "--mode", mode, "--db", f"{laptop}.db", "--as", laptop)
    assert "It is one receipt: the first counts" in desk.do("merge", "ana.db", "beto.db").err
    assert "in dispute" not in desk.do("pay", "list").err
    desk.do("pay", "void", "1", "--reason", "no se sabe")
    (clash,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    told = f"hat was paid to H15 is in dispute, and nothing more is paid to it until that is settled: `pachamama conflicts settle {clash['code']}"
    shown = desk.do("pay", "list").err
    assert "It is one receipt, and void since" in shown
    assert told in shown
    assert told in desk.do("status").out
    assert told in desk.do("check", "-v").err
    before = desk.journal()
    refused = desk.refuse("print", "receipts", "-o", "papers", "--within", "C1")
    assert "What was paid to H15 is in dispute" in refused
    assert f"`pachamama conflicts settle {clash['code']} --reason TEXT`" in refused
    assert desk.journal() == before
    desk.do("print", "receipts", "-o", "papers", "--within", "C2")
    desk.do("pay", "record", "2", "--mode", "cash")
    desk.do("conflicts", "settle", clash["code"], "--reason", "ninguno se pagó")
    desk.do("print", "receipts", "-o", "papers", "--within", "C1")
    desk.do("pay", "record", row(desk, "H15")["receipts"][-1]["receipt"], "--mode", "cash")
    assert row(desk, "H15")["state"] == "paid"
    assert "in dispute" not in desk.do("pay", "list").err


def test_a_receipt_that_waits_is_not_paid_while_an_earlier_one_is_in_dispute(tmp_path: Path) -> None:
    """H14 was to get the rest of a larger prize; it is paid once people have said what went out before."""
    desk = closed(tmp_path)
    desk.do("print", "receipts", "-o", "papers")
    for laptop, mode in (("ana", "cash"), ("beto", "transfer")):
        desk.do("devices", "hand-out", f"{laptop}.db", "--name", laptop)
        desk.do("pay", "record", "2", "--mode", mode, "--db", f"{laptop}.db", "--as", laptop)
    desk.do("merge", "ana.db", "beto.db")
    desk.do("round", "reopen", "--reason", "un reclamo")
    for judge in ("J1", "J2"):
        desk.do("score", "H14", judge, "20", "30", "--correct", "reclamo")
    desk.do("round", "close")
    desk.do("print", "receipts", "-o", "papers")
    new = row(desk, "H14")["receipts"][-1]["receipt"]
    assert "in dispute" in desk.do("pay", "void", "2", "--reason", "no se sabe").err
    assert "What was paid to H14 is in dispute" in desk.refuse("pay", "record", new, "--mode", "cash")
    (clash,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    desk.do("conflicts", "settle", clash["code"], "--reason", "ninguno se pagó")
    desk.do("pay", "record", new, "--mode", "cash")
    assert row(desk, "H14")["to_pay"] == "60.00"


@pytest.mark.parametrize("closings", [1, 2])
def test_receipts_of_a_closing_that_does_not_stand_are_void_and_told_and_never_used_for_other_amounts(
    tmp_path: Path, closings: int
) -> None:
    """Two laptops closed the round apart; one printed receipts, and paid one: that money counts, the rest is collected."""
    desk = scored(tmp_path)
    for laptop in ("ana", "beto"):
        desk.do("devices", "hand-out", f"{laptop}.db", "--name", laptop)
    beto = ("--db", "beto.db", "--as", "beto")
    desk.do("round", "close", "--db", "ana.db", "--as", "ana")
    time.sleep(1.1)  # the journal counts seconds
    for number in range(closings):
        if number:
            desk.do("round", "reopen", "--reason", "un error", *beto)
        for judge in ("J1", "J2"):
            desk.do("score", "H15", judge, "14", f"{16 + number}", "--correct", "un error", *beto)
        desk.do("round", "close", *beto)
    desk.do("print", "receipts", "-o", "papers", *beto)
    desk.do("pay", "record", "1", "--mode", "cash", *beto)
    lost = {one["entry"]: one["receipts"][0]["receipt"] for one in said(desk, *beto)["contests"][0]["rows"]}
    assert (list(lost), said(desk, *beto)["contests"][0]["rows"][0]["paid"]) == (["H14", "H15", "H13"], "100.00")
    desk.do("merge", "ana.db", "beto.db")
    first = min({*lost.values()} - {lost["H14"]})
    told = f"receipts are of the closing that does not stand: {first} … {first.rpartition('-')[0]}-0006"
    desk.do("backup")
    for words in (("pay", "list"), ("check", "-v"), ("print", "prize-sheet", "-o", "papers")):
        assert told in desk.do(*words).err, words
    assert told in desk.do("status").out
    assert f"that does not stand: {lost['H14']}. The money counts" in desk.do("pay", "list").err
    assert (row(desk, "H14")["too_much"], row(desk, "H15")["to_pay"]) == ("40.00", "100.00")
    assert row(desk, "H15")["receipts"][0]["apart"] == row(desk, "H14")["receipts"][0]["apart"] != ""
    assert "is of a closing that does not stand" in desk.refuse("pay", "record", lost["H15"], "--mode", "cash")
    assert "does not stand any more" in desk.refuse("print", "receipts", "-o", "papers", "--receipt", lost["H15"])
    desk.do("print", "receipts", "-o", "papers")
    new = row(desk, "H15")["receipts"][-1]
    assert (new["receipt"] in lost.values(), new["amount"], new["apart"]) == (False, "100.00", None)
    desk.do("export", "audit", "-o", "a.zip")
    ran = recount(unpacked(tmp_path / "a.zip", tmp_path / "bundle"))
    assert ran.code == 0, ran
    desk.do("pay", "record", lost["H13"], "--mode", "cash", "--reason", "lo vi firmado")
    assert row(desk, "H13")["state"] == "paid"
    desk.do("round", "reopen", "--reason", "juntos")
    for clash in desk.do("conflicts", "list", "--format", "json").json["conflicts"]:
        desk.do("conflicts", "settle", clash["code"], "--reason", "juntos")
    desk.do("round", "close")
    assert told not in desk.do("pay", "list").err
    assert (row(desk, "H14")["prize"], row(desk, "H14")["to_pay"]) == ("100.00", "0.00")
    desk.do("check")
