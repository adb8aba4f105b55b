"""What messages say of keys: on the full screen there are keys, line by line there are words behind a slash.

A message that names a key which the person does not have sends that person nowhere; so no message of the sitting names
one itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from pachamama.core.sentences import Sentence, say


@dataclass(frozen=True, slots=True)
class Hints:
    """The remedies that name keys or commands, one for each moment.

    `listed`: a list to choose from. `nobody`: a sheet without marks. `no_total`: the total was left out. `compare`: it does
    not agree. `is_out`: the entry is out of the contest. `stored`: the sheet is in already. `leave`: a half typed sheet
    would be dropped. `finish`: it is in the way. `reason`: a correction waits for its reason.
    """

    listed: Sentence
    nobody: Sentence
    no_total: Sentence
    compare: Sentence
    is_out: Sentence
    stored: Sentence
    leave: Sentence
    finish: Sentence
    reason: Sentence


ON_SCREEN = Hints(
    listed=say("arrows and Enter, or the number of the line; Esc goes back"),
    nobody=say("if nobody was there, say so with F4: absent, withdrawn or disqualified"),
    no_total=say("copy the total from the paper; or Enter once more to store the sheet without it"),
    compare=say(
        "compare each mark with the paper (arrow up); if the paper itself is added up wrongly, empty the total"
    ),
    is_out=say("marks are kept, but count for nothing; F4 takes it back"),
    stored=say("Enter keeps a mark, a figure replaces it; a change asks for a reason. Esc leaves it as it is"),
    leave=say("Esc once more drops what was typed; any other key goes on with it"),
    finish=say("finish it, or drop it with Esc and Esc once more"),
    reason=say("type the reason and Enter, or Esc to go back to the sheet"),
)
_COMMAND = {"leave": say("leave"), "back": say("back"), "status": say("status")}
"""The words that stand behind the slash, in the reader's language."""
BY_LINES = Hints(
    listed=say("the number of the line; `/{leave}` goes back", leave=_COMMAND["leave"]),
    nobody=say(
        "if nobody was there, say so with `/{status}`: absent, withdrawn or disqualified", status=_COMMAND["status"]
    ),
    no_total=say("type the total from the paper; or Enter once more to store the sheet without it"),
    compare=say(
        "compare each mark with the paper (`/{back}`); if the paper itself is added up wrongly, go on with Enter alone",
        back=_COMMAND["back"],
    ),
    is_out=say("marks are kept, but count for nothing; `/{status}` takes it back", status=_COMMAND["status"]),
    stored=say(
        "Enter keeps a mark, a figure replaces it; a change asks for a reason. `/{leave}` leaves it as it is",
        leave=_COMMAND["leave"],
    ),
    leave=say("`/{leave}` once more drops what was typed; any mark goes on with it", leave=_COMMAND["leave"]),
    finish=say("finish it, or drop it with `/{leave}`", leave=_COMMAND["leave"]),
    reason=say("type the reason, or `/{leave}` to go back to the sheet", leave=_COMMAND["leave"]),
)
