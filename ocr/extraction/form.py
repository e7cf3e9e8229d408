"""One paper as the finders see it: its rows, the labels on them, its header and title."""

import math
import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from ocr.extraction.label_matching import Hit, find_labels, is_cut_short, label_key, label_keys, likeness
from ocr.extraction.label_places import begins_row, has_colon
from ocr.extraction.side_by_side import in_columns
from ocr.extraction.titles import find_title, first_title
from ocr.extraction.wrapped_labels import join_labels
from ocr.text.national_motto import MOTTO, NATIONAL_NAME
from ocr.text.tokens import Row, Token, joined, rows_of
from schemas.base.geometry import Box, enclosing
from schemas.document_type import DocumentType
from schemas.page import PageText
from schemas.paper import Evidence, Source

_HEAD_SHARE = 0.4
"""Agency, number, place and date stand in the upper part (Decree 30/2020, annex I, boxes 1 to 5)."""
_NUMBER_LINE = re.compile(r"^\W*S[ốôoóòõỗồ6]\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d\s*/|^\W*S\s*[:.]")
"""A number with its notation, or what is left of `Số:` before one."""
_LIKE_MOTTO = 0.7
_FEW, _SHORT_OF = 2, 0.04
"""So many further lines reach the right margin, but for this share of its distance from the left edge."""
_OVER = 0.87
"""A margin that lies further left than that share of the furthest line is that of short lines."""


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
        labels = _all_labels(document_type)
        self.rows = join_labels(in_columns(document_type, rows_of(pages)), labels)
        hits = find_labels(self.rows, labels)
        own = [
            hit
            for hit in hits
            if hit.row not in self.title_rows and not is_cut_short(self.rows[hit.row], hit)
        ]
        values = {hit for label, hit in pairwise(own) if self._is_value(label, hit)}
        self.hits = tuple(hit for hit in own if hit not in values)

    def _is_value(self, label: Hit, hit: Hit) -> bool:
        """Words of a label that are a value: right behind or below a label's colon, with none themselves.

        A heading, in capitals, is none, nor the heads of a table side by side.
        """
        row, own = self.rows[label.row], self.rows[hit.row]
        if not has_colon(row, label.end) or has_colon(own, hit.end) or hit.key in self.english:
            return False
        if hit.row == label.row:
            return hit.start == label.end
        is_empty = not any(token.bare for token in row.tokens[label.end :])
        is_below = is_empty and hit.row == label.row + 1 and begins_row(own, hit.start)
        return is_below and not own.in_capitals and not _is_in_pieces(own)

    def with_hits(self, more: Sequence[Hit]) -> "Form":
        """The same paper with further labels on it."""
        form = copy(self)
        form.__dict__.pop("sections", None)
        form.hits = tuple(sorted((*self.hits, *more), key=lambda hit: (hit.row, hit.start)))
        return form

    @cached_property
    def sections(self) -> tuple[str, ...]:
        """The section each hit lies in: before any begins the first, unless it stands beside another.

        A section begins once, or again under a heading of its own.
        """
        begins = {label_key(label): s.name for s in self.type.sections for label in s.begins}
        first = next(iter(self.type.sections), None)
        current = first.name if first and not first.beside else ""
        names, begun = [], {""}
        for hit in self.hits:
            section = begins.get(hit.key, "")
            if section not in begun or (section and self._is_heading(hit)):
                begun |= {section, current}
                current = section
            names.append(current)
        return tuple(names)

    def _is_heading(self, hit: Hit) -> bool:
        """The label is a line of its own, in capitals."""
        row = self.rows[hit.row]
        return row.in_capitals and hit.start == 0 and not any(t.bare for t in row.tokens[hit.end :])

    @cached_property
    def owners(self) -> Mapping[str, int]:
        """How many fields of the type each label, by its key, may stand for."""
        count: dict[str, int] = {}
        for rule in self.type.fields.values():
            for label in {key for finder in rule.find for key in label_keys(finder.labels)}:
                count[label] = count.get(label, 0) + 1
        return count

    @cached_property
    def english(self) -> frozenset[str]:
        """Keys of second labels, which belong to the label before them."""
        return label_keys(self.type.english)

    @cached_property
    def own_labels(self) -> frozenset[str]:
        """Keys of all labels of the type."""
        return label_keys(_all_labels(self.type))

    @cached_property
    def right_edge(self) -> Mapping[int, int]:
        """Where lines end at the right, by page number: what goes further would not fit."""
        edges: dict[int, list[int]] = {}
        for row in self.rows:
            edges.setdefault(row.page.page_number, []).append(row.box.right)
        return {page: _usual_edge(ends) for page, ends in edges.items()}

    @cached_property
    def title_rows(self) -> range:
        """Rows of the title: no label stands there."""
        title = first_title(self.rows, self.type.titles, self.type.relatives)
        return range(title.start, title.end + 1) if title else range(0)

    @cached_property
    def title(self) -> tuple[int, str] | None:
        """Row of the title and which of the type's titles it is."""
        return find_title(self.rows, self.type.titles, self.type.relatives)

    @cached_property
    def head(self) -> tuple[Row, ...]:
        """Lines of the first page's upper part, above the title."""
        if not self.pages:
            return ()
        first = self.pages[0]
        end = self.title_rows.start if self.title else len(self.rows)
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
            (at for at, row in enumerate(left) if _is_number(row)),
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


def _usual_edge(ends: Sequence[int]) -> int:
    """The furthest right that a few lines reach; a single line may run a little over the margin."""
    furthest = sorted(ends, reverse=True)
    reached = (
        end
        for at, end in enumerate(furthest)
        if len(furthest) > at + _FEW and furthest[at + _FEW] > (1 - _SHORT_OF) * end
    )
    usual = next(reached, furthest[0])
    return usual if usual > _OVER * furthest[0] else furthest[0]


def _is_in_pieces(row: Row) -> bool:
    """White wider than a line and a half parts its words."""
    return any(b.box.left - a.box.right > 1.5 * row.height for a, b in pairwise(row.tokens))


def _is_number(row: Row) -> bool:
    """The line of the paper's number; `SỐ 01` in capitals is the end of an office's name."""
    is_office = row.in_capitals and not any(sign in row.text for sign in ":./")
    return not is_office and bool(_NUMBER_LINE.match(row.text) or _NUMBER.search(row.text))


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
    labels += [*document_type.stops, *document_type.english]
    return tuple({label_key(label): label for label in reversed(labels)}.values())
