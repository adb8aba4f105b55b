"""Random competitions: a valid rules file and a score table for every seed, small enough that ties abound.

Only `random.Random(seed)` decides. What RULES.md leaves open is not drawn: rank kinds of a criterion before steps that
need a sheet's place, two flat prizes for the same others, bonuses where the full total depends on who is dropped.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

from .recount import RANK_KINDS, Refused, load_rules, read_tier, recount

UNITS = ("1", "10", "0.01", "0.5")
SEXES = ("F", "M")
COMMUNITIES = ("Ccapana", "Marcapata", "Pitumarca")


@dataclass(frozen=True)
class Competition:
    """One round ready to settle: the rules, the competition and tier in them, the table, the lower tier's results."""

    rules_text: str
    competition: str
    tier: str
    scores_text: str
    households: str | None = None


def flow(value: Any) -> str:
    """YAML in flow style: numbers plain, texts quoted."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return json.dumps(value)


def rows_of(scores_text: str) -> list[dict[str, str]]:
    """The cells of a score table as text."""
    return list(csv.DictReader(io.StringIO(scores_text)))


def recount_of(one: Competition) -> dict[str, Any]:
    """The recount of a random competition, or Refused."""
    rules = load_rules(one.rules_text)
    households = json.loads(one.households) if one.households is not None else None
    competition = rules["competitions"][one.competition]
    return recount(competition, rules["programme"], one.competition, one.tier, rows_of(one.scores_text), households)


def random_competition(seed: int) -> Competition:
    """The competition of a seed; about one in eight is of the community tier."""
    random = Random(seed)
    unit = Decimal(random.choice(UNITS))
    programme: dict[str, Any] = {
        "name": "Random",
        "languages": ["es"],
        "currency": random.choice(["USD", "PEN"]),
        "cash_unit": unit,
    }
    if seen(random, 0.1):
        programme["prize_range"] = {"minimum": unit, "maximum": unit * 100000}
    if seen(random, 0.12):
        return community_competition(random, programme, unit)
    tier = Drawn(random, unit, random.choice(["household", "household", "group"])).draw()
    name = tier.rules["tier"]
    rules_text = rules_file(programme, [tier.rules])
    return Competition(rules_text, "terraces", name, tier.table())


def seen(random: Random, chance: float) -> bool:
    """True with that chance."""
    return random.random() < chance


def rules_file(programme: Mapping[str, Any], tiers: Sequence[Mapping[str, Any]]) -> str:
    """The text of a rules file with the one competition `terraces`."""
    lines = [
        "version: 1",
        f"programme: {flow(programme)}",
        "competitions:",
        "  terraces:",
        '    name: "Terraces"',
        "    tiers:",
    ]
    for tier in tiers:
        lines += [
            f"      {'- ' if n == 0 else '  '}{key}: {flow(value)}" for n, (key, value) in enumerate(tier.items())
        ]
    return "\n".join(lines) + "\n"


def community_competition(random: Random, programme: Mapping[str, Any], unit: Decimal) -> Competition:
    """Communities whose scores join sources of a settled household tier and judged works."""
    while True:
        lower = Drawn(random, unit, "household", lower=True).draw()
        communities = [f"C{n}" for n in range(1, random.randint(2, 6))]
        lower.withins = communities if seen(random, 0.8) else communities[1:]
        lower_text = lower.table()
        rules_text = rules_file(programme, [lower.rules])
        try:
            results = recount_of(Competition(rules_text, "terraces", "household", lower_text))
        except Refused:
            continue
        break
    upper = Drawn(random, unit, "community", levels=[level["id"] for level in lower.rules.get("levels", [])])
    upper.codes = {None: communities}
    if seen(random, 0.3):
        upper.codes = {"W1": communities[:1], "W2": communities[1:]} if communities[1:] else {"W1": communities}
    took_part = {
        code: len(
            {one["entry"] for there in results["contests"] if there["within"] == code for one in there["placings"]}
        )
        for code in communities
    }
    short = -1 if seen(random, 0.03) else 0
    upper.registered = {code: max(1, there + random.choice([short, 0, 1, 2, 5])) for code, there in took_part.items()}
    upper.draw()
    upper.withins = list(upper.codes)
    rules_text = rules_file(programme, [lower.rules, upper.rules])
    return Competition(rules_text, "terraces", "community", upper.table(), json.dumps(results))


class Drawn:
    """One tier drawn at random: its rules, then a table that fits them."""

    def __init__(
        self, random: Random, unit: Decimal, tier: str, *, lower: bool = False, levels: Sequence[str] = ()
    ) -> None:
        """`lower` draws a tier that another one reads; `levels` are those of the tier this one reads."""
        self.random, self.unit, self.tier, self.lower, self.levels_below = random, unit, tier, lower, levels
        self.withins: list[str | None] = [None]
        self.codes: dict[str | None, list[str]] = {}
        self.registered: dict[str, int] = {}
        self.fields: set[str] = set()
        self.rules: dict[str, Any] = {}

    def seen(self, chance: float) -> bool:
        """True with that chance."""
        return self.random.random() < chance

    def money(self, least: int, most: int) -> Decimal:
        """A multiple of the cash unit."""
        return self.unit * self.random.randint(least, most)

    # --- rules

    def draw(self) -> "Drawn":
        """Draw the rules."""
        random = self.random
        self.combine = self.draw_combine()
        self.of = random.choice(["sheet", "sheet", "criterion"])
        self.better = "lower" if self.combine == "rank_sum" or (not self.lower and self.seen(0.08)) else "higher"
        if self.combine in ("rank_points", "standardised") or self.tier == "community":
            self.better = "higher" if self.combine != "rank_sum" else self.better
        rules: dict[str, Any] = {
            "tier": self.tier,
            "within": "community" if self.lower else random.choice(["community", "watershed"]),
        }
        if self.tier == "community":
            rules |= {"within": "watershed", "from": "household"}
        self.categories: list[str | None] = [None]
        if not self.lower and self.seen(0.4):
            self.categories = list("abc")[: random.choice([1, 2, 2, 3])]
            rules["categories"] = [{"id": one, "name": one.upper()} for one in self.categories]
        if not self.lower and self.tier != "community" and self.seen(0.25):
            self.withins = ["U1", "U2"]
        self.draw_phases(rules)
        rules["panel"] = self.draw_panel()
        self.draw_named(rules)
        rules["rounding"] = self.draw_rounding()
        self.full = read_tier(load_rules(flow(rules))).full_total()
        if self.better == "higher" and (self.lower or self.seen(0.6)):
            first = self.draw_threshold()
            rules["levels"] = [{"id": "at_level", "name": "At level", "from": first}]
            if self.seen(0.6):
                step = Decimal(random.choice(["0.5", "1", "3"]))
                rules["levels"].append({"id": "outstanding", "name": "Outstanding", "from": first + step})
        rules["ranking"] = self.draw_ranking()
        self.rules = rules
        if not self.lower:
            rules["ties"] = self.draw_ties()
            if self.seen(0.6):
                rules["promotion"] = self.draw_promotion()
            if self.seen(0.9):
                rules["prizes"] = self.draw_prizes()
        return self

    def draw_combine(self) -> str:
        """Every kind for one tier; plain ones where another tier is read or reads."""
        if self.lower:
            return "mean"
        if self.tier == "community":
            return self.random.choice(["mean", "mean", "median", "trimmed", "outlier"])
        kinds = ["mean", "mean", "mean", "sum", "median", "trimmed", "trimmed", "outlier", *RANK_KINDS, "standardised"]
        return self.random.choice(kinds)

    def draw_criterion(self, name: str) -> dict[str, Any]:
        """A judged criterion with few different marks."""
        random = self.random
        criterion: dict[str, Any] = {"id": name, "name": name.title()}
        kind = random.choice(["marks", "marks", "marks", "options", "measured"])
        if kind == "options":
            points = random.sample([0, 1, 2, 3, 5, 8], random.randint(2, 4))
            criterion["options"] = [{"points": one, "name": f"Option {one}"} for one in sorted(points, reverse=True)]
        elif kind == "measured":
            criterion["measured"] = {"unit": "m2"}
            criterion["bands"] = self.draw_bands([0, 2, 5, 9], 6)
        else:
            least = random.choice([0, 0, 1])
            step = Decimal(random.choice(["1", "1", "0.5", "2"]))
            criterion |= {"min": least, "max": least + step * random.randint(2, 5)}
            if step != 1:
                criterion["step"] = step
        if self.seen(0.3):
            criterion["weight"] = Decimal(random.choice(["0.5", "2", "1.5", "0.3"]))
        return criterion

    def draw_bands(self, starts: list[int], most: int) -> list[dict[str, Any]]:
        """Lower bounds from 0, with points that mostly rise."""
        chosen = [0, *sorted(self.random.sample(starts[1:], self.random.randint(1, len(starts) - 1)))]
        points = [self.random.randint(0, most) for _ in chosen]
        points = sorted(points) if self.seen(0.8) else points
        points[-1] = max(points[-1], 1)
        return [{"from": start, "points": one} for start, one in zip(chosen, points, strict=True)]

    def draw_source(self, name: str) -> dict[str, Any]:
        """A criterion read from the household tier."""
        random = self.random
        kinds = ["participation", "household_mean", "household_median", "best_households"]
        kinds += ["households_at_level"] if self.levels_below else []
        criterion: dict[str, Any] = {"id": name, "name": name.title(), "source": random.choice(kinds)}
        percent = criterion["source"] in ("participation", "households_at_level")
        if criterion["source"] == "households_at_level":
            criterion["level"] = random.choice(self.levels_below)
        if criterion["source"] == "household_mean" and self.seen(0.7):
            criterion["over"] = random.choice(["register", "participants"])
        if criterion["source"] == "best_households":
            criterion |= random.choice([{"share": random.choice([10, 30, 50, 100])}, {"count": random.randint(1, 4)}])
        if self.seen(0.5):
            criterion["bands"] = self.draw_bands([0, 30, 50, 75] if percent else [0, 2, 4, 6], 10)
        else:
            criterion["max"] = random.randint(5, 30)
        if self.seen(0.2):
            criterion["weight"] = Decimal("0.5")
        if self.seen(0.2):
            criterion["knockout_below"] = 50 if percent else 1
        return criterion

    def draw_phases(self, rules: dict[str, Any]) -> None:
        """One or two phases, or criteria alone."""
        random = self.random
        names = iter(["terraces", "water", "order", "map", "voice", "area"])
        phases = []
        for name in random.choice([["sheet"], ["sheet"], ["field", "public"]]):
            criteria = [self.draw_criterion(next(names)) for _ in range(random.choice([1, 1, 2, 3]))]
            phase: dict[str, Any] = {"id": name, "name": name.title(), "criteria": criteria}
            if self.seen(0.25):
                phase["factor"] = Decimal(random.choice(["2", "0.5", "1.5"]))
            if self.seen(0.2):
                phase["weight"] = Decimal(random.choice(["2", "0.7"]))
            phases.append(phase)
        if self.tier == "community":
            sources = [self.draw_source(name) for name in ("households", "level", "mean")[: random.randint(1, 3)]]
            if self.seen(0.3):
                phases[-1]["criteria"] = sources
            else:
                phases[-1]["criteria"] += sources
        for phase in phases:
            if self.seen(0.3):
                probe = read_tier(load_rules(flow({"criteria": phase["criteria"]})))
                phase["total"] = plain(probe.full_total())
        self.judged = {phase["id"]: [one for one in phase["criteria"] if "source" not in one] for phase in phases}
        self.phase_ids = [phase["id"] for phase in phases]
        self.criterion_ids = [one["id"] for phase in phases for one in phase["criteria"]]
        if len(phases) == 1 and "weight" not in phases[0]:
            rules |= {key: value for key, value in phases[0].items() if key not in ("id", "name")}
        else:
            rules["phases"] = phases

    def draw_panel(self) -> dict[str, Any]:
        """The panel, and the judges there are."""
        random = self.random
        panel: dict[str, Any] = {"combine": self.combine, "of": self.of}
        self.size = random.randint(1, 5)
        self.then = "mean"
        if self.combine == "trimmed":
            highest, lowest = random.choice([(1, 1), (1, 1), (2, 1), (0, 1), (1, 0)])
            self.size = max(self.size, highest + lowest + 1)
            enough = random.randint(highest + lowest + 1, max(highest + lowest + 1, self.size))
            self.then = random.choice(["mean", "mean", "sum"])
            panel |= {"drop": {"highest": highest, "lowest": lowest, "from": enough}, "then": self.then}
        if self.combine == "outlier":
            panel["distance"] = Decimal(random.choice(["0.5", "1", "2", "3"]))
        if self.combine == "rank_points":
            points = sorted((random.randint(0, 12) for _ in range(random.randint(1, 6))), reverse=True)
            panel["points"] = [max(points[0], 1), *points[1:]]
        if self.combine == "standardised" and self.seen(0.7):
            panel |= {"mean": random.choice([100, 50]), "spread": random.choice([20, 10])}
            panel["deviation"] = random.choice(["population", "sample"])
        self.fixed = self.seen(0.7) or self.then == "sum" or self.combine in ("sum", "trimmed")
        if self.fixed:
            panel["judges"] = self.size
        if self.seen(0.8):
            panel["at_least"] = random.randint(1, min(2, self.size))
        elif self.size == 1 and not self.fixed:
            panel["at_least"] = 1
        if self.fixed and self.size < panel.get("at_least", 1 if self.size == 1 else 2):
            panel["at_least"] = self.size
        self.missing = random.choice(["leave_out"] * 4 + ["drop_judge", "refuse"])
        panel["missing"] = self.missing
        equal = self.then == "sum" or self.combine in ("sum", *RANK_KINDS, "standardised") or self.missing == "refuse"
        self.hole = random.choice([0, 0, 0, 0, 0, 0, 0.05]) if equal else random.choice([0, 0.05, 0.1, 0.25])
        return panel

    def draw_named(self, rules: dict[str, Any]) -> None:
        """Deductions, bonuses and knockouts, and their ids."""
        self.named: list[str] = []
        if self.better == "higher" and self.seen(0.4):
            rules["deductions"] = [
                {"id": name, "name": name.title(), "points": Decimal(self.random.choice(["1", "0.5", "3", "20"]))}
                for name in ("no_banner", "late")[: self.random.randint(1, 2)]
            ]
            self.named += [one["id"] for one in rules["deductions"]]
        open_total = self.then == "sum" or self.combine == "sum"
        if self.better == "higher" and not open_total and self.seen(0.3):
            rules["bonuses"] = [
                {"id": "compost", "name": "Compost", "points": Decimal(self.random.choice(["1", "0.5", "3"]))}
            ]
            self.named.append("compost")
        if self.seen(0.25):
            rules["knockouts"] = [{"id": "disorder", "name": "Disorder"}]
            self.named.append("disorder")

    def draw_rounding(self) -> dict[str, Any]:
        """Where and how to round; roots keep away from the edges of floor and ceil."""
        random = self.random
        compare = "exact" if self.seen(0.15) and self.combine != "standardised" and not self.lower else "printed"
        modes = ["half_up", "half_up", "half_even"] + ([] if self.combine == "standardised" else ["floor", "ceil"])
        rounding: dict[str, Any] = {"decimals": random.choice([0, 1, 2, 2, 3]), "mode": random.choice(modes)}
        if self.seen(0.7):
            places = [place for place in ("criterion", "phase", "total") if self.seen(0.6)]
            rounding["at"] = places or ["total"]
        self.compare = compare
        return rounding | {"compare": compare}

    def draw_threshold(self) -> Decimal:
        """Points that some entries reach."""
        most = self.full if self.full is not None else Fraction(60)
        return plain(
            max(min(most, Fraction(1, 2)), Fraction(int(most * self.random.choice([2, 3, 4, 5, 6]) / 8 * 2), 2))
        )

    def draw_ranking(self) -> dict[str, Any]:
        """The direction where it must be said, and any numbering."""
        ranking = {"numbering": self.random.choice(["1224", "1224", "1223", "1334", "1234", "fractional"])}
        if self.better == "lower" and (self.combine != "rank_sum" or self.seen(0.3)):
            ranking["better"] = "lower"
        return ranking

    def draw_ties(self) -> list[Any]:
        """A chain of different steps, lots or `shared` last."""
        random = self.random
        steps: list[Any] = [{"phase": one} for one in self.phase_ids]
        steps += [
            {"higher": "fewest"},
            {"lower": "area_ha"},
            {"larger_gain": "soil"},
            "earlier_registration",
            "jury_decision",
        ]
        ranks = self.combine in RANK_KINDS and self.of == "criterion"
        if not ranks:
            steps += [{"criterion": one} for one in self.criterion_ids]
            steps += ["count_back", "head_to_head", "best_judge", "worst_judge"]
        if self.compare != "exact" and self.combine != "standardised":
            steps.append("exact")
        if self.combine == "trimmed":
            steps.append("untrimmed")
        chain = random.sample(steps, random.choice([0, 0, 1, 1, 2, 3]))
        chain += random.choice([[], ["shared"], [{"lots": "recorded"}], [{"lots": "seed", "seed": "acta-014/2026"}]])
        for step in chain:
            if isinstance(step, str):
                named = {"earlier_registration": ["registered"], "jury_decision": ["jury_decision"]}.get(step, [])
            else:
                (kind, what), *_ = step.items()
                named = [what] if kind in ("higher", "lower") else []
                named += ["soil_before", "soil_now"] if kind == "larger_gain" else []
                named += ["lots"] if what == "recorded" else []
            self.fields |= set(named)
        self.lots_drawn = any(isinstance(step, dict) and "lots" in step for step in chain)
        return chain

    def draw_promotion(self) -> dict[str, Any]:
        """Who goes up."""
        random = self.random
        promotion: dict[str, Any] = random.choice(
            [{"top": random.randint(1, 5)}, {"top": random.randint(1, 5)}, {"percent": random.choice([10, 30, 50])}, {}]
        )
        if self.better == "higher" and (not promotion or self.seen(0.4)):
            promotion["at_least"] = self.draw_threshold()
        elif not promotion:
            promotion["top"] = 2
        if "top" in promotion and self.seen(0.4):
            self.fields.add("sex")
            left = promotion["top"]
            promotion["quota"] = []
            for value in random.sample(SEXES, random.randint(1, 2)):
                if left:
                    count = random.randint(1, left)
                    promotion["quota"].append({"field": "sex", "value": value, "count": count})
                    left -= count
        if self.seen(0.8):
            promotion["tie_at_cut"] = random.choice(["all", "none", "chain"])
        if self.seen(0.3):
            promotion["reserves"] = random.randint(1, 2)
        return promotion

    def draw_prizes(self) -> dict[str, Any]:
        """Purses, awards of every scheme, and every way to treat ties, gaps and shortage."""
        random = self.random
        one_contest = self.withins == [None] and len(self.categories) == 1
        self.one_prize = random.choice(["category", "category", "round", "round", "no"])
        if self.seen(0.3):
            self.fields.add("entrant")
        purses, awards = [], []
        self.requests = False
        for name in ("project", "municipality")[: random.choice([1, 1, 2])]:
            per = "round" if self.seen(0.3) else "contest"
            amount = self.money(20, 120)
            purse = {"id": name, "amount": amount, "per": per}
            place_award = self.draw_place_award(per, amount, one_contest=one_contest)
            mine = [place_award] if place_award else []
            for scheme in random.sample(
                ["by_level", "proportional", "until_spent", "flat"], random.choice([0, 0, 1, 1, 2])
            ):
                mine += self.draw_other_award(scheme, per, one_contest=one_contest)
            random.shuffle(mine)
            for award in mine:
                award["purse"] = name
                if self.better == "higher" and self.seen(0.15):
                    award["minimum_points"] = self.draw_threshold()
                if len(self.categories) > 1 and self.seen(0.2):
                    award["categories"] = random.sample(self.categories, len(self.categories) - 1)
            if not mine and not awards:
                mine = [{"scheme": "flat", "amount": self.unit, "to": "all", "purse": name}]
            awards += mine
            purses.append(purse)
        if len(purses) == 1 and self.seen(0.2):
            for award in awards:
                del award["purse"]
        if self.seen(0.25):
            places = [[1], [1, 2], [2], [1, 3]]
            thing = {"scheme": "in_kind", "item": "Tools", "value": self.money(1, 40), "places": random.choice(places)}
            awards.insert(random.randint(0, len(awards)), thing)
        prizes: dict[str, Any] = {
            "purses": purses,
            "awards": awards,
            "tie_split": random.choice(["pool", "pool", "pool", "full"]),
            "remainder": random.choice(["return", "best_by_chain", *(["by_lot"] if self.lots_drawn else [])]),
            "lots_decide_money": self.seen(0.3),
            "one_prize_per_entrant": self.one_prize,
            "unfilled": random.choice(["return", "redistribute"]),
            "if_short": random.choice(["refuse", "prorate", "cut_last"]),
        }
        if self.tier != "community" and self.seen(0.25):
            self.fields.add("community")
            cap = random.choice([{"prizes": random.randint(1, 3)}, {"amount": self.money(5, 60)}])
            prizes["cap_per_community"] = cap
        return {
            key: value
            for key, value in prizes.items()
            if self.seen(0.9) or key in ("purses", "awards", "cap_per_community")
        }

    def draw_place_award(self, per: str, amount: Decimal, *, one_contest: bool) -> dict[str, Any] | None:
        """`by_place` within the purse, or `percent`."""
        random = self.random
        kind = random.choice(["by_place", "by_place", "by_place", "percent", None])
        if kind == "percent" and (per == "contest" or one_contest or self.seen(0.05)):
            return {
                "scheme": "percent",
                "percents": random.choice([[50, 30, 20], [60, 40], [33, 33, 33], [40, 20, 10, 5]]),
            }
        if kind is None:
            return None
        weights = sorted((random.randint(1, 10) for _ in range(random.randint(1, 5))), reverse=True)
        units = int(amount / self.unit) * random.choice([Fraction(1), Fraction(1, 2), Fraction(1, 3)])
        scaled = [int(units * weight / sum(weights)) for weight in weights]
        amounts = [self.unit * one for one in scaled if one > 0]
        return {"scheme": "by_place", "amounts": amounts} if amounts else None

    def draw_other_award(self, scheme: str, per: str, *, one_contest: bool) -> list[dict[str, Any]]:
        """One award of that scheme, or none where the rules forbid it."""
        random = self.random
        if scheme == "by_level" and "levels" in self.rules:
            amount = self.money(1, 8)
            amounts = {level["id"]: amount + n * self.unit for n, level in enumerate(self.rules["levels"])}
            return [{"scheme": "by_level", "amounts": amounts}]
        if scheme == "flat":
            to = "all" if getattr(self, "others", False) else random.choice(["all", "other_participants"])
            self.others = getattr(self, "others", False) or to == "other_participants"
            return [{"scheme": "flat", "amount": self.money(1, 6), "to": to}]
        if scheme == "proportional" and self.better == "higher":
            award: dict[str, Any] = {"scheme": "proportional", "base": random.choice([0, 0, 1, 3])}
            if self.seen(0.4):
                least = self.money(1, 5)
                if self.one_prize != "round" and self.seen(0.7):
                    award["minimum"] = least
                if self.seen(0.7) or "minimum" not in award:
                    award["maximum"] = least + self.money(0, 25)
            return [award]
        if scheme == "until_spent" and not self.requests and (per == "contest" or one_contest or self.seen(0.05)):
            self.requests = True
            self.fields.add("requested")
            return [{"scheme": "until_spent"}]
        return []

    # --- the table

    def table(self) -> str:
        """A score table that fits the rules."""
        random = self.random
        columns = (["within"] if self.withins != [None] else []) + (["category"] if self.categories != [None] else [])
        columns += ["entry"] + (["phase"] if len(self.phase_ids) > 1 or "phases" in self.rules else [])
        columns += [
            "judge",
            *(one["id"] for criteria in self.judged.values() for one in criteria),
            "status",
            "deductions",
        ]
        columns += sorted(self.fields) + (["households"] if self.tier == "community" else [])
        self.known: dict[str, dict[str, str]] = {}
        self.lots = random.sample(range(1, 60), 59)
        rows: list[dict[str, str]] = []
        for within in self.withins:
            sizes = [8, 9] if self.combine == "standardised" else [2, 4, 6, 8, 9]
            pool = self.codes.get(within) or [f"{within or 'H'}-{n}" for n in range(1, random.choice(sizes) + 1)]
            for category in self.categories:
                most = len(pool)
                least = most if self.combine == "standardised" else 1
                chosen = (
                    pool
                    if self.codes and len(self.categories) == 1
                    else random.sample(pool, random.randint(least, most))
                )
                rows.extend(
                    {"within": within or "", "category": category or "", **row} for row in self.contest_rows(chosen)
                )
        random.shuffle(rows)
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, extrasaction="ignore", restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
        return text.getvalue()

    def entry_fields(self, code: str) -> dict[str, str]:
        """The fields of an entry, the same in every contest; some cells stay empty."""
        if code in self.known:
            return self.known[code]
        random = self.random
        drawn = {
            "sex": random.choice(SEXES),
            "community": random.choice(COMMUNITIES),
            "entrant": random.choice([code, code, "E1", "E2"]),
            "registered": f"2026-03-0{random.randint(1, 4)}",
            "fewest": str(random.randint(0, 2)),
            "area_ha": random.choice(["0.5", "1.2", "1", "2"]),
            "soil_before": str(random.choice([0, 10, 40])),
            "soil_now": str(random.choice([25, 50])),
            "lots": str(self.lots.pop()),
            "jury_decision": str(len(self.known) + 1),
            "requested": str(self.money(1, 40)),
        }
        may_be_empty = ("registered", "fewest", "area_ha", "soil_before", "lots", "jury_decision", "sex")
        fields = {name: drawn[name] for name in self.fields}
        for name in may_be_empty:
            if name in fields and self.seen(0.06):
                fields[name] = ""
        if self.tier == "community":
            fields["households"] = str(self.registered[code])
        self.known[code] = fields
        return fields

    def contest_rows(self, codes: Sequence[str]) -> list[dict[str, str]]:
        """The rows of one contest: sheets, holes in them, statuses, deductions."""
        random = self.random
        judges = [f"J{n}" for n in range(1, self.size + 1)]
        spare = self.fixed and self.combine not in RANK_KINDS and self.seen(0.15)
        everybody = [*judges, "J9"] if spare and self.missing == "leave_out" else judges
        drawn: list[dict[tuple[str, str], dict[str, str]]] = []
        rows: list[dict[str, str]] = []
        for code in codes:
            fields = self.entry_fields(code)
            status = random.choice(["absent", "disqualified", "withdrawn"]) if self.seen(0.06) else ""
            if drawn and self.seen(0.35):
                marks = random.choice(drawn)
                if self.seen(0.5):
                    marks = self.swapped(marks, everybody)
            else:
                marks = self.draw_marks(random.sample(everybody, self.size))
            drawn.append(marks)
            mine = [] if status and (status == "absent" or self.seen(0.5)) else self.sheet_rows(marks)
            if not any(self.judged.values()):
                mine = [] if status else [{}]
            if status:
                if mine:
                    random.choice(mine)["status"] = status
                else:
                    mine = [{"status": status}]
            elif not mine:
                mine = [{"phase": self.phase_ids[0], "judge": judges[0]}]
            for name in self.named:
                if self.seen(0.12 if name == "disorder" else 0.25):
                    for row in random.sample(mine, random.randint(1, min(2, len(mine)))):
                        row["deductions"] = f"{row.get('deductions', '')} {name}".strip()
            rows += [{"entry": code, **fields, **row} for row in mine]
        return rows

    def draw_marks(self, judges: Sequence[str]) -> dict[tuple[str, str], dict[str, str]]:
        """The marks of each phase and judge; the judges of one entry mostly agree."""
        marks: dict[tuple[str, str], dict[str, str]] = {}
        for phase, criteria in self.judged.items():
            agreed = {one["id"]: self.draw_mark(one) for one in criteria}
            for judge in judges if criteria else []:
                marks[phase, judge] = {
                    one["id"]: agreed[one["id"]] if self.seen(0.5) else self.draw_mark(one) for one in criteria
                }
        return marks

    def draw_mark(self, criterion: Mapping[str, Any]) -> str:
        """A mark that the paper allows."""
        random = self.random
        if "options" in criterion:
            return str(random.choice(criterion["options"])["points"])
        if "measured" in criterion:
            return random.choice(["0", "1.9", "2", "4.99", "5", "9", "30"])
        step = criterion.get("step", Decimal(1))
        steps = int((criterion["max"] - criterion["min"]) / step)
        return format(criterion["min"] + step * random.randint(max(0, steps - 3), steps), "f")

    def swapped(
        self, marks: Mapping[tuple[str, str], dict[str, str]], judges: Sequence[str]
    ) -> dict[tuple[str, str], dict[str, str]]:
        """The same sheets from other judges: equal totals, other sheets."""
        other = dict(zip(judges, self.random.sample(list(judges), len(judges)), strict=True))
        return {(phase, other[judge]): sheet for (phase, judge), sheet in marks.items()}

    def sheet_rows(self, marks: Mapping[tuple[str, str], dict[str, str]]) -> list[dict[str, str]]:
        """The rows of one entry: some sheets are missing, some cells empty."""
        rows = []
        for (phase, judge), sheet in marks.items():
            if self.seen(self.hole / 2):
                continue
            cells = {name: "" if self.seen(self.hole / 2) else mark for name, mark in sheet.items()}
            rows.append({"phase": phase, "judge": judge, **cells})
        return rows


def plain(value: Fraction) -> Decimal:
    """A fraction with few decimals as a Decimal in plain digits."""
    decimals = Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(format(decimals, "f"))
