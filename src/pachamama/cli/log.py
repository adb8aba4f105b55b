"""`log`: who did what, when, what was there before and what is there now, and why; the journal in people's words.

Filters leave of each entry only what it says of the thing that was asked for: of a table of a thousand sheets, one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.log_teller import Shift, Teller, Told, shown
from pachamama.cli.log_words import WORDS
from pachamama.cli.session import Session, session
from pachamama.core.problems import NOWHERE, Problem, WrongUsage
from pachamama.core.rules.document import ONE_PHASE
from pachamama.core.sentences import choice, say, say_count

if TYPE_CHECKING:
    from pachamama.core.model import NumberedSheet
    from pachamama.store import JournalEntry, Store

app = new_app()
_OF_ONE_PAPER = frozenset({"sheet_recorded", "second_typed", "discrepancy_settled", "status_set"})
_PAGE = 50
_LINES = 20
"""Changes that a screen shows of one entry; the other formats have all."""


@app.command("log", cls=Command)
def log(
    context: typer.Context,
    round_: Annotated[
        str | None, typer.Option("--round", metavar="ROUND", help="only what is about that round")
    ] = None,
    entry: Annotated[str | None, typer.Option("--entry", metavar="ENTRY", help="only what is about that entry")] = None,
    sheet: Annotated[
        str | None, typer.Option("--sheet", metavar="CODE", help="only what is about that numbered sheet")
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="only what that person did; a part of the name will do")
    ] = None,
    day: Annotated[
        str | None, typer.Option("--day", metavar="YYYY-MM-DD", help="only what was done on that day")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="YYYY-MM-DD", help="only what was done on that day or later")
    ] = None,
    kind: Annotated[
        list[str] | None, typer.Option("--kind", metavar="KIND", help="only that kind of entry, as JSON names it")
    ] = None,
    last: Annotated[
        int | None, typer.Option("--last", metavar="N", help="only the last so many; on the screen else 50, 0 for all")
    ] = None,
) -> None:
    """Tell who did what, when, with what was there before and what is there now, and why; the newest comes last.

    Times are those of this laptop's clock zone; JSON and CSV have them in UTC.

    For example `log --entry H031 --since 2026-11-01`.
    """
    from pachamama.cli.appeals import day_of

    asked = session(context)
    if last is not None and last < 0:
        raise WrongUsage(say("{option} must not be below 0", option="--last"))
    _refuse_unknown(kind or ())
    on = day_of(day) if day is not None else None
    from_ = day_of(since) if since is not None else None
    with asked.open() as store:
        if round_ is not None:
            store.round(round_)
        paper = store.numbered_sheet(sheet, round_) if sheet is not None else None
        wanted = _Wanted(round_, entry, paper, (by or "").casefold(), on, from_, frozenset(kind or ()))
        most = last if last is not None else _PAGE if asked.format == "table" else 0
        page = _read(store, wanted, most)
        laptops = {one.code: one.name or one.code for one in store.devices()}
    if asked.format == "json":
        asked.json([_written(asked, one, told, laptops) for one, told in page.told])
    elif asked.format == "csv":
        asked.csv(_COLUMNS, _rows(asked, page, laptops))
    else:
        _show(asked, page, laptops)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which entries are asked for, and what of each."""

    round: str | None
    entry: str | None
    paper: NumberedSheet | None
    by: str
    on: date | None
    since: date | None
    kinds: frozenset[str]

    def of(self, entry: JournalEntry, teller: Teller) -> JournalEntry | None:
        """What the entry says of what is asked for; None if nothing."""
        if self.kinds and entry.kind not in self.kinds:
            return None
        if self.by and self.by not in entry.actor.casefold():
            return None
        day = local(entry.at).date()
        if (self.on and day != self.on) or (self.since and day < self.since):
            return None
        if self.round is not None and self.round not in _rounds_of(entry, teller):
            return None
        found: JournalEntry | None = entry
        if self.paper is not None:
            found = _of_paper(entry, self.paper)
        if found is not None and self.entry is not None:
            found = _of_entry(found, self.entry, teller)
        return found


@dataclass(frozen=True, slots=True)
class _Page:
    """The entries that are shown, in words, and how many earlier ones are not."""

    told: tuple[tuple[JournalEntry, Told], ...]
    left_out: int


def _read(store: Store, wanted: _Wanted, most: int) -> _Page:
    """Tell every entry that is asked for; only the last ones are kept."""
    teller, count = Teller(store), 0
    told: deque[tuple[JournalEntry, Told]] = deque(maxlen=most or None)
    for entry in store.history():
        found = wanted.of(entry, teller)
        if found is not None:
            count += 1
            told.append((replace(entry, body={}), WORDS[found.kind](teller, found)))
        teller.pass_by(entry)
    return _Page(tuple(told), count - len(told))


def local(at: str) -> datetime:
    """A moment of the journal in the zone of this laptop."""
    return datetime.fromisoformat(at).astimezone()


def _refuse_unknown(kinds: Sequence[str]) -> None:
    for kind in kinds:
        if kind not in WORDS:
            raise WrongUsage(
                Problem(
                    NOWHERE,
                    say("“{kind}” is no kind of entry", kind=kind),
                    say("there are: {words}", words=choice(sorted(WORDS))),
                )
            )


# -- what is asked for -----------------------------------------------------------------------------------------------


def _rounds_of(entry: JournalEntry, teller: Teller) -> Sequence[str]:
    body = entry.body
    if entry.kind == "appeal_decided":
        return [teller.appeals.get(body["code"], ("", None))[0]]
    if entry.kind == "conflict_settled":
        return list(body["what"][:1])
    return [body["round"]] if "round" in body else body.get("rounds", ())


def _of_entry(entry: JournalEntry, code: str, teller: Teller) -> JournalEntry | None:
    """Only what the entry of the journal says of that entry."""
    body = entry.body
    if "contests" in body:
        return _of_contests(entry, lambda one: one if one["code"] == code else None)
    for part, at in (("papers", 3), ("receipts", 3)):
        if part in body:
            kept = [one for one in body[part] if one[at] == code]
            return replace(entry, body={**body, part: kept}) if kept else None
    if "rows" in body:
        rows = [row for row in body["rows"] if row["code"] == code]
        return replace(entry, body={**body, "rows": rows}) if rows else None
    if entry.kind == "appeal_decided":
        return entry if teller.appeals.get(body["code"], ("", None))[1] == code else None
    if entry.kind == "conflict_settled":
        return entry if code in teller.entries_of(body) else None
    pairs = (code for pair in body.get("pairs", ()) for code in pair)
    named = (body.get("entry"), body.get("keep"), body.get("drop"), *body.get("order", ()), *pairs)
    return entry if code in named else None


def _of_paper(entry: JournalEntry, paper: NumberedSheet) -> JournalEntry | None:
    """Only what the entry of the journal says of that paper: by its number, or by who judged whom in which phase."""
    body = entry.body
    if body.get("round") != paper.round:
        return None
    if "papers" in body:
        kept = [one for one in body["papers"] if one[0] == paper.code]
        return replace(entry, body={**body, "papers": kept}) if kept else None
    if entry.kind in ("sheet_bound", "picture_attached"):
        return entry if body["code"] == paper.code else None
    if paper.entry is None or paper.judge is None:
        return None
    if "contests" in body:
        return _of_contests(entry, lambda one: _only_sheet(one, paper), (paper.within, paper.category))
    if entry.kind in ("second_typed", "discrepancy_settled"):
        key = (body["within"], body["category"], body["entry"], body["phase"], body["judge"])
        return entry if key == (paper.within, paper.category, paper.entry, paper.phase, paper.judge) else None
    return None


def _only_sheet(one: Mapping[str, Any], paper: NumberedSheet) -> Mapping[str, Any] | None:
    if one["code"] != paper.entry:
        return None
    sheets = [said for said in one.get("sheets", ()) if (said[0], said[1]) == (paper.phase, paper.judge)]
    totals = [said for said in one.get("totals", ()) if (said[0], said[1]) == (paper.phase, paper.judge)]
    if not sheets and not totals:
        return None
    old = [said for said in one.get("old", {}).get("sheets", ()) if (said[0], said[1]) == (paper.phase, paper.judge)]
    return {"code": one["code"], "sheets": sheets, "totals": totals, **({"old": {"sheets": old}} if old else {})}


def _of_contests(
    entry: JournalEntry, keep: Any, where: tuple[str | None, str | None] | None = None
) -> JournalEntry | None:
    contests = []
    for contest in entry.body["contests"]:
        if where is not None and (contest["within"], contest["category"]) != where:
            continue
        kept = [said for said in map(keep, contest["entries"]) if said is not None]
        if kept:
            contests.append({**contest, "entries": kept})
    if not contests:
        return None
    body = {key: value for key, value in entry.body.items() if key != "submissions"}
    return replace(entry, body={**body, "contests": contests})


# -- how it is shown -------------------------------------------------------------------------------------------------


def _show(asked: Session, page: _Page, laptops: Mapping[str, str]) -> None:
    """A block for each entry: when and who, then what, then every change on a line, then why."""
    if not page.told:
        asked.tell(say("The journal says nothing of that."))
        return
    if page.left_out:
        asked.tell(
            say_count(
                "{count} earlier entry is not shown: `--last 0` shows all.",
                "{count} earlier entries are not shown: `--last 0` shows all.",
                page.left_out,
            )
        )
    blocks = ["\n".join(_lines(asked, entry, told, laptops)) for entry, told in page.told]
    asked.result("\n\n".join(blocks))


def _lines(asked: Session, entry: JournalEntry, told: Told, laptops: Mapping[str, str]) -> Iterator[str]:
    reader = asked.reader
    when, who = reader.moment(local(entry.at)), entry.actor
    yield (
        reader.say(say("{when} · {who}", when=when, who=who))
        if len(laptops) < 2
        else reader.say(say("{when} · {who} · laptop {laptop}", when=when, who=who, laptop=laptops[entry.device]))
    )
    yield from _wrapped(reader.say(told.says))
    for one in told.more:
        yield from _wrapped(reader.say(one))
    yield from (f"    {line}" for line in _shifts(asked, told.shifts, is_named=entry.kind in _OF_ONE_PAPER))
    if told.why:
        yield from _wrapped(reader.say(say("Why: {reason}", reason=told.why)))


def _shifts(asked: Session, shifts: Sequence[Shift], *, is_named: bool) -> Iterator[str]:
    """Every change on a line, behind the entry or sheet that it is about; `is_named`: that was said already."""
    for one in shifts[:_LINES]:
        said = asked.reader.say(shown(one))
        place = ", ".join(part for part in (one.of, "" if one.phase == ONE_PHASE else one.phase, one.judge) if part)
        yield said if is_named or not place else f"{asked.reader.say(place)}: {said}"
    if len(shifts) > _LINES:
        yield asked.reader.say(
            say_count(
                "and {count} change more: `--format csv` shows all",
                "and {count} changes more: `--format csv` shows all",
                len(shifts) - _LINES,
            )
        )


def _wrapped(text: str) -> Iterator[str]:
    from textwrap import wrap

    yield from wrap(text, 79, initial_indent="  ", subsequent_indent="    ", break_on_hyphens=False)


_COLUMNS = (
    "at", "laptop", "number", "actor", "kind", "says", "of", "phase", "judge", "what", "old", "new", "why",
)  # fmt: skip


def _rows(asked: Session, page: _Page, laptops: Mapping[str, str]) -> Iterable[list[str]]:
    """A row for each change; an entry that changes no figure has one row."""
    for entry, told in page.told:
        head = [entry.at, laptops[entry.device], str(entry.number), entry.actor, entry.kind, _said(asked, told)]
        for one in told.shifts or (Shift("", "", "", ""),):
            yield [*head, one.of, one.phase, one.judge, one.what, one.old, one.new, told.why]


def _written(asked: Session, entry: JournalEntry, told: Told, laptops: Mapping[str, str]) -> dict[str, Any]:
    return {
        "at": entry.at,
        "device": entry.device,
        "laptop": laptops[entry.device],
        "number": entry.number,
        "actor": entry.actor,
        "kind": entry.kind,
        "says": _said(asked, told),
        "changes": [
            {
                "of": one.of,
                "phase": one.phase or None,
                "judge": one.judge or None,
                "what": one.what,
                "old": one.old or None,
                "new": one.new or None,
            }
            for one in told.shifts
        ],
        "why": told.why or None,
    }


def _said(asked: Session, told: Told) -> str:
    return " ".join(asked.reader.say(one) for one in (told.says, *told.more))
