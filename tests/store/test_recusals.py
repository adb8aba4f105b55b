"""Who judges in the place of one who stepped back: kept with the recusal, checked at every door, the same on all laptops."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from pachamama.core.model import Judge
from pachamama.core.problems import Refused
from pachamama.store import NewEntry, Store
from pachamama.store.recusals import Answer

from .test_merging import handed_out, said, take
from .valley import ACTOR, ROUND, hints, journal_length, marks_of, opened, paper

BOTH = {("C1", None, phase): ["J1", "J2"] for phase in ("field", "public")}


def ready(path: Path) -> Store:
    """H001 and H002 of C1 are judged by J1 and J2; J3 and J4 are registered."""
    store = opened(path)
    store.import_register("judges", [Judge("J4", "Berta Sol", "50000004")], actor=ACTOR)
    store.enter(ROUND, [NewEntry("H001", "C1"), NewEntry("H002", "C1"), NewEntry("H004", "C2")], actor=ACTOR)
    store.assign_panel(ROUND, BOTH, actor=ACTOR)
    return store


def recuse(store: Store, judge: str = "J2", entry: str = "H001", **instead: str) -> None:
    """A judge steps back, and others judge instead, by phase; without any it stays as it was."""
    store.declare(ROUND, judge, entry, "recused", "mi prima", substitutes=instead or None, actor=ACTOR)


def judged(store: Store, entry: str, judge: str, marks: str = "1 2 3") -> None:
    """A sheet of the field."""
    store.record_sheet(ROUND, entry, "C1", None, paper(judge, marks), actor=ACTOR)


def test_whoever_judges_instead_stands_with_the_recusal(tmp_path: Path) -> None:
    """Read back with the contest and the declarations, the same after a rebuild; the same again writes nothing."""
    with ready(tmp_path / "a.db") as store:
        recuse(store, field="J3", public="J4")
        for _ in range(2):
            (declared,) = store.declarations(ROUND)
            assert declared.substitutes == {"field": "J3", "public": "J4"}
            contest = store.contest(ROUND, "C1", None)
            assert contest.judges_of(contest.entries[0], "field") == ("J1", "J3")
            assert contest.judges_of(contest.entries[0], "public") == ("J1", "J4")
            assert contest.judges_of(contest.entries[1], "field") == ("J1", "J2")
            store.rebuild()
        before = journal_length(store)
        recuse(store, field="J3", public="J4")
        recuse(store)
        assert journal_length(store) == before
        recuse(store, field="J4")
        assert store.declarations(ROUND)[0].substitutes == {"field": "J4"}
        store.declare(ROUND, "J2", "H001", "recused", "otra razón", actor=ACTOR)
        assert store.declarations(ROUND)[0].substitutes == {"field": "J4"}
        store.declare(ROUND, "J2", "H001", "no_conflict", "no es nada", actor=ACTOR)
        assert store.declarations(ROUND)[0].substitutes == {}
        assert store.verify() == ()


def test_marks_of_the_substitute_are_taken_for_that_entry_and_phase_only(tmp_path: Path) -> None:
    """Typed or imported alike; the judge who stepped back gives none."""
    with ready(tmp_path / "a.db") as store:
        with pytest.raises(Refused, match="not in the panel"):
            judged(store, "H001", "J3")
        recuse(store, field="J3")
        judged(store, "H001", "J3")
        with pytest.raises(Refused, match="not in the panel"):
            judged(store, "H002", "J3")
        with pytest.raises(Refused, match="not in the panel"):
            store.record_sheet(ROUND, "H001", "C1", None, paper("J3", "5", "public"), actor=ACTOR)
        with pytest.raises(Refused, match="stepped back"):
            judged(store, "H001", "J2")
        assert sorted(marks_of(store)) == [("H001", "field", "J3")]


@pytest.mark.parametrize(
    ("entry", "instead", "word"),
    [
        ("H001", {"field": "J9"}, "not registered"),
        ("H001", {"field": "J1"}, "judges"),
        ("H001", {"field": "J2"}, "judges"),
        ("H001", {"field": "J4"}, "is from"),
        ("H001", {"field": "J3"}, "may not judge"),
        ("H004", {"field": "J3"}, "has no seat in the panel"),
    ],
)
def test_whoever_may_not_judge_is_no_substitute(tmp_path: Path, entry: str, instead: dict[str, str], word: str) -> None:
    """Not registered, on the panel already, at home, not for that phase; or nobody is to be replaced."""
    with ready(tmp_path / "a.db") as store:
        store.import_register(
            "judges", [Judge("J4", "Berta Sol", community="C1"), Judge("J3", "Nina", phases=("public",))], actor=ACTOR
        )
        before = journal_length(store)
        with pytest.raises(Refused, match=word):
            recuse(store, "J2", entry, **instead)
        assert journal_length(store) == before


def test_one_judge_is_not_two_and_who_stepped_back_does_not_come_back(tmp_path: Path) -> None:
    """J3 judges instead of J2 already; J4 stepped back from the entry."""
    with ready(tmp_path / "a.db") as store:
        recuse(store, "J2", field="J3")
        with pytest.raises(Refused, match="already"):
            recuse(store, "J1", field="J3")
        store.declare(ROUND, "J4", "H001", "recused", "ahijada", actor=ACTOR)
        with pytest.raises(Refused, match="stepped back"):
            recuse(store, "J1", field="J4")


def test_a_substitute_with_marks_is_not_left_out(tmp_path: Path) -> None:
    """Neither exchanged, nor is the recusal taken back, nor does the judge leave the panel: empty the sheet first."""
    with ready(tmp_path / "a.db") as store:
        recuse(store, field="J3")
        judged(store, "H001", "J3")
        with pytest.raises(Refused) as refusal:
            recuse(store, field="J4")
        assert "`pachamama score H001 J3 - - - --phase field --round terraces-household-1 --correct REASON`" in hints(
            refusal.value
        )
        with pytest.raises(Refused, match="has given marks"):
            store.declare(ROUND, "J2", "H001", "no_conflict", "no es nada", actor=ACTOR)
        with pytest.raises(Refused, match=r"stays in the panel"):
            store.assign_panel(ROUND, {("C1", None, "field"): ["J1", "J4"]}, actor=ACTOR)
        store.assign_panel(ROUND, {("C1", None, "field"): ["J1", "J2"]}, actor=ACTOR)
        store.record_sheet(ROUND, "H001", "C1", None, paper("J3", "- - -"), correct="hoja de otra", actor=ACTOR)
        recuse(store, field="J4")
        assert store.verify() == ()


def test_several_entries_are_declared_together_or_not_at_all(tmp_path: Path) -> None:
    """The second one is refused: the first is not recorded either."""
    with ready(tmp_path / "a.db") as store:
        before = journal_length(store)
        answers = [Answer(code, "mi prima", substitutes={"field": "J3"}) for code in ("H001", "H004")]
        with pytest.raises(Refused, match="no seat"):
            store.declare_each(ROUND, "J2", "recused", answers, actor=ACTOR)
        assert journal_length(store) == before
        store.declare_each(ROUND, "J2", "recused", [answers[0], Answer("H002", "mi tía")], actor=ACTOR)
        assert [(one.entry, one.reason) for one in store.declarations(ROUND)] == [
            ("H001", "mi prima"),
            ("H002", "mi tía"),
        ]


@pytest.mark.parametrize("order", [("ana", "beto"), ("beto", "ana")])
def test_a_substitute_named_on_one_laptop_judges_on_all(tmp_path: Path, order: tuple[str, str]) -> None:
    """Also where another laptop knows of the recusal only: that says less, and contradicts nothing."""
    files = _laptops(tmp_path)
    recuse(files["ana"], field="J3")
    judged(files["ana"], "H001", "J3")
    recuse(files["beto"])
    office = files["office"]
    for name in order:
        take(office, files[name])
    assert office.declarations(ROUND)[0].substitutes == {"field": "J3"}
    assert ("H001", "field", "J3") in marks_of(office)
    assert (office.verify(), _kinds(office)) == ((), [])


def test_two_laptops_that_name_different_judges_leave_it_to_people(tmp_path: Path) -> None:
    """One of them stands, in every order of merging the same."""
    files = _laptops(tmp_path)
    recuse(files["ana"], field="J3")
    recuse(files["beto"], public="J3")
    office, other = files["office"], files["beto"]
    take(office, files["ana"], files["beto"])
    take(other, files["ana"])
    assert _kinds(office) == _kinds(other) == ["declaration"]
    assert office.declarations(ROUND) == other.declarations(ROUND)
    assert (office.verify(), other.verify()) == ((), ())


def _laptops(tmp_path: Path) -> dict[str, Store]:
    """An office and two laptops on which J1 and J2 judge C1."""
    office = handed_out(tmp_path)["office"]
    office.assign_panel(ROUND, BOTH, actor=ACTOR)
    files = {"office": office}
    for name in ("ana", "beto"):
        office.hand_out(tmp_path / f"{name}.db", name=name, actor=ACTOR)
        files[name] = Store.open(tmp_path / f"{name}.db", writing=True)
    return files


def _kinds(store: Store) -> list[Any]:
    return [kind for kind, *_ in said(store)["conflicts"]]


@pytest.mark.parametrize("order", [("ana", "beto"), ("beto", "ana")])
@pytest.mark.parametrize("instead", [{}, {"field": "J3"}])
def test_two_reasons_of_one_recusal_are_told(tmp_path: Path, order: tuple[str, str], instead: dict[str, str]) -> None:
    """The first stands, in every order of merging; who judges instead counts whoever named them; a new reason ends it."""
    files = _laptops(tmp_path)
    recuse(files["ana"])
    time.sleep(1.1)  # the journal counts seconds
    files["beto"].declare(ROUND, "J2", "H001", "recused", "enemistad", substitutes=instead or None, actor=ACTOR)
    office = files["office"]
    for name in order:
        take(office, files[name])
    (clash,) = office.conflicts()
    assert (clash.kind, clash.what) == ("declaration", (ROUND, "C1", None, "H001", "J2"))
    assert (clash.stands.body["reason"], clash.other.body["reason"]) == ("mi prima", "enemistad")
    (declared,) = office.declarations(ROUND)
    assert (declared.reason, declared.substitutes) == ("mi prima", instead)
    office.settle_conflict(clash.code, reason="valen los dos", actor=ACTOR)
    office.declare(ROUND, "J2", "H001", "recused", "mi prima, y enemistad", actor=ACTOR)
    assert office.declarations(ROUND)[0].reason == "mi prima, y enemistad"
    take(files["ana"], office)
    assert said(files["ana"])["declared"] == said(office)["declared"]
    assert [one.settled for one in files["ana"].conflicts()] == ["valen los dos"]
    assert office.verify() == files["ana"].verify() == ()
