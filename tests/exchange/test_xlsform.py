"""The form for phones: pyxform makes of it what the two platforms run, and its limits are those of the rules."""

from __future__ import annotations

import csv
import io
import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest
from pyxform.xls2xform import convert

from pachamama.core.model import Judge
from pachamama.core.numbers import read_exact
from pachamama.core.problems import NOWHERE, Refused
from pachamama.core.sheets import Paper
from pachamama.exchange.phone_form import Candidate, PhoneForm
from pachamama.exchange.xlsform import xlsform

from . import form_desk as given
from .desk import ONE_PHASE, rules
from .form_desk import ROUND, RULES, TIER, a_form

XFORM = "{http://www.w3.org/2002/xforms}"
ES, EN, QU = "Español (es)", "English (en)", "Runasimi (qu)"


class XForm:
    """What a phone runs: binds, texts by language, lists of answers."""

    def __init__(self, form: PhoneForm) -> None:
        made = convert(io.BytesIO(xlsform(form).form), validate=False, file_type=".xlsx")
        self.warnings, self.text = made.warnings, made.xform
        self.root = ET.fromstring(made.xform)
        self.binds = {one.attrib["nodeset"]: one.attrib for one in self.root.iter(f"{XFORM}bind")}
        self.itext = {
            translation.attrib["lang"]: {
                text.attrib["id"]: "".join(text.itertext()).strip() for text in translation.iter(f"{XFORM}text")
            }
            for translation in self.root.iter(f"{XFORM}translation")
        }

    def bind(self, name: str) -> Mapping[str, str]:
        """How a question is bound, by its name."""
        return next(bind for nodeset, bind in self.binds.items() if nodeset.rpartition("/")[2] == name)

    def said(self, id_: str) -> list[str]:
        """A text in Spanish and in English."""
        return [self.itext[language][id_] for language in (ES, EN)]

    def instance(self, name: str) -> list[str]:
        """The answers of a list."""
        (found,) = [one for one in self.root.iter(f"{XFORM}instance") if one.attrib.get("id") == name]
        return [one.text or "" for one in found.iter(f"{XFORM}name")]


@cache
def phone() -> XForm:
    """The form of two phases, two communities and two categories."""
    return XForm(a_form())


def reckoned(expression: str, answers: Mapping[str, str], here: str = "") -> object:
    """An expression of the form as a phone reckons it: with floating point, empty answers as empty texts."""
    said = re.sub(r"\s*(/data/[\w/]+)\s*", lambda path: f" a({path[1].rpartition('/')[2]!r}) ", expression)
    said = re.sub(r"(?<![\w.'])\.(?![\w.'])", " here() ", said)
    said = re.sub(r"(?<![!<>=])=", "==", said).replace(" div ", "/").replace("if(", "iif(")

    def value(text: str) -> object:
        try:
            return float(text)
        except ValueError:
            return text

    names = {
        "a": lambda name: value(answers.get(name, "")),
        "here": lambda: value(here),
        "number": lambda told: told if isinstance(told, float) else float("nan"),
        "iif": lambda condition, one, other: one if condition else other,
        "round": lambda told, places=0: float(int(told * 10**places + 0.5)) / 10**places,
        "regex": lambda _, pattern: re.search(pattern, here) is not None,
    }
    return eval(said, {"__builtins__": {}}, names)


def test_pyxform_takes_the_form_without_a_warning() -> None:
    """KoboToolbox and ODK Central both convert with it."""
    assert phone().warnings == []
    assert re.search(f"<h:title>[^<]*{ROUND}</h:title>", phone().text)
    data = next(one for one in phone().root.iter() if one.tag.endswith("}data"))
    assert data.attrib["id"] == ROUND
    assert re.fullmatch("[0-9a-f]{10}", data.attrib["version"])


def test_spanish_is_the_default_english_and_the_rules_own_languages_stand_beside_it() -> None:
    """Every text is there in each of them."""
    itext = phone().itext
    assert list(itext) == [ES, EN, QU]
    (default,) = [one for one in phone().root.iter(f"{XFORM}translation") if one.attrib.get("default")]
    assert default.attrib["lang"] == ES
    assert itext[ES].keys() == itext[EN].keys() == itext[QU].keys()


def test_a_mark_has_the_limits_of_the_rules_and_says_them_in_both_languages() -> None:
    """Whole steps are a whole number; the sentence is that of every other screen."""
    bind = phone().bind("terraces")
    assert (bind["type"], bind["constraint"]) == ("int", ". >= 1 and . <= 20")
    assert phone().said("/data/phase_1/terraces:jr:constraintMsg") == [
        'el jurado califica "Andenes" de 1 a 20, en puntos enteros',
        'judges mark "Andenes" from 1 to 20, whole points',
    ]
    assert phone().bind("water")["type"] == "decimal"
    assert phone().said("/data/phase_1/water:hint") == ["de 1 a 15, de 0.5 en 0.5", "from 1 to 15 in steps of 0.5"]


STEPS = ["{min: 1, max: 15, step: 0.5}", "{min: 0, max: 10, step: 0.1}", "{min: 0.3, max: 3, step: 0.3}", "{max: 9}"]
STEPS += ["{min: 0, max: 100, step: 5}", "{min: 0, max: 1, step: 0.05}", "{min: 2.5, max: 7.5, step: 2.5}"]


@pytest.mark.parametrize("limits", STEPS)
def test_a_phone_accepts_the_marks_that_the_rules_accept_and_no_others(limits: str) -> None:
    """Every hundredth from below the least to above the most, though a phone reckons with floating point."""
    own = rules(ONE_PHASE.replace("{id: past, max: 15}", f"{{id: past, {limits[1:]}").replace("JUDGES", "2"))
    tier = own.competitions["maps"].tiers[0]
    constraint = XForm(a_form(own, tier)).bind("past")["constraint"]
    is_whole = XForm(a_form(own, tier)).bind("past")["type"] == "int"
    known = Paper(tier.judged_phases[0]).known["past"].criterion
    for hundredths in range(-20, 1620):
        text = (
            str(Fraction(hundredths, 100).limit_denominator()) if hundredths % 100 == 0 else f"{hundredths / 100:.2f}"
        )
        if is_whole and "." in text:
            continue
        mark = read_exact(text)
        assert mark is not None
        assert bool(reckoned(constraint, {}, text)) == (known.refusal(mark) is None), text


def test_options_are_answers_with_their_points() -> None:
    """What is sent is the points, so that the phone adds them; nothing between them can be chosen."""
    assert phone().instance("order") == ["15", "8", "2"]
    assert phone().said("order-0")[1] == "15 points"


def test_a_measured_quantity_names_its_unit_and_is_never_below_0() -> None:
    """The bands turn it into points on the phone too."""
    assert phone().said("/data/phase_2/area:label")[1] == "area (m2)"
    assert phone().bind("area")["constraint"] == ". >= 0"


TOTALS = [
    ("field", {"terraces": "12", "water": "7.5", "order": "15"}),
    ("field", {"terraces": "12", "water": "", "order": "2"}),
    ("public", {"map": "20", "area": "199.9"}),
    ("public", {"map": "20", "area": "200"}),
    ("public", {"map": "", "area": "900"}),
]


@pytest.mark.parametrize(("phase", "marks"), TOTALS)
def test_the_running_total_is_the_papers_total(phase: str, marks: Mapping[str, str]) -> None:
    """Weights and bands included; an empty line adds nothing, and is counted as empty."""
    paper = Paper(next(one for one in TIER.judged_phases if one.id == phase))
    number = 1 if phase == "field" else 2
    total = reckoned(phone().bind(f"sum_{number}")["calculate"], marks)
    read, _ = paper.read(marks, NOWHERE)
    assert total == paper.total(read)
    answers = {**marks, "phase": phase, f"sum_{number}": str(total)}
    assert reckoned(phone().bind("total")["calculate"], answers) == total
    assert reckoned(phone().bind("lines_empty")["calculate"], answers) == len(paper.known) - len(read)
    agrees = phone().bind("control_total")["constraint"]
    assert reckoned(agrees, {"total": str(total)}, str(total))
    assert not reckoned(agrees, {"total": str(total)}, str(float(total) + 0.5))


def test_each_phase_opens_its_own_page_and_an_absent_entrant_none() -> None:
    """Two papers in one form: the question which it is decides; marks are asked of those who are here."""
    first, second = (phone().binds[f"/data/phase_{number}"]["relevant"] for number in (1, 2))
    for phase, status, opens in (
        ("field", "present", (1, 0)),
        ("public", "present", (0, 1)),
        ("field", "absent", (0, 0)),
    ):
        answers = {"phase": phase, "status": status}
        assert (bool(reckoned(first, answers)), bool(reckoned(second, answers))) == tuple(map(bool, opens))
    assert phone().instance("status") == ["present", "absent", "withdrawn"]


def test_empty_lines_must_be_meant() -> None:
    """An empty line is a missing mark and allowed; a forgotten one stops the phone once."""
    bind = phone().bind("leave_empty")
    assert bind["required"] == "true()"
    assert reckoned(bind["relevant"], {"status": "present", "lines_empty": "1"})
    assert not reckoned(bind["relevant"], {"status": "present", "lines_empty": "0"})


@pytest.mark.parametrize(
    ("code", "is_one"),
    [
        ("KT00127-4", True),
        ("kt001274", True),
        ("1274", True),
        ("KT 00127 4", True),
        ("K001274", False),
        ("hola", False),
    ],
)
def test_the_code_of_a_sheet_is_scanned_or_typed_and_has_its_shape(code: str, is_one: bool) -> None:
    """Whether its check digit is right and whose it is, the laptop says."""
    assert phone().bind("sheet_scan")["type"] == "barcode"
    for name in ("sheet_scan", "sheet_typed"):
        constraint = phone().bind(name)["constraint"].replace("\\", "\\\\")
        assert bool(reckoned(constraint.replace("regex(.,", "regex(0,"), {}, code)) == is_one
    assert phone().bind("sheet_typed")["relevant"].strip().endswith("= ''")


def test_one_phase_alone_can_have_a_form_of_its_own() -> None:
    """For judges who see one paper only; an unknown phase is refused."""
    form = XForm(a_form(phase="public"))
    assert form.bind("phase")["calculate"] == "'public'"
    assert "/data/phase_1" not in form.binds
    assert form.binds["/data/phase_2"]["relevant"].strip() == "/data/status  = 'present'"
    with pytest.raises(Refused):
        a_form(phase="final")


# -- the list ----------------------------------------------------------------------------------------------------------


def test_the_list_of_entries_is_a_file_beside_the_form_without_dni() -> None:
    """By unit, category and code; filtered by what was chosen before. A name is never a formula."""
    files = xlsform(a_form())
    assert files.list_name == "terraces-household-1-entries.csv"
    assert files.entries is not None
    assert list(csv.reader(io.StringIO(files.entries.decode()))) == [
        ["name", "label", "within", "category"],
        ["H001", "H001 · Rosa Mamani", "C1", "new"],
        ["H003", "H003 · Juana Quispe", "C1", "returning"],
        ["H009", "H009 · =Luz Ñahui", "C2", "new"],
    ]
    assert "instance('terraces-household-1-entries')/root/item[within=" in phone().text
    assert "0000" not in files.entries.decode()
    assert "00001111" not in phone().text


def test_where_all_compete_together_nobody_asks_for_the_unit() -> None:
    """One community, one category: the list is not filtered; without any entry the code is typed."""
    own = rules(ONE_PHASE.replace("JUDGES", "2"))
    tier = own.competitions["maps"].tiers[0]
    form = XForm(a_form(own, tier, candidates=[Candidate("H1", "Rosa", "C1", None)]))
    assert not {"/data/within", "/data/category", "/data/deductions"} & form.binds.keys()
    typed = xlsform(a_form(own, tier, candidates=[]))
    assert (typed.list_name, typed.entries) == (None, None)
    assert XForm(a_form(own, tier, candidates=[])).bind("entry")["type"] == "string"


def test_names_of_people_cannot_ask_for_other_answers() -> None:
    """`${…}` in a name would be filled in by the phone."""
    form = XForm(a_form(judges=[Judge("J1", "Ana ${entry} <b>")]))
    assert form.said("judges-0") == ["J1 · Ana $ {entry} <b>"] * 2


def test_the_same_round_gives_the_same_bytes_and_other_rules_another_version() -> None:
    """Who uploads it again changes nothing; a form that changed is a new version for the phones."""
    assert xlsform(a_form()) == xlsform(a_form())
    versions = []
    for form in (a_form(), a_form(judges=given.JUDGES[:1]), a_form(candidates=given.CANDIDATES[:1])):
        made = re.search(r'version="([0-9a-f]{10})"', XForm(form).text)
        assert made is not None
        versions.append(made[1])
    assert all(one != other for one, other in pairwise(sorted(versions)))
    assert len(RULES.programme.languages) == 2


def test_codes_that_no_platform_takes_are_written_otherwise_and_stay_apart() -> None:
    """Letters with accents and dots in the code of a competition; the form still carries the round's true code."""
    form = given.form_of("ñandú.1-household-1", RULES, TIER, name="x", candidates=given.CANDIDATES)
    made = XForm(form)
    assert re.fullmatch(r"_and__1-household-1-[0-9a-f]{8}", form.id)
    assert (xlsform(form).list_name, made.warnings) == (f"{form.id}-entries.csv", [])
    assert made.bind("round")["calculate"] == "'ñandú.1-household-1'"
    assert form.id != given.form_of("ñandü.1-household-1", RULES, TIER, name="x").id
