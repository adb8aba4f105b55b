"""A small desk in memory: two judges, three households, papers with numbers; what was kept is a list to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pachamama.core.model import Sheet, Status
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.rules import Tier, load_rules
from pachamama.core.rules.document import phase_label
from pachamama.core.sentences import say
from pachamama.screens.desk import Choice, PaperSheet, Progress, TypedSheet, Verdict

RULES = """\
version: 1
programme: {{name: {{es: "Programa de prueba"}}, languages: [es]}}
competitions:
  terraces:
    name: {{es: "Andenes"}}
    tiers:
      - tier: household
        within: community
        criteria: {criteria}
        panel: {{judges: 2, at_least: 1}}
{more}        prizes:
          purses: [{{id: project, amount: 200}}]
          awards: [{awards}]
"""
BY_PLACE = "{scheme: by_place, amounts: [100, 60, 40]}"
THREE = '[{id: walls, name: {es: "Muros"}, max: 20}, {id: water, name: {es: "Agua"}, max: 15, step: 0.5}, {id: order, name: {es: "Orden"}, max: 10}]'
NAMES = {"H1": "Juana Quispe", "H2": "Pedro Mamani", "H3": "Rosa Huamán"}
JUDGES = {"J1": "Elena de Prueba", "J2": "Luis de Prueba"}


def tier_with(criteria: str = THREE, more: str = "", awards: str = BY_PLACE) -> Tier:
    """A household tier with those criteria and further keys."""
    indented = "".join(f"        {line}\n" for line in more.splitlines())
    text = RULES.format(criteria=criteria, more=indented, awards=awards)
    tier = load_rules(text).competitions["terraces"].tier("household")
    assert tier is not None
    return tier


def paper(
    tier: Tier, entry: str = "H1", judge: str = "J1", code: str = "K1", entry_name: str = "", **more: Any
) -> PaperSheet:
    """A paper to be typed."""
    return PaperSheet(
        code, "C1", None, entry, tier.judged_phases[0], judge, say("{code} {name}", code="C1", name="Ccapana"), "",
        entry_name or NAMES.get(entry, ""), JUDGES.get(judge, ""), **more,
    )  # fmt: skip


@dataclass
class MemoryDesk:
    """A desk whose papers are numbered K1 to K6: the three of J1, then the three of J2; B1 is a blank one."""

    tier: Tier = field(default_factory=tier_with)
    title: Any = "Andenes · 2026"
    actor: str = "ana"
    is_second: bool = False
    kept: dict[str, TypedSheet] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    statuses: dict[str, tuple[Status | None, str]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    refusal: Problem | None = None
    first: dict[str, dict[str, Any]] = field(default_factory=dict)
    blanks: dict[str, PaperSheet] = field(default_factory=dict)

    def __post_init__(self) -> None:
        pairs = [(judge, entry) for judge in JUDGES for entry in NAMES]
        self.papers = {
            f"K{number}": paper(self.tier, entry, judge, f"K{number}") for number, (judge, entry) in enumerate(pairs, 1)
        }
        self.blanks.setdefault("B1", paper(self.tier, "", "", "B1"))

    @property
    def progress(self) -> Progress:
        return Progress(len(self.kept), len(self.papers))

    def _now(self, code: str) -> PaperSheet:
        one = self.papers[code]
        stored = None
        if code in self.kept and not self.is_second:
            stored = Sheet(one.judge, one.phase.id, self.kept[code].marks)
        status = self.statuses.get(one.entry, (None, ""))[0]
        named = self.kept[code].deductions if code in self.kept else frozenset()
        return replace(one, stored=stored, status=status, deductions=named)

    def find(self, words: str) -> PaperSheet | Sequence[Choice]:
        code = words.upper()
        if code in self.papers:
            return self._now(code)
        if code in self.blanks:
            return self.blanks[code]
        exact = [code for code, one in self.papers.items() if words.split()[:2] == [one.entry, one.judge]]
        if exact:
            return self._now(exact[0])
        found = [code for code, one in self.papers.items() if words in (one.entry, one.judge)] or [
            code for code, one in self.papers.items() if words.lower() in one.entry_name.lower()
        ]
        if not found:
            raise Refused(Problem(NOWHERE, say("“{code}” is no sheet code", code=words), say("compare with the paper")))
        return self._choices(found)

    def _choices(self, codes: Sequence[str]) -> Sequence[Choice]:
        return tuple(
            Choice(code, one.entry, one.entry_name, one.judge, phase_label(one.phase), code)
            for code, one in ((code, self.papers[code]) for code in codes)
        )

    def search(self, name: str) -> Sequence[Choice]:
        return self._choices([c for c, one in self.papers.items() if name.lower()[:3] == one.entry_name.lower()[:3]])

    def _open(self) -> list[str]:
        return [
            c for c, one in self.papers.items() if c not in self.kept and not self.statuses.get(one.entry, (None,))[0]
        ]

    def missing(self) -> Sequence[Choice]:
        return self._choices(self._open())

    def following(self, sheet: PaperSheet | None) -> PaperSheet | None:
        codes = self._open()
        after = sheet.code if sheet else (self.order[-1] if self.order else "")
        later = [code for code in codes if code > after]
        return self._now((later or codes)[0]) if codes else None

    def bind(self, blank: PaperSheet, entry: str, judge: str) -> PaperSheet:
        if judge not in JUDGES:
            raise Refused(Problem(NOWHERE, say("{judge} is no judge", judge=judge), None))
        self.papers[blank.code] = paper(self.tier, entry, judge, blank.code)
        return self.papers[blank.code]

    def accept(self, sheet: PaperSheet, typed: TypedSheet, *, reason: str) -> Verdict:
        if self.refusal is not None:
            raise Refused(self.refusal)
        if self.is_second:
            return "confirmed" if self.first[sheet.code] == dict(typed.marks) else "differs"
        before = self.kept.get(sheet.code)
        if before is not None and not reason and dict(before.marks) == dict(typed.marks):
            self.kept[sheet.code] = typed
            return "checked" if typed.control and not before.control else "equal"
        assert reason or before is None
        self.kept[sheet.code] = typed
        self.reasons.append(reason)
        self.order.append(sheet.code)
        return "stored"

    def set_status(self, sheet: PaperSheet, status: Status | None, reason: str) -> None:
        self.statuses[sheet.entry] = (status, reason)

    def last(self) -> PaperSheet | None:
        return self._now(self.order[-1]) if self.order else None

    def rows(self, judge: str, phase: str) -> Sequence[PaperSheet]:
        return tuple(self._now(code) for code, one in self.papers.items() if one.judge == judge)
