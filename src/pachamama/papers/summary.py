"""The rules on one page for a wall: what is judged, what there is to win, how ties are broken, and lines for the dates.

One idea: it says less than the printed rules and nothing else than they do, because every sentence on it is one of
theirs. What does not fit at the largest type is set smaller, and never cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from pachamama.core.award import CashAward
from pachamama.core.purses import Prizes
from pachamama.core.rules.document import Tier
from pachamama.core.sentences import Name, Sentence, say
from pachamama.core.ties import Lots, Shared
from pachamama.papers import kit
from pachamama.papers.bases import TierWords
from pachamama.papers.heading import Heading, RulesOnPaper, file_stem
from pachamama.papers.labels import Label, capital
from pachamama.papers.wall_list import Size


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion, or the sum of a phase, with the most points that it gives."""

    name: Label
    points: str


@dataclass(frozen=True, slots=True)
class PhaseJudged:
    """What is judged in one phase; the name is empty where there is only one."""

    name: Label
    criteria: tuple[Judged, ...]
    sums: tuple[Judged, ...]


@dataclass(frozen=True, slots=True)
class Promise:
    """Who wins what: the lines of one award, its purse, and who can win it at all."""

    purse: str
    lines: tuple[tuple[str, str], ...]
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """The summary of the rules of one tier, ready to hang up: plain texts.

    `dates` are the labels of the lines that are filled by hand.
    """

    heading: Heading
    labels: Mapping[str, Label]
    competition: str
    tier: str
    size: Size
    who: tuple[str, ...]
    phases: tuple[PhaseJudged, ...]
    total: str
    purses: tuple[tuple[str, str], ...]
    promises: tuple[Promise, ...]
    order: tuple[str, ...]
    ties: tuple[str, ...]
    after_ties: tuple[str, ...]
    dates: tuple[str, ...]
    note: str

    @property
    def file_stem(self) -> str:
        """A file name without ending, from our own codes: `summary-terraces-household`, `summary-terraces-household-1`."""
        whose = self.heading.round_code or f"{self.competition}-{self.tier}"
        return file_stem("summary", whose, "" if self.size == "a4" else self.size)


def summaries(about: RulesOnPaper, *, tier: str | None = None, size: Size = "a4") -> list[Summary]:
    """The summary of one tier of a competition, or of each of them; the rules are checked ones."""
    held = about.rules.competitions[about.competition]
    return [_summary(about, one, size) for one in held.tiers if tier in (None, one.tier)]


def to_pdf(made: Summary) -> bytes:
    """The summary as a PDF, portrait, A4 or A3 with everything larger; the same rules give the same bytes."""
    return kit.render("summary", asdict(made))


def _summary(about: RulesOnPaper, tier: Tier, size: Size) -> Summary:
    reader, text = about.reader, about.reader.text
    teller = TierWords(about.words, about.rules, about.competition, tier)
    full = tier.full_total
    prizes = tier.prizes
    return Summary(
        heading=about.heading_of(
            text("Rules"), lines=(teller.title(),), rehearsal=text("Rehearsal: nothing is paid by these rules.")
        ),
        labels=_labels(about),
        competition=about.competition,
        tier=tier.tier,
        size=size,
        who=tuple(said for block in list(teller.who())[: 2 if tier.categories else 1] for said in block.sentences),
        phases=tuple(_phases(teller)),
        total="" if full is None else reader.say(full),
        purses=tuple(_purses(teller, prizes)) if prizes else (),
        promises=tuple(_promises(teller, prizes)) if prizes else (),
        order=tuple(reader.say(one) for one in _order(tier)),
        ties=tuple(reader.say(step.in_words(tier)) for step in tier.ties),
        after_ties=tuple(reader.say(one) for one in _after_ties(tier)),
        dates=(
            text("Sign up until"),
            text("The judges come"),
            text("Results and prizes"),
            text("Where to ask"),
        ),
        note=text("This is a summary: the whole rules decide."),
    )


def _phases(teller: TierWords) -> Iterator[PhaseJudged]:
    words, tier = teller.words, teller.tier
    text = words.reader.text
    for phase in tier.judging:
        criteria = tuple(
            Judged(words.named(Name(one.name.texts, one.id)), words.reader.say(one.weight * one.maximum))
            for one in phase.criteria
        )
        times = phase.factor * phase.weight
        sums = [Judged(words.label(text("Total")), words.reader.say(phase.maximum))]
        if times != 1 and tier.full_total is not None:
            sums.append(Judged(words.label(text("Counts at most")), words.reader.say(phase.maximum * times)))
        named = words.named(Name(phase.name.texts, phase.id)) if tier.phases is not None else Label("")
        yield PhaseJudged(named, criteria, tuple(sums))


def _purses(teller: TierWords, prizes: Prizes) -> Iterator[tuple[str, str]]:
    for purse in prizes.purses:
        amount = teller.money(purse.amount)
        what = say("{amount} for each contest", amount=amount)
        if purse.per == "round":
            what = say("{amount} for all contests together", amount=amount)
        yield teller.say(Name(purse.name.texts, purse.id)), teller.say(what)


def _promises(teller: TierWords, prizes: Prizes) -> Iterator[Promise]:
    for award in prizes.awards:
        purse = teller.words.reader.text("in kind")
        if isinstance(award, CashAward):
            held = prizes.purse_of(award)
            purse = teller.say(Name(held.name.texts, held.id))
        yield Promise(
            purse,
            tuple(
                (capital(teller.say(who)), teller.say(gets))
                for who, gets in award.promised(teller.tier, teller.programme)
            ),
            tuple(teller.say(one) for one in award.conditions(teller.tier)),
        )


def _order(tier: Tier) -> Iterator[Sentence]:
    if tier.better == "lower":
        yield say("Whoever has the fewest points is first.")
    else:
        yield say("Whoever has the most points is first.")
    if tier.ties:
        yield say("Between entries with equal points these rules decide, one after the other:")
    else:
        yield say("Entries with equal points share the place.")


def _after_ties(tier: Tier) -> Iterator[Sentence]:
    if tier.ties and not isinstance(tier.ties[-1], Lots | Shared):
        yield say("Entries that are still equal share the place.")


def _labels(about: RulesOnPaper) -> dict[str, Label]:
    return about.labels(
        judged="What is judged",
        at_most="At most",
        total="Total",
        prizes="Prizes",
        purse="Purse",
        places="Places and ties",
        dates="Dates",
    )
