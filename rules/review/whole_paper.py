"""How sure it is that everything on a paper was read, and right: what may pass without a person.

Fields that are sure one by one are not yet a whole paper: there are many of them, and what was not found is
not among them. The weights are fitted on papers of layouts left out (`bench/confidence.py`).
"""

from collections.abc import Mapping
from math import log

from rules.fields.confidence import judged
from schemas.base.language import Bilingual
from schemas.confidence import calibration
from schemas.document_type import DocumentType, Locator
from schemas.paper import UNKNOWN, FieldValue, Problem, Source

Fields = Mapping[str, FieldValue]
_LEAST = 1e-3
_SURE = 0.99
_CODES = (Source.QR, Source.BARCODE, Source.MRZ)
_DOUBTED = Problem(
    code="paper_doubted",
    message=Bilingual(
        vi="Từng trường đều chắc, cả tờ thì chưa: hãy xem có thiếu gì không.",
        en="Each field is sure, the paper as a whole is not: see whether something is missing.",
    ),
)


def judge_paper(kind: DocumentType, confidence: float, fields: Fields, unexplained: int) -> float:
    """Probability (0…1) that all that stands on the paper is in `fields`, and right; 0 of an unknown type.

    `confidence` is that of the type; `unexplained` counts words that look like labels and led to no field.
    """
    if kind.id == UNKNOWN:
        return 0.0
    return judged(calibration().paper, paper_features(kind, confidence, fields, unexplained))


def paper_features(
    kind: DocumentType, confidence: float, fields: Fields, unexplained: int
) -> dict[str, float]:
    """What the trees look at, by name; they know no types."""
    values = [field for field in fields.values() if field.value is not None]
    sure = [max(field.confidence, _LEAST) for field in values]
    asked = [name for name, rule in kind.fields.items() if rule.find[0].where is Locator.LABEL]
    return {
        "all": sum(map(log, sure)),
        "least": min(sure, default=0.0),
        "values": float(len(values)),
        "unsure": float(sum(each < _SURE for each in sure)),
        "decoded": sum(field.source in _CODES for field in values) / max(len(values), 1),
        "unread": float(len(fields) - len(values)),
        "problems": float(sum(any(p.is_failed_check for p in field.problems) for field in values)),
        "unlisted": float(sum(field.evidence.unlisted for field in values)),
        "unexplained": float(unexplained),
        "asked": float(len(asked)),
        "filled": sum(name in fields for name in asked) / max(len(asked), 1),
        "type": confidence,
        "weakest": min((field.evidence.weakest for field in values), default=0.0),
    }


def with_doubted_whole(fields: Fields, whole: float, least: float) -> dict[str, FieldValue]:
    """`fields`, the least sure of them doubted when none is and the paper as a whole is too unsure."""
    if whole >= least or not fields or any(field.needs_review for field in fields.values()):
        return dict(fields)
    name = min(fields, key=lambda each: fields[each].confidence)
    doubted = fields[name].with_changes(needs_review=True, problems=(*fields[name].problems, _DOUBTED))
    return {**fields, name: doubted}
