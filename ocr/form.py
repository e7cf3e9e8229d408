"""One paper as the finders see it: its rows, the labels on them, its header and title."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ocr.labels import find_labels, likeness
from ocr.tokens import Row, Token, joined, rows_of
from schemas.document_type import DocumentType, Where
from schemas.page import Box, PageText, enclosing
from schemas.paper import Source

_MOTTO = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
_HEADER_SHARE = 0.34
"""The header stands in the upper third of the first page (Decree 30/2020, annex I)."""
_NUMBER_LINE = re.compile(r"^\W*S[ốôoóòõỗồ6]\b", re.IGNORECASE)
_CAPACITY = re.compile(r"^(?:TM|KT|TL|TUQ|Q)\s*[.,:]")
_BODY = re.compile(
    r"^(?:Căn cứ|Thực hiện|Kính gửi|Điều \d|Xét |Theo đề nghị|[IVX]+[.,]|\d+[.,]"
    r"|CHỦ TỊCH|BỘ TRƯỞNG|GIÁM ĐỐC|ỦY BAN|UỶ BAN|HỘI ĐỒNG)"
)
"""How the body of a document begins: what stands above ends there."""
_LINE_GAP = 1.9
"""Lines further apart than this many line heights do not continue each other."""
_LIKE_MOTTO = 0.7
_LIKE_POST = 0.85
_COUNCILS = ("ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN")
_AFTER_TABLE = re.compile(r"^\W*\d{1,2}\s*[.,]?\s*(?:Số lượng|Thời gian)|^Số lượng hồ sơ", re.IGNORECASE)
_TABLE_ROW = re.compile(
    r"^\W*(?:\d{1,2}\W+)?(?P<name>[^\d\W].*?\w)\W+(?P<originals>\d{1,2})\W+(?P<copies>\d{1,2})\W*$"
)
_LIKE_MOTTO = 0.7


@dataclass(frozen=True)
class Found:
    """Ink or a code that holds a value."""

    raw: str
    page_number: int
    box: Box
    confidence: float
    source: Source = Source.OCR
    value: str = ""
    """Set when the match stands for a value that is not printed itself."""


class Form:
    """One paper's rows with its labels found once: what all finders look at."""

    def __init__(self, document_type: DocumentType, pages: Sequence[PageText]) -> None:
        self.type = document_type
        self.pages = pages
        self.rows = rows_of(pages)
        self.hits = find_labels(self.rows, _all_labels(document_type))

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """The section each hit lies in, empty before the first."""
        begins = {label: s.name for s in self.type.sections for label in s.begins}
        names, current = [], ""
        for hit in self.hits:
            current = begins.get(hit.label, current)
            names.append(current)
        return tuple(names)

    @cached_property
    def title_row(self) -> int | None:
        """Row of the first line in capitals below the motto that is like a title phrase."""
        patterns = [f.pattern for r in self.type.fields.values() for f in r.find if f.where is Where.TITLE]
        for at, row in enumerate(self.rows):
            if any(re.search(pattern, row.text.strip(" .:")) for pattern in patterns):
                return at
        return None

    @cached_property
    def header(self) -> tuple[Row, ...]:
        """Lines of the left header column, above the number, without the motto."""
        if not self.pages:
            return ()
        first = self.pages[0]
        limit = first.height_px * _HEADER_SHARE
        column: list[Row] = []
        for row in self.rows:
            in_header = row.page is first and row.box[1] < limit and row.box[0] < first.width_px / 2
            if _NUMBER_LINE.match(row.text) or not in_header or is_motto(row.text):
                if column:
                    break
                continue
            if row.in_capitals:
                column.append(row)
            elif column:
                break
        return tuple(column)


def is_motto(text: str) -> bool:
    """The national name or motto, which stands on nearly every paper."""
    return any(likeness(text, line) > _LIKE_MOTTO for line in _MOTTO)


def ink(row: Row, tokens: Sequence[Token], raw: str = "", weight: float = 1.0) -> Found | None:
    """`tokens` of `row` as found ink, None without any; `weight` is how sure their place is."""
    if not tokens:
        return None
    lowest = min(token.confidence for token in tokens)
    letters = sum(len(token.text) for token in tokens)
    mean = sum(token.confidence * len(token.text) for token in tokens) / max(letters, 1)
    return Found(
        raw=raw or joined(tokens),
        page_number=row.page.page_number,
        box=enclosing([token.box for token in tokens]),
        confidence=round(min((lowest + mean) / 2 * weight, 1.0), 4),
    )


def _all_labels(document_type: DocumentType) -> tuple[str, ...]:
    rules = document_type.fields.values()
    labels = [label for rule in rules for finder in rule.find for label in finder.labels]
    labels += [label for section in document_type.sections for label in section.begins]
    return tuple(dict.fromkeys([*labels, *document_type.stops]))
