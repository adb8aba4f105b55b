"""`score`: one paper typed on the command line, checked as it is typed, never taken twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated

import typer

from pachamama.cli.entries import CategoryOption, RoundOption, Within
from pachamama.cli.help import Command, new_app
from pachamama.cli.session import session
from pachamama.cli.taken import field_change, idle, mark_change
from pachamama.core.criteria import label
from pachamama.core.model import Sheet
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.rules import Phase, Tier
from pachamama.core.rules.document import Deduction, Knockout, phase_label
from pachamama.core.rules.naming import all_of, to_type
from pachamama.core.sentences import Points, Sentence, Value, listing, say, say_count

app = new_app()
EMPTY = "-"


@app.command("score", cls=Command, context_settings={"ignore_unknown_options": True})
def score(
    context: typer.Context,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="whose sheet it is")],
    judge: Annotated[str, typer.Argument(metavar="JUDGE", help="who marked it")],
    marks: Annotated[
        list[str],
        typer.Argument(metavar="MARK", help="in the order of the paper, `-` for an empty line; or criterion=mark"),
    ],
    phase: Annotated[
        str | None, typer.Option("--phase", metavar="PHASE", help="which paper, if there are several")
    ] = None,
    deduction: Annotated[
        list[str] | None,
        typer.Option(
            "--deduction", metavar="ID", help="a deduction, bonus or knockout that the sheet names; may be repeated"
        ),
    ] = None,
    total: Annotated[
        str | None, typer.Option("--total", metavar="POINTS", help="the total on the paper, to compare")
    ] = None,
    correct: Annotated[
        str | None, typer.Option("--correct", metavar="REASON", help="replace the sheet that is stored, and why")
    ] = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Record one sheet: one judge, one entry, one phase; for example `score H001 J1 18 12.5 15`.

    A second sheet of the same judge for the same entry and phase is refused, unless `--correct` says why. With `--correct`
    and `-` for every line the stored sheet is taken out whole; its old marks stay in the journal.
    """
    from pachamama.cli.gather import pick_round, tier_of_round
    from pachamama.core.sheets import sheet_problems

    asked = session(context)
    asked.no_csv()
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_, entries=[entry])
        tier = tier_of_round(meant)
        paper = phase_asked(tier, phase)
        read, problems = sheet_problems(tier, paper.id, by_criterion(paper, marks), NOWHERE, total=total or "")
        problems += _unknown_deductions(tier, deduction or [])
        refuse_if(problems)
        if not read and not correct:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("the sheet has no marks"),
                    say(
                        "an entry that was not there is `set-status ENTRY absent --reason TEXT`; "
                        "`--correct REASON` takes a stored sheet out"
                    ),
                )
            )
        where = [
            one for one in store.entries(meant.code) if one.code == entry
            and within in (None, one.within) and category in (None, one.category)
        ]  # fmt: skip
        if len(where) > 1:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("{entry} is in several contests", entry=entry),
                    say("say which with `--within` or `--category`"),
                )
            )
        unit = where[0].within if len(where) == 1 else within
        group = where[0].category if len(where) == 1 else category
        if not read and where and store.sheet(meant.code, entry, unit, group, paper.id, judge) is None:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("there is no sheet of {judge} for {entry} that could be taken out", judge=judge, entry=entry),
                    say("`pachamama explain {entry}` shows the sheets that are stored", entry=entry),
                )
            )
        changes = store.record_sheet(
            meant.code,
            entry,
            unit,
            group,
            Sheet(judge, paper.id, read),
            deductions=frozenset(deduction or ()),
            control=(total or "").strip().replace(",", "."),
            correct=correct,
            actor=asked.actor,
        )
        name = next((one.name for one in store.entries(meant.code) if one.code == entry), "")
        by = next((one.name for one in store.judges() if one.code == judge), "")
        who = (called(entry, name), called(judge, by))
    asked.tell_warnings(idle(changes))
    from pachamama.core.sheets import Paper, before_ticks

    points = Points(Paper(paper).total(read), 2)
    if asked.format == "json":
        asked.json(
            {
                "round": meant.code,
                "entry": entry,
                "judge": judge,
                "phase": paper.id,
                "new": bool(changes.sheets),
                "control_total": bool(changes.totals),
                "taken_out": not read,
            }
        )
    elif changes.is_nothing:
        asked.tell(say("This sheet is stored already, with the same marks."))
    elif changes.is_only_totals:
        asked.tell(
            say("This sheet is stored already, with the same marks; the total on the paper is kept with them now.")
        )
    else:
        for one in changes.differing:
            asked.tell(mark_change(one, tier))
        for change in changes.changed:
            asked.tell(field_change(change, tier))
        asked.tell(_stored(tier, paper, who, points) if read else _taken_out(tier, paper, who))
        if read and (told := before_ticks(tier, deduction or ())) is not None:
            asked.tell(told)


def _stored(tier: Tier, paper: Phase, who: tuple[Value, Value], points: Points) -> Sentence:
    """Whose sheet was stored, with names: a code typed wrongly is seen at once."""
    entry, judge = who
    if len(tier.judged_phases) == 1:
        return say("{entry}, {judge}: {points} points stored.", entry=entry, judge=judge, points=points)
    return say(
        "{entry}, {judge}, {phase}: {points} points stored.",
        entry=entry,
        judge=judge,
        phase=phase_label(paper),
        points=points,
    )


def _taken_out(tier: Tier, paper: Phase, who: tuple[Value, Value]) -> Sentence:
    """Whose sheet is not there any more."""
    entry, judge = who
    if len(tier.judged_phases) == 1:
        return say("{entry}, {judge}: the sheet was taken out; the journal keeps its marks.", entry=entry, judge=judge)
    return say(
        "{entry}, {judge}, {phase}: the sheet was taken out; the journal keeps its marks.",
        entry=entry,
        judge=judge,
        phase=phase_label(paper),
    )


def phase_asked(tier: Tier, asked: str | None) -> Phase:
    """The phase that is named, else the only one; refused with those there are."""
    judged = tier.judged_phases
    if asked is not None:
        from pachamama.core.sheets import no_phase

        found = next((one for one in judged if one.id == asked), None)
        if found is None:
            raise Refused(no_phase(tier, asked, NOWHERE))
        return found
    if len(judged) == 1:
        return judged[0]
    if not judged:
        raise Refused(
            Problem(NOWHERE, say("nothing is judged in this round"), say("its points come from the round below"))
        )
    raise WrongUsage(
        Problem(
            NOWHERE,
            say("which sheet is it?"),
            say("say it with `--phase`: {words}", words=to_type(judged)),
        )
    )


def by_criterion(paper: Phase, marks: Sequence[str]) -> Mapping[str, str]:
    """The marks by criterion: in the order of the paper, all of them, or each with its name."""
    order = [one.id for one in paper.judged]
    names = {one.id: label(one) for one in paper.judged}
    named = [mark for mark in marks if "=" in mark]
    if named and len(named) != len(marks):
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("some marks have a name and some have none"),
                say("name all of them, or none: {words}", words=all_of(paper.judged)),
            )
        )
    if named:
        found: dict[str, str] = {}
        for mark in marks:
            criterion, _, value = mark.partition("=")
            if criterion in found:
                raise WrongUsage(
                    Problem(
                        NOWHERE,
                        say("{criterion} stands there twice", criterion=names.get(criterion, criterion)),
                        say("name each criterion once"),
                    )
                )
            found[criterion] = "" if value == EMPTY else value
        return found
    if len(marks) != len(order):
        raise WrongUsage(
            Problem(
                NOWHERE,
                say_count(
                    "the sheet has {count} line, and {given} marks were typed",
                    "the sheet has {count} lines, and {given} marks were typed",
                    len(order),
                    given=len(marks),
                ),
                say(
                    "the order is {words}; write `-` for an empty line",
                    words=listing([label(one) for one in paper.judged]),
                ),
            )
        )
    return {criterion: "" if mark == EMPTY else mark for criterion, mark in zip(order, marks, strict=True)}


def _unknown_deductions(tier: Tier, ids: Sequence[str]) -> list[Problem]:
    faults: tuple[Deduction | Knockout, ...] = (*tier.deductions, *tier.bonuses, *tier.knockouts)
    known = [one.id for one in faults]
    hint = (
        say("there are: {words}", words=all_of(faults))
        if known
        else say("these rules have no deductions, bonuses or knockouts")
    )
    return [
        Problem(NOWHERE, say("“{id}” is no deduction, bonus or knockout of these rules", id=id_), hint)
        for id_ in ids
        if id_ not in known
    ]
