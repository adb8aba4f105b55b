"""Rounds: opened with their rules frozen, closed against everything, reopened for a reason, stale above."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from pachamama.core.model import HouseholdResult, Round
from pachamama.core.problems import Refused
from pachamama.store import NewEntry, Store

from .valley import ACTOR, ROUND, RULES, hints, open_round, opened, paper, table

UPPER = "terraces-community-1"


def results(points: str = "75.44") -> str:
    """The results of the household round, as closing writes them."""
    placings = [
        {"entry": "H001", "points": points, "level": "at_level"},
        {"entry": "H002a", "entrant": "H002", "points": "38/3", "level": None},
        {"entry": "H002b", "entrant": "H002", "points": "14", "level": None},
    ]
    return json.dumps({"contests": [{"within": "C1", "category": None, "placings": placings}]})


def open_upper(store: Store, lower: str | None = ROUND) -> Round:
    """Open a community round that reads the household round."""
    return store.open_round(
        competition="terraces", tier="community", edition="", rules_text=RULES, criteria={"sheet": ("works",)},
        lower=lower, actor=ACTOR,
    )  # fmt: skip


def test_rounds_are_numbered_within_competition_and_tier(tmp_path: Path) -> None:
    """The code is COMPETITION-TIER-NUMBER; each round keeps its own rules text."""
    with opened(tmp_path / "a.db") as store:
        assert open_round(store) == "terraces-household-2"
        assert open_upper(store, None).code == UPPER
        assert [found.code for found in store.rounds()] == [ROUND, "terraces-household-2", UPPER]
        assert store.round(ROUND) == Round(ROUND, "terraces", "household", 1, "I", "open", RULES)


def test_an_unknown_round_is_refused_with_those_like_it(tmp_path: Path) -> None:
    """A slip of the key names the round that was meant."""
    with opened(tmp_path / "a.db") as store:
        for ask in (store.round, store.results, store.is_stale, lambda code: list(store.contests(code))):
            with pytest.raises(Refused) as refusal:
                ask("terraces-houshold-1")
            assert f"Did you mean {ROUND}" in hints(refusal.value)


def test_a_closed_round_takes_nothing_more(tmp_path: Path) -> None:
    """Entries, sheets, tables, statuses, orders and rulings are refused, and so is closing it again."""
    with opened(tmp_path / "a.db") as store:
        store.import_scores(ROUND, [table("H001 J1 12 7 3\nH002 J1 9 9 9")], actor=ACTOR)
        closed = store.close_round(ROUND, document=results(), accept_missing="dos juradas enfermas", actor=ACTOR)
        assert (closed.state, closed.results, store.results(ROUND)) == ("closed", 1, results())
        attempts: list[Callable[[], object]] = [
            lambda: store.enter(ROUND, [NewEntry("H003", "C1")], actor=ACTOR),
            lambda: store.record_sheet(ROUND, "H001", "C1", None, paper("J2", "1 1 1"), actor=ACTOR),
            lambda: store.import_scores(ROUND, [table("H001 J1 12 7 3")], actor=ACTOR),
            lambda: store.set_status(ROUND, "H001", "withdrawn", "x", actor=ACTOR),
            lambda: store.record_order(ROUND, "C1", None, "lots", {"H001": 1, "H002": 2}, reason="", actor=ACTOR),
            lambda: store.record_ruling(ROUND, "H001", "C1", None, "knockout", "k", "x", [], actor=ACTOR),
            lambda: store.void_ruling(ROUND, "AA1", reason="x", names=[], actor=ACTOR),
            lambda: store.close_round(ROUND, document="{}", actor=ACTOR),
        ]
        before = list(store.journal())
        for attempt in attempts:
            with pytest.raises(Refused) as refusal:
                attempt()
            assert "pachamama round reopen" in hints(refusal.value)
        assert list(store.journal()) == before


def test_a_reopened_round_closes_with_the_next_number(tmp_path: Path) -> None:
    """Reopening needs a reason, hides the results, and the next closing is number two."""
    with opened(tmp_path / "a.db") as store:
        with pytest.raises(Refused, match="open already"):
            store.reopen_round(ROUND, reason="x", actor=ACTOR)
        store.close_round(ROUND, document=results(), actor=ACTOR)
        with pytest.raises(Refused, match="reason"):
            store.reopen_round(ROUND, reason=" ", actor=ACTOR)
        assert store.reopen_round(ROUND, reason="reclamo de H003", actor=ACTOR).state == "open"
        assert store.results(ROUND) is None
        assert store.close_round(ROUND, document=results("80"), actor=ACTOR).results == 2
        assert store.results(ROUND) == results("80")


def test_the_upper_round_reads_only_closed_results_of_its_competition(tmp_path: Path) -> None:
    """An open, unknown or foreign round below is refused."""
    with opened(tmp_path / "a.db") as store:
        with pytest.raises(Refused) as refusal:
            open_upper(store)
        assert "pachamama round close" in hints(refusal.value)
        with pytest.raises(Refused, match="no round"):
            open_upper(store, "maps-household-1")
        other = store.open_round(
            competition="maps", tier="household", edition="", rules_text=RULES, criteria={"sheet": ("m",)}, actor=ACTOR
        )
        store.close_round(other.code, document=results(), actor=ACTOR)
        with pytest.raises(Refused, match="belongs to"):
            open_upper(store, other.code)


def test_communities_come_with_the_results_of_their_households(tmp_path: Path) -> None:
    """Each household once, with its best points; a community without any took part with nobody."""
    with opened(tmp_path / "a.db") as store:
        store.close_round(ROUND, document=results(), actor=ACTOR)
        open_upper(store)
        store.enter(UPPER, [NewEntry("C1", "W1"), NewEntry("C2", "W1")], actor=ACTOR)
        first, second = store.contest(UPPER, "W1", None).entries
        assert (first.name, first.fields) == ("Ccapana", {"households": "40"})
        assert first.households == (
            HouseholdResult("H001", Fraction("75.44"), "at_level"),
            HouseholdResult("H002", 14, None),
        )
        assert (second.name, second.fields, second.households) == ("Lauramarca", {}, ())
        assert store.round(UPPER).lower == ROUND


def test_a_reopened_round_makes_the_one_above_stale_until_both_agree(tmp_path: Path) -> None:
    """An open upper round reads the new results once they are closed; a closed one must be reopened itself."""
    with opened(tmp_path / "a.db") as store:
        store.close_round(ROUND, document=results(), actor=ACTOR)
        open_upper(store)
        store.enter(UPPER, [NewEntry("C1", "W1")], actor=ACTOR)
        assert not store.is_stale(UPPER)
        store.reopen_round(ROUND, reason="reclamo", actor=ACTOR)
        assert store.is_stale(UPPER)
        assert not store.is_stale(ROUND)
        with pytest.raises(Refused, match="was reopened"):
            store.close_round(UPPER, document="{}", actor=ACTOR)
        store.close_round(ROUND, document=results("80"), actor=ACTOR)
        assert not store.is_stale(UPPER)
        assert read_points(store) == 80

        store.close_round(UPPER, document="{}", actor=ACTOR)
        store.reopen_round(ROUND, reason="otro reclamo", actor=ACTOR)
        store.close_round(ROUND, document=results("81"), actor=ACTOR)
        assert store.is_stale(UPPER)
        assert read_points(store) == 80
        store.reopen_round(UPPER, reason="nuevos resultados", actor=ACTOR)
        assert not store.is_stale(UPPER)
        assert read_points(store) == 81
        assert store.verify() == ()


def read_points(store: Store) -> object:
    """The points of H001 as the upper round reads them."""
    households = store.contest(UPPER, "W1", None).entries[0].households
    assert households is not None
    return households[0].points


def test_a_correction_far_below_makes_the_top_stale(tmp_path: Path) -> None:
    """Household, group, community: the top is stale as soon as the bottom is reopened."""
    with opened(tmp_path / "a.db") as store:
        store.close_round(ROUND, document=results(), actor=ACTOR)
        middle = store.open_round(
            competition="terraces", tier="group", edition="", rules_text=RULES, criteria={"sheet": ("m",)}, lower=ROUND,
            actor=ACTOR,
        ).code  # fmt: skip
        store.close_round(middle, document=results(), actor=ACTOR)
        open_upper(store, middle)
        store.reopen_round(ROUND, reason="reclamo", actor=ACTOR)
        assert store.is_stale(UPPER)
        store.close_round(ROUND, document=results(), actor=ACTOR)
        assert store.is_stale(UPPER)
        with pytest.raises(Refused, match="rest on"):
            open_upper(store, middle)
