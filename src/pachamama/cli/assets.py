"""`asset`: what a household had before and has now, with its value: for rules that use it, and for the accounts.

The figures stand with the entry as the fields `ID_before`, `ID_now`, `ID_unit`, `ID_value_before` and `ID_value_now`, so that
score tables bring them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import session
from pachamama.core.assets import PARTS, read_quantity
from pachamama.core.numbers import plain, read_exact, simple
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.sentences import say

if TYPE_CHECKING:
    from pachamama.store import Entered

app = new_app()
asset = new_app(help="What an entry had before and has now (terraces, guinea pigs …), with its value.")
app.add_typer(asset, name="asset", cls=Group)


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset of one entry, each figure as it was written; '' where nobody said it."""

    within: str | None
    category: str | None
    entry: str
    name: str
    asset: str
    parts: Mapping[str, str]

    @property
    def gain(self) -> str:
        """Now less before, in plain digits; '' while one of them is missing."""
        return _less(self.parts["now"], self.parts["before"])

    @property
    def value_gain(self) -> str:
        """The value now less the value before."""
        return _less(self.parts["value_now"], self.parts["value_before"])


@asset.command("set", cls=Command)
def set_(
    context: typer.Context,
    entry: Annotated[str, typer.Argument(metavar="ENTRY", help="whose it is")],
    name: Annotated[str, typer.Argument(metavar="ASSET", help="what it is, by a short id such as terraces")],
    before: Annotated[str, typer.Option("--before", metavar="QUANTITY", help="how much there was before")] = "",
    now: Annotated[str, typer.Option("--now", metavar="QUANTITY", help="how much there is now")] = "",
    unit: Annotated[str, typer.Option("--unit", metavar="TEXT", help="metres, animals …")] = "",
    value_before: Annotated[str, typer.Option("--value-before", metavar="AMOUNT", help="its value before")] = "",
    value_now: Annotated[str, typer.Option("--value-now", metavar="AMOUNT", help="its value now")] = "",
    within: Annotated[
        str | None, typer.Option("--within", metavar="CODE", help="the community or watershed it competes in")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="ID", help="its category")] = None,
    correct: Annotated[
        str | None, typer.Option("--correct", metavar="REASON", help="replace figures that are stored already, and why")
    ] = None,
    round_: Annotated[
        str | None,
        typer.Option("--round", metavar="ROUND", help="the round; may be left out where only one can be meant"),
    ] = None,
) -> None:
    """Record what an entry had before and has now. Figures that stand already are replaced only with a reason.

    For example `asset set H031 terraces --before 10 --now 25 --unit m`.
    """
    from pachamama.cli.gather import pick_round
    from pachamama.core.model import Contest, Entry

    asked = session(context)
    asked.no_csv()
    said = dict(zip(PARTS, (before, now, unit, value_before, value_now), strict=True))
    fields = {f"{name}_{part}": _checked(part, text) for part, text in said.items() if text}
    if not fields:
        raise WrongUsage(
            Problem(NOWHERE, say("nothing is said of {asset}", asset=name), say("say `--before`, `--now`, or both"))
        )
    if not name.isidentifier():
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("“{asset}” is no id", asset=name),
                say("write letters, digits and `_`, such as guinea_pigs"),
            )
        )
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_)
        found = store.find_entry(meant.code, entry, within=within or ..., category=category or ...)
        table = Contest(found.within, found.category, (Entry(entry, fields=fields),))
        changes = store.import_scores(meant.code, [table], correct=correct, actor=asked.actor)
        stored = _assets(store.entries(meant.code, found.within, found.category), name)
    mine = next(one for one in stored if one.entry == entry)
    if asked.format == "json":
        asked.json(_written(mine))
        return
    asked.tell(
        say("That is what is stored already.")
        if changes.is_nothing
        else say(
            "{entry}, {asset}: {before} before, {now} now.",
            entry=entry,
            asset=name,
            before=mine.parts["before"] or "—",
            now=mine.parts["now"] or "—",
        )
    )


@asset.command("list", cls=Command)
def list_(
    context: typer.Context,
    round_: Annotated[
        str | None,
        typer.Argument(metavar="ROUND", help="the round's code; may be left out where only one can be meant"),
    ] = None,
    within: Annotated[
        str | None, typer.Option("--community", "--within", metavar="CODE", help="only that community (or watershed)")
    ] = None,
    category: Annotated[str | None, typer.Option("--category", metavar="ID", help="only that category")] = None,
    name: Annotated[str | None, typer.Option("--asset", metavar="ASSET", help="only that asset")] = None,
) -> None:
    """List the assets of a round: quantity and value before and now, and the gain."""
    from pachamama.cli.gather import pick_round
    from pachamama.cli.tables import draw

    asked = session(context)
    with asked.open() as store:
        meant = pick_round(store, round_)
        entered = [
            one
            for one in store.entries(meant.code)
            if within in (None, one.within) and category in (None, one.category)
        ]
    found = _assets(entered, name)
    if asked.format == "json":
        asked.json([_written(one) for one in found])
        return
    if asked.format == "csv":
        asked.csv(
            ("within", "category", "entry", "asset", *PARTS, "gain", "value_gain"),
            [
                [
                    *(one.within or "", one.category or "", one.entry, one.asset),
                    *(one.parts[part] for part in PARTS),
                    *(one.gain, one.value_gain),
                ]
                for one in found
            ],
        )
        return
    if not found:
        asked.tell(say("No assets are recorded in {round}.", round=meant.code))
        return
    text = asked.reader.text
    quantities = (text("Before"), text("Now"), text("Gain"))
    values = (text("Value before"), text("Value now"), text("Gain in value"))
    asked.result(
        draw(
            [
                (text("Entry"), "left"),
                (text("Name"), "left"),
                (text("Asset"), "left"),
                (text("Unit"), "left"),
                *((head, "right") for head in (*quantities, *values)),
            ],
            [
                [
                    *(one.entry, one.name, one.asset, one.parts["unit"]),
                    *(one.parts["before"], one.parts["now"], one.gain),
                    *(one.parts["value_before"], one.parts["value_now"], one.value_gain),
                ]
                for one in found
            ],
        )
    )


def _assets(entered: Iterable[Entered], name: str | None) -> list[Asset]:
    """Every asset of the entries, in the order of their codes."""
    found = []
    for one in entered:
        ids = {
            field.removesuffix(f"_{part}")
            for field in one.fields
            for part in ("value_before", "value_now", "before", "now")
            if field.endswith(f"_{part}")
        }
        ids = {id_ for id_ in ids if not id_.endswith("_value")}
        found += [
            Asset(
                one.within, one.category, one.code, one.name, id_,
                {part: one.fields.get(f"{id_}_{part}", "") for part in PARTS},
            )
            for id_ in sorted(ids)
            if name in (None, id_)
        ]  # fmt: skip
    return found


def _checked(part: str, text: str) -> str:
    """A quantity or an amount in plain digits; a unit as it is written."""
    if part == "unit":
        return " ".join(text.split())
    figure = read_quantity(text)
    if isinstance(figure, str):
        return figure
    raise Refused(Problem(NOWHERE, *figure))


def _less(more: str, less: str) -> str:
    first, second = read_exact(more), read_exact(less)
    return "" if first is None or second is None else plain(simple(Fraction(first) - Fraction(second)))


def _written(one: Asset) -> dict[str, str | None]:
    return {
        "within": one.within,
        "category": one.category,
        "entry": one.entry,
        "asset": one.asset,
        **one.parts,
        "gain": one.gain,
        "value_gain": one.value_gain,
    }
