"""Small things that are said, and by whom: labels, reasons, places of problems, titles that editors show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from tests.core.specimens import ENGLISH, problems_of, rules_file, tier
from tests.core.test_explanation import contest, prizes, rules_of
from tests.core.test_explanation import told as explained
from tests.core.test_prizes import award, by_place

from pachamama.core.assigning import Work, spread
from pachamama.core.awards import ByLevel
from pachamama.core.conflicts import CommonSurnames, Competitor, Person, competitor, hints, refusals
from pachamama.core.model import Award, Entry, Household, Judge, PurseResult
from pachamama.core.prizes import BrokenPurse, PrizeList, _check
from pachamama.core.problems import Refused
from pachamama.core.rules import load_rules, show_rules, warnings_of
from pachamama.core.rules.comparing import differences
from pachamama.core.rules.document import Tier
from pachamama.core.rules.schema import json_schema
from pachamama.core.rules.source import decoded
from pachamama.core.sentences import say
from pachamama.core.settle import reckon, settle
from pachamama.core.surnames import surnames_of


def tier_of(text: str) -> Tier:
    """The tier of a file with these rules."""
    return load_rules(rules_file(tier(text))).competitions["terraces"].tiers[0]


# -- labels -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "label"),
    [
        ("{lots: recorded}", "lots"),
        ("{lots: seed, seed: raymi}", "lots by the seed “raymi”"),
        ("jury_decision", "the jury’s decision"),
        ("shared", "a shared place"),
        ("head_to_head", "won against more of the others, judge by judge"),
    ],
)
def test_a_tie_step_has_a_name_of_its_own(step: str, label: str) -> None:
    """What the one that comes first has."""
    one = tier_of(f"ties: [{step}]")
    assert ENGLISH.say(one.ties[0].label(one)) == label


def test_what_is_not_plain_in_a_score_is_noted_with_the_name_of_the_phase() -> None:
    """Sheets left out, marks dropped, bonuses and deductions by name; phases without a name by their id."""
    rules = rules_of(
        "phases: [{id: field, name: Campo, criteria: [{id: soil, max: 20}, {id: water, max: 20}]}]\n"
        "panel: {combine: trimmed, at_least: 1, drop: {from: 3}}\n"
        "bonuses: [{id: seed, name: Semilla, points: 2}, {id: other, points: 1}]\n"
        "deductions: [{id: late, points: 3}, {id: litter, points: 1}]"
    )
    here = contest("H1: 5/5 6/6 7/7 8/-", ids="soil water", phase="field")
    here = replace(here, entries=(replace(here.entries[0], deductions=frozenset({"seed", "late"})),))
    (placing,) = settle(rules, "terraces", "household", [here]).contests[0].placings
    assert [ENGLISH.say(one) for one in placing.notes] == [
        "Campo: the sheet of J4 is not full and was left out",
        "Campo: dropped 14 (J3) and 10 (J1)",
        "bonus: Semilla (+2)",
        "deduction: late (−3)",
    ]
    rules = rules_of("panel: {combine: trimmed, drop: {from: 3}}")
    (placing,) = settle(rules, "terraces", "household", [contest("H1: 5 6 7")]).contests[0].placings
    assert [ENGLISH.say(one) for one in placing.notes] == ["the sheet: dropped 7 (J3) and 5 (J1)"]


# -- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["{es: }", "{es: Suelo, qu: }"])
def test_a_name_that_nobody_wrote_is_one_problem(name: str) -> None:
    """Nothing more is said of a text that is missing."""
    found = problems_of(rules_file(tier(f"criteria: [{{id: soil, max: 20, name: {name}}}]")))
    assert [one.message.text for one in found] == ["nothing is written here"]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("{es: [a]}", "“[…]” stands where a text is expected"),
        ("{es: Suelo, qu: ' '}", "nothing is written here"),
        ('{es: Suelo, qu: "a\\tb"}', None),
    ],
)
def test_the_text_of_one_language_is_blamed_in_its_place(name: str, words: str | None) -> None:
    """Not the whole name; a tab between words is a blank."""
    text = rules_file(tier(f"criteria:\n  - id: soil\n    max: 20\n    name: {name}"))
    found = problems_of(text)
    if words is None:
        named: Any = tier_of(f"criteria: [{{id: soil, max: 20, name: {name}}}]").criterion("soil").name
        assert not found
        assert named.texts == {"es": "Suelo", "qu": "a b"}
        return
    (problem,) = found
    assert ENGLISH.say(problem.message) == words
    line = text.splitlines()[(problem.where.line or 0) - 1]
    assert line[(problem.where.column or 0) - 1 :][:3] == ("[a]" if "[a]" in name else "' '")


def test_a_new_competition_is_named_for_programs_too() -> None:
    """It has no tier and no path, and no value that a line could hold."""
    old = rules_file(tier(""))
    new = old + "  maps:\n    tiers:\n      - {tier: group, within: programme, criteria: [{id: a, max: 5}]}\n"
    (one,) = differences(load_rules(old), load_rules(new))
    assert (one.competition, one.tier, one.path, one.old) == ("maps", None, "", None)
    (gone,) = differences(load_rules(new), load_rules(old))
    assert (gone.competition, gone.tier, gone.path, gone.new) == ("maps", None, "", None)


def test_the_schema_says_what_it_is_and_what_must_be_there() -> None:
    """What editors show, complete and refuse."""
    schema = json_schema()
    assert list(schema)[:2] == ["$schema", "title"]
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert schema["title"] == "Rules of Pacha Mama Raymi competitions"
    assert sorted(schema["required"]) == ["competitions", "programme", "version"]
    assert schema["additionalProperties"] is False
    shapes = schema["definitions"]
    assert sorted(shapes["Tier"]["required"]) == ["tier", "within"]
    assert sorted(shapes["Marks"]["required"]) == ["id", "max"]
    assert shapes["Tier"]["type"] == "object"
    assert shapes["Tier"]["additionalProperties"] is False
    assert {"Tier", "Marks", "ByLevel"} <= shapes.keys()
    assert shapes["ByLevel"]["description"].startswith((ByLevel.__doc__ or "x").split(":", maxsplit=1)[0])


# -- judges -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("dni", "own", "words"),
    [
        (
            "00001111",
            Person("Rosa Quispe", "00001111", "head"),
            "J1 has the DNI of the head of H1. (Nobody judges the own household; name another judge.)",
        ),
        (
            "00001111",
            Person("Elena Turpo Nina", "", "partner"),
            (
                "J1 Elena Turpo Nina has the name of the partner in H1.\n"
                "    Name another judge. If they are two people, write their full names and DNI into the registers."
            ),
        ),
        (
            "",
            Person("Elena Turpo Nina", "", "head"),
            (
                "J1 Elena Turpo Nina has the name of the head of H1.\n"
                "    Name another judge. If they are two people, write their full names and DNI into the registers."
            ),
        ),
    ],
)
def test_the_own_household_is_said_by_dni_or_by_name(dni: str, own: Person, words: str) -> None:
    """With what somebody can do about it."""
    rival = Competitor("C1", None, "H1", own.name, "C1", (own,))
    (problem,) = refusals(Judge("J1", "Elena Turpo Nina", dni, "C9"), rival)
    assert ENGLISH.problem(problem) == words


def test_the_own_community_is_said_with_the_remedy() -> None:
    """Before anything about the household."""
    rival = Competitor("C1", None, "H1", "", "C1", ())
    (problem,) = refusals(Judge("J1", "Elena", "", "C1"), rival)
    assert ENGLISH.problem(problem) == ("J1 is from C1 and cannot judge there. (Name a judge of another community.)")


def test_too_few_judges_are_said_with_how_many_more_are_needed() -> None:
    """By the contest's name; everybody's where it has none."""
    work = Work(None, None, "sheet", 5)
    with pytest.raises(Refused) as refused:
        spread([work, replace(work, within="C1", label="Ccapana")], [Judge("J1", "")], wanted=3)
    assert [ENGLISH.problem(one) for one in refused.value.problems] == [
        (
            "everybody and Ccapana: each panel needs 3 judges, and 1 can be in it: 1 judge is registered.\n"
            "    Register 2 judges more who may, or ask for smaller panels with `--judges`."
        ),
    ]


def test_of_many_contests_without_judges_the_first_are_named() -> None:
    """A hundred communities are not a hundred refusals."""
    work = [Work(f"C{number:03}", None, "sheet", 5, label=f"C{number:03}") for number in range(100)]
    with pytest.raises(Refused) as refused:
        spread(work, [Judge("J1", "")], wanted=3)
    (problem,) = refused.value.problems
    assert "C010, C011 and 88 more: each panel needs 3 judges" in ENGLISH.problem(problem)


# -- lists that must never leave the program --------------------------------------------------------------------------


def wrong(change: Any, more: str = "") -> None:
    """Look at a finished list once more after it was spoiled."""
    text = prizes("{scheme: by_place, amounts: [100, 60]}, {scheme: in_kind, item: Tools, places: [1]}", "200", more)
    here = contest("H1: 9\nH2: 8\nH3: 7")
    found = reckon(rules_of(text), "terraces", "household", [here]).prizes
    assert found.reckoned is not None
    (mine,) = found.contests
    _check(found.reckoned, found)
    _check(found.reckoned, replace(found, contests=(change(mine),)))


def paid(mine: PrizeList, code: str, cents: int, purse: str | None = "project") -> PrizeList:
    """The list with one more award, and its purse closed."""
    award = Award("by_place", purse, cents, None, say("by place"))  # type: ignore[arg-type]
    awards = {**mine.awards, code: (*mine.awards.get(code, ()), award)}
    (purse_result,) = mine.purses
    return replace(mine, awards=awards, purses=(replace(purse_result, awarded=purse_result.awarded + cents),))


SPOILED: dict[str, tuple[Any, str]] = {
    "an amount off the cash unit": (lambda mine: paid(mine, "H1", 50), "an award of 50 cents in units of 100"),
    "less than nothing": (lambda mine: paid(mine, "H1", -100), "an award of -100 cents in units of 100"),
    "money without a purse": (lambda mine: paid(mine, "H1", 0), "an award of 0 cents in units of 100"),
    "somebody who is not ranked": (lambda mine: paid(mine, "H9", 100), "paid without a right to it: ['H9']"),
    "a purse that says less": (
        lambda mine: replace(mine, purses=(PurseResult("project", 20000, 15000),)),
        "purse project: 15000 cents said, 16000 paid, 20000 held",
    ),
    "more than there is": (
        lambda mine: paid(mine, "H1", 4100),
        "purse project: 20100 cents said, 20100 paid, 20000 held",
    ),
}


@pytest.mark.parametrize("what", SPOILED)
def test_a_wrong_list_of_prizes_stops_the_run(what: str) -> None:
    """A mistake of the program is never printed: each list is looked at once more."""
    change, words = SPOILED[what]
    with pytest.raises(BrokenPurse) as broken:
        wrong(change)
    assert str(broken.value) == words


def test_a_prize_to_the_last_cent_is_no_mistake() -> None:
    """All that the purse holds, in whole units, to somebody with a place."""
    wrong(lambda mine: paid(mine, "H3", 4000))
    wrong(lambda mine: mine)


def test_two_prizes_of_one_entrant_stop_the_run_where_one_is_allowed() -> None:
    """In one contest and over two of them."""
    text = "categories: [{id: a}, {id: b}]\n" + prizes(
        "{scheme: by_place, amounts: [100, 60]}", "200", ", one_prize_per_entrant: round"
    )
    held = [
        replace(contest(table), category=category) for category, table in (("a", "H1: 9\nH2: 8"), ("b", "H1: 9\nH3: 8"))
    ]
    found = reckon(rules_of(text), "terraces", "household", held).prizes
    assert found.reckoned is not None
    _check(found.reckoned, found)
    first, second = found.contests
    won = {code: found.contests[0].awards.get(code) or second.awards[code] for code in ("H1",)}
    both = [replace(one, awards={**one.awards, **won}) for one in (first, second)]
    both = [
        replace(
            one,
            purses=tuple(replace(p, awarded=sum(a.cents for w in one.awards.values() for a in w)) for p in one.purses),
        )
        for one in both
    ]
    spoiled = replace(found, contests=tuple(both))
    with pytest.raises(BrokenPurse) as broken:
        _check(found.reckoned, spoiled)
    assert "H1" in str(broken.value)


# -- found by changing the program and seeing no test fail --------------------------------------------------------------


def test_a_competition_that_is_called_otherwise_is_a_difference_of_the_competition() -> None:
    """It belongs to no tier."""
    old = rules_file(tier(""))
    (one,) = differences(load_rules(old), load_rules(old.replace("    tiers:", "    name: Andenes\n    tiers:")))
    assert (one.competition, one.tier, one.path, one.old, one.new) == ("terraces", None, "name", None, '"Andenes"')
    assert ENGLISH.say(one.sentence).startswith("Andenes: ")


def test_the_head_of_a_household_brings_the_dni_and_the_partner_none() -> None:
    """As the register holds them; whoever has no name is nobody."""
    home = Household("H1", "C1", "Rosa Quispe", "00001111", partner="Juan Mamani")
    one = competitor(tier_of(""), "C1", None, Entry("H1", "Rosa"), {"H1": home})
    assert one.people == (Person("Rosa Quispe", "00001111", "head"), Person("Juan Mamani", "", "partner"))
    alone = competitor(tier_of(""), "C1", None, Entry("H1", "Rosa"), {"H1": replace(home, partner="")})
    assert alone.people == (Person("Rosa Quispe", "00001111", "head"),)
    assert competitor(tier_of(""), "C1", None, Entry("H9", "Rosa"), {"H1": home}).people == ()


def test_a_shared_surname_is_said_as_each_writes_it() -> None:
    """Both spellings where they differ, each beside its own."""
    rival = Competitor(
        "C1", None, "H1", "", "C1", (Person("Juan Quispe Turpo", "", "head"), Person("Ana Huamán Ccori", "", "partner"))
    )
    (hint,) = hints([Judge("J1", "Luz Qespe Waman", "", "C9")], [rival], common=CommonSurnames()).found
    assert hint.kind == "child"
    assert ENGLISH.say(hint.what) == (
        "the first surnames of both partners, Qespe / Quispe and Waman / Huamán: perhaps their child"
    )
    assert ENGLISH.say(hint.sentence).startswith("J1 Luz Qespe Waman and H1: ")


def test_a_tie_that_can_be_shared_to_the_last_unit_needs_no_lot() -> None:
    """A lot is due for a unit that is left, and only then."""
    assert award("9 9", by_place(160, "100, 60", "remainder: by_lot")).prizes.contests[0].due == ()
    (due,) = award("9 9", by_place(161, "100, 61", "remainder: by_lot")).prizes.contests[0].due
    assert ENGLISH.say(due) == "Lots must be drawn between H1 and H2 for 1 spare unit of USD 1.00, and recorded."


def test_large_amounts_are_exact_to_the_cent() -> None:
    """No figure of money is ever a floating one: 2⁵³ + 1 cents."""
    paid = award("9 8", by_place("90071992547409.93", "90071992547409.93"), unit="0.01")  # type: ignore[arg-type]
    assert sum(one.cents for one in paid.prizes.contests[0].awards["H1"]) == 2**53 + 1


def test_a_rule_is_shown_in_one_line_as_long_as_it_fits() -> None:
    """110 characters, and not one more: then each of its keys has a line."""
    widest = set()
    for length in range(1, 110):
        text = rules_file(tier(f"criteria: [{{id: soil, name: {'x' * length}, max: 20}}]"))
        lines = [line for line in show_rules(load_rules(text)).splitlines() if "x" * length in line and "soil" in line]
        widest.update(map(len, lines))
    assert max(widest) == 110


def test_a_level_that_only_the_best_can_reach_draws_no_warning() -> None:
    """Exactly at the full total; one hundredth above it nobody can."""
    shared = "ties: [shared]\n"
    assert warnings_of(rules_file(tier(shared + "levels: [{id: a, from: 20}]"))) == ()
    (one,) = warnings_of(rules_file(tier(shared + "levels: [{id: a, from: 20.01}]")))
    assert "nobody can reach the level “a”" in ENGLISH.say(one.message)


@pytest.mark.parametrize(
    ("levels", "hint"),
    [
        ("levels: [{id: good, from: 5}, {id: best, from: 9}]\n", "its levels: best and good"),
        ("", "give the tier “levels”"),
    ],
)
def test_an_award_by_a_level_that_is_not_there_says_which_are(levels: str, hint: str) -> None:
    """Or that there are none."""
    (one,) = problems_of(rules_file(tier(levels + prizes("{scheme: by_level, amounts: {gold: 5}}"))))
    assert one.hint is not None
    assert sorted(ENGLISH.say(one.hint).split()) == sorted(hint.split())


def test_who_comes_first_of_many_has_nobody_ahead() -> None:
    """Of twelve equal ones parted by a step, the first and the last."""
    table = "\n".join(f"H{n:02}: 40" for n in range(1, 13))
    fields = {f"H{n:02}": f"land={n}" for n in range(1, 13)}
    first = explained("ties: [{lower: land}]", table, "H01", fields=fields).place
    assert first[2:] == [
        "“land”, the lower first: H01 1 and H02 2",
        "decided by the lower figure in “land”: 0 are ahead of H01, 0 stay equal with it, 11 are behind",
        "H01 has place 1 of 12",
    ]
    last = explained("ties: [{lower: land}]", table, "H12", fields=fields).place
    assert last[2] == "“land”, the lower first: H11 11 and H12 12"


def test_who_shares_a_place_because_no_lot_is_drawn_shares_its_prizes_with_nobody_else() -> None:
    """Four equal totals, parted two by two by a criterion; lots would come next, and none are recorded."""
    rules = rules_of(
        "criteria: [{id: soil, max: 20}, {id: water, max: 20}]\nties: [{criterion: soil}, {lots: recorded}]\n"
        + prizes("{scheme: by_place, amounts: [80, 60, 40, 20]}")
    )
    here = contest("H1: 9/1\nH2: 9/1\nH3: 5/5\nH4: 5/5", ids="soil water")
    (found,) = settle(rules, "terraces", "household", [here]).contests
    assert [(one.entry.code, one.place, one.cents) for one in found.placings] == [
        ("H1", 1, 7000),
        ("H2", 1, 7000),
        ("H3", 3, 3000),
        ("H4", 3, 3000),
    ]


def test_a_tier_that_is_not_there_is_refused_with_those_that_are() -> None:
    """And where there is no other, with what to add."""
    upper = tier("from: group", who="community", within="watershed")
    (one,) = problems_of(rules_file(tier(""), upper))
    assert ENGLISH.problem(one).endswith("this competition has no tier “group” (it has: household)")
    (alone,) = problems_of(rules_file(tier("from: group")))
    assert ENGLISH.problem(alone).endswith("this competition has no tier “group” (add that tier to the competition)")


@pytest.mark.parametrize(("award", "number"), [("by_place, amounts: [5, -1]", 1), ("percent, percents: [5, -1]", 1)])
def test_an_amount_below_nothing_is_one_problem(award: str, number: int) -> None:
    """Whatever the award calls it."""
    found = problems_of(rules_file(tier(prizes(f"{{scheme: {award}}}"))))
    assert [ENGLISH.say(one.message) for one in found] == ["-1 is below 0"] * number


def test_bytes_that_are_no_utf_8_are_refused_at_the_first_of_them() -> None:
    """Line and column, and what to do in the editor."""
    assert decoded("ñ: á\n".encode()) == "ñ: á\n"
    with pytest.raises(Refused) as refused:
        decoded("# á\nname: Mar".encode() + b"\xed" + b"a\nx: \xff\n", "rules.yaml")
    assert [ENGLISH.problem(one) for one in refused.value.problems] == [
        (
            "rules.yaml:2:10: this file is not written in UTF-8\n"
            "    open it in the editor that wrote it and save it again, with the encoding UTF-8"
        )
    ]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Juan Pérez e Ibarra", ["Pérez", "Ibarra"]),
        ("Juan Pérez y Quispe", ["Pérez", "Quispe"]),
        ("JUAN PÉREZ E IBARRA", ["PÉREZ", "IBARRA"]),
    ],
)
def test_an_and_between_surnames_is_no_part_of_them(name: str, written: list[str]) -> None:
    """As old papers write them."""
    assert [one.written for one in surnames_of(name).own] == written


@pytest.mark.parametrize("panel", ["{combine: mean}", "{combine: rank_sum}", "{combine: standardised}"])
def test_whoever_lacks_judges_hears_the_marks_that_came(panel: str) -> None:
    """Whether an entry is reckoned by itself or beside the others."""
    table = "\n".join(f"H{n}: {9 + n} {8 + n}" for n in range(1, 8)) + "\nH8: 5"
    found = explained(f"panel: {panel}", table, "H8")
    assert any("J1, the sheet: Points 5" in line for lines in found.sections.values() for line in lines)
