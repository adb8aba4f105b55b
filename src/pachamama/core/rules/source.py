"""The text of a rules file as a plain tree: mappings, lists and texts, and the line and column of every part.

YAML is read strictly: every scalar is a text (`010`, `no` and `1224` stay what was written), and what makes YAML
surprising is refused: anchors, tags, merge keys, repeated keys, several documents. The walk goes over the parser's
events, so nothing is built before it has been looked at, and a hostile file costs no more than a long one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from pachamama.core.names import unsafe_characters
from pachamama.core.problems import Place, Problem, Refused
from pachamama.core.sentences import Sentence, listing, say

Path: TypeAlias = "tuple[str | int, ...]"
"""Where a part stands in the tree: keys of mappings and positions in lists, from the top."""

DEEPEST = 30
LARGEST = 1_000_000
"""Characters: a thousand times what a long rules file needs."""
MOST_CHARACTERS = 20
"""Bad characters that are listed before the rest is left unsaid."""

_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_EMPTY = frozenset({"", "~", "null", "Null", "NULL"})


class Nothing:
    """Stands for a part that was refused already: whoever reads the tree says no more about it."""


NOTHING: Final = Nothing()


@dataclass(slots=True)
class Tree:
    """A rules file as it was written: `root`, where each part and each key stands, and what is wrong so far.

    `lost` are the paths of what was refused: whoever looks at the rest does not know what should have stood there.
    `unread` are the paths that nothing can be made of; what misses such a part may still be whole without it.
    """

    file: str | None
    root: Any = NOTHING
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lost: list[Path] = field(default_factory=list)
    unread: list[Path] = field(default_factory=list)

    def place(self, path: Path) -> Place:
        """Where the value stands, or the nearest part around it that was written."""
        while path not in self.values and path:
            path = path[:-1]
        return self.values.get(path, Place(self.file))

    def lose(self, path: Path) -> None:
        """Nothing can be made of a part, and nobody knows what should have stood there."""
        self.lost.append(path)
        self.unread.append(path)

    def key_place(self, path: Path) -> Place:
        """Where the key of the value stands; for an item of a list, where the item does."""
        return self.keys.get(path) or self.place(path)


def decoded(content: bytes, file: str | None = None) -> str:
    """The text of a file's bytes; refuses what is not UTF-8, with the line and column of the first such byte."""
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        place = Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise Refused(
            Problem(
                place,
                say("this file is not written in UTF-8"),
                say("open it in the editor that wrote it and save it again, with the encoding UTF-8"),
            )
        ) from None


def read_tree(text: str, file: str | None = None) -> Tree:
    """The tree of a rules file's text.

    Refuses at once what leaves no whole tree (a syntax error, with everything found before it); all other problems are
    in `problems`, with NOTHING in the place of what was refused.
    """
    text = text.removeprefix("\ufeff")
    tree = Tree(file)
    if len(text) > LARGEST:
        tree.problems.append(Problem(Place(file), say("this file is too large for a rules file: more than 1 MB")))
    else:
        tree.problems.extend(_bad_characters(text, file))
    if tree.problems:
        raise Refused(*tree.problems)
    _Walk(text, tree).run()
    return tree


def _bad_characters(text: str, file: str | None) -> Iterator[Problem]:
    """The characters that steer a screen, turn a line around or cannot be seen, each with its place."""
    for found, match in enumerate(_UNSAFE.finditer(text)):
        if found == MOST_CHARACTERS:
            return
        before = text[: match.start()]
        yield Problem(
            Place(file, before.count("\n") + 1, len(before) - before.rfind("\n")),
            say("the character {character} cannot be read or printed", character=f"U+{ord(match.group()):04X}"),
            say("delete it; it may be invisible in your editor"),
        )


class _Broken(Exception):
    """The rest of the file is not looked at: its structure is lost, or it is not worth the time."""


class _Walk:
    """One pass over the parser's events, which fills a tree."""

    def __init__(self, text: str, tree: Tree) -> None:
        import yaml

        self.yaml: Any = yaml
        self.tree = tree
        self.events = yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))

    def run(self) -> None:
        """Fill the tree; Refused where its structure is lost."""
        try:
            self.document()
        except _Broken:
            raise Refused(*self.tree.problems) from None
        except self.yaml.YAMLError as error:
            where, message, hint = _syntax(error)
            self.tree.problems.append(Problem(Place(self.tree.file, *where), message, hint))
            raise Refused(*self.tree.problems) from None

    def document(self) -> None:
        """The one document of the file."""
        yaml = self.yaml
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                break
        else:
            self.stop(Place(self.tree.file, 1, 1), say("this file is empty"), say("begin with “version: 1”"))
        self.tree.root = self.value(next(self.events), ())
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                message = say("a second document begins here; a rules file is one document")
                self.stop(self.at(event), message, say("delete the line “---”"))

    def at(self, event: Any) -> Place:
        """Where an event begins."""
        return Place(self.tree.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def report(self, where: Place, message: Sentence, hint: Sentence | None = None) -> None:
        """Keep a problem and go on."""
        self.tree.problems.append(Problem(where, message, hint))

    def stop(self, where: Place, message: Sentence, hint: Sentence | None = None) -> None:
        """Keep a problem and leave the rest of the file."""
        self.report(where, message, hint)
        raise _Broken

    def value(self, event: Any, path: Path) -> Any:
        """The value that begins with the event; its parts are in the tree's places."""
        yaml, where = self.yaml, self.at(event)
        self.tree.values[path] = where
        if isinstance(event, yaml.AliasEvent):
            self.report(where, say("“*{name}” repeats another part", name=event.anchor), _WRITE_OUT)
            self.tree.lose(path)
            return NOTHING
        if len(path) > DEEPEST:
            self.stop(where, _TOO_DEEP, _LOOK_ABOVE)
        is_sound = self.is_sound(event, where)
        found: Any
        if isinstance(event, yaml.ScalarEvent):
            found = self.scalar(event, where)
        elif isinstance(event, yaml.SequenceStartEvent):
            found = []
            while not isinstance(item := next(self.events), yaml.SequenceEndEvent):
                found.append(self.value(item, (*path, len(found))))
        else:
            found = self.mapping(path)
        found = found if is_sound else NOTHING
        if found is NOTHING:
            self.tree.lose(path)
        return found

    def is_sound(self, event: Any, where: Place) -> bool:
        """No anchor and no tag; else a problem."""
        if event.anchor is not None:
            self.report(where, say("“&{name}” marks a part to be repeated", name=event.anchor), _WRITE_OUT)
        if event.tag is not None:
            self.report(where, say("“{tag}” is a tag; rules need none", tag=event.tag), say("delete it"))
        return event.anchor is None and event.tag is None

    def scalar(self, event: Any, where: Place) -> Any:
        """The text of a scalar; NOTHING where nothing is written."""
        if event.style in (None, "") and event.value in _EMPTY:
            self.report(where, say("nothing is written here"), say("write a value, or leave the key out"))
            return NOTHING
        if unsafe := unsafe_characters(event.value):
            self.report(where, say("the text holds {characters}", characters=listing(unsafe)), say("take them out"))
            return NOTHING
        return event.value

    def mapping(self, path: Path) -> dict[str, Any]:
        """A mapping's keys and values; of a repeated key the first counts."""
        found: dict[str, Any] = {}
        while not isinstance(event := next(self.events), self.yaml.MappingEndEvent):
            key, where = self.key(event, path), self.at(event)
            if key is None or key in found:
                self.tree.lost.append((*path, key or ""))
                if key is not None:
                    self.repeated(key, where, self.tree.keys[*path, key])
                self.skip(next(self.events), (*path, key or ""))
                continue
            value = next(self.events)
            if key.isdigit() and self.is_empty(value):
                self.tree.lost.append((*path, ""))
                self.report(
                    where,
                    say("a comma parts the number before “{key}”", key=key[:40]),
                    say("decimals are written with a point, like 0.5"),
                )
                continue
            self.tree.keys[*path, key] = where
            found[key] = self.value(value, (*path, key))
        return found

    def is_empty(self, event: Any) -> bool:
        """Nothing is written there."""
        return isinstance(event, self.yaml.ScalarEvent) and event.style in (None, "") and event.value in _EMPTY

    def key(self, event: Any, path: Path) -> str | None:
        """The text of a key, None where the key was refused."""
        where = self.at(event)
        if not isinstance(event, self.yaml.ScalarEvent):
            if not isinstance(event, self.yaml.AliasEvent):
                self.skip(event, (*path, ""))
            self.report(where, say("a key must be a text"), say("write one word before the colon"))
        elif self.is_sound(event, where):
            if event.value == "<<" and event.style in (None, ""):
                self.report(where, say("“<<” merges another part into this one"), _WRITE_OUT)
            elif not event.value.strip():
                self.report(where, say("the key before the colon is empty"), say("write one word before the colon"))
            else:
                return str(event.value)
        return None

    def repeated(self, key: str, where: Place, first: Place) -> None:
        """Say that a key stands twice."""
        message = say(
            "“{key}” stands here for the second time; first in line {line}", key=key[:40], line=first.line or 1
        )
        self.report(where, message, say("keep one of the two"))

    def skip(self, event: Any, path: Path) -> None:
        """Walk over a value that has no place in the tree, without a word about it."""
        aside = Tree(self.tree.file)
        mine, self.tree = self.tree, aside
        try:
            self.value(event, path)
        except _Broken:
            mine.problems.extend(aside.problems[-1:])
            raise
        finally:
            self.tree = mine


_WRITE_OUT = say("write it out in full here: each rule can then be read where it stands")


def _syntax(error: Any) -> tuple[tuple[int, int], Sentence, Sentence]:
    """Line and column, message and remedy of the parser's error, in our own sentences."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    where = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
    problem, context = str(getattr(error, "problem", "") or ""), str(getattr(error, "context", "") or "")
    opened = getattr(error, "context_mark", None)
    line = opened.line + 1 if opened is not None else where[0]
    for words, message, hint in _SYNTAX:
        if words in problem or words in context:
            values = {**message.values, "line": line} if "line" in message.values else message.values
            return where, Sentence(message.text, values), hint
    return where, say("this line cannot be read as YAML"), _LOOK_ABOVE


_LOOK_ABOVE = say("look at the line above too: quotation marks, brackets and indentation must fit")
_TOO_DEEP = say("this is nested too deeply: no rule has more than {depth} levels", depth=DEEPEST)
_SYNTAX = (
    ("nesting depth", _TOO_DEEP, _LOOK_ABOVE),
    (
        "tab character",
        say("a tab stands where blanks must"),
        say("indent with blanks only"),
    ),
    (
        "cannot start any token",
        say("this character cannot begin a text"),
        say("indent with blanks, not tabs, and put texts that begin with a sign in quotation marks"),
    ),
    (
        "mapping values are not allowed",
        say("a colon stands where no key can be"),
        say("a text with a colon in it needs quotation marks; else the indentation does not fit"),
    ),
    (
        "end of stream",
        say("the file ends in the middle of a text or list opened in line {line}", line=0),
        say("close the quotation mark or the bracket"),
    ),
    (
        "flow mapping",
        say("the mapping opened with “{{” in line {line} does not go on or close properly", line=0),
        say("a comma or “}}” is missing before this place"),
    ),
    (
        "flow sequence",
        say("the list opened with “[” in line {line} does not go on or close properly", line=0),
        say("a comma or “]” is missing before this place"),
    ),
    (
        "':'",
        say("a colon is missing after the key"),
        say("write “key: value”, with a blank after the colon"),
    ),
    (
        "block mapping",
        say("the indentation does not fit the lines above"),
        say("keys of one rule begin in the same column"),
    ),
    (
        "block collection",
        say("the indentation does not fit the list above"),
        say("items of one list begin with “- ” in the same column"),
    ),
    (
        "quoted scalar",
        say("the text in quotation marks is not written properly"),
        say("close the quotation mark; inside double ones write \\\\ for \\"),
    ),
)
