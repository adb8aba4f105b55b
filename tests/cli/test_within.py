"""`rank`, `prizes` and `missing` of one community or category: the same as in the whole, and nothing else is shown."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pytest
from tests.cli.desk import COMMUNITIES, JUDGES, RULES, WATERSHEDS, Desk, scored, scores


def both(tmp_path: Path, *, is_closed: bool) -> Desk:
    """A round of two communities, open or closed."""
    desk = scored(tmp_path)
    if is_closed:
        desk.do("round", "close")
    return desk


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("command", ["rank", "prizes"])
def test_one_community_is_shown_as_in_the_whole_round(tmp_path: Path, command: str, *, is_closed: bool) -> None:
    """Table, JSON and CSV of each, one after the other, are those of both."""
    desk = both(tmp_path, is_closed=is_closed)
    one, two = (desk.do(command, "--within", code) for code in ("C1", "C2"))
    assert one.out + "\n" + two.out == desk.do(command).out
    assert one.out.startswith("C1 Ccapana\n")
    assert "H2" not in one.out

    parts = [desk.do(command, "--within", code, "--format", "json").json["contests"] for code in ("C1", "C2")]
    assert parts[0] + parts[1] == desk.do(command, "--format", "json").json["contests"]

    head, *rows = desk.do(command, "--format", "csv").out.splitlines()
    assert [head, *rows[:5]] == desk.do(command, "--community", "C1", "--format", "csv").out.splitlines()


@pytest.mark.parametrize("is_closed", [False, True])
@pytest.mark.parametrize("command", ["rank", "prizes", "missing"])
def test_an_unknown_community_is_refused_with_the_nearest(tmp_path: Path, command: str, *, is_closed: bool) -> None:
    """Nothing is shown: an empty answer would be taken for “nothing is missing there”."""
    desk = both(tmp_path, is_closed=is_closed)
    said = desk.refuse(command, "--within", "C11")
    assert "no contest of this round has --within “C11” (did you mean C1?)" in said
    assert "(did you mean C2?)" in desk.refuse(command, "--within", "c2")
    assert "(there are: C1 and C2)" in desk.refuse(command, "--within", "Ccapana")
    assert "en esta ronda ningún concurso es de “C11” (--within)" in desk.refuse(
        command, "--within", "C11", "--lang", "es"
    )


def test_missing_sheets_can_be_listed_for_one_community_or_category(tmp_path: Path) -> None:
    """By either, or by both; a category that nobody is in is refused with those there are."""
    rules = RULES.replace(
        "        criteria:",
        "        categories: [{id: new, name: {es: Nuevos}}, {id: old, name: {es: Antiguos}}]\n        criteria:",
        1,
    )
    desk = half_scored(tmp_path, rules, without=("H11,J1", "H15,J2", "H25,J2"))

    def missing(*words: str) -> list[str]:
        return [one["entry"] for one in desk.do("missing", *words, "--format", "json").json]

    assert missing() == ["H11", "H15", "H25"]
    assert missing("--within", "C1") == ["H11", "H15"]
    assert missing("--category", "old") == ["H15", "H25"]
    assert missing("--within", "C2", "--category", "old") == ["H25"]
    assert "there are: new and old" in desk.refuse("missing", "--category", "young")


def test_help_says_what_the_filters_do(tmp_path: Path) -> None:
    """In both languages, for each of the three commands."""
    desk = Desk(tmp_path)
    for command in ("rank", "prizes", "missing"):
        english, spanish = (desk.do(command, "--help", "--lang", language).out for language in ("en", "es"))
        assert "--community/--within CODE" in english
        assert "only that community (or watershed)" in english
        assert "only that category" in english
        assert "solo esa comunidad" in spanish


def test_what_the_rules_refuse_in_the_last_community_leaves_nothing_on_the_screen(tmp_path: Path) -> None:
    """Contests are settled one after the other, and shown only when all of them are."""
    rules = RULES.replace("at_least: 2}", "at_least: 2, missing: refuse}", 1)
    desk = half_scored(tmp_path, rules, without=("H25,J2",))
    assert "H25" in desk.refuse("rank")
    assert desk.do("rank", "--within", "C1").out.startswith("C1 Ccapana\n")


def half_scored(folder: Path, rules: str, *, without: Collection[str]) -> Desk:
    """A round under these rules without the sheets of `entry,judge`; households 4 and 5 of each community are old hands."""
    desk = Desk(folder)
    desk.write("rules.yaml", rules)
    desk.do("init", "--rules", "rules.yaml")
    groups = (
        {f"H{c}{h}": "old" if h > 3 else "new" for c in (1, 2) for h in range(1, 6)} if "categories" in rules else {}
    )
    homes = "".join(f"H{c}{h},C{c},Persona {c}{h},{groups.get(f'H{c}{h}', '')}\n" for c in (1, 2) for h in range(1, 6))
    head, *rows = (line for line in scores().splitlines() if line[:6] not in without)
    papers = "\n".join([f"{head},category", *(f"{row},{groups.get(row[:3], '')}" for row in rows)]) + "\n"
    for kind, text in (
        ("watersheds", WATERSHEDS),
        ("communities", COMMUNITIES),
        ("households", f"code,community,head,category\n{homes}"),
        ("judges", JUDGES),
    ):
        desk.do("import", kind, desk.write(f"{kind}.csv", text))
    desk.do("round", "open", "terraces", "--tier", "household")
    desk.do(
        "import",
        "scores",
        desk.write("scores.csv", papers if groups else papers.replace(",category", "").replace(",\n", "\n")),
    )
    return desk


def test_one_sheet_of_somebody_in_two_contests_asks_which(tmp_path: Path) -> None:
    """It never says that who competes twice is not entered."""
    rules = RULES.replace(
        "        criteria:",
        "        categories: [{id: new, name: {es: Nuevos}}, {id: old, name: {es: Antiguos}}]\n        criteria:",
        1,
    )
    desk = half_scored(tmp_path, rules, without=())
    desk.do("enter", "H11", "--category", "old")
    assert "H11 is in several contests" in desk.refuse("score", "H11", "J1", "12", "10.5")
