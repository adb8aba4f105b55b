"""Which rules `print rules` and `print summary` print: those of a round, of a file, or those in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.sentences import say

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from pachamama.cli.session import Session
    from pachamama.core.model import Round
    from pachamama.core.rules import Rules
    from pachamama.papers.heading import RulesOnPaper

FrozenWith = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="a round, for the rules that are frozen with it")
]
RulesFile = Annotated[
    str | None, typer.Option("--rules", metavar="FILE", help="a rules file; else the rules of the programme's file")
]
OnlyCompetition = Annotated[
    str | None, typer.Option("--competition", metavar="ID", help="only that competition; else all of them")
]


class RulesMeant(NamedTuple):
    """The rules that are printed, the round that they are frozen with, if any, and whether it is all a rehearsal.

    `competitions` are the ids of those that are meant.
    """

    rules: Rules
    round: Round | None
    is_rehearsal: bool
    competitions: tuple[str, ...]

    @property
    def tier(self) -> str | None:
        """The tier of the round; None where the rules of all tiers are meant."""
        return self.round.tier if self.round else None

    def on_paper(self, *, printed: date | None = None) -> Iterator[RulesOnPaper]:
        """The rules of each competition that is meant, as papers name them."""
        from pachamama.cli.judging_papers import reader_of
        from pachamama.papers.heading import RulesOnPaper

        for id_ in self.competitions:
            yield RulesOnPaper(
                rules=self.rules,
                competition=id_,
                reader=reader_of(self.rules),
                round_code=self.round.code if self.round else "",
                edition=self.round.edition if self.round else "",
                is_rehearsal=self.is_rehearsal,
                printed=printed,
            )


def rules_meant(asked: Session, round_: str | None, file: str | None, competition: str | None) -> RulesMeant:
    """The rules of a file, of a round, or those in use; refused where there are none, or no such competition."""
    from pachamama.cli.gather import competition_of

    if round_ is not None and (file is not None or competition is not None):
        raise WrongUsage(say("a round has its own rules: name either ROUND, or --rules and --competition"))
    rules, found, is_rehearsal = _rules(asked, round_, file)
    if competition is not None:
        competition_of(rules, competition)
    wanted = found.competition if found else competition
    return RulesMeant(rules, found, is_rehearsal, (wanted,) if wanted else tuple(rules.competitions))


def _rules(asked: Session, round_: str | None, file: str | None) -> tuple[Rules, Round | None, bool]:
    """The rules, the round that they are frozen with, and whether it is a rehearsal."""
    from pachamama.cli.gather import frozen_rules, read_rules_file

    if file is not None:
        return read_rules_file(file)[1], None, False
    with asked.open() as store:
        found = store.round(round_) if round_ is not None else None
        text = found.rules if found is not None else store.rules_text
        if text is None:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("{file} has no rules yet", file=visible(asked.db)),
                    say("give it some: `pachamama rules use FILE`, or print those of a file: `--rules FILE`"),
                )
            )
        return frozen_rules(text), found, store.is_rehearsal
