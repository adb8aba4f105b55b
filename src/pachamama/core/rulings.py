"""A jury's rulings in words, for the minutes and for whoever asks about one entry: what, why, and who decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pachamama.core.model import Ruling
from pachamama.core.names import people_said
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Name, Sentence, Value, listing, say, say_count

_KINDS: Mapping[str, Sentence] = {
    "deduction": say("a deduction"),
    "bonus": say("a bonus"),
    "knockout": say("a fault that puts it out of the contest"),
    "disqualification": say("disqualification"),
}


def once_each(rulings: Iterable[Ruling]) -> tuple[Ruling, ...]:
    """The rulings in their order, the first of those that were recorded twice: each counts once."""
    found: dict[tuple[str, str, str], Ruling] = {}
    for one in rulings:
        found.setdefault((one.entry, one.kind, one.rule), one)
    return tuple(found.values())


def ruling_told(tier: Tier, ruling: Ruling, who: Value) -> Sentence:
    """What the jury ruled on an entry, which people call `who`; that it does not stand where somebody lifted it."""
    names = {one.id: one.name for one in (*tier.deductions, *tier.bonuses)}
    names |= {one.id: one.name for one in tier.knockouts}
    named = names.get(ruling.rule)
    kind: Value = _KINDS.get(ruling.kind, ruling.kind)
    if named is not None:
        kind = say("{kind} ({name})", kind=kind, name=Name(named.texts, ruling.rule))
    said: dict[str, Value] = {"entry": who, "kind": kind, "reason": ruling.reason.rstrip(".")}
    if ruling.is_lifted:
        return say("The jury had ruled on {entry}: {kind} ({reason}). That does not stand any more.", **said)
    people = people_said(ruling.names)
    if people:
        return say_count(
            "The jury ruled on {entry}: {kind}. Reason: {reason}. Decided by {names}.",
            "The jury ruled on {entry}: {kind}. Reason: {reason}. Decided by {names}.",
            len(people),
            names=listing(people),
            **said,
        )
    return say("The jury ruled on {entry}: {kind}. Reason: {reason}.", **said)
