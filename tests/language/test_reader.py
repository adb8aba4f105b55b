"""What readers are told: every kind of value, every language, and what happens when a catalogue is wrong."""

from __future__ import annotations

import datetime as dt
import gettext
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import pytest

from pachamama.core.problems import NOWHERE, Place, Problem
from pachamama.core.sentences import Listing, Money, Name, Ordinal, Points, Sentence, Value, listing, say, say_count
from pachamama.core.shape import explanation
from pachamama.language import LANGUAGES, Reader
from pachamama.language.reader import _catalogues, _compiled


class Pretended(gettext.NullTranslations):
    """A catalogue with the texts of a test."""

    def __init__(self, texts: dict[str, str], plurals: dict[str, tuple[str, str]] | None = None) -> None:
        super().__init__()
        self.texts = texts
        self.plurals = plurals or {}

    def gettext(self, message: str) -> str:
        return self.texts.get(message, message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.plurals.get(msgid1, (msgid1, msgid2))[n != 1]


def reader(*texts: dict[str, str], language: str = "es") -> Reader:
    """A reader whose catalogues hold only these texts, the own language first."""
    return Reader(language, "PE", tuple(Pretended(catalogue) for catalogue in texts))


@pytest.mark.parametrize(
    ("value", "spanish", "english"),
    [
        ("H001", "H001", "H001"),
        (12, "12", "12"),
        (Fraction(25, 2), "12.5", "12.5"),
        (Fraction(38, 3), "38/3", "38/3"),
        (Points(Fraction(377, 5), 2), "75.40", "75.40"),
        (Money(123450, "USD"), "USD 1,234.50", "USD 1,234.50"),
        (Money(123450, "PEN"), "S/ 1,234.50", "S/ 1,234.50"),
        (Ordinal(3), "3.er", "3rd"),
        (Listing(("Ana", "Inés")), "Ana e Inés", "Ana and Inés"),
        (Name({"es": "Andenes", "en": "Terraces"}, "terraces"), "Andenes", "Terraces"),
        (Name({"es": "Andenes"}, "terraces"), "Andenes", "Andenes"),
        (Name({}, "terraces"), "terraces", "terraces"),
    ],
)
def test_every_kind_of_value_is_said(value: Value, spanish: str, english: str) -> None:
    """In the reader's language, exactly."""
    assert Reader.of("es").say(value) == spanish
    assert Reader.of("en").say(value) == english


def test_bolivia_reads_decimal_commas_and_english_never_does() -> None:
    """The country decides for Spanish and Quechua."""
    values = (Fraction(25, 2), Points(75, 2), Money(123450, "BOB"))
    assert [Reader.of("es", "BO").say(value) for value in values] == ["12,5", "75,00", "Bs 1.234,50"]
    assert [Reader.of("en", "BO").say(value) for value in values] == ["12.5", "75.00", "Bs 1,234.50"]


def test_sentences_inside_sentences_are_said_in_the_same_language() -> None:
    """A value can be a sentence, also in a list."""
    texts = {"{what} and {more}": "{what} y {more}", "one sheet": "una ficha"}
    inner = say("one sheet")
    assert (
        reader(texts).say(say("{what} and {more}", what=inner, more=listing([inner, "Inés"])))
        == "una ficha y una ficha e Inés"
    )


def test_the_number_chooses_the_plural() -> None:
    """One sheet is missing, 3 sheets are missing; the same in the catalogue's language."""
    spanish = Reader("es", "PE", (Pretended({}, {"{count} sheet": ("una ficha", "{count} fichas")}),))
    counted = [say_count("{count} sheet", "{count} sheets", count=count) for count in (0, 1, 3)]
    assert [spanish.say(sentence) for sentence in counted] == ["0 fichas", "una ficha", "3 fichas"]
    assert [Reader.of("en").say(sentence) for sentence in counted] == ["0 sheets", "1 sheet", "3 sheets"]


def test_quechua_falls_back_to_spanish_and_spanish_to_english() -> None:
    """A sentence that one catalogue lacks is said by the next."""
    quechua = reader({"Place": "Ñiqin"}, {"Place": "Puesto", "Name": "Nombre"}, language="qu")
    assert [quechua.say(say(text)) for text in ("Place", "Name", "Points")] == ["Ñiqin", "Nombre", "Points"]
    assert [quechua.text(text) for text in ("Place", "Name", "Points")] == ["Ñiqin", "Nombre", "Points"]


@pytest.mark.parametrize(
    "wrong", ["{nadie} es mucho", "{mark es mucho", "{} es mucho", "{mark.bit_length} {0}", "{mark:d}"]
)
def test_a_wrong_gap_in_a_catalogue_never_stops_a_command(wrong: str) -> None:
    """The English text is said instead."""
    assert reader({"{mark} is too much": wrong}).say(say("{mark} is too much", mark=12)) == "12 is too much"


def test_a_sentence_without_its_values_is_shown_with_its_gaps() -> None:
    """Better a gap on the screen than a command that stops."""
    assert Reader.of("en").say(Sentence("{mark} is too much", {})) == "{mark} is too much"


def test_braces_in_peoples_names_are_not_gaps() -> None:
    """A name is filled in once and never read as a pattern."""
    assert Reader.of("en").say(say("{name} wins", name="{name} {0}")) == "{name} {0} wins"


def test_control_characters_of_a_file_are_shown_not_obeyed() -> None:
    """A quoted cell cannot clear the screen or turn the line around."""
    problem = Problem(Place("a\x1b[2J.csv", 3), say("“{text}” is not a number", text="1\u202e2"))
    assert Reader.of("en").problem(problem) == "a<U+001B>[2J.csv:3: “1<U+202E>2” is not a number"


def test_a_problem_says_where_what_and_what_to_do() -> None:
    """One line as editors read it, the remedy in brackets."""
    problem = Problem(Place("scores.csv", 14), say("12 is above the maximum 10"), say("judges mark from 0 to 10"))
    assert Reader.of("en").problem(problem) == "scores.csv:14: 12 is above the maximum 10 (judges mark from 0 to 10)"


def test_a_long_remedy_stands_in_a_line_of_its_own() -> None:
    """Indented, so that the next problem is still found at the margin; so does one with brackets of its own."""
    long, brackets = say("x" * 99), say("see RULES (A4)")
    assert Reader.of("en").problem(Problem(NOWHERE, say("no"), long)) == "no\n    " + "x" * 99
    assert Reader.of("en").problem(Problem(NOWHERE, say("no"), brackets)) == "no\n    see RULES (A4)"


def test_a_language_without_a_catalogue_is_refused() -> None:
    """The command says which languages there are."""
    with pytest.raises(ValueError, match="es, en, qu"):
        Reader.of("fr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogues_of_every_language_are_found(language: str) -> None:
    """Spanish has one, Quechua its own and the Spanish, English needs none."""
    assert len(Reader.of(language).catalogues) == {"es": 1, "en": 0, "qu": 2}[language]


def test_spanish_is_spoken_from_the_shipped_catalogue() -> None:
    """The compiled file is the one that the program reads."""
    assert Reader.of("es").say(say("this file is empty")) == "este archivo está vacío"


def test_a_damaged_or_missing_catalogue_leaves_english(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken file of the installation stops nobody."""
    whole = _compiled("es")
    for broken in (b"", b"\xde\x12\x04\x95", whole[:100], b"not a catalogue at all, but long enough"):
        _catalogues.cache_clear()
        monkeypatch.setattr("pachamama.language.reader._compiled", lambda _, broken=broken: broken)
        assert Reader.of("es").say(say("this file is empty")) == "this file is empty"
    _catalogues.cache_clear()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (say("Lots must be drawn."), "C1: lots must be drawn."),
        (say("DNI is missing"), "C1: DNI is missing"),
        (say("{code} {name}", code="Ana", name="Puma"), "C1: Ana Puma"),
        (say("Typst refuses it"), "C1: Typst refuses it"),
        ("Rosa says so", "C1: Rosa says so"),
    ],
)
def test_a_sentence_begins_small_after_a_colon(what: Value, said: str) -> None:
    """Not a name, not letters that stand for words, not what a person wrote."""
    assert Reader.of("en").say(say("{contest}: {what}", contest="C1", what=what)) == said
    assert Reader.of("en").say(say("{contest}, {what}", contest="C1", what=say("It is so"))) == "C1, It is so"


def test_a_message_begins_small_behind_its_place() -> None:
    """And where a word and a colon stand before it."""
    problem = Problem(Place("a.csv", 3), say("Judge {judge} is not registered.", judge="J9"))
    assert Reader.of("en").problem(problem) == "a.csv:3: judge J9 is not registered."
    assert Reader.of("en").problem(replace(problem, where=NOWHERE)) == "Judge J9 is not registered."
    assert Reader.of("en").problem(replace(problem, where=NOWHERE), is_clause=True) == "judge J9 is not registered."


def test_dates_and_times_are_said_in_full() -> None:
    """In the words of the reader's country."""
    moment = dt.datetime(2026, 9, 1, 14, 5, tzinfo=dt.UTC)
    assert Reader.of("es").date(moment) == "1 de setiembre de 2026"
    assert Reader.of("es", "BO").date(moment) == "1 de septiembre de 2026"
    assert Reader.of("qu").date(moment) == "1 de setiembre de 2026"
    assert Reader.of("en").moment(moment) == "1 September 2026, 14:05"
    assert Reader.of("es").in_words(Money(2000, "USD")) == "VEINTE CON 00/100 DÓLARES AMERICANOS"


def test_the_docstring_of_a_rule_is_what_explains_it() -> None:
    """A paragraph at a time, in one line each, braces as they are."""

    class Top:
        """The best N
        are promoted.

        Write {top: 3}.
        """

    assert explanation(Top) == ("The best N are promoted.", "Write {top: 3}.")
    assert reader({"Write {top: 3}.": "Escriba {top: 3}."}).text("Write {top: 3}.") == "Escriba {top: 3}."


def test_speaking_loads_only_gettext_beyond_the_core() -> None:
    """A command that only ranks pays for no dictionary of numbers, no calendar and no formats."""
    script = (
        "import sys, pachamama.core.problems, pachamama.core.numbers; before = set(sys.modules);"
        "import pachamama.language as l; l.Reader.of('es').say('x'); print(*(set(sys.modules) - before))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    stdlib = {name for name in loaded if not name.startswith("pachamama.")}
    assert stdlib <= {"gettext", "unicodedata", "locale", "struct", "_struct", "encodings.aliases", "_locale"}
