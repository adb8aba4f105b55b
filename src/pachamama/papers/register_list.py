"""The registration list (*padrón*): everybody on the register of one community, with room to sign up and to sign.

One idea: it is taken to the assembly. Whoever is on the register finds the own name printed, ticks and signs; rows
without a name wait for those who are not on it yet. It lies open on a table, so of a DNI it shows the last figures only,
unless whoever prints it asks for all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Name, say, say_count
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.heading import Heading, RoundOnPaper
from pachamama.papers.labels import Label

_SHOWN = 3
"""Figures of a DNI that are shown: enough to know one's own, too few to use."""


@dataclass(frozen=True, slots=True)
class Registered:
    """Somebody who may sign up: a household, a group or a community, as the register says it.

    `households` is the number on a community's register; `is_entered` is true of those who have signed up already.
    """

    code: str
    name: str
    partner: str = ""
    dni: str = ""
    category: str = ""
    households: int | None = None
    is_entered: bool = False


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """A printed row; all texts are empty where somebody writes a name by hand."""

    code: str = ""
    name: str = ""
    partner: str = ""
    dni: str = ""
    category: str = ""
    households: str = ""
    is_entered: bool = False


@dataclass(frozen=True, slots=True)
class RegisterList:
    """The registration list of one community or watershed, ready to print: plain texts.

    `asks_representative` is true where a community signs up, by somebody who stands for it.
    """

    heading: Heading
    labels: Mapping[str, Label]
    has_category: bool
    has_households: bool
    asks_representative: bool
    asks_dni: bool
    rows: tuple[RegisterRow, ...]
    count: str
    note: str

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes: `register-list-terraces-household-1-C1`."""
        return self.heading.stem("register-list")


def register_list(
    about: RoundOnPaper, within: str | None, registered: Sequence[Registered], *, blank: int, whole_dni: bool
) -> RegisterList:
    """The list of one unit, its people in the order given, then so many `blank` rows."""
    reader, tier = about.reader, about.tier
    categories = {one.id: reader.say(Name(one.name.texts, one.id)) for one in tier.categories}
    rows = tuple(_row(one, categories, reader, whole_dni=whole_dni) for one in registered)
    return RegisterList(
        heading=about.heading(
            reader.text("Registration list"),
            within,
            rehearsal=reader.text("Rehearsal: nobody is registered by this list."),
        ),
        labels=_labels(about),
        has_category=bool(categories),
        has_households=any(one.households for one in rows),
        asks_representative=tier.tier == "community",
        asks_dni=tier.tier == "household",
        rows=(*rows, *([RegisterRow()] * blank)),
        count=reader.say(say_count("{count} on the register", "{count} on the register", len(registered))),
        note=_note(tier, reader, whole_dni=whole_dni),
    )


def to_pdf(made: RegisterList) -> bytes:
    """The list as a PDF, A4 portrait; the same list gives the same bytes."""
    return kit.render("register_list", asdict(made))


def shown_dni(dni: str, *, whole: bool) -> str:
    """The DNI as it may lie open on a table: `…678`, or all of it."""
    return dni if whole or len(dni) <= _SHOWN else f"…{dni[-_SHOWN:]}"


def _row(one: Registered, categories: Mapping[str, str], reader: Reader, *, whole_dni: bool) -> RegisterRow:
    return RegisterRow(
        code=reader.say(one.code),
        name=reader.say(one.name or one.code),
        partner=reader.say(one.partner),
        dni=shown_dni(reader.say(one.dni), whole=whole_dni),
        category=categories.get(one.category, reader.say(one.category)),
        households="" if one.households is None else str(one.households),
        is_entered=one.is_entered,
    )


def _note(tier: Tier, reader: Reader, *, whole_dni: bool) -> str:
    """What stands above the list, for the one who writes."""
    said = [say("Tick the box of whoever signs up, and let that person sign or put a thumb.")]
    if tier.tier == "household" and not whole_dni:
        said.append(say("Of a DNI that is known, the last figures stand here; write down one that is not."))
    said.append(say("Whoever is not on the list goes into the empty rows."))
    return " ".join(reader.say(one) for one in said)


def _labels(about: RoundOnPaper) -> dict[str, Label]:
    return about.labels(
        number="No.",
        entry="Code",
        name="Name",
        partner="Partner",
        dni="DNI",
        category="Category",
        households="Households",
        representative="Representative",
        signs_up="Signs up",
        signature="Signature or thumb",
        total="Total signed up",
        sum="Total",
        where="Place of registration",
        day="Date",
        leader="President of the community",
        recorder="Who registered",
        nobody="Nobody is on the register yet.",
    )
