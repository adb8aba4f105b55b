"""Money paid too much comes to an end: given back or let be; and whom nobody knows the DNI of is not paid by accident."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pachamama.core.model import Household
from pachamama.core.problems import Refused
from pachamama.store import NewEntry, Store
from pachamama.store.redress import Redress

from .test_money import H001, H002, LATER, YESTERDAY, close, number, pay, stands
from .valley import ACTOR, ROUND, hints, journal_length, opened

TODAY = "2999-01-02"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """H001 and H002 won 100.00 and 60.00 and were paid; now they win 80.00 and 60.00."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1"), NewEntry("H002", "C1")], actor=ACTOR)
        close(store, H001=10000, H002=6000)
        number(store)
        pay(store, "1")
        pay(store, "2")
        close(store, H001=8000, H002=6000)
        yield store


def back(store: Store, cents: int | None, *, day: str = TODAY, names: tuple[str, ...] = ("Flora",)) -> Redress:
    """H001 gives something back."""
    return store.record_redress(ROUND, H001, "returned", cents=cents, day=day, reason="", names=names, actor=ACTOR)


def let_be(store: Store, cents: int | None = None, reason: str = "no tiene con qué") -> Redress:
    """What H001 was paid too much is let be."""
    return store.record_redress(
        ROUND, H001, "waived", cents=cents, day=TODAY, reason=reason, names=["Flora", "Tomás"], actor=ACTOR
    )


def sums(store: Store) -> tuple[int, int, int, int, int, int]:
    """Of H001: prize, paid, given back, still to pay (below zero: too much), let be, too much without a decision."""
    (one,) = (one for one in store.accounts(ROUND) if one.entry == "H001")
    return one.cents, one.paid, one.returned, one.left, one.waived, one.beyond


# -- given back, let be ----------------------------------------------------------------------------------------------


def test_money_paid_too_much_is_given_back_wholly_or_in_part(store: Store) -> None:
    """20.00 too much: 5.00 come back, then the rest; then nothing more can."""
    assert sums(store) == (8000, 10000, 0, -2000, 0, 2000)
    made = back(store, 500)
    assert (made.cents, made.names, made.results, made.day) == (500, ("Flora",), 2, TODAY)
    assert sums(store) == (8000, 10000, 500, -1500, 0, 1500)
    back(store, None)
    assert sums(store) == (8000, 10000, 2000, 0, 0, 0)
    with pytest.raises(Refused) as refused:
        back(store, 1)
    assert "was not paid too much" in hints(refused.value)
    assert number(store) == []
    assert store.verify() == ()


def test_what_is_let_be_is_not_asked_for_any_more(store: Store) -> None:
    """With names and a reason, which stand in the journal as commitments; a part can be given back besides."""
    back(store, 500)
    made = let_be(store)
    assert (made.cents, made.names, made.reason) == (1500, ("Flora", "Tomás"), "no tiene con qué")
    assert sums(store) == (8000, 10000, 500, -1500, 1500, 0)
    assert all("Tomás" not in json.dumps(entry.body, ensure_ascii=False) for entry in store.journal())
    assert store.verify() == ()


@pytest.mark.parametrize("cents", [0, -1, 2001])
def test_more_than_was_paid_too_much_is_refused(store: Store, cents: int) -> None:
    """And nothing, and less than nothing."""
    actions = journal_length(store)
    for record in (back, let_be):
        with pytest.raises(Refused) as refused:
            record(store, cents)
        assert "20.00" in hints(refused.value)
    assert journal_length(store) == actions


def test_who_was_not_paid_too_much_gives_nothing_back(store: Store) -> None:
    """Neither who has just the prize, nor who does not compete."""
    for whose in (H002, ("C2", None, "H001"), ("C1", None, "H009")):
        with pytest.raises(Refused):
            store.record_redress(ROUND, whose, "returned", cents=1, day=TODAY, reason="", names=["F"], actor=ACTOR)


def test_somebody_is_named_and_a_decision_has_a_reason(store: Store) -> None:
    """Blanks are no name and no reason; a day before the payment cannot be that of a return."""
    for record, said in (
        (lambda: back(store, 500, names=(" ",)), "Nobody is named"),
        (lambda: let_be(store, 500, "  "), "reason is missing"),
        (lambda: back(store, 500, day=YESTERDAY), f"before the first payment, which was on {LATER}"),
    ):
        with pytest.raises(Refused) as refused:
            record()
        assert said in hints(refused.value)


def test_nothing_is_recorded_while_the_round_is_open(store: Store) -> None:
    """What is too much can still change."""
    store.reopen_round(ROUND, reason="otro reclamo", actor=ACTOR)
    for record in (back, let_be):
        with pytest.raises(Refused):
            record(store, 500)


def test_who_wins_more_again_gets_what_came_back(store: Store) -> None:
    """20.00 were given back; the prize is 100.00 again: a receipt for 20.00, and no more."""
    back(store, 2000)
    close(store, H001=10000, H002=6000)
    assert sums(store)[3] == 2000
    assert number(store) == ["0003 H001 2000"]
    pay(store, "3", day="2999-01-03")
    assert sums(store) == (10000, 12000, 2000, 0, 0, 0)
    assert number(store) == []


def test_what_was_let_be_is_taken_off_what_is_won_later(store: Store) -> None:
    """They kept 100.00: a prize of 100.00 needs no receipt, one of 110.00 one for 10.00; one of 70.00 is 10.00 too much."""
    let_be(store)
    close(store, H001=10000, H002=6000)
    assert sums(store) == (10000, 10000, 0, 0, 0, 0)
    assert number(store) == []
    close(store, H001=11000, H002=6000)
    assert number(store) == ["0003 H001 1000"]
    close(store, H001=7000, H002=6000)
    assert sums(store) == (7000, 10000, 0, -3000, 2000, 1000)


def test_what_was_written_wrong_is_made_void_and_stays_on_record(store: Store) -> None:
    """Once; the money is too much again."""
    made = back(store, 2000)
    store.void_redress(made.code.lower(), reason="no trajo nada", actor=ACTOR)
    assert sums(store) == (8000, 10000, 0, -2000, 0, 2000)
    assert [(one.code, one.voided) for one in store.redress(ROUND)] == [(made.code, "no trajo nada")]
    for typed in (made.code, "ZZ99", ""):
        with pytest.raises(Refused):
            store.void_redress(typed, reason="otra vez", actor=ACTOR)
    assert store.verify() == ()


def test_a_payment_of_which_something_came_back_is_not_made_void_before_that(store: Store) -> None:
    """Else more would have come back than was ever paid."""
    made = back(store, 500)
    code = store.receipt("1").code
    with pytest.raises(Refused) as refused:
        store.void_payment(ROUND, code, reason="no vino", actor=ACTOR)
    assert "something was given back" in hints(refused.value)
    store.void_redress(made.code, reason="tampoco", actor=ACTOR)
    store.void_payment(ROUND, code, reason="no vino", actor=ACTOR)
    assert sums(store) == (8000, 0, 0, 8000, 0, 0)


# -- two laptops -----------------------------------------------------------------------------------------------------


def apart(store: Store, folder: Path) -> Store:
    """A second laptop with all that is there."""
    store.hand_out(folder / "b.db", name="campo", actor=ACTOR)
    return Store.open(folder / "b.db", writing=True)


def together(store: Store, other: Store) -> list[str]:
    """Both take what the other has, say the same, and prove it; the kinds of the conflicts."""
    other.close()
    store.merge([other.path], actor=ACTOR)
    with Store.open(other.path, writing=True) as again:
        again.merge([store.path], actor=ACTOR)
        assert again.verify() == ()
        assert again.accounts(ROUND) == store.accounts(ROUND)
    assert store.verify() == ()
    return [one.kind for one in store.conflicts()]


@pytest.mark.parametrize("cents", [2000, 500])
def test_a_return_that_two_laptops_recorded_counts_once_and_is_told(tmp_path: Path, store: Store, cents: int) -> None:
    """It may be the same money: people decide, whatever the second laptop wrote."""
    other = apart(store, tmp_path)
    back(store, 2000)
    back(other, cents)
    assert together(store, other) == ["redress"]
    assert len(store.redress(ROUND)) == 1
    assert sums(store)[2] in (2000, cents)


def test_a_return_here_and_a_decision_there_are_a_conflict(tmp_path: Path, store: Store) -> None:
    """The first stands."""
    other = apart(store, tmp_path)
    back(store, 2000)
    let_be(other)
    assert together(store, other) == ["redress"]
    assert len(store.redress(ROUND)) == 1


def test_returns_of_two_entries_on_two_laptops_are_no_conflict(tmp_path: Path, store: Store) -> None:
    """Each counts."""
    close(store, H001=8000, H002=5000)
    other = apart(store, tmp_path)
    back(store, 2000)
    other.record_redress(ROUND, H002, "returned", cents=1000, day=TODAY, reason="", names=["F"], actor=ACTOR)
    assert together(store, other) == []
    assert stands(store) == {"H001": (8000, 10000, 0, 0), "H002": (5000, 6000, 0, 0)}


def unpaid(folder: Path) -> Store:
    """H001 wins 100.00, and nobody has numbered or paid anything."""
    store = opened(folder / "c.db")
    store.enter(ROUND, [NewEntry("H001", "C1")], actor=ACTOR)
    close(store, H001=10000)
    return store


def test_a_prize_that_two_laptops_paid_by_two_receipts_was_paid_twice(tmp_path: Path) -> None:
    """Both payments stand: 100.00 is too much, until one of them is void, or money comes back."""
    with unpaid(tmp_path) as store:
        other = apart(store, tmp_path)
        for one in (store, other):
            number(one)
            pay(one, "1")
        assert together(store, other) == ["paid"]
        assert sums(store) == (10000, 20000, 0, -10000, 0, 10000)
        mine, theirs = store.receipts(ROUND)
        store.void_payment(ROUND, theirs.code, reason="se anotó dos veces", actor=ACTOR)
        assert sums(store) == (10000, 10000, 0, 0, 0, 0)
        assert number(store) == []
        assert mine.is_paid


def test_a_receipt_that_two_laptops_recorded_alike_was_typed_twice(tmp_path: Path) -> None:
    """It is one paper: paid once, and nothing is to be decided; another day or another mode is."""
    for at, (mode, day, expected) in enumerate(
        (("cash", LATER, []), ("transfer", LATER, ["paid"]), ("cash", TODAY, ["paid"]))
    ):
        folder = tmp_path / str(at)
        folder.mkdir()
        with unpaid(folder) as store:
            number(store)
            other = apart(store, folder)
            pay(store, "1")
            pay(other, "1", mode, day)
            assert together(store, other) == expected
            assert sums(store)[1] == 10000


def test_a_payment_made_void_here_and_recorded_there_is_told(tmp_path: Path) -> None:
    """Whether it was paid is for people to find out, whichever laptop was first."""
    for first in ("here", "there"):
        folder = tmp_path / first
        folder.mkdir()
        with unpaid(folder) as store:
            number(store)
            other = apart(store, folder)
            code = store.receipt("1").code
            if first == "there":
                pay(other, "1")
            pay(store, "1")
            store.void_payment(ROUND, code, reason="no vino", actor=ACTOR)
            if first == "here":
                pay(other, "1")
            assert "paid" in together(store, other)


def test_more_never_comes_back_than_was_paid(tmp_path: Path, store: Store) -> None:
    """What one laptop made void and another took money back of counts until people make both void; then the prize is due."""
    other = apart(store, tmp_path)
    code = store.receipt("1").code
    store.void_payment(ROUND, code, reason="no vino", actor=ACTOR)
    made = back(other, 2000)
    assert together(store, other) == ["redress"]
    assert sums(store) == (8000, 10000, 2000, 0, 0, 0)
    store.void_redress(made.code, reason="no volvió", actor=ACTOR)
    store.void_payment(ROUND, code, reason="no vino", actor=ACTOR)
    assert sums(store)[3] == 8000
    assert store.verify() == ()


def test_a_file_of_version_3_in_which_one_payment_was_left_out_has_both(tmp_path: Path) -> None:
    """Before version 4 the second of two payments stood nowhere: the migration writes the tables anew."""
    with unpaid(tmp_path) as store:
        other = apart(store, tmp_path)
        for one in (store, other):
            number(one)
            pay(one, "1")
        together(store, other)
        path = store.path
    file = sqlite3.connect(path)
    file.executescript(
        "DELETE FROM payment WHERE receipt = (SELECT max(receipt) FROM payment); DROP TABLE redress;"
        "ALTER TABLE payment DROP COLUMN without_dni; PRAGMA user_version = 3;"
        "DELETE FROM _sqlite_migrations WHERE name > '0004'"
    )
    file.close()
    for writing in (False, True):
        with Store.open(path, writing=writing) as again:
            assert sum(one.is_paid for one in again.receipts(ROUND)) == 2
            assert again.verify() == ()


# -- without a DNI ---------------------------------------------------------------------------------------------------


NO_NUMBER = Household("H007", "C1", "Julia Sin")


@pytest.fixture
def nameless(tmp_path: Path) -> Iterator[Store]:
    """H007 has no DNI, H002 has one, and H050 is in no register; all win, and all have receipts."""
    with opened(tmp_path / "n.db") as store:
        store.import_register("households", [NO_NUMBER], actor=ACTOR)
        store.enter(ROUND, [NewEntry(code, "C1") for code in ("H007", "H002", "H050")], actor=ACTOR)
        close(store, H007=10000, H002=6000, H050=4000)
        number(store)
        yield store


def test_a_household_without_a_dni_is_not_paid_by_accident(nameless: Store) -> None:
    """All of them are said at once, each with what to type; nothing is stored."""
    actions = journal_length(nameless)
    with pytest.raises(Refused) as refused:
        nameless.record_payments(nameless.receipts(ROUND), mode="cash", day=LATER, actor=ACTOR)
    said = hints(refused.value)
    assert "H007 Julia Sin has no DNI" in said
    assert "`pachamama add household H007 dni=…`" in said
    assert "H050 has no DNI" in said
    assert "--without-dni" in said
    assert "H002" not in said
    assert journal_length(nameless) == actions
    nameless.import_register("households", [replace(NO_NUMBER, dni="00000007")], actor=ACTOR)
    pay(nameless, "1", "transfer")


def test_a_reason_for_paying_without_a_dni_is_kept_with_the_payment(nameless: Store) -> None:
    """Only with those who have none; in the journal too."""
    nameless.record_payments(
        nameless.receipts(ROUND), mode="cash", day=LATER, without_dni="lo conoce toda la comunidad", actor=ACTOR
    )
    kept = {one.entry: one.without_dni for one in nameless.receipts(ROUND)}
    assert kept == {"H007": "lo conoce toda la comunidad", "H002": "", "H050": "lo conoce toda la comunidad"}
    bodies = [entry.body for entry in nameless.journal() if entry.kind == "payment_recorded"]
    assert ["without_dni" in body for body in bodies] == [True, False, True]
    assert nameless.verify() == ()


def test_who_was_erased_is_paid_with_a_reason_only_and_known_to_be_erased(nameless: Store) -> None:
    """The remedy is not to write the DNI down again."""
    body = next(
        entry.body
        for entry in nameless.journal()
        if entry.kind == "register_imported" and entry.body["register"] == "households"
    )
    person = next(row["person"] for row in body["rows"] if row["code"] == "H002")
    assert nameless.erased(ROUND) == frozenset()
    nameless.forget([person], reason="lo pidió", actor=ACTOR)
    assert nameless.erased(ROUND) == {"H002"}
    with pytest.raises(Refused) as refused:
        pay(nameless, "2")
    assert "were erased" in hints(refused.value)
    assert "add household" not in hints(refused.value)
    pay(nameless, "2", without_dni="fue borrada a su pedido")
    nameless.import_register("households", [Household("H002", "C1", "Pedro Mamani")], actor=ACTOR)
    assert nameless.erased(ROUND) == frozenset()


def test_of_communities_and_groups_no_dni_is_asked(tmp_path: Path) -> None:
    """They have none."""
    with opened(tmp_path / "g.db") as store:
        for tier, entry in (("community", "C1"), ("group", "G1")):
            code = store.open_round(
                competition="nurseries",
                tier=tier,
                edition="I",
                rules_text="version: 1\n",
                criteria={"p": ("a",)},
                actor=ACTOR,  # type: ignore[arg-type]
            ).code
            store.enter(code, [NewEntry(entry, "W1")], actor=ACTOR)
            document = {
                "contests": [
                    {
                        "within": "W1",
                        "category": None,
                        "placings": [{"entry": entry, "awards": [{"cents": 100, "item": None}]}],
                    }
                ]
            }
            store.close_round(code, document=json.dumps(document), actor=ACTOR)
            (receipt,) = store.number_receipts(code, [("W1", None, entry, 100)], office="", year=2026, actor=ACTOR)
            store.record_payment(code, receipt.code, mode="cash", day=LATER, actor=ACTOR)
