"""The full screen: one widget that owns every field, so that keys typed ahead reach the sheet in their order.

It only hands keys over and paints; what they do is said by `sitting` and `grid`, what it looks like by `drawing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from rich.style import Style
from rich.text import Text
from textual import events
from textual.app import App, ComposeResult
from textual.widget import Widget

from pachamama.screens.drawing import Line, Role

KEYS = {
    "enter": "enter", "ctrl+m": "enter", "ctrl+j": "enter", "tab": "down", "down": "down", "up": "up", "shift+tab": "up",
    "left": "left", "right": "right", "home": "top", "end": "end", "ctrl+a": "top", "ctrl+e": "end",
    "backspace": "erase", "ctrl+h": "erase", "delete": "clear", "ctrl+u": "clear", "escape": "escape",
    "pageup": "page_up", "pagedown": "page_down",
    "f1": "help", "ctrl+g": "help", "f2": "missing", "ctrl+l": "missing", "f3": "search", "ctrl+f": "search",
    "f4": "status", "ctrl+t": "status", "f8": "undo", "ctrl+z": "undo", "f9": "quit", "ctrl+q": "quit", "ctrl+c": "quit",
}  # fmt: skip
"""What each key of a terminal means; everything with an F has a plain key too, for terminals without them."""

_STYLES: dict[Role, Style] = {
    "plain": Style(),
    "title": Style(bold=True),
    "quiet": Style(dim=True),
    "field": Style(),
    "here": Style(bold=True, reverse=True),
    "wrong": Style(bold=True, color="bright_red"),
    "good": Style(bold=True, color="green"),
    "allowed": Style(color="cyan"),
    "key": Style(reverse=True),
}


class Typed(Protocol):
    """What the screen shows and gives its keys to."""

    @property
    def is_over(self) -> bool:
        """The person has left."""

    @property
    def refused(self) -> int:
        """How often something was refused so far."""

    def press(self, key: str) -> None:
        """Take one key."""


class Papers(Widget):
    """The one widget: the whole screen."""

    DEFAULT_CSS = "Papers { width: 100%; height: 100%; }"

    def __init__(self, typed: Typed, draw: Callable[[int, int], Sequence[Line]]) -> None:
        super().__init__()
        self.typed = typed
        self.draw = draw
        self.mistake: Exception | None = None
        self._heard = 0

    def render(self) -> Text:
        """Paint everything; a screen of text costs less than keeping account of what changed."""
        width, height = self.size
        text = Text(no_wrap=True, overflow="crop", end="")
        try:
            lines = self.draw(width, height)
        except Exception as error:  # noqa: BLE001 told when the terminal is itself again
            self._give_up(error)
            return text
        for number, line in enumerate(lines):
            if number:
                text.append("\n")
            for part in line:
                text.append(part.text, _STYLES[part.role])
        return text

    def press(self, key: str) -> None:
        """Hand one key over and show what it did."""
        try:
            self.typed.press(key)
        except Exception as error:  # noqa: BLE001 told when the terminal is itself again
            self._give_up(error)
            return
        if self.typed.refused > self._heard:
            self.app.bell()  # who types looks at the paper, not at the screen
        self._heard = self.typed.refused
        if self.typed.is_over:
            self.app.exit()
        self.refresh()

    def _give_up(self, error: Exception) -> None:
        """Leave the screen; `show` raises the mistake where the program tells its own mistakes."""
        self.mistake = self.mistake or error
        self.app.exit()


class EntryScreen(App[None]):
    """The application: every key of the terminal goes straight to the widget, in the order in which it was typed.

    Textual's own bindings would overtake characters that wait for the widget, so none is used.
    """

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, typed: Typed, draw: Callable[[int, int], Sequence[Line]]) -> None:
        super().__init__(ansi_color=True)
        self.papers = Papers(typed, draw)

    def compose(self) -> ComposeResult:
        """The one widget."""
        yield self.papers

    async def on_event(self, event: events.Event) -> None:
        """Take keys and pasted text before anybody else does; leave the rest to Textual."""
        if isinstance(event, events.Key):
            self._take(event)
        elif isinstance(event, events.Paste):
            self._take_pasted(event.text)
        else:
            await super().on_event(event)

    def _take(self, event: events.Key) -> None:
        means = KEYS.get(event.key)
        if means is not None:
            self.papers.press(means)
        elif event.character and event.character.isprintable():
            self.papers.press(event.character)

    def _take_pasted(self, text: str) -> None:
        """Pasted text is typed; line breaks and tabs are Enter."""
        for sign in text.replace("\r\n", "\n"):
            if sign in "\n\r\t":
                self.papers.press("enter")
            elif sign.isprintable():
                self.papers.press(sign)


def show(typed: Typed, draw: Callable[[int, int], Sequence[Line]]) -> None:
    """Take over the terminal until the person leaves; a mistake of the program is raised when the screen is gone."""
    screen = EntryScreen(typed, draw)
    screen.run()
    if screen.papers.mistake is not None:
        raise screen.papers.mistake
