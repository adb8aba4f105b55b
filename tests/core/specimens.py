"""Small rules files for the tests: one tier at a time, with the lines to blame marked `#!`, the very place with `›`."""

from __future__ import annotations

import re
from textwrap import dedent, indent

from pachamama.core.problems import Problem, Refused
from pachamama.core.rules import load_rules
from pachamama.language import Reader

ENGLISH = Reader.of("en")
MARK, HERE = "#!", "›"
REMEDY = re.compile("must be one of|is written as|write one of")
"""Messages that say what is allowed need no hint."""


def tier(rules: str, *, who: str = "household", within: str = "community") -> str:
    """One item of `tiers`; where nothing is judged in it, one criterion of 20 points is."""
    body = dedent(rules).strip("\n")
    if (
        not any(line.startswith(("criteria:", "phases:")) for line in body.splitlines())
        and "# nothing judged" not in body
    ):
        body = "criteria: [{id: soil, max: 20}]\n" + body
    return f"- tier: {who}\n  within: {within}\n" + indent(body, "  ") + "\n"


def rules_file(*tiers: str, programme: str = "{}") -> str:
    """A whole rules file with the competition `terraces`."""
    return f"version: 1\nprogramme: {programme}\ncompetitions:\n  terraces:\n    tiers:\n" + indent(
        "".join(tiers), "      "
    )


LOWER = tier("levels: [{id: at_level, from: 10}]")
"""A household tier that a community tier can read."""


def community(criterion: str, more: str = "") -> str:
    """A file whose community tier has one criterion and reads LOWER."""
    upper = f"from: household\ncriteria:\n  - {criterion}\n" + dedent(more)
    return rules_file(LOWER, tier(upper, who="community", within="watershed"))


def marked_lines(text: str) -> list[int]:
    """The lines with a mark."""
    return [number for number, line in enumerate(text.splitlines(), start=1) if MARK in line or HERE in line]


def marked_places(text: str) -> list[tuple[int, int]]:
    """Line and column of each `›`, as they are without any."""
    return [
        (number, at + 1 - nth)
        for number, line in enumerate(text.splitlines(), start=1)
        for nth, at in enumerate(at for at, sign in enumerate(line) if sign == HERE)
    ]


def problems_of(text: str) -> tuple[Problem, ...]:
    """What `load_rules` refuses; none where the rules stand."""
    try:
        load_rules(text.replace(HERE, ""), "rules.yaml")
    except Refused as refused:
        return refused.problems
    return ()


def told(problems: tuple[Problem, ...]) -> str:
    """The problems in English, for comparing."""
    return "\n".join(ENGLISH.problem(problem) for problem in problems)


def assert_blamed(text: str, message: str, problems: tuple[Problem, ...] | None = None) -> None:
    """The marked lines and places are blamed and no others, the message is said, and each problem has a remedy."""
    found = problems_of(text) if problems is None else problems
    exact = {line for line, _ in marked_places(text)}
    blamed = [(problem.where.line, problem.where.column) for problem in found if problem.where.line in exact]
    assert blamed == marked_places(text), told(found) or "nothing was refused"
    assert [problem.where.line for problem in found] == marked_lines(text), told(found) or "nothing was refused"
    assert message in told(found)
    for problem in found:
        assert problem.hint is not None or REMEDY.search(ENGLISH.say(problem.message)), told((problem,))
        assert problem.where.file == "rules.yaml"
        assert problem.where.column is not None
