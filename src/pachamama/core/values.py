"""Values that a round makes by the million: sheets, scores, placings. The one idea: making one must cost next to nothing.

`dataclasses` guards a frozen value by setting each field through `object.__setattr__`, which takes five to seven times
as long. Here the checker (mypy) does the guarding: to it these classes are frozen; when the program runs nothing looks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar, dataclass_transform

_C = TypeVar("_C")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def light(kind: type[_C]) -> type[_C]:
    """The class as a dataclass with slots: equal values are equal and hash alike, and nobody may change one."""
    return dataclass(slots=True, unsafe_hash=True)(kind)
