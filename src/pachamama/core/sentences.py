"""Sentences as values: what the core says, before anyone chooses the language it is said in.

The core never formats a sentence. It returns the English text with named gaps and the values for them; the room
`language` says it in Spanish, English or Quechua, on the screen or on paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pachamama.core.numbers import Exact

MAIN_LANGUAGE = "es"


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the catalogue, with the values for its gaps.

    `text` is the English sentence, which is also its key in the catalogue; `{name}` marks a gap. Where a sentence
    has a `plural`, `count` chooses between the two and fills the gap `{count}`.
    """

    text: str
    values: Mapping[str, Value]
    plural: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Points:
    """Points with the decimals they are printed with (`47.00`)."""

    value: Exact
    decimals: int


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in cents of a currency (ISO code)."""

    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Ordinal:
    """A place: 1 is said `1st` in English, `1.er` in Spanish (masculine, before the noun)."""

    number: int


@dataclass(frozen=True, slots=True)
class When:
    """A day (`2026-11-25`), or a moment in UTC as the journal has it; people read it in words, in their own zone."""

    iso: str


@dataclass(frozen=True, slots=True)
class Listing:
    """Several values joined as people join them: `A, B and C`, or, where one is to be chosen, `A, B or C`."""

    items: Sequence[Value]
    is_choice: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """What people call a thing: one text, or one for each language (`{"es": …, "qu": …}`).

    Empty texts mean that the rules give no name; `fallback` (the id) then stands in.
    """

    texts: Mapping[str, str]
    fallback: str = ""

    def in_language(self, language: str) -> str:
        """The text in that language, else in the main one, else whatever there is, else the id."""
        return (
            self.texts.get(language) or self.texts.get(MAIN_LANGUAGE) or next(iter(self.texts.values()), self.fallback)
        )


Value: TypeAlias = str | Exact | Sentence | Points | Money | Ordinal | When | Listing | Name


def say(text: str, /, **values: Value) -> Sentence:
    """A sentence with its values; `text` must be a literal, so that the catalogue can be extracted."""
    return Sentence(text, values)


def say_count(singular: str, plural: str, /, count: int, **values: Value) -> Sentence:
    """A sentence about a number of things: `{count}` is filled, and the catalogue chooses the plural form."""
    return Sentence(singular, values, plural, count)


def listing(items: Sequence[Value]) -> Listing:
    """The items joined in the reader's language, in the order given."""
    return Listing(tuple(items))


def choice(items: Sequence[Value]) -> Listing:
    """The items of which one is to be chosen, joined in the reader's language: `A, B or C`."""
    return Listing(tuple(items), is_choice=True)
