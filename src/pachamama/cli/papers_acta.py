"""`print acta`: the minutes of each contest, to be read aloud and signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from pachamama.core.asked_orders import standing_orders
from pachamama.core.checking import by_place, checked
from pachamama.core.model import Contest, ContestResult
from pachamama.core.names import ERASED

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.language import Reader
    from pachamama.papers.acta import Acta, Facts, JudgeSaid, Meeting
    from pachamama.store import Store


def actas(store: Store, found: Outcome, meeting: Meeting) -> Iterator[Acta]:
    """The minutes of every contest of an outcome, in order, in the language of the rules."""
    from pachamama.cli.headings import results_on_paper
    from pachamama.papers.acta import acta

    about, persons = results_on_paper(store, found), store.persons(found.round.code)
    for result in found.settlement.contests:
        contest = store.contest(found.round.code, result.within, result.category)
        facts = _facts(store, found, result, contest, about.reader)
        yield acta(about, result, persons=persons, facts=facts, meeting=meeting)


def _facts(store: Store, found: Outcome, result: ContestResult, contest: Contest, reader: Reader) -> Facts:
    from pachamama.cli.appeals import appeal_told
    from pachamama.cli.pay_list import paying_told
    from pachamama.papers.acta import Facts

    code = found.round.code
    here = (result.within, result.category)
    sealed = store.seals(code)
    closing = sealed[-1] if sealed and found.state == "final" else None
    names = {one.code: one.name or one.code for one in store.judges()}
    (control,) = checked([contest], by_place(store.second_entries(code)), store.controls(code))
    return Facts(
        judges=_judges(store, contest),
        rulings=[one for one in store.rulings(code) if (one.within, one.category) == here],
        drawings=standing_orders([one for one in store.drawings(code) if (one.within, one.category) == here]),
        ticked=[(entry.code, entry.deductions) for entry in contest.entries if entry.deductions],
        recusals=[
            (names.get(judge, judge), entry.code, reason)
            for entry in contest.entries
            for judge, reason in entry.recused.items()
        ],
        instead=list(dict.fromkeys(_instead(contest, names))),
        checked=control,
        accepted=closing.accept_missing if closing else "",
        closed_by=closing.actor if closing else "",
        witness=(ERASED if closing.is_witness_erased else closing.witness) if closing else "",
        appeals=[
            appeal_told(one, reader)
            for one in store.appeals(code)
            if not one.entry or (one.within, one.category) == here
        ],
        payments=paying_told(store, code, here, found.rules.programme.currency, reader),
    )


def _instead(contest: Contest, names: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Whose sheets are there for an entry from which somebody else stepped back."""
    for entry in contest.entries:
        for sheet in entry.sheets:
            for judge, other in contest.instead(entry.code, sheet.phase).items():
                if sheet.judge == other and sheet.marks:
                    yield names.get(other, other), entry.code, names.get(judge, judge)


def _judges(store: Store, contest: Contest) -> list[JudgeSaid]:
    """Who handed in sheets in the contest, with their phases in order."""
    from pachamama.papers.acta import JudgeSaid

    phases: dict[str, dict[str, None]] = {}
    for entry in contest.entries:
        for sheet in entry.sheets:
            if sheet.marks:
                phases.setdefault(sheet.judge, {})[sheet.phase] = None
    known = {one.code: one for one in store.judges()}
    return [
        JudgeSaid(
            code, known[code].name if code in known else "", known[code].dni if code in known else "", tuple(done)
        )
        for code, done in sorted(phases.items())
    ]
