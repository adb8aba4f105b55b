"""`rules`: check a rules file, show it whole, explain its kinds, compare two, describe it to editors, take it into use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import Session, session
from pachamama.core.names import visible
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import Sentence, choice, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.core.rules import Rules

app = new_app()
rules = new_app(help="Check a rules file, show it whole, explain the kinds of rules.")
app.add_typer(rules, name="rules", cls=Group)

RulesFile = Annotated[str, typer.Argument(metavar="FILE", help="the rules file (YAML)")]


@rules.command("check", cls=Command)
def check(
    context: typer.Context,
    file: RulesFile,
    entries: Annotated[
        int | None,
        typer.Option(
            "--entries", metavar="N", min=1, help="entries expected in a contest: also what prizes may cost then"
        ),
    ] = None,
) -> None:
    """Say everything that is wrong with a rules file, and what deserves a second look.

    Mistakes are listed all together, with line and remedy, and give exit code 1; warnings alone give 0.
    """
    from pachamama.cli.gather import read_rules_text
    from pachamama.core.rules import load_rules, warnings_of

    asked = session(context)
    asked.no_csv()
    text = read_rules_text(file)
    read = load_rules(text, file)
    warnings = warnings_of(text, entries=entries, file=file)
    if asked.format == "json":
        asked.json({"file": file, "warnings": [asked.reader.problem(one) for one in warnings]})
        return
    asked.tell_warnings(warnings)
    held = say_count("{count} competition", "{count} competitions", len(read.competitions))
    tiers = sum(len(one.tiers) for one in read.competitions.values())
    said = say(
        "{file} is in order: {competitions}, {tiers}.",
        file=visible(file),
        competitions=held,
        tiers=say_count("{count} tier", "{count} tiers", tiers),
    )
    asked.result(asked.reader.say(said))


@rules.command("show", cls=Command)
def show(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="FILE", help="the rules file; else the rules of the programme's file")
    ] = None,
    round_: Annotated[
        str | None, typer.Option("--round", metavar="ROUND", help="the rules frozen with that round")
    ] = None,
) -> None:
    """Print the whole rules, every default filled in, as a rules file again."""
    from pachamama.core.rules import load_rules, show_rules

    asked = session(context)
    asked.no_csv()
    text = show_rules(load_rules(_rules_text(asked, file, round_), file))
    if asked.format == "json":
        asked.json({"rules": text})
    else:
        asked.result(text)


@rules.command("explain", cls=Command)
def explain(
    context: typer.Context,
    kind: Annotated[
        str | None, typer.Argument(metavar="KIND", help="a word of the rules file, for example count_back")
    ] = None,
) -> None:
    """Explain a kind of rule, or a key, in words; without KIND, list them all, each kind with a sentence."""
    from pachamama.core.rules.keys import KEYS
    from pachamama.core.shape import explanation

    asked = session(context)
    asked.no_csv()
    kinds = _kinds()
    if kind is None:
        if asked.format == "json":
            asked.json([{"part": part, "kind": word} for part, word in kinds])
            return
        _list_kinds(asked, kinds)
        return
    found = [(part, word) for part, word in kinds if kind in {word, f"{part}.{word}", part}]
    key = KEYS.get(kind)
    if not found and key is None:
        from difflib import get_close_matches

        words = [*(word for _, word in kinds), *KEYS]
        like = get_close_matches(kind, words, n=3)
        raise Refused(
            Problem(
                NOWHERE,
                say("there is no kind of rule “{kind}”", kind=kind),
                say("did you mean {words}?", words=choice(like))
                if like
                else say("there are: {words}", words=listing(words)),
            )
        )
    if asked.format == "json":
        asked.json(
            [
                {"part": part, "kind": word, "text": [asked.reader.text(one) for one in explanation(kinds[part, word])]}
                for part, word in found
            ]
            + ([{"part": "key", "kind": kind, "text": [asked.reader.say(key)]}] if key is not None else [])
        )
        return
    for part, word in found:
        _tell_kind(asked, part, word, kinds[part, word])
    if key is not None:
        _tell_key(asked, kind, key)


@rules.command("diff", cls=Command)
def diff(
    context: typer.Context,
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="a rules file, or the code of a round for its frozen rules")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="what it is compared with: a file, or the code of a round")],
) -> None:
    """Say in words what differs between two sets of rules, defaults included; what is only written otherwise is equal.

    Both answers give exit code 0.
    """
    from pachamama.core.rules.comparing import differences

    asked = session(context)
    asked.no_csv()
    found = differences(_rules_named(asked, old), _rules_named(asked, new))
    if asked.format == "json":
        asked.json(
            [
                {
                    "competition": one.competition,
                    "tier": one.tier,
                    "path": one.path,
                    "old": one.old,
                    "new": one.new,
                    "text": asked.reader.say(one.sentence),
                }
                for one in found
            ]
        )
        return
    for one in found:
        asked.result(asked.reader.say(one.sentence))
    if not found:
        said = say("{old} and {new} mean the same.", old=visible(old), new=visible(new))
        asked.result(asked.reader.say(said))


@rules.command("schema", cls=Command)
def schema(context: typer.Context) -> None:
    """Print the JSON Schema of rules files, with which editors complete them and mark mistakes while one types.

    Write it beside your rules, `pachamama rules schema > rules.schema.json`, and begin them with the line
    `# yaml-language-server: $schema=rules.schema.json`.
    """
    from pachamama.core.rules.schema import json_schema

    asked = session(context)
    asked.no_csv()
    asked.json(json_schema(asked.reader.text))


@rules.command("use", cls=Command)
def use(context: typer.Context, file: RulesFile) -> None:
    """Take a rules file into use for the rounds opened from now on; rounds that are open keep theirs."""
    from pachamama.cli.gather import read_rules_file

    asked = session(context)
    text, _ = read_rules_file(file)
    with asked.open(writing=True) as store:
        store.set_rules(text, asked.actor)
    if asked.format == "json":
        asked.json({"rules": file})
        return
    asked.tell(say("Rounds that are opened from now on follow {file}.", file=visible(file)))


def _rules_named(asked: Session, word: str) -> Rules:
    """The rules in the file of that name; where there is no such file, those frozen with the round of that code."""
    from pathlib import Path

    from pachamama.cli.gather import read_rules_file
    from pachamama.core.rules import load_rules

    if Path(word).is_file() or not Path(asked.db).is_file():
        return read_rules_file(word)[1]
    with asked.open() as store:
        round_ = next((one for one in store.rounds() if one.code == word), None)
        if round_ is None:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("{word} is neither a file nor a round of {file}", word=visible(word), file=visible(asked.db)),
                    say(
                        "name a rules file, or one of the rounds: {words}",
                        words=listing([one.code for one in store.rounds()] or ["–"]),
                    ),
                )
            )
    return load_rules(round_.rules)


def _rules_text(asked: Session, file: str | None, round_: str | None) -> str:
    if file is not None:
        from pachamama.cli.gather import read_rules_text

        return read_rules_text(file)
    with asked.open() as store:
        text = store.round(round_).rules if round_ is not None else store.rules_text
    if text is None:
        raise Refused(
            Problem(
                NOWHERE,
                say("{file} has no rules yet", file=visible(asked.db)),
                say("give it some: `pachamama rules use FILE`"),
            )
        )
    return text


def _kinds() -> dict[tuple[str, str], type]:
    """Every kind of rule by its part of the file and its word, in the order of the file."""
    from importlib import import_module

    found: dict[tuple[str, str], type] = {}
    for room in ("criteria", "panels", "rules.document", "ties", "promotion", "awards", "purses"):
        module: Any = import_module(f"pachamama.core.{room}")
        for thing in vars(module).values():
            if isinstance(thing, type) and thing.__module__ == module.__name__ and "kind_of_rule" in vars(thing):
                for word in getattr(thing, "words", (vars(thing)["word"],)):
                    found.setdefault((vars(thing)["kind_of_rule"], word), thing)
    return found


def _list_kinds(asked: Session, kinds: dict[tuple[str, str], type]) -> None:
    from textwrap import wrap

    from pachamama.core.rules.keys import KEYS
    from pachamama.core.shape import explanation

    before = ""
    for (part, word), kind in kinds.items():
        if part != before:
            asked.result(("\n" if before else "") + f"{part}:")
            before = part
        said = asked.reader.text(explanation(kind)[0]).split(". ")[0].rstrip(".")
        lines = wrap(said, 54, break_on_hyphens=False)
        asked.result("\n".join(f"  {word if at == 0 else '':<22}{line}" for at, line in enumerate(lines)))
    asked.result("\n" + asked.reader.text("Keys") + ":")
    asked.result(
        "\n".join(wrap(", ".join(KEYS), 76, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False))
    )
    asked.result("\n" + asked.reader.say(say("`pachamama rules explain KIND` says more of one.")))


def _tell_key(asked: Session, key: str, said: Sentence) -> None:
    from textwrap import wrap

    asked.result(key)
    text = asked.reader.say(said)
    asked.result("\n".join(wrap(text, 78, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)) + "\n")


def _tell_kind(asked: Session, part: str, word: str, kind: type) -> None:
    from dataclasses import MISSING, fields
    from textwrap import wrap

    from pachamama.core.shape import explanation, yaml_key
    from pachamama.core.ties import BARE

    asked.result(f"{part}: {word}" if part != word else part)
    for paragraph in explanation(kind):
        asked.result("\n".join(wrap(asked.reader.text(paragraph), 78, initial_indent="  ", subsequent_indent="  ")))
    keys = [
        yaml_key(one.name) + ("" if one.default is MISSING and one.default_factory is MISSING else " *")
        for one in fields(kind)
        if one.name != "step" or word not in BARE
    ]
    if keys:
        asked.result("  " + asked.reader.say(say("Keys (* may be left out): {keys}", keys=listing(keys))))
    asked.result("")
