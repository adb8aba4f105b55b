"""What phones sent, read from the files of KoboToolbox and ODK Central: every layout gives the same sheets."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pachamama.core.model import NumberedSheet
from pachamama.core.problems import NOWHERE, Problem, Refused
from pachamama.core.sentences import say
from pachamama.exchange.phones import PhoneSheets, Source, read_phones

from . import form_desk as given
from .desk import ONE_PHASE, refusals, rules, said, shown
from .form_desk import ABSENT, FIELD, PUBLIC, ROUND, UUIDS, a_form

FORM = a_form()
SHEETS = [
    "C1 new H001 field J1 terraces=12 water=15/2 order=15",
    "C1 new H001 public J2 map=20 area=901/2",
    "C1 returning H003 absent",
]
LAYOUTS: list[tuple[Source, str, Callable[..., bytes]]] = [
    ("kobo", "kobo.csv", given.kobo_csv),
    ("kobo", "kobo.xlsx", given.kobo_xlsx),
    ("kobo", "kobo.json", given.kobo_json),
    ("odk", "odk.csv", given.odk_csv),
    ("odk", "odk.zip", given.odk_zip),
    ("odk", "odk.json", given.odk_json),
]
KEYS: Callable[[tuple[Source, str, Callable[..., bytes]]], str] = lambda layout: layout[1]  # noqa: E731


def written(folder: Path, content: bytes, name: str = "export") -> Path:
    """The file as the server gave it."""
    path = folder / name
    path.write_bytes(content)
    return path


def read(folder: Path, content: bytes, source: Source = "kobo", **more: object) -> PhoneSheets:
    """The sheets of an export."""
    return read_phones(written(folder, content), source, FORM, **more)  # type: ignore[arg-type]


def refused(folder: Path, content: bytes, source: Source = "kobo", **more: object) -> list[str]:
    """What is wrong with an export, without the remedies."""
    found = refusals(read_phones, written(folder, content), source, FORM, **more)
    return [one.split("\n")[0].split(" (")[0] for one in found]


# -- layouts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS, ids=KEYS)
def test_every_layout_of_both_platforms_gives_the_same_sheets(tmp_path: Path, layout: tuple) -> None:
    """CSV, XLSX, JSON, ZIP; numbers as numbers or as texts; `present` is no status; a note is the reason of one."""
    source, name, export = layout
    found = read_phones(written(tmp_path, export([FIELD, PUBLIC, ABSENT]), name), source, FORM)
    assert shown(found.contests) == SHEETS
    rosa, (juana,) = found.contests[0].entries[0], found.contests[1].entries
    assert rosa.deductions == {"no_banner", "compost"}
    assert (juana.status, juana.status_reason) == ("absent", "de viaje")
    lines = [sheet.where.line for sheet in rosa.sheets]
    assert [found.keys[line] for line in lines] == UUIDS[:2]
    assert [found.controls.get(line) for line in lines] == ["34.5", None]
    assert found.notes == ()


@pytest.mark.parametrize("layout", LAYOUTS, ids=KEYS)
def test_the_kind_of_file_is_seen_from_its_content(tmp_path: Path, layout: tuple) -> None:
    """A name without an ending, or with another's, changes nothing."""
    source, _, export = layout
    assert shown(read(tmp_path, export([FIELD, PUBLIC, ABSENT]), source).contests) == SHEETS


@pytest.mark.parametrize("export", [given.kobo_csv, given.odk_csv])
def test_titles_are_known_with_and_without_their_groups(tmp_path: Path, export: Callable) -> None:
    """`phase_1/terraces`, `phase_1-terraces` and `terraces` are one question."""
    source: Source = "kobo" if export is given.kobo_csv else "odk"
    assert shown(read(tmp_path, export([FIELD, PUBLIC, ABSENT], groups=False), source).contests) == SHEETS


def test_a_bare_list_is_an_answer_of_the_server_too(tmp_path: Path) -> None:
    """Some tools save only the list of `results`."""
    assert shown(read(tmp_path, given.kobo_json([FIELD, PUBLIC, ABSENT], bare=True)).contests) == SHEETS


@pytest.mark.parametrize("language", ["es", "en"])
def test_labels_are_understood_in_every_language_of_the_form(tmp_path: Path, language: str) -> None:
    """KoboToolbox exports labels by default: those of the questions as titles, those of the answers as answers."""
    labels = {one.name: one.texts[language] for one in FORM.questions}
    pages = {FORM.group(phase): FORM.said(FORM.page(phase))[language] for phase in FORM.phases}
    titles = {}
    for path in given.columns_of([FIELD, PUBLIC]):
        group, _, name = path.rpartition("/")
        label = name if name in ("round", "sheet") else labels.get(name, name)
        titles[path] = f"{pages[group]}/{label}" if group else label
    answers = []
    for one in (FIELD, PUBLIC, ABSENT):
        told = dict(one)
        for path, answer in one.items():
            question = next((q for q in FORM.questions if q.name == path.rpartition("/")[2]), None)
            choices = {choice.name: choice.texts[language] for choice in question.choices} if question else {}
            if choices and path != "deductions":
                told[path] = choices.get(answer, answer)
        told["entry"] = f"{told['entry']} · Alguien"
        if "deductions" in told:
            chosen = {choice.name: choice.texts[language] for choice in FORM.question("deductions").choices}
            told["deductions"] = " ".join(chosen[name] for name in told["deductions"].split())
        answers.append(told)
    assert answers[0]["phase_1/order"] != "15"
    found = read(tmp_path, given.kobo_csv(answers, titles=titles, split=False))
    assert shown(found.contests) == SHEETS
    assert found.contests[0].entries[0].deductions == {"no_banner", "compost"}


def test_columns_of_single_answers_do_not_pass_for_questions(tmp_path: Path) -> None:
    """`deductions/no_banner` says 1 or 0; without the joined column the ones say which were chosen."""
    told = {path: text for path, text in FIELD.items() if path != "deductions"}
    told |= {"deductions/no_banner": "0", "deductions/compost": "1", "deductions/fraud": "0"}
    found = read(tmp_path, given.kobo_csv([told, PUBLIC], split=False, whole=False))
    assert found.contests[0].entries[0].deductions == {"compost"}


def test_one_phase_and_strange_ids_need_no_question_of_their_own(tmp_path: Path) -> None:
    """An id that cannot name a question is asked under a number; a tier of one phase does not ask for it."""
    own = rules(ONE_PHASE.replace("id: past", 'id: "1.º-año"').replace("JUDGES", "2"))
    tier = own.competitions["maps"].tiers[0]
    form = given.form_of(ROUND, own, tier, name=own.competitions["maps"].name)
    assert dict(form.names) == {"1.º-año": "mark_1", "dream": "dream"}
    told = {"judge": "J1", "entry": "H001", "phase_1/mark_1": "12", "phase_1/dream": "9"}
    found = read_phones(written(tmp_path, given.odk_csv([told], whole=False)), "odk", form)
    assert shown(found.contests) == ["H001 sheet J1 1.º-año=12 dream=9"]


# -- keys --------------------------------------------------------------------------------------------------------------


def test_an_edited_submission_keeps_the_key_of_its_first_version(tmp_path: Path) -> None:
    """KoboToolbox gives each version a new `_uuid` and names the first in `meta/rootUuid`; ODK Central keeps KEY."""
    roots = {UUIDS[0]: UUIDS[9]}
    for export in (given.kobo_csv, given.kobo_xlsx, given.kobo_json):
        found = read(tmp_path, export([FIELD], roots=roots))
        assert list(found.keys.values()) == [UUIDS[9]]
    for export in (given.odk_csv, given.odk_json):
        found = read(tmp_path, export([FIELD], edits={UUIDS[0]: 2}), "odk")
        assert list(found.keys.values()) == [UUIDS[0]]


def test_a_file_without_keys_is_refused(tmp_path: Path) -> None:
    """Two sheets of the same minute are told apart by nothing else; the other platform's file is named so."""
    bare = given.kobo_csv([FIELD]).replace(b"_uuid", b"_x").replace(b"rootUuid", b"x")
    assert refused(tmp_path, bare) == ["export:1: no column holds the key of the submissions"]
    found = refusals(read_phones, written(tmp_path, given.odk_csv([FIELD])), "kobo", FORM)
    assert "pachamama import odk FILE" in found[0]
    empty = given.odk_csv([FIELD]).replace(f"uuid:{UUIDS[0]}".encode(), b"")
    assert refused(tmp_path, empty, "odk") == ["export:2: the submission has no key"]


def test_the_same_submission_twice_in_a_file_counts_once(tmp_path: Path) -> None:
    """Two exports put together; with other answers it is refused."""
    keys = [UUIDS[0], UUIDS[0]]
    assert shown(read(tmp_path, given.kobo_csv([FIELD, FIELD], keys=keys)).contests)[0] == SHEETS[0]
    other = {**FIELD, "phase_1/terraces": "13", "control_total": ""}
    assert refused(tmp_path, given.kobo_csv([FIELD, other], keys=keys)) == [
        f"export:3: submission {UUIDS[0]} stands there twice, with other answers"
    ]


def test_a_sheet_sent_twice_from_the_phone_counts_once_and_says_so(tmp_path: Path) -> None:
    """Equal marks under two keys are a slip of the thumb; other marks are refused, since only the paper knows."""
    found = read(tmp_path, given.kobo_csv([FIELD, FIELD]))
    assert shown(found.contests) == SHEETS[:1]
    assert said(found.notes) == [f"export:3: submission {UUIDS[1]} was sent twice: it says what {UUIDS[0]} says"]


def test_a_sheet_of_another_round_is_no_copy_of_one_of_this(tmp_path: Path) -> None:
    """Equal answers in two rounds are two sheets: the other one is refused, not left out."""
    other = refused(tmp_path, given.kobo_csv([FIELD, {**FIELD, "round": "other-household-1"}]))
    assert any("of the round other-household-1" in line for line in other)
    other = {**FIELD, "phase_1/terraces": "13", "control_total": ""}
    assert refused(tmp_path, given.kobo_csv([FIELD, other])) == [
        f"export:3: submission {UUIDS[1]}: J1 has a second sheet for H001 in “Visita de campo”"
    ]


# -- what does not count -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["Not approved", "validation_status_not_approved", "No aprobado"])
def test_what_the_office_rejected_in_kobotoolbox_is_left_out_with_a_note(tmp_path: Path, state: str) -> None:
    """By the word or by its id; approved ones and those on hold come in."""
    states = {UUIDS[0]: state, UUIDS[1]: "validation_status_on_hold"}
    for export in (given.kobo_csv, given.kobo_xlsx, given.kobo_json):
        found = read(tmp_path, export([FIELD, PUBLIC], states=states))
        assert shown(found.contests) == SHEETS[1:2]
        assert "is left out: it was rejected on the server" in said(found.notes)[0]


def test_what_was_rejected_or_deleted_in_odk_central_is_left_out_with_a_note(tmp_path: Path) -> None:
    """`hasIssues` and `approved` come in."""
    states = {UUIDS[0]: "rejected", UUIDS[1]: "hasIssues"}
    for export in (given.odk_csv, given.odk_zip, given.odk_json):
        found = read(tmp_path, export([FIELD, PUBLIC], states=states), "odk")
        assert shown(found.contests) == SHEETS[1:2]
    found = read(tmp_path, given.odk_json([FIELD, PUBLIC], deleted=[UUIDS[1]]), "odk")
    assert shown(found.contests) == SHEETS[:1]
    assert "it was deleted on the server" in said(found.notes)[0]


def test_a_file_of_rejected_submissions_alone_is_no_mistake(tmp_path: Path) -> None:
    """Nothing comes in, and the notes say why."""
    found = read(tmp_path, given.kobo_json([FIELD], states={UUIDS[0]: "validation_status_not_approved"}))
    assert (found.contests, len(found.notes)) == ((), 1)


# -- what is refused ---------------------------------------------------------------------------------------------------


def test_everything_refused_stands_in_one_list_with_row_and_key(tmp_path: Path) -> None:
    """The phone's form may be old, or answers were changed on the server: all checks are made once more."""
    bad = [
        {**FIELD, "phase_1/terraces": "25", "control_total": ""},
        {**FIELD, "phase_1/water": "7.3", "control_total": "", "judge": "J2"},
        {**PUBLIC, "phase_2/area": "-1"},
        {**FIELD, "entry": "H003", "category": "returning", "control_total": "99"},
        {**FIELD, "entry": "H004", "phase_1/order": "7", "control_total": ""},
        {**FIELD, "entry": "H005", "deductions": "no_flag", "control_total": ""},
        {**ABSENT, "status": "asleep"},
        {**PUBLIC, "phase": "field", "entry": "H006", "phase_2/map": ""},
        {**FIELD, "entry": "H007", "category": "old", "control_total": ""},
        {**FIELD, "entry": "H008", "judge": ""},
    ]
    says = [
        "25 is above the maximum 20 for “Andenes”",
        "7.3 is not on the steps of 0.5 for “water”",
        "-1 is below 0 for “area”",
        "the total says 99, but the marks add up to 34.5",
        "7 is not one of the options of “order”",
        "“no_flag” is no deduction, bonus or knockout of this tier",
        "“asleep” is no status",
        "“area” is not on the sheet of “Visita de campo”",
        "“old” is no category of this tier",
        "there are marks for H008, but no judge",
    ]
    form = given.form_of(
        ROUND, given.RULES, given.TIER, name=given.RULES.competitions["terraces"].name, candidates=given.CANDIDATES
    )
    english = type(form)(form.id, form.round, form.heading, form.tier, form.phases, ("en",), candidates=form.candidates)
    path = written(tmp_path, given.odk_csv(bad), "odk.csv")
    with pytest.raises(Refused) as caught:
        read_phones(path, "odk", english)
    found = [one.split("\n")[0].split(" (")[0] for one in said(caught.value.problems)]
    expected = [f"odk.csv:{row}: submission {UUIDS[row - 2]}: {what}" for row, what in enumerate(says, start=2)]
    assert found == expected


def test_submissions_of_another_round_are_refused_once_with_the_way_out(tmp_path: Path) -> None:
    """The form carries its round; the same questions next year are another form."""
    other = [{**one, "round": "terraces-household-2"} for one in (FIELD, PUBLIC)]
    (found,) = refusals(read_phones, written(tmp_path, given.kobo_json(other)), "kobo", FORM)
    assert found.startswith("export: 2 submissions are of the round terraces-household-2, not of terraces-household-1")
    assert "--round terraces-household-2" in found


def test_an_export_without_some_questions_is_refused(tmp_path: Path) -> None:
    """A column that was left out would be missing marks in silence."""
    some = [{path: text for path, text in one.items() if path != "phase_1/water"} for one in (FIELD, PUBLIC)]
    assert refused(tmp_path, given.kobo_csv(some, whole=False)) == ["export:1: the answers to “water” are missing"]
    strange = [{**FIELD, "phase_1/waters": "5"}, PUBLIC]
    assert refused(tmp_path, given.kobo_json(strange)) == [
        "export: “phase_1/waters” is no question of this round's form"
    ]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b'{"results": [{"_uuid": "1"', "the JSON document is cut off or damaged"),
        (b'{"count": 3}', "no list of submissions is in it"),
        (b'{"results": [1, 2]}', "no list of submissions is in it"),
        (b'{"count": 900, "next": "https://x/?start=100", "results": []}', "it is one page of several"),
        (b"PK\x03\x04broken", "the ZIP file is damaged or locked"),
        (b"\xd0\xcf\x11\xe0broken", "the spreadsheet file is damaged or locked"),
        (b'"a";"b', "a quotation mark opens in this row and is never closed"),
        (b"\n\n", "the table is empty"),
        (b"[" * 100_000, "the JSON document is cut off or damaged"),
    ],
)
def test_damaged_files_are_refused_in_words(tmp_path: Path, content: bytes, says: str) -> None:
    """Cut-off downloads, one page of many, something else."""
    assert says in refused(tmp_path, content)[0]


def test_a_zip_without_the_forms_table_is_refused(tmp_path: Path) -> None:
    """A ZIP of pictures, or of two forms."""
    import io
    import zipfile

    for names, says in (
        (["x-audit.csv"], "no table of submissions is in it"),
        (["a.csv", "b.csv"], "several forms are in it: a.csv and b.csv"),
    ):
        into = io.BytesIO()
        with zipfile.ZipFile(into, "w") as packed:
            for name in names:
                packed.writestr(name, "event,PARENT_KEY,KEY\n" if "audit" in name else given.odk_csv([FIELD]))
        assert says in refused(tmp_path, into.getvalue(), "odk")[0]


def test_encrypted_submissions_ask_for_the_passphrase(tmp_path: Path) -> None:
    """ODK Central exports an empty row for them."""
    sealed = given.odk_csv([FIELD]).replace(b"1,1,,,collect", b"1,1,not decrypted,,collect")
    assert refused(tmp_path, sealed, "odk") == [f"export:2: submission {UUIDS[0]} is still encrypted"]


# -- numbered papers ---------------------------------------------------------------------------------------------------

PAPERS = {
    "KT00001-7": NumberedSheet("KT00001-7", ROUND, "C1", "new", "H001", "field", "J1"),
    "KT00002-5": NumberedSheet("KT00002-5", ROUND, None, None, None, "field", None),
    "KT00003-3": NumberedSheet("KT00003-3", "pastures-household-1", "C1", None, "H001", "field", "J1"),
}


def sheet_of(typed: str) -> NumberedSheet:
    """The paper with that code; an unknown one is refused as the store refuses it."""
    if typed not in PAPERS:
        raise Refused(Problem(NOWHERE, say("No sheet has the code {code}.", code=typed)))
    return PAPERS[typed]


def test_the_code_of_the_paper_must_agree_with_the_phone(tmp_path: Path) -> None:
    """Two ways to say whose sheet it is: what they say must be the same."""
    good = {**FIELD, "sheet_scan": "KT00001-7", "sheet": "KT00001-7"}
    assert shown(read(tmp_path, given.kobo_csv([good]), sheet_of=sheet_of).contests) == SHEETS[:1]
    wrong = [
        {**good, "entry": "H003"},
        {**good, "judge": "J2"},
        {**good, "sheet": "KT00003-3"},
        {**good, "sheet": "x", "entry": "H009"},
    ]
    form = type(FORM)(FORM.id, FORM.round, FORM.heading, FORM.tier, FORM.phases, ("en",), FORM.judges)
    found = refusals(read_phones, written(tmp_path, given.odk_csv(wrong)), "odk", form, sheet_of=sheet_of)
    assert [one.split(": ", 2)[2].split("\n")[0].split(" (")[0] for one in found] == [
        "“Who is marked?” is H003 on the phone, but sheet KT00001-7 is that of H001",
        "“Judge” is J2 on the phone, but sheet KT00001-7 is that of J1",
        "sheet KT00003-3 belongs to the round pastures-household-1",
        "no sheet has the code x.",
    ]


def test_a_code_says_what_the_phone_left_out_and_a_blank_paper_is_told(tmp_path: Path) -> None:
    """The code knows phase and judge; one of the stock belongs to whom the phone names."""
    told = {**FIELD, "sheet": "KT00001-7", "judge": "", "phase": ""}
    assert shown(read(tmp_path, given.kobo_json([told]), sheet_of=sheet_of).contests) == SHEETS[:1]
    found = read(tmp_path, given.kobo_json([{**FIELD, "sheet": "KT00002-5"}]), sheet_of=sheet_of)
    assert list(found.blanks.values()) == ["KT00002-5"]


def test_a_submission_is_never_known_by_its_time(tmp_path: Path) -> None:
    """Another time, another zone, another device: the same submission."""
    content = given.kobo_json([FIELD])
    later = json.loads(content)
    later["results"][0] |= {"_submission_time": "2027-01-01T00:00:00", "start": "x", "_id": 9}
    first, second = read(tmp_path, content), read(tmp_path, json.dumps(later).encode())
    assert (first.contests, first.keys) == (second.contests, second.keys)
