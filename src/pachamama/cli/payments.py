"""Who is to be paid in a round: the prizes that stand, the receipts that are open, and the accounts at a bank."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pachamama.core.accounts import Account, account_of
from pachamama.core.model import ContestResult, Placing
from pachamama.core.problems import NOWHERE, Problem, Refused, refuse_if
from pachamama.core.sentences import listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.papers.heading import RoundOnPaper
    from pachamama.papers.payment import Payment
    from pachamama.store import Person, Store
    from pachamama.store.money import Account as Held
    from pachamama.store.money import Receipt


@dataclass(frozen=True)
class Paying:
    """A round that is paid: its results with what everybody has of them already."""

    store: Store
    found: Outcome

    @cached_property
    def about(self) -> RoundOnPaper:
        """The round as its papers name it."""
        from pachamama.cli.headings import results_on_paper

        return results_on_paper(self.store, self.found, is_dated=False)

    @cached_property
    def held(self) -> Mapping[tuple[str | None, str | None, str], Held]:
        """What everybody has, by unit, category and entry; nothing while the round is not closed."""
        if self.found.state != "final":
            return {}
        return {(one.within, one.category, one.entry): one for one in self.store.accounts(self.found.round.code)}

    @cached_property
    def persons(self) -> Mapping[str, Person]:
        """Who stands behind each entry."""
        return self.store.persons(self.found.round.code)

    @property
    def contests(self) -> tuple[ContestResult, ...]:
        """The contests that are meant."""
        return self.found.settlement.contests

    def winners(self, contest: ContestResult) -> Iterator[tuple[Placing, Held | None]]:
        """Who wins something in a contest, in the order of the places, and what each has of it."""
        for placing in contest.placings:
            if placing.awards:
                yield placing, self.held.get((contest.within, contest.category, placing.entry.code))

    def receipts(self, contest: ContestResult) -> Iterator[tuple[Payment, Receipt]]:
        """The payments of a contest for which a receipt is open, in the order of the places."""
        for placing, held in self.winners(contest):
            for receipt in held.open if held else ():
                yield self.on_receipt(placing, receipt), receipt

    def on_receipt(self, placing: Placing, receipt: Receipt) -> Payment:
        """What one receipt pays of a prize; the other receipts that count are taken off."""
        from pachamama.papers.payment import payment_of

        held = self.held[receipt.whose]
        others = [one for one in held.receipts if (one.is_paid or one in held.open) and one.code != receipt.code]
        return payment_of(
            placing,
            self.person(placing),
            self.about,
            cents=receipt.cents,
            before=_before(held, others),
            things=held.listed[receipt.code],
            receipt=receipt.code,
        )

    def in_money(self, contest: ContestResult) -> Iterator[Payment]:
        """What everybody of a contest is still to get in money; of a round that is not closed, what it would be."""
        from pachamama.papers.payment import payment_of

        for placing, held in self.winners(contest):
            left = placing.cents if held is None else held.left
            if left <= 0:
                continue
            paid = [one for one in held.receipts if one.is_paid] if held else []
            open_ = held.open if held else ()
            yield payment_of(
                placing,
                self.person(placing),
                self.about,
                cents=left,
                before=_before(held, paid) if held else (),
                receipt=open_[0].code if len(open_) == 1 and open_[0].cents == left else "",
            )

    def person(self, placing: Placing) -> Person | None:
        """Who stands behind an entry; None for one that no register knows. Of who was erased the name says that."""
        from pachamama.core.names import ERASED
        from pachamama.store import Person

        if placing.entry.code in self.erased:
            return Person(self.about.reader.say(ERASED))
        return self.persons.get(placing.entry.code) or self.persons.get(placing.entry.entrant)

    @cached_property
    def erased(self) -> frozenset[str]:
        """The entries whose person was erased."""
        return self.store.erased(self.found.round.code)

    def without_dni(self, contests: Iterable[ContestResult]) -> tuple[Problem, ...]:
        """Of who is to be paid there by an open receipt: whose DNI is not known, with the remedy."""
        due = [
            (one.within, one.category, paid.placing.entry.code) for one in contests for paid, _ in self.receipts(one)
        ]
        return self.store.without_dni(self.found.round.code, due)

    def number(self, *, office: str | None, year: int, actor: str) -> tuple[str, ...]:
        """Number a receipt for everything that has none yet, contest by contest; the new numbers.

        Without an office it is the one that this laptop numbered for the last time. Refused while the round is not closed.
        """
        known = {one.code for one in self.store.receipts(self.found.round.code)}
        office = self.store.office if office is None else office
        payees = [
            (contest.within, contest.category, placing.entry.code, placing.cents)
            for contest in self.contests
            for placing in contest.placings
            if placing.awards
        ]
        now = self.store.number_receipts(self.found.round.code, payees, office=office, year=year, actor=actor)
        self.__dict__.pop("held", None)
        return tuple(one.code for one in now if one.code not in known)

    def accounts(self, file: str | None) -> dict[str, Account]:
        """The accounts at a bank by entry: those of the register, and over them those of a file.

        A code in the file that is no entry of the round is refused.
        """
        known = {one.code: account_of(one.fields) for one in self.store.entries(self.found.round.code)}
        if file is None:
            return known
        from pachamama.cli.gather import nearest
        from pachamama.core.problems import Place
        from pachamama.exchange.accounts import read_accounts

        said = read_accounts(file)
        refuse_if(
            Problem(
                Place(file),
                say("{code} does not compete in {round}", code=code, round=self.found.round.code),
                nearest(code, known),
            )
            for code in said
            if code not in known
        )
        return known | said


def _before(held: Held, some: Sequence[Receipt]) -> list[tuple[str, int]]:
    """What is taken off a prize: the receipts that count, by number; and below zero what was given back of them, no more."""
    given: list[tuple[str, int]] = []
    rest = held.paid
    for one in held.redress:
        if one.stands and one.kind == "returned" and rest:
            given.append((one.code, -min(one.cents, rest)))
            rest -= min(one.cents, rest)
    return [*((one.code, one.cents) for one in some if one.cents), *given]


def sent_without_account(store: Store, receipts: Iterable[Receipt]) -> tuple[Problem, ...]:
    """Of receipts that a bank paid: whose account no register knows, so that only the bank's slip says where the money went."""
    known = {
        (code, one.code)
        for code in dict.fromkeys(one.round for one in receipts)
        for one in store.entries(code)
        if account_of(one.fields).is_known
    }
    codes = sorted({one.entry for one in receipts if (one.round, one.entry) not in known})
    if not codes:
        return ()
    said = say_count(
        "the register has no account of {entries}, and the payment says by transfer",
        "the register has no account of {entries}, and the payments say by transfer",
        len(codes),
        entries=listing(codes),
    )
    return (Problem(NOWHERE, said, say("Keep the bank’s slip with the receipt, or void a payment that was in cash.")),)


def nobody(round_code: str) -> Refused:
    """The refusal where nothing is left to be paid."""
    return Refused(
        Problem(
            NOWHERE,
            say("{round} has nobody to pay", round=round_code),
            say("see `pachamama pay list {round}`", round=round_code),
        )
    )
