"""Photos and scans of sheets, kept in a folder beside the database, each under the SHA-256 of what is in it.

The same picture twice is one file, and a picture that was exchanged afterwards no longer has the name of its content.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from pachamama.core.problems import Place, Problem, Refused
from pachamama.core.sentences import say
from pachamama.exchange.files import make_folder, read_bytes, write_beside

KINDS = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"%PDF-", ".pdf"),
    (b"II*\x00", ".tif"),
    (b"MM\x00*", ".tif"),
)
"""How files of pictures begin, and what they are called."""
_SIZED = ((b"RIFF", b"WEBP", ".webp"),)
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")


def folder_of(database: str) -> Path:
    """Where the pictures of a database are kept."""
    return Path(f"{database}.pictures")


def keep_picture(database: str, path: str) -> str:
    """Copy a picture beside the database; its SHA-256. What is no picture or PDF is refused."""
    content = read_bytes(path)
    ending = _ending(content)
    if ending is None:
        raise Refused(
            Problem(
                Place(path),
                say("this is no picture"),
                say("attach a photo or a scan: JPG, PNG, WEBP, HEIC, TIF or PDF"),
            )
        )
    digest = hashlib.sha256(content).hexdigest()
    folder = make_folder(folder_of(database))
    folder.chmod(0o700)
    kept = folder / f"{digest}{ending}"
    if not kept.exists():
        write_beside(kept, content)
    return digest


def find_picture(database: str, digest: str) -> Path | None:
    """The kept file of that digest, if it is still what it was; None if it is missing or was changed."""
    for path in sorted(folder_of(database).glob(f"{digest}.*")):
        if hashlib.sha256(path.read_bytes()).hexdigest() == digest:
            return path
    return None


def _ending(content: bytes) -> str | None:
    for start, ending in KINDS:
        if content.startswith(start):
            return ending
    for start, kind, ending in _SIZED:
        if content.startswith(start) and content[8:12] == kind:
            return ending
    return ".heic" if content[4:12] in _HEIC else None
