"""From a place to the cent: every award in its turn, what a short purse took, and what went back (RULES.md, P)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from pachamama.core.awards import AnyAwardKind, InKind
from pachamama.core.explaining.section import Section, section
from pachamama.core.figures import Figures, joined_by_plus
from pachamama.core.names import called
from pachamama.core.prize_round import ContestPrizes, PrizeRound
from pachamama.core.prizes import PrizeList, RoundPrizes
from pachamama.core.ranking import Ranked
from pachamama.core.sentences import Name, Sentence, listing, say, say_count
from pachamama.core.sharing import Claim, Claims, Turn


def prize_sections(
    round_: PrizeRound, contest: ContestPrizes, prizes: PrizeList, one: Ranked, figures: Figures
) -> Iterator[Section]:
    """A section for each award in its turn, its last line what the entry gets of it; then all its cash together."""
    for number, award in round_.in_turn:
        claims = contest.claims[number]
        yield section(
            _title(round_, number, award),
            (*_told(round_, contest, claims, award, one, figures), _gets(claims, award, one, figures)),
        )
    yield section(say("Prizes"), (*_given_up(round_, contest, one), *_cash(prizes, one, figures)))


def _title(round_: PrizeRound, number: int, award: AnyAwardKind) -> Sentence:
    if number not in round_.draws_on or len(round_.prizes.purses) == 1:
        return say("Prize: {award}", award=award.label)
    purse = round_.purse_name(round_.draws_on[number])
    return say("Prize: {award}, from purse “{purse}”", award=award.label, purse=purse)


def _gets(claims: Claims, award: AnyAwardKind, one: Ranked, figures: Figures) -> Sentence:
    claim = _of(claims.paid, one)
    if isinstance(award, InKind):
        return say("this gives {item}", item=award.thing) if claim is not None else say("this gives nothing")
    return say("this gives {amount}", amount=figures.cash(claim.cents if claim is not None else 0))


def _given_up(round_: PrizeRound, contest: ContestPrizes, one: Ranked) -> Iterator[Sentence]:
    for prize in round_.given_up:
        if prize.contest is contest and prize.entrant == one.entry.entrant:
            yield say("the prize that it gave up here was worth {worth}", worth=round_.money(prize.worth))


def _told(
    round_: PrizeRound, contest: ContestPrizes, claims: Claims, award: AnyAwardKind, one: Ranked, figures: Figures
) -> Iterator[Sentence]:
    turn, code = claims.turn, one.entry.code
    if turn is None:
        names = {category.id: Name(category.name.texts, category.id) for category in round_.tier.categories}
        there = listing([names.get(id_, id_) for id_ in award.categories or ()])
        yield say("only for {categories}", categories=there)
    elif code in contest.passed:
        yield contest.passed[code]
    elif code in contest.capped:
        yield contest.capped[code]
    elif any(other is one for group in turn.groups for other in group):
        yield from award.told(claims, turn, one, figures)
        yield from _short(claims, turn, one, figures)
    else:
        least = award.minimum_points or 0
        yield say(
            "at least {least} points are needed: {missing} were missing",
            least=least,
            missing=figures.points(least - one.points),
        )


def _short(claims: Claims, turn: Turn, one: Ranked, figures: Figures) -> Iterator[Sentence]:
    """What a purse that is too short took away from a claim."""
    short = claims.short
    claimed = _of(short.claimed, one) if short is not None else None
    if short is None or claimed is None or not claimed.cents:
        return
    yield say(
        "its purse holds {amount}, and all awards on it come to {wanted}",
        amount=figures.cash(short.amount),
        wanted=figures.cash(short.wanted),
    )
    paid = _of(claims.paid, one)
    left = paid.cents if paid is not None else 0
    if turn.prizes.if_short == "prorate":
        exact = Fraction(claimed.cents * short.amount, short.wanted)
        yield say(
            "in proportion, in whole units of {unit}: {claim} × {amount} ÷ {wanted} = {exact}, so {left}",
            unit=figures.cash(turn.unit),
            claim=figures.cash(claimed.cents),
            amount=figures.cash(short.amount),
            wanted=figures.cash(short.wanted),
            exact=figures.cash(exact),
            left=figures.cash(left),
        )
    elif paid is None:
        yield say("the last places lose first: {amount} is struck", amount=figures.cash(claimed.cents))
    else:
        yield say("the last places lose first, and this one stays: {amount}", amount=figures.cash(left))


def _cash(prizes: PrizeList, one: Ranked, figures: Figures) -> Iterator[Sentence]:
    """The things, then all cash as one sum; no amount where there are only things."""
    awards = prizes.awards.get(one.entry.code, ())
    for award in awards:
        if isinstance(award.item, Name) and award.value:
            yield say(
                "{entry} receives {item}, worth {value}",
                entry=called(one.entry.code, one.entry.name),
                item=award.item,
                value=figures.cash(award.value),
            )
        elif isinstance(award.item, Name):
            yield say("{entry} receives {amount}", entry=called(one.entry.code, one.entry.name), amount=award.item)
    amounts = [award.cents for award in awards if award.item is None]
    if awards and not amounts:
        return
    total = figures.cash(sum(amounts))
    if len(amounts) > 1:
        added = joined_by_plus([figures.cash(amount) for amount in amounts])
        yield say(
            "{entry} receives {sum} = {amount}", entry=called(one.entry.code, one.entry.name), sum=added, amount=total
        )
    else:
        yield say("{entry} receives {amount}", entry=called(one.entry.code, one.entry.name), amount=total)


# -- purses ----------------------------------------------------------------------------------------------------------


def purse_sections(
    round_: PrizeRound, contest: ContestPrizes, prizes: PrizeList, every: RoundPrizes, figures: Figures
) -> Iterator[Section]:
    """Each purse: what each award took of it, why something goes back; the last line closes it."""
    for purse in prizes.purses:
        yield section(
            say("Purse “{purse}” of this contest", purse=round_.purse_name(purse.id)),
            (
                *_taken(round_, purse.id, [contest], figures),
                *_remarks(round_, purse.id, contest),
                _closed(purse.amount, purse.awarded, figures),
            ),
        )
    for purse in every.purses:
        yield section(
            say("Purse “{purse}” of the whole round", purse=round_.purse_name(purse.id)),
            (
                *_taken(round_, purse.id, round_.contests, figures),
                *(every.warnings if len(every.purses) == 1 else ()),
                _closed(purse.amount, purse.awarded, figures),
            ),
        )


def _taken(round_: PrizeRound, purse: str, contests: Sequence[ContestPrizes], figures: Figures) -> Iterator[Sentence]:
    for number, award in round_.in_turn:
        if round_.draws_on.get(number) == purse and not isinstance(award, InKind):
            claims = [contest.claims[number] for contest in contests]
            amount = sum(one.cents for one in claims)
            winners = sum(len(one.paid) for one in claims)
            yield say_count(
                "{award}: {amount} to {count} entry",
                "{award}: {amount} to {count} entries",
                winners,
                award=award.label,
                amount=figures.cash(amount),
            )


def _remarks(round_: PrizeRound, purse: str, contest: ContestPrizes) -> Iterator[Sentence]:
    """What the awards said of prizes that nobody wins and sums that cannot be shared."""
    for number, claims in sorted(contest.claims.items()):
        if round_.draws_on.get(number) == purse:
            yield from claims.warnings


def _closed(amount: int, awarded: int, figures: Figures) -> Sentence:
    return say(
        "{amount} − {awarded} = {returned} back to the purse",
        amount=figures.cash(amount),
        awarded=figures.cash(awarded),
        returned=figures.cash(amount - awarded),
    )


def _of(paid: Sequence[tuple[Ranked, Claim]], one: Ranked) -> Claim | None:
    """The claim of an entry, None where it has none."""
    return next((claim for other, claim in paid if other is one), None)
