"""`discrepancies`: sheets that two people typed differently, both figures side by side, and the decision on each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.entries import CategoryOption, RoundOption, Within
from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import Session, session
from pachamama.core.criteria import JudgedCriterion, Options, label
from pachamama.core.model import Round, SecondEntry, Sheet
from pachamama.core.numbers import Exact, plain
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.rules import Phase, Tier
from pachamama.core.rules.document import phase_label
from pachamama.core.rules.naming import coded, phase_said
from pachamama.core.sentences import Name, Points, Sentence, Value, choice, say, say_count
from pachamama.core.sheets import Paper

if TYPE_CHECKING:
    from pachamama.store import Store

_Key = tuple[str | None, str | None, str, str, str]


class _ListsFirst(Group):
    """A group whose first word may be a round: without a command of its own it lists."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command `list` in front where none is named."""
        if not args or (args[0] not in {*self.commands, "--help"}):
            args = ["list", *args]
        return super().parse_args(ctx, args)


app = new_app()
discrepancies = new_app(
    help="Sheets that two people typed differently: list them, and settle each with the paper in hand."
)
app.add_typer(discrepancies, name="discrepancies", cls=_ListsFirst)


@discrepancies.command("list", cls=Command)
def list_(
    context: typer.Context,
    round_: Annotated[
        str | None,
        typer.Argument(metavar="ROUND", help="the round; may be left out where only one can be meant"),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="also sheets that agree or are settled, not only open discrepancies")
    ] = False,
    within: Within = None,
) -> None:
    """List the sheets on which the two entries differ: both figures side by side, and who typed each."""
    from pachamama.cli.gather import pick_round, tier_of_round

    asked = session(context)
    with asked.open() as store:
        meant = pick_round(store, round_)
        tier = tier_of_round(meant)
        found = [
            one
            for one in store.second_entries(meant.code)
            if (everything or one.state == "differs") and within in (None, one.within)
        ]
        codes = _codes(store, meant)
        names = {(one.within, one.category, one.code): one.name for one in store.entries(meant.code)}
    if asked.format == "json":
        asked.json([_as_json(one, codes) for one in found])
    elif asked.format == "csv":
        asked.csv(_COLUMNS, [row for one in found for row in _rows(one, codes)])
    elif found:
        asked.result(_table(asked, tier, found, codes, names))
    differing = sum(1 for one in found if one.state == "differs")
    if asked.format == "table":
        asked.tell(
            say_count("{count} sheet is to be decided.", "{count} sheets are to be decided.", differing)
            if differing
            else say("No sheet is to be decided.")
        )


@discrepancies.command("settle", cls=Command, context_settings={"ignore_unknown_options": True})
def settle(
    context: typer.Context,
    sheet: Annotated[str, typer.Argument(metavar="SHEET", help="the code of the sheet, or of its entry")],
    marks: Annotated[
        list[str],
        typer.Argument(metavar="MARK", help="in the order of the paper, `-` for an empty line; or criterion=mark"),
    ],
    reason: Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why; it is printed and kept")] = None,
    judge: Annotated[
        str | None, typer.Option("--judge", metavar="CODE", help="whose sheet, where an entry is named")
    ] = None,
    phase: Annotated[
        str | None, typer.Option("--phase", metavar="PHASE", help="which paper, if there are several")
    ] = None,
    total: Annotated[
        str | None, typer.Option("--total", metavar="POINTS", help="the total on the paper, to compare")
    ] = None,
    witness: Annotated[
        str | None,
        typer.Option(
            "--witness", metavar="NAME", help="who looks at it with you, if you typed it one of the two times"
        ),
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="do not ask, also where it says what neither of the two read")
    ] = False,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Decide what a paper says that was typed in two ways; take the paper in hand and write every mark of it.

    A printed answer is written by its points, as in `score`, and said back in words. It asks where a line changes on which
    both agree, and where neither of the two read that answer.

    Who typed the sheet does not decide it alone: a third person does, or both look at it, with `--witness`.

    For example `discrepancies settle KT00127-4 18 12.5 15 --reason "the 1 looked like a 7"`.
    """
    from pachamama.cli.gather import pick_round, tier_of_round
    from pachamama.cli.sheets import by_criterion
    from pachamama.core.sheets import sheet_problems

    asked = session(context)
    asked.no_csv()
    if not (reason or "").strip():
        raise WrongUsage(
            Problem(NOWHERE, say("a reason is missing"), say("say why with `--reason TEXT`; it is kept for the audit"))
        )
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_)
        tier = tier_of_round(meant)
        key = _meant(store, meant, sheet, (within, category, judge, phase))
        paper = next(one for one in tier.judged_phases if one.id == key[3])
        read, problems = sheet_problems(tier, paper.id, by_criterion(paper, marks), NOWHERE, total=total or "")
        refuse_if(problems)
        typed = next((one for one in store.second_entries(meant.code) if _key(one) == key), None)
        doubts = list(_doubts(paper, typed, read)) if typed is not None and typed.state == "differs" else []
        _agreed_to(asked, doubts, yes=yes)
        store.settle_discrepancy(
            meant.code,
            key[2],
            key[0],
            key[1],
            Sheet(key[4], paper.id, read),
            control=(total or "").strip().replace(",", "."),
            reason=reason or "",
            witness=witness or "",
            actor=asked.actor,
        )
    if asked.format == "json":
        asked.json(
            {
                "round": meant.code,
                "entry": key[2],
                "judge": key[4],
                "phase": key[3],
                "state": "settled",
                "marks": {one.id: plain(read[one.id]) if one.id in read else None for one in paper.judged},
                "points": plain(Paper(paper).total(read)),
            }
        )
        return
    for one in paper.judged:
        asked.tell(say("  {criterion}: {mark}", criterion=label(one), mark=_in_words(one, read.get(one.id))))
    asked.tell(
        say(
            "{entry}, {judge}, {phase}: settled, {points} points.",
            entry=key[2],
            judge=key[4],
            phase=phase_label(paper),
            points=Points(Paper(paper).total(read), 2),
        )
    )


def _doubts(paper: Phase, typed: SecondEntry, read: Mapping[str, Exact]) -> Iterator[Sentence]:
    """Where a decision says what neither of the two read: on a line on which they agree, or another printed answer.

    On the screen an answer is typed by its number and here by its points, so a number slips in easily.
    """
    for one in paper.judged:
        first, second, now = typed.first.get(one.id), typed.second.get(one.id), read.get(one.id)
        if first == second != now:
            yield say(
                "{criterion}: both typed {mark}, and this says {now}",
                criterion=label(one),
                mark=_in_words(one, first),
                now=_in_words(one, now),
            )
        elif isinstance(one, Options) and now not in (first, second):
            yield say(
                "{criterion}: one typed {first}, the other {second}, and this says {now}",
                criterion=label(one),
                first=_in_words(one, first),
                second=_in_words(one, second),
                now=_in_words(one, now),
            )


def _agreed_to(asked: Session, doubts: Sequence[Sentence], *, yes: bool) -> None:
    """Go on only if the paper really says what neither of the two read; where nobody can be asked it is refused."""
    from pachamama.cli.asking import agrees, is_asked

    if doubts and not yes and not is_asked(asked):
        hint = say("Look at the paper. If it says so, do it once more with `--yes`.")
        raise Refused(*(Problem(NOWHERE, doubt, hint) for doubt in doubts))
    asked.tell_warnings(doubts)
    if doubts and not yes and not agrees(asked, say("Does the paper say so? (yes/no)")):
        raise Refused(say("nothing was decided"))


def _in_words(criterion: JudgedCriterion, mark: Exact | None) -> Value:
    """A mark with what it means: of an answer its name, of a quantity its points."""
    return say("no mark") if mark is None else criterion.told(mark)


def _meant(
    store: Store, round_: Round, words: str, said: tuple[str | None, str | None, str | None, str | None]
) -> _Key:
    """The paper that is meant: by its code, or the only discrepancy of that entry that fits what else is said."""
    from pachamama.cli.gather import tier_of_round

    entries = {one.code for one in store.entries(round_.code)}
    if words not in entries:
        sheet = store.numbered_sheet(words, round_.code)
        if sheet.entry is None or sheet.judge is None:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("sheet {code} is a blank one: nobody has typed it", code=sheet.code),
                    say("`pachamama discrepancies` lists those there are"),
                )
            )
        return sheet.within, sheet.category, sheet.entry, sheet.phase, sheet.judge
    within, category, judge, phase = said
    found = [
        (one.within, one.category, one.entry, one.phase, one.judge)
        for one in store.second_entries(round_.code)
        if one.entry == words
        and one.state == "differs"
        and within in (None, one.within)
        and category in (None, one.category)
        and judge in (None, one.judge)
        and phase in (None, one.phase)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(
            Problem(
                NOWHERE,
                say("there is no discrepancy about {entry}", entry=words),
                say("`pachamama discrepancies` lists those there are"),
            )
        )
    tier = tier_of_round(round_)
    which = [coded(f"{judge} {phase}", phase_said(tier, phase)) for *_, phase, judge in found]
    raise WrongUsage(
        Problem(
            NOWHERE,
            say("{entry} has several: which one is meant?", entry=words),
            say("say it with `--judge` and `--phase`: {words}", words=choice(which)),
        )
    )


# -- shown -----------------------------------------------------------------------------------------------------------

_COLUMNS = ("sheet", "within", "category", "entry", "phase", "judge", "criterion", "first", "second", "first_by", "second_by", "state", "reason")  # fmt: skip


def _codes(store: Store, round_: Round) -> Mapping[_Key, str]:
    return {
        (one.within, one.category, one.entry, one.phase, one.judge): one.code
        for one in store.numbered_sheets(round_.code)
        if one.entry is not None and one.judge is not None
    }


def _key(one: SecondEntry) -> _Key:
    return one.within, one.category, one.entry, one.phase, one.judge


def _differing(one: SecondEntry) -> Sequence[str]:
    """The criteria whose two figures differ; all of them on a sheet that agrees."""
    return [id_ for id_ in one.first if one.first[id_] != one.second.get(id_)] or list(one.first)


def _written(mark: Exact | None) -> str:
    return "" if mark is None else plain(mark)


def _rows(one: SecondEntry, codes: Mapping[_Key, str]) -> list[list[str]]:
    start = [codes.get(_key(one), ""), one.within or "", one.category or "", one.entry, one.phase, one.judge]
    end = [one.first_by, one.second_by, one.state, one.reason]
    return [[*start, id_, _written(one.first[id_]), _written(one.second.get(id_)), *end] for id_ in _differing(one)]


def _as_json(one: SecondEntry, codes: Mapping[_Key, str]) -> dict[str, Any]:
    def figures(marks: Mapping[str, Exact | None]) -> dict[str, str | None]:
        return {id_: None if mark is None else plain(mark) for id_, mark in marks.items()}

    return {
        "sheet": codes.get(_key(one)),
        "within": one.within,
        "category": one.category,
        "entry": one.entry,
        "phase": one.phase,
        "judge": one.judge,
        "first": figures(one.first),
        "second": figures(one.second),
        "first_by": one.first_by,
        "second_by": one.second_by,
        "state": one.state,
        "reason": one.reason,
    }


def _table(
    asked: Session,
    tier: Tier,
    found: Sequence[SecondEntry],
    codes: Mapping[_Key, str],
    names: Mapping[tuple[str | None, str | None, str], str],
) -> str:
    from pachamama.cli.tables import draw

    reader = asked.reader
    rows = []
    for one in found:
        for nth, id_ in enumerate(_differing(one)):
            criterion = tier.criterion(id_)
            said = [codes.get(_key(one), ""), f"{one.entry} {names.get(_key(one)[:3], '')}".strip(), one.judge]
            rows.append(
                [
                    *(said if nth == 0 else ["", "", ""]),
                    reader.say(Name(criterion.name.texts, criterion.id)),
                    _written(one.first[id_]) or "—",
                    _written(one.second.get(id_)) or "—",
                    one.first_by if nth == 0 else "",
                    one.second_by if nth == 0 else "",
                    _STATES[one.state](reader) if nth == 0 else "",
                ]
            )
    return draw(
        [
            (reader.text("Sheet"), "left"),
            (reader.text("Entry"), "left"),
            (reader.text("Judge"), "left"),
            (reader.text("Criterion"), "left"),
            (reader.text("First"), "right"),
            (reader.text("Second"), "right"),
            (reader.text("First typed by"), "left"),
            (reader.text("Second typed by"), "left"),
            (reader.text("State"), "left"),
        ],
        rows,
    )


_STATES: Mapping[str, Any] = {
    "differs": lambda reader: reader.text("to be decided"),
    "confirmed": lambda reader: reader.text("both agree"),
    "settled": lambda reader: reader.text("settled"),
}
