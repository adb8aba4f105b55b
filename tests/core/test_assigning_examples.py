"""Panels that are kept: whoever changes how they are spread sees here what changes for whom."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import pytest

from pachamama.core.assigning import Spread, Work, spread
from pachamama.core.model import Judge
from pachamama.core.simulation.chance import Chance

REGIONS = {"Ccapana": "W1", "Lauramarca": "W1", "Marcapata": "W2", "Ocongate": "W2", "Quispicanchi": "W2"}
SIZES = {"Ccapana": 31, "Lauramarca": 12, "Marcapata": 24, "Ocongate": 7, "Quispicanchi": 18}


def judges(number: int) -> list[Judge]:
    """J1, J2 …, at home in the communities in turn; every fourth is from elsewhere."""
    homes = [*REGIONS, ""]
    return [Judge(f"J{n}", f"Jurado {n}", community=homes[n % len(homes)]) for n in range(1, number + 1)]


def valley(people: list[Judge], hinted: Mapping[tuple[str, str], int] | None = None, **phases: int) -> list[Work]:
    """The sheets of the five communities, in one category or two."""
    found = []
    for place, size in SIZES.items():
        barred = frozenset(one.code for one in people if one.community == place)
        hints = {judge: times for (where, judge), times in (hinted or {}).items() if where == place}
        found += [
            Work(place, None, phase, size * share // 10, place, barred, hints, place=place, region=REGIONS[place])
            for phase, share in (phases or {"sheet": 10}).items()
        ]
    return found


def told(found: Spread) -> dict[str, str]:
    """The panels by community (and phase), and what each judge has."""
    panels = {f"{within} {phase}": " ".join(panel) for (within, _, phase), panel in found.panels.items()}
    return {**panels, "loads": " ".join(f"{code}:{load}" for code, load in sorted(found.loads.items()))}


KEPT = {
    "six judges, panels of three": {
        "Ccapana sheet": "J1 J2 J3",
        "Lauramarca sheet": "J3 J4 J6",
        "Marcapata sheet": "J4 J5 J6",
        "Ocongate sheet": "J1 J4 J5",
        "Quispicanchi sheet": "J2 J5 J6",
        "loads": "J1:38 J2:49 J3:43 J4:43 J5:49 J6:54",
    },
    "nine judges, panels of two": {
        "Ccapana sheet": "J1 J7",
        "Lauramarca sheet": "J6 J9",
        "Marcapata sheet": "J3 J4",
        "Ocongate sheet": "J2 J5",
        "Quispicanchi sheet": "J2 J8",
        "loads": "J1:31 J2:25 J3:24 J4:24 J5:7 J6:12 J7:31 J8:18 J9:12",
    },
    "hints of kinship": {
        "Ccapana sheet": "J1 J3",
        "Lauramarca sheet": "J2 J6",
        "Marcapata sheet": "J4 J5",
        "Ocongate sheet": "J4 J5",
        "Quispicanchi sheet": "J2 J6",
        "loads": "J1:31 J2:30 J3:31 J4:31 J5:31 J6:30",
    },
    "work elsewhere": {
        "Ccapana sheet": "J2 J4",
        "Lauramarca sheet": "J2 J6",
        "Marcapata sheet": "J5 J6",
        "Ocongate sheet": "J4 J6",
        "Quispicanchi sheet": "J3 J5",
        "loads": "J1:40 J2:43 J3:33 J4:38 J5:42 J6:43",
    },
    "two phases": {
        "Ccapana field": "J1 J2 J7",
        "Ccapana fair": "J1 J2 J7",
        "Lauramarca field": "J3 J6 J9",
        "Lauramarca fair": "J3 J6 J9",
        "Marcapata field": "J3 J4 J9",
        "Marcapata fair": "J3 J4 J9",
        "Ocongate field": "J4 J5 J8",
        "Ocongate fair": "J4 J5 J8",
        "Quispicanchi field": "J5 J6 J8",
        "Quispicanchi fair": "J5 J6 J8",
        "loads": "J1:46 J2:46 J3:54 J4:46 J5:37 J6:45 J7:46 J8:37 J9:54",
    },
}


def rounds() -> dict[str, Spread]:
    """Rounds of one valley."""
    six, nine = judges(6), judges(9)
    hints = {("Ccapana", "J2"): 3, ("Ccapana", "J6"): 1, ("Marcapata", "J1"): 2, ("Ocongate", "J5"): 1}
    return {
        "six judges, panels of three": spread(valley(six), six, wanted=3, regions=REGIONS),
        "nine judges, panels of two": spread(valley(nine), nine, wanted=2, regions=REGIONS),
        "hints of kinship": spread(valley(six, hints), six, wanted=2, regions=REGIONS),
        "work elsewhere": spread(valley(six), six, wanted=2, regions=REGIONS, loads={"J1": 40, "J3": 15}),
        "two phases": spread(valley(nine, field=10, fair=5), nine, wanted=3, regions=REGIONS),
    }


def drawn(seed: int) -> str:
    """The panels of a round that was drawn by lot: sizes, homes, hints, judges who stay, work elsewhere."""
    chance = Chance(str(seed))
    homes = [f"C{n}" for n in range(1, 9)]
    regions = {home: f"W{1 + at % 3}" for at, home in enumerate(homes)}
    people = [
        Judge(
            f"J{n}",
            "",
            community=homes[chance.below(8, "home", n)],
            phases=("field",) if chance.happens(80, "f", n) else (),
        )
        for n in range(1, 9 + chance.below(4, "judges"))
    ]
    works = []
    for place in homes:
        barred = frozenset(one.code for one in people if one.community == place)
        hinted = {
            one.code: 1 + chance.below(3, place, one.code)
            for one in people
            if chance.happens(250, "hint", place, one.code)
        }
        able = [one.code for one in people if one.code not in barred and not one.phases]
        stays = tuple(able[:1]) if chance.happens(200, "stays", place) else ()
        wished = tuple(able[2:3]) if chance.happens(200, "wished", place) else ()
        for phase in ("field", "public"):
            size = 1 + chance.below(30, "size", place)
            works.append(
                Work(place, None, phase, size, place, barred, hinted, stays, wished, place=place, region=regions[place])
            )
    loads = {one.code: chance.below(20, "load", one.code) for one in people} if seed % 2 else None
    return str(sorted(told(spread(works, people, wanted=2 + seed % 2, loads=loads, regions=regions)).items()))


@pytest.mark.parametrize("what", KEPT)
def test_the_same_round_has_the_same_panels(what: str) -> None:
    """Nobody is at home, nobody has much more than the others, kin are avoided, both phases have one panel."""
    assert told(rounds()[what]) == KEPT[what]


def test_drawn_rounds_have_the_same_panels() -> None:
    """Twenty rounds of eight communities, with everything that can make a difference."""
    assert sha256("".join(map(drawn, range(20))).encode()).hexdigest()[:16] == "f83f060ed7cd9067"
