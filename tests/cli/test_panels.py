"""`panel`: assigned by hand or spread evenly, shown with sheets and names; conflicts refused, hinted, answered."""

from pathlib import Path

import pytest

from .desk import COMMUNITIES, WATERSHEDS, Desk, lines

RULES = """\
version: 1
programme: {name: {es: "Programa de prueba"}, languages: [es]}
competitions:
  terraces:
    name: {es: "Andenes"}
    tiers:
      - tier: household
        within: community
        phases:
          - {id: field, name: {es: "Campo"}, criteria: [{id: walls, max: 20}]}
          - {id: public, name: {es: "Público"}, criteria: [{id: map, max: 20}]}
        panel: {judges: 2, at_least: 1}
      - tier: community
        within: watershed
        criteria: [{id: works, max: 50}]
        panel: {judges: 2, at_least: 1}
"""
HOUSEHOLDS = """\
code,community,head,dni,partner
H11,C1,Juan Quispe Mamani,00001011,Rosa Puma Nina
H12,C1,Elsa Ccori Turpo,00001012,
H21,C2,Luis Huamán Apaza,00001021,
H22,C2,Otto Condori Puma,00001022,
"""
JUDGES = """\
code,name,dni,community,office,phases
J1,Elena Quispe Mamani,00009001,C2,Municipalidad,
J2,Percy Waman Zevallos,00009002,C1,,
J3,Berta Yupanqui Sirena,00009003,,Agencia Agraria,
J4,Dora Chuquipata Sirena,00009004,C2,,
J5,Hugo Choque Sirena,00009005,C1,,field
J6,Irma Lazo Sirena,00009006,,,
"""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two communities of two households entered, six judges."""
    desk = Desk(tmp_path)
    desk.do("init", "--rules", desk.write("rules.yaml", RULES))
    for kind, text in (
        ("watersheds", WATERSHEDS),
        ("communities", COMMUNITIES),
        ("households", HOUSEHOLDS),
        ("judges", JUDGES),
    ):
        desk.do("import", kind, desk.write(f"{kind}.csv", text))
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("enter", "--all")
    return desk


def panels(desk: Desk, *words: str) -> dict[tuple[str, str], set[str]]:
    """Who judges each community and phase."""
    ran = desk.do("panel", *(words or ("show",)), "--format", "json")
    return {(one["within"], one["phase"]): {seat["judge"] for seat in one["judges"]} for one in ran.json["panels"]}


def test_judges_are_listed_with_office_and_phases(desk: Desk) -> None:
    """And corrected one by one; what is not said stays."""
    desk.do("add", "judge", "J5", "office=Ministerio", "phases=field public")
    rows = desk.do("list", "judges", "--format", "json").json
    assert (rows[4]["office"], rows[4]["phases"], rows[4]["community"]) == ("Ministerio", "field public", "C1")
    assert "Agencia Agraria" in desk.do("list", "judges").out
    again = desk.write("again.csv", desk.do("list", "judges", "--format", "csv").out)
    assert "0 changed and 6 equal" in desk.do("import", "judges", again).err


def test_panels_are_spread_and_nobody_is_at_home_or_beside_kin(desk: Desk) -> None:
    """J1 shares both surnames with H11: the program keeps them apart by itself. J5 may judge the field only."""
    before = desk.journal()
    tried = panels(desk, "assign", "--spread", "--dry-run")
    assert desk.journal() == before
    assert panels(desk, "assign", "--spread") == panels(desk) == tried
    for (community, _), judges in tried.items():
        assert len(judges) == 2
        assert not judges & {"C1": {"J1", "J2", "J5"}, "C2": {"J1", "J4"}}[community]
    assert tried["C1", "field"] == tried["C1", "public"]
    assert "J5" not in tried["C2", "public"]
    assert desk.journal() == before + 1
    assert "has its panel already" in desk.do("panel", "assign", "--spread").err


def test_a_panel_by_hand_replaces_the_one_before(desk: Desk) -> None:
    """In the contests and phases that are said; the others keep theirs, and the rest is spread around them."""
    desk.do("panel", "assign", "--judge", "J1", "--judge", "J3", "--within", "C1", "--phase", "field")
    assert panels(desk)["C1", "field"] == {"J1", "J3"}
    assert panels(desk)["C1", "public"] == set()
    spread = panels(desk, "assign", "--spread")
    assert spread["C1", "field"] == spread["C1", "public"] == {"J1", "J3"}
    shown = desk.do("panel", "show").out
    assert "C1 Ccapana" in shown
    assert "J1 Elena Quispe Mamani" in shown
    assert "Campo and Público" in shown
    assert "J1" not in panels(desk, "assign", "--spread", "--again")["C1", "field"]


def test_what_cannot_be_assigned_is_refused_with_the_reason(desk: Desk) -> None:
    """At home, unknown, not for that phase, too many; nothing is stored."""
    before = desk.journal()
    assert "J2 is from C1" in desk.refuse("panel", "assign", "--judge", "J2", "--within", "C1")
    assert desk.refuse("panel", "assign", "--judge", "J9").count("J9 is not registered") == 1
    assert "may not judge Público, only Campo" in desk.refuse("panel", "assign", "--judge", "J5", "--within", "C2")
    many = desk.refuse("panel", "assign", "--judge", "J1", "--judge", "J3", "--judge", "J4")
    assert "panels of 2" in many
    assert "“final”" in desk.refuse("panel", "assign", "--judge", "J3", "--phase", "final")
    assert "its contests are in: C1 and C2" in desk.refuse("panel", "assign", "--judge", "J3", "--within", "C7")
    assert "who shall judge?" in desk.refuse("panel", "assign", code=2)
    assert "who shall judge?" in desk.refuse("panel", "assign", "--spread", "--judge", "J3", code=2)
    assert desk.journal() == before


def test_too_few_judges_are_named_for_every_contest(desk: Desk) -> None:
    """In one sentence for all that lack them alike, with how many are needed, and why the others cannot."""
    desk.do("panel", "assign", "--judge", "J3", "--within", "C2")
    for judge in ("J3", "J4", "J6"):
        desk.do("add", "judge", judge, "community=C1")
    said = desk.refuse("panel", "assign", "--spread")
    assert "C1 Ccapana: the panel needs 2 judges, and 1 can be in it" in said
    assert said.count("have people of their own in it") == 1
    assert "J6" in said
    assert "Register 1 judge more" in said


def test_expected_sheets_and_hints_stand_beside_each_judge(desk: Desk) -> None:
    """A recusal takes its sheet away; the table has a row for each judge in CSV."""
    desk.do("panel", "assign", "--judge", "J1", "--judge", "J3", "--within", "C1")
    desk.do("panel", "recuse", "J3", "H12", "--reason", "comadre")
    rows = [line.split(",") for line in lines(desk.do("panel", "show", "--format", "csv").out)]
    assert rows[0] == ["round", "within", "category", "phase", "judge", "name", "community", "sheets", "hints"]
    assert [(row[3], row[4], row[5], row[7], row[8]) for row in rows[1:]] == [
        ("field", "J1", "Elena Quispe Mamani", "2", "1"),
        ("field", "J3", "Berta Yupanqui Sirena", "1", "0"),
        ("public", "J1", "Elena Quispe Mamani", "2", "1"),
        ("public", "J3", "Berta Yupanqui Sirena", "1", "0"),
    ]
    loads = desk.do("panel", "show", "--format", "json").json["judges"]
    assert {one["judge"]: one["sheets"] for one in loads} == {"J1": 4, "J2": 0, "J3": 2, "J4": 0, "J5": 0, "J6": 0}


def test_a_trial_shows_the_hints_and_sheets_of_the_panels_that_are_tried(desk: Desk) -> None:
    """Also where others judge so far: what is shown is what would be, and then is."""
    desk.do("add", "household", "H12", "head=Puma Nina Rosa", "dni=00001012")
    desk.do("add", "judge", "J6", "name=Rosa Puma Nina", "dni=00009006")
    desk.do("panel", "assign", "--judge", "J3", "--judge", "J4", "--within", "C1")
    words = ("assign", "--judge", "J6", "--judge", "J1", "--within", "C1")

    def shown(*more: str) -> dict[str, tuple[int, int]]:
        found = desk.do("panel", *words, *more, "--format", "json").json["panels"]
        return {
            seat["judge"]: (seat["sheets"], seat["hints"])
            for one in found
            if (one["within"], one["phase"]) == ("C1", "field")
            for seat in one["judges"]
        }

    tried = shown("--dry-run")
    assert tried == {"J1": (2, 1), "J6": (1, 1)}  # J6 has the name of the partner in H11
    assert panels(desk)["C1", "field"] == {"J3", "J4"}
    assert shown() == tried
    look = desk.do("status", "--format", "json").json["to_look_at"]
    assert any("J6 Rosa Puma Nina and Puma Nina Rosa of H12: the same name" in one for one in look)
    assert "To look at before the closing:" in desk.do("status").out
    for judge, entry in (("J6", "H12"), ("J1", "H11")):
        desk.do("panel", "dismiss", judge, entry, "--reason", "otra familia")
    assert desk.do("status", "--format", "json").json["to_look_at"] == []


def test_a_trial_reckons_with_the_recusals_that_it_brings(desk: Desk) -> None:
    """At the communities' tier a judge is recused from the own one: one sheet less, in the trial too."""
    desk.do("round", "close", "--accept-missing", "prueba")
    desk.do("round", "open", "terraces", "--tier", "community")
    desk.do("enter", "--all", "--round", "terraces-community-1")
    words = ("panel", "assign", "terraces-community-1", "--judge", "J1", "--judge", "J3", "--format", "json")
    tried, done = (desk.do(*words, *more).json["panels"][0]["judges"] for more in (("--dry-run",), ()))
    assert tried == done
    assert {one["judge"]: one["sheets"] for one in tried} == {"J1": 1, "J3": 2}


def conflicts(desk: Desk, *words: str) -> list[tuple[str, ...]]:
    """Strength, judge, entry and answer of each conflict."""
    found = desk.do("panel", "conflicts", *words, "--format", "json").json["conflicts"]
    return [(one["strength"], one["judge"], one["entry"], one["answer"]) for one in found]


def test_hints_come_strong_first_and_are_answered(desk: Desk) -> None:
    """While nobody judges, every judge is looked at; Waman and Huamán are one name."""
    assert conflicts(desk) == [("strong", "J1", "H11", None), ("weak", "J2", "H21", None)]
    text = desk.do("panel", "conflicts").out
    assert "both surnames, Quispe and Mamani: perhaps brother or sister" in text
    assert "Waman / Huamán" in text
    desk.do("panel", "dismiss", "J2", "H21", "--reason", "otra familia")
    desk.do("panel", "recuse", "J1", "H11", "--reason", "mi hermano")
    ran = desk.do("panel", "conflicts")
    assert ran.out == ""
    assert "No conflict of interest is open" in ran.err
    assert conflicts(desk, "--all") == [("strong", "J1", "H11", "recused"), ("weak", "J2", "H21", "no_conflict")]
    table = desk.do("panel", "conflicts", "--all").out
    assert "recused: mi hermano" in table
    assert "dismissed: otra familia" in table
    rows = list(lines(desk.do("panel", "conflicts", "--all", "--format", "csv").out))
    assert rows[0].startswith("within,category,entry,entry_name,judge,judge_name,strength")
    assert len(rows) == 3


def test_an_answered_hint_no_longer_keeps_a_judge_away(desk: Desk) -> None:
    """Somebody knows that it is another Quispe family."""
    desk.do("panel", "dismiss", "J1", "H11", "--reason", "otra familia Quispe")
    assert "J1" in panels(desk, "assign", "--spread")["C1", "field"]


def test_what_is_certain_cannot_be_dismissed_and_nothing_is_no_hint(desk: Desk) -> None:
    """All entries or none: a wrong one among them stops the others."""
    before = desk.journal()
    assert "cannot be dismissed" in desk.refuse("panel", "dismiss", "J2", "H11", "--reason", "x")
    said = desk.refuse("panel", "dismiss", "J1", "H11", "H12", "--reason", "x")
    assert "no name of H12 suggests kinship" in said
    assert "not entered" in desk.refuse("panel", "recuse", "J1", "H11", "H99", "--reason", "x")
    assert "J9 is not registered" in desk.refuse("panel", "recuse", "J9", "H11", "--reason", "x")
    assert "a reason is missing" in desk.refuse("panel", "recuse", "J1", "H11", code=2)
    assert desk.journal() == before


def test_a_recusal_without_a_hint_is_listed_with_all(desk: Desk) -> None:
    """Godparents share no surname."""
    desk.do("panel", "recuse", "J3", "H12", "--reason", "comadre")
    assert ("", "J3", "H12", "recused") in conflicts(desk, "--all")


def test_a_household_that_turns_out_to_be_the_own_one_is_shown_as_certain(desk: Desk) -> None:
    """J3 was in the panel when the register learned that she heads H12."""
    desk.do("panel", "assign", "--judge", "J3", "--within", "C1")
    desk.do("add", "household", "H12", "head=Berta Yupanqui Sirena", "dni=00009003")
    assert ("certain", "J3", "H12", None) in conflicts(desk)
    assert ("certain", "J3", "H11", None) in conflicts(desk)  # the own community, known by the DNI
    assert ("certain", "J3", "H21", None) not in conflicts(desk)
    assert "J3 has the DNI of the head of H12." in desk.do("panel", "conflicts").out


def test_at_the_community_tier_a_judge_of_one_community_is_recused_from_that_one(desk: Desk) -> None:
    """The others of the watershed may be judged; a panel that is spread has nobody of that kind at all."""
    desk.do("add", "judge", "J6", "community=C1")
    desk.do("round", "close", "--accept-missing", "prueba")
    desk.do("round", "open", "terraces", "--tier", "community")
    desk.do("enter", "--all", "--round", "terraces-community-1")
    said = desk.refuse("panel", "assign", "terraces-community-1", "--spread")
    assert "W1 Río Claro: the panel needs 2 judges, and 1 can be in it" in said
    ran = desk.do("panel", "assign", "terraces-community-1", "--judge", "J1", "--judge", "J3")
    assert "J1 Elena Quispe Mamani is recused from C2: J1 is from C2 and cannot judge there." in ran.err
    shown = desk.do("panel", "show", "terraces-community-1", "--format", "json").json["judges"]
    assert {one["judge"]: one["sheets"] for one in shown if one["sheets"]} == {"J1": 1, "J3": 2}
    desk.refuse("score", "C2", "J1", "30", "--round", "terraces-community-1")


def test_who_has_handed_in_sheets_stays_in_the_panel(desk: Desk) -> None:
    """A new spread takes nobody out who has begun."""
    desk.do("score", "H11", "J1", "15", "--phase", "field")
    assert "J1" in panels(desk, "assign", "--spread", "--again")["C1", "field"]
    assert "J1 Elena Quispe Mamani has sheets already and stays in the panel: C1 Ccapana." in desk.refuse(
        "panel", "assign", "--judge", "J3", "--judge", "J4", "--within", "C1"
    )
