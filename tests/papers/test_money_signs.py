"""Money for people and for programs: `S/` on every paper of a programme in soles, `PEN` where a program reads it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, replace

import pytest
from tests.papers.score_papers import big, numbered, packets
from tests.papers.score_papers import rules as score_rules
from tests.papers.sheets import PRINTED, READER, on_paper, pages_of, persons, placing, result, rules, sheet, winners
from tests.papers.test_paying_papers import about, coins, envelopes, payments, receipts, transfers

from pachamama.cli.judging_papers import reader_of
from pachamama.core.rules.document import Rules
from pachamama.language import Reader
from pachamama.papers import acta, bases, kit, prize_sheet, wall_list
from pachamama.papers.heading import RulesOnPaper

PAPERS = (
    "prize_sheet",
    "receipts",
    "transfer_list",
    "envelopes",
    "coin_list",
    "acta",
    "wall_list",
    "bases",
    "big_sheet",
    "score_sheet",
)


def in_soles() -> Rules:
    """The rules of the prize sheet, with prizes in soles and dollars beside them."""
    held = rules()
    assert held.programme.exchange is not None
    other = replace(held.programme.exchange, currency="USD", rate=4)
    return replace(held, programme=replace(held.programme, currency="PEN", exchange=other))


def in_print(paper: str) -> str:
    """The text of that paper of a round in soles."""
    contest, held = winners(4), in_soles()
    paying = about(rules=held)
    some = payments(paying, [123450, 8000])
    values = {
        "rules": held, "competition": "terraces", "tier": held.competitions["terraces"].tiers[0], "reader": READER,
        "round_code": "terraces-household-1", "edition": "2026-I", "state": "final", "printed": PRINTED,
        "contest": contest, "unit_name": "Ccapana", "persons": persons(contest),
    }  # fmt: skip
    made: object
    match paper:
        case "prize_sheet":
            made = sheet(contest, rules=held)
        case "receipts":
            made = receipts(paying, some)
        case "transfer_list":
            made = transfers(paying, some)
        case "envelopes":
            made = envelopes(paying, some, "PEN")
        case "coin_list":
            made = coins(paying, [envelopes(paying, some, "PEN")], "PEN")
        case "acta":
            on, rest = on_paper(values | {"facts": acta.Facts(()), "meeting": acta.Meeting()})
            made = acta.acta(on, **rest)
        case "wall_list":
            on, rest = on_paper(values)
            made = wall_list.wall_list(on, **rest)
        case "bases":
            made = bases.bases(RulesOnPaper(held, "terraces", READER))
        case "big_sheet":
            made = big(2, held=score_rules(purses=5))
        case _:
            (made,) = packets(numbered(1), held=score_rules(cash="until_spent"))
    return " ".join(pages_of(kit.render(paper, asdict(made))))  # type: ignore[call-overload]


@pytest.mark.parametrize("paper", PAPERS)
def test_a_paper_writes_soles_one_way(paper: str) -> None:
    """`S/`, as everybody in Peru writes it: the code of the currency stands nowhere beside it."""
    text = in_print(paper)
    assert "S/" in text
    assert "PEN" not in text


def test_programs_read_the_code_of_the_currency() -> None:
    """The tables of the same sheet say PEN, which no program takes for anything else."""
    made = sheet(result([placing(1, cash={"project": 2000})]), rules=in_soles())
    assert json.loads(prize_sheet.to_json(made))["currency"] == "PEN"
    (row,) = csv.DictReader(io.StringIO(prize_sheet.to_csv(made)))
    assert row["currency"] == "PEN"


def test_a_programme_in_bolivia_writes_figures_as_people_do_there() -> None:
    """`country: BO`: 1.234,50 and a comma in points, on paper only; what programs read keeps the point."""
    held = in_soles()
    held = replace(held, programme=replace(held.programme, currency="BOB", country="BO"))
    assert isinstance(reader_of(held), Reader)
    paying = about(rules=held, reader=reader_of(held))
    text = " ".join(pages_of(kit.render("receipts", asdict(receipts(paying, payments(paying, [123450, 8000]))))))
    assert "1.234,50" in text
    assert "1,234.50" not in text
    peru = about(rules=replace(held, programme=replace(held.programme, country="PE")))
    assert "1,234.50" in " ".join(
        pages_of(kit.render("receipts", asdict(receipts(peru, payments(peru, [123450, 8000])))))
    )
