"""What every command has: who asks, in which language, of which file, and where results and messages go."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

import typer

from pachamama.cli.telling import sentences_at_width, write_told
from pachamama.core.names import visible
from pachamama.core.problems import Problem, WrongUsage
from pachamama.core.sentences import Sentence, Value, choice, say
from pachamama.language.reader import Reader

if TYPE_CHECKING:
    from pachamama.store import Store

Format: TypeAlias = Literal["table", "json", "csv", "xlsx"]
FORMATS: tuple[Format, ...] = ("table", "json", "csv")
PAPER_FORMATS: tuple[Format, ...] = (*FORMATS, "xlsx")
"""What `print` makes of a paper that is a table; `table` is the paper itself, as PDF."""


@dataclass(frozen=True, slots=True)
class Session:
    """One run of the program. stdout carries results only; messages go to stderr.

    `country` decides the decimal point of screens; exact numbers in JSON always have a point.
    """

    reader: Reader
    db: str
    actor: str
    format: Format

    def open(self, *, writing: bool = False, newest: bool = True) -> Store:
        """The programme's file; it must be there and be ours.

        To be written it must also be the newest that this laptop knows of, unless `newest` is False; one that is only read
        and is not the newest is told of.
        """
        from pachamama.cli.remembering import open_known, open_to_read

        store = open_known(self, must_be_newest=newest) if writing else open_to_read(self)
        if store.is_rehearsal:
            self.tell(say("REHEARSAL: this file is for practice, and nothing in it is real."))
        return store

    def record_export(self, what: str) -> None:
        """Keep in the journal that something went out by a command that only reads.

        A file that cannot be written, on a full disk or a locked stick, is no reason not to read it; that the journal does
        not say it is told.
        """
        from pachamama.cli.remembering import open_known
        from pachamama.core.problems import NOWHERE, Refused

        try:
            with open_known(self, must_be_newest=True) as store:
                store.record_export(what, actor=self.actor)
        except Refused as refusal:
            self.tell_warnings(
                [
                    Problem(
                        NOWHERE,
                        say(
                            "This went out, and the journal does not say so: {what}. {reason}",
                            what=visible(what),
                            reason=refusal.problems[0].message,
                        ),
                        say("Write down by hand what it was, when, and who has it."),
                    )
                ]
            )

    def result(self, text: str) -> None:
        """Write a result to stdout; at a terminal its sentences are broken at blanks, its tables stay as they are."""
        if self.format == "table":
            text = sentences_at_width(text, sys.stdout)
        sys.stdout.write(text if text.endswith("\n") else text + "\n")

    def tell(self, *values: Value) -> None:
        """Say sentences to the person, on stderr, a line each."""
        for value in values:
            write_told(self.reader.say(value))

    def tell_problems(self, problems: Iterable[Problem]) -> None:
        """Show problems on stderr, each with its place and remedy."""
        for problem in problems:
            write_told(self.reader.problem(problem))

    def tell_warnings(self, warnings: Sequence[Problem | Sentence]) -> None:
        """Show warnings on stderr; they change no exit code."""
        for warning in warnings:
            text = (
                self.reader.problem(warning, is_clause=True)
                if isinstance(warning, Problem)
                else self.reader.clause(warning)
            )
            write_told(f"{self.reader.text('warning')}: {text}")

    def no_csv(self) -> None:
        """Refuse `--format csv` and `--format xlsx` where a command has no table for it."""
        if self.format == "xlsx":
            raise WrongUsage(say("this paper is no table; leave `--format` out"))
        if self.format == "csv":
            raise WrongUsage(say("this command has no CSV; use `--format table` or `--format json`"))

    def csv(self, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """Write a table to stdout, in which nothing runs as a formula."""
        import csv

        from pachamama.exchange.tables import escaped

        table = csv.writer(sys.stdout, lineterminator="\n")
        table.writerow(columns)
        table.writerows([escaped(cell) for cell in row] for row in rows)

    def json(self, document: object) -> None:
        """Write one JSON document to stdout."""
        import json

        self.result(json.dumps(document, ensure_ascii=False, indent=1))


def session(context: typer.Context) -> Session:
    """The session of the command that is running."""
    found: Session = context.obj
    return found


_BEFORE_A_WORD = re.compile("^(?:en|por|by|in|un|una|a) ")
_SCREENS = ("es", "en")


def _stem(words: str) -> str:
    """Words without accents, gender and number, and without what leads to them: `por jurados` and `Jurado` are one."""
    from pachamama.exchange.columns import folded

    return re.sub("[ao]?s?$", "", folded(_BEFORE_A_WORD.sub("", words.strip().casefold())))


def one_of(value: str, allowed: Sequence[str], option: Value, meanings: Mapping[str, Value] | None = None) -> str:
    """The word, if it is one of those allowed or its meaning (`ausente`); else wrong usage, with all words and meanings."""
    if value in allowed:
        return value
    meant = meanings or {}
    typed, readers = _stem(value), [Reader.of(language) for language in _SCREENS]
    found = [one for one in allowed if one in meant and typed in (_stem(reader.say(meant[one])) for reader in readers)]
    if typed and len(found) == 1:
        return found[0]
    words = [say("{code} ({name})", code=one, name=meant[one]) if one in meant else one for one in allowed]
    raise WrongUsage(
        say(
            "{option} is “{value}”, and must be one of: {words}",
            option=option,
            value=value,
            words=choice(words),
        )
    )
