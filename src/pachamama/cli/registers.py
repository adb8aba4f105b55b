"""`add` and `list`: a single watershed, community, household or judge, and what the registers hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.imports import REGISTERS, read_beside, take_in
from pachamama.cli.session import Session, session
from pachamama.core.model import Community, Household, Judge, Watershed
from pachamama.core.problems import NOWHERE, Problem, WrongUsage
from pachamama.core.sentences import listing, say

if TYPE_CHECKING:
    from pachamama.exchange import Beside
    from pachamama.store import RegisterKind, Store

app = new_app()
add = new_app(help="Add one to a register, or correct it: a code, then column=value words.")
app.add_typer(add, name="add", cls=Group)
listed = new_app(help="Show a register.")
app.add_typer(listed, name="list", cls=Group)

Code = Annotated[str, typer.Argument(metavar="CODE", help="its code, as on the papers")]
Words = Annotated[
    list[str], typer.Argument(metavar="COLUMN=VALUE", help="what is known of it; names with blanks in quotes")
]


@add.command("watershed", cls=Command)
def add_watershed(context: typer.Context, code: Code, words: Words) -> None:
    """Add a watershed, for example `add watershed W1 name="Río Claro"`."""
    _add(session(context), "watersheds", code, words)


@add.command("community", cls=Command)
def add_community(context: typer.Context, code: Code, words: Words) -> None:
    """Add a community, for example `add community C1 name=Ccapana watershed=W1 households=80`."""
    _add(session(context), "communities", code, words)


@add.command("household", cls=Command)
def add_household(context: typer.Context, code: Code, words: Words) -> None:
    """Add a household, for example `add household H001 community=C1 head="Rosa Q." dni=00001234`."""
    _add(session(context), "households", code, words)


@add.command("judge", cls=Command)
def add_judge(context: typer.Context, code: Code, words: Words) -> None:
    """Add a judge, for example `add judge J1 name="Elena M." community=C2 office=Municipalidad phases="field public"`.

    `community` is the home community, where the judge may not judge; without `phases` all of them may be judged.
    """
    _add(session(context), "judges", code, words)


def _add(asked: Session, kind: RegisterKind, code: str, words: Sequence[str]) -> None:
    from pachamama.exchange import read_single

    found = {"code": code}
    for word in words:
        column, equals, value = word.partition("=")
        if not equals or not column.strip() or column.strip() in found:
            raise WrongUsage(
                Problem(
                    NOWHERE,
                    say("“{word}” is not understood", word=word),
                    say("write each column once, as column=value, for example: {example}", example='name="Rosa Q."'),
                )
            )
        found[column.strip()] = value
    completed, beside = _completed(asked, kind, found)
    take_in(asked, kind, read_single(kind, completed, beside=beside), is_typed=True)


def _completed(asked: Session, kind: RegisterKind, words: dict[str, str]) -> tuple[dict[str, str], Beside]:
    """Who corrects one column of a known row need not type the others; and what it is read beside."""
    with asked.open() as store:
        beside = read_beside(store, kind)
        known: Mapping[str, dict[str, str]]
        if kind == "watersheds":
            known = {one.code: {"name": one.name} for one in store.watersheds()}
        elif kind == "communities":
            known = {one.code: {"name": one.name, "watershed": one.watershed} for one in store.communities()}
        elif kind == "households":
            known = {one.code: {"community": one.community, "head": one.head} for one in store.households()}
        else:
            known = {one.code: {"name": one.name} for one in store.judges()}
    return {**known.get(words["code"], {}), **words}, beside


# -- list ------------------------------------------------------------------------------------------------------------


@listed.command("watersheds", cls=Command)
def list_watersheds(context: typer.Context) -> None:
    """Show the watersheds."""
    asked = session(context)
    with asked.open() as store:
        _show(asked, [_watershed(one) for one in store.watersheds()], ("code", "name"))


@listed.command("communities", cls=Command)
def list_communities(
    context: typer.Context,
    watershed: Annotated[str | None, typer.Option("--watershed", metavar="CODE", help="only of that watershed")] = None,
) -> None:
    """Show the communities with the number of households on their padrón."""
    asked = session(context)
    with asked.open() as store:
        _show(
            asked,
            [_community(one) for one in store.communities(watershed)],
            ("code", "name", "watershed", "households"),
        )


@listed.command("households", cls=Command)
def list_households(
    context: typer.Context,
    community: Annotated[str | None, typer.Option("--community", metavar="CODE", help="only of that community")] = None,
) -> None:
    """Show the households. As CSV or JSON, with personal numbers (DNI) in it, the journal says so."""
    asked = session(context)
    with asked.open() as store:
        rows = [_household(one) for one in store.households(community)]
    _record_numbers(asked, "households", rows)
    fields = list(dict.fromkeys(name for row in rows for name in row if name not in _HOUSEHOLD))
    _show(asked, rows, (*_HOUSEHOLD, *fields))


@listed.command("judges", cls=Command)
def list_judges(context: typer.Context) -> None:
    """Show the judges. As CSV or JSON, with personal numbers (DNI) in it, the journal says so."""
    asked = session(context)
    with asked.open() as store:
        rows = [_judge(one) for one in store.judges()]
    _record_numbers(asked, "judges", rows)
    _show(asked, rows, _JUDGE)


def _record_numbers(asked: Session, kind: str, rows: Sequence[Mapping[str, str]]) -> None:
    """A list that leaves the screen with personal numbers in it stands in the journal."""
    if asked.format != "table" and any(row["dni"] for row in rows):
        asked.record_export(f"register: {kind}")


_JUDGE = ("code", "name", "dni", "community", "office", "phases")
_HOUSEHOLD = ("code", "community", "head", "dni", "partner", "sex", "category")


def _watershed(one: Watershed) -> dict[str, str]:
    return {"code": one.code, "name": one.name}


def _community(one: Community) -> dict[str, str]:
    number = "" if one.households is None else str(one.households)
    return {"code": one.code, "name": one.name, "watershed": one.watershed, "households": number}


def _household(one: Household) -> dict[str, str]:
    told = (one.code, one.community, one.head, one.dni, one.partner, one.sex, one.category)
    return {**dict(zip(_HOUSEHOLD, told, strict=True)), **one.fields}


def _judge(one: Judge) -> dict[str, str]:
    told = (one.code, one.name, one.dni, one.community, one.office, " ".join(one.phases))
    return dict(zip(_JUDGE, told, strict=True))


def rows_of_register(store: Store, kind: str, within: str | None) -> tuple[tuple[str, ...], list[list[str]]]:
    """The columns of a register and its rows of text, as `import` takes them back."""
    columns: tuple[str, ...]
    if kind == "watersheds":
        columns, rows = ("code", "name"), [_watershed(one) for one in store.watersheds()]
    elif kind == "communities":
        columns = ("code", "name", "watershed", "households")
        rows = [_community(one) for one in store.communities(within)]
    elif kind == "households":
        rows = [_household(one) for one in store.households(within)]
        columns = (*_HOUSEHOLD, *dict.fromkeys(name for row in rows for name in row if name not in _HOUSEHOLD))
    else:
        columns, rows = _JUDGE, [_judge(one) for one in store.judges()]
    return columns, [[row.get(column, "") for column in columns] for row in rows]


def _show(asked: Session, rows: Sequence[Mapping[str, str]], columns: Sequence[str]) -> None:
    """Rows as a table, JSON or CSV; the CSV can be imported again."""
    if asked.format == "json":
        asked.json([{column: row.get(column, "") for column in columns} for row in rows])
    elif asked.format == "csv":
        asked.csv(columns, [[row.get(column, "") for column in columns] for row in rows])
    elif not rows:
        asked.tell(
            say("There is nothing in this register yet. Registers are: {words}.", words=listing(list(REGISTERS)))
        )
    else:
        from pachamama.cli.tables import draw

        headings = [(asked.reader.say(_HEADINGS.get(column, column)), "left") for column in columns]
        asked.result(draw(headings, [[asked.reader.say(row.get(column, "")) for column in columns] for row in rows]))  # type: ignore[arg-type]


_HEADINGS = {
    "code": say("Code"),
    "name": say("Name"),
    "watershed": say("Watershed"),
    "households": say("Households"),
    "community": say("Community"),
    "head": say("Head"),
    "dni": say("DNI"),
    "partner": say("Partner"),
    "sex": say("Sex"),
    "category": say("Category"),
    "office": say("Office"),
    "phases": say("Phases"),
}
