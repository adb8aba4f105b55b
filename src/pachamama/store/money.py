"""Receipts and payments: what was handed out against which closing.

A receipt is numbered once per office and year and belongs to one entry under one closing; a payment is that receipt
signed. What is numbered is what is still to be paid: the prize that stands, less what was paid before and not given back.
So nobody is paid more than the prize that stands, and no household without a DNI unless somebody said why.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from pachamama.core.problems import NOWHERE, Problem, refuse_if
from pachamama.core.sentences import Sentence, When, choice, say
from pachamama.store import disputed, rounds
from pachamama.store.journal import Body
from pachamama.store.people import Roll
from pachamama.store.redress import Redress, redress
from pachamama.store.refusals import codes_like, refused
from pachamama.store.rounds import Standing

PaymentMode: TypeAlias = Literal["cash", "transfer", "in_kind"]
MODES: tuple[PaymentMode, ...] = ("cash", "transfer", "in_kind")
Payee: TypeAlias = tuple[str | None, str | None, str, int]
"""Unit, category, entry and cents of the whole prize of somebody who is to be paid."""
Whose: TypeAlias = tuple[str | None, str | None, str]
"""Unit, category and entry."""
_OFFICE = re.compile(r"[A-Za-z0-9]{1,12}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """A numbered receipt, and how it was paid; `mode` is '' while it is not, `voided` says why a payment is void.

    `results` is the closing that it was numbered under; `proxy` who received it for somebody else, with the `reason`;
    `without_dni` why it was paid to somebody whose DNI is not known, `numbered` the day on which it was numbered, where this laptop stands.
    `apart` is the code of the closing that it was numbered under where that does not stand, because another laptop closed
    the round apart; '' for every other one. Its amount is of no result here: it is void, and counts only if it was paid.
    """

    code: str
    round: str
    within: str | None
    category: str | None
    entry: str
    results: int
    cents: int
    mode: PaymentMode | Literal[""] = ""
    day: str = ""
    proxy: str = ""
    reason: str = ""
    voided: str = ""
    without_dni: str = ""
    numbered: str = ""
    apart: str = ""

    @property
    def is_paid(self) -> bool:
        """The money was handed out, and nobody voided it."""
        return bool(self.mode) and not self.voided

    @property
    def whose(self) -> Whose:
        """Unit, category and entry."""
        return self.within, self.category, self.entry


@dataclass(frozen=True, slots=True)
class Account:
    """What one entry wins under the closing that stands, and what it has of it.

    `open` are the receipts of this closing that are still to be paid. Things in kind are named by their number among
    those that the entry wins: `things` are those that nobody has handed out, `listed` those on each receipt, `unwon` how many were handed out and are not won any more. `redress` is
    what was given back of what was paid beyond the prize, and what people decided to let be.
    """

    within: str | None
    category: str | None
    entry: str
    cents: int
    things: tuple[int, ...]
    receipts: tuple[Receipt, ...]
    open: tuple[Receipt, ...]
    listed: Mapping[str, tuple[int, ...]]
    redress: tuple[Redress, ...] = ()
    unwon: int = 0

    @property
    def whose(self) -> Whose:
        """Unit, category and entry."""
        return self.within, self.category, self.entry

    @property
    def paid(self) -> int:
        """The cents that were paid, under whichever closing, also what was given back later."""
        return sum(one.cents for one in self.receipts if one.is_paid)

    @property
    def returned(self) -> int:
        """The cents that were given back."""
        return sum(one.cents for one in self.redress if one.stands and one.kind == "returned")

    @property
    def kept(self) -> int:
        """The cents that are with them; never below zero, also where two laptops made more void than was left."""
        return max(self.paid - self.returned, 0)

    @property
    def left(self) -> int:
        """The cents that are still to be paid; below zero where more is with them than the prize."""
        return self.cents - self.kept

    @property
    def waived(self) -> int:
        """The cents beyond the prize that people decided to let be: never more than there are."""
        return min(max(-self.left, 0), sum(one.cents for one in self.redress if one.stands and one.kind == "waived"))

    @property
    def beyond(self) -> int:
        """The cents that were paid too much, are not given back, and about which nobody has decided."""
        return max(-self.left, 0) - self.waived

    @property
    def is_settled(self) -> bool:
        """Nothing is to be paid or handed out any more."""
        return self.left <= 0 and not self.things

    @property
    def unnumbered(self) -> int | None:
        """The cents for which a receipt must still be numbered, 0 where only things are; None if every one is there."""
        rest = self.left - sum(one.cents for one in self.open)
        return rest if rest > 0 else 0 if self.things and not self.open else None


_RECEIPTS = (
    "SELECT x.code, r.code, c.within, c.category, e.code, x.results, x.cents, coalesce(p.mode, ''),"
    " coalesce(p.day, ''), coalesce(who.name, ''), coalesce(p.reason, ''), coalesce(p.voided, ''),"
    " coalesce(p.without_dni, ''), n.at, n.id"
    " FROM receipt x JOIN journal n ON n.id = x.journal JOIN entry e ON e.id = x.entry JOIN contest c ON c.id = e.contest JOIN round r ON r.id = c.round"
    " LEFT JOIN payment p ON p.receipt = x.id LEFT JOIN person who ON who.commitment = p.proxy"
)


def receipts(connection: sqlite3.Connection, standing: Standing) -> tuple[Receipt, ...]:
    """Every receipt of a round in the order of their numbers, paid or not."""
    rows = connection.execute(f"{_RECEIPTS} WHERE r.id = ? ORDER BY x.id", (standing.key,)).fetchall()
    apart = _numbered_apart(connection)
    return tuple(_receipt(row, apart) for row in rows)


def _receipt(row: Sequence[Any], apart: Mapping[int, str]) -> Receipt:
    *_, at, numbering = row
    rest = (*row[4:-2], datetime.fromisoformat(at).astimezone().date().isoformat(), apart.get(numbering, ""))
    return Receipt(row[0], row[1], row[2] or None, row[3] or None, *rest)


def _numbered_apart(connection: sqlite3.Connection) -> dict[int, str]:
    """The entries of the journal that numbered receipts under a closing that does not stand, with its code."""
    rows = connection.execute(
        "SELECT n.id, json_extract(n.body, '$.seal') FROM"
        " (SELECT DISTINCT x.journal, x.results, c.round FROM receipt x JOIN entry e ON e.id = x.entry"
        " JOIN contest c ON c.id = e.contest) d JOIN journal n ON n.id = d.journal"
        " LEFT JOIN result y ON y.round = d.round AND y.number = d.results"
        " WHERE json_extract(n.body, '$.seal') IS NOT NULL AND json_extract(n.body, '$.seal') IS NOT y.seal"
    )
    return dict(rows.fetchall())


def find(connection: sqlite3.Connection, typed: str) -> Receipt:
    """The receipt that somebody typed: its code in any letters, or its last figures where no other ends like that."""
    every = {code.casefold(): code for (code,) in connection.execute("SELECT code FROM receipt ORDER BY id")}
    wanted = typed.strip().casefold()
    found = [every[wanted]] if wanted in every else [code for key, code in every.items() if _ends_like(key, wanted)]
    if len(found) == 1:
        row = connection.execute(f"{_RECEIPTS} WHERE x.code = ?", found).fetchone()
        return _receipt(row, _numbered_apart(connection))
    if found:
        raise refused(
            say("{code} can be several receipts.", code=typed),
            say("Type the whole code, such as {words}.", words=choice(found[:3])),
        )
    raise refused(
        say("There is no receipt {code}.", code=typed),
        codes_like(typed, list(every.values())) or say("Print the receipts first: `pachamama print receipts`."),
    )


def _ends_like(code: str, typed: str) -> bool:
    """`oficina-kt-2026-0017` ends like `17`, `0017` and `2026-17`, and not like `7`."""
    start, _, number = typed.rpartition("-")
    if not number.isdecimal():
        return False
    head, _, own = code.rpartition("-")
    return int(own) == int(number) and (head == start or head.endswith(f"-{start}") or not start)


# -- what everybody has of the prize -----------------------------------------------------------------------------------


def accounts(connection: sqlite3.Connection, standing: Standing, results: int | None = None) -> tuple[Account, ...]:
    """What everybody wins under a closing (by default the last one) and has of it: the winners, then those paid besides.

    Winners come in the order of contests and places. A round that was never closed is refused.
    """
    if results is None:
        results = _last(connection, standing)
    if not results:
        raise refused(
            say("Round {round} has no results yet.", round=standing.code),
            say("Close it first: `pachamama round close {round}`.", round=standing.code),
        )
    held: dict[Whose, list[Receipt]] = {}
    for one in receipts(connection, standing):
        held.setdefault(one.whose, []).append(one)
    back: dict[Whose, list[Redress]] = {}
    for given in redress(connection, standing):
        back.setdefault(given.whose, []).append(given)
    every = [one for some in held.values() for one in some]
    prizes: dict[int | str, dict[Whose, tuple[int, tuple[str, ...]]]] = {
        number: _prizes(connection, standing, number)
        for number in {results, *(one.results for one in every if not one.apart)}
    }
    prizes |= {code: _prizes_apart(connection, code) for code in {one.apart for one in every if one.apart}}
    paid = (whose for whose, some in held.items() if any(one.is_paid for one in some))
    everybody = dict.fromkeys([*prizes[results], *paid])
    return tuple(_account(whose, held.get(whose, []), back.get(whose, []), prizes, results) for whose in everybody)


_Prizes: TypeAlias = Mapping[int | str, Mapping[Whose, tuple[int, tuple[str, ...]]]]
"""By closing (by its code where it does not stand) and winner: the cents, and each thing in kind in its written form."""


def _prizes(
    connection: sqlite3.Connection, standing: Standing, results: int
) -> dict[Whose, tuple[int, tuple[str, ...]]]:
    """Who wins what under a closing."""
    return _winners(rounds.document(connection, standing.key, results))


def _prizes_apart(connection: sqlite3.Connection, code: str) -> dict[Whose, tuple[int, tuple[str, ...]]]:
    """Who wins what under a closing that does not stand."""
    closing = rounds.closing_apart(connection, code)
    return _winners(closing.body["document"]) if closing is not None else {}


@lru_cache(maxsize=4)
def _winners(text: str) -> dict[Whose, tuple[int, tuple[str, ...]]]:
    """Who wins what, from the document of results: read once where a page of receipts is recorded one by one."""
    document = json.loads(text)
    return {
        (contest["within"], contest["category"], placing["entry"]): (
            sum(award["cents"] for award in placing["awards"]),
            tuple(json.dumps(item, sort_keys=True) for award in placing["awards"] if (item := award.get("item"))),
        )
        for contest in document["contests"]
        for placing in contest["placings"]
        if placing["awards"]
    }


def _account(whose: Whose, some: Sequence[Receipt], back: Sequence[Redress], prizes: _Prizes, results: int) -> Account:
    """Whoever signs a receipt has every thing that was won under its closing: what was not handed out before, then."""
    cents, things = prizes[results].get(whose, (0, ()))
    left = Account(*whose, cents, (), tuple(some), (), {}, tuple(back)).left
    given: Counter[str] = Counter()
    promised: Counter[str] = Counter()
    listed: dict[str, tuple[int, ...]] = {}
    waiting: list[Receipt] = []
    for one in some:
        won = prizes[one.apart or one.results].get(whose, (0, ()))[1]
        if one.is_paid:
            listed[one.code] = _without(won, given)
            given |= Counter(won)
        elif (
            one.results == results
            and not (one.mode or one.apart)
            and sum(other.cents for other in waiting) + one.cents <= left
        ):
            listed[one.code] = _without(won, given | promised)
            if one.cents or listed[one.code]:
                waiting.append(one)
                promised |= Counter(won)
    unwon = (given - Counter(things)).total()
    return Account(*whose, cents, _without(things, given), tuple(some), tuple(waiting), listed, tuple(back), unwon)


def _without(things: Sequence[str], given: Counter[str]) -> tuple[int, ...]:
    """The numbers of the things that are not among those given."""
    rest = Counter(given)
    left = []
    for at, thing in enumerate(things):
        if rest[thing]:
            rest[thing] -= 1
        else:
            left.append(at)
    return tuple(left)


# -- numbering and paying ----------------------------------------------------------------------------------------------


def numbering(
    connection: sqlite3.Connection, standing: Standing, payees: Sequence[Payee], *, office: str, year: int
) -> Body | None:
    """The body that numbers a receipt for what each payee is still to be paid; None if there is one for everything.

    `office` names the laptop too, so that no two laptops give one number. What was paid under an earlier closing is
    taken off; whose receipt was made void gets a new one. A prize that does not stand is refused, and so is a payee of whom
    two laptops wrote down payments apart, of which one is void, until that is settled.
    """
    results = closed(connection, standing)
    held = {(one.within, one.category, one.entry): one for one in accounts(connection, standing, results)}
    refuse_if(
        Problem(
            NOWHERE,
            say("{entry} does not win that under the closing that stands.", entry=entry),
            say("See who wins what: `pachamama prizes {round}`.", round=standing.code),
        )
        for within, category, entry, cents in payees
        if (within, category, entry) not in held or held[within, category, entry].cents != cents
    )
    due = [payee[:3] for payee in payees if not held[payee[:3]].is_settled]
    refuse_if(disputed.refusals(connection, standing, due))
    last = _last_number(connection, office, year)
    new: list[list[object]] = []
    for within, category, entry in dict.fromkeys(payee[:3] for payee in payees):
        cents = held[within, category, entry].unnumbered
        if cents is not None:
            last += 1
            new.append([f"{office}-{year}-{last:04d}", within, category, entry, cents])
    if not new:
        return None
    body: Body = {"round": standing.code, "results": results, "office": office, "year": year, "receipts": new}
    (sealed,) = connection.execute(
        "SELECT seal FROM result WHERE round = ? AND number = ?", (standing.key, results)
    ).fetchone()
    return {**body, "seal": sealed} if sealed else body


def refuse_office(office: str) -> None:
    """Refuse a name of an office that cannot be part of a number."""
    if office and not _OFFICE.fullmatch(office):
        raise refused(
            say("“{office}” cannot stand in the number of a receipt.", office=office),
            say("Take a short name of letters and figures, at most 12, such as {example}.", example="CUSCO"),
        )


def last_office(connection: sqlite3.Connection, device: str) -> str:
    """The office in the last numbers that a laptop gave out, with the letters of the laptop; '' where it gave none."""
    row = connection.execute(
        "SELECT json_extract(body, '$.office') FROM journal WHERE kind = 'receipts_numbered' AND device = ?"
        " ORDER BY number DESC LIMIT 1",
        (device,),
    ).fetchone()
    return row[0] if row else ""


def _last_number(connection: sqlite3.Connection, office: str, year: int) -> int:
    """The highest number that was ever given out, also on receipts that stand nowhere after a merge: paper may exist."""
    rows = connection.execute(
        "SELECT json_extract(x.value, '$[0]') FROM journal j, json_each(j.body, '$.receipts') x"
        " WHERE j.kind = 'receipts_numbered' AND json_extract(j.body, '$.office') = ?"
        " AND json_extract(j.body, '$.year') = ?",
        (office, year),
    )
    return max((int(code.rpartition("-")[2]) for (code,) in rows), default=0)


def paying(
    connection: sqlite3.Connection,
    standing: Standing,
    code: str,
    *,
    mode: PaymentMode,
    day: str,
    proxy: str,
    reason: str,
    without_dni: str,
    roll: Roll,
) -> Body:
    """The body that records a receipt as paid; refused if it is paid, void, replaced, or more than the prize that stands.

    A receipt of an earlier closing was paid before the one that stands, or not at all: then it is taken as it is. A
    household whose DNI is not known is refused too, unless `without_dni` says why.
    """
    results = closed(connection, standing)
    found = next((one for one in receipts(connection, standing) if one.code == code), None)
    if found is None:
        raise refused(
            say("There is no receipt {code} in {round}.", code=code, round=standing.code),
            say("`pachamama pay list` shows the receipts."),
        )
    problems = [Problem(NOWHERE, *said) for said in _why_not(connection, standing, found, results, day, reason)]
    problems += [] if problems else disputed.refusals(connection, standing, [found.whose])
    if found.cents == 0 and mode != "in_kind":
        problems.append(
            Problem(
                NOWHERE,
                say("Receipt {code} is for things only.", code=code),
                say("Record it with `--mode in_kind`."),
            )
        )
    if found.cents and mode == "in_kind":
        problems.append(
            Problem(
                NOWHERE,
                say("Receipt {code} is for money.", code=code),
                say(
                    "Record it with `--mode cash` or `--mode transfer`; what is won in kind on it counts as handed out."
                ),
            )
        )
    if proxy and not reason:
        problems.append(
            Problem(
                NOWHERE, say("Somebody else receives it, and nobody said why."), say("Say it with `--reason TEXT`.")
            )
        )
    unknown = None if found.mode else without_number(connection, standing, found.whose)
    if unknown is not None and not without_dni:
        problems.append(unknown)
    refuse_if(problems)
    body: Body = {
        "round": standing.code,
        "within": found.within,
        "category": found.category,
        "entry": found.entry,
        "receipt": code,
        "mode": mode,
        "day": day,
        "proxy": roll.commit_to_names([proxy])[0] if proxy else "",
        "reason": reason,
    }
    return body if unknown is None else {**body, "without_dni": without_dni}


def without_number(connection: sqlite3.Connection, standing: Standing, whose: Whose) -> Problem | None:
    """That the DNI of a household is not known, and the remedy; None where it is, and for groups and communities."""
    if standing.tier != "household":
        return None
    within, category, entry = whose
    row = connection.execute(
        "SELECT coalesce(h.code, ''), coalesce(p.dni, ''), coalesce(nullif(p.name, ''), own.name, ''),"
        " coalesce(p.salt = '' AND p.name = '', 0), coalesce(json_extract(e.fields, '$.entrant'), e.code)"
        " FROM entry e JOIN contest c ON c.id = e.contest LEFT JOIN person own ON own.id = e.person"
        " LEFT JOIN household h ON h.code = coalesce(json_extract(e.fields, '$.entrant'), e.code)"
        " LEFT JOIN person p ON p.id = h.person"
        " WHERE c.round = ? AND c.within = ? AND c.category = ? AND e.code = ?",
        (standing.key, within or "", category or "", entry),
    ).fetchone()
    code, dni, name, is_erased, entrant = row or ("", "", "", 0, entry)
    if dni:
        return None
    if is_erased:
        remedy = say("Its personal data were erased. To pay it all the same, say why: `--without-dni REASON`.")
    elif not code:
        remedy = say(
            "It is not in the register: `pachamama add household {code} community=… head=… dni=…`. Or say why it is paid "
            "without: `--without-dni REASON`.",
            code=entrant,
        )
    else:
        remedy = say(
            "Write it down: `pachamama add household {code} dni=…`. Or say why it is paid without: `--without-dni REASON`.",
            code=code,
        )
    return Problem(
        NOWHERE,
        say("{entry} {name} has no DNI.", entry=entry, name=name) if name else say("{entry} has no DNI.", entry=entry),
        remedy,
    )


def _why_not(
    connection: sqlite3.Connection, standing: Standing, found: Receipt, results: int, day: str, reason: str
) -> Iterator[tuple[Sentence, Sentence]]:
    """Why a receipt cannot be paid, each with its remedy."""
    if found.voided:
        yield (
            say("Receipt {code} is void: {reason}.", code=found.code, reason=found.voided.rstrip(".")),
            say("Print the receipts again: `pachamama print receipts` numbers a new one."),
        )
    elif found.mode:
        yield (
            say("Receipt {code} was paid on {day}.", code=found.code, day=When(found.day)),
            say("Look at the receipt; each is paid once."),
        )
    elif found.apart:
        if not reason:
            yield (
                say(
                    "Receipt {code} is of a closing that does not stand, because two laptops closed the round apart, and void.",
                    code=found.code,
                ),
                say(
                    "Print the receipts again, and tear this one up. Was it paid all the same? Say how you know it: "
                    "`--reason TEXT`."
                ),
            )
    elif found.results != results:
        closed_at = closed_on(connection, standing, results)
        if date.fromisoformat(day) > closed_at or (date.fromisoformat(day) == closed_at and not reason):
            yield (
                say("Receipt {code} is of an earlier closing, and void.", code=found.code),
                say(
                    "Pay the receipt of the latest closing. Was it paid before that closing? Say when: `--day YYYY-MM-DD`; if that "
                    "was on the day of the closing itself, say how you know it: `--reason TEXT`."
                ),
            )
        elif not reason:
            held = next((one for one in accounts(connection, standing, results) if one.whose == found.whose), None)
            if (
                held is not None
                and held.left < found.cents
                and any(one.results == results for one in held.receipts if one.is_paid)
            ):
                yield (
                    say("{entry} was paid by a receipt of the latest closing already.", entry=found.entry),
                    say("If this one was paid too, say how you know it: `--reason TEXT`."),
                )
    elif all(found not in one.open for one in accounts(connection, standing, results)):
        yield (
            say("{entry} would get more than the prize that stands.", entry=found.entry),
            say("Look at what was paid already: `pachamama pay list`."),
        )


def voiding(connection: sqlite3.Connection, standing: Standing, code: str, *, reason: str) -> Body:
    """The body that makes a payment void, because it did not happen as written."""
    found = next((one for one in receipts(connection, standing) if one.code == code), None)
    if found is None or not found.is_paid:
        raise refused(
            say("Receipt {code} is not paid.", code=code), say("`pachamama pay list` shows which receipts are.")
        )
    held = next(one for one in accounts(connection, standing) if one.whose == found.whose)
    if held.returned > held.paid - found.cents:
        raise refused(
            say("Of what {entry} was paid something was given back.", entry=found.entry),
            say("If that did not happen either, make it void first: `pachamama pay list` shows its code."),
        )
    within, category, entry = found.whose
    body: Body = {"round": standing.code, "within": within, "category": category, "entry": entry}
    return {**body, "receipt": code, "reason": reason}


def _last(connection: sqlite3.Connection, standing: Standing) -> int:
    """The number of the last closing, 0 before the first one."""
    return int(connection.execute("SELECT results FROM round WHERE id = ?", (standing.key,)).fetchone()[0])


def closed_on(connection: sqlite3.Connection, standing: Standing, results: int) -> date:
    """The day of a closing, where this laptop stands."""
    (at,) = connection.execute(
        "SELECT n.at FROM result x JOIN journal n ON n.id = x.journal WHERE x.round = ? AND x.number = ?",
        (standing.key, results),
    ).fetchone()
    return datetime.fromisoformat(at).astimezone().date()


# -- appeals ---------------------------------------------------------------------------------------------------------


def closed(connection: sqlite3.Connection, standing: Standing) -> int:
    """The number of the closing that stands; an open or stale round is refused."""
    if standing.is_open:
        raise refused(
            say("Round {round} is open: nothing is paid from results that can still change.", round=standing.code),
            say("Close it first: `pachamama round close {round}`.", round=standing.code),
        )
    if rounds.is_stale(connection, standing.code):
        raise refused(
            say("Round {round} reads results that were reopened.", round=standing.code),
            say("Reopen {round} and close it again, so that it reads the new results.", round=standing.code),
        )
    return _last(connection, standing)
