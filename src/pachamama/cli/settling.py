"""`settle`: rules tried on a score table, with no file of a programme and nothing stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.entries import CategoryOption, Within
from pachamama.cli.help import Command, new_app
from pachamama.cli.session import Session, session
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage, folded
from pachamama.core.rules import Rules
from pachamama.core.rules.naming import competition_said, competitions_to_type, tier_said, tiers_to_type
from pachamama.core.sentences import Name, Value, listing, say

if TYPE_CHECKING:
    from pachamama.core.settle import Reckoning

app = new_app()


@app.command("settle", cls=Command)
def settle(
    context: typer.Context,
    rules: Annotated[str, typer.Argument(metavar="RULES", help="the rules file (YAML)")],
    scores: Annotated[str, typer.Argument(metavar="SCORES", help="the score table (CSV)")],
    competition: Annotated[
        str | None, typer.Option("--competition", metavar="ID", help="which competition, if the rules have several")
    ] = None,
    tier: Annotated[
        str | None, typer.Option("--tier", metavar="TIER", help="household, group or community, if it has several")
    ] = None,
    households: Annotated[
        str | None,
        typer.Option(
            "--households", metavar="RESULTS", help="results of the household tier (JSON), for a community tier"
        ),
    ] = None,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="ENTRY", help="explain that entry from each mark to the cent")
    ] = None,
    within: Within = None,
    category: CategoryOption = None,
) -> None:
    """Try rules on a score table: places, prizes and purses, with nothing stored.

    For rehearsals, for checking published results, for designing prizes.

    For example `settle rules.yaml scores.csv --tier household --explain H031`.
    """
    from pachamama.cli.gather import in_contest, read_rules_file, tier_of, warnings_said
    from pachamama.cli.settling_each import settled_each
    from pachamama.core.lower_tier import with_households
    from pachamama.core.settle import reckon, result_of
    from pachamama.exchange import document, read_results, read_scores, to_csv, to_json

    asked = session(context)
    if explain is None and (within or category):
        raise WrongUsage(say("`--within` and `--category` only say which contest `--explain` means"))
    _, read = read_rules_file(rules)
    competition = _only_competition(read, competition)
    played = tier_of(
        read, competition, tier or _only_tier(read, competition, scores_have_households=households is not None)
    )

    def label(within: str | None, category: str | None) -> Value:
        parts: list[Value] = [within] if within is not None else []
        if category is not None:
            known = played.category(category)
            parts.append(Name(known.name.texts, category) if known else category)
        return listing(parts) if parts else ""

    if explain is None and households is None and settled_each(asked, read, competition, played, scores, label):
        return
    notes: list[Problem] = []
    contests = read_scores(scores, played, notes=notes)
    if households is not None:
        if played.from_ is None:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("by these rules the tier of {tier} reads no other tier", tier=tier_said(played.tier)),
                    say("leave {option} out", option="--households"),
                )
            )
        below = read_results(households, competition=competition, tier=played.from_)
        contests = with_households(contests, below)
    elif played.reads_a_lower_tier:
        raise Refused(
            Problem(
                NOWHERE,
                say(
                    "by these rules the tier of {tier} reads the results of its households",
                    tier=tier_said(played.tier),
                ),
                say(
                    "give them with `--households RESULTS` (made by `pachamama settle … --tier household --format json`)"
                ),
            )
        )
    reckoning = reckon(read, competition, played.tier, contests)
    asked.tell_warnings(folded(notes))
    if explain is not None:
        _explain(asked, reckoning, explain, within, category)
        return
    found = result_of(reckoning)
    asked.tell_warnings([in_contest(label(one.within, one.category), due) for one in found.contests for due in one.due])
    asked.tell_warnings(warnings_said(found, played, label))
    if asked.format == "json":
        asked.result(to_json(document(found, asked.reader)))
    elif asked.format == "csv":
        asked.result(to_csv(found, asked.reader))
    else:
        from pachamama.cli.showing import results_text

        asked.result(results_text(found, played, asked.reader, label))


def _explain(asked: Session, reckoning: Reckoning, entry: str, within: str | None, category: str | None) -> None:
    """Explain one entry of the table instead of showing the results."""
    from pachamama.cli.explaining import show_explanation
    from pachamama.core.explanation import find_entry

    asked.no_csv()
    contests = [one.contest for one in reckoning.contests]
    here = contests[find_entry(contests, entry, within=within, category=category)]
    named = next(one for one in here.entries if one.code == entry)
    heading = say("{entry} {name}", entry=entry, name=named.name) if named.name else say("{entry}", entry=entry)
    show_explanation(asked, reckoning, entry, here.within, here.category, round_=None, heading=heading)


def _only_competition(rules: Rules, asked: str | None) -> str:
    if asked is not None:
        return asked
    if len(rules.competitions) == 1:
        return next(iter(rules.competitions))
    raise WrongUsage(
        Problem(
            NOWHERE,
            say("the rules have several competitions"),
            say("say which with `--competition`: {words}", words=competitions_to_type(rules.competitions)),
        )
    )


def _only_tier(rules: Rules, competition: str, *, scores_have_households: bool) -> str:
    """The only tier; with `--households`, the only one that reads another."""
    from pachamama.cli.gather import competition_of

    held = competition_of(rules, competition)
    fit = [one.tier for one in held.tiers if not scores_have_households or one.from_ is not None]
    if len(fit) == 1:
        return fit[0]
    raise WrongUsage(
        Problem(
            NOWHERE,
            say("{competition} has several tiers", competition=competition_said(held, competition)),
            say("say which with `--tier`: {words}", words=tiers_to_type(held.tiers)),
        )
    )
