"""`simulate`: the prize table tried before the call (*convocatoria*), on invented marks or on last edition's."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import Session, session
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, WrongUsage
from pachamama.core.sentences import Sentence, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.core.rules import Rules
    from pachamama.core.simulation import LastEdition, Played, Run

app = new_app()

COMMUNITIES = 6
HOUSEHOLDS = 30
GROUPS = 3
"""Groups in a community, where groups compete."""
Step: TypeAlias = "Callable[[Iterable[Run]], Iterator[Run]]"
"""Hands the runs on, and moves the progress bar."""


@app.command("simulate", cls=Command)
def simulate(
    context: typer.Context,
    rules: Annotated[str, typer.Argument(metavar="RULES", help="the rules file (YAML)")],
    other: Annotated[
        str | None, typer.Argument(metavar="RULES2", help="another rules file, to see both side by side")
    ] = None,
    competition: Annotated[
        str | None, typer.Option("--competition", metavar="ID", help="which competition, if the rules have several")
    ] = None,
    tier: Annotated[
        str | None, typer.Option("--tier", metavar="TIER", help="household, group or community, if it has several")
    ] = None,
    scores: Annotated[
        str | None,
        typer.Option("--scores", metavar="FILE", help="last edition's score table, instead of invented marks"),
    ] = None,
    communities: Annotated[
        int | None, typer.Option("--communities", metavar="N", min=1, help="communities that take part (6)")
    ] = None,
    households: Annotated[
        int | None,
        typer.Option(
            "--households",
            metavar="N",
            min=1,
            help="households in each community (30), or groups where they compete (3)",
        ),
    ] = None,
    runs: Annotated[int, typer.Option("--runs", metavar="N", min=1, help="rounds that are played (200)")] = 200,
    seed: Annotated[
        int, typer.Option("--seed", metavar="N", min=0, help="the same number gives the same figures (1)")
    ] = 1,
) -> None:
    """Play a competition many times before it is announced: what is spent, who wins, what would be refused.

    Marks are invented; with `--scores` they are drawn from last edition's. With two rules files both see the same marks,
    side by side. Nothing is stored, and nothing is refused: what the rules would refuse is counted and shown.
    """
    from pachamama.cli.simulated import Shown, simulated_json, simulated_text
    from pachamama.core.simulation import Invented, Valley, figures_of, run_of, worst_cases
    from pachamama.core.simulation import simulate as simulated
    from pachamama.core.simulation.chance import Chance

    asked = session(context)
    asked.no_csv()
    if scores is not None and (communities is not None or households is not None):
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("the score table says who takes part"),
                say("leave {options} out", options=listing(["--communities", "--households"])),
            )
        )
    files = [rules] if other is None else [rules, other]
    sides = [_played(file, competition, tier) for file in files]
    communities = communities or COMMUNITIES
    households = households or (GROUPS if sides[0].name == "group" else HOUSEHOLDS)
    invented = Invented(Valley.of(communities, households))
    last = [_last_edition(asked, one, scores, tells=one is sides[0]) for one in sides] if scores is not None else []
    shown, was = [], []
    with _progress(asked, runs * len(sides)) as step:
        for number, (file, one) in enumerate(zip(files, sides, strict=True)):
            source = last[number] if last else invented
            played = list(step(simulated(one, source, seed=seed, runs=runs)))
            shown.append(Shown(file, figures_of(one, played, worst_cases(one, source, seed=seed))))
    for file, one, edition in zip(files, sides, last, strict=False):
        chance = Chance(str(seed)).within("last edition")
        was.append(Shown(file, figures_of(one, [run_of(one, lambda: edition.as_it_was(one, chance))])))  # noqa: B023
    if asked.format == "json":
        people = {"scores": scores} if scores is not None else {"communities": communities, "households": households}
        asked.json({"runs": runs, "seed": seed, **people, "files": simulated_json(shown, was, asked.reader)})
        return
    if was:
        title = say("{file}, the marks as they are", file=visible(scores or ""))
        asked.result(simulated_text(asked.reader.say(title), was, asked.reader))
        title = say_count(
            "The same drawn anew, {count} round (seed {seed})",
            "The same drawn anew, {count} rounds (seed {seed})",
            runs,
            seed=seed,
        )
    else:
        title = _title(sides[0], communities, households, runs=runs, seed=seed)
    asked.result(simulated_text(asked.reader.say(title), shown, asked.reader))


def _title(played: Played, communities: int, households: int, *, runs: int, seed: int) -> Sentence:
    size = say_count("{count} community", "{count} communities", communities)
    if played.name == "group":
        many = say_count("{count} group in each", "{count} groups in each", households)
    else:
        many = say_count("{count} household in each", "{count} households in each", households)
    return say_count(
        "{competition}, {tier}: {count} round with {communities}, {households} (seed {seed})",
        "{competition}, {tier}: {count} rounds with {communities}, {households} (seed {seed})",
        runs,
        competition=played.competition,
        tier=played.name,
        communities=size,
        households=many,
        seed=seed,
    )


def _played(file: str, competition: str | None, tier: str | None) -> Played:
    """The tier of a rules file that is played; of several the options must name one."""
    from pachamama.cli.gather import competition_of, read_rules_file, tier_of
    from pachamama.core.simulation import Played

    _, rules = read_rules_file(file)
    held = competition if competition is not None else _only_competition(rules, file)
    tiers = [one.tier for one in competition_of(rules, held).tiers]
    if tier is None and len(tiers) > 1:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("{competition} has several tiers", competition=held),
                say("say which with `--tier`: {words}", words=listing(list(tiers))),
            )
        )
    return Played(rules, held, tier_of(rules, held, tier if tier is not None else tiers[0]).tier)


def _only_competition(rules: Rules, file: str) -> str:
    ids = list(rules.competitions)
    if len(ids) > 1:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("{file} has several competitions", file=visible(file)),
                say("say which with `--competition`: {words}", words=listing(list(ids))),
            )
        )
    return ids[0]


def _last_edition(asked: Session, played: Played, scores: str, *, tells: bool) -> LastEdition:
    """Last edition's contests as the rules read them; what was cleaned in names is told once."""
    from pachamama.core.simulation import LastEdition
    from pachamama.exchange import read_scores

    notes: list[Problem] = []
    contests = read_scores(scores, played.tier, notes=notes)
    if tells:
        asked.tell_warnings(notes)
    return LastEdition(contests)


@contextmanager
def _progress(asked: Session, total: int) -> Iterator[Step]:
    """A bar on stderr while somebody looks; it is gone when the work is done."""
    if not sys.stderr.isatty():
        yield iter
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(asked.reader.text("Rounds"), total=total)

        def step(runs: Iterable[Run]) -> Iterator[Run]:
            for run in runs:
                bar.advance(task)
                yield run

        yield step
