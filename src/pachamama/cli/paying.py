"""`pay`: which receipts were paid, how and to whom, and what is still to be paid, to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.paper_files import CategoryOption, RoundCode, Unit
from pachamama.cli.session import Session, one_of, session
from pachamama.core.problems import NOWHERE, Mismatch, Problem, Refused, WrongUsage
from pachamama.core.sentences import Money, Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from datetime import date

    from pachamama.cli.tables import Justify
    from pachamama.store import Person, Store
    from pachamama.store.money import Account, Receipt

app = new_app()
pay = new_app(help="Record which receipts were paid, and see what is still to be paid.")
app.add_typer(pay, name="pay", cls=Group)

_MODES = ("cash", "transfer", "in_kind")
_SAID = {"cash": say("in cash"), "transfer": say("by transfer"), "in_kind": say("in kind")}
_RANGE = ".."


def mode_said(mode: str) -> Value:
    """How something was paid, in words."""
    return _SAID.get(mode, mode)


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
) -> None:
    """Record that receipts were signed and paid; all of them or none.

    Refused: a receipt that is paid or void, one of an earlier closing, and whatever would be more than the prize that
    stands.
    """
    asked = session(context)
    asked.no_csv()
    one_of(mode, _MODES, "--mode")
    when = _day(day)
    if proxy and not reason.strip():
        raise WrongUsage(
            Problem(
                NOWHERE, say("Somebody else receives it, and nobody said why."), say("Say it with `--reason TEXT`.")
            )
        )
    with asked.open(writing=True) as store:
        found = _meant(store, receipts)
        store.record_payments(
            found,
            mode=mode,  # type: ignore[arg-type]
            day=when.isoformat(),
            proxy=proxy,
            reason=reason,
            actor=asked.actor,
        )
        accounts = [one for code in dict.fromkeys(one.round for one in found) for one in store.accounts(code)]
        currencies = _currencies(store, found)
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
    left = sum(1 for one in accounts if not one.is_settled)
    if left:
        asked.tell(say_count("{count} prize is still to be paid.", "{count} prizes are still to be paid.", left))
    else:
        asked.tell(say("Everything is paid."))


@pay.command("void", cls=Command)
def void(
    context: typer.Context,
    receipt: Annotated[str, typer.Argument(metavar="RECEIPT", help="its number, or only its last figures")],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="why; it is kept for the audit")
    ] = None,
) -> None:
    """Make a payment void that did not happen as it was recorded; it stays on record, and its receipt is void too."""
    asked = session(context)
    asked.no_csv()
    if not (reason or "").strip():
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    with asked.open(writing=True) as store:
        found = store.receipt(receipt)
        store.void_payment(found.round, found.code, reason=reason or "", actor=asked.actor)
    if asked.format == "json":
        asked.json(_written(found) | {"voided": reason})
        return
    asked.tell(
        say(
            "The payment of receipt {code} ({entry}) is void, and the receipt too: tear it up.",
            code=found.code,
            entry=found.entry,
        ),
        say("`pachamama print receipts {round}` numbers a new one.", round=found.round),
    )


@pay.command("list", cls=Command)
def list_(
    context: typer.Context,
    round_: RoundCode = None,
    unpaid: Annotated[bool, typer.Option("--unpaid", help="only what is still to be paid or was paid wrongly")] = False,
    within: Unit = None,
    category: CategoryOption = None,
) -> None:
    """Show what everybody wins, what was paid of it and what is still to be paid, with totals for each contest.

    After a new closing it says of whom was paid before whether there is more to pay now, or too much was paid.
    """
    asked = session(context)
    with asked.open() as store:
        round_accounts = _round_accounts(store, round_, within, category, unpaid=unpaid)
    if asked.format == "json":
        asked.json(round_accounts.document())
    elif asked.format == "csv":
        asked.csv(_CSV, round_accounts.table())
    else:
        _show(asked, round_accounts)
        round_accounts.tell(asked)


# -- what is recorded ------------------------------------------------------------------------------------------------


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
                say("{day} is still to come", day=said),
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
        and (one.code in (start.code, end.code) or (not one.mode and one.results == results))
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
        "amount": _plain(one.cents),
    }


def _plain(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


# -- what is to be paid ----------------------------------------------------------------------------------------------

_CSV = (
    *("within", "category", "entry", "name", "prize", "paid", "to_pay", "too_much", "in_kind_to_hand_out"),
    *("currency", "state", "receipts"),
)


@dataclass(frozen=True)
class _Sums:
    """Prize, paid, still to pay and too much of some accounts, in cents: prize + too much = paid + still to pay."""

    prize: int
    paid: int
    left: int
    beyond: int

    @classmethod
    def of(cls, some: Iterable[Account]) -> _Sums:
        """The sums; Mismatch where they do not close."""
        every = list(some)
        made = cls(
            sum(one.cents for one in every),
            sum(one.paid for one in every),
            sum(max(one.left, 0) for one in every),
            sum(max(-one.left, 0) for one in every),
        )
        if made.prize + made.beyond != made.paid + made.left:
            raise Mismatch(Problem(NOWHERE, say("the payments of the round do not close")))
        return made

    def document(self) -> dict[str, str]:
        """As JSON holds it."""
        return {
            "prize": _plain(self.prize),
            "paid": _plain(self.paid),
            "to_pay": _plain(self.left),
            "too_much": _plain(self.beyond),
        }


@dataclass(frozen=True)
class _RoundAccounts:
    """The accounts of a round, contest by contest, and how they are called."""

    round: str
    closing: int
    is_open: bool
    currency: str
    contests: Sequence[tuple[tuple[str | None, str | None], Value, Sequence[Account], Sequence[Account]]]
    """Of each contest: where, what it is called, its accounts, and those that are shown."""
    persons: dict[str, Person]

    @property
    def every(self) -> list[Account]:
        """All accounts."""
        return [one for _, _, some, _ in self.contests for one in some]

    def name(self, one: Account) -> str:
        """Who it is."""
        person = self.persons.get(one.entry)
        return person.name if person else ""

    def document(self) -> dict[str, object]:
        """All of it as one document; amounts are exact strings."""
        return {
            "round": self.round,
            "closing": self.closing,
            "state": "open" if self.is_open else "closed",
            "currency": self.currency,
            "contests": [
                {
                    "within": within,
                    "category": category,
                    "rows": [self._row(one) for one in shown],
                    "totals": _Sums.of(some).document(),
                }
                for (within, category), _, some, shown in self.contests
            ],
            "totals": _Sums.of(self.every).document(),
        }

    def _row(self, one: Account) -> dict[str, object]:
        return {
            "entry": one.entry,
            "name": self.name(one),
            **_Sums.of([one]).document(),
            "in_kind_to_hand_out": len(one.things),
            "state": _state(one),
            "receipts": [
                {
                    "receipt": receipt.code,
                    "closing": receipt.results,
                    "amount": _plain(receipt.cents),
                    "mode": receipt.mode or None,
                    "day": receipt.day or None,
                    "proxy": receipt.proxy or None,
                    "reason": receipt.reason or None,
                    "voided": receipt.voided or None,
                }
                for receipt in one.receipts
            ],
        }

    def table(self) -> Iterable[Sequence[str]]:
        """The rows as CSV."""
        for (within, category), _, _, shown in self.contests:
            for one in shown:
                yield (
                    *(within or "", category or "", one.entry, self.name(one)),
                    *_Sums.of([one]).document().values(),
                    *(str(len(one.things)), self.currency, _state(one)),
                    " ".join(receipt.code for receipt in one.receipts if receipt.is_paid or receipt in one.open),
                )

    def tell(self, asked: Session) -> None:
        """What people must know beside the table."""
        if self.is_open:
            asked.tell(
                say(
                    "Round {round} is open again: these are the prizes of closing {number}, and they can change.",
                    round=self.round,
                    number=self.closing,
                )
            )
        for where in _changes(self):
            asked.tell(where)


def _round_accounts(
    store: Store, round_: str | None, within: str | None, category: str | None, *, unpaid: bool
) -> _RoundAccounts:
    from pachamama.cli.gather import frozen_rules, labels_of, pick_round, tier_of_round
    from pachamama.cli.judging_papers import contests_of

    meant = pick_round(store, round_)
    label = labels_of(store, tier_of_round(meant))
    held: dict[tuple[str | None, str | None], list[Account]] = {}
    for one in store.accounts(meant.code):
        held.setdefault((one.within, one.category), []).append(one)
    if within is not None or category is not None:
        meant_here = {(one.within, one.category) for one in contests_of(store, meant, within, category)}
        held = {where: some for where, some in held.items() if where in meant_here}
    contests = []
    for where, some in held.items():
        shown = [one for one in some if not unpaid or not one.is_settled or one.left < 0]
        contests.append((where, label(*where), some, shown))
    return _RoundAccounts(
        meant.code,
        meant.results,
        meant.state == "open",
        frozen_rules(meant.rules).programme.currency,
        contests,
        dict(store.persons(meant.code)),
    )


def _state(one: Account) -> str:
    """Where an account stands, in one word."""
    if one.left < 0:
        return "too_much"
    if one.is_settled:
        return "paid"
    return "partly" if any(receipt.is_paid for receipt in one.receipts) else "to_pay"


_STATES = {
    "paid": say("paid"),
    "to_pay": say("to pay"),
    "partly": say("more to pay"),
    "too_much": say("paid too much"),
}


def _show(asked: Session, found: _RoundAccounts) -> None:
    """A table of each contest, with its totals; then those of the round."""
    from pachamama.cli.tables import draw

    text, said = asked.reader.text, asked.reader.say
    columns: list[tuple[str, Justify]] = [
        (text("Code"), "left"),
        (text("Name"), "left"),
        (text("Prize"), "right"),
        (text("Paid"), "right"),
        (text("Still to pay"), "right"),
        (text("State"), "left"),
    ]

    def sums(label: str, some: Iterable[Account]) -> list[str]:
        made = _Sums.of(some)
        beyond = said(say("{sum} paid too much", sum=money(made.beyond))) if made.beyond else ""
        return [label, "", money(made.prize), money(made.paid), money(made.left), beyond]

    def money(cents: int) -> str:
        return said(Money(cents, found.currency))

    is_first = True
    for _, label, some, shown in found.contests:
        if not shown:
            continue
        rows = [
            [
                one.entry,
                said(found.name(one)),
                money(one.cents),
                money(one.paid),
                money(max(one.left, 0)),
                said(_row_said(one, found.currency)),
            ]
            for one in shown
        ]
        drawn = draw(columns, rows, title=said(label), foot=sums(text("Total"), some))
        asked.result(drawn if is_first else f"\n{drawn}")
        is_first = False
    if is_first:
        asked.tell(say("Everything is paid."))
    elif len(found.contests) > 1:
        whole = _Sums.of(found.every)
        asked.result(
            "\n"
            + said(
                say(
                    "All contests: {prize} in prizes, {paid} paid, {left} still to pay.",
                    prize=Money(whole.prize, found.currency),
                    paid=Money(whole.paid, found.currency),
                    left=Money(whole.left, found.currency),
                )
            )
        )


def _row_said(one: Account, currency: str) -> Value:
    """The state of an account, with its receipts."""
    paid = [receipt for receipt in one.receipts if receipt.is_paid]
    parts: list[Value] = [_STATES[_state(one)]]
    if one.left < 0:
        parts = [say("{sum} paid too much", sum=Money(-one.left, currency))]
    parts += [
        say("{receipt} {mode} {day}", receipt=receipt.code, mode=mode_said(receipt.mode), day=receipt.day)
        for receipt in paid
    ]
    parts += [receipt.code for receipt in one.open]
    if one.things:
        parts.append(say_count("{count} thing to hand out", "{count} things to hand out", len(one.things)))
    return _joined(parts)


def _joined(parts: Sequence[Value]) -> Value:
    """The parts one after the other."""
    said: Value = parts[0]
    for one in parts[1:]:
        said = say("{said}; {one}", said=said, one=one)
    return said


def _changes(found: _RoundAccounts) -> Iterable[Sentence]:
    """Of everybody who was paid before the closing that stands: what is different now."""
    for one in found.every:
        before = [receipt for receipt in one.receipts if receipt.is_paid and receipt.results < found.closing]
        if not before or one.left == 0:
            continue
        said = (
            say("{entry} {name}: paid {paid}, the prize is {prize} now: {sum} more to pay.",
                entry=one.entry, name=found.name(one), paid=Money(one.paid, found.currency),
                prize=Money(one.cents, found.currency), sum=Money(one.left, found.currency))
            if one.left > 0
            else say("{entry} {name}: paid {paid}, the prize is {prize} now: {sum} too much was paid.",
                     entry=one.entry, name=found.name(one), paid=Money(one.paid, found.currency),
                     prize=Money(one.cents, found.currency), sum=Money(-one.left, found.currency))
        )  # fmt: skip
        yield said


# -- what was paid already -------------------------------------------------------------------------------------------


def paid_already(store: Store, code: str) -> tuple[list[Sentence], list[dict[str, object]]]:
    """The payments of a round that stand, each said in a line and as JSON holds it, for whoever reopens the round."""
    from pachamama.cli.gather import frozen_rules

    persons = store.persons(code)
    currency = frozen_rules(store.round(code).rules).programme.currency
    paid = [one for one in store.receipts(code) if one.is_paid]
    said = [
        say(
            "  {receipt}: {entry} {name}, {sum} {mode}, {day}",
            receipt=one.code,
            entry=one.entry,
            name=persons[one.entry].name if one.entry in persons else "",
            sum=Money(one.cents, currency),
            mode=mode_said(one.mode),
            day=one.day,
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
    return said, [_written(one) | {"mode": one.mode, "day": one.day} for one in paid]
