"""The whole rules, every default filled in, as a rules file that reads back to the same rules.

What is shown is what holds: also what follows from other words, such as `at_least` 1 for a panel of one judge, or
`better: lower` for rank sums. What has no value (no promotion, any number of judges) is left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from typing import Any

from pachamama.core.award import CashAward
from pachamama.core.awards import AnyAwardKind
from pachamama.core.criteria import Source
from pachamama.core.numbers import plain
from pachamama.core.purses import Prizes
from pachamama.core.rules.document import Rules, Tier
from pachamama.core.sentences import Name
from pachamama.core.shape import yaml_key
from pachamama.core.ties import BARE

WIDTH = 110
"""Up to this many columns a mapping or list stands in one line."""
_FIRST = ("tier", "id", "name", "scheme", "purse", "combine")
_OPEN = frozenset({"programme", "competitions", "tiers", "phases", "criteria", "prizes", "purses", "awards", "ties"})
"""What always stands open, one part to a line."""
_PLAIN_WORD = re.compile(r"[^\W\d][\w.-]*")
_OTHER_READERS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
"""Words that common YAML readers do not take as texts."""


def show_rules(rules: Rules) -> str:
    """The rules as a complete rules file, in the order of the document; `load_rules` reads it back to `effective(rules)`."""
    return "\n".join(_block(_tree(effective(rules)), 0)) + "\n"


def written(part: Any) -> str:
    """A part of the rules in one line, as a rules file writes it."""
    return _flow(_tree(part))


def effective(rules: Rules) -> Rules:
    """The same rules with all that follows from other words written out; doing it twice changes nothing."""
    competitions = {
        name: replace(competition, tiers=tuple(_effective_tier(tier) for tier in competition.tiers))
        for name, competition in rules.competitions.items()
    }
    return replace(rules, competitions=competitions)


def _effective_tier(tier: Tier) -> Tier:
    panel = replace(tier.panel, at_least=tier.panel.needed)
    ranking = replace(tier.ranking, better=tier.better)
    prizes = None if tier.prizes is None else _effective_prizes(tier, tier.prizes)
    return replace(tier, panel=panel, ranking=ranking, prizes=prizes)


def _effective_prizes(tier: Tier, prizes: Prizes) -> Prizes:
    categories = tuple(category.id for category in tier.categories) or None

    def award(one: AnyAwardKind) -> AnyAwardKind:
        named = one if one.categories is not None else replace(one, categories=categories)
        return replace(named, purse=prizes.purse_of(named).id) if isinstance(named, CashAward) else named

    return replace(prizes, awards=tuple(award(one) for one in prizes.awards))


# -- shapes as a plain tree ----------------------------------------------------------------------------------------------


def _tree(value: Any) -> Any:
    """Mappings, lists and scalars as they are written; scalars are ready-made texts."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | Fraction():
            return plain(value)
        case str():
            return _word(value)
        case Name():
            return _name(value)
        case tuple():
            return [_tree(one) for one in value]
        case Mapping():
            return {_word(key): _tree(one) for key, one in value.items()}
        case _ if type(value) in BARE.values():
            return value.word
        case _ if is_dataclass(value):
            return dict(_keys(value))
    raise TypeError(f"no way to write {value!r}")  # pragma: no cover


def _keys(value: Any) -> Iterator[tuple[str, Any]]:
    """The keys of a shape with their values, what tells its kind first; what has no value is left out."""
    first = (*_FIRST, "source") if isinstance(value, Source) else _FIRST
    names = [one.name for one in fields(value)]
    for name in sorted(names, key=lambda one: first.index(one) if one in first else len(first)):
        one = getattr(value, name)
        if one is None or (isinstance(one, Name) and not one.texts):
            continue
        if isinstance(value, Tier) and value.phases is not None and name in ("total", "factor"):
            continue
        yield yaml_key(name), one if name == "version" else _tree(one)


def _name(name: Name) -> Any:
    """One text where there is only the Spanish one, else one for each language."""
    if set(name.texts) == {"es"}:
        return _quoted(name.texts["es"])
    return {language: _quoted(text) for language, text in name.texts.items()}


def _word(text: str) -> str:
    """A text without quotation marks where every YAML reader takes it as a text, else with them."""
    if _PLAIN_WORD.fullmatch(text) and text.lower() not in _OTHER_READERS:
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


# -- the tree as lines ---------------------------------------------------------------------------------------------------


def _block(value: Any, indent: int) -> list[str]:
    """The lines of a mapping or list, one part to a line; parts that fit into their line are written there."""
    lines: list[str] = []
    margin = " " * indent
    for key, one in value.items() if isinstance(value, Mapping) else ((None, item) for item in value):
        lead = f"{margin}- " if key is None else f"{margin}{key}: "
        flat = _flow(one)
        fits = key not in _OPEN and len(lead) + len(flat) <= WIDTH
        if fits or not one or isinstance(one, str):
            lines.append(lead + flat)
        elif key is None:
            first, *rest = _block(one, indent + 2)
            lines += [f"{margin}- {first.lstrip()}", *rest]
        else:
            lines += [f"{margin}{key}:", *_block(one, indent + 2)]
    return lines


def _flow(value: Any) -> str:
    """A part in one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    return str(value)
