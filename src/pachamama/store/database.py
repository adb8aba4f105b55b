"""`Store`, the one class around the file: what each command asks of it, and each action as one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import EllipsisType
from typing import Literal

from pachamama.core.model import (
    Community,
    Contest,
    Drawing,
    Entry,
    Household,
    Judge,
    Round,
    Ruling,
    RulingKind,
    SecondEntry,
    Sheet,
    Status,
    TierName,
    Voided,
    Watershed,
)
from pachamama.core.problems import Mismatch, Place, refuse_if
from pachamama.core.sentences import say
from pachamama.store import connection as file
from pachamama.store import contests, laptops, numbering, registers, replay, rounds, rulings, second, voiding
from pachamama.store.changes import (
    Change,
    Changes,
    Correction,
    Entered,
    NewEntry,
    Person,
    RegisterKind,
    ScoreChanges,
    SheetKey,
)
from pachamama.store.journal import JournalEntry
from pachamama.store.ledger import one_line
from pachamama.store.office import Office
from pachamama.store.paperwork import Paperwork, must_say_why
from pachamama.store.people import Roll
from pachamama.store.refusals import refused
from pachamama.store.registers import Row
from pachamama.store.rounds import Seal
from pachamama.store.scores import Comparison
from pachamama.store.second import Verdict


class Store(Paperwork, Office):
    """A programme's file on this laptop. Every writing method is one action: wholly on the disk, or not at all.

    `actor` is whoever acts, as the journal names them. Refusals are `Refused` with all their problems; a damaged file
    is `Mismatch`.
    """

    # -- the registers -----------------------------------------------------------------------------------------------

    def watersheds(self) -> tuple[Watershed, ...]:
        """All watersheds by code."""
        return registers.watersheds(self._connection)

    def communities(self, watershed: str | None = None) -> tuple[Community, ...]:
        """The communities by code, of one watershed or of all."""
        return registers.communities(self._connection, watershed)

    def households(self, community: str | None = None) -> tuple[Household, ...]:
        """The households by code, of one community or of all."""
        return registers.households(self._connection, community)

    def judges(self) -> tuple[Judge, ...]:
        """All judges by code."""
        return registers.judges(self._connection)

    def import_register(
        self,
        kind: RegisterKind,
        rows: Sequence[Row],
        *,
        actor: str,
        wheres: Sequence[Place] = (),
        dry_run: bool = False,
    ) -> Changes:
        """Put the rows into a register, all of them or none; `wheres` says where each row stands, for the problems.

        A row not in the file stays as it was, an empty cell keeps what is known. With `dry_run` nothing is written and
        the problems come back in the changes.
        """
        with self._acting(dry_run=dry_run):
            roll = Roll()
            changes, body = registers.compare(self._connection, kind, rows, wheres=wheres, roll=roll)
            if not dry_run:
                refuse_if(changes.problems)
                self._record("register_imported", body, actor, roll)
        return changes

    # -- rounds ------------------------------------------------------------------------------------------------------

    def rounds(self) -> tuple[Round, ...]:
        """All rounds in the order in which they were opened."""
        return rounds.every(self._connection)

    def round(self, code: str) -> Round:
        """The round with that code; an unknown one is refused with the codes that look like it."""
        return rounds.one(self._connection, code)

    def open_round(
        self,
        *,
        competition: str,
        tier: TierName,
        edition: str,
        rules_text: str,
        criteria: Mapping[str, Sequence[str]],
        lower: str | None = None,
        actor: str,
    ) -> Round:
        """Open the next round: its rules are frozen with it, and the judged criteria of each phase in their order.

        `lower` is the closed round whose results it reads; one that is open or stale is refused.
        """
        with file.action(self._connection):
            body = rounds.opening(
                self._connection,
                competition=competition,
                tier=tier,
                edition=edition,
                rules_text=rules_text,
                criteria=criteria,
                lower=lower,
            )
            self._record("round_opened", body, actor)
        return self.round(body["round"])

    def close_round(
        self,
        code: str,
        *,
        document: str,
        fields: Mapping[tuple[str | None, str | None], Mapping[str, Mapping[str, str]]] | None = None,
        settled_at: tuple[int, str] | None = None,
        accept_missing: str | None = None,
        witness: str = "",
        appeals_until: str = "",
        actor: str,
    ) -> Round:
        """Close a round with its results (JSON text without names) and its seal; a closed or stale one is refused.

        `fields` are the entry fields that the results rest on, by contest and entry: they are kept as they are, so that
        no later change of a register reaches them. `settled_at` is the head of the journal from before the results were
        reckoned: whatever was stored since then refuses the closing. `witness` is whoever closes it beside the actor, '' for nobody; the same name twice is refused.
        `appeals_until` is the last day for appeals, where the rules say how many days there are.
        """
        with file.action(self._connection):
            if settled_at is not None and settled_at != self.head:
                raise refused(
                    say("Something was stored in the file while {round} was being closed.", round=code),
                    say("Look at it, and close the round once more."),
                )
            roll = Roll()
            seen_by = roll.commit_to_witness(one_line(witness), actor=one_line(actor))
            if fields:
                rounds.standing(self._connection, code, writing=True)
                kept = [
                    {"within": within, "category": category, "entries": {one: dict(said) for one, said in held.items()}}
                    for (within, category), held in fields.items()
                ]
                self._record("fields_frozen", {"round": code, "kept": kept}, actor)
            body = rounds.closing(
                self._connection,
                code,
                document=document,
                accept_missing=one_line(accept_missing or ""),
                witness=seen_by,
            )
            self._record("round_closed", body, actor, roll)
            if appeals_until:
                told = {"round": code, "results": body["number"], "until": appeals_until}
                self._record("appeals_opened", told, actor)
        return self.round(code)

    def seals(self, code: str | None = None) -> tuple[Seal, ...]:
        """Every closing of a round, or of all rounds, with its code."""
        with file.reading(self._connection):
            return rounds.seals(self._connection, code)

    def closing_apart(self, code: str) -> JournalEntry | None:
        """The closing with that code that does not stand, because another laptop had closed the round; None if there is none."""
        with file.reading(self._connection):
            return rounds.closing_apart(self._connection, code)

    def seal_holds(self, code: str) -> bool:
        """What stands under the last closing of a round gives its code again; quicker than to verify the whole file."""
        with file.reading(self._connection):
            return rounds.seal_holds(self._connection, code)

    def reopen_round(self, code: str, *, reason: str, witness: str = "", actor: str) -> Round:
        """Open a closed round again; its results stay on record, and the rounds that read them become stale.

        Where something came late every table is written anew: a file that was changed is Mismatch then.
        `witness` is whoever reopens it beside the actor, '' for nobody; the same name twice is refused.
        """
        must_say_why(reason)
        with file.action(self._connection):
            roll = Roll()
            seen_by = roll.commit_to_witness(one_line(witness), actor=one_line(actor))
            body = rounds.reopening(self._connection, code, reason=one_line(reason), witness=seen_by)
            waits = laptops.late(self._connection)
            if waits and (wrong := self.verify()):
                raise Mismatch(*wrong, safe=say("Nothing was changed."))
            self._record("round_reopened", body, actor, roll)
            if waits:
                replay.rebuild_inside(self._connection)  # what came late comes in now, in its place
        return self.round(code)

    def results(self, code: str) -> str | None:
        """The document of the latest closing; None while the round is open."""
        return rounds.results(self._connection, code)

    def results_of(self, code: str, number: int) -> str:
        """The document of the closing with that number, also one that was replaced."""
        with file.reading(self._connection):
            return rounds.document(self._connection, rounds.standing(self._connection, code).key, number)

    def is_stale(self, code: str) -> bool:
        """The round reads results that were replaced, or are being corrected."""
        return rounds.is_stale(self._connection, code)

    # -- entries and sheets ------------------------------------------------------------------------------------------

    def enter(self, round_code: str, entries: Sequence[NewEntry], *, actor: str) -> Changes:
        """Enter them, all or none; one that is entered already gets the name and the fields that are said anew."""
        tables: dict[tuple[str | None, str | None], list[Entry]] = {}
        for new in entries:
            entry = Entry(new.code, new.name, fields=new.fields, where=new.where)
            tables.setdefault((new.within, new.category), []).append(entry)
        with file.action(self._connection):
            comparison, roll = self._comparison(round_code, None, replaces_freely=True)
            found, body = comparison.compare(Contest(*where, tuple(group)) for where, group in tables.items())
            refuse_if(found.problems)
            self._record("entered", body, actor, roll)
        changed: tuple[Change, ...] = found.added + found.changed
        touched = {*found.entries, *(change.code for change in changed)}
        equal = tuple(dict.fromkeys(new.code for new in entries if new.code not in touched))
        return Changes(found.entries, changed, equal)

    def entries(
        self,
        round_code: str,
        within: str | EllipsisType | None = ...,
        category: str | EllipsisType | None = ...,
    ) -> tuple[Entered, ...]:
        """The entries of a round, of all contests or of one unit or category (None: that which has none)."""
        with file.reading(self._connection):
            standing = rounds.standing(self._connection, round_code)
            return contests.entered(self._connection, standing, within, category)

    def find_entry(
        self,
        round_code: str,
        entry: str,
        *,
        within: str | EllipsisType | None = ...,
        category: str | EllipsisType | None = ...,
    ) -> Entered:
        """Where an entry stands; one that is unknown, or in several contests, is refused."""
        with file.reading(self._connection):
            standing = rounds.standing(self._connection, round_code)
            unit, group, _ = rulings.find(self._connection, standing, entry, within=within, category=category)
            return next(one for one in contests.entered(self._connection, standing, unit, group) if one.code == entry)

    def set_status(
        self,
        round_code: str,
        entry: str,
        status: Status | None,
        reason: str,
        *,
        within: str | EllipsisType | None = ...,
        category: str | EllipsisType | None = ...,
        actor: str,
    ) -> None:
        """Take an entry out of its contest, or back into it (None), always with a reason.

        Its sheets stay. An entry in several contests needs `within` or `category`.
        """
        must_say_why(reason)
        with file.action(self._connection):
            standing = rounds.standing(self._connection, round_code, writing=True)
            body = rulings.status(
                self._connection, standing, entry, status, reason=one_line(reason), within=within, category=category
            )
            self._record("status_set", body, actor)

    def record_sheet(
        self,
        round_code: str,
        entry: str,
        within: str | None,
        category: str | None,
        sheet: Sheet,
        *,
        deductions: frozenset[str] = frozenset(),
        fields: Mapping[str, str] | None = None,
        control: str = "",
        correct: str | None = None,
        actor: str,
    ) -> ScoreChanges:
        """Record one paper; the same marks again change nothing, others are refused unless `correct` says why.

        The entry must be entered. `control` is the total written on the paper, where it was compared with the marks;
        `fields` is what the paper says beside them (assets before and now). The journal keeps the old marks and names
        the entry that they stood in.
        """
        with file.action(self._connection):
            comparison, roll = self._comparison(round_code, correct)
            comparison.controls = {(within, category, entry, sheet.phase, sheet.judge): control}
            rulings.find(self._connection, comparison.standing, entry, within=within, category=category)
            paper = Entry(entry, sheets=(sheet,), deductions=deductions, fields=fields or {}, where=sheet.where)
            changes, body = comparison.compare([Contest(within, category, (paper,))])
            refuse_if(changes.problems)
            self._record("sheet_recorded", body, actor, roll)
        return changes

    def import_scores(
        self,
        round_code: str,
        tables: Sequence[Contest],
        *,
        actor: str,
        correct: str | None = None,
        controls: Mapping[SheetKey, str] | None = None,
        submissions: Mapping[str, SheetKey] | None = None,
        keeps_deductions: bool = False,
        cell: Callable[[Place, str], Place] | None = None,
        dry_run: bool = False,
    ) -> ScoreChanges:
        """Take a whole score table as one action: enter, mark, and, with a reason, correct; all of it or nothing.

        `controls` are the totals on the papers that were compared with the marks, `submissions` the keys of the phones
        that sent the sheets. `keeps_deductions`: the table has no word for deductions, and takes none away. `cell` gives
        the cell in which a row of a book says a mark. With `dry_run` nothing is written and the problems come back in the changes.
        """
        with self._acting(dry_run=dry_run):
            comparison, roll = self._comparison(round_code, correct)
            comparison.controls, comparison.submissions = controls or {}, submissions or {}
            comparison.keeps_deductions, comparison.cell = keeps_deductions, cell
            changes, body = comparison.compare(tables)
            if not dry_run:
                refuse_if(changes.problems)
                self._record("scores_imported", body, actor, roll)
        return changes

    def submissions(self, keys: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
        """Which of the phones' keys came in already, and what each became: round, unit, category, entry, phase, judge."""
        with file.reading(self._connection):
            return numbering.submissions(self._connection, keys)

    def sheet(
        self, round_code: str, entry: str, within: str | None, category: str | None, phase: str, judge: str
    ) -> Sheet | None:
        """The sheet as it stands; None while nobody has typed it."""
        contest = self.contest(round_code, within, category)
        found = (sheet for one in contest.entries if one.code == entry for sheet in one.sheets)
        return next((one for one in found if (one.phase, one.judge) == (phase, judge)), None)

    def record_second(
        self,
        round_code: str,
        entry: str,
        within: str | None,
        category: str | None,
        sheet: Sheet,
        *,
        actor: str,
    ) -> Verdict:
        """Record what another person reads on a paper that was typed; refused to the person who typed it first."""
        with file.action(self._connection):
            comparison, _ = self._comparison(round_code, None)
            unit, group, row, marks = comparison.paper(entry, within, category, sheet)
            verdict, body = second.typing(
                self._connection, comparison.standing, unit, group, row, sheet, marks=marks, actor=one_line(actor)
            )
            self._record("second_typed", body, actor)
        return verdict

    def must_be_second(self, round_code: str, paper: SheetKey, *, actor: str) -> None:
        """Refuse a paper which this person may not type the second time, before anything is typed of it."""
        within, category, entry, phase, judge = paper
        with file.reading(self._connection):
            comparison, _ = self._comparison(round_code, None)
            row = comparison.stored(entry, within, category)[2]
            second.may_be_typed(self._connection, row, phase, judge, actor=one_line(actor))

    def settle_discrepancy(
        self,
        round_code: str,
        entry: str,
        within: str | None,
        category: str | None,
        sheet: Sheet,
        *,
        control: str = "",
        reason: str,
        witness: str = "",
        actor: str,
    ) -> None:
        """Decide what a paper says that was typed in two ways; it is the sheet from now on, with its `control` total.

        Refused to whoever typed it, unless `witness` names somebody else who looks at it too.
        """
        must_say_why(reason)
        with file.action(self._connection):
            comparison, roll = self._comparison(round_code, None)
            seen_by = roll.commit_to_witness(one_line(witness), actor=one_line(actor))
            unit, group, row, marks = comparison.paper(entry, within, category, sheet)
            body = second.settling(
                self._connection, comparison.standing, unit, group, row, sheet,
                marks=marks, control=control, reason=one_line(reason), actor=one_line(actor), witness=seen_by,
            )  # fmt: skip
            self._record("discrepancy_settled", body, actor, roll)

    def second_entries(self, round_code: str) -> tuple[SecondEntry, ...]:
        """Every paper of a round that was typed twice."""
        with file.reading(self._connection):
            return second.entries(self._connection, rounds.standing(self._connection, round_code))

    def typists(self, round_code: str) -> Mapping[SheetKey, str]:
        """Who typed each sheet that stands, by paper."""
        from pachamama.store.typists import typists

        with file.reading(self._connection):
            return typists(self._connection, rounds.standing(self._connection, round_code))

    def last_typed(self, round_code: str, actor: str) -> SheetKey | None:
        """The sheet that this person typed last, by hand; None if there is none."""
        from pachamama.store.typists import last_typed

        with file.reading(self._connection):
            return last_typed(self._connection, rounds.standing(self._connection, round_code), one_line(actor))

    def controls(self, round_code: str) -> Mapping[SheetKey, str]:
        """The control totals that were compared, by paper."""
        with file.reading(self._connection):
            return contests.controls(self._connection, rounds.standing(self._connection, round_code))

    def record_order(
        self,
        round_code: str,
        within: str | None,
        category: str | None,
        step: Literal["lots", "jury_decision"],
        order: Mapping[str, int],
        *,
        reason: str,
        witnesses: Sequence[str] = (),
        actor: str,
    ) -> None:
        """Record the order that lots or the jury gave to entries; a later one for the same entries replaces it."""
        with file.action(self._connection):
            roll = Roll()
            body = rulings.order(
                self._connection,
                rounds.standing(self._connection, round_code, writing=True),
                within=within,
                category=category,
                step=step,
                numbers=order,
                reason=one_line(reason),
                witnesses=[one_line(name) for name in witnesses],
                roll=roll,
            )
            self._record("order_recorded", body, actor, roll)

    def record_ruling(
        self,
        round_code: str,
        entry: str,
        within: str | EllipsisType | None,
        category: str | EllipsisType | None,
        kind: RulingKind,
        rule: str,
        reason: str,
        names: Sequence[str],
        *,
        actor: str,
    ) -> None:
        """Record a jury's ruling: the id `rule` joins the entry's deductions; a disqualification is its status.

        The same ruling on an entry is refused while it stands.
        """
        must_say_why(reason)
        with file.action(self._connection):
            roll = Roll()
            body = rulings.ruling(
                self._connection,
                rounds.standing(self._connection, round_code, writing=True),
                entry,
                within=within,
                category=category,
                kind=kind,
                rule=rule,
                reason=one_line(reason),
                names=[one_line(name) for name in names],
                roll=roll,
            )
            self._record("ruling_recorded", body, actor, roll)

    def void_ruling(self, round_code: str, code: str, *, reason: str, names: Sequence[str], actor: str) -> Voided:
        """Take back the ruling, decision or drawing with that code; it stays in the journal, with the reason and names.

        Whoever was disqualified by it has the status again that it had before.
        """
        must_say_why(reason)
        with file.action(self._connection):
            roll = Roll()
            standing = rounds.standing(self._connection, round_code, writing=True)
            kind, body = voiding.voiding(
                self._connection,
                standing,
                code,
                reason=one_line(reason),
                names=[one_line(name) for name in names],
                roll=roll,
            )
            self._record(kind, body, actor, roll)
            return voiding.voided(self._connection, standing)[-1]

    def voided(self, round_code: str) -> tuple[Voided, ...]:
        """What was taken back of the rulings, decisions and drawings of a round."""
        with file.reading(self._connection):
            return voiding.voided(self._connection, rounds.standing(self._connection, round_code))

    def rulings(self, round_code: str) -> tuple[Ruling, ...]:
        """What the jury ruled on entries of a round, with reasons and names."""
        with file.reading(self._connection):
            return rulings.decided(self._connection, rounds.standing(self._connection, round_code))

    def drawings(self, round_code: str) -> tuple[Drawing, ...]:
        """The drawings of lots and decisions between equals of a round, with who was there."""
        with file.reading(self._connection):
            return rulings.drawn(self._connection, rounds.standing(self._connection, round_code))

    def contests(self, round_code: str, within: str | EllipsisType | None = ...) -> Iterator[Contest]:
        """The contests of a round, or of one unit of it, one at a time, all as they were at one moment.

        By unit, then category in order of appearance; entries by code. Others who write wait until it has ended: run
        through it before writing.
        """
        with file.reading(self._connection):
            standing = rounds.standing(self._connection, round_code)
            yield from contests.read(self._connection, standing, within)

    def contest(self, round_code: str, within: str | None, category: str | None) -> Contest:
        """One contest; without entries if nobody is entered there."""
        with file.reading(self._connection):
            standing = rounds.standing(self._connection, round_code)
            found = contests.read(self._connection, standing, within, category)
            return next(found, Contest(within, category, ()))

    def persons(self, round_code: str, within: str | EllipsisType | None = ...) -> Mapping[str, Person]:
        """Who stands behind each entry's code, of the round or of one unit of it, for the papers that pay."""
        with file.reading(self._connection):
            return contests.persons(self._connection, rounds.standing(self._connection, round_code), within)

    def corrections(self, round_code: str) -> tuple[Correction, ...]:
        """Every sheet of the round that was replaced, with its old marks and the reason."""
        with file.reading(self._connection):
            return contests.corrections(self._connection, rounds.standing(self._connection, round_code))

    def _comparison(
        self, round_code: str, correct: str | None, *, replaces_freely: bool = False
    ) -> tuple[Comparison, Roll]:
        roll = Roll()
        comparison = Comparison(
            self._connection,
            rounds.standing(self._connection, round_code, writing=True),
            one_line(correct) if correct else None,
            roll,
            any_judge=self.is_rehearsal,
            replaces_freely=replaces_freely,
        )
        return comparison, roll
