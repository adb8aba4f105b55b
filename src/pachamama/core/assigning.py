"""Panels spread evenly: one panel for a whole contest, nobody at home, every judge about as many sheets as the others.

In this order: the smallest largest load, then as few strong hints of kinship as can be, then equal loads, then
journeys: a judge goes to few communities, and rather to those of one watershed. First every contest takes the
judges who have least, the largest contests first; then seats are handed on, from judge to judge to judge, as long as
that evens loads out; then where that leaves fewer hints or journeys and nobody with too much. Hints come second
because they can be answered, one by one; a judge with half of all sheets cannot. Nothing is drawn by lot, and no order
of files decides.

Finding the very best is too hard for any program; this one was never more than half a largest contest from it in
thousands of small cases where all panels were tried, and the tests allow one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TypeAlias

from pachamama.core.conflicts import Hint, competitor, refusals
from pachamama.core.model import Contest, Entry, Household, Judge
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, refuse_if
from pachamama.core.rules.document import Tier, phase_label
from pachamama.core.sentences import Sentence, Value, listing, say, say_count

_NAMED = 12
"""More contests than these are counted, not named."""
PanelKey: TypeAlias = tuple[str | None, str | None, str]
"""Unit, category and phase."""

_Move: TypeAlias = tuple[int, str, str]
"""A seat that changes hands: which block, who gives it, who takes it."""


@dataclass(frozen=True, slots=True)
class Work:
    """The sheets of one contest in one phase: each judge of its panel writes `sheets` of them.

    `barred` are the judges who may not judge somebody in it; `hinted` says with how many of its entries a judge has a
    strong hint that nobody has answered, or has stepped back from them. `stays` are judges who cannot leave the panel,
    because their sheets are there; `wished` those who judge the other phases already, and are taken first. `place` is
    where one must go, `region` the watershed around it. `label` and `phase_label` are what people say.
    """

    within: str | None
    category: str | None
    phase: str
    sheets: int
    label: Value = ""
    barred: frozenset[str] = frozenset()
    hinted: Mapping[str, int] = field(default_factory=dict)
    stays: tuple[str, ...] = ()
    wished: tuple[str, ...] = ()
    place: str = ""
    region: str = ""
    phase_label: Value = ""

    @property
    def key(self) -> PanelKey:
        """Which panel it is."""
        return self.within, self.category, self.phase


def work_of(
    tier: Tier,
    contests: Iterable[Contest],
    judges: Sequence[Judge],
    households: Mapping[str, Household],
    *,
    hinted: Iterable[Hint] = (),
    regions: Mapping[str, str] | None = None,
    label: Callable[[str | None, str | None], Value] = lambda *_: "",
) -> tuple[Work, ...]:
    """The sheets that the contests of a round need, phase by phase; `households` by code, `regions` by community.

    Strong hints that nobody answered, and recusals, are avoided where they can be.
    """
    suspected: dict[tuple[str | None, str | None], Counter[str]] = defaultdict(Counter)
    for hint in hinted:
        if hint.is_pending and hint.strength == "strong":
            suspected[hint.competitor.within, hint.competitor.category][hint.judge.code] += 1
    found = []
    for contest in contests:
        entries = running(tier, contest)
        rivals = [competitor(tier, contest.within, contest.category, entry, households) for entry in entries]
        barred = frozenset(judge.code for judge in judges if any(refusals(judge, rival) for rival in rivals))
        stepped_back = Counter(judge for entry in entries for judge in entry.recused)
        place = contest.within or ""
        region = (regions or {}).get(place, "") if tier.within == "community" else place
        for phase in tier.judged_phases:
            written = _bound(contest, phase.id)
            found.append(
                Work(
                    contest.within,
                    contest.category,
                    phase.id,
                    len(entries),
                    label(contest.within, contest.category),
                    barred,
                    suspected[contest.within, contest.category] + stepped_back,
                    tuple(sorted(written)),
                    place=place,
                    region=region,
                    phase_label=phase_label(phase),
                )
            )
    return tuple(found)


def _bound(contest: Contest, phase: str) -> set[str]:
    """The judges who cannot leave a panel: whose sheets are there, or in whose place somebody else has one there."""
    found = set()
    for entry in contest.entries:
        of = {other: judge for judge, other in contest.instead(entry.code, phase).items()}
        found |= {of.get(sheet.judge, sheet.judge) for sheet in entry.sheets if sheet.phase == phase}
    return found


def running(tier: Tier, contest: Contest) -> tuple[Entry, ...]:
    """The entries for which sheets are expected: those that no status and no knockout has taken out."""
    knockouts = {one.id for one in tier.knockouts}
    return tuple(one for one in contest.entries if one.status is None and not knockouts & one.deductions)


@dataclass(frozen=True, slots=True)
class Spread:
    """The panels, the judges of each by code; `loads` are the sheets of each judge, those of other panels included."""

    panels: Mapping[PanelKey, tuple[str, ...]]
    loads: Mapping[str, int]


def spread(
    work: Sequence[Work],
    judges: Sequence[Judge],
    *,
    wanted: int,
    loads: Mapping[str, int] | None = None,
    regions: Mapping[str, str] | None = None,
) -> Spread:
    """A panel of `wanted` judges for each contest and phase, the same in all phases that the same judges may judge.

    `loads` are the sheets that judges have already in other panels; `regions` the watershed of each community. Refused,
    with all contests named, where too few judges are left.
    """
    known = {judge.code: judge for judge in sorted(judges, key=lambda one: one.code)}
    blocks = _blocks(work, known, wanted)
    refuse_if(_lacking(blocks, known, wanted))
    homes = {
        code: (regions or {}).get(judge.community or next(iter(judge.homes), ""), "") for code, judge in known.items()
    }
    table = _Table(blocks, {code: (loads or {}).get(code, 0) for code in known}, homes)
    for at in sorted(range(len(blocks)), key=lambda one: (-blocks[one].sheets, one)):
        table.fill(at)
    table.level()
    table.avoid()
    table.improve()
    panels = {one.key: tuple(sorted(table.panels[at])) for at, block in enumerate(blocks) for one in block.work}
    return Spread({one.key: panels[one.key] for one in work}, dict(table.loads))


# -- what must be given out ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Block:
    """Phases of one contest that have the same panel: the same judges, `able`, may judge them; in order of their codes."""

    work: tuple[Work, ...]
    able: Mapping[str, None]
    hinted: Mapping[str, int]
    stays: tuple[str, ...]
    seats: int
    sheets: int
    place: str
    region: str


def _blocks(work: Sequence[Work], known: Mapping[str, Judge], wanted: int) -> list[_Block]:
    """The work by contest, the phases together that the same judges may judge; in an order that files do not change."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[Work]] = defaultdict(list)
    for one in sorted(work, key=lambda one: (one.within or "", one.category or "")):
        able = tuple(
            code
            for code, judge in known.items()
            if code not in one.barred and (not judge.phases or one.phase in judge.phases)
        )
        groups[one.within or "", one.category or "", able].append(one)
    found = []
    for (_, _, able), parts in groups.items():
        stays = tuple(sorted({code for part in parts for code in part.stays}))
        wished = sorted({code for part in parts for code in part.wished if code in able and code not in stays})
        stays += tuple(wished[: max(wanted - len(stays), 0)])
        free = dict.fromkeys(code for code in able if code not in stays)
        sheets = sum(part.sheets for part in parts)
        seats = max(wanted - len(stays), 0)
        first = parts[0]
        found.append(_Block(tuple(parts), free, first.hinted, stays, seats, sheets, first.place, first.region))
    return found


def _lacking(blocks: Sequence[_Block], known: Mapping[str, Judge], wanted: int) -> Iterator[Problem]:
    """What is said where contests have fewer judges than their panels need: one sentence for all that lack them alike."""
    alike: dict[tuple[int, tuple[str, ...], tuple[str, ...]], list[Value]] = defaultdict(list)
    phases = Counter(block.work[0].key[:2] for block in blocks)
    for block in blocks:
        there_are = len(block.able) + len(block.stays)
        if len(block.able) >= block.seats:
            continue
        barred = tuple(code for code in known if any(code in one.barred for one in block.work))
        unfit = tuple(
            code
            for code, judge in known.items()
            if code not in barred and judge.phases and any(one.phase not in judge.phases for one in block.work)
        )
        is_whole = phases[block.work[0].key[:2]] == 1
        alike[there_are, barred, unfit] += [block.work[0].label or say("everybody")] if is_whole else _by_phase(block)
    for (there_are, barred, unfit), labels in alike.items():
        yield Problem(
            NOWHERE, _needed(labels, wanted, there_are, _why(barred, unfit, known)), _remedy(wanted - there_are)
        )


def _by_phase(block: _Block) -> list[Value]:
    """A contest whose phases need different judges, phase by phase."""
    return [
        say("{contest} ({phase})", contest=one.label or say("everybody"), phase=one.phase_label) for one in block.work
    ]


def _why(barred: Sequence[str], unfit: Sequence[str], known: Mapping[str, Judge]) -> Value:
    def people(codes: Sequence[str]) -> Value:
        return listing([called(code, known[code].name) for code in codes])

    why: list[Value] = []
    if barred:
        why.append(
            say_count(
                "{judges} has people of their own in it",
                "{judges} have people of their own in it",
                len(barred),
                judges=people(barred),
            )
        )
    if unfit:
        why.append(
            say_count(
                "{judges} may not judge this phase",
                "{judges} may not judge this phase",
                len(unfit),
                judges=people(unfit),
            )
        )
    if not why:
        why.append(say_count("{count} judge is registered", "{count} judges are registered", len(known)))
    return listing(why)


def _needed(labels: Sequence[Value], wanted: int, able: int, why: Value) -> Sentence:
    named = list(labels[:_NAMED])
    if len(labels) > _NAMED:
        named.append(say("{count} more", count=len(labels) - _NAMED))
    return say_count(
        "{contests}: the panel needs {judges}, and {able} can be in it: {why}.",
        "{contests}: each panel needs {judges}, and {able} can be in it: {why}.",
        len(labels),
        contests=listing(named),
        judges=say_count("{count} judge", "{count} judges", wanted),
        able=able,
        why=why,
    )


def _remedy(missing: int) -> Sentence:
    return say_count(
        "Register {count} judge more who may, or ask for smaller panels with `--judges`.",
        "Register {count} judges more who may, or ask for smaller panels with `--judges`.",
        missing,
    )


# -- giving it out ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Table:
    """Who has what so far, and how good that is.

    `visits` counts, for each judge, the blocks in each community; `travels` those in each watershed but the own one.
    """

    blocks: Sequence[_Block]
    loads: dict[str, int]
    homes: Mapping[str, str]
    panels: list[set[str]] = field(default_factory=list)
    held: dict[str, set[int]] = field(default_factory=dict)
    visits: dict[str, dict[str, int]] = field(default_factory=dict)
    travels: dict[str, dict[str, int]] = field(default_factory=dict)
    places: frozenset[str] = frozenset()
    lowest: int = 0
    highest: int = 0

    def __post_init__(self) -> None:
        self.panels = [set() for _ in self.blocks]
        self.places = frozenset(block.place for block in self.blocks)
        for at, block in enumerate(self.blocks):
            for code in block.stays:
                self._sit(at, code)

    def fill(self, at: int) -> None:
        """Give a block the judges who have least."""
        block = self.blocks[at]
        for _ in range(block.seats):
            free = [code for code in block.able if code not in self.panels[at]]
            best = min(free, key=lambda code: (self.loads[code], self._hints(at, code), self._journey(at, code), code))
            self._sit(at, best)

    def level(self) -> None:
        """Hand work on from judge to judge as long as that makes loads more equal, the largest first."""
        while any(self._hand_on(code) for code in sorted(self.loads, key=lambda code: (-self.loads[code], code))):
            pass

    def avoid(self) -> None:
        """Take judges out of contests in which they have strong hints, as long as nobody gets more than the most loaded."""
        self.highest = max(self.loads.values(), default=0)
        seats = [(at, code) for at, block in enumerate(self.blocks) for code in block.able if self._hints(at, code)]
        while any(code in self.panels[at] and self._relieve(at, code) for at, code in seats):
            pass

    def improve(self) -> None:
        """Hand on or swap seats for fewer hints, then journeys; nobody gets more than the most loaded, or less."""
        self.lowest, self.highest = min(self.loads.values(), default=0), max(self.loads.values(), default=0)
        is_better = True
        while is_better:
            is_better = False
            for at, block in enumerate(self.blocks):
                for giver in sorted(self.panels[at].difference(block.stays)):
                    if any(map(self._is_better, chain(self._swaps(at, giver), self._exchanges(at, giver)))):
                        is_better = True

    # -- moves -------------------------------------------------------------------------------------------------------

    def _hand_on(self, giver: str) -> bool:
        """Find the shortest chain of judges, each handing one block to the next, that evens loads out; and take it."""
        least = min(self.loads.values())
        reached: dict[str, tuple[str, int]] = {giver: ("", -1)}
        queue = [giver]
        for code in queue:
            for at in self._seats_of(code):
                if code == giver and self.loads[giver] - self.blocks[at].sheets < least:
                    continue  # whoever takes work from somebody with little can only end with more
                for taker in self.blocks[at].able:
                    if taker in reached or taker in self.panels[at]:
                        continue
                    reached[taker] = (code, at)
                    way = _way(reached, taker)
                    if self._evens_out(way):
                        self._make(way)
                        return True
                    queue.append(taker)
        return False

    def _relieve(self, at: int, giver: str) -> bool:
        """Find the shortest chain that begins with this seat, leaves fewer hints and fits; and take it."""
        reached: dict[str, tuple[str, int]] = {giver: ("", -1)}
        queue = [giver]
        for code in queue:
            for one in [at] if code == giver else self._seats_of(code):
                for taker in self.blocks[one].able:
                    if taker in reached or taker in self.panels[one]:
                        continue
                    reached[taker] = (code, one)
                    way = _way(reached, taker)
                    if self._fewer_hints(way) <= 0:
                        del reached[taker]
                        continue
                    if max(self._loads_after(way)) <= self.highest:
                        self._make(way)
                        return True
                    queue.append(taker)
        return False

    def _swaps(self, at: int, giver: str) -> Iterator[list[_Move]]:
        """Ways to take a judge out of a block: handed on, or swapped for a seat elsewhere; only where that might help."""
        block = self.blocks[at]
        is_only = self.visits[giver][block.place] == 1
        is_far = self.travels.get(giver, {}).get(block.region) == 1
        for taker in block.able:
            if taker in self.panels[at]:
                continue
            fewer = self._hints(at, giver) - self._hints(at, taker)
            is_shorter = is_only and (is_far or block.place in self.visits.get(taker, ()))
            if (fewer > 0 or (fewer == 0 and is_shorter)) and self._fits(giver, taker, block.sheets):
                yield [(at, giver, taker)]
            for other in sorted(self.held.get(taker, ())):
                back = self.blocks[other]
                is_possible = giver not in self.panels[other] and giver in back.able
                if not is_possible or not self._fits(giver, taker, block.sheets - back.sheets):
                    continue
                in_all = fewer + self._hints(other, taker) - self._hints(other, giver)
                may_save = is_shorter or (is_only and back.place in self.visits[giver])
                if in_all > 0 or (in_all == 0 and may_save):
                    yield [(at, giver, taker), (other, taker, giver)]

    def _exchanges(self, at: int, giver: str) -> Iterator[list[_Move]]:
        """Ways to exchange all seats in one community for all of another judge's in another one, from far to near."""
        place, region = self.blocks[at].place, self.blocks[at].region
        if region not in self.travels.get(giver, ()) or len(self.places) == len(self.blocks):
            return
        mine = self._seats_in(giver, place)
        if mine[0] != at:
            return
        for taker in self.blocks[at].able:
            if not all(self._may_sit(taker, one) for one in mine):
                continue
            for other in sorted(self.visits.get(taker, ())):
                theirs = self._seats_in(taker, other)
                is_worth_it = other != place and len(mine) + len(theirs) > 2 and theirs
                if not is_worth_it or not all(self._may_sit(giver, one) for one in theirs):
                    continue
                sheets = sum(self.blocks[one].sheets for one in mine) - sum(self.blocks[one].sheets for one in theirs)
                if self._fits(giver, taker, sheets):
                    yield [*((one, giver, taker) for one in mine), *((one, taker, giver) for one in theirs)]

    def _seats_in(self, code: str, place: str) -> list[int]:
        return sorted(at for at in self.held.get(code, ()) if self.blocks[at].place == place)

    def _may_sit(self, code: str, at: int) -> bool:
        return code in self.blocks[at].able and code not in self.panels[at]

    def _seats_of(self, code: str) -> list[int]:
        """The blocks that a judge could hand on, the largest first."""
        return sorted(self.held.get(code, ()), key=lambda at: (-self.blocks[at].sheets, at))

    def _evens_out(self, way: Sequence[_Move]) -> bool:
        """The loads of those concerned, the largest first, become smaller."""
        people = {code for _, *both in way for code in both}
        before = sorted((self.loads[code] for code in people), reverse=True)
        return sorted(self._loads_after(way), reverse=True) < before

    def _loads_after(self, way: Sequence[_Move]) -> list[int]:
        """What those concerned would have."""
        after: dict[str, int] = {}
        for at, giver, taker in way:
            after[giver] = after.get(giver, self.loads[giver]) - self.blocks[at].sheets
            after[taker] = after.get(taker, self.loads[taker]) + self.blocks[at].sheets
        return list(after.values())

    def _fewer_hints(self, moves: Sequence[_Move]) -> int:
        return sum(self._hints(at, giver) - self._hints(at, taker) for at, giver, taker in moves)

    def _fits(self, giver: str, taker: str, sheets: int) -> bool:
        """Both stay between the least and the most loaded when so many sheets go over."""
        given, taken = self.loads[giver] - sheets, self.loads[taker] + sheets
        return self.lowest <= given <= self.highest and self.lowest <= taken <= self.highest

    def _is_better(self, moves: Sequence[_Move]) -> bool:
        """Make the moves, and take them back unless they leave fewer hints, or as many and fewer journeys."""
        people = {code for _, *both in moves for code in both}
        fewer = self._fewer_hints(moves)
        before = sum(map(self._journeys, people))
        self._make(moves)
        if fewer > 0 or (fewer == 0 and sum(map(self._journeys, people)) < before):
            return True
        self._make([(at, taker, giver) for at, giver, taker in moves])
        return False

    def _make(self, moves: Sequence[_Move]) -> None:
        for at, giver, taker in moves:
            self._rise(at, giver)
            self._sit(at, taker)

    def _sit(self, at: int, code: str) -> None:
        block = self.blocks[at]
        self.panels[at].add(code)
        self.loads[code] = self.loads.get(code, 0) + block.sheets
        if code not in block.stays:
            self.held.setdefault(code, set()).add(at)
        _count(self.visits.setdefault(code, {}), block.place, 1)
        if block.region != self.homes.get(code, ""):
            _count(self.travels.setdefault(code, {}), block.region, 1)

    def _rise(self, at: int, code: str) -> None:
        block = self.blocks[at]
        self.panels[at].discard(code)
        self.loads[code] -= block.sheets
        self.held[code].discard(at)
        _count(self.visits[code], block.place, -1)
        if block.region != self.homes.get(code, ""):
            _count(self.travels[code], block.region, -1)

    # -- hints and journeys ---------------------------------------------------------------------------------------

    def _hints(self, at: int, code: str) -> int:
        """The entries of a block with which a judge has a strong hint."""
        return self.blocks[at].hinted.get(code, 0)

    def _journey(self, at: int, code: str) -> tuple[bool, bool]:
        """What a seat adds for a judge: another watershed, another community."""
        block = self.blocks[at]
        is_far = block.region != self.homes.get(code, "") and block.region not in self.travels.get(code, ())
        return is_far, block.place not in self.visits.get(code, ())

    def _journeys(self, code: str) -> int:
        """The communities that a judge goes to, and the watersheds that are not the own one."""
        return len(self.visits.get(code, ())) + len(self.travels.get(code, ()))


def _count(times: dict[str, int], place: str, more: int) -> None:
    times[place] = times.get(place, 0) + more
    if not times[place]:
        del times[place]


def _way(reached: Mapping[str, tuple[str, int]], end: str) -> list[_Move]:
    """The way from the first giver to the last taker."""
    way: list[_Move] = []
    taker = end
    while reached[taker][1] >= 0:
        giver, at = reached[taker]
        way.append((at, giver, taker))
        taker = giver
    return way[::-1]
