"""A page as read: Block > Line > Word, the hierarchy of ALTO, and what the image itself tells."""

from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from pydantic import Field

from schemas.base.geometry import Box, enclosing
from schemas.base.model import Frozen


class Word(Frozen):
    """One word as the engine read it."""

    text: str
    box: Box
    confidence: float = Field(ge=0, le=1)


class Line(Frozen):
    """Words of one line of one column, left to right; at least one."""

    words: tuple[Word, ...] = Field(min_length=1)

    @cached_property
    def text(self) -> str:
        """Words joined with blanks."""
        return " ".join(word.text for word in self.words)

    @cached_property
    def box(self) -> Box:
        """Box around the words."""
        return enclosing([word.box for word in self.words])


class Block(Frozen):
    """Lines that belong together, top to bottom; blocks stand in reading order."""

    lines: tuple[Line, ...] = Field(min_length=1)

    @cached_property
    def box(self) -> Box:
        """Box around the lines."""
        return enclosing([line.box for line in self.lines])


class CodeKind(StrEnum):
    """Symbology of a machine-readable code."""

    QR = "qr"
    BARCODE = "barcode"
    MRZ = "mrz"
    """The machine-readable zone of a card, three lines (ICAO 9303-5)."""


class Code(Frozen):
    """A machine-readable code found on the page; `damaged` when seen but not decoded."""

    kind: CodeKind
    text: str
    box: Box
    damaged: bool = False


class MarkKind(StrEnum):
    """What stands on a page beside its print."""

    SEAL = "seal"
    """Con dấu: round, of an agency."""
    STAMP = "stamp"
    """Dấu: framed words, such as incoming mail (ĐẾN) or urgency (KHẨN)."""
    SIGNATURE = "signature"
    """Chữ ký."""
    HANDWRITING = "handwriting"
    """Chữ viết tay written into a printed gap: a number, a day."""


class InkColour(StrEnum):
    """Colour of a mark, as far as it tells: paper copied in black and white has only black."""

    RED = "red"
    BLUE = "blue"
    BLACK = "black"


class Gap(StrEnum):
    """What is put into a printed line by hand (Decree 30/2020/NĐ-CP, annex I, II.3, II.4)."""

    NUMBER = "number"
    DAY = "day"
    MONTH = "month"


class DigitReading(Frozen):
    """Digits that may stand in a gap."""

    text: str
    chance: float = Field(ge=0, le=1)


class Mark(Frozen):
    """A seal, stamp, signature or handwriting: where it stands, and what it says if that was read."""

    kind: MarkKind
    box: Box
    colour: InkColour
    text: str | None = None
    gap: Gap | None = None
    """Of handwriting: what it puts in."""
    readings: tuple[DigitReading, ...] = ()
    """Of handwriting: what it may say, the likeliest first."""


class Verdict(StrEnum):
    """Whether the page may be used as a digitised paper."""

    OK = "ok"
    DOUBTFUL = "doubtful"
    BAD = "bad"


class QualityReason(Frozen):
    """One thing wrong with a page image: `measure` against `limit`, in the unit of `code`."""

    code: str
    measure: float
    limit: float


class Quality(Frozen):
    """What the image itself says of its fitness (Decree 30/2020, annex I: at least 200 dpi)."""

    verdict: Verdict = Verdict.OK
    reasons: tuple[QualityReason, ...] = ()


class PageText(Frozen):
    """One page, read. Sizes in pixels of the upright deskewed view image.

    `dpi` is the view's resolution on paper, `effective_dpi` the detail really present (an upscaled
    scan has less than it claims). `rotation_degrees` (0, 90, 180, 270, clockwise) and
    `skew_degrees` are what was undone to make the page upright.
    """

    page_number: int = Field(ge=1)
    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    dpi: int = Field(gt=0)
    effective_dpi: int = Field(gt=0)
    rotation_degrees: int = 0
    skew_degrees: float = 0.0
    blank: bool = False
    quality: Quality = Quality()
    codes: tuple[Code, ...] = ()
    blocks: tuple[Block, ...] = ()
    marks: tuple[Mark, ...] = ()
    """Seals, stamps, signatures, handwriting; evidence, and no part of the text."""
    signed_on: tuple[date, ...] = ()
    """Days on which the PDF that it is from was signed, as its signatures say themselves; earliest first."""
    fold_px: int | None = None
    """The x between two facing pages on this image (an opened booklet); None for a single page."""
    engine: str = "none"

    @property
    def damaged(self) -> bool:
        """The file is broken at this page: some of it may be missing."""
        return any(reason.code == "damaged" for reason in self.quality.reasons)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines in reading order."""
        return tuple(line for block in self.blocks for line in block.lines)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All words in reading order."""
        return tuple(word for line in self.lines for word in line.words)

    @cached_property
    def text(self) -> str:
        """Lines joined with newlines, blocks too."""
        return "\n".join(line.text for line in self.lines)

    @cached_property
    def confidence(self) -> float:
        """Mean word confidence weighted by length; 1 for a page without words."""
        letters = sum(len(word.text) for word in self.words)
        if not letters:
            return 1.0
        return round(sum(w.confidence * len(w.text) for w in self.words) / letters, 4)


class Reading(Frozen):
    """A page as read and kept: its text, its view image's SHA-256, and when it was read first."""

    page: PageText
    view_sha256: str
    read_at: datetime
    seconds: float = 0.0
    """How long opening and reading it took."""
