"""What is said of files that are no rules file at all, word for word, at the very place, each with its remedy."""

from __future__ import annotations

import pytest
from tests.core.specimens import community, problems_of, rules_file, tier, told

from pachamama.core.rules import load_rules, read_rules, show_rules

LONG = "k" * 45
OUT = "write it out in full here: each rule can then be read where it stands"
ABOVE = "look at the line above too: quotation marks, brackets and indentation must fit"
LIMITS = "version: 1\nprogramme: {}\n"

BROKEN = [
    ("", "rules.yaml:1:1: this file is empty (begin with “version: 1”)"),
    (
        "---\nversion: 1\n---\nversion: 1\n",
        "rules.yaml:3:1: a second document begins here; a rules file is one document (delete the line “---”)",
    ),
    (
        "version: 1\nprogramme: {currency: USD\ncompetitions: {}\n",
        (
            "rules.yaml:3:13: the mapping opened with “{” in line 2 does not go on or close properly\n"
            "    a comma or “}” is missing before this place"
        ),
    ),
    (
        "version: 1\nprogramme: {languages: [es, qu}\n",
        (
            "rules.yaml:2:31: the list opened with “[” in line 2 does not go on or close properly\n"
            "    a comma or “]” is missing before this place"
        ),
    ),
    (
        "version: 1\nprogramme: a: b\n",
        (
            "rules.yaml:2:13: a colon stands where no key can be\n"
            "    a text with a colon in it needs quotation marks; else the indentation does not fit"
        ),
    ),
    (
        "version: 1\nprogramme:\n\tname: x\n",
        (
            "rules.yaml:3:1: this character cannot begin a text\n"
            "    indent with blanks, not tabs, and put texts that begin with a sign in quotation marks"
        ),
    ),
    (
        "version: 1\nprogramme: {name: 'x\n",
        (
            "rules.yaml:3:1: the file ends in the middle of a text or list opened in line 2\n"
            "    close the quotation mark or the bracket"
        ),
    ),
    (
        "a:\n  b: 1\n c: 2\n",
        "rules.yaml:3:2: the indentation does not fit the lines above (keys of one rule begin in the same column)",
    ),
    (
        "- a\nb: c\n",
        (
            "rules.yaml:2:1: the indentation does not fit the list above "
            "(items of one list begin with “- ” in the same column)"
        ),
    ),
    (
        'a: "x\\q"\n',
        (
            "rules.yaml:1:6: the text in quotation marks is not written properly\n"
            "    close the quotation mark; inside double ones write \\\\ for \\"
        ),
    ),
    ("a: {b c: d, : e\n", f"rules.yaml:1:13: this line cannot be read as YAML\n    {ABOVE}"),
    (
        "a: " + "[" * 40,
        f"rules.yaml:1:34: this is nested too deeply: no rule has more than 30 levels\n    {ABOVE}",
    ),
    ("# " + "x" * 1_000_000, "rules.yaml: this file is too large for a rules file: more than 1 MB"),
    (
        "version: 1\nprogramme: {name: A\u202e}\n",
        "rules.yaml:2:20: the character U+202E cannot be read or printed (delete it; it may be invisible in your editor)",
    ),
]


@pytest.mark.parametrize(("text", "words"), BROKEN, ids=range(len(BROKEN)))
def test_a_file_that_is_lost_is_refused_at_once(text: str, words: str) -> None:
    """The rest of it is not looked at."""
    assert told(problems_of(text)) == words


REFUSED = [
    (LIMITS + "x: &here 1\n", f"rules.yaml:3:4: “&here” marks a part to be repeated\n    {OUT}"),
    (LIMITS + "x: *here\n", f"rules.yaml:3:4: “*here” repeats another part ({OUT})"),
    (LIMITS + "x: !!int 1\n", "rules.yaml:3:4: “tag:yaml.org,2002:int” is a tag; rules need none (delete it)"),
    (LIMITS + "<<: {a: b}\n", f"rules.yaml:3:1: “<<” merges another part into this one\n    {OUT}"),
    (LIMITS + "? [a, b]\n: 2\n", "rules.yaml:3:3: a key must be a text (write one word before the colon)"),
    (LIMITS + "? {a: b}\n: 2\n", "rules.yaml:3:3: a key must be a text (write one word before the colon)"),
    (LIMITS + "' ': 2\n", "rules.yaml:3:1: the key before the colon is empty (write one word before the colon)"),
    (
        LIMITS + f"{LONG}: 1\n{LONG}: 2\n",
        f"rules.yaml:4:1: “{LONG[:40]}” stands here for the second time; first in line 3\n    keep one of the two",
    ),
    (
        LIMITS + "x: {a: 0," + "5" * 45 + ": }\n",
        f"rules.yaml:3:10: a comma parts the number before “{'5' * 40}”\n    decimals are written with a point, like 0.5",
    ),
    (LIMITS + "x:\n", "rules.yaml:3:3: nothing is written here (write a value, or leave the key out)"),
    (
        LIMITS + 'x: "a\\u202eb"\n',
        "rules.yaml:3:4: the text holds U+202E RIGHT-TO-LEFT OVERRIDE (take them out)",
    ),
]


@pytest.mark.parametrize(("text", "words"), REFUSED, ids=range(len(REFUSED)))
def test_what_makes_yaml_surprising_is_refused_with_the_remedy(text: str, words: str) -> None:
    """And reading goes on: other problems are said beside it."""
    assert words in [told((one,)) for one in problems_of(text)]


@pytest.mark.parametrize("number", [1, 20, 21, 40])
def test_of_many_characters_that_cannot_be_seen_the_first_twenty_are_named(number: int) -> None:
    """More would hide what else is wrong."""
    found = problems_of("version: 1\n# " + "\u200b" * number + "\n")
    assert [(one.where.line, one.where.column) for one in found] == [(2, 3 + at) for at in range(min(number, 20))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("programme: {}\n", "“version” is missing here (begin the file with “version: 1”)"),
        ("version: 1\n", "“programme” is missing here (add “programme: …”)"),
        (
            rules_file("- {within: community, criteria: [{id: a, max: 9}]}\n"),
            "“tier” is missing here (say who competes: tier: household, group or community)",
        ),
        (
            rules_file("- {tier: household, criteria: [{id: a, max: 9}]}\n"),
            "“within” is missing here (say whom they are ranked against: within: community, watershed or programme)",
        ),
        (
            rules_file(tier("criteria: [{id: a}]")),
            (
                "“max” is missing here\n"
                "    every criterion has a maximum; its least mark and its steps are 1 unless “min” and “step” say else"
            ),
        ),
        (
            rules_file(tier("criteria: [{id: a, measured: {unit: kg}}]")),
            "“bands” is missing here (what is measured needs bands: [{from: 0, points: 0}, {from: 200, points: 5}])",
        ),
    ],
)
def test_what_is_missing_is_said_with_what_to_write(text: str, words: str) -> None:
    """For the keys that everybody must write, in the words of the rules."""
    assert any(told((one,)).endswith(words) for one in problems_of(text))


def test_an_item_of_a_list_has_no_key_and_is_blamed_itself() -> None:
    """Keys, items, and what is not written at all."""
    read = read_rules(rules_file(tier("criteria:\n  - {id: a, max: 9}\n  - {id: b, max: 9}")), "rules.yaml")
    items = ("competitions", "terraces", "tiers", 0, "criteria")
    assert read.tree.key_place((*items, 1)) == read.tree.place((*items, 1))
    assert read.tree.key_place((*items, 1)).line == 10
    assert read.tree.key_place((*items, 1, "max")) != read.tree.place((*items, 1, "max"))
    assert read.tree.key_place((*items, 1, "step")) == read.tree.place((*items, 1))


def test_a_source_is_shown_with_its_kind_before_what_it_gives() -> None:
    """Its id, its name, what it counts; then the rest."""
    text = community("{max: 20, weight: 2, source: participation, id: a, name: Asistencia}")
    shown = show_rules(load_rules(text)).partition("from: household")[2]
    at = [shown.index(part) for part in ("id: a,", "Asistencia", "source: participation", "max: 20", "weight: 2")]
    assert at == sorted(at)
