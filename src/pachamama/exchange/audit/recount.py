"""The results once more, by whoever has this bundle: Python 3.11 and this one file, nothing of the program itself.

    python3 recount.py [--code CODE-ON-A-PAPER] [FOLDER]

It was written from the rules (RULES.md; A4, T3, P5 … are its paragraphs) and shares no code with the program. It reads
the marks (CSV) and the rules (JSON) of this folder, reckons places and prizes anew, and compares: with results/*.csv and
with what the seal of each round was put on. It walks the journal, and compares with it the registers, seals, receipts,
payments and appeals, and the copy of the database. 0: all agree. 1: something does not, and each thing is named. Every
number is a Fraction read from its digits.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 whoever has this file has whatever Python there is
    said = ".".join(map(str, sys.version_info[:2]))
    sys.exit(f"recount.py necesita Python 3.11 o uno posterior; este es / needs Python 3.11 or later; this is {said}.")

import argparse
import contextlib
import csv
import hashlib
import io
import json
import math
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

HUNDRED = Fraction(100)
RANK_KINDS = ("rank_sum", "rank_points")
STATUSES = ("absent", "disqualified", "withdrawn")
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Refused(Exception):
    """Nothing is settled: the reason, and the entries, judges or ids that it names."""

    def __init__(self, reason: str, names: Iterable[str] = ()) -> None:
        """Keep the reason and the names in a fixed order."""
        self.reason, self.names = reason, sorted(set(names))
        super().__init__(f"{reason}: {', '.join(self.names)}" if self.names else reason)


# --- reading ---------------------------------------------------------------------------------------------------------


def number(text: str, *, comma: bool = False) -> Fraction:
    """0.1: the exact number in plain digits; `comma` allows the decimal comma of tables."""
    pattern = r"-?(0|[1-9][0-9]*)([.,][0-9]+)?" if comma else r"-?(0|[1-9][0-9]*)(\.[0-9]+)?"
    if not isinstance(text, str) or not re.fullmatch(pattern, text):
        raise Refused("not a number in plain digits", [str(text)])
    return Fraction(text.replace(",", "."))


def optional(text: str | None) -> Fraction | None:
    """The number, or None where the rules say nothing."""
    return None if text is None else number(text)


@dataclass(eq=False)
class Criterion:
    """A line of the score sheet, A2."""

    id: str
    kind: str
    weight: Fraction
    minimum: Fraction = Fraction(1)
    maximum: Fraction = Fraction(0)
    step: Fraction = Fraction(1)
    options: list[Fraction] = field(default_factory=list)
    bands: list[tuple[Fraction, Fraction]] = field(default_factory=list)
    scale: Fraction = HUNDRED
    told: Mapping[str, Any] = field(default_factory=dict)

    def highest(self) -> Fraction:
        """The most points that the criterion can give."""
        if self.kind == "options":
            return max(self.options)
        if self.bands:
            return max(points for _, points in self.bands)
        return self.maximum

    def in_band(self, quantity: Fraction) -> Fraction:
        """The points of the last band that starts at or below the quantity."""
        return [points for start, points in self.bands if start <= quantity][-1]

    def worth(self, text: str) -> Fraction:
        """The points of one cell, or a refusal if the paper does not allow that mark."""
        mark = number(text, comma=True)
        if self.kind == "options":
            allowed = mark in self.options
        elif self.kind == "measured":
            allowed = mark >= 0
        else:
            allowed = self.minimum <= mark <= self.maximum and (mark - self.minimum) % self.step == 0
        if not allowed:
            raise Refused(f"the mark {text} is not allowed", [self.id])
        return self.in_band(mark) if self.kind == "measured" else mark


@dataclass
class Phase:
    """A part of the judging with its own panel, A6."""

    id: str
    factor: Fraction
    weight: Fraction
    criteria: list[Criterion]

    @property
    def judged(self) -> list[Criterion]:
        """The criteria that stand on a judge's sheet."""
        return [criterion for criterion in self.criteria if criterion.kind != "source"]

    @property
    def sources(self) -> list[Criterion]:
        """The criteria that are read from the lower tier."""
        return [criterion for criterion in self.criteria if criterion.kind == "source"]


@dataclass
class Panel:
    """How the judges of a phase are combined, A3 and A4."""

    judges: int | None
    at_least: int
    combine: str
    of: str
    missing: str
    highest: int
    lowest: int
    enough: int
    then: str
    distance: Fraction
    points: list[Fraction]
    mean: Fraction
    spread: Fraction
    deviation: str


@dataclass
class Rounding:
    """Where and how figures are rounded, 0.2 and 0.3."""

    decimals: int
    mode: str
    at: list[str]
    compare: str

    def to(self, value: Fraction, decimals: int) -> Fraction:
        """The value at that many decimals."""
        scaled = value * 10**decimals
        below = math.floor(scaled)
        rest = scaled - below
        if self.mode == "floor":
            whole = below
        elif self.mode == "ceil":
            whole = math.ceil(scaled)
        elif rest != Fraction(1, 2):
            whole = below + (rest > Fraction(1, 2))
        elif self.mode == "half_even":
            whole = below + below % 2
        else:
            whole = below + 1 if value > 0 else below
        return Fraction(whole, 10**decimals)

    def compared(self, value: Fraction) -> Fraction:
        """The figure that is compared: the printed one, or under `compare: exact` the exact one."""
        return value if self.compare == "exact" else self.to(value, self.decimals)


@dataclass
class Tier:
    """One tier's rules with every default of table D filled in."""

    told: Mapping[str, Any]
    phases: list[Phase]
    panel: Panel
    rounding: Rounding
    categories: list[str]
    deductions: dict[str, Fraction]
    bonuses: dict[str, Fraction]
    knockouts: list[str]
    levels: list[tuple[str, Fraction]]
    better: str
    numbering: str
    ties: list[Any]

    def full_total(self) -> Fraction | None:
        """A2: Σ factor × weight × phase maximum; None where there is none."""
        if self.panel.combine in (*RANK_KINDS, "standardised"):
            return None
        sheets = Fraction(1)
        if self.panel.combine == "sum" or (self.panel.combine == "trimmed" and self.panel.then == "sum"):
            if self.panel.judges is None:
                return None
            dropped = 0
            if self.panel.combine == "trimmed" and self.panel.judges >= self.panel.enough:
                dropped = self.panel.highest + self.panel.lowest
            sheets = Fraction(self.panel.judges - dropped)
        total = Fraction(0)
        for phase in self.phases:
            judged = sum((one.weight * one.highest() for one in phase.judged), Fraction(0))
            sources = sum((one.weight * one.highest() for one in phase.sources), Fraction(0))
            total += phase.factor * phase.weight * (sheets * judged + sources)
        return total

    def level(self, points: Fraction) -> str | None:
        """A7: the highest level that these points reach."""
        reached = [(start, name) for name, start in self.levels if points >= start]
        return max(reached)[1] if reached else None


def read_criterion(told: Mapping[str, Any]) -> Criterion:
    """A criterion with its defaults."""
    kind = next((kind for kind in ("source", "options", "measured") if kind in told), "marks")
    return Criterion(
        id=told["id"],
        kind=kind,
        weight=number(told.get("weight", "1")),
        minimum=number(told.get("min", "1")),
        maximum=number(told.get("max", "0")),
        step=number(told.get("step", "1")),
        options=[number(option["points"]) for option in told.get("options", [])],
        bands=[(number(band["from"]), number(band["points"])) for band in told.get("bands", [])],
        told=told,
    )


def read_phase(told: Mapping[str, Any], name: str) -> Phase:
    """A phase with its defaults."""
    criteria = [read_criterion(criterion) for criterion in told["criteria"]]
    return Phase(name, number(told.get("factor", "1")), number(told.get("weight", "1")), criteria)


def read_panel(told: Mapping[str, Any]) -> Panel:
    """The panel with its defaults."""
    judges = int(number(told["judges"])) if "judges" in told else None
    drop = told.get("drop", {})
    return Panel(
        judges=judges,
        at_least=int(number(told.get("at_least", "1" if judges == 1 else "2"))),
        combine=told.get("combine", "mean"),
        of=told.get("of", "sheet"),
        missing=told.get("missing", "leave_out"),
        highest=int(number(drop.get("highest", "1"))),
        lowest=int(number(drop.get("lowest", "1"))),
        enough=int(number(drop.get("from", "5"))),
        then=told.get("then", "mean"),
        distance=number(told.get("distance", "0")),
        points=[number(points) for points in told.get("points", [])],
        mean=number(told.get("mean", "100")),
        spread=number(told.get("spread", "20")),
        deviation=told.get("deviation", "population"),
    )


def read_tier(told: Mapping[str, Any]) -> Tier:
    """A tier's rules from the plain mapping."""
    phases = (
        [read_phase(phase, phase["id"]) for phase in told["phases"]]
        if "phases" in told
        else [read_phase(told, "sheet")]
    )
    panel = read_panel(told.get("panel", {}))
    rounding = told.get("rounding", {})
    ranking = told.get("ranking", {})
    return Tier(
        told=told,
        phases=phases,
        panel=panel,
        rounding=Rounding(
            decimals=int(number(rounding.get("decimals", "2"))),
            mode=rounding.get("mode", "half_up"),
            at=rounding.get("at", ["criterion", "phase", "total"]),
            compare=rounding.get("compare", "printed"),
        ),
        categories=[category["id"] for category in told.get("categories", [])],
        deductions={one["id"]: number(one["points"]) for one in told.get("deductions", [])},
        bonuses={one["id"]: number(one["points"]) for one in told.get("bonuses", [])},
        knockouts=[one["id"] for one in told.get("knockouts", [])],
        levels=[(level["id"], number(level["from"])) for level in told.get("levels", [])],
        better=ranking.get("better", "lower" if panel.combine == "rank_sum" else "higher"),
        numbering=ranking.get("numbering", "1224"),
        ties=told.get("ties", []),
    )


# --- the score table -------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Sheet:
    """One judge, one entry, one phase: the points of each criterion that has a mark."""

    judge: str
    phase: str
    marks: dict[str, Fraction]


@dataclass(eq=False)
class Entry:
    """What competes in one contest, with all that the table and the reckoning say of it."""

    code: str
    fields: dict[str, str] = field(default_factory=dict)
    sheets: list[Sheet] = field(default_factory=list)
    status: str | None = None
    named: set[str] = field(default_factory=set)
    sources: dict[str, Fraction] = field(default_factory=dict)
    unranked: str | None = None
    counted: dict[str, int] = field(default_factory=dict)
    phases: dict[str, Fraction] = field(default_factory=dict)
    criteria: dict[str, Fraction] = field(default_factory=dict)
    points: Fraction = Fraction(0)
    exact: Fraction = Fraction(0)
    untrimmed: Fraction = Fraction(0)
    worths: dict[tuple[str, str], Fraction] = field(default_factory=dict)
    orders: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    decided_by: str | None = None
    place: int | str = 0
    promoted: bool = False

    @property
    def entrant(self) -> str:
        """Who wins with it."""
        return self.fields.get("entrant", self.code)

    def figure(self, name: str) -> Fraction | None:
        """An entry field as a number; None where the cell is empty."""
        return number(self.fields[name], comma=True) if name in self.fields else None


@dataclass(eq=False)
class Contest:
    """The entries ranked against each other: one unit of `within`, one category."""

    within: str | None
    category: str | None
    entries: dict[str, Entry] = field(default_factory=dict)
    orders: list[tuple[str, dict[str, int]]] = field(default_factory=list)
    places: list[list[Entry]] = field(default_factory=list)
    equal_for_money: list[list[Entry]] = field(default_factory=list)

    @property
    def ranked(self) -> list[Entry]:
        """Those with a place, best first."""
        return [entry for group in self.places for entry in group]


def read_contests(
    tier: Tier, entries: Iterable[Mapping[str, str]], marks: Iterable[Mapping[str, str]], orders: Iterable[Any]
) -> list[Contest]:
    """The contests of a round from its tables, in the order of `within`, then of the categories in the rules."""
    contests: dict[tuple[str | None, str | None], Contest] = {}
    for row in entries:
        where = (row["within"] or None, row["category"] or None)
        if (where[1] or tier.categories) and where[1] not in tier.categories:
            raise Refused("no such category", [row["category"]])
        contest = contests.setdefault(where, Contest(*where))
        if row["entry"] in contest.entries:
            raise Refused("an entry stands twice", [row["entry"]])
        contest.entries[row["entry"]] = read_entry(tier, row)
    for row in marks:
        found = contests.get((row["within"] or None, row["category"] or None))
        if found is None or row["entry"] not in found.entries:
            raise Refused("marks of somebody who is not entered", [row["entry"]])
        read_sheet(tier, found.entries[row["entry"]], row)
    for within, category, step, numbers in orders:
        contest = contests.setdefault((within or None, category or None), Contest(within or None, category or None))
        contest.orders.append((step, numbers))
    for contest in contests.values():
        for entry in contest.entries.values():
            check_sheets(tier, entry)
            entry.orders = contest.orders
    return sorted(
        contests.values(),
        key=lambda one: (one.within or "", tier.categories.index(one.category) if one.category else 0),
    )


def read_entry(tier: Tier, row: Mapping[str, str]) -> Entry:
    """An entry with its status, what was named of it, and the fields that rules may ask for."""
    if row["status"] and row["status"] not in STATUSES:
        raise Refused("no such status", [row["status"]])
    named = set(row["deductions"].split())
    unknown = named - {*tier.deductions, *tier.bonuses, *tier.knockouts}
    if unknown:
        raise Refused("no such deduction, bonus or knockout", unknown)
    fields = {name.removeprefix("field:"): text for name, text in row.items() if name.startswith("field:") and text}
    return Entry(row["entry"], fields, status=row["status"] or None, named=named)


def read_sheet(tier: Tier, entry: Entry, row: Mapping[str, str]) -> None:
    """One paper: the marks of one judge for one entry in one phase."""
    phase = next((one for one in tier.phases if one.id == row["phase"]), None)
    if phase is None:
        raise Refused("no such phase", [row["phase"]])
    marks = {one.id: one.worth(row[one.id]) for one in phase.judged if row.get(one.id)}
    if any((sheet.judge, sheet.phase) == (row["judge"], phase.id) for sheet in entry.sheets):
        raise Refused("a second sheet by one judge", [entry.code, row["judge"]])
    if marks:
        entry.sheets.append(Sheet(row["judge"], phase.id, marks))


def check_sheets(tier: Tier, entry: Entry) -> None:
    """A4: no more sheets than judges in a phase."""
    for phase in tier.phases:
        sheets = [sheet for sheet in entry.sheets if sheet.phase == phase.id]
        if tier.panel.judges is not None and len(sheets) > tier.panel.judges:
            raise Refused("more sheets than judges", [entry.code])


# --- C: what the upper tier reads ------------------------------------------------------------------------------------


def lower_results(household_tier: Tier, households: Mapping[str, Any], community: str) -> list[tuple[Fraction, int]]:
    """C2: for each household of the community that has a place, its best points and the rank of the level reached."""
    names = [name for name, _ in sorted(household_tier.levels, key=lambda level: level[1])]
    best: dict[str, tuple[Fraction, int]] = {}
    for contest in households["contests"]:
        if contest["within"] != community:
            continue
        for placing in contest["placings"]:
            level = names.index(placing["level"]) if placing["level"] is not None else -1
            result = (number(placing["points"]), level)
            best[placing["entry"]] = max(best.get(placing["entry"], result), result)
    return list(best.values())


def source_value(
    criterion: Criterion, household_tier: Tier, results: list[tuple[Fraction, int]], registered: Fraction
) -> Fraction:
    """C3: the exact value of one source for one community."""
    if not results:
        return Fraction(0)
    points = sorted((points for points, _ in results), reverse=True)
    took_part = len(points)
    kind = criterion.told["source"]
    if kind == "participation":
        return HUNDRED * took_part / registered
    if kind == "households_at_level":
        names = [name for name, _ in sorted(household_tier.levels, key=lambda level: level[1])]
        wanted = names.index(criterion.told["level"])
        return HUNDRED * sum(1 for _, level in results if level >= wanted) / registered
    if kind == "household_mean":
        over = criterion.told.get("over", "register")
        return sum(points, Fraction(0)) / (registered if over == "register" else took_part)
    if kind == "household_median":
        return median(points)
    if "count" in criterion.told:
        how_many = int(number(criterion.told["count"]))
    else:
        how_many = math.ceil(registered * number(criterion.told["share"]) / HUNDRED)
    return sum(points[:how_many], Fraction(0)) / how_many


def read_sources(tier: Tier, contests: list[Contest], competition: Mapping[str, Any], households: Any) -> None:
    """Give every entry the exact values of its sources."""
    sources = [criterion for phase in tier.phases for criterion in phase.sources]
    if not sources:
        return
    if households is None:
        raise Refused("the results of the lower tier are missing")
    lower = next(read_tier(told) for told in competition["tiers"] if told["tier"] == tier.told["from"])
    for contest in contests:
        for entry in contest.entries.values():
            registered = entry.figure("households")
            if registered is None or registered.denominator != 1 or registered <= 0:
                raise Refused("the number of households on the register is missing or 0", [entry.code])
            results = lower_results(lower, households, entry.code)
            if len(results) > registered:
                raise Refused("more households took part than are registered", [entry.code])
            for criterion in sources:
                entry.sources[criterion.id] = source_value(criterion, lower, results, registered)
    for criterion in sources:
        if not criterion.bands and criterion.told["source"] not in ("participation", "households_at_level"):
            full = lower.full_total()
            if full is None:
                raise Refused("the lower tier has no full total", [criterion.id])
            criterion.scale = full


def source_points(tier: Tier, criterion: Criterion, value: Fraction, *, rounded: bool) -> Fraction:
    """C3: points by bands from the printed value, or scaled from the exact one."""
    if criterion.bands:
        return criterion.in_band(tier.rounding.compared(value) if rounded else value)
    return criterion.maximum * value / criterion.scale


# --- A: from marks to one score --------------------------------------------------------------------------------------


def median(values: list[Fraction]) -> Fraction:
    """The middle value, or the mean of the middle two."""
    ordered = sorted(values)
    n = len(ordered)
    return ordered[n // 2] if n % 2 else (ordered[n // 2 - 1] + ordered[n // 2]) / 2


def combine(panel: Panel, values: list[Fraction], *, dropping: bool) -> Fraction:
    """A3: one figure from the values of the judges."""
    n = len(values)
    total = sum(values, Fraction(0))
    mean = total / n
    if panel.combine in ("sum", *RANK_KINDS):
        return total
    if panel.combine == "median":
        return median(values)
    if panel.combine == "trimmed":
        kept = sorted(values)
        if dropping and n >= panel.enough:
            kept = kept[panel.lowest : n - panel.highest]
        return sum(kept, Fraction(0)) / (1 if panel.then == "sum" else len(kept))
    if panel.combine == "outlier" and dropping:
        kept = [value for value in values if abs(value - mean) <= panel.distance]
        return sum(kept, Fraction(0)) / len(kept) if kept else mean
    return mean


def places_of(values: Mapping[str, Fraction]) -> dict[str, list[int]]:
    """The places, 1 = highest value, that each name occupies together with its equals."""
    return {
        name: [
            1 + sum(1 for other in values.values() if other > value) + more
            for more in range(sum(1 for other in values.values() if other == value))
        ]
        for name, value in values.items()
    }


def root(square: Fraction) -> Fraction:
    """A5: the square root, exact where there is one, else cut off after 60 decimals."""
    above, below = math.isqrt(square.numerator), math.isqrt(square.denominator)
    if above**2 == square.numerator and below**2 == square.denominator:
        return Fraction(above, below)
    return Fraction(math.isqrt(square.numerator * 10**120 // square.denominator), 10**60)


def one_judge(panel: Panel, values: dict[str, Fraction]) -> dict[str, Fraction]:
    """A3, A5: what a judge's values of the entries in the running become before they are combined."""
    if panel.combine == "rank_sum":
        return {name: Fraction(sum(places), len(places)) for name, places in places_of(values).items()}
    if panel.combine == "rank_points":
        listed = dict(enumerate(panel.points, 1))
        return {
            name: sum((listed.get(place, Fraction(0)) for place in places), Fraction(0)) / len(places)
            for name, places in places_of(values).items()
        }
    if panel.combine == "standardised":
        n = len(values)
        mean = sum(values.values(), Fraction(0)) / n
        squares = sum(((value - mean) * (value - mean) for value in values.values()), Fraction(0))
        deviation = root(squares / (n if panel.deviation == "population" else n - 1))
        if deviation == 0:
            return dict.fromkeys(values, panel.mean)
        return {name: panel.mean + panel.spread * (value - mean) / deviation for name, value in values.items()}
    return values


def is_full(phase: Phase, sheet: Sheet) -> bool:
    """A full sheet has a mark for every judged criterion of its phase."""
    return all(criterion.id in sheet.marks for criterion in phase.judged)


def sheet_total(phase: Phase, sheet: Sheet) -> Fraction:
    """A1 (4): Σ weight × mark, exact."""
    return sum((criterion.weight * sheet.marks[criterion.id] for criterion in phase.judged), Fraction(0))


def sheets_of(entry: Entry, phase: Phase) -> list[Sheet]:
    """The entry's sheets of one phase."""
    return [sheet for sheet in entry.sheets if sheet.phase == phase.id]


def judges_missing(tier: Tier, phase: Phase, entries: list[Entry]) -> None:
    """A4: `refuse` and `drop_judge`, over the entries without status or knockout; a phase that is not judged lacks nothing."""
    if not phase.judged:
        return
    full = {
        entry.code: {sheet.judge for sheet in sheets_of(entry, phase) if is_full(phase, sheet)} for entry in entries
    }
    if tier.panel.missing == "refuse":
        wanted = tier.panel.judges
        if wanted is None:
            wanted = max((len(judges) for judges in full.values()), default=0)
        short = [code for code, judges in full.items() if len(judges) < wanted]
        if short:
            raise Refused(f"sheets are missing in {phase.id}", short)
    if tier.panel.missing == "drop_judge":
        judges = {sheet.judge for entry in entries for sheet in sheets_of(entry, phase)}
        dropped = {judge for judge in judges if any(there - {judge} and judge not in there for there in full.values())}
        if dropped and dropped == judges:
            raise Refused(f"no judge is left in {phase.id}", judges)
        for entry in entries:
            entry.sheets = [one for one in entry.sheets if one.phase != phase.id or one.judge not in dropped]


def parts_of(tier: Tier, phase: Phase) -> list[Criterion | None]:
    """What is combined over the judges: whole sheets (None), or each judged criterion."""
    if not phase.judged:
        return []
    return [None] if tier.panel.of == "sheet" else list(phase.judged)


def values_of(phase: Phase, part: Criterion | None, entry: Entry) -> dict[str, Fraction]:
    """The value of each judge counted: the total of a full sheet, or the mark of one criterion."""
    sheets = sheets_of(entry, phase)
    if part is None:
        return {sheet.judge: sheet_total(phase, sheet) for sheet in sheets if is_full(phase, sheet)}
    return {sheet.judge: sheet.marks[part.id] for sheet in sheets if part.id in sheet.marks}


def check_same_number(tier: Tier, phase: Phase, values: Mapping[str, dict[str, Fraction]]) -> None:
    """A4: sums and ranks need the same number of values for every entry in the running."""
    adds = tier.panel.combine in ("sum", *RANK_KINDS)
    adds = adds or (tier.panel.combine == "trimmed" and tier.panel.then == "sum")
    counts = {name: len(there) for name, there in values.items()}
    if adds and len(set(counts.values())) > 1:
        raise Refused(
            f"unequal panels in {phase.id}", [n for n, count in counts.items() if count < max(counts.values())]
        )


def check_standardised(phase: Phase, by_judge: Mapping[str, dict[str, Fraction]]) -> None:
    """A5: each judge marked at least six entries, and all judges are linked by entries they both marked."""
    few = [judge for judge, values in by_judge.items() if len(values) < 6]
    if few:
        raise Refused(f"fewer than six entries in {phase.id}", few)
    judges = sorted(by_judge)
    linked = set(judges[:1])
    for _ in judges:
        linked |= {one for one in judges if any(set(by_judge[one]) & set(by_judge[other]) for other in linked)}
    if set(judges) != linked:
        raise Refused(f"judges without a link in {phase.id}", set(judges) - linked)


def take_out(tier: Tier, contest: Contest) -> list[Entry]:
    """A4, A7: set aside by status, then knockout, then too few judges; who is left is in the running."""
    standing = []
    for entry in contest.entries.values():
        below = [
            criterion.id
            for phase in tier.phases
            for criterion in phase.sources
            if "knockout_below" in criterion.told
            and tier.rounding.compared(entry.sources[criterion.id]) < number(criterion.told["knockout_below"])
        ]
        if entry.status is not None:
            entry.unranked = entry.status
        elif below or any(name in tier.knockouts for name in entry.named):
            entry.unranked = "knocked_out"
        else:
            standing.append(entry)
    for phase in tier.phases:
        judges_missing(tier, phase, standing)
        for entry in standing:
            counts = [len(values_of(phase, part, entry)) for part in parts_of(tier, phase)]
            entry.counted[phase.id] = min(counts, default=0)
            if counts and min(counts) < tier.panel.at_least:
                entry.unranked = "incomplete"
    return [entry for entry in standing if entry.unranked is None]


def score(tier: Tier, contest: Contest) -> list[Entry]:
    """A: the points of every entry in the running, printed, exact and untrimmed."""
    running = take_out(tier, contest)
    combined: dict[tuple[str, str | None, str], list[Fraction]] = {}
    for phase in tier.phases:
        for part in parts_of(tier, phase):
            values = {entry.code: values_of(phase, part, entry) for entry in running}
            check_same_number(tier, phase, values)
            by_judge: dict[str, dict[str, Fraction]] = {}
            for code, there in values.items():
                for judge, value in there.items():
                    by_judge.setdefault(judge, {})[code] = value
            if tier.panel.combine == "standardised":
                check_standardised(phase, by_judge)
            by_judge = {judge: one_judge(tier.panel, there) for judge, there in by_judge.items()}
            for entry in running:
                mine = {judge: there[entry.code] for judge, there in by_judge.items() if entry.code in there}
                combined[phase.id, part.id if part else None, entry.code] = list(mine.values())
                if tier.panel.combine in RANK_KINDS:
                    weight = part.weight if part else Fraction(1)
                    for judge, value in mine.items():
                        worth = entry.worths.get((judge, phase.id), Fraction(0)) + weight * value
                        entry.worths[judge, phase.id] = worth
    for entry in running:
        settle_points(tier, entry, combined)
    return running


def settle_points(tier: Tier, entry: Entry, combined: Mapping[tuple[str, str | None, str], list[Fraction]]) -> None:
    """A1 (6) to (11): the entry's phases, criteria and totals, and what its full sheets are worth."""
    printed = tier.rounding.compare == "printed"
    entry.points, entry.phases, entry.criteria = total_of(tier, entry, combined, rounded=printed, dropping=True)
    entry.exact, _, _ = total_of(tier, entry, combined, rounded=False, dropping=True)
    entry.untrimmed, _, _ = total_of(tier, entry, combined, rounded=printed, dropping=False)
    for phase in tier.phases:
        full = [sheet for sheet in sheets_of(entry, phase) if phase.judged and is_full(phase, sheet)]
        if tier.panel.of == "sheet":
            for criterion in phase.judged:
                mean = sum(sheet.marks[criterion.id] for sheet in full) / Fraction(len(full))
                entry.criteria[criterion.id] = mean * criterion.weight
        if tier.panel.combine in RANK_KINDS:
            judges = {sheet.judge for sheet in full}
            entry.worths = {at: worth for at, worth in entry.worths.items() if at[1] != phase.id or at[0] in judges}
        else:
            for sheet in full:
                entry.worths[sheet.judge, phase.id] = sheet_total(phase, sheet) * phase.factor * phase.weight


def total_of(
    tier: Tier,
    entry: Entry,
    combined: Mapping[tuple[str, str | None, str], list[Fraction]],
    *,
    rounded: bool,
    dropping: bool,
) -> tuple[Fraction, dict[str, Fraction], dict[str, Fraction]]:
    """The total, the phases and the criteria of one entry, with the R's of A1 or without any."""

    def r(value: Fraction, where: str) -> Fraction:
        applies = rounded and (where in tier.rounding.at or where == "total")
        return tier.rounding.to(value, tier.rounding.decimals) if applies else value

    phases: dict[str, Fraction] = {}
    criteria: dict[str, Fraction] = {}
    for phase in tier.phases:
        points = Fraction(0)
        for part in parts_of(tier, phase):
            values = combined[phase.id, part.id if part else None, entry.code]
            value = combine(tier.panel, values, dropping=dropping)
            if part is None:
                points += r(value, "phase")
            else:
                criteria[part.id] = r(r(value, "criterion") * part.weight, "criterion")
                points += criteria[part.id]
        for source in phase.sources:
            value = source_points(tier, source, entry.sources[source.id], rounded=rounded)
            criteria[source.id] = r(r(value, "criterion") * source.weight, "criterion")
            points += criteria[source.id]
        phases[phase.id] = r(points * phase.factor * phase.weight, "phase")
    total = sum(phases.values(), Fraction(0))
    bonuses = sum((points for name, points in tier.bonuses.items() if name in entry.named), Fraction(0))
    if bonuses:
        total += bonuses
        full = tier.full_total()
        total = total if full is None else min(total, full)
    total -= sum((points for name, points in tier.deductions.items() if name in entry.named), Fraction(0))
    return r(max(Fraction(0), total), "total"), phases, criteria


# --- T: order and ties -----------------------------------------------------------------------------------------------

Groups = list[list[Entry]]


def split(group: list[Entry], key: Callable[[Entry], Any], *, largest_first: bool) -> Groups:
    """The group in subgroups of equal keys."""
    return [
        [entry for entry in group if key(entry) == value]
        for value in sorted({key(entry) for entry in group}, reverse=largest_first)
    ]


def is_lots(step: Any) -> bool:
    """A drawing of lots, recorded or by seed."""
    return isinstance(step, Mapping) and "lots" in step


def name_of(step: Any) -> str:
    """The id of a step as `decided_by` gives it."""
    if isinstance(step, str):
        return step
    if is_lots(step):
        return "lots"
    (kind, what), *_ = step.items()
    return f"{kind}:{what}"


def count_back(group: list[Entry], *, largest_first: bool) -> Groups:
    """T3: more sheets with the best worth in the group, then with the next best."""
    worths = sorted({worth for entry in group for worth in entry.worths.values()}, reverse=largest_first)

    def counts(entry: Entry) -> tuple[int, ...]:
        return tuple(list(entry.worths.values()).count(worth) for worth in worths)

    return split(group, counts, largest_first=True)


def wins(one: Entry, other: Entry, *, largest_first: bool) -> Fraction:
    """T3: 1 if `one` is ahead on more sheets of the same judge and phase, ½ if neither is."""
    pairs = [(worth, other.worths[at]) for at, worth in one.worths.items() if at in other.worths]
    ahead = sum(1 for mine, theirs in pairs if mine > theirs) - sum(1 for mine, theirs in pairs if mine < theirs)
    ahead = ahead if largest_first else -ahead
    return Fraction(1) if ahead > 0 else Fraction(0) if ahead < 0 else Fraction(1, 2)


def head_to_head(group: list[Entry], *, largest_first: bool) -> Groups:
    """T3: who beats more of the group, recomputed inside each smaller subgroup."""
    beaten = {
        one.code: sum(wins(one, other, largest_first=largest_first) for other in group if other is not one)
        for one in group
    }
    groups = split(group, lambda one: beaten[one.code], largest_first=True)
    if len(groups) == 1:
        return groups
    return [part for smaller in groups for part in head_to_head(smaller, largest_first=largest_first)]


def apply_step(tier: Tier, competition_id: str, step: Any, group: list[Entry]) -> Groups:
    """T3: the subgroups that one step makes of a group, better first."""
    up = tier.better == "higher"
    kind, what = (step, "") if isinstance(step, str) else next(iter(step.items()))
    if kind == "count_back":
        return count_back(group, largest_first=up)
    if kind == "head_to_head":
        return head_to_head(group, largest_first=up)
    if kind == "earlier_registration" and not comparable([entry.fields.get("registered", "") for entry in group]):
        return [group]
    if kind == "lots" and what == "seed":

        def drawn(entry: Entry) -> str:
            return hashlib.sha256(f"{step['seed']}|{competition_id}|{entry.code}".encode()).hexdigest()

        return split(group, drawn, largest_first=False)
    keys: dict[str, tuple[Callable[[Entry], Any], bool]] = {
        "criterion": (
            lambda one: tier.rounding.compared(one.criteria[what]),
            up or (tier.panel.combine == "rank_sum" and tier.panel.of == "sheet"),
        ),
        "phase": (lambda one: tier.rounding.compared(one.phases[what]), up),
        "exact": (lambda one: one.exact, up),
        "untrimmed": (lambda one: one.untrimmed, up),
        "best_judge": (lambda one: (max if up else min)(one.worths.values(), default=None), up),
        "worst_judge": (lambda one: (min if up else max)(one.worths.values(), default=None), up),
        "larger_gain": (lambda one: gain(one, what), True),
        "lower": (lambda one: one.figure(what), False),
        "higher": (lambda one: one.figure(what), True),
        "earlier_registration": (registered, False),
        "jury_decision": (lambda one: recorded(group, one, "jury_decision"), False),
        "lots": (lambda one: recorded(group, one, "lots"), False),
    }
    key, largest_first = keys[kind]
    if any(key(entry) is None for entry in group):
        return [group]
    return split(group, key, largest_first=largest_first)


def recorded(group: list[Entry], entry: Entry, step: str) -> Fraction | None:
    """T4: the entry's number in the latest order that people recorded for all of the group."""
    for kind, numbers in reversed(entry.orders):
        if kind == step and all(one.code in numbers for one in group):
            return Fraction(numbers[entry.code])
    return entry.figure(step)


def gain(entry: Entry, what: str) -> Fraction | None:
    """`ID_now` − `ID_before`; None where one of them is missing."""
    now, before = entry.figure(f"{what}_now"), entry.figure(f"{what}_before")
    return None if now is None or before is None else now - before


def registered(entry: Entry) -> datetime | None:
    """The ISO date or time of registration; None where it is missing."""
    if "registered" not in entry.fields:
        return None
    try:
        return datetime.fromisoformat(entry.fields["registered"])
    except ValueError:
        raise Refused("not an ISO date or time", [entry.code]) from None


def comparable(registrations: list[str]) -> bool:
    """A day and a time of that day tell no order, nor do times with and without an offset from UTC."""
    days = {told for told in registrations if len(told) == len("2026-03-02")}
    try:
        times = [datetime.fromisoformat(told) for told in registrations if told and told not in days]
    except ValueError:  # what is no date at all is refused by whoever reads it
        return True
    zones = {time.utcoffset() is not None for time in times} | ({False} if days else set())
    return len(zones) < 2 and not days & {time.date().isoformat() for time in times}


def chain(tier: Tier, competition_id: str, steps: list[Any], group: list[Entry]) -> Groups:
    """T3: the group taken apart by the steps in order, every subgroup of two or more going on with the next step."""
    if len(group) < 2 or not steps or steps[0] == "shared":
        return [group]
    parts = apply_step(tier, competition_id, steps[0], group)
    if len(parts) > 1:
        for entry in group:
            entry.decided_by = name_of(steps[0])
    return [part for smaller in parts for part in chain(tier, competition_id, steps[1:], smaller)]


def rank(tier: Tier, competition_id: str, contest: Contest, *, lots_decide_money: bool) -> None:
    """T1, T2: the places of a contest, and the groups that are equal for money."""
    running = sorted(score(tier, contest), key=lambda entry: entry.code)
    equal = split(running, lambda one: one.points, largest_first=tier.better == "higher")
    without_lots = tier.ties if lots_decide_money else [step for step in tier.ties if not is_lots(step)]
    contest.equal_for_money = [part for group in equal for part in chain(tier, competition_id, without_lots, group)]
    for entry in running:
        entry.decided_by = None
    contest.places = [part for group in equal for part in chain(tier, competition_id, tier.ties, group)]
    before = 0
    for nth, group in enumerate(contest.places, 1):
        for entry in group:
            entry.place = place(tier.numbering, before, nth, len(group))
        before += len(group)


def place(numbering: str, before: int, nth: int, size: int) -> int | str:
    """T2: the number printed for the nth different place, `before` entries being better and `size` sharing it."""
    if numbering == "1223":
        return nth
    if numbering == "1334":
        return before + size
    if numbering == "fractional":
        mean = before + Fraction(size + 1, 2)
        return str(mean.numerator) if mean.denominator == 1 else f"{math.floor(mean)}.5"
    return before + 1


def promote(tier: Tier, contest: Contest) -> None:
    """C1: who goes up."""
    told = tier.told.get("promotion")
    if told is None:
        return
    least = optional(told.get("at_least"))
    able = [entry for entry in contest.ranked if least is None or entry.points >= least]
    if "top" in told:
        seats = int(number(told["top"]))
    elif "percent" in told:
        seats = math.ceil(len(contest.ranked) * number(told["percent"]) / HUNDRED)
    else:
        seats = len(able)
    rule = told.get("tie_at_cut", "all")
    chosen: list[Entry] = []
    for quota in told.get("quota", []):
        has = [entry for entry in able if entry.fields.get(quota["field"]) == quota["value"]]
        wanted = int(number(quota["count"])) - sum(1 for entry in has if entry in chosen)
        chosen += first_of(contest, [entry for entry in has if entry not in chosen], wanted, rule)
    chosen += first_of(contest, [entry for entry in able if entry not in chosen], seats - len(chosen), rule)
    for entry in chosen:
        entry.promoted = True


def first_of(contest: Contest, able: list[Entry], seats: int, tie_at_cut: str) -> list[Entry]:
    """The first `seats` of those able, with the rule for a tie on points at the cut."""
    if seats <= 0:
        return []
    if seats >= len(able) or able[seats - 1].points != able[seats].points:
        return able[:seats]
    at_cut = able[seats].points
    if tie_at_cut == "all":
        return [entry for entry in able if entry in able[:seats] or entry.points == at_cut]
    if tie_at_cut == "none":
        return [entry for entry in able[:seats] if entry.points != at_cut]
    shares = next(group for group in contest.places if able[seats - 1] in group)
    return [entry for entry in able if entry in able[:seats] or entry in shares]


# --- P: prizes -------------------------------------------------------------------------------------------------------


@dataclass(eq=False)
class Claim:
    """What one award gives to one entry: cash from a purse, or a thing."""

    contest: Contest
    entry: Entry
    award: int
    amount: Fraction = Fraction(0)
    value: Fraction = Fraction(0)
    position: int = 0


def floor_to(value: Fraction, unit: Fraction) -> Fraction:
    """⌊value⌋ to a multiple of the unit."""
    return math.floor(value / unit) * unit


class Prizes:
    """The prizes of a round: the rules, the contests, and who is passed over where."""

    def __init__(self, tier: Tier, programme: Mapping[str, Any], contests: list[Contest]) -> None:
        """Read the prizes of a tier with their defaults."""
        told = tier.told.get("prizes", {})
        self.tier, self.contests = tier, contests
        self.unit = number(programme.get("cash_unit", "1"))
        self.purses: dict[str, Fraction] = {purse["id"]: number(purse["amount"]) for purse in told.get("purses", [])}
        self.of_round = [purse["id"] for purse in told.get("purses", []) if purse.get("per", "contest") == "round"]
        self.awards: list[Mapping[str, Any]] = told.get("awards", [])
        self.tie_split = told.get("tie_split", "pool")
        self.remainder = told.get("remainder", "return")
        self.unfilled = told.get("unfilled", "return")
        self.one_prize = told.get("one_prize_per_entrant", "category")
        self.if_short = told.get("if_short", "refuse")
        self.cap: Mapping[str, str] = told.get("cap_per_community", {})
        self.unfit = ""
        self.drawn: dict[tuple[str, Contest | None], Fraction] = {}
        self.given: set[int] = set()

    def purse_of(self, award: Mapping[str, Any]) -> str:
        """P9: the purse an award draws on; it may leave it out when there is only one."""
        return award.get("purse") or next(iter(self.purses))

    def pot_of(self, claim: Claim) -> tuple[str, Contest | None] | None:
        """The purse of a contest, or of the round, that a claim draws on; None in kind."""
        if self.awards[claim.award]["scheme"] == "in_kind":
            return None
        purse = self.purse_of(self.awards[claim.award])
        return purse, None if purse in self.of_round else claim.contest

    def pots(self) -> list[tuple[str, Contest | None]]:
        """Every purse of every contest, and those of the round."""
        of_contests = [
            (purse, contest) for contest in self.contests for purse in self.purses if purse not in self.of_round
        ]
        return [*of_contests, *((purse, None) for purse in self.of_round)]

    def open_to(self, award: Mapping[str, Any], contest: Contest) -> bool:
        """Whether the award is for the contest's category."""
        return "categories" not in award or contest.category in award["categories"]

    def groups(self, award: Mapping[str, Any], contest: Contest, passed: set[int]) -> list[tuple[int, list[Entry]]]:
        """P1 (1) and (2): the groups equal for money that may win, each with its first position."""
        if not self.open_to(award, contest):
            return []
        least = optional(award.get("minimum_points"))
        found, position = [], 1
        for group in contest.equal_for_money:
            there = [one for one in group if id(one) not in passed and (least is None or one.points >= least)]
            if there:
                found.append((position, there))
            position += len(there)
        return found

    # P1 (3) and (4): each award

    def reckon(self, passed: set[int]) -> list[Claim]:
        """All claims, awards in the order of the file, `flat` to `other_participants` last."""
        claims: list[Claim] = []
        self.unfit, self.drawn, self.given = "", {}, set()
        order = list(range(len(self.awards)))
        others = [n for n in order if self.is_for_others(self.awards[n])]
        for n in [n for n in order if n not in others] + others:
            award = self.awards[n]
            if award["scheme"] == "proportional" and self.purse_of(award) in self.of_round:
                claims += self.note(self.proportional(n, self.contests, passed))
                continue
            for contest in self.contests:
                claims += self.note(self.work(n, contest, passed))
        for claim in claims:
            everyone = [one for group in claim.contest.equal_for_money for one in group if id(one) not in passed]
            mates = next(group for group in claim.contest.equal_for_money if claim.entry in group)
            claim.position = 1 + min(everyone.index(one) for one in mates if one in everyone)
        return claims

    def note(self, claims: list[Claim]) -> list[Claim]:
        """Remember what was drawn from each purse, and who has an award already."""
        for claim in claims:
            pot = self.pot_of(claim)
            if pot is not None:
                self.drawn[pot] = self.drawn.get(pot, Fraction(0)) + claim.amount
            self.given.add(id(claim.entry))
        return claims

    @staticmethod
    def is_for_others(award: Mapping[str, Any]) -> bool:
        """A flat prize for those who have no other award."""
        return bool(award["scheme"] == "flat" and award.get("to", "other_participants") == "other_participants")

    def work(self, n: int, contest: Contest, passed: set[int]) -> list[Claim]:
        """The claims of one award in one contest."""
        award = self.awards[n]
        groups = self.groups(award, contest, passed)
        scheme = award["scheme"]
        if scheme == "proportional":
            return self.proportional(n, [contest], passed)
        if scheme == "until_spent":
            return self.until_spent(n, contest, groups)
        if scheme == "in_kind":
            return self.in_kind(n, contest, passed)
        amounts: dict[int, Fraction] = {}
        if scheme in ("by_place", "percent"):
            amounts = self.by_position(award, contest, groups)
        for _, group in groups:
            for entry in group:
                if scheme == "by_level":
                    amounts[id(entry)] = self.by_level(award, entry)
                if scheme == "flat":
                    has = id(entry) in self.given
                    amounts[id(entry)] = Fraction(0) if self.is_for_others(award) and has else number(award["amount"])
        entries = [entry for _, group in groups for entry in group]
        return [Claim(contest, one, n, amounts[id(one)]) for one in entries if amounts[id(one)] > 0]

    def by_level(self, award: Mapping[str, Any], entry: Entry) -> Fraction:
        """P2: the amount of the highest named level reached."""
        reached = [
            (start, number(award["amounts"][name]))
            for name, start in self.tier.levels
            if name in award["amounts"] and entry.points >= start
        ]
        return max(reached)[1] if reached else Fraction(0)

    def by_position(
        self, award: Mapping[str, Any], contest: Contest, groups: list[tuple[int, list[Entry]]]
    ) -> dict[int, Fraction]:
        """P2, P3, P8: `by_place` and `percent`."""
        if award["scheme"] == "by_place":
            raw = [number(amount) for amount in award["amounts"]]
        else:
            purse = self.purses[self.purse_of(award)]
            raw = [purse * number(percent) / HUNDRED for percent in award["percents"]]
        winners = sum(len(group) for _, group in groups)
        if self.unfilled == "redistribute" and 0 < winners < len(raw) and sum(raw[:winners]) > 0:
            raw = [amount * sum(raw) / sum(raw[:winners]) for amount in raw[:winners]]
        amounts: dict[int, Fraction] = {}
        for position, group in groups:
            prizes = raw[position - 1 : position - 1 + len(group)]
            if self.tie_split == "full":
                share, left = floor_to(prizes[0] if prizes else Fraction(0), self.unit), Fraction(0)
            else:
                share = floor_to(sum(prizes, Fraction(0)) / len(group), self.unit)
                left = sum(prizes, Fraction(0)) - share * len(group)
            for entry in group:
                amounts[id(entry)] = share
            if len(group) > 1:
                for entry in self.spare_units(contest, group, math.floor(left / self.unit)):
                    amounts[id(entry)] += self.unit
        return amounts

    def spare_units(self, contest: Contest, group: list[Entry], units: int) -> list[Entry]:
        """P3 `remainder`: who of a tied group gets one of the whole units left."""
        if self.remainder == "return":
            return []
        order = [[entry for entry in places if entry in group] for places in contest.places]
        if self.remainder == "by_lot" and not any(is_lots(step) for step in self.tier.ties):
            drawn = [recorded(group, entry, "lots") for entry in group]
            if None in drawn or len(set(drawn)) < len(drawn):
                return []
            order = split(group, lambda one: recorded(group, one, "lots"), largest_first=False)
        lucky: list[Entry] = []
        for together in order:
            if len(lucky) + len(together) > units:
                break
            lucky += together
        return lucky

    def left_in(self, n: int, contest: Contest | None) -> Fraction:
        """What the awards earlier in the file left in the purse."""
        purse = self.purse_of(self.awards[n])
        pot = (purse, None if purse in self.of_round else contest)
        return max(Fraction(0), self.purses[purse] - self.drawn.get(pot, Fraction(0)))

    def until_spent(self, n: int, contest: Contest, groups: list[tuple[int, list[Entry]]]) -> list[Claim]:
        """P2: requests in full, best first; the first that does not fit ends it."""
        entries = [entry for _, group in groups for entry in group]
        wishes = {id(one): one.figure("requested") for one in entries}
        request = {name: Fraction(-1) if wish is None else wish for name, wish in wishes.items()}
        bad = [one.code for one in entries if request[id(one)] < 0 or request[id(one)] % self.unit]
        if bad:
            raise Refused("each needs a request, a multiple of the cash unit", bad)
        left = self.left_in(n, contest)
        paid: list[Claim] = []
        for _, group in groups:
            wanted = sum((request[id(entry)] for entry in group), Fraction(0))
            if wanted > left:
                break
            left -= wanted
            paid += [Claim(contest, entry, n, request[id(entry)]) for entry in group if request[id(entry)]]
        return paid

    def in_kind(self, n: int, contest: Contest, passed: set[int]) -> list[Claim]:
        """P10: a thing for each listed position; where a place shared reaches beyond the list, a lot is due."""
        award = self.awards[n]
        winners = [entry for _, group in self.groups(award, contest, passed) for entry in group]
        listed = {int(number(position)) for position in award["places"]}
        position, found = 1, []
        for group in contest.places:
            there = [entry for entry in group if entry in winners]
            if there and all(position + more in listed for more in range(len(there))):
                value = number(award.get("value", "0"))
                found += [Claim(contest, entry, n, value=value) for entry in there]
            position += len(there)
        return found

    def proportional(self, n: int, contests: list[Contest], passed: set[int]) -> list[Claim]:
        """P4: shares by points above the base, within limits, in whole units by largest remainder."""
        award = self.awards[n]
        base = number(award.get("base", "0"))
        least, most = optional(award.get("minimum")), optional(award.get("maximum"))
        entries = [
            (contest, entry)
            for contest in contests
            for _, group in self.groups(award, contest, passed)
            for entry in group
            if entry.points > base
        ]
        held = floor_to(self.left_in(n, contests[0] if contests else None), self.unit)
        while least is not None and len(entries) * least > held:
            if self.if_short != "cut_last":
                self.unfit = self.purse_of(award)
                return [Claim(contest, one, n, least) for contest, one in entries]
            last = min(entry.points for _, entry in entries)
            entries = [(contest, entry) for contest, entry in entries if entry.points > last]
        weight = {id(entry): entry.points - base for _, entry in entries}
        at_limit: dict[int, Fraction] = {}
        while True:
            free = [name for name in weight if name not in at_limit]
            rest = held - sum(at_limit.values(), Fraction(0))
            share = {name: rest * weight[name] / sum(weight[one] for one in free) for name in free}
            above = {name: most for name in free if most is not None and share[name] > most}
            below = {name: least for name in free if least is not None and share[name] < least}
            if not above and not below:
                break
            excess = sum((share[name] - limit for name, limit in above.items()), Fraction(0))
            deficit = sum((limit - share[name] for name, limit in below.items()), Fraction(0))
            at_limit |= above if excess >= deficit else below
        amounts = at_limit | {name: floor_to(share[name], self.unit) for name in free}
        if free:
            units = (rest - sum(amounts[name] for name in free)) / self.unit
            fraction = {name: share[name] / self.unit % 1 for name in free}
            for block in sorted({(fraction[name], weight[name]) for name in free}, reverse=True):
                together = [name for name in free if (fraction[name], weight[name]) == block]
                if len(together) > units:
                    break
                units -= len(together)
                for name in together:
                    amounts[name] += self.unit
        return [Claim(contest, one, n, amounts[id(one)]) for contest, one in entries if amounts[id(one)] > 0]

    # P1 (5): passing over

    def over_the_cap(self, claims: list[Claim]) -> set[int]:
        """P6: from the best position down, the first ones of each contest that take their community over the cap."""
        over: set[int] = set()
        by_contest: dict[int, list[Claim]] = {}
        for claim in claims:
            if self.awards[claim.award]["scheme"] in ("by_place", "percent", "until_spent"):
                by_contest.setdefault(id(claim.contest), []).append(claim)
        for contest in self.contests:
            counted = by_contest.get(id(contest), [])
            used: dict[str, Fraction] = {}
            for group in contest.equal_for_money:
                wins_here = [entry for entry in group if any(claim.entry is entry for claim in counted)]
                for community in {entry.fields.get("community", "") for entry in wins_here}:
                    if not community:
                        raise Refused("the community is missing", [entry.code for entry in wins_here])
                    equals = [entry for entry in wins_here if entry.fields.get("community", "") == community]
                    if "prizes" in self.cap:
                        more = Fraction(len(equals))
                    else:
                        more = sum((claim.amount for claim in counted if claim.entry in equals), Fraction(0))
                    limit = number(self.cap.get("prizes") or self.cap["amount"])
                    used[community] = used.get(community, Fraction(0)) + more
                    if used[community] > limit:
                        over |= {id(entry) for entry in equals}
                if any(id(entry) in over for entry in group):
                    break
        return over

    def reckon_with_cap(self, passed: set[int]) -> list[Claim]:
        """The claims once those over the cap are passed over, reckoned anew after each."""
        while True:
            claims = self.reckon(passed)
            over = self.over_the_cap(claims) if self.cap else set()
            if not over:
                return claims
            passed = passed | over

    def settle(self) -> list[Claim]:
        """P5: reckon anew until nobody holds two prizes, then P7."""
        for award in self.awards if len(self.contests) > 1 else []:
            if award["scheme"] in ("percent", "until_spent") and self.purse_of(award) in self.of_round:
                raise Refused(f"{award['scheme']} on a purse of the round needs one contest", [self.purse_of(award)])
        passed: set[int] = set()
        if self.one_prize != "no":
            for contest in self.contests:
                seen: set[str] = set()
                for entry in contest.ranked:
                    entrant = entry.entrant
                    if entrant in seen:
                        passed.add(id(entry))
                    seen.add(entrant)
        claims = self.reckon_with_cap(passed)
        while self.one_prize == "round":
            more = self.second_prizes(claims) - passed
            if not more:
                break
            passed |= more
            claims = self.reckon_with_cap(passed)
        if self.unfit:
            raise Refused("the minimum does not fit the purse", [self.unfit])
        return self.shorten(claims)

    def second_prizes(self, claims: list[Claim]) -> set[int]:
        """P5: the entries to pass over because their entrant keeps the largest single prize elsewhere."""
        held: dict[str, dict[int, Fraction]] = {}
        numbers = {id(contest): at for at, contest in enumerate(self.contests)}
        for claim in claims:
            mine = held.setdefault(claim.entry.entrant, {})
            at = numbers[id(claim.contest)]
            mine[at] = mine.get(at, Fraction(0)) + claim.amount + claim.value
        several = {entrant: prizes for entrant, prizes in held.items() if len(prizes) > 1}
        if not several:
            return set()
        largest = max(max(prizes.values()) for prizes in several.values())
        over: set[int] = set()
        for entrant, prizes in several.items():
            if max(prizes.values()) != largest:
                continue
            keeps = min((at for at in prizes if prizes[at] == largest), key=self.standing_in_file)
            for at, contest in enumerate(self.contests):
                if at != keeps:
                    over |= {id(e) for e in contest.ranked if e.entrant == entrant}
        return over

    def standing_in_file(self, at: int) -> tuple[int, int]:
        """The category that stands first in the file, then the order of contests."""
        category = self.contests[at].category
        return (self.tier.categories.index(category) if category else 0, at)

    # P1 (6) and (8)

    def shorten(self, claims: list[Claim]) -> list[Claim]:
        """P7: what happens when the claims on a purse exceed it."""
        short: list[str] = []
        by_pot = self.by_pot(claims)
        for pot in self.pots():
            amount = self.purses[pot[0]]
            on_it = by_pot.get(pot, [])
            wanted = sum(claim.amount for claim in on_it)
            if wanted <= amount:
                continue
            short.append(pot[0])
            if self.if_short == "prorate":
                for claim in on_it:
                    claim.amount = floor_to(claim.amount * amount / wanted, self.unit)
            while self.if_short == "cut_last" and sum(claim.amount for claim in on_it) > amount:
                last = max(claim.position for claim in on_it if claim.amount)
                for claim in on_it:
                    if claim.position == last:
                        claim.amount = Fraction(0)
        if short and self.if_short == "refuse":
            raise Refused("more is claimed than the purse holds", short)
        return [claim for claim in claims if claim.amount > 0 or self.pot_of(claim) is None]

    def by_pot(self, claims: list[Claim]) -> dict[tuple[str, Contest | None], list[Claim]]:
        """The claims on each purse."""
        found: dict[tuple[str, Contest | None], list[Claim]] = {}
        for claim in claims:
            pot = self.pot_of(claim)
            if pot is not None:
                found.setdefault(pot, []).append(claim)
        return found


# --- the tables ----------------------------------------------------------------------------------------------------


def decimal(value: Fraction, decimals: int) -> str:
    """A number that has no more than these decimals, in plain digits."""
    whole = value * 10**decimals
    if whole.denominator != 1:
        raise AssertionError(f"{value} has more than {decimals} decimals")
    digits = str(abs(whole.numerator)).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if value < 0 else text


def decimals_to_print(tier: Tier, contest: Contest) -> int:
    """A1: under `compare: exact` as many decimals as show apart any two totals of the contest that differ."""
    decimals = tier.rounding.decimals
    if tier.rounding.compare == "exact":
        totals = {entry.points for entry in contest.ranked}
        while len({tier.rounding.to(total, decimals) for total in totals}) < len(totals):
            decimals += 1
    return decimals


Row = dict[str, str]


def result_rows(tier: Tier, contest: Contest, amounts: Mapping[int, Fraction]) -> Iterator[Row]:
    """The lines of results.csv that a contest must have: those with a place, then the others."""
    decimals = decimals_to_print(tier, contest)
    where = {"within": contest.within or "", "category": contest.category or ""}
    judged = [phase.id for phase in tier.phases if phase.judged]

    def told(figure: Fraction) -> str:
        return decimal(tier.rounding.to(figure, decimals), decimals)

    for group in contest.places:
        for entry in group:
            yield {
                **where,
                "entry": entry.code,
                "entrant": entry.entrant,
                "place": str(entry.place),
                "status": "",
                "points": told(entry.points),
                "phases": " ".join(f"{phase}={told(points)}" for phase, points in sorted(entry.phases.items())),
                "judges": " ".join(f"{phase}={entry.counted[phase]}" for phase in sorted(judged)),
                "level": tier.level(entry.points) or "",
                "promoted": "yes" if entry.promoted else "no",
                "tied_with": " ".join(sorted(other.code for other in group if other is not entry)),
                "decided_by": entry.decided_by or "",
                "amount": decimal(amounts.get(id(entry), Fraction(0)), 2),
            }
    for entry in contest.entries.values():
        if entry.unranked is not None:
            yield {**where, "entry": entry.code, "entrant": entry.entrant, "status": entry.unranked}


def prize_rows(prizes: Prizes, claims: list[Claim]) -> Iterator[Row]:
    """The lines of prizes.csv: every award, in cash or in kind."""
    for claim in claims:
        award = prizes.awards[claim.award]
        in_kind = award["scheme"] == "in_kind"
        yield {
            "within": claim.contest.within or "",
            "category": claim.contest.category or "",
            "entry": claim.entry.code,
            "scheme": award["scheme"],
            "purse": "" if in_kind else prizes.purse_of(award),
            "amount": decimal(claim.amount, 2),
            "value": decimal(claim.value, 2) if claim.value else "",
        }


def purse_rows(prizes: Prizes, claims: list[Claim]) -> Iterator[Row]:
    """P9, the lines of purses.csv: each closes to the cent."""
    by_pot = prizes.by_pot(claims)
    for purse, contest in prizes.pots():
        amount, within, category = prizes.purses[purse], contest and contest.within, contest and contest.category
        awarded = sum((claim.amount for claim in by_pot.get((purse, contest), [])), Fraction(0))
        figures = {"amount": amount, "awarded": awarded, "returned": amount - awarded}
        where = {"within": within or "", "category": category or "", "purse": purse}
        yield where | {name: decimal(figure, 2) for name, figure in figures.items()}


def reckon(
    rules: Mapping[str, Any], row: Row, contests: list[Contest], tier: Tier, households: Any
) -> dict[str, list[Row]]:
    """Everything that one round's tables must say, or Refused."""
    competition = rules["competitions"][row["competition"]]
    read_sources(tier, contests, competition, households)
    lots_decide_money = tier.told.get("prizes", {}).get("lots_decide_money", "false").lower() in ("true", "yes", "on")
    for contest in contests:
        rank(tier, row["competition"], contest, lots_decide_money=lots_decide_money)
        promote(tier, contest)
    prizes = Prizes(tier, rules["programme"], contests)
    claims = prizes.settle()
    amounts: dict[int, Fraction] = {}
    for claim in claims:
        amounts[id(claim.entry)] = amounts.get(id(claim.entry), Fraction(0)) + claim.amount
    return {
        "results": [line for contest in contests for line in result_rows(tier, contest, amounts)],
        "prizes": list(prize_rows(prizes, claims)),
        "purses": list(purse_rows(prizes, claims)),
    }


# --- the journal -----------------------------------------------------------------------------------------------------

Line = dict[str, Any]
"""An entry of the journal."""
Said = dict[str, str | None]
"""What a line of a table must say; None where nothing is known."""
WITH_HEADS = ("round_closed", "merged", "device_started")
CODE_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
ENTERING = ("entered", "scores_imported", "sheet_recorded", "status_set")


@dataclass
class Person:
    """Who stands behind a commitment in the journal; without the salt nobody can prove it."""

    salt: str = ""
    name: str = ""
    dni: str = ""
    partner: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def commitment(self) -> str:
        """What the journal says of this person."""
        return digest_of([self.salt, self.name, self.dni, self.partner, self.fields])


def commitments(value: object, word: str = "") -> Iterator[tuple[str, str]]:
    """Every commitment to a person in an entry of the journal, with the word before it."""
    if isinstance(value, dict):
        for key, inside in value.items():
            yield from commitments(inside, key)
    elif isinstance(value, list):
        for inside in value:
            yield from commitments(inside, word)
    elif word in ("person", "witness", "claimant", "proxy", "names", "witnesses") and value:
        yield word, str(value)


def whom(body: Line) -> tuple[str, ...]:
    """Round, unit, category and entry that something is about; '' where there is none."""
    return tuple(body[part] or "" for part in ("round", "within", "category", "entry"))


class Journal:
    """What people did, in the one order that follows from who knew what: what registers, seals and payments must say.

    Where two laptops spoke of one thing without knowing of each other, the first in that order stands; what a closing did
    not know of its round waits until the round is opened again.
    """

    def __init__(self, lines: Iterable[Line], people: Mapping[str, Person] | None) -> None:
        """Walk all of it."""
        self.people = people
        self.chains: dict[str, list[Line]] = {}
        for one in lines:
            self.chains.setdefault(one["device"], []).append(one)
        self.knew: dict[tuple[str, int], dict[str, int]] = {}
        self.first: dict[tuple[str, ...], Line] = {}
        self.held: dict[str, list[Line]] = {}
        self.closed: set[str] = set()
        self.entered: set[tuple[str, ...]] = set()
        self.leads: dict[str, str] = {}
        self.pairs: dict[frozenset[str], tuple[Line, str]] = {}
        self.forgotten: set[str] = set()
        self.rounds: dict[str, Line] = {}
        self.closings: dict[str, dict[int, Line]] = {}
        self.registers: dict[str, dict[str, Line]] = {
            "watersheds": {},
            "communities": {},
            "households": {},
            "judges": {},
        }
        self.receipts: dict[str, Said] = {}
        self.numbered_under: dict[str, str] = {}
        self.returns: dict[tuple[str, int], Said] = {}
        self.appeals: dict[str, Said] = {}
        self.until: dict[tuple[str | None, ...], str] = {}
        order = list(self.in_order())
        self.given: dict[str, dict[str, Line]] = {}
        self.paid: dict[str, list[Line]] = {}
        self.back: dict[tuple[str, ...], list[Line]] = {}
        self.forgettings: list[tuple[Line, set[tuple[str, str]]]] = []
        self.look_ahead(order)
        self.coming = self.closings_that_stand(order)
        for one in order:
            self.take(one)

    # who knew what

    @staticmethod
    def past(one: Line) -> dict[str, int]:
        """How far each chain must have come before an entry: what it says that it knew, and its own chain."""
        heads = one["body"].get("heads", ()) if one["kind"] in WITH_HEADS else ()
        return {**{device: number for device, number, _ in heads}, one["device"]: one["number"] - 1}

    def in_order(self) -> Iterator[Line]:
        """What an entry knew comes before it, and the rest goes by time, which never runs back along a chain."""
        done, clock = dict.fromkeys(self.chains, 0), dict.fromkeys(self.chains, "")
        knew: dict[str, dict[str, int]] = {device: {} for device in self.chains}
        for _ in range(sum(map(len, self.chains.values()))):
            ready = []
            for device, chain in self.chains.items():
                if done[device] < len(chain):
                    one = chain[done[device]]
                    if all(done.get(other, 0) >= count for other, count in self.past(one).items()):
                        ready.append((max(clock[device], one["at"]), device, one))
            if not ready:
                raise Refused("the journal has no order / el diario no tiene orden")
            at, device, one = min(ready, key=lambda found: found[:2])
            done[device], clock[device] = done[device] + 1, at
            for other, count in self.past(one).items():
                if count > knew[device].get(other, 0):
                    knew[device] = {**knew[device], other: count}
            self.knew[device, one["number"]] = knew[device]
            yield one

    def has(self, one: Line, other: Line) -> bool:
        """Whoever wrote the one knew of the other."""
        known = {**self.knew[one["device"], one["number"]], one["device"]: int(one["number"])}
        return bool(known.get(other["device"], 0) >= other["number"])

    def stands(self, one: Line, *what: str) -> bool:
        """Whether an entry's word on a thing counts: nobody said anything of it before without its knowledge."""
        if what in self.first and not self.has(one, self.first[what]):
            return False
        self.first[what] = one
        return True

    def closings_that_stand(self, order: list[Line]) -> dict[str, list[Line]]:
        """The closings and reopenings of each round that stand: each knew of the last one, and turns what is there."""
        found: dict[str, list[Line]] = {}
        last: dict[str, Line] = {}
        for one in order:
            if one["kind"] in ("round_closed", "round_reopened"):
                there = found.setdefault(one["body"]["round"], [])
                before = last.get(one["body"]["round"])
                turns = one["kind"] != (there[-1]["kind"] if there else "round_reopened")
                if turns and (before is None or self.has(one, before)):
                    there.append(one)
                    if one["kind"] == "round_closed":
                        last[one["body"]["round"]] = one
        return found

    def look_ahead(self, order: list[Line]) -> None:
        """Which laptops gave which codes and recorded which payments, and whom of the registers each erasing meant."""
        codes: dict[str, set[tuple[str, str]]] = {}
        for one in order:
            body = one["body"]
            if one["kind"] == "payment_recorded":
                self.paid.setdefault(body["receipt"], []).append(one)
            if one["kind"] == "payment_returned":
                self.back.setdefault(whom(body), []).append(one)
            for row in body["rows"] if one["kind"] == "register_imported" else ():
                codes.setdefault(row.get("person") or "", set()).add((body["register"], row["code"]))
            receipts = body["receipts"] if one["kind"] == "receipts_numbered" else ()
            for code in (*(code for code, *_ in receipts), *([body["code"]] if one["kind"] == "appeal_filed" else ())):
                self.given.setdefault(code, {}).setdefault(one["device"], one)
        for one in order:
            if one["kind"] == "person_forgotten":
                meant = set().union(*(codes.get(who, set()) for who in one["body"]["commitments"]))
                self.forgettings.append((one, meant))

    def code(self, code: str, one: Line) -> str:
        """A code as it stands: where two laptops gave one to two papers, with four more letters of the laptop meant."""
        given = self.given.get(code, {})
        if len(given) < 2:
            return code
        known = [device for device in sorted(given) if self.has(one, given[device])]
        meant = one["device"] if one["device"] in known else (known or sorted(given))[0]
        device, letters, size = int(meant, 16), letters_of(meant), len(CODE_LETTERS)
        more = "".join(CODE_LETTERS[device // size**at % size] for at in range(2, 6))
        before, found, behind = code.rpartition(letters)
        return f"{before}{found}{more}{behind}"

    def is_late(self, one: Line) -> bool:
        """The round is closed, or its next closing that stands did not know the entry."""
        code = one["body"]["round"]
        coming = [self.past(line) for line in self.coming.get(code, ()) if line["kind"] == "round_closed"][:1]
        return code in self.closed or bool(coming and coming[0].get(one["device"], 0) < one["number"])

    def take(self, one: Line) -> None:
        """What one entry does, or that it waits."""
        kind, code = one["kind"], one["body"].get("round")
        if len(self.chains) > 1 and kind in ENTERING and self.is_late(one):
            self.held.setdefault(code, []).append(one)
            return
        step = getattr(self, "on_scores" if kind in ENTERING else f"on_{kind}", None)
        if step is not None:
            step(one, one["body"])
        if kind in ("round_closed", "round_reopened") and code not in self.closed:
            for late in self.held.pop(code, []):
                self.take(late)

    # what each kind does

    def on_register_imported(self, one: Line, body: Line) -> None:
        """Rows of a register, each by itself."""
        for row in body["rows"]:
            brings_back = any(
                row.get("person")
                and (body["register"], row["code"]) in meant
                and row["person"] not in erasing["body"]["commitments"]
                and not (self.has(one, erasing) or self.has(erasing, one))
                for erasing, meant in self.forgettings
            )
            if not brings_back and self.stands(one, "register", body["register"], row["code"]):
                self.registers[body["register"]][row["code"]] = row

    def on_households_merged(self, one: Line, body: Line) -> None:
        """Two rows of the register were one household; not if the kept row leads to the other one already."""
        keep, drop, pair = body["keep"], body["drop"], (body["keep"], body["drop"])
        while keep in self.leads:
            keep = self.leads[keep]
        if keep != drop and not self.contradicts(one, pair, "one") and self.stands(one, "household", drop):
            self.leads[drop] = keep
            self.say_of(one, pair, "one")

    def on_households_told_apart(self, one: Line, body: Line) -> None:
        """Rows of the register that are two households each."""
        for pair in body["pairs"]:
            self.say_of(one, pair, "two")

    def contradicts(self, one: Line, pair: Iterable[str], word: str) -> bool:
        """Whether another laptop said the other thing of two rows, of which this one did not know."""
        first, said = self.pairs.get(frozenset(pair), (one, word))
        return said != word and not self.has(one, first)

    def say_of(self, one: Line, pair: Iterable[str], word: str) -> None:
        """Whether two rows are one household or two, unless something was said that this one did not know."""
        first, _ = self.pairs.get(frozenset(pair), (one, word))
        if self.has(one, first):
            self.pairs[frozenset(pair)] = one, word

    def on_person_forgotten(self, one: Line, body: Line) -> None:
        """Names that were erased."""
        self.forgotten.update(body["commitments"])

    def on_round_opened(self, one: Line, body: Line) -> None:
        """A round, with its rules."""
        if self.stands(one, "round", body["round"]):
            self.rounds[body["round"]] = body

    def on_scores(self, one: Line, body: Line) -> None:
        """Who competes; a judge whom no register knows is known from the sheets."""
        for contest in body["contests"]:
            for entry in contest["entries"]:
                if "new" in entry:
                    where = (contest["within"] or "", contest["category"] or "", entry["code"])
                    self.entered.add((body["round"], *where))
                for _, judge, *_ in entry.get("sheets", ()):
                    self.registers["judges"].setdefault(judge, {"code": judge})

    def turned(self, one: Line, body: Line) -> bool:
        """Whether a closing or a reopening stands: then it is the next of its round."""
        coming = self.coming[body["round"]]
        return bool(coming) and coming[0] is one and coming.pop(0) is one

    def on_round_closed(self, one: Line, body: Line) -> None:
        """A closing, with its seal."""
        if self.turned(one, body):
            self.closed.add(body["round"])
            self.closings.setdefault(body["round"], {})[body["number"]] = one

    def on_round_reopened(self, one: Line, body: Line) -> None:
        """A reopening."""
        if self.turned(one, body):
            self.closed.discard(body["round"])

    def is_entered(self, body: Line) -> bool:
        """Whether the entry that is named competes; on one laptop nobody else could be named."""
        return len(self.chains) == 1 or whom(body) in self.entered

    def on_receipts_numbered(self, one: Line, body: Line) -> None:
        """Receipts, none paid yet."""
        for receipt, within, category, entry, cents in body["receipts"]:
            told = {"round": body["round"], "within": within, "category": category, "entry": entry}
            if self.is_entered(told):
                told |= {"receipt": self.code(receipt, one), "closing": str(body["results"]), "amount": money(cents)}
                self.receipts[told["receipt"]] = {key: text or "" for key, text in told.items()}
                self.numbered_under[told["receipt"]] = body.get("seal", "")

    def is_apart(self, code: str, row: Row) -> bool:
        """A receipt is of a closing that does not stand, because two laptops closed the round apart."""
        under, closing = self.numbered_under.get(row["receipt"], ""), self.closings[code].get(int(row["closing"]))
        return bool(under) and (closing is None or under != closing["body"].get("seal", ""))

    def on_payment_recorded(self, one: Line, body: Line) -> None:
        """A receipt that was paid; the same paper said twice is one payment."""
        receipt = self.receipts.get(self.code(body["receipt"], one))
        if receipt is not None and "mode" not in receipt:
            receipt |= {"mode": body["mode"], "day": body["day"], "proxy": self.names([body["proxy"]])}
            receipt |= {"reason": body["reason"], "without_dni": body.get("without_dni", "")}

    def on_payment_voided(self, one: Line, body: Line) -> None:
        """A payment that did not happen; not if another laptop recorded it too, or took money back, of which it did not know."""
        recorded = self.paid.get(body["receipt"], ())
        if any(other["device"] != one["device"] and not self.has(one, other) for other in recorded):
            return
        receipt = self.receipts.get(self.code(body["receipt"], one))
        if receipt is None or "mode" not in receipt:
            return
        if all(self.has(one, other) or self.has(other, one) for other in self.back.get(whom(receipt), ())):
            receipt["voided"] = body["reason"]

    def on_payment_returned(self, one: Line, body: Line, kind: str = "returned") -> None:
        """Money that was given back."""
        if self.is_entered(body) and self.stands(one, "redress", *whom(body)):
            self.returns[one["device"], one["number"]] = {
                **{part: body[part] or "" for part in ("round", "within", "category", "entry", "day", "reason")},
                "kind": kind, "closing": str(body["results"]), "amount": money(body["cents"]),
                "code": f"{letters_of(one['device'])}{one['number']}",
                "names": self.names(body["names"]), "laptop": one["device"], "number": str(one["number"]),
            }  # fmt: skip

    def on_overpayment_waived(self, one: Line, body: Line) -> None:
        """Money that people decided to let be."""
        self.on_payment_returned(one, body, "waived")

    def on_redress_voided(self, one: Line, body: Line) -> None:
        """A return or decision that was written wrong."""
        self.returns.get((body["of"][0], body["of"][1]), {})["voided"] = body["reason"]

    def on_appeals_opened(self, one: Line, body: Line) -> None:
        """Until when appeals are in time."""
        if self.stands(one, "appeals", body["round"], str(body["results"])):
            self.until[body["round"], str(body["results"])] = body["until"]

    def on_appeal_filed(self, one: Line, body: Line) -> None:
        """An appeal; about an entry that does not compete it is about the contest."""
        self.appeals[self.code(body["code"], one)] = {
            **{part: body[part] for part in ("round", "day", "text")}, "code": self.code(body["code"], one), "until": body.get("until"),
            "closing": str(body["results"]), "entry": (body["entry"] or "") if self.is_entered(body) else "",
            "by": self.names([body["claimant"]]), "state": "open",
        }  # fmt: skip

    def on_appeal_decided(self, one: Line, body: Line) -> None:
        """What was decided, why and by whom."""
        code = self.code(body["code"], one)
        if code in self.appeals and self.stands(one, "appeal", code):
            told = {"reason": body["decision"], "decided": body["day"], "names": self.names(body["names"])}
            self.appeals[code] |= {"state": body["state"], **told}

    # what the tables must say

    def person(self, commitment: str | None) -> Person:
        """Who stands behind a commitment; nobody behind none."""
        return (self.people or {}).get(commitment or "", Person())

    def names(self, some: Iterable[str]) -> str | None:
        """Names, as the tables write them."""
        return None if self.people is None else "; ".join(self.person(one).name for one in some)

    def seal_rows(self) -> Iterator[Said]:
        """Every closing, and what took its place."""
        for code, closings in self.closings.items():
            last = max(closings)
            for number, one in closings.items():
                body = one["body"]
                replaced = closings[last]["body"].get("seal", "") if number < last else ""
                yield {
                    "round": code, "number": str(number), "code": body.get("seal", ""), "actor": one["actor"],
                    "witness": self.names([body.get("witness", "")]), "at": one["at"],
                    "accept_missing": body["accept_missing"], "replaced_by": replaced,
                    "stands": "yes" if number == last and code in self.closed else "no",
                }  # fmt: skip

    def appeal_rows(self) -> Iterator[Said]:
        """Appeals, with the last day for them."""
        for one in self.appeals.values():
            known = self.until.get((one["round"], one["closing"]), "")
            yield {**one, "until": known if one["until"] is None else one["until"]}

    def register_rows(self, register: str, *, hidden: bool) -> Iterator[Said]:
        """A register, with the names that stand behind its commitments."""
        for code, row in self.registers[register].items():
            told = {key: "" if text is None else str(text) for key, text in row.items() if key != "person"}
            if register in ("households", "judges") and code not in self.leads:
                who = self.person(row.get("person"))
                named = {"head": who.name, "partner": who.partner} if register == "households" else {"name": who.name}
                yield {**told, **named, **who.fields, **({} if hidden else {"dni": who.dni})}
            elif code not in self.leads:
                yield {**told}


# --- the bundle ------------------------------------------------------------------------------------------------------

WHOSE = ("within", "category", "entry")
KEYS = {
    "results": WHOSE,
    "prizes": (*WHOSE, "scheme", "purse", "amount"),
    "purses": ("within", "category", "purse"),
}
"""What a line of a table is known by; of prizes every column counts."""
FULL, HIDDEN = 0x50614D61, 0x50614D41
"""`PaMa` and `PaMA` in the head of a database: the programme's own, and one for audit, in which numbers are hidden."""
MOST = 20
"""So many differences of one table are told one by one."""


class Bundle:
    """The folder, and what does not agree in it."""

    def __init__(self, folder: Path) -> None:
        """Nothing is read yet."""
        self.folder = folder
        self.found: list[str] = []
        self.said: list[str] = []
        self.codes: set[str] = set()
        self.mark = 0
        self.lines: list[Line] = []
        self.people: dict[str, Person] | None = None
        self.rounds: dict[str, Row] = {}
        self.recounted = 0

    def wrong(self, *where: str, what: str) -> None:
        """Name one thing that cannot be."""
        self.found.append(f"{' · '.join(part for part in where if part)}: {what}")

    def differs(self, *where: str, stands: object, recounted: object) -> None:
        """Name one thing that does not agree."""
        if stands is None or recounted is None:
            what = f"falta / is missing: {recounted}" if stands is None else f"sobra / should not be there: {stands}"
        else:
            one, other = str(stands), str(recounted)
            same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), 0)
            if max(len(one), len(other)) > 60:
                one, other = (f"…{text[max(0, same - 10) : same + 40]}…" for text in (one, other))
            what = f"dice / says «{one}»; debe decir / must say «{other}»"
        self.wrong(*where, what=what)

    def tried(self, where: str, step: Callable[..., None], *values: Any) -> None:
        """Do one step; whatever cannot be read in it is named, and the next step goes on."""
        try:
            step(*values)
        except Exception as error:  # noqa: BLE001 whoever falsifies a bundle may write anything into it
            why = "" if isinstance(error, Refused) else f"{type(error).__name__}: "
            self.wrong(where, what=f"no se puede leer / cannot be read ({why}{error})")

    def table(self, name: str) -> list[Row]:
        """A CSV file, each cell as text; the sign before a formula is taken off."""
        try:
            with (self.folder / name).open(encoding="utf-8", newline="") as file:
                rows = list(csv.DictReader(file, restkey="?", restval=""))
        except (OSError, ValueError, csv.Error) as error:
            raise Refused(f"{name}: {error}") from None
        return [
            {column: text[re.match("'+[=+@\\-\t\r]", text) is not None :] for column, text in row.items()}
            for row in rows
        ]

    def must_say(self, name: str, rows: Iterable[Said], *keys: str) -> None:
        """A table is what the journal gives."""
        self.tried(name, lambda: self.compare(name, self.table(name), rows, *keys))

    def compare(
        self, name: str, stands: Iterable[Row], recounted: Iterable[Mapping[str, str | None]], *keys: str
    ) -> None:
        """Line by line, by what a line is known by (else by their order); what nothing is known of is left out."""
        before = len(self.found)
        pairs: dict[tuple[str, ...], tuple[list[Row], list[Mapping[str, str | None]]]] = {}
        for row in stands:
            pairs.setdefault(tuple(row[key] for key in keys), ([], []))[0].append(row)
        for said in recounted:
            pairs.setdefault(tuple(said[key] or "" for key in keys), ([], []))[1].append(said)
        for key, (ours, theirs) in sorted(pairs.items()):
            if len(ours) != len(theirs):
                what = "falta / is missing" if len(ours) < len(theirs) else "sobra / should not be there"
                self.wrong(name, *key, what=f"{what} ({len(ours)} ≠ {len(theirs)})")
                continue
            for row, said in zip(ours, theirs, strict=True):
                for column, text in {**dict.fromkeys(row, ""), **said}.items():
                    if text is not None and text != row.get(column, ""):
                        self.differs(name, *key, column, stands=row.get(column, ""), recounted=text)
        more = self.found[before + MOST :]
        if more:
            self.found[before + MOST :] = [f"{name}: … y {len(more)} más / and {len(more)} more"]

    # the files themselves

    def check(self) -> None:
        """Everything, each thing by itself."""
        self.tried("SHA256SUMS", self.check_sums)
        self.tried("journal.jsonl", self.check_chains)
        self.tried("pachamama.db", self.check_database)
        self.tried("journal.jsonl", self.check_journal)

    def check_sums(self) -> None:
        """Every file is listed in SHA256SUMS and says what it said, and there is no other."""
        listed = {}
        for line in (self.folder / "SHA256SUMS").read_text("utf-8").splitlines():
            digest, _, name = line.partition("  ")
            listed[name] = digest
        there = {path.relative_to(self.folder).as_posix() for path in self.folder.rglob("*") if path.is_file()}
        for name in sorted(there - {*listed, "SHA256SUMS"}):
            self.wrong(name, what="no está en / is not in SHA256SUMS")
        for name, digest in sorted(listed.items()):
            if name not in there:
                self.wrong(name, what="falta / is missing")
            elif hashlib.sha256((self.folder / name).read_bytes()).hexdigest() != digest:
                self.wrong(name, what="fue cambiado / was changed (SHA256SUMS)")

    def check_chains(self) -> None:
        """Each laptop's chain closes: whoever changes an entry changes every hash behind it; and heads are what they were."""
        last: dict[str, tuple[int, str]] = {}
        hashes = {}
        self.lines = [json.loads(line) for line in (self.folder / "journal.jsonl").read_bytes().splitlines()]
        for one in self.lines:
            device, number = one["device"], one["number"]
            before = last.get(device, (0, ""))
            parts = [device, number, one["at"], one["actor"], one["kind"], canonical(one["body"]), one["previous"]]
            if (number, one["previous"], one["hash"]) != (before[0] + 1, before[1], digest_of(parts)):
                self.wrong("journal.jsonl", f"{device} {number}", what="la cadena no cierra / the chain does not close")
            last[device] = (number, one["hash"])
            hashes[device, number] = one["hash"]
        for one in self.lines:
            for device, number, digest in one["body"].get("heads", ()) if one["kind"] in WITH_HEADS else ():
                if hashes.get((device, number)) != digest:
                    here = f"{one['device']} {one['number']}"
                    what = f"no es lo que conocía / is not what it knew: {device} {number}"
                    self.wrong("journal.jsonl", here, what=what)

    def check_database(self) -> None:
        """It is one of this program, with the same journal; and people are those whom the journal means."""
        path = (self.folder / "pachamama.db").resolve().as_uri()
        with contextlib.closing(sqlite3.connect(f"{path}?mode=ro&immutable=1", uri=True)) as file:
            self.mark = file.execute("PRAGMA application_id").fetchone()[0]
            if self.mark not in (FULL, HIDDEN):
                what = (
                    "no es una base de este programa, ni para auditoría / is no database of this program or for audit"
                )
                self.wrong("pachamama.db", what=what)
            if file.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                self.wrong("pachamama.db", what="está dañada / is damaged")
            columns = ("device", "number", "at", "actor", "kind", "previous", "hash", "body")
            journal = [
                dict(zip(columns, map(str, row), strict=True))
                for row in file.execute(f"SELECT {', '.join(columns)} FROM journal ORDER BY id")  # noqa: S608
            ]
            people = file.execute("SELECT commitment, salt, name, dni, partner, fields FROM person").fetchall()
        written = [
            {key: canonical(value) if key == "body" else str(value) for key, value in one.items()} for one in self.lines
        ]
        self.compare("pachamama.db ≠ journal.jsonl", journal, written, "device", "number")
        self.people = {
            commitment: Person(salt, name, dni, partner, json.loads(fields))
            for commitment, salt, name, dni, partner, fields in people
        }

    # what people wrote

    def check_journal(self) -> None:
        """The tables say what people did, and each round is what it was."""
        journal = Journal(self.lines, self.people)
        if self.people is not None:
            self.tried("pachamama.db", self.check_people, journal, self.people)
        for register in journal.registers:
            if self.people is not None or register in ("watersheds", "communities"):
                rows = journal.register_rows(register, hidden=self.mark == HIDDEN)
                self.must_say(f"registers/{register}.csv", rows, "code")
        self.must_say("seals.csv", journal.seal_rows(), "round", "number")
        self.must_say("appeals.csv", journal.appeal_rows(), "code")
        self.tried("rounds.csv", self.check_rounds, journal)

    def check_people(self, journal: Journal, people: Mapping[str, Person]) -> None:
        """Names are those that the journal committed to; the registers' names of whom a number is hidden are counted."""
        words: dict[str, set[str]] = {}
        for one in self.lines:
            for word, commitment in commitments(one["body"]):
                words.setdefault(commitment, set()).add(word)
        for commitment in sorted({*words} - {*people}):
            self.wrong(
                "pachamama.db",
                commitment[:12],
                what="falta una persona del diario / a person of the journal is missing",
            )
        for commitment, who in sorted(people.items()):
            erased = commitment in journal.forgotten and not (who.name or who.dni or who.partner)
            unknown = self.mark == HIDDEN and words.get(commitment, set()) <= {"person"}
            if who.commitment() != commitment if who.salt else not (erased or unknown):
                what = "no es la persona del diario / is not the person of the journal"
                self.wrong("pachamama.db", who.name or commitment[:12], what=what)
        rows = [row for register in ("households", "judges") for row in journal.registers[register].values()]
        unproved = [who for who in (journal.person(row.get("person")) for row in rows) if who.name and not who.salt]
        if unproved:
            self.said.append(
                f"{len(unproved)} nombres de los padrones no se prueban, porque su DNI está oculto / names of the registers are "
                "not proved, since their DNI is hidden"
            )

    def check_rounds(self, journal: Journal) -> None:
        """Every round of the bundle, and no file of another."""
        rows = self.table("rounds.csv")
        self.rounds = {row["round"]: row for row in rows}
        for code, count in Counter(row["round"] for row in rows).items():
            if count > 1:
                self.wrong("rounds.csv", code, what=f"sobra / should not be there ({count} ≠ 1)")
        if not self.rounds:
            self.wrong("rounds.csv", what="no hay ninguna ronda / there is no round")
        stems = {row["file"] for row in self.rounds.values()}
        for path in sorted(self.folder.glob("*/*")):
            if path.parent.name != "registers" and path.stem not in stems:
                self.wrong(
                    f"{path.parent.name}/{path.name}", what="no es de ninguna ronda / is of no round in rounds.csv"
                )
        for code, row in self.rounds.items():
            self.tried(code, self.check_round, row, journal)
        others = sorted(journal.closed - {*self.rounds})
        if others:
            self.said.append(f"no están en este paquete / not in this bundle: {', '.join(others)}")

    # one round

    def check_round(self, row: Row, journal: Journal) -> None:
        """The seal, the tables under it, the recount, the payments."""
        code, stem = row["round"], row["file"]
        if code not in journal.closed:
            self.wrong(code, what="no está cerrada en el diario / is not closed in the journal")
            return
        rules = json.loads((self.folder / f"rules/{stem}.json").read_text("utf-8"))
        competition = rules["competitions"][row["competition"]]
        tier = next(read_tier(told) for told in competition["tiers"] if told["tier"] == row["tier"])
        entries, marks, orders = (self.table(f"{name}/{stem}.csv") for name in ("entries", "marks", "orders"))
        document = self.check_sealed(row, rules, tier, journal, entries, marks, orders)
        drawn = [
            (one["within"], one["category"], one["step"], {code: n for n, code in enumerate(one["order"].split(), 1)})
            for one in orders
        ]
        households = self.below(row) if row["lower"] else None
        try:
            contests = read_contests(tier, entries, marks, drawn)
            recounted = reckon(rules, row, contests, tier, households)
        except Refused as refusal:
            self.wrong(code, what=f"no se puede recontar / cannot be recounted: {refusal}")
            return
        self.recounted += sum(len(contest.entries) for contest in contests)
        for name, rows in recounted.items():
            self.compare(f"{name}/{stem}.csv", self.table(f"{name}/{stem}.csv"), rows, *KEYS[name])
        self.check_document(code, document, recounted["results"])
        self.check_payments(row, journal, recounted["results"])

    def below(self, row: Row) -> dict[str, Any]:
        """What a community round reads of the household round below it: each entrant by its best entry."""
        contests: dict[str, list[dict[str, Any]]] = {}
        for one in self.table(f"results/{self.rounds[row['lower']]['file']}.csv"):
            if one["place"]:
                said = {"entry": one["entrant"], "points": one["points"], "level": one["level"] or None}
                contests.setdefault(one["within"], []).append(said)
        return {"contests": [{"within": within, "placings": placings} for within, placings in contests.items()]}

    # what the seal was put on

    def check_sealed(
        self,
        row: Row,
        rules: Mapping[str, Any],
        tier: Tier,
        journal: Journal,
        entries: list[Row],
        marks: list[Row],
        orders: list[Row],
    ) -> dict[str, Any]:
        """The tables say what stands under the seal, and that is the journal's; the results under it."""
        code, stem, parts = row["round"], row["file"], list[list[Any]]([[]])
        sealed = (self.folder / f"sealed/{stem}.jsonl").read_bytes()
        head, *rest = (json.loads(line) for line in sealed.splitlines())
        for line in rest:
            if line:
                parts[-1].append(line)
            else:
                parts.append([])
        rounds, written, sheets, drawn, ruled, _, (last,) = parts
        closing = journal.closings[code][max(journal.closings[code])]["body"]
        seal = code_of(hashlib.sha256(sealed).hexdigest())
        if "seal" in closing or "heads" in closing:  # the versions that know one know the other
            self.codes.add(seal)
            if closing.get("seal") != seal:
                self.differs(f"sealed/{stem}.jsonl", "código / code", stands=seal, recounted=closing.get("seal"))
        else:
            self.unsealed(code, head[1])
        if closing["document"] != last[0]:
            self.wrong(
                f"sealed/{stem}.jsonl", what="no son los resultados del cierre / are not the results of the closing"
            )
        opened, below = journal.rounds[code], self.rounds.get(row["lower"])
        told = {
            "round": code, "file": stem, "competition": opened["competition"], "tier": opened["tier"],
            "edition": rounds[0][1], "closing": str(head[1]), "lower": rounds[0][3],
            "currency": rules["programme"].get("currency", "USD"),
        }  # fmt: skip
        self.compare("rounds.csv", [row], [told], "round")
        if below is not None and below["closing"] != str(head[3]):
            self.differs("rounds.csv", row["lower"], "closing", stands=below["closing"], recounted=head[3])
        digest = hashlib.sha256((self.folder / f"rules/{stem}.yaml").read_bytes()).hexdigest()
        if rounds[0][2] != digest:
            self.differs(f"rules/{stem}.yaml", "SHA-256", stands=digest, recounted=rounds[0][2])
        rulings = [
            dict(zip((*WHOSE, "kind", "rule", "reason"), one, strict=True), names=journal.names(json.loads(names)))
            for *one, names in ruled
        ]
        self.compare(f"rulings/{stem}.csv", self.table(f"rulings/{stem}.csv"), rulings, *WHOSE, "kind", "rule")
        named: dict[tuple[str, ...], set[str]] = {}
        for within, category, entry, kind, rule, *_ in ruled:
            if kind != "disqualification":
                named.setdefault((within, category, entry), set()).add(rule)
        rows = []
        columns = [name for name in (entries[0] if entries else ()) if name.startswith("field:")]
        for within, category, entry, _, status, reason, deductions, own, kept in written:
            said = {"within": within, "category": category, "entry": entry, "status": status, "reason": reason}
            said["deductions"] = " ".join(sorted({*deductions.split()} | named.get((within, category, entry), set())))
            fields, all_kept = {**json.loads(own), **json.loads(kept)}, kept != "{}"
            rows.append(said | {name: fields.get(name[6:], "" if all_kept else None) for name in columns})
        self.compare(f"entries/{stem}.csv", entries, rows, *WHOSE)
        judged = {phase.id: [criterion.id for criterion in phase.judged] for phase in tier.phases}
        where = (*WHOSE, "phase", "judge")
        papers = [
            dict(zip(where, paper, strict=True))
            | {id_: "" if mark == "-" else mark for id_, mark in zip(judged[paper[3]], text.split(), strict=True)}
            for *paper, text in sheets
            if text.strip("- ")  # a sheet that was taken out is not there any more
        ]
        self.compare(f"marks/{stem}.csv", marks, papers, *where)
        lots = [
            {
                "within": within, "category": category, "step": step, "reason": reason,
                "order": " ".join(sorted(json.loads(numbers), key=json.loads(numbers).get)),
                "witnesses": journal.names(json.loads(names)),
            }
            for within, category, step, numbers, reason, names in drawn
        ]  # fmt: skip
        self.compare(f"orders/{stem}.csv", orders, lots)
        document: dict[str, Any] = json.loads(last[0])
        return document

    def unsealed(self, code: str, number: object) -> None:
        """A closing from before there were seals: the journal keeps its results, and no code is on its papers."""
        self.said.append(
            f"{code}: se cerró antes de que hubiera sellos (cierre {number}); sus papeles no llevan código / closed before "
            f"seals were kept (closing {number}); its papers carry no code"
        )

    def check_document(self, code: str, document: Mapping[str, Any], results: list[Row]) -> None:
        """The results under the seal are those that were recounted."""
        stands = [
            {
                **dict(zip(WHOSE, (contest["within"] or "", contest["category"] or "", one["entry"]), strict=True)),
                **said,
            }
            for contest in document["contests"]
            for one, said in (
                *((one, placed(one)) for one in contest["placings"]),
                *((one, {"status": one["status"]}) for one in contest["unranked"]),
            )
        ]
        again = [{key: row.get(key, "") for key in (*WHOSE, "place", "points", "amount", "status")} for row in results]
        self.compare(f"{code}: sellado / sealed", stands, again, *WHOSE)

    # what was paid

    def check_payments(self, row: Row, journal: Journal, results: list[Row]) -> None:
        """Nobody was paid more than the prize of the closing that stood then, unless it was given back or let be.

        Who was paid rightly and wins less now is told, and is no fault. The tables say what the journal does.
        """
        code, stem, standing = row["round"], row["file"], int(row["closing"])
        payments, returns = self.table(f"payments/{stem}.csv"), self.table(f"returns/{stem}.csv")
        said = [one | {"round": None} for one in journal.receipts.values() if one["round"] == code]
        self.compare(f"payments/{stem}.csv", payments, said, "receipt")
        said = [one | {"round": None} for one in journal.returns.values() if one["round"] == code]
        self.compare(f"returns/{stem}.csv", returns, said, "laptop", "number")
        paid = [one for one in payments if one["mode"] and not one["voided"]]
        back = [one for one in returns if not one["voided"]]
        won = {standing: {self.whose(one): number(one.get("amount", "") or "0") for one in results}}
        own = [one["receipt"] for one in paid if not journal.is_apart(code, one)]
        for closing in {int(one["closing"]) for one in paid if one["receipt"] in own} - {standing}:
            won[closing] = self.prizes_of(journal.closings[code][closing])
        accounts: dict[tuple[str, ...], tuple[list[Row], list[Row]]] = {}
        for side, lines in enumerate((paid, back)):
            for one in lines:
                accounts.setdefault(self.whose(one), ([], []))[side].append(one)
        for key, (mine, theirs) in sorted(accounts.items()):
            closings = {int(one["closing"]) for one in mine if number(one["amount"]) and one["receipt"] in own}
            self.check_account(code, key, standing, won, mine, theirs, sorted(closings))

    def check_account(
        self,
        code: str,
        key: tuple[str, ...],
        standing: int,
        won: Mapping[int, Mapping[tuple[str, ...], Fraction]],
        paid: list[Row],
        back: list[Row],
        closings: list[int],
    ) -> None:
        """One entry: at each closing under which it was paid, and at the one that stands.

        Who was paid under a closing that does not stand had what whoever paid knew of: that counts at the next one.
        """

        def total(rows: list[Row], kind: str = "", since: int = 0) -> Fraction:
            chosen = [one for one in rows if kind in ("", one.get("kind")) and int(one["closing"]) >= since]
            return sum((number(one["amount"]) for one in chosen), Fraction(0))

        given = total(back, "returned")
        if given > total(paid):
            self.too_much(code, key, "devuelto ≠ pagado / given back ≠ paid", given, total(paid))
        for closing in closings:
            until = [one for one in paid if int(one["closing"]) <= closing]
            prize = won[closing].get(key, Fraction(0))
            kept = total(until) - given - total(back, "waived", closing)
            if kept > prize:
                self.too_much(code, (*key, str(closing)), "pagado ≠ premio / paid ≠ prize", kept, prize)
        prize = won[standing].get(key, Fraction(0))
        beyond = total(paid) - given - prize
        if beyond > 0:
            let_be = min(beyond, total(back, "waived"))
            figures = " · ".join(
                f"{word} {decimal(value, 2)}"
                for word, value in (
                    ("pagado / paid", total(paid)),
                    ("devuelto / given back", given),
                    ("premio / prize", prize),
                    ("se dejó / let be", let_be),
                    ("de más / too much", beyond - let_be),
                )
                if value
            )
            self.said.append(f"{' · '.join(part for part in (code, *key) if part)}: {figures}")

    def too_much(self, code: str, key: tuple[str, ...], what: str, more: Fraction, less: Fraction) -> None:
        """Name an amount above the one that it may not exceed."""
        self.wrong(code, *key, what=f"{what}: {decimal(more, 2)} ≠ {decimal(less, 2)}")

    def whose(self, row: Row) -> tuple[str, ...]:
        """Whom a line is about."""
        return tuple(row[part] for part in KEYS["results"])

    def prizes_of(self, closing: Line) -> dict[tuple[str, ...], Fraction]:
        """What everybody won under an earlier closing."""
        return {
            (contest["within"] or "", contest["category"] or "", one["entry"]): Fraction(
                sum(award["cents"] for award in one["awards"]), 100
            )
            for contest in json.loads(closing["body"]["document"])["contests"]
            for one in contest["placings"]
        }


def placed(one: Mapping[str, Any]) -> Row:
    """Place, points and amount of somebody with a place under the seal."""
    amount = sum(award["cents"] for award in one["awards"])
    return {"place": str(one["place"]), "points": one["points"], "amount": money(amount), "status": ""}


def letters_of(device: str) -> str:
    """The two letters that a laptop's codes begin with."""
    number, size = int(device, 16), len(CODE_LETTERS)
    return CODE_LETTERS[number % size**2 // size] + CODE_LETTERS[number % size]


def money(cents: int) -> str:
    """An amount as the tables write it."""
    return decimal(Fraction(cents, 100), 2)


def canonical(value: object) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(value: object) -> str:
    """SHA-256 of that text."""
    return hashlib.sha256(canonical(value).encode()).hexdigest()


def code_of(digest: str) -> str:
    """The code on the papers: 125 bits of the digest in 25 letters, and Luhn's check letter in base 32."""
    bits = int(digest, 16) >> (256 - 125)
    numbers = [(bits >> (5 * place)) & 31 for place in reversed(range(25))]
    doubled = [n * 2 // 32 + n * 2 % 32 for n in numbers[::-1][::2]]
    numbers.append(-(sum(doubled) + sum(numbers[::-1][1::2])) % 32)
    text = "".join(LETTERS[n] for n in numbers)
    return "-".join(text[at : at + 5] for at in range(0, 26, 5))


def main(words: list[str]) -> int:
    """Recount the bundle and say what does not agree; 0 or 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # an old console has not every letter
    parser = argparse.ArgumentParser(description="Recuento / recount")
    parser.add_argument("folder", nargs="?", default=str(Path(__file__).resolve().parent))
    parser.add_argument("--code", help="el código al pie de un papel / the code at the foot of a paper")
    said = parser.parse_args(words)
    bundle = Bundle(Path(said.folder))
    bundle.check()
    if said.code is not None:
        typed = re.sub(r"[\s-]", "", said.code).upper().translate(str.maketrans("OIL", "011"))
        if typed not in {code.replace("-", "") for code in bundle.codes}:
            bundle.wrong("--code", said.code, what="no es de estos resultados / is not of these results")
    out = sys.stdout.write
    for line in bundle.found:
        out(f"{line}\n")
    if bundle.found:
        count = len(bundle.found)
        out(
            f"NO CONCUERDA ({count}). No pague con estos papeles. / DOES NOT AGREE ({count}). Do not pay from these papers.\n"
        )
        return 1
    for line in bundle.said:
        out(f"aviso / note: {line}\n")
    what = ", ".join(bundle.rounds)
    out(f"Todo concuerda / everything agrees: {what} ({bundle.recounted} inscritos / entries).\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
