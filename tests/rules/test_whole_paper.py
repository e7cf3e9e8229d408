"""A paper passes as a whole: sure fields are not enough when something seems to be missing."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from rules.review.triage import review_dossier, state_after_reading
from rules.review.whole_paper import judge_paper, with_doubted_whole
from schemas.base.geometry import Box
from schemas.catalogue import document_types
from schemas.document_type import ValueKind
from schemas.paper import Evidence, Extract, FieldValue, State

TODAY = date(2026, 11, 29)
_TEXTS = {ValueKind.DATE: "2022-05-04"}
KIND = document_types()["marital_status_certificate"]


def _field(text: str, confidence: float = 0.999, *, needs_review: bool = False) -> FieldValue:
    return FieldValue(
        value=text,
        raw=text,
        confidence=confidence,
        page_number=1,
        box=Box(100, 100, 400, 140),
        needs_review=needs_review,
    )


def _fields(confidence: float = 0.999) -> dict[str, FieldValue]:
    return {name: _field(name, confidence) for name in KIND.fields}


def test_what_looks_like_more_labels_makes_the_whole_less_sure() -> None:
    whole = judge_paper(KIND, 0.99, _fields(), 0)
    assert whole > judge_paper(KIND, 0.99, _fields(), 6)
    assert whole > judge_paper(KIND, 0.99, _fields(0.9), 0)
    assert judge_paper(document_types()["unknown"], 0.99, {}, 0) == 0


@given(st.floats(0, 1), st.floats(0, 1), st.integers(0, 40))
def test_it_is_a_probability_and_never_rises_with_doubt(confidence: float, less: float, labels: int) -> None:
    surer = judge_paper(KIND, 0.99, _fields(confidence), labels)
    assert 0 <= surer <= 1
    assert judge_paper(KIND, 0.99, _fields(confidence * less), labels) <= surer
    assert judge_paper(KIND, 0.99, _fields(confidence), labels + 1) <= surer


def test_the_least_sure_field_stands_for_a_doubted_whole() -> None:
    fields = {**_fields(), "residence": _field("Thôn 2", 0.98)}
    doubted = with_doubted_whole(fields, 0.5, 0.9)
    assert [name for name, field in doubted.items() if field.needs_review] == ["residence"]
    assert doubted["residence"].problems[-1].code == "paper_doubted"
    assert doubted["residence"].value == "Thôn 2"
    assert with_doubted_whole(fields, 0.95, 0.9) == fields, "sure enough"
    seen = {**fields, "purpose": _field("x", needs_review=True)}
    assert with_doubted_whole(seen, 0.5, 0.9) == seen, "a person sees it anyhow"


def test_the_office_sets_how_sure_a_paper_that_nobody_sees_must_be() -> None:
    sure = Evidence(words=0.9999, weakest=0.9999, familiar=0.5, letters=20, colon=True)
    said = {
        "certificate_number": "15/2022",
        "full_name": "Trần Văn Khánh",
        "date_of_birth": "1994-03-09",
        "gender": "male",
        "ethnicity": "Kinh",
        "nationality": "Việt Nam",
        "residence": "xã Bản Ngoại, huyện Đại Từ, tỉnh Thái Nguyên",
        "signer_name": "Nguyễn Văn Bình",
    }
    fields = {
        name: _field(said.get(name, _TEXTS.get(rule.kind, "Việt Nam"))).with_changes(evidence=sure)
        for name, rule in KIND.fields.items()
        if rule.required or rule.expected
    }
    extract = Extract(document_type=KIND.id, confidence=0.99, pages=(1,), fields=fields, unexplained=0)
    (strict,) = review_dossier([extract], 1.0, 0.00001, TODAY)
    assert 0 < strict.whole < 1
    assert state_after_reading(KIND, strict.fields) is State.NEEDS_REVIEW
    codes = [problem.code for field in strict.fields.values() for problem in field.problems]
    assert "paper_doubted" in codes or any(field.needs_review for field in strict.fields.values())
