"""The report of a round for the coordinator: who took part, how points are spread, who won what, and what it cost.

The charts are drawn by the template from whole numbers that are counted here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction

from pachamama.core.model import ContestResult, Settlement
from pachamama.core.numbers import Exact, fixed, rounded
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Money, Name, Points, Sentence, Value, say, say_count
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper
from pachamama.papers.labels import Label

_BINS = 10
"""Bars of the chart of points."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One contest: its name, entries, judged ones, winners, points in words, and money; `bars` the spread of points.

    `points` are the same three as plain numbers (None where nobody has a place) and `cents` the money, for the tables.
    """

    name: str
    entered: int
    judged: int
    women: int
    men: int
    winners: int
    least: str
    median: str
    best: str
    amount: str
    bars: tuple[int, ...]
    points: tuple[str | None, str | None, str | None]
    cents: int


@dataclass(frozen=True, slots=True)
class PurseSaid:
    """A purse over the whole round, in words, with its share that was awarded in hundredths.

    `cents` are the three amounts again, for the tables.
    """

    name: str
    amount: str
    awarded: str
    returned: str
    share: int
    cents: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class RoundReport:
    """The report of one round, ready to print: plain texts and counts; `amount` is what all prizes come to."""

    heading: Heading
    labels: Mapping[str, Label]
    summary: tuple[str, ...]
    units: tuple[UnitLine, ...]
    amount: str
    has_sexes: bool
    scale: tuple[str, ...]
    purses: tuple[PurseSaid, ...]

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes."""
        return self.heading.stem("round-report")


def round_report(
    about: RoundOnPaper,
    settlement: Settlement,
    *,
    sexes: Mapping[tuple[str | None, str | None, str], str],
    registered: Mapping[str, int],
    label: Mapping[tuple[str | None, str | None], Value],
) -> RoundReport:
    """The report; `sexes` are the heads' by contest and entry, `registered` the households on each unit's register."""
    reader, text = about.reader, about.reader.text
    highest = max(
        (Fraction(one.points) for contest in settlement.contests for one in contest.placings), default=Fraction(1)
    )
    top = max(int(rounded(highest, 0)), 1)
    top += -top % _BINS
    return RoundReport(
        heading=about.heading(text("Report of the round")),
        labels=about.labels(
            contest="Contest",
            unit="Unit",
            category="Category",
            total="Total",
            entered="Entered",
            judged="Judged",
            women="Women",
            men="Men",
            winners="Winners",
            least="Lowest",
            median="Median",
            best="Highest",
            amount="Amount",
            spread="Spread of points",
            purse="Purse",
            awarded="Awarded",
            returned="Returned",
            purses="Purses",
            contests="Contests",
        ),
        summary=tuple(reader.say(one) for one in _summary(settlement, sexes, registered, about.currency)),
        units=tuple(
            _unit(
                one,
                sexes,
                reader.say(label[one.within, one.category]) or text("everybody"),
                top,
                settlement.currency,
                reader,
            )
            for one in settlement.contests
        ),
        amount=about.money(sum(one.cents for contest in settlement.contests for one in contest.placings)),
        has_sexes=any(one in ("F", "M") for one in sexes.values()),
        scale=("0", str(top // 2), str(top)),
        purses=tuple(_purses(about.tier, settlement, reader)),
    )


def to_pdf(paper: RoundReport) -> bytes:
    """The report as a PDF, A4 landscape; the same report gives the same bytes."""
    return kit.render("round_report", asdict(paper))


def _summary(
    settlement: Settlement,
    sexes: Mapping[tuple[str | None, str | None, str], str],
    registered: Mapping[str, int],
    currency: str,
) -> Iterable[Sentence]:
    placed = [one for contest in settlement.contests for one in contest.placings]
    out = sum(len(contest.unranked) for contest in settlement.contests)
    yield say_count("{count} was entered.", "{count} were entered.", len(placed) + out)
    households = sum(registered.values())
    if households:
        share = rounded(Fraction(100 * (len(placed) + out), households), 1)
        yield say(
            "That is {share} % of the {households} on the registers.", share=Points(share, 1), households=households
        )
    yield say_count("{count} was judged and has a place.", "{count} were judged and have a place.", len(placed))
    counts = Counter(sexes.values())
    if counts["F"] or counts["M"]:
        yield say("Heads: {women} women, {men} men.", women=counts["F"], men=counts["M"])
    paid = sorted(one.cents for one in placed if one.cents)
    won = sum(1 for one in placed if one.awards)
    yield say_count("{count} won a prize.", "{count} won a prize.", won)
    women = sum(
        1
        for contest in settlement.contests
        for one in contest.placings
        if one.awards and sexes.get((contest.within, contest.category, one.entry.code)) == "F"
    )
    if counts["F"] and won:
        yield say("{women} of them are headed by women.", women=women)
    if paid:
        yield say(
            "The prizes come to {total}; the largest is {largest}, the smallest {smallest}.",
            total=Money(sum(paid), currency),
            largest=Money(paid[-1], currency),
            smallest=Money(paid[0], currency),
        )
    empty = sum(1 for contest in settlement.contests if not any(one.awards for one in contest.placings))
    if empty:
        yield say_count(
            "{count} contest has no winner (desierto).", "{count} contests have no winner (desierto).", empty
        )


def _unit(
    contest: ContestResult,
    sexes: Mapping[tuple[str | None, str | None, str], str],
    name: str,
    top: int,
    currency: str,
    reader: Reader,
) -> UnitLine:
    points = sorted(Fraction(one.points) for one in contest.placings)
    decimals = contest.placings[0].decimals if contest.placings else 0
    codes = [*(one.entry.code for one in contest.placings), *(one.entry.code for one in contest.unranked)]
    here = Counter(sexes.get((contest.within, contest.category, code), "") for code in codes)
    bars = [0] * _BINS
    for one in points:
        bars[min(int(one * _BINS / top), _BINS - 1)] += 1

    def said(value: Exact | None) -> str:
        return "" if value is None else reader.say(Points(rounded(value, decimals), decimals))

    def plainly(value: Exact | None) -> str | None:
        return None if value is None else fixed(value, decimals)

    amount = sum(one.cents for one in contest.placings)
    return UnitLine(
        name,
        len(codes),
        len(points),
        here["F"],
        here["M"],
        sum(1 for one in contest.placings if one.awards),
        said(points[0] if points else None),
        said(_median(points)),
        said(points[-1] if points else None),
        reader.say(Money(amount, currency)) if amount else "",
        tuple(bars),
        (plainly(points[0] if points else None), plainly(_median(points)), plainly(points[-1] if points else None)),
        amount,
    )


def _median(points: Sequence[Fraction]) -> Fraction | None:
    if not points:
        return None
    middle = len(points) // 2
    return points[middle] if len(points) % 2 else (points[middle - 1] + points[middle]) / 2


def _purses(tier: Tier, settlement: Settlement, reader: Reader) -> Iterable[PurseSaid]:
    """Each purse over all contests."""
    for purse in tier.prizes.purses if tier.prizes else ():
        held = [
            one
            for one in (*settlement.purses, *(one for contest in settlement.contests for one in contest.purses))
            if one.id == purse.id
        ]
        whole = [one for one in settlement.purses if one.id == purse.id] or held
        amount, awarded = sum(one.amount for one in whole), sum(one.awarded for one in whole)
        yield PurseSaid(
            reader.say(Name(purse.name.texts, purse.id)),
            reader.say(Money(amount, settlement.currency)),
            reader.say(Money(awarded, settlement.currency)),
            reader.say(Money(amount - awarded, settlement.currency)),
            100 * awarded // amount if amount else 0,
            (amount, awarded, amount - awarded),
        )
