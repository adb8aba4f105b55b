"""What the tests of phones have in common: a round's form, answers as a judge gives them, and exports as the two platforms
write them."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from pachamama.core.model import Judge
from pachamama.core.rules.document import Rules, Tier
from pachamama.exchange.phone_form import Candidate, PhoneForm, form_of

from .desk import TWO_PHASES, rules

ROUND = "terraces-household-1"
RULES = rules(TWO_PHASES.replace("currency: USD", "currency: USD, languages: [es, qu]"))
TIER = RULES.competitions["terraces"].tiers[0]
JUDGES = (Judge("J1", "Elena de Prueba", "00001111", "C2"), Judge("J2", "Luis de Prueba", "00002222"))
CANDIDATES = (
    Candidate("H003", "Juana Quispe", "C1", "returning"),
    Candidate("H001", "Rosa Mamani", "C1", "new"),
    Candidate("H009", "=Luz Ñahui", "C2", "new"),
)
UUIDS = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(1, 30)]


def a_form(given: Rules = RULES, tier: Tier = TIER, **more: Any) -> PhoneForm:
    """The form of a round of terraces with two communities, two categories and two phases."""
    told: dict[str, Any] = {
        "name": given.competitions[next(iter(given.competitions))].name,
        "judges": JUDGES,
        "units": {"C1": "Ccapana", "C2": "Ñuñoa Alta"},
        "candidates": CANDIDATES,
    }
    return form_of(ROUND, given, tier, **{**told, **more})


Answers = Mapping[str, str]
"""What a judge answered, by the path of the question, as in the submission itself: `phase_1/terraces`."""

FIELD: Answers = {
    "round": ROUND,
    "phase": "field",
    "sheet_scan": "",
    "sheet": "",
    "judge": "J1",
    "within": "C1",
    "category": "new",
    "entry": "H001",
    "status": "present",
    "phase_1/terraces": "12",
    "phase_1/water": "7.5",
    "phase_1/order": "15",
    "phase_1/sum_1": "34.5",
    "total": "34.5",
    "lines_empty": "0",
    "control_total": "34.5",
    "deductions": "no_banner compost",
    "photo": "1764081234567.jpg",
    "note": "llovía; dos veces",
}
PUBLIC: Answers = {
    "round": ROUND,
    "phase": "public",
    "judge": "J2",
    "within": "C1",
    "category": "new",
    "entry": "H001",
    "status": "present",
    "phase_2/map": "20",
    "phase_2/area": "450.5",
    "total": "45",
}
ABSENT: Answers = {
    "round": ROUND,
    "phase": "field",
    "judge": "J1",
    "within": "C1",
    "category": "returning",
    "entry": "H003",
    "status": "absent",
    "note": "de viaje",
}


def columns_of(answers: Sequence[Answers], *, whole: bool = False) -> list[str]:
    """Every question of some answers, in the order in which they first stand there; of the whole form, as in a table."""
    every = [*answers, FIELD, PUBLIC] if whole else answers
    return list(dict.fromkeys(path for one in every for path in one))


# -- KoboToolbox -----------------------------------------------------------------------------------------------------

KOBO_END = (
    "_id",
    "_uuid",
    "_submission_time",
    "_validation_status",
    "_notes",
    "_status",
    "_submitted_by",
    "__version__",
)


def kobo_rows(
    answers: Sequence[Answers],
    *,
    groups: bool = True,
    split: bool = True,
    whole: bool = True,
    keys: Sequence[str] = UUIDS,
    roots: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
    titles: Mapping[str, str] | None = None,
) -> tuple[list[str], list[list[str]]]:
    """Titles and rows of an export with “XML values and headers”; `titles` puts labels in their place."""
    head: list[str] = ["start", "end"]
    rows: list[list[str]] = [["2026-11-24T09:00:00.000-05:00", "2026-11-24T09:05:00.000-05:00"] for _ in answers]
    options = ("no_banner", "compost", "fraud")
    for path in columns_of(answers, whole=whole):
        name = path if groups else path.rpartition("/")[2]
        title = (titles or {}).get(path, name)
        head.append(title)
        for row, one in zip(rows, answers, strict=True):
            row.append(one.get(path, ""))
        if path == "deductions" and split:
            head += [f"{title}/{(titles or {}).get(option, option)}" for option in options]
            for row, one in zip(rows, answers, strict=True):
                chosen = one.get(path, "").split()
                row += [str(int(option in chosen)) if path in one else "" for option in options]
    head += [*KOBO_END, "_tags", "meta/rootUuid", "_index"]
    for nth, row in enumerate(rows):
        key = keys[nth]
        row += [
            *(str(7000 + nth), key, "2026-11-24T14:05:12", (states or {}).get(key, ""), "", "submitted_via_web"),
            *("", "vAbC", "", f"uuid:{(roots or {}).get(key, key)}", str(nth + 1)),
        ]
    return head, rows


def kobo_csv(answers: Sequence[Answers], **more: Any) -> bytes:
    """`;` between cells, every cell in quotes, UTF-8 without a mark."""
    head, rows = kobo_rows(answers, **more)
    text = io.StringIO()
    csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows([head, *rows])
    return text.getvalue().encode()


def kobo_xlsx(answers: Sequence[Answers], **more: Any) -> bytes:
    """A sheet with the title of the form; whole and decimal numbers are numbers there."""
    from xlsxwriter import Workbook

    head, rows = kobo_rows(answers, **more)
    into = io.BytesIO()
    with Workbook(into, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Andenes")
        sheet.write_row(0, 0, head)
        for line, row in enumerate(rows, start=1):
            for at, cell in enumerate(row):
                if cell.replace(".", "", 1).isdigit() and at > 1:
                    sheet.write_number(line, at, float(cell))
                elif cell:
                    sheet.write_string(line, at, cell)
    return into.getvalue()


def kobo_json(
    answers: Sequence[Answers],
    *,
    keys: Sequence[str] = UUIDS,
    roots: Mapping[str, str] | None = None,
    states: Mapping[str, str] | None = None,
    bare: bool = False,
) -> bytes:
    """API v2 `data`: paths with `/`, every answer a text, what was not asked is left out."""
    found = []
    for nth, one in enumerate(answers):
        key = keys[nth]
        root = (roots or {}).get(key, key)
        state = (states or {}).get(key)
        found.append(
            {
                "_id": 7000 + nth,
                "formhub/uuid": "0a1b2c3d",
                **{path: text for path, text in one.items() if text},
                "__version__": "vAbC",
                "meta/instanceID": f"uuid:{key}",
                **({"meta/deprecatedID": f"uuid:{root}"} if root != key else {}),
                "meta/rootUuid": f"uuid:{root}",
                "_xform_id_string": "aXyZ123",
                "_uuid": key,
                "_attachments": [{"id": 4, "filename": "x/y.jpg"}],
                "_status": "submitted_via_web",
                "_geolocation": [None, None],
                "_submission_time": "2026-11-24T14:05:12",
                "_tags": [],
                "_notes": [],
                "_validation_status": {"uid": state, "label": state} if state else {},
                "_submitted_by": None,
            }
        )
    told: Any = found if bare else {"count": len(found), "next": None, "previous": None, "results": found}
    return json.dumps(told).encode()


# -- ODK Central -----------------------------------------------------------------------------------------------------


def odk_csv(
    answers: Sequence[Answers],
    *,
    keys: Sequence[str] = UUIDS,
    states: Mapping[str, str] | None = None,
    edits: Mapping[str, int] | None = None,
    groups: bool = True,
    whole: bool = True,
) -> bytes:
    """The table of a form: `,` between cells, groups before a `-`, KEY and the columns of the server at the end."""
    paths = columns_of(answers, whole=whole)
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    names = [path.replace("/", "-") if groups else path.rpartition("/")[2] for path in paths]
    end = "KEY,SubmitterID,SubmitterName,AttachmentsPresent,AttachmentsExpected,Status,ReviewState,DeviceID,Edits"
    table.writerow(["SubmissionDate", *names, "meta-instanceID", "meta-instanceName", *end.split(","), "FormVersion"])
    for nth, one in enumerate(answers):
        key, edited = f"uuid:{keys[nth]}", (edits or {}).get(keys[nth], 0)
        instance = f"uuid:{UUIDS[20 + nth]}" if edited else key
        state = (states or {}).get(keys[nth], "")
        told = [one.get(path, "") for path in paths]
        end_cells = ["12", "Telefono 1", "1", "1", "", state, "collect:abc", str(edited), "1"]
        table.writerow(["2026-11-24T14:05:12.000Z", *told, instance, "H001 - J1", key, *end_cells])
    return text.getvalue().encode()


def odk_zip(answers: Sequence[Answers], **more: Any) -> bytes:
    """Every table of the form, with the pictures."""
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as packed:
        packed.writestr("media/1764081234567.jpg", b"\xff\xd8\xff")
        packed.writestr(f"{ROUND}.csv", odk_csv(answers, **more))
        packed.writestr(f"{ROUND}-audit.csv", "event,node,PARENT_KEY,KEY\nx,y,uuid:1,uuid:1/a[1]\n")
    return into.getvalue()


def odk_json(
    answers: Sequence[Answers],
    *,
    keys: Sequence[str] = UUIDS,
    states: Mapping[str, str] | None = None,
    edits: Mapping[str, int] | None = None,
    deleted: Sequence[str] = (),
) -> bytes:
    """OData: groups nested, numbers as numbers, `null` for what was not asked."""
    found = []
    for nth, one in enumerate(answers):
        key = keys[nth]
        told: dict[str, Any] = {
            "__id": f"uuid:{key}",
            "__system": {
                "submissionDate": "2026-11-24T14:05:12.000Z",
                "updatedAt": None,
                "deletedAt": "2026-11-25T01:00:00.000Z" if key in deleted else None,
                "submitterId": "12",
                "submitterName": "Telefono 1",
                "attachmentsPresent": 1,
                "attachmentsExpected": 1,
                "status": None,
                "reviewState": (states or {}).get(key),
                "deviceId": "collect:abc",
                "edits": (edits or {}).get(key, 0),
                "formVersion": "1",
            },
            "meta": {"instanceID": f"uuid:{key}", "instanceName": "H001 - J1"},
        }
        for path in columns_of(answers):
            *groups, name = path.split("/")
            into = told
            for group in groups:
                into = into.setdefault(group, {})
            text = one.get(path) or None
            is_figure = text is not None and text.replace(".", "", 1).isdigit() and name != "order"
            into[name] = (float(text) if "." in text else int(text)) if is_figure and text else text
        found.append(told)
    return json.dumps({"value": found, "@odata.context": "https://odk.example/v1/x.svc/$metadata#Submissions"}).encode()
