"""Bundles of programmes that began with an older version of the file: what was closed then is recounted like the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.audit_desk import both, recount, replaced, summed_again
from tests.cli.audit_desk import unpacked as unzipped
from tests.store.old.make import LOWER, UPPER
from tests.store.test_migrations import every_version, unpacked
from tests.trust.square import done

UNSEALED = (1, 2)
"""Versions whose closings have no seal."""


def bundle(folder: Path, name: str) -> Path:
    """The bundle of the file as it is now, unpacked."""
    done(folder, "export", "audit", "-o", f"{name}.zip", "--with-dni")
    return unzipped(folder / f"{name}.zip", folder / name)


@every_version
def test_a_bundle_of_an_older_file_agrees_as_it_was_and_after_today_went_on_with_it(
    tmp_path: Path, version: int
) -> None:
    """A closing without a seal is told and is no fault; paid, closed again and judged above, it has its code."""
    unpacked(version, tmp_path)
    found = recount(bundle(tmp_path, "then"))
    assert (found.code, found.err) == (0, ""), found.out
    assert ("closed before seals were kept (closing 2)" in found.out) == (version in UNSEALED)
    assert recount(tmp_path / "then", "--code", "0" * 26).code == 1
    done(tmp_path, "backup")
    done(tmp_path, "print", "receipts", LOWER, "-o", "papers")
    listed = done(tmp_path, "pay", "list", LOWER, "--format", "json").json["contests"]
    receipt = next(row["receipts"][-1]["receipt"] for one in listed for row in one["rows"] if row["entry"] == "H23")
    done(tmp_path, "pay", "record", receipt, "--mode", "cash")
    done(tmp_path, "round", "reopen", LOWER, "--reason", "reclamo")
    done(tmp_path, "score", "H25", "J1", "16", "20.5", "--correct", "el 15 era un 16", "--round", LOWER)
    done(tmp_path, "round", "close", LOWER, "--witness", "Berta Luna")
    done(tmp_path, "score", "C2", "J1", "45", "--round", UPPER)
    done(tmp_path, "round", "close", UPPER, "--witness", "Berta Luna")
    found = recount(bundle(tmp_path, "now"))
    assert (found.code, found.err) == (0, ""), found.out
    assert "before seals were kept" not in found.out


@pytest.mark.parametrize("version", UNSEALED)
def test_results_without_a_seal_are_still_those_of_the_journal(tmp_path: Path, version: int) -> None:
    """Whoever writes another winner into the bundle's results and what lies under them is found out by the closing."""
    unpacked(version, tmp_path)
    folder = bundle(tmp_path, "then")
    both(
        replaced(f"sealed/{LOWER}.jsonl", '\\"cents\\":10000', '\\"cents\\":90000'),
        replaced(f"results/{LOWER}.csv", "100.00", "900.00"),
    )(folder)
    summed_again(folder)
    found = recount(folder)
    assert found.code == 1
    assert "are not the results of the closing" in found.out
