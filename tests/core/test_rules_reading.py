"""Reading a rules file: every mistake of spelling and shape is found, with its line, its column and a remedy."""

from __future__ import annotations

import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.core.specimens import assert_blamed, problems_of, rules_file, tier, told

from pachamama.core.panels import TrimmedPanel
from pachamama.core.problems import Place, Refused
from pachamama.core.rules import load_rules, read_rules
from pachamama.core.rules.source import decoded, read_tree
from pachamama.core.sentences import Name
from pachamama.core.shape import Unreadable, shape

EXAMPLE = Path(__file__).parents[2] / "competitions.example.yaml"

# -- what is read ------------------------------------------------------------------------------------------------------


def test_scalars_stay_what_was_written() -> None:
    """`no`, `1224` and a date may stand without quotation marks; numbers are exact."""
    rules = load_rules(
        rules_file(
            tier("""
            criteria: [{id: no, max: 12.5, step: 0.1}]
            ranking: {numbering: 1224}
            prizes: {one_prize_per_entrant: no}
            """),
            programme="{exchange: {currency: PEN, rate: 3.75, date: 2026-03-02}}",
        )
    )
    only = rules.competitions["terraces"].tiers[0]
    assert only.ranking.numbering == "1224"
    assert only.prizes is not None
    assert only.prizes.one_prize_per_entrant == "no"
    assert only.judging[0].criteria[0].id == "no"
    assert only.judging[0].maximum == Fraction(25, 2)
    assert rules.programme.exchange is not None
    assert (rules.programme.exchange.rate, rules.programme.exchange.date) == (Fraction(15, 4), "2026-03-02")


def test_what_is_left_out_takes_its_default() -> None:
    """RULES.md, table D."""
    only = load_rules(rules_file(tier("panel: {combine: trimmed, judges: 5}"))).competitions["terraces"].tiers[0]
    assert isinstance(only.panel, TrimmedPanel)
    assert (only.panel.drop.highest, only.panel.drop.lowest, only.panel.drop.from_, only.panel.then) == (
        1,
        1,
        5,
        "mean",
    )
    assert (only.panel.needed, only.panel.of, only.panel.missing) == (2, "sheet", "leave_out")
    assert (only.rounding.decimals, only.rounding.mode, only.rounding.compare) == (2, "half_up", "printed")
    assert only.rounding.at == ("criterion", "phase", "total")
    assert (only.better, only.ranking.numbering, only.ties, only.promotion) == ("higher", "1224", (), None)
    assert [phase.id for phase in only.judging] == ["sheet"]


def test_a_name_is_one_text_or_one_for_each_language() -> None:
    """Blanks around it and runs of blanks go; what is left is what people call the thing."""
    rules = load_rules(
        rules_file(
            tier(
                "criteria: [{id: a, name: '  Obras   comunales ', max: 20}, {id: b, name: {es: Pasto, qu: Q’achu}, max: 1}]"
            )
        )
    )
    names = [criterion.name for criterion in rules.competitions["terraces"].tiers[0].judging[0].criteria]
    assert names == [Name({"es": "Obras comunales"}), Name({"es": "Pasto", "qu": "Q’achu"})]


def test_every_part_can_be_found_in_the_file() -> None:
    """Paths lead to line and column; what is not written leads to the part around it."""
    text = rules_file(
        tier("""
        prizes:
          purses: [{id: project, amount: 100}]
          awards:
            - {scheme: flat, amount: 20, to: all}
            - {scheme: by_place, amounts: [60, 40]}
        """)
    )
    read = read_rules(text, "rules.yaml")
    amounts = ("competitions", "terraces", "tiers", 0, "prizes", "awards", 1, "amounts")
    assert read.places[amounts] == Place("rules.yaml", 13, 43)
    assert read.places[*amounts, 1] == Place("rules.yaml", 13, 48)
    assert read.place(*amounts[:-1], "minimum_points") == read.places[amounts[:-1]] == Place("rules.yaml", 13, 15)
    assert read.tree.key_place(amounts) == Place("rules.yaml", 13, 34)
    assert read.wrote(*amounts)
    assert not read.wrote(*amounts[:-1], "minimum_points")


def test_a_byte_order_mark_does_not_count() -> None:
    """Some editors write one; lines and columns stay what the editor shows."""
    text = "\ufeff" + rules_file(tier("prizes: {›purse: 3}"))
    assert_blamed(text, "“purse” is not known here (did you mean “purses”?)")


# -- refused: what YAML allows and rules don't ---------------------------------------------------------------------------

YAML_MISTAKES = [
    ("version: 1\nprogramme: {}\nversion: 1 #!\n", "“version” stands here for the second time; first in line 1"),
    ("version: 1\nprogramme: &here {} #!\n", "“&here” marks a part to be repeated"),
    ("version: 1\nprogramme: &here {} #!\ncompetitions: *here #!\n", "“*here” repeats another part"),
    ("version: !!int 1 #!\n", "is a tag"),
    ("version: 1\nprogramme:\n  <<: {} #!\n", "“<<” merges another part into this one"),
    ("version: 1\n? [a, b] #!\n: 2\n", "a key must be a text"),
    ("version: 1\n? {a: b} #!\n: 2\n", "a key must be a text"),
    ("{version: 1, '': 2} #!\n", "the key before the colon is empty"),
    ("version: 1\nprogramme: #!\n", "nothing is written here"),
    ("version: 1\nprogramme: {name: ~} #!\n", "nothing is written here"),
    ("version: 1\nprogramme: {name: null} #!\n", "nothing is written here"),
    ("version: 1\n--- #!\nversion: 1\n", "a second document begins here"),
    ('version: 1\nprogramme: {name: "Andenes\\u202e"} #!\n', "U+202E"),
    ("version: 1\nprogramme: {name: Andenes\u202e} #!\n", "U+202E"),
    ("version: 1\nprogramme: {name: Andenes\x1b[2J} #!\n", "U+001B"),
    ("version: 1\nprogramme: {name: Andenes\ud800} #!\n", "U+D800"),
]


@pytest.mark.parametrize(("text", "message"), YAML_MISTAKES)
def test_surprises_of_yaml_are_refused(text: str, message: str) -> None:
    """With line and column, and whatever else is missing is said as well."""
    found = problems_of(text)
    assert [p.where.line for p in found if message in told((p,))] == [
        n for n, line in enumerate(text.split("\n"), start=1) if "#!" in line
    ][-1:], told(found)


SYNTAX_MISTAKES = [
    ("version: 1\nprogramme: {currency: USD\ncompetitions: ›{} #!\n", "the mapping opened with “{” in line 2"),
    ("version: 1\nprogramme: {languages: [es, qu}\n", "the list opened with “[” in line 2"),
    ("version: 1\nprogramme: a: b\n", "a colon stands where no key can be"),
    ("version: 1\nprogramme:\n\tname: x\n", "this character cannot begin a text"),
    ("version: 1\nprogramme: {name: 'x\n", "the file ends in the middle of a text or list opened in line 2"),
    ("version: 1\n programme: x\n", "a colon stands where no key can be"),
    ("a:\n  b: 1\n c: 2\n", "the indentation does not fit the lines above"),
    ("a:\n  - 1\n - 2\n", "the indentation does not fit"),
    ("version\nprogramme: x\n", "a colon"),
    ('a: "x\\q"\n', "the text in quotation marks is not written properly"),
]


@pytest.mark.parametrize(("text", "message"), SYNTAX_MISTAKES)
def test_a_broken_file_is_refused_in_plain_words(text: str, message: str) -> None:
    """The parser's own English never reaches people; line and column do, and a remedy."""
    *_, last = problems_of(text)
    assert message in told((last,))
    assert last.where.line is not None
    assert last.hint is not None


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n", "\n\n", "---\n", "[]", "version", "{}", "''"])
def test_a_file_without_rules_is_refused(text: str) -> None:
    """Also one that holds only a list or a word."""
    assert problems_of(text)


def test_a_file_nested_too_deeply_is_refused() -> None:
    """However deep, in whatever brackets, and before anything is built from it."""
    for opening in ("[", "{a: ", "? ", "- ", "[{a: "):
        for depth in (31, 20_000):
            (problem, *_) = problems_of("version: 1\nprogramme: " * (opening in "[{a: ") + opening * depth)
            assert problem.where.line is not None
    assert "nested too deeply" in told(problems_of("a: " + "[" * 20_000))


def test_a_file_that_is_too_large_is_refused() -> None:
    """More than 1 MB is no rules file."""
    assert "too large" in told(problems_of("# " + "x" * 1_000_000))


def test_aliases_are_never_followed() -> None:
    """The bomb of nine lines that fills the memory elsewhere is a short list of problems here."""
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    assert len(problems_of(bomb)) < 200


def test_a_file_that_is_not_utf_8_names_the_first_bad_byte() -> None:
    """Files saved by old editors are refused with their line, not read wrongly."""
    assert decoded("name: Ñusta".encode()) == "name: Ñusta"
    with pytest.raises(Refused) as refused:
        decoded("version: 1\nname: Ñu".encode("latin-1"), "rules.yaml")
    assert refused.value.problems[0].where == Place("rules.yaml", 2, 7)
    assert "UTF-8" in told(refused.value.problems)


# -- refused: keys and words ---------------------------------------------------------------------------------------------

TIER_MISTAKES = [
    ("panel: {judges: 3, ›combin: mean}", "“combin” is not known here (did you mean “combine”?)"),
    ("›prize: {}", "“prize” is not known here (did you mean “prizes”?)"),
    ("›zzz: 1", "what can stand here: tier, within, from, categories"),
    ("panel: {combine: mean, ›distance: 7}", "“distance” does not go with “mean”"),
    ("panel: {combine: mean, ›distance: 7}", "it goes with: outlier"),
    ("panel: {combine: ›averaged}", "“combine” must be one of: mean, sum, median"),
    ("panel: ›3", "a panel is written as {judges: 3, combine: mean}"),
    ("panel: {judges: ›three}", "“three” is not a whole number"),
    ("panel: {judges: ›2.5}", "“2.5” is not a whole number"),
    ("panel: {judges: ›[3]}", "“[…]” is not a whole number"),
    ("panel: ›{combine: outlier}", "“distance” is missing here"),
    ("panel: {combine: rank_points, points: ›[]}", "this list is empty"),
    ("panel: {missing: ›ignore}", "what can stand here: leave_out, refuse and drop_judge"),
    ("criteria: [{id: soil, max: ›1e3}]", "“1e3” is not a number in plain digits"),
    ("criteria: [{id: soil, max: ›010}]", "“010” is not a number in plain digits"),
    ('criteria: [{id: soil, max: ›"12,5"}]', "“12,5” is not a number in plain digits"),
    ("criteria: [{id: soil, max: ›1_000}]", "“1_000” is not a number in plain digits"),
    ("criteria: [{id: soil, max: ›NaN}]", "“NaN” is not a number in plain digits"),
    ("criteria: [{id: soil, max: ›.5}]", "“.5” is not a number in plain digits"),
    ("criteria: [›{id: soil}]", "“max” is missing here"),
    ("criteria: [›{max: 20}]", "“id” is missing here"),
    ("criteria: [›soil]", "a criterion is written as {id: …, max: …}"),
    ("criteria: ›soil", "“soil” stands where a list is expected"),
    ("criteria: ›{id: soil, max: 20}", "“{…}” stands where a list is expected"),
    ("criteria: [{id: ›a b, max: 20}]", "“a b” cannot be an id"),
    ("criteria: [{id: ›a|b, max: 20}]", "“a|b” cannot be an id"),
    ("criteria: [›{id: soil, measured: {unit: kg}}]", "“bands” is missing here"),
    ("criteria: [{id: soil, options: ›[]}]", "this list is empty"),
    ("criteria: [{id: soil, max: 20, name: {fr: ›Terre}}]", "“fr” is no language of the papers"),
    ("criteria: [{id: soil, max: 20, name: ›[a]}]", "“[…]” stands where a text is expected"),
    ("criteria: [{id: soil, max: 20, name: ›''}]", "nothing is written here"),
    ("criteria: [{id: soil, source: ›pasture, max: 1}]", "“source” must be one of: participation"),
    ("criteria: [{id: soil, options: [{points: 9}], ›step: 2}]", "“step” does not go with “options”"),
    ("criteria: [{id: soil, options: [{points: 2}], ›min: 1}]", "“min” does not go with “options”"),
    (
        "criteria: [{id: soil, measured: {unit: kg}, bands: [{from: 0, ›to: 5, points: 0}]}]",
        "“to” is not known here",
    ),
    ("ties: [›{criterio: soil}]", "is no tie step"),
    ("ties: [›alphabet]", "“alphabet” is no tie step"),
    ("ties: [{criterion: soil, ›phase: sheet}]", "“phase” does not go with “criterion”"),
    ("ties: ›shared", "“shared” stands where a list is expected"),
    ("ties: [{lots: ›drawn}]", "what can stand here: recorded and seed"),
    ("rounding: {at: ›phase}", "“phase” stands where a list is expected"),
    ("rounding: {mode: ›halfup}", "did you mean “half_up”?"),
    ("ranking: {numbering: ›1225}", "did you mean “1224”?"),
    ("levels: [›{id: at_level}]", "“from” is missing here"),
    ("promotion: {top: ›all}", "“all” is not a whole number"),
    ("promotion: {quota: [›{field: sex, count: 1}]}", "“value” is missing here"),
    ("prizes: {lots_decide_money: ›yes}", "“yes” is neither true nor false"),
    ("prizes: {awards: [›{purse: a}]}", "“scheme” must be one of: by_place"),
    ("prizes: {awards: [{scheme: ›flatt, amount: 2}]}", "“scheme” must be one of: by_place"),
    ("prizes: {awards: [›by_place]}", "an award is written as"),
    ("prizes: {awards: [{scheme: by_place, amounts: ›[]}]}", "this list is empty"),
    ("prizes: {awards: [{scheme: by_level, amounts: ›[20]}]}", "stands where keys with values are expected"),
    ("prizes: {awards: [{scheme: by_level, amounts: {›a b: 20}}]}", "“a b” cannot be an id"),
    (
        "prizes: {purses: [{id: p, amount: 9}], awards: [{scheme: flat, amount: 3, ›amounts: [20]}]}",
        "it goes with: by_place",
    ),
    ("prizes: {awards: [{scheme: ›flatt, amount: 2}]}", "did you mean “flat”?"),
    ("prizes: {purses: [{id: project, amount: ›5 000}]}", "“5 000” is not a number in plain digits"),
    ("›tier2: {} #!\nfrom: ›province #!", "“province” is none of the words that can stand here"),
]


@pytest.mark.parametrize(("rules", "message"), TIER_MISTAKES)
def test_mistakes_of_spelling_are_found_with_their_line(rules: str, message: str) -> None:
    """Unknown and missing keys, wrong kinds, unknown words: what is wrong, where, and what is allowed."""
    assert_blamed(rules_file(tier(rules)), message)


PROGRAMME_MISTAKES = [
    ("{currency: ›dollars}", "“dollars” is not a currency code"),
    ("{languages: [es, ›fr]}", "“fr” is none of the words that can stand here"),
    ("{languages: ›es}", "“es” stands where a list is expected"),
    ("{exchange: {currency: PEN, rate: 3.75, date: ›2/3/2026}}", "“2/3/2026” is not a date"),
    ("{exchange: {currency: PEN, rate: 3.75, date: ›2026-02-30}}", "“2026-02-30” is not a date"),
    ("{exchange: ›{currency: PEN}}", "“rate” is missing here"),
    ("{prize_range: ›{minimum: 20}}", "“maximum” is missing here"),
    ("{cash_unit: ›one}", "“one” is not a number in plain digits"),
    ("[]", "“[…]” stands where keys with values are expected"),
]


@pytest.mark.parametrize(("programme", "message"), PROGRAMME_MISTAKES)
def test_mistakes_in_the_programme_are_found(programme: str, message: str) -> None:
    """The same care for the few lines at the top."""
    assert_blamed(rules_file(tier(""), programme=f"{programme} #!"), message)


def test_the_version_must_be_1() -> None:
    """Another version is another vocabulary."""
    assert_blamed(
        "version: ›2\n" + rules_file(tier("")).removeprefix("version: 1\n"),
        "“2” cannot stand here (what can stand here: 1)",
    )


def test_every_mistake_is_told_at_once_from_the_top() -> None:
    """Nobody corrects one line to learn of the next."""
    text = rules_file(
        tier("""
        categories: [{id: new, name: {es: Nuevas}}, {id: a b}] #!
        criteria:
          - {id: soil, max: many} #!
          - {id: water, max: 10, step: 0,5} #!
        panel: {combine: mode} #!
        ties: [{criterion: soil}, lottery] #!
        prizes:
          purses: [{id: project, amount: -}]
        """),
    ).replace("{id: project, amount: -}", "{id: project, amount: x} #!\n              ")
    found = problems_of(text)
    lines = [problem.where.line for problem in found]
    assert lines == sorted(lines)
    assert {n for n, line in enumerate(text.splitlines(), start=1) if "#!" in line} <= set(lines)


# -- broken files never do more than be refused --------------------------------------------------------------------------


@given(st.text(alphabet=st.sampled_from(list("abc:{}[]-#&*!|>'\"%@`?,~ \n\t0159.éñ\\<=")), max_size=60))
def test_whatever_is_typed_is_refused_with_problems(text: str) -> None:
    """Never a traceback: only Refused, with at least one problem."""
    with pytest.raises(Refused) as refused:
        load_rules(text)
    assert refused.value.problems
    told(refused.value.problems)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10**9))
def test_a_good_file_with_a_few_letters_changed_is_read_or_refused(seed: int) -> None:
    """Deleted, doubled, swapped or exchanged pieces of the example file: rules, or problems with a place."""
    chance = random.Random(seed)
    text = EXAMPLE.read_text(encoding="utf-8")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(text))
        cut = chance.choice([0, 1, 1, 3, 40])
        put = chance.choice(["", "", *":{}[]-#&*!|>'\"?,~\n\t 0x", "null", "10", "id: x, ", "- "])
        text = text[:at] + put + text[at + cut :]
    told(problems_of(text))


# -- shapes --------------------------------------------------------------------------------------------------------------


@shape
class Field:
    """A shape for these tests."""

    size: int
    place: str = "valley"


def test_shapes_are_values() -> None:
    """Equal by value, frozen, built by keyword, with nothing missing and nothing unknown."""
    wrong: Any = Field
    assert Field(size=1) == Field(size=1, place="valley")
    assert Field(size=1) != Field(size=2)
    assert len({Field(size=1), Field(size=1)}) == 1
    assert repr(Field(size=1)) == "Field(size=1, place='valley')"
    for given_ in ({}, {"size": 1, "colour": "red"}):
        with pytest.raises(TypeError):
            wrong(**given_)
    with pytest.raises(AttributeError):
        wrong(size=1).size = 2
    with pytest.raises(AttributeError):
        del wrong(size=1).size


def test_a_tree_keeps_what_was_refused_out_of_the_way() -> None:
    """A part that was refused once is not refused again for what it then lacks."""
    tree = read_tree("a: &x {b: 1}\nc: *x\n")
    assert len(tree.problems) == 2
    assert not isinstance(tree.root["a"], dict)
    assert issubclass(Unreadable, Exception)


@pytest.mark.parametrize(
    "rules",
    [
        "criteria:\n  - id: soil\n    max: 9\n    source:",
        "prizes:\n  awards:\n    - scheme:\n      amount: 2",
        "panel:\n  combine:\n  judges: 3",
    ],
)
def test_a_kind_that_nobody_wrote_is_one_problem(rules: str) -> None:
    """That nothing is written there is said once, and not again as a word that cannot stand there."""
    assert [one.message.text for one in problems_of(rules_file(tier(rules)))] == ["nothing is written here"]
