"""A small valley to try the store in: two communities, six households, three judges."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pachamama.core.model import Community, Contest, Entry, Household, Judge, Sheet, Watershed
from pachamama.core.numbers import read_exact
from pachamama.store import Store

ACTOR = "ana"
RULES = "version: 1\n"
FIELD = ("terraces", "water", "order")
ROUND = "terraces-household-1"
HOUSEHOLDS = tuple(
    Household(
        f"H00{number}",
        "C1" if number < 4 else "C2",
        head,
        dni=f"4000000{number}",
        partner=f"Pareja de {head}",
        sex="F" if number % 2 else "M",
        fields={"registered": f"2026-03-0{number}"},
    )
    for number, head in enumerate(
        ("Juana Quispe", "Pedro Mamani", "Rosa Huaman", "Luis Ccori", "Elena Puma", "Mario Condori"), start=1
    )
)


def settled(path: Path, *, rehearsal: bool = False) -> Store:
    """A file with its registers filled and no round."""
    store = Store.create(path, actor=ACTOR, rules_text=RULES, rehearsal=rehearsal)
    store.import_register("watersheds", [Watershed("W1", "Vilcanota")], actor=ACTOR)
    store.import_register(
        "communities", [Community("C1", "Ccapana", "W1", 40), Community("C2", "Lauramarca", "W1")], actor=ACTOR
    )
    store.import_register("households", HOUSEHOLDS, actor=ACTOR)
    store.import_register(
        "judges",
        [Judge(f"J{number}", f"Jurado Nina {number}", f"5000000{number}") for number in (1, 2, 3)],
        actor=ACTOR,
    )
    return store


def opened(path: Path, *, rehearsal: bool = False) -> Store:
    """A file with a round of terraces open: field (three criteria) and public (one)."""
    store = settled(path, rehearsal=rehearsal)
    open_round(store)
    return store


def open_round(store: Store) -> str:
    """Open the next household round of terraces; its code."""
    return store.open_round(
        competition="terraces",
        tier="household",
        edition="I",
        rules_text=RULES,
        criteria={"field": FIELD, "public": ("map",)},
        actor=ACTOR,
    ).code


def paper(judge: str, marks: str, phase: str = "field") -> Sheet:
    """A sheet like the paper: `12 7.5 -`, marks in the order of the criteria, `-` for an empty cell."""
    criteria = FIELD if phase == "field" else ("map",)
    read = {code: read_exact(text) for code, text in zip(criteria, marks.split(), strict=True)}
    return Sheet(judge, phase, {code: mark for code, mark in read.items() if mark is not None})


def table(rows: str, within: str = "C1", **fields: Mapping[str, str]) -> Contest:
    """A contest from rows such as `H001 J1 12 7 3`, one sheet each; `fields` by entry code."""
    sheets: dict[str, list[Sheet]] = {}
    for row in rows.strip().splitlines():
        entry, *rest = row.split()
        sheets.setdefault(entry, []).extend([paper(rest[0], " ".join(rest[1:]))] if rest else [])
    return Contest(
        within,
        None,
        tuple(Entry(code, sheets=tuple(papers), fields=fields.get(code, {})) for code, papers in sheets.items()),
    )


def marks_of(store: Store, round_code: str = ROUND) -> dict[tuple[str, str, str], dict[str, str]]:
    """Every mark stored, by entry, phase and judge, in plain digits."""
    return {
        (entry.code, sheet.phase, sheet.judge): {code: str(mark) for code, mark in sheet.marks.items()}
        for contest in store.contests(round_code)
        for entry in contest.entries
        for sheet in entry.sheets
    }


def journal_length(store: Store) -> int:
    """How many actions the file holds."""
    return sum(1 for _ in store.journal())


def hints(error: BaseException) -> str:
    """Messages and remedies of a refusal, with the gaps filled, as one text."""
    problems = error.problems  # type: ignore[attr-defined]
    return "\n".join(_filled(part) for problem in problems for part in (problem.message, problem.hint) if part)


def _filled(sentence: object) -> str:
    text, values = sentence.text, sentence.values  # type: ignore[attr-defined]
    return str(
        text.format(
            **{name: _filled(value) if hasattr(value, "text") else _said(value) for name, value in values.items()}
        )
    )


def _said(value: object) -> str:
    if hasattr(value, "items"):
        return ", ".join(_filled(one) if hasattr(one, "text") else str(one) for one in value.items)
    return str(getattr(value, "iso", value))
