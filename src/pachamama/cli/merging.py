"""`merge`, `conflicts` and `devices`: files of several laptops come together, and people decide where they differ."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import Session, session
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.sentences import Sentence, Value, When, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.reopened import Reopened
    from pachamama.store import JournalEntry, Store
    from pachamama.store.laptops import Conflict, Device
    from pachamama.store.merging import Merge
    from pachamama.store.rounds import Seal

app = new_app()
conflicts = new_app(help="What two laptops said differently, and what came late for closed rounds.")
devices = new_app(help="The laptops of a programme: who holds what, files for others, and lost ones.")
app.add_typer(conflicts, name="conflicts", cls=Group)
app.add_typer(devices, name="devices", cls=Group)
_SHOWN = 20


@app.command("merge", cls=Command)
def merge(
    context: typer.Context,
    files: Annotated[list[str], typer.Argument(metavar="FILE", help="files of other laptops")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only show what would come")] = False,
) -> None:
    """Take in what the files of other laptops have and this one lacks: all of it or nothing, in any order, twice is once.

    Every file is verified first. The same sheet typed on two laptops counts as a second entry; what two laptops said
    differently is left for people to decide (`pachamama conflicts list`).

    For example `merge /media/usb/ana.db /media/usb/beto.db`.
    """
    from pachamama.cli.reopened import last_closings
    from pachamama.cli.safekeeping import keep_backup

    asked = session(context)
    asked.no_csv()
    told: list[_Told] = []
    with asked.open(writing=True) as store:
        stale, closings = _stale(store), last_closings(store)

        def look(one: Merge) -> None:
            told[:] = [_Told.of(asked, store, one, stale, closings)]

        found = store.merge(files, actor=asked.actor, dry_run=True, look=look)
        if found.new and not dry_run:
            keep_backup(asked, store.copy_to, "merge")
            found = store.merge(files, actor=asked.actor, look=look)
    if asked.format == "json":
        asked.json({"dry_run": dry_run, **_written(found, told[0])})
        told[0].warn(asked)
        return
    for one in found.files:
        asked.result(asked.reader.say(_file(one.path, one.name or one.device, one.new, one.holds)))
    asked.tell(
        say("This was a trial: nothing is stored.")
        if dry_run
        else say_count("{count} new entry of the journal.", "{count} new entries of the journal.", found.new)
        if found.new
        else say("Everything in them is here already.")
    )
    told[0].warn(asked)
    _tell_what_waits(asked, found, told[0], dry_run=dry_run)


@dataclass(frozen=True, slots=True)
class _Told:
    """What people must look at after a merge, in words: they are made while the entries are there, also of a trial."""

    conflicts: tuple[Sequence[str], ...]
    late: tuple[Sequence[str], ...]
    twice: Sequence[Sentence]
    stale: Sequence[Sentence]
    reopened: Sequence[Reopened]

    @classmethod
    def of(
        cls, asked: Session, store: Store, found: Merge, stale: Collection[str], closings: Mapping[str, Seal]
    ) -> _Told:
        """Both sides of each conflict, what came late, prizes that were paid twice, and what changed of closed rounds.

        `stale` are the rounds that read results which were reopened before, `closings` the last closing of each round then.
        """
        from pachamama.cli.differing import Beside
        from pachamama.cli.paid_twice import paid_twice
        from pachamama.cli.reopened import reopened

        beside = Beside(store, found.laptops)
        return cls(
            tuple(_lines(asked, beside.conflict(one)) for one in found.conflicts),
            tuple(_lines(asked, beside.late(one)) for one in found.late),
            paid_twice(store, found.conflicts),
            [
                say(
                    "{round} reads results that another laptop reopened: close those again, then reopen and close {round}.",
                    round=code,
                )
                for code in _stale(store)
                if code not in stale
            ],
            list(reopened(store, closings)),
        )

    def warn(self, asked: Session) -> None:
        """What must not wait: papers that are void, each with the payments that it touches, and money paid twice."""
        for one in self.reopened:
            asked.tell_warnings([one.told()])
            asked.tell(*one.touched)
        asked.tell_warnings([*self.twice, *self.stale])


def _stale(store: Store) -> list[str]:
    """The closed rounds that read results which were reopened since."""
    return [one.code for one in store.rounds() if store.is_stale(one.code)]


def _lines(asked: Session, said: Iterable[tuple[int, Sentence]]) -> list[str]:
    return ["   " * deep + asked.reader.say(one) for deep, one in said]


def _tell_what_waits(asked: Session, found: Merge, told: _Told, *, dry_run: bool) -> None:
    """Discrepancies by their number; conflicts and what came late one by one, as long as there are few."""
    if found.differing:
        asked.tell(
            say_count(
                "{count} sheet was typed in two ways: `pachamama discrepancies`.",
                "{count} sheets were typed in two ways: `pachamama discrepancies`.",
                found.differing,
            )
        )
    for lines in (*told.conflicts[:_SHOWN], *told.late[:_SHOWN]):
        asked.result("\n".join(lines))
    if found.conflicts and dry_run:
        asked.tell(
            say_count(
                "{count} conflict would wait for a decision.",
                "{count} conflicts would wait for a decision.",
                len(found.conflicts),
            )
        )
    elif found.conflicts:
        asked.tell(
            say_count(
                "{count} conflict waits for a decision: `pachamama conflicts list`.",
                "{count} conflicts wait for a decision: `pachamama conflicts list`.",
                len(found.conflicts),
            )
        )
    if found.late:
        asked.tell(
            say_count(
                "{count} entry came for a round that is closed; it is kept, and counts when the round is reopened.",
                "{count} entries came for rounds that are closed; they are kept, and count when those are reopened.",
                len(found.late),
            )
        )


def _file(path: str, name: str, new: int, holds: Sequence[str]) -> Sentence:
    file = visible(path)
    if not new:
        return say("{file} ({laptop}): nothing new", file=file, laptop=visible(name))
    if not holds:
        return say_count(
            "{file} ({laptop}): {count} new entry",
            "{file} ({laptop}): {count} new entries",
            new,
            file=file,
            laptop=visible(name),
        )
    return say_count(
        "{file} ({laptop}): {count} new entry, of {units}",
        "{file} ({laptop}): {count} new entries, of {units}",
        new,
        file=file,
        laptop=visible(name),
        units=listing(list(holds)),
    )


def _written(found: Merge, told: _Told) -> dict[str, object]:
    return {
        "new": found.new,
        "files": [
            {"file": one.path, "device": one.device, "name": one.name, "new": one.new, "holds": list(one.holds)}
            for one in found.files
        ],
        "discrepancies": found.differing,
        "conflicts": [_conflict(one, lines) for one, lines in zip(found.conflicts, told.conflicts, strict=True)],
        "late": [_late(one, lines) for one, lines in zip(found.late, told.late, strict=True)],
        "reopened": [one.written() for one in told.reopened],
    }


# -- conflicts -------------------------------------------------------------------------------------------------------


@conflicts.command("list", cls=Command)
def list_conflicts(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="also those that are settled")] = False,
) -> None:
    """List what two laptops said differently, with both values, and what came late for closed rounds."""
    from pachamama.cli.differing import Beside

    asked = session(context)
    asked.no_csv()
    with asked.open() as store:
        found = [one for one in store.conflicts() if every or not one.settled]
        late = store.late()
        beside = Beside(store, {one.code: one.name for one in store.devices()})
        told = [_lines(asked, beside.conflict(one)) for one in found]
        told_late = [_lines(asked, beside.late(one)) for one in late]
    if asked.format == "json":
        asked.json(
            {
                "conflicts": [_conflict(one, lines) for one, lines in zip(found, told, strict=True)],
                "late": [_late(one, lines) for one, lines in zip(late, told_late, strict=True)],
            }
        )
        return
    for lines in (*told, *told_late):
        asked.result("\n".join(lines))
    if not found and not late:
        asked.tell(say("There are no conflicts."))
    elif found:
        asked.tell(
            say(
                "Correct what is wrong with the ordinary commands; then `pachamama conflicts settle CODE --reason TEXT`."
            )
        )


@conflicts.command("settle", cls=Command)
def settle_conflict(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="its letters in `conflicts list`")],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="what was decided, and why")] = None,
) -> None:
    """Record what people decided about a conflict. What stands is corrected before, with the ordinary commands."""
    asked = session(context)
    asked.no_csv()
    if not (reason or "").strip():
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    with asked.open(writing=True) as store:
        found = store.settle_conflict(code, reason=reason or "", actor=asked.actor)
    asked.tell(say("Conflict {code} is settled.", code=found.code))


def _conflict(one: Conflict, lines: Sequence[str]) -> dict[str, object]:
    return {
        "code": one.code,
        "kind": one.kind,
        "what": list(one.what),
        "stands": _entry(one.stands),
        "other": _entry(one.other),
        "settled": one.settled or None,
        "told": [line.strip() for line in lines],
    }


def _late(one: JournalEntry, lines: Sequence[str]) -> dict[str, object]:
    return {**_entry(one), "told": [line.strip() for line in lines]}


def _entry(entry: JournalEntry) -> dict[str, object]:
    return {
        "device": entry.device,
        "number": entry.number,
        "at": entry.at,
        "actor": entry.actor,
        "kind": entry.kind,
        "round": entry.body.get("round"),
    }


# -- devices ---------------------------------------------------------------------------------------------------------


@devices.command("list", cls=Command)
def list_devices(context: typer.Context) -> None:
    """List the laptops that this file knows of: entries, last action, who typed there, which communities they hold."""
    asked = session(context)
    with asked.open() as store:
        found = store.devices()
    if asked.format == "json":
        asked.json([_device(one) for one in found])
        return
    if asked.format == "csv":
        asked.csv(
            ("device", "name", "entries", "last", "actors", "holds", "lost", "here"),
            [
                [
                    *(one.code, one.name, str(one.entries), one.last, ", ".join(one.actors), " ".join(one.holds)),
                    *("" if one.lost is None else str(one.lost), str(int(one.is_here))),
                ]
                for one in found
            ],
        )
        return
    from pachamama.cli.tables import draw

    text = asked.reader.text
    asked.result(
        draw(
            [
                (text("Laptop"), "left"),
                (text("Journal"), "right"),
                (text("Last"), "left"),
                (text("Who"), "left"),
                (text("Holds"), "left"),
            ],
            [
                [
                    _called(asked, one, found),
                    str(one.entries),
                    one.last[:16].replace("T", " "),
                    ", ".join(one.actors),
                    " ".join(one.holds),
                ]
                for one in found
            ],
        )
    )


def _called(asked: Session, one: Device, every: Sequence[Device] = ()) -> str:
    """Its name, with the code where another laptop of `every` has the same."""
    remarks: list[Value] = []
    if sum(other.name.casefold() == one.name.casefold() for other in every) > 1 and one.name:
        remarks.append(one.code)
    if one.is_here:
        remarks.append(say("this one"))
    if one.lost is not None:
        remarks.append(say("lost at entry {number}", number=one.lost))
    name = visible(one.name or one.code)
    return f"{name} ({asked.reader.say(listing(remarks))})" if remarks else name


def _device(one: Device) -> dict[str, object]:
    return {
        "device": one.code,
        "name": one.name,
        "entries": one.entries,
        "last": one.last,
        "actors": list(one.actors),
        "holds": list(one.holds),
        "lost": one.lost,
        "here": one.is_here,
    }


@devices.command("hand-out", cls=Command)
def hand_out(
    context: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE", help="the new file, for example on a stick")],
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="what the other laptop is called")],
) -> None:
    """Make a file for another laptop: all that is here, to go on with there, and to be merged back here.

    For example `devices hand-out /media/usb/beto.db --name beto`.
    """
    asked = session(context)
    asked.no_csv()
    with asked.open(writing=True) as store:
        if any(one.lost is None and one.name.casefold() == name.strip().casefold() for one in store.devices()):
            raise Refused(
                Problem(
                    NOWHERE,
                    say("a laptop is called {name} already", name=visible(name)),
                    say("give this one another name: `--name`; `pachamama devices list` shows those there are"),
                )
            )
        device = store.hand_out(path, name=name, actor=asked.actor)
    if asked.format == "json":
        asked.json({"device": device, "name": name, "file": path})
        return
    asked.tell(
        say("{file} is for the laptop {name}. Later: `pachamama merge {file}`.", file=visible(path), name=visible(name))
    )


@devices.command("name", cls=Command)
def name_device(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="what people call it")],
    device: Annotated[
        str | None, typer.Option("--device", metavar="CODE", help="another laptop than this one, by its code")
    ] = None,
) -> None:
    """Give this laptop a name that people know it by."""
    asked = session(context)
    asked.no_csv()
    with asked.open(writing=True) as store:
        store.name_device(device or store.device, name, actor=asked.actor)
    asked.tell(say("The laptop is called {name}.", name=visible(name)))


@devices.command("renew", cls=Command)
def renew(
    context: typer.Context,
    name: Annotated[str, typer.Option("--name", metavar="TEXT", help="what this laptop is called")],
) -> None:
    """Make this file one of its own, because it is a copy of one that goes on elsewhere, before anything is typed in it.

    What is typed from then on can be merged. What was typed in the copy before is a fork of the file that went on, and is
    not merged.
    """
    asked = session(context)
    asked.no_csv()
    with asked.open(writing=True, newest=False) as store:
        before = next(one for one in store.devices() if one.is_here)
        store.start_anew(name=name, actor=asked.actor)
    asked.tell(say("This file is now the laptop {name}.", name=visible(name)))
    asked.tell(
        say(
            "If nothing was typed in it since it was copied, it can be merged with the file that it was copied from. The last entry "
            "that it has of that laptop is number {number}, {at}.",
            number=before.entries,
            at=When(before.last) if before.last else "—",
        )
    )
    asked.tell(
        say(
            "If something was, and the other file went on too, the two are a fork, and `merge` takes nothing: keep both, decide "
            "which is the true one, and type in it, from paper, what only the other has (`pachamama log --db FILE`)."
        )
    )


@devices.command("lost", cls=Command)
def lost(
    context: typer.Context,
    device: Annotated[str, typer.Argument(metavar="LAPTOP", help="its name or its code")],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="how it was lost; it is kept for the audit")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask")] = False,
) -> None:
    """Declare a laptop lost: what was merged from it stays, and nothing later that only its own file says is taken."""
    from pachamama.cli.asking import agrees, ask, is_asked

    asked = session(context)
    asked.no_csv()
    why = (reason or "").strip()
    if not why and is_asked(asked):
        why = ask(asked, say("How was the laptop lost? It is kept for the audit:"))
    if not why:
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    with asked.open(writing=True) as store:
        known = next((one for one in store.devices() if device in (one.code, one.name)), None)
        if known is not None and not known.is_here and not yes and is_asked(asked):
            _tell_lost(asked, known)
            if not agrees(asked, say("Take nothing later from its file? (yes/no)")):
                raise Refused(say("nothing was declared"))
        found = store.declare_lost(device, reason=why, actor=asked.actor)
    if asked.format == "json":
        asked.json(_device(found))
        return
    asked.tell(
        say(
            "{laptop} is lost; its last entry that counts is number {number}.",
            laptop=visible(found.name or found.code),
            number=found.lost or 0,
        )
    )


@devices.command("found", cls=Command)
def found_again(
    context: typer.Context,
    device: Annotated[str, typer.Argument(metavar="LAPTOP", help="its name or its code")],
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="where it was; it is kept for the audit")
    ] = None,
) -> None:
    """Take back that a laptop was lost: its file can be merged again, with all that is in it."""
    asked = session(context)
    asked.no_csv()
    if not (reason or "").strip():
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    with asked.open(writing=True) as store:
        found = store.declare_found(device, reason=reason or "", actor=asked.actor)
    if asked.format == "json":
        asked.json(_device(found))
        return
    asked.tell(say("{laptop} is not lost any more; its file can be merged.", laptop=visible(found.name or found.code)))


def _tell_lost(asked: Session, known: Device) -> None:
    """What of the laptop is here, so that whoever declares it lost sees what stays and what does not come any more."""
    asked.tell(
        say_count(
            "Of the laptop {laptop} {count} entry is here, the last of {last}.",
            "Of the laptop {laptop} {count} entries are here, the last of {last}.",
            known.entries,
            laptop=visible(_called(asked, known)),
            last=When(known.last) if known.last else "—",
        )
    )
    if known.actors:
        asked.tell(say("There typed: {names}.", names=listing([visible(one) for one in known.actors])))
    asked.tell(say("What was typed there and did not come by a merge must be typed again from paper."))
