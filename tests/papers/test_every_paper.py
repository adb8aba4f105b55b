"""The papers after the results, typeset for real in each language, with contests of every size, and read back.

The typesetter's warnings are errors (test_kit), so a paper that is made has no unknown font and no layout that does not
settle; what is looked for here is that all of it is on the paper, and nothing that should not be.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

import pytest
from tests.papers.sheets import (
    PRINTED,
    TOOLS,
    on_paper,
    overlapping,
    pages_of,
    persons,
    placing,
    result,
    rules,
    winners,
)

from pachamama.core.explaining.section import Section
from pachamama.core.model import ContestResult, Drawing, Entry, Placing, Ruling, Settlement, Unranked
from pachamama.core.numbers import cents
from pachamama.core.promotion import Promotion
from pachamama.core.sentences import Name, say
from pachamama.language import Reader
from pachamama.papers import acta, certificate, folder_index, round_report, slip
from pachamama.papers.acta import Facts, JudgeSaid, Meeting
from pachamama.papers.folder_index import IndexRow
from pachamama.papers.labels import Label

LONG = "María de los Ángeles Ccapatinta-Huallparimachi de Chuquipata"
WORD = "Wiraqochapampamantakunapaqqapaqllaqtakunamantapunipachapaqmi"
LANGUAGES = {"es": "es, qu", "en": "en"}
SEAL = "7K2QX-M4PTW-9RZBD-H3FCV-5NGJY-Q"
DNI = re.compile(r"\b\d{8}\b")
SIX = tuple(JudgeSaid(f"J{n}", f"{LONG[:40]} {n}", f"0000900{n}", ("field",)) for n in range(1, 7))


def desierto() -> ContestResult:
    """Somebody has a place, and nobody wins."""
    return result([placing(1), placing(2)])


def nobody() -> ContestResult:
    """A contest in which nobody has a place."""
    return result([], unranked=3)


def tied(count: int) -> ContestResult:
    """Everybody shares the first place, over as many pages as that takes."""
    codes = [f"H{number:03}" for number in range(1, count + 1)]
    return result(
        [
            placing(
                n, place=1, cash={"project": 2000}, tied_with=tuple(code for code in codes[:6] if code != codes[n - 1])
            )
            for n in range(1, count + 1)
        ]
    )


def named(contest: ContestResult, name: str) -> ContestResult:
    """The same with everybody called that."""
    return replace(
        contest,
        placings=tuple(replace(one, entry=replace(one.entry, name=name)) for one in contest.placings),
    )


def three_purses() -> ContestResult:
    """A winner who draws from three purses and wins a thing too."""
    cash = {"project": 123456, "municipality": 7850, "donor": 99}
    return result([placing(1, cash=cash, items=(TOOLS,)), placing(2, cash=cash)])


def in_kind() -> ContestResult:
    """Prizes that are things only."""
    return result([placing(1, items=(TOOLS, Name({"es": LONG}))), placing(2, items=(TOOLS,))])


CONTESTS = {
    "one": lambda: winners(1),
    "seven": lambda: winners(7, without=3),
    "three hundred": lambda: winners(300),
    "desierto": desierto,
    "nobody": nobody,
    "shared": lambda: tied(60),
    "long names": lambda: named(winners(40), LONG),
    "one long word": lambda: named(winners(12), WORD),
    "three purses": three_purses,
    "in kind": in_kind,
}


def given(language: str, contest: ContestResult) -> dict[str, Any]:
    """What every paper of a contest is made of."""
    purses = tuple(
        sorted({award.purse for one in contest.placings for award in one.awards if award.purse} or {"project"})
    )
    held = rules(LANGUAGES[language], purses)
    tier = held.competitions["terraces"].tier("household")
    return {
        "rules": held,
        "competition": "terraces",
        "tier": tier,
        "round_code": "terraces-household-1",
        "edition": "2026-I",
        "reader": Reader.of(language),
        "code": SEAL,
        "contest": contest,
        "unit_name": "Ccapana",
        "persons": persons(contest),
    }


def minutes(language: str, contest: ContestResult, **changes: Any) -> acta.Acta:
    """The minutes of a contest."""
    values = given(language, contest) | {
        "facts": Facts(SIX[:3]),
        "meeting": Meeting(),
        "state": "final",
        "printed": PRINTED,
    }
    about, rest = on_paper(values | changes)
    return acta.acta(about, **rest)


def honours(language: str, contest: ContestResult, **changes: Any) -> certificate.Certificates:
    """The certificates of everybody with a place."""
    values = given(language, contest) | {"honoured": contest.placings, "place": "Ccapana", "day": PRINTED}
    about, rest = on_paper(values | changes)
    return certificate.certificates(about, **rest)


def slips_of(language: str, told: Sequence[tuple[str, str, Sequence[Section]]]) -> slip.Slips:
    """The slips of those who are told."""
    about, _ = on_paper(given(language, winners(1)) | {"printed": PRINTED, "state": "final"})
    return slip.slips(about, "C1", "new", where="Ccapana", told=told)


def report(language: str, contests: Sequence[ContestResult], **changes: Any) -> round_report.RoundReport:
    """The report of a round of these contests."""
    about, _ = on_paper(given(language, contests[0] if contests else nobody()) | {"printed": PRINTED, "state": "final"})
    values: dict[str, Any] = {
        "settlement": Settlement("terraces", "household", "USD", tuple(contests), ()),
        "sexes": {
            (one.within, one.category, p.entry.code): "FM"[p.position % 2] for one in contests for p in one.placings
        },
        "registered": {"C1": 400},
        "label": {(one.within, one.category): f"{one.within} {LONG}" for one in contests},
    }
    return round_report.round_report(changes.pop("about", about), **(values | changes))


def index(language: str, rows: Sequence[IndexRow]) -> folder_index.FolderIndex:
    """The index of a folder."""
    about, _ = on_paper(given(language, winners(1)) | {"printed": PRINTED, "state": "final"})
    return folder_index.folder_index(about, rows)


def squeezed(text: str) -> str:
    """The text without blanks: a name that is broken over two lines is still the name."""
    return re.sub(r"\s+", "", text)


def on(pages: Sequence[str], text: str) -> bool:
    """The text is on the pages, wherever its lines break."""
    return squeezed(text) in squeezed(" ".join(pages))


def money(placings: Sequence[Placing]) -> int:
    """All the cents that are won."""
    return sum(award.cents for one in placings for award in one.awards)


# -- the minutes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", CONTESTS)
def test_minutes_say_everybody_and_every_cent(language: str, kind: str) -> None:
    """Names, points, the total in figures and in words; on every page the seal, and room to sign on the last."""
    contest = CONTESTS[kind]()
    made = minutes(language, contest)
    pdf = acta.to_pdf(made)
    pages = pages_of(pdf)
    reader = Reader.of(language)
    for one in contest.placings:
        assert on(pages, one.entry.code)
        assert on(pages, made.results[0].name)
    for line in made.prizes:
        assert on(pages, line.name)
        assert on(pages, line.words)
        assert all(on(pages, item) for item in line.items)
    if money(contest.placings):
        assert on(pages, made.total)
        assert on(pages, made.total_words)
    assert all(SEAL in page for page in pages)
    assert all(on(pages[-1:], one) for one in made.authorities)
    assert f"{len(pages)} de {len(pages)}" in pages[-1] or f"{len(pages)} of {len(pages)}" in pages[-1]
    assert pdf == acta.to_pdf(made)
    assert reader.text("Prizes") in " ".join(pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_of_the_minutes_are_on_every_page_of_a_long_table(language: str) -> None:
    """Whoever reads the fifth page aloud knows which column is which."""
    made = minutes(language, winners(300))
    pages = pages_of(acta.to_pdf(made))
    with_rows = [page for page in pages if len(re.findall(r"\bH\d{3}\b", page)) > 3]
    assert len(with_rows) > 10
    assert all(made.labels["name"].text in page for page in with_rows)


def test_the_total_of_the_minutes_is_that_of_the_core() -> None:
    """Reckoned anew from the awards, and written as es-PE writes it."""
    contest = winners(9)
    made = minutes("es", contest)
    total = money(contest.placings)
    assert made.total == f"USD {total // 100:,}.{total % 100:02}"
    assert sum(cents_of(line.amount) for line in made.prizes) == total


def cents_of(amount: str) -> int:
    """`USD 1,234.50` as cents."""
    return int(re.sub(r"\D", "", amount)) if amount else 0


@pytest.mark.parametrize("count", range(1, 34))
def test_signatures_of_the_minutes_never_stand_alone(count: int) -> None:
    """However many rows: with the signatures stand the sentence that ends the act, and the last prizes with their total."""
    made = minutes("es", winners(count), facts=Facts(SIX[: 1 + count % 6]))
    last = pages_of(acta.to_pdf(made))[-1]
    assert on([last], made.closing.replace("<blank>", "").split(".")[1])
    assert all(on([last], line.words) for line in made.prizes[-2:])
    assert last.count(made.labels["in_words"].text) == 1
    assert on([last], made.total_words)
    assert all(on([last], name) for name, _ in made.judges)


@pytest.mark.parametrize("count", range(1, 14))
def test_signatures_of_the_minutes_take_the_last_paragraphs_with_them(count: int) -> None:
    """Where words end the act and no table: at least the last of them stand on the page that is signed."""
    paid = [say("Paid with receipt {number}.", number=number) for number in range(1, 1 + 3 * (count % 3 + 1))]
    made = minutes("en", winners(count), facts=Facts(SIX[:3], payments=paid))
    last = pages_of(acta.to_pdf(made))[-1]
    assert all(on([last], one) for one in made.parts[-1].paragraphs[-3:])


def test_minutes_tell_who_goes_up_and_who_is_a_reserve() -> None:
    """By code and name, best first; that nobody goes up is said, and nothing where the rules send nobody on."""
    contest = winners(5)
    first, second, third, *rest = contest.placings
    up = [replace(one, promoted=True) for one in (first, second)]
    going = replace(contest, placings=(*up, replace(third, reserve=True), *rest))
    held = rules("en", ("municipality", "project"))
    competition = held.competitions["terraces"]
    tier = replace(competition.tiers[0], promotion=Promotion(top=2, reserves=1))

    def told(language: str, one: ContestResult) -> tuple[str, ...]:
        title = Reader.of(language).text("Who goes up")
        return next(part.paragraphs for part in minutes(language, one, tier=tier).parts if part.title == title)

    one, two, three = (f"{one.entry.code} {one.entry.name}" for one in (first, second, third))
    assert told("en", going) == (f"2 go up, best first: {one} and {two}.", f"Reserve, for whoever withdraws: {three}.")
    assert told("es", going)[0] == f"Pasan 2, en este orden: {one} y {two}."
    assert told("en", contest) == ("Nobody goes up.",)
    assert "Who goes up" not in [part.title for part in minutes("en", going).parts]


def test_minutes_tell_decisions_long_and_odd() -> None:
    """Six judges with long names, lots, a ruling, those without a place: in sentences, none of them cut."""
    contest = replace(winners(5), unranked=(Unranked(Entry("X1", LONG), "absent", say("absent")),))
    facts = Facts(
        SIX,
        rulings=[Ruling("C1", "new", "H001", "disqualification", "", "Presentó el terreno " * 12, (LONG, LONG))],
        drawings=[Drawing("C1", "new", "lots", ("H002", "H003"), "Empate exacto", (LONG,))],
        recusals=[(LONG, "H004", "Es su cuñado")],
        accepted="El jurado J5 enfermó",
        closed_by="Elena",
        witness=LONG,
    )
    made = minutes("es", contest, facts=facts, is_rehearsal=True, state="provisional", code="")
    pages = pages_of(acta.to_pdf(made))
    for part in made.parts:
        assert on(pages, part.title)
        assert all(on(pages, one) for one in part.paragraphs)
    assert all(on([page], word) for page in pages for word in ("ENSAYO", "PROVISIONAL"))
    assert overlapping(acta.to_pdf(minutes("es", contest, facts=facts))) == []


def test_minutes_tell_a_ruling_once_and_one_that_was_lifted_as_such() -> None:
    """Two records of one deduction are one; a disqualification that a status took away stands there as past."""
    twice = [
        Ruling("C1", "new", "H002", "deduction", "late", "Llegó tarde", ("Ana Sol",), code) for code in ("A1", "A2")
    ]
    lifted = Ruling("C1", "new", "H001", "disqualification", "", "Terreno ajeno", ("Ana Sol",), "A3", is_lifted=True)
    facts = Facts(SIX, rulings=[twice[0], lifted, twice[1]])
    said = [one for part in minutes("en", winners(5), facts=facts).parts for one in part.paragraphs]
    assert sum("Llegó tarde" in one for one in said) == 1
    assert "Decided by Ana Sol." in next(one for one in said if "Llegó tarde" in one)
    (past,) = [one for one in said if "Terreno ajeno" in one]
    assert past.startswith("The jury had ruled on H001")
    assert past.endswith("That does not stand any more.")


def test_a_contest_without_winners_says_so_in_the_minutes() -> None:
    """Desierto is a result like any other; there is no empty table."""
    for contest in (desierto(), nobody()):
        made = minutes("es", contest)
        assert "desierto" in " ".join(one for part in made.parts for one in part.paragraphs).lower()
        assert made.total == ""
        assert [part.table for part in made.parts if part.table == "prizes"] == []


def test_prizes_in_kind_are_in_the_minutes_without_an_amount() -> None:
    """The thing stands where the words of the amount would; there is no total of nothing."""
    made = minutes("es", in_kind())
    pages = pages_of(acta.to_pdf(made))
    assert on(pages, "Juego de herramientas")
    assert made.total == ""


def test_minutes_of_many_who_share_a_place_say_how_many() -> None:
    """A few are named; forty rows with thirty-nine codes each would be a book that nobody reads aloud."""
    made = minutes("es", tied(40))
    assert {len(row.remark) for row in made.results} == {len("comparte el puesto con 6 más")}
    assert len(pages_of(acta.to_pdf(made))) < 6
    assert {row.remark for row in minutes("es", tied(2)).results} == {
        "comparte el puesto con H002",
        "comparte el puesto con H001",
    }


# -- certificates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in CONTESTS if kind not in ("nobody", "three hundred")])
def test_each_certificate_is_one_page_with_a_whole_name(language: str, kind: str) -> None:
    """Couples with very long names too; no DNI, and the text stays inside of the frame."""
    made = honours(language, CONTESTS[kind]())
    pdf = certificate.to_pdf(made)
    pages = pages_of(pdf)
    assert len(pages) == len(made.pages)
    for page, one in zip(pages, made.pages, strict=True):
        assert on([page], one.name)
        assert on([page], one.reason)
        assert all(on([page], office) for office in made.signers)
    assert not DNI.search(" ".join(pages))
    assert overlapping(pdf) == []
    assert pdf == certificate.to_pdf(made)


def test_a_certificate_says_the_place_in_quechua_beside_the_spanish() -> None:
    """Up to the tenth place, and only beside Spanish; an English programme prints none."""
    assert [one.beside.split(" · ")[0] for one in honours("es", winners(12)).pages[:2]] == [
        "Ñawpaq ñiqin",
        "Iskay ñiqin",
    ]
    assert "Ñawpaq ñiqin" in pages_of(certificate.to_pdf(honours("es", winners(2))))[0]
    assert "ñiqin" not in "".join(one.beside for one in honours("es", winners(12)).pages[10:])
    assert "ñiqin" not in "".join(one.beside for one in honours("en", winners(2)).pages)


def test_a_certificate_on_printed_stock_has_the_texts_only() -> None:
    """Neither the title nor the frame, which are on the stock."""
    whole, bare = (pages_of(certificate.to_pdf(honours("es", winners(2), text_only=one)))[0] for one in (False, True))
    title = honours("es", winners(2)).heading.paper.text.upper()
    assert title in whole
    assert title not in bare
    assert "Quispe" in bare or "Condori" in bare


def test_a_slip_says_its_headings_in_quechua_beside_the_spanish() -> None:
    """Where a word is certain: `Puesto / Ñiqin`; an English programme prints none."""
    section = Section(say("Place"), (say("{entry} goes up", entry="H1"),))
    (slip_,) = slips_of("es", [("H1", "Ana", [section])]).slips
    assert slip_.sections[0].title == Label("Puesto", "Ñiqin")
    assert "Puesto / Ñiqin" in " ".join(pages_of(slip.to_pdf(slips_of("es", [("H1", "Ana", [section])]))))
    (slip_,) = slips_of("en", [("H1", "Ana", [section])]).slips
    assert slip_.sections[0].title == Label("Place")


# -- explanation slips ---------------------------------------------------------------------------------------------------


def told(count: int, *, lines: int = 6) -> list[tuple[str, str, list[Section]]]:
    """So many entries with an explanation of so many lines in twelve criteria."""
    sections = [
        Section(
            say("Marks and points: {phase}", phase=f"Fase {number}"),
            tuple(
                say("{judge}: {mark}", judge=f"J{number}", mark=f"Andenes y acequias {line}") for line in range(lines)
            ),
        )
        for number in range(1, 13)
    ]
    return [(f"H{number:03}", LONG if number % 2 else f"Familia {number}", sections) for number in range(1, count + 1)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lines", [1, 6, 30])
def test_a_slip_over_several_pages_says_whose_it_is(language: str, lines: int) -> None:
    """Every page has name and code of the entry and counts the pages of that slip; nothing is cut; no DNI."""
    made = slips_of(language, told(3, lines=lines))
    pdf = slip.to_pdf(made)
    pages = pages_of(pdf)
    assert len(pages) % 3 == 0
    each = len(pages) // 3
    for at, page in enumerate(pages):
        assert f"H00{at // each + 1}" in page
        assert on([page], made.slips[at // each].name)
        assert f"{at % each + 1} de {each}" in page or f"{at % each + 1} of {each}" in page
    for one in made.slips:
        assert all(on(pages, line) for part in one.sections for line in part.lines)
    assert not DNI.search(" ".join(pages))
    assert pdf == slip.to_pdf(made)


@pytest.mark.parametrize("lines", [1, 3])
def test_a_slip_that_is_a_little_too_long_is_set_smaller_and_stays_one_page(lines: int) -> None:
    """Half a leaf for each household: smaller letters down to seven points, before a second page is begun."""
    assert len(pages_of(slip.to_pdf(slips_of("es", told(3, lines=lines))))) == 3


def test_slips_of_a_large_contest_are_set_piece_by_piece() -> None:
    """Everybody once, in order, in files that are numbered; the last one keeps its number although it has one slip."""
    whole = slips_of("es", told(121, lines=1))
    parts = whole.in_parts(60)
    assert [len(part.slips) for part in parts] == [60, 60, 1]
    assert [one.entry for part in parts for one in part.slips] == [one.entry for one in whole.slips]
    assert [part.file_stem.rpartition("-")[2] for part in parts] == ["1", "2", "3"]
    assert slips_of("es", told(60, lines=1)).in_parts(60) == (slips_of("es", told(60, lines=1)),)


# -- the report ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 7, 60])
def test_the_report_counts_what_the_core_counts(language: str, count: int) -> None:
    """A row for each contest over as many pages as that takes; entered, winners and money are those of the results."""
    contests = [replace(winners(3 + n % 5, without=n % 3), within=f"C{n}") for n in range(count)]
    made = report(language, contests)
    pdf = round_report.to_pdf(made)
    pages = pages_of(pdf)
    assert [(one.entered, one.winners, one.cents) for one in made.units] == [
        (len(one.placings), sum(1 for p in one.placings if p.awards), money(one.placings)) for one in contests
    ]
    assert all(sum(one.bars) == one.judged for one in made.units)
    for one in made.units:
        assert on(pages, one.name)
        assert on(pages, one.amount)
    assert all(on(pages, one) for one in made.summary)
    for purse in made.purses:
        assert purse.cents[0] == purse.cents[1] + purse.cents[2]
    if count == 60:
        rows = [page for page in pages if "C1" in page or "C5" in page]
        assert all(made.labels["entered"].text in page for page in rows)
    assert not DNI.search(" ".join(pages))
    assert pdf == round_report.to_pdf(made)


@pytest.mark.parametrize("kind", ["desierto", "nobody", "shared", "three purses", "in kind"])
def test_the_report_bears_odd_contests(kind: str) -> None:
    """Contests without points have empty cells, not noughts; those without a winner are counted."""
    made = report("es", [CONTESTS[kind]()])
    pages = pages_of(round_report.to_pdf(made))
    (unit,) = made.units
    if kind == "nobody":
        assert unit.points == (None, None, None)
        assert unit.best == ""
    if kind in ("desierto", "nobody"):
        assert "desierto" in " ".join(pages)


def test_a_report_of_communities_counts_no_women_and_men() -> None:
    """They have no sex: the report has no columns of noughts, and neither has its table."""
    for sexes, stands in (({("C1", "new", "H001"): "F"}, True), ({}, False)):
        text = " ".join(pages_of(round_report.to_pdf(report("en", [winners(3)], sexes=sexes))))
        assert ("Women" in text) is stands
        assert ("Men" in text) is stands


# -- the index -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 3, 90])
def test_the_index_names_every_file_and_what_is_left_out(language: str, count: int) -> None:
    """Pages add up; titles come again over the page; a paper that is not for this round says why."""
    files = tuple((f"acta-terraces-household-1-{n:03}.pdf", n % 4 + 1) for n in range(count))
    rows = [
        IndexRow("01", "Actas", "01-actas", files, "dos", "el jurado"),
        IndexRow("02", LONG, "02-recibos", (("x.pdf", 7),), "una", LONG),
        IndexRow("03", "Sobres", "", (), "", "", "solo cuando la ronda esté cerrada"),
    ]
    made = index(language, rows)
    pages = pages_of(folder_index.to_pdf(made))
    assert all(on(pages, name) for name, _ in files) or count == 1
    assert on(pages, str(sum(n for _, n in files)))
    assert on(pages, LONG)
    assert on(pages, "solo cuando la ronda esté cerrada")
    assert str(7 + sum(n for _, n in files)) in made.summary


# -- all of them ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_can_still_change_is_marked_on_every_paper_and_in_its_name(language: str) -> None:
    """Nobody frames a certificate, or files a report, of a round that is not closed."""
    about, _ = on_paper(given(language, winners(2)) | {"state": "provisional", "code": "", "printed": PRINTED})
    contest = winners(2)
    papers = (
        (acta, minutes(language, contest, state="provisional", code="")),
        (certificate, honours(language, contest, state="provisional", code="")),
        (slip, slip.slips(about, "C1", "new", where="Ccapana", told=told(1))),
        (round_report, report(language, [contest], about=about)),
    )
    for module, made in papers:
        assert made.file_stem.endswith("-PROVISIONAL")
        assert all("PROVISIONAL" in page for page in pages_of(module.to_pdf(made)))


def test_what_is_printed_never_depends_on_the_clock() -> None:
    """The day comes with the document; another day is another paper."""
    assert acta.to_pdf(minutes("es", winners(2))) != acta.to_pdf(minutes("es", winners(2), printed=dt.date(2027, 1, 2)))


def test_every_document_is_made_of_plain_values() -> None:
    """No number that is not whole travels to a template: nothing is rounded on the way."""
    contest = three_purses()
    for made in (minutes("es", contest), honours("es", contest), report("es", [contest]), slips_of("es", told(1))):
        assert floats(asdict(made)) == []
    assert cents(5) == 500


def floats(value: Any) -> list[float]:
    """The numbers with a point in a document."""
    if isinstance(value, dict):
        return [one for part in value.values() for one in floats(part)]
    if isinstance(value, list | tuple):
        return [one for part in value for one in floats(part)]
    return [value] if isinstance(value, float) else []
