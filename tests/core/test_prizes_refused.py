"""What prizes are refused for, word for word: what is too little and by how much, and what can be done about it."""

from __future__ import annotations

import pytest
from tests.core.test_prizes import EIGHT, award, by_place, one_purse, proportional, refusal

from pachamama.core.lower_tier import with_households
from pachamama.core.model import Contest, Entry, HouseholdResult

ENLARGE = "enlarge the purse or lower the awards; or let the rules say `if_short: prorate` or `cut_last`"


def test_a_purse_that_is_too_short_says_by_how_much_and_what_can_be_done() -> None:
    """RULES.md, P7: contest by contest, or the round's once."""
    flat = "{scheme: flat, amount: 20, to: all}"
    assert refusal(EIGHT, one_purse(60, flat)) == [
        (
            "the contest, purse “p”: its awards come to USD 160.00, and it holds USD 60.00: USD 100.00 too little\n"
            f"    {ENLARGE}"
        )
    ]
    of_round = f"purses: [{{id: p, name: Proyecto, amount: 60, per: round}}]\nawards: [{flat}]"
    assert refusal({"a": "A1:9 A2:8", "b": "B1:9 B2:8"}, of_round) == [
        (
            "the round, purse “Proyecto”: its awards come to USD 80.00, and it holds USD 60.00: USD 20.00 too little\n"
            f"    {ENLARGE}"
        )
    ]


@pytest.mark.parametrize(
    ("if_short", "remedy"),
    [
        ("refuse", "enlarge the purse, lower the minimum, or let the rules say `if_short: cut_last`"),
        ("prorate", "enlarge the purse, lower the minimum, or let the rules say `if_short: cut_last`"),
    ],
)
def test_minimum_shares_say_the_remedy_that_works(if_short: str, remedy: str) -> None:
    """RULES.md, P6: proration would break the minimum, so it is not named where it is set already."""
    assert refusal("9 8 7", proportional("100", ", minimum: 40", f"if_short: {if_short}")) == [
        (
            "the contest, purse “p”: 3 shares by points of at least USD 40.00 do not fit into the USD 100.00 that the purse "
            f"holds\n    {remedy}"
        )
    ]
    assert refusal("9 - -", proportional("30", ", minimum: 40", f"if_short: {if_short}")) == [
        (
            "the contest, purse “p”: 1 share by points of at least USD 40.00 does not fit into the USD 30.00 that the purse "
            f"holds\n    {remedy}"
        )
    ]


def test_every_contest_whose_minimum_shares_do_not_fit_is_named() -> None:
    """RULES.md, P7: all of them together, whichever way a purse is too short."""
    prizes = (
        "purses: [{id: p, amount: 30}, {id: q, amount: 10}]\n"
        "awards: [{scheme: proportional, minimum: 40, purse: p}, {scheme: flat, amount: 20, to: all, purse: q}]"
    )
    found = refusal({"a": "A1:9", "b": "B1:9"}, prizes)
    assert sorted(line.split(":")[0] for line in found) == [
        "a, purse “p”",
        "a, purse “q”",
        "b, purse “p”",
        "b, purse “q”",
    ]


def test_a_short_purse_that_the_rules_foresee_is_said_in_the_results() -> None:
    """RULES.md, P7: of each contest, or of the round."""
    flat = "{scheme: flat, amount: 20, to: all}"
    words = "purse “p”: its awards come to USD 160.00, and it holds USD 60.00: USD 100.00 too little"
    for if_short in ("prorate", "cut_last"):
        paid = award(EIGHT, one_purse(60, flat, f"if_short: {if_short}"))
        assert paid.warnings() == [words]
        of_round = f"purses: [{{id: p, amount: 60, per: round}}]\nawards: [{flat}]\nif_short: {if_short}"
        whole = award(EIGHT, of_round)
        assert whole.warnings() == []
        assert len(whole.prizes.warnings) == 1


def test_requests_say_what_is_wrong_with_them() -> None:
    """RULES.md, P2: in whole cash units, and not below 0."""
    prizes = one_purse(1000, "{scheme: until_spent}")
    remedy = "    every entry that may win an award `until_spent` names the amount it asks for"
    assert refusal("9 8 7 6 5", prizes, unit="10", fields={"requested": "600 - 15 -20 lots"}) == [
        f"H2 asks for nothing: `requested` is empty\n{remedy}",
        f"H3 asks for “15”, which is no amount in units of USD 10.00\n{remedy}",
        f"H4 asks for “-20”, which is no amount in units of USD 10.00\n{remedy}",
        f"H5 asks for “lots”, which is no amount in units of USD 10.00\n{remedy}",
    ]


def test_a_cap_needs_the_community_of_every_winner() -> None:
    """RULES.md, P5: nobody is guessed to be from anywhere."""
    prizes = by_place(160, "100, 60", "cap_per_community: {prizes: 1}")
    assert refusal("9 8 7", prizes, fields={"community": "- - Marcapata"}) == [
        f"{code} wins a prize under a cap per community, and has no community (give every entry its `community`)"
        for code in ("H1", "H2")
    ]


@pytest.mark.parametrize(
    ("cap", "words"),
    [
        ("{prizes: 1}", "passed over: Ccapana may win 1 prize here, and would have 1 + 1 = 2"),
        (
            "{amount: 129}",
            "passed over: Ccapana may win USD 129.00 here, and would have USD 100.00 + USD 60.00 = USD 160.00",
        ),
    ],
)
def test_a_cap_says_its_figure(cap: str, words: str) -> None:
    """RULES.md, P6: prizes are counted, or money; what the community has, and what it would have, are added up."""
    paid = award("9 8", by_place(160, "100, 60", f"cap_per_community: {cap}"), fields={"community": "Ccapana Ccapana"})
    assert paid.notes("H2") == [words]


def test_one_amount_for_several_contests_cannot_be_shared_by_every_award() -> None:
    """RULES.md, P9: the award, the purse and the number of contests are named."""
    awards = "awards: [{scheme: percent, percents: [50]}, {scheme: until_spent}]"
    found = refusal({"a": "A1:9", "b": "B1:9"}, f"purses: [{{id: p, amount: 100, per: round}}]\n{awards}")
    assert found == [
        f"`{scheme}` cannot draw on purse “p”, which is one amount for all 2 contests\n"
        "    make the purse `per: contest`, or use `by_place` or `proportional`"
        for scheme in ("percent", "until_spent")
    ]


def test_results_of_households_are_found_by_the_code_else_by_the_entrant() -> None:
    """RULES.md, C2: an empty list is no answer; whoever is in neither took part with nobody."""
    results = {"C1": (HouseholdResult("H1", 5, None),), "Ccapana": (HouseholdResult("H2", 6, None),), "C3": ()}
    entries = (
        Entry("C1", fields={"entrant": "Ccapana"}),
        Entry("C2", fields={"entrant": "Ccapana"}),
        Entry("C3", fields={"entrant": "Ccapana"}),
        Entry("C4"),
    )
    (found,) = with_households([Contest("W1", None, entries)], results)
    assert [[home.entrant for home in entry.households or ()] for entry in found.entries] == [
        ["H1"],
        ["H2"],
        ["H2"],
        [],
    ]
    assert all(entry.households is not None for entry in found.entries)


def test_whoever_moves_up_is_told_so_alone_and_in_a_shared_place() -> None:
    """RULES.md, P3: the prize is that of the position; the place on the list stays what it was."""
    cap = "cap_per_community: {prizes: 1}"
    alone = award("9 8 7", by_place(200, "100, 60, 40", cap), fields={"community": "Ccapana Ccapana Marcapata"})
    assert [alone.why(code) for code in ("H1", "H2", "H3")] == [["1st place"], [], ["prize of 2nd place, moved up"]]
    homes = {"community": "Ccapana Ccapana Marcapata Ocongate"}
    together = award("9 8 7 7", by_place(200, "100, 60, 40", cap), fields=homes)
    assert together.why("H3") == together.why("H4") == ["prizes of 2nd and 3rd place shared by 2, moved up"]
    assert award("9 7 7", by_place(200, "100, 60, 40")).why("H3") == ["2nd and 3rd place shared by 2"]
