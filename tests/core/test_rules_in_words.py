"""The rules as the printed bases say them: every kind of rule in a sentence that a farmer can check, word for word."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from tests.core.specimens import ENGLISH, community, rules_file, tier

from pachamama.core.rules import Rules, load_rules
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Value

CRITERIA = "criteria: [{id: soil, name: Suelo, max: 20}, {id: water, max: 10}]\n"


def rules_of(text: str, **around: str) -> Rules:
    """A file of one tier, with two criteria unless the text has its own."""
    return load_rules(rules_file(tier(text if "criteria:" in text or "phases:" in text else CRITERIA + text), **around))


def tier_of(text: str) -> Tier:
    """The tier of such a file."""
    return rules_of(text).competitions["terraces"].tiers[0]


def said(values: Iterable[Value | None]) -> list[str | None]:
    """What a reader of English reads."""
    return [None if value is None else ENGLISH.say(value) for value in values]


def lines(pairs: Iterable[tuple[Value, Value]]) -> list[str]:
    """Who gets what, line by line."""
    return [f"{ENGLISH.say(who)}: {ENGLISH.say(what)}" for who, what in pairs]


# -- what judges write ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criterion", "words", "answers"),
    [
        ("{id: a, max: 20}", "from 1 to 20, whole points", []),
        ("{id: a, min: 0, max: 10, step: 0.5}", "from 0 to 10 in steps of 0.5", []),
        (
            "{id: a, options: [{points: 0}, {points: 6, name: Half}, {points: 10, name: All}]}",
            "one of these answers",
            ["answer without a name: 0", "Half: 6", "All: 10"],
        ),
        (
            "{id: a, measured: {unit: m²}, bands: [{from: 0, points: 1}, {from: 200, points: 5}, {from: 500, points: 9}]}",
            "what is measured, in m²",
            ["below 200 m²: 1", "from 200 m², below 500 m²: 5", "from 500 m²: 9"],
        ),
        ("{id: a, measured: {unit: kg}, bands: [{from: 0, points: 3}]}", "what is measured, in kg", ["from 0 kg: 3"]),
    ],
)
def test_what_judges_may_write(criterion: str, words: str, answers: list[str]) -> None:
    """Free marks by their limits, answers and bands line by line with their points; the last band is open upwards."""
    one = tier_of(f"criteria: [{criterion}]").criterion("a")
    assert ENGLISH.say(one.in_words()) == words
    assert lines(one.answers()) == answers


@pytest.mark.parametrize(
    ("source", "words", "answers", "knockout"),
    [
        (
            "{id: a, source: participation, max: 20}",
            "households that took part, in percent of the register",
            ["100 %; less in proportion: 20"],
            None,
        ),
        (
            "{id: a, name: Asistencia, source: participation, knockout_below: 50, bands: [{from: 0, points: 0}, {from: 50, points: 5}, {from: 75, points: 8}]}",
            "households that took part, in percent of the register",
            ["below 50 %: 0", "from 50 %, below 75 %: 5", "from 75 %: 8"],
            "A community below 50 % in “Asistencia” has no place.",
        ),
        (
            "{id: a, source: households_at_level, level: at_level, max: 20}",
            "households that reached the level “Bueno”, in percent of the register",
            ["100 %; less in proportion: 20"],
            None,
        ),
        (
            "{id: a, source: household_mean, max: 20}",
            "mean points of all households on the register; who did not take part counts 0",
            ["all points of a household; less in proportion: 20"],
            None,
        ),
        (
            "{id: a, source: household_mean, over: participants, knockout_below: 7.5, bands: [{from: 0, points: 0}, {from: 10, points: 5}]}",
            "mean points of the households that took part",
            ["below 10 points: 0", "from 10 points: 5"],
            "A community below 7.5 points in “a” has no place.",
        ),
        (
            "{id: a, source: household_median, max: 20}",
            "middle of the points of the households that took part",
            ["all points of a household; less in proportion: 20"],
            None,
        ),
        (
            "{id: a, source: best_households, share: 20, max: 20}",
            "mean points of the best 20 % of the households on the register; missing ones count 0",
            ["all points of a household; less in proportion: 20"],
            None,
        ),
        (
            "{id: a, source: best_households, count: 3, max: 20}",
            "mean points of the 3 best households; missing ones count 0",
            ["all points of a household; less in proportion: 20"],
            None,
        ),
        (
            "{id: a, source: best_households, count: 1, max: 20}",
            "points of the best household; a missing one counts 0",
            ["all points of a household; less in proportion: 20"],
            None,
        ),
    ],
)
def test_what_a_community_gets_from_its_households(
    source: str, words: str, answers: list[str], knockout: str | None
) -> None:
    """Each source says what is counted, what gives which points, and below what a community is out."""
    text = community(source).replace("id: at_level", "id: at_level, name: Bueno")
    below, above = load_rules(text).competitions["terraces"].tiers
    one = above.criterion("a")
    assert ENGLISH.say(one.in_words({level.id: level.name for level in below.levels})) == words
    assert lines(one.answers()) == answers
    assert said([one.knockout_in_words()]) == [knockout]  # type: ignore[union-attr]


def test_a_level_without_a_name_is_called_by_its_id() -> None:
    """Also where the names of the lower tier are not at hand."""
    text = community("{id: a, source: households_at_level, level: at_level, max: 20}")
    one = load_rules(text).competitions["terraces"].tiers[1].criterion("a")
    assert "“at_level”" in ENGLISH.say(one.in_words())


# -- how judges become one figure -------------------------------------------------------------------------------------

TOTALS = "the totals of the judges’ sheets"
EACH = "the judges’ points in each criterion"


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        ("{judges: 3}", f"Of {TOTALS} the mean is taken: their sum divided by their number."),
        ("{judges: 3, of: criterion}", f"Of {EACH} the mean is taken: their sum divided by their number."),
        ("{judges: 1}", "The points are those of the judge’s sheet."),
        ("{combine: sum}", f"The points are the sum of {TOTALS}; every entry must have the same number of judges."),
        (
            "{combine: median}",
            f"Of {TOTALS} the middle one counts; where their number is even, the mean of the middle two.",
        ),
        (
            "{combine: trimmed}",
            f"Of {TOTALS} the highest and the lowest are dropped, from 5 judges on. Of the others the mean is taken.",
        ),
        (
            "{combine: trimmed, of: criterion, then: sum, drop: {highest: 1, lowest: 0, from: 4}}",
            f"Of {EACH} these are dropped, from 4 judges on: the highest. The others are added.",
        ),
        (
            "{combine: trimmed, drop: {highest: 2, lowest: 2, from: 7}}",
            f"Of {TOTALS} these are dropped, from 7 judges on: the 2 highest and the 2 lowest. Of the others the mean is taken.",
        ),
        (
            "{combine: outlier, distance: 2.5}",
            f"Of {TOTALS} those farther than 2.5 points from the mean are dropped; of the others the mean is taken again.",
        ),
        (
            "{combine: rank_sum}",
            (
                f"By {TOTALS} each judge’s entries are put in order: the best is 1, the next 2; equal ones share the mean of "
                "their places. The places are added, and the lowest sum wins."
            ),
        ),
        (
            "{combine: rank_points, points: [12, 10, 8]}",
            (
                f"By {TOTALS} each judge’s entries are put in order: the best gets 12, 10 and 8 points; whoever comes after "
                "them 0. Equal ones share the mean of their points. The points are added."
            ),
        ),
        (
            "{combine: standardised}",
            (
                f"So that a hard and a kind judge weigh the same, {TOTALS} are brought to one scale for all judges, with mean "
                "100 and spread 20; then the mean of the judges is taken."
            ),
        ),
    ],
)
def test_how_several_judges_become_one_figure(panel: str, words: str) -> None:
    """RULES.md, A4: each way of combining in one or two sentences, with its own figures."""
    assert ENGLISH.say(tier_of(f"panel: {panel}").panel.in_words()) == words


@pytest.mark.parametrize(
    ("panel", "words"),
    [
        (
            "{judges: 3}",
            [
                "3 judges mark each entry.",
                "An entry that fewer than 2 judges have marked has no place.",
                "A sheet with a mark missing is left out whole; it never counts 0.",
            ],
        ),
        (
            "{judges: 1, at_least: 1, of: criterion}",
            [
                "1 judge marks each entry.",
                "An entry that no judge has marked has no place.",
                "A mark that is missing is left out; it never counts 0.",
            ],
        ),
        (
            "{at_least: 3, missing: refuse, second_entry: all}",
            [
                "An entry that fewer than 3 judges have marked has no place.",
                "The contest is not settled while a sheet or a mark is missing.",
                "Each sheet is typed by two people who must read the same, or agrees with the total that its judge wrote on it; the prize sheet says how many were checked in which way.",
            ],
        ),
        (
            "{at_least: 1, missing: drop_judge, of: criterion, second_entry: winners}",
            [
                "An entry that no judge has marked has no place.",
                "A judge who did not mark every entry in full is left out for all of them.",
                "The sheets of those who could win are typed by two people who must read the same, or agree with the total that the judge wrote on them; the prize sheet says how many were checked in which way.",
            ],
        ),
    ],
)
def test_how_many_judges_are_needed_and_what_a_missing_sheet_does(panel: str, words: list[str]) -> None:
    """RULES.md, A3: the number of judges, the fewest that give a place, and what is never counted 0."""
    assert said(tier_of(f"panel: {panel}").panel.judges_in_words()) == words


AGREED = "What is printed is what is compared."


@pytest.mark.parametrize(
    ("rounding", "words"),
    [
        (
            "{}",
            [
                "Figures are rounded to 2 decimals, a half goes up, at: each criterion, each phase and the total.",
                AGREED,
            ],
        ),
        (
            "{decimals: 0, mode: floor, at: []}",
            ["Figures are rounded to whole points, always down, at: the total.", AGREED],
        ),
        (
            "{decimals: 1, mode: ceil, at: [phase]}",
            ["Figures are rounded to 1 decimal, always up, at: each phase and the total.", AGREED],
        ),
        (
            "{mode: half_even, at: [criterion, total]}",
            [
                "Figures are rounded to 2 decimals, a half goes to the even figure, at: each criterion and the total.",
                AGREED,
            ],
        ),
        ("{compare: exact}", ["Nothing is rounded before it is compared."]),
    ],
)
def test_where_and_how_figures_are_rounded(rounding: str, words: list[str]) -> None:
    """RULES.md, A1: the total is always rounded, whether it is listed or not."""
    assert said(tier_of(f"rounding: {rounding}").rounding.in_words()) == words


@pytest.mark.parametrize(
    ("numbering", "places"),
    [("1224", "1, 2, 2, 4"), ("1223", "1, 2, 2, 3"), ("1334", "1, 3, 3, 4"), ("fractional", "1, 2.5, 2.5, 4")],
)
def test_how_places_are_numbered(numbering: str, places: str) -> None:
    """RULES.md, T6: what four entries get where the middle two share."""
    words = ENGLISH.say(tier_of(f"ranking: {{numbering: {numbering}}}").ranking.in_words())
    assert words == f"Where two entries share the second place, the places are {places}."


def test_a_numbering_without_shared_places_needs_every_tie_decided() -> None:
    """RULES.md, T6: 1234."""
    one = tier_of("ranking: {numbering: 1234}\nties: [{lots: recorded}]")
    assert ENGLISH.say(one.ranking.in_words()) == (
        "Every entry has a place of its own; the contest cannot close while entries share one."
    )


PHASES = """
phases:
  - {id: field, name: Campo, criteria: [{id: soil, name: Suelo, max: 20}, {id: water, max: 10}]}
  - {id: fair, criteria: [{id: talk, max: 5}]}
panel: {combine: trimmed}
"""


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("{criterion: soil}", "First comes who has the better points in “Suelo”."),
        ("{criterion: water}", "First comes who has the better points in “water”."),
        ("{phase: field}", "First comes who has the better points of the phase “Campo”."),
        ("{phase: fair}", "First comes who has the better points of fair."),
        ("exact", "First comes who has the better total before any rounding."),
        (
            "count_back",
            "First comes who has more sheets with the best points of all; if equal, more with the next best, and so on.",
        ),
        ("head_to_head", "First comes who has won against more of the others, judge by judge."),
        ("best_judge", "First comes who has the better best sheet."),
        ("worst_judge", "First comes who has the better worst sheet."),
        ("untrimmed", "First comes who has the better total with no judge dropped."),
        ("{larger_gain: soil}", "First comes who has the larger gain in “Suelo” from before to now."),
        ("{lower: area}", "First comes who has the lower figure in “area”."),
        ("{higher: area}", "First comes who has the higher figure in “area”."),
        ("earlier_registration", "First comes who has the earlier registration."),
        ("jury_decision", "The jury decides and writes down its reason."),
        ("{lots: recorded}", "Lots are drawn in public and written down."),
        (
            "{lots: seed, seed: raymi}",
            "Lots decide by the published seed “raymi”: each entry has a SHA-256 of it, and the smallest comes first.",
        ),
        ("shared", "They share the place."),
    ],
)
def test_every_step_of_a_tie_is_said(step: str, words: str) -> None:
    """RULES.md, T3: who comes first, in one sentence."""
    one = tier_of(f"{PHASES}ties: [{step}]")
    assert ENGLISH.say(one.ties[0].in_words(one)) == words


# -- who goes up ------------------------------------------------------------------------------------------------------

ALL_IN = "If entries with equal points stand on both sides of the cut, all of them go up."


@pytest.mark.parametrize(
    ("promotion", "words"),
    [
        ("{top: 3}", ["The first 3 of each contest go up.", ALL_IN]),
        (
            "{top: 1, at_least: 12.5, tie_at_cut: none, reserves: 1}",
            [
                "The first of each contest goes up.",
                "Nobody goes up with less than 12.5 points.",
                "If entries with equal points stand on both sides of the cut, none of them goes up.",
                "The next 1 is a reserve, and moves up if somebody withdraws.",
            ],
        ),
        (
            "{percent: 12.5, at_least: 5, tie_at_cut: chain, reserves: 2}",
            [
                "The first 12.5 % of those with a place go up; a part of an entry counts as one.",
                "Nobody goes up with less than 5 points.",
                "If entries with equal points stand on both sides of the cut, their places decide.",
                "The next 2 are reserves; the first of them moves up if somebody withdraws.",
            ],
        ),
        ("{at_least: 15}", ["Everybody with 15 points or more goes up."]),
        (
            "{top: 4, quota: [{field: sex, value: F, count: 1}, {field: zone, value: high, count: 2}]}",
            [
                "The first 4 of each contest go up.",
                "1 seat is kept for the best woman.",
                "2 seats are kept for the best with “high” in “zone”.",
                ALL_IN,
            ],
        ),
    ],
)
def test_who_goes_up_is_said(promotion: str, words: list[str]) -> None:
    """RULES.md, C1: the seats, the threshold, the quotas, the tie at the cut, the reserves, in that order."""
    one = tier_of(f"promotion: {promotion}").promotion
    assert one is not None
    assert said(one.in_words()) == words


# -- prizes -----------------------------------------------------------------------------------------------------------

POOL = "Entries that share a place put the prizes of their places together and share them equally."
SPARE = "What cannot be divided in units of S/ 0.50 goes back to the purse."
UNWON = "Prizes that nobody wins go back to the purse."
BEST = "Who has several entries in a contest wins with the best placed one only."
SHORT = "If a purse is too small, no prize is given until that is put right."
LUCK = "Luck does not decide about money: entries that lots alone separate share their prizes."


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", [POOL, SPARE, UNWON, BEST, SHORT]),
        (
            ", tie_split: full",
            [
                "Entries that share a place each get its prize in full; the places that they use up are not paid.",
                UNWON,
                BEST,
                SHORT,
            ],
        ),
        (
            ", remainder: best_by_chain, unfilled: redistribute, if_short: prorate",
            [
                POOL,
                "What cannot be divided in units of S/ 0.50 goes to the first by the tie rules.",
                "Prizes that nobody wins are shared by the winners, in proportion.",
                BEST,
                "If a purse is too small, every prize from it is lowered in the same proportion.",
            ],
        ),
        (
            ", remainder: by_lot, if_short: cut_last, one_prize_per_entrant: round",
            [
                POOL,
                "What cannot be divided in units of S/ 0.50 is given by lot.",
                LUCK,
                UNWON,
                "Nobody wins in more than one contest of the round: the largest prize decides where; in the others those behind move up.",
                "If a purse is too small, the last places go without, as many as it takes.",
            ],
        ),
        (
            ", lots_decide_money: true, one_prize_per_entrant: 'no', cap_per_community: {prizes: 2}",
            [
                POOL,
                SPARE,
                "Lots decide about money too.",
                UNWON,
                "One community wins 2 prizes at most in a contest; whoever comes next moves up.",
                SHORT,
            ],
        ),
        (
            ", cap_per_community: {prizes: 1}",
            [
                POOL,
                SPARE,
                UNWON,
                BEST,
                "One community wins 1 prize at most in a contest; whoever comes next moves up.",
                SHORT,
            ],
        ),
        (
            ", cap_per_community: {amount: 50}",
            [
                POOL,
                SPARE,
                UNWON,
                BEST,
                "One community wins S/ 50.00 at most in a contest; whoever comes next moves up.",
                SHORT,
            ],
        ),
    ],
)
def test_what_happens_with_ties_spare_units_and_short_purses(more: str, words: list[str]) -> None:
    """RULES.md, P4 to P9: what is said of every tier with prizes for places; of luck only where lots are drawn."""
    ties = "ties: [{lots: recorded}]\n" if "lot" in more else ""
    rules = rules_of(
        ties
        + f"prizes: {{purses: [{{id: p, amount: 200}}], awards: [{{scheme: by_place, amounts: [100, 60]}}]{more}}}",
        programme="{cash_unit: 0.5, currency: PEN}",
    )
    one = rules.competitions["terraces"].tiers[0]
    assert one.prizes is not None
    assert said(one.prizes.in_words(one, rules.programme)) == words


@pytest.mark.parametrize(
    ("awards", "words"),
    [
        (
            "{scheme: by_place, amounts: [100]}, {scheme: flat, amount: 20}",
            [
                "One community wins 2 prizes at most in a contest; whoever comes next moves up.",
                "Only these prizes count for that: by place.",
            ],
        ),
        ("{scheme: flat, amount: 20}, {scheme: in_kind, item: Tools, places: [1]}", []),
    ],
)
def test_a_cap_promises_no_more_than_it_does(awards: str, words: list[str]) -> None:
    """RULES.md, P6: flat prizes and things are not counted, and where nothing is counted nothing is promised."""
    rules = rules_of(
        f"prizes: {{purses: [{{id: p, amount: 200}}], awards: [{awards}], cap_per_community: {{prizes: 2}}}}"
    )
    one = rules.competitions["terraces"].tiers[0]
    assert one.prizes is not None
    assert [
        line for line in said(one.prizes.in_words(one, rules.programme)) if "communit" in line or "count" in line
    ] == words


def test_things_alone_need_no_word_about_purses_and_shared_places() -> None:
    """Nothing is divided and no purse can be too small."""
    rules = rules_of("prizes: {awards: [{scheme: in_kind, item: Tools, places: [1]}]}")
    one = rules.competitions["terraces"].tiers[0]
    assert one.prizes is not None
    assert said(one.prizes.in_words(one, rules.programme)) == [BEST]


LEVELS = "levels: [{id: ok, name: Bueno, from: 10}, {id: top, from: 15.5}, {id: none, from: 1}]\n"
DIVIDED = "A thing is never divided: where a tie leaves fewer things than entries, lots decide who gets one."


@pytest.mark.parametrize(
    ("award", "label", "promised", "words"),
    [
        ("by_place, amounts: [100, 60.5]", "by place", ["1st place: S/ 100.00", "2nd place: S/ 60.50"], None),
        (
            "percent, percents: [33.3, 20]",
            "by percentages of the purse",
            ["1st place: 33.3 % of the purse: S/ 66.50", "2nd place: 20 % of the purse: S/ 40.00"],
            None,
        ),
        (
            "by_level, amounts: {ok: 10, top: 20.5}",
            "by level",
            ["level “top”, from 15.5 points: S/ 20.50", "level “Bueno”, from 10 points: S/ 10.00"],
            "The highest level reached counts, whatever the place.",
        ),
        (
            "flat, amount: 5",
            "flat prize",
            ["everybody else with a place: S/ 5.00"],
            "“Everybody else” is who has no other prize of this contest.",
        ),
        ("flat, amount: 5.5, to: all", "flat prize", ["everybody with a place: S/ 5.50"], None),
        (
            "proportional",
            "by points",
            ["everybody with points: a share by points"],
            "What the purse still holds is shared by points; equal points, equal amounts.",
        ),
        (
            "proportional, base: 7.5, minimum: 5, maximum: 20",
            "by points",
            ["everybody with more than 7.5 points: a share by points, from S/ 5.00 to S/ 20.00"],
            "What the purse still holds is shared by the points above 7.5; equal points, equal amounts.",
        ),
        (
            "proportional, minimum: 5",
            "by points",
            ["everybody with points: a share by points, at least S/ 5.00"],
            "What the purse still holds is shared by points; equal points, equal amounts.",
        ),
        (
            "proportional, maximum: 20",
            "by points",
            ["everybody with points: a share by points, at most S/ 20.00"],
            "What the purse still holds is shared by points; equal points, equal amounts.",
        ),
        (
            "until_spent",
            "requested amounts, best first",
            ["from the first place down, while the purse lasts: the amount asked for"],
            "The first request that does not fit into what is left ends it; none is paid in part.",
        ),
        (
            "in_kind, item: Tools, value: 30, places: [2, 1]",
            "Tools",
            ["1st place: Tools (worth S/ 30.00)", "2nd place: Tools (worth S/ 30.00)"],
            DIVIDED,
        ),
        ("in_kind, item: Tools, places: [1]", "Tools", ["1st place: Tools"], DIVIDED),
    ],
)
def test_what_each_award_promises(award: str, label: str, promised: list[str], words: str | None) -> None:
    """RULES.md, P2: its name, who gets what line by line, and what the lines do not say by themselves."""
    rules = rules_of(
        f"{LEVELS}prizes: {{purses: [{{id: p, amount: 200}}], awards: [{{scheme: {award}}}]}}",
        programme="{cash_unit: 0.5, currency: PEN}",
    )
    one = rules.competitions["terraces"].tiers[0]
    assert one.prizes is not None
    (found,) = one.prizes.awards
    assert ENGLISH.say(found.label) == label
    assert lines(found.promised(one, rules.programme)) == promised
    assert said([found.in_words(rules.programme)]) == [words]
    assert said(found.conditions(one)) == []


def test_who_can_win_an_award_is_said_where_not_everybody_can() -> None:
    """A threshold, and the categories unless they are all of them."""
    one = tier_of(
        "categories: [{id: new, name: Nuevas}, {id: old}, {id: guest}]\n"
        "prizes:\n  purses: [{id: p, amount: 200}]\n  awards:\n"
        "    - {scheme: flat, amount: 1, minimum_points: 12.5, categories: [old, new]}\n"
        "    - {scheme: flat, amount: 1, to: all, categories: [guest, old, new]}\n"
    )
    assert one.prizes is not None
    some, everybody = one.prizes.awards
    assert said(some.conditions(one)) == ["only with 12.5 points or more", "only in: Nuevas and old"]
    assert said(everybody.conditions(one)) == []
