"""Which entry fields results can depend on, so that a closing can keep them as they were."""

from __future__ import annotations

from pachamama.core.rules.document import Tier

_ALWAYS = ("community", "entrant", "households", "jury_decision", "lots", "registered", "requested")
"""Fields that the reckoning reads, whatever the rules name."""


def deciding_fields(tier: Tier) -> tuple[str, ...]:
    """The entry fields that a tier's results can depend on: those that its ties, quotas and prizes ask for."""
    named = {name for step in tier.ties for name in step.fields}
    if tier.promotion is not None:
        named |= {quota.field for quota in tier.promotion.quota}
    return tuple(sorted({*_ALWAYS, *named}))
