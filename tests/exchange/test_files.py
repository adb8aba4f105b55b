"""Files are written whole or not at all, for their owner only, under names made of codes."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pachamama.exchange.files import file_name, read_bytes, write_beside

from .desk import refusals


def test_a_file_is_written_whole_private_and_alone(tmp_path: Path) -> None:
    """What stood there is replaced, nothing else is left in the folder."""
    path = tmp_path / "acta.pdf"
    write_beside(path, b"old")
    write_beside(path, b"new")
    assert read_bytes(path) == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["acta.pdf"]


@pytest.mark.parametrize(
    ("number", "message"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "nothing may be written here"),
        (errno.EACCES, "nothing may be written here"),
        (errno.EIO, "the file cannot be written"),
    ],
)
def test_when_the_disk_refuses_the_old_file_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, message: str
) -> None:
    """The message says what to do, and no part of the new one is left behind."""
    path = tmp_path / "acta.pdf"
    write_beside(path, b"old")

    def refuse(_number: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    (only,) = refusals(write_beside, path, b"new")
    assert message in only
    assert path.read_bytes() == b"old"
    assert [one.name for one in tmp_path.iterdir()] == ["acta.pdf"]


def test_a_missing_folder_and_a_folder_of_that_name_are_refused(tmp_path: Path) -> None:
    """No folder is made in silence."""
    assert "there is no folder" in refusals(write_beside, tmp_path / "x" / "acta.pdf", b"")[0]
    (tmp_path / "acta.pdf").mkdir()
    assert "a folder has this name" in refusals(write_beside, tmp_path / "acta.pdf", b"")[0]
    assert "cannot be the name" in refusals(write_beside, tmp_path / "a\0b", b"")[0]


def test_a_file_is_named_by_its_codes() -> None:
    """Readable where the codes are, and two names stay two."""
    assert file_name("prize-sheet", "C1", suffix=".pdf") == "prize-sheet-C1.pdf"
    assert file_name("../../etc", "passwd").startswith("_.._etc-passwd-")
    assert file_name("a/b") != file_name("a_b")
    assert file_name("con", suffix=".pdf").startswith("con-")
    assert file_name("CON.x").startswith("_CON.x-")
    assert file_name("") != ""


@given(st.lists(st.text(max_size=80), min_size=1, max_size=3))
def test_no_code_leads_out_of_the_folder(codes: list[str]) -> None:
    """Whatever stands in it."""
    name = file_name(*codes, suffix=".pdf")
    assert Path(name).name == name
    assert not name.startswith((".", "-"))
    assert not set(name) & set('/\\:*?"<>|\0\n')
