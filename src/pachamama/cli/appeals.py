"""`appeal` (*reclamo*): who objects to the results of a closed round, until which day, and what was decided about it.

An appeal changes nothing by itself. One that is upheld leads to a reopening, a correction and a new closing, each with its
own entry in the journal; the minutes list all of them.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pachamama.cli.entries import CategoryOption, RoundOption, Within
from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import one_of, session
from pachamama.core.names import people_said
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.sentences import Sentence, Value, When, listing, say, say_count
from pachamama.language.reader import Reader

if TYPE_CHECKING:
    from pachamama.core.model import Round
    from pachamama.store import Store
    from pachamama.store.appeals import Appeal

app = new_app()
appeals = new_app(help="Appeals (reclamos) against results: taken in, decided, listed.")
app.add_typer(appeals, name="appeal", cls=Group)

_DECISIONS: tuple[Literal["upheld", "rejected"], ...] = ("upheld", "rejected")
Day = Annotated[str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="on which day; else today")]


@appeals.command("open", cls=Command)
def open_(
    context: typer.Context,
    round_: Annotated[
        str | None,
        typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant"),
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="YYYY-MM-DD", help="the last day on which an appeal is in time")
    ] = None,
) -> None:
    """Say until which day appeals against the results of a closed round are in time.

    One that comes later is taken all the same, and marked as late. A new closing needs a new day. Where the rules promise a
    number of days, no day before their end is taken.
    """
    from pachamama.cli.gather import is_closed, pick_round

    asked = session(context)
    asked.no_csv()
    if until is None:
        raise WrongUsage(
            Problem(NOWHERE, say("until which day?"), say("say the last day for appeals: `--until 2026-12-01`"))
        )
    last = day_of(until)
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_, wanted=is_closed)
        code = meant.code
        _refuse_less_than_promised(store, meant, last)
        store.open_appeals(code, until=last.isoformat(), actor=asked.actor)
    if asked.format == "json":
        asked.json({"round": code, "until": last.isoformat()})
        return
    asked.tell(
        say("Appeals against the results of {round} are in time until {day}.", round=code, day=asked.reader.date(last))
    )


def _refuse_less_than_promised(store: Store, meant: Round, last: date) -> None:
    """Refuse a last day before the end of the days that the rules of a closed round promise."""
    from pachamama.cli.gather import frozen_rules

    days = frozen_rules(meant.rules).programme.appeal_days
    if days is None or meant.state != "closed":
        return
    closed = datetime.fromisoformat(store.seals(meant.code)[-1].at).astimezone().date()
    promised = closed + timedelta(days=days)
    if last < promised:
        raise Refused(
            Problem(
                NOWHERE,
                say_count(
                    "The rules promise {count} day for appeals after the closing: until {day}.",
                    "The rules promise {count} days for appeals after the closing: until {day}.",
                    days,
                    day=When(promised.isoformat()),
                ),
                say("Take that day, or a later one."),
            )
        )


@appeals.command("file", cls=Command)
def file_(
    context: typer.Context,
    entry: Annotated[str | None, typer.Argument(metavar="ENTRY", help="the entry that it is about")] = None,
    everything: Annotated[bool, typer.Option("--all", help="it is about all results of the round")] = False,
    by: Annotated[str | None, typer.Option("--by", metavar="NAME", help="who appeals")] = None,
    text: Annotated[str | None, typer.Option("--text", metavar="TEXT", help="what they say")] = None,
    day: Day = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Take in an appeal against the results of a round, in the words of whoever brings it.

    For example `appeal file H031 --by "Rosa Quispe" --text "My terrace was not measured."`.
    """
    from pachamama.cli.gather import is_closed, pick_round

    asked = session(context)
    asked.no_csv()
    if (entry is None) != everything:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("what is the appeal about?"),
                say("name the entry, or say `--all` where it is about all results of the round"),
            )
        )
    missing = [
        say("who appeals? `--by NAME`") if not (by or "").strip() else None,
        say("what do they say? `--text TEXT`") if not (text or "").strip() else None,
    ]
    if any(missing):
        raise WrongUsage(*[one for one in missing if one is not None])
    on = day_of(day)
    with asked.open(writing=True) as store:
        filed = store.file_appeal(
            pick_round(store, round_, entries=[entry] if entry else [], wanted=is_closed).code,
            entry=entry,
            claimant=by or "",
            day=on.isoformat(),
            text=text or "",
            within=within if within is not None else ...,
            category=category if category is not None else ...,
            actor=asked.actor,
        )
    if asked.format == "json":
        asked.json(_written(filed))
        return
    asked.result(filed.code)
    if filed.is_late:
        asked.tell(
            say(
                "It is late: appeals were in time until {day}. It is taken, and marked as late.",
                day=asked.reader.date(date.fromisoformat(filed.until)),
            )
        )
    asked.tell(say("Next: `pachamama appeal decide {code} upheld|rejected --reason TEXT --by NAME`.", code=filed.code))


@appeals.command("decide", cls=Command)
def decide(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="the appeal's code")],
    decision: Annotated[str, typer.Argument(metavar="upheld|rejected", help="whether it is found right")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why; it is printed and kept")] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="NAME", help="who decided; once for each name")
    ] = None,
    day: Day = None,
    name: Annotated[list[str] | None, typer.Option("--name", metavar="NAME", hidden=True)] = None,
) -> None:
    """Record what was decided about an appeal, why and by whom; once and for all, or again where two laptops differ.

    For example `appeal decide terraces-household-1-KT1 upheld --reason "measured again" --by "Ana Puma"`.
    """
    asked = session(context)
    asked.no_csv()
    state = next(one for one in _DECISIONS if one == one_of(decision, _DECISIONS, say("the decision"), _STATES))
    names = [*(by or ()), *(name or ())]
    if not names:
        raise WrongUsage(Problem(NOWHERE, say("who decided?"), say("name them: `--by NAME`, once for each")))
    with asked.open(writing=True) as store:
        code = _meant(store, code)
        store.decide_appeal(
            code, state, decision=reason or "", names=names, day=day_of(day).isoformat(), actor=asked.actor
        )
        (decided,) = (one for one in store.appeals() if one.code == code)
        now = store.round(decided.round)
    if asked.format == "json":
        asked.json(_written(decided))
        return
    asked.tell(say("Appeal {code} is decided: {state}.", code=code, state=_STATES[state]))
    if state == "upheld" and now.state == "open":
        asked.tell(say("{round} is open: correct, and close the round again.", round=decided.round))
    elif state == "upheld" and now.results > decided.results:
        asked.tell(
            say(
                "{round} was closed again since, as closing {number}: where that has put it right, nothing is left to do.",
                round=decided.round,
                number=now.results,
            )
        )
    elif state == "upheld":
        asked.tell(
            say(
                'To put it right: `pachamama round reopen {round} --reason "appeal {code}"`, correct, and close the round again.',
                round=decided.round,
                code=code,
            )
        )


def _meant(store: Store, typed: str) -> str:
    """The code of an appeal, of which the end is enough where only one ends so."""
    found = [one.code for one in store.appeals() if one.code.casefold().endswith(f"-{typed.casefold()}")]
    return found[0] if len(found) == 1 else typed


@appeals.command("list", cls=Command)
def list_(
    context: typer.Context,
    round_: Annotated[
        str | None, typer.Argument(metavar="ROUND", help="only those of that round; else those of all")
    ] = None,
) -> None:
    """List the appeals with what they say, whether they came in time, and what was decided."""
    from pachamama.cli.tables import draw

    asked = session(context)
    with asked.open() as store:
        if round_ is not None:
            store.round(round_)
        found = store.appeals(round_)
        contradicted = contradicted_of(store, round_)
    if asked.format == "json":
        asked.json([_written(one) for one in found])
        return
    if asked.format == "csv":
        rows = [_written(one) for one in found]
        columns = list(_COLUMNS)
        asked.csv(columns, [[_cell(row[column]) for column in columns] for row in rows])
        return
    if not found:
        asked.tell(say("Nobody has appealed."))
        return
    reader = asked.reader
    text = reader.text
    headings = (text("Appeal"), text("Entry"), text("By"), text("Day"), text("What they say"), text("Decision"))
    asked.result(
        draw(
            [(heading, "left") for heading in headings],
            [
                [
                    one.code,
                    one.entry or reader.text("all"),
                    reader.say(one.claimant),
                    reader.say(say("{day}, late", day=one.day) if one.is_late else one.day),
                    reader.say(one.text),
                    reader.say(_decided(one)),
                ]
                for one in found
            ],
        )
    )
    waiting = sum(one.state == "open" for one in found)
    if waiting:
        asked.tell(say_count("{count} appeal waits for a decision.", "{count} appeals wait for a decision.", waiting))
    asked.tell_warnings(contradicted)


def contradicted_of(store: Store, round_code: str | None) -> list[Sentence]:
    """The appeals of a round, or of all, that two laptops decided in two ways, until people have settled which holds."""
    states = {one.code: one.state for one in store.appeals(round_code)}
    return [
        say(
            "Two laptops decided appeal {code} in two ways, and “{state}” holds until it is settled: `pachamama conflicts list`.",
            code=one.what[0],
            state=_STATES[states[one.what[0]]],
        )
        for one in store.conflicts()
        if one.kind == "appeal" and not one.settled and one.what[0] in states
    ]


def day_of(text: str | None) -> date:
    """A date as an option says it, else today; what is no date is wrong usage."""
    if text is None:
        return datetime.now().astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongUsage(
            Problem(NOWHERE, say("“{text}” is no date", text=text), say("write it as 2026-11-25"))
        ) from None


# -- in words --------------------------------------------------------------------------------------------------------

_STATES: dict[str, Sentence] = {
    "open": say("not decided yet"),
    "upheld": say("upheld"),
    "rejected": say("rejected"),
}


def _decided(one: Appeal) -> Sentence:
    names = people_said(one.names)
    if one.state == "open":
        return _STATES["open"]
    if not names:
        return say("{state}: {reason}", state=_STATES[one.state], reason=one.decision)
    return say(
        "{state}: {reason} ({names})",
        state=_STATES[one.state],
        reason=one.decision,
        names=listing(names),
    )


def appeal_told(one: Appeal, reader: Reader) -> Sentence:
    """An appeal and what was decided about it, as the minutes say it."""
    day: Value = reader.date(date.fromisoformat(one.day))
    if one.is_late:
        day = say("{day} (late)", day=day)
    said: dict[str, Value] = {"code": one.code, "day": day, "name": one.claimant or "—", "text": one.text.rstrip(".")}
    about = (
        say("Appeal {code} of {day}, by {name}, about {entry}: “{text}”.", entry=one.entry, **said)
        if one.entry
        else say("Appeal {code} of {day}, by {name}, about all results: “{text}”.", **said)
    )
    if one.state == "open":
        return say("{appeal} It is not decided yet.", appeal=about)
    decided: dict[str, Value] = {
        "appeal": about,
        "day": reader.date(date.fromisoformat(one.decided)),
        "reason": one.decision.rstrip("."),
    }
    names = listing(people_said(one.names) or ["—"])
    if one.state == "upheld":
        return say("{appeal} Upheld on {day} by {names}: {reason}.", names=names, **decided)
    return say("{appeal} Rejected on {day} by {names}: {reason}.", names=names, **decided)


_COLUMNS = (
    "code",
    "round",
    "closing",
    "within",
    "category",
    "entry",
    "by",
    "day",
    "until",
    "late",
    "text",
    "state",
    "reason",
    "names",
    "decided",
)


def _written(one: Appeal) -> dict[str, Any]:
    return {
        "code": one.code,
        "round": one.round,
        "closing": one.results,
        "within": one.within,
        "category": one.category,
        "entry": one.entry or None,
        "by": one.claimant,
        "day": one.day,
        "until": one.until or None,
        "late": one.is_late,
        "text": one.text,
        "state": one.state,
        "reason": one.decision,
        "names": list(one.names),
        "decided": one.decided or None,
    }


def _cell(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
