"""A judge steps back from an entry: what that costs is told at once, another judges instead, and every paper knows it."""

from pathlib import Path

import pytest
from tests.cli.desk import COMMUNITIES, WATERSHEDS, Desk, lines
from tests.cli.test_panels import HOUSEHOLDS, JUDGES, RULES

from pachamama.cli.paper_desk import Scope, StoreDesk
from pachamama.store import Store

ROUND = "terraces-household-1"
TWO_NEEDED = RULES.replace("{judges: 2, at_least: 1}", "{judges: 2}", 1)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """J3 and J6 judge the two households of C1, and two judges are needed; nobody of C2 came."""
    desk = Desk(tmp_path)
    desk.do("init", "--rules", desk.write("rules.yaml", TWO_NEEDED))
    for kind, text in (
        ("watersheds", WATERSHEDS),
        ("communities", COMMUNITIES),
        ("households", HOUSEHOLDS),
        ("judges", JUDGES),
    ):
        desk.do("import", kind, desk.write(f"{kind}.csv", text))
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("enter", "H11", "H12")
    desk.do("panel", "assign", "--judge", "J3", "--judge", "J6", "--within", "C1")
    return desk


def judged(desk: Desk, judge: str, *entries: str, mark: str = "15") -> None:
    """A sheet of each phase."""
    for entry in entries:
        for phase in ("field", "public"):
            desk.do("score", entry, judge, mark, "--phase", phase)


LEFT = (
    "H11 Juan Quispe Mamani, Campo: J3 Berta Yupanqui Sirena stepped back, 1 judge is left, and at least 2 are needed"
)


def test_a_recusal_that_costs_the_place_is_told_at_once_and_until_the_end(desk: Desk) -> None:
    """When it is recorded, in `missing`, in `status` before anything else, at the closing; it can be accepted there."""
    ran = desk.do("panel", "recuse", "J3", "H11", "--reason", "es mi prima")
    assert LEFT in ran.err
    assert "`pachamama panel recuse J3 H11 --substitute JUDGE`" in ran.err
    judged(desk, "J6", "H11", "H12")
    judged(desk, "J3", "H12")
    assert LEFT in desk.do("missing").out
    rows = [row for row in desk.do("missing", "--format", "json").json if row["too_few"]]
    assert [(row["entry"], row["phase"], row["sheets"], row["too_few"]) for row in rows] == [
        ("H11", "field", 0, {"judges": 1, "needed": 2, "recused": ["J3"]}),
        ("H11", "public", 0, {"judges": 1, "needed": 2, "recused": ["J3"]}),
    ]
    assert list(lines(desk.do("missing", "--format", "csv").out))[-1] == "C1,,H11,public,0,,,1/2"
    first, *_ = desk.do("status", "--format", "json").json["in_the_way"]
    assert LEFT in first
    assert "--substitute JUDGE" in first
    before = desk.journal()
    assert LEFT in desk.refuse("round", "close")
    assert desk.journal() == before
    assert "2 open points were accepted" in desk.do("round", "close", "--accept-missing", "nadie más puede").err


def test_a_recusal_that_costs_nothing_says_nothing_of_it(desk: Desk) -> None:
    """Of an entry that is out; the warnings are about the entries that were named."""
    desk.do("panel", "recuse", "J3", "H11", "--reason", "es mi prima")
    desk.do("set-status", "H12", "withdrawn", "--reason", "se fue")
    assert "warning" not in desk.do("panel", "recuse", "J6", "H12", "--reason", "comadre").err


def test_another_judge_takes_the_place_for_that_entry(desk: Desk) -> None:
    """In one command or later, with the reason that stands; then it is ranked, and every paper says who judged."""
    desk.do("panel", "recuse", "J3", "H11", "--reason", "es mi prima")
    assert "a reason is missing" in desk.refuse("panel", "recuse", "J3", "H12", "--substitute", "J4", code=2)
    ran = desk.do("panel", "recuse", "J3", "H11", "--substitute", "J4")
    assert "J3 Berta Yupanqui Sirena does not judge H11 Juan Quispe Mamani: es mi prima" in ran.err
    assert "J4 Dora Chuquipata Sirena judges H11 Juan Quispe Mamani instead." in ran.err
    assert "warning" not in ran.err
    assert "J4 Dora Chuquipata Sirena, only H11, in the place of J3" in desk.do("panel", "show").out
    shown = desk.do("panel", "show", "--format", "json").json
    assert {one["judge"]: one["sheets"] for one in shown["judges"] if one["sheets"]} == {"J3": 2, "J4": 2, "J6": 4}
    first = next(one for one in shown["panels"] if one["phase"] == "field")
    assert first["substitutes"] == [{"entry": "H11", "judge": "J4", "instead_of": "J3"}]
    assert "J4 Dora Chuquipata Sirena is not in the panel that judges H12" in desk.refuse(
        "score", "H12", "J4", "15", "--phase", "field"
    )
    judged(desk, "J6", "H11", "H12")
    judged(desk, "J3", "H12", mark="11")
    judged(desk, "J4", "H11", mark="17")
    contest = desk.do("rank", "--format", "json").json["contests"][0]
    assert [(one["entry"], one["points"], one["judges"]["field"]) for one in contest["placings"]] == [
        ("H11", "32.00", 2),
        ("H12", "26.00", 2),
    ]
    told = desk.do("explain", "H11").out
    assert "J4 Dora Chuquipata Sirena judges it in the place of J3 Berta Yupanqui Sirena." in " ".join(told.split())
    assert "judges it instead" in desk.do("log", "--entry", "H11").out
    desk.do("round", "close")
    assert desk.do("check").out == ""
    minutes = _text(desk, "acta")
    assert "Dora Chuquipata Sirena calificó a H11 Juan Quispe Mamani en lugar de Berta Yupanqui Sirena." in minutes


def test_papers_of_a_substitute_are_numbered_printed_and_typed(desk: Desk) -> None:
    """One sheet of each phase; the programme, the book and the screen have it too, and none of H12."""
    desk.do("sheet", "number")
    desk.do("panel", "recuse", "J3", "H11", "--reason", "es mi prima", "--substitute", "J4")
    with Store.open(desk.folder / "pachamama.db") as store:
        screen = StoreDesk(store, store.round(ROUND), actor="ana", scope=Scope(judge="J4"))
        assert [(one.entry, one.judge) for one in screen.missing()] == [("H11", "J4"), ("H11", "J4")]
    assert "2 sheets have a new code" in desk.do("sheet", "number").err
    listed = desk.do("sheet", "list", "--format", "json").json
    assert [(one["entry"], one["phase"]) for one in listed if one["judge"] == "J4"] == [
        ("H11", "field"),
        ("H11", "public"),
    ]
    assert "H12" not in _text(desk, "score-sheets", "--judge", "J4")
    programme = _text(desk, "judge-programme", "--judge", "J4")
    assert "H11" in programme
    assert "H12" not in programme
    from openpyxl import load_workbook

    desk.do("export", "score-book", "-o", "books", "--judge", "J4")
    (path,) = (desk.folder / "books").glob("*.xlsx")
    cells = [cell.value for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row if cell.value]
    assert "H11" in cells
    assert "H12" not in cells


def test_a_substitute_with_a_likeness_of_names_is_told(desk: Desk) -> None:
    """J1 shares both surnames with H11: it is taken, and waits for an answer; whoever may not judge is refused."""
    ran = desk.do("panel", "recuse", "J3", "H11", "--reason", "es mi prima", "--substitute", "J1")
    assert "J1 Elena Quispe Mamani and Juan Quispe Mamani of H11: both surnames" in ran.err
    found = desk.do("panel", "conflicts", "--format", "json").json["conflicts"]
    assert [(one["judge"], one["entry"], one["strength"]) for one in found] == [("J1", "H11", "strong")]
    before = desk.journal()
    assert "J2 is from C1" in desk.refuse("panel", "recuse", "J3", "H12", "--reason", "x", "--substitute", "J2")
    said = desk.refuse("panel", "recuse", "J3", "H12", "--reason", "x", "--substitute", "J6")
    assert said.count("judges H12 Elsa Ccori Turpo already") == 1
    assert "“final”" in desk.refuse(
        "panel", "recuse", "J3", "H12", "--reason", "x", "--substitute", "J4", "--phase", "final"
    )
    desk.refuse("panel", "recuse", "J3", "H12", "--reason", "x", "--phase", "field", code=2)
    assert desk.journal() == before


def test_a_judge_of_one_phase_judges_that_phase_instead(desk: Desk) -> None:
    """J5 may judge the field only: the other phase needs another."""
    desk.do("add", "judge", "J5", "community=C2")
    words = ("panel", "recuse", "J3", "H11", "--reason", "es mi prima", "--substitute")
    assert "may not judge Público" in desk.refuse(*words, "J5")
    ran = desk.do(*words, "J5", "--phase", "field")
    assert "Público: J3" in ran.err
    assert "Campo: J3" not in ran.err
    assert "warning" not in desk.do(*words, "J4", "--phase", "public").err
    shown = desk.do("panel", "show", "--format", "json").json["panels"]
    assert {one["phase"]: one["substitutes"][0]["judge"] for one in shown if one["substitutes"]} == {
        "field": "J5",
        "public": "J4",
    }


def test_a_recusal_of_the_wrong_entry_is_taken_back(desk: Desk) -> None:
    """No likeness of names is needed for that: J3 judges H12 after all."""
    desk.do("panel", "recuse", "J3", "H12", "--reason", "es mi prima")
    ran = desk.do("panel", "dismiss", "J3", "H12", "--reason", "era H11")
    assert "J3 Berta Yupanqui Sirena may judge H12 Elsa Ccori Turpo: era H11" in ran.err
    judged(desk, "J3", "H12")
    assert "nothing to dismiss" in desk.refuse("panel", "dismiss", "J6", "H12", "--reason", "x")


@pytest.mark.parametrize("rule", ["{combine: rank_sum, judges: 2}", "{judges: 2, missing: drop_judge}"])
def test_where_marks_count_only_beside_all_others_nobody_judges_one_entry_instead(tmp_path: Path, rule: str) -> None:
    """A judge who ranks one entry puts it first; a judge without all entries is dropped: refused, with what to do."""
    desk = Desk(tmp_path)
    desk.do("init", "--rules", desk.write("rules.yaml", RULES.replace("{judges: 2, at_least: 1}", rule, 1)))
    for kind, text in (
        ("watersheds", WATERSHEDS),
        ("communities", COMMUNITIES),
        ("households", HOUSEHOLDS.split("H21", maxsplit=1)[0]),
    ):
        desk.do("import", kind, desk.write(f"{kind}.csv", text))
    desk.do("import", "judges", desk.write("judges.csv", "code,name\nJ1,Uno\nJ2,Dos\nJ3,Tres\n"))
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("enter", "--all")
    desk.do("panel", "assign", "--judge", "J1", "--judge", "J2")
    said = desk.refuse("panel", "recuse", "J2", "H11", "--reason", "x", "--substitute", "J3")
    assert "nobody can judge one entry instead" in said
    assert "pachamama panel assign" in said
    ran = desk.do("panel", "recuse", "J2", "H11", "--reason", "x")
    assert ("count for nobody in this contest" in ran.err) == ("drop_judge" in rule)


def _text(desk: Desk, paper: str, *words: str) -> str:
    """All that a printed paper says."""
    from pypdf import PdfReader

    desk.do("print", paper, "-o", paper, *words)
    paths = sorted((desk.folder / paper).glob("*.pdf"))
    return " ".join(" ".join(page.extract_text() for path in paths for page in PdfReader(path).pages).split())
