"""Copies that are there when they are needed: before a merge, after a closing, and by hand.

Each is written beside, read back, verified and listed with its digest; an existing file is never written over.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pachamama.core.problems import PachamamaError
from pachamama.core.sentences import say
from pachamama.exchange.files import make_folder

if TYPE_CHECKING:
    from pachamama.cli.session import Session
    from pachamama.store import Store
    from pachamama.store.rounds import Seal


def backup_folder(database: str) -> Path:
    """Where the copies of a file are kept that nobody asked for: `backups` beside it."""
    return Path(database).parent / "backups"


def keep_closing(asked: Session, store: Store, sealed: Seal) -> Path | None:
    """The backup of a closing; None, with what is to be done, where none could be made: the closing stands all the same."""
    try:
        return keep_backup(asked, store, f"{sealed.round}-{sealed.number}")
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


def keep_backup(asked: Session, store: Store, why: str, *, folder: Path | None = None) -> Path:
    """Copy the file into the folder of backups, verified and listed in SHA256SUMS; where it stands now."""
    from pachamama.exchange.backups import backup_name, list_backup

    place = make_folder(folder or backup_folder(asked.db))
    target = place / backup_name(asked.db, why, place)
    store.copy_to(target)
    list_backup(target)
    return target
