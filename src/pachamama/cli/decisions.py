"""`lots` and `ruling`: what people decide and the program only records, with reason and names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from pachamama.cli.entries import CategoryOption, RoundOption, Within
from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import Session, session
from pachamama.cli.voiding import list_, must_say, void
from pachamama.core.missing import missing_sheets
from pachamama.core.model import Contest, Round
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.rules import Rules, Tier
from pachamama.core.rules.document import Deduction, Knockout
from pachamama.core.rules.naming import all_of
from pachamama.core.sentences import Listing, Sentence, Value, listing, say, say_count

if TYPE_CHECKING:
    from pachamama.core.ranking import Ranked
    from pachamama.core.settle import Reckoned
    from pachamama.store import RulingKind, Store

app = new_app()
lots = new_app(help="Draw lots between equal entries: record a drawing, or show the one that the seed makes.")
app.add_typer(lots, name="lots", cls=Group)
ruling = new_app(help="Record what the jury decided, with reason and names; list it, take it back.")
app.add_typer(ruling, name="ruling", cls=Group)
ruling.command("list", cls=Command)(list_)
ruling.command("void", cls=Command)(void)

Entries = Annotated[
    list[str], typer.Argument(metavar="ENTRY", help="in the order that was drawn or decided, first the best")
]
Entry = Annotated[str, typer.Argument(metavar="ENTRY", help="its code")]
Reason = Annotated[str | None, typer.Option("--reason", metavar="TEXT", help="why; it is printed and kept")]
Names = Annotated[list[str] | None, typer.Option("--by", metavar="NAME", help="who decided; once for each name")]

Correct = Annotated[
    str | None, typer.Option("--correct", metavar="REASON", help="replace the order that is recorded already, and why")
]


# -- lots ------------------------------------------------------------------------------------------------------------


@lots.command("draw", cls=Command)
def draw(
    context: typer.Context,
    entries: Annotated[
        list[str] | None, typer.Argument(metavar="ENTRY", help="in the order in which they were drawn, first the best")
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option("--witness", metavar="NAME", help="who saw it; once for each name")
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help="how it was drawn, if there is something to say")
    ] = None,
    correct: Correct = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Record a drawing of lots: the entries in the order in which they came out, and who saw it.

    Without entries it says between whom lots must be drawn; where the rules give a public seed, it shows each step of the
    drawing, so that anyone can do it again with SHA-256. Refused while sheets of the contest are missing.

    For example `lots draw H031 H012 --witness "Rosa Huamán"`.
    """
    from pachamama.cli.gather import contest_label, pick_round, tier_of_round

    asked = session(context)
    asked.no_csv()
    if entries:
        if not witness:
            raise WrongUsage(
                Problem(
                    NOWHERE, say("who saw the drawing?"), say("name the witnesses: `--witness NAME`, once for each")
                )
            )
        _record(asked, "lots", entries, reason or "", witness, within, category, round_, correct)
        return
    with asked.open() as store:
        meant = pick_round(store, round_)
        tier = tier_of_round(meant)
        found = [one for one in _reckoned(store, meant) if _is_asked(one, within, category)]
        labels = [contest_label(store, tier, one.contest.within, one.contest.category) for one in found]
    if asked.format == "json":
        seeded = [drawing for one in found for drawing in _seeded(one, meant.competition)]
        asked.json(
            {"round": meant.code, "to_draw": [one for here in found for one in _waiting(here)], "seeded": seeded}
        )
        return
    is_quiet = True
    for one, label in zip(found, labels, strict=True):
        said = _drawings(one, meant.competition, label or meant.code)
        is_quiet = is_quiet and not said
        for sentence in said:
            asked.result(asked.reader.say(sentence))
    if is_quiet:
        asked.tell(say("No lots are to be drawn in {round}.", round=meant.code))


def _drawings(one: Reckoned, competition: str, label: Value) -> list[Sentence]:
    """The drawings of a contest in words: each step of the seeded ones, and between whom lots must be drawn."""
    said = []
    for drawing in _seeded(one, competition):
        said.append(say("{contest}: lots by the public seed “{seed}”", contest=label, seed=drawing["seed"]))
        said += [
            say("  {digest}  SHA-256({text})  {entry}", digest=line["digest"], text=line["text"], entry=line["entry"])
            for line in drawing["draws"]
        ]
        said.append(say("  the smallest comes first: {entries}", entries=_people(one.contest, drawing["order"])))
    said += [
        say(
            "{contest}: lots must be drawn between {entries}",
            contest=label,
            entries=_people(one.contest, group["entries"]),
        )
        for group in _waiting(one)
    ]
    return said


def _people(contest: Contest, codes: Iterable[str]) -> Listing:
    """Entries by code and name, in that order: who stands around the drawing knows people."""
    names = {entry.code: entry.name for entry in contest.entries}
    return listing([called(code, names.get(code, "")) for code in codes])


def _waiting(one: Reckoned) -> list[dict[str, Any]]:
    """The groups that the tie chain leaves to lots that nobody has drawn."""
    from pachamama.core.ties import Lots

    by_code = {ranked.entry.code: ranked.score for ranked in one.ranking.ranked}
    return [
        {"within": one.contest.within, "category": one.contest.category, "entries": list(split.groups[0])}
        for split in one.ranking.splits
        if isinstance(split.step, Lots)
        and len(split.groups) == 1
        and split.step.due([by_code[code] for code in split.groups[0]], one.ranking.context) is not None
    ]


def _seeded(one: Reckoned, competition: str) -> list[dict[str, Any]]:
    """Every drawing by the seed in a contest, step by step (RULES.md, T5)."""
    from pachamama.core.ties import Lots, lot_digest

    found = []
    for split in one.ranking.splits:
        if not isinstance(split.step, Lots) or split.step.seed is None:
            continue
        codes = [code for group in split.groups for code in group]
        found.append(
            {
                "within": one.contest.within,
                "category": one.contest.category,
                "seed": split.step.seed,
                "draws": [
                    {
                        "entry": code,
                        "text": f"{split.step.seed}|{competition}|{code}",
                        "digest": lot_digest(split.step.seed, competition, code),
                    }
                    for code in sorted(codes)
                ],
                "order": codes,
            }
        )
    return found


# -- rulings ---------------------------------------------------------------------------------------------------------


@ruling.command("tie", cls=Command)
def tie(
    context: typer.Context,
    entries: Entries,
    reason: Reason = None,
    by: Names = None,
    correct: Correct = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Record how the jury ordered equal entries, where the rules leave it to them (`jury_decision`).

    For example `ruling tie H031 H012 --reason "better kept" --by "Ana Puma"`.
    """
    _record(
        session(context), "jury_decision", entries, must_say(reason, by), by or [], within, category, round_, correct
    )


@ruling.command("deduction", cls=Command)
def deduction(
    context: typer.Context,
    entry: Entry,
    rule: Annotated[str, typer.Argument(metavar="ID", help="which deduction of the rules")],
    reason: Reason = None,
    by: Names = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Take points off by a deduction of the rules.

    For example `ruling deduction H031 no_banner --reason "came without one" --by "Ana Puma"`.
    """
    _rule(session(context), "deduction", entry, rule, reason, by, within, category, round_)


@ruling.command("bonus", cls=Command)
def bonus(
    context: typer.Context,
    entry: Entry,
    rule: Annotated[str, typer.Argument(metavar="ID", help="which bonus of the rules")],
    reason: Reason = None,
    by: Names = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Add the points of a bonus of the rules."""
    _rule(session(context), "bonus", entry, rule, reason, by, within, category, round_)


@ruling.command("knockout", cls=Command)
def knockout(
    context: typer.Context,
    entry: Entry,
    rule: Annotated[str, typer.Argument(metavar="ID", help="which knockout of the rules")],
    reason: Reason = None,
    by: Names = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Take an entry out by a knockout of the rules."""
    _rule(session(context), "knockout", entry, rule, reason, by, within, category, round_)


@ruling.command("disqualification", cls=Command)
def disqualification(
    context: typer.Context,
    entry: Entry,
    reason: Reason = None,
    by: Names = None,
    within: Within = None,
    category: CategoryOption = None,
    round_: RoundOption = None,
) -> None:
    """Disqualify an entry for a reason that stands in no rule."""
    _rule(session(context), "disqualification", entry, "", reason, by, within, category, round_)


def _rule(
    asked: Session,
    kind: RulingKind,
    entry: str,
    rule: str,
    reason: str | None,
    by: Sequence[str] | None,
    within: str | None,
    category: str | None,
    round_: str | None,
) -> None:
    from pachamama.cli.gather import pick_round, tier_of_round

    asked.no_csv()
    why = must_say(reason, by)
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_, entries=[entry])
        if kind != "disqualification":
            _known_rule(tier_of_round(meant), kind, rule)
        name = next((one.name for one in store.entries(meant.code) if one.code == entry), "")
        store.record_ruling(
            meant.code,
            entry,
            ... if within is None else within,
            ... if category is None else category,
            kind,
            rule,
            why,
            list(by or ()),
            actor=asked.actor,
        )
    if asked.format == "json":
        asked.json({"round": meant.code, "entry": entry, "ruling": kind, "rule": rule or None})
    else:
        asked.tell(say("The ruling on {entry} is recorded.", entry=called(entry, name)))


def _known_rule(tier: Tier, kind: str, rule: str) -> None:
    known: Mapping[str, Sequence[Deduction | Knockout]] = {
        "deduction": tier.deductions,
        "bonus": tier.bonuses,
        "knockout": tier.knockouts,
    }
    if any(one.id == rule for one in known[kind]):
        return
    messages = {
        "deduction": say("“{id}” is no deduction of these rules", id=rule),
        "bonus": say("“{id}” is no bonus of these rules", id=rule),
        "knockout": say("“{id}” is no knockout of these rules", id=rule),
    }
    hint = say("there are: {words}", words=all_of(known[kind])) if known[kind] else say("these rules have none of them")
    raise Refused(Problem(NOWHERE, messages[kind], hint))


# -- orders ----------------------------------------------------------------------------------------------------------


def _record(
    asked: Session,
    step: Literal["lots", "jury_decision"],
    entries: Sequence[str],
    reason: str,
    people: Sequence[str],
    within: str | None,
    category: str | None,
    round_: str | None,
    correct: str | None,
) -> None:
    """Record an order, if the entries are equal in one contest whose sheets are all there."""
    from pachamama.cli.gather import pick_round, tier_of_round

    asked.no_csv()
    with asked.open(writing=True) as store:
        meant = pick_round(store, round_)
        if meant.state == "open":
            found = [one for one in _reckoned(store, meant) if _is_asked(one, within, category)]
            here = _contest_of(found, entries, meant)
            _refuse_while_marks_can_change(tier_of_round(meant), here.contest, store)
            _refuse_unequal(here, entries)
            _refuse_another_order(here.contest, step, entries, correct)
            within, category = here.contest.within, here.contest.category
        names = {one.code: one.name for one in store.entries(meant.code)}
        store.record_order(
            meant.code,
            within,
            category,
            step,
            {code: number for number, code in enumerate(entries, 1)},
            reason="; ".join(part for part in (reason, correct) if part),
            witnesses=list(people),
            actor=asked.actor,
        )
    if asked.format == "json":
        asked.json({"round": meant.code, "within": within, "category": category, "step": step, "order": list(entries)})
    else:
        order = listing([called(code, names.get(code, "")) for code in entries])
        asked.tell(say("Recorded: {entries}, in this order.", entries=order))


def _reckoned(store: Store, meant: Round) -> Sequence[Reckoned]:
    from pachamama.cli.gather import frozen_rules
    from pachamama.core.settle import reckon

    rules: Rules = frozen_rules(meant.rules)
    contests = [one for one in store.contests(meant.code) if one.entries]
    return reckon(rules, meant.competition, meant.tier, contests).contests


def _is_asked(one: Reckoned, within: str | None, category: str | None) -> bool:
    return within in (None, one.contest.within) and category in (None, one.contest.category)


def _contest_of(found: Sequence[Reckoned], entries: Sequence[str], meant: Round) -> Reckoned:
    """The one contest in which all of them have a place."""
    there = [one for one in found if set(entries) <= {ranked.entry.code for ranked in one.ranking.ranked}]
    if len(there) == 1:
        return there[0]
    if there:
        raise WrongUsage(
            Problem(NOWHERE, say("they compete in several contests"), say("say which with `--within` or `--category`"))
        )
    placed = {ranked.entry.code for one in found for ranked in one.ranking.ranked}
    without = [code for code in entries if code not in placed]
    raise Refused(
        Problem(
            NOWHERE,
            say("{entries} have no place in {round}", entries=listing(without), round=meant.code)
            if without
            else say("{entries} do not compete in one contest", entries=listing(list(entries))),
            say("see `pachamama rank {round}`", round=meant.code),
        )
    )


def _refuse_while_marks_can_change(tier: Tier, contest: Contest, store: Store) -> None:
    missing = missing_sheets(tier, contest)
    if missing:
        judges = {one.code: one.name for one in store.judges()}
        raise Refused(
            *(Problem(NOWHERE, one.told(judges)) for one in missing),
            safe=say_count(
                "Nothing was recorded: {count} sheet can still change who is equal. Type it, or say who was absent.",
                "Nothing was recorded: {count} sheets can still change who is equal. Type them, or say who was absent.",
                len(missing),
            ),
        )


def _refuse_unequal(here: Reckoned, entries: Sequence[str]) -> None:
    if len(set(entries)) != len(entries) or len(entries) < 2:
        raise Refused(
            Problem(
                NOWHERE,
                say("an order names at least two entries, each once"),
                say("first the one that was drawn or chosen first"),
            )
        )
    placed: dict[str, Ranked] = {ranked.entry.code: ranked for ranked in here.ranking.ranked}
    points = {placed[code].points for code in entries}
    if len(points) > 1:
        raise Refused(
            Problem(
                NOWHERE,
                say(
                    "{entries} are not equal on points: there is nothing to decide between them",
                    entries=_people(here.contest, entries),
                ),
                say("see between whom it is: `pachamama lots draw`, `pachamama rank`"),
            )
        )


def _refuse_another_order(contest: Contest, step: str, entries: Sequence[str], correct: str | None) -> None:
    """An order that was recorded stands, unless somebody says why it is replaced."""
    for order in contest.orders:
        before = sorted(order.order, key=lambda code: order.order[code])
        if order.step == step and set(before) == set(entries) and not (correct or "").strip():
            raise Refused(
                Problem(
                    NOWHERE,
                    say("an order of these entries is recorded already: {entries}", entries=_people(contest, before)),
                    say("if it was written down wrongly, do it once more with `--correct REASON`"),
                )
            )
