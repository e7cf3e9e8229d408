"""What goes to a person: doubtful values, unreadable ones, values with a problem, unknown papers."""

from collections.abc import Mapping
from datetime import date

from rules.checks import check_fields
from rules.places import judge_place
from schemas.document_type import Check, DocumentType
from schemas.paper import UNKNOWN, FieldValue, State, UnitToday


def review_fields(
    document_type: DocumentType,
    fields: Mapping[str, FieldValue],
    accepted_confidence: float,
    today: date,
) -> dict[str, FieldValue]:
    """`fields` with their problems and `needs_review` set; values stay as they are."""
    problems = check_fields(document_type, fields, today)
    return {
        name: field.model_copy(
            update={
                "problems": problems.get(name, ()),
                "needs_review": field.value is None
                or field.confidence < max(accepted_confidence, document_type.fields[name].accept)
                or name in problems,
                "today": _today(document_type, name, field),
            }
        )
        for name, field in fields.items()
    }


def _today(document_type: DocumentType, name: str, field: FieldValue) -> UnitToday | None:
    """The unit of today that an address lies in."""
    is_place = document_type.fields[name].check is Check.PLACE
    return judge_place(field.value).today if is_place and isinstance(field.value, str) else None


def state_after_reading(document_type: DocumentType, fields: Mapping[str, FieldValue]) -> State:
    """`read` when every value is sure and no required one is missing, else `needs_review`."""
    missing = any(r.required and name not in fields for name, r in document_type.fields.items())
    doubtful = any(field.needs_review for field in fields.values())
    if document_type.id == UNKNOWN or missing or doubtful:
        return State.NEEDS_REVIEW
    return State.READ
