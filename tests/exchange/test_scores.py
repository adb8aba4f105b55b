"""Score tables: what a row may say, how rows of one entry are merged, and everything that is refused with its line."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pachamama.core.model import Contest, Entry
from pachamama.core.problems import NOWHERE, Place, Problem
from pachamama.core.rules.document import Tier
from pachamama.exchange import read_scores
from pachamama.exchange.scores import MOST_PROBLEMS

from .desk import TWO_PHASES, one_phase, refusals, rules, said, saved, shown, tier_of

CASES = Path(__file__).parents[3] / "shared" / "cases"
BOTH = tier_of(TWO_PHASES)
WITH_FIELDS = tier_of(
    """
version: 1
programme: {name: Prueba}
competitions:
  maps:
    tiers:
      - tier: household
        within: community
        criteria: [{id: past, max: 15}]
        panel: {judges: 3}
        deductions: [{id: no_banner, points: 3}]
        bonuses: [{id: compost, points: 1}]
        knockouts: [{id: fraud}]
        ties: [{lower: prizes_before}, earlier_registration, {lots: recorded}]
"""
)
HEAD = "within,category,entry,phase,judge,terraces,water,order,map,area"

GOOD = f"""
{HEAD},status,deductions,name,registered,area_before,area_now,note
C2,new,H009,public,J1,,,,20,450.5,,,,,,,
C1,returning,H003,field,J1,12,7.5,15,,,,no_banner,Juana,2026-03-02,10,25,
C1,new,H001,field,J2,10,"7,5",2,,,,,,,,,
C1,new,H001,field,J1,9,,8,,,,,Rosa,,,,
C1,new,H001,public,J1,,,,25,0,,,,,,,
C1,new,H002,,,,,,,,ausente,,,,,,enfermo
C1,new,H004,,,,,,,,,,,,,,
"""


def without_places(contests: tuple[Contest, ...]) -> tuple[Contest, ...]:
    """The contests without the lines they stood in."""
    return tuple(
        replace(
            contest,
            entries=tuple(
                replace(entry, where=NOWHERE, sheets=tuple(replace(sheet, where=NOWHERE) for sheet in entry.sheets))
                for entry in contest.entries
            ),
        )
        for contest in contests
    )


def refused(folder: Path, rows: str, tier: Tier = BOTH, head: str = HEAD) -> list[str]:
    """What is wrong with these rows under the usual titles: messages with their lines, without the remedies."""
    found = refusals(read_scores, saved(folder, f"{head}\n{rows}"), tier)
    return [one.split(" (")[0].split("\n")[0].removeprefix("scores.csv:") for one in found]


# -- what comes out ----------------------------------------------------------------------------------------------------


def test_rows_become_contests_entries_and_sheets(tmp_path: Path) -> None:
    """By unit, then by category as in the rules; entries by code; sheets by phase, then judge. An empty cell is no mark."""
    path = saved(tmp_path, GOOD)
    contests = read_scores(path, BOTH)
    assert shown(contests) == [
        "C1 new H001 field J1 terraces=9 order=8",
        "C1 new H001 field J2 terraces=10 water=15/2 order=2",
        "C1 new H001 public J1 map=25 area=0",
        "C1 new H002 absent",
        "C1 new H004",
        "C1 returning H003 field J1 terraces=12 water=15/2 order=15",
        "C2 new H009 public J1 map=20 area=901/2",
    ]
    rosa, absent, _ = contests[0].entries
    assert (rosa.name, rosa.where, rosa.sheets[0].where) == ("Rosa", Place(str(path), 4), Place(str(path), 5))
    assert (absent.status_reason, absent.fields) == ("enfermo", {})
    (juana,) = contests[1].entries
    assert juana.deductions == {"no_banner"}
    assert juana.fields == {"registered": "2026-03-02", "area_before": "10", "area_now": "25"}


@pytest.mark.parametrize("judges", [1, 3])
def test_columns_that_cannot_vary_may_be_left_out(tmp_path: Path, judges: int) -> None:
    """One phase, no category, one group, one judge: the sheet has only marks."""
    assert shown(read_scores(saved(tmp_path, "entry,past,dream\nH1,12,10\nH2,9,"), one_phase(judges))) == [
        "H1 sheet judge past=12 dream=10",
        "H2 sheet judge past=9",
    ]


def test_what_the_table_leaves_out_may_be_told_beside_it(tmp_path: Path) -> None:
    """A table of one community, one category, one phase, one judge."""
    path = saved(tmp_path, "entry,terraces,water,order\nH1,12,10,8")
    assert shown(read_scores(path, BOTH, within="C1", category="new", judge="J1")) == [
        "C1 new H1 field J1 terraces=12 water=10 order=8"
    ]
    assert "no judged phase" in refusals(read_scores, path, BOTH, phase="final")[0]


def test_spanish_titles_names_of_criteria_and_of_categories_are_understood(tmp_path: Path) -> None:
    """The table looks like the paper; capitals and accents do not matter."""
    path = saved(
        tmp_path,
        """
        COMUNIDAD;Categoría;Familia;Titular;Fase;Jurado;Andenes;Water;order;Observación;Estado
        C1;familias nuevas;H1;Rosa Huamán;visita de campo;J1;12;7,5;15;;
        C1;NEW;H2;;field;J1;;;;no vino;No se presentó
        """,
        encoding="cp1252",
    )
    contests = read_scores(path, BOTH)
    assert shown(contests) == ["C1 new H1 field J1 terraces=12 water=15/2 order=15", "C1 new H2 absent"]
    assert contests[0].entries[0].name == "Rosa Huamán"
    assert contests[0].entries[1].status_reason == "no vino"


def test_one_entry_written_in_two_ways_is_one(tmp_path: Path) -> None:
    """`new` and its name are one category; an ñ of one sign and one of two are one code."""
    rows = f"{HEAD}\nC1,new,Ñ1,field,J1,1,1,2,,\nC1,Familias nuevas,N\u03031,field,J2,1,1,2,,"
    (contest,) = read_scores(saved(tmp_path, rows), BOTH)
    assert [(entry.code, len(entry.sheets)) for entry in contest.entries] == [("Ñ1", 2)]


def test_a_community_is_the_entry_of_its_tier_and_the_unit_of_the_households(tmp_path: Path) -> None:
    """`comunidad` says what competes, or within what; the padrón is a whole number."""
    text = TWO_PHASES.replace("tier: household", "tier: community").replace("within: community", "within: watershed")
    (contest,) = read_scores(saved(tmp_path, "cuenca,categoria,comunidad,padrón\nW1,new,C1,40"), tier_of(text))
    assert (contest.within, contest.entries[0].code, contest.entries[0].fields) == ("W1", "C1", {"households": "40"})


def test_other_columns_are_fields_and_figures_are_kept_in_plain_digits(tmp_path: Path) -> None:
    """What a rule compares is a number; the rest is text, cleaned."""
    head = "entry,prizes_before,area_now,requested,lots,sector,Área (ha)"
    (contest,) = read_scores(saved(tmp_path, f'{head}\nH1,2,"0,50",600,3, Alto  ,"1,5"'), BOTH, category="new")
    assert contest.entries[0].fields == {
        "prizes_before": "2",
        "area_now": "0.5",
        "requested": "600",
        "lots": "3",
        "sector": "Alto",
        "area_ha": "1,5",
    }


def test_a_name_is_cleaned_and_noted(tmp_path: Path) -> None:
    """Markup stays as it was written; what turns a line around is taken out."""
    notes: list[Problem] = []
    path = saved(tmp_path, "entry,name,past,dream\nH1,[red]Ana\u202e Puma,1,2\nH2,'=1+1,1,2")
    (contest,) = read_scores(path, one_phase(), notes=notes)
    assert [entry.name for entry in contest.entries] == ["[red]Ana Puma", "=1+1"]
    assert said(notes)[0].startswith("scores.csv:2: U+202E RIGHT-TO-LEFT OVERRIDE was taken out of the name")


# -- marks -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "problem"),
    [
        ("21", "21 is above the maximum 20 for “Andenes”\n    judges mark “Andenes” from 1 to 20, whole points"),
        ("0", "0 is below the minimum 1 for “Andenes”\n    judges mark “Andenes” from 1 to 20, whole points"),
        ("-3", "-3 is below the minimum 1 for “Andenes”\n    judges mark “Andenes” from 1 to 20, whole points"),
        ("12,5", "12.5 is not on the steps of 1 for “Andenes”\n    judges mark “Andenes” from 1 to 20, whole points"),
    ],
)
def test_a_mark_off_the_paper_is_refused_with_what_is_allowed(tmp_path: Path, mark: str, problem: str) -> None:
    """File, line, what was written, what judges may write."""
    path = saved(tmp_path, f'{HEAD}\nC1,new,H1,field,J1,"{mark}",1,2,,')
    (only,) = refusals(read_scores, path, BOTH)
    assert only.replace(" (", "\n    ").removesuffix(")") == f"scores.csv:2: {problem}"


@pytest.mark.parametrize(
    "mark", ["NaN", "1e1", "1e9", "1_0", "010", "+5", ".5", "5.", "0x5", "１２", "doce", "12 ", "5 5"]
)
def test_only_plain_digits_are_a_mark(tmp_path: Path, mark: str) -> None:
    """What other readers take in silence is refused; blanks around a mark are nothing."""
    path = saved(tmp_path, f"{HEAD}\nC1,new,H1,field,J1,{mark},1,2,,")
    if mark == "12 ":
        assert shown(read_scores(path, BOTH)) == ["C1 new H1 field J1 terraces=12 water=1 order=2"]
        return
    assert f"“{mark}” is not a number for “Andenes”" in refusals(read_scores, path, BOTH)[0]


def test_every_wrong_mark_of_a_row_is_listed(tmp_path: Path) -> None:
    """Options and measured quantities have their own refusals."""
    assert refused(tmp_path, "C1,new,H1,field,J1,21,15.3,9,,\nC1,new,H1,public,J1,,,,26,-1") == [
        "2: 21 is above the maximum 20 for “Andenes”",
        "2: 15.3 is above the maximum 15 for “water”",
        "2: 9 is not one of the options of “order”",
        "3: 26 is above the maximum 25 for “map”",
        "3: -1 is below 0 for “area”",
    ]


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("H1,J1,10,9,19", None),
        ("H1,J1,10,,10", None),
        ("H1,J1,10,9,", None),
        ("H1,J1,10,9,20", "2: the total says 20, but the marks add up to 19"),
        ("H1,J1,,,20", "2: there is a total of 20, but no marks"),
        ("H1,J1,10,9,x", "2: “x” is not a number for the total"),
    ],
)
def test_a_typed_total_must_be_the_sum_of_the_marks(tmp_path: Path, row: str, problem: str | None) -> None:
    """87.01 was printed for 53.14 + 26.86: a total is a check, never a source (RULES.md, 0.4)."""
    head = "entry,judge,past,dream,Puntaje total"
    if problem is None:
        assert read_scores(saved(tmp_path, f"{head}\n{row}"), one_phase())
    else:
        assert refused(tmp_path, row, one_phase(), head) == [problem]


def test_the_total_of_a_sheet_counts_weights_and_bands(tmp_path: Path) -> None:
    """Map 20 × 2, area 450 m² → 5: 45."""
    head = "within,category,entry,phase,judge,map,area,total"
    assert read_scores(saved(tmp_path, f"{head}\nC1,new,H1,public,J1,20,450,45"), BOTH)
    assert refused(tmp_path, "C1,new,H1,public,J1,20,450,470", head=head) == [
        "2: the total says 470, but the marks add up to 45"
    ]


# -- rows that do not fit together ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        (
            "C1,new,H1,field,J1,1,1,2,,\nC1,new,H1,field,J1,1,1,2,,",
            ["3: J1 has a second sheet for H1 in “Visita de campo”"],
        ),
        ("C1,new,H1,field,,1,1,2,,", ["2: there are marks for H1, but no judge"]),
        ("C1,new,H1,,J1,1,1,2,,", ["2: there are marks, but the row does not say the phase"]),
        ("C1,new,H1,final,J1,1,1,2,,", ["2: “final” is no judged phase of this tier"]),
        ("C1,new,H1,public,J1,1,,,,", ["2: “Andenes” is not on the sheet of “public”"]),
        ("C1,new,H1,field,J1,1,1,2,,5", ["2: “area” is not on the sheet of “Visita de campo”"]),
        ("C1,old,H1,field,J1,1,1,2,,", ["2: “old” is no category of this tier"]),
        ("C1,,H1,field,J1,1,1,2,,", ["2: the row names no category"]),
        ("C1,new,,field,J1,1,1,2,,", ["2: the row names no entry"]),
        (",new,H1,,,,,,,\nC1,new,H2,,,,,,,", ["2: the row of H1 leaves the column “within” empty"]),
        ("C1,new,H|1,,,,,,,", ["2: the code “H|1” holds |"]),
        ("C1,new,../H1,,,,,,,", ["2: the code “../H1” holds /"]),
        ("C1,new,H1,field,J\u202e1,1,1,2,,", ["2: the code “J<U+202E>1” holds U+202E RIGHT-TO-LEFT OVERRIDE"]),
        (
            "\n".join(f"C1,new,H1,field,J{number},1,1,2,," for number in range(1, 5)),
            ["5: H1 has 4 sheets in “Visita de campo”, but the panel is 3 judges"],
        ),
    ],
)
def test_a_row_that_cannot_be_is_refused(tmp_path: Path, rows: str, problems: list[str]) -> None:
    """Each with its line, and nothing is taken from the others."""
    assert refused(tmp_path, rows) == problems


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ("H1,J1,1,absent,,,,", ["2: H1 is absent, but the row has marks"]),
        ("H1,,,absent,,,,\nH1,,,withdrawn,,,,", ["3: H1 is withdrawn here and absent in line 2"]),
        ("H1,,,gone,,,,", ["2: “gone” is no status"]),
        ("H1,,,,no_bannr,,,", ["2: “no_bannr” is no deduction, bonus or knockout of this tier"]),
        ("H1,,,,fraud compost fraud,,,", ["2: “fraud” stands twice in “deductions”"]),
        ("H1,,,,,05/03/2026,,", ["2: “05/03/2026” is not a date"]),
        ("H1,,,,,,0,", ["2: “0” cannot be “lots”"]),
        ("H1,,,,,,1.5,", ["2: “1.5” cannot be “lots”"]),
        ("H1,,,,,,,muchos", ["2: “muchos” cannot be “prizes_before”"]),
        ("H1,,,,,,,3\nH1,,,,,,,4", ["3: “prizes_before” of H1 is 4 here and 3 in line 2"]),
        ("H1,,,,,,,3\nH1,,,,,,,\nH1,,,,,,,3.0", []),
    ],
)
def test_what_rows_say_of_one_entry_must_agree(tmp_path: Path, rows: str, problems: list[str]) -> None:
    """Empty cells say nothing; two different fields, or two statuses, are refused (A4, T3)."""
    head = "entry,judge,past,status,deductions,registered,lots,prizes_before"
    path = saved(tmp_path, f"{head}\n{rows}")
    if problems:
        found = refusals(read_scores, path, WITH_FIELDS)
        assert [one.split(" (")[0].split("\n")[0].removeprefix("scores.csv:") for one in found] == problems
    else:
        assert read_scores(path, WITH_FIELDS)[0].entries[0].fields == {"prizes_before": "3"}


def test_who_is_disqualified_keeps_the_marks(tmp_path: Path) -> None:
    """They stay visible, and count for nothing."""
    path = saved(tmp_path, "entry,judge,past,dream,status,note\nH1,J1,12,10,descalificada,pelea\nH1,J2,11,9,,")
    (contest,) = read_scores(path, one_phase())
    assert (contest.entries[0].status, contest.entries[0].status_reason) == ("disqualified", "pelea")
    assert len(contest.entries[0].sheets) == 2


def test_without_a_column_of_judges_a_second_sheet_asks_for_one(tmp_path: Path) -> None:
    """The remedy is another one than to delete the sheet."""
    (only,) = refusals(read_scores, saved(tmp_path, "entry,past,dream\nH1,1,2\nH1,3,4"), one_phase())
    assert "write who marked each sheet into a column “judge”" in only


# -- columns -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "problems"),
    [
        ("entry,judge,past", ["1: the column “dream” is missing"]),
        ("entry,judge,past,draem", ["1: the column “draem” is nearly “dream”"]),
        ("entry,juge,past,dream", ["1: the column “juge” is nearly “judge”"]),
        ("entry,judge,past,dream,statuss", ["1: the column “statuss” is nearly “status”"]),
        ("judge,past,dream", ["1: the column “entry” is missing"]),
        ("entry,judge,puntos", ["1: no column holds marks"]),
        ("entry,judge,past,dream,PAST", ["1: “past” and “PAST” are both the column “past”"]),
        ("H1,J1,12,10", ["1: this line holds no title that is known here"]),
    ],
)
def test_a_slip_in_a_title_never_loses_a_column(tmp_path: Path, head: str, problems: list[str]) -> None:
    """A column of marks that became a plain field would leave everybody without those marks, in silence."""
    assert refused(tmp_path, ",".join("1" * head.count(",")), one_phase(), head) == problems


def test_fields_that_are_like_a_column_that_is_there_are_fields(tmp_path: Path) -> None:
    """`past2` beside `past`, `past_before` as the contract has it."""
    head = "entry,judge,past,dream,past_before,past2,judges"
    (contest,) = read_scores(saved(tmp_path, f"{head}\nH1,J1,1,2,3,4,5"), one_phase())
    assert contest.entries[0].fields == {"past_before": "3", "past2": "4", "judges": "5"}


def test_a_table_may_hold_one_phase_or_only_entries(tmp_path: Path) -> None:
    """The field sheets come weeks before the public ones; a list of entries has no sheets at all."""
    path = saved(tmp_path, "category,entry,judge,map,area\nnew,H1,J1,20,10")
    assert shown(read_scores(path, BOTH)) == ["new H1 public J1 map=20 area=10"]
    assert shown(read_scores(saved(tmp_path, "category,entry\nnew,H2\nnew,H1"), BOTH)) == ["new H1", "new H2"]


def test_a_wrong_column_does_not_make_a_million_problems(tmp_path: Path) -> None:
    """The list ends, and says so."""
    rows = "\n".join(f"H{number},J1,99,1" for number in range(MOST_PROBLEMS + 100))
    found = refusals(read_scores, saved(tmp_path, f"entry,judge,past,dream\n{rows}"), one_phase())
    assert len(found) == MOST_PROBLEMS + 1
    assert "there are more problems than these 500" in found[-1]


# -- the order decides nothing ---------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.randoms(use_true_random=False), delimiter=st.sampled_from(";\t"))
def test_permuting_rows_and_columns_changes_nothing(tmp_path: Path, order: random.Random, delimiter: str) -> None:
    """The same contests, entries and sheets from every order of the file (RULES.md, X 1)."""
    lines = [line.split(",") for line in GOOD.strip().replace('"7,5"', "7.5").splitlines()]
    columns = list(range(len(lines[0])))
    order.shuffle(columns)
    head, *rows = [[line[at] for at in columns] for line in lines]
    order.shuffle(rows)
    text = "\n".join(delimiter.join(line) for line in [head, *rows])
    wanted = without_places(read_scores(saved(tmp_path, GOOD), BOTH))
    assert without_places(read_scores(saved(tmp_path, text, "mixed.csv"), BOTH)) == wanted


def test_a_sheet_is_exact(tmp_path: Path) -> None:
    """12.5 is twenty-five halves, from its digits."""
    (contest,) = read_scores(saved(tmp_path, f"{HEAD}\nC1,new,H1,field,J1,1,12.5,2,,"), BOTH)
    entry: Entry = contest.entries[0]
    assert entry.sheets[0].marks["water"] == Fraction(25, 2)


@pytest.mark.skipif(not CASES.is_dir(), reason="the published cases are not here")
@pytest.mark.parametrize("case", sorted(one.name for one in CASES.iterdir() if one.is_dir()) if CASES.is_dir() else [])
def test_every_published_score_table_is_read(case: str) -> None:
    """All rows with marks are sheets."""
    (competition,) = rules((CASES / case / "rules.yaml").read_text()).competitions.values()
    contests = read_scores(CASES / case / "scores.csv", competition.tiers[0])
    assert sum(len(entry.sheets) for contest in contests for entry in contest.entries) > 0
