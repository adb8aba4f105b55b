"""Receipts (*recibí conforme*): one for each payment, two or three on a page, to be signed and cut apart.

One idea: each receipt says all by itself, with the seal of the closing, what is paid, for what, and how it comes about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from pachamama.core.sentences import Money, Ordinal, say
from pachamama.papers import kit
from pachamama.papers.heading import Heading, MoneySigns, RoundOnPaper, in_parts
from pachamama.papers.labels import Label
from pachamama.papers.payment import Payment, heading_of_paying, item_said
from pachamama.papers.prize_sheet import exchanged


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt, ready to print: texts, and money in cents.

    `purses` are the purses that pay something, each by name; `before` what is taken off, below zero what was given back and
    is paid again; `copy` says of one that was paid already how and when.
    """

    number: str
    entry: str
    name: str
    partner: str
    dni: str
    what_for: str
    purses: tuple[tuple[str, int], ...]
    before: tuple[tuple[str, int], ...]
    items: tuple[str, ...]
    cents: int
    words: str
    beside: str
    copy: str


@dataclass(frozen=True, slots=True)
class Receipts:
    """The receipts of one contest; `is_represented`: somebody signs for a community or a group, with name, DNI and office.

    `purses` are all of the tier's in the order of the rules, each with its id and its name.
    """

    heading: Heading
    money: MoneySigns
    labels: Mapping[str, Label]
    receipts: tuple[Receipt, ...]
    received_from: str
    purses: tuple[tuple[str, str], ...] = ()
    is_represented: bool = False
    part: int = 0

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes; with the number of the part where there are several."""
        return self.heading.stem("receipts") + (f"-{self.part}" if self.part else "")

    def in_parts(self, most: int) -> tuple[Receipts, ...]:
        """The same as papers of at most so many receipts each, so that a large contest is set piece by piece."""
        return in_parts(self, self.receipts, most, lambda some, part: replace(self, receipts=some, part=part))


def receipts_of(
    about: RoundOnPaper, within: str | None, category: str | None, payments: Sequence[tuple[Payment, str]]
) -> Receipts:
    """The receipts of a contest in the order of the payments; beside each what a copy of it says, '' for a first one."""
    programme = about.reader.say(about.rules.programme.name)
    is_represented = about.tier.tier != "household"
    return Receipts(
        heading=heading_of_paying(about, about.reader.text("Receipts"), within, category),
        money=about.money_signs,
        labels=about.labels(
            receipt="Receipt",
            received="I received",
            sum="I received the sum of",
            nothing_in_cash="I received what is named here",
            what_for="For",
            prize="Prize",
            before="With receipt",
            returned="Money given back",
            this_receipt="This receipt",
            in_kind="In kind",
            mode="How it is paid",
            cash="in cash",
            transfer="by transfer",
            things="in kind",
            operation="Operation no.",
            where="Place of payment",
            day="Date",
            name="Name",
            dni="DNI",
            signature="Signature",
            fingerprint="Fingerprint",
            proxy="If somebody else receives it",
            reason="Why",
            paid_by="Paid by",
            amount="Amount",
            in_words="Amount in words",
            total="Total",
        )
        | (about.labels(proxy="Representative who receives it", reason="Office held") if is_represented else {}),
        receipts=tuple(_receipt(one, copy, about, within, category) for one, copy in payments),
        purses=about.purse_names,
        received_from=programme or about.title.text,
        is_represented=is_represented,
    )


def to_pdf(paper: Receipts) -> bytes:
    """The receipts as a PDF, A4 portrait; the same receipts give the same bytes."""
    return kit.render("receipts", asdict(paper))


def _receipt(one: Payment, copy: str, about: RoundOnPaper, within: str | None, category: str | None) -> Receipt:
    reader, exchange = about.reader, about.rules.programme.exchange
    person = one.person
    place = one.placing.place
    said = say(
        "{place} place, {competition}, {contest}, edition {edition}",
        place=Ordinal(place) if isinstance(place, int) else str(place),
        competition=about.title.text,
        contest=about.contest_said(within, category),
        edition=about.edition,
    )
    alone = say(
        "{place} place, {competition}, edition {edition}",
        place=Ordinal(place) if isinstance(place, int) else str(place),
        competition=about.title.text,
        edition=about.edition,
    )
    is_together = within is None and category is None
    return Receipt(
        number=one.receipt,
        entry=one.placing.entry.code,
        name=reader.say(one.name),
        partner=reader.say(person.partner if person else ""),
        dni=reader.say(person.dni if person else ""),
        what_for=reader.say(alone if is_together else said),
        purses=tuple((name, part) for (_, name), part in zip(about.purse_names, one.purses, strict=True) if part),
        before=one.before,
        items=tuple(item_said(item, reader) for item in one.things),
        cents=one.cents,
        words=reader.in_words(Money(one.cents, about.currency)) if one.cents else "",
        beside=reader.say(Money(exchanged(one.cents, exchange.rate), exchange.currency))
        if exchange and one.cents
        else "",
        copy=copy,
    )
