"""The catalogue's data: types, fields, patterns."""

import re

import pytest

from schemas.catalogue import birth_provinces, document_types
from schemas.document_type import Where
from schemas.vietnamese import nfc

CONTRACT = {
    "identity_card": {
        "personal_id", "full_name", "date_of_birth", "gender", "nationality", "place_of_origin",
        "residence", "issued_on", "expires_on", "previous_id",
    },
    "receipt_slip": {
        "dossier_code", "received_by", "applicant_name", "address", "phone", "procedure_name",
        "received_at", "due_at", "papers", "officer_name",
    },
    "administrative_document": {
        "document_kind", "document_number", "parent_agency", "issuing_agency", "place", "issued_on",
        "subject", "addressees", "signer_capacity", "signer_title", "signer_name",
    },
    "birth_certificate": {
        "certificate_number", "book_number", "full_name", "date_of_birth", "gender", "ethnicity",
        "nationality", "place_of_birth", "place_of_origin", "personal_id", "declarant_full_name",
        "declarant_id_paper", "registered_by", "registered_on", "signer_name",
        *(f"{who}_{what}" for who in ("mother", "father")
          for what in ("full_name", "birth_year", "ethnicity", "nationality", "residence")),
    },
    "unknown": set(),
}  # fmt: skip


def test_field_ids_are_the_contract() -> None:
    assert {name: set(kind.fields) for name, kind in document_types().items()} == CONTRACT


@pytest.mark.parametrize("name", CONTRACT)
def test_patterns_compile_and_name_their_value(name: str) -> None:
    for field in document_types()[name].fields.values():
        for finder in field.find:
            if finder.pattern:
                assert "value" in re.compile(finder.pattern).groupindex or finder.where is Where.TITLE


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
