"""`--templates FOLDER`, which every command of `print` takes: papers set with templates of the user's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.core import TyperOption

from pachamama.cli.help import Group

WITHOUT = frozenset({"templates"})
"""Commands that set no paper."""


class PaperGroup(Group):
    """The papers: a group in which every command takes `--templates`."""

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command, with the option, which takes effect while the command runs."""
        command = super().get_command(ctx, cmd_name)
        if command is not None and cmd_name not in WITHOUT and all(one.name != "templates" for one in command.params):
            command.params.append(
                TyperOption(
                    param_decls=["--templates"],
                    metavar="FOLDER",
                    help="set with the templates (.typ) of that folder, and with ours where it has none",
                    expose_value=False,
                    callback=_begin,
                )
            )
        return command


def _begin(context: Any, _: Any, value: str | None) -> str | None:
    """Take the folder's templates until the command ends."""
    if value is not None and not context.resilient_parsing:
        from pachamama.papers.own_templates import own_templates

        context.with_resource(own_templates(Path(value)))
    return value
