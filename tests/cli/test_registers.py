"""Slips in registers: they are told while the register is at hand, not weeks later when its households are entered."""

from pathlib import Path

import pytest
from tests.cli.desk import COMMUNITIES, RULES, WATERSHEDS, Desk, opened, scored

WITH_CATEGORIES = RULES.replace(
    "        within: community\n",
    "        within: community\n        categories: [{id: new, name: {es: Nuevas}}, {id: old, name: {es: Antiguas}}]\n",
)
PADRON = "code,community,head,dni,category\nH11,C1,Persona 11,00001134,Nuevas\n"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Communities under rules with two categories, and no household yet."""
    desk = Desk(tmp_path)
    desk.do("init", "--rules", desk.write("rules.yaml", WITH_CATEGORIES))
    desk.do("import", "watersheds", desk.write("w.csv", WATERSHEDS))
    desk.do("import", "communities", desk.write("c.csv", COMMUNITIES))
    return desk


def test_a_category_that_no_rule_has_is_told_at_once_and_each_once(desk: Desk) -> None:
    """The line where it stands first, the categories that there are, and the command that corrects it."""
    table = PADRON + "H12,C1,Persona 12,00001234,antigua\nH13,C1,Persona 13,00001334,antigua\n"
    for words in (("--dry-run",), ()):
        said = " ".join(desk.do("import", "households", desk.write("h.csv", table), *words).err.split())
        assert said.count("the rules have no category") == 1
        assert "h.csv:3: the rules have no category “antigua” (first of H12)" in said
        assert "it must be new (Nuevas) or old (Antiguas)" in said
    assert "no category “otra”" in desk.do("add", "household", "H14", "community=C1", "head=P", "category=otra").err
    assert "no category" not in desk.do("add", "household", "H14", "category=old").err


def test_a_register_may_call_a_category_by_its_name(desk: Desk) -> None:
    """`Nuevas` is the category `new`; a capital is no reason to send a facilitator back to the padrón."""
    said = desk.do("import", "households", desk.write("h.csv", PADRON)).err
    assert "no category" not in said
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do("enter", "--all")
    (contest,) = desk.do("rank", "--format", "json").json["contests"]
    assert contest["category"] == "new"


def test_a_register_is_not_taken_for_a_table_of_scores(tmp_path: Path) -> None:
    """Names and DNI are not written beside the marks because somebody picked the wrong file."""
    desk = opened(tmp_path)
    register = "Código;Comunidad;Jefe de hogar;DNI\nH11;C1;Persona 11;00001134\n"
    refused = desk.refuse("import", "scores", desk.write("padron.csv", register))
    assert "padron.csv:1: this is a register of households, and holds no marks" in refused
    assert "`pachamama import households FILE`" in refused
    refused = desk.refuse("import", "scores", desk.write("j.csv", "code,name,dni\nJ1,Elena,00001111\n"))
    assert "this is a register of judges" in refused
    with_marks = "entry,name,dni,judge,walls,water\nH11,Persona 11,00001134,J1,12,20\n"
    desk.do("import", "scores", desk.write("s.csv", with_marks))


def test_a_dni_that_is_too_short_is_told_as_such(desk: Desk) -> None:
    """Typed or from a table, what is missing are digits."""
    refused = desk.refuse("add", "household", "H11", "community=C1", "head=P", "dni=123")
    assert "“123” is not a DNI: it has 3 digits instead of 8" in refused
    assert "write all 8 digits, with the zeros in front" in refused


def test_what_speaks_against_one_household_is_told_before_anything_is_done(tmp_path: Path) -> None:
    """Two places in a contest that is closed, and that somebody said that they are two: with the money that is at stake."""
    desk = scored(tmp_path)
    desk.do("round", "close")
    desk.do("household", "distinct", "H14", "H15", "--reason", "madre e hija")
    words = ("household", "merge", "H15", "H14", "--reason", "misma casa")
    before = desk.journal()
    refused = " ".join(desk.refuse(*words).split())
    assert "Somebody said that H15 and H14 are two households." in refused
    assert "both compete in terraces-household-1, which is closed" in refused
    assert "with USD 160.00 to be paid to the two" in refused
    assert "pachamama round reopen terraces-household-1" in refused
    assert desk.journal() == before
    assert "USD 160.00 to be paid" in " ".join(desk.do(*words, "--yes").err.split())
    desk.do("check")
