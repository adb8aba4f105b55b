"""What an entry of the journal must look like before it is taken from another file: one shape for each kind.

Whoever writes an entry has checked it; a file that comes on a stick may hold anything, with every hash in place. What is
taken must be of a kind that this program knows, in the form that the tables need, with times that are times, marks that
are figures, and no sign that steers a terminal.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import starmap
from typing import Any, TypeAlias

from pachamama.core.numbers import read_exact
from pachamama.store.journal import canonical

Check: TypeAlias = Callable[[Any], "str | None"]
"""None where a value is as it must be; else which part of it is not, '' for the value itself."""
Papers: TypeAlias = Mapping[tuple[str, str], int]
"""How many marks a sheet has, by round and phase."""
ITSELF = ""
_MOST = 10**15
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_COMMITMENT = re.compile("[0-9a-f]{64}")
_SHEET = re.compile("[A-Z]{2}(?:[A-Z]{4})?[0-9]{5,9}-[0-9]")
_RECEIPT = re.compile(r"[^\s-][^\s]{0,40}-[0-9]{4,9}")
_DEVICE = re.compile("[0-9a-f]{16}")
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def what_is_wrong(kind: str, at: str, actor: str, device: str, body: str, papers: Papers) -> str | None:
    """Which part of an entry makes no sense, as its journal names it; None where all of it does.

    `papers` are the rounds of all files together, since an entry may be about a round that another laptop opened.
    """
    if kind not in SHAPES:
        return "kind"
    for name, wrong in (("device", not _DEVICE.fullmatch(device)), ("at", _time(at)), ("actor", text(actor))):
        if wrong not in (None, False):
            return name
    try:
        said = json.loads(body)
        if canonical(said) != body:
            return "body"
        found = SHAPES[kind](said)
        return _marks_of(kind, said, papers) if found is None else found or "body"
    except (ValueError, RecursionError, OverflowError):
        return "body"


def papers_of(bodies: Sequence[str]) -> Papers:
    """How many marks a sheet has, from the bodies that opened rounds; those that make no sense are passed over."""
    found: dict[tuple[str, str], int] = {}
    for body in bodies:
        try:
            said = json.loads(body)
            if SHAPES["round_opened"](said) is None:
                found |= {(said["round"], phase): len(criteria) for phase, criteria in said["phases"]}
        except (ValueError, RecursionError):
            continue
    return found


def is_person(*columns: Any) -> bool:
    """The columns of a person: a commitment, texts that can be shown, and more of them by name."""
    commitment, *said, fields = columns
    try:
        more = json.loads(fields)
    except (ValueError, RecursionError):
        return False
    return not any(wrong is not None for wrong in (_PERSON(commitment), *map(text, said), by_name(text)(more)))


# -- values ----------------------------------------------------------------------------------------------------------


def text(value: Any) -> str | None:
    """Text on one line, without signs that nobody sees or that turn a line around."""
    return None if isinstance(value, str) and (value.isprintable() or _is_plain(value)) else ITSELF


@lru_cache(maxsize=1 << 12)
def _is_plain(value: str) -> bool:
    return not any(unicodedata.category(letter) in _UNSAFE for letter in value)


def _code(value: Any) -> str | None:
    return text(value) if value else ITSELF


def _long_text(value: Any) -> str | None:
    """A rules file: lines, but no signs that steer a terminal where a line of it is quoted."""
    return None if isinstance(value, str) and "\0" not in value and _is_encodable(value) else ITSELF


def _is_encodable(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def number(low: int = 0, high: int = _MOST) -> Check:
    """A whole number between two others."""

    def check(value: Any) -> str | None:
        return None if type(value) is int and low <= value <= high else ITSELF

    return check


def word(*allowed: str) -> Check:
    """One of the words of the journal."""
    return lambda value: None if isinstance(value, str) and value in allowed else ITSELF


def _matching(pattern: re.Pattern[str]) -> Check:
    return lambda value: None if isinstance(value, str) and pattern.fullmatch(value) else ITSELF


def maybe(check: Check, *nothing: Any) -> Check:
    """It, or nothing: null unless other words for nothing are named."""
    empty = nothing or (None,)
    return lambda value: (
        None if any(value is one or (value == one and one is not None) for one in empty) else check(value)
    )


def _time(value: Any) -> str | None:
    if not isinstance(value, str) or not _TIME.fullmatch(value):
        return ITSELF
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return ITSELF
    return None


def _day(value: Any) -> str | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return ITSELF
    try:
        date.fromisoformat(value)
    except ValueError:
        return ITSELF
    return None


@lru_cache(maxsize=1 << 16)
def _is_mark(written: str) -> bool:
    return written == "-" or read_exact(written) is not None


def _marks(value: Any) -> str | None:
    return None if isinstance(value, str) and all(map(_is_mark, value.split(" "))) else ITSELF


def _figure(value: Any) -> str | None:
    return None if isinstance(value, str) and value != "-" and _is_mark(value) else ITSELF


# -- shapes ----------------------------------------------------------------------------------------------------------


def each(check: Check, *, least: int = 0) -> Check:
    """A list of such."""

    def checked(value: Any) -> str | None:
        if not isinstance(value, list) or len(value) < least:
            return ITSELF
        return next((found for one in value if (found := check(one)) is not None), None)

    return checked


def by_name(check: Check) -> Check:
    """A mapping from names to such."""

    def checked(value: Any) -> str | None:
        if not isinstance(value, dict):
            return ITSELF
        return next(
            (found or name for name, one in value.items() if (found := _code(name) or check(one)) is not None), None
        )

    return checked


def row(*checks: Check, least: int | None = None) -> Check:
    """A list of these, in this order; those behind the `least` first may be left out."""
    few = len(checks) if least is None else least

    def checked(value: Any) -> str | None:
        if not isinstance(value, list) or not few <= len(value) <= len(checks):
            return ITSELF
        return next(
            (
                found
                for found in starmap(lambda check, one: check(one), zip(checks, value, strict=False))
                if found is not None
            ),
            None,
        )

    return checked


def parts(needed: Mapping[str, Check], **more: Check) -> Check:
    """A mapping with these parts and, if it likes, `more`; of what else it says only that it can be shown."""

    def checked(value: Any) -> str | None:
        if not isinstance(value, dict):
            return ITSELF
        for name, check in needed.items():
            if name not in value:
                return name
            if (found := check(value[name])) is not None:
                return found or name
        for name, one in value.items():
            if name in needed:
                continue
            if (found := more[name](one) if name in more else text(name) or _anything(one)) is not None:
                return found or name
        return None

    return checked


def _anything(value: Any) -> str | None:
    """Whatever a later version of the program may say, as long as nothing in it steers a terminal."""
    match value:
        case str():
            return text(value)
        case list():
            return next((found for one in value if (found := _anything(one)) is not None), None)
        case dict():
            return next(
                (found for name, one in value.items() if (found := text(name) or _anything(one)) is not None), None
            )
        case float():
            return ITSELF
        case _:
            return None


def both(*checks: Check) -> Check:
    """All of these at once."""
    return lambda value: next((found for check in checks if (found := check(value)) is not None), None)


def _order(value: Any) -> str | None:
    """Each entry with its place, each place from 1 on once."""
    if not isinstance(value, dict) or any(_code(name) is not None for name in value):
        return ITSELF
    places = list(value.values())
    if any(type(place) is not int for place in places) or sorted(places) != list(range(1, len(places) + 1)):
        return ITSELF
    return None if len(places) > 1 else ITSELF


def _document(value: Any) -> str | None:
    """Results as far as the store reads them; what papers are made of is read, or refused, by whoever prints it."""
    if not isinstance(value, str):
        return ITSELF
    return _RESULTS(json.loads(value))


_UNIT = maybe(text)
_ENTRY = number(1)
_HEADS = each(row(_matching(_DEVICE), _ENTRY, _matching(_COMMITMENT)))
_PERSON = _matching(_COMMITMENT)
_PERSONS = each(_PERSON)
_WRITTEN = each(row(_matching(_DEVICE), _ENTRY))


def _numbered(value: Any) -> str | None:
    """How an entry names an earlier one: by laptop and number, or (version 1) by number."""
    return _ENTRY(value) if type(value) is int else row(_matching(_DEVICE), _ENTRY)(value)


_STATUS = word("", "absent", "disqualified", "withdrawn")
_CENTS = number()
_RESULTS = parts(
    {
        "contests": each(
            parts(
                {
                    "within": _UNIT,
                    "category": _UNIT,
                    "placings": each(
                        parts(
                            {
                                "entry": _code,
                                "awards": each(parts({"cents": _CENTS}, why=lambda _: None, item=lambda _: None)),
                            },
                            entrant=maybe(text),
                            points=lambda value: (
                                ITSELF if not isinstance(value, str) or read_exact(value.lstrip("-")) is None else None
                            ),
                            phases=lambda _: None,
                            notes=lambda _: None,
                            level=maybe(text),
                        )
                    ),
                },
                unranked=lambda _: None,
                due=lambda _: None,
                warnings=lambda _: None,
            )
        )
    },
    warnings=lambda _: None,
)
_OF_CONTEST: Mapping[str, Check] = {"round": _code, "within": _UNIT, "category": _UNIT}
_OF_ENTRY: Mapping[str, Check] = {**_OF_CONTEST, "entry": _code}
_OF_SHEET: Mapping[str, Check] = {**_OF_ENTRY, "phase": _code, "judge": _code}
_RULES: Mapping[str, Check] = {"rules": _matching(_COMMITMENT)}

_ROWS: Mapping[str, Check] = {
    "watersheds": parts({"code": _code, "name": text}),
    "communities": parts({"code": _code, "name": text}, watershed=maybe(text), households=maybe(number(0, 1_000_000))),
    "households": parts({"code": _code, "community": _code}, person=maybe(_PERSON), sex=text, category=text),
    "judges": parts({"code": _code}, person=maybe(_PERSON), community=maybe(text), office=text, phases=text),
}
_ONE_OF_A_TABLE = parts(
    {"code": _code},
    new=number(1, 1),
    person=_PERSON,
    status=_STATUS,
    reason=text,
    deductions=each(_code),
    fields=by_name(text),
    sheets=each(row(_code, _code, _marks, _figure, least=3)),
    totals=each(row(_code, _code, _marks, _figure)),
    old=parts(
        {},
        sheets=each(row(_code, _code, _marks, _numbered)),
        status=_STATUS,
        reason=text,
        deductions=each(_code),
        fields=by_name(text),
    ),
)


def _says_why(value: Any) -> str | None:
    """A status stands with its reason."""
    return "reason" if isinstance(value, dict) and ("status" in value) != ("reason" in value) else None


_SCORES = parts(
    {
        "round": _code,
        "contests": each(
            parts({"within": _UNIT, "category": _UNIT, "entries": each(both(_ONE_OF_A_TABLE, _says_why))})
        ),
    },
    correct=maybe(text),
    submissions=by_name(row(_UNIT, _UNIT, _code, _code, _code)),
)


def _register(value: Any) -> str | None:
    """The rows of a register as that one needs them."""
    if not isinstance(value, dict) or value.get("register") not in list(_ROWS):
        return "register"
    return parts({"register": text, "rows": each(_ROWS[value["register"]])})(value)


SHAPES: Mapping[str, Check] = {
    "file_created": parts({"rehearsal": number(0, 1)}, rules=_matching(_COMMITMENT), rules_text=_long_text),
    "rules_set": parts(_RULES, rules_text=_long_text),
    "register_imported": _register,
    "round_opened": parts(
        {
            "round": _code,
            "competition": _code,
            "tier": word("household", "group", "community"),
            "number": number(1),
            "edition": text,
            "phases": each(row(_code, each(_code))),
            "lower": maybe(_code),
            "lower_results": maybe(number(1)),
            **_RULES,
        },
        rules_text=_long_text,
    ),
    "fields_frozen": parts(
        {
            "round": _code,
            "kept": each(parts({"within": _UNIT, "category": _UNIT, "entries": by_name(by_name(text))})),
        }
    ),
    "round_closed": parts(
        {"round": _code, "number": number(1), "document": _document, "accept_missing": text},
        heads=_HEADS,
        seal=text,
        witness=maybe(_PERSON, ""),
        appeals_until=maybe(_day, ""),
        lower_results=maybe(number(1)),
    ),
    "round_reopened": parts({"round": _code, "reason": text}, witness=maybe(_PERSON, "")),
    "entered": _SCORES,
    "scores_imported": _SCORES,
    "sheet_recorded": _SCORES,
    "status_set": _SCORES,
    "order_recorded": parts(
        {**_OF_CONTEST, "step": word("lots", "jury_decision"), "order": _order, "reason": text, "witnesses": _PERSONS}
    ),
    "order_voided": parts(
        {
            **_OF_CONTEST,
            "step": word("lots", "jury_decision"),
            "order": _order,
            "reason": text,
            "names": _PERSONS,
            "of": _WRITTEN,
        }
    ),
    "ruling_recorded": parts(
        {
            **_OF_ENTRY,
            "ruling": word("deduction", "bonus", "knockout", "disqualification"),
            "rule": text,
            "reason": text,
            "names": _PERSONS,
        },
        old=parts({"status": _STATUS, "reason": text}),
    ),
    "ruling_voided": parts(
        {
            **_OF_ENTRY,
            "ruling": word("deduction", "bonus", "knockout", "disqualification"),
            "rule": text,
            "reason": text,
            "names": _PERSONS,
            "of": _WRITTEN,
        },
        status=_STATUS,
        status_reason=text,
    ),
    "households_merged": parts({"keep": _code, "drop": _code, "reason": text}, rounds=each(_code)),
    "households_told_apart": parts({"pairs": each(row(_code, _code)), "reason": text}),
    "panel_assigned": parts(
        {
            "round": _code,
            "panels": each(parts({"within": _UNIT, "category": _UNIT, "phase": _code, "judges": each(_code)})),
        }
    ),
    "conflict_declared": parts(
        {**_OF_ENTRY, "judge": _code, "declared": word("recused", "no_conflict"), "reason": text}
    ),
    "sheets_numbered": parts(
        {"round": _code, "papers": each(row(_matching(_SHEET), _UNIT, _UNIT, maybe(_code), _code, maybe(_code)))}
    ),
    "sheet_bound": parts({**_OF_ENTRY, "code": _code, "judge": _code}),
    "second_typed": parts({**_OF_SHEET, "marks": _marks}),
    "discrepancy_settled": parts(
        {**_OF_SHEET, "marks": _marks, "reason": text}, old=_marks, control=text, witness=maybe(_PERSON, "")
    ),
    "picture_attached": parts({"round": _code, "code": _code, "name": text, "digest": text}),
    "receipts_numbered": parts(
        {
            "round": _code,
            "results": number(1),
            "office": text,
            "year": number(1, 9999),
            "receipts": each(row(_matching(_RECEIPT), _UNIT, _UNIT, _code, _CENTS)),
        },
        seal=text,
    ),
    "payment_recorded": parts(
        {
            **_OF_ENTRY,
            "receipt": _code,
            "mode": word("cash", "transfer", "in_kind"),
            "day": _day,
            "proxy": maybe(_PERSON, ""),
            "reason": text,
        },
        without_dni=text,
    ),
    "payment_voided": parts({"round": _code, "receipt": _code, "reason": text}),
    "payment_returned": parts(
        {**_OF_ENTRY, "results": number(1), "cents": _CENTS, "day": _day, "reason": text, "names": _PERSONS}
    ),
    "overpayment_waived": parts(
        {**_OF_ENTRY, "results": number(1), "cents": _CENTS, "day": _day, "reason": text, "names": _PERSONS}
    ),
    "redress_voided": parts({**_OF_ENTRY, "of": row(_matching(_DEVICE), _ENTRY), "reason": text}),
    "appeals_opened": parts({"round": _code, "results": number(1), "until": _day}),
    "appeal_filed": parts(
        {
            "round": _code,
            "code": _code,
            "results": number(1),
            "within": _UNIT,
            "category": _UNIT,
            "entry": maybe(_code),
            "claimant": _PERSON,
            "day": _day,
            "text": text,
        }
    ),
    "appeal_decided": parts(
        {"code": _code, "state": word("upheld", "rejected"), "decision": text, "names": _PERSONS, "day": _day}
    ),
    "device_started": parts({"device": _matching(_DEVICE), "name": text, "heads": _HEADS}),
    "device_named": parts({"device": _matching(_DEVICE), "name": text}),
    "device_lost": parts({"device": _matching(_DEVICE), "number": number()}, reason=text),
    "device_found": parts({"device": _matching(_DEVICE)}, reason=text),
    "merged": parts({"heads": _HEADS}, files=number()),
    "conflict_settled": parts(
        {"what": each(_anything), "other": row(_matching(_DEVICE), _ENTRY), "reason": text},
        stands=row(_matching(_DEVICE), _ENTRY),
    ),
    "person_forgotten": parts({"commitments": _PERSONS, "reason": text}, fields=each(text), alike=each(_PERSONS)),
    "exported": parts({"what": text}),
}
"""The shape of each kind of entry, as the tables need it."""


def _marks_of(kind: str, body: Mapping[str, Any], papers: Papers) -> str | None:
    """Sheets have as many marks as the phase of their round has lines."""
    if kind in ("second_typed", "discrepancy_settled"):
        expected = papers.get((body["round"], body["phase"]))
        said = [body["marks"], *([body["old"]] if "old" in body else [])]
        return "marks" if any(one.count(" ") + 1 != expected for one in said) else None
    for contest in body.get("contests", ()):
        for one in contest["entries"]:
            for phase, _, marks, *_ in (
                *one.get("sheets", ()),
                *one.get("totals", ()),
                *one.get("old", {}).get("sheets", ()),
            ):
                if marks.count(" ") + 1 != papers.get((body["round"], phase)):
                    return "marks"
    return None
