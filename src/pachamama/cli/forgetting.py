"""`forget`: a person asks to be erased; names and DNI go, to the last byte, and every result stays provable.

The journal never held a name, only commitments to names; with the name and its salt erased nobody can tell whose they
were. What the rules decide by (an area, a gain) stays, without the name, because a result rests on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.pay_list import plain
from pachamama.cli.session import Session, one_of, session
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.sentences import Money, Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.store import JournalEntry, Person, Store
    from pachamama.store.laptops import Conflict

app = new_app()
_SHOWN = 20
_WHO = ("household", "judge")


@app.command("forget", cls=Command)
def forget(
    context: typer.Context,
    person: Annotated[
        str, typer.Argument(metavar="PERSON", help="code of a household, judge or entry; else the name of a witness")
    ],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="why; it is kept, so name nobody in it")
    ] = None,
    who: Annotated[
        str | None,
        typer.Option("--who", metavar="WHO", help="household or judge, where both have the code"),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show what would be erased")] = False,
) -> None:
    """Erase who a person is: name, partner, DNI and further columns, in all earlier versions too.

    Codes, marks, places, amounts and seals stay, and `check` still proves them. Backups and the files of other laptops are
    not touched: erase the person there too. Of a prize that is still to be paid it warns: pay it first.
    """
    from pachamama.cli.asking import agrees, is_asked

    asked = session(context)
    asked.no_csv()
    if who is not None:
        who = one_of(who, _WHO, "--who", {"household": say("a household"), "judge": say("a judge")})
    if not (reason or "").strip() and not dry_run:
        raise WrongUsage(
            Problem(NOWHERE, say("why is it erased?"), say("say it with `--reason TEXT`; name nobody in it"))
        )
    with asked.open(writing=not dry_run) as store:
        found = _find(store, person, who)
        fields = _deciding_fields(store)
        unpaid = list(_unpaid(store, found.codes))
        undecided = list(_undecided(store, found.codes or frozenset({person})))
        _preview(asked, person, found)
        _warn_of_prizes(asked, unpaid)
        _warn_of_conflicts(asked, undecided)
        if dry_run:
            erased = 0
        else:
            if not yes and not is_asked(asked):
                raise Refused(
                    Problem(
                        NOWHERE,
                        say("nothing was erased: nobody could be asked"),
                        say("look at what `--dry-run` shows, then say `--yes`"),
                    )
                )
            if not yes and not agrees(asked, say("Erase this for ever? (yes/no)")):
                raise Refused(say("nothing was erased"))
            erased = store.forget(found.commitments, reason=reason or "", keep_fields=sorted(fields), actor=asked.actor)
    if asked.format == "json":
        asked.json(
            {
                "person": person,
                "dry_run": dry_run,
                "records": len(found.people),
                "erased": erased,
                "kept_fields": sorted(fields),
                "entries_as_actor": found.as_actor,
                "same_name_elsewhere": len(found.elsewhere),
                "unpaid": [
                    {
                        "round": one.round,
                        "entry": one.entry,
                        "to_pay": plain(one.cents),
                        "in_kind_to_hand_out": one.things,
                    }
                    for one in unpaid
                ],
                "conflicts": [one.code for one in undecided],
            }
        )
        return
    if dry_run:
        asked.tell(say("This was a trial: nothing is erased."))
        return
    asked.tell(say_count("{count} record is erased.", "{count} records are erased.", erased))
    _what_is_left(asked)


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands of a person in the file: by commitment, and where else the same name stands."""

    codes: frozenset[str]
    commitments: tuple[str, ...]
    people: Mapping[str, Person]
    elsewhere: tuple[str, ...]
    as_actor: int


def _find(store: Store, person: str, who: str | None) -> _Found:
    """Every version of whoever has that code, else everybody known only by that name; nobody is refused.

    So is a code that a household and a judge have, until `who` says which of them: nobody else is erased along.
    """
    entries = list(store.journal())
    codes = _one_household(store, person)
    having = {
        "household": tuple(dict.fromkeys(one for entry in entries for one in _of_codes(entry, codes))),
        "judge": tuple(dict.fromkeys(one for entry in entries for one in _of_judge(entry, person))),
    }
    if who is None and all(having.values()):
        raise Refused(
            Problem(
                NOWHERE,
                say("{code} is the code of a household and of a judge", code=person),
                say("say which of them: `--who household` or `--who judge`"),
            )
        )
    if who is not None and not having[who]:
        raise Refused(
            Problem(
                NOWHERE,
                say("no judge has the code {code}", code=person)
                if who == "judge"
                else say("no household has the code {code}", code=person),
                say("see who has which code: `pachamama list`"),
            )
        )
    if who == "judge" or not having["household"]:
        codes = frozenset()
    commitments = having[who] if who else having["household"] or having["judge"]
    by_name = store.bearers(person)
    if not commitments:
        commitments = by_name
    if not commitments:
        raise Refused(
            Problem(
                NOWHERE,
                say("nobody has the code or the name “{person}”", person=person),
                say("name a household, judge or entry by its code (`pachamama list`), or a witness by the whole name"),
            )
        )
    people = store.people_behind(commitments)
    names = {name for one in people.values() for name in (one.name, one.partner) if name}
    elsewhere = {one for name in names for one in store.bearers(name)} - {*commitments}
    folded = {name.casefold() for name in names} or {person.casefold()}
    return _Found(
        codes, commitments, people, tuple(sorted(elsewhere)), sum(entry.actor.casefold() in folded for entry in entries)
    )


@dataclass(frozen=True, slots=True)
class _Unpaid:
    """What an entry is still to be paid in a round: cents, and things in kind."""

    round: str
    entry: str
    cents: int
    things: int
    currency: str


def _unpaid(store: Store, codes: frozenset[str]) -> Iterator[_Unpaid]:
    """What is still to be paid to whoever has one of the codes, or wins with an entry of another code."""
    from pachamama.cli.gather import frozen_rules

    for one in store.rounds():
        if not one.results or one.tier == "community":
            continue
        mine = {
            entry.code for entry in store.entries(one.code) if codes & {entry.code, entry.fields.get("entrant", "")}
        }
        for held in store.accounts(one.code) if mine else ():
            if held.entry in mine and not held.is_settled:
                currency = frozen_rules(one.rules).programme.currency
                yield _Unpaid(one.code, held.entry, max(held.left, 0), len(held.things), currency)


def _one_household(store: Store, code: str) -> frozenset[str]:
    """The code, and those of register rows that were found to be the same household."""
    merged = store.merged_households()
    home = merged.get(code, code)
    return frozenset({code, home, *(one for one, other in merged.items() if other == home)})


def _undecided(store: Store, codes: frozenset[str]) -> Iterator[Conflict]:
    """What two laptops said differently of whoever has one of the codes, while nobody has settled it."""
    for one in store.conflicts():
        about = {*one.what}
        if one.kind in ("household", "entrant"):
            about |= {
                side.body[part] for side in (one.stands, one.other) for part in ("keep", "drop") if part in side.body
            }
        if not one.settled and codes & about:
            yield one


def _of_judge(entry: JournalEntry, code: str) -> Iterator[str]:
    """The commitments that an entry of the journal makes to the judge of a code."""
    if entry.body.get("register") == "judges":
        yield from (row["person"] for row in entry.body["rows"] if row["code"] == code and row.get("person"))


def _of_codes(entry: JournalEntry, codes: frozenset[str]) -> Iterator[str]:
    """The commitments that an entry of the journal makes to the household or entry that has one of the codes."""
    body = entry.body
    if body.get("register") not in (None, "judges"):
        yield from (row["person"] for row in body["rows"] if row["code"] in codes and row.get("person"))
    for contest in body.get("contests", ()):
        for one in contest["entries"]:
            if one.get("person") and codes & {one["code"], one.get("fields", {}).get("entrant", "")}:
                yield one["person"]


def _deciding_fields(store: Store) -> frozenset[str]:
    """The fields that the rules of any round decide by: they stay, or a result could not be proved any more."""
    from pachamama.cli.gather import tier_of_round
    from pachamama.core.deciding import deciding_fields

    return frozenset(name for one in store.rounds() for name in deciding_fields(tier_of_round(one)))


# -- what is said ----------------------------------------------------------------------------------------------------


def _preview(asked: Session, person: str, found: _Found) -> None:
    """What would be erased, and what would not."""
    if asked.format == "json":
        return
    if not found.people:
        asked.tell(say("Of {person} everything is erased already.", person=person))
    shown: dict[str, Sentence] = {}
    for one in found.people.values():
        said = _told(one)
        shown.setdefault(asked.reader.say(said), said)
    for sentence in list(shown.values())[:_SHOWN]:
        asked.tell(say("erases: {what}", what=sentence))
    if len(shown) > _SHOWN:
        asked.tell(say_count("and {count} more", "and {count} more", len(shown) - _SHOWN))
    if found.elsewhere:
        asked.tell(
            say_count(
                "The same name stands in {count} other record (witness, appeal, receipt): `pachamama forget NAME` erases it.",
                "The same name stands in {count} other records (witness, appeal, receipt): `pachamama forget NAME` erases them.",
                len(found.elsewhere),
            )
        )
    if found.as_actor:
        asked.tell(
            say_count(
                "{count} entry of the journal was made by somebody of that name; who acted is never erased.",
                "{count} entries of the journal were made by somebody of that name; who acted is never erased.",
                found.as_actor,
            )
        )


def _warn_of_prizes(asked: Session, unpaid: Sequence[_Unpaid]) -> None:
    """A prize that is still to be paid is to somebody of whom nobody knows the name any more: said before it is asked."""
    for one in unpaid:
        said: dict[str, Value] = {"entry": one.entry, "round": one.round, "sum": Money(one.cents, one.currency)}
        what = (
            say("{entry} is still to be paid {sum} in {round}", **said)
            if one.cents
            else say_count(
                "{entry} is still to be given {count} thing in {round}",
                "{entry} is still to be given {count} things in {round}",
                one.things,
                **said,
            )
        )
        hint = say(
            "Pay it first: `pachamama pay record`. Afterwards no list names the person, and it is paid only with "
            "`--without-dni`: write the number of the receipt on paper."
        )
        asked.tell_warnings([Problem(NOWHERE, what, hint)])


def _warn_of_conflicts(asked: Session, undecided: Sequence[Conflict]) -> None:
    """While two laptops differ on who this is, somebody else's name may be erased, or a part of this one's left."""
    from pachamama.cli.differing import what

    for one in undecided:
        message = say("two laptops differ ({what}), and nobody has settled it", what=what(one))
        hint = say("Decide first who is who: `pachamama conflicts list`.")
        asked.tell_warnings([Problem(NOWHERE, message, hint)])


def _told(one: Person) -> Sentence:
    parts: list[Value] = [one.name or say("(no name)")]
    if one.partner:
        parts.append(one.partner)
    if one.dni:
        parts.append(say("the DNI"))
    return say("{what}", what=listing(parts))


def _what_is_left(asked: Session) -> None:
    """Where the name still stands, outside this file."""
    from pachamama.cli.safekeeping import backup_folder

    folder = backup_folder(asked.db)
    copies = sorted(folder.glob("*.db")) if folder.is_dir() else []
    asked.tell(say("Results, seals and receipts stand as they were: `pachamama check` proves it."))
    if copies:
        asked.tell(
            say_count(
                "{count} older backup in {folder} still holds the name: make a new one, then delete it.",
                "{count} older backups in {folder} still hold the name: make a new one, then delete them.",
                len(copies),
                folder=str(Path(folder)),
            )
        )
    asked.tell(
        say(
            "Copies on sticks, files of other laptops, pictures of sheets, printed papers and exported tables still hold it too."
        )
    )
