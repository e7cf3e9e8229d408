"""The catalogue's data: types, fields, patterns."""

import re

import pytest

from schemas.base.vietnamese import nfc
from schemas.catalogue import birth_provinces, document_types
from schemas.document_type import Locator

CONTRACT = {
    "identity_card": {
        "personal_id",
        "full_name",
        "date_of_birth",
        "gender",
        "nationality",
        "place_of_origin",
        "residence",
        "issued_on",
        "expires_on",
        "previous_id",
    },
    "receipt_slip": {
        "dossier_code",
        "received_by",
        "applicant_name",
        "address",
        "phone",
        "procedure_name",
        "received_at",
        "due_at",
        "papers",
        "officer_name",
    },
    "administrative_document": {
        "document_kind",
        "document_number",
        "parent_agency",
        "issuing_agency",
        "place",
        "issued_on",
        "subject",
        "addressees",
        "signer_capacity",
        "signer_title",
        "signer_name",
        "arrival_number",
        "arrived_on",
    },
    "birth_certificate": {
        "certificate_number",
        "book_number",
        "full_name",
        "date_of_birth",
        "gender",
        "ethnicity",
        "nationality",
        "place_of_birth",
        "place_of_origin",
        "personal_id",
        "declarant_full_name",
        "declarant_id_paper",
        "registered_by",
        "registered_on",
        "signer_name",
        *(
            f"{who}_{what}"
            for who in ("mother", "father")
            for what in ("full_name", "birth_year", "ethnicity", "nationality", "residence")
        ),
    },
    "marriage_certificate": {
        "certificate_number",
        "registered_by",
        "registered_on",
        "signer_name",
        *(
            f"{who}_{what}"
            for who in ("wife", "husband")
            for what in ("full_name", "date_of_birth", "ethnicity", "nationality", "residence", "id")
        ),
    },
    "marital_status_certificate": {
        "certificate_number",
        "issued_by",
        "issued_on",
        "full_name",
        "date_of_birth",
        "gender",
        "ethnicity",
        "nationality",
        "personal_id",
        "residence",
        "marital_status",
        "purpose",
        "signer_name",
    },
    "death_certificate": {
        "certificate_number",
        "issued_by",
        "issued_on",
        "full_name",
        "date_of_birth",
        "gender",
        "ethnicity",
        "nationality",
        "personal_id",
        "last_residence",
        "died_at",
        "place_of_death",
        "cause_of_death",
        "signer_name",
    },
    "land_use_certificate": {
        "serial_number",
        "register_number",
        "holder_name",
        "holder_birth_year",
        "holder_id",
        "holder_address",
        "parcel_number",
        "map_sheet",
        "parcel_address",
        "area_m2",
        "use_form",
        "use_purpose",
        "use_term",
        "use_origin",
        "issued_by",
        "issued_on",
    },
    "business_registration": {
        "enterprise_code",
        "first_registered_on",
        "change_number",
        "changed_on",
        "enterprise_name",
        "foreign_name",
        "short_name",
        "head_office",
        "phone",
        "charter_capital",
        "representative_name",
        "representative_title",
        "representative_id",
        "issued_by",
    },
    "construction_permit": {
        "permit_number",
        "issued_by",
        "issued_on",
        "holder_name",
        "holder_address",
        "works",
        "location",
        "parcel_number",
        "area_m2",
        "floors",
        "signer_name",
    },
    "application_form": {
        "title",
        "addressee",
        "applicant_name",
        "date_of_birth",
        "personal_id",
        "residence",
        "phone",
        "request",
        "made_on",
    },
    "unknown": set(),
}


def test_field_ids_are_the_contract() -> None:
    assert {name: set(kind.fields) for name, kind in document_types().items()} == CONTRACT


@pytest.mark.parametrize("name", CONTRACT)
def test_patterns_compile_and_name_their_value(name: str) -> None:
    for field in document_types()[name].fields.values():
        for finder in field.find:
            if finder.pattern:
                assert "value" in re.compile(finder.pattern).groupindex or finder.where is Locator.HEADING


@pytest.mark.parametrize("name", CONTRACT)
def test_labels_are_nfc(name: str) -> None:
    kind = document_types()[name]
    labels = [label for rule in kind.fields.values() for finder in rule.find for label in finder.labels]
    assert all(nfc(label) == label for label in labels)


def test_provinces() -> None:
    codes = birth_provinces()
    assert len(codes) == 63
    assert codes["070"] == "Bình Phước"
    assert codes["006"] == "Bắc Kạn"
