"""A plain tree read into the shapes of `document`: every key known, every word one of its words, all problems at once.

The annotations of the shapes are the grammar: a field's type says what may stand there and its default whether it may
be left out. What each shape asks for is worked out once and kept.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache
from inspect import get_annotations
from types import NoneType, UnionType
from typing import Annotated, Any, Final, Literal, TypeAlias, get_args, get_origin

from pachamama.core.problems import Place, Problem, refuse_if
from pachamama.core.rules.document import Rules
from pachamama.core.rules.source import NOTHING, Path, Tree, read_tree
from pachamama.core.sentences import Sentence, Value, listing, say
from pachamama.core.shape import OneOf, Reads, Unreadable, Written, shown, yaml_key


@dataclass(frozen=True, slots=True)
class Read:
    """Rules as they were read, and where each part of them stands in the file.

    `tree.values` maps a path such as `("competitions", "terraces", "tiers", 0, "prizes", "awards", 1, "amounts")` to its
    place; what the file leaves out has no entry there.
    """

    rules: Rules
    tree: Tree

    @property
    def places(self) -> Mapping[Path, Place]:
        """The place of every part that is written in the file."""
        return self.tree.values

    def place(self, *path: str | int) -> Place:
        """Where the part stands; if it is not written, the nearest part around it that is."""
        return self.tree.place(path)

    def wrote(self, *path: str | int) -> bool:
        """The part is written in the file, not a default."""
        return path in self.tree.values


def read_rules(text: str, file: str | None = None) -> Read:
    """The rules in the text of a rules file, unchecked; refuses with every problem of spelling and shape."""
    tree = read_tree(text, file)
    found = rules_in(tree)
    refuse_if(in_order(tree.problems))
    assert found is not None, "what cannot be read is a problem"
    return Read(found, tree)


def rules_in(tree: Tree) -> Rules | None:
    """The rules of a tree, which takes the problems; None where they are not whole."""
    found = reader_of(Rules)(tree, tree.root, ())
    return found if isinstance(found, Rules) else None


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """The problems as one reads the file, from the top."""
    return sorted(problems, key=lambda problem: (problem.where.line or 0, problem.where.column or 0))


# -- readers -----------------------------------------------------------------------------------------------------------

Reader: TypeAlias = Callable[[Tree, Any, Path], Any]
"""Reads the value at a path of the tree; UNREAD where there was a problem, which then stands in the tree."""

UNREAD: Final = object()


def report(tree: Tree, path: Path, message: Sentence, hint: Sentence | None = None) -> Any:
    """Keep a problem at the value's place; UNREAD."""
    tree.problems.append(Problem(tree.place(path), message, hint))
    tree.lose(path)
    return UNREAD


def _unreadable(tree: Tree, value: Any, path: Path, problem: Unreadable, hint: Sentence | None = None) -> Any:
    """Keep what the marker says, at the key that it blames."""
    if problem.at is not None and isinstance(value, Mapping):
        if value.get(problem.at) is NOTHING:
            return UNREAD
        path = (*path, problem.at)
    return report(tree, path, problem.message, hint or problem.hint)


def reader_of(kind: Any) -> Reader:
    """The reader for an annotation of a shape."""
    origin = get_origin(kind)
    if origin is Annotated:
        return _marked(kind)
    if origin is Literal:
        return _word(get_args(kind))
    if origin is tuple:
        return _list(reader_of(get_args(kind)[0]))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _table(*map(reader_of, get_args(kind)))
    if isinstance(kind, UnionType) or origin is not None:
        (one,) = (part for part in get_args(kind) if part is not NoneType)
        return reader_of(one)
    if is_dataclass(kind) and isinstance(kind, type):
        return _shape(kind)
    raise TypeError(f"no reader for {kind!r}")  # pragma: no cover


def _marked(kind: Any) -> Reader:
    """A reader for `Annotated[...]`: one value, or one of several shapes, perhaps written in a shorter way."""
    inner, *markers = get_args(kind)
    reader: Reader | None = None
    for marker in markers:
        if isinstance(marker, Reads):
            reader = _one_value(marker)
        elif isinstance(marker, OneOf):
            reader = _one_of(marker, get_args(inner))
        elif isinstance(marker, Written) and reader is not None:
            reader = _shorter(marker, reader)
    return reader or reader_of(inner)


def _one_value(marker: Reads) -> Reader:
    def read(tree: Tree, value: Any, path: Path) -> Any:
        if value is NOTHING:
            return UNREAD
        try:
            return marker.read(value)
        except Unreadable as problem:
            return _unreadable(tree, value, path, problem)

    return read


def _one_of(marker: OneOf, kinds: Sequence[Any]) -> Reader:
    by_name = {kind.__name__: kind for kind in kinds}
    readers: dict[str, Reader] = {}

    def read(tree: Tree, value: Any, path: Path) -> Any:
        if value is NOTHING:
            return UNREAD
        try:
            name = marker.choose(value)
        except Unreadable as problem:
            written = value.get(problem.at) if isinstance(value, Mapping) else None
            return _unreadable(tree, value, path, problem, _close(written, [kind.word for kind in kinds]))
        if name not in readers:
            readers[name] = _shape(by_name[name], tuple(by_name.values()))
        return readers[name](tree, value, path)

    return read


def _shorter(marker: Written, reader: Reader) -> Reader:
    def read(tree: Tree, value: Any, path: Path) -> Any:
        if value is NOTHING:
            return UNREAD
        try:
            long = marker.expand(value)
        except Unreadable as problem:
            return _unreadable(tree, value, path, problem)
        return reader(tree, long, path)

    return read


def _word(words: tuple[str, ...]) -> Reader:
    def read(tree: Tree, value: Any, path: Path) -> Any:
        if value in words if isinstance(value, str) else value is NOTHING:
            return value if value is not NOTHING else UNREAD
        if len(words) == 1:
            return report(tree, path, say("{value} cannot stand here", value=shown(value)), nearest(value, words))
        message = say("{value} is none of the words that can stand here", value=shown(value))
        return report(tree, path, message, nearest(value, words))

    return read


def _list(item: Reader) -> Reader:
    def read(tree: Tree, value: Any, path: Path) -> Any:
        if isinstance(value, list):
            found = tuple(item(tree, one, (*path, at)) for at, one in enumerate(value))
            return UNREAD if UNREAD in found else found
        if value is NOTHING:
            return UNREAD
        message = say("{value} stands where a list is expected", value=shown(value))
        return report(tree, path, message, say("write the list in brackets, [a, b], even with one item"))

    return read


def _table(key: Reader, item: Reader) -> Reader:
    def read(tree: Tree, value: Any, path: Path) -> Any:
        if not isinstance(value, Mapping):
            return _no_mapping(tree, value, path)
        found, is_whole = {}, True
        for name, one in value.items():
            before = len(tree.problems)
            id_ = key(tree, name, (*path, name))
            if id_ is UNREAD:
                last = tree.problems[-1]
                tree.problems[before:] = [Problem(tree.key_place((*path, name)), last.message, last.hint)]
            found[id_] = item(tree, one, (*path, name))
            is_whole = is_whole and id_ is not UNREAD and found[id_] is not UNREAD
        return found if is_whole else UNREAD

    return read


def _no_mapping(tree: Tree, value: Any, path: Path) -> Any:
    if value is NOTHING:
        return UNREAD
    message = say("{value} stands where keys with values are expected", value=shown(value))
    return report(tree, path, message, say("write “key: value” lines, or {{key: value, …}}"))


# -- shapes ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Plan:
    """What a shape asks for: by key its field and reader; the keys that must be written, and those that hold lists."""

    kind: type
    keys: Mapping[str, tuple[str, Reader]]
    required: tuple[str, ...]
    filled: frozenset[str]
    """Keys whose list must have an item: those that must be written."""


@cache
def plan_of(kind: Any) -> Plan:
    """The plan of a shape, worked out once."""
    keys: dict[str, tuple[str, Reader]] = {}
    required, filled = [], set()
    for one in fields(kind):
        annotation = _annotation(kind, one.name)
        key = yaml_key(one.name)
        keys[key] = (one.name, _lazily(annotation))
        if one.default is MISSING:
            required.append(key)
            if get_origin(annotation) is tuple:
                filled.add(key)
    return Plan(kind, keys, tuple(required), frozenset(filled))


def _annotation(kind: type, name: str) -> Any:
    """A field's type, from the text of its annotation in the module that wrote it."""
    owner = next(one for one in kind.__mro__ if name in get_annotations(one))
    return _evaluated(get_annotations(owner)[name], owner.__module__)


@cache
def _evaluated(annotation: str, module: str) -> Any:
    """The value of an annotation: there are some thirty different ones, so each is worked out once, not 250 times."""
    return eval(annotation, vars(sys.modules[module]))  # noqa: S307  our own source


@cache
def _kept(annotation: Any) -> Reader:
    return reader_of(annotation)


def _lazily(annotation: Any) -> Reader:
    """A reader that is made when the first value comes, so that kinds a file does not use cost nothing."""

    def read(tree: Tree, value: Any, path: Path) -> Any:
        return _kept(annotation)(tree, value, path)

    return read


def _shape(kind: Any, siblings: tuple[Any, ...] = ()) -> Reader:
    """A reader for a mapping with the keys of a shape; `siblings` are the kinds that could stand in its place."""

    def read(tree: Tree, value: Any, path: Path) -> Any:
        if not isinstance(value, Mapping):
            return _no_mapping(tree, value, path)
        plan, found, is_whole = plan_of(kind), {}, True
        for key, one in value.items():
            if key in plan.keys:
                field, reader = plan.keys[key]
                made = found[field] = reader(tree, one, (*path, key))
                if made == () and key in plan.filled:
                    made = report(tree, (*path, key), say("this list is empty"), say("write at least one item"))
            else:
                made = _unknown(tree, (*path, key), plan, siblings)
            is_whole = is_whole and made is not UNREAD
        for key in plan.required:
            if key not in value:
                is_whole = False
                report(tree, (*path, key), say("“{key}” is missing here", key=key), _example(key))
        return kind(**found) if is_whole else UNREAD

    return read


def _example(key: str) -> Sentence:
    """What to write for a key that is missing."""
    return {
        "version": say("begin the file with “version: 1”"),
        "tier": say("say who competes: tier: household, group or community"),
        "within": say("say whom they are ranked against: within: community, watershed or programme"),
        "max": say(
            "every criterion has a maximum; its least mark and its steps are 1 unless “min” and “step” say else"
        ),
        "bands": say("what is measured needs bands: [{{from: 0, points: 0}}, {{from: 200, points: 5}}]"),
    }.get(key) or say("add “{key}: …”", key=key)


def _unknown(tree: Tree, path: Path, plan: Plan, siblings: Sequence[Any]) -> Any:
    """Report a key that the shape does not have; UNREAD."""
    key = str(path[-1])
    others = [other.word for other in siblings if key in plan_of(other).keys]
    tree.unread.append(path)
    if others:
        mine = getattr(plan.kind, "word", "")
        message = say("“{key}” does not go with “{word}”", key=shown(key)[1:-1], word=mine)
        hint = say("it goes with: {words}", words=listing(others))
    else:
        message = say("“{key}” is not known here", key=shown(key)[1:-1])
        hint = nearest(key, tuple(plan.keys))
        if (meant := _meant(key, tuple(plan.keys))) is not None:
            tree.lost.append((*path[:-1], meant))
    tree.problems.append(Problem(tree.key_place(path), message, hint))
    return UNREAD


def nearest(written: Any, words: Sequence[str], *, shown: Value | None = None) -> Sentence:
    """A hint: the word that was probably meant, else all that can stand there; `shown` says them with their names."""
    return _close(written, words) or say("what can stand here: {words}", words=shown or listing(list(words)))


def _close(written: Any, words: Sequence[str]) -> Sentence | None:
    """A hint with the word that is spelt almost like the written one, if there is one."""
    meant = _meant(written, words)
    return say("did you mean “{word}”?", word=meant) if meant is not None else None


def _meant(written: Any, words: Sequence[str]) -> str | None:
    """The word that is spelt almost like the written one, if there is one."""
    from difflib import get_close_matches

    close = get_close_matches(written.lower(), words, n=1, cutoff=0.7) if isinstance(written, str) else []
    return close[0] if close else None
