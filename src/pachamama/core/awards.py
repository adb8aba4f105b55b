"""Kinds of awards: what a rules file may promise, and what each kind claims for whom (RULES.md, P2).

An award sees its turn in a contest (core.sharing) and answers with its claims; it knows nothing of other awards but
what they left in its purse. Who is passed over and what a short purse does is decided elsewhere (core.prizes).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeAlias

from pachamama.core.award import Award, CashAward
from pachamama.core.numbers import Exact, cents, floor_to, read_exact, simple
from pachamama.core.problems import Problem
from pachamama.core.sentences import Listing, Money, Name, Ordinal, Sentence, Value, choice, say, say_count
from pachamama.core.shape import Figure, Id, Named, OneOf, Unreadable, Whole, shape
from pachamama.core.sharing import (
    Asked,
    Claim,
    Claims,
    PointShares,
    Turn,
    codes,
    place_won,
    positions_said,
    redistributed,
    share_places,
    shares_by_points,
    sharing_a_place,
)

if TYPE_CHECKING:
    from pachamama.core.figures import Figures
    from pachamama.core.ranking import Ranked
    from pachamama.core.rules.document import Programme, Tier


@shape
class PlaceAward(CashAward):
    """What awards by place have in common: raw amounts by position, which ties share and the cash unit floors."""

    by_position: ClassVar[bool] = True
    is_capped: ClassVar[bool] = True

    @abstractmethod
    def listed(self, purse: int) -> tuple[Exact, ...]:
        """The raw amount of each position in cents, best first; `purse` is the whole amount of the purse."""

    @abstractmethod
    def prize_told(self, turn: Turn, position: int, figures: Figures) -> Sentence:
        """What the list has for a position."""

    def told(self, claims: Claims, turn: Turn, one: Ranked, figures: Figures) -> tuple[Sentence, ...]:
        """See Award."""
        from pachamama.core.explaining.shares import group_in, redistributed_lines, share_lines, standing_lines

        position, group = group_in(turn, one)
        listed = self.listed(turn.purse)
        share = next((share for members, share in claims.shares if members is group), None)
        lines = list(standing_lines(turn, one))
        if share is None:
            lines.append(
                say_count(
                    "the list has {count} place, and it stands at position {position}",
                    "the list has {count} places, and it stands at position {position}",
                    len(listed),
                    position=position,
                )
            )
            return tuple(lines)
        there = min(position + len(group), len(listed) + 1)
        lines += [self.prize_told(turn, at, figures) for at in range(position, there)]
        if claims.filled is not None:
            lines += redistributed_lines(listed, claims.filled, share, len(group), figures)
        return (*lines, *share_lines(turn, group, share, figures))

    def claims(self, turn: Turn) -> Claims:
        """See Award. What nobody wins goes back, or is shared by the filled positions (RULES.md, P8)."""
        listed = self.listed(turn.purse)
        filled = 0
        for group in turn.groups:
            if filled >= len(listed):
                break
            filled += len(group)
        if filled >= len(listed):
            return share_places(turn, listed)
        shares_out = turn.prizes.unfilled == "redistribute" and any(listed[:filled])
        shared = redistributed(listed, filled) if shares_out else listed
        found = share_places(turn, shared, redistributed=shares_out)
        found.filled = filled if shares_out else None
        nobody = [position for position in range(filled + 1, len(listed) + 1) if listed[position - 1]]
        if nobody:
            found.warnings.append(_without_winner(nobody, shares_out=shares_out))
        return found


def _without_winner(positions: Sequence[int], *, shares_out: bool) -> Sentence:
    places = positions_said(positions)
    if shares_out:
        return say("no winner for {places} place: what it holds is shared by the places that are filled", places=places)
    return say("no winner for {places} place: what it holds goes back to the purse", places=places)


@shape
class ByPlace(PlaceAward):
    """An amount for each place, best first; beyond the list nothing. Entries that tie share what their places hold."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "by_place"
    scheme: Literal["by_place"]
    amounts: tuple[Figure, ...]

    def listed(self, purse: int) -> tuple[Exact, ...]:
        """See PlaceAward."""
        return tuple(cents(amount) for amount in self.amounts)

    @property
    def label(self) -> Value:
        """See Award."""
        return say("by place")

    def prize_told(self, turn: Turn, position: int, figures: Figures) -> Sentence:
        """See PlaceAward."""
        amount = figures.cash(self.listed(turn.purse)[position - 1])
        return say("the list has {amount} for {place} place", amount=amount, place=Ordinal(position))

    def promised(self, tier: Tier, programme: Programme) -> tuple[tuple[Value, Value], ...]:
        """See Award."""
        return tuple(
            (say("{place} place", place=Ordinal(at)), Money(cents(amount), programme.currency))
            for at, amount in enumerate(self.amounts, start=1)
        )


@shape
class Percent(PlaceAward):
    """A percentage of the purse for each place, best first, exact until it is paid in cash units."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "percent"
    scheme: Literal["percent"]
    percents: tuple[Figure, ...]

    def listed(self, purse: int) -> tuple[Exact, ...]:
        """See PlaceAward."""
        return tuple(simple(Fraction(purse * percent) / 100) for percent in self.percents)

    @property
    def label(self) -> Value:
        """See Award."""
        return say("by percentages of the purse")

    def prize_told(self, turn: Turn, position: int, figures: Figures) -> Sentence:
        """See PlaceAward."""
        return say(
            "the list has {percent} % of the purse for {place} place: {purse} × {percent} ÷ 100 = {amount}",
            percent=figures.exact(self.percents[position - 1]),
            place=Ordinal(position),
            purse=figures.cash(turn.purse),
            amount=figures.cash(self.listed(turn.purse)[position - 1]),
        )

    def promised(self, tier: Tier, programme: Programme) -> tuple[tuple[Value, Value], ...]:
        """See Award."""
        purse = cents(tier.prizes.purse_of(self).amount) if tier.prizes is not None else 0
        return tuple(
            (
                say("{place} place", place=Ordinal(at)),
                say(
                    "{percent} % of the purse: {amount}",
                    percent=percent,
                    amount=Money(floor_to(amount, programme.unit), programme.currency),
                ),
            )
            for at, (percent, amount) in enumerate(zip(self.percents, self.listed(purse), strict=True), start=1)
        )


@shape
class ByLevel(CashAward):
    """An amount for each level reached, whatever the place: equal points, equal amount. The highest level counts."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "by_level"
    scheme: Literal["by_level"]
    amounts: Mapping[Id, Figure]

    def claims(self, turn: Turn) -> Claims:
        """See Award."""
        best: Claim | None = None
        by_level: dict[str | None, Claim | None] = {}
        for level, name in turn.levels:
            if level in self.amounts:
                best = Claim(cents(self.amounts[level]), say("level {level}", level=name))
            by_level[level] = best
        found = Claims()
        for group in turn.groups:
            for one in group:
                claim = by_level.get(one.score.level)
                if claim is not None and claim.cents:
                    found.paid.append((one, claim))
        return found

    def promised(self, tier: Tier, programme: Programme) -> tuple[tuple[Value, Value], ...]:
        """See Award."""
        return tuple(
            (
                say(
                    "level “{level}”, from {points} points", level=Name(level.name.texts, level.id), points=level.from_
                ),
                Money(cents(self.amounts[level.id]), programme.currency),
            )
            for level in reversed(tier.levels_up)
            if level.id in self.amounts
        )

    @property
    def label(self) -> Value:
        """See Award."""
        return say("by level")

    def told(self, claims: Claims, turn: Turn, one: Ranked, figures: Figures) -> tuple[Sentence, ...]:
        """See Award."""
        names = dict(turn.levels)
        amount = next((claim.cents for other, claim in claims.paid if other is one), 0)
        if claims.short is not None:
            amount = next((claim.cents for other, claim in claims.short.claimed if other is one), 0)
        if one.score.level is None:
            return (say("no level is reached"),)
        if not amount:
            return (say("level “{level}” is reached, which pays nothing", level=names[one.score.level]),)
        return (say("level “{level}” is reached: {amount}", level=names[one.score.level], amount=figures.cash(amount)),)

    def in_words(self, programme: Programme) -> Sentence | None:
        """See Award."""
        return say("The highest level reached counts, whatever the place.")


@shape
class Flat(CashAward):
    """The same amount (*premio plano*) for every ranked entry, or for those that have no other award here."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "flat"
    scheme: Literal["flat"]
    amount: Figure
    to: Literal["all", "other_participants"] = "other_participants"

    @property
    def is_for_others(self) -> bool:
        """Only those who have no other award here get it, so it is worked last."""
        return self.to == "other_participants"

    def claims(self, turn: Turn) -> Claims:
        """See Award."""
        amount = cents(self.amount)
        if not amount:
            return Claims()
        if not self.is_for_others:
            claim = Claim(amount, say("flat prize for everybody"))
            return Claims([(one, claim) for group in turn.groups for one in group])
        claim, winners = Claim(amount, say("flat prize for the other participants")), turn.winners
        return Claims([(one, claim) for group in turn.groups for one in group if one.score.entry.code not in winners])

    def promised(self, tier: Tier, programme: Programme) -> tuple[tuple[Value, Value], ...]:
        """See Award."""
        who = say("everybody else with a place") if self.is_for_others else say("everybody with a place")
        return ((who, Money(cents(self.amount), programme.currency)),)

    @property
    def label(self) -> Value:
        """See Award."""
        return say("flat prize")

    def told(self, claims: Claims, turn: Turn, one: Ranked, figures: Figures) -> tuple[Sentence, ...]:
        """See Award."""
        amount = figures.cash(cents(self.amount))
        if not self.is_for_others:
            return (say("{amount} for every entry with a place", amount=amount),)
        if one.entry.code in turn.winners:
            return (say("it is for those without another prize here, and this entry has one"),)
        return (say("{amount} for those without another prize here", amount=amount),)

    def in_words(self, programme: Programme) -> Sentence | None:
        """See Award."""
        if self.is_for_others:
            return say("“Everybody else” is who has no other prize of this contest.")
        return None


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

    def claims(self, turn: Turn) -> Claims:
        """See Award. `turn` may hold the entries of several contests that share one purse."""
        found = Claims()
        entries: Sequence[Ranked] = [one for group in turn.groups for one in group if one.points > self.base]
        held = floor_to(turn.held, turn.unit)
        least = None if self.minimum is None else cents(self.minimum)
        most = None if self.maximum is None else cents(self.maximum)
        if least and len(entries) * least > held:
            if turn.prizes.if_short != "cut_last":
                return self._too_many(turn, entries, least, held)
            entries = self._that_fit(turn, entries, least, held, found)
        weights = [one.points - self.base for one in entries]
        shares = found.by_points = shares_by_points(weights, held, unit=turn.unit, minimum=least, maximum=most)
        amounts = shares.amounts
        made = {weight: Claim(amount, self._why(weight, shares, turn)) for weight, amount in amounts.items()}
        found.paid = [(one, made[one.points - self.base]) for one in entries if amounts[one.points - self.base]]
        left = turn.held - found.cents
        if left and entries:
            found.warnings.append(
                say("all have reached the maximum: {amount} goes back to the purse", amount=turn.money(left))
                if len(shares.limits) == len(amounts)
                else say(
                    "{amount} cannot be shared by points in units of {unit} and goes back to the purse",
                    amount=turn.money(left),
                    unit=turn.money(turn.unit),
                )
            )
        return found

    def _too_many(self, turn: Turn, entries: Sequence[Ranked], least: int, held: int) -> Claims:
        """Everybody claims the minimum, which is more than there is."""
        claim = Claim(least, say("minimum of the shares by points"))
        shortfall = say_count(
            "{count} share by points of at least {minimum} does not fit into the {held} that the purse holds",
            "{count} shares by points of at least {minimum} do not fit into the {held} that the purse holds",
            len(entries),
            minimum=turn.money(least),
            held=turn.money(held),
        )
        return Claims([(one, claim) for one in entries], shortfall=shortfall)

    def _that_fit(
        self, turn: Turn, entries: Sequence[Ranked], least: int, held: int, found: Claims
    ) -> Sequence[Ranked]:
        """The entries without the lowest points, equal ones together, as many as the minimum fits for."""
        note = say(
            "left out: the purse does not hold the minimum of {minimum} for everybody", minimum=turn.money(least)
        )
        left: list[Ranked] = sorted(entries, key=lambda one: one.points, reverse=True)
        while len(left) * least > held:
            lowest = left[-1].points
            while left and left[-1].points == lowest:
                found.notes.append((left.pop(), note))
        there = {id(one) for one in left}
        return [one for one in entries if id(one) in there]

    def _why(self, weight: Exact, shares: PointShares, turn: Turn) -> Sentence:
        """By the sharing that decided: of the whole sum, or of what those who stopped at a limit leave."""
        decided, limit = shares.shared_out(weight), shares.limits.get(weight)
        total = decided.total
        if self.base:
            share = say("share for {points} of {total} points above {base}", points=weight, total=total, base=self.base)
        else:
            share = say("share for {points} of {total} points", points=weight, total=total)
        if decided is not shares.rounds[0]:
            share = say("{share}, of {rest} that the limits leave", share=share, rest=turn.money(decided.rest))
        if limit == "minimum":
            return say("{share}, raised to the minimum", share=share)
        return say("{share}, held at the maximum", share=share) if limit == "maximum" else share

    def promised(self, tier: Tier, programme: Programme) -> tuple[tuple[Value, Value], ...]:
        """See Award."""
        who = (
            say("everybody with more than {points} points", points=self.base)
            if self.base
            else say("everybody with points")
        )
        least, most = (
            None if limit is None else Money(cents(limit), programme.currency) for limit in (self.minimum, self.maximum)
        )
        if least is not None and most is not None:
            gets = say("a share by points, from {least} to {most}", least=least, most=most)
        elif least is not None:
            gets = say("a share by points, at least {least}", least=least)
        elif most is not None:
            gets = say("a share by points, at most {most}", most=most)
        else:
            gets = say("a share by points")
        return ((who, gets),)

    @property
    def label(self) -> Value:
        """See Award."""
        return say("by points")

    def told(self, claims: Claims, turn: Turn, one: Ranked, figures: Figures) -> tuple[Sentence, ...]:
        """See Award."""
        from pachamama.core.explaining.shares import point_lines

        if one.points <= self.base:
            points = figures.points(one.points)
            return (say("only points above {base} count: it has {points}", base=self.base, points=points),)
        notes = tuple(note for other, note in claims.notes if other is one)
        if notes or claims.by_points is None:
            return notes
        weight = one.points - self.base
        above = (
            say(
                "points above {base}: {points} − {base} = {weight}",
                base=self.base,
                points=figures.points(one.points),
                weight=figures.points(weight),
            ),
        )
        return (*(above if self.base else ()), *point_lines(turn, claims.by_points, weight, figures))

    def in_words(self, programme: Programme) -> Sentence | None:
        """See Award."""
        if self.base:
            return say(
                "What the purse still holds is shared by the points above {points}; equal points, equal amounts.",
                points=self.base,
            )
        return say("What the purse still holds is shared by points; equal points, equal amounts.")


@shape
class UntilSpent(CashAward):
    """Each entry's own `requested` amount in full, best first, while the purse lasts; the first that does not fit ends it."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "until_spent"
    by_position: ClassVar[bool] = True
    is_capped: ClassVar[bool] = True
    scheme: Literal["until_spent"]

    def bad_requests(self, turn: Turn) -> Iterator[Problem]:
        """Each entry that may win it needs a request, in whole cash units."""
        for group in turn.groups:
            for one in group:
                amount = _requested(one)
                if amount is None or amount < 0 or amount % turn.unit:
                    yield Problem(
                        one.entry.where,
                        say(
                            "{entry} asks for “{requested}”, which is no amount in units of {unit}",
                            entry=one.entry.code,
                            requested=one.entry.fields.get("requested", ""),
                            unit=turn.money(turn.unit),
                        )
                        if one.entry.fields.get("requested")
                        else say("{entry} asks for nothing: `requested` is empty", entry=one.entry.code),
                        say("every entry that may win an award `until_spent` names the amount it asks for"),
                    )

    def claims(self, turn: Turn) -> Claims:
        """See Award. Entries equal for money are paid all or none."""
        found = Claims()
        left = turn.held
        ended: Sentence | None = None
        for group in turn.groups:
            wanted = [int(_requested(one) or 0) for one in group]
            fits = ended is None and sum(wanted) <= left
            found.asked.append((group, Asked(sum(wanted), left, fits)))
            if ended is None and not fits:
                ended = say(
                    "before its turn {entries} asked for {amount}, and {left} was left: the award ended there",
                    entries=codes(group),
                    amount=turn.money(sum(wanted)),
                    left=turn.money(left),
                )
                note = say(
                    "{entries} asked for {amount}, and {left} was left: the award ends here",
                    entries=codes(group),
                    amount=turn.money(sum(wanted)),
                    left=turn.money(left),
                )
                found.warnings.append(note)
                found.notes += [(one, note) for one in group]
            elif ended is not None:
                found.notes += [(one, ended) for one, amount in zip(group, wanted, strict=True) if amount]
            else:
                left -= sum(wanted)
                why = say("requested amount")
                found.paid += [(one, Claim(cash, why)) for one, cash in zip(group, wanted, strict=True) if cash]
        return found

    def promised(self, tier: Tier, programme: Programme) -> tuple[tuple[Value, Value], ...]:
        """See Award."""
        return ((say("from the first place down, while the purse lasts"), say("the amount asked for")),)

    @property
    def label(self) -> Value:
        """See Award."""
        return say("requested amounts, best first")

    def told(self, claims: Claims, turn: Turn, one: Ranked, figures: Figures) -> tuple[Sentence, ...]:
        """See Award."""
        from pachamama.core.explaining.shares import standing_lines

        group, asked = next((group, asked) for group, asked in claims.asked if any(other is one for other in group))
        wanted = figures.cash(_requested(one) or 0)
        lines = [*standing_lines(turn, one), say("it asks for {amount}", amount=wanted)]
        if len(group) > 1:
            lines.append(say("together they ask for {amount}", amount=figures.cash(asked.wanted)))
        if asked.is_paid:
            return (*lines, say("the purse holds {left} at its turn: it fits", left=figures.cash(asked.left)))
        return (*lines, *(note for other, note in claims.notes if other is one))

    def in_words(self, programme: Programme) -> Sentence | None:
        """See Award."""
        return say("The first request that does not fit into what is left ends it; none is paid in part.")


def _is_between(due: Sentence, one: Ranked) -> bool:
    """Whether lots that are due are to be drawn between this entry and others."""
    between = due.values.get("entries")
    return isinstance(between, Listing) and one.entry.code in between.items


def _requested(one: Ranked) -> Exact | None:
    """The amount that an entry asks for, in cents; None where there is no plain figure."""
    figure = read_exact(one.entry.fields.get("requested", ""), comma=True)
    return None if figure is None else figure * 100


@shape
class InKind(Award):
    """A thing for the listed places (kitchen cupboards, tools), never split or pooled; `value` is for the accounts only."""

    kind_of_rule: ClassVar[str] = "awards"
    word: ClassVar[str] = "in_kind"
    by_position: ClassVar[bool] = True
    scheme: Literal["in_kind"]
    item: Named
    value: Figure = 0
    places: tuple[Whole, ...]

    def claims(self, turn: Turn) -> Claims:
        """See Award. Where a shared place reaches beyond the list a lot is due, and the thing stays open."""
        found = Claims()
        position = 1
        for group in turn.groups:
            for together in sharing_a_place(group):
                self._give(turn, found, together, position)
                position += len(together)
        nobody = [place for place in sorted(self.places) if place >= position]
        if nobody:
            found.warnings.append(
                say("no winner of {item} for {places} place", item=self.thing, places=positions_said(nobody))
            )
        return found

    @property
    def thing(self) -> Name:
        """What people call it."""
        return Name(self.item.texts, self.word)

    def _give(self, turn: Turn, found: Claims, together: Sequence[Ranked], position: int) -> None:
        """Give the thing to those who share a place, where their positions are listed."""
        listed = [place for place in range(position, position + len(together)) if place in self.places]
        moved_up = position < together[0].position
        if len(listed) == len(together):
            claim = Claim(0, place_won(position, moved_up=moved_up))
            found.paid += [(one, claim) for one in together]
        elif listed:
            drawn = None if turn.chain_draws_lots else turn.drawn(together)
            to_do = say(
                "Lots must be drawn between {entries} for {item}, and recorded.",
                entries=codes(together),
                item=self.thing,
            )
            found.needs_lots(together, to_do, is_open=drawn is None)
            if drawn is None:
                note = say("{item} stays open until lots are drawn", item=self.thing)
                found.notes += [(one, note) for one in together]
            else:
                for place, (one,) in enumerate(drawn, start=position):
                    if place in listed:
                        found.paid.append(
                            (one, Claim(0, say("{share}, by lot", share=place_won(place, moved_up=moved_up))))
                        )

    def promised(self, tier: Tier, programme: Programme) -> tuple[tuple[Value, Value], ...]:
        """See Award."""
        gets: Value = self.thing
        if self.value:
            worth = Money(cents(self.value), programme.currency)
            gets = say("{item} (worth {value})", item=self.thing, value=worth)
        return tuple((say("{place} place", place=Ordinal(place)), gets) for place in sorted(self.places))

    @property
    def label(self) -> Value:
        """See Award."""
        return self.thing

    def told(self, claims: Claims, turn: Turn, one: Ranked, figures: Figures) -> tuple[Sentence, ...]:
        """See Award."""
        from pachamama.core.explaining.shares import thing_position

        claim = next((claim for other, claim in claims.paid if other is one), None)
        if claim is not None:
            return (say("for {why}", why=claim.why),)
        notes = tuple(note for other, note in claims.notes if other is one)
        if notes:
            return (*notes, *(due for due in claims.due if _is_between(due, one)))
        return (
            say(
                "it is for {places} place, and this entry stands at position {position}",
                places=positions_said(sorted(self.places)),
                position=thing_position(turn, one),
            ),
        )

    def in_words(self, programme: Programme) -> Sentence | None:
        """See Award."""
        return say("A thing is never divided: where a tie leaves fewer things than entries, lots decide who gets one.")


AnyAwardKind: TypeAlias = ByPlace | Percent | ByLevel | Flat | Proportional | UntilSpent | InKind
_KINDS = {kind.word: kind for kind in (ByPlace, Percent, ByLevel, Flat, Proportional, UntilSpent, InKind)}


def _choose(value: Any) -> str:
    """Which kind of award a mapping of the file describes, by its `scheme`."""
    if not isinstance(value, Mapping):
        raise Unreadable(say("an award is written as {{scheme: by_place, purse: …, amounts: […]}}"))
    kind = _KINDS.get(value["scheme"]) if isinstance(value.get("scheme"), str) else None
    if kind is None:
        raise Unreadable(say("“scheme” must be one of: {words}", words=choice(list(_KINDS))), at="scheme")
    return kind.__name__


AnyAward: TypeAlias = Annotated[AnyAwardKind, OneOf(_choose)]
