"""A section of an explanation: a title and sentences, the last of which gives the figure that the computation gave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pachamama.core.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Section:
    """One step of the way from the marks to the cent; `lines` in the order in which it was reckoned."""

    title: Sentence
    lines: tuple[Sentence, ...]


def section(title: Sentence, lines: Iterable[Sentence]) -> Section:
    """A section of these lines."""
    return Section(title, tuple(lines))
