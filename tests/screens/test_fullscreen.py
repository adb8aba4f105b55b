"""The real screen of Textual, driven by its pilot: keys arrive in order, however fast they come."""

from __future__ import annotations

import asyncio

import pytest
from textual import events

from pachamama.language.reader import Reader
from pachamama.screens.drawing import drawn
from pachamama.screens.fullscreen import EntryScreen, show
from pachamama.screens.sitting import Sitting

from .desk import MemoryDesk

KEYS = {"⏎": "enter", ".": "full_stop", "↑": "up", "←": "backspace"}
ENGLISH = Reader.of("en")


def screen_of(sitting: Sitting) -> EntryScreen:
    return EntryScreen(sitting, lambda width, height: drawn(sitting, ENGLISH, width=width, height=height))


def run(desk: MemoryDesk, *bursts: str) -> tuple[Sitting, str]:
    """Each burst put into the queue at once, as a terminal does with keys typed ahead; the sitting and its last screen."""
    sitting = Sitting(desk)

    async def typing() -> str:
        app = screen_of(sitting)
        async with app.run_test(size=(80, 24)) as pilot:
            for burst in bursts:
                for sign in burst:
                    key = KEYS.get(sign, sign)
                    app.post_message(events.Key(key, None if len(key) > 1 and sign != "." else sign))
                await pilot.pause()
            return "\n".join(strip.text for strip in app.screen._compositor.render_strips())

    return sitting, asyncio.run(typing())


def test_a_burst_of_keys_lands_in_the_right_fields() -> None:
    """`12.5⏎17⏎9⏎` all at once, over three sheets, without waiting for the screen."""
    desk = MemoryDesk()
    run(desk, "K1⏎18⏎12.5⏎7⏎37.5⏎10⏎11⏎9⏎30⏎1⏎2⏎3⏎6⏎")
    assert desk.order == ["K1", "K2", "K3"]
    assert [str(mark) for mark in desk.kept["K1"].marks.values()] == ["18", "25/2", "7"]


def test_the_screen_shows_the_sheet_with_what_was_typed() -> None:
    """What the person sees after the keys is what stands in the fields."""
    _, text = run(MemoryDesk(), "K1⏎18⏎12.5⏎")
    assert "H1  Juana Quispe" in text
    assert "[     18]" in text
    assert "[   12.5]" in text
    assert "› 3 Orden" in text


def test_keys_of_a_terminal_and_their_plain_stand_ins() -> None:
    """F8 and Ctrl-Z bring the last sheet back; Ctrl-C and F9 leave, but not a half typed sheet."""
    for undo in ("f8", "ctrl+z"):
        desk = MemoryDesk()
        sitting = Sitting(desk)

        async def typing(sitting: Sitting = sitting, undo: str = undo) -> None:
            app = screen_of(sitting)
            async with app.run_test(size=(80, 24)) as pilot:
                await pilot.press(*"K1", "enter", *"18", "enter", *"12", "tab", *"7", "down", *"37", "enter")
                await pilot.press(undo)
                assert sitting.form is not None
                assert sitting.form.sheet.code == "K1"
                await pilot.press("escape", "5", "ctrl+c")
                assert not sitting.is_over
                await pilot.press("escape", "escape", "f9")
                assert sitting.is_over

        asyncio.run(typing())
        assert list(desk.kept) == ["K1"]


def test_pasted_lines_are_typed() -> None:
    """A column copied from elsewhere: each line is a field."""
    desk = MemoryDesk()
    sitting = Sitting(desk)

    async def typing() -> None:
        app = screen_of(sitting)
        async with app.run_test(size=(80, 24)) as pilot:
            app.post_message(events.Paste("K1\r\n18\n12.5\n7\t37.5\n"))
            await pilot.pause()

    asyncio.run(typing())
    assert desk.order == ["K1"]


@pytest.mark.parametrize("where", ["press", "draw"])
def test_a_mistake_of_the_program_leaves_the_screen_and_is_raised(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The terminal is itself again before anything is told; no page of Python remains on it."""

    class Broken:
        is_over = False
        refused = 0

        def press(self, key: str) -> None:
            raise ValueError(key)

    def draw(width: int, height: int) -> list[tuple[()]]:
        if where == "draw":
            raise ValueError("x")
        return []

    def headless(app: EntryScreen) -> None:
        async def typing() -> None:
            async with app.run_test() as pilot:
                await pilot.press("x")

        asyncio.run(typing())

    monkeypatch.setattr(EntryScreen, "run", headless)
    with pytest.raises(ValueError, match="x"):
        show(Broken(), draw)
