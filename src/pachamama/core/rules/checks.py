"""Rules are checked before any mark exists: `load_rules` gives rules that can be worked with, or every problem at once.

The checks stand by subject in `checks_scores`, `checks_order`, `checks_prizes`; what is allowed but deserves a word is in
`cautions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pachamama.core.problems import Problem, refuse_if
from pachamama.core.rules import checks_order, checks_prizes, checks_scores
from pachamama.core.rules.document import Rules
from pachamama.core.rules.part import Check, TierPart, parts_of, run
from pachamama.core.rules.reading import Read, in_order
from pachamama.core.rules.remainder import Lost, read_what_can_be_read
from pachamama.core.sentences import say

TIER_CHECKS: tuple[Check, ...] = (*checks_scores.CHECKS, *checks_order.CHECKS, *checks_prizes.CHECKS)

_SUMS = (("criteria", None), ("phases", None), ("panel", None), ("factor", 0))
_CRITERIA = (("criteria", 1), ("phases", 3))
RESTS_ON: Mapping[Check, Sequence[tuple[str, int | None]]] = {
    checks_scores.phases_or_criteria: (("criteria", 0), ("phases", 0)),
    checks_scores.totals: (("criteria", None),),
    checks_scores.sources_read: (("from", 0),),
    checks_order.step_names: _CRITERIA,
    checks_order.untrimmed: (("panel", None),),
    checks_order.promotion_in_reach: _SUMS,
    checks_prizes.purse_names: (("prizes.purses", 1),),
    checks_prizes.award_categories: (("categories", 1),),
    checks_prizes.award_levels: (("levels", 1),),
    checks_prizes.place_prizes_fit: (("prizes.purses", None),),
    checks_prizes.awards_in_reach: _SUMS,
}
"""What a check looks at outside the rule that it blames, by key of the tier: if something was lost there, it says
nothing. The number is how deep: a list as a whole 0, one of its items 1, None anything in it."""
RESTS_ON_LOWER: Mapping[Check, Sequence[tuple[str, int | None]]] = {
    checks_scores.scaled_sources: _SUMS,
    checks_scores.source_figures: (("levels", 1),),
}
"""The same, of the tier that is read."""


def load_rules(text: str, file: str | None = None) -> Rules:
    """The rules in the text of a rules file, read and checked.

    Refused with all problems together, of reading and of what the checks find in what could be read; each names line
    and remedy.
    """
    return read_checked(text, file).rules


def read_checked(text: str, file: str | None = None) -> Read:
    """The same, with where each part stands."""
    read, found = read_what_can_be_read(text, file)
    refuse_if(in_order([*found, *(problems_of(read) if read is not None else ())]))
    assert read is not None, "what cannot be read is a problem"
    return read


def problems_of(read: Read) -> list[Problem]:
    """Everything that refuses rules that could be read (RULES.md, V), in the order of the file.

    What rests on a part that could not be read is left unsaid.
    """
    lost = Lost(read)
    found = [*_languages(read), *_cash(read), *_tiers(read)]
    for part in parts_of(read):
        found += run([check for check in TIER_CHECKS if not _rests_on_lost(check, part, lost)], part)
    return in_order([problem for problem in found if not lost.touches(problem)])


def _rests_on_lost(check: Check, part: TierPart, lost: Lost) -> bool:
    """Something that a check looks at could not be read."""
    if not part.read.tree.lost:
        return False
    if check is checks_scores.reading_from:
        return lost.at(part.path[:-1], depth=1)
    if check is checks_prizes.cash_unit:
        return lost.at(("programme", "cash_unit"))
    lower = next((one for one in parts_of(part.read) if one.whole is part.whole and one.tier is part.lower), None)
    return any(lost.at((*part.path, *key.split(".")), depth=depth) for key, depth in RESTS_ON.get(check, ())) or any(
        lower is not None and lost.at((*lower.path, *key.split(".")), depth=depth)
        for key, depth in RESTS_ON_LOWER.get(check, ())
    )


def _languages(read: Read) -> Iterator[Problem]:
    """The papers have at least one language, each once."""
    languages = read.rules.programme.languages
    place = read.place("programme", "languages")
    if not languages:
        yield Problem(place, say("this list is empty"), say("write at least one item"))
    if len(set(languages)) < len(languages):
        yield Problem(place, say("a language stands twice in this list"), say("write each once, the main one first"))


_MOST_DAYS = 365


def _cash(read: Read) -> Iterator[Problem]:
    """The cash unit can be counted out; ranges, rates and the days for appeals make sense."""
    programme = read.rules.programme
    unit, limits, exchange = programme.cash_unit, programme.prize_range, programme.exchange
    if unit <= 0 or (unit * 100) % 1:
        yield Problem(
            read.place("programme", "cash_unit"),
            say("a cash unit of {unit} cannot be counted out", unit=unit),
            say("it is above 0 and has whole cents: 1, 10, 0.10"),
        )
    if limits is not None:
        for key, amount in (("minimum", limits.minimum), ("maximum", limits.maximum)):
            if amount < 0 or (amount * 100) % 1:
                yield Problem(
                    read.place("programme", "prize_range", key),
                    say("{amount} is not an amount of whole cents", amount=amount),
                    say("0 or more, with two decimals at most"),
                )
        if limits.minimum > limits.maximum:
            yield Problem(
                read.place("programme", "prize_range", "minimum"),
                say(
                    "the minimum {minimum} is above the maximum {maximum}",
                    minimum=limits.minimum,
                    maximum=limits.maximum,
                ),
                say("correct one of the two"),
            )
    days = programme.appeal_days
    if days is not None and not 1 <= days <= _MOST_DAYS:
        yield Problem(
            read.place("programme", "appeal_days"),
            say("{days} days for appeals", days=days),
            say("from 1 to {most}", most=_MOST_DAYS),
        )
    if exchange is not None and exchange.rate <= 0:
        yield Problem(
            read.place("programme", "exchange", "rate"),
            say("a rate of {rate}", rate=exchange.rate),
            say("it is how much of the second currency one unit of the first is worth: above 0"),
        )


def _tiers(read: Read) -> Iterator[Problem]:
    """There is a competition, and none has the same tier twice."""
    competitions = read.rules.competitions
    if not competitions:
        yield Problem(read.place("competitions"), say("there is no competition here"), say("write at least one"))
    for name, competition in competitions.items():
        seen: set[str] = set()
        for number, tier in enumerate(competition.tiers):
            if tier.tier in seen:
                yield Problem(
                    read.place("competitions", name, "tiers", number, "tier"),
                    say("this competition has two tiers “{tier}”", tier=tier.tier),
                    say("a tier stands once in a competition: use categories, or a second competition"),
                )
            seen.add(tier.tier)
