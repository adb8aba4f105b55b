"""`round`: opened with its rules frozen, listed, shown, closed with its results, reopened for a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import Session, one_of, session
from pachamama.core.model import Contest, Round, TierName
from pachamama.core.names import ERASED, visible
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.rules import Rules, Tier, load_rules
from pachamama.core.rules.naming import TIERS_SAID, tier_said
from pachamama.core.sentences import Sentence, Value, When, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.store import Store
    from pachamama.store.rounds import Seal

TIERS: tuple[TierName, ...] = ("household", "group", "community")

app = new_app()
rounds = new_app(help="Open, list, show, close and reopen rounds.")
app.add_typer(rounds, name="round", cls=Group)

RoundCode = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant")
]


@rounds.command("open", cls=Command)
def open_(
    context: typer.Context,
    competition: Annotated[str, typer.Argument(metavar="COMPETITION", help="its id in the rules")],
    tier: Annotated[str, typer.Option("--tier", metavar="TIER", help="household, group or community")],
    edition: Annotated[
        str | None, typer.Option("--edition", metavar="TEXT", help="of which year or campaign; else this year")
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option("--from", metavar="ROUND", help="the closed round whose results a community round reads"),
    ] = None,
    rules: Annotated[
        str | None,
        typer.Option("--rules", metavar="FILE", help="a rules file for this round, instead of the programme's"),
    ] = None,
) -> None:
    """Open a round: its rules are frozen with it, and nobody can change them afterwards.

    A community round reads the results of a closed household round, and enters the communities that took part in it.

    For example `round open terraces --tier household`.
    """
    from pachamama.cli.gather import read_rules_file, tier_of
    from pachamama.cli.lower_round import communities_of, lower_round

    asked = session(context)
    asked.no_csv()
    wanted: TierName = one_of(tier, TIERS, "--tier", TIERS_SAID)  # type: ignore[assignment]
    text = read_rules_file(rules)[0] if rules is not None else None
    with asked.open(writing=True) as store:
        text = text if text is not None else store.rules_text
        if text is None:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("there are no rules to open a round with"),
                    say("give the programme its rules: `pachamama rules use FILE`"),
                )
            )
        played = tier_of(load_rules(text, rules), competition, wanted)
        lower = lower_round(store, competition, played, from_)
        newcomers = communities_of(store, played, lower) if lower is not None and wanted == "community" else ()
        year = edition if edition is not None else str(datetime.now().astimezone().year)
        same = [one for one in store.rounds() if (one.competition, one.tier) == (competition, wanted)]
        _refuse_a_second(same, year)
        earlier = [one.code for one in same]
        opened = store.open_round(
            competition=competition,
            tier=wanted,
            edition=year,
            rules_text=text,
            criteria={phase.id: [one.id for one in phase.judged] for phase in played.judging},
            lower=lower.code if lower is not None else None,
            actor=asked.actor,
        )
        if newcomers:
            store.enter(opened.code, newcomers, actor=asked.actor)
    if asked.format == "json":
        asked.json(_written(opened))
        return
    asked.tell(say("Round {round} is open.", round=opened.code))
    if lower is not None:
        asked.tell(say("It reads the results of {round}.", round=lower.code))
    if newcomers:
        asked.tell(say_count("{count} community is entered.", "{count} communities are entered.", len(newcomers)))
    if earlier:
        asked.tell(
            say(
                "It is a new round beside {rounds}, with the rules in use now; to correct one of those: `pachamama round reopen`.",
                rounds=listing(earlier),
            )
        )
    if played.judged_phases and newcomers:
        asked.tell(say("Next: `pachamama score`, or `pachamama import scores FILE`."))
    elif played.judged_phases:
        asked.tell(say("Next: `pachamama enter`, or `pachamama import scores FILE`."))
    else:
        asked.tell(say("Nothing is judged in it. Next: `pachamama rank`, then `pachamama round close`."))


def _refuse_a_second(same: Sequence[Round], edition: str) -> None:
    """One edition has one open round of a competition and tier; a second one would be a slip."""
    running = [one for one in same if one.state == "open" and one.edition == edition]
    if running:
        raise Refused(
            Problem(
                NOWHERE,
                say("{round} of the edition {edition} is open already", round=running[0].code, edition=edition),
                say("go on in it, close it first, or name another edition with `--edition TEXT`"),
            )
        )


@rounds.command("list", cls=Command)
def list_(context: typer.Context) -> None:
    """List the rounds with their state."""
    asked = session(context)
    with asked.open() as store:
        found = store.rounds()
        stale = {one.code for one in found if store.is_stale(one.code)}
        seals = {one.round: one.code for one in store.seals() if one.stands}
    if asked.format == "json":
        asked.json([_written(one) for one in found])
        return
    if asked.format == "csv":
        keys = ("round", "competition", "tier", "edition", "state")
        asked.csv(keys, [[one.code, one.competition, one.tier, one.edition, one.state] for one in found])
        return
    if not found:
        asked.tell(say("There is no round yet. Open one: `pachamama round open COMPETITION --tier household`."))
        return
    from pachamama.cli.tables import draw

    text = asked.reader.text
    titles = (text("Round"), text("Edition"), text("Tier"), text("State"), text("Seal"))
    asked.result(
        draw(
            [(title, "left") for title in titles],
            [
                [
                    one.code,
                    asked.reader.say(one.edition),
                    asked.reader.say(tier_said(one.tier)),
                    _state(asked, one, one.code in stale),
                    seals.get(one.code, ""),
                ]
                for one in found
            ],
        )
    )


def _state(asked: Session, one: Round, is_stale: bool) -> str:
    state = asked.reader.text("open") if one.state == "open" else asked.reader.text("closed")
    return f"{state}, {asked.reader.text('reads results that were reopened')}" if is_stale else state


@rounds.command("show", cls=Command)
def show(context: typer.Context, round_: RoundCode = None) -> None:
    """Show one round: its contests, how many entries each has, and how many sheets are still out."""
    from pachamama.cli.gather import contest_label, pick_round, tier_of_round
    from pachamama.core.missing import missing_sheets

    asked = session(context)
    asked.no_csv()
    with asked.open() as store:
        meant = pick_round(store, round_)
        tier = tier_of_round(meant)
        contests = list(store.contests(meant.code))
        rows: list[tuple[str | None, str | None, int, int, int]] = []
        for one in contests:
            out = sum(1 for entry in one.entries if entry.status is not None)
            missing = 0 if meant.state == "closed" else sum(found.count or 1 for found in missing_sheets(tier, one))
            rows.append((one.within, one.category, len(one.entries), out, missing))
        labels = [asked.reader.say(contest_label(store, tier, row[0], row[1])) for row in rows]
        is_stale = store.is_stale(meant.code)
        sealed = store.seals(meant.code) if meant.state == "closed" else ()
    if asked.format == "json":
        keys = ("within", "category", "entries", "out", "missing_sheets")
        asked.json(
            {
                **_written(meant),
                "from": meant.lower,
                "stale": is_stale,
                "seal": sealed[-1].code if sealed else None,
                "witness": (sealed[-1].witness or None) if sealed else None,
                "contests": [dict(zip(keys, row, strict=True)) for row in rows],
            }
        )
        return
    from pachamama.cli.tables import draw

    said: Value = say(
        "Round {round}, edition {edition}: {state}",
        round=meant.code,
        edition=meant.edition,
        state=_state(asked, meant, is_stale),
    )
    asked.result(asked.reader.say(said))
    if meant.lower:
        asked.result(asked.reader.say(say("It reads the results of {round}.", round=meant.lower)))
    if sealed:
        asked.result(asked.reader.say(_closed_by(sealed)))
    if not rows:
        asked.result(asked.reader.text("There are no entries yet."))
        return
    text = asked.reader.text
    asked.result(
        draw(
            [
                (text("Contest"), "left"),
                (text("Entries"), "right"),
                (text("Out of it"), "right"),
                (text("Sheets missing"), "right"),
            ],
            [[label, *map(str, row[2:])] for label, row in zip(labels, rows, strict=True)],
        )
    )


def _closed_by(sealed: tuple[Seal, ...]) -> Sentence:
    """Which closing stands, by whom, and which it replaces."""
    from pachamama.cli.sealing import closing_said, earlier

    last = sealed[-1]
    witness = ERASED if last.is_witness_erased else last.witness
    who: Value = say("{actor} and {witness}", actor=last.actor, witness=witness) if witness else last.actor
    said = say("Closing {closing}, by {who}, {at}", closing=closing_said(last), who=who, at=When(last.at))
    return say("{closing}; replaces {closings}", closing=said, closings=earlier(sealed)) if len(sealed) > 1 else said


@rounds.command("close", cls=Command)
def close(
    context: typer.Context,
    round_: RoundCode = None,
    accept_missing: Annotated[
        str | None,
        typer.Option("--accept-missing", metavar="REASON", help="close although something is missing, and why"),
    ] = None,
    witness: Annotated[
        str | None, typer.Option("--witness", metavar="NAME", help="the second person, who closes it with you")
    ] = None,
) -> None:
    """Close a round: store its results and seal them; nothing changes them afterwards but `round reopen`.

    Two people close it, you (`--as`) and a witness. It says the seal's code, which stands on every paper of the round,
    and makes a verified backup. Refused, with everything that stands in the way, while sheets are missing or must be checked, a judge has marked the
    own community or household, lots are not drawn or the jury has not decided.
    """
    from pachamama.cli.closing import cautions_said, obstacles, undecided
    from pachamama.cli.gather import contest_label, pick_round, warnings_said
    from pachamama.cli.outcome import outcome_of
    from pachamama.cli.safekeeping import keep_closing
    from pachamama.cli.sealing import earlier
    from pachamama.exchange import stored_document

    asked = session(context)
    asked.no_csv()
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_)
        if meant.state == "closed":
            raise Refused(
                Problem(
                    NOWHERE,
                    say("round {round} is closed already", round=meant.code),
                    say(
                        "it reads results that were reopened: `pachamama round reopen {round} --reason TEXT`, then close it again",
                        round=meant.code,
                    )
                    if store.is_stale(meant.code)
                    else say("its results: `pachamama prizes {round}`", round=meant.code),
                )
            )
        settled_at = store.head
        found = outcome_of(store, meant)
        if not any(one.placings or one.unranked for one in found.settlement.contests):
            raise Refused(
                Problem(
                    NOWHERE,
                    say("round {round} has no entries", round=meant.code),
                    say("enter somebody first: `pachamama enter`"),
                )
            )
        contests = list(store.contests(meant.code))
        reasons = obstacles(store, found, contests)
        if reasons and accept_missing is None:
            raise Refused(*reasons, safe=_STILL_OPEN)
        if differing := undecided(store, found, contests):
            raise Refused(*differing, safe=_UNDECIDED)
        named = _second_name(
            asked,
            witness,
            question=say("Who closes it with {actor}, as witness? (Enter: nobody)", actor=asked.actor),
            again=say("That is {actor}, who closes it. Another person, or Enter:", actor=asked.actor),
        )
        until = _appeals_until(found.rules)
        closed = store.close_round(
            meant.code,
            document=stored_document(found.settlement),
            fields=_deciding(found.tier, contests),
            settled_at=settled_at,
            accept_missing=accept_missing if reasons else None,
            witness=named,
            appeals_until=until.isoformat() if until else "",
            actor=asked.actor,
        )
        sealed = store.seals(closed.code)
        kept = keep_closing(asked, store, sealed[-1])
        above = [one.code for one in store.rounds() if one.lower == closed.code and store.is_stale(one.code)]
        warnings = warnings_said(
            found.settlement, found.tier, lambda within, category: contest_label(store, found.tier, within, category)
        )
        warnings += cautions_said(store, meant, found.tier, contests)
    asked.tell_warnings(warnings)
    if not named:
        asked.tell_warnings(
            [
                say(
                    "only one person closes it, and its papers name no witness; a second one is named with `--witness NAME`"
                )
            ]
        )
    if asked.format == "json":
        asked.json({**_written(closed), "seal": sealed[-1].code, "backup": str(kept) if kept else None})
        return
    asked.tell(say("Round {round} is closed. Its results are stored.", round=closed.code))
    asked.tell(say("Its seal, on every paper of it: {code}", code=sealed[-1].code))
    if len(sealed) > 1:
        asked.tell(say("It replaces {closings}: their papers are void.", closings=earlier(sealed)))
    if kept is not None:
        asked.tell(say("A verified backup is in {file}.", file=visible(str(kept))))
    if until is not None:
        asked.tell(say("Appeals are in time until {day}.", day=asked.reader.date(until)))
    if above:
        asked.tell(
            say(
                "{rounds} read the results before these: reopen and close it again (`pachamama round reopen`, `round close`).",
                rounds=listing(above),
            )
        )
    if reasons:
        asked.tell(
            say_count(
                "{count} open point was accepted: {reason}",
                "{count} open points were accepted: {reason}",
                len(reasons),
                reason=accept_missing or "",
            )
        )
    asked.tell(say("Next: `pachamama print prize-sheet {round} -o FOLDER`.", round=closed.code))


def _second_name(asked: Session, witness: str | None, *, question: Sentence, again: Sentence) -> str:
    """Who does it beside the actor, asked for at a terminal, said back and agreed before it is kept; '' for nobody."""
    from pachamama.cli.asking import is_asked, name_agreed

    if witness is not None or not is_asked(asked):
        return witness or ""
    return name_agreed(
        asked, question, again=again, agreed=say("The witness is {name}, and is here. Is that right? [y/N]", name="")
    )


def _appeals_until(rules: Rules) -> date | None:
    """The last day for appeals against what is closed today; None where the rules do not say it."""
    days = rules.programme.appeal_days
    return None if days is None else datetime.now().astimezone().date() + timedelta(days=days)


def _deciding(
    tier: Tier, contests: Sequence[Contest]
) -> dict[tuple[str | None, str | None], dict[str, dict[str, str]]]:
    """The fields that the results rest on, as they are now; one that is not there is kept as empty."""
    from pachamama.core.deciding import deciding_fields

    names = deciding_fields(tier)
    return {
        (one.within, one.category): {
            entry.code: {name: entry.fields.get(name, "") for name in names} for entry in one.entries
        }
        for one in contests
    }


_STILL_OPEN = say(
    "The round is still open. Type what is missing, say who was not there (`pachamama set-status ENTRY absent --reason TEXT`), record what "
    "is to be decided; or close with `--accept-missing REASON`."
)
_UNDECIDED = say(
    "The round is still open. `--accept-missing` accepts what is missing, and not what was typed in two ways: one of the two is not so."
)


@rounds.command("reopen", cls=Command)
def reopen(
    context: typer.Context,
    round_: RoundCode = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="why; it is kept for the audit")
    ] = None,
    witness: Annotated[
        str | None, typer.Option("--witness", metavar="NAME", help="the second person, who reopens it with you")
    ] = None,
) -> None:
    """Reopen a closed round, to correct it and close it again; its results so far stay on record, its papers are void.

    Two people reopen it, you (`--as`) and a witness; both stand in the log. What was paid already is listed.
    """
    from pachamama.cli.paying import paid_already
    from pachamama.cli.sealing import closing_said

    asked = session(context)
    asked.no_csv()
    if not (reason or "").strip():
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    with asked.open(writing=True) as store:
        code = _the_closed(store, round_)
        void = store.seals(code)
        named = _second_name(
            asked,
            witness,
            question=say("Who reopens it with {actor}, as witness? (Enter: nobody)", actor=asked.actor),
            again=say("That is {actor}, who reopens it. Another person, or Enter:", actor=asked.actor),
        )
        opened = store.reopen_round(code, reason=reason or "", witness=named, actor=asked.actor)
        above = [one.code for one in store.rounds() if one.lower == opened.code and one.state == "closed"]
        waits = [one.code for one in store.rounds() if one.lower == opened.code and one.state == "open"]
        paid, payments = paid_already(store, code)
    if not named:
        asked.tell_warnings(
            [
                say(
                    "only one person reopens it, and the log names no witness; a second one is named with `--witness NAME`"
                )
            ]
        )
    if asked.format == "json":
        asked.json({**_written(opened), "void": void[-1].code or None, "paid": payments})
        return
    asked.tell(say("Round {round} is open again.", round=opened.code))
    asked.tell(
        say(
            "Its papers are void from now on, those of closing {closing}: collect them, and pay nobody from them.",
            closing=closing_said(void[-1]),
        )
    )
    asked.tell(*paid)
    if above:
        asked.tell(
            say("{rounds} reads its results, and must be reopened and closed again after it.", rounds=listing(above))
        )
    if waits:
        asked.tell(say("{rounds} reads its results, and must wait until it is closed again.", rounds=listing(waits)))


def _the_closed(store: Store, code: str | None) -> str:
    """The round that is named, else the only closed one."""
    if code is not None:
        return code
    closed = [one.code for one in store.rounds() if one.state == "closed"]
    if len(closed) == 1:
        return closed[0]
    if not closed:
        raise Refused(Problem(NOWHERE, say("no round is closed"), say("see `pachamama round list`")))
    raise WrongUsage(Problem(NOWHERE, say("which round is meant?"), say("name one of: {words}", words=listing(closed))))


def _written(one: Round) -> dict[str, object]:
    return {
        "round": one.code,
        "competition": one.competition,
        "tier": one.tier,
        "edition": one.edition,
        "state": one.state,
    }
