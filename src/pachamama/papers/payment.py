"""What the papers of paying share: the round that they pay, who is paid how much of which prize, and their headings.

One idea: a payment is always part of a prize that stands; purses, less what was paid before, are the amount to the cent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from pachamama.core.model import Placing
from pachamama.core.problems import NOWHERE, Mismatch, Problem
from pachamama.core.rules.document import Rules, Tier
from pachamama.core.sentences import Money, Name, say
from pachamama.language import Reader
from pachamama.language.formats import decimal_comma
from pachamama.papers.labels import Label, Words
from pachamama.papers.prize_sheet import PAGE, PAGES, Person, heading_of


@dataclass(frozen=True)
class PaidRound:
    """A round as its papers of paying name it; `code` is the seal of the closing, `replaces` the closings before it."""

    rules: Rules
    competition: str
    tier: Tier
    round_code: str
    edition: str
    state: Literal["provisional", "final"]
    is_rehearsal: bool
    reader: Reader
    unit_names: Mapping[str, str]
    code: str = ""
    replaces: str = ""

    @cached_property
    def words(self) -> Words:
        """The labels of its papers, with Quechua beside the Spanish where the rules ask for it."""
        return Words(self.reader, with_quechua="qu" in self.rules.programme.languages)

    @property
    def currency(self) -> str:
        """The currency of the prizes."""
        return self.rules.programme.currency

    @property
    def purse_names(self) -> tuple[tuple[str, str], ...]:
        """Id and name of each purse, in the order of the rules."""
        purses = self.tier.prizes.purses if self.tier.prizes else ()
        return tuple((purse.id, self.reader.say(Name(purse.name.texts, purse.id))) for purse in purses)

    def heading(self, within: str | None, category: str | None) -> tuple[Label, ...]:
        """The lines that name a contest; of a paper for several the kind of contest only."""
        lines = heading_of(self.tier, within, category, self.unit_names.get(within or "", ""), self.words)
        return lines[1:] if within is None and self.tier.within != "programme" else lines

    def contest_said(self, within: str | None, category: str | None) -> str:
        """The same in one line, without the kind of contest; the competition where everyone competes together."""
        lines = [line.text for line in self.heading(within, category)[:-1]]
        return " · ".join(lines) or self.title.text

    @property
    def title(self) -> Label:
        """The competition."""
        return self.words.named(Name(self.rules.competitions[self.competition].name.texts, self.competition))

    @property
    def stamps(self) -> tuple[str, ...]:
        """What is printed large across every page."""
        return (
            *((self.reader.text("REHEARSAL"),) if self.is_rehearsal else ()),
            *((self.reader.text("PROVISIONAL"),) if self.state == "provisional" else ()),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What each stamp means."""
        text = self.reader.text
        return (
            *((text("Rehearsal: nothing is paid with this sheet."),) if self.is_rehearsal else ()),
            *((text("The round is not closed: do not pay yet."),) if self.state == "provisional" else ()),
        )

    def labels(self, **english: str) -> dict[str, Label]:
        """The labels of a paper by name, with those that heading and foot need."""
        text = self.reader.text
        both = {
            "round": text("Round"),
            "edition": text("Edition"),
            "rules": text("Rules"),
            "printed": text("Printed"),
            "code": text("Code"),
            "page": text("Page"),
            **{name: text(label) for name, label in english.items()},
        }
        count = self.reader.say(say("{page} of {pages}", page=PAGE, pages=PAGES))
        return {name: self.words.label(label) for name, label in both.items()} | {"page_count": Label(count)}

    def about(self, within: str | None, category: str | None) -> dict[str, Any]:
        """What every paper of a contest says of where it belongs, by the names of the templates."""
        reader = self.reader
        comma = decimal_comma(reader.language, reader.country)
        programme = reader.say(self.rules.programme.name)
        return {
            "language": reader.language,
            "programme": programme,
            "title": self.title,
            "heading": self.heading(within, category),
            "round_code": reader.say(self.round_code),
            "edition": reader.say(self.edition),
            "within": within,
            "category": category,
            "rules": ", ".join(part for part in (programme, self.title.text) if part),
            "code": self.code,
            "replaces": self.replaces,
            "currency": self.currency,
            "decimal_mark": "," if comma else ".",
            "group_mark": "." if comma else ",",
            "state": self.state,
            "stamps": self.stamps,
            "warnings": self.warnings,
        }

    def money(self, amount: int) -> str:
        """An amount with its currency, as people of the programme write it."""
        return self.reader.say(Money(amount, self.currency))


@dataclass(frozen=True)
class PaperOfContest:
    """What every paper of one contest says of where it belongs; the fields are those of `PaidRound.about`."""

    language: str
    programme: str
    title: Label
    heading: tuple[Label, ...]
    round_code: str
    edition: str
    within: str | None
    category: str | None
    rules: str
    code: str
    replaces: str
    currency: str
    decimal_mark: str
    group_mark: str
    state: Literal["provisional", "final"]
    stamps: tuple[str, ...]
    warnings: tuple[str, ...]
    labels: Mapping[str, Label]
    printed: str

    def stem_of(self, paper: str) -> str:
        """A file name without ending, from our own codes: `receipts-terraces-household-1-C1-new`."""
        state = "PROVISIONAL" if self.state == "provisional" else ""
        parts = (paper, self.round_code, self.within, self.category, state)
        return "-".join(re.sub(r"[^\w.-]+", "_", part) for part in parts if part)


@dataclass(frozen=True, slots=True)
class Payment:
    """What one entry is to be paid now: `cents` of its prize, less what `before` says was paid, and the things in kind.

    `receipt` is the number of its receipt, empty while there is none. `purses` are the cents of the whole prize from each
    purse, in the order of the rules; `before` are number and cents of the receipts that were paid already.
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


def payment_of(
    placing: Placing,
    person: Person | None,
    about: PaidRound,
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
