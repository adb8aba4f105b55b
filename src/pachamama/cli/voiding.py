"""`ruling list`, `ruling void`: what was decided in a round, each with its code, and taken back with reason and names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from pachamama.cli.entries import RoundOption
from pachamama.cli.session import Session, session
from pachamama.core.model import Drawing, Ruling, Voided
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, WrongUsage
from pachamama.core.rules import Tier
from pachamama.core.rules.naming import fault_said, status_said
from pachamama.core.sentences import Name, Sentence, Value, listing, say

KINDS: Mapping[str, Sentence] = {
    "deduction": say("deduction"),
    "bonus": say("bonus"),
    "knockout": say("out by a fault"),
    "disqualification": say("disqualified"),
    "jury_decision": say("decision between equals"),
    "lots": say("lots drawn"),
}


def list_(
    context: typer.Context,
    round_: Annotated[
        str | None, typer.Argument(metavar="ROUND", help="the round; may be left out where only one can be meant")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="also what was taken back")] = False,
) -> None:
    """List what was decided: rulings, decisions between equals and drawings, each with the code for `ruling void`."""
    from pachamama.cli.gather import pick_round, tier_of_round
    from pachamama.cli.tables import draw

    asked = session(context)
    with asked.open() as store:
        meant = pick_round(store, round_)
        tier = tier_of_round(meant)
        found: list[Ruling | Drawing | Voided] = [*store.rulings(meant.code), *store.drawings(meant.code)]
        if everything:
            found += store.voided(meant.code)
        names = {one.code: one.name for one in store.entries(meant.code)}
    rows = [_row(one) for one in found]
    if asked.format == "json":
        asked.json({"round": meant.code, "rulings": rows})
        return
    if asked.format == "csv":
        asked.csv(_COLUMNS, [[_cell(row[column]) for column in _COLUMNS] for row in rows])
        return
    if not rows:
        asked.tell(say("Nothing was decided in {round}.", round=meant.code))
        return
    text, reader = asked.reader.text, asked.reader.say
    headings = (text("Code"), text("Entries"), text("What"), text("Reason"), text("Decided by"))
    asked.result(
        draw(
            [(heading, "left") for heading in headings],
            [
                [
                    str(row["code"]),
                    reader(listing([called(code, names.get(code, "")) for code in row["entries"]])),
                    reader(_what(tier, row)),
                    str(row["reason"]),
                    reader(listing([name for name in row["by"] if name])),
                ]
                for row in rows
            ],
        )
    )


_COLUMNS = ("code", "within", "category", "entries", "kind", "rule", "reason", "by", "state")


def _row(one: Ruling | Drawing | Voided) -> dict[str, Any]:
    where = {"within": one.within, "category": one.category}
    if isinstance(one, Drawing):
        said = {
            "entries": list(one.order),
            "kind": one.step,
            "rule": None,
            "by": list(one.witnesses),
            "state": "stands",
        }
        return {"code": one.code, **where, **said, "reason": one.reason}
    if isinstance(one, Voided):
        said = {"entries": list(one.entries), "kind": one.kind, "rule": one.rule or None, "by": list(one.names)}
        return {"code": " ".join(one.codes), **where, **said, "state": "voided", "reason": one.reason}
    said = {"entries": [one.entry], "kind": one.kind, "rule": one.rule or None, "by": list(one.names)}
    return {
        "code": one.code, **where, **said, "state": "lifted" if one.is_lifted else "stands", "reason": one.reason,
    }  # fmt: skip


def _cell(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value or "")


def _what(tier: Tier, row: Mapping[str, Any]) -> Value:
    """What was decided, with the fault by its name; that it does not stand any more."""
    what = decision_said(tier, row["kind"], row["rule"])
    if row["state"] == "voided":
        return say("taken back: {what}", what=what)
    return say("{what} (does not stand any more)", what=what) if row["state"] == "lifted" else what


def decision_said(tier: Tier, kind: str, rule: str | None) -> Value:
    """A ruling or an order in a few words: `deduction: No banner`."""
    if not rule:
        return KINDS[kind]
    return say("{kind}: {name}", kind=KINDS[kind], name=fault_said(tier, rule))


# -- taking back -----------------------------------------------------------------------------------------------------


def void(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="its code in `ruling list`")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why; it is printed and kept")] = None,
    by: Annotated[
        list[str] | None, typer.Option("--by", metavar="NAME", help="who decided; once for each name")
    ] = None,
    round_: RoundOption = None,
) -> None:
    """Take back a ruling, a decision between equals or a drawing, by its code in `ruling list`; it stays in the journal.

    For a ruling on the wrong entry, or one that the jury changed. Whoever was out by it competes again.
    """
    from pachamama.cli.gather import pick_round, tier_of_round

    asked = session(context)
    asked.no_csv()
    why = must_say(reason, by)
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_)
        tier = tier_of_round(meant)
        done = store.void_ruling(meant.code, code, reason=why, names=list(by or ()), actor=asked.actor)
        entries = {one.code: one for one in store.entries(meant.code, done.within, done.category)}
    if asked.format == "json":
        asked.json({"round": meant.code, "voided": _row(done)})
        return
    people = listing([called(one, entries[one].name if one in entries else "") for one in done.entries])
    asked.tell(
        say("Taken back: {entries}, {what}.", entries=people, what=decision_said(tier, done.kind, done.rule or None))
    )
    for one in done.entries if done.rule or done.kind == "disqualification" else ():
        _tell_what_is_left(asked, tier, done.rule, entries[one].status, entries[one].deductions, people)


def _tell_what_is_left(
    asked: Session, tier: Tier, rule: str, status: str | None, deductions: frozenset[str], entry: Value
) -> None:
    """Whatever keeps the entry out, or takes its points, although this ruling is gone."""
    if status is not None:
        asked.tell(say("{entry} is still out of the contest: {status}.", entry=entry, status=status_said(status)))
    if rule and rule in deductions:
        asked.tell(
            say(
                "“{name}” still counts: sheets of {entry} name it too. Correct those that are wrong.",
                name=fault_said(tier, rule),
                entry=entry,
            )
        )
    others = [one for one in tier.knockouts if one.id in deductions and one.id != rule]
    if others:
        names = listing([Name(one.name.texts, one.id) for one in others])
        asked.tell(say("{entry} is still out of the contest: {status}.", entry=entry, status=names))


def must_say(reason: str | None, by: Sequence[str] | None) -> str:
    """What is decided has a reason and names; refused with all that is missing."""
    problems = []
    if not (reason or "").strip():
        problems.append(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    if not by:
        problems.append(Problem(NOWHERE, say("who decided?"), say("name them: `--by NAME`, once for each")))
    if problems:
        raise WrongUsage(*problems)
    return reason or ""
