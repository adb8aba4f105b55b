"""The rules file: read strictly, checked before any mark exists, shown with every default filled in."""

from pachamama.core.rules.cautions import warnings_of
from pachamama.core.rules.checks import load_rules
from pachamama.core.rules.document import Competition, Phase, Programme, Rules, Tier
from pachamama.core.rules.reading import Read, read_rules
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
