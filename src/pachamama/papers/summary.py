"""The rules on one page for a wall: what is judged, what there is to win, how ties are broken, and lines for the dates.

One idea: it says less than the printed rules and nothing else than they do, because every sentence on it is one of
theirs. What does not fit at the largest type is set smaller, and never cut.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from pachamama.core.award import CashAward
from pachamama.core.purses import Prizes
from pachamama.core.rules.document import Rules, Tier
from pachamama.core.sentences import Name, Sentence, say
from pachamama.core.ties import Lots, Shared
from pachamama.language import Reader
from pachamama.papers import kit
from pachamama.papers.bases import TierWords
from pachamama.papers.labels import Label, Words
from pachamama.papers.prize_sheet import PAGE, PAGES
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

    language: str
    programme: str
    title: Label
    heading: tuple[Label, ...]
    competition: str
    tier: str
    round_code: str
    edition: str
    printed: str
    code: str
    replaces: str
    size: Size
    stamps: tuple[str, ...]
    warnings: tuple[str, ...]
    labels: Mapping[str, Label]
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
        whose = self.round_code or f"{self.competition}-{self.tier}"
        size = "" if self.size == "a4" else f"-{self.size}"
        return "summary-" + re.sub(r"[^\w.-]+", "_", whose) + size


def summaries(
    rules: Rules,
    competition: str,
    *,
    reader: Reader,
    tier: str | None = None,
    round_code: str = "",
    edition: str = "",
    rehearsal: bool = False,
    size: Size = "a4",
) -> list[Summary]:
    """The summary of one tier of a competition, or of each of them; `rules` are checked ones."""
    words = Words(reader, with_quechua="qu" in rules.programme.languages)
    held = rules.competitions[competition]
    return [
        _summary(
            TierWords(words, rules, competition, one),
            round_code=round_code,
            edition=edition,
            rehearsal=rehearsal,
            size=size,
        )
        for one in held.tiers
        if tier in (None, one.tier)
    ]


def to_pdf(made: Summary) -> bytes:
    """The summary as a PDF, portrait, A4 or A3 with everything larger; the same rules give the same bytes."""
    return kit.render("summary", asdict(made))


def _summary(teller: TierWords, *, round_code: str, edition: str, rehearsal: bool, size: Size) -> Summary:
    words, tier, programme = teller.words, teller.tier, teller.programme
    reader, text = words.reader, words.reader.text
    name = teller.all_rules.competitions[teller.competition].name
    full = tier.full_total
    prizes = tier.prizes
    return Summary(
        language=reader.language,
        programme=reader.say(programme.name),
        title=words.named(Name(name.texts, teller.competition)),
        heading=(teller.title(),),
        competition=teller.competition,
        tier=tier.tier,
        round_code=reader.say(round_code),
        edition=reader.say(edition),
        printed="",
        code="",
        replaces="",
        size=size,
        stamps=(text("REHEARSAL"),) if rehearsal else (),
        warnings=(text("Rehearsal: nothing is paid by these rules."),) if rehearsal else (),
        labels=_labels(words),
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
                (_capital(teller.say(who)), teller.say(gets))
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


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _labels(words: Words) -> dict[str, Label]:
    text = words.reader.text
    labels = {
        "sheet": text("Rules"),
        "judged": text("What is judged"),
        "at_most": text("At most"),
        "total": text("Total"),
        "prizes": text("Prizes"),
        "purse": text("Purse"),
        "places": text("Places and ties"),
        "dates": text("Dates"),
        "round": text("Round"),
        "edition": text("Edition"),
        "printed": text("Printed"),
        "code": text("Code"),
        "page": text("Page"),
    }
    count = words.reader.say(say("{page} of {pages}", page=PAGE, pages=PAGES))
    return {key: words.label(value) for key, value in labels.items()} | {"page_count": Label(count)}
