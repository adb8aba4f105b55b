"""What is on the screen: it fits 80 × 24, looks like the paper, and shows what is needed where it is needed."""

from __future__ import annotations

import pytest

from pachamama.language.reader import Reader
from pachamama.screens.drawing import cut, drawn, width_of
from pachamama.screens.sitting import Sitting

from .desk import MemoryDesk, paper, tier_with

NAMES = {"⏎": "enter", "←": "erase"}


def screen(sitting: Sitting, language: str = "en", width: int = 80, height: int = 24) -> list[str]:
    return [
        "".join(part.text for part in line) for line in drawn(sitting, Reader.of(language), width=width, height=height)
    ]


def at(text: str, desk: MemoryDesk | None = None) -> Sitting:
    sitting = Sitting(desk or MemoryDesk())
    for sign in text:
        sitting.press(NAMES.get(sign, sign))
    return sitting


TWELVE = (
    "[" + ", ".join(f'{{id: c{n}, name: {{es: "Criterio número {n} del papel"}}, max: 10}}' for n in range(1, 13)) + "]"
)


def test_twelve_criteria_stand_on_a_small_screen() -> None:
    """All lines of a sheet of twelve, its head and its total at once, in 80 × 24."""
    lines = screen(at("K1⏎", MemoryDesk(tier_with(TWELVE))))
    assert len(lines) == 24
    assert max(map(len, lines)) <= 80
    for number in range(1, 13):
        assert any(f"{number:>2} Criterio número {number} del papel" in line for line in lines)
    assert any("Total on the paper" in line for line in lines)


def test_a_longer_sheet_scrolls_with_the_field() -> None:
    """The line that is typed is always there; arrows say how many lines are above and below."""
    many = "[" + ", ".join(f"{{id: c{n}, max: 10}}" for n in range(1, 31)) + "]"
    desk = MemoryDesk(tier_with(many))
    assert any("↓ 18" in line for line in screen(at("K1⏎", desk)))
    for typed in range(1, 30):
        lines = screen(at("K1⏎" + "5⏎" * typed, desk))
        assert any(line.startswith("›") and f" c{typed + 1} " in line for line in lines), typed
        assert len(lines) == 24


def test_the_head_says_whose_paper_lies_there() -> None:
    """Competition, unit, phase, judge, entry, code, who types and how far."""
    lines = screen(at("K1⏎"))
    assert lines[0].split() == ["Andenes", "·", "2026", "ana", "·", "0/6"]
    assert lines[1].split() == ["C1", "Ccapana", "·", "the", "sheet", "judge", "J1", "Elena", "de", "Prueba"]
    assert lines[2].split() == ["H1", "Juana", "Quispe", "sheet", "K1"]


def test_long_names_are_shortened_not_wrapped() -> None:
    """A line too long would push the fields away from where the eye finds them."""
    desk = MemoryDesk()
    desk.papers["K1"] = paper(desk.tier, "H1", "J1", "K1")
    object.__setattr__(desk.papers["K1"], "entry_name", "María " * 40)
    lines = screen(at("K1⏎", desk))
    assert "…" in lines[2]
    assert lines[2].endswith("sheet K1")
    assert max(map(len, lines)) <= 80


def test_a_refusal_says_what_is_allowed_at_once() -> None:
    """The range stands above, what was wrong below it, and how to go on."""
    text = "\n".join(screen(at("K1⏎21⏎")))
    assert "judges mark “Muros” from 1 to 20, whole points" in text
    assert "✗ 21 is above the maximum 20 for “Muros”" in text
    assert "Backspace takes the last sign away, Del all of it." in text


def test_sum_and_total_stand_side_by_side() -> None:
    """The running sum is seen before the total is typed."""
    (line,) = [line for line in screen(at("K1⏎18⏎12.5⏎7⏎37")) if "Sum" in line]
    assert line.split() == ["Sum", "37.5", "of", "45", "›Total", "on", "the", "paper", "[", "37▏]"]


def test_the_last_sheets_are_seen_where_a_code_is_asked() -> None:
    """Nobody has to wonder whether the sheet before is stored."""
    sitting = Sitting(MemoryDesk(), asks_code=True)
    for sign in "K1⏎18⏎12⏎7⏎37⏎":
        sitting.press(NAMES.get(sign, sign))
    text = "\n".join(screen(sitting))
    assert "✓ K1  H1 Juana Quispe · J1" in text
    assert "✓ Stored: H1 Juana Quispe, J1, 37.00 points." in text


def test_a_list_shows_code_entry_name_and_judge() -> None:
    """As many lines as fit, around the chosen one."""
    sitting = at("K1⏎")
    sitting.press("missing")
    lines = screen(sitting)
    assert lines[4].split() == ["›", "1", "K1", "H1", "Juana", "Quispe", "J1", "the", "sheet"]


@pytest.mark.parametrize("language", ["es", "en", "qu"])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (40, 12), (132, 50), (20, 5)])
def test_every_step_fits_every_screen(language: str, width: int, height: int) -> None:
    """Whatever the language, no line is longer than the screen and there are never more lines than it has."""
    desk = MemoryDesk()
    for text, command in [
        ("", None),
        ("K9⏎", None),
        ("K1⏎", None),
        ("K1⏎99⏎", None),
        ("K1⏎", "help"),
        ("K1⏎", "status"),
        ("", "missing"),
        ("", "search"),
    ]:
        sitting = at(text, desk)
        if command:
            sitting.press(command)
        lines = screen(sitting, language, width, height)
        assert len(lines) <= height
        assert all(width_of(line) <= max(width, 56) for line in lines), (text, command)


def test_widths_are_counted_in_columns() -> None:
    """Accents that join the letter before take no column; wide signs take two."""
    assert width_of("Ñuñoa") == 5
    assert width_of("n\u0303") == 1
    assert width_of("村") == 2
    assert cut("Ñuñoa Alta", 6) == "Ñuñoa…"
    assert cut("村村村", 5) == "村村…"
