"""Results on the screen: the table of places, the table of prizes with their reasons, and purses that close.

`settle`, `rank` and `prizes` all show the same results through this one door.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from pachamama.cli.tables import Justify, draw
from pachamama.core.model import ContestResult, Placing, PurseResult, Settlement
from pachamama.core.rules import Tier
from pachamama.core.rules.document import phase_label
from pachamama.core.sentences import Money, Name, Points, Value, listing, say
from pachamama.language.reader import Reader

Label = Callable[[str | None, str | None], Value]


def ranking_text(settlement: Settlement, tier: Tier, reader: Reader, label: Label) -> str:
    """Every contest with its places, points by phase, level, and what decided between equals."""
    return _contests(settlement, reader, label, lambda contest: _ranking(contest, tier, reader))


def prizes_text(settlement: Settlement, tier: Tier, reader: Reader, label: Label) -> str:
    """Every contest with its winners, why each amount is what it is, and its purses; then those of the round."""
    text = _contests(settlement, reader, label, lambda contest: _prizes(contest, settlement, tier, reader))
    if settlement.purses:
        text += _purses(settlement.purses, settlement, tier, reader, reader.text("Purses of the whole round"))
    return text


def results_text(settlement: Settlement, tier: Tier, reader: Reader, label: Label) -> str:
    """Places and prizes of every contest, one below the other."""

    def both(contest: ContestResult) -> str:
        places = _ranking(contest, tier, reader)
        return places + (_prizes(contest, settlement, tier, reader) if tier.prizes else "")

    text = _contests(settlement, reader, label, both)
    if settlement.purses:
        text += _purses(settlement.purses, settlement, tier, reader, reader.text("Purses of the whole round"))
    return text


class ShownResults:
    """The text of `results_text`, contest by contest, for a round without purses of its own (see ResultsWriter)."""

    between = "\n"

    def __init__(self, nothing: Settlement, tier: Tier, reader: Reader, label: Label) -> None:
        self._nothing, self._tier, self._reader, self._label = nothing, tier, reader, label

    def fits(self, contest: ContestResult) -> bool:
        """See ResultsWriter."""
        return True

    def start(self) -> str:
        """See ResultsWriter."""
        return ""

    def contest(self, contest: ContestResult) -> str:
        """See ResultsWriter."""
        return results_text(replace(self._nothing, contests=(contest,)), self._tier, self._reader, self._label)

    def end(self) -> str:
        """See ResultsWriter."""
        return ""


def _contests(settlement: Settlement, reader: Reader, label: Label, shown: Callable[[ContestResult], str]) -> str:
    if not settlement.contests:
        return reader.text("There are no entries yet.") + "\n"
    parts = []
    for contest in settlement.contests:
        title = reader.say(label(contest.within, contest.category))
        parts.append((f"{title}\n" if title else "") + shown(contest))
    return "\n".join(parts)


# -- places ----------------------------------------------------------------------------------------------------------


def _ranking(contest: ContestResult, tier: Tier, reader: Reader) -> str:
    phases = tier.judging if len(tier.judging) > 1 else ()
    columns: list[tuple[str, Justify]] = [
        (reader.text("Place"), "right"),
        (reader.text("Entry"), "left"),
        (reader.text("Name"), "left"),
        *((reader.say(phase_label(phase)), "right") for phase in phases),
        (reader.text("Points"), "right"),
    ]
    if tier.levels:
        columns.append((reader.text("Level"), "left"))
    if tier.promotion:
        columns.append((reader.text("Goes up"), "left"))
    levels = {level.id: Name(level.name.texts, level.id) for level in tier.levels}
    rows = []
    for one in contest.placings:
        row = [
            _place(one),
            one.entry.code,
            reader.say(one.entry.name),
            *(_points(one.phases[phase.id], one.phase_decimals[phase.id], reader) for phase in phases),
            _points(one.points, one.decimals, reader),
        ]
        if tier.levels:
            row.append(reader.say(levels[one.level]) if one.level else "")
        if tier.promotion:
            row.append(reader.text("yes") if one.promoted else reader.text("reserve") if one.reserve else "")
        rows.append(row)
    text = draw(columns, rows) if rows else reader.text("Nobody has a place yet.") + "\n"
    return text + _remarks(contest, tier, reader) + _unranked(contest, reader)


def _place(one: Placing) -> str:
    return f"={one.place}" if one.tied_with else str(one.place)


def _points(value: object, decimals: int, reader: Reader) -> str:
    return reader.say(Points(value, decimals))  # type: ignore[arg-type]


def _remarks(contest: ContestResult, tier: Tier, reader: Reader) -> str:
    """What decided between entries with equal points, and what was dropped, left out, added or taken off."""
    lines = []
    steps: dict[str, Value] = {step.id: step.label(tier) for step in tier.ties}
    for one in contest.placings:
        said = [reader.say(note) for note in one.notes]
        if one.decided_by:
            said.insert(
                0, reader.say(say("equal on points; decided by {step}", step=steps.get(one.decided_by, one.decided_by)))
            )
        if one.tied_with:
            said.insert(0, reader.say(say("shares the place with {entries}", entries=listing(list(one.tied_with)))))
        lines += [_hanging(one.entry.code, said)] if said else []
    return "".join(lines)


def _hanging(code: str, said: Sequence[str]) -> str:
    """What is said of an entry, below its table, in lines that a small screen holds."""
    from textwrap import wrap

    lines = wrap(
        f"{code}: {'; '.join(said)}", 79, initial_indent="  ", subsequent_indent="      ", break_on_hyphens=False
    )
    return "".join(f"{line}\n" for line in lines)


def _unranked(contest: ContestResult, reader: Reader) -> str:
    if not contest.unranked:
        return ""
    lines = [f"{reader.text('Without a place')}:"]
    lines += [
        f"  {one.entry.code} {reader.say(one.entry.name)}".rstrip() + f": {reader.say(one.why)}"
        for one in contest.unranked
    ]
    return "".join(f"{line}\n" for line in lines)


# -- prizes ----------------------------------------------------------------------------------------------------------


def _prizes(contest: ContestResult, settlement: Settlement, tier: Tier, reader: Reader) -> str:
    currency = settlement.currency
    won = [one for one in contest.placings if one.awards]
    text = ""
    if won:
        columns: list[tuple[str, Justify]] = [
            (reader.text("Place"), "right"),
            (reader.text("Entry"), "left"),
            (reader.text("Name"), "left"),
            (reader.text("Points"), "right"),
            (reader.text("Prize"), "right"),
            (reader.text("Why"), "left"),
        ]
        rows = [
            [
                _place(one),
                one.entry.code,
                reader.say(one.entry.name),
                _points(one.points, one.decimals, reader),
                reader.say(Money(one.cents, currency)),
                "\n".join(_why(one, currency, reader)),
            ]
            for one in won
        ]
        total = sum(one.cents for one in won)
        text = draw(columns, rows, foot=["", "", "", "", reader.say(Money(total, currency)), reader.text("in all")])
    else:
        text = reader.text("Nobody wins a prize here.") + "\n"
    text += "".join(
        _hanging(one.entry.code, [reader.say(note) for note in one.notes]) for one in contest.placings if one.notes
    )
    if contest.purses:
        text += _purses(contest.purses, settlement, tier, reader, "")
    return text


def _why(one: Placing, currency: str, reader: Reader) -> list[str]:
    said = []
    for award in one.awards:
        why = reader.say(award.why)
        if award.item is not None:
            said.append(f"{reader.say(award.item)}: {why}" if isinstance(award.item, Name) else why)
        elif len([a for a in one.awards if a.item is None]) > 1:
            said.append(f"{reader.say(Money(award.cents, currency))}: {why}")
        else:
            said.append(why)
    return said


def _purses(purses: Sequence[PurseResult], settlement: Settlement, tier: Tier, reader: Reader, title: str) -> str:
    names = {purse.id: Name(purse.name.texts, purse.id) for purse in (tier.prizes.purses if tier.prizes else ())}
    columns: list[tuple[str, Justify]] = [
        (reader.text("Purse"), "left"),
        (reader.text("Amount"), "right"),
        (reader.text("Awarded"), "right"),
        (reader.text("Returned"), "right"),
    ]
    rows = [
        [
            reader.say(names.get(purse.id, purse.id)),
            *(reader.say(Money(part, settlement.currency)) for part in (purse.amount, purse.awarded, purse.returned)),
        ]
        for purse in purses
    ]
    return draw(columns, rows, title=title)
