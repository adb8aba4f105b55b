"""The part of the store about people and papers: panels, recusals, numbered sheets, pictures of them, two in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import EllipsisType

from pachamama.core.model import Declaration, DeclarationKind, NumberedSheet
from pachamama.core.problems import NOWHERE, Place, Problem, Refused, refuse_if
from pachamama.core.sentences import say
from pachamama.store import connection as file
from pachamama.store import numbering, panels, recusals, registers, rounds, rulings
from pachamama.store.ledger import Ledger, one_line
from pachamama.store.panels import Panels
from pachamama.store.people import Roll
from pachamama.store.recusals import Answer
from pachamama.store.scores import Comparison


class Paperwork(Ledger):
    """Who judges what, and which paper is whose; every writing method is one action."""

    # -- panels ------------------------------------------------------------------------------------------------------

    def assign_panel(self, round_code: str, assigned: Panels, *, actor: str) -> None:
        """Give contests and phases their judges, in place of those they had; all of it or nothing.

        Refused: a judge who is not registered, may not judge the phase, is of that community, or would leave a panel
        although sheets of that judge are there.
        """
        with file.action(self._connection):
            standing = rounds.standing(self._connection, round_code, writing=True)
            self._record("panel_assigned", panels.assignment(self._connection, standing, assigned), actor)

    def panels(self, round_code: str) -> Mapping[tuple[str | None, str | None, str], tuple[str, ...]]:
        """The judges of each panel, by unit, category and phase."""
        with file.reading(self._connection):
            return panels.assigned(self._connection, rounds.standing(self._connection, round_code))

    def declare(
        self,
        round_code: str,
        judge: str,
        entry: str,
        kind: DeclarationKind,
        reason: str,
        *,
        substitutes: Mapping[str, str] | None = None,
        within: str | EllipsisType | None = ...,
        category: str | EllipsisType | None = ...,
        actor: str,
    ) -> None:
        """Record that a judge steps back from an entry, or that a likeness of names means nothing; with the reason.

        `substitutes` says by phase who judges the entry instead; None: as it stood.
        """
        said = Answer(entry, reason, within, category, substitutes)
        self.declare_each(round_code, judge, kind, [said], actor=actor)

    def declare_each(
        self, round_code: str, judge: str, kind: DeclarationKind, answers: Sequence[Answer], *, actor: str
    ) -> None:
        """The same about several entries, all of them or none."""
        for one in answers:
            must_say_why(one.reason)
        with file.action(self._connection):
            standing = rounds.standing(self._connection, round_code, writing=True)
            for one in answers:
                said = replace(one, reason=one_line(one.reason))
                body = recusals.declaration(self._connection, standing, judge, kind, said)
                self._record("conflict_declared", body, actor)

    def declarations(self, round_code: str) -> tuple[Declaration, ...]:
        """Everything that was decided about judges and entries of a round."""
        with file.reading(self._connection):
            return panels.declared(self._connection, rounds.standing(self._connection, round_code))

    # -- numbered sheets ---------------------------------------------------------------------------------------------

    @property
    def sheet_letters(self) -> str:
        """The two letters with which the codes of this laptop's sheets begin."""
        return numbering.letters_of(self.device)

    def number_sheets(
        self,
        round_code: str,
        wanted: Sequence[numbering.Wanted],
        *,
        blanks: Mapping[str, int] | None = None,
        actor: str,
    ) -> tuple[NumberedSheet, ...]:
        """Give a code to each paper that has none yet, and to so many blank ones of each phase; those that are new."""
        with file.action(self._connection):
            standing = rounds.standing(self._connection, round_code, writing=True)
            codes, body = numbering.numbering(
                self._connection, standing, self.device, wanted=wanted, blanks=blanks or {}
            )
            self._record("sheets_numbered", body, actor)
            new = set(codes)
            return tuple(one for one in numbering.sheets(self._connection, standing) if one.code in new)

    def numbered_sheets(self, round_code: str) -> tuple[NumberedSheet, ...]:
        """The numbered papers of a round in the order in which they were numbered."""
        with file.reading(self._connection):
            return numbering.sheets(self._connection, rounds.standing(self._connection, round_code))

    def numbered_sheet(self, typed: str, round_code: str | None = None) -> NumberedSheet:
        """The paper whose code was typed, in any of its forms; a mistyped or unknown code is refused."""
        with file.reading(self._connection):
            code = numbering.code_typed(self._connection, typed, self.sheet_letters, round_code)
            return numbering.sheet_of(self._connection, code, round_code)

    def bind_blank(
        self,
        typed: str,
        round_code: str,
        within: str | None,
        category: str | None,
        entry: str,
        judge: str,
        *,
        actor: str,
    ) -> NumberedSheet:
        """Say whose a blank paper is, or who filled one that was printed without a judge.

        It may be said anew while no mark of the paper is stored. Refused: a judge whose sheet would not be taken.
        """
        with file.action(self._connection):
            standing = rounds.standing(self._connection, round_code, writing=True)
            rulings.find(self._connection, standing, entry, within=within, category=category)
            code = numbering.code_typed(self._connection, typed, self.sheet_letters, round_code)
            phase = numbering.sheet_of(self._connection, code, round_code).phase
            self._must_take(standing, within, category, entry, phase=phase, judge=judge)
            body = numbering.binding(
                self._connection, standing, code, within=within, category=category, entry=entry, judge=judge
            )
            self._record("sheet_bound", body, actor)
            return numbering.sheet_of(self._connection, code, round_code)

    def must_take(
        self, round_code: str, within: str | None, category: str | None, entry: str, *, phase: str, judge: str
    ) -> None:
        """Refuse a judge whose sheet for the entry would not be taken; the entry may not be entered yet."""
        with file.reading(self._connection):
            standing = rounds.standing(self._connection, round_code)
            self._must_take(standing, within, category, entry, phase=phase, judge=judge)

    def _must_take(
        self,
        standing: rounds.Standing,
        within: str | None,
        category: str | None,
        entry: str,
        *,
        phase: str,
        judge: str,
    ) -> None:
        comparison = Comparison(self._connection, standing, None, Roll(), any_judge=self.is_rehearsal)
        wrong = comparison.refusal(within, category, entry, phase=phase, judge=judge)
        refuse_if([wrong] if wrong is not None else [])

    # -- pictures ----------------------------------------------------------------------------------------------------

    def attach(self, sheet: NumberedSheet, *, name: str, digest: str, actor: str) -> bool:
        """Link a picture, kept beside by its SHA-256, to a paper; False if it is linked already."""
        with file.action(self._connection):
            standing = rounds.standing(self._connection, sheet.round)
            linked = numbering.attachments(self._connection, standing).get(sheet.code, ())
            if digest in {known for _, known in linked}:
                return False
            body = {"round": sheet.round, "code": sheet.code, "name": one_line(name), "digest": digest}
            self._record("picture_attached", body, actor)
        return True

    def attachments(self, round_code: str) -> Mapping[str, tuple[tuple[str, str], ...]]:
        """The pictures of each paper, by its code: name and SHA-256."""
        with file.reading(self._connection):
            return numbering.attachments(self._connection, rounds.standing(self._connection, round_code))

    # -- two register rows of one household --------------------------------------------------------------------------

    def merged_households(self) -> Mapping[str, str]:
        """The codes of the register that lead to another household, and to which."""
        with file.reading(self._connection):
            return registers.merged_into(self._connection)

    def known_as(self, code: str, where: Place = NOWHERE) -> Problem | None:
        """What a code is that names no entry: the old one of a household that was merged, or a judge's; else None."""
        with file.reading(self._connection):
            return registers.known_as(self._connection, code, where)

    def must_not_compete_already(self, round_code: str, entry: str, within: str | None, category: str | None) -> None:
        """Refuse an entry that is out because another one competes for its household since two rows were made one."""
        with file.reading(self._connection):
            standing = rounds.standing(self._connection, round_code)
            row = rulings.find(self._connection, standing, entry, within=within, category=category)[2]
            if row.status and (already := registers.competes_already(self._connection, row.key)) is not None:
                raise Refused(already)

    def merge_households(self, keep: str, drop: str, *, reason: str, actor: str) -> None:
        """Make one household of two rows of the register; refused while both compete in one contest."""
        must_say_why(reason)
        with file.action(self._connection):
            body = registers.merging(self._connection, keep, drop, reason=one_line(reason))
            self._record("households_merged", body, actor)

    def households_told_apart(self) -> frozenset[tuple[str, str]]:
        """The pairs of rows of which a person said that they are two households, in the order of their letters."""
        with file.reading(self._connection):
            return registers.told_apart(self._connection)

    def tell_households_apart(self, pairs: Sequence[tuple[str, str]], *, reason: str, actor: str) -> bool:
        """Record that pairs of rows that look alike are two households each; False where that was said before."""
        with file.action(self._connection):
            body = registers.telling_apart(self._connection, pairs, reason=one_line(reason))
            if body is None:
                return False
            self._record("households_told_apart", body, actor)
        return True


def must_say_why(reason: str) -> None:
    """Refuse an action that needs a reason and has none."""
    if not one_line(reason):
        refuse_if(
            [Problem(NOWHERE, say("A reason is missing."), say("Say why, in a few words; it is kept for the audit."))]
        )
