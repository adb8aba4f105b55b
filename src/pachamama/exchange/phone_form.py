"""What a phone asks for one paper sheet: the questions of a round, made from its frozen rules.

One idea: the same questions write the form (`xlsform`) and read back what the phones sent (`phones`), so that a title or
an answer is never understood in two ways. Nothing of a platform is known here.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, TypeAlias

from pachamama.core.assets import Beside, beside_marks
from pachamama.core.criteria import JudgedCriterion, Measured, Option, Options, label
from pachamama.core.model import Judge
from pachamama.core.numbers import Exact, plain
from pachamama.core.problems import NOWHERE, Refused
from pachamama.core.rules.document import Deduction, Knockout, Phase, Rules, Tier, phase_label
from pachamama.core.sentences import Name, Value, say
from pachamama.core.sheets import no_phase
from pachamama.language import Reader

Texts: TypeAlias = Mapping[str, str]
"""One text for each language of the form."""
Kind: TypeAlias = Literal["text", "one", "several", "mark"]

PRESENT = "present"
BETWEEN = " · "
"""What stands between a code and a name in a label: the code is what comes before it."""
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_-]")
_FIXED = frozenset(
    {
        *("phases", "judges", "units", "categories"),
        *("round", "phase", "sheet_scan", "sheet_typed", "sheet", "judge", "within", "category", "entry", "status"),
        *("total", "lines_empty", "leave_empty", "control_total", "deductions", "photo", "note", "name", "label"),
        *("beside", "beside_told"),
        *("meta", "start", "end", "today", "username", "deviceid", "instanceid", "instancename", "rootuuid"),
        *("deprecatedid", "key", "version", "index", "id", "uuid", "edits", "reviewstate", "formversion"),
    }
)
_PREFIXES = ("sum_", "phase_", "mark_", "total_", "beside_")
LANGUAGE_NAMES: Texts = {"es": "Español (es)", "en": "English (en)", "qu": "Runasimi (qu)"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer of a list: what is sent, and what people read."""

    name: str
    texts: Texts


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be marked: code, name, and where the entry competes. Never a DNI: the list goes to a server."""

    code: str
    name: str
    within: str | None
    category: str | None


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose answer is read back; `group` is the phase on whose page it stands."""

    name: str
    kind: Kind
    texts: Texts
    choices: tuple[Choice, ...] = ()
    group: str = ""
    criterion: JudgedCriterion | None = None


@dataclass(frozen=True)
class PhoneForm:
    """The form of a round, or of one of its phases; `languages` has the main one first.

    What entries ask for is a multiple of `cash_unit`.
    """

    id: str
    round: str
    heading: tuple[Value, ...]
    tier: Tier
    phases: tuple[Phase, ...]
    languages: tuple[str, ...]
    judges: tuple[Judge, ...] = ()
    units: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    cash_unit: Exact = 1

    @cached_property
    def readers(self) -> Mapping[str, Reader]:
        """Who says the form in each of its languages."""
        return {language: Reader.of(language) for language in self.languages}

    def said(self, value: Value) -> Texts:
        """A value in each language, harmless in a form: `${` would ask for another answer."""
        return {language: reader.say(value).replace("${", "$ {") for language, reader in self.readers.items()}

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The question of each criterion: its id, or, where that cannot be a question's name, its number."""
        found: dict[str, str] = {}
        for nth, one in enumerate((one for phase in self.tier.judged_phases for one in phase.judged), start=1):
            word = one.id.casefold()
            is_free = (
                _PLAIN_NAME.fullmatch(one.id)
                and word not in _FIXED
                and not word.startswith(_PREFIXES)
                and word not in (name.casefold() for name in found.values())
            )
            found[one.id] = one.id if is_free else f"mark_{nth}"
        return found

    @cached_property
    def beside(self) -> Mapping[str, Beside]:
        """The questions about what the rules ask beside the marks, each with what it asks; mostly the name of the field."""
        found: dict[str, Beside] = {}
        taken = {name.casefold() for name in self.names.values()} | _FIXED
        for nth, one in enumerate(beside_marks(self.tier), start=1):
            is_free = _PLAIN_NAME.fullmatch(one.field) and one.field.casefold() not in taken
            name = one.field if is_free and not one.field.startswith(_PREFIXES) else f"beside_{nth}"
            taken.add(name.casefold())
            found[name] = one
        return found

    @cached_property
    def title(self) -> Texts:
        """What the phone's list of forms calls it."""
        said = [self.said(part) for part in self.heading]
        return {language: BETWEEN.join([*(one[language] for one in said), self.id]) for language in self.languages}

    def group(self, phase: Phase) -> str:
        """The page of a phase."""
        return f"phase_{self.tier.judged_phases.index(phase) + 1}"

    def page(self, phase: Phase) -> Value:
        """What stands above a paper's lines."""
        return phase_label(phase)

    @cached_property
    def within_units(self) -> tuple[str, ...]:
        """The communities or watersheds that the list of entries names."""
        return tuple(sorted({one.within for one in self.candidates if one.within is not None}))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every question whose answer is read back, in the order in which it is asked."""
        tier = self.tier
        found = [
            self._asked("round", "text", say("Round")),
            self._asked("phase", "one", say("Which sheet?"), self._phases()),
            self._asked("sheet_scan", "text", say("Scan the code of the sheet")),
            self._asked("sheet_typed", "text", say("Or type the code of the sheet")),
            self._asked("sheet", "text", say("Code of the sheet")),
            self._asked("judge", "one", say("Judge"), self._judges()),
            self._asked("within", "one", _UNITS[tier.within], self._units()),
            self._asked("category", "one", say("Category"), self._categories()),
            self._asked("entry", "one", say("Who is marked?")),
            self._asked("status", "one", say("Is the participant here?"), self._statuses()),
        ]
        for phase in self.phases:
            found += [self._mark(phase, one) for one in phase.judged]
        return (
            *found,
            self._asked("control_total", "text", say("Total written on the paper")),
            *(self._asked(name, "text", one.title) for name, one in self.beside.items()),
            self._asked("deductions", "several", say("Deductions, bonuses and faults"), self._deductions()),
            self._asked("photo", "text", say("Photo of the paper sheet")),
            self._asked("note", "text", say("Note")),
        )

    def question(self, name: str) -> Question:
        """The question of that name."""
        return next(one for one in self.questions if one.name == name)

    # -- lists of answers ----------------------------------------------------------------------------------------------

    def _asked(self, name: str, kind: Kind, value: Value, choices: Sequence[Choice] = ()) -> Question:
        return Question(name, kind, self.said(value), tuple(choices))

    def _mark(self, phase: Phase, one: JudgedCriterion) -> Question:
        said: Value = label(one)
        if isinstance(one, Measured):
            said = say("{criterion} ({unit})", criterion=said, unit=one.measured.unit)
        options = one.options if isinstance(one, Options) else ()
        answers = tuple(Choice(plain(option.points), self.said(_answer(option))) for option in options)
        return Question(self.names[one.id], "mark", self.said(said), answers, self.group(phase), one)

    def _phases(self) -> list[Choice]:
        return [Choice(one.id, self.said(phase_label(one))) for one in self.phases]

    def _judges(self) -> list[Choice]:
        return [Choice(one.code, self.said(coded(one.code, one.name))) for one in self.judges]

    def _units(self) -> list[Choice]:
        return [Choice(code, self.said(coded(code, self.units.get(code, "")))) for code in self.within_units]

    def _categories(self) -> list[Choice]:
        return [Choice(one.id, self.said(Name(one.name.texts, one.id))) for one in self.tier.categories]

    def _statuses(self) -> list[Choice]:
        words = {
            PRESENT: say("Present"),
            "absent": say("Absent"),
            "withdrawn": say("Withdrawn"),
        }
        return [Choice(name, self.said(word)) for name, word in words.items()]

    def _deductions(self) -> list[Choice]:
        tier = self.tier
        said: list[tuple[str, Value]] = [
            *(
                (one.id, say("{name}: {points} points less", name=_called(one), points=one.points))
                for one in tier.deductions
            ),
            *(
                (one.id, say("{name}: {points} points more", name=_called(one), points=one.points))
                for one in tier.bonuses
            ),
            *((one.id, say("{name}: out of the contest", name=_called(one))) for one in tier.knockouts),
        ]
        return [Choice(id_, self.said(value)) for id_, value in said]


_UNITS: Mapping[str, Value] = {
    "community": say("Community"),
    "watershed": say("Watershed"),
    "programme": say("Programme"),
}


def form_of(
    round_code: str,
    rules: Rules,
    tier: Tier,
    *,
    name: Value,
    edition: str = "",
    phase: str | None = None,
    judges: Sequence[Judge] = (),
    units: Mapping[str, str] | None = None,
    candidates: Sequence[Candidate] = (),
) -> PhoneForm:
    """The form of a round for phones, of all its phases or of one; `name` is the competition's.

    Spanish comes first, then English, then what the rules add. Refused: a phase that nobody judges.
    """
    phases = tier.judged_phases
    if phase is not None:
        phases = tuple(one for one in phases if one.id == phase)
        if not phases:
            raise Refused(no_phase(tier, phase, NOWHERE))
    languages = tuple(dict.fromkeys(["es", "en", *rules.programme.languages]))
    id_ = _plain(round_code if phase is None else f"{round_code}-{phase}")
    heading: list[Value] = [name, *([edition] if edition else []), *([phase_label(phases[0])] if phase else [])]
    return PhoneForm(
        *(id_, round_code, tuple(heading), tier, phases, languages, tuple(judges), units or {}, tuple(candidates)),
        cash_unit=rules.programme.cash_unit,
    )


def _plain(code: str) -> str:
    """The code in letters, digits and hyphens that every platform takes; a digest keeps two such codes apart."""
    plain_code = _NOT_PLAIN.sub("_", code)
    return code if plain_code == code else f"{plain_code}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"


def coded(code: str, name: str) -> str:
    """A code and a name in one line; the code alone where they are the same."""
    return f"{code}{BETWEEN}{name}" if name and name != code else code


def _answer(option: Option) -> Value:
    """One of the answers printed on the paper, with its points."""
    if not option.name.texts:
        return say("{points} points", points=option.points)
    return say("{answer} ({points})", answer=option.name, points=option.points)


def _called(one: Deduction | Knockout) -> Name:
    return Name(one.name.texts, one.id)
