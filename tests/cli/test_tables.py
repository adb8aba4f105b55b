"""Tables on the screen: a table that fits is the very text that Rich draws; only what is too wide is given to Rich."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pachamama.cli import tables
from pachamama.cli.tables import Justify, draw

LETTERS = "aZ 0.=ñÑäéʼ’–S/€º“[]{}山ก\u0301\u200b\t\n"
cells = st.text(LETTERS, max_size=12)
headings = st.text(LETTERS.replace("\n", ""), max_size=8)


@st.composite
def any_table(given_: st.DrawFn) -> tuple[list[tuple[str, Justify]], list[list[str]], str, list[str]]:
    """Columns, rows, a title and a foot."""
    sides: st.SearchStrategy[Justify] = st.sampled_from(["left", "right"])
    columns = given_(st.lists(st.tuples(headings, sides), min_size=1, max_size=4))
    row = st.lists(cells, min_size=len(columns), max_size=len(columns))
    foot = st.lists(headings, min_size=len(columns), max_size=len(columns))
    return columns, given_(st.lists(row, max_size=4)), given_(headings), given_(st.just([]) | foot)


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It is one."""
        return True


@settings(deadline=None, max_examples=300)
@given(any_table())
def test_a_table_that_fits_is_the_text_that_rich_draws(
    table: tuple[list[tuple[str, Justify]], list[list[str]], str, list[str]],
) -> None:
    """Widths, blanks, several lines in a cell, accents and wide letters: nobody sees who wrote the table."""
    columns, rows, title, foot = table

    assert tables._squeezed(columns, rows, title, foot) == draw(columns, rows, title=title, foot=foot)


def look(monkeypatch: pytest.MonkeyPatch, *, columns: int) -> None:
    """A terminal with so many columns."""
    monkeypatch.setattr(sys, "stdout", Screen())
    monkeypatch.setenv("COLUMNS", str(columns))
    monkeypatch.setenv("TERM", "xterm-256color")


COLUMNS: list[tuple[str, Justify]] = [("Puesto", "right"), ("Nombre", "left"), ("Premio", "right")]
NAMES = ["Nélida Ñaupa", "Saturnina Chuquipata [alta] de Huañunapampa"]


def test_a_screen_shows_head_and_foot_in_bold(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the same signs as Rich, at the same width."""
    look(monkeypatch, columns=60)
    rows = [["1", NAMES[0], "S/ 100.00"], ["=2", "Óscar’s", "S/ 5.50"]]
    foot = ["", "", "S/ 105.50"]

    text = draw(COLUMNS, rows, title="Bolsas", foot=foot)

    assert text == tables._squeezed(COLUMNS, rows, "Bolsas", foot)
    assert "\x1b[1mPuesto\x1b[0m" in text
    assert "\x1b[1mS/ 105.50\x1b[0m" in text
    assert "[1mNélida" not in text


def test_a_long_name_is_wrapped_on_a_small_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is cut off, numbers stay at the right, and no line is wider than the screen."""
    look(monkeypatch, columns=40)

    lines = draw(COLUMNS, [["1", NAMES[1], "S/ 1,000.00"]]).splitlines()

    assert max(map(len, lines[2:])) <= 40
    assert "".join(NAMES[1].split()) in "".join(line[9:27].strip() for line in lines).replace(" ", "")
    assert lines[3].endswith("S/ 1,000.00")


def test_a_table_that_fits_does_not_load_rich() -> None:
    """It would take a third of the time of `rank`."""
    code = (
        "import sys\n"
        "from pachamama.cli.tables import draw\n"
        "text = draw([('Nombre', 'left')], [['Nélida Ñaupa, Qʼero']])\n"
        "assert 'Qʼero' in text and 'rich' not in sys.modules, sorted(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
