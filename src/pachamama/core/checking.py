"""Which typed sheets were checked, by what, and which must still be: the control of the typing (*control de digitación*).

Two things check a sheet: a second person who types it blind, or the control total on the paper that agreed with the
marks. Rules may demand it for every sheet, or for those of everybody who could take a prize (`panel.second_entry`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pachamama.core.model import Contest, ContestResult, SecondEntry
from pachamama.core.names import called
from pachamama.core.rules.document import ONE_PHASE, Tier, phase_label
from pachamama.core.sentences import Sentence, say, say_count

Where: TypeAlias = tuple[str | None, str | None, str, str, str]
"""Which sheet: unit, category, entry, phase, judge."""
Control: TypeAlias = Literal["second", "decided", "total", "same", "none"]
"""A second person who agrees; a decision with the paper in hand; the total; one person twice, which is no control."""


@dataclass(frozen=True, slots=True)
class Checked:
    """How the sheets of one contest were checked: how many by a second person, by the control total, by nothing.

    `decided` were typed in two ways and decided with the paper; `same` agree, though one person typed them both times.
    """

    within: str | None
    category: str | None
    second: int
    total: int
    none: int
    decided: int = 0
    same: int = 0

    @property
    def sheets(self) -> int:
        """All sheets together."""
        return self.second + self.decided + self.total + self.same + self.none


@dataclass(frozen=True, slots=True)
class Unchecked:
    """A sheet that stands in the way of the closing: typed in two ways (`differs`), or not yet a second time."""

    within: str | None
    category: str | None
    entry: str
    phase: str
    judge: str
    differs: bool
    tier: Tier

    def told(self, names: Mapping[str, str]) -> Sentence:
        """What is wrong with it, in words, without the contest; `names` of entries and judges by their codes."""
        entry, judge = (called(code, names.get(code, "")) for code in (self.entry, self.judge))
        phase = next((phase_label(one) for one in self.tier.judged_phases if one.id == self.phase), "")
        message = (
            say("the sheet of {judge} was typed in two ways, and nobody has decided", judge=judge)
            if self.differs
            else say("the sheet of {judge} must be typed by a second person", judge=judge)
        )
        if self.phase == ONE_PHASE or not phase:
            return say("{entry}: {missing}", entry=entry, missing=message)
        return say("{entry}, {phase}: {missing}", entry=entry, phase=phase, missing=message)


def said(one: Checked) -> tuple[Sentence, ...]:
    """How the typing of a contest was checked, as papers say it: one sentence for each way that was used."""
    found = []
    if one.second:
        found.append(
            say_count(
                "Typing: {count} of {sheets} sheets was typed by a second person, and agrees.",
                "Typing: {count} of {sheets} sheets were typed by a second person, and agree.",
                one.second,
                sheets=one.sheets,
            )
        )
    if one.decided:
        found.append(
            say_count(
                "Typing: {count} of {sheets} sheets was typed in two ways, and decided with the paper in hand.",
                "Typing: {count} of {sheets} sheets were typed in two ways, and decided with the paper in hand.",
                one.decided,
                sheets=one.sheets,
            )
        )
    if one.total:
        found.append(
            say_count(
                "Typing: {count} of {sheets} sheets agrees with the total written on the paper.",
                "Typing: {count} of {sheets} sheets agree with the total written on the paper.",
                one.total,
                sheets=one.sheets,
            )
        )
    if one.same:
        found.append(
            say_count(
                "Typing: {count} of {sheets} sheets was typed twice by the same person, and agrees.",
                "Typing: {count} of {sheets} sheets were typed twice by the same person, and agree.",
                one.same,
                sheets=one.sheets,
            )
        )
    if one.none:
        found.append(
            say_count(
                "Typing: {count} of {sheets} sheets was typed once, without a control.",
                "Typing: {count} of {sheets} sheets were typed once, without a control.",
                one.none,
                sheets=one.sheets,
            )
        )
    return tuple(found)


def control_of(where: Where, seconds: Mapping[Where, SecondEntry], totals: Mapping[Where, str]) -> Control:
    """What checked a sheet; a second typing that still differs is no check, nor is one by the person of the first."""
    second = seconds.get(where)
    if second is None or second.state == "differs":
        return "total" if second is None and where in totals else "none"
    if second.state == "settled":
        return "decided"
    if second.first_by.casefold() != second.second_by.casefold():
        return "second"
    return "total" if where in totals else "same"


def by_place(seconds: Iterable[SecondEntry]) -> dict[Where, SecondEntry]:
    """Second typings by the sheet that they are of."""
    return {(one.within, one.category, one.entry, one.phase, one.judge): one for one in seconds}


def checked(
    contests: Iterable[Contest], seconds: Mapping[Where, SecondEntry], totals: Mapping[Where, str]
) -> tuple[Checked, ...]:
    """How the sheets of each contest were checked."""
    found = []
    for contest in contests:
        kinds = [control_of(where, seconds, totals) for where in _sheets(contest)]
        found.append(
            Checked(
                contest.within,
                contest.category,
                *(kinds.count(one) for one in ("second", "total", "none", "decided", "same")),
            )
        )
    return tuple(found)


def unchecked(
    tier: Tier,
    contests: Sequence[Contest],
    results: Iterable[ContestResult],
    seconds: Mapping[Where, SecondEntry],
    totals: Mapping[Where, str],
) -> tuple[Unchecked, ...]:
    """The sheets that must be decided or typed a second time before the round may close.

    A sheet typed in two ways always is one. `second_entry: winners` asks for the sheets of everybody who wins or goes
    up, and of the next behind them, who would if somebody fell out.
    """
    demanded = tier.panel.second_entry
    within_reach = _could_win(results) if demanded == "winners" else frozenset()
    found = []
    for contest in contests:
        for where in _sheets(contest):
            second = seconds.get(where)
            differs = second is not None and second.state == "differs"
            asked = demanded == "all" or (where[0], where[1], where[2]) in within_reach
            if differs or (asked and control_of(where, seconds, totals) in ("same", "none")):
                found.append(Unchecked(*where, differs, tier))
    return tuple(found)


def _sheets(contest: Contest) -> Iterable[Where]:
    for entry in contest.entries:
        for sheet in entry.sheets:
            if sheet.marks:
                yield contest.within, contest.category, entry.code, sheet.phase, sheet.judge


def _could_win(results: Iterable[ContestResult]) -> frozenset[tuple[str | None, str | None, str]]:
    found: set[tuple[str | None, str | None, str]] = set()
    for contest in results:
        winning = [bool(one.awards) or one.promoted or one.reserve for one in contest.placings]
        last = max((one.position for one, wins in zip(contest.placings, winning, strict=True) if wins), default=0)
        behind = min((one.position for one in contest.placings if one.position > last), default=0)
        found |= {
            (contest.within, contest.category, one.entry.code)
            for one, wins in zip(contest.placings, winning, strict=True)
            if wins or one.position in (last, behind)
        }
    return frozenset(found)
