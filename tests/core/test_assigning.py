"""Panels that are spread evenly: what always holds, and how near the best they come."""

from collections.abc import Sequence
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pachamama.core.assigning import Spread, Work, spread, work_of
from pachamama.core.conflicts import CommonSurnames, competitors, hints
from pachamama.core.model import Contest, Entry, Household, Judge, Sheet
from pachamama.core.problems import Refused
from pachamama.core.rules import Tier, load_rules

RULES = """
version: 1
programme: {name: P, languages: [es]}
competitions:
  c:
    tiers:
      - tier: household
        within: community
        phases:
          - {id: field, criteria: [{id: a, max: 20}]}
          - {id: public, criteria: [{id: b, max: 20}]}
        knockouts: [{id: disorder, name: Desorden}]
"""


def tier() -> Tier:
    """Two phases."""
    found = load_rules(RULES).competitions["c"].tier("household")
    assert found is not None
    return found


def judges(number: int, *, homes: Sequence[str] = (), phases: tuple[str, ...] = ()) -> list[Judge]:
    """J1, J2 …, from the communities in turn."""
    return [
        Judge(f"J{n}", f"Jurado {n}", community=homes[(n - 1) % len(homes)] if homes else "", phases=phases)
        for n in range(1, number + 1)
    ]


def work(code: str, sheets: int, people: Sequence[Judge] = (), *, phase: str = "sheet", **more: object) -> Work:
    """The sheets of one community; nobody who is from there may judge it."""
    barred = frozenset(one.code for one in people if one.community == code)
    return Work(code, None, phase, sheets, code, barred, place=code, **more)  # type: ignore[arg-type]


def best_load(works: Sequence[Work], people: Sequence[Judge], wanted: int) -> int:
    """The smallest largest load, found by trying all panels."""
    able = [[one.code for one in people if one.code not in part.barred] for part in works]
    best = [sum(part.sheets for part in works)]

    def tried(at: int, loads: dict[str, int]) -> None:
        if max(loads.values()) >= best[0]:
            return
        if at == len(works):
            best[0] = max(loads.values())
            return
        for panel in combinations(able[at], wanted):
            more = works[at].sheets
            tried(at + 1, {code: load + (more if code in panel else 0) for code, load in loads.items()})

    tried(0, dict.fromkeys((one.code for one in people), 0))
    return best[0]


@st.composite
def small_rounds(draw: st.DrawFn) -> tuple[list[Work], list[Judge], int]:
    """Up to six contests of one phase, three to six judges, nobody without a panel."""
    homes = [f"C{n}" for n in range(1, 9)]
    people = [Judge(f"J{n}", "", community=draw(st.sampled_from(homes))) for n in range(1, draw(st.integers(3, 6)) + 1)]
    wanted = draw(st.integers(1, 3))
    sizes = draw(st.lists(st.sampled_from([1, 2, 3, 5, 8, 13, 40]), min_size=1, max_size=6))
    works = [work(homes[at], size, people, region=f"W{at % 2}") for at, size in enumerate(sizes)]
    return [one for one in works if len(people) - len(one.barred) >= wanted], people, wanted


@settings(deadline=None)
@given(small_rounds())
def test_panels_are_whole_nobody_is_at_home_and_loads_are_nearly_the_best(
    drawn: tuple[list[Work], list[Judge], int],
) -> None:
    """The largest load is within one largest contest of the best that all panels tried out can give."""
    works, people, wanted = drawn
    found = spread(works, people, wanted=wanted)
    assert list(found.panels) == [one.key for one in works]
    for one in works:
        panel = found.panels[one.key]
        assert len(panel) == len(set(panel)) == wanted
        assert not one.barred & set(panel)
    assert found.loads == loads_of(works, found, people)
    if works:
        largest = max(one.sheets for one in works)
        assert max(found.loads.values()) <= best_load(works, people, wanted) + largest


def loads_of(works: Sequence[Work], found: Spread, people: Sequence[Judge]) -> dict[str, int]:
    """The sheets of each judge, counted again."""
    return {judge.code: sum(one.sheets for one in works if judge.code in found.panels[one.key]) for judge in people}


@settings(deadline=None)
@given(small_rounds(), st.randoms(use_true_random=False))
def test_the_order_of_files_decides_nothing(drawn: tuple[list[Work], list[Judge], int], chance: object) -> None:
    """The same contests and judges give the same panels."""
    works, people, wanted = drawn
    first = spread(works, people, wanted=wanted)
    shuffled, others = list(works), list(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    chance.shuffle(others)  # type: ignore[attr-defined]
    again = spread(shuffled, others, wanted=wanted)
    assert dict(again.panels) == dict(first.panels)


def test_every_judge_has_the_same_where_that_can_be() -> None:
    """Six communities of thirty, eighteen judges, panels of three."""
    homes = [f"C{n}" for n in range(1, 7)]
    people = judges(18, homes=homes)
    found = spread([work(code, 30, people) for code in homes], people, wanted=3)
    assert set(found.loads.values()) == {30}


def test_both_phases_of_a_contest_have_the_same_panel() -> None:
    """Where the same judges may judge both."""
    people = judges(5)
    works = [work(code, 10, people, phase=phase) for code in ("C1", "C2") for phase in ("field", "public")]
    found = spread(works, people, wanted=3).panels
    assert found["C1", None, "field"] == found["C1", None, "public"]
    assert found["C2", None, "field"] == found["C2", None, "public"]


def test_who_may_judge_one_phase_only_is_in_no_other_panel() -> None:
    """And those who may judge both do so together, which saves journeys."""
    people = [*judges(3, phases=("field",)), *[Judge(f"K{n}", "", phases=("public",)) for n in (1, 2)], Judge("L1", "")]
    works = [work("C1", 10, people, phase=phase) for phase in ("field", "public")]
    found = spread(works, people, wanted=3).panels
    assert set(found["C1", None, "public"]) == {"K1", "K2", "L1"}
    assert set(found["C1", None, "field"]) <= {"J1", "J2", "J3", "L1"}


def test_a_strong_hint_is_avoided_where_nobody_gets_more_for_it() -> None:
    """J1 would come first; J2 has nothing against anybody."""
    people = judges(4)
    works = [work("C1", 10, people, hinted={"J1": 2}), work("C2", 10, people, hinted={"J3": 1, "J2": 1})]
    found = spread(works, people, wanted=2)
    assert "J1" not in found.panels["C1", None, "sheet"]
    assert not {"J2", "J3"} <= set(found.panels["C2", None, "sheet"])
    assert set(found.loads.values()) == {10}


def test_work_is_handed_on_to_who_has_less() -> None:
    """J1 alone may judge C2, so that C1 goes to J2, although J1 comes first."""
    people = judges(2)
    works = [work("C1", 10, people), Work("C2", None, "sheet", 10, barred=frozenset({"J2"}), place="C2")]
    assert spread(works, people, wanted=1).panels == {("C1", None, "sheet"): ("J2",), ("C2", None, "sheet"): ("J1",)}


def test_a_strong_hint_is_avoided_over_a_third_judge() -> None:
    """J1 has kin in C1; J3, who alone could go there instead, hands C2 on to J4."""
    people = [Judge("J1", ""), Judge("J3", ""), Judge("J4", "")]
    works = [
        Work("C2", None, "sheet", 10, barred=frozenset({"J1"}), place="C2"),
        Work("C1", None, "sheet", 9, barred=frozenset({"J4"}), hinted={"J1": 1}, place="C1"),
    ]
    assert spread(works, people, wanted=1).panels == {("C2", None, "sheet"): ("J4",), ("C1", None, "sheet"): ("J3",)}


def test_a_hint_does_not_give_somebody_else_all_the_work() -> None:
    """It can be answered; a judge with everything cannot be helped."""
    people = judges(2)
    works = [work(f"C{n}", 10, people, hinted={"J1": 1}) for n in (1, 2, 3, 4)]
    assert set(spread(works, people, wanted=1).loads.values()) == {20}


def test_judges_go_to_few_communities_and_near_ones() -> None:
    """Two categories of a community have one panel where loads allow it; nearly all stay in the own watershed."""
    people = judges(6, homes=("C1", "C2", "C3", "C4", "C5", "C6"))
    regions = {f"C{n}": "W1" if n < 4 else "W2" for n in range(1, 7)}
    works = [
        Work(f"C{n}", category, "sheet", 10, "", frozenset({f"J{n}"}), place=f"C{n}", region=regions[f"C{n}"])
        for n in range(1, 7)
        for category in ("new", "old")
    ]
    found = spread(works, people, wanted=1, regions=regions)
    assert set(found.loads.values()) == {20}
    visits = {(code, key[0]) for key, panel in found.panels.items() for code in panel}
    assert len(visits) == 6
    far = [place for code, place in visits if place and regions[place] != regions[f"C{code[1]}"]]
    assert len(far) <= 2


def test_what_judges_have_elsewhere_counts() -> None:
    """J1 has a panel already, that somebody assigned by hand."""
    people = judges(2)
    found = spread([work("C1", 10, people)], people, wanted=1, loads={"J1": 15})
    assert found.panels["C1", None, "sheet"] == ("J2",)
    assert found.loads == {"J1": 15, "J2": 10}


def test_who_has_sheets_in_a_contest_stays_and_who_judges_its_other_phase_is_taken_first() -> None:
    """A panel that began goes on."""
    people = judges(5)
    found = spread([work("C1", 10, people, stays=("J5",), wished=("J4",))], people, wanted=3)
    assert found.panels["C1", None, "sheet"] == ("J1", "J4", "J5")


def test_every_contest_that_lacks_judges_is_named_with_the_reason() -> None:
    """All of them at once, and how many more are needed."""
    people = [Judge("J1", "", community="C1"), Judge("J2", "", phases=("public",)), Judge("J3", ""), Judge("J4", "")]
    works = [
        work("C1", 5, people, phase="field", phase_label="Visita"),
        work("C1", 5, people, phase="public"),
        work("C2", 5, people, phase="public"),
        work("C3", 5, people, phase="field"),
    ]
    with pytest.raises(Refused) as refused:
        spread(works, people, wanted=3)
    (problem,) = refused.value.problems
    values = problem.message.values
    assert values["able"] == 2
    (where,) = values["contests"].items  # type: ignore[union-attr]
    assert (where.values["contest"], where.values["phase"]) == ("C1", "Visita")  # type: ignore[union-attr]
    assert [why.text for why in values["why"].items] == [  # type: ignore[union-attr]
        "{judges} has people of their own in it",
        "{judges} may not judge this phase",
    ]
    assert problem.hint is not None
    assert problem.hint.count == 1


def test_sheets_are_counted_of_those_who_are_in_the_running() -> None:
    """No sheet is expected of who is absent or out; judges of the community and of a household in it are barred."""
    homes = {
        "H1": Household("H1", "C1", "Juan Quispe Mamani"),
        "H2": Household("H2", "C1", "Rosa Puma Nina"),
        "H3": Household("H3", "C1", "Luis Ccori Puma"),
        "H4": Household("H4", "C1", "Ana Turpo Nina"),
    }
    people = [
        Judge("J1", "Elena Quispe Mamani"),
        Judge("J2", "Rosa Puma Nina"),
        Judge("J3", "Otto Condori", community="C1"),
        Judge("J4", "Berta Apaza"),
    ]
    contest = Contest(
        "C1",
        None,
        (
            Entry("H1", sheets=(Sheet("J4", "field", {}),), recused={"J4": "compadre"}),
            Entry("H2"),
            Entry("H3", status="absent"),
            Entry("H4", deductions=frozenset({"disorder"})),
        ),
    )
    hinted = hints(people, competitors(tier(), [contest], homes), common=CommonSurnames()).found
    field, public = work_of(tier(), [contest], people, homes, hinted=hinted, regions={"C1": "W1"})
    assert (field.sheets, field.phase, public.phase) == (2, "field", "public")
    assert field.barred == {"J2", "J3"}
    assert field.hinted == {"J1": 1, "J4": 1}
    assert (field.stays, public.stays) == (("J4",), ())
    assert (field.place, field.region) == ("C1", "W1")


def test_nothing_to_assign_is_no_problem() -> None:
    """An empty round, or no judges at all and nothing to judge."""
    assert spread([], [], wanted=3).panels == {}
