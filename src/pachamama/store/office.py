"""The part of the store about the office: receipts and payments, appeals, the laptops of a programme and their files."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from types import EllipsisType
from typing import Literal

from pachamama.core.problems import Problem, Refused, refuse_if
from pachamama.store import appeals as appealing
from pachamama.store import connection as file
from pachamama.store import disputed, journal, laptops, merging, money, people, redressing, rounds, rulings
from pachamama.store import redress as redresses
from pachamama.store.appeals import Appeal
from pachamama.store.changes import Person
from pachamama.store.connection import Connection
from pachamama.store.journal import JournalEntry
from pachamama.store.laptops import Conflict, Device
from pachamama.store.ledger import Ledger, one_line
from pachamama.store.merging import Merge
from pachamama.store.money import Account, Payee, PaymentMode, Receipt, Whose
from pachamama.store.numbering import letters_of
from pachamama.store.paperwork import must_say_why
from pachamama.store.people import Roll
from pachamama.store.redress import Redress, RedressKind


class Office(Ledger):
    """Money that is handed out, objections, and files that come and go; every writing method is one action."""

    # -- receipts and payments ---------------------------------------------------------------------------------------

    def receipts(self, round_code: str) -> tuple[Receipt, ...]:
        """Every receipt of a round, paid or not, in the order of their numbers."""
        with file.reading(self._connection):
            return money.receipts(self._connection, rounds.standing(self._connection, round_code))

    def receipt(self, typed: str) -> Receipt:
        """The receipt that somebody typed: its code, or its last figures; refused where there is none, or several."""
        with file.reading(self._connection):
            return money.find(self._connection, typed)

    def accounts(self, round_code: str) -> tuple[Account, ...]:
        """What everybody wins under the last closing and has of it, also while the round is reopened."""
        with file.reading(self._connection):
            return money.accounts(self._connection, rounds.standing(self._connection, round_code))

    @property
    def office(self) -> str:
        """The office for which receipts were last numbered on this laptop; empty while there was none."""
        with file.reading(self._connection):
            last = money.last_office(self._connection, self.device)
        return last.removesuffix(letters_of(self.device)).removesuffix("-")

    def number_receipts(
        self, round_code: str, payees: Sequence[Payee], *, office: str, year: int, actor: str
    ) -> tuple[Receipt, ...]:
        """Number a receipt for what each payee is still to be paid; those of this closing, and those paid before it.

        A number is `OFFICE-KT-2026-0001`: the office (it may be empty), the laptop's letters, the year, the count.
        Refused while the round is open or stale, and for a prize that does not stand. Doing it twice numbers nothing
        more, and a receipt that was made void is not among them.
        """
        money.refuse_office(office)
        with file.action(self._connection):
            standing = rounds.standing(self._connection, round_code)
            named = "-".join(part for part in (office, letters_of(self.device)) if part)
            body = money.numbering(self._connection, standing, payees, office=named, year=year)
            self._record("receipts_numbered", body, actor)
            results = rounds.one(self._connection, round_code).results
            return tuple(
                one
                for one in money.receipts(self._connection, standing)
                if one.is_paid or (one.results == results and not (one.voided or one.apart))
            )

    def record_payment(
        self,
        round_code: str,
        receipt: str,
        *,
        mode: PaymentMode,
        day: str,
        proxy: str = "",
        reason: str = "",
        without_dni: str = "",
        actor: str,
    ) -> None:
        """Record a receipt as paid; refused twice, beyond the prize that stands, and for a proxy without a reason.

        Refused too for a household whose DNI is not known, unless `without_dni` says why; the reason is kept only there.
        """
        with file.action(self._connection):
            self._paid(round_code, receipt, mode, day, proxy, reason, without_dni, actor)

    def record_payments(
        self,
        receipts: Sequence[Receipt],
        *,
        mode: PaymentMode,
        day: str,
        proxy: str = "",
        reason: str = "",
        without_dni: str = "",
        actor: str,
    ) -> None:
        """Record several receipts as paid in the same way, all or none; refused with all that is wrong."""
        problems: list[Problem] = []
        with file.action(self._connection):
            for one in receipts:
                try:
                    self._paid(one.round, one.code, mode, day, proxy, reason, without_dni, actor)
                except Refused as refusal:
                    problems += [problem for problem in refusal.problems if problem not in problems]
            refuse_if(problems)

    def _paid(
        self,
        round_code: str,
        receipt: str,
        mode: PaymentMode,
        day: str,
        proxy: str,
        reason: str,
        without_dni: str,
        actor: str,
    ) -> None:
        roll = Roll()
        body = money.paying(
            self._connection,
            rounds.standing(self._connection, round_code),
            receipt,
            mode=mode,
            day=day,
            proxy=one_line(proxy),
            reason=one_line(reason),
            without_dni=one_line(without_dni),
            roll=roll,
        )
        self._record("payment_recorded", body, actor, roll)

    def void_payment(self, round_code: str, receipt: str, *, reason: str, actor: str) -> None:
        """Make a payment void that did not happen as written; it stays on record."""
        must_say_why(reason)
        with file.action(self._connection):
            standing = rounds.standing(self._connection, round_code)
            body = money.voiding(self._connection, standing, receipt, reason=one_line(reason))
            self._record("payment_voided", body, actor)

    def disputed(self, round_code: str) -> Mapping[Whose, str]:
        """Of whom payments were written down apart while one is void now: the code of the conflict to settle."""
        with file.reading(self._connection):
            return disputed.disputed(self._connection, rounds.standing(self._connection, round_code))

    def redress(self, round_code: str) -> tuple[Redress, ...]:
        """What was given back of money that was paid too much in a round, and what was let be; void ones too."""
        with file.reading(self._connection):
            return redresses.redress(self._connection, rounds.standing(self._connection, round_code))

    def one_redress(self, typed: str) -> Redress:
        """The return or decision that somebody typed by its code; refused where there is none."""
        with file.reading(self._connection):
            return redresses.find(self._connection, typed)

    def record_redress(
        self,
        round_code: str,
        whose: Whose,
        kind: RedressKind,
        *,
        cents: int | None,
        day: str,
        reason: str,
        names: Sequence[str],
        actor: str,
    ) -> Redress:
        """Record that money paid too much was given back, or that people let it be; all of it where `cents` is None.

        Refused for more than was paid too much under the closing that stands, and while the round is open.
        """
        with file.action(self._connection):
            roll = Roll()
            standing = rounds.standing(self._connection, round_code)
            body = redressing.recording(
                self._connection,
                standing,
                whose,
                kind,
                cents=cents,
                day=day,
                reason=one_line(reason),
                names=[line for name in names if (line := one_line(name))],
                roll=roll,
            )
            self._record(redressing.KIND_OF_ENTRY[kind], body, actor, roll)
            return redresses.redress(self._connection, standing)[-1]

    def void_redress(self, typed: str, *, reason: str, actor: str) -> Redress:
        """Make a return or a decision void that did not happen as written; it stays on record."""
        must_say_why(reason)
        with file.action(self._connection):
            found = redresses.find(self._connection, typed)
            self._record("redress_voided", redressing.voiding(found, reason=one_line(reason)), actor)
        return found

    def erased(self, round_code: str) -> frozenset[str]:
        """The entries of a round behind which a person stood who was erased: nobody has their names any more."""
        with file.reading(self._connection):
            return people.erased(self._connection, rounds.standing(self._connection, round_code).key)

    def without_dni(self, round_code: str, some: Sequence[Whose]) -> tuple[Problem, ...]:
        """Of whom of these the DNI is not known, with the remedy; never of groups and communities."""
        with file.reading(self._connection):
            standing = rounds.standing(self._connection, round_code)
            found = (money.without_number(self._connection, standing, whose) for whose in some)
            return tuple(one for one in found if one is not None)

    # -- appeals -----------------------------------------------------------------------------------------------------

    def open_appeals(self, round_code: str, *, until: str, actor: str) -> None:
        """Say until which day appeals against the closing that stands are in time; refused while the round is open."""
        with file.action(self._connection):
            standing = rounds.standing(self._connection, round_code)
            self._record("appeals_opened", appealing.opening(self._connection, standing, until=until), actor)

    def appeals_until(self, round_code: str) -> str:
        """The last day for appeals against the latest closing; '' where nobody set one."""
        with file.reading(self._connection):
            return appealing.appeals_until(self._connection, rounds.standing(self._connection, round_code))

    def file_appeal(
        self,
        round_code: str,
        *,
        entry: str | None,
        claimant: str,
        day: str,
        text: str,
        within: str | EllipsisType | None = ...,
        category: str | EllipsisType | None = ...,
        actor: str,
    ) -> Appeal:
        """Take in an appeal against the results of a round; `entry` None: against all of them.

        An entry in several contests needs `within` or `category`.
        """
        must_say_why(text)
        with file.action(self._connection):
            roll = Roll()
            standing = rounds.standing(self._connection, round_code)
            place: dict[str, str | None] = {"within": None, "category": None, "entry": None}
            if entry is not None:
                unit, group, _ = rulings.find(self._connection, standing, entry, within=within, category=category)
                place = {"within": unit, "category": group, "entry": entry}
            body = appealing.filing(
                self._connection,
                standing,
                place,
                letters=letters_of(self.device),
                claimant=one_line(claimant),
                day=day,
                text=one_line(text),
                roll=roll,
            )
            self._record("appeal_filed", body, actor, roll)
            return appealing.appeals(self._connection, round_code)[-1]

    def decide_appeal(
        self,
        code: str,
        state: Literal["upheld", "rejected"],
        *,
        decision: str,
        names: Sequence[str],
        day: str,
        actor: str,
    ) -> None:
        """Decide an appeal, with the names of who decided: once, or again where two laptops differ on it."""
        must_say_why(decision)
        with file.action(self._connection):
            roll = Roll()
            body = appealing.deciding(
                self._connection,
                code,
                state=state,
                decision=one_line(decision),
                names=[one_line(name) for name in names],
                day=day,
                roll=roll,
            )
            self._record("appeal_decided", body, actor, roll)

    def appeals(self, round_code: str | None = None) -> tuple[Appeal, ...]:
        """The appeals of a round, or of all rounds."""
        with file.reading(self._connection):
            return appealing.appeals(self._connection, round_code)

    # -- laptops -----------------------------------------------------------------------------------------------------

    def devices(self) -> tuple[Device, ...]:
        """Every laptop that this file knows of."""
        with file.reading(self._connection):
            return laptops.devices(self._connection)

    def name_device(self, device: str, name: str, *, actor: str) -> None:
        """Give a laptop a name that people know it by."""
        with file.action(self._connection):
            self._record("device_named", laptops.naming(self._connection, device, one_line(name)), actor)

    def declare_lost(self, device: str, *, reason: str, actor: str) -> Device:
        """Declare a laptop lost at its last entry known here, with the reason: nothing later of it is ever taken."""
        must_say_why(reason)
        with file.action(self._connection):
            body = {**laptops.losing(self._connection, device), "reason": one_line(reason)}
            self._record("device_lost", body, actor)
        return next(one for one in self.devices() if one.code == body["device"])

    def declare_found(self, device: str, *, reason: str, actor: str) -> Device:
        """Take back that a laptop was lost, with the reason: all that it has can be merged again."""
        must_say_why(reason)
        with file.action(self._connection):
            body = {**laptops.finding(self._connection, device), "reason": one_line(reason)}
            self._record("device_found", body, actor)
        return next(one for one in self.devices() if one.code == body["device"])

    def hand_out(self, path: str | os.PathLike[str], *, name: str, actor: str) -> str:
        """Make a file for another laptop: all that is here, with a chain of its own; the code of that laptop.

        An existing file is refused.
        """

        def begin(copy: Connection) -> None:
            with file.action(copy):
                body = laptops.start_chain(copy, one_line(name))
                Ledger(copy)._record("device_started", body, actor)  # noqa: SLF001 the same class on the copy

        file.copy_file(self._connection, os.fspath(path), begin)
        with type(self).open(path) as copy:
            device = copy.device
        with file.action(self._connection):
            self._record("device_named", {"device": device, "name": one_line(name)}, actor)
        return device

    def start_anew(self, *, name: str, actor: str) -> str:
        """Give this file a chain of its own, because it is a copy of one that goes on elsewhere; the laptop's code."""
        with file.action(self._connection):
            body = laptops.start_chain(self._connection, one_line(name))
            self._record("device_started", body, actor)
        return self.device

    def merge(
        self,
        paths: Sequence[str],
        *,
        actor: str,
        dry_run: bool = False,
        look: Callable[[Merge], None] = lambda _found: None,
    ) -> Merge:
        """Take what other files have and this one lacks: all of it or nothing; with `dry_run` only say what would come.

        `look` is given what was found while it is all there, also in a trial. A file that is damaged, a fork, a rehearsal
        among real ones, of another programme, or from a lost laptop is `Mismatch`, and so is this file if it was changed.
        """
        found, erased = Merge((), 0, (), (), 0), journal.count(self._connection, "person_forgotten")
        with suppress(merging.TakenBack), file.action(self._connection):
            found, body = merging.merge(self._connection, paths, prove=self.verify)
            look(found)
            self._record("merged", body, actor)
            if dry_run:
                raise merging.TakenBack
        if not dry_run and journal.count(self._connection, "person_forgotten") > erased:
            file.sweep(self._connection)
        return found

    def conflicts(self) -> tuple[Conflict, ...]:
        """What two laptops said differently without knowing of each other, settled or not."""
        with file.reading(self._connection):
            return laptops.conflicts(self._connection)

    def settle_conflict(self, code: str, *, reason: str, actor: str) -> Conflict:
        """Record what people decided about a conflict; what stands is changed by the ordinary commands."""
        must_say_why(reason)
        with file.action(self._connection):
            found, body = laptops.settling(self._connection, code, reason=one_line(reason))
            self._record("conflict_settled", body, actor)
        return found

    def late(self) -> tuple[JournalEntry, ...]:
        """What came in for closed rounds: kept, and taken when they are reopened."""
        with file.reading(self._connection):
            return laptops.late(self._connection)

    def sealed_lines(self, round_code: str) -> tuple[bytes, ...]:
        """What is under the seal of a closed round, line by line: their SHA-256 gives its code; none while it is open."""
        with file.reading(self._connection):
            return tuple(rounds.sealed_lines(self._connection, round_code))

    # -- copies and persons ------------------------------------------------------------------------------------------

    def copy_to(self, path: str | os.PathLike[str]) -> None:
        """Copy the whole file as it is, read it back and verify it; an existing file is refused."""
        file.copy_file(self._connection, os.fspath(path))

    def copy_for_audit(self, path: str | os.PathLike[str]) -> None:
        """Copy the whole file with another word in place of every DNI; an existing file is refused."""

        def hide(copy: Connection) -> None:
            with file.erasing(copy), file.action(copy):
                people.hide_numbers(copy)
            file.mark_for_audit(copy)

        file.copy_file(self._connection, os.fspath(path), hide)

    def bearers(self, name: str) -> tuple[str, ...]:
        """The commitments to people of that name (letters large or small) who are known by nothing else: witnesses."""
        with file.reading(self._connection):
            return people.bearers(self._connection, one_line(name))

    def people_behind(self, commitments: Sequence[str]) -> Mapping[str, Person]:
        """Who stands behind commitments; one that was erased is left out."""
        with file.reading(self._connection):
            return people.behind(self._connection, commitments)

    def forget(self, commitments: Sequence[str], *, reason: str, keep_fields: Sequence[str] = (), actor: str) -> int:
        """Erase the persons behind commitments, to the last byte in the file. How many were erased.

        Results and seals stay provable: `keep_fields` names what the rules decide by, which stays without the name.
        """
        must_say_why(reason)
        with file.erasing(self._connection), file.action(self._connection):
            known = people.known(self._connection, commitments)
            if known:
                body = {
                    "commitments": known,
                    "reason": one_line(reason),
                    "fields": sorted(keep_fields),
                    "alike": people.alike(self._connection, known),
                }
                self._record("person_forgotten", body, actor)
        return len(known)

    def record_export(self, what: str, *, actor: str) -> None:
        """Record that personal numbers (DNI) were taken out of the file, and in which list."""
        with file.action(self._connection):
            self._record("exported", {"what": one_line(what)}, actor)
