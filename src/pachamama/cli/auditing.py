"""`export audit`: everything that results rest on in one ZIP, for whoever checks them without this program."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.session import session
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import listing, say

if TYPE_CHECKING:
    from pachamama.core.model import Round
    from pachamama.exchange.audit.bundle import AuditRound, Table
    from pachamama.store import Store
    from pachamama.store.money import Receipt
    from pachamama.store.redress import Redress


def export_audit(
    context: typer.Context,
    file: Annotated[str, typer.Option("-o", "--to", metavar="FILE", help="the ZIP to write")],
    round_: Annotated[
        str | None, typer.Argument(metavar="ROUND", help="only that round, and the one it reads; else all closed ones")
    ] = None,
    with_dni: Annotated[
        bool, typer.Option("--with-dni", help="with personal numbers; that is recorded in the journal")
    ] = False,
) -> None:
    """Write the audit bundle: database, tables, rules, seals, journal, and a recount that needs only Python.

    Whoever has it reckons every place and prize again and compares (`python3 recount.py` in it). Names are in it, DNI only
    with `--with-dni`.
    """
    from pachamama.exchange import write_beside
    from pachamama.exchange.audit import audit_bundle
    from pachamama.exchange.files import refuse_other_than

    asked = session(context)
    asked.no_csv()
    refuse_other_than(file, b"PK", say("this file is no audit bundle, and nothing is written over it"))
    with asked.open(writing=with_dni) as store:
        meant, left_out = _meant(store, round_)
        if with_dni:
            store.record_export(f"audit: {', '.join(one.code for one in meant)}", actor=asked.actor)
        content = audit_bundle(
            [_gathered(store, one) for one in meant],
            database=_database(store, with_dni=with_dni),
            registers=dict(_registers(store, with_dni=with_dni)),
            seals=_seals(store),
            journal=_journal(store),
            appeals=_appeals(store),
        )
    write_beside(file, content)
    asked.tell_warnings(left_out)
    if asked.format == "json":
        asked.json({"file": file, "rounds": [one.code for one in meant], "with_dni": with_dni})
        return
    asked.result(visible(file))
    asked.tell(
        say("It holds {rounds}. To check it: unpack it and run `python3 recount.py` there.", rounds=_listed(meant))
    )
    if with_dni:
        asked.tell(say("It holds personal numbers: that is recorded in the journal. Keep it as a register is kept."))


def _listed(rounds: list[Round]) -> Any:
    return listing([one.code for one in rounds])


def _meant(store: Store, code: str | None) -> tuple[list[Round], list[Problem]]:
    """The closed rounds that are meant, each after the one that it reads, and those left out, which read reopened results.

    One that is named and has no results that stand is refused, and so is everything where nothing stands.
    """
    named = [store.round(code)] if code is not None else [one for one in store.rounds() if one.state == "closed"]
    if not named:
        raise Refused(Problem(NOWHERE, say("no round is closed yet"), say("close one first: `pachamama round close`")))
    standing = [one for one in named if one.state == "closed" and not store.is_stale(one.code)]
    left_out = [_without_results(store, one) for one in named if one not in standing]
    if not standing:
        raise Refused(*left_out)
    codes = {one.code for one in standing} | {one.lower for one in standing if one.lower}
    return [one for one in store.rounds() if one.code in codes], left_out


def _without_results(store: Store, one: Round) -> Problem:
    """That nothing of a round can be bundled, and what makes it stand."""
    from pachamama.cli.waiting import stale_of

    close = say("close it first: `pachamama round close {round}`; or name another round", round=one.code)
    return Problem(
        NOWHERE, say("{round} has no results that stand", round=one.code), *(stale_of(store, one) or [close])
    )


def _gathered(store: Store, one: Round) -> AuditRound:
    from pachamama.cli.gather import frozen_rules, tier_of_round
    from pachamama.exchange import read_stored
    from pachamama.exchange.audit import AuditRound

    document = store.results(one.code)
    assert document is not None, "a closed round has results"
    return AuditRound(
        one,
        tier_of_round(one),
        frozen_rules(one.rules).programme.currency,
        [contest for contest in store.contests(one.code) if contest.entries],
        read_stored(document),
        store.rulings(one.code),
        store.drawings(one.code),
        store.sealed_lines(one.code),
        [_paid(receipt) for receipt in store.receipts(one.code)],
        [_returned(given) for given in store.redress(one.code)],
    )


def _paid(one: Receipt) -> list[str]:
    return [
        one.within or "", one.category or "", one.entry, one.code, str(one.results),
        f"{one.cents // 100}.{one.cents % 100:02}", one.mode, one.day, one.proxy, one.reason, one.voided, one.without_dni,
    ]  # fmt: skip


def _returned(one: Redress) -> list[str]:
    return [
        one.within or "", one.category or "", one.entry, one.code, one.kind, str(one.results),
        f"{one.cents // 100}.{one.cents % 100:02}", one.day, one.reason, "; ".join(one.names), one.voided, one.device,
        str(one.number),
    ]  # fmt: skip


def _database(store: Store, *, with_dni: bool) -> bytes:
    """A verified copy of the file, by default with another word for each DNI."""
    with tempfile.TemporaryDirectory(dir=Path(store.path).resolve().parent, prefix=".audit-") as folder:
        copy = Path(folder) / "pachamama.db"
        if with_dni:
            store.copy_to(copy)
        else:
            store.copy_for_audit(copy)
        return copy.read_bytes()


def _registers(store: Store, *, with_dni: bool) -> Iterator[tuple[str, Table]]:
    from pachamama.cli.registers import rows_of_register
    from pachamama.core.accounts import is_of_account

    for kind in ("watersheds", "communities", "households", "judges"):
        columns, rows = rows_of_register(store, kind, None)
        kept = [at for at, column in enumerate(columns) if with_dni or not (column == "dni" or is_of_account(column))]
        yield kind, ([columns[at] for at in kept], [[row[at] for at in kept] for row in rows])


def _seals(store: Store) -> Table:
    columns = ("round", "number", "code", "actor", "witness", "at", "accept_missing", "stands", "replaced_by")
    return columns, [
        [
            one.round,
            str(one.number),
            one.code,
            one.actor,
            one.witness,
            one.at,
            one.accept_missing,
            "yes" if one.stands else "no",
            one.replaced_by,
        ]
        for one in store.seals()
    ]


def _journal(store: Store) -> Iterator[dict[str, Any]]:
    for one in store.journal():
        yield {
            "device": one.device,
            "number": one.number,
            "at": one.at,
            "actor": one.actor,
            "kind": one.kind,
            "body": one.body,
            "previous": one.previous,
            "hash": one.hash,
        }


def _appeals(store: Store) -> Table:
    columns = (
        "code", "round", "closing", "entry", "by", "day", "until", "text", "state", "reason", "names", "decided",
    )  # fmt: skip
    return columns, [
        [
            one.code, one.round, str(one.results), one.entry, one.claimant, one.day, one.until, one.text, one.state,
            one.decision, "; ".join(one.names), one.decided,
        ]
        for one in store.appeals()
    ]  # fmt: skip
