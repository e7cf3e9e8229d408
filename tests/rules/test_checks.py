"""Checks of values: each rule's borders, and that no rule ever changes a value."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.fields.checks import check_date, check_issue_date, check_listed
from rules.fields.numbers import (
    CERTIFICATE_NUMBER,
    LAND_SERIAL,
    Shape,
    check_document_number,
    check_dossier_code,
    check_kind_and_number,
    check_personal_id,
    check_shape,
    check_tax_code,
)
from rules.review.triage import review_papers, state_after_reading
from schemas.catalogue import birth_provinces, document_types, ethnic_groups, nationalities
from schemas.paper import FieldValue, State

TODAY = date(2026, 11, 22)


def _field(value: object, confidence: float = 0.95) -> FieldValue:
    return FieldValue.model_validate(
        {"value": value, "raw": str(value), "confidence": confidence, "page_number": 1, "box": (0, 0, 9, 9)}
    )


@pytest.mark.parametrize(
    ("value", "birth", "gender", "code"),
    [
        ("070203000001", "2003-05-06", "male", None),
        ("070303000001", "2003-05-06", "female", None),
        ("123456789", "1960-01-01", "male", None),
        ("070203000001", "2003-05-06", "female", "personal_id_sex"),
        ("070203000001", "1903-05-06", "male", "personal_id_year"),
        ("003203000001", None, None, "personal_id_province"),
        ("07020300000", None, None, "personal_id_shape"),
        ("070203000001", "2003", None, None),
    ],
)
def test_personal_id(value: str, birth: str | None, gender: str | None, code: str | None) -> None:
    found = check_personal_id(value, birth, gender)
    assert (found.code if found else None) == code


@given(
    st.sampled_from(sorted(birth_provinces())),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["male", "female"]),
    st.integers(0, 999_999),
)
def test_ids_made_by_the_law_pass(province: str, born: date, gender: str, serial: int) -> None:
    century = 2 * ((born.year - 1900) // 100) + (gender == "female")
    made = f"{province}{century}{born.year % 100:02d}{serial:06d}"
    assert check_personal_id(made, born.isoformat(), gender) is None


@pytest.mark.parametrize(
    ("value", "fine"),
    [
        ("2024-02-29", True),
        ("2023-02-29", False),
        ("1969", True),
        ("1750-01-01", False),
        ("2127-01-01", False),
    ],
)
def test_dates(value: str, fine: bool) -> None:
    assert (check_date(value, TODAY) is None) is fine


@pytest.mark.parametrize(
    ("value", "fine"),
    [("15/QĐ-BNV", True), ("05/BNV-VP", True), ("123/2024/NĐ-CP", True), ("QĐ-BNV", False), ("12-QĐ", False)],
)
def test_document_numbers(value: str, fine: bool) -> None:
    assert (check_document_number(value) is None) is fine


@pytest.mark.parametrize(
    ("value", "fine"),
    [
        ("000.00.01.H29-240115-0001", True),
        ("H47.06-261005-0155", True),
        ("G01.899.108-250101-00012", True),
        ("H47.06-261305-0155", False),
        ("H47.06-261005-15", False),
        ("47.06-261005-0155", False),
    ],
)
def test_dossier_codes(value: str, fine: bool) -> None:
    assert (check_dossier_code(value) is None) is fine


def test_dates_out_of_order_are_a_problem_of_the_later() -> None:
    kind = document_types()["identity_card"]
    fields = {"issued_on": _field("2024-01-01"), "expires_on": _field("2020-01-01")}
    (reviewed,) = review_papers([(kind, fields)], 0.005, TODAY)
    assert [p.code for p in reviewed["expires_on"].problems] == ["dates_out_of_order"]
    assert reviewed["expires_on"].needs_review
    assert not reviewed["issued_on"].problems


def test_a_document_that_arrived_before_it_was_issued_is_doubted() -> None:
    kind = document_types()["administrative_document"]
    fields = {"issued_on": _field("2024-03-18"), "arrived_on": _field("2024-03-17")}
    (reviewed,) = review_papers([(kind, fields)], 0.005, TODAY)
    assert [p.code for p in reviewed["arrived_on"].problems] == ["dates_out_of_order"]


@given(st.text(alphabet="0123456789GH./-QĐab ", max_size=20), st.floats(0, 1))
def test_review_never_changes_a_value(value: str, confidence: float) -> None:
    kind = document_types()["receipt_slip"]
    before = {"dossier_code": _field(value, confidence)}
    (after,) = review_papers([(kind, before)], 0.005, TODAY)
    assert after["dossier_code"].value == value
    assert after["dossier_code"].needs_review == (confidence < 0.85 or check_dossier_code(value) is not None)


def test_a_missing_required_field_needs_a_person() -> None:
    kind = document_types()["identity_card"]
    whole = {name: _field("x") for name, rule in kind.fields.items() if rule.required}
    assert state_after_reading(kind, whole) is State.READ
    del whole["full_name"]
    assert state_after_reading(kind, whole) is State.NEEDS_REVIEW
    assert state_after_reading(document_types()["unknown"], {}) is State.NEEDS_REVIEW


@pytest.mark.parametrize("code", ["0100112437", "0100112437-001", "001199012345"])
def test_tax_codes_that_hold(code: str) -> None:
    assert check_tax_code(code) is None


@pytest.mark.parametrize("code", ["0100112438", "010011243", "O100112437", "0100112437-01"])
def test_tax_codes_that_do_not(code: str) -> None:
    problem = check_tax_code(code)
    assert problem is not None
    assert problem.code == "tax_code_check"


@pytest.mark.parametrize(
    ("shape", "value", "holds"),
    [
        (LAND_SERIAL, "BA 123456", True),
        (LAND_SERIAL, "AA 09273289", True),
        (LAND_SERIAL, "ĐA123456", True),
        (LAND_SERIAL, "BA 12345", False),
        (LAND_SERIAL, "B 123456", False),
        (LAND_SERIAL, "BA 1234567", False),
        (CERTIFICATE_NUMBER, "15/2019", True),
        (CERTIFICATE_NUMBER, "15/TLKT-BS", True),
        (CERTIFICATE_NUMBER, "178TLKH", False),
        (CERTIFICATE_NUMBER, "15/20", False),
    ],
)
def test_shapes(shape: Shape, value: str, holds: bool) -> None:
    problem = check_shape(value, shape)
    assert (problem.code if problem else None) == (None if holds else shape.code)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("15/QĐ-UBND", None),
        ("15/QD-UBND", "document_number_kind"),
        ("8/UBND-VP", None),
        ("8/SNV-TCCB", None),
        ("21/TTr-STP", None),
        ("21/TTR-STP", "document_number_kind"),
        ("QĐ-UBND", "document_number_shape"),
    ],
)
def test_notation_of_a_document(number: str, code: str | None) -> None:
    problem = check_document_number(number)
    assert (problem.code if problem else None) == code


@pytest.mark.parametrize(
    ("kind", "number", "fits"),
    [
        ("quyết định", "15/QĐ-UBND", True),
        ("tờ trình", "15/TT-UBND", False),
        ("công văn", "15/UBND-VP", True),
        ("nghị quyết", "15/2020/NQ-HĐND", True),
        (None, "15/QĐ-UBND", True),
        ("báo cáo", None, True),
    ],
)
def test_kind_and_number_fit(kind: str | None, number: str | None, fits: bool) -> None:
    assert (check_kind_and_number(kind, number) is None) == fits


@pytest.mark.parametrize("value", ["Kinh", "KINH", "M'Nông", "M’Nông", "Cơ Tu", "Bru Vân Kiều", "Ê đê"])
def test_an_ethnic_group_is_known_in_any_spelling_in_use(value: str) -> None:
    assert check_listed(value, ethnic_groups(), "ethnic_group_unknown") is None


@pytest.mark.parametrize(
    ("value", "near"),
    [("Kinh Việt", "Kinh"), ("M Nông", "nông"), ("Việt Nam", ""), ("Nừng", "Nùng"), ("La", "")],
)
def test_what_is_no_ethnic_group_is_doubted_and_the_nearest_named(value: str, near: str) -> None:
    found = check_listed(value, ethnic_groups(), "ethnic_group_unknown")
    assert found
    assert found.code == "ethnic_group_unknown"
    assert near in found.message.vi


def test_what_runs_into_a_nationality_is_seen() -> None:
    assert check_listed("Việt Nam", nationalities(), "nationality_unknown") is None
    found = check_listed("Việt Nam Dân tộc", nationalities(), "nationality_unknown")
    assert found
    assert "Việt Nam" in found.message.en


@pytest.mark.parametrize(
    ("raw", "value", "code"),
    [
        ("ngày 03 tháng 12 năm 2024", "2024-12-03", None),
        ("ngày 13 tháng 3 năm 2024", "2024-03-13", None),
        ("ngày 3 tháng 12 năm 2024", "2024-12-03", "date_short"),
        ("Ngày 20 tháng 2 năm 2025", "2025-02-20", "date_short"),
        ("ngày 20 tháng 02 năm 2027", "2027-02-20", "date_to_come"),
        ("ngày 31 tháng 02 năm 2024", "2024-02-31", "date_unreal"),
    ],
)
def test_a_day_of_issue_that_lost_a_digit_is_seen(raw: str, value: str, code: str | None) -> None:
    problem = check_issue_date(value, raw, date(2026, 11, 29))
    assert (problem.code if problem else None) == code
