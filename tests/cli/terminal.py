"""The program at a terminal: a person's answers are typed when the program asks, as at a laptop."""

from __future__ import annotations

import os
import pty
import select
import sys
import time
from collections.abc import Sequence

from .desk import SOURCE, Desk, Ran


def at_terminal(desk: Desk, *words: str, answers: Sequence[str] = ()) -> Ran:
    """Run a command at a terminal; each answer is typed once the program waits. All it says comes back as `err`."""
    child, terminal = pty.fork()
    if child == 0:
        os.chdir(desk.folder)
        env = {**os.environ, "PYTHONPATH": str(SOURCE), "PACHAMAMA_LANG": "en", **desk.env}
        os.execve(sys.executable, [sys.executable, "-m", "pachamama", *words], env)
    said, left, end = b"", list(answers), time.monotonic() + 120
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 0.1)
        if ready:
            try:
                piece = os.read(terminal, 65536)
            except OSError:
                break
            if not piece:
                break
            said += piece
        elif left and said.rstrip(b" ").endswith((b"]", b":", b")")):
            os.write(terminal, left.pop(0).encode() + b"\n")
            said += b"\x00"
    _, status = os.waitpid(child, 0)
    os.close(terminal)
    assert not left, f"it never asked for {left}:\n{said.decode()}"
    return Ran(os.waitstatus_to_exitcode(status), "", said.replace(b"\x00", b"").replace(b"\r\n", b"\n").decode())
