"""What stands in an audit bundle, file by file; the same file of the programme gives the same bytes."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from pachamama.core.deciding import deciding_fields
from pachamama.core.model import Contest, Drawing, Round, Ruling, Settlement
from pachamama.core.numbers import fixed, plain
from pachamama.core.rules import Tier
from pachamama.exchange.audit.readme import README
from pachamama.exchange.files import file_name
from pachamama.exchange.tables import escaped

Table = tuple[Sequence[str], Iterable[Sequence[str]]]
"""Columns and rows of text."""
_WHERE = ("within", "category")


@dataclass(frozen=True, slots=True)
class AuditRound:
    """A closed round with all that its results rest on; `sealed` are the lines under its seal.

    `payments` and `returns` (money given back, or let be) are rows of text.
    """

    round: Round
    tier: Tier
    currency: str
    contests: Sequence[Contest]
    results: Settlement
    rulings: Sequence[Ruling] = ()
    drawings: Sequence[Drawing] = ()
    sealed: Sequence[bytes] = ()
    payments: Sequence[Sequence[str]] = field(default=())
    returns: Sequence[Sequence[str]] = field(default=())

    @property
    def stem(self) -> str:
        """What its files are called."""
        return file_name(self.round.code)


def audit_bundle(
    rounds: Sequence[AuditRound],
    *,
    database: bytes,
    registers: Mapping[str, Table],
    seals: Table,
    journal: Iterable[Mapping[str, Any]],
    appeals: Table,
) -> bytes:
    """The ZIP, its files in order of their names, with their digests in SHA256SUMS."""
    content = {
        "LEEME-README.txt": README.encode(),
        "recount.py": files("pachamama.exchange.audit").joinpath("recount.py").read_bytes(),
        "pachamama.db": database,
        "journal.jsonl": b"".join(_json(entry) + b"\n" for entry in journal),
        "seals.csv": _csv(*seals),
        "appeals.csv": _csv(*appeals),
        "rounds.csv": _csv(_ROUND, [_round(one) for one in rounds]),
        **{f"registers/{name}.csv": _csv(*table) for name, table in registers.items()},
    }
    for one in rounds:
        content |= _of_round(one)
    sums = "".join(f"{hashlib.sha256(text).hexdigest()}  {name}\n" for name, text in sorted(content.items()))
    return _zip({**content, "SHA256SUMS": sums.encode()})


def _of_round(one: AuditRound) -> dict[str, bytes]:
    """The files of one round."""
    stem = one.stem
    return {
        f"rules/{stem}.yaml": one.round.rules.encode(),
        f"rules/{stem}.json": _rules(one.round.rules),
        f"sealed/{stem}.jsonl": b"".join(one.sealed),
        f"entries/{stem}.csv": _entries(one),
        f"marks/{stem}.csv": _marks(one),
        f"orders/{stem}.csv": _csv(_ORDER, [_order(drawing) for drawing in one.drawings]),
        f"rulings/{stem}.csv": _csv(_RULING, [_ruling(ruling) for ruling in one.rulings]),
        f"results/{stem}.csv": _csv(_RESULT, _results(one)),
        f"prizes/{stem}.csv": _csv(_PRIZE, _prizes(one)),
        f"purses/{stem}.csv": _csv(_PURSE, _purses(one)),
        f"payments/{stem}.csv": _csv(PAYMENT, one.payments),
        f"returns/{stem}.csv": _csv(RETURN, one.returns),
    }


# -- what judges and juries said -------------------------------------------------------------------------------------

_ROUND = ("round", "file", "competition", "tier", "edition", "closing", "lower", "currency")
_ORDER = (*_WHERE, "step", "order", "reason", "witnesses")
_RULING = (*_WHERE, "entry", "kind", "rule", "reason", "names")
PAYMENT = (*_WHERE, "entry", "receipt", "closing", "amount", "mode", "day", "proxy", "reason", "voided", "without_dni")
RETURN = (
    *_WHERE, "entry", "code", "kind", "closing", "amount", "day", "reason", "names", "voided", "laptop", "number",
)  # fmt: skip


def _round(one: AuditRound) -> list[str]:
    of = one.round
    return [
        of.code, one.stem, of.competition, of.tier, of.edition, str(of.results), of.lower or "", one.currency,
    ]  # fmt: skip


def _rules(text: str) -> bytes:
    """The rules as JSON, every figure the text that stands in the file: no reader of YAML is needed."""
    import yaml

    told = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 it makes nothing but text, lists and mappings
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def _entries(one: AuditRound) -> bytes:
    fields = deciding_fields(one.tier)
    rows = [
        [
            contest.within or "",
            contest.category or "",
            entry.code,
            entry.status or "",
            entry.status_reason,
            " ".join(sorted(entry.deductions)),
            *(entry.fields.get(name, "") for name in fields),
        ]
        for contest in one.contests
        for entry in contest.entries
    ]
    return _csv((*_WHERE, "entry", "status", "reason", "deductions", *(f"field:{name}" for name in fields)), rows)


def _marks(one: AuditRound) -> bytes:
    criteria = list(dict.fromkeys(line.id for phase in one.tier.judged_phases for line in phase.judged))
    rows = [
        [
            contest.within or "",
            contest.category or "",
            entry.code,
            sheet.phase,
            sheet.judge,
            *(plain(sheet.marks[id_]) if id_ in sheet.marks else "" for id_ in criteria),
        ]
        for contest in one.contests
        for entry in contest.entries
        for sheet in entry.sheets
    ]
    return _csv((*_WHERE, "entry", "phase", "judge", *criteria), rows)


def _order(drawing: Drawing) -> list[str]:
    return [
        drawing.within or "",
        drawing.category or "",
        drawing.step,
        " ".join(drawing.order),
        drawing.reason,
        "; ".join(drawing.witnesses),
    ]


def _ruling(ruling: Ruling) -> list[str]:
    return [
        ruling.within or "",
        ruling.category or "",
        ruling.entry,
        ruling.kind,
        ruling.rule,
        ruling.reason,
        "; ".join(ruling.names),
    ]


# -- results ---------------------------------------------------------------------------------------------------------

_RESULT = (
    *_WHERE, "entry", "entrant", "place", "status", "points", "phases", "judges", "level", "promoted", "tied_with",
    "decided_by", "amount",
)  # fmt: skip
_PRIZE = (*_WHERE, "entry", "scheme", "purse", "amount", "value")
_PURSE = (*_WHERE, "purse", "amount", "awarded", "returned")


def _results(one: AuditRound) -> list[list[str]]:
    rows = []
    judged = {phase.id for phase in one.tier.judged_phases}
    for contest in one.results.contests:
        where = [contest.within or "", contest.category or ""]
        for placing in contest.placings:
            phases = [
                f"{id_}={fixed(placing.phases[id_], placing.phase_decimals[id_])}" for id_ in sorted(placing.phases)
            ]
            judges = [f"{id_}={count}" for id_, count in sorted(placing.judges.items()) if id_ in judged]
            rows.append(
                [
                    *where,
                    placing.entry.code,
                    placing.entry.entrant,
                    str(placing.place),
                    "",
                    fixed(placing.points, placing.decimals),
                    " ".join(phases),
                    " ".join(judges),
                    placing.level or "",
                    "yes" if placing.promoted else "no",
                    " ".join(sorted(placing.tied_with)),
                    placing.decided_by or "",
                    _cents(placing.cents),
                ]
            )
        rows += [
            [*where, out.entry.code, out.entry.entrant, "", out.status, *[""] * 8]
            for out in contest.unranked
        ]  # fmt: skip
    return rows


def _prizes(one: AuditRound) -> list[list[str]]:
    return [
        [
            contest.within or "",
            contest.category or "",
            placing.entry.code,
            award.scheme,
            award.purse or "",
            _cents(award.cents),
            _cents(award.value) if award.value else "",
        ]
        for contest in one.results.contests
        for placing in contest.placings
        for award in placing.awards
    ]


def _purses(one: AuditRound) -> list[list[str]]:
    every = [
        *((contest.within, contest.category, purse) for contest in one.results.contests for purse in contest.purses),
        *((None, None, purse) for purse in one.results.purses),
    ]
    return [
        [within or "", category or "", purse.id, *map(_cents, (purse.amount, purse.awarded, purse.returned))]
        for within, category, purse in every
    ]


def _cents(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"


# -- files -----------------------------------------------------------------------------------------------------------


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A table in UTF-8, in which nothing runs as a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([escaped(cell) for cell in row] for row in rows)
    return out.getvalue().encode()


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _zip(content: Mapping[str, bytes]) -> bytes:
    """The files in order of their names, none with a time or a user of this machine."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as bundle:
        for name, text in sorted(content.items()):
            entry = zipfile.ZipInfo(name)
            entry.create_system, entry.external_attr = 3, 0o600 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            bundle.writestr(entry, text)
    return out.getvalue()
