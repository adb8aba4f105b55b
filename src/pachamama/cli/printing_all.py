"""`print all` and `print templates`: the folder of a round with every paper that applies, and our templates to change.

One idea: each paper is printed by the very command that prints it alone, so the folder and the single papers are the
same to the byte; what a command refuses is named in the index with its reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.paper_files import Folder, RoundCode, show_papers
from pachamama.cli.sealing import WithoutBackup
from pachamama.cli.session import Session, session
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import Sentence, Value, say

if TYPE_CHECKING:
    from pachamama.core.model import Round
    from pachamama.papers.folder_index import IndexRow
    from pachamama.papers.heading import RoundOnPaper

commands = new_app()


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of paper in the order of use: its command, its folder, in which state of the round it is for."""

    command: str
    folder: str
    state: Literal["open", "closed"]
    title: Sentence
    copies: Sentence
    signers: Sentence


NOBODY = say("nobody")

ORDER_OF_USE = (
    _Kind("rules", "bases", "open", say("Rules for the public (bases)"), say("one for each community"), NOBODY),
    _Kind("summary", "summary", "open", say("Summary of the contest for a wall"), say("one for each wall"), NOBODY),
    _Kind("register-list", "register-lists", "open", say("Registration lists"), say("one"), say("whoever signs up")),
    _Kind("judge-programme", "judge-programmes", "open", say("Programme of the judges"), say("one for the judge, one for the office"), NOBODY),
    _Kind("score-sheets", "score-sheets", "open", say("Score sheets"), say("one"), say("the judge")),
    _Kind("big-sheet", "big-sheets", "open", say("Judging sheets of the contest"), say("one"), say("the judges and the participants")),
    _Kind("wall-list", "wall-lists", "closed", say("Results for a wall"), say("one for each wall"), NOBODY),
    _Kind("acta", "actas", "closed", say("Minutes"), say("two: one stays in the community"), say("the judges and the authorities")),
    _Kind("prize-sheet", "prize-sheets", "closed", say("Prize sheets"), say("two: one stays in the community"), say("who receives, and the judges")),
    _Kind("receipts", "receipts", "closed", say("Receipts"), say("one"), say("who receives, and who pays")),
    _Kind("transfer-list", "transfer-lists", "closed", say("Transfers for the bank"), say("two: one stays with the bank"), say("who orders them")),
    _Kind("envelopes", "envelopes", "closed", say("Envelopes and coins"), say("one"), NOBODY),
    _Kind("certificates", "certificates", "closed", say("Certificates"), say("one, on thick paper"), say("the authorities")),
    _Kind("explanation-slips", "explanation-slips", "closed", say("Explanation slips"), say("one"), NOBODY),
    _Kind("round-report", "round-report", "closed", say("Report of the round"), say("one"), NOBODY),
)  # fmt: skip
"""Every paper; a test holds that each command of `print` that makes one is here.

Receipts come before the envelopes, which show their numbers.
"""


@commands.command("all", cls=Command)
def every_paper(
    context: typer.Context,
    folder: Folder,
    round_: RoundCode = None,
    without_backup: WithoutBackup = None,
) -> None:
    """Print the folder of a round: every paper for its state, numbered in the order of use, with an index on top.

    While the round is open these are the papers until the judging, once it is closed those after it. What is not for
    this round is named in the index with the reason.
    """
    from pachamama.cli.gather import pick_round
    from pachamama.cli.headings import results_on_paper
    from pachamama.cli.outcome import outcome_of
    from pachamama.cli.sealing import must_be_kept
    from pachamama.exchange import make_folder

    asked = session(context)
    asked.no_csv()
    with asked.open() as store:
        meant = pick_round(store, round_)
        found = outcome_of(store, meant)
        must_be_kept(asked, store, found, without=without_backup)
        about = results_on_paper(store, found)
    place = make_folder(folder)
    group: Any = context.parent.command if context.parent else None
    printing = _Printing(asked, context, group, meant, place, without_backup)
    rows = printing.every_kind()
    if all(row.why for row in rows):
        raise Refused(
            Problem(
                NOWHERE,
                say("there is no paper to print in {round}", round=meant.code),
                say("see `pachamama status`"),
            )
        )
    index = _write_index(place, about, rows)
    _tell(asked, printing, place, index, rows)


@commands.command("templates", cls=Command)
def templates(context: typer.Context, folder: Folder) -> None:
    """Write our templates into a folder, to change them: `print PAPER --templates FOLDER` then sets with yours.

    What each template is given stands in docs/papers.md. A file that you delete is ours again.
    """
    from pachamama.exchange import make_folder
    from pachamama.papers.own_templates import copy_ours

    asked = session(context)
    asked.no_csv()
    show_papers(asked, copy_ours(make_folder(folder)))


# -- printing it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Hushed(Session):
    """A session whose command says nothing yet: what it tells is kept, once each."""

    told: dict[str, None] = field(default_factory=dict)

    def result(self, text: str) -> None:
        """Say nothing: the folder tells what is in it."""

    def tell(self, *values: Value) -> None:
        """Keep it for the end."""
        self.told.update((self.reader.say(value), None) for value in values)

    def tell_warnings(self, warnings: Iterable[Problem | Sentence]) -> None:
        """Keep them for the end."""
        for warning in warnings:
            text = self.reader.problem(warning) if isinstance(warning, Problem) else self.reader.say(warning)
            self.told[f"{self.reader.text('warning')}: {text}"] = None


class _Printing:
    """Prints the kinds of papers, each by its own command into its own folder."""

    def __init__(
        self, asked: Session, context: Any, group: Any, meant: Round, place: Path, without_backup: str | None
    ) -> None:
        from pachamama.cli.gather import frozen_rules
        from pachamama.cli.judging_papers import reader_of

        self.asked, self.context, self.group, self.meant, self.place = asked, context, group, meant, place
        self.without_backup = without_backup
        self.hushed = _Hushed(asked.reader, asked.db, asked.actor, "table")
        self.reader = reader_of(frozen_rules(meant.rules))
        self.has_transfers = False

    def every_kind(self) -> list[IndexRow]:
        """Print them all in the order of use; a row of the index for each."""
        from pachamama.cli.judging_papers import progress

        rows = []
        with progress(self.asked.reader.text("papers"), len(ORDER_OF_USE), least=0) as went_on:
            for number, kind in enumerate(ORDER_OF_USE, start=1):
                rows.append(self._one(f"{number:02}", kind))
                went_on(1)
        return rows

    def _one(self, number: str, kind: _Kind) -> IndexRow:
        from pachamama.papers.folder_index import IndexRow
        from pachamama.papers.kit import pages_of

        said = self.reader.say
        folder = f"{number}-{kind.folder}"
        why = self._print(kind, self.place / folder)
        if why is not None:
            return IndexRow(number, said(kind.title), "", (), "", "", why)
        title = kind.title
        if kind.command == "transfer-list":
            self.has_transfers = True
        elif kind.command == "envelopes" and self.has_transfers:
            title = say("{paper}, without whoever is paid by transfer", paper=title)
        files = sorted((self.place / folder).glob("*.pdf"))
        counted = tuple((path.name, pages_of(path.read_bytes())) for path in files)
        return IndexRow(number, said(title), folder, counted, said(kind.copies), said(kind.signers))

    def _print(self, kind: _Kind, folder: Path) -> str | None:
        """Run the command; None, or why this paper is not for this round."""
        if kind.state != self.meant.state:
            early = self.meant.state == "open"
            return (
                self.reader.text("only once the round is closed")
                if early
                else self.reader.text("was for before the judging")
            )
        command = self.group.get_command(self.context, kind.command)
        if command is None:
            return self.reader.text("this version does not print it")
        words = [self.meant.code, "-o", str(folder)]
        if self.without_backup is not None and any(one.name == "without_backup" for one in command.params):
            words += ["--without-backup", self.without_backup]
        if kind.command == "envelopes" and self.has_transfers:  # nobody's money is ordered twice
            words.append("--without-transfers")
        try:
            command.main(words, prog_name=f"pachamama print {kind.command}", standalone_mode=False, obj=self.hushed)
        except Refused as refusal:
            return "; ".join(self.reader.say(one.message) for one in refusal.problems)
        return None


# -- the index -------------------------------------------------------------------------------------------------------


def _write_index(place: Path, about: RoundOnPaper, rows: list[IndexRow]) -> Path:
    from pachamama.exchange import write_beside
    from pachamama.papers.folder_index import folder_index, to_pdf

    path = place / f"00-{about.reader.text('index')}.pdf"
    write_beside(path, to_pdf(folder_index(about, rows)))
    return path


def _tell(asked: Session, printing: _Printing, place: Path, index: Path, rows: list[IndexRow]) -> None:
    """The folder, kind by kind; then what the commands told."""
    if asked.format == "json":
        asked.json(
            {
                "index": str(index),
                "papers": [
                    {
                        "folder": str(place / row.folder),
                        "files": [{"file": name, "pages": pages} for name, pages in row.files],
                    }
                    for row in rows
                    if not row.why
                ],
                "not_for_this_round": [{"paper": kind.command, "why": row.why} for kind, row in zip(ORDER_OF_USE, rows, strict=True) if row.why],
            }
        )  # fmt: skip
        return
    asked.result(visible(str(index)))
    for row in rows:
        if not row.why:
            asked.result(visible(str(place / row.folder)))
    for kind, row in zip(ORDER_OF_USE, rows, strict=True):
        if row.why and kind.state == printing.meant.state:
            asked.tell(say("{paper}: not for this round ({why})", paper=row.title, why=row.why))
    for line in printing.hushed.told:
        if line != asked.reader.say(say("REHEARSAL: this file is for practice, and nothing in it is real.")):
            asked.tell(line)
