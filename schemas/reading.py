"""The reading contract: one JSON object a file, what `sohoa read FILE... --json` prints."""

from schemas.frozen import Frozen
from schemas.page import Box, PageText, Quality
from schemas.paper import Extract, FieldValue


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


class DocumentReading(Frozen):
    """A paper of the contract; a blank page belongs to the document type `blank`."""

    document_type: str
    confidence: float
    pages: tuple[int, ...]
    fields: dict[str, FieldValue]


class ProblemReading(Frozen):
    """Why a file or a part of it could not be read."""

    code: str
    message: str


class FileReading(Frozen):
    """One file: its pages, its papers, its problems."""

    file: str
    sha256: str
    pages: tuple[PageReading, ...] = ()
    documents: tuple[DocumentReading, ...] = ()
    problems: tuple[ProblemReading, ...] = ()


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
        words=tuple(
            WordReading(text=w.text, box=w.box, confidence=w.confidence) for w in page.words
        ),
    )


def document_reading(extract: Extract) -> DocumentReading:
    """`extract` in the contract's shape."""
    return DocumentReading(
        document_type=extract.document_type,
        confidence=extract.confidence,
        pages=extract.pages,
        fields=extract.fields,
    )


def _quality(quality: Quality) -> QualityReading:
    return QualityReading(
        verdict=quality.verdict, reasons=tuple(reason.code for reason in quality.reasons)
    )

