"""The gallery of docs/papers.md: the first page of every paper as a small picture, made from the rehearsal.

    python tools/gallery.py        # writes docs/papers/*.png; needs Pillow

It runs `demo` in a folder that is thrown away, prints the folders of a closed and of an open round with it, and keeps
what each template was given first. The pictures are grey, so that a page is a few kilobytes.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "papers"
MOST_BYTES = 40_000
_SHARPNESS = (62, 56, 50, 44, 38)
"""Dots per inch, from the one that is wished for to the one that always fits."""
_GREYS = 12
ACCOUNTS = "entry,bank,account,cci\n" + "".join(
    f"H{number},Banco inventado,04-{number}-0000{number},0180{number:016}\n" for number in range(101, 130, 2)
)
"""Of some households, so that there is a list for the bank."""
CLOSED, OPEN = ("terraces-household-1", "terraces-community-1"), ("pastures-community-1",)


def main() -> int:
    """Write a picture of each template that the rehearsal prints; 1 if one of them does not fit."""
    sys.path.insert(0, str(ROOT / "src"))
    PICTURES.mkdir(exist_ok=True)
    too_large = 0
    for template, document in sorted(_documents().items()):
        content = small_picture(template, document)
        (PICTURES / f"{template}.png").write_bytes(content)
        too_large += len(content) > MOST_BYTES
        sys.stdout.write(f"{template}.png {len(content) / 1000:.0f} kB\n")
    return 1 if too_large else 0


def small_picture(template: str, document: Mapping[str, Any]) -> bytes:
    """The first page in so many greys, as sharp as the size allows."""
    from PIL import Image

    from pachamama.papers import kit

    content = b""
    for dots in _SHARPNESS:
        page = Image.open(io.BytesIO(kit.pictures(template, document, dots_per_inch=dots)[0]))
        white = Image.new("RGB", page.size, "white")
        white.paste(page, mask=page.getchannel("A") if page.mode == "RGBA" else None)
        written = io.BytesIO()
        white.convert("L").quantize(_GREYS).save(written, "PNG", optimize=True)
        content = written.getvalue()
        if len(content) <= MOST_BYTES:
            break
    return content


def _documents() -> dict[str, Mapping[str, Any]]:
    """What each template was given first while the rehearsal was printed."""
    from pachamama.cli.entry import run
    from pachamama.papers import kit

    found: dict[str, Mapping[str, Any]] = {}
    real = kit.render

    def keeping(template: str, document: Mapping[str, Any], **more: Any) -> bytes:
        found.setdefault(template, document)
        return real(template, document, **more)

    kit.render = keeping  # type: ignore[assignment]
    before = Path.cwd()
    with TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                run(["demo", "valley"])
                os.chdir("valley")
                Path("accounts.csv").write_text(ACCOUNTS, encoding="utf-8")
                for round_ in (*CLOSED, *OPEN):
                    run(["print", "all", round_, "-o", f"all-{round_}", "--without-backup", "gallery"])
                run(
                    [
                        "print",
                        "transfer-list",
                        CLOSED[0],
                        "-o",
                        "bank",
                        "--accounts",
                        "accounts.csv",
                        "--without-backup",
                        "gallery",
                    ]
                )
        finally:
            os.chdir(before)
            kit.render = real
    return found


if __name__ == "__main__":
    sys.exit(main())
