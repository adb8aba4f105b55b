"""Which typed sheets were checked, by what, and which must still be: the control of the typing (*control de digitación*).

Two things check a sheet: a second person who types it blind, or the control total on the paper that agreed with the
marks. Rules may demand it for every sheet, or for those of everybody who could take a prize (`panel.second_entry`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pachamama.core.missing import InContest, of_several
from pachamama.core.model import Contest, ContestResult, SecondEntry
from pachamama.core.names import called
from pachamama.core.problems import FEW
from pachamama.core.rules.document import ONE_PHASE, Phase, Tier, phase_label
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
        entry, message = called(self.entry, names.get(self.entry, "")), self.message(names)
        if self.phase == ONE_PHASE:
            return say("{entry}: {missing}", entry=entry, missing=message)
        return say("{entry}, {phase}: {missing}", entry=entry, phase=phase_label(self.judged_in), missing=message)

    def message(self, names: Mapping[str, str]) -> Sentence:
        """What is wrong with it, without the entry and the phase."""
        judge = called(self.judge, names.get(self.judge, ""))
        if self.differs:
            return say("the sheet of {judge} was typed in two ways, and nobody has decided", judge=judge)
        return say("the sheet of {judge} must be typed by a second person", judge=judge)

    @property
    def judged_in(self) -> Phase:
        """The phase of the sheet."""
        return next(one for one in self.tier.judged_phases if one.id == self.phase)


def unchecked_told(found: Iterable[Unchecked], names: Mapping[str, str]) -> Iterator[InContest]:
    """What stands in the way: one line where many sheets of one judge in a contest must be typed by a second person."""
    alike: dict[object, list[Unchecked]] = {}
    for one in found:
        same = (one.within, one.category, one.phase, one.judge)
        alike.setdefault((same, one.entry) if one.differs else same, []).append(one)
    for ones in alike.values():
        first = ones[0]
        for one in ones if len(ones) <= FEW else ():
            yield one.within, one.category, one.told(names) if one.differs else _to_type(one.told(names))
        if len(ones) > FEW:
            told = of_several([one.entry for one in ones], first.judged_in, first.message(names))
            yield first.within, first.category, _to_type(told)


def _to_type(what: Sentence) -> Sentence:
    return say("{what}: `pachamama enter --second --as NAME`", what=what)


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
