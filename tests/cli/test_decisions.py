"""Lots and rulings: recorded with names and reason, never before every mark is in, and redone by anyone."""

import hashlib
from pathlib import Path

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
