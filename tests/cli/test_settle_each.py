"""`settle` contest by contest and `settle` of the whole table are one program: the same text, the same messages, the same code.

Random competitions are written with each contest's rows together, as most tables are; then they are damaged in the ways
in which people damage tables. Every one is settled twice: as the program does it, and with the whole table read at once.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest
from tests.oracle.competitions import Competition, random_competition, rows_of

from pachamama.cli.entry import run
from pachamama.core.problems import Problem, Refused
from pachamama.core.rules import Tier, load_rules
from pachamama.core.settle import settle, settle_each, stand_alone
from pachamama.exchange import read_scores
from pachamama.exchange.plain_scores import NotPlain, read_contests

FORMATS = ("csv", "json", "table")
Rows = list[list[str]]


def grouped(one: Competition) -> Rows:
    """The table with its titles, the rows of each contest together, contests and rows in no other order."""
    rows = rows_of(one.scores_text)
    titles = list(csv.reader(io.StringIO(one.scores_text)).__next__())
    contests: dict[tuple[str, str], Rows] = {}
    for row in rows:
        contests.setdefault((row.get("within", ""), row.get("category", "")), []).append([row[name] for name in titles])
    return [titles, *[row for contest in contests.values() for row in contest]]


def written(rows: Rows, delimiter: str = ",") -> str:
    """The table as a spreadsheet saves it."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return text.getvalue()


def damaged(rows: Rows, random: Random) -> str:
    """The table with one to three things as people do them: most are wrong, some only untidy."""
    titles, body = list(rows[0]), [list(row) for row in rows[1:]]

    def any_cell(change: Callable[[str], str]) -> None:
        row = random.choice(body)
        at = random.randrange(len(titles))
        row[at] = change(row[at])

    def new_column(title: str, cell: Callable[[], str]) -> None:
        titles.append(title)
        for row in body:
            row.append(cell())

    def copy_of_a_row() -> None:
        body.insert(random.randrange(len(body) + 1), list(random.choice(body)))

    damages: list[Callable[[], None]] = [
        lambda: any_cell(lambda text: f" {text} "),
        lambda: any_cell(lambda _: ""),
        lambda: any_cell(lambda _: random.choice(["x", "-1", "1000", "0.3", "013", "absent", "'=1", "1\n2", 'a"b'])),
        lambda: any_cell(lambda text: text.replace(".", ",")),
        lambda: any_cell(lambda text: text.lower()),
        lambda: any_cell(lambda text: text + "\u202e"),
        lambda: new_column("name", lambda: random.choice(["", "Rosa", "Ñusta  Quispe", "=1+1"])),
        lambda: new_column("name", lambda: f"Familia {random.choice(body)[0]}"),
        lambda: new_column("total", lambda: random.choice(["", "", "", "10"])),
        lambda: new_column("", lambda: random.choice(["", "", "", "", "y"])),
        lambda: new_column("visit", lambda: "2"),
        lambda: body.insert(random.randrange(len(body) + 1), [""] * len(titles)),
        lambda: body.append([]),
        lambda: random.choice(body).append(random.choice(["", "z"])),
        lambda: None if len(body) < 2 else random.choice(body).pop() and None,
        copy_of_a_row,
        lambda: random.shuffle(body),
    ]
    for _ in range(random.randint(1, 3)):
        random.choice(damages)()
        body = [row for row in body if row] or [[""] * len(titles)]
        body = [row + [""] * (len(titles) - len(row)) for row in body]
    text = written([titles, *body], random.choice(",,;"))
    return text + random.choice(["", "", "", "\n", ",,,\n", '"never closed\n'])


def said_by(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    """Exit code, results and messages of the command."""
    code = run(arguments)
    out = capsys.readouterr()
    return code, out.out, out.err


def assert_both_ways_agree(
    folder: Path, one: Competition, table: str, seed: int, capsys: pytest.CaptureFixture[str], patch: pytest.MonkeyPatch
) -> int:
    """Settle the table twice and compare everything that is written; the exit code."""
    (folder / "rules.yaml").write_text(one.rules_text, "utf-8")
    (folder / "scores.csv").write_text(table, "utf-8")
    arguments = ["settle", str(folder / "rules.yaml"), str(folder / "scores.csv"), "--tier", one.tier]
    arguments += ["--format", FORMATS[seed % 3], "--lang", "es"]
    found = said_by(arguments, capsys)
    with patch.context() as careful:
        careful.setattr("pachamama.cli.settling_each.stand_alone", lambda _: False)
        wanted = said_by(arguments, capsys)
    assert found == wanted, f"seed {seed}\n{table}"
    return found[0]


@pytest.mark.parametrize("first", range(0, 240, 40))
def test_a_table_is_settled_contest_by_contest_as_it_is_as_a_whole(
    first: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random rules and marks: results and warnings, to the letter."""
    competitions = [(seed, random_competition(seed)) for seed in range(first, first + 40)]
    alone = [(seed, one) for seed, one in competitions if one.households is None]
    for seed, one in alone:
        assert_both_ways_agree(tmp_path, one, written(grouped(one)), seed, capsys, monkeypatch)


@pytest.mark.parametrize("first", range(0, 400, 50))
def test_a_damaged_table_is_refused_or_settled_alike_both_ways(
    first: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same problems in the same order with the same lines; what is only untidy is taken by both."""
    codes = set()
    for seed in range(first, first + 50):
        one = random_competition(seed)
        if one.households is None:
            table = damaged(grouped(one), Random(f"damaged {seed}"))
            codes.add(assert_both_ways_agree(tmp_path, one, table, seed, capsys, monkeypatch))
    assert codes == {0, 1}


def only_tier(one: Competition) -> Tier:
    """The tier that is played."""
    found = load_rules(one.rules_text).competitions[one.competition].tier(one.tier)
    assert found is not None
    return found


def test_the_entries_are_those_of_the_careful_reading(tmp_path: Path) -> None:
    """Every sheet, mark, status, deduction and field; only lines, which nobody asks for, are not kept."""
    compared = 0
    for seed in range(200):
        one = random_competition(seed)
        tier = only_tier(one)
        path = tmp_path / "scores.csv"
        path.write_text(written(grouped(one)), "utf-8")
        notes: list[Problem] = []
        try:
            wanted = {(contest.within, contest.category): contest for contest in read_scores(path, tier, notes=notes)}
        except Refused:
            continue
        said: list[Problem] = []
        for contest in read_contests(path, tier, notes=said):
            careful = wanted.pop((contest.within, contest.category))
            for entry, other in zip(contest.entries, careful.entries, strict=True):
                mine = [(sheet.judge, sheet.phase, dict(sheet.marks)) for sheet in entry.sheets]
                assert mine == [(sheet.judge, sheet.phase, dict(sheet.marks)) for sheet in other.sheets]
                for field in ("code", "name", "status", "status_reason", "deductions", "fields", "entrant"):
                    assert getattr(entry, field) == getattr(other, field), f"seed {seed}"
                compared += 1
        assert (wanted, said) == ({}, notes)
    assert compared > 1_000


def test_each_contest_comes_out_as_it_does_among_all(tmp_path: Path) -> None:
    """Placings, prizes, purses, dues and warnings of contests that stand alone, from sheets as objects."""
    compared = 0
    for seed in range(200):
        one = random_competition(seed)
        tier = only_tier(one)
        if not stand_alone(tier) or one.households is not None:
            continue
        path = tmp_path / "scores.csv"
        path.write_text(one.scores_text, "utf-8")
        try:
            rules, contests = load_rules(one.rules_text), read_scores(path, tier)
            wanted = settle(rules, one.competition, one.tier, contests)
        except Refused:
            continue
        assert list(settle_each(rules, one.competition, one.tier, contests)) == list(wanted.contests), f"seed {seed}"
        assert (wanted.purses, wanted.warnings) == ((), ())
        compared += 1
    assert compared > 60


def test_a_contest_whose_rows_are_apart_is_not_plain(tmp_path: Path) -> None:
    """Its rows must be held until the last one is read."""
    one = next(one for one in map(random_competition, range(99)) if len({row[0] for row in grouped(one)[1:]}) > 2)
    rows = grouped(one)
    path = tmp_path / "scores.csv"
    path.write_text(written([*rows, rows[1]]), "utf-8")
    with pytest.raises(NotPlain):
        list(read_contests(path, only_tier(one), notes=[]))
