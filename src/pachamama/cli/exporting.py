"""`export`: what leaves the programme's file to be worked on elsewhere and to come back: score books and registers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.auditing import export_audit
from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.paper_files import Folder, RoundCode
from pachamama.cli.phones import export_xlsform
from pachamama.cli.session import one_of, session
from pachamama.core.assets import beside_marks
from pachamama.core.model import Contest, Entry, Judge, NumberedSheet, Round
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.rules import Phase, Tier
from pachamama.core.sentences import Name, Value, choice, listing, say

if TYPE_CHECKING:
    from pachamama.exchange.score_book import BookPage, BookRow
    from pachamama.store import Store
    from pachamama.store.changes import SheetKey

app = new_app()
exports = new_app(help="Write files that are worked on elsewhere and come back: score books, registers.")
app.add_typer(exports, name="export", cls=Group)
exports.command("xlsform", cls=Command)(export_xlsform)
exports.command("audit", cls=Command)(export_audit)

_BY = ("judge", "contest")


@exports.command("score-book", cls=Command)
def score_book(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    by: Annotated[
        str, typer.Option("--by", metavar="judge|contest", help="a book for each judge, or for each contest")
    ] = "contest",
    within: Annotated[
        str | None, typer.Option("--within", "--community", metavar="CODE", help="only that community (or watershed)")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="ID", help="only that category")] = None,
    judge: Annotated[str | None, typer.Option("--judge", metavar="CODE", help="only that judge")] = None,
    blank: Annotated[bool, typer.Option("--blank", help="leave out the marks that are stored already")] = False,
) -> None:
    """Write spreadsheets for typing marks, ready to print: names locked, limits checked, totals reckoned.

    What is stored already stands in them. `import scores BOOK` takes them back.

    For example `export score-book -o books --by judge`.
    """
    from pachamama.cli.gather import pick_round
    from pachamama.exchange import file_name, make_folder, write_beside

    asked = session(context)
    asked.no_csv()
    by = one_of(by, _BY, "--by", {"judge": say("by judge"), "contest": say("by contest")})
    with asked.open() as store:
        books = _Books(store, pick_round(store, round_), judge, is_blank=blank)
        found = list(books.by_judge(within, category) if by == "judge" else books.by_contest(within, category))
        if not found:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("nobody is entered there"),
                    say("enter them first: `pachamama enter ENTRY…` or `pachamama enter --all`"),
                )
            )
        made = [(codes, books.made(pages)) for codes, pages in found]
    written = []
    target = make_folder(folder)
    for codes, content in made:
        path = target / file_name("score-book", books.round.code, *codes, suffix=".xlsx")
        write_beside(path, content)
        written.append(path)
    if asked.format == "json":
        asked.json([str(path) for path in written])
        return
    for path in written:
        asked.result(visible(str(path)))
    if blank:
        asked.tell(say("These books hold no marks, although some may be stored."))


@exports.command("register", cls=Command)
def register(
    context: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="REGISTER", help="watersheds, communities, households or judges")],
    file: Annotated[str, typer.Option("-o", "--to", metavar="FILE", help="the file to write, ending in .xlsx or .csv")],
    within: Annotated[
        str | None, typer.Option("--within", "--community", metavar="CODE", help="households: only of that community")
    ] = None,
) -> None:
    """Write a register as a spreadsheet; corrected there, `import` takes it back.

    Where personal numbers (DNI) go out with it, the journal says so.
    """
    from pachamama.cli.registers import rows_of_register
    from pachamama.exchange import write_beside
    from pachamama.exchange.register_book import register_csv, register_xlsx

    asked = session(context)
    asked.no_csv()
    if kind not in _REGISTERS:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("“{word}” is no register", word=kind),
                say("there are: {words}", words=choice(list(_REGISTERS))),
            )
        )
    ending = Path(file).suffix.lower()
    if ending not in {".xlsx", ".csv"}:
        raise WrongUsage(say("the file must end in .xlsx or .csv"))
    with asked.open(writing=kind in _WITH_DNI) as store:
        columns, rows = rows_of_register(store, kind, within)
        if any(row[columns.index("dni")] for row in rows if "dni" in columns):
            store.record_export(f"register: {kind}", actor=asked.actor)
    content = register_csv(columns, rows) if ending == ".csv" else register_xlsx(kind, columns, rows)
    write_beside(file, content)
    if asked.format == "json":
        asked.json([file])
        return
    asked.result(visible(file))


_REGISTERS = ("watersheds", "communities", "households", "judges")
_WITH_DNI = ("households", "judges")


# -- score books -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Seat:
    """A judge in one phase of one contest; `judge` is empty where nobody is known yet, `number` then tells them apart."""

    judge: str
    number: int = 0


class _Books:
    """Gathers the pages of the books of one round."""

    def __init__(self, store: Store, round_: Round, judge: str | None, *, is_blank: bool) -> None:
        from pachamama.cli.gather import frozen_rules, labels_of, tier_of_round

        self.store = store
        self.round = round_
        self.tier: Tier = tier_of_round(round_)
        self.rules = frozen_rules(round_.rules)
        self.judge = judge
        self.is_blank = is_blank
        self.judges: Mapping[str, Judge] = {one.code: one for one in store.judges()}
        if judge is not None and judge not in self.judges:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("judge {judge} is not registered", judge=judge),
                    say("there are: {words}", words=listing(list(self.judges))),
                )
            )
        self.label = labels_of(store, self.tier)
        self.codes: Mapping[tuple[str | None, ...], NumberedSheet] = {
            (one.within, one.category, one.entry, one.phase, one.judge): one
            for one in store.numbered_sheets(round_.code)
            if one.entry is not None and one.judge is not None
        }
        self.controls: Mapping[SheetKey, str] = {} if is_blank else store.controls(round_.code)
        self.beside = [one.field for one in beside_marks(self.tier)]
        self.asked: set[tuple[str | None, str | None, str]] = set()

    def by_contest(self, within: str | None, category: str | None) -> Iterator[tuple[tuple[str, ...], list[BookPage]]]:
        """A book for each contest, with a page for each phase and judge."""
        for contest in self._contests(within, category):
            pages = [
                self._page(contest, phase, seat, many_contests=False)
                for phase in self.tier.judged_phases
                for seat in self._seats(contest, phase)
            ]
            if pages:
                yield tuple(part for part in (contest.within, contest.category) if part), pages

    def by_judge(self, within: str | None, category: str | None) -> Iterator[tuple[tuple[str, ...], list[BookPage]]]:
        """A book for each judge, with a page for each contest and phase; refused where it is not known who judges."""
        found: dict[str, list[BookPage]] = {}
        unknown: list[Value] = []
        for contest in self._contests(within, category):
            for phase in self.tier.judged_phases:
                for seat in self._seats(contest, phase):
                    if seat.judge:
                        page = self._page(contest, phase, seat, many_contests=True)
                        found.setdefault(seat.judge, []).append(page)
                    elif not seat.number:
                        unknown.append(self._called(contest, phase))
        if unknown:
            shown = unknown[:_SHOWN] + ([say("…")] if len(unknown) > _SHOWN else [])
            raise Refused(
                Problem(
                    NOWHERE,
                    say("who judges is not known of: {contests}", contests=listing(shown)),
                    say("assign the panels (`pachamama panel assign`), name `--judge`, or write books `--by contest`"),
                )
            )
        for code in sorted(found):
            yield (code,), found[code]

    def made(self, pages: Sequence[BookPage]) -> bytes:
        """The bytes of a book, in the first language of the rules."""
        from pachamama.cli.judging_papers import reader_of
        from pachamama.exchange.score_book import Book, score_book

        competition = self.rules.competitions[self.round.competition]
        name = Name(competition.name.texts, self.round.competition)
        title: Value = say("{competition} · {edition}", competition=name, edition=self.round.edition or self.round.code)
        if self.store.is_rehearsal:
            title = say("{title} (REHEARSAL)", title=title)
        book = Book(title, self.round.code, pages, tuple(self.judges), self.rules.programme.cash_unit)
        return score_book(book, self.tier, reader_of(self.rules))

    def _contests(self, within: str | None, category: str | None) -> list[Contest]:
        return [
            one
            for one in self.store.contests(self.round.code, *(() if within is None else (within,)))
            if category in {None, one.category} and one.entries
        ]

    def _seats(self, contest: Contest, phase: Phase) -> list[_Seat]:
        """The judges of a phase: its panel, else those whose sheets came, else all who may, if they are one panel."""
        came = {sheet.judge for entry in contest.entries for sheet in entry.sheets if sheet.phase == phase.id}
        came |= {one for entry in contest.entries for one in contest.instead(entry.code, phase.id).values()}
        panel = contest.panel.get(phase.id, ())
        known = sorted({*panel, *came})
        may = sorted(code for code, one in self.judges.items() if self._may(one, contest, phase))
        size = self.tier.panel.judges
        if not known and (size is None or len(may) <= size):
            known = may
        if self.judge is not None:
            is_in = self.judge in known or (not panel and self.judge in may)
            return [_Seat(self.judge)] if is_in else []
        if known:
            return [_Seat(code) for code in known]
        return [_Seat("", number) for number in range(int(size or 1))]

    def _may(self, judge: Judge, contest: Contest, phase: Phase) -> bool:
        is_home = self.tier.within == "community" and judge.is_from(contest.within)
        return not is_home and (not judge.phases or phase.id in judge.phases)

    def _page(self, contest: Contest, phase: Phase, seat: _Seat, *, many_contests: bool) -> BookPage:
        from pachamama.core.rules.document import ONE_PHASE, phase_label
        from pachamama.exchange.score_book import BookPage

        judge = self.judges.get(seat.judge)
        called: Value = ""
        if seat.judge:
            named = say("{code} {name}", code=seat.judge, name=judge.name) if judge else seat.judge
            called = say("judge: {judge}", judge=named)
        has_phases = phase.id != ONE_PHASE or bool(phase.name.texts)
        parts = (
            [contest.within or "", contest.category or ""] if many_contests else [seat.judge or f"{seat.number + 1}"]
        )
        name = " ".join(part for part in (*parts, phase.id if len(self.tier.judged_phases) > 1 else "") if part)
        headings = (
            self.label(contest.within, contest.category),
            phase_label(phase) if has_phases else "",
            called,
        )
        return BookPage(name or phase.id, headings, phase, self._rows(contest, phase, seat.judge))

    def _rows(self, contest: Contest, phase: Phase, judge: str) -> list[BookRow]:
        from pachamama.exchange.score_book import BookRow

        rows = []
        for entry in contest.entries:
            if judge and judge in entry.recused:
                continue
            panel = contest.panel.get(phase.id)
            sheet = next((one for one in entry.sheets if (one.phase, one.judge) == (phase.id, judge)), None)
            seats = (*(panel or ()), *contest.instead(entry.code, phase.id).values())
            if judge and panel is not None and sheet is None and judge not in seats:
                continue
            paper = self.codes.get((contest.within, contest.category, entry.code, phase.id, judge))
            rows.append(
                BookRow(
                    contest.within,
                    contest.category,
                    entry.code,
                    entry.name,
                    judge,
                    paper.code if paper is not None else "",
                    sheet.marks if sheet is not None and not self.is_blank else {},
                    self.controls.get((contest.within, contest.category, entry.code, phase.id, judge), ""),
                    entry.status,
                    frozenset() if self.is_blank else entry.deductions,
                    self._fields(contest, entry),
                )
            )
        return rows

    def _fields(self, contest: Contest, entry: Entry) -> Mapping[str, str] | None:
        """What is known of an entry beside its marks, in its first row of all; None in the others."""
        key = (contest.within, contest.category, entry.code)
        if not self.beside or key in self.asked:
            return None
        self.asked.add(key)
        return {} if self.is_blank else {name: entry.fields.get(name, "") for name in self.beside}

    def _called(self, contest: Contest, phase: Phase) -> Value:
        from pachamama.core.rules.document import phase_label

        label = self.label(contest.within, contest.category)
        if len(self.tier.judged_phases) == 1:
            return label or self.round.code
        return say("{contest}, {phase}", contest=label or self.round.code, phase=phase_label(phase))


_SHOWN = 8
"""Contests that a refusal names."""
