"""A paper as it is typed: the texts of its cells become marks, or say what the paper does not allow (RULES.md, A2).

Tables and the command line read sheets through this one door, so the same cell is never a mark in one and refused in
the other. An empty cell is a missing mark, never 0.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias, overload

from pachamama.core.criteria import JudgedCriterion, label, read_mark
from pachamama.core.model import Sheet
from pachamama.core.numbers import Exact, in_parts, plain, read_exact, times
from pachamama.core.problems import Place, Problem
from pachamama.core.rules.document import Phase, Tier, phase_label
from pachamama.core.rules.naming import all_of, phase_said, to_type
from pachamama.core.rules.reading import nearest
from pachamama.core.sentences import Name, Sentence, Value, listing, say, say_count

_Row: TypeAlias = Sequence[str]
Sums: TypeAlias = tuple[int, ...]
_QUOTED = 40
"""Characters of a cell that a message quotes."""


def ticks_told(tier: Tier, ids: Collection[str]) -> list[Value]:
    """The bonuses and deductions among those that sheets name, each with its points."""
    found: list[Value] = [
        say("bonus “{name}” (points: +{points})", name=Name(one.name.texts, one.id), points=one.points)
        for one in tier.bonuses
        if one.id in ids
    ]
    found += [
        say("deduction “{name}” (points: −{points})", name=Name(one.name.texts, one.id), points=one.points)
        for one in tier.deductions
        if one.id in ids
    ]
    return found


def before_ticks(tier: Tier, ids: Collection[str]) -> Sentence | None:
    """That the points of a sheet do not hold yet what is ticked on it; None where that changes no points."""
    told = ticks_told(tier, ids)
    return (
        say("Those points are before: {what}; it counts once, in the total of the entry.", what=listing(told))
        if told
        else None
    )


class NotAMark(Exception):
    """A text that the paper does not allow; says why."""

    def __init__(self, why: Sentence) -> None:
        super().__init__(why.text)
        self.why = why


class KnownMarks(dict[str, Exact]):
    """The marks of one criterion by the text they were written as, each checked once: millions of cells, few texts.

    Asking for a text that is not allowed raises NotAMark.
    """

    def __init__(self, criterion: JudgedCriterion) -> None:
        super().__init__()
        self.criterion = criterion

    def __missing__(self, text: str) -> Exact:
        """Read a text that was not seen before."""
        mark = read_mark(self.criterion, text)
        if isinstance(mark, Sentence):
            raise NotAMark(mark)
        self[text] = mark
        return mark


class KnownWorths(dict[str, int]):
    """What the marks of one criterion are worth, weighed and in parts of a point, by the text they were written as.

    A sheet is checked and added in one pass over its texts. Asking for a text that is no mark raises NotAMark.
    """

    def __init__(self, marks: KnownMarks, parts: int) -> None:
        super().__init__()
        self._marks, self._parts = marks, parts

    def __missing__(self, text: str) -> int:
        """Weigh a mark that was not seen before."""
        criterion = self._marks.criterion
        worth = self[text] = in_parts(times(criterion.worth(self._marks[text]), criterion.weight), self._parts)
        return worth


class Paper:
    """The paper of one phase: reads its sheets, and adds them as the control total on the paper does."""

    def __init__(self, phase: Phase) -> None:
        self.phase = phase
        self.known: Mapping[str, KnownMarks] = {one.id: KnownMarks(one) for one in phase.judged}

    @cached_property
    def worths(self) -> Sequence[KnownWorths]:
        """For each criterion in the order of the paper what its texts are worth, in parts of a point (`Phase.parts`)."""
        return tuple(KnownWorths(known, self.phase.parts) for known in self.known.values())

    def read(self, texts: Mapping[str, str], where: Place) -> tuple[Mapping[str, Exact], list[Problem]]:
        """The marks by criterion id in the order of the paper, and everything that is wrong with the cells."""
        problems = [
            Problem(
                where,
                say(
                    "“{criterion}” is no criterion of {phase}", criterion=text_shown(id_), phase=phase_label(self.phase)
                ),
                nearest(id_, list(self.known), shown=all_of(self.phase.judged)),
            )
            for id_ in texts
            if id_ not in self.known
        ]
        marks: dict[str, Exact] = {}
        for id_, known in self.known.items():
            text = texts.get(id_, "").strip()
            if not text:
                continue
            try:
                marks[id_] = known[text]
            except NotAMark as refused:
                problems.append(Problem(where, refused.why, known.criterion.allowed()))
        return marks, problems

    def total(self, marks: Mapping[str, Exact]) -> Exact:
        """Σ weight × worth of the marks that are there, exact, before the phase's factor."""
        return sum((one.weight * one.worth(marks[one.id]) for one in self.phase.judged if one.id in marks), 0)

    def total_problem(self, written: str, marks: Mapping[str, Exact], where: Place) -> Problem | None:
        """What is wrong with the total written beside the marks: it must be their sum (RULES.md, 0.4)."""
        total = read_exact(written, comma=True)
        if total is None:
            return Problem(
                where,
                say("“{text}” is not a number for the total", text=text_shown(written)),
                say("copy the total from the paper, or leave it empty"),
            )
        if not marks:
            return Problem(
                where,
                say("there is a total of {total}, but no marks", total=total),
                say("type the marks: totals are always computed from them"),
            )
        found = self.total(marks)
        if total == found:
            return None
        return Problem(
            where,
            say("the total says {total}, but the marks add up to {sum}", total=total, sum=found),
            say("compare with the paper: {marks}", marks=listing([self._line(id_, marks[id_]) for id_ in marks])),
        )

    def _line(self, id_: str, mark: Exact) -> Sentence:
        return say("“{criterion}” {mark}", criterion=label(self.known[id_].criterion), mark=plain(mark))


class SheetRows(ABC):
    """What reads the rows of a table, each of which was found to be a full sheet."""

    @abstractmethod
    def sheets_of(self, rows: Sequence[_Row]) -> tuple[Sheet, ...]:
        """The sheets in the order of phases and judges."""

    @abstractmethod
    def totals_of(self, rows: Sequence[_Row]) -> Sequence[tuple[str, str, int]]:
        """Judge, phase and total in parts of a point of each sheet, in the order of phases and judges."""

    @abstractmethod
    def mean_of(self, rows: Sequence[_Row], criterion: str) -> tuple[int, int]:
        """The mean of the weighed worths of one criterion, as a whole number above another."""


class WrittenSheets(Sequence[Sheet]):
    """The full sheets of one entry as the rows of a table hold them; Sheets are made only if somebody looks at them.

    Ties and explanations do; of a hundred thousand other sheets only the sums are needed. `sums` has for each phase,
    in order, the total of its sheets in parts of a point (`Phase.parts`) and their number. Whoever makes it has checked
    every cell, and that no judge stands there twice.
    """

    __slots__ = ("_made", "_read_by", "_rows", "sums")

    def __init__(self, rows: Sequence[_Row], read_by: SheetRows, sums: Sums) -> None:
        self._rows, self._read_by, self.sums = rows, read_by, sums
        self._made: tuple[Sheet, ...] | None = None

    @property
    def _sheets(self) -> tuple[Sheet, ...]:
        if self._made is None:
            self._made = self._read_by.sheets_of(self._rows)
        return self._made

    def totals(self) -> Sequence[tuple[str, str, int]]:
        """Judge, phase and total in parts of a point of each sheet."""
        return self._read_by.totals_of(self._rows)

    def mean_of(self, criterion: str) -> tuple[int, int]:
        """The mean of the weighed worths of one criterion, as a whole number above another."""
        return self._read_by.mean_of(self._rows, criterion)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Sheet]:
        return iter(self._sheets)

    @overload
    def __getitem__(self, at: int) -> Sheet: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Sheet]: ...
    def __getitem__(self, at: int | slice) -> Sheet | Sequence[Sheet]:
        return self._sheets[at]

    def __eq__(self, other: object) -> bool:
        return self._sheets == tuple(other) if isinstance(other, WrittenSheets | tuple) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._sheets)


def sheet_problems(
    tier: Tier, phase: str, marks: Mapping[str, str], where: Place, *, total: str = ""
) -> tuple[Mapping[str, Exact], list[Problem]]:
    """The marks of one typed sheet and all that is wrong with it; `total` is the control total, if one was typed."""
    found = next((one for one in tier.judged_phases if one.id == phase), None)
    if found is None:
        return {}, [no_phase(tier, phase, where)]
    paper = Paper(found)
    read, problems = paper.read(marks, where)
    if total.strip() and not problems and (wrong := paper.total_problem(total.strip(), read, where)):
        problems.append(wrong)
    return read, problems


def no_phase(tier: Tier, phase: str, where: Place) -> Problem:
    """The problem of a phase that is not judged in this tier."""
    return Problem(
        where,
        say("“{phase}” is no judged phase of this tier", phase=text_shown(phase)),
        nearest(phase, [one.id for one in tier.judged_phases], shown=to_type(tier.judged_phases)),
    )


def second_sheet(tier: Tier, phase: str, judge: str, entry: str) -> Sentence:
    """A judge has written two papers for one entry; the phase is named where there are several."""
    if len(tier.judged_phases) == 1:
        return say("{judge} has a second sheet for {entry}", judge=judge, entry=entry)
    return say(
        "{judge} has a second sheet for {entry} in “{phase}”", judge=judge, entry=entry, phase=phase_said(tier, phase)
    )


def too_many_sheets(tier: Tier, phase: str, entry: str, *, sheets: int, most: int) -> Sentence:
    """An entry has more papers than the panel has judges; the phase is named where there are several."""
    if len(tier.judged_phases) == 1:
        return say_count(
            "{entry} has {sheets} sheets, but the panel is {count} judge",
            "{entry} has {sheets} sheets, but the panel is {count} judges",
            most,
            entry=entry,
            sheets=sheets,
        )
    return say_count(
        "{entry} has {sheets} sheets in “{phase}”, but the panel is {count} judge",
        "{entry} has {sheets} sheets in “{phase}”, but the panel is {count} judges",
        most,
        entry=entry,
        sheets=sheets,
        phase=phase_said(tier, phase),
    )


def text_shown(text: str) -> str:
    """What somebody wrote, short enough to be quoted in a message."""
    return text if len(text) <= _QUOTED else text[: _QUOTED - 1] + "…"
