"""Conflict of interest: nobody judges the own community or household; a shared surname is a hint that a person answers.

What is certain is refused. What a surname suggests is only shown, because a person knows better: the judge steps back
(`recused`), or somebody says why it means nothing (`no_conflict`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Literal, TypeAlias

from pachamama.core.model import Contest, Declaration, Entry, Household, Judge
from pachamama.core.problems import NOWHERE, Problem
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Sentence, Value, listing, say, say_count
from pachamama.core.spelling import name_key, plain_words
from pachamama.core.surnames import Surname, Surnames, surnames_of

Role: TypeAlias = Literal["head", "partner"]
Strength: TypeAlias = Literal["strong", "weak"]
Kind: TypeAlias = Literal["child", "siblings", "namesake", "surname"]
COMMON = 3
"""A surname that one household in so many has says nothing about kinship."""
FEWEST = 10
"""Below so many households in a community no surname is called common."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who stands behind an entry; `dni` is empty while it is not known."""

    name: str
    dni: str
    role: Role


@dataclass(frozen=True, slots=True)
class Competitor:
    """An entry as a conflict of interest sees it: where it belongs, and who stands behind it.

    `community` is empty where nobody has said it; at the community tier it is the entry itself.
    """

    within: str | None
    category: str | None
    entry: str
    name: str
    community: str
    people: tuple[Person, ...] = ()


@dataclass(frozen=True, slots=True)
class Shared:
    """A surname that two people share, as each writes it."""

    judge: str
    person: str

    @property
    def said(self) -> Value:
        """The surname; both spellings where they differ."""
        if plain_words(self.judge) == plain_words(self.person):
            return self.judge
        return say("{one} / {other}", one=self.judge, other=self.person)


@dataclass(frozen=True, slots=True)
class Hint:
    """What the names of a judge and of the people behind an entry suggest; `answer` is what was decided about it.

    `kind`: `child` (the judge has a surname of each of the couple), `siblings` (both surnames), `namesake` (the whole
    name) are strong; one `surname` alone is weak. `person` is the one whose name it is.
    """

    competitor: Competitor
    judge: Judge
    kind: Kind
    person: Person
    shared: tuple[Shared, ...]
    answer: Declaration | None = None

    @property
    def strength(self) -> Strength:
        """Strong where kinship is likely."""
        return "weak" if self.kind == "surname" else "strong"

    @property
    def is_pending(self) -> bool:
        """Nobody has answered it yet."""
        return self.answer is None

    @property
    def what(self) -> Sentence:
        """What is shared and what it may mean, without saying who."""
        surnames = listing([one.said for one in self.shared])
        if self.kind == "child":
            return say("the first surnames of both partners, {surnames}: perhaps their child", surnames=surnames)
        if self.kind == "namesake":
            return say("the same name")
        if self.kind == "siblings":
            return say("both surnames, {surnames}: perhaps brother or sister", surnames=surnames)
        return say_count("the surname {surnames}", "the surnames {surnames}", len(self.shared), surnames=surnames)

    @property
    def sentence(self) -> Sentence:
        """Who shares what with whom, and what it may mean."""
        judge, entry = _called(self.judge.code, self.judge.name), self.competitor.entry
        if self.kind == "child":
            return say("{judge} and {entry}: {what}", judge=judge, entry=entry, what=self.what)
        return say(
            "{judge} and {name} of {entry}: {what}", judge=judge, name=self.person.name, entry=entry, what=self.what
        )


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Hints on one surname that are not listed, because so many in the community have it."""

    community: str
    surname: str
    holders: int
    households: int
    hints: int

    @property
    def sentence(self) -> Sentence:
        """How many, and why."""
        return say_count(
            "{community}: {count} hint on {surname} is left out; {holders} of {households} households there have it",
            "{community}: {count} hints on {surname} are left out; {holders} of {households} households there have it",
            self.hints,
            community=self.community,
            surname=self.surname,
            holders=self.holders,
            households=self.households,
        )


@dataclass(frozen=True, slots=True)
class Hints:
    """The hints, strong ones first, and what was left out of them."""

    found: tuple[Hint, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def pending(self) -> tuple[Hint, ...]:
        """Those that nobody has answered yet."""
        return tuple(one for one in self.found if one.is_pending)


@dataclass(frozen=True, slots=True)
class Certain:
    """A judge of a contest who may not judge one entry of it, and has not stepped back from it; `why` says it."""

    competitor: Competitor
    judge: Judge
    why: Problem


@dataclass(frozen=True, slots=True)
class Conflicts:
    """Everything about judges and entries of a round that somebody must look at."""

    certain: tuple[Certain, ...]
    hints: Hints


def conflicts(
    tier: Tier,
    contests: Iterable[Contest],
    judges: Sequence[Judge],
    households: Mapping[str, Household],
    *,
    declarations: Sequence[Declaration] = (),
    everybody: bool = False,
) -> Conflicts:
    """The conflicts of interest of a round: of those who judge each contest, and of all judges where nobody does yet.

    `households` is the register by code. With `everybody` the hints are of all judges everywhere, as if no panel had
    been assigned.
    """
    common = CommonSurnames.of(households.values())
    certain: list[Certain] = []
    found: list[Hint] = []
    left_out: dict[tuple[str, str], LeftOut] = {}
    for contest in contests:
        here = seated(contest)
        rivals = competitors(tier, [contest], households)
        if here:
            stepped_back = {(entry.code, judge) for entry in contest.entries for judge in entry.recused}
            certain += [
                Certain(rival, judge, why)
                for rival in rivals
                for judge in judges
                if judge.code in here and _meets(here, judge, rival) and (rival.entry, judge.code) not in stepped_back
                for why in refusals(judge, rival)[:1]
            ]
        concerned = judges if everybody or not here else [judge for judge in judges if judge.code in here]
        met = {} if everybody else here
        hinted = hints(concerned, rivals, common=common, declarations=declarations, seats=met)
        found += hinted.found
        for one in hinted.left_out:
            before = left_out.get((one.community, one.surname))
            more = before.hints if before else 0
            left_out[one.community, one.surname] = replace(one, hints=one.hints + more)
    return Conflicts(tuple(certain), Hints(tuple(sorted(found, key=_order)), tuple(left_out.values())))


Seats: TypeAlias = Mapping[str, frozenset[str] | None]
"""The judges of a contest, each with the entries that are judged instead of somebody; None: all of the contest."""


def seated(contest: Contest) -> Seats:
    """The judges of a contest: of its panels, and whose sheets are there; those who only judge instead of somebody too."""
    instead: dict[str, set[str]] = {}
    for entry in contest.substitutes:
        for phase in contest.panel:
            for judge in contest.instead(entry, phase).values():
                instead.setdefault(judge, set()).add(entry)
    everywhere = {judge for panel in contest.panel.values() for judge in panel}
    everywhere |= {
        sheet.judge
        for entry in contest.entries
        for sheet in entry.sheets
        if entry.code not in instead.get(sheet.judge, ())
    }
    only = {judge: frozenset(entries) for judge, entries in instead.items() if judge not in everywhere}
    return {**dict.fromkeys(sorted(everywhere)), **only}


def _meets(seats: Seats, judge: Judge, rival: Competitor) -> bool:
    """The judge has to do with the entry, by a seat or instead of somebody; of no seats, everybody has."""
    entries = seats.get(judge.code)
    return entries is None or rival.entry in entries


# -- who competes ----------------------------------------------------------------------------------------------------


def competitors(tier: Tier, contests: Iterable[Contest], households: Mapping[str, Household]) -> tuple[Competitor, ...]:
    """Everybody who competes, with the people of the register (`households` by code) behind them."""
    return tuple(
        competitor(tier, contest.within, contest.category, entry, households)
        for contest in contests
        for entry in contest.entries
    )


def competitor(
    tier: Tier, within: str | None, category: str | None, entry: Entry, households: Mapping[str, Household]
) -> Competitor:
    """One entry with its community and its people; those of a group are in no register."""
    if tier.tier == "community":
        return Competitor(within, category, entry.code, entry.name, entry.entrant)
    home = households.get(entry.code) or households.get(entry.entrant)
    said = within if tier.within == "community" else None
    community = said or (home.community if home else "") or entry.fields.get("community", "")
    people = [] if home is None else [Person(home.head, home.dni, "head"), Person(home.partner, "", "partner")]
    return Competitor(
        within, category, entry.code, entry.name, community, tuple(person for person in people if person.name)
    )


# -- what is certain -------------------------------------------------------------------------------------------------


def refusals(judge: Judge, rival: Competitor) -> tuple[Problem, ...]:
    """Why the judge may not judge the entry: it is the own household, or of the own community.

    Two people of one name are told apart by their DNI; while one of these is missing, the same name is refused.
    """
    found = []
    own = next((person for person in rival.people if _is_same_person(judge, person)), None)
    if own is not None:
        found.append(_own_household(judge, rival, own))
    if judge.is_from(rival.community):
        found.append(_own_community(judge, rival.community))
    return tuple(found)


def _own_community(judge: Judge, community: str) -> Problem:
    if community == judge.community:
        return Problem(
            NOWHERE,
            say("{judge} is from {community} and cannot judge there.", judge=judge.code, community=community),
            say("Name a judge of another community."),
        )
    return Problem(
        NOWHERE,
        say(
            "{judge} has the DNI of the head of a household in {community} and cannot judge there.",
            judge=judge.code,
            community=community,
        ),
        say("Name a judge of another community; if one of the two DNI is wrong, correct the register."),
    )


def _own_household(judge: Judge, rival: Competitor, own: Person) -> Problem:
    if judge.dni and judge.dni == own.dni:
        return Problem(
            NOWHERE,
            say("{judge} has the DNI of the head of {entry}.", judge=judge.code, entry=rival.entry),
            say("Nobody judges the own household; name another judge."),
        )
    called = _called(judge.code, judge.name)
    message = (
        say("{judge} has the name of the head of {entry}.", judge=called, entry=rival.entry)
        if own.role == "head"
        else say("{judge} has the name of the partner in {entry}.", judge=called, entry=rival.entry)
    )
    return Problem(
        NOWHERE,
        message,
        say("Name another judge. If they are two people, write their full names and DNI into the registers."),
    )


def _is_same_person(judge: Judge, person: Person) -> bool:
    if judge.dni and person.dni:
        return judge.dni == person.dni
    return bool(judge.name) and _same_name(judge.name) == _same_name(person.name)


@lru_cache(maxsize=65_536)
def _same_name(name: str) -> tuple[str, ...]:
    """Capitals, accents and the order of surnames and given names do not make another name."""
    return tuple(sorted(plain_words(name)))


# -- what a name suggests --------------------------------------------------------------------------------------------


@dataclass(slots=True)
class CommonSurnames:
    """How many households of each community have each surname, and which of them are too common to say anything."""

    households: Counter[str] = field(default_factory=Counter)
    holders: Counter[tuple[str, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, households: Iterable[Household]) -> CommonSurnames:
        """The surnames of the register."""
        found = cls()
        for one in households:
            found.households[one.community] += 1
            for key in surnames_of(one.head).keys | surnames_of(one.partner).keys:
                found.holders[one.community, key] += 1
        return found

    def is_common(self, community: str, key: str) -> bool:
        """A third of the community or more has it."""
        every = self.households[community]
        return every >= FEWEST and self.holders[community, key] * COMMON >= every


def hints(
    judges: Sequence[Judge],
    rivals: Iterable[Competitor],
    *,
    common: CommonSurnames,
    declarations: Iterable[Declaration] = (),
    seats: Seats | None = None,
) -> Hints:
    """What the names suggest about each judge and entry, with the answers; nothing about pairs that are refused.

    A judge's one shared surname is left out, and counted, where it is common in the community. Of judges who have only
    some entries by their `seats` nothing is said about others.
    """
    answers = {(one.within, one.category, one.entry, one.judge): one for one in declarations}
    index = _index(judges)
    found: list[Hint] = []
    passed: Counter[tuple[str, str]] = Counter()
    written: dict[tuple[str, str], str] = {}
    for rival in rivals:
        for judge in _candidates(rival, index):
            best = _best(judge, rival) if _meets(seats or {}, judge, rival) else None
            if best is None or refusals(judge, rival):
                continue
            kind, person, shared = best
            answer = answers.get((rival.within, rival.category, rival.entry, judge.code))
            if kind == "surname" and answer is None:
                keys = {one: key for key, one in shared.items()}
                if all(common.is_common(rival.community, key) for key in keys.values()):
                    place = (rival.community, min(keys.values()))
                    passed[place] += 1
                    written.setdefault(place, shared[place[1]].person)
                    continue
            found.append(Hint(rival, judge, kind, person, tuple(shared.values()), answer))
    found.sort(key=_order)
    left_out = [
        LeftOut(community, written[community, key], common.holders[community, key], common.households[community], count)
        for (community, key), count in sorted(passed.items())
    ]
    return Hints(tuple(found), tuple(left_out))


_Shared: TypeAlias = Mapping[str, Shared]
"""What two people share, by key."""


def _best(judge: Judge, rival: Competitor) -> tuple[Kind, Person, _Shared] | None:
    """The strongest thing that the names suggest."""
    mine = surnames_of(judge.name)
    for person in rival.people:
        if name_key(judge.name) == name_key(person.name):
            return "namesake", person, _in_common(mine, surnames_of(person.name))
    if (child := _child(mine, rival)) is not None:
        return "child", rival.people[0], child
    weak: tuple[Kind, Person, _Shared] | None = None
    for person in rival.people:
        theirs = surnames_of(person.name)
        if sum((Counter(_keys(mine)) & Counter(_keys(theirs))).values()) == 2:
            return "siblings", person, _in_common(mine, theirs)
        if weak is None and (shared := _in_common(mine, theirs)):
            weak = ("surname", person, shared)
    return weak


def _child(mine: Surnames, rival: Competitor) -> _Shared | None:
    """A child has the first surname of the father, then that of the mother."""
    firsts = [theirs.own[0] for person in rival.people if (theirs := surnames_of(person.name)).own]
    if len(firsts) != 2 or len(mine.own) != 2 or sorted(_keys(mine)) != sorted(one.key for one in firsts):
        return None
    return {one.key: _pair(one, next(other for other in firsts if other.key == one.key)) for one in mine.own}


def _in_common(mine: Surnames, theirs: Surnames) -> _Shared:
    others = {one.key: one for one in reversed(_all(theirs))}
    return {one.key: _pair(one, others[one.key]) for one in _all(mine) if one.key in others}


def _all(names: Surnames) -> tuple[Surname, ...]:
    return names.own if names.married is None else (*names.own, names.married)


def _keys(names: Surnames) -> list[str]:
    return [one.key for one in names.own]


def _pair(mine: Surname, theirs: Surname) -> Shared:
    return Shared(mine.written, theirs.written)


def _index(judges: Sequence[Judge]) -> Mapping[object, Sequence[Judge]]:
    """The judges by each of their surnames, and by their whole names."""
    found: dict[object, list[Judge]] = {}
    for judge in judges:
        for key in {*surnames_of(judge.name).keys, name_key(judge.name)}:
            found.setdefault(key, []).append(judge)
    return found


def _candidates(rival: Competitor, index: Mapping[object, Sequence[Judge]]) -> Iterable[Judge]:
    """The judges who share anything with the people of an entry, each once, by code."""
    keys = {key for person in rival.people for key in (*surnames_of(person.name).keys, name_key(person.name))}
    found = {judge.code: judge for key in keys for judge in index.get(key, ())}
    return [found[code] for code in sorted(found)]


def _order(hint: Hint) -> tuple[bool, str, str, str, str]:
    rival = hint.competitor
    return hint.strength == "weak", rival.within or "", rival.category or "", rival.entry, hint.judge.code


def _called(code: str, name: str) -> Value:
    return say("{code} {name}", code=code, name=name) if name else code
