"""The vocabulary of the rules file as a JSON Schema, so that editors complete it and mark mistakes while one types.

It is made from the same annotations by which the file is read: what a shape asks for, its schema asks for. Descriptions
are the docstrings of the kinds. It is draft 7, which every editor knows. An editor sees less than `load_rules`: sums,
names that must exist and the order of figures are checked there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from inspect import getdoc
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from pachamama.core.rules.document import Rules
from pachamama.core.shape import OneOf, Reads, yaml_key
from pachamama.core.ties import BARE

_SENTENCES = re.compile(r"(?<=[.:;])\s+(?=[A-Z`])")


def json_schema() -> dict[str, Any]:
    """The schema of a whole rules file: all keys, all words, short forms included; unknown keys are refused."""
    shapes: dict[str, Any] = {}
    _reference(Rules, shapes)
    whole = shapes.pop(Rules.__name__)
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rules of Pacha Mama Raymi competitions",
        **whole,
        "definitions": shapes,
    }


def _schema(kind: Any, shapes: dict[str, Any]) -> dict[str, Any]:
    """The schema of an annotation; the shapes that it names are put into `shapes`."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _marked(kind, shapes)
    if origin is Literal:
        return {"enum": [form for word in parts for form in _as_editors_take(word)]}
    if origin is tuple:
        return {"type": "array", "items": _schema(parts[0], shapes)}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        names, values = (_schema(part, shapes) for part in parts)
        return {"type": "object", "propertyNames": {"pattern": names["pattern"]}, "additionalProperties": values}
    if isinstance(kind, UnionType) or origin is not None:
        (one,) = (part for part in parts if part is not NoneType)
        return _schema(one, shapes)
    return _reference(kind, shapes)


def _marked(kind: Any, shapes: dict[str, Any]) -> dict[str, Any]:
    inner, *markers = get_args(kind)
    for marker in markers:
        if isinstance(marker, Reads):
            return dict(marker.schema)
        if isinstance(marker, OneOf):
            return {"anyOf": [_reference(one, shapes) for one in get_args(inner)]}
    raise TypeError(f"no schema for {kind!r}")  # pragma: no cover


def _as_editors_take(word: str) -> Iterator[Any]:
    """A word of the file as YAML readers hand it over: `1224` bare is a number to them, `no` to the older ones False."""
    yield word
    if word.isdigit():
        yield int(word)
    if word == "no":
        yield False


def _reference(kind: Any, shapes: dict[str, Any]) -> dict[str, Any]:
    """A reference to a shape's schema, which is made the first time somebody asks for it."""
    name = kind.__name__
    if name not in shapes:
        shapes[name] = {}
        shapes[name] = _bare(kind) if kind in BARE.values() else _shape(kind, shapes)
    return {"$ref": f"#/definitions/{name}"}


def _bare(kind: type) -> dict[str, Any]:
    return {"const": vars(kind)["word"], "description": _told(kind)}


def _shape(kind: type, shapes: dict[str, Any]) -> dict[str, Any]:
    """A mapping with the keys of a shape and no others."""
    assert is_dataclass(kind)
    hints = get_type_hints(kind, include_extras=True)
    keys: dict[str, Any] = {}
    required = []
    for one in fields(kind):
        key, asked = yaml_key(one.name), _schema(hints[one.name], shapes)
        if one.default is MISSING:
            required.append(key)
            if asked.get("type") == "array":
                asked["minItems"] = 1
        elif isinstance(one.default, str | int):
            asked["default"] = one.default
        if "$ref" not in asked and (said := _told_of(kind, key)):
            asked["description"] = said
        keys[key] = asked
    return {
        "type": "object",
        "description": _told(kind),
        "properties": keys,
        "required": required,
        "additionalProperties": False,
    }


def _told(kind: type) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in (getdoc(kind) or "").split("\n\n"))


def _told_of(kind: type, key: str) -> str:
    """The sentences that the docstrings of a shape, or of what it has in common with others, say about a key."""
    for one in kind.__mro__:
        said = [
            sentence for sentence in _SENTENCES.split(" ".join((one.__doc__ or "").split())) if f"`{key}`" in sentence
        ]
        if said:
            return " ".join(said)
    return ""
