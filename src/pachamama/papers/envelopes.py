"""Envelopes: which notes and coins go into whose envelope.

One idea: every envelope is filled exactly and on its own, so nobody needs change.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pachamama.core.cash import Cash, in_cash
from pachamama.core.sentences import Money, say, say_count
from pachamama.papers import kit
from pachamama.papers.heading import Heading, MoneySigns, RoundOnPaper
from pachamama.papers.labels import Label
from pachamama.papers.payment import Payment, heading_of_paying


@dataclass(frozen=True, slots=True)
class Envelope:
    """One envelope: how many of each piece, in the order of the pieces; `rest` are the cents that no piece can pay."""

    receipt: str
    entry: str
    name: str
    dni: str
    cents: int
    counts: tuple[int, ...]
    rest: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A note or a coin: what it is worth, as people write it."""

    cents: int
    is_note: bool


@dataclass(frozen=True, slots=True)
class Envelopes:
    """The envelopes of one contest; `counts` are how many of each piece all of them need."""

    heading: Heading
    money: MoneySigns
    labels: Mapping[str, Label]
    pieces: tuple[Piece, ...]
    counts: tuple[int, ...]
    envelopes: tuple[Envelope, ...]
    count: str
    words: str
    notes: tuple[str, ...]

    @property
    def cents(self) -> int:
        """All the prizes together."""
        return sum(one.cents for one in self.envelopes)

    @property
    def rest(self) -> int:
        """All that no piece can pay."""
        return sum(one.rest for one in self.envelopes)

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes."""
        return self.heading.stem("envelopes")


def envelopes_of(
    about: RoundOnPaper, within: str | None, category: str | None, payments: Sequence[Payment], cash: Cash
) -> Envelopes:
    """The envelopes of a contest in the order of the payments, each with the fewest pieces."""
    reader = about.reader
    filled = []
    for one in payments:
        paid = in_cash(one.cents, cash)
        filled.append(
            Envelope(
                receipt=one.receipt,
                entry=one.placing.entry.code,
                name=reader.say(one.name),
                dni=reader.say(one.person.dni if one.person else ""),
                cents=one.cents,
                counts=paid.counts,
                rest=paid.rest,
            )
        )
    return Envelopes(
        heading=heading_of_paying(about, about.reader.text("Envelopes"), within, category),
        money=about.money_signs,
        labels=about.labels(
            number="No.",
            receipt="Receipt",
            name="Name",
            amount="Amount",
            bills="Notes",
            coins="Coins",
            rest="Not in cash",
            total="Total",
            in_words="Cash in words",
            filled="Filled by",
            counted="Counted again by",
        ),
        pieces=pieces_of(cash),
        counts=tuple(sum(one.counts[at] for one in filled) for at in range(len(cash.pieces))),
        envelopes=tuple(filled),
        count=reader.say(say_count("{count} envelope", "{count} envelopes", len(filled))),
        words=reader.in_words(Money(sum(one.cents - one.rest for one in filled), about.currency)),
        notes=rest_said(sum(one.rest for one in filled), sum(1 for one in filled if one.rest), cash, about),
    )


def to_pdf(paper: Envelopes) -> bytes:
    """The envelopes of a contest as a PDF, A4 landscape."""
    return kit.render("envelopes", asdict(paper))


def rest_said(rest: int, envelopes: int, cash: Cash, about: RoundOnPaper) -> tuple[str, ...]:
    """That some amounts cannot be paid in cash to the cent, and what is done about it; nothing where all can."""
    if not rest:
        return ()
    smallest = about.money(cash.smallest)
    return (
        about.reader.say(
            say_count(
                "{count} prize cannot be paid in cash to the cent, because the smallest piece is {smallest}: {rest} is missing in its envelope.",
                "{count} prizes cannot be paid in cash to the cent, because the smallest piece is {smallest}: {rest} is missing in their envelopes.",
                envelopes,
                smallest=smallest,
                rest=about.money(rest),
            )
        ),
        about.reader.say(
            say(
                "Nothing is rounded here: pay those prizes by transfer, or write what was handed out on the receipt. With “cash_unit: {unit}” in the rules it does not happen again.",
                unit=f"{cash.smallest // 100}.{cash.smallest % 100:02}",
            )
        ),
    )


def pieces_of(cash: Cash) -> tuple[Piece, ...]:
    """The notes and coins in the order of the columns."""
    return (*(Piece(one, is_note=True) for one in cash.notes), *(Piece(one, is_note=False) for one in cash.coins))
