"""Kinds of tie steps: who comes first among entries equal on points (RULES.md, T3 to T5).

A step looks at one group of equals and splits it into subgroups, better first. It never reorders what an earlier step
has separated, and it decides nothing where a member of the group lacks what it looks at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pachamama.core.asked_orders import Recorded, to_do
from pachamama.core.model import RecordedOrder
from pachamama.core.numbers import Exact
from pachamama.core.sentences import Sentence, Value, listing, say, say_count
from pachamama.core.shape import Id, OneOf, Text, Unreadable, Written, shape, shown
from pachamama.core.tie_step import Group, Groups, TieContext, TieStep, TieView, by_key, figure, is_day, moment

if TYPE_CHECKING:
    from pachamama.core.rules.document import Tier
    from pachamama.core.scores import Score

_DIGITS_SAID = 8
"""Hexadecimal digits of a lot by seed that an explanation shows."""


@shape
class ByCriterion(TieStep):
    """The better points in one criterion come first, as printed."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "criterion"
    criterion: Id

    @property
    def id(self) -> str:
        """See TieStep."""
        return f"criterion:{self.criterion}"

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        higher = context.criteria_higher_win
        return by_key(group, lambda score: score.criterion_points(self.criterion), largest_first=higher)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        from pachamama.core.criteria import label

        what = say("points in “{criterion}”", criterion=label(view.tier.criterion(self.criterion)))
        return view.by_member(group, what, lambda score: view.figures.points(score.criterion_points(self.criterion)))

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        from pachamama.core.criteria import label

        return say("the better points in “{criterion}”", criterion=label(tier.criterion(self.criterion)))


@shape
class ByPhase(TieStep):
    """The better points of one phase come first, as printed."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "phase"
    phase: Id

    @property
    def id(self) -> str:
        """See TieStep."""
        return f"phase:{self.phase}"

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return by_key(group, lambda score: score.phase_points(self.phase), largest_first=context.higher_wins)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        from pachamama.core.rules.document import phase_label

        phase = next(phase for phase in view.tier.judging if phase.id == self.phase)
        what = say("points of {phase}", phase=phase_label(phase))
        return view.by_member(group, what, lambda score: view.figures.points(score.phase_points(self.phase)))

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        from pachamama.core.rules.document import phase_label

        phase = next(phase for phase in tier.judging if phase.id == self.phase)
        if not phase.name.texts:
            return say("the better points of {phase}", phase=phase_label(phase))
        return say("the better points of the phase “{phase}”", phase=phase_label(phase))


@shape
class ByExactTotal(TieStep):
    """The better total without any rounding comes first: 12.383 before 12.376, which both print 12.38."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "exact"
    step: Literal["exact"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return by_key(group, lambda score: score.unrounded.points, largest_first=context.higher_wins)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        return (
            *view.reckoned(group, lambda score: score.unrounded),
            *view.by_member(
                group, say("total without any rounding"), lambda score: view.figures.exact(score.unrounded.points)
            ),
        )

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("the better total before any rounding")


@shape
class CountBack(TieStep):
    """More sheets with the best figure in the group come first; if equal, more with the next best, and so on."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "count_back"
    step: Literal["count_back"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        best_first = _worths(group, context)
        return by_key(group, lambda score: _counts(score, best_first), largest_first=True)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        best_first = _worths(group, view.context)
        apart = len({_counts(score, best_first) for score in group})
        looked_at = next(
            number
            for number in range(len(best_first) + 1)
            if len({_counts(score, best_first[:number]) for score in group}) == apart
        )
        return tuple(
            line
            for worth in best_first[: max(1, looked_at)]
            for line in view.by_member(
                group,
                say("sheets worth {worth}", worth=view.figures.exact(worth)),
                lambda score, worth=worth: _counts(score, [worth])[0],  # type: ignore[misc]
            )
        )

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("more sheets with the best points of all; if equal, more with the next best, and so on")


def _worths(group: Group, context: TieContext) -> list[Exact]:
    """What the sheets of the group are worth, each figure once, the best first."""
    return sorted({worth for score in group for worth in score.worths.values()}, reverse=context.higher_wins)


def _counts(score: Score, worths: Sequence[Exact]) -> tuple[int, ...]:
    """How many sheets an entry has of each worth."""
    mine = Counter(score.worths.values())
    return tuple([mine[worth] for worth in worths])


@shape
class HeadToHead(TieStep):
    """Who beats more of the group, pair by pair, comes first: a pair goes to the entry ahead on more sheets.

    A win counts 1, an equal pair one half. It is reckoned anew inside each smaller subgroup; a cycle decides nothing.
    """

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "head_to_head"
    step: Literal["head_to_head"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        halves = _halves_in(group, context)
        parts = by_key(group, lambda score: halves[id(score)], largest_first=True)
        if len(parts) == 1:
            return parts
        return [part for smaller in parts for part in self.split(smaller, context)]

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        halves = _halves_in(group, view.context)
        what = say_count("wins against the other {count}", "wins against the other {count}", len(group) - 1)
        wins = view.by_member(group, what, lambda score: view.figures.exact(Fraction(halves[id(score)], 2)))
        lines = (*_sheets_told(group, view), *wins)
        parts = by_key(group, lambda score: halves[id(score)], largest_first=True)
        if len(parts) == 1:
            return lines
        smaller = [line for part in parts if len(part) > 1 for line in self.told(part, view)]
        return (*lines, *smaller)

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("won against more of the others, judge by judge")


def _halves_in(group: Group, context: TieContext) -> Mapping[int, int]:
    """Twice the wins of each member over the others, by the `id` of its score."""
    return {id(one): sum(_halves_won(one, other, context) for other in group if other is not one) for one in group}


def _halves_won(one: Score, other: Score, context: TieContext) -> int:
    """2 if `one` is ahead of `other` on more sheets of the same judge and phase, 1 if neither is, else 0."""
    won, lost = _sheets_won(one, other, context)
    return 2 if won > lost else 0 if won < lost else 1


def _sheets_won(one: Score, other: Score, context: TieContext) -> tuple[int, int]:
    """On how many sheets of the same judge and phase `one` is ahead of `other`, and on how many behind."""
    more = less = 0
    for sheet, worth in one.worths.items():
        if sheet in other.worths:
            more += worth > other.worths[sheet]
            less += worth < other.worths[sheet]
    return (more, less) if context.higher_wins else (less, more)


def _sheets_told(group: Group, view: TieView) -> tuple[Sentence, ...]:
    """By how many sheets the entry that is explained is ahead of each of the others that are named, or behind."""
    mine = view.explained(group)
    pairs = []
    for other in group if mine is not None else ():
        if mine is not None and other is not mine and other.entry.code in view.named:
            won, lost = _sheets_won(mine, other, view.context)
            pairs.append(say("{won} to {lost} against {other}", won=won, lost=lost, other=other.entry.code))
    return (say("sheets won by {entry}: {pairs}", entry=view.of, pairs=listing(pairs)),) if pairs else ()


@shape
class BestJudge(TieStep):
    """The better best sheet comes first: 42 before 41."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "best_judge"
    step: Literal["best_judge"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        best = max if context.higher_wins else min
        return by_key(group, lambda score: best(score.worths.values(), default=None), largest_first=context.higher_wins)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        return _worth_told(group, say("best sheet"), max if view.context.higher_wins else min, view)

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("the better best sheet")


@shape
class WorstJudge(TieStep):
    """The better worst sheet comes first: 38 before 37."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "worst_judge"
    step: Literal["worst_judge"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        worst = min if context.higher_wins else max
        return by_key(
            group, lambda score: worst(score.worths.values(), default=None), largest_first=context.higher_wins
        )

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        return _worth_told(group, say("worst sheet"), min if view.context.higher_wins else max, view)

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("the better worst sheet")


def _worth_told(
    group: Group, what: Sentence, chosen: Callable[[Iterable[Exact]], Exact], view: TieView
) -> tuple[Sentence, ...]:
    def worth(score: Score) -> Value:
        return view.figures.exact(chosen(score.worths.values())) if score.worths else say("none")

    return view.by_member(group, what, worth)


@shape
class Untrimmed(TieStep):
    """The better total with nothing dropped comes first."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "untrimmed"
    step: Literal["untrimmed"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return by_key(group, lambda score: score.untrimmed.points, largest_first=context.higher_wins)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        return (
            *view.reckoned(group, lambda score: score.untrimmed),
            *view.by_member(
                group, say("total with nothing dropped"), lambda score: view.figures.points(score.untrimmed.points)
            ),
        )

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("the better total with no judge dropped")


@shape
class LargerGain(TieStep):
    """The larger gain comes first: the field `ID_now` less the field `ID_before`, in units, not percent."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "larger_gain"
    larger_gain: Id

    @property
    def id(self) -> str:
        """See TieStep."""
        return f"larger_gain:{self.larger_gain}"

    @property
    def fields(self) -> tuple[str, ...]:
        """See TieStep."""
        return (f"{self.larger_gain}_before", f"{self.larger_gain}_now")

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""

        def gain(score: Score) -> Exact | None:
            before, now = (figure(score, name) for name in self.fields)
            return None if before is None or now is None else now - before

        return by_key(group, gain, largest_first=True)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""

        def gain(score: Score) -> Value:
            before, now = (figure(score, name) for name in self.fields)
            if before is None or now is None:
                return say("not known")
            return say(
                "{now} − {before} = {gain}",
                now=view.figures.exact(now),
                before=view.figures.exact(before),
                gain=view.figures.exact(now - before),
            )

        return view.by_member(
            group, say("gain in “{field}”, the larger first", field=_field_name(view.tier, self.larger_gain)), gain
        )

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("the larger gain in “{field}” from before to now", field=_field_name(tier, self.larger_gain))


@shape
class Lower(TieStep):
    """The lower number in an entry's field comes first: 0.5 ha before 1.2 ha, fewer earlier prizes before more."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "lower"
    lower: Text

    @property
    def id(self) -> str:
        """See TieStep."""
        return f"lower:{self.lower}"

    @property
    def fields(self) -> tuple[str, ...]:
        """See TieStep."""
        return (self.lower,)

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return by_key(group, lambda score: figure(score, self.lower), largest_first=False)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        return _field_told(
            group, view, say("“{field}”, the lower first", field=_field_name(view.tier, self.lower)), self.lower
        )

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("the lower figure in “{field}”", field=_field_name(tier, self.lower))


@shape
class Higher(TieStep):
    """The higher number in an entry's field comes first."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "higher"
    higher: Text

    @property
    def id(self) -> str:
        """See TieStep."""
        return f"higher:{self.higher}"

    @property
    def fields(self) -> tuple[str, ...]:
        """See TieStep."""
        return (self.higher,)

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return by_key(group, lambda score: figure(score, self.higher), largest_first=True)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        return _field_told(
            group, view, say("“{field}”, the higher first", field=_field_name(view.tier, self.higher)), self.higher
        )

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("the higher figure in “{field}”", field=_field_name(tier, self.higher))


@shape
class EarlierRegistration(TieStep):
    """The earlier registration comes first, by the entry field `registered`, an ISO date or time.

    A day and a time of that day, or times with and without an offset, cannot be compared: then it decides nothing.
    """

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "earlier_registration"
    step: Literal["earlier_registration"]

    @property
    def fields(self) -> tuple[str, ...]:
        """See TieStep."""
        return ("registered",)

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        if self.unclear(group) is not None:
            return [list(group)]
        return by_key(group, lambda score: moment(_registered(score)), largest_first=False)

    def unclear(self, group: Group) -> Sentence | None:
        """See TieStep. A day is no midnight, and a clock without an offset is nobody knows whose."""
        found = [text for score in group if moment(text := _registered(score)) is not None]
        if len(found) < len(group):
            return None
        days = {text for text in found if is_day(text)}
        times = [datetime.fromisoformat(text) for text in found if text not in days]
        with_offset = sum(1 for time in times if time.tzinfo is not None)
        if 0 < with_offset < len(group):
            return say("some of them have a time with its offset from UTC, others none")
        both = sorted({datetime.fromisoformat(day).date() for day in days} & {time.date() for time in times})
        if both:
            return say("of {day} some have the time, others only the day", day=both[0].isoformat())
        return None

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        lines = _field_told(group, view, say("registered, the earlier first"), "registered")
        why = self.unclear(group)
        return lines if why is None else (*lines, say("it cannot be compared: {why}", why=why))

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("the earlier registration")


@shape
class JuryDecision(TieStep):
    """The jury decides and records the order, with reason, date and names: it cannot be computed from marks."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "jury_decision"
    step: Literal["jury_decision"]

    @property
    def records(self) -> Recorded:
        """See TieStep."""
        return "jury_decision"

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return _recorded(group, context, "jury_decision")

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        return _order_told(group, view, "jury_decision", say("order that the jury decided"))

    def due(self, group: Group, context: TieContext) -> Sentence | None:
        """See TieStep."""
        if None not in _numbers(group, context, "jury_decision"):
            return None
        return to_do(self.records, [score.entry.code for score in group])

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("the jury’s decision")

    def in_words(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("The jury decides and writes down its reason.")


@shape
class Lots(TieStep):
    """Lots decide: `recorded`, drawn in public and written down, or `seed`, from a seed that was published before.

    By seed, the SHA-256 of the text `seed|competition|entry` is taken; the smallest comes first.
    """

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "lots"
    lots: Literal["recorded", "seed"]
    seed: Text | None = None

    @property
    def records(self) -> Recorded | None:
        """See TieStep."""
        return "lots" if self.lots == "recorded" else None

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        if self.lots == "recorded":
            return _recorded(group, context, "lots")
        seed = self.seed or ""
        return by_key(group, lambda score: lot_digest(seed, context.competition, score.entry.code), largest_first=False)

    def told(self, group: Group, view: TieView) -> tuple[Sentence, ...]:
        """See TieStep."""
        if self.lots == "recorded":
            return _order_told(group, view, "lots", say("order of the lots drawn"))
        seed = self.seed or ""
        what = say("lots by the seed “{seed}”, the smallest first", seed=seed)
        return view.by_member(
            group,
            what,
            lambda score: say(
                "{digits}…", digits=lot_digest(seed, view.context.competition, score.entry.code)[:_DIGITS_SAID]
            ),
        )

    def due(self, group: Group, context: TieContext) -> Sentence | None:
        """See TieStep."""
        if self.lots == "seed" or None not in _numbers(group, context, "lots"):
            return None
        return to_do("lots", [score.entry.code for score in group])

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("lots") if self.lots == "recorded" else say("lots by the seed “{seed}”", seed=self.seed or "")

    def in_words(self, tier: Tier) -> Sentence:
        """See TieStep."""
        if self.lots == "recorded":
            return say("Lots are drawn in public and written down.")
        return say(
            "Lots decide by the published seed “{seed}”: each entry has a SHA-256 of it, and the smallest comes first.",
            seed=self.seed or "",
        )

    def redone_in_words(self, competition: str) -> Sentence | None:
        """How anybody draws by the seed once more, for the rules of a competition by its id; None for lots drawn by hand."""
        if self.lots == "recorded":
            return None
        return say(
            "Anybody can draw these lots again: take the SHA-256 of the text `{seed}|{competition}|CODE` for each entry, with its "
            "code at the end.",
            seed=self.seed or "",
            competition=competition,
        )


@shape
class Shared(TieStep):
    """Nobody comes first: the place is shared and the chain ends."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "shared"
    step: Literal["shared"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return [list(group)]

    def label(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("a shared place")

    def in_words(self, tier: Tier) -> Sentence:
        """See TieStep."""
        return say("They share the place.")


# -- what steps look at ----------------------------------------------------------------------------------------------


def lot_digest(seed: str, competition: str, entry: str) -> str:
    """The lot of an entry: the SHA-256 of `seed|competition|entry` in hexadecimal digits (RULES.md, T5)."""
    import hashlib  # OpenSSL takes 5 ms to load; most chains never draw lots by seed

    return hashlib.sha256(f"{seed}|{competition}|{entry}".encode()).hexdigest()


def _recorded(group: Group, context: TieContext, step: str) -> Groups:
    numbers = {id(score): number for score, number in zip(group, _numbers(group, context, step), strict=True)}
    return by_key(group, lambda score: numbers[id(score)], largest_first=False)


def _numbers(group: Group, context: TieContext, step: str) -> list[Exact | None]:
    """The recorded number of each member: of the latest order that names them all, else of their entry fields."""
    order = _order_of(group, context, step)
    if order is not None:
        return [order.order[score.entry.code] for score in group]
    return [figure(score, step) for score in group]


def _order_of(group: Group, context: TieContext, step: str) -> RecordedOrder | None:
    """The latest order that people recorded for all members of the group."""
    return next(
        (
            order
            for order in reversed(context.orders)
            if order.step == step and all(score.entry.code in order.order for score in group)
        ),
        None,
    )


def _order_told(group: Group, view: TieView, step: str, what: Sentence) -> tuple[Sentence, ...]:
    numbers = {id(score): number for score, number in zip(group, _numbers(group, view.context, step), strict=True)}
    order = _order_of(group, view.context, step)
    if order is not None and order.reason:
        what = say("{what} ({reason})", what=what, reason=order.reason)

    def number(score: Score) -> Value:
        found = numbers[id(score)]
        return say("not recorded") if found is None else found

    return view.by_member(group, what, number)


def _field_name(tier: Tier, field: str) -> Value:
    """What people call a field of an entry: the criterion of that id by its name, else the words of the id."""
    from pachamama.core.criteria import label

    known = (label(one) for phase in tier.judging for one in phase.criteria if one.id == field and one.name.texts)
    return next(known, field.replace("_", " "))


def _registered(score: Score) -> str:
    return score.entry.fields.get("registered", "")


def _field_told(group: Group, view: TieView, what: Sentence, field: str) -> tuple[Sentence, ...]:
    return view.by_member(group, what, lambda score: score.entry.fields.get(field) or say("not known"))


# -- how the file writes them ----------------------------------------------------------------------------------------

AnyTieStepKind: TypeAlias = (
    ByCriterion
    | ByPhase
    | ByExactTotal
    | CountBack
    | HeadToHead
    | BestJudge
    | WorstJudge
    | Untrimmed
    | LargerGain
    | Lower
    | Higher
    | EarlierRegistration
    | JuryDecision
    | Lots
    | Shared
)

KEYED = {kind.word: kind for kind in (ByCriterion, ByPhase, LargerGain, Lower, Higher, Lots)}
BARE = {
    kind.word: kind
    for kind in (
        ByExactTotal,
        CountBack,
        HeadToHead,
        BestJudge,
        WorstJudge,
        Untrimmed,
        EarlierRegistration,
        JuryDecision,
        Shared,
    )
}


def _written(value: Any) -> Any:
    """A bare word of the file as the mapping that its class reads."""
    if isinstance(value, str) and value in BARE:
        return {"step": value}
    if isinstance(value, Mapping) and any(word in value for word in KEYED):
        return value
    raise Unreadable(
        say(
            "{value} is no tie step; write one of {bare}, or {keyed} with its key, as in {{criterion: ID}}",
            value=shown(value),
            bare=listing(list(BARE)),
            keyed=listing(list(KEYED)),
        )
    )


def _choose(value: Any) -> str:
    if isinstance(value, Mapping) and isinstance(value.get("step"), str) and value["step"] in BARE:
        return BARE[value["step"]].__name__
    return next((kind.__name__ for word, kind in KEYED.items() if word in value), "Shared")


AnyTieStep: TypeAlias = Annotated[AnyTieStepKind, OneOf(_choose), Written(_written)]
