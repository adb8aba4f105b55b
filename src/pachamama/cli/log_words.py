"""The words of the journal: what each kind of entry says to people, with what was there before and what is there now.

A table that came in whole is told by counts; what it corrected is told mark by mark.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from pachamama.cli.log_decisions import (
    conflict_declared,
    conflict_settled,
    decided_by,
    order_recorded,
    order_voided,
    ruling_recorded,
    ruling_voided,
)
from pachamama.cli.log_paying import (
    overpayment_waived,
    payment_recorded,
    payment_returned,
    payment_voided,
    receipts_numbered,
    redress_voided,
)
from pachamama.cli.log_teller import FEW, NOTHING, Shift, Teller, Told, several
from pachamama.core.sentences import Sentence, Value, When, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.store import JournalEntry, Person


def _words(body: Mapping[str, Any], key: str) -> str:
    return str(body.get(key) or "")


# -- the file and its registers --------------------------------------------------------------------------------------


def _file_created(_teller: Teller, entry: JournalEntry) -> Told:
    if entry.body["rehearsal"]:
        return Told(say("Made the programme's file, for rehearsal."))
    return Told(say("Made the programme's file."))


def _rules_set(_teller: Teller, entry: JournalEntry) -> Told:
    return Told(say("Gave the programme its rules for the rounds to come ({digest}…).", digest=entry.body["rules"][:8]))


_REGISTERS: Mapping[str, Callable[[int], Sentence]] = {
    "watersheds": lambda count: say_count(
        "Put {count} row into the register of watersheds.", "Put {count} rows into the register of watersheds.", count
    ),
    "communities": lambda count: say_count(
        "Put {count} row into the register of communities.",
        "Put {count} rows into the register of communities.",
        count,
    ),
    "households": lambda count: say_count(
        "Put {count} row into the register of households.", "Put {count} rows into the register of households.", count
    ),
    "judges": lambda count: say_count(
        "Put {count} row into the register of judges.", "Put {count} rows into the register of judges.", count
    ),
}


def _register_imported(teller: Teller, entry: JournalEntry) -> Told:
    """New rows by their codes, known ones by what is other than before."""
    register, rows = entry.body["register"], entry.body["rows"]
    before = {row["code"]: teller.rows.get((register, row["code"])) for row in rows}
    new = [row["code"] for row in rows if before[row["code"]] is None]
    sealed = [one["person"] for row in rows for one in (row, before[row["code"]] or {}) if one.get("person")]
    people = teller.store.people_behind(sealed) if len(new) < len(rows) else {}
    shifts: list[Shift] = []
    for row in rows:
        old = before[row["code"]]
        if old is not None:
            shifts += _row_shifts(row, old, people)
    more = [say("New: {codes}.", codes=several([_new_row(teller, register, code) for code in new]))] if new else []
    return Told(_REGISTERS[register](len(rows)), tuple(more), tuple(shifts))


def _new_row(teller: Teller, register: str, code: str) -> Value:
    return teller.judge(code) if register == "judges" else teller.called(code)


def _row_shifts(row: Mapping[str, Any], old: Mapping[str, Any], people: Mapping[str, Person]) -> Iterator[Shift]:
    """What a row of a register says otherwise; of a DNI only that it changed."""
    code = row["code"]
    for column in sorted({*row, *old} - {"code", "person"}):
        was, now = (str(one.get(column) or "") for one in (old, row))
        if was != now:
            yield Shift(code, column, was, now)
    if row.get("person") == old.get("person"):
        return
    was_, now_ = (people.get(one.get("person") or "") for one in (old, row))
    if was_ is None or now_ is None:
        yield Shift(code, "person", "", "", label=say("personal data"))
        return
    for what, first, second in (("name", was_.name, now_.name), ("partner", was_.partner, now_.partner)):
        if first != second:
            yield Shift(code, what, first, second)
    if was_.dni != now_.dni:
        yield Shift(code, "dni", "…" if was_.dni else "", "…" if now_.dni else "", label=say("DNI (not shown)"))


def _households_merged(teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    return Told(
        say("Made one household of {keep} and {drop}.", keep=teller.called(body["keep"]), drop=body["drop"]),
        why=body["reason"],
    )


def _households_told_apart(teller: Teller, entry: JournalEntry) -> Told:
    pairs = [
        say("{one} and {other}", one=teller.called(one), other=teller.called(other))
        for one, other in entry.body["pairs"]
    ]
    return Told(
        say("Said that these are two households each: {pairs}.", pairs=listing(pairs)), why=entry.body["reason"]
    )


# -- rounds ----------------------------------------------------------------------------------------------------------


def _round_opened(_teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    more = [say("It reads the results of {round}.", round=body["lower"])] if body["lower"] else []
    if body["edition"]:
        return Told(
            say("Opened round {round}, edition {edition}.", round=body["round"], edition=body["edition"]), tuple(more)
        )
    return Told(say("Opened round {round}.", round=body["round"]), tuple(more))


def _fields_frozen(_teller: Teller, entry: JournalEntry) -> Told:
    return Told(
        say(
            "Kept what the results of {round} rest on, as the registers had it at the closing.",
            round=str(entry.body["round"]),
        )
    )


def _round_closed(teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    more = [say("Code of its papers: {code}.", code=body["seal"])] if body.get("seal") else []
    more += _witness(teller, body)
    if body["accept_missing"]:
        more.append(say("Although something was missing: {reason}", reason=body["accept_missing"]))
    return Told(
        say("Closed round {round} (closing {number}).", round=body["round"], number=body["number"]), tuple(more)
    )


def _round_reopened(teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    return Told(say("Reopened round {round}.", round=body["round"]), tuple(_witness(teller, body)), why=body["reason"])


def _witness(teller: Teller, body: Mapping[str, Any]) -> list[Sentence]:
    named = body.get("witness")
    return [say("Witness: {name}.", name=teller.one(named))] if named else []


# -- entries and sheets ----------------------------------------------------------------------------------------------


@dataclass
class _Scores:
    """What a body with entries and sheets says."""

    teller: Teller
    round: str
    entered: list[str] = field(default_factory=list)
    sheets: list[tuple[str, str, str, str]] = field(default_factory=list)
    totals: list[tuple[str, str, str, str]] = field(default_factory=list)
    corrected: int = 0
    taken_out: int = 0
    shifts: list[Shift] = field(default_factory=list)
    corrections: list[Shift] = field(default_factory=list)

    def take(self, body: Mapping[str, Any]) -> None:
        """Go through the entries of every contest."""
        for contest in body["contests"]:
            for one in contest["entries"]:
                self._entry(one)

    def _entry(self, one: Mapping[str, Any]) -> None:
        code, old = one["code"], one.get("old", {})
        if "new" in one:
            self.entered.append(code)
        before = {(phase, judge): marks for phase, judge, marks, *_ in old.get("sheets", ())}
        for phase, judge, marks, *_ in one.get("sheets", ()):
            was = before.get((phase, judge))
            if was is None:
                self.sheets.append((code, phase, judge, marks))
            else:
                self.corrected += 1
                self.taken_out += not marks.strip("- ")
                self.corrections += self.teller.marks(self.round, code, phase, judge, new=marks, old=was)
        self.totals += [(code, phase, judge, total) for phase, judge, _, total in one.get("totals", ())]
        if "status" in one:
            self.shifts.append(Shift(code, "status", old.get("status", ""), one["status"] or "", label=say("status")))
        if "deductions" in one:
            was_, now = (" ".join(some) for some in (old.get("deductions", ()), one["deductions"]))
            self.shifts.append(Shift(code, "deductions", was_, now, label=say("deductions and bonuses")))
        if "new" not in one or len(one.get("fields", ())) <= FEW:
            self.shifts += [
                Shift(code, name, old.get("fields", {}).get(name, ""), text)
                for name, text in one.get("fields", {}).items()
            ]
        if one.get("person") and "new" not in one:
            self.shifts.append(Shift(code, "person", "", "", label=say("name or personal data")))


def _scores(teller: Teller, entry: JournalEntry) -> _Scores:
    found = _Scores(teller, entry.body["round"])
    found.take(entry.body)
    return found


def _entered(teller: Teller, entry: JournalEntry) -> Told:
    found = _scores(teller, entry)
    codes = several([teller.called(code) for code in found.entered])
    if not found.entered:
        return Told(say("Changed what is known of entries of {round}.", round=found.round), (), tuple(found.shifts))
    shifts = found.shifts if len(found.entered) <= FEW else [one for one in found.shifts if one.old]
    return Told(
        say_count(
            "Entered {count} in {round}: {codes}.",
            "Entered {count} in {round}: {codes}.",
            len(found.entered),
            round=found.round,
            codes=codes,
        ),
        (),
        tuple(shifts),
    )


def _scores_imported(teller: Teller, entry: JournalEntry) -> Told:
    """Counts of what came; what was corrected mark by mark, and a few new sheets too."""
    found = _scores(teller, entry)
    more = []
    if found.sheets:
        more.append(say_count("{count} new sheet.", "{count} new sheets.", len(found.sheets)))
    if found.entered:
        codes = several([teller.called(code) for code in found.entered])
        more.append(
            say_count("{count} new entry: {codes}.", "{count} new entries: {codes}.", len(found.entered), codes=codes)
        )
    if found.corrected:
        more.append(say_count("{count} corrected sheet.", "{count} corrected sheets.", found.corrected))
    if found.totals:
        more.append(
            say_count(
                "{count} control total was kept with marks that stood already.",
                "{count} control totals were kept with marks that stood already.",
                len(found.totals),
            )
        )
    if keys := entry.body.get("submissions"):
        more.append(say_count("{count} came from a phone.", "{count} came from phones.", len(keys)))
    shifts = list(found.corrections)
    if len(found.sheets) <= FEW:
        for code, phase, judge, marks in found.sheets:
            shifts += teller.marks(found.round, code, phase, judge, new=marks)
        shifts += found.shifts
    else:
        shifts += [one for one in found.shifts if one.old]
    return Told(
        say("Imported a table of scores into {round}.", round=found.round),
        tuple(more),
        tuple(shifts),
        _words(entry.body, "correct"),
    )


def _sheet_recorded(teller: Teller, entry: JournalEntry) -> Told:
    found = _scores(teller, entry)
    shifts = [*found.corrections, *found.shifts]
    why = _words(entry.body, "correct")
    if not found.sheets:
        if found.totals and not shifts:
            code, phase, judge, total = found.totals[0]
            paper = teller.paper(found.round, code, phase, judge)
            return Told(
                say(
                    "Kept the control total {total} with {paper} ({round}).",
                    total=total,
                    paper=paper,
                    round=found.round,
                )
            )
        if not found.corrections:
            return Told(say("Typed what a paper of {round} says.", round=found.round), (), tuple(shifts), why)
        first = found.corrections[0]
        paper = teller.paper(found.round, first.of, first.phase, first.judge)
        if found.taken_out:
            return Told(say("Took out {paper} ({round}).", paper=paper, round=found.round), (), tuple(shifts), why)
        return Told(say("Corrected {paper} ({round}).", paper=paper, round=found.round), (), tuple(shifts), why)
    (code, phase, judge, marks), *_ = found.sheets
    shifts = [*teller.marks(found.round, code, phase, judge, new=marks), *shifts]
    paper = teller.paper(found.round, code, phase, judge)
    return Told(say("Typed {paper} ({round}).", paper=paper, round=found.round), (), tuple(shifts), why)


_STATUSES: Mapping[str, Sentence] = {
    "absent": say("absent"),
    "disqualified": say("disqualified"),
    "withdrawn": say("withdrawn"),
}


def _status_set(teller: Teller, entry: JournalEntry) -> Told:
    one = entry.body["contests"][0]["entries"][0]
    found = _scores(teller, entry)
    said: dict[str, Value] = {"entry": teller.called(one["code"]), "round": found.round}
    shifts = tuple(found.shifts)
    if one["status"]:
        state = _STATUSES[one["status"]]
        return Told(say("{entry} is {status} in {round}.", status=state, **said), (), shifts, one["reason"])
    old = _STATUSES.get(one.get("old", {}).get("status", ""))
    if old is None:
        return Told(say("{entry} competes again in {round}.", **said), (), shifts, one["reason"])
    return Told(say("{entry} is no longer {status} in {round}.", status=old, **said), (), shifts, one["reason"])


# -- panels and papers -----------------------------------------------------------------------------------------------


def _panel_assigned(teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    panels = body["panels"]
    more = [
        say(
            "{where}: {judges}.",
            where=listing(
                [part for part in (one["within"], one["category"], teller.phase(body["round"], one["phase"])) if part]
                or [body["round"]]
            ),
            judges=listing([teller.judge(code) for code in one["judges"]]) if one["judges"] else NOTHING,
        )
        for one in panels[:FEW]
    ]
    return Told(
        say_count(
            "Seated {count} panel in {round}.", "Seated {count} panels in {round}.", len(panels), round=body["round"]
        ),
        tuple(more),
    )


def _sheets_numbered(_teller: Teller, entry: JournalEntry) -> Told:
    papers = entry.body["papers"]
    codes: Value = listing([one[0] for one in papers])
    if len(papers) > FEW:
        codes = say("{first} to {last}", first=papers[0][0], last=papers[-1][0])
    return Told(
        say_count(
            "Numbered {count} sheet of {round}: {codes}.",
            "Numbered {count} sheets of {round}: {codes}.",
            len(papers),
            round=entry.body["round"],
            codes=codes,
        )
    )


def _sheet_bound(teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    return Told(
        say(
            "Sheet {code} is that of {judge} for {entry}.",
            code=body["code"],
            judge=teller.judge(body["judge"]),
            entry=teller.called(body["entry"]),
        )
    )


def _second_typed(teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    key = (body["round"], body["entry"], body["phase"], body["judge"])
    return Told(
        say("Typed {paper} a second time ({round}).", paper=teller.paper(*key), round=body["round"]),
        (),
        tuple(teller.marks(*key, new=body["marks"])),
    )


def _discrepancy_settled(teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    key = (body["round"], body["entry"], body["phase"], body["judge"])
    return Told(
        say("Decided what {paper} says ({round}).", paper=teller.paper(*key), round=body["round"]),
        tuple(_witness(teller, body)),
        tuple(teller.marks(*key, new=body["marks"], old=_words(body, "old"))),
        body["reason"],
    )


def _picture_attached(_teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    return Told(say("Linked the picture “{name}” to sheet {code}.", name=body["name"], code=body["code"]))


# -- appeals -------------------------------------------------------------------------------------------------------


def _appeals_opened(_teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    return Told(
        say(
            "Appeals against the results of {round} are in time until {day}.",
            round=body["round"],
            day=When(body["until"]),
        )
    )


def _appeal_filed(teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    said: dict[str, Value] = {"code": body["code"], "name": teller.one(body["claimant"]), "day": When(body["day"])}
    if body["entry"]:
        head = say("{name} appeals about {entry} on {day} ({code}).", entry=teller.called(body["entry"]), **said)
    else:
        head = say("{name} appeals about all results on {day} ({code}).", **said)
    return Told(head, (say("In their words: {text}", text=body["text"]),))


def _appeal_decided(teller: Teller, entry: JournalEntry) -> Told:
    body = entry.body
    names = teller.people(body["names"])
    head = (
        say("Appeal {code} is upheld.", code=body["code"])
        if body["state"] == "upheld"
        else say("Appeal {code} is rejected.", code=body["code"])
    )
    return Told(head, decided_by(names), (), body["decision"])


# -- laptops and persons ---------------------------------------------------------------------------------------------


def _device_started(_teller: Teller, entry: JournalEntry) -> Told:
    return Told(say("Began a file for another laptop: {name}.", name=entry.body["name"] or entry.body["device"]))


def _device_named(_teller: Teller, entry: JournalEntry) -> Told:
    return Told(say("Called laptop {device} “{name}”.", device=entry.body["device"], name=entry.body["name"]))


def _device_lost(_teller: Teller, entry: JournalEntry) -> Told:
    return Told(
        say(
            "Declared laptop {device} lost after its entry {number}.",
            device=entry.body["device"],
            number=entry.body["number"],
        ),
        why=_words(entry.body, "reason"),
    )


def _device_found(_teller: Teller, entry: JournalEntry) -> Told:
    return Told(
        say("Took back that laptop {device} was lost.", device=entry.body["device"]), why=_words(entry.body, "reason")
    )


def _merged(_teller: Teller, entry: JournalEntry) -> Told:
    return Told(
        say_count(
            "Took in {count} file of another laptop.",
            "Took in {count} files of other laptops.",
            entry.body.get("files", 1),
        )
    )


def _person_forgotten(_teller: Teller, entry: JournalEntry) -> Told:
    return Told(
        say_count(
            "Erased {count} record of a person.",
            "Erased {count} records of a person.",
            len(entry.body["commitments"]),
        ),
        why=entry.body["reason"],
    )


def _exported(_teller: Teller, entry: JournalEntry) -> Told:
    return Told(say("Took personal numbers (DNI) out of the file: {what}.", what=entry.body["what"]))


_Words: TypeAlias = Callable[[Teller, "JournalEntry"], Told]
WORDS: Mapping[str, _Words] = {
    "file_created": _file_created,
    "rules_set": _rules_set,
    "register_imported": _register_imported,
    "round_opened": _round_opened,
    "fields_frozen": _fields_frozen,
    "round_closed": _round_closed,
    "round_reopened": _round_reopened,
    "entered": _entered,
    "scores_imported": _scores_imported,
    "sheet_recorded": _sheet_recorded,
    "status_set": _status_set,
    "order_recorded": order_recorded,
    "order_voided": order_voided,
    "ruling_recorded": ruling_recorded,
    "ruling_voided": ruling_voided,
    "households_merged": _households_merged,
    "households_told_apart": _households_told_apart,
    "panel_assigned": _panel_assigned,
    "conflict_declared": conflict_declared,
    "sheets_numbered": _sheets_numbered,
    "sheet_bound": _sheet_bound,
    "second_typed": _second_typed,
    "discrepancy_settled": _discrepancy_settled,
    "picture_attached": _picture_attached,
    "receipts_numbered": receipts_numbered,
    "payment_recorded": payment_recorded,
    "payment_voided": payment_voided,
    "payment_returned": payment_returned,
    "overpayment_waived": overpayment_waived,
    "redress_voided": redress_voided,
    "appeals_opened": _appeals_opened,
    "appeal_filed": _appeal_filed,
    "appeal_decided": _appeal_decided,
    "device_started": _device_started,
    "device_named": _device_named,
    "device_lost": _device_lost,
    "device_found": _device_found,
    "merged": _merged,
    "conflict_settled": conflict_settled,
    "person_forgotten": _person_forgotten,
    "exported": _exported,
}
"""Each kind of entry and its words; a kind without words is found by a test."""
