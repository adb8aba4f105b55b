"""`simulate`: the prize table tried before the call (*convocatoria*), on invented marks or on last edition's."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import Session, session
from pachamama.core.criteria import label
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Place, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.rules.naming import competition_said, competitions_to_type, tier_said, tiers_to_type
from pachamama.core.sentences import Sentence, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.simulated import Shown
    from pachamama.core.rules import Rules, Tier
    from pachamama.core.simulation import Editions, LastEdition, Played, Run

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
    round_: Annotated[
        str | None,
        typer.Option("--round", metavar="ROUND", help="last edition's round in this file, instead of invented marks"),
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

    Marks are invented; with `--scores` or `--round` they are drawn from last edition's. With two rules files both see the same marks,
    side by side. Nothing is stored, and nothing is refused: what the rules would refuse is counted and shown.

    For example `simulate rules.yaml --tier household --runs 500`.
    """
    from pachamama.cli.simulated import simulated_json, simulated_text

    asked = session(context)
    asked.no_csv()
    if scores is not None and round_ is not None:
        raise WrongUsage(
            Problem(
                NOWHERE, say("last edition's marks come from a score table or from a round"), say("name one of them")
            )
        )
    if (scores is not None or round_ is not None) and (communities is not None or households is not None):
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("last edition's marks say who takes part"),
                say("leave {options} out", options=listing(["--communities", "--households"])),
            )
        )
    files = [rules] if other is None else [rules, other]
    if round_ is not None:
        sides, last = _of_round(asked, files, round_, competition, tier)
    else:
        sides = _sides(files, competition, tier)
        last = _last_editions(asked, sides, scores) if scores is not None else {}
    first = next(iter(sides.values()))
    communities = communities or COMMUNITIES
    households = households or (GROUPS if first.name == "group" else HOUSEHOLDS)
    shown = _played_often(asked, sides, last or _invented(sides, communities, households), seed=seed, runs=runs)
    was = _played_once(sides, last, seed=seed)
    if asked.format == "json":
        people: dict[str, str | int] = {"communities": communities, "households": households}
        if last:
            people = {"scores": scores} if scores is not None else {"round": round_ or ""}
        asked.json({"runs": runs, "seed": seed, **people, "files": simulated_json(shown, was, asked.reader)})
        return
    title = _title(first, communities, households, runs=runs, seed=seed)
    if was:
        before = say("{file}, the marks as they are", file=visible(scores or round_ or ""))
        asked.result(simulated_text(asked.reader.say(before), was, asked.reader) + "\n")
        title = say_count(
            "The same drawn anew, {count} round (seed {seed})",
            "The same drawn anew, {count} rounds (seed {seed})",
            runs,
            seed=seed,
        )
    asked.result(simulated_text(asked.reader.say(title), shown, asked.reader))


# -- what is played --------------------------------------------------------------------------------------------------


def _sides(
    files: Sequence[str], competition: str | None, tier: str | None, *, like: str | None = None
) -> dict[str, Played]:
    """The tier that is played, by rules file: of the competition `like` where none is named and the rules have it.

    Refused with the problems of all files.
    """
    from pachamama.cli.gather import read_rules_file

    read: dict[str, Rules] = {}
    problems: list[Problem] = []
    for file in files:
        try:
            read[file] = read_rules_file(file)[1]
        except Refused as refusal:
            problems += refusal.problems
    refuse_if(problems)
    sides: dict[str, Played] = {}
    for file, rules in read.items():
        first = next(iter(sides.values()), None)
        held, same = competition, first.competition if first is not None else like
        if held is None and same in rules.competitions:
            held = same
        sides[file] = _played(file, rules, held, tier if first is None else first.name)
    return sides


def _played(file: str, rules: Rules, competition: str | None, tier: str | None) -> Played:
    """The tier of a rules file that is played; of several the options must name one."""
    from pachamama.cli.gather import competition_of, tier_of
    from pachamama.core.simulation import Played

    ids = list(rules.competitions)
    if competition is None and len(ids) > 1:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("{file} has several competitions", file=visible(file)),
                say("say which with `--competition`: {words}", words=competitions_to_type(rules.competitions)),
            )
        )
    held = competition if competition is not None else ids[0]
    topic = competition_of(rules, held)
    tiers = [one.tier for one in topic.tiers]
    if tier is None and len(tiers) > 1:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("{competition} has several tiers", competition=competition_said(topic, held)),
                say("say which with `--tier`: {words}", words=tiers_to_type(topic.tiers)),
            )
        )
    return Played(rules, held, tier_of(rules, held, tier if tier is not None else tiers[0]).tier)


def _invented(sides: Mapping[str, Played], communities: int, households: int) -> dict[str, Editions]:
    from pachamama.core.simulation import Invented, Valley

    return dict.fromkeys(sides, Invented(Valley.of(communities, households)))


def _last_editions(asked: Session, sides: Mapping[str, Played], scores: str) -> dict[str, LastEdition]:
    """Last edition's contests as each rules file reads them; what deserves a word is told once.

    What one file refuses (marks off its paper) is counted as refused rounds of it, as long as another file can read them.
    """
    from pachamama.core.simulation import LastEdition
    from pachamama.exchange import read_scores

    found: dict[str, LastEdition] = {}
    refused: list[Refused] = []
    for file, one in sides.items():
        notes: list[Problem] = []
        try:
            contests = read_scores(scores, one.tier, notes=notes)
        except Refused as refusal:
            refused.append(refusal)
            found[file] = LastEdition((), refused=refusal.problems)
            continue
        if len(found) == len(refused):
            asked.tell_warnings(notes)
            if one.tier.within != "programme" and any(contest.within is None for contest in contests):
                asked.tell_warnings([say("the score table has no column “within”: all its entries compete together")])
        found[file] = LastEdition(contests)
    if len(refused) == len(sides):
        raise refused[0]
    return found


def _of_round(
    asked: Session, files: Sequence[str], code: str, competition: str | None, tier: str | None
) -> tuple[dict[str, Played], dict[str, LastEdition]]:
    """The tiers that play the marks of a round, by rules file, and these marks as each of them asks for them.

    The round says which competition and tier; refused where rules group or name what competes otherwise.
    """
    from pachamama.cli.gather import tier_of_round
    from pachamama.core.simulation import LastEdition, fitting

    with asked.open() as store:
        meant = store.round(code)
        was = tier_of_round(meant)
        contests = tuple(store.contests(code))
    sides = _sides(files, competition, tier or meant.tier, like=meant.competition)
    found: dict[str, LastEdition] = {}
    problems: list[Problem] = []
    for file, one in sides.items():
        problems += _competes_otherwise(file, one.tier, was)
        asked.tell_warnings([*_asks_otherwise(file, one.tier, was)])
        found[file] = LastEdition(fitting(one.tier, contests), has_below=True)
    refuse_if(problems)
    return sides, found


def _asks_otherwise(file: str, tier: Tier, was: Tier) -> Iterator[Sentence]:
    """What was judged in the round and is not asked for by the rules, and what they ask for that was not judged."""
    asked, judged = (
        {(phase.id, one.id): label(one) for phase in each.judged_phases for one in phase.judged} for each in (tier, was)
    )
    if unused := [name for at, name in judged.items() if at not in asked]:
        yield say(
            "{file} does not ask for all that was judged in the round; left out: {criteria}",
            file=visible(file),
            criteria=listing(unused),
        )
    if unjudged := [name for at, name in asked.items() if at not in judged]:
        yield say(
            "{file} asks for what was not judged in the round; no sheet has a mark for: {criteria}",
            file=visible(file),
            criteria=listing(unjudged),
        )


def _competes_otherwise(file: str, tier: Tier, was: Tier) -> Iterator[Problem]:
    """Whoever competed together in the round must compete together by the rules: units and categories are the same."""
    asks = say("the marks of a round can be tried only by rules that let the same ones compete together")
    if (tier.tier, tier.within) != (was.tier, was.within):
        yield Problem(
            Place(file),
            say(
                "the round competed with `tier: {tier}` and `within: {within}`; here stand {other} and {there}",
                tier=was.tier,
                within=was.within,
                other=tier.tier,
                there=tier.within,
            ),
            asks,
        )
    known = {one.id for one in tier.categories}
    strange = [one.id for one in was.categories if one.id not in known]
    if strange or bool(known) != bool(was.categories):
        yield Problem(
            Place(file),
            say("the categories of the round and of these rules are not the same"),
            asks,
        )


def _played_often(
    asked: Session, sides: Mapping[str, Played], editions: Mapping[str, Editions], *, seed: int, runs: int
) -> list[Shown]:
    """Each rules file on the same editions."""
    from pachamama.cli.simulated import Shown
    from pachamama.core.simulation import figures_of, worst_cases
    from pachamama.core.simulation import simulate as rounds_of

    shown = []
    with _progress(asked, runs * len(sides)) as step:
        for file, one in sides.items():
            played = list(step(rounds_of(one, editions[file], seed=seed, runs=runs)))
            worst = worst_cases(one, editions[file], seed=seed)
            shown.append(Shown(file, figures_of(one, played, worst)))
    return shown


def _played_once(sides: Mapping[str, Played], editions: Mapping[str, LastEdition], *, seed: int) -> list[Shown]:
    """Each rules file on last edition's marks as they are; nothing where marks are invented."""
    from functools import partial

    from pachamama.cli.simulated import Shown
    from pachamama.core.simulation import figures_of, run_of
    from pachamama.core.simulation.chance import Chance

    chance = Chance(str(seed)).within("last edition")
    return [
        Shown(file, figures_of(sides[file], [run_of(sides[file], partial(edition.as_it_was, sides[file], chance))]))
        for file, edition in editions.items()
    ]


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
        competition=competition_said(played.rules.competitions[played.competition], played.competition),
        tier=tier_said(played.name),
        communities=size,
        households=many,
        seed=seed,
    )


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
