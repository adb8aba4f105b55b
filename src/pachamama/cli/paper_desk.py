"""The programme's file as those who type sheets see it: which papers there are, and one action for each that is accepted.

A sheet is on the disk before the screen says so. Papers are the numbered ones in their order; a contest without numbers
has those of its panel, or of the judges whose sheets came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from pachamama.cli.gather import Placement, contest_label, frozen_rules, tier_of_round
from pachamama.core.model import Judge, NumberedSheet, Round, Sheet, Status
from pachamama.core.numbers import read_exact
from pachamama.core.problems import NOWHERE, Problem, Refused, refuse_if
from pachamama.core.rules import Tier
from pachamama.core.rules.document import phase_label
from pachamama.core.sentences import Name, Value, choice, listing, say
from pachamama.screens.desk import Choice, PaperSheet, Progress, TypedSheet, Verdict

if TYPE_CHECKING:
    from pachamama.store import Store
    from pachamama.store.changes import Entered, SheetKey

_MOST = 12
"""Names that a search shows."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Which papers a sitting is about: those of one unit, category, judge or phase, or all (None)."""

    within: str | None = None
    category: str | None = None
    judge: str | None = None
    phase: str | None = None

    def holds(self, key: SheetKey) -> bool:
        """The paper is one of them."""
        within, category, _, phase, judge = key
        return (
            self.within in (None, within)
            and self.category in (None, category)
            and self.judge in (None, judge)
            and self.phase in (None, phase)
        )


@dataclass(frozen=True, slots=True)
class _Paper:
    """A paper that is expected: its code, if it has one, and whose it is."""

    code: str
    key: SheetKey


class StoreDesk:
    """The programme's file, as the screen sees it (`screens.desk.Desk`)."""

    def __init__(self, store: Store, round_: Round, *, actor: str, scope: Scope, is_second: bool = False) -> None:
        self.store = store
        self.round = round_
        self.scope = scope
        self._actor = actor
        self._is_second = is_second
        self._tier = tier_of_round(round_)
        self._phases = {phase.id: phase for phase in self._tier.judged_phases}
        self._undone: list[SheetKey] = []
        self._progress: Progress | None = None
        self.refresh()

    # -- what it says of itself ----------------------------------------------------------------------------------------

    @property
    def tier(self) -> Tier:
        """See Desk."""
        return self._tier

    @property
    def actor(self) -> str:
        """See Desk."""
        return self._actor

    @property
    def is_second(self) -> bool:
        """See Desk."""
        return self._is_second

    @cached_property
    def title(self) -> Value:
        """See Desk."""
        competition = frozen_rules(self.round.rules).competitions[self.round.competition]
        name = Name(competition.name.texts, self.round.competition)
        said = say("{competition} · {edition}", competition=name, edition=self.round.edition or self.round.code)
        return say("{title} (REHEARSAL)", title=said) if self.store.is_rehearsal else said

    @property
    def progress(self) -> Progress:
        """See Desk."""
        if self._progress is None:
            self._progress = self.progress_in(self.scope)
        return self._progress

    def progress_in(self, scope: Scope) -> Progress:
        """How many of the sheets that are expected there are in."""
        held = [paper.key for paper in self._papers if scope.holds(paper.key) and self._is_expected(paper.key)]
        done = sum(1 for key in held if self._is_done(key))
        return Progress(done, sum(1 for key in held if self._is_done(key) or self._can_be_typed(key)))

    def judges_in(self, scope: Scope) -> Sequence[str]:
        """The judges from whom papers are expected there; none where no panel was named and nothing came yet."""
        return sorted({paper.key[4] for paper in self._papers if scope.holds(paper.key)})

    # -- what there is -------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read anew what others may have changed: entries, papers, and which of them are in."""
        self._progress = None
        self._entries = {(one.within, one.category, one.code): one for one in self.store.entries(self.round.code)}
        self._judges: Mapping[str, Judge] = {one.code: one for one in self.store.judges()}
        self._in = dict(self.store.typists(self.round.code))
        self._declared = [one for one in self.store.declarations(self.round.code) if one.kind == "recused"]
        self._recused = {(one.within, one.category, one.entry, one.judge) for one in self._declared}
        self._numbered = self.store.numbered_sheets(self.round.code)
        self._papers = self._expected()
        self._at = {paper.key: at for at, paper in enumerate(self._papers)}
        self._twice = {
            (one.within, one.category, one.entry, one.phase, one.judge)
            for one in (self.store.second_entries(self.round.code) if self._is_second else ())
        }
        self._demanded = self._winners() if self._is_second and self._tier.panel.second_entry == "winners" else None

    def _winners(self) -> frozenset[SheetKey] | None:
        """The sheets that the rules want typed twice, of those who could take a prize; None while nobody can know."""
        from pachamama.cli.closing import unchecked_in
        from pachamama.cli.outcome import outcome_of

        contests = [one for one in self.store.contests(self.round.code) if one.entries]
        try:
            found = unchecked_in(self.store, outcome_of(self.store, self.round), contests)
        except Refused:
            return None
        return frozenset((one.within, one.category, one.entry, one.phase, one.judge) for one in found)

    def _expected(self) -> list[_Paper]:
        """The numbered papers in their order; then those of contests without numbers, judge by judge."""
        found = [
            _Paper(one.code, (one.within, one.category, one.entry, one.phase, one.judge))
            for one in self._numbered
            if one.entry is not None and one.judge is not None
        ]
        known = {paper.key for paper in found}
        contests = {(paper.key[0], paper.key[1], paper.key[3]) for paper in found}
        panels = self.store.panels(self.round.code)
        for (within, category, phase), judges in self._judges_seen(panels).items():
            if (within, category, phase) in contests:
                continue
            for judge in judges:
                for entry in self._entries.values():
                    key = (within, category, entry.code, phase, judge)
                    if (entry.within, entry.category) == (within, category) and key not in known:
                        known.add(key)
                        found.append(_Paper("", key))
        others = [*self._instead(panels), *sorted(self._in, key=_sortable)]
        return found + [_Paper("", key) for key in dict.fromkeys(others) if key not in known]

    def _instead(self, panels: Mapping[tuple[str | None, str | None, str], Sequence[str]]) -> Iterator[SheetKey]:
        """The papers of those who judge an entry in the place of a judge who stepped back."""
        for one in self._declared:
            for phase, judge in one.substitutes.items():
                if one.judge in panels.get((one.within, one.category, phase), ()):
                    yield one.within, one.category, one.entry, phase, judge

    def _judges_seen(
        self, panels: Mapping[tuple[str | None, str | None, str], Sequence[str]]
    ) -> Mapping[tuple[str | None, str | None, str], Sequence[str]]:
        """The judges of each contest and phase: its panel, else those whose sheets came, else who was asked for."""
        seen: dict[tuple[str | None, str | None, str], dict[str, None]] = {}
        for within, category, _, phase, judge in sorted(self._in, key=_sortable):
            seen.setdefault((within, category, phase), {})[judge] = None
        contests = dict.fromkeys((one.within, one.category) for one in self._entries.values())
        found: dict[tuple[str | None, str | None, str], Sequence[str]] = {}
        for within, category in contests:
            for phase in self._phases:
                key = (within, category, phase)
                judges = dict.fromkeys(panels.get(key) or tuple(seen.get(key, {})))
                if self.scope.judge is not None:
                    judges.setdefault(self.scope.judge)
                found[key] = tuple(judges)
        return found

    def _is_expected(self, key: SheetKey) -> bool:
        within, category, entry, _, judge = key
        if self._demanded is not None and key not in self._demanded and key not in self._twice:
            return False
        found = self._entries.get((within, category, entry))
        return found is not None and found.status is None and (within, category, entry, judge) not in self._recused

    def _is_done(self, key: SheetKey) -> bool:
        """It is in; the second time: it was typed twice."""
        return key in (self._twice if self._is_second else self._in)

    def _can_be_typed(self, key: SheetKey) -> bool:
        """By this person: always the first time; the second time what somebody else has typed."""
        typist = self._in.get(key)
        return not self._is_second or (typist is not None and typist.casefold() != self._actor.casefold())

    def _is_open(self, paper: _Paper) -> bool:
        """Still to be typed, by this person."""
        key = paper.key
        return self._is_expected(key) and not self._is_done(key) and self._can_be_typed(key)

    # -- finding -------------------------------------------------------------------------------------------------------

    def find(self, words: str) -> PaperSheet | Sequence[Choice]:
        """See Desk."""
        if words.startswith("#"):
            return self._called(self._papers[int(words[1:])])
        parts = words.split()
        if any(parts[0].upper() == code.upper() for _, _, code in self._entries):
            return self._of_entry(parts)
        if (otherwise := self.store.known_as(parts[0].upper())) is not None:
            raise Refused(otherwise)
        if any(letter.isdigit() for letter in words):
            return self._by_code(words)
        found = self.search(words)
        if not found:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("“{text}” is neither a sheet code nor an entry, and no name is like it", text=words),
                    say("compare with the paper, or search by a part of the name"),
                )
            )
        return found

    def _by_code(self, words: str) -> PaperSheet:
        sheet = self.store.numbered_sheet(words, self.round.code)
        if sheet.entry is None or sheet.judge is None:
            return self._blank(sheet)
        key = (sheet.within, sheet.category, sheet.entry, sheet.phase, sheet.judge)
        return self._called(_Paper(sheet.code, key))

    def _of_entry(self, parts: Sequence[str]) -> PaperSheet | Sequence[Choice]:
        """The papers of an entry, of those the one of a judge and a phase if they are said."""
        upper = [part.upper() for part in parts]
        papers = [
            paper
            for paper in self._papers
            if paper.key[2].upper() == upper[0]
            and (len(parts) < 2 or paper.key[4].upper() == upper[1])
            and (len(parts) < 3 or paper.key[3].upper() == upper[2])
        ]
        if not papers and len(parts) > 1:
            papers = self._unexpected(upper)
        if len(papers) == 1:
            return self._called(papers[0])
        if not papers:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("which judge marked {entry} is not known here", entry=parts[0]),
                    say("say it too: entry and judge, for example `{entry} J1`", entry=parts[0]),
                )
            )
        opened = [paper for paper in papers if self._is_open(paper)]
        return self._called(opened[0]) if len(opened) == 1 and len(parts) > 1 else self._choices(papers)

    def _unexpected(self, upper: Sequence[str]) -> list[_Paper]:
        """Papers of an entry by a judge of the register from whom none was expected."""
        judge = next((code for code in self._judges if code.upper() == upper[1]), None)
        if judge is None:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("judge {judge} is not registered", judge=upper[1]),
                    say("there are: {words}", words=listing(list(self._judges))),
                )
            )
        return [
            _Paper("", (one.within, one.category, one.code, phase, judge))
            for one in self._entries.values()
            if one.code.upper() == upper[0]
            for phase in self._phases
            if len(upper) < 3 or phase.upper() == upper[2]
        ]

    def search(self, name: str) -> Sequence[Choice]:
        """See Desk."""
        from pachamama.language.likeness import best_matches

        names = {code: one.name for (_, _, code), one in self._entries.items() if one.name}
        codes = [code for code, _ in best_matches(name, names, limit=_MOST)]
        return self._choices([paper for code in codes for paper in self._papers if paper.key[2] == code])

    def missing(self) -> Sequence[Choice]:
        """See Desk."""
        self.refresh()
        return self._choices([paper for paper in self._papers if self.scope.holds(paper.key) and self._is_open(paper)])

    def following(self, sheet: PaperSheet | None) -> PaperSheet | None:
        """See Desk."""
        key = sheet.key if sheet is not None else self._last_key()
        still = [paper for paper in self._papers if self.scope.holds(paper.key) and self._is_open(paper)]
        if not still:
            return None
        if key is None:
            return self._opened(still[0])
        at = self._at.get(key, -1)
        within, category, _, phase, judge = key

        def nearness(paper: _Paper) -> tuple[bool, bool, int]:
            same = (paper.key[0], paper.key[1], paper.key[3], paper.key[4]) == (within, category, phase, judge)
            return not same, self._at[paper.key] < at, self._at[paper.key]

        return self._opened(min(still, key=nearness))

    def last(self) -> PaperSheet | None:
        """See Desk."""
        key = self._last_key()
        if key is None:
            return None
        return self._called(_Paper(self._papers[self._at[key]].code if key in self._at else "", key))

    def _last_key(self) -> SheetKey | None:
        if self._is_second:
            return self._undone[-1] if self._undone else None
        return self.store.last_typed(self.round.code, self._actor)

    def rows(self, judge: str, phase: str) -> Sequence[PaperSheet]:
        """See Desk. The second time only those that this person may type."""
        codes = {paper.key: paper.code for paper in self._papers}
        stored = self._stored_in_contest(judge, phase)
        found = []
        for one in self._entries.values():
            key = (one.within, one.category, one.code, phase, judge)
            if not self.scope.holds(key) or (one.within, one.category, one.code, judge) in self._recused:
                continue
            if not self._is_second or self._is_open(_Paper("", key)):
                paper = self._named(_Paper(codes.get(key, ""), key), one)
                found.append(paper if self._is_second else replace(paper, stored=stored.get(key)))
        return found

    def _stored_in_contest(self, judge: str, phase: str) -> Mapping[SheetKey, Sheet]:
        found: dict[SheetKey, Sheet] = {}
        for contest in self.store.contests(self.round.code, ... if self.scope.within is None else self.scope.within):
            for entry in contest.entries:
                for sheet in entry.sheets:
                    if (sheet.judge, sheet.phase) == (judge, phase) and sheet.marks:
                        found[contest.within, contest.category, entry.code, phase, judge] = sheet
        return found

    def _choices(self, papers: Sequence[_Paper]) -> Sequence[Choice]:
        """A line for each; those that are in are marked."""
        return tuple(
            Choice(
                f"{'✓' if self._is_done(paper.key) else ' '} {paper.code}",
                paper.key[2],
                self._entries[paper.key[:3]].name if paper.key[:3] in self._entries else "",
                paper.key[4],
                phase_label(self._phases[paper.key[3]]) if len(self._phases) > 1 else "",
                f"#{self._at[paper.key]}" if paper.key in self._at else f"{paper.key[2]} {paper.key[4]} {paper.key[3]}",
            )
            for paper in papers
        )

    # -- one paper -----------------------------------------------------------------------------------------------------

    def _called(self, paper: _Paper) -> PaperSheet:
        """The paper that somebody asks for; refused before a mark is typed in vain: another person's turn, or entry."""
        within, category, entry, phase, judge = paper.key
        if (known := self._entries.get((within, category, entry))) is not None and known.status is not None:
            self.store.must_not_compete_already(self.round.code, entry, within, category)
        if not self._is_second and paper.key not in self._in:
            self.store.must_take(self.round.code, within, category, entry, phase=phase, judge=judge)
        if self._is_second:
            self.store.must_be_second(self.round.code, paper.key, actor=self._actor)
        return self._opened(paper)

    def _opened(self, paper: _Paper) -> PaperSheet:
        """The paper with the names that stand on it, and its marks if they are in and may be shown."""
        within, category, entry, phase, judge = paper.key
        found = next((one for one in self.store.entries(self.round.code, within, category) if one.code == entry), None)
        if found is not None:
            self._entries[within, category, entry] = found
        sheet = self._named(paper, found)
        if self._is_second:
            return sheet
        stored = self.store.sheet(self.round.code, entry, within, category, phase, judge)
        return replace(sheet, stored=stored if stored is not None and stored.marks else None)

    def _named(self, paper: _Paper, entered: Entered | None) -> PaperSheet:
        within, category, entry, phase, judge = paper.key
        unit, group = self._contest_names(within, category)
        known_judge = self._judges.get(judge)
        return PaperSheet(
            paper.code,
            within,
            category,
            entry,
            self._phases[phase],
            judge,
            unit,
            group,
            entered.name if entered else "",
            known_judge.name if known_judge else "",
            known=entered.fields if entered else {},
            deductions=entered.deductions if entered else frozenset(),
            status=entered.status if entered else None,
        )

    def _contest_names(self, within: str | None, category: str | None) -> tuple[Value, Value]:
        if (within, category) not in self._labels:
            unit = contest_label(self.store, self._tier, within, None)
            group = contest_label(self.store, self._tier, None, category)
            self._labels[within, category] = (unit, group)
        return self._labels[within, category]

    @cached_property
    def _labels(self) -> dict[tuple[str | None, str | None], tuple[Value, Value]]:
        return {}

    def _blank(self, sheet: NumberedSheet) -> PaperSheet:
        unit, group = self._contest_names(sheet.within, sheet.category)
        entered = self._entries.get((sheet.within, sheet.category, sheet.entry or ""))
        return PaperSheet(
            sheet.code, sheet.within, sheet.category, sheet.entry or "", self._phases[sheet.phase], sheet.judge or "",
            unit, group, entered.name if entered else "", is_void=sheet.code in self._void,
        )  # fmt: skip

    @property
    def _void(self) -> frozenset[str]:
        """The sheets that were printed before their judges were known, and are not needed any more."""
        from pachamama.cli.numbering import void_in

        return void_in(self.store, self.round)

    # -- keeping -------------------------------------------------------------------------------------------------------

    def bind(self, blank: PaperSheet, entry: str, judge: str) -> PaperSheet:
        """See Desk. An entry of the register that is not entered yet is entered with it."""
        code = next((code for code in self._judges if code.upper() == judge.upper()), judge)
        found = self._entry_meant(entry, blank, code)
        own = next((one for one in self._papers if one.code and one.key == (*found, blank.phase.id, code)), None)
        if own is not None and blank.is_void:
            return self._called(own)
        if self._is_second:
            self.store.must_be_second(self.round.code, (*found, blank.phase.id, code), actor=self._actor)
        bound = self.store.bind_blank(
            blank.code, self.round.code, found[0], found[1], found[2], code, actor=self._actor
        )
        self.refresh()
        return self._opened(_Paper(bound.code, (*found, bound.phase, code)))

    def _entry_meant(self, entry: str, blank: PaperSheet, judge: str) -> tuple[str | None, str | None, str]:
        """Unit, category and code of the entry that somebody typed by its code or its name."""
        keys = [key for key in self._entries if key[2].upper() == entry.upper()]
        if blank.entry:
            keys = [key for key in keys if key[:2] == (blank.within, blank.category)]
        if len(keys) == 1:
            return keys[0]
        if keys:
            keys = [key for key in keys if self.scope.holds((*key, "", ""))] or keys
            if len(keys) == 1:
                return keys[0]
            raise Refused(
                Problem(
                    NOWHERE,
                    say("{entry} competes in several contests", entry=entry),
                    say("start again with `--within` and `--category`"),
                )
            )
        like = self._names_like(entry)
        if like:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("“{entry}” is not the code of an entry", entry=entry),
                    say("did you mean {words}?", words=choice(like)),
                )
            )
        return self._entered_now(entry, blank.phase.id, judge)

    def _names_like(self, name: str) -> list[Value]:
        if any(letter.isdigit() for letter in name):
            return []
        found = list(dict.fromkeys(one.entry for one in self.search(name)))[:4]
        names = {code: one.name for (_, _, code), one in self._entries.items()}
        return [say("{code} {name}", code=code, name=names.get(code, "")) for code in found]

    def _entered_now(self, entry: str, phase: str, judge: str) -> tuple[str | None, str | None, str]:
        """Who came on the day: entered from the register, or refused with what to do; not for a judge who may not mark it."""
        from pachamama.store import NewEntry

        placement = Placement(self.store, self._tier)
        code = next((code for code in placement.units if code.upper() == entry.upper()), entry)
        within, category, problems = placement.of(code, code, self.scope.within, self.scope.category)
        refuse_if(problems)
        registered = placement.categories.get(code, category) if category is not None else None
        if registered != category:
            raise Refused(
                Problem(
                    NOWHERE,
                    say(
                        "the register has {entry} in the category “{registered}”, and here “{category}” is typed",
                        entry=code,
                        registered=registered or "",
                        category=category or "",
                    ),
                    say("if it competes here all the same, enter it first: `pachamama enter ENTRY --category ID`"),
                )
            )
        self.store.must_take(self.round.code, within, category, code, phase=phase, judge=judge)
        self.store.enter(self.round.code, [NewEntry(code, within, category)], actor=self._actor)
        return within, category, code

    def accept(self, sheet: PaperSheet, typed: TypedSheet, *, reason: str) -> Verdict:
        """See Desk."""
        self._progress = None
        written = Sheet(sheet.judge, sheet.phase.id, typed.marks)
        place = (self.round.code, sheet.entry, sheet.within, sheet.category)
        if self._is_second:
            self._nothing_more(sheet, typed)
            verdict = self.store.record_second(*place, written, actor=self._actor)
            self._twice.add(sheet.key)
            self._undone.append(sheet.key)
            return verdict
        changes = self.store.record_sheet(
            *place,
            written,
            deductions=typed.deductions,
            fields=typed.fields,
            control=typed.control.replace(",", "."),
            correct=reason or None,
            actor=self._actor,
        )
        self._in[sheet.key] = self._actor
        if not typed.marks:
            self.refresh()
        if sheet.key not in self._at:  # the first sheet of this judge here: now more of them are expected
            self.refresh()
        if changes.is_nothing:
            return "equal"
        return "checked" if changes.is_only_totals else "stored"

    def _nothing_more(self, sheet: PaperSheet, typed: TypedSheet) -> None:
        """Below the total the second typing is compared too: what the first did not say is refused, never dropped."""
        names = {one.id: one.name for one in (*self._tier.deductions, *self._tier.bonuses)}
        names |= {one.id: one.name for one in self._tier.knockouts}
        unsaid = typed.deductions - sheet.deductions
        more: list[Value] = [Name(name.texts, id_) for id_, name in names.items() if id_ in unsaid]
        more += [id_ for id_, text in typed.fields.items() if read_exact(text) != read_exact(sheet.known.get(id_, ""))]
        if more:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("the first typing says something else below the total: {words}", words=listing(more)),
                    say("if the paper says so, correct the first typing: `pachamama enter`; else take it out here"),
                )
            )

    def set_status(self, sheet: PaperSheet, status: Status | None, reason: str) -> None:
        """See Desk."""
        self.store.set_status(
            self.round.code,
            sheet.entry,
            status,
            reason,
            within=sheet.within,
            category=sheet.category,
            actor=self._actor,
        )
        self._progress = None
        key = (sheet.within, sheet.category, sheet.entry)
        self._entries[key] = replace(self._entries[key], status=status)


def _sortable(key: SheetKey) -> tuple[str, ...]:
    within, category, entry, phase, judge = key
    return within or "", category or "", phase, judge, entry
