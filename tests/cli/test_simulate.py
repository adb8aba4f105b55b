"""`simulate` as a process: figures on stdout, one column for each rules file, nothing refused but what cannot be read."""

import re
from pathlib import Path

import pytest
from tests.cli.desk import RULES, Desk, scored, scores

SMALL = ("--tier", "household", "--communities", "2", "--households", "8", "--runs", "5")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A folder with rules, and with the same where the purse is half as large."""
    desk = Desk(tmp_path)
    desk.write("rules.yaml", RULES)
    desk.write("less.yaml", RULES.replace("amount: 200}", "amount: 100, per: round}"))
    return desk


def row(text: str, label: str) -> list[str]:
    """The figures of the first row with that label."""
    found = re.search(rf"^  {re.escape(label)}  +(.+)$", text, re.MULTILINE)
    assert found is not None, f"no row “{label}” in:\n{text}"
    return re.split(r"  +", found[1])


def test_shows_what_purses_spend_who_wins_and_what_ties_cost(desk: Desk) -> None:
    """Every part stands on a screen of 80 columns, and nothing is stored."""
    ran = desk.do("simulate", "rules.yaml", *SMALL)
    assert ran.err == ""
    assert max(map(len, ran.out.splitlines())) < 80
    assert ran.out.splitlines()[0] == "Andenes, households: 5 rounds with 2 communities, 8 households in each (seed 1)"
    assert row(ran.out, "refused") == ["0 of 5"]
    assert row(ran.out, "holds for one contest") == ["USD 200.00"]
    assert row(ran.out, "holds for the whole round") == ["USD 400.00"]
    assert row(ran.out, "all have full marks") == ["USD 200.00"]
    assert row(ran.out, "the smallest prize in these cases") == ["USD 25.00"]
    assert row(ran.out, "largest prize") == ["USD 100.00"]
    assert row(ran.out, "by the better points in “Muros”")
    assert sorted(path.name for path in desk.folder.iterdir()) == ["less.yaml", "rules.yaml"]


def test_the_same_seed_gives_the_same_bytes(desk: Desk) -> None:
    """Whatever the hash seed of the process; another seed gives other figures."""
    one = desk.do("simulate", "rules.yaml", *SMALL, "--format", "json", PYTHONHASHSEED="1")
    assert one.out == desk.do("simulate", "rules.yaml", *SMALL, "--format", "json", PYTHONHASHSEED="2").out
    other = desk.do("simulate", "rules.yaml", *SMALL, "--format", "json", "--seed", "2").json
    assert other["files"] != one.json["files"]


def test_two_rules_files_stand_side_by_side_on_the_same_marks(desk: Desk) -> None:
    """What the smaller purse would refuse is counted and told, and the command is not refused."""
    ran = desk.do("simulate", "rules.yaml", "less.yaml", *SMALL)
    assert max(map(len, ran.out.splitlines())) < 80
    assert re.search(r"^ +rules\.yaml +less\.yaml$", ran.out, re.MULTILINE)
    assert row(ran.out, "refused") == ["0 of 5", "5 of 5"]
    assert row(ran.out, "holds for the whole round") == ["USD 400.00", "USD 100.00"]
    assert row(ran.out, "the largest claim played") == ["USD 200.00", "! USD 400.00"]
    assert row(ran.out, "the most spent in a round") == ["USD 400.00", "–"]
    first, second = row(ran.out, "entries without a place")
    assert first == second
    assert row(ran.out, "by the better points in “Muros”")[0] == row(ran.out, "by the better points in “Muros”")[1]
    refused = ran.out.split("What would be refused, less.yaml")[1]
    assert "in 5 of 5 rounds, 5 times: the round, purse “Proyecto”: its awards come to USD 400.00" in " ".join(
        refused.split()
    )


def test_json_has_all_figures_with_exact_numbers_as_strings(desk: Desk) -> None:
    """One document on stdout, made for scripts."""
    found = desk.do("simulate", "rules.yaml", "less.yaml", *SMALL, "--format", "json").json
    assert (found["runs"], found["seed"], found["communities"], found["households"]) == (5, 1, 2, 8)
    full, short = (one["figures"] for one in found["files"])
    (purse,) = full["purses"]
    assert (purse["id"], purse["per"], purse["amount"]) == ("project", "contest", "200.00")
    assert purse["spent"]["most"] == "400.00"
    assert purse["worst"]["all_equal"] == "200.00"
    assert set(purse["worst"]) == {"all_equal", "best_equal", "all_at_the_top", "all_at_the_bottom", "no_ties"}
    assert (short["settled"], short["purses"][0]["spent"], short["purses"][0]["short_rounds"]) == (0, None, 5)
    assert short["refused"][0]["rounds"] == 5
    assert full["winners"]["entrants"]["whole"] == 80
    assert [one["as_it_was"] for one in found["files"]] == [None, None]


def test_last_edition_is_shown_as_it_was_and_drawn_anew(desk: Desk) -> None:
    """The marks of a score table, first as they are, then five times with other entries of the same kind."""
    table = "within," + scores().replace("\nH1", "\nC1,H1").replace("\nH2", "\nC2,H2")
    desk.write("scores.csv", table)
    ran = desk.do("simulate", "rules.yaml", "--tier", "household", "--scores", "scores.csv", "--runs", "5")
    assert ran.err == ""
    was, anew = ran.out.split("The same drawn anew, 5 rounds (seed 1)")
    assert was.startswith("scores.csv, the marks as they are\n")
    assert row(was, "spent") == ["USD 400.00"]
    assert row(was, "households that win something") == ["6 of 10"]
    assert row(anew, "entries in a round") == ["10"]
    found = desk.do(
        "simulate", "rules.yaml", "--tier", "household", "--scores", "scores.csv", "--runs", "5", "--format", "json"
    ).json
    assert found["scores"] == "scores.csv"
    assert found["files"][0]["as_it_was"]["purses"][0]["spent"]["most"] == "400.00"
    assert found["files"][0]["figures"]["runs"] == 5


def test_the_marks_of_a_round_are_played_by_new_rules(tmp_path: Path) -> None:
    """The round says which competition and tier; one criterion is left out, and one has no mark: both are said."""
    desk = scored(tmp_path)
    ran = desk.do("simulate", "rules.yaml", "--round", "terraces-household-1", "--runs", "3")
    was, anew = ran.out.split("The same drawn anew, 3 rounds (seed 1)")
    assert (ran.err, was.split("\n")[0]) == ("", "terraces-household-1, the marks as they are")
    assert (row(was, "spent"), row(was, "contests in a round")) == (["USD 400.00"], ["2"])
    assert row(anew, "entries in a round") == ["10"]
    desk.write("new.yaml", RULES.replace('id: water, name: {es: "Agua"}', 'id: soil, name: {es: "Suelo"}'))
    ran = desk.do("simulate", "new.yaml", "--round", "terraces-household-1", "--runs", "3")
    assert "does not ask for all that was judged in the round; left out: Agua" in ran.err
    assert "no sheet has a mark for: Suelo" in ran.err
    found = desk.do("simulate", "rules.yaml", "--round", "terraces-household-1", "--runs", "3", "--format", "json")
    assert found.json["round"] == "terraces-household-1"
    assert found.json["files"][0]["as_it_was"]["purses"][0]["spent"]["most"] == "400.00"


def test_a_round_is_not_played_by_rules_that_put_others_together(tmp_path: Path) -> None:
    """What was one contest for each community is not one for the whole programme; nor are other categories the same."""
    desk = scored(tmp_path)
    desk.write("new.yaml", RULES.replace("within: community", "within: programme"))
    said = desk.refuse("simulate", "new.yaml", "--round", "terraces-household-1")
    assert "`tier: household` and `within: community`; here stand household and programme" in said
    desk.write("new.yaml", RULES.replace("within: community\n", "within: community\n        categories: [{id: new}]\n"))
    assert "are not the same" in desk.refuse("simulate", "new.yaml", "--round", "terraces-household-1")
    assert "codes that are known" in desk.refuse("simulate", "new.yaml", "--round", "nowhere")


def test_a_score_table_without_communities_says_that_all_compete_together(desk: Desk) -> None:
    """A warning, not a refusal."""
    desk.write("scores.csv", scores())
    ran = desk.do("simulate", "rules.yaml", "--tier", "household", "--scores", "scores.csv", "--runs", "1")
    assert "no column “within”" in ran.err


def test_a_community_tier_plays_its_households_too(desk: Desk) -> None:
    """Six communities of one watershed."""
    ran = desk.do("simulate", "rules.yaml", "--tier", "community", "--runs", "3")
    assert row(ran.out, "entries in a round") == ["6"]
    assert row(ran.out, "the most spent in a round") == ["USD 500.00"]


def test_only_what_cannot_be_read_and_wrong_options_refuse(desk: Desk) -> None:
    """With all the problems of both files, and the options that fit."""
    desk.write("wrong.yaml", RULES.replace("max: 20", "max: 0"))
    desk.write("worse.yaml", RULES.replace("max: 30", "max: -1"))
    said = desk.refuse("simulate", "wrong.yaml", "worse.yaml", *SMALL)
    assert "wrong.yaml:" in said
    assert "worse.yaml:" in said
    assert "several tiers" in desk.refuse("simulate", "rules.yaml", code=2)
    assert "not held for groups" in desk.refuse("simulate", "rules.yaml", "--tier", "group")
    assert "no competition “roads”" in desk.refuse("simulate", "rules.yaml", "--competition", "roads")
    said = desk.refuse("simulate", "rules.yaml", "--tier", "household", "--runs", "0", code=2)
    assert "it takes a whole number, 1 or more" in said
    said = desk.refuse("simulate", "rules.yaml", "--tier", "household", "--seed", "x", code=2)
    assert "it takes a whole number, 0 or more" in said
    desk.refuse("simulate", "rules.yaml", *SMALL, "--format", "csv", code=2)
    desk.write("scores.csv", scores())
    said = desk.refuse("simulate", "rules.yaml", *SMALL, "--scores", "scores.csv", code=2)
    assert "last edition's marks say who takes part" in said
    said = desk.refuse("simulate", "rules.yaml", "--scores", "scores.csv", "--round", "r", code=2)
    assert "name one of them" in said
    desk.refuse("simulate", "rules.yaml", "--tier", "household", "--scores", "none.csv")


def test_marks_off_the_paper_of_one_rules_file_are_refused_rounds_of_it(desk: Desk) -> None:
    """The other file is played all the same; a table that no file can read is refused."""
    desk.write("scores.csv", scores())
    desk.write("lower.yaml", re.sub(r"max: \d+", "max: 2", RULES).replace("from: 20", "from: 2"))
    asked = ("--tier", "household", "--scores", "scores.csv", "--runs", "5")
    ran = desk.do("simulate", "rules.yaml", "lower.yaml", *asked)
    assert row(ran.out, "refused") == ["0 of 1", "1 of 1"]
    assert "above the maximum 2" in " ".join(ran.out.split())
    desk.refuse("simulate", "lower.yaml", *asked)
