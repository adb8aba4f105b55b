"""What the tests of tables have in common: rules, files from a few lines, and refusals as a person reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pachamama.core.model import Contest
from pachamama.core.problems import Problem, Refused
from pachamama.core.rules.checks import load_rules
from pachamama.core.rules.document import Rules, Tier
from pachamama.language import Reader

ENGLISH = Reader.of("en")

TWO_PHASES = """
version: 1
programme: {name: Prueba, currency: USD}
competitions:
  terraces:
    tiers:
      - tier: household
        within: community
        categories: [{id: new, name: {es: "Familias nuevas"}}, {id: returning}]
        phases:
          - id: field
            name: {es: "Visita de campo"}
            criteria:
              - {id: terraces, name: {es: "Andenes"}, max: 20}
              - {id: water, max: 15, step: 0.5}
              - {id: order, options: [{points: 15}, {points: 8}, {points: 2}]}
          - id: public
            criteria:
              - {id: map, max: 25, weight: 2}
              - {id: area, measured: {unit: m2}, bands: [{from: 0, points: 0}, {from: 200, points: 5}, {from: 500, points: 10}]}
        panel: {judges: 3, at_least: 1}
        deductions: [{id: no_banner, points: 3}]
        bonuses: [{id: compost, points: 1}]
        knockouts: [{id: fraud}]
        ties: [{larger_gain: area}, {lower: prizes_before}, earlier_registration, jury_decision, {lots: recorded}]
"""
ONE_PHASE = """
version: 1
programme: {name: Prueba, currency: USD}
competitions:
  maps:
    tiers:
      - tier: household
        within: community
        criteria: [{id: past, max: 15}, {id: dream, max: 12}]
        panel: {judges: JUDGES, at_least: 1}
"""


def rules(text: str) -> Rules:
    """The rules of a text."""
    return load_rules(text)


def tier_of(text: str) -> Tier:
    """The first tier of the first competition."""
    return next(iter(load_rules(text).competitions.values())).tiers[0]


def one_phase(judges: int = 3) -> Tier:
    """Two criteria, one phase, no category."""
    return tier_of(ONE_PHASE.replace("JUDGES", str(judges)))


def saved(folder: Path, text: str, name: str = "scores.csv", encoding: str = "utf-8") -> Path:
    """A file with these lines; blanks around each line are those of the test, not of the file."""
    path = folder / name
    lines = [line.strip(" ") for line in text.strip("\n").splitlines()]
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def refusals(call: Callable[..., Any], *args: Any, **options: Any) -> list[str]:
    """What a refusal says, one problem a line, without the folder of the file."""
    with pytest.raises(Refused) as caught:
        call(*args, **options)
    return said(caught.value.problems)


def said(problems: tuple[Problem, ...] | list[Problem]) -> list[str]:
    """Problems in English, without the folder of the file."""
    found = []
    for problem in problems:
        folder = f"{Path(problem.where.file).parent}/" if problem.where.file else ""
        found.append(ENGLISH.problem(problem).replace(folder, ""))
    return found


def shown(contests: tuple[Contest, ...]) -> list[str]:
    """Contests as lines: `C1 new H001 field J1 terraces=12`, one per sheet; an entry without sheets one as well."""
    lines = []
    for contest in contests:
        for entry in contest.entries:
            head = " ".join(part for part in (contest.within, contest.category, entry.code, entry.status) if part)
            lines += [
                " ".join([head, sheet.phase, sheet.judge, *(f"{id_}={mark}" for id_, mark in sheet.marks.items())])
                for sheet in entry.sheets
            ] or [head]
    return lines
