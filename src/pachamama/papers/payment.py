"""What the papers of paying share: who is paid how much of which prize.

One idea: a payment is always part of a prize that stands; purses, less what was paid before, are the amount to the cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pachamama.core.model import Placing
from pachamama.core.problems import NOWHERE, Mismatch, Problem
from pachamama.core.sentences import Name, say
from pachamama.language import Reader
from pachamama.papers.heading import Heading, RoundOnPaper
from pachamama.papers.people import Person


@dataclass(frozen=True, slots=True)
class Payment:
    """What one entry is to be paid now: `cents` of its prize, less what `before` says was paid, and the things in kind.

    `receipt` is the number of its receipt, empty while there is none. `purses` are the cents of the whole prize from each
    purse, in the order of the rules; `before` are number and cents of the receipts that were paid already, and below zero what was
    given back of them.
    """

    placing: Placing
    person: Person | None
    cents: int
    purses: tuple[int, ...]
    before: tuple[tuple[str, int], ...] = ()
    things: tuple[object, ...] = ()
    receipt: str = ""

    @property
    def name(self) -> str:
        """Who is paid."""
        return (self.person.name if self.person else "") or self.placing.entry.name or self.placing.entry.code


def heading_of_paying(about: RoundOnPaper, paper: str, within: str | None, category: str | None) -> Heading:
    """The heading of a paper that pays, or that money is brought by; its marks say that nobody is paid by it."""
    text = about.reader.text
    return about.heading(
        paper,
        within,
        category,
        rehearsal=text("Rehearsal: nothing is paid with this sheet."),
        provisional=text("The round is not closed: do not pay yet."),
    )


def payment_of(
    placing: Placing,
    person: Person | None,
    about: RoundOnPaper,
    *,
    cents: int | None = None,
    before: Sequence[tuple[str, int]] = (),
    things: Sequence[int] | None = None,
    receipt: str = "",
) -> Payment:
    """The payment of a prize, of all of it or of what is left; `things` are the numbers of those that it hands out.

    Mismatch (do not pay) unless the purses, less what was paid before, are the amount.
    """
    items = [award.item for award in placing.awards if award.item is not None]
    made = Payment(
        placing=placing,
        person=person,
        cents=placing.cents if cents is None else cents,
        purses=tuple(sum(one.cents for one in placing.awards if one.purse == id_) for id_, _ in about.purse_names),
        before=tuple(before),
        things=tuple(items if things is None else [items[at] for at in things]),
        receipt=receipt,
    )
    if sum(made.purses) - sum(paid for _, paid in made.before) != made.cents:
        said = say("the amount of {entry} is not what is left of its purses", entry=placing.entry.code)
        raise Mismatch(Problem(NOWHERE, said))
    return made


def item_said(item: object, reader: Reader) -> str:
    """A thing in kind in the reader's language."""
    return reader.say(item if isinstance(item, Name) else Name({}, str(item)))
