"""Entries, sheets and score tables: nothing typed is lost, nothing is replaced without a reason."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from pachamama.core.model import Community, Contest, Entry, RecordedOrder, Sheet
from pachamama.core.problems import Place, Refused
from pachamama.store import Change, Entered, MarkChange, NewEntry, Person

from .valley import ACTOR, HOUSEHOLDS, ROUND, hints, journal_length, marks_of, open_round, opened, paper, table

SCORES = """
H001 J1 12 7 3
H001 J2 12.5 7 -
H002 J1 9 9 9
"""


def with_status(contest: Contest, code: str, **parts: object) -> Contest:
    """The table with a status, deductions, a name for one entry."""
    return replace(
        contest,
        entries=tuple(replace(entry, **parts) if entry.code == code else entry for entry in contest.entries),  # type: ignore[arg-type]
    )


# -- entering --------------------------------------------------------------------------------------------------------


def test_an_entry_takes_its_name_and_fields_from_the_register(tmp_path: Path) -> None:
    """Head, community, sex and further columns; what the entry says itself stands over them."""
    with opened(tmp_path / "a.db") as store:
        new = [
            NewEntry("H001", "C1"),
            NewEntry("H002", "C1", name="Familia Mamani", fields={"sex": "F", "requested": "50"}),
        ]
        assert store.enter(ROUND, new, actor=ACTOR).new == ("H001", "H002")
        assert store.entries(ROUND) == (
            Entered("H001", "C1", None, "Juana Quispe", None, "", frozenset(),
                    {"community": "C1", "sex": "F", "registered": "2026-03-01"}),
            Entered("H002", "C1", None, "Familia Mamani", None, "", frozenset(),
                    {"community": "C1", "sex": "F", "registered": "2026-03-02", "requested": "50"}),
        )  # fmt: skip
        assert store.entries(ROUND, within="C2") == () == store.entries(ROUND, category="new")
        assert len(store.entries(ROUND, within="C1", category=None)) == 2


def test_entering_twice_changes_nothing_and_anew_says_what_changes(tmp_path: Path) -> None:
    """The second time is equal, without a journal entry; another field is a change."""
    with opened(tmp_path / "a.db") as store:
        new = [NewEntry("H001", "C1", "new", fields={"requested": "50"})]
        store.enter(ROUND, new, actor=ACTOR)
        before = journal_length(store)
        assert store.enter(ROUND, new, actor=ACTOR).equal == ("H001",)
        assert journal_length(store) == before
        changes = store.enter(ROUND, [replace(new[0], fields={"requested": "60"})], actor=ACTOR)
        assert changes.changed == (Change("H001", "requested", "50", "60"),)
        assert store.entries(ROUND)[0].fields["requested"] == "60"


def test_one_code_may_stand_in_two_contests(tmp_path: Path) -> None:
    """It is one entrant with two entries; a status must then say which."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1", "new"), NewEntry("H001", "C1", "returning")], actor=ACTOR)
        with pytest.raises(Refused, match="several contests"):
            store.set_status(ROUND, "H001", "absent", "x", actor=ACTOR)
        store.set_status(ROUND, "H001", "absent", "x", category="new", actor=ACTOR)
        assert [entry.status for entry in store.entries(ROUND)] == ["absent", None]


def test_who_is_paid_comes_from_the_register_not_from_the_score_table(tmp_path: Path) -> None:
    """Papers that pay take head, DNI and partner as registered, also for the entry of an entrant."""
    with opened(tmp_path / "a.db") as store:
        new = [
            NewEntry("H001", "C1", name="Doña Juana"),
            NewEntry("H002-b", "C1", fields={"entrant": "H002"}),
            NewEntry("H099", "C1", name="Saturnina Apaza"),
        ]
        store.enter(ROUND, new, actor=ACTOR)
        assert store.persons(ROUND) == {
            "H001": Person("Juana Quispe", "40000001", "Pareja de Juana Quispe"),
            "H002-b": Person("Pedro Mamani", "40000002", "Pareja de Pedro Mamani"),
            "H099": Person("Saturnina Apaza"),
        }


def test_a_corrected_register_reaches_the_lists_at_once(tmp_path: Path) -> None:
    """A table that only repeats the registered name does not freeze it."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1", name="Juana Quispe")], actor=ACTOR)
        store.import_register("households", [replace(HOUSEHOLDS[0], head="Juana Quispe Ttito")], actor=ACTOR)
        assert store.entries(ROUND)[0].name == "Juana Quispe Ttito"


def test_contests_come_by_unit_then_category_then_code(tmp_path: Path) -> None:
    """Units by code, categories in order of appearance, entries by code, sheets by phase and judge."""
    with opened(tmp_path / "a.db") as store:
        places = [("H004", "C2", "new"), ("H003", "C1", "old"), ("H002", "C1", "new"), ("H001", "C1", "new")]
        store.enter(ROUND, [NewEntry(*place) for place in places], actor=ACTOR)
        for judge, marks, phase in (("J2", "5", "public"), ("J2", "1 1 1", "field"), ("J1", "1 1 1", "field")):
            store.record_sheet(ROUND, "H001", "C1", "new", paper(judge, marks, phase), actor=ACTOR)
        found = list(store.contests(ROUND))
        assert [(c.within, c.category, [e.code for e in c.entries]) for c in found] == [
            ("C1", "old", ["H003"]), ("C1", "new", ["H001", "H002"]), ("C2", "new", ["H004"]),
        ]  # fmt: skip
        sheets = found[1].entries[0].sheets
        assert [(sheet.phase, sheet.judge) for sheet in sheets] == [("field", "J1"), ("field", "J2"), ("public", "J2")]
        assert store.contest(ROUND, "C1", "new") == found[1]
        assert store.contest(ROUND, "C9", None) == Contest("C9", None, ())


# -- sheets ----------------------------------------------------------------------------------------------------------


def test_marks_come_back_exactly_as_they_were_written(tmp_path: Path) -> None:
    """Whole numbers, decimals, and an empty cell, which is not 0."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1")], actor=ACTOR)
        marks = {"terraces": Fraction("12.125"), "order": 0}
        store.record_sheet(ROUND, "H001", "C1", None, Sheet("J1", "field", marks), actor=ACTOR)
        assert store.contest(ROUND, "C1", None).entries[0].sheets == (Sheet("J1", "field", marks),)


def test_the_same_paper_typed_twice_changes_nothing(tmp_path: Path) -> None:
    """Equal marks write no journal entry; `7.50` is `7.5`."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1")], actor=ACTOR)
        assert store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 7.5 3"), actor=ACTOR).sheets == 1
        before = journal_length(store)
        assert store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 7.50 3"), actor=ACTOR).is_nothing
        assert journal_length(store) == before


def test_other_marks_for_a_paper_are_refused_without_a_reason(tmp_path: Path) -> None:
    """Each differing mark is listed with old and new; with a reason the old sheet is kept beside the new."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1")], actor=ACTOR)
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 7 -"), actor=ACTOR)
        with pytest.raises(Refused) as refusal:
            store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 8 3"), actor=ACTOR)
        assert "J1 gave H001 7 for water; this says 8." in hints(refusal.value)
        assert "J1 gave H001 no mark for order; this says 3." in hints(refusal.value)
        assert marks_of(store) == {("H001", "field", "J1"): {"terraces": "12", "water": "7"}}
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 8 3"), correct="second page", actor="berta")
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 9 3"), correct="again", actor="berta")
        first, second = store.corrections(ROUND)
        assert (first.old, first.reason, first.actor) == (
            {"terraces": "12", "water": "7", "order": None},
            "second page",
            "berta",
        )
        assert (first.number, first.replaced, second.replaced) == (9, 8, 9)
        assert marks_of(store)["H001", "field", "J1"]["water"] == "9"
        assert store.verify() == ()


def test_a_sheet_of_an_unknown_entry_judge_phase_or_criterion_is_refused(tmp_path: Path) -> None:
    """Each with what was meant, or the remedy; nothing is written."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1")], actor=ACTOR)
        before = journal_length(store)
        for entry, sheet, remedy in (
            ("H010", paper("J1", "1 1 1"), "Did you mean H001"),
            ("H001", paper("X9", "1 1 1"), "pachamama add judge"),
            ("H001", Sheet("J1", "feild", {"water": 1}), "Did you mean field"),
            ("H001", Sheet("J1", "field", {"watter": 1}), "Did you mean water"),
        ):
            with pytest.raises(Refused) as refusal:
                store.record_sheet(ROUND, entry, "C1", None, sheet, actor=ACTOR)
            assert remedy in hints(refusal.value)
        with pytest.raises(Refused, match="not entered there"):
            store.record_sheet(ROUND, "H001", "C2", None, paper("J1", "1 1 1"), actor=ACTOR)
        assert journal_length(store) == before


def test_a_rehearsal_takes_judges_that_nobody_registered(tmp_path: Path) -> None:
    """To try rules, no register of judges is needed; the judge is then known by the code alone."""
    with opened(tmp_path / "a.db", rehearsal=True) as store:
        store.import_scores(ROUND, [table("H001 X9 12 7 3")], actor=ACTOR)
        assert [judge.name for judge in store.judges() if judge.code == "X9"] == [""]
        assert store.verify() == ()


# -- score tables ----------------------------------------------------------------------------------------------------


def test_a_table_enters_and_marks_in_one_action(tmp_path: Path) -> None:
    """Unknown entries are entered, sheets added, all in one journal entry."""
    with opened(tmp_path / "a.db") as store:
        before = journal_length(store)
        changes = store.import_scores(ROUND, [table(SCORES), table("H004 J3 1 2 3", "C2")], actor=ACTOR)
        assert (changes.entries, changes.sheets, changes.equal) == (("H001", "H002", "H004"), 4, 0)
        assert journal_length(store) == before + 1
        assert marks_of(store)["H001", "field", "J2"] == {"terraces": "25/2", "water": "7"}


def test_the_same_table_twice_changes_nothing(tmp_path: Path) -> None:
    """All sheets are equal, and no journal entry is written, with or without a reason."""
    with opened(tmp_path / "a.db") as store:
        contest = with_status(
            table(SCORES, H001={"requested": "50", "note": "a note"}), "H002", status="absent", status_reason="enferma",
            deductions=frozenset({"no_banner", "late"}), name="Otra Persona",
        )  # fmt: skip
        store.import_scores(ROUND, [contest], actor=ACTOR)
        before = journal_length(store)
        for reason in (None, "again"):
            changes = store.import_scores(ROUND, [contest], actor=ACTOR, correct=reason)
            assert changes.is_nothing
            assert changes.equal == 3
        assert journal_length(store) == before


def test_a_grown_table_adds_only_what_is_new(tmp_path: Path) -> None:
    """The journal holds the new sheet, not the old ones again."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table(SCORES)], actor=ACTOR)
        changes = store.import_scores(ROUND, [table(SCORES + "H002 J2 8 8 8")], actor=ACTOR)
        assert (changes.entries, changes.sheets, changes.equal) == ((), 1, 3)
        (contest,) = list(store.journal())[-1].body["contests"]
        assert contest["entries"] == [{"code": "H002", "sheets": [["field", "J2", "8 8 8"]]}]


def test_one_other_mark_refuses_the_whole_table(tmp_path: Path) -> None:
    """Old and new with the line of the paper; nothing of the table is written until there is a reason."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table(SCORES)], actor=ACTOR)
        other = table("H001 J1 12 8 3\nH003 J1 5 5 5")
        where = Place("scores.csv", 14)
        sheets = tuple(replace(sheet, where=where) for sheet in other.entries[0].sheets)
        other = replace(other, entries=(replace(other.entries[0], sheets=sheets), other.entries[1]))
        before = journal_length(store)
        with pytest.raises(Refused) as refusal:
            store.import_scores(ROUND, [other], actor=ACTOR)
        assert [problem.where for problem in refusal.value.problems] == [where]
        dry = store.import_scores(ROUND, [other], actor=ACTOR, dry_run=True)
        assert dry.differing == (MarkChange("H001", "field", "J1", "water", "7", "8", where),)
        assert (dry.entries, dry.problems) == (("H003",), refusal.value.problems)
        assert journal_length(store) == before
        store.import_scores(ROUND, [other], actor=ACTOR, correct="7 was read as 1")
        assert marks_of(store)["H001", "field", "J1"]["water"] == "8"
        assert len(store.corrections(ROUND)) == 1
        assert store.verify() == ()


def test_statuses_deductions_and_fields_are_replaced_only_with_a_reason(tmp_path: Path) -> None:
    """What fills something empty is new; what contradicts is listed and refused."""
    with opened(tmp_path / "a.db") as store:
        first = with_status(table(SCORES, H001={"requested": "50"}), "H002", deductions=frozenset({"late"}))
        store.import_scores(ROUND, [first], actor=ACTOR)
        filled = with_status(
            table(SCORES, H001={"lots": "1"}), "H002", status="withdrawn", deductions=frozenset({"late", "no_banner"})
        )
        changes = store.import_scores(ROUND, [filled], actor=ACTOR)
        assert [(change.code, change.field, change.old, change.new) for change in changes.added] == [
            ("H001", "lots", "", "1"),
            ("H002", "status", "", "withdrawn"),
            ("H002", "deductions", "late", "late no_banner"),
        ]
        other = with_status(table(SCORES, H001={"requested": "60"}), "H002", status="absent")
        with pytest.raises(Refused) as refusal:
            store.import_scores(ROUND, [other], actor=ACTOR)
        assert "status of H002 is withdrawn; this says absent." in hints(refusal.value)
        assert "requested of H001 is 50; this says 60." in hints(refusal.value)
        assert "deductions of H002 is late no_banner; this says nothing." in hints(refusal.value)
        store.import_scores(ROUND, [other], actor=ACTOR, correct="acta 7")
        found = {entry.code: entry for entry in store.entries(ROUND)}
        assert (found["H002"].status, found["H002"].deductions) == ("absent", frozenset())
        assert found["H001"].fields["requested"] == "60"


def test_a_table_of_another_phase_takes_no_deduction_away(tmp_path: Path) -> None:
    """Sheets of the public phase say nothing of a deduction named in the field."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(
            ROUND, [with_status(table("H001 J1 1 2 3"), "H001", deductions=frozenset({"late"}))], actor=ACTOR
        )
        public = Contest("C1", None, (Entry("H001", sheets=(paper("J1", "20", "public"),)),))
        assert store.import_scores(ROUND, [public], actor=ACTOR).changed == ()
        assert store.entries(ROUND)[0].deductions == {"late"}


def test_who_was_absent_and_now_has_marks_needs_a_reason(tmp_path: Path) -> None:
    """The table does not silently mark somebody who stays absent; with a reason the status goes."""
    with opened(tmp_path / "a.db") as store:
        absent = Contest("C1", None, (Entry("H001", status="absent"),))
        store.import_scores(ROUND, [absent], actor=ACTOR)
        with pytest.raises(Refused, match="is"):
            store.import_scores(ROUND, [table("H001 J1 1 2 3")], actor=ACTOR)
        store.import_scores(ROUND, [table("H001 J1 1 2 3")], actor=ACTOR, correct="came late")
        assert store.entries(ROUND)[0].status is None
        assert len(marks_of(store)) == 1


def test_a_table_that_contradicts_itself_is_refused(tmp_path: Path) -> None:
    """Two sheets of one judge with other marks, or one entry twice in a contest; equal sheets count once."""
    with opened(tmp_path / "a.db") as store:
        with pytest.raises(Refused, match="second sheet"):
            store.import_scores(ROUND, [table("H001 J1 1 2 3\nH001 J1 1 2 4")], actor=ACTOR)
        with pytest.raises(Refused, match="stands twice"):
            store.import_scores(ROUND, [table("H001 J1 1 2 3"), table("H001 J2 1 2 3")], actor=ACTOR)
        assert store.import_scores(ROUND, [table("H001 J1 1 2 3\nH001 J1 1 2 3")], actor=ACTOR).sheets == 1


def test_unknown_judges_of_a_table_are_named_once_each(tmp_path: Path) -> None:
    """Each with the first line where it stands, and how to register it; nothing is written."""
    with opened(tmp_path / "a.db") as store:
        with pytest.raises(Refused) as refusal:
            store.import_scores(ROUND, [table("H001 J7 1 2 3\nH002 J7 1 2 3\nH003 Q1 1 2 3")], actor=ACTOR)
        assert len(refusal.value.problems) == 2
        assert store.entries(ROUND) == ()


# -- statuses, rulings, orders ---------------------------------------------------------------------------------------


def test_a_status_is_given_and_taken_back_with_reasons(tmp_path: Path) -> None:
    """The marks stay; the same status for the same reason is no new action."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table(SCORES)], actor=ACTOR)
        store.set_status(ROUND, "H001", "disqualified", "pelea", actor=ACTOR)
        before = journal_length(store)
        store.set_status(ROUND, "H001", "disqualified", "pelea", actor=ACTOR)
        assert journal_length(store) == before
        entry = store.contest(ROUND, "C1", None).entries[0]
        assert (entry.status, entry.status_reason, len(entry.sheets)) == ("disqualified", "pelea", 2)
        with pytest.raises(Refused, match="reason"):
            store.set_status(ROUND, "H001", None, "", actor=ACTOR)
        store.set_status(ROUND, "H001", None, "la jurada se retractó", actor=ACTOR)
        assert store.contest(ROUND, "C1", None).entries[0].status is None
        assert list(store.journal())[-1].body["contests"][0]["entries"][0]["old"]["status"] == "disqualified"


def test_a_ruling_joins_the_deductions_and_a_later_table_does_not_undo_it(tmp_path: Path) -> None:
    """Ids of sheets and of the jury stand together; a disqualification is a status."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table(SCORES)], actor=ACTOR)
        store.record_ruling(ROUND, "H001", "C1", None, "deduction", "no_banner", "acta 3", ["Flora"], actor=ACTOR)
        store.record_ruling(ROUND, "H002", "C1", None, "disqualification", "", "acta 4", [], actor=ACTOR)
        assert store.import_scores(ROUND, [table(SCORES)], actor=ACTOR).is_nothing
        first, second = store.contest(ROUND, "C1", None).entries
        assert first.deductions == {"no_banner"}
        assert (second.status, second.status_reason) == ("disqualified", "acta 4")


def test_a_recorded_order_reaches_its_contest_and_a_later_one_replaces_it(tmp_path: Path) -> None:
    """Lots and decisions stand side by side; the same group drawn again counts once, the last."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table(SCORES)], actor=ACTOR)
        record = lambda step, order: store.record_order(ROUND, "C1", None, step, order, reason="acta", actor=ACTOR)  # noqa: E731
        record("lots", {"H001": 1, "H002": 2})
        record("jury_decision", {"H001": 1, "H002": 2})
        record("lots", {"H002": 1, "H001": 2})
        assert store.contest(ROUND, "C1", None).orders == (
            RecordedOrder("jury_decision", {"H001": 1, "H002": 2}, "acta"),
            RecordedOrder("lots", {"H001": 2, "H002": 1}, "acta"),
        )
        for wrong in ({"H001": 1, "H009": 2}, {"H001": 1, "H002": 1}, {"H001": 1}):
            with pytest.raises(Refused):
                record("lots", wrong)


def test_a_community_tier_takes_name_and_register_from_its_community(tmp_path: Path) -> None:
    """The number on the register follows the register, unless the table says it."""
    with opened(tmp_path / "a.db") as store:
        upper = store.open_round(
            competition="terraces",
            tier="community",
            edition="",
            rules_text="x",
            criteria={"sheet": ("w",)},
            actor=ACTOR,
        ).code
        store.enter(upper, [NewEntry("C1", "W1"), NewEntry("C2", "W1", fields={"households": "33"})], actor=ACTOR)
        store.import_register("communities", [Community("C1", "Ccapana", "W1", 41)], actor=ACTOR)
        first, second = store.contest(upper, "W1", None).entries
        assert (first.name, first.fields, first.households) == ("Ccapana", {"households": "41"}, None)
        assert second.fields == {"households": "33"}


def test_two_rounds_do_not_mix(tmp_path: Path) -> None:
    """The same households and judges in the next round start empty."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table(SCORES)], actor=ACTOR)
        second = open_round(store)
        assert list(store.contests(second)) == []
        store.import_scores(second, [table("H001 J1 1 1 1")], actor=ACTOR)
        assert (len(marks_of(store)), len(marks_of(store, second))) == (3, 1)


def test_a_table_of_hundreds_of_sheets_is_stored_and_corrected_like_a_small_one(tmp_path: Path) -> None:
    """Many rows go into the file with one statement: none is left out, none is mixed up with its neighbour."""

    def rows(terraces: int) -> str:
        return "\n".join(
            f"H{home:03} J{judge} {terraces} {home % 15} {judge}" for home in range(131) for judge in (1, 2, 3)
        )

    with opened(tmp_path / "a.db") as store:
        changes = store.import_scores(ROUND, [table(rows(8))], actor=ACTOR)
        assert (len(changes.entries), changes.sheets) == (131, 393)
        assert store.import_scores(ROUND, [table(rows(8))], actor=ACTOR).equal == 393
        store.import_scores(ROUND, [table(rows(9))], correct="read wrongly", actor=ACTOR)
        assert marks_of(store) == {
            (f"H{home:03}", "field", f"J{judge}"): {"terraces": "9", "water": str(home % 15), "order": str(judge)}
            for home in range(131)
            for judge in (1, 2, 3)
        }
        assert {(one.old["terraces"], one.reason) for one in store.corrections(ROUND)} == {("8", "read wrongly")}
        assert (len(store.corrections(ROUND)), store.verify()) == (393, ())


# -- control totals and statuses -------------------------------------------------------------------------------------

PAPER = ("C1", None, "H001", "field", "J1")


def test_a_control_total_that_comes_later_is_kept_with_the_marks(tmp_path: Path) -> None:
    """The same marks again, now with the total of the paper: one action more, nothing else changes, and it is told."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1")], actor=ACTOR)
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 7 3"), actor=ACTOR)
        before = marks_of(store)
        again = store.record_sheet(
            ROUND, "H001", "C1", None, paper("J1", "12 7 3"), control="22", actor="beto", correct=None
        )
        assert (again.equal, again.totals, again.is_nothing, again.is_only_totals) == (1, 1, False, True)
        assert store.controls(ROUND) == {PAPER: "22"}
        assert marks_of(store) == before
        assert store.typists(ROUND) == {PAPER: ACTOR}
        assert store.corrections(ROUND) == ()
        length = journal_length(store)
        assert store.import_scores(ROUND, [table("H001 J1 12 7 3")], controls={PAPER: "22"}, actor=ACTOR).is_nothing
        assert journal_length(store) == length
        assert store.verify() == ()


def test_a_table_brings_control_totals_for_marks_that_stand(tmp_path: Path) -> None:
    """A trial counts them and stores none; a corrected sheet has no total until somebody says it."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table(SCORES)], actor=ACTOR)
        trial = store.import_scores(ROUND, [table(SCORES)], controls={PAPER: "22"}, actor=ACTOR, dry_run=True)
        assert (trial.totals, store.controls(ROUND)) == (1, {})
        store.import_scores(ROUND, [table(SCORES)], controls={PAPER: "22"}, actor=ACTOR)
        assert store.controls(ROUND) == {PAPER: "22"}
        store.import_scores(ROUND, [table("H001 J1 12 7 4")], correct="mal leído", actor=ACTOR)
        assert store.controls(ROUND) == {}
        assert store.verify() == ()


def test_who_is_out_of_the_contest_gets_marks_that_are_named(tmp_path: Path) -> None:
    """Withdrawn or disqualified: the sheet is kept and told; a table that says the status itself is no slip."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1"), NewEntry("H002", "C1"), NewEntry("H003", "C1")], actor=ACTOR)
        store.set_status(ROUND, "H001", "withdrawn", "se fue", actor=ACTOR)
        store.set_status(ROUND, "H002", "disqualified", "pelea", actor=ACTOR)
        found = store.import_scores(ROUND, [table(SCORES + "H003 J1 1 1 1")], actor=ACTOR)
        assert found.idle == (("H001", "withdrawn"), ("H002", "disqualified"))
        assert store.import_scores(ROUND, [table(SCORES)], actor=ACTOR).idle == ()
        said = with_status(table("H001 J3 1 1 1"), "H001", status="withdrawn")
        assert store.import_scores(ROUND, [said], actor=ACTOR).idle == ()


def test_a_sheet_for_somebody_absent_needs_a_reason_and_takes_the_absence_back(tmp_path: Path) -> None:
    """RULES.md, A4: whoever has marks was there; nobody is made present by a slip."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1")], actor=ACTOR)
        store.set_status(ROUND, "H001", "absent", "no vino", actor=ACTOR)
        with pytest.raises(Refused, match="is absent, and this is a sheet with marks for it") as caught:
            store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 7 3"), actor=ACTOR)
        assert "it competes again" in hints(caught.value)
        found = store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "12 7 3"), correct="vino tarde", actor=ACTOR)
        assert [(one.field, one.old, one.new) for one in found.changed] == [("status", "absent", "")]
        assert store.entries(ROUND)[0].status is None
