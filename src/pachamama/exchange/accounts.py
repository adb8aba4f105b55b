"""Accounts at a bank from a table, for those whom the register does not know them of: communities, groups, and anybody."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pachamama.core.accounts import TITLES, Account
from pachamama.core.names import clean_name
from pachamama.core.problems import Problem, refuse_if
from pachamama.core.sentences import say
from pachamama.exchange.codes import composed
from pachamama.exchange.columns import find_columns
from pachamama.exchange.workbook import Figure, cell_place, open_table

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "entry": ("code", "código", "codigo de familia", "codigo de comunidad", "comunidad", "grupo", "inscrito"),
    **{str(part): titles for part, titles in TITLES.items()},
}


def read_accounts(path: str | Path) -> dict[str, Account]:
    """The accounts by the code of the entry; refused with all problems, each with its line or cell.

    An account that a spreadsheet holds as a number may have lost its zeros, and is refused. A column that is none of an
    account is left out.
    """
    problems: list[Problem] = []
    table = open_table(path, _COLUMNS, required=("entry",), notes=[])
    at = find_columns(table, _COLUMNS, problems, required=("entry",), notes=[]).at
    refuse_if(problems)
    found: dict[str, Account] = {}
    for line, cells in table.rows(problems):
        code = composed(cells[at["entry"]])
        said = {part: cells[number] for part, number in at.items() if part != "entry"}
        problems += [
            Problem(
                cell_place(table, line, at[part]),
                say("the account in “{column}” is a number, and may have lost figures", column=part),
                say("format the column as text and type the account again, with its zeros"),
            )
            for part in ("account", "cci")
            if isinstance(said.get(part), Figure)
        ]
        account = Account(**{part: clean_name(text) for part, text in said.items()})
        if code in found and found[code] != account:
            problems.append(
                Problem(
                    table.place(line),
                    say("{code} stands twice with different content.", code=code),
                    say("Keep the right row and delete the other."),
                )
            )
        found[code] = account
    refuse_if(problems)
    return found
