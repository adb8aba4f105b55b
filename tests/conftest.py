"""What every test has: no note of this laptop's user is read or written, except where a test says so."""

from __future__ import annotations

import os

os.environ["XDG_STATE_HOME"] = "/dev/null/state"
os.environ["LOCALAPPDATA"] = "NUL"
