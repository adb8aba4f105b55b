"""The wall list of one contest: places, names, points and prizes in large type, with one line on each tie.

One idea: it hangs where everybody reads it, so it says what people may ask in front of it (who shares a place, what
decided between equals) and nothing that is nobody's business: no DNI, and of those without a place only that they did
not come, or are out, never the reason in somebody's words.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

from pachamama.core.model import ContestResult, OutReason, Placing
from pachamama.core.numbers import Exact, fixed
from pachamama.core.rules.document import Rules, Tier
from pachamama.core.sentences import Money, Name, Points, Sentence, listing, say, say_count
from pachamama.language import Reader
from pachamama.language.quechua import quechua_ordinal
from pachamama.papers import kit
from pachamama.papers.labels import Label, Words
from pachamama.papers.prize_sheet import PAGE, PAGES, Person, heading_of

Size: TypeAlias = Literal["a4", "a3"]
SIZES: tuple[Size, ...] = ("a4", "a3")
_FEW = 3
"""Entries that are named beside a tie; where there are more, their number is said."""


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
    """The results of one contest, ready to hang up: plain texts."""

    language: str
    programme: str
    title: Label
    heading: tuple[Label, ...]
    round_code: str
    edition: str
    within: str | None
    category: str | None
    rules: str
    printed: str
    code: str
    replaces: str
    state: Literal["provisional", "final"]
    size: Size
    currency: str
    is_rehearsal: bool
    stamps: tuple[str, ...]
    warnings: tuple[str, ...]
    labels: Mapping[str, Label]
    decimals: int
    has_prizes: bool
    nobody_won: bool
    rows: tuple[WallRow, ...]
    out: tuple[OutRow, ...]

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes: `wall-list-terraces-household-1-C1-new-a3-PROVISIONAL`."""
        state = "PROVISIONAL" if self.state == "provisional" else ""
        size = "" if self.size == "a4" else self.size
        parts = ("wall-list", self.round_code, self.within, self.category, size, state)
        return "-".join(re.sub(r"[^\w.-]+", "_", part) for part in parts if part)


def wall_list(
    *,
    rules: Rules,
    competition: str,
    tier: Tier,
    round_code: str,
    edition: str,
    contest: ContestResult,
    unit_name: str,
    persons: Mapping[str, Person],
    state: Literal["provisional", "final"],
    rehearsal: bool,
    printed: dt.date,
    reader: Reader,
    size: Size = "a4",
    with_prizes: bool = True,
    code: str = "",
    replaces: str = "",
) -> WallList:
    """The list of one contest in the order of its places; `persons` are found by entry, else by entrant."""
    words = Words(reader, with_quechua="qu" in rules.programme.languages)
    title = words.named(Name(rules.competitions[competition].name.texts, competition))
    programme = reader.say(rules.programme.name)
    gives = tier.prizes is not None and bool(tier.prizes.awards)
    making = _Making(words, tier, contest, persons, rules.programme.currency, with_prizes=with_prizes)
    return WallList(
        language=reader.language,
        programme=programme,
        title=title,
        heading=heading_of(tier, contest.within, contest.category, unit_name, words),
        round_code=reader.say(round_code),
        edition=reader.say(edition),
        within=contest.within,
        category=contest.category,
        rules=", ".join(part for part in (programme, title.text) if part),
        printed=reader.date(printed),
        code=code,
        replaces=replaces,
        state=state,
        size=size,
        currency=rules.programme.currency,
        is_rehearsal=rehearsal,
        stamps=(
            *((reader.text("REHEARSAL"),) if rehearsal else ()),
            *((reader.text("PROVISIONAL"),) if state == "provisional" else ()),
        ),
        warnings=(
            *((reader.text("Rehearsal: nothing in it is real."),) if rehearsal else ()),
            *(
                (reader.text("The round is not closed: these results can still change."),)
                if state == "provisional"
                else ()
            ),
        ),
        labels=_labels(words),
        decimals=max((one.decimals for one in contest.placings), default=0),
        has_prizes=with_prizes and any(one.awards for one in contest.placings),
        nobody_won=gives and not any(one.awards for one in contest.placings),
        rows=tuple(making.row(one) for one in contest.placings),
        out=tuple(
            making.out(one.entry.code, one.entry.entrant, one.entry.name, one.status) for one in contest.unranked
        ),
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
        name, partner = self._who(one.entry.code, one.entry.entrant, one.entry.name)
        things = [award.item for award in one.awards if award.item is not None]
        items = [reader.say(item if isinstance(item, Name) else Name({}, str(item))) for item in things]
        in_quechua = self.words.with_quechua and reader.language == "es" and isinstance(one.place, int)
        return WallRow(
            place=str(one.place),
            beside=(quechua_ordinal(int(one.place)) or "") if in_quechua else "",
            entry=reader.say(one.entry.code),
            name=name,
            partner=partner,
            points=reader.say(Points(one.points, one.decimals)),
            exact=fixed(one.points, one.decimals),
            prize=reader.say(Money(one.cents, self.currency)) if one.cents and self.with_prizes else "",
            cents=one.cents if self.with_prizes else 0,
            items=tuple(items) if self.with_prizes else (),
            told=" · ".join(reader.say(said) for said in self._told(one)),
        )

    def out(self, entry: str, entrant: str, name: str, status: OutReason) -> OutRow:
        """Somebody without a place."""
        text = self.words.reader.text
        why = {
            "absent": text("did not come"),
            "withdrawn": text("withdrew"),
            "disqualified": text("disqualified"),
            "knocked_out": text("out of the contest"),
            "incomplete": text("not judged by enough judges"),
        }[status]
        return OutRow(self.words.reader.say(entry), self._who(entry, entrant, name)[0], self.words.label(why))

    def _told(self, one: Placing) -> Sequence[Sentence]:
        """The one line on a tie, and whether the entry goes up."""
        said: list[Sentence] = []
        if one.tied_with:
            said.append(say("shares the place with {entries}", entries=_named(one.tied_with)))
        elif one.decided_by:
            step = next((step.label(self.tier) for step in self.tier.ties if step.id == one.decided_by), None)
            said.append(
                say(
                    "equal on points with {entries}; decided by {step}",
                    entries=_named(self._equals(one)),
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

    def _who(self, entry: str, entrant: str, name: str) -> tuple[str, str]:
        person = self.persons.get(entry) or self.persons.get(entrant)
        found = (person.name if person else "") or name or entry
        return self.words.reader.say(found), self.words.reader.say(person.partner if person else "")


def _named(entries: Sequence[str]) -> Sentence:
    if len(entries) > _FEW:
        return say_count("{count} other", "{count} others", len(entries))
    return say("{entries}", entries=listing(list(entries)))


def _labels(words: Words) -> dict[str, Label]:
    text = words.reader.text
    labels = {
        "sheet": text("Results"),
        "place": text("Place"),
        "entry": text("Code"),
        "name": text("Name"),
        "partner": text("Partner"),
        "points": text("Points"),
        "prize": text("Prize"),
        "in_kind": text("In kind"),
        "remark": text("Remarks"),
        "total": text("Total"),
        "without": text("Without a place"),
        "no_winner": text("No winner"),
        "nobody": text("Nobody won a prize in this contest."),
        "nobody_there": text("Nobody has a place in this contest."),
        "appeals": text("Appeals until"),
        "to_whom": text("to"),
        "round": text("Round"),
        "edition": text("Edition"),
        "rules": text("Rules"),
        "printed": text("Printed"),
        "code": text("Code"),
        "page": text("Page"),
    }
    count = words.reader.say(say("{page} of {pages}", page=PAGE, pages=PAGES))
    return {key: words.label(value) for key, value in labels.items()} | {"page_count": Label(count)}
