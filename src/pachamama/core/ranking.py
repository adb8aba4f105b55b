"""From points to places: the order, the tie chain, the numbers that are printed (RULES.md, T)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from itertools import chain, takewhile

from pachamama.core.model import Contest, Entry, RecordedOrder
from pachamama.core.numbers import Exact, on_one_scale, plain, simple
from pachamama.core.rules.document import Tier
from pachamama.core.scores import Score
from pachamama.core.sentences import Sentence, listing, say
from pachamama.core.tie_step import TieContext
from pachamama.core.ties import AnyTieStepKind, Lots, Shared
from pachamama.core.values import light


@light
class Ranked:
    """An entry with its place. `position` is the first of the positions that its group occupies, 1 for the best.

    `decided_by` is the id of the last tie step that split a group it was in, None if no step did.
    """

    score: Score
    place: int | str
    position: int
    tied_with: tuple[str, ...]
    decided_by: str | None

    @property
    def entry(self) -> Entry:
        """What was judged."""
        return self.score.entry

    @property
    def points(self) -> Exact:
        """The total as it is compared."""
        return self.score.points


@dataclass(frozen=True, slots=True)
class Split:
    """One step of the tie chain at work on one group: the subgroups it made, better first (one: it decided nothing)."""

    step: AnyTieStepKind
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Ranking:
    """A contest ranked. `places` are the groups that share a place in the end, best first, each by code.

    `equal_for_money` are those that share a place or that lots alone separated (RULES.md, T6). `splits` tell how the
    tie chain went, in order, and `context` what the steps looked at. `due` is what people must still record before the round
    can close.
    """

    within: str | None
    category: str | None
    places: tuple[tuple[Ranked, ...], ...]
    equal_for_money: tuple[tuple[Ranked, ...], ...]
    orders: tuple[RecordedOrder, ...] = ()
    splits: tuple[Split, ...] = ()
    due: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()
    context: TieContext = TieContext("", higher_wins=True, criteria_higher_win=True)

    @cached_property
    def ranked(self) -> tuple[Ranked, ...]:
        """Everybody with a place, best first, equal ones by code."""
        return tuple(chain.from_iterable(self.places))


def rank(tier: Tier, competition: str, contest: Contest, scores: Sequence[Score]) -> Ranking:
    """Rank the scores of a contest: by points, then by the tie chain; the order they come in decides nothing."""
    by_code = sorted(scores, key=lambda score: score.entry.code)
    equal: dict[int, list[Score]] = {}
    for score, points in zip(by_code, on_one_scale([score.points for score in by_code])[0], strict=True):
        equal.setdefault(points, []).append(score)
    best_first = [equal[points] for points in sorted(equal, reverse=tier.better == "higher")]
    context = TieContext(
        competition,
        tier.better == "higher",
        tier.better == "higher" or (tier.panel.lower_wins and tier.panel.of == "sheet"),
        contest.orders,
    )
    steps = tuple(takewhile(lambda step: not isinstance(step, Shared), tier.ties))
    ties = _Chain(context)
    parted = [[group] if len(group) == 1 else ties.part(steps, group) for group in best_first]
    places = _numbered(tier, [part for parts in parted for part in parts], ties.decided_by)
    money = places
    if tier.prizes is not None and not tier.prizes.lots_decide_money and (drawn := ties.drawn()):
        without = [step for step in steps if not isinstance(step, Lots)]
        anew = _Chain(context)
        money = _grouped_anew(
            places,
            [
                parts if drawn.isdisjoint([score.entry.code for score in group]) else anew.part(without, group)
                for group, parts in zip(best_first, parted, strict=True)
            ],
        )
    due = ties.due
    if tier.ranking.numbering == "1234":
        due += [_still_equal(group) for group in places if len(group) > 1]
    return Ranking(
        contest.within,
        contest.category,
        places,
        money,
        contest.orders,
        tuple(ties.splits),
        tuple(due),
        tuple(ties.warnings),
        context,
    )


@dataclass
class _Chain:
    """The tie chain at work: a subgroup of two or more goes on with the next step, never again from the top."""

    context: TieContext
    decided_by: dict[str, str] = field(default_factory=dict)
    splits: list[Split] = field(default_factory=list)
    due: list[Sentence] = field(default_factory=list)
    warnings: list[Sentence] = field(default_factory=list)

    def part(self, steps: Sequence[AnyTieStepKind], group: list[Score], *, waits: bool = False) -> list[list[Score]]:
        """The group in the subgroups that the steps make of it, better first; `waits` for what people must record first."""
        if len(group) < 2 or not steps:
            return [group]
        step = steps[0]
        parts = step.split(group, self.context)
        self.splits.append(Split(step, tuple(tuple(score.entry.code for score in part) for part in parts)))
        if len(parts) > 1:
            self.decided_by.update(dict.fromkeys((score.entry.code for score in group), step.id))
        else:
            waits = self._note(step, group, waits=waits)
        return [found for smaller in parts for found in self.part(steps[1:], smaller, waits=waits)]

    def drawn(self) -> frozenset[str]:
        """The codes of those whom lots separated from others."""
        splits = [split for split in self.splits if len(split.groups) > 1 and isinstance(split.step, Lots)]
        return frozenset([code for split in splits for group in split.groups for code in group])

    def _note(self, step: AnyTieStepKind, group: list[Score], *, waits: bool) -> bool:
        """Say why a step decided nothing: something is still to be recorded, or an entry lacks a field; whether people wait.

        Of several steps that people must decide only the first is due: what it says may leave the others nothing to do.
        """
        due = None if waits else step.due(group, self.context)
        if due is not None:
            self.due.append(due)
        lacking = [score.entry.code for score in group if any(not score.entry.fields.get(name) for name in step.fields)]
        if lacking:
            self.warnings.append(
                say(
                    "the tie step {step} decides nothing between {group}: {lacking} lack {fields}",
                    step=step.id,
                    group=listing([score.entry.code for score in group]),
                    lacking=listing(lacking),
                    fields=listing(list(step.fields)),
                )
            )
        elif (why := step.unclear(group)) is not None:
            self.warnings.append(
                say(
                    "the tie step {step} decides nothing between {group}: {why}",
                    step=step.id,
                    group=listing([score.entry.code for score in group]),
                    why=why,
                )
            )
        return waits or due is not None


def warning_said(tier: Tier, warning: Sentence) -> Sentence:
    """A contest's warning as people read it: it is kept with the ids of the rules, and said with their names."""
    from pachamama.core.rules.naming import field_said

    step = next((one for one in tier.ties if one.id == warning.values.get("step")), None)
    if step is None or warning.text not in (_DECIDES_NOTHING, _IS_UNCLEAR):
        return warning
    if warning.text == _IS_UNCLEAR:
        return Sentence(warning.text, {**warning.values, "step": step.label(tier)})
    fields = listing([field_said(tier, name) for name in step.fields])
    return Sentence(warning.text, {**warning.values, "step": step.label(tier), "fields": fields})


_IS_UNCLEAR = "the tie step {step} decides nothing between {group}: {why}"
_DECIDES_NOTHING = "the tie step {step} decides nothing between {group}: {lacking} lack {fields}"


def _grouped_anew(
    places: Sequence[tuple[Ranked, ...]], parted: Sequence[list[list[Score]]]
) -> tuple[tuple[Ranked, ...], ...]:
    """The ranked in the groups that the chain makes without any drawing of lots: luck may give the cup, not the money."""
    by_code = {one.entry.code: one for group in places for one in group}
    return tuple([tuple([by_code[score.entry.code] for score in part]) for parts in parted for part in parts])


def _numbered(
    tier: Tier, groups: Sequence[list[Score]], decided_by: Mapping[str, str]
) -> tuple[tuple[Ranked, ...], ...]:
    found: list[tuple[Ranked, ...]] = []
    before, numbering = 0, tier.ranking.numbering
    for nth, group in enumerate(groups, start=1):
        place = _place(numbering, before, nth, len(group))
        if len(group) == 1:  # nearly always, and then nobody is tied with anybody
            score = group[0]
            found.append((Ranked(score, place, before + 1, (), decided_by.get(score.entry.code)),))
        else:
            found.append(tuple(_sharing(group, place, before + 1, decided_by)))
        before += len(group)
    return tuple(found)


def _sharing(
    group: Sequence[Score], place: int | str, position: int, decided_by: Mapping[str, str]
) -> Iterator[Ranked]:
    codes = [score.entry.code for score in group]
    for score, code in zip(group, codes, strict=True):
        others = tuple([other for other in codes if other != code])
        yield Ranked(score, place, position, others, decided_by.get(code))


def _place(numbering: str, before: int, nth: int, size: int) -> int | str:
    """The printed number of the `nth` different place, `before` entries being better and `size` sharing it (T2)."""
    if numbering == "1223":
        return nth
    if numbering == "1334":
        return before + size
    if numbering == "fractional":
        return plain(simple(before + Fraction(size + 1, 2)))
    return before + 1


def _still_equal(group: Sequence[Ranked]) -> Sentence:
    return say(
        "{entries} still share a place, and the rules give everybody a place of their own (`numbering: 1234`)",
        entries=listing([one.entry.code for one in group]),
    )
