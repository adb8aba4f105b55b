"""The document that is kept when a round closes: everything its papers are printed from, and nobody's name.

Reasons are kept as sentences with their values, so that they can be said later in any language. Names and DNI come from
the register when a paper is printed. The same results give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias, cast

from pachamama.core.model import Award, ContestResult, Entry, Placing, PurseResult, Settlement, Unranked
from pachamama.core.numbers import Exact, fixed, read_exact, simple
from pachamama.core.sentences import Listing, Money, Name, Ordinal, Points, Sentence, Value

Written: TypeAlias = dict[str, Any]
FORMAT = 1


def stored_document(settlement: Settlement) -> str:
    """The results as canonical JSON (sorted keys, no blanks), with every figure that is printed and no name of a person."""
    told = {
        "format": FORMAT,
        "competition": settlement.competition,
        "tier": settlement.tier,
        "currency": settlement.currency,
        "contests": [_contest(one) for one in settlement.contests],
        "purses": [_purse(one) for one in settlement.purses],
        "warnings": _values(settlement.warnings),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def read_stored(document: str) -> Settlement:
    """The results as they were stored; entries have their codes and entrants, no names, sheets or other fields."""
    stored = Stored.of(document)
    return stored.settlement(stored.contests)


@dataclass(frozen=True, slots=True)
class StoredContest:
    """Where a contest stands in the document of its round."""

    within: str | None
    category: str | None
    start: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A document of which each contest is read only when it is asked for: a round holds thousands of places.

    `rest` is all that the document says beside its contests.
    """

    document: str
    contests: tuple[StoredContest, ...]
    rest: Mapping[str, Any]

    @classmethod
    def of(cls, document: str) -> Stored:
        """The document, looked through once; ValueError if it is none of ours."""
        first = document.index(_CONTESTS)
        found, at = [], first + len(_CONTESTS)
        while document[at : at + 1] != "]":
            told, end = _DECODER.raw_decode(document, at)
            found.append(StoredContest(told["within"], told["category"], at))
            at = end + (document[end : end + 1] == ",")
        return cls(document, tuple(found), json.loads(f"{document[:first]}{_CONTESTS}{document[at:]}"))

    def settlement(self, contests: Iterable[StoredContest]) -> Settlement:
        """The results of these contests, and the purses and warnings of the whole round."""
        return Settlement(
            self.rest["competition"],
            self.rest["tier"],
            self.rest["currency"],
            tuple(_contest_read(_DECODER.raw_decode(self.document, one.start)[0]) for one in contests),
            tuple(map(_purse_read, self.rest["purses"])),
            _sentences(self.rest["warnings"]),
        )


_DECODER = json.JSONDecoder()
_CONTESTS = '"contests":['
"""What begins their list in canonical JSON; only the id of the competition stands before it."""


# -- contests --------------------------------------------------------------------------------------------------------


def _contest(one: ContestResult) -> Written:
    return {
        "within": one.within,
        "category": one.category,
        "placings": [_placing(placing) for placing in one.placings],
        "unranked": [
            {"entry": out.entry.code, "entrant": out.entry.entrant, "status": out.status, "why": _value(out.why)}
            for out in one.unranked
        ],
        "purses": [_purse(purse) for purse in one.purses],
        "due": _values(one.due),
        "warnings": _values(one.warnings),
    }


def _contest_read(told: Written) -> ContestResult:
    return ContestResult(
        told["within"],
        told["category"],
        tuple(map(_placing_read, told["placings"])),
        tuple(Unranked(_entry_read(out), out["status"], _sentence(out["why"])) for out in told["unranked"]),
        tuple(map(_purse_read, told["purses"])),
        _sentences(told["due"]),
        _sentences(told["warnings"]),
    )


def _placing(one: Placing) -> Written:
    return {
        "place": one.place,
        "position": one.position,
        "entry": one.entry.code,
        "entrant": one.entry.entrant,
        "points": fixed(one.points, one.decimals),
        "decimals": one.decimals,
        "phases": [
            [phase, fixed(points, one.phase_decimals[phase]), one.phase_decimals[phase], one.judges.get(phase)]
            for phase, points in one.phases.items()
        ],
        "level": one.level,
        "tied_with": list(one.tied_with),
        "decided_by": one.decided_by,
        "promoted": one.promoted,
        "reserve": one.reserve,
        "awards": [
            {
                "scheme": award.scheme,
                "purse": award.purse,
                "cents": award.cents,
                "why": _value(award.why),
                "item": _value(_named(award.item)),
                "value": award.value,
            }
            for award in one.awards
        ],
        "notes": _values(one.notes),
    }


def _placing_read(told: Written) -> Placing:
    return Placing(
        told["place"],
        told["position"],
        _entry_read(told),
        _exact(told["points"]),
        told["decimals"],
        {phase: _exact(points) for phase, points, _, _ in told["phases"]},
        {phase: decimals for phase, _, decimals, _ in told["phases"]},
        {phase: judges for phase, _, _, judges in told["phases"] if judges is not None},
        told["level"],
        tuple(told["tied_with"]),
        told["decided_by"],
        told["promoted"],
        told["reserve"],
        tuple(
            Award(
                award["scheme"],
                award["purse"],
                award["cents"],
                _sentence(award["why"]),
                _value_read(award["item"]),
                award["value"],
            )
            for award in told["awards"]
        ),
        _sentences(told["notes"]),
    )


def _entry_read(told: Written) -> Entry:
    is_other = told["entrant"] != told["entry"]
    return Entry(told["entry"], fields={"entrant": told["entrant"]} if is_other else {})


def _purse(one: PurseResult) -> Written:
    return {"id": one.id, "amount": one.amount, "awarded": one.awarded}


def _purse_read(told: Written) -> PurseResult:
    return PurseResult(told["id"], told["amount"], told["awarded"])


# -- sentences and their values --------------------------------------------------------------------------------------


def _named(item: object) -> Value | None:
    return item if isinstance(item, Name) or item is None else str(item)


def _value(value: Value | None) -> Any:
    """Texts and whole numbers as they are; everything else as `{kind: its parts}`."""
    match value:
        case None | str() | int():
            return value
        case Fraction():
            return {"exact": f"{value.numerator}/{value.denominator}"}
        case Sentence():
            return {"say": [value.text, _mapping(value.values), value.plural, value.count]}
        case Points():
            return {"points": [_value(value.value), value.decimals]}
        case Money():
            return {"money": [value.cents, value.currency]}
        case Ordinal():
            return {"ordinal": value.number}
        case Listing():
            return {"list": _values(value.items)}
        case Name():
            return {"name": [dict(value.texts), value.fallback]}


def _values(values: Any) -> list[Any]:
    return [_value(one) for one in values]


def _mapping(values: Mapping[str, Value]) -> Written:
    return {name: _value(value) for name, value in values.items()}


_SENTENCE: Callable[..., Sentence] = Sentence
"""A stored sentence is a literal of an earlier day: it is in the catalogue already."""
_READ: Mapping[str, Callable[[Any], Any]] = {
    "exact": lambda told: simple(Fraction(told)),
    "say": lambda told: _SENTENCE(told[0], {name: _value_read(one) for name, one in told[1].items()}, told[2], told[3]),
    "points": lambda told: Points(_value_read(told[0]), told[1]),
    "money": lambda told: Money(told[0], told[1]),
    "ordinal": Ordinal,
    "list": lambda told: Listing(tuple(_value_read(one) for one in told)),
    "name": lambda told: Name(told[0], told[1]),
}


def _value_read(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    ((kind, parts),) = told.items()
    return _READ[kind](parts)


def _sentence(told: Any) -> Sentence:
    return cast("Sentence", _value_read(told))


def _sentences(told: list[Any]) -> tuple[Sentence, ...]:
    return tuple(map(_sentence, told))


def _exact(text: str) -> Exact:
    figure = read_exact(text)
    if figure is None:
        raise ValueError(f"{text} is not a figure")
    return figure
