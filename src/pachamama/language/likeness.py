"""Names that look alike: found in spite of spelling while a person types, and shown as likely duplicates.

A likeness decides nothing; it only orders what a person looks at. A name is compared as it is written and by the keys
of its sounds (`core/spelling`), the order of its words never counts, and the better of the two stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from pachamama.core.spelling import plain_words, spelling_key

ALIKE = 85
"""From this score on two names of one register are worth a look; 100 is one name in other letters."""
_WORTH_SHOWING = 66
_ONE_WORD = 75
"""From this score on two words may be one that was written twice."""
_EXTRA_WORD = 3
"""What a word that only one of two names has takes off: a second given name, a mother's surname."""


class _Written(NamedTuple):
    words: tuple[str, ...]
    keys: tuple[str, ...]


def best_matches(text: str, names: Mapping[str, str], limit: int = 8) -> list[tuple[str, int]]:
    """The codes whose names look like what was typed, best first, with a score up to 100; equal ones by code.

    Half a name and the beginnings of words are enough: `qis mam` finds Rosa Quispe Mamani.
    """
    typed = _read(text)
    if not typed.words:
        return []
    found = sorted((*_typed_score(typed, _read(name)), code) for code, name in names.items())
    return [(code, -worse) for worse, _, code in found[: max(limit, 0)] if -worse >= _WORTH_SHOWING]


def alike(names: Mapping[str, str], *, least: int = ALIKE) -> list[tuple[str, str, int]]:
    """The pairs of codes whose names look alike, the likeliest first, each with its score: perhaps one person twice.

    Words of their own on both sides keep two people apart however much the rest agrees: Rosa and Juana Quispe Mamani
    are sisters, no duplicates. Two names without any word in common are not compared.
    """
    read = {code: _read(names[code]) for code in sorted(names)}
    sharing: dict[str, list[str]] = {}
    for code, name in read.items():
        for key in dict.fromkeys(name.keys):
            sharing.setdefault(key, []).append(code)
    pairs = {(one, other) for codes in sharing.values() for at, one in enumerate(codes) for other in codes[at + 1 :]}
    found = [(one, other, _whole_score(read[one], read[other])) for one, other in pairs]
    return sorted((pair for pair in found if pair[2] >= least), key=lambda pair: (-pair[2], pair[0], pair[1]))


# -- scores ----------------------------------------------------------------------------------------------------------


def _typed_score(typed: _Written, name: _Written) -> tuple[int, int]:
    """How badly a name fits what was typed, then how much of it was not typed: the smallest is the best."""
    from rapidfuzz import fuzz

    if not name.words:
        return 0, 0
    as_words = sum(
        max(_begun(word, key, *other) for other in zip(name.words, name.keys, strict=True))
        for word, key in _pairs(typed)
    ) / len(typed.words)
    sets = (
        fuzz.token_set_ratio(" ".join(typed.words), " ".join(name.words)),
        fuzz.token_set_ratio(" ".join(typed.keys), " ".join(name.keys)),
    )
    whole = fuzz.token_sort_ratio(" ".join(typed.keys), " ".join(name.keys))
    return -round(max(as_words, *sets)), -round(whole)


def _whole_score(one: _Written, other: _Written) -> int:
    """How likely two names are one: each word of the shorter needs its partner in the longer."""
    short, long = sorted((one, other), key=lambda name: len(name.words))
    if len(short.words) < 2:
        return 100 if short.keys == long.keys else 0
    left = _pairs(long)
    total = 0
    for word, key in _pairs(short):
        best = max(left, key=lambda pair: _one_word(word, key, *pair))
        score = _one_word(word, key, *best)
        if score < _ONE_WORD:
            return 0
        left.remove(best)
        total += score
    return max(round(total / len(short.words)) - _EXTRA_WORD * len(left), 0)


def _begun(word: str, key: str, other: str, other_key: str) -> int:
    """How well a typed word, or its beginning, fits a word of a name."""
    if other.startswith(word) or (key and other_key.startswith(key)):
        return 100
    return _one_word(word, key, other, other_key)


@lru_cache(maxsize=262_144)
def _one_word(word: str, key: str, other: str, other_key: str) -> int:
    """How well two words fit, to 100; an initial fits every word that it begins."""
    from rapidfuzz import fuzz

    if key == other_key:
        return 100
    if min(len(word), len(other)) == 1 and word[0] == other[0]:
        return 90
    return round(max(fuzz.ratio(word, other), fuzz.ratio(key, other_key)))


def _pairs(name: _Written) -> list[tuple[str, str]]:
    return list(zip(name.words, name.keys, strict=True))


@lru_cache(maxsize=65_536)
def _read(name: str) -> _Written:
    words = plain_words(name)
    return _Written(words, tuple(map(spelling_key, words)))
