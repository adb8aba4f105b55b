"""Receipts, transfer list, envelopes and the form for the bank: set for real, read back, and added up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from gettext import NullTranslations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.papers.sheets import TOOLS, Winner, overlapping, pages_of, placing, rules
from tests.papers.spanish import SPANISH as PRIZE_SHEET

from pachamama.core.accounts import Account
from pachamama.core.cash import CASH
from pachamama.core.problems import Mismatch
from pachamama.core.sentences import Money, Name
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.coin_list import CoinList, coin_list
from pachamama.papers.coin_list import to_pdf as coins_pdf
from pachamama.papers.envelopes import Envelopes, envelopes_of
from pachamama.papers.envelopes import to_pdf as envelopes_pdf
from pachamama.papers.heading import RoundOnPaper
from pachamama.papers.payment import Payment, payment_of
from pachamama.papers.receipts import Receipts, receipts_of
from pachamama.papers.receipts import to_pdf as receipts_pdf
from pachamama.papers.transfer_list import TransferList, transfer_list
from pachamama.papers.transfer_list import to_pdf as transfers_pdf

SPANISH = PRIZE_SHEET | {
    "Receipt": "Recibo",
    "I received the sum of": "Recibí la suma de",
    "I received what is named here": "Recibí lo que aquí se nombra",
    "{place} place, {competition}, {contest}, edition {edition}": "{place} puesto, {competition}, {contest}, edición {edition}",
    "With receipt": "Con el recibo",
    "This receipt": "Este recibo",
    "Transfer list": "Lista de transferencias",
    "Not in cash": "Sin efectivo",
}
SEAL = "7K2QX-3MNPR-TTWXY-ABCDE-FGHJK-M"
LONG = "María de los Ángeles Bernardina Ccapatinta Huamanchoque Quispe"
THING = Name({"es": "Cocina mejorada con chimenea y repostero de madera de eucalipto"})
CUT = re.compile(r"\s")


class PayingWords(NullTranslations):
    """A small Spanish catalogue of these papers."""

    def gettext(self, message: str) -> str:
        """The Spanish text, else the English one."""
        return SPANISH.get(message, message)


READERS = {"es": Reader("es", "PE", (PayingWords(),)), "en": Reader.of("en")}


def about(language: str = "es", purses: Sequence[str] = ("project", "municipality"), **changes: Any) -> RoundOnPaper:
    """The households' round of terraces, closed."""
    held = rules("es, qu" if language == "es" else "en", tuple(purses))
    values: dict[str, Any] = {
        "rules": held,
        "competition": "terraces",
        "tier": held.competitions["terraces"].tiers[0],
        "round_code": "terraces-household-1",
        "edition": "2026",
        "state": "final",
        "is_rehearsal": False,
        "reader": READERS[language],
        "unit_names": {"C1": "Ccapana"},
        "code": SEAL,
    }
    return RoundOnPaper(**(values | changes))


def payments(held: RoundOnPaper, cents: Sequence[int], **changes: Any) -> list[Payment]:
    """A payment for each amount, half of it from each purse; every fifth winner has a long name, every seventh no DNI."""
    ids = [id_ for id_, _ in held.purse_names]
    made = []
    for number, whole in enumerate(cents, start=1):
        part = whole // len(ids)
        cash = dict.fromkeys(ids, part) | {ids[0]: whole - part * (len(ids) - 1)}
        name = LONG if number % 5 == 2 else f"Persona {number}"
        one = placing(number, cash=cash, **changes)
        person = Winner(name, "" if number % 7 == 3 else f"0000{number:04}", "Pedro Huamán" if number % 2 else "")
        made.append(payment_of(one, person, held, receipt=f"CUSCO-KT-2026-{number:04}"))
    return made


def receipts(held: RoundOnPaper, some: Sequence[Payment]) -> Receipts:
    """The receipts of Ccapana's new families."""
    return receipts_of(held, "C1", "new", [(one, "") for one in some])


def transfers(held: RoundOnPaper, some: Sequence[Payment]) -> TransferList:
    """Each to an account at the Banco de la Nación."""
    accounts = [
        Account("Banco de la Nación", f"04-{at:03}-1", f"018-{at:03}-000412300000-55") for at in range(len(some))
    ]
    return transfer_list(
        held, None, None, [(one, account, ("C1", "new")) for one, account in zip(some, accounts, strict=True)]
    )


def envelopes(held: RoundOnPaper, some: Sequence[Payment], currency: str = "USD") -> Envelopes:
    """The envelopes of Ccapana's new families."""
    return envelopes_of(held, "C1", "new", some, CASH[currency])


def coins(held: RoundOnPaper, contests: Sequence[Envelopes], currency: str = "USD") -> CoinList:
    """The form for the bank."""
    return coin_list(held, None, None, contests, CASH[currency])


def close_to(text: str) -> str:
    """The text without blanks: where a line breaks is not the test's business."""
    return CUT.sub("", text)


# -- receipts --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3, 30])
def test_a_community_signs_by_its_representative(count: int) -> None:
    """It has no DNI of its own: the receipt has lines for name, DNI and office of who signs for it, on each one."""
    held = about("en")
    held = replace(held, tier=replace(held.tier, tier="community"))
    some = [replace(one, person=Winner(f"Ccapana {at}")) for at, one in enumerate(payments(held, [50000] * count))]
    text = " ".join(pages_of(receipts_pdf(receipts(held, some))))
    assert text.count("Representative who receives it") == count
    assert text.count("Office held") == count
    assert text.count("DNI") == count
    assert "If somebody else" not in text
    household = " ".join(pages_of(receipts_pdf(receipts(about("en"), payments(held, [50000])))))
    assert "Representative" not in household


def test_a_receipt_stands_for_itself() -> None:
    """Number, amount in figures and words, what for, each purse, who, DNI, seal, what is ticked and written by hand."""
    held = about()
    (page,) = pages_of(receipts_pdf(receipts(held, payments(held, [123450]))))
    for text in (
        *("Recibo", "CUSCO-KT-2026-0001", "USD 1,234.50", "S/ 4,629.38", "Recibí la suma de"),
        *("MIL DOSCIENTOS TREINTA Y CUATRO CON 50/100 DÓLARES AMERICANOS", "1.er puesto", "Comunidad Ccapana"),
        *("Familias nuevas", "Proyecto 617.25", "Municipalidad 617.25", "Persona 1", "00000001", SEAL),
        *("Recibí / Chaskirqani", "Firma / Siq’i", "Huella", "in cash", "by transfer", "Why"),
    ):
        assert close_to(text) in close_to(page), text


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 300])
def test_three_receipts_fit_on_a_page(language: str, count: int) -> None:
    """Each once, in order; nothing lies over anything else."""
    held = about(language)
    pdf = receipts_pdf(receipts(held, payments(held, [35000 + number for number in range(count)])))
    pages = pages_of(pdf)
    assert len(pages) == -(-count // 3)
    found = re.findall(r"CUSCO-KT-2026-(\d{4})", "".join(map(close_to, pages)))
    assert found == [f"{number:04}" for number in range(1, count + 1)]
    if count < 10:
        assert overlapping(pdf) == []


def test_a_large_contest_is_set_in_parts_and_nobody_is_lost() -> None:
    """Each part is a paper of its own, with the same heading and seal; a small one stays whole."""
    held = about()
    paper = receipts(held, payments(held, [100 + number for number in range(7)]))
    parts = paper.in_parts(3)
    assert [len(part.receipts) for part in parts] == [3, 3, 1]
    assert tuple(one for part in parts for one in part.receipts) == paper.receipts
    assert [part.file_stem.removeprefix(paper.file_stem) for part in parts] == ["-1", "-2", "-3"]
    assert {part.heading.code for part in parts} == {SEAL}
    assert paper.in_parts(7) == (paper,)


def test_receipts_with_much_to_say_stand_two_on_a_page() -> None:
    """Three purses, an earlier payment, four things and the longest names; nothing is cut."""
    held = about(purses=("project", "municipality", "donor"))
    one = placing(
        2, cash={"project": 100000, "municipality": 50000, "donor": 30001}, items=[TOOLS, THING, THING, TOOLS]
    )
    paid = [(f"CUSCO-KT-2025-{number:04}", 10000) for number in range(1, 4)]
    some = [
        payment_of(
            one, Winner(LONG, "", LONG), held, cents=150001, before=paid, receipt=f"ABCDEFGHIJKL-KT-2026-{at:04}"
        )
        for at in range(5)
    ]
    pdf = receipts_pdf(receipts(held, some))
    pages = pages_of(pdf)
    assert len(pages) == 3
    for text in (
        LONG,
        *(code for code, _ in paid),
        "– 100.00",
        "1,800.01",
        "1,500.01",
        THING.texts["es"],
        "Cooperación Andina",
    ):
        assert close_to(text) in close_to(pages[0]), text
    assert overlapping(pdf) == []


def test_a_receipt_for_things_only_has_no_money_on_it() -> None:
    """No amount, no words, no box for cash."""
    held = about()
    one = payment_of(placing(1, items=[TOOLS]), Winner("Rosa"), held, receipt="KT-2026-0001")
    (page,) = pages_of(receipts_pdf(receipts(held, [one])))
    assert "Recibí lo que aquí se nombra" in page
    assert "Juego de herramientas" in page
    for text in ("USD", "in cash", "by transfer", "Operation"):
        assert text not in page


def test_a_receipt_that_is_not_the_rest_of_its_purses_is_never_made() -> None:
    """Mismatch: do not pay."""
    held = about()
    with pytest.raises(Mismatch):
        payment_of(placing(1, cash={"project": 10000}), None, held, cents=9999)
    with pytest.raises(Mismatch):
        payment_of(placing(1, cash={"project": 10000}), None, held, cents=10000, before=[("KT-2026-0001", 1)])
    with pytest.raises(Mismatch):
        payment_of(placing(1, cash={"strange": 10000}), None, held)


def test_a_copy_says_that_it_was_paid() -> None:
    """What is printed again after it was signed cannot be taken for another payment."""
    held = about()
    (one,) = payments(held, [100])
    (page,) = pages_of(receipts_pdf(receipts_of(held, "C1", "new", [(one, "Copia: pagado el 2026-11-25")])))
    assert "Copia: pagado el 2026-11-25" in page


# -- transfers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", READERS)
@pytest.mark.parametrize("count", [1, 11, 14, 15, 16, 17, 40, 300])
def test_the_transfers_add_up_and_nobody_signs_alone(language: str, count: int) -> None:
    """Every row once, the total in figures and words, and at least a row beside the signatures."""
    held = about(language)
    some = payments(held, [10000 + 7 * number for number in range(count)])
    paper = transfers(held, some)
    pdf = transfers_pdf(paper)
    pages = pages_of(pdf)
    whole = "".join(map(close_to, pages))
    assert [int(one) for one in re.findall(r"KT-2026-(\d{4})", whole)] == list(range(1, count + 1))
    last = close_to(pages[-1])
    for text in (
        held.reader.say(Money(paper.cents, "USD")).removeprefix("USD "),
        held.reader.in_words(Money(paper.cents, "USD")),
    ):
        assert close_to(text) in last
    assert paper.cents == sum(one.cents for one in some)
    assert "Approvedby" in last
    assert "KT-2026-" in last
    assert all("018-" in page for page in pages)
    if count < 50:
        assert overlapping(pdf) == []


def test_the_holder_of_the_account_stands_on_the_list_without_the_winner_s_dni() -> None:
    """A bank compares names; the DNI of somebody else would be wrong."""
    held = about()
    (one,) = payments(held, [100])
    paper = transfer_list(held, "C1", None, [(one, Account(account="1", holder="Ana Puma"), ("C1", None))])
    assert (paper.transfers[0].name, paper.transfers[0].dni) == ("Ana Puma", "")
    assert paper.file_stem == "transfer-list-terraces-household-1-C1"


# -- envelopes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("currency", CASH)
@given(cents=st.lists(st.integers(1, 300000), min_size=1, max_size=12))
@settings(deadline=None)
def test_envelopes_and_bags_close_to_the_cent(currency: str, cents: list[int]) -> None:
    """Pieces and rest of each envelope are its prize; the bank's form is the sum of all envelopes."""
    held = about()
    two = [envelopes(held, payments(held, cents), currency), envelopes(held, payments(held, cents[:1]), currency)]
    for paper in two:
        for one in paper.envelopes:
            assert (
                sum(piece.cents * n for piece, n in zip(paper.pieces, one.counts, strict=True)) + one.rest == one.cents
            )
    form = coins(held, two, currency)
    assert sum(piece.cents * count for piece, count in zip(form.pieces, form.counts, strict=True)) == form.cents
    assert form.cents == sum(paper.cents - paper.rest for paper in two)
    assert sum(bag.envelopes for bag in form.bags) == len(cents) + 1
    assert bool(form.notes) == any(paper.rest for paper in two)


@pytest.mark.parametrize("currency", ["PEN", "USD"])
@pytest.mark.parametrize("count", [1, 12, 13, 14, 15, 60, 300])
def test_envelopes_are_set_over_pages(currency: str, count: int) -> None:
    """Heads again on every page, the total on the last one, never without a row."""
    held = about()
    paper = envelopes(held, payments(held, [38897 - 7 * number for number in range(count)]), currency)
    pdf = envelopes_pdf(paper)
    pages = pages_of(pdf)
    assert [int(one) for one in re.findall(r"KT-2026-(\d{4})", "".join(pages))] == list(range(1, count + 1))
    assert all("Nombre / Suti" in page for page in pages)
    assert held.reader.in_words(Money(paper.cents - paper.rest, "USD")) in pages[-1]
    assert ("Sin efectivo" in pages[0]) == bool(paper.rest)
    assert "Counted again by" in pages[-1]
    assert "KT-2026-" in pages[-1]
    if count < 50:
        assert overlapping(pdf) == []


def test_what_cannot_be_paid_in_cash_is_said_and_never_rounded() -> None:
    """S/ 0.07 of 350.07 has no coin in Peru: the envelope holds 350.00, and the paper says what is missing."""
    held = about("en")
    paper = envelopes(held, payments(held, [35007]), "PEN")
    assert (paper.envelopes[0].rest, paper.rest) == (7, 7)
    assert "USD 0.07 is missing in its envelope" in paper.notes[0]
    assert "cash_unit: 0.10" in paper.notes[1]
    assert envelopes(held, payments(held, [35010]), "PEN").notes == ()


@pytest.mark.parametrize(("contests", "pages"), [(1, 1), (2, 1), (8, 1), (40, 3)])
def test_the_form_for_the_bank_says_how_the_pieces_are_shared_out(contests: int, pages: int) -> None:
    """Below the form where there is room; with one contest there is nothing to share out."""
    held = about()
    one = envelopes(held, payments(held, [38890, 12340]), "PEN")
    form = coins(held, [one] * contests, "PEN")
    pdf = coins_pdf(form)
    told = pages_of(pdf)
    assert len(told) == pages
    assert held.reader.in_words(Money(51230 * contests, "USD")) in told[0]
    assert ("How they are shared out" in "".join(told)) == (contests > 1)
    assert "".join(told).count("Familias nuevas") == (contests if contests > 1 else 0)
    assert overlapping(pdf) == []


# -- all of them -----------------------------------------------------------------------------------------------------


def _every(held: RoundOnPaper) -> dict[str, tuple[bytes, bytes]]:
    some = payments(held, [38897, 12345, 5000])
    two = [envelopes(held, some), envelopes(held, some[:1])]
    makers = {
        "receipts": lambda: receipts_pdf(receipts(held, some)),
        "transfer_list": lambda: transfers_pdf(transfers(held, some)),
        "envelopes": lambda: envelopes_pdf(two[0]),
        "coin_list": lambda: coins_pdf(coins(held, two)),
    }
    return {name: (make(), make()) for name, make in makers.items()}


@pytest.mark.parametrize("language", READERS)
def test_printing_again_gives_the_same_bytes(language: str) -> None:
    """On any day: no paper of paying says when it was printed."""
    for first, second in _every(about(language)).values():
        assert first == second


@pytest.mark.parametrize("language", READERS)
def test_a_rehearsal_and_an_open_round_are_marked_on_every_page(language: str) -> None:
    """Nobody pays from it."""
    held = about(language, is_rehearsal=True, state="provisional", code="")
    for name, (pdf, _) in _every(held).items():
        for page in pages_of(pdf):
            assert held.reader.text("REHEARSAL") in page, name
            assert held.reader.text("PROVISIONAL") in page, name


def test_names_are_never_code() -> None:
    """What looks like markup prints as it is written."""
    held = about()
    one = payment_of(
        placing(1, cash={"project": 100}), Winner('#read("/etc/passwd") *x* $y$'), held, receipt="KT-2026-0001"
    )
    for pdf in (
        receipts_pdf(receipts(held, [one])),
        transfers_pdf(transfers(held, [one])),
        envelopes_pdf(envelopes(held, [one])),
    ):
        assert close_to('#read("/etc/passwd") *x* $y$') in close_to(pages_of(pdf)[0])


@pytest.mark.parametrize("language", READERS)
def test_every_paper_can_be_looked_at(language: str) -> None:
    """Each page as a picture, without a warning of the typesetter."""
    held = about(language)
    some = payments(held, [38897, 12345, 5000])
    paper = envelopes(held, some)
    for name, document in (
        ("receipts", asdict(receipts(held, some))),
        ("transfer_list", asdict(transfers(held, some))),
        ("envelopes", asdict(paper)),
        ("coin_list", asdict(coins(held, [paper]))),
    ):
        pictures = kit.pictures(name, document, dots_per_inch=40)
        assert [picture[:4] for picture in pictures] == [b"\x89PNG"] * len(pictures)
        assert pictures
