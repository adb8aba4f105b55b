"""What the keys of a rules file mean that are no kind of rule of their own, for `rules explain KEY`."""

from __future__ import annotations

from collections.abc import Mapping

from pachamama.core.sentences import Sentence, say

KEYS: Mapping[str, Sentence] = {
    "min": say("The least mark that a judge may write; 1 if it is not said. `min: 0` allows a 0."),
    "max": say("The best mark that a judge may write, and the most points of the criterion."),
    "step": say("The steps between marks: 1 for whole points, 0.5 for halves."),
    "weight": say("How much it counts: the points are multiplied by it; 1 if it is not said."),
    "factor": say("A multiplication that people see, such as 2 for sheets marked out of 50; 1 if it is not said."),
    "total": say("The total on the paper; it is compared with the sum of the maxima, and nothing else."),
    "judges": say("How many judges mark each entry; if it is not said, any number."),
    "at_least": say(
        "With `panel`: the fewest judges that an entry needs to have a place. With `promotion`: the fewest points to go up."
    ),
    "of": say("What is combined: `sheet`, the total of each judge's sheet, or `criterion`, each criterion by itself."),
    "missing": say(
        "A missing mark never counts 0. `leave_out`: what is missing does not count; `refuse`: nothing is settled until it is "
        "there; `drop_judge`: that judge is left out for everybody."
    ),
    "country": say(
        "How papers write figures and months: 1,234.50 in Peru (`PE`, if it is not said), 1.234,50 in Bolivia (`BO`)."
    ),
    "appeal_days": say(
        "For how many days after the closing of a round appeals against its results are in time. A later one is taken, and "
        "marked as late. If it is not said, the day is set by hand: `pachamama appeal open --until`."
    ),
    "second_entry": say(
        "Whose sheets must be checked before the round closes: `all`, `winners` (of everybody who could take a prize) or "
        "`none`. What checks a sheet is a second person who types it without seeing the first marks, or, where nobody does, "
        "the total that the judge wrote on the paper, if it agrees. The prize sheet and the minutes say which it was."
    ),
    "drop": say("How many of the highest and lowest values are dropped, and from how many judges on."),
    "then": say("What is done with the values that are not dropped: their `mean` or their `sum`."),
    "compare": say(
        "`printed`: what is printed is what is compared; `exact`: nothing is rounded before it is compared."
    ),
    "better": say("Which points are better: `higher`, or `lower` for sums of ranks and for times."),
    "numbering": say(
        'How places are numbered, for points 90 80 80 70: "1224" gives 1 2 2 4; "1223" 1 2 2 3; "1334" 1 3 3 4; "1234" everybody '
        "a place of their own; `fractional` 1 2.5 2.5 4. It changes no prize."
    ),
    "tie_at_cut": say(
        "Entries with equal points on both sides of the cut: `all` of them go up, `none` of them, or `chain`: their places decide."
    ),
    "reserves": say("How many come next; the first of them moves up if somebody withdraws."),
    "over": say(
        "What a mean of households is taken over: `register`, where who is absent counts 0, or `participants` only."
    ),
    "knockout_below": say("A community whose value is below this is out of the contest."),
    "cash_unit": say("The smallest amount that is paid out: every prize is a multiple of it."),
    "per": say("`contest`: each contest has the whole amount; `round`: it is one amount for all contests together."),
    "minimum_points": say("Who has fewer points gets nothing from this award."),
    "tie_split": say(
        "`pool`: entries that tie put the prizes of their places together and share them equally; `full`: each gets the prize of "
        "the place in full, and the places that they use up are not paid."
    ),
    "remainder": say(
        "What cannot be divided in whole cash units: `return` gives it back to the purse, `best_by_chain` to the first by the tie "
        "steps, `by_lot` by lot."
    ),
    "lots_decide_money": say(
        "`false`: entries that lots alone separate share their prizes; `true`: the lot decides about the money too."
    ),
    "one_prize_per_entrant": say(
        "`category`: one prize in each contest, for the best entry; `round`: one in all contests together, the largest; `no`: no limit."
    ),
    "unfilled": say(
        "A prize that nobody wins: `return` gives it back to the purse, `redistribute` shares it among the winners in proportion."
    ),
    "if_short": say(
        "When a purse is too small: `refuse` pays nothing until that is put right, `prorate` lowers every prize in proportion, "
        "`cut_last` strikes the last places first."
    ),
}
"""By the key; a key that stands in several parts means the same in all of them unless its sentence says otherwise."""
