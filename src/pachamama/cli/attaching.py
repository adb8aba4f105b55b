"""`attach`: link photos or scans to a paper's code; they are kept beside the database by their digest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pachamama.cli.help import Command, new_app
from pachamama.cli.session import session
from pachamama.core.names import visible
from pachamama.core.problems import Place, Problem, Refused
from pachamama.core.sentences import say, say_count

app = new_app()


@app.command("attach", cls=Command)
def attach(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="CODE", help="the code on the paper")],
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="photos or scans; without any, those there are are listed"),
    ] = None,
    round_: Annotated[
        str | None,
        typer.Option("--round", metavar="ROUND", help="the round; may be left out where only one can be meant"),
    ] = None,
) -> None:
    """Link photos or scans of a paper to its code. `explain` names them; the same picture twice is linked once."""
    from pachamama.exchange.pictures import find_picture, folder_of, keep_picture

    asked = session(context)
    asked.no_csv()
    with asked.open(writing=bool(files)) as store:
        paper = store.numbered_sheet(code, round_)
        problems: list[Problem] = []
        kept: list[tuple[str, str]] = []
        for file in dict.fromkeys(files or ()):
            try:
                kept.append((Path(file).name, keep_picture(asked.db, file)))
            except Refused as refusal:
                problems += refusal.problems
        if problems:
            raise Refused(*problems)
        new = sum(store.attach(paper, name=name, digest=digest, actor=asked.actor) for name, digest in kept)
        linked = store.attachments(paper.round).get(paper.code, ())
    rows = [(name, digest, find_picture(asked.db, digest)) for name, digest in linked]
    if asked.format == "json":
        asked.json(
            {
                "sheet": paper.code,
                "pictures": [
                    {"name": name, "sha256": digest, "file": str(path) if path else None} for name, digest, path in rows
                ],
            }
        )
    else:
        for name, digest, path in rows:
            asked.result(f"{visible(name)}  {path or digest}")
    if files:
        asked.tell(
            say_count(
                "{count} new picture of sheet {code}; kept in {folder}.",
                "{count} new pictures of sheet {code}; kept in {folder}.",
                new,
                code=paper.code,
                folder=visible(str(folder_of(asked.db))),
            )
        )
    missing = [name for name, _, path in rows if path is None]
    if missing:
        raise Refused(
            *(
                Problem(
                    Place(visible(name)),
                    say("the kept picture is missing or was changed"),
                    say("bring the folder of pictures from a backup, or attach the picture again"),
                )
                for name in missing
            ),
            safe=say("Marks and results are not touched by this."),
        )
