"""Panels, recusals, numbered papers, second entry: who may judge whom, and which paper is whose."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from pachamama.core.model import Household, Judge
from pachamama.core.problems import Refused
from pachamama.store import NewEntry, Store
from pachamama.store.numbering import LETTERS, code_of, letters_of, read_code

from .valley import ACTOR, FIELD, ROUND, hints, journal_length, marks_of, opened, paper, table

ENTRIES = [NewEntry("H001", "C1"), NewEntry("H002", "C1"), NewEntry("H004", "C2")]


def ready(path: Path) -> Store:
    """A round with three entries: two of C1, one of C2."""
    store = opened(path)
    store.enter(ROUND, ENTRIES, actor=ACTOR)
    return store


# -- panels ----------------------------------------------------------------------------------------------------------


def test_a_panel_is_seated_whole_and_replaced_whole(tmp_path: Path) -> None:
    """The same again writes nothing; others take the place of those before."""
    with ready(tmp_path / "a.db") as store:
        store.assign_panel(ROUND, {("C1", None, "field"): ["J2", "J1"]}, actor=ACTOR)
        before = journal_length(store)
        store.assign_panel(ROUND, {("C1", None, "field"): ["J1", "J2"]}, actor=ACTOR)
        assert journal_length(store) == before
        store.assign_panel(ROUND, {("C1", None, "field"): ["J3"]}, actor=ACTOR)
        assert store.panels(ROUND) == {("C1", None, "field"): ("J3",)}
        contest = store.contest(ROUND, "C1", None)
        assert contest.panel == {"field": ("J3",)}


def test_all_that_is_wrong_with_panels_is_said_at_once(tmp_path: Path) -> None:
    """An unknown judge, the own community, a phase that the judge may not judge: three problems, nothing seated."""
    with ready(tmp_path / "a.db") as store:
        store.import_register(
            "judges", [Judge("J1", "Nina", community="C1"), Judge("J2", "Nina", phases=("public",))], actor=ACTOR
        )
        with pytest.raises(Refused) as error:
            store.assign_panel(ROUND, {("C1", None, "field"): ["J1", "J2", "J9"]}, actor=ACTOR)
        assert len(error.value.problems) == 3
        assert store.panels(ROUND) == {}


def test_a_judge_with_sheets_stays_in_the_panel(tmp_path: Path) -> None:
    """Marks that count are never orphaned by a new panel."""
    with ready(tmp_path / "a.db") as store:
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "1 2 3"), actor=ACTOR)
        with pytest.raises(Refused, match="stays in the panel"):
            store.assign_panel(ROUND, {("C1", None, "field"): ["J2", "J3"]}, actor=ACTOR)


# -- conflicts, for every way marks come in --------------------------------------------------------------------------


def one_sheet(store: Store, judge: str, entry: str) -> None:
    """A paper that is typed."""
    store.record_sheet(ROUND, entry, "C1", None, paper(judge, "1 2 3"), actor=ACTOR)


def a_table(store: Store, judge: str, entry: str) -> None:
    """A row of a table."""
    store.import_scores(ROUND, [table(f"{entry} {judge} 1 2 3")], actor=ACTOR)


@pytest.mark.parametrize("way", [one_sheet, a_table])
def test_nobody_judges_the_own_community(tmp_path: Path, way: object) -> None:
    """Typed or imported: the sheet of a judge of C1 for a household of C1 is refused, that for C2 is not."""
    with ready(tmp_path / "a.db") as store:
        store.import_register("judges", [Judge("J1", "Nina", community="C1")], actor=ACTOR)
        with pytest.raises(Refused, match="is from") as error:
            way(store, "J1", "H001")  # type: ignore[operator]
        assert "another community" in hints(error.value)
        store.record_sheet(ROUND, "H004", "C2", None, paper("J1", "1 2 3"), actor=ACTOR)


@pytest.mark.parametrize("way", [one_sheet, a_table])
def test_nobody_judges_the_own_household(tmp_path: Path, way: object) -> None:
    """The DNI of a judge is that of the head of H001, so C1 is the own community too; C2 is not."""
    with ready(tmp_path / "a.db") as store:
        store.import_register("judges", [Judge("J1", "Nina", "40000001")], actor=ACTOR)
        with pytest.raises(Refused, match=r"DNI of the head of \{entry\}"):
            way(store, "J1", "H001")  # type: ignore[operator]
        with pytest.raises(Refused, match="DNI of the head of a household"):
            way(store, "J1", "H002")  # type: ignore[operator]
        store.record_sheet(ROUND, "H004", "C2", None, paper("J1", "1 2 3"), actor=ACTOR)


@pytest.mark.parametrize("way", [one_sheet, a_table])
def test_only_the_panel_judges_once_there_is_one(tmp_path: Path, way: object) -> None:
    """J3 is registered, but the panel of the contest is J1 and J2."""
    with ready(tmp_path / "a.db") as store:
        store.assign_panel(ROUND, {("C1", None, "field"): ["J1", "J2"]}, actor=ACTOR)
        with pytest.raises(Refused, match="not in the panel") as error:
            way(store, "J3", "H001")  # type: ignore[operator]
        assert "J1 Jurado Nina 1, J2 Jurado Nina 2" in hints(error.value)
        way(store, "J2", "H001")  # type: ignore[operator]


@pytest.mark.parametrize("way", [one_sheet, a_table])
def test_a_judge_who_stepped_back_gives_no_marks_to_that_entry_only(tmp_path: Path, way: object) -> None:
    """The recusal has its reason, and stands with the entry for those who reckon and print."""
    with ready(tmp_path / "a.db") as store:
        store.declare(ROUND, "J1", "H001", "recused", "es su sobrina", actor=ACTOR)
        with pytest.raises(Refused, match="stepped back") as error:
            way(store, "J1", "H001")  # type: ignore[operator]
        assert "es su sobrina" in hints(error.value)
        way(store, "J1", "H002")  # type: ignore[operator]
        first, second = store.contest(ROUND, "C1", None).entries
        assert first.recused == {"J1": "es su sobrina"}
        assert second.recused == {}


def test_at_the_community_tier_a_judge_does_not_judge_the_own_community(tmp_path: Path) -> None:
    """There the community itself is the entry."""
    with ready(tmp_path / "a.db") as store:
        store.import_register("judges", [Judge("J1", "Nina", community="C1")], actor=ACTOR)
        store.close_round(ROUND, document='{"contests":[]}', actor=ACTOR)
        upper = store.open_round(
            competition="terraces", tier="community", edition="I", rules_text="version: 1\n",
            criteria={"field": FIELD}, actor=ACTOR,
        ).code  # fmt: skip
        store.enter(upper, [NewEntry("C1", "W1"), NewEntry("C2", "W1")], actor=ACTOR)
        with pytest.raises(Refused, match="is from"):
            store.record_sheet(upper, "C1", "W1", None, paper("J1", "1 2 3"), actor=ACTOR)
        store.record_sheet(upper, "C2", "W1", None, paper("J1", "1 2 3"), actor=ACTOR)


def test_a_judge_may_be_kept_to_some_phases(tmp_path: Path) -> None:
    """J1 is registered for the public presentation only."""
    with ready(tmp_path / "a.db") as store:
        store.import_register("judges", [Judge("J1", "Nina", phases=("public",))], actor=ACTOR)
        with pytest.raises(Refused, match="may not judge"):
            one_sheet(store, "J1", "H001")
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "1", "public"), actor=ACTOR)


def test_stepping_back_after_marks_were_given_needs_the_sheet_emptied_first(tmp_path: Path) -> None:
    """Marks never vanish by a declaration: they are corrected away, with a reason, and kept in the journal."""
    with ready(tmp_path / "a.db") as store:
        one_sheet(store, "J1", "H001")
        with pytest.raises(Refused, match="has given marks"):
            store.declare(ROUND, "J1", "H001", "recused", "es su sobrina", actor=ACTOR)
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "- - -"), correct="recusación", actor=ACTOR)
        store.declare(ROUND, "J1", "H001", "recused", "es su sobrina", actor=ACTOR)
        assert store.declarations(ROUND)[0].judge == "J1"


# -- numbered papers -------------------------------------------------------------------------------------------------


def test_every_slip_of_one_digit_or_two_neighbours_is_caught() -> None:
    """No wrong digit and no exchange of neighbours reads as another paper, letters given or not."""
    code = code_of("KT", 1270)
    digits = [place for place, sign in enumerate(code) if sign.isdigit()]
    slips = {code[:place] + other + code[place + 1 :] for place in digits for other in "0123456789"}
    for left, right in pairwise(digits):
        signs = list(code)
        signs[left], signs[right] = signs[right], signs[left]
        slips.add("".join(signs))
    slips -= {code}
    assert len(slips) > 50
    for slip in slips:
        with pytest.raises(Refused, match="mistyped"):
            read_code(slip, "KT")


def test_a_code_is_understood_in_every_form_in_which_people_type_it() -> None:
    """Capital or small, with blanks or hyphens, without the letters and the zeros of this laptop."""
    code = code_of("KT", 127)
    check = code[-1]
    for typed in (code, code.lower(), f"kt 127 {check}", f"127{check}", f"00127-{check}", f" KT00127{check} "):
        assert read_code(typed, "KT") == code
    for nonsense in ("", "H001", "K127", "ñandú"):
        with pytest.raises(Refused, match="is not the code"):
            read_code(nonsense, "KT")


def test_the_digits_alone_find_the_only_paper_that_ends_so(tmp_path: Path) -> None:
    """Also one that this laptop numbered under its old letters; where two papers end so, the letters are asked for."""
    with ready(tmp_path / "a.db") as store:
        old = store.number_sheets(ROUND, [("C1", None, "H001", "field", "J1")], blanks={"field": 9}, actor=ACTOR)
        _renewed(store, has_same_ends=False, as_in=old[0].code)
        new = store.number_sheets(ROUND, [], blanks={"field": 5}, actor=ACTOR)
        for one in (*old, *new):
            assert store.numbered_sheet(one.code[2:].lstrip("0")).code == one.code
            assert store.numbered_sheet(one.code[2:].replace("-", ""), ROUND).code == one.code
        right = {code_of(letters, 10)[-1] for letters in (old[0].code[:2], store.sheet_letters)}
        wrong = next(f"10{digit}" for digit in "0123456789" if digit not in right)
        with pytest.raises(Refused, match="mistyped") as error:
            store.numbered_sheet(wrong)
        assert "type the letters" in str(error.value.problems[0].hint)
        _renewed(store, has_same_ends=True, as_in=old[0].code)
        third = store.number_sheets(ROUND, [], blanks={"field": 5}, actor=ACTOR)
        with pytest.raises(Refused, match="Several sheets end with") as error:
            store.numbered_sheet(old[0].code[2:])
        assert "Type the letters" in str(error.value.problems[0].hint)
        for one in (*old, *new, *third):
            assert store.numbered_sheet(one.code).code == one.code


def _renewed(store: Store, *, has_same_ends: bool, as_in: str) -> None:
    """The laptop under other letters, with which papers end as before, or end otherwise."""
    for _ in range(500):
        store.start_anew(name="otra", actor=ACTOR)
        first = code_of(store.sheet_letters, 1)
        if first[:2] != as_in[:2] and (first[2:] == as_in[2:]) == has_same_ends:
            return


def test_the_wrong_laptops_letters_are_caught() -> None:
    """Another letter in front changes the check digit, for nearly every pair."""
    codes = {code_of(first + second, 127)[-1] for first in LETTERS for second in LETTERS}
    assert len(codes) == 10
    assert all(letter in LETTERS for letter in letters_of("00ff00ff00ff00ff"))


def test_a_paper_gets_its_code_once(tmp_path: Path) -> None:
    """Numbering again numbers only what is new; typing the paper marks it as in."""
    with ready(tmp_path / "a.db") as store:
        wanted = [("C1", None, "H001", "field", "J1"), ("C1", None, "H001", "field", "J2")]
        first = store.number_sheets(ROUND, wanted, actor=ACTOR)
        assert [one.judge for one in first] == ["J1", "J2"]
        assert store.number_sheets(ROUND, wanted, actor=ACTOR) == ()
        more = store.number_sheets(ROUND, [*wanted, ("C1", None, "H002", "field", None)], actor=ACTOR)
        assert [one.entry for one in more] == ["H002"]
        assert store.numbered_sheet(first[0].code.lower()).is_in is False
        one_sheet(store, "J1", "H001")
        assert store.numbered_sheet(first[0].code).is_in is True
        assert len({one.code for one in store.numbered_sheets(ROUND)}) == 3


def test_a_blank_paper_is_bound_once(tmp_path: Path) -> None:
    """Who came on the day gets a paper of the stock; the same again is fine, somebody else is refused once it has marks."""
    with ready(tmp_path / "a.db") as store:
        blank, other = store.number_sheets(ROUND, [], blanks={"field": 2}, actor=ACTOR)
        assert (blank.entry, blank.judge, blank.phase) == (None, None, "field")
        bound = store.bind_blank(blank.code, ROUND, "C1", None, "H002", "J1", actor=ACTOR)
        assert (bound.entry, bound.judge) == ("H002", "J1")
        before = journal_length(store)
        store.bind_blank(blank.code, ROUND, "C1", None, "H002", "J1", actor=ACTOR)
        assert journal_length(store) == before
        one_sheet(store, "J1", "H002")
        with pytest.raises(Refused, match="is that of"):
            store.bind_blank(blank.code, ROUND, "C1", None, "H001", "J1", actor=ACTOR)
        with pytest.raises(Refused, match="already has the sheet"):
            store.bind_blank(other.code, ROUND, "C1", None, "H002", "J1", actor=ACTOR)


def test_a_picture_is_linked_once(tmp_path: Path) -> None:
    """By its digest; a second picture of the same paper stands beside the first."""
    with ready(tmp_path / "a.db") as store:
        (sheet,) = store.number_sheets(ROUND, [], blanks={"field": 1}, actor=ACTOR)
        assert store.attach(sheet, name="ficha.jpg", digest="ab", actor=ACTOR)
        assert not store.attach(sheet, name="otra.jpg", digest="ab", actor=ACTOR)
        assert store.attach(sheet, name="otra.jpg", digest="cd", actor=ACTOR)
        assert store.attachments(ROUND) == {sheet.code: (("ficha.jpg", "ab"), ("otra.jpg", "cd"))}


# -- second entry ----------------------------------------------------------------------------------------------------


def test_another_person_confirms_or_differs_and_a_third_decides(tmp_path: Path) -> None:
    """What stands does not change until somebody decides with the paper in hand; the old marks are kept."""
    with ready(tmp_path / "a.db") as store:
        one_sheet(store, "J1", "H001")
        one_sheet(store, "J2", "H001")
        assert store.record_second(ROUND, "H001", "C1", None, paper("J1", "1 2 3"), actor="berta") == "confirmed"
        assert store.record_second(ROUND, "H001", "C1", None, paper("J2", "1 7 3"), actor="berta") == "differs"
        assert [one.state for one in store.second_entries(ROUND)] == ["confirmed", "differs"]
        assert marks_of(store)["H001", "field", "J2"]["water"] == "2"
        store.settle_discrepancy(
            ROUND, "H001", "C1", None, paper("J2", "1 7 3"), reason="en la ficha dice 7", actor="flora"
        )
        found = store.second_entries(ROUND)[1]
        assert (found.state, found.reason, found.second_by) == ("settled", "en la ficha dice 7", "berta")
        assert marks_of(store)["H001", "field", "J2"]["water"] == "7"
        (correction,) = store.corrections(ROUND)
        assert (correction.old["water"], correction.actor) == ("2", "flora")


def test_the_second_typing_is_another_persons(tmp_path: Path) -> None:
    """Whoever typed it first is refused, however the name is written; so is a paper that nobody typed."""
    with ready(tmp_path / "a.db") as store:
        one_sheet(store, "J1", "H001")
        with pytest.raises(Refused, match="somebody else"):
            store.record_second(ROUND, "H001", "C1", None, paper("J1", "1 2 3"), actor=ACTOR.upper())
        with pytest.raises(Refused, match="a first time"):
            store.record_second(ROUND, "H001", "C1", None, paper("J2", "1 2 3"), actor="berta")
        store.record_second(ROUND, "H001", "C1", None, paper("J1", "1 2 3"), actor="berta")
        with pytest.raises(Refused, match="typed twice already"):
            store.record_second(ROUND, "H001", "C1", None, paper("J1", "1 2 3"), actor="carla")


def test_a_correction_after_the_second_typing_is_checked_anew(tmp_path: Path) -> None:
    """Confirmed figures that were changed afterwards are no longer confirmed."""
    with ready(tmp_path / "a.db") as store:
        one_sheet(store, "J1", "H001")
        store.record_second(ROUND, "H001", "C1", None, paper("J1", "1 2 3"), actor="berta")
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "9 2 3"), correct="reclamo", actor=ACTOR)
        assert [one.state for one in store.second_entries(ROUND)] == ["differs"]
        assert store.record_second(ROUND, "H001", "C1", None, paper("J1", "9 2 3"), actor="berta") == "confirmed"


def test_the_control_total_that_was_compared_is_kept(tmp_path: Path) -> None:
    """With two people only, it stands in for the second typing."""
    with ready(tmp_path / "a.db") as store:
        store.record_sheet(ROUND, "H001", "C1", None, paper("J1", "1 2 3"), control="6", actor=ACTOR)
        one_sheet(store, "J2", "H001")
        assert store.controls(ROUND) == {("C1", None, "H001", "field", "J1"): "6"}


# -- phones, households ----------------------------------------------------------------------------------------------


def test_a_submission_that_came_in_is_known_by_its_key(tmp_path: Path) -> None:
    """Importing it twice writes nothing the second time."""
    with ready(tmp_path / "a.db") as store:
        keys = {"uuid:1": ("C1", None, "H001", "field", "J1")}
        store.import_scores(ROUND, [table("H001 J1 1 2 3")], submissions=keys, actor=ACTOR)
        before = journal_length(store)
        store.import_scores(ROUND, [table("H001 J1 1 2 3")], submissions=keys, actor=ACTOR)
        assert journal_length(store) == before
        assert store.submissions(["uuid:1", "uuid:2"]) == {"uuid:1": (ROUND, "C1", "", "H001", "field", "J1")}


def test_two_rows_of_one_household_become_one(tmp_path: Path) -> None:
    """The dropped code leads to the kept one, wins as that, and cannot come in again."""
    with opened(tmp_path / "a.db") as store:
        store.enter(ROUND, [NewEntry("H002", "C1")], actor=ACTOR)
        store.merge_households("H001", "H002", reason="el titular y su pareja", actor=ACTOR)
        assert "H002" not in {one.code for one in store.households()}
        (entry,) = store.contest(ROUND, "C1", None).entries
        assert (entry.code, entry.entrant, entry.name) == ("H002", "H001", "Juana Quispe")
        with pytest.raises(Refused, match="was found to be the household"):
            store.import_register("households", [Household("H002", "C1", "Pedro Mamani")], actor=ACTOR)


def test_two_rows_that_both_compete_are_decided_by_a_person_first(tmp_path: Path) -> None:
    """Which entry counts is never guessed."""
    with ready(tmp_path / "a.db") as store:
        with pytest.raises(Refused, match="both compete"):
            store.merge_households("H001", "H002", reason="pareja", actor=ACTOR)
        store.set_status(ROUND, "H002", "withdrawn", "la misma familia", actor=ACTOR)
        store.merge_households("H001", "H002", reason="pareja", actor=ACTOR)
        with pytest.raises(Refused, match=r"is of \{one\}"):
            store.merge_households("H001", "H004", reason="pareja", actor=ACTOR)
