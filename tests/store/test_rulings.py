"""What people decide beside the marks: recorded once, listed with a code, taken back with reason and names, never lost."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from pachamama.core.model import Contest, Entry, RulingKind
from pachamama.core.problems import Refused
from pachamama.store import Store

from .test_merging import handed_out, said, take
from .valley import ACTOR, ROUND, hints, journal_length, opened, table

SCORES = "H001 J1 12 7 3\nH002 J1 12 7 3\nH003 J1 9 9 9"


def scored(path: Path) -> Store:
    """Three households of C1 with a sheet each."""
    store = opened(path)
    store.import_scores(ROUND, [table(SCORES)], actor=ACTOR)
    return store


def ruled(store: Store, entry: str, kind: RulingKind, rule: str, reason: str = "acta 3") -> None:
    """What the jury decided, with Flora's name."""
    store.record_ruling(ROUND, entry, "C1", None, kind, rule, reason, ["Flora"], actor=ACTOR)


def void(store: Store, code: str, reason: str = "era otra casa") -> Any:
    """Taken back by Tomás."""
    return store.void_ruling(ROUND, code, reason=reason, names=["Tomás"], actor=ACTOR)


def of(store: Store, entry: str) -> Any:
    """The entry as it stands."""
    return next(one for one in store.contest(ROUND, "C1", None).entries if one.code == entry)


# -- one laptop ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "rule"), [("deduction", "no_banner"), ("bonus", "early"), ("knockout", "mess")])
def test_a_ruling_is_taken_back_by_its_code(tmp_path: Path, kind: RulingKind, rule: str) -> None:
    """Another one of the same rule stays; what was taken back is told, with who and why, and the file proves it."""
    with scored(tmp_path / "a.db") as store:
        ruled(store, "H001", kind, rule)
        ruled(store, "H002", kind, rule)
        first, second = store.rulings(ROUND)
        done = void(store, first.code)
        assert (done.entries, done.kind, done.rule, done.codes) == (("H001",), kind, rule, (first.code,))
        assert (done.reason, done.names) == ("era otra casa", ("Tomás",))
        assert of(store, "H001").deductions == frozenset()
        assert of(store, "H002").deductions == {rule}
        assert store.rulings(ROUND) == (second,)
        assert store.voided(ROUND) == (done,)
        before = said(store)
        store.rebuild()
        assert (said(store), store.voided(ROUND), store.verify()) == (before, (done,), ())


def test_the_code_may_be_typed_in_small_letters_or_without_them(tmp_path: Path) -> None:
    """What stands no more has no code: a second time is refused, and so is a strange one, with where to look."""
    with scored(tmp_path / "a.db") as store:
        for entry in ("H001", "H002", "H003"):
            ruled(store, entry, "deduction", "no_banner")
        codes = [one.code for one in store.rulings(ROUND)]
        void(store, codes[0].lower())
        void(store, codes[1][2:])
        before = journal_length(store)
        for wrong in (codes[0], "AA99", "99", ""):
            with pytest.raises(Refused) as refusal:
                void(store, wrong)
            assert "pachamama ruling list" in hints(refusal.value)
        with pytest.raises(Refused, match="reason"):
            void(store, codes[2], reason=" ")
        assert journal_length(store) == before
        assert [one.code for one in store.rulings(ROUND)] == codes[2:]


def test_the_same_ruling_is_not_recorded_twice(tmp_path: Path) -> None:
    """It counts once; another kind, another rule, another entry, or the same once it was taken back, are others."""
    with scored(tmp_path / "a.db") as store:
        ruled(store, "H001", "deduction", "no_banner")
        ruled(store, "H001", "disqualification", "")
        before = journal_length(store)
        for kind, rule in (("deduction", "no_banner"), ("disqualification", "")):
            with pytest.raises(Refused) as refusal:
                ruled(store, "H001", kind, rule, "otra vez")  # type: ignore[arg-type]
            code = next(one.code for one in store.rulings(ROUND) if one.kind == kind)
            assert f"({code}): acta 3." in hints(refusal.value)
            assert f"pachamama ruling void {code}" in hints(refusal.value)
        assert journal_length(store) == before
        ruled(store, "H001", "deduction", "late")
        ruled(store, "H002", "deduction", "no_banner")
        void(store, store.rulings(ROUND)[0].code)
        ruled(store, "H001", "deduction", "no_banner", "ahora sí")
        assert of(store, "H001").deductions == {"late", "no_banner"}
        assert store.verify() == ()


@pytest.mark.parametrize("before", [None, "withdrawn"])
def test_who_was_disqualified_has_the_status_of_before_again(tmp_path: Path, before: Any) -> None:
    """None, or the one that the ruling took the place of, with its reason."""
    with scored(tmp_path / "a.db") as store:
        if before:
            store.set_status(ROUND, "H001", before, "se fue de viaje", actor=ACTOR)
        ruled(store, "H001", "disqualification", "", "terreno ajeno")
        assert (of(store, "H001").status, of(store, "H001").status_reason) == ("disqualified", "terreno ajeno")
        void(store, store.rulings(ROUND)[0].code)
        assert of(store, "H001").status == before
        assert of(store, "H001").status_reason == ("se fue de viaje" if before else "")
        assert store.verify() == ()


@pytest.mark.parametrize("status", [None, "withdrawn", "absent"])
def test_a_disqualification_by_the_jury_is_not_lifted_by_a_status(tmp_path: Path, status: Any) -> None:
    """Those who decide take it back; the refusal says how. A status that was only set is lifted as ever."""
    with scored(tmp_path / "a.db") as store:
        ruled(store, "H001", "disqualification", "", "terreno ajeno")
        (code,) = [one.code for one in store.rulings(ROUND)]
        with pytest.raises(Refused) as refusal:
            store.set_status(ROUND, "H001", status, "era otra", actor=ACTOR)
        assert f"pachamama ruling void {code}" in hints(refusal.value)
        assert of(store, "H001").status == "disqualified"
        store.set_status(ROUND, "H002", "disqualified", "pelea", actor=ACTOR)
        store.set_status(ROUND, "H002", None, "no fue ella", actor=ACTOR)
        assert of(store, "H002").status is None


def test_a_table_that_says_another_status_lifts_a_disqualification_and_the_ruling_says_so(tmp_path: Path) -> None:
    """It stands there as lifted, so that no paper calls it valid; the jury may rule anew, and both can be taken back."""
    with scored(tmp_path / "a.db") as store:
        ruled(store, "H001", "disqualification", "", "terreno ajeno")
        assert [one.is_lifted for one in store.rulings(ROUND)] == [False]
        gone = Contest("C1", None, (Entry("H001", status="withdrawn", status_reason="se fue"),))
        store.import_scores(ROUND, [gone], correct="se retiró antes", actor=ACTOR)
        assert [one.is_lifted for one in store.rulings(ROUND)] == [True]
        ruled(store, "H001", "disqualification", "", "terreno ajeno, visto otra vez")
        done = void(store, store.rulings(ROUND)[-1].code)
        assert (len(done.codes), store.rulings(ROUND)) == (2, ())
        assert (of(store, "H001").status, of(store, "H001").status_reason) == ("withdrawn", "se fue")
        assert store.verify() == ()


def test_a_decision_between_equals_and_a_drawing_are_taken_back(tmp_path: Path) -> None:
    """All that was recorded for the same entries by the same step, the corrected ones too; others stay."""
    with scored(tmp_path / "a.db") as store:
        for step in ("jury_decision", "lots"):
            for order in ({"H001": 1, "H002": 2}, {"H002": 1, "H001": 2}):
                store.record_order(ROUND, "C1", None, step, order, reason="", witnesses=["Flora"], actor=ACTOR)  # type: ignore[arg-type]
        store.record_order(ROUND, "C1", None, "lots", {"H003": 1, "H002": 2}, reason="", actor=ACTOR)
        decided, _, other = store.drawings(ROUND)
        done = void(store, decided.code)
        assert (done.kind, done.entries, len(done.codes)) == ("jury_decision", ("H002", "H001"), 2)
        assert [(one.step, one.order) for one in store.contest(ROUND, "C1", None).orders] == [
            ("lots", {"H001": 2, "H002": 1}),
            ("lots", {"H003": 1, "H002": 2}),
        ]
        void(store, store.drawings(ROUND)[0].code)
        assert store.drawings(ROUND) == (other,)
        assert store.verify() == ()


def test_the_sheets_of_an_entry_may_name_what_the_jury_took_back(tmp_path: Path) -> None:
    """A ruling is one thing, what a judge wrote another."""
    with opened(tmp_path / "a.db") as store:
        contest = table("H001 J1 12 7 3")
        store.import_scores(ROUND, [contest], actor=ACTOR)
        sheet = contest.entries[0].sheets[0]
        store.record_sheet(ROUND, "H001", "C1", None, sheet, deductions=frozenset({"mess"}), actor=ACTOR)
        ruled(store, "H001", "knockout", "mess")
        void(store, store.rulings(ROUND)[0].code)
        assert of(store, "H001").deductions == {"mess"}


# -- several laptops -------------------------------------------------------------------------------------------------


def merged_in_every_order(tmp_path: Path, files: dict[str, Store]) -> Any:
    """The office's file after taking in the others, in whatever order; it says the same in each, and is proved."""
    found = []
    for number, order in enumerate(permutations(("ana", "beto"))):
        copy = tmp_path / f"copy{number}.db"
        files["office"].hand_out(copy, name=f"copia {number}", actor=ACTOR)
        with Store.open(copy, writing=True) as store:
            for name in order:
                take(store, files[name])
            assert store.verify() == ()
            found.append((said(store)["contests"], [one[:2] for one in said(store)["conflicts"]]))
    assert found[0] == found[1]
    return found[0]


def test_what_one_laptop_took_back_is_taken_back_on_all(tmp_path: Path) -> None:
    """The ruling was known to both; one of them lifts it, the other says nothing of it."""
    files = _with_a_ruling(tmp_path)
    void(files["ana"], files["ana"].rulings(ROUND)[0].code)
    ((contest, *_),), conflicts = (list(one) for one in _contests_and_conflicts(tmp_path, files))
    assert conflicts == []
    assert all(not entry.deductions for entry in contest.entries)


def test_what_two_laptops_took_back_is_taken_back_once(tmp_path: Path) -> None:
    """Nothing to decide: both said the same."""
    files = _with_a_ruling(tmp_path)
    for name in ("ana", "beto"):
        void(files[name], files[name].rulings(ROUND)[0].code, f"dice {name}")
    ((contest, *_),), conflicts = (list(one) for one in _contests_and_conflicts(tmp_path, files))
    assert conflicts == []
    assert all(not entry.deductions for entry in contest.entries)


def test_one_took_back_what_the_other_made_too_and_people_decide(tmp_path: Path) -> None:
    """Ana's jury deducts; Beto's deducts too and takes that back: neither knew of the other, so nobody's word is lost."""
    files = handed_out(tmp_path, "ana", "beto")
    for name in ("ana", "beto"):
        ruled(files[name], "H001", "deduction", "no_banner", f"dice {name}")
    void(files["beto"], files["beto"].rulings(ROUND)[0].code)
    ((contest, *_),), conflicts = (list(one) for one in _contests_and_conflicts(tmp_path, files))
    assert [kind for kind, _ in conflicts] == ["ruling"]
    assert next(sorted(entry.deductions) for entry in contest.entries) in ([], ["no_banner"])


def test_a_ruling_made_again_after_it_was_taken_back_stands(tmp_path: Path) -> None:
    """On one laptop, known to it: the later word is the word, also after a merge."""
    files = _with_a_ruling(tmp_path)
    void(files["ana"], files["ana"].rulings(ROUND)[0].code)
    ruled(files["ana"], "H001", "deduction", "no_banner", "la vieron otra vez")
    ((contest, *_),), conflicts = (list(one) for one in _contests_and_conflicts(tmp_path, files))
    assert conflicts == []
    assert contest.entries[0].deductions == {"no_banner"}


def test_what_is_taken_back_too_late_waits_until_the_round_is_reopened(tmp_path: Path) -> None:
    """The office closed the round in the meantime: its results stand as they were sealed."""
    files = _with_a_ruling(tmp_path)
    void(files["ana"], files["ana"].rulings(ROUND)[0].code)
    office = files["office"]
    office.close_round(ROUND, document='{"contests": []}', actor=ACTOR)
    take(office, files["ana"])
    assert of(office, "H001").deductions == {"no_banner"}
    assert [one.kind for one in office.late()] == ["ruling_voided"]
    assert office.voided(ROUND) == ()
    assert office.verify() == ()
    office.reopen_round(ROUND, reason="reclamo", actor=ACTOR)
    assert of(office, "H001").deductions == frozenset()
    assert len(office.voided(ROUND)) == 1
    assert office.verify() == ()


def _with_a_ruling(tmp_path: Path) -> dict[str, Store]:
    """An office whose jury deducted, and two laptops that know it."""
    office = handed_out(tmp_path)["office"]
    ruled(office, "H001", "deduction", "no_banner")
    files = {"office": office}
    for name in ("ana", "beto"):
        office.hand_out(tmp_path / f"{name}.db", name=name, actor=ACTOR)
        files[name] = Store.open(tmp_path / f"{name}.db", writing=True)
    return files


def _contests_and_conflicts(tmp_path: Path, files: dict[str, Store]) -> Any:
    contests, conflicts = merged_in_every_order(tmp_path, files)
    return [contests[ROUND]], conflicts
