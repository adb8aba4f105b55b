"""A purse that is too short for what is claimed from it: refused, paid in proportion, or cut from below (RULES.md, P7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pachamama.core.prize_round import ContestPrizes, PrizeRound
from pachamama.core.problems import NOWHERE, Problem, refuse_if
from pachamama.core.sentences import Sentence, Value, say
from pachamama.core.sharing import Claim, Claims, Short

if TYPE_CHECKING:
    from pachamama.core.ranking import Ranked


def shorten(round_: PrizeRound) -> None:
    """What the rules do where the claims on a purse exceed it; all shortfalls are refused together."""
    problems: list[Problem] = []
    for purse in round_.prizes.purses:
        pots = [round_.contests] if purse.id in round_.of_round else [[contest] for contest in round_.contests]
        for contests in pots:
            drawing = list(round_.drawing(purse.id, contests))
            wanted = sum([claims.cents for _, claims in drawing])
            shortfalls = [claims.shortfall for _, claims in drawing if claims.shortfall is not None]
            if shortfalls:
                problems += [_short(round_, purse.id, contests, shortfall, _MINIMUM) for shortfall in shortfalls]
            elif wanted > round_.amounts[purse.id]:
                if round_.prizes.if_short == "refuse":
                    problems.append(_short(round_, purse.id, contests, _exceeded(round_, purse.id, wanted), _ENLARGE))
                    continue
                (round_.said if purse.id in round_.of_round else contests[0].said).append(
                    _said_short(round_, purse.id, wanted)
                )
                if round_.prizes.if_short == "prorate":
                    _prorate(round_, purse.id, drawing, wanted)
                else:
                    _cut_last(round_, purse.id, drawing, wanted)
    refuse_if(problems)


_ENLARGE = say("enlarge the purse or lower the awards; or let the rules say `if_short: prorate` or `cut_last`")
_MINIMUM = say("enlarge the purse, lower the minimum, or let the rules say `if_short: cut_last`")
"""A minimum that does not fit is not lowered by `prorate` (RULES.md, P7)."""


def _short(
    round_: PrizeRound, purse: str, contests: Sequence[ContestPrizes], message: Sentence, hint: Sentence
) -> Problem:
    where: Value = say("the round") if purse in round_.of_round else round_.contest_name(contests[0])
    return Problem(
        NOWHERE,
        say("{contest}, purse “{purse}”: {message}", contest=where, purse=round_.purse_name(purse), message=message),
        hint,
    )


def _exceeded(round_: PrizeRound, purse: str, wanted: int) -> Sentence:
    return say(
        "its awards come to {wanted}, and it holds {amount}: {short} too little",
        wanted=round_.money(wanted),
        amount=round_.money(round_.amounts[purse]),
        short=round_.money(wanted - round_.amounts[purse]),
    )


def _prorate(round_: PrizeRound, purse: str, drawing: Sequence[tuple[ContestPrizes, Claims]], wanted: int) -> None:
    """Each claim × amount ÷ claims, in whole cash units; what is left goes back."""
    amount, unit = round_.amounts[purse], round_.unit
    for contest, claims in drawing:
        claims.short = Short(amount, wanted, claims.paid)
        made: dict[int, Claim] = {}
        pairs: list[tuple[Ranked, Claim]] = []
        for one, claim in claims.paid:
            if id(claim) not in made:
                part = claim.cents * amount // (wanted * unit) * unit
                made[id(claim)] = Claim(part, say("{award}, in proportion to what the purse holds", award=claim.why))
            if made[id(claim)].cents:
                pairs.append((one, made[id(claim)]))
            else:
                note = say("purse “{purse}” is too short for a whole cash unit", purse=round_.purse_name(purse))
                contest.notes.append((one.entry.code, note))
        claims.paid = pairs


def _cut_last(round_: PrizeRound, purse: str, drawing: Sequence[tuple[ContestPrizes, Claims]], wanted: int) -> None:
    """Strike the claims from the last position up, over all contests, until the rest fits."""
    positions = {id(contest): contest.positions() for contest, _ in drawing}
    by_position: dict[int, int] = {}
    for contest, claims in drawing:
        at = positions[id(contest)]
        for one, claim in claims.paid:
            by_position[at[one.entry.code]] = by_position.get(at[one.entry.code], 0) + claim.cents
    first_struck = 1 + max(by_position)
    left = wanted
    for position in sorted(by_position, reverse=True):
        if left <= round_.amounts[purse]:
            break
        left -= by_position[position]
        first_struck = position
    for contest, claims in drawing:
        claims.short = Short(round_.amounts[purse], wanted, claims.paid)
        at = positions[id(contest)]
        for one, claim in claims.paid:
            if at[one.entry.code] >= first_struck:
                note = say(
                    "{amount} ({award}) struck: purse “{purse}” is too short, and the last places lose first",
                    amount=round_.money(claim.cents),
                    award=claim.why,
                    purse=round_.purse_name(purse),
                )
                contest.notes.append((one.entry.code, note))
        claims.paid = [pair for pair in claims.paid if at[pair[0].entry.code] < first_struck]


def _said_short(round_: PrizeRound, purse: str, wanted: int) -> Sentence:
    return say("purse “{purse}”: {message}", purse=round_.purse_name(purse), message=_exceeded(round_, purse, wanted))
