"""What is on the screen: it fits 80 × 24, looks like the paper, and shows what is needed where it is needed."""

from __future__ import annotations

import pytest

from pachamama.core.problems import NOWHERE, Problem
from pachamama.core.rules import Tier
from pachamama.core.sentences import say
from pachamama.language.reader import Reader
from pachamama.screens.drawing import contest_and_judge, cut, drawn, width_of
from pachamama.screens.grid import Grid
from pachamama.screens.grid_drawing import grid_drawn
from pachamama.screens.sitting import Sitting

from .desk import MemoryDesk, paper, tier_with

ENGLISH = Reader.of("en")
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


# -- what decides is never cut -----------------------------------------------------------------------------------------

ANSWERS = [f"Respuesta {number} con su explicación entera como está impresa en el papel" for number in range(1, 31)]
LONG = "Manejo del agua de riego por aspersión en las parcelas familiares y comunales"


def with_answers(count: int) -> Tier:
    options = ", ".join(f'{{points: {100 - at}, name: {{es: "{name}"}}}}' for at, name in enumerate(ANSWERS[:count]))
    return tier_with(f'[{{id: board, name: {{es: "{LONG}"}}, options: [{options}]}}]')


def one_text(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_answer_that_may_be_given_stands_on_the_screen(language: str) -> None:
    """Ten long answers do not fit two lines: they get as many as they need, with the whole name of what is marked."""
    lines = screen(at("K1⏎99⏎", MemoryDesk(with_answers(8))), language)
    text = one_text(lines)
    assert (len(lines), max(map(width_of, lines)) <= 80) == (24, True)
    assert LONG in text
    assert all(f"{number} {name}" in text for number, name in enumerate(ANSWERS[:8], 1))
    assert any(line.startswith("› 1 Manejo") for line in lines)


def test_a_list_that_is_longer_than_the_screen_has_pages() -> None:
    """Every answer is reached with PgDn; the line that is typed and the keys stay in sight, any other key goes back."""
    sitting = at("K1⏎", MemoryDesk(with_answers(30)))
    seen = ""
    for _ in range(5):
        lines = screen(sitting)
        assert any(line.startswith("› 1 Manejo") for line in lines)
        assert "F9" in lines[-1]
        seen += one_text(lines)
        sitting.press("page_down")
    assert all(f"{number} Respuesta" in seen for number in range(1, 31))
    assert "page 1 of" in one_text(screen(at("K1⏎", MemoryDesk(with_answers(30)))))
    sitting.press("2")
    assert sitting.page == 0


def test_the_line_that_is_typed_is_seen_above_a_long_list_of_faults() -> None:
    """Deductions stand at the foot of the paper, where a long list would hide them."""
    faults = "\n".join(f'  - {{id: f{n}, points: 1, name: {{es: "{name}"}}}}' for n, name in enumerate(ANSWERS[:20]))
    desk = MemoryDesk(tier_with(TWELVE, f"deductions:\n{faults}"))
    lines = screen(at(f"K1⏎{'5⏎' * 12}60⏎7", desk))
    assert len(lines) == 24
    assert any(line.startswith("›") and "Deductions" in line and "7▏" in line for line in lines)


def test_steps_questions_and_remedies_are_whole() -> None:
    """A range with its step, the place for the answer to a question about a long name, the remedy of a long refusal."""
    criteria = (
        '[{id: walls, name: {es: "Muros"}, min: 0.25, max: 15, step: 0.25}, {id: order, name: {es: "Orden"}, max: 9}]'
    )
    desk = MemoryDesk(tier_with(criteria))
    desk.papers["K1"] = paper(desk.tier, entry_name="María Encarnación " * 5)
    sitting = at("K1⏎", desk)
    assert any("0.25–15 by 0.25" in line for line in screen(sitting))
    sitting.press("status")
    sitting.press("1")
    assert any(line.rstrip().endswith("1▏") and width_of(line) <= 80 for line in screen(sitting))
    sitting = at("K1⏎", desk)
    desk.refusal = Problem(
        NOWHERE, say("{text}", text="J1 is kin of this family. " * 8), say("{text}", text="Let J3 judge. " * 9)
    )
    for key in ("1", "enter", "1", "enter", "2", "enter"):
        sitting.press(key)
    text = one_text(screen(sitting))
    assert "Let J3 judge. " * 8 + "Let J3 judge." in text


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_key_that_ends_the_evening_is_on_the_screen(language: str) -> None:
    """F9 fits beside all others in both languages, on the sheet and in the grid."""
    assert "F9" in screen(at("K1⏎"), language)[-1]
    grid = grid_drawn(Grid(MemoryDesk(), "J1", "sheet"), Reader.of(language), width=80, height=24)
    assert "F9" in "".join(part.text for part in grid[-1])


def test_a_grid_lets_every_answer_be_read() -> None:
    """The big list shrinks, the answers do not; a unit never runs into the next column."""
    measured = '{id: fruit, name: {es: "Fruta"}, measured: {unit: "kilogramos"}, bands: [{from: 0, points: 0}, {from: 9, points: 5}]}'
    options = ", ".join(f'{{points: {100 - n}, name: {{es: "{name}"}}}}' for n, name in enumerate(ANSWERS[:8]))
    tier = tier_with(f'[{{id: board, name: {{es: "{LONG}"}}, options: [{options}]}}, {{id: a, max: 9}}, {measured}]')
    drawn_lines = grid_drawn(Grid(MemoryDesk(tier), "J1", "sheet"), ENGLISH, width=80, height=24)
    lines = ["".join(part.text for part in line) for line in drawn_lines]
    assert len(lines) == 24
    assert all(f"{number} {name}" in one_text(lines) for number, name in enumerate(ANSWERS[:8], 1))
    assert "≤9 kilogr…" in one_text(lines)


def test_who_judges_which_phase_is_read_however_long_the_names_are() -> None:
    """Unit and judge keep their codes and beginnings, the phase is whole; names give way."""
    line = contest_and_judge(
        ["C1 " + "Ccapana " * 9, "Comunidades nuevas", "Calificación en campo"], "judge J1 " + "Luis " * 9, 80
    )
    text = "".join(part.text for part in line)
    assert width_of(text) <= 80
    assert all(part in text for part in ("C1 Ccap", "Comunidades", "Calificación en campo", "judge J1 Luis"))
