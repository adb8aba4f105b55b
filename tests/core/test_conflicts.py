"""Who may not judge whom, what a surname suggests, and what is left out because everybody there has it."""

from collections.abc import Mapping, Sequence

import pytest

from pachamama.core.conflicts import (
    CommonSurnames,
    Competitor,
    Hint,
    Person,
    competitors,
    conflicts,
    hints,
    refusals,
    seated,
)
from pachamama.core.model import Contest, Declaration, Entry, Household, Judge, Sheet
from pachamama.core.rules import Tier, load_rules
from pachamama.core.sentences import Sentence

RULES = """
version: 1
programme: {name: P, languages: [es]}
competitions:
  c:
    tiers:
      - {tier: household, within: community, criteria: [{id: a, max: 20}]}
      - {tier: group, within: watershed, criteria: [{id: a, max: 20}]}
      - {tier: community, within: watershed, from: household, criteria: [{id: w, max: 20}]}
"""


def tier(name: str) -> Tier:
    """One tier of the rules above."""
    found = load_rules(RULES).competitions["c"].tier(name)
    assert found is not None
    return found


def judge(name: str = "Elena Turpo Nina", *, dni: str = "", community: str = "C9", code: str = "J1") -> Judge:
    """A judge from elsewhere."""
    return Judge(code, name, dni, community)


def rival(head: str, partner: str = "", *, dni: str = "", community: str = "C1") -> Competitor:
    """A household that competes."""
    people = [Person(head, dni, "head"), *([Person(partner, "", "partner")] if partner else [])]
    return Competitor("C1", None, "H1", head, community, tuple(people))


def hint(name: str, head: str, partner: str = "") -> Hint | None:
    """What the names suggest, where no surname is common."""
    found = hints([judge(name)], [rival(head, partner)], common=CommonSurnames()).found
    return found[0] if found else None


def said(sentence: object) -> str:
    """The sentence in English."""
    if isinstance(sentence, Sentence):
        text = sentence.text if sentence.count in (None, 1) else sentence.plural or ""
        values = {name: said(value) for name, value in sentence.values.items()}
        return text.format(count=sentence.count, **values)
    return " and ".join(map(said, sentence.items)) if hasattr(sentence, "items") else str(sentence)


# -- refused -----------------------------------------------------------------------------------------------------------


def test_nobody_judges_the_own_community() -> None:
    """A judge without a home community may judge everywhere."""
    (problem,) = refusals(judge(community="C1"), rival("Rosa Quispe Mamani"))
    assert said(problem.message) == "J1 is from C1 and cannot judge there."
    assert refusals(judge(community="C2"), rival("Rosa Quispe Mamani")) == ()
    assert refusals(judge(community=""), rival("Rosa Quispe Mamani", community="")) == ()


@pytest.mark.parametrize(
    ("head", "partner", "is_refused"),
    [
        ("Elena Turpo Nina", "", True),
        ("TURPO NINA, ELENA", "", True),
        ("Rosa Quispe Mamani", "Élena Turpo Nina", True),
        ("Helena Turpo Nina", "", False),
        ("Elena Turpo", "", False),
    ],
)
def test_nobody_judges_the_own_household(head: str, partner: str, is_refused: bool) -> None:
    """The same name as head or partner, whatever the capitals, accents and order; another spelling is only a hint."""
    assert bool(refusals(judge("Elena Turpo Nina"), rival(head, partner))) == is_refused


def test_the_dni_tells_two_people_of_one_name_apart() -> None:
    """And finds one person under two names; while one DNI is missing, the name decides."""
    both = rival("Elena Turpo Nina", dni="00001111")
    assert refusals(judge(dni="00002222"), both) == ()
    assert refusals(judge("Helena T.", dni="00001111"), both)
    assert refusals(judge(dni=""), both)


def test_a_judge_without_a_name_is_nobody_in_particular() -> None:
    """Sheets of a rehearsal may name judges that no register knows."""
    assert refusals(judge(""), Competitor("C1", None, "H1", "", "C1", (Person("", "", "head"),))) == ()


def test_at_the_community_tier_the_own_community_is_the_entry() -> None:
    """There nobody stands behind an entry by name."""
    contest = Contest("W1", None, (Entry("C1", "Ccapana"), Entry("C2", "Lauramarca")))
    found = competitors(tier("community"), [contest], {})
    assert [bool(refusals(judge(community="C1"), one)) for one in found] == [True, False]


def test_a_group_belongs_to_the_community_that_its_table_says() -> None:
    """Groups are in no register."""
    contest = Contest("W1", None, (Entry("G1", fields={"community": "C1"}), Entry("G2")))
    assert [one.community for one in competitors(tier("group"), [contest], {})] == ["C1", ""]


def test_a_household_is_found_by_its_entrant() -> None:
    """A family that enters twice has two codes and one household."""
    homes = {"H1": Household("H1", "C1", "Elena Turpo Nina")}
    contest = Contest("C1", None, (Entry("E7", fields={"entrant": "H1"}),))
    assert refusals(judge(), competitors(tier("household"), [contest], homes)[0])


# -- hinted ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "head", "partner", "kind"),
    [
        # brothers and sisters have both surnames
        ("Elena Quispe Mamani", "Juan Quispe Mamani", "", "siblings"),
        ("Elena Quispe Mamani", "Mamani Quispe, Juan", "", "siblings"),
        ("Elena Waman Qespe", "Juan Huamán Quispe", "", "siblings"),
        ("Elena Quispe Mamani", "Rosa Puma Nina", "Juan Quispe Mamani", "siblings"),
        # a child has the first surname of each parent
        ("Elena Quispe Puma", "Juan Quispe Mamani", "Rosa Puma Nina", "child"),
        ("Elena Quispe Puma", "Rosa Puma Nina", "Juan Quispe Mamani", "child"),
        # one name in another spelling, or of another person
        ("Helena Qespe Mamani", "Elena Quispe Mamani", "", "namesake"),
        ("Elena Qespe Mamani", "Elena Quispe Mamani", "", "namesake"),
        # one surname
        ("Elena Quispe Mamani", "Juan Quispe Nina", "", "surname"),
        ("Elena Quispe Mamani", "Juan Nina Quispe", "", "surname"),
        ("Elena Quispe Mamani", "Rosa Puma Nina", "Juan Nina Mamani", "surname"),
        ("Elena Quispe", "Juan Quispe Mamani", "", "surname"),
        ("Elena Quispe Quispe", "Juan Quispe Mamani", "", "surname"),
        # by marriage
        ("Elena Turpo Nina de Quispe", "Juan Quispe Mamani", "", "surname"),
        ("Elena Turpo Nina de Quispe", "Juan Nina Quispe", "", "surname"),
        # nothing
        ("Elena Quispe Mamani", "Juan Puma Nina", "Rosa Ccori Turpo", None),
        ("Rosa Quispe Mamani", "Rosa Puma Nina", "", None),
        ("Elena", "Elena Quispe", "", None),
    ],
)
def test_what_shared_surnames_suggest(name: str, head: str, partner: str, kind: str | None) -> None:
    """Both surnames, or one of each parent, are strong; one surname is weak; a given name says nothing."""
    found = hint(name, head, partner)
    assert (found.kind if found else None) == kind
    assert found is None or found.strength == ("weak" if kind == "surname" else "strong")


def test_a_hint_says_who_shares_what_and_both_spellings() -> None:
    """The person who answers it must see that Waman and Huamán were taken for one."""
    strong = hint("Elena Waman Quispe", "Juan Huamán Quispe")
    assert strong is not None
    assert said(strong.sentence) == (
        "J1 Elena Waman Quispe and Juan Huamán Quispe of H1: "
        "both surnames, Waman / Huamán and Quispe: perhaps brother or sister"
    )


def test_who_is_refused_gets_no_hint() -> None:
    """What is certain needs no guess."""
    at_home = judge("Elena Quispe Mamani", community="C1")
    assert hints([at_home], [rival("Juan Quispe Mamani")], common=CommonSurnames()).found == ()


def community(*heads: str) -> list[Household]:
    """The register of C1."""
    return [Household(f"H{number}", "C1", head) for number, head in enumerate(heads)]


def test_a_surname_of_a_third_of_the_community_is_left_out_and_counted() -> None:
    """Four of twelve have it: a weak hint on it says nothing. A strong one stays."""
    common = CommonSurnames.of(community(*["Rosa Quispe Puma"] * 4, *["Rosa Ccori Puma"] * 8))
    found = hints(
        [judge("Elena Quispe Mamani")],
        [rival("Juan Qespe Nina"), rival("Juan Mamani Nina"), rival("Juan Quispe Mamani")],
        common=common,
    )
    assert [(one.kind, one.person.name) for one in found.found] == [
        ("siblings", "Juan Quispe Mamani"),
        ("surname", "Juan Mamani Nina"),
    ]
    (left_out,) = found.left_out
    assert said(left_out.sentence) == "C1: 1 hint on Qespe is left out; 4 of 12 households there have it"


@pytest.mark.parametrize(("holders", "households", "is_common"), [(4, 12, True), (4, 13, False), (9, 9, False)])
def test_common_is_a_third_of_at_least_ten_households(holders: int, households: int, is_common: bool) -> None:
    """In a hamlet of nine a shared surname is worth a look."""
    heads = ["Rosa Quispe Puma"] * holders + ["Rosa Ccori Nina"] * (households - holders)
    assert CommonSurnames.of(community(*heads)).is_common("C1", "kispi") == is_common


def test_a_partner_counts_once_for_a_household() -> None:
    """Households have a surname, whether head or partner brings it."""
    homes = [Household(f"H{n}", "C1", "Rosa Quispe Puma", partner="Juan Quispe Nina") for n in range(3)]
    homes += [Household(f"K{n}", "C1", "Rosa Ccori Turpo") for n in range(7)]
    assert not CommonSurnames.of(homes).is_common("C1", "kispi")


def test_an_answer_stays_beside_its_hint() -> None:
    """Also a weak one on a common surname, once somebody has answered it."""
    common = CommonSurnames.of(community(*["Rosa Quispe Puma"] * 12))
    answer = Declaration("C1", None, "H1", "J1", "no_conflict", "otra familia")
    asked = hints([judge("Elena Quispe Mamani")], [rival("Juan Quispe Nina")], common=common, declarations=[answer])
    assert [one.answer for one in asked.found] == [answer]
    assert asked.pending == ()


# -- a whole round -----------------------------------------------------------------------------------------------------

HOMES = {
    "H1": Household("H1", "C1", "Juan Quispe Mamani", "00001111"),
    "H2": Household("H2", "C1", "Rosa Puma Nina"),
}
JUDGES = (
    Judge("J1", "Elena Quispe Mamani", community="C2"),
    Judge("J2", "Rosa Puma Nina", community="C2"),
    Judge("J3", "Otto Puma Turpo", community="C1"),
)


def round_of(*, panel: Mapping[str, Sequence[str]] = {}, recused: Mapping[str, str] = {}) -> Contest:
    """One contest of two households."""
    seats = {phase: tuple(codes) for phase, codes in panel.items()}
    return Contest("C1", None, (Entry("H1"), Entry("H2", recused=recused)), panel=seats)


def test_only_those_who_judge_a_contest_are_looked_at() -> None:
    """While nobody does, everybody could."""
    free = conflicts(tier("household"), [round_of()], JUDGES, HOMES)
    assert [(one.judge.code, one.competitor.entry) for one in free.hints.found] == [("J1", "H1")]
    assert free.certain == ()
    taken = conflicts(tier("household"), [round_of(panel={"sheet": ["J2"]})], JUDGES, HOMES)
    assert taken.hints.found == ()
    assert [(one.judge.code, one.competitor.entry) for one in taken.certain] == [("J2", "H2")]
    every = conflicts(tier("household"), [round_of(panel={"sheet": ["J2"]})], JUDGES, HOMES, everybody=True)
    assert [one.judge.code for one in every.hints.found] == ["J1"]


def test_a_recusal_answers_what_is_certain() -> None:
    """The judge of the panel stepped back from the own household."""
    contest = round_of(panel={"sheet": ["J2"]}, recused={"J2": "mi casa"})
    assert conflicts(tier("household"), [contest], JUDGES, HOMES).certain == ()


def test_who_handed_in_a_sheet_judges_too() -> None:
    """Also without a panel."""
    contest = Contest("C1", None, (Entry("H1", sheets=(Sheet("J3", "sheet", {}),)),), panel={"sheet": ("J1",)})
    assert seated(contest) == {"J1": None, "J3": None}
