"""Backups as files: how they are called, and the list of their digests (`SHA256SUMS`) that tells whether one is whole."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from pathlib import Path

from pachamama.exchange.files import file_name, write_beside

SUMS = "SHA256SUMS"


def backup_name(database: str, why: str, folder: Path) -> str:
    """A name that is not there yet: what was copied, when, and why."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.localtime())
    stem = Path(database).stem
    name = file_name(f"{stem}-{stamp}-{why}", suffix=".db")
    count = 1
    while (folder / name).exists():
        count += 1
        name = file_name(f"{stem}-{stamp}-{why}-{count}", suffix=".db")
    return name


def list_backup(path: Path) -> str:
    """Add a copy to the list beside it, in the form of `sha256sum`; its digest."""
    digest = digest_of(path)
    known = {**listed(path.parent), path.name: digest}
    text = "".join(f"{one}  {name}\n" for name, one in sorted(known.items()))
    write_beside(path.parent / SUMS, text.encode())
    return digest


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
    return digest is not None and path.exists() and digest_of(path) == digest


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
