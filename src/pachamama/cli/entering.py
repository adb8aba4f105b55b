"""`enter` without a name: sheets typed from paper, on the full screen, in the grid, or line by line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from pachamama.cli.gather import pick_round, tier_of_round
from pachamama.cli.paper_desk import Scope, StoreDesk
from pachamama.core.model import Round
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.rules.naming import to_type
from pachamama.core.sentences import Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.cli.session import Session
    from pachamama.store import Store


# -- the command -----------------------------------------------------------------------------------------------------


def enter_sheets(
    asked: Session,
    *,
    round_code: str | None,
    scope: Scope,
    is_grid: bool,
    by_lines: bool,
    is_second: bool,
    asks_code: bool,
    is_quick: bool,
) -> int:
    """Sit down at the sheets of a round; the exit code: 1 where a refusal stopped a pipe."""
    _no_other_format(asked)
    streams = (sys.stdin, sys.stdout, sys.stderr)  # the screen is painted on stderr
    is_terminal = all(stream.isatty() for stream in streams) and os.environ.get("TERM", "") != "dumb"
    with asked.open(writing=True) as store:
        round_ = pick_round(store, round_code)
        _must_be_open(round_)
        desk = StoreDesk(store, round_, actor=asked.actor, scope=_checked(store, round_, scope), is_second=is_second)
        if is_grid:
            _grid(asked, desk, is_terminal=is_terminal, is_quick=is_quick)
            return 0
        if by_lines or not is_terminal:
            return _lines(asked, desk)
        _screen(asked, desk, asks_code=asks_code, is_quick=is_quick)
    return 0


def _no_other_format(asked: Session) -> None:
    if asked.format != "table":
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("who shall be entered?"),
                say("typing sheets has no other format; with `--format json` name the codes of the entries"),
            )
        )


def _must_be_open(round_: Round) -> None:
    if round_.state != "open":
        raise Refused(
            Problem(
                NOWHERE,
                say("{round} is closed", round=round_.code),
                say(
                    "no sheet is typed into it; `pachamama round reopen {round} --reason TEXT` opens it",
                    round=round_.code,
                ),
            )
        )


def _checked(store: Store, round_: Round, scope: Scope) -> Scope:
    """The scope with every code as it is registered; an unknown one is refused with those there are."""
    tier = tier_of_round(round_)
    entries = store.entries(round_.code)
    return Scope(
        _known("--within", scope.within, [one.within for one in entries]),
        _known("--category", scope.category, [one.id for one in tier.categories], to_type(tier.categories)),
        _known("--judge", scope.judge, [one.code for one in store.judges()]),
        _known("--phase", scope.phase, [one.id for one in tier.judged_phases], to_type(tier.judged_phases)),
    )


def _known(option: str, said: str | None, there_are: Sequence[str | None], shown: Value | None = None) -> str | None:
    if said is None:
        return None
    known = list(dict.fromkeys(one for one in there_are if one is not None))
    found = next((one for one in known if one.upper() == said.upper()), None)
    if found is None:
        raise Refused(
            Problem(
                NOWHERE,
                say("{option} “{value}” is not known in this round", option=option, value=said),
                say("there are: {words}", words=shown or listing(known)) if known else None,
            )
        )
    return found


# -- ways to sit -----------------------------------------------------------------------------------------------------


def _screen(asked: Session, desk: StoreDesk, *, asks_code: bool, is_quick: bool) -> None:
    from pachamama.screens.drawing import drawn
    from pachamama.screens.fullscreen import show
    from pachamama.screens.sitting import Sitting

    sitting = Sitting(desk, asks_code=asks_code, is_quick=is_quick)
    show(sitting, lambda width, height: drawn(sitting, asked.reader, width=width, height=height))
    _tell_done(asked, desk, len(sitting.accepted))


def _grid(asked: Session, desk: StoreDesk, *, is_terminal: bool, is_quick: bool) -> None:
    from pachamama.cli.which_grid import grid_scope
    from pachamama.screens.fullscreen import show
    from pachamama.screens.grid import Grid
    from pachamama.screens.grid_drawing import grid_drawn

    if not is_terminal:
        raise WrongUsage(
            Problem(
                NOWHERE, say("the grid needs a terminal"), say("a table is taken by `pachamama import scores FILE`")
            )
        )
    if not desk.tier.judged_phases:
        raise Refused(
            Problem(NOWHERE, say("nothing is judged in this round"), say("its points come from the round below"))
        )
    scope = grid_scope(asked, desk)
    desk = StoreDesk(desk.store, desk.round, actor=desk.actor, scope=scope, is_second=desk.is_second)
    grid = Grid(desk, scope.judge or "", scope.phase or "", is_quick=is_quick)
    if not grid.rows and desk.is_second:
        raise Refused(
            Problem(
                NOWHERE,
                say("nothing is left here for {actor} to type a second time", actor=desk.actor),
                say("whoever types now says so with `--as NAME`; sheets must be typed a first time before"),
            )
        )
    if not grid.rows:
        raise Refused(
            Problem(
                NOWHERE, say("nobody is entered in this contest"), say("enter them first: `pachamama enter ENTRY…`")
            )
        )
    show(grid, lambda width, height: grid_drawn(grid, asked.reader, width=width, height=height))
    _tell_done(asked, desk, len(grid.accepted))


def _lines(asked: Session, desk: StoreDesk) -> int:
    from pachamama.cli.asking import forget_typed_ahead
    from pachamama.cli.telling import at_width
    from pachamama.screens.hints import BY_LINES
    from pachamama.screens.plain import PlainLines
    from pachamama.screens.sitting import Sitting

    is_person = sys.stdin.isatty()
    plain = PlainLines(
        Sitting(desk, asks_code=True, hints=BY_LINES),
        asked.reader,
        tell=lambda text: _write(sys.stderr, f"{at_width(text, sys.stderr)}\n"),
        result=lambda text: _write(sys.stdout, f"{text}\n"),
        forget=forget_typed_ahead if is_person else None,
    )
    ask = (lambda text: _write(sys.stderr, at_width(text, sys.stderr))) if is_person else (lambda _: None)
    is_done = plain.run(_typed_lines(), ask)
    _tell_done(asked, desk, len(plain.sitting.accepted))
    return 0 if is_done else 1


def _write(stream: TextIO, text: str) -> None:
    """Write at once: whoever waits at the other end sees that a sheet is stored."""
    stream.write(text)
    stream.flush()


def _typed_lines() -> Iterator[str]:
    """The lines of stdin, each as soon as it is there."""
    reconfigure = getattr(sys.stdin, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
    while line := sys.stdin.readline():
        yield line


def _tell_done(asked: Session, desk: StoreDesk, accepted: int) -> None:
    """How many were stored, and what is still missing."""
    progress = desk.progress
    said: list[Sentence] = [say_count("{count} sheet stored.", "{count} sheets stored.", accepted)]
    if progress.expected > progress.done:
        still = progress.expected - progress.done
        said.append(say_count("{count} is still missing here.", "{count} are still missing here.", still))
    asked.tell(*said)
