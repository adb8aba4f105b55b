"""What stands at the head and in the foot of the papers: the round, its rules and its seal, read from the file once.

One idea: papers of results carry their state and the seal of the closing; papers for before the judging have neither,
so that one that got lost is printed again as it was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

    from pachamama.cli.outcome import Outcome
    from pachamama.core.model import Round
    from pachamama.papers.heading import RoundOnPaper
    from pachamama.store import Store


def results_on_paper(store: Store, found: Outcome, *, is_dated: bool = True) -> RoundOnPaper:
    """A round with its results; a closed one carries its seal and no day, so that it is printed again as it was.

    What is paid from has no day while the round is open either (`is_dated`).
    """
    from pachamama.cli.gather import unit_names
    from pachamama.cli.judging_papers import reader_of
    from pachamama.cli.sealing import seal_said
    from pachamama.papers.heading import RoundOnPaper

    return RoundOnPaper(
        rules=found.rules,
        competition=found.round.competition,
        tier=found.tier,
        reader=reader_of(found.rules),
        round_code=found.round.code,
        edition=found.round.edition,
        is_rehearsal=store.is_rehearsal,
        printed=today() if is_dated and found.state != "final" else None,
        state=found.state,
        unit_names=unit_names(store, found.tier),
        **seal_said(store, found),
    )


def round_on_paper(store: Store, meant: Round) -> RoundOnPaper:
    """A round before it is judged."""
    from pachamama.cli.gather import frozen_rules, tier_of_round, unit_names
    from pachamama.cli.judging_papers import reader_of
    from pachamama.papers.heading import RoundOnPaper

    rules, tier = frozen_rules(meant.rules), tier_of_round(meant)
    return RoundOnPaper(
        rules=rules,
        competition=meant.competition,
        tier=tier,
        reader=reader_of(rules),
        round_code=meant.code,
        edition=meant.edition,
        is_rehearsal=store.is_rehearsal,
        unit_names=unit_names(store, tier),
    )


def today() -> dt.date:
    """The day that stands on a paper as that of its printing."""
    from datetime import datetime

    return datetime.now().astimezone().date()
