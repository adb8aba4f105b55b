"""A large invented valley: the same seed and size give the same tables on every machine, row by row, whatever the size.

Nobody in it exists. Every DNI begins with 0000; there are only ten thousand of those, so later households have none yet.
Run it to write the tables: `python benchmarks/valley.py FOLDER --households 18000`.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

SEED = 2026
SIZES = (2_000, 18_000, 180_000)
PER_COMMUNITY = 180
PER_WATERSHED = 25
JUDGES = 3
CRITERIA = ("built", "water", "order", "map", "voice", "area")
RULES = """\
version: 1
programme:
  name: {es: "Valle inventado"}
  languages: [es]
  prize_range: {minimum: 20, maximum: 3000}
competitions:
  terraces:
    name: {es: "Andenes"}
    tiers:
      - tier: household
        within: community
        criteria:
          - {id: built, name: {es: "Andenes"}, max: 20}
          - {id: water, name: {es: "Agua"}, max: 15, step: 0.5}
          - {id: order, name: {es: "Orden"}, options: [{points: 15}, {points: 8}, {points: 2}]}
          - {id: map, name: {es: "Mapa parlante"}, max: 25}
          - {id: voice, name: {es: "Claridad"}, max: 15}
          - {id: area, name: {es: "Esmero"}, max: 10}
        panel: {judges: 3, at_least: 2, combine: mean}
        levels: [{id: at_level, name: {es: "En nivel"}, from: 60}]
        ties: [{criterion: built}, count_back, {lots: seed, seed: "acta-014/2026"}]
        prizes:
          purses: [{id: project, name: {es: "Proyecto"}, amount: 200}, {id: town, name: {es: "Municipalidad"}, amount: 6000}]
          awards:
            - {scheme: by_place, purse: project, amounts: [100, 60, 40]}
            - {scheme: flat, purse: town, amount: 20, to: other_participants}
"""
_FIRST = ("Rosa", "Julia", "Nélida", "Saturnina", "Julián", "Mario", "Eusebio", "Wilbert", "Santos", "Fortunato")
_SURNAMES = ("Quispe", "Mamani", "Huamán", "Ccori", "Nina", "Ñaupa", "Chuquipata", "Yupanqui", "Sirena", "Apaza")
_SURNAMES_OF_JUDGES = ("Condori", "Choque", "Ticona", "Larico", "Callata", "Sucari")
"""Others than those who compete: a judge with the name of a competitor is asked about."""
_ORDER = (2, 8, 15)
_DNIS = 10_000

Row = dict[str, str]


@dataclass(frozen=True)
class Valley:
    """So many households in communities of about 180; the last community takes what is left over."""

    households: int

    @property
    def communities(self) -> int:
        """How many communities there are, at least one."""
        return max(1, round(self.households / PER_COMMUNITY))

    def homes_of(self, community: int) -> range:
        """The numbers of the households of one community."""
        last = community == self.communities - 1
        return range(community * PER_COMMUNITY, self.households if last else (community + 1) * PER_COMMUNITY)

    def watershed_rows(self) -> Iterator[Row]:
        """A row for every 25 communities."""
        for number in range((self.communities - 1) // PER_WATERSHED + 1):
            yield {"code": f"W{number:02}", "name": f"Microcuenca inventada {number}"}

    def community_rows(self) -> Iterator[Row]:
        """Each community, with more families on its padrón than compete."""
        for number in range(self.communities):
            yield {
                "code": f"C{number:04}",
                "name": f"Comunidad inventada {number}",
                "watershed": f"W{number // PER_WATERSHED:02}",
                "households": str(len(self.homes_of(number)) + 20),
            }

    def household_rows(self) -> Iterator[Row]:
        """Each household with two invented people."""
        for community in range(self.communities):
            chance = Random(f"{SEED} households {community}")
            for number in self.homes_of(community):
                yield {
                    "code": f"H{number:06}",
                    "community": f"C{community:04}",
                    "head": _name(chance),
                    "dni": f"0000{number:04}" if number < _DNIS else "",
                    "partner": _name(chance),
                    "sex": chance.choice("FM"),
                }

    def judge_rows(self) -> Iterator[Row]:
        """Nobody judges at home: the judges of a community come from the next one."""
        chance = Random(f"{SEED} judges")
        for community in range(self.communities):
            home = (community + 1) % self.communities if self.communities > 1 else None
            for judge in range(JUDGES):
                yield {
                    "code": f"J{community:04}{'ABC'[judge]}",
                    "name": _name(chance, _SURNAMES_OF_JUDGES),
                    "community": "" if home is None else f"C{home:04}",
                }

    def score_rows(self) -> Iterator[Row]:
        """The sheets of all communities, one community after the other."""
        for community in range(self.communities):
            yield from self.score_rows_of(community)

    def score_rows_of(self, community: int) -> Iterator[Row]:
        """A row for each sheet of one community: three judges who see about the same quality."""
        chance = Random(f"{SEED} marks {community}")
        for number in self.homes_of(community):
            quality = chance.gauss(0.62, 0.16)
            for judge in range(JUDGES):
                row = {
                    "within": f"C{community:04}",
                    "entry": f"H{number:06}",
                    "judge": f"J{community:04}{'ABC'[judge]}",
                }
                yield row | dict(zip(CRITERIA, _sheet(chance, quality), strict=True))

    def tables(self) -> dict[str, Iterator[Row]]:
        """Every table by file name, in the order of their import."""
        return {
            "watersheds.csv": self.watershed_rows(),
            "communities.csv": self.community_rows(),
            "households.csv": self.household_rows(),
            "judges.csv": self.judge_rows(),
            "scores.csv": self.score_rows(),
        }

    def write(self, folder: Path) -> None:
        """The tables and `rules.yaml` in that folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "rules.yaml").write_text(RULES, "utf-8")
        for name, rows in self.tables().items():
            first = next(rows)
            with (folder / name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, list(first), lineterminator="\n")
                writer.writeheader()
                writer.writerow(first)
                writer.writerows(rows)


def _name(chance: Random, surnames: Sequence[str] = _SURNAMES) -> str:
    return f"{chance.choice(_FIRST)} {chance.choice(surnames)} {chance.choice(surnames)}"


def _sheet(chance: Random, quality: float) -> Iterator[str]:
    def mark(maximum: int) -> int:
        return min(max(round(maximum * (quality + chance.gauss(0, 0.07))), 1), maximum)

    halves = max(mark(30), 2)
    yield str(mark(20))
    yield f"{halves // 2}.5" if halves % 2 else str(halves // 2)
    yield str(_ORDER[min(max(int((quality + chance.gauss(0, 0.05)) * 3.2), 0), 2)])
    yield str(mark(25))
    yield str(mark(15))
    yield str(mark(10))


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    asked.add_argument("folder", type=Path)
    asked.add_argument("--households", type=int, default=SIZES[0])
    told = asked.parse_args()
    Valley(told.households).write(told.folder)
