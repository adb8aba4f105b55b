"""The registers: imports say what they change, take all or nothing, and never erase."""

from __future__ import annotations

from pathlib import Path

import pytest

from pachamama.core.model import Community, Household, Judge, Watershed
from pachamama.core.problems import Place, Refused
from pachamama.store import Change, NewEntry

from .valley import ACTOR, HOUSEHOLDS, ROUND, hints, journal_length, opened, settled


def test_registers_come_back_as_they_went_in(tmp_path: Path) -> None:
    """Every field of every noun, sorted by code."""
    with settled(tmp_path / "a.db") as store:
        assert store.watersheds() == (Watershed("W1", "Vilcanota"),)
        assert store.communities("W1") == (Community("C1", "Ccapana", "W1", 40), Community("C2", "Lauramarca", "W1"))
        assert store.households() == HOUSEHOLDS
        assert store.households("C2") == HOUSEHOLDS[3:]
        assert store.communities("W9") == () == store.households("C9")
        assert [judge.code for judge in store.judges()] == ["J1", "J2", "J3"]


def test_the_same_register_twice_writes_nothing(tmp_path: Path) -> None:
    """All rows are equal and no journal entry is made."""
    with settled(tmp_path / "a.db") as store:
        before = journal_length(store)
        changes = store.import_register("households", HOUSEHOLDS, actor=ACTOR)
        assert changes.is_nothing
        assert len(changes.equal) == 6
        assert journal_length(store) == before


def test_an_import_says_which_fields_change(tmp_path: Path) -> None:
    """Old and new of each field, new codes, and nothing of the rows that are not in the file."""
    with settled(tmp_path / "a.db") as store:
        where = Place("padron.csv", 2)
        rows = [
            Household("H001", "C2", "Juana Quispe", fields={"registered": "2026-03-01", "sector": "Alto"}),
            Household("H100", "C1", "Nueva"),
        ]
        changes = store.import_register("households", rows, wheres=[where, Place("padron.csv", 3)], actor=ACTOR)
        assert changes.new == ("H100",)
        assert changes.changed == (
            Change("H001", "community", "C1", "C2", where),
            Change("H001", "sector", "", "Alto", where),
        )
        assert len(store.households()) == 7


def test_an_empty_cell_erases_nothing(tmp_path: Path) -> None:
    """A register without the DNI column keeps every DNI, partner and further column."""
    with settled(tmp_path / "a.db") as store:
        rows = [Household(row.code, row.community, row.head) for row in HOUSEHOLDS]
        assert store.import_register("households", rows, actor=ACTOR).is_nothing
        assert store.households() == HOUSEHOLDS
        assert store.import_register("communities", [Community("C1", "Ccapana", "")], actor=ACTOR).is_nothing


def test_one_wrong_row_and_nothing_is_written(tmp_path: Path) -> None:
    """All problems of the file are listed together, with their lines and remedies; the good rows wait too."""
    with settled(tmp_path / "a.db") as store:
        rows = [
            Household("H010", "C1", "Buena"),
            Household("H011", "C11", "Sin comunidad"),
            Household("H012", "", "Vacía"),
            Household("H010", "C1", "Otra"),
            Household("H013", "C1", "Doble", dni="40000001"),
            Household("H014", "C1", "Uno", dni="41111111"),
            Household("H015", "C1", "Dos", dni="41111111"),
        ]
        wheres = [Place("padron.csv", line) for line in range(2, 9)]
        before = journal_length(store)
        with pytest.raises(Refused) as refusal:
            store.import_register("households", rows, wheres=wheres, actor=ACTOR)
        problems = refusal.value.problems
        assert sorted(problem.where.line or 0 for problem in problems) == [3, 4, 5, 6, 7, 8]
        assert "Did you mean C1" in hints(refusal.value)
        assert "padron.csv:2" in hints(refusal.value)
        dry = store.import_register("households", rows, wheres=wheres, actor=ACTOR, dry_run=True)
        assert dry.problems == problems
        assert (journal_length(store), len(store.households())) == (before, 6)


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    """It says what would be new, and the register stays as it was."""
    with settled(tmp_path / "a.db") as store:
        changes = store.import_register("households", [Household("H100", "C1", "Nueva")], actor=ACTOR, dry_run=True)
        assert changes.new == ("H100",)
        assert len(store.households()) == 6


def test_unknown_watersheds_and_judges_homes_are_refused(tmp_path: Path) -> None:
    """A code that no register knows is refused, with those that look like it."""
    with settled(tmp_path / "a.db") as store:
        with pytest.raises(Refused, match="Watershed"):
            store.import_register("communities", [Community("C3", "Nueva", "W7")], actor=ACTOR)
        with pytest.raises(Refused, match="Community"):
            store.import_register("judges", [Judge("J9", "Ana", community="C7")], actor=ACTOR)
        with pytest.raises(Refused, match="households"):
            store.import_register("communities", [Community("C1", "Ccapana", "W1", 10**30)], actor=ACTOR)


def test_one_dni_is_one_household_but_a_judge_may_head_one(tmp_path: Path) -> None:
    """Two households with one DNI, or two judges, are refused; a farmer who judges elsewhere is not."""
    with settled(tmp_path / "a.db") as store:
        with pytest.raises(Refused, match="DNI"):
            store.import_register("judges", [Judge("J9", "Ana", "50000001")], actor=ACTOR)
        assert store.import_register("judges", [Judge("J9", "Juana Quispe", "40000001", "C1")], actor=ACTOR).new


def test_two_households_may_exchange_their_dni_in_one_file(tmp_path: Path) -> None:
    """What counts is how the register stands after the whole file."""
    with settled(tmp_path / "a.db") as store:
        rows = [Household("H001", "C1", "", "40000002"), Household("H002", "C1", "", "40000001")]
        store.import_register("households", rows, actor=ACTOR)
        assert [row.dni for row in store.households()[:2]] == ["40000002", "40000001"]
        assert store.verify() == ()


def test_a_household_does_not_move_while_it_competes(tmp_path: Path) -> None:
    """Moving is refused in an open round and taken once the round is closed."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H001", "C1")], actor=ACTOR)
        moved = [Household("H001", "C2", "")]
        with pytest.raises(Refused, match="cannot move"):
            store.import_register("households", moved, actor=ACTOR)
        store.close_round(ROUND, document="{}", actor=ACTOR)
        assert store.import_register("households", moved, actor=ACTOR).changed


def test_the_same_row_twice_in_a_file_counts_once(tmp_path: Path) -> None:
    """Equal rows are one row."""
    with settled(tmp_path / "a.db") as store:
        rows = [Household("H100", "C1", "Nueva")] * 2
        assert store.import_register("households", rows, actor=ACTOR).new == ("H100",)
