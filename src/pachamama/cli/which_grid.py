"""Which big list is typed: one contest, phase and judge; what was not said is asked at the terminal, with how much is in.

What there is only one of is taken without a question. Where nobody answers, the refusal says what to give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pachamama.cli.asking import chosen
from pachamama.cli.gather import contest_label
from pachamama.core.problems import NOWHERE, Problem, WrongUsage
from pachamama.core.rules.document import phase_label
from pachamama.core.sentences import Sentence, Value, choice, say

if TYPE_CHECKING:
    from pachamama.cli.paper_desk import Scope, StoreDesk
    from pachamama.cli.session import Session

_QUESTIONS: Mapping[str, Sentence] = {
    "within": say("Which contest is typed? The number, or Enter to leave:"),
    "category": say("Which category is typed? The number, or Enter to leave:"),
    "phase": say("Which phase is typed? The number, or Enter to leave:"),
    "judge": say("Which judge's sheets? The number, or Enter to leave:"),
}
"""What is asked, by the part of the scope, in the order in which papers are sorted into piles."""


def grid_scope(asked: Session, desk: StoreDesk) -> Scope:
    """The scope of one big list: what was said, what there is only one of, and what the person chooses for the rest."""
    scope = desk.scope
    for part, question in _QUESTIONS.items():
        if getattr(scope, part) is not None:
            continue
        there = _there_are(desk, scope, part)
        if len(there) == 1:
            scope = replace(scope, **{part: there[0][0]})
        elif there:
            scope = replace(scope, **{part: _asked_for(asked, desk, scope, part, question, there)})
    return scope


def _asked_for(
    asked: Session, desk: StoreDesk, scope: Scope, part: str, question: Sentence, there: Sequence[tuple[str, Value]]
) -> str:
    asked.tell("")
    for number, (code, label) in enumerate(there, start=1):
        found = desk.progress_in(replace(scope, **{part: code}))
        count = f"{found.done}/{found.expected}"
        asked.tell(say("{number}  {label}   {count} in", number=f"{number:>3}", label=label, count=count))
    answer = chosen(asked, question, {str(number): code for number, (code, _) in enumerate(there, start=1)})
    if answer is None:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("the grid shows one contest and one judge"),
                say("say it with `--{option}`: {words}", option=part, words=choice([label for _, label in there])),
            )
        )
    return answer


def _there_are(desk: StoreDesk, scope: Scope, part: str) -> Sequence[tuple[str, Value]]:
    """What may be chosen, with its name; empty where the competition has no such part, or nobody is entered."""
    store, tier = desk.store, desk.tier
    entries = [one for one in store.entries(desk.round.code) if scope.within in (None, one.within)]
    match part:
        case "within":
            units = dict.fromkeys(one.within for one in entries if one.within is not None)
            return [(code, contest_label(store, tier, code, None)) for code in units]
        case "category":
            groups = dict.fromkeys(one.category for one in entries if one.category is not None)
            return [
                (code, say("{code} {name}", code=code, name=contest_label(store, tier, None, code))) for code in groups
            ]
        case "phase":
            return [(one.id, say("{code} {name}", code=one.id, name=phase_label(one))) for one in tier.judged_phases]
    judges = {one.code: one.name for one in store.judges()}
    return [
        (code, say("{code} {name}", code=code, name=judges.get(code, ""))) for code in desk.judges_in(scope) or judges
    ]
