"""Files read and written whole: a power cut leaves the old file or the new one, never half of one.

What the operating system refuses becomes a message that says what to do about it.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from contextlib import suppress
from pathlib import Path

from pachamama.core.machine import machine_said
from pachamama.core.problems import Place, Problem, Refused
from pachamama.core.sentences import Sentence, say

PRIVATE = 0o600
"""Lists of people and what they are paid: for the one who wrote the file only."""
LARGEST = 1 << 30
"""Bytes of the largest file that is read: a table of a whole programme has 40 million."""
_DATABASE = b"SQLite format 3"
_LONGEST = 50
"""Letters of a file name: some have four bytes, and a name has at most 255."""
_NOT_IN_NAMES = re.compile(r"[^\w.-]+")
_DEVICES = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?")
"""Names that Windows keeps for devices."""


def read_bytes(path: str | Path) -> bytes:
    """The whole file; refused if it is missing, empty, a folder, no plain file, or may not be read."""
    place = Place(str(path))
    try:
        kind = Path(path).stat().st_mode
        if stat.S_ISDIR(kind):
            raise Refused(Problem(place, say("this is a folder"), say("name the file inside it")))
        if not (stat.S_ISREG(kind) or stat.S_ISFIFO(kind)):
            raise Refused(Problem(place, say("this is no file"), say("name a file")))
        with Path(path).open("rb") as file:
            content = file.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        raise Refused(Problem(place, *why_unread(error))) from None
    if len(content) > LARGEST:
        raise Refused(
            Problem(place, say("the file is too large"), say("is it the right file? tables are much smaller"))
        )
    if not content:
        raise Refused(Problem(place, say("the file is empty"), say("is it the right file? save it once more")))
    return content


def write_beside(path: str | Path, content: bytes) -> None:
    """Write the file whole, private to its owner: beside its place, onto the disk, then renamed.

    Refused where the folder is missing, read-only or full, or where a file of marks (a database) stands: what stood there
    before then still stands.
    """
    target = Path(path)
    if _begins_with(target, _DATABASE):
        raise Refused(
            Problem(
                Place(str(path)),
                say("this is a file with marks and payments, and nothing is written over it"),
                say("choose another name"),
            )
        )
    beside = target.with_name(f".{target.name[:_LONGEST]}.{os.urandom(4).hex()}.part")
    try:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, "is a folder")
        number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        except BaseException:
            with suppress(OSError):
                beside.unlink()
            raise
        _sync_folder(target.parent)
    except (OSError, ValueError) as error:
        raise Refused(Problem(Place(str(path)), *why_unwritten(error, str(target.parent)))) from None


def _begins_with(path: Path, head: bytes) -> bool:
    """What stands there begins so; a file that is missing or cannot be read does not."""
    try:
        with path.open("rb") as one:
            return one.read(len(head)) == head
    except (OSError, ValueError):
        return False


def refuse_other_than(path: str | Path, head: bytes, message: Sentence) -> None:
    """Refuse to write over a file of another sort than the one that is to be written, which begins with `head`."""
    target = Path(path)
    if target.is_file() and target.stat().st_size and not _begins_with(target, head):
        raise Refused(Problem(Place(str(path)), message, say("choose another name")))


def make_folder(path: str | Path) -> Path:
    """The folder, made with those above it, private to the user, if it is not there; refused where that cannot be."""
    folder = Path(path)
    try:
        for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
            missing.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except (OSError, ValueError) as error:
        raise Refused(_no_folder(error, folder, str(path))) from None
    return folder


def _no_folder(error: OSError | ValueError, folder: Path, called: str) -> Problem:
    with suppress(OSError, ValueError):
        in_the_way = next((one for one in (folder, *folder.parents) if one.is_file()), None)
        if in_the_way is not None:
            return Problem(
                Place(str(in_the_way)),
                say("this is a file, and a folder is needed here"),
                say("name a folder, or another name for a new one"),
            )
    return Problem(
        Place(),
        say("the folder {folder} cannot be made: {reason}", folder=called, reason=machine_said(error)),
        say("name a folder that you may write to"),
    )


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut, where the system can do that."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def file_name(*codes: str, suffix: str = "") -> str:
    """A file name made of codes: `prize-sheet-C1.pdf`. It never leads out of its folder.

    Where a code has signs that not every disk can hold, they are replaced and a digest keeps two such names apart.
    """
    written = "-".join(codes)
    name = _NOT_IN_NAMES.sub("_", written).lstrip(".-")[:_LONGEST]
    if not name or name != written or _DEVICES.fullmatch(name):
        name = f"{name or '_'}-{hashlib.sha256(written.encode('utf-8', 'replace')).hexdigest()[:8]}"
        name = f"_{name}" if _DEVICES.fullmatch(name) else name
    return name + suffix


def why_unread(error: OSError | ValueError) -> tuple[Sentence, Sentence]:
    """What the operating system refuses when a file is read, and the remedy."""
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return say("there is no such file"), say("look at the name and the folder")
    if isinstance(error, PermissionError):
        return say("the file may not be read"), say("close it in other programs, or ask its owner for permission")
    if isinstance(error, ValueError) or error.errno in (errno.ENAMETOOLONG, errno.EINVAL, errno.ELOOP):
        return say("this cannot be the name of a file"), say("look at the name and the folder")
    return say("the file cannot be read: {reason}", reason=machine_said(error)), say(
        "copy it to this laptop and try again"
    )


def why_unwritten(error: OSError | ValueError, folder: str) -> tuple[Sentence, Sentence]:
    """What the operating system refuses when a file is written into that folder, and the remedy."""
    if isinstance(error, IsADirectoryError):
        return say("a folder has this name"), say("choose another name for the file")
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return say("there is no folder {folder}", folder=folder), say("make the folder first, or choose another one")
    if isinstance(error, ValueError) or error.errno in (errno.ENAMETOOLONG, errno.EINVAL):
        return say("this cannot be the name of a file"), say("choose another name")
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return say("the disk is full"), say("make room, or choose another folder")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return (
            say("nothing may be written here"),
            say("choose a folder of your own; if the file is open in another program, close it there"),
        )
    return say("the file cannot be written: {reason}", reason=machine_said(error)), say("choose another folder")
