"""The rules file: read strictly, checked before any mark exists, shown with every default filled in."""

from pachamama.core.rules.checks import load_rules
from pachamama.core.rules.document import Competition, Phase, Programme, Rules, Tier

__all__ = ["Competition", "Phase", "Programme", "Rules", "Tier", "load_rules"]
