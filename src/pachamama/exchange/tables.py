"""A spreadsheet saved as CSV: its columns, and its rows as cells of text with the lines they stand in.

Encoding and delimiter are found by a few rules, not by statistics: a wrong guess would print a wrong name on a prize
sheet. What cannot be read for certain is refused with its line.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from pachamama.core.problems import Place, Problem, Refused, refuse_if
from pachamama.core.sentences import say
from pachamama.core.sheets import text_shown
from pachamama.exchange.files import read_bytes

DELIMITERS = (";", "\t", ",")
"""In the order in which they are preferred: a comma may stand inside a title, the others hardly."""
_SEPARATORS = ";,\t "
_SEP = re.compile(r'"?sep=(.)"?[;,\t]*\r?\n?', re.IGNORECASE)
"""The line that tells Excel the delimiter."""
_PIECE = 1 << 16
_SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"SQLite format 3\x00")
_SPREADSHEETS = _SIGNATURES[:2]


class Row(NamedTuple):
    """One row: the line where it begins, and as many cells as the table has columns, without blanks around them."""

    line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its titles; a column without title is '' and has no cells. The rows are read when they are asked for."""

    file: str
    line: int
    columns: tuple[str, ...]
    delimiter: str
    _text: str = field(repr=False)
    _skip: int = field(repr=False)

    def rows(self, problems: list[Problem]) -> Iterator[Row]:
        """The rows that are not blank; what cannot be a row is added to the problems.

        After an unclosed quotation mark nothing is certain any more, and no further row is given.
        """
        reader = csv.reader(_lines(self._text), delimiter=self.delimiter, strict=True)
        cells_of = self.cleaning(problems)
        before = 0
        try:
            for written in reader:
                line, before = before + 1, reader.line_num
                if line > self._skip and written and (cells := cells_of(line, written)) is not None:
                    yield Row(line, cells)
        except csv.Error as error:
            problems.append(_bad_quotes(Place(self.file, before + 1), error))

    def as_written(self) -> Iterator[list[str]]:
        """The rows below the titles as they are written, blanks, empty lines and all; csv.Error where that cannot be."""
        reader = csv.reader(_lines(self._text), delimiter=self.delimiter, strict=True)
        while reader.line_num < self._skip:
            next(reader)
        return reader

    @property
    def is_plain(self) -> bool:
        """Every column has a title, and no cell is escaped: a row as long as the titles needs only blanks taken off."""
        return all(self.columns) and not _HAS_ESCAPED.search(self._text)

    def cleaning(self, problems: list[Problem]) -> Callable[[int, list[str]], list[str] | None]:
        """What makes the cells of a written row; None of one that is blank, or cannot be a row, which is a problem."""
        width, file = len(self.columns), self.file
        untitled = [at for at, title in enumerate(self.columns) if not title]
        is_escaped = bool(_HAS_ESCAPED.search(self._text))

        def cells_of(line: int, written: list[str]) -> list[str] | None:
            if len(written) > width and any(map(str.strip, written[width:])):
                problems.append(self._too_many(line, len(written)))
                return None
            cells = [*map(str.strip, written)]
            if len(cells) != width:
                cells = cells[:width] + [""] * (width - len(cells))
            if not any(cells):
                return None
            if is_escaped:
                cells[:] = map(unescaped, cells)
            if untitled and any(cells[at] for at in untitled):
                problems.append(_no_title(Place(file, line)))
                return None
            return cells

        return cells_of

    def place(self, line: int | None = None) -> Place:
        """A line of the table; by default that of the titles."""
        return Place(self.file, self.line if line is None else line) if self.file else Place()

    def _too_many(self, line: int, cells: int) -> Problem:
        if self.delimiter == ",":
            hint = say('a cell with a comma in it stands in quotation marks: "12,5"')
        else:
            hint = say("delete what stands beyond the last column")
        return Problem(
            Place(self.file, line),
            say("the row has {cells} cells, the table {columns} columns", cells=cells, columns=len(self.columns)),
            hint,
        )


def read_table(path: str | Path, content: bytes | None = None) -> Table:
    """The table of a CSV file: UTF-8, Latin-1 or UTF-16, with `;`, `,` or tab, as Excel and phones write it.

    `content` is what the file holds, where it is read already. Refused with file and line: files that are missing,
    empty or no text, no titles, repeated titles, unclosed quotes.
    """
    file = str(path)
    text = decoded(read_bytes(path) if content is None else content, file)
    told = _SEP.match(text)
    if told and told[1] not in (*DELIMITERS, "|"):
        raise Refused(
            Problem(Place(file, 1), say("“{sep}” cannot separate cells", sep=told[1]), say("use ; or , or tab"))
        )
    after = 1 if told else 0
    found = [_first_row(text, one, after) for one in ([told[1]] if told else DELIMITERS)]
    best = max(found, key=lambda row: len(row.titles))
    if best.error is not None:
        raise Refused(_bad_quotes(Place(file, best.line), best.error))
    if not any(best.titles):
        raise Refused(
            Problem(Place(file), say("the table is empty"), say("the first line holds the titles of the columns"))
        )
    titles = [unescaped(title) for title in best.titles]
    while not titles[-1]:
        titles.pop()
    refuse_if(
        Problem(
            Place(file, best.line),
            say("the column “{column}” stands there twice", column=text_shown(title)),
            say("give each column its own title"),
        )
        for title in dict.fromkeys(titles)
        if title and titles.count(title) > 1
    )
    return Table(file, best.line, tuple(titles), best.delimiter, text, best.last)


def table_of(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table that was typed and never was a file; its places name no file."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([titles, *rows])
    return Table("", 0, tuple(titles), ",", text.getvalue(), 1)


def _lines(text: str) -> Iterator[str]:
    """The lines of a text with their ends, as a file gives them; piece by piece, since StringIO takes four bytes a letter."""
    first = 0
    while first < len(text):
        end = text.find("\n", first + _PIECE) + 1 or len(text)
        yield from StringIO(text[first:end], newline="")
        first = end


class _Titles(NamedTuple):
    """The first row that is not blank, as one delimiter cuts it: from `line` to `last`, or why it cannot be cut."""

    delimiter: str
    titles: list[str]
    line: int
    last: int
    error: csv.Error | None = None


def _first_row(text: str, delimiter: str, after: int) -> _Titles:
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    before = 0
    try:
        for cells in reader:
            titles = [" ".join(cell.split()) for cell in cells]
            if before >= after and any(title.strip(_SEPARATORS) for title in titles):
                return _Titles(delimiter, titles, before + 1, reader.line_num)
            before = reader.line_num
    except csv.Error as error:
        return _Titles(delimiter, [], before + 1, before + 1, error)
    return _Titles(delimiter, [], 1, 1)


# -- formulas --------------------------------------------------------------------------------------------------------

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+[=+\-@\t\r]")
_HAS_ESCAPED = re.compile(r"'[=+\-@]")


def escaped(cell: str) -> str:
    """The cell as it goes out: a `'` before what a spreadsheet would run as a formula; `unescaped` takes it away again."""
    return "'" + cell if _FORMULA.match(cell) else cell


def unescaped(cell: str) -> str:
    """The cell as it was before `escaped`."""
    return cell[1:] if _ESCAPED.match(cell) else cell


# -- encodings -------------------------------------------------------------------------------------------------------

_SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ¿¡")
_LATIN = _SPANISH | frozenset("àèìòùâêîôûäëïöçãõÀÈÌÒÙÂÊÎÔÛÄËÏÖÇÃÕªº°«»–—‘’“”…·´¨€½¼¾²³×•\xa0\xad")
_OUT_OF_PLACE = re.compile(r"[^\W\d_][¡¿]|[a-zñ][–—][a-zñ]")
"""Signs inside a word, where another encoding has an accented letter."""
_ONE_BYTE = (("cp1252", _LATIN), ("cp850", _SPANISH), ("mac_roman", _SPANISH | frozenset("’“”–")))
_UTF8_PAIR = re.compile(rb"[\xc2\xc3][\x80-\xbf]|\xe2\x80[\x90-\xaf]")


def decoded(content: bytes, file: str) -> str:
    """The text of a file: UTF-8 or UTF-16 by its mark, UTF-8 where it is one, else what Windows, DOS or a Mac wrote.

    Refused: files that are no text, and text of mixed encodings, with the line.
    """
    if content.startswith(_SIGNATURES):
        raise Refused(_no_text(content, file))
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return _without_nul(content.decode("utf-16"), file)
        except UnicodeDecodeError:
            raise Refused(Problem(Place(file), say("the file is cut off or damaged"), _SAVE_AGAIN)) from None
    try:
        return _without_nul(content.decode("utf-8-sig"), file)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    if b"\x00" in content:
        _without_nul(content.decode("latin-1"), file)
    if content.startswith(codecs.BOM_UTF8) or _UTF8_PAIR.search(content):
        raise Refused(Problem(Place(file, line), say("letters of two encodings are mixed here"), _SAVE_AGAIN))
    for encoding, letters in _ONE_BYTE:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if letters.issuperset(letter for letter in set(text) if not letter.isascii()) and not _OUT_OF_PLACE.search(
            text
        ):
            return text
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
    raise Refused(Problem(Place(file, line), say("the letters here are in an unknown encoding"), _SAVE_AGAIN))


_SAVE_AGAIN = say("open it in the spreadsheet program and save it as “CSV UTF-8”")


def _without_nul(text: str, file: str) -> str:
    at = text.find("\x00")
    if at < 0:
        return text
    raise Refused(
        Problem(
            Place(file, text.count("\n", 0, at) + 1),
            say("there are NUL bytes here: this is no plain text"),
            _SAVE_AGAIN,
        )
    )


def _no_text(content: bytes, file: str) -> Problem:
    if content.startswith(_SPREADSHEETS):
        return Problem(
            Place(file),
            say("this is a spreadsheet file, not CSV"),
            say("open it in the spreadsheet program and save it as CSV"),
        )
    return Problem(Place(file), say("this is no table"), say("save the table as CSV"))


# -- problems --------------------------------------------------------------------------------------------------------


def _bad_quotes(place: Place, error: csv.Error) -> Problem:
    hint = say("close it or delete it; inside a cell a quotation mark is written twice")
    if "expected after" in str(error):
        return Problem(place, say("text goes on after a closing quotation mark"), hint)
    return Problem(place, say("a quotation mark opens in this row and is never closed"), hint)


def _no_title(place: Place) -> Problem:
    return Problem(
        place,
        say("there is a cell in a column without title"),
        say("write the title into the first line, or delete the cell"),
    )
