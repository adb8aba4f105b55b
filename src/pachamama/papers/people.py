"""Who stands behind an entry, as papers name them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from pachamama.core.asked_orders import with_names
from pachamama.core.model import ContestResult, Entry
from pachamama.core.sentences import Sentence, listing, say, say_count

FEW = 3
"""Entries that are named beside a tie; where there are more, their number is said."""


class Person(Protocol):
    """Who receives a prize: the head's name, the national id (empty while not known), and the partner, if any."""

    @property
    def name(self) -> str:
        """The name as it is printed."""

    @property
    def dni(self) -> str:
        """The national id; empty leaves a line to write on."""

    @property
    def partner(self) -> str:
        """The other half of the household; may be empty."""


def person_of(persons: Mapping[str, Person], entry: Entry) -> Person | None:
    """The person of an entry, found by its code, else by its entrant; None for one that no register knows."""
    return persons.get(entry.code) or persons.get(entry.entrant)


def name_of(persons: Mapping[str, Person], entry: Entry) -> str:
    """The name of an entry: of its person, else its own, else its code."""
    person = person_of(persons, entry)
    return (person.name if person else "") or entry.name or entry.code


def partner_of(persons: Mapping[str, Person], entry: Entry) -> str:
    """The other half of the household; empty where there is none."""
    person = person_of(persons, entry)
    return person.partner if person else ""


def waiting(contest: ContestResult, persons: Mapping[str, Person]) -> tuple[Sentence, ...]:
    """What waits for lots or a decision that nobody recorded, also in a round closed without them, with codes and names."""
    named = {one.entry.code: name_of(persons, one.entry) for one in contest.placings}
    names = {code: name for code, name in named.items() if name != code}
    return tuple(with_names(due, names) for due in contest.due)


def few_named(entries: Sequence[str]) -> Sentence:
    """A few entries by code; of many only how many they are: whoever shares a place stands under the same number."""
    if len(entries) > FEW:
        return say_count("{count} other", "{count} others", len(entries))
    return say("{entries}", entries=listing(list(entries)))
