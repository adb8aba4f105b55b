"""What the commands about panels are made from: a round with its contests and panels, and the registers, each read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pachamama.core.model import Contest, Household, Judge, Round
from pachamama.core.rules import Tier
from pachamama.core.sentences import Value, say

if TYPE_CHECKING:
    from pachamama.core.assigning import PanelKey
    from pachamama.core.conflicts import Conflicts
    from pachamama.store import Store


@dataclass(frozen=True)
class PanelDesk:
    """What panels are made from: the round with its contests, and the registers.

    `proposed` are panels that are only tried, in place of those that are stored; `stepping_back` the judges who would step
    back from entries because of them.
    """

    store: Store
    round: Round
    proposed: Mapping[PanelKey, Sequence[str]] | None = None
    stepping_back: frozenset[tuple[str | None, str | None, str, str]] = frozenset()

    @cached_property
    def tier(self) -> Tier:
        """The tier that the round plays."""
        from pachamama.cli.gather import tier_of_round

        return tier_of_round(self.round)

    @cached_property
    def contests(self) -> tuple[Contest, ...]:
        """The contests that have entries."""
        return tuple(self._tried(one) for one in self.store.contests(self.round.code) if one.entries)

    def _tried(self, contest: Contest) -> Contest:
        if self.proposed is None:
            return contest
        here = (contest.within, contest.category)
        panel = {phase: tuple(codes) for (*where, phase), codes in self.proposed.items() if tuple(where) == here}
        out = {(entry, judge) for *where, entry, judge in self.stepping_back if tuple(where) == here}
        entries = [
            replace(one, recused={**one.recused, **{judge: "" for entry, judge in out if entry == one.code}})
            for one in contest.entries
        ]
        return replace(contest, panel=panel, entries=tuple(entries))

    @cached_property
    def judges(self) -> Mapping[str, Judge]:
        """The register of judges, by code."""
        return {one.code: one for one in self.store.judges()}

    @cached_property
    def households(self) -> Mapping[str, Household]:
        """The register of households, by code."""
        return {one.code: one for one in self.store.households()}

    @cached_property
    def regions(self) -> Mapping[str, str]:
        """The watershed of each community."""
        return {one.code: one.watershed for one in self.store.communities()}

    @cached_property
    def conflicts(self) -> Conflicts:
        """What somebody must look at, with the answers that were given."""
        return self._conflicts(everybody=False)

    @cached_property
    def possible_conflicts(self) -> Conflicts:
        """The same if any judge could come to any contest."""
        return self._conflicts(everybody=True)

    def _conflicts(self, *, everybody: bool) -> Conflicts:
        from pachamama.core.conflicts import conflicts

        return conflicts(
            self.tier,
            self.contests,
            list(self.judges.values()),
            self.households,
            declarations=self.store.declarations(self.round.code),
            everybody=everybody,
        )

    @cached_property
    def _labels(self) -> Callable[[str | None, str | None], Value]:
        from pachamama.cli.gather import labels_of

        return labels_of(self.store, self.tier)

    def label(self, within: str | None, category: str | None) -> Value:
        """A contest as people say it; everybody, where all compete together."""
        return self._labels(within, category) or say("everybody")

    def called(self, code: str) -> Value:
        """A judge by code and name."""
        name = self.judge_name(code)
        return say("{code} {name}", code=code, name=name) if name else code

    def judge_name(self, code: str) -> str:
        """A judge's name; empty while it is not known."""
        judge = self.judges.get(code)
        return judge.name if judge else ""


def panel_desk(store: Store, code: str | None) -> PanelDesk:
    """The desk of the round that is meant."""
    from pachamama.cli.gather import pick_round

    return PanelDesk(store, pick_round(store, code))
