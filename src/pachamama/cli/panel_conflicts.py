"""`panel conflicts`, `panel dismiss`, `panel recuse`: conflicts of interest shown, and answered with a reason."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.entries import CategoryOption, RoundOption, Within
from pachamama.cli.panel_desk import PanelDesk, panel_desk
from pachamama.cli.session import Session, session
from pachamama.core.model import Contest, DeclarationKind, Judge
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.sentences import Sentence, Value, choice, listing, say

if TYPE_CHECKING:
    from pachamama.store.recusals import Answer

RoundArgument = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="the round; may be left out where only one can be meant")
]
JudgeArgument = Annotated[str, typer.Argument(metavar="JUDGE", help="the judge's code")]
Entries = Annotated[list[str], typer.Argument(metavar="ENTRY", help="codes of the entries")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why; it is printed and kept")]


def show_conflicts(
    context: typer.Context,
    round_: RoundArgument = None,
    everything: Annotated[bool, typer.Option("--all", help="also those that were answered, and every recusal")] = False,
) -> None:
    """Show conflicts of interest: what is certain first, then shared surnames that nobody has answered, strong ones first.

    It looks at the judges of each contest, and at all judges where a contest has none yet. Answer a hint with
    `panel recuse` or `panel dismiss`.
    """
    asked = session(context)
    with asked.open() as store:
        desk = panel_desk(store, round_)
        rows = _conflict_rows(asked, desk, everything=everything)
        left_out = [one.sentence for one in desk.conflicts.hints.left_out]
    if asked.format == "json":
        asked.json(
            {"round": desk.round.code, "conflicts": rows, "left_out": [asked.reader.say(one) for one in left_out]}
        )
        return
    if asked.format == "csv":
        asked.csv(_CONFLICT, [[str(row[column] or "") for column in _CONFLICT] for row in rows])
    elif rows:
        asked.result(_conflicts_table(asked, desk, rows))
        if any(row["answer"] is None for row in rows):
            example = next(row for row in rows if row["answer"] is None)
            asked.tell(
                say(
                    "Answer each: `pachamama panel recuse {judge} {entry} --reason …`, or `panel dismiss`.",
                    judge=example["judge"],
                    entry=example["entry"],
                )
            )
    else:
        asked.tell(say("No conflict of interest is open in {round}.", round=desk.round.code))
    asked.tell(*left_out)


_CONFLICT = (
    "within",
    "category",
    "entry",
    "entry_name",
    "judge",
    "judge_name",
    "strength",
    "kind",
    "person",
    "what",
    "why",
    "answer",
    "reason",
)


def _conflict_rows(asked: Session, desk: PanelDesk, *, everything: bool) -> list[dict[str, Any]]:
    """The conflicts as rows of `_CONFLICT`: certain, strong, weak; then, with `everything`, recusals without a hint."""
    say_ = asked.reader.say
    rows = []
    for certain in desk.conflicts.certain:
        rival = certain.competitor
        told: tuple[str | None, ...] = (
            *(rival.within, rival.category, rival.entry, rival.name, certain.judge.code, certain.judge.name),
            *("certain", "own", "", *[say_(certain.why.message)] * 2, None, None),
        )
        rows.append(dict(zip(_CONFLICT, told, strict=True)))
    for hint in desk.conflicts.hints.found:
        if hint.answer is not None and not everything:
            continue
        rival, answer = hint.competitor, hint.answer
        told = (
            *(rival.within, rival.category, rival.entry, rival.name, hint.judge.code, hint.judge.name),
            *(hint.strength, hint.kind, hint.person.name, say_(hint.what), say_(hint.sentence)),
            *((answer.kind, answer.reason) if answer else (None, None)),
        )
        rows.append(dict(zip(_CONFLICT, told, strict=True)))
    if everything:
        shown = {(row["within"], row["category"], row["entry"], row["judge"]) for row in rows}
        names = {(one.within, one.category, entry.code): entry.name for one in desk.contests for entry in one.entries}
        for said in desk.store.declarations(desk.round.code):
            if (said.within, said.category, said.entry, said.judge) in shown:
                continue
            name = names.get((said.within, said.category, said.entry), "")
            told = (
                *(said.within, said.category, said.entry, name, said.judge, desk.judge_name(said.judge)),
                *("", "", "", "", "", said.kind, said.reason),
            )
            rows.append(dict(zip(_CONFLICT, told, strict=True)))
    return rows


_STRENGTHS = {"certain": say("certain"), "strong": say("strong"), "weak": say("weak"), "": say("—")}
_ANSWERS: Mapping[DeclarationKind, Sentence] = {"recused": say("recused"), "no_conflict": say("dismissed")}


def _conflicts_table(asked: Session, desk: PanelDesk, rows: Sequence[Mapping[str, Any]]) -> str:
    """Certain and strong ones a row each; weak ones together, by judge and surname."""
    from pachamama.cli.tables import draw

    reader = asked.reader
    has_answers = any(row["answer"] for row in rows)
    lines: dict[tuple[str, ...], list[str]] = {}
    for row in rows:
        answer = row["answer"]
        is_weak = row["strength"] == "weak"
        person = "" if is_weak else row["person"] or row["entry_name"]
        start = (
            reader.say(_STRENGTHS[row["strength"]]),
            reader.say(desk.called(row["judge"])),
            "" if is_weak else row["entry"],
            person,
            row["what"],
            reader.say(say("{answer}: {reason}", answer=_ANSWERS[answer], reason=row["reason"])) if answer else "",
        )
        lines.setdefault(start, []).append(row["entry"])
    text = reader.text
    headings = [text("Conflict"), text("Judge"), text("Entries"), text("Person"), text("Why"), text("Answer")]
    table = [
        [strength, judge, " ".join(entries), reader.say(person), what, answer]
        for (strength, judge, _, person, what, answer), entries in lines.items()
    ]
    shown = len(headings) if has_answers else len(headings) - 1
    return draw([(heading, "left") for heading in headings[:shown]], [line[:shown] for line in table])


# -- answers ---------------------------------------------------------------------------------------------------------


def dismiss(
    context: typer.Context,
    judge: JudgeArgument,
    entries: Entries,
    reason: Reason = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Say that a shared surname means nothing, and why, for example `panel dismiss J1 H012 --reason "other Quispe family"`.

    It also takes back a recusal. The own community and the own household cannot be dismissed.
    """
    _declare(session(context), "no_conflict", judge, entries, reason, within, category, round_)


def recuse(
    context: typer.Context,
    judge: JudgeArgument,
    entries: Entries,
    reason: Reason = None,
    substitute: Annotated[
        str | None, typer.Option("--substitute", metavar="JUDGE", help="who judges these entries instead")
    ] = None,
    phase: Annotated[
        list[str] | None,
        typer.Option("--phase", metavar="PHASE", help="with `--substitute`: only that phase; may be repeated"),
    ] = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Record that a judge steps back from entries, and why: no sheet is expected or taken, and the reason is printed.

    With `--substitute` another judge judges them instead, also later: then the reason that stands is kept.
    It says which entries are left with too few judges, and so without a place.
    """
    if phase and substitute is None:
        raise WrongUsage(say("`--phase` goes with `--substitute` only"))
    instead = (substitute, tuple(phase or ())) if substitute is not None else None
    _declare(session(context), "recused", judge, entries, reason, within, category, round_, instead)


def _declare(
    asked: Session,
    kind: DeclarationKind,
    judge: str,
    entries: Sequence[str],
    reason: str | None,
    within: str | None,
    category: str | None,
    round_: str | None,
    instead: tuple[str, tuple[str, ...]] | None = None,
) -> None:
    asked.no_csv()
    codes = list(dict.fromkeys(entries))
    with asked.open(writing=True) as store:
        desk = panel_desk(store, round_)
        meant = _entries(desk, codes, within, category)
        if judge not in desk.judges:
            from pachamama.cli.gather import nearest

            raise Refused(
                Problem(NOWHERE, say("Judge {judge} is not registered.", judge=judge), nearest(judge, desk.judges))
            )
        answers = [_answer(desk, judge, one, code, reason, instead) for one, code in meant]
        if kind == "no_conflict":
            refuse_if(_undismissable(desk, desk.judges[judge], meant))
        store.declare_each(desk.round.code, judge, kind, answers, actor=asked.actor)
        now = PanelDesk(store, desk.round)
        open_points = _after(now, judge, meant) if kind == "recused" else []
        if instead:
            open_points += _hinted(now, instead[0], codes)
    people = listing([_called(one, code) for one, code in meant])
    said: dict[str, Value] = {"judge": desk.called(judge), "entries": people, "reason": answers[0].reason}
    if asked.format == "json":
        document: dict[str, Any] = {"round": desk.round.code, "judge": judge, "entries": codes, "declared": kind}
        document |= {"reason": answers[0].reason, "substitute": instead[0] if instead else None}
        asked.json(document | {"open": [asked.reader.say(one.message) for one in open_points]})
        return
    if kind == "recused":
        asked.tell(say("{judge} does not judge {entries}: {reason}", **said))
    else:
        asked.tell(say("{judge} may judge {entries}: {reason}", **said))
    if instead:
        asked.tell(say("{judge} judges {entries} instead.", judge=desk.called(instead[0]), entries=people))
        asked.tell(
            say(
                "Their sheets: `pachamama print score-sheets {round} --judge {code} -o FOLDER`.",
                round=desk.round.code,
                code=instead[0],
            )
        )
    asked.tell_warnings(open_points)


def _answer(
    desk: PanelDesk,
    judge: str,
    contest: Contest,
    code: str,
    reason: str | None,
    instead: tuple[str, tuple[str, ...]] | None,
) -> Answer:
    """What is said of one entry; refused without a reason, unless one stands and only a substitute is named."""
    from pachamama.store.recusals import Answer

    entry = next(one for one in contest.entries if one.code == code)
    why = (reason or "").strip() or (entry.recused.get(judge, "") if instead else "")
    if not why:
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    others = _substitutes(desk, judge, contest, code, *instead) if instead else None
    return Answer(code, why, contest.within, contest.category, others)


def _substitutes(
    desk: PanelDesk, judge: str, contest: Contest, code: str, substitute: str, phases: Sequence[str]
) -> dict[str, str]:
    """Who judges the entry instead, by phase: in those that are said, else in all in which the judge has a seat."""
    from pachamama.core.sheets import no_phase

    panel = desk.tier.panel
    if panel.compares_entries or panel.missing == "drop_judge":
        raise Refused(
            Problem(
                NOWHERE,
                say("by these rules nobody can judge one entry instead: a judge's marks count only beside all others"),
                say(
                    "Empty the sheets of {judge}, and name a panel that judges everybody: `pachamama panel assign`.",
                    judge=judge,
                ),
            )
        )
    if not contest.panel:
        raise Refused(
            Problem(
                NOWHERE,
                say("no panel is assigned to {entry}: any judge may judge it", entry=_called(contest, code)),
                say("type that sheet, or name the panel first: `pachamama panel assign`"),
            )
        )
    judged = [one.id for one in desk.tier.judged_phases]
    refuse_if(no_phase(desk.tier, one, NOWHERE) for one in phases if one not in judged)
    seats = [one for one in judged if judge in contest.panel.get(one, ())]
    before = contest.substitutes.get(code, {})
    kept = {one: before[one][judge] for one in judged if judge in before.get(one, {})} if phases else {}
    return kept | dict.fromkeys(phases or seats or judged, substitute)


def _called(contest: Contest, code: str) -> Value:
    name = next((one.name for one in contest.entries if one.code == code), "")
    return called(code, name)


def _after(desk: PanelDesk, judge: str, meant: Sequence[tuple[Contest, str]]) -> list[Problem]:
    """What a recusal leaves open: entries with too few judges, or a judge whose other sheets count no more."""
    from pachamama.core.missing import too_few_judges

    names = {code: one.name for code, one in desk.judges.items()}
    concerned = {(one.within, one.category, code) for one, code in meant}
    found = [
        Problem(NOWHERE, one.told(names), one.remedy)
        for contest in desk.contests
        for one in too_few_judges(desk.tier, contest)
        if judge in one.recused and (one.within, one.category, one.entry.code) in concerned
    ]
    if desk.tier.panel.missing == "drop_judge":
        found.append(
            Problem(
                NOWHERE,
                say(
                    "by these rules the sheets of {judge} count for nobody in this contest any more",
                    judge=desk.called(judge),
                ),
                say(
                    "Empty the sheets of {judge}, and name a panel that judges everybody: `pachamama panel assign`.",
                    judge=judge,
                ),
            )
        )
    return found


def _hinted(desk: PanelDesk, substitute: str, codes: Sequence[str]) -> list[Problem]:
    """What the names of the substitute and of the people behind the entries suggest strongly."""
    return [
        Problem(
            NOWHERE,
            hint.sentence,
            say(
                "Answer it: `pachamama panel dismiss {judge} {entry} --reason TEXT`, or name another substitute.",
                judge=substitute,
                entry=hint.competitor.entry,
            ),
        )
        for hint in desk.conflicts.hints.pending
        if hint.strength == "strong" and hint.judge.code == substitute and hint.competitor.entry in codes
    ]


def _entries(
    desk: PanelDesk, codes: Sequence[str], within: str | None, category: str | None
) -> list[tuple[Contest, str]]:
    """The contest of each entry; refused with all that are unknown, or in several contests."""
    problems = []
    found = []
    for code in codes:
        there = [
            one
            for one in desk.contests
            if within in (None, one.within) and category in (None, one.category)
            if any(entry.code == code for entry in one.entries)
        ]
        if len(there) == 1:
            found.append((there[0], code))
        elif there:
            problems.append(
                Problem(
                    NOWHERE,
                    say("{entry} is in several contests", entry=code),
                    say("say which with `--within` or `--category`"),
                )
            )
        else:
            problems.append(_not_entered(desk, code))
    refuse_if(problems)
    return found


def _not_entered(desk: PanelDesk, code: str) -> Problem:
    from difflib import get_close_matches

    if (otherwise := desk.store.known_as(code)) is not None:
        return otherwise
    like = get_close_matches(code, [entry.code for one in desk.contests for entry in one.entries], n=3)
    return Problem(
        NOWHERE,
        say("{entry} is not entered in {round}", entry=code, round=desk.round.code),
        say("did you mean {words}?", words=choice(like))
        if like
        else say("enter it first: `pachamama enter {entry}`", entry=code),
    )


def _undismissable(desk: PanelDesk, judge: Judge, meant: Sequence[tuple[Contest, str]]) -> list[Problem]:
    """What is certain cannot be dismissed; and where there is no hint and no recusal there is nothing to dismiss."""
    from pachamama.core.conflicts import CommonSurnames, competitor, hints, refusals

    problems = []
    for contest, code in meant:
        entry = next(entry for entry in contest.entries if entry.code == code)
        rival = competitor(desk.tier, contest.within, contest.category, entry, desk.households)
        certain = refusals(judge, rival)
        if certain:
            hint = say(
                "This cannot be dismissed: `pachamama panel recuse {judge} {entry} --reason …`",
                judge=judge.code,
                entry=code,
            )
            problems += [Problem(NOWHERE, one.message, hint) for one in certain[:1]]
        elif judge.code not in entry.recused and not hints([judge], [rival], common=CommonSurnames()).found:
            problems.append(
                Problem(
                    NOWHERE,
                    say("no name of {entry} suggests kinship with {judge}", judge=desk.called(judge.code), entry=code),
                    say("there is nothing to dismiss; see `pachamama panel conflicts`"),
                )
            )
    return problems
