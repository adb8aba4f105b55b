"""Households that are likely registered twice: the same DNI, or names alike in one community; a person decides.

Head and partner are one household, so a row whose head is another row's partner is as likely one as two equal heads.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pachamama.core.model import Household
from pachamama.core.sentences import Sentence, Value, say
from pachamama.core.spelling import name_key
from pachamama.language.likeness import alike

MOST_COMPARED = 2000
"""So many households are compared name by name; of more only those whose names sound the same, which is quick."""


@dataclass(frozen=True, slots=True)
class Likely:
    """Two rows that may be one household; `one` is the newer. `names` are those that look alike, empty for a DNI."""

    one: Household
    other: Household
    names: tuple[str, str] | None
    score: int = 100

    @property
    def sentence(self) -> Sentence:
        """The two rows, and why they may be one."""
        why: Value
        if self.names is None:
            why = say("the same DNI {dni}", dni=self.one.dni)
        elif self.names[0] == self.names[1]:
            why = say("the same name “{name}”", name=self.names[0])
        else:
            why = say("“{one}” and “{other}”", one=self.names[0], other=self.names[1])
        return say(
            "{one} and {other} of {community} may be one household: {why}",
            one=self.one.code,
            other=self.other.code,
            community=self.one.community,
            why=why,
        )


def likely_duplicates(
    households: Iterable[Household],
    *,
    new: Collection[str] | None = None,
    apart: Collection[tuple[str, str]] = (),
    by_sound_only: bool = False,
) -> tuple[Likely, ...]:
    """The pairs that may be one household, the likeliest first; with `new` only those in which one of these codes is.

    `apart` are pairs of codes, in the order of their letters, of which a person said that they are two households.
    `by_sound_only` compares only names whose words all sound the same: for a whole programme at once.
    """
    rows = {one.code: one for one in households}
    wanted = set(rows) if new is None else set(new)
    found: dict[tuple[str, str], Likely] = {}
    for likely in (*_same_dni(rows.values()), *_alike(rows.values(), wanted, by_sound_only=by_sound_only)):
        if wanted.isdisjoint({likely.one.code, likely.other.code}):
            continue
        newer, older = likely.one, likely.other
        names = likely.names
        if new is not None and newer.code not in wanted:
            newer, older = older, newer
            names = names and (names[1], names[0])
        pair = (min(newer.code, older.code), max(newer.code, older.code))
        if pair not in apart:
            found.setdefault(pair, Likely(newer, older, names, likely.score))
    return tuple(
        sorted(found.values(), key=lambda one: (one.names is not None, -one.score, one.one.code, one.other.code))
    )


def _same_dni(households: Iterable[Household]) -> Iterator[Likely]:
    first: dict[str, Household] = {}
    for one in households:
        if one.dni and (other := first.setdefault(one.dni, one)) is not one:
            yield Likely(one, other, None)


def _alike(households: Iterable[Household], wanted: set[str], *, by_sound_only: bool) -> Iterator[Likely]:
    communities: dict[str, list[Household]] = {}
    for one in households:
        communities.setdefault(one.community, []).append(one)
    for group in communities.values():
        if wanted.isdisjoint(one.code for one in group):
            continue
        people = {
            f"{at}.{part}": (at, one, name)
            for at, one in enumerate(group)
            for part, name in enumerate((one.head, one.partner))
            if name
        }
        names = {key: name for key, (_, _, name) in people.items()}
        for a, b, score in _by_sound(names) if by_sound_only else alike(names):
            (before, other, its), (after, one, name) = sorted((people[a], people[b]), key=lambda person: person[0])
            if before != after:
                yield Likely(one, other, (name, its), score)


def _by_sound(names: dict[str, str]) -> Iterator[tuple[str, str, int]]:
    first: dict[tuple[str, ...], str] = {}
    for key, name in names.items():
        sound = name_key(name)
        if sound and (before := first.setdefault(sound, key)) != key:
            yield before, key, 100
