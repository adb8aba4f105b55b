"""The papers of the results as tables: exact points and cents from the settlement, in the order of the paper."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypedDict

from pachamama.core.model import ContestResult
from pachamama.exchange.paper_table import PaperCell, PaperColumn, PaperTable

if TYPE_CHECKING:
    from pachamama.cli.outcome import Outcome
    from pachamama.papers.acta import Acta
    from pachamama.papers.big_sheet import BigSheet
    from pachamama.papers.certificate import Certificates
    from pachamama.papers.heading import Heading
    from pachamama.papers.prize_sheet import PrizeSheet
    from pachamama.papers.round_report import RoundReport
    from pachamama.papers.slip import Slips


def acta_tables(paper: Acta, contest: ContestResult, found: Outcome) -> Mapping[str, PaperTable]:
    """The places and the prizes of one contest, under `results` and `prizes`."""
    labels, about, facts = paper.labels, paper.heading, facts_of(paper.heading, found.rules.programme.currency)
    headings = [f"{about.paper.text}: {about.title.text}", *(line.text for line in about.lines)]
    won = [one for one in contest.placings if one.awards]
    decimals = max((one.decimals for one in contest.placings), default=0)
    results = PaperTable(
        name=_part(paper, "results"),
        title=_part(paper, "results"),
        columns=(
            PaperColumn("place", labels["place"].text, "count"),
            PaperColumn("entry", labels["entry"].text),
            PaperColumn("name", labels["name"].text, width=38),
            PaperColumn("points", labels["points"].text, "points", decimals=decimals),
            PaperColumn("remark", labels["remark"].text, width=42),
        ),
        rows=[
            (one.place, row.entry, row.name, one.points, row.remark)
            for row, one in zip(paper.results, contest.placings, strict=True)
        ],
        headings=headings,
        stamps=paper.heading.stamps,
        facts=facts,
        is_portrait=True,
    )
    prizes = PaperTable(
        name=_part(paper, "prizes"),
        title=_part(paper, "prizes"),
        columns=(
            PaperColumn("place", labels["place"].text, "count"),
            PaperColumn("entry", labels["entry"].text),
            PaperColumn("name", labels["name"].text, width=38),
            PaperColumn("amount", labels["amount"].text, "money", is_summed=True),
            PaperColumn("in_words", labels["in_words"].text, width=42),
            PaperColumn("in_kind", labels["in_kind"].text, width=30),
        ),
        rows=[
            (one.place, row.entry, row.name, one.cents, row.words, "; ".join(row.items))
            for row, one in zip(paper.prizes, won, strict=True)
        ],
        headings=headings,
        stamps=paper.heading.stamps,
        total=labels["total"].text,
        facts=facts,
    )
    return {"results": results, "prizes": prizes}


def prize_sheet_table(paper: PrizeSheet, contest: ContestResult, found: Outcome) -> PaperTable:
    """What the CSV of a prize sheet holds, with sums: a row for each winner, a column for each purse."""
    labels, about = paper.labels, paper.heading
    won = [one for one in contest.placings if one.awards]
    return PaperTable(
        name=about.paper.text,
        title=f"{about.paper.text}: {about.title.text}",
        columns=(
            PaperColumn("place", labels["place"].text, "count"),
            PaperColumn("entry", labels["entry"].text),
            PaperColumn("name", labels["name"].text, width=38),
            PaperColumn("partner", labels["partner"].text, width=30),
            PaperColumn("dni", labels["dni"].text),
            PaperColumn("points", labels["points"].text, "points", decimals=max((one.decimals for one in won), default=0)),
            *(PaperColumn(f"purse_{one.id}", one.name, "money", is_summed=True) for one in paper.purses),
            PaperColumn("in_kind", labels["in_kind"].text, width=30),
            PaperColumn("amount", f"{labels['amount'].text} {paper.money.sign}", "money", is_summed=True),
            PaperColumn("in_words", labels["in_words"].text, width=42),
        ),
        rows=[
            (one.place, row.entry, row.name, row.partner, row.dni, one.points, *row.purses, "; ".join(row.items), row.cents, row.words)
            for row, one in zip(paper.rows, won, strict=True)
        ],
        headings=[line.text for line in about.lines],
        stamps=about.stamps,
        notes=paper.waits,
        total=labels["total"].text,
        facts=facts_of(about, found.rules.programme.currency),
    )  # fmt: skip


def _part(paper: Acta, table: str) -> str:
    """The title of the part that holds the table, else that of the paper."""
    return next((part.title for part in paper.parts if part.table == table), paper.labels[table].text)


def place_cell(place: str) -> int | str:
    """A place for a spreadsheet to sort: a number, or the text of one that is none (`2.5`, `2–3`)."""
    return int(place) if place.isdecimal() else place


def certificate_table(paper: Certificates, found: Outcome) -> PaperTable:
    """Who is honoured, a row for each certificate."""
    labels, about = paper.labels, paper.heading
    return PaperTable(
        name=about.paper.text,
        title=f"{about.paper.text}: {about.title.text}",
        columns=(
            PaperColumn("place", labels["place"].text, "count"),
            PaperColumn("entry", labels["entry"].text),
            PaperColumn("name", labels["name"].text, width=42),
            PaperColumn("where", labels["where"].text, width=30),
            PaperColumn("text", labels["text"].text, width=42),
            PaperColumn("place_and_day", labels["day"].text, width=30),
        ),
        rows=[
            (place_cell(one.place), one.entry, one.name, one.where, one.reason, paper.place_and_day)
            for one in paper.pages
        ],
        stamps=paper.heading.stamps,
        facts=facts_of(about, found.rules.programme.currency),
    )


def slip_document(paper: Slips) -> dict[str, Any]:
    """The explanations as they are read, for programs."""
    about = paper.heading
    return {
        "round": about.round_code,
        "edition": about.edition,
        "within": about.within,
        "category": about.category,
        "code": about.code or None,
        "slips": [asdict(one) for one in paper.slips],
    }


def report_tables(paper: RoundReport, found: Outcome) -> Mapping[str, PaperTable]:
    """A row for each contest under `contests`, and one for each purse under `purses`."""
    labels, about = paper.labels, paper.heading
    facts = {key: fact for key, fact in facts_of(about, found.rules.programme.currency).items() if key not in _CONTEST}
    contests = found.settlement.contests
    decimals = max((one.decimals for contest in contests for one in contest.placings), default=0)
    counts = ("entered", "judged", *(("women", "men") if paper.has_sexes else ()), "winners")
    rows: list[tuple[PaperCell, ...]] = []
    for unit, contest in zip(paper.units, contests, strict=True):
        points = [None if one is None else Fraction(one) for one in unit.points]
        counted = [getattr(unit, one) for one in counts]
        rows.append((contest.within, contest.category, unit.name, *counted, *points, unit.cents))
    tables = {
        "contests": PaperTable(
            name=labels["contests"].text,
            title=f"{about.paper.text}: {about.title.text}",
            columns=(
                PaperColumn("within", labels["unit"].text),
                PaperColumn("category", labels["category"].text),
                PaperColumn("name", labels["contest"].text, width=38),
                *(PaperColumn(one, labels[one].text, "count", is_summed=True) for one in counts),
                *(
                    PaperColumn(one, labels[one].text, "points", decimals=decimals)
                    for one in ("least", "median", "best")
                ),
                PaperColumn("amount", labels["amount"].text, "money", is_summed=True),
            ),
            rows=rows,
            headings=paper.summary,
            stamps=paper.heading.stamps,
            total=labels["total"].text,
            facts=facts,
        )
    }
    if paper.purses:
        tables["purses"] = PaperTable(
            name=labels["purses"].text,
            title=f"{labels['purses'].text}: {about.title.text}",
            columns=(
                PaperColumn("purse", labels["purse"].text, width=38),
                *(
                    PaperColumn(one, labels[one].text, "money", is_summed=True)
                    for one in ("amount", "awarded", "returned")
                ),
            ),
            rows=[(one.name, *one.cents) for one in paper.purses],
            stamps=paper.heading.stamps,
            total=labels["total"].text,
            facts=facts,
        )
    return tables


def big_sheet_table(paper: BigSheet) -> PaperTable:
    """The big sheet to be typed into: who is entered, and empty columns for all that is written by hand."""
    labels, about = paper.labels, paper.heading
    named = [row for row in paper.rows if row.entry]
    towns = any(row.community for row in named)
    columns = [
        PaperColumn("number", labels["number"].text, "count"),
        PaperColumn("entry", labels["entry"].text),
        PaperColumn("name", labels["name"].text, width=34),
        PaperColumn("partner", labels["partner"].text, width=28),
        *([PaperColumn("community", labels["community"].text)] if towns else []),
        *([] if paper.unit else [PaperColumn("unit", labels["unit"].text, "written", width=10)]),
    ]
    unit = f" ({paper.unit})" if paper.unit else ""
    for when in ("before", "now"):
        quantity = f"{labels[when].text}: {labels['quantity'].text}{unit}"
        columns.append(PaperColumn(f"{when}_quantity", quantity, "written", width=12))
        columns.append(
            PaperColumn(f"{when}_value", f"{labels[when].text}: {labels['value'].text}", "written", width=12)
        )
    columns += [PaperColumn(f"mark_{at}", one.label.text, "written", width=11) for at, one in enumerate(paper.marks, 1)]
    columns.append(PaperColumn("place", labels["place"].text, "written", width=8))
    columns += [
        PaperColumn(f"purse_{at}", f"{labels['by_purse'].text}: {one.label.text}", "written", width=13)
        for at, one in enumerate(paper.purses, 1)
    ]
    if paper.in_kind:
        columns.append(PaperColumn("in_kind", labels["in_kind"].text, "written", width=14))
    columns.append(PaperColumn("signature", labels["signature"].text, "written"))
    rows: list[tuple[PaperCell, ...]] = []
    for at, row in enumerate(named, start=1):
        said: tuple[PaperCell, ...] = (at, row.entry, row.name, row.partner, *([row.community] if towns else []))
        rows.append((*said, *([None] * (len(columns) - len(said)))))
    return PaperTable(
        name=" ".join(part for part in (about.within, about.category) if part) or about.title.text,
        **headed(about),
        columns=columns,
        rows=rows,
        notes=[f"{labels['judges'].text}: {', '.join(name for name, _ in paper.judges if name)}"]
        if any(name for name, _ in paper.judges)
        else [],
        blank=len(paper.rows) - len(named),
        facts={key: facts_of(about, "")[key] for key in ("round", "edition", *_CONTEST)},
    )


# -- what the tables of papers share ---------------------------------------------------------------------------------


class Headed(TypedDict):
    """What stands above the table, and across it."""

    title: str
    headings: list[str]
    stamps: Sequence[str]


def headed(about: Heading) -> Headed:
    """The head of a paper as that of its table."""
    return {
        "title": f"{about.paper.text}: {about.title.text}",
        "headings": [line.text for line in about.lines],
        "stamps": about.stamps,
    }


class Kept(TypedDict):
    """The columns of a table, and its rows of as many cells."""

    columns: Sequence[PaperColumn]
    rows: Sequence[Sequence[PaperCell]]


def kept(columns: Sequence[PaperColumn], rows: Iterable[Sequence[PaperCell]], left_out: Mapping[str, bool]) -> Kept:
    """Columns and rows without the columns that this paper does not have."""
    at = [number for number, column in enumerate(columns) if not left_out.get(column.id)]
    return {"columns": [columns[one] for one in at], "rows": [[row[one] for one in at] for row in rows]}


def facts_of(about: Heading, currency: str) -> dict[str, str | bool | None]:
    """What is true of every row of a table of results."""
    return {
        "round": about.round_code,
        "edition": about.edition,
        "within": about.within,
        "category": about.category,
        "state": about.state,
        "currency": currency,
        "code": about.code or None,
    }


_CONTEST = ("within", "category")
"""The facts that are of one contest, and not of a whole round."""
