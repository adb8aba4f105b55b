"""Codes that two laptops gave to two papers: both keep theirs, with more letters of the laptop in it.

A laptop has two letters in the codes of its sheets, receipts and appeals. Whoever hands out a file takes letters that
nobody has yet, but two who hand out files apart cannot know. Where one code then names two papers, four letters more tell
them apart, `KT00127-4` is `KTMRXB00127-4` and `KTAANC00127-4`: in every file the same, whatever came together first.
What was written by somebody who knew only one of the two is about that one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pachamama.store.journal import JournalEntry
from pachamama.store.knowing import Knowledge
from pachamama.store.numbering import letters_of, with_more_letters

_GIVES: Mapping[str, tuple[str, Callable[[Mapping[str, Any]], Iterable[str]]]] = {
    "sheets_numbered": ("sheet", lambda body: (one[0] for one in body["papers"])),
    "receipts_numbered": ("receipt", lambda body: (one[0] for one in body["receipts"])),
    "appeal_filed": ("appeal", lambda body: (body["code"],)),
}
"""The kinds that give codes, to what, and which."""
_NAMES: Mapping[str, tuple[str, str]] = {
    "sheet_bound": ("sheet", "code"),
    "picture_attached": ("sheet", "code"),
    "payment_recorded": ("receipt", "receipt"),
    "payment_voided": ("receipt", "receipt"),
    "appeal_decided": ("appeal", "code"),
    "appeal_filed": ("appeal", "code"),
}
"""The kinds that name one code, of what, and in which part."""


class SharedCodes:
    """The codes that more than one laptop gave; of a journal in which no letters are shared nothing is read."""

    def __init__(self, connection: sqlite3.Connection, order: Iterable[JournalEntry], knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        order = list(order)
        given: dict[tuple[str, str], dict[str, int]] = {}
        alike = _of_one_letters({entry.device for entry in order})
        for entry in order if alike else ():
            if entry.kind in _GIVES and entry.device in alike:
                (text,) = connection.execute("SELECT body FROM journal WHERE id = ?", (entry.id,)).fetchone()
                of, codes = _GIVES[entry.kind]
                for code in codes(json.loads(text)):
                    given.setdefault((of, code), {}).setdefault(entry.device, entry.number)
        self.shared = {key: devices for key, devices in given.items() if len(devices) > 1}

    def told(self, entry: JournalEntry) -> JournalEntry:
        """The entry with the codes that tell papers apart."""
        if not self.shared:
            return entry
        body = dict(entry.body)
        if entry.kind in ("sheets_numbered", "receipts_numbered"):
            part = "papers" if entry.kind == "sheets_numbered" else "receipts"
            of = _GIVES[entry.kind][0]
            body[part] = [[self._code(of, one[0], entry), *one[1:]] for one in body[part]]
        elif entry.kind in _NAMES:
            of, part = _NAMES[entry.kind]
            body[part] = self._code(of, body[part], entry)
        return replace(entry, body=body)

    def _code(self, of: str, code: str, entry: JournalEntry) -> str:
        """The code of the paper that whoever wrote the entry knew by it: the own one before any other."""
        given = self.shared.get((of, code))
        if given is None:
            return code
        known = [device for device in sorted(given) if self.knowledge.has(entry, device, given[device])]
        return with_more_letters(code, entry.device if entry.device in known else (known or sorted(given))[0])


def _of_one_letters(devices: Iterable[str]) -> set[str]:
    """The laptops whose letters another one has too."""
    by_letters: dict[str, list[str]] = {}
    for device in devices:
        by_letters.setdefault(letters_of(device), []).append(device)
    return {device for alike in by_letters.values() if len(alike) > 1 for device in alike}
