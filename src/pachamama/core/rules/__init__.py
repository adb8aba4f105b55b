"""The rules file: read strictly, checked before any mark exists, shown with every default filled in."""

from typing import TYPE_CHECKING, Any

from pachamama.core.rules.checks import load_rules
from pachamama.core.rules.document import Competition, Phase, Programme, Rules, Tier
from pachamama.core.rules.reading import Read, read_rules

if TYPE_CHECKING:
    from pachamama.core.rules.cautions import warnings_of
    from pachamama.core.rules.showing import show_rules

__all__ = [
    "Competition",
    "Phase",
    "Programme",
    "Read",
    "Rules",
    "Tier",
    "load_rules",
    "read_rules",
    "show_rules",
    "warnings_of",
]


def __getattr__(name: str) -> Any:
    """Warnings and showing are loaded when somebody asks for them: a command that ranks needs neither."""
    if name == "warnings_of":
        from pachamama.core.rules.cautions import warnings_of

        return warnings_of
    if name == "show_rules":
        from pachamama.core.rules.showing import show_rules

        return show_rules
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
