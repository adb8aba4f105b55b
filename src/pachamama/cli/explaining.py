"""`explain`: the way of one entry from each mark to the cent, to be read aloud to whoever asks.

A closed round is reckoned again only to explain it, by its frozen rules and its sheets; where that differs from what was
stored at the closing, nothing is explained and nobody should be paid.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.entries import CategoryOption, RoundOption, Within
from pachamama.cli.help import Command, new_app
from pachamama.cli.session import Session, session
from pachamama.core.model import Contest, ContestResult, Entry, Placing, Round, Settlement
from pachamama.core.problems import NOWHERE, Mismatch, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.sentences import Money, Points, Sentence, Value, choice, say

if TYPE_CHECKING:
    from pachamama.core.explanation import Section
    from pachamama.core.settle import Reckoning
    from pachamama.store import Store

app = new_app()
_WIDTH = 79


@app.command("explain", cls=Command)
def explain(
    context: typer.Context,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="its code")],
    round_: RoundOption = None,
    within: Within = None,
    category: CategoryOption = None,
) -> None:
    """Explain an entry from each mark to the cent: points, place, tie steps, prizes, what went back to the purse.

    Every figure is one that the computation used. Of a closed round it explains the stored results, and refuses (code 3)
    if the sheets in the file no longer give them.
    """
    from pachamama.cli.gather import contest_label, tier_of_round
    from pachamama.cli.paper_trail import paper_trail

    asked = session(context)
    asked.no_csv()
    with asked.open() as store:
        meant = store.round(round_) if round_ is not None else _round_of(store, entry)
        here = _contest_of(store, meant, entry, within, category)
        try:
            reckoning = reckoned(store, meant, here)
        except Refused as refusal:
            if meant.state != "open":
                raise
            _show_unreckoned(asked, store, meant, here, entry, refusal.problems)
            return
        person = store.persons(meant.code).get(entry)
        label = contest_label(store, tier_of_round(meant), here.within, here.category)
        judges = {one.code: one.name for one in store.judges()}
        still_out = _still_out(reckoning, here, entry, judges) if meant.state == "open" else []
        papers = paper_trail(store, meant, tier_of_round(meant), here.within, here.category, entry)
    show_explanation(
        asked,
        reckoning,
        entry,
        here.within,
        here.category,
        round_=meant.code,
        heading=_heading(meant.code, entry, person.name if person else "", label),
        papers=papers,
    )
    if meant.state == "open":
        asked.tell(
            say("PROVISIONAL: round {round} is not closed, and these results can still change.", round=meant.code)
        )
        asked.tell(*still_out)


def _show_unreckoned(
    asked: Session, store: Store, meant: Round, here: Contest, entry: str, problems: Sequence[Problem]
) -> None:
    """What an open round cannot be reckoned for, and how that is mended: there are no figures to explain yet."""
    from pachamama.cli.gather import contest_label, tier_of_round
    from pachamama.core.explaining.section import Section

    lines = [part for one in problems for part in (one.message, one.hint) if part is not None]
    section = Section(say("Not reckoned yet"), tuple(lines))
    if asked.format == "json":
        _write_sections(asked, meant.code, entry, here.within, here.category, [section])
        return
    person = store.persons(meant.code).get(entry)
    label = contest_label(store, tier_of_round(meant), here.within, here.category)
    heading = _heading(meant.code, entry, person.name if person else "", label)
    asked.result("\n".join(_text(asked, heading, [section])))


def _round_of(store: Store, entry: str) -> Round:
    """The only round in which the entry competes, or the only open one; refused where several can be meant."""
    from pachamama.cli.gather import pick_round

    there = [one for one in store.rounds() if any(found.code == entry for found in store.entries(one.code))]
    if not there:
        return pick_round(store, None)
    running = there if len(there) == 1 else [one for one in there if one.state == "open"]
    if len(running) == 1:
        return running[0]
    commands = [f"`pachamama explain {entry} --round {one.code}`" for one in there]
    raise WrongUsage(
        Problem(
            NOWHERE,
            say("{entry} competes in several rounds", entry=entry),
            say("say which: {words}", words=choice(commands)),
        )
    )


def show_explanation(
    asked: Session,
    reckoning: Reckoning,
    entry: str,
    within: str | None,
    category: str | None,
    *,
    round_: str | None,
    heading: Value,
    papers: Sequence[Section] = (),
) -> None:
    """Write the explanation of an entry to stdout: indented sentences, or one JSON document."""
    from pachamama.core.explanation import explain as explained

    sections = [*explained(reckoning, entry, within=within, category=category), *papers]
    if asked.format == "json":
        _write_sections(asked, round_, entry, within, category, sections)
        return
    asked.result("\n".join(_text(asked, heading, sections)))


def _write_sections(
    asked: Session,
    round_: str | None,
    entry: str,
    within: str | None,
    category: str | None,
    sections: Sequence[Section],
) -> None:
    asked.json(
        {
            "round": round_,
            "entry": entry,
            "within": within,
            "category": category,
            "sections": [
                {
                    "title": asked.reader.say(section.title),
                    "lines": [asked.reader.say(line) for line in section.lines],
                }
                for section in sections
            ],
        }
    )


def _text(asked: Session, heading: Value, sections: Sequence[Section]) -> Iterator[str]:
    from textwrap import wrap

    yield from wrap(asked.reader.say(heading), _WIDTH, break_on_hyphens=False, break_long_words=False)
    for section in sections:
        yield ""
        yield asked.reader.say(section.title)
        for line in section.lines:
            yield from wrap(
                asked.reader.say(line),
                _WIDTH,
                initial_indent="  ",
                subsequent_indent="      ",
                break_on_hyphens=False,
                break_long_words=False,
            )


def _heading(round_: str, entry: str, name: str, label: Value) -> Sentence:
    who = say("{entry} {name}", entry=entry, name=name) if name else entry
    if label:
        return say("{who}, {contest}, round {round}", who=who, contest=label, round=round_)
    return say("{who}, round {round}", who=who, round=round_)


# -- gathering -------------------------------------------------------------------------------------------------------


def _contest_of(store: Store, meant: Round, entry: str, within: str | None, category: str | None) -> Contest:
    """The contest that the entry competes in, without sheets; refused where it is in none, or in several."""
    from pachamama.core.explanation import find_entry

    grouped: dict[tuple[str | None, str | None], list[Entry]] = {}
    for one in store.entries(meant.code):
        grouped.setdefault((one.within, one.category), []).append(Entry(one.code))
    if not any(one.code == entry for entries in grouped.values() for one in entries):
        refuse_if([otherwise] if (otherwise := store.known_as(entry)) is not None else [])
    contests = [Contest(unit, group, tuple(entries)) for (unit, group), entries in grouped.items()]
    return contests[find_entry(contests, entry, within=within, category=category)]


def reckoned(store: Store, meant: Round, here: Contest) -> Reckoning:
    """The round reckoned, or only the unit of the contest where others change nothing in it; checked if it is closed."""
    from pachamama.cli.gather import frozen_rules, tier_of_round
    from pachamama.core.settle import reckon, result_of
    from pachamama.exchange import read_stored

    rules, tier = frozen_rules(meant.rules), tier_of_round(meant)
    unit = here.within if here.within is not None and not (tier.prizes and tier.prizes.joins_contests) else ...
    contests = [one for one in store.contests(meant.code, unit) if one.entries]
    document = store.results(meant.code)
    if document is None:
        return reckon(rules, meant.competition, meant.tier, contests)
    try:
        reckoning = reckon(rules, meant.competition, meant.tier, contests)
    except Refused as refusal:
        raise Mismatch(*refusal.problems, safe=_DO_NOT_PAY) from None
    if differences := list(_differences(read_stored(document), result_of(reckoning), whole=unit is ...)):
        raise Mismatch(*differences, safe=_DO_NOT_PAY)
    return reckoning


def _still_out(reckoning: Reckoning, here: Contest, entry: str, judges: Mapping[str, str]) -> list[Sentence]:
    """The sheets that an entry still lacks."""
    from pachamama.core.missing import missing_sheets

    return [
        say("  {what}", what=one.told(judges))
        for reckoned in reckoning.contests
        if (reckoned.contest.within, reckoned.contest.category) == (here.within, here.category)
        for one in missing_sheets(reckoning.tier, reckoned.contest)
        if one.entry.code == entry
    ]


# -- a closed round --------------------------------------------------------------------------------------------------

_DO_NOT_PAY = say(
    "Nothing was changed. Do not pay from this file: the sheets in it do not give the results that were stored when the "
    "round was closed."
)


def _differences(stored: Settlement, again: Settlement, *, whole: bool) -> Iterator[Problem | Sentence]:
    """What the sheets give otherwise than what was stored at the closing."""
    before = {(one.within, one.category): one for one in stored.contests}
    now = {(one.within, one.category): one for one in again.contests}
    for key in before if whole else now:
        if key not in now or key not in before:
            yield say("{contest} is in only one of them", contest=_said(key))
            continue
        yield from _in_contest(before[key], now[key], again.currency)
    if whole and stored.purses != again.purses:
        yield say("the purses of the whole round do not close as they did")


def _in_contest(before: ContestResult, now: ContestResult, currency: str) -> Iterator[Sentence]:
    old = {one.entry.code: one for one in before.placings}
    new = {one.entry.code: one for one in now.placings}
    for code in sorted({*old, *new}):
        if code not in new:
            yield say("{entry} had place {place} at the closing, and now has none", entry=code, place=old[code].place)
        elif code not in old:
            yield say("{entry} had no place at the closing, and now has {place}", entry=code, place=new[code].place)
        elif _figures(old[code]) != _figures(new[code]):
            yield say(
                "{entry}: {old} at the closing, and now {new}",
                entry=code,
                old=_result_said(old[code], currency),
                new=_result_said(new[code], currency),
            )
    if {one.entry.code: one.status for one in before.unranked} != {one.entry.code: one.status for one in now.unranked}:
        yield say("{contest}: other entries have no place", contest=_said((now.within, now.category)))
    if before.purses != now.purses:
        yield say("{contest}: the purses do not close as they did", contest=_said((now.within, now.category)))


def _figures(one: Placing) -> tuple[object, ...]:
    """All of a placing that is printed or paid."""
    return (
        one.place,
        one.points,
        one.decimals,
        dict(one.phases),
        one.level,
        one.tied_with,
        one.decided_by,
        one.promoted,
        one.reserve,
        [(award.scheme, award.purse, award.cents, award.value) for award in one.awards],
    )


def _result_said(one: Placing, currency: str) -> Sentence:
    return say(
        "place {place}, {points} points, {amount}",
        place=one.place,
        points=Points(one.points, one.decimals),
        amount=Money(one.cents, currency),
    )


def _said(key: tuple[str | None, str | None]) -> Value:
    within, category = key
    if within is not None and category is not None:
        return say("{within}, {category}", within=within, category=category)
    return within or category or say("the contest")
