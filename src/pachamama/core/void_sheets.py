"""Numbered papers that nobody needs any more: printed before the judges were known, and again when they were."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from pachamama.core.missing import ExpectedSheet
from pachamama.core.model import NumberedSheet

_Whose: TypeAlias = tuple[str | None, str | None, str | None, str]
"""Unit, category, entry and phase of a paper."""


def void_sheets(expected: Iterable[ExpectedSheet], sheets: Iterable[NumberedSheet]) -> frozenset[str]:
    """The codes of papers without a judge that nobody needs any more: each judge has a numbered one for that entry.

    They were printed before the panel was known. One whose marks came in, or that was bound to a judge, is not among them.
    """
    judges: dict[_Whose, set[str | None]] = {}
    for paper in expected:
        judges.setdefault((paper.within, paper.category, paper.entry.code, paper.phase.id), set()).add(paper.judge)
    numbered = list(sheets)
    named = {_whose(one): set[str | None]() for one in numbered}
    for one in numbered:
        named[_whose(one)].add(one.judge)
    return frozenset(
        one.code
        for one in numbered
        if one.entry is not None
        and one.judge is None
        and (wanted := judges.get(_whose(one)))
        and None not in wanted
        and wanted <= named[_whose(one)]
    )


def _whose(sheet: NumberedSheet) -> _Whose:
    return sheet.within, sheet.category, sheet.entry, sheet.phase
