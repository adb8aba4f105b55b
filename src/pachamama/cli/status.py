"""`status`: one page for the evening: what is in, what is out, what stands in the way of the closing, what comes next."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import Session, session
from pachamama.core.problems import PachamamaError
from pachamama.core.sentences import Sentence, Value, say, say_count

if TYPE_CHECKING:
    from pachamama.core.missing import ExpectedSheet
    from pachamama.core.model import Contest, Round
    from pachamama.core.rules import Tier
    from pachamama.store import Store

app = new_app()

RoundCode = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant")
]
_BAR = 20
_SHOWN = 6
_AROUND = 3
"""Lines of the screen that are not the page's: that a file is for practice, how to end, and one to be sure."""
_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Count:
    """How many sheets are expected, in, checked by a second person, and typed in two ways."""

    expected: int
    inside: int
    second: int
    differs: int


@dataclass(frozen=True, slots=True)
class Progress:
    """A round as it stands: by contest, by judge, what stands in the way of closing it, and what to look at before."""

    round: Round
    contests: Mapping[tuple[str | None, str | None], Count]
    labels: Mapping[tuple[str | None, str | None], Value]
    judges: Mapping[str, Count]
    names: Mapping[str, str]
    obstacles: Sequence[Sentence]
    cautions: Sequence[Sentence]
    next_step: Sentence


@app.command("status", cls=Command)
def status(
    context: typer.Context,
    round_: RoundCode = None,
    watch: Annotated[bool, typer.Option("--watch", help="keep it on the screen, up to date, until Ctrl-C")] = False,
) -> None:
    """Show how far a round is: sheets in and out by contest and judge, what stands in the way, what to do next."""
    asked = session(context)
    asked.no_csv()
    if not watch or asked.format == "json" or not sys.stdout.isatty():
        _show(asked, round_)
        return
    from time import sleep

    while True:
        sys.stdout.write("\x1b[2J\x1b[H")
        _show(asked, round_, lines=os.get_terminal_size(sys.stdout.fileno()).lines - _AROUND)
        sys.stdout.write(asked.reader.say(say("Ctrl-C ends this.")))
        sys.stdout.flush()
        sleep(_SECONDS)


def _show(asked: Session, round_: str | None, *, lines: int | None = None) -> None:
    from pachamama.cli.gather import pick_round

    with asked.open() as store:
        found = progress_of(store, pick_round(store, round_))
    if asked.format == "json":
        asked.json(_written(asked, found))
        return
    asked.result(_page(asked, found) if lines is None else _screenful(asked, found, lines))


# -- what there is ---------------------------------------------------------------------------------------------------


def progress_of(store: Store, meant: Round) -> Progress:
    """Count everything of a round, and say what comes next."""
    from pachamama.cli.closing import cautions_said
    from pachamama.cli.gather import labels_of, tier_of_round
    from pachamama.core.checking import by_place
    from pachamama.core.missing import expected_sheets

    tier = tier_of_round(meant)
    contests = [one for one in store.contests(meant.code) if one.entries]
    papers = [paper for contest in contests for paper in expected_sheets(tier, contest)]
    seconds = by_place(store.second_entries(meant.code))
    states = {where: one.state for where, one in seconds.items()}

    def count(some: Sequence[ExpectedSheet]) -> Count:
        typed = [states.get(_key(one)) for one in some if one.is_in]
        return Count(
            len(some), len(typed), sum(1 for one in typed if one in ("confirmed", "settled")), typed.count("differs")
        )

    by_contest = {
        (one.within, one.category): count([paper for paper in papers if _is_of(paper, one)]) for one in contests
    }
    codes = sorted({paper.judge for paper in papers if paper.judge is not None})
    by_judge = {code: count([paper for paper in papers if paper.judge == code]) for code in codes}
    if unnamed := [paper for paper in papers if paper.judge is None]:
        by_judge["—"] = count(unnamed)
    label = labels_of(store, tier)
    in_the_way = _obstacles(store, meant, contests) if meant.state == "open" else []
    return Progress(
        meant,
        by_contest,
        {where: label(*where) for where in by_contest},
        by_judge,
        {one.code: one.name for one in store.judges()},
        in_the_way,
        cautions_said(store, meant, tier, contests) if meant.state == "open" else [],
        _next(store, meant, tier, contests, papers, by_contest, in_the_way),
    )


def _key(paper: ExpectedSheet) -> tuple[str | None, str | None, str, str, str]:
    return paper.within, paper.category, paper.entry.code, paper.phase.id, paper.judge or ""


def _is_of(paper: ExpectedSheet, contest: Contest) -> bool:
    return (paper.within, paper.category) == (contest.within, contest.category)


def _obstacles(store: Store, meant: Round, contests: Sequence[Contest]) -> list[Sentence]:
    """What `round close` would refuse with; where not even a preview can be reckoned, why not."""
    from pachamama.cli.closing import obstacles
    from pachamama.cli.outcome import outcome_of

    if not contests:
        return []
    try:
        return obstacles(store, outcome_of(store, meant), contests)
    except PachamamaError as refusal:
        return [problem.message for problem in refusal.problems]


def _next(
    store: Store,
    meant: Round,
    tier: Tier,
    contests: Sequence[Contest],
    papers: Sequence[ExpectedSheet],
    counts: Mapping[tuple[str | None, str | None], Count],
    in_the_way: Sequence[Sentence],
) -> Sentence:
    """The one thing to do now."""
    from pachamama.cli.waiting import stale_of, waiting_of

    code = meant.code
    if meant.state == "closed":
        if stale := stale_of(store, meant):
            return stale[0]
        if waiting := waiting_of(store, meant):
            return waiting[0]
        return say("Print what is needed: `pachamama print prize-sheet {round} -o FOLDER`.", round=code)
    if not contests:
        return say("Enter who competes: `pachamama enter --all`.")
    if any(one.differs for one in counts.values()):
        return say(
            "Decide what the sheets say that were typed in two ways: `pachamama discrepancies {round}`.", round=code
        )
    if tier.judged_phases and not any(paper.is_in for paper in papers):
        if not store.judges():
            return say("Register the judges: `pachamama import judges FILE`.")
        if not any(contest.panel for contest in contests):
            return say("Say who judges where: `pachamama panel assign {round} --spread`.", round=code)
        if not store.numbered_sheets(code):
            return say("Print the sheets: `pachamama print score-sheets {round} -o FOLDER`.", round=code)
    if any(not paper.is_in for paper in papers):
        return say("Type the sheets: `pachamama enter`.")
    if in_the_way:
        return say("Settle what stands in the way; then `pachamama round close {round}`.", round=code)
    return say("Look at `pachamama prizes {round}`, then close it: `pachamama round close {round}`.", round=code)


# -- how it looks ----------------------------------------------------------------------------------------------------


def _page(asked: Session, found: Progress) -> str:
    """All of it; what is to be done stands last, where the eye is when a command has ended."""
    lines = [*_head(asked, found), *_contests(asked, found), *_judges(asked, found), *_in_the_way(asked, found)]
    return "\n".join([*lines, "", _to_do(asked, found)])


def _screenful(asked: Session, found: Progress, room: int) -> str:
    """What fits into so many lines: what is to be done and what stands in the way come first, then the bars of the judges."""
    above = _broken([*_head(asked, found), "", _to_do(asked, found)])
    below = "\n".join([*_judges(asked, found), *_contests(asked, found)]).split("\n")
    left = room - len(above)
    for_blocked = max(left - len(below), left // 2)
    blocked = [_broken(_in_the_way(asked, found, shown)) for shown in range(_SHOWN, 0, -1)]
    lines = [*above, *next((one for one in blocked if len(one) <= for_blocked), blocked[-1]), *below]
    if len(lines) <= room:
        return "\n".join(lines)
    more = say_count("… and {count} more line", "… and {count} more lines", len(lines) - room + 1)
    command = say("`pachamama status {round}` shows all of it.", round=found.round.code)
    return "\n".join([*lines[: room - 1], f"  {asked.reader.say(more)}: {asked.reader.clause(command)}"])


def _broken(lines: Sequence[str]) -> list[str]:
    """The lines as the terminal shows them."""
    from pachamama.cli.telling import sentences_at_width

    return sentences_at_width("\n".join(lines), sys.stdout).split("\n") if lines else []


def _head(asked: Session, found: Progress) -> list[str]:
    """The round, and how much of it is in."""
    state = asked.reader.text("open") if found.round.state == "open" else asked.reader.text("closed")
    named = f"{found.round.code} ({state})"
    if not found.contests:
        return [named, ""]
    whole = _whole(found)
    count = say_count("{inside} of {count} sheet", "{inside} of {count} sheets", whole.expected, inside=whole.inside)
    return [named, f"{_bar(whole)}  {asked.reader.say(count)}"]


def _whole(found: Progress) -> Count:
    counts = found.contests.values()
    return Count(
        sum(one.expected for one in counts),
        sum(one.inside for one in counts),
        sum(one.second for one in counts),
        sum(one.differs for one in counts),
    )


def _contests(asked: Session, found: Progress) -> list[str]:
    from pachamama.cli.tables import draw

    text, say_it = asked.reader.text, asked.reader.say
    if not found.contests:
        return []
    heads = [text("Sheets"), text("In"), text("Missing"), text("Second"), text("Differ")]
    rows = [[say_it(found.labels[where]) or text("everybody"), *_figures(one)] for where, one in found.contests.items()]
    table = draw(
        [(text("Contest"), "left"), *((head, "right") for head in heads)],
        rows,
        foot=[text("Total"), *_figures(_whole(found))] if len(rows) > 1 else (),
    )
    return [table.rstrip("\n")]


def _judges(asked: Session, found: Progress) -> list[str]:
    from pachamama.cli.tables import draw

    text = asked.reader.text
    if not found.judges:
        return []
    table = draw(
        [(text("Judge"), "left"), ("", "left"), (text("In"), "right"), (text("Sheets"), "right")],
        [
            [_judge(code, found.names), _bar(one), str(one.inside), str(one.expected)]
            for code, one in found.judges.items()
        ],
    )
    return [table.rstrip("\n")]


def _in_the_way(asked: Session, found: Progress, shown: int = _SHOWN) -> list[str]:
    """What stands in the way of the closing, and what to look at before it; the first few of each."""
    lines: list[str] = []
    if found.obstacles:
        count = say_count(
            "{count} thing stands in the way of the closing:",
            "{count} things stand in the way of the closing:",
            len(found.obstacles),
        )
        lines += ["", asked.reader.say(count), *_first(asked, found.obstacles, shown)]
    if found.cautions:
        lines += ["", asked.reader.text("To look at before the closing:"), *_first(asked, found.cautions, shown)]
    return lines


def _to_do(asked: Session, found: Progress) -> str:
    return f"{asked.reader.text('Next')}: {asked.reader.clause(found.next_step)}"


def _first(asked: Session, said: Sequence[Sentence], shown: int) -> list[str]:
    """The first few, and how many more there are."""
    lines = [f"  {asked.reader.say(one)}" for one in said[:shown]]
    if len(said) > shown:
        more = say_count("… and {count} more", "… and {count} more", len(said) - shown)
        lines.append(f"  {asked.reader.say(more)}")
    return lines


def _judge(code: str, names: Mapping[str, str]) -> str:
    name = names.get(code, "")
    return f"{code} {name}" if name else code


def _figures(one: Count) -> list[str]:
    return [str(one.expected), str(one.inside), str(one.expected - one.inside), str(one.second), str(one.differs)]


def _bar(one: Count) -> str:
    """How much is in, as a bar that is full only when everything is."""
    full = _BAR * one.inside // one.expected if one.expected else 0
    return "█" * full + "░" * (_BAR - full)


def _written(asked: Session, found: Progress) -> dict[str, object]:
    def numbers(one: Count) -> dict[str, int]:
        return {"sheets": one.expected, "in": one.inside, "second": one.second, "discrepancies": one.differs}

    return {
        "round": found.round.code,
        "state": found.round.state,
        "contests": [
            {"within": where[0], "category": where[1], **numbers(one)} for where, one in found.contests.items()
        ],
        "judges": [
            {"judge": None if code == "—" else code, "name": found.names.get(code, ""), **numbers(one)}
            for code, one in found.judges.items()
        ],
        "in_the_way": [asked.reader.say(one) for one in found.obstacles],
        "to_look_at": [asked.reader.say(one) for one in found.cautions],
        "next": asked.reader.say(found.next_step),
    }
