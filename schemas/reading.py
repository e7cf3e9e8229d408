"""The reading contract: one JSON object a file, what `sohoa read FILE... --json` prints."""

from pydantic import JsonValue

from schemas.base.geometry import Box
from schemas.base.language import Language
from schemas.base.model import Frozen
from schemas.base.stopwatch import Spent
from schemas.page import PageText, Quality
from schemas.paper import Extract, FieldValue, PaperMark, Proposal

_NOT_IN_CONTRACT = {
    "answer",
    "confirmed_by",
    "echoes",
    "evidence",
    "label_box",
    "lines",
    "problems",
    "today",
}
"""What the record of a value has besides; problems are written in one language."""


class WordReading(Frozen):
    """A word with its box and confidence."""

    text: str
    box: Box
    confidence: float


class QualityReading(Frozen):
    """Verdict and the codes of its reasons."""

    verdict: str
    reasons: tuple[str, ...]


class PageReading(Frozen):
    """A page of the contract, keys in the contract's order."""

    page_number: int
    width_px: int
    height_px: int
    effective_dpi: int
    rotation_degrees: int
    skew_degrees: float
    blank: bool
    quality: QualityReading
    confidence: float
    text: str
    words: tuple[WordReading, ...]


class ProblemReading(Frozen):
    """Why a file or a part of it could not be read, or what does not fit."""

    code: str
    message: str


class FieldReading(Frozen):
    """A value and its receipt, problems in one language."""

    value: JsonValue
    raw: str
    confidence: float
    page_number: int
    box: Box
    source: str
    needs_review: bool
    problems: tuple[ProblemReading, ...]
    proposals: tuple[Proposal, ...]
    """What may stand there where a hand wrote, the likeliest first."""


class DocumentReading(Frozen):
    """A paper of the contract."""

    document_type: str
    confidence: float
    pages: tuple[int, ...]
    fields: dict[str, FieldReading]
    whole: float
    """Probability that all that stands on the paper is in `fields`, and right."""
    needs_review: bool
    """A person has to see it, by the errors that the office allows."""
    marks: tuple[PaperMark, ...]
    """Seals, stamps and signatures seen on it."""


class PageTiming(Frozen):
    """Where the CPU time of a page went, programs included: seconds by step."""

    page_number: int
    cpu_seconds: Spent


class FileReading(Frozen):
    """One file: its pages, its papers, its problems."""

    file: str
    sha256: str
    pages: tuple[PageReading, ...] = ()
    documents: tuple[DocumentReading, ...] = ()
    problems: tuple[ProblemReading, ...] = ()
    timings: tuple[PageTiming, ...] = ()
    """Of the pages that could be read; printed where somebody asks."""


def page_reading(page: PageText) -> PageReading:
    """`page` in the contract's shape."""
    return PageReading(
        page_number=page.page_number,
        width_px=page.width_px,
        height_px=page.height_px,
        effective_dpi=page.effective_dpi,
        rotation_degrees=page.rotation_degrees,
        skew_degrees=page.skew_degrees,
        blank=page.blank,
        quality=_quality(page.quality),
        confidence=page.confidence,
        text=page.text,
        words=tuple(WordReading(text=w.text, box=w.box, confidence=w.confidence) for w in page.words),
    )


def document_reading(extract: Extract, language: Language, *, needs_review: bool) -> DocumentReading:
    """`extract` in the contract's shape."""
    return DocumentReading(
        document_type=extract.document_type,
        confidence=extract.confidence,
        pages=extract.pages,
        fields={name: _field(field, language) for name, field in extract.fields.items()},
        whole=extract.whole,
        needs_review=needs_review,
        marks=extract.marks,
    )


def _field(field: FieldValue, language: Language) -> FieldReading:
    problems = tuple(
        ProblemReading(code=problem.code, message=problem.message.in_(language)) for problem in field.problems
    )
    kept = field.model_dump(exclude=_NOT_IN_CONTRACT)
    return FieldReading(**kept, problems=problems)


def _quality(quality: Quality) -> QualityReading:
    return QualityReading(verdict=quality.verdict, reasons=tuple(reason.code for reason in quality.reasons))
