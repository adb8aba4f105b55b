"""How often each fault is tried: a small number in every run, the whole one where PACHAMAMA_NIGHTLY is set."""

from __future__ import annotations

import os

NIGHTLY = bool(os.environ.get("PACHAMAMA_NIGHTLY"))


def tries(small: int, nightly: int) -> int:
    """How many of them now."""
    return nightly if NIGHTLY else small
