"""What papers say of an entry beside its marks: what it had before and has now, and the amount it asks for.

Rules that compare a gain (`larger_gain`) or pay what entries ask for (`until_spent`) make every table, book, form and
screen ask for it; other rules ask for nothing. All of them read such a figure here, so that it is never one number in
one and another in the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pachamama.core.awards import UntilSpent
from pachamama.core.criteria import Measured
from pachamama.core.model import Contest
from pachamama.core.numbers import Exact, plain, read_exact, two_readings
from pachamama.core.problems import Problem
from pachamama.core.rules.document import Phase, Tier
from pachamama.core.sentences import Name, Sentence, Value, say
from pachamama.core.ties import LargerGain

PARTS = ("before", "now", "unit", "value_before", "value_now")
"""What is known of an asset; each is the field `ID_PART` of the entry."""
REQUESTED = "requested"
"""The field of the amount that an entry asks for."""


@dataclass(frozen=True, slots=True)
class Asset:
    """Something that entries had before and have now; `unit` is empty where the rules do not know it."""

    id: str
    name: Name
    unit: str

    def label(self) -> Value:
        """What people call it, with its unit where that is known."""
        return say("{criterion} ({unit})", criterion=self.name, unit=self.unit) if self.unit else self.name


@dataclass(frozen=True, slots=True)
class Beside:
    """One thing that a paper says beside the marks: the field that keeps it, its title, and whether it is a figure.

    `of` are the quantities that must be known before unit and value mean anything; empty for the quantities themselves.
    """

    field: str
    title: Sentence
    is_figure: bool = True
    of: tuple[str, ...] = ()


def assets_of(tier: Tier) -> tuple[Asset, ...]:
    """The assets whose gain the rules compare, each once: by the criterion of that id where there is one."""
    known = {one.id: one for phase in tier.judging for one in phase.criteria}
    found: dict[str, Asset] = {}
    for step in tier.ties:
        if isinstance(step, LargerGain):
            criterion = known.get(id_ := step.larger_gain)
            texts = criterion.name.texts if criterion is not None else {}
            unit = criterion.measured.unit if isinstance(criterion, Measured) else ""
            found[id_] = Asset(id_, Name(texts, _in_words(id_)), unit)
    return tuple(found.values())


def assets_on(tier: Tier, phase: Phase) -> tuple[Asset, ...]:
    """The assets that a sheet of this phase says: those of its own criteria, and those that are no criterion of any phase.

    What the judges of another phase count is asked on their sheets only.
    """
    elsewhere = {one.id for other in tier.judged_phases if other.id != phase.id for one in other.criteria}
    elsewhere -= {one.id for one in phase.criteria}
    return tuple(asset for asset in assets_of(tier) if asset.id not in elsewhere)


def asks_for_amounts(tier: Tier) -> bool:
    """A prize pays what each entry asks for."""
    return tier.prizes is not None and any(isinstance(one, UntilSpent) for one in tier.prizes.awards)


def beside_marks(tier: Tier, on: Phase | None = None) -> tuple[Beside, ...]:
    """Everything that the rules make papers say of an entry beside the marks, in the order in which it is asked.

    With a phase, what its sheets say (`assets_on`). What judges mark under the same id is a mark.
    """
    marks = {one.id for phase in tier.judged_phases for one in phase.judged}
    assets = assets_of(tier) if on is None else assets_on(tier, on)
    return tuple(one for one in _beside(tier, assets) if one.field not in marks)


def _beside(tier: Tier, assets: Iterable[Asset]) -> Iterator[Beside]:
    for asset in assets:
        known = asset.label()
        of = (f"{asset.id}_before", f"{asset.id}_now")
        yield Beside(f"{asset.id}_before", say("{asset}, before", asset=known))
        yield Beside(f"{asset.id}_now", say("{asset}, now", asset=known))
        if not asset.unit:
            yield Beside(f"{asset.id}_unit", say("{asset}, unit", asset=known), is_figure=False, of=of)
        yield Beside(f"{asset.id}_value_before", say("{asset}, value before", asset=asset.name), of=of)
        yield Beside(f"{asset.id}_value_now", say("{asset}, value now", asset=asset.name), of=of)
    if asks_for_amounts(tier):
        yield Beside(REQUESTED, say("Amount asked for"))


def read_quantity(text: str) -> str | tuple[Sentence, Sentence]:
    """A quantity or an amount in plain digits; or why it is none, and the remedy. `12,5` is understood, `1,250` is not."""
    if (both := two_readings(text)) is not None:
        return two_ways(text, *both)
    figure = read_exact(text, comma=True)
    if figure is None or figure < 0:
        return say("“{text}” is no quantity", text=text[:40]), NOT_BELOW_0
    return plain(figure)


def two_ways(text: str, decimal: Exact, thousands: int, *, called: Value = "") -> tuple[Sentence, Sentence]:
    """Why `1,250` is no figure, and the remedy: nobody but the writer knows which of two numbers it is."""
    shown = {"text": text, "decimal": plain(decimal), "thousands": plain(thousands)}
    hint = say(
        "write it without the comma: {decimal} or {thousands}", decimal=plain(decimal), thousands=plain(thousands)
    )
    if called:
        return say("“{text}” for “{field}” may be {decimal} or {thousands}", field=called, **shown), hint
    return say("“{text}” may be {decimal} or {thousands}", **shown), hint


NOT_BELOW_0 = say("write a number that is not below 0, such as 12 or 12.5")


def odd_requests(tier: Tier, cash_unit: Exact, contests: Iterable[Contest]) -> list[Problem]:
    """The amounts asked for that no prize can be: it is paid in whole cash units. A warning while marks come in."""
    if not asks_for_amounts(tier):
        return []
    return [
        Problem(
            entry.where,
            say(
                "{entry} asks for {amount}, which is no multiple of {unit}",
                entry=entry.code,
                amount=entry.fields[REQUESTED],
                unit=cash_unit,
            ),
            say("look at the paper and correct it: as it is, the prizes cannot be reckoned"),
        )
        for contest in contests
        for entry in contest.entries
        if (amount := read_exact(entry.fields.get(REQUESTED, ""))) is not None and amount % cash_unit
    ]


def _in_words(id_: str) -> str:
    """An id as people read it: `improved_area` is `Improved area`."""
    words = id_.replace("_", " ").strip()
    return words[:1].upper() + words[1:]
