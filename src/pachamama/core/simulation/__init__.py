"""A competition tried before it is announced: the prize table run many times, on invented marks or last edition's.

`marks`, `last_edition` and `extremes` say who competes with which marks; `runs` settles them; `figures` adds up.
"""

from pachamama.core.simulation.extremes import EXTREMES, Extreme
from pachamama.core.simulation.figures import Finding, PurseFigures, Share, Simulated, Spread, Ties, Winners, figures_of
from pachamama.core.simulation.last_edition import LastEdition, fitting
from pachamama.core.simulation.marks import Invented, Played, Valley
from pachamama.core.simulation.runs import Editions, Run, run_of, simulate, worst_cases

__all__ = [
    "EXTREMES",
    "Editions",
    "Extreme",
    "Finding",
    "Invented",
    "LastEdition",
    "Played",
    "PurseFigures",
    "Run",
    "Share",
    "Simulated",
    "Spread",
    "Ties",
    "Valley",
    "Winners",
    "figures_of",
    "fitting",
    "run_of",
    "simulate",
    "worst_cases",
]
