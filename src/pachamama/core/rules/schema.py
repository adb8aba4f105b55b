"""The vocabulary of the rules file as a JSON Schema, so that editors complete it and mark mistakes while one types.

It is made from the same annotations by which the file is read: what a shape asks for, its schema asks for. Descriptions
are the docstrings of the shapes, and what `rules explain` says of keys. It is draft 7, which every editor knows. An editor
sees less than `load_rules`: sums, names that must exist and the order of figures are checked there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin, get_type_hints

from pachamama.core.rules.document import Rules
from pachamama.core.rules.keys import KEYS
from pachamama.core.sentences import say
from pachamama.core.shape import OneOf, Reads, explanation, yaml_key
from pachamama.core.ties import BARE

_SENTENCES = r"(?<=[.:;])\s+(?=[A-ZÁÉÍÓÚÑ¿¡])|(?<=\.)\s+(?=`)|(?<=[:;])\s+(?=`(?:{keys})`)"
"""Where what is said of a key ends: with the sentence, or before another key of the shape; not before its own words."""
_TITLE = say("Rules of Pacha Mama Raymi competitions")

Text: TypeAlias = Callable[[str], str]
"""Puts a fixed English text into a reader's language."""


def json_schema(text: Text = str) -> dict[str, Any]:
    """The schema of a whole rules file: all keys, all words, short forms included; unknown keys are refused.

    `text` says what editors show beside the keys in the reader's language.
    """
    shapes = _Shapes(text)
    shapes.reference(Rules)
    whole = shapes.made.pop(Rules.__name__)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": text(_TITLE.text),
        **whole,
        "definitions": shapes.made,
    }


@dataclass(slots=True)
class _Shapes:
    """The schemas of the shapes that were asked for, by the names of their classes."""

    text: Text
    made: dict[str, Any] = field(default_factory=dict)

    def schema(self, kind: Any) -> dict[str, Any]:
        """The schema of an annotation; the shapes that it names are made too."""
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self._marked(kind)
        if origin is Literal:
            return {"enum": [form for word in parts for form in _as_editors_take(word)]}
        if origin is tuple:
            return {"type": "array", "items": self.schema(parts[0])}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            names, values = (self.schema(part) for part in parts)
            return {"type": "object", "propertyNames": {"pattern": names["pattern"]}, "additionalProperties": values}
        if isinstance(kind, UnionType) or origin is not None:
            (one,) = (part for part in parts if part is not NoneType)
            return self.schema(one)
        return self.reference(kind)

    def reference(self, kind: Any) -> dict[str, Any]:
        """A reference to a shape's schema, which is made the first time somebody asks for it."""
        name = kind.__name__
        if name not in self.made:
            self.made[name] = {}
            self.made[name] = self._bare(kind) if kind in BARE.values() else self._shape(kind)
        return {"$ref": f"#/definitions/{name}"}

    def _marked(self, kind: Any) -> dict[str, Any]:
        inner, *markers = get_args(kind)
        for marker in markers:
            if isinstance(marker, Reads):
                return dict(marker.schema)
            if isinstance(marker, OneOf):
                return {"anyOf": [self.reference(one) for one in get_args(inner)]}
        raise TypeError(f"no schema for {kind!r}")  # pragma: no cover

    def _bare(self, kind: type) -> dict[str, Any]:
        return {"const": vars(kind)["word"], "description": self._told(kind)}

    def _shape(self, kind: type) -> dict[str, Any]:
        """A mapping with the keys of a shape and no others."""
        assert is_dataclass(kind)
        hints = get_type_hints(kind, include_extras=True)
        keys: dict[str, Any] = {}
        required = []
        for one in fields(kind):
            key, asked = yaml_key(one.name), self.schema(hints[one.name])
            if one.default is MISSING:
                required.append(key)
                if asked.get("type") == "array":
                    asked["minItems"] = 1
            elif isinstance(one.default, str | int):
                asked["default"] = one.default
            if "$ref" not in asked and (said := self._told_of(kind, key)):
                asked["description"] = said
            keys[key] = asked
        return {
            "type": "object",
            "description": self._told(kind),
            "properties": keys,
            "required": required,
            "additionalProperties": False,
        }

    def _told(self, kind: type) -> str:
        return "\n\n".join(self.text(paragraph) for paragraph in explanation(kind))

    def _told_of(self, kind: type, key: str) -> str:
        """What the docstrings of a shape, or of what it has in common with others, say about a key, else what KEYS says."""
        ends = re.compile(_SENTENCES.format(keys="|".join(yaml_key(one.name) for one in fields(kind))))
        for one in kind.__mro__:
            told = [self.text(paragraph) for paragraph in explanation(one)] if "__shape__" in vars(one) else []
            said = [part for paragraph in told for part in ends.split(paragraph) if f"`{key}`" in part]
            if said:
                return " ".join(said)
        return self.text(KEYS[key].text) if key in KEYS else ""


def _as_editors_take(word: str) -> Iterator[Any]:
    """A word of the file as YAML readers hand it over: `1224` bare is a number to them, `no` to the older ones False."""
    yield word
    if word.isdigit():
        yield int(word)
    if word == "no":
        yield False
