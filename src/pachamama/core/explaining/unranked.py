"""Why an entry has no place: its status, a knockout, or the judges that were missing (RULES.md, A4 and A7)."""

from __future__ import annotations

from collections.abc import Iterator

from pachamama.core.explaining.points import marks_line, not_counted, source_lines
from pachamama.core.explaining.section import Section, section
from pachamama.core.figures import Figures
from pachamama.core.model import Unranked
from pachamama.core.names import called
from pachamama.core.rules.document import Tier, phase_label
from pachamama.core.scoring import Scored
from pachamama.core.sentences import Sentence, say, say_count


def no_place_section(tier: Tier, scored: Scored, out: Unranked, figures: Figures) -> Section:
    """The marks that are written, what was missing, and the reason; the last line says it."""
    return section(
        say("Without a place"),
        (
            *_marks(tier, out),
            *(
                line
                for source in scored.sources.get(out.entry.code, {}).values()
                for line in source_lines(source, tier, figures)
            ),
            *_missing(tier, scored, out),
            *(() if out.status == "incomplete" else (_counts_for_nothing(out),)),
            say("{entry} has no place: {why}", entry=called(out.entry.code, out.entry.name), why=out.why),
        ),
    )


def _marks(tier: Tier, out: Unranked) -> Iterator[Sentence]:
    for phase in tier.judged_phases:
        for sheet in sorted(out.entry.sheets, key=lambda sheet: sheet.judge):
            if sheet.phase == phase.id:
                yield marks_line(phase, sheet)


def _counts_for_nothing(out: Unranked) -> Sentence:
    if out.entry.sheets:
        return say("its marks stay written, count for nothing, and change nobody else")
    return say("no mark is written")


def _missing(tier: Tier, scored: Scored, out: Unranked) -> Iterator[Sentence]:
    """For an incomplete entry, what each phase has and lacks."""
    if out.status != "incomplete":
        return
    for phase in tier.judged_phases:
        found = scored.sheets[phase.id][out.entry.code]
        mine = sorted((sheet for sheet in out.entry.sheets if sheet.phase == phase.id), key=lambda sheet: sheet.judge)
        yield from not_counted(tier, phase, mine, {sheet.judge for sheet in found.counted}, found.left_out)
        yield say_count(
            "{phase}: {count} judge counts, and at least {needed} are needed",
            "{phase}: {count} judges count, and at least {needed} are needed",
            found.judges,
            phase=phase_label(phase),
            needed=tier.panel.needed,
        )
