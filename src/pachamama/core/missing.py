"""Sheets that are still out: who has not handed in a paper, and which papers have empty cells.

The judges of a contest are its panel, else those who have a sheet in it. Where the rules say how many judges there are,
judges whom nobody has heard of yet are counted without a name. Nothing is expected of a judge who stepped back, but of
whoever judges instead; and an entry that is left with too few judges is told before it loses its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pachamama.core.criteria import label
from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.names import called
from pachamama.core.problems import FEW
from pachamama.core.rules.document import ONE_PHASE, Phase, Tier, phase_label
from pachamama.core.sentences import Listing, Sentence, listing, say, say_count

NO_NAMES: Mapping[str, str] = {}
"""For whoever knows judges by their codes only."""


@dataclass(frozen=True, slots=True)
class MissingSheets:
    """What is still out for one entry in one phase.

    `judges` are those of the contest without a sheet for it, of whom `count` must still come; `gaps` holds the criteria
    that a judge left empty on a paper that came.
    """

    within: str | None
    category: str | None
    entry: Entry
    phase: Phase
    count: int
    judges: tuple[str, ...]
    gaps: Mapping[str, tuple[str, ...]]

    @property
    def sentence(self) -> Sentence:
        """What is out, in words, without the contest; judges by their codes."""
        return self.told(NO_NAMES)

    def told(self, judges: Mapping[str, str]) -> Sentence:
        """What is out, in words, without the contest; `judges` has their names."""
        said: list[Sentence] = []
        if self.count:
            said.append(self.out(judges))
        said += [
            say(
                "the sheet of {judge} has no mark for {criteria}",
                judge=called(judge, judges.get(judge, "")),
                criteria=listing([label(one) for one in self.phase.judged if one.id in ids]),
            )
            for judge, ids in self.gaps.items()
        ]
        missing = Listing(tuple(said))
        who = called(self.entry.code, self.entry.name)
        if self.phase.id == ONE_PHASE:
            return say("{entry}: {missing}", entry=who, missing=missing)
        return say("{entry}, {phase}: {missing}", entry=who, phase=phase_label(self.phase), missing=missing)

    def out(self, judges: Mapping[str, str]) -> Sentence:
        """Which sheets are out, without the entry and the phase."""
        if not self.judges:
            return say_count("{count} sheet is missing", "{count} sheets are missing", self.count)
        names = listing([called(code, judges.get(code, "")) for code in self.judges])
        if self.count == len(self.judges):
            return say_count(
                "the sheet of {judges} is missing", "the sheets of {judges} are missing", self.count, judges=names
            )
        if self.count < len(self.judges):
            return say_count(
                "{count} sheet is missing, of {judges}",
                "{count} sheets are missing, of {judges}",
                self.count,
                judges=names,
            )
        more = say_count("{count} judge more", "{count} judges more", self.count - len(self.judges))
        return say("the sheets of {judges} and of {more} are missing", judges=names, more=more)


InContest: TypeAlias = tuple[str | None, str | None, Sentence]
"""Something about a contest: its unit, its category, what there is to say."""


def missing_told(found: Iterable[MissingSheets], judges: Mapping[str, str]) -> Iterator[InContest]:
    """What is out, in the order of the list: one line where many entries of a contest lack the same sheets of a phase."""
    alike: dict[object, list[MissingSheets]] = {}
    for one in found:
        same = (one.within, one.category, one.phase.id, one.count, one.judges)
        alike.setdefault((same, one.entry.code) if one.gaps else same, []).append(one)
    for ones in alike.values():
        first = ones[0]
        if len(ones) <= FEW:
            yield from ((one.within, one.category, one.told(judges)) for one in ones)
        else:
            codes = [one.entry.code for one in ones]
            yield first.within, first.category, of_several(codes, first.phase, first.out(judges))


def of_several(entries: Sequence[str], phase: Phase, missing: Sentence) -> Sentence:
    """What each of several entries lacks, with their codes."""
    if phase.id == ONE_PHASE:
        return say_count(
            "{count} entry: {missing} ({entries})",
            "{count} entries, of each: {missing} ({entries})",
            len(entries),
            missing=missing,
            entries=listing(list(entries)),
        )
    return say_count(
        "{count} entry, {phase}: {missing} ({entries})",
        "{count} entries, {phase}, of each: {missing} ({entries})",
        len(entries),
        phase=phase_label(phase),
        missing=missing,
        entries=listing(list(entries)),
    )


def missing_sheets(tier: Tier, contest: Contest) -> tuple[MissingSheets, ...]:
    """What is still out in a contest, by entry and phase; nothing for entries that are out of it themselves."""
    found: list[MissingSheets] = []
    inside = [entry for entry in contest.entries if not _is_out(tier, entry)]
    for phase in tier.judged_phases:
        sheets = {entry.code: _by_judge(entry, phase) for entry in inside}
        known = _known(contest, phase, sheets)
        wanted = _wanted(tier, sheets.values(), len(contest.panel.get(phase.id, ())))
        for entry in inside:
            one = _missing(contest, entry, phase, sheets[entry.code], known, wanted)
            if one.count or one.gaps:
                found.append(one)
    return tuple(sorted(found, key=lambda one: one.entry.code))


def _missing(
    contest: Contest,
    entry: Entry,
    phase: Phase,
    papers: Mapping[str, Sheet],
    known: Sequence[str],
    wanted: int,
) -> MissingSheets:
    empty = {
        judge: tuple(one.id for one in phase.judged if one.id not in sheet.marks)
        for judge, sheet in sorted(papers.items())
    }
    gaps = {judge: ids for judge, ids in empty.items() if ids}
    count = max(_possible(contest, entry, phase, wanted) - len(papers), 0)
    able = sorted({*known, *contest.instead(entry.code, phase.id).values()} - {*papers, *entry.recused})
    return MissingSheets(contest.within, contest.category, entry, phase, count, tuple(able) if count else (), gaps)


def _known(contest: Contest, phase: Phase, sheets: Mapping[str, Mapping[str, Sheet]]) -> list[str]:
    """The judges from whom sheets of everybody are expected: the panel, and whose sheets came, but no substitute's."""
    came = {
        judge
        for entry, papers in sheets.items()
        for judge in papers
        if judge not in contest.instead(entry, phase.id).values()
    }
    return sorted({*contest.panel.get(phase.id, ()), *came})


def _possible(contest: Contest, entry: Entry, phase: Phase, wanted: int) -> int:
    """The sheets of `wanted` that an entry can have: fewer by those who stepped back, more by those who judge instead."""
    panel = contest.panel.get(phase.id)
    stepped_back = [judge for judge in entry.recused if panel is None or judge in panel]
    return wanted - len(stepped_back) + len(contest.instead(entry.code, phase.id))


def _wanted(tier: Tier, sheets: Iterable[Mapping[str, Sheet]], seats: int) -> int:
    """The number of judges that the rules say, or the seats of the panel; else the most that any entry has."""
    if tier.panel.judges is not None:
        return max(int(tier.panel.judges), seats)
    return seats or max(tier.panel.needed, max((len(papers) for papers in sheets), default=0))


def _by_judge(entry: Entry, phase: Phase) -> dict[str, Sheet]:
    return {sheet.judge: sheet for sheet in entry.sheets if sheet.phase == phase.id and sheet.marks}


def _is_out(tier: Tier, entry: Entry) -> bool:
    """A status or a knockout takes an entry out: nothing is missing of it."""
    return entry.status is not None or any(one.id in entry.deductions for one in tier.knockouts)


@dataclass(frozen=True, slots=True)
class ExpectedSheet:
    """A paper that somebody must hand in; `judge` is None where the panel is not known by name yet."""

    within: str | None
    category: str | None
    entry: Entry
    phase: Phase
    judge: str | None
    is_in: bool


def expected_sheets(tier: Tier, contest: Contest) -> tuple[ExpectedSheet, ...]:
    """Every paper of a contest, those that are in among them: by phase, then judge, then entry, as a judge walks.

    The judges are the panel, else those who have sheets; where the rules say that there are more, the papers of the
    others have no judge. Without a panel, and with more judges than an entry needs, each entry has judges of its own: nobody
    can say whose paper is still out, only how many are. Nothing is expected for an entry that is out, or of a judge who
    stepped back for it.
    """
    inside = sorted((entry for entry in contest.entries if not _is_out(tier, entry)), key=lambda one: one.code)
    found: list[ExpectedSheet] = []
    for phase in tier.judged_phases:
        sheets = {entry.code: _by_judge(entry, phase) for entry in inside}
        seats = contest.panel.get(phase.id, ())
        known = _known(contest, phase, sheets)
        wanted = _wanted(tier, sheets.values(), len(seats))
        each_its_own = not seats and len(known) > wanted
        out = {
            entry.code: max(_possible(contest, entry, phase, wanted) - len(sheets[entry.code]), 0)
            if each_its_own
            else max(wanted - len(known), 0)
            for entry in inside
        }
        instead = {entry.code: set(contest.instead(entry.code, phase.id).values()) for entry in inside}
        others = sorted(set().union(*instead.values()) - set(known))
        for judge in (*known, *others):
            found += [
                ExpectedSheet(contest.within, contest.category, entry, phase, judge, judge in sheets[entry.code])
                for entry in inside
                if judge in instead[entry.code]
                or (judge in known and judge not in entry.recused and (judge in sheets[entry.code] or not each_its_own))
            ]
        for number in range(max(out.values(), default=0)):
            found += [
                ExpectedSheet(contest.within, contest.category, entry, phase, None, False)
                for entry in inside
                if number < out[entry.code]
            ]
    return tuple(found)


# -- too few judges --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TooFewJudges:
    """An entry that can have no place in a phase, because judges stepped back from it: `left` are fewer than `needed`.

    `recused` are those who did, for whom nobody judges yet. `is_equal`: the rules want as many judges for everybody.
    """

    within: str | None
    category: str | None
    entry: Entry
    phase: Phase
    left: int
    needed: int
    recused: tuple[str, ...]
    is_equal: bool
    has_panel: bool = True

    def told(self, judges: Mapping[str, str]) -> Sentence:
        """That it cannot have a place, and why; `judges` has their names."""
        who = called(self.entry.code, self.entry.name)
        where = who if self.phase.id == ONE_PHASE else say("{entry}, {phase}", entry=who, phase=phase_label(self.phase))
        out = listing([called(code, judges.get(code, "")) for code in self.recused])
        if self.is_equal:
            return say_count(
                "{entry}: {judges} stepped back, {count} judge is left, and every entry must have {needed}: nothing can be reckoned",
                "{entry}: {judges} stepped back, {count} judges are left, and every entry must have {needed}: nothing can be reckoned",
                self.left,
                entry=where,
                judges=out,
                needed=self.needed,
            )
        return say_count(
            "{entry}: {judges} stepped back, {count} judge is left, and at least {needed} are needed: no place, no prize",
            "{entry}: {judges} stepped back, {count} judges are left, and at least {needed} are needed: no place, no prize",
            self.left,
            entry=where,
            judges=out,
            needed=self.needed,
        )

    @property
    def remedy(self) -> Sentence:
        """Who can judge instead, and how that is said."""
        if not self.has_panel:
            return say("Another judge can still judge it: type that sheet, or name a panel: `pachamama panel assign`.")
        return say(
            "Name who judges it instead: `pachamama panel recuse {judge} {entry} --substitute JUDGE`.",
            judge=self.recused[0],
            entry=self.entry.code,
        )


def too_few_judges(tier: Tier, contest: Contest) -> tuple[TooFewJudges, ...]:
    """The entries that a recusal leaves with fewer judges than they need, by entry and phase (RULES.md, A4)."""
    found: list[TooFewJudges] = []
    inside = [entry for entry in contest.entries if not _is_out(tier, entry)]
    if not any(entry.recused for entry in inside):
        return ()
    for phase in tier.judged_phases:
        sheets = {entry.code: _by_judge(entry, phase) for entry in inside}
        wanted = _wanted(tier, sheets.values(), len(contest.panel.get(phase.id, ())))
        is_equal = tier.panel.adds or tier.panel.missing == "refuse"
        needed = wanted if is_equal else tier.panel.needed
        for entry in inside:
            panel, instead = contest.panel.get(phase.id), contest.instead(entry.code, phase.id)
            recused = [one for one in entry.recused if one not in instead and (panel is None or one in panel)]
            left = max(_possible(contest, entry, phase, wanted), len(sheets[entry.code]))
            if recused and left < needed:
                found.append(
                    TooFewJudges(
                        contest.within,
                        contest.category,
                        entry,
                        phase,
                        left,
                        needed,
                        tuple(recused),
                        is_equal,
                        panel is not None,
                    )
                )
    return tuple(sorted(found, key=lambda one: one.entry.code))
