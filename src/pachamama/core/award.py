"""What every award has in common: who can win it, and what it must be able to say of itself (RULES.md, P2)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from pachamama.core.sentences import Name, Sentence, Value, listing, say
from pachamama.core.shape import Figure, Id, shape

if TYPE_CHECKING:
    from pachamama.core.figures import Figures
    from pachamama.core.ranking import Ranked
    from pachamama.core.rules.document import Programme, Tier
    from pachamama.core.sharing import Claims, Turn


@shape
class Award(ABC):
    """What all awards have in common: an entry below `minimum_points` gets nothing, other `categories` neither."""

    minimum_points: Figure | None = None
    categories: tuple[Id, ...] | None = None

    @abstractmethod
    def claims(self, turn: Turn) -> Claims:
        """What it claims for whom, in cents, before anyone is passed over and before a short purse; the same each time."""

    by_position: ClassVar[bool] = False
    """The position of an entry decides what it gets, so a tie at the last paid place matters."""
    is_capped: ClassVar[bool] = False
    """A cap per community counts what it pays (RULES.md, P6)."""

    @abstractmethod
    def promised(self, tier: Tier, programme: Programme) -> tuple[tuple[Value, Value], ...]:
        """Who gets what, line by line, as the printed rules list it."""

    @property
    @abstractmethod
    def label(self) -> Value:
        """What people call the award."""

    @abstractmethod
    def told(self, claims: Claims, turn: Turn, one: Ranked, figures: Figures) -> tuple[Sentence, ...]:
        """Why an entry of its turn gets what it gets, or nothing, before anything is cut from a short purse."""

    def in_words(self, programme: Programme) -> Sentence | None:
        """What the lines do not say by themselves; None where they do."""
        return None

    def conditions(self, tier: Tier) -> tuple[Sentence, ...]:
        """Who can win it at all, where not everybody can."""
        found = []
        if self.minimum_points is not None:
            found.append(say("only with {points} points or more", points=self.minimum_points))
        if self.categories is not None and len(self.categories) < len(tier.categories):
            names = [Name(one.name.texts, one.id) for one in tier.categories if one.id in self.categories]
            found.append(say("only in: {categories}", categories=listing(names)))
        return tuple(found)


@shape
class CashAward(Award):
    """An award of money; `purse` may be left out where the tier has only one."""

    purse: Id | None = None
