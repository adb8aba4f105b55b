"""What stands behind an entry, for `explain`: the jury's rulings, who typed and checked each sheet, what was corrected."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pachamama.core.checking import by_place, control_of
from pachamama.core.explaining.section import Section
from pachamama.core.model import Contest, Entry, NumberedSheet, Round, Sheet
from pachamama.core.names import called
from pachamama.core.rules import Tier
from pachamama.core.rules.document import ONE_PHASE, phase_label
from pachamama.core.rules.naming import criterion_said
from pachamama.core.rulings import once_each, ruling_told
from pachamama.core.sentences import Sentence, Value, When, listing, say

if TYPE_CHECKING:
    from pachamama.store import Correction, Store


def paper_trail(
    store: Store, meant: Round, tier: Tier, within: str | None, category: str | None, code: str
) -> list[Section]:
    """What the jury ruled on one entry, and what the file knows of its papers."""
    here = store.contest(meant.code, within, category)
    entry = next(one for one in here.entries if one.code == code)
    lines = [*_recusals(store, tier, here, entry), *_sheets(store, meant, tier, here, entry)]
    corrected = [
        one
        for one in store.corrections(meant.code)
        if (one.within, one.category, one.entry) == (here.within, here.category, entry.code)
    ]
    rulings = [
        one
        for one in store.rulings(meant.code)
        if (one.within, one.category, one.entry) == (here.within, here.category, entry.code)
    ]
    ruled = [ruling_told(tier, one, called(entry.code, entry.name)) for one in once_each(rulings)]
    found = [Section(say("Rulings of the jury"), tuple(ruled))] if ruled else []
    if lines:
        found.append(Section(say("The papers"), tuple(lines)))
    if corrected:
        found.append(Section(say("Corrections"), tuple(_corrections(tier, corrected))))
    return found


def _recusals(store: Store, tier: Tier, here: Contest, entry: Entry) -> Iterator[Sentence]:
    names = {one.code: one.name for one in store.judges()} if entry.recused else {}
    for judge, reason in entry.recused.items():
        yield say(
            "{judge} stepped back and gave no marks: {reason}.", judge=_named(judge, names), reason=reason.rstrip(".")
        )
    instead = {
        (judge, other): None
        for phase in tier.judged_phases
        for judge, other in here.instead(entry.code, phase.id).items()
    }
    for judge, other in instead:
        yield say("{other} judges it in the place of {judge}.", other=_named(other, names), judge=_named(judge, names))


def _named(code: str, names: dict[str, str]) -> Value:
    return say("{code} {name}", code=code, name=names[code]) if names.get(code) else code


def _sheets(store: Store, meant: Round, tier: Tier, here: Contest, entry: Entry) -> Iterator[Sentence]:
    """A line for each sheet that has a code, a check or a picture."""
    codes = {
        (one.phase, one.judge): one
        for one in store.numbered_sheets(meant.code)
        if (one.within, one.category, one.entry) == (here.within, here.category, entry.code)
    }
    seconds, totals = by_place(store.second_entries(meant.code)), store.controls(meant.code)
    pictures = store.attachments(meant.code)
    for sheet in entry.sheets:
        where = (here.within, here.category, entry.code, sheet.phase, sheet.judge)
        numbered = codes.get((sheet.phase, sheet.judge))
        second = seconds.get(where)
        said: list[Value] = []
        if control_of(where, seconds, {}) == "same" and second is not None:
            said.append(say("typed twice by {first}, the same both times", first=second.first_by))
        elif second is not None and second.state == "confirmed":
            said.append(
                say("typed by {first} and by {second}, who agree", first=second.first_by, second=second.second_by)
            )
        elif second is not None and second.state == "settled":
            said.append(say("typed in two ways and decided with the paper in hand ({reason})", reason=second.reason))
        elif second is not None:
            said.append(say("typed in two ways, and not decided yet"))
        if where in totals:
            said.append(say("the control total {total} agrees", total=totals[where]))
        if numbered is not None and pictures.get(numbered.code):
            said.append(say("pictures: {names}", names=listing([name for name, _ in pictures[numbered.code]])))
        if said or numbered is not None:
            yield _line(tier, sheet, numbered, said)


def _line(tier: Tier, sheet: Sheet, numbered: NumberedSheet | None, said: list[Value]) -> Sentence:
    what = _sheet(tier, sheet.phase, sheet.judge)
    if numbered is not None:
        what = say("{sheet}, number {code}", sheet=what, code=numbered.code)
    return say("{sheet}: {facts}.", sheet=what, facts=listing(said)) if said else say("{sheet}.", sheet=what)


def _sheet(tier: Tier, phase: str, judge: str) -> Sentence:
    found = next((one for one in tier.judged_phases if one.id == phase), None)
    if found is None or phase == ONE_PHASE:
        return say("Sheet of {judge}", judge=judge)
    return say("Sheet of {judge}, {phase}", judge=judge, phase=phase_label(found))


def _corrections(tier: Tier, corrected: Iterable[Correction]) -> Iterator[Sentence]:
    """What a sheet said before, why it was replaced, by whom and when; the latest figures are those above."""
    for one in corrected:
        old = [
            say("{criterion} {mark}", criterion=criterion_said(tier, id_), mark=mark if mark is not None else "—")
            for id_, mark in one.old.items()
        ]
        yield say(
            "{sheet}: before {day} it said {marks}; {actor} corrected it, because: {reason}.",
            sheet=_sheet(tier, one.phase, one.judge),
            day=When(one.at),
            marks=listing(old),
            actor=one.actor,
            reason=one.reason.rstrip("."),
        )
