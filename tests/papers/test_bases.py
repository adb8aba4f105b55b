"""The printed rules, typeset for real and read back: what they say, and examples that the core has reckoned."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from pathlib import Path
from textwrap import dedent

import pytest
from tests.core.specimens import rules_file, tier
from tests.oracle.competitions import random_competition
from tests.papers.sheets import READER, pages_of, png_rows

from pachamama.core.rules import Rules, load_rules
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.bases import Bases, bases, to_pdf
from pachamama.papers.heading import RulesOnPaper
from pachamama.papers.worked_example import NoExample, WorkedExample, worked_examples

ENGLISH = Reader.of("en")
EXAMPLE = Path(__file__).parents[2] / "competitions.example.yaml"
FREE = "criteria: [{id: walls, name: Muros, max: 40}, {id: water, name: Agua, max: 30}, {id: map, max: 30}]\n"
PRIZES = """
prizes:
  purses: [{id: project, name: Proyecto, amount: 200}]
  awards: [{scheme: by_place, amounts: [100, 60, 40]}]
"""


def made(rules: Rules, competition: str = "terraces", **more: object) -> Bases:
    """The rules in English, unless a test says otherwise."""
    tier = more.pop("tier", None)
    given = {"reader": ENGLISH, "printed": dt.date(2026, 11, 24), **more}
    return bases(RulesOnPaper(rules, competition, **given), tier=tier)  # type: ignore[arg-type]


def one_tier(text: str, **around: str) -> Rules:
    """Rules of one tier with three free criteria, unless the text has its own."""
    text = dedent(text)
    if "criteria:" not in text:
        text = FREE + text
    return load_rules(rules_file(tier(text), **around))


def printed(rules: Rules, competition: str = "terraces", **more: object) -> str:
    """All pages as one text."""
    return " ".join(pages_of(to_pdf(made(rules, competition, **more))))


def examples(rules: Rules) -> list[WorkedExample]:
    """The examples of the first tier; none is refused."""
    (held,) = rules.competitions.values()
    found = worked_examples(rules, "terraces", held.tiers[0])
    assert not [one for one in found if isinstance(one, NoExample)]
    return [one for one in found if isinstance(one, WorkedExample)]


def amounts(example: WorkedExample) -> list[tuple[int | str, str, int]]:
    """Place, entry and whole units of money."""
    return [(one.place, one.entry.code, one.cents // 100) for one in example.result.placings]


# -- what the paper says -------------------------------------------------------------------------------------------------


def test_criteria_tables_say_what_judges_write_and_what_it_gives() -> None:
    """Range and steps, every answer with its points, every band, weights, factor, and sums that agree."""
    rules = one_tier("""
    total: 50
    factor: 2
    criteria:
      - {id: a, name: Andenes, min: 0, max: 10, step: 0.5, weight: 2}
      - {id: b, name: Orden, options: [{points: 15, name: Todo el predio}, {points: 8, name: La mitad}]}
      - {id: c, name: Área, measured: {unit: m²}, bands: [{from: 0, points: 0}, {from: 200, points: 5}, {from: 500, points: 15}]}
    """)
    text = printed(rules)
    for part in (
        "1 Andenes From 0 to 10 in steps of 0.5 × 2 20",
        "2 Orden One of these answers",
        "below 200 m²",
        "from 200 m², below 500 m²",
        "from 500 m²",
        "Total 50",
        "Multiplied by × 2",
        "Counts at most 100",
        "The most points that can be reached are 100.",
    ):
        assert part in text, part
    assert re.search(r"Todo el predio[ .]+15 La mitad[ .]+8", text)


def test_ties_are_sentences_in_the_order_of_the_chain() -> None:
    """Named by the criteria and phases; what remains after the last one is said."""
    text = printed(one_tier("ties: [{criterion: water}, count_back, {lower: area_ha}]"))
    steps = [
        "1. First comes who has the better points in “Agua”.",
        "2. First comes who has more sheets with the best points of all",
        "3. First comes who has the lower figure in “area ha”.",
        "Entries that are still equal share the place.",
    ]
    at = [text.index(step) for step in steps]
    assert at == sorted(at)
    assert "still equal" not in printed(one_tier("ties: [{criterion: water}, {lots: recorded}]"))


def test_prizes_levels_deductions_and_promotion_are_listed() -> None:
    """Who gets what from which purse, on which condition; thresholds; what is added or taken off."""
    rules = one_tier("""
    categories: [{id: new, name: Nuevas}, {id: old, name: Antiguas}]
    levels: [{id: good, name: En nivel, from: 70}]
    bonuses: [{id: song, name: Canto, points: 2}]
    deductions: [{id: late, name: Llegó tarde, points: 3}]
    knockouts: [{id: fight, name: Desorden}]
    promotion: {top: 3, at_least: 70, reserves: 2}
    prizes:
      purses: [{id: p, name: Proyecto, amount: 2000}, {id: m, name: Municipalidad, amount: 900, per: round}]
      awards:
        - {scheme: by_place, purse: p, amounts: [100, 60], minimum_points: 51}
        - {scheme: by_level, purse: p, amounts: {good: 25}}
        - {scheme: flat, purse: m, amount: 20, to: all}
        - {scheme: in_kind, item: Juego de herramientas, value: 30, places: [1], categories: [new]}
      if_short: prorate
      one_prize_per_entrant: round
    """)
    text = printed(rules)
    for part in (
        "There are 2 categories, and each is a contest of its own: Nuevas and Antiguas.",
        "En nivel 70",
        "Canto +2",
        "Llegó tarde –3",
        "whoever incurs: Desorden.",
        "The first 3 of each contest go up.",
        "Nobody goes up with less than 70 points.",
        "Proyecto for each contest USD 2,000.00",
        "Municipalidad for all contests together USD 900.00",
        "only with 51 points or more",
        "Level “En nivel”, from 70 points",
        "Everybody with a place Municipalidad USD 20.00",
        "Juego de herramientas (worth USD 30.00)",
        "only in: Nuevas",
        "every prize from it is lowered in the same proportion",
        "Nobody wins in more than one contest of the round",
        "They compete in the category Nuevas.",
    ):
        assert part in text, part


def test_lots_by_seed_can_be_drawn_again_from_the_printed_rules() -> None:
    """RULES.md, T5: the whole text whose SHA-256 is taken stands there, with the competition's id."""
    text = printed(one_tier("ties: [{lots: seed, seed: acta-1}]"))
    assert "acta-1|terraces|CODE" in text
    assert "CODE" not in printed(one_tier("ties: [{lots: recorded}]"))


def test_the_community_tier_says_what_it_takes_from_the_households() -> None:
    """Sources by their words, the level by its name, the limit that takes a community out."""
    rules = load_rules(EXAMPLE.read_text(encoding="utf-8"))
    text = printed(rules, "terraces", tier="community")
    for part in (
        "Households that took part, in percent of the register",
        "Households that reached the level “At level”, in percent of the register",
        "A community below 50 % in “Participation” has no place.",
        "counts once that contest is closed",
    ):
        assert part in text, part
    assert "Contest of households" not in text


@pytest.mark.parametrize("competition", list(load_rules(EXAMPLE.read_text(encoding="utf-8")).competitions))
def test_every_kind_of_the_example_says_itself(competition: str) -> None:
    """The words of every criterion, panel, tie step and award of the example file stand on its paper."""
    rules = load_rules(EXAMPLE.read_text(encoding="utf-8"))
    text = close(printed(rules, competition))
    for one in rules.competitions[competition].tiers:
        sentences = [one.panel.in_words(), *one.panel.judges_in_words(), *one.rounding.in_words()]
        sentences += [step.in_words(one) for step in one.ties]
        if one.prizes is not None:
            sentences += one.prizes.in_words(one, rules.programme)
            sentences += [said for award in one.prizes.awards if (said := award.in_words(rules.programme)) is not None]
            sentences += [gets for award in one.prizes.awards for _, gets in award.promised(one, rules.programme)]
        for sentence in sentences:
            assert close(ENGLISH.say(sentence)) in text, ENGLISH.say(sentence)


def close(text: str) -> str:
    """The text without blanks: where a line breaks is not the test's business."""
    return re.sub(r"\s", "", text)


# -- examples ------------------------------------------------------------------------------------------------------------


def test_two_tied_for_first_share_the_first_and_second_prizes() -> None:
    """100 and 60 make 80 each; the entry behind them has the third prize."""
    rules = one_tier("ties: [{criterion: walls}, shared]" + PRIZES)
    first, last = examples(rules)
    assert amounts(first) == [(1, "A", 80), (1, "B", 80), (3, "C", 40), (4, "D", 0)]
    assert amounts(last) == [(1, "A", 100), (2, "B", 60), (3, "C", 20), (3, "D", 20), (5, "E", 0)]
    text = printed(rules)
    for part in (
        "A tie at the first place",
        "USD 100.00 and USD 60.00 put together are USD 160.00, shared by 2: USD 80.00 each",
        "A and B have equal points, and no tie rule separates them: they share the place.",
        "A tie at the last place that is paid",
        "USD 40.00 shared by 2: USD 20.00 each",
        "Purse Proyecto: of USD 200.00, USD 200.00 are paid and USD 0.00 go back.",
    ):
        assert part in text, part


@pytest.mark.parametrize(
    ("rules", "first", "last"),
    [
        ("", [80, 80, 40, 0], [100, 60, 20, 20, 0]),
        ("  tie_split: full", [100, 100, 40, 0], [100, 60, 40, 40, 0]),
        ("  remainder: best_by_chain\n  unfilled: redistribute", [80, 80, 40, 0], [100, 60, 20, 20, 0]),
    ],
)
def test_an_example_follows_the_rules_it_stands_under(rules: str, first: list[int], last: list[int]) -> None:
    """Another rule, other amounts: nothing of an example is written anywhere."""
    text = PRIZES.replace("amount: 200", "amount: 500") + rules
    assert [[cash for _, _, cash in amounts(one)] for one in examples(one_tier(text))] == [first, last]


def test_lots_are_drawn_for_the_first_of_the_two_and_decide_no_money() -> None:
    """Places apart, prizes together, unless the rules let luck decide about money."""
    ties = "ties: [{lots: recorded}]"
    first, _ = examples(one_tier(ties + PRIZES))
    assert amounts(first) == [(1, "A", 80), (2, "B", 80), (3, "C", 40), (4, "D", 0)]
    assert "the lot fell to A." in printed(one_tier(ties + PRIZES))
    first, _ = examples(one_tier(ties + PRIZES + "  lots_decide_money: true"))
    assert amounts(first) == [(1, "A", 100), (2, "B", 60), (3, "C", 40), (4, "D", 0)]


def test_the_jury_is_said_to_decide_where_it_does() -> None:
    """Its decision gives places and money."""
    rules = one_tier("ties: [jury_decision, {lots: recorded}]" + PRIZES)
    assert amounts(examples(rules)[0])[:2] == [(1, "A", 100), (2, "B", 60)]
    assert "the jury put A first." in printed(rules)


def test_the_tied_entries_have_the_same_sheets_and_the_others_have_not() -> None:
    """The tie of an example is one of points, and the only one."""
    for example in examples(one_tier(PRIZES)):
        sheets = {one.entry.code: one.entry.sheets for one in example.result.placings}
        one, other = example.tied
        assert sheets[one] == sheets[other]
        assert len(set(map(str, sheets.values()))) == len(sheets) - 1
        points = [placing.points for placing in example.result.placings]
        assert len(set(points)) == len(points) - 1


def test_a_purse_that_cannot_stand_the_tie_is_said_so() -> None:
    """Whoever writes the rules learns of it from the paper, not on the day of the prizes."""
    rules = one_tier(PRIZES + "  tie_split: full")
    text = printed(rules)
    assert "A tie at the first place: these rules refuse it." in text
    assert "USD 40.00 too little" in text


@pytest.mark.parametrize(
    "panel", ["rank_sum", "standardised", "rank_points, points: [5, 3, 2]", "outlier, distance: 3"]
)
def test_every_panel_has_its_examples(panel: str) -> None:
    """Also where a judge's marks are compared with the judge's other marks."""
    rules = one_tier(f"panel: {{judges: 3, combine: {panel}}}" + PRIZES)
    assert [amounts(one)[one.position - 1][2] for one in examples(rules)] == [80, 20]


def test_a_flat_prize_is_no_last_paid_place() -> None:
    """Everybody behind the third has it, so the tie is shown at the third."""
    flat = PRIZES.replace("awards: [", "awards: [{scheme: flat, amount: 5}, ").replace("amount: 200", "amount: 300")
    first, last = examples(one_tier(flat))
    assert (first.position, last.position) == (1, 3)
    assert [cash for _, _, cash in amounts(last)] == [100, 60, 20, 20, 5]


def test_what_ends_a_fund_is_told_once() -> None:
    """Beside the entries that it hits, and not again below the table; what nobody is told yet stands there."""
    fund = "prizes: {purses: [{id: p, amount: 1000}], awards: [{scheme: until_spent}]}"
    text = printed(one_tier(fund))
    assert "was left: the award ends here" in text
    assert "To note" not in text
    limits = "{prize_range: {minimum: 40, maximum: 3000}}"
    assert "To note: C and D: USD 20.00 is outside the range of prizes" in printed(one_tier(PRIZES, programme=limits))


def test_without_prizes_there_is_no_example() -> None:
    """And no section for it."""
    text = printed(one_tier(""))
    assert "Examples" not in text
    assert "Prizes" not in text


# -- the page ------------------------------------------------------------------------------------------------------------


def test_names_of_the_rules_have_their_quechua_beside_them() -> None:
    """Where the rules have one, and where the word table is certain; never instead of the Spanish."""
    rules = load_rules(EXAMPLE.read_text(encoding="utf-8"))
    paper = made(rules, reader=READER)
    assert (paper.heading.title.text, paper.heading.title.beside) == ("Andenes y manejo de suelos", "Pata pata")
    assert "Total / Llapan" in printed(rules, reader=READER)
    assert "/ Pata pata" not in printed(
        dataclasses.replace(rules, programme=dataclasses.replace(rules.programme, languages=("es",))), reader=READER
    )


def test_a_round_prints_its_own_tier_and_code() -> None:
    """The paper says which round's frozen rules it is, and its file is named after it."""
    rules = load_rules(EXAMPLE.read_text(encoding="utf-8"))
    paper = made(rules, tier="household", round_code="terraces-household-1", edition="2026-I")
    assert [one.title.text for one in paper.tiers] == ["Contest of households"]
    assert paper.file_stem == "rules-terraces-household-1"
    assert made(rules).file_stem == "rules-terraces"
    text = " ".join(pages_of(to_pdf(paper)))
    assert "Round terraces-household-1 · Edition 2026-I" in text


def test_a_rehearsal_says_so_on_every_page() -> None:
    """Nobody takes practice rules for real ones."""
    rules = load_rules(EXAMPLE.read_text(encoding="utf-8"))
    pages = pages_of(to_pdf(made(rules, is_rehearsal=True)))
    assert len(pages) > 2
    assert all(page.count("REHEARSAL") == 2 for page in pages)


def test_the_same_rules_give_the_same_bytes() -> None:
    """Printed twice, compared by anybody."""
    rules = load_rules(EXAMPLE.read_text(encoding="utf-8"))
    assert to_pdf(made(rules)) == to_pdf(made(rules))


def test_long_names_stay_inside_the_margins() -> None:
    """Sixty letters without a blank break within their column; nothing reaches the edge of the paper."""
    name = "Ñ" * 60
    answers = f"[{{points: 99, name: {name}}}, {{points: 1, name: {name}}}]"
    rules = one_tier(
        f"""
        categories: [{{id: a, name: {name}}}]
        levels: [{{id: good, name: {name}, from: 70}}]
        criteria: [{{id: a, name: {name}, options: {answers}}}, {{id: b, name: {name}, max: 20}}]
        ties: [{{criterion: a}}, {{lower: {"x" * 60}}}]
        prizes:
          purses: [{{id: p, name: {name}, amount: 999000000}}]
          awards:
            - {{scheme: by_place, amounts: [500000000, 400000000]}}
            - {{scheme: in_kind, item: {name}, places: [1]}}
        """,
        programme=f"{{name: {name}}}",
    )
    paper = made(rules)
    for picture in kit.pictures("bases", dataclasses.asdict(paper), dots_per_inch=50):
        rows = png_rows(picture)
        margin = int(17 / 25.4 * 50)
        assert all(set(row[:margin]) == {255} and set(row[-margin:]) == {255} for row in rows)
    assert close(" ".join(pages_of(to_pdf(paper)))).count(name) > 10


@pytest.mark.parametrize("first", range(0, 120, 40))
def test_any_rules_can_be_printed(first: int) -> None:
    """Random competitions of every kind: words for all of them, examples or the reason why there is none."""
    for seed in range(first, first + 40):
        rules = load_rules(random_competition(seed).rules_text)
        for competition, held in rules.competitions.items():
            paper = made(rules, competition)
            assert len(paper.tiers) == len(held.tiers)
            if seed % 10 == 0:
                assert to_pdf(paper)
