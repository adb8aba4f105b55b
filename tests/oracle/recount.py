"""The independent recount: RULES.md and CONTRACT.md word by word, once more, sharing no code with the program.

Every number is a Fraction read from its digits. The rules file is taken to be valid (section V); what is refused here
is what can only be seen once marks exist. Names of rules (A4, T3, P5 …) are the paragraphs of RULES.md.
"""

import hashlib
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any

import yaml

HUNDRED = Fraction(100)
RANK_KINDS = ("rank_sum", "rank_points")
STATUSES = ("absent", "disqualified", "withdrawn")
NO_ENTRY_FIELD = ("within", "category", "entry", "phase", "judge", "status", "deductions", "note")


class Refused(Exception):
    """Nothing is settled: the reason, and the entries, judges or ids that it names."""

    def __init__(self, reason: str, names: Iterable[str] = ()) -> None:
        """Keep the reason and the names in a fixed order."""
        self.reason, self.names = reason, sorted(set(names))
        super().__init__(f"{reason}: {', '.join(self.names)}" if self.names else reason)


# --- reading ---------------------------------------------------------------------------------------------------------


def load_rules(text: str) -> dict[str, Any]:
    """The rules file with every scalar as text."""
    return yaml.load(text, Loader=yaml.BaseLoader)


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
        sheets: Fraction | None = Fraction(1)
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
    decided_by: str | None = None
    place: int | str = 0
    promoted: bool = False

    def figure(self, name: str) -> Fraction | None:
        """An entry field as a number; None where the cell is empty."""
        return number(self.fields[name], comma=True) if name in self.fields else None


@dataclass(eq=False)
class Contest:
    """The entries ranked against each other: one unit of `within`, one category."""

    within: str | None
    category: str | None
    entries: dict[str, Entry] = field(default_factory=dict)
    places: list[list[Entry]] = field(default_factory=list)
    equal_for_money: list[list[Entry]] = field(default_factory=list)

    @property
    def ranked(self) -> list[Entry]:
        """Those with a place, best first."""
        return [entry for group in self.places for entry in group]


def read_table(tier: Tier, rows: Iterable[Mapping[str, str]]) -> list[Contest]:
    """The contests of a score table, in the order of `within`, then of the categories in the rules."""
    contests: dict[tuple[str | None, str | None], Contest] = {}
    for row in rows:
        cells = {column: text.strip() for column, text in row.items() if text is not None and text.strip()}
        within, category = cells.get("within"), cells.get("category")
        if tier.categories and category is None and len(tier.categories) == 1:
            category = tier.categories[0]
        if (category or tier.categories) and category not in tier.categories:
            raise Refused("no such category", [str(category)])
        if "entry" not in cells:
            raise Refused("a row without entry")
        contest = contests.setdefault((within, category), Contest(within, category))
        read_row(tier, contest.entries.setdefault(cells["entry"], Entry(cells["entry"])), cells, "judge" in row)
    for contest in contests.values():
        for entry in contest.entries.values():
            check_sheets(tier, entry)
    return sorted(
        contests.values(),
        key=lambda one: (one.within or "", tier.categories.index(one.category) if one.category else 0),
    )


def read_row(tier: Tier, entry: Entry, cells: Mapping[str, str], has_judges: bool) -> None:
    """Add one row of the table to its entry."""
    of_phase = {criterion.id: phase for phase in tier.phases for criterion in phase.judged}
    for column, text in cells.items():
        if column in of_phase or column in NO_ENTRY_FIELD:
            continue
        if entry.fields.setdefault(column, text) != text:
            raise Refused(f"two rows with different {column}", [entry.code])
    status = cells.get("status")
    if status is not None:
        if status not in STATUSES:
            raise Refused("no such status", [status])
        if entry.status not in (None, status):
            raise Refused("two different statuses", [entry.code])
        entry.status = status
    for name in cells.get("deductions", "").split():
        if name not in (*tier.deductions, *tier.bonuses, *tier.knockouts):
            raise Refused("no such deduction, bonus or knockout", [name])
        entry.named.add(name)
    written = [column for column in cells if column in of_phase]
    if status == "absent" and written:
        raise Refused("marks on a row absent", [entry.code])
    phase_id = cells.get("phase", tier.phases[0].id if len(tier.phases) == 1 else None)
    if phase_id is not None and phase_id not in [phase.id for phase in tier.phases]:
        raise Refused("no such phase", [phase_id])
    if not written:
        return
    if phase_id is None or any(of_phase[column].id != phase_id for column in written):
        raise Refused("marks that do not belong to the phase", [entry.code])
    if has_judges and "judge" not in cells:
        raise Refused("marks without a judge", [entry.code])
    judge = cells.get("judge", "")
    if any(sheet.judge == judge and sheet.phase == phase_id for sheet in entry.sheets):
        raise Refused("a second sheet by one judge", [entry.code, judge])
    worths = {one.id: one.worth(cells[one.id]) for one in of_phase[written[0]].judged if one.id in cells}
    entry.sheets.append(Sheet(judge, phase_id, worths))


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
        return sum(points) / (registered if over == "register" else took_part)
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
            if lower.full_total() is None:
                raise Refused("the lower tier has no full total", [criterion.id])
            criterion.scale = lower.full_total()


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
    mean = sum(values) / n
    if panel.combine in ("sum", *RANK_KINDS):
        return sum(values)
    if panel.combine == "median":
        return median(values)
    if panel.combine == "trimmed":
        kept = sorted(values)
        if dropping and n >= panel.enough:
            kept = kept[panel.lowest : n - panel.highest]
        return sum(kept) if panel.then == "sum" else sum(kept) / len(kept)
    if panel.combine == "outlier" and dropping:
        kept = [value for value in values if abs(value - mean) <= panel.distance]
        return sum(kept) / len(kept) if kept else mean
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
        mean = sum(values.values()) / n
        squares = sum((value - mean) ** 2 for value in values.values())
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
    kind, what = (step, None) if isinstance(step, str) else next(iter(step.items()))
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
        "jury_decision": (lambda one: one.figure("jury_decision"), False),
        "lots": (lambda one: one.figure("lots"), False),
    }
    key, largest_first = keys[kind]
    if any(key(entry) is None for entry in group):
        return [group]
    return split(group, key, largest_first=largest_first)


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
    """T3: whether these moments have an order at all: no day beside a time of it, no clock with its zone beside one without."""
    bare, clocks = [], []
    for told in registrations:
        if len(told) == 10:
            bare.append(told)
        elif told:
            try:
                clocks.append(datetime.fromisoformat(told))
            except ValueError:
                return True  # no moment: refused elsewhere
    for clock in clocks:
        if clock.date().isoformat() in bare:
            return False
    zoned = sum(1 for clock in clocks if clock.utcoffset() is not None)
    return zoned == 0 or (zoned == len(clocks) and not bare)


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
        self.unfit = ""
        order = list(range(len(self.awards)))
        others = [n for n in order if self.is_for_others(self.awards[n])]
        for n in [n for n in order if n not in others] + others:
            award = self.awards[n]
            if award["scheme"] == "proportional" and self.purse_of(award) in self.of_round:
                claims += self.proportional(n, self.contests, passed, claims)
                continue
            for contest in self.contests:
                claims += self.work(n, contest, passed, claims)
        for claim in claims:
            everyone = [one for group in claim.contest.equal_for_money for one in group if id(one) not in passed]
            mates = next(group for group in claim.contest.equal_for_money if claim.entry in group)
            claim.position = 1 + min(everyone.index(one) for one in mates if one in everyone)
        return claims

    @staticmethod
    def is_for_others(award: Mapping[str, Any]) -> bool:
        """A flat prize for those who have no other award."""
        return award["scheme"] == "flat" and award.get("to", "other_participants") == "other_participants"

    def work(self, n: int, contest: Contest, passed: set[int], claims: list[Claim]) -> list[Claim]:
        """The claims of one award in one contest."""
        award = self.awards[n]
        groups = self.groups(award, contest, passed)
        scheme = award["scheme"]
        if scheme == "proportional":
            return self.proportional(n, [contest], passed, claims)
        if scheme == "until_spent":
            return self.until_spent(n, contest, groups, claims)
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
                    has = any(claim.contest is contest and claim.entry is entry for claim in claims)
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
            drawn = [entry.figure("lots") for entry in group]
            if None in drawn or len(set(drawn)) < len(drawn):
                return []
            order = split(group, lambda one: one.figure("lots"), largest_first=False)
        lucky: list[Entry] = []
        for together in order:
            if len(lucky) + len(together) > units:
                break
            lucky += together
        return lucky

    def left_in(self, n: int, contest: Contest | None, claims: list[Claim]) -> Fraction:
        """What the awards earlier in the file left in the purse."""
        purse = self.purse_of(self.awards[n])
        pot = (purse, None if purse in self.of_round else contest)
        return max(Fraction(0), self.purses[purse] - sum(one.amount for one in claims if self.pot_of(one) == pot))

    def until_spent(
        self, n: int, contest: Contest, groups: list[tuple[int, list[Entry]]], claims: list[Claim]
    ) -> list[Claim]:
        """P2: requests in full, best first; the first that does not fit ends it."""
        entries = [entry for _, group in groups for entry in group]
        bad = [
            one.code
            for one in entries
            if (one.figure("requested") or Fraction(-1)) < 0 or one.figure("requested") % self.unit
        ]
        if bad:
            raise Refused("each needs a request, a multiple of the cash unit", bad)
        left = self.left_in(n, contest, claims)
        paid: list[Claim] = []
        for _, group in groups:
            wanted = sum(entry.figure("requested") for entry in group)
            if wanted > left:
                break
            left -= wanted
            paid += [
                Claim(contest, entry, n, entry.figure("requested")) for entry in group if entry.figure("requested")
            ]
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

    def proportional(self, n: int, contests: list[Contest], passed: set[int], claims: list[Claim]) -> list[Claim]:
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
        held = floor_to(self.left_in(n, contests[0] if contests else None, claims), self.unit)
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
            above = [name for name in free if most is not None and share[name] > most]
            below = [name for name in free if least is not None and share[name] < least]
            if not above and not below:
                break
            excess = sum((share[name] - most for name in above), Fraction(0))
            deficit = sum((least - share[name] for name in below), Fraction(0))
            at_limit |= dict.fromkeys(above, most) if excess >= deficit else dict.fromkeys(below, least)
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
        for contest in self.contests:
            counted = [
                claim
                for claim in claims
                if claim.contest is contest
                and self.awards[claim.award]["scheme"] in ("by_place", "percent", "until_spent")
            ]
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
                    entrant = entry.fields.get("entrant", entry.code)
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
        for claim in claims:
            mine = held.setdefault(claim.entry.fields.get("entrant", claim.entry.code), {})
            at = self.contests.index(claim.contest)
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
                    over |= {id(e) for e in contest.ranked if e.fields.get("entrant", e.code) == entrant}
        return over

    def standing_in_file(self, at: int) -> tuple[int, int]:
        """The category that stands first in the file, then the order of contests."""
        category = self.contests[at].category
        return (self.tier.categories.index(category) if category else 0, at)

    # P1 (6) and (8)

    def shorten(self, claims: list[Claim]) -> list[Claim]:
        """P7: what happens when the claims on a purse exceed it."""
        short: list[str] = []
        for pot in self.pots():
            amount = self.purses[pot[0]]
            on_it = [claim for claim in claims if self.pot_of(claim) == pot]
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

    def purse_lines(self, claims: list[Claim], contest: Contest | None) -> list[dict[str, str]]:
        """P9: the purses of a contest, or those of the round."""
        lines = []
        for purse, amount in self.purses.items():
            if (purse in self.of_round) != (contest is None):
                continue
            awarded = sum((claim.amount for claim in claims if self.pot_of(claim) == (purse, contest)), Fraction(0))
            line = {"id": purse, "amount": amount, "awarded": awarded, "returned": amount - awarded}
            lines.append({key: text if key == "id" else decimal(text, 2) for key, text in line.items()})
        return lines


# --- the document ----------------------------------------------------------------------------------------------------


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


def placing(tier: Tier, prizes: Prizes, contest: Contest, entry: Entry, claims: list[Claim]) -> dict[str, Any]:
    """One line of the contract's `placings`."""
    decimals = decimals_to_print(tier, contest)
    group = next(group for group in contest.places if entry in group)
    mine = [claim for claim in claims if claim.entry is entry]
    return {
        "place": entry.place,
        "entry": entry.code,
        "name": entry.fields.get("name"),
        "points": decimal(tier.rounding.to(entry.points, decimals), decimals),
        "phases": {
            phase: decimal(tier.rounding.to(points, decimals), decimals) for phase, points in entry.phases.items()
        },
        "judges": entry.counted,
        "level": tier.level(entry.points),
        "tied_with": [other.code for other in group if other is not entry],
        "decided_by": entry.decided_by,
        "promoted": entry.promoted,
        "awards": [award_line(prizes, claim) for claim in sorted(mine, key=lambda claim: claim.award)],
        "amount": decimal(sum((claim.amount for claim in mine), Fraction(0)), 2),
    }


def award_line(prizes: Prizes, claim: Claim) -> dict[str, Any]:
    """One award of an entry."""
    award = prizes.awards[claim.award]
    line = {"scheme": award["scheme"], "purse": None, "amount": decimal(claim.amount, 2), "why": award["scheme"]}
    if award["scheme"] == "in_kind":
        return line | {"item": award["item"], "value": decimal(claim.value, 2)}
    return line | {"purse": prizes.purse_of(award)}


def recount(
    competition: dict[str, Any],
    programme: dict[str, Any],
    competition_id: str,
    tier: str,
    rows: list[dict[str, str]],
    households: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """The contract's JSON document for one round, or Refused."""
    rules = next(read_tier(told) for told in competition["tiers"] if told["tier"] == tier)
    contests = read_table(rules, rows)
    read_sources(rules, contests, competition, households)
    lots_decide_money = rules.told.get("prizes", {}).get("lots_decide_money", "false").lower() in ("true", "yes", "on")
    for contest in contests:
        rank(rules, competition_id, contest, lots_decide_money=lots_decide_money)
        promote(rules, contest)
    prizes = Prizes(rules, programme, contests)
    claims = prizes.settle()
    return {
        "competition": competition_id,
        "tier": tier,
        "currency": programme.get("currency"),
        "contests": [
            {
                "within": contest.within,
                "category": contest.category,
                "placings": [placing(rules, prizes, contest, entry, claims) for entry in contest.ranked],
                "unranked": [
                    {"entry": entry.code, "status": entry.unranked, "why": entry.unranked}
                    for entry in sorted(contest.entries.values(), key=lambda entry: entry.code)
                    if entry.unranked is not None
                ],
                "purses": prizes.purse_lines(claims, contest),
            }
            for contest in contests
        ],
        "purses": prizes.purse_lines(claims, None),
    }
