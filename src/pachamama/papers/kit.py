"""The one way to the typesetter: a template and a document of plain values become a PDF, or pictures of its pages.

The values travel as JSON through the template's inputs and are never pasted into its source, so a name such as
`#read("/etc/passwd")` prints as it is written. Fonts are the ones beside this module and no others. A warning of the
typesetter (an unknown font, a layout that does not settle) is an error: a paper that pays is right or is not made.

The seal is here too: a heading with a `code` (the seal of the closed round) is given its QR code as `qr`; `replaces`
names the earlier closings in words. The templates place all three with `qr-of` and `code-of` of kit.typ.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Literal

from pachamama.core.names import visible
from pachamama.core.problems import Place, Problem, Refused
from pachamama.core.sentences import say

TEMPLATES = Path(__file__).parent / "templates"
FONTS = Path(__file__).parent / "fonts"
_DAY_ZERO = 0
"""The timestamp in every PDF: the day of printing is in the document, and printing it again gives the same bytes."""
_DOCUMENTS_KEPT = 10

LETTERS = (
    *((0x20, 0x7E), (0xA0, 0x17F), (0x218, 0x21B), (0x2BB, 0x2BC), (0x300, 0x304), (0x306, 0x308), (0x30A, 0x30C)),
    *((0x323, 0x323), (0x327, 0x328), (0x1E80, 0x1E85), (0x1EBC, 0x1EBD), (0x1EF2, 0x1EF3), (0x1EF8, 0x1EF9)),
    *((0x2010, 0x2015), (0x2018, 0x201E), (0x2020, 0x2022), (0x2026, 0x2026), (0x2030, 0x2030), (0x2032, 0x2033)),
    *((0x2039, 0x203A), (0x20AC, 0x20AC), (0x2116, 0x2116), (0x2122, 0x2122)),
)
"""What the fonts can print, as ranges of code points; a test prints every one of them."""
_SET_AS = str.maketrans({"\N{MINUS SIGN}": "\N{EN DASH}"})
"""What has a picture of another name: the minus of an explanation is as long as the dash."""


OWN: ContextVar[Path | None] = ContextVar("templates of the user", default=None)
"""The folder that stands in for `TEMPLATES` while papers are printed with the user's own (`papers/own_templates.py`)."""


class Unprintable(RuntimeError):
    """The typesetter failed or warned; no paper was made. It is this program's fault, never the user's."""


def render(template: str, document: Mapping[str, Any], *, templates: Path = TEMPLATES) -> bytes:
    """The PDF of a document; the same document gives the same bytes, on every laptop and every day.

    Unprintable where the typesetter fails or warns. A template reads no file outside the folder `templates`.
    """
    return _typeset(template, document, templates, "pdf")[0]


def pictures(template: str, document: Mapping[str, Any], *, dots_per_inch: int = 100) -> list[bytes]:
    """The pages of a document as PNG pictures, to look at them and to measure them."""
    return _typeset(template, document, TEMPLATES, "png", dots_per_inch)


def forget() -> None:
    """Let the typesetter give back the memory of what it has set: it keeps the parts of its last ten documents.

    After a long document this costs a tenth of a second, and a thousand sheets stay below what twenty need.
    """
    import typst

    empty = typst.Compiler(ignore_system_fonts=True)
    for _ in range(_DOCUMENTS_KEPT):
        empty.compile(b"")


def qr_code(code: str) -> str:
    """The QR code of a code as an SVG picture without a border, one unit for each module."""
    import segno

    made = segno.make_qr(code, error="m", boost_error=False)
    picture = io.BytesIO()
    made.save(picture, kind="svg", border=0, xmldecl=False, nl=False, omitsize=True)
    return picture.getvalue().decode()


def _with_seal(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document with the QR code of its heading's `code`, the seal of the closed round, if it has one."""
    heading = document.get("heading", {})
    code = heading.get("code", "")
    return {**document, "heading": {**heading, "qr": qr_code(code)}} if code else document


def printable(value: Any) -> Any:
    """The document with every letter that the fonts do not have, or that steers a line, shown as its code `<U+202E>`."""
    if isinstance(value, str):
        return _printable_text(value)
    if isinstance(value, Mapping):
        return {key: printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [printable(one) for one in value]
    return value


def _printable_text(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter if any(first <= ord(letter) <= last for first, last in LETTERS) else f"<U+{ord(letter):04X}>"
        for letter in visible(" ".join(text.split())).translate(_SET_AS)
    )


def _typeset(
    template: str, document: Mapping[str, Any], templates: Path, form: Literal["pdf", "png"], dots_per_inch: int = 100
) -> list[bytes]:
    import typst

    templates = OWN.get() or templates
    try:
        made, warnings = typst.compile_with_warnings(
            str(templates / f"{template}.typ"),
            root=str(templates),
            font_paths=[str(FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"document": json.dumps(_with_seal(printable(document)), ensure_ascii=False)},
            format=form,
            ppi=dots_per_inch,
            timestamp=_DAY_ZERO,
            pdf_tags=False,
        )
    except typst.TypstError as error:
        if OWN.get():
            raise refused(template, error) from error
        raise Unprintable(f"{template}: {error}") from error
    if warnings and OWN.get():
        raise refused(template, warnings[0])
    if warnings:
        raise Unprintable(f"{template}: {'; '.join(str(warning) for warning in warnings)}")
    if made is None:
        raise Unprintable(f"{template}: nothing was made")
    return made if isinstance(made, list) else [made]


def refused(template: str, error: Any) -> Refused:
    """What the typesetter says of a template of the user's: where, what, and what helps."""
    found = re.search(r"([\w.-]+\.typ):(\d+):(\d+)", str(getattr(error, "diagnostic", "")))
    where = Place(found[1], int(found[2]), int(found[3])) if found else Place(f"{template}.typ")
    hints = [str(hint) for hint in getattr(error, "hints", ())]
    return Refused(
        Problem(
            where,
            say("the typesetter refuses this template: {what}", what=visible(str(getattr(error, "message", error)))),
            say("{hint}", hint=visible(hints[0]))
            if hints
            else say("compare it with ours: `pachamama print templates`"),
        )
    )


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF of this typesetter has."""
    return len(re.findall(rb"/Type\s*/Page(?![a-zA-Z])", pdf))
