"""The pipeline, readable top to bottom: sheets → points → places → promotion → awards and purses.

`reckon` keeps every figure on the way, for explanations; `settle` gives what is printed. Both are pure: the same rules
and marks give the same result, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from pachamama.core.model import Contest, ContestResult, Placing, Settlement
from pachamama.core.numbers import decimals_apart
from pachamama.core.prizes import PrizeList, RoundPrizes, award_prizes
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.promotion import Promoted
from pachamama.core.ranking import Ranking, rank
from pachamama.core.rules.document import Programme, Rules, Tier
from pachamama.core.rules.naming import TIERS_SAID, competition_said, tiers_to_type
from pachamama.core.scores import PhaseScore, Score
from pachamama.core.scoring import Scored, Scorer
from pachamama.core.sentences import Name, Sentence, listing, say

Standing: TypeAlias = tuple[str, int, str]


@dataclass(frozen=True, slots=True)
class Reckoned:
    """One contest with all that was reckoned about it."""

    contest: Contest
    scored: Scored
    ranking: Ranking
    promoted: Promoted
    prizes: PrizeList


@dataclass(frozen=True, slots=True)
class Reckoning:
    """A round with all that was reckoned about it."""

    competition: str
    tier: Tier
    programme: Programme
    contests: tuple[Reckoned, ...]
    prizes: RoundPrizes


def settle(rules: Rules, competition: str, tier: str, contests: Iterable[Contest]) -> Settlement:
    """The results of a round: every entry with its place or the reason it has none, every prize, every purse closed.

    Refused, with all that is wrong, where the rules refuse: marks off the paper, missing sheets, a purse too small.
    """
    return result_of(reckon(rules, competition, tier, contests))


def reckon(rules: Rules, competition: str, tier: str, contests: Iterable[Contest]) -> Reckoning:
    """Score, rank, promote and pay every contest of a round; contests come in any order."""
    played, scorer = _scorer(rules, competition, tier)
    scored = []
    problems: list[Problem] = []
    for contest in in_order(played, contests):
        try:
            scored.append((contest, scorer.score(contest)))
        except Refused as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise Refused(*problems)
    return _reckoned(rules, competition, played, scored)


def settle_each(rules: Rules, competition: str, tier: str, contests: Iterable[Contest]) -> Iterator[ContestResult]:
    """The result of each contest as it comes, the same that `settle` gives of all together; nothing of it is kept.

    Only for tiers whose contests stand alone (`stand_alone`). What is refused is not collected: the first contest stops.
    """
    played, scorer = _scorer(rules, competition, tier)
    for contest in contests:
        reckoning = _reckoned(rules, competition, played, [(contest, scorer.score(contest))])
        yield _contest_result(played, reckoning.contests[0])


def stand_alone(tier: Tier) -> bool:
    """No contest of the tier waits for another: they have no purse and no winner in common."""
    return tier.prizes is None or not tier.prizes.joins_contests


def _scorer(rules: Rules, competition: str, tier: str) -> tuple[Tier, Scorer]:
    held = rules.competitions[competition]
    played = held.tier(tier)
    if played is None:
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
    return played, Scorer(played, lower=held.tier(played.from_) if played.from_ else None)


def _reckoned(rules: Rules, competition: str, tier: Tier, scored: Sequence[tuple[Contest, Scored]]) -> Reckoning:
    """The rest of the way: places, who goes up, prizes."""
    ranked = [(contest, one, rank(tier, competition, contest, one.scores)) for contest, one in scored]
    prizes = award_prizes(tier, rules.programme, [ranking for _, _, ranking in ranked])
    nobody = Promoted((), ())
    return Reckoning(
        competition,
        tier,
        rules.programme,
        tuple(
            Reckoned(contest, one, ranking, tier.promotion.of(ranking) if tier.promotion else nobody, paid)
            for (contest, one, ranking), paid in zip(ranked, prizes.contests, strict=True)
        ),
        prizes,
    )


def in_order(tier: Tier, contests: Iterable[Contest]) -> list[Contest]:
    """The contests in the order of `within`, then of the categories in the rules."""
    return sorted(contests, key=lambda one: order_of(tier, one))


def order_of(tier: Tier, one: Contest | ContestResult) -> Standing:
    """Where a contest stands among the others, compared with them."""
    at = next((nth for nth, category in enumerate(tier.categories) if category.id == one.category), -1)
    return one.within or "", at, one.category or ""


def result_of(reckoning: Reckoning) -> Settlement:
    """What is printed and stored of a reckoning."""
    return Settlement(
        reckoning.competition,
        reckoning.tier.tier,
        reckoning.programme.currency,
        tuple(_contest_result(reckoning.tier, one) for one in reckoning.contests),
        reckoning.prizes.purses,
        reckoning.prizes.warnings,
    )


def printed_decimals(tier: Tier, one: Reckoned) -> int:
    """The decimals of printed points; under `compare: exact` as many as show any two different ones apart."""
    decimals = tier.rounding.decimals
    if tier.rounding.is_exact:
        decimals = decimals_apart({ranked.points for ranked in one.ranking.ranked}, decimals, tier.rounding.mode)
    return decimals


def _contest_result(tier: Tier, one: Reckoned) -> ContestResult:
    return ContestResult(
        one.contest.within,
        one.contest.category,
        tuple(_placings(tier, one)),
        one.scored.unranked,
        one.prizes.purses,
        (*one.ranking.due, *one.prizes.due),
        (*one.scored.warnings, *one.ranking.warnings, *one.prizes.warnings),
    )


def _placings(tier: Tier, one: Reckoned) -> Iterator[Placing]:
    """Everybody with a place, best first; entries with the same total share its figures."""
    decimals, mode = printed_decimals(tier, one), tier.rounding.mode
    promoted, reserves = frozenset(one.promoted.entries), frozenset(one.promoted.reserves)
    awards, notes = one.prizes.awards, one.prizes.notes
    for ranked in one.ranking.ranked:
        score, total = ranked.score, ranked.score.total
        code = score.entry.code
        printed = total.printed(decimals, mode)
        yield Placing(
            ranked.place,
            ranked.position,
            score.entry,
            printed.points,
            printed.decimals,
            printed.phases,
            printed.phase_decimals,
            total.judges,
            total.level,
            ranked.tied_with,
            ranked.decided_by,
            code in promoted,
            code in reserves,
            awards.get(code, ()),
            score_notes(score) + notes.get(code, ()),
        )


# -- what is said of a score -----------------------------------------------------------------------------------------


def score_notes(score: Score) -> tuple[Sentence, ...]:
    """Sentences on whatever is not plain in a score: sheets left out, marks dropped, points added or taken off."""
    if score.total.is_plain:
        return ()
    notes: list[Sentence] = []
    for one in score.phases:
        if one.left_out or any(part.dropped for part in one.parts):
            notes += _phase_notes(score.tier, one)
    for rule in score.tier.bonuses:
        if rule.id in score.entry.deductions:
            notes.append(say("bonus: {name} (+{points})", name=Name(rule.name.texts, rule.id), points=rule.points))
    for rule in score.tier.deductions:
        if rule.id in score.entry.deductions:
            notes.append(say("deduction: {name} (−{points})", name=Name(rule.name.texts, rule.id), points=rule.points))
    return tuple(notes)


def _phase_notes(tier: Tier, one: PhaseScore) -> list[Sentence]:
    phase = Name(one.phase.name.texts, one.phase.id)
    notes = []
    if one.left_out and tier.panel.of == "sheet":
        notes.append(
            say(
                "{phase}: the sheet of {judges} is not full and was left out", phase=phase, judges=listing(one.left_out)
            )
        )
    for part in one.parts:
        if part.dropped:
            dropped = [
                say("{value} ({judge})", value=tier.rounding.r(part.values[at]), judge=part.judges[at])
                for at in part.dropped
            ]
            notes.append(say("{phase}: dropped {values}", phase=phase, values=listing(dropped)))
    return notes
