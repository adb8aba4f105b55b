"""What people call the parts of a tier's rules: their names in sentences, and beside each code that is to be typed.

An id is for files and commands. A sentence says what people say; only where somebody must type the id does it stand
there, with the name after it. An id that the rules do not have is said as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from pachamama.core.assets import beside_marks
from pachamama.core.criteria import label
from pachamama.core.rules.document import Competition, Tier, phase_label
from pachamama.core.sentences import Listing, Name, Sentence, Value, choice, listing, say

TIERS_SAID: Mapping[str, Sentence] = {
    "household": say("households"),
    "group": say("groups"),
    "community": say("communities"),
}
STATUSES_SAID: Mapping[str, Sentence] = {
    "absent": say("absent"),
    "withdrawn": say("withdrawn"),
    "disqualified": say("disqualified"),
}
FIELDS: Mapping[str, Sentence] = {
    "name": say("name"),
    "status": say("status"),
    "deductions": say("deductions and bonuses"),
    "registered": say("day of registration"),
    "requested": say("amount asked for"),
    "entrant": say("whose entry it is"),
    "community": say("community"),
    "households": say("number of households on the register"),
    "sex": say("sex"),
    "lots": say("order of the lots"),
    "jury_decision": say("order that the jury decided"),
}


class _Named(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> Name: ...


def tier_said(tier: str) -> Sentence:
    """Who competes, in the plural: `households`."""
    return TIERS_SAID[tier]


def status_said(status: str) -> Value:
    """A status as people say it; a word that is none as it is written."""
    return STATUSES_SAID.get(status, status)


def phase_said(tier: Tier, id_: str) -> Value:
    """The phase by its name; the one phase of a tier without phases is the sheet."""
    return next((phase_label(one) for one in tier.judging if one.id == id_), id_)


def criterion_said(tier: Tier, id_: str) -> Value:
    """The criterion by its name."""
    return next((label(one) for phase in tier.judging for one in phase.criteria if one.id == id_), id_)


def category_said(tier: Tier, id_: str) -> Value:
    """The category by its name."""
    return next((Name(one.name.texts, one.id) for one in tier.categories if one.id == id_), id_)


def fault_said(tier: Tier, id_: str) -> Value:
    """A deduction, bonus or knockout by its name."""
    faults: tuple[_Named, ...] = (*tier.deductions, *tier.bonuses, *tier.knockouts)
    return next((Name(one.name.texts, one.id) for one in faults if one.id == id_), id_)


def competition_said(competition: Competition, id_: str) -> Name:
    """The topic by its name."""
    return Name(competition.name.texts, id_)


def field_said(tier: Tier, name: str) -> Value:
    """What an entry's field is called: our own by their names, what papers say beside the marks as they ask for it."""
    if name in FIELDS:
        return FIELDS[name]
    return next((one.title for one in beside_marks(tier) if one.field == name), name)


def coded(id_: str, name: Value) -> Value:
    """A code to be typed, with what it stands for: `field (Field visit)`; the code alone where it has no other name."""
    if name == id_ or (isinstance(name, Name) and not name.texts):
        return id_
    return say("{code} ({name})", code=id_, name=name)


def statuses_to_type() -> Listing:
    """The words of a status, of which one is to be typed, each with what it means."""
    return choice([coded(one, said) for one, said in STATUSES_SAID.items()])


def to_type(things: Iterable[_Named]) -> Listing:
    """The codes of which one is to be typed, each with its name."""
    return choice([coded(one.id, Name(one.name.texts, one.id)) for one in things])


def all_of(things: Iterable[_Named]) -> Listing:
    """Every code with its name, in the order of the rules: the lines of a paper, the columns of a table."""
    return listing([coded(one.id, Name(one.name.texts, one.id)) for one in things])


def competitions_to_type(competitions: Mapping[str, Competition]) -> Listing:
    """The competitions' codes, of which one is to be typed, each with its name."""
    return choice([coded(id_, competition_said(one, id_)) for id_, one in competitions.items()])


def tiers_to_type(tiers: Iterable[Tier]) -> Listing:
    """The tiers' words, of which one is to be typed, each with who competes."""
    return choice([coded(one.tier, tier_said(one.tier)) for one in tiers])
