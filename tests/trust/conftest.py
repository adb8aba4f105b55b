"""Folders in memory where the system has them: thousands of commits need not wait for a disk."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")
if MEMORY.is_dir() and os.access(MEMORY, os.W_OK):
    tempfile.tempdir = str(MEMORY)


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """A folder of its own, gone after the test."""
    folder = Path(tempfile.mkdtemp(prefix="trust-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)
