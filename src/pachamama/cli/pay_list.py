"""`pay list`: what everybody of a round wins, has and is still to be paid, as a table, JSON and CSV.

One idea: prize, and what is too much, are what is with the people and still to be paid; every sum closes to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pachamama.cli.session import Session
from pachamama.core.names import ERASED, called, people_said
from pachamama.core.problems import NOWHERE, Mismatch, Problem
from pachamama.core.sentences import Money, Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.tables import Justify
    from pachamama.language import Reader
    from pachamama.store import Person, Store
    from pachamama.store.money import Account, Receipt
    from pachamama.store.redress import Redress

CSV = (
    *("within", "category", "entry", "name", "prize", "paid", "given_back", "to_pay", "too_much", "let_be"),
    *("in_kind_to_hand_out", "currency", "state", "receipts", "without_dni"),
)
_MODES = {"cash": say("in cash"), "transfer": say("by transfer"), "in_kind": say("in kind")}


def mode_said(mode: str) -> Value:
    """How something was paid, in words."""
    return _MODES.get(mode, mode)


def plain(cents: int) -> str:
    """An amount as JSON and CSV hold it."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of some accounts in cents: prize + too much + let be = paid − given back + still to pay.

    Of whoever gave back more than was paid, because two laptops made payments void apart, nothing is with them.
    """

    prize: int
    paid: int
    returned: int
    left: int
    beyond: int
    waived: int

    @classmethod
    def of(cls, some: Iterable[Account]) -> Sums:
        """The sums; Mismatch where they do not close."""
        every = list(some)
        made = cls(
            sum(one.cents for one in every),
            sum(one.paid for one in every),
            sum(one.returned for one in every),
            sum(max(one.left, 0) for one in every),
            sum(one.beyond for one in every),
            sum(one.waived for one in every),
        )
        if made.prize + made.beyond + made.waived != sum(one.kept for one in every) + made.left:
            raise Mismatch(Problem(NOWHERE, say("the payments of the round do not close")))
        return made

    def document(self) -> dict[str, str]:
        """As JSON holds it."""
        return {
            "prize": plain(self.prize),
            "paid": plain(self.paid),
            "given_back": plain(self.returned),
            "to_pay": plain(self.left),
            "too_much": plain(self.beyond),
            "let_be": plain(self.waived),
        }


@dataclass(frozen=True)
class RoundAccounts:
    """The accounts of a round, contest by contest, and how they are called."""

    round: str
    closing: int
    is_open: bool
    currency: str
    contests: Sequence[tuple[tuple[str | None, str | None], Value, Sequence[Account], Sequence[Account]]]
    """Of each contest: where, what it is called, its accounts, and those that are shown."""
    persons: dict[str, Person]
    erased: frozenset[str]
    twice: Sequence[Sentence] = ()
    """What two laptops paid without knowing of each other."""
    waits: Sequence[Sentence] = ()
    """That it reads reopened results, to whom nothing more is paid until that is settled, receipts of no standing closing."""

    @property
    def every(self) -> list[Account]:
        """All accounts."""
        return [one for _, _, some, _ in self.contests for one in some]

    def name(self, one: Account) -> Value:
        """Who it is; of a person who was erased, that it was."""
        person = self.persons.get(one.entry)
        return ERASED if one.entry in self.erased else person.name if person else ""

    def called(self, one: Account) -> Value:
        """By code and name."""
        return payee(one.entry, self.persons, self.erased)

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
                    "totals": Sums.of(some).document(),
                }
                for (within, category), _, some, shown in self.contests
            ],
            "totals": Sums.of(self.every).document(),
        }

    def _row(self, one: Account) -> dict[str, object]:
        person = self.persons.get(one.entry)
        return {
            "entry": one.entry,
            "name": person.name if person else "",
            "erased": one.entry in self.erased,
            **Sums.of([one]).document(),
            "in_kind_to_hand_out": len(one.things),
            "in_kind_not_won_any_more": one.unwon,
            "state": _state(one),
            "receipts": [_receipt(receipt) for receipt in one.receipts],
            "redress": [redress_written(given) for given in one.redress],
        }

    def table(self, asked: Session) -> Iterable[Sequence[str]]:
        """The rows as CSV."""
        for (within, category), _, _, shown in self.contests:
            for one in shown:
                reasons = dict.fromkeys(receipt.without_dni for receipt in one.receipts if receipt.is_paid)
                yield (
                    *(within or "", category or "", one.entry, asked.reader.say(self.name(one))),
                    *Sums.of([one]).document().values(),
                    *(str(len(one.things)), self.currency, _state(one)),
                    " ".join(receipt.code for receipt in one.receipts if receipt.is_paid or receipt in one.open),
                    "; ".join(reason for reason in reasons if reason),
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
        asked.tell(*self.twice, *self.waits)
        asked.tell(*self.changed())

    def changed(self) -> list[Sentence]:
        """Of whoever was paid before the closing that stands what is different now; and what ends money paid too much."""
        told = list(_changes(self))
        if any(one.beyond for one in self.every):
            told.append(
                say(
                    "When money that was paid too much is given back: `pachamama pay return ENTRY AMOUNT --by NAME`. Is it let "
                    "be: `pachamama pay waive ENTRY --by NAME --reason TEXT`."
                )
            )
        return told


def _receipt(one: Receipt) -> dict[str, object]:
    return {
        "receipt": one.code,
        "closing": one.results,
        "apart": one.apart or None,
        "amount": plain(one.cents),
        "mode": one.mode or None,
        "day": one.day or None,
        "proxy": one.proxy or None,
        "reason": one.reason or None,
        "without_dni": one.without_dni or None,
        "voided": one.voided or None,
    }


def redress_written(one: Redress) -> dict[str, object]:
    """What was given back or let be, as JSON holds it."""
    return {
        "code": one.code,
        "kind": one.kind,
        "closing": one.results,
        "amount": plain(one.cents),
        "day": one.day,
        "names": list(one.names),
        "reason": one.reason or None,
        "voided": one.voided or None,
    }


def round_accounts(
    store: Store, round_: str | None, within: str | None, category: str | None, *, unpaid: bool
) -> RoundAccounts:
    """The accounts of a round, or of one contest of it; with `unpaid` only what waits for somebody is shown."""
    from pachamama.cli.gather import frozen_rules, is_paid, labels_of, pick_round, tier_of_round
    from pachamama.cli.judging_papers import contests_of
    from pachamama.cli.paid_twice import paid_twice
    from pachamama.cli.waiting import apart_of, disputed_of, stale_of

    meant = pick_round(store, round_, wanted=is_paid)
    label = labels_of(store, tier_of_round(meant))
    held: dict[tuple[str | None, str | None], list[Account]] = {}
    for one in store.accounts(meant.code):
        held.setdefault((one.within, one.category), []).append(one)
    if within is not None or category is not None:
        meant_here = {(one.within, one.category) for one in contests_of(store, meant, within, category)}
        held = {where: some for where, some in held.items() if where in meant_here}
    contests = []
    for where, some in held.items():
        shown = [one for one in some if not unpaid or not one.is_settled or one.beyond > 0 or one.unwon]
        contests.append((where, label(*where), some, shown))
    return RoundAccounts(
        meant.code,
        meant.results,
        meant.state == "open",
        frozen_rules(meant.rules).programme.currency,
        contests,
        dict(store.persons(meant.code)),
        store.erased(meant.code),
        paid_twice(store, [one for one in store.conflicts() if not one.settled], meant.code),
        [*stale_of(store, meant), *disputed_of(store, meant.code), *apart_of(store, meant.code)],
    )


def _state(one: Account) -> str:
    """Where an account stands, in one word."""
    if one.beyond > 0:
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


def show(asked: Session, found: RoundAccounts) -> None:
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
        made = Sums.of(some)
        rest = _joined(_beside(made, found.currency))
        return [label, "", money(made.prize), money(made.paid), money(made.left), said(rest)]

    def money(cents: int) -> str:
        return said(Money(cents, found.currency))

    is_first = True
    for _, label, _, shown in found.contests:
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
        drawn = draw(columns, rows, title=said(label), foot=sums(text("Total"), shown))
        asked.result(drawn if is_first else f"\n{drawn}")
        is_first = False
    if is_first:
        asked.tell(say("Everything is paid."))
    elif len(found.contests) > 1:
        whole = Sums.of(found.every)  # also of what `--unpaid` does not show
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
        if beside := _beside(whole, found.currency):
            asked.result(said(say("Of what was paid: {what}.", what=listing(beside))))


def _beside(made: Sums, currency: str) -> list[Value]:
    """What of the money that was paid is more than a prize, and what was done about it."""
    return [
        sentence
        for cents, sentence in (
            (made.returned, say("{sum} given back", sum=Money(made.returned, currency))),
            (made.waived, say("{sum} let be", sum=Money(made.waived, currency))),
            (made.beyond, say("{sum} paid too much", sum=Money(made.beyond, currency))),
        )
        if cents
    ]


def _row_said(one: Account, currency: str) -> Value:
    """The state of an account, with its receipts."""
    parts: list[Value] = [_STATES[_state(one)]]
    if one.beyond > 0:
        parts = [say("{sum} paid too much", sum=Money(one.beyond, currency))]
    for receipt in one.receipts:
        if receipt.is_paid:
            parts.append(
                say("{receipt} {mode} {day}", receipt=receipt.code, mode=mode_said(receipt.mode), day=receipt.day)
            )
            if receipt.without_dni:
                parts.append(say("without DNI: {reason}", reason=receipt.without_dni))
    parts += [redress_said(given, currency) for given in one.redress if given.stands]
    parts += [receipt.code for receipt in one.open]
    if one.things:
        parts.append(say_count("{count} thing to hand out", "{count} things to hand out", len(one.things)))
    if one.unwon:
        parts.append(_unwon_said(one))
    return _joined(parts)


def _unwon_said(one: Account) -> Sentence:
    return say_count(
        "{count} thing handed out, and not won any more",
        "{count} things handed out, and not won any more",
        one.unwon,
    )


def redress_said(one: Redress, currency: str) -> Sentence:
    """What was given back or let be, in a few words."""
    said: dict[str, Value] = {"sum": Money(one.cents, currency), "day": one.day, "code": one.code}
    if one.kind == "returned":
        return say("{sum} given back {day} ({code})", **said)
    return say("{sum} let be {day} ({code}): {reason}", reason=one.reason, **said)


def _joined(parts: Sequence[Value]) -> Value:
    """The parts one after the other."""
    said: Value = parts[0] if parts else ""
    for one in parts[1:]:
        said = say("{said}; {one}", said=said, one=one)
    return said


def _changes(found: RoundAccounts) -> Iterable[Sentence]:
    """Of everybody who was paid before the closing that stands: what is different now and not in order."""
    for one in found.every:
        before = [
            receipt
            for receipt in one.receipts
            if receipt.is_paid and (receipt.apart or receipt.results < found.closing)
        ]
        if before and one.unwon:
            yield say(
                "{who}: {what}. Look for it: whoever wins it now gets another one.",
                who=found.called(one),
                what=_unwon_said(one),
            )
        if not before or not (one.left > 0 or one.beyond > 0):
            continue
        said: dict[str, Value] = {
            "who": found.called(one),
            "paid": Money(one.kept, found.currency),
            "prize": Money(one.cents, found.currency),
        }
        yield (
            say(
                "{who}: paid {paid}, the prize is {prize} now: {sum} more to pay.",
                sum=Money(one.left, found.currency),
                **said,
            )
            if one.left > 0
            else say(
                "{who}: paid {paid}, the prize is {prize} now: {sum} too much was paid.",
                sum=Money(one.beyond, found.currency),
                **said,
            )
        )


def payee(entry: str, persons: Mapping[str, Person], erased: frozenset[str]) -> Value:
    """Who is paid, by code and name; of a person who was erased, that it was."""
    if entry in erased:
        return say("{code} {name}", code=entry, name=ERASED)
    return called(entry, persons[entry].name if entry in persons else "")


# -- in the minutes --------------------------------------------------------------------------------------------------


def paying_told(
    store: Store, code: str, where: tuple[str | None, str | None], currency: str, reader: Reader
) -> list[Sentence]:
    """What the minutes of a contest say of its payments: who was paid without a DNI, and what was paid too much."""
    from datetime import date

    if not store.round(code).results:
        return []
    persons, erased = store.persons(code), store.erased(code)
    told: list[Sentence] = []
    for one in store.accounts(code):
        if (one.within, one.category) != where:
            continue
        who = payee(one.entry, persons, erased)
        reasons = dict.fromkeys(receipt.without_dni for receipt in one.receipts if receipt.is_paid)
        told += [
            say("{who} was paid without a DNI: {reason}.", reason=reason.rstrip("."), who=who)
            for reason in reasons
            if reason
        ]
        if one.unwon:
            told.append(say("{who}: {what}.", who=who, what=_unwon_said(one)))
        given = [redress for redress in one.redress if redress.stands]
        if one.beyond or given:
            paid, prize = Money(one.paid, currency), Money(one.cents, currency)
            told.append(
                say("{who} was paid {paid}, and the prize that stands is {prize}.", paid=paid, prize=prize, who=who)
            )
        for redress in given:
            said: dict[str, Value] = {
                "sum": Money(redress.cents, currency),
                "day": reader.date(date.fromisoformat(redress.day)),
                "names": listing(people_said(redress.names) or ["—"]),
                "reason": redress.reason.rstrip("."),
            }
            told.append(
                say("{sum} of it is let be, as was decided on {day} by {names}: {reason}.", **said)
                if redress.kind == "waived"
                else say("{sum} of it was given back on {day}, and taken in by {names}.", **said)
            )
        if one.beyond:
            told.append(say("{sum} is still too much.", sum=Money(one.beyond, currency)))
    return told
