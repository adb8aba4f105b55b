"""`log`: the journal in people's words, with old and new figures, for whoever asks a year later."""

import csv
import random
from contextlib import suppress
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from tests.cli.desk import Desk, opened, registered, scored
from tests.store.test_rebuild import play, the_rest
from tests.store.valley import opened as valley

from pachamama.cli.log_words import WORDS
from pachamama.core.problems import Refused
from pachamama.store import Store
from pachamama.store.projections import KINDS

CORRECTED = ("import", "scores", "again.csv", "--correct", "se leyó mal", "--as", "Ana Quispe")


def told(desk: Desk, *words: str) -> Any:
    """The entries that a log shows, as JSON."""
    return desk.do("log", *words, "--format", "json").json


def corrected(folder: Path) -> Desk:
    """Every sheet is typed, and one mark of H11 by J1 was corrected from 11 to 12."""
    desk = scored(folder)
    desk.write("again.csv", "entry,judge,walls,water\nH11,J1,12,12.5\n")
    desk.do(*CORRECTED)
    return desk


def test_each_kind_of_entry_has_its_words() -> None:
    """No action of the program can be done that the log has no sentence for."""
    assert set(WORDS) == set(KINDS)


@pytest.mark.parametrize("season", [1, 2])
def test_every_entry_of_a_long_season_is_told_in_one_language(tmp_path: Path, season: int) -> None:
    """Whatever was done, there is a sentence without gaps for it, in the order in which it was done."""
    luck = random.Random(season)
    with valley(tmp_path / "pachamama.db") as store:
        for _ in range(200):
            with suppress(Refused, IndexError):
                play(store, luck)
        the_rest(store)
        kinds = [entry.kind for entry in store.journal()]
    found = told(Desk(tmp_path))
    assert [one["kind"] for one in found] == kinds
    assert not [one["says"] for one in found if not one["says"] or "{" in one["says"]]
    assert len(Desk(tmp_path).do("log", "--last", "0").out.split("\n\n")) == len(kinds)


def test_a_correction_shows_old_and_new_and_why_and_who(tmp_path: Path) -> None:
    """Only the mark that changed, under the name that the rules give the line."""
    desk = corrected(tmp_path)
    (one,) = told(desk, "--by", "quispe")
    assert (one["actor"], one["why"]) == ("Ana Quispe", "se leyó mal")
    assert one["changes"] == [
        {"of": "H11", "phase": "sheet", "judge": "J1", "what": "walls", "old": "11", "new": "12"}
    ]  # fmt: skip
    shown = desk.do("log", "--by", "quispe").out
    assert "Muros: 11 → 12" in shown
    assert "Why: se leyó mal" in shown
    assert "Ana Quispe" in shown


def test_a_table_is_told_by_counts_and_for_one_entry_by_its_marks(tmp_path: Path) -> None:
    """Twenty sheets are a number; `--entry` leaves only what was said of that entry."""
    desk = corrected(tmp_path)
    (whole,) = (one for one in told(desk, "--kind", "scores_imported") if "20 new sheets" in one["says"])
    assert whole["changes"] == []
    register, first, second = told(desk, "--entry", "H11")
    assert register["kind"] == "register_imported"
    assert [(one["judge"], one["what"], one["new"]) for one in first["changes"]] == [
        ("J1", "walls", "11"), ("J1", "water", "12.5"), ("J2", "walls", "11"), ("J2", "water", "12.5"),
    ]  # fmt: skip
    assert len(second["changes"]) == 1
    assert told(desk, "--entry", "H99") == []


def test_a_numbered_sheet_has_a_story_of_its_own(tmp_path: Path) -> None:
    """Numbered, typed, corrected: nothing about the entry's other sheets."""
    desk = opened(tmp_path)
    desk.do("enter", "H11")
    desk.do("panel", "assign", "--within", "C1", "--judge", "J1", "--judge", "J2")
    papers = desk.do("sheet", "number", "--format", "json").json
    code = next(one["sheet"] for one in papers if one["judge"] == "J1")
    both = "entry,judge,walls,water\nH11,J1,11,12.5\nH11,J2,13,14\n"
    desk.do("import", "scores", desk.write("s.csv", both))
    desk.write("again.csv", "entry,judge,walls,water\nH11,J1,12,12.5\nH11,J2,14,14\n")
    desk.do(*CORRECTED)
    numbered, typed, again = told(desk, "--sheet", code)
    assert code in numbered["says"]
    assert {one["judge"] for one in typed["changes"]} == {"J1"}
    assert [(one["judge"], one["old"], one["new"]) for one in again["changes"]] == [("J1", "11", "12")]


def test_a_register_shows_what_changed_in_a_row_and_never_a_dni(tmp_path: Path) -> None:
    """Old and new name while they are known; of the DNI only that there is another one."""
    desk = registered(tmp_path)
    desk.do(
        "import", "households", desk.write("h.csv", "code,community,head,dni\nH11,C1,Otra Persona,00009999\n"), "--yes"
    )
    *_, last = told(desk, "--entry", "H11")
    assert [(one["what"], one["old"], one["new"]) for one in last["changes"]] == [
        ("name", "Persona 11", "Otra Persona"), ("dni", "…", "…"),
    ]  # fmt: skip
    assert "0000" not in desk.do("log").out + desk.do("log", "--format", "csv").out


def test_times_are_those_of_the_place_and_days_are_too(tmp_path: Path) -> None:
    """The days of two places twelve hours west and east of Greenwich never agree; JSON keeps UTC."""
    desk = registered(tmp_path)
    at = told(desk)[0]["at"]
    assert at.endswith("Z")
    day = (datetime.fromisoformat(at) - timedelta(hours=12)).date().isoformat()
    assert "Made the programme's file." in desk.do("log", "--day", day, TZ="AAA+12").out
    assert "Made the programme's file." not in desk.do("log", "--day", day, TZ="AAA-12").out
    assert desk.do("log", "--since", "2999-01-01").out == ""


def test_the_screen_shows_the_last_page_and_says_so(tmp_path: Path) -> None:
    """`--last 2` shows two, the newest last; what is left out is said on stderr."""
    desk = corrected(tmp_path)
    ran = desk.do("log", "--last", "2")
    assert len(ran.out.split("\n\n")) == 2
    assert "Muros: 11 → 12" in ran.out.split("\n\n")[-1]
    assert "6 earlier entries are not shown" in ran.err
    assert max(map(len, ran.out.splitlines())) <= 80


def test_csv_has_a_row_for_each_change(tmp_path: Path) -> None:
    """Who, when, what, old, new, why: as auditors sort it."""
    desk = corrected(tmp_path)
    rows = list(csv.DictReader(StringIO(desk.do("log", "--format", "csv").out)))
    (row,) = (row for row in rows if row["actor"] == "Ana Quispe")
    assert (row["of"], row["judge"], row["what"], row["old"], row["new"]) == ("H11", "J1", "walls", "11", "12")
    assert row["why"] == "se leyó mal"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--kind", "nonsense"), 2, "no kind of entry"),
        (("--day", "hoy"), 2, "is no date"),
        (("--last", "-1"), 2, "--last"),
        (("--round", "nowhere"), 1, "no round"),
        (("--sheet", "XX-1"), 1, "sheet"),
    ],
)
def test_what_nobody_can_mean_is_refused(tmp_path: Path, words: tuple[str, ...], code: int, said: str) -> None:
    """Wrong usage is 2; what the file does not have is 1."""
    assert said in opened(tmp_path).refuse("log", *words, code=code)


def test_a_closing_and_an_appeal_are_told_with_names(tmp_path: Path) -> None:
    """The witness, the claimant and who decided, as long as their names are known."""
    desk = scored(tmp_path)
    with Store.open(tmp_path / "pachamama.db", writing=True) as store:
        store.close_round("terraces-household-1", document=_document(desk), witness="Berta Paz", actor="Ana Quispe")
    code = desk.do("appeal", "file", "H11", "--by", "Rosa Luz", "--text", "más metros").out.strip()
    desk.do("appeal", "decide", code, "rejected", "--reason", "la ficha", "--name", "Flora Sol")
    says = [one["says"] for one in told(desk, "--round", "terraces-household-1")]
    assert any("Witness: Berta Paz" in one for one in says)
    assert any("Rosa Luz appeals about H11" in one and "más metros" in one for one in says)
    assert any("is rejected. Decided by Flora Sol" in one for one in says)
    (decided,) = told(desk, "--entry", "H11", "--kind", "appeal_decided")
    assert decided["why"] == "la ficha"


def _document(desk: Desk) -> str:
    """What a closing stores."""
    from pachamama.cli.gather import frozen_rules
    from pachamama.core.settle import settle
    from pachamama.exchange import stored_document

    with Store.open(desk.folder / "pachamama.db") as store:
        one = store.round("terraces-household-1")
        return stored_document(settle(frozen_rules(one.rules), one.competition, one.tier, store.contests(one.code)))
