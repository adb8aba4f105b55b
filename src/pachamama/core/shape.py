"""How a rule's class is read from the rules file: the small pieces that every shape is made of.

Rule kinds are frozen dataclasses, cheap to define, so that a command that only ranks starts at once. The markers below
say how each field is read (core.rules.reading): numbers from their digits, texts in one language or several, one kind
of several told apart by its keys. The same markers describe the file to editors (core.rules.schema).
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, FrozenInstanceError, dataclass, fields
from typing import Annotated, Any, ClassVar, NoReturn, TypeAlias, TypeVar, dataclass_transform

from pachamama.core.names import clean_name, unsafe_characters
from pachamama.core.numbers import Exact, read_exact
from pachamama.core.sentences import Name, Sentence, listing, say

_ID = re.compile(r"\w[\w.-]{0,59}")
LANGUAGES = ("es", "qu", "en")


_C = TypeVar("_C")


def explanation(kind: type) -> tuple[str, ...]:
    """What the docstring of a rule's class says, a paragraph at a time, in English: keys for a catalogue."""
    from inspect import getdoc
    from re import sub

    text = sub(r"\s*\(RULES\.md[^)]*\)", "", getdoc(kind) or "")
    return tuple(" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip())


@dataclass_transform(kw_only_default=True, frozen_default=True)
def shape(kind: type[_C]) -> type[_C]:
    """The class as a frozen dataclass whose values are given by keyword; equal values are equal and hash alike.

    The methods are shared by all shapes instead of being compiled for each class: seventy of them are imported by every
    command that ranks, and `dataclasses` needs 0.25 ms for one, this 0.02 ms. Only the annotations `ClassVar` and
    plain defaults are understood, no `field(...)`.
    """
    made: Any = dataclass(init=False, repr=False, eq=False, kw_only=True)(kind)
    names = [field.name for field in fields(made)]
    made.__shape__ = (names, {field.name: field.default for field in fields(made) if field.default is not MISSING})
    made.__init__, made.__repr__, made.__eq__, made.__hash__ = _start, _written_out, _is_equal, _hashed
    made.__setattr__ = made.__delattr__ = _keep
    return made  # type: ignore[no-any-return]


def _start(self: Any, /, **given: Any) -> None:
    names, defaults = self.__shape__
    values = {**defaults, **given}
    if len(values) != len(names) or not all(name in values for name in names):
        wrong = sorted({*names} ^ {*values})
        raise TypeError(f"{type(self).__name__}: missing or unknown: {', '.join(wrong)}")
    self.__dict__.update(values)


def _values(self: Any) -> tuple[Any, ...]:
    return tuple(self.__dict__[name] for name in self.__shape__[0])


def _written_out(self: Any) -> str:
    told = ", ".join(f"{name}={value!r}" for name, value in zip(self.__shape__[0], _values(self), strict=True))
    return f"{type(self).__qualname__}({told})"


def _is_equal(self: Any, other: object) -> bool:
    return type(self) is type(other) and _values(self) == _values(other)


def _hashed(self: Any) -> int:
    return hash((type(self), _values(self)))


def _keep(_self: Any, name: str, *_value: Any) -> NoReturn:
    raise FrozenInstanceError(f"cannot change {name}")


def yaml_key(field: str) -> str:
    """The key in the file: `from` is a word of Python, so the field is called `from_`."""
    return field.rstrip("_")


class Unreadable(Exception):
    """A value of the file cannot be what its key asks for; says why, and the remedy where there is one.

    `at` is the key inside a mapping that is to blame, None for the value as a whole.
    """

    def __init__(self, message: Sentence, hint: Sentence | None = None, *, at: str | None = None) -> None:
        super().__init__(message.text)
        self.message, self.hint, self.at = message, hint, at


class Reads(ABC):
    """A marker in `Annotated[...]`: `read` turns the file's text, list or mapping into the field's value.

    `schema` is the same as JSON Schema. Every scalar of the file is a text to us, while editors take `2026` for a number
    and `true` for a truth value, so it names those types too.
    """

    schema: ClassVar[Mapping[str, Any]] = {"type": ["string", "number", "boolean"], "pattern": r"\S"}

    @abstractmethod
    def read(self, value: Any) -> Any:
        """The value, or Unreadable."""


class _Figure(Reads):
    schema = {"type": ["number", "string"], "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$"}  # noqa: RUF012

    def read(self, value: Any) -> Exact:
        if isinstance(value, str) and (number := read_exact(value)) is not None:
            return number
        raise Unreadable(
            say("{value} is not a number in plain digits", value=shown(value)),
            say("write it like 12 or 12.5: no thousands separator, no decimal comma, no leading zero"),
        )


class _Whole(Reads):
    schema = {"type": ["integer", "string"], "pattern": "^-?(0|[1-9][0-9]*)$"}  # noqa: RUF012

    def read(self, value: Any) -> int:
        if isinstance(value, str) and isinstance(number := read_exact(value), int):
            return number
        raise Unreadable(
            say("{value} is not a whole number", value=shown(value)), say("write it in plain digits, like 3")
        )


class _Truth(Reads):
    schema = {"enum": [True, False, "true", "false"]}  # noqa: RUF012

    def read(self, value: Any) -> bool:
        if value in ("true", "false"):
            return bool(value == "true")
        raise Unreadable(say("{value} is neither true nor false", value=shown(value)), say("write true or false"))


class _Id(Reads):
    schema = {  # noqa: RUF012 `\w` is letters of all scripts to Python, but not to editors
        "type": ["string", "number", "boolean"],
        "pattern": r"^[^\s!-/:-@\[-^`{-~][^\s!-,/:-@\[-^`{-~]{0,59}$",
        "minimum": 0,
    }

    def read(self, value: Any) -> str:
        if isinstance(value, str) and _ID.fullmatch(value):
            return value
        raise Unreadable(
            say("{value} cannot be an id", value=shown(value)),
            say("an id has letters, digits, “_”, “-” and “.” only, and at most 60 of them"),
        )


class _Text(Reads):
    def read(self, value: Any) -> str:
        return _one_line(value)


class _Named(Reads):
    schema = {  # noqa: RUF012
        "anyOf": [
            Reads.schema,
            {
                "type": "object",
                "properties": dict.fromkeys(LANGUAGES, Reads.schema),
                "additionalProperties": False,
                "minProperties": 1,
            },
        ]
    }

    def read(self, value: Any) -> Name:
        if not isinstance(value, Mapping):
            return Name({"es": clean_name(_one_line(value))})
        for language in value:
            if language not in LANGUAGES:
                raise Unreadable(
                    say("{language} is no language of the papers", language=shown(language)),
                    say("write one text for each language: {{es: …, qu: …, en: …}}"),
                    at=language,
                )
        if not value:
            raise Unreadable(say("nothing is written here"), say("write a text, or leave the key out"))
        return Name({language: clean_name(_one_line(text, at=language)) for language, text in value.items()})


def _one_line(value: Any, at: str | None = None) -> str:
    """The text without blanks around it; refuses empty ones and characters that steer a screen or turn a line around."""
    if not isinstance(value, str):
        message = say("{value} stands where a text is expected", value=shown(value))
        raise Unreadable(message, say("write a text, in quotation marks if it has a colon in it"), at=at)
    text = value.strip()
    if not text:
        raise Unreadable(say("nothing is written here"), say("write a text, or leave the key out"), at=at)
    if not text.isprintable() and (unsafe := unsafe_characters(text)):
        raise Unreadable(say("the text holds {characters}", characters=listing(unsafe)), say("take them out"), at=at)
    return text if text.isprintable() else " ".join(text.split())


class _Date(Reads):
    schema = {"type": "string", "format": "date"}  # noqa: RUF012

    def read(self, value: Any) -> str:
        import datetime as dt

        if isinstance(value, str) and re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
            try:
                return dt.date.fromisoformat(value).isoformat()
            except ValueError:
                pass
        raise Unreadable(say("{value} is not a date", value=shown(value)), say("write year, month and day: 2026-03-02"))


class _Currency(Reads):
    schema = {"type": "string", "pattern": "^[A-Z]{3}$"}  # noqa: RUF012

    def read(self, value: Any) -> str:
        if isinstance(value, str) and re.fullmatch("[A-Z]{3}", value):
            return value
        raise Unreadable(
            say("{value} is not a currency code", value=shown(value)), say("write three capitals: USD, PEN, BOB")
        )


Figure: TypeAlias = Annotated[Exact, _Figure()]
Whole: TypeAlias = Annotated[int, _Whole()]
Truth: TypeAlias = Annotated[bool, _Truth()]
Id: TypeAlias = Annotated[str, _Id()]
Text: TypeAlias = Annotated[str, _Text()]
Named: TypeAlias = Annotated[Name, _Named()]
Date: TypeAlias = Annotated[str, _Date()]
Currency: TypeAlias = Annotated[str, _Currency()]

NO_NAME = Name({})


def shown(value: Any) -> str:
    """A value of the file as a message quotes it: short, and `(nothing)` for an empty one."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, Mapping):
        text = "{…}"
    elif isinstance(value, Sequence):
        text = "[…]"
    else:
        text = str(value)
    text = text if len(text) <= 40 else text[:39] + "…"
    return f"“{text}”" if text else "“”"


@dataclass(frozen=True)
class OneOf:
    """A marker on a union of shapes: `choose` looks at the file's mapping and names the class that reads it.

    A shape that stands for several words sets `words`; the others answer to their class name.
    """

    choose: Callable[[Any], str]


@dataclass(frozen=True)
class Written:
    """A marker on a shape that people write in a shorter way: `expand` turns it into the long one before reading."""

    expand: Callable[[Any], Any]
