"""Kinds of awards: what a rules file may promise, and the raw amounts that each kind gives (RULES.md, P2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pachamama.core.sentences import listing, say
from pachamama.core.shape import NO_NAME, Figure, Id, Named, OneOf, Truth, Unreadable, Whole, shape


@shape
class Award:
    """What all awards have in common: an entry below `minimum_points` gets nothing, other `categories` neither."""

    minimum_points: Figure | None = None
    categories: tuple[Id, ...] | None = None


@shape
class CashAward(Award):
    """An award of money; `purse` may be left out where the tier has only one."""

    purse: Id | None = None


@shape
class ByPlace(CashAward):
    """An amount for each place, best first; beyond the list nothing. Entries that tie share what their places hold."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "by_place"
    scheme: Literal["by_place"]
    amounts: tuple[Figure, ...]


@shape
class Percent(CashAward):
    """A percentage of the purse for each place, best first, exact until it is paid in cash units."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "percent"
    scheme: Literal["percent"]
    percents: tuple[Figure, ...]


@shape
class ByLevel(CashAward):
    """An amount for each level reached, whatever the place: equal points, equal amount. The highest level counts."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "by_level"
    scheme: Literal["by_level"]
    amounts: Mapping[Id, Figure]


@shape
class Flat(CashAward):
    """The same amount (*premio plano*) for every ranked entry, or for those that have no other award here."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "flat"
    scheme: Literal["flat"]
    amount: Figure
    to: Literal["all", "other_participants"] = "other_participants"


@shape
class Proportional(CashAward):
    """What earlier awards left in the purse, shared by the points above `base`, by largest remainder.

    Entries with equal points get equal amounts; a share stays between `minimum` and `maximum`.
    """

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "proportional"
    scheme: Literal["proportional"]
    base: Figure = 0
    minimum: Figure | None = None
    maximum: Figure | None = None


@shape
class UntilSpent(CashAward):
    """Each entry's own `requested` amount in full, best first, while the purse lasts; the first that does not fit ends it."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "until_spent"
    scheme: Literal["until_spent"]


@shape
class InKind(Award):
    """A thing for the listed places (kitchen cupboards, tools), never split or pooled; `value` is for the accounts only."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "in_kind"
    scheme: Literal["in_kind"]
    item: Named
    value: Figure = 0
    places: tuple[Whole, ...]


AnyAwardKind: TypeAlias = ByPlace | Percent | ByLevel | Flat | Proportional | UntilSpent | InKind
_KINDS = {kind.word: kind for kind in (ByPlace, Percent, ByLevel, Flat, Proportional, UntilSpent, InKind)}


def _choose(value: Any) -> str:
    """Which kind of award a mapping of the file describes, by its `scheme`."""
    if not isinstance(value, Mapping):
        raise Unreadable(say("an award is written as {{scheme: by_place, purse: …, amounts: […]}}"))
    kind = _KINDS.get(value["scheme"]) if isinstance(value.get("scheme"), str) else None
    if kind is None:
        raise Unreadable(say("“scheme” must be one of: {words}", words=listing(list(_KINDS))), at="scheme")
    return kind.__name__


AnyAward: TypeAlias = Annotated[AnyAwardKind, OneOf(_choose)]


@shape
class Purse:
    """What may be spent: `per` contest (each has the whole amount) or per round (one amount for all contests)."""

    id: Id
    name: Named = NO_NAME
    amount: Figure
    per: Literal["contest", "round"] = "contest"


@shape
class Cap:
    """The most that one community may take from a contest: a number of prizes, or an amount."""

    prizes: Whole | None = None
    amount: Figure | None = None


@shape
class Prizes:
    """The prizes of a tier: purses, awards, and what happens with ties, remainders and shortage (RULES.md, P)."""

    purses: tuple[Purse, ...] = ()
    awards: tuple[AnyAward, ...] = ()
    tie_split: Literal["pool", "full"] = "pool"
    remainder: Literal["return", "best_by_chain", "by_lot"] = "return"
    lots_decide_money: Truth = False
    one_prize_per_entrant: Literal["round", "category", "no"] = "category"
    cap_per_community: Cap | None = None
    unfilled: Literal["return", "redistribute"] = "return"
    if_short: Literal["refuse", "prorate", "cut_last"] = "refuse"

    def purse_of(self, award: CashAward) -> Purse:
        """The purse that an award draws on; the checks have made sure that there is one."""
        return next(purse for purse in self.purses if award.purse in (None, purse.id))
