"""What goes wrong inside a damaged file: told as damage (3), and never as a mistake of the program."""

from __future__ import annotations

from pachamama.core.problems import NOWHERE, Mismatch, PachamamaError, Problem
from pachamama.core.sentences import say


def damage_of(error: Exception, path: str | None) -> Mismatch | None:
    """The refusal that an error stands for, where it comes from the file that was worked on; else None."""
    if isinstance(error, PachamamaError):
        return error if isinstance(error, Mismatch) else None
    if type(error).__module__ == "sqlite3" or (path is not None and _is_damaged(path)):
        return _damaged(error)
    return None


def _damaged(error: Exception) -> Mismatch:
    """What SQLite cannot read back; its words may hold names, so they are not told."""
    from pachamama.core.machine import machine_said

    return Mismatch(
        Problem(
            NOWHERE,
            say("the file is damaged ({reason})", reason=machine_said(error)),
            say("Do not pay from it and do not change it. Put it aside and take the newest backup."),
        )
    )


def _is_damaged(path: str) -> bool:
    """The file does not prove itself: what went wrong comes from it, not from the program."""
    from pachamama.store import Store

    try:
        with Store.open(path) as store:
            return bool(store.damage() or store.verify())
    except PachamamaError as refusal:
        return isinstance(refusal, Mismatch)
    except Exception:  # noqa: BLE001 what it holds cannot even be read
        return True
