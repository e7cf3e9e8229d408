"""What goes to a person: doubtful values, unreadable ones, values with a problem, unknown papers."""

from collections.abc import Mapping, Sequence
from datetime import date

from rules.fields.agreement import check_agreement
from rules.fields.checks import check_fields
from rules.fields.confidence import has_doubtful_digits, judge_confidence, written_confidence
from rules.fields.issue_days import propose_issue_days
from rules.fields.places import judge_place
from rules.review.whole_paper import judge_paper, with_doubted_whole
from schemas.base.geometry import Box, enclosing
from schemas.base.language import Bilingual
from schemas.catalogue import document_types
from schemas.confidence import calibration
from schemas.document_type import DocumentType, FieldCheck, FieldRule
from schemas.paper import UNKNOWN, Extract, FieldValue, Problem, State, UnitToday

Fields = Mapping[str, FieldValue]
_READINGS_DIFFER = Problem(
    code="readings_differ",
    message=Bilingual(
        vi="Các lần đọc số này không giống nhau: hãy so với ảnh.",
        en="Readings of this number differ: compare it with the picture.",
    ),
)
_WRITTEN = Problem(
    code="handwritten",
    message=Bilingual(
        vi="Viết tay: máy chỉ đề xuất, hãy so với ảnh.",
        en="Written by hand: this is a proposal, compare it with the picture.",
    ),
)
_NOT_FOUND = Problem(
    code="not_found",
    message=Bilingual(
        vi="Giấy loại này thường có; máy chưa thấy ở đâu", en="Papers of this type have it; it was not found"
    ),
)


def review_dossier(
    extracts: Sequence[Extract], accepted_field_error: float, accepted_paper_error: float, today: date
) -> list[Extract]:
    """A dossier's papers with problems and confidence, and with every doubt that a person has to see.

    Of the fields accepted at most the share `accepted_field_error` is wrong, of the papers that nobody sees
    at most `accepted_paper_error` lacks something or has it wrong, as far as the calibration holds.
    """
    papers = [(document_types()[extract.document_type], extract.fields) for extract in extracts]
    reviewed = review_papers(papers, accepted_field_error, today)
    return [
        _with_whole(extract, kind, fields, accepted_paper_error)
        for extract, (kind, _), fields in zip(extracts, papers, reviewed, strict=True)
    ]


def _with_whole(extract: Extract, kind: DocumentType, fields: Fields, accepted_error: float) -> Extract:
    fields = with_proposals(kind, with_expected(kind, fields, extract.pages[0]), extract.signed_on)
    whole = judge_paper(kind, extract.confidence, fields, extract.unexplained)
    least = calibration().paper.threshold(accepted_error)
    return extract.with_changes(fields=with_doubted_whole(fields, whole, least), whole=whole)


def review_papers(
    papers: Sequence[tuple[DocumentType, Fields]], accepted_error: float, today: date
) -> list[dict[str, FieldValue]]:
    """Fields of a dossier's papers with problems, confidence and `needs_review`; values stay as they are.

    Of the fields that need no review at most the share `accepted_error` is wrong, as far as the
    calibration holds.
    """
    least = calibration().field.threshold(accepted_error)
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
        doubt = _doubt_of_digits(rule, field)
        reviewed[name] = field.with_changes(
            problems=(*problems, doubt) if doubt else problems,
            confidence=confidence,
            needs_review=field.value is None
            or confidence < least
            or doubt is not None
            or any(problem.is_failed_check for problem in problems),
            today=_today(rule.check, field),
        )
    return reviewed


def _doubt_of_digits(rule: FieldRule, field: FieldValue) -> Problem | None:
    """Why a person looks at a number however sure it is."""
    if field.evidence.written:
        return _WRITTEN
    return _READINGS_DIFFER if field.proposals or has_doubtful_digits(rule, field) else None


def with_expected(document_type: DocumentType, fields: Fields, page_number: int) -> dict[str, FieldValue]:
    """`fields`, and one without a value for each that every paper of the type has and that was not found.

    It is doubted where it should stand: between the fields before and after it, else on `page_number`.
    """
    missing = [name for name, rule in document_type.fields.items() if rule.expected and name not in fields]
    return {**fields, **{name: _not_found(document_type, fields, name, page_number) for name in missing}}


def _not_found(document_type: DocumentType, fields: Fields, name: str, page_number: int) -> FieldValue:
    order = list(document_type.fields)
    at = order.index(name)
    around = [next((fields[n] for n in side if n in fields), None) for side in (order[at::-1], order[at:])]
    beside = [field for field in around if field]
    page = beside[0].page_number if beside else page_number
    boxes = [field.box for field in beside if field.page_number == page]
    return FieldValue(
        value=None,
        raw="",
        confidence=0,
        page_number=page,
        box=enclosing(boxes) if boxes else Box(0, 0, 0, 0),
        needs_review=True,
        problems=(_NOT_FOUND,),
    )


def with_proposals(kind: DocumentType, fields: Fields, signed_on: Sequence[date]) -> dict[str, FieldValue]:
    """`fields`, a doubtful day of issue with those that are likely by the file's signatures, too.

    None is later than a sure day of arrival.
    """
    proposed = dict(fields)
    arrived = fields.get("arrived_on")
    arrived_on = str(arrived.value) if arrived and not arrived.needs_review else ""
    for name, field in fields.items():
        if kind.fields[name].check is FieldCheck.ISSUE_DATE and field.needs_review:
            days = propose_issue_days(field.raw, field.proposals, signed_on, arrived_on)
            proposed[name] = field.with_changes(proposals=days)
            if days and field.evidence.written:
                likely = written_confidence(days)
                proposed[name] = field.with_changes(value=days[0].value, confidence=likely, proposals=days)
    return proposed


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
