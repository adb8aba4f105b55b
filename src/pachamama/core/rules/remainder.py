"""What is left of a rules file when the parts that cannot be read are taken out, so that the rest can be judged too.

A value that cannot be read is left out; if its part cannot do without, the part is (RULES.md, V: all problems at once).
What rests on something that was lost is not judged: nobody is told that a criterion is unknown because its line has a
slip.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from pachamama.core.problems import Place, Problem
from pachamama.core.rules.reading import Read, rules_in
from pachamama.core.rules.source import Path, Tree, read_tree

ITEM: Final = ""
"""Stands for an item of a list in the path of what was lost: those behind it have moved up."""
_WITHIN = 5
"""The length of the path of a tier's `within`: competitions, its id, tiers, its number, within."""


def read_what_can_be_read(text: str, file: str | None = None) -> tuple[Read | None, list[Problem]]:
    """The rules without the parts that cannot be read, and every problem of spelling and shape.

    None where nothing is left of them. Refused at once is what leaves no whole tree.
    """
    tree = read_tree(text, file)
    rules = rules_in(tree)
    problems = list(tree.problems)
    while tree.unread:
        left = _without_unread(tree)
        if left is None:
            return None, problems
        tree, rules = left, rules_in(left)
    return (None if rules is None else Read(rules, tree)), problems


def _without_unread(tree: Tree) -> Tree | None:
    """The tree without what could not be read; of what is not written, without the part that needs it.

    None where that is all of it.
    """
    out: set[Path] = set()
    for path in tree.unread:
        there = path
        while there and there not in tree.values:
            there = there[:-1]
        if there == path or not _has_stand_in(path):
            out.add(there)
    if () in out:
        return None
    left = Tree(tree.file)
    moved: dict[Path, Path] = {}
    left.root = _copied(tree, left, tree.root, (), (), out, moved)
    _stand_in(left.root)
    left.lost = [_moved(path, moved) for path in tree.lost]
    return left


def _copied(
    tree: Tree, left: Tree, value: Any, old: Path, new: Path, out: Collection[Path], moved: dict[Path, Path]
) -> Any:
    """A value without its parts that are out; items of lists move up."""
    moved[old] = new
    if old in tree.values:
        left.values[new] = tree.values[old]
    if old in tree.keys:
        left.keys[new] = tree.keys[old]
    if isinstance(value, Mapping):
        return {
            key: _copied(tree, left, one, (*old, key), (*new, key), out, moved)
            for key, one in value.items()
            if (*old, key) not in out
        }
    if isinstance(value, list):
        items: list[Any] = []
        for number, one in enumerate(value):
            if (*old, number) not in out:
                items.append(_copied(tree, left, one, (*old, number), (*new, len(items)), out, moved))
        return items
    return value


def _moved(path: Path, moved: Mapping[Path, Path]) -> Path:
    """Where something that was lost would stand now: below the nearest part around it that is left."""
    kept = path
    while kept and kept not in moved:
        kept = kept[:-1]
    if kept == path:
        return moved.get(path, ())
    missing = path[len(kept)]
    return (*moved.get(kept, ()), ITEM if isinstance(missing, int) else missing)


def _has_stand_in(path: Path) -> bool:
    return path in {("version",), ("programme",)} or (len(path) == _WITHIN and path[-1] == "within")


def _stand_in(root: dict[str, Any]) -> None:
    """What a file cannot do without, but the rest can be judged without: put there what changes no judgement."""
    root.setdefault("version", "1")
    root.setdefault("programme", {})
    competitions = root.get("competitions")
    for competition in competitions.values() if isinstance(competitions, Mapping) else ():
        tiers = competition.get("tiers") if isinstance(competition, Mapping) else None
        for tier in tiers if isinstance(tiers, list) else ():
            if isinstance(tier, dict):
                tier.setdefault("within", "programme")


# -- what can still be judged ------------------------------------------------------------------------------------------

_OF_A_TIER = 4
"""The length of the path of a tier: competitions, its id, tiers, its number."""


class Lost:
    """What was lost of a file, for those who judge the rest."""

    def __init__(self, read: Read) -> None:
        """Find the parts by their places."""
        self._lost = read.tree.lost
        self._root = read.tree.root
        self._parts: dict[Place, list[Path]] = {}
        for path, place in read.tree.values.items() if self._lost else ():
            self._parts.setdefault(place, []).append(path)

    def at(self, path: Path, *, depth: int | None = None) -> bool:
        """The part was lost, or something in it: no deeper than `depth` steps, at any depth where that is None."""
        for lost in self._lost:
            if lost == path[: len(lost)]:
                return True
            if lost[: len(path)] == path and (depth is None or len(lost) - len(path) <= depth):
                return True
        return False

    def touches(self, problem: Problem) -> bool:
        """What a problem blames, or the rule that it stands in, has lost something: it may be no problem at all."""
        return any(self._touches(path) for path in self._parts.get(problem.where, ()))

    def _touches(self, path: Path) -> bool:
        rule = path
        while not isinstance(self._value(rule), Mapping):
            rule = rule[:-1]
        is_small = len(rule) > _OF_A_TIER or (rule[:1] == ("programme",) and len(rule) > 1)
        if is_small and self.at(rule):
            return True
        return len(path) > _OF_A_TIER and self.at(path) if path[:1] == ("competitions",) else self.at(path)

    def _value(self, path: Path) -> Any:
        value = self._root
        for step in path:
            value = value[step]
        return value
