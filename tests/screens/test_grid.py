"""The big list: a row for each entry, stored when it is left."""

from __future__ import annotations

from pachamama.language.reader import Reader
from pachamama.screens.grid import Grid
from pachamama.screens.grid_drawing import grid_drawn

from .desk import MemoryDesk, paper, tier_with

NAMES = {"⏎": "enter", "←": "erase", "↑": "up", "↓": "down", "␛": "escape", "→": "right"}
ENGLISH = Reader.of("en")


def grid_at(text: str, desk: MemoryDesk | None = None) -> Grid:
    grid = Grid(desk or MemoryDesk(), "J1", "sheet")
    keys(grid, text)
    return grid


def keys(grid: Grid, text: str) -> None:
    for sign in text:
        grid.press(NAMES.get(sign, sign))


def screen(grid: Grid) -> list[str]:
    return ["".join(part.text for part in line) for line in grid_drawn(grid, ENGLISH, width=80, height=24)]


def said(grid: Grid) -> str:
    return ENGLISH.problem(grid.message.problem) if grid.message else ""


def test_row_after_row_is_stored_as_it_is_left() -> None:
    """Marks and total with Enter; the next row comes by itself."""
    desk = MemoryDesk()
    grid = grid_at("18⏎12.5⏎7⏎37.5⏎10⏎11⏎9⏎30⏎", desk)
    assert (desk.order, grid.at) == (["K1", "K2"], 2)


def test_an_arrow_stores_the_row_that_is_left() -> None:
    """Also without having gone to the total; without a total it is asked once more."""
    desk = MemoryDesk()
    grid = grid_at("18⏎12.5⏎7↓", desk)
    assert (desk.order, grid.at) == ([], 0)
    assert said(grid).startswith("no total was typed")
    keys(grid, "⏎")
    assert (desk.order, grid.at) == (["K1"], 1)


def test_a_row_that_is_not_whole_is_not_left() -> None:
    """It says what is missing and goes there; keys typed ahead are not taken for it."""
    desk = MemoryDesk()
    grid = grid_at("18⏎↓", desk)
    assert (desk.order, grid.at, grid.row.at) == ([], 0, 1)
    assert "nothing stands there for “Agua”" in said(grid)
    keys(grid, "99⏎12⏎")
    assert grid.row.text == "99"


def test_untouched_rows_are_walked_through_freely() -> None:
    """Nobody must type an entry whose paper is not there."""
    desk = MemoryDesk()
    grid_at("↓↓18⏎12⏎7⏎37⏎", desk)
    assert desk.order == ["K3"]


def test_a_stored_row_is_corrected_with_a_reason() -> None:
    """It shows its marks; changed ones ask why; Esc takes a change back."""
    desk = MemoryDesk()
    grid = grid_at("18⏎12⏎7⏎37⏎↑17␛", desk)
    assert grid.row.texts[0] == "18"
    keys(grid, "17⏎⏎⏎36⏎")
    assert grid.prompt is not None
    keys(grid, "leí mal⏎")
    assert (desk.kept["K1"].marks["walls"], desk.reasons) == (17, ["", "leí mal"])


def test_quitting_asks_for_the_row_that_is_half_typed() -> None:
    """Nothing typed is dropped in silence."""
    grid = grid_at("18")
    grid.press("quit")
    assert not grid.is_over
    keys(grid, "␛")
    grid.press("quit")
    assert grid.is_over


def test_an_absent_entry_is_said_in_its_row() -> None:
    """A number and a reason; the row says so and is passed over."""
    desk = MemoryDesk()
    grid = grid_at("", desk)
    grid.press("status")
    keys(grid, "1⏎")
    assert any("What is said of H1 Juana Quispe? 1" in line for line in screen(grid))
    assert said(grid).startswith("a number and a reason are needed")
    keys(grid, " no vino⏎")
    assert (desk.statuses, grid.at) == ({"H1": ("absent", "no vino")}, 1)
    assert any("H1 Juana Quispe" in line and "absent" in line for line in screen(grid))


def test_a_second_entry_shows_no_first_mark_in_the_grid() -> None:
    """Before and after a row is typed: equal or different is all there is."""
    desk = MemoryDesk(is_second=True, first={"K1": {"walls": 18, "water": 12, "order": 7}, "K2": {}, "K3": {}})
    grid = grid_at("18⏎12⏎7⏎37⏎", desk)
    assert said(grid).startswith("Confirmed: H1")
    assert any("typed a second time" in line for line in screen(grid))


def test_the_grid_fits_a_small_screen() -> None:
    """Fourteen criteria and a total: the columns around the one that is typed are shown, the total always."""
    many = "[" + ", ".join(f"{{id: c{n}, max: 10, step: 0.5}}" for n in range(1, 15)) + "]"
    desk = MemoryDesk(tier_with(many))
    for typed in range(15):
        lines = screen(grid_at("5.5⏎" * typed, desk))
        assert len(lines) == 24
        assert max(map(len, lines)) <= 80, typed
        assert "Total" in lines[2]
        if typed < 14:
            assert f" {typed + 1} " in lines[2]


def test_rows_have_the_same_columns_although_some_assets_are_known() -> None:
    """What is known of one entry stands in its row; of the others it is asked."""
    desk = MemoryDesk(tier_with(more="ties: [{larger_gain: cows}]\ndeductions: [{id: late, points: 1}]"))
    desk.papers["K1"] = paper(desk.tier, "H1", "J1", "K1", known={"cows_before": "4"})
    grid = grid_at("18⏎12⏎7⏎37⏎⏎9⏎⏎⏎⏎⏎1⏎2⏎3⏎6⏎5⏎8⏎kg⏎10⏎20⏎⏎", desk)
    assert desk.order == ["K1", "K2"]
    assert [dict(desk.kept[code].fields) for code in desk.order] == [
        {"cows_before": "4", "cows_now": "9"},
        {"cows_before": "5", "cows_now": "8", "cows_unit": "kg", "cows_value_before": "10", "cows_value_now": "20"},
    ]
    for typed in ("", "1⏎2⏎3⏎", "1⏎2⏎3⏎6⏎", "1⏎2⏎3⏎6⏎5⏎8⏎", "1⏎2⏎3⏎6⏎5⏎8⏎kg⏎10⏎"):
        assert max(map(len, screen(grid_at(typed, desk)))) <= 80
    assert grid.at == 2
