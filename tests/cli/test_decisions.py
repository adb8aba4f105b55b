"""Lots and rulings: recorded with names and reason, never before every mark is in, and redone by anyone."""

import hashlib
from pathlib import Path

from pypdf import PdfReader
from tests.cli.desk import RULES, Desk, opened, registered

_EQUAL = "entry,judge,walls,water\n" + "".join(
    f"{entry},{judge},10,10\n" for entry in ("H11", "H12", "H13") for judge in ("J1", "J2")
)


def _tied(folder: Path, text: str = _EQUAL) -> Desk:
    desk = opened(folder)
    desk.do("import", "scores", desk.write("s.csv", text))
    return desk


def _places(desk: Desk) -> list[tuple[int, str, str | None]]:
    contest = desk.do("rank", "--format", "json").json["contests"][0]
    return [(one["place"], one["entry"], one["decided_by"]) for one in contest["placings"]]


def test_a_recorded_drawing_orders_the_equal_and_lets_the_round_close(tmp_path: Path) -> None:
    """Without entries it says between whom; afterwards `decided_by` is lots, and the money is pooled all the same (T6)."""
    desk = _tied(tmp_path)
    assert desk.do("lots", "draw", "--format", "json").json["to_draw"] == [
        {"within": "C1", "category": None, "entries": ["H11", "H12", "H13"]}
    ]
    desk.refuse("round", "close")
    desk.refuse("lots", "draw", "H12", "H13", "H11", code=2)
    desk.do("lots", "draw", "H12", "H13", "H11", "--witness", "Alcalde de Prueba", "--witness", "Elena")
    assert _places(desk) == [(1, "H12", "lots"), (2, "H13", "lots"), (3, "H11", "lots")]
    paid = desk.do("prizes", "--format", "json").json["contests"][0]["placings"]
    assert [one["amount"] for one in paid] == ["66.00", "66.00", "66.00"]
    desk.do("round", "close")


def test_a_recorded_drawing_is_not_replaced_in_silence(tmp_path: Path) -> None:
    """Another order of the same entries needs `--correct REASON`; the latest one counts then."""
    desk = _tied(tmp_path)
    desk.do("lots", "draw", "H12", "H13", "H11", "--witness", "Elena")
    before = desk.journal()
    assert "H12 Persona 12, H13 Persona 13 and H11 Persona 11" in desk.refuse(
        "lots", "draw", "H11", "H12", "H13", "--witness", "Otro"
    )
    assert desk.journal() == before
    desk.do("lots", "draw", "H11", "H12", "H13", "--witness", "Elena", "--correct", "anotado al revés")
    assert _places(desk)[0] == (1, "H11", "lots")


def test_a_drawing_is_refused_while_marks_can_still_change(tmp_path: Path) -> None:
    """One sheet of the contest is missing: nothing is recorded."""
    desk = _tied(tmp_path, _EQUAL + "H14,J1,9,9\n")
    before = desk.journal()
    assert "H14" in desk.refuse("lots", "draw", "H12", "H13", "H11", "--witness", "Elena")
    assert desk.journal() == before


def test_only_equal_entries_are_drawn(tmp_path: Path) -> None:
    """Not those with other points, not strangers, not one alone, not one twice."""
    desk = _tied(tmp_path, _EQUAL + "H14,J1,9,9\nH14,J2,9,9\n")
    before = desk.journal()
    for entries in (("H11", "H14"), ("H11", "H99"), ("H11",), ("H11", "H11")):
        desk.refuse("lots", "draw", *entries, "--witness", "Elena")
    assert desk.journal() == before


def test_a_seeded_drawing_can_be_redone_with_sha256(tmp_path: Path) -> None:
    """RULES.md, T5: the smallest digest of seed|competition|entry comes first."""
    desk = registered(tmp_path)
    desk.write("seeded.yaml", RULES.replace("{lots: recorded}", '{lots: seed, seed: "acta-014/2026"}'))
    desk.do("round", "open", "terraces", "--tier", "household", "--rules", "seeded.yaml")
    desk.do("import", "scores", desk.write("s.csv", _EQUAL))
    (drawing,) = desk.do("lots", "draw", "--format", "json").json["seeded"]
    digests = {
        entry: hashlib.sha256(f"acta-014/2026|terraces|{entry}".encode()).hexdigest() for entry in ("H11", "H12", "H13")
    }
    assert {one["entry"]: one["digest"] for one in drawing["draws"]} == digests
    assert drawing["order"] == sorted(digests, key=lambda entry: digests[entry])
    assert [entry for _, entry, _ in _places(desk)] == drawing["order"]
    shown = desk.do("lots", "draw").out
    assert digests["H11"] in shown
    assert "acta-014/2026|terraces|H11" in shown


def test_a_seeded_drawing_waits_for_the_last_sheet(tmp_path: Path) -> None:
    """What a missing sheet can still change is not shown as drawn; contests that are whole are."""
    desk = registered(tmp_path)
    desk.write("seeded.yaml", RULES.replace("{lots: recorded}", '{lots: seed, seed: "acta-014/2026"}'))
    desk.do("round", "open", "terraces", "--tier", "household", "--rules", "seeded.yaml")
    equal = _EQUAL + "".join(f"{entry},{judge},10,10\n" for entry in ("H21", "H22") for judge in ("J1", "J2"))
    desk.do("import", "scores", desk.write("s.csv", equal + "H23,J1,9,9\n"))
    assert "can still change who is equal" in desk.refuse("lots", "draw", "--within", "C2")
    ran = desk.do("lots", "draw")
    assert "H11" in ran.out
    assert "H21" not in ran.out
    assert "sheets are missing, so nobody draws lots yet" in ran.err


def test_no_order_is_recorded_that_the_rules_do_not_use(tmp_path: Path) -> None:
    """RULES.md, T4: an order of a part of the group, of what the seed decides, or for no step of the rules, decides nothing."""
    desk = _tied(tmp_path)
    before = desk.journal()
    part = desk.refuse("lots", "draw", "H12", "H11", "--witness", "Elena")
    assert "the order must name the whole group; missing: H13 Persona 13" in part
    said = desk.refuse("ruling", "tie", "H12", "H11", "H13", "--reason", "x", "--by", "Elena")
    assert "nothing in these rules asks for this order" in said
    assert desk.journal() == before
    (tmp_path / "seeded").mkdir()
    desk = registered(tmp_path / "seeded")
    desk.write("seeded.yaml", RULES.replace("{lots: recorded}", '{lots: seed, seed: "acta-014/2026"}'))
    desk.do("round", "open", "terraces", "--tier", "household", "--rules", "seeded.yaml")
    desk.do("import", "scores", desk.write("s.csv", _EQUAL))
    assert "draw by the public seed" in desk.refuse("lots", "draw", "H12", "H11", "H13", "--witness", "Elena")


def test_the_jury_decides_before_lots_are_drawn(tmp_path: Path) -> None:
    """With both steps in the chain only the first that is open is due; what the jury leaves equal is drawn."""
    desk = registered(tmp_path)
    desk.write("both.yaml", RULES.replace("{lots: recorded}", "jury_decision, {lots: recorded}"))
    desk.do("round", "open", "terraces", "--tier", "household", "--rules", "both.yaml")
    desk.do("import", "scores", desk.write("s.csv", _EQUAL))
    assert desk.do("lots", "draw", "--format", "json").json["to_draw"] == []
    due = desk.do("rank").err
    assert "jury must decide" in due
    assert "ots must be drawn" not in due
    said = desk.refuse("lots", "draw", "H12", "H11", "H13", "--witness", "Elena")
    assert "the jury decides first between H11 Persona 11, H12 Persona 12 and H13 Persona 13" in said
    desk.do("ruling", "tie", "H13", "H11", "H12", "--reason", "mejor acabado", "--by", "Elena")
    desk.do("round", "close")


def test_lots_for_a_thing_are_listed_and_drawn(tmp_path: Path) -> None:
    """RULES.md, P10: the closing waits for them, so `lots draw` names them; the minutes print the order that stands."""
    desk = registered(tmp_path)
    prizes = "[{scheme: by_place, amounts: [100, 60, 40]}, {scheme: in_kind, item: Pala, places: [1]}]"
    text = RULES.replace("{lots: recorded}", "shared").replace("[{scheme: by_place, amounts: [100, 60, 40]}]", prizes)
    desk.write("things.yaml", text)
    desk.do("round", "open", "terraces", "--tier", "household", "--rules", "things.yaml")
    desk.do("import", "scores", desk.write("s.csv", _EQUAL))
    assert "for Pala" in desk.do("lots", "draw").out
    group = {"within": "C1", "category": None, "entries": ["H11", "H12", "H13"]}
    assert desk.do("lots", "draw", "--format", "json").json["to_draw"] == [group]
    desk.refuse("round", "close")
    desk.do("lots", "draw", "H12", "H11", "H13", "--witness", "Elena")
    assert desk.do("lots", "draw", "--format", "json").json["to_draw"] == []
    placings = desk.do("prizes", "--format", "json").json["contests"][0]["placings"]
    assert {one["entry"] for one in placings if any(award.get("item") for award in one["awards"])} == {"H12"}
    desk.do("lots", "draw", "H11", "H12", "H13", "--witness", "Elena", "--correct", "anotado al revés")
    desk.do("round", "close")
    desk.do("print", "acta", "--within", "C1", "-o", "papers")
    (acta,) = (tmp_path / "papers").glob("acta*.pdf")
    told = " ".join(" ".join(page.extract_text() for page in PdfReader(acta).pages).split())
    assert told.count("sorteo; el orden es") == 1
    assert "el orden es: H11 Persona 11, H12 Persona 12 y H13 Persona 13" in told


def test_spare_units_by_lot_are_listed_too(tmp_path: Path) -> None:
    """RULES.md, P4: 200 by three is 66 each and two units over."""
    desk = registered(tmp_path)
    text = RULES.replace("{lots: recorded}", "shared").replace(
        "amounts: [100, 60, 40]}]", "amounts: [100, 60, 40]}]\n          remainder: by_lot", 1
    )
    desk.write("spare.yaml", text)
    desk.do("round", "open", "terraces", "--tier", "household", "--rules", "spare.yaml")
    desk.do("import", "scores", desk.write("s.csv", _EQUAL))
    assert "for 2 spare units of USD 1.00" in desk.do("lots", "draw").out
    desk.do("lots", "draw", "H12", "H11", "H13", "--witness", "Elena")
    paid = desk.do("prizes", "--format", "json").json["contests"][0]["placings"]
    assert {one["entry"]: one["amount"] for one in paid} == {"H12": "67.00", "H11": "67.00", "H13": "66.00"}


def test_a_jury_decides_a_tie_where_the_rules_leave_it_to_them(tmp_path: Path) -> None:
    """With reason and names; until then the round cannot close."""
    desk = registered(tmp_path)
    desk.write("jury.yaml", RULES.replace("{lots: recorded}", "jury_decision"))
    desk.do("round", "open", "terraces", "--tier", "household", "--rules", "jury.yaml")
    desk.do("import", "scores", desk.write("s.csv", _EQUAL))
    desk.refuse("round", "close")
    desk.refuse("ruling", "tie", "H13", "H11", "H12", "--reason", "mejor acabado", code=2)
    desk.do("ruling", "tie", "H13", "H11", "H12", "--reason", "mejor acabado", "--by", "Elena", "--by", "Luis")
    assert _places(desk)[0] == (1, "H13", "jury_decision")
    desk.do("round", "close")


def test_rulings_deduct_and_disqualify_with_reason_and_names(tmp_path: Path) -> None:
    """The deduction is one of the rules; names stand in no journal."""
    desk = _tied(tmp_path)
    desk.refuse("ruling", "deduction", "H11", "banner", "--reason", "x", "--by", "Elena")
    desk.do("ruling", "deduction", "H11", "no_banner", "--reason", "sin distintivo", "--by", "Elena de Prueba")
    desk.do("ruling", "disqualification", "H12", "--reason", "terreno ajeno", "--by", "Elena de Prueba")
    contest = desk.do("rank", "--format", "json").json["contests"][0]
    assert [(one["entry"], one["points"]) for one in contest["placings"]] == [("H13", "20.00"), ("H11", "17.00")]
    assert [(one["entry"], one["status"]) for one in contest["unranked"]] == [("H12", "disqualified")]
