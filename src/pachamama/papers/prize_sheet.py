"""The prize sheet (*planilla de premiación*): who is paid what, in figures and in words, with room to sign for it.

One idea: everything that the paper says is reckoned and put into words here, once, from the result of the contest; the
template only places it. A sheet whose awards, purses and rows do not agree to the cent is never made.
"""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from typing import Any

from pachamama.core.model import ContestResult, Placing, PurseResult
from pachamama.core.numbers import Exact, cents, fixed, rounded
from pachamama.core.problems import NOWHERE, Mismatch, Problem
from pachamama.core.purses import Purse
from pachamama.core.ranking import warning_said
from pachamama.core.rules.document import Exchange, Tier
from pachamama.core.sentences import Money, Name, Points, Sentence, Value, listing, say, say_count
from pachamama.language import Reader
from pachamama.language.formats import sign_of
from pachamama.papers import kit
from pachamama.papers.heading import Heading, MoneySigns, RoundOnPaper
from pachamama.papers.labels import Label, capital
from pachamama.papers.payment import heading_of_paying
from pachamama.papers.people import Person, name_of, partner_of, person_of, waiting

_RUNS_AS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class PurseLine:
    """A purse and how it closes, in cents.

    `amount` and `returned` are None where one amount is for the whole round and this sheet shows only its part; `whole`
    then says so in words.
    """

    id: str
    name: str
    amount: int | None
    awarded: int
    returned: int | None
    whole: str = ""


@dataclass(frozen=True, slots=True)
class PrizeRow:
    """One winner: `purses` are the cents from each purse in the order of the sheet, `cents` all of them together.

    `beside` is the same amount in the exchange currency, for information; `words` and `beside` are empty without cash.
    """

    place: str
    is_tied: bool
    entry: str
    name: str
    partner: str
    dni: str
    points: str
    purses: tuple[int, ...]
    items: tuple[str, ...]
    cents: int
    words: str
    beside: str


@dataclass(frozen=True, slots=True)
class PrizeSheet:
    """The prize sheet of one contest, ready to print: plain texts, and money in cents.

    `waits` is what nobody drew lots for or decided yet, so that a prize of it stands in no row; `notes` are the other lines
    beside the purses, `judges` name and national id.
    """

    heading: Heading
    money: MoneySigns
    labels: Mapping[str, Label]
    purses: tuple[PurseLine, ...]
    rows: tuple[PrizeRow, ...]
    winners: str
    waits: tuple[str, ...]
    notes: tuple[str, ...]
    judges: tuple[tuple[str, str], ...]

    @property
    def cents(self) -> int:
        """All the cash on the sheet."""
        return sum(row.cents for row in self.rows)

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes: `prize-sheet-terraces-household-1-Ccapana-new`."""
        return self.heading.stem("prize-sheet")


def prize_sheet(
    about: RoundOnPaper,
    contest: ContestResult,
    *,
    persons: Mapping[str, Person],
    judges: Sequence[tuple[str, str]],
    closing: int = 0,
    round_purses: Sequence[PurseResult] = (),
    remarks: Sequence[Sentence] = (),
) -> PrizeSheet:
    """The sheet of one contest; everybody with an award is on it, in the order of the places.

    `persons` are found by entry, else by entrant; who is not among them is printed by the entry's own name. `closing` is
    the number of times that the round was closed (0: open). `round_purses` are the purses that are one amount for all
    contests. `remarks` are further lines beside the purses: how the sheets were checked, what was accepted as missing.
    Mismatch (do not pay) where rows and purses do not agree to the cent.
    """
    reader, tier, programme = about.reader, about.tier, about.rules.programme
    won = [placing for placing in contest.placings if placing.cents or any(a.item for a in placing.awards)]
    purses = tier.prizes.purses if tier.prizes else ()
    rows = tuple(_row(one, purses, persons, programme.exchange, programme.currency, reader) for one in won)
    lines = tuple(_purse_line(purse, contest, round_purses, rows, index, about) for index, purse in enumerate(purses))
    _refuse_what_does_not_close(rows, lines, contest)
    return PrizeSheet(
        heading=heading_of_paying(about, reader.text("Prize sheet"), contest.within, contest.category),
        money=about.money_signs,
        labels=_labels(about),
        purses=lines,
        rows=rows,
        winners=reader.say(say_count("{count} winner", "{count} winners", len(rows))),
        waits=tuple(reader.say(one) for one in waiting(contest, persons)),
        notes=(
            *_closing_notes(closing, reader),
            *_lots_notes(tier, won, reader),
            *_notes(contest, won, programme.exchange, programme.currency, reader),
            *(capital(reader.say(one)) for one in (*[warning_said(tier, one) for one in contest.warnings], *remarks)),
        ),
        judges=tuple((reader.say(judge), reader.say(dni)) for judge, dni in judges),
    )


def to_pdf(sheet: PrizeSheet) -> bytes:
    """The sheet as a PDF, A4 landscape; the same sheet gives the same bytes."""
    return kit.render("prize_sheet", asdict(sheet))


def to_csv(sheet: PrizeSheet) -> str:
    """The rows as a table: one line for each winner, one column for each purse; nothing in it runs as a formula."""
    about, written = sheet.heading, io.StringIO()
    table = csv.writer(written, lineterminator="\n")
    columns = [f"purse_{purse.id}" for purse in sheet.purses]
    head = ("place", "entry", "name", "partner", "dni", "points", *columns, "in_kind", "amount", "currency", "in_words")
    whole = ("round", "edition", "within", "category", "state", "rehearsal", "code")
    table.writerow([*head, *whole])
    said = (
        *(about.round_code, about.edition, about.within or "", about.category or "", about.state),
        *("true" if about.is_rehearsal else "false", about.code),
    )
    for row in sheet.rows:
        drawn = [_plain(part) for part in row.purses]
        texts = (row.place, row.entry, row.name, row.partner, row.dni, row.points, *drawn, "; ".join(row.items))
        table.writerow([_as_text(cell) for cell in (*texts, _plain(row.cents), sheet.money.currency, row.words, *said)])
    return written.getvalue()


def to_json(sheet: PrizeSheet) -> str:
    """The sheet as one JSON document; amounts and points are strings, so that they stay exact."""
    about = sheet.heading
    document = {
        "round": about.round_code,
        "edition": about.edition,
        "within": about.within,
        "category": about.category,
        "state": about.state,
        "rehearsal": about.is_rehearsal,
        "code": about.code or None,
        "currency": sheet.money.currency,
        "rows": [_row_in_json(row, sheet.purses) for row in sheet.rows],
        "purses": [
            {
                "id": one.id,
                "amount": _plain(one.amount),
                "awarded": _plain(one.awarded),
                "returned": _plain(one.returned),
            }
            for one in sheet.purses
        ],
        "total": _plain(sheet.cents),
        "judges": [{"name": name, "dni": dni} for name, dni in sheet.judges],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


# -- what the paper says -----------------------------------------------------------------------------------------


def _labels(about: RoundOnPaper) -> dict[str, Label]:
    return about.labels(
        place="Place",
        name="Name",
        entry="Code",
        partner="Partner",
        dni="DNI",
        points="Points",
        by_purse="Prize by purse",
        in_kind="In kind",
        amount="Amount",
        in_words="Amount in words",
        received="I received",
        signature="Signature",
        fingerprint="Fingerprint",
        tie="tie",
        brought="Brought forward",
        subtotal="Subtotal of this page",
        carried="Carried forward",
        total="Total",
        no_winner="No winner",
        nobody="Nobody won a prize in this contest.",
        purse="Purse",
        awarded="Awarded",
        returned="Returned",
        judges="Judges",
        where="Place of payment",
        day="Date",
        proxy="Received for somebody else (place, name, DNI, why)",
    )


def _closing_notes(closing: int, reader: Reader) -> tuple[str, ...]:
    """That an earlier paper of the same round is void."""
    if closing < 2:
        return ()
    said = say("Closing {number} of this round: sheets printed from an earlier closing are void.", number=closing)
    return (reader.say(said),)


def _lots_notes(tier: Tier, won: Sequence[Placing], reader: Reader) -> tuple[str, ...]:
    """Why entries with different places receive the same: luck decides the place, not the money (RULES.md, T6)."""
    apart = [one for one in won if one.decided_by == "lots" and one.cents]
    shares = Counter((one.points, one.cents) for one in apart)
    drawn = [one.entry.code for one in apart if shares[one.points, one.cents] > 1]
    if not drawn or tier.prizes is None or tier.prizes.lots_decide_money:
        return ()
    said = say(
        "Lots decided the places of {entries}; their prizes are put together and shared.", entries=listing(drawn)
    )
    return (reader.say(said),)


def _notes(
    contest: ContestResult,
    won: Sequence[Placing],
    exchange: Exchange | None,
    currency: str,
    reader: Reader,
) -> tuple[str, ...]:
    """The lines beside the purses: who is not on the sheet, what things are worth, the rate."""
    notes: list[Value] = []
    without = len(contest.placings) - len(won)
    if without:
        notes.append(
            say_count(
                "{count} has a place without a prize and is not on this sheet.",
                "{count} have a place without a prize and are not on this sheet.",
                without,
            )
        )
    if contest.unranked:
        notes.append(say_count("{count} has no place.", "{count} have no place.", len(contest.unranked)))
    given = Counter((reader.say(_item(a.item)), a.value) for p in won for a in p.awards if a.item is not None)
    for (item, value), count in given.items():
        if value:
            worth = Money(value, currency)
            notes.append(say("In kind: {count} × {item}, worth {value} each.", count=count, item=item, value=worth))
        else:
            notes.append(say("In kind: {count} × {item}.", count=count, item=item))
    if exchange and any(placing.cents for placing in won):
        rate = f"{sign_of(exchange.currency)} {reader.say(exchange.rate)}"
        notes.append(
            say("In small figures, for information: {rate} for {currency} 1.", rate=rate, currency=sign_of(currency))
        )
        if source := " · ".join(part for part in (exchange.source, exchange.date) if part):
            notes.append(say("Rate from: {source}.", source=source))
    return tuple(reader.say(note) for note in notes)


# -- rows and purses ---------------------------------------------------------------------------------------------


def _row(
    placing: Placing,
    purses: Sequence[Purse],
    persons: Mapping[str, Person],
    exchange: Exchange | None,
    currency: str,
    reader: Reader,
) -> PrizeRow:
    entry = placing.entry
    person = person_of(persons, entry)
    paid = placing.cents
    return PrizeRow(
        place=str(placing.place),
        is_tied=bool(placing.tied_with),
        entry=entry.code,
        name=reader.say(name_of(persons, entry)),
        partner=reader.say(partner_of(persons, entry)),
        dni=reader.say(person.dni if person else ""),
        points=reader.say(Points(placing.points, placing.decimals)),
        purses=tuple(sum(award.cents for award in placing.awards if award.purse == purse.id) for purse in purses),
        items=tuple(reader.say(_item(award.item)) for award in placing.awards if award.item is not None),
        cents=paid,
        words=reader.in_words(Money(paid, currency)) if paid else "",
        beside=reader.say(Money(exchanged(paid, exchange.rate), exchange.currency)) if exchange and paid else "",
    )


def exchanged(paid: int, rate: Exact) -> int:
    """The amount in cents of the other currency: amount × rate, half up to the cent (RULES.md, P11)."""
    return int(rounded(Fraction(paid) * rate, 0))


def _item(item: object) -> Name:
    return item if isinstance(item, Name) else Name({}, str(item))


def _purse_line(
    purse: Purse,
    contest: ContestResult,
    round_purses: Iterable[PurseResult],
    rows: Sequence[PrizeRow],
    index: int,
    about: RoundOnPaper,
) -> PurseLine:
    reader, currency = about.reader, about.currency
    name = reader.say(Name(purse.name.texts, purse.id))
    here = sum(row.purses[index] for row in rows)
    closed = next((one for one in contest.purses if one.id == purse.id), None)
    if closed is not None:
        return PurseLine(purse.id, name, closed.amount, closed.awarded, closed.returned)
    if purse.per == "contest":
        return PurseLine(purse.id, name, cents(purse.amount), here, cents(purse.amount) - here)
    whole = next((one for one in round_purses if one.id == purse.id), None)
    if whole is None:
        told = reader.text("one amount for the whole round")
    else:
        told = reader.say(_of_the_round(whole, currency))
    return PurseLine(purse.id, name, None, here, None, told)


def _of_the_round(whole: PurseResult, currency: str) -> Value:
    amount, awarded, returned = (Money(part, currency) for part in (whole.amount, whole.awarded, whole.returned))
    return say(
        "one amount for the whole round: {amount}, awarded {awarded}, returned {returned}",
        amount=amount,
        awarded=awarded,
        returned=returned,
    )


def _refuse_what_does_not_close(rows: Sequence[PrizeRow], lines: Sequence[PurseLine], contest: ContestResult) -> None:
    """Mismatch unless every row is the sum of its purses, and every purse the sum of its rows (RULES.md, P9)."""
    problems = [
        Problem(NOWHERE, say("the prizes of {entry} are not the sum of its purses", entry=row.entry))
        for row in rows
        if row.cents != sum(row.purses)
    ]
    problems.extend(
        Problem(NOWHERE, say("purse {purse}: awarded and paid on this sheet differ", purse=line.name))
        for index, line in enumerate(lines)
        if line.awarded != sum(row.purses[index] for row in rows)
    )
    known = {line.id for line in lines}
    problems.extend(
        Problem(NOWHERE, say("the purse {purse} is not in the rules", purse=one.id))
        for one in contest.purses
        if one.id not in known
    )
    if problems:
        raise Mismatch(*problems)


# -- tables ------------------------------------------------------------------------------------------------------


def _row_in_json(row: PrizeRow, purses: Sequence[PurseLine]) -> dict[str, Any]:
    drawn = {purse.id: _plain(part) for purse, part in zip(purses, row.purses, strict=True)}
    return {
        "place": row.place,
        "entry": row.entry,
        "name": row.name,
        "partner": row.partner,
        "dni": row.dni,
        "points": row.points,
        "purses": drawn,
        "in_kind": list(row.items),
        "amount": _plain(row.cents),
        "in_words": row.words,
    }


def _plain(amount: int | None) -> Any:
    return None if amount is None else fixed(Fraction(amount, 100), 2)


def _as_text(cell: str) -> str:
    """The cell with an apostrophe before what a spreadsheet would run as a formula."""
    return f"'{cell}" if cell.startswith(_RUNS_AS_FORMULA) else cell
