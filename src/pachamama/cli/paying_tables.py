"""The papers of paying as tables: cents from the papers themselves, in their order."""

from __future__ import annotations

from collections.abc import Sequence

from pachamama.cli.paper_tables import facts_of, headed
from pachamama.exchange.paper_table import PaperColumn, PaperTable
from pachamama.papers.coin_list import CoinList
from pachamama.papers.envelopes import Envelopes, Piece
from pachamama.papers.receipts import Receipts
from pachamama.papers.transfer_list import TransferList


def receipts_table(paper: Receipts) -> PaperTable:
    """A row for each receipt, with the sum of each purse of the rules; what was paid before is below zero."""
    labels = paper.labels
    has_before = any(one.before for one in paper.receipts)
    columns = (
        PaperColumn("receipt", labels["receipt"].text),
        PaperColumn("entry", paper.heading.labels["code"].text),
        PaperColumn("name", labels["name"].text, width=38),
        PaperColumn("dni", labels["dni"].text),
        PaperColumn("what_for", labels["what_for"].text, width=42),
        *(PaperColumn(f"purse_{id_}", name, "money", is_summed=True) for id_, name in paper.purses),
        *((PaperColumn("before", labels["before"].text, "money", is_summed=True),) if has_before else ()),
        PaperColumn("amount", f"{labels['amount'].text} {paper.money.sign}", "money", is_summed=True),
        PaperColumn("in_words", labels["in_words"].text, width=42),
        PaperColumn("in_kind", labels["in_kind"].text, width=30),
    )
    rows = [
        (
            one.number,
            one.entry,
            one.name,
            one.dni,
            one.what_for,
            *(dict(one.purses).get(name, 0) for _, name in paper.purses),
            *((-sum(cents for _, cents in one.before),) if has_before else ()),
            one.cents,
            one.words,
            "; ".join(one.items),
        )
        for one in paper.receipts
    ]
    return _table(paper, columns, rows)


def transfer_table(paper: TransferList) -> PaperTable:
    """A row for each transfer, as a bank takes it in."""
    labels = paper.labels
    columns = (
        PaperColumn("number", labels["number"].text, "count"),
        PaperColumn("receipt", labels["receipt"].text),
        PaperColumn("entry", paper.heading.labels["code"].text),
        PaperColumn("name", labels["name"].text, width=38),
        PaperColumn("dni", labels["dni"].text),
        PaperColumn("bank", labels["bank"].text),
        PaperColumn("account", labels["account"].text),
        PaperColumn("cci", labels["cci"].text),
        PaperColumn("contest", labels["where"].text, width=34),
        PaperColumn("amount", f"{labels['amount'].text} {paper.money.sign}", "money", is_summed=True),
    )
    rows = [
        (at, one.receipt, one.entry, one.name, one.dni, one.bank, one.account, one.cci, one.where, one.cents)
        for at, one in enumerate(paper.transfers, start=1)
    ]
    return _table(paper, columns, rows)


def envelopes_table(paper: Envelopes) -> PaperTable:
    """A row for each envelope, a column for each note and coin."""
    labels = paper.labels
    columns = (
        PaperColumn("number", labels["number"].text, "count"),
        PaperColumn("receipt", labels["receipt"].text),
        PaperColumn("entry", paper.heading.labels["code"].text),
        PaperColumn("name", labels["name"].text, width=38),
        PaperColumn("amount", f"{labels['amount'].text} {paper.money.sign}", "money", is_summed=True),
        *_pieces(paper.pieces),
        PaperColumn("rest", labels["rest"].text, "money", is_summed=True),
    )
    rows = [
        (at, one.receipt, one.entry, one.name, one.cents, *one.counts, one.rest)
        for at, one in enumerate(paper.envelopes, start=1)
    ]
    return _table(paper, columns, rows, notes=paper.notes)


def coins_table(paper: CoinList) -> dict[str, PaperTable]:
    """What to ask the bank for, and how it is shared out."""
    labels = paper.labels
    asked = _table(
        paper,
        (
            PaperColumn("piece", labels["piece"].text, "money"),
            PaperColumn("kind", labels["kind"].text),
            PaperColumn("count", labels["pieces"].text, "count", is_summed=True),
            PaperColumn("amount", f"{labels['amount'].text} {paper.money.sign}", "money", is_summed=True),
        ),
        [
            (one.cents, labels["bills" if one.is_note else "coins"].text, count, one.cents * count)
            for one, count in zip(paper.pieces, paper.counts, strict=True)
        ],
        notes=paper.notes,
    )
    shared = _table(
        paper,
        (
            PaperColumn("contest", labels["contest"].text, width=34),
            PaperColumn("envelopes", labels["envelopes"].text, "count", is_summed=True),
            *_pieces(paper.pieces),
            PaperColumn("amount", f"{labels['amount'].text} {paper.money.sign}", "money", is_summed=True),
        ),
        [(one.where, one.envelopes, *one.counts, one.cents) for one in paper.bags],
        title=labels["shared"].text,
    )
    return {"": asked, "shared": shared}


def _pieces(pieces: Sequence[Piece]) -> list[PaperColumn]:
    """A column for each piece, called by what it is worth: `piece_0.50`."""
    said = [f"{one.cents // 100}.{one.cents % 100:02}".removesuffix(".00") for one in pieces]
    return [PaperColumn(f"piece_{one}", one, "count", is_summed=True) for one in said]


def _table(
    paper: CoinList | Envelopes | Receipts | TransferList,
    columns: Sequence[PaperColumn],
    rows: Sequence[Sequence[object]],
    *,
    notes: Sequence[str] = (),
    title: str = "",
) -> PaperTable:
    about = paper.heading
    where = " ".join(line.text for line in about.lines[:-1])
    head = headed(about)
    return PaperTable(
        name=title or where or about.paper.text,
        title=title or head["title"],
        columns=columns,
        rows=rows,  # type: ignore[arg-type]
        headings=head["headings"],
        stamps=head["stamps"],
        notes=notes,
        total=paper.labels["total"].text,
        facts=facts_of(about, paper.money.currency),
    )
