"""Envelopes and coins: which notes and coins go into whose envelope, and what to ask the bank for.

One idea: every envelope is filled exactly and on its own, so nobody needs change; what the bank is asked for is the sum
of the envelopes, piece by piece.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pachamama.core.cash import Cash, in_cash
from pachamama.core.sentences import Money, say, say_count
from pachamama.papers import kit
from pachamama.papers.payment import PaidRound, PaperOfContest, Payment


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


@dataclass(frozen=True)
class Envelopes(PaperOfContest):
    """The envelopes of one contest."""

    pieces: tuple[Piece, ...]
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
    def counts(self) -> tuple[int, ...]:
        """How many of each piece the contest needs."""
        return tuple(sum(one.counts[at] for one in self.envelopes) for at in range(len(self.pieces)))

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes."""
        return self.stem_of("envelopes")


@dataclass(frozen=True, slots=True)
class Bag:
    """What goes to one contest: how many of each piece, and how much it is."""

    where: str
    within: str | None
    category: str | None
    envelopes: int
    counts: tuple[int, ...]
    cents: int


@dataclass(frozen=True)
class CoinList(PaperOfContest):
    """What to ask the bank for: how many of each piece for all contests, and how they are shared out."""

    pieces: tuple[Piece, ...]
    counts: tuple[int, ...]
    bags: tuple[Bag, ...]
    count: str
    words: str
    notes: tuple[str, ...]

    @property
    def cents(self) -> int:
        """What the bank pays out."""
        return sum(bag.cents for bag in self.bags)

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes."""
        return self.stem_of("coin-list")


def envelopes_of(
    about: PaidRound, within: str | None, category: str | None, payments: Sequence[Payment], cash: Cash
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
        **about.about(within, category),
        printed="",
        labels=about.labels(
            sheet="Envelopes",
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
        pieces=_pieces(cash),
        envelopes=tuple(filled),
        count=reader.say(say_count("{count} envelope", "{count} envelopes", len(filled))),
        words=reader.in_words(Money(sum(one.cents - one.rest for one in filled), about.currency)),
        notes=rest_said(sum(one.rest for one in filled), sum(1 for one in filled if one.rest), cash, about),
    )


def coin_list(
    about: PaidRound, within: str | None, category: str | None, contests: Sequence[Envelopes], cash: Cash
) -> CoinList:
    """The sum of the envelopes of several contests, as the form for the bank."""
    reader = about.reader
    bags = tuple(
        Bag(
            where=about.contest_said(one.within, one.category),
            within=one.within,
            category=one.category,
            envelopes=len(one.envelopes),
            counts=one.counts,
            cents=one.cents - one.rest,
        )
        for one in contests
    )
    short = sum(1 for one in contests for envelope in one.envelopes if envelope.rest)
    return CoinList(
        **about.about(within, category),
        printed="",
        labels=about.labels(
            sheet="Notes and coins to bring",
            piece="Note or coin",
            kind="Kind",
            bills="Notes",
            coins="Coins",
            pieces="How many",
            amount="Amount",
            contest="Contest",
            envelopes="Envelopes",
            shared="How they are shared out",
            total="Total",
            in_words="Cash in words",
            ordered="Asked for by",
            handed="Handed out by the bank",
            bank="Bank",
            day="Date",
        ),
        pieces=_pieces(cash),
        counts=tuple(sum(bag.counts[at] for bag in bags) for at in range(len(cash.pieces))),
        bags=bags,
        count=reader.say(say_count("{count} envelope", "{count} envelopes", sum(bag.envelopes for bag in bags))),
        words=reader.in_words(Money(sum(bag.cents for bag in bags), about.currency)),
        notes=rest_said(sum(one.rest for one in contests), short, cash, about),
    )


def envelopes_pdf(paper: Envelopes) -> bytes:
    """The envelopes of a contest as a PDF, A4 landscape."""
    return kit.render("envelopes", asdict(paper) | {"counts": paper.counts})


def coins_pdf(paper: CoinList) -> bytes:
    """The form for the bank as a PDF, A4 portrait."""
    return kit.render("coin_list", asdict(paper))


def rest_said(rest: int, envelopes: int, cash: Cash, about: PaidRound) -> tuple[str, ...]:
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


def _pieces(cash: Cash) -> tuple[Piece, ...]:
    return (*(Piece(one, is_note=True) for one in cash.notes), *(Piece(one, is_note=False) for one in cash.coins))
