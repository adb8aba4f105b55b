"""`missing`, `rank` and `prizes`: what is still out, who is where, who wins what; live until the round is closed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import Session, session
from pachamama.core.sentences import Sentence, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.cli.showing import Label
    from pachamama.core.missing import MissingSheets
    from pachamama.store import Store

app = new_app()

RoundCode = Annotated[
    str | None, typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant")
]
Unit = Annotated[
    str | None, typer.Option("--community", "--within", metavar="CODE", help="only that community (or watershed)")
]
CategoryOption = Annotated[str | None, typer.Option("--category", metavar="ID", help="only that category")]
_SHOWN = 12


@app.command("missing", cls=Command)
def missing(
    context: typer.Context, round_: RoundCode = None, within: Unit = None, category: CategoryOption = None
) -> None:
    """List the sheets that are still out, by entry, phase and judge; then entries with too few judges for a place."""
    from pachamama.cli.gather import in_contest, labels_of, pick_round, tier_of_round
    from pachamama.cli.outcome import missing_of, too_few_of

    asked = session(context)
    with asked.open() as store:
        meant = pick_round(store, round_)
        found = missing_of(store, meant, within=within, category=category)
        few = too_few_of(store, meant, within=within, category=category)
        label = labels_of(store, tier_of_round(meant))
        places = [*((one.within, one.category) for one in found), *((one.within, one.category) for one in few)]
        labels = {where: asked.reader.say(label(*where)) for where in places}
        judges = {one.code: one.name for one in store.judges()}
    if asked.format == "json":
        asked.json(
            [
                {
                    "within": one.within,
                    "category": one.category,
                    "entry": one.entry.code,
                    "phase": one.phase.id,
                    "sheets": one.count,
                    "judges": list(one.judges),
                    "empty": {judge: list(ids) for judge, ids in one.gaps.items()},
                    "too_few": None,
                }
                for one in found
            ]
            + [
                {
                    "within": one.within,
                    "category": one.category,
                    "entry": one.entry.code,
                    "phase": one.phase.id,
                    "sheets": 0,
                    "judges": [],
                    "empty": {},
                    "too_few": {"judges": one.left, "needed": one.needed, "recused": list(one.recused)},
                }
                for one in few
            ]
        )
        return
    if asked.format == "csv":
        asked.csv(
            ("within", "category", "entry", "phase", "sheets", "judges", "empty", "too_few"),
            [
                [
                    *(one.within or "", one.category or "", one.entry.code, one.phase.id, str(one.count)),
                    " ".join(one.judges),
                    " ".join(f"{judge}:{id_}" for judge, ids in one.gaps.items() for id_ in ids),
                    "",
                ]
                for one in found
            ]
            + [
                [
                    *(one.within or "", one.category or "", one.entry.code, one.phase.id, "0", "", ""),
                    f"{one.left}/{one.needed}",
                ]
                for one in few
            ],
        )
        return
    _tell_missing(asked, meant.code, found, labels, judges)
    for one in few:
        asked.result(asked.reader.say(in_contest(labels[one.within, one.category], one.told(judges))))
        asked.result("  " + asked.reader.say(one.remedy))


def _tell_missing(
    asked: Session,
    round_code: str,
    found: Sequence[MissingSheets],
    labels: Mapping[tuple[str | None, str | None], str],
    judges: Mapping[str, str],
) -> None:
    """The sheets by contest, then how many."""
    if not found:
        asked.tell(say("No sheet is missing in {round}.", round=round_code))
        return
    before = None
    for one in found:
        here = labels[one.within, one.category]
        if here != before and here:
            asked.result(("\n" if before is not None else "") + here)
        before = here
        asked.result("  " + asked.reader.say(one.told(judges)))
    sheets = sum(one.count for one in found)
    gaps = sum(len(one.gaps) for one in found)
    if sheets:
        asked.tell(say_count("{count} sheet is missing.", "{count} sheets are missing.", sheets))
    if gaps:
        asked.tell(say_count("{count} sheet has empty lines.", "{count} sheets have empty lines.", gaps))


@app.command("rank", cls=Command)
def rank(
    context: typer.Context, round_: RoundCode = None, within: Unit = None, category: CategoryOption = None
) -> None:
    """Show the places of a round: a preview while it is open, the stored results once it is closed."""
    from pachamama.cli.showing import ranking_text

    _show(session(context), round_, within, category, ranking_text)


@app.command("prizes", cls=Command)
def prizes(
    context: typer.Context, round_: RoundCode = None, within: Unit = None, category: CategoryOption = None
) -> None:
    """Show who wins what and why, and purses that close."""
    from pachamama.cli.showing import prizes_text

    _show(session(context), round_, within, category, prizes_text)


def _show(
    asked: Session, round_: str | None, within: str | None, category: str | None, shown: Callable[..., str]
) -> None:
    from pachamama.cli.gather import labels_of, pick_round, tier_of_round
    from pachamama.cli.outcome import outcome_of, outcomes_of

    with asked.open() as store:
        meant = pick_round(store, round_)
        label = labels_of(store, tier_of_round(meant))
        remarks = _Remarks(label, {one.code: one.name for one in store.judges()})
        if asked.format == "table":
            pages: list[bytes] = []  # as bytes: a line drawn in a text doubles what the text takes
            for part in outcomes_of(store, meant, within=within, category=category):
                pages.append(shown(part.settlement, part.tier, asked.reader, label).encode())
                remarks.add(part)
            for number, page in enumerate(pages):
                asked.result(("\n" if number else "") + page.decode())
        else:
            found = outcome_of(store, meant, within=within, category=category)
            remarks.add(found)
        remarks.tell(asked, store)
    if asked.format == "json":
        from pachamama.exchange import document, to_json

        written: dict[str, Any] = document(found.settlement, asked.reader)
        asked.result(to_json({"round": meant.code, "edition": meant.edition, "state": found.state, **written}))
    elif asked.format == "csv":
        from pachamama.exchange import to_csv

        asked.result(to_csv(found.settlement, asked.reader))


class _Remarks:
    """What is said beside results: that they are provisional and what they lack, and every warning."""

    def __init__(self, label: Label, judges: Mapping[str, str]) -> None:
        self.label, self.judges = label, judges
        self.missing: list[Sentence] = []
        self.number_missing = 0
        self.due: list[Sentence] = []
        self.warnings: list[Sentence] = []

    def add(self, part: Outcome) -> None:
        """Take what is to be said of a part of the round."""
        from pachamama.cli.gather import in_contest, warnings_said

        self.round, self.state = part.round, part.state
        self.number_missing += len(part.missing)
        for one in part.missing[: _SHOWN - len(self.missing)]:
            self.missing.append(in_contest(self.label(one.within, one.category), one.told(self.judges)))
        for contest in part.settlement.contests if part.round.state == "open" else ():
            self.due += [in_contest(self.label(contest.within, contest.category), due) for due in contest.due]
        self.warnings += warnings_said(part.settlement, part.tier, self.label)

    def tell(self, asked: Session, store: Store) -> None:
        """Say it all on stderr."""
        from pachamama.cli.waiting import stale_of

        if stale := stale_of(store, self.round):
            asked.tell(*stale)
        elif self.state == "provisional":
            asked.tell(
                say(
                    "PROVISIONAL: round {round} is not closed, and these results can still change.",
                    round=self.round.code,
                )
            )
        asked.tell(*(say("  {what}", what=one) for one in self.missing))
        if more := self.number_missing - len(self.missing):
            asked.tell(
                say_count(
                    "  … and {count} more: `pachamama missing`", "  … and {count} more: `pachamama missing`", more
                )
            )
        asked.tell(*(say("  to do: {what}", what=due) for due in self.due))
        asked.tell_warnings(self.warnings)
