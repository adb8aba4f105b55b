"""`pay`: which receipts were paid, how and to whom; what was given back, or let be, of what was paid too much."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.paper_files import CategoryOption, RoundCode, Unit
from pachamama.cli.pay_list import CSV, mode_said, payee, plain, round_accounts, show
from pachamama.cli.redressing import record_redress, void_redress
from pachamama.cli.sealing import must_be_proved
from pachamama.cli.session import one_of, session
from pachamama.cli.waiting import disputed_of, waiting_of
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.sentences import Money, Sentence, When, listing, say, say_count

if TYPE_CHECKING:
    from datetime import date

    from pachamama.store import Store
    from pachamama.store.money import Receipt

app = new_app()
pay = new_app(help="Record which receipts were paid, and see what is still to be paid.")
app.add_typer(pay, name="pay", cls=Group)

_MODES = ("cash", "transfer", "in_kind")
_RANGE = ".."
_REDRESS = re.compile(r"[A-Za-z]{2}\d+")
"""The code of a return or of a decision; no number of a receipt looks like that."""
Day = Annotated[str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="on which day; else today")]
WithoutDni = Annotated[
    str | None,
    typer.Option("--without-dni", metavar="REASON", help="why it is paid although the DNI is not known; it is kept"),
]


@pay.command("record", cls=Command)
def record(
    context: typer.Context,
    receipts: Annotated[
        list[str],
        typer.Argument(metavar="RECEIPT", help="numbers, or only their last figures; FIRST..LAST for those between"),
    ],
    mode: Annotated[str, typer.Option("--mode", metavar="MODE", help="cash, transfer or in_kind")],
    proxy: Annotated[
        str, typer.Option("--proxy", metavar="NAME", help="who received it, where that was somebody else")
    ] = "",
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="with `--proxy`: why somebody else")] = "",
    day: Annotated[str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="when it was paid; else today")] = None,
    without_dni: WithoutDni = None,
) -> None:
    """Record that receipts were signed and paid; all of them or none.

    Refused: a receipt that is paid or void, one of an earlier closing, whatever would be more than the prize that stands,
    and a household without a DNI, unless `--without-dni` says why. Nothing is recorded in a file that was changed outside
    the program (3).

    For example `pay record 1..40 --mode cash`.
    """
    asked = session(context)
    asked.no_csv()
    mode = one_of(mode, _MODES, "--mode", {one: mode_said(one) for one in _MODES})
    when = _day(day)
    if proxy and not reason.strip():
        raise WrongUsage(
            Problem(
                NOWHERE, say("Somebody else receives it, and nobody said why."), say("Say it with `--reason TEXT`.")
            )
        )
    from pachamama.cli.payments import sent_without_account

    no_number = said_why(without_dni)
    with asked.open(writing=True) as store:
        must_be_proved(store)
        found = _meant(store, receipts)
        store.record_payments(
            found,
            mode=mode,  # type: ignore[arg-type]
            day=when.isoformat(),
            proxy=proxy,
            reason=reason,
            without_dni=no_number,
            actor=asked.actor,
        )
        unknown = sum(bool(store.receipt(one.code).without_dni) for one in found) if no_number else 0
        rounds = list(dict.fromkeys(one.round for one in found))
        accounts = [one for code in rounds for one in store.accounts(code)]
        waits = [said for code in rounds for said in waiting_of(store, store.round(code))]
        currencies = _currencies(store, found)
        unsent = sent_without_account(store, found) if mode == "transfer" else ()
    asked.tell_warnings([*waits, *unsent])
    if asked.format == "json":
        asked.json([_written(one) | {"mode": mode, "day": when.isoformat()} for one in found])
        return
    sums = [
        Money(sum(one.cents for one in found if currencies[one.round] == currency), currency)
        for currency in dict.fromkeys(currencies.values())
    ]
    asked.tell(
        say_count(
            "{count} receipt is recorded as paid {mode}: {sum}.",
            "{count} receipts are recorded as paid {mode}: {sum}.",
            len(found),
            mode=mode_said(mode),
            sum=listing(sums),
        )
    )
    if unknown:
        asked.tell(
            say_count(
                "{count} of them without a DNI: {reason}.",
                "{count} of them without a DNI: {reason}.",
                unknown,
                reason=no_number.rstrip("."),
            )
        )
    paid_now = {one.code for one in found}
    things = sum(len(listed) for one in accounts for code, listed in one.listed.items() if code in paid_now)
    if things and mode != "in_kind":
        asked.tell(
            say_count(
                "{count} thing that was won counts as handed out with it.",
                "{count} things that were won count as handed out with it.",
                things,
            )
        )
    early = [one for one in found if when.isoformat() < one.numbered]
    if early:
        asked.tell_warnings(
            [
                Problem(
                    NOWHERE,
                    say(
                        "receipt {code} was numbered on {numbered}, and {day} is before that",
                        code=early[0].code,
                        numbered=When(early[0].numbered),
                        day=When(when.isoformat()),
                    ),
                    say(
                        "Is that a slip? `pachamama pay void {code} --reason TEXT`, print it again, and record it.",
                        code=early[0].code,
                    ),
                )
            ]
        )
    left = sum(1 for one in accounts if not one.is_settled)
    if left:
        asked.tell(say_count("{count} prize is still to be paid.", "{count} prizes are still to be paid.", left))
    else:
        asked.tell(say("Everything is paid."))


@pay.command("void", cls=Command)
def void(
    context: typer.Context,
    receipt: Annotated[
        str,
        typer.Argument(
            metavar="RECEIPT", help="its number, or only its last figures; or the code of a return or a decision"
        ),
    ],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="why; it is kept for the audit")
    ] = None,
) -> None:
    """Make a payment void that did not happen as it was recorded; it stays on record, and its receipt is void too.

    A return, or a decision to let money be, is made void by its code in `pay list`.
    """
    asked = session(context)
    asked.no_csv()
    if not (reason or "").strip():
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    if _REDRESS.fullmatch(receipt.strip()):
        void_redress(asked, receipt, reason or "")
        return
    with asked.open(writing=True) as store:
        must_be_proved(store)
        found = store.receipt(receipt)
        store.void_payment(found.round, found.code, reason=reason or "", actor=asked.actor)
        waits = disputed_of(store, found.round)
    if asked.format == "json":
        asked.json(_written(found) | {"voided": reason})
        return
    asked.tell(
        say(
            "The payment of receipt {code} ({entry}) is void, and the receipt too: tear it up.",
            code=found.code,
            entry=found.entry,
        ),
        *(waits or [say("`pachamama print receipts {round}` numbers a new one.", round=found.round)]),
    )


_Whose = Annotated[
    str, typer.Argument(metavar="RECEIPT", help="a receipt that was paid, by its number, or the code of the entry")
]
_Round = Annotated[str | None, typer.Option("--round", metavar="ROUND", help="the round, where several can be meant")]


@pay.command("return", cls=Command)
def return_(
    context: typer.Context,
    whose: _Whose,
    amount: Annotated[str, typer.Argument(metavar="AMOUNT", help="how much was given back")],
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="NAME", help="who took the money in; once for each name")
    ] = None,
    day: Day = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="what there is to say of it")] = "",
    round_: _Round = None,
    within: Unit = None,
    category: CategoryOption = None,
) -> None:
    """Record money that was given back because more was paid than the prize that stands; all of it, or a part.

    Refused for more than was paid too much. If more is won again later, a new receipt is for what is missing then.
    """
    record_redress(
        session(context), "returned", whose, amount=amount, by=by or [], day=_day(day), reason=reason,
        where=(round_, within, category),
    )  # fmt: skip


@pay.command("waive", cls=Command)
def waive(
    context: typer.Context,
    whose: _Whose,
    amount: Annotated[
        str | None, typer.Argument(metavar="AMOUNT", help="how much; else all that was paid too much")
    ] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="NAME", help="who decided; once for each name")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="why; it is printed and kept")] = "",
    day: Day = None,
    round_: _Round = None,
    within: Unit = None,
    category: CategoryOption = None,
) -> None:
    """Record the decision to let be what was paid too much, with who decided and why."""
    record_redress(
        session(context), "waived", whose, amount=amount, by=by or [], day=_day(day), reason=reason,
        where=(round_, within, category),
    )  # fmt: skip


@pay.command("list", cls=Command)
def list_(
    context: typer.Context,
    round_: RoundCode = None,
    unpaid: Annotated[bool, typer.Option("--unpaid", help="only what is still to be paid or was paid wrongly")] = False,
    within: Unit = None,
    category: CategoryOption = None,
) -> None:
    """Show what everybody wins, what was paid of it and what is still to be paid, with totals for each contest.

    After a new closing it says of whom was paid before whether there is more to pay now, or too much was paid; what was
    given back of that, or let be, stands beside it.
    """
    asked = session(context)
    with asked.open() as store:
        found = round_accounts(store, round_, within, category, unpaid=unpaid)
    if asked.format == "json":
        asked.json(found.document())
    elif asked.format == "csv":
        asked.csv(CSV, found.table(asked))
    else:
        show(asked, found)
        found.tell(asked)


# -- what is recorded ------------------------------------------------------------------------------------------------


def said_why(without_dni: str | None) -> str:
    """The reason for paying without a DNI, '' where nobody wants to; the option without a reason is wrong usage."""
    if without_dni is not None and not without_dni.strip():
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--without-dni REASON`; it is kept"))
        )
    return (without_dni or "").strip()


def _day(said: str | None) -> date:
    """The day of a payment: a real one, and not in the future."""
    from datetime import date, datetime

    today = datetime.now().astimezone().date()
    if said is None:
        return today
    try:
        found = date.fromisoformat(said)
    except ValueError:
        found = None
    if found is None or len(said) != len("2026-11-24"):
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("{option} is “{value}”, which is no day", option="--day", value=said),
                say("write it like 2026-11-24"),
            )
        )
    if found > today:
        raise Refused(
            Problem(
                NOWHERE,
                say("{day} is still to come", day=When(said)),
                say("record a payment once it was made; is the date of this laptop right?"),
            )
        )
    return found


def _meant(store: Store, typed: Sequence[str]) -> list[Receipt]:
    """The receipts that were typed, each once; of a range those in between that are neither paid nor void."""
    problems: list[Problem] = []
    found: dict[str, Receipt] = {}
    for word in typed:
        try:
            first, is_range, last = word.partition(_RANGE)
            some = _between(store, first, last) if is_range else [store.receipt(word)]
            found |= {one.code: one for one in some}
        except Refused as refusal:
            problems += refusal.problems
    if problems:
        raise Refused(*problems)
    return list(found.values())


def _between(store: Store, first: str, last: str) -> list[Receipt]:
    """The receipts of one series from the first to the last number; of several rounds, those of the first one's."""
    start, end = store.receipt(first), store.receipt(last)
    series, _, low = start.code.rpartition("-")
    same, _, high = end.code.rpartition("-")
    if series != same or start.round != end.round or int(low) > int(high):
        raise Refused(
            Problem(
                NOWHERE,
                say("{first} to {last} is no series of receipts", first=start.code, last=end.code),
                say("both ends must be of one round, one office, one laptop and one year"),
            )
        )
    results = store.round(start.round).results
    return [
        one
        for one in store.receipts(start.round)
        if one.code.rpartition("-")[0] == series
        and int(low) <= int(one.code.rpartition("-")[2]) <= int(high)
        and (one.code in (start.code, end.code) or (not (one.mode or one.apart) and one.results == results))
    ]


def _currencies(store: Store, some: Iterable[Receipt]) -> dict[str, str]:
    """The currency of each round that the receipts are of."""
    from pachamama.cli.gather import frozen_rules

    codes = dict.fromkeys(one.round for one in some)
    return {code: frozen_rules(store.round(code).rules).programme.currency for code in codes}


def _written(one: Receipt) -> dict[str, object]:
    return {
        "receipt": one.code,
        "round": one.round,
        "within": one.within,
        "category": one.category,
        "entry": one.entry,
        "amount": plain(one.cents),
    }


# -- what was paid already -------------------------------------------------------------------------------------------


def paid_already(store: Store, code: str) -> tuple[list[Sentence], list[dict[str, object]]]:
    """The payments of a round that stand, each said in a line and as JSON holds it, for whoever reopens the round."""
    from pachamama.cli.gather import frozen_rules

    persons, erased = store.persons(code), store.erased(code)
    currency = frozen_rules(store.round(code).rules).programme.currency
    paid = [one for one in store.receipts(code) if one.is_paid]
    said = [
        say(
            "  {receipt}: {who}, {sum} {mode}, {day}",
            receipt=one.code,
            who=payee(one.entry, persons, erased),
            sum=Money(one.cents, currency),
            mode=mode_said(one.mode),
            day=When(one.day),
        )
        for one in paid
    ]
    if paid:
        said.insert(
            0,
            say_count(
                "{count} receipt of it is paid already, {sum}; `pachamama pay list` shows after the new closing what changes:",
                "{count} receipts of it are paid already, {sum}; `pachamama pay list` shows after the new closing what changes:",
                len(paid),
                sum=Money(sum(one.cents for one in paid), currency),
            ),
        )
        back = {one.entry: one.returned for one in store.accounts(code) if one.returned}
        said += [
            say("  {entry} gave {sum} back of it", entry=entry, sum=Money(cents, currency))
            for entry, cents in back.items()
        ]
    return said, [_written(one) | {"mode": one.mode, "day": one.day} for one in paid]
