"""What the community tier reads of its households: one value for each source, from closed results (RULES.md, C2 and C3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pachamama.core.model import Contest, Entry, HouseholdResult
from pachamama.core.numbers import read_exact
from pachamama.core.problems import NOWHERE, Problem, Refused, refuse_if
from pachamama.core.rules.document import Tier
from pachamama.core.scores import SourceValue
from pachamama.core.sentences import say

MOST_REGISTERED = 1_000_000


def with_households(
    contests: Iterable[Contest], results: Mapping[str, tuple[HouseholdResult, ...]]
) -> tuple[Contest, ...]:
    """The contests of communities with what the closed lower tier says of the households of each; nobody took part: ().

    The results are found by the entry's code, else by its entrant.
    """

    def below(entry: Entry) -> tuple[HouseholdResult, ...]:
        return results.get(entry.code) or results.get(entry.entrant, ())

    return tuple(
        replace(one, entries=tuple(replace(entry, households=below(entry)) for entry in one.entries))
        for one in contests
    )


def source_values(tier: Tier, entries: Sequence[Entry], lower: Tier | None) -> dict[str, dict[str, SourceValue]]:
    """The value of every source for every entry, by entry and criterion (RULES.md, C2 and C3)."""
    criteria = [one for phase in tier.judging for one in phase.sources]
    if not criteria:
        return {}
    if lower is None:
        raise Refused(
            Problem(NOWHERE, say("the rules read a lower tier, but name none"), say("add `from:` to the tier"))
        )
    problems: list[Problem] = []
    found: dict[str, dict[str, SourceValue]] = {}
    levels = [level.id for level in lower.levels_up]
    for entry in entries:
        fitted = _register(entry, problems)
        if fitted is None:
            continue
        took_part, registered = fitted
        found[entry.code] = {
            one.id: SourceValue(
                one,
                one.value(took_part, registered, levels) if took_part else 0,
                len(took_part),
                registered,
                100 if one.is_percent else lower.full_total or 100,
                took_part,
                tuple(levels),
            )
            for one in criteria
        }
    refuse_if(problems)
    return found


def _register(entry: Entry, problems: list[Problem]) -> tuple[tuple[HouseholdResult, ...], int] | None:
    """The households that took part, each once with its best, and the number registered; None with a problem noted."""
    if entry.households is None:
        problems.append(
            Problem(
                entry.where,
                say("{entry} needs the closed results of its households", entry=entry.code),
                say("close the household round first; with `settle`, name its results with `--households`"),
            )
        )
        return None
    written = read_exact(entry.fields.get("households", ""))
    if not isinstance(written, int) or not 0 < written <= MOST_REGISTERED:
        problems.append(
            Problem(
                entry.where,
                say("the number of households on the register of {entry} is missing or 0", entry=entry.code),
                say("write it into the column `households`, a whole number from 1"),
            )
        )
        return None
    best: dict[str, HouseholdResult] = {}
    for result in entry.households:
        if result.entrant not in best or best[result.entrant].points < result.points:
            best[result.entrant] = result
    if len(best) > written:
        problems.append(
            Problem(
                entry.where,
                say(
                    "{took_part} households of {entry} took part, but only {registered} are registered",
                    took_part=len(best),
                    entry=entry.code,
                    registered=written,
                ),
                say(
                    "correct the number: `pachamama add community {entry} households=N`; with `settle`, the column `households`",
                    entry=entry.code,
                ),
            )
        )
        return None
    return tuple(best.values()), written
