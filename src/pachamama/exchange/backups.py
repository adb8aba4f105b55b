"""Backups as files: how they are called, and the list of their digests (`SHA256SUMS`) that tells whether one is whole."""

from __future__ import annotations

import hashlib
import os
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from pachamama.core.problems import Place, Problem, Refused
from pachamama.exchange.files import file_name, why_unread, write_beside

SUMS = "SHA256SUMS"
_STAMP = re.compile(r"-\d{8}-\d{6}-")
_SHORT = 20
"""Letters of the database's name in that of a copy: with the reason they stay below what a disk takes."""


def backup_name(database: str, why: str, folder: Path) -> str:
    """A name that is not there yet: what was copied, when, and why."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime())
    stem = f"{file_name(Path(database).stem[:_SHORT])}-{stamp}-{file_name(why)}"
    name, count = f"{stem}.db", 1
    while (folder / name).exists():
        count += 1
        name = f"{stem}-{count}.db"
    return name


def likeliest(folder: Path, why: str) -> list[Path]:
    """The copies that the list of a folder names: those made for that reason first, then the newest."""
    reason = re.compile(rf".*-\d{{8}}-\d{{6}}-{re.escape(file_name(why))}(-\d+)?\.db")
    found = [folder / name for name in listed(folder)]
    return sorted(found, key=lambda one: (reason.fullmatch(one.name) is not None, _made(one)), reverse=True)


def _made(path: Path) -> str:
    stamp = _STAMP.search(path.name)
    return stamp[0] if stamp else ""


def list_backup(path: Path) -> str:
    """Add a copy to the list beside it, in the form of `sha256sum`; its digest."""
    try:
        digest = digest_of(path)
    except OSError as error:
        raise Refused(Problem(Place(str(path)), *why_unread(error))) from None
    with _alone_in(path.parent):
        known = {**listed(path.parent), path.name: digest}
        text = "".join(f"{one}  {name}\n" for name, one in sorted(known.items()))
        write_beside(path.parent / SUMS, text.encode())
    return digest


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Nobody else changes the list of a folder meanwhile: of two backups at once both are listed.

    Where the system cannot hold a folder (Windows, some sticks), the last one of two at the very same moment is.
    """
    with ExitStack() as held:
        with suppress(ImportError, OSError):
            import fcntl

            handle = os.open(folder, os.O_RDONLY)
            held.callback(os.close, handle)
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def listed(folder: Path) -> Mapping[str, str]:
    """The digests in the list of a folder, by file name; empty where there is none."""
    try:
        text = (folder / SUMS).read_text("utf-8")
    except (OSError, ValueError):
        return {}
    found = {}
    for line in text.splitlines():
        digest, _, name = line.partition("  ")
        if len(digest) == 64 and name:
            found[name] = digest
    return found


def is_whole(path: Path) -> bool:
    """The copy is there and says what its list says."""
    digest = listed(path.parent).get(path.name)
    try:
        return digest is not None and digest_of(path) == digest
    except OSError:
        return False


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
