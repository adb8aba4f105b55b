"""`print receipts`, `transfer-list` and `envelopes`: the papers of paying."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.paper_files import (
    CategoryOption,
    Folder,
    Printed,
    RoundCode,
    Unit,
    set_part,
    show_papers,
    write_papers,
)
from pachamama.cli.paying import WithoutDni, said_why
from pachamama.cli.sealing import WithoutBackup
from pachamama.cli.session import session
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.sentences import Sentence, Value, When, choice, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.payments import Paying
    from pachamama.cli.session import Session
    from pachamama.core.accounts import Account
    from pachamama.core.cash import Cash
    from pachamama.core.model import ContestResult
    from pachamama.papers.envelopes import Envelopes
    from pachamama.papers.payment import Payment
    from pachamama.papers.receipts import Receipts
    from pachamama.store.money import Receipt

commands = new_app()

Office = Annotated[
    str | None,
    typer.Option(
        "--office", metavar="NAME", help="the office in front of the numbers, such as CUSCO; else that of the last time"
    ),
]
Year = Annotated[
    int | None,
    typer.Option("--year", metavar="YEAR", min=2000, max=2999, help="the year in the numbers; else this one"),
]


@commands.command("receipts", cls=Command)
def receipts(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    receipt: Annotated[
        list[str] | None,
        typer.Option("--receipt", metavar="NUMBER", help="only that receipt, also one that is paid; may be repeated"),
    ] = None,
    office: Office = None,
    year: Year = None,
    without_backup: WithoutBackup = None,
) -> None:
    """Print a receipt (recibí conforme) for each prize that is not paid yet, two or three on a page, to be cut apart.

    Each is numbered once, per office, laptop and year: printing again gives the same numbers. What was paid before, under
    an earlier closing, is taken off. Also as a table: `--format xlsx`, `csv` or `json`.
    """
    from pachamama.cli.paying_tables import receipts_table
    from pachamama.cli.payments import nobody
    from pachamama.papers.receipts import receipts_of, to_pdf

    asked = session(context)
    with asked.open(writing=True) as store:
        paying = _paying(asked, store, round_, within, category, without_backup)
        one_by_one = [store.receipt(typed) for typed in receipt or ()]
        new = paying.number(office=office, year=_year(year), actor=asked.actor) if not one_by_one else ()
        about = paying.about
        papers = []
        for contest in paying.contests:
            payments = _asked_for(paying, contest, one_by_one) if one_by_one else list(paying.receipts(contest))
            if payments:
                said = [(one, _copy_said(paying, of)) for one, of in payments]
                papers.append(receipts_of(about, contest.within, contest.category, said))
        _refuse_strangers(paying, one_by_one)
        remarks = [*_closings_said(paying), *_office_said(paying, office if not one_by_one else None, new)]
        unknown = paying.without_dni(paying.contests) if not one_by_one else ()
    if not papers:
        raise nobody(paying.found.round.code)
    printed = [
        Printed(part.file_stem, partial(set_part, to_pdf, part), partial(receipts_table, part))
        for paper in papers
        for part in _parts(asked, paper)
    ]
    show_papers(asked, write_papers(asked, folder, printed, reader=about.reader, bar=asked.reader.text("receipts")))
    if asked.format != "json":
        count = sum(len(paper.receipts) for paper in papers)
        asked.tell(say_count("{count} receipt.", "{count} receipts.", count), *remarks)
        asked.tell_warnings(unknown)
        asked.tell(say("Once they are signed: `pachamama pay record NUMBER… --mode cash`."))


@commands.command("transfer-list", cls=Command)
def transfer_list(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    accounts: Annotated[
        str | None,
        typer.Option(
            "--accounts", metavar="FILE", help="a table with entry, bank, account, cci, beside those of the register"
        ),
    ] = None,
    office: Office = None,
    year: Year = None,
    without_dni: WithoutDni = None,
    without_backup: WithoutBackup = None,
) -> None:
    """Print the list of transfers for the bank: of whoever has an account and is not paid yet, with the receipts' numbers.

    Refused where the DNI of one of them is not known, unless `--without-dni` says why.
    Accounts are the further columns “bank”, “account” and “cci” of the register of households, in the words people use.
    Also as a table: `--format xlsx`, `csv` or `json`.
    """
    from pachamama.cli.paying_tables import transfer_table
    from pachamama.papers.transfer_list import to_pdf, transfer_list

    asked = session(context)
    no_number = said_why(without_dni)
    with asked.open(writing=True) as store:
        paying = _paying(asked, store, round_, within, category, without_backup)
        known = paying.accounts(accounts)
        owed = [
            (contest.within, contest.category, one.placing.entry.code)
            for contest in paying.contests
            for one in paying.in_money(contest)
            if _has_account(known, one)
        ]
        refuse_if(_no_accounts(paying) if not owed else ())
        unknown = store.without_dni(paying.found.round.code, owed)
        refuse_if(() if no_number else unknown)
        new = paying.number(office=office, year=_year(year), actor=asked.actor)
        due = [(one, contest) for contest in paying.contests for one, _ in paying.receipts(contest) if one.cents]
        sent = [
            (one, known[one.placing.entry.code], (contest.within, contest.category))
            for one, contest in due
            if _has_account(known, one)
        ]
        about = paying.about
        remarks = _office_said(paying, office, new)
    paper = transfer_list(about, within, category, sent, without_dni=no_number if unknown else "")
    printed = [Printed(paper.file_stem, partial(to_pdf, paper), partial(transfer_table, paper))]
    show_papers(asked, write_papers(asked, folder, printed, reader=about.reader, bar=asked.reader.text("transfers")))
    if asked.format != "json":
        asked.tell(*remarks)
    if asked.format != "json" and len(due) > len(sent):
        asked.tell(
            say_count(
                "{count} has no account and is not on the list ({entries}): `pachamama print envelopes --without-transfers`.",
                "{count} have no account and are not on the list ({entries}): `pachamama print envelopes --without-transfers`.",
                len(due) - len(sent),
                entries=listing([one.placing.entry.code for one, _ in due if not _has_account(known, one)]),
            )
        )


@commands.command("envelopes", cls=Command)
def envelopes(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    within: Unit = None,
    category: CategoryOption = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without",
            metavar="PIECE",
            help="a note or coin that the bank does not have, such as 200; may be repeated",
        ),
    ] = None,
    without_transfers: Annotated[
        bool, typer.Option("--without-transfers", help="leave out whoever is paid by transfer (`print transfer-list`)")
    ] = False,
    accounts: Annotated[
        str | None, typer.Option("--accounts", metavar="FILE", help="the table that `print transfer-list` was given")
    ] = None,
) -> None:
    """Print which notes and coins go into whose envelope, contest by contest, and the form to ask the bank for them.

    Each prize that is not paid yet can be paid exactly, with the fewest pieces. Before the closing it is PROVISIONAL, to
    ask the bank in time. Also as tables: `--format xlsx`, `csv` or `json`.
    """
    from pachamama.cli.gather import is_paid, pick_round
    from pachamama.cli.outcome import outcome_of
    from pachamama.cli.paying_tables import coins_table, envelopes_table
    from pachamama.cli.payments import Paying, nobody
    from pachamama.papers.coin_list import coin_list
    from pachamama.papers.coin_list import to_pdf as coins_pdf
    from pachamama.papers.envelopes import envelopes_of
    from pachamama.papers.envelopes import to_pdf as envelopes_pdf

    asked = session(context)
    with asked.open() as store:
        paying = Paying(
            store, outcome_of(store, pick_round(store, round_, wanted=is_paid), within=within, category=category)
        )
        cash = _cash(paying, without or [])
        known = paying.accounts(accounts) if without_transfers else {}
        about = paying.about
        filled: list[Envelopes] = []
        for contest in paying.contests:
            due = [one for one in paying.in_money(contest) if not _has_account(known, one)]
            if due:
                filled.append(envelopes_of(about, contest.within, contest.category, due, cash))
    if not filled:
        raise nobody(paying.found.round.code)
    form = coin_list(about, within, category, filled, cash)
    printed = [Printed(form.file_stem, partial(coins_pdf, form), partial(coins_table, form))]
    printed += [Printed(one.file_stem, partial(envelopes_pdf, one), partial(envelopes_table, one)) for one in filled]
    show_papers(asked, write_papers(asked, folder, printed, reader=about.reader, bar=asked.reader.text("envelopes")))
    if asked.format == "json":
        return
    if about.state == "provisional":
        asked.tell(say("PROVISIONAL stands across every page, because the round is not closed. Do not pay from it."))
    asked.tell(*form.notes)


# -- what they share -------------------------------------------------------------------------------------------------


def _paying(
    asked: Session, store: object, round_: str | None, within: str | None, category: str | None, without: str | None
) -> Paying:
    """The round that is paid; its closing must be in a backup."""
    from pachamama.cli.gather import is_paid, pick_round
    from pachamama.cli.outcome import outcome_of
    from pachamama.cli.payments import Paying
    from pachamama.cli.sealing import must_be_kept
    from pachamama.store import Store

    assert isinstance(store, Store)
    found = outcome_of(store, pick_round(store, round_, wanted=is_paid), within=within, category=category)
    must_be_kept(asked, store, found, without=without)
    return Paying(store, found)


def _office_said(paying: Paying, office: str | None, new: Sequence[str]) -> list[Sentence]:
    """Where an office was named: which receipts keep the number that they have of another, and which are new."""
    if office is None:
        return []
    others = [
        receipt.code
        for contest in paying.contests
        for _, receipt in paying.receipts(contest)
        if receipt.code not in new and _office_of(receipt.code).casefold() != office.casefold()
    ]
    if not others:
        return []
    kept = say_count(
        "{count} receipt was numbered before and keeps its number, which never changes: {codes}.",
        "{count} receipts were numbered before and keep their numbers, which never change: {codes}.",
        len(others),
        codes=_from_to(others),
    )
    return [
        kept,
        say_count(
            "{count} is new, with the office {office}: {codes}.",
            "{count} are new, with the office {office}: {codes}.",
            len(new),
            office=office,
            codes=_from_to(new),
        )
        if new
        else say("None is new, so none has the office {office}.", office=office),
    ]


def _office_of(code: str) -> str:
    """The office in a number: `CUSCO` of `CUSCO-KT-2026-0001`, '' of one that has none."""
    return code.split("-", maxsplit=1)[0] if code.count("-") > 2 else ""


def _from_to(codes: Sequence[str]) -> Value:
    return listing(list(codes)) if len(codes) <= 3 else say("{first} … {last}", first=codes[0], last=codes[-1])


def _year(said: int | None) -> int:
    from datetime import datetime

    return said or datetime.now().astimezone().year


def _no_accounts(paying: Paying) -> Iterator[Problem]:
    yield Problem(
        NOWHERE,
        say("nobody with an account is to be paid in {round}", round=paying.found.round.code),
        say("write them into the register (columns “bank”, “account”, “cci”), or name a table: `--accounts FILE`"),
    )


def _has_account(known: dict[str, Account], one: Payment) -> bool:
    account = known.get(one.placing.entry.code)
    return account is not None and account.is_known


def _asked_for(paying: Paying, contest: ContestResult, some: Sequence[Receipt]) -> list[tuple[Payment, Receipt]]:
    """The payments of the receipts that were asked for, as far as they are of this contest."""
    placings = {placing.entry.code: placing for placing, _ in paying.winners(contest)}
    return [
        (paying.on_receipt(placings[one.entry], one), one)
        for one in some
        if (one.within, one.category) == (contest.within, contest.category) and _stands(paying, one)
    ]


def _stands(paying: Paying, one: Receipt) -> bool:
    """The receipt is of the closing that stands and not void."""
    held = paying.held.get(one.whose)
    results = paying.found.round.results
    return held is not None and not one.apart and one.results == results and one.code in held.listed


def _refuse_strangers(paying: Paying, some: Sequence[Receipt]) -> None:
    """Refuse receipts that cannot be printed: of another round or an earlier closing, or void."""
    refuse_if(
        Problem(
            NOWHERE,
            say("Receipt {code} does not stand any more.", code=one.code)
            if one.round == paying.found.round.code
            else say("Receipt {code} is of {round}.", code=one.code, round=one.round),
            say("See which receipts stand: `pachamama pay list`."),
        )
        for one in some
        if one.round != paying.found.round.code or not _stands(paying, one)
    )


def _parts(asked: Session, paper: Receipts) -> Sequence[Receipts]:
    """A paper as files of at most thirty pages or so; a table is one whole."""
    return paper.in_parts(_A_FILE) if asked.format == "table" else [paper]


_A_FILE = 90
"""Receipts of one file."""


def _copy_said(paying: Paying, one: Receipt) -> str:
    """What stands on a receipt that is paid already and printed again; '' on one that is not."""
    from pachamama.cli.pay_list import mode_said

    if not one.is_paid:
        return ""
    said = say("Copy: paid on {day}, {mode}", day=When(one.day), mode=mode_said(one.mode))
    return paying.about.reader.say(said)


def _closings_said(paying: Paying) -> list[Sentence]:
    number = paying.found.round.results
    if number < 2:
        return []
    return [
        say(
            "These are of closing {number} of the round: what was printed from an earlier one is void; tear it up.",
            number=number,
        )
    ]


def _cash(paying: Paying, without: Sequence[str]) -> Cash:
    """The notes and coins of the prizes' currency, without those that the bank does not have."""
    from pachamama.core.cash import CASH, is_largest_first_fewest
    from pachamama.core.numbers import read_exact

    currency = paying.about.currency
    if currency not in CASH:
        raise Refused(
            Problem(
                NOWHERE,
                say("the notes and coins of {currency} are not known here", currency=currency),
                say("they are known of: {words}", words=choice(list(CASH))),
            )
        )
    whole = CASH[currency]
    pieces = []
    for word in without:
        figure = read_exact(word, comma=True)
        cents = None if figure is None else figure * 100
        if cents not in whole.pieces:
            there_are = [f"{one // 100}" if one % 100 == 0 else f"{one // 100}.{one % 100:02}" for one in whole.pieces]
            raise WrongUsage(
                Problem(
                    NOWHERE,
                    say("{currency} has no note or coin of “{word}”", currency=currency, word=word),
                    say("there are: {words}", words=choice(there_are)),
                )
            )
        pieces.append(int(cents))
    cash = whole.without(pieces)
    if not is_largest_first_fewest(cash):
        raise Refused(
            Problem(
                NOWHERE,
                say("without those pieces some prizes cannot be paid well"),
                say("keep the small ones: leave out notes, or all coins below one of them"),
            )
        )
    return cash
