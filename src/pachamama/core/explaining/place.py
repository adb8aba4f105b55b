"""From points to a place: who is ahead, who was equal, each tie step tried, what was missing for the next place (T)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pachamama.core.explaining.section import Section, section
from pachamama.core.figures import Figures
from pachamama.core.names import called
from pachamama.core.ranking import Ranked, Ranking, Split
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Sentence, Value, listing, say, say_count
from pachamama.core.tie_step import TieView

NAMED = 8
"""More entries than these are counted, not named."""


def place_section(tier: Tier, ranking: Ranking, one: Ranked, figures: Figures) -> Section:
    """Why an entry has its place; the last line gives it."""
    return section(
        say("Place"),
        (
            *_by_points(ranking, one, figures),
            *_tie_chain(tier, ranking, one, figures),
            *_next_place(tier, ranking, one, figures),
            *_numbered(tier, ranking, one),
            _place_said(ranking, one),
        ),
    )


def _by_points(ranking: Ranking, one: Ranked, figures: Figures) -> Iterator[Sentence]:
    everybody = ranking.ranked
    if len(everybody) == 1:
        yield say("nobody else has a place here")
        return
    at = next(nth for nth, other in enumerate(everybody) if other.points == one.points)
    ahead = everybody[:at]
    if not ahead:
        if not ranking.context.higher_wins:
            yield say("nobody has fewer points")
        else:
            yield say("nobody has more points")
    elif len(ahead) <= NAMED:
        who = listing(
            [say("{entry} {figure}", entry=_who(other), figure=figures.points(other.points)) for other in ahead]
        )
        if ranking.context.higher_wins:
            yield say("more points: {entries}", entries=who)
        else:
            yield say("fewer points: {entries}", entries=who)
    else:
        nearest = figures.points(ahead[-1].points)
        if ranking.context.higher_wins:
            yield say("{number} entries have more points, {nearest} or more", number=len(ahead), nearest=nearest)
        else:
            yield say("{number} entries have fewer points, {nearest} or fewer", number=len(ahead), nearest=nearest)
    equal = [other for other in everybody if other.points == one.points and other is not one]
    points = figures.points(one.points)
    if not equal:
        yield say("nobody else has {points} points", points=points)
    else:
        yield say("equal on points ({points}): {entries}", points=points, entries=_named([one, *equal]))


def _who(one: Ranked) -> Value:
    """An entry by code and name: whoever asks knows people, not codes."""
    return called(one.entry.code, one.entry.name)


def _named(entries: Sequence[Ranked]) -> Value:
    if len(entries) <= NAMED:
        return listing([_who(one) for one in sorted(entries, key=lambda one: one.entry.code)])
    return say("{number} entries", number=len(entries))


# -- the tie chain ---------------------------------------------------------------------------------------------------


def _tie_chain(tier: Tier, ranking: Ranking, one: Ranked, figures: Figures) -> Iterator[Sentence]:
    """Each step that was tried on a group with the entry in it, what it looked at, and what it made of the group."""
    scores = {other.entry.code: other.score for other in ranking.ranked if other.points == one.points}
    tried = [split for split in ranking.splits if any(one.entry.code in group for group in split.groups)]
    for split in tried:
        codes = [code for group in split.groups for code in group]
        named = codes if len(codes) <= NAMED else _around(split, one.entry.code)
        group = [scores[code] for code in sorted(codes)]
        yield from split.step.told(group, TieView(ranking.context, tier, figures, named, one.entry.code))
        yield _outcome(tier, ranking, split, one)
    if len(scores) > 1 and not tried:
        yield say("the rules have no step that decides between equals, so they share the place")
    elif one.tied_with:
        yield say("no step is left, so they share the place: {entries}", entries=_all_of(ranking, one))


def _around(split: Split, code: str) -> list[str]:
    """In a large group the entry itself, and one of those just ahead and just behind."""
    at = next(nth for nth, group in enumerate(split.groups) if code in group)
    ahead = [split.groups[at - 1][-1]] if at else []
    behind = [split.groups[at + 1][0]] if at + 1 < len(split.groups) else []
    return [*ahead, code, *behind]


def _outcome(tier: Tier, ranking: Ranking, split: Split, one: Ranked) -> Sentence:
    step = split.step.label(tier)
    if len(split.groups) == 1:
        return say("nothing is decided by {step}", step=step)
    at = next(nth for nth, group in enumerate(split.groups) if one.entry.code in group)
    if sum(map(len, split.groups)) <= NAMED:
        who = {other.entry.code: _who(other) for other in ranking.ranked}
        groups: list[Value] = [_together([who[code] for code in group]) for group in split.groups]
        order: Value = groups[0]
        for group in groups[1:]:
            order = say("{first}, then {next}", first=order, next=group)
        return say("decided by {step}: first {order}", step=step, order=order)
    return say(
        "decided by {step}: {ahead} are ahead of {entry}, {equal} stay equal with it, {behind} are behind",
        step=step,
        entry=_who(one),
        ahead=sum(map(len, split.groups[:at])),
        equal=len(split.groups[at]) - 1,
        behind=sum(map(len, split.groups[at + 1 :])),
    )


def _together(group: Sequence[Value]) -> Value:
    if len(group) == 1:
        return group[0]
    return say("{entries} still equal", entries=listing(list(group)))


def _all_of(ranking: Ranking, one: Ranked) -> Value:
    return _named([other for group in ranking.places if one in group for other in group])


# -- the next place --------------------------------------------------------------------------------------------------


def _next_place(tier: Tier, ranking: Ranking, one: Ranked, figures: Figures) -> Iterator[Sentence]:
    """What was missing for the place before: points, or the tie step that decided."""
    at = next(nth for nth, group in enumerate(ranking.places) if one in group)
    if at == 0:
        return
    ahead = ranking.places[at - 1][-1]
    place = ahead.place
    if ahead.points != one.points:
        missing = max(ahead.points - one.points, one.points - ahead.points)
        if ranking.context.higher_wins:
            yield say(
                "for place {place}: {entry} has {points}, so {missing} more was needed to be equal",
                place=place,
                entry=_who(ahead),
                points=figures.points(ahead.points),
                missing=figures.points(missing),
            )
        else:
            yield say(
                "for place {place}: {entry} has {points}, so {missing} less was needed to be equal",
                place=place,
                entry=_who(ahead),
                points=figures.points(ahead.points),
                missing=figures.points(missing),
            )
        return
    parted = next(
        split
        for split in reversed(ranking.splits)
        if any(one.entry.code in group for group in split.groups)
        and any(ahead.entry.code in group for group in split.groups)
        and not any(one.entry.code in group and ahead.entry.code in group for group in split.groups)
    )
    yield say(
        "for place {place}: {entry} has as many points and is ahead by {step}",
        place=place,
        entry=_who(ahead),
        step=parted.step.label(tier),
    )


def _numbered(tier: Tier, ranking: Ranking, one: Ranked) -> Iterator[Sentence]:
    """How the printed number comes from who is ahead, where that is not plain."""
    numbering = tier.ranking.numbering
    at = next(nth for nth, group in enumerate(ranking.places) if one in group)
    size = len(ranking.places[at])
    last = one.position + size - 1
    if numbering == "1223" and one.position != one.place:
        yield say_count(
            "{count} different place is better, so the number is {place}: none is left out",
            "{count} different places are better, so the number is {place}: none is left out",
            at,
            place=one.place,
        )
    elif numbering == "1334" and size > 1:
        yield say(
            "they hold positions {first} to {last}, and each has the number of the last: {place}",
            first=one.position,
            last=last,
            place=one.place,
        )
    elif numbering == "fractional" and size > 1:
        yield say(
            "they hold positions {first} to {last}, and each has the number in the middle: ({first} + {last}) ÷ 2 = {place}",
            first=one.position,
            last=last,
            place=one.place,
        )


def _place_said(ranking: Ranking, one: Ranked) -> Sentence:
    number = len(ranking.ranked)
    if one.tied_with:
        return say(
            "{entry} has place {place} of {number}, shared with {entries}",
            entry=_who(one),
            place=one.place,
            number=number,
            entries=_named([other for other in ranking.ranked if other.entry.code in one.tied_with]),
        )
    return say("{entry} has place {place} of {number}", entry=_who(one), place=one.place, number=number)
