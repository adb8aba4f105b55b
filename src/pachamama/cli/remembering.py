"""What this laptop's user knows of the files that were written here: where each was, and how far its journal had come.

So a file that was copied or rolled back is noticed: nobody writes into it, and who reads it is told. The folders that
backups went to are known in the same way. It is kept apart from the files, in small notes for each; where no note can be
read or written, nothing is noticed and nothing is disturbed.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, PachamamaError, Problem, refuse_if
from pachamama.core.sentences import say
from pachamama.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pachamama.cli.session import Session

_DEVICE = re.compile(r"[0-9a-f]{8,64}")
_LARGEST = 20_000


@dataclass(frozen=True, slots=True)
class Seen:
    """The last entry of a laptop's chain that was written here: its number, its hash, and in which file."""

    number: int
    hash: str
    path: str


class KnownStore(Store):
    """A store that notes, when it is closed, how far its file has come."""

    def close(self) -> None:
        """Note it, and close the file."""
        with suppress(PachamamaError, OSError):
            if not self._connection.in_transaction:  # what could not even be taken back is not stored
                _note(self)
        super().close()


def open_known(asked: Session, *, must_be_newest: bool) -> Store:
    """The file, to be written; an older copy of one that went on here is refused, a copy beside the first is told.

    With `must_be_newest` False it is opened all the same: to give it a chain of its own.
    """
    from pachamama.cli.safekeeping import keep_old_version

    store = KnownStore.open(asked.db, writing=True, before_migrating=lambda copy_to: keep_old_version(asked, copy_to))
    try:
        # The note is read before the file: it is written after the file, so it never knows more than the file now says.
        seen = None if store.is_rehearsal else _recalled(store.device)
        if seen is not None and must_be_newest:
            refuse_if(_older(store, seen))
            _tell_of_the_other(asked, store, seen)
    except BaseException:
        Store.close(store)
        raise
    return store


def open_to_read(asked: Session) -> Store:
    """The file, to be read; an older copy of one that went on here is told of."""
    store = Store.open(asked.db)
    try:
        seen = None if store.is_rehearsal else _recalled(store.device)
        if seen is not None:
            asked.tell_warnings(_older(store, seen))
    except BaseException:
        store.close()
        raise
    return store


def _older(store: Store, seen: Seen) -> list[Problem]:
    """What is wrong where the file lacks what this laptop has seen of its chain."""
    if store.hash_at(seen.number) == seen.hash:
        return []
    here = os.path.realpath(store.path)
    said = Problem(
        NOWHERE,
        say(
            "{file} is not the file that this laptop has worked with: entry {known} of its journal is another one.",
            file=visible(here),
            known=seen.number,
        )
        if store.head[0] >= seen.number
        else say(
            "{file} is an older copy: this laptop has worked up to entry {known} of its "
            "journal, in {path}, and the file ends at entry {number}.",
            file=visible(here),
            known=seen.number,
            path=visible(seen.path),
            number=store.head[0],
        )
        if here != seen.path
        else say(
            "{file} was rolled back, or exchanged for a copy: this laptop has worked up to entry {known} of its "
            "journal, and the file ends at entry {number}.",
            file=visible(here),
            known=seen.number,
            number=store.head[0],
        ),
        say(
            "Use the newest file. If {path} was only to try something out: delete it, and go on with this one by "
            "`pachamama devices renew --name TEXT`.",
            path=visible(seen.path),
        )
        if here != seen.path and _is_still_there(seen.path, here, store.device)
        else say(
            "Use the newest file. If it is lost: `pachamama restore FILE --to PATH` from the newest backup, or go on "
            "with this one as a laptop of its own: `pachamama devices renew --name TEXT`. They can be merged later."
        ),
    )
    return [said]


def _tell_of_the_other(asked: Session, store: Store, seen: Seen) -> None:
    """Say it where the file is one of two copies of the same laptop."""
    here = os.path.realpath(store.path)
    if here != seen.path and _is_still_there(seen.path, here, store.device):
        asked.tell_warnings(
            [
                say(
                    "{file} is a copy of {path}: work in one of the two only. To work in both, make this one a laptop of its "
                    "own first: `pachamama devices renew --name TEXT`.",
                    file=visible(here),
                    path=visible(seen.path),
                )
            ]
        )


def _is_still_there(path: str, here: str, device: str) -> bool:
    """Another file of the same laptop stands where it was last."""
    try:
        if Path(path).samefile(here):
            return False
        with Store.open(path) as other:
            return other.device == device
    except (PachamamaError, OSError, ValueError):
        return False


# -- the notes -------------------------------------------------------------------------------------------------------


def _note(store: Store) -> None:
    device = store.device
    if store.is_rehearsal:
        return
    seen = _recalled(device)
    number, digest = store.head
    here = os.path.realpath(store.path)
    if seen is not None:
        if number < seen.number or (number, digest, here) == (seen.number, seen.hash, seen.path):
            return
        if number == seen.number and _is_still_there(seen.path, here, device):
            return  # a copy in which nothing was written yet: the first stays the first
    _write(_place(device), {"number": number, "hash": digest, "path": here})


def _recalled(device: str) -> Seen | None:
    """The note about a laptop's chain; None where there is none that can be read."""
    said = _read(_place(device))
    number, digest, path = said.get("number"), said.get("hash"), said.get("path")
    if isinstance(number, int) and isinstance(digest, str) and isinstance(path, str):
        return Seen(number, digest, path)
    return None


def remember_folder(device: str, folder: Path) -> None:
    """A backup went there: it counts from now on, whenever the folder or the stick is there."""
    known = folders_of(device)
    here = folder.absolute()
    if here not in known:
        with suppress(OSError):
            _write(_place(device, "-backups"), {"folders": [str(one) for one in (*known, here)]})


def folders_of(device: str) -> list[Path]:
    """The folders that backups of a laptop's file went to by hand, the first one first."""
    folders = _read(_place(device, "-backups")).get("folders")
    return [Path(one) for one in folders if isinstance(one, str)] if isinstance(folders, list) else []


def _write(place: Path | None, said: Mapping[str, object]) -> None:
    """Write a note beside and exchange it for the one before: it is the old one or the new one, never half of it."""
    if place is None:
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as file:
            json.dump(said, file)
        beside.replace(place)
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def _read(place: Path | None) -> dict[str, object]:
    """What a note says; nothing where there is none that can be read."""
    if place is None:
        return {}
    try:
        with place.open(encoding="utf-8", errors="surrogatepass") as file:
            said = json.loads(file.read(_LARGEST))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _place(device: str, which: str = "") -> Path | None:
    """The note of a chain, in the folder where this system keeps what programs remember of a user."""
    if _DEVICE.fullmatch(device) is None:
        return None
    if os.name == "nt":
        folder = Path(os.environ.get("LOCALAPPDATA", ""))
    elif base := os.environ.get("XDG_STATE_HOME"):
        folder = Path(base)
    else:
        folder = Path(os.environ.get("HOME", ""), ".local", "state")
    return folder / "pachamama" / f"{device}{which}.json" if folder.is_absolute() else None
