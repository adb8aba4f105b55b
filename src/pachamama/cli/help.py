"""Help in the reader's language: Typer's commands and groups with their help and their refusals said by the catalogue."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from pachamama.core.problems import NOWHERE, Problem, WrongUsage
from pachamama.core.sentences import Sentence, choice, listing, say
from pachamama.language.reader import Reader

_WIDTH = 79
EVERYWHERE = (
    ("--db FILE", "the programme's file (else PACHAMAMA_DB, else pachamama.db in this folder)"),
    ("--lang es|en|qu", "language of the screen (else PACHAMAMA_LANG, else Spanish)"),
    ("--as NAME", "who acts, for the journal (else the user of this machine)"),
    ("--format table|json|csv", "how results are shown"),
    ("--help", "this help"),
)
"""Options that stand anywhere in any command; their texts are in the catalogue."""
PLACES = ("BOOK", "FIRST", "LAST", "OPTIONS", "PAPER", "TEXT", "TITLE")
"""Words that stand for what a person types, beside the `metavar` of each argument; nobody types them as they are."""


class Command(TyperCommand):
    """A command whose help is written by the catalogue, and that names words too many."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.allow_extra_args = True

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what it does, arguments and options."""
        formatter.write(_command_help(self, ctx))

    def invoke(self, ctx: Any) -> Any:
        """Refuse words that the command has no place for, then run it."""
        if ctx.args:
            raise WrongUsage(
                Problem(
                    NOWHERE,
                    say("too many words: {words}", words=listing([str(word) for word in ctx.args])),
                    say(
                        "`{command} --help` shows what it takes; put names with blanks in quotes",
                        command=ctx.command_path,
                    ),
                )
            )
        return super().invoke(ctx)


class Group(TyperGroup):
    """A group of commands, listed with the first sentence of each."""

    command_class = Command

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write usage, what it does and its commands."""
        formatter.write(_group_help(self, ctx))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the next word names; an unknown one is refused with those that look like it."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise unknown_command(ctx.command_path, args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)


def unknown_command(path: str, word: str, known: list[str]) -> WrongUsage:
    """Wrong usage: there is no such command, with the nearest ones."""
    from difflib import get_close_matches

    close = get_close_matches(word, known, n=3)
    hint = (
        say("did you mean {words}?", words=choice([f"`{path} {name}`" for name in close]))
        if close
        else say("there are: {words}", words=listing(known))
    )
    return WrongUsage(Problem(NOWHERE, say("there is no command `{path} {word}`", path=path, word=word), hint))


def new_app(**more: Any) -> typer.Typer:
    """A Typer application of this program's kind."""
    return typer.Typer(cls=Group, rich_markup_mode=None, add_completion=False, no_args_is_help=False, **more)


# -- writing it ------------------------------------------------------------------------------------------------------


def _reader(ctx: Any) -> Reader:
    reader: Reader = ctx.find_root().obj.reader
    return reader


def _command_help(command: Any, ctx: Any) -> str:
    reader = _reader(ctx)
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    options = [
        param
        for param in command.params
        if param.param_type_name == "option" and param.name != "help" and not param.hidden
    ]
    usage = " ".join([ctx.command_path, *(_argument(reader, param) for param in arguments)])
    if options:
        usage += f" [{reader.text('OPTIONS')}]"
    lines = _usage(f"{reader.text('Usage')}: {usage}")
    lines += _paragraphs(reader, command.help or "")
    rows = [(_argument(reader, param), _text(reader, param)) for param in arguments if param.help]
    lines += _rows(reader.text("Arguments"), rows)
    lines += _rows(reader.text("Options"), [(_option(reader, param), _text(reader, param)) for param in options])
    lines += _rows(reader.text("Everywhere"), _everywhere(reader))
    return "\n".join(lines) + "\n"


def _group_help(group: Any, ctx: Any) -> str:
    reader = _reader(ctx)
    lines = _usage(f"{reader.text('Usage')}: {ctx.command_path} {reader.text('COMMAND')} …")
    lines += _paragraphs(reader, group.help or "")
    rows = []
    for name in group.list_commands(ctx):
        said = reader.text(_first_paragraph(group.get_command(ctx, name).help or ""))
        rows.append((name, said.split(". ")[0].rstrip(".")))
    lines += _rows(reader.text("Commands"), rows)
    lines += _rows(reader.text("Everywhere"), _everywhere(reader))
    return "\n".join(lines) + "\n"


def stands_for(param: Any) -> str:
    """The word that stands for what a person types, as the catalogue knows it: `FILE`, `COMPETITION`."""
    return str(param.metavar or param.name.upper())


def called(param: Any) -> Sentence | str:
    """What a message calls it: `--tier` for an option, `COMPETITION` for an argument, in the reader's language."""
    return str(param.opts[0]) if param.param_type_name == "option" else Sentence(stands_for(param), {})


def _everywhere(reader: Reader) -> list[tuple[str, str]]:
    """The options of every command; the word that stands for a value is said in the reader's language."""
    rows = []
    for option, text in EVERYWHERE:
        word, _, value = option.partition(" ")
        rows.append((f"{word} {reader.text(value)}" if value.isupper() else option, reader.text(text)))
    return rows


def _argument(reader: Reader, param: Any) -> str:
    name = reader.text(stands_for(param))
    name += "…" if param.nargs == -1 else ""
    return name if param.required else f"[{name}]"


def _option(reader: Reader, param: Any) -> str:
    words = "/".join([*param.opts, *param.secondary_opts])
    return words if getattr(param, "is_flag", False) else f"{words} {reader.text(param.metavar or 'TEXT')}"


def _text(reader: Reader, param: Any) -> str:
    return reader.text(param.help) if param.help else ""


def _first_paragraph(text: str) -> str:
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())


def _usage(line: str) -> list[str]:
    from textwrap import wrap

    return [*wrap(line, _WIDTH, break_on_hyphens=False, subsequent_indent="    "), ""]


def _paragraphs(reader: Reader, text: str) -> list[str]:
    from textwrap import wrap

    lines: list[str] = []
    for paragraph in text.split("\n\n"):
        if paragraph.strip():
            lines += [*wrap(reader.text(" ".join(paragraph.split())), _WIDTH, break_on_hyphens=False), ""]
    return lines


def _rows(title: str, rows: list[tuple[str, str]]) -> list[str]:
    from textwrap import wrap

    if not rows:
        return []
    width = min(max(len(left) for left, _ in rows), 28)
    lines = [f"{title}:"]
    for left, text in rows:
        wrapped = wrap(text, _WIDTH - width - 4, break_on_hyphens=False) or [""]
        if len(left) > width:
            lines.append(f"  {left}")
            left = ""  # noqa: PLW2901 the text goes on in the next line
        lines += [f"  {(left if n == 0 else ''):<{width}}  {part}".rstrip() for n, part in enumerate(wrapped)]
    return [*lines, ""]
