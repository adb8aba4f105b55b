"""The papers that judges fill in: which sheets a printing means, numbered before they are printed, packet by packet.

A sheet is never printed without a code, and a code never names two papers: what has one keeps it, so a lost sheet is
printed again with the code that it had.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pachamama.cli.gather import tier_of_round, unit_names
from pachamama.core.conflicts import competitor, refusals, seated
from pachamama.core.missing import ExpectedSheet, expected_sheets
from pachamama.core.model import Contest, Judge, NumberedSheet, Round
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.rules import Rules, Tier
from pachamama.core.rules.naming import to_type
from pachamama.core.sentences import Sentence, listing, say
from pachamama.core.void_sheets import void_sheets
from pachamama.language.reader import Reader
from pachamama.papers.score_sheet import Competitor

if TYPE_CHECKING:
    from pachamama.papers.big_sheet import BigSheet
    from pachamama.store import Store

_Key: TypeAlias = tuple[str | None, str | None, str, str, str | None]
"""Whose a sheet is: unit, category, entry, phase, judge."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sheets are meant; None or nothing: all of them."""

    within: str | None = None
    category: str | None = None
    phase: str | None = None
    judges: tuple[str, ...] = ()

    def holds(self, sheet: ExpectedSheet) -> bool:
        """The sheet is one of them; a sheet without a name is nobody's."""
        return self.phase in (None, sheet.phase.id) and (not self.judges or sheet.judge in self.judges)


# -- score sheets ----------------------------------------------------------------------------------------------------


def sheets_to_print(
    store: Store, meant: Round, asked: Asked, actor: str
) -> tuple[list[NumberedSheet], int, list[Sentence]]:
    """The expected sheets that are meant, with their codes; how many were numbered now; and what was left out and why.

    In a contest without a panel the judges who are asked for are its judges; where nobody is asked for either, its
    sheets have an empty field for the judge.
    """
    tier = tier_of_round(meant)
    known_judges(store, asked.judges)
    judged_phase(tier, asked.phase)
    said: list[Sentence] = []
    expected: list[ExpectedSheet] = []
    for contest in contests_of(store, meant, asked.within, asked.category):
        filled = _with_judges(store, tier, contest, asked.judges, said) if asked.judges else contest
        expected += [one for one in expected_sheets(tier, filled) if asked.holds(one)]
    wanted = [(one.within, one.category, one.entry.code, one.phase.id, one.judge) for one in expected]
    have = _codes(store, meant)
    new = 0
    if Counter(wanted) - Counter({key: len(codes) for key, codes in have.items()}):
        new = len(store.number_sheets(meant.code, wanted, actor=actor))
        have = _codes(store, meant)
    if void := void_sheets(expected, store.numbered_sheets(meant.code)):
        from pachamama.cli.numbering import tear_up

        said.append(tear_up(void))
    return [have[key].pop(0) for key in wanted], new, said


def blank_sheets(store: Store, meant: Round, phase: str | None, count: int, actor: str) -> list[NumberedSheet]:
    """So many new sheets of the stock for each phase, for those who come on the day."""
    tier = tier_of_round(meant)
    judged_phase(tier, phase)
    blanks = {one.id: count for one in tier.judged_phases if phase in (None, one.id)}
    return list(store.number_sheets(meant.code, [], blanks=blanks, actor=actor))


def sheets_of_codes(store: Store, meant: Round, codes: Sequence[str]) -> list[NumberedSheet]:
    """The sheets with those codes, in the order in which they were numbered; all that is wrong with the codes at once."""
    problems: list[Problem] = []
    found: dict[str, NumberedSheet] = {}
    for code in codes:
        try:
            one = store.numbered_sheet(code, meant.code)
        except Refused as refusal:
            problems += refusal.problems
        else:
            found[one.code] = one
    refuse_if(problems)
    return [one for one in store.numbered_sheets(meant.code) if one.code in found]


def write_score_sheets(
    store: Store, meant: Round, sheets: Sequence[NumberedSheet], folder: str, *, single: bool, bar: str
) -> list[Path]:
    """A PDF for each judge, contest and phase; the paths, in order.

    `single` sheets have files of their own beside the packets; `bar` is what the progress bar says.
    """
    from pachamama.cli.headings import round_on_paper
    from pachamama.exchange import make_folder, write_beside
    from pachamama.papers import kit
    from pachamama.papers.score_sheet import score_sheets, to_pdf

    about = round_on_paper(store, meant)
    place = make_folder(folder)
    written: list[Path] = []
    packets = score_sheets(
        about,
        sheets,
        competitors=competitors_of(store, meant, about.tier),
        judges=_judges(store),
        single=single,
    )
    with progress(bar, len(sheets)) as went_on:
        for packet in packets:
            path = place / f"{packet.file_stem}.pdf"
            write_beside(path, to_pdf(packet))
            kit.forget()
            written.append(path)
            went_on(len(packet.sheets))
    return written


def _with_judges(store: Store, tier: Tier, contest: Contest, judges: Sequence[str], said: list[Sentence]) -> Contest:
    """The contest with those judges in every phase that has no panel; who may not judge there is left out, and said."""
    known, households = _judges(store), {one.code: one for one in store.households()}
    without = [phase.id for phase in tier.judged_phases if not contest.panel.get(phase.id)]
    entries = list(contest.entries)
    for code in judges if without else ():
        if code in seated(contest):
            continue
        own = [
            entry.code
            for entry in entries
            if refusals(known[code], competitor(tier, contest.within, contest.category, entry, households))
        ]
        if own:
            said.append(
                say("{judge} has no sheet for {entries}: own community or household", judge=code, entries=_few(own))
            )
            entries = [
                replace(entry, recused={**entry.recused, code: ""}) if entry.code in own else entry for entry in entries
            ]
    seats = {
        phase: tuple(code for code in judges if not known[code].phases or phase in known[code].phases)
        for phase in without
    }
    panel = {**contest.panel, **{phase: codes for phase, codes in seats.items() if codes}}
    return replace(contest, entries=tuple(entries), panel=panel)


def _few(codes: Sequence[str]) -> Sentence:
    most = 5
    if len(codes) > most:
        return say("{entries} and {count} more", entries=", ".join(codes[:most]), count=len(codes) - most)
    return say("{entries}", entries=listing(list(codes)))


def _codes(store: Store, meant: Round) -> dict[_Key, list[NumberedSheet]]:
    """The numbered sheets of a round by whose they are; several only where no judge is named."""
    found: dict[_Key, list[NumberedSheet]] = {}
    for one in store.numbered_sheets(meant.code):
        if one.entry is None:
            continue
        found.setdefault((one.within, one.category, one.entry, one.phase, one.judge), []).append(one)
    return found


# -- big sheets ------------------------------------------------------------------------------------------------------


def big_sheets(store: Store, meant: Round, asked: Asked, blank: int) -> list[BigSheet]:
    """The big sheet of each contest; of a registered unit also where nobody is entered yet."""
    from pachamama.cli.headings import round_on_paper
    from pachamama.papers.big_sheet import big_sheet

    about = round_on_paper(store, meant)
    competitors, judges = competitors_of(store, meant, about.tier), _judges(store)
    contests = contests_of(store, meant, asked.within, asked.category, also_empty=True)
    return [
        big_sheet(
            about,
            contest.within,
            contest.category,
            entries=sorted(contest.entries, key=lambda one: one.code),
            competitors=competitors,
            judges=[judges.get(code) or Judge(code, "") for code in sorted(seated(contest))],
            blank=blank,
        )
        for contest in contests
    ]


# -- what both need --------------------------------------------------------------------------------------------------


def contests_of(
    store: Store, meant: Round, within: str | None, category: str | None, *, also_empty: bool = False
) -> list[Contest]:
    """The contests that are meant; a unit or category that there is not is refused with those there are.

    With `also_empty` a registered unit has its contests although nobody is entered there yet.
    """
    tier = tier_of_round(meant)
    every = list(store.contests(meant.code, ... if within is None else within))
    if also_empty and within in unit_names(store, tier):
        there = {one.category for one in every}
        groups: list[str | None] = [group.id for group in tier.categories]
        every += [Contest(within, one, ()) for one in (groups or [None]) if one not in there]
    known = [one.id for one in tier.categories]
    if category is not None and category not in known:
        raise _there_is_no("--category", category, known)
    if within is not None and not every:
        raise _there_is_no("--within", within, sorted({one.within for one in store.contests(meant.code) if one.within}))
    return [one for one in every if category in (None, one.category) and (one.entries or also_empty)]


def competitors_of(store: Store, meant: Round, tier: Tier) -> dict[str, Competitor]:
    """Name, partner and community of each entry; the community only where the heading does not say it."""
    persons = store.persons(meant.code)
    towns: Mapping[str, str] = {}
    if tier.tier == "household" and tier.within != "community":
        named = {one.code: one.name for one in store.communities()}
        towns = {one.code: named.get(one.community, one.community) for one in store.households()}
    return {code: Competitor(one.name, one.partner, towns.get(code, "")) for code, one in persons.items()}


def reader_of(rules: Rules) -> Reader:
    """Who reads the papers: the first language of the rules; Quechua stands beside the Spanish, never alone."""
    language = rules.programme.languages[0]
    return Reader.of("es" if language == "qu" else language, rules.programme.country)


def _judges(store: Store) -> dict[str, Judge]:
    return {one.code: one for one in store.judges()}


def known_judges(store: Store, codes: Sequence[str]) -> None:
    """Refuse judges who are not in the register, all at once."""
    known = _judges(store)
    refuse_if(
        Problem(
            NOWHERE,
            say("{judge} is not in the register of judges", judge=code),
            say("there are: {words}", words=_few(sorted(known))) if known else say("`pachamama add judge CODE …`"),
        )
        for code in codes
        if code not in known
    )


def judged_phase(tier: Tier, phase: str | None) -> None:
    """Wrong usage for a phase that the tier does not judge; None is any."""
    judged = [one.id for one in tier.judged_phases]
    if phase is not None and phase not in judged:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("“{phase}” is no judged phase of this round", phase=phase),
                say("there are: {words}", words=to_type(tier.judged_phases)),
            )
        )


def _there_is_no(option: str, value: str, known: Sequence[str]) -> Refused:
    return Refused(
        Problem(
            NOWHERE,
            say("no contest of this round has {option} “{value}”", option=option, value=value),
            say("there are: {words}", words=listing(list(known))) if known else None,
        )
    )


@contextmanager
def progress(what: str, total: int, *, least: int = 30) -> Iterator[Callable[[int], None]]:
    """A bar on stderr while a long printing runs; nothing where stderr is no terminal, or there is little to do."""
    width, done = 30, 0
    is_shown = sys.stderr.isatty() and total > least

    def went_on(steps: int) -> None:
        nonlocal done
        done += steps
        if is_shown:
            full = width * done // total
            sys.stderr.write(f"\r{what} [{'#' * full}{'.' * (width - full)}] {done}/{total} ")
            sys.stderr.flush()

    went_on(0)
    try:
        yield went_on
    finally:
        if is_shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
