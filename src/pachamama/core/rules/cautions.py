"""What rules may say, but people should know before they are published (RULES.md, V: warned).

A caution never refuses. Some need the number of entries that are expected: whether the purses stand it.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from pachamama.core.awards import ByLevel, ByPlace, Flat, Percent, Proportional, UntilSpent
from pachamama.core.criteria import BestHouseholds, HouseholdMean, HouseholdMedian, Measured, Participation, Source
from pachamama.core.numbers import Exact, floor_to, simple
from pachamama.core.panels import TrimmedPanel
from pachamama.core.problems import Problem
from pachamama.core.purses import Purse
from pachamama.core.rules.checks import read_checked
from pachamama.core.rules.checks_prizes import applies, awards_of, contests_of, prizes_of, purse_of
from pachamama.core.rules.currencies import CURRENCIES
from pachamama.core.rules.document import ONE_PHASE, Tier
from pachamama.core.rules.part import Check, TierPart, parts_of, run
from pachamama.core.rules.reading import Read, in_order
from pachamama.core.rules.source import Path
from pachamama.core.rules.worst_cost import worst_cost
from pachamama.core.sentences import Name, Sentence, listing, say, say_count
from pachamama.core.ties import (
    BestJudge,
    ByCriterion,
    ByExactTotal,
    ByPhase,
    CountBack,
    HeadToHead,
    Higher,
    LargerGain,
    Lots,
    Lower,
    Shared,
    Untrimmed,
    WorstJudge,
)

USUAL_TOTALS = (20, 50, 100)
NO_ENTRY_FIELDS = ("within", "category", "entry", "phase", "judge", "status", "deductions", "note")


def warnings_of(rules: str | Read, *, entries: int | None = None, file: str | None = None) -> tuple[Problem, ...]:
    """What deserves a word in rules that stand, in the order of the file; `rules` is their text, or as they were read.

    With `entries`, the number expected in each contest, also what the prizes of each purse may cost then. Refused as by
    `load_rules` where the rules do not stand.
    """
    read = read_checked(rules, file) if isinstance(rules, str) else rules
    found = [*_languages(read), *_currencies(read), *_exchange(read)]
    for part in parts_of(read):
        found += run(CAUTIONS, part)
        if entries is not None:
            found += _for_entries(part, entries)
    return tuple(in_order(found))


def _languages(read: Read) -> Iterator[Problem]:
    """Papers speak the first language; beside Spanish stands Quechua, and nothing else stands beside anything."""
    first, *others = read.rules.programme.languages
    idle = [one for one in others if (first, one) != ("es", "qu")]
    if idle:
        yield Problem(
            read.place("programme", "languages"),
            say(
                "papers speak the first language, “{first}”; they have nothing in: {others}",
                first=first,
                others=listing(idle),
            ),
            say("write [es, qu] for Spanish with Quechua beside it, else the one language of the papers"),
        )


def _currencies(read: Read) -> Iterator[Problem]:
    """Amounts are in a money that there is; an unknown code is only warned of, since countries make new ones."""
    programme = read.rules.programme
    said: dict[tuple[str, ...], str] = {("programme", "currency"): programme.currency}
    if programme.exchange is not None:
        said["programme", "exchange", "currency"] = programme.exchange.currency
    for path, code in said.items():
        if code not in CURRENCIES:
            yield Problem(
                read.place(*path),
                say("“{code}” is the code of no currency", code=code),
                say("soles are PEN, bolivianos BOB, dollars of the United States USD, euros EUR"),
            )


def _exchange(read: Read) -> Iterator[Problem]:
    """A second currency is another one."""
    programme = read.rules.programme
    if programme.exchange is not None and programme.exchange.currency == programme.currency:
        yield Problem(
            read.place("programme", "exchange", "currency"),
            say("amounts are printed twice in the same currency"),
            say("name another currency, or leave “exchange” out"),
        )


def nameless(part: TierPart) -> Iterator[Problem]:
    """What families would read as a code, since its name was forgotten: other things of the tier have names."""
    tier = part.tier
    named: list[tuple[Path, str, Name]] = [
        (("phases", at), one.id, one.name) for at, one in enumerate(tier.phases or ()) if one.id != ONE_PHASE
    ]
    named += [(path, one.id, one.name) for path, _, one in part.criteria()]
    for key in ("categories", "levels", "deductions", "bonuses", "knockouts"):
        named += [((key, at), one.id, one.name) for at, one in enumerate(getattr(tier, key))]
    if tier.prizes is not None:
        named += [(("prizes", "purses", at), one.id, one.name) for at, one in enumerate(tier.prizes.purses)]
    codes = [(path, id_) for path, id_, name in named if not name.texts]
    if 0 < len(codes) < len(named):
        yield part.problem(
            codes[0][0],
            say_count(
                "one thing has no name, and papers show its code: {codes}",
                "{count} things have no name, and papers show their codes: {codes}",
                len(codes),
                codes=listing([id_ for _, id_ in codes]),
            ),
            say("give a name for people: `name: {{es: …}}`"),
        )


# -- scores ------------------------------------------------------------------------------------------------------------


def unusual_total(part: TierPart) -> Iterator[Problem]:
    """A real sheet summed to 60 × 2 = 120: full totals are 20, 50 or 100."""
    full = part.tier.full_total
    if full is not None and full not in USUAL_TOTALS:
        yield part.problem(
            ("total",),
            say("the full total of this tier is {full}", full=full),
            say("sheets come to 20, 50 or 100: look at the maxima, weights and factors once more"),
        )


def falling_bands(part: TierPart) -> Iterator[Problem]:
    """More of a thing that gives fewer points."""
    for path, _, one in part.criteria():
        found = one.bands if isinstance(one, Measured | Source) else None
        for number, (before, band) in enumerate(pairwise(found or ()), start=1):
            if band.points < before.points:
                yield part.problem(
                    (*path, "bands", number, "points"),
                    say("{after} points for more than what gives {before}", after=band.points, before=before.points),
                    say("is less of it really better?"),
                )


def levels_out_of_reach(part: TierPart) -> Iterator[Problem]:
    """A level that no entry can reach."""
    full = part.tier.full_total
    for number, level in enumerate(part.tier.levels):
        if full is not None and level.from_ > full:
            yield part.problem(
                ("levels", number, "from"),
                say("nobody can reach the level “{level}”: the full total is {full}", level=level.id, full=full),
                say("lower it, or correct the maxima"),
            )


def nothing_dropped(part: TierPart) -> Iterator[Problem]:
    """A panel too small for its own `drop`."""
    panel = part.tier.panel
    if isinstance(panel, TrimmedPanel) and _is_too_small_to_drop(panel):
        yield part.problem(
            ("panel", "drop", "from"),
            say("{judges} judges: no mark is ever dropped", judges=panel.judges or 0),
            say("marks are dropped from {number} judges on", number=panel.drop.from_),
        )


def _is_too_small_to_drop(panel: object) -> bool:
    return isinstance(panel, TrimmedPanel) and panel.judges is not None and panel.judges < panel.drop.from_


def sources(part: TierPart) -> Iterator[Problem]:
    """What the sources reward beside what they measure (RULES.md, C3)."""
    found = [(path, one) for path, _, one in part.criteria() if isinstance(one, Source)]
    takes_part = any(isinstance(one, Participation) for _, one in found)
    for path, one in found:
        message: Sentence | None = None
        hint: Sentence | None = None
        match one:
            case HouseholdMedian() | HouseholdMean(over="participants"):
                message = say("“{id}” looks only at households that took part", id=one.id)
                hint = say("it rewards communities that leave their weak households out")
            case HouseholdMean() if takes_part:
                message = say("“{id}” counts participation a second time", id=one.id)
                hint = say("a mean over the register already falls with every household that stays away")
            case BestHouseholds(count=int()):
                message = say("“{id}” favours large communities", id=one.id)
                hint = say("they find as many good households more easily; “share” is fair to size")
            case _:
                pass
        if message is not None:
            yield part.problem((*path, "source"), message, hint)


def reading_households(part: TierPart) -> Iterator[Problem]:
    """Sources count the households of a community: both tiers must be about communities."""
    tier, lower = part.tier, part.lower
    if lower is None:
        return
    if not tier.reads_a_lower_tier:
        yield part.problem(
            ("from",),
            say("this tier reads the tier “{tier}”, but no criterion uses it", tier=lower.tier),
            say("add a criterion with “source”, or take “from” out"),
        )
    elif tier.tier != "community":
        yield part.problem(
            ("tier",),
            say("sources count the households of a community, but “{tier}” competes here", tier=tier.tier),
            say("write “tier: community”"),
        )
    elif lower.within != "community":
        yield part.problem(
            ("from",),
            say("the tier “{tier}” does not compete within communities", tier=lower.tier),
            say("its households cannot be counted for their community: write “within: community” there"),
        )


# -- order -------------------------------------------------------------------------------------------------------------


def chain_end(part: TierPart) -> Iterator[Problem]:
    """A chain says how it ends: by lots, or with a shared place."""
    ties = part.tier.ties
    has_lots = any(isinstance(step, Lots) for step in ties)
    if part.tier.ranking.numbering == "1234" and not has_lots:
        yield part.problem(
            ("ranking", "numbering"),
            say("places 1 2 3 4 need a tie chain that separates everybody, and this one has no lots"),
            say("while entries are still equal the round cannot close: end “ties” with {{lots: recorded}}"),
        )
    elif ties and not isinstance(ties[-1], Lots | Shared):
        yield part.problem(
            ("ties", len(ties) - 1),
            say("the tie chain ends here without lots or “shared”"),
            say("entries still equal share the place; write “shared” or {{lots: recorded}} to say what is meant"),
        )


def idle_steps(part: TierPart) -> Iterator[Problem]:
    """Steps that can never decide: they give a false sense of order."""
    ties = part.tier.ties
    for number, step in enumerate(ties):
        hint = say("this step stands in the chain already") if step in ties[:number] else _why_idle(part, step)
        if hint is not None:
            yield part.problem(("ties", number), say("the tie step “{step}” can never decide", step=step.id), hint)


def _why_idle(part: TierPart, step: object) -> Sentence | None:
    tier = part.tier
    match step:
        case ByPhase() if len(tier.judging) == 1 and not (tier.deductions or tier.bonuses):
            return say("with one phase, entries equal on points are equal in it")
        case Untrimmed() if _is_too_small_to_drop(tier.panel):
            return say("this panel never drops a mark")
        case CountBack() | HeadToHead() | BestJudge() | WorstJudge() if not tier.judged_phases:
            return say("no judge marks a sheet in this tier")
        case ByExactTotal() | CountBack() | HeadToHead() | BestJudge() | WorstJudge() if _is_one_sheet(tier):
            return say("with one judge the points are those of one sheet: entries equal on points are equal in it")
        case ByCriterion() if _is_one_sheet(tier) and len(tier.judging[0].criteria) == 1:
            return say("with one judge and one criterion, entries equal on points are equal in it")
        case Lower() | Higher() | LargerGain():
            judged = {one.id for phase in tier.judging for one in phase.judged}
            taken = [name for name in step.fields if name in NO_ENTRY_FIELDS or name in judged]
            if taken:
                return say("“{column}” is a column with another meaning, not a field of the entry", column=taken[0])
            return None
        case _:
            return None


def _is_one_sheet(tier: Tier) -> bool:
    """The printed points are exactly those of the one sheet that an entry has."""
    if len(tier.judging) > 1 or tier.reads_a_lower_tier or tier.deductions or tier.bonuses:
        return False
    (phase,) = tier.judging
    if tier.panel.judges != 1 or tier.panel.sheets_in_full() is None or phase.counts <= 0:
        return False
    if any(one.weight <= 0 for one in phase.criteria):
        return False
    return tier.rounding.is_exact or 10**tier.rounding.decimals % Fraction(phase.counts, phase.parts).denominator == 0


# -- prizes ------------------------------------------------------------------------------------------------------------


def idle_purses(part: TierPart) -> Iterator[Problem]:
    """A purse that no award draws on."""
    prizes = prizes_of(part)
    drawn_on = [purse_of(prizes, award) for _, award in awards_of(part)]
    for number, purse in enumerate(prizes.purses):
        if purse not in drawn_on:
            yield part.problem(
                ("prizes", "purses", number),
                say("no award draws on the purse “{purse}”", purse=purse.id),
                say("all of it goes back: add an award, or take the purse out"),
            )


def idle_cap(part: TierPart) -> Iterator[Problem]:
    """A cap per community that nothing can go over (RULES.md, P6)."""
    rule = prizes_of(part).cap_per_community
    if rule is None:
        return
    path: Path = ("prizes", "cap_per_community")
    if not any(award.is_capped for _, award in awards_of(part)):
        yield part.problem(
            path,
            say("this cap per community can never decide: no award of this tier is counted"),
            say("it counts “by_place”, “percent” and “until_spent”: take it out, or pay by one of these"),
        )
    elif part.tier.tier == "community" and rule.prizes is not None:
        yield part.problem(
            path,
            say("this cap per community can never decide: a community enters a contest once"),
            say("take it out"),
        )


def percents_left(part: TierPart) -> Iterator[Problem]:
    """Percents that do not use the whole purse."""
    prizes = prizes_of(part)
    told: set[Path] = set()
    for category in contests_of(part):
        for purse in prizes.purses:
            mine = [
                (path, award)
                for path, award in awards_of(part)
                if isinstance(award, Percent) and purse_of(prizes, award) is purse and applies(award, category)
            ]
            shared = sum(percent for _, award in mine for percent in award.percents)
            if mine and shared < 100 and mine[-1][0] not in told:
                told.add(mine[-1][0])
                yield part.problem(
                    (*mine[-1][0], "percents"),
                    say("the percents on the purse “{purse}” add up to {sum}, not to 100", purse=purse.id, sum=shared),
                    say("the rest goes back unless another award uses it"),
                )


def proportional_prizes(part: TierPart) -> Iterator[Problem]:
    """A larger purse can lower a prize (RULES.md, P4)."""
    for path, award in awards_of(part):
        if isinstance(award, Proportional):
            yield part.problem(
                (*path, "scheme"),
                say("with proportional prizes a larger purse can lower a single prize by one cash unit"),
                say("fix the purse before judging, and explain that shares are rounded together"),
            )


def flat_above_places(part: TierPart) -> Iterator[Problem]:
    """A winner who gets less than those without a place prize."""
    for path, flat in awards_of(part):
        if not isinstance(flat, Flat):
            continue
        last = [amount for amount in _last_places(part, flat) if amount < flat.amount]
        if last:
            yield part.problem(
                (*path, "amount"),
                say(
                    "the flat prize {flat} is above the last place's {last}",
                    flat=part.money(flat.amount),
                    last=part.money(min(last)),
                ),
                say("who wins that place would rather not: lower the flat prize"),
            )


def _last_places(part: TierPart, flat: Flat) -> Iterator[Exact]:
    """The smallest place prize of each award whose contests the flat prize is paid in too."""
    prizes = prizes_of(part)
    for _, award in awards_of(part):
        if not any(applies(award, category) and applies(flat, category) for category in contests_of(part)):
            continue
        if isinstance(award, ByPlace):
            yield award.amounts[-1]
        purse = purse_of(prizes, award)
        if isinstance(award, Percent) and purse is not None and purse.per == "contest":
            yield percent_of(part, purse, award.percents[-1])


def percent_of(part: TierPart, purse: Purse, percent: Exact) -> Exact:
    """A share of a purse as it is paid: floored to the cash unit."""
    return simple(Fraction(floor_to(purse.amount * percent, part.programme.unit), 100))


def falling_levels(part: TierPart) -> Iterator[Problem]:
    """A higher level that pays less than a lower one."""
    order = [level.id for level in part.tier.levels_up]
    for path, award in awards_of(part):
        if not isinstance(award, ByLevel):
            continue
        named = [level for level in order if level in award.amounts]
        for lower, higher in pairwise(named):
            if award.amounts[higher] < award.amounts[lower]:
                yield part.problem(
                    (*path, "amounts", higher),
                    say("the level “{higher}” pays less than “{lower}”", higher=higher, lower=lower),
                    say("who reaches more should not get less"),
                )


def one_contest_only(part: TierPart) -> Iterator[Problem]:
    """Percents of a purse for the whole round, and requests paid from it, work with one contest only (RULES.md, P9)."""
    tier = part.tier
    if tier.within == "programme" and len(contests_of(part)) == 1:
        return
    for path, award in awards_of(part):
        purse = purse_of(prizes_of(part), award)
        if isinstance(award, Percent | UntilSpent) and purse is not None and purse.per == "round":
            yield part.problem(
                (*path, "scheme"),
                say(
                    "“{scheme}” on the purse “{purse}” works only while the round has one contest",
                    scheme=award.scheme,
                    purse=purse.id,
                ),
                say("the purse is one amount for the whole round; with several contests the round is refused"),
            )


def shares_outside_range(part: TierPart) -> Iterator[Problem]:
    """A percent that comes to less or more than the programme pays."""
    limits = part.programme.prize_range
    for path, award in awards_of(part):
        purse = purse_of(prizes_of(part), award)
        if limits is None or purse is None or not isinstance(award, Percent) or purse.per != "contest":
            continue
        for number, percent in enumerate(award.percents):
            amount = percent_of(part, purse, percent)
            if not limits.minimum <= amount <= limits.maximum:
                yield part.problem(
                    (*path, "percents", number),
                    say("this share is {amount}, outside the range of prizes", amount=part.money(amount)),
                    say(
                        "the programme pays from {least} to {most}",
                        least=part.money(limits.minimum),
                        most=part.money(limits.maximum),
                    ),
                )


CAUTIONS: tuple[Check, ...] = (
    nameless,
    unusual_total,
    falling_bands,
    levels_out_of_reach,
    nothing_dropped,
    sources,
    reading_households,
    chain_end,
    idle_steps,
    idle_purses,
    idle_cap,
    percents_left,
    proportional_prizes,
    flat_above_places,
    falling_levels,
    one_contest_only,
    shares_outside_range,
)


# -- for a number of entries -------------------------------------------------------------------------------------------


def _for_entries(part: TierPart, entries: int) -> Iterator[Problem]:
    """What that many entries would cost at worst, and whether anybody would be left behind."""
    rule = part.tier.promotion
    if rule is not None and rule.top is not None and rule.top >= entries:
        yield part.problem(
            ("promotion", "top"),
            say("with {entries} entries all of them go up: “top” is {top}", entries=entries, top=rule.top),
            say("lower “top”, or expect more entries"),
        )
    for number, purse in enumerate(prizes_of(part).purses):
        worst = worst_cost(part, purse, entries)
        if worst is not None and worst > purse.amount:
            refuses = prizes_of(part).if_short == "refuse"
            yield part.problem(
                ("prizes", "purses", number, "amount"),
                say(
                    "with {entries} entries the purse “{purse}” may have to pay {worst}, and holds {amount}",
                    entries=entries,
                    purse=purse.id,
                    worst=part.money(worst),
                    amount=part.money(purse.amount),
                ),
                say("raise the purse, lower its prizes, or choose “if_short: prorate” or “cut_last”")
                if refuses
                else say("raise the purse, or lower its prizes: as it is, some will get less than the rules promise"),
            )
