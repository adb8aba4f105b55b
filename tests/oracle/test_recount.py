"""The recount gives every number that RULES.md prints, and never fails but by a refusal."""

import hashlib
from decimal import Decimal
from typing import Any

import pytest

from .competitions import Competition, random_competition, recount_of, rows_of
from .recount import RANK_KINDS, Refused, load_rules, number, read_tier, recount

ONE_JUDGE = "panel: {judges: 1}"


def settle(
    tier: str,
    table: str,
    *,
    programme: str = "cash_unit: 1",
    competition: str = "terraces",
    name: str = "household",
    households: Any = None,
    lower: str = "",
) -> dict[str, Any]:
    """The recount of a tier written in YAML and a table written with spaces, `-` being an empty cell."""
    lines = [line.split() for line in table.strip().splitlines()]
    rows = [dict(zip(lines[0], ["" if cell == "-" else cell for cell in line], strict=True)) for line in lines[1:]]
    tiers = [{"tier": name, **load_rules(tier)}]
    if lower:
        tiers.append({"tier": "household", **load_rules(lower)})
    return recount({"tiers": tiers}, load_rules(programme), competition, name, rows, households)


def placings(*args: Any, **more: Any) -> dict[str, dict[str, Any]]:
    """The placings of the only contest by entry."""
    (contest,) = settle(*args, **more)["contests"]
    return {placing["entry"]: placing for placing in contest["placings"]}


def one_score(panel: str, marks: str, *, more: str = "") -> str:
    """The points of one entry from one criterion and the marks of its judges."""
    table = "entry judge points\n" + "\n".join(f"H1 J{n} {mark}" for n, mark in enumerate(marks.split()))
    criterion = "criteria: [{id: points, min: 0, max: 120, step: 0.25}]"
    return placings(f"{criterion}\npanel: {{{panel}}}\n{more}", table)["H1"]["points"]


def points_table(points: str, *, fields: dict[str, str] | None = None) -> str:
    """A table of entries H1, H2 … with one judge's mark each, and columns of entry fields."""
    columns = {name: values.split() for name, values in (fields or {}).items()}
    lines = [f"entry judge points {' '.join(columns)}"]
    for n, mark in enumerate(points.split()):
        lines.append(f"H{n + 1} J1 {mark} {' '.join(values[n] for values in columns.values())}")
    return "\n".join(lines)


def with_points(points: str, rules: str = "", **more: Any) -> dict[str, dict[str, Any]]:
    """The placings of entries with these points."""
    fields = more.pop("fields", None)
    tier = f"criteria: [{{id: points, min: 0, max: 5000, step: 0.01}}]\n{ONE_JUDGE}\n{rules}"
    return placings(tier, points_table(points, fields=fields), **more)


def paid(points: str, rules: str, *, unit: str = "1", **more: Any) -> str:
    """What each entry is paid, in the order of the entries, in plain amounts."""
    fields = more.pop("fields", None)
    tier = f"criteria: [{{id: points, min: 0, max: 5000, step: 0.01}}]\n{ONE_JUDGE}\n{more.pop('ties', '')}\nprizes:\n"
    tier += "\n".join(f"  {line.strip()}" for line in rules.strip().splitlines())
    (contest,) = settle(tier, points_table(points, fields=fields), programme=f"cash_unit: {unit}")["contests"]
    for purse in contest["purses"]:
        assert Decimal(purse["awarded"]) + Decimal(purse["returned"]) == Decimal(purse["amount"])
    amounts = {placing["entry"]: placing["amount"] for placing in contest["placings"]}
    return " ".join(short(amounts[f"H{n + 1}"]) for n in range(len(amounts)))


def short(amount: str) -> str:
    """An amount without idle zeros."""
    return amount.removesuffix(".00")


def by_place(purse: int, amounts: str, more: str = "") -> str:
    """Prizes by place from one purse."""
    return f"purses: [{{id: p, amount: {purse}}}]\nawards: [{{scheme: by_place, amounts: [{amounts}]}}]\n{more}"


def proportional(purse: str, award: str = "", more: str = "") -> str:
    """A proportional award from one purse."""
    return f"purses: [{{id: p, amount: {purse}}}]\nawards: [{{scheme: proportional{award}}}]\n{more}"


# --- 0 and A


@pytest.mark.parametrize("text", ["1e3", "1_000", "010", "NaN", "", "1.", ".5", "+1", "1,5"])
def test_numbers_are_plain_digits(text: str) -> None:
    """0.1: other ways to write a number are refused in a rules file."""
    with pytest.raises(Refused):
        number(text)


def test_a_decimal_comma_is_read_in_tables() -> None:
    """0.1: 12,5 is 12.5 in a table."""
    assert number("12,5", comma=True) == number("12.5")


@pytest.mark.parametrize(
    ("mode", "printed"), [("half_up", "21.13"), ("half_even", "21.12"), ("floor", "21.12"), ("ceil", "21.13")]
)
def test_halves_go_up(mode: str, printed: str) -> None:
    """0.2: 21.125 is 21.13, by half_even 21.12."""
    assert one_score("judges: 2", "21.25 21", more=f"rounding: {{mode: {mode}}}") == printed


def test_field_and_public_are_rounded_before_they_are_added() -> None:
    """A1: 34.67 + 34.83 = 69.50, below a level from 70."""
    tier = """
phases:
  - {id: field, criteria: [{id: land, max: 50}]}
  - {id: public, criteria: [{id: map, max: 50, step: 0.5}]}
panel: {judges: 3}
levels: [{id: at_level, from: 70}]
"""
    table = "entry phase judge land map\n" + "\n".join(
        f"H1 field J{n} {mark} -\nH1 public J{n} - {other}"
        for n, mark, other in [(1, 34, 34), (2, 35, 35), (3, 35, "35.5")]
    )
    line = placings(tier, table)["H1"]
    assert line["phases"] == {"field": "34.67", "public": "34.83"}
    assert (line["points"], line["level"]) == ("69.50", None)


def test_the_factor_multiplies_the_rounded_mean() -> None:
    """A1: 41, 40, 40 × 2 is 80.66; rounded only at the end 80.67."""
    assert one_score("judges: 3", "41 40 40", more="factor: 2") == "80.66"
    assert one_score("judges: 3", "41 40 40", more="factor: 2\nrounding: {at: [total]}") == "80.67"


@pytest.mark.parametrize(("quantity", "points"), [("0", "0.00"), ("199.9", "0.00"), ("200", "5.00"), ("500", "10.00")])
def test_bands_are_lower_bounds(quantity: str, points: str) -> None:
    """A2: 199.9 is below the band from 200."""
    bands = "[{from: 0, points: 0}, {from: 200, points: 5}, {from: 500, points: 10}]"
    tier = f"criteria: [{{id: area, measured: {{unit: m2}}, bands: {bands}}}]"
    assert placings(f"{tier}\n{ONE_JUDGE}", f"entry judge area\nH1 J1 {quantity}")["H1"]["points"] == points


@pytest.mark.parametrize(
    ("criterion", "mark"),
    [
        ("min: 1, max: 20", "0"),
        ("min: 1, max: 20", "20.5"),
        ("min: 1, max: 20", "21"),
        ("min: 1, max: 9, step: 2", "4"),
        ("options: [{points: 15}, {points: 8}]", "9"),
        ("min: 1, max: 20", "1e1"),
    ],
)
def test_a_mark_off_the_paper_is_refused(criterion: str, mark: str) -> None:
    """A2: only what is printed on the paper is accepted."""
    with pytest.raises(Refused):
        placings(f"criteria: [{{id: land, {criterion}}}]\n{ONE_JUDGE}", f"entry judge land\nH1 J1 {mark}")


def test_weights_multiply() -> None:
    """A2: marks 10 and 8 with weights 1 and 0.5 are 14."""
    tier = f"criteria: [{{id: a, max: 10}}, {{id: b, max: 10, weight: 0.5}}]\n{ONE_JUDGE}"
    assert placings(tier, "entry judge a b\nH1 J1 10 8")["H1"]["points"] == "14.00"


@pytest.mark.parametrize(
    ("panel", "marks", "points"),
    [
        ("combine: mean", "12 15 16", "14.33"),
        ("combine: sum", "12 15 16", "43.00"),
        ("combine: median", "12 15 16 19", "15.50"),
        ("combine: trimmed", "9.50 10.00 9.75 9.75 9.50 9.75 10.00 9.50 9.75", "9.71"),
        ("combine: trimmed, drop: {highest: 2, lowest: 2, from: 7}, then: sum", "7.5 7.0 7.5 7.0 7.5 8.0 6.5", "22.00"),
        ("combine: trimmed", "10 12 17 20", "14.75"),
        ("combine: outlier, distance: 7", "87 86 85 88 93 72", "86.50"),
        ("combine: outlier, distance: 1", "80 90", "85.00"),
    ],
)
def test_combining_the_judges(panel: str, marks: str, points: str) -> None:
    """A3: the examples of the table, ISU, diving and OIV."""
    assert one_score(panel, marks) == points


def test_diving_multiplies_the_middle_three_by_the_difficulty() -> None:
    """A3: 22 × factor 3 is 66."""
    panel = "combine: trimmed, drop: {highest: 2, lowest: 2, from: 7}, then: sum"
    assert one_score(panel, "7.5 7.0 7.5 7.0 7.5 8.0 6.5", more="factor: 3") == "66.00"


def test_each_kind_of_rank() -> None:
    """A3: 18, 15, 15 are places 1, 2.5, 2.5; 19, 17, 17 give 12, 9, 9."""
    tier = "criteria: [{id: land, max: 20}]\npanel: {judges: 1, combine: %s}"
    lines = placings(tier % "rank_sum", "entry judge land\nH1 J1 18\nH2 J1 15\nH3 J1 15")
    assert {entry: (line["place"], line["points"]) for entry, line in lines.items()} == {
        "H1": (1, "1.00"),
        "H2": (2, "2.50"),
        "H3": (2, "2.50"),
    }
    lines = placings(tier % "rank_points, points: [12, 10, 8]", "entry judge land\nH1 J1 19\nH2 J1 17\nH3 J1 17")
    assert [lines[entry]["points"] for entry in ("H1", "H2", "H3")] == ["12.00", "9.00", "9.00"]


def test_borda_count_prefers_tacoma() -> None:
    """A3: Math in Society, Tacoma wins 325 to 253 over Seattle, who has 51 of 100 first places."""
    ballots = [(51, "STOP"), (25, "TPOS"), (10, "PTOS"), (14, "OTPS")]
    lines = ["entry judge land"]
    voter = 0
    for count, order in ballots:
        for _ in range(count):
            voter += 1
            lines += [f"{city} V{voter} {4 - order.index(city)}" for city in order]
    found = placings(
        "criteria: [{id: land, max: 4}]\npanel: {combine: rank_points, points: [4, 3, 2, 1]}", "\n".join(lines)
    )
    assert {city: line["points"] for city, line in found.items()} == {
        "T": "325.00",
        "S": "253.00",
        "P": "194.00",
        "O": "228.00",
    }
    assert found["T"]["place"] == 1


@pytest.mark.parametrize(
    ("deviation", "points"), [("population", ["80.00", "120.00"]), ("sample", ["81.74", "118.26"])]
)
def test_standardised_marks(deviation: str, points: list[str]) -> None:
    """A5: marks 10 10 10 20 20 20 become 80 and 120, by sample 81.74 and 118.26."""
    tier = f"criteria: [{{id: points, max: 20}}]\npanel: {{judges: 1, combine: standardised, deviation: {deviation}}}"
    lines = placings(tier, points_table("10 10 10 20 20 20"))
    assert [lines[entry]["points"] for entry in ("H1", "H6")] == points


def test_standardised_needs_six_entries_and_linked_judges() -> None:
    """A5: refused with five entries, and with two judges of disjoint halves."""
    tier = "criteria: [{id: points, max: 20}]\npanel: {judges: 1, combine: standardised}"
    with pytest.raises(Refused, match="six"):
        placings(tier, points_table("10 10 10 20 20"))
    halves = points_table("1 2 3 4 5 6") + "\n" + "\n".join(f"G{n} J2 {n}" for n in range(1, 7))
    with pytest.raises(Refused, match="link"):
        placings(tier, halves)


def test_a_sheet_that_is_not_full_is_left_out() -> None:
    """A4: 40, 43 and one sheet not full are 41.50 by 2 judges."""
    tier = "criteria: [{id: a, max: 40}, {id: b, max: 10}]\npanel: {judges: 3}"
    line = placings(tier, "entry judge a b\nH1 J1 35 5\nH1 J2 36 7\nH1 J3 40 -")["H1"]
    assert (line["points"], line["judges"]) == ("41.50", {"sheet": 2})


def test_too_few_judges_is_incomplete() -> None:
    """A4: one sheet where at least two are needed: no place, no points."""
    (contest,) = settle("criteria: [{id: a, max: 40}]\npanel: {judges: 3}", "entry judge a\nH1 J1 40\nH1 J2 -")[
        "contests"
    ]
    assert contest["placings"] == []
    assert [(one["entry"], one["status"]) for one in contest["unranked"]] == [("H1", "incomplete")]


def test_unequal_panels_are_refused_where_marks_are_added() -> None:
    """A4: a missing judge would lower a sum and win a rank sum."""
    for combine in ("sum", "rank_sum", "rank_points, points: [1]"):
        with pytest.raises(Refused) as refused:
            placings(
                f"criteria: [{{id: a, max: 40}}]\npanel: {{at_least: 1, combine: {combine}}}",
                "entry judge a\nH1 J1 40\nH1 J2 40\nH2 J1 30",
            )
        assert refused.value.names == ["H2"]


def test_refuse_and_drop_judge() -> None:
    """A4: a missing sheet refuses, or leaves that judge out for everyone."""
    tier = "criteria: [{id: a, max: 40}]\npanel: {judges: 2, at_least: 1, missing: %s}"
    table = "entry judge a\nH1 J1 40\nH1 J2 20\nH2 J1 30"
    with pytest.raises(Refused) as refused:
        placings(tier % "refuse", table)
    assert refused.value.names == ["H2"]
    assert {entry: line["points"] for entry, line in placings(tier % "drop_judge", table).items()} == {
        "H1": "40.00",
        "H2": "30.00",
    }


@pytest.mark.parametrize(
    ("named", "points"), [("no_banner", "66.50"), ("no_banner huge", "0.00"), ("compost", "71.50")]
)
def test_deductions_and_bonuses(named: str, points: str) -> None:
    """A7: 69.50 − 3 = 66.50; never below 0; a bonus is added."""
    tier = f"""
criteria: [{{id: a, max: 100, step: 0.5}}]
{ONE_JUDGE}
deductions: [{{id: no_banner, points: 3}}, {{id: huge, points: 99}}]
bonuses: [{{id: compost, points: 2}}]
"""
    rows = [{"entry": "H1", "judge": "J1", "a": "69.5", "deductions": named}]
    document = recount({"tiers": [{"tier": "household", **load_rules(tier)}]}, {}, "terraces", "household", rows)
    assert document["contests"][0]["placings"][0]["points"] == points


def test_statuses_stand_before_knockouts_before_incomplete() -> None:
    """A4, A7: what is shown first; none of them has a place."""
    tier = "criteria: [{id: a, max: 40}]\npanel: {judges: 2}\nknockouts: [{id: disorder}]"
    table = (
        "entry judge a status deductions\nH1 J1 4 withdrawn disorder\nH2 J1 4 - disorder\nH3 J1 4 - -\nH4 - - absent -"
    )
    (contest,) = settle(tier, table)["contests"]
    assert [one["status"] for one in contest["unranked"]] == ["withdrawn", "knocked_out", "incomplete", "absent"]


@pytest.mark.parametrize(
    "table",
    [
        "entry judge a status\nH1 J1 4 absent",
        "entry judge a status\nH1 J1 4 -\nH1 J1 5 -",
        "entry judge a status\nH1 J1 4 -\nH1 J2 5 -\nH1 J3 5 -",
        "entry judge a status\nH1 - - absent\nH1 - - withdrawn",
        "entry judge a sex\nH1 J1 4 F\nH1 J2 4 M",
    ],
)
def test_tables_that_contradict_themselves_are_refused(table: str) -> None:
    """A4: marks of an absent, a second sheet, more sheets than judges, two statuses, two values of a field."""
    with pytest.raises(Refused):
        settle("criteria: [{id: a, max: 40}]\npanel: {judges: 2, at_least: 1}", table)


@pytest.mark.parametrize(("points", "level"), [("69.99", None), ("70", "at_level"), ("95", "outstanding")])
def test_levels(points: str, level: str | None) -> None:
    """A7: 69.99 none, 70.00 the first."""
    rules = "levels: [{id: at_level, from: 70}, {id: outstanding, from: 90}]"
    assert with_points(points, rules)["H1"]["level"] == level


def test_exact_points_print_as_many_decimals_as_show_them_apart() -> None:
    """A1: 12.376 and 12.383 both print 12.38 with two decimals, so three are printed."""
    tier = "criteria: [{id: points, max: 20, step: 0.001}]\npanel: {judges: 1}\nrounding: {compare: exact}"
    lines = placings(tier, points_table("12.376 12.383"))
    assert {entry: (line["place"], line["points"]) for entry, line in lines.items()} == {
        "H2": (1, "12.383"),
        "H1": (2, "12.376"),
    }
    printed = placings(tier.replace("exact", "printed"), points_table("12.376 12.383"))
    assert [line["place"] for line in printed.values()] == [1, 1]


# --- T


@pytest.mark.parametrize(
    ("numbering", "places"),
    [
        ("1224", [1, 2, 2, 4]),
        ("1223", [1, 2, 2, 3]),
        ("1334", [1, 3, 3, 4]),
        ("1234", [1, 2, 2, 4]),
        ("fractional", ["1", "2.5", "2.5", "4"]),
    ],
)
def test_numbering(numbering: str, places: list[int | str]) -> None:
    """T2: points 90 80 80 70."""
    assert [
        line["place"] for line in with_points("90 80 80 70", f"ranking: {{numbering: '{numbering}'}}").values()
    ] == places


def test_the_tie_chain_goes_on_inside_each_subgroup() -> None:
    """T3: 80 80 80, terraces 18 15 15, field 40 41 42."""
    tier = """
phases:
  - {id: field, criteria: [{id: terraces, max: 20}, {id: water, max: 30}]}
  - {id: public, criteria: [{id: map, max: 50}]}
panel: {judges: 1}
ties: [{criterion: terraces}, {phase: field}]
"""
    table = """entry phase judge terraces water map
H1 field J1 18 22 -
H1 public J1 - - 40
H2 field J1 15 26 -
H2 public J1 - - 39
H3 field J1 15 27 -
H3 public J1 - - 38"""
    found = [
        (line["entry"], line["place"], line["points"], line["decided_by"]) for line in placings(tier, table).values()
    ]
    assert found == [
        ("H1", 1, "80.00", "criterion:terraces"),
        ("H3", 2, "80.00", "phase:field"),
        ("H2", 3, "80.00", "phase:field"),
    ]


@pytest.mark.parametrize(
    ("step", "first"),
    [
        ("head_to_head", "H1"),
        ("best_judge", "H2"),
        ("worst_judge", "H1"),
        ("count_back", "H2"),
    ],
)
def test_steps_that_look_at_the_sheets(step: str, first: str) -> None:
    """T3: 40 41 38 beats 39 42 37 on two sheets of three; 42 before 41; 38 before 37."""
    table = "entry judge a\nH1 J1 40\nH1 J2 41\nH1 J3 38\nH2 J1 39\nH2 J2 42\nH2 J3 37"
    tier = (
        f"criteria: [{{id: a, max: 50}}]\npanel: {{judges: 3}}\nrounding: {{decimals: 0, mode: ceil}}\nties: [{step}]"
    )
    found = placings(tier, table)
    assert {line["points"] for line in found.values()} == {"40"}
    assert next(iter(found)) == first
    assert found[first]["decided_by"] == step


def test_untrimmed_looks_at_the_marks_dropped() -> None:
    """T3: 12 15 15 15 19 (15.2) before 10 15 15 15 18 (14.6)."""
    table = "entry judge a\n" + "\n".join(
        f"{entry} J{n} {mark}"
        for entry, marks in (("H1", [10, 15, 15, 15, 18]), ("H2", [12, 15, 15, 15, 19]))
        for n, mark in enumerate(marks)
    )
    found = placings("criteria: [{id: a, max: 20}]\npanel: {judges: 5, combine: trimmed}\nties: [untrimmed]", table)
    assert [(line["entry"], line["points"], line["decided_by"]) for line in found.values()] == [
        ("H2", "15.00", "untrimmed"),
        ("H1", "15.00", "untrimmed"),
    ]


def test_exact_sets_apart_what_prints_alike() -> None:
    """T3: 12.383 before 12.376."""
    tier = "criteria: [{id: points, max: 20, step: 0.001}]\npanel: {judges: 1}\nties: [exact]"
    assert [(line["entry"], line["decided_by"]) for line in placings(tier, points_table("12.376 12.383")).values()] == [
        ("H2", "exact"),
        ("H1", "exact"),
    ]


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("{larger_gain: soil}", {"soil_before": "40 10", "soil_now": "50 25"}),
        ("{lower: area_ha}", {"area_ha": "1.2 0.5"}),
        ("{higher: area_ha}", {"area_ha": "0.5 1.2"}),
        ("earlier_registration", {"registered": "2026-03-05 2026-03-03"}),
        ("jury_decision", {"jury_decision": "2 1"}),
        ("{lots: recorded}", {"lots": "9 3"}),
    ],
)
def test_steps_that_look_at_entry_fields(step: str, fields: dict[str, str]) -> None:
    """T3: the second entry comes first each time; with a field missing nobody does."""
    found = with_points("80 80", f"ties: [{step}]", fields=fields)
    assert [line["entry"] for line in found.values()] == ["H2", "H1"]
    name = next(iter(fields))
    found = with_points("80 80", f"ties: [{step}]", fields=fields | {name: f"- {fields[name].split()[1]}"})
    assert [(line["place"], line["decided_by"]) for line in found.values()] == [(1, None), (1, None)]


@pytest.mark.parametrize("registered", ["2026-03-03 2026-03-03T10:00", "2026-03-03T09:00-05:00 2026-03-03T10:00"])
def test_registrations_that_tell_no_order_decide_nothing(registered: str) -> None:
    """T3: a day beside a time of it, a time with an offset beside one without."""
    found = with_points("80 80", "ties: [earlier_registration]", fields={"registered": registered})
    assert [(line["place"], line["decided_by"]) for line in found.values()] == [(1, None), (1, None)]


def test_lots_by_seed() -> None:
    """T5: the published seed puts H001 before H003 before H002."""
    assert hashlib.sha256(b"acta-014/2026|CIF-2|H001").hexdigest().startswith("02ccca70")
    table = "entry judge points\nH002 J1 80\nH003 J1 80\nH001 J1 80"
    tier = "criteria: [{id: points, max: 100}]\npanel: {judges: 1}\nties: [{lots: seed, seed: acta-014/2026}]"
    assert list(placings(tier, table, competition="CIF-2")) == ["H001", "H003", "H002"]


@pytest.mark.parametrize(("decide", "amounts"), [("false", "100 50 50"), ("true", "100 60 40")])
def test_lots_decide_places_but_not_money(decide: str, amounts: str) -> None:
    """T6: 100 60 40 with 2nd and 3rd by lot."""
    prizes = by_place(200, "100, 60, 40", f"lots_decide_money: {decide}")
    assert paid("90 80 80", prizes, ties="ties: [{lots: recorded}]", fields={"lots": "1 2 3"}) == amounts


# --- C


@pytest.mark.parametrize(
    ("rule", "fields", "promoted"),
    [
        ("top: 3, tie_at_cut: all", {}, "H1 H2 H3 H4"),
        ("top: 3, tie_at_cut: none", {}, "H1 H2"),
        ("top: 3, tie_at_cut: chain", {"lots": "1 2 9 4"}, "H1 H2 H4"),
        ("at_least: 85", {}, "H1 H2"),
        ("top: 3, at_least: 85", {}, "H1 H2"),
    ],
)
def test_promotion_at_the_cut(rule: str, fields: dict[str, str], promoted: str) -> None:
    """C1: top 3 of 90 85 80 80: 4, 2, or 3 go."""
    ties = "ties: [{lots: recorded}]" if fields else ""
    found = with_points("90 85 80 80", f"promotion: {{{rule}}}\n{ties}", fields=fields)
    assert " ".join(sorted(entry for entry, line in found.items() if line["promoted"])) == promoted


def test_promotion_by_percent() -> None:
    """C1: 30 % of 7 are 3."""
    found = with_points("9 8 7 6 5 4 3", "promotion: {percent: 30}")
    assert sum(line["promoted"] for line in found.values()) == 3


def test_promotion_with_a_quota() -> None:
    """C1: 90 M, 85 M, 80 M, 70 F, top 3 with one F: 90, 85, 70."""
    rule = "promotion: {top: 3, quota: [{field: sex, value: F, count: 1}]}"
    found = with_points("90 85 80 70", rule, fields={"sex": "M M M F"})
    assert [entry for entry, line in found.items() if line["promoted"]] == ["H1", "H2", "H4"]


LOWER = """
criteria: [{id: land, min: 0, max: 20}]
panel: {judges: 1}
levels: [{id: at_level, from: 12}, {id: top, from: 17}]
"""


def household_results() -> dict[str, Any]:
    """C3: A with points 18 16 14 12 10 8, B with 17 17 16, C with 20 and nine 4s; at level from 12."""
    points = {"A": [18, 16, 14, 12, 10, 8], "B": [17, 17, 16], "C": [20] + [4] * 9}
    table = "within entry judge land\n" + "\n".join(
        f"{code} {code}{n} J1 {mark}" for code, marks in points.items() for n, mark in enumerate(marks)
    )
    return settle(LOWER, table)


@pytest.mark.parametrize(
    ("source", "points"),
    [
        ("source: participation, max: 100", "50.00 30.00 100.00"),
        ("source: households_at_level, level: at_level, max: 100", "33.33 30.00 10.00"),
        ("source: household_mean, over: register, max: 20", "6.50 5.00 5.60"),
        ("source: household_mean, max: 20", "6.50 5.00 5.60"),
        ("source: household_mean, over: participants, max: 20", "13.00 16.67 5.60"),
        ("source: household_median, max: 20", "13.00 17.00 4.00"),
        ("source: best_households, share: 30, max: 20", "15.00 16.67 9.33"),
        ("source: best_households, count: 3, max: 20", "16.00 16.67 9.33"),
    ],
)
def test_sources(source: str, points: str) -> None:
    """C3: the table of sources for A, B and C."""
    upper = f"from: household\ncriteria: [{{id: s, {source}}}]"
    found = placings(
        upper, "entry households\nA 12\nB 10\nC 10", name="community", households=household_results(), lower=LOWER
    )
    assert " ".join(found[code]["points"] for code in "ABC") == points


def test_a_community_joins_its_sources_with_judged_works() -> None:
    """C3: 60 % → 25, 7 of 20 at level → 10.50, works 22.67: total 58.17."""
    table = "within entry judge land\n" + "\n".join(f"A A{n} J1 {15 if n < 7 else 5}" for n in range(12))
    upper = """
from: household
criteria:
  - id: part
    source: participation
    bands: [{from: 0, points: 10}, {from: 50, points: 25}, {from: 75, points: 40}]
    knockout_below: 50
  - {id: level, source: households_at_level, level: at_level, max: 30}
  - {id: works, min: 1, max: 30}
panel: {judges: 3}
"""
    rows = "entry judge works households\nA J1 22 20\nA J2 23 20\nA J3 23 20"
    found = placings(upper, rows, name="community", households=settle(LOWER, table), lower=LOWER)
    assert found["A"]["points"] == "58.17"


def test_more_participants_than_registered_is_refused() -> None:
    """C2: P > N or N = 0."""
    upper = "from: household\ncriteria: [{id: s, source: participation, max: 10}]"
    for registered in ("5", "0"):
        with pytest.raises(Refused):
            placings(
                upper,
                f"entry households\nA {registered}",
                name="community",
                households=household_results(),
                lower=LOWER,
            )


@pytest.mark.parametrize(("registered", "ranked"), [("12", True), ("13", False)])
def test_knockout_below_looks_at_the_printed_value(registered: str, *, ranked: bool) -> None:
    """A7: 50.00 with 50 stays."""
    upper = "from: household\ncriteria: [{id: s, source: participation, max: 10, knockout_below: 50}]"
    found = placings(
        upper, f"entry households\nA {registered}", name="community", households=household_results(), lower=LOWER
    )
    assert ("A" in found) == ranked


# --- P


@pytest.mark.parametrize(
    ("points", "prizes", "unit", "amounts"),
    [
        ("9 8 7", by_place(200, "100, 60, 40"), "1", "100 60 40"),
        (
            "95 72 65",
            "purses: [{id: p, amount: 100}]\nawards: [{scheme: percent, percents: [50, 30, 20]}]",
            "1",
            "50 30 20",
        ),
        (
            "9 8 7",
            "purses: [{id: p, amount: 120}]\nawards: [{scheme: percent, percents: [50, 30, 20]}]",
            "1",
            "60 36 24",
        ),
        ("9", "purses: [{id: p, amount: 125}]\nawards: [{scheme: percent, percents: [50]}]", "1", "62"),
        ("9 9 8", by_place(1000, "500, 300, 200"), "10", "400 400 200"),
        ("9 8 7 7 7", by_place(600, "300, 200, 100"), "10", "300 200 30 30 30"),
        ("9 9 9", by_place(48, "25, 15, 8"), "1", "16 16 16"),
        ("9 9 8", by_place(300, "100, 60, 40", "tie_split: full"), "1", "100 100 40"),
        ("9 9 9", by_place(200, "100, 60, 40"), "1", "66 66 66"),
        ("9 8", by_place(600, "300, 200, 100"), "1", "300 200"),
        ("9 8", by_place(600, "300, 200, 100", "unfilled: redistribute"), "1", "360 240"),
    ],
)
def test_prizes_by_place(points: str, prizes: str, unit: str, amounts: str) -> None:
    """P2, P3, P8: the examples of by_place and percent."""
    assert paid(points, prizes, unit=unit) == amounts


def test_spare_units_by_lot() -> None:
    """P3: 100 60 40, three first: 67 67 66 where lots give the two units left."""
    for remainder in ("by_lot", "best_by_chain"):
        prizes = by_place(200, "100, 60, 40", f"remainder: {remainder}")
        assert paid("9 9 9", prizes, ties="ties: [{lots: recorded}]", fields={"lots": "1 2 3"}) == "67 67 66"
    assert paid("9 9 9", by_place(200, "100, 60, 40", "remainder: best_by_chain")) == "66 66 66"


def test_prizes_by_level() -> None:
    """P2: 20 and 40 from 70 and 90: 95, 72, 65 → 40, 20, 0."""
    levels = "levels: [{id: at_level, from: 70}, {id: outstanding, from: 90}]"
    prizes = "purses: [{id: p, amount: 100}]\nawards: [{scheme: by_level, amounts: {at_level: 20, outstanding: 40}}]"
    assert paid("95 72 65", prizes, ties=levels) == "40 20 0"


def test_a_flat_prize_for_the_others() -> None:
    """P2: 8 others × 20 = 160."""
    prizes = """purses: [{id: p, amount: 200}, {id: m, amount: 160}]
awards: [{scheme: flat, purse: m, amount: 20}, {scheme: by_place, purse: p, amounts: [100, 60, 40]}]"""
    assert paid("20 19 18 9 8 7 6 5 4 3 2", prizes) == "100 60 40" + " 20" * 8


def test_until_spent_ends_with_the_first_that_does_not_fit() -> None:
    """P2: 1000 on requests 600, 500, 300 → 600."""
    prizes = "purses: [{id: p, amount: 1000}]\nawards: [{scheme: until_spent}]"
    assert paid("9 8 7", prizes, fields={"requested": "600 500 300"}) == "600 0 0"
    assert paid("9 8 8", prizes, fields={"requested": "600 300 200"}) == "600 0 0"


def test_minimum_points() -> None:
    """P2: with 51 an entry of 50.99 gets nothing."""
    prizes = "purses: [{id: p, amount: 200}]\nawards: [{scheme: by_place, amounts: [100, 60], minimum_points: 51}]"
    assert paid("51 50.99", prizes) == "100 0"


@pytest.mark.parametrize(
    ("points", "prizes", "unit", "amounts"),
    [
        ("87 74 61", proportional("1000"), "10", "390 330 280"),
        ("80 80 80", proportional("1000"), "10", "330 330 330"),
        ("87 74 61", proportional("1003.50"), "10", "390 330 280"),
        ("70 30", proportional("9345.55"), "0.01", "6541.89 2803.66"),
        ("95 90 20 5 2", proportional("3000", ", minimum: 100, maximum: 1100"), "1", "1100 1100 560 140 100"),
        ("60 25 10 5", proportional("3000", ", minimum: 300, maximum: 1500"), "1", "1500 857 343 300"),
        ("1500 1500 900 500 500 200", proportional("250"), "10", "70 70 40 30 30 10"),
        ("1500 1500 900 500 500 200", proportional("260"), "10", "80 80 50 20 20 10"),
        ("9 8 5", proportional("70", ", base: 5"), "1", "40 30 0"),
        ("9 8", proportional("100", ", maximum: 30"), "1", "30 30"),
        ("9 8 7", proportional("100", ", minimum: 40", "if_short: cut_last"), "1", "53 47 0"),
    ],
)
def test_proportional_prizes(points: str, prizes: str, unit: str, amounts: str) -> None:
    """P4: shares, limits, largest remainder, blocks, and the Alabama paradox."""
    assert paid(points, prizes, unit=unit) == amounts


def test_one_prize_per_entrant_in_the_round() -> None:
    """P5: H1 keeps 100 in pasture; compost pays H4 100, H5 60, H6 40."""
    tier = """
categories: [{id: pasture}, {id: compost}]
criteria: [{id: land, max: 20}]
panel: {judges: 1}
prizes:
  purses: [{id: p, amount: 200}]
  awards: [{scheme: by_place, amounts: [100, 60, 40]}]
  one_prize_per_entrant: round
"""
    orders = {"pasture": ["H1", "H2", "H3"], "compost": ["H4", "H1", "H5", "H6"]}
    table = "category entry judge land\n" + "\n".join(
        f"{category} {entry} J1 {20 - n}" for category, order in orders.items() for n, entry in enumerate(order)
    )
    document = settle(tier, table)
    found = {c["category"]: {one["entry"]: short(one["amount"]) for one in c["placings"]} for c in document["contests"]}
    assert found == {
        "pasture": {"H1": "100", "H2": "60", "H3": "40"},
        "compost": {"H4": "100", "H1": "0", "H5": "60", "H6": "40"},
    }


def test_an_entrant_with_several_entries_wins_once() -> None:
    """P5: the best placed entry counts, those behind move up."""
    assert paid("9 8 7", by_place(160, "100, 60"), fields={"entrant": "A A B"}) == "100 0 60"
    assert (
        paid("9 8 7", by_place(160, "100, 60", 'one_prize_per_entrant: "no"'), fields={"entrant": "A A B"})
        == "100 60 0"
    )


def test_a_cap_per_community() -> None:
    """P6: 100 60 with one prize each: Ccapana, Ccapana, Marcapata → 100, 0, 60."""
    prizes = by_place(160, "100, 60", "cap_per_community: {prizes: 1}")
    assert paid("9 8 7", prizes, fields={"community": "Ccapana Ccapana Marcapata"}) == "100 0 60"
    assert paid("9 9 7", prizes, fields={"community": "Ccapana Ccapana Marcapata"}) == "0 0 100"
    amount = by_place(160, "100, 60", "cap_per_community: {amount: 150}")
    assert paid("9 8 7", amount, fields={"community": "Ccapana Ccapana Marcapata"}) == "100 0 60"


def test_a_short_purse() -> None:
    """P7: 8 × 20 on 60: refused, or 7 each, or three keep 20."""
    prizes = "purses: [{id: p, amount: 60}]\nawards: [{scheme: flat, amount: 20, to: all}]\nif_short: "
    with pytest.raises(Refused):
        paid("8 7 6 5 4 3 2 1", prizes + "refuse")
    assert paid("8 7 6 5 4 3 2 1", prizes + "prorate") == "7 7 7 7 7 7 7 7"
    assert paid("8 7 6 5 4 3 2 1", prizes + "cut_last") == "20 20 20 0 0 0 0 0"


def test_purses_per_contest_and_per_round() -> None:
    """P9: 400 with 200 awarded returns 200; a purse of the round is closed once."""
    tier = """
categories: [{id: a}, {id: b}]
criteria: [{id: land, max: 20}]
panel: {judges: 1}
prizes:
  purses: [{id: p, amount: 400, per: %s}]
  awards: [{scheme: by_place, amounts: [100, 60, 40]}]
  one_prize_per_entrant: "no"
"""
    table = "category entry judge land\n" + "\n".join(f"{category} H{n} J1 {n}" for category in "ab" for n in (1, 2, 3))
    whole = {"id": "p", "amount": "400.00", "awarded": "200.00", "returned": "200.00"}
    assert [contest["purses"] for contest in settle(tier % "contest", table)["contests"]] == [[whole], [whole]]
    assert settle(tier % "round", table)["purses"] == [whole | {"awarded": "400.00", "returned": "0.00"}]


@pytest.mark.parametrize(
    ("ties", "fields", "tools"),
    [
        ("", {}, ""),
        ("ties: [{lots: recorded}]", {"lots": "2 1 3"}, "H2"),
    ],
)
def test_a_prize_in_kind_is_never_split(ties: str, fields: dict[str, str], tools: str) -> None:
    """P10: tools for place 1, two first: one by lot, else the item stays open; three tied fill three places."""
    prizes = "\nprizes:\n  awards: [{scheme: in_kind, item: Tools, value: 25, places: [%s]}]"
    found = with_points("9 9 8", ties + prizes % "1", fields=fields)
    assert " ".join(entry for entry, line in found.items() if line["awards"]) == tools
    found = with_points("9 9 8", ties + prizes % "1, 2", fields=fields)
    assert sorted(entry for entry, line in found.items() if line["awards"]) == ["H1", "H2"]


# --- random competitions


def settled_or_refused(one: Competition) -> dict[str, Any] | str:
    """The document, or the sentence of the refusal."""
    try:
        return recount_of(one)
    except Refused as refused:
        return str(refused)


@pytest.mark.parametrize("start", range(0, 500, 50))
def test_the_recount_fails_only_by_refusing(start: int) -> None:
    """P9, X8: on random competitions every purse closes, and nobody without a place is paid."""
    settled = 0
    for seed in range(start, start + 50):
        one = random_competition(seed)
        try:
            document = recount_of(one)
        except Refused:
            continue
        settled += 1
        lines = [placing for contest in document["contests"] for placing in contest["placings"]]
        of_contests = [purse for contest in document["contests"] for purse in contest["purses"]]
        purses = of_contests + document["purses"]
        for purse in purses:
            assert Decimal(purse["awarded"]) + Decimal(purse["returned"]) == Decimal(purse["amount"]), seed
            assert Decimal(purse["returned"]) >= 0, seed
        awards = [award for line in lines for award in line["awards"]]
        assert sum(Decimal(purse["awarded"]) for purse in purses) == sum(
            Decimal(award["amount"]) for award in awards
        ), seed
        assert sum(Decimal(line["amount"]) for line in lines) == sum(Decimal(award["amount"]) for award in awards), seed
        unit = Decimal(load_rules(one.rules_text)["programme"]["cash_unit"])
        assert all(Decimal(award["amount"]) % unit == 0 for award in awards), seed
    assert settled > 30


@pytest.mark.parametrize("start", range(0, 300, 50))
def test_the_order_of_rows_decides_nothing(start: int) -> None:
    """X1: the table read backwards gives the same document."""
    for seed in range(start, start + 50):
        one = random_competition(seed)
        backwards = one.scores_text.splitlines()
        table = "\n".join([backwards[0], *reversed(backwards[1:])])
        turned = type(one)(one.rules_text, one.competition, one.tier, table + "\n", one.households)
        assert settled_or_refused(turned) == settled_or_refused(one), seed


def test_the_generator_is_fixed_by_its_seed_and_reaches_every_kind() -> None:
    """The same seed gives the same competition; three hundred of them hold every kind of panel and prize."""
    drawn = [random_competition(seed) for seed in range(300)]
    assert random_competition(7) == drawn[7]
    told = [load_rules(one.rules_text)["competitions"]["terraces"]["tiers"][-1] for one in drawn]
    panels = {tier["panel"]["combine"] for tier in told}
    assert panels == {"mean", "sum", "median", "trimmed", "outlier", "standardised", *RANK_KINDS}
    schemes = {award["scheme"] for tier in told for award in tier.get("prizes", {}).get("awards", [])}
    assert schemes == {"by_place", "percent", "by_level", "flat", "proportional", "until_spent", "in_kind"}
    assert all(read_tier(tier).phases for tier in told)
    assert all(rows_of(one.scores_text) for one in drawn)
