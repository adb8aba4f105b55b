"""Checks of the order: which way is better, the tie chain, promotion (RULES.md, T and C1)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pachamama.core.awards import Proportional
from pachamama.core.numbers import Exact
from pachamama.core.panels import OutlierPanel, StandardisedPanel, TrimmedPanel
from pachamama.core.problems import Problem
from pachamama.core.rules.part import Check, TierPart
from pachamama.core.rules.source import Path
from pachamama.core.sentences import Value, listing, say
from pachamama.core.ties import ByCriterion, ByExactTotal, ByPhase, Lots, Shared, Untrimmed


def better(part: TierPart) -> Iterator[Problem]:
    """Rank sums are won by the lowest; where the lowest wins, nothing may reward high points."""
    tier = part.tier
    if tier.panel.lower_wins and tier.ranking.better == "higher":
        yield part.problem(
            ("ranking", "better"),
            say("the lowest sum of ranks wins, not the highest"),
            say("leave “better” out, or write “better: lower”"),
        )
    if tier.better == "lower":
        for path, key in _rewards_of_high_points(part):
            yield part.problem(
                path,
                say("“{key}” counts points from below, but here the lowest points win", key=key),
                say("take it out, or write “better: higher” with another “combine”"),
            )


def _rewards_of_high_points(part: TierPart) -> Iterator[tuple[Path, str]]:
    tier = part.tier
    for key in ("levels", "deductions", "bonuses"):
        if getattr(tier, key):
            yield (key,), key
    if tier.promotion is not None and tier.promotion.at_least is not None:
        yield ("promotion", "at_least"), "at_least"
    for number, award in enumerate(tier.prizes.awards if tier.prizes is not None else ()):
        if award.minimum_points is not None:
            yield ("prizes", "awards", number, "minimum_points"), "minimum_points"
        if isinstance(award, Proportional):
            yield ("prizes", "awards", number, "scheme"), award.word


def chain_ends(part: TierPart) -> Iterator[Problem]:
    """Nothing comes after lots or `shared`: they leave nothing to decide."""
    for number, (before, _) in enumerate(pairwise(part.tier.ties), start=1):
        if isinstance(before, Lots | Shared):
            yield part.problem(
                ("ties", number),
                say("this step comes after “{step}”, which leaves nothing to decide", step=before.word),
                say("“{step}” stands last: change the order, or take this step out", step=before.word),
            )


def step_names(part: TierPart) -> Iterator[Problem]:
    """Each step looks at a criterion or a phase that there is."""
    criteria = [criterion.id for _, _, criterion in part.criteria()]
    phases = [phase.id for phase in part.tier.judging]
    for number, step in enumerate(part.tier.ties):
        path: Path = ("ties", number)
        match step:
            case ByCriterion() if step.criterion not in criteria:
                message = say("there is no criterion “{id}” in this tier", id=step.criterion)
                yield part.problem(path, message, say("its criteria: {ids}", ids=listing(criteria)))
            case ByPhase() if step.phase not in phases:
                message = say("there is no phase “{id}” in this tier", id=step.phase)
                yield part.problem(path, message, say("its phases: {ids}", ids=listing(phases)))
            case _:
                pass


def untrimmed(part: TierPart) -> Iterator[Problem]:
    """The total with nothing dropped is another one only where the panel drops marks."""
    for number, step in enumerate(part.tier.ties):
        if isinstance(step, Untrimmed) and not _drops(part.tier.panel):
            yield part.problem(
                ("ties", number),
                say("“untrimmed” decides nothing: this panel drops no marks"),
                say("take this step out, or use “combine: trimmed”"),
            )


def steps(part: TierPart) -> Iterator[Problem]:
    """Each step could decide something, and lots are drawn in one way."""
    tier = part.tier
    for number, step in enumerate(tier.ties):
        path: Path = ("ties", number)
        match step:
            case ByExactTotal() if tier.rounding.is_exact or isinstance(tier.panel, StandardisedPanel):
                because: Value = "compare: exact" if tier.rounding.is_exact else "combine: standardised"
                yield part.problem(
                    path,
                    say("“exact” decides nothing beside “{rule}”", rule=because),
                    say("take this step out"),
                )
            case Lots(lots="seed", seed=None):
                yield part.problem(
                    path,
                    say("lots by seed need a seed"),
                    say('publish it before the results: {{lots: seed, seed: "acta-014/2026"}}'),
                )
            case Lots(lots="recorded", seed=str()):
                yield part.problem(
                    (*path, "seed"),
                    say("recorded lots have no seed"),
                    say("take the seed out, or write “lots: seed”"),
                )
            case _:
                pass


def _drops(panel: object) -> bool:
    if isinstance(panel, TrimmedPanel):
        return panel.drop.highest + panel.drop.lowest > 0
    return isinstance(panel, OutlierPanel)


def promotion(part: TierPart) -> Iterator[Problem]:
    """One way to count who goes up, with figures that can be reached."""
    rule = part.tier.promotion
    if rule is None:
        return
    if rule.top is not None and rule.percent is not None:
        yield part.problem(
            ("promotion", "percent"),
            say("promotion has “top” or “percent”, not both"),
            say("keep the one that decides"),
        )
    if rule.top is None and rule.percent is None and rule.at_least is None:
        yield part.problem(
            ("promotion",),
            say("promotion says neither how many go up nor from how many points"),
            say("write “top”, “percent” or “at_least”"),
        )
    if rule.top is not None and rule.top < 1:
        yield part.problem(("promotion", "top"), say("the first {top}", top=rule.top), say("“top” is 1 or more"))
    if rule.percent is not None and not 0 < rule.percent <= 100:
        yield part.problem(
            ("promotion", "percent"),
            say("{percent} percent of the entries", percent=rule.percent),
            say("it is above 0 and at most 100"),
        )
    if rule.reserves < 0:
        yield part.problem(
            ("promotion", "reserves"), say("{value} is below 0", value=rule.reserves), say("it is 0 or more")
        )


def promotion_in_reach(part: TierPart) -> Iterator[Problem]:
    """Somebody can have the points that promotion asks for."""
    rule = part.tier.promotion
    if rule is not None:
        yield from above_full_total(part, ("promotion", "at_least"), rule.at_least)


def quotas(part: TierPart) -> Iterator[Problem]:
    """Kept seats are seats: at least one each, and together no more than `top`."""
    rule = part.tier.promotion
    if rule is None:
        return
    for number, quota in enumerate(rule.quota):
        if quota.count < 1:
            yield part.problem(
                ("promotion", "quota", number, "count"),
                say("a quota of {count}", count=quota.count),
                say("it is 1 or more"),
            )
    kept = sum(quota.count for quota in rule.quota)
    if rule.top is not None and kept > rule.top:
        yield part.problem(
            ("promotion", "quota"),
            say("the quotas keep {kept} seats of {top}", kept=kept, top=rule.top),
            say("quotas add no seats: lower their counts, or raise “top”"),
        )


def above_full_total(part: TierPart, path: Path, points: Exact | None) -> Iterator[Problem]:
    """A threshold that no entry could reach."""
    full = part.tier.full_total
    if points is not None and full is not None and points > full:
        yield part.problem(
            path,
            say("{points} points are above the full total {full}", points=points, full=full),
            say("nobody could reach it: lower it, or correct the maxima"),
        )


CHECKS: tuple[Check, ...] = (better, chain_ends, step_names, untrimmed, steps, promotion, promotion_in_reach, quotas)
