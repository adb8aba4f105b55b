"""Checks of what is judged: phases, criteria, sources, the panel, rounding, levels, deductions (RULES.md, A and C3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from pachamama.core.criteria import Band, BestHouseholds, HouseholdsAtLevel, Marks, Measured, Options, Source
from pachamama.core.numbers import Exact
from pachamama.core.panels import OutlierPanel, RankPointsPanel, StandardisedPanel, TrimmedPanel
from pachamama.core.problems import Problem
from pachamama.core.rules.document import Deduction, Knockout
from pachamama.core.rules.part import Check, TierPart, repeated
from pachamama.core.rules.source import Path
from pachamama.core.sentences import listing, say

COLUMNS = (
    "within",
    "category",
    "entry",
    "phase",
    "judge",
    "status",
    "deductions",
    "requested",
    "note",
    "name",
    "registered",
    "entrant",
    "community",
    "households",
    "lots",
    "jury_decision",
)
"""Columns of a score table that have their own meaning: no criterion on a sheet can be called like one."""
MOST_DECIMALS = 9


def phases_or_criteria(part: TierPart) -> Iterator[Problem]:
    """A tier has phases or criteria, one of the two; `total` and `factor` belong to the phase where there are phases."""
    tier = part.tier
    if tier.phases is not None and tier.criteria is not None:
        yield part.problem(
            ("criteria",), say("a tier has “phases” or “criteria”, not both"), say("put these criteria into a phase")
        )
    if tier.phases is None and tier.criteria is None:
        yield part.problem((), say("this tier has neither “phases” nor “criteria”"), say("write what is judged"))
    for key in ("phases", "criteria"):
        if getattr(tier, key) == ():
            yield part.problem((key,), say("this list is empty"), say("write at least one item"))
    for key in ("total", "factor") if tier.phases is not None else ():
        if part.wrote(key):
            yield part.problem(
                (key,),
                say("“{key}” stands beside phases", key=key),
                say("write it inside the phase that it is meant for"),
            )
    if tier.phases is not None:
        yield from repeated(part, ("phases",), [phase.id for phase in tier.phases])


def totals(part: TierPart) -> Iterator[Problem]:
    """A stated total is what the criteria add up to."""
    for path, phase in part.phases():
        if phase.total is not None and phase.total != phase.maximum:
            yield part.problem(
                (*path, "total"),
                say("the criteria add up to {sum}, not to {total}", sum=phase.maximum, total=phase.total),
                say("correct the maxima and weights, or the total"),
            )


def no_negative_weights(part: TierPart) -> Iterator[Problem]:
    """Weights and factors multiply: none is below 0."""
    found: list[tuple[Path, Exact]] = []
    for path, phase in part.phases():
        found += [((*path, "factor"), phase.factor), ((*path, "weight"), phase.weight)]
    found += [((*path, "weight"), criterion.weight) for path, _, criterion in part.criteria()]
    for path, value in found:
        if value < 0:
            yield part.problem(path, say("{value} is below 0", value=value), say("weights and factors are 0 or more"))


def criterion_ids(part: TierPart) -> Iterator[Problem]:
    """Each criterion has its own id in the whole tier, and none on a sheet is called like a fixed column."""
    seen: set[str] = set()
    for path, _, criterion in part.criteria():
        if criterion.id in seen:
            yield part.problem(
                (*path, "id"),
                say("“{id}” is the id of another criterion of this tier", id=criterion.id),
                say("each criterion is a column of the score table: give it its own id, in all phases"),
            )
        seen.add(criterion.id)
        if criterion.id in COLUMNS and not isinstance(criterion, Source):
            yield part.problem(
                (*path, "id"),
                say("“{id}” is a column of the score table with its own meaning", id=criterion.id),
                say("choose another id for the criterion"),
            )


def marks(part: TierPart) -> Iterator[Problem]:
    """From `min` to `max` in steps that meet `max`."""
    for path, _, one in part.criteria():
        if not isinstance(one, Marks):
            continue
        if one.step <= 0:
            yield part.problem((*path, "step"), say("the step is {step}", step=one.step), say("steps are above 0"))
        if one.min > one.max:
            yield part.problem(
                (*path, "min" if part.wrote(*path, "min") else "max"),
                say("the minimum {min} is above the maximum {max}", min=one.min, max=one.max),
                say("the least mark is 1 unless “min” says else"),
            )
        elif one.step > 0 and (one.max - one.min) % one.step:
            yield part.problem(
                (*path, "step" if part.wrote(*path, "step") else "max"),
                say(
                    "from {min} in steps of {step} no mark is exactly {max}",
                    min=one.min,
                    step=one.step,
                    max=one.max,
                ),
                say("change “min”, “max” or “step” so that the best mark can be given"),
            )


def options(part: TierPart) -> Iterator[Problem]:
    """Printed answers differ in their points: the points are what is typed."""
    for path, _, one in part.criteria():
        seen: set[Exact] = set()
        for number, option in enumerate(one.options if isinstance(one, Options) else ()):
            if option.points in seen:
                yield part.problem(
                    (*path, "options", number, "points"),
                    say("two options have {points} points", points=option.points),
                    say("the points are what judges write: give each option its own"),
                )
            seen.add(option.points)


def bands(part: TierPart) -> Iterator[Problem]:
    """Bands begin at 0 and rise, so that every value falls in exactly one."""
    for path, _, one in part.criteria():
        if isinstance(one, Measured | Source) and one.bands is not None:
            yield from _rising_bands(part, (*path, "bands"), one.bands)


def _rising_bands(part: TierPart, path: Path, found: Sequence[Band]) -> Iterator[Problem]:
    if not found:
        yield part.problem(path, say("this list is empty"), say("write at least one item"))
        return
    if found[0].from_ != 0:
        yield part.problem(
            (*path, 0, "from"),
            say("the first band begins at {start}, not at 0", start=found[0].from_),
            say("every value from 0 up must fall in a band: begin with {{from: 0, points: …}}"),
        )
    for number, (before, band) in enumerate(pairwise(found), start=1):
        if band.from_ <= before.from_:
            yield part.problem(
                (*path, number, "from"),
                say("{start} does not come after {before}", start=band.from_, before=before.from_),
                say("bands are lower bounds that rise, each open up to the next one"),
            )


def sources_read(part: TierPart) -> Iterator[Problem]:
    """A source reads a tier."""
    for path, _, one in part.criteria():
        if isinstance(one, Source) and part.tier.from_ is None:
            yield part.problem(
                (*path, "source"),
                say("“{id}” reads a lower tier, but this tier reads none", id=one.id),
                say("write “from: household” in the tier"),
            )


def sources(part: TierPart) -> Iterator[Problem]:
    """A source has bands or a maximum, and never stands beside a panel of ranks."""
    tier = part.tier
    for path, _, one in part.criteria():
        if not isinstance(one, Source):
            continue
        if tier.panel.ranks:
            yield part.problem(
                (*path, "source"),
                say("“{id}” cannot be added to the judges' ranks", id=one.id),
                say("use another “combine”, or take the source out"),
            )
        if (one.bands is None) == (one.max is None):
            yield part.problem(
                (*path, "max") if one.max is not None else path,
                say("“{id}” needs “bands” or “max”, one of the two", id=one.id),
                say("bands give points to ranges; max scales: the full value is that many points"),
            )
        elif one.max is not None and one.max < 0:
            yield part.problem((*path, "max"), say("{value} is below 0", value=one.max), say("points are 0 or more"))


def scaled_sources(part: TierPart) -> Iterator[Problem]:
    """Points are scaled by the full total of the tier that they are read from."""
    lower = part.lower
    for path, _, one in part.criteria():
        if not isinstance(one, Source) or one.max is None or one.bands is not None or one.max < 0:
            continue
        if not one.is_percent and lower is not None and not lower.full_total:
            yield part.problem(
                (*path, "max"),
                say("points of the tier “{tier}” have no full total to be scaled by", tier=lower.tier),
                say("use “bands” instead of “max”"),
            )


def source_figures(part: TierPart) -> Iterator[Problem]:
    """The level is one of the lower tier's; the best households are a share or a count."""
    lower = part.lower
    for path, _, one in part.criteria():
        if isinstance(one, HouseholdsAtLevel) and lower is not None:
            levels = [level.id for level in lower.levels]
            if one.level not in levels:
                yield part.problem(
                    (*path, "level"),
                    say("the tier “{tier}” has no level “{level}”", tier=lower.tier, level=one.level),
                    say("its levels: {levels}", levels=listing(levels)) if levels else say("give that tier levels"),
                )
        if not isinstance(one, BestHouseholds):
            continue
        if (one.share is None) == (one.count is None):
            yield part.problem(
                (*path, "count") if one.count is not None else path,
                say("“{id}” needs “share” or “count”, one of the two", id=one.id),
                say("share: 30 is the best 30 percent of the register; count: 10 is the best ten"),
            )
        if one.share is not None and not 0 < one.share <= 100:
            yield part.problem(
                (*path, "share"),
                say("a share of {share} percent", share=one.share),
                say("it is above 0 and at most 100"),
            )
        if one.count is not None and one.count < 1:
            yield part.problem((*path, "count"), say("a count of {count}", count=one.count), say("it is 1 or more"))


def reading_from(part: TierPart) -> Iterator[Problem]:
    """`from` names another tier of the competition, and no tier reads itself, not even through others."""
    tier = part.tier
    if tier.from_ is None:
        return
    others = [one.tier for one in part.whole.tiers if one.tier != tier.tier]
    if tier.from_ == tier.tier:
        yield part.problem(("from",), say("this tier reads itself"), say("name the tier below it"))
    elif tier.from_ not in others:
        yield part.problem(
            ("from",),
            say("this competition has no tier “{tier}”", tier=tier.from_),
            say("it has: {tiers}", tiers=listing(others)) if others else say("add that tier to the competition"),
        )
    elif _leads_back(part):
        yield part.problem(("from",), say("the tiers read each other in a circle"), say("take one of the “from” out"))


def _leads_back(part: TierPart) -> bool:
    seen, at = {part.tier.tier}, part.lower
    while at is not None and at.from_ is not None:
        if at.tier in seen:
            return at.tier == part.tier.tier
        seen.add(at.tier)
        at = part.whole.tier(at.from_)
    return False


def panel_numbers(part: TierPart) -> Iterator[Problem]:
    """The judges of a panel: at least one, and `at_least` no more than there are."""
    panel = part.tier.panel
    if panel.judges is not None and panel.judges < 1:
        yield part.problem(
            ("panel", "judges"), say("a panel of {judges} judges", judges=panel.judges), say("it has at least 1")
        )
    elif panel.needed < 1:
        yield part.problem(
            ("panel", "at_least"),
            say("at least {number} judges", number=panel.needed),
            say("an entry without any judge has no points: at least 1"),
        )
    elif panel.judges is not None and panel.needed > panel.judges:
        yield part.problem(
            ("panel", "at_least"),
            say("at least {number} judges of a panel of {judges}", number=panel.needed, judges=panel.judges),
            say("no entry could ever be ranked: lower “at_least” or add judges"),
        )


def panel_figures(part: TierPart) -> Iterator[Problem]:
    """What each kind of panel needs of its own figures."""
    panel = part.tier.panel
    match panel:
        case TrimmedPanel():
            yield from _trimmed(part, panel)
        case OutlierPanel() if panel.distance <= 0:
            yield part.problem(
                ("panel", "distance"), say("a distance of {value}", value=panel.distance), say("it is above 0")
            )
        case RankPointsPanel():
            for number, (before, after) in enumerate(pairwise(panel.points), start=1):
                if after > before:
                    yield part.problem(
                        ("panel", "points", number),
                        say("{after} points after {before}", after=after, before=before),
                        say("a worse place never has more points than a better one"),
                    )
        case StandardisedPanel():
            if panel.spread <= 0:
                yield part.problem(
                    ("panel", "spread"), say("a spread of {value}", value=panel.spread), say("it is above 0")
                )
            if part.tier.rounding.is_exact:
                yield part.problem(
                    ("rounding", "compare"),
                    say("standardised values have no exact figure to compare"),
                    say("write “compare: printed”"),
                )
        case _:
            pass


def _trimmed(part: TierPart, panel: TrimmedPanel) -> Iterator[Problem]:
    drop = panel.drop
    for key, number in (("highest", drop.highest), ("lowest", drop.lowest)):
        if number < 0:
            yield part.problem(("panel", "drop", key), say("{value} is below 0", value=number), say("it is 0 or more"))
    gone = drop.highest + drop.lowest
    if drop.from_ < gone + 1:
        yield part.problem(
            ("panel", "drop", "from"),
            say("from {number} judges {gone} marks are dropped: none would be left", number=drop.from_, gone=gone),
            say("“from” is at least {least}", least=gone + 1),
        )
    if panel.judges is not None and panel.judges <= gone:
        yield part.problem(
            ("panel", "judges"),
            say("{gone} marks of {judges} judges are dropped: none is left", gone=gone, judges=panel.judges),
            say("drop fewer marks or add judges"),
        )


def rounding(part: TierPart) -> Iterator[Problem]:
    """Decimals that can be printed, and each place once."""
    rule = part.tier.rounding
    if not 0 <= rule.decimals <= MOST_DECIMALS:
        yield part.problem(
            ("rounding", "decimals"),
            say("{number} decimals cannot be printed", number=rule.decimals),
            say("from 0 to {most}", most=MOST_DECIMALS),
        )
    yield from repeated(part, ("rounding", "at"), rule.at, key="")


def named_faults(part: TierPart) -> Iterator[Problem]:
    """Deductions, bonuses and knockouts share a column: no id twice; their points are 0 or more."""
    seen: set[str] = set()
    tier = part.tier
    faults: dict[str, Sequence[Deduction | Knockout]] = {
        "bonuses": tier.bonuses,
        "deductions": tier.deductions,
        "knockouts": tier.knockouts,
    }
    for key, items in faults.items():
        for number, one in enumerate(items):
            if one.id in seen:
                yield part.problem(
                    (key, number, "id"),
                    say("“{id}” is already a deduction, bonus or knockout", id=one.id),
                    say("all three stand in one column of the score table: give each its own id"),
                )
            seen.add(one.id)
    for key, priced in (("bonuses", tier.bonuses), ("deductions", tier.deductions)):
        for number, item in enumerate(priced):
            if item.points < 0:
                yield part.problem(
                    (key, number, "points"),
                    say("{value} is below 0", value=item.points),
                    say("deductions are taken off and bonuses added: write the points without a sign"),
                )


def levels(part: TierPart) -> Iterator[Problem]:
    """Levels differ in their ids and in the points they begin at."""
    found = part.tier.levels
    yield from repeated(part, ("levels",), [level.id for level in found])
    seen: set[Exact] = set()
    for number, level in enumerate(found):
        if level.from_ in seen:
            yield part.problem(
                ("levels", number, "from"),
                say("two levels begin at {points} points", points=level.from_),
                say("an entry reaches one highest level: let each begin at its own points"),
            )
        seen.add(level.from_)


def categories(part: TierPart) -> Iterator[Problem]:
    """Each category once."""
    yield from repeated(part, ("categories",), [category.id for category in part.tier.categories])


CHECKS: tuple[Check, ...] = (
    phases_or_criteria,
    categories,
    totals,
    no_negative_weights,
    criterion_ids,
    marks,
    options,
    bands,
    sources_read,
    sources,
    scaled_sources,
    source_figures,
    reading_from,
    panel_numbers,
    panel_figures,
    rounding,
    named_faults,
    levels,
)
