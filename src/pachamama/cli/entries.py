"""`enter` and `set-status`: who competes in a round, and who is out of it; `enter` alone opens the entry of sheets."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import one_of, session
from pachamama.core.model import STATUSES, Contest, Entry, Status
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage, folded, refuse_if
from pachamama.core.sentences import Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.gather import Placement
    from pachamama.core.rules import Tier
    from pachamama.store import NewEntry, Store
    from pachamama.store.changes import Entered

app = new_app()

RoundOption = Annotated[
    str | None, typer.Option("--round", metavar="ROUND", help="the round; may be left out where only one can be meant")
]
Within = Annotated[
    str | None, typer.Option("--within", metavar="CODE", help="the community or watershed it competes in")
]
CategoryOption = Annotated[
    str | None, typer.Option("--category", metavar="ID", help="its category, by its id in the rules")
]


@app.command("enter", cls=Command)
def enter(
    context: typer.Context,
    entries: Annotated[
        list[str] | None, typer.Argument(metavar="ENTRY", help="codes of households, groups or communities")
    ] = None,
    everybody: Annotated[bool, typer.Option("--all", help="everybody in the register")] = False,
    community: Annotated[
        str | None,
        typer.Option("--community", metavar="CODE", help="with `--all`: only the households of that community"),
    ] = None,
    within: Within = None,
    category: CategoryOption = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="what a group is called, if it is in no register")
    ] = None,
    round_: RoundOption = None,
    judge: Annotated[
        str | None, typer.Option("--judge", metavar="CODE", help="typing sheets: only those of that judge")
    ] = None,
    phase: Annotated[
        str | None, typer.Option("--phase", metavar="PHASE", help="typing sheets: only those of that phase")
    ] = None,
    codes: Annotated[
        bool, typer.Option("--codes", help="typing sheets: each begins with its code, for a pile in no order")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="typing sheets: no Enter behind a mark that can have no more digits")
    ] = False,
    grid: Annotated[
        bool, typer.Option("--grid", help="typing sheets: a row for each entry of one contest and judge")
    ] = False,
    lines: Annotated[bool, typer.Option("--lines", help="typing sheets line by line, for plain terminals")] = False,
    second: Annotated[
        bool, typer.Option("--second", help="typing sheets a second time, by another person, without seeing the first")
    ] = False,
) -> None:
    """Type score sheets from paper; with ENTRY or `--all`, enter households, groups or communities into a round.

    Without ENTRY the screen for score sheets opens: type the code on the paper, then the marks with Enter. F1 shows the
    keys. What is stored is on the disk at once, and the next start goes on behind it.
    Who is entered already stays as it is.
    """
    from pachamama.cli.gather import Placement, pick_round, tier_of_round
    from pachamama.store import NewEntry

    asked = session(context)
    asked.no_csv()
    named = list(dict.fromkeys(entries or []))
    typing = {
        "--judge": judge,
        "--phase": phase,
        "--codes": codes,
        "--quick": quick,
        "--grid": grid,
        "--lines": lines,
        "--second": second,
    }
    if not named and not everybody and community is None and name is None:
        from pachamama.cli.entering import enter_sheets
        from pachamama.cli.paper_desk import Scope

        if not any(typing.values()) and not sys.stdin.isatty():
            raise WrongUsage(
                Problem(
                    NOWHERE,
                    say("who shall be entered?"),
                    say("name their codes, or `--all`; sheets are typed at a terminal, or from a pipe with `--lines`"),
                )
            )
        scope = Scope(within, category, judge, phase)
        exit_code = enter_sheets(
            asked,
            round_code=round_,
            scope=scope,
            is_grid=grid,
            by_lines=lines,
            is_second=second,
            asks_code=codes,
            is_quick=quick,
        )
        raise typer.Exit(exit_code)
    if any(typing.values()):
        raise WrongUsage(
            Problem(
                NOWHERE,
                say(
                    "{options} are for typing sheets", options=listing([word for word, said in typing.items() if said])
                ),
                say("leave the entries out: `pachamama enter` opens the screen"),
            )
        )
    if bool(named) == everybody:
        raise WrongUsage(
            Problem(
                NOWHERE, say("who shall be entered?"), say("name their codes, or `--all` for everybody in the register")
            )
        )
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_, entries=named)
        tier = tier_of_round(meant)
        placement = Placement(store, tier)
        if everybody:
            if tier.tier == "group":
                raise Refused(
                    Problem(NOWHERE, say("there is no register of groups"), say("name the codes of the groups"))
                )
            named = sorted(placement.units)
            if community is not None:
                named = sorted(one.code for one in store.households(community))
            if not named:
                raise Refused(
                    Problem(NOWHERE, say("the register is empty"), say("import it first: `pachamama import`"))
                )
        problems: list[Problem] = []
        new: list[NewEntry] = []
        for code in named:
            unit, group, wrong = placement.of(code, code, within, category)
            problems += wrong
            new.append(NewEntry(code, unit, group, name or ""))
        refuse_if(folded(problems))
        asked.tell_warnings(folded(_slips(placement, meant.code, new)))
        changes = store.enter(meant.code, new, actor=asked.actor)
    if asked.format == "json":
        asked.json({"round": meant.code, "new": list(changes.new), "equal": list(changes.equal)})
        return
    said: list[Value] = [say_count("{count} new", "{count} new", len(changes.new))]
    if changes.equal:
        said.append(say_count("{count} were entered already", "{count} were entered already", len(changes.equal)))
    asked.tell(say("{what}: {changes}.", what=meant.code, changes=listing(said)))


def _slips(placement: Placement, round_code: str, new: Sequence[NewEntry]) -> list[Problem]:
    """Who would be entered in another category than the register says."""
    from pachamama.cli.gather import category_slips

    places: dict[tuple[str | None, str | None], list[Entry]] = {}
    for one in new:
        places.setdefault((one.within, one.category), []).append(Entry(one.code))
    return category_slips(placement, round_code, [Contest(*key, tuple(found)) for key, found in places.items()])


@app.command("set-status", cls=Command)
def set_status(
    context: typer.Context,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="its code")],
    status: Annotated[
        str, typer.Argument(metavar="STATUS", help="absent, withdrawn, disqualified, or none to take it back")
    ],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why; it is printed and kept")] = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Say that an entry is absent, withdrawn or disqualified: it gets no place. Its sheets stay.

    What the jury ruled is taken back with `ruling void`, not with `none`.

    For example `set-status H040 absent --reason "did not come"`.
    """
    from pachamama.cli.gather import pick_round, tier_of_round

    asked = session(context)
    asked.no_csv()
    word = one_of(status, (*STATUSES, "none"), say("STATUS"), {**_SAID, "none": say("takes it back")})
    found: Status | None = None if word == "none" else word  # type: ignore[assignment]
    if not (reason or "").strip():
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_, entries=[entry])
        unit, group = ... if within is None else within, ... if category is None else category
        before = store.find_entry(meant.code, entry, within=unit, category=group)
        faults = _faults(store, meant.code, tier_of_round(meant), before)
        if found is None and before.status is None and meant.state == "open":
            refuse_if(faults)
        store.set_status(meant.code, entry, found, reason or "", within=unit, category=group, actor=asked.actor)
    who = called(entry, before.name)
    if asked.format == "json":
        asked.json({"round": meant.code, "entry": entry, "status": found})
    elif found is not None:
        asked.tell(say("{entry} is out of the contest: {status}.", entry=who, status=_SAID[found]))
    elif before.status is None:
        asked.tell(say("{entry} is in the contest already.", entry=who))
    elif faults:
        asked.tell(say("{entry} is no longer {status}.", entry=who, status=_SAID[before.status]))
        asked.tell_warnings(faults)
    else:
        asked.tell(say("{entry} is in the contest again.", entry=who))


def _faults(store: Store, round_code: str, tier: Tier, entry: Entered) -> list[Problem]:
    """Why an entry is out of the contest whatever its status is: a fault that the jury ruled, or that sheets name."""
    from pachamama.core.rules.naming import fault_said
    from pachamama.store.rulings import taken_back_by

    ruled = {
        one.rule: one.code
        for one in store.rulings(round_code)
        if (one.within, one.category, one.entry) == (entry.within, entry.category, entry.code)
    }
    problems = []
    for fault in tier.knockouts:
        said = {"entry": called(entry.code, entry.name), "fault": fault_said(tier, fault.id)}
        if fault.id in ruled:
            message = say("{entry} is out of the contest by a ruling of the jury: {fault}.", **said)
            problems.append(Problem(NOWHERE, message, taken_back_by(ruled[fault.id])))
        elif fault.id in entry.deductions:
            message = say("{entry} is out of the contest by a fault that its sheets name: {fault}.", **said)
            hint = say("Import all its sheets without the fault: `pachamama import scores FILE --correct REASON`.")
            problems.append(Problem(NOWHERE, message, hint))
    return problems


_SAID = {"absent": say("absent"), "withdrawn": say("withdrawn"), "disqualified": say("disqualified")}
