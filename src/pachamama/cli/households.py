"""`household`: rows of the register that may be one household, and making them one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.imports import household_line
from pachamama.cli.session import session
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import Money, Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.core.model import Household, Round
    from pachamama.store import Store

app = new_app()
household = new_app(help="Find households that are registered twice, and make them one.")
app.add_typer(household, name="household", cls=Group)


@household.command("duplicates", cls=Command)
def duplicates(
    context: typer.Context,
    within: Annotated[
        str | None, typer.Option("--within", "--community", metavar="CODE", help="only that community")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="also those of which somebody said that they are two households")
    ] = False,
) -> None:
    """Show rows that may be one household: the same DNI, or names alike in one community. A person decides.

    Head and partner are one household, so they are compared with each other too.
    """
    from pachamama.exchange.duplicates import MOST_COMPARED, likely_duplicates

    asked = session(context)
    with asked.open() as store:
        known = [one.code for one in store.communities()]
        if within is not None and within not in known:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("there is no community {code}", code=within),
                    say("there are: {words}", words=listing(known)),
                )
            )
        households = store.households(within)
        apart = store.households_told_apart()
    by_sound = len(households) > MOST_COMPARED
    found = likely_duplicates(households, apart=() if every else apart, by_sound_only=by_sound)
    columns = ("code", "other", "community", "head", "partner", "other_head", "other_partner", "why", "score")
    rows = [
        dict(
            zip(
                columns,
                (
                    *(one.one.code, one.other.code, one.one.community, one.one.head, one.one.partner),
                    *(one.other.head, one.other.partner, "dni" if one.names is None else "name", str(one.score)),
                ),
                strict=True,
            )
        )
        for one in found
    ]
    if asked.format == "json":
        asked.json(rows)
    elif asked.format == "csv":
        asked.csv(columns, [list(row.values()) for row in rows])
    elif not found:
        asked.tell(say("No household looks like another one."))
    else:
        for one in found:
            for line in (one.sentence, household_line(one.one), household_line(one.other)):
                asked.result(asked.reader.say(line))
        asked.tell(
            say_count("{count} pair. ", "{count} pairs. ", len(found)),
            say("If two are one household: `pachamama household merge KEEP DROP --reason TEXT`. The code KEEP stays."),
        )
        asked.tell(say("If they are two: `pachamama household distinct ONE OTHER`, and they are not shown any more."))
    if by_sound:
        asked.tell(say("In so large a register only names that sound the same were compared; `--within` looks closer."))


@household.command("distinct", cls=Command)
def distinct(
    context: typer.Context,
    one: Annotated[str, typer.Argument(metavar="ONE", help="the code of one household")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="the code of another one that looks like it")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="how it is known; kept for the audit")] = "",
) -> None:
    """Say that two rows that look alike are two households: they are not shown as likely duplicates any more.

    For example `household distinct H012 H044 --reason "cousins of one name"`.
    """
    asked = session(context)
    asked.no_csv()
    with asked.open(writing=True) as store:
        is_new = store.tell_households_apart([(one, other)], reason=reason, actor=asked.actor)
    if asked.format == "json":
        asked.json({"one": one, "other": other, "is_new": is_new})
    elif is_new:
        asked.tell(say("{one} and {other} are two households.", one=one, other=other))
    else:
        asked.tell(say("That {one} and {other} are two households was said before.", one=one, other=other))


@household.command("merge", cls=Command)
def merge(
    context: typer.Context,
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="the code that stays")],
    drop: Annotated[str, typer.Argument(metavar="DROP", help="the code that leads to it from now on")],
    reason: Annotated[
        str, typer.Option("--reason", metavar="TEXT", help="how it is known that they are one; kept for the audit")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="do not ask, also where something speaks against it")] = False,
) -> None:
    """Make one household of two rows of the register; what DROP competes in or wins is that of KEEP.

    The row of KEEP stays as it is: what of DROP is another is told. It asks where both have a DNI and not the same, where
    somebody said that they are two, and where both stand in one contest that is closed: its results stay as they are.

    For example `household merge H012 H044 --reason "the same card"`.
    """
    from pachamama.cli.asking import agrees, is_asked

    asked = session(context)
    asked.no_csv()
    with asked.open(writing=True) as store:
        known = {one.code: one for one in store.households()}
        stays, goes = known.get(keep), known.get(drop)
        differing = list(_differing(stays, goes)) if stays and goes else []
        if asked.format != "json":
            for one in differing:
                asked.tell(one.said)
        doubts = list(_doubts(store, stays, goes)) if stays and goes else []
        if doubts and not yes and not is_asked(asked):
            hint = say("Are they one household all the same? Say `--yes`, and in the reason how it is known.")
            raise Refused(*doubts, Problem(NOWHERE, say("nothing says for certain that they are one household"), hint))
        asked.tell_warnings(doubts)
        if doubts and not yes and not agrees(asked, say("Are they one household all the same? (yes/no)")):
            raise Refused(say("they stay two households"))
        store.merge_households(keep, drop, reason=reason, actor=asked.actor)
    if asked.format == "json":
        asked.json(
            {
                "keep": keep,
                "drop": drop,
                "differing": [{"what": one.what, "stays": one.stays, "dropped": one.dropped} for one in differing],
            }
        )
        return
    asked.tell(say("{keep} and {drop} are one household now, under the code {keep}.", keep=keep, drop=drop))
    if stays and goes and goes.dni and not stays.dni:
        asked.tell(
            say(
                "{keep} has no DNI. If that of {drop} is right: `pachamama add household {keep} dni={dni}`.",
                keep=keep,
                drop=drop,
                dni=goes.dni,
            )
        )


def _doubts(store: Store, keep: Household, drop: Household) -> Iterator[Problem]:
    """What speaks against their being one household, or makes it costly: a person looks at it first."""
    if keep.dni and drop.dni and keep.dni != drop.dni:
        yield Problem(
            NOWHERE,
            say(
                "{keep} and {drop} have two different DNI: {one} and {other}.",
                keep=keep.code,
                drop=drop.code,
                one=keep.dni,
                other=drop.dni,
            ),
        )
    if (min(keep.code, drop.code), max(keep.code, drop.code)) in store.households_told_apart():
        yield Problem(
            NOWHERE,
            say("Somebody said that {keep} and {drop} are two households.", keep=keep.code, drop=drop.code),
            say("See who, and why: `pachamama log --entry {code}`.", code=keep.code),
        )
    for one in store.rounds():
        if one.state == "closed" and one.tier != "community":
            yield from _both_in(store, one, keep.code, drop.code)


def _both_in(store: Store, one: Round, keep: str, drop: str) -> Iterator[Problem]:
    """That both have a place of their own in a contest of a closed round, and what is to be paid to them."""
    from pachamama.cli.gather import frozen_rules

    found: dict[tuple[str | None, str | None], dict[str, str]] = {}
    for entry in store.entries(one.code):
        code = entry.fields.get("entrant") or entry.code
        if code in (keep, drop) and entry.status != "withdrawn":
            found.setdefault((entry.within, entry.category), {})[code] = entry.code
    together = {where: {*codes.values()} for where, codes in found.items() if len(codes) > 1}
    if not together:
        return
    held = [each for each in store.accounts(one.code) if each.entry in together.get((each.within, each.category), ())]
    left = Money(sum(max(each.left, 0) for each in held), frozen_rules(one.rules).programme.currency)
    yield Problem(
        NOWHERE,
        say(
            "{keep} and {drop} both compete in {round}, which is closed: its results stay as they are, with {sum} to be paid "
            "to the two.",
            keep=keep,
            drop=drop,
            round=one.code,
            sum=left,
        ),
        say(
            "If only one of them may count: `pachamama round reopen {round} --reason TEXT`, `pachamama set-status {drop} "
            "withdrawn --reason TEXT`, close it again, and then merge.",
            round=one.code,
            drop=drop,
        ),
    )


@dataclass(frozen=True, slots=True)
class _Differing:
    """What two rows of one household say in two ways: of KEEP it stays, of DROP it goes."""

    what: str
    stays: str
    dropped: str
    said: Sentence


def _differing(keep: Household, drop: Household) -> Iterator[_Differing]:
    """Name, partner, DNI, category and further columns that are not the same, in that order."""
    rows: list[tuple[str, Value, str, str]] = [
        ("head", say("name"), keep.head, drop.head),
        ("partner", say("partner"), keep.partner, drop.partner),
        ("dni", "DNI", keep.dni, drop.dni),
        ("sex", say("sex"), keep.sex, drop.sex),
        ("category", say("category"), keep.category, drop.category),
        *((name, name, keep.fields.get(name, ""), text) for name, text in drop.fields.items()),
    ]
    for what, label, one, other in rows:
        if other and one != other:
            said: dict[str, Value] = {"what": label, "drop": drop.code, "keep": keep.code, "other": other, "one": one}
            yield _Differing(
                what,
                one,
                other,
                say("{what}: “{one}” of {keep} stays, “{other}” of {drop} is dropped.", **said)
                if one
                else say("{what}: {keep} has none, and “{other}” of {drop} is dropped.", **said),
            )
