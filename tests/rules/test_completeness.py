"""What a person still has to bring: each verdict, each hindrance."""

from datetime import date

import pytest
from papers_on_file import DUNG, TODAY, card, holding, paper, party, status
from procedures_asked import SAID, ask, component

from rules.reuse.completeness import ReuseRequirements, check, look_at
from schemas.catalogue import procedures
from schemas.completeness import ComponentAnswer, Holding, Obstacle, Verdict
from schemas.paper import State
from schemas.procedure import Component, DataSource, Substitute, ValidityPeriod

BINH = {"full_name": "Lê Văn Bình", "date_of_birth": "1961-01-02", "personal_id": "001061000001"}


def one(*components: Component, **told: object) -> ComponentAnswer:
    return ask(*components, **told).components[0]  # type: ignore[arg-type]


def against(answer: ComponentAnswer) -> set[Obstacle | None]:
    return {reason.hindrance for reason in answer.found[0].against}


def test_what_is_on_file_and_usable_is_not_asked_for() -> None:
    answer = one(component(), applicant=party(status()))
    assert answer.verdict is Verdict.ON_FILE
    assert not answer.to_bring
    assert answer.found[0].valid_until == date(2027, 4, 1)
    assert answer.why[0].basis


def test_what_is_not_on_file_has_to_be_brought_and_says_by_which_text() -> None:
    answer = one(component(basis="Nghị định 123/2015/NĐ-CP, Điều 22"), applicant=party(card()))
    assert answer.verdict is Verdict.MISSING
    assert answer.to_bring
    assert answer.why[0].basis == "Nghị định 123/2015/NĐ-CP, Điều 22"


LAND = paper(
    "land_use_certificate",
    holder_name=DUNG["full_name"],
    holder_birth_year="1990",
    holder_id=DUNG["personal_id"],
    issued_on="2010-01-01",
)
HINDERED: list[tuple[Obstacle, Holding, dict[str, object]]] = [
    (Obstacle.OTHER_PERSON, holding(status(**BINH)), {}),
    (Obstacle.UNPROVEN, holding(status(personal_id="")), {}),
    (Obstacle.REVOKED, holding(status(), "2026-11-22"), {}),
    (Obstacle.EXPIRED, holding(status(issued_on="2026-05-21")), {}),
    (Obstacle.NOT_YET, holding(status(issued_on="2026-11-23")), {}),
    (Obstacle.UNDATED, holding(status(issued_on="")), {}),
    (Obstacle.TOO_OLD, holding(status(issued_on="2026-10-22")), {"max_age_days": 30}),
    (Obstacle.WRONG_PURPOSE, holding(status(purpose="Để vay vốn")), {"purposes": ["kết hôn"]}),
    (Obstacle.UNVERIFIED, holding(status().with_changes(state=State.READ)), {}),
    (Obstacle.UNVERIFIED, holding(status().with_changes(state=State.NEEDS_REVIEW)), {}),
    (Obstacle.UNVERIFIED, holding(status().with_changes(state=State.RESCAN)), {}),
]


@pytest.mark.parametrize(("hindrance", "held", "changed"), HINDERED)
def test_each_hindrance_alone_keeps_a_paper_from_use(
    hindrance: Obstacle, held: Holding, changed: dict[str, object]
) -> None:
    answer = one(component(**changed), applicant=party(held, card()))
    assert answer.verdict is Verdict.UNUSABLE
    assert against(answer) == {hindrance}
    assert answer.to_bring
    assert all(reason.basis and reason.message.vi for reason in answer.found[0].against)


def test_a_later_marriage_supersedes_and_an_unsigned_copy_may_not_be_enough() -> None:
    wed = paper(
        "marriage_certificate",
        wife_full_name=DUNG["full_name"],
        wife_id=DUNG["personal_id"],
        wife_date_of_birth="1990-05-17",
        registered_on="2026-10-09",
    )
    assert against(one(component(), applicant=party(status(), wed))) == {Obstacle.SUPERSEDED}
    doubtful = wed.with_changes(state=State.NEEDS_REVIEW)
    assert one(component(), applicant=party(status(), doubtful)).verdict is Verdict.ON_FILE
    assert one(component(), applicant=party(status(), holding(wed, "2026-10-10"))).verdict is Verdict.ON_FILE
    signed = ReuseRequirements(signed=True)
    assert against(one(component(), applicant=party(status()), demands=signed)) == {Obstacle.UNSIGNED}
    whole = status().with_changes(state=State.SIGNED)
    assert one(component(), applicant=party(whole), demands=signed).verdict is Verdict.ON_FILE


def test_an_office_may_trust_what_the_machine_read_without_doubt() -> None:
    read = status().with_changes(state=State.READ)
    trusting = ReuseRequirements(verified=False)
    assert one(component(), applicant=party(read), demands=trusting).verdict is Verdict.ON_FILE
    doubtful = status().with_changes(state=State.NEEDS_REVIEW)
    assert one(component(), applicant=party(doubtful), demands=trusting).verdict is Verdict.UNUSABLE


def test_a_number_misread_as_hers_is_not_her_paper() -> None:
    misread = status(**{**BINH, "personal_id": DUNG["personal_id"]})
    answer = one(component(), applicant=party(misread, card(), card(issued_on="2021-01-01")))
    assert against(answer) == {Obstacle.OTHER_PERSON}
    contested = one(component(), applicant=party(misread, card()))
    assert Obstacle.OTHER_PERSON in against(contested)
    assert "không cùng một người" in contested.found[0].against[0].message.vi


def test_the_role_on_the_paper_counts_where_the_catalogue_names_one() -> None:
    child = paper(
        "birth_certificate",
        full_name="Trần An",
        mother_full_name=DUNG["full_name"],
        personal_id="001320000001",
        registered_on="2020-02-02",
    )
    own = paper("birth_certificate", **DUNG, registered_on="1990-06-01")
    asked = component(document_type="birth_certificate", role="full_name")
    mother = party(child, own)
    answer = one(asked, applicant=mother)
    assert [found.paper_id for found in answer.found if found.is_usable] == [own.id]


def test_data_stand_in_from_the_day_they_do() -> None:
    later = DataSource(name=SAID, basis="NĐ 151/2025", since=date(2026, 12, 1))
    asked = component(data=[later, DataSource(name=SAID, basis="NĐ 175/2024")])
    before = one(asked)
    assert before.verdict is Verdict.MISSING
    assert len(before.pending) == 2
    after = one(asked, on=date(2026, 12, 1))
    assert after.verdict is Verdict.BY_DATA
    assert not after.to_bring
    assert after.why[0].basis == "NĐ 151/2025"
    assert one(asked, on=date(2026, 12, 1), applicant=party(status(issued_on="2026-11-20"))).data == later


def test_a_substitute_is_taken_and_says_why() -> None:
    asked = component(
        document_type="identity_card",
        substitutes=[Substitute(document_type="birth_certificate", basis="Điều 10")],
    )
    answer = one(asked, applicant=party(paper("birth_certificate", **DUNG)))
    assert answer.verdict is Verdict.ON_FILE
    assert answer.found[0].substitute == "Điều 10"
    both = one(asked, applicant=party(paper("birth_certificate", **DUNG), card()))
    assert both.found[0].document_type == "identity_card", "the paper itself comes first"


def test_one_of_several_is_enough() -> None:
    land = component("land", document_type="land_use_certificate", one_of="land_paper")
    permit = component("permit", document_type="construction_permit", one_of="land_paper")
    held = party(card(), LAND)
    verdicts = {a.component.id: a.verdict for a in ask(permit, land, applicant=held).components}
    assert verdicts == {"permit": Verdict.NOT_ASKED, "land": Verdict.ON_FILE}
    assert [a.verdict for a in ask(permit, land).components] == [Verdict.MISSING] * 2


def test_conditions_forms_and_rules_not_in_force() -> None:
    pledge = component("pledge", only_if="works")
    assert one(pledge).verdict is Verdict.NOT_ASKED
    assert one(pledge, facts=("works",)).verdict is Verdict.MISSING
    form = one(component("form", made_anew=True), applicant=party(status()))
    assert form.verdict is Verdict.MADE_ANEW
    assert not form.found, "a form of another dossier is never offered"
    gone = component(in_force=ValidityPeriod(until=TODAY))
    assert not ask(gone).components
    assert ask(gone, on=date(2026, 11, 21)).components


def test_the_original_of_a_land_certificate_is_handed_in_all_the_same() -> None:
    land = component("land", document_type="land_use_certificate", original_kept=True)
    held = party(card(), LAND)
    answer = one(land, applicant=held)
    assert answer.verdict is Verdict.ON_FILE
    assert answer.to_bring
    assert answer.found[0].caution


def test_each_partys_papers_are_their_own() -> None:
    hers, his = component("hers"), component("his", whose="partner")
    both = ask(hers, his, applicant=party(status()), partner=party(numbers=(BINH["personal_id"],)))
    assert [a.verdict for a in both.components] == [Verdict.ON_FILE, Verdict.MISSING]


def test_a_paper_by_itself_says_what_stands_against_it() -> None:
    held = holding(status(issued_on="2026-05-21"))
    expired, whole = look_at(party(held, card()), TODAY, ReuseRequirements())
    assert {reason.hindrance for reason in expired.against} == {Obstacle.EXPIRED}
    assert whole.is_usable


def test_every_procedure_of_the_catalogue_can_be_answered_with_nothing_on_file() -> None:
    for procedure in procedures():
        for case in procedure.cases:
            answer = check(procedure, case, {}, TODAY, frozenset(case.facts), ReuseRequirements())
            assert {a.component.id for a in answer.components} <= {c.id for c in case.components}
            assert not any(a.found for a in answer.components)
