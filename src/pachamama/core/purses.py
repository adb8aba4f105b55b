"""Purses, caps, and the prizes of a tier: what may be spent, by which awards, and what happens with ties and shortage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar, Literal

from pachamama.core.award import CashAward
from pachamama.core.awards import AnyAward, AnyAwardKind, Flat, PlaceAward
from pachamama.core.numbers import cents
from pachamama.core.sentences import Money, Sentence, listing, say, say_count
from pachamama.core.shape import NO_NAME, Figure, Id, Named, Truth, Whole, shape

if TYPE_CHECKING:
    from pachamama.core.rules.document import Programme, Tier


@shape
class Purse:
    """What may be spent: `per` contest (each has the whole amount) or per round (one amount for all contests)."""

    kind_of_rule: ClassVar[str] = "purses"
    word: ClassVar[str] = "purses"
    id: Id
    name: Named = NO_NAME
    amount: Figure
    per: Literal["contest", "round"] = "contest"


@shape
class Cap:
    """The most that one community may take from a contest: a number of prizes, or an amount."""

    kind_of_rule: ClassVar[str] = "cap_per_community"
    word: ClassVar[str] = "cap_per_community"
    prizes: Whole | None = None
    amount: Figure | None = None

    def in_words(self, programme: Programme) -> Sentence:
        """The cap, as the printed rules say it."""
        if self.prizes is not None:
            return say_count(
                "One community wins {count} prize at most in a contest; whoever comes next moves up.",
                "One community wins {count} prizes at most in a contest; whoever comes next moves up.",
                self.prizes,
            )
        return say(
            "One community wins {amount} at most in a contest; whoever comes next moves up.",
            amount=Money(cents(self.amount or 0), programme.currency),
        )


@shape
class Prizes:
    """The prizes of a tier: purses, awards, and what happens with ties, remainders and shortage (RULES.md, P)."""

    kind_of_rule: ClassVar[str] = "prizes"
    word: ClassVar[str] = "prizes"
    purses: tuple[Purse, ...] = ()
    awards: tuple[AnyAward, ...] = ()
    tie_split: Literal["pool", "full"] = "pool"
    remainder: Literal["return", "best_by_chain", "by_lot"] = "return"
    lots_decide_money: Truth = False
    one_prize_per_entrant: Literal["round", "category", "no"] = "category"
    cap_per_community: Cap | None = None
    unfilled: Literal["return", "redistribute"] = "return"
    if_short: Literal["refuse", "prorate", "cut_last"] = "refuse"

    @property
    def in_turn(self) -> list[tuple[int, AnyAwardKind]]:
        """The awards with their number in the file, in the order in which they are worked: flat ones for others last."""
        numbered = list(enumerate(self.awards))
        return sorted(numbered, key=lambda pair: isinstance(pair[1], Flat) and pair[1].is_for_others)

    @property
    def joins_contests(self) -> bool:
        """What one contest wins depends on the others: one amount for all of them, or one prize for each entrant."""
        return self.one_prize_per_entrant == "round" or any(purse.per == "round" for purse in self.purses)

    def purse_of(self, award: CashAward) -> Purse:
        """The purse that an award draws on; the checks have made sure that there is one."""
        return next(purse for purse in self.purses if award.purse in (None, purse.id))

    def in_words(self, tier: Tier, programme: Programme) -> tuple[Sentence, ...]:
        """What happens with ties, spare units, prizes that nobody wins and short purses, as the printed rules say it."""
        found: list[Sentence] = []
        if any(isinstance(award, PlaceAward) for award in self.awards):
            found += [self._ties(), *self._spare_units(programme)]
            if tier.lots_step is not None:
                found.append(
                    say("Lots decide about money too.")
                    if self.lots_decide_money
                    else say("Luck does not decide about money: entries that lots alone separate share their prizes.")
                )
            found.append(
                say("Prizes that nobody wins are shared by the winners, in proportion.")
                if self.unfilled == "redistribute"
                else say("Prizes that nobody wins go back to the purse.")
            )
        if self.one_prize_per_entrant == "round":
            found.append(
                say(
                    "Nobody wins in more than one contest of the round: the largest prize decides where; in the others those "
                    "behind move up."
                )
            )
        elif self.one_prize_per_entrant == "category":
            found.append(say("Who has several entries in a contest wins with the best placed one only."))
        found += self._cap(programme)
        if self.purses:
            found.append(self._short())
        return tuple(found)

    def _ties(self) -> Sentence:
        if self.tie_split == "full":
            return say(
                "Entries that share a place each get its prize in full; the places that they use up are not paid."
            )
        return say("Entries that share a place put the prizes of their places together and share them equally.")

    def _spare_units(self, programme: Programme) -> tuple[Sentence, ...]:
        unit = Money(programme.unit, programme.currency)
        if self.tie_split == "full":
            return ()
        if self.remainder == "best_by_chain":
            return (say("What cannot be divided in units of {unit} goes to the first by the tie rules.", unit=unit),)
        if self.remainder == "by_lot":
            return (say("What cannot be divided in units of {unit} is given by lot.", unit=unit),)
        return (say("What cannot be divided in units of {unit} goes back to the purse.", unit=unit),)

    def _cap(self, programme: Programme) -> Iterator[Sentence]:
        """The cap and what it counts, where that is not everything; nothing where no award is counted."""
        counted = [award for award in self.awards if award.is_capped]
        if self.cap_per_community is None or not counted:
            return
        yield self.cap_per_community.in_words(programme)
        if len(counted) < len(self.awards):
            labels = {award.word: award.label for award in counted}
            yield say("Only these prizes count for that: {awards}.", awards=listing([*labels.values()]))

    def _short(self) -> Sentence:
        if self.if_short == "prorate":
            return say("If a purse is too small, every prize from it is lowered in the same proportion.")
        if self.if_short == "cut_last":
            return say("If a purse is too small, the last places go without, as many as it takes.")
        return say("If a purse is too small, no prize is given until that is put right.")
