"""`init`: a new file for a programme, made only when somebody asks for it."""

from __future__ import annotations

from typing import Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import session
from pachamama.core.names import visible
from pachamama.core.sentences import say

app = new_app()


@app.command("init", cls=Command)
def init(
    context: typer.Context,
    rules: Annotated[
        str | None, typer.Option("--rules", metavar="FILE", help="the rules file that rounds are opened with")
    ] = None,
    rehearsal: Annotated[
        bool, typer.Option("--rehearsal", help="a file for practice: everything it prints says ENSAYO")
    ] = False,
) -> None:
    """Make a new file for a programme; an existing file is never touched. With `--rules` on an existing file, use `rules use`."""
    from pachamama.cli.gather import read_rules_file
    from pachamama.store import Store

    asked = session(context)
    text = None
    if rules is not None:
        text, _ = read_rules_file(rules)
    Store.create(asked.db, actor=asked.actor, rules_text=text, rehearsal=rehearsal).close()
    if asked.format == "json":
        asked.json({"file": asked.db, "rehearsal": rehearsal, "rules": rules})
        return
    asked.tell(say("{file} is made.", file=visible(asked.db)))
    if rehearsal:
        asked.tell(say("It is for practice: everything it prints says ENSAYO."))
    if rules is None:
        asked.tell(say("Next: give it rules with `pachamama rules use FILE`, then `pachamama import`."))
    else:
        asked.tell(say("Next: `pachamama import watersheds FILE`, then communities, households and judges."))
