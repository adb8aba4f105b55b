"""Lists, programmes and walls, typeset for real and read back: who stands where, what is never shown, what fits."""

from __future__ import annotations

import io
import random
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader
from tests.papers.public_papers import (
    READER,
    listed,
    on_wall,
    people,
    programmed,
    summed_up,
    visits,
)
from tests.papers.score_papers import LONG, rules
from tests.papers.sheets import overlapping, pages_of, placing, result, winners

from pachamama.core.model import ContestResult, Entry, Judge, Unranked
from pachamama.core.rules import load_rules
from pachamama.core.sentences import say
from pachamama.language import Reader
from pachamama.papers import judge_programme, register_list, summary, wall_list
from pachamama.papers.heading import RulesOnPaper

ENGLISH = Reader.of("en")
EXAMPLE = load_rules((Path(__file__).parents[2] / "competitions.example.yaml").read_text("utf-8"))


# -- the registration list ---------------------------------------------------------------------------------------------


def test_a_registration_list_has_everybody_and_rows_for_more() -> None:
    """Numbered through, with the names large and the partner below; the box of whoever is entered is crossed."""
    made = listed(12)
    (page,) = pages_of(register_list.to_pdf(made))
    for one in people(12):
        assert one.name.replace("-", "") in page.replace("- ", "").replace("-", "")
        assert one.code in page
    assert "17" in page
    assert "12 en el padrón" in page
    assert "Padrón de inscripción" in page
    assert [row.is_entered for row in made.rows] == [at % 5 == 0 for at in range(12)] + [False] * 5


def test_a_list_that_lies_open_shows_the_end_of_a_dni_only() -> None:
    """All figures stand there for whoever asks for them; a DNI that is not known leaves its cell empty."""
    text = " ".join(pages_of(register_list.to_pdf(listed(12))))
    assert not re.search(r"\d{8}", text)
    assert "…011" in text
    assert "00000011" in " ".join(pages_of(register_list.to_pdf(listed(12, whole_dni=True))))


@pytest.mark.parametrize("count", [0, 1, *range(13, 25), 300])
def test_who_signs_a_registration_list_never_stands_alone(count: int) -> None:
    """Rows stand above the signatures, the titles on every page, nobody is lost between pages."""
    blank = 15 if count == 0 else 5
    pages = pages_of(register_list.to_pdf(listed(count, blank=blank)))
    assert all("Firma o huella" in page for page in pages)
    assert "Presidente de la comunidad" in pages[-1]
    assert str(count + blank) in pages[-1].split("Total de inscritos")[0]
    codes = re.findall(r"\bH\d{3}\b", " ".join(pages))
    assert codes == [f"H{at + 1:03}" for at in range(count)]


def test_communities_sign_up_by_somebody_who_stands_for_them() -> None:
    """No DNI of theirs, but the number on their own register, and a column for the name."""
    tier = EXAMPLE.competitions["terraces"].tier("community")
    assert tier is not None
    registered = [register_list.Registered("C1", "Ccapana", households=48), register_list.Registered("C2", LONG)]
    made = listed(0, held=EXAMPLE, tier=tier, registered=registered, within="W1", unit_name="Río Claro")
    (page,) = pages_of(register_list.to_pdf(made))
    assert "Representante" in page
    assert "DNI" not in page
    assert "48" in page


# -- the judges' programme -----------------------------------------------------------------------------------------------


def test_visits_go_by_community_then_sector_then_code() -> None:
    """Sector 5 comes before sector 10, whatever the order in which the visits come."""
    walked = [*visits(9), *visits(4, place="C2")]
    shuffled = walked.copy()
    random.Random(5).shuffle(shuffled)
    made = programmed(shuffled)
    assert made == programmed(walked)
    (first,) = [one for one in made if one.whose == "J1"]
    assert [(stop.place.text, [line.entry for line in stop.lines]) for stop in first.stops] == [
        ("Comunidad Ccapana", ["H001", "H004", "H007", "H002", "H005", "H008", "H003", "H006", "H009"]),
        ("Comunidad Ñuñoa Alta", ["H001", "H004", "H002", "H003"]),
    ]


def test_a_judge_who_stepped_back_does_not_walk_there() -> None:
    """The visit is on no list of that judge, and the community's list says who does not come."""
    made = {one.whose: one for one in programmed(visits(4))}
    assert "H003" not in [line.entry for stop in made["J2"].stops for line in stop.lines]
    told = {line.entry: line.told for stop in made["C1"].stops for line in stop.lines}
    assert told == {"H001": "", "H004": "", "H002": "", "H003": "sin Ing. Teófilo Nina"}


def test_a_judge_sees_sheets_and_company() -> None:
    """The codes of the own sheets only, their number to be handed over, and who comes too."""
    (second,) = [one for one in programmed(visits(4)) if one.whose == "J2"]
    (page,) = pages_of(judge_programme.to_pdf(second))
    assert "KT0001" not in page.replace("KT0001-0", "")
    assert [line.sheet for stop in second.stops for line in stop.lines] == ["KT0001-0", "KT0031-3", "KT0011-1"]
    for part in ("3 visitas", "3 fichas", "Entregadas", "Con: Prof. Eulogia Ccama Huallpa · Yachachiq Dionisia Apaza"):
        assert part in page


def test_company_is_who_judges_the_same_entries() -> None:
    """Each category of a place has its own panel: nobody is told to walk with the judges of the other one."""
    apart = [one for one in visits(4) if one.judge != ("J1" if one.category == "new" else "J3")]
    company = {one.whose: one.stops[0].judges for one in programmed(apart) if one.of == "judge"}
    assert company == {
        "J1": "Ing. Teófilo Nina",
        "J2": "Prof. Eulogia Ccama Huallpa · Yachachiq Dionisia Apaza",
        "J3": "Ing. Teófilo Nina",
    }


def test_without_a_panel_there_is_a_line_for_the_judges() -> None:
    """Only the communities have a programme then; each entry stands there once for each phase."""
    (made,) = programmed([replace(one, judge="", sheet="") for one in visits(6, judges=2) if not one.is_left_out])
    (page,) = pages_of(judge_programme.to_pdf(made))
    assert "Jurado, por designar" in page
    assert "6 visitas" in page


def test_a_long_programme_has_its_titles_on_every_page() -> None:
    """And each of 300 visits once."""
    made = next(one for one in programmed(visits(300)) if one.whose == "J1")
    pages = pages_of(judge_programme.to_pdf(made))
    assert len(pages) > 10
    assert all("Comunidad Ccapana" in page and "Visitado" in page for page in pages)
    assert sorted(re.findall(r"\bH\d{3}\b", " ".join(pages))) == [f"H{at + 1:03}" for at in range(300)]


def test_phases_are_walked_one_after_the_other() -> None:
    """Field first, then the public presentation, each under its own name."""
    tier = EXAMPLE.competitions["terraces"].tier("household")
    assert tier is not None
    field, public = (one.id for one in tier.judged_phases)
    walked = [replace(one, phase=phase) for phase in (public, field) for one in visits(2, judges=1)]
    (judge, _) = programmed(walked, held=EXAMPLE, tier=tier)
    assert [stop.phase.text for stop in judge.stops] == ["Visita de campo", "Presentación pública"]


# -- the wall list -------------------------------------------------------------------------------------------------------


def contest_with_ties() -> ContestResult:
    """Four share or were parted, one did not come, one is out for a reason that is nobody's business."""
    placings = list(winners(12).placings)
    placings[2] = replace(placings[2], tied_with=("H004",), place=3)
    placings[3] = replace(placings[3], tied_with=("H003",), place=3)
    placings[5] = replace(placings[5], decided_by="lots", points=placings[6].points)
    placings[6] = replace(placings[6], decided_by="lots")
    out = (
        Unranked(Entry("X1", "Ana Güisa"), "absent", say("absent: {reason}", reason="enferma")),
        Unranked(Entry("X2", "Mario Condori"), "disqualified", say("disqualified: {reason}", reason="ebrio")),
    )
    return replace(result(placings), unranked=out)


def test_a_wall_list_tells_ties_in_a_line() -> None:
    """With whom a place is shared, and what decided between those with equal points."""
    text = " ".join(pages_of(wall_list.to_pdf(on_wall(contest_with_ties()))))
    assert "comparte el puesto con H004" in text
    assert "comparte el puesto con H003" in text
    assert "igual en puntos con H007; decidió:" in text


def test_many_who_are_equal_are_counted_not_named() -> None:
    """The line stays one line."""
    same = [replace(placing(at), decided_by="lots") for at in range(1, 8)]
    assert on_wall(result(same)).rows[0].told == "igual en puntos con 6 más; decidió: lots"


def test_a_wall_list_holds_no_dni_and_no_reason() -> None:
    """Of those without a place it says that they did not come or are out, never why."""
    text = " ".join(pages_of(wall_list.to_pdf(on_wall(contest_with_ties()))))
    assert not re.search(r"\d{8}", text)
    assert "DNI" not in text
    assert "no vino / mana hamurqanchu" in text
    assert "descalificado" in text
    assert "enferma" not in text
    assert "ebrio" not in text


def test_families_read_places_in_two_languages() -> None:
    """The Quechua ordinals stand under the first ten places where the rules ask for Quechua, and only there."""
    rows = on_wall(winners(12)).rows
    assert (rows[0].beside, rows[9].beside, rows[10].beside) == ("ñawpaq ñiqin", "chunka ñiqin", "")
    assert {row.beside for row in on_wall(winners(3), reader=ENGLISH).rows} == {""}


@pytest.mark.parametrize("size", ["a4", "a3"])
def test_three_hundred_rows_go_over_pages_that_hang_apart(size: wall_list.Size) -> None:
    """Each page has the whole head and its titles; every place stands once, no row is parted; A3 holds as many."""
    made = on_wall(winners(300), size=size)
    pdf = wall_list.to_pdf(made)
    pages = pages_of(pdf)
    assert all("Comunidad Ccapana" in page and "Puntos" in page and "Reclamos hasta" in page for page in pages)
    found = [re.findall(r"\bH\d{3}\b", page) for page in pages]
    assert [code for page in found for code in page] == [f"H{at:03}" for at in range(1, 301)]
    for page, codes in zip(pages, found, strict=True):
        names = [row for row in made.rows if row.entry in codes]
        assert all(row.prize.replace("\u00a0", " ") in page.replace("\u00a0", " ") for row in names)
    box = PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    wide = {"a4": 210, "a3": 297}[size]
    assert abs(float(box.width) / 72 * 25.4 - wide) < 0.5
    assert 13 <= len(pages) <= 18


def test_a_contest_without_winner_says_so() -> None:
    """Desierto: nobody has a place, or nobody won although there are places."""
    nobody = " ".join(pages_of(wall_list.to_pdf(on_wall(result([], 2)))))
    assert "Desierto" in nobody
    assert "Nadie tiene puesto" in nobody
    without = " ".join(pages_of(wall_list.to_pdf(on_wall(result([placing(1), placing(2)])))))
    assert "Desierto" in without
    assert "Rosa Huamán" in without


def test_prizes_can_be_left_out_of_the_wall() -> None:
    """No amount and no thing beside a name."""
    made = on_wall(winners(3), with_prizes=False)
    text = " ".join(pages_of(wall_list.to_pdf(made)))
    assert "USD" not in text
    assert "Juego de herramientas" not in text
    assert "Desierto" not in text


def test_the_wall_says_what_is_not_final_or_not_real() -> None:
    """Across each page and in words; the seal stands on final ones."""
    open_ = " ".join(pages_of(wall_list.to_pdf(on_wall(winners(3), state="provisional", is_rehearsal=True, code=""))))
    assert "PROVISIONAL" in open_
    assert "ENSAYO" in open_
    assert "todavía pueden cambiar" in open_
    assert "7K2QX-ABCDE" in " ".join(pages_of(wall_list.to_pdf(on_wall(winners(3)))))


# -- the summary -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["es", "en"])
@pytest.mark.parametrize("size", ["a4", "a3"])
def test_the_summary_of_all_rules_of_the_example_is_one_page_each(language: str, size: wall_list.Size) -> None:
    """Every criterion with its most points, every prize, every tie rule, in both languages and sizes."""
    for competition, held in EXAMPLE.competitions.items():
        made = summary.summaries(RulesOnPaper(EXAMPLE, competition, Reader.of(language)), size=size)
        assert len(made) == len(held.tiers)
        for one, tier in zip(made, held.tiers, strict=True):
            pdf = summary.to_pdf(one)
            pages = pages_of(pdf)
            assert len(pages) == 1, f"{competition} {tier.tier}"
            assert not overlapping(pdf)
            text = re.sub(r"[\s\u00a0]+", "", pages[0])
            for phase in one.phases:
                for criterion in phase.criteria:
                    assert re.sub(r"\s+", "", criterion.name.text) in text
            for said in (*one.ties, *(gets for promise in one.promises for _, gets in promise.lines)):
                assert re.sub(r"[\s\u00a0]+", "", said) in text


def test_the_most_points_on_the_summary_are_those_of_the_rules() -> None:
    """With weight and factor reckoned in; the sum of the phases is what counts."""
    (first, *_) = summary.summaries(RulesOnPaper(EXAMPLE, "terraces", ENGLISH))
    assert [[one.points for one in phase.criteria] for phase in first.phases] == [
        ["15", "10", "10", "8", "7"],
        ["15", "15", "10", "10"],
    ]
    assert [[one.points for one in phase.sums] for phase in first.phases] == [["50"], ["50"]]
    assert first.total == "100"


def many(criteria: int, places: int) -> str:
    """Rules with so many criteria with long names, and so many prizes."""
    lines = "\n".join(f'          - {{id: c{at}, name: "{LONG} {at}", max: 5}}' for at in range(criteria))
    amounts = ", ".join(str(2000 - 20 * at) for at in range(places))
    return f"""
version: 1
programme: {{name: {{es: "Programa de prueba"}}, languages: [es, qu], currency: PEN}}
competitions:
  terraces:
    name: {{es: "Andenes y suelos"}}
    tiers:
      - tier: household
        within: community
        criteria:
{lines}
        panel: {{judges: 6}}
        ties: [{{criterion: c0}}, {{criterion: c1}}, {{lots: recorded}}]
        prizes:
          purses: [{{id: p, name: {{es: Proyecto}}, amount: 90000}}]
          awards: [{{scheme: by_place, amounts: [{amounts}]}}]
"""


def test_twelve_criteria_with_long_names_and_twenty_prizes_still_fit() -> None:
    """Set smaller, on one page."""
    pdf = summary.to_pdf(summed_up(load_rules(many(12, 20))))
    (page,) = pages_of(pdf)
    assert not overlapping(pdf)
    assert "1,620.00" in page


def test_what_never_fits_goes_on_and_is_not_cut() -> None:
    """Sixty criteria are more than a wall page: all of them are there all the same."""
    text = "".join(pages_of(summary.to_pdf(summed_up(load_rules(many(60, 3))))))
    assert len(re.findall(r"Ccapati\s*\d+", text)) >= 60


# -- all of them -------------------------------------------------------------------------------------------------------------


def test_long_names_are_printed_whole_and_over_nothing() -> None:
    """60 letters, an apostrophe, a formula, a markup: as they are written."""
    odd = [LONG, '#read("/etc/passwd")', "Ch’uqi *Q’umir* _Ttito_", "x" * 60]
    registered = [register_list.Registered(f"H{at:03}", name, LONG, "00001111", LONG) for at, name in enumerate(odd)]
    walked = [
        judge_programme.Visit("sheet", "C1", f"H{at:03}", name, LONG, LONG, LONG, judge, "KT00001-0", judge == "J2")
        for at, name in enumerate(odd)
        for judge in ("J1", "J2")
    ]
    placings = [
        replace(placing(at + 1, cash={"project": 2000}), entry=Entry(f"H{at:03}", name)) for at, name in enumerate(odd)
    ]
    papers = [
        register_list.to_pdf(listed(0, registered=registered)),
        *(judge_programme.to_pdf(one) for one in programmed(walked, judges={"J2": Judge("J2", LONG + LONG + LONG)})),
        wall_list.to_pdf(on_wall(result(placings), persons={})),
    ]
    for pdf in papers:
        text = "".join(pages_of(pdf)).replace(" ", "").replace("-", "")
        for name in odd:
            assert name.replace(" ", "").replace("-", "") in text
        assert not overlapping(pdf)


def test_printing_again_gives_the_same_bytes() -> None:
    """On any day and laptop, so that a copy can be compared."""
    for render in (
        lambda: register_list.to_pdf(listed(9)),
        lambda: judge_programme.to_pdf(programmed(visits(5))[0]),
        lambda: wall_list.to_pdf(on_wall(winners(5))),
        lambda: summary.to_pdf(summed_up(rules(), reader=READER)),
    ):
        assert render() == render()
