"""Last edition's marks, drawn anew: what could have come out if other households of the same kind had entered.

Each contest keeps its size; its entries are drawn from those that were there, some of them twice or more (a *bootstrap*).
A copy would tie with its original in every run, so each of its marks moves by a step now and then.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pachamama.core.criteria import JudgedCriterion, Marks
from pachamama.core.model import Contest, Entry, Sheet
from pachamama.core.numbers import Exact, read_exact, simple
from pachamama.core.problems import Problem, refuse_if
from pachamama.core.rules.document import Tier
from pachamama.core.simulation.chance import Chance
from pachamama.core.simulation.marks import Played, Valley, with_orders, with_results_below


@dataclass(frozen=True, slots=True)
class LastEdition:
    """Last edition's contests, of a score table or of a round.

    Where a lower tier is read its results are invented, unless the contests came with them (`has_below`). `refused`
    says why these rules do not take its marks: then every round of it is refused.
    """

    contests: tuple[Contest, ...]
    has_below: bool = False
    refused: tuple[Problem, ...] = ()

    def as_it_was(self, played: Played, chance: Chance) -> tuple[Contest, ...]:
        """The marks as they are."""
        refuse_if(self.refused)
        return self._with_below(played, self.contests, chance)

    def drawn(self, played: Played, chance: Chance) -> tuple[Contest, ...]:
        """An edition drawn from the entries of the last one, with lots for every tie there may be."""
        refuse_if(self.refused)
        found = []
        for contest in self.contests:
            here = chance.within(contest.within or "", contest.category or "")
            copies: dict[str, int] = {}
            entries = []
            for number in range(len(contest.entries)):
                entry = contest.entries[here.below(len(contest.entries), "entry", number)]
                copies[entry.code] = copy = copies.get(entry.code, 0) + 1
                entries.append(entry if copy == 1 else _copy(played.tier, entry, copy, here))
            found.append(Contest(contest.within, contest.category, with_orders(entries, here)))
        return self._with_below(played, found, chance)

    def everybody(self, played: Played, chance: Chance) -> tuple[Contest, ...]:
        """All who entered, for the extremes."""
        refuse_if(self.refused)
        return self.contests

    def _with_below(self, played: Played, contests: Sequence[Contest], chance: Chance) -> tuple[Contest, ...]:
        if self.has_below:
            return tuple(contests)
        return with_results_below(played, contests, _valley(contests), chance)


def fitting(tier: Tier, contests: Iterable[Contest]) -> tuple[Contest, ...]:
    """The contests of a round with what a tier of other rules asks for.

    Phases, criteria and ticks that it does not know are left out; one that the round did not have is missing everywhere.
    """
    phases = {phase.id: {one.id for one in phase.judged} for phase in tier.judged_phases}
    ticks = {rule.id for rules in (tier.deductions, tier.bonuses, tier.knockouts) for rule in rules}

    def fitted(entry: Entry) -> Entry:
        sheets = tuple(
            replace(sheet, marks={id_: mark for id_, mark in sheet.marks.items() if id_ in phases[sheet.phase]})
            for sheet in entry.sheets
            if sheet.phase in phases
        )
        return replace(entry, sheets=sheets, deductions=frozenset(entry.deductions & ticks))

    return tuple([replace(one, entries=tuple([fitted(entry) for entry in one.entries])) for one in contests])


def _valley(contests: Iterable[Contest]) -> Valley:
    """The communities that compete, with the households on their registers; one that names no number is left out."""
    registered = {
        entry.code: read_exact(entry.fields.get("households", "")) for contest in contests for entry in contest.entries
    }
    return Valley({code: number for code, number in registered.items() if isinstance(number, int)})


def _copy(tier: Tier, entry: Entry, copy: int, chance: Chance) -> Entry:
    """The same entry once more under a code of its own, as another entrant, its marks moved by a step now and then."""
    code = f"{entry.code}·{copy}"
    criteria = {one.id: one for phase in tier.judged_phases for one in phase.judged}
    sheets = tuple(
        replace(sheet, marks=_moved(criteria, sheet, chance.within(code, sheet.phase, sheet.judge)))
        for sheet in entry.sheets
    )
    fields = {**entry.fields, "entrant": f"{entry.entrant}·{copy}"}
    return replace(entry, code=code, sheets=sheets, fields=fields)


def _moved(criteria: Mapping[str, JudgedCriterion], sheet: Sheet, chance: Chance) -> dict[str, Exact]:
    """Free marks a step lower in one of four, a step higher in one of four; options and what is measured stay."""
    found = dict(sheet.marks)
    for id_, mark in sheet.marks.items():
        criterion = criteria.get(id_)
        if isinstance(criterion, Marks):
            step = (-1, 0, 0, 1)[chance.below(4, id_)] * criterion.step
            found[id_] = min(max(simple(mark + step), criterion.min), criterion.max)
    return found
