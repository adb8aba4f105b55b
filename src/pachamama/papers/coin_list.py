"""The form for the bank: how many notes and coins of each kind, and how they are shared out to the contests.

One idea: what the bank is asked for is the sum of the envelopes, piece by piece.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pachamama.core.cash import Cash
from pachamama.core.sentences import Money, say_count
from pachamama.papers import kit
from pachamama.papers.envelopes import Envelopes, Piece, pieces_of, rest_said
from pachamama.papers.heading import Heading, MoneySigns, RoundOnPaper
from pachamama.papers.labels import Label
from pachamama.papers.payment import heading_of_paying


@dataclass(frozen=True, slots=True)
class Bag:
    """What goes to one contest: how many of each piece, and how much it is."""

    where: str
    within: str | None
    category: str | None
    envelopes: int
    counts: tuple[int, ...]
    cents: int


@dataclass(frozen=True, slots=True)
class CoinList:
    """What to ask the bank for: how many of each piece for all contests, and how they are shared out."""

    heading: Heading
    money: MoneySigns
    labels: Mapping[str, Label]
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
        return self.heading.stem("coin-list")


def coin_list(
    about: RoundOnPaper, within: str | None, category: str | None, contests: Sequence[Envelopes], cash: Cash
) -> CoinList:
    """The sum of the envelopes of several contests, as the form for the bank."""
    reader = about.reader
    bags = tuple(
        Bag(
            where=about.contest_said(one.heading.within, one.heading.category),
            within=one.heading.within,
            category=one.heading.category,
            envelopes=len(one.envelopes),
            counts=one.counts,
            cents=one.cents - one.rest,
        )
        for one in contests
    )
    short = sum(1 for one in contests for envelope in one.envelopes if envelope.rest)
    return CoinList(
        heading=heading_of_paying(about, about.reader.text("Notes and coins to bring"), within, category),
        money=about.money_signs,
        labels=about.labels(
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
        pieces=pieces_of(cash),
        counts=tuple(sum(bag.counts[at] for bag in bags) for at in range(len(cash.pieces))),
        bags=bags,
        count=reader.say(say_count("{count} envelope", "{count} envelopes", sum(bag.envelopes for bag in bags))),
        words=reader.in_words(Money(sum(bag.cents for bag in bags), about.currency)),
        notes=rest_said(sum(one.rest for one in contests), short, cash, about),
    )


def to_pdf(paper: CoinList) -> bytes:
    """The form for the bank as a PDF, A4 portrait."""
    return kit.render("coin_list", asdict(paper))
