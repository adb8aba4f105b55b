"""The main job, as the README tells it: rules, registers, scores, ranking, prizes, prize sheets, both tiers."""

import csv
import json
from pathlib import Path

from pypdf import PdfReader
from tests.cli.desk import Desk, opened, registered, scored, scores


def test_a_competition_of_two_communities_from_the_rules_to_the_prize_sheets_of_both_tiers(tmp_path: Path) -> None:
    """Two communities × five households from three tables and a rules file; the purses close."""
    desk = scored(tmp_path)
    ranked = desk.do("rank", "--format", "json").json
    assert [contest["within"] for contest in ranked["contests"]] == ["C1", "C2"]
    assert [(one["place"], one["entry"], one["points"]) for one in ranked["contests"][0]["placings"][:3]] == [
        (1, "H15", "35.50"),
        (2, "H14", "32.50"),
        (3, "H13", "29.50"),
    ]
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "community")
    for community, mark in (("C1", "30"), ("C2", "41")):
        desk.do("score", community, "J1", mark)
    prizes = desk.do("prizes", "terraces-community-1", "--format", "json").json
    # 100 × 5 of 6 and of 8 households, of 50 points: 41.67 + 30, 31.25 + 41
    assert [(one["entry"], one["points"], one["amount"]) for one in prizes["contests"][0]["placings"]] == [
        ("C2", "72.25", "300.00"),
        ("C1", "71.67", "200.00"),
    ]
    desk.do("round", "close", "terraces-community-1")
    for code in ("terraces-household-1", "terraces-community-1"):
        desk.do("print", "prize-sheet", code, "-o", "papers")
    sheets = sorted(path.name for path in (tmp_path / "papers").glob("*.pdf"))
    assert sheets == [
        "prize-sheet-terraces-community-1-W1.pdf",
        "prize-sheet-terraces-household-1-C1.pdf",
        "prize-sheet-terraces-household-1-C2.pdf",
    ]
    text = PdfReader(tmp_path / "papers" / sheets[2]).pages[0].extract_text()
    for word in ("Persona 25", "00002534", "CIEN CON 00/100", "Ñuñoa Alta", "200.00", "Elena de Prueba"):
        assert word in text
    assert "PROVISIONAL" not in text
    paid = json.loads((tmp_path / "papers" / sheets[1].replace(".pdf", ".json")).read_text("utf-8"))
    assert paid["purses"] == [{"id": "project", "amount": "200.00", "awarded": "200.00", "returned": "0.00"}]
    with (tmp_path / "papers" / sheets[1].replace(".pdf", ".csv")).open(encoding="utf-8") as file:
        assert [row["amount"] for row in csv.DictReader(file)] == ["100.00", "60.00", "40.00"]


def test_results_of_a_closed_round_are_read_and_never_reckoned_again(tmp_path: Path) -> None:
    """A household that moves, or a new name in the register, changes no place and no prize; only the name printed."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    before = desk.do("prizes", "--format", "json").json
    desk.do("add", "household", "H15", "head=Otra Persona")
    after = desk.do("prizes", "--format", "json").json
    assert after["contests"][0]["placings"][0]["name"] == "Otra Persona"
    for one in (before, after):
        for contest in one["contests"]:
            for placing in contest["placings"]:
                del placing["name"]
    assert after == before


def test_a_round_is_not_closed_while_a_sheet_is_missing_unless_a_reason_is_given(tmp_path: Path) -> None:
    """The refusal lists everything; `--accept-missing` closes and the reason stays on record."""
    desk = opened(tmp_path)
    desk.do("import", "scores", desk.write("scores.csv", scores(without=("H25", "J2"))))
    said = desk.refuse("round", "close")
    assert "H25" in said
    assert "J2" in said
    assert desk.do("missing", "--format", "json").json == [
        {
            "within": "C2", "category": None, "entry": "H25", "phase": "sheet", "sheets": 1, "judges": ["J2"],
            "empty": {}, "too_few": None,
        }
    ]  # fmt: skip
    desk.do("round", "close", "--accept-missing", "Luis enfermó")
    assert desk.do("round", "list", "--format", "json").json == [
        {
            "round": "terraces-household-1",
            "competition": "terraces",
            "tier": "household",
            "edition": "2026",
            "state": "closed",
        }
    ]


def test_an_open_tie_for_a_recorded_lot_refuses_the_closing(tmp_path: Path) -> None:
    """Equal on points and on walls: lots must be drawn first (RULES.md, T4)."""
    desk = opened(tmp_path)
    desk.do("import", "scores", desk.write("scores.csv", "entry,judge,walls,water\n" + "".join(
        f"{entry},{judge},10,10\n" for entry in ("H11", "H12") for judge in ("J1", "J2")
    )))  # fmt: skip
    assert [one["place"] for one in desk.do("rank", "--format", "json").json["contests"][0]["placings"]] == [1, 1]
    said = desk.refuse("round", "close")
    assert "H11" in said
    assert "H12" in said
    assert "PROVISIONAL" in desk.do("rank").err


def test_the_community_round_waits_for_the_closed_household_round(tmp_path: Path) -> None:
    """Open, it is refused; reopened afterwards, the community round is stale and says so."""
    desk = scored(tmp_path)
    assert "terraces-household-1" in desk.refuse("round", "open", "terraces", "--tier", "community")
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "community")
    desk.do("round", "reopen", "terraces-household-1", "--reason", "una nota mal copiada")
    assert desk.do("round", "show", "terraces-community-1", "--format", "json").json["stale"] is True
    desk.do("score", "C1", "J1", "30", "--round", "terraces-community-1")
    desk.do("score", "C2", "J1", "30", "--round", "terraces-community-1")
    assert "terraces-household-1" in desk.refuse("round", "close", "terraces-community-1")
    desk.do("round", "close", "terraces-household-1")
    desk.do("round", "close", "terraces-community-1")


def test_a_closed_round_on_results_that_were_replaced_is_told_until_it_is_closed_again(tmp_path: Path) -> None:
    """`check` warns and gives 0, `pay list` says it, with the remedy as it is due: below first, then this one; then silence."""
    desk = scored(tmp_path)
    lower, upper = "terraces-household-1", "terraces-community-1"
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "community")
    desk.do("import", "scores", desk.write("w.csv", "entry,judge,works\nC1,J1,30\nC2,J1,40\n"), "--round", upper)
    desk.do("round", "close", upper)

    def told() -> str:
        ran = desk.do("check")
        said = desk.do("check", "--format", "json").json
        assert (ran.out, said["ok"], said["problems"]) == ("", True, [])
        (warning,) = said["warnings"] or [""]
        assert ran.err.strip() == (f"warning: {warning}" if warning else "")
        listed = desk.do("pay", "list", upper).err
        assert (warning in listed) if warning else ("reads results" not in listed)
        assert "reads results" not in desk.do("pay", "list", lower).err
        return str(warning)

    assert told() == ""
    desk.do("round", "reopen", lower, "--reason", "un reclamo")
    assert f"close {lower} again, then reopen and close {upper}" in told()
    desk.do("round", "close", lower)
    assert f"a later closing replaced: reopen {upper}" in told()
    desk.do("round", "reopen", upper, "--reason", "un reclamo abajo")
    desk.do("round", "close", upper)
    assert told() == ""


def test_a_closed_round_takes_nothing_more_until_it_is_reopened_with_a_reason(tmp_path: Path) -> None:
    """No mark, no entry, no status; after reopening the new results are numbered on."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    actions = desk.journal()
    for words in (
        ("score", "H11", "J1", "12", "12", "--round", "terraces-household-1"),
        ("enter", "H11", "--round", "terraces-household-1"),
        ("set-status", "H11", "absent", "--reason", "no vino", "--round", "terraces-household-1"),
        ("import", "scores", "scores.csv", "--round", "terraces-household-1", "--correct", "otra vez"),
        ("round", "close", "terraces-household-1"),
    ):
        desk.refuse(*words)
    assert desk.journal() == actions
    desk.refuse("round", "reopen", code=2)
    desk.do("round", "reopen", "--reason", "un reclamo")
    desk.do("score", "H11", "J1", "20", "30", "--correct", "reclamo atendido")
    desk.do("score", "H11", "J2", "20", "30", "--correct", "reclamo atendido")
    desk.do("round", "close")
    assert desk.do("rank", "--format", "json").json["contests"][0]["placings"][0]["entry"] == "H11"


def test_the_papers_of_two_closings_can_be_told_apart(tmp_path: Path) -> None:
    """Each closing has its code, the same on every copy; a later one says that the earlier sheets are void."""
    desk = scored(tmp_path)
    codes = []
    for closing in (1, 2):
        desk.do("round", "close")
        for _copy in "ab":
            said = desk.do("print", "prize-sheet", "--within", "C1", "-o", "papers").err
            (sheet,) = (tmp_path / "papers").glob("*.pdf")
            text = PdfReader(sheet).pages[0].extract_text()
            code = json.loads(sheet.with_suffix(".json").read_text("utf-8"))["code"]
            assert code in text
            assert ("2" in said) == ("anterior" in text) == (closing == 2)
            codes.append(code)
        desk.do("round", "reopen", "--reason", "un reclamo")
        desk.do("score", "H11", "J1", "20", "30", "--correct", "reclamo")
    assert codes[0] == codes[1] != codes[2] == codes[3]


def test_explain_finds_the_only_round_of_an_entry(tmp_path: Path) -> None:
    """Though another round is open; of one that competes in several, the open one is meant, else they are listed."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "community")
    assert desk.do("explain", "H15", "--format", "json").json["round"] == "terraces-household-1"
    assert desk.do("explain", "C1", "--format", "json").json["round"] == "terraces-community-1"


def test_a_prize_sheet_of_an_open_round_is_provisional_across_the_page(tmp_path: Path) -> None:
    """Nobody pays from it."""
    desk = scored(tmp_path)
    assert "PROVISIONAL" in desk.do("print", "prize-sheet", "--within", "C1", "-o", "papers").err
    (sheet,) = (tmp_path / "papers").glob("*.pdf")
    assert "PROVISIONAL" in PdfReader(sheet).pages[0].extract_text()


def test_a_contest_without_a_winner_is_named_and_so_are_the_contests_of_warnings(tmp_path: Path) -> None:
    """It has no sheet; two places that nobody fills are told of the community where they are."""
    desk = opened(tmp_path)
    sheets = "".join(f"H11,{judge},10,10\n" for judge in ("J1", "J2"))
    desk.do("import", "scores", desk.write("s.csv", f"entry,judge,walls,water\n{sheets}"))
    desk.do("enter", "H21")
    desk.do("set-status", "H21", "absent", "--reason", "no vino")
    assert "warning: C1 Ccapana: " in desk.do("prizes").err
    said = desk.do("print", "prize-sheet", "-o", "papers").err
    assert "C2 Ñuñoa Alta: nobody wins" in said
    assert len(list((tmp_path / "papers").glob("*.pdf"))) == 1


def test_a_rehearsal_is_marked_on_every_paper(tmp_path: Path) -> None:
    """`init --rehearsal`: ENSAYO across the page, even when the round is closed."""
    desk = Desk(tmp_path)
    desk.do("init", "--rehearsal", "--rules", desk.write("rules.yaml", _small_rules()))
    desk.do("round", "open", "c", "--tier", "group")
    desk.do("import", "scores", desk.write("scores.csv", "entry,name,m\nG1,Las Ñustas,9\nG2,Warmi,8\n"))
    desk.do("round", "close")
    desk.do("print", "prize-sheet", "-o", "papers")
    (sheet,) = (tmp_path / "papers").glob("*.pdf")
    text = PdfReader(sheet).pages[0].extract_text()
    assert "ENSAYO" in text
    assert "Las Ñustas" in text


def _small_rules() -> str:
    return """\
version: 1
programme: {}
competitions:
  c:
    tiers:
      - tier: group
        within: programme
        criteria: [{id: m, max: 10}]
        panel: {judges: 1}
        prizes: {purses: [{id: p, amount: 100}], awards: [{scheme: by_place, amounts: [60, 40]}]}
"""


def test_entering_is_voluntary_and_all_takes_the_whole_register(tmp_path: Path) -> None:
    """`enter CODE…`, `enter --all --community`, `enter --all`; who is entered already stays."""
    desk = opened(tmp_path)
    assert desk.do("enter", "H11", "H12", "--format", "json").json["new"] == ["H11", "H12"]
    assert desk.do("enter", "--all", "--community", "C1", "--format", "json").json == {
        "round": "terraces-household-1",
        "new": ["H13", "H14", "H15"],
        "equal": ["H11", "H12"],
    }
    assert len(desk.do("enter", "--all", "--format", "json").json["new"]) == 5
    assert "H99" in desk.refuse("enter", "H99")
    desk.refuse("enter", code=2)


def test_statuses_take_an_entry_out_and_back(tmp_path: Path) -> None:
    """Absent, disqualified, withdrawn are listed apart with their reason; the others move up; `none` takes it back."""
    desk = scored(tmp_path)
    desk.do("set-status", "H15", "disqualified", "--reason", "terreno ajeno")
    contest = desk.do("rank", "--format", "json").json["contests"][0]
    assert contest["placings"][0]["entry"] == "H14"
    assert contest["unranked"][0]["status"] == "disqualified"
    assert "terreno ajeno" in contest["unranked"][0]["why"]
    desk.do("set-status", "H15", "none", "--reason", "se aclaró")
    assert desk.do("rank", "--format", "json").json["contests"][0]["placings"][0]["entry"] == "H15"


def test_one_contest_alone_ranks_as_in_the_whole_round(tmp_path: Path) -> None:
    """`rank --community` shows the same places (RULES.md, X2)."""
    desk = scored(tmp_path)
    whole = desk.do("rank", "--format", "json").json["contests"]
    alone = desk.do("rank", "--community", "C2", "--format", "json").json["contests"]
    assert alone == whole[1:]
    assert "C1" in desk.refuse("rank", "--community", "C9")


def test_the_register_lists_itself_as_a_table_that_can_be_imported_again(tmp_path: Path) -> None:
    """`list households --format csv` in, nothing changes."""
    desk = registered(tmp_path)
    again = desk.do("list", "households", "--format", "csv").out
    said = desk.do("import", "households", desk.write("again.csv", again), "--dry-run", "--format", "json").json
    assert (said["new"], said["changed"], len(said["equal"])) == ([], [], 10)
