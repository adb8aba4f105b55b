"""Results out and in: the JSON that others build on (CONTRACT.md), the same as CSV, and the household tier read back.

Exact numbers are strings, with the decimals that were compared. Money has two.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from io import StringIO
from json.encoder import encode_basestring as _text
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from pachamama.core.model import Award, ContestResult, HouseholdResult, Placing, PurseResult, Settlement, Unranked
from pachamama.core.names import clean_name
from pachamama.core.numbers import Exact, fixed, read_exact
from pachamama.core.problems import Place, Problem, Refused, refuse_if
from pachamama.core.sentences import Name, Sentence, say
from pachamama.core.sheets import text_shown
from pachamama.exchange.files import read_bytes
from pachamama.exchange.tables import decoded, escaped
from pachamama.language import Reader

Document: TypeAlias = dict[str, Any]


# -- out: JSON -------------------------------------------------------------------------------------------------------


def document(settlement: Settlement, reader: Reader) -> Document:
    """The contract's document of a round's results; only the reasons depend on the reader's language."""
    return {
        "competition": settlement.competition,
        "tier": settlement.tier,
        "currency": settlement.currency,
        "contests": [_contest(contest, reader) for contest in settlement.contests],
        "purses": [_purse(purse) for purse in settlement.purses],
    }


class ResultsWriter(Protocol):
    """A round's results as text, contest by contest: `start`, the contests with `between` them, `end`."""

    between: str

    def fits(self, contest: ContestResult) -> bool:
        """The contest has nothing that `start` does not know of."""

    def start(self) -> str:
        """What comes before the first contest."""

    def contest(self, contest: ContestResult) -> str:
        """What one contest takes."""

    def end(self) -> str:
        """What comes after the last contest."""


def to_json(written: Document) -> str:
    """The document as text, the same bytes for the same results."""
    return json.dumps(written, ensure_ascii=False, indent=2) + "\n"


def money(cents: int) -> str:
    """An amount as documents write it: `100.00`."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


class JsonResults:
    """The text of `to_json(document(…))`, contest by contest, in the time of writing it.

    Python's own writer takes an object after the other. Here what all entries with equal points have in common, or with
    the same awards, is written once (see CsvResults).
    """

    between = ",\n"

    def __init__(self, settlement: Settlement, reader: Reader) -> None:
        self._reader = reader
        self._figures = _Remembered(lambda placing: _lines(_figures(placing)))
        whole = to_json(document(settlement, reader))
        self._start, _, self._end = whole.partition('"contests": []')

    def fits(self, contest: ContestResult) -> bool:
        """See ResultsWriter."""
        return True

    def start(self) -> str:
        """See ResultsWriter."""
        return self._start + '"contests": [\n'

    def end(self) -> str:
        """See ResultsWriter."""
        return "\n  ]" + self._end

    def contest(self, contest: ContestResult) -> str:
        """See ResultsWriter."""
        text = _json(_contest(replace(contest, placings=()), self._reader), "    ")
        if not contest.placings:
            return text
        before, _, after = text.partition('"placings": []')
        won: dict[int, str] = {}
        placings = ",\n".join([self._placing(placing, won) for placing in contest.placings])
        return f'{before}"placings": [\n{placings}\n      ]{after}'

    def _placing(self, placing: Placing, won: dict[int, str]) -> str:
        entry = placing.entry
        prizes = won.get(id(placing.awards))
        if prizes is None:
            prizes = won[id(placing.awards)] = _lines(_won(placing, self._reader))
        entrant = "" if entry.entrant == entry.code else f'          "entrant": {_text(entry.entrant)},\n'
        place = placing.place if isinstance(placing.place, int) else _text(placing.place)
        tied = _lines({"tied_with": list(placing.tied_with)}) if placing.tied_with else '          "tied_with": []'
        return (
            f'        {{\n          "place": {place},\n          "entry": {_text(entry.code)},\n{entrant}'
            f'          "name": {_text(entry.name) if entry.name else "null"},\n{self._figures.of(placing)},\n{tied},\n'
            f'          "decided_by": {_text(placing.decided_by) if placing.decided_by else "null"},\n'
            f'          "promoted": {"true" if placing.promoted else "false"},\n{prizes}\n        }}'
        )


def _json(value: object, indent: str) -> str:
    return indent + json.dumps(value, ensure_ascii=False, indent=2).replace("\n", "\n" + indent)


def _lines(part: Document) -> str:
    """Some lines of a placing, as they stand in the document."""
    return _json(part, "        ")[len("        {\n") : -len("\n        }")]


def _contest(contest: ContestResult, reader: Reader) -> Document:
    return {
        "within": contest.within,
        "category": contest.category,
        "placings": [_placing(placing, reader) for placing in contest.placings],
        "unranked": [
            {"entry": one.entry.code, "status": one.status, "why": reader.say(one.why)} for one in contest.unranked
        ],
        "purses": [_purse(purse) for purse in contest.purses],
    }


def _placing(placing: Placing, reader: Reader) -> Document:
    entry = placing.entry
    return {
        "place": placing.place,
        "entry": entry.code,
        **({"entrant": entry.entrant} if entry.entrant != entry.code else {}),
        "name": entry.name or None,
        **_figures(placing),
        "tied_with": list(placing.tied_with),
        "decided_by": placing.decided_by,
        "promoted": placing.promoted,
        **_won(placing, reader),
    }


def _figures(placing: Placing) -> Document:
    return {
        "points": fixed(placing.points, placing.decimals),
        "phases": {phase: fixed(points, placing.phase_decimals[phase]) for phase, points in placing.phases.items()},
        "judges": dict(placing.judges),
        "level": placing.level,
    }


def _won(placing: Placing, reader: Reader) -> Document:
    return {"awards": [_award(award, reader) for award in placing.awards], "amount": money(placing.cents)}


class _Remembered:
    """What is made of the points, phases, judges and level of placings, once for all that have the very same ones.

    They are found by `is`, not by `==`, which takes a tenth of the time. A placing that has them is kept beside, so
    that no other value can take their place in memory.
    """

    def __init__(self, make: Callable[[Placing], str]) -> None:
        self._make = make
        self._made: dict[tuple[object, ...], tuple[Placing, str]] = {}

    def of(self, placing: Placing) -> str:
        """The text that is made of it."""
        key = (
            id(placing.points),
            id(placing.phases),
            id(placing.phase_decimals),
            id(placing.judges),
            placing.decimals,
            placing.level,
        )
        known = self._made.get(key)
        if known is None:
            known = self._made[key] = placing, self._make(placing)
        return known[1]


def _award(award: Award, reader: Reader) -> Document:
    written: Document = {
        "scheme": award.scheme,
        "purse": award.purse,
        "amount": money(award.cents),
        "why": reader.say(award.why),
    }
    if award.item is not None:
        written |= {"item": item_said(award, reader), "value": money(award.value)}
    return written


def item_said(award: Award, reader: Reader) -> str:
    """What an award in kind is called in the reader's language; empty for money."""
    if award.item is None:
        return ""
    return reader.say(award.item) if isinstance(award.item, Name) else str(award.item)


def _purse(purse: PurseResult) -> Document:
    return {
        "id": purse.id,
        "amount": money(purse.amount),
        "awarded": money(purse.awarded),
        "returned": money(purse.returned),
    }


# -- out: CSV --------------------------------------------------------------------------------------------------------


def to_csv(settlement: Settlement, reader: Reader) -> str:
    """One row per entry: its place and points, each phase with its judges, the amount from each purse, and why.

    Columns of phases and purses carry their id behind a colon (`phase:field`, `purse:project`). Texts that a spreadsheet
    would run as formulas are made harmless.
    """
    found = [csv_columns(contest) for contest in settlement.contests]
    phases = dict.fromkeys(phase for of, _ in found for phase in of)
    purses = dict.fromkeys(purse for _, of in found for purse in of) | {purse.id: None for purse in settlement.purses}
    table = CsvResults(tuple(phases), tuple(purses), reader)
    return "".join([table.start(), *map(table.contest, settlement.contests)])


def csv_columns(contest: ContestResult) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The phases and the purses of which a contest has figures; all its placings have the same phases."""
    phases = tuple(contest.placings[0].phases) if contest.placings else ()
    return phases, tuple(purse.id for purse in contest.purses)


class CsvResults:
    """The results of a round as CSV, one contest after the other.

    Many cells are the same for all entries with equal points, or with the same awards: they are written once, as a piece
    of a line.
    """

    between = ""

    def __init__(self, phases: Sequence[str], purses: Sequence[str], reader: Reader) -> None:
        self._phases, self._purses, self._reader = phases, purses, reader
        self._figures = _Remembered(self._cells)

    def end(self) -> str:
        """See ResultsWriter."""
        return ""

    def fits(self, contest: ContestResult) -> bool:
        """See ResultsWriter."""
        return csv_columns(contest) == (self._phases, self._purses)

    def start(self) -> str:
        """The titles."""
        return _line(
            [
                *("within", "category", "place", "entry", "name", "points"),
                *(f"phase:{phase}" for phase in self._phases),
                *(f"judges:{phase}" for phase in self._phases),
                *("level", "decided_by", "promoted", "status"),
                *(f"purse:{purse}" for purse in self._purses),
                *("amount", "items", "why"),
            ]
        )

    def contest(self, contest: ContestResult) -> str:
        """The lines of one contest: who has a place, then who has none."""
        unit = f"{_cell(contest.within or '')},{_cell(contest.category or '')}"
        won: dict[int, tuple[str, str]] = {}
        lines = []
        for placing in contest.placings:
            entry, decided_by = placing.entry, placing.decided_by
            amounts, why = won.get(id(placing.awards)) or won.setdefault(id(placing.awards), self._won(placing))
            if placing.notes:
                why = _cell("; ".join(self._reader.say(said) for said in (*placing.notes, *_reasons(placing))))
            lines.append(
                f"{unit},{placing.place},{_cell(entry.code)},{_cell(entry.name) if entry.name else ''},{self._figures.of(placing)},"
                f"{_cell(decided_by) if decided_by else ''},{'true' if placing.promoted else 'false'},,{amounts},{why}\n"
            )
        lines += [f"{unit},{self._unranked(one)}" for one in contest.unranked]
        return "".join(lines)

    def _cells(self, placing: Placing) -> str:
        """Points, phases, judges and level."""
        points = {phase: fixed(value, placing.phase_decimals[phase]) for phase, value in placing.phases.items()}
        cells = [
            fixed(placing.points, placing.decimals),
            *(points.get(phase, "") for phase in self._phases),
            *(str(placing.judges.get(phase, "")) for phase in self._phases),
            placing.level or "",
        ]
        return ",".join(map(_cell, cells))

    def _won(self, placing: Placing) -> tuple[str, str]:
        """The amount from each purse, all together and the things; and why."""
        awards = placing.awards
        cells = [
            *(money(sum(award.cents for award in awards if award.purse == purse)) for purse in self._purses),
            money(placing.cents),
            "; ".join(item_said(award, self._reader) for award in awards if award.item is not None),
        ]
        return ",".join(map(_cell, cells)), _cell("; ".join(map(self._reader.say, _reasons(placing))))

    def _unranked(self, one: Unranked) -> str:
        return _line(
            [
                *("", one.entry.code, one.entry.name, ""),
                *[""] * (2 * len(self._phases)),
                *("", "", "false", one.status),
                *[money(0)] * len(self._purses),
                *(money(0), "", self._reader.say(one.why)),
            ]
        )


def _reasons(placing: Placing) -> list[Sentence]:
    return [award.why for award in placing.awards]


def _line(cells: Sequence[str]) -> str:
    return ",".join(map(_cell, cells)) + "\n"


_PLAIN = re.compile(r"(?:\w[\w .:-]*)?")
"""What no spreadsheet runs as a formula, and what needs no quotation marks."""


def _cell(text: str) -> str:
    """A cell as it stands in the file: harmless (`escaped`), and in quotation marks where it must be."""
    if _PLAIN.fullmatch(text):
        return text
    written = StringIO()
    csv.writer(written, lineterminator="\n").writerow([escaped(text), ""])
    return written.getvalue()[: -len(",\n")]


# -- in: the household tier ------------------------------------------------------------------------------------------


def read_results(
    path: str | Path, *, competition: str | None = None, tier: str = "household"
) -> Mapping[str, tuple[HouseholdResult, ...]]:
    """What a document of the lower tier says of each community, by its code: every household once, with its best points.

    Refused: files that are no such document, results of another tier or competition, contests of no community.
    """
    file = str(path)
    try:
        told = json.loads(decoded(read_bytes(path), file), parse_float=str, parse_constant=str)
    except json.JSONDecodeError as error:
        raise Refused(
            Problem(Place(file, error.lineno, error.colno), say("this is no JSON document"), _MAKE_IT)
        ) from None
    except RecursionError:
        raise Refused(Problem(Place(file), say("this is no document of results"), _MAKE_IT)) from None
    contests = _contests_told(told, Place(file), competition, tier)
    problems: list[Problem] = []
    best: dict[str, dict[str, HouseholdResult]] = {}
    for contest in contests:
        found = best.setdefault(contest["within"], {})
        for placing in contest["placings"]:
            result = _household(placing, Place(file), problems)
            if result is not None and _is_better(result, found.get(result.entrant)):
                found[result.entrant] = result
    refuse_if(problems)
    return {unit: tuple(found[code] for code in sorted(found)) for unit, found in sorted(best.items())}


_MAKE_IT = say("make it with `pachamama rank ROUND --format json`, or `pachamama settle … --format json`")


def _contests_told(told: object, place: Place, competition: str | None, tier: str) -> list[Document]:
    """The contests of a document that is what it should be."""
    contests = told.get("contests") if isinstance(told, dict) else None
    if not isinstance(told, dict) or not isinstance(contests, list) or not all(map(_is_contest, contests)):
        raise Refused(Problem(place, say("this is no document of results"), _MAKE_IT))
    if told.get("tier") != tier:
        raise Refused(
            Problem(
                place,
                say("these are results of the tier “{found}”", found=_shown(told.get("tier"))),
                say("name the results of the tier “{tier}”", tier=tier),
            )
        )
    if competition is not None and told.get("competition") != competition:
        raise Refused(
            Problem(
                place,
                say("these are results of the competition “{found}”", found=_shown(told.get("competition"))),
                say("name the results of “{competition}”", competition=competition),
            )
        )
    if any(contest.get("within") is None for contest in contests):
        raise Refused(
            Problem(
                place,
                say("there is a contest that belongs to no community"),
                say("the households must compete within their communities: their score table has the column “within”"),
            )
        )
    return contests


def _is_contest(contest: object) -> bool:
    return (
        isinstance(contest, dict)
        and isinstance(contest.get("within"), str | None)
        and isinstance(contest.get("placings"), list)
        and all(isinstance(placing, dict) for placing in contest["placings"])
    )


def _household(placing: Document, place: Place, problems: list[Problem]) -> HouseholdResult | None:
    entrant = placing.get("entrant", placing.get("entry"))
    points, level = placing.get("points"), placing.get("level")
    figure: Exact | None = points if type(points) is int else read_exact(points) if isinstance(points, str) else None
    if isinstance(entrant, str) and figure is not None and isinstance(level, str | None):
        return HouseholdResult(entrant, figure, level)
    problems.append(
        Problem(place, say("the placing of {entry} has no code, points or level", entry=_shown(entrant)), _MAKE_IT)
    )
    return None


def _is_better(result: HouseholdResult, than: HouseholdResult | None) -> bool:
    return than is None or (result.points, result.level or "") > (than.points, than.level or "")


def _shown(told: object) -> str:
    return text_shown(clean_name(told)) if isinstance(told, str) else "?"
