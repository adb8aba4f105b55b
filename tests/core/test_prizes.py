"""Prizes: every example of RULES.md, P1 to P11 and T6, and the invariants X.8 to X.13 as far as prizes show them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from textwrap import indent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pachamama.core.model import Award, Contest, Entry, PurseResult, RecordedOrder, Sheet
from pachamama.core.numbers import fixed, read_exact
from pachamama.core.prizes import BrokenPurse, RoundPrizes, _check_purse, award_prizes
from pachamama.core.problems import Refused
from pachamama.core.ranking import rank
from pachamama.core.rules import load_rules
from pachamama.core.rules.document import Rules
from pachamama.core.scoring import score_contest
from pachamama.core.sentences import Name, Sentence
from pachamama.language import Reader

ENGLISH = Reader.of("en")


@lru_cache(maxsize=2000)
def rules_of(prizes: str, tier: str, unit: str, programme: str) -> Rules:
    """A household tier with one criterion and one judge, and these prizes."""
    return load_rules(
        f"version: 1\nprogramme: {{name: Valley, cash_unit: {unit}{programme}}}\n"
        "competitions:\n  terraces:\n    tiers:\n"
        "      - tier: household\n        within: programme\n"
        "        criteria: [{id: points, min: 0, max: 10000, step: 0.01}]\n        panel: {judges: 1}\n"
        + indent(tier, " " * 8)
        + "\n        prizes:\n"
        + indent(prizes, " " * 10)
    )


@dataclass(frozen=True)
class Paid:
    """The prizes of a round, told as on paper."""

    prizes: RoundPrizes

    def awards(self, contest: int = 0) -> Mapping[str, tuple[Award, ...]]:
        """The awards by entry."""
        return self.prizes.contests[contest].awards

    def cash(self, code: str, contest: int = 0) -> str:
        """An entry's cash in plain digits, without needless decimals."""
        return fixed(Fraction(sum(a.cents for a in self.awards(contest).get(code, ())), 100), 2).removesuffix(".00")

    def line(self, number: int, contest: int = 0) -> str:
        """The cash of H1, H2 …"""
        return " ".join(self.cash(f"H{n}", contest) for n in range(1, number + 1))

    def why(self, code: str, contest: int = 0) -> list[str]:
        """Why an entry has its awards."""
        return [ENGLISH.say(award.why) for award in self.awards(contest).get(code, ())]

    def notes(self, code: str, contest: int = 0) -> list[str]:
        """What is said beside an entry."""
        return said(self.prizes.contests[contest].notes.get(code, ()))

    def due(self, contest: int = 0) -> list[str]:
        """What must still happen."""
        return said(self.prizes.contests[contest].due)

    def warnings(self, contest: int = 0) -> list[str]:
        """What stands, but people should know."""
        return said(self.prizes.contests[contest].warnings)

    def returned(self, contest: int = 0) -> list[str]:
        """What goes back to each purse of a contest."""
        return [back(purse) for purse in self.prizes.contests[contest].purses]


def said(sentences: Sequence[Sentence]) -> list[str]:
    """The sentences in English."""
    return [ENGLISH.say(sentence) for sentence in sentences]


def back(purse: PurseResult) -> str:
    """What a purse gets back, in plain digits."""
    return fixed(Fraction(purse.returned, 100), 2).removesuffix(".00")


def entries_of(points: str, fields: Mapping[str, str]) -> list[Entry]:
    """H1, H2 … with these points (`-`: absent), or `CODE:points`; a field gives each its value, `-` for none."""
    columns = {name: values.split() for name, values in fields.items()}
    found = []
    for nth, word in enumerate(points.split()):
        code, _, mark = word.rpartition(":")
        worth = read_exact(mark)
        sheets = () if worth is None else (Sheet("J1", "sheet", {"points": worth}),)
        mine = {name: values[nth] for name, values in columns.items() if values[nth] != "-"}
        found.append(Entry(code or f"H{nth + 1}", sheets=sheets, status=None if sheets else "absent", fields=mine))
    return found


def award(
    contests: Mapping[str | None, str] | str,
    prizes: str,
    *,
    unit: str = "1",
    tier: str = "",
    programme: str = "",
    fields: Mapping[str, str] | None = None,
    orders: Sequence[Mapping[str, int]] = (),
) -> Paid:
    """The prizes of one contest, or of several by category, through the real ranking."""
    if isinstance(contests, str):
        contests = {None: contests}
    elif "categories" not in tier:
        tier += f"\ncategories: [{', '.join(f'{{id: {category}}}' for category in contests)}]"
    rules = rules_of(prizes, tier, unit, programme)
    played = rules.competitions["terraces"].tiers[0]
    recorded = tuple(RecordedOrder("lots", order) for order in orders)
    rankings = []
    for category, points in contests.items():
        contest = Contest(None, category, tuple(entries_of(points, fields or {})), recorded)
        rankings.append(rank(played, "terraces", contest, score_contest(played, contest).scores))
    return Paid(award_prizes(played, rules.programme, rankings))


def refusal(contests: Mapping[str | None, str] | str, prizes: str, **more: object) -> list[str]:
    """What is refused, in English."""
    with pytest.raises(Refused) as refused:
        award(contests, prizes, **more)  # type: ignore[arg-type]
    return [ENGLISH.problem(problem) for problem in refused.value.problems]


def one_purse(amount: int | str, awards: str, more: str = "") -> str:
    """Prizes with one purse, so that awards need not name it."""
    return f"purses: [{{id: p, amount: {amount}}}]\nawards: [{awards}]\n{more}"


def by_place(amount: int, amounts: str, more: str = "") -> str:
    """Prizes for the first places of a contest."""
    return one_purse(amount, f"{{scheme: by_place, amounts: [{amounts}]}}", more)


def proportional(amount: str, keys: str = "", more: str = "") -> str:
    """A purse shared by points."""
    return one_purse(amount, "{scheme: proportional" + keys + "}", more)


TWO_PURSES = "purses: [{id: project, amount: 200}, {id: municipality, amount: %s}]\n"
LEVELS = "levels: [{id: at_level, name: {en: At level}, from: 70}, {id: outstanding, from: 90}]"


# -- P2: what each award gives ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "prizes", "amounts"),
    [
        ("9 8 7 6", by_place(200, "100, 60, 40"), "100 60 40 0"),
        ("95 72 65", one_purse(120, "{scheme: percent, percents: [50, 30, 20]}"), "60 36 24"),
        ("9", one_purse(125, "{scheme: percent, percents: [50]}"), "62"),
        ("9 8 7", one_purse(160, "{scheme: flat, amount: 20, to: all}"), "20 20 20"),
        ("9 8 -", one_purse(160, "{scheme: flat, amount: 20, to: all}"), "20 20 0"),
    ],
)
def test_each_scheme_gives_its_raw_amounts(points: str, prizes: str, amounts: str) -> None:
    """By position, by percent of the whole purse (floored even for a single winner), the same for all who are ranked."""
    assert award(points, prizes).line(len(points.split())) == amounts


def test_the_highest_named_level_reached_is_paid_and_equal_points_are_paid_alike() -> None:
    """20 and 40 from 70 and 90: 95, 72, 65 → 40, 20, 0; a level without an amount falls back on the one below."""
    prizes = "{scheme: by_level, amounts: {at_level: 20, outstanding: 40}}"
    paid = award("95 72 65 72", one_purse(200, prizes), tier=LEVELS)
    assert paid.line(4) == "40 20 0 20"
    assert paid.why("H2") == ["level At level"]
    assert (
        award("95 72 65", one_purse(200, "{scheme: by_level, amounts: {at_level: 20}}"), tier=LEVELS).line(3)
        == "20 20 0"
    )


def test_the_flat_prize_goes_to_those_who_have_no_other_award() -> None:
    """8 others × 20 = 160, though the flat prize stands first in the file; each purse closes."""
    prizes = TWO_PURSES % 160 + (
        "awards: [{scheme: flat, purse: municipality, amount: 20}, {scheme: by_place, purse: project, amounts: [100, 60, 40]}]"
    )
    paid = award("20 19 18 9 8 7 6 5 4 3 2", prizes)
    assert paid.line(11) == "100 60 40" + " 20" * 8
    assert paid.returned() == ["0", "0"]
    assert paid.why("H1") == ["1st place"]
    assert paid.why("H4") == ["flat prize for the other participants"]


def test_a_flat_prize_is_kept_from_those_who_were_passed_over() -> None:
    """They keep their place and get nothing at all."""
    prizes = TWO_PURSES % 160 + (
        "awards: [{scheme: by_place, purse: project, amounts: [100]}, {scheme: flat, purse: municipality, amount: 20}]"
    )
    assert award("9 8 7", prizes, fields={"entrant": "A A B"}).line(3) == "100 0 20"


def test_requests_are_paid_in_full_until_the_first_that_does_not_fit() -> None:
    """1000 on requests 600, 500, 300 → 600, and 400 goes back: no part, no skipping."""
    prizes = one_purse(1000, "{scheme: until_spent}")
    paid = award("9 8 7", prizes, fields={"requested": "600 500 300"})
    assert paid.line(3) == "600 0 0"
    assert paid.returned() == ["400"]
    assert paid.why("H1") == ["requested amount"]
    assert paid.notes("H2") == ["H2 asked for USD 500.00, and USD 400.00 was left: the award ends here"]
    assert paid.notes("H3") == [
        "before its turn H2 asked for USD 500.00, and USD 400.00 was left: the award ended there"
    ]


def test_requests_of_entries_equal_for_money_are_paid_all_or_none() -> None:
    """300 and 200 share the 2nd place and 400 is left: neither is paid."""
    prizes = one_purse(1000, "{scheme: until_spent}")
    assert award("9 8 8", prizes, fields={"requested": "600 300 200"}).line(3) == "600 0 0"
    assert award("9 8 8", prizes, fields={"requested": "600 300 100"}).line(3) == "600 300 100"


def test_all_requests_that_are_missing_or_off_the_cash_unit_are_refused_together() -> None:
    """Each needs a request, a multiple of the unit; the absent need none."""
    prizes = one_purse(1000, "{scheme: until_spent}")
    told = refusal("9 8 7 6 -", prizes, unit="10", fields={"requested": "600 - 15 -20 -"})
    assert len(told) == 3
    assert told[0].startswith("H2 asks for nothing: `requested` is empty")
    assert told[1].startswith("H3 asks for “15”, which is no amount in units of USD 10.00")


def test_what_earlier_awards_left_is_what_until_spent_and_proportional_take() -> None:
    """100 by place leaves 100 of 200."""
    first = "{scheme: by_place, amounts: [100]}"
    shared = award("9 8 7", one_purse(200, first + ", {scheme: proportional, base: 7}"))
    assert shared.line(3) == "167 33 0"
    spent = award("9 8 7", one_purse(200, first + ", {scheme: until_spent}"), fields={"requested": "50 50 10"})
    assert spent.line(3) == "150 50 0"


def test_below_the_minimum_points_nobody_is_paid_and_the_printed_total_decides() -> None:
    """With 51, an entry of 50.99 gets nothing from that award, and nobody slips into its position."""
    prizes = one_purse(200, "{scheme: by_place, amounts: [100, 60, 40], minimum_points: 51}")
    paid = award("60 51 50.99", prizes)
    assert paid.line(3) == "100 60 0"
    assert paid.warnings() == ["no winner for 3rd place: what it holds goes back to the purse"]


def test_an_award_is_for_its_categories() -> None:
    """The other category's purse goes back whole."""
    prizes = one_purse(100, "{scheme: by_place, amounts: [100], categories: [new]}")
    paid = award({"new": "9 8", "returning": "9 8"}, prizes)
    assert [paid.line(2, contest) for contest in (0, 1)] == ["100 0", "0 0"]
    assert [paid.returned(contest) for contest in (0, 1)] == [["0"], ["100"]]
    assert paid.warnings(1) == []


# -- P3: ties --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "prizes", "unit", "amounts", "returned"),
    [
        ("9 9 8", by_place(1000, "500, 300, 200"), "10", "400 400 200", "0"),
        ("9 8 7 7 7", by_place(600, "300, 200, 100"), "10", "300 200 30 30 30", "10"),
        ("9 9 9", by_place(48, "25, 15, 8"), "1", "16 16 16", "0"),
        ("9 9 9", by_place(2576000, "1100000, 900000, 576000"), "1", "858666 858666 858666", "2"),
        ("9 9 8", by_place(300, "100, 60, 40", "tie_split: full"), "1", "100 100 40", "60"),
        ("9 9 9", by_place(200, "100, 60, 40"), "1", "66 66 66", "2"),
        ("5 5 4 4 4 3", by_place(360, "200, 100, 60"), "1", "150 150 20 20 20 0", "0"),
        ("9 9", by_place(100, "1"), "1", "0 0", "100"),
    ],
)
def test_tied_entries_put_the_prizes_of_their_positions_together(
    points: str, prizes: str, unit: str, amounts: str, returned: str
) -> None:
    """Positions beyond the last paid place count 0; shares are floored to the cash unit, never up or to the nearest."""
    paid = award(points, prizes, unit=unit)
    assert paid.line(len(points.split())) == amounts
    assert paid.returned() == [returned]


def test_the_prize_sheet_says_how_a_place_was_shared() -> None:
    """The places whose prizes are shared, among how many, how much there was and what goes back."""
    paid = award("9 8 8", by_place(200, "100, 60, 40"))
    assert [paid.why(code) for code in ("H1", "H2", "H3")] == [["1st place"], *[["2nd and 3rd place shared by 2"]] * 2]
    assert paid.notes("H2") == ["USD 60.00 and USD 40.00 put together are USD 100.00, shared by 2: USD 50.00 each"]
    assert paid.warnings() == []
    three = award("9 8 7 7 7", by_place(600, "300, 200, 100"), unit="10")
    assert three.why("H4") == ["3rd place shared by 3"]
    assert three.notes("H4") == ["USD 100.00 shared by 3: USD 30.00 each"]
    assert three.warnings() == [
        "USD 10.00 of 3rd place shared by 3 cannot be shared in units of USD 10.00 and goes back to the purse"
    ]
    assert award("9 9 9 9 9", by_place(200, "80, 60, 40, 20")).why("H1") == ["1st to 4th place shared by 5"]
    assert award("9 9", by_place(200, "80, 60", "tie_split: full")).why("H2") == ["1st place, in full for each of 2"]


@pytest.mark.parametrize("remainder", ["by_lot", "best_by_chain"])
def test_whole_units_that_are_left_go_by_the_lots_of_the_chain(remainder: str) -> None:
    """100 60 40, three first, 2 over: 67 67 66, though lots decide no more of the money."""
    prizes = by_place(200, "100, 60, 40", f"remainder: {remainder}")
    paid = award("9 9 9", prizes, tier="ties: [{lots: recorded}]", fields={"lots": "3 1 2"})
    assert paid.line(3) == "66 67 67"
    assert paid.why("H1") == ["1st, 2nd and 3rd place shared by 3"]
    assert paid.why("H2")[0].startswith("1st, 2nd and 3rd place shared by 3, and a spare unit")


def test_best_by_chain_gives_units_to_those_who_share_a_place_all_or_none() -> None:
    """Two units for three who share the place: they go back."""
    assert award("9 9 9", by_place(200, "100, 60, 40", "remainder: best_by_chain")).line(3) == "66 66 66"


def test_spare_units_by_lot_are_due_until_the_lot_is_recorded() -> None:
    """The chain has no lots: the units go back and a lot is due; once recorded, by order or by field, they are paid."""
    prizes = by_place(200, "100, 60, 40", "remainder: by_lot")
    waiting = award("9 9 9", prizes)
    assert waiting.line(3) == "66 66 66"
    assert waiting.due() == ["Lots must be drawn between H1, H2 and H3 for 2 spare units of USD 1.00, and recorded."]
    for drawn in ({"orders": [{"H1": 2, "H2": 3, "H3": 1}]}, {"fields": {"lots": "2 3 1"}}):
        paid = award("9 9 9", prizes, **drawn)  # type: ignore[arg-type]
        assert paid.line(3) == "67 66 67"
        assert paid.due() == []
        assert paid.why("H3") == ["1st, 2nd and 3rd place shared by 3, and a spare unit by lot"]


@pytest.mark.parametrize(("decide", "amounts"), [("false", "100 50 50"), ("true", "100 60 40")])
def test_lots_give_the_place_and_not_the_money(decide: str, amounts: str) -> None:
    """T6: 100 60 40, 2nd and 3rd by lot → 100, 50, 50; only where the rules say so 100, 60, 40."""
    prizes = by_place(200, "100, 60, 40", f"lots_decide_money: {decide}")
    paid = award("90 80 80", prizes, tier="ties: [{lots: recorded}]", fields={"lots": "1 2 3"})
    assert paid.line(3) == amounts


# -- P4: by points ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "prizes", "unit", "amounts", "returned"),
    [
        ("87 74 61", proportional("1000"), "10", "390 330 280", "0"),
        ("80 80 80", proportional("1000"), "10", "330 330 330", "10"),
        ("87 74 61", proportional("1003.50"), "10", "390 330 280", "3.50"),
        ("70 30", proportional("9345.55"), "0.01", "6541.89 2803.66", "0"),
        ("95 90 20 5 2", proportional("3000", ", minimum: 100, maximum: 1100"), "1", "1100 1100 560 140 100", "0"),
        ("60 25 10 5", proportional("3000", ", minimum: 300, maximum: 1500"), "1", "1500 857 343 300", "0"),
        ("1500 1500 900 500 500 200", proportional("250"), "10", "70 70 40 30 30 10", "0"),
        ("1500 1500 900 500 500 200", proportional("260"), "10", "80 80 50 20 20 10", "0"),
        ("9061 7179 5259 3319 1182", proportional("26"), "1", "9 7 5 4 1", "0"),
        ("9 8 5 4", proportional("70", ", base: 5"), "1", "40 30 0 0", "0"),
        ("9 8", proportional("100", ", maximum: 30"), "1", "30 30", "40"),
        ("9 8 7", proportional("100", ", minimum: 40", "if_short: cut_last"), "1", "53 47 0", "0"),
        ("5 5", proportional("100", ", base: 5"), "1", "0 0", "100"),
    ],
)
def test_a_purse_is_shared_by_points(points: str, prizes: str, unit: str, amounts: str, returned: str) -> None:
    """Exact shares, limits, largest remainder by blocks of equal points; what cannot be shared goes back."""
    paid = award(points, prizes, unit=unit)
    assert paid.line(len(points.split())) == amounts
    assert paid.returned() == [returned]


def test_a_share_says_its_points_and_where_it_stopped() -> None:
    """The points over all points, the base, the limit; after a limit, over those among whom the rest was shared."""
    assert award("87 74 61", proportional("1000"), unit="10").why("H1") == ["share for 87 of 222 points"]
    above = award("87 74 61", proportional("1000", ", base: 50"), unit="10")
    assert above.why("H3") == ["share for 11 of 72 points above 50"]
    limited = award("95 90 20 5 2", proportional("3000", ", minimum: 100, maximum: 1100"))
    assert limited.why("H1") == ["share for 95 of 212 points, held at the maximum"]
    assert limited.why("H3") == [
        "share for 20 of 25 points, of USD 700.00 that the limits leave"
    ]  # 560 = 700 × 20 ÷ 25
    assert limited.why("H5") == ["share for 2 of 27 points, of USD 800.00 that the limits leave, raised to the minimum"]
    assert award("80 80 80", proportional("1000"), unit="10").warnings() == [
        "USD 10.00 cannot be shared by points in units of USD 10.00 and goes back to the purse"
    ]
    assert award("9 8", proportional("100", ", maximum: 30")).warnings() == [
        "all have reached the maximum: USD 40.00 goes back to the purse"
    ]


@pytest.mark.parametrize("if_short", ["refuse", "prorate"])
def test_minimum_shares_that_do_not_fit_are_refused(if_short: str) -> None:
    """3 × 40 is more than 100; proration would break the minimum."""
    (told,) = refusal("9 8 7", proportional("100", ", minimum: 40", f"if_short: {if_short}"))
    assert told.startswith(
        "the contest, purse “p”: 3 shares by points of at least USD 40.00 do not fit into the USD 100.00 that the purse holds"
    )


def test_cut_last_leaves_out_the_lowest_points_equal_ones_together() -> None:
    """Two of 7 points: both are left out, with the reason."""
    paid = award("9 8 7 7", proportional("130", ", minimum: 40", "if_short: cut_last"))
    assert paid.line(4) == "69 61 0 0"
    assert paid.notes("H4") == ["left out: the purse does not hold the minimum of USD 40.00 for everybody"]


def test_a_purse_of_the_round_is_shared_by_points_among_all_contests() -> None:
    """87 in one contest, 74 and 61 in the other: one sharing, equal points equal amounts, closed once."""
    prizes = "purses: [{id: p, amount: 1000, per: round}]\nawards: [{scheme: proportional}]"
    paid = award({"a": "A1:87", "b": "B1:74 B2:61"}, prizes, unit="10")
    assert (paid.cash("A1"), paid.cash("B1", 1), paid.cash("B2", 1)) == ("390", "330", "280")
    equal = award({"a": "A1:80 A2:80", "b": "B1:80"}, prizes, unit="10")
    assert (equal.cash("A1"), equal.cash("A2"), equal.cash("B1", 1)) == ("330", "330", "330")
    assert equal.prizes.purses == (PurseResult("p", 100000, 99000),)
    assert said(equal.prizes.warnings) == [
        "USD 10.00 cannot be shared by points in units of USD 10.00 and goes back to the purse"
    ]


# -- P5: one prize for each entrant ----------------------------------------------------------------------------------

FREED = {"pasture": "H1:20 H2:19 H3:18", "compost": "H4:20 H1:19 H5:18 H6:17"}


def test_a_freed_prize_moves_up_those_behind() -> None:
    """H1 keeps 100 in pasture; compost pays H4 100, H5 60, H6 40. H1 keeps its place and reads why."""
    paid = award(FREED, by_place(200, "100, 60, 40", "one_prize_per_entrant: round"))
    assert [paid.cash(code) for code in ("H1", "H2", "H3")] == ["100", "60", "40"]
    assert [paid.cash(code, 1) for code in ("H4", "H1", "H5", "H6")] == ["100", "0", "60", "40"]
    assert paid.notes("H1", 1) == ["passed over: H1 keeps its prize in pasture, one for each entrant"]
    assert paid.why("H5", 1) == ["prize of 2nd place, moved up"]


@pytest.mark.parametrize("one_prize", ["category", '"no"'])
def test_prizes_of_two_categories_are_both_kept_where_the_rules_allow_it(one_prize: str) -> None:
    """One in each contest is no second prize."""
    paid = award(FREED, by_place(200, "100, 60, 40", f"one_prize_per_entrant: {one_prize}"))
    assert paid.cash("H1") == "100"
    assert paid.cash("H1", 1) == "60"


def test_the_largest_prize_is_settled_first_so_a_freed_prize_never_goes_to_one_who_keeps_another() -> None:
    """p4 keeps 75 and p3 keeps 70 elsewhere; the 3rd main prize of 50 falls to p5, who has no other."""
    prizes = (
        "purses: [{id: main, amount: 350}, {id: rating, amount: 75}, {id: woman, amount: 70}]\n"
        "awards: [{scheme: by_place, purse: main, amounts: [200, 100, 50], categories: [main]},"
        " {scheme: by_place, purse: rating, amounts: [75], categories: [rating]},"
        " {scheme: by_place, purse: woman, amounts: [70], categories: [woman]}]\n"
        "one_prize_per_entrant: round"
    )
    contests = {"main": "p1:6 p2:5 p3:3 p4:3 p5:2", "rating": "p4:3 p5:2", "woman": "p3:3"}
    paid = award(contests, prizes)
    assert [paid.cash(code) for code in ("p1", "p2", "p3", "p4", "p5")] == ["200", "100", "0", "0", "50"]
    assert paid.cash("p4", 1) == "75"
    assert paid.cash("p3", 2) == "70"


def test_of_equal_prizes_the_category_that_stands_first_in_the_file_is_kept() -> None:
    """100 in both: whatever order the contests come in."""
    tier = "categories: [{id: pasture}, {id: compost}]"
    prizes = by_place(160, "100, 60", "one_prize_per_entrant: round")
    paid = award({"compost": "H1:9 H2:8", "pasture": "H1:9 H3:8"}, prizes, tier=tier)
    assert (paid.cash("H1"), paid.cash("H2"), paid.cash("H1", 1)) == ("0", "100", "100")


def test_a_thing_counts_by_its_value_for_one_prize() -> None:
    """Tools worth 25 are more than 20 in cash: the cash is passed on."""
    prizes = one_purse(
        20,
        "{scheme: in_kind, item: Tools, value: 25, places: [1], categories: [a]},"
        " {scheme: by_place, amounts: [20], categories: [b]}",
        "one_prize_per_entrant: round",
    )
    paid = award({"a": "H1:9 H2:8", "b": "H1:9 H3:8"}, prizes)
    assert [one.item for one in paid.awards()["H1"]] == [Name({"es": "Tools"}, "in_kind")]
    assert (paid.cash("H1", 1), paid.cash("H3", 1)) == ("0", "20")


def test_who_ends_with_less_than_it_gave_up_is_reported() -> None:
    """H1 keeps 120 and gives up 60; then the purse is short, and 54 is left of the 120."""
    prizes = (
        "purses: [{id: p, amount: 100}, {id: q, amount: 60}]\n"
        "awards: [{scheme: by_place, purse: p, amounts: [100], categories: [a]},"
        " {scheme: flat, purse: p, amount: 20, to: all, categories: [a]},"
        " {scheme: by_place, purse: q, amounts: [60], categories: [b]}]\n"
        "one_prize_per_entrant: round\nif_short: prorate"
    )
    paid = award({"a": "H1:9 H2:8 H3:7 H4:6 H5:5 H6:4", "b": "H1:9"}, prizes)
    assert paid.cash("H1") == "54"
    assert paid.warnings(1) == [
        "purse “q”: no winner for 1st place: what it holds goes back to the purse",
        "H1 gave up USD 60.00 here and ends with USD 54.00",
    ]


def test_an_entrant_with_several_entries_in_one_contest_wins_with_the_best() -> None:
    """The entries A of 9 and 8 points: the second is passed over, those behind move up; `no` sets no limit."""
    prizes = by_place(160, "100, 60")
    paid = award("9 8 7", prizes, fields={"entrant": "A A B"})
    assert paid.line(3) == "100 0 60"
    assert paid.notes("H2") == ["passed over: A competes here with H1, its best entry"]
    assert (
        award("9 8 7", by_place(160, "100, 60", 'one_prize_per_entrant: "no"'), fields={"entrant": "A A B"}).line(3)
        == "100 60 0"
    )


# -- P6: the cap per community ---------------------------------------------------------------------------------------

CCAPANA = {"community": "Ccapana Ccapana Marcapata"}


@pytest.mark.parametrize(
    ("points", "cap", "amounts"),
    [
        ("9 8 7", "{prizes: 1}", "100 0 60"),
        ("9 9 7", "{prizes: 1}", "0 0 100"),
        ("9 8 7", "{amount: 150}", "100 0 60"),
        ("9 8 7", "{amount: 160}", "100 60 0"),
        ("9 8 8", "{amount: 130}", "100 30 30"),
        ("9 8 8", "{amount: 129}", "100 0 60"),
    ],
)
def test_a_community_takes_no_more_than_its_cap(points: str, cap: str, amounts: str) -> None:
    """From the best position down; equal ones of one community all or none; tied shares are reckoned anew without it."""
    assert award(points, by_place(160, "100, 60", f"cap_per_community: {cap}"), fields=CCAPANA).line(3) == amounts


def test_a_cap_says_whom_it_passes_over_and_needs_every_winner_s_community() -> None:
    """All winners without a community are named."""
    prizes = by_place(160, "100, 60", "cap_per_community: {prizes: 1}")
    assert award("9 8 7", prizes, fields=CCAPANA).notes("H2") == [
        "passed over: Ccapana may win 1 prize here, and would have 1 + 1 = 2"
    ]
    told = refusal("9 8 7", prizes, fields={"community": "- - Marcapata"})
    assert [line.split()[0] for line in told] == ["H1", "H2"]


# -- P7: a purse that is too short -----------------------------------------------------------------------------------

EIGHT = "8 7 6 5 4 3 2 1"


def test_every_purse_that_is_too_short_is_refused_with_its_shortfall() -> None:
    """8 × 20 on 60, in two contests: nothing is awarded, both shortfalls are named."""
    told = refusal({"a": EIGHT, "b": EIGHT}, one_purse(60, "{scheme: flat, amount: 20, to: all}"))
    assert [line.partition("\n")[0] for line in told] == [
        "a, purse “p”: its awards come to USD 160.00, and it holds USD 60.00: USD 100.00 too little",
        "b, purse “p”: its awards come to USD 160.00, and it holds USD 60.00: USD 100.00 too little",
    ]


def test_prorating_pays_each_claim_its_part_in_whole_units() -> None:
    """8 × 20 on 60 → 7 each, 4 back."""
    paid = award(EIGHT, one_purse(60, "{scheme: flat, amount: 20, to: all}", "if_short: prorate"))
    assert paid.line(8) == "7 7 7 7 7 7 7 7"
    assert paid.returned() == ["4"]
    assert paid.why("H8") == ["flat prize for everybody, in proportion to what the purse holds"]
    nothing = award(EIGHT, one_purse(7, "{scheme: flat, amount: 20, to: all}", "if_short: prorate"))
    assert nothing.awards() == {}
    assert nothing.notes("H1") == ["purse “p” is too short for a whole cash unit"]


def test_cutting_from_the_last_position_strikes_equal_ones_together() -> None:
    """8 × 20 on 60: three keep 20; of three who share the 2nd place none or all."""
    prizes = one_purse(60, "{scheme: flat, amount: 20, to: all}", "if_short: cut_last")
    assert award(EIGHT, prizes).line(8) == "20 20 20 0 0 0 0 0"
    assert award("8 7 7 7", prizes).line(4) == "20 0 0 0"
    assert award(EIGHT, prizes).notes("H4") == [
        "USD 20.00 (flat prize for everybody) struck: purse “p” is too short, and the last places lose first"
    ]


def test_a_purse_of_the_round_is_cut_by_position_over_all_contests() -> None:
    """Positions 1 of both contests are kept, both 2nd ones are struck."""
    prizes = (
        "purses: [{id: p, amount: 70, per: round}]\nawards: [{scheme: flat, amount: 20, to: all}]\nif_short: cut_last\n"
    )
    paid = award({"a": "A1:9 A2:8", "b": "B1:3 B2:2"}, prizes)
    assert (paid.cash("A1"), paid.cash("A2"), paid.cash("B1", 1), paid.cash("B2", 1)) == ("20", "0", "20", "0")
    assert paid.prizes.purses == (PurseResult("p", 7000, 4000),)


# -- P8: fewer winners than prizes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "unfilled", "amounts", "returned"),
    [
        ("9 8", "return", "300 200", "100"),
        ("9 8", "redistribute", "360 240", "0"),
        ("9 9", "redistribute", "300 300", "0"),
        ("- -", "redistribute", "0 0", "600"),
    ],
)
def test_prizes_that_nobody_wins(points: str, unfilled: str, amounts: str, returned: str) -> None:
    """300 200 100 with two winners: they go back, or the filled positions share the whole list; with none all goes back."""
    paid = award(points, by_place(600, "300, 200, 100", f"unfilled: {unfilled}"))
    assert paid.line(2) == amounts
    assert paid.returned() == [returned]


def test_a_place_without_a_winner_is_named() -> None:
    """No prize slips to a lower place in silence."""
    assert award("9", by_place(600, "300, 200, 100")).warnings() == [
        "no winner for 2nd and 3rd place: what it holds goes back to the purse"
    ]
    shared = award("9 8", by_place(600, "300, 200, 100", "unfilled: redistribute"))
    assert shared.warnings() == ["no winner for 3rd place: what it holds is shared by the places that are filled"]
    assert shared.why("H1") == ["1st place, with a part of the prizes that nobody won"]


# -- P9: purses close ------------------------------------------------------------------------------------------------


def test_what_is_not_awarded_goes_back() -> None:
    """400 with 100 + 60 + 40 awarded returns 200, in each contest; a purse of the round is closed once."""
    per = "purses: [{id: p, amount: 400, per: %s}]\nawards: [{scheme: by_place, amounts: [100, 60, 40]}]"
    contests = {"a": "A1:9 A2:8 A3:7", "b": "B1:9 B2:8 B3:7"}
    each = award(contests, per % "contest")
    assert [one.purses for one in each.prizes.contests] == [(PurseResult("p", 40000, 20000),)] * 2
    assert each.prizes.purses == ()
    together = award(contests, per % "round")
    assert [one.purses for one in together.prizes.contests] == [(), ()]
    assert together.prizes.purses == (PurseResult("p", 40000, 40000),)


def test_percent_and_until_spent_need_a_purse_of_their_own_contest() -> None:
    """One amount for two contests: refused, both awards named; with one contest allowed."""
    prizes = (
        "purses: [{id: p, amount: 100, per: round}]\nawards: [{scheme: percent, percents: [50]}, {scheme: until_spent}]"
    )
    told = refusal({"a": "A1:9", "b": "B1:9"}, prizes)
    assert [line.split()[0] for line in told] == ["`percent`", "`until_spent`"]
    assert award("9 8", prizes, fields={"requested": "10 10"}).line(2) == "60 10"


@pytest.mark.parametrize(
    ("purse", "drawn"),
    [(PurseResult("p", 100, 60), 50), (PurseResult("p", 100, 120), 120), (PurseResult("p", 100, -1), -1)],
)
def test_a_purse_that_does_not_close_stops_the_run(purse: PurseResult, drawn: int) -> None:
    """Said and paid differ, or more is paid than there is: a mistake of the program, and never a wrong list."""
    with pytest.raises(BrokenPurse):
        _check_purse(purse, drawn)


def test_a_tier_without_prizes_has_empty_lists() -> None:
    """One for each contest."""
    rules = rules_of("{}", "", "1", "")
    played = rules.competitions["terraces"].tiers[0]
    contest = Contest(None, None, tuple(entries_of("9 8", {})))
    found = award_prizes(
        played, rules.programme, [rank(played, "terraces", contest, score_contest(played, contest).scores)]
    )
    assert found.contests[0].awards == {}
    assert found.contests[0].purses == ()


# -- P10: in kind ----------------------------------------------------------------------------------------------------


def tools(places: str, more: str = "") -> str:
    """Tools for these places, and nothing else."""
    return f"awards: [{{scheme: in_kind, item: {{en: Tools}}, value: 25, places: [{places}]}}]\n{more}"


def given_tools(paid: Paid) -> str:
    """Who gets the tools."""
    return " ".join(sorted(paid.awards()))


def test_a_thing_goes_to_the_listed_places_and_is_no_money() -> None:
    """Purse none, no cash, the value for the accounts."""
    paid = award("9 8", tools("1"))
    (one,) = paid.awards()["H1"]
    assert (one.scheme, one.purse, one.cents, one.value) == ("in_kind", None, 0, 2500)
    assert paid.why("H1") == ["1st place"]
    assert given_tools(paid) == "H1"
    assert award("9", tools("1, 2")).warnings() == ["no winner of Tools for 2nd place"]


def test_tied_entries_that_fill_only_listed_places_get_one_each() -> None:
    """Two first, tools for places 1 and 2."""
    assert given_tools(award("9 9 8", tools("1, 2"))) == "H1 H2"
    assert given_tools(award("9 9 8", tools("1, 2, 3"))) == "H1 H2 H3"


def test_where_a_shared_place_reaches_beyond_the_list_a_lot_is_due() -> None:
    """Tools for place 1, two first: nothing is given until the lot is drawn; then one by lot, no cash for the other."""
    open_ = award("9 9 8", tools("1"))
    assert given_tools(open_) == ""
    assert open_.due() == ["Lots must be drawn between H1 and H2 for Tools, and recorded."]
    assert open_.notes("H1") == ["Tools stays open until lots are drawn"]
    drawn = award("9 9 8", tools("1"), orders=[{"H1": 2, "H2": 1}])
    assert given_tools(drawn) == "H2"
    assert drawn.why("H2") == ["1st place, by lot"]
    assert drawn.due() == []


def test_the_printed_place_decides_about_a_thing_so_lots_of_the_chain_may() -> None:
    """H2 is 1st by lot and takes the tools; the money is pooled all the same."""
    prizes = "purses: [{id: p, amount: 160}]\n" + tools("1").replace("[{", "[{scheme: by_place, amounts: [100, 60]}, {")
    paid = award("9 9 8", prizes, tier="ties: [{lots: recorded}]", fields={"lots": "2 1 3"})
    assert paid.line(3) == "80 80 0"
    assert [one.scheme for one in paid.awards()["H2"]] == ["by_place", "in_kind"]
    assert [one.scheme for one in paid.awards()["H1"]] == ["by_place"]


# -- P11: the range of prizes ----------------------------------------------------------------------------------------


def test_a_split_outside_the_range_or_below_the_flat_prize_stands_and_is_reported() -> None:
    """40 by three is 13 each: below the smallest prize of 20, and below the flat 20; names are given."""
    prizes = TWO_PURSES % 160 + (
        "awards: [{scheme: by_place, purse: project, amounts: [100, 60, 40]}, {scheme: flat, purse: municipality, amount: 20}]"
    )
    paid = award("9 8 7 7 7 6", prizes, programme=", prize_range: {minimum: 20, maximum: 3000}")
    assert paid.line(6) == "100 60 13 13 13 20"
    assert paid.warnings()[1:] == [
        "H3, H4 and H5: USD 13.00 is outside the range of prizes, USD 20.00 to USD 3,000.00",
        "H3, H4 and H5: USD 13.00 is below the flat prize of USD 20.00",
    ]


# -- X: invariants ---------------------------------------------------------------------------------------------------

MARKS = st.lists(st.integers(0, 6), min_size=0, max_size=9)
UNITS = st.sampled_from(["1", "10", "0.5"])
SPLIT = st.sampled_from(["pool", "full"])
REMAINDER = st.sampled_from(["return", "best_by_chain", "by_lot"])
UNFILLED = st.sampled_from(["return", "redistribute"])
SHORT = st.sampled_from(["prorate", "cut_last"])
LISTS = st.lists(st.integers(1, 30).map(lambda n: n * 10), min_size=1, max_size=5).map(
    lambda a: sorted(a, reverse=True)
)
CHAIN = st.sampled_from(["", "ties: [{lots: recorded}]", "ties: [{lots: seed, seed: acta-014}]"])
FULL = settings(max_examples=60, deadline=None)


def text_of(points: Sequence[int]) -> str:
    """The points as the helper reads them."""
    return " ".join(map(str, points))


@st.composite
def whole_prizes(draw: st.DrawFn) -> str:
    """Prizes of every kind on purses that may be too short."""
    amounts = draw(LISTS)
    place = draw(
        st.sampled_from(
            [
                f"{{scheme: by_place, purse: p, amounts: {amounts}}}",
                "{scheme: percent, purse: p, percents: [50, 30, 20]}",
            ]
        )
    )
    other = draw(
        st.sampled_from(
            [
                "{scheme: flat, purse: m, amount: 20, minimum_points: 2}",
                "{scheme: flat, purse: m, amount: 20, to: all}",
                "{scheme: proportional, purse: m, base: 1, maximum: 60}",
                "{scheme: proportional, purse: p}",
                "{scheme: until_spent, purse: m}",
                "{scheme: by_level, purse: m, amounts: {low: 10, high: 30}}",
            ]
        )
    )
    thing = draw(st.sampled_from(["", ", {scheme: in_kind, item: Tools, value: 30, places: [1, 3]}"]))
    cap = draw(st.sampled_from(["", "cap_per_community: {prizes: 2}", "cap_per_community: {amount: 200}"]))
    purse = sum(amounts) + draw(st.sampled_from([0, 30]))
    return (
        f"purses: [{{id: p, amount: {purse}}}, {{id: m, amount: {draw(st.sampled_from([40, 100, 500]))}}}]\n"
        f"awards: [{place}, {other}{thing}]\n"
        f"tie_split: {draw(SPLIT)}\nremainder: {draw(REMAINDER)}\nunfilled: {draw(UNFILLED)}\nif_short: {draw(SHORT)}\n"
        f"one_prize_per_entrant: {draw(st.sampled_from(['round', 'category']))}\n{cap}"
    )


@FULL
@given(first=MARKS, second=MARKS, prizes=whole_prizes(), unit=UNITS, chain=CHAIN)
def test_every_purse_closes_and_every_sum_agrees(
    first: list[int], second: list[int], prizes: str, unit: str, chain: str
) -> None:
    """X.8, X.11: awarded + returned = amount; by entry, award and purse the same; whole units; one prize; the cap."""
    size = max(len(first), len(second))
    fields = {
        "requested": " ".join(["30", "10", "60"][n % 3] for n in range(size)),
        "community": " ".join(["Ccapana", "Marcapata"][n % 2] for n in range(size)),
        "lots": " ".join(str(size - n) for n in range(size)),
    }
    tier = chain + "\nlevels: [{id: low, from: 2}, {id: high, from: 5}]"
    paid = award({"a": text_of(first), "b": text_of(second)}, prizes, unit=unit, tier=tier, fields=fields)
    cents = {"1": 100, "10": 1000, "0.5": 50}[unit]
    winners: set[str] = set()
    for contest, marks in enumerate((first, second)):
        awards = [one for mine in paid.awards(contest).values() for one in mine]
        for purse in paid.prizes.contests[contest].purses:
            assert purse.awarded == sum(one.cents for one in awards if one.purse == purse.id) <= purse.amount
        assert all(one.cents % cents == 0 and one.cents >= 0 for one in awards)
        for code, mine in paid.awards(contest).items():
            if marks[int(code[1:]) - 1] < 2:
                assert all("flat" not in ENGLISH.say(one.why) or "everybody" in ENGLISH.say(one.why) for one in mine)
        if "one_prize_per_entrant: round" in prizes:
            assert winners.isdisjoint(paid.awards(contest))
            winners |= set(paid.awards(contest))
        if "cap_per_community" in prizes:
            for community in (0, 1):
                mine = [
                    [one.cents for one in found if one.scheme in ("by_place", "percent", "until_spent")]
                    for code, found in paid.awards(contest).items()
                    if int(code[1:]) % 2 != community
                ]
                if "{prizes: 2}" in prizes:
                    assert sum(1 for one in mine if one) <= 2
                if "{amount: 200}" in prizes:
                    assert sum(map(sum, mine)) <= 20000


@FULL
@given(marks=MARKS, amounts=LISTS, unit=UNITS, split=SPLIT, remainder=REMAINDER, unfilled=UNFILLED)
def test_a_better_place_never_gets_less_and_a_pooled_group_never_more_than_its_positions_hold(
    marks: list[int], amounts: list[int], unit: str, split: str, remainder: str, unfilled: str
) -> None:
    """X.9: and equal for money gets the same, but for one spare unit."""
    more = f"tie_split: {split}\nremainder: {remainder}\nunfilled: {unfilled}\nif_short: prorate"
    fields = {"lots": " ".join(str(n) for n in range(len(marks)))}
    paid = award(text_of(marks), by_place(sum(amounts), str(amounts)[1:-1], more), unit=unit, fields=fields)
    ordered = sorted(
        ((marks[n], paid.prizes.contests[0].awards.get(f"H{n + 1}", ())) for n in range(len(marks))),
        key=lambda one: -one[0],
    )
    cash = [(points, sum(one.cents for one in mine)) for points, mine in ordered]
    for better, worse in pairwise(cash):
        assert better[1] >= worse[1] or better[0] == worse[0]
    spread = 100 if unit == "1" else 1000 if unit == "10" else 50
    for points in set(marks):
        mine = [amount for mark, amount in cash if mark == points]
        assert max(mine) - min(mine) <= spread
        if split == "pool" and unfilled == "return":
            before = sum(1 for mark in marks if mark > points)
            assert sum(mine) <= 100 * sum(amounts[before : before + len(mine)])


@FULL
@given(
    marks=st.lists(st.integers(0, 12), min_size=1, max_size=10),
    purse=st.integers(0, 400),
    unit=UNITS,
    base=st.integers(0, 5),
    maximum=st.sampled_from(["", ", maximum: 50"]),
)
def test_equal_points_get_equal_shares_and_more_points_never_less(
    marks: list[int], purse: int, unit: str, base: int, maximum: str
) -> None:
    """X.10: within one unit of the exact share where no block stopped and no limit bound."""
    purse = purse // 10 * 10
    paid = award(text_of(marks), proportional(str(purse), f", base: {base}{maximum}"), unit=unit)
    shares = [sum(one.cents for one in paid.awards().get(f"H{n + 1}", ())) for n in range(len(marks))]
    by_points = sorted(zip(marks, shares, strict=True))
    for less, more in pairwise(by_points):
        assert less[1] <= more[1]
        assert less[0] != more[0] or less[1] == more[1]
    assert all(mark > base or not share for mark, share in by_points)
    total = sum(max(0, mark - base) for mark in marks)
    if total and not maximum and sum(shares) == purse * 100:
        step = {"1": 100, "10": 1000, "0.5": 50}[unit]
        for n, mark in enumerate(marks):
            assert abs(shares[n] - Fraction(purse * 100 * max(0, mark - base), total)) < step


@FULL
@given(marks=MARKS, amounts=LISTS, seeds=st.tuples(st.integers(0, 99), st.integers(0, 99)))
def test_another_seed_changes_no_cash(marks: list[int], amounts: list[int], seeds: tuple[int, int]) -> None:
    """X.13: with `lots_decide_money: false` luck may give the cup, not the money."""
    prizes = by_place(sum(amounts), str(amounts)[1:-1])
    one, other = (
        award(text_of(marks), prizes, tier=f"ties: [{{lots: seed, seed: s{seed}}}]").line(len(marks)) for seed in seeds
    )
    assert one == other


@FULL
@given(marks=MARKS, prizes=whole_prizes(), chain=CHAIN, order=st.randoms(use_true_random=False))
def test_the_order_of_entries_and_contests_decides_nothing(
    marks: list[int], prizes: str, chain: str, order: object
) -> None:
    """X.1: the same awards, whatever comes first."""
    tier = chain + "\nlevels: [{id: low, from: 2}, {id: high, from: 5}]\ncategories: [{id: a}, {id: b}]"
    words = [f"H{n + 1}:{mark}" for n, mark in enumerate(marks)]
    shuffled = list(words)
    order.shuffle(shuffled)  # type: ignore[attr-defined]

    def of(line: list[str], contests: str) -> list[Mapping[str, tuple[Award, ...]]]:
        at = {word: n for n, word in enumerate(words)}
        fields = {
            "requested": " ".join(["30", "10", "60"][at[word] % 3] for word in line),
            "community": " ".join(["Ccapana", "Marcapata"][at[word] % 2] for word in line),
            "lots": " ".join(str(at[word]) for word in line),
        }
        paid = award({category: " ".join(line) for category in contests}, prizes, tier=tier, fields=fields)
        return [paid.awards(contests.index(category)) for category in "ab"]

    assert of(words, "ab") == of(shuffled, "ba")


@FULL
@given(marks=st.lists(st.integers(1, 6), min_size=1, max_size=9), amounts=LISTS, split=SPLIT, remainder=REMAINDER)
def test_a_new_entry_at_the_bottom_changes_no_prize_above(
    marks: list[int], amounts: list[int], split: str, remainder: str
) -> None:
    """X.6: under `unfilled: return`."""
    prizes = by_place(sum(amounts) * 9, str(amounts)[1:-1], f"tie_split: {split}\nremainder: {remainder}")
    assert award(text_of([*marks, 0]), prizes).line(len(marks)) == award(text_of(marks), prizes).line(len(marks))


@FULL
@given(marks=MARKS, amounts=LISTS, k=st.integers(2, 5), split=SPLIT, purse=st.integers(1, 40))
def test_money_times_k_multiplies_every_award(
    marks: list[int], amounts: list[int], k: int, split: str, purse: int
) -> None:
    """X.12: the cash unit too; proportional shares do not change when points are scaled."""

    def of(by: int) -> list[int]:
        awards = (
            f"{{scheme: by_place, purse: p, amounts: {[a * by for a in amounts]}}}, {{scheme: proportional, purse: m}}"
        )
        prizes = (
            f"purses: [{{id: p, amount: {sum(amounts) * 9 * by}}}, {{id: m, amount: {purse * by}}}]\nawards: [{awards}]"
        )
        paid = award(text_of(marks), prizes + f"\ntie_split: {split}", unit=str(by))
        return [sum(a.cents for a in paid.awards().get(f"H{n + 1}", ())) for n in range(len(marks))]

    assert of(k) == [cents * k for cents in of(1)]
    scaled = award(text_of([mark * k for mark in marks]), proportional(str(purse)))
    assert scaled.line(len(marks)) == award(text_of(marks), proportional(str(purse))).line(len(marks))
