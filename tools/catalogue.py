"""The catalogues of the languages, for developers: find the messages, merge them, compile them, check them.

    python tools/catalogue.py extract    # print the messages of the source as a .pot file
    python tools/catalogue.py update     # merge them into es.po and qu.po; translations stay
    python tools/catalogue.py compile    # write the .mo files that the program reads
    python tools/catalogue.py check      # exit 1 with a list of what is missing or wrong

The messages are the literals in `say(...)` and `say_count(...)`, the fixed texts in `reader.text(...)`, the docstrings
of the kinds of rules, and what `--help` shows: docstrings of commands and the texts of their arguments. They are read
from the syntax tree, not by Babel's scanner, so that a text which is not a literal, or a gap without a value, is found.
Babel (a dev tool) reads, writes and compiles the files.
"""

from __future__ import annotations

import ast
import datetime as dt
import gettext
import importlib
import io
import pkgutil
import re
import string
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "pachamama"
LOCALE = SOURCE / "language" / "locale"
DOMAIN = "pachamama"
LANGUAGES = ("es", "qu")
"""English is the key; Quechua has the labels that two sources agree on and falls back to Spanish."""
PLURALS = {"es": "nplurals=2; plural=(n != 1);", "qu": "nplurals=2; plural=(n != 1);"}
CALLS = {"say": 1, "say_count": 2}
"""Which calls hold messages, and in how many of their first arguments."""
KINDS = "pachamama/core/rules"
COMMANDS_ROOM = "pachamama/cli/"
LOOKS_UP = ("pachamama/cli/help.py", "pachamama/cli/rules.py")
"""Where texts that are found in other ways are looked up: help, and the docstrings of the kinds of rules."""
_BEGUN = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
"""One date in every file: the history is in git, and a date that moves makes two people's changes collide."""
_CODE = re.compile(r"`[^`]+`|(?<![\w-])--[a-z][a-z-]*")
"""What is typed as it is and never translated: `words in backticks` and --options."""
_PLACE = re.compile(r"(?<![\w-])[A-ZÁÉÍÓÚÑ]{2,}(?:[-|=][A-ZÁÉÍÓÚÑ]+)*(?![\w-])")
"""Within code, what stands for a word of the person's own: FILE, REASON. It is translated everywhere by the same word."""
_QUOTED = re.compile(r'"[^"]*"')
"""Within code, an example of a person's own text, which each language says in its own way."""


@dataclass
class Found:
    """The messages of the source with the files they stand in, and what is wrong with the calls that hold them.

    `fixed` are those whose braces are not gaps: docstrings and the texts of `reader.text(...)`.
    """

    messages: dict[tuple[str, ...], set[str]] = field(default_factory=dict)
    fixed: set[str] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)

    def add(self, key: tuple[str, ...], where: str) -> None:
        """Note one more place of a message."""
        self.messages.setdefault(key, set()).add(where)


# -- extract ---------------------------------------------------------------------------------------------------------


def extract(source: Path = SOURCE) -> Found:
    """The messages of every module under `source`, and the docstrings of the kinds of rules."""
    found = Found()
    for path in sorted(source.rglob("*.py")):
        where = path.relative_to(source.parent).as_posix()
        messages_of(path.read_text(encoding="utf-8"), where, found)
    if source == SOURCE:
        for text in docstrings():
            found.fixed.add(text)
            found.add((text,), KINDS)
    return found


def messages_of(text: str, where: str, found: Found) -> None:
    """Add the messages of one module; a text that is not a literal or whose gaps and values differ is noted as wrong."""
    tree = ast.parse(text)
    if where.startswith(COMMANDS_ROOM):
        for said in help_texts(tree):
            found.fixed.add(said)
            found.add((said,), where)
    has_short_name = any(_is_short_name(node) for node in ast.walk(tree))
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        word = _called(call.func)
        if has_short_name and isinstance(call.func, ast.Name) and call.func.id == "text":
            word = "text"
        literals = [arg.value for arg in call.args[:2] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        place = f"{where}:{call.lineno}"
        if isinstance(call.func, ast.Attribute) and call.func.attr == "labels":  # a paper's labels, by their names
            for label in (one.value.value for one in call.keywords if isinstance(one.value, ast.Constant)):
                found.fixed.add(label)
                found.add((label,), where)
        if word == "text" and literals:
            found.fixed.add(literals[0])
            found.add((literals[0],), where)
        elif (
            word == "text" and where not in LOOKS_UP and ast.unparse(call.func) in ("reader.text", "asked.reader.text")
        ):
            found.wrong.append(f"{place}: the text of reader.text(…) must be a literal, so that it is found")
        elif word == "Sentence" and literals:
            found.wrong.append(f"{place}: make a sentence by say(…) or say_count(…), so that its text is found")
        elif word in CALLS and len(literals) < CALLS[word]:
            found.wrong.append(f"{place}: the text of {word}(…) must be a literal")
        elif word in CALLS:
            key = tuple(literals[: CALLS[word]])
            found.add(key, where)
            found.wrong.extend(f"{place}: {problem}" for problem in _gap_problems(call, key))


def help_texts(tree: ast.Module) -> Iterator[str]:
    """What `--help` shows, a paragraph at a time: commands' docstrings, `help=` of arguments and groups, the fixed parts."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(decorator_list=[*marks]) if any(map(_is_command, marks)) or _takes_context(node):
                yield from _paragraphs(ast.get_docstring(node) or "")
            case ast.keyword(arg="help", value=ast.Constant(value=str(text))):
                yield from _paragraphs(text)
            case ast.Assign(targets=[ast.Name(id="_ABOUT")], value=ast.Constant(value=str(text))):
                yield from _paragraphs(text)
            case ast.keyword(arg="metavar", value=ast.Constant(value=str(text))) if not text.islower():
                yield text
            case ast.Assign(targets=[ast.Name(id="PLACES")], value=ast.Tuple(elts=words)):
                yield from (str(word.value) for word in words)  # type: ignore[attr-defined]
            case ast.Assign(targets=[ast.Name(id="EVERYWHERE")], value=ast.Tuple(elts=pairs)):
                yield from (str(pair.elts[1].value) for pair in pairs)  # type: ignore[attr-defined]


def _paragraphs(text: str) -> Iterator[str]:
    return (" ".join(paragraph.split()) for paragraph in text.split("\n\n") if paragraph.strip())


def _is_command(mark: ast.expr) -> bool:
    return isinstance(mark, ast.Call) and isinstance(mark.func, ast.Attribute) and mark.func.attr == "command"


def _takes_context(node: ast.FunctionDef) -> bool:
    """A command that another module joins to a group: it takes Typer's context first."""
    first = node.args.args[0].annotation if node.args.args else None
    if first is None or node.returns is None or node.name.startswith("_"):
        return False
    return ast.unparse(first) == "typer.Context" and ast.unparse(node.returns) == "None"


def _is_short_name(node: ast.AST) -> bool:
    """`text = reader.text`, in a function that says many fixed texts."""
    match node:
        case ast.Assign(targets=[ast.Name(id="text")], value=ast.Attribute(attr="text")):
            return True
        case ast.Assign(targets=[ast.Tuple(elts=[*names])]):
            return any(isinstance(name, ast.Name) and name.id == "text" for name in names)
    return False


def _called(function: ast.expr) -> str:
    """The word that is called: `say`, `sentences.say`, `….text`; other methods have other meanings and are empty."""
    if isinstance(function, ast.Name):
        return function.id if function.id != "text" else ""
    if isinstance(function, ast.Attribute):
        is_module = isinstance(function.value, ast.Name) and function.value.id == "sentences"
        return function.attr if is_module or function.attr == "text" else ""
    return ""


def _gap_problems(call: ast.Call, literals: tuple[str, ...]) -> Iterator[str]:
    """Gaps that no value fills, and values that no gap shows."""
    try:
        asked = set().union(*(gaps(text) for text in literals))
    except ValueError as problem:
        yield f"{problem} in {literals[0]!r}"
        return
    if any(keyword.arg is None for keyword in call.keywords):
        return
    given = {str(keyword.arg) for keyword in call.keywords}
    if len(literals) == 2:
        given.add("count")
        asked.add("count")
    if asked - given:
        yield f"no value for {_names(asked - given)} in {literals[0]!r}"
    if given - asked:
        yield f"no gap for {_names(given - asked)} in {literals[0]!r}"


def gaps(text: str) -> set[str]:
    """The names of the gaps; ValueError where braces do not close or hold more than a name (write {{ and }} for braces)."""
    names = set()
    for _, name, shape, conversion in string.Formatter().parse(text):
        if name is None:
            continue
        if not name.isidentifier() or shape or conversion:
            raise ValueError(f"a gap is a name in braces, not {{{name}}}")
        names.add(name)
    return names


def docstrings() -> list[str]:
    """What `rules explain` and `rules schema` say: the docstrings of the core's kinds of rules and of its other shapes."""
    from pachamama import core
    from pachamama.core.shape import explanation

    told = {"kind_of_rule", "__shape__"}
    found: dict[str, None] = {}
    for module in pkgutil.walk_packages(core.__path__, "pachamama.core."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and thing.__module__ == module.name and told & vars(thing).keys():
                found.update(dict.fromkeys(explanation(thing)))
    return list(found)


def template(found: Found) -> Catalog:
    """The messages as a catalogue without translations, sorted by file so that neighbours stay together."""
    catalogue = _empty(None)
    for key, places in sorted(found.messages.items(), key=lambda item: (min(item[1]), item[0])):
        catalogue.add(_id(key), locations=[(place, 0) for place in sorted(places)])
    return catalogue


def for_language(found: Found, language: str) -> Found:
    """The messages that a catalogue asks for: all in Spanish, in Quechua only labels (no gap, at most three words)."""
    if language != "qu":
        return found
    labels: dict[tuple[str, ...], set[str]] = {
        key: places
        for key, places in found.messages.items()
        if len(key) == 1 and KINDS not in places and "{" not in key[0] and len(key[0].split()) <= 3
    }
    return Found(labels, found.fixed)


# -- update, compile -------------------------------------------------------------------------------------------------


def update(found: Found) -> None:
    """Merge the messages into each .po; translations stay, texts that are gone are kept as comments at the end."""
    for language in LANGUAGES:
        catalogue = read(language)
        catalogue.update(template(for_language(found, language)), no_fuzzy_matching=True, update_creation_date=False)
        write(catalogue, language)


def read(language: str) -> Catalog:
    """The .po of that language; an empty one where there is none yet."""
    path = po_path(language)
    if not path.exists():
        return _empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=None, domain=DOMAIN)


def write(catalogue: Catalog, language: str) -> None:
    """Write the .po, without line numbers: they would change with every edit of the source."""
    for message in catalogue:
        message.flags.discard("python-format")
    catalogue.revision_date = _BEGUN
    out = io.BytesIO()
    write_po(out, catalogue, width=110, include_lineno=False, include_previous=False)
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_with_header(out.getvalue(), language))


def compile_all() -> None:
    """Write the .mo of each language."""
    for language in LANGUAGES:
        mo_path(language).write_bytes(compiled(language))


def compiled(language: str) -> bytes:
    """What the .po of that language compiles to: finished translations only."""
    out = io.BytesIO()
    write_mo(out, read(language), use_fuzzy=False)
    return out.getvalue()


def po_path(language: str) -> Path:
    """The source that people translate."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def mo_path(language: str) -> Path:
    """The file that the program reads."""
    return LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


# -- check -----------------------------------------------------------------------------------------------------------


def check() -> list[str]:
    """Everything that is missing or wrong, one line each; empty when all is well."""
    found = extract()
    return [
        *found.wrong,
        *untranslated(found, read("es")),
        *(problem for language in LANGUAGES for problem in unfaithful(read(language), found.fixed)),
        *unsourced(read("qu")),
        *(problem for language in LANGUAGES for problem in stale(language)),
    ]


def untranslated(found: Found, catalogue: Catalog) -> list[str]:
    """Messages that have no finished Spanish text, in all their forms."""
    problems = []
    for key in found.messages:
        message = catalogue.get(_id(key))
        forms = _forms(message) if message else []
        if message is None or message.fuzzy or len(forms) < len(key) or not all(forms):
            problems.append(f"no Spanish text for {key[0]!r}")
    return problems


def unfaithful(catalogue: Catalog, fixed: set[str]) -> list[str]:
    """Translations with other gaps than their key, or with a code, command or option that was changed."""
    problems = []
    for message in catalogue:
        key, said = _key(message), _forms(message)
        if not message.id or not any(said):
            continue
        for index, text in enumerate(said):
            original = key[min(index, len(key) - 1)]
            if _typed(text) != sorted(
                _PLACE.sub(lambda word: _place(word[0], catalogue), one) for one in _typed(original)
            ):
                problems.append(f"{catalogue.locale}: other codes or options in {text!r} than in {original!r}")
            if original in fixed:
                continue
            try:
                may_lack = {"count"} if len(key) == 2 and index == 0 else set()
                differ = (gaps(text) ^ gaps(original)) - may_lack
            except ValueError as problem:
                problems.append(f"{catalogue.locale}: {problem} in {text!r}")
                continue
            if differ:
                problems.append(f"{catalogue.locale}: {_names(differ)} differs between {original!r} and {text!r}")
    return problems


def _typed(text: str) -> list[str]:
    """The code and options in a text, the examples of people's own words in them left open."""
    return sorted(_QUOTED.sub('""', code) for code in _CODE.findall(text))


def _place(word: str, catalogue: Catalog) -> str:
    """The word of that language that stands for what a person types; the same word where the catalogue has none."""
    message = catalogue.get(word)
    return next(iter(_forms(message)), word) or word if message else word


def unsourced(catalogue: Catalog) -> list[str]:
    """Quechua texts that are not words of the table with two sources, or that have a gap (no suffix is glued to data)."""
    from pachamama.language.quechua import labels

    allowed = {word.lower() for pair in labels().values() for word in pair if word}
    said = {text for message in catalogue if message.id for text in _forms(message) if text}
    return [
        f"qu: {text!r} is not in the table of language/quechua.py"
        for text in sorted(said)
        if text.lower() not in allowed
    ]


def stale(language: str) -> list[str]:
    """Whether the .mo says other things than its .po."""
    path = mo_path(language)
    if not path.exists() or _contents(path.read_bytes()) != _contents(compiled(language)):
        return [f"{path.relative_to(ROOT)} is not what its .po compiles to: run `python tools/catalogue.py compile`"]
    return []


# -- small things ----------------------------------------------------------------------------------------------------


def _empty(language: str | None) -> Catalog:
    return Catalog(
        locale=language,
        domain=DOMAIN,
        project="pachamama",
        version="1",
        header_comment=f"# Messages of pachamama: {language or 'template'}. The English text is the key; see docs/translation.md.",
        creation_date=_BEGUN,
        revision_date=_BEGUN,
        charset="utf-8",
        fuzzy=False,
    )


def _with_header(po: bytes, language: str) -> bytes:
    """Our own plural rule (Babel has none for Quechua), and no lines that name tools or nobody: they only make changes."""
    plural = f'"Plural-Forms: {PLURALS[language]}\\n"'.encode()
    po = re.sub(rb'"Plural-Forms: [^"]*"', lambda _: plural, po, count=1)
    return re.sub(rb'"(?:Report-Msgid-Bugs-To|Last-Translator|Language-Team|Generated-By): [^"]*"\n', b"", po)


def _contents(mo: bytes) -> dict[object, str]:
    """The texts in a compiled catalogue, without its header, which names the version of the tool that wrote it."""
    catalogue = vars(gettext.GNUTranslations(io.BytesIO(mo)))["_catalog"]
    return {key: text for key, text in catalogue.items() if key}


def _id(key: tuple[str, ...]) -> str | tuple[str, str]:
    return key[0] if len(key) == 1 else (key[0], key[1])


def _key(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _forms(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _names(names: set[str]) -> str:
    return ", ".join(f"{{{name}}}" for name in sorted(names))


def _print_template() -> int:
    out = io.BytesIO()
    found = extract()
    write_po(out, template(found), width=110, include_lineno=False)
    sys.stdout.write(out.getvalue().decode())
    return _print_problems(found.wrong)


def _print_problems(problems: list[str]) -> int:
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _update() -> int:
    found = extract()
    update(found)
    return _print_problems(found.wrong)


def _compile() -> int:
    compile_all()
    return 0


COMMANDS: dict[str, Callable[[], int]] = {
    "extract": _print_template,
    "update": _update,
    "compile": _compile,
    "check": lambda: _print_problems(check()),
}


def main(arguments: list[str]) -> int:
    """Run one of the four commands; 2 for a command that is not one of them."""
    if len(arguments) != 1 or arguments[0] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        return 2
    sys.path.insert(0, str(SOURCE.parent))
    return COMMANDS[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
