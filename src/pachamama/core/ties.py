"""Kinds of tie steps: who comes first among entries equal on points (RULES.md, T3 to T5).

A step looks at one group of equals and splits it into subgroups, better first. It never reorders what an earlier step
has separated, and it decides nothing where a member of the group lacks what it looks at.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pachamama.core.numbers import Exact
from pachamama.core.sentences import Listing, Sentence, listing, say
from pachamama.core.shape import Id, OneOf, Text, Unreadable, Written, shape, shown
from pachamama.core.tie_step import Group, Groups, TieContext, TieStep, by_key, figure, moment

if TYPE_CHECKING:
    from pachamama.core.scores import Score


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


@shape
class ByExactTotal(TieStep):
    """The better total without any rounding comes first: 12.383 before 12.376, which both print 12.38."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "exact"
    step: Literal["exact"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return by_key(group, lambda score: score.exact_total, largest_first=context.higher_wins)


@shape
class CountBack(TieStep):
    """More sheets with the best figure in the group come first; if equal, more with the next best, and so on."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "count_back"
    step: Literal["count_back"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        figures = sorted({worth for score in group for worth in score.worths.values()}, reverse=context.higher_wins)

        def counts(score: Score) -> tuple[int, ...]:
            mine = list(score.worths.values())
            return tuple(mine.count(figure) for figure in figures)

        return by_key(group, counts, largest_first=True)


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
        halves = {
            id(one): sum(_halves_won(one, other, context) for other in group if other is not one) for one in group
        }
        parts = by_key(group, lambda score: halves[id(score)], largest_first=True)
        if len(parts) == 1:
            return parts
        return [part for smaller in parts for part in self.split(smaller, context)]


def _halves_won(one: Score, other: Score, context: TieContext) -> int:
    """2 if `one` is ahead of `other` on more sheets of the same judge and phase, 1 if neither is, else 0."""
    ahead = 0
    for sheet, worth in one.worths.items():
        if sheet in other.worths:
            ahead += (worth > other.worths[sheet]) - (worth < other.worths[sheet])
    ahead = ahead if context.higher_wins else -ahead
    return 2 if ahead > 0 else 0 if ahead < 0 else 1


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


@shape
class Untrimmed(TieStep):
    """The better total with nothing dropped comes first."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "untrimmed"
    step: Literal["untrimmed"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return by_key(group, lambda score: score.untrimmed_total, largest_first=context.higher_wins)


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


@shape
class EarlierRegistration(TieStep):
    """The earlier registration comes first, by the entry field `registered`, an ISO date or time."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "earlier_registration"
    step: Literal["earlier_registration"]

    @property
    def fields(self) -> tuple[str, ...]:
        """See TieStep."""
        return ("registered",)

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return by_key(group, lambda score: moment(score.entry.fields.get("registered", "")), largest_first=False)


@shape
class JuryDecision(TieStep):
    """The jury decides and records the order, with reason, date and names: it cannot be computed from marks."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "jury_decision"
    step: Literal["jury_decision"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return _recorded(group, context, "jury_decision")

    def due(self, group: Group, context: TieContext) -> Sentence | None:
        """See TieStep."""
        if None not in _numbers(group, context, "jury_decision"):
            return None
        return say("The jury must decide between {entries} and record it.", entries=_codes(group))


@shape
class Lots(TieStep):
    """Lots decide: `recorded`, drawn in public and written down, or `seed`, from a seed that was published before.

    By seed, the SHA-256 of the text `seed|competition|entry` is taken; the smallest comes first.
    """

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "lots"
    lots: Literal["recorded", "seed"]
    seed: Text | None = None

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        if self.lots == "recorded":
            return _recorded(group, context, "lots")
        seed = self.seed or ""
        return by_key(group, lambda score: lot_digest(seed, context.competition, score.entry.code), largest_first=False)

    def due(self, group: Group, context: TieContext) -> Sentence | None:
        """See TieStep."""
        if self.lots == "seed" or None not in _numbers(group, context, "lots"):
            return None
        return say("Lots must be drawn between {entries} and recorded.", entries=_codes(group))


@shape
class Shared(TieStep):
    """Nobody comes first: the place is shared and the chain ends."""

    kind_of_rule: ClassVar[str] = "ties"
    word: ClassVar[str] = "shared"
    step: Literal["shared"]

    def split(self, group: Group, context: TieContext) -> Groups:
        """See TieStep."""
        return [list(group)]


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
    for order in reversed(context.orders):
        if order.step == step and all(score.entry.code in order.order for score in group):
            return [order.order[score.entry.code] for score in group]
    return [figure(score, step) for score in group]


def _codes(group: Group) -> Listing:
    return listing(sorted(score.entry.code for score in group))


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
