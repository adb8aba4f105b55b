"""Rulings through the program: listed, recorded once, taken back with reason and names; no sentence that is not so."""

from pathlib import Path

import pytest
from tests.cli.audit_desk import recount, unpacked
from tests.cli.desk import RULES, Desk, registered, scores

KNOCKOUTS = (
    "        knockouts: [{id: mess, name: {es: Desorden}}]\n        ties: [{criterion: walls}, {lots: recorded}]\n"
)
BY = ("--reason", "se vio en la visita", "--by", "Tomás Rivas")


def judged(folder: Path) -> Desk:
    """Two communities of five, everybody with two sheets; one deduction and one knockout in the rules."""
    desk = registered(folder)
    text = RULES.replace("        ties: [{criterion: walls}, {lots: recorded}]\n", KNOCKOUTS)
    desk.do("round", "open", "terraces", "--tier", "household", "--rules", desk.write("own.yaml", text))
    desk.do("import", "scores", desk.write("s.csv", scores()))
    return desk


def out(desk: Desk) -> dict[str, str]:
    """Who has no place, and why."""
    return {
        one["entry"]: one["status"]
        for contest in desk.do("rank", "--format", "json").json["contests"]
        for one in contest["unranked"]
    }


def codes(desk: Desk, *words: str) -> dict[tuple[str, str], str]:
    """The code of each decision by its first entry and kind."""
    found = desk.do("ruling", "list", *words, "--format", "json").json["rulings"]
    return {(one["entries"][0], one["kind"]): one["code"] for one in found}


def acta(desk: Desk) -> str:
    """All that the minutes say."""
    from pypdf import PdfReader

    desk.do("print", "acta", "-o", "papers", "--within", "C1")
    (path,) = (desk.folder / "papers").glob("*.pdf")
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(path).pages).split())
    path.unlink()
    return text


def test_a_knockout_on_the_wrong_household_is_taken_back(tmp_path: Path) -> None:
    """A status does not lift it, and says what does; then the household competes again, and the minutes are silent."""
    desk = judged(tmp_path)
    desk.do("ruling", "knockout", "H12", "mess", *BY)
    assert out(desk) == {"H12": "knocked_out"}
    code = codes(desk)["H12", "knockout"]
    before = desk.journal()
    said = desk.refuse("set-status", "H12", "none", "--reason", "era otra")
    assert "H12 Persona 12 is out of the contest by a ruling of the jury: Desorden." in said
    assert f"pachamama ruling void {code}" in said
    assert "a reason is missing" in desk.refuse("ruling", "void", code, "--by", "Ana", code=2)
    assert "who decided?" in desk.refuse("ruling", "void", code, "--reason", "era otra", code=2)
    assert desk.journal() == before
    assert "Desorden" in acta(desk)
    ran = desk.do("ruling", "void", code, "--reason", "era otra casa", "--by", "Tomás Rivas")
    assert "Taken back: H12 Persona 12, out by a fault: Desorden." in ran.err
    assert "still" not in ran.err
    assert out(desk) == {}
    assert "Desorden" not in acta(desk)
    assert "Nothing was decided" in desk.do("ruling", "list").err
    assert "taken back: out by a fault: Desorden" in desk.do("ruling", "list", "--all").out
    assert "already" in desk.do("set-status", "H12", "none", "--reason", "x").err
    assert desk.do("check").out == ""


def test_whoever_asks_about_an_entry_hears_what_the_jury_ruled_why_and_who_decided(tmp_path: Path) -> None:
    """Beside the points that it took: reason and names; nothing of it once it is taken back, nor of other entries."""
    desk = judged(tmp_path)
    desk.do("ruling", "deduction", "H12", "no_banner", *BY, "--by", "Ana")
    sections = {one["title"]: one["lines"] for one in desk.do("explain", "H12", "--format", "json").json["sections"]}
    (line,) = sections["Rulings of the jury"]
    assert line.startswith("The jury ruled on H12 Persona 12: a deduction (")
    assert line.endswith("Reason: se vio en la visita. Decided by Tomás Rivas and Ana.")
    assert "Rulings of the jury" not in desk.do("explain", "H14").out
    desk.do("ruling", "void", codes(desk)["H12", "deduction"], "--reason", "era otra casa", "--by", "Tomás Rivas")
    assert "Rulings of the jury" not in desk.do("explain", "H12").out


def test_the_journal_tells_who_took_back_what_and_why(tmp_path: Path) -> None:
    """Also when only the entry is asked for; one person decided, several did."""
    desk = judged(tmp_path)
    desk.do("ruling", "deduction", "H12", "no_banner", *BY, "--by", "Ana")
    desk.do("ruling", "void", codes(desk)["H12", "deduction"], "--reason", "era otra casa", "--by", "Tomás Rivas")
    made, taken = desk.do("log", "--entry", "H12", "--last", "2", "--format", "json").json
    assert (taken["kind"], taken["why"]) == ("ruling_voided", "era otra casa")
    assert "Took back the ruling on H12" in taken["says"]
    told = [desk.do("log", "--entry", "H12", "--last", "2", PACHAMAMA_LANG="es").out]
    assert "Lo decidieron Tomás Rivas y Ana." in told[0]
    assert "Lo decidió Tomás Rivas." in told[0]
    assert made["kind"] == "ruling_recorded"


def test_a_disqualification_that_is_taken_back_leaves_the_minutes(tmp_path: Path) -> None:
    """No status lifts it; whoever stays out for another reason is told to."""
    desk = judged(tmp_path)
    desk.do("set-status", "H15", "withdrawn", "--reason", "se fue de viaje")
    desk.do("ruling", "disqualification", "H15", "--reason", "terreno ajeno", "--by", "Tomás Rivas")
    assert "The jury disqualified H15 Persona 15" in desk.refuse("set-status", "H15", "none", "--reason", "x")
    assert "terreno ajeno" in acta(desk)
    ran = desk.do("ruling", "void", codes(desk)["H15", "disqualification"], *BY)
    assert "H15 Persona 15 is still out of the contest: withdrawn." in ran.err
    assert out(desk) == {"H15": "withdrawn"}
    assert "terreno ajeno" not in acta(desk)
    assert "is in the contest again" in desk.do("set-status", "H15", "none", "--reason", "volvió").err


def test_a_fault_that_sheets_name_too_still_counts_and_says_so(tmp_path: Path) -> None:
    """Taking back the ruling is not enough, nor is a status; a table without the fault is."""
    desk = judged(tmp_path)
    desk.do("score", "H12", "J1", "12", "14.5", "--deduction", "mess")
    desk.do("ruling", "knockout", "H12", "mess", *BY)
    ran = desk.do("ruling", "void", codes(desk)["H12", "knockout"], *BY)
    assert "“Desorden” still counts: sheets of H12 Persona 12 name it too." in ran.err
    assert out(desk) == {"H12": "knocked_out"}
    assert "by a fault that its sheets name: Desorden" in desk.refuse("set-status", "H12", "none", "--reason", "x")
    desk.do("set-status", "H12", "withdrawn", "--reason", "x")
    ran = desk.do("set-status", "H12", "none", "--reason", "no fue ella")
    assert "again" not in ran.err
    assert "H12 Persona 12 is no longer withdrawn." in ran.err
    assert "H12 Persona 12 is out of the contest by a fault that its sheets name: Desorden." in ran.err
    rows = [line for line in scores().splitlines() if line.startswith("H12")]
    table = "\n".join(["entry,judge,walls,water,deductions", *(f"{row}," for row in rows)]) + "\n"
    desk.do("import", "scores", desk.write("again.csv", table), "--correct", "no era esta casa")
    assert out(desk) == {}


@pytest.mark.parametrize("kind", ["deduction", "disqualification"])
def test_the_same_ruling_twice_is_refused_and_printed_once(tmp_path: Path, kind: str) -> None:
    """The second one says under which code it stands."""
    desk = judged(tmp_path)
    words = ("ruling", kind, "H12", *(("no_banner",) if kind == "deduction" else ()))
    desk.do(*words, *BY)
    before = desk.journal()
    assert codes(desk)["H12", kind] in desk.refuse(*words, *BY)
    assert desk.journal() == before
    assert acta(desk).count("se vio en la visita") == 1 + (kind == "disqualification")


def test_a_decision_between_equals_is_listed_and_taken_back(tmp_path: Path) -> None:
    """Then it is due again, and the round does not close."""
    desk = judged(tmp_path)
    rows = "".join(f"H1{n},{judge},12,14.5\n" for n in (1, 2) for judge in ("J1", "J2"))
    desk.do("import", "scores", desk.write("x.csv", f"entry,judge,walls,water\n{rows}"), "--correct", "iguales")
    desk.do("lots", "draw", "H12", "H11", "--witness", "Flora Paz")
    table = desk.do("ruling", "list").out
    assert "lots drawn" in table
    assert "Flora Paz" in table
    rows_ = desk.do("ruling", "list", "--format", "csv").out.splitlines()
    assert rows_[0] == "code,within,category,entries,kind,rule,reason,by,state"
    assert rows_[1].endswith(",C1,,H12 H11,lots,,,Flora Paz,stands")
    desk.do("ruling", "void", codes(desk)["H12", "lots"], *BY)
    assert len(desk.do("lots", "draw", "--format", "json").json["to_draw"]) == 1
    assert "lots must be drawn between H11 and H12" in desk.refuse("round", "close")


def test_nothing_is_taken_back_while_the_round_is_closed(tmp_path: Path) -> None:
    """After reopening it is, and the bundle for an auditor recounts it without the ruling."""
    desk = judged(tmp_path)
    desk.do("ruling", "deduction", "H13", "no_banner", *BY)
    desk.do("ruling", "deduction", "H14", "no_banner", *BY)
    code = codes(desk)["H13", "deduction"]
    desk.do("round", "close")
    assert "pachamama round reopen" in desk.refuse("ruling", "void", code, *BY)
    desk.do("round", "reopen", "--reason", "reclamo")
    desk.do("ruling", "void", code, *BY)
    desk.do("round", "close")
    desk.do("export", "audit", "-o", "a.zip")
    folder = unpacked(tmp_path / "a.zip", tmp_path / "bundle")
    assert recount(folder).code == 0
    (table,) = (folder / "rulings").glob("*.csv")
    assert "H14" in table.read_text()
    assert "H13" not in table.read_text()
    assert desk.do("check").out == ""
