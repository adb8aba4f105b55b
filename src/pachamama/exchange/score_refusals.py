"""What a score table's rows are refused for: message and remedy, with the names of the rules and the table's own titles.

Each function says one thing that RULES.md (A2, A4, T3) or CONTRACT.md does not allow; where it stands is told by whoever
reads the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TypeAlias

from pachamama.core.criteria import label
from pachamama.core.rules.document import Deduction, Knockout, Phase, Tier, phase_label
from pachamama.core.rules.naming import (
    all_of,
    criterion_said,
    fault_said,
    status_said,
    statuses_to_type,
    to_type,
)
from pachamama.core.rules.reading import nearest
from pachamama.core.sentences import Sentence, Value, say
from pachamama.core.sheets import text_shown
from pachamama.exchange.registers import RegisterKind

Refusal: TypeAlias = tuple[Sentence, Sentence]
"""Message and remedy."""


def no_scores(kind: RegisterKind) -> Refusal:
    """The table is a register, with nobody's marks in it: its names and DNI are not for the entries."""
    message = (
        say("this is a register of judges, and holds no marks")
        if kind == "judges"
        else say("this is a register of households, and holds no marks")
    )
    return message, say("`pachamama import {register} FILE` reads it", register=kind)


# -- columns ---------------------------------------------------------------------------------------------------------


def missing_columns(
    tier: Tier, columns: Collection[str], at: Mapping[str, int], marked: Collection[str]
) -> Iterator[Refusal]:
    """A phase is on the table with all its criteria or with none; a table of sheets has one phase at least."""
    for phase in tier.judging:
        for one in phase.sources:
            if one.id in columns and one.id not in at:  # `households` is the register's number
                yield (
                    say(
                        "“{criterion}” is computed from the households' results, and nobody marks it",
                        criterion=label(one),
                    ),
                    say("take the column out"),
                )
    for phase in tier.judged_phases:
        missing = [one.id for one in phase.judged if one.id not in marked]
        if 0 < len(missing) < len(phase.judged):
            for id_ in missing:
                yield say("the column “{column}” is missing", column=id_), _sheet_has(tier, phase)
    if not marked and tier.judged_phases and {"judge", "phase", "total"} & at.keys():
        yield (
            say("no column holds marks"),
            say(
                "their titles are the ids of the criteria: {columns}",
                columns=all_of([one for phase in tier.judged_phases for one in phase.judged]),
            ),
        )


def _sheet_has(tier: Tier, phase: Phase) -> Sentence:
    if len(tier.judged_phases) == 1:
        return say("the sheet has {columns}", columns=all_of(phase.judged))
    return say("the sheet of “{phase}” has {columns}", phase=phase_label(phase), columns=all_of(phase.judged))


# -- sheets ----------------------------------------------------------------------------------------------------------


def foreign_mark(tier: Tier, phase: Phase, criterion: str) -> Refusal:
    """A mark in a column of another phase's paper."""
    return (
        say(
            "“{criterion}” is not on the sheet of “{phase}”",
            criterion=criterion_said(tier, criterion),
            phase=phase_label(phase),
        ),
        say("that sheet has {columns}", columns=all_of(phase.judged)),
    )


def absent_with_marks(entry: str, status_title: str) -> Refusal:
    """Who was absent has no marks."""
    return (
        say("{entry} is absent, but the row has marks", entry=entry),
        say("delete the marks, or the word in the column “{column}”", column=status_title),
    )


def no_judge(entry: str, judge_title: str) -> Refusal:
    """Marks of nobody."""
    return (
        say("there are marks for {entry}, but no judge", entry=entry),
        say("write the judge's code into the column “{column}”", column=judge_title),
    )


def phase_not_said(tier: Tier, phase_title: str) -> Refusal:
    """Marks of a phase that the row does not name."""
    return (
        say("there are marks, but the row does not say the phase"),
        say("write into the column “{column}” one of: {words}", column=phase_title, words=to_type(tier.judged_phases)),
    )


# -- entries ---------------------------------------------------------------------------------------------------------


def no_entry(entry_title: str) -> Refusal:
    """A row of nobody."""
    return say("the row names no entry"), say("write the code into the column “{column}”", column=entry_title)


def no_unit(entry: str, unit_title: str) -> Refusal:
    """A row that leaves out the unit, which others of the table say."""
    return (
        say("the row of {entry} leaves the column “{column}” empty", entry=entry, column=unit_title),
        say("write the unit in which it competes, as in the other rows"),
    )


def no_category(tier: Tier, written: str, category_title: str) -> Refusal:
    """A category that the rules do not have, or none where they have several."""
    if not written:
        return (
            say("the row names no category"),
            say(
                "write into the column “{column}” one of: {words}",
                column=category_title,
                words=to_type(tier.categories),
            ),
        )
    return (
        say("“{category}” is no category of this tier", category=text_shown(written)),
        nearest(written, [one.id for one in tier.categories], shown=to_type(tier.categories))
        if tier.categories
        else say("leave the column “{column}” out", column=category_title),
    )


def field_differs(title: str, entry: str, here: str, there: str, line: Value) -> Refusal:
    """Two rows say different things of one entry."""
    return (
        say(
            "“{field}” of {entry} is {here} here and {there} in line {line}",
            field=title,
            entry=entry,
            here=text_shown(here),
            there=text_shown(there),
            line=line,
        ),
        say("write the right one, or leave all but one empty"),
    )


def no_status(written: str) -> Refusal:
    """A word that is no status."""
    return (
        say("“{status}” is no status", status=text_shown(written)),
        say("write one of {words}, or leave it empty", words=statuses_to_type()),
    )


def statuses_differ(entry: str, here: str, there: str, line: Value) -> Refusal:
    """Two rows give one entry different statuses."""
    return (
        say(
            "{entry} is {here} here and {there} in line {line}",
            entry=entry,
            here=status_said(here),
            there=status_said(there),
            line=line,
        ),
        say("keep the right one"),
    )


def no_fault(tier: Tier, written: str, faults_title: str) -> Refusal:
    """An id that is no deduction, bonus or knockout."""
    faults: tuple[Deduction | Knockout, ...] = (*tier.deductions, *tier.bonuses, *tier.knockouts)
    return (
        say("“{id}” is no deduction, bonus or knockout of this tier", id=text_shown(written)),
        nearest(written, [one.id for one in faults], shown=to_type(faults))
        if faults
        else say("the rules have none: leave the column “{column}” out", column=faults_title),
    )


def fault_twice(tier: Tier, id_: str, faults_title: str) -> Refusal:
    """A deduction, bonus or knockout that stands twice in a cell."""
    return (
        say("“{id}” stands twice in “{column}”", id=fault_said(tier, id_), column=faults_title),
        say("each counts once: write it once"),
    )
