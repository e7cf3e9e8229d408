"""What goes to a person: doubtful values, unreadable ones, values with a problem, unknown papers."""

from collections.abc import Mapping, Sequence
from datetime import date

from rules.fields.agreement import check_agreement
from rules.fields.checks import check_fields
from rules.fields.confidence import judge_confidence
from rules.fields.places import judge_place
from schemas.confidence import calibration
from schemas.document_type import DocumentType, FieldCheck
from schemas.paper import UNKNOWN, FieldValue, Problem, State, UnitToday

Fields = Mapping[str, FieldValue]


def review_papers(
    papers: Sequence[tuple[DocumentType, Fields]], accepted_error: float, today: date
) -> list[dict[str, FieldValue]]:
    """Fields of a dossier's papers with problems, confidence and `needs_review`; values stay as they are.

    Of the fields that need no review at most the share `accepted_error` is wrong, as far as the
    calibration holds.
    """
    least = calibration().threshold(accepted_error)
    agreement = check_agreement(papers)
    return [
        _review(kind, fields, differing, least, today)
        for (kind, fields), differing in zip(papers, agreement, strict=True)
    ]


def _review(
    kind: DocumentType,
    fields: Fields,
    differing: Mapping[str, tuple[Problem, ...]],
    least: float,
    today: date,
) -> dict[str, FieldValue]:
    own = check_fields(kind, fields, today)
    reviewed = {}
    for name, field in fields.items():
        rule = kind.fields[name]
        problems = (*own.get(name, ()), *differing.get(name, ()))
        confidence = judge_confidence(rule, field, problems)
        reviewed[name] = field.with_changes(
            problems=problems,
            confidence=confidence,
            needs_review=field.value is None or confidence < least or bool(problems),
            today=_today(rule.check, field),
        )
    return reviewed


def _today(check: FieldCheck | None, field: FieldValue) -> UnitToday | None:
    """The unit of today that an address lies in."""
    is_place = check is FieldCheck.PLACE and isinstance(field.value, str)
    return judge_place(str(field.value)).today if is_place else None


def state_after_reading(document_type: DocumentType, fields: Fields) -> State:
    """`read` when every value is sure and no required one is missing, else `needs_review`."""
    missing = any(r.required and name not in fields for name, r in document_type.fields.items())
    doubtful = any(field.needs_review for field in fields.values())
    if document_type.id == UNKNOWN or missing or doubtful:
        return State.NEEDS_REVIEW
    return State.READ
