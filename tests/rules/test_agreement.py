"""One person has one name, one birth, one number on all papers of a dossier."""

from rules.fields.agreement import check_agreement
from schemas.catalogue import document_types
from schemas.paper import FieldValue


def _paper(kind: str, **values: str) -> tuple[object, dict[str, FieldValue]]:
    fields = {
        name: FieldValue(value=value, raw=value, confidence=0.9, page_number=1, box=(0, 0, 9, 9))
        for name, value in values.items()
    }
    return document_types()[kind], fields


def _problems(*papers: tuple[object, dict[str, FieldValue]]) -> list[dict[str, list[str]]]:
    found = check_agreement(papers)  # type: ignore[arg-type]
    return [{name: [p.code for p in problems] for name, problems in paper.items()} for paper in found]


CARD = {"personal_id": "070194001234", "full_name": "Trần Thị Thu Hà", "date_of_birth": "1994-03-09"}


def test_papers_that_agree() -> None:
    form = _paper(
        "application_form",
        applicant_name="TRẦN THỊ THU HÀ",
        personal_id="070194001234",
        date_of_birth="1994-03-09",
    )
    assert _problems(_paper("identity_card", **CARD), form) == [{}, {}]


def test_one_number_with_two_names_is_a_problem_on_both() -> None:
    other = _paper("marital_status_certificate", personal_id="070194001234", full_name="Trần Thị Thu Hạ")
    assert _problems(_paper("identity_card", **CARD), other) == [
        {"full_name": ["papers_differ"]},
        {"full_name": ["papers_differ"]},
    ]


def test_a_year_agrees_with_a_date_of_that_year_only() -> None:
    def land(year: str) -> tuple[object, dict[str, FieldValue]]:
        return _paper(
            "land_use_certificate",
            holder_id="070194001234",
            holder_name="Trần Thị Thu Hà",
            holder_birth_year=year,
        )

    assert _problems(_paper("identity_card", **CARD), land("1994")) == [{}, {}]
    assert _problems(_paper("identity_card", **CARD), land("1949"))[1] == {
        "holder_birth_year": ["papers_differ"]
    }


def test_one_person_with_two_numbers() -> None:
    other = _paper(
        "application_form",
        applicant_name="Trần Thị Thu Hà",
        personal_id="070194001235",
        date_of_birth="1994-03-09",
    )
    assert _problems(_paper("identity_card", **CARD), other)[0] == {"personal_id": ["papers_differ"]}


def test_namesakes_and_the_two_spouses_are_different_people() -> None:
    namesake = _paper(
        "application_form",
        applicant_name="Trần Thị Thu Hà",
        personal_id="001180009999",
        date_of_birth="1980-01-01",
    )
    couple = _paper(
        "marriage_certificate",
        wife_full_name="Trần Thị Thu Hà",
        wife_id="070194001234",
        husband_full_name="Lê Văn A",
        husband_id="001090000001",
    )
    assert _problems(_paper("identity_card", **CARD), namesake) == [{}, {}]
    assert _problems(_paper("identity_card", **CARD), couple) == [{}, {}]


def test_two_people_on_one_paper_are_not_held_against_each_other() -> None:
    couple = _paper(
        "marriage_certificate",
        wife_full_name="Trần Thị Thu Hà",
        wife_id="070194001234",
        husband_full_name="Lê Văn A",
        husband_id="070194001234",
    )
    assert _problems(couple) == [{}]
