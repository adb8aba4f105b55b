"""What a person is told: broken at blanks for a terminal, where a word that is cut at the edge is hard to read."""

from __future__ import annotations

import os
import sys
from typing import TextIO


def write_told(text: str) -> None:
    """Write what a person is told to stderr; at a terminal no word is cut at its edge."""
    sys.stderr.write(at_width(text, sys.stderr) + "\n")


def at_width(text: str, stream: TextIO) -> str:
    """The text as that stream shows it: broken at blanks for a terminal, whole for a file or a pipe."""
    width = _width(stream)
    if not width or all(len(line) < width for line in text.split("\n")):
        return text
    blanks = text[len(text.rstrip(" ")) :]  # behind a question
    return "\n".join(part for line in text.split("\n") for part in _broken(line, width - 1)) + blanks


def sentences_at_width(text: str, stream: TextIO) -> str:
    """The same for a result; a row of a table, which has columns, and the path of a file stay in their line."""
    if not _width(stream):
        return text
    return "\n".join(at_width(line, stream) if _is_sentence(line) else line for line in text.split("\n"))


def _is_sentence(line: str) -> bool:
    return "  " not in line.strip() and os.sep not in line.partition(" ")[0]


def _width(stream: TextIO) -> int:
    """The columns of the terminal behind a stream; 0 where there is none, or one that does not say."""
    try:
        return os.get_terminal_size(stream.fileno()).columns if stream.isatty() else 0
    except (OSError, ValueError):
        return 0


def _broken(line: str, width: int) -> list[str]:
    """The lines of one line: a command in backticks stays in one piece, so that it can be copied, where it fits."""
    import re
    from textwrap import wrap

    start = line[: len(line) - len(line.lstrip())]
    room = width - len(start) - 2

    def kept(command: re.Match[str]) -> str:
        return command[0].replace(" ", "\0") if len(command[0]) <= room else command[0]

    parts = wrap(
        re.sub(r"[^\s`]*`[^`]*`[^\s`]*", kept, line),
        max(width, len(start) + 20),
        subsequent_indent=f"{start}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [part.replace("\0", " ") for part in parts] or [line]
