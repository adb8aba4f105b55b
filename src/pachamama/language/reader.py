"""The reader: who is spoken to, in which language and with which country's numbers.

The catalogues are gettext files beside this module; the English sentence is the key. A catalogue can be incomplete or
wrong without stopping anybody: the next language says the sentence then, English in the end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from os.path import dirname, join
from typing import TYPE_CHECKING, Protocol, cast

from pachamama.core.names import visible
from pachamama.core.problems import Place, Problem
from pachamama.core.sentences import Listing, Money, Name, Ordinal, Points, Sentence, Value, When, say
from pachamama.language import formats
from pachamama.language.words import amount_in_words

if TYPE_CHECKING:
    import datetime as dt
    from gettext import NullTranslations

LANGUAGES = ("es", "en", "qu")
DOMAIN = "pachamama"
_CHAINS = {"es": ("es",), "en": (), "qu": ("qu", "es")}
"""Which catalogues are asked, in order; English needs none, and is what remains."""
_DAY = len("2026-11-25")
_ALWAYS_CAPITAL = ("Typst", "Excel", "Kobo", "Pacha")
"""Names with which a text of the catalogue may begin: they stay as they are after a colon."""
_ONE_LINE = 100
"""Up to this many characters a problem and its hint stand in one line."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Says the core's values to one person. Make one with `Reader.of`; it never fails on a catalogue's mistake."""

    language: str
    country: str = "PE"
    catalogues: tuple[NullTranslations, ...] = field(default=(), repr=False, compare=False)

    @classmethod
    def of(cls, language: str, country: str = "PE") -> Reader:
        """The reader of that language (`es`, `en`, `qu`) and country (ISO code, for the decimal point and months).

        ValueError for a language that this program does not speak.
        """
        if language not in LANGUAGES:
            raise ValueError(f"no catalogue for the language {language!r}: {', '.join(LANGUAGES)}")
        return cls(language, country, _catalogues(language))

    # -- sentences ---------------------------------------------------------------------------------------------------

    def say(self, value: Value) -> str:
        """The value in words or figures; a text of people's own is said as it is, control characters made visible."""
        match value:
            case str():
                return visible(value)
            case Sentence():
                return self._sentence(value)
            case Points():
                return formats.points(value.value, value.decimals, comma=self._comma)
            case Money():
                return formats.money(value.cents, value.currency, comma=self._comma)
            case Ordinal():
                return formats.ordinal(value.number, language=self.language)
            case When():
                return self._when(value.iso)
            case Listing():
                return formats.joined(
                    [self.say(item) for item in value.items], language=self.language, is_choice=value.is_choice
                )
            case Name(texts={}, fallback="sheet"):  # the id of the only phase of a tier without phases
                return self.text("the sheet") if not value.texts else visible(value.in_language(self.language))
            case Name():
                return visible(value.in_language(self.language))
            case int() | Fraction():
                return formats.number(value, comma=self._comma)

    def clause(self, value: Value) -> str:
        """The value as it is said after a colon: a sentence begins small there, unless its first word is a name."""
        said = self.say(value)
        if not isinstance(value, Sentence):
            return said
        text = next(iter(self._candidates(value)), _english(value))
        is_word = text[:1].isupper() and text[1:2].islower() and not text.startswith(_ALWAYS_CAPITAL)
        return said[:1].lower() + said[1:] if is_word else said

    def text(self, english: str) -> str:
        """A fixed text of the catalogue, such as a heading or a docstring; braces in it are not gaps."""
        return next((said for catalogue in self.catalogues if (said := catalogue.gettext(english)) != english), english)

    def problem(self, problem: Problem, *, is_clause: bool = False) -> str:
        """`scores.csv:14: message (hint)`, as editors read it; a long hint stands in a line of its own, indented.

        Behind a place, or where the caller puts a word and a colon before it (`is_clause`), the message begins small.
        """
        where = self.place(problem.where)
        message = self.clause(problem.message) if where or is_clause else self.say(problem.message)
        start = f"{where}: {message}" if where else message
        if problem.hint is None:
            return start
        hint = self.say(problem.hint)
        is_short = len(message) + len(hint) < _ONE_LINE and not set("()\n") & set(hint + message)
        return f"{start} ({hint})" if is_short else f"{start}\n    {hint}"

    def place(self, where: Place) -> str:
        """`scores.csv:14`, control characters in a file's name made visible; empty for nowhere.

        In a spreadsheet the sheet and the cell are said in words: `book.xlsx, sheet “Fichas”, C14`.
        """
        if where.sheet is None:
            return visible(str(where))
        file, sheet = where.file or "", where.sheet
        if where.cell:
            return self.say(say("{file}, sheet “{sheet}”, {cell}", file=file, sheet=sheet, cell=where.cell))
        if where.line is not None:
            return self.say(say("{file}, sheet “{sheet}”, row {row}", file=file, sheet=sheet, row=str(where.line)))
        return self.say(say("{file}, sheet “{sheet}”", file=file, sheet=sheet))

    # -- figures -----------------------------------------------------------------------------------------------------

    def date(self, day: dt.date) -> str:
        """`24 de noviembre de 2026`, `24 November 2026`; Quechua readers get the Spanish date (see `quechua_date`)."""
        return formats.long_date(day, language=self.language, country=self.country)

    def moment(self, moment: dt.datetime) -> str:
        """The date and the time of day, in the zone the moment comes in: `24 de noviembre de 2026, 14:05`."""
        return f"{self.date(moment)}, {formats.clock(moment)}"

    def in_words(self, money: Money) -> str:
        """The amount in words, for the papers that pay; in Spanish for Quechua readers."""
        return amount_in_words(money, self.language)

    def _when(self, iso: str) -> str:
        """A day, or a moment in the zone of this machine; what is neither is said as it is."""
        from datetime import date, datetime

        try:
            return (
                self.date(date.fromisoformat(iso))
                if len(iso) == _DAY
                else self.moment(datetime.fromisoformat(iso).astimezone())
            )
        except ValueError:
            return visible(iso)

    @property
    def _comma(self) -> bool:
        return formats.decimal_comma(self.language, self.country)

    def _sentence(self, sentence: Sentence) -> str:
        """The first catalogue's text whose gaps can be filled, else the English one, else that text with its gaps."""
        filled = {name: self.say(value) for name, value in sentence.values.items()}
        if sentence.count is not None:
            filled["count"] = self.say(sentence.count)
        for text in (*self._candidates(sentence), _english(sentence)):
            said = _fill(text, filled | self._after_colons(text, sentence.values))
            if said is not None:
                return said
        return _english(sentence)

    def _after_colons(self, text: str, values: Mapping[str, Value]) -> dict[str, str]:
        """The sentences that the text puts after a colon: `C1 Ccapana: lots must be drawn …`."""
        return {
            name: self.clause(value)
            for name, value in values.items()
            if isinstance(value, Sentence) and f": {{{name}}}" in text
        }

    def _candidates(self, sentence: Sentence) -> list[str]:
        """The texts of the catalogues that know the sentence, the reader's own language first."""
        english = _english(sentence)
        if sentence.plural is None or sentence.count is None:
            found = [catalogue.gettext(sentence.text) for catalogue in self.catalogues]
        else:
            numbers = (sentence.text, sentence.plural, sentence.count)
            found = [catalogue.ngettext(*numbers) for catalogue in self.catalogues]
        return [text for text in found if text != english]


def _english(sentence: Sentence) -> str:
    return sentence.text if sentence.plural is None or sentence.count == 1 else sentence.plural


def _fill(text: str, values: Mapping[str, str]) -> str | None:
    """The text with its gaps filled, or None where a gap has no value or the braces do not close."""
    try:
        return text.format_map(values)
    except (KeyError, ValueError, IndexError, AttributeError, TypeError):
        return None


# -- catalogues ------------------------------------------------------------------------------------------------------


class _Resources(Protocol):
    def get_data(self, path: str) -> bytes: ...


@cache
def _catalogues(language: str) -> tuple[NullTranslations, ...]:
    """The compiled catalogues that a reader asks; one that is not there or damaged is left out."""
    import struct
    from gettext import GNUTranslations
    from io import BytesIO

    found: list[NullTranslations] = []
    for tongue in _CHAINS[language]:
        try:
            found.append(GNUTranslations(BytesIO(_compiled(tongue))))
        except (OSError, ValueError, IndexError, KeyError, struct.error):
            continue
    return tuple(found)


def _compiled(language: str) -> bytes:
    """The bytes of a `.mo` file through the package's own loader, so from a folder, a wheel or a frozen program."""
    path = join(dirname(__file__), "locale", language, "LC_MESSAGES", f"{DOMAIN}.mo")
    return cast(_Resources, globals()["__loader__"]).get_data(path)
