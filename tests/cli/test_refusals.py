"""Bad input of every kind, typed for real: a clear message, the right exit code, nothing changed, never a traceback."""

import os
import sqlite3
from pathlib import Path

import pytest
from tests.cli.desk import RULES, Desk, opened, registered, scored, scores


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("rnk",), 2, "rank"),
        (("round", "opn"), 2, "open"),
        (("round", "open"), 2, "COMPETITION"),
        (("round", "open", "terraces"), 2, "--tier"),
        (("round", "open", "terraces", "--tier", "family"), 2, "household"),
        (("round", "open", "terraces", "--teir", "household"), 2, "--tier"),
        (("rank", "one", "two", "three"), 2, "two"),
        (("rank", "--format", "xml"), 2, "json"),
        (("rank", "--lang", "fr"), 2, "es"),
        (("rank", "--db"), 2, "--db"),
        (("rank",), 1, "pachamama.db"),
        (("settle", "nowhere.yaml", "scores.csv"), 1, "nowhere.yaml"),
    ],
)
def test_wrong_words_are_told_with_the_right_ones(tmp_path: Path, words: tuple[str, ...], code: int, says: str) -> None:
    """2 for wrong usage, 1 for what is not there; and no file is made by accident."""
    assert says in Desk(tmp_path).refuse(*words, code=code)
    assert list(tmp_path.iterdir()) == []


def test_every_mistake_of_a_rules_file_is_named_at_once_with_line_and_column(tmp_path: Path) -> None:
    """Unknown key with the nearest one, a repeated key, a number that is none, a purse too small."""
    desk = Desk(tmp_path)
    text = RULES.replace("max: 20}", "maxx: 20}", 1).replace("at_least: 2}", "at_least: 2, at_least: 1}", 1)
    text = text.replace("amount: 200}", "amount: 1e3}", 1)
    said = desk.refuse("rules", "check", desk.write("rules.yaml", text))
    assert "rules.yaml:13:" in said
    assert "maxx" in said
    assert "max" in said
    assert "rules.yaml:15:" in said
    assert "rules.yaml:20:" in said
    desk.refuse("init", "--rules", "rules.yaml")
    assert not (tmp_path / "pachamama.db").exists()


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("H11,J1,NaN,10", "NaN"),
        ("H11,J1,1e1,10", "1e1"),
        ("H11,J1,-3,10", "-3"),
        ("H11,J1,21,10", "20"),
        ("H11,J1,10,10.3", "0.5"),
        ("H11,J1,10.5,10", "whole"),
        ("H99,J1,10,10", "H99"),
        ("H11,J9,10,10", "J9"),
        (",J1,10,10", "entry"),
        ("H11,,10,10", "judge"),
        ("H11,J1,10,10,7", "cells"),
    ],
)
def test_a_bad_row_refuses_the_whole_table_with_its_line(tmp_path: Path, row: str, says: str) -> None:
    """All or nothing: the good row before it is not stored either; a dry run says the same."""
    desk = opened(tmp_path)
    before = desk.journal()
    desk.write("s.csv", f"entry,judge,walls,water\nH12,J1,10,10\n{row}\n")
    said = desk.refuse("import", "scores", "s.csv")
    assert "s.csv:3" in said
    assert says in said
    assert desk.journal() == before
    assert "s.csv:3" in desk.run("import", "scores", "s.csv", "--dry-run").err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "empty"),
        (b"entry,judge,walls\nH11,J1,10\n", "water"),
        (b"entry,judge,walls,watr\nH11,J1,10,10\n", "watr"),
        (b"entry,judge,walls,water,walls\nH11,J1,10,10,3\n", "walls"),
        (b"entry,judge,walls,water\n", "rows"),
        (b"PK\x03\x04 this is a workbook", "CSV"),
        (b"entry,judge,walls,water\nH11,J1,10,10\nH11,J1,11,10\n", "second sheet"),
        (b'entry,judge,walls,water\nH11,J1,"10,10\n', "quot"),
    ],
)
def test_a_table_that_is_none_is_refused(tmp_path: Path, text: bytes, says: str) -> None:
    """Empty files, missing, unknown and repeated columns, workbooks, second sheets."""
    desk = opened(tmp_path)
    before = desk.journal()
    assert says in desk.refuse("import", "scores", desk.write("s.csv", text))
    assert desk.journal() == before


@pytest.mark.parametrize(
    "written",
    [
        "código;jurado;walls;water\nH11;J1;10;12,5\n".replace("código", "entry")
        .replace("jurado", "judge")
        .encode("utf-8-sig"),
        "entry\tjudge\twalls\twater\tnote\nH11\tJ1\t10\t12,5\tseñor\n".encode("latin-1"),
        b'entry,judge,walls,water\r\nH11,J1,10,"12,5"\r\n',
    ],
)
def test_excels_habits_are_understood(tmp_path: Path, written: bytes) -> None:
    """A mark of UTF-8, Latin-1, semicolons, tabs, decimal commas, Windows lines."""
    desk = opened(tmp_path)
    said = desk.do("import", "scores", desk.write("s.csv", written), "--format", "json").json
    assert said["sheets"] == 1


def test_an_empty_cell_is_a_missing_mark_and_never_0(tmp_path: Path) -> None:
    """The sheet is not full, so it does not count, and `missing` names the criterion."""
    desk = opened(tmp_path)
    desk.write("s.csv", "entry,judge,walls,water\nH11,J1,10,\nH11,J2,12,10\n")
    desk.do("import", "scores", "s.csv")
    assert desk.do("missing", "--format", "json").json[0]["empty"] == {"J1": ["water"]}
    assert desk.do("rank", "--format", "json").json["contests"][0]["unranked"][0]["status"] == "incomplete"


def test_the_same_table_twice_changes_nothing_and_other_marks_need_a_reason(tmp_path: Path) -> None:
    """CONTRACT.md: refused unless `--correct REASON`; the old marks stay in the journal."""
    desk = scored(tmp_path)
    before = desk.journal()
    assert desk.do("import", "scores", "scores.csv", "--format", "json").json["equal"] == 20
    assert desk.journal() == before
    other = scores().replace("H11,J1,11", "H11,J1,12")
    said = desk.refuse("import", "scores", desk.write("other.csv", other))
    assert "other.csv:2" in said
    assert "11" in said
    assert "12" in said
    assert desk.journal() == before
    desk.do("import", "scores", "other.csv", "--correct", "mal copiado")
    assert desk.journal() == before + 1


def test_a_second_sheet_typed_is_refused_and_says_what_stands(tmp_path: Path) -> None:
    """`score`: too few marks, marks off the paper, a second sheet; each refused, with what is allowed."""
    desk = scored(tmp_path)
    before = desk.journal()
    assert "Muros and Agua" in desk.refuse("score", "H11", "J1", "10", code=2)
    assert "1 to 20" in desk.refuse("score", "H11", "J1", "25", "10")
    assert "steps of 0.5" in desk.refuse("score", "H11", "J1", "10", "10.3")
    assert "--correct" in desk.refuse("score", "H11", "J1", "10", "10")
    assert "walls" in desk.refuse("score", "H11", "J1", "wals=10", "water=10")
    assert "add up" in desk.refuse("score", "H12", "J1", "12", "14.5", "--total", "27")
    assert "no_banner" in desk.refuse("score", "H12", "J1", "12", "14.5", "--deduction", "banner")
    assert desk.journal() == before
    desk.do("score", "H11", "J1", "water=10", "walls=10", "--correct", "mal copiado")
    assert desk.journal() == before + 1


def test_names_cannot_steer_the_screen_or_a_spreadsheet(tmp_path: Path) -> None:
    """Control characters are taken out with a warning, `[red]` prints as it is, formulas are made harmless in CSV."""
    desk = registered(tmp_path)
    desk.write("h.csv", "code,community,head\nH31,C1,\x1b[31mRosa [red] Q.\nH32,C1,=HYPERLINK(1)\n")
    assert "warning" in desk.do("import", "households", "h.csv").err
    shown = desk.do("list", "households").out
    assert "[red] Q." in shown
    assert "\x1b" not in shown
    assert "'=HYPERLINK" in desk.do("list", "households", "--format", "csv").out


def test_registers_refuse_unknown_codes_and_doubles(tmp_path: Path) -> None:
    """An unknown watershed, a household twice, the same DNI, a DNI that is none; all of them at once."""
    desk = registered(tmp_path)
    before = desk.journal()
    text = "code,community,head,dni\nH61,C9,Rosa,00001234\nH62,C1,Julia,123\nH63,C1,,00001236\nH61,C1,Otra,00001237\n"
    said = desk.refuse("import", "households", desk.write("h.csv", text))
    for line in (3, 4):
        assert f"h.csv:{line}" in said
    assert desk.journal() == before
    said = desk.refuse(
        "import", "households", desk.write("h2.csv", "code,community,head\nH61,C9,Rosa\nH62,C1,Ana\nH62,C1,Eva\n")
    )
    assert "C9" in said
    assert "H62" in said
    assert desk.journal() == before


@pytest.mark.parametrize("content", [b"", b"not a database", b"SQLite format 3\x00 but broken"])
def test_a_file_that_is_not_ours_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    """Empty, a text, a broken file: every command says so; `init` does not touch it."""
    desk = Desk(tmp_path)
    desk.write("pachamama.db", content)
    for words in (("rank",), ("round", "list"), ("enter", "--all")):
        assert "pachamama.db" in desk.run(*words).err
        assert desk.run(*words).code in {1, 3}
    desk.refuse("init")
    assert (tmp_path / "pachamama.db").read_bytes() == content


def test_a_database_of_another_program_or_a_newer_version_is_refused(tmp_path: Path) -> None:
    """Neither is opened, and a newer one asks for a newer program."""
    desk = Desk(tmp_path)
    with sqlite3.connect(tmp_path / "other.db") as other:
        other.execute("CREATE TABLE notes (text)")
    assert "other.db" in desk.refuse("rank", "--db", "other.db")
    desk.do("init", "--db", "new.db")
    with sqlite3.connect(tmp_path / "new.db") as broken:
        broken.execute("PRAGMA user_version = 0")
    assert "new.db" in desk.refuse("rank", "--db", "new.db", code=3)
    with sqlite3.connect(tmp_path / "new.db") as newer:
        newer.execute("PRAGMA user_version = 9999")
    assert "newer" in desk.refuse("rank", "--db", "new.db")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the super-user may write everywhere")
def test_a_read_only_file_is_read_and_not_written(tmp_path: Path) -> None:
    """`rank` works, `enter` says why it does not."""
    desk = scored(tmp_path)
    (tmp_path / "pachamama.db").chmod(0o444)
    desk.do("rank")
    assert "read-only" in desk.refuse("enter", "--all")


def test_a_purse_too_small_refuses_the_prizes_and_the_closing(tmp_path: Path) -> None:
    """Flat prizes that the purse cannot stand: `if_short: refuse` names the shortfall (RULES.md, P7)."""
    desk = Desk(tmp_path)
    rules = RULES.replace(
        "awards: [{scheme: by_place, amounts: [100, 60, 40]}]", "awards: [{scheme: flat, amount: 50, to: all}]", 1
    )
    desk.write("rules.yaml", rules)
    desk.write("scores.csv", "within," + scores().replace("\nH1", "\nC1,H1").replace("\nH2", "\nC2,H2"))
    said = desk.refuse("settle", "rules.yaml", "scores.csv", "--competition", "terraces", "--tier", "household")
    assert "250" in said
    assert "200" in said


def test_an_unknown_round_names_those_that_look_like_it(tmp_path: Path) -> None:
    """And where several can be meant, they are listed."""
    desk = opened(tmp_path)
    assert "terraces-household-1" in desk.refuse("rank", "terraces-houshold-1")
    assert "open already" in desk.refuse("round", "open", "terraces", "--tier", "household", "--edition", "2026")
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2027")
    assert "terraces-household-2" in desk.refuse("rank", code=2)


def test_the_demo_overwrites_nothing(tmp_path: Path) -> None:
    """A folder with something in it is refused; without a name the next free one is taken."""
    desk = Desk(tmp_path)
    (tmp_path / "full").mkdir()
    desk.write("full/mine.txt", "mine")
    assert "full" in desk.refuse("demo", "full")
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("typed", ["Retirado", "retirada", "withdrawn"])
def test_the_meaning_of_a_word_is_taken_for_the_word(tmp_path: Path, typed: str) -> None:
    """Who reads `withdrawn (retirado)` on the screen may type either."""
    desk = scored(tmp_path)
    desk.do("set-status", "H11", typed, "--reason", "se fue")
    (contest, _) = desk.do("rank", "--format", "json").json["contests"]
    assert [(one["entry"], one["status"]) for one in contest["unranked"]] == [("H11", "withdrawn")]


def test_what_could_mean_two_things_is_refused_with_all_words(tmp_path: Path) -> None:
    """A mistyped word is never guessed: these decide who is paid, and how."""
    desk = opened(tmp_path)
    said = desk.refuse("pay", "record", "1", "--mode", "espectivo", "--lang", "es", code=2)
    assert "debe ser cash (en efectivo), transfer (por transferencia) o in_kind (en especie)" in said
    assert "No hay ningún recibo" in desk.refuse("pay", "record", "1", "--mode", "efectivo", "--lang", "es")
    assert "upheld (procede)" in desk.refuse("appeal", "decide", "X", "proceden no", "--lang", "es", code=2)
