"""`print score-sheets` and `print big-sheet` as a facilitator types them: numbered, by judge, the same again."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.cli.desk import Desk, opened


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """The households' round open, everybody entered."""
    desk = opened(tmp_path)
    desk.do("enter", "--all")
    return desk


def texts(desk: Desk, folder: str) -> dict[str, str]:
    """The text of each PDF in a folder, by its name."""
    return {
        path.stem: " ".join(
            " ".join(page.extract_text() for page in PdfReader(io.BytesIO(path.read_bytes())).pages).split()
        )
        for path in sorted((desk.folder / folder).glob("*.pdf"))
    }


def files(desk: Desk, folder: str) -> dict[str, bytes]:
    """The bytes of each file in a folder."""
    return {path.name: path.read_bytes() for path in sorted((desk.folder / folder).iterdir())}


def codes(desk: Desk) -> dict[str, str]:
    """Entry and judge of each numbered sheet, by its code."""
    return {one["sheet"]: f"{one['entry']} {one['judge']}" for one in desk.do("sheet", "list", "--format", "json").json}


def test_sheets_of_judges_are_numbered_and_printed_by_judge_and_community(desk: Desk) -> None:
    """A PDF for each; every code stands on its sheet, with the household and the judge."""
    told = desk.do("print", "score-sheets", "-o", "papers", "--judge", "J1", "--judge", "J2")
    assert told.out.split() == [
        f"papers/score-sheets-terraces-household-1-{unit}-{judge}.pdf"
        for unit in ("C1", "C2")
        for judge in ("J1", "J2")
    ]
    assert "20 sheets in 4 files." in told.err
    said = texts(desk, "papers")
    for code, whose in codes(desk).items():
        entry, judge = whose.split()
        page = said[f"score-sheets-terraces-household-1-C{entry[1]}-{judge}"]
        assert code in page
        assert entry in page


def test_printing_again_numbers_nothing_and_gives_the_same_bytes(desk: Desk) -> None:
    """On any day: nothing on a sheet changes."""
    desk.do("print", "score-sheets", "-o", "one", "--judge", "J1")
    actions = desk.journal()
    desk.do("print", "score-sheets", "-o", "two", "--judge", "J1")
    assert desk.journal() == actions
    assert files(desk, "one") == files(desk, "two")


def test_without_panel_or_judge_there_is_a_set_for_each_judge_of_the_rules(desk: Desk) -> None:
    """Two judges in the rules: two copies with codes of their own, and a field for the judge."""
    desk.do("print", "score-sheets", "-o", "papers", "--community", "C1")
    said = texts(desk, "papers")
    assert list(said) == [f"score-sheets-terraces-household-1-C1-copy{number}" for number in (1, 2)]
    assert len(codes(desk)) == 10
    assert all("Elena" not in page for page in said.values())


def test_the_panel_of_a_contest_has_the_sheets(desk: Desk) -> None:
    """Who is assigned is printed, also where nobody is named on the command line."""
    desk.do("panel", "assign", "--judge", "J2", "--judge", "J1")
    desk.do("print", "score-sheets", "-o", "papers", "--community", "C2")
    assert list(texts(desk, "papers")) == [f"score-sheets-terraces-household-1-C2-J{number}" for number in (1, 2)]


def test_a_judge_has_no_sheet_for_the_own_community(desk: Desk) -> None:
    """It is left out, and said."""
    desk.do("add", "judge", "J3", "name=Rosa de Prueba", "dni=00003333", "community=C1")
    told = desk.do("print", "score-sheets", "-o", "papers", "--judge", "J3")
    assert list(texts(desk, "papers")) == ["score-sheets-terraces-household-1-C2-J3"]
    assert "J3 has no sheet for H11, H12, H13, H14 and H15: own community or household" in told.err


def test_only_judges_have_their_dni_on_these_papers(desk: Desk) -> None:
    """No household's DNI stands on a score sheet or a big sheet."""
    desk.do("print", "score-sheets", "-o", "papers", "--judge", "J1")
    desk.do("print", "big-sheet", "-o", "papers")
    found = {dni for said in texts(desk, "papers").values() for dni in re.findall(r"\b\d{8}\b", said)}
    assert found == {"00001111"}


def test_a_lost_sheet_is_printed_alone_with_the_code_that_it_had(desk: Desk) -> None:
    """In a file of its own, which does not replace the packet; a mistyped code is refused."""
    desk.do("print", "score-sheets", "-o", "papers", "--judge", "J1")
    packet = files(desk, "papers")
    code = next(one for one, whose in codes(desk).items() if whose == "H13 J1")
    desk.do("print", "score-sheets", "-o", "papers", "--code", code.lower())
    (name,) = set(files(desk, "papers")) - set(packet)
    assert name == f"score-sheets-terraces-household-1-C1-J1-{code}.pdf"
    assert packet.items() <= files(desk, "papers").items()
    assert "Persona 13" in texts(desk, "papers")[name[:-4]]
    wrong = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert "mistyped" in desk.refuse("print", "score-sheets", "-o", "papers", "--code", wrong)


def test_blank_sheets_are_new_each_time(desk: Desk) -> None:
    """A stock for those who come on the day: no code is printed twice."""
    desk.do("print", "score-sheets", "-o", "papers", "--blank", "3")
    desk.do("print", "score-sheets", "-o", "papers", "--blank", "2")
    assert len(files(desk, "papers")) == 2
    said = " ".join(texts(desk, "papers").values())
    assert [code in said for code in codes(desk)] == [True] * 5


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--within", "C9"), 1, "there are: C1 and C2"),
        (("--category", "new"), 1, "no contest of this round has --category “new”"),
        (("--judge", "J9"), 1, "J9 is not in the register of judges"),
        (("--phase", "field"), 2, "“field” is no judged phase of this round"),
        (("--blank", "2", "--judge", "J1"), 2, "leave the other filters out"),
        (("--code", "1", "--within", "C1"), 2, "leave the other filters out"),
    ],
)
def test_filters_that_name_nothing_are_refused(desk: Desk, words: tuple[str, ...], code: int, said: str) -> None:
    """With what there is; nothing is numbered and no folder is made."""
    assert said in desk.refuse("print", "score-sheets", "-o", "papers", *words, code=code)
    assert not (desk.folder / "papers").exists()
    assert codes(desk) == {}


def test_the_big_sheet_is_one_for_each_contest(desk: Desk) -> None:
    """With rows for latecomers; of a registered community also before anybody is entered."""
    sheets = [f"papers/big-sheet-terraces-household-1-C{number}" for number in (1, 2)]
    assert desk.do("print", "big-sheet", "-o", "papers", "--format", "json").json == [f"{name}.json" for name in sheets]
    assert desk.do("print", "big-sheet", "-o", "papers").out.split() == [f"{name}.pdf" for name in sheets]
    said = texts(desk, "papers")["big-sheet-terraces-household-1-C2"]
    assert all(f"Persona 2{number}" in said and f"Pareja 2{number}" in said for number in range(1, 6))
    desk.write("new.csv", "code;name;watershed;households\nC3;Qollpa;W1;4\n")
    desk.do("import", "communities", "new.csv")
    desk.do("print", "big-sheet", "-o", "papers", "--community", "C3", "--blank", "12")
    assert "Qollpa" in texts(desk, "papers")["big-sheet-terraces-household-1-C3"]
    assert "there are: C1 and C2" in desk.refuse("print", "big-sheet", "-o", "papers", "--within", "C9")
