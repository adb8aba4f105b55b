"""What two laptops said differently, told so that a person can decide: the thing, both values, who, when, and where.

A DNI is shown by its last figures only: enough to tell two apart, with the papers in hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pachamama.cli.log_teller import NOTHING, Teller, Told, shown
from pachamama.cli.log_words import WORDS
from pachamama.core.names import visible
from pachamama.core.sentences import Sentence, Value, When, listing, say

if TYPE_CHECKING:
    from pachamama.store import JournalEntry, Person, Store
    from pachamama.store.laptops import Conflict

KINDS: dict[str, Sentence] = {
    "rules": say("the rules for the next rounds"),
    "register": say("a row of a register"),
    "entry": say("an entry"),
    "closing": say("the closing of a round"),
    "reopening": say("the reopening of a round"),
    "order": say("a drawing of lots or a jury's decision"),
    "ruling": say("a ruling"),
    "panel": say("a panel"),
    "declaration": say("a judge and an entry"),
    "bound": say("a blank sheet"),
    "second": say("a second entry"),
    "settled": say("a decided discrepancy"),
    "household": say("two rows of one household"),
    "entrant": say("who wins with an entry"),
    "appeals": say("the last day for appeals"),
    "appeal": say("what was decided about an appeal"),
    "paid": say("a payment"),
    "receipt": say("a receipt"),
    "redress": say("money given back, or let be"),
    "lost": say("a lost laptop"),
    "forgotten": say("somebody who was erased"),
}
"""What each kind of conflict is about."""
_COLUMNS: dict[str, Sentence] = {
    "name": say("name"),
    "partner": say("partner"),
    "dni": say("DNI"),
    "community": say("community"),
    "watershed": say("watershed"),
    "households": say("number of households"),
    "sex": say("sex"),
    "category": say("category"),
    "office": say("office"),
    "phases": say("phases"),
}
_STATUS: dict[str, Sentence] = {
    "": say("competes"),
    "absent": say("absent"),
    "disqualified": say("disqualified"),
    "withdrawn": say("withdrawn"),
}
_OF_A_ROUND = frozenset({"entry", "order", "ruling", "panel", "declaration", "bound", "second", "settled", "entrant"})
_REMEDY: dict[str, Sentence] = {
    "closing": say("Two closings do not stand together: reopen the round, look at all of it, and close it once more."),
    "reopening": say("The round is closed. Whoever wanted it open reopens it: `pachamama round reopen`."),
    "appeal": say("Whoever decides it says it once more: `pachamama appeal decide`; then it is settled."),
    "lost": say("What of it came by other laptops counts. If something of it is wrong, correct it from the papers."),
    "forgotten": say(
        "Is it the same person, erase it again: `pachamama forget`. If somebody else has the code now, import the row again."
    ),
}
_LONG = 8


def of_round(some: Sequence[Conflict], round_code: str) -> list[Conflict]:
    """Those that results of a round rest on and that nobody has settled."""
    return [one for one in some if not one.settled and one.kind in _OF_A_ROUND and one.what[0] == round_code]


def what(one: Conflict, laptops: Mapping[str, str] | None = None) -> Sentence:
    """`an entry: terraces-household-1 · C1 · H11 · status`; a laptop by its name where that is known."""
    parts = one.what if one.kind != "lost" else [(laptops or {}).get(one.what[0]) or one.what[0]]
    return say("{kind}: {what}", kind=KINDS.get(one.kind, one.kind), what=called_by(parts))


def called_by(parts: Sequence[Any]) -> str:
    """`terraces-household-1 · C1 · H11 · status`: the words that name a thing, each once."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, str | int) and part != "" and str(part) not in words:
            words.append(visible(str(part)))
    return " · ".join(words)


@dataclass
class Beside:
    """Tells both sides of conflicts, and what came late; `laptops` are the names of the laptops."""

    store: Store
    laptops: Mapping[str, str]

    def conflict(self, one: Conflict) -> Iterator[tuple[int, Sentence]]:
        """A conflict in lines, each with how far it stands in: the thing, what stands, what is kept beside."""
        yield 0, say("{code}. {what}", code=one.code, what=what(one, self.laptops))
        sides = self.sides(one)
        yield 1, say("stands: {entry}", entry=self.who(one.stands))
        yield from ((2, line) for line in sides[0])
        if one.other.hash != one.stands.hash:
            yield 1, say("beside it: {entry}", entry=self.who(one.other))
            yield from ((2, line) for line in sides[1])
        if one.settled:
            yield 1, say("settled: {reason}", reason=one.settled)
        elif one.kind in _REMEDY:
            yield 1, _REMEDY[one.kind]

    def late(self, entry: JournalEntry) -> Iterator[tuple[int, Sentence]]:
        """What came for a closed round, in lines."""
        yield 0, say("late, for {round}: {entry}", round=str(entry.body.get("round", "")), entry=self.who(entry))
        yield from ((1, line) for line in self._in_words(entry))

    def who(self, entry: JournalEntry) -> Sentence:
        """Who said it, when, and on which laptop."""
        return say(
            "{actor}, {at}, laptop {laptop}",
            actor=entry.actor,
            at=When(entry.at),
            laptop=visible(self.laptops.get(entry.device) or entry.device),
        )

    def sides(self, one: Conflict) -> tuple[list[Sentence], list[Sentence]]:
        """What each of the two says: of a row or an entry only what differs, else the whole."""
        if one.kind in ("register", "forgotten") and one.other.kind == "register_imported":
            return self._rows(one)
        if one.kind == "entry":
            return self._of_entry(one, one.stands), self._of_entry(one, one.other)
        return self._whole(one, one.stands), self._whole(one, one.other)

    # -- rows of a register --------------------------------------------------------------------------------------------

    def _rows(self, one: Conflict) -> tuple[list[Sentence], list[Sentence]]:
        """The columns in which two rows differ; of somebody who was erased only what came beside."""
        first, second = (self._row(entry, str(one.what[1])) for entry in (one.stands, one.other))
        if one.kind == "forgotten":
            return self._in_words(one.stands), [_line(column, text, "") for column, text in second.items() if text]
        columns = [column for column in {**first, **second} if first.get(column, "") != second.get(column, "")]
        if not columns:
            return [say("further columns of the person differ")], []
        return (
            [_line(column, first.get(column, ""), second.get(column, "")) for column in columns],
            [_line(column, second.get(column, ""), first.get(column, "")) for column in columns],
        )

    def _row(self, entry: JournalEntry, code: str) -> dict[str, str]:
        """What an entry says of a row, the person in clear; nothing of one who was erased."""
        found: Mapping[str, Any] = next((row for row in entry.body.get("rows", ()) if row["code"] == code), {})
        said = {column: "" if value is None else str(value) for column, value in found.items() if column not in _HIDDEN}
        if found.get("person"):
            person = self._people([found["person"]]).get(found["person"])
            said |= {
                "name": person.name if person else "",
                "partner": person.partner if person else "",
                "dni": person.dni if person else "",
            }
        return said

    def _people(self, commitments: Sequence[str]) -> Mapping[str, Person]:
        return self.store.people_behind(commitments)

    # -- entries of a contest ------------------------------------------------------------------------------------------

    def _of_entry(self, one: Conflict, entry: JournalEntry) -> list[Sentence]:
        _, within, category, code, part, *more = (*one.what, *[None] * 5)[: max(5, len(one.what))]
        said = _said_of(entry, within, category, code)
        if said is None or (part == "status" and "status" not in said):  # marks of an entry that was absent
            return self._whole(one, entry)
        match part:
            case "status":
                status, reason = _STATUS.get(said.get("status", ""), NOTHING), said.get("reason", "")
                return [
                    say("{status}: {reason}", status=status, reason=reason) if reason else say("{what}", what=status)
                ]
            case "deductions":
                return [
                    say(
                        "deductions: {ids}",
                        ids=listing([*said.get("deductions", ())]) if said.get("deductions") else NOTHING,
                    )
                ]
            case "field" if more:
                return [say("{what}: {new}", what=str(more[0]), new=said.get("fields", {}).get(more[0]) or NOTHING)]
            case "person":
                person = self._people([said.get("person", "")]).get(said.get("person", ""))
                return [say("{what}: {new}", what=_COLUMNS["name"], new=person.name if person else NOTHING)]
        return self._whole(one, entry)

    # -- everything else, in the words of the journal ------------------------------------------------------------------

    @cached_property
    def _teller(self) -> Teller:
        """Whoever tells the journal, with what its earlier entries say of rounds, receipts and appeals."""
        teller = Teller(self.store)
        for entry in self.store.journal():
            if entry.kind != "register_imported":
                teller.pass_by(entry)
        return teller

    def _whole(self, one: Conflict, entry: JournalEntry) -> list[Sentence]:
        return self._in_words(_about(entry, one))

    def _in_words(self, entry: JournalEntry) -> list[Sentence]:
        told: Told = WORDS[entry.kind](self._teller, entry)
        lines = [told.says, *told.more, *(shown(shift) for shift in told.shifts[:_LONG])]
        if len(told.shifts) > _LONG:
            lines.append(say("…"))
        return [*lines, say("Why: {reason}", reason=told.why)] if told.why else lines


_HIDDEN = frozenset({"code", "person"})


def _line(column: str, text: str, other: str) -> Sentence:
    """A column and its value; of a DNI the last figures, as many as tell it from the other one."""
    label: Value = _COLUMNS.get(column, column)
    return say("{what}: {new}", what=label, new=(masked(text, other) if column == "dni" else text) or NOTHING)


def masked(dni: str, other: str) -> str:
    """`…789`: the last three figures of a DNI, more where the other one has the same three."""
    shows = 3
    while shows < len(dni) - 2 and dni[-shows:] == other[-shows:] and dni != other:
        shows += 1
    return f"…{dni[-shows:]}" if len(dni) > shows else dni


def _said_of(entry: JournalEntry, within: Any, category: Any, code: Any) -> Mapping[str, Any] | None:
    """What a table of scores says of one entry."""
    for contest in entry.body.get("contests", ()):
        if (contest["within"], contest["category"]) == (within, category):
            for one in contest["entries"]:
                if one["code"] == code:
                    return dict(one)
    return None


def _about(entry: JournalEntry, one: Conflict) -> JournalEntry:
    """Only what an entry of the journal says of the thing that the conflict is about."""
    body = dict(entry.body)
    if one.kind == "panel" and "panels" in body:
        _, within, category, phase = one.what
        body["panels"] = [
            panel
            for panel in body["panels"]
            if (panel["within"], panel["category"], panel["phase"]) == (within, category, phase)
        ]
    if one.kind == "receipt" and "receipts" in body:
        body["receipts"] = [receipt for receipt in body["receipts"] if receipt[0] == one.what[0]]
    if "contests" in body and len(one.what) > 3:
        said = _said_of(entry, *one.what[1:4])
        body["contests"] = (
            [{"within": one.what[1], "category": one.what[2], "entries": [said]}]
            if said is not None
            else body["contests"]
        )
    return replace(entry, body=body)
