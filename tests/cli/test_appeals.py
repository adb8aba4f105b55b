"""Appeals (*reclamos*): taken in until a day and after it, decided once with names, and said in the minutes."""

import time
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.cli.audit_desk import recount, unpacked
from tests.cli.desk import SOURCE, Desk, opened, scored, scores

ROUND = "terraces-household-1"
BY = ("--reason", "se midió otra vez", "--by", "Flora Paz")
FILE = ("appeal", "file", "H11", "--by", "Rosa de Prueba", "--text", "mi muro tiene más metros")


DAYS_AGO = 23
SLOW_CLOCK = f"""
import time
true = time.gmtime
time.gmtime = lambda *at: true(*at or (time.time() - {DAYS_AGO} * 86400,))
"""
"""What makes a program write down times that many days ago."""


def day(number: int) -> str:
    """The day so many days after the closing."""
    return (datetime.now().astimezone().date() - timedelta(days=DAYS_AGO - number)).isoformat()


def slow_clock(desk: Desk) -> str:
    """Where a program finds its modules, and a clock of some weeks ago."""
    (desk.folder / "clock").mkdir(exist_ok=True)
    (desk.folder / "clock" / "sitecustomize.py").write_text(SLOW_CLOCK)
    return f"{desk.folder / 'clock'}:{SOURCE}"


def close(desk: Desk) -> None:
    """The round is closed, some weeks ago."""
    desk.do("round", "close", PYTHONPATH=slow_clock(desk), TZ="UTC")


def closed(folder: Path) -> Desk:
    """Two communities' results stand."""
    desk = scored(folder)
    close(desk)
    return desk


def minutes(desk: Desk) -> str:
    """The text of both communities' actas."""
    papers = desk.do("print", "acta", "-o", "papers").out.split()
    pages = [page for name in papers for page in PdfReader(BytesIO((desk.folder / name).read_bytes())).pages]
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_an_appeal_is_filed_decided_and_listed(tmp_path: Path) -> None:
    """Its code is the one line on stdout; decided once, with reason and names; upheld says how to put it right."""
    desk = closed(tmp_path)
    code = desk.do(*FILE).out.strip()
    assert code.startswith(f"{ROUND}-")
    ran = desk.do("appeal", "decide", code, "upheld", "--reason", "se midió otra vez", "--name", "Flora Paz")
    assert f'round reopen {ROUND} --reason "appeal {code}"' in ran.err
    assert "is decided already" in desk.refuse("appeal", "decide", code, "rejected", "--reason", "no", "--name", "X")
    (one,) = desk.do("appeal", "list", "--format", "json").json
    assert (one["entry"], one["by"], one["state"], one["names"]) == ("H11", "Rosa de Prueba", "upheld", ["Flora Paz"])
    assert (one["within"], one["late"], one["until"]) == ("C1", False, None)
    assert "mi muro tiene más metros" in desk.do("appeal", "list").out
    assert desk.do("appeal", "list", "--format", "csv").out.splitlines()[1].startswith(code)


def test_a_late_appeal_is_taken_and_marked_late(tmp_path: Path) -> None:
    """On the last day it is in time, a day later it is late; a last day that is moved afterwards changes neither."""
    desk = closed(tmp_path)
    desk.do("appeal", "open", "--until", day(8))
    assert "late" not in desk.do(*FILE, "--day", day(8)).err
    assert "It is late" in desk.do(*FILE, "--day", day(9)).err
    assert [one["late"] for one in desk.do("appeal", "list", "--format", "json").json] == [False, True]
    for moved in (day(12), day(2)):
        desk.do("appeal", "open", "--until", moved)
        assert [one["late"] for one in desk.do("appeal", "list", "--format", "json").json] == [False, True]
    desk.do("check")


def test_the_last_day_is_that_of_one_closing(tmp_path: Path) -> None:
    """After a new closing nobody has set a day yet, and what was late against the old one stays late."""
    desk = closed(tmp_path)
    desk.do("appeal", "open", "--until", day(6))
    desk.do(*FILE, "--day", day(7))
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    close(desk)
    desk.do(*FILE, "--day", day(14))
    told = desk.do("appeal", "list", "--format", "json").json
    assert [(one["closing"], one["late"], one["until"]) for one in told] == [(1, True, day(6)), (2, False, None)]


def test_a_day_is_one_that_can_be(tmp_path: Path) -> None:
    """Nobody appeals before the closing, decides before the appeal, or does either tomorrow."""
    desk = closed(tmp_path)
    assert "cannot be the day" in desk.refuse(*FILE, "--day", day(-1))
    assert "cannot be the day" in desk.refuse(*FILE, "--day", day(DAYS_AGO + 1))
    assert "after that day" in desk.refuse("appeal", "open", "--until", day(-1))
    code = desk.do(*FILE, "--day", day(5)).out.strip()
    decided = ("appeal", "decide", code, "rejected", "--reason", "la ficha lo dice", "--by", "Flora Paz")
    assert "cannot be the day" in desk.refuse(*decided, "--day", day(4))
    assert "cannot be the day" in desk.refuse(*decided, "--day", day(DAYS_AGO + 1))
    desk.do(*decided, "--day", day(5))


def test_what_waits_is_said_before_anybody_is_paid(tmp_path: Path) -> None:
    """An appeal that is not decided, or was upheld and not put right, is told by status, check and every paper that pays."""
    desk = closed(tmp_path)
    code = desk.do(*FILE).out.strip()
    for said in ("is not decided yet", "is not put right yet"):
        assert f"appeal {code}" in desk.do("status").out
        for words in (("check", "-v"), ("print", "receipts", "-o", "papers"), ("print", "prize-sheet", "-o", "papers")):
            assert said in desk.do(*words).err, words
        number = desk.do("pay", "list", "--unpaid", "--format", "json").json["contests"][0]["rows"][0]["receipts"][-1]
        assert said in desk.do("pay", "record", number["receipt"], "--mode", "cash").err
        desk.do("pay", "void", number["receipt"], "--reason", "prueba")
        if said == "is not decided yet":
            desk.do("appeal", "decide", code, "upheld", "--reason", "se midió otra vez", "--by", "Flora Paz")
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    desk.do("round", "close")
    assert "Appeal" not in desk.do("print", "prize-sheet", "-o", "papers").err


def test_rules_may_say_how_many_days_there_are(tmp_path: Path) -> None:
    """Then the closing says the last day, which stands on the wall list; the printed rules say it beforehand."""
    desk = scored(tmp_path)
    rules = (tmp_path / "rules.yaml").read_text().replace("programme:\n", "programme:\n  appeal_days: 5\n", 1)
    desk.write("days.yaml", rules)
    desk.do("round", "close")
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2027", "--rules", "days.yaml")
    desk.do("enter", "--all", "--round", "terraces-household-2")
    desk.do("import", "scores", "scores.csv", "--round", "terraces-household-2")
    ran = desk.do("round", "close", "terraces-household-2")
    until = datetime.now().astimezone().date() + timedelta(days=5)
    assert f"Appeals are in time until {until.day} {until:%B} {until.year}" in ran.err
    desk.do("appeal", "file", "H11", "--by", "Rosa", "--text", "no", "--round", "terraces-household-2")
    assert desk.do("appeal", "list", "--format", "json").json[0]["until"] == until.isoformat()
    paper = desk.do("print", "wall-list", "terraces-household-2", "-o", "papers").out.split()[0]
    text = PdfReader(desk.folder / paper).pages[0].extract_text()
    assert f"{until.day} de " in text
    paper = desk.do("print", "rules", "--rules", "days.yaml", "-o", "papers").out.split()[0]
    assert "5 días después del cierre" in " ".join(
        " ".join(page.extract_text() for page in PdfReader(desk.folder / paper).pages).split()
    )
    assert "0 days for appeals" in desk.refuse(
        "rules", "check", desk.write("bad.yaml", rules.replace("appeal_days: 5", "appeal_days: 0"))
    )
    assert "how many days" in desk.do("rules", "explain", "appeal_days").out


def test_the_days_that_the_rules_promise_are_never_cut(tmp_path: Path) -> None:
    """A day before their end is refused with that day; their end, and whatever is later, is taken."""
    desk = opened(tmp_path)
    rules = (tmp_path / "rules.yaml").read_text().replace("programme:\n", "programme:\n  appeal_days: 30\n", 1)
    desk.do("rules", "use", desk.write("days.yaml", rules))
    desk.do("round", "open", "terraces", "--tier", "household", "--edition", "2027")
    code = "terraces-household-2"
    desk.do("import", "scores", desk.write("scores.csv", scores()), "--round", code)
    desk.do("round", "close", code, PYTHONPATH=slow_clock(desk), TZ="UTC")
    promised = desk.do("appeal", "open", code, "--until", day(30), "--format", "json").json["until"]
    length = desk.journal()
    for number in (0, 1, 29):
        said = desk.refuse("appeal", "open", code, "--until", day(number))
        assert "The rules promise 30 days for appeals after the closing" in said
        assert f"{int(promised[8:])} " in said
    assert desk.journal() == length
    assert desk.do("appeal", "open", code, "--until", day(31), "--format", "json").json["until"] == day(31)


def test_the_minutes_list_each_appeal_where_it_belongs(tmp_path: Path) -> None:
    """One about an entry stands in the acta of its community only; one about all results stands in both."""
    desk = closed(tmp_path)
    code = desk.do(*FILE, "--day", day(6)).out.strip()
    desk.do("appeal", "file", "--all", "--by", "Comunidad C2", "--text", "no se leyó la lista", "--day", day(6))
    desk.do("appeal", "decide", code, "rejected", "--reason", "la ficha lo dice", "--name", "Flora Paz")
    text = minutes(desk)
    assert text.count("mi muro tiene más metros") == 1
    assert text.count("no se leyó la lista") == 2
    assert text.count("la ficha lo dice") == 1
    assert "Flora Paz" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("appeal", "file", "--by", "X", "--text", "y"), "what is the appeal about"),
        (("appeal", "file", "H11", "--all", "--by", "X", "--text", "y"), "what is the appeal about"),
        (("appeal", "file", "H11"), "who appeals"),
        (("appeal", "file", "H11", "--by", "X", "--text", " "), "what do they say"),
        (("appeal", "decide", "A1", "upheld", "--reason", "x"), "who decided"),
        (("appeal", "decide", "A1", "perhaps", "--name", "x"), "upheld"),
        (("appeal", "open"), "until which day"),
        (("appeal", "open", "--until", "mañana"), "is no date"),
    ],
)
def test_what_an_appeal_needs_is_asked_for(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    """Wrong usage says what is missing, and no file is needed to say so."""
    assert said in Desk(tmp_path).refuse(*words, code=2)


def test_appeals_are_about_results(tmp_path: Path) -> None:
    """Refused: before a closing, a last day for an open round, an unknown entry, an unknown appeal, no reason."""
    desk = scored(tmp_path)
    before = desk.journal()
    assert "no results yet" in desk.refuse(*FILE)
    assert "is open" in desk.refuse("appeal", "open", "--until", "2026-12-01")
    desk.do("round", "close")
    assert "not entered" in desk.refuse("appeal", "file", "H99", "--by", "X", "--text", "y")
    assert "no appeal" in desk.refuse("appeal", "decide", "A1", "upheld", "--reason", "x", "--name", "y")
    code = desk.do(*FILE).out.strip()
    assert "reason is missing" in desk.refuse("appeal", "decide", code, "upheld", "--name", "y")
    assert desk.journal() == before + 3  # the closing is two entries


def test_an_appeal_is_decided_by_the_end_of_its_code_and_after_the_results_were_put_right(tmp_path: Path) -> None:
    """Nothing is proposed for a round that was closed again since; in Spanish the proposed reason is Spanish."""
    desk = closed(tmp_path)
    first, second = (desk.do(*FILE).out.strip() for _ in range(2))
    said = desk.do("--lang", "es", "appeal", "decide", first.rpartition("-")[2].lower(), "upheld", *BY).err
    assert f'--reason "reclamo {first}"' in said
    desk.do("round", "reopen", ROUND, "--reason", f"appeal {first}")
    assert "appeals are about the results of a closed round" in desk.refuse(
        "appeal", "open", ROUND, "--until", "2099-01-01"
    )
    desk.do("round", "close", ROUND)
    ran = desk.do("appeal", "decide", second, "upheld", *BY)
    assert "was closed again since, as closing 2" in ran.err
    assert "round reopen" not in ran.err


@pytest.mark.parametrize("first", ["upheld", "rejected"])
def test_an_appeal_that_two_laptops_decided_in_two_ways_is_decided_by_people(tmp_path: Path, first: str) -> None:
    """The first holds and nothing wins by being later; told until it is settled, and decided once more with one voice."""
    desk = closed(tmp_path)
    code = desk.do(*FILE).out.strip()
    desk.do("backup")
    for laptop in ("upheld", "rejected"):
        desk.do("devices", "hand-out", f"{laptop}.db", "--name", laptop)
    for laptop in (first, *({"upheld", "rejected"} - {first})):
        desk.do("appeal", "decide", code, laptop, *BY, "--db", f"{laptop}.db")
        time.sleep(1.1)  # the journal counts seconds
    ran = desk.do("merge", "upheld.db", "rejected.db")
    assert f"what was decided about an appeal: {code}" in ran.out
    assert "1 conflict waits for a decision" in ran.err
    assert [one["state"] for one in desk.do("appeal", "list", "--format", "json").json] == [first]
    told = f"laptops decided appeal {code} in two ways"
    for words in (("appeal", "list"), ("check", "-v"), *(("print", kind, "-o", "p") for kind in ("acta", "receipts"))):
        assert told in desk.do(*words).err, words
    assert told in desk.do("status").out
    desk.do("export", "audit", "-o", "a.zip")
    assert recount(unpacked(tmp_path / "a.zip", tmp_path / "bundle")).code == 0
    desk.do("round", "reopen", ROUND, "--reason", "reclamo")
    assert told in desk.do("round", "close").err
    desk.do("appeal", "decide", code, "rejected", "--reason", "lo vimos juntos", "--by", "Flora Paz")
    (clash,) = desk.do("conflicts", "list", "--format", "json").json["conflicts"]
    desk.do("conflicts", "settle", clash["code"], "--reason", "lo vimos juntos")
    assert "is decided already" in desk.refuse("appeal", "decide", code, "upheld", *BY)
    (one,) = desk.do("appeal", "list", "--format", "json").json
    assert (one["state"], one["reason"]) == ("rejected", "lo vimos juntos")
    assert told not in desk.do("check", "-v").err


def test_an_appeal_that_two_laptops_decided_alike_is_decided(tmp_path: Path) -> None:
    """The same word and the same reason twice is one decision."""
    desk = closed(tmp_path)
    code = desk.do(*FILE).out.strip()
    for laptop in ("ana", "beto"):
        desk.do("devices", "hand-out", f"{laptop}.db", "--name", laptop)
        desk.do("appeal", "decide", code, "upheld", *BY, "--db", f"{laptop}.db")
    desk.do("merge", "ana.db", "beto.db")
    assert desk.do("conflicts", "list", "--format", "json").json["conflicts"] == []
    assert "is decided already" in desk.refuse("appeal", "decide", code, "rejected", *BY)
