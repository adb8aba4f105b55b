"""What a command needs before the core is called: the rules of a round, the round that is meant, and who competes where."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from pachamama.core.model import Contest, Entry, Round, Settlement
from pachamama.core.problems import NOWHERE, Place, Problem, Refused, WrongUsage
from pachamama.core.rules import Competition, Rules, Tier, load_rules
from pachamama.core.rules.naming import (
    TIERS_SAID,
    category_said,
    coded,
    competition_said,
    competitions_to_type,
    tier_said,
    tiers_to_type,
    to_type,
)
from pachamama.core.sentences import Name, Sentence, Value, choice, listing, say

if TYPE_CHECKING:
    from pachamama.exchange import Registered
    from pachamama.store import Store


# -- rules -----------------------------------------------------------------------------------------------------------


def read_rules_text(path: str) -> str:
    """The text of a rules file."""
    from pachamama.core.rules.source import decoded
    from pachamama.exchange import read_bytes

    return decoded(read_bytes(path), path)


def read_rules_file(path: str) -> tuple[str, Rules]:
    """A rules file's text, and its rules; refused with all that is wrong in it."""
    text = read_rules_text(path)
    return text, load_rules(text, path)


@lru_cache(maxsize=8)
def frozen_rules(text: str) -> Rules:
    """The rules that are kept with a round; they were checked when it was opened."""
    return load_rules(text)


def tier_of_round(round_: Round) -> Tier:
    """The tier that the round plays, by its own frozen rules."""
    tier = frozen_rules(round_.rules).competitions[round_.competition].tier(round_.tier)
    assert tier is not None, "a round is opened only for a tier that its rules have"
    return tier


def competition_of(rules: Rules, id_: str) -> Competition:
    """The competition with that id; an unknown one is refused with those there are."""
    found = rules.competitions.get(id_)
    if found is None:
        raise Refused(
            Problem(
                NOWHERE,
                say("the rules have no competition “{id}”", id=id_),
                say("there are: {words}", words=competitions_to_type(rules.competitions)),
            )
        )
    return found


def tier_of(rules: Rules, competition: str, tier: str) -> Tier:
    """A tier of a competition; one that the rules do not have is refused with those there are."""
    held = competition_of(rules, competition)
    found = held.tier(tier)
    if found is None:
        raise Refused(
            Problem(
                NOWHERE,
                say(
                    "{competition} is not held for {tier}",
                    competition=competition_said(held, competition),
                    tier=TIERS_SAID.get(tier, tier),
                ),
                say("there are: {words}", words=tiers_to_type(held.tiers)),
            )
        )
    return found


# -- rounds ----------------------------------------------------------------------------------------------------------


def pick_round(
    store: Store,
    code: str | None,
    *,
    entries: Collection[str] = (),
    wanted: Callable[[Round], bool] = lambda one: one.state == "open",
) -> Round:
    """The round that is named, else the only one that can be meant; refused where several can.

    Those are the rounds in which the `entries` compete or, by the register, may compete, and of them those that are
    `wanted`: by default the open ones. What leaves no round is passed over.
    """
    if code is not None:
        return store.round(code)
    every = store.rounds()
    if not every:
        raise Refused(
            Problem(
                NOWHERE,
                say("there is no round yet"),
                say("open one: `pachamama round open COMPETITION --tier household`"),
            )
        )
    meant = list(every)
    if entries and len(meant) > 1:
        meant = [one for one in every if _compete(store, one, entries)] or meant
    meant = [meant[0]] if len(meant) == 1 else [one for one in meant if wanted(one)] or meant
    if len(meant) == 1:
        return meant[0]
    raise WrongUsage(
        Problem(
            NOWHERE,
            say("which round is meant?"),
            say("name one of: {words}", words=choice([coded(one.code, round_said(one)) for one in (meant or every)])),
        )
    )


def is_paid(round_: Round) -> bool:
    """A closed round with prizes: what paying is about."""
    prizes = tier_of_round(round_).prizes
    return round_.state == "closed" and prizes is not None and bool(prizes.awards)


def is_closed(round_: Round) -> bool:
    """A round whose results stand: what an appeal is about."""
    return round_.state == "closed"


def _compete(store: Store, round_: Round, entries: Collection[str]) -> bool:
    """Some of these codes compete in the round, or may: a household among households, a community among communities."""
    if round_.tier != "group" and not Placement(store, tier_of_round(round_)).units.keys().isdisjoint(entries):
        return True
    return any(one.code in entries for one in store.entries(round_.code))


def round_said(round_: Round) -> Value:
    """What a round is about: its topic and who competes."""
    try:
        topic = frozen_rules(round_.rules).competitions[round_.competition]
    except (Refused, KeyError):  # rules of a time that nobody reads any more
        return tier_said(round_.tier)
    return say(
        "{competition}, {tier}", competition=competition_said(topic, round_.competition), tier=tier_said(round_.tier)
    )


def nearest(code: str, known: Iterable[str]) -> Sentence | None:
    """The codes that somebody may have meant, else all there are; None where there are none."""
    codes = sorted(known)
    like = get_close_matches(code, codes, n=3) or get_close_matches(code.upper(), codes, n=3)
    if like:
        return say("did you mean {words}?", words=choice(like))
    return say("there are: {words}", words=listing(codes)) if codes else None


def labels_of(store: Store, tier: Tier) -> Callable[[str | None, str | None], Value]:
    """How a contest is called, by unit and category: its unit with code and name, and its category.

    Empty where everyone competes together. The names are read once.
    """
    names = unit_names(store, tier)

    def label(within: str | None, category: str | None) -> Value:
        parts: list[Value] = []
        if within is not None:
            name = names.get(within)
            parts.append(say("{code} {name}", code=within, name=name) if name and name != within else within)
        if category is not None:
            found = tier.category(category)
            parts.append(Name(found.name.texts, category) if found else category)
        if len(parts) == 2:
            return say("{unit}, {category}", unit=parts[0], category=parts[1])
        return parts[0] if parts else ""

    return label


def contest_label(store: Store, tier: Tier, within: str | None, category: str | None) -> Value:
    """What one contest is called (`labels_of` for several)."""
    return labels_of(store, tier)(within, category)


def in_contest(label: Value, what: Sentence) -> Sentence:
    """What is said of a contest, behind its label; alone where everyone competes together."""
    return say("{contest}: {what}", contest=label, what=what) if label else what


def warnings_said(
    settlement: Settlement, tier: Tier, label: Callable[[str | None, str | None], Value]
) -> list[Sentence]:
    """Every warning of a round, each with the contest that it is about."""
    from pachamama.core.ranking import warning_said

    return [
        *(
            in_contest(label(contest.within, contest.category), warning_said(tier, one))
            for contest in settlement.contests
            for one in contest.warnings
        ),
        *settlement.warnings,
    ]


def unit_names(store: Store, tier: Tier) -> Mapping[str, str]:
    """The names of the communities or watersheds that hold contests, by code."""
    if tier.within == "community":
        return {one.code: one.name for one in store.communities()}
    if tier.within == "watershed":
        return {one.code: one.name for one in store.watersheds()}
    return {}


# -- who competes where ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Placement:
    """Knows from the register in which unit and category an entry of a tier competes."""

    store: Store
    tier: Tier

    @cached_property
    def units(self) -> Mapping[str, str | None]:
        """The unit of each registered household or community, by its code."""
        communities = {one.code: one.watershed for one in self.store.communities()}
        if self.tier.tier == "community":
            return {code: None if self.tier.within == "programme" else unit for code, unit in communities.items()}
        homes = {one.code: one.community for one in self.store.households()}
        if self.tier.within == "community":
            return dict(homes)
        if self.tier.within == "watershed":
            return {code: communities.get(community) for code, community in homes.items()}
        return dict.fromkeys(homes)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the register calls each household or community, by its code; empty where the name was erased."""
        if self.tier.tier == "group":
            return {}
        if self.tier.tier == "community":
            return {one.code: one.name for one in self.store.communities()}
        return {one.code: one.head for one in self.store.households()}

    @cached_property
    def categories(self) -> Mapping[str, str]:
        """The category that the register says, by household: by its id or its name in the rules, else as it is written."""
        from pachamama.exchange.score_reading import meant

        known = {one.id: list(one.name.texts.values()) for one in self.tier.categories}
        return {one.code: meant(one.category, known) or one.category for one in self.store.households() if one.category}

    def registered_category(self, entry: Entry, otherwise: str) -> str:
        """The category that the register says of an entry, by its own code or that of its entrant."""
        return self.categories.get(entry.code if entry.code in self.units else entry.entrant, otherwise)

    @cached_property
    def _unit_codes(self) -> frozenset[str]:
        if self.tier.within == "programme":
            return frozenset()
        found = self.store.communities() if self.tier.within == "community" else self.store.watersheds()
        return frozenset(one.code for one in found)

    def of(
        self, code: str, entrant: str, within: str | None, category: str | None, where: Place = NOWHERE
    ) -> tuple[str | None, str | None, list[Problem]]:
        """Unit and category of an entry, what is said going before what the register says; and what contradicts it."""
        problems: list[Problem] = []
        if self.tier.tier != "group":
            registered = code if code in self.units else entrant
            if registered not in self.units:
                return within, category, [self._unknown(registered, where)]
            unit = self.units[registered]
            if within is not None and within != unit:
                problems.append(self._elsewhere(code, within, unit, where))
            within = unit
            if category is None and self.tier.categories:
                category = self.categories.get(registered)
        elif within is not None and within not in self._unit_codes:
            problems.append(self._no_unit(within, where))
        if within is None and self.tier.within != "programme" and not problems:
            problems.append(self._homeless(code, where))
        return within, category, problems + self._category_problems(code, category, where)

    def _category_problems(self, code: str, category: str | None, where: Place) -> list[Problem]:
        known = [one.id for one in self.tier.categories]
        if category in known or (category is None and not known):
            return []
        if category is None:
            return [
                Problem(
                    where,
                    say("the category of {entry} is not known", entry=code),
                    say(
                        "write it into the register (column “category”), one of: {words}",
                        words=to_type(self.tier.categories),
                    ),
                )
            ]
        if known:
            return [
                Problem(
                    where,
                    say(
                        "{entry} has the category “{category}”, which the rules do not have",
                        entry=code,
                        category=category,
                    ),
                    say("there are: {words}", words=to_type(self.tier.categories)),
                )
            ]
        return [
            Problem(
                where,
                say("{entry} has the category “{category}”, but this tier has none", entry=code, category=category),
                say("leave the category out"),
            )
        ]

    def _unknown(self, code: str, where: Place) -> Problem:
        if (otherwise := self.store.known_as(code, where)) is not None:
            return otherwise
        like = get_close_matches(code, self.units, n=3)
        is_community = self.tier.tier == "community"
        message = (
            say("{entry} is not in the register of communities", entry=code)
            if is_community
            else say("{entry} is not in the register of households", entry=code)
        )
        hint: Sentence
        if like:
            hint = say("did you mean {words}?", words=choice(like))
        elif is_community:
            hint = say("register it first: `pachamama import communities FILE`")
        else:
            hint = say(
                "register it first: `pachamama import households FILE`, or `pachamama add household {entry} …`",
                entry=code,
            )
        return Problem(where, message, hint)

    def _elsewhere(self, code: str, said: str, unit: str | None, where: Place) -> Problem:
        return Problem(
            where,
            say("{entry} belongs to {unit} in the register; this says {said}", entry=code, unit=unit or "—", said=said),
            say("correct whichever is wrong: the table, or the register"),
        )

    def _no_unit(self, within: str, where: Place) -> Problem:
        message = (
            say("“{unit}” is no registered community", unit=within)
            if self.tier.within == "community"
            else say("“{unit}” is no registered watershed", unit=within)
        )
        return Problem(where, message, nearest(within, self._unit_codes))

    def _homeless(self, code: str, where: Place) -> Problem:
        return Problem(
            where,
            say("where {entry} competes is not known", entry=code),
            say("say it: `--within CODE`, or the column “within” of the table"),
        )


def placed(
    placement: Placement,
    contests: Iterable[Contest],
    *,
    problems: list[Problem],
    notes: list[Problem],
    round_code: str,
) -> tuple[Contest, ...]:
    """A score table's contests with unit and category filled from the register; entries with problems are left out.

    The problems: table and register contradict each other, or an entry competes in several categories of the round and
    the table does not say in which. The register's name stands: a table that says another one is noted, and does not
    change it.
    """
    several = _in_several(placement, round_code)
    found: dict[tuple[str | None, str | None], list[Entry]] = {}
    for contest in contests:
        for entry in contest.entries:
            within, category, wrong = placement.of(
                entry.code, entry.entrant, contest.within, contest.category, entry.where
            )
            if contest.category is None and len(several.get(entry.code, ())) > 1:
                wrong = [*wrong, _which_category(placement.tier, entry, several[entry.code])]
            problems += wrong
            if not wrong:
                found.setdefault((within, category), []).append(_named_as_registered(placement, entry, notes))
    return tuple(Contest(*key, tuple(entries)) for key, entries in found.items())


def _named_as_registered(placement: Placement, entry: Entry, notes: list[Problem]) -> Entry:
    """The entry without the name that a table has for it, where the register has it under this very code."""
    from pachamama.exchange.columns import folded

    registered = placement.names.get(entry.code)
    if registered is None or not entry.name:
        return entry
    if registered and folded(entry.name) != folded(registered):
        notes.append(
            Problem(
                entry.where,
                say(
                    "{entry} is “{registered}” in the register, and “{name}” in this table: the register's name stands",
                    entry=entry.code,
                    registered=registered,
                    name=entry.name,
                ),
                say(
                    "look whose sheet it is; if the register is wrong: `pachamama add household {entry} head=…`",
                    entry=entry.code,
                )
                if placement.tier.tier == "household"
                else say(
                    "look whose sheet it is; if the register is wrong: `pachamama add community {entry} name=…`",
                    entry=entry.code,
                ),
            )
        )
    return replace(entry, name="")


def registered_in(placement: Placement, round_code: str) -> Registered:
    """Where somebody competes whom a table does not place: where the round has it, else where the register would put it.

    Who competes in several categories is in none of them: the table must say.
    """
    from pachamama.exchange import Registered

    competes = _in_several(placement, round_code)
    if placement.tier.tier == "group":
        return Registered({}, {code: next(iter(found)) for code, found in competes.items() if len(found) == 1})
    categories = {code: one for code, one in placement.categories.items() if code not in competes}
    categories |= {code: next(iter(found)) for code, found in competes.items() if len(found) == 1}
    return Registered(placement.units, categories)


def slips_in(placement: Placement, round_: Round, contests: Sequence[Contest]) -> list[Problem]:
    """What a table says that may be meant, and is a likely slip: another category, an amount that no prize can be."""
    from pachamama.core.assets import odd_requests

    cash_unit = frozen_rules(round_.rules).programme.cash_unit
    return [
        *category_slips(placement, round_.code, contests),
        *odd_requests(placement.tier, cash_unit, contests),
    ]


def category_slips(placement: Placement, round_code: str, contests: Iterable[Contest]) -> list[Problem]:
    """Who would be entered in another category than the register says: it may be meant, and is a likely slip.

    Who competes there already is not named.
    """
    entered = {(one.code, one.within, one.category) for one in placement.store.entries(round_code)}
    return [
        Problem(
            entry.where,
            say(
                "the register has {entry} in the category “{registered}”, and this enters it in “{category}”",
                entry=entry.code,
                registered=category_said(placement.tier, registered),
                category=category_said(placement.tier, contest.category),
            ),
            say("look which is right: correct the register, or withdraw what was entered by mistake (`set-status`)"),
        )
        for contest in contests
        if contest.category is not None
        for entry in contest.entries
        if (entry.code, contest.within, contest.category) not in entered
        and (registered := placement.registered_category(entry, contest.category)) != contest.category
    ]


def _in_several(placement: Placement, round_code: str) -> dict[str, set[str]]:
    """The categories in which each entry of a round competes, by its code; empty where the tier has none."""
    found: dict[str, set[str]] = {}
    for one in placement.store.entries(round_code) if placement.tier.categories else ():
        if one.category is not None:
            found.setdefault(one.code, set()).add(one.category)
    return found


def _which_category(tier: Tier, entry: Entry, categories: Iterable[str]) -> Problem:
    return Problem(
        entry.where,
        say("{entry} competes in several categories, and the row does not say which", entry=entry.code),
        say(
            "write it into the column “category”: {words}",
            words=to_type([one for one in tier.categories if one.id in categories]),
        ),
    )
