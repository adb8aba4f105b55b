"""The way in and out: words hoisted, the command's module loaded, and every refusal turned into a message and a code.

Only the module of the command that is asked for is imported, so that `rank` costs little more than Typer itself.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pachamama.cli.damage import damage_of
from pachamama.cli.telling import write_told
from pachamama.core.problems import NOWHERE, PachamamaError, Problem, WrongUsage
from pachamama.core.sentences import Sentence, choice, listing, say
from pachamama.language.reader import LANGUAGES, Reader

if TYPE_CHECKING:
    from pachamama.cli.session import Session

BUG = 4
_MODULES = {
    "demo": "demo",
    "init": "files",
    "rules": "rules",
    "simulate": "simulating",
    "settle": "settling",
    "import": "imports",
    "add": "registers",
    "list": "registers",
    "round": "rounds",
    "enter": "entries",
    "panel": "panels",
    "sheet": "numbering",
    "score": "sheets",
    "asset": "assets",
    "attach": "attaching",
    "set-status": "entries",
    "discrepancies": "discrepancies",
    "status": "status",
    "missing": "ranking",
    "rank": "ranking",
    "prizes": "ranking",
    "explain": "explaining",
    "lots": "decisions",
    "ruling": "decisions",
    "print": "printing",
    "pay": "paying",
    "appeal": "appeals",
    "log": "log",
    "check": "checking",
    "backup": "backups",
    "restore": "backups",
    "merge": "merging",
    "conflicts": "merging",
    "devices": "merging",
    "export": "exporting",
    "household": "households",
    "forget": "forgetting",
}
"""Each command and the module of this room that holds it, in the order in which a round needs them."""
_CTRL_C = 130
"""What Typer makes of it, without a word."""
_HOISTED = {"--db": "db", "--lang": "lang", "--as": "actor", "--format": "format"}


def run(arguments: list[str]) -> int:
    """Run one command line; never a traceback for anything that a person can do."""
    _speak_utf8()
    reader = Reader.of(_language({}))
    asked: Session | None = None
    try:
        words, said = _hoist(arguments)
        reader = Reader.of(_language(said))
        asked = _session(said, reader, words)
        return _run(words, asked)
    except PachamamaError as refusal:
        _tell(refusal, reader)
        return refusal.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the pipe's other end is gone
        return 0
    except KeyboardInterrupt:
        sys.stderr.write("\n" + reader.say(say("Interrupted. What was stored before is safe.")) + "\n")
        return 1
    except Exception as error:  # noqa: BLE001 the border: a bug is told apart, and nothing was half stored
        damage = damage_of(error, asked.db if asked is not None else None)
        if damage is None:
            return _tell_bug(error, reader)
        _tell(damage, reader)
        return damage.exit_code


def _run(words: list[str], session: Session) -> int:
    from typer.main import get_command

    app = _app(words)
    command: Any = get_command(app)
    if not words:
        words = ["--help"]
    try:
        code = command.main(words, prog_name="pachamama", standalone_mode=False, obj=session)
    except Exception as error:
        usage = _usage(error)
        if usage is None:
            raise
        raise usage from None
    if code == _CTRL_C:
        raise KeyboardInterrupt
    sys.stdout.flush()
    return code if isinstance(code, int) else 0


def _app(words: list[str]) -> Any:
    """The application with the module of the first word; with every module for the list of commands."""
    from pachamama.cli.help import new_app, unknown_command

    app = new_app(help=_ABOUT)
    app.callback()(_about)
    word = next((word for word in words if not word.startswith("-")), None)
    if word is not None and word not in _MODULES:
        raise unknown_command("pachamama", word, list(_MODULES))
    needed = [_MODULES[word]] if word else list(dict.fromkeys(_MODULES.values()))
    for module in needed:
        app.add_typer(import_module(f"pachamama.cli.{module}").app)
    if word is None:
        app.registered_groups.sort(key=lambda _: 0)
    return app


_ABOUT = """Runs Pacha Mama Raymi competitions: rounds, judges' scores, ranking, cash prizes and every paper.

The way of a round: `init`, `import` the registers, `round open`, `enter`, `import scores` or `score`, `missing`, `rank`,
`prizes`, `round close`, `print prize-sheet`. Try it with `pachamama demo`."""


def _about() -> None:
    """Hold the commands together."""


# -- words -----------------------------------------------------------------------------------------------------------


def _hoist(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """The options that stand anywhere, taken out of the words; all after `--` stays as it is."""
    words: list[str] = []
    said: dict[str, str] = {}
    left = list(arguments)
    while left:
        word = left.pop(0)
        if word == "--":
            words += [word, *left]
            break
        option, equals, value = word.partition("=")
        if option not in _HOISTED:
            words.append(word)
            continue
        if not equals:
            if not left:
                raise WrongUsage(say("{option} needs a value after it", option=option))
            value = left.pop(0)
        said[_HOISTED[option]] = value
    return words, said


def _language(said: dict[str, str]) -> str:
    wanted = said.get("lang") or os.environ.get("PACHAMAMA_LANG") or "es"
    if wanted in LANGUAGES:
        return wanted
    if "lang" in said:
        raise WrongUsage(
            say(
                "{option} is “{value}”, and must be one of: {words}",
                option="--lang",
                value=wanted,
                words=choice(list(LANGUAGES)),
            )
        )
    return "es"


def _session(said: dict[str, str], reader: Reader, words: list[str]) -> Session:
    from pachamama.cli.session import FORMATS, PAPER_FORMATS, Session, one_of

    format_ = one_of(said.get("format", "table"), PAPER_FORMATS if "print" in words[:1] else FORMATS, "--format")
    db = said.get("db") or os.environ.get("PACHAMAMA_DB") or "pachamama.db"
    return Session(reader, db, said.get("actor") or _user(), format_)  # type: ignore[arg-type]


def _user() -> str:
    import getpass

    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "?"


def _usage(error: Exception) -> WrongUsage | None:
    """Typer's complaint about the words, in the reader's language; None for any other error."""
    from pachamama.cli.help import called, stands_for

    kinds = {kind.__name__ for kind in type(error).__mro__}
    if "UsageError" not in kinds:
        return None
    context: Any = getattr(error, "ctx", None)
    hint = say("`{command} --help` shows what it takes", command=context.command_path if context else "pachamama")
    param: Any = getattr(error, "param", None)
    name = called(param) if param else ""
    if "MissingParameter" in kinds:
        if param is not None and param.param_type_name == "option" and not param.is_flag:
            name = say("{option} {value}", option=str(param.opts[0]), value=Sentence(stands_for(param), {}))
        return WrongUsage(Problem(NOWHERE, say("{name} is missing", name=name), hint))
    if context is not None and param is None and hasattr(context.command, "list_commands"):
        there_are = say("there are: {words}", words=listing(context.command.list_commands(context)))
        return WrongUsage(
            Problem(NOWHERE, say("a word is missing after `{command}`", command=context.command_path), there_are)
        )
    option = getattr(error, "option_name", None)
    if "NoSuchOption" in kinds:
        like = [str(one) for one in getattr(error, "possibilities", None) or ()]
        better = say("did you mean {words}?", words=choice(like)) if like else hint
        return WrongUsage(Problem(NOWHERE, say("there is no option {option} here", option=str(option)), better))
    if "BadOptionUsage" in kinds:
        return WrongUsage(Problem(NOWHERE, say("{option} needs a value after it", option=str(option)), hint))
    return WrongUsage(
        Problem(NOWHERE, say("{name} does not take this value", name=name or "?"), _whole_number(param) or hint)
    )


def _whole_number(param: Any) -> Sentence | None:
    """What an option that takes a number may be given; None for others."""
    kind = getattr(param, "type", None)
    if not str(getattr(kind, "name", "")).startswith("int"):
        return None
    least, most = getattr(kind, "min", None), getattr(kind, "max", None)
    if least is None:
        return say("it takes a whole number")
    if most is None:
        return say("it takes a whole number, {least} or more", least=least)
    return say("it takes a whole number from {least} to {most}", least=least, most=most)


# -- messages --------------------------------------------------------------------------------------------------------


def _tell(refusal: PachamamaError, reader: Reader) -> None:
    """All the problems, and what is safe."""
    for problem in refusal.problems:
        write_told(reader.problem(problem))
    safe: Sentence | None = refusal.safe
    if safe is None and refusal.exit_code == 1:
        safe = say("Nothing was changed.")
    if safe is not None:
        write_told(reader.say(safe))


def _tell_bug(error: Exception, reader: Reader) -> int:
    write_told(
        reader.say(
            say(
                "This is a mistake of the program, not yours ({what}). What was stored before is safe. "
                "Please report it with the command that you typed.",
                what=f"{type(error).__name__}: {error}",
            )
        )
    )
    if os.environ.get("PACHAMAMA_DEBUG"):
        import traceback

        traceback.print_exc()
    return BUG


def _speak_utf8() -> None:
    """Names have letters that old consoles cannot show; no command may stop for that."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
