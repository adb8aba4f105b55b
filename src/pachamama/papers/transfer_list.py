"""The transfer list for the bank: whose prize goes to which account, with the number of the receipt beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pachamama.core.accounts import Account
from pachamama.core.sentences import Money, say, say_count
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.heading import Heading, MoneySigns, RoundOnPaper
from pachamama.papers.labels import Label
from pachamama.papers.payment import Payment, heading_of_paying


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer; money in cents."""

    receipt: str
    entry: str
    name: str
    dni: str
    bank: str
    account: str
    cci: str
    where: str
    cents: int


@dataclass(frozen=True, slots=True)
class TransferList:
    """The transfers of one round, or of a part of it."""

    heading: Heading
    money: MoneySigns
    labels: Mapping[str, Label]
    transfers: tuple[Transfer, ...]
    count: str
    words: str

    @property
    def cents(self) -> int:
        """All of them together."""
        return sum(one.cents for one in self.transfers)

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes."""
        return self.heading.stem("transfer-list")


def transfer_list(
    about: RoundOnPaper,
    within: str | None,
    category: str | None,
    payments: Sequence[tuple[Payment, Account, tuple[str | None, str | None]]],
    *,
    without_dni: str = "",
) -> TransferList:
    """The list of payments with an account each, in their order; beside each the contest that it comes from.

    `without_dni` is the reason for paying those whose DNI is not known; it stands in place of the number.
    """
    reader = about.reader
    no_number = reader.say(say("none: {reason}", reason=without_dni)) if without_dni else ""
    transfers = tuple(
        Transfer(
            receipt=one.receipt,
            entry=one.placing.entry.code,
            name=reader.say(account.holder or one.name),
            dni=_number(one, account, reader) or ("" if account.holder else no_number),
            bank=reader.say(account.bank),
            account=reader.say(account.account),
            cci=reader.say(account.cci),
            where=about.contest_said(*contest),
            cents=one.cents,
        )
        for one, account, contest in payments
    )
    return TransferList(
        heading=heading_of_paying(about, about.reader.text("Transfer list"), within, category),
        money=about.money_signs,
        labels=about.labels(
            number="No.",
            receipt="Receipt",
            name="Name",
            dni="DNI",
            bank="Bank",
            account="Account",
            cci="Number between banks (CCI)",
            where="Contest",
            amount="Amount",
            total="Total",
            in_words="Amount in words",
            ordered="Ordered by",
            approved="Approved by",
            day="Date",
            debit="Account that pays",
        ),
        transfers=transfers,
        count=reader.say(say_count("{count} transfer", "{count} transfers", len(transfers))),
        words=reader.in_words(Money(sum(one.cents for one in transfers), about.currency)),
    )


def _number(one: Payment, account: Account, reader: Reader) -> str:
    """The DNI of who won, which is not that of another holder of the account."""
    return "" if account.holder or one.person is None else reader.say(one.person.dni)


def to_pdf(paper: TransferList) -> bytes:
    """The list as a PDF, A4 landscape; the same list gives the same bytes."""
    return kit.render("transfer_list", asdict(paper))
