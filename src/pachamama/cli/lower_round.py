"""The round below: which closed round a round of an upper tier reads, and which communities it brings with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pachamama.core.model import Community, Round
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage, refuse_if
from pachamama.core.rules import Tier
from pachamama.core.rules.naming import tier_said
from pachamama.core.sentences import choice, say

if TYPE_CHECKING:
    from pachamama.store import NewEntry, Store


def lower_round(store: Store, competition: str, tier: Tier, asked: str | None) -> Round | None:
    """The closed round that a round of this tier reads: the one named, else the only one that can be meant."""
    if tier.from_ is None:
        if asked is not None:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("by these rules the tier of {tier} reads no other round", tier=tier_said(tier.tier)),
                    say("leave {option} out", option="--from"),
                )
            )
        return None
    if asked is not None:
        found = store.round(asked)
        if found.tier != tier.from_:
            raise Refused(
                Problem(
                    NOWHERE,
                    say("{round} is a round of {tier}", round=asked, tier=tier_said(found.tier)),
                    say("name a closed round of {tier}", tier=tier_said(tier.from_)),
                )
            )
        return found
    every = [one for one in store.rounds() if one.competition == competition and one.tier == tier.from_]
    closed = [one for one in every if one.state == "closed"]
    if len(every) == 1:
        return every[0]
    if len(closed) == 1:
        return closed[0]
    if closed:
        raise WrongUsage(
            Problem(
                NOWHERE,
                say("several closed rounds can be read"),
                say("say which with `--from`: {words}", words=choice([one.code for one in closed])),
            )
        )
    if every:
        return every[-1]
    raise Refused(
        Problem(
            NOWHERE,
            say("there is no round of {tier} to read", tier=tier_said(tier.from_)),
            say(
                "open, run and close it first: `pachamama round open {competition} --tier {tier}`",
                competition=competition,
                tier=tier.from_,
            ),
        )
    )


def communities_of(store: Store, tier: Tier, lower: Round) -> Sequence[NewEntry]:
    """The communities that took part in the closed round, in their watersheds; refused while the register lacks something."""
    from pachamama.exchange import read_stored
    from pachamama.store import NewEntry

    document = store.results(lower.code)
    if document is None:
        return ()
    registered = {one.code: one for one in store.communities()}
    took_part = sorted({one.within for one in read_stored(document).contests if one.within is not None})
    problems: list[Problem] = []
    entries = []
    for code in took_part:
        community = registered.get(code)
        if community is None:
            problems.append(
                Problem(
                    NOWHERE,
                    say(
                        "{code} took part in {round}, but is not in the register of communities",
                        code=code,
                        round=lower.code,
                    ),
                    say("register it: `pachamama import communities FILE`"),
                )
            )
            continue
        problems += _lacks(community, tier)
        entries.append(
            NewEntry(code, community.watershed if tier.within == "watershed" else None, _only_category(tier))
        )
    refuse_if(problems)
    return entries


def _only_category(tier: Tier) -> str | None:
    return tier.categories[0].id if len(tier.categories) == 1 else None


def _lacks(community: Community, tier: Tier) -> list[Problem]:
    found = []
    if tier.reads_a_lower_tier and not community.households:
        found.append(
            Problem(
                NOWHERE,
                say("the number of households on the padrón of {code} is not known", code=community.code),
                say("say it: `pachamama add community {code} households=N`", code=community.code),
            )
        )
    if tier.within == "watershed" and not community.watershed:
        found.append(
            Problem(
                NOWHERE,
                say("the watershed of {code} is not known", code=community.code),
                say("say it: `pachamama add community {code} watershed=CODE`", code=community.code),
            )
        )
    return found
