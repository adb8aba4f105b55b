"""The way of one entry from each mark to the cent: what the computation used, and nothing else.

`explain` walks along a reckoning and lets every rule say what it did. It reckons nothing anew: where a sentence gives a
figure, that figure was kept when the contest was settled.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from pachamama.core.explaining.money import prize_sections, purse_sections
from pachamama.core.explaining.place import place_section
from pachamama.core.explaining.points import phase_section, total_section
from pachamama.core.explaining.section import Section, section
from pachamama.core.explaining.unranked import no_place_section
from pachamama.core.figures import Figures
from pachamama.core.model import Contest, Entry, Unranked
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.ranking import Ranked
from pachamama.core.sentences import Name, Sentence, Value, choice, listing, say
from pachamama.core.settle import Reckoned, Reckoning, printed_decimals

__all__ = ["Section", "explain", "find_entry"]


def explain(
    reckoning: Reckoning, entry_code: str, *, within: str | None = None, category: str | None = None
) -> tuple[Section, ...]:
    """Why an entry has its points, its place, its prizes, each from the figures that were used.

    The last line of every section gives the figure that the settlement has. An unknown entry is refused with the codes
    that look like it; one that competes in several contests needs `within` or `category`.
    """
    contests = [one.contest for one in reckoning.contests]
    at = find_entry(contests, entry_code, within=within, category=category)
    one = reckoning.contests[at]
    figures = Figures(printed_decimals(reckoning.tier, one), reckoning.programme.currency, reckoning.tier.rounding.mode)
    for ranked in one.ranking.ranked:
        if ranked.entry.code == entry_code:
            return tuple(_ranked(reckoning, at, ranked, figures))
    out = next(out for out in one.scored.unranked if out.entry.code == entry_code)
    return tuple(_unranked(reckoning, one, out, figures))


def find_entry(
    contests: list[Contest], entry_code: str, *, within: str | None = None, category: str | None = None
) -> int:
    """Which of the contests is meant by an entry's code; refused where it is in none of them, or in several."""
    known = {entry.code for contest in contests for entry in contest.entries}
    if entry_code not in known:
        close = get_close_matches(entry_code, sorted(known), n=3)
        raise Refused(
            Problem(
                NOWHERE,
                say("there is no entry “{entry}”", entry=entry_code),
                say("did you mean {words}?", words=choice(close))
                if close
                else say("the entries and their places: `pachamama rank`"),
            )
        )
    there = [at for at, contest in enumerate(contests) if any(entry.code == entry_code for entry in contest.entries)]
    meant = [at for at in there if within in (None, contests[at].within) and category in (None, contests[at].category)]
    if len(meant) == 1:
        return meant[0]
    where = listing([_contest_said(contests[at]) for at in there])
    if not meant:
        raise Refused(
            Problem(
                NOWHERE,
                say("{entry} does not compete there", entry=entry_code),
                say("it does in: {contests}", contests=where),
            )
        )
    raise WrongUsage(
        Problem(
            NOWHERE,
            say("{entry} competes in several contests: {contests}", entry=entry_code, contests=where),
            say("say which with `--within CODE` or `--category ID`"),
        )
    )


def _contest_said(contest: Contest) -> Sentence:
    if contest.within is not None and contest.category is not None:
        return say("{within}, {category}", within=contest.within, category=contest.category)
    return say("{contest}", contest=contest.within or contest.category or "")


def _ranked(reckoning: Reckoning, at: int, ranked: Ranked, figures: Figures) -> Iterator[Section]:
    tier, one = reckoning.tier, reckoning.contests[at]
    yield _in_short(reckoning, one, ranked, figures)
    for phase in ranked.score.phases:
        yield phase_section(ranked.score, phase, figures)
    yield total_section(ranked.score, figures)
    yield place_section(tier, one.ranking, ranked, figures)
    if tier.promotion is not None:
        yield section(say("Going up"), tier.promotion.told(one.ranking, one.promoted, ranked, figures))
    round_ = reckoning.prizes.reckoned
    if round_ is not None:
        contest = round_.contests[at]
        yield from prize_sections(round_, contest, one.prizes, ranked, figures)
        yield from purse_sections(round_, contest, one.prizes, reckoning.prizes, figures)


def _who(entry: Entry) -> Value:
    return called(entry.code, entry.name)


def _in_short(reckoning: Reckoning, one: Reckoned, ranked: Ranked, figures: Figures) -> Section:
    """The answer before the reasons."""
    points = figures.printed(ranked.points)
    awards = one.prizes.awards.get(ranked.entry.code, ())
    cents = sum(award.cents for award in awards)
    won: list[Value] = [award.item for award in awards if isinstance(award.item, Name)]
    if cents or not won:
        won.append(figures.cash(cents))
    if reckoning.tier.prizes is None:
        line = say(
            "{entry} has place {place} with {points} points",
            entry=_who(ranked.entry),
            place=ranked.place,
            points=points,
        )
    else:
        line = say(
            "{entry} has place {place} with {points} points, and receives {amount}",
            entry=_who(ranked.entry),
            place=ranked.place,
            points=points,
            amount=won[0] if len(won) == 1 else listing(won),
        )
    return section(say("In short"), (line,))


def _unranked(reckoning: Reckoning, one: Reckoned, out: Unranked, figures: Figures) -> Iterator[Section]:
    tier = reckoning.tier
    yield section(say("In short"), (say("{entry} has no place: {why}", entry=_who(out.entry), why=out.why),))
    yield no_place_section(tier, one.scored, out, figures)
    if tier.promotion is not None:
        yield section(
            say("Going up"),
            (say("only entries with a place can go up"), say("{entry} does not go up", entry=_who(out.entry))),
        )
    if tier.prizes is not None:
        yield section(
            say("Prizes"),
            (
                say("only entries with a place can win a prize"),
                say("{entry} receives {amount}", entry=_who(out.entry), amount=figures.cash(0)),
            ),
        )
