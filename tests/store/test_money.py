"""Receipts and payments: what is numbered, what can be paid, and that nobody gets more than the prize that stands."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pachamama.core.problems import Refused
from pachamama.store import NewEntry, Store
from pachamama.store.numbering import letters_of

from .valley import ACTOR, ROUND, hints, journal_length, opened

H001, H002 = ("C1", None, "H001"), ("C1", None, "H002")
YESTERDAY, LATER = "2001-01-01", "2999-01-01"


def document(prizes: Mapping[str, tuple[int, tuple[str, ...]]]) -> str:
    """Results in which each entry wins cents and things, as far as the store reads them."""
    return json.dumps(
        {
            "contests": [
                {
                    "within": "C1",
                    "category": None,
                    "placings": [
                        {
                            "entry": entry,
                            "awards": [
                                *([{"cents": cents, "item": None}] if cents else []),
                                *({"cents": 0, "item": ["Name", {"es": thing}]} for thing in things),
                            ],
                        }
                        for entry, (cents, things) in prizes.items()
                    ],
                }
            ]
        }
    )


def close(store: Store, **prizes: int | tuple[int, tuple[str, ...]]) -> None:
    """Close the round with these prizes, after reopening it if it is closed."""
    if store.round(ROUND).state == "closed":
        store.reopen_round(ROUND, reason="un reclamo", actor=ACTOR)
    won = {entry: one if isinstance(one, tuple) else (one, ()) for entry, one in prizes.items()}
    store.close_round(ROUND, document=document(won), actor=ACTOR)


def number(store: Store, *whose: tuple[str, None, str], office: str = "OF", year: int = 2026) -> list[str]:
    """Number the receipts of some, or of everybody who wins; the new numbers without office and letters."""
    before = {one.code for one in store.receipts(ROUND)}
    prizes = {
        (one.within, one.category, one.entry): one.cents for one in store.accounts(ROUND) if one.cents or one.things
    }
    payees = [(*one, prizes[one]) for one in whose or prizes]  # type: ignore[misc]
    store.number_receipts(ROUND, payees, office=office, year=year, actor=ACTOR)
    new = [one for one in store.receipts(ROUND) if one.code not in before]
    return [f"{one.code[-4:]} {one.entry} {one.cents}" for one in new]


def pay(store: Store, typed: str, mode: str = "cash", day: str = LATER, **more: str) -> None:
    """Record one receipt as paid."""
    store.record_payment(ROUND, store.receipt(typed).code, mode=mode, day=day, actor=ACTOR, **more)  # type: ignore[arg-type]


def stands(store: Store) -> dict[str, tuple[int, int, int, int]]:
    """By entry: prize, paid, still to pay (below zero: too much), things to hand out."""
    return {one.entry: (one.cents, one.paid, one.left, len(one.things)) for one in store.accounts(ROUND)}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A round closed once: H001 wins 100.00, H002 60.00 and a tool."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1"), NewEntry("H002", "C1")], actor=ACTOR)
        close(store, H001=10000, H002=(6000, ("Pico",)))
        yield store


def test_receipts_are_numbered_per_office_laptop_and_year(store: Store) -> None:
    """`OF-KT-2026-0001`; doing it twice numbers nothing more, another year begins at 1, another office too."""
    letters = letters_of(store.device)
    assert number(store, H001) == ["0001 H001 10000"]
    assert store.receipts(ROUND)[0].code == f"OF-{letters}-2026-0001"
    actions = journal_length(store)
    assert number(store, H001) == []
    assert journal_length(store) == actions
    assert number(store, H002, year=2027) == ["0001 H002 6000"]
    close(store, H001=9000, H002=5000)
    assert number(store, office="") == ["0001 H001 9000", "0002 H002 5000"]
    assert store.receipts(ROUND)[-1].code == f"{letters}-2026-0002"
    close(store, H001=8000, H002=5000)
    assert number(store) == ["0002 H001 8000", "0003 H002 5000"]
    assert store.verify() == ()


def test_the_office_of_the_last_numbers_is_remembered(store: Store) -> None:
    """So that one series is not begun twice by forgetting an option."""
    assert store.office == ""
    number(store, H001, office="CUSCO")
    assert store.office == "CUSCO"
    number(store, H002, office="")
    assert store.office == ""


@pytest.mark.parametrize("office", ["CUS CO", "a/b", "Ñ", "CUSCO-2", "x" * 13])
def test_an_office_that_cannot_stand_in_a_number_is_refused(store: Store, office: str) -> None:
    """Letters and figures, at most twelve."""
    with pytest.raises(Refused):
        number(store, office=office)
    assert store.receipts(ROUND) == ()


def test_nothing_is_numbered_or_paid_while_the_round_is_open(store: Store) -> None:
    """The results can still change."""
    number(store)
    store.reopen_round(ROUND, reason="un reclamo", actor=ACTOR)
    with pytest.raises(Refused):
        pay(store, "1")
    with pytest.raises(Refused):
        store.number_receipts(ROUND, [(*H001, 10000)], office="OF", year=2026, actor=ACTOR)


@pytest.mark.parametrize("payee", [("C1", None, "H001", 10001), ("C1", None, "H003", 100), ("C2", None, "H001", 10000)])
def test_only_a_prize_that_stands_gets_a_receipt(store: Store, payee: tuple[str, None, str, int]) -> None:
    """Another amount, somebody who wins nothing, another contest."""
    with pytest.raises(Refused):
        store.number_receipts(ROUND, [payee], office="OF", year=2026, actor=ACTOR)


def test_a_receipt_is_paid_once(store: Store) -> None:
    """The second time is refused with the day of the first."""
    number(store)
    pay(store, "1", day="2026-11-25")
    with pytest.raises(Refused) as refused:
        pay(store, "1")
    assert "was paid on 2026-11-25" in hints(refused.value)
    assert stands(store) == {"H001": (10000, 10000, 0, 0), "H002": (6000, 0, 6000, 1)}


def test_somebody_else_receives_only_with_a_reason(store: Store) -> None:
    """The name of the proxy stands with the people, never in the journal."""
    number(store)
    with pytest.raises(Refused):
        pay(store, "1", proxy="Ana Puma")
    pay(store, "1", proxy="Ana Puma", reason="está de viaje")
    assert (store.receipts(ROUND)[0].proxy, store.receipts(ROUND)[0].reason) == ("Ana Puma", "está de viaje")
    assert all("Ana Puma" not in json.dumps(entry.body) for entry in store.journal())


def test_a_void_payment_stays_on_record_and_its_prize_gets_a_new_receipt(store: Store) -> None:
    """The old number is never used again."""
    number(store)
    pay(store, "1")
    store.void_payment(ROUND, store.receipt("1").code, reason="mal anotado", actor=ACTOR)
    assert stands(store)["H001"] == (10000, 0, 10000, 0)
    with pytest.raises(Refused) as refused:
        pay(store, "1")
    assert "mal anotado" in hints(refused.value)
    assert number(store) == ["0003 H001 10000"]
    pay(store, "3")
    assert [one.voided for one in store.receipts(ROUND)] == ["mal anotado", "", ""]
    assert store.verify() == ()


def test_a_payment_that_was_not_made_cannot_be_void(store: Store) -> None:
    """Nor one that is void already."""
    number(store)
    code = store.receipt("1").code
    with pytest.raises(Refused):
        store.void_payment(ROUND, code, reason="mal anotado", actor=ACTOR)
    pay(store, "1")
    store.void_payment(ROUND, code, reason="mal anotado", actor=ACTOR)
    with pytest.raises(Refused):
        store.void_payment(ROUND, code, reason="otra vez", actor=ACTOR)


def test_after_a_new_closing_the_receipt_is_for_what_is_still_to_be_paid(store: Store) -> None:
    """100.00 paid, 130.00 won now: a receipt for 30.00; 60.00 paid, 40.00 won now: none, and 20.00 too much."""
    number(store)
    pay(store, "1")
    pay(store, "2")
    close(store, H001=13000, H002=(4000, ("Pico",)))
    assert stands(store) == {"H001": (13000, 10000, 3000, 0), "H002": (4000, 6000, -2000, 0)}
    assert number(store) == ["0003 H001 3000"]
    pay(store, "3")
    assert stands(store)["H001"] == (13000, 13000, 0, 0)
    assert number(store) == []


def test_a_prize_that_is_the_same_needs_no_new_receipt_once_it_is_paid(store: Store) -> None:
    """What is signed stays signed."""
    number(store)
    pay(store, "1")
    close(store, H001=10000, H002=(6000, ("Pico",)))
    assert number(store) == ["0003 H002 6000"]


def test_the_receipt_of_an_earlier_closing_is_void(store: Store) -> None:
    """Unless it was paid before the closing that stands: what happened can be recorded, also where it is too much now."""
    number(store)
    close(store, H001=7000, H002=(6000, ("Pico",)))
    number(store)
    with pytest.raises(Refused) as refused:
        pay(store, "1")
    assert "earlier closing" in hints(refused.value)
    pay(store, "1", day=YESTERDAY)
    assert stands(store)["H001"] == (7000, 10000, -3000, 0)
    with pytest.raises(Refused) as refused:
        pay(store, "3")
    assert "more than the prize" in hints(refused.value)


def test_what_was_paid_late_is_taken_off_the_new_receipt(store: Store) -> None:
    """The open receipt was for the whole prize, which would be too much now: the next one is for the rest."""
    number(store)
    close(store, H001=13000)
    assert number(store) == ["0003 H001 13000"]
    pay(store, "1", day=YESTERDAY)
    assert number(store) == ["0004 H001 3000"]
    with pytest.raises(Refused):
        pay(store, "3")
    pay(store, "4")
    assert stands(store)["H001"] == (13000, 13000, 0, 0)


def test_a_receipt_that_is_a_cent_too_much_is_not_paid(store: Store) -> None:
    """One cent was paid late: the receipt for the whole prize does not fit any more."""
    close(store, H001=1)
    number(store)
    close(store, H001=13000)
    number(store)
    pay(store, "1", day=YESTERDAY)
    with pytest.raises(Refused):
        pay(store, "2")
    assert number(store) == ["0003 H001 12999"]


def test_on_the_day_of_the_new_closing_the_old_receipt_is_void(store: Store) -> None:
    """Only a day before it is certain to be before it."""
    number(store)
    close(store, H001=13000)
    day = datetime.fromisoformat(store.seals(ROUND)[-1].at).astimezone().date()
    with pytest.raises(Refused):
        pay(store, "1", day=day.isoformat())
    pay(store, "1", day=(day - timedelta(days=1)).isoformat())


def test_who_wins_nothing_any_more_is_still_listed(store: Store) -> None:
    """Whoever was paid stands in the accounts, with a prize of nothing."""
    number(store)
    pay(store, "1")
    close(store, H002=(16000, ("Pico",)))
    assert stands(store) == {"H002": (16000, 0, 16000, 1), "H001": (0, 10000, -10000, 0)}


# -- things in kind --------------------------------------------------------------------------------------------------


def test_a_thing_is_handed_out_once_with_the_first_receipt(store: Store) -> None:
    """Who signed for money and a tool gets no second tool after a new closing."""
    number(store)
    pay(store, "2")
    close(store, H001=10000, H002=(7000, ("Pico",)))
    assert stands(store)["H002"] == (7000, 6000, 1000, 0)
    assert number(store, H002) == ["0003 H002 1000"]
    (account,) = (one for one in store.accounts(ROUND) if one.entry == "H002")
    assert account.listed[store.receipt("3").code] == ()


def test_a_thing_alone_has_a_receipt_and_is_given_in_kind(store: Store) -> None:
    """A receipt for nothing in money; paying it in cash would be a slip."""
    close(store, H001=(0, ("Pico", "Pala")))
    assert number(store) == ["0001 H001 0"]
    with pytest.raises(Refused) as refused:
        pay(store, "1", "cash")
    assert "in_kind" in hints(refused.value)
    pay(store, "1", "in_kind")
    assert stands(store) == {"H001": (0, 0, 0, 0)}
    assert number(store) == []
    with pytest.raises(Refused):
        pay(store, "1", "in_kind")


def test_a_thing_more_after_a_new_closing_is_handed_out_alone(store: Store) -> None:
    """Only what nobody has received: the second of two tools, the one of another kind."""
    number(store)
    pay(store, "2")
    close(store, H002=(6000, ("Pala", "Pico", "Pico")))
    (account,) = store.accounts(ROUND)
    assert account.things == (0, 2)
    assert (account.left, account.is_settled) == (0, False)
    assert number(store) == ["0003 H002 0"]
    (account,) = store.accounts(ROUND)
    assert account.listed[store.receipt("3").code] == (0, 2)
    pay(store, "3", "in_kind")
    assert stands(store)["H002"] == (6000, 6000, 0, 0)


def test_a_thing_handed_out_that_somebody_else_wins_now_is_not_forgotten(store: Store) -> None:
    """Two tools leave the store, and the books know of both: who has the first one is named until it is won again."""
    number(store)
    pay(store, "2")
    close(store, H001=(10000, ("Pico",)), H002=(6000, ()))
    accounts = {one.entry: one for one in store.accounts(ROUND)}
    assert {code: (len(one.things), one.unwon) for code, one in accounts.items()} == {"H001": (1, 0), "H002": (0, 1)}
    close(store, H001=(10000, ()), H002=(6000, ("Pico",)))
    assert {one.entry: (len(one.things), one.unwon) for one in store.accounts(ROUND)} == {
        "H001": (0, 0),
        "H002": (0, 0),
    }


def test_what_was_handed_out_counts_once_under_however_many_closings(store: Store) -> None:
    """A tool, then money twice; when a second tool is won it is still to be handed out."""
    number(store)
    pay(store, "2")
    close(store, H002=(7000, ("Pico",)))
    number(store)
    pay(store, "3")
    close(store, H002=(7000, ("Pico", "Pico")))
    assert stands(store)["H002"] == (7000, 7000, 0, 1)


def test_a_thing_stands_on_one_receipt_only(store: Store) -> None:
    """Two receipts are open after the first payment was made void: the tool is on one of them."""
    number(store)
    pay(store, "2")
    close(store, H002=(10000, ("Pico",)))
    assert number(store) == ["0003 H002 4000"]
    store.void_payment(ROUND, store.receipt("2").code, reason="no vino", actor=ACTOR)
    assert number(store) == ["0004 H002 6000"]
    (account,) = store.accounts(ROUND)
    assert sorted(account.listed.values()) == [(), (0,)]
    pay(store, "3")
    pay(store, "4")
    assert stands(store)["H002"] == (10000, 10000, 0, 0)


# -- typing numbers --------------------------------------------------------------------------------------------------


def test_a_receipt_is_found_by_its_last_figures(store: Store) -> None:
    """Small letters, no zeros; several that end alike are refused with what to type."""
    number(store, H001)
    code = store.receipts(ROUND)[0].code
    for typed in (code, code.lower(), "1", "0001", "2026-1", code.removeprefix("OF-")):
        assert store.receipt(typed).code == code
    number(store, H002, year=2027)
    with pytest.raises(Refused) as refused:
        store.receipt("1")
    assert "OF-" in hints(refused.value)
    assert store.receipt("2027-1").entry == "H002"
    for typed in ("9", "x", "", "026-1", "1-1"):
        with pytest.raises(Refused):
            store.receipt(typed)


def test_several_receipts_are_recorded_all_or_none(store: Store) -> None:
    """All that is wrong is said at once, and nothing is stored."""
    number(store)
    both = store.receipts(ROUND)
    pay(store, "1")
    actions = journal_length(store)
    with pytest.raises(Refused) as refused:
        store.record_payments(both, mode="cash", day=LATER, proxy="Ana", reason="", actor=ACTOR)
    said = hints(refused.value)
    assert "was paid on" in said
    assert said.count("nobody said why") == 1
    assert journal_length(store) == actions
    assert stands(store)["H002"][1] == 0
    store.record_payments(both[1:], mode="cash", day=LATER, actor=ACTOR)
    assert stands(store)["H002"] == (6000, 6000, 0, 0)


def test_accounts_of_a_round_that_was_never_closed_are_refused(tmp_path: Path) -> None:
    """There is nothing to pay yet."""
    with opened(tmp_path / "b.db") as store, pytest.raises(Refused):
        store.accounts(ROUND)


def test_two_laptops_never_give_one_number(tmp_path: Path, store: Store) -> None:
    """Both number for the same office; after the merge both receipts are there, and only one of them can be paid."""
    store.hand_out(tmp_path / "b.db", name="Campo", actor=ACTOR)
    number(store)
    with Store.open(tmp_path / "b.db", writing=True) as other:
        number(other)
        assert not {one.code for one in other.receipts(ROUND)} & {one.code for one in store.receipts(ROUND)}
    store.merge([str(tmp_path / "b.db")], actor=ACTOR)
    mine, theirs = [one for one in store.receipts(ROUND) if one.entry == "H001"]
    pay(store, mine.code)
    with pytest.raises(Refused):
        pay(store, theirs.code)
    assert stands(store)["H001"] == (10000, 10000, 0, 0)
    assert number(store) == []
