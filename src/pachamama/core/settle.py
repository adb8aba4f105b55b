"""The pipeline, readable top to bottom: sheets → points → places → promotion → awards and purses.

`reckon` keeps every figure on the way, for explanations; `settle` gives what is printed. Both are pure: the same rules
and marks give the same result, in whatever order they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pachamama.core.model import Contest, ContestResult, Placing, Settlement
from pachamama.core.numbers import decimals_apart, rounded
from pachamama.core.prizes import PrizeList, RoundPrizes, award_prizes
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.promotion import Promoted
from pachamama.core.ranking import Ranked, Ranking, rank
from pachamama.core.rules.document import Programme, Rules, Tier
from pachamama.core.scores import PhaseScore, Score
from pachamama.core.scoring import Scored, score_contest
from pachamama.core.sentences import Name, Sentence, listing, say


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
    held = rules.competitions[competition]
    played = held.tier(tier)
    if played is None:
        raise Refused(Problem(NOWHERE, say("{competition} has no {tier} tier", competition=competition, tier=tier)))
    lower = held.tier(played.from_) if played.from_ else None
    scored = []
    problems: list[Problem] = []
    for contest in in_order(played, contests):
        try:
            scored.append((contest, score_contest(played, contest, lower=lower)))
        except Refused as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise Refused(*problems)
    ranked = [(contest, one, rank(played, competition, contest, one.scores)) for contest, one in scored]
    prizes = award_prizes(played, rules.programme, [ranking for _, _, ranking in ranked])
    nobody = Promoted((), ())
    return Reckoning(
        competition,
        played,
        rules.programme,
        tuple(
            Reckoned(contest, one, ranking, played.promotion.of(ranking) if played.promotion else nobody, paid)
            for (contest, one, ranking), paid in zip(ranked, prizes.contests, strict=True)
        ),
        prizes,
    )


def in_order(tier: Tier, contests: Iterable[Contest]) -> list[Contest]:
    """The contests in the order of `within`, then of the categories in the rules."""
    categories = {category.id: at for at, category in enumerate(tier.categories)}
    return sorted(
        contests, key=lambda one: (one.within or "", categories.get(one.category or "", -1), one.category or "")
    )


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
    decimals = printed_decimals(tier, one)
    of_phases = {phase.id: decimals for phase in tier.judging}
    return ContestResult(
        one.contest.within,
        one.contest.category,
        tuple([_placing(tier, one, ranked, of_phases, decimals) for ranked in one.ranking.ranked]),
        one.scored.unranked,
        one.prizes.purses,
        (*one.ranking.due, *one.prizes.due),
        (*one.scored.warnings, *one.ranking.warnings, *one.prizes.warnings),
    )


def _placing(tier: Tier, one: Reckoned, ranked: Ranked, phase_decimals: Mapping[str, int], decimals: int) -> Placing:
    score, code = ranked.score, ranked.entry.code
    mode = tier.rounding.mode
    return Placing(
        ranked.place,
        ranked.position,
        ranked.entry,
        rounded(score.points, decimals, mode),
        decimals,
        {phase: rounded(points, decimals, mode) for phase, points in score.by_phase.items()},
        phase_decimals,
        {phase.phase.id: phase.judges for phase in score.phases},
        score.level,
        ranked.tied_with,
        ranked.decided_by,
        code in one.promoted.entries,
        code in one.promoted.reserves,
        one.prizes.awards.get(code, ()),
        (*score_notes(score), *one.prizes.notes.get(code, ())),
    )


# -- what is said of a score -----------------------------------------------------------------------------------------


def score_notes(score: Score) -> tuple[Sentence, ...]:
    """Sentences on whatever is not plain in a score: sheets left out, marks dropped, points added or taken off."""
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
