"""`lots` and `ruling`: what people decide and the program only records, with reason and names."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pachamama.cli.entries import CategoryOption, RoundOption, Within
from pachamama.cli.gather import in_contest
from pachamama.cli.help import Command, Group, new_app
from pachamama.cli.session import Session, session
from pachamama.cli.voiding import list_, must_say, void
from pachamama.core.asked_orders import AskedOrder, Recorded, asked_orders, with_names
from pachamama.core.missing import missing_sheets, missing_told
from pachamama.core.model import Contest, Round
from pachamama.core.names import called
from pachamama.core.problems import NOWHERE, Problem, Refused, WrongUsage
from pachamama.core.rules import Rules, Tier
from pachamama.core.rules.document import Deduction, Knockout
from pachamama.core.rules.naming import all_of
from pachamama.core.sentences import Listing, Sentence, Value, choice, listing, say, say_count
from pachamama.core.ties import Lots

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
        if meant.state == "open":
            found = _ready(asked, store, tier, found)
        labels = [contest_label(store, tier, one.contest.within, one.contest.category) for one in found]
    if asked.format == "json":
        seeded = [drawing for one in found for drawing in _seeded(one, meant.competition)]
        asked.json(
            {
                "round": meant.code,
                "to_draw": [
                    {
                        "within": here.contest.within,
                        "category": here.contest.category,
                        "entries": list(order.entries),
                    }
                    for here in found
                    for order in _waiting(here)
                ],
                "seeded": seeded,
            }
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
    names = {entry.code: entry.name for entry in one.contest.entries}
    said += [in_contest(label, with_names(order.said, names)) for order in _waiting(one)]
    return said


def _ready(asked: Session, store: Store, tier: Tier, found: Sequence[Reckoned]) -> list[Reckoned]:
    """The contests whose marks are all there; of the others it is told, refused where there is none but them."""
    from pachamama.cli.gather import contest_label

    waits = [one for one in found if missing_sheets(tier, one.contest) and (_waiting(one) or _has_seed(one))]
    if waits and len(waits) == len(found):
        _refuse_while_marks_can_change(tier, [one.contest for one in waits], store)
    labels = [contest_label(store, tier, one.contest.within, one.contest.category) for one in waits]
    asked.tell_warnings(
        [
            in_contest(label, say("sheets are missing, so nobody draws lots yet: `pachamama missing`"))
            for label in labels
        ]
    )
    return [one for one in found if one not in waits]


def _people(contest: Contest, codes: Iterable[str]) -> Listing:
    """Entries by code and name, in that order: who stands around the drawing knows people."""
    names = {entry.code: entry.name for entry in contest.entries}
    return listing([called(code, names.get(code, "")) for code in codes])


def _waiting(one: Reckoned) -> list[AskedOrder]:
    """The lots that nobody has drawn: the tie chain's, those for a thing, and those for spare cash units."""
    return [order for order in asked_orders(one) if order.is_open and order.step == "lots"]


def _has_seed(one: Reckoned) -> bool:
    return any(isinstance(split.step, Lots) and split.step.seed is not None for split in one.ranking.splits)


def _seeded(one: Reckoned, competition: str) -> list[dict[str, Any]]:
    """Every drawing by the seed in a contest, step by step (RULES.md, T5)."""
    from pachamama.core.ties import lot_digest

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
    step: Recorded,
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
            _refuse_while_marks_can_change(tier_of_round(meant), [here.contest], store)
            _refuse_unequal(here, entries)
            _refuse_unasked(here, step, entries)
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


def _refuse_while_marks_can_change(tier: Tier, contests: Sequence[Contest], store: Store) -> None:
    missing = [one for contest in contests for one in missing_sheets(tier, contest)]
    if missing:
        judges = {one.code: one.name for one in store.judges()}
        raise Refused(
            *(Problem(NOWHERE, said) for _, _, said in missing_told(missing, judges)),
            safe=say_count(
                "Nothing was drawn or recorded: {count} entry lacks sheets that can still change who is equal. Type them, or say who was absent.",
                "Nothing was drawn or recorded: {count} entries lack sheets that can still change who is equal. Type them, or say who was absent.",
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


def _refuse_unasked(here: Reckoned, step: Recorded, entries: Sequence[str]) -> None:
    """An order that the rules do not use, or of a part of a group: it would be printed, and decide nothing (RULES.md, T4)."""
    asked, mine = asked_orders(here), {*entries}
    if any(one.step == step and {*one.entries} == mine for one in asked):
        return
    wider = next((one for one in asked if one.step == step and mine < {*one.entries}), None)
    first = next((one for one in asked if one.step != step and one.is_open and mine <= {*one.entries}), None)
    if wider is not None:
        message = say(
            "the order must name the whole group; missing: {left}",
            left=_people(here.contest, [code for code in wider.entries if code not in mine]),
        )
        raise Refused(
            Problem(NOWHERE, message, say("order all of them: {entries}", entries=_people(here.contest, wider.entries)))
        )
    if first is not None and step == "lots":
        raise Refused(
            Problem(
                NOWHERE,
                say("the jury decides first between {entries}", entries=_people(here.contest, first.entries)),
                say("record it: `pachamama ruling tie`; lots are drawn only if the rules still ask for them then"),
            )
        )
    if step == "lots" and _has_seed(here):
        raise Refused(
            Problem(
                NOWHERE,
                say("these rules draw by the public seed, and no drawing is recorded"),
                say("`pachamama lots draw` shows every step of it"),
            )
        )
    groups = [_people(here.contest, one.entries) for one in asked if one.step == step and one.is_open]
    raise Refused(
        Problem(
            NOWHERE,
            say("nothing in these rules asks for this order of {entries}", entries=_people(here.contest, entries)),
            say("asked for: {groups}", groups=choice(groups))
            if groups
            else say("see `pachamama rank`: who is equal, and what decided"),
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
