"""Copies that are there when they are needed: before a merge or a migration, after a closing, and by hand.

Each is written beside, read back, verified and listed with its digest; an existing file is never written over.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pachamama.core.names import visible
from pachamama.core.problems import PachamamaError, Refused
from pachamama.core.sentences import say
from pachamama.exchange.files import make_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pachamama.cli.session import Session
    from pachamama.store import Store
    from pachamama.store.connection import CopyTo
    from pachamama.store.rounds import Seal


def backup_folder(database: str) -> Path:
    """Where the copies of a file are kept that nobody asked for: `backups` beside it."""
    return Path(database).parent / "backups"


def backup_folders(asked: Session, store: Store) -> list[Path]:
    """Where copies of the file may be: beside it, and the folders and sticks that `backup --to` named on this laptop."""
    from pachamama.cli.remembering import folders_of

    beside = backup_folder(asked.db)
    others = [one for one in folders_of(store.device) if one != beside.absolute()]
    return [beside, *others]


def holding(asked: Session, store: Store, sealed: Seal) -> Iterator[Path]:
    """The backups that are whole and hold that closing, the likeliest first; a stick that is not there holds none."""
    from pachamama.exchange.backups import is_whole, likeliest

    for folder in backup_folders(asked, store):
        for path in likeliest(folder, f"{sealed.round}-{sealed.number}"):
            if _holds(path, sealed) and is_whole(path):
                yield path


def _holds(path: Path, sealed: Seal) -> bool:
    """The closing stands in the copy, and what stands there gives its code again."""
    from pachamama.store import Store

    try:
        with Store.open(path) as store:
            last = store.seals(sealed.round)[-1:]
            return (
                [(one.number, one.code, one.at, one.is_open) for one in last]
                == [(sealed.number, sealed.code, sealed.at, False)]
            ) and store.seal_holds(sealed.round)
    except PachamamaError:
        return False


def keep_closing(asked: Session, store: Store, sealed: Seal) -> Path | None:
    """The backup of a closing; None, with what is to be done, where none could be made: the closing stands all the same."""
    try:
        return keep_backup(asked, store.copy_to, f"{sealed.round}-{sealed.number}")
    except PachamamaError as failure:
        asked.tell_warnings(
            [
                *failure.problems,
                say(
                    "{round} is closed, but there is no backup of it yet, and prize papers wait for one: make room and "
                    "run `pachamama backup`, or put one on a stick: `pachamama backup --to FOLDER`",
                    round=sealed.round,
                ),
            ]
        )
        return None


def keep_old_version(asked: Session, copy_to: CopyTo) -> None:
    """The backup before a file of an older version is brought to this one; without room for it, it stays as it is."""
    kept = keep_backup(asked, copy_to, "migration")
    asked.tell(
        say(
            "{file} was written by an older version of this program and is brought up to date; as it was, it is kept in {copy}.",
            file=visible(asked.db),
            copy=visible(str(kept)),
        )
    )


def keep_backup(asked: Session, copy_to: CopyTo, why: str, *, folder: Path | None = None) -> Path:
    """Copy the file into the folder of backups, verified and listed in SHA256SUMS; where it stands now.

    Whoever makes one at the same moment gets another name.
    """
    from pachamama.exchange.backups import backup_name, list_backup

    place = make_folder(folder or backup_folder(asked.db))
    for left in reversed(range(_AT_ONCE)):
        target = place / backup_name(asked.db, why, place)
        try:
            copy_to(target)
            break
        except Refused:
            if not left or not target.exists():  # else another one took the name meanwhile
                raise
    list_backup(target)
    return target


_AT_ONCE = 20
"""So many backups of one file may be made in one moment."""
