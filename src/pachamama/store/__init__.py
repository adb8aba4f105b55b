"""The store: one SQLite file per programme and laptop, and the only room with SQL.

A journal of what people did is the truth; every other table is derived from it and can be rebuilt.
"""

from pachamama.core.model import RulingKind
from pachamama.store.changes import (
    Change,
    Changes,
    Correction,
    Entered,
    MarkChange,
    NewEntry,
    Person,
    RegisterKind,
    ScoreChanges,
)
from pachamama.store.database import Store
from pachamama.store.journal import JournalEntry

__all__ = [
    "Change",
    "Changes",
    "Correction",
    "Entered",
    "JournalEntry",
    "MarkChange",
    "NewEntry",
    "Person",
    "RegisterKind",
    "RulingKind",
    "ScoreChanges",
    "Store",
]
