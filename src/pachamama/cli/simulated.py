"""Simulations on the screen and as JSON: one column of figures for each rules file, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from textwrap import wrap
from typing import Literal

from pachamama.core.names import visible
from pachamama.core.numbers import Exact, fixed, rounded
from pachamama.core.problems import Problem
from pachamama.core.sentences import Money, Points, Sentence, Value, say, say_count
from pachamama.core.simulation import EXTREMES, Extreme, Finding, PurseFigures, Share, Simulated, Spread, Winners
from pachamama.language.reader import Reader

_WIDTH = 79
_COLUMN = 20
"""Characters of one column of figures."""
_NOTHING = "–"
_BARS = "▁▂▃▄▅▆▇█"
_FEW = 50
"""Shares of fewer cases are shown as they are counted."""
_FINDINGS = 8
"""Findings of a kind that are shown; JSON has all of them."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The figures of one rules file under the name of its column."""

    file: str
    figures: Simulated


Figure = Callable[[Simulated], Value | None]
"""What one cell says of a rules file; None where the rules have nothing of the kind."""


def simulated_text(title: str, files: Sequence[Shown], reader: Reader) -> str:
    """The title, all figures with a column for each file, then what was refused and said, a file after the other."""
    lines = [title, ""]
    if len(files) > 1:
        lines += [_line("", _headings(files)), ""]
    for section in _sections(files):
        shown = [(label, cells) for label, cells in _cells(section.rows, files, reader) if set(cells) != {_NOTHING}]
        if shown:
            lines += [reader.say(section.heading), *(_line(f"  {label}", cells) for label, cells in shown)]
            lines += [line for note in section.notes for line in _wrapped(reader.say(note), 2)]
            lines.append("")
    for one in files:
        lines += _findings(one, reader, is_named=len(files) > 1)
    return "\n".join(lines).rstrip() + "\n"


def _headings(files: Sequence[Shown]) -> list[str]:
    """The names of the files without their folders, if they differ then; of long ones the end."""
    names = [Path(one.file).name for one in files]
    if len(set(names)) < len(names):
        names = [one.file for one in files]
    return [name if len(name) < _COLUMN else "…" + name[-(_COLUMN - 2) :] for name in map(visible, names)]


def _line(label: str, cells: Sequence[str]) -> str:
    """A label with its figures; a long label is broken before them."""
    width = _WIDTH - _COLUMN * len(cells)
    indent = len(label) - len(label.lstrip())
    *above, last = _wrapped(label.lstrip(), indent, width=width, more=indent + 2) or [""]
    return "\n".join([*above, f"{last:<{width}}" + "".join(f"{cell:>{_COLUMN}}" for cell in cells)]).rstrip()


def _wrapped(text: str, indent: int, *, width: int = _WIDTH, more: int | None = None) -> list[str]:
    """The text in lines with blanks before them; the first line with fewer if `more` is given."""
    return wrap(
        text,
        width,
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent if more is None else more),
        break_on_hyphens=False,
    )


def _cells(
    rows: Sequence[tuple[Value, Figure]], files: Sequence[Shown], reader: Reader
) -> Iterator[tuple[str, list[str]]]:
    for label, figure in rows:
        values = [figure(one.figures) for one in files]
        yield reader.say(label), [_NOTHING if value is None else reader.say(value) for value in values]


# -- what is shown ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Section:
    """Figures that belong together, a row each, and what must be said of them."""

    heading: Value
    rows: Sequence[tuple[Value, Figure]]
    notes: Sequence[Sentence] = ()


def _sections(files: Sequence[Shown]) -> Iterator[Section]:
    is_one_run = all(one.figures.runs == 1 for one in files)
    yield _rounds(files, is_one_run=is_one_run)
    names: dict[str, Value] = {}
    for one in files:
        for purse in one.figures.purses:
            names.setdefault(purse.id, purse.name)
    for id_, name in names.items():
        yield Section(
            say("Purse “{purse}”", purse=name),
            _purse(id_, is_one_run=is_one_run),
            _short_notes(files, id_, worst=False),
        )
        if any(purse.worst for one in files for purse in one.figures.purses):
            yield _worst_cases(files, id_, name)
    yield Section(say("Who wins"), _winners(files))
    yield Section(say("Ties: how many of the contests have"), _ties())
    yield Section(say("Groups of equals that are separated in a round"), _decided(files))
    yield Section(say("Who goes up from a contest"), _promotion())


def _short_notes(files: Sequence[Shown], id_: str, *, worst: bool) -> list[Sentence]:
    """What the mark before a claim means, where there is one."""
    is_short = any(
        claim is not None and claim > purse.amount
        for one in files
        for purse in one.figures.purses
        if purse.id == id_
        for claim in (purse.worst.values() if worst else [purse.largest_claim])
    )
    return [say("! is more than the purse holds")] if is_short else []


def _rounds(files: Sequence[Shown], *, is_one_run: bool) -> Section:
    rows: list[tuple[Value, Figure]] = [
        (say("refused"), lambda one: _part(Share(one.runs - one.settled, one.runs))),
        (say("contests in a round"), lambda one: _whole(one.contests)),
        (say("entries in a round"), lambda one: _whole(one.entries)),
        (say("entries without a place"), lambda one: _mean(one.unranked)),
    ]
    some = any(0 < one.figures.settled < one.figures.runs for one in files)
    notes = [say("What is spent, and who wins, is counted in the rounds that are not refused.")] if some else []
    return Section(say("The round") if is_one_run else say("Rounds"), rows, notes)


def _purse(id_: str, *, is_one_run: bool) -> list[tuple[Value, Figure]]:
    def cash(figure: Callable[[PurseFigures], Exact | None]) -> Figure:
        return _of_purse(id_, lambda purse, currency: _cash(figure(purse), currency))

    rows: list[tuple[Value, Figure]] = [
        (say("holds for one contest"), cash(lambda one: one.amount if _has_many(one) else None)),
        (say("holds for the whole round"), cash(lambda one: _in(one.held, "most"))),
    ]
    if is_one_run:
        rows += [
            (say("spent"), cash(lambda one: _in(one.spent, "most"))),
            (say("returned"), cash(lambda one: _in(one.returned, "most"))),
        ]
    else:
        rows += [
            (say("spent in a round, on average"), cash(lambda one: _in(one.spent, "mean"))),
            (say("half of the rounds spend at most"), cash(lambda one: _in(one.spent, "median"))),
            (say("5 of 100 rounds spend at most"), cash(lambda one: _in(one.spent, "low"))),
            (say("95 of 100 rounds spend at most"), cash(lambda one: _in(one.spent, "high"))),
            (say("the most spent in a round"), cash(lambda one: _in(one.spent, "most"))),
            (say("rounds, least to most spent"), _of_purse(id_, lambda one, _: _drawing(one.spent))),
            (say("returned, on average"), cash(lambda one: _in(one.returned, "mean"))),
        ]
        rows.append(
            (
                say("the most spent in one contest"),
                cash(lambda one: _in(one.in_one, "most") if _has_many(one) else None),
            )
        )
    rows.append(
        (
            say("the largest claim played"),
            _of_purse(id_, lambda one, currency: _claim(one.largest_claim, one, currency)),
        )
    )
    if not is_one_run:
        rows.append((say("rounds in which it is too small"), _of_purse(id_, lambda one, _: one.short)))
    return rows


def _of_purse(id_: str, figure: Callable[[PurseFigures, str], Value | None]) -> Figure:
    """A figure of the purse with that id, with the currency; None where the rules have no such purse."""

    def found(one: Simulated) -> Value | None:
        purse = next((purse for purse in one.purses if purse.id == id_), None)
        return None if purse is None else figure(purse, one.currency)

    return found


def _has_many(one: PurseFigures) -> bool:
    """There are several pots of the purse in a round, one for each contest."""
    return not one.is_of_round and one.held is not None and one.held.most > one.amount


def _worst_cases(files: Sequence[Shown], id_: str, name: Value) -> Section:
    labels: Mapping[Extreme, Sentence] = {
        "all_equal": say("all are equal, in the middle"),
        "best_equal": say("one more tie at the top than prizes"),
        "all_at_the_top": say("all have full marks"),
        "all_at_the_bottom": say("all have the least marks"),
        "no_ties": say("all are there, all different"),
    }

    def worst(extreme: Extreme) -> Figure:
        return _of_purse(id_, lambda one, currency: _worst(one, extreme, currency))

    rows: list[tuple[Value, Figure]] = [(labels[extreme], worst(extreme)) for extreme in EXTREMES]
    rows.append(
        (
            say("the largest of all, the rounds played included"),
            _of_purse(id_, lambda one, currency: _claim(one.largest_of_all, one, currency)),
        )
    )
    smallest = _of_purse(id_, lambda one, currency: _cash(one.worst_smallest, currency))
    rows.append((say("the smallest prize in these cases"), smallest))
    notes = _short_notes(files, id_, worst=True)
    if any(one.figures.categories > 1 for one in files):
        notes.append(say("Nobody is absent; tried also with everybody in one category."))
    else:
        notes.append(say("Nobody is absent."))
    heading = (
        say("Purse “{purse}”: the largest claim of a round, if …", purse=name)
        if all(purse.is_of_round for one in files for purse in one.figures.purses if purse.id == id_)
        else say("Purse “{purse}”: the largest claim of a contest, if …", purse=name)
    )
    return Section(heading, rows, notes)


def _worst(one: PurseFigures, extreme: Extreme, currency: str) -> Value | None:
    claim = one.worst.get(extreme)
    return None if claim is None else _claim(claim, one, currency)


def _claim(claim: int, one: PurseFigures, currency: str) -> Value:
    """A claim, marked where it is more than the purse holds."""
    amount = Money(claim, currency)
    return say("! {amount}", amount=amount) if claim > one.amount else amount


def _winners(files: Sequence[Shown]) -> list[tuple[Value, Figure]]:
    entrants = {
        "household": say("households that win something"),
        "group": say("groups that win something"),
        "community": say("communities that win something"),
    }[files[0].figures.tier]
    above = say("win more than a flat prize")
    tells = any(one.winners and one.winners.above_flat != one.winners.entrants for one in [it.figures for it in files])

    def of(figure: Callable[[Winners], Value | None]) -> Figure:
        return lambda one: None if one.winners is None else figure(one.winners)

    def cash(figure: Callable[[Winners], int | None]) -> Figure:
        return lambda one: None if one.winners is None else _cash(figure(one.winners), one.currency)

    return [
        (entrants, of(lambda one: _percent(one.entrants))),
        (above, of(lambda one: _percent(one.above_flat) if tells else None)),
        (say("communities with a winner"), of(lambda one: _percent(one.communities))),
        (say("women among those who enter"), of(lambda one: _percent(one.women_entering))),
        (say("women among the winners"), of(lambda one: _percent(one.women_winning))),
        (
            say("women among those with more than a flat prize"),
            of(lambda one: _percent(one.women_above_flat) if tells else None),
        ),
        (say("cash prizes in a round"), of(lambda one: _mean(one.prizes))),
        (say("prizes in kind in a round"), of(lambda one: _mean(one.things) if one.things.most else None)),
        (say("smallest prize"), cash(lambda one: one.smallest)),
        (say("largest prize"), cash(lambda one: one.largest)),
        (say("prizes outside the range"), of(lambda one: one.outside)),
        (say("rounds with such prizes"), of(lambda one: one.outside_runs if one.outside else None)),
        (say("the smallest of them"), cash(lambda one: one.outside_smallest)),
        (say("the largest of them"), cash(lambda one: one.outside_largest)),
    ]


def _ties() -> list[tuple[Value, Figure]]:
    return [
        (say("equal points in prize places"), lambda one: _percent(one.ties.equal)),
        (say("a prize place still shared in the end"), lambda one: _percent(one.ties.shared)),
        (say("lots to draw in prize places"), lambda one: _percent(one.ties.lots_for_prizes)),
        (say("lots to draw anywhere"), lambda one: _percent(one.ties.lots)),
    ]


def _decided(files: Sequence[Shown]) -> list[tuple[Value, Figure]]:
    """How many groups each tie step separates in a round, on average."""

    def by(step: str) -> Figure:
        def found(one: Simulated) -> Value | None:
            number = one.ties.decided.get(step)
            return None if number is None else _rate(number, one.runs)

        return found

    steps = dict.fromkeys(step for one in files for step in one.figures.ties.decided)
    called = {step: name for one in files for step, name in one.figures.ties.called.items()}
    return [(say("by {step}", step=called.get(step, step)), by(step)) for step in steps]


def _rate(number: int, runs: int) -> Value:
    """So many in a round: as they were counted of one round, else on average."""
    return number if runs == 1 else Points(rounded(Fraction(number, runs), 1), 1)


def _promotion() -> list[tuple[Value, Figure]]:
    return [
        (say("on average"), lambda one: _mean(one.promoted)),
        (say("fewest"), lambda one: _in(one.promoted, "least")),
        (say("most"), lambda one: _in(one.promoted, "most")),
        (say("contests with a tie at the cut"), lambda one: _percent(one.cut)),
    ]


# -- figures ---------------------------------------------------------------------------------------------------------


def _in(spread: Spread | None, name: Literal["least", "low", "median", "mean", "high", "most"]) -> Exact | None:
    """One figure of a spread, None where there is no spread."""
    found: Exact | None = None if spread is None else getattr(spread, name)
    return found


def _cash(cents: Exact | None, currency: str) -> Value | None:
    return None if cents is None else Money(int(rounded(cents, 0)), currency)


def _percent(share: Share | None) -> Value | None:
    """A share in percent; of few cases as they are counted."""
    if share is None or share.percent is None:
        return None
    if share.whole < _FEW:
        return _part(share)
    return say("{percent} %", percent=Points(rounded(share.percent, 1), 1))


def _part(share: Share) -> Value:
    return say("{part} of {whole}", part=share.part, whole=share.whole)


def _whole(spread: Spread) -> Value:
    if spread.least == spread.most:
        return spread.least
    return say("{least} to {most}", least=spread.least, most=spread.most)


def _mean(spread: Spread | None) -> Value | None:
    if spread is None:
        return None
    return spread.least if spread.least == spread.most else Points(rounded(spread.mean, 1), 1)


def _drawing(spread: Spread | None) -> Value | None:
    if spread is None or spread.least == spread.most:
        return None
    highest = max(spread.bins)
    return "".join(_BARS[-(-count * (len(_BARS) - 1) // highest)] if count else " " for count in spread.bins)


# -- findings --------------------------------------------------------------------------------------------------------


def _findings(one: Shown, reader: Reader, *, is_named: bool) -> list[str]:
    figures = one.figures
    lines: list[str] = []
    kinds = (
        (say("What would be refused"), figures.refused),
        (say("What would be refused in the worst cases"), figures.impossible),
        (say("What would be said"), figures.remarks),
        (say("What would have to be recorded"), figures.due),
    )
    for heading, findings in kinds:
        if not findings:
            continue
        title: Value = say("{heading}, {file}", heading=heading, file=visible(one.file)) if is_named else heading
        lines.append(reader.say(title))
        for finding in findings[:_FINDINGS]:
            lines += _finding(finding, figures.runs, reader)
        if len(findings) > _FINDINGS:
            more = say_count("and {count} more kind", "and {count} more kinds", len(findings) - _FINDINGS)
            lines.append("  " + reader.say(more))
        lines.append("")
    return lines


def _finding(finding: Finding, runs: int, reader: Reader) -> list[str]:
    """How often, one example, and what remedies it."""
    times = say_count("{count} time", "{count} times", finding.times)
    often = (
        times if runs == 1 else say("in {part} of {whole} rounds, {times}", part=finding.runs, whole=runs, times=times)
    )
    example = finding.example
    message = example.message if isinstance(example, Problem) else example
    said = say("{often}: {example}", often=often, example=message)
    lines = _wrapped(reader.say(said), 2, more=4)
    if isinstance(example, Problem) and example.hint is not None:
        lines += _wrapped(reader.say(example.hint), 4)
    return lines


# -- JSON ------------------------------------------------------------------------------------------------------------


def simulated_json(files: Sequence[Shown], was: Sequence[Shown], reader: Reader) -> list[dict[str, object]]:
    """All figures of each file, exact numbers as strings; `as_it_was` are those of last edition's marks, else null."""
    before = {id(one): other for one, other in zip(files, was, strict=False)}
    return [
        {
            "file": one.file,
            "figures": _document(one.figures, reader),
            "as_it_was": _document(before[id(one)].figures, reader) if id(one) in before else None,
        }
        for one in files
    ]


def _document(one: Simulated, reader: Reader) -> dict[str, object]:
    return {
        "competition": one.competition,
        "tier": one.tier,
        "currency": one.currency,
        "runs": one.runs,
        "settled": one.settled,
        "contests": _counts(one.contests),
        "entries": _counts(one.entries),
        "unranked": _counts(one.unranked),
        "purses": [_purse_document(purse) for purse in one.purses],
        "winners": None if one.winners is None else _winners_document(one.winners),
        "ties": {
            "equal_in_prize_places": _share(one.ties.equal),
            "prize_place_shared": _share(one.ties.shared),
            "lots_for_prizes": _share(one.ties.lots_for_prizes),
            "lots": _share(one.ties.lots),
            "decided": dict(one.ties.decided),
        },
        "promoted": _counts(one.promoted),
        "equal_at_the_cut": _share(one.cut),
        "refused": _found(one.refused, reader),
        "worst_cases_refused": _found(one.impossible, reader),
        "remarks": _found(one.remarks, reader),
        "due": _found(one.due, reader),
    }


def _purse_document(one: PurseFigures) -> dict[str, object]:
    return {
        "id": one.id,
        "per": "round" if one.is_of_round else "contest",
        "amount": _money(one.amount),
        "held": _monies(one.held),
        "spent": _monies(one.spent),
        "returned": _monies(one.returned),
        "spent_in_one": _monies(one.in_one),
        "largest_claim": _money(one.largest_claim),
        "short_rounds": one.short,
        "worst": {extreme: _money(claim) for extreme, claim in one.worst.items()},
        "largest_claim_of_all": _money(one.largest_of_all),
        "smallest_prize_in_worst": _money(one.worst_smallest),
    }


def _winners_document(one: Winners) -> dict[str, object]:
    return {
        "entrants": _share(one.entrants),
        "communities": _share(one.communities),
        "more_than_flat": _share(one.above_flat),
        "women_entering": _share(one.women_entering),
        "women_winning": _share(one.women_winning),
        "women_with_more_than_flat": _share(one.women_above_flat),
        "prizes": _counts(one.prizes),
        "in_kind": _counts(one.things),
        "smallest": _money(one.smallest),
        "largest": _money(one.largest),
        "outside_range": {
            "prizes": one.outside,
            "rounds": one.outside_runs,
            "smallest": _money(one.outside_smallest),
            "largest": _money(one.outside_largest),
        },
    }


def _money(cents: Exact | None) -> str | None:
    return None if cents is None else fixed(rounded(cents, 0) / Fraction(100), 2)


def _monies(spread: Spread | None) -> dict[str, object] | None:
    if spread is None:
        return None
    return {
        "least": _money(spread.least),
        "low": _money(spread.low),
        "median": _money(spread.median),
        "mean": _money(spread.mean),
        "high": _money(spread.high),
        "most": _money(spread.most),
        "bins": list(spread.bins),
    }


def _counts(spread: Spread | None) -> dict[str, object] | None:
    if spread is None:
        return None
    return {
        "least": spread.least,
        "low": spread.low,
        "median": fixed(spread.median, 2),
        "mean": fixed(spread.mean, 2),
        "high": spread.high,
        "most": spread.most,
    }


def _share(share: Share | None) -> dict[str, object] | None:
    if share is None or share.percent is None:
        return None
    return {"part": share.part, "whole": share.whole, "percent": fixed(share.percent, 1)}


def _found(findings: Sequence[Finding], reader: Reader) -> list[dict[str, object]]:
    return [{"rounds": one.runs, "times": one.times, "example": _example(one, reader)} for one in findings]


def _example(finding: Finding, reader: Reader) -> str:
    if isinstance(finding.example, Problem):
        return reader.problem(finding.example)
    return reader.say(finding.example)
