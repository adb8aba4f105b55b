"""`panel assign`, `panel show`: who judges what, spread evenly or by hand, and how many sheets each judge has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.panel_conflicts import RoundArgument, dismiss, recuse, show_conflicts
from pachamama.cli.panel_desk import PanelDesk, panel_desk
from pachamama.cli.session import Session, session
from pachamama.core.model import Contest, Round
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.rules import Tier
from pachamama.core.rules.document import phase_label
from pachamama.core.sentences import Sentence, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.core.assigning import PanelKey, Work
    from pachamama.store import Store

app = new_app()
panel = new_app(help="Who judges what, and conflicts of interest.")
app.add_typer(panel, name="panel", cls=Group)


# -- assign ----------------------------------------------------------------------------------------------------------


@panel.command("assign", cls=Command)
def assign(
    context: typer.Context,
    round_: RoundArgument = None,
    spread: Annotated[
        bool, typer.Option("--spread", help="give every contest without a panel one, all judges about as many sheets")
    ] = False,
    judge: Annotated[
        list[str] | None, typer.Option("--judge", metavar="CODE", help="by hand: who judges; once for each judge")
    ] = None,
    within: Annotated[
        str | None, typer.Option("--within", metavar="CODE", help="only contests of that community or watershed")
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", metavar="ID", help="only contests of that category")
    ] = None,
    phase: Annotated[
        list[str] | None, typer.Option("--phase", metavar="PHASE", help="only that phase; may be repeated")
    ] = None,
    judges: Annotated[
        int | None,
        typer.Option("--judges", metavar="N", min=1, help="with `--spread`: judges a panel (else what the rules say)"),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="with `--spread`: also give new panels to contests that have one")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show the panels")] = False,
) -> None:
    """Assign the panel of each contest: by hand with `--judge`, or spread evenly over all contests with `--spread`.

    The same judges mark everybody in a contest. Nobody judges the own community or household; a judge who has somebody
    of the own among many is recused from that one. Judges with sheets in a contest stay in its panel.

    For example `panel assign --spread`, or `panel assign --within C1 --judge J1 --judge J2`.
    """
    asked = session(context)
    asked.no_csv()
    if bool(judge) == spread:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("who shall judge?"),
                say("name the judges, `--judge J1 --judge J2 …`, or spread them over all contests: `--spread`"),
            )
        )
    if judge and (judges is not None or again):
        raise WrongUsage(say("`--judges` and `--again` go with `--spread` only"))
    with asked.open(writing=not dry_run) as store:
        desk = panel_desk(store, round_)
        chosen = _chosen(desk, within, category)
        phases = _phases(desk.tier, phase or [])
        if judge:
            panels = _by_hand(desk, chosen, phases, list(dict.fromkeys(judge)))
        else:
            panels = _spread(desk, chosen, phases, judges, again=again)
        recusals = _recusals(desk, chosen, panels)
        if not dry_run and panels:
            store.assign_panel(desk.round.code, panels, actor=asked.actor)
            _step_back(asked, store, desk.round, recusals)
            desk = PanelDesk(store, desk.round)
        _tell_assigned(asked, desk, panels, recusals, dry_run=dry_run)


def _chosen(desk: PanelDesk, within: str | None, category: str | None) -> tuple[Contest, ...]:
    """The contests that are meant; refused where there are none."""
    found = tuple(one for one in desk.contests if within in (None, one.within) and category in (None, one.category))
    if found:
        return found
    units = sorted({one.within for one in desk.contests if one.within is not None})
    raise Refused(
        Problem(
            NOWHERE,
            say("no contest of {round} is meant", round=desk.round.code),
            say("its contests are in: {words}", words=listing(units))
            if units
            else say("enter who competes first: `pachamama enter`"),
        )
    )


def _phases(tier: Tier, ids: Sequence[str]) -> tuple[str, ...]:
    """The judged phases that are meant; without any, all of them."""
    judged = [one.id for one in tier.judged_phases]
    if not judged:
        raise Refused(
            Problem(NOWHERE, say("nothing is judged in this round"), say("its points come from the round below"))
        )
    from pachamama.core.sheets import no_phase

    refuse_if(no_phase(tier, id_, NOWHERE) for id_ in ids if id_ not in judged)
    return tuple(id_ for id_ in judged if not ids or id_ in ids)


def _by_hand(
    desk: PanelDesk, contests: Sequence[Contest], phases: Sequence[str], codes: Sequence[str]
) -> dict[PanelKey, tuple[str, ...]]:
    """The judges that were named, in each contest and phase that is meant; the store refuses who may not be there."""
    most = desk.tier.panel.judges
    if most is not None and len(codes) > most:
        raise Refused(
            Problem(
                NOWHERE,
                say("{count} judges are named, and the rules have panels of {most}", count=len(codes), most=most),
                say("name {most} of them", most=most),
            )
        )
    from pachamama.cli.gather import nearest

    refuse_if(
        Problem(NOWHERE, say("Judge {judge} is not registered.", judge=code), nearest(code, desk.judges))
        for code in codes
        if code not in desk.judges
    )
    refuse_if(problem for contest in contests for problem in _nobody_left(desk, contest, codes))
    return {(one.within, one.category, phase): tuple(codes) for one in contests for phase in phases}


def _nobody_left(desk: PanelDesk, contest: Contest, codes: Sequence[str]) -> list[Problem]:
    """A judge whom every entry of a contest refuses has no seat in it."""
    from pachamama.core.conflicts import competitors, refusals

    rivals = competitors(desk.tier, [contest], desk.households)
    problems = []
    for code in codes:
        why = [refusals(desk.judges[code], rival) for rival in rivals]
        if all(why):
            problems.append(why[0][0])
    return problems


def _spread(
    desk: PanelDesk, contests: Sequence[Contest], phases: Sequence[str], number: int | None, *, again: bool
) -> dict[PanelKey, tuple[str, ...]]:
    from pachamama.core.assigning import spread, work_of

    wanted = number if number is not None else desk.tier.panel.judges
    if wanted is None:
        raise WrongUsage(
            Problem(NOWHERE, say("the rules do not say how many judges a panel has"), say("say it: `--judges N`"))
        )
    if desk.tier.panel.judges is not None and wanted > desk.tier.panel.judges:
        raise Refused(
            say("the rules have panels of {most} judges, not of {count}", most=desk.tier.panel.judges, count=wanted)
        )
    if not desk.judges:
        raise Refused(
            Problem(NOWHERE, say("no judge is registered"), say("register them: `pachamama import judges FILE`"))
        )
    everything = work_of(
        desk.tier,
        desk.contests,
        list(desk.judges.values()),
        desk.households,
        hinted=desk.possible_conflicts.hints.found,
        regions=desk.regions,
        label=desk.label,
    )
    meant = {(one.within, one.category, phase) for one in contests for phase in phases}
    assigned = {key: codes for key, codes in desk.store.panels(desk.round.code).items() if not (again and key in meant)}
    work = [_beside(one, assigned) for one in everything if one.key in meant and one.key not in assigned]
    loads: Counter[str] = Counter()
    for one in everything:
        loads.update(dict.fromkeys(assigned.get(one.key, ()), one.sheets))
    return dict(spread(work, list(desk.judges.values()), wanted=wanted, loads=loads, regions=desk.regions).panels)


def _beside(work: Work, assigned: Mapping[PanelKey, Sequence[str]]) -> Work:
    """A phase without a panel beside one that has it: the same judges, so that a contest has one panel."""
    others = {
        code
        for (within, category, _), codes in assigned.items()
        if (within, category) == (work.within, work.category)
        for code in codes
    }
    return replace(work, wished=tuple(sorted(others)))


# -- recusals that go without saying ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Recusal:
    within: str | None
    category: str | None
    entry: str
    judge: str
    why: Sentence


def _recusals(
    desk: PanelDesk, contests: Sequence[Contest], panels: Mapping[PanelKey, Sequence[str]]
) -> tuple[_Recusal, ...]:
    """A judge of a panel who has the own community or household among its entries does not judge that one."""
    from pachamama.core.conflicts import competitors, refusals

    found = []
    for contest in contests:
        seated = {
            code
            for (within, category, _), codes in panels.items()
            if (within, category) == (contest.within, contest.category)
            for code in codes
        }
        stepped_back = {(entry.code, code) for entry in contest.entries for code in entry.recused}
        for rival in competitors(desk.tier, [contest], desk.households) if seated else ():
            for code in sorted(seated & desk.judges.keys()):
                why = refusals(desk.judges[code], rival)
                if why and (rival.entry, code) not in stepped_back:
                    found.append(_Recusal(contest.within, contest.category, rival.entry, code, why[0].message))
    return tuple(found)


def _step_back(asked: Session, store: Store, meant: Round, recusals: Sequence[_Recusal]) -> None:
    for one in recusals:
        store.declare(
            meant.code,
            one.judge,
            one.entry,
            "recused",
            asked.reader.say(one.why),
            within=one.within,
            category=one.category,
            actor=asked.actor,
        )


def _tell_assigned(
    asked: Session,
    desk: PanelDesk,
    panels: Mapping[PanelKey, Sequence[str]],
    recusals: Sequence[_Recusal],
    *,
    dry_run: bool,
) -> None:
    every = {**desk.store.panels(desk.round.code), **panels}
    back = frozenset((one.within, one.category, one.entry, one.judge) for one in recusals)
    desk = PanelDesk(desk.store, desk.round, every, back)
    if asked.format == "json":
        document = _document(desk, every)
        document["dry_run"] = dry_run
        document["recused"] = [{"entry": one.entry, "judge": one.judge} for one in recusals]
        asked.json(document)
        return
    if not panels:
        asked.tell(say("Every contest of {round} has its panel already.", round=desk.round.code))
        return
    asked.result(_table(asked, desk, every, panels))
    asked.result(_loads_table(asked, desk, every))
    for one in recusals:
        asked.tell(
            say("{judge} is recused from {entry}: {why}", judge=desk.called(one.judge), entry=one.entry, why=one.why)
        )
    wanted = desk.tier.panel.judges
    if wanted is not None and any(len(codes) < wanted for codes in panels.values()):
        asked.tell_warnings([say("the rules have panels of {wanted} judges; a smaller one is assigned", wanted=wanted)])
    said = say_count("{count} panel assigned", "{count} panels assigned", len(panels))
    if dry_run:
        asked.tell(say("{what}. This was a trial: nothing is stored.", what=said))
    else:
        asked.tell(say("{what}. Conflicts of interest: `pachamama panel conflicts`.", what=said))


# -- show ------------------------------------------------------------------------------------------------------------


@panel.command("show", cls=Command)
def show(context: typer.Context, round_: RoundArgument = None) -> None:
    """Show who judges each contest and phase, how many sheets are expected of each judge, and hints nobody answered."""
    asked = session(context)
    with asked.open() as store:
        desk = panel_desk(store, round_)
        panels = store.panels(desk.round.code)
        if asked.format == "json":
            asked.json(_document(desk, panels))
        elif asked.format == "csv":
            rows = [
                [
                    desk.round.code,
                    part["within"] or "",
                    part["category"] or "",
                    part["phase"],
                    seat["judge"],
                    seat["name"],
                    seat["community"],
                    str(seat["sheets"]),
                    str(seat["hints"]),
                ]
                for part in _document(desk, panels)["panels"]
                for seat in part["judges"]
            ]
            asked.csv(("round", "within", "category", "phase", "judge", "name", "community", "sheets", "hints"), rows)
        elif not desk.contests:
            asked.tell(say("There are no entries yet."))
        else:
            asked.result(_table(asked, desk, panels, None))
            if panels:
                asked.result(_loads_table(asked, desk, panels))


def _expected(desk: PanelDesk, panels: Mapping[PanelKey, Sequence[str]]) -> dict[tuple[PanelKey, str], int]:
    """How many sheets are expected of each judge in each panel."""
    from pachamama.core.assigning import running

    found: dict[tuple[PanelKey, str], int] = {}
    for contest in desk.contests:
        entries = running(desk.tier, contest)
        for phase in desk.tier.judged_phases:
            key = (contest.within, contest.category, phase.id)
            here = replace(contest, panel={**contest.panel, phase.id: tuple(panels.get(key, ()))})
            for code in here.panel[phase.id]:
                found[key, code] = sum(1 for entry in entries if code not in entry.recused)
            for entry in entries:
                for code in here.instead(entry.code, phase.id).values():
                    found[key, code] = found.get((key, code), 0) + 1
    return found


def _instead(contest: Contest, phase: str, panels: Mapping[PanelKey, Sequence[str]]) -> Iterator[tuple[str, str, str]]:
    """Who judges an entry in the place of somebody of the panel: the entry, who stepped back, who judges."""
    panel = tuple(panels.get((contest.within, contest.category, phase), ()))
    here = replace(contest, panel={**contest.panel, phase: panel})
    for entry in contest.entries:
        for judge, other in here.instead(entry.code, phase).items():
            yield entry.code, judge, other


def _pending(desk: PanelDesk) -> Counter[tuple[str | None, str | None, str]]:
    """The hints that nobody answered, by unit, category and judge."""
    return Counter(
        (one.competitor.within, one.competitor.category, one.judge.code) for one in desk.conflicts.hints.pending
    )


def _document(desk: PanelDesk, panels: Mapping[PanelKey, Sequence[str]]) -> dict[str, Any]:
    """Every contest and phase with its judges; and every judge with all sheets."""
    expected = _expected(desk, panels)
    pending = _pending(desk)
    parts = [
        {
            "within": one.within,
            "category": one.category,
            "phase": phase.id,
            "judges": [
                {
                    **_judge(desk, code),
                    "sheets": expected[(one.within, one.category, phase.id), code],
                    "hints": pending[one.within, one.category, code],
                }
                for code in panels.get((one.within, one.category, phase.id), ())
            ],
            "substitutes": [
                {"entry": entry, "judge": other, "instead_of": judge}
                for entry, judge, other in _instead(one, phase.id, panels)
            ],
        }
        for one in desk.contests
        for phase in desk.tier.judged_phases
    ]
    loads = _loads(expected)
    return {
        "round": desk.round.code,
        "panels": parts,
        "judges": [{**_judge(desk, code), "sheets": loads.get(code, 0)} for code in desk.judges],
    }


def _judge(desk: PanelDesk, code: str) -> dict[str, Any]:
    judge = desk.judges.get(code)
    return {"judge": code, "name": judge.name if judge else "", "community": judge.community if judge else ""}


def _loads(expected: Mapping[tuple[PanelKey, str], int]) -> Counter[str]:
    loads: Counter[str] = Counter()
    for (_, code), sheets in expected.items():
        loads[code] += sheets
    return loads


def _table(
    asked: Session,
    desk: PanelDesk,
    panels: Mapping[PanelKey, Sequence[str]],
    only: Mapping[PanelKey, Sequence[str]] | None,
) -> str:
    """A row for each contest, phases with the same panel together; with `only` those of its keys."""
    from pachamama.cli.tables import draw

    reader = asked.reader
    expected, pending = _expected(desk, panels), _pending(desk)
    rows = []
    for one in desk.contests:
        alike: dict[tuple[str, ...], list[PanelKey]] = {}
        for phase in desk.tier.judged_phases:
            key = (one.within, one.category, phase.id)
            if only is None or key in only:
                alike.setdefault(tuple(panels.get(key, ())), []).append(key)
        for codes, keys in alike.items():
            others: dict[tuple[str, str, str], int] = Counter(
                found for key in keys for found in _instead(one, key[2], panels)
            )
            names = [phase_label(phase) for phase in desk.tier.judged_phases if any(phase.id == key[2] for key in keys)]
            rows.append(
                [
                    reader.say(desk.label(one.within, one.category)),
                    reader.say(listing(names)),
                    "\n".join(
                        [
                            *(reader.say(desk.called(code)) for code in codes),
                            *(
                                reader.say(
                                    say(
                                        "{judge}, only {entry}, in the place of {other}",
                                        judge=desk.called(other),
                                        entry=entry,
                                        other=judge,
                                    )
                                )
                                for entry, judge, other in others
                            ),
                        ]
                    )
                    or reader.text("nobody yet"),
                    "\n".join(
                        [*(str(sum(expected[key, code] for key in keys)) for code in codes), *map(str, others.values())]
                    ),
                    "\n".join(str(pending[one.within, one.category, code] or "") for code in codes),
                ]
            )
    return draw(
        [
            (reader.text("Contest"), "left"),
            (reader.text("Phase"), "left"),
            (reader.text("Judges"), "left"),
            (reader.text("Sheets"), "right"),
            (reader.text("Hints"), "right"),
        ],
        rows,
    )


def _loads_table(asked: Session, desk: PanelDesk, panels: Mapping[PanelKey, Sequence[str]]) -> str:
    """What each judge has in all contests together."""
    from pachamama.cli.tables import draw

    reader = asked.reader
    expected = _expected(desk, panels)
    loads = _loads(expected)
    places: dict[str, set[str]] = {}
    for (within, _, _), code in expected:
        places.setdefault(code, set()).add(within or "")
    rows = [
        [
            reader.say(desk.called(code)),
            judge.community or "—",
            " ".join(sorted(filter(None, places.get(code, ())))),
            str(loads[code]),
        ]
        for code, judge in desk.judges.items()
        if loads[code] or not judge.phases or set(judge.phases) & {one.id for one in desk.tier.judged_phases}
    ]
    return draw(
        [
            (reader.text("Judge"), "left"),
            (reader.text("Home"), "left"),
            (reader.text("Judges in"), "left"),
            (reader.text("Sheets in all"), "right"),
        ],
        rows,
    )


panel.command("conflicts", cls=Command)(show_conflicts)
panel.command("dismiss", cls=Command)(dismiss)
panel.command("recuse", cls=Command)(recuse)
