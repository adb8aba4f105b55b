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


def seal_code(store: Store, found: Outcome) -> str:
    """The code of the closing that stands; empty while the round is open or stale."""
    from pachamama.cli.sealing import standing_seals

    sealed = standing_seals(store, found)
    return sealed[-1].code if sealed else ""


def certificates_of(
    store: Store, found: Outcome, *, places: int | None, place: str, day: date, text_only: bool
) -> Iterator[Certificates]:
    """The certificates of each contest: of the first `places` places, else of everybody with a prize of a place."""
    from pachamama.cli.gather import unit_names
    from pachamama.cli.judging_papers import reader_of
    from pachamama.cli.sealing import seal_said
    from pachamama.papers.certificate import certificates

    names, persons = unit_names(store, found.tier), store.persons(found.round.code)
    for contest in found.settlement.contests:
        honoured = [one for one in contest.placings if _is_honoured(one, places)]
        if honoured:
            yield certificates(
                rules=found.rules,
                competition=found.round.competition,
                tier=found.tier,
                round_code=found.round.code,
                edition=found.round.edition,
                contest=contest,
                unit_name=names.get(contest.within or "", ""),
                persons=persons,
                honoured=honoured,
                place=place,
                day=day,
                rehearsal=store.is_rehearsal,
                reader=reader_of(found.rules),
                **seal_said(store, found),
                text_only=text_only,
            )


def _is_honoured(one: Placing, places: int | None) -> bool:
    if places is not None:
        return one.position <= places
    return any(award.scheme != "flat" for award in one.awards)


def slips_of(store: Store, found: Outcome, entry: str | None) -> Iterator[Slips]:
    """The slips of each contest, of every entry or of one, from the same explanation as `explain`."""
    from datetime import datetime

    from pachamama.cli.explaining import reckoned
    from pachamama.cli.gather import labels_of
    from pachamama.cli.judging_papers import reader_of
    from pachamama.cli.sealing import seal_said
    from pachamama.core.explanation import explain
    from pachamama.papers.slip import slips

    reader = reader_of(found.rules)
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
        yield slips(
            rules=found.rules,
            competition=found.round.competition,
            round_code=found.round.code,
            edition=found.round.edition,
            within=result.within,
            category=result.category,
            where=reader.say(label(result.within, result.category)),
            told=told,
            provisional=found.state == "provisional",
            rehearsal=store.is_rehearsal,
            printed=datetime.now().astimezone().date(),
            reader=reader,
            **seal_said(store, found),
        )


def report_of(store: Store, found: Outcome) -> RoundReport:
    """The report of the whole round."""
    from datetime import datetime

    from pachamama.cli.gather import labels_of
    from pachamama.cli.judging_papers import reader_of
    from pachamama.cli.sealing import seal_said
    from pachamama.papers.round_report import round_report

    entered = store.entries(found.round.code)
    label = labels_of(store, found.tier)
    return round_report(
        rules=found.rules,
        competition=found.round.competition,
        tier=found.tier,
        round_code=found.round.code,
        edition=found.round.edition,
        settlement=found.settlement,
        sexes={(one.within, one.category, one.code): one.fields.get("sex", "") for one in entered},
        registered=_registered(store, found),
        label={(one.within, one.category): label(one.within, one.category) for one in found.settlement.contests},
        provisional=found.state == "provisional",
        rehearsal=store.is_rehearsal,
        printed=datetime.now().astimezone().date(),
        reader=reader_of(found.rules),
        **seal_said(store, found),
    )


def _registered(store: Store, found: Outcome) -> dict[str, int]:
    """Households on the registers of the communities that take part, where households compete."""
    if found.tier.tier != "household" or found.tier.within != "community":
        return {}
    units = {one.within for one in found.settlement.contests}
    return {one.code: one.households for one in store.communities() if one.code in units and one.households}
