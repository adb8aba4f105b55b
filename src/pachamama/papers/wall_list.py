"""The wall list of one contest: places, names, points and prizes in large type, with one line on each tie.

One idea: it hangs where everybody reads it, so it says what people may ask in front of it (who shares a place, what
decided between equals) and nothing that is nobody's business: no DNI, and of those without a place only that they did
not come, or are out, never the reason in somebody's words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Literal, TypeAlias

from pachamama.core.model import ContestResult, Placing, Unranked
from pachamama.core.numbers import Exact, fixed
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Money, Name, Points, Sentence, say
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper
from pachamama.papers.labels import Label, Words
from pachamama.papers.people import Person, few_named, name_of, partner_of, waiting

Size: TypeAlias = Literal["a4", "a3"]
SIZES: tuple[Size, ...] = ("a4", "a3")


@dataclass(frozen=True, slots=True)
class WallRow:
    """A place as it hangs on the wall; `told` is the one line on a tie, or on who goes up.

    `beside` is the place in Quechua words. `cents` and `exact` are the same prize and points for tables.
    """

    place: str
    beside: str
    entry: str
    name: str
    partner: str
    points: str
    exact: str
    prize: str
    cents: int
    items: tuple[str, ...]
    told: str


@dataclass(frozen=True, slots=True)
class OutRow:
    """Somebody without a place, and in a word why."""

    entry: str
    name: str
    why: Label


@dataclass(frozen=True, slots=True)
class WallList:
    """The results of one contest, ready to hang up: plain texts; `appeals_until` is empty where it is written by hand.

    `waits` is what nobody drew lots for or decided yet.
    """

    heading: Heading
    labels: Mapping[str, Label]
    size: Size
    currency: str
    decimals: int
    has_prizes: bool
    nobody_won: bool
    rows: tuple[WallRow, ...]
    waits: tuple[str, ...]
    out: tuple[OutRow, ...]
    appeals_until: str = ""

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes: `wall-list-terraces-household-1-C1-new-a3-PROVISIONAL`."""
        return self.heading.stem("wall-list", "" if self.size == "a4" else self.size)


def wall_list(
    about: RoundOnPaper,
    contest: ContestResult,
    *,
    persons: Mapping[str, Person],
    size: Size = "a4",
    with_prizes: bool = True,
    appeals_until: date | None = None,
) -> WallList:
    """The list of one contest in the order of its places; `persons` are found by entry, else by entrant."""
    tier = about.tier
    gives = tier.prizes is not None and bool(tier.prizes.awards)
    making = _Making(about.words, tier, contest, persons, about.currency, with_prizes=with_prizes)
    return WallList(
        heading=about.heading(about.reader.text("Results"), contest.within, contest.category),
        labels=_labels(about),
        size=size,
        currency=about.money_signs.sign,
        decimals=max((one.decimals for one in contest.placings), default=0),
        has_prizes=with_prizes and any(one.awards for one in contest.placings),
        nobody_won=gives and not contest.due and not any(one.awards for one in contest.placings),
        rows=tuple(making.row(one) for one in contest.placings),
        waits=tuple(about.reader.say(one) for one in waiting(contest, persons)),
        out=tuple(making.out(one) for one in contest.unranked),
        appeals_until=about.reader.date(appeals_until) if appeals_until else "",
    )


def to_pdf(made: WallList) -> bytes:
    """The list as a PDF, portrait, A4 or A3 with everything larger; the same list gives the same bytes."""
    return kit.render("wall_list", asdict(made))


@dataclass(frozen=True)
class _Making:
    """Puts one contest into words."""

    words: Words
    tier: Tier
    contest: ContestResult
    persons: Mapping[str, Person]
    currency: str
    with_prizes: bool

    def row(self, one: Placing) -> WallRow:
        """A place with who has it, how, and what it wins."""
        reader = self.words.reader
        things = [award.item for award in one.awards if award.item is not None]
        items = [reader.say(item if isinstance(item, Name) else Name({}, str(item))) for item in things]
        return WallRow(
            place=str(one.place),
            beside=self.words.place_beside(one.place),
            entry=reader.say(one.entry.code),
            name=reader.say(name_of(self.persons, one.entry)),
            partner=reader.say(partner_of(self.persons, one.entry)),
            points=reader.say(Points(one.points, one.decimals)),
            exact=fixed(one.points, one.decimals),
            prize=reader.say(Money(one.cents, self.currency)) if one.cents and self.with_prizes else "",
            cents=one.cents if self.with_prizes else 0,
            items=tuple(items) if self.with_prizes else (),
            told=" · ".join(reader.say(said) for said in self._told(one)),
        )

    def out(self, one: Unranked) -> OutRow:
        """Somebody without a place."""
        reader, text = self.words.reader, self.words.reader.text
        why = {
            "absent": text("did not come"),
            "withdrawn": text("withdrew"),
            "disqualified": text("disqualified"),
            "knocked_out": text("out of the contest"),
            "incomplete": text("not judged by enough judges"),
        }[one.status]
        name = reader.say(name_of(self.persons, one.entry))
        return OutRow(reader.say(one.entry.code), name, self.words.label(why))

    def _told(self, one: Placing) -> Sequence[Sentence]:
        """The one line on a tie, and whether the entry goes up."""
        said: list[Sentence] = []
        if one.tied_with:
            said.append(say("shares the place with {entries}", entries=few_named(one.tied_with)))
        elif one.decided_by:
            step = next((step.label(self.tier) for step in self.tier.ties if step.id == one.decided_by), None)
            said.append(
                say(
                    "equal on points with {entries}; decided by {step}",
                    entries=few_named(self._equals(one)),
                    step=step or one.decided_by,
                )
            )
        if one.promoted:
            said.append(say("goes up"))
        elif one.reserve:
            said.append(say("reserve"))
        return said

    def _equals(self, one: Placing) -> tuple[str, ...]:
        mine: Exact = one.points
        return tuple(
            other.entry.code
            for other in self.contest.placings
            if other.points == mine and other.entry.code != one.entry.code
        )


def _labels(about: RoundOnPaper) -> dict[str, Label]:
    return about.labels(
        place="Place",
        entry="Code",
        name="Name",
        partner="Partner",
        points="Points",
        prize="Prize",
        in_kind="In kind",
        remark="Remarks",
        total="Total",
        without="Without a place",
        no_winner="No winner",
        nobody="Nobody won a prize in this contest.",
        nobody_there="Nobody has a place in this contest.",
        appeals="Appeals until",
        to_whom="to",
    )
