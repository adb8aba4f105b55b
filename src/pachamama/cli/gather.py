"""What a command needs before the core is called: the rules of a round, the round that is meant, and who competes where."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from pachamama.core.model import Contest, Entry, Round, Settlement
from pachamama.core.problems import NOWHERE, Place, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.rules import Competition, Rules, Tier, load_rules
from pachamama.core.sentences import Name, Sentence, Value, choice, listing, say

if TYPE_CHECKING:
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
                say("there are: {words}", words=listing(list(rules.competitions))),
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
                say("{competition} has no {tier} tier", competition=competition, tier=tier),
                say("there are: {words}", words=listing([one.tier for one in held.tiers])),
            )
        )
    return found


# -- rounds ----------------------------------------------------------------------------------------------------------


def pick_round(store: Store, code: str | None) -> Round:
    """The round that is named, else the only one, else the only open one; refused where several can be meant."""
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
    meant = every if len(every) == 1 else [one for one in every if one.state == "open"]
    if len(meant) == 1:
        return meant[0]
    raise WrongUsage(
        Problem(
            NOWHERE,
            say("which round is meant?"),
            say("name one of: {words}", words=listing([one.code for one in (meant or every)])),
        )
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


def warnings_said(settlement: Settlement, label: Callable[[str | None, str | None], Value]) -> list[Sentence]:
    """Every warning of a round, each with the contest that it is about."""
    return [
        *(
            in_contest(label(contest.within, contest.category), one)
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
    def categories(self) -> Mapping[str, str]:
        """The category that the register says, by household."""
        return {one.code: one.category for one in self.store.households() if one.category}

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
                    say("write it into the register (column “category”), one of: {words}", words=listing(known)),
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
                    say("there are: {words}", words=listing(known)),
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
    store: Store,
    tier: Tier,
    contests: Iterable[Contest],
    *,
    problems: list[Problem] | None = None,
    round_code: str | None = None,
) -> tuple[Contest, ...]:
    """A score table's contests with unit and category filled from the register; refused where the two contradict.

    With `problems` they are put there instead, and entries that have any are left out. An entry that competes in several
    categories of the round must say which.
    """
    placement = Placement(store, tier)
    several = _in_several(store, round_code) if round_code is not None and tier.categories else {}
    wrongs: list[Problem] = []
    found: dict[tuple[str | None, str | None], list[Entry]] = {}
    for contest in contests:
        for entry in contest.entries:
            within, category, wrong = placement.of(
                entry.code, entry.entrant, contest.within, contest.category, entry.where
            )
            if contest.category is None and len(several.get((entry.code, within), ())) > 1:
                wrong = [*wrong, _which_category(entry, several[entry.code, within])]
            wrongs += wrong
            if not wrong or problems is None:
                found.setdefault((within, category), []).append(entry)
    if problems is None:
        refuse_if(wrongs)
    else:
        problems += wrongs
    return tuple(Contest(*key, tuple(entries)) for key, entries in found.items())


def _in_several(store: Store, round_code: str) -> dict[tuple[str, str | None], set[str]]:
    """The categories in which each entry competes, by code and unit."""
    found: dict[tuple[str, str | None], set[str]] = {}
    for one in store.entries(round_code):
        if one.category is not None:
            found.setdefault((one.code, one.within), set()).add(one.category)
    return found


def _which_category(entry: Entry, categories: Iterable[str]) -> Problem:
    return Problem(
        entry.where,
        say("{entry} competes in several categories, and the row does not say which", entry=entry.code),
        say("write it into the column “category”: {words}", words=listing(sorted(categories))),
    )
