"""No paper and no screen shows a sign of our own as its code: `<U+2212>` stood on every slip where a minus was meant."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from pypdf import PdfReader

from pachamama.core.names import visible
from pachamama.papers import kit

from .desk import SOURCE, scored

PACKAGE = SOURCE / "pachamama"
OF_OTHERS = {
    "core/names.py",  # letters that are taken out of names
    "core/spelling.py",  # apostrophes in which names differ
    "core/rules/source.py",  # signs that a rules file may not have
    "papers/kit.py",  # the minus that is set as a dash
    "exchange/tables.py",  # letters by which an encoding is told
}
"""Modules that hold signs of what other people write, which are never shown."""
ON_PAPER = ("core/", "papers/", "language/")
"""Rooms whose sentences and signs stand on papers as well."""


def texts_of(path: Path) -> Iterator[str]:
    """The string literals of a module that are no docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    told = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def modules() -> list[str]:
    """The modules whose signs are ours."""
    every = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
    return [name for name in every if name not in OF_OTHERS and "audit" not in name]


def test_no_sign_of_the_source_is_shown_as_its_code() -> None:
    """Neither on a screen (`visible`) nor, of the rooms whose words are printed, on a paper."""
    wrong = []
    for name in modules():
        for text in texts_of(PACKAGE / name):
            for sign in set(text):
                if sign.isascii():
                    continue
                if "<U+" in visible(sign) or (name.startswith(ON_PAPER) and "<U+" in str(kit.printable(sign))):
                    wrong.append((name, sign, f"U+{ord(sign):04X}"))
    assert wrong == []


@pytest.mark.parametrize("language", ["es", "qu"])
def test_no_sign_of_a_translation_is_shown_as_its_code(language: str) -> None:
    """Of every sentence on screens, and of those that papers say on paper too."""
    with (PACKAGE / "language" / "locale" / language / "LC_MESSAGES" / "pachamama.po").open("rb") as file:
        for one in read_po(file):
            said = "".join(one.string if isinstance(one.string, tuple) else [one.string or ""])
            assert "<U+" not in visible(said), said
            if any(f"pachamama/{room}" in place for place, _ in one.locations for room in ON_PAPER):
                assert "<U+" not in str(kit.printable(said)), said


def test_every_paper_of_a_closed_round_and_its_explanations_have_signs_for_all_they_say(tmp_path: Path) -> None:
    """All papers as PDF, and what `explain` says on the screen; a minus stands between the amounts of the purse."""
    desk = scored(tmp_path)
    desk.env = {"PACHAMAMA_LANG": "es"}
    desk.do("ruling", "deduction", "H14", "no_banner", "--reason", "sin distintivo", "--by", "Rosa de Prueba")
    desk.do("round", "close", "--witness", "Rosa de Prueba")
    desk.do("print", "all", "-o", "carpeta")
    slips = ""
    papers = sorted((tmp_path / "carpeta").rglob("*.pdf"))
    assert len(papers) > 8
    for path in papers:
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes())).pages)
        assert "<U+" not in text, path.name
        slips += text
    assert "USD 200.00 – USD 200.00" in " ".join(slips.split())
    shown = desk.do("explain", "H14").out
    assert "<U+" not in shown
    assert "−" in shown
