"""An invented edition: who enters, what judges write, who stays away, and every field that the rules ask for.

A mark comes from how good the entry is, how good it is in this criterion, how its community works, how severe the judge
is, and a little chance; then it is put on the steps of the paper, so that ties happen as often as on paper. What is
drawn has a name of its own (see `chance`), so two sets of rules see the same marks where their criteria are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from pachamama.core.awards import UntilSpent
from pachamama.core.criteria import JudgedCriterion, Marks, Measured, Options
from pachamama.core.lower_tier import with_households
from pachamama.core.model import Contest, Entry, HouseholdResult, Sheet, Status, TierName
from pachamama.core.numbers import Exact, cents, fixed, simple
from pachamama.core.rules.document import Programme, Rules, Tier
from pachamama.core.scoring import score_contest
from pachamama.core.simulation.chance import ONE, Chance, bell
from pachamama.core.ties import LargerGain

WOMEN = 300
"""Households in a thousand that a woman heads."""
OUT = 50
"""Entries in a thousand that have a status: most of them absent."""
DEDUCTED, GIVEN, KNOCKED_OUT = 40, 150, 10
"""Entries in a thousand with each deduction, bonus and knockout."""
TWO_CATEGORIES = 250
"""Households in a thousand that enter two categories, where the rules allow one prize only in the whole round."""
LEAST_TAKING_PART, MOST_TAKING_PART = 550, 950
"""Of a thousand registered households, those that take part below a community tier: differs by community."""
WATERSHED = "W1"
"""The one watershed of the valley."""
FEWEST_JUDGES = 3
"""Judges of a panel where the rules name no number."""

_MIDDLE = ONE * 6 // 10
"""What an ordinary entry has, of all that a criterion gives."""
_QUALITY, _COMMUNITY, _CRITERION, _SEVERITY, _NOISE = 9, 3, 5, 3, 3
"""How much each part moves a mark, in sixteenths of a draw from −ONE to ONE."""
_QUANTITIES = 20
"""Steps from nothing to the best band of what is measured; quantities go on beyond it for eight steps more."""


@dataclass(frozen=True, slots=True)
class Valley:
    """The communities of an invented programme with the number of households, or of groups, in each."""

    communities: Mapping[str, int]

    @classmethod
    def of(cls, communities: int, households: int) -> Valley:
        """So many communities, C1 and on, all of one size."""
        width = len(str(communities))
        return cls({f"C{number:0{width}}": households for number in range(1, communities + 1)})


@dataclass(frozen=True, slots=True)
class Invented:
    """Invented editions of a valley."""

    valley: Valley

    def drawn(self, played: Played, chance: Chance) -> tuple[Contest, ...]:
        """One edition; refused only where the lower tier's own rules refuse its results."""
        return draw_contests(played, self.valley, chance)

    def everybody(self, played: Played, chance: Chance) -> tuple[Contest, ...]:
        """All who may enter, for the extremes."""
        return draw_contests(played, self.valley, chance)


@dataclass(frozen=True)
class Played:
    """A tier of a competition that is simulated, by rules that were read and checked."""

    rules: Rules
    competition: str
    name: TierName

    @cached_property
    def tier(self) -> Tier:
        """Its rules."""
        found = self.rules.competitions[self.competition].tier(self.name)
        assert found is not None, "the command has looked for the tier"
        return found

    @cached_property
    def lower(self) -> Played | None:
        """The tier whose results it reads, None where it reads none."""
        return Played(self.rules, self.competition, self.tier.from_) if self.tier.from_ is not None else None

    @property
    def programme(self) -> Programme:
        """The programme around it: money and its limits."""
        return self.rules.programme


def draw_contests(played: Played, valley: Valley, chance: Chance) -> tuple[Contest, ...]:
    """The contests of one invented edition. Refused only where the lower tier's own rules refuse its results."""
    tier, panel = played.tier, _Panel(played.tier, chance)
    drawn: dict[tuple[str | None, str | None], list[Entry]] = {}
    for community, code in _competitors(tier, valley):
        for nth, category in enumerate(_categories(tier, chance.within(code))):
            within = {"community": community, "watershed": WATERSHED, "programme": None}[tier.within]
            one = _Drawn(chance, community, code, chance.within(code, nth))
            drawn.setdefault((within, category), []).append(panel.judged(_entry(played, valley, one), within, one))
    contests = [
        Contest(within, category, with_orders(entries, chance)) for (within, category), entries in drawn.items()
    ]
    return with_results_below(played, contests, valley, chance)


def _competitors(tier: Tier, valley: Valley) -> Iterator[tuple[str, str]]:
    """The community and the code of everybody who enters."""
    if tier.tier == "community":
        yield from ((code, code) for code in valley.communities)
        return
    letter = "G" if tier.tier == "group" else "H"
    for community, size in valley.communities.items():
        width = len(str(size))
        yield from ((community, f"{community}{letter}{number:0{width}}") for number in range(1, size + 1))


def _categories(tier: Tier, chance: Chance) -> tuple[str | None, ...]:
    """The categories that an entrant enters, mostly one; None where the tier has no categories."""
    ids = [category.id for category in tier.categories]
    if len(ids) < 2:
        return (ids[0] if ids else None,)
    first = chance.below(len(ids), "category")
    is_one_for_all = tier.prizes is not None and tier.prizes.one_prize_per_entrant == "round"
    if is_one_for_all and chance.happens(TWO_CATEGORIES, "two categories"):
        return (ids[first], ids[(first + 1) % len(ids)])
    return (ids[first],)


# -- one entry -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Drawn:
    """An entry while it is drawn; `own` is the chance of this entry, `chance` that of the whole edition."""

    chance: Chance
    community: str
    code: str
    own: Chance


def _entry(played: Played, valley: Valley, one: _Drawn) -> Entry:
    """An entry without its sheets."""
    tier, own = played.tier, one.own
    named = [
        *(rule.id for rule in tier.deductions if own.happens(DEDUCTED, "deduction", rule.id)),
        *(rule.id for rule in tier.bonuses if own.happens(GIVEN, "bonus", rule.id)),
        *(rule.id for rule in tier.knockouts if own.happens(KNOCKED_OUT, "knockout", rule.id)),
    ]
    fields = _fields(played, one)
    if tier.tier == "community":
        fields["households"] = str(valley.communities[one.code])
    status = _status(own)
    return Entry(one.code, status=status, deductions=frozenset() if status else frozenset(named), fields=fields)


def _status(own: Chance) -> Status | None:
    at = own.below(1000, "status")
    if at >= OUT:
        return None
    return "disqualified" if at < OUT // 10 else "withdrawn" if at < OUT // 5 else "absent"


def _fields(played: Played, one: _Drawn) -> dict[str, str]:
    """The head's sex, the community, and whatever tie steps, quotas and awards look at."""
    tier, chance = played.tier, one.chance.within(one.code, "field")
    fields = {"community": one.community}
    if tier.tier == "household":
        fields["sex"] = "F" if chance.happens(WOMEN, "sex") else "M"
    quotas = tier.promotion.quota if tier.promotion is not None else ()
    for quota in quotas:
        values = [*dict.fromkeys(other.value for other in quotas if other.field == quota.field), ""]
        fields.setdefault(quota.field, values[chance.below(len(values), quota.field)])
    for step in tier.ties:
        if isinstance(step, LargerGain):
            before, now = step.fields
            start = chance.below(60, before)
            fields.setdefault(before, str(start))
            fields.setdefault(now, str(start + chance.below(60, now)))
        else:
            for name in step.fields:
                fields.setdefault(name, _figure(name, chance))
    if tier.prizes is not None:
        for award in tier.prizes.awards:
            if isinstance(award, UntilSpent):
                purse = cents(tier.prizes.purse_of(award).amount)
                fields.setdefault("requested", _requested(played, purse, chance))
    return fields


def _figure(name: str, chance: Chance) -> str:
    """A field that a tie step looks at: the day of the registration, or a small number."""
    if name == "registered":
        return f"2026-03-{1 + chance.below(28, name):02}"
    return str(1 + chance.below(30, name))


def _requested(played: Played, purse: int, chance: Chance) -> str:
    """What an entry asks for, of a purse with so many cents: a twentieth to a fourth, within the range of prizes."""
    unit = played.programme.unit
    least, most = max(unit, purse // 20), max(unit, purse // 4)
    limits = played.programme.prize_range
    if limits is not None:
        least, most = max(least, cents(limits.minimum)), min(most, cents(limits.maximum))
    first, last = -(-least // unit), max(-(-least // unit), most // unit)
    amount = unit * (first + chance.below(last - first + 1, "requested"))
    return fixed(Fraction(amount, 100), 0 if amount % 100 == 0 else 2)


def with_orders(entries: Sequence[Entry], chance: Chance) -> tuple[Entry, ...]:
    """The entries of a contest with lots and the jury's order for every tie there may be."""
    orders = {}
    for kind in ("lots", "jury_decision"):
        drawn = sorted((chance.draws(4, entry.code, kind), entry.code) for entry in entries)
        orders[kind] = {code: str(number) for number, (_, code) in enumerate(drawn, start=1)}
    return tuple(
        replace(entry, fields={**entry.fields, **{kind: order[entry.code] for kind, order in orders.items()}})
        for entry in entries
    )


# -- sheets ----------------------------------------------------------------------------------------------------------


def panel_of(tier: Tier) -> tuple[str, ...]:
    """The codes of the judges of a panel."""
    size = tier.panel.judges or max(FEWEST_JUDGES, tier.panel.needed)
    return tuple(f"J{number:0{len(str(size))}}" for number in range(1, size + 1))


@dataclass(slots=True)
class Scale:
    """What judges may write for a criterion, from the least to the best, by its step: 0 is the least."""

    criterion: JudgedCriterion
    id: str = ""
    steps: int = 0
    is_measured: bool = False
    _known: dict[int, Exact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.id = self.criterion.id
        self.is_measured = isinstance(self.criterion, Measured)
        match self.criterion:
            case Marks() as one:
                self.steps = int(Fraction(one.max - one.min) / one.step)
            case Options() as one:
                self.steps = len(one.options) - 1
            case Measured():
                self.steps = _QUANTITIES + 8

    def at(self, share: int) -> Exact:
        """The mark nearest to a share of the best, from 0 to ONE; beyond these the least and the best."""
        step = (min(max(share, 0), ONE) * self.steps + ONE // 2) // ONE
        if step not in self._known:
            self._known[step] = self._mark(step)
        return self._known[step]

    def _mark(self, step: int) -> Exact:
        match self.criterion:
            case Marks() as one:
                return simple(one.min + step * one.step)
            case Options() as one:
                return sorted(option.points for option in one.options)[step]
            case Measured() as one:
                return simple(Fraction((one.bands[-1].from_ or 10) * step, _QUANTITIES))


class _Panel:
    """The judges of an edition: the same codes in every community, each of another severity there."""

    def __init__(self, tier: Tier, chance: Chance) -> None:
        self.chance = chance
        self.judges = panel_of(tier)
        self.phases = [(phase.id, [Scale(one) for one in phase.judged]) for phase in tier.judged_phases]
        self._severities: dict[str | None, list[int]] = {}

    def judged(self, entry: Entry, within: str | None, one: _Drawn) -> Entry:
        """The entry with a full sheet of every judge; one with a status has none."""
        if entry.status is not None:
            return entry
        severity = self._severity(within)
        quality = (
            self.chance.bell(one.code, "quality") * _QUALITY + self.chance.bell("community", one.community) * _COMMUNITY
        )
        sheets: list[Sheet] = []
        for phase, scales in self.phases:
            written: list[dict[str, Exact]] = [{} for _ in self.judges]
            for scale in scales:
                draws = one.own.draws(4 + 2 * len(written), "mark", scale.id)
                share = quality + bell(draws[:4]) * _CRITERION
                for at, marks in enumerate(written):
                    judged = share
                    if not scale.is_measured:
                        judged += severity[at] + bell(draws[4 + 2 * at : 6 + 2 * at]) * _NOISE
                    marks[scale.id] = scale.at(_MIDDLE + judged // 16)
            sheets += [Sheet(judge, phase, marks) for judge, marks in zip(self.judges, written, strict=True)]
        return replace(entry, sheets=tuple(sheets))

    def _severity(self, within: str | None) -> list[int]:
        if within not in self._severities:
            self._severities[within] = [
                self.chance.bell("judge", within or "", judge) * _SEVERITY for judge in self.judges
            ]
        return self._severities[within]


# -- the tier below --------------------------------------------------------------------------------------------------


def with_results_below(
    played: Played, contests: Sequence[Contest], valley: Valley, chance: Chance
) -> tuple[Contest, ...]:
    """The contests with invented results of the tier that they read, for the households of the valley."""
    if played.lower is None:
        return tuple(contests)
    below = chance.within("below")
    taking_part = {}
    for community, registered in valley.communities.items():
        rate = LEAST_TAKING_PART + below.below(MOST_TAKING_PART - LEAST_TAKING_PART, community, "taking part")
        taking_part[community] = registered * rate // 1000
    lower, lowest = played.lower, played.lower.lower
    results: dict[str, list[HouseholdResult]] = {}
    for contest in draw_contests(lower, Valley(taking_part), below):
        for score in score_contest(lower.tier, contest, lower=lowest.tier if lowest is not None else None).scores:
            found = HouseholdResult(score.entry.entrant, score.points, score.level)
            results.setdefault(score.entry.fields["community"], []).append(found)
    return with_households(contests, {community: tuple(found) for community, found in results.items()})
