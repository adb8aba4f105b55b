"""The nouns: what is judged, what was marked, and what comes out of it.

Everything is immutable. Points are exact numbers, money is whole cents, codes are the ones on the papers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from pachamama.core.numbers import Exact
from pachamama.core.problems import NOWHERE, Place
from pachamama.core.sentences import Sentence
from pachamama.core.values import light

Status: TypeAlias = Literal["absent", "disqualified", "withdrawn"]
OutReason: TypeAlias = Literal["absent", "disqualified", "withdrawn", "knocked_out", "incomplete"]
STATUSES: tuple[Status, ...] = ("absent", "disqualified", "withdrawn")


TierName: TypeAlias = Literal["household", "group", "community"]
RoundState: TypeAlias = Literal["open", "closed"]
RulingKind: TypeAlias = Literal["deduction", "bonus", "knockout", "disqualification"]
DeclarationKind: TypeAlias = Literal["recused", "no_conflict"]
SecondState: TypeAlias = Literal["confirmed", "differs", "settled"]


# -- the register ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Watershed:
    """A watershed (*microcuenca*, *cuenca*): communities compete within it."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Community:
    """A community; `households` is the number on its register (*padrón*), None while nobody has said it."""

    code: str
    name: str
    watershed: str
    households: int | None = None


@dataclass(frozen=True, slots=True)
class Household:
    """A household: head and partner are one. `dni` may be empty until payment; `fields` are further columns by name."""

    code: str
    community: str
    head: str
    dni: str = ""
    partner: str = ""
    sex: str = ""
    category: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Judge:
    """A judge (*jurado calificador*); `community` is the home community, where the judge may not judge.

    `office` is where the judge comes from (an institution), `phases` the phases that the judge may judge: none means
    all. `homes` are the communities where the register has the judge's DNI as that of the head of a household.
    """

    code: str
    name: str
    dni: str = ""
    community: str = ""
    office: str = ""
    phases: tuple[str, ...] = ()
    homes: tuple[str, ...] = ()

    def is_from(self, community: str | None) -> bool:
        """It is the judge's own community, said or known by the DNI."""
        return bool(community) and (community == self.community or community in self.homes)


@dataclass(frozen=True, slots=True)
class Round:
    """One competition at one tier in one edition.

    `code` is `COMPETITION-TIER-NUMBER`. `rules` is the text of the rules file, frozen with the round. `lower` is the
    closed round that the sources of a community tier read. `results` is the number of times it was closed.
    """

    code: str
    competition: str
    tier: TierName
    number: int
    edition: str
    state: RoundState
    rules: str
    lower: str | None = None
    results: int = 0


# -- what is judged ----------------------------------------------------------------------------------------------


@light
class Sheet:
    """One paper: one judge, one entry, one phase.

    `marks` holds what the judge wrote, by criterion id: a mark, the points of an option, or a measured quantity. A
    criterion that is not there was left empty, which is never 0 (RULES.md, A4).
    """

    judge: str
    phase: str
    marks: Mapping[str, Exact]
    where: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class HouseholdResult:
    """What a closed lower tier says of one household that took part: its points and the highest level it reached."""

    entrant: str
    points: Exact
    level: str | None


@light
class Entry:
    """What competes, by its code; one code in two contests is one entrant.

    `status` takes it out of the contest, with `status_reason` in the recorder's words. `deductions` are the ids of
    deductions, bonuses and knockouts that its sheets name. `fields` are the other things that rules may ask for, as
    text: `registered`, `entrant`, `community`, `households`, `requested`, `sex`, `ID_before`, `ID_now` …
    `households` are the closed results of its households (community tier only), None where no tier is read.
    `recused` are the judges who stepped back for this entry, each with the reason: no sheet of theirs is expected.
    """

    code: str
    name: str = ""
    sheets: Sequence[Sheet] = ()
    status: Status | None = None
    status_reason: str = ""
    deductions: frozenset[str] = frozenset()
    fields: Mapping[str, str] = field(default_factory=dict)
    households: tuple[HouseholdResult, ...] | None = None
    where: Place = NOWHERE
    recused: Mapping[str, str] = field(default_factory=dict)

    @property
    def entrant(self) -> str:
        """Who wins with this entry: the field `entrant`, else the entry itself."""
        return self.fields.get("entrant") or self.code


@dataclass(frozen=True, slots=True)
class RecordedOrder:
    """An order that people recorded for a tie: a drawing of lots, or the jury's decision (RULES.md, T4).

    `order` gives each entry of the group its number, 1 first.
    """

    step: Literal["lots", "jury_decision"]
    order: Mapping[str, int]
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """A jury's ruling on an entry, as papers print it; `rule` is the id of a deduction, bonus or knockout.

    `code` is how people name it. `is_lifted`: a disqualification that somebody took away again, so that it does not
    stand any more.
    """

    within: str | None
    category: str | None
    entry: str
    kind: RulingKind
    rule: str
    reason: str
    names: tuple[str, ...]
    code: str = ""
    is_lifted: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing of lots, or a jury's decision between equals: who came first, why, and who was there.

    `code` is how people name it.
    """

    within: str | None
    category: str | None
    step: Literal["lots", "jury_decision"]
    order: tuple[str, ...]
    reason: str
    witnesses: tuple[str, ...]
    code: str = ""


@dataclass(frozen=True, slots=True)
class Voided:
    """A ruling (`kind`, `rule`, of one entry) or a recorded order (its step, of several) that was taken back, and why.

    `codes` are those under which it was recorded: two where it had been recorded twice.
    """

    within: str | None
    category: str | None
    entries: tuple[str, ...]
    kind: RulingKind | Literal["lots", "jury_decision"]
    rule: str
    reason: str
    names: tuple[str, ...]
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contest:
    """The entries ranked against each other: one unit of `within` and one category.

    `within` is the code of the community or watershed, None where the whole programme competes together; `category`
    is None where the tier has none. `panel` are the judges assigned to each phase; a phase that is not there has no
    panel yet, and then any judge of the register may judge it. `substitutes` says for entries, by phase and judge who
    stepped back, who judges them instead.
    """

    within: str | None
    category: str | None
    entries: tuple[Entry, ...]
    orders: tuple[RecordedOrder, ...] = ()
    panel: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    substitutes: Mapping[str, Mapping[str, Mapping[str, str]]] = field(default_factory=dict)

    def instead(self, entry: str, phase: str) -> Mapping[str, str]:
        """Who judges an entry in the place of which judge of the panel; of one who left the panel nobody is."""
        if entry not in self.substitutes:
            return {}
        panel = self.panel.get(phase, ())
        return {judge: other for judge, other in self.substitutes[entry].get(phase, {}).items() if judge in panel}

    def judges_of(self, entry: Entry, phase: str) -> tuple[str, ...] | None:
        """The panel of one entry by code: without who stepped back, with who judges instead; None: there is no panel."""
        panel = self.panel.get(phase)
        if panel is None or not entry.recused:
            return panel
        others = self.instead(entry.code, phase).values()
        return tuple(sorted({*(judge for judge in panel if judge not in entry.recused), *others}))


# -- how the papers come in ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Declaration:
    """What was decided about one judge and one entry: the judge steps back, or a likeness of names means nothing.

    `substitutes` says by phase who judges the entry instead.
    """

    within: str | None
    category: str | None
    entry: str
    judge: str
    kind: DeclarationKind
    reason: str
    substitutes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NumberedSheet:
    """A paper with a code of its own: whose sheet it is, and whether its marks came in.

    One of the stock of blank papers has no `entry` until it is bound; one printed before the panel was known has no
    `judge`.
    """

    code: str
    round: str
    within: str | None
    category: str | None
    entry: str | None
    phase: str
    judge: str | None
    is_in: bool = False


@dataclass(frozen=True, slots=True)
class SecondEntry:
    """A paper that was typed twice: `first` is what stands, `second` what another person typed without seeing it.

    Marks are by criterion in the order of the paper, None for an empty cell. `state` is `differs` while nobody has
    decided with the paper in hand; `settled` has that person's `reason`.
    """

    within: str | None
    category: str | None
    entry: str
    phase: str
    judge: str
    first: Mapping[str, Exact | None]
    second: Mapping[str, Exact | None]
    first_by: str
    second_by: str
    state: SecondState
    reason: str = ""


# -- what comes out ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Award:
    """One prize of one award rule: `cents` of a purse, or an `item` in kind (then `purse` is None and `cents` 0).

    `value` is what an item is worth, in cents, for the accounts only.
    """

    scheme: str
    purse: str | None
    cents: int
    why: Sentence
    item: object | None = None
    value: int = 0


@light
class Placing:
    """A ranked entry: its place, how it came about, and what it wins.

    `place` is the printed number (text such as `2.5` under fractional numbering); `position` the first of the
    positions that its group occupies. `points` and `phases` are what is printed and compared. `judges` is the number
    of judges counted in each phase. `tied_with` are the entries that share the place in the end. `decided_by` is the
    tie step that last separated it from entries equal on points. `notes` are sentences on whatever was dropped, left
    out, deducted or passed over.
    """

    place: int | str
    position: int
    entry: Entry
    points: Exact
    decimals: int
    phases: Mapping[str, Exact]
    phase_decimals: Mapping[str, int]
    judges: Mapping[str, int]
    level: str | None
    tied_with: tuple[str, ...]
    decided_by: str | None
    promoted: bool
    reserve: bool
    awards: tuple[Award, ...]
    notes: tuple[Sentence, ...] = ()

    @property
    def cents(self) -> int:
        """All its cash prizes in this contest together."""
        return sum(award.cents for award in self.awards)


@dataclass(frozen=True, slots=True)
class Unranked:
    """An entry without a place, and why: a status, a knockout, or too few judges."""

    entry: Entry
    status: OutReason
    why: Sentence


@dataclass(frozen=True, slots=True)
class PurseResult:
    """A purse that closes: `awarded` + `returned` = `amount`, in cents (RULES.md, P9)."""

    id: str
    amount: int
    awarded: int

    @property
    def returned(self) -> int:
        """What goes back to the purse."""
        return self.amount - self.awarded


@dataclass(frozen=True, slots=True)
class ContestResult:
    """The result of one contest.

    `due` says what must still happen before the round can close (lots to draw, a jury's decision); `warnings` what
    stands but people should know.
    """

    within: str | None
    category: str | None
    placings: tuple[Placing, ...]
    unranked: tuple[Unranked, ...]
    purses: tuple[PurseResult, ...]
    due: tuple[Sentence, ...] = ()
    warnings: tuple[Sentence, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """The result of a round: its contests, and the purses that are one amount for all of them."""

    competition: str
    tier: str
    currency: str
    contests: tuple[ContestResult, ...]
    purses: tuple[PurseResult, ...]
    warnings: tuple[Sentence, ...] = ()

    @property
    def due(self) -> tuple[Sentence, ...]:
        """Everything that must still happen before the round can close."""
        return tuple(sentence for contest in self.contests for sentence in contest.due)
