"""One paper as the finders see it: its rows, the labels on them, its header and title."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from ocr.extraction.label_matching import find_labels, likeness
from ocr.extraction.side_by_side import in_columns
from ocr.text.national_motto import MOTTO, NATIONAL_NAME
from ocr.text.tokens import Row, Token, bare, joined, rows_of
from schemas.base.geometry import Box, enclosing
from schemas.document_type import DocumentType
from schemas.page import PageText
from schemas.paper import Evidence, Source

_HEAD_SHARE = 0.4
"""Agency, number, place and date stand in the upper part (Decree 30/2020, annex I, boxes 1 to 5)."""
_TITLE_SHARE = 0.5
_NUMBER_LINE = re.compile(r"^\W*S[ốôoóòõỗồ6]\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d\s*/|^\W*S\s*[:.]")
"""A number with its notation, or what is left of `Số:` before one."""
_LIKE_MOTTO = 0.7


_NOTHING_READ = Evidence()


@dataclass(frozen=True)
class Located:
    """Ink or a code that holds a value."""

    raw: str
    page_number: int
    box: Box
    lines: tuple[Box, ...] = ()
    label_box: Box | None = None
    evidence: Evidence = _NOTHING_READ
    source: Source = Source.OCR
    value: str = ""
    """Set when the match stands for a value that is not printed itself."""


class Form:
    """One paper's rows with its labels found once: what all finders look at."""

    def __init__(self, document_type: DocumentType, pages: Sequence[PageText]) -> None:
        self.type = document_type
        self.pages = pages
        self.rows = in_columns(document_type, rows_of(pages))
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
    def title(self) -> tuple[int, str] | None:
        """Row of the title and which of the type's titles it is."""
        return find_title(self.rows, self.type.titles)

    @cached_property
    def head(self) -> tuple[Row, ...]:
        """Lines of the first page's upper part, above the title."""
        if not self.pages:
            return ()
        first = self.pages[0]
        end = self.title[0] if self.title else len(self.rows)
        limit = first.height_px * _HEAD_SHARE
        return tuple(row for row in self.rows[:end] if row.page is first and row.box.top < limit)

    @cached_property
    def header(self) -> tuple[Row, ...]:
        """Capitals of the left column from the document number upwards.

        What stands further up, a received stamp say, is no agency.
        """
        half = self.pages[0].width_px / 2 if self.pages else 0
        left = [row for row in self.head if row.box.left < half]
        above = next(
            (at for at, row in enumerate(left) if _NUMBER_LINE.match(row.text) or _NUMBER.search(row.text)),
            None,
        )
        if above is None:
            above = next((at for at, row in enumerate(left) if is_motto(row.text)), len(left))
        column: list[Row] = []
        for row in reversed(left[:above]):
            if row.in_capitals and not is_motto(row.text):
                column.insert(0, row)
            elif column and any(token.bare for token in row.tokens):
                break
        return tuple(column)


def find_title(rows: Sequence[Row], titles: Sequence[str]) -> tuple[int, str] | None:
    """The first line in capitals, in the upper half of the first page, that is one of `titles`.

    Marks are not compared: recognition loses them in capitals more than anywhere.
    """
    wanted = {bare(title): title for title in titles}
    for at, row in enumerate(rows):
        upper = row.page is rows[0].page and row.box.top < row.page.height_px * _TITLE_SHARE
        if upper and row.in_capitals and bare(row.text) in wanted:
            return at, wanted[bare(row.text)]
    return None


def is_motto(text: str) -> bool:
    """The national name or motto, which stands on nearly every paper."""
    return any(likeness(text, " ".join(line)) > _LIKE_MOTTO for line in (NATIONAL_NAME, MOTTO))


def ink(row: Row, tokens: Sequence[Token], raw: str = "", weight: float = 1.0) -> Located | None:
    """`tokens` of `row`'s page as found ink, None without any; `weight` is how sure their place is."""
    if not tokens:
        return None
    sure = [token.confidence for token in tokens]
    return Located(
        raw=raw or joined(tokens),
        page_number=row.page.page_number,
        box=enclosing([token.box for token in tokens]),
        lines=line_boxes(tokens),
        evidence=Evidence(
            words=round(math.prod(sure), 4),
            weakest=min(sure),
            label=round(weight, 4),
            letters=sum(len(token.text) for token in tokens),
        ),
    )


def line_boxes(tokens: Sequence[Token]) -> tuple[Box, ...]:
    """Boxes of the lines that `tokens` stand on, in reading order."""
    lines: list[list[Box]] = []
    for token in tokens:
        last = lines[-1][-1] if lines else None
        if last and token.box.left >= last.left and token.box.overlap_y(last) > 0:
            lines[-1].append(token.box)
        else:
            lines.append([token.box])
    return tuple(enclosing(line) for line in lines)


def _all_labels(document_type: DocumentType) -> tuple[str, ...]:
    rules = document_type.fields.values()
    labels = [label for rule in rules for finder in rule.find for label in finder.labels]
    labels += [label for section in document_type.sections for label in section.begins]
    return tuple(dict.fromkeys([*labels, *document_type.stops]))
