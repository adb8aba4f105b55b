"""From the judges' marks to the points: a section for each phase, then the total (RULES.md, A)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pachamama.core.criteria import JudgedCriterion, band_told, label
from pachamama.core.explaining.section import Section, section
from pachamama.core.figures import Figures, joined_by_plus, with_rounding
from pachamama.core.model import Sheet
from pachamama.core.numbers import Exact
from pachamama.core.rules.document import Phase, Tier, phase_label
from pachamama.core.scores import (
    Part,
    PhaseScore,
    Score,
    SourceValue,
    before_factor,
    criterion_total,
    sheet_total,
    source_points,
)
from pachamama.core.sentences import Name, Sentence, Value, listing, say, say_count


def phase_section(score: Score, one: PhaseScore, figures: Figures) -> Section:
    """One phase of an entry: every sheet, the judges combined, sources, factor and weight; the last line its points."""
    return section(
        say("Marks and points: {phase}", phase=phase_label(one.phase)),
        (
            *_judged(score, one, figures),
            *(line for source in one.sources for line in source_lines(source, score.tier, figures)),
            *_added(score.tier, one, figures),
            *_multiplied(score, one, figures),
            _phase_result(score, one, figures),
        ),
    )


def _phase_result(score: Score, one: PhaseScore, figures: Figures) -> Sentence:
    phase, points = phase_label(one.phase), figures.printed(score.by_phase[one.phase.id])
    if not one.phase.judged:
        return say("{phase}: {points} points", phase=phase, points=points)
    return say_count(
        "{phase}: {points} points, from {count} judge",
        "{phase}: {points} points, from {count} judges",
        one.judges,
        phase=phase,
        points=points,
    )


# -- sheets ----------------------------------------------------------------------------------------------------------


def _judged(score: Score, one: PhaseScore, figures: Figures) -> Iterator[Sentence]:
    """The sheets, what was left out, and how the judges' values became one."""
    tier = score.tier
    mine = sorted((sheet for sheet in score.entry.sheets if sheet.phase == one.phase.id), key=lambda s: s.judge)
    if tier.panel.of == "sheet":
        for sheet in one.sheets:
            yield sheet_line(one.phase, sheet, figures)
    counted = {judge for part in one.parts for judge in part.judges}
    yield from not_counted(tier, one.phase, mine, counted, one.left_out)
    for part in one.parts:
        yield from _combined(score, part, mine, figures)


def sheet_line(phase: Phase, sheet: Sheet, figures: Figures) -> Sentence:
    """A full sheet: each mark with its weight, and their sum."""
    marks = _marks(phase, sheet)
    if len(phase.judged) == 1 and phase.judged[0].weight == 1:
        return say("{judge}: {marks}", judge=sheet.judge, marks=marks)
    return say(
        "{judge}: {marks}; {sum} = {total}",
        judge=sheet.judge,
        marks=marks,
        sum=joined_by_plus([_weighted(one, one.worth(sheet.marks[one.id])) for one in phase.judged]),
        total=figures.exact(sheet_total(phase, sheet)),
    )


def marks_line(phase: Phase, sheet: Sheet) -> Sentence:
    """The marks that a sheet has, full or not, without any sum."""
    if not sheet.marks:
        return say("{judge}, {phase}: nothing is marked", judge=sheet.judge, phase=phase_label(phase))
    return say("{judge}, {phase}: {marks}", judge=sheet.judge, phase=phase_label(phase), marks=_marks(phase, sheet))


def _marks(phase: Phase, sheet: Sheet) -> Value:
    """Each mark that the sheet has, after its criterion."""
    return listing(
        [
            say("{criterion} {mark}", criterion=label(one), mark=one.told(sheet.marks[one.id]))
            for one in phase.judged
            if one.id in sheet.marks
        ]
    )


def _weighted(criterion: JudgedCriterion, points: Exact) -> Value:
    if criterion.weight == 1:
        return points
    return say("{points} × {weight}", points=points, weight=criterion.weight)


def not_counted(
    tier: Tier, phase: Phase, mine: Sequence[Sheet], counted: Collection[str], left_out: Collection[str]
) -> Iterator[Sentence]:
    """The sheets of an entry in a phase that do not count, or not whole, and why."""
    for sheet in mine:
        if sheet.judge in left_out:
            yield _lacking(tier, phase, sheet)
        elif sheet.judge not in counted:
            yield say(
                "{judge} counts for nobody here, because it has no full sheet for an entry that others judged",
                judge=sheet.judge,
            )


def _lacking(tier: Tier, phase: Phase, sheet: Sheet) -> Sentence:
    """A sheet that is not full: what it lacks, and what that means."""
    lacking = listing([label(one) for one in phase.judged if one.id not in sheet.marks])
    if tier.panel.of == "sheet":
        return say(
            "{judge} has no mark for {criteria}: the sheet is not full and is left out",
            judge=sheet.judge,
            criteria=lacking,
        )
    return say("{judge} has no mark for {criteria}: only that is left out", judge=sheet.judge, criteria=lacking)


def _combined(score: Score, part: Part, mine: Sequence[Sheet], figures: Figures) -> Iterator[Sentence]:
    """The judges' values of one part: the marks, what was dropped or rescaled, how they became one."""
    criterion = part.criterion
    *before, _ = score.tier.panel.told(part, figures)
    if criterion is None:
        yield from before
    else:
        yield _marks_by_judge(part, criterion, mine)
        yield from (say("{criterion}: {line}", criterion=label(criterion), line=line) for line in before)
    yield from _reckoned(score, part, figures)


def _reckoned(score: Score, part: Part, figures: Figures) -> Iterator[Sentence]:
    """The arithmetic that made one value of the judges' values, with what rounding did to the figure."""
    rounding, criterion = score.tier.rounding, part.criterion
    *_, reckoned = score.tier.panel.told(part, figures)
    if criterion is None:
        yield with_rounding(reckoned, part.combined, rounding.at_place(part.combined, "phase"), figures)
        return
    points = rounding.at_place(part.combined, "criterion")
    line = with_rounding(reckoned, part.combined, points, figures)
    yield say("{criterion}: {line}", criterion=label(criterion), line=line)
    if criterion.weight != 1:
        yield say(
            "{criterion}: {line}",
            criterion=label(criterion),
            line=_times(points, criterion.weight, criterion_total(part, rounding), figures),
        )


def _marks_by_judge(part: Part, criterion: JudgedCriterion, mine: Sequence[Sheet]) -> Sentence:
    marks = {sheet.judge: sheet.marks[criterion.id] for sheet in mine if criterion.id in sheet.marks}
    return say(
        "{criterion}: {marks}",
        criterion=label(criterion),
        marks=listing([say("{judge} {mark}", judge=judge, mark=criterion.told(marks[judge])) for judge in part.judges]),
    )


def _times(value: Exact, factor: Exact, result: Exact, figures: Figures) -> Sentence:
    """A multiplication, and what rounding did to it."""
    exact = value * factor
    reckoned = say(
        "{value} × {factor} = {result}",
        value=figures.exact(value),
        factor=figures.exact(factor),
        result=figures.exact(exact),
    )
    return with_rounding(reckoned, exact, result, figures)


# -- sources ---------------------------------------------------------------------------------------------------------


def source_lines(source: SourceValue, tier: Tier, figures: Figures) -> Iterator[Sentence]:
    """What a closed lower tier gives: the value, the points it is worth, their weight."""
    criterion, rounding = source.criterion, tier.rounding
    name = label(criterion)
    value = (
        criterion.told(source.results, source.registered, source.levels, figures)
        if source.results
        else say("nobody took part: 0")
    )
    yield say("{criterion}: {line}", criterion=name, line=value)
    exact = source.points(rounding)
    points = rounding.at_place(exact, "criterion")
    if criterion.bands is not None:
        compared = rounding.compared(source.value)
        reckoned = say(
            "{value} is {band}: {points} points",
            value=figures.exact(compared),
            band=band_told(criterion.bands, compared),
            points=figures.exact(exact),
        )
    else:
        reckoned = say(
            "{max} × {value} ÷ {scale} = {points}",
            max=figures.exact(criterion.max or 0),
            value=figures.exact(source.value),
            scale=figures.exact(source.scale),
            points=figures.exact(exact),
        )
    yield say("{criterion}: {line}", criterion=name, line=with_rounding(reckoned, exact, points, figures))
    if criterion.weight != 1:
        line = _times(points, criterion.weight, source_points(source, rounding), figures)
        yield say("{criterion}: {line}", criterion=name, line=line)


def _points_added(terms: Sequence[Exact], figures: Figures) -> Value:
    return joined_by_plus([figures.points(term) for term in terms])


# -- phase and total -------------------------------------------------------------------------------------------------


def _added(tier: Tier, one: PhaseScore, figures: Figures) -> Iterator[Sentence]:
    """The judged points, or each criterion's, and the sources together; nothing where there is only one of them."""
    rounding = tier.rounding
    terms = [
        rounding.at_place(part.combined, "phase") if part.criterion is None else criterion_total(part, rounding)
        for part in one.parts
    ]
    terms += [source_points(source, rounding) for source in one.sources]
    if len(terms) > 1:
        total = before_factor(one, rounding)
        yield say("together: {sum} = {total}", sum=_points_added(terms, figures), total=figures.points(total))


def _multiplied(score: Score, one: PhaseScore, figures: Figures) -> Iterator[Sentence]:
    rounding, phase = score.tier.rounding, one.phase
    before = before_factor(one, rounding)
    exact, result = before * phase.factor * phase.weight, score.by_phase[phase.id]
    value, factor, weight = figures.points(before), figures.exact(phase.factor), figures.exact(phase.weight)
    reckoned = None
    if phase.factor != 1 and phase.weight != 1:
        reckoned = say(
            "times the factor and the weight: {value} × {factor} × {weight} = {result}",
            value=value,
            factor=factor,
            weight=weight,
            result=figures.exact(exact),
        )
    elif phase.factor != 1:
        reckoned = say(
            "times the factor: {value} × {factor} = {result}", value=value, factor=factor, result=figures.exact(exact)
        )
    elif phase.weight != 1:
        reckoned = say(
            "times the weight: {value} × {weight} = {result}", value=value, weight=weight, result=figures.exact(exact)
        )
    elif result != exact:
        reckoned = say("{value}", value=value)
    if reckoned is not None:
        yield with_rounding(reckoned, exact, result, figures)


def total_section(score: Score, figures: Figures) -> Section:
    """The phases added, bonuses, deductions, the last rounding, the level; the last line the total."""
    return section(
        say("Total"),
        (
            *_summed(score, figures),
            *_level(score, figures),
            say("total: {points} points", points=figures.printed(score.points)),
        ),
    )


def reckoning_lines(score: Score, figures: Figures) -> Iterator[Sentence]:
    """How a total comes about that only a tie step looks at: the arithmetic, without the marks and without a level."""
    for one in score.phases:
        for part in one.parts:
            yield from _reckoned(score, part, figures)
        for source in one.sources:
            yield from source_lines(source, score.tier, figures)
        yield from _added(score.tier, one, figures)
        yield from _multiplied(score, one, figures)
    yield from _summed(score, figures, is_compared=False)


def _summed(score: Score, figures: Figures, *, is_compared: bool = True) -> Iterator[Sentence]:
    """The phases added, with bonuses and deductions; of the total that is compared also that nothing rounds it."""
    tier, entry = score.tier, score.entry
    phases = list(score.by_phase.values())
    total = sum(phases, 0)
    if len(phases) > 1:
        yield say(
            "the phases together: {sum} = {total}", sum=_points_added(phases, figures), total=figures.points(total)
        )
    if score.bonus:
        for rule in tier.bonuses:
            if rule.id in entry.deductions:
                name = Name(rule.name.texts, rule.id)
                yield say("bonus “{name}”: {points}", name=name, points=rule.points)
        more, full = total + score.bonus, tier.full_total
        yield say(
            "with the bonus: {total} + {bonus} = {result}",
            total=figures.points(total),
            bonus=figures.exact(score.bonus),
            result=figures.points(more),
        )
        total = more
        if full is not None and more > full:
            yield say("more than the full total is not possible: {full}", full=figures.exact(full))
            total = full
    if score.deduction:
        for rule in tier.deductions:
            if rule.id in entry.deductions:
                name = Name(rule.name.texts, rule.id)
                yield say("deduction “{name}”: {points}", name=name, points=rule.points)
        less = total - score.deduction
        yield say(
            "less the deduction: {total} − {deduction} = {result}",
            total=figures.points(total),
            deduction=figures.exact(score.deduction),
            result=figures.points(less),
        )
        total = less
    if total < 0:
        yield say("less than 0 is not possible: 0")
        total = 0
    if tier.rounding.is_exact and is_compared:
        yield say(
            "compared without rounding: {total}; printed with as many decimals as show entries apart",
            total=figures.exact(total),
        )
    elif score.points != total:
        yield with_rounding(say("{value}", value=figures.exact(total)), total, score.points, figures)


def _level(score: Score, figures: Figures) -> Iterator[Sentence]:
    tier, reached = score.tier, score.level
    above = next((level for level in tier.levels_up if score.points < level.from_), None)
    for level in tier.levels_up:
        if level.id == reached:
            yield say(
                "level “{level}”: from {limit} points on",
                level=Name(level.name.texts, level.id),
                limit=figures.exact(level.from_),
            )
    if above is not None:
        yield say(
            "level “{level}” begins at {limit} points: {missing} were missing",
            level=Name(above.name.texts, above.id),
            limit=figures.exact(above.from_),
            missing=figures.points(above.from_ - score.points),
        )
