"""`print certificates`, `explanation-slips` and `round-report`: what is handed out and filed after the results."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from pachamama.core.model import Placing

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.papers.certificate import Certificates
    from pachamama.papers.round_report import RoundReport
    from pachamama.papers.slip import Slips
    from pachamama.store import Store


def certificates_of(
    store: Store, found: Outcome, *, places: int | None, place: str, day: date, text_only: bool
) -> Iterator[Certificates]:
    """The certificates of each contest: of the first `places` places, else of everybody with a prize of a place."""
    from pachamama.cli.headings import results_on_paper
    from pachamama.papers.certificate import certificates

    about, persons = results_on_paper(store, found, is_dated=False), store.persons(found.round.code)
    for contest in found.settlement.contests:
        honoured = [one for one in contest.placings if _is_honoured(one, places)]
        if honoured:
            yield certificates(
                about,
                contest,
                persons=persons,
                honoured=honoured,
                place=place,
                day=day,
                text_only=text_only,
            )


def _is_honoured(one: Placing, places: int | None) -> bool:
    if places is not None:
        return one.position <= places
    return any(award.scheme != "flat" for award in one.awards)


def slips_of(store: Store, found: Outcome, entry: str | None) -> Iterator[Slips]:
    """The slips of each contest, of every entry or of one, from the same explanation as `explain`."""
    from pachamama.cli.explaining import reckoned
    from pachamama.cli.gather import labels_of
    from pachamama.cli.headings import results_on_paper
    from pachamama.core.explanation import explain
    from pachamama.papers.slip import slips

    about = results_on_paper(store, found)
    label = labels_of(store, found.tier)
    persons = store.persons(found.round.code)
    for result in found.settlement.contests:
        every = [*(one.entry.code for one in result.placings), *(one.entry.code for one in result.unranked)]
        codes = [code for code in every if entry in (None, code)]
        if not codes:
            continue
        reckoning = reckoned(store, found.round, store.contest(found.round.code, result.within, result.category))
        told = [
            (
                code,
                persons[code].name if code in persons else "",
                explain(reckoning, code, within=result.within, category=result.category),
            )
            for code in codes
        ]
        where = about.reader.say(label(result.within, result.category))
        yield slips(about, result.within, result.category, where=where, told=told)


def report_of(store: Store, found: Outcome) -> RoundReport:
    """The report of the whole round."""
    from pachamama.cli.gather import labels_of
    from pachamama.cli.headings import results_on_paper
    from pachamama.papers.round_report import round_report

    entered = store.entries(found.round.code)
    label = labels_of(store, found.tier)
    return round_report(
        results_on_paper(store, found),
        found.settlement,
        sexes={(one.within, one.category, one.code): one.fields.get("sex", "") for one in entered},
        registered=_registered(store, found),
        label={(one.within, one.category): label(one.within, one.category) for one in found.settlement.contests},
    )


def _registered(store: Store, found: Outcome) -> dict[str, int]:
    """Households on the registers of the communities that take part, where households compete."""
    if found.tier.tier != "household" or found.tier.within != "community":
        return {}
    units = {one.within for one in found.settlement.contests}
    return {one.code: one.households for one in store.communities() if one.code in units and one.households}
