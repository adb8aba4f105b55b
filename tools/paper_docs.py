"""The two lists of docs/papers.md that come from the source: the gallery with its captions, and what each template is given.

    python tools/paper_docs.py write    # put them into docs/papers.md
    python tools/paper_docs.py check    # exit 1 where they are out of date; a test runs it

Shapes are read from the dataclasses of `papers/`: their docstrings, the names of their fields and their types.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import pkgutil
import re
import sys
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "papers.md"
PICTURES = ROOT / "docs" / "papers"

CAPTIONS: Mapping[str, tuple[str, str, str]] = {
    "bases": ("rules", "Bases del concurso, con ejemplos de empates", "Rules for the public, with examples of ties"),
    "summary": ("summary", "Resumen de una página, para la pared", "Summary of one page, for a wall"),
    "register_list": ("register-list", "Padrón para inscribirse y firmar", "Registration list, to tick and to sign"),
    "judge_programme": ("judge-programme", "Programa del jurado: a quién visita y cuándo", "Whom a judge visits, and when"),
    "score_sheet": ("score-sheets", "Ficha de calificación, con código y QR", "Score sheet, with code and QR code"),
    "big_sheet": ("big-sheet", "Planilla grande del concurso", "The big sheet of a contest"),
    "wall_list": ("wall-list", "Resultados para la pared, sin DNI", "Results for a wall, without DNI"),
    "acta": ("acta", "Acta de resultados y premiación", "Minutes of results and prizes"),
    "envelopes": ("envelopes", "Sobres y monedas", "Envelopes and coins"),
    "coin_list": ("envelopes", "Billetes y monedas que hay que llevar", "Notes and coins to bring"),
    "transfer_list": ("transfer-list", "Lista de transferencias para el banco", "Transfers for the bank"),
    "prize_sheet": ("prize-sheet", "Planilla de premiación, con firma y huella", "Prize sheet, with signature and fingerprint"),
    "receipts": ("receipts", "Recibos", "Receipts"),
    "certificate": ("certificates", "Diploma", "Certificate"),
    "slip": ("explanation-slips", "Cómo se llegó a este resultado", "How a result came about"),
    "round_report": ("round-report", "Informe de la ronda", "Report of the round"),
    "folder_index": ("all", "Índice de la carpeta de la ronda", "Index of a round's folder"),
}  # fmt: skip
"""Command, Spanish and English caption of each template, in the order of use."""


class Paper(NamedTuple):
    """A paper: the module that makes it, its template, and what the template is given."""

    module: str
    template: str
    document: type


def papers() -> list[Paper]:
    """Every paper of the package, in the order of use."""
    import pachamama.papers

    found = []
    for one in pkgutil.iter_modules(pachamama.papers.__path__):
        module = importlib.import_module(f"pachamama.papers.{one.name}")
        make = getattr(module, "to_pdf", None)
        template = re.search(r'kit\.render\(\s*"(\w+)"', inspect.getsource(make)) if make else None
        if make and template:
            hints = typing.get_type_hints(make)
            found.append(Paper(one.name, template[1], next(kind for name, kind in hints.items() if name != "return")))
    order = list(CAPTIONS)
    return sorted(found, key=lambda one: order.index(one.template) if one.template in order else len(order))


def gallery() -> str:
    """Two pictures in a row, each with its command and its captions."""
    cells = []
    for paper in papers():
        if (PICTURES / f"{paper.template}.png").exists():
            command, spanish, english = CAPTIONS.get(paper.template, (paper.template.replace("_", "-"), "", ""))
            said = " · ".join(part for part in (spanish, english) if part)
            cells.append(
                f'<td width="50%"><img src="papers/{paper.template}.png" alt="{english or paper.template}"><br>'
                f"<code>print {command}</code><br>{said}</td>"
            )
    rows = [cells[at : at + 2] for at in range(0, len(cells), 2)]
    return "\n".join(["<table>", *(f"<tr>\n{chr(10).join(row)}\n</tr>" for row in rows), "</table>"])


def shapes() -> str:
    """Each template with the shapes that it is given; a shape that several are given stands once, at the end."""
    every = papers()
    seen: dict[type, int] = {}
    for paper in every:
        for shape in _reached(paper.document):
            seen[shape] = seen.get(shape, 0) + 1
    parts = []
    for paper in every:
        parts.append(f"### `{paper.template}.typ`")
        parts += [_told(shape) for shape in _reached(paper.document) if seen[shape] == 1 or shape is paper.document]
    shared = [shape for shape, count in seen.items() if count > 1]
    return "\n\n".join([*parts, "### In several papers", *(_told(shape) for shape in shared)])


def _reached(shape: type) -> list[type]:
    """The shape and those inside of it, each once."""
    found: dict[type, None] = {}

    def look(kind: Any) -> None:
        if dataclasses.is_dataclass(kind) and isinstance(kind, type):
            if kind in found:
                return
            found[kind] = None
            hints = typing.get_type_hints(kind)
            for one in dataclasses.fields(kind):
                look(hints[one.name])
        for inner in typing.get_args(kind):
            look(inner)

    look(shape)
    return list(found)


def _told(shape: type) -> str:
    hints = typing.get_type_hints(shape)
    about = " ".join(inspect.cleandoc(shape.__doc__ or "").split())
    lines = [f"- `{one.name}`: {_kind(hints[one.name])}" for one in dataclasses.fields(shape)]
    return "\n".join([f"**{shape.__name__}.** {about}", "", *lines])


def _kind(kind: Any) -> str:
    """A type in words, as the template finds it."""
    plain = {str: "text", int: "whole number", bool: "true or false", type(None): "none"}
    if kind in plain:
        return plain[kind]
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return " or ".join(f'"{word}"' for word in inner)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_kind(one) for one in inner)
    if origin is tuple and len(inner) > 1 and inner[1] is not Ellipsis:
        return "[" + ", ".join(_kind(one) for one in inner) + "]"
    if origin is not None and issubclass(origin, Mapping):
        return f"{_kind(inner[1])}, by name"
    if origin is not None and issubclass(origin, Sequence):
        return f"list of {_kind(inner[0])}"
    return f"**{kind.__name__}**" if dataclasses.is_dataclass(kind) else str(getattr(kind, "__name__", kind))


def filled(page: str) -> str:
    """The page with both lists as they are in the source today."""
    for name, block in (("gallery", gallery()), ("shapes", shapes())):
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(end)
        page = f"{before}{begin}\n{block}\n{end}{after}"
    return page


def main(words: Sequence[str]) -> Iterator[str]:
    """What is to be said; the page is written or checked on the way."""
    sys.path.insert(0, str(ROOT / "src"))
    page = PAGE.read_text("utf-8")
    wanted = filled(page)
    if list(words) == ["write"]:
        PAGE.write_text(wanted, "utf-8")
    elif page != wanted:
        yield "docs/papers.md is out of date: python tools/paper_docs.py write"


if __name__ == "__main__":
    told = list(main(sys.argv[1:]))
    sys.stdout.writelines(f"{line}\n" for line in told)
    sys.exit(1 if told else 0)
