"""`settle` contest by contest: the text of the whole round in little memory, for tables about which nothing is to be said.

Nothing is written before the last contest is settled. Whatever is refused or not plain until then sends the caller back
to the whole table, which is read and settled with care, and says what is wrong.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO

from pachamama.cli.gather import in_contest
from pachamama.core.model import ContestResult, Settlement
from pachamama.core.problems import Problem, Refused, folded
from pachamama.core.ranking import warning_said
from pachamama.core.rules import Rules, Tier
from pachamama.core.sentences import Sentence, Value
from pachamama.core.settle import Standing, order_of, settle_each, stand_alone

if TYPE_CHECKING:
    from pachamama.cli.session import Session
    from pachamama.exchange.results import ResultsWriter

Label = Callable[[str | None, str | None], Value]


def settled_each(asked: Session, rules: Rules, competition: str, tier: Tier, scores: str, label: Label) -> bool:
    """Settle a score table and write its results, with all that must be said beside; False where nothing was written."""
    from pachamama.exchange.plain_scores import NotPlain, read_contests

    if not stand_alone(tier) or tier.reads_a_lower_tier:
        return False
    nothing = Settlement(competition, tier.tier, rules.programme.currency, (), ())
    notes: list[Problem] = []
    collects = gc.isenabled()
    gc.disable()  # what is let go holds no circles, which only the collector could find
    try:
        with TemporaryFile() as file:
            held = _Held(file)
            writer: ResultsWriter | None = None
            said = _Said(tier, label)
            for result in settle_each(rules, competition, tier.tier, read_contests(scores, tier, notes=notes)):
                writer = writer or _writer(asked, nothing, tier, result, label)
                if not writer.fits(result):
                    return False
                at = order_of(tier, result)
                said.add(at, result)
                held.add(at, writer.contest(result))
            assert writer is not None, "a table without contests is not plain"
            asked.tell_warnings(folded(notes))
            asked.tell_warnings(said.in_order(said.due))
            asked.tell_warnings(said.in_order(said.warnings))
            sys.stdout.write(writer.start())
            for number, text in enumerate(held.in_order()):
                sys.stdout.write(writer.between + text if number else text)
            sys.stdout.write(writer.end())
    except (NotPlain, Refused):
        return False
    finally:
        if collects:
            gc.enable()
    return True


def _writer(asked: Session, nothing: Settlement, tier: Tier, first: ContestResult, label: Label) -> ResultsWriter:
    from pachamama.exchange.results import CsvResults, JsonResults, csv_columns

    if asked.format == "json":
        return JsonResults(nothing, asked.reader)
    if asked.format == "csv":
        return CsvResults(*csv_columns(first), asked.reader)
    from pachamama.cli.showing import ShownResults

    return ShownResults(nothing, tier, asked.reader, label)


class _Said:
    """What must be said of the contests, each behind its label."""

    def __init__(self, tier: Tier, label: Label) -> None:
        self._tier, self._label = tier, label
        self.due: list[tuple[Standing, Sentence]] = []
        self.warnings: list[tuple[Standing, Sentence]] = []

    def add(self, at: Standing, result: ContestResult) -> None:
        """Keep what a contest says."""
        if result.due or result.warnings:
            name = self._label(result.within, result.category)
            self.due += [(at, in_contest(name, one)) for one in result.due]
            self.warnings += [(at, in_contest(name, warning_said(self._tier, one))) for one in result.warnings]

    def in_order(self, said: list[tuple[Standing, Sentence]]) -> list[Sentence]:
        """The sentences in the order of the contests."""
        return [one for _, one in sorted(said, key=lambda pair: pair[0])]


class _Held:
    """Texts kept out of memory until all of them are there, then given back in the order of their contests."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._places: list[tuple[Standing, int, int]] = []

    def add(self, at: Standing, text: str) -> None:
        """Keep the text of a contest."""
        content = text.encode("utf-8", "surrogatepass")
        self._places.append((at, self._file.tell(), len(content)))
        self._file.write(content)

    def in_order(self) -> Iterator[str]:
        """Each text again."""
        for _, start, length in sorted(self._places):
            self._file.seek(start)
            yield self._file.read(length).decode("utf-8", "surrogatepass")
