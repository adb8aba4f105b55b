"""The catalogues: every message has its Spanish text, with the same gaps, and what is compiled is what is written."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pachamama.cli.help import stands_for


def _tool() -> ModuleType:
    """The developers' script, loaded from its file."""
    path = Path(__file__).parents[2] / "tools" / "catalogue.py"
    spec = importlib.util.spec_from_file_location("catalogue", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["catalogue"] = module
    spec.loader.exec_module(module)
    return module


tool = _tool()


def found_in(source: str) -> tuple[set[tuple[str, ...]], list[str]]:
    """The messages of a source text and what is wrong in it."""
    found = tool.Found()
    tool.messages_of(source, "x.py", found)
    return set(found.messages), found.wrong


def test_every_message_is_said_in_spanish_with_its_own_gaps() -> None:
    """The same check as `python tools/catalogue.py check`."""
    assert tool.check() == []


def test_messages_are_the_literals_of_say_and_say_count() -> None:
    """Texts broken over lines are one; other calls hold no messages; fixed texts come from `.text`."""
    source = 'say("a " "{b}", b=1)\nsay_count("{count} x", "{count} xs", count=2)\nreader.say(y)\nreader.text("Place {1}")\nText("no")'
    assert found_in(source) == ({("a {b}",), ("{count} x", "{count} xs"), ("Place {1}",)}, [])


def test_help_is_read_a_paragraph_at_a_time_from_commands_and_their_arguments() -> None:
    """As `--help` looks it up: line breaks are blanks, texts in pieces are one, plain functions say nothing."""
    source = '''
app = new_app(help="About " "all.")
_ABOUT = """One
way.

Another."""
EVERYWHERE = (("--db FILE", "the file"),)
@app.command("go")
def go(code: Annotated[str, typer.Argument(help="its code")]) -> None:
    """Go
    on.

    And on.
    """
def quiet() -> None:
    """Not shown."""
'''
    found = tool.Found()
    tool.messages_of(source, "pachamama/cli/x.py", found)
    texts = {"About all.", "One way.", "Another.", "the file", "Go on.", "And on.", "its code"}
    assert set(found.messages) == {(text,) for text in texts}
    assert found.fixed == texts


def _shown(command: Any) -> set[str]:
    """What the help of a command and of those below it looks up in the catalogue."""
    below: list[Any] = list(getattr(command, "commands", {}).values())
    paragraphs = {" ".join(text.split()) for text in (command.help or "").split("\n\n")}
    arguments = {param.help for param in command.params if getattr(param, "help", None) and param.name != "help"}
    return (paragraphs | arguments).union(*(_shown(one) for one in below)) - {""}


def _places(command: Any) -> set[str]:
    """What stands in the help for a person's own words: FILE, REASON; not the words of a choice, which are typed."""
    below: list[Any] = list(getattr(command, "commands", {}).values())
    takes = [param for param in command.params if not getattr(param, "is_flag", False)]
    return {stands_for(param) for param in takes if not stands_for(param).islower()}.union(*map(_places, below))


def test_no_help_of_any_command_stays_english() -> None:
    """Also of a command whose text the tool might not find in the source."""
    from typer.main import get_command

    from pachamama.cli.entry import _app
    from pachamama.cli.help import EVERYWHERE
    from pachamama.language import Reader

    said = Reader.of("es").text
    shown = _shown(get_command(_app([]))) | {text for _, text in EVERYWHERE}
    assert len(shown) > 100
    assert [text for text in sorted(shown) if said(text) == text] == []
    places = _places(get_command(_app([])))
    assert [word for word in sorted(places) if said(word) == word] == ["LAPTOP", "N"]


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_line_of_every_help_fits_a_terminal_of_eighty_columns(language: str) -> None:
    """Usage lines break too; a long option has its text in the line below."""
    from typer.main import get_command

    from pachamama.cli.entry import _app
    from pachamama.cli.session import Session
    from pachamama.language import Reader

    asked = Session(Reader.of(language), "x.db", "x", "table")
    pages = dict(_pages(get_command(_app([])), None, asked, "pachamama"))
    assert len(pages) > 100
    assert [(path, line) for path, page in pages.items() for line in page.splitlines() if len(line) > 79] == []


def _pages(command: Any, above: Any, asked: Any, name: str) -> Iterator[tuple[str, str]]:
    """Every help page of a command and of those below it, by what a person types."""
    context = command.context_class(command, info_name=name, parent=above, obj=asked)
    yield context.command_path, command.get_help(context)
    for word, below in getattr(command, "commands", {}).items():
        yield from _pages(below, context, asked, word)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("say(text)", "x.py:1: the text of say(…) must be a literal"),
        ('say(f"{a}")', "x.py:1: the text of say(…) must be a literal"),
        ("reader.text(heading)", "x.py:1: the text of reader.text(…) must be a literal, so that it is found"),
        ('say("{a}")', "x.py:1: no value for {a} in '{a}'"),
        ('say("a", b=1)', "x.py:1: no gap for {b} in 'a'"),
        ('say("{a.b}", a=1)', "x.py:1: a gap is a name in braces, not {a.b} in '{a.b}'"),
        ('say("{a:d}", a=1)', "x.py:1: a gap is a name in braces, not {a} in '{a:d}'"),
        ('Sentence("a", {})', "x.py:1: make a sentence by say(…) or say_count(…), so that its text is found"),
    ],
)
def test_a_call_that_would_not_be_said_well_is_found_in_the_source(source: str, problem: str) -> None:
    """Before anybody meets it on a screen."""
    assert found_in(source)[1] == [problem]


@pytest.mark.parametrize(
    ("key", "said", "is_faithful"),
    [
        ("{mark} is above {max}", "{mark} pasa de {max}", True),
        ("{mark} is above {max}", "{mark} pasa del tope", False),
        ("{mark} is above {max}", "{mark} pasa de {tope}", False),
        ("{mark} is above {max}", "{mark pasa de {max}", False),
        (("{count} sheet", "{count} sheets"), ("una ficha", "{count} fichas"), True),
        (("{count} sheet", "{count} sheets"), ("una ficha", "las fichas"), False),
        ("run `pachamama init` with --rules", "ejecute `pachamama init` con --rules", True),
        ("run `pachamama init` with --rules", "ejecute `pachamama iniciar` con --rules", False),
        ("run `pachamama init` with --rules", "ejecute `pachamama init` con --reglas", False),
    ],
)
def test_a_translation_keeps_gaps_commands_and_options(key: str, said: str, is_faithful: bool) -> None:
    """Only the singular may leave out its number."""
    catalogue = tool._empty("es")
    catalogue.add(key, said)
    assert (tool.unfaithful(catalogue, set()) == []) is is_faithful


@pytest.mark.parametrize(
    ("said", "is_faithful"),
    [
        ('use `pachamama score ENTRADA --correct MOTIVO` or `panel dismiss --reason "otra familia"`', True),
        ('use `pachamama score ENTRADA --correct REASON` or `panel dismiss --reason "otra familia"`', False),
        ('use `pachamama score FICHA --correct MOTIVO` or `panel dismiss --reason "otra familia"`', False),
        ('use `pachamama score ENTRADA --correct MOTIVO` or `panel dismiss --motivo "otra familia"`', False),
    ],
)
def test_what_stands_for_a_persons_own_words_is_translated_everywhere_by_the_same_word(
    said: str, is_faithful: bool
) -> None:
    """REASON is MOTIVO in the usage and in every message; a quoted example is each language's own; commands stay."""
    catalogue = tool._empty("es")
    catalogue.add("REASON", "MOTIVO")
    catalogue.add("ENTRY", "ENTRADA")
    key = 'use `pachamama score ENTRY --correct REASON` or `panel dismiss --reason "other family"`'
    catalogue.add(key, said)
    assert (tool.unfaithful(catalogue, set()) == []) is is_faithful


def test_a_message_without_a_finished_text_is_reported() -> None:
    """Missing, empty, half a plural or marked as unsure."""
    found, catalogue = tool.Found(), tool._empty("es")
    for key in (("a",), ("b",), ("c", "cs"), ("d",), ("e",)):
        found.add(key, "x.py")
    catalogue.add("b", "")
    catalogue.add(("c", "cs"), ("ce", ""))
    catalogue.add("d", "de", flags={"fuzzy"})
    catalogue.add("e", "e")
    assert tool.untranslated(found, catalogue) == [f"no Spanish text for {text!r}" for text in "abcd"]


def test_quechua_takes_only_words_of_the_table() -> None:
    """A word of one source, or composed, cannot slip into the catalogue."""
    catalogue = tool._empty("qu")
    catalogue.add("Place", "Ñiqin")
    catalogue.add("Prize", "Atimusqa")
    assert tool.unsourced(catalogue) == ["qu: 'Atimusqa' is not in the table of language/quechua.py"]


def test_merging_keeps_the_translations(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """New messages come in empty, what is gone stays as a comment, and merging twice changes nothing."""
    monkeypatch.setattr(tool, "LOCALE", tmp_path)
    for texts in ((("a",), ("gone",)), (("a",), ("new {gap}",))):
        found = tool.Found()
        for key in texts:
            found.add(key, "x.py")
        tool.update(found)
        catalogue = tool.read("es")
        if catalogue.get("gone"):
            catalogue.get("a").string, catalogue.get("gone").string = "una", "ida"
            tool.write(catalogue, "es")
    written = tool.po_path("es").read_text("utf-8")
    assert 'msgid "a"\nmsgstr "una"' in written
    assert 'msgid "new {gap}"\nmsgstr ""' in written
    assert '#~ msgid "gone"\n#~ msgstr "ida"' in written
    tool.update(found)
    assert tool.po_path("es").read_text("utf-8") == written


def test_only_the_four_commands_are_understood() -> None:
    """Anything else is wrong usage."""
    assert tool.main([]) == 2
    assert tool.main(["translate"]) == 2
