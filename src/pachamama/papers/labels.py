"""Labels of papers in the main language, with the Quechua word beside them where a certain one is known."""

from __future__ import annotations

from dataclasses import dataclass

from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Name
from pachamama.language import Reader, quechua, quechua_ordinal


def capital(text: str) -> str:
    """The text as a line of its own begins: with a capital."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True, slots=True)
class Label:
    """A label in the main language, and the Quechua word beside it (empty where no word is certain)."""

    text: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """Labels in the reader's language; Quechua beside the Spanish where the rules' languages ask for it."""

    reader: Reader
    with_quechua: bool

    @property
    def asks_quechua(self) -> bool:
        """Quechua words are printed: beside Spanish ones only."""
        return self.with_quechua and self.reader.language == "es"

    def label(self, text: str) -> Label:
        """A label of the catalogue with its Quechua word, if there is a certain one."""
        return Label(text, (quechua(text) if self.asks_quechua else None) or "")

    def place_beside(self, place: int | str) -> str:
        """A place in Quechua, `ñawpaq ñiqin`, up to the tenth; empty where it is not printed."""
        return (quechua_ordinal(int(place)) or "") if self.asks_quechua and isinstance(place, int) else ""

    def unit(self, tier: Tier, within: str | None, name: str) -> str:
        """The community or watershed of a contest: `Comunidad Ccapana`, its kind only once; empty where there is none."""
        text = self.reader.text
        kind = {"community": text("Community"), "watershed": text("Watershed"), "programme": ""}[tier.within]
        named = self.reader.say(name or within or "")
        return named if named.casefold().startswith(kind.casefold()) else f"{kind} {named}".strip()

    def named(self, name: Name) -> Label:
        """A name of the rules with its own Quechua text, if it has one."""
        text = self.reader.say(name)
        other = self.reader.say(name.texts.get("qu", "")) if self.with_quechua else ""
        return Label(text, other if other != text else "")
