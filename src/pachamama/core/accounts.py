"""Accounts at a bank, as the further columns of a register say them: `Cuenta`, `Banco`, `CCI`, in any spelling.

They are personal: whoever asks `is_of_account` keeps such a column with the person, and out of what others look at.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Part: TypeAlias = Literal["bank", "account", "cci", "holder"]

TITLES: Mapping[Part, tuple[str, ...]] = {
    "bank": ("bank", "banco", "nombre del banco", "entidad financiera", "entidad bancaria"),
    "account": (
        *("account", "cuenta", "cuenta bancaria", "cuenta de ahorros", "account number", "bank account"),
        *("numero de cuenta", "n de cuenta", "no de cuenta", "nro de cuenta", "nro cuenta", "num cuenta"),
    ),
    "cci": ("cci", "numero cci", "nro cci", "codigo de cuenta interbancario", "codigo de cuenta interbancaria"),
    "holder": ("account holder", "holder", "titular de la cuenta", "titular de cuenta"),
}


def _folded(title: str) -> str:
    letters = unicodedata.normalize("NFKD", title).casefold()
    return "".join(re.findall(r"[^\W_]+", "".join(one for one in letters if unicodedata.category(one) != "Mn")))


_PARTS: Mapping[str, Part] = {_folded(title): part for part, titles in TITLES.items() for title in titles}


@dataclass(frozen=True, slots=True)
class Account:
    """An account at a bank; `cci` is its number between banks, `holder` whose it is where that is not who won."""

    bank: str = ""
    account: str = ""
    cci: str = ""
    holder: str = ""

    @property
    def is_known(self) -> bool:
        """Money can be sent to it."""
        return bool(self.account or self.cci)


def part_of_account(column: str) -> Part | None:
    """Which part of an account a column holds, by its title; None for any other column."""
    return _PARTS.get(_folded(column))


def is_of_account(column: str) -> bool:
    """A column that says where somebody's money is."""
    return part_of_account(column) is not None


def account_of(fields: Mapping[str, str]) -> Account:
    """The account that the further fields of a household say; empty where they say none."""
    found: dict[str, str] = {}
    for column, text in fields.items():
        part = part_of_account(column)
        if part is not None and text:
            found.setdefault(part, text)
    return Account(**found)
