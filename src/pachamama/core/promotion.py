"""Promotion: which entries of a contest go up, and the reserves behind them (RULES.md, C1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from pachamama.core.shape import SHAPE, Figure, Text, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Seats kept for the best entries with a value in a field: `{field: sex, value: F, count: 1}`."""

    __pydantic_config__ = SHAPE
    field: Text
    value: Text
    count: Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """The first `top`, or `percent` of the ranked, or all who reach `at_least`; a tie at the cut has its own rule."""

    kind_of_rule: ClassVar[str] = "promotion"
    word: ClassVar[str] = "promotion"
    __pydantic_config__ = SHAPE
    top: Whole | None = None
    percent: Figure | None = None
    at_least: Figure | None = None
    quota: tuple[Quota, ...] = ()
    tie_at_cut: Literal["all", "none", "chain"] = "all"
    reserves: Whole = 0
