"""Closed rounds of random competitions, their audit bundles, and the recount run beside them by Python alone."""

from __future__ import annotations

import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from random import Random

from tests.oracle.competitions import Competition, Drawn, random_competition, recount_of, rules_file, seen
from tests.oracle.recount import Refused as RefusedAgain

from pachamama.cli.entry import run
from pachamama.core.problems import Refused
from pachamama.core.rules import load_rules
from pachamama.core.settle import settle
from pachamama.exchange import read_scores, stored_document
from pachamama.store import Store


@dataclass(frozen=True)
class Recounted:
    """What `recount.py` said."""

    code: int
    out: str
    err: str


def recount(folder: Path, *words: str) -> Recounted:
    """Run the bundle's own recount, apart from every library and from this project."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(folder / "recount.py"), *words],
        cwd=folder.parent,
        env={"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Recounted(done.returncode, done.stdout, done.stderr)


def unpacked(bundle: Path, folder: Path) -> Path:
    """The bundle's files in a folder."""
    with zipfile.ZipFile(bundle) as held:
        held.extractall(folder)
    return folder


def summed_again(folder: Path) -> None:
    """Write SHA256SUMS anew, as whoever falsifies a bundle would."""
    names = [one.partition("  ")[2] for one in (folder / "SHA256SUMS").read_text().splitlines()]
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in sorted(names)]
    (folder / "SHA256SUMS").write_text("".join(lines))


def replaced(name: str, old: str, new: str) -> Callable[[Path], None]:
    """A change of one text in one file, once."""

    def change(folder: Path) -> None:
        text = (folder / name).read_text("utf-8")
        assert old in text, (name, old)
        (folder / name).write_text(text.replace(old, new, 1), "utf-8")

    return change


def cell(name: str, entry: str, column: str, text: str) -> Callable[[Path], None]:
    """Another text in one column of the first line about an entry."""

    def change(folder: Path) -> None:
        rows = list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8"))))
        row = next(row for row in rows if row.get("entry", row.get("round", row.get("code"))) == entry)
        assert row[column] != text
        row[column] = text
        out = io.StringIO()
        writer = csv.DictWriter(out, list(row), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        (folder / name).write_text(out.getvalue(), "utf-8")

    return change


def both(*changes: Callable[[Path], None]) -> Callable[[Path], None]:
    """Several changes that fit each other."""

    def change(folder: Path) -> None:
        for one in changes:
            one(folder)

    return change


def bundle_of(folder: Path) -> Path:
    """Export the bundle of the file in a folder, and unpack it."""
    assert run(["export", "audit", "-o", str(folder / "a.zip"), "--db", str(folder / "p.db")]) == 0
    return unpacked(folder / "a.zip", folder / "bundle")


def closed_competition(folder: Path, one: Competition) -> bool:
    """Make a file with the round of a random competition closed; False where the rules refuse its marks."""
    with Store.create(folder / "p.db", actor="ana", rules_text=one.rules_text, rehearsal=True) as store:
        return _close(store, folder, one.rules_text, one.competition, one.tier, one.scores_text)


def closed_both_tiers(folder: Path, seed: int) -> bool:
    """The same with a household round and the community round that reads it; False where one is refused."""
    rules_text, lower, upper = both_tiers(seed)
    with Store.create(folder / "p.db", actor="ana", rules_text=rules_text, rehearsal=True) as store:
        return _close(store, folder, rules_text, "terraces", "household", lower) and _close(
            store, folder, rules_text, "terraces", "community", upper
        )


def _close(store: Store, folder: Path, rules_text: str, competition: str, tier_name: str, table: str) -> bool:
    rules = load_rules(rules_text)
    tier = rules.competitions[competition].tier(tier_name)
    assert tier is not None
    (folder / "s.csv").write_text(table)
    try:
        contests = read_scores(folder / "s.csv", tier)
        opened = store.open_round(
            competition=competition,
            tier=tier.tier,
            edition="2026",
            rules_text=rules_text,
            criteria={phase.id: [one.id for one in phase.judged] for phase in tier.judging},
            lower="terraces-household-1" if tier.tier == "community" else None,
            actor="ana",
        )
        store.import_scores(opened.code, contests, actor="ana")
        document = stored_document(settle(rules, competition, tier_name, list(store.contests(opened.code))))
    except Refused:
        return False
    store.close_round(opened.code, document=document, actor="ana")
    return True


def both_tiers(seed: int) -> tuple[str, str, str]:
    """Rules with two tiers and a table for each: communities whose scores join sources of a settled household tier."""
    random = Random(f"both {seed}")
    programme = {"name": "Random", "languages": ["es"], "currency": "USD", "cash_unit": 1}
    while True:
        lower = Drawn(random, 1, "household", lower=True).draw()  # type: ignore[arg-type]
        communities = [f"C{n}" for n in range(1, random.randint(3, 6))]
        lower.withins = communities
        table = lower.table()
        try:
            results = recount_of(Competition(rules_file(programme, [lower.rules]), "terraces", "household", table))
        except RefusedAgain:
            continue
        break
    upper = Drawn(random, 1, "community", levels=[level["id"] for level in lower.rules.get("levels", [])])  # type: ignore[arg-type]
    upper.codes = {"W1": communities[:1], "W2": communities[1:]} if seen(random, 0.3) else {None: communities}
    took_part = {
        code: {one["entry"] for there in results["contests"] if there["within"] == code for one in there["placings"]}
        for code in communities
    }
    upper.registered = {code: max(1, len(there) + random.choice([0, 1, 2, 5])) for code, there in took_part.items()}
    upper.draw()
    upper.withins = list(upper.codes)
    return rules_file(programme, [lower.rules, upper.rules]), table, upper.table()


__all__ = [
    "both",
    "bundle_of",
    "cell",
    "closed_both_tiers",
    "closed_competition",
    "random_competition",
    "recount",
    "replaced",
    "summed_again",
    "unpacked",
]
