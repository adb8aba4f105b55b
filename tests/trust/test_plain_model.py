"""A round as a plain dict, and the store beside it: whatever is done in whatever order, both say the same."""

from __future__ import annotations

import copy
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.store.test_rebuild import RESULTS
from tests.store.valley import ACTOR, ROUND, marks_of, opened, paper

from pachamama.core.problems import Refused
from pachamama.store import NewEntry, Store
from pachamama.store.connection import action

from .counts import tries

ENTRIES = {"H001": "C1", "H002": "C1", "H004": "C2"}
KEYS = st.tuples(st.sampled_from(sorted(ENTRIES)), st.sampled_from(["J1", "J2"]))
MARKS = st.sampled_from(["1 2 3", "4 5 6", "7 8 9"])


class Square(RuleBasedStateMachine):
    """An office and a laptop; in `model` is what the office's file must say."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="trust-"))
        self.office = opened(self.folder / "office.db")
        self.office.enter(ROUND, [NewEntry(code, within) for code, within in ENTRIES.items()], actor=ACTOR)
        self.office.hand_out(self.folder / "laptop.db", name="beto", actor=ACTOR)
        self.laptop = Store.open(self.folder / "laptop.db", writing=True)
        self.model: dict[str, Any] = {"sheets": {}, "closed": False, "results": 0, "paid": None, "late": {}}
        self.model |= {"said": {}, "brought": 0, "void": 0}
        self.away: dict[tuple[str, str], str] = {}
        self.brings: list[tuple[tuple[str, str], str]] = []
        self.kept: list[tuple[Path, dict[str, Any]]] = []

    def teardown(self) -> None:
        if hasattr(self, "office"):
            assert self.office.verify() == ()
            assert self.laptop.verify() == ()
            self.office.close()
            self.laptop.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    def expect(self, taken: bool, act: Any, *args: Any, **more: Any) -> Any:
        """Do it; it is taken or refused as the model says."""
        if taken:
            return act(*args, **more)
        with pytest.raises(Refused):
            act(*args, **more)
        return None

    def type(self, store: Store, key: tuple[str, str], marks: str, correct: str | None = None) -> None:
        store.record_sheet(
            ROUND, key[0], ENTRIES[key[0]], None, paper(key[1], marks), correct=correct, actor=store.path
        )

    # -- the office ----------------------------------------------------------------------------------------------------

    @rule(key=KEYS, marks=MARKS)
    def typed(self, key: tuple[str, str], marks: str) -> None:
        stands = self.model["sheets"].get(key)
        taken = not self.model["closed"] and stands in (None, marks)
        self.expect(taken, self.type, self.office, key, marks)
        if taken:
            self.say(key, marks)

    @rule(key=KEYS, marks=MARKS)
    def corrected(self, key: tuple[str, str], marks: str) -> None:
        self.expect(not self.model["closed"], self.type, self.office, key, marks, "mal leído")
        if not self.model["closed"]:
            self.say(key, marks)

    def say(self, key: tuple[str, str], marks: str) -> None:
        self.model["sheets"][key] = marks
        self.model["said"].setdefault(key, set()).add(marks)

    @rule()
    def closed(self) -> None:
        self.expect(not self.model["closed"], self.office.close_round, ROUND, document=RESULTS, actor=ACTOR)
        self.model["results"] += not self.model["closed"]
        self.model["closed"] = True

    @rule()
    def reopened(self) -> None:
        self.expect(self.model["closed"], self.office.reopen_round, ROUND, reason="reclamo", actor=ACTOR)
        if self.model["closed"]:
            self.model["closed"] = False
            self.came_in()

    @rule()
    def paid(self) -> None:
        prizes = [("C1", None, "H001", 5000)]
        self.expect(
            self.model["closed"], self.office.number_receipts, ROUND, prizes, office="OF", year=2026, actor=ACTOR
        )
        if not self.model["closed"]:
            return
        receipt = self.model["paid"] or next(one.code for one in self.office.receipts(ROUND)[::-1] if not one.voided)
        self.expect(
            self.model["paid"] is None, self.office.record_payment, ROUND, receipt, mode="cash", day="2026-11-25",
            actor=ACTOR,
        )  # fmt: skip
        self.model["paid"] = receipt

    @precondition(lambda self: self.model["paid"])
    @rule()
    def made_void(self) -> None:
        self.office.void_payment(ROUND, self.model["paid"], reason="mal anotado", actor=ACTOR)
        self.model["paid"] = None
        self.model["void"] += 1
        self.paid()

    # -- the laptop ----------------------------------------------------------------------------------------------------

    @rule(key=KEYS, marks=MARKS)
    def typed_away(self, key: tuple[str, str], marks: str) -> None:
        taken = self.away.get(key) in (None, marks)
        self.expect(taken, self.type, self.laptop, key, marks)
        if taken and key not in self.away:
            self.away[key] = marks
            self.brings.append((key, marks))

    @rule()
    def merged(self) -> None:
        found = self.office.merge([self.laptop.path], actor=ACTOR)
        new = self.brings[self.model["brought"] :]
        assert found.new >= len(new)
        for key, marks in new:
            self.model["said"].setdefault(key, set()).add(marks)
            self.model["late"][key] = marks
        self.model["brought"] = len(self.brings)
        if not self.model["closed"]:
            self.came_in()
        assert len(self.office.late()) == len(self.model["late"])

    def came_in(self) -> None:
        """What the laptop brought counts now; of a paper typed on both, one of the figures said stands."""
        found = self.there()
        for key in {*self.model["sheets"], *self.model["late"]}:
            assert found[key] in self.model["said"][key]
            self.model["sheets"][key] = found[key]
        self.model["late"] = {}

    # -- faults --------------------------------------------------------------------------------------------------------

    @rule()
    def copied(self) -> None:
        path = self.folder / f"copy-{len(self.kept)}.db"
        self.office.copy_to(path)
        self.kept.append((path, copy.deepcopy(self.model)))

    @precondition(lambda self: self.kept)
    @rule(which=st.integers(0, 9))
    def restored(self, which: int) -> None:
        path, model = self.kept[which % len(self.kept)]
        self.office.close()
        shutil.copy(path, self.folder / "office.db")
        self.office = Store.open(self.folder / "office.db", writing=True)
        self.model = copy.deepcopy(model)

    @rule()
    def crashed(self) -> None:
        with suppress(KeyboardInterrupt), action(self.office._connection):
            self.office._connection.execute("DELETE FROM sheet")
            self.office._connection.execute("UPDATE round SET state = 'closed'")
            raise KeyboardInterrupt
        self.office._connection.execute("BEGIN IMMEDIATE")
        self.office._connection.execute("DELETE FROM sheet")
        self.office.close()
        self.office = Store.open(self.folder / "office.db", writing=True)

    # -- always --------------------------------------------------------------------------------------------------------

    def there(self) -> dict[tuple[str, str], str]:
        return {(entry, judge): " ".join(marks.values()) for (entry, _, judge), marks in marks_of(self.office).items()}

    @invariant()
    def both_say_the_same(self) -> None:
        if not hasattr(self, "office"):
            return
        assert self.there() == self.model["sheets"]
        one = self.office.round(ROUND)
        assert (one.state == "closed", one.results) == (self.model["closed"], self.model["results"])
        assert len(self.office.seals(ROUND)) == self.model["results"]
        receipts = self.office.receipts(ROUND)
        assert [one.code for one in receipts if one.is_paid] == ([self.model["paid"]] if self.model["paid"] else [])
        assert sum(bool(one.voided) for one in receipts) == self.model["void"]
        assert sum(one.cents for one in receipts if one.is_paid) <= 5000


TestSquare = Square.TestCase
TestSquare.settings = settings(
    max_examples=tries(150, 1500),
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
