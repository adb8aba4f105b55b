"""Where a paper belongs: the heading and the foot that every paper has, put into words in one place.

One idea: `RulesOnPaper` and `RoundOnPaper` are what the programme's file knows, a `Heading` is what of it stands on the
paper. No paper makes one of its own, so a seal, a mark across the page or a word of the foot can be forgotten by none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar

from pachamama.core.rules.document import Rules, Tier
from pachamama.core.sentences import Money, Name, say
from pachamama.language import Reader
from pachamama.language.formats import decimal_comma, sign_of
from pachamama.papers.labels import Label, Words

if TYPE_CHECKING:
    import datetime as dt

PAGE, PAGES = "<page>", "<pages>"
"""What stands for the two numbers in the foot's “1 of 3”, which only the typesetter knows."""

_Paper = TypeVar("_Paper")
_Held = TypeVar("_Held")

State: TypeAlias = Literal["", "provisional", "final"]
"""Whether results still can change; empty for a paper that has none."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands at the head and in the foot of a paper, in the same shape on every paper: plain texts.

    `paper` is which paper it is, `title` the competition, `lines` whom it is about; `within` and `category` are the codes
    of the contest. `printed` is the day, empty on papers that are printed again as they were; `code` the seal of the
    closed round, `replaces` the closings before it. `stamps` stand across every page, `warnings` say what each means.
    """

    language: str
    programme: str
    paper: Label
    title: Label
    lines: tuple[Label, ...]
    round_code: str
    edition: str
    within: str | None
    category: str | None
    rules: str
    printed: str
    code: str
    replaces: str
    state: State
    is_rehearsal: bool
    stamps: tuple[str, ...]
    warnings: tuple[str, ...]
    labels: Mapping[str, Label]

    def stem(self, paper: str, *more: str | None) -> str:
        """A file name without ending, from our own codes: `acta-terraces-household-1-C1-new-PROVISIONAL`."""
        state = "PROVISIONAL" if self.state == "provisional" else ""
        return file_stem(paper, self.round_code, self.within, self.category, *more, state)


@dataclass(frozen=True, slots=True)
class MoneySigns:
    """How a paper writes its money: what stands for the currency, the decimal mark, the mark between groups of three figures.

    `currency` is the ISO code, for programs only.
    """

    currency: str
    sign: str
    decimal: str
    group: str


@dataclass(frozen=True)
class RulesOnPaper:
    """The rules of a competition as papers name them, and the round that they are for, if there is one.

    `printed` is None where the day does not stand on the paper.
    """

    rules: Rules
    competition: str
    reader: Reader
    round_code: str = ""
    edition: str = ""
    is_rehearsal: bool = False
    printed: dt.date | None = None

    @cached_property
    def words(self) -> Words:
        """Labels, with Quechua beside the Spanish where the rules ask for it."""
        return Words(self.reader, with_quechua="qu" in self.rules.programme.languages)

    @cached_property
    def title(self) -> Label:
        """The competition."""
        return self.words.named(Name(self.rules.competitions[self.competition].name.texts, self.competition))

    @property
    def programme(self) -> str:
        """The programme around it."""
        return self.reader.say(self.rules.programme.name)

    @property
    def currency(self) -> str:
        """The currency of the prizes."""
        return self.rules.programme.currency

    @property
    def money_signs(self) -> MoneySigns:
        """How the programme writes its money."""
        comma = decimal_comma(self.reader.language, self.reader.country)
        return MoneySigns(self.currency, sign_of(self.currency), "," if comma else ".", "." if comma else ",")

    def money(self, amount: int) -> str:
        """An amount of cents with its currency, as people of the programme write it."""
        return self.reader.say(Money(amount, self.currency))

    def labels(self, **english: str) -> dict[str, Label]:
        """The labels of a paper by name; each argument is a literal, so that it is found for the catalogues."""
        text = self.reader.text
        return {name: self.words.label(text(label)) for name, label in english.items()}

    def heading_of(
        self,
        paper: str,
        *,
        lines: tuple[Label, ...] = (),
        contest: tuple[str | None, str | None] = (None, None),
        code: str = "",
        replaces: str = "",
        state: State = "",
        rehearsal: str = "",
        provisional: str = "",
    ) -> Heading:
        """The heading of a paper; `paper` is its name in the reader's language.

        `rehearsal` and `provisional` say what the marks across its pages mean, where that is not the usual.
        """
        reader, text = self.reader, self.reader.text
        marks = (
            (self.is_rehearsal, text("REHEARSAL"), rehearsal or text("Rehearsal: nothing in it is real.")),
            (
                state == "provisional",
                text("PROVISIONAL"),
                provisional or text("The round is not closed: these results can still change."),
            ),
        )
        return Heading(
            language=reader.language,
            programme=self.programme,
            paper=self.words.label(paper),
            title=self.title,
            lines=lines,
            round_code=reader.say(self.round_code),
            edition=reader.say(self.edition),
            within=contest[0],
            category=contest[1],
            rules=", ".join(part for part in (self.programme, self.title.text) if part),
            printed=reader.date(self.printed) if self.printed else "",
            code=code,
            replaces=replaces,
            state=state,
            is_rehearsal=self.is_rehearsal,
            stamps=tuple(stamp for stands, stamp, _ in marks if stands),
            warnings=tuple(why for stands, _, why in marks if stands),
            labels=self.labels(
                round="Round", edition="Edition", rules="Rules", printed="Printed", code="Code", page="Page"
            )
            | {"page_count": Label(reader.say(say("{page} of {pages}", page=PAGE, pages=PAGES)))},
        )


@dataclass(frozen=True, kw_only=True)
class RoundOnPaper(RulesOnPaper):
    """A round as its papers name it; `code` is the seal of the closing that stands, `replaces` the closings before it.

    `unit_names` are the names of communities and watersheds, by code.
    """

    tier: Tier
    state: State = ""
    code: str = ""
    replaces: str = ""
    unit_names: Mapping[str, str] = field(default_factory=dict)

    def heading(
        self,
        paper: str,
        within: str | None = None,
        category: str | None = None,
        *,
        rehearsal: str = "",
        provisional: str = "",
    ) -> Heading:
        """The heading of a paper of one contest, or of several of them where unit or category is None."""
        return self.heading_of(
            paper,
            lines=self.lines(within, category),
            contest=(within, category),
            code=self.code,
            replaces=self.replaces,
            state=self.state,
            rehearsal=rehearsal,
            provisional=provisional,
        )

    def lines(self, within: str | None, category: str | None) -> tuple[Label, ...]:
        """Whom a paper is about: the unit, the category, and the kind of contest."""
        text = self.reader.text
        kind = {
            "household": text("Contest of households"),
            "group": text("Contest of groups"),
            "community": text("Contest of communities"),
        }[self.tier.tier]
        known = self.tier.category(category)
        what = self.words.named(Name(known.name.texts, known.id)) if known else Label(category or "")
        unit = "" if within is None else self.words.unit(self.tier, within, self.unit_names.get(within, ""))
        return tuple(line for line in (Label(unit), what, Label(kind)) if line.text)

    def contest_said(self, within: str | None, category: str | None) -> str:
        """Unit and category in one line; the competition where everyone competes together."""
        return " · ".join(line.text for line in self.lines(within, category)[:-1]) or self.title.text

    @property
    def purse_names(self) -> tuple[tuple[str, str], ...]:
        """Id and name of each purse, in the order of the rules."""
        purses = self.tier.prizes.purses if self.tier.prizes else ()
        return tuple((purse.id, self.reader.say(Name(purse.name.texts, purse.id))) for purse in purses)


def file_stem(*parts: str | None) -> str:
    """A file name without ending from codes; whatever a file name may not hold becomes `_`."""
    return "-".join(re.sub(r"[^\w.-]+", "_", part) for part in parts if part)


def in_parts(
    whole: _Paper, held: Sequence[_Held], most: int, part_of: Callable[[tuple[_Held, ...], int], _Paper]
) -> tuple[_Paper, ...]:
    """A paper as papers that hold at most so many each, numbered from 1; the paper itself where it holds no more."""
    if len(held) <= most:
        return (whole,)
    return tuple(
        part_of(tuple(held[at : at + most]), number) for number, at in enumerate(range(0, len(held), most), start=1)
    )
