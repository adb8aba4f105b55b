"""The clock and the random numbers of the store: everything else gets them passed in, so that it can be replayed."""

from __future__ import annotations

import os
import time


def now() -> str:
    """The time in UTC to the second, as the journal writes it: `2026-11-24T15:04:05Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())


def random_hex(count: int = 16) -> str:
    """That many random bytes from the operating system, in hexadecimal digits."""
    return os.urandom(count).hex()
