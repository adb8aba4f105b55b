"""A contest scored: who is in the running, which sheets count, and the judges' values combined (RULES.md, A)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, getitem

from pachamama.core.criteria import JudgedCriterion, label
from pachamama.core.lower_tier import source_values
from pachamama.core.model import Contest, Entry, OutReason, Sheet, Unranked
from pachamama.core.numbers import Exact, in_parts, ratio, times
from pachamama.core.problems import NOWHERE, Problem, Refused, refuse_if
from pachamama.core.rules.document import Phase, Tier, phase_label
from pachamama.core.scores import Part, PhaseScore, Score, SourceValue, Total
from pachamama.core.sentences import Name, Sentence, Value, listing, say, say_count
from pachamama.core.sheets import Sums, WrittenSheets, second_sheet, too_many_sheets

FEWEST_FOR_A_SCALE = 6
"""Entries that each judge must have marked before marks are standardised (RULES.md, A5)."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A contest with everybody in it judged: those in the running, those out with the reason, and what was noticed.

    `sources` are what the lower tier gave to each entry, by entry and criterion, those that are out included; `sheets` the
    sheets that count, by phase and entry, of all without enough judges.
    """

    scores: tuple[Score, ...]
    unranked: tuple[Unranked, ...]
    warnings: tuple[Sentence, ...] = ()
    sources: Mapping[str, Mapping[str, SourceValue]] = field(default_factory=dict)
    sheets: Mapping[str, Mapping[str, CountedSheets]] = field(default_factory=dict)


def score_contest(tier: Tier, contest: Contest, *, lower: Tier | None = None) -> Scored:
    """Score every entry of one contest; see Scorer."""
    return Scorer(tier, lower=lower).score(contest)


class Scorer:
    """The rules of a tier at work on one contest after the other; `lower` is the tier whose closed results the sources read.

    What a mark is worth, and what entries with the same sums of their sheets come to, is reckoned once for all contests:
    a round has millions of marks and hundreds of thousands of entries, but some thirty marks and a thousand sums.
    """

    def __init__(self, tier: Tier, *, lower: Tier | None = None) -> None:
        self.tier, self.lower = tier, lower
        panel = tier.panel
        self._marks = _CheckedMarks(tier)
        self._totals: dict[Sums, Total] = {}
        self._sums_are_enough = (
            panel.needs_only_the_sum
            and panel.of == "sheet"
            and panel.missing != "drop_judge"
            and not tier.reads_a_lower_tier
            and tier.judged_phases == tier.judging
        )
        self._wants_equal_panels = panel.adds or panel.missing == "refuse"

    def score(self, contest: Contest) -> Scored:
        """Score every entry of a contest.

        Refused, with all entries named: marks off the paper, unequal panels under a sum, missing sheets where the rules
        refuse them, registers that do not fit.
        """
        entries = sorted(contest.entries, key=_code)
        problems: list[Problem] = []
        sums_of, sums = self._marks.sums, []
        for entry in entries:
            mine = sums_of(entry)
            if mine is None or not _is_plain(self.tier, entry, mine):
                problems += _entry_problems(self.tier, entry, self._marks)
            sums.append(mine)
        refuse_if(problems)
        if self._sums_are_enough and (found := self._by_sums(entries, sums)) is not None:
            return found
        return self._one_with_another(entries)

    def _one_with_another(self, entries: Sequence[Entry]) -> Scored:
        """All entries together, as judges must be who are compared, left out for everybody, or have to be equally many."""
        tier = self.tier
        sources = source_values(tier, entries, self.lower)
        unranked: list[Unranked] = []
        standing: list[Entry] = []
        for entry in entries:
            out = _out(tier, entry, sources.get(entry.code, {}))
            if out is None:
                standing.append(entry)
            else:
                unranked.append(out)
        warnings: list[Sentence] = []
        sheets = {phase.id: _phase_sheets(tier, phase, standing) for phase in tier.judging}
        running: list[Entry] = []
        for entry in standing:
            out = _incomplete(tier, entry, sheets)
            if out is None:
                running.append(entry)
            else:
                unranked.append(out)
        made = self._phase_scores(running, sheets, sources, warnings)
        scores = tuple([Score(tier, one, Total.of(tier, one, made[one.code]), _known(made)) for one in running])
        return Scored(scores, _in_order(unranked), tuple(warnings), sources, _incomplete_ones(sheets, unranked))

    def _by_sums(self, entries: Sequence[Entry], all_sums: Sequence[Sums | None]) -> Scored | None:
        """Each entry by itself, where its points depend on the sum of its sheets alone; None where others matter too.

        The points are reckoned as everywhere, but once for all entries with the same sums: that is why nothing of it is
        kept but the total, and `phases` are reckoned anew for whoever looks at them.
        """
        tier, totals, phases_of = self.tier, self._totals, self._phases_of
        unranked: list[Unranked] = []
        standing: list[tuple[Entry, Sums | None]] = []
        for entry, sums in zip(entries, all_sums, strict=True):
            if entry.status is not None or entry.deductions:
                out = _out(tier, entry, {})
                if out is not None:
                    unranked.append(out)
                    continue
            standing.append((entry, sums))
        if self._wants_equal_panels and not self._are_equal([sums for _, sums in standing]):
            return None
        scores: list[Score] = []
        incomplete: dict[str, dict[str, CountedSheets]] = {phase.id: {} for phase in tier.judging}
        for entry, sums in standing:
            total = None if sums is None or entry.deductions else totals.get(sums)
            if total is None:
                sheets = {phase.id: _phase_sheets(tier, phase, [entry]) for phase in tier.judging}
                out = _incomplete(tier, entry, sheets)
                if out is not None:
                    unranked.append(out)
                    for phase, mine in sheets.items():
                        incomplete[phase] |= mine
                    continue
                total = Total.of(tier, entry, self._phase_scores([entry], sheets, {}, [])[entry.code])
                if sums is not None and not entry.deductions:
                    totals[sums] = total
            scores.append(Score(tier, entry, total, phases_of))
        return Scored(tuple(scores), _in_order(unranked), sheets=incomplete)

    def _are_equal(self, all_sums: Sequence[Sums | None]) -> bool:
        """Every sheet is full, and every entry has as many in each phase as the panel has judges, or as the others."""
        numbers = {None if sums is None else sums[1::2] for sums in all_sums}
        if len(numbers) > 1 or None in numbers:
            return False
        wanted = self.tier.panel.judges
        return wanted is None or all(number == wanted for of in numbers if of is not None for number in of)

    def _phases_of(self, entry: Entry) -> tuple[PhaseScore, ...]:
        """How the points of an entry came about, whose points depend on its own sheets alone."""
        sheets = {phase.id: _phase_sheets(self.tier, phase, [entry]) for phase in self.tier.judging}
        return self._phase_scores([entry], sheets, {}, [])[entry.code]

    def _phase_scores(
        self,
        running: Sequence[Entry],
        sheets: Mapping[str, Mapping[str, CountedSheets]],
        sources: Mapping[str, Mapping[str, SourceValue]],
        warnings: list[Sentence],
    ) -> dict[str, tuple[PhaseScore, ...]]:
        """The phases of each entry in the running, by its code."""
        tier = self.tier
        parts = {
            phase.id: _parts(tier, phase, running, sheets[phase.id], self._marks, warnings) for phase in tier.judging
        }
        found = {}
        for entry in running:
            code = entry.code
            made = []
            for phase in tier.judging:
                mine = sheets[phase.id][code]
                read = tuple([sources[code][one.id] for one in phase.sources])
                made.append(PhaseScore(phase, mine.full, mine.left_out, mine.judges, parts[phase.id][code], read))
            found[code] = tuple(made)
        return found


_code = attrgetter("code")


def _known(made: Mapping[str, tuple[PhaseScore, ...]]) -> Callable[[Entry], tuple[PhaseScore, ...]]:
    return lambda entry: made[entry.code]


def _in_order(unranked: Iterable[Unranked]) -> tuple[Unranked, ...]:
    return tuple(sorted(unranked, key=lambda one: one.entry.code))


def _incomplete_ones(
    sheets: Mapping[str, Mapping[str, CountedSheets]], unranked: Iterable[Unranked]
) -> dict[str, dict[str, CountedSheets]]:
    codes = [one.entry.code for one in unranked if one.status == "incomplete"]
    return {phase: {code: mine[code] for code in codes} for phase, mine in sheets.items()}


class _CheckedMarks:
    """The marks of a tier's sheets, each checked and weighed once: millions of marks, a few different ones."""

    def __init__(self, tier: Tier) -> None:
        self._phases = {phase.id: _PhaseMarks(phase) for phase in tier.judging}
        self._numbers = {phase.id: 2 * at for at, phase in enumerate(tier.judging)}

    def refusals(self, sheet: Sheet) -> Sequence[Sentence]:
        """What is wrong with the marks of a sheet."""
        return self._phases[sheet.phase].refusals(sheet)

    def total(self, sheet: Sheet) -> Exact:
        """Σ weight × worth of a full sheet, exact."""
        phase = self._phases[sheet.phase]
        return ratio(phase.units(sheet), phase.parts)

    def sums(self, entry: Entry) -> Sums | None:
        """For each phase what its sheets add up to, and their number; None if one is not full, or has a wrong mark."""
        if type(entry.sheets) is WrittenSheets:  # `isinstance` asks every other sequence at length
            return entry.sheets.sums
        found = [0] * (2 * len(self._numbers))
        try:
            for sheet in entry.sheets:
                at = self._numbers[sheet.phase]
                found[at] += self._phases[sheet.phase].units(sheet)
                found[at + 1] += 1
        except KeyError:
            return None
        return tuple(found)


class _PhaseMarks:
    """What the marks of one phase are worth."""

    def __init__(self, phase: Phase) -> None:
        self.parts = phase.parts
        self._criteria = phase.judged
        self._ids = [one.id for one in phase.judged]
        self._worths = [_Worths(one, phase.parts) for one in phase.judged]

    def units(self, sheet: Sheet) -> int:
        """Σ weight × worth in parts of a point; KeyError where the sheet is not full, or a mark is not allowed."""
        return sum(map(getitem, self._worths, map(sheet.marks.__getitem__, self._ids)))

    def refusals(self, sheet: Sheet) -> Sequence[Sentence]:
        """What is wrong with the marks."""
        given = [(one, sheet.marks[one.id]) for one in self._criteria if one.id in sheet.marks]
        found = [one.refusal(mark) for one, mark in given]
        return [refusal for refusal in found if refusal is not None]


class _Worths(dict[Exact, int]):
    """What each mark of a criterion is worth, checked and weighed once, in parts of a point (`Phase.parts`)."""

    def __init__(self, criterion: JudgedCriterion, parts: int) -> None:
        super().__init__()
        self._criterion, self._parts = criterion, parts

    def __missing__(self, mark: Exact) -> int:
        """Weigh a mark that was not seen before; KeyError where it is not allowed."""
        criterion = self._criterion
        if criterion.refusal(mark) is not None:
            raise KeyError(mark)
        worth = self[mark] = in_parts(times(criterion.worth(mark), criterion.weight), self._parts)
        return worth


def _is_plain(tier: Tier, entry: Entry, sums: Sums) -> bool:
    """No judge has two of its sheets, all of which are full and right, and they are not more than the panel."""
    most, numbers = tier.panel.judges, sums[1::2]
    if most is not None and max(numbers, default=0) > most:
        return False
    sheets = entry.sheets
    return type(sheets) is WrittenSheets or len({(one.phase, one.judge) for one in sheets}) == len(sheets)


def _entry_problems(tier: Tier, entry: Entry, marks: _CheckedMarks) -> Iterator[Problem]:
    """What an entry cannot have: marks off the paper, a second sheet of a judge, more sheets than judges."""
    seen: set[tuple[str, str]] = set()
    for sheet in entry.sheets:
        judged = (sheet.phase, sheet.judge)
        if judged in seen:
            yield Problem(
                sheet.where if sheet.where.file else entry.where,
                second_sheet(tier, sheet.phase, sheet.judge, entry.code),
                say("keep the right one"),
            )
        seen.add(judged)
        for refusal in marks.refusals(sheet):
            yield Problem(
                sheet.where,
                refusal,
                say("look at the paper of {judge} for {entry}", judge=sheet.judge, entry=entry.code),
            )
    if tier.panel.judges is not None and len(seen) > tier.panel.judges:
        yield from _too_many_sheets(tier, tier.panel.judges, entry, seen)


def _too_many_sheets(tier: Tier, most: int, entry: Entry, seen: Iterable[tuple[str, str]]) -> Iterable[Problem]:
    for phase in tier.judged_phases:
        judges = sorted([judge for of, judge in seen if of == phase.id])
        if len(judges) > most:
            empty = " ".join("-" * len(phase.judged))
            if len(tier.judged_phases) > 1:
                empty = f"{empty} --phase {phase.id}"
            yield Problem(
                entry.where,
                too_many_sheets(tier, phase.id, entry.code, sheets=len(judges), most=most),
                say(
                    "judges: {codes}; one that is stored is taken out by `pachamama score {entry} JUDGE {empty} --correct REASON`",
                    codes=listing(judges),
                    entry=entry.code,
                    empty=empty,
                ),
            )


# -- who is in the running -------------------------------------------------------------------------------------------


def _out(tier: Tier, entry: Entry, sources: Mapping[str, SourceValue]) -> Unranked | None:
    """A status or a knockout takes an entry out; a status is shown first."""
    if entry.status is not None:
        return Unranked(entry, entry.status, _status_sentence(entry))
    named = [one for one in tier.knockouts if one.id in entry.deductions]
    if named:
        reason: Value = listing([Name(one.name.texts, one.id) for one in named])
        return Unranked(entry, "knocked_out", say("knocked out: {reason}", reason=reason))
    for source in sources.values():
        below = source.criterion.knockout_below
        printed = tier.rounding.compared(source.value)
        if below is not None and printed < below:
            why = say(
                "knocked out: “{criterion}” is {value}, below {limit}",
                criterion=label(source.criterion),
                value=tier.rounding.r(source.value),
                limit=below,
            )
            return Unranked(entry, "knocked_out", why)
    return None


def _status_sentence(entry: Entry) -> Sentence:
    if entry.status == "absent":
        return say("absent: {reason}", reason=entry.status_reason) if entry.status_reason else say("absent")
    if entry.status == "withdrawn":
        return say("withdrawn: {reason}", reason=entry.status_reason) if entry.status_reason else say("withdrawn")
    return say("disqualified: {reason}", reason=entry.status_reason) if entry.status_reason else say("disqualified")


@dataclass(slots=True)
class CountedSheets:
    """The sheets of one entry in one phase after what `panel.missing` says: `counted` (full ones, or all under `of: criterion`), and how many judges."""

    counted: tuple[Sheet, ...]
    full: tuple[Sheet, ...]
    left_out: tuple[str, ...]
    judges: int


_judge = attrgetter("judge")


def _phase_sheets(tier: Tier, phase: Phase, standing: Sequence[Entry]) -> dict[str, CountedSheets]:
    """The sheets that count for each entry, after what `panel.missing` says of missing ones (RULES.md, A4)."""
    ids = [one.id for one in phase.judged]
    number = len(ids)
    given: dict[str, list[Sheet]] = {}
    for entry in standing:
        mine = [sheet for sheet in entry.sheets if sheet.phase == phase.id]
        mine.sort(key=_judge)
        given[entry.code] = mine
    full = {code: [s for s in sheets if len(s.marks) == number] for code, sheets in given.items()} if number else {}
    if number and tier.panel.missing == "refuse":
        _refuse_missing(tier, phase, full)
    if number and tier.panel.missing == "drop_judge":
        dropped = _dropped_judges(phase, given, full)
        given = {code: [sheet for sheet in sheets if sheet.judge not in dropped] for code, sheets in given.items()}
        full = {code: [sheet for sheet in sheets if sheet.judge not in dropped] for code, sheets in full.items()}
    found = {}
    for code, sheets in given.items():
        whole = tuple(full.get(code, ()))
        if tier.panel.of == "sheet":
            counted, judges = whole, len(whole)
        else:
            counted = tuple(sheets)
            judges = min((sum(1 for sheet in sheets if id_ in sheet.marks) for id_ in ids), default=0)
        left_out = tuple(s.judge for s in sheets if len(s.marks) != number) if len(whole) != len(sheets) else ()
        found[code] = CountedSheets(counted, whole, left_out, judges)
    return found


def _refuse_missing(tier: Tier, phase: Phase, full: Mapping[str, Sequence[Sheet]]) -> None:
    wanted = tier.panel.judges
    if wanted is None:
        wanted = max((len(sheets) for sheets in full.values()), default=0)
    refuse_if(
        Problem(
            sheets[0].where if sheets else NOWHERE,
            _too_few_full(tier, phase, code, full=len(sheets), wanted=wanted),
            say("the rules refuse to settle while a sheet is missing (`missing: refuse`)"),
        )
        for code, sheets in full.items()
        if len(sheets) < wanted
    )


def _too_few_full(tier: Tier, phase: Phase, entry: str, *, full: int, wanted: int) -> Sentence:
    """The phase is named where there are several."""
    if len(tier.judged_phases) == 1:
        return say_count(
            "{entry} has {count} full sheet of {wanted}",
            "{entry} has {count} full sheets of {wanted}",
            full,
            entry=entry,
            wanted=wanted,
        )
    return say_count(
        "{entry} has {count} full sheet of {wanted} in “{phase}”",
        "{entry} has {count} full sheets of {wanted} in “{phase}”",
        full,
        entry=entry,
        wanted=wanted,
        phase=phase_label(phase),
    )


def _dropped_judges(
    phase: Phase, given: Mapping[str, Sequence[Sheet]], full: Mapping[str, Sequence[Sheet]]
) -> frozenset[str]:
    """Judges without a full sheet for an entry that others judged: the same panel for everyone."""
    panels = [frozenset(sheet.judge for sheet in sheets) for sheets in full.values()]
    judges = {sheet.judge for sheets in given.values() for sheet in sheets}
    dropped = frozenset(judge for judge in judges if any(judge not in panel and panel for panel in panels))
    if judges and dropped == judges:
        raise Refused(
            Problem(
                NOWHERE,
                say("no judge has a full sheet for every entry in “{phase}”", phase=phase_label(phase)),
                say(
                    "judges: {codes}; type the missing sheets, or choose another `panel.missing`",
                    codes=listing(sorted(judges)),
                ),
            )
        )
    return dropped


def _incomplete(tier: Tier, entry: Entry, sheets: Mapping[str, Mapping[str, CountedSheets]]) -> Unranked | None:
    """An entry with too few judges in a phase has no place and no points."""
    for phase in tier.judged_phases:
        present = sheets[phase.id][entry.code].judges
        if present < tier.panel.needed:
            why = say_count(
                "incomplete: {count} judge in “{phase}”, at least {needed} needed",
                "incomplete: {count} judges in “{phase}”, at least {needed} needed",
                present,
                phase=phase_label(phase),
                needed=tier.panel.needed,
            )
            out: OutReason = "incomplete"
            return Unranked(entry, out, why)
    return None


# -- the panel -------------------------------------------------------------------------------------------------------


def _parts(
    tier: Tier,
    phase: Phase,
    running: Sequence[Entry],
    sheets: Mapping[str, CountedSheets],
    marks: _CheckedMarks,
    warnings: list[Sentence],
) -> dict[str, list[Part]]:
    """The judges' values of each entry in the running, scaled and combined."""
    found: dict[str, list[Part]] = {entry.code: [] for entry in running}
    if not phase.judged:
        return found
    criteria: Sequence[JudgedCriterion | None] = [None] if tier.panel.of == "sheet" else phase.judged
    for criterion in criteria:
        made: dict[str, Part] = {}
        for entry in running:
            counted = sheets[entry.code].counted
            if criterion is None:
                values = tuple([marks.total(sheet) for sheet in counted])
            else:
                counted = tuple([sheet for sheet in counted if criterion.id in sheet.marks])
                values = tuple([criterion.worth(sheet.marks[criterion.id]) for sheet in counted])
            made[entry.code] = Part(criterion, tuple([sheet.judge for sheet in counted]), values, values)
        panel = tier.panel
        if panel.adds:
            _refuse_unequal(phase, made)
        if panel.compares_entries:
            _rescale(tier, phase, made, warnings)
        for code, part in made.items():
            part.dropped = panel.dropped(part.scaled)
            part.combined = panel.combined(part.kept)
            found[code].append(part)
    return found


def _refuse_unequal(phase: Phase, parts: Mapping[str, Part]) -> None:
    """Sums and ranks need the same number of values: a missing judge would lower a sum, and win a rank sum."""
    most = max((len(part.values) for part in parts.values()), default=0)
    refuse_if(
        Problem(
            NOWHERE,
            say_count(
                "{entry} has {count} value in “{phase}”, others have {most}",
                "{entry} has {count} values in “{phase}”, others have {most}",
                len(part.values),
                entry=code,
                phase=phase_label(phase),
                most=most,
            ),
            say("values that are added need the same number of judges for every entry"),
        )
        for code, part in parts.items()
        if len(part.values) < most
    )


def _rescale(tier: Tier, phase: Phase, parts: Mapping[str, Part], warnings: list[Sentence]) -> None:
    """Bring each judge's values to the common scale, over the entries in the running that this judge marked."""
    by_judge: dict[str, dict[str, Exact]] = {}
    for code, part in parts.items():
        for judge, value in zip(part.judges, part.values, strict=True):
            by_judge.setdefault(judge, {})[code] = value
    if not tier.panel.ranks:
        _refuse_unlinked(phase, by_judge)
        if len({frozenset(values) for values in by_judge.values()}) > 1:
            warnings.append(
                say(
                    "the judges of “{phase}” did not all mark the same entries: standardised marks rest on those they share",
                    phase=phase_label(phase),
                )
            )
    scaled = {judge: tier.panel.rescaled(values) for judge, values in sorted(by_judge.items())}
    for code, part in parts.items():
        part.scaled = tuple(scaled[judge][code] for judge in part.judges)
        part.beside = tuple(by_judge[judge] for judge in part.judges)


def _refuse_unlinked(phase: Phase, by_judge: Mapping[str, Mapping[str, Exact]]) -> None:
    """Standardising needs enough entries for each judge, and judges joined by entries they both marked."""
    problems = [
        Problem(
            NOWHERE,
            say_count(
                "judge {judge} marked {count} entry of “{phase}”, too few to standardise",
                "judge {judge} marked {count} entries of “{phase}”, too few to standardise",
                len(values),
                judge=judge,
                phase=phase_label(phase),
            ),
            say("each judge needs at least {number}", number=FEWEST_FOR_A_SCALE),
        )
        for judge, values in sorted(by_judge.items())
        if len(values) < FEWEST_FOR_A_SCALE
    ]
    judges = sorted(by_judge)
    linked = set(judges[:1])
    reached = True
    while reached:
        entries = {entry for judge in linked for entry in by_judge[judge]}
        more = {judge for judge in judges if judge not in linked and entries & by_judge[judge].keys()}
        linked |= more
        reached = bool(more)
    if len(linked) < len(judges):
        problems.append(
            Problem(
                NOWHERE,
                say(
                    "no entry of “{phase}” links judges {one} with judges {other}",
                    phase=phase_label(phase),
                    one=listing(sorted(linked)),
                    other=listing([judge for judge in judges if judge not in linked]),
                ),
                say("marks cannot tell a hard judge from a weak group; let some judges mark the same entries"),
            )
        )
    refuse_if(problems)
