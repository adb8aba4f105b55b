"""What the screen asks of the world: which papers there are, who they are about, and to keep what was typed.

The screen knows neither files nor rounds. Whoever sits behind it, the programme's file or a test, is a `Desk`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from pachamama.core.model import Sheet, Status
from pachamama.core.numbers import Exact
from pachamama.core.rules.document import Phase, Tier
from pachamama.core.sentences import Sentence, Value

Verdict: TypeAlias = Literal["stored", "equal", "checked", "confirmed", "differs"]
"""What became of a sheet; `checked`: its marks stood there already, and the total on the paper is kept with them now."""


@dataclass(frozen=True, slots=True)
class PaperSheet:
    """A paper that lies on the desk: whose it is, and what is known of it already.

    `code` is the sheet's number, empty where sheets have none. `entry` and `judge` are empty on a blank one of the
    stock until somebody says them. `stored` are the marks that are in, None where it is still to be typed; a second
    person is never shown them. `is_void`: printed before its judge was known, and each judge has another one now. `known` are the entry's fields, `deductions` those its sheets have named so far.
    """

    code: str
    within: str | None
    category: str | None
    entry: str
    phase: Phase
    judge: str
    unit_name: Value = ""
    category_name: Value = ""
    entry_name: str = ""
    judge_name: str = ""
    stored: Sheet | None = None
    known: Mapping[str, str] = field(default_factory=dict)
    deductions: frozenset[str] = frozenset()
    status: Status | None = None
    is_void: bool = False

    @property
    def key(self) -> tuple[str | None, str | None, str, str, str]:
        """Which paper of the round it is."""
        return self.within, self.category, self.entry, self.phase.id, self.judge

    @property
    def is_blank(self) -> bool:
        """One of the stock: nobody has said yet whose it is."""
        return not self.entry or not self.judge


@dataclass(frozen=True, slots=True)
class TypedSheet:
    """What somebody typed from a paper: marks by criterion, ids of deductions, fields of the entry, the paper's total."""

    marks: Mapping[str, Exact]
    deductions: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)
    control: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list to choose from: what it says, and the words with which `find` opens it."""

    code: str
    entry: str
    name: str
    judge: str
    phase: Value
    opens: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the sheets that are expected here are in."""

    done: int
    expected: int


class Desk(Protocol):
    """What the screen asks of the world. Whatever cannot be done is `Refused`, and then nothing was changed."""

    @property
    def tier(self) -> Tier:
        """The rules that the papers follow."""

    @property
    def title(self) -> Value:
        """The competition and its edition, for the heading."""

    @property
    def actor(self) -> str:
        """Who types."""

    @property
    def is_second(self) -> bool:
        """The sheets are typed once more, by another person, who does not see the first marks."""

    @property
    def progress(self) -> Progress:
        """How many sheets are in."""

    def find(self, words: str) -> PaperSheet | Sequence[Choice]:
        """The paper with that code (or `ENTRY JUDGE PHASE`); several to choose from where the words leave it open.

        A mistyped or unknown code is refused, saying so.
        """

    def search(self, name: str) -> Sequence[Choice]:
        """The sheets of the entries whose names are most like it, in spite of spelling, best first."""

    def missing(self) -> Sequence[Choice]:
        """The sheets that are still to be typed, in the order of their numbers."""

    def following(self, sheet: PaperSheet | None) -> PaperSheet | None:
        """The next sheet to be typed after that one: of the same judge and contest first, then of any.

        None as the argument: after the last one that this person stored, also before the program was started anew.
        """

    def bind(self, blank: PaperSheet, entry: str, judge: str) -> PaperSheet:
        """Say whose a blank sheet of the stock is; of a void one the sheet that this judge has for the entry."""

    def accept(self, sheet: PaperSheet, typed: TypedSheet, *, reason: str) -> Verdict:
        """Keep a sheet, durable before it returns; `reason` says why a stored one is replaced, else it is empty."""

    def set_status(self, sheet: PaperSheet, status: Status | None, reason: str) -> None:
        """Take the entry of the sheet out of its contest, or back into it (None)."""

    def last(self) -> PaperSheet | None:
        """The sheet that this person stored last, with its marks; None if there is none."""

    def rows(self, judge: str, phase: str) -> Sequence[PaperSheet]:
        """The sheets of one judge in the contest of this desk, one for each entry: the big list."""


def who(sheet: PaperSheet) -> Sentence | str:
    """The entry of a sheet with its code, as messages name it."""
    from pachamama.core.sentences import say

    if not sheet.entry_name:
        return sheet.entry
    return say("{code} {name}", code=sheet.entry, name=sheet.entry_name)
