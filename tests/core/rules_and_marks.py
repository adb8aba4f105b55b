"""Rules and marks for property tests: drawn piece by piece, the plainest first, so that a failure shrinks to a small contest.

A `Trial` is one tier of one competition with its contests; tests change either of them and settle again.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from hypothesis import reject
from hypothesis import strategies as st
from tests.oracle.competitions import flow

from pachamama.core.model import Contest, ContestResult, Entry, Placing, RecordedOrder, Settlement, Sheet
from pachamama.core.problems import Refused
from pachamama.core.rules import Rules, Tier, load_rules
from pachamama.core.settle import Reckoning, reckon, result_of
from pachamama.exchange import document
from pachamama.language import Reader

PLAIN_KINDS = ("mean", "median", "trimmed", "outlier")
SUMS = ("sum", "sum of the trimmed")
RANKS = ("rank_sum", "rank_points")
KINDS = (*PLAIN_KINDS, *SUMS, *RANKS)
"""Every way to combine but `standardised`, which wants six entries and has tests of its own."""
CHANCE = ("lots", "jury_decision")

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass(frozen=True)
class Trial:
    """One tier's rules as in the rules file, the cash unit, and the contests judged by them."""

    tier: Mapping[str, Any]
    contests: tuple[Contest, ...]
    programme: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rules(self) -> Rules:
        """The rules as they are read from a file."""
        return load_rules(
            f"version: 1\nprogramme: {flow(self.programme)}\ncompetitions: {{c: {{tiers: [{flow(self.tier)}]}}}}\n"
        )

    @property
    def read_tier(self) -> Tier:
        """The tier, read."""
        return self.rules.competitions["c"].tiers[0]

    @property
    def reckoning(self) -> Reckoning:
        """The reckoning; a trial that the rules refuse is drawn anew."""
        try:
            return reckon(self.rules, "c", "household", self.contests)
        except Refused:
            reject()

    @property
    def settlement(self) -> Settlement:
        """What is printed; a trial that the rules refuse is drawn anew."""
        return result_of(self.reckoning)

    @property
    def contest(self) -> ContestResult:
        """The result of the one contest."""
        (found,) = self.settlement.contests
        return found

    def ruled(self, **parts: Any) -> "Trial":
        """The same marks under other rules; a part that is None is left out."""
        tier = {**self.tier, **parts}
        return replace(self, tier={key: value for key, value in tier.items() if value is not None})

    def of_entries(self, change: Callable[[Entry], Entry]) -> "Trial":
        """The same rules on changed entries."""
        return replace(
            self, contests=tuple(replace(one, entries=tuple(map(change, one.entries))) for one in self.contests)
        )


def told(settlement: Settlement) -> str:
    """Everything that people are shown of a settlement: the document, what is due, what they should know."""
    reader = Reader.of("en")
    said = [
        [reader.say(sentence) for one in settlement.contests for sentence in (*one.due, *one.warnings)],
        [reader.say(sentence) for sentence in settlement.warnings],
    ]
    return json.dumps([document(settlement, reader), said], indent=1)


def figures(one: Placing) -> tuple[Any, ...]:
    """What a placing says without words and without codes."""
    awards = tuple((award.scheme, award.purse, award.cents, award.value) for award in one.awards)
    return (one.place, one.points, tuple(one.phases.items()), tuple(one.judges.items()), one.level, one.decided_by, one.promoted, awards)  # fmt: skip


def by_code(contest: ContestResult) -> dict[str, Placing]:
    """The placings by entry."""
    return {one.entry.code: one for one in contest.placings}


# -- rules -----------------------------------------------------------------------------------------------------------


def number(*choices: str) -> st.SearchStrategy[Decimal]:
    """One of a few figures, the first the plainest."""
    return st.sampled_from([Decimal(one) for one in choices])


def maybe(draw: Draw, strategy: st.SearchStrategy[Any]) -> Any:
    """None, or something drawn."""
    return draw(strategy) if draw(st.booleans()) else None


def without_none(parts: Mapping[str, Any]) -> dict[str, Any]:
    """A part of the rules without what was not drawn."""
    return {key: value for key, value in parts.items() if value is not None}


@st.composite
def criteria(draw: Draw, names: Iterable[str]) -> list[dict[str, Any]]:
    """One to three criteria: marks from a short range, options, or a measured quantity with rising bands."""
    found = []
    for name in names:
        kind = draw(st.sampled_from(["marks", "marks", "options", "measured"]))
        one: dict[str, Any] = {"id": name}
        if kind == "marks":
            least = draw(st.integers(0, 1))
            one |= {"min": least, "max": least + draw(st.integers(1, 5))}
        elif kind == "options":
            points = draw(st.sets(st.sampled_from([0, 1, 2, 5]), min_size=2))
            one["options"] = [{"points": point, "name": f"o{point}"} for point in sorted(points | {3}, reverse=True)]
        else:
            points = draw(st.lists(st.integers(0, 6), min_size=2, max_size=3, unique=True))
            one["measured"] = {"unit": "m2"}
            one["bands"] = [{"from": 3 * n, "points": point} for n, point in enumerate(sorted(points))]
        weight = draw(number("1", "1", "0.5", "3"))
        found.append(one if weight == 1 else one | {"weight": weight})
    return found


@st.composite
def panels(draw: Draw, kinds: Sequence[str], *, missing: bool) -> dict[str, Any]:
    """A panel of one to four judges; `missing` allows empty cells where the rules can stand them."""
    kind = draw(st.sampled_from(kinds))
    panel: dict[str, Any] = {"combine": kind, "of": draw(st.sampled_from(["sheet", "criterion"]))}
    judges = draw(st.integers(1, 4))
    if kind in ("trimmed", "sum of the trimmed"):
        highest, lowest = draw(st.sampled_from([(1, 1), (0, 1), (1, 0)]))
        judges = max(judges, highest + lowest + 1)
        enough = draw(st.integers(highest + lowest + 1, judges))
        panel |= {"combine": "trimmed", "drop": {"highest": highest, "lowest": lowest, "from": enough}}
        if kind != "trimmed":
            panel["then"] = "sum"
    elif kind == "outlier":
        panel["distance"] = draw(number("1", "0.5", "3"))
    elif kind == "rank_points":
        panel["points"] = sorted(draw(st.lists(st.integers(1, 12), min_size=1, max_size=5)), reverse=True)
    if missing:
        panel["missing"] = draw(st.sampled_from(["leave_out"] * 4 + ["drop_judge"]))
    return panel | {"judges": judges, "at_least": draw(st.integers(1, judges))}


@st.composite
def roundings(draw: Draw, compare: str | None = None) -> dict[str, Any]:
    """Where and how to round."""
    compare = compare or draw(st.sampled_from(["printed", "printed", "exact"]))
    at = [place for place in ("criterion", "phase", "total") if draw(st.booleans())] or ["total"]
    mode = draw(st.sampled_from(["half_up", "half_even", "floor", "ceil"]))
    return {"decimals": draw(st.integers(0, 2)), "mode": mode, "at": at, "compare": compare}


def tie_steps(tier: Mapping[str, Any]) -> list[Any]:
    """The steps that look only at marks and at figures of the entry, as the tier allows them."""
    phases = tier.get("phases") or [{"id": "sheet", "criteria": tier["criteria"]}]
    steps: list[Any] = ["count_back", "head_to_head", "best_judge", "worst_judge"]
    steps += [{"criterion": one["id"]} for phase in phases for one in phase["criteria"]]
    if tier["panel"]["combine"] in RANKS and tier["panel"]["of"] == "criterion":
        steps = []
    steps += [{"phase": phase["id"]} for phase in phases]
    if tier["rounding"]["compare"] != "exact":
        steps.append("exact")
    if tier["panel"]["combine"] == "trimmed":
        steps.append("untrimmed")
    return [*steps, {"lower": "area"}, {"higher": "area"}, {"larger_gain": "soil"}, "earlier_registration"]


@st.composite
def promotions(draw: Draw, *, higher: bool, quota: bool) -> dict[str, Any]:
    """Who goes up: the first, or a percentage; perhaps with a threshold, a quota and reserves."""
    found: dict[str, Any] = draw(
        st.one_of(
            st.builds(lambda top: {"top": top}, st.integers(1, 4)),
            st.builds(lambda percent: {"percent": percent}, st.sampled_from([50, 30, 10])),
        )
    )
    found["tie_at_cut"] = draw(st.sampled_from(["all", "none", "chain"]))
    if higher and draw(st.booleans()):
        found["at_least"] = draw(number("1", "2.5", "0.5"))
    if quota and "top" in found and draw(st.booleans()):
        found["quota"] = [{"field": "sex", "value": "F", "count": draw(st.integers(1, found["top"]))}]
    return found | {"reserves": draw(st.integers(0, 2))}


@st.composite
def prizes(draw: Draw, tier: Mapping[str, Any], wishes: "Wishes") -> dict[str, Any]:
    """One or two purses and their awards; amounts in cash units of 1, small enough that a cent shows."""
    higher = tier.get("ranking", {}).get("better") != "lower" and tier["panel"]["combine"] != "rank_sum"
    many = bool(tier.get("categories"))
    purses, awards = [], []
    for name in draw(st.sampled_from([["p"], ["p", "q"]])):
        amount = draw(st.integers(10, 120))
        per = draw(st.sampled_from(["contest", "round"])) if many else "contest"
        purses.append({"id": name, "amount": amount, "per": per})
        schemes = [one for one in wishes.schemes if higher or one not in ("by_level", "proportional")]
        if per == "round":
            schemes = [one for one in schemes if one not in ("percent", "until_spent")]
        chosen = draw(st.lists(st.sampled_from(schemes), min_size=1, max_size=2, unique=True))
        if "by_place" in chosen and "percent" in chosen:
            chosen.remove("percent")
        if "until_spent" in chosen and any(award["scheme"] == "until_spent" for award in awards):
            chosen = ["by_place"]
        for scheme in chosen:
            award = {"scheme": scheme, **draw(award_parts(scheme, tier, amount // len(chosen)))}
            if scheme != "in_kind":
                award["purse"] = name
            if higher and draw(st.sampled_from([False, False, True])):
                award["minimum_points"] = draw(number("1", "2", "3.5"))
            awards.append(award)
    cap = draw(st.sampled_from([None, None, {"prizes": 1}, {"prizes": 2}, {"amount": amount // 2}]))
    return without_none(
        {
            "purses": purses,
            "awards": awards,
            "tie_split": draw(st.sampled_from(["pool", "pool", "full"])),
            "remainder": draw(st.sampled_from(["return", "best_by_chain"])) if wishes.spare_units else "return",
            "one_prize_per_entrant": draw(st.sampled_from(["category", "round", "no"])),
            "unfilled": draw(st.sampled_from(["return", "redistribute"])),
            "if_short": draw(st.sampled_from(["prorate", "cut_last", "refuse"])),
            "cap_per_community": cap,
        }
    )


@st.composite
def award_parts(draw: Draw, scheme: str, tier: Mapping[str, Any], amount: int) -> dict[str, Any]:
    """What an award of a scheme says beside its purse."""
    if scheme == "by_place":
        listed = sorted(draw(st.lists(st.integers(1, 30), min_size=1, max_size=4)), reverse=True)
        while sum(listed) > amount:
            listed = listed[1:] if len(listed) > 1 else [amount]
        return {"amounts": listed}
    if scheme == "percent":
        return {"percents": draw(st.sampled_from([[50, 30, 20], [60, 40], [33, 33, 33]]))}
    if scheme == "by_level":
        return {"amounts": {level["id"]: 3 + n for n, level in enumerate(tier["levels"])}}
    if scheme == "flat":
        return {"amount": draw(st.integers(1, 9)), "to": draw(st.sampled_from(["all", "other_participants"]))}
    if scheme == "proportional":
        least = maybe(draw, st.integers(1, 5)) if "round" not in str(tier.get("prizes")) else None
        most = maybe(draw, st.integers(5, 30))
        return without_none({"base": draw(number("0", "1")), "minimum": least, "maximum": most})
    if scheme == "in_kind":
        return {"item": "Tools", "value": draw(st.integers(1, 30)), "places": draw(st.sampled_from([[1], [1, 2]]))}
    return {}


# -- marks -----------------------------------------------------------------------------------------------------------


def worth_marks(criterion: Mapping[str, Any], *, above_least: bool) -> st.SearchStrategy[int]:
    """The marks that a criterion's paper allows, the best first; `above_least` leaves the worst ones out."""
    least = 1 if above_least else 0
    if "options" in criterion:
        points = [one["points"] for one in criterion["options"]]
        return st.sampled_from(points[: len(points) - least])
    if "measured" in criterion:
        return st.sampled_from([9, 6, 5, 3] if above_least else [9, 6, 5, 3, 2, 0])
    return st.sampled_from(range(criterion["max"], criterion["min"] - 1 + least, -1))


@st.composite
def sheets(draw: Draw, tier: Mapping[str, Any], *, holes: bool, above_least: bool = False) -> tuple[Sheet, ...]:
    """The sheets of one entry, of every judge in every phase; with `holes` some cells and some sheets are missing."""
    found = []
    for phase in tier.get("phases") or [{"id": "sheet", "criteria": tier["criteria"]}]:
        for judge in range(1, tier["panel"]["judges"] + 1):
            marks = {one["id"]: draw(worth_marks(one, above_least=above_least)) for one in phase["criteria"]}
            if holes:
                gone = draw(st.sampled_from(["", "", "", "", "", *marks, "the sheet"]))
                if gone == "the sheet":
                    continue
                marks.pop(gone, None)
            found.append(Sheet(f"J{judge}", phase["id"], marks))
    return tuple(found)


@st.composite
def entries(draw: Draw, tier: Mapping[str, Any], prefix: str, wishes: "Wishes") -> tuple[Entry, ...]:
    """The entries of a contest; many are judged alike."""
    uneven = tier["panel"]["combine"] in PLAIN_KINDS and "then" not in tier["panel"]
    papers = sheets(tier, holes=wishes.holes and uneven, above_least=wishes.above_least)
    alike = draw(st.lists(papers, min_size=1, max_size=2))
    alike += [rotated(tier, one) for one in alike]
    drawn = draw(
        st.lists(
            entry_parts(tier, st.sampled_from(alike) | papers, wishes), min_size=wishes.fewest, max_size=wishes.entries
        )
    )
    found = []
    for n, (papers, status, named, fields, entrant) in enumerate(drawn, start=1):
        more = {"entrant": entrant or f"{prefix}{n}"} if wishes.entrants else {}
        found.append(Entry(f"{prefix}{n}", sheets=papers, status=status, deductions=named, fields={**fields, **more}))
    return tuple(found)


def rotated(tier: Mapping[str, Any], papers: Sequence[Sheet]) -> tuple[Sheet, ...]:
    """The same sheets from other judges: equal totals, though the judges do not agree."""
    judges = tier["panel"]["judges"]
    return tuple(replace(one, judge=f"J{int(one.judge[1:]) % judges + 1}") for one in papers)


@st.composite
def entry_parts(
    draw: Draw, tier: Mapping[str, Any], judged: st.SearchStrategy[tuple[Sheet, ...]], wishes: "Wishes"
) -> Any:
    """An entry without its code: sheets, status, deductions, fields, whose it is."""
    papers = draw(judged)
    ids = [one["id"] for part in ("deductions", "bonuses", "knockouts") for one in tier.get(part, [])]
    named = frozenset(one for one in ids if draw(st.sampled_from([False, False, False, True])))
    status = draw(st.sampled_from([None] * 8 + ["absent", "withdrawn"])) if wishes.holes else None
    fields = {
        "area": draw(st.sampled_from(["1", "1", "2", "0.5"])),
        "soil_before": draw(st.sampled_from(["10", "10", "20"])),
        "soil_now": draw(st.sampled_from(["20", "20", "50"])),
        "registered": draw(st.sampled_from(["2026-03-05", "2026-03-03"])),
        "sex": draw(st.sampled_from(["M", "F"])),
        "community": draw(st.sampled_from(["Ccapana", "Marcapata"])),
        "requested": draw(st.sampled_from(["10", "25", "60"])),
    }
    entrant = draw(st.sampled_from([None, None, "E1", "E2"])) if wishes.entrants else None
    return () if status == "absent" else papers, status, named, fields, entrant


# -- both ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wishes:
    """What a property can stand: kinds of panels, empty cells, chance, several contests, and so on."""

    kinds: Sequence[str] = KINDS
    compare: str | None = None
    holes: bool = True
    fewest: int = 3
    entries: int = 6
    contests: bool = False
    entrants: bool = False
    lots: Sequence[str] = ()
    quota: bool = True
    promotion: bool = True
    prizes: bool = True
    spare_units: bool = True
    schemes: Sequence[str] = ("by_place", "percent", "by_level", "flat", "proportional", "until_spent", "in_kind")
    named: bool = True
    above_least: bool = False


@st.composite
def tiers(draw: Draw, wishes: Wishes) -> dict[str, Any]:
    """The rules of one tier, valid, with every part that the wishes allow."""
    tier: dict[str, Any] = {"tier": "household", "within": "community"}
    if wishes.contests:
        tier["categories"] = [{"id": "new"}, {"id": "returning"}]
    if draw(st.booleans()):
        tier["phases"] = [
            without_none({"id": name, "criteria": draw(criteria(these)), "factor": maybe(draw, number("2", "0.5"))})
            for name, these in (("field", draw(st.sampled_from(["a", "ab"]))), ("public", "c"))
        ]
    else:
        tier["criteria"] = draw(criteria(draw(st.sampled_from(["a", "ab"]))))
    tier["panel"] = draw(panels(wishes.kinds, missing=wishes.holes))
    tier["rounding"] = draw(roundings(wishes.compare))
    tier["ranking"] = {"numbering": draw(st.sampled_from(["1224", "1223", "1334", "fractional"]))}
    higher = tier["panel"]["combine"] != "rank_sum"
    summed = tier["panel"]["combine"] == "sum" or tier["panel"].get("then") == "sum"
    if higher:
        tier["levels"] = [{"id": "at_level", "from": Decimal("0.5")}, {"id": "outstanding", "from": Decimal(1)}]
    if wishes.named and higher and draw(st.booleans()):
        tier["deductions"] = [{"id": "late", "points": draw(number("1", "0.5", "20"))}]
        if not summed:
            tier["bonuses"] = [{"id": "compost", "points": draw(number("1", "0.5"))}]
    if wishes.named and draw(st.booleans()):
        tier["knockouts"] = [{"id": "disorder"}]
    chain = draw(st.lists(st.sampled_from(tie_steps(tier)), max_size=3, unique_by=str))
    tier["ties"] = chain + [{"lots": "seed", "seed": one} for one in wishes.lots]
    if wishes.promotion and draw(st.booleans()):
        tier["promotion"] = draw(promotions(higher=higher, quota=wishes.quota))
    if wishes.prizes:
        tier["prizes"] = draw(prizes(tier, wishes))
    return without_none(tier)


@st.composite
def trials(draw: Draw, **wishes: Any) -> Trial:
    """Rules and marks that fit them."""
    wanted = Wishes(**wishes)
    tier = draw(tiers(wanted))
    if not wanted.contests:
        return Trial(tier, (Contest(None, None, draw(entries(tier, "H", wanted))),))
    contests = [
        Contest(within, category, draw(entries(tier, prefix, wanted)))
        for within, prefix in (("C1", "H"), ("C2", "K"))
        for category in ("new", "returning")
        if (within, category) == ("C1", "new") or draw(st.booleans())
    ]
    return Trial(tier, tuple(contests))


def with_orders(trial: Trial, order: Mapping[str, int]) -> Trial:
    """The trial with the same lots drawn in every contest."""
    return replace(
        trial, contests=tuple(replace(one, orders=(RecordedOrder("lots", order),)) for one in trial.contests)
    )
