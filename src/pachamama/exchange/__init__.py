"""Tables in and out: registers and score tables as people's spreadsheets hold them, results as JSON and CSV.

Everything that comes in is read as text and checked here, with file and line; the core never meets a spreadsheet.
"""

from __future__ import annotations

from pachamama.exchange.files import file_name, make_folder, read_bytes, write_beside
from pachamama.exchange.registers import Beside, Register, columns_of, read_register, read_single
from pachamama.exchange.results import document, read_results, to_csv, to_json
from pachamama.exchange.score_reading import CodedRow, Registered, ScoreReading
from pachamama.exchange.scores import read_scores, scores_of
from pachamama.exchange.stored import read_stored, stored_document
from pachamama.exchange.tables import Row, Table, read_table

__all__ = [
    "Beside",
    "CodedRow",
    "Register",
    "Registered",
    "Row",
    "ScoreReading",
    "Table",
    "columns_of",
    "document",
    "file_name",
    "make_folder",
    "read_bytes",
    "read_register",
    "read_results",
    "read_scores",
    "read_single",
    "read_stored",
    "read_table",
    "scores_of",
    "stored_document",
    "to_csv",
    "to_json",
    "write_beside",
]
