"""`backup` and `restore`: a copy that is verified and listed, and a copy that becomes a file to go on with."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import Session, session
from pachamama.core.machine import machine_said
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Mismatch, PachamamaError, Place, Problem, Refused
from pachamama.core.sentences import Sentence, Value, When, say, say_count

if TYPE_CHECKING:
    from pachamama.store import Store
    from pachamama.store.laptops import Device
    from pachamama.store.rounds import Seal

app = new_app()


@app.command("backup", cls=Command)
def backup(
    context: typer.Context,
    to: Annotated[
        str | None,
        typer.Option(
            "--to", metavar="FOLDER", help="where the copy goes, such as a stick; else `backups` beside the file"
        ),
    ] = None,
) -> None:
    """Copy the file, read the copy back, verify it and list it in SHA256SUMS; no copy is ever written over or deleted.

    Verified: its pages, the journal, every table and seal. The copy of a file that was changed is kept as well, and the code
    is 3: do not pay.

    Every closing makes one by itself in the folder `backups` beside the file, and so does what changes much: a merge, a newer
    version of the program.

    For example `backup --to /media/usb`.
    """
    from pachamama.cli.remembering import remember_folder
    from pachamama.cli.safekeeping import keep_backup
    from pachamama.exchange.backups import listed
    from pachamama.store import Store

    asked = session(context)
    asked.no_csv()
    is_new = to is not None and not Path(to).exists()
    with asked.open() as store:
        path = keep_backup(asked, store.copy_to, "backup", folder=Path(to) if to is not None else None)
        if to is not None:
            remember_folder(store.device, path.parent)
    with Store.open(path) as copy:
        wrong = copy.verify()
    copies = [one for one in path.parent.glob("*.db") if one.is_file()]
    sizes = {one: one.stat().st_size for one in copies}
    if asked.format == "json":
        asked.json(
            {
                "file": str(path),
                "bytes": sizes[path],
                "sha256": listed(path.parent)[path.name],
                "verified": not wrong,
                "problems": [asked.reader.problem(one) for one in wrong],
            }
        )
        _refuse_the_touched(wrong)
        return
    asked.result(visible(str(path)))
    _refuse_the_touched(wrong)
    asked.tell(
        say("The copy is verified, its pages, journal, tables and seals: {size}.", size=_size(sizes[path])),
    )
    if is_new:
        asked.tell_warnings(
            [say("{folder} was not there and was made: is it the stick?", folder=visible(str(path.parent)))]
        )
    elif to is not None and path.stat().st_dev == Path(asked.db).stat().st_dev:
        asked.tell(
            say(
                "{folder} is on the same disk as the file: a copy on another one survives the laptop.",
                folder=visible(str(path.parent)),
            )
        )
    if len(copies) > 1:
        asked.tell(
            say(
                "{folder} holds {count} copies, {size} together; none is ever deleted by the program.",
                folder=visible(str(path.parent)),
                count=len(copies),
                size=_size(sum(sizes.values())),
            )
        )


def _refuse_the_touched(wrong: Sequence[Problem]) -> None:
    """Tell of a copy that it is what the file is, and that the file is not what its journal says."""
    if wrong:
        raise Mismatch(
            *wrong, safe=say("The copy is kept: it shows the file as it is now. To go on, take a backup from before.")
        )


def _size(count: int) -> Sentence:
    return say("{size} MB", size=count // 10**6) if count >= 10**7 else say("{size} kB", size=-(-count // 1000))


# -- restore ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Held:
    """What a file holds, as far as two of them are compared: its chains, and the state of its rounds."""

    devices: Sequence[Device]
    rounds: Sequence[tuple[str, str]]
    seals: Sequence[Seal]

    @classmethod
    def of(cls, store: Store) -> _Held:
        """As the file says it now."""
        return cls(store.devices(), [(one.code, one.state) for one in store.rounds()], store.seals())

    def beyond(self, other: _Held) -> int:
        """How many entries of the journal this one has and the other does not."""
        theirs = {one.code: one.entries for one in other.devices}
        return sum(max(0, one.entries - theirs.get(one.code, 0)) for one in self.devices)

    def shares(self, other: _Held) -> bool:
        """Both are of one programme: they have a laptop in common."""
        return bool({one.code for one in self.devices if one.entries} & {one.code for one in other.devices})


@app.command("restore", cls=Command)
def restore(
    context: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="the copy, from the folder `backups` or a stick")],
    to: Annotated[str, typer.Option("--to", metavar="PATH", help="the new file; nothing is ever written over")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="TEXT", help="what the restored file is called as a laptop")
    ] = None,
) -> None:
    """Make a file to go on with out of a copy; first it is proved: its digest, its pages, its journal, tables and seals.

    It says which rounds the copy holds, and how much newer the present file is. The new file is a laptop of its own, so that
    it can be merged with the one that was lost, should that come back.

    For example `restore backups/pachamama-20261124-150000-backup.db --to new.db`.
    """
    from datetime import datetime

    asked = session(context)
    asked.no_csv()
    target = Path(to)
    if os.path.lexists(target):
        raise Refused(
            Problem(
                NOWHERE,
                say("{file} is there already.", file=visible(to)),
                say("Nothing is written over: name a new file with `--to`."),
            )
        )
    day = datetime.now().astimezone().date().isoformat()
    called = " ".join((name or "").split()) or asked.reader.say(say("restored {day}", day=day))
    with _copied(Path(file), target) as (copy, is_listed), _opened(copy, file) as store:
        _refuse_the_broken(store, file)
        held = _Held.of(store)
        store.start_anew(name=called, actor=asked.actor)
        store.copy_to(target)
    present = _present(asked, target)
    newer = present.beyond(held) if isinstance(present, _Held) and present.shares(held) else None
    if asked.format == "json":
        asked.json(
            {
                "file": to,
                "listed": is_listed,
                "device": called,
                "rounds": [{"round": code, "state": state, "seal": _seal(held, code)} for code, state in held.rounds],
                "newer": newer,
            }
        )
        return
    for code, state in held.rounds:
        asked.result(asked.reader.say(_round_said(asked, code, state, _seal(held, code))))
    if not is_listed:
        asked.tell_warnings(
            [say("{file} stands in no SHA256SUMS beside it: it is proved by what is in it only", file=visible(file))]
        )
    asked.tell(say("{file} is restored, as the laptop “{name}”.", file=visible(to), name=called))
    asked.tell(*_compared(asked, held, present))


def _seal(held: _Held, code: str) -> str | None:
    standing = [one.code for one in held.seals if one.round == code and one.stands]
    return standing[-1] if standing else None


def _round_said(asked: Session, code: str, state: str, sealed: str | None) -> Value:
    if state == "open":
        return say("{round}: {state}", round=code, state=asked.reader.text("open"))
    closed = asked.reader.text("closed")
    if sealed:
        return say("{round}: {state}, seal {code}", round=code, state=closed, code=sealed)
    return say("{round}: {state}", round=code, state=closed)


@contextmanager
def _copied(source: Path, target: Path) -> Iterator[tuple[Path, bool]]:
    """A copy beside the target to work on, so that the backup itself is never touched; whether a list names it.

    Mismatch where the list beside the backup says otherwise than what was read.
    """
    from pachamama.exchange.backups import digest_of, listed
    from pachamama.exchange.files import why_unread

    beside = target.with_name(f".{target.name[:50]}.{os.urandom(4).hex()}.part")
    try:
        try:
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            os.close(handle)
        except (OSError, ValueError) as error:
            raise Refused(
                Problem(
                    Place(str(target)),
                    say("nothing may be written here ({reason})", reason=machine_said(error)),
                    say("choose a folder that is there and that you may write to"),
                )
            ) from None
        try:
            shutil.copyfile(source, beside)
            journal = Path(f"{source}-journal")
            if journal.exists():
                shutil.copyfile(journal, f"{beside}-journal")
        except (OSError, ValueError) as error:
            raise Refused(Problem(Place(str(source)), *why_unread(error))) from None
        _refuse_another_file(beside, source)
        expected = listed(source.parent).get(source.name)
        if expected is not None and digest_of(beside) != expected:
            raise Mismatch(
                Problem(
                    Place(str(source)),
                    say("this copy is not what SHA256SUMS says of it: it is damaged or was changed"),
                    say("Do not pay from it. Keep it as it is, and take another copy."),
                ),
                safe=_NOTHING_RESTORED,
            )
        yield beside, expected is not None
    finally:
        for leftover in (beside, Path(f"{beside}-journal")):
            with suppress(OSError, ValueError):
                leftover.unlink(missing_ok=True)


def _refuse_another_file(copy: Path, source: Path) -> None:
    """Refuse what is no database at all, such as the rules file, by the name that the person gave it."""
    with copy.open("rb") as file:
        start = file.read(len(_DATABASE))
    if start and start != _DATABASE:
        raise Refused(
            Problem(
                Place(str(source)),
                say("this is no copy of a programme's file"),
                say("copies end in `.db`; they are in the folder `backups` beside the file, or on a stick"),
            ),
            safe=_NOTHING_RESTORED,
        )


_DATABASE = b"SQLite format 3\0"
_NOTHING_RESTORED = say("Nothing was restored.")


@contextmanager
def _opened(copy: Path, file: str) -> Iterator[Store]:
    """The working copy as a store; what is wrong with it is told of the file that the person named."""
    from pachamama.store import Store

    try:
        store = Store.open(copy, writing=True)
    except PachamamaError as failure:
        problems = [
            Problem(
                Place(file), say("it cannot be restored: {reason}", reason=_said_of(file, one.message, copy)), one.hint
            )
            for one in failure.problems
        ]
        raise type(failure)(*problems, safe=_NOTHING_RESTORED) from None
    with store:
        yield store


def _said_of(file: str, message: Sentence, copy: Path) -> Sentence:
    """The message with the name of the file that the person gave, where it names the working copy."""
    named = {
        gap: visible(file) if isinstance(value, str) and copy.name in value else value
        for gap, value in message.values.items()
    }
    return replace(message, values=named)


def _refuse_the_broken(store: Store, file: str) -> None:
    wrong = store.damage() or store.verify()
    if wrong:
        raise Mismatch(*(Problem(Place(file), one.message, one.hint) for one in wrong), safe=_NOTHING_RESTORED)


def _present(asked: Session, target: Path) -> _Held | PachamamaError | None:
    """What the present file holds; the refusal if it cannot be read, None where there is none."""
    from pachamama.store import Store

    if not Path(asked.db).exists() or os.path.realpath(asked.db) == os.path.realpath(target):
        return None
    try:
        with Store.open(asked.db) as store:
            return _Held.of(store)
    except PachamamaError as refusal:
        return refusal


def _compared(asked: Session, held: _Held, present: _Held | PachamamaError | None) -> list[Sentence]:
    """How much newer the present file is, and which rounds it has in another state."""
    file = visible(asked.db)
    if present is None:
        return []
    if isinstance(present, PachamamaError):
        return [say("The present file {file} cannot be read; keep it as it is.", file=file)]
    if not present.shares(held):
        return [say("The present file {file} is of another programme.", file=file)]
    newer = present.beyond(held)
    if not newer:
        return [say("The present file {file} has nothing that the copy does not have.", file=file)]
    last = max((one.last for one in present.devices), default="")
    said = [
        say_count(
            "The present file {file} is newer: {count} action that the copy does not have, the last at {at}.",
            "The present file {file} is newer: {count} actions that the copy does not have, the last at {at}.",
            newer,
            file=file,
            at=When(last),
        )
    ]
    before = dict(held.rounds)
    for code, state in present.rounds:
        if before.get(code) != state or _seal(present, code) != _seal(held, code):
            said.append(
                say("There {what}", what=_round_said(asked, code, state, _seal(present, code))),
            )
    return said
