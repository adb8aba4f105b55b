"""Rules are checked before any mark exists: `load_rules` gives rules that can be worked with, or every problem at once.

The checks stand by subject in `checks_scores`, `checks_order`, `checks_prizes`; what is allowed but deserves a word is in
`cautions`.
"""

from __future__ import annotations

from collections.abc import Iterator

from pachamama.core.problems import Problem, refuse_if
from pachamama.core.rules import checks_order, checks_prizes, checks_scores
from pachamama.core.rules.document import Rules
from pachamama.core.rules.part import Check, parts_of, run
from pachamama.core.rules.reading import Read, in_order, read_rules
from pachamama.core.sentences import say

TIER_CHECKS: tuple[Check, ...] = (*checks_scores.CHECKS, *checks_order.CHECKS, *checks_prizes.CHECKS)


def load_rules(text: str, file: str | None = None) -> Rules:
    """The rules in the text of a rules file, read and checked.

    Refused with all problems of reading or, if it reads, with all that the checks find; each names line and remedy.
    """
    return checked(read_rules(text, file)).rules


def checked(read: Read) -> Read:
    """The same rules, if nothing is wrong with them; else Refused with every problem, in the order of the file."""
    refuse_if(problems_of(read))
    return read


def problems_of(read: Read) -> list[Problem]:
    """Everything that refuses rules that could be read (RULES.md, V), in the order of the file."""
    found = [*_languages(read), *_cash(read), *_tiers(read)]
    for part in parts_of(read):
        found += run(TIER_CHECKS, part)
    return in_order(found)


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
