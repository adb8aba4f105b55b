"""What differs between two sets of rules, in words: what came, what went, what moved, and every value that changed.

The effective rules are compared, so a default that somebody wrote out is no difference. Parts are matched by what people
know them by: competitions and criteria by id, tiers by who competes, awards by scheme, purse and position. Keys without
words of their own here are named as the file names them, so a new kind of rule needs nothing in this module.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from pachamama.core.award import CashAward
from pachamama.core.awards import AnyAwardKind
from pachamama.core.criteria import Band, Option, Source
from pachamama.core.numbers import cents
from pachamama.core.promotion import Promotion
from pachamama.core.purses import Cap, Prizes
from pachamama.core.rules.document import (
    ONE_PHASE,
    Competition,
    Exchange,
    Phase,
    Programme,
    Rules,
    Tier,
    mode_said,
    phase_label,
)
from pachamama.core.rules.naming import competition_said, tier_said
from pachamama.core.rules.showing import effective, written
from pachamama.core.sentences import Money, Name, Sentence, Value, listing, say
from pachamama.core.shape import yaml_key


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs.

    `competition` and `tier` are None where it is about more than one. `path` names the part by keys and ids
    (`phases.field.criteria.water.max`). `old` and `new` are what a rules file says there, None where it says nothing.
    """

    competition: str | None
    tier: str | None
    path: str
    old: str | None
    new: str | None
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two sets of rules, as far as words and money need it."""

    programme: Programme
    tier: Tier | None = None

    def cash(self, amount: Any) -> Value:
        return Money(cents(amount), self.programme.currency)


@dataclass(frozen=True, slots=True)
class _Part:
    """The part that is compared: its path, what people call it (None for the tier itself), and the two sides."""

    path: tuple[str, ...]
    owner: Value | None
    old: _Side
    new: _Side

    def inside(self, *keys: str, owner: Value | None = None) -> _Part:
        return _Part((*self.path, *keys), owner if owner is not None else self.owner, self.old, self.new)


_Found: TypeAlias = tuple[tuple[str, ...], Any, Any, Sentence]
"""Path, what was, what is, and the difference in words, without the competition and the tier."""


def differences(old: Rules, new: Rules) -> tuple[Difference, ...]:
    """Everything that differs, by competition and tier in the order of the new rules; nothing where they mean the same."""
    old, new = effective(old), effective(new)
    before, after = _Side(old.programme), _Side(new.programme)
    found = [
        _told(None, None, one, say("programme: {difference}", difference=one[3]))
        for one in _keys(_Part(("programme",), None, before, after), old.programme, new.programme)
    ]
    for id_ in dict.fromkeys((*new.competitions, *old.competitions)):
        found += _competition(id_, old.competitions.get(id_), new.competitions.get(id_), before, after)
    return tuple(found)


def _told(competition: str | None, tier: str | None, one: _Found, sentence: Sentence) -> Difference:
    path, old, new, _ = one
    return Difference(
        competition,
        tier,
        ".".join(path),
        None if old is None else written(old),
        None if new is None else written(new),
        sentence,
    )


def _competition(
    id_: str, old: Competition | None, new: Competition | None, before: _Side, after: _Side
) -> Iterator[Difference]:
    if old is None or new is None:
        held = new or old
        assert held is not None, "one of the two files has it"
        topic = competition_said(held, id_)
        said = (
            say("the competition “{id}” is new", id=topic)
            if old is None
            else say("the competition “{id}” is gone", id=topic)
        )
        yield _told(id_, None, ((), old, new, said), said)
        return
    topic = competition_said(new, id_)
    for one in _named(_Part((), None, before, after), id_, old.name, new.name):
        yield _told(id_, None, one, say("{competition}: {difference}", competition=topic, difference=one[3]))
    tiers_before = {tier.tier: tier for tier in old.tiers}
    tiers_after = {tier.tier: tier for tier in new.tiers}
    for name in dict.fromkeys((*tiers_after, *tiers_before)):
        was, now = tiers_before.get(name), tiers_after.get(name)
        for one in _tier(was, now, before, after):
            said = say(
                "{competition}, {tier}: {difference}", competition=topic, tier=tier_said(name), difference=one[3]
            )
            yield _told(id_, name, one, said)


def _tier(old: Tier | None, new: Tier | None, before: _Side, after: _Side) -> Iterator[_Found]:
    if old is None or new is None:
        yield (), old, new, say("this tier is new") if old is None else say("this tier is gone")
        return
    part = _Part((), None, _Side(before.programme, old), _Side(after.programme, new))
    yield from _list(part.inside("phases"), old.judging, new.judging)
    yield from _keys(part, old, new, leave=("phases", "criteria", "total", "factor"))


# -- shapes ----------------------------------------------------------------------------------------------------------


def _keys(part: _Part, old: Any, new: Any, *, leave: Sequence[str] = ()) -> Iterator[_Found]:
    """What differs between two shapes, key by key; of two kinds, the keys of either."""
    names = dict.fromkeys(one.name for shape in (new, old) for one in fields(shape))
    for name in names:
        if name not in ("id", "name", *leave):
            yield from _key(part, name, old, new)


def _key(part: _Part, name: str, old: Any, new: Any) -> Iterator[_Found]:
    was: Any = getattr(old, name, None)
    now: Any = getattr(new, name, None)
    if was == now:
        return
    key = yaml_key(name)
    inner = part.inside(key)
    if name == "ties":
        yield inner.path, was, now, _chains(part, was, now)
    elif name == "awards":
        yield from _awards(inner, was, now)
    elif _have_ids(was) or _have_ids(now):
        yield from _list(inner, was, now)
    elif is_dataclass(was) and is_dataclass(now) and not isinstance(now, Name):
        yield from _keys(inner, was, now)
    else:
        yield inner.path, was, now, _changed(part, new if hasattr(new, name) else old, key, was, now)


def _have_ids(value: Any) -> bool:
    return isinstance(value, tuple) and bool(value) and hasattr(value[0], "id") and is_dataclass(value[0])


def _changed(part: _Part, shape: Any, key: str, was: Any, now: Any) -> Sentence:
    """One value that changed, with the words for its key."""
    of = getattr(type(shape), "kind_of_rule", type(shape).__name__.lower())
    what = _what(part, "criteria" if isinstance(shape, Source) else of, key)
    is_money = (of, key) in _MONEY
    if any(is_dataclass(one) and not isinstance(one, Name) for one in (was, now)):
        if was is None:
            return _comes(what, _in_words(now, part.new))
        return _goes(what, _in_words(was, part.old))
    if (of, key) == ("rounding", "mode"):
        return say("{what} was {old}, is {new}", what=what, old=mode_said(was), new=mode_said(now))
    before, after = (_said(one, side, is_money=is_money) for one, side in ((was, part.old), (now, part.new)))
    if _is_nothing(was):
        return say("{what} was not set, is {new}", what=what, new=after)
    if _is_nothing(now):
        return say("{what} was {old}, is not set any more", what=what, old=before)
    return say("{what} was {old}, is {new}", what=what, old=before, new=after)


def _in_words(thing: Any, side: _Side) -> Value:
    """A whole part that came or went, as the printed rules say it; as the file writes it where they say nothing."""
    said: list[Sentence] = []
    match thing:
        case Promotion():
            said = [*thing.in_words()]
        case Cap():
            said = [thing.in_words(side.programme)]
        case Exchange():
            return say("1 {own} is {rate} {other}", own=side.programme.currency, rate=thing.rate, other=thing.currency)
        case Prizes() if side.tier is not None:
            said = [
                say("The award “{award}”: {what}.", award=award.label, what=gist)
                for award in thing.awards
                if (gist := _gist(award, side)) is not None
            ]
            said += thing.in_words(side.tier, side.programme)
        case _:
            pass
    if not said:
        return written(thing)
    found, *others = said
    for one in others:
        found = say("{before} {after}", before=found, after=one)
    return found


def _is_nothing(value: Any) -> bool:
    return value is None or value == ()


def _said(value: Any, side: _Side, *, is_money: bool) -> Value:
    """A value of the rules as a sentence names it."""
    match value:
        case None:
            return ""
        case bool():
            return say("yes") if value else say("no")
        case int() | Fraction():
            return side.cash(value) if is_money else value
        case tuple() | Mapping() if not value:
            return say("none")
        case tuple() if all(isinstance(one, str | int | Fraction | Band | Option) for one in value):
            return listing([_said(one, side, is_money=is_money) for one in value])
        case Band():
            return say("from {lower}: {points}", lower=value.from_, points=value.points)
        case Option():
            return (
                say("{answer}: {points}", answer=value.name, points=value.points) if value.name.texts else value.points
            )
        case Mapping():
            return listing(
                [
                    say("{key}: {value}", key=key, value=_said(one, side, is_money=is_money))
                    for key, one in value.items()
                ]
            )
        case str():
            return say("“{word}”", word=value)
        case Name():
            return say("“{word}”", word=value)
    return written(value)


def _named(part: _Part, id_: str, old: Name, new: Name) -> Iterator[_Found]:
    if old != new:
        said = say("“{id}” was called “{old}”, is called “{new}”", id=id_, old=_all(old, id_), new=_all(new, id_))
        yield (*part.path, "name"), old if old.texts else None, new if new.texts else None, said


def _all(name: Name, id_: str) -> Value:
    """A name in each language it is given in: a change may be in one of them only."""
    return " / ".join(dict.fromkeys(name.texts.values())) or id_


# -- lists -----------------------------------------------------------------------------------------------------------


def _list(part: _Part, old: Sequence[Any], new: Sequence[Any]) -> Iterator[_Found]:
    """What differs between two lists of things with ids."""
    was, now = ({one.id: one for one in things} for things in (old, new))
    of = part.path[-1]
    for id_, thing in now.items():
        if id_ not in was:
            yield (*part.path, id_), None, thing, _comes(_thing(of, thing), _gist(thing, part.new))
    for id_, thing in was.items():
        if id_ not in now:
            yield (*part.path, id_), thing, None, _goes(_thing(of, thing), _gist(thing, part.old))
    for id_, thing in now.items():
        if id_ in was and was[id_] != thing:
            yield from _in_both(part, id_, was[id_], thing)
    yield from _moved(part, [one for one in was if one in now], [one for one in now if one in was])


def _in_both(part: _Part, id_: str, old: Any, new: Any) -> Iterator[_Found]:
    inner = part.inside(id_, owner=_label(new))
    yield from _named(inner, id_, old.name, new.name)
    if isinstance(new, Phase):
        if old.maximum != new.maximum:
            what = say("the most points of {phase}", phase=_label(new))
            said = say("{what} was {old}, is {new}", what=what, old=old.maximum, new=new.maximum)
            yield (*inner.path, "total"), old.maximum, new.maximum, said
        yield from _keys(inner, old, new, leave=("total",))
        return
    if type(old) is not type(new):
        what = say("the kind of {owner}", owner=_label(new))
        said = say("{what} was {old}, is {new}", what=what, old=_quoted(old.word), new=_quoted(new.word))
        yield inner.path, old, new, said
    yield from _keys(inner, old, new, leave=("source",))


def _moved(part: _Part, old: Sequence[str], new: Sequence[str]) -> Iterator[_Found]:
    if list(old) != list(new):
        what = _what(part, "", part.path[-1])
        said = say("the order of {what} was {old}, is {new}", what=what, old=listing(list(old)), new=listing(list(new)))
        yield part.path, tuple(old), tuple(new), said


def _awards(part: _Part, old: Sequence[AnyAwardKind], new: Sequence[AnyAwardKind]) -> Iterator[_Found]:
    """What differs between two lists of awards, matched by scheme, purse and position among those."""
    was, now = (dict(_numbered(awards, side)) for awards, side in ((old, part.old), (new, part.new)))
    for key, award in now.items():
        if key not in was:
            yield (*part.path, key), None, award, _comes(_award(award, key, part.new), _gist(award, part.new))
    for key, award in was.items():
        if key not in now:
            yield (*part.path, key), award, None, _goes(_award(award, key, part.old), _gist(award, part.old))
    for key, award in now.items():
        if key in was and was[key] != award:
            yield from _keys(part.inside(key, owner=_award(award, key, part.new)), was[key], award)
    yield from _moved(part, [one for one in was if one in now], [one for one in now if one in was])


def _numbered(awards: Sequence[AnyAwardKind], side: _Side) -> Iterator[tuple[str, AnyAwardKind]]:
    """The awards by `scheme-purse`, the second of a kind with its number; what goes to all categories says none."""
    from dataclasses import replace

    every = {one.id for one in side.tier.categories} if side.tier is not None else set()
    seen: Counter[str] = Counter()
    for award in awards:
        key = "-".join(filter(None, (award.word, award.purse if isinstance(award, CashAward) else None)))
        seen[key] += 1
        mine = replace(award, categories=None) if set(award.categories or every) == every else award
        yield (key if seen[key] == 1 else f"{key}-{seen[key]}"), mine


def _chains(part: _Part, old: Sequence[Any], new: Sequence[Any]) -> Sentence:
    before, after = (
        listing([step.label(side.tier) for step in steps]) if steps else say("none: the place is shared")
        for steps, side in ((old, part.old), (new, part.new))
    )
    return say("the tie steps were: {old}; they are: {new}", old=before, new=after)


# -- words -----------------------------------------------------------------------------------------------------------


def _comes(thing: Value, gist: Value | None) -> Sentence:
    return say("{thing} is new", thing=thing) if gist is None else say("{thing} is new: {what}", thing=thing, what=gist)


def _goes(thing: Value, gist: Value | None) -> Sentence:
    return (
        say("{thing} is gone", thing=thing) if gist is None else say("{thing} is gone: {what}", thing=thing, what=gist)
    )


def _quoted(word: str) -> Sentence:
    return say("“{word}”", word=word)


def _label(thing: Any) -> Value:
    if isinstance(thing, Phase):
        return phase_label(thing) if thing.id == ONE_PHASE else say("“{word}”", word=phase_label(thing))
    return say("“{word}”", word=Name(thing.name.texts, thing.id))


def _thing(of: str, thing: Any) -> Value:
    """What people call an item of a list."""
    words: Mapping[str, Callable[[Value], Sentence]] = {
        "categories": lambda name: say("the category {name}", name=name),
        "phases": lambda name: say("the phase {name}", name=name),
        "criteria": lambda name: say("the criterion {name}", name=name),
        "bonuses": lambda name: say("the bonus {name}", name=name),
        "deductions": lambda name: say("the deduction {name}", name=name),
        "knockouts": lambda name: say("the knockout {name}", name=name),
        "levels": lambda name: say("the level {name}", name=name),
        "purses": lambda name: say("the purse {name}", name=name),
    }
    return words[of](_label(thing)) if of in words else _label(thing)


def _award(award: AnyAwardKind, key: str, side: _Side) -> Sentence:
    if not isinstance(award, CashAward) or side.tier is None or side.tier.prizes is None:
        return say("the award “{key}”", key=key)
    purse = side.tier.prizes.purse_of(award)
    number = key.rpartition("-")[2]
    scheme = f"{award.word} {number}" if number.isdigit() and number != purse.id else award.word
    return say("the award “{key}” from “{purse}”", key=scheme, purse=Name(purse.name.texts, purse.id))


def _gist(thing: Any, side: _Side) -> Value | None:
    """What matters of a thing that came or went; None where its name says it all."""
    if isinstance(thing, Phase):
        return listing([Name(one.name.texts, one.id) for one in thing.criteria])
    if hasattr(thing, "promised"):
        lines = thing.promised(side.tier, side.programme)
        return listing([say("{key}: {value}", key=who, value=gets) for who, gets in lines])
    if hasattr(thing, "in_words"):
        return say("{what}, at most {points} points", what=thing.in_words(), points=thing.maximum)
    if hasattr(thing, "from_"):
        return say("from {points} points", points=thing.from_)
    if hasattr(thing, "amount"):
        return side.cash(thing.amount)
    if hasattr(thing, "points"):
        return say("{points} points", points=thing.points)
    return None


def _what(part: _Part, of: str, key: str) -> Sentence:
    """The words for a key of a part of the rules; a key that has none is named as the file names it."""
    owner: Value = part.owner if part.owner is not None else ""
    known = _WORDS.get(f"{of}.{key}" if of else key)
    if known is not None:
        return known(owner)
    if part.owner is None:
        return say("“{key}”", key=key)
    return say("“{key}” of {owner}", key=key, owner=owner)


_MONEY = {
    ("programme", "cash_unit"),
    ("prize_range", "minimum"),
    ("prize_range", "maximum"),
    ("purses", "amount"),
    ("awards", "amount"),
    ("awards", "amounts"),
    ("awards", "minimum"),
    ("awards", "maximum"),
    ("awards", "value"),
    ("cap_per_community", "amount"),
}

_WORDS: Mapping[str, Callable[[Value], Sentence]] = {
    "categories": lambda _: say("the categories"),
    "phases": lambda _: say("the phases"),
    "criteria": lambda _: say("the criteria"),
    "bonuses": lambda _: say("the bonuses"),
    "deductions": lambda _: say("the deductions"),
    "knockouts": lambda _: say("the knockouts"),
    "levels": lambda _: say("the levels"),
    "purses": lambda _: say("the purses"),
    "awards": lambda _: say("the awards"),
    "programme.languages": lambda _: say("the list of languages"),
    "programme.country": lambda _: say("the country whose formats papers have"),
    "programme.currency": lambda _: say("the currency"),
    "programme.cash_unit": lambda _: say("the smallest amount paid out"),
    "programme.prize_range": lambda _: say("the range of prizes"),
    "programme.appeal_days": lambda _: say("the days for appeals"),
    "programme.exchange": lambda _: say("the second currency"),
    "prize_range.minimum": lambda _: say("the smallest prize allowed"),
    "prize_range.maximum": lambda _: say("the largest prize allowed"),
    "exchange.currency": lambda _: say("the second currency"),
    "exchange.rate": lambda _: say("the rate of exchange"),
    "exchange.date": lambda _: say("the day of the rate of exchange"),
    "exchange.source": lambda _: say("the source of the rate of exchange"),
    "tiers.within": lambda _: say("whom they are ranked against"),
    "tiers.from": lambda _: say("the tier that it reads"),
    "tiers.promotion": lambda _: say("the promotion"),
    "tiers.prizes": lambda _: say("the part about prizes"),
    "phases.factor": lambda of: say("the factor of {of}", of=of),
    "phases.weight": lambda of: say("the weight of {of}", of=of),
    "criteria.min": lambda of: say("the least mark of {of}", of=of),
    "criteria.max": lambda of: say("the maximum of {of}", of=of),
    "criteria.step": lambda of: say("the step between marks of {of}", of=of),
    "criteria.weight": lambda of: say("the weight of {of}", of=of),
    "criteria.options": lambda of: say("the list of answers of {of}", of=of),
    "criteria.bands": lambda of: say("the list of bands of {of}", of=of),
    "unit.unit": lambda of: say("the unit of {of}", of=of),
    "criteria.level": lambda of: say("the level that {of} counts", of=of),
    "criteria.over": lambda of: say("what the mean of {of} is taken over", of=of),
    "criteria.share": lambda of: say("the share of households of {of}", of=of),
    "criteria.count": lambda of: say("the number of households of {of}", of=of),
    "criteria.knockout_below": lambda of: say("the limit of {of} below which a community is out", of=of),
    "panel.judges": lambda _: say("the number of judges"),
    "panel.at_least": lambda _: say("the least number of judges of an entry"),
    "panel.combine": lambda _: say("how judges are combined"),
    "panel.of": lambda _: say("what is combined"),
    "panel.missing": lambda _: say("what happens with a missing mark"),
    "panel.second_entry": lambda _: say("whose sheets must be checked by a second person or by the total on the paper"),
    "panel.distance": lambda _: say("the distance from the mean beyond which a value is dropped"),
    "panel.points": lambda _: say("the list of points by place"),
    "panel.drop": lambda _: say("the dropping of the highest and the lowest"),
    "panel.then": lambda _: say("what is done with the values that are not dropped"),
    "panel.mean": lambda _: say("the mean of the common scale"),
    "panel.spread": lambda _: say("the spread of the common scale"),
    "drop.highest": lambda _: say("how many of the highest are dropped"),
    "drop.lowest": lambda _: say("how many of the lowest are dropped"),
    "drop.from": lambda _: say("the number of judges from which values are dropped"),
    "deductions.points": lambda of: say("the number of points of {of}", of=of),
    "levels.from": lambda of: say("the threshold of {of}", of=of),
    "rounding.decimals": lambda _: say("the number of decimals"),
    "rounding.mode": lambda _: say("the way of rounding"),
    "rounding.at": lambda _: say("where figures are rounded"),
    "rounding.compare": lambda _: say("what is compared"),
    "ranking.better": lambda _: say("which points are better"),
    "ranking.numbering": lambda _: say("the numbering of places"),
    "promotion.top": lambda _: say("the number that go up"),
    "promotion.percent": lambda _: say("the percentage that goes up"),
    "promotion.at_least": lambda _: say("the least number of points for going up"),
    "promotion.quota": lambda _: say("the list of seats that are kept"),
    "promotion.tie_at_cut": lambda _: say("what happens with a tie at the cut"),
    "promotion.reserves": lambda _: say("the number of reserves"),
    "purses.amount": lambda of: say("the amount of {of}", of=of),
    "purses.per": lambda of: say("what {of} is for", of=of),
    "awards.amount": lambda of: say("the amount of {of}", of=of),
    "awards.amounts": lambda of: say("the list of amounts of {of}", of=of),
    "awards.percents": lambda of: say("the list of percentages of {of}", of=of),
    "awards.to": lambda of: say("who gets {of}", of=of),
    "awards.base": lambda of: say("the base of {of}", of=of),
    "awards.minimum": lambda of: say("the smallest share of {of}", of=of),
    "awards.maximum": lambda of: say("the largest share of {of}", of=of),
    "awards.item": lambda of: say("the thing of {of}", of=of),
    "awards.value": lambda of: say("the value of {of}", of=of),
    "awards.places": lambda of: say("the list of places of {of}", of=of),
    "awards.minimum_points": lambda of: say("the least number of points for {of}", of=of),
    "awards.categories": lambda of: say("the list of categories of {of}", of=of),
    "prizes.tie_split": lambda _: say("how a tie shares its prizes"),
    "prizes.remainder": lambda _: say("what happens with what cannot be divided"),
    "prizes.lots_decide_money": lambda _: say("whether lots decide about money"),
    "prizes.one_prize_per_entrant": lambda _: say("the limit of one prize for each entrant"),
    "prizes.cap_per_community": lambda _: say("the cap for each community"),
    "prizes.unfilled": lambda _: say("what happens with prizes that nobody wins"),
    "prizes.if_short": lambda _: say("what happens if a purse is too small"),
    "cap_per_community.prizes": lambda _: say("the most prizes of one community"),
    "cap_per_community.amount": lambda _: say("the most money of one community"),
}
