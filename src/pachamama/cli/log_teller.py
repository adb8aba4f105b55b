"""Telling the journal: what one entry becomes in words, and the names and figures that its words are made of.

The journal names people only by commitments; their names are said here as long as they are known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pachamama.core.names import ERASED
from pachamama.core.problems import Refused
from pachamama.core.sentences import Money, Name, Sentence, Value, listing, say

if TYPE_CHECKING:
    from pachamama.core.rules import Tier
    from pachamama.store import JournalEntry, Store
    from pachamama.store.laptops import Conflict

FEW = 6
"""What is named one by one; of more only the number is said."""
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class Shift:
    """One thing that an action set: `what` (an id) of an entry or a sheet, before and now; '' is nothing."""

    of: str
    what: str
    old: str
    new: str
    phase: str = ""
    judge: str = ""
    label: Value = ""


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the journal in words: what was done, what it changed, and why, in the words of whoever did it."""

    says: Sentence
    more: tuple[Sentence, ...] = ()
    shifts: tuple[Shift, ...] = ()
    why: str = ""


@dataclass
class Teller:
    """Tells entries one after the other, in order, and remembers of the earlier ones what the later do not repeat."""

    store: Store
    _criteria: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)
    rows: dict[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    receipts: dict[str, tuple[str, int]] = field(default_factory=dict)
    appeals: dict[str, tuple[str, str | None]] = field(default_factory=dict)

    def pass_by(self, entry: JournalEntry) -> None:
        """Remember an entry that nobody asked for."""
        body = entry.body
        if entry.kind == "round_opened":
            self._criteria |= {(body["round"], phase): tuple(ids) for phase, ids in body["phases"]}
        elif entry.kind == "register_imported":
            self.rows |= {(body["register"], row["code"]): row for row in body["rows"]}
        elif entry.kind == "receipts_numbered":
            self.receipts |= {code: (of, cents) for code, _, _, of, cents in body["receipts"]}
        elif entry.kind == "appeal_filed":
            self.appeals[body["code"]] = (body["round"], body["entry"])

    def conflict(self, body: Mapping[str, Any]) -> Conflict | None:
        """The conflict that a settling is about, as the files that are here tell it; None if they tell it otherwise."""
        for one in self._conflicts:
            sides = [[side.device, side.number] for side in (one.stands, one.other)]
            if (list(one.what), sides) == (body["what"], [body.get("stands", sides[0]), body["other"]]):
                return one
        return None

    def entries_of(self, body: Mapping[str, Any]) -> Iterator[str | None]:
        """The entries and households that a conflict was about: behind the contest, in a register, by paper or by merge."""
        what = body["what"]
        yield from what[3:] if len(what) > 3 else what
        if len(what) == 1 and isinstance(what[0], str):
            yield self.receipts.get(what[0], ("", 0))[0]
            yield self.appeals.get(what[0], ("", None))[1]
        found = self.conflict(body)
        for side in (found.stands, found.other) if found and found.kind in ("household", "entrant") else ():
            yield from (side.body.get("keep"), side.body.get("drop"))

    @cached_property
    def _conflicts(self) -> Sequence[Conflict]:
        return self.store.conflicts()

    # -- names -------------------------------------------------------------------------------------------------------

    def people(self, commitments: Sequence[str]) -> list[Value]:
        """The names behind commitments; those that were erased are said to be."""
        known = self.store.people_behind(commitments)
        return [known[one].name if one in known else ERASED for one in commitments]

    def one(self, commitment: str) -> Value:
        """The name behind a commitment."""
        return self.people([commitment])[0]

    @cached_property
    def _names(self) -> Mapping[str, str]:
        return {
            **{one.code: one.name for one in self.store.communities()},
            **{one.code: one.head for one in self.store.households()},
        }

    @cached_property
    def _judges(self) -> Mapping[str, str]:
        return {one.code: one.name for one in self.store.judges()}

    @cached_property
    def _rounds(self) -> Mapping[str, tuple[Tier, str] | None]:
        """Each round's tier and currency; None where its rules are of a time that nobody reads any more."""
        from pachamama.cli.gather import frozen_rules, tier_of_round

        found: dict[str, tuple[Tier, str] | None] = {}
        for one in self.store.rounds():
            try:
                found[one.code] = (tier_of_round(one), frozen_rules(one.rules).programme.currency)
            except Refused:
                found[one.code] = None
        return found

    def called(self, code: str | None) -> Value:
        """An entry by its code, with the name that the register gives it."""
        name = self._names.get(code or "")
        return say("{code} {name}", code=code or NOTHING, name=name) if name else code or NOTHING

    def judge(self, code: str | None) -> Value:
        """A judge by code and name."""
        name = self._judges.get(code or "")
        return say("{code} {name}", code=code or NOTHING, name=name) if name else code or NOTHING

    def money(self, round_code: str, cents: int) -> Value:
        """An amount in the currency of a round."""
        found = self._rounds.get(round_code)
        return Money(cents, found[1] if found else "")

    def criterion(self, round_code: str, id_: str) -> Value:
        """A line of the paper by the name that the rules give it."""
        found = self._rounds.get(round_code)
        for phase in found[0].judged_phases if found else ():
            for one in phase.judged:
                if one.id == id_:
                    return Name(one.name.texts, id_)
        return id_

    def phase(self, round_code: str, phase: str) -> Value:
        """A phase by its name; '' where the tier has only one."""
        from pachamama.core.rules.document import phase_label

        found = self._rounds.get(round_code)
        phases = found[0].judged_phases if found else ()
        if len(phases) < 2:
            return ""
        return next((phase_label(one) for one in phases if one.id == phase), phase)

    # -- sheets ------------------------------------------------------------------------------------------------------

    def marks(self, round_code: str, of: str, phase: str, judge: str, *, new: str, old: str = "") -> Iterator[Shift]:
        """What a paper says, line by line; with `old` only what it said otherwise."""
        ids = self._criteria.get((round_code, phase), ())
        now = new.split()
        before = old.split() if old else [""] * len(now)
        for id_, was, mark in zip(ids, before, now, strict=False):
            if was != mark:
                was_, is_ = (text.replace("-", "") if text == "-" else text for text in (was, mark))
                yield Shift(of, id_, was_, is_, phase, judge, self.criterion(round_code, id_))

    def paper(self, round_code: str, entry: str, phase: str, judge: str) -> Value:
        """`the sheet of J1 for H11, field`."""
        label = self.phase(round_code, phase)
        if label:
            return say(
                "the sheet of {judge} for {entry}, {phase}",
                judge=self.judge(judge),
                entry=self.called(entry),
                phase=label,
            )
        return say("the sheet of {judge} for {entry}", judge=self.judge(judge), entry=self.called(entry))


def shown(shift: Shift) -> Sentence:
    """A shift as a line: old and new, or only what is there now."""
    label = shift.label or shift.what
    if not shift.old:
        return say("{what}: {new}", what=label, new=shift.new or NOTHING)
    return say("{what}: {old} → {new}", what=label, old=shift.old, new=shift.new or NOTHING)


def several(codes: Sequence[Value]) -> Value:
    """A few things by name, more of them by their number."""
    if len(codes) <= FEW:
        return listing(list(codes))
    return listing([*codes[:FEW], say("{count} more", count=len(codes) - FEW)])
