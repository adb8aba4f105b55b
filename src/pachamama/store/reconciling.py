"""Where two laptops said something of the same thing without knowing of each other: what stands, and what people decide.

The first in the order of the journal stands. An equal second saying changes nothing (the same paper typed by another
person confirms it); a different one is kept beside for a person to decide. Nothing wins by being later.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pachamama.store import paid_apart
from pachamama.store.journal import Body, JournalEntry, canonical
from pachamama.store.knowing import Clash, Closings, EntryName, Forgotten, Knowledge
from pachamama.store.paid_apart import whom
from pachamama.store.shared_codes import SharedCodes


@dataclass
class Reconciler:
    """Lets through of each entry what does not contradict an entry that it did not know.

    `entry` gives what is to be applied, in order; `clashes` what people must decide. `alike` names, for
    each commitment of a person that was erased, one that said the same of that person. `leads` are the merges of
    households that stand, `contradicted` those that do not, each with what stands.
    """

    connection: sqlite3.Connection
    knowledge: Knowledge
    closings: Closings
    clashes: list[Clash]
    forgotten: Forgotten
    codes: SharedCodes
    alike: Mapping[str, str] = field(default_factory=dict)
    _said: dict[tuple[Any, ...], tuple[str, int, str, str]] = field(default_factory=dict)
    _beside: set[tuple[tuple[Any, ...], EntryName]] = field(default_factory=set)
    lost: dict[str, int] = field(default_factory=dict)
    leads: dict[str, str] = field(default_factory=dict)
    contradicted: dict[EntryName, EntryName] = field(default_factory=dict)

    def entry(self, entry: JournalEntry) -> Iterator[JournalEntry]:
        """The parts of an entry that stand."""
        entry = self.codes.told(entry)
        body = _PARTS.get(entry.kind, _whole)(self, entry)
        if body is None:
            return
        seconds = body.pop("_seconds", ())
        yield replace(entry, body=body)
        for second in seconds:
            yield replace(entry, kind="second_typed", body=second)

    def stands(self, entry: JournalEntry, what: tuple[Any, ...], content: Any, *, actor: str = "") -> str:
        """`new`, `equal` to what an unknown entry said, or a `clash` with it; that of a sheet is a second entry."""
        text = content if isinstance(content, str) else canonical(content)
        before = self._said.get(what)
        if before is not None and not self.knowledge.has(entry, before[0], before[1]):
            if before[2] == text:
                return "equal"
            if what[0] != "sheet":
                self.clashes.append(Clash(str(what[0]), what[1:], (before[0], before[1]), (entry.device, entry.number)))
            return "clash"
        self._said[what] = (entry.device, entry.number, text, actor)
        return "new"

    def beside(self, entry: JournalEntry, what: tuple[Any, ...], names: Iterable[EntryName], *, marked: bool) -> None:
        """What forbids marks stands, and the marks are kept beside it (`marked`: the entry brings these); people decide.

        Once for each that forbids them, however many sheets another laptop brought without knowing of it.
        """
        here = (entry.device, entry.number)
        for name in dict.fromkeys(names):
            forbids, marks = (name, here) if marked else (here, name)
            if not self.knowledge.has(entry, *name) and (what, forbids) not in self._beside:
                self._beside.add((what, forbids))
                self.clashes.append(Clash(str(what[0]), what[1:], forbids, marks))

    def name_of(self, what: tuple[Any, ...]) -> list[EntryName]:
        """The entry whose word on a thing stands."""
        return [self._said[what][:2]] if what in self._said else []

    def said(self, what: tuple[Any, ...]) -> Any:
        """What stands of a thing that somebody spoke of."""
        return json.loads(self._said[what][2])

    def differs(self, entry: JournalEntry, what: tuple[Any, ...], content: Any) -> EntryName | None:
        """The entry that said another thing without its knowing of it, while nothing is decided by asking."""
        before = self._said.get(what)
        is_new = before is None or self.knowledge.has(entry, *before[:2]) or before[2] == canonical(content)
        return None if is_new or before is None else before[:2]

    def is_entered(self, where: tuple[Any, ...], code: str) -> bool:
        """Somebody competes under that code in the contest of a round."""
        return bool(self.connection.execute(f"SELECT 1 {_OF_ENTRY}", _named(where, code)).fetchone())

    def household(self, code: str) -> str:
        """As which household a row of the register stands, through all merges so far."""
        while code in self.leads:
            code = self.leads[code]
        return code

    def clash(self, entry: JournalEntry, what: tuple[Any, ...]) -> None:
        """Something that has no place in what stands; people must look at it."""
        here = (entry.device, entry.number)
        self.clashes.append(Clash(str(what[0]), what[1:], here, here))

    def brings_back(self, entry: JournalEntry, code: tuple[str, str], commitment: str) -> bool:
        """The entry speaks of a person who was erased elsewhere: people must say who it is."""
        erasing = self.forgotten.without_knowing(entry, code, commitment)
        if erasing is not None:
            self.clashes.append(Clash("forgotten", code, erasing, (entry.device, entry.number)))
        return erasing is not None

    def take_clashes(self) -> list[Clash]:
        """The clashes that were found since the last time."""
        found = [*self.clashes]
        self.clashes.clear()
        return found

    def actor_of(self, what: tuple[Any, ...]) -> str:
        """Who said it first."""
        return self._said[what][3]

    def person(self, commitment: str | None) -> Any:
        """Who stands behind a commitment, so that two salts of one person are the same, erased or not."""
        if commitment is not None and commitment in self.alike:
            return self.alike[commitment]
        row = self.connection.execute(
            "SELECT name, dni, partner, fields FROM person WHERE commitment = ? AND (salt <> '' OR name <> '' OR dni <> '')",
            (commitment,),
        ).fetchone()
        return commitment if row is None else list(row)


def _whole(_reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """What adds to what is there, and contradicts nothing."""
    return dict(entry.body)


def _created(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """The first file of a programme; another laptop's own beginning changes nothing."""
    if reconciler.connection.execute("SELECT 1 FROM programme").fetchone():
        return None
    return dict(entry.body)


def _rules_set(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    return _one(("rules",), "rules", reconciler, entry)


def _register(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Row by row: an equal row is there already, another one is a person's decision."""
    register = entry.body["register"]
    rows = []
    for row in entry.body["rows"]:
        if row.get("person") and reconciler.brings_back(entry, (register, row["code"]), row["person"]):
            continue
        content = {**row, "person": reconciler.person(row.get("person"))}
        if reconciler.stands(entry, ("register", register, row["code"]), content) == "new":
            rows.append(row)
    return {**entry.body, "rows": rows} if rows else None


def _opened(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    body = dict(entry.body)
    content = {key: value for key, value in body.items() if key not in ("rules_text", "edition")}
    if reconciler.stands(entry, ("round", body["round"]), content) != "new":
        return None
    return _with_rules(reconciler, body)


def _with_rules(reconciler: Reconciler, body: Body) -> Body:
    """A rules text that another laptop brought already is only named."""
    known = reconciler.connection.execute("SELECT 1 FROM rules WHERE digest = ?", (body["rules"],)).fetchone()
    return {key: value for key, value in body.items() if key != "rules_text"} if known else body


def _frozen(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """What a closing keeps stands if that does, which is the next entry of its chain."""
    return dict(entry.body) if (entry.device, entry.number + 1) in reconciler.closings.stand else None


def _closed(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Two laptops that close one round without knowing of each other: the first closing stands.

    They say the same only if results, heads and seal are the same. Whoever reopened it without knowing of a closing that
    stands is contradicted by that.
    """
    return dict(entry.body) if reconciler.closings.close(entry) else None


def _reopened(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """A closing is opened by whoever knew of it; one that nobody told of is not opened in passing."""
    return dict(entry.body) if reconciler.closings.reopen(entry) else None


def _scores(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Sheet by sheet: the same paper on two laptops is a second entry, equal or not; it never replaces the first."""
    body = dict(entry.body)
    round_code = body["round"]
    contests: list[Body] = []
    seconds: list[Body] = []
    for contest in body["contests"]:
        where = (round_code, contest["within"], contest["category"])
        written = []
        for one in contest["entries"]:
            kept = _entry(reconciler, entry, where, one)
            sheets = []
            totals = list(one.get("totals", ()))  # each holds only for the marks that it names
            for phase, judge, marks, *control in one.get("sheets", ()):
                what = ("sheet", *where, one["code"], phase, judge)
                verdict = reconciler.stands(entry, what, marks, actor=entry.actor)
                if verdict == "new":
                    sheets.append([phase, judge, marks, *control])
                    continue
                totals += [[phase, judge, marks, *control]] if verdict == "equal" and control else []
                if verdict == "clash" or reconciler.actor_of(what).casefold() != entry.actor.casefold():
                    seconds.append(
                        {
                            "round": round_code,
                            "within": contest["within"],
                            "category": contest["category"],
                            "entry": one["code"],
                            "phase": phase,
                            "judge": judge,
                            "marks": marks,
                        }
                    )
            if sheets:
                kept["sheets"] = sheets
                _against_sheets(reconciler, entry, where, one["code"], sheets)
            if totals:
                kept["totals"] = totals
            if "old" in one:
                kept["old"] = _old(one["old"], sheets)
            if len(kept) > 1:
                written.append(kept)
        if written:
            contests.append({**contest, "entries": written})
    if not contests and not seconds and not body.get("submissions"):
        return None
    return {**body, "contests": contests, "_seconds": seconds}


def _against_sheets(
    reconciler: Reconciler, entry: JournalEntry, where: tuple[Any, ...], code: str, sheets: Sequence[Sequence[Any]]
) -> None:
    """Marks for an entry that was absent, or of a judge who stepped back from it: each laptop said what the other did not know."""
    marked = {judge for _, judge, marks, *_ in sheets if marks.strip("- ")}
    if not marked:
        return
    key = ("entry", *where, code, "status")
    if reconciler.connection.execute(f"SELECT 1 {_OF_ENTRY} AND e.status = 'absent'", _named(where, code)).fetchone():
        reconciler.beside(entry, key, reconciler.name_of(key), marked=True)
    for judge, device, number in reconciler.connection.execute(
        f"SELECT g.code, j.device, j.number {_OF_ENTRY.replace('WHERE', _RECUSED)}", _named(where, code)
    ).fetchall():
        if judge in marked:
            reconciler.beside(entry, ("declaration", *where, code, judge), [(device, number)], marked=True)


def _sheets_of(reconciler: Reconciler, where: tuple[Any, ...], code: str, judge: str | None = None) -> list[EntryName]:
    """The entries that brought the marks which an entry has, of all judges or of one."""
    rows = reconciler.connection.execute(
        f"SELECT j.device, j.number, g.code {_OF_ENTRY.replace('WHERE', _MARKED)} ORDER BY s.phase, g.code",
        _named(where, code),
    ).fetchall()
    return [(device, number) for device, number, whose in rows if judge in (None, whose)]


def _named(where: tuple[Any, ...], code: str) -> tuple[Any, ...]:
    round_code, within, category = where
    return round_code, within or "", category or "", code


_OF_ENTRY = (
    "FROM entry e JOIN contest c ON c.id = e.contest JOIN round r ON r.id = c.round"
    " WHERE r.code = ? AND c.within = ? AND c.category = ? AND e.code = ?"
)
_RECUSED = (
    "JOIN declaration d ON d.entry = e.id AND d.kind = 'recused' JOIN judge g ON g.id = d.judge"
    " JOIN journal j ON j.id = d.journal WHERE"
)
_MARKED = (
    "JOIN sheet s ON s.entry = e.id AND s.marks GLOB '*[0-9]*' JOIN judge g ON g.id = s.judge"
    " JOIN journal j ON j.id = s.journal WHERE"
)


def _old(old: Mapping[str, Any], sheets: Sequence[Sequence[Any]]) -> Body:
    """What was replaced, of the sheets that are."""
    written = {(phase, judge) for phase, judge, *_ in sheets}
    kept = [one for one in old.get("sheets", ()) if (one[0], one[1]) in written]
    return {**{key: value for key, value in old.items() if key != "sheets"}, **({"sheets": kept} if kept else {})}


def _entry(reconciler: Reconciler, entry: JournalEntry, where: tuple[Any, ...], one: Mapping[str, Any]) -> Body:
    """What an entry says of itself: status, deductions, name and fields, each by itself."""
    kept: Body = {"code": one["code"]}
    key = ("entry", *where, one["code"])
    if (
        "new" in one
        and reconciler.stands(entry, (*key, "new"), "") == "new"
        and not reconciler.is_entered(where, one["code"])
    ):
        kept["new"] = 1
    if "person" in one:
        for of in ("entry", "households"):  # it stands all the same: a seal may be over it
            reconciler.brings_back(entry, (of, one["code"]), one["person"])
        if reconciler.stands(entry, (*key, "person"), reconciler.person(one["person"])) == "new":
            kept["person"] = one["person"]
    if "status" in one and reconciler.stands(entry, (*key, "status"), [one["status"], one["reason"]]) == "new":
        kept |= {"status": one["status"], "reason": one["reason"]}
        if one["status"] == "absent":
            reconciler.beside(entry, (*key, "status"), _sheets_of(reconciler, where, one["code"]), marked=False)
    if "deductions" in one and reconciler.stands(entry, (*key, "deductions"), one["deductions"]) == "new":
        kept["deductions"] = one["deductions"]
    fields = {
        name: text
        for name, text in one.get("fields", {}).items()
        if reconciler.stands(entry, (*key, "field", name), text) == "new"
    }
    if fields:
        kept["fields"] = fields
    return kept


def _order(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """An order, or that it was taken back."""
    body = entry.body
    what = ("order", body["round"], body["within"], body["category"], body["step"], *sorted(body["order"]))
    content = _VOID if entry.kind == "order_voided" else body["order"]
    return dict(body) if reconciler.stands(entry, what, content) == "new" else None


def _ruling(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """A ruling, or that it was taken back: who took it back without knowing that others made it too contradicts them."""
    body = entry.body
    what = ("ruling", body["round"], body["within"], body["category"], body["entry"], body["ruling"], body["rule"])
    content = _VOID if entry.kind == "ruling_voided" else ""
    return dict(body) if reconciler.stands(entry, what, content) == "new" else None


_VOID = "void"


def _panel(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    panels = [
        one
        for one in entry.body["panels"]
        if reconciler.stands(
            entry, ("panel", entry.body["round"], one["within"], one["category"], one["phase"]), one["judges"]
        )
        == "new"
    ]
    return {**entry.body, "panels": panels} if panels else None


def _declaration(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """That a judge steps back may be said twice; who judges instead adds to it, unless somebody else was named.

    Of two reasons the first stands, and people are told. Whoever steps back without knowing that marks of theirs are there
    contradicts these: neither is dropped in silence.
    """
    body = dict(entry.body)
    what = ("declaration", *whom(body), body["judge"])
    verdict = reconciler.stands(entry, what, [body["declared"]])
    if verdict != "clash" and "substitutes" in body:
        verdict = reconciler.stands(entry, (*what, "substitutes"), body["substitutes"])
    if verdict == "clash":
        return None
    why = (*what, "reason")
    first = reconciler.differs(entry, why, [body["reason"]])
    if first is None:
        reconciler.stands(entry, why, [body["reason"]])
    else:
        reconciler.clashes.append(Clash("declaration", what[1:], first, (entry.device, entry.number)))
        (body["reason"],) = reconciler.said(why)
    if verdict == "new" and body["declared"] == "recused":
        *where, code = whom(body)
        marks = _sheets_of(reconciler, tuple(where), code, body["judge"])
        reconciler.beside(entry, what, marks, marked=False)
    return body if verdict == "new" else None


def _bound(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    body = entry.body
    return _one(("bound", body["round"], body["code"]), "entry", reconciler, entry, "judge")


def _second(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    body = entry.body
    what = ("second", *whom(body), body["phase"], body["judge"])
    return dict(body) if reconciler.stands(entry, what, body["marks"]) == "new" else None


def _settled(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    body = entry.body
    what = ("settled", *whom(body), body["phase"], body["judge"])
    if reconciler.stands(entry, what, body["marks"]) != "new":
        return None
    reconciler.stands(entry, ("sheet", *whom(body), body["phase"], body["judge"]), body["marks"], actor=entry.actor)
    return dict(body)


def _merged_households(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Where the kept row was merged elsewhere meanwhile, the dropped one goes there too; never round in a circle.

    The first stands of two that keep the other's row, or lead one row to two, or of which one says: two households.
    """
    keep, drop = entry.body["keep"], entry.body["drop"]
    here, said, pair = (entry.device, entry.number), ("household", drop), ("household", *sorted((keep, drop)))
    home = reconciler.household(keep)
    if home == drop:
        first = (reconciler.name_of(("household", keep)) or [here])[0]
        reconciler.contradicted[here] = first
        reconciler.clashes.append(Clash("household", (drop,), first, here))
        return None
    for what, content in ((said, [keep]), (pair, _ONE)):
        first_said = reconciler.differs(entry, what, content)
        if first_said is not None:
            reconciler.contradicted[here] = first_said
            reconciler.clashes.append(Clash("household", what[1:], first_said, here))
            return None
    if reconciler.stands(entry, said, [keep]) != "new":
        return None
    reconciler.stands(entry, pair, _ONE)
    reconciler.leads[drop] = home
    return {**entry.body, "keep": home}


def _told_apart(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """That two rows are two households; not against who made them one without knowing of it, or before."""
    pairs = [
        pair for pair in entry.body["pairs"] if reconciler.stands(entry, ("household", *sorted(pair)), _TWO) != "clash"
    ]
    return {**entry.body, "pairs": pairs} if pairs else None


_ONE, _TWO = ["one"], ["two"]


def _renamed(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Who competes as which household; where the merge does not stand, nobody is renamed, and people are told."""
    body = entry.body
    here, what = (entry.device, entry.number), ("entrant", body["round"], body["drop"])
    if here in reconciler.contradicted:
        reconciler.clashes.append(Clash("entrant", what[1:], reconciler.contradicted[here], here))
        return None
    if reconciler.stands(entry, what, [body["keep"]]) != "new":
        return None
    return {**body, "keep": reconciler.household(body["keep"])}


def _lost(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Two who declare one laptop lost are of one mind, and it counts up to where either knew it.

    What another laptop had taken in of it beyond that counts as well, and is a question for people.
    """
    device, number = entry.body["device"], entry.body["number"]
    verdict = reconciler.stands(entry, ("lost", device), "lost")
    if verdict == "clash":
        return None
    if verdict == "equal":
        number = max(number, reconciler.lost.get(device, 0))
    reconciler.lost[device] = number
    if reconciler.knowledge.taken_in(device, entry) > number:
        here = (entry.device, entry.number)
        reconciler.clashes.append(Clash("lost", (device,), here, (device, number + 1)))
    return {**entry.body, "number": number}


def _found(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """Who says that a laptop was found takes back only what was known: else people decide."""
    verdict = reconciler.stands(entry, ("lost", entry.body["device"]), "found")
    return dict(entry.body) if verdict == "new" else None


def _appeals_opened(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    return _one(("appeals", entry.body["round"], entry.body["results"]), "until", reconciler, entry)


def _appealed(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """An appeal about an entry that is not there any more is about the contest."""
    body = dict(entry.body)
    if body["entry"] and not reconciler.is_entered((body["round"], body["within"], body["category"]), body["entry"]):
        body["entry"] = None
    return body


def _appeal_decided(reconciler: Reconciler, entry: JournalEntry) -> Body | None:
    """An appeal is decided once: of two juries that did not know of each other the first stands, and people decide."""
    return _one(("appeal", entry.body["code"]), "state", reconciler, entry, "decision")


def _one(what: tuple[Any, ...], part: str, reconciler: Reconciler, entry: JournalEntry, *more: str) -> Body | None:
    """An entry that says one thing of one thing."""
    content = [entry.body.get(one) for one in (part, *more)]
    body = dict(entry.body)
    if reconciler.stands(entry, what, content) != "new":
        return None
    return _with_rules(reconciler, body) if "rules" in body else body


_PARTS = {
    "file_created": _created,
    "rules_set": _rules_set,
    "register_imported": _register,
    "round_opened": _opened,
    "fields_frozen": _frozen,
    "round_closed": _closed,
    "round_reopened": _reopened,
    "entered": _scores,
    "scores_imported": _scores,
    "sheet_recorded": _scores,
    "status_set": _scores,
    "order_recorded": _order,
    "ruling_recorded": _ruling,
    "order_voided": _order,
    "ruling_voided": _ruling,
    "panel_assigned": _panel,
    "conflict_declared": _declaration,
    "sheet_bound": _bound,
    "second_typed": _second,
    "discrepancy_settled": _settled,
    "households_told_apart": _told_apart,
    "household_dropped": _merged_households,
    "entrant_renamed": _renamed,
    "receipts_numbered": paid_apart.receipts,
    "payment_recorded": paid_apart.paid,
    "payment_voided": paid_apart.payment_voided,
    "payment_returned": paid_apart.redressed,
    "overpayment_waived": paid_apart.redressed,
    "device_lost": _lost,
    "device_found": _found,
    "appeals_opened": _appeals_opened,
    "appeal_filed": _appealed,
    "appeal_decided": _appeal_decided,
}
"""What each kind of entry says of which thing; a kind that is not here only adds."""
