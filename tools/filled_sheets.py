"""Score sheets as judges hand them in: the printed sheets of a round with invented marks written on them by hand.

    python tools/filled_sheets.py --db pachamama.db --round terraces-household-1 --count 60 --mistakes 10 -o FOLDER

For trying the entry screen with paper beside it: a picture for each sheet, and `truth.csv` with what stands on it and
which mistake was made on purpose. The same seed gives the same pictures. Nothing is written into the programme's file.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import math
import random
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).parents[1] / "src"
sys.path.insert(0, str(SOURCE))

import typst  # noqa: E402
from pypdf import PdfReader  # noqa: E402

from pachamama.cli.headings import round_on_paper  # noqa: E402
from pachamama.cli.judging_papers import competitors_of  # noqa: E402
from pachamama.core.criteria import Marks, Measured, Options  # noqa: E402
from pachamama.core.numbers import Exact, plain  # noqa: E402
from pachamama.core.rules import Tier  # noqa: E402
from pachamama.core.rules.document import Phase  # noqa: E402
from pachamama.core.sheets import Paper  # noqa: E402
from pachamama.papers import kit  # noqa: E402
from pachamama.papers.score_sheet import Line, OneSheet, Packet, score_sheets, to_pdf  # noqa: E402
from pachamama.store import Store  # noqa: E402

POINT = 25.4 / 72
DOTS = 170
MISTAKES = (
    "empty line",
    "wrong total",
    "no total",
    "off the steps",
    "above the maximum",
    "two marks",
    "code smudged",
    "marks and absent",
)
HAND = """
#let given = json(bytes(sys.inputs.given))
#set page(width: given.width * 1mm, height: given.height * 1mm, margin: 0mm)
#set text(font: "Noto Sans", style: "italic", fill: rgb(28, 44, 120))
#place(dx: -given.left * 1mm, image("page.png", width: given.whole * 1mm))
#for one in given.words { place(dx: one.x * 1mm, dy: one.y * 1mm, rotate(one.turn * 1deg, text(size: one.size * 1pt, one.text))) }
#for one in given.strokes { place(curve(stroke: (paint: rgb(28, 44, 120), thickness: one.thick * 1mm, cap: "round"),
  curve.move((one.from.at(0) * 1mm, one.from.at(1) * 1mm)), ..one.to.map(to => curve.line((to.at(0) * 1mm, to.at(1) * 1mm))))) }
"""


@dataclass(frozen=True, slots=True)
class Printed:
    """A text of a page, where it begins, in millimetres from the upper left corner, and how large it is in points."""

    text: str
    x: float
    y: float
    size: float


@dataclass
class Ink:
    """What a pen leaves on one sheet; positions in millimetres from its upper left corner."""

    chance: random.Random
    words: list[dict[str, Any]] = field(default_factory=list)
    strokes: list[dict[str, Any]] = field(default_factory=list)

    def write(self, text: str, x: float, y: float, *, size: float = 15, spread: float = 0) -> None:
        """Write a text with its foot at that height; `spread` is the way from one letter to the next, 0: as it comes."""
        for at, letters in enumerate(text if spread else [text]):
            place = x + at * spread + self.chance.uniform(-0.4, 0.4)
            turn = self.chance.uniform(-7, 4)
            foot = y - size * POINT * 0.74 + self.chance.uniform(-0.3, 0.3)
            self.words.append({"text": letters, "x": place, "y": foot, "turn": turn, "size": size})

    def line(self, *points: tuple[float, float], thick: float = 0.45) -> None:
        """Draw a stroke through those points, not quite straight."""
        shaken = [[x + self.chance.uniform(-0.3, 0.3), y + self.chance.uniform(-0.3, 0.3)] for x, y in points]
        self.strokes.append({"from": shaken[0], "to": shaken[1:], "thick": thick})

    def cross(self, x: float, y: float, reach: float = 2.9) -> None:
        """Cross something out."""
        self.line((x - reach, y - reach), (x + reach, y + reach))
        self.line((x - reach, y + reach), (x + reach, y - reach))

    def tick(self, x: float, y: float) -> None:
        """Tick a box whose middle is there."""
        self.line((x - 2, y - 0.3), (x - 0.4, y + 1.7), (x + 3, y - 3.2), thick=0.5)

    def sign(self, x: float, y: float) -> None:
        """Sign on a line that begins there."""
        waves = [(x + 4 + at * 2.1, y - 3 - 4 * math.sin(at * self.chance.uniform(1, 2.4))) for at in range(13)]
        self.line(*waves, thick=0.35)


@dataclass(frozen=True)
class Filled:
    """One sheet with what was written on it: texts by criterion, the total, the status, and the mistake."""

    code: str
    entry: str
    judge: str
    phase: str
    marks: Mapping[str, str]
    total: str
    status: str
    mistake: str


# -- what a judge writes ---------------------------------------------------------------------------------------------


def invented(phase: Phase, sheet: OneSheet, mistake: str, chance: random.Random) -> Filled:
    """Marks on the better half of what is allowed, with one mistake or none."""
    marks = {one.id: one.graded(Fraction(chance.randint(40, 100), 100)) for one in phase.judged}
    total = plain(Paper(phase).total(marks))
    texts = {id_: plain(mark) for id_, mark in marks.items()}
    numbers = [one for one in phase.judged if isinstance(one, Marks)]
    status = ""
    if mistake == "empty line":
        texts[chance.choice(phase.judged).id] = ""
    elif mistake == "wrong total":
        total = plain(_number(total) + chance.choice((-10, -1, 1, 10)))
    elif mistake == "no total":
        total = ""
    elif mistake in ("off the steps", "above the maximum") and numbers:
        one = numbers[-1]
        texts[one.id] = plain(one.max + 1) if mistake == "above the maximum" else plain(one.max) + ".3"
    elif mistake == "two marks":
        one = phase.judged[0]
        texts[one.id] += " " + plain(one.graded(Fraction(0)))
    elif mistake == "marks and absent":
        status = "absent"
    return Filled(sheet.code, sheet.entry, sheet.judge, phase.id, texts, total, status, mistake)


def _number(text: str) -> Exact:
    return Fraction(text)


# -- where it goes on the paper --------------------------------------------------------------------------------------


class Desk:
    """One sheet on a page: finds the printed texts, and writes beside them."""

    def __init__(self, texts: list[Printed], packet: Packet, *, is_half: bool, ink: Ink) -> None:
        self.texts, self.packet, self.ink, self.is_half = texts, packet, ink, is_half
        self.edge, self.width = (9.0, 148.5) if is_half else (12.0, 210.0)
        self.field = self.edge + (5 if is_half else 67)

    def fill(self, phase: Phase, filled: Filled) -> None:
        """Write everything that this sheet says."""
        for line, criterion in zip(self.packet.form.lines, phase.judged, strict=True):
            for text in filled.marks[criterion.id].split():
                self._mark(line, criterion, text)
        total = self._label("total", 10)
        self.ink.write(filled.total, self.width - self.edge - 27, total.y + 1.6, size=19)
        if filled.status == "absent":
            label = self._label("absent", 8)
            self.ink.tick(label.x - 3.2, label.y - 1.2)
        date = self._label("date", 8)
        beside = next((one for one in self.texts if one.text == self.packet.labels["date"].beside), None)
        self.ink.write("24-11", beside.x + 16 if beside else date.x + 12, date.y, size=11)
        signature = self._label("signature", 7.5)
        self.ink.sign(signature.x, signature.y - 4)
        if filled.mistake == "code smudged":
            code = next(one for one in self.texts if one.text == filled.code and one.size > 10)
            for _ in range(5):
                self.ink.line((code.x + 12, code.y - 3), (code.x + 17, code.y), (code.x + 11, code.y - 1), thick=0.9)

    def _mark(self, line: Line, criterion: Marks | Options | Measured, text: str) -> None:
        inside = self._of_line(line)
        if line.kind == "circles":
            at = next(
                (one for one in inside if one.text == text and one.size in (7, 8) and one.x > self.field - 1), None
            )
            if at is not None:
                self.ink.cross(at.x + 0.85 * len(text), at.y - 1)
            else:
                self.ink.write(text, self.field + 40, inside[0].y + 6, size=14)
        elif isinstance(criterion, Options):
            number = [plain(one.points) for one in criterion.options].index(text) + 1
            at = next(one for one in inside if one.text == str(number) and one.size == 8.5 and one.x > self.field - 1)
            self.ink.tick(at.x + 6.1, at.y - 1.1)
        else:
            foot = inside[0].y + 7.6 if self.is_half else inside[0].y + 3.6
            if line.kind == "figures":
                whole, _, part = text.partition(".")
                start = self.field + 1.4 + 5.8 * (line.boxes[0] - len(whole))
                self.ink.write(whole, start, foot, spread=5.8)
                if part:
                    self.ink.write(part, self.field + 5.8 * line.boxes[0] + 4.2, foot, spread=5.8)
            else:
                self.ink.write(text, self.field + 5, foot)
            if line.has_points:
                points = next(one for one in inside if one.text == self.packet.labels["points"].text)
                self.ink.write(plain(criterion.weight * criterion.worth(_number(text))), points.x + 15, points.y + 1.2)

    def _of_line(self, line: Line) -> list[Printed]:
        """The texts from a line's number down to the next one's, or to the total."""
        numbers = [one for one in self.texts if one.size == 9 and abs(one.x - self.edge) < 1 and one.text.isdigit()]
        start = next(one for one in numbers if one.text == str(line.number))
        after = min((one.y for one in numbers if one.y > start.y), default=self._label("total", 10).y - 4)
        return sorted((one for one in self.texts if start.y - 1 < one.y < after - 3), key=lambda one: one.y)

    def _label(self, key: str, size: float) -> Printed:
        """A label that stands there in that size; its first word where the typesetter parted it."""
        label = self.packet.labels[key].text
        return next(one for one in self.texts if one.size == size and label.startswith(one.text))


def printed_on(page: Any) -> list[Printed]:
    """The texts of a PDF page with their places."""
    height = float(page.mediabox.height)
    found: list[Printed] = []

    def seen(text: str, around: list[float], own: list[float], _font: Any, size: float) -> None:
        if words := text.replace("\u200b", "").strip():
            x = around[0] * own[4] + around[2] * own[5] + around[4]
            y = around[1] * own[4] + around[3] * own[5] + around[5]
            found.append(Printed(words, x * POINT, (height - y) * POINT, round(size, 2)))

    page.extract_text(visitor_text=seen)
    return found


# -- pictures --------------------------------------------------------------------------------------------------------


def filled_pictures(packet: Packet, phase: Phase, invent: Callable[[OneSheet], Filled], chance: random.Random) -> Any:
    """Each sheet of a packet as what was written and its picture; sheets of more than one page are left out."""
    pages = PdfReader(io.BytesIO(to_pdf(packet))).pages
    pictures = kit.pictures("score_sheet", asdict(packet), dots_per_inch=DOTS)
    is_half = float(pages[0].mediabox.width) > float(pages[0].mediabox.height)
    if not is_half and len(pages) > len(packet.sheets):
        return
    for at, sheet in enumerate(packet.sheets):
        number, left = (at // 2, 148.5 * (at % 2)) if is_half else (at, 0.0)
        width, height = (148.5, 210.0) if is_half else (210.0, 297.0)
        own = [
            Printed(one.text, one.x - left, one.y, one.size)
            for one in printed_on(pages[number])
            if left <= one.x < left + width
        ]
        filled, ink = invent(sheet), Ink(chance)
        Desk(own, packet, is_half=is_half, ink=ink).fill(phase, filled)
        given = {"left": left, "whole": 297 if is_half else 210, "width": width, "height": height}
        yield filled, _drawn(pictures[number], {**given, "words": ink.words, "strokes": ink.strokes})


def _drawn(page: bytes, given: Mapping[str, Any]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "page.png").write_bytes(page)
        (Path(folder) / "hand.typ").write_text(HAND, encoding="utf-8")
        made = typst.compile(
            str(Path(folder) / "hand.typ"),
            root=folder,
            font_paths=[str(kit.FONTS)],
            ignore_system_fonts=True,
            sys_inputs={"given": json.dumps(given)},
            format="png",
            ppi=DOTS,
        )
    assert isinstance(made, bytes)
    return made


def packets_of(store: Store, round_code: str, count: int) -> tuple[Tier, list[Packet]]:
    """The packets of the first numbered sheets that have an entry."""
    meant = store.round(round_code)
    about = round_on_paper(store, meant)
    sheets = [one for one in store.numbered_sheets(round_code) if one.entry is not None][:count]
    made = score_sheets(
        about,
        sheets,
        competitors=competitors_of(store, meant, about.tier),
        judges={one.code: one for one in store.judges()},
    )
    return about.tier, list(made)


def main(arguments: list[str]) -> int:
    """Draw the sheets; 1 where the round has no numbered ones."""
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("--db", default="pachamama.db")
    asked.add_argument("--round", required=True)
    asked.add_argument("--count", type=int, default=60)
    asked.add_argument("--mistakes", type=int, default=10)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("-o", dest="folder", required=True)
    said = asked.parse_args(arguments)
    chance = random.Random(said.seed)
    with Store.open(said.db) as store:
        tier, packets = packets_of(store, said.round, said.count)
    whole = sum(len(packet.sheets) for packet in packets)
    if not whole:
        print("no numbered sheets: print some first", file=sys.stderr)
        return 1
    wrong = dict(
        zip(
            chance.sample(range(whole), min(said.mistakes, whole)),
            (MISTAKES[at % len(MISTAKES)] for at in range(said.mistakes)),
            strict=False,
        )
    )
    place = Path(said.folder)
    place.mkdir(parents=True, exist_ok=True)
    phases = {one.id: one for one in tier.judged_phases}
    drawn: list[Filled] = []
    for packet in packets:
        phase = _phase_of(packet, phases)

        def invent(sheet: OneSheet, phase: Phase = phase) -> Filled:
            return invented(phase, sheet, wrong.get(len(drawn), ""), chance)

        for filled, picture in filled_pictures(packet, phase, invent, chance):
            drawn.append(filled)
            (place / f"{len(drawn):03}-{filled.code}.png").write_bytes(picture)
    with (place / "truth.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["code", "entry", "judge", "phase", "marks", "total", "status", "mistake"])
        for one in drawn:
            marks = " | ".join(f"{id_}={text}" for id_, text in one.marks.items())
            table.writerow([one.code, one.entry, one.judge, one.phase, marks, one.total, one.status, one.mistake])
    print(f"{len(drawn)} sheets in {place}")
    return 0


def _phase_of(packet: Packet, phases: Mapping[str, Phase]) -> Phase:
    """The phase whose lines a packet has, by their number and kinds."""
    named = [one for id_, one in phases.items() if f"-{id_}-" in f"{packet.file_stem}-"]
    return named[0] if named else next(iter(phases.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
